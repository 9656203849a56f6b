"""Whatever is in the grid, bouts come out in order, disjoint and inside the session, or not at all."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from runlake.detect.bouts import DETECTOR
from support.activities import make_activity


def nonsense(seed):
    """A grid of random levels with gaps, pauses and impossible values."""
    rng = np.random.default_rng(seed)
    levels = rng.choice([0.0, 1.2, 2.9, 5.0, np.nan, 12.0], int(rng.integers(1, 80)))
    speed = np.repeat(levels, int(rng.integers(1, 20)))
    m = len(speed)

    def perhaps(values, gap=0.2):
        return np.where(rng.random(m) < gap, np.nan, values) if rng.random() < 0.6 else None

    activity = make_activity(
        speed,
        cadence_spm=perhaps(rng.choice([0.0, 80.0, 170.0, 250.0], m)),
        heart_rate_bpm=perhaps(rng.uniform(20, 220, m)),
        altitude_m=perhaps(rng.normal(0, 50, m), 0.0),
        grade_frac=perhaps(rng.normal(0, 0.2, m), 0.1),
        is_timer_on=rng.random(m) < 0.9 if rng.random() < 0.5 else None,
    )
    quality = dataclasses.replace(activity.quality, altitude_kind=str(rng.choice(["barometer", "gps", "none"])))
    return dataclasses.replace(activity, quality=quality, device=str(rng.choice(["", "COROS PACE 3"])))


@pytest.mark.parametrize("seed", range(60))
def test_rows_are_in_order_and_disjoint(seed):
    activity = nonsense(seed)
    found = DETECTOR.find(activity, {}, DETECTOR.settings)
    rows = [(f["start_s"][i], f["end_s"][i]) for f in (found[0], found[2]) for i in range(f.n_rows)]
    rows.sort()
    assert all(0 <= a < b <= activity.grid.m + 3 for a, b in rows)
    assert all(one[1] <= other[0] + 1e-9 for one, other in zip(rows[:-1], rows[1:], strict=True))
    for f in (found[0], found[2]):
        assert np.all((f["confidence"] >= 0) & (f["confidence"] <= 1))
    assert found[0]["interval_no"].tolist() == list(range(1, found[0].n_rows + 1))
    assert np.all(np.diff(found[0]["start_s"]) > 0)


def test_the_same_input_gives_the_same_findings():
    one, two = (DETECTOR.find(nonsense(7), {}, DETECTOR.settings) for _ in range(2))
    assert max(findings.n_rows for findings in one) > 1
    for a, b in zip(one, two, strict=True):
        for column in a.spec.own_columns:
            assert [str(v) for v in a[column.name]] == [str(v) for v in b[column.name]]
