"""Planners of structured sessions: tempo, cruise, VO2max reps, ladders, HIIT."""

from __future__ import annotations

import numpy as np

from simulator.plan import NAN, Plan, Segment
from simulator.runner import Runner
from simulator.sessions import cool_down, pick_hilliness, pick_layout, reps, warm_up

Rng = np.random.Generator


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
        pick_layout(rng),
        pick_hilliness(rng) / 2,
        shorthand=f"{minutes:.0f}:00 tempo",
    )


def cruise(runner: Runner, rng: Rng) -> Plan:
    """Long reps at threshold with short rests."""
    n, minutes = int(rng.integers(3, 7)), float(rng.choice([4, 5, 6, 7]))
    speed, rest = runner.critical_mps * rng.uniform(0.94, 1.0), float(rng.choice([60, 75, 90, 120]))
    work = reps(rng, runner, n, speed, duration_s=60 * minutes, rest_s=rest)
    segments = warm_up(rng, runner) + work + cool_down(rng, runner)
    return Plan("cruise", "intervals", tuple(segments), pick_layout(rng), pick_hilliness(rng) / 2,
                shorthand=f"{n} x {minutes:.0f}:00", has_steps=bool(rng.random() < 0.6))  # fmt: skip


def vo2_time(runner: Runner, rng: Rng) -> Plan:
    """Reps of 1 to 5 min near the speed of a mile to 5 km."""
    seconds = float(rng.choice([60, 90, 120, 150, 180, 240, 300]))
    n = int(np.clip(rng.integers(12, 22) * 60 / seconds, 3, 12))
    speed = min(runner.critical_mps + 0.6 * runner.d_prime_m / seconds, runner.speed_for(seconds)) * rng.uniform(
        0.95, 1.0
    )
    rest = max(30.0, 15 * round(seconds * rng.uniform(0.4, 1.2) / 15))
    work = reps(rng, runner, n, speed, duration_s=seconds, rest_s=rest, trend=rng.uniform(-0.04, 0.03))
    segments = warm_up(rng, runner) + work + cool_down(rng, runner)
    return Plan("vo2_time", "intervals", tuple(segments), pick_layout(rng), pick_hilliness(rng) / 2,
                shorthand=f"{n} x {seconds:.0f} s", has_steps=bool(rng.random() < 0.6))  # fmt: skip


def vo2_distance(runner: Runner, rng: Rng) -> Plan:
    """Reps of 400 to 1200 m, on a road or on the track, jogging a distance or resting a time."""
    metres = float(rng.choice([400, 500, 600, 800, 1000, 1200]))
    n = int(np.clip(round(rng.uniform(2800, 5200) / metres), 3, 12))
    on_track = bool(rng.random() < 0.5)
    seconds = metres / runner.critical_mps
    speed = min(runner.critical_mps + 0.6 * runner.d_prime_m / seconds, 0.97 * runner.max_mps) * rng.uniform(0.95, 1.0)
    rest_m = float(rng.choice([200, 400])) if rng.random() < 0.4 else NAN
    rest_s = max(45.0, 15 * round(seconds * rng.uniform(0.5, 1.1) / 15))
    work = reps(rng, runner, n, speed, distance_m=metres, rest_s=rest_s, rest_m=rest_m, on_track=on_track,
                trend=rng.uniform(-0.04, 0.03), ends_on_last=bool(rng.random() < 0.5))  # fmt: skip
    segments = warm_up(rng, runner) + work + cool_down(rng, runner)
    return Plan("vo2_distance", "intervals", tuple(segments), pick_layout(rng), pick_hilliness(rng) / 2,
                shorthand=f"{n} x {metres:.0f} m", has_steps=bool(rng.random() < 0.5))  # fmt: skip


def ladder(runner: Runner, rng: Rng) -> Plan:
    """Rep durations that go up, or up and down."""
    up = [60.0, 120.0, 180.0, 240.0][: int(rng.integers(3, 5))]
    steps = up if rng.random() < 0.4 else up + up[-2::-1]
    work: list[Segment] = []
    for seconds in steps:
        speed = (runner.critical_mps + 0.5 * runner.d_prime_m / seconds) * rng.uniform(0.96, 1.0)
        work += reps(rng, runner, 1, speed, duration_s=seconds, rest_s=max(60.0, seconds * 0.6), ends_on_last=False)
    segments = warm_up(rng, runner) + work + cool_down(rng, runner)
    return Plan("ladder", "intervals", tuple(segments), pick_layout(rng), pick_hilliness(rng) / 2, has_steps=True)


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
        rest_s, rest_m = rng.uniform(45, 120), metres if rng.random() < 0.5 else NAN
        work = reps(rng, runner, n, speed, distance_m=metres, rest_s=rest_s, rest_m=rest_m,
                    bout=bout, set_no=2, on_track=on_track, trend=rng.uniform(-0.05, 0.05))  # fmt: skip
        label = f"{n} x {metres:.0f} m"
    segments = warm_up(rng, runner) + before + work + cool_down(rng, runner)
    return Plan(
        "hiit",
        "hiit",
        tuple(segments),
        pick_layout(rng),
        pick_hilliness(rng) / 2,
        shorthand=label,
        has_steps=bool(rng.random() < 0.4),
    )
