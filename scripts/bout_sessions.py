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

from bout_kinds import KINDS, WEIGHTS, plan_of
from bout_plans import Piece, Runner, World, with_stops

F8 = npt.NDArray[np.float64]


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


def simulate(seed: int, kind: str = "", world: World | None = None) -> Session:
    """A session of the kind ("" draws one), the same for the same seed."""
    world = world or World()
    rng = np.random.default_rng([seed, 20260])
    kind = kind or str(rng.choice(KINDS, p=WEIGHTS / WEIGHTS.sum()))
    runner = Runner(rng, world)
    pieces = plan_of(kind, runner)
    if kind not in ("stops", "runwalk") and rng.random() < 0.35:
        pieces = with_stops(runner, pieces, rng.uniform(1, 5))
    if rng.random() < 0.18:
        pieces = [*pieces, Piece(rng.uniform(60, 900), rng.uniform(0.9, 1.6))]
    return _record(kind, rng, world, runner, pieces)


def _terrain(rng: np.random.Generator, m: int, kind: str) -> F8:
    """Grade of the ground, second by second."""
    scale = rng.uniform(0.02, 0.11) if kind == "trail" else rng.choice([0.0, 0.004, 0.012, 0.022, 0.035])
    return np.asarray(
        np.clip(_ar1(rng.normal(size=m), rng.uniform(25, 240 if kind == "trail" else 120)) * scale, -0.3, 0.3)
    )


def _record(kind: str, rng: np.random.Generator, world: World, runner: Runner, pieces: list[Piece]) -> Session:
    """The pieces as run by the body and kept by the watch."""
    edges = np.concatenate(([0.0], np.cumsum([p.duration_s for p in pieces])))
    m = int(edges[-1])
    t = np.arange(m)
    target = np.zeros(m)
    planned_grade = np.full(m, np.nan)
    bouts: list[tuple[float, float, str]] = []
    soft: list[tuple[float, float]] = []
    behind = rng.uniform(-1.2, 1.2)  # positions trail by more or less than `Settings` assumes
    early = behind + rng.normal(-1.0, 1.1)  # a habit: how long after the beep this runner goes; the ramp comes on top
    late = behind + rng.uniform(0.0, 3.0)
    for piece, a, b in zip(pieces, edges[:-1], edges[1:], strict=True):
        start, end = a, b
        if piece.kind:
            start = max(a + np.clip(early + rng.normal(0, 0.9), -5.0, 5.0), 0.0)
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
            i = round(float(b))
            j = min(m, round(float(b + np.clip(late + rng.normal(0, 1.0), -1, 8))))
            if j > i:
                target[i:j] = piece.speed_mps
            if rng.random() < 0.02 and piece.duration_s > 40:  # something in the way
                at = int(rng.uniform(piece.duration_s * 0.2, piece.duration_s * 0.8))
                k = max(i - at, 0)
                target[k : k + int(rng.integers(3, 15))] *= rng.uniform(0.0, 0.8)
    return _watch(kind, rng, world, runner, target, planned_grade, bouts, soft, t)


def _watch(
    kind: str, rng: np.random.Generator, world: World, runner: Runner, target: F8, planned_grade: F8,
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
    if rng.random() < 0.2:
        target = _turns(rng, target)
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
    if rng.random() < 0.2:  # a track: positions cut the bends, twice a lap
        phase = 2 * np.pi * np.cumsum(real) / rng.uniform(195, 205) + rng.uniform(0, 6)
        noise *= 1 + rng.uniform(0.01, 0.07) * np.sin(phase) * (real > 1.9)
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


def _turns(rng: np.random.Generator, target: F8) -> F8:
    """Sharp corners or turning round at cones: short dips of speed after every so many metres."""
    every, depth = rng.uniform(50, 260), rng.uniform(0.05, 0.3)
    crossings = np.flatnonzero(np.diff(np.floor(np.cumsum(target) / every)) > 0)
    out = target.copy()
    for i in crossings:
        out[i : i + int(rng.integers(3, 8))] *= 1 - depth * rng.uniform(0.6, 1.3)
    return out


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


def _cadence(rng: np.random.Generator, runner: Runner, real: F8, m: int) -> F8:
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


def _heart(rng: np.random.Generator, runner: Runner, real: F8, grade: F8, m: int, world: World) -> F8:
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
