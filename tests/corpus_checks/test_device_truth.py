"""Over the corpus, cleaned samples say what the watches themselves wrote, and every outlier has its reason."""

import numpy as np
import pytest

import device_truth


@pytest.fixture(scope="module")
def runs(corpus):
    return [case for case in device_truth.cases(corpus) if case.activity.is_run]


BOUNDS = {
    # measure: median and 95 % of absolute differences. A watch rounds its mean heart rate down, its cadence and
    # its climb to whole numbers, and may run for some seconds before the first and after the last record.
    "distance_frac": (0.0005, 0.005),
    "timer_s": (1.0, 5.0),
    "mean_speed_mps": (0.005, 0.05),
    "mean_heart_rate_bpm": (0.6, 1.5),
    "max_heart_rate_bpm": (0.5, 2.0),
    "mean_cadence_spm": (1.0, 4.0),
    "ascent_m": (4.0, 30.0),
    "zone_s": (1.0, 20.0),
    "lap_distance_m": (1.5, 8.0),
    "lap_timer_s": (0.5, 2.0),
    "lap_mean_heart_rate_bpm": (0.5, 1.5),
    "lap_mean_cadence_spm": (1.0, 6.0),
}


@pytest.mark.slow
@pytest.mark.corpus
def test_figures_are_those_of_the_watch(runs):
    differences = [
        d for case in runs for d in (*device_truth.session_differences(case), *device_truth.lap_differences(case))
    ]
    found = device_truth.table(differences)
    assert found["distance_m"][0] >= 100
    too_far = {
        measure: found[measure]
        for measure, (middle, high) in BOUNDS.items()
        if not (found[measure][1] <= middle and found[measure][2] <= high)
    }
    assert not too_far


@pytest.mark.slow
@pytest.mark.corpus
def test_every_outlier_of_a_run_has_its_reason(runs):
    unexplained = [
        (case.file, *outlier)
        for case in runs
        for outlier in device_truth.outliers(case)
        if device_truth.UNEXPLAINED in outlier[3]
    ]
    assert not unexplained


@pytest.mark.slow
@pytest.mark.corpus
def test_lags_are_those_of_real_watches(runs):
    lags = np.array(
        [c.activity.quality.speed_lag_s for c in runs if c.activity.quality.speed_lag_source == "estimated"]
    )
    assert len(lags) >= 60
    # Published for 49 such files: median 5.1 s, 5th to 95th percentile 2.4 to 7.7 s.
    assert 4.0 <= np.median(lags) <= 6.5
    assert np.percentile(lags, 5) >= 2.0
    assert np.percentile(lags, 95) <= 9.5
