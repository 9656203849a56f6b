"""A runner: what this body can do, and how it answers to speed."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

NAN = math.nan


@dataclass(frozen=True, slots=True)
class Runner:
    """One runner on one day.

    `easy_mps` is the comfortable speed; `critical_mps` and `d_prime_m` give the speed that can be held for a
    duration (d = CS t + D'); `max_mps` is the top of a flat sprint. Cadence in steps a minute is
    `cadence_easy_spm` at `easy_mps` and rises by `cadence_slope_spm_s_m` for each m/s. `fade_onset_s` is the
    running time after which fatigue shows at easy effort: heart rate creeps up and steps get shorter.
    """

    easy_mps: float = 2.75
    critical_mps: float = 3.5
    d_prime_m: float = 160.0
    max_mps: float = 6.8
    hr_rest_bpm: float = 52.0
    hr_max_bpm: float = 188.0
    hr_critical_frac: float = 0.88
    """Share of the heart-rate reserve at critical speed."""
    cadence_easy_spm: float = 166.0
    cadence_slope_spm_s_m: float = 9.0
    walk_cadence_spm: float = 112.0
    fade_onset_s: float = 4500.0
    pace_noise_frac: float = 0.018
    pace_noise_tau_s: float = 30.0
    ramp_up_s: float = 1.6
    ramp_down_s: float = 2.8

    def speed_for(self, duration_s: float) -> float:
        """The fastest mean speed for a duration, no faster than the sprint allows."""
        return min(self.critical_mps + self.d_prime_m / max(duration_s, 10.0), 0.97 * self.max_mps)

    def time_for(self, distance_m: float) -> float:
        """The shortest time for a distance."""
        return max((distance_m - self.d_prime_m) / self.critical_mps, distance_m / (0.97 * self.max_mps))

    def speed_over(self, distance_m: float) -> float:
        """The fastest mean speed over a distance."""
        return distance_m / self.time_for(distance_m)

    def cadence_at(self, speed_mps: float) -> float:
        """Steps a minute when running at a speed."""
        return self.cadence_easy_spm + self.cadence_slope_spm_s_m * (speed_mps - self.easy_mps)

    def heart_rate_at(self, speed_mps: float) -> float:
        """Heart rate that settles at a steady flat speed, fresh."""
        effort = self.hr_critical_frac * math.pow(speed_mps / self.critical_mps, 1.15)
        return float(self.hr_rest_bpm + (self.hr_max_bpm - self.hr_rest_bpm) * min(effort, 1.0))

    def after(self, weeks: float, improvement_per_week: float = 0.006) -> Runner:
        """The same runner after weeks of training: faster at the same effort, tired later."""
        gain = 1.0 + improvement_per_week * weeks
        return replace(
            self,
            easy_mps=self.easy_mps * (1.0 + 0.6 * improvement_per_week * weeks),
            critical_mps=self.critical_mps * gain,
            max_mps=self.max_mps * (1.0 + 0.4 * improvement_per_week * weeks),
            d_prime_m=self.d_prime_m * gain,
            fade_onset_s=self.fade_onset_s * (1.0 + 4.0 * improvement_per_week * weeks),
        )


def draw_runner(rng: np.random.Generator) -> Runner:
    """Any runner, from a beginner to a fast amateur."""
    easy = rng.uniform(2.2, 3.7)
    critical = easy * rng.uniform(1.18, 1.38)
    return Runner(
        easy_mps=easy,
        critical_mps=critical,
        d_prime_m=rng.uniform(100.0, 250.0),
        max_mps=max(critical * rng.uniform(1.6, 1.9), 5.2),
        hr_rest_bpm=rng.uniform(42.0, 65.0),
        hr_max_bpm=rng.uniform(172.0, 202.0),
        hr_critical_frac=rng.uniform(0.84, 0.92),
        cadence_easy_spm=rng.uniform(156.0, 182.0),
        cadence_slope_spm_s_m=rng.uniform(5.0, 15.0),
        walk_cadence_spm=rng.uniform(100.0, 125.0),
        fade_onset_s=rng.uniform(2700.0, 9000.0),
        pace_noise_frac=float(np.exp(rng.uniform(np.log(0.006), np.log(0.03)))),
        pace_noise_tau_s=rng.uniform(15.0, 60.0),
        ramp_up_s=rng.uniform(1.2, 2.8),
        ramp_down_s=rng.uniform(2.0, 4.0),
    )
