"""The sessions of a season as a coach would write them: the structure is fixed, only the body's noise is drawn."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable

import numpy as np

from simulator.plan import Plan, Segment
from simulator.runner import Runner

Rng = np.random.Generator
MILE_M = 1609.344


def _easy(runner: Runner, minutes: float, share: float = 1.0, kind: str = "easy") -> Segment:
    return Segment(kind, runner.easy_mps * share, duration_s=60.0 * minutes, is_lap=True)


def easy(runner: Runner, _rng: Rng, minutes: float) -> Plan:
    """Conversational."""
    return Plan("easy", "easy", (_easy(runner, minutes),), hilliness=0.006)


def town(runner: Runner, rng: Rng, minutes: float) -> Plan:
    """Easy through streets, with red lights."""
    n = 6
    segments: list[Segment] = []
    for k in range(n):
        if k:
            segments.append(Segment("stop", 0.0, duration_s=float(rng.integers(15, 60))))
        segments.append(dataclasses.replace(_easy(runner, minutes / n), is_lap=k == 0))
    return Plan("town", "easy", tuple(segments), layout="wander", hilliness=0.005)


def recovery(runner: Runner, _rng: Rng, minutes: float) -> Plan:
    """Slower than easy, the day after something hard."""
    return Plan("recovery", "recovery", (_easy(runner, minutes, 0.91),), layout="loop", hilliness=0.003)


def long(runner: Runner, _rng: Rng, minutes: float) -> Plan:
    """Long and easy; tired at the end if it is longer than the legs are used to."""
    return Plan("long", "long", (_easy(runner, minutes, 0.98),), hilliness=0.005)


def strides(runner: Runner, rng: Rng, minutes: float, n: float) -> Plan:
    """Easy, then n strides of 20 s with 70 s of jogging."""
    segments = [_easy(runner, minutes)]
    for _ in range(int(n)):
        top = runner.easy_mps * 1.62 * rng.uniform(0.97, 1.03)
        segments.append(Segment("stride", top, duration_s=20.0 + rng.integers(-1, 2), bout="stride", set_no=1))
        segments.append(Segment("rest", runner.easy_mps * 0.85, duration_s=70.0 + rng.integers(-5, 6)))
    segments.append(_easy(runner, 4.0, 0.92, "cooldown"))
    return Plan("strides", "easy_strides", tuple(segments), hilliness=0.004, shorthand=f"{int(n)} x 20 s strides")


def reps(runner: Runner, rng: Rng, n: float, metres: float, rest_m: float) -> Plan:
    """n reps on the track at the speed of a mile, jogging a distance between them."""
    speed = min(runner.critical_mps + 0.62 * runner.d_prime_m / (metres / runner.critical_mps), 0.8 * runner.max_mps)
    purpose, bout = ("hiit", "interval") if metres <= 200 else ("intervals", "interval")
    segments = [_easy(runner, 12.0, 0.97, "warmup")]
    for k in range(int(n)):
        pace = speed * (1.0 + 0.01 * (k / max(n - 1, 1) - 0.5)) * rng.normal(1.0, 0.008)
        segments.append(Segment("work", pace, distance_m=metres, bout=bout, set_no=1, is_lap=True, is_on_track=True))
        jog = runner.easy_mps * 0.86
        segments.append(Segment("rest", jog, distance_m=rest_m, is_lap=True, is_on_track=True))
    segments.append(_easy(runner, 9.0, 0.93, "cooldown"))
    label = f"{int(n)} x {int(metres)} m, {int(rest_m)} m jog"
    return Plan("reps", purpose, tuple(segments), hilliness=0.003, shorthand=label)


def fartlek(runner: Runner, rng: Rng, n: float, seconds: float) -> Plan:
    """Fast stretches of about `seconds` in 3 min of steady running."""
    segments = [_easy(runner, 10.0, 0.97, "warmup")]
    for _ in range(int(n)):
        length = seconds + float(rng.choice([-10, -5, 0, 5, 10]))
        speed = min(runner.critical_mps + 0.5 * runner.d_prime_m / length, 0.85 * runner.max_mps)
        segments.append(Segment("work", speed * rng.normal(1, 0.02), duration_s=length, bout="fartlek", set_no=1))
        segments.append(Segment("rest", runner.easy_mps * 1.01, duration_s=180.0 + float(rng.integers(-12, 13))))
    segments.append(_easy(runner, 6.0, 0.95, "cooldown"))
    return Plan("fartlek", "fartlek", tuple(segments), "loop", 0.004, shorthand=f"{int(n)} x {int(seconds)} s / 3:00")


def tempo(runner: Runner, _rng: Rng, minutes: float) -> Plan:
    """One bout just below critical speed."""
    work = Segment("work", runner.critical_mps * 0.955, duration_s=60 * minutes, bout="tempo", set_no=1, is_lap=True)
    segments = (_easy(runner, 12.0, 0.97, "warmup"), work, _easy(runner, 9.0, 0.93, "cooldown"))
    return Plan("tempo", "tempo", segments, hilliness=0.004, shorthand=f"{int(minutes)}:00 tempo")


def hills(runner: Runner, rng: Rng, n: float, seconds: float) -> Plan:
    """n times up the same 7 % climb, jogging down."""
    segments = [_easy(runner, 13.0, 0.97, "warmup")]
    for _ in range(int(n)):
        up = runner.easy_mps * 1.16 * rng.normal(1.0, 0.012)
        segments.append(Segment("work", up, duration_s=seconds, grade_frac=0.07, bout="hill", set_no=1, is_lap=True))
        down = runner.easy_mps * 0.88
        segments.append(Segment("rest", down, distance_m=seconds * up, grade_frac=0.07, direction=-1, is_lap=True))
    segments.append(_easy(runner, 9.0, 0.95, "cooldown"))
    return Plan("hills", "hills", tuple(segments), hilliness=0.004, shorthand=f"{int(n)} x {int(seconds)} s hill")


def trial(runner: Runner, _rng: Rng, _n: float = 1) -> Plan:
    """A mile on the track as fast as today allows, evenly paced."""
    return _mile(runner, "time_trial", (1.015, 1.0, 0.99, 0.985, 0.99, 1.03), 1.0)


def race(runner: Runner, _rng: Rng, _n: float = 1) -> Plan:
    """A mile race begun far too fast: the third lap pays, the last one is a kick."""
    return _mile(runner, "race", (1.13, 1.09, 1.01, 0.95, 0.93, 0.94, 1.0, 1.06), 0.985)


def _mile(runner: Runner, kind: str, shape: tuple[float, ...], share: float) -> Plan:
    even = np.interp(np.linspace(0, 1, 400), np.linspace(0, 1, len(shape)), shape)
    speed = runner.speed_over(MILE_M) * share / float(even.mean())
    work = Segment("work", speed, distance_m=MILE_M, speed_shape=shape, bout="race", set_no=1, is_lap=True,
                   is_on_track=True)  # fmt: skip
    segments = (
        _easy(runner, 13.0, 0.97, "warmup"),
        Segment("stop", 0.0, duration_s=90.0),
        work,
        Segment("rest", 1.3, duration_s=150.0, is_lap=True, is_walked=True),
        _easy(runner, 11.0, 0.93, "cooldown"),
    )
    return Plan(kind, "race", segments, hilliness=0.003, shorthand="1 mile")


def progression(runner: Runner, _rng: Rng, minutes: float) -> Plan:
    """Three levels, each faster than the one before."""
    parts = tuple(_easy(runner, minutes / 3, share) for share in (0.96, 1.06, 1.17))
    return Plan("progression", "progression", parts, hilliness=0.003)


def treadmill(runner: Runner, _rng: Rng, minutes: float) -> Plan:
    """Steady on a treadmill."""
    return Plan("treadmill", "easy", (_easy(runner, minutes),), "treadmill", 0.0, sub_sport="treadmill")


def treadmill_reps(runner: Runner, _rng: Rng, n: float, minutes: float) -> Plan:
    """n timed reps on a treadmill with half their time between them."""
    segments = [_easy(runner, 10.0, 0.97, "warmup")]
    for _ in range(int(n)):
        segments.append(
            Segment("work", runner.critical_mps * 1.01, duration_s=60 * minutes, bout="interval", set_no=1, is_lap=True)
        )
        segments.append(Segment("rest", runner.easy_mps * 0.88, duration_s=30 * minutes, is_lap=True))
    segments.append(_easy(runner, 8.0, 0.93, "cooldown"))
    return Plan("treadmill_reps", "intervals", tuple(segments), "treadmill", 0.0, sub_sport="treadmill",
                shorthand=f"{int(n)} x {int(minutes)}:00")  # fmt: skip


def ride(_runner: Runner, rng: Rng, minutes: float) -> Plan:
    """A ride on the road, with a few stops."""
    segments: list[Segment] = []
    for k in range(4):
        if k:
            segments.append(Segment("stop", 0.0, duration_s=rng.uniform(15.0, 50.0)))
        segments.append(Segment("easy", rng.uniform(6.2, 7.4), duration_s=15.0 * minutes))
    return Plan("ride", "cross_training", tuple(segments), "wander", 0.006, sport="cycling", sub_sport="road")


def swim(_runner: Runner, _rng: Rng, minutes: float) -> Plan:
    """Lengths in a pool."""
    segments: list[Segment] = []
    for _ in range(max(int(minutes // 6), 1)):
        segments.append(Segment("easy", 0.82, duration_s=330.0, is_lap=True))
        segments.append(Segment("stop", 0.0, duration_s=30.0, is_paused=True))
    return Plan("swim", "cross_training", tuple(segments[:-1]), "treadmill", 0.0, sport="swimming",
                sub_sport="lap_swimming")  # fmt: skip


def walk(_runner: Runner, _rng: Rng, minutes: float) -> Plan:
    """A walk."""
    stroll = Segment("walk", 1.45, duration_s=60 * minutes, is_walked=True, is_lap=True)
    return Plan("walk", "walk", (stroll,), hilliness=0.01, sport="walking")


SESSIONS: dict[str, Callable[..., Plan]] = {
    f.__name__: f
    for f in (
        easy, town, recovery, long, strides, reps, fartlek, tempo, hills, trial, race, progression, treadmill,
        treadmill_reps, ride, swim, walk,
    )
}  # fmt: skip


def planned(text: str, runner: Runner, rng: Rng) -> Plan:
    """The plan that a line such as ``reps 6 400 200`` stands for."""
    name, *numbers = text.split()
    plan = SESSIONS[name](runner, rng, *(float(x) for x in numbers))
    return dataclasses.replace(plan, segments=tuple(s for s in plan.segments if not math.isnan(s.speed_mps)))
