"""Bouts are found in sessions with a built-in answer, whatever is done to the session that should not matter."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from runlake.detect._bouts_candidates import RUN_MPS, make_channels
from runlake.detect.bouts import DETECTOR
from runlake.model.recording import Lap, WorkoutStep
from support.activities import make_activity

EASY = 2.9


def follow(target, tau=2.0):
    """What a body does of a wanted speed: first order, `tau` seconds."""
    out = np.empty(len(target))
    x = target[0]
    for i, want in enumerate(target):
        x += (want - x) * (1 - np.exp(-1 / tau))
        out[i] = x
    return out


def wander(n, seed, sd=0.015, tau=30.0):
    """AR(1) noise around 1."""
    rng = np.random.default_rng(seed)
    x, out = 0.0, np.empty(n)
    rho = np.exp(-1 / tau)
    for i in range(n):
        x = rho * x + np.sqrt(1 - rho**2) * rng.normal()
        out[i] = 1 + sd * x
    return out


def session(*pieces, seed=0, grade=None, sd=0.015, **changes):
    """An activity from (seconds, m/s) pieces: cadence and heart rate follow speed."""
    target = np.concatenate([np.full(int(s), v) for s, v in pieces])
    speed = follow(target) * wander(len(target), seed, sd)
    cadence = np.where(speed > 1.9, 166 + 9 * (speed - EASY), 80 * speed / 1.4)
    heart = follow(np.clip(95 + 20 * target, 80, 190), 30.0)
    more = (
        {}
        if grade is None
        else {"grade_frac": np.concatenate([np.full(int(s), g) for (s, _), g in zip(pieces, grade, strict=True)])}
    )
    return make_activity(speed, cadence_spm=follow(cadence, 1.5), heart_rate_bpm=np.round(heart), **more, **changes)


def reps(n, work, rest):
    return [piece for _ in range(n) for piece in (work, rest)][:-1]


def six_by_400(**kwargs):
    return session((720, EASY), *reps(6, (95, 4.3), (90, 2.4)), (600, EASY), **kwargs)


def find(activity):
    """Rows of confidence 0.5 and above: intervals and strides as (start, end, kind), and all findings."""
    found = dict(zip((s.name for s in DETECTOR.specs), DETECTOR.find(activity, {}, DETECTOR.settings), strict=True))
    out = []
    for name in ("intervals", "strides"):
        f = found[name]
        for i in range(f.n_rows):
            if f["confidence"][i] >= 0.5:
                out.append((f["start_s"][i], f["end_s"][i], f["kind"][i] if name == "intervals" else "stride"))
    return sorted(out), found


def test_six_by_400_with_their_edges():
    bouts, found = find(six_by_400())
    assert [b[2] for b in bouts] == ["interval"] * 6
    for i, (start, end, _) in enumerate(bouts):
        true = 720 + i * 185
        assert start == pytest.approx(true, abs=4.0)
        assert end == pytest.approx(true + 95, abs=5.0)
    assert found["interval_sets"].n_rows == 1
    assert found["interval_sets"]["n_reps"][0] == 6
    assert np.all(found["intervals"]["edge_source"] == "samples")
    assert found["intervals"]["rest_s"][0] == pytest.approx(90.0, abs=6.0)
    assert np.isnan(found["intervals"]["rest_s"][-1])


def test_a_rep_that_begins_in_two_steps_is_as_long_as_the_others():
    minute, jog, half_way = (60, 4.3), (60, 2.6), (14, 3.5)
    before, after = [minute, jog] * 3, [jog, minute] * 2
    bouts, _ = find(session((720, EASY), *before[:-1], (46, 2.6), half_way, minute, *after, (600, EASY)))
    assert len(bouts) == 6
    lengths = np.array([end - start for start, end, _ in bouts])
    assert lengths[3] == pytest.approx(np.median(lengths), abs=4.0)  # 70 s from half height to half height


def test_nothing_in_steady_running():
    for seed in range(4):
        assert find(session((3600, EASY), seed=seed))[0] == []


@pytest.mark.parametrize("seed", range(6))
def test_nothing_in_ar1_noise(seed):
    speed = EASY * wander(3600, seed, sd=0.04, tau=45.0)
    assert find(make_activity(speed))[0] == []


def test_nothing_when_hardly_anyone_ran():
    for activity in (
        make_activity(np.full(40, 3.0)),
        make_activity(np.full(2000, 1.3)),
        make_activity(np.full(3, np.nan)),
    ):
        bouts, found = find(activity)
        assert bouts == []
        assert all(f.n_rows == 0 for f in found.values())


def test_time_shift_moves_every_bout():
    here = find(six_by_400())[0]
    later = find(six_by_400(start_time_utc_s=1_767_600_000.0 + 86_400.0))[1]["intervals"]
    assert later["start_s"].tolist() == [b[0] for b in here]
    assert later["start_time_utc"] - later["start_s"] == pytest.approx(1_767_686_400.0)


def test_count_survives_a_faster_runner():
    base = six_by_400()
    faster = make_activity(
        base.grid.speed_mps * 1.1,
        cadence_spm=np.array(base.grid.cadence_spm),
        heart_rate_bpm=np.array(base.grid.heart_rate_bpm),
    )
    assert len(find(faster)[0]) == 6


@pytest.mark.parametrize("dt", [2, 3, 4])
def test_count_survives_thinning(dt):
    base = six_by_400()
    t = np.arange(base.grid.m)
    thin = [
        np.interp(t, t[::dt], np.array(x)[::dt])
        for x in (base.grid.speed_mps, base.grid.cadence_spm, base.grid.heart_rate_bpm)
    ]
    activity = make_activity(thin[0], cadence_spm=thin[1], heart_rate_bpm=thin[2])
    quality = dataclasses.replace(activity.quality, median_dt_s=float(dt))
    assert len(find(dataclasses.replace(activity, quality=quality))[0]) == 6


def test_count_survives_a_walk_home():
    walked = session((720, EASY), *reps(6, (95, 4.3), (90, 2.4)), (600, EASY), (600, 1.3))
    assert len(find(walked)[0]) == 6


def test_count_survives_turned_hemispheres():
    base = six_by_400()
    way = np.cumsum(np.nan_to_num(base.grid.speed_mps))
    east, north = np.cos(way / 64) * 64, np.sin(way / 64) * 64
    there = find(six_by_400(east_m=east, north_m=north))[0]
    here = find(six_by_400(east_m=-east, north_m=-north))[0]
    assert there == here
    assert len(here) == 6


def test_laps_and_steps_change_nothing_but_what_is_said_of_them():
    plain = six_by_400()
    t0 = plain.start_time_utc_s
    edges = [0, 720]
    for _ in range(6):
        edges += [edges[-1] + 95, edges[-1] + 185]
    laps = tuple(
        Lap(
            t0 + a, t0 + b, b - a, b - a, trigger="time", intensity="active" if i % 2 else "rest", workout_step=float(i)
        )
        for i, (a, b) in enumerate(zip(edges[:-1], edges[1:], strict=True))
    )
    steps = tuple(
        WorkoutStep(i, intensity="active" if i % 2 else "rest", duration_kind="time") for i in range(len(laps))
    )
    with_laps = dataclasses.replace(plain, laps=laps, steps=steps)
    bare, full = find(plain)[1], find(with_laps)[1]
    for name in ("intervals", "interval_sets", "strides"):
        for column in bare[name].spec.own_columns:
            if column.name not in ("programmed_step", "agreement"):
                ours, theirs = bare[name][column.name], full[name][column.name]
                assert [str(v) for v in ours] == [str(v) for v in theirs], column.name
    assert np.all(full["intervals"]["agreement"] > 0.85)
    assert np.all(np.isnan(bare["intervals"]["agreement"].astype(float)))
    assert full["programmed_steps"].n_rows == len(laps)
    assert bare["programmed_steps"].n_rows == 0


def test_rides_are_not_searched():
    assert find(six_by_400(sport="cycling"))[0] == []


def test_short_bouts_in_coarse_recording_lose_confidence():
    activity = session((1800, EASY), *reps(8, (15, 5.2), (75, 2.5)), (300, EASY))
    coarse = dataclasses.replace(activity.quality, median_dt_s=6.0, are_short_reps_reliable=0.0)
    fine_rows = find(activity)[1]
    coarse_rows = find(dataclasses.replace(activity, quality=coarse))[1]
    best = [max([*f["intervals"]["confidence"], *f["strides"]["confidence"]]) for f in (fine_rows, coarse_rows)]
    assert best[0] > 0.5
    assert best[1] <= 0.5


def test_walking_breaks_make_no_reps():
    walked = session((200, 1.4), *reps(8, (180, 2.4), (60, 1.4)), (120, 1.4))
    assert find(walked)[0] == []


def test_a_fast_first_kilometre_is_no_bout():
    assert find(session((330, 3.3), (2400, EASY)))[0] == []


def test_two_short_surges_far_apart_are_no_bouts():
    assert find(session((900, EASY), (25, 4.8), (1500, EASY), (25, 4.8), (900, EASY)))[0] == []


def test_the_drive_home_is_no_tempo_run():
    run_then_drive = session((1800, 3.0), (600, 20.0), (60, 1.0))
    sprints = session((900, 3.0), *[piece for _ in range(6) for piece in ((20, 7.5), (100, 2.2))], (600, 2.8))
    assert find(run_then_drive)[0] == []
    assert len(find(sprints)[0]) == 6


def test_a_stride_that_went_on_a_bit_is_still_a_stride():
    series = [piece for _ in range(5) for piece in ((20, 4.6), (60, 2.6))]
    bouts, _ = find(session((2000, EASY), *series, (29, 4.4), (1000, EASY)))
    assert [kind for _, _, kind in bouts] == ["stride"] * 6


def slow_session(*pieces, steps=True):
    """(seconds, m/s, steps a minute) pieces of somebody who runs as slowly as others walk."""
    speed = session(*((s, v) for s, v, _ in pieces)).grid.speed_mps
    spm = follow(np.concatenate([np.full(s, float(c)) for s, _, c in pieces]), 1.5)
    heart = np.round(follow(np.clip(30 + 75 * speed, 80, 175), 30.0))
    return make_activity(speed, cadence_spm=spm if steps else None, heart_rate_bpm=heart)


SLOW_REPS = ((720, 1.6, 156), *reps(6, (240, 1.9, 164), (120, 1.2, 110)), (480, 1.55, 155))


def test_steps_tell_the_reps_of_who_runs_at_nine_minutes_a_kilometre():
    bouts, _ = find(slow_session(*SLOW_REPS))
    assert len(bouts) == 6
    for i, (start, end, _) in enumerate(bouts):
        assert start == pytest.approx(720 + 360 * i, abs=5.0)
        assert end == pytest.approx(960 + 360 * i, abs=6.0)


@pytest.mark.parametrize("spm", [118, 128, 133])
def test_a_walk_with_faster_and_slower_parts_holds_no_reps(spm):
    pieces = ((900, 1.6, spm), *reps(6, (240, 1.75, spm + 4), (120, 1.4, spm - 6)), (600, 1.6, spm))
    assert not find(slow_session(*pieces))[0]


def test_a_quick_walk_with_stops_at_running_cadence_holds_no_reps():
    pieces = [(s, v, 143 if v else 0) for s, v in ((500, 1.75), (40, 0.0), (310, 1.7), (25, 0.0), (420, 1.8)) * 3]
    assert not find(slow_session(*pieces))[0]


def test_the_running_of_the_faster_is_told_by_speed_with_and_without_steps():
    for steps in (True, False):
        ch = make_channels(slow_session((900, 2.8, 162), (120, 1.5, 145), (600, 2.8, 162), steps=steps).grid)
        assert ch.run_mps == RUN_MPS
        assert ch.running_s[-1] == pytest.approx(1500, abs=10)


def test_who_is_slow_on_hilly_ground_is_no_slow_runner_for_that():
    grid = slow_session((2000, 1.7, 156)).grid
    for hilly_s, is_slow_runner in ((600, True), (1400, False)):
        grade = np.where(np.arange(grid.m) < hilly_s, 0.06, 0.0)
        ch = make_channels(dataclasses.replace(grid, grade_frac=grade))
        assert (ch is not None and ch.run_mps < RUN_MPS) is is_slow_runner
