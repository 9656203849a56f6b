"""What an activity page says of its splits and of doubtful data."""

from __future__ import annotations

import pandas as pd
import pytest

from runlake.reports._activity_facts import SPLIT_COLUMNS, _split, notes
from runlake.reports._format import Units


@pytest.mark.parametrize(("is_doubtful", "note"), [(True, "glitch or vehicle"), (False, ""), (None, ""), (pd.NA, "")])
def test_a_split_that_holds_a_glitch_says_so(is_doubtful: object, note: str) -> None:
    split = {
        "split_no": 7, "distance_m": 1000.0, "timer_s": 167.7, "mean_heart_rate_bpm": 140.0,
        "mean_cadence_spm": 170.0, "ascent_m": 0.0, "is_doubtful": is_doubtful,
    }  # fmt: skip
    cells = _split(split, Units())
    assert len(cells) == len(SPLIT_COLUMNS)
    assert cells[3] == "2:48 /km"
    assert note in cells[-1]
    assert bool(cells[-1]) == bool(note)


def test_metres_that_no_human_runs_are_told() -> None:
    quality = {
        "speed_lag_s": None, "n_spikes": None, "heart_rate_lock_s": None, "gap_s": None,
        "are_short_reps_reliable": None, "distance_vs_positions_frac": None,
    }  # fmt: skip
    row = {"strides_status": None, **{f"quality_{name}": value for name, value in quality.items()}}
    (flag,) = notes({**row, "quality_too_fast_m": 11_965.0}, Units())
    assert flag.kind == "warn"
    assert "11.97 km" in flag.text or "11.96 km" in flag.text
    assert not notes({**row, "quality_too_fast_m": 0.0}, Units())
    assert not notes({**row, "quality_too_fast_m": None}, Units())


@pytest.mark.parametrize(
    ("share", "words"), [(0.08, "known for 8 % of the time"), (0.001, "less than 1 % of"), (0.95, ""), (0.0, "")]
)
def test_heart_rate_of_a_part_of_the_run_is_told(share: float, words: str) -> None:
    quality = {
        "speed_lag_s": None, "n_spikes": None, "heart_rate_lock_s": None, "gap_s": None,
        "are_short_reps_reliable": None, "distance_vs_positions_frac": None, "heart_rate_share": share,
    }  # fmt: skip
    found = notes({"strides_status": None, **{f"quality_{k}": v for k, v in quality.items()}}, Units())
    assert [words in flag.text.replace("\N{NO-BREAK SPACE}", " ") for flag in found] == ([True] if words else [])
