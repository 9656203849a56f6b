"""Kernels of edges against their twins, and against ramps of which the middle is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference import edges as twin
from runlake.kernels import edges
from support.steps import steps_with_noise

QUIET = settings(deadline=None, max_examples=60)
LIMITS = np.array([0.15, 0.03, 3.0, 1.8, 4.0, 25.0, 12.0, 60.0, 0.75, 0.2, 5.0])


@QUIET
@given(steps_with_noise(), steps_with_noise(), st.integers(0, 1000))
def test_half_height_edges_equals_its_twin(y, z, seed):
    n = min(len(y), len(z))
    rng = np.random.default_rng(seed)
    start = np.sort(rng.integers(0, n - 5, 3))
    end = np.minimum(start + rng.integers(4, 20, 3), n)
    free = rng.integers(0, 30, (2, 3))
    args = (y[:n].copy(), z[:n].copy(), start, end, free[0], free[1], np.array([0.03, 0.02]))
    assert edges.half_height_edges(*args) == pytest.approx(twin.half_height_edges(*args))


def test_edges_lie_where_a_ramp_crosses_half_height():
    y = np.concatenate(
        (np.zeros(40), np.linspace(0.0, 1.0, 11)[1:-1], np.ones(40), np.linspace(1.0, 0.0, 11)[1:-1], np.zeros(40))
    )
    found = edges.half_height_edges(
        y, np.zeros(len(y)), np.array([43]), np.array([95]), np.array([40]), np.array([40]), np.array([0.03, 0.02])
    )
    assert found[0] == pytest.approx([44.0, 93.0], abs=0.3)


@QUIET
@given(st.integers(0, 100_000))
def test_ramp_edges_equals_its_twin(seed):
    rng = np.random.default_rng(seed)
    borders = np.cumsum(rng.integers(6, 60, 7))
    n = int(borders[-1])
    fast = np.zeros(n)
    for a, b in borders[:-1].reshape(-1, 2):
        fast[a:b] = 1.0
    fast = np.convolve(np.pad(fast, 4, mode="edge"), np.full(9, 1 / 9), "valid")
    speed = rng.choice([0.0, 1.4, 2.8]) + rng.choice([0.1, 1.5]) * fast + rng.normal(0, 0.05, n)
    cadence = rng.choice([0.0, 0.1]) * fast + rng.normal(0, 0.005, n)
    start, end = borders[:-1].reshape(-1, 2).T + rng.uniform(-2, 2, (2, 3))
    args = (speed, cadence, start, end, LIMITS)
    assert edges.ramp_edges(*args) == pytest.approx(twin.ramp_edges(*args))


def _ramp(low, high, n=200, start=80, end=140, seconds=4):
    """From low to high and back, in straight ramps centred on start and end (an edge between samples lies at .5)."""
    second = np.arange(n)
    up = np.clip((second - start) / seconds + 0.5, 0.0, 1.0)
    down = np.clip((second - end) / seconds + 0.5, 0.0, 1.0)
    return low + (high - low) * (up - down)


BELIEVED = np.array([76.0]), np.array([146.0])


def _edges(*args):
    return edges.ramp_edges(*args)[:, :2]


def test_edges_move_to_the_middle_of_the_ramp():
    found = _edges(_ramp(2.8, 4.0), np.zeros(200), *BELIEVED, LIMITS)
    assert found[0] == pytest.approx([80.0, 140.0], abs=0.2)


def test_ramps_span_what_is_neither_rest_nor_rep():
    found = edges.ramp_edges(_ramp(2.8, 4.0, seconds=12), np.zeros(200), *BELIEVED, LIMITS)[0, 2:]
    assert found == pytest.approx([76.0, 84.0, 136.0, 144.0], abs=1.0)  # three fifths of 12 s, in whole samples


def test_cadence_has_half_a_say_between_running_and_running():
    late = _ramp(0.0, 0.1, start=82, end=142)
    found = _edges(_ramp(2.8, 4.0), late, *BELIEVED, LIMITS)
    assert found[0] == pytest.approx([81.0, 141.0], abs=0.2)


def test_out_of_a_walk_cadence_is_not_asked():
    early = _ramp(-0.2, 0.1, start=70, end=150)
    found = _edges(_ramp(1.3, 4.0), early, *BELIEVED, LIMITS)
    assert found[0] == pytest.approx([80.0, 140.0], abs=0.2)


def test_edges_stay_where_nothing_steps_or_the_rest_is_too_short_to_tell():
    found = edges.ramp_edges(_ramp(2.8, 2.85), np.zeros(200), *BELIEVED, LIMITS)
    assert found[0] == pytest.approx([76.0, 146.0, 71.0, 81.0, 141.0, 151.0])
    twice = _edges(_ramp(2.8, 4.0), np.zeros(200), np.array([20.0, 76.0]), np.array([70.0, 146.0]), LIMITS)
    assert twice[1, 0] == 76.0


def test_the_level_of_a_rep_is_not_that_of_its_first_seconds():
    slow_start = _ramp(2.8, 4.0) - 0.6 * ((np.arange(200) >= 65) & (np.arange(200) < 80) & (_ramp(2.8, 4.0) > 3.0))
    found = _edges(slow_start, np.zeros(200), *BELIEVED, LIMITS)
    assert found[0, 0] == pytest.approx(79.5, abs=0.6)
