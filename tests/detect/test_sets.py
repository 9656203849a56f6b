"""Sets: grouping, what was meant, rests, shorthand, progression and fade."""

from __future__ import annotations

import numpy as np
import pytest

from detect.test_bouts import EASY, find, reps, session
from runlake.detect._bouts_measure import apart


def sets_of(activity):
    return find(activity)[1]["interval_sets"]


def test_timed_reps_snap_to_their_time():
    found = find(session((900, EASY), *reps(5, (180, 3.9), (120, 2.4)), (600, EASY)))[1]
    row = found["interval_sets"]
    assert row["shorthand"].tolist() == ["5x3:00 (2:00 jog)"]
    assert found["intervals"]["snapped_duration_s"].tolist() == [180.0] * 5
    assert np.all(np.isnan(found["intervals"]["snapped_distance_m"]))
    assert row["work_rest_ratio"][0] == pytest.approx(1.5, abs=0.1)
    assert not row["is_equal_rest"][0]


def test_reps_of_one_distance_snap_to_it():
    speeds = [4.0, 4.2, 4.4, 4.1, 4.3]
    pieces = [p for v in speeds for p in ((round(800 / v), v), (150, 1.4))][:-1]
    found = find(session((900, EASY), *pieces, (600, EASY)))[1]
    assert found["interval_sets"]["shorthand"].tolist() == ["5x800 m (2:30 walk)"]
    assert found["intervals"]["snapped_distance_m"].tolist() == [800.0] * 5
    assert found["intervals"]["rest_kind"][:4].tolist() == ["walk"] * 4


def test_two_blocks_are_two_sets():
    pieces = [*reps(4, (240, 3.9), (150, 2.4)), (240, 2.4), *reps(6, (45, 4.9), (75, 2.3))]
    row = sets_of(session((900, EASY), *pieces, (600, EASY)))
    assert row["n_reps"].tolist() == [4, 6]
    assert row["shorthand"][0].startswith("4x4:00")
    assert row["shorthand"][1].startswith("6x45 s")


def test_faster_and_faster_is_progression_and_slower_is_fade():
    rising = [p for i in range(6) for p in ((120, 3.8 + 0.08 * i), (90, 2.3))][:-1]
    falling = [p for i in range(6) for p in ((120, 4.2 - 0.08 * i), (90, 2.3))][:-1]
    up = sets_of(session((900, EASY), *rising, (500, EASY)))
    down = sets_of(session((900, EASY), *falling, (500, EASY)))
    assert up["progression_pct"][0] == pytest.approx(10.5, abs=2.5)
    assert up["fade_pct"][0] < -5
    assert down["fade_pct"][0] > 5


def test_one_long_steady_bout_is_tempo():
    bouts, found = find(session((900, EASY), (1200, 3.6), (600, EASY)))
    assert [b[2] for b in bouts] == ["tempo"]
    assert found["interval_sets"]["shorthand"].tolist() == ["20:00"]


def test_irregular_fast_stretches_are_fartlek():
    rng = np.random.default_rng(5)
    pieces = [p for s in (40, 170, 75, 250, 30, 110, 210) for p in ((s, 4.2), (int(rng.uniform(60, 170)), 2.7))][:-1]
    bouts, _ = find(session((900, EASY), *pieces, (600, EASY)))
    assert len(bouts) == 7
    assert {b[2] for b in bouts} == {"fartlek"}


def test_repeats_on_a_climb_are_hills():
    pieces = [(900, EASY), *reps(6, (60, 3.3), (110, 1.9)), (600, EASY)]
    grade = [0.0, *([0.08, -0.055] * 6)[:-1], 0.0]
    activity = session(*pieces, grade=grade)
    assert {b[2] for b in find(activity)[0]} <= {"hill"}


def test_the_same_workout_has_the_same_key():
    one = sets_of(session((900, EASY), *reps(5, (180, 3.9), (120, 2.4)), (600, EASY), seed=1))
    two = sets_of(session((500, EASY), *reps(5, (180, 4.0), (121, 2.3)), (900, EASY), seed=2))
    assert one["structure_key"].tolist() == two["structure_key"].tolist()
    assert one["n_reps"].tolist() == [5]


def test_one_rep_that_went_wrong_stays_in_its_set():
    pieces = reps(7, (95, 4.3), (90, 1.4))
    pieces[6] = (118, 3.7)
    row = sets_of(session((720, EASY), *pieces, (600, EASY)))
    assert row["n_reps"].tolist() == [7]


def test_a_doubtful_bout_makes_no_set_larger():
    found = find(session((900, EASY), *reps(5, (180, 3.9), (120, 2.4)), (600, EASY)))[1]
    sure = found["intervals"]["confidence"] >= 0.5
    sets = found["interval_sets"]
    assert sure.sum() == 5
    assert sets["n_reps"][sets["confidence"] >= 0.5].sum() == sure.sum()


def test_one_rest_has_no_spread():
    two, three = (
        find(session((900, EASY), *reps(n, (180, 3.9), (90, 2.4)), (600, EASY)))[1]["intervals"]["evidence"]
        for n in (2, 3)
    )
    assert "1 more like it, rest 1:" in two[0]
    assert "±" not in two[0]
    assert "±" in three[0]


