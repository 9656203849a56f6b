"""Fatigue: a built-in onset is found, a run without one is censored, and what cannot be judged has a reason."""

import numpy as np
import pytest

from runlake.detect import fatigue
from support.activities import make_activity
from support.bouts import made_bouts


def find(activity, **bouts):
    return fatigue.DETECTOR.find(activity, made_bouts(**bouts), fatigue.DETECTOR.settings)[0]


def long_run(minutes=90, onset_min=None, rise_frac=0.10, seed=1, speed=3.0, **changes):
    """Steady running; from the onset on heart rate rises by `rise_frac` within the rest of the run."""
    m = minutes * 60 + 1
    rng = np.random.default_rng(seed)
    heart = 150.0 * (1 - np.exp(-np.arange(m) / 60.0)) + rng.normal(0, 0.7, m)
    if onset_min is not None:
        since = np.clip(np.arange(m) - onset_min * 60, 0, None) / (m - onset_min * 60)
        heart *= 1 + rise_frac * since
    given = {"heart_rate_bpm": heart, "cadence_spm": np.full(m, 166.0), **changes}
    return make_activity(speed * (1 + rng.normal(0, 0.02, m)), **given)


def test_an_onset_is_found_where_the_rise_passes_its_threshold():
    found = find(long_run(onset_min=50))
    # 10 % within 40 min: 2.5 % are reached 10 min after the onset.
    assert found["onset_s"][0] == pytest.approx(60 * 60, abs=240)
    assert found["onset_m"][0] == pytest.approx(3.0 * found["onset_s"][0], rel=0.01)
    assert found["is_censored"][0] == 0.0
    assert found["durability_frac"][0] == pytest.approx(1.083, abs=0.01)
    assert found["decoupling_frac"][0] > 0.03
    assert found["reason"][0] is None


def test_no_onset_is_censored_never_the_end_of_the_run():
    found = find(long_run())
    assert np.isnan(found["onset_s"][0])
    assert found["is_censored"][0] == 1.0
    assert found["decoupling_frac"][0] == pytest.approx(0.0, abs=0.005)
    assert found["durability_frac"][0] == pytest.approx(1.0, abs=0.01)


def test_a_passing_hill_of_heart_rate_is_no_onset():
    run = long_run()
    heart = np.array(run.grid.heart_rate_bpm)
    heart[3000:3400] *= 1.06
    assert find(long_run(heart_rate_bpm=heart))["is_censored"][0] == 1.0


@pytest.mark.parametrize(
    ("activity", "bouts", "word"),
    [
        (lambda: long_run(minutes=30), {}, "30 min of running"),
        (lambda: long_run(heart_rate_bpm=None), {}, "no heart rate"),
        (lambda: long_run(), {"intervals": [(900, 1100), (1200, 1400)]}, "work bouts"),
        (lambda: long_run(speed=np.repeat([3.0, 4.2], [2700, 2701])), {}, "pace varied"),
    ],
)
def test_what_cannot_be_judged_has_a_reason(activity, bouts, word):
    found = find(activity(), **bouts)
    assert word in found["reason"][0]
    assert np.isnan(found["onset_s"][0])
    assert np.isnan(found["is_censored"][0])
    assert np.isnan(found["decoupling_frac"][0])


def test_form_is_compared_at_like_speed():
    m = 90 * 60 + 1
    cadence = np.where(np.arange(m) > 3600, 162.0, 168.0)
    found = find(long_run(cadence_spm=cadence))
    assert found["cadence_change_spm"][0] == pytest.approx(-6.0, abs=0.1)
    assert found["step_length_change_frac"][0] == pytest.approx(168 / 162 - 1, abs=0.003)


def test_a_bonk_is_a_slow_down_without_heart_rate():
    m = 90 * 60 + 1
    speed = np.where(np.arange(m) > 4000, 2.5, 3.0)
    assert find(long_run(speed=speed))["has_bonk"][0] == 1.0
    assert find(long_run())["has_bonk"][0] == 0.0
    heart = np.where(np.arange(m) > 4000, 170.0, 150.0)  # a climb in disguise, or a harder effort
    assert find(long_run(speed=speed, heart_rate_bpm=heart))["has_bonk"][0] == 0.0


def test_best_five_minutes_late():
    m = 90 * 60 + 1
    speed = np.full(m, 3.0)
    speed[4500:4900] = 3.3
    assert find(long_run(speed=speed))["best_5min_late_frac"][0] == pytest.approx(1.1, abs=0.01)


def test_a_ride_has_no_row_and_a_run_always_one():
    assert find(long_run(sport="cycling")).n_rows == 0
    assert find(make_activity(np.full(10, 3.0))).n_rows == 1


def test_a_rise_that_is_gone_by_the_end_was_no_fatigue():
    run = long_run()
    heart = np.array(run.grid.heart_rate_bpm)
    heart[2400:4300] *= 1.05
    found = find(long_run(heart_rate_bpm=heart))
    assert found["is_censored"][0] == 1.0


def test_a_strap_that_slips_is_a_fault_and_no_fitness():
    run = long_run()
    heart = np.array(run.grid.heart_rate_bpm)
    heart[2700:] *= 0.55
    found = find(long_run(heart_rate_bpm=heart))
    assert "sensor fault" in found["reason"][0]
    assert np.isnan(found["decoupling_frac"][0])


def test_poor_altitude_does_not_hide_the_onset():
    # Altitude that swings by itself makes grade-adjusted speed jump by 10 %, while the runner is on the flat.
    m = 90 * 60 + 1
    grade = 0.02 * np.sign(np.sin(np.arange(m) / 200.0))
    found = find(long_run(onset_min=50, grade_frac=grade))
    assert found["speed_basis"][0] == "speed"
    assert found["onset_s"][0] == pytest.approx(60 * 60, abs=300)


def test_on_hills_run_at_even_effort_grade_adjusted_speed_is_compared():
    m = 90 * 60 + 1
    grade = 0.02 * np.sin(np.arange(m) / 300.0)
    cost = ((((155.4 * grade - 30.4) * grade - 43.3) * grade + 46.3) * grade + 19.5) * grade + 3.6
    found = find(long_run(onset_min=50, grade_frac=grade, speed=3.0 * 3.6 / cost))
    assert found["speed_basis"][0] == "grade_adjusted"
    assert found["onset_s"][0] == pytest.approx(60 * 60, abs=300)
