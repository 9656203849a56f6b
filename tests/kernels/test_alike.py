"""Kernels of what like candidates say, against their twins and against a set of equal reps."""

import numpy as np
import pytest
from hypothesis import given, settings

from kernels.test_bouts import candidates
from reference import alike as twin
from runlake.kernels import alike

QUIET = settings(deadline=None, max_examples=40)


@QUIET
@given(candidates())
def test_like_features_equals_its_twin(given_):
    ours, theirs = alike.like_features(*given_[:4]), twin.like_features(*given_[:4])
    assert ours == pytest.approx(theirs, abs=1e-9, nan_ok=True)


@QUIET
@given(candidates())
def test_like_scores_equals_its_twin(given_):
    assert alike.like_scores(*given_) == pytest.approx(twin.like_scores(*given_), abs=1e-9)


def test_reps_of_a_set_see_each_other():
    start = np.arange(0, 6 * 150, 150)
    end = start + 60
    like = start, end, np.full(6, 300.0), np.full(6, 0.3)
    ours = alike.like_features(*like)
    assert ours[:, 0].tolist() == [5.0] * 6
    assert ours[:, 1] == pytest.approx(0.0)
    assert ours[:, 3] == pytest.approx(1.5)
    assert alike.like_scores(*like, np.full(6, 0.9))[:, 1].tolist() == [5.0] * 6
