"""Running dynamics as newer watches measure them: step length, bounce, ground contact; and the temperature."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from simulator.noise import correlated, lagged
from simulator.truth import Traces

F8 = npt.NDArray[np.float64]


def running_dynamics(traces: Traces, lag_s: float, rng: np.random.Generator) -> dict[str, F8]:
    """Step length (m), vertical oscillation (m), ground contact (s) and its left share; NaN when not running."""
    n = traces.n
    speed, cadence = lagged(traces.speed_mps, lag_s), lagged(traces.cadence_spm, lag_s)
    runs = (cadence > 120.0) & (speed > 1.3)
    step = 60.0 * speed / np.maximum(cadence, 60.0)
    bounce = 0.083 + 0.006 * (step - 0.95) / 0.2 + correlated(rng, n, 0.0025, 20.0)
    contact = 0.262 - 0.026 * (speed - 2.5) - 0.0009 * (cadence - 168.0) + correlated(rng, n, 0.003, 20.0)
    balance = 0.498 + correlated(rng, n, 0.004, 60.0)
    columns = {
        "step_length_m": np.round(step, 3),
        "vertical_oscillation_m": np.round(bounce, 4),
        "ground_contact_s": np.round(contact, 4),
        "ground_contact_balance_frac": np.round(balance, 4),
    }
    return {name: np.where(runs, values, np.nan) for name, values in columns.items()}


def temperature(n: int, air_c: float, rng: np.random.Generator) -> F8:
    """What a watch on a wrist shows: warm at first, then near the air, in whole degrees."""
    wrist = air_c + 4.0 + (24.0 - air_c) * np.exp(-np.arange(n) / 500.0) + correlated(rng, n, 0.6, 400.0)
    return np.round(wrist)
