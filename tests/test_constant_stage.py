"""The tool behind `make bite`: what a test file is about, and what takes its place."""

from __future__ import annotations

import numpy as np
import pytest

import constant_stage
import constants
import subjects
from conftest import ROOT
from runlake.detect import _series, splits
from runlake.detect._track import Track
from runlake.model.findings import Findings
from runlake.tables import BY_NAME


@pytest.mark.parametrize(
    ("file", "some", "none"),
    [
        ("detect/test_splits.py", "detect.splits", "detect.laps"),
        ("detect/test_bouts_hostile.py", "detect.bouts", "detect.splits"),
        ("detect/test_sets.py", "detect.bouts", "detect.splits"),  # by way of another test file
        ("detect/test_robust.py", "detect.summary", "history.weeks"),  # by way of the list of detectors
        ("detect/test_series.py", "detect._series.moving_mask", "detect.splits"),
        ("formats/test_fit_fast_properties.py", "formats._fit_fast.decode", "formats.fit"),
        ("kernels/test_grade.py", "kernels.grade.level_speed", "kernels.crc.fit_crc"),
        ("pipeline/test_guarantees.py", "pipeline.build.build", "pipeline.made_up.fit_bytes"),
    ],
)
def test_a_file_is_about_its_plugin_or_what_it_imports(file: str, some: str, none: str) -> None:
    found = {subject.name for subject in subjects.subjects_of(ROOT / "tests" / file)}
    assert some in found
    assert none not in found


def test_a_constant_has_the_shape_of_the_answer() -> None:
    one = constants.like((np.array([3.0, np.nan]), np.array([True, False]), 7, "km", None), 1)
    assert (one[0].tolist(), one[1].tolist(), one[2:]) == ([1.0, 1.0], [True, True], (1, "x", None))
    track = Track(1.0, 2.0, 0.9, 3)
    assert constants.like(track, 0) == Track(0.0, 0.0, 0.0, 0, 0.0)
    findings = Findings.empty(BY_NAME["splits"])
    assert [constants.like(findings, fill).n_rows for fill in (0, 1)] == [0, 1]
    assert constants.like(np.empty((0, 2)), 1).tolist() == [[1.0, 1.0]]
    assert list(constants.asked_first(lambda: iter([2, 3]), 1)()) == [1]


def test_what_may_be_none_is_found_by_the_one_constant_and_not_by_the_other() -> None:
    def first(values: list[int]) -> int | None:
        return values[0] if values else None

    nothing, something = (constants.asked_first(first, fill) for fill in (0, 1))
    assert [nothing([5]), nothing([])] == [None, None]
    assert [something([5]), something([])] == [1, 1]


def test_what_is_replaced_is_replaced_everywhere_and_put_back() -> None:
    original = _series.moving_mask
    (subject,) = (s for s in subjects.subjects_of(ROOT / "tests/detect/test_series.py") if s.attribute == "moving_mask")
    with constant_stage.replaced(subject, len):
        assert _series.moving_mask is len
    assert _series.moving_mask is original
    find = splits.DETECTOR.find
    (plugin,) = subjects.subjects_of(ROOT / "tests/detect/test_splits.py")
    with constant_stage.replaced(plugin, plugin.constant(0)):
        assert splits.DETECTOR.find(None, {}, None)[0].n_rows == 0
    assert splits.DETECTOR.find is find
