"""Answers computed from the true traces: splits, best efforts, zones, pacing. A test's expected values."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from simulator.body import cost_factor
from simulator.runner import Runner
from simulator.truth import Traces, Truth

F8 = npt.NDArray[np.float64]
EFFORTS_M = {"400m": 400.0, "800m": 800.0, "1k": 1000.0, "mile": 1609.344, "5k": 5000.0, "10k": 10000.0}
PACE_EDGES = (0.82, 0.99)
"""Zone edges as shares of critical speed (flat-equivalent speed)."""
HEART_RATE_EDGES = (0.89, 1.0)
"""Zone edges as shares of the heart rate that settles at critical speed."""
ZONES_ABOUT = (
    "seconds and metres of running (timer on, 0.5 m/s and faster) in three zones; pace: true speed times the cost "
    "of the grade (Minetti), averaged over 15 s, edges 0.82 and 0.99 of that day's critical speed; heart_rate: true "
    "heart rate, edges 0.89 and 1.00 of the heart rate that settles at critical speed"
)


def splits(traces: Traces, unit_m: float) -> list[dict[str, Any]]:
    """Elapsed time of each unit of true distance, the last one partial."""
    marks = np.arange(0.0, traces.distance_m[-1], unit_m)
    edges_m = np.concatenate((marks, [traces.distance_m[-1]]))
    times = _time_at(traces, edges_m)
    return [
        {
            "split_no": k + 1,
            "distance_m": round(float(edges_m[k + 1] - edges_m[k]), 1),
            "elapsed_s": round(float(times[k + 1] - times[k]), 1),
            "is_partial": bool(edges_m[k + 1] - edges_m[k] < unit_m - 0.5),
        }
        for k in range(len(times) - 1)
    ]


def _time_at(traces: Traces, distance_m: F8) -> F8:
    """When a distance was reached (the latest moment, where the runner stood)."""
    seconds = np.arange(traces.n + 1, dtype=np.float64)
    rising = np.maximum.accumulate(traces.distance_m) + 1e-9 * seconds
    return np.interp(distance_m + 1e-4, rising, seconds)  # past the flat stretch of a stop


def best_efforts(traces: Traces) -> list[dict[str, Any]]:
    """The fastest elapsed time over each distance, starting on a whole second."""
    out = []
    start = traces.distance_m[:-1]
    for effort, metres in EFFORTS_M.items():
        fits = start + metres <= traces.distance_m[-1]
        if not fits.any():
            continue
        spent = _time_at(traces, start[fits] + metres) - np.flatnonzero(fits)
        best = int(np.argmin(np.round(spent, 3)))
        out.append({"effort": effort, "elapsed_s": round(float(spent[best]), 1), "start_s": best})
    return out


def zones(traces: Traces, runner: Runner) -> dict[str, Any]:
    """Seconds and metres in each of three zones, by pace and by heart rate."""
    counted = ~traces.is_paused & (traces.speed_mps >= 0.5)
    flat = np.convolve(traces.speed_mps * cost_factor(traces.grade_frac), np.ones(15) / 15, mode="same")
    levels = {
        "pace": (flat, [e * runner.critical_mps for e in PACE_EDGES]),
        "heart_rate": (
            traces.heart_rate_bpm,
            [e * runner.heart_rate_at(runner.critical_mps) for e in HEART_RATE_EDGES],
        ),
    }
    out = {}
    for method, (values, edges) in levels.items():
        zone = np.digitize(values, edges)
        seconds = [int(np.sum(counted & (zone == z))) for z in range(3)]
        metres = [round(float(traces.speed_mps[counted & (zone == z)].sum()), 1) for z in range(3)]
        out[method] = {"edges": [round(float(e), 3) for e in edges], "seconds": seconds, "distance_m": metres}
    return out


def pacing(truth: Truth) -> dict[str, Any] | None:
    """Laps of 400 m of a mile run as one effort (the last 9 m belong to no lap); None for other sessions."""
    efforts = [b for b in truth.bouts if b.kind == "race"]
    if len(efforts) != 1:
        return None
    effort = efforts[0]
    begin_m = truth.traces.distance_at(effort.start_s)
    times = _time_at(truth.traces, begin_m + 400.0 * np.arange(5, dtype=np.float64))
    laps = np.diff(times)
    before_s = float(_time_at(truth.traces, np.array([begin_m + effort.distance_m - 400.0]))[0]) - effort.start_s
    mean_mps = effort.distance_m / effort.duration_s
    last_mps, earlier_mps = 400.0 / (effort.duration_s - before_s), (effort.distance_m - 400.0) / before_s
    return {
        "start_s": effort.start_s,
        "mile_s": round(effort.duration_s, 1),
        "lap_s": [round(float(x), 1) for x in laps],
        "first_lap_overspeed_frac": round(400.0 / float(laps[0]) / mean_mps - 1.0, 4),
        "third_lap_sag_s": round(float(laps[2] - 0.5 * (laps[1] + laps[3])), 1),
        "last_400_kick_frac": round(last_mps / earlier_mps - 1.0, 4),
    }


def bouts(truth: Truth, *, strides: bool) -> list[dict[str, Any]]:
    """The true bouts as plain values."""
    return [
        {
            "start_s": round(b.start_s, 1),
            "end_s": round(b.end_s, 1),
            "kind": b.kind,
            "distance_m": round(b.distance_m, 1),
            "mean_speed_mps": round(b.distance_m / b.duration_s, 3),
            "set": b.set_no,
        }
        for b in truth.bouts
        if (b.kind == "stride") == strides
    ]


def running_s(traces: Traces) -> float:
    """Seconds faster than 0.5 m/s with the timer on."""
    return float(np.sum(~traces.is_paused & (traces.speed_mps >= 0.5)))


def onset(truth: Truth) -> float | None:
    """Elapsed seconds at which fatigue set in; None when it did not."""
    return None if math.isnan(truth.fade_onset_s) else round(truth.fade_onset_s)
