"""Laps and workout steps as a watch writes them: automatic, pressed, from steps, or lying."""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt

from runlake.model.recording import Lap, WorkoutStep
from simulator.device import Device, Signals
from simulator.summary import summarise
from simulator.truth import TrueSegment, Truth

F8 = npt.NDArray[np.float64]
INTENSITIES = {
    "work": "active",
    "rest": "rest",
    "warmup": "warmup",
    "cooldown": "cooldown",
    "stride": "active",
}


def watch_laps(
    truth: Truth, device: Device, signals: Signals, start_utc_s: float, rng: np.random.Generator
) -> tuple[Lap, ...]:
    """The laps in the file."""
    n = truth.traces.n
    if device.lap_style in ("auto_km", "auto_mile", "lying"):
        unit = 1609.344 if device.lap_style == "auto_mile" else 1000.0
        distance = signals.columns.get("distance_m", truth.traces.distance_m[:-1])
        marks = np.searchsorted(distance, np.arange(unit, distance[-1], unit)).astype(np.float64)
        return _laps(marks, [""] * (len(marks) + 1), "distance", n, signals, start_utc_s)
    if device.lap_style in ("manual", "steps"):
        chosen = _lap_segments(truth)
        late = (
            rng.uniform(-0.5, 1.5, len(chosen)) if device.lap_style == "manual" else rng.uniform(-0.4, 0.1, len(chosen))
        )
        marks = np.array([s.start_s for s in chosen[1:]]) + late[1:]
        kinds = [INTENSITIES.get(s.kind, "active") for s in chosen]
        is_told = device.lap_style == "steps"
        return _laps(marks, kinds if is_told else [""] * len(kinds), "manual", n, signals, start_utc_s, is_told)
    return _laps(np.empty(0), [""], "session_end", n, signals, start_utc_s)


def _lap_segments(truth: Truth) -> list[TrueSegment]:
    """The segments that begin a lap; the first segment always does."""
    return [s for k, s in enumerate(truth.segments) if k == 0 or s.is_lap]


def _laps(
    marks_s: F8, intensities: list[str], trigger: str, n: int, signals: Signals, start_utc_s: float,
    has_steps: bool = False,
) -> tuple[Lap, ...]:  # fmt: skip
    edges = np.concatenate(([0.0], np.clip(marks_s, 1.0, n - 1.0), [n - 1.0]))
    return tuple(
        Lap(
            start_time_utc_s=round(start_utc_s + begin),
            end_time_utc_s=round(start_utc_s + end),
            trigger=trigger if k < len(edges) - 2 else "session_end",
            intensity=intensities[k] if k < len(intensities) else "",
            workout_step=float(k) if has_steps else float("nan"),
            **summarise(signals, float(begin), float(end)),
        )
        for k, (begin, end) in enumerate(itertools.pairwise(edges))
    )


def watch_steps(truth: Truth, device: Device, rng: np.random.Generator) -> tuple[WorkoutStep, ...]:
    """The workout on the watch: as it was run, or (lying) one that the runner ignored."""
    if device.lap_style == "steps":
        return tuple(_step(k, s) for k, s in enumerate(_lap_segments(truth)))
    if device.lap_style == "lying":
        n = int(rng.integers(4, 9))
        return tuple(
            WorkoutStep(
                k,
                intensity="active" if k % 2 == 0 else "rest",
                duration_kind="time",
                duration_value=120.0,
                target_kind="open",
            )
            for k in range(2 * n)
        )
    return ()


def _step(index: int, segment: TrueSegment) -> WorkoutStep:
    is_timed = segment.planned_s == segment.planned_s
    return WorkoutStep(
        step_index=index,
        intensity=INTENSITIES.get(segment.kind, "active"),
        duration_kind="time" if is_timed else "distance",
        duration_value=round(segment.planned_s) if is_timed else segment.planned_m,
        target_kind="open",
    )
