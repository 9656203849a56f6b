"""Each detector's answers beside what the watch itself wrote, ten activities each: `check_detectors.py CORPUS`.

Nothing here comes from our simulator: lap, session and time_in_zone messages of the files are the other side, and
for best efforts a search that tries every sample.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from readable import activities_in
from runlake.detect import detect_all
from runlake.detect._effort_curve import caught_up, speed_in_step, steadied
from runlake.detect._series import distance_curve
from runlake.detect._track import corrected, track_of
from runlake.model.activity import Activity
from runlake.model.findings import Findings

N_SHOWN = 10


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """An activity of the corpus with what was found in it."""

    name: str
    activity: Activity
    found: dict[str, Findings]
    n_kept: int

    def row(self) -> dict[str, object]:
        """The row of `activities`."""
        return {name: values[0] for name, values in self.found["activities"].values.items()}


def cases(corpus: Path) -> Iterator[Case]:
    """Every activity of the FIT, TCX and GPX files that can be read."""
    for name, recording, activity in activities_in(corpus):
        yield Case(name, activity, detect_all(activity), recording.n)


def lap_arrays(case: Case) -> dict[str, np.ndarray]:
    """What the watch wrote of its laps, as columns."""
    laps = case.activity.laps
    names = ("elapsed_s", "timer_s", "distance_m", "mean_heart_rate_bpm", "mean_cadence_cpm", "ascent_m")
    return {name: np.array([getattr(lap, name) for lap in laps]) for name in names}


def worst(difference: np.ndarray) -> str:
    """Median and largest absolute difference."""
    known = np.abs(difference[np.isfinite(difference)])
    return f"{np.median(known):6.2f} {known.max():6.2f}" if len(known) else "     -      -"


def check_laps(case: Case) -> str | None:
    """Our laps from samples against lap messages: distance, heart rate, cadence."""
    laps, watch = case.found["laps"], lap_arrays(case)
    if case.activity.source_format != "fit" or not case.activity.is_run or laps.n_rows < 6:
        return None
    long = watch["timer_s"] > 20
    factor = case.activity.quality.cadence_factor
    return (
        f"{laps.n_rows:4d} laps  m {worst((laps['sample_distance_m'] - watch['distance_m'])[long])}"
        f"  bpm {worst((laps['mean_heart_rate_bpm'] - watch['mean_heart_rate_bpm'])[long])}"
        f"  spm {worst((laps['mean_cadence_spm'] - factor * watch['mean_cadence_cpm'])[long])}"
        f"  climb m {worst((laps['ascent_m'] - watch['ascent_m'])[long])}"
        f"  auto {int(np.nansum(laps['is_auto']))}"
    )


def check_splits(case: Case) -> str | None:
    """Our kilometres against the laps of watches that mark every kilometre."""
    laps, splits = case.found["laps"], case.found["splits"]
    watch = lap_arrays(case)
    km = (splits["kind"] == "km") & (splits["is_partial"] == 0)
    times = splits["timer_s"][km]
    n = 0
    while n < min(len(times), laps.n_rows) and laps["is_auto"][n] == 1 and abs(watch["distance_m"][n] - 1000) < 15:
        n += 1
    if n < 5:
        return None
    pace = watch["timer_s"][:n] / watch["distance_m"][:n] * 1000  # laps end at a sample, up to 3 s late
    climb = worst(splits["ascent_m"][km][:n] - watch["ascent_m"][:n])
    return f"{n:4d} km  s/km {worst(times[:n] - pace)}  climb m {climb}"


def every_sample(time_s: np.ndarray, distance: np.ndarray, target_m: float) -> float:
    """Fastest time over a distance: every sample as start and as end, the other end by np.interp."""
    rising = np.concatenate(([True], np.diff(distance) > 0))
    t, d = time_s[rising], distance[rising]
    starts = np.interp(d + target_m, d, t, right=np.inf) - t
    ends = t - np.interp(d - target_m, d, t, left=-np.inf)
    return float(min(starts.min(), ends.min()))


def check_best_efforts(case: Case) -> str | None:
    """Our times against a search from every sample, and against the fastest rep that the watch lapped."""
    efforts, laps = case.found["best_efforts"], case.found["laps"]
    recorded = distance_curve(case.activity)
    if recorded is None or not case.activity.is_run or not len(case.activity.laps) or "intervals" not in case.name:
        return None
    in_time = caught_up(case.activity, recorded)
    speed = speed_in_step(case.activity, in_time)
    curve = corrected(steadied(case.activity, in_time, speed), track_of(case.found["splits"]))
    out = []
    for name, target_m in (("400m", 400.0), ("1k", 1000.0), ("5k", 5000.0)):
        rows = np.flatnonzero(efforts["effort"] == name)
        if len(rows):
            ours = float(efforts["elapsed_s"][rows[0]])
            other = every_sample(curve.time_s, curve.distance_m, target_m)
            out.append(f"{name} {ours:7.2f} ({ours - other:+.3f})")
    near = [k for k in range(laps.n_rows) if abs(laps["distance_m"][k] / 400 - 1) < 0.01]
    lap_s = min((float(laps["timer_s"][k] / laps["distance_m"][k] * 400) for k in near), default=np.nan)
    return "  ".join(out) + (f"  fastest 400 m lap {lap_s:.1f}" if np.isfinite(lap_s) else "")


def check_track(case: Case) -> str | None:
    """Where a track was seen: lap by the watch, lane, factor; beside it the sub-sport that the runner chose."""
    if not case.activity.is_run:
        return None
    row = case.row()
    if not row["is_track"]:
        return None
    splits = case.found["splits"]
    laps = splits["elapsed_s"][(splits["kind"] == "track_400") & (splits["is_partial"] == 0)]
    return (
        f"sub_sport {case.activity.sub_sport or '-':8} factor {row['track_distance_factor']:.3f}"
        f"  {len(laps)} laps, median {np.median(laps):.1f} s"
    )


def check_pacing(case: Case) -> str | None:
    """Split index and first quarter against the watch's own laps, where there are at least four."""
    pacing, watch = case.found["pacing"], lap_arrays(case)
    if not pacing.n_rows:
        return None
    row = {name: values[0] for name, values in pacing.values.items()}
    text = (
        f"{row['effort']:8} {row['elapsed_s']:7.0f} s  quarters "
        + " ".join(f"{row[f'lap_{k}_s']:.0f}" for k in range(1, 5))
        + f"  index {100 * row['split_index']:+.1f} % {row['split_verdict']}"
        + f"  first {100 * row['first_lap_overspeed_frac']:+.1f} %  kick {100 * row['last_400_kick_frac']:+.1f} %"
        + f"  bonk {row['has_bonk']:.0f}"
    )
    if len(watch["timer_s"]) >= 4 and np.isfinite(watch["distance_m"]).all():
        at_m = np.concatenate(([0.0], np.cumsum(watch["distance_m"])))
        at_s = np.concatenate(([0.0], np.cumsum(watch["timer_s"])))
        quarters = np.diff(np.interp(np.linspace(0, at_m[-1], 5), at_m, at_s))
        index = (quarters[2:].sum() - quarters[:2].sum()) / at_s[-1]
        text += f"  | by laps {' '.join(f'{q:.0f}' for q in quarters)} {100 * index:+.1f} %"
    return text


