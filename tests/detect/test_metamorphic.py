"""What must not matter: when it was, which way is north, how densely it was recorded, what the watch lapped."""

import dataclasses

import numpy as np
import pytest

from runlake.detect import (
    best_efforts,
    distributions,
    fatigue,
    form,
    laps,
    pacing,
    samples,
    splits,
    summary,
)
from runlake.model.activity import Activity
from runlake.model.findings import Findings
from runlake.model.recording import Lap
from support.activities import make_activity
from support.bouts import made_bouts
from support.tracks import stadium

PLUGINS = (laps, splits, best_efforts, form, distributions, fatigue, pacing, summary, samples)
CLOCKS = ("start_time_utc", "end_time_utc", "start_time_local", "time_utc")


def find(activity: Activity) -> dict[str, Findings]:
    found = made_bouts()
    for plugin in PLUGINS:
        for findings in plugin.DETECTOR.find(activity, found, plugin.DETECTOR.settings):
            found[findings.spec.name] = findings
    assert (found["splits"]["kind"] == "km").sum() >= 11
    assert found["samples"].n_rows == activity.n
    for name in ("best_efforts", "form", "distributions"):
        assert found[name].n_rows > 5, name
    return found


def run(**changes) -> Activity:
    """An hour with a fast middle, hills, a stop, a pause, heart rate and cadence, on a track."""
    rng = np.random.default_rng(11)
    m = 3601
    second = np.arange(m)
    speed = 2.9 + 0.1 * np.sin(second / 50) + 1.2 * ((second > 1500) & (second < 2100)) + rng.normal(0, 0.05, m)
    speed[900:930] = 0.0
    on = np.ones(m, dtype=bool)
    on[2500:2560] = False
    moved = np.concatenate(([0.0], np.cumsum(np.where(on, speed, 0.0))[:-1]))
    east, north = stadium(moved)
    given = {
        "cadence_spm": 165 + 8 * (speed - 2.9),
        "heart_rate_bpm": 140 + 20 * (speed - 2.9) + 8 * second / m,
        "altitude_m": 50 + 10 * np.sin(second / 300),
        "is_timer_on": on,
        "east_m": east,
        "north_m": north,
        "laps": (Lap(1_767_600_000.0, 1_767_601_000.0), Lap(1_767_601_000.0, 1_767_603_600.0)),
    }
    return make_activity(speed, **(given | changes))


def assert_same(mine: dict[str, Findings], other: dict[str, Findings], leave: tuple[str, ...] = ()) -> None:
    for name, findings in mine.items():
        for column, values in findings.values.items():
            if column not in leave:
                np.testing.assert_array_equal(values, other[name][column], err_msg=f"{name}.{column}")


def test_the_same_again_is_the_same():
    assert_same(find(run()), find(run()))


def test_another_day_changes_nothing_but_clocks():
    later = 86_400.0 * 123
    moved = tuple(
        dataclasses.replace(
            lap, start_time_utc_s=lap.start_time_utc_s + later, end_time_utc_s=lap.end_time_utc_s + later
        )
        for lap in run().laps
    )
    assert_same(find(run()), find(run(start_time_utc_s=1_767_600_000.0 + later, laps=moved)), leave=CLOCKS)


def test_south_for_north_and_the_other_way_round_the_track():
    base = run()
    mirrored = run(north_m=-np.array(base.grid.north_m))
    turned = run(east_m=np.array(base.grid.north_m), north_m=-np.array(base.grid.east_m))
    for other in (mirrored, turned):
        mine, theirs = find(base)["splits"], find(other)["splits"]
        assert mine["kind"].tolist() == theirs["kind"].tolist()
        assert theirs["elapsed_s"] == pytest.approx(mine["elapsed_s"], abs=1.0)


def test_laps_leave_everything_else_alone():
    mine, theirs = find(run()), find(run(laps=()))
    del mine["laps"]
    assert_same(mine, theirs)


@pytest.mark.parametrize("every", [2, 4])
def test_coarser_recording_gives_the_same_splits_and_efforts(every):
    fine = run()
    # Watches record where the timer stops and starts, however coarse they are.
    keep = np.union1d(np.arange(0, fine.n, every), [2499, 2500, 2559, 2560, fine.n - 1])
    coarse = dataclasses.replace(
        fine,
        time_s=fine.time_s[keep],
        channels={name: np.ascontiguousarray(values[keep]) for name, values in fine.channels.items()},
    )
    mine, theirs = find(fine), find(coarse)
    assert theirs["splits"]["elapsed_s"] == pytest.approx(mine["splits"]["elapsed_s"], abs=1.0)
    by_distance = mine["best_efforts"]["is_by_distance"].astype(bool)
    assert theirs["best_efforts"]["elapsed_s"][by_distance] == pytest.approx(
        mine["best_efforts"]["elapsed_s"][by_distance], rel=0.01
    )
    for name in ("distributions", "form"):
        assert theirs[name]["seconds"].sum() == mine[name]["seconds"].sum()


def test_a_walk_home_changes_neither_splits_before_nor_best_efforts():
    base = run()
    m, walk = base.grid.m, 600
    speed = np.concatenate((np.nan_to_num(base.grid.speed_mps), np.full(walk, 1.3)))
    longer = make_activity(
        speed,
        is_timer_on=np.concatenate((base.grid.is_timer_on, np.ones(walk, dtype=bool))),
        cadence_spm=np.concatenate((np.nan_to_num(base.grid.cadence_spm), np.full(walk, 110.0))),
    )
    plain = make_activity(
        speed[:m], is_timer_on=base.grid.is_timer_on, cadence_spm=np.nan_to_num(base.grid.cadence_spm)
    )
    mine, theirs = find(plain), find(longer)
    full = (mine["splits"]["kind"] == "km") & (mine["splits"]["is_partial"] == 0)
    assert theirs["splits"]["elapsed_s"][: full.sum()] == pytest.approx(mine["splits"]["elapsed_s"][full])
    fast = np.isin(mine["best_efforts"]["effort"], ["400m", "1k", "mile", "5k", "10min"])
    again = np.isin(theirs["best_efforts"]["effort"], ["400m", "1k", "mile", "5k", "10min"])
    assert theirs["best_efforts"]["elapsed_s"][again] == pytest.approx(mine["best_efforts"]["elapsed_s"][fast])
    assert theirs["form"]["seconds"].sum() == pytest.approx(mine["form"]["seconds"].sum(), abs=1.0)
