"""Findings take rows and columns that fit their table, and say what does not fit."""

from __future__ import annotations

import numpy as np
import pytest

from runlake.errors import ActivityError
from runlake.model.findings import Findings
from runlake.model.table import Column, TableSpec

SPEC = TableSpec(
    name="heats",
    row="heat",
    key=("heat_no",),
    own_columns=(
        Column("heat_no", "int32", "number"),
        Column("winner", "string", "name"),
        Column("time_s", "float64", "time", "s"),
        Column("wind_mps", "float32", "wind", "m/s"),
        Column("is_record", "bool", "a record"),
        Column("rank", "float64", "place in the season", origin="history"),
        Column("remark", "string", "what was said of it", origin="overlay"),
    ),
)
ROWS = [
    {"heat_no": 1, "winner": "Ann", "time_s": 12, "wind_mps": None, "is_record": True},
    {"heat_no": 2, "winner": None, "time_s": 11.5, "wind_mps": -0.5, "is_record": False},
]


def test_rows_come_out_as_columns_in_published_order():
    found = Findings.from_rows(SPEC, ROWS)
    assert list(found.values) == [c.name for c in SPEC.own_columns]
    assert found["heat_no"].tolist() == [1, 2]
    assert found["winner"].tolist() == ["Ann", None]
    assert found["time_s"].tolist() == [12.0, 11.5]
    assert np.isnan(found["wind_mps"][0])
    assert found["wind_mps"][1] == -0.5
    assert found["is_record"].tolist() == [True, False]
    assert np.isnan(found["rank"]).all()
    assert found["remark"].tolist() == [None, None]


def test_columns_that_a_later_stage_fills_may_be_left_out():
    columns = {c.name: Findings.from_rows(SPEC, ROWS)[c.name] for c in SPEC.own_columns if c.origin == "detect"}
    found = Findings(SPEC, columns)
    assert np.isnan(found["rank"]).tolist() == [True, True]
    assert found["remark"].tolist() == [None, None]


@pytest.mark.parametrize("rows", [[], [{}], [{}, {"time_s": 3.0}]])
def test_what_a_row_leaves_out_is_missing(rows):
    found = Findings.from_rows(SPEC, rows)
    assert found.n_rows == len(rows)
    assert [v for v in found["time_s"].tolist() if v == v] == [3.0] * any("time_s" in r for r in rows)
    assert found["winner"].tolist() == [None] * len(rows)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"time_s": "fast"}, "time_s"),
        ({"heat_no": "first"}, "heat_no"),
        ({"speed": 3.0}, "speed"),
    ],
)
def test_rows_that_do_not_fit_are_told(change, complaint):
    with pytest.raises(ActivityError, match=complaint):
        Findings.from_rows(SPEC, [{**ROWS[0], **change}])


def test_columns_that_do_not_fit_are_told():
    good = dict(Findings.from_rows(SPEC, ROWS).values)
    with pytest.raises(ActivityError, match="missing columns"):
        Findings(SPEC, {n: v for n, v in good.items() if n != "time_s"})
    with pytest.raises(ActivityError, match="different lengths"):
        Findings(SPEC, {**good, "time_s": np.zeros(3)})
    with pytest.raises(ActivityError, match="heat_no"):
        Findings(SPEC, {**good, "heat_no": np.array(["a", "b"])})


def test_one_column_is_exchanged_and_the_rest_stays():
    before = Findings.from_rows(SPEC, ROWS)
    after = before.replace("heat_no", np.array([7, 8], dtype=np.int64))
    assert after["heat_no"].tolist() == [7, 8]
    assert before["heat_no"].tolist() == [1, 2]
    assert list(after.values) == list(before.values)
    assert after["time_s"] is before["time_s"]
    with pytest.raises(ActivityError, match="different lengths"):
        before.replace("heat_no", np.zeros(3))