def check_form(case: Case) -> str | None:
    """Cadence and steps over all bins against the session's own mean cadence."""
    form, totals = case.found["form"], case.activity.totals
    ours = form["cadence_spm"] if form.n_rows else np.empty(0)
    known = np.isfinite(ours)
    if not known.any() or not np.isfinite(totals.mean_cadence_cpm):
        return None
    seconds = form["seconds"]
    mean = np.sum(ours[known] * seconds[known]) / seconds[known].sum()
    band = np.sum(form["share_170_180"][known] * seconds[known]) / seconds[known].sum()
    device = totals.mean_cadence_cpm * case.activity.quality.cadence_factor
    return f"cadence {mean:6.1f} watch {device:6.1f}  at 170-180: {100 * band:3.0f} %  bins {form.n_rows}"


def check_distributions(case: Case) -> str | None:
    """Time in the watch's own heart-rate zones against its time_in_zone message."""
    found, totals = case.found["distributions"], case.activity.totals
    if not totals.heart_rate_zone_s or not totals.heart_rate_zone_high_bpm:
        return None
    keep = found["quantity"] == "heart_rate"
    low, seconds = found["bin_low"][keep], found["seconds"][keep]
    edges = np.array([-np.inf, *totals.heart_rate_zone_high_bpm, np.inf])
    ours = [seconds[(low >= a) & (low < b)].sum() for a, b in pairwise(edges)]
    watch = np.array(totals.heart_rate_zone_s)
    pairs = " ".join(f"{o:.0f}/{w:.0f}" for o, w in zip(ours, watch, strict=False))
    return f"ours/watch {pairs}"


