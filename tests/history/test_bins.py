"""Integrals over the bins of heart rate and speed."""

from __future__ import annotations

import numpy as np
import pytest
from tests.history.season import Season, week_day

from runlake.history._bins import read_bins
from runlake.history._group import index_of


def test_quantiles_and_time_held_by_hand() -> None:
    season = Season()
    season.activity(week_day(0, 0), minutes=60, heart_rate={120: 30, 150: 20, 180: 8, 190: 2})
    season.activity(week_day(0, 2), minutes=10)
    tables = season.tables()
    bins = read_bins(tables["distributions"], "heart_rate", index_of(tables["activities"]["activity_id"]))
    assert bins.total_s.tolist() == [3600.0, 0.0]
    assert bins.quantile(0.5).tolist()[0] == 120.0
    assert bins.quantile(0.75).tolist()[0] == 150.0
    assert bins.quantile(0.995).tolist()[0] == 190.0
    assert bins.held_for(120.0).tolist()[0] == 190.0
    assert bins.held_for(180.0).tolist()[0] == 180.0
    assert np.isnan(bins.held_for(180.0)[1])
    assert np.isnan(bins.quantile(0.5)[1])


def test_a_bound_inside_a_speed_bin_splits_it_and_heart_rate_is_whole() -> None:
    season = Season()
    season.activity(week_day(0, 0), minutes=20, speeds={3.0: 10, 3.05: 10}, heart_rate={140: 10, 141: 10})
    tables = season.tables()
    index = index_of(tables["activities"]["activity_id"])
    speed = read_bins(tables["distributions"], "gap_speed", index)
    share = speed.share_above(np.array([3.02]))
    assert speed.sum(share * speed.seconds)[0] == pytest.approx(0.6 * 600 + 600)
    rate = read_bins(tables["distributions"], "heart_rate", index)
    assert rate.share_above(np.array([141.0])).tolist() == [0.0, 1.0]
    assert rate.share_above(np.array([140.3])).tolist() == [0.0, 1.0]


def test_rows_in_any_order_give_the_same() -> None:
    season = Season()
    for day in range(5):
        season.activity(week_day(0, day), minutes=60, heart_rate={120 + day: 30, 150: 20, 180 + day: 10})
    tables = season.tables()
    index = index_of(tables["activities"]["activity_id"])
    shuffled = tables["distributions"].where(np.random.default_rng(1).permutation(tables["distributions"].n_rows))
    one, two = (read_bins(t, "heart_rate", index) for t in (tables["distributions"], shuffled))
    assert one.quantile(0.9).tolist() == two.quantile(0.9).tolist()
    assert one.power_mean(3.0).tolist() == two.power_mean(3.0).tolist()
