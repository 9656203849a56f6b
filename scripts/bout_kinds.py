"""What coaches write: one plan for each kind of session of the simulated world that trains the bout detector."""

from __future__ import annotations

import numpy as np

from bout_plans import Piece, Runner, cool_down, easy_running, rep_set, warm_up, with_stops

CANON_S = (30, 45, 60, 75, 90, 120, 150, 180, 240, 300, 360, 420, 480, 600)
CANON_M = (200, 300, 400, 500, 600, 800, 1000, 1200, 1600, 2000)


def _reps(runner: Runner) -> list[Piece]:
    """Classic intervals by time or distance."""
    rng = runner.rng
    if rng.random() < 0.5:
        d = float(rng.choice(CANON_M)) * (1.0 if rng.random() < 0.85 else rng.uniform(0.85, 1.15))
        t = d / (runner.critical * 1.05)
    else:
        d, t = np.nan, float(rng.choice(CANON_S))
    work = rng.uniform(600, 2600)
    n = int(np.clip(round(work / t * (0.6 if t < 60 else 1.0)), 2, 24))
    rest = float(np.clip(t * rng.choice([0.25, 0.5, 0.75, 1.0, 1.5]), 25, 360))
    return rep_set(runner, n, t, rest, "interval", distance_m=d)


def _cruise(runner: Runner) -> list[Piece]:
    rng = runner.rng
    t = float(rng.choice([240, 300, 360, 420, 480, 600, 720, 900]))
    n = int(np.clip(round(rng.uniform(1200, 2700) / t), 2, 8))
    kind = "tempo" if t >= 480 else "interval"
    v = runner.critical * rng.uniform(0.90, 1.0)
    v = max(v, runner.easy * rng.uniform(1.05, 1.12))
    return rep_set(runner, n, t, float(rng.choice([45, 60, 90, 120, 180])), kind, speed=v)


def _tempo(runner: Runner) -> list[Piece]:
    rng = runner.rng
    v = max(runner.critical * rng.uniform(0.86, 0.99), runner.easy * rng.uniform(1.05, 1.14))
    t = float(rng.choice([480, 600, 720, 900, 960, 1080, 1200, 1500, 1800, 2400]))
    out = [Piece(t, v, "tempo", np.nan, v * rng.normal(1.0, 0.02))]
    if rng.random() < 0.15:
        out += [*runner.rest(rng.uniform(60, 240), "jog"), Piece(t * rng.uniform(0.5, 1), v, "tempo")]
    return out


def _strides(runner: Runner, n: int = 0) -> list[Piece]:
    rng = runner.rng
    t = float(rng.choice([12, 15, 18, 20, 20, 25, 30]))
    n = n or int(rng.integers(3, 11))
    v = runner.easy * rng.uniform(1.22, 1.85)
    rest = float(rng.choice([30, 40, 45, 60, 60, 75, 90, 120]))
    return rep_set(
        runner,
        n,
        t,
        rest,
        "stride",
        speed=min(v, 8.0),
        style=str(rng.choice(["jog", "walk", "mix"], p=[0.7, 0.18, 0.12])),
    )


def _sprints(runner: Runner) -> list[Piece]:
    rng = runner.rng
    t = float(rng.choice([8, 10, 12, 15, 20, 25]))
    v = runner.critical * rng.uniform(1.25, 1.8)
    return rep_set(
        runner, int(rng.integers(4, 16)), t, float(rng.choice([30, 45, 60, 90, 120, 180])), "sprint", speed=min(v, 9.0)
    )


def _hiit(runner: Runner) -> list[Piece]:
    rng = runner.rng
    t = float(rng.choice([15, 20, 30, 30, 40, 45]))
    out: list[Piece] = []
    for block in range(int(rng.integers(1, 4))):
        if block:
            out += runner.rest(rng.uniform(120, 300), runner.rest_style())
        out += rep_set(
            runner,
            int(rng.integers(5, 16)),
            t,
            float(rng.choice([15, 20, 30, 45, 60])),
            "sprint" if t <= 25 else "interval",
            speed=runner.critical * rng.uniform(1.05, 1.4),
        )
    return out


def _fartlek(runner: Runner) -> list[Piece]:
    rng = runner.rng
    out: list[Piece] = []
    for _ in range(int(rng.integers(5, 14))):
        t = float(np.exp(rng.uniform(np.log(20), np.log(300))))
        v = max(runner.rep_speed(t) * rng.uniform(0.9, 1.0), runner.easy * 1.1)
        out += [Piece(t, v, "fartlek"), *runner.rest(rng.uniform(40, 300), "jog" if rng.random() < 0.8 else "walk")]
    return out[:-1]


def _ladder(runner: Runner) -> list[Piece]:
    rng = runner.rng
    ladders = ((60, 120, 180, 240, 180, 120, 60), (300, 240, 180, 120, 60), (180, 120, 60, 30), (60, 90, 120, 180, 240))
    base = list(ladders[rng.integers(0, len(ladders))])
    if rng.random() < 0.4:
        base = base[::-1]
    out: list[Piece] = []
    style = runner.rest_style()
    for t in base:
        out += [Piece(t, runner.rep_speed(t), "interval"), *runner.rest(rng.uniform(60, 180), style)]
    return out[:-1]


def _mixed(runner: Runner) -> list[Piece]:
    rng = runner.rng
    makers = [_reps, _cruise, _sprints, _strides, _hiit, _tempo]
    first, second = rng.choice(len(makers), 2, replace=False)
    a, b = makers[first](runner), makers[second](runner)
    gap = runner.rest(rng.uniform(60, 400), runner.rest_style())
    if rng.random() < 0.4:
        gap += easy_running(runner, rng.uniform(60, 600))
    return a + gap + b


