"""No activity makes a detector raise, warn, or leave a promised column empty, however short or full of holes."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runlake.detect import DETECTORS, detect_all
from runlake.detect._series import climb_curves, metres_each_second, moving_mask, running_mask, speed_or_zero
from runlake.model.recording import Lap
from support.activities import make_activity
from support.bouts import made_bouts

MINE = [d for d in DETECTORS if d.name != "bouts"]
ZERO = 1_767_600_000.0


@st.composite
def activities(draw):
    """A run, ride, swim or nothing of 1 to 400 s with random holes, pauses and laps."""
    m = draw(st.integers(1, 400))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))

    def holes(values):
        share = draw(st.sampled_from([0.0, 0.0, 0.3, 1.0]))
        return np.where(rng.random(m) < share, np.nan, values)

    on = np.repeat(rng.random(m // 40 + 1) < 0.8, 40)[:m]
    laps = tuple(
        Lap(ZERO + draw(st.integers(-20, 500)), ZERO + draw(st.sampled_from([np.nan, 0.0, 250.0])))
        for _ in range(draw(st.integers(0, 3)))
    )
    activity = make_activity(
        holes(rng.uniform(0, draw(st.sampled_from([0.1, 6.0, 30.0])), m)),
        cadence_spm=holes(rng.uniform(0, 250, m)),
        heart_rate_bpm=holes(rng.uniform(40, 220, m)),
        altitude_m=holes(rng.uniform(0, 50, m)),
        grade_frac=holes(rng.uniform(-0.3, 0.3, m)),
        east_m=holes(rng.uniform(-100, 100, m)),
        north_m=holes(rng.uniform(-100, 100, m)),
        is_timer_on=on,
        sport=draw(st.sampled_from(["running", "cycling", "swimming", ""])),
        sub_sport=draw(st.sampled_from(["", "track", "treadmill"])),
        laps=laps,
    )
    if draw(st.booleans()):
        nothing = np.full(m, np.nan)
        grid = dataclasses.replace(activity.grid, distance_m=nothing)
        channels = {**activity.channels, "distance_m": holes(activity.channels["distance_m"])}
        activity = dataclasses.replace(activity, grid=grid, channels=channels)
    return activity


def check(activity, found):
    for detector in MINE:
        for findings in detector.find(activity, found, detector.settings):
            found[findings.spec.name] = findings
            for column in findings.spec.own_columns:
                if column.nullable or column.origin != "detect":
                    continue
                values = findings[column.name]
                missing = [v is None or v != v for v in values.tolist()]
                assert not any(missing), f"{findings.spec.name}.{column.name}"
            for name, values in findings.values.items():
                if values.dtype.kind == "f":
                    assert not np.isinf(values).any(), f"{findings.spec.name}.{name}"
    np.testing.assert_array_equal(found["samples"]["elapsed_s"], activity.time_s)
    assert found["activities"].n_rows == 1


@settings(deadline=None, max_examples=150)
@given(activities())
def test_nothing_raises_and_promises_hold(activity):
    end = activity.elapsed_s
    check(activity, made_bouts())
    check(activity, made_bouts(intervals=[(0.0, end / 2)], strides=[(end / 2, end)], sets=[(0.0, end / 2, "1:00")]))


@pytest.mark.parametrize("sport", ["running", "cycling", "swimming", "training", ""])
def test_a_single_sample(sport):
    check(make_activity(np.array([3.0]), sport=sport), made_bouts())


def test_two_days_at_one_sample_a_minute():
    whole = make_activity(np.full(2 * 86_400, 1.9))
    keep = np.arange(0, whole.n, 60)
    channels = {name: np.ascontiguousarray(values[keep]) for name, values in whole.channels.items()}
    check(dataclasses.replace(whole, time_s=whole.time_s[keep], channels=channels), made_bouts())


def test_detectors_do_not_write_into_what_they_share():
    rng = np.random.default_rng(4)
    speed = np.where(np.arange(3000) % 600 < 120, 4.6, 2.7) + rng.normal(0, 0.1, 3000)
    altitude = 100.0 + 10.0 * np.sin(np.arange(3000) / 90.0)
    activity = make_activity(speed, altitude_m=altitude, heart_rate_bpm=120.0 + 8.0 * speed, cadence_spm=60.0 * speed)
    detect_all(activity)
    functions = moving_mask, running_mask, metres_each_second, speed_or_zero, climb_curves
    shared = [function(activity) for function in functions]
    anew = [function(dataclasses.replace(activity)) for function in functions]
    for one, other, function in zip(shared, anew, functions, strict=True):
        np.testing.assert_array_equal(one, other, err_msg=function.__name__)
