"""Plans of runs of every kind, with what real runners do wrong and roads put in the way."""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from simulator.plan import Segment
from simulator.runner import Runner

Rng = np.random.Generator
NAN = math.nan

ROADS = ("out_and_back", "loop", "wander")


def pick_layout(rng: Rng) -> str:
    """Some road."""
    return str(rng.choice(ROADS, p=[0.45, 0.3, 0.25]))


def pick_hilliness(rng: Rng) -> float:
    """Standard deviation of grade: flat to rolling."""
    return float(rng.choice([0.0, 0.006, 0.012, 0.02], p=[0.15, 0.4, 0.3, 0.15]))


def _rest(
    rng: Rng,
    runner: Runner,
    seconds: float,
    *,
    style: str = "",
    distance_m: float = NAN,
    on_track: bool = False,
) -> list[Segment]:
    """A recovery: jogged (for a time or a distance), walked, stood, or first walked then jogged."""
    style = style or pick_rest_style(rng)
    jog_mps, walk_mps = runner.easy_mps * rng.uniform(0.72, 0.98), rng.uniform(1.1, 1.7)
    jog = Segment("rest", jog_mps, duration_s=seconds, is_lap=True, is_on_track=on_track)
    walk = dataclasses.replace(jog, speed_mps=walk_mps, is_walked=True)
    if style == "jog":
        return [dataclasses.replace(jog, duration_s=NAN, distance_m=distance_m) if distance_m == distance_m else jog]
    if style == "walk":
        return [walk]
    if style == "stand":
        return [dataclasses.replace(jog, speed_mps=0.0, is_paused=bool(rng.random() < 0.25))]
    split = max(8.0, round(seconds * rng.uniform(0.3, 0.6)))
    late = dataclasses.replace(jog, duration_s=max(seconds - split, 5.0), is_lap=False)
    return [dataclasses.replace(walk, duration_s=split), late]


def pick_rest_style(rng: Rng) -> str:
    """How a runner recovers: mostly jogging."""
    return str(rng.choice(["jog", "walk", "stand", "walk_jog"], p=[0.58, 0.22, 0.08, 0.12]))


def warm_up(rng: Rng, runner: Runner, low_s: float = 480.0, high_s: float = 1200.0) -> list[Segment]:
    """Easy running before work; 18 % of sessions have none, some have drills or accelerations in it."""
    if rng.random() < 0.18:
        return []
    speed = runner.easy_mps * rng.uniform(0.9, 1.02)
    out = [Segment("warmup", speed, duration_s=rng.uniform(low_s, high_s), is_lap=True)]
    if rng.random() < 0.2:
        for _ in range(int(rng.integers(3, 7))):
            out.append(Segment("drill", rng.uniform(1.6, 2.6), duration_s=rng.uniform(15.0, 32.0)))
            out.append(Segment("walk", rng.uniform(0.9, 1.5), is_walked=True, duration_s=rng.uniform(12.0, 30.0)))
    if rng.random() < 0.2:
        out += stride_block(rng, runner, int(rng.integers(2, 5)), set_no=90)
    if rng.random() < 0.25:
        out.append(Segment("stop", 0.0, duration_s=rng.uniform(20.0, 120.0), is_paused=bool(rng.random() < 0.5)))
    return out


def cool_down(rng: Rng, runner: Runner) -> list[Segment]:
    """Easy running or walking home after work; 18 % stop on the last rep."""
    if rng.random() < 0.18:
        return []
    out = []
    if rng.random() < 0.7:
        out.append(
            Segment(
                "cooldown",
                runner.easy_mps * rng.uniform(0.82, 1.0),
                duration_s=rng.uniform(240, 900),
                is_lap=True,
            )
        )
    if rng.random() < 0.3:
        out.append(Segment("walk", rng.uniform(1.1, 1.6), is_walked=True, duration_s=rng.uniform(60, 420)))
    return out


def stride_block(rng: Rng, runner: Runner, n: int, set_no: int = 1) -> list[Segment]:
    """Strides of 15 to 25 s (about 100 m), with a full recovery after each."""
    rest_style = str(rng.choice(["jog", "walk"], p=[0.7, 0.3]))
    length, rest = rng.uniform(15.0, 26.0), rng.uniform(40.0, 100.0)
    top = min(runner.easy_mps * rng.uniform(1.32, 1.8), 0.92 * runner.max_mps)
    out: list[Segment] = []
    for _ in range(n):
        out.append(
            Segment("stride", top * rng.uniform(0.96, 1.04), duration_s=round(length * rng.uniform(0.9, 1.1)),
                    bout="stride", set_no=set_no)
        )  # fmt: skip
        out += _unlapped(_rest(rng, runner, rest * rng.uniform(0.85, 1.15), style=rest_style))
    return out


def _unlapped(segments: list[Segment]) -> list[Segment]:
    return [dataclasses.replace(s, is_lap=False) for s in segments]


def reps(
    rng: Rng, runner: Runner, n: int, speed_mps: float, *, duration_s: float = NAN, distance_m: float = NAN,
    rest_s: float, rest_m: float = NAN, bout: str = "interval", set_no: int = 1, on_track: bool = False,
    style: str = "", trend: float = 0.0, ends_on_last: bool = True,
) -> list[Segment]:  # fmt: skip
    """n like reps with like rests; `trend` is the relative change of speed from first to last."""
    style = style or pick_rest_style(rng)
    out: list[Segment] = []
    for k in range(n):
        speed = speed_mps * (1.0 + trend * (k / max(n - 1, 1) - 0.5)) * rng.normal(1.0, 0.012)
        out.append(
            Segment("work", speed, duration_s=duration_s, distance_m=distance_m, bout=bout, set_no=set_no,
                    is_lap=True, is_on_track=on_track)
        )  # fmt: skip
        if k < n - 1 or not ends_on_last:
            out += _rest(rng, runner, rest_s, style=style, distance_m=rest_m, on_track=on_track)
    return out


def with_surprises(rng: Rng, segments: list[Segment], rate_per_h: float = 1.2) -> list[Segment]:
    """Random stops (a road to cross, a shoelace) put into the easy stretches."""
    out: list[Segment] = []
    for segment in segments:
        is_long = segment.kind in ("easy", "warmup", "cooldown") and segment.duration_s > 300.0
        stops = int(rng.poisson(rate_per_h * segment.duration_s / 3600.0)) if is_long and not segment.speed_shape else 0
        if segment.end_speed_mps == segment.end_speed_mps:
            stops = 0
        cuts = np.sort(rng.uniform(0.1, 0.9, stops)) * segment.duration_s if stops else np.empty(0)
        parts = np.diff(np.concatenate(([0.0], cuts, [segment.duration_s]))) if stops else np.empty(0)
        if not stops:
            out.append(segment)
            continue
        for k, part in enumerate(parts):
            if k:
                out.append(Segment("stop", 0.0, duration_s=rng.uniform(5.0, 60.0), is_paused=bool(rng.random() < 0.3)))
            out.append(dataclasses.replace(segment, duration_s=max(part, 5.0), is_lap=segment.is_lap and k == 0))
    return out
