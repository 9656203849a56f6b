"""Correlated noise and first-order lags, as recursive filters over one-second steps."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.signal import lfilter  # type: ignore[import-untyped]

F8 = npt.NDArray[np.float64]


def correlated(rng: np.random.Generator, n: int, sd: float, tau_s: float) -> F8:
    """AR(1) noise of a standard deviation and a correlation time, stationary from its first value."""
    phi = float(np.exp(-1.0 / max(tau_s, 1e-3)))
    shocks = rng.standard_normal(n) * (sd * np.sqrt(1.0 - phi * phi))
    if n:
        shocks[0] = rng.standard_normal() * sd
    return np.asarray(lfilter([1.0], [1.0, -phi], shocks), dtype=np.float64)


def lagged(values: F8, tau_s: float) -> F8:
    """The values through a first-order lag, settled at the first value."""
    if tau_s <= 0 or not len(values):
        return values.copy()
    gain = 1.0 - float(np.exp(-1.0 / tau_s))
    out, _ = lfilter([gain], [1.0, gain - 1.0], values, zi=[(1.0 - gain) * values[0]])
    return np.asarray(out, dtype=np.float64)


def delayed(values: F8, delay_s: float) -> F8:
    """The values later by a time that need not be whole seconds; the first value stands in before."""
    seconds = np.arange(len(values), dtype=np.float64)
    return np.interp(seconds - delay_s, seconds, values) if delay_s else values.copy()
