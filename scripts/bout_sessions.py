"""Simulated sessions with known work bouts, to train and to test the bout detector: no real file is involved.

A session is made in three steps: what the coach wrote (a plan of stretches), what the body did with it (ramps,
reaction, drift, terrain, heart rate, cadence), and what the watch kept of it (lag, noise, smart recording, dropouts).
The result is on whole seconds, as `Grid` has it after the lag was corrected, with what is left of the lag.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from numba import njit

F8 = npt.NDArray[np.float64]


@dataclass(frozen=True)
class World:
    """How the watches and the runners of a simulated world differ; changed for tests on another world."""

    residual_lag_s: tuple[float, float] = (0.0, 0.9)
    """Mean and standard deviation of what the correction of lag leaves."""
    lag_tau_s: tuple[float, float] = (0.5, 4.5)
    """Time constant of the watch's smoothing."""
    fast_noise: tuple[float, float] = (0.003, 0.03)
    slow_noise: tuple[float, float] = (0.004, 0.022)
    body_noise: tuple[float, float] = (0.006, 0.028)
    smart_share: float = 0.35
    smart_dt_s: tuple[float, float] = (2.0, 7.0)
    no_cadence_share: float = 0.12
    no_heart_rate_share: float = 0.15
    walk_rest_share: float = 0.25
    stand_rest_share: float = 0.12


@dataclass
class Session:
    """One simulated session: channels on whole seconds (NaN missing), true bouts (start, end, kind), soft stretches."""

    kind: str
    speed_mps: F8
    cadence_spm: F8
    heart_rate_bpm: F8
    grade_frac: F8
    is_timer_on: npt.NDArray[np.bool_]
    bouts: list[tuple[float, float, str]]
    soft: list[tuple[float, float]] = field(default_factory=list)


@dataclass
class _Piece:
    """A planned stretch: seconds, speed, and what it is (kind of bout, "soft", or "")."""

    duration_s: float
    speed_mps: float
    kind: str = ""
    grade: float = np.nan
    end_speed_mps: float = np.nan
    burst_frac: float = 0.0
    """By how much the first 10 to 30 s are faster."""


@njit(cache=True)
def _ar1(white: F8, tau: float) -> F8:
    rho = np.exp(-1.0 / tau)
    gain = np.sqrt(1.0 - rho * rho)
    out = np.empty_like(white)
    x = white[0]
    for i in range(white.size):
        x = rho * x + gain * white[i]
        out[i] = x
    return out


@njit(cache=True)
def _follow(target: F8, tau_up: float, tau_down: float) -> F8:
    out = np.empty_like(target)
    x = target[0]
    up = 1.0 - np.exp(-1.0 / tau_up)
    down = 1.0 - np.exp(-1.0 / tau_down)
    for i in range(target.size):
        x += (target[i] - x) * (up if target[i] > x else down)
        out[i] = x
    return out


