"""Steps between positions to the millimetre of the geodesic, and local metres."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference import geodesy as twin
from runlake.kernels import geodesy

LATITUDES = st.floats(-75.0, 75.0)
LONGITUDES = st.floats(-180.0, 180.0)


@settings(deadline=None, max_examples=300)
@given(LATITUDES, LONGITUDES, st.floats(-0.006, 0.006), st.floats(-0.006, 0.006))
def test_step_lengths_are_within_a_millimetre_of_the_geodesic(latitude, longitude, north, east):
    lat = np.array([latitude, latitude + north])
    lon = np.array([longitude, (longitude + east + 180.0) % 360.0 - 180.0])
    np.testing.assert_allclose(geodesy.step_lengths(lat, lon), twin.step_lengths(lat, lon), atol=1e-3)


def test_step_lengths_of_published_places():
    # Vincenty's own solution of the Flinders Peak - Buninyong line is 54,972.271 m (GDA technical manual).
    there = twin.vincenty_m(-37.95103341666667, 144.42486788888888, -37.65282113888889, 143.92649552777777)
    assert there == pytest.approx(54_972.271, abs=0.05)
    # One second of latitude at the equator and at the pole: 30.715 m and 31.026 m.
    steps = geodesy.step_lengths(np.array([0.0, 1 / 3600, 90 - 1 / 3600, 90.0]), np.zeros(4))
    assert steps[[0, 2]] == pytest.approx([30.715, 31.026], abs=1e-3)


def test_the_sphere_would_be_wrong_by_a_thousandth():
    lat, lon = np.full(101, 48.1), 11.5 + np.arange(101) * 1e-4
    ours = geodesy.step_lengths(lat, lon).sum()
    sphere = 6_371_008.8 * np.radians(0.01) * np.cos(np.radians(48.1))
    assert ours == pytest.approx(twin.step_lengths(lat, lon).sum(), abs=1e-3)
    assert abs(sphere / ours - 1) > 2e-3


def test_missing_positions_and_too_few():
    steps = geodesy.step_lengths(np.array([48.0, np.nan, 48.0]), np.array([11.0, 11.0, 11.0]))
    assert np.isnan(steps).all()
    assert len(geodesy.step_lengths(np.zeros(1), np.zeros(1))) == 0
    assert len(geodesy.step_lengths(np.zeros(0), np.zeros(0))) == 0


@settings(deadline=None, max_examples=100)
@given(LATITUDES, LONGITUDES, st.integers(0, 10_000))
def test_local_metres_equals_its_twin(latitude, longitude, seed):
    rng = np.random.default_rng(seed)
    lat = latitude + rng.normal(0, 0.02, 20)
    lon = (longitude + rng.normal(0, 0.02, 20) + 180.0) % 360.0 - 180.0
    lat[3] = np.nan
    mine = geodesy.local_metres(lat, lon, latitude, longitude)
    for ours, theirs in zip(mine, twin.local_metres(lat, lon, latitude, longitude), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-6)


def test_local_metres_agree_with_steps_near_the_place():
    east, north = geodesy.local_metres(np.array([48.0, 48.001]), np.array([11.0, 11.001]), 48.0, 11.0)
    straight = np.hypot(np.diff(east), np.diff(north))
    assert straight == pytest.approx(geodesy.step_lengths(np.array([48.0, 48.001]), np.array([11.0, 11.001])), rel=2e-5)


def _wander(seed, n, share):
    rng = np.random.default_rng(seed)
    east, north = np.cumsum(rng.normal(0, 100.0, (2, n)), axis=1)
    east[rng.random(n) < share] = np.nan
    north[rng.random(n) < share] = np.nan
    return east, north, np.sort(rng.integers(0, 3, n))


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 10_000), st.integers(0, 40), st.sampled_from([0.0, 0.1, 0.5]), LATITUDES)
def test_ground_speed_and_metres_along_equal_their_twins(seed, n, share, latitude):
    east, north, run_no = _wander(seed, n, share)
    tangent = float(np.tan(np.radians(latitude)))
    mine = geodesy.ground_speed(east, north, 10.0 * north, tangent)
    np.testing.assert_allclose(mine, twin.ground_speed(east, north, 10.0 * north, tangent), rtol=1e-7)
    mine = geodesy.metres_along(east, north, run_no, tangent)
    np.testing.assert_allclose(mine, twin.metres_along(east, north, run_no, tangent), rtol=1e-7)


def test_a_path_far_north_of_its_start_is_as_long_as_on_the_ellipsoid():
    latitude = np.linspace(48.0, 48.9, 200)
    longitude = 11.0 + 0.002 * np.arange(200)
    east, north = geodesy.local_metres(latitude, longitude, 48.0, 11.0)
    along = geodesy.metres_along(east, north, np.zeros(200, dtype=np.int64), float(np.tan(np.radians(48.0))))
    assert along[-1] == pytest.approx(geodesy.step_lengths(latitude, longitude).sum(), rel=3e-4)
