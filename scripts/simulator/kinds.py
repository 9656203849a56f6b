"""One planner for each kind of session: from a runner and a random draw to a plan."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np

from simulator.plan import Plan, Segment
from simulator.runner import Runner
from simulator.sessions import cool_down, pick_hilliness, pick_layout, stride_block, warm_up, with_surprises
from simulator.structured import cruise, hiit, ladder, tempo, vo2_distance, vo2_time

Rng = np.random.Generator


def _steady(
    kind: str, purpose: str, low_s: float, high_s: float, low: float, high: float
) -> Callable[[Runner, Rng], Plan]:
    def planner(runner: Runner, rng: Rng) -> Plan:
        run = Segment(
            "easy",
            runner.easy_mps * rng.uniform(low, high),
            duration_s=rng.uniform(low_s, high_s),
            is_lap=True,
        )
        return Plan(kind, purpose, (run,), layout=pick_layout(rng), hilliness=pick_hilliness(rng))

    return planner


def trail(runner: Runner, rng: Rng) -> Plan:
    """Hilly ground, walking the steepest parts, stops to look round."""
    segments = []
    for _ in range(int(rng.integers(4, 9))):
        segments.append(Segment("easy", runner.easy_mps * rng.uniform(0.75, 0.98), duration_s=rng.uniform(300, 1100)))
        if rng.random() < 0.6:
            segments.append(Segment("walk", rng.uniform(0.9, 1.5), is_walked=True, duration_s=rng.uniform(20, 180)))
    return Plan(
        "trail",
        "easy",
        tuple(segments),
        layout="wander",
        hilliness=rng.uniform(0.04, 0.09),
        sub_sport="trail",
    )


def progression(runner: Runner, rng: Rng) -> Plan:
    """Three to five levels, each faster than the one before; no bouts."""
    n = int(rng.integers(3, 6))
    speeds = runner.easy_mps * np.linspace(rng.uniform(0.92, 1.0), rng.uniform(1.1, 1.22), n)
    segments = [Segment("easy", float(v), duration_s=rng.uniform(420, 900), is_lap=True) for v in speeds]
    return Plan(
        "progression",
        "progression",
        tuple(segments),
        layout=pick_layout(rng),
        hilliness=pick_hilliness(rng) / 2,
    )


def strides(runner: Runner, rng: Rng) -> Plan:
    """An easy run with 4 to 10 strides at its end, sometimes a short jog home after them."""
    n = int(rng.integers(4, 11))
    segments = [
        Segment("easy", runner.easy_mps * rng.uniform(0.94, 1.04), duration_s=rng.uniform(1200, 3000), is_lap=True)
    ]
    segments += stride_block(rng, runner, n)
    if rng.random() < 0.6:
        segments.append(Segment("easy", runner.easy_mps * rng.uniform(0.88, 1.0), duration_s=rng.uniform(120, 600)))
    return Plan(
        "strides",
        "easy_strides",
        tuple(segments),
        pick_layout(rng),
        pick_hilliness(rng),
        shorthand=f"{n} strides",
    )


def fartlek(runner: Runner, rng: Rng) -> Plan:
    """Fast stretches of 30 to 60 s (or of any length) in about 3 min of steady running."""
    free = bool(rng.random() < 0.5)
    steady = runner.easy_mps * rng.uniform(0.97, 1.06)
    segments = warm_up(rng, runner)
    for _ in range(int(rng.integers(5, 10))):
        seconds = rng.uniform(20, 240) if free else float(rng.choice([30, 45, 60]))
        speed = min(runner.critical_mps + 0.55 * runner.d_prime_m / max(seconds, 20), 0.92 * runner.max_mps)
        speed = max(speed * rng.uniform(0.92, 1.0), 1.15 * steady)
        segments.append(
            Segment("work", speed, duration_s=seconds, bout="fartlek", set_no=1, is_lap=bool(rng.random() < 0.3))
        )
        segments.append(
            Segment("rest", steady, duration_s=rng.uniform(45, 240) if free else 180 * rng.uniform(0.85, 1.15))
        )
    segments += cool_down(rng, runner)
    return Plan("fartlek", "fartlek", tuple(segments), pick_layout(rng), pick_hilliness(rng))


def hills(runner: Runner, rng: Rng) -> Plan:
    """The same climb again and again, jogged or walked down."""
    n, seconds, grade = int(rng.integers(5, 13)), rng.uniform(20, 120), rng.uniform(0.04, 0.1)
    speed = runner.easy_mps * rng.uniform(0.98, 1.25) * (1.15 if seconds < 40 else 1.0)
    segments = warm_up(rng, runner)
    for _ in range(n):
        up = speed * rng.normal(1.0, 0.015)
        segments.append(
            Segment("work", up, duration_s=round(seconds), grade_frac=grade, bout="hill", set_no=1, is_lap=True)
        )
        down = rng.uniform(1.2, 1.7) if rng.random() < 0.25 else runner.easy_mps * rng.uniform(0.75, 0.98)
        segments.append(
            Segment(
                "rest",
                down,
                is_walked=down < 1.75,
                distance_m=round(seconds) * up,
                grade_frac=grade,
                direction=-1,
                is_lap=True,
            )
        )
    segments += cool_down(rng, runner)
    return Plan(
        "hills",
        "hills",
        tuple(segments),
        pick_layout(rng),
        pick_hilliness(rng),
        shorthand=f"{n} x {seconds:.0f} s hill",
    )


def traffic(runner: Runner, rng: Rng) -> Plan:
    """An easy run through a town: many stops, and a few short surges to catch a green light (no bouts)."""
    segments: list[Segment] = []
    speed = runner.easy_mps * rng.uniform(0.95, 1.1)
    for _ in range(int(rng.integers(5, 14))):
        segments.append(Segment("easy", speed * rng.uniform(0.97, 1.03), duration_s=rng.uniform(90, 420)))
        if rng.random() < 0.12:
            segments.append(Segment("easy", speed * rng.uniform(1.2, 1.5), duration_s=rng.uniform(4, 9)))
        paused = bool(rng.random() < 0.2)
        segments.append(Segment("stop", 0.0, duration_s=rng.uniform(6, 75), is_paused=paused))
    return Plan("traffic", "easy", tuple(segments), "wander", pick_hilliness(rng))


def walk_run(runner: Runner, rng: Rng) -> Plan:
    """Running with planned walking breaks; the runs are no reps."""
    run_s, walk_s = float(rng.choice([60, 120, 180, 300, 480])), float(rng.choice([30, 60, 90, 120]))
    speed = min(runner.easy_mps * rng.uniform(0.9, 1.02), 3.0)
    segments: list[Segment] = [Segment("walk", 1.5, is_walked=True, duration_s=rng.uniform(60, 300))]
    for _ in range(int(np.clip(rng.uniform(1500, 3000) / (run_s + walk_s), 4, 15))):
        segments.append(Segment("easy", speed * rng.normal(1, 0.02), duration_s=run_s * rng.uniform(0.97, 1.03)))
        segments.append(
            Segment("walk", rng.uniform(1.3, 1.6), is_walked=True, duration_s=walk_s * rng.uniform(0.95, 1.05))
        )
    return Plan("walk_run", "easy", tuple(segments), pick_layout(rng), pick_hilliness(rng))


def race(runner: Runner, rng: Rng) -> Plan:
    """A race or time trial from a mile to 10 km, often started too fast."""
    metres = float(rng.choice([1609.344, 3000, 5000, 10000], p=[0.35, 0.15, 0.35, 0.15]))
    on_track = bool(metres < 4000 and rng.random() < 0.6)
    start = rng.uniform(1.0, 1.12)
    shape = (start, start, 1.0, 0.985, 0.97, 0.965, 0.97, rng.uniform(0.98, 1.06))
    scale = 1.0 / float(np.mean(np.interp(np.linspace(0, 1, 200), np.linspace(0, 1, len(shape)), shape)))
    speed = runner.speed_over(metres) * rng.uniform(0.97, 1.0) * scale
    work = [
        Segment(
            "work",
            speed,
            distance_m=metres,
            speed_shape=shape,
            bout="race",
            set_no=1,
            is_lap=True,
            is_on_track=on_track,
        )
    ]
    segments = warm_up(rng, runner) + work + cool_down(rng, runner)
    return Plan("race", "race", tuple(segments), pick_layout(rng), pick_hilliness(rng) / 2)


def treadmill_reps(runner: Runner, rng: Rng) -> Plan:
    """Timed reps on a treadmill, which changes speed slowly."""
    plan = vo2_time(runner, rng) if rng.random() < 0.6 else strides(runner, rng)
    return Plan(
        "treadmill_reps",
        plan.purpose,
        plan.segments,
        "treadmill",
        0.0,
        sub_sport="treadmill",
        shorthand=plan.shorthand,
    )


def treadmill_easy(runner: Runner, rng: Rng) -> Plan:
    """Steady on a treadmill."""
    run = Segment("easy", runner.easy_mps * rng.uniform(0.9, 1.1), duration_s=rng.uniform(1200, 3600))
    return Plan("treadmill_easy", "easy", (run,), "treadmill", 0.0, sub_sport="treadmill")


PLANNERS: dict[str, Callable[[Runner, Rng], Plan]] = {
    "easy": _steady("easy", "easy", 1200, 4200, 0.9, 1.1),
    "recovery": _steady("recovery", "recovery", 1200, 2400, 0.82, 0.92),
    "long": _steady("long", "long", 4500, 9000, 0.92, 1.02),
    "trail": trail,
    "progression": progression,
    "tempo": tempo,
    "cruise": cruise,
    "vo2_time": vo2_time,
    "vo2_distance": vo2_distance,
    "ladder": ladder,
    "hiit": hiit,
    "strides": strides,
    "fartlek": fartlek,
    "hills": hills,
    "traffic": traffic,
    "walk_run": walk_run,
    "race": race,
    "treadmill_reps": treadmill_reps,
    "treadmill_easy": treadmill_easy,
}
KINDS = tuple(PLANNERS)


def plan_session(kind: str, runner: Runner, rng: Rng) -> Plan:
    """A plan of a kind of KINDS, drawn for the runner."""
    plan = PLANNERS[kind](runner, rng)
    if plan.layout == "treadmill":
        return plan
    return dataclasses.replace(plan, segments=tuple(with_surprises(rng, list(plan.segments))))
