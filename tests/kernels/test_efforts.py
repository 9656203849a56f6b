"""Kernels of best efforts against their twins, and against what a fine raster of starts finds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference import efforts as twin
from runlake.kernels import efforts


@st.composite
def curves(draw):
    """Time, distance and running doubt of a short walk with stops, gaps and ties."""
    n = draw(st.integers(2, 25))
    step_s = draw(st.lists(st.sampled_from([0.5, 1.0, 1.0, 2.0, 7.25, 20.0]), min_size=n - 1, max_size=n - 1))
    step_m = draw(st.lists(st.sampled_from([0.0, 0.0, 1.0, 2.5, 3.0, 3.3, 12.0]), min_size=n - 1, max_size=n - 1))
    doubt = draw(st.lists(st.sampled_from([0.0, 0.0, 0.0, 1.0, 10.0]), min_size=n - 1, max_size=n - 1))
    return tuple(np.concatenate(([0.0], np.cumsum(np.array(s, dtype=np.float64)))) for s in (step_s, step_m, doubt))


@settings(deadline=None, max_examples=300)
@given(curves(), st.sampled_from([1.0, 2.5, 3.0, 9.9, 40.0]), st.sampled_from([0.0, 1.0, 1e9]))
def test_fastest_window_equals_its_twin(curve, target, limit):
    assert efforts.fastest_window(*curve, target, limit) == pytest.approx(
        twin.fastest_window(*curve, target, limit), rel=0, abs=0, nan_ok=True
    )


@settings(deadline=None, max_examples=300)
@given(curves(), st.sampled_from([0.5, 1.0, 2.0, 5.5, 30.0]), st.sampled_from([0.0, 1.0, 1e9]))
def test_farthest_window_equals_its_twin(curve, target, limit):
    assert efforts.farthest_window(*curve, target, limit) == pytest.approx(
        twin.farthest_window(*curve, target, limit), rel=0, abs=0, nan_ok=True
    )


@settings(deadline=None, max_examples=300)
@given(curves(), st.sampled_from([2.0, 3.0, 12.0]), st.sampled_from([0.5, 1.0, 4.0]))
def test_too_fast_steps_equals_its_twin(curve, span, floor):
    time_s, distance, _ = curve
    assert efforts.too_fast_steps(time_s, distance, span, floor).tolist() == (
        twin.too_fast_steps(time_s, distance, span, floor).tolist()
    )


@settings(deadline=None, max_examples=100)
@given(curves(), st.lists(st.sampled_from([1.0, 2.5, 9.9, 40.0]), max_size=3), st.sampled_from([0.0, 1.0]))
def test_several_windows_equal_their_twins(curve, targets, limit):
    targets = np.array(targets, dtype=np.float64)
    limits = limit * targets
    for name in ("fastest_windows", "farthest_windows"):
        mine, other = (getattr(f, name)(*curve, targets, limits) for f in (efforts, twin))
        assert mine.shape == (len(targets), 2)
        np.testing.assert_array_equal(mine, other)


@settings(deadline=None, max_examples=200)
@given(
    st.lists(st.one_of(st.floats(0, 9), st.just(float("nan"))), min_size=1, max_size=20),
    st.lists(st.floats(-1, 25), max_size=10),
)
def test_way_by_speed_equals_its_twin(speed, times):
    speed, times = np.array(speed, dtype=np.float64), np.array([*times, 0.0, len(speed)], dtype=np.float64)
    np.testing.assert_allclose(
        efforts.way_by_speed(speed, times), twin.way_by_speed(speed, times), rtol=1e-12, atol=1e-12
    )


@settings(deadline=None, max_examples=200)
@given(curves(), st.sampled_from([3.0, 12.0]), st.sampled_from([1.0, 5.0]))
def test_step_doubts_equals_its_twin(curve, fast, slow):
    time_s, distance, timer = curve
    mine, other = (f.step_doubts(time_s, timer, distance, 5.0, fast, slow) for f in (efforts, twin))
    assert mine[0].tolist() == other[0].tolist()
    assert mine[1].tolist() == other[1].tolist()
    assert bool(mine[2]) == bool(other[2])


@settings(deadline=None, max_examples=100)
@given(curves(), st.sampled_from([2.5, 9.9]))
def test_no_start_on_a_fine_raster_is_faster(curve, target):
    time_s, distance, doubt = curve
    start, end = efforts.fastest_window(time_s, distance, doubt, target, 1e9)
    raster = np.linspace(time_s[0], time_s[-1], 400)
    at_start = np.interp(raster, time_s, distance)
    best = end - start if np.isfinite(start) else np.inf
    if np.isfinite(start):
        assert np.interp(end, time_s, distance) - np.interp(start, time_s, distance) >= target - 1e-9
    for t, d in zip(raster, at_start, strict=True):
        later = np.flatnonzero(np.interp(raster, time_s, distance) >= d + target + 1e-9)
        if len(later):
            assert raster[later[0]] - t >= best - 1e-9


def test_both_ends_may_lie_between_samples():
    # 3 m/s, but 5 m/s from 10.0 s to 20.0 s, recorded at odd times: the 50 m take 10 s, found to the centimetre.
    true_s = np.array([0.0, 10.0, 20.0, 30.0])
    true_m = np.array([0.0, 30.0, 80.0, 110.0])
    time_s = np.unique(np.concatenate((np.arange(0.3, 30.0, 3.7), true_s)))
    distance = np.interp(time_s, true_s, true_m)
    start, end = efforts.fastest_window(time_s, distance, np.zeros(len(time_s)), 50.0, 0.0)
    assert (start, end) == (10.0, 20.0)
    assert efforts.farthest_window(time_s, distance, np.zeros(len(time_s)), 10.0, 0.0) == (10.0, 50.0)


def test_doubtful_steps_are_passed_over():
    time_s = np.arange(0.0, 101.0)
    speed = np.full(100, 3.0)
    speed[40:45] = 11.0  # a glitch
    speed[70:80] = 4.0  # the honest best
    distance = np.concatenate(([0.0], np.cumsum(speed)))
    doubt = np.concatenate(([0.0], np.cumsum(np.where(speed > 10, 1.0, 0.0))))
    start, end = efforts.fastest_window(time_s, distance, doubt, 40.0, 0.5)
    assert (start, end) == (70.0, 80.0)


def test_a_jump_is_marked_and_nothing_else():
    time_s = np.arange(0.0, 60.0)
    distance = 3.0 * time_s
    distance[30:] += 80.0
    marks = efforts.too_fast_steps(time_s, distance, 60.0, 5.0)
    assert marks[29]
    assert not marks[:20].any()
    assert not marks[40:].any()
