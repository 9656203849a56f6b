"""Strides: at the end of an easy run, rested; not road crossings, not HIIT, not the reps of a session."""

from __future__ import annotations

import pytest

from detect.test_bouts import EASY, find, reps, session


def kinds(activity):
    return [b[2] for b in find(activity)[0]]


@pytest.mark.parametrize("seed", range(3))
def test_six_strides_close_an_easy_run(seed):
    bouts, found = find(session((2400, EASY), *reps(6, (20, 5.0), (60, 2.6)), (240, EASY), seed=seed))
    assert [b[2] for b in bouts] == ["stride"] * 6
    for i, (start, end, _) in enumerate(bouts):
        assert start == pytest.approx(2400 + 80 * i, abs=4.0)
        assert end == pytest.approx(2420 + 80 * i, abs=4.0)
    strides = found["strides"]
    assert strides["peak_speed_mps"].min() > 4.4
    assert strides["cadence_rise_spm"].min() > 8
    assert strides["stride_no"].tolist() == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("seed", range(3))
def test_two_road_crossings_are_no_strides(seed):
    crossed = session((1300, EASY), (12, 4.6), (900, EASY), (12, 4.6), (800, EASY), seed=seed)
    assert "stride" not in kinds(crossed)


def test_twelve_times_20_45_in_mid_run_is_hiit():
    bouts = kinds(session((900, EASY), *reps(12, (20, 5.4), (45, 2.2)), (900, EASY)))
    assert len(bouts) == 12
    assert set(bouts) == {"sprint"}


def test_short_rests_are_not_strides():
    assert "stride" not in kinds(session((1800, EASY), *reps(8, (30, 4.6), (20, 2.0)), (200, EASY)))


def test_three_strides_may_open_a_session():
    opened = session(
        (900, EASY), *reps(3, (20, 4.9), (60, 2.5)), (180, 2.4), *reps(5, (180, 4.0), (120, 2.4)), (500, EASY)
    )
    assert kinds(opened) == ["stride"] * 3 + ["interval"] * 5


def test_fast_30_s_reps_after_long_reps_are_intervals():
    bouts = kinds(
        session((900, EASY), *reps(4, (240, 3.8), (180, 2.4)), (180, 2.4), *reps(5, (30, 4.6), (60, 2.4)), (400, EASY))
    )
    assert bouts == ["interval"] * 9
