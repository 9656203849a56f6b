"""Published vectors of load, performance and intensity distribution."""

from __future__ import annotations

import math

import numpy as np
import pytest

from runlake.history import _formulas as formulas


def minutes(text: str) -> float:
    """m:ss as seconds."""
    whole, rest = text.split(":")
    return 60.0 * int(whole) + float(rest)


@pytest.mark.parametrize(
    ("distance_m", "time", "expected"),
    [
        (1609.344, "6:00", 48.42),
        (1609.344, "13:00", 19.86),
        (5000.0, "20:00", 49.81),
        (5000.0, "24:34", 39.11),
        (10_000.0, "40:00", 51.94),
    ],
)
def test_vdot_follows_daniels_and_gilbert(distance_m: float, time: str, expected: float) -> None:
    assert formulas.vdot(distance_m, minutes(time)) == pytest.approx(expected, abs=0.005)
    assert formulas.vdot_time(expected, distance_m) == pytest.approx(minutes(time), rel=1e-3)


def test_vdot_knows_its_domain() -> None:
    assert math.isnan(formulas.vdot(800.0, 150.0))
    assert math.isnan(formulas.vdot(120_000.0, 40_000.0))


@pytest.mark.parametrize("speed_mps", [2.0, 3.3, 5.1])
def test_speed_of_vo2_is_the_inverse(speed_mps: float) -> None:
    assert formulas.speed_of_vo2(formulas.vo2_of_speed(speed_mps)) == pytest.approx(speed_mps)


def test_riegel_turns_5_km_into_a_mile() -> None:
    assert formulas.riegel_time(1200.0, 5000.0, 1609.344) == pytest.approx(minutes("6:01"), abs=0.6)


def test_trimp_of_an_hour_at_150() -> None:
    reserve = np.array([(150.0 - 50.0) / (190.0 - 50.0)])
    assert 60 * formulas.trimp_per_min(reserve, "male")[0] == pytest.approx(108.1, abs=0.1)
    assert 60 * formulas.trimp_per_min(reserve, "female")[0] == pytest.approx(121.5, abs=0.1)
    assert 60 * formulas.trimp_per_min(reserve, "")[0] == pytest.approx((108.1 + 121.5) / 2, abs=0.1)


def test_trimp_below_rest_is_nothing() -> None:
    assert formulas.trimp_per_min(np.array([-0.1]), "male")[0] == 0.0


def test_pace_load_of_45_minutes_at_85_percent() -> None:
    assert formulas.pace_load(np.array([2700.0]), np.array([0.85]))[0] == pytest.approx(54.2, abs=0.05)
    assert formulas.pace_load(np.array([3600.0]), np.array([1.0]))[0] == pytest.approx(100.0)


def test_fitness_and_fatigue_of_28_days_at_50() -> None:
    daily = np.full(28, 50.0)
    assert formulas.smoothed_load(daily, 42.0, 0.0)[-1] == pytest.approx(24.33, abs=0.005)
    assert formulas.smoothed_load(daily, 7.0, 0.0)[-1] == pytest.approx(49.08, abs=0.005)


def test_monotony_and_strain_of_foster() -> None:
    week = np.array([60.0, 0, 80, 0, 60, 120, 0])
    value = formulas.monotony(week)
    assert value == pytest.approx(0.968, abs=0.0005)
    assert value * week.sum() == pytest.approx(310.0, abs=0.5)


def test_monotony_of_equal_days_is_not_defined_and_capped() -> None:
    assert math.isnan(formulas.monotony(np.full(7, 50.0)))
    assert formulas.monotony(np.array([50.0, 50, 50, 50, 50, 50, 50.1])) == 10.0


@pytest.mark.parametrize(
    ("zones", "expected"), [((0.80, 0.05, 0.15), 2.380), ((0.68, 0.06, 0.26), 2.469), ((0.75, 0.15, 0.10), 1.699)]
)
def test_polarization_index_of_treff(zones: tuple[float, float, float], expected: float) -> None:
    value, reason = formulas.polarization(*zones)
    assert value == pytest.approx(expected, abs=0.0006)
    assert reason == ""


def test_polarization_edge_cases() -> None:
    assert formulas.polarization(0.9, 0.1, 0.0) == (0.0, "")
    assert formulas.polarization(0.9, 0.0, 0.1)[0] == pytest.approx(math.log10(0.9 / 0.01 * 0.09 * 100))
    for zones in ((0.2, 0.1, 0.7), (0.995, 0.0, 0.005), (math.nan, math.nan, math.nan)):
        value, reason = formulas.polarization(*zones)
        assert math.isnan(value)
        assert reason


@pytest.mark.parametrize(
    ("zones", "name"),
    [
        ((0.80, 0.05, 0.15), "polarized"),
        ((0.75, 0.15, 0.10), "pyramidal"),
        ((0.30, 0.60, 0.10), "threshold"),
        ((0.30, 0.10, 0.60), "high_intensity"),
        ((0.99, 0.01, 0.00), "base"),
        ((math.nan, math.nan, math.nan), ""),
    ],
)
def test_distribution_is_named_by_its_order(zones: tuple[float, float, float], name: str) -> None:
    assert formulas.distribution_class(*zones) == name


def test_theil_sen_ignores_an_outlier() -> None:
    x = np.arange(9.0)
    y = 3.0 - 0.5 * x
    y[4] = 40.0
    slope, intercept = formulas.theil_sen(x, y)
    assert slope == pytest.approx(-0.5)
    assert intercept == pytest.approx(3.0)
    assert math.isnan(formulas.theil_sen(np.array([1.0]), np.array([2.0]))[0])