class _Runner:
    """An athlete: easy speed, critical speed, habits."""

    def __init__(self, rng: np.random.Generator, world: World) -> None:
        self.rng = rng
        self.world = world
        self.easy = rng.uniform(2.1, 3.7)
        self.critical = self.easy * rng.uniform(1.12, 1.42)
        self.d_prime = rng.uniform(90, 260)
        self.unsteady = rng.uniform(0.008, 0.045)
        """How much easy running wanders from one stretch to the next."""
        self.uneven = rng.uniform(0.008, 0.04)
        """How much reps of one set differ."""

    def rep_speed(self, duration_s: float) -> float:
        """What the runner would hold in a rep of a set of that duration, not quite all out."""
        best = self.critical + self.d_prime / max(duration_s, 15.0) ** 0.97
        effort = self.rng.uniform(0.88, 1.0) if duration_s < 180 else self.rng.uniform(0.92, 1.01)
        return float(np.clip(min(best, self.critical * 1.75) * effort, self.easy * 1.06, 9.0))

    def rest(self, duration_s: float, style: str) -> list[_Piece]:
        rng = self.rng
        jog = self.easy * rng.uniform(0.70, 1.0)
        walk = rng.uniform(1.0, 1.6)
        if style == "stand":
            return [_Piece(duration_s, 0.0 if rng.random() < 0.6 else rng.uniform(0.0, 0.6))]
        if style == "walk":
            return [_Piece(duration_s, walk)]
        if style == "mix":
            part = duration_s * rng.uniform(0.2, 0.6)
            first, second = (walk, jog) if rng.random() < 0.6 else (jog, walk)
            return [_Piece(part, first), _Piece(duration_s - part, second)]
        if duration_s > 60 and rng.random() < 0.3:  # not one speed: trot off, then jog back to the line
            part = duration_s * rng.uniform(0.25, 0.75)
            return [_Piece(part, jog), _Piece(duration_s - part, self.easy * rng.uniform(0.75, 1.08))]
        return [_Piece(duration_s, jog)]

    def rest_style(self) -> str:
        rng, world = self.rng, self.world
        p = np.array([0.0, world.walk_rest_share, world.stand_rest_share, 0.15])
        p[0] = 1.0 - p.sum()
        return str(rng.choice(["jog", "walk", "stand", "mix"], p=p))


def _easy(runner: _Runner, seconds: float) -> list[_Piece]:
    """Easy running with the slow changes of speed that nobody planned."""
    rng = runner.rng
    out: list[_Piece] = []
    left = seconds
    while left > 1:
        part = min(left, rng.uniform(60, 900))
        out.append(_Piece(part, runner.easy * rng.normal(1.0, runner.unsteady)))
        left -= part
    return out


def _warm(runner: _Runner, longest: float = 1500.0) -> list[_Piece]:
    rng = runner.rng
    if rng.random() < 0.12:
        return []
    out = [_Piece(rng.uniform(60, 300), rng.uniform(1.1, 1.7))] if rng.random() < 0.12 else []
    out += _easy(runner, rng.uniform(240, longest))
    if rng.random() < 0.16:  # drills and accelerations before the session: seen on the watch, not part of the plan
        for _ in range(int(rng.integers(2, 7))):
            out.append(_Piece(rng.uniform(8, 30), runner.easy * rng.uniform(1.1, 1.6), "soft"))
            out += runner.rest(rng.uniform(15, 60), str(rng.choice(["walk", "stand", "jog"])))
    if rng.random() < 0.25:
        out.append(_Piece(rng.uniform(20, 240), rng.choice([0.0, 1.2, 0.4])))
    return out


def _cool(runner: _Runner) -> list[_Piece]:
    rng = runner.rng
    out: list[_Piece] = []
    if rng.random() < 0.82:
        out += runner.rest(rng.uniform(20, 150), runner.rest_style()) if rng.random() < 0.5 else []
        pace = rng.uniform(0.88, 1.10)  # some trot home, some run home faster than they came
        out += [_Piece(p.duration_s, p.speed_mps * pace) for p in _easy(runner, rng.uniform(180, 1800))]
        if rng.random() < 0.25:  # hurrying for part of the way
            at = int(rng.integers(0, len(out) + 1))
            out.insert(at, _Piece(rng.uniform(30, 400), runner.easy * rng.uniform(1.03, 1.16)))
    if rng.random() < 0.3:
        out.append(_Piece(rng.uniform(60, 600), rng.uniform(1.0, 1.6)))
    return out


