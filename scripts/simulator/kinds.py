"""One planner for each kind of session: from a runner and a random draw to a plan."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable

import numpy as np

from simulator.plan import Plan, Segment
from simulator.runner import Runner
from simulator.sessions import cool_down, reps, stride_block, warm_up, with_surprises

Rng = np.random.Generator
NAN = math.nan
ROADS = ("out_and_back", "loop", "wander")


def _layout(rng: Rng) -> str:
    return str(rng.choice(ROADS, p=[0.45, 0.3, 0.25]))


def _hilliness(rng: Rng) -> float:
    return float(rng.choice([0.0, 0.006, 0.012, 0.02], p=[0.15, 0.4, 0.3, 0.15]))


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
        return Plan(kind, purpose, (run,), layout=_layout(rng), hilliness=_hilliness(rng))

    return planner


def trail(runner: Runner, rng: Rng) -> Plan:
    """Hilly ground, walking the steepest parts, stops to look round."""
    segments = []
    for _ in range(int(rng.integers(4, 9))):
        segments.append(
            Segment("easy", runner.easy_mps * rng.uniform(0.75, 0.98), duration_s=rng.uniform(300, 1100))
        )
        if rng.random() < 0.6:
            segments.append(Segment("walk", rng.uniform(0.9, 1.5), duration_s=rng.uniform(20, 180)))
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
        "progression", "progression", tuple(segments), layout=_layout(rng), hilliness=_hilliness(rng) / 2
    )


def tempo(runner: Runner, rng: Rng) -> Plan:
    """One steady bout of 20 to 30 min just below threshold."""
    minutes = float(rng.choice([20, 25, 30]))
    speed = runner.critical_mps * rng.uniform(0.92, 0.98)
    work = [Segment("work", speed, duration_s=60 * minutes, bout="tempo", set_no=1, is_lap=True)]
    segments = warm_up(rng, runner) + work + cool_down(rng, runner)
    return Plan(
        "tempo",
        "tempo",
        tuple(segments),
        _layout(rng),
        _hilliness(rng) / 2,
        shorthand=f"{minutes:.0f}:00 tempo",
    )


def cruise(runner: Runner, rng: Rng) -> Plan:
    """Long reps at threshold with short rests."""
    n, minutes = int(rng.integers(3, 7)), float(rng.choice([4, 5, 6, 7]))
    speed, rest = runner.critical_mps * rng.uniform(0.94, 1.0), float(rng.choice([60, 75, 90, 120]))
    work = reps(rng, runner, n, speed, duration_s=60 * minutes, rest_s=rest)
    segments = warm_up(rng, runner) + work + cool_down(rng, runner)
    return Plan("cruise", "intervals", tuple(segments), _layout(rng), _hilliness(rng) / 2,
                shorthand=f"{n} x {minutes:.0f}:00", has_steps=bool(rng.random() < 0.6))  # fmt: skip


def vo2_time(runner: Runner, rng: Rng) -> Plan:
    """Reps of 1 to 5 min near the speed of a mile to 5 km."""
    seconds = float(rng.choice([60, 90, 120, 150, 180, 240, 300]))
    n = int(np.clip(rng.integers(12, 22) * 60 / seconds, 3, 12))
    speed = min(
        runner.critical_mps + 0.6 * runner.d_prime_m / seconds, runner.speed_for(seconds)
    ) * rng.uniform(0.95, 1.0)
    rest = max(30.0, 15 * round(seconds * rng.uniform(0.4, 1.2) / 15))
    work = reps(rng, runner, n, speed, duration_s=seconds, rest_s=rest, trend=rng.uniform(-0.04, 0.03))
    segments = warm_up(rng, runner) + work + cool_down(rng, runner)
    return Plan("vo2_time", "intervals", tuple(segments), _layout(rng), _hilliness(rng) / 2,
                shorthand=f"{n} x {seconds:.0f} s", has_steps=bool(rng.random() < 0.6))  # fmt: skip


def vo2_distance(runner: Runner, rng: Rng) -> Plan:
    """Reps of 400 to 1200 m, on a road or on the track, jogging a distance or resting a time."""
    metres = float(rng.choice([400, 500, 600, 800, 1000, 1200]))
    n = int(np.clip(round(rng.uniform(2800, 5200) / metres), 3, 12))
    on_track = bool(rng.random() < 0.5)
    seconds = metres / runner.critical_mps
    speed = min(runner.critical_mps + 0.6 * runner.d_prime_m / seconds, 0.97 * runner.max_mps) * rng.uniform(
        0.95, 1.0
    )
    rest_m = float(rng.choice([200, 400])) if rng.random() < 0.4 else NAN
    rest_s = max(45.0, 15 * round(seconds * rng.uniform(0.5, 1.1) / 15))
    work = reps(rng, runner, n, speed, distance_m=metres, rest_s=rest_s, rest_m=rest_m, on_track=on_track,
                trend=rng.uniform(-0.04, 0.03), ends_on_last=bool(rng.random() < 0.5))  # fmt: skip
    segments = warm_up(rng, runner) + work + cool_down(rng, runner)
    return Plan("vo2_distance", "intervals", tuple(segments), _layout(rng), _hilliness(rng) / 2,
                shorthand=f"{n} x {metres:.0f} m", has_steps=bool(rng.random() < 0.5))  # fmt: skip


def ladder(runner: Runner, rng: Rng) -> Plan:
    """Rep durations that go up, or up and down."""
    up = [60.0, 120.0, 180.0, 240.0][: int(rng.integers(3, 5))]
    steps = up if rng.random() < 0.4 else up + up[-2::-1]
    work: list[Segment] = []
    for seconds in steps:
        speed = (runner.critical_mps + 0.5 * runner.d_prime_m / seconds) * rng.uniform(0.96, 1.0)
        work += reps(
            rng, runner, 1, speed, duration_s=seconds, rest_s=max(60.0, seconds * 0.6), ends_on_last=False
        )
    segments = warm_up(rng, runner) + work + cool_down(rng, runner)
    return Plan("ladder", "intervals", tuple(segments), _layout(rng), _hilliness(rng) / 2, has_steps=True)


def hiit(runner: Runner, rng: Rng) -> Plan:
    """Sprints of 15 to 45 s or 100 to 200 m; sometimes after a short block of longer reps."""
    n = int(rng.integers(6, 15))
    before: list[Segment] = []
    if rng.random() < 0.2:
        before = reps(
            rng,
            runner,
            int(rng.integers(2, 4)),
            runner.speed_for(90) * 0.95,
            duration_s=90,
            rest_s=90,
            ends_on_last=False,
        )
    if rng.random() < 0.5:
        seconds = float(rng.choice([15, 20, 30, 40, 45]))
        speed = min(runner.speed_for(seconds), 0.95 * runner.max_mps) * rng.uniform(0.86, 0.98)
        rest = float(rng.choice([1.0, 1.5, 2.0, 3.0])) * seconds
        bout = "sprint" if seconds <= 25 else "interval"
        work = reps(
            rng,
            runner,
            n,
            speed,
            duration_s=seconds,
            rest_s=max(rest, 15.0),
            bout=bout,
            set_no=2,
            trend=rng.uniform(-0.05, 0.04),
        )
        label = f"{n} x {seconds:.0f} s"
    else:
        metres = float(rng.choice([100, 150, 200, 300]))
        speed = min(runner.speed_over(metres), 0.95 * runner.max_mps) * rng.uniform(0.86, 0.98)
        bout = "sprint" if metres / speed <= 25 else "interval"
        on_track = bool(rng.random() < 0.6)
        work = reps(rng, runner, n, speed, distance_m=metres, rest_s=rng.uniform(45, 120), rest_m=metres if rng.random() < 0.5 else NAN,
                    bout=bout, set_no=2, on_track=on_track, trend=rng.uniform(-0.05, 0.05))  # fmt: skip
        label = f"{n} x {metres:.0f} m"
    segments = warm_up(rng, runner) + before + work + cool_down(rng, runner)
    return Plan(
        "hiit",
        "hiit",
        tuple(segments),
        _layout(rng),
        _hilliness(rng) / 2,
        shorthand=label,
        has_steps=bool(rng.random() < 0.4),
    )


def strides(runner: Runner, rng: Rng) -> Plan:
    """An easy run with 4 to 10 strides at its end, sometimes a short jog home after them."""
    n = int(rng.integers(4, 11))
    segments = [
        Segment(
            "easy", runner.easy_mps * rng.uniform(0.94, 1.04), duration_s=rng.uniform(1200, 3000), is_lap=True
        )
    ]
    segments += stride_block(rng, runner, n)
    if rng.random() < 0.6:
        segments.append(
            Segment("easy", runner.easy_mps * rng.uniform(0.88, 1.0), duration_s=rng.uniform(120, 600))
        )
    return Plan(
        "strides", "easy_strides", tuple(segments), _layout(rng), _hilliness(rng), shorthand=f"{n} strides"
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
            Segment(
                "work", speed, duration_s=seconds, bout="fartlek", set_no=1, is_lap=bool(rng.random() < 0.3)
            )
        )
        segments.append(
            Segment(
                "rest", steady, duration_s=rng.uniform(45, 240) if free else 180 * rng.uniform(0.85, 1.15)
            )
        )
    segments += cool_down(rng, runner)
    return Plan("fartlek", "fartlek", tuple(segments), _layout(rng), _hilliness(rng))


def hills(runner: Runner, rng: Rng) -> Plan:
    """The same climb again and again, jogged or walked down."""
    n, seconds, grade = int(rng.integers(5, 13)), rng.uniform(20, 120), rng.uniform(0.04, 0.1)
    speed = runner.easy_mps * rng.uniform(0.98, 1.25) * (1.15 if seconds < 40 else 1.0)
    segments = warm_up(rng, runner)
    for _ in range(n):
        up = speed * rng.normal(1.0, 0.015)
        segments.append(
            Segment(
                "work", up, duration_s=round(seconds), grade_frac=grade, bout="hill", set_no=1, is_lap=True
            )
        )
        down = rng.uniform(1.2, 1.7) if rng.random() < 0.25 else runner.easy_mps * rng.uniform(0.75, 0.98)
        segments.append(
            Segment("rest", down, distance_m=round(seconds) * up, grade_frac=grade, direction=-1, is_lap=True)
        )
    segments += cool_down(rng, runner)
    return Plan(
        "hills",
        "hills",
        tuple(segments),
        _layout(rng),
        _hilliness(rng),
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
    return Plan("traffic", "easy", tuple(segments), "wander", _hilliness(rng))


def walk_run(runner: Runner, rng: Rng) -> Plan:
    """Running with planned walking breaks; the runs are no reps."""
    run_s, walk_s = float(rng.choice([60, 120, 180, 300, 480])), float(rng.choice([30, 60, 90, 120]))
    speed = min(runner.easy_mps * rng.uniform(0.9, 1.02), 3.0)
    segments: list[Segment] = [Segment("walk", 1.5, duration_s=rng.uniform(60, 300))]
    for _ in range(int(np.clip(rng.uniform(1500, 3000) / (run_s + walk_s), 4, 15))):
        segments.append(
            Segment("easy", speed * rng.normal(1, 0.02), duration_s=run_s * rng.uniform(0.97, 1.03))
        )
        segments.append(Segment("walk", rng.uniform(1.3, 1.6), duration_s=walk_s * rng.uniform(0.95, 1.05)))
    return Plan("walk_run", "easy", tuple(segments), _layout(rng), _hilliness(rng))


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
    return Plan("race", "race", tuple(segments), _layout(rng), _hilliness(rng) / 2)


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
