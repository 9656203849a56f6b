"""Sidecar files of exports: names, notes and gear find their activity, in any language and any units."""

from __future__ import annotations

import io
import json
import math
import zipfile
from pathlib import Path

import pytest

from runlake.intake.exports import Overlay, Subject, is_sidecar, match_overlays, overlays_from, read_overlays
from runlake.intake.exports._csv import parse_number
from runlake.intake.exports._dates import is_month_first, parse_date
from simulator.exports import ExportActivity, garmin_export, garmin_summaries, strava_csv, strava_export

START = 1_767_339_245.0  # 2026-01-02T07:34:05Z
RUN = ExportActivity(b"<gpx/>", "gpx", START, 3600.0, 12_345.6, "Lunch, run", description="a\nb", gear="Brand Racer",
                     perceived_exertion=7.0, utc_offset_s=3600.0)  # fmt: skip
RIDE = ExportActivity(b"fit", "fit", START + 86_400 * 20, 7200.0, 40_000.0, "朝ライド", sport="cycling", is_race=True)


@pytest.mark.parametrize("language", ["en", "de", "ja"])
def test_strava_in_three_languages(tmp_path: Path, language: str) -> None:
    strava_export(tmp_path / "export", [RUN, RIDE], language)
    run, ride, manual = read_overlays(tmp_path)
    assert run == Overlay(
        service="strava", file_name="activities/10000000000.gpx.gz", start_time_utc_s=START, name="Lunch, run",
        description="a\nb", sport="running", gear="Brand Racer", perceived_exertion=7.0, distance_m=12_345.6,
    )  # fmt: skip
    assert (ride.name, ride.sport, ride.start_time_utc_s) == ("朝ライド", "cycling", RIDE.start_time_utc_s)
    assert (ride.gear, math.isnan(ride.perceived_exertion), ride.distance_m) == ("", True, 40_000.0)
    assert (manual.file_name, manual.name) == ("", "Gym, by hand")


def test_strava_with_unknown_headers_is_read_by_place_and_content() -> None:
    lines = strava_csv([RUN, RIDE], ["activities/1.gpx.gz", "activities/2.fit.gz"]).decode().split("\n")
    strange = ",".join(f"столбец {k}" for k in range(60)) + "\r"
    run = overlays_from([("activities.csv", "\n".join([strange, *lines[1:]]).encode())])[0]
    assert (run.file_name, run.name, run.gear, run.perceived_exertion) == (
        "activities/1.gpx.gz",
        "Lunch, run",
        "Brand Racer",
        7.0,
    )
    assert run.distance_m == 12_345.6


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_strava_without_later_columns_and_with_other_separators(separator: str) -> None:
    header = ["Activity ID", "Activity Date", "Activity Name", "Activity Type"]
    rows = [header, ["77", "2026-01-02 07:34:05", "Easy, short" if separator != "," else "Easy", "Run"]]
    data = "\n".join(separator.join(row) for row in rows)
    (run,) = overlays_from([("x/activities.csv", f"\ufeff{data}\n".encode())])
    assert (run.name[:4], run.sport, run.start_time_utc_s, run.file_name) == ("Easy", "running", START, "")


def test_an_exertion_column_that_holds_something_else_is_not_believed() -> None:
    data = (
        strava_csv([RUN], ["activities/1.gpx.gz"])
        .replace(b"Perceived Exertion", b"Other")
        .replace(b",7.0,", b",312.0,")
    )
    (run, *_) = overlays_from([("activities.csv", data)])
    assert math.isnan(run.perceived_exertion)


def test_garmin_units_and_archive(tmp_path: Path) -> None:
    garmin_export(tmp_path / "export.zip", [RUN, RIDE], others=[b"settings"])
    run, ride = read_overlays(tmp_path)
    assert (run.service, run.name, run.sport, run.start_time_utc_s) == ("garmin", "Lunch, run", "running", START)
    assert run.distance_m == pytest.approx(12_345.6, rel=1e-12)
    assert (run.perceived_exertion, run.is_race, run.start_time_is_local) == (7.0, False, False)
    assert (ride.is_race, ride.sport) == (True, "cycling")