def _set(
    runner: _Runner, n: int, duration_s: float, rest_s: float, kind: str, *, speed: float = np.nan, style: str = "",
    distance_m: float = np.nan, lead: float = 0.0, grade: float = np.nan, scatter: float = 0.0,
) -> list[_Piece]:  # fmt: skip
    """Reps of one kind with their rests; the last rest is left out."""
    rng = runner.rng
    speed = runner.rep_speed(duration_s) if np.isnan(speed) else speed
    style = style or runner.rest_style()
    trend = rng.normal(0, 0.03)
    shy = rng.uniform(0.85, 0.98) if rng.random() < 0.15 else 1.0  # the first rep or two to feel the way
    burst = rng.uniform(0.03, 0.25) if rng.random() < 0.35 else 0.0  # a fast start of each rep
    by_distance = not np.isnan(distance_m)
    hand_rest = rng.random() < 0.4
    out: list[_Piece] = []
    for i in range(n):
        v = speed * (1 + trend * (i / max(n - 1, 1) - 0.5) + rng.normal(0, runner.uneven))
        v *= shy if i < 1 + n // 5 else 1.0
        seconds = distance_m / v if by_distance else duration_s
        seconds *= np.exp(rng.normal(0, scatter)) if scatter else 1.0
        drift = rng.normal(0, 0.02) - (0.05 if seconds < 60 and rng.random() < 0.3 else 0.0)
        out.append(
            _Piece(seconds, v * (1 - drift / 2), kind, grade, v * (1 + drift / 2), burst * rng.uniform(0.3, 1.5))
        )
        if i < n - 1:
            r = rest_s * (np.exp(rng.normal(0, 0.12)) if hand_rest else 1.0)
            rest = runner.rest(r, style if rng.random() > 0.06 else runner.rest_style())
            if not np.isnan(grade):
                for piece in rest:
                    piece.grade = (
                        -grade
                        * rng.uniform(0.7, 1.1)
                        * seconds
                        * v
                        / max(sum(p.duration_s * p.speed_mps for p in rest), 1.0)
                    )
                    piece.grade = float(np.clip(piece.grade, -0.14, 0.0))
            out += rest
    return out


CANON_S = (30, 45, 60, 75, 90, 120, 150, 180, 240, 300, 360, 420, 480, 600)
CANON_M = (200, 300, 400, 500, 600, 800, 1000, 1200, 1600, 2000)


def _reps(runner: _Runner) -> list[_Piece]:
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
    return _set(runner, n, t, rest, "interval", distance_m=d)


def _cruise(runner: _Runner) -> list[_Piece]:
    rng = runner.rng
    t = float(rng.choice([240, 300, 360, 420, 480, 600, 720, 900]))
    n = int(np.clip(round(rng.uniform(1200, 2700) / t), 2, 8))
    kind = "tempo" if t >= 480 else "interval"
    v = runner.critical * rng.uniform(0.90, 1.0)
    v = max(v, runner.easy * rng.uniform(1.05, 1.12))
    return _set(runner, n, t, float(rng.choice([45, 60, 90, 120, 180])), kind, speed=v)


def _tempo(runner: _Runner) -> list[_Piece]:
    rng = runner.rng
    v = max(runner.critical * rng.uniform(0.86, 0.99), runner.easy * rng.uniform(1.05, 1.14))
    t = float(rng.choice([480, 600, 720, 900, 960, 1080, 1200, 1500, 1800, 2400]))
    out = [_Piece(t, v, "tempo", np.nan, v * rng.normal(1.0, 0.02))]
    if rng.random() < 0.15:
        out += runner.rest(rng.uniform(60, 240), "jog") + [_Piece(t * rng.uniform(0.5, 1), v, "tempo")]
    return out


def _strides(runner: _Runner, n: int = 0) -> list[_Piece]:
    rng = runner.rng
    t = float(rng.choice([12, 15, 18, 20, 20, 25, 30]))
    n = n or int(rng.integers(3, 11))
    v = runner.easy * rng.uniform(1.22, 1.85)
    rest = float(rng.choice([30, 40, 45, 60, 60, 75, 90, 120]))
    return _set(
        runner,
        n,
        t,
        rest,
        "stride",
        speed=min(v, 8.0),
        style=str(rng.choice(["jog", "walk", "mix"], p=[0.7, 0.18, 0.12])),
    )


