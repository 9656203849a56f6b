"""The kernel of even edges against its twin, and on sets with one edge that is in doubt."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference import even as twin
from runlake.kernels import even

LIMITS = np.array([1.5, 1.0, 3.0, 5.0])
N = 3000
WAY = np.concatenate(([0.0], np.cumsum(np.full(N, 4.0))))


def _set(lengths, rests, begin=100.0, ramp_s=2.0):
    """Edges of reps so long with rests so long between them, each in the middle of a ramp."""
    steps = [begin]
    for k, length in enumerate(lengths):
        steps.append(length)
        if k < len(rests):
            steps.append(rests[k])
    times = np.cumsum(steps).reshape(-1, 2)
    ramps = np.repeat(times, 2, axis=1) + 0.5 * ramp_s * np.array([-1.0, 1.0, -1.0, 1.0])
    return np.hstack((times, ramps))


@settings(deadline=None, max_examples=80)
@given(st.integers(0, 100_000))
def test_even_edges_equals_its_twin(seed):
    rng = np.random.default_rng(seed)
    b = int(rng.integers(1, 8))
    lengths = rng.choice([20.0, 60.0, 62.0]) + rng.normal(0, rng.choice([1.0, 4.0]), b)
    rests = rng.choice([30.0, 90.0]) + rng.normal(0, 3.0, b - 1)
    edges = _set(lengths, rests)
    edges[:, 2:] += rng.uniform(0, 9, (b, 4)) * np.array([-1, 1, -1, 1])
    way_m = np.concatenate(([0.0], np.cumsum(np.repeat(rng.uniform(0.2, 5.0, 40), 50))))
    assert even.even_edges(edges, way_m, LIMITS) == pytest.approx(twin.even_edges(edges, way_m, LIMITS), abs=1e-6)


def test_an_edge_in_a_long_ramp_goes_where_the_rep_is_as_long_as_its_like():
    edges = _set([72.0, 60.0, 60.0, 60.0], [60.0, 60.0, 60.0], begin=88.0)
    edges[0, 2:4] = 84.0, 106.0  # the first rep began somewhere there
    found = even.even_edges(edges, WAY, LIMITS)
    assert 96.0 < found[0, 0] < 100.0
    assert found[1:] == pytest.approx(edges[1:, :2], abs=1.0)


def test_a_sharp_edge_stays_however_long_the_rep_is():
    edges = _set([68.0, 60.0, 60.0, 60.0], [60.0, 60.0, 60.0], begin=92.0)
    assert even.even_edges(edges, WAY, LIMITS) == pytest.approx(edges[:, :2], abs=1.0 + 1e-9)


def test_a_rep_that_is_meant_to_be_longer_stays_as_it_is():
    edges = _set([75.0, 60.0, 60.0, 60.0], [60.0, 75.0, 60.0])
    edges[0, 2:4] = 95.0, 105.0
    found = even.even_edges(edges, WAY, LIMITS)
    assert found[0] == pytest.approx(edges[0, :2])


def test_rests_that_are_alike_say_where_a_rep_begins_when_reps_differ():
    lengths = [55.0, 70.0, 66.0, 60.0, 64.0]  # by time no two of them agree: hardly a word on lengths
    edges = _set(lengths, [60.0, 60.0, 48.0, 60.0])
    edges[3, 2:4] = edges[3, 0] - 3.0, edges[3, 0] + 17.0
    uneven = np.concatenate(([0.0], np.cumsum(3.6 + 0.2 * np.sin(np.arange(N) / 31.0))))
    found = even.even_edges(edges, uneven, LIMITS)
    assert found[3, 0] > edges[3, 0] + 6.0


def test_two_reps_tell_nothing():
    edges = _set([66.0, 60.0], [60.0])
    edges[0, 2:4] = 90.0, 110.0
    assert even.even_edges(edges, WAY, LIMITS) == pytest.approx(edges[:, :2])


def test_what_is_hours_away_is_no_part_of_the_set():
    edges = _set([72.0, 60.0, 60.0, 60.0], [12_000.0, 60.0, 60.0])
    edges[0, 2:4] = 96.0, 118.0
    way_m = np.concatenate(([0.0], np.cumsum(np.full(13_000, 4.0))))
    assert even.even_edges(edges, way_m, LIMITS) == pytest.approx(edges[:, :2])
