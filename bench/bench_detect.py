"""Time of the detectors on simulated activities of 1 to 24 hours at 1 Hz: `python bench/bench_detect.py [hours ...]`.

CPU time of one process, best of five, compiled code warm. Linear means: the last column stays about the same.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from runlake.detect import DETECTORS  # noqa: E402
from runlake.model.activity import Activity  # noqa: E402
from runlake.model.findings import Findings  # noqa: E402
from support.activities import make_activity  # noqa: E402

N_TIMES = 5
HOURS = (1.0, 2.0, 4.0, 8.0, 24.0)


def session(hours: float) -> Activity:
    """Easy running over rolling hills with six fast minutes every half hour, on a winding road."""
    rng = np.random.default_rng(7)
    m = int(hours * 3600)
    second = np.arange(m)
    slow = np.convolve(rng.normal(0, 1, m), np.ones(30) / 30, mode="same")
    is_fast = (second % 1800 > 900) & (second % 150 < 60)
    speed = np.clip(2.9 + 0.5 * slow + 1.6 * is_fast + rng.normal(0, 0.05, m), 0.0, 7.0)
    altitude = 120 + 30 * np.sin(second / 400) + rng.normal(0, 0.2, m)
    heading = np.cumsum(rng.normal(0, 0.02, m))
    return make_activity(
        speed,
        cadence_spm=164 + 8 * (speed - 2.9) + rng.normal(0, 1, m),
        heart_rate_bpm=140 + 20 * is_fast + 5 * slow + 10 * second / m,
        altitude_m=altitude,
        grade_frac=np.gradient(altitude) / np.maximum(speed, 1.0) * 0.1,
        east_m=np.cumsum(speed * np.cos(heading)),
        north_m=np.cumsum(speed * np.sin(heading)),
    )


def time_each(activity: Activity) -> dict[str, float]:
    """Best CPU seconds of every detector."""
    best: dict[str, float] = {}
    for _ in range(N_TIMES):
        found: dict[str, Findings] = {}
        fresh = replace(activity)  # what detectors share of an activity is made anew each time
        for detector in DETECTORS:
            needed = {name: found[name] for name in detector.needs}
            begin = time.process_time()
            out = detector.find(fresh, needed, detector.settings)
            took = time.process_time() - begin
            found |= {findings.spec.name: findings for findings in out}
            best[detector.name] = min(took, best.get(detector.name, np.inf))
    return best


def main() -> None:
    """Print one line for each length: milliseconds of each detector, their sum, and microseconds a minute."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("hours", type=float, nargs="*", default=HOURS)
    lengths = parser.parse_args().hours
    time_each(session(0.5))
    names = [d.name for d in DETECTORS]
    print("hours  " + " ".join(f"{n[:12]:>12}" for n in names) + "       all ms   us/min")
    for hours in lengths:
        best = time_each(session(hours))
        total = sum(best.values())
        cells = " ".join(f"{1e3 * best[n]:12.2f}" for n in names)
        print(f"{hours:5.0f}  {cells} {1e3 * total:12.2f} {1e6 * total / (60 * hours):8.1f}")


if __name__ == "__main__":
    main()