def _sprints(runner: _Runner) -> list[_Piece]:
    rng = runner.rng
    t = float(rng.choice([8, 10, 12, 15, 20, 25]))
    v = runner.critical * rng.uniform(1.25, 1.8)
    return _set(
        runner, int(rng.integers(4, 16)), t, float(rng.choice([30, 45, 60, 90, 120, 180])), "sprint", speed=min(v, 9.0)
    )


def _hiit(runner: _Runner) -> list[_Piece]:
    rng = runner.rng
    t = float(rng.choice([15, 20, 30, 30, 40, 45]))
    out: list[_Piece] = []
    for block in range(int(rng.integers(1, 4))):
        if block:
            out += runner.rest(rng.uniform(120, 300), runner.rest_style())
        out += _set(
            runner,
            int(rng.integers(5, 16)),
            t,
            float(rng.choice([15, 20, 30, 45, 60])),
            "sprint" if t <= 25 else "interval",
            speed=runner.critical * rng.uniform(1.05, 1.4),
        )
    return out


def _fartlek(runner: _Runner) -> list[_Piece]:
    rng = runner.rng
    out: list[_Piece] = []
    for _ in range(int(rng.integers(5, 14))):
        t = float(np.exp(rng.uniform(np.log(20), np.log(300))))
        v = max(runner.rep_speed(t) * rng.uniform(0.9, 1.0), runner.easy * 1.1)
        out += [_Piece(t, v, "fartlek"), *runner.rest(rng.uniform(40, 300), "jog" if rng.random() < 0.8 else "walk")]
    return out[:-1]


def _ladder(runner: _Runner) -> list[_Piece]:
    rng = runner.rng
    ladders = ((60, 120, 180, 240, 180, 120, 60), (300, 240, 180, 120, 60), (180, 120, 60, 30), (60, 90, 120, 180, 240))
    base = list(ladders[rng.integers(0, len(ladders))])
    if rng.random() < 0.4:
        base = base[::-1]
    out: list[_Piece] = []
    style = runner.rest_style()
    for t in base:
        out += [_Piece(t, runner.rep_speed(t), "interval"), *runner.rest(rng.uniform(60, 180), style)]
    return out[:-1]


def _mixed(runner: _Runner) -> list[_Piece]:
    rng = runner.rng
    makers = [_reps, _cruise, _sprints, _strides, _hiit, _tempo]
    first, second = rng.choice(len(makers), 2, replace=False)
    a, b = makers[first](runner), makers[second](runner)
    gap = runner.rest(rng.uniform(60, 400), runner.rest_style())
    if rng.random() < 0.4:
        gap += _easy(runner, rng.uniform(60, 600))
    return a + gap + b


def _hills(runner: _Runner) -> list[_Piece]:
    rng = runner.rng
    t = float(rng.choice([10, 20, 30, 45, 60, 75, 90, 120, 180, 240]))
    grade = rng.uniform(0.04, 0.13)
    v = runner.rep_speed(max(t, 30)) / (1 + 3.2 * grade) * rng.uniform(0.92, 1.05)
    rest = max(t * rng.uniform(1.0, 2.2), 40.0)
    return _set(
        runner,
        int(rng.integers(4, 13)),
        t,
        rest,
        "hill",
        speed=v,
        grade=grade,
        style=str(rng.choice(["jog", "walk", "mix"])),
    )


def _stops(runner: _Runner, pieces: list[_Piece], per_hour: float) -> list[_Piece]:
    """Traffic lights, shoe laces, gates: a stop now and then, with a walk up to it or a hurry after it."""
    rng = runner.rng
    out: list[_Piece] = []
    for piece in pieces:
        left = piece.duration_s
        while not piece.kind and rng.random() < 1 - np.exp(-per_hour * left / 3600) and left > 40:
            part = rng.uniform(10, left - 10)
            out.append(_Piece(part, piece.speed_mps))
            out.append(_Piece(rng.choice([4, 10, 25, 45]) * rng.uniform(0.6, 1.6), rng.choice([0.0, 0.3, 1.2])))
            if rng.random() < 0.15:
                out.append(_Piece(rng.uniform(5, 15), piece.speed_mps * rng.uniform(1.1, 1.4)))
            left -= part
        out.append(_Piece(left, piece.speed_mps, piece.kind, piece.grade, piece.end_speed_mps, piece.burst_frac))
    return out


