"""Time of cleaning on simulated recordings of 1 to 24 hours at 1 Hz: `python bench/bench_prepare.py [hours ...]`.

CPU time of one process, best of many, compiled code warm. Linear means: the last column stays about the same.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from runlake.model.recording import Recording  # noqa: E402
from runlake.prepare import prepare  # noqa: E402
from support.recordings import make_recording  # noqa: E402

HOURS = (1.0, 2.0, 4.0, 8.0, 24.0)


def session(hours: float) -> Recording:
    """A run with a fast minute every other minute, late speed, every sensor, and a pause every half hour."""
    rng = np.random.default_rng(7)
    n = int(hours * 3600)
    second = np.arange(n)
    speed = np.where(second // 60 % 2 == 0, 3.0, 4.2) + np.convolve(rng.normal(0, 1, n), np.ones(30) / 30, mode="same")
    speed = np.clip(speed, 1.0, 7.0)
    # The path is a circle of 150 m radius: its ground is the same on every lap.
    ground = 120.0 + 12.0 * np.sin(np.cumsum(speed) / 150.0)
    stops = [(float(at + shift), bool(shift)) for at in range(1500, n, 1800) for shift in (0, 60)]
    return make_recording(
        speed,
        speed_lag_s=5.0,
        position_noise_m=0.3,
        events=tuple(stops),
        channels={
            "heart_rate_bpm": np.rint(150 + 10 * np.sin(second / 300) + rng.normal(0, 1, n)),
            "cadence_cpm": np.rint(70 + 5 * speed),
            "altitude_m": ground + rng.normal(0, 0.2, n),
            "power_w": 80 * speed,
        },
    )


def best_s(recording: Recording, n_times: int) -> float:
    """Best CPU seconds of cleaning the recording."""
    best = np.inf
    for _ in range(n_times):
        begin = time.process_time()
        prepare(recording, activity_id="0" * 16, source_format="fit")
        best = min(best, time.process_time() - begin)
    return float(best)


def main() -> None:
    """Print one line for each length."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("hours", type=float, nargs="*", default=HOURS)
    hours = parser.parse_args().hours
    best_s(session(0.2), 1)
    print(f"{'hours':>6} {'ms':>8} {'ms per hour':>12}")
    for length in hours:
        took = best_s(session(length), max(5, int(100 / length)))
        print(f"{length:6.0f} {1000 * took:8.2f} {1000 * took / length:12.2f}")


if __name__ == "__main__":
    main()
