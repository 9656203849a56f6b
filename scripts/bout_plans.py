"""Runners and the stretches that sessions are made of: easy running, warm-up, sets of reps, rests, stops."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


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
class Piece:
    """A planned stretch: seconds, speed, and what it is (kind of bout, "soft", or "")."""

    duration_s: float
    speed_mps: float
    kind: str = ""
    grade: float = np.nan
    end_speed_mps: float = np.nan
    burst_frac: float = 0.0
    """By how much the first 10 to 30 s are faster."""


class Runner:
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

    def rest(self, duration_s: float, style: str) -> list[Piece]:
        rng = self.rng
        jog = self.easy * rng.uniform(0.70, 1.0)
        walk = rng.uniform(1.0, 1.6)
        if style == "stand":
            return [Piece(duration_s, 0.0 if rng.random() < 0.6 else rng.uniform(0.0, 0.6))]
        if style == "walk":
            return [Piece(duration_s, walk)]
        if style == "mix":
            part = duration_s * rng.uniform(0.2, 0.6)
            first, second = (walk, jog) if rng.random() < 0.6 else (jog, walk)
            return [Piece(part, first), Piece(duration_s - part, second)]
        if duration_s > 60 and rng.random() < 0.3:  # not one speed: trot off, then jog back to the line
            part = duration_s * rng.uniform(0.25, 0.75)
            return [Piece(part, jog), Piece(duration_s - part, self.easy * rng.uniform(0.75, 1.08))]
        return [Piece(duration_s, jog)]

    def rest_style(self) -> str:
        rng, world = self.rng, self.world
        p = np.array([0.0, world.walk_rest_share, world.stand_rest_share, 0.15])
        p[0] = 1.0 - p.sum()
        return str(rng.choice(["jog", "walk", "stand", "mix"], p=p))


def easy_running(runner: Runner, seconds: float) -> list[Piece]:
    """Easy running with the slow changes of speed that nobody planned."""
    rng = runner.rng
    out: list[Piece] = []
    left = seconds
    while left > 1:
        part = min(left, rng.uniform(60, 900))
        out.append(Piece(part, runner.easy * rng.normal(1.0, runner.unsteady)))
        left -= part
    return out


def warm_up(runner: Runner, longest: float = 1500.0) -> list[Piece]:
    rng = runner.rng
    if rng.random() < 0.12:
        return []
    out = [Piece(rng.uniform(60, 300), rng.uniform(1.1, 1.7))] if rng.random() < 0.12 else []
    out += easy_running(runner, rng.uniform(240, longest))
    if rng.random() < 0.16:  # drills and accelerations before the session: seen on the watch, not part of the plan
        for _ in range(int(rng.integers(2, 7))):
            out.append(Piece(rng.uniform(8, 30), runner.easy * rng.uniform(1.1, 1.6), "soft"))
            out += runner.rest(rng.uniform(15, 60), str(rng.choice(["walk", "stand", "jog"])))
    if rng.random() < 0.25:
        out.append(Piece(rng.uniform(20, 240), rng.choice([0.0, 1.2, 0.4])))
    return out


def cool_down(runner: Runner) -> list[Piece]:
    rng = runner.rng
    out: list[Piece] = []
    if rng.random() < 0.82:
        out += runner.rest(rng.uniform(20, 150), runner.rest_style()) if rng.random() < 0.5 else []
        pace = rng.uniform(0.88, 1.10)  # some trot home, some run home faster than they came
        out += [Piece(p.duration_s, p.speed_mps * pace) for p in easy_running(runner, rng.uniform(180, 1800))]
        if rng.random() < 0.25:  # hurrying for part of the way
            at = int(rng.integers(0, len(out) + 1))
            out.insert(at, Piece(rng.uniform(30, 400), runner.easy * rng.uniform(1.03, 1.16)))
    if rng.random() < 0.3:
        out.append(Piece(rng.uniform(60, 600), rng.uniform(1.0, 1.6)))
    return out


def rep_set(
    runner: Runner, n: int, duration_s: float, rest_s: float, kind: str, *, speed: float = np.nan, style: str = "",
    distance_m: float = np.nan, grade: float = np.nan, scatter: float = 0.0,
) -> list[Piece]:  # fmt: skip
    """Reps of one kind with their rests; the last rest is left out."""
    rng = runner.rng
    speed = runner.rep_speed(duration_s) if np.isnan(speed) else speed
    style = style or runner.rest_style()
    trend = rng.normal(0, 0.03)
    shy = rng.uniform(0.85, 0.98) if rng.random() < 0.15 else 1.0  # the first rep or two to feel the way
    burst = rng.uniform(0.03, 0.25) if rng.random() < 0.35 else 0.0  # a fast start of each rep
    by_distance = not np.isnan(distance_m)
    hand_rest = rng.random() < 0.4
    out: list[Piece] = []
    for i in range(n):
        v = speed * (1 + trend * (i / max(n - 1, 1) - 0.5) + rng.normal(0, runner.uneven))
        v *= shy if i < 1 + n // 5 else 1.0
        seconds = distance_m / v if by_distance else duration_s
        seconds *= np.exp(rng.normal(0, scatter)) if scatter else 1.0
        drift = rng.normal(0, 0.02) - (0.05 if seconds < 60 and rng.random() < 0.3 else 0.0)
        out.append(Piece(seconds, v * (1 - drift / 2), kind, grade, v * (1 + drift / 2), burst * rng.uniform(0.3, 1.5)))
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


def with_stops(runner: Runner, pieces: list[Piece], per_hour: float) -> list[Piece]:
    """Traffic lights, shoe laces, gates: a stop now and then, with a walk up to it or a hurry after it."""
    rng = runner.rng
    out: list[Piece] = []
    for piece in pieces:
        left = piece.duration_s
        while not piece.kind and rng.random() < 1 - np.exp(-per_hour * left / 3600) and left > 40:
            part = rng.uniform(10, left - 10)
            out.append(Piece(part, piece.speed_mps))
            out.append(Piece(rng.choice([4, 10, 25, 45]) * rng.uniform(0.6, 1.6), rng.choice([0.0, 0.3, 1.2])))
            if rng.random() < 0.15:
                out.append(Piece(rng.uniform(5, 15), piece.speed_mps * rng.uniform(1.1, 1.4)))
            left -= part
        out.append(Piece(left, piece.speed_mps, piece.kind, piece.grade, piece.end_speed_mps, piece.burst_frac))
    return out
