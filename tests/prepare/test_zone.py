"""Local time: by the file, the position, the home zone, or UTC; wrong writers are found out."""

import dataclasses

import numpy as np
import pytest

from runlake.errors import ConfigError
from runlake.prepare import prepare
from support.recordings import make_recording

HOUR_S = 3600.0


def cleaned(*, home_time_zone="", start_utc_s=1_767_600_000.0, **given):
    recording = make_recording(np.full(120, 3.0), **given)
    recording.time_utc_s[:] += start_utc_s - recording.time_utc_s[0]
    return prepare(recording, activity_id="0" * 16, source_format="fit", home_time_zone=home_time_zone)


def local(activity):
    return (activity.utc_offset_s, activity.time_zone, activity.time_zone_source)


def test_the_file_knows_best():
    assert local(cleaned(utc_offset_s=HOUR_S)) == (HOUR_S, "Europe/Berlin", "file")
    # On holiday in a neighbouring zone with the watch still on home time: within two hours the watch is right.
    assert local(cleaned(utc_offset_s=2 * HOUR_S)) == (2 * HOUR_S, "", "file")
    assert local(cleaned(utc_offset_s=HOUR_S, has_positions=False, home_time_zone="Europe/Paris")) == (
        HOUR_S, "Europe/Paris", "file",
    )  # fmt: skip


@pytest.mark.parametrize("wrong", [-5 * HOUR_S, 8 * HOUR_S, 30 * HOUR_S, 3_000.0])
def test_a_file_that_the_position_contradicts_is_overruled(wrong):
    assert local(cleaned(utc_offset_s=wrong)) == (HOUR_S, "Europe/Berlin", "position")


def test_seconds_between_two_clocks_are_rounded_to_quarters_of_an_hour():
    assert local(cleaned(utc_offset_s=HOUR_S - 1.0))[0] == HOUR_S
    assert local(cleaned(utc_offset_s=5.75 * HOUR_S, has_positions=False)) == (5.75 * HOUR_S, "", "file")


@pytest.mark.parametrize(
    ("latitude", "longitude", "hours", "zone"),
    [
        (27.7, 85.3, 5.75, "Asia/Kathmandu"),
        (47.56, -52.71, -3.5, "America/St_Johns"),
        (-33.87, 151.2, 11.0, "Australia/Sydney"),
        (51.5, -0.12, 0.0, "Europe/London"),
    ],
)
def test_the_position_tells_the_zone(latitude, longitude, hours, zone):
    assert local(cleaned(latitude_deg=latitude, longitude_deg=longitude)) == (hours * HOUR_S, zone, "position")


def test_summer_time_is_that_of_the_day():
    july = 1_783_000_000.0
    assert local(cleaned(start_utc_s=july)) == (2 * HOUR_S, "Europe/Berlin", "position")
    assert local(cleaned(start_utc_s=july, has_positions=False, home_time_zone="America/New_York"))[0] == -4 * HOUR_S


def test_the_night_of_the_change_counts_by_its_start():
    before_change = 1_774_745_940.0  # 2026-03-29 00:59 UTC, a minute before summer time in Berlin
    assert local(cleaned(start_utc_s=before_change))[0] == HOUR_S
    assert local(cleaned(start_utc_s=before_change + 120.0))[0] == 2 * HOUR_S


def test_home_then_utc():
    assert local(cleaned(has_positions=False, home_time_zone="Asia/Tokyo")) == (9 * HOUR_S, "Asia/Tokyo", "config")
    assert local(cleaned(has_positions=False)) == (0.0, "UTC", "utc")


def test_a_home_zone_that_nobody_knows_is_a_wrong_setting():
    with pytest.raises(ConfigError, match="Europe/Berlin"):
        cleaned(has_positions=False, home_time_zone="Mars/Olympus")


@pytest.mark.parametrize("virtual", [{"sub_sport": "virtual_activity"}, {"device": "zwift"}])
def test_the_island_of_a_game_says_nothing_of_the_clock_on_the_wall(virtual):
    def on_watopia(**given):
        recording = make_recording(np.full(120, 3.0), latitude_deg=-11.64, longitude_deg=166.95, **given)
        recording = dataclasses.replace(recording, **virtual)
        return prepare(recording, activity_id="0" * 16, source_format="fit", home_time_zone="Europe/Berlin")

    assert local(on_watopia(utc_offset_s=HOUR_S)) == (HOUR_S, "Europe/Berlin", "file")
    assert local(on_watopia()) == (HOUR_S, "Europe/Berlin", "config")