def _plan(kind: str, runner: _Runner) -> list[_Piece]:
    rng = runner.rng
    if kind in ("easy", "long", "trail", "stops", "progression", "race", "surges", "runwalk"):
        return _plan_without_bouts(kind, runner)
    if kind == "strides":
        out = _easy(runner, rng.uniform(900, 3600)) + _strides(runner)
        return out + (_easy(runner, rng.uniform(20, 700)) if rng.random() < 0.8 else [])
    if kind == "strides_first":
        return (
            _easy(runner, rng.uniform(500, 1500))
            + _strides(runner, int(rng.integers(3, 6)))
            + runner.rest(rng.uniform(60, 240), "jog")
            + (_reps(runner) if rng.random() < 0.6 else _cruise(runner))
            + _cool(runner)
        )
    if rng.random() < 0.25 and kind in ("reps", "cruise", "ladder", "hiit", "sprints", "mixed"):
        # a watch that was started for the session alone, often stopped on the last line
        return _bare(runner, kind)
    maker = {
        "reps": _reps, "cruise": _cruise, "tempo": _tempo, "sprints": _sprints, "hiit": _hiit, "fartlek": _fartlek,
             "ladder": _ladder, "mixed": _mixed, "hills": _hills}[kind]  # fmt: skip
    return _warm(runner) + maker(runner) + _cool(runner)


def _bare(runner: _Runner, kind: str) -> list[_Piece]:
    """A recording of reps and rests and nothing else."""
    rng = runner.rng
    makers = {"reps": _reps, "cruise": _cruise, "ladder": _ladder, "hiit": _hiit, "sprints": _sprints, "mixed": _mixed}
    lead = [_Piece(rng.uniform(2, 40), rng.choice([0.0, 1.2]))] if rng.random() < 0.4 else []
    tail = [_Piece(rng.uniform(2, 90), rng.choice([0.0, 1.2]))] if rng.random() < 0.4 else []
    return lead + makers[kind](runner) + tail


def _run_walk(runner: _Runner) -> list[_Piece]:
    """Easy running with walking breaks, by the clock or as it comes: the runs are no reps."""
    rng = runner.rng
    runner.easy = min(runner.easy, rng.uniform(1.9, 2.8))
    draw = rng.random()
    if draw < 0.3:
        return _stops(runner, _easy(runner, rng.uniform(1800, 4200)), 14)
    out = [_Piece(rng.uniform(60, 400), rng.uniform(1.2, 1.7))] if rng.random() < 0.5 else []
    run, walk = float(rng.choice([60, 90, 120, 180, 240, 300, 480, 600, 900])), float(rng.choice([30, 45, 60, 90, 120]))
    for _ in range(int(np.clip(rng.uniform(1200, 3600) / (run + walk), 3, 25))):
        wander = np.exp(rng.normal(0, 0.03 if draw < 0.7 else 0.4, 2))
        out += [
            _Piece(run * wander[0], runner.easy * rng.normal(1.0, 0.04)),
            _Piece(walk * wander[1], rng.uniform(1.1, 1.7)),
        ]
    return out


