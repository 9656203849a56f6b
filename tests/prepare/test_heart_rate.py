"""Heart rate: dropouts, glitches, a stuck sensor, and an optical sensor that counts steps."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runlake.prepare import prepare
from runlake.prepare.heart_rate import locked_to_cadence
from support.recordings import make_recording


def cleaned(bpm, *, cadence_cpm=None, speed=None, **given_):
    speed = np.full(len(bpm), 3.0) if speed is None else speed
    channels = {"heart_rate_bpm": np.asarray(bpm, dtype=float)}
    if cadence_cpm is not None:
        channels["cadence_cpm"] = cadence_cpm
    return prepare(make_recording(speed, channels=channels, **given_), activity_id="0" * 16, source_format="fit")


def beating(n, seed=0, level=150.0):
    rng = np.random.default_rng(seed)
    return np.rint(level + np.cumsum(rng.normal(0.0, 0.4, n)).clip(-12, 12) + rng.normal(0.0, 0.6, n))


def stepping(n, seed=1):
    rng = np.random.default_rng(seed)
    return np.rint(84.0 + np.convolve(rng.normal(0.0, 2.5, n + 8), np.full(9, 1 / 9), mode="valid"))


def test_a_clean_heart_rate_comes_through_unchanged():
    bpm = beating(900)
    activity = cleaned(bpm, cadence_cpm=stepping(900))
    np.testing.assert_array_equal(activity.channels["heart_rate_bpm"], bpm)
    assert activity.quality.heart_rate_share == 1.0
    assert activity.quality.heart_rate_lock_s == 0.0


def test_dropouts_are_missing_and_counted_in_the_share():
    bpm = beating(600)
    bpm[100:250] = 0.0
    activity = cleaned(bpm)
    assert np.isnan(activity.channels["heart_rate_bpm"][100:250]).all()
    assert np.isnan(activity.grid.heart_rate_bpm[115:240]).all()
    assert activity.quality.heart_rate_share == pytest.approx(0.75, abs=0.01)


def test_glitches_are_bridged():
    bpm = np.full(600, 150.0) + np.arange(600) % 2
    bpm[100:103] = 210.0
    bpm[300] = 60.0
    found = cleaned(bpm).channels["heart_rate_bpm"]
    assert found.max() <= 151.0
    assert found.min() >= 150.0


def test_a_fast_but_possible_rise_stays():
    bpm = np.concatenate((np.full(100, 110.0), np.linspace(110.0, 170.0, 30), np.full(100, 170.0)))
    bpm += np.arange(len(bpm)) % 2
    np.testing.assert_array_equal(cleaned(bpm).channels["heart_rate_bpm"], bpm)


def test_a_stuck_sensor_is_missing():
    bpm = beating(900)
    bpm[300:500] = 142.0
    found = cleaned(bpm).channels["heart_rate_bpm"]
    assert np.isnan(found[305:495]).all()
    assert not np.isnan(np.concatenate((found[:295], found[505:]))).any()


def test_seconds_of_a_stuck_sensor_are_counted_while_the_timer_runs():
    bpm = beating(900)
    bpm[300:500] = 142.0
    assert cleaned(bpm).quality.heart_rate_stuck_s == pytest.approx(200.0, abs=2.0)
    paused = cleaned(bpm, events=((0.0, True), (350.0, False), (450.0, True)))
    assert paused.quality.heart_rate_stuck_s == pytest.approx(100.0, abs=2.0)
    assert cleaned(np.full(424, 154.0)).quality.heart_rate_stuck_s == 424.0
    assert cleaned(beating(900)).quality.heart_rate_stuck_s == 0.0


def test_heart_rate_in_pauses_stays_for_those_who_ask_for_recovery():
    bpm = beating(600)
    speed = np.full(600, 3.0)
    speed[200:300] = 0.0
    activity = cleaned(bpm, speed=speed, events=((0.0, True), (200.0, False), (300.0, True)))
    np.testing.assert_allclose(activity.grid.heart_rate_bpm[200:300], bpm[200:300])


@pytest.mark.parametrize("share", [1.0, 0.5])
def test_a_sensor_that_counts_steps_for_five_minutes_is_caught(share):
    n = 1800
    bpm, cadence = beating(n, level=140.0), stepping(n)
    bpm[600:900] = np.rint(2.0 * cadence[600:900] * share + np.random.default_rng(2).normal(0, 0.5, 300))
    activity = cleaned(bpm, cadence_cpm=cadence, has_positions=False, has_speed=True)
    missing = np.isnan(activity.grid.heart_rate_bpm)
    assert missing[600:900].mean() >= 0.9
    assert missing[:590].mean() + missing[910:].mean() < 0.01
    assert activity.quality.heart_rate_lock_s == pytest.approx(300.0, abs=30.0)


def test_a_jump_to_an_even_cadence_without_a_change_of_speed_is_a_lock():
    bpm, spm = beating(900, level=140.0), np.full(900, 168.0)
    bpm[400:600] = 168.0 + np.arange(200) % 2
    locked = locked_to_cadence(bpm, spm, np.full(900, 3.0))
    assert locked[400:600].all()
    assert np.count_nonzero(locked) == 200


def test_the_same_jump_is_a_heartbeat_when_the_runner_sped_up():
    bpm, spm = beating(900, level=140.0), np.full(900, 168.0)
    bpm[400:600] = 168.0 + np.arange(200) % 2
    speed = np.where((np.arange(900) >= 380) & (np.arange(900) < 590), 4.2, 3.0)
    assert not locked_to_cadence(bpm, spm, speed).any()


def test_following_every_step_is_a_lock_even_without_a_jump():
    n = 900
    spm = 2.0 * stepping(n)
    into, out_of = np.linspace(150.0, 168.0, 300), np.linspace(168.0, 150.0, 300)
    bpm = np.concatenate((into, spm[300:600], out_of))
    assert locked_to_cadence(bpm, spm, np.full(n, 3.0))[310:590].all()


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.floats(150.0, 180.0))
def test_a_heart_that_beats_as_fast_as_the_feet_step_is_believed(seed, level):
    n = 900
    rng = np.random.default_rng(seed)
    bpm = level + 4.0 * np.sin(np.arange(n) / 150.0) + rng.normal(0, 0.7, n)
    spm = 168.0 + rng.normal(0, 2.0, n)
    assert not locked_to_cadence(bpm, spm, np.full(n, 3.0)).any()


def test_a_heart_that_recovers_while_walking_and_rises_again_is_believed():
    speed = np.concatenate((np.full(400, 3.3), np.full(30, 1.0), np.full(400, 3.3)))
    bpm = np.full(830, 162.0)
    bpm[405:440] = np.linspace(162.0, 138.0, 35)
    bpm[440:470] = np.linspace(138.0, 164.0, 30)
    spm = np.where(speed > 2.0, 164.0, 110.0)
    assert not locked_to_cadence(bpm, spm, speed).any()


def test_no_sensor_is_missing_and_not_zero():
    activity = prepare(make_recording(np.full(300, 3.0)), activity_id="0" * 16, source_format="fit")
    assert np.isnan(activity.channels["heart_rate_bpm"]).all()
    assert activity.quality.heart_rate_share == 0.0
