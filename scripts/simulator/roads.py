"""Where a session is run: invented roads, park loops, a 400 m oval, in metres from the start."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulator.noise import correlated

F8 = npt.NDArray[np.float64]
STEP_M = 10.0
STRAIGHT_M = 84.39
RADIUS_M = 36.80  # of the line 0.3 m from the kerb: 2 x 84.39 + 2 pi 36.8 = 400.0


@dataclass(frozen=True, slots=True, eq=False)
class Road:
    """A line on the ground and its grade, every STEP_M metres; `is_closed` when its end is its start."""

    east_m: F8
    north_m: F8
    grade_frac: F8
    is_closed: bool = False
    turn_m: float = np.inf
    """Where an out-and-back turns round."""

    @property
    def length_m(self) -> float:
        """How long it is."""
        return (len(self.east_m) - 1) * STEP_M

    def fold(self, along_m: F8) -> tuple[F8, F8]:
        """Place on the line, and direction (+1 or -1) in which it is run there."""
        if self.is_closed:
            return np.mod(along_m, self.length_m), np.ones_like(along_m)
        if not np.isfinite(self.turn_m):
            return along_m, np.ones_like(along_m)
        phase = np.mod(along_m, 2.0 * self.turn_m)
        return np.where(phase > self.turn_m, 2.0 * self.turn_m - phase, phase), np.where(phase > self.turn_m, -1.0, 1.0)

    def grade_at(self, along_m: F8) -> F8:
        """Grade met when running, negative downhill."""
        place, sign = self.fold(along_m)
        return np.asarray(sign * np.interp(place / STEP_M, np.arange(len(self.grade_frac)), self.grade_frac))

    def position_at(self, along_m: F8) -> tuple[F8, F8]:
        """Metres east and north."""
        place, _ = self.fold(along_m)
        index = np.arange(len(self.east_m))
        return np.interp(place / STEP_M, index, self.east_m), np.interp(place / STEP_M, index, self.north_m)


def make_road(rng: np.random.Generator, layout: str, total_m: float, hilliness: float) -> Road:
    """A road for a session of a length: `loop`, `wander`, or anything else out and back."""
    if layout == "loop":
        return _make_loop(rng, hilliness)
    n = int(total_m * (1.15 if layout == "wander" else 0.6) / STEP_M) + 60
    corners = np.where(rng.random(n) < STEP_M / 350.0, rng.choice([-1.0, 1.0], n) * rng.uniform(0.5, 1.6, n), 0.0)
    heading = rng.uniform(0, 2 * np.pi) + np.cumsum(corners) + np.cumsum(correlated(rng, n, 0.04, 12.0))
    east = np.concatenate(([0.0], np.cumsum(np.sin(heading[:-1]) * STEP_M)))
    north = np.concatenate(([0.0], np.cumsum(np.cos(heading[:-1]) * STEP_M)))
    grade = correlated(rng, n, hilliness, 25.0)
    grade -= grade.mean()
    turn = np.inf if layout == "wander" else total_m / 2.0
    return Road(east, north, np.clip(grade, -0.25, 0.25), turn_m=turn)


def _make_loop(rng: np.random.Generator, hilliness: float) -> Road:
    """A closed loop of 1 to 3 km: a circle bent by a few waves, with distance even along it."""
    length = round(rng.uniform(1000.0, 3000.0) / STEP_M) * STEP_M
    angle = np.linspace(0, 2 * np.pi, 721)
    radius = 1.0 + sum(rng.uniform(0.05, 0.2) / k * np.cos(k * angle + rng.uniform(0, 6.3)) for k in (2, 3, 4))
    x, y = radius * np.sin(angle), radius * np.cos(angle)
    run = np.concatenate(([0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))))
    even = np.linspace(0, run[-1], int(length / STEP_M) + 1)
    scale = length / run[-1]
    grade = sum(
        hilliness * np.sqrt(2 / 3) * np.sin(2 * np.pi * k * even / run[-1] + rng.uniform(0, 6.3)) for k in (1, 2, 3)
    )
    x, y = np.interp(even, run, x) * scale, np.interp(even, run, y) * scale
    return Road(x - x[0], y - y[0], np.asarray(grade, dtype=np.float64), is_closed=True)


def oval_position(along_m: F8, heading_rad: float) -> tuple[F8, F8]:
    """Place on a 400 m oval, run anticlockwise, from the start line at the end of the home straight."""
    s = np.mod(along_m, 400.0)
    bend = np.pi * RADIUS_M
    x, y = np.empty_like(s), np.empty_like(s)
    first, back = s < bend, (s >= bend) & (s < bend + STRAIGHT_M)
    second = (s >= bend + STRAIGHT_M) & (s < 2 * bend + STRAIGHT_M)
    home = s >= 2 * bend + STRAIGHT_M
    a = s[first] / RADIUS_M
    x[first], y[first] = RADIUS_M * np.sin(a), RADIUS_M * (1 - np.cos(a))
    x[back], y[back] = -(s[back] - bend), 2 * RADIUS_M
    a = (s[second] - bend - STRAIGHT_M) / RADIUS_M
    x[second], y[second] = -STRAIGHT_M - RADIUS_M * np.sin(a), RADIUS_M * (1 + np.cos(a))
    x[home], y[home] = s[home] - 2 * bend - 2 * STRAIGHT_M, 0.0
    c, d = np.cos(heading_rad), np.sin(heading_rad)
    return c * x - d * y, d * x + c * y
