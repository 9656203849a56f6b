"""Critical speed: the published example, the line above efforts that were held back, what may not draw it down."""

from __future__ import annotations

import numpy as np
import pytest

from runlake.history._critical_speed import fit_line, fit_upper, informative, model_speed

NEVER = np.zeros(8, dtype=bool)


def test_example_of_400_800_and_5000_m() -> None:
    speed, d_prime = fit_line(np.array([75.0, 165.0, 1200.0]), np.array([400.0, 800.0, 5000.0]))
    assert speed == pytest.approx(4.076, abs=0.0005)
    assert d_prime == pytest.approx(110.0, abs=0.5)


@pytest.mark.parametrize(("speed", "d_prime"), [(2.8, 130.0), (3.4, 180.0), (4.6, 230.0)])
def test_a_runner_of_maximal_efforts_is_recovered(speed: float, d_prime: float) -> None:
    t = np.array([130.0, 240.0, 480.0, 1100.0])
    fit = fit_upper(t, speed * t + d_prime, NEVER[:4])
    assert fit.speed_mps[1] == pytest.approx(speed, rel=0.01)
    assert fit.d_prime_m[1] == pytest.approx(d_prime, abs=25.0)
    assert fit.is_determined
    assert fit.speed_mps[0] < speed < fit.speed_mps[2]


def test_efforts_held_back_do_not_pull_the_line_down() -> None:
    t = np.array([140.0, 300.0, 480.0, 1200.0, 1800.0])
    held = np.array([0.88, 0.90, 1.0, 0.92, 0.85])
    fit = fit_upper(t, (3.1 * t + 170.0) * held, NEVER[:5])
    assert fit.speed_mps[1] == pytest.approx(3.1, rel=0.02)
    assert not fit.is_determined  # one hard effort: D' stays what runners usually have


def test_a_repeat_bounds_the_line_but_does_not_draw_it() -> None:
    t = np.array([225.0, 480.0])
    d = 3.1 * t + 170.0
    d[0] *= 0.95
    drawn = fit_upper(t, d, np.array([False, False])).d_prime_m[1]
    free = fit_upper(t, d, np.array([True, False])).d_prime_m[1]
    assert drawn < free
    fast = fit_upper(t, d * np.array([1.12, 1.0]), np.array([True, False]))
    assert fast.speed_mps[1] * 225.0 + fast.d_prime_m[1] > 0.98 * d[0] * 1.12


def test_stretches_of_a_longer_effort_say_nothing() -> None:
    t = np.array([120.0, 300.0, 600.0, 1200.0])
    steady = 3.0 * t
    assert informative(t, steady).tolist() == [False, False, False, True]
    assert informative(t, 3.0 * t + 180.0).all()


def test_expected_speed_falls_with_duration() -> None:
    got = model_speed(np.array([60.0, 120.0, 1200.0, 3600.0, 14_400.0]), np.full(5, 4.0), np.full(5, 180.0))
    assert got.tolist() == pytest.approx([5.5, 5.5, 4.15, 4.05, 4.05 * 4.0**-0.06])