def test_garmin_as_a_bare_list_without_utc_and_with_parents() -> None:
    data = json.dumps(
        [
            {"name": "Tri", "startTimeGmt": START * 1000, "parent": True},
            {"name": "Leg", "startTimeLocal": (START + 3600) * 1000, "activityType": {"typeKey": "trail_running"}},
            {"name": "No start"},
            {"name": 5, "startTimeGmt": START * 1000, "distance": None, "workoutRpe": 1e9},
        ]
    ).encode()
    leg, odd = overlays_from([("a_0_summarizedActivities.json", data)])
    assert (leg.name, leg.sport, leg.start_time_utc_s, leg.start_time_is_local) == (
        "Leg",
        "running",
        START + 3600,
        True,
    )
    assert (odd.name, math.isnan(odd.distance_m), math.isnan(odd.perceived_exertion)) == ("", True, True)


def test_a_large_or_cut_summary_is_read_object_by_object() -> None:
    data = garmin_summaries([RUN] * 9000)
    assert len(data) > 3 << 20
    assert len(overlays_from([("1_summarizedActivities.json", data)])) == 9000
    assert len(overlays_from([("1_summarizedActivities.json", data[: len(data) // 2])])) in {4499, 4500}
    assert overlays_from([("1_summarizedActivities.json", b"[" * 100_000)]) == ()
    assert overlays_from([("1_summarizedActivities.json", b'[{"a":' * 50_000)]) == ()


@pytest.mark.parametrize(("unit", "metres"), [("km", 5230.0), ("mi", 5230.0 * 1.609344)])
def test_runkeeper_has_local_times_and_units_of_the_account(unit: str, metres: float) -> None:
    data = (
        f"Activity Id,Date,Type,Route Name,Distance ({unit}),Duration,Notes,GPX File\n"
        'x-1,2026-01-02 08:34:05,Running,Park,5.23,28:11,"Easy, ok",2026-01-02-083405.gpx\n'
        "x-2,,,,,,,\n"
    ).encode()
    (run,) = overlays_from([("cardioActivities.csv", data)])
    assert (run.name, run.description, run.sport, run.file_name) == (
        "Park",
        "Easy, ok",
        "running",
        "2026-01-02-083405.gpx",
    )
    assert (run.start_time_utc_s, run.start_time_is_local) == (START + 3600, True)
    assert run.distance_m == pytest.approx(metres)


APPLE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!ELEMENT HealthData (Workout*)>
<!ATTLIST Workout (broken declaration of some iOS versions]>
<HealthData locale="en_US">
 <Record type="HKQuantityTypeIdentifierStepCount" value="1"/>
 <Workout workoutActivityType="HKWorkoutActivityTypeRunning" startDate="2026-01-02 08:34:05 +0100">
  <WorkoutStatistics type="HKQuantityTypeIdentifierDistanceWalkingRunning" sum="12.3" unit="km"/>
  <WorkoutRoute><FileReference path="/workout-routes/route_2026-01-02_8.34am.gpx"/></WorkoutRoute>
 </Workout>
 <Workout workoutActivityType="HKWorkoutActivityTypeWalking" startDate="2026-01-03 08:00:00 +0100"
  totalDistance="2" totalDistanceUnit="mi"/>
 <Workout workoutActivityType="HKWorkoutActivityTypeYoga" startDate="2026-01-04 08:00:00 +0100">
"""


def test_apple_routes_belong_to_workouts_and_the_dtd_is_not_read() -> None:
    run, walk = overlays_from([("apple_health_export/export.xml", APPLE.encode())])
    assert (run.sport, run.start_time_utc_s) == ("running", START)
    assert run.file_name == "workout-routes/route_2026-01-02_8.34am.gpx"
    assert run.distance_m == pytest.approx(12_300.0)
    assert (walk.sport, walk.distance_m) == ("walking", pytest.approx(3218.688))


def test_apple_entities_are_refused() -> None:
    bomb = APPLE.replace("<!ELEMENT", '<!ENTITY a "x"><!ELEMENT').replace('value="1"', 'value="&a;"')
    assert overlays_from([("export.xml", bomb.encode())]) == ()
    late = APPLE.replace("<HealthData locale", "<!-- --><!DOCTYPE x [<!ENTITY b 'y'>]><HealthData locale")
    assert overlays_from([("export.xml", late.encode())]) == ()


@pytest.mark.parametrize(
    ("text", "month_first"),
    [
        ("Jan 2, 2026, 7:34:05 AM", False),
        ("02.01.2026, 07:34:05", False),
        ("2026/01/02 7:34:05", False),
        ("2026-01-02 07:34:05", False),
        ("2 janv. 2026 à 07:34:05", False),
        ("2 ene 2026, 7:34:05", False),
        ("2 gen 2026, 07:34:05", False),
        ("2 jan. 2026 07:34:05", False),
        ("2 de jan. de 2026, 07:34:05", False),
        ("2026年1月2日 午前7:34:05", False),
        ("01/02/2026, 7:34:05 AM", True),
        ("02/01/2026 07:34:05", False),
        ("2026-01-02 08:34:05 +0100", False),
        ("2. Januar 2026, 07:34:05", False),
    ],
)
def test_dates_in_many_languages(text: str, month_first: bool) -> None:
    assert parse_date(text, month_first=month_first) == START


def test_dates_that_are_none_and_the_order_of_months() -> None:
    assert math.isnan(parse_date("yesterday"))
    assert math.isnan(parse_date("2026-02-30 10:00"))
    assert parse_date("Jan 2, 2026, 12:34:05 AM") == START - 7 * 3600
    assert parse_date("Jan 2, 2026, 12:34:05 PM") == START + 5 * 3600
    assert is_month_first(["1/2/2026", "1/31/2026"])
    assert not is_month_first(["1/2/2026 7:00 PM", "31/1/2026"])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5.23", 5.23),
        ("5,23", 5.23),
        ("1,234.5", 1234.5),
        ("1.234,5", 1234.5),
        ("12'345", 12345.0),
        ("-3", -3.0),
        ("", math.nan),
        ("x", math.nan),
    ],
)
def test_numbers_in_many_languages(text: str, value: float) -> None:
    assert parse_number(text) == pytest.approx(value, nan_ok=True)


def test_file_names_match_first() -> None:
    overlays = [
        Overlay("strava", "activities/1.fit.gz", START + 50_000, name="by file"),
        Overlay("strava", "activities/2.fit.gz", START, name="by time"),
    ]
    found = match_overlays([Subject("a", ("export/activities/1.fit.gz",), START)], overlays)
    assert found["a"].name == "by file"


def test_start_times_match_within_seconds_and_each_overlay_once() -> None:
    subjects = [
        Subject("a", ("x.fit",), START),
        Subject("b", ("y.fit",), START + 3),
        Subject("c", ("z.fit",), START + 900),
    ]
    overlays = [Overlay("garmin", "", START + 1, name="one"), Overlay("garmin", "", START + 3, name="two")]
    found = match_overlays(subjects, overlays)
    assert {key: overlay.name for key, overlay in found.items()} == {"a": "one", "b": "two"}


@pytest.mark.parametrize(
    ("late_s", "distance_m", "is_match"),
    [(4, 1.0, True), (200, 10_500.0, True), (200, 15_000.0, False), (200, math.nan, False), (301, 10_000.0, False)],
)
def test_a_later_start_needs_the_same_distance(late_s: float, distance_m: float, is_match: bool) -> None:
    a_day = 86_400
    found = match_overlays(
        [Subject("a", ("x.fit",), START, 0.0, 10_000.0), Subject("b", ("y.fit",), START + a_day)],
        [
            Overlay("garmin", "", START + late_s, name="late", distance_m=distance_m),
            Overlay("garmin", "", START + a_day, name="in time"),
        ],
    )
    expected = {"a": "late", "b": "in time"} if is_match else {"b": "in time"}
    assert {key: overlay.name for key, overlay in found.items()} == expected


def test_local_times_match_on_the_wall_clock() -> None:
    overlay = Overlay("runkeeper", "", START + 3600, True, name="local")
    assert match_overlays([Subject("a", ("x",), START, 3600.0)], [overlay])["a"].name == "local"
    assert match_overlays([Subject("a", ("x",), START, 0.0)], [overlay]) == {}


def test_a_name_that_many_files_carry_must_agree_in_time() -> None:
    overlays = [
        Overlay("strava", "2025/run.gpx", START - 9e6, name="old"),
        Overlay("strava", "2026/run.gpx", START, name="new"),
    ]
    found = match_overlays([Subject("a", ("2026/run.gpx",), START + 2)], overlays)
    assert found["a"].name == "new"
    assert match_overlays([Subject("a", ("run.gpx",), START)], overlays[:1]) == {}


def test_overlays_of_two_services_are_merged() -> None:
    overlays = [
        Overlay("strava", "activities/1.fit.gz", START, name="Title", gear="Racer"),
        Overlay("garmin", "", START + 1, name="Town Running", description="note", perceived_exertion=5.0, is_race=True),
    ]
    found = match_overlays([Subject("a", ("activities/1.fit.gz", "u.zip!77.fit"), START)], overlays)["a"]
    assert (found.name, found.gear, found.description, found.perceived_exertion, found.is_race) == (
        "Title",
        "Racer",
        "note",
        5.0,
        True,
    )


@pytest.mark.parametrize(
    ("name", "head", "expected"),
    [
        ("export/activities.csv", b"Activity ID,Activity Date", True),
        ("export/shoes.csv", b"", True),
        ("e.zip!DI_CONNECT/DI-Connect-Wellness/2026_sleepData.json", b"[]", True),
        ("DI_CONNECT/DI-Connect-Fitness/x_0_summarizedActivities.json", b"[{", True),
        ("apple_health_export/export.xml", b"<?xml version", True),
        ("cardioActivities.csv", b"Activity Id,Date", True),
        ("GARMIN/GarminDevice.xml", b"<Device", True),
        ("activities/1.fit", b"\x0e\x10", False),
        ("runs.csv", b"a,b", False),
        ("route.gpx", b"<gpx", False),
    ],
)
def test_what_is_a_sidecar(name: str, head: bytes, expected: bool) -> None:
    assert is_sidecar(name, head) is expected


def test_damaged_sidecars_raise_nothing(tmp_path: Path) -> None:
    for name in ("activities.csv", "cardioActivities.csv", "a_summarizedActivities.json", "export.xml"):
        for data in (b"", b"\x00" * 50, b"\xff\xfe\x00", b",", b"[", b"<?xml", b'"' + b"x," * 99, b"1,\n2,\n" * 9):
            assert_says_nothing(overlays_from([(name, data)]))
            (tmp_path / name).write_bytes(data)
            assert_says_nothing(read_overlays(tmp_path))
    (tmp_path / "bad.zip").write_bytes(b"PK\x03\x04 nothing")
    assert_says_nothing(read_overlays(tmp_path))


def assert_says_nothing(overlays: tuple[Overlay, ...]) -> None:
    assert isinstance(overlays, tuple)
    for overlay in overlays:
        assert (overlay.file_name, overlay.name, overlay.description, overlay.gear, overlay.sport) == ("",) * 5
        assert math.isnan(overlay.start_time_utc_s)


def test_a_bomb_among_the_sidecars_is_bounded(tmp_path: Path) -> None:
    from runlake.intake.contents import Limits

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("activities.csv", b"1," * (4 << 20))
    (tmp_path / "a.zip").write_bytes(out.getvalue())
    limits = Limits(max_total_bytes=1 << 20, max_total_ratio=1)
    assert read_overlays(tmp_path, limits) == ()
