"""Bouts on labelled files: the figures hold, and neither laps nor steps change what the samples say."""

from __future__ import annotations

import dataclasses
import gzip

import numpy as np
import pytest

import cross_validate
from bout_scoring import score
from runlake import formats
from runlake.detect._bouts_settings import Settings
from runlake.detect.bouts import DETECTOR
from runlake.errors import RunlakeError
from runlake.prepare import prepare

SAID_OF_LAPS = ("programmed_step", "agreement")


@pytest.fixture(scope="module")
def labelled(corpus):
    return cross_validate.read_labelled(corpus)


@pytest.mark.slow
@pytest.mark.corpus
def test_figures_hold(labelled):
    found = score([cross_validate.to_case(item, Settings()) for item in labelled])
    assert found.sessions >= 40
    assert found.f1(found.right_50) >= 0.93
    assert found.f1(found.right_80) >= 0.80
    assert found.exact / found.sessions >= 0.68
    assert found.kind_right / found.right_50 >= 0.90
    for off_s in (found.start_off_s, found.end_off_s):
        size = np.sort(np.abs(off_s))
        assert np.median(size) <= 2.5
        assert size[int(0.9 * (len(size) - 1))] <= 7.0
    assert found.calibration_error() <= 0.08
    assert found.false_bouts / found.steady_hours <= 0.2


@pytest.mark.slow
@pytest.mark.corpus
def test_laps_and_steps_change_no_row(corpus):
    compared = 0
    for path in sorted(corpus.glob("run-*.fit")) + sorted(corpus.glob("run-*.tcx")):
        data = path.read_bytes()
        data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
        try:
            kind, reading = formats.read(data)
            full = prepare(reading.recordings[0], activity_id="0" * 16, source_format=kind)
        except RunlakeError:
            continue  # refused files have no rows to compare
        bare = dataclasses.replace(full, laps=(), steps=())
        for a, b in zip(_found(full), _found(bare), strict=True):
            for column in a.spec.own_columns:
                if column.name not in SAID_OF_LAPS:
                    ours, theirs = ([str(v) for v in f[column.name]] for f in (a, b))
                    assert ours == theirs, (path.name, column.name)
        compared += 1
    assert compared > 50


def _found(activity):
    return DETECTOR.find(activity, {}, DETECTOR.settings)[:3]
