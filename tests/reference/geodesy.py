"""Slow twins of kernels/geodesy.py: Vincenty's inverse solution on WGS84, and the meridian by integration."""

from __future__ import annotations

import math

import numpy as np

A, F = 6378137.0, 1 / 298.257223563
B = A * (1 - F)


def vincenty_m(lat1, lon1, lat2, lon2):
    """Geodesic in metres (T. Vincenty, Survey Review 23 (1975) 88), good to 0.1 mm away from antipodes."""
    if (lat1, lon1) == (lat2, lon2):
        return 0.0
    u1, u2 = math.atan((1 - F) * math.tan(math.radians(lat1))), math.atan((1 - F) * math.tan(math.radians(lat2)))
    turn = math.radians((lon2 - lon1 + 180.0) % 360.0 - 180.0)
    lam = turn
    for _ in range(100):
        sin_s = math.hypot(
            math.cos(u2) * math.sin(lam),
            math.cos(u1) * math.sin(u2) - math.sin(u1) * math.cos(u2) * math.cos(lam),
        )
        if sin_s == 0.0:
            return 0.0
        cos_s = math.sin(u1) * math.sin(u2) + math.cos(u1) * math.cos(u2) * math.cos(lam)
        sigma = math.atan2(sin_s, cos_s)
        sin_a = math.cos(u1) * math.cos(u2) * math.sin(lam) / sin_s
        cos2_a = 1 - sin_a**2
        cos_2m = cos_s - 2 * math.sin(u1) * math.sin(u2) / cos2_a if cos2_a else 0.0
        c = F / 16 * cos2_a * (4 + F * (4 - 3 * cos2_a))
        new = turn + (1 - c) * F * sin_a * (sigma + c * sin_s * (cos_2m + c * cos_s * (2 * cos_2m**2 - 1)))
        if abs(new - lam) < 1e-14:
            break
        lam = new
    u_sq = cos2_a * (A**2 - B**2) / B**2
    big_a = 1 + u_sq / 16384 * (4096 + u_sq * (-768 + u_sq * (320 - 175 * u_sq)))
    big_b = u_sq / 1024 * (256 + u_sq * (-128 + u_sq * (74 - 47 * u_sq)))
    delta = (
        big_b
        * sin_s
        * (
            cos_2m
            + big_b / 4 * (cos_s * (2 * cos_2m**2 - 1) - big_b / 6 * cos_2m * (4 * sin_s**2 - 3) * (4 * cos_2m**2 - 3))
        )
    )
    return B * big_a * (sigma - delta)


def step_lengths(latitude_deg, longitude_deg):
    ends = zip(latitude_deg, longitude_deg, latitude_deg[1:], longitude_deg[1:], strict=False)
    return np.array([vincenty_m(*map(float, four)) if not np.isnan(four).any() else np.nan for four in ends])


def local_metres(latitude_deg, longitude_deg, latitude0_deg, longitude0_deg):
    """East as the arc of the place's parallel, north as that of a circle with the meridian's curvature there."""
    phi = math.radians(latitude0_deg)
    radius = (A * B) ** 2 / ((A * math.cos(phi)) ** 2 + (B * math.sin(phi)) ** 2) ** 1.5
    parallel = A / math.sqrt(1 + (1 - F) ** 2 * math.tan(phi) ** 2)
    east = [parallel * math.radians((lon - longitude0_deg + 180.0) % 360.0 - 180.0) for lon in longitude_deg]
    north = [radius * math.radians(lat - latitude0_deg) for lat in latitude_deg]
    return np.array(east), np.array(north)


def _shrinking(north_m, tangent):
    """East shrinks as the cosine of latitude does."""
    latitude = math.atan(tangent)
    return math.cos(latitude + north_m / 6_371_000.0) / math.cos(latitude)


def ground_speed(east_mps, north_mps, north_m, tangent):
    parts = zip(east_mps, north_mps, north_m, strict=True)
    return np.array([math.hypot(east * _shrinking(at, tangent), north) for east, north, at in parts])


def metres_along(east_m, north_m, run_no, tangent):
    out = np.full(len(east_m), np.nan)
    known = np.flatnonzero(~np.isnan(east_m + north_m))
    steps = [0.0]
    for a, b in zip(known[:-1], known[1:], strict=True):
        east = (east_m[b] - east_m[a]) * _shrinking(0.5 * (north_m[a] + north_m[b]), tangent)
        steps.append(math.hypot(east, north_m[b] - north_m[a]) if run_no[a] == run_no[b] else 0.0)
    out[known] = np.cumsum(steps)[: len(known)]
    return out
