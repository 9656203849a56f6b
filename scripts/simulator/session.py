"""One simulated session from a kind and a seed: the recording a watch would make, and the truth."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

from runlake.model.recording import DeviceTotals, Recording, TimerEvent
from simulator.body import live
from simulator.device import Device, Signals, draw_device, measure, written_seconds
from simulator.kinds import plan_session
from simulator.laps import watch_laps, watch_steps
from simulator.plan import Plan
from simulator.runner import Runner, draw_runner
from simulator.summary import calories_kcal, summarise, zone_seconds
from simulator.truth import Truth

START_UTC_S = 1_767_600_000.0
ORIGIN_DEG = (-45.2, -67.9)  # empty steppe, nobody's home


@dataclass(frozen=True, slots=True, eq=False)
class SimulatedSession:
    """What a watch recorded, and what was run."""

    recording: Recording
    truth: Truth
    device: Device
    plan: Plan
    runner: Runner


def simulate_session(
    kind: str,
    seed: int,
    *,
    runner: Runner | None = None,
    device: Device | None = None,
    plan: Plan | None = None,
    start_time_utc_s: float = START_UTC_S,
    origin_deg: tuple[float, float] = ORIGIN_DEG,
    utc_offset_s: float = float("nan"),
    name: str = "",
) -> SimulatedSession:
    """A session of a kind of KINDS, everything drawn from the seed but what is given.

    The recording's first record is at `start_time_utc_s`, which is second 0 of the truth.
    """
    rng = np.random.default_rng([seed, zlib.crc32(kind.encode())])
    runner = runner or draw_runner(rng)
    plan = plan or plan_session(kind, runner, rng)
    is_indoor = plan.layout == "treadmill"
    device = device or draw_device(rng, wants_steps=plan.has_steps, is_indoor=is_indoor)
    truth = live(plan, runner, rng)
    recording = record(truth, plan, device, rng, start_time_utc_s, origin_deg, utc_offset_s, name)
    return SimulatedSession(recording, truth, device, plan, runner)


def record(
    truth: Truth, plan: Plan, device: Device, rng: np.random.Generator, start_time_utc_s: float = START_UTC_S,
    origin_deg: tuple[float, float] = ORIGIN_DEG, utc_offset_s: float = float("nan"), name: str = "",
    hr_max_bpm: float = 190.0,
) -> Recording:  # fmt: skip
    """What a watch makes of the truth."""
    signals = measure(truth.traces, device, rng, origin_deg)
    seconds = written_seconds(signals, device, rng)
    return Recording(
        time_utc_s=start_time_utc_s + seconds.astype(np.float64),
        channels={key: np.ascontiguousarray(values[seconds]) for key, values in signals.columns.items()},
        sport=plan.sport,
        sub_sport=plan.sub_sport,
        device=device.name,
        name=name,
        utc_offset_s=utc_offset_s,
        laps=watch_laps(truth, device, signals, start_time_utc_s, rng),
        steps=watch_steps(truth, device, rng),
        timer_events=_timer_events(signals, start_time_utc_s),
        totals=_totals(signals, start_time_utc_s, hr_max_bpm),
        has_footpod_speed=device.has_footpod,
    )


def _timer_events(signals: Signals, start_utc_s: float) -> tuple[TimerEvent, ...]:
    on = signals.is_timer_on
    changes = np.flatnonzero(np.diff(on.astype(np.int8))) + 1
    events = [TimerEvent(start_utc_s, True)]
    events += [TimerEvent(start_utc_s + float(k), bool(on[k])) for k in changes]
    if on[-1]:
        events.append(TimerEvent(start_utc_s + len(on) - 1.0, False))
    return tuple(events)


def _totals(signals: Signals, start_utc_s: float, hr_max_bpm: float) -> DeviceTotals:
    summary = summarise(signals, 0.0, len(signals.is_timer_on) - 1.0)
    seconds, highs = zone_seconds(signals, hr_max_bpm)
    return DeviceTotals(
        start_time_utc_s=start_utc_s,
        calories_kcal=calories_kcal(summary["distance_m"]),
        heart_rate_zone_s=seconds,
        heart_rate_zone_high_bpm=highs,
        **summary,
    )