def _hills(runner: Runner) -> list[Piece]:
    rng = runner.rng
    t = float(rng.choice([10, 20, 30, 45, 60, 75, 90, 120, 180, 240]))
    grade = rng.uniform(0.04, 0.13)
    v = runner.rep_speed(max(t, 30)) / (1 + 3.2 * grade) * rng.uniform(0.92, 1.05)
    rest = max(t * rng.uniform(1.0, 2.2), 40.0)
    return rep_set(
        runner,
        int(rng.integers(4, 13)),
        t,
        rest,
        "hill",
        speed=v,
        grade=grade,
        style=str(rng.choice(["jog", "walk", "mix"])),
    )


def plan_of(kind: str, runner: Runner) -> list[Piece]:
    rng = runner.rng
    if kind in ("easy", "long", "trail", "stops", "progression", "race", "surges", "runwalk"):
        return plan_without_bouts(kind, runner)
    if kind == "strides":
        out = easy_running(runner, rng.uniform(900, 3600)) + _strides(runner)
        return out + (easy_running(runner, rng.uniform(20, 700)) if rng.random() < 0.8 else [])
    if kind == "strides_first":
        return (
            easy_running(runner, rng.uniform(500, 1500))
            + _strides(runner, int(rng.integers(3, 6)))
            + runner.rest(rng.uniform(60, 240), "jog")
            + (_reps(runner) if rng.random() < 0.6 else _cruise(runner))
            + cool_down(runner)
        )
    if rng.random() < 0.25 and kind in ("reps", "cruise", "ladder", "hiit", "sprints", "mixed"):
        # a watch that was started for the session alone, often stopped on the last line
        return _bare(runner, kind)
    maker = {
        "reps": _reps, "cruise": _cruise, "tempo": _tempo, "sprints": _sprints, "hiit": _hiit, "fartlek": _fartlek,
             "ladder": _ladder, "mixed": _mixed, "hills": _hills}[kind]  # fmt: skip
    return warm_up(runner) + maker(runner) + cool_down(runner)


def _bare(runner: Runner, kind: str) -> list[Piece]:
    """A recording of reps and rests and nothing else."""
    rng = runner.rng
    makers = {"reps": _reps, "cruise": _cruise, "ladder": _ladder, "hiit": _hiit, "sprints": _sprints, "mixed": _mixed}
    lead = [Piece(rng.uniform(2, 40), rng.choice([0.0, 1.2]))] if rng.random() < 0.4 else []
    tail = [Piece(rng.uniform(2, 90), rng.choice([0.0, 1.2]))] if rng.random() < 0.4 else []
    return lead + makers[kind](runner) + tail


def _run_walk(runner: Runner) -> list[Piece]:
    """Easy running with walking breaks, by the clock or as it comes: the runs are no reps."""
    rng = runner.rng
    runner.easy = min(runner.easy, rng.uniform(1.9, 2.8))
    draw = rng.random()
    if draw < 0.3:
        return with_stops(runner, easy_running(runner, rng.uniform(1800, 4200)), 14)
    out = [Piece(rng.uniform(60, 400), rng.uniform(1.2, 1.7))] if rng.random() < 0.5 else []
    run, walk = float(rng.choice([60, 90, 120, 180, 240, 300, 480, 600, 900])), float(rng.choice([30, 45, 60, 90, 120]))
    for _ in range(int(np.clip(rng.uniform(1200, 3600) / (run + walk), 3, 25))):
        wander = np.exp(rng.normal(0, 0.03 if draw < 0.7 else 0.4, 2))
        out += [
            Piece(run * wander[0], runner.easy * rng.normal(1.0, 0.04)),
            Piece(walk * wander[1], rng.uniform(1.1, 1.7)),
        ]
    return out


def plan_without_bouts(kind: str, runner: Runner) -> list[Piece]:
    rng = runner.rng
    if kind == "long":
        return easy_running(runner, rng.uniform(5400, 9000))
    if kind == "progression":
        n = int(rng.integers(3, 12))
        total, top = rng.uniform(1800, 5400), rng.uniform(1.06, 1.3)
        return [Piece(total / n, runner.easy * (1 + (top - 1) * i / (n - 1))) for i in range(n)]
    if kind == "race":
        v = runner.critical * rng.uniform(0.9, 1.05)
        even = [
            Piece(p.duration_s, p.speed_mps / runner.easy * v) for p in easy_running(runner, rng.uniform(900, 5400))
        ]
        return even
    if kind == "surges":  # a dog, a road to cross, overtaking
        out = easy_running(runner, rng.uniform(1500, 4500))
        for _ in range(int(rng.integers(1, 3))):
            at = int(rng.integers(0, len(out) + 1))
            out.insert(
                at,
                Piece(rng.uniform(5, 18), runner.easy * rng.uniform(1.15, 1.7), ""),
            )
        return out
    if kind == "runwalk":
        return _run_walk(runner)
    out = easy_running(runner, rng.uniform(1200, 4500))
    return with_stops(runner, out, rng.uniform(6, 40)) if kind == "stops" else out


KINDS = (
    "easy", "long", "trail", "stops", "progression", "race", "surges", "runwalk", "strides", "strides_first", "reps",
    "cruise", "tempo", "sprints", "hiit", "fartlek", "ladder", "mixed", "hills",
)  # fmt: skip
WEIGHTS = np.array([8, 3, 7, 8, 4, 3, 3, 4, 11, 5, 18, 8, 9, 6, 4, 5, 3, 8, 6], dtype=np.float64)