def _plan_without_bouts(kind: str, runner: _Runner) -> list[_Piece]:
    rng = runner.rng
    if kind == "long":
        return _easy(runner, rng.uniform(5400, 9000))
    if kind == "progression":
        n = int(rng.integers(3, 12))
        total, top = rng.uniform(1800, 5400), rng.uniform(1.06, 1.3)
        return [_Piece(total / n, runner.easy * (1 + (top - 1) * i / (n - 1))) for i in range(n)]
    if kind == "race":
        v = runner.critical * rng.uniform(0.9, 1.05)
        even = [_Piece(p.duration_s, p.speed_mps / runner.easy * v) for p in _easy(runner, rng.uniform(900, 5400))]
        return even
    if kind == "surges":  # a dog, a road to cross, overtaking
        out = _easy(runner, rng.uniform(1500, 4500))
        for _ in range(int(rng.integers(1, 3))):
            at = int(rng.integers(0, len(out) + 1))
            out.insert(
                at,
                _Piece(rng.uniform(5, 18), runner.easy * rng.uniform(1.15, 1.7), ""),
            )
        return out
    if kind == "runwalk":
        return _run_walk(runner)
    out = _easy(runner, rng.uniform(1200, 4500))
    return _stops(runner, out, rng.uniform(6, 40)) if kind == "stops" else out


KINDS = ("easy", "long", "trail", "stops", "progression", "race", "surges", "runwalk", "strides", "strides_first", "reps", "cruise",
         "tempo", "sprints", "hiit", "fartlek", "ladder", "mixed", "hills")  # fmt: skip
WEIGHTS = np.array([8, 3, 7, 8, 4, 3, 3, 4, 11, 5, 18, 8, 7, 6, 4, 5, 3, 8, 6], dtype=np.float64)


def simulate(seed: int, kind: str = "", world: World | None = None) -> Session:
    """A session of the kind ("" draws one), the same for the same seed."""
    world = world or World()
    rng = np.random.default_rng([seed, 20260])
    kind = kind or str(rng.choice(KINDS, p=WEIGHTS / WEIGHTS.sum()))
    runner = _Runner(rng, world)
    pieces = _plan(kind, runner)
    if kind not in ("stops", "runwalk") and rng.random() < 0.35:
        pieces = _stops(runner, pieces, rng.uniform(1, 5))
    if rng.random() < 0.18:
        pieces = pieces + [_Piece(rng.uniform(60, 900), rng.uniform(0.9, 1.6))]
    return _record(kind, rng, world, runner, pieces)


def _terrain(rng: np.random.Generator, m: int, kind: str) -> F8:
    """Grade of the ground, second by second."""
    scale = rng.uniform(0.02, 0.11) if kind == "trail" else rng.choice([0.0, 0.004, 0.012, 0.022, 0.035])
    return np.asarray(
        np.clip(_ar1(rng.normal(size=m), rng.uniform(25, 240 if kind == "trail" else 120)) * scale, -0.3, 0.3)
    )


def _record(kind: str, rng: np.random.Generator, world: World, runner: _Runner, pieces: list[_Piece]) -> Session:
    """The pieces as run by the body and kept by the watch."""
    edges = np.concatenate(([0.0], np.cumsum([p.duration_s for p in pieces])))
    m = int(edges[-1])
    t = np.arange(m)
    target = np.zeros(m)
    planned_grade = np.full(m, np.nan)
    bouts: list[tuple[float, float, str]] = []
    soft: list[tuple[float, float]] = []
    behind = rng.uniform(0.0, 2.5)  # positions themselves trail, and what was aligned to them trails with them
    early = behind + rng.normal(0.4, 1.0)  # a habit: how long after the beep this runner goes, and runs on
    late = behind + rng.uniform(0.0, 3.0)
    for piece, a, b in zip(pieces, edges[:-1], edges[1:], strict=True):
        start, end = a, b
        if piece.kind:
            start = a + np.clip(early + rng.normal(0, 0.9), -2.5, 6.0)
        i, j = int(max(round(start), 0)), int(min(round(end), m))
        stop = piece.speed_mps if np.isnan(piece.end_speed_mps) else piece.end_speed_mps
        if j > i:
            target[i:j] = np.linspace(piece.speed_mps, stop, j - i)
            if piece.burst_frac and j - i > 30:
                target[i:j] *= 1 + piece.burst_frac * np.exp(-np.arange(j - i) / rng.uniform(8, 30))
            planned_grade[i:j] = piece.grade
        if piece.kind == "soft":
            soft.append((a, b))
        elif piece.kind:
            bouts.append((a, b, piece.kind))
    for piece, _a, b in zip(pieces, edges[:-1], edges[1:], strict=True):
        if piece.kind and rng.random() < 0.9:
            i = int(round(b))
            j = min(m, int(round(b + np.clip(late + rng.normal(0, 1.0), 0, 8))))
            if j > i:
                target[i:j] = piece.speed_mps
    return _watch(kind, rng, world, runner, target, planned_grade, bouts, soft, t)


