"""Distances on the WGS84 ellipsoid between neighbouring positions."""

from __future__ import annotations

import numpy as np

from runlake.kernels._jit import kernel

EARTH_RADIUS_M = 6378137.0
"""Semi-major axis of WGS84."""
ECCENTRICITY_SQUARED = 0.0066943799901413165
"""First eccentricity squared of WGS84."""


@kernel
def step_lengths(latitude_deg, longitude_deg):
    """Metres from each position to the next, by the ellipsoid's radii of curvature at the middle latitude.

    Within 1 mm of the geodesic for steps up to 1 km, where the usual sphere is wrong by up to 0.5 %. Across the
    antimeridian the shorter way round is taken.

    Parameters
    ----------
    latitude_deg, longitude_deg : float64[n]
        WGS84. NaN makes both steps beside it NaN. [deg]

    Returns
    -------
    float64[max(n - 1, 0)]
        [m]

    References
    ----------
    P. D. Thomas, "Spheroidal Geodesics, Reference Systems, and Local Geometry" (1970): radii of curvature in
    the meridian M and the prime vertical N.
    """
    n = len(latitude_deg)
    out = np.empty(max(n - 1, 0))
    for i in range(n - 1):
        middle = np.radians(0.5 * (latitude_deg[i] + latitude_deg[i + 1]))
        turn = longitude_deg[i + 1] - longitude_deg[i]
        if turn > 180.0:
            turn -= 360.0
        elif turn < -180.0:
            turn += 360.0
        sine = np.sin(middle)
        w = 1.0 - ECCENTRICITY_SQUARED * sine * sine
        prime = EARTH_RADIUS_M / np.sqrt(w)
        meridian = prime * (1.0 - ECCENTRICITY_SQUARED) / w
        north = meridian * np.radians(latitude_deg[i + 1] - latitude_deg[i])
        east = prime * np.sqrt(1.0 - sine * sine) * np.radians(turn)
        out[i] = np.sqrt(north * north + east * east)
    return out


@kernel
def local_metres(latitude_deg, longitude_deg, latitude0_deg, longitude0_deg):
    """Metres east and north of a place, with the ellipsoid's radii of curvature there.

    Parameters
    ----------
    latitude_deg, longitude_deg : float64[n]
        WGS84. NaN stays NaN. [deg]
    latitude0_deg, longitude0_deg : float
        The place. [deg]

    Returns
    -------
    east_m, north_m : float64[n]
        East is measured along the place's own parallel, so it grows wrong with the change of cos(latitude):
        0.1 % for 6 km north or south at 45 degrees. [m]
    """
    n = len(latitude_deg)
    east = np.empty(n)
    north = np.empty(n)
    sine = np.sin(np.radians(latitude0_deg))
    w = 1.0 - ECCENTRICITY_SQUARED * sine * sine
    prime = EARTH_RADIUS_M / np.sqrt(w)
    meridian = prime * (1.0 - ECCENTRICITY_SQUARED) / w
    parallel = prime * np.sqrt(1.0 - sine * sine)
    for i in range(n):
        turn = longitude_deg[i] - longitude0_deg
        if turn > 180.0:
            turn -= 360.0
        elif turn < -180.0:
            turn += 360.0
        east[i] = parallel * np.radians(turn)
        north[i] = meridian * np.radians(latitude_deg[i] - latitude0_deg)
    return east, north


@kernel
def _shrinking(north_m, tangent):
    """By what metres east, measured on a place's parallel, shrink so far north of it; `tangent` of its latitude.

    cos(a + turn) / cos(a) by its series: within 1e-8 for 120 km.
    """
    turn = north_m / 6_371_000.0
    return 1.0 - 0.5 * turn * turn - tangent * (turn - turn * turn * turn / 6.0)


@kernel
def ground_speed(east_mps, north_mps, north_m, tangent):
    """Speed from its parts in local metres.

    Parameters
    ----------
    east_mps, north_mps, north_m : float64[n]
        Speed east and north, and the place, as `local_metres` measures them. NaN stays NaN. [m/s, m]
    tangent : float
        Tangent of the latitude of the place that local metres count from.

    Returns
    -------
    float64[n]
        [m/s]
    """
    n = len(east_mps)
    out = np.empty(n)
    for i in range(n):
        east = east_mps[i] * _shrinking(north_m[i], tangent)
        out[i] = np.sqrt(east * east + north_mps[i] * north_mps[i])
    return out


@kernel
def metres_along(east_m, north_m, run_no, tangent):
    """Length of a path so far, in local metres; nothing is added between runs of the timer.

    Parameters
    ----------
    east_m, north_m : float64[n]
        The path, as `local_metres` measures it. A NaN in either is left out: the path goes straight on. [m]
    run_no : int64[n]
        Run of the timer, not falling.
    tangent : float
        Tangent of the latitude of the place that local metres count from.

    Returns
    -------
    float64[n]
        NaN where the path is missing, 0 at the first that is not. [m]
    """
    n = len(east_m)
    out = np.full(n, np.nan)
    steps = np.empty(max(n - 1, 0))
    # All steps at once in vector registers, those beside holes in vain.
    for i in range(n - 1):
        east = (east_m[i + 1] - east_m[i]) * _shrinking(0.5 * (north_m[i + 1] + north_m[i]), tangent)
        north = north_m[i + 1] - north_m[i]
        steps[i] = np.sqrt(east * east + north * north)
    total = 0.0
    last = -1
    for i in range(n):
        if np.isnan(east_m[i]) or np.isnan(north_m[i]):
            continue
        if last >= 0 and run_no[last] == run_no[i]:
            if last == i - 1:
                total += steps[last]
            else:
                east = (east_m[i] - east_m[last]) * _shrinking(0.5 * (north_m[i] + north_m[last]), tangent)
                north = north_m[i] - north_m[last]
                total += np.sqrt(east * east + north * north)
        out[i] = total
        last = i
    return out
