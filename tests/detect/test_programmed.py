"""What the plan asked for, step by step, beside what was run."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from detect.test_bouts import EASY, find, reps, session
from runlake.model.recording import Lap, WorkoutStep

PLAN = (
    WorkoutStep(0, intensity="warmup", duration_kind="time", duration_value=720.0),
    WorkoutStep(1, name="fast", intensity="active", duration_kind="time", duration_value=95.0, target_kind="speed",
                target_low=4.0, target_high=4.5),
    WorkoutStep(2, intensity="rest", duration_kind="time", duration_value=90.0),
    WorkoutStep(3, duration_kind="repeat_until_steps_cmplt", duration_value=6.0),
    WorkoutStep(4, intensity="cooldown", duration_kind="open"),
)  # fmt: skip


def planned(activity, pieces):
    """The activity with a lap for each (seconds, step)."""
    laps, at = [], activity.start_time_utc_s
    for seconds, step in pieces:
        laps.append(Lap(at, at + seconds, seconds, seconds, trigger="time", workout_step=float(step)))
        at += seconds
    return dataclasses.replace(activity, laps=tuple(laps), steps=PLAN)


def test_steps_that_were_run():
    activity = session((720, EASY), *reps(6, (95, 4.3), (90, 2.4)), (600, EASY))
    laps = [(720, 0), *[(95, 1), (90, 2)] * 6]
    laps = [*laps[:-1], (600, 4)]
    found = find(planned(activity, laps))[1]["programmed_steps"]
    assert found["step_no"].tolist() == list(range(1, 14))
    assert found["kind"].tolist() == ["warmup", *["active", "rest"] * 5, "active", "cooldown"]
    work = found["kind"] == "active"
    assert found["matched_interval_no"][work].tolist() == [1, 2, 3, 4, 5, 6]
    assert np.all(found["agreement"][work] > 0.85)
    assert np.all(found["was_executed"][work] == 1)
    assert np.all(np.isnan(found["was_executed"][~work].astype(float)))
    assert found["target"][1] == "fast, 95 s, speed 4-4.5"
    assert found["planned_s"][2] == 90.0
    assert found["start_s"][1] == pytest.approx(720.0)


def test_steps_that_were_not_run():
    activity = session((2430, EASY))
    found = find(planned(activity, [(720, 0), *[(95, 1), (90, 2)] * 6, (600, 4)]))[1]["programmed_steps"]
    work = found["kind"] == "active"
    assert np.all(found["was_executed"][work] == 0)
    assert np.all(np.isnan(found["matched_interval_no"].astype(float)))


def test_an_automatic_lap_inside_a_step_does_not_split_it():
    activity = session((720, EASY), (95, 4.3), (600, EASY))
    found = find(planned(activity, [(400, 0), (320, 0), (95, 1), (600, 4)]))[1]["programmed_steps"]
    assert found["workout_step"].tolist() == [0, 1, 4]
    assert found["end_s"][0] == pytest.approx(720.0)


def test_laps_without_a_plan_are_no_steps():
    activity = session((1200, EASY))
    lap = Lap(activity.start_time_utc_s, activity.start_time_utc_s + 600, 600.0, 600.0, trigger="distance")
    assert find(dataclasses.replace(activity, laps=(lap,)))[1]["programmed_steps"].n_rows == 0