def _watch(
    kind: str, rng: np.random.Generator, world: World, runner: _Runner, target: F8, planned_grade: F8,
    bouts: list[tuple[float, float, str]], soft: list[tuple[float, float]], t: npt.NDArray[np.int64],
) -> Session:  # fmt: skip
    m = target.size
    grade = _terrain(rng, m, kind)
    grade = np.where(np.isnan(planned_grade), grade, planned_grade)
    grade = _follow(grade, 3.0, 3.0)
    evenness = rng.uniform(0.3, 1.0)
    slow = np.where(
        np.isnan(planned_grade), np.exp(-np.clip(grade * rng.uniform(2.2, 3.4) * evenness, -0.18, 0.6)), 1.0
    )
    body = np.exp(_ar1(rng.normal(size=m), rng.uniform(15, 60)) * rng.uniform(*world.body_noise))
    drift = 1 + rng.normal(0, 0.02) * np.linspace(-1, 1, m)
    too_steep = (
        np.isnan(planned_grade) & (grade > (rng.uniform(0.07, 0.22) if kind == "trail" else 0.2)) & (target > 1.9)
    )
    target = np.where(too_steep, rng.uniform(0.9, 1.6), target)
    walk = target < 1.9
    real = _follow(target * np.where(walk, 1.0, slow * drift * body), rng.uniform(1.0, 3.5), rng.uniform(1.0, 3.0))
    cadence = _cadence(rng, runner, real, m)
    heart = _heart(rng, runner, real, grade, m, world)
    speed = _follow(real, rng.uniform(*world.lag_tau_s), rng.uniform(*world.lag_tau_s))
    mean_lag = _centroid_lag(real, speed)
    shift = mean_lag + rng.normal(*world.residual_lag_s)
    speed = np.interp(t + shift, t, speed)
    noise = np.exp(
        _ar1(rng.normal(size=m), 4.0) * rng.uniform(*world.fast_noise)
        + _ar1(rng.normal(size=m), rng.uniform(15, 50)) * rng.uniform(*world.slow_noise)
    )
    if rng.random() < 0.3:  # streets with bad reception: some minutes with much more noise
        for _ in range(int(rng.integers(1, 6))):
            i = int(rng.integers(0, m))
            j = min(m, i + int(rng.integers(30, 300)))
            noise[i:j] *= np.exp(_ar1(rng.normal(size=j - i), rng.uniform(3, 15)) * rng.uniform(0.05, 0.15))
    if rng.random() < 0.1:
        k = min(m, int(rng.integers(10, 60)))
        noise[:k] *= np.linspace(rng.uniform(1.2, 2.5), 1.0, k)
    speed = speed * noise
    if rng.random() < 0.25:
        speed = speed + rng.normal(0, rng.choice([0.03, 0.08, 0.2]), m)
    speed = np.maximum(speed, 0.0)
    if rng.random() < world.smart_share:
        keep = np.cumsum(
            np.maximum(1, np.round(rng.uniform(*world.smart_dt_s) * np.exp(rng.normal(0, 0.35, m)))).astype(np.int64)
        )
        keep = np.concatenate(([0], keep[keep < m]))
        speed, cadence = np.interp(t, t[keep], speed[keep]), np.interp(t, t[keep], cadence[keep])
    if rng.random() < 0.5:
        speed = np.round(speed / 0.028) * 0.028
    on = np.ones(m, dtype=np.bool_)
    if rng.random() < 0.45:  # auto-pause
        still = real < 0.4
        on = ~(still & np.concatenate(([False], still[:-1])))
    speed = np.where(on, speed, np.nan)
    cadence = np.where(on, cadence, np.nan)
    if rng.random() < world.no_cadence_share:
        cadence = np.full(m, np.nan)
    seen_grade = grade + _ar1(rng.normal(size=m), rng.uniform(10, 60)) * rng.choice([0.002, 0.008, 0.02])
    if rng.random() < 0.2:
        seen_grade = np.full(m, np.nan)
    return Session(kind, speed, cadence, heart, seen_grade, on, bouts, soft)


