"""The whole chain: promises of the Activity, an honest account, and what must not change the answer."""

import contextlib
import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runlake.errors import FormatError
from runlake.model.channels import CHANNELS
from runlake.model.recording import Recording, TimerEvent
from runlake.prepare import prepare
from support.recordings import START_UTC_S, make_recording, repeats

CHANNEL_NAMES = [c.name for c in CHANNELS]


def cleaned(recording, source_format="fit"):
    return prepare(recording, activity_id="0123456789abcdef", source_format=source_format)


def session(**given):
    speed = repeats()
    n = len(speed)
    channels = {
        "heart_rate_bpm": 115.0 + 8.0 * speed,
        "cadence_cpm": np.rint(68.0 + 5.0 * speed),
        "altitude_m": 500.0 + 10.0 * np.sin(np.arange(n) / 200.0),
        "power_w": 80.0 * speed,
    }
    return make_recording(speed, speed_lag_s=5.0, position_noise_m=0.2, channels=channels, **given)


def test_what_the_recording_says_of_itself_is_kept():
    recording = session(sub_sport="track", device="maker product", name="Tuesday")
    activity = cleaned(recording)
    assert (activity.sport, activity.sub_sport, activity.device, activity.name) == (
        "running",
        "track",
        "maker product",
        "Tuesday",
    )
    assert activity.activity_id == "0123456789abcdef"
    assert activity.source_format == "fit"
    assert activity.start_time_utc_s == START_UTC_S
    assert activity.n == recording.n
    assert activity.grid.m == recording.n
    assert not activity.is_indoor
    assert activity.totals is recording.totals


def covers_its_metres(activity):
    """The distance of the session comes out as it was run."""
    return activity.channels["distance_m"][-1] == pytest.approx(repeats()[1:].sum(), rel=0.002)


def test_the_recording_is_not_changed():
    recording = session()
    before = {name: values.copy() for name, values in recording.channels.items()}
    assert covers_its_metres(cleaned(recording))
    for name, values in recording.channels.items():
        np.testing.assert_array_equal(values, before[name])
        assert values.flags.writeable


def test_a_clean_recording_has_a_clean_account():
    quality = cleaned(session()).quality
    assert (quality.n_dropped, quality.n_spikes, quality.clock_jump_s, quality.pause_s, quality.gap_s) == (
        0,
        0,
        0,
        0,
        0,
    )
    assert (quality.distance_source, quality.speed_source, quality.speed_lag_source) == (
        "device",
        "device",
        "estimated",
    )
    assert (quality.median_dt_s, quality.has_cadence, quality.heart_rate_share, quality.position_share) == (1, 1, 1, 1)
    assert quality.are_short_reps_reliable == 1.0


def essentials(activity):
    """What a detector would see: the grid, without what depends on where and when."""
    grid = activity.grid
    return np.stack((grid.speed_mps, grid.cadence_spm, grid.heart_rate_bpm, grid.distance_m, grid.gap_speed_mps))


def test_another_day_changes_nothing():
    recording = session()
    later = dataclasses.replace(
        recording,
        time_utc_s=recording.time_utc_s + 123_456_789.0,
        timer_events=tuple(TimerEvent(e.time_utc_s + 123_456_789.0, e.is_running) for e in recording.timer_events),
    )
    np.testing.assert_array_equal(essentials(cleaned(later)), essentials(cleaned(recording)))
    assert cleaned(later).start_time_utc_s == START_UTC_S + 123_456_789.0


@pytest.mark.parametrize(("latitude", "longitude"), [(-48.0, 11.0), (48.0, -11.0), (-48.0, 179.9995)])
def test_the_other_hemisphere_changes_nothing(latitude, longitude):
    here, there = session(), session(latitude_deg=latitude, longitude_deg=longitude)
    difference = np.abs(essentials(cleaned(there)) - essentials(cleaned(here)))
    assert np.nanmax(difference[1:]) < 0.02 * 1000
    assert np.nanmedian(difference[0]) < 0.02
    assert np.nanmax(difference[0]) < 0.15
    assert covers_its_metres(cleaned(there))


@pytest.mark.parametrize("step_s", [2, 3, 4])
def test_thinning_to_2_to_4_s_changes_nothing_essential(step_s):
    full, thin = cleaned(session()), cleaned(session(step_s=step_s))
    m = thin.grid.m
    assert thin.channels["distance_m"][-1] == pytest.approx(full.grid.distance_m[m - 1])
    assert thin.quality.speed_lag_s == pytest.approx(full.quality.speed_lag_s, abs=0.7)
    assert thin.quality.cadence_lag_s == pytest.approx(full.quality.cadence_lag_s, abs=0.7)
    away = np.abs(thin.grid.speed_mps - full.grid.speed_mps[:m])
    assert np.nanmedian(away) < 0.15
    assert np.nanmean(thin.grid.heart_rate_bpm) == pytest.approx(np.nanmean(full.grid.heart_rate_bpm), abs=0.5)
    assert np.nanmean(thin.grid.cadence_spm) == pytest.approx(np.nanmean(full.grid.cadence_spm), abs=1.0)


def test_twice_the_same_is_the_same():
    np.testing.assert_array_equal(essentials(cleaned(session())), essentials(cleaned(session())))
    assert covers_its_metres(cleaned(session()))


@st.composite
def hostile(draw):
    """Recordings as no watch writes them: any order of times, any values, any events."""
    n = draw(st.integers(1, 60))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    steps_s = [1.0, 0.0, -1.0, -90.0, 4.0, 50.0, 700.0, 5000.0, 1e6]
    times = START_UTC_S + np.cumsum(rng.choice(steps_s, n, p=[0.6, 0.1, 0.1, 0.03, 0.1, 0.04, 0.01, 0.01, 0.01]))
    times[rng.random(n) < 0.1] = draw(st.sampled_from([np.nan, 0.0, 631_065_600.0, 4e9]))
    channels = {}
    for name in draw(st.lists(st.sampled_from(CHANNEL_NAMES), unique=True)):
        values = rng.choice([0.0, 1.0, -1.0, 3.0, 60.0, 150.0, 1e4, -1e9, np.nan, np.inf], n)
        channels[name] = np.full(n, np.nan) if rng.random() < 0.1 else values
    events = tuple(
        TimerEvent(START_UTC_S + at, on)
        for at, on in draw(st.lists(st.tuples(st.floats(-10, 200), st.booleans()), max_size=5))
    )
    return Recording(times, channels, sport=draw(st.sampled_from(["running", "cycling", ""])), timer_events=events)


@settings(deadline=None, max_examples=300)
@given(hostile(), st.sampled_from(["fit", "gpx", "tcx"]))
def test_any_recording_becomes_an_activity_or_is_refused(recording, source_format):
    with contextlib.suppress(FormatError):
        assert_promises_kept(recording, cleaned(recording, source_format))


def assert_promises_kept(recording, activity):
    assert activity.grid.m <= 7 * 86_400 + 1
    assert activity.grid.m == int(activity.elapsed_s) + 1
    assert activity.n + activity.quality.n_dropped == recording.n
    for values in activity.channels.values():
        assert not np.isinf(values).any()
    distance = activity.channels["distance_m"]
    assert np.isnan(distance).all() or (np.diff(distance) >= 0.0).all()
    for speed in (activity.channels["speed_mps"], activity.grid.speed_mps):
        assert not (speed < 0.0).any()
