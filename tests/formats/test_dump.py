"""`dump_lines`: what a FIT file holds, as JSON lines and as CSV."""

from __future__ import annotations

import csv
import json
from typing import Any

import pytest

from runlake.errors import ConfigError, FormatError, RunlakeError
from runlake.formats.dump import dump_lines
from simulator.fit_writer import FitWriter

FIT_TIME = 1_100_000_000


def _file() -> bytes:
    writer = FitWriter().define(0, 0, [(0, "enum"), (1, "uint16"), (2, "uint16")]).data(0, [4, 1, 3990])
    writer.define(1, 207, [(3, "uint8")]).data(1, [0])
    writer.define(1, 206, [(0, "uint8"), (1, "uint8"), (2, "uint8"), (3, "string", 8), (8, "string", 8)])
    writer.data(1, [0, 5, 0x88, "Power", "Watts"])
    writer.define(
        2, 20, [(253, "uint32"), (3, "uint8"), (6, "uint16"), (200, "uint8", 2)], dev_fields=[(5, "float32", 1, 0)]
    )
    writer.data(2, [FIT_TIME, 150, 3500, [1, None]], dev_values=[250.5])
    writer.data(2, [FIT_TIME + 1, None, 3600, [None, None]], dev_values=[None])
    writer.define(3, 18, [(5, "enum"), (18, "uint8"), (253, "uint32")]).data(3, [1, 85, FIT_TIME])
    return writer.to_bytes()


def _rows(**options: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in dump_lines(_file(), **options)]


def test_json_lines_name_messages_fields_enums_subfields_and_times() -> None:
    rows = _rows()
    assert [row["message"] for row in rows] == [
        "file_id", "developer_data_id", "field_description", "record", "record", "session"]  # fmt: skip
    assert rows[0]["type"] == "activity"
    assert rows[0]["garmin_product"] == "fr255_music"
    assert rows[3]["timestamp"] == "2024-11-08T11:33:20Z"
    assert (rows[3]["heart_rate"], rows[3]["speed"], rows[3]["unknown_200"]) == (150, 3.5, [1, None])
    assert rows[3]["Power"] == 250.5
    assert "heart_rate" not in rows[4]
    assert "Power" not in rows[4]
    assert (rows[5]["sport"], rows[5]["avg_running_cadence"]) == ("running", 85)


def test_one_kind_of_message_as_a_table() -> None:
    rows = list(csv.DictReader(dump_lines(_file(), "record", "csv")))
    assert [row["heart_rate"] for row in rows] == ["150", ""]
    assert [row["speed"] for row in rows] == ["3.5", "3.6"]
    assert int(rows[1]["offset"]) > int(rows[0]["offset"])


def test_all_messages_as_csv_are_one_line_per_field() -> None:
    rows = list(csv.DictReader(dump_lines(_file(), style="csv")))
    power = [row for row in rows if row["field"] == "Power"]
    assert [(row["message"], row["value"], row["units"]) for row in power] == [
        ("record", "250.5", "Watts"), ("record", "", "Watts")]  # fmt: skip


def test_a_damaged_file_gives_what_can_be_read_and_says_what_is_wrong() -> None:
    whole = _file()
    said: list[str] = []
    rows = [json.loads(line) for line in dump_lines(whole[:-20], warn=said.append)]
    assert sum(row["message"] == "record" for row in rows) == 2
    assert len(said) == 1
    assert "truncated" in said[0]


def test_a_sound_file_gives_no_warning() -> None:
    said: list[str] = []
    assert list(dump_lines(_file(), warn=said.append))
    assert said == []


def test_a_message_that_the_file_lacks_gives_no_line_and_a_warning() -> None:
    said: list[str] = []
    assert list(dump_lines(_file(), "lap", warn=said.append)) == []
    assert "session" in said[0]


@pytest.mark.parametrize(
    ("data", "message", "style", "kind", "code"),
    [
        (b"<gpx/>", None, "jsonl", FormatError, "not_fit"),
        (_file(), None, "xml", ConfigError, "style"),
        (_file(), "laps", "jsonl", ConfigError, "no_such_message"),
        (_file(), "unknown_x", "jsonl", ConfigError, "no_such_message"),
    ],
)
def test_refusals_say_what_there_is(
    data: bytes, message: str | None, style: str, kind: type[RunlakeError], code: str
) -> None:
    with pytest.raises(kind) as caught:
        list(dump_lines(data, message, style))
    assert caught.value.code == code
    if code == "no_such_message":
        assert "session" in str(caught.value)