def check_fatigue(case: Case) -> str | None:
    """Decoupling against heart rate and speed of the watch's laps, first half against second."""
    found, watch = case.found["fatigue"], lap_arrays(case)
    if not found.n_rows or not np.isfinite(found["decoupling_frac"][0]) or len(watch["timer_s"]) < 6:
        return None
    begin = np.cumsum(watch["timer_s"]) - watch["timer_s"]
    use = (begin > 540) & (watch["timer_s"] > 60)
    use &= np.isfinite(watch["mean_heart_rate_bpm"])
    beats = watch["mean_heart_rate_bpm"][use] * watch["timer_s"][use]
    metres = watch["distance_m"][use]
    half = len(beats) // 2
    by_laps = 1 - (metres[half:].sum() / beats[half:].sum()) / (metres[:half].sum() / beats[:half].sum())
    onset = f"{found['onset_s'][0] / 60:.0f} min" if np.isfinite(found["onset_s"][0]) else "none before the end"
    return (
        f"decoupling {100 * found['decoupling_frac'][0]:+5.1f} %  by laps {100 * by_laps:+5.1f} %"
        f"  durability {found['durability_frac'][0]:.3f}  onset {onset}"
    )


def check_summary(case: Case) -> str | None:
    """Totals against the session message."""
    row, totals = case.row(), case.activity.totals
    if case.activity.source_format != "fit" or not totals.distance_m > 0 or not case.activity.is_run:
        return None
    return (
        f"m {row['distance_m'] - totals.distance_m:+6.1f}  timer s {row['timer_s'] - totals.timer_s:+5.1f}"
        f"  bpm {row['mean_heart_rate_bpm'] - totals.mean_heart_rate_bpm:+5.1f}"
        f" max {row['max_heart_rate_bpm'] - totals.max_heart_rate_bpm:+5.1f}"
        f"  climb {row['ascent_m']:5.0f}/{totals.ascent_m:5.0f}"
        f"  max m/s {row['max_speed_mps']:.2f}/{totals.max_speed_mps:.2f}"
    )


def check_samples(case: Case) -> str | None:
    """Rows against records of the file; what is missing was counted as dropped."""
    dropped = case.activity.quality.n_dropped
    return f"rows {case.found['samples'].n_rows} of {case.n_kept} records, {dropped:.0f} dropped"


CHECKS: dict[str, Callable[[Case], str | None]] = {
    "laps: watch's lap messages; median and largest difference": check_laps,
    "splits: kilometre laps of the watch": check_splits,
    "best efforts: every sample tried; lapped reps": check_best_efforts,
    "track": check_track,
    "pacing: the watch's laps": check_pacing,
    "form: mean cadence of the session message": check_form,
    "distributions: time_in_zone message": check_distributions,
    "fatigue: heart rate and distance of the laps": check_fatigue,
    "summary: session message (ours minus watch)": check_summary,
    "samples": check_samples,
}


def main() -> None:
    """Print ten activities for each detector (all of them with --all)."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--all", action="store_true", help="every activity, not ten for each detector")
    given = parser.parse_args()
    n_shown = None if given.all else N_SHOWN
    lines: dict[str, list[str]] = {title: [] for title in CHECKS}
    for case in cases(given.corpus):
        for title, check in CHECKS.items():
            text = check(case)
            if text is not None:
                lines[title].append(f"  {case.name[:44]:44} {text}")
    for title, found in lines.items():
        print(f"\n{title} ({len(found)} activities)")
        print("\n".join(found[:n_shown]))


if __name__ == "__main__":
    main()
