"""Positions on a 400 m track, for tests."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

F8 = npt.NDArray[np.float64]
STRAIGHT_M = 84.39


def stadium(along_m: F8, radius_m: float = 36.80) -> tuple[F8, F8]:
    """East and north of points on an oval of two straights and two half circles, counted from a corner."""
    bend_m = np.pi * radius_m
    s = np.asarray(along_m) % (2 * (STRAIGHT_M + bend_m))
    half = s >= STRAIGHT_M + bend_m
    s = np.where(half, s - STRAIGHT_M - bend_m, s)
    angle = np.clip((s - STRAIGHT_M) / radius_m, 0.0, np.pi)
    east = np.where(s < STRAIGHT_M, s - STRAIGHT_M / 2, STRAIGHT_M / 2 + radius_m * np.sin(angle))
    north = np.where(s < STRAIGHT_M, -radius_m, -radius_m * np.cos(angle))
    sign = np.where(half, -1.0, 1.0)
    return sign * east, sign * north