def test_who_goes_before_the_beep_is_named_by_the_cycle():
    """400 m and 400 m jog, each rep begun 36 m early; 1:00 and 3:00, each begun 5 s early."""
    by_metres = session((900, 2.6), *reps(8, (133, 3.28), (152, 2.395)), (600, 2.6), sd=0.003)
    assert sets_of(by_metres)["shorthand"].tolist() == ["8x400 m (2:30 jog)"]
    by_seconds = session((900, 2.6), *reps(6, (65, 3.7), (175, 2.5)), (600, 2.6), sd=0.003)
    found = find(by_seconds)[1]
    assert found["interval_sets"]["shorthand"].tolist() == ["6x1:00 (3:00 jog)"]
    assert np.median(found["intervals"]["duration_s"]) == pytest.approx(65, abs=3)


def test_without_an_even_cycle_nothing_usual_is_claimed():
    rests = (131, 170, 122, 158, 141, 166, 127)
    pieces = [p for rest in rests for p in ((133, 3.28), (rest, 2.4))] + [(133, 3.28)]
    row = sets_of(session((900, 2.6), *pieces, (600, 2.6), sd=0.003))
    assert row["shorthand"][0].startswith("8x~")


def test_a_pyramid_is_written_as_a_coach_does():
    pieces = [p for minutes in (1, 2, 3, 2, 1) for p in ((60 * minutes, 4.2), (90, 2.4))][:-1]
    bouts, found = find(session((900, EASY), *pieces, (600, EASY)))
    assert found["interval_sets"]["shorthand"].tolist() == ["1-2-3-2-1 min (1:30 jog)"]
    assert found["interval_sets"]["n_reps"].tolist() == [5]
    assert found["intervals"]["snapped_duration_s"].tolist() == [60.0, 120.0, 180.0, 120.0, 60.0]
    assert found["intervals"]["rep_no"].tolist() == [1, 2, 3, 4, 5]
    assert "4 more of other lengths" in found["intervals"]["evidence"][0]
    assert {b[2] for b in bouts} == {"interval"}


def test_a_ladder_of_distances_is_written_in_metres():
    speeds = {200: 5.2, 400: 4.9, 600: 4.7, 800: 4.5}
    pieces = [p for m in (200, 400, 600, 800) for p in ((round(m / speeds[m]), speeds[m]), (100, 1.4))][:-1]
    found = find(session((900, EASY), *pieces, (600, EASY)))[1]
    assert found["interval_sets"]["shorthand"].tolist() == ["200-400-600-800 m (1:40 walk)"]
    assert found["intervals"]["snapped_distance_m"].tolist() == [200.0, 400.0, 600.0, 800.0]
    assert np.all(np.isnan(found["intervals"]["snapped_duration_s"]))
    # Shorter reps are run faster: that is neither progression nor fade.
    assert np.isnan([found["interval_sets"]["fade_pct"][0], found["interval_sets"]["progression_pct"][0]]).all()


def test_unlike_bouts_without_a_pattern_are_no_ladder():
    pieces = [p for seconds in (1200, 180, 60) for p in ((seconds, 4.0), (150, 2.4))][:-1]
    row = sets_of(session((900, EASY), *pieces, (600, EASY)))
    assert row["n_reps"].tolist() == [1, 1, 1]


def test_reps_of_no_usual_length_are_named_by_time_unless_the_way_is_the_same():
    speeds = [4.0, 4.4, 3.9, 4.3, 4.1]
    rests = (131, 170, 122, 158, 150)
    loop = [p for v, rest in zip(speeds, rests, strict=True) for p in ((round(345 / v), v), (rest, 2.4))][:-1]
    by_time = [p for v, rest in zip(speeds, rests, strict=True) for p in ((56, v), (rest, 2.4))][:-1]
    assert sets_of(session((900, EASY), *loop, (600, EASY)))["shorthand"][0].startswith("5x~340 m")
    assert sets_of(session((900, EASY), *by_time, (600, EASY)))["shorthand"][0].startswith("5x~54 s")


def test_reps_between_jogs_are_not_said_to_lie_between_walking():
    jogged = find(session((900, EASY), *reps(6, (180, 4.6), (180, 2.1)), (600, EASY)))[1]["intervals"]
    walked = find(session((900, EASY), *reps(6, (180, 4.6), (180, 1.3)), (600, EASY)))[1]["intervals"]
    assert set(jogged["rest_kind"][:-1]) == {"jog"}
    assert not any("walking" in words for words in jogged["evidence"])
    assert any("walking or standing" in words for words in walked["evidence"])


def test_what_was_meant_is_read_before_like_reps_are_drawn_together():
    """Two of three times are the same by chance; the way is 400 m as well as this watch measures it."""
    reps_of = ((118, 398 / 118), (60, 1.2), (124, 401 / 124), (60, 1.2), (118, 394 / 118))
    assert sets_of(session((900, 2.4), *reps_of, (600, 2.4)))["shorthand"].tolist() == ["3x400 m (1:05 walk)"]


def test_one_rep_that_went_wrong_does_not_decide_what_was_meant():
    values = np.array([100.0, 101.0, 99.0, 100.0, 130.0])
    assert apart(values, range(5)) == pytest.approx(0.064)
    assert apart(values[:4], range(4)) == pytest.approx(0.005)