def _centroid_lag(real: F8, speed: F8) -> float:
    """By how many seconds speed trails, as the correlation of changes finds it."""
    a = np.diff(np.convolve(real, np.ones(5) / 5, "same"))
    best, at = -1.0, 0
    for lag in range(13):
        b = np.diff(np.convolve(speed, np.ones(5) / 5, "same"))[lag:]
        r = float(np.dot(a[: b.size], b))
        if r > best:
            best, at = r, lag
    return float(at)


def _cadence(rng: np.random.Generator, runner: _Runner, real: F8, m: int) -> F8:
    slope = rng.uniform(4, 15)
    base = rng.uniform(152, 182)
    run = base + slope * (real - runner.easy) + np.where(real > runner.easy * 1.3, rng.uniform(0, 10), 0.0)
    walk = rng.uniform(100, 125) * np.clip(real / 1.4, 0.0, 1.15)
    cadence = np.where(real > 1.9, run, walk)
    cadence = _follow(cadence, rng.uniform(0.8, 2.5), rng.uniform(0.8, 2.5))
    at = np.arange(m)
    cadence = np.interp(at + rng.normal(1.2, 0.9), at, cadence)
    cadence = (
        cadence
        + _ar1(rng.normal(size=m), rng.uniform(5, 40)) * rng.uniform(0.5, 2.2)
        + rng.normal(0, rng.uniform(0.3, 1.5), m)
    )
    step = rng.choice([1.0, 2.0])
    cadence = np.round(np.maximum(cadence, 0) / step) * step
    if rng.random() < 0.15:
        for _ in range(int(rng.integers(1, 6))):
            i = int(rng.integers(0, m))
            cadence[i : i + int(rng.integers(2, 20))] = rng.choice([0.0, 90.0])
    return np.asarray(cadence)


def _heart(rng: np.random.Generator, runner: _Runner, real: F8, grade: F8, m: int, world: World) -> F8:
    if rng.random() < world.no_heart_rate_share:
        return np.full(m, np.nan)
    hr_max = rng.uniform(152, 208)
    rest = rng.uniform(45, 70)
    load = real * (1 + 3.5 * np.clip(grade, -0.05, 0.2)) / runner.critical
    floor = rng.uniform(0.18, 0.34)
    reserve = np.clip(floor + (0.92 - floor) * load, 0.3, 1.0)
    aim = rest + (hr_max - rest) * reserve * (1 + rng.uniform(0, 0.06) * np.linspace(0, 1, m))
    aim = np.where(real < 1.9, rest + (hr_max - rest) * 0.42, aim)
    aim[0] = rest + 0.3 * (hr_max - rest)
    heart = _follow(np.minimum(aim, hr_max), rng.uniform(18, 40), rng.uniform(25, 60))
    if rng.random() < 0.3:  # a loose optical sensor: late and too low when it gets hard
        heart = _follow(heart, rng.uniform(10, 40), rng.uniform(5, 30))
        heart = np.where(heart > 120, 120 + (heart - 120) * rng.uniform(0.4, 1.0), heart)
    heart = heart + _ar1(rng.normal(size=m), 20.0) * rng.uniform(0.5, 2.5)
    if rng.random() < 0.1:  # a loose strap
        i = int(rng.integers(0, m))
        heart[i : i + int(rng.integers(30, 600))] += rng.normal(0, 20)
    return np.asarray(np.round(heart))
