"""Compare what runlake makes of a folder of activity files with what the watches themselves wrote.

``python scripts/device_truth.py CORPUS [--files]``

Distance, times, means, laps and climb are those of the tables `activities` and `laps`, made from cleaned samples; time
in heart-rate zones is counted on them by the zones' bounds in the file. Beside them stands what the session, lap and
time_in_zone messages of the same file say. Printed is a table of absolute differences and,
with a reason taken from the data, every session that is off by more than 1 % of distance or 1 s of timer.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src")]

from readable import activities_in  # noqa: E402
from runlake.detect import detect_all  # noqa: E402
from runlake.model.activity import Activity  # noqa: E402
from runlake.model.findings import Findings  # noqa: E402
from runlake.model.recording import Recording  # noqa: E402

MEASURES = {
    "distance_m": "m",
    "distance_frac": "1",
    "elapsed_s": "s",
    "timer_s": "s",
    "mean_speed_mps": "m/s",
    "mean_heart_rate_bpm": "bpm",
    "max_heart_rate_bpm": "bpm",
    "mean_cadence_spm": "1/min",
    "ascent_m": "m",
    "descent_m": "m",
    "zone_s": "s",
    "lap_distance_m": "m",
    "lap_timer_s": "s",
    "lap_mean_speed_mps": "m/s",
    "lap_mean_heart_rate_bpm": "bpm",
    "lap_mean_cadence_spm": "1/min",
    "lap_ascent_m": "m",
}
DISTANCE_FRAC, TIMER_S = 0.01, 1.0
SHORTEST_LAP_S = 10.0
UNEXPLAINED = "unexplained"
LEAST_SHARE = 0.8


@dataclass(frozen=True, slots=True)
class Case:
    """One session of one file: what we say (activity and its tables) and what the watch says (recording)."""

    file: str
    recording: Recording
    activity: Activity
    found: Mapping[str, Findings]

    def ours(self, column: str) -> float:
        """A figure of the table `activities`; NaN where it is missing."""
        return float(self.found["activities"][column][0])


@dataclass(frozen=True, slots=True)
class Difference:
    """Ours minus the watch's for one measure of one session or lap."""

    file: str
    sport: str
    measure: str
    ours: float
    device: float

    @property
    def value(self) -> float:
        """Ours minus the watch's."""
        return self.ours - self.device


def cases(folder: Path) -> Iterator[Case]:
    """Every session of every FIT and TCX file in the folder that can be read."""
    for name, recording, activity in activities_in(folder, (".fit", ".tcx", ".gz")):
        yield Case(name, recording, activity, detect_all(activity))


def session_differences(case: Case) -> Iterator[Difference]:
    """Differences of whole sessions; a total that the watch left out or wrote as 0 is not compared."""
    a, totals = case.activity, case.recording.totals
    elapsed_s, timer_s = _told(case)
    distance_m = case.ours("distance_m")
    pairs = {
        "distance_m": (distance_m, totals.distance_m),
        "distance_frac": (distance_m / totals.distance_m if totals.distance_m > 0 else math.nan, 1.0),
        "elapsed_s": (a.elapsed_s, elapsed_s),
        "timer_s": (case.ours("timer_s"), timer_s),
        "mean_speed_mps": (case.ours("mean_speed_mps"), totals.mean_speed_mps),
    }
    if a.quality.heart_rate_share >= LEAST_SHARE:
        pairs["mean_heart_rate_bpm"] = (case.ours("mean_heart_rate_bpm"), totals.mean_heart_rate_bpm)
        # The table's maximum is that of a mean over 5 s; a watch shows its highest single value.
        pairs["max_heart_rate_bpm"] = (float(np.nanmax(a.channels["heart_rate_bpm"])), totals.max_heart_rate_bpm)
    cadence = a.grid.cadence_spm[a.grid.is_timer_on]
    if a.is_run and np.count_nonzero(~np.isnan(cadence)) >= LEAST_SHARE * len(cadence):
        # The table's mean is of running; a watch counts standing as 0.
        pairs["mean_cadence_spm"] = (_mean(cadence), 2.0 * totals.mean_cadence_cpm)
    if a.quality.altitude_kind != "none":
        pairs["ascent_m"] = (case.ours("ascent_m"), totals.ascent_m)
        pairs["descent_m"] = (case.ours("descent_m"), totals.descent_m)
    for measure, (value, device) in pairs.items():
        may_be_zero = measure in ("ascent_m", "descent_m")
        if math.isfinite(value) and math.isfinite(device) and (device > 0 or may_be_zero):
            yield Difference(case.file, a.sport, measure, value, device)
    yield from _zone_differences(case)


def _zone_differences(case: Case) -> Iterator[Difference]:
    """Seconds in each heart-rate zone, by the zones' bounds in the file."""
    a, totals = case.activity, case.recording.totals
    zones, bounds = np.array(totals.heart_rate_zone_s), np.array(totals.heart_rate_zone_high_bpm)
    if len(zones) == 0 or len(zones) != len(bounds) + 1 or a.quality.heart_rate_share < LEAST_SHARE:
        return
    heart = a.grid.heart_rate_bpm[a.grid.is_timer_on & ~np.isnan(a.grid.heart_rate_bpm)]
    ours = np.bincount(np.searchsorted(bounds, np.floor(heart + 0.5), side="right"), minlength=len(zones))
    for mine, theirs in zip(ours, zones, strict=True):
        if mine > 0 or theirs > 0:
            yield Difference(case.file, a.sport, "zone_s", float(mine), float(theirs))


def lap_differences(case: Case) -> Iterator[Difference]:
    """Differences of laps of ten seconds and more."""
    a, table = case.activity, case.found["laps"]
    for k, lap in enumerate(a.laps):
        start_s, end_s = float(table["start_s"][k]), float(table["end_s"][k])
        if not end_s - start_s >= SHORTEST_LAP_S or end_s < 0 or start_s > a.elapsed_s:
            continue
        timer_s = float(np.diff(np.interp([start_s, end_s], a.time_s, a.channels["timer_s"]))[0])
        distance_m = float(table["sample_distance_m"][k])
        pairs = {
            "lap_distance_m": (distance_m, lap.distance_m),
            "lap_timer_s": (timer_s, lap.timer_s),
            "lap_mean_speed_mps": (distance_m / timer_s if timer_s > 0 else math.nan, lap.mean_speed_mps),
            "lap_mean_heart_rate_bpm": (float(table["mean_heart_rate_bpm"][k]), lap.mean_heart_rate_bpm),
        }
        if a.is_run:
            pairs["lap_mean_cadence_spm"] = (float(table["mean_cadence_spm"][k]), 2.0 * lap.mean_cadence_cpm)
        if a.quality.altitude_kind == "barometer":
            pairs["lap_ascent_m"] = (float(table["ascent_m"][k]), lap.ascent_m)
        for measure, (value, device) in pairs.items():
            if math.isfinite(value) and math.isfinite(device) and (device > 0 or measure == "lap_ascent_m"):
                yield Difference(case.file, a.sport, measure, value, device)


def _mean(values: np.ndarray) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else math.nan


def table(differences: list[Difference]) -> dict[str, tuple[int, float, float]]:
    """For each measure: how many, median and 95th percentile of absolute differences."""
    out = {}
    for measure in MEASURES:
        values = np.abs([d.value for d in differences if d.measure == measure])
        if len(values):
            out[measure] = (len(values), float(np.median(values)), float(np.percentile(values, 95)))
    return out


def outliers(case: Case) -> Iterator[tuple[str, float, float, str]]:
    """Measure, ours, the watch's, and the reason, for distance beyond 1 % and timer beyond 1 s."""
    for d in session_differences(case):
        if d.measure == "distance_m" and abs(d.value) > DISTANCE_FRAC * d.device:
            yield d.measure, d.ours, d.device, why_distance(case, d)
        if d.measure == "timer_s" and abs(d.value) > TIMER_S:
            yield d.measure, d.ours, d.device, why_timer(case, d)


def why_distance(case: Case, d: Difference) -> str:
    """What in the data explains the difference of distance; "unexplained" when nothing does."""
    a, recorded = case.activity, case.recording.channels.get("distance_m")
    cut = _cut_off(case)
    if cut:
        return cut
    if a.quality.distance_source == "positions":
        apart = a.quality.distance_vs_positions_frac
        return f"the watch's distance contradicts its own positions by {apart:+.0%}: positions are used"
    if recorded is not None and np.isfinite(recorded).any():
        known = recorded[~np.isnan(recorded)]
        spans = {"last record": known[-1], "last minus first record": known[-1] - known[0]}
        for name, span in spans.items():
            if abs(span - d.ours) <= max(1.0, 0.001 * d.ours):
                return f"its own {name} says {span:.0f} m: the total holds {d.device - span:+.0f} m without a record"
    return UNEXPLAINED


def why_timer(case: Case, d: Difference) -> str:
    """What in the data explains the difference of timer time; "unexplained" when nothing does."""
    a = case.activity
    cut = _cut_off(case)
    if cut:
        return cut
    n_pauses = len(a.pause_start_s)
    elapsed_s, timer_s = _told(case)
    outside = a.elapsed_s - elapsed_s
    reasons = []
    if outside < -0.5:
        reasons.append(f"its session is {-outside:.1f} s longer than its records")
    elif outside > 0.5:
        reasons.append(f"its records go on {outside:.1f} s after its session ended")
    rest = d.value - outside
    if n_pauses and 0.5 < abs(rest) <= n_pauses + 1.0:
        reasons.append(f"{n_pauses} pauses by events or gaps in whole seconds, up to 1 s each")
        rest = 0.0
    if rest > TIMER_S and elapsed_s - timer_s - a.quality.pause_s >= rest - TIMER_S:
        reasons.append(f"it took off {rest:.0f} s of pauses that left neither an event nor a gap in the records")
        rest = 0.0
    return "; ".join(reasons if reasons and abs(rest) <= TIMER_S else [*reasons, UNEXPLAINED])


def _told(case: Case) -> tuple[float, float]:
    """Elapsed and timer seconds by the watch; writers exist that have them the wrong way round."""
    elapsed_s, timer_s = case.recording.totals.elapsed_s, case.recording.totals.timer_s
    return (timer_s, elapsed_s) if timer_s > elapsed_s + TIMER_S else (elapsed_s, timer_s)


def _cut_off(case: Case) -> str:
    """That the records end long before the session does, or that totals are not of this recording; else ""."""
    a, totals = case.activity, case.recording.totals
    if a.quality.clock_jump_s:
        return f"its clock jumped by {a.quality.clock_jump_s:.0f} s"
    missing = _told(case)[0] - a.elapsed_s
    if missing > 20.0 and missing > 0.01 * a.elapsed_s:
        return f"no records for {missing:.0f} s of the session (damaged, or started late)"
    if totals.timer_s < 0.5 * a.channels["timer_s"][-1] and totals.elapsed_s > 0.9 * a.elapsed_s:
        return f"its timer of {totals.timer_s:.0f} s cannot be: records run for {a.elapsed_s:.0f} s"
    return ""


def main() -> None:
    """Print the table and the outliers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, help="folder of FIT and TCX files")
    parser.add_argument("--files", action="store_true", help="print every difference of every session")
    args = parser.parse_args()
    differences: list[Difference] = []
    lines: list[str] = []
    n = 0
    for case in cases(args.corpus):
        n += 1
        mine = [*session_differences(case), *lap_differences(case)]
        differences += mine
        if args.files:
            for d in mine:
                print(f"{d.file} {d.sport} {d.measure} {d.ours:.2f} {d.device:.2f} {d.value:+.2f}")
        lines += [
            f"  {case.file} ({case.activity.sport}): {measure} {ours:.1f}, watch {device:.1f}: {why}"
            for measure, ours, device, why in outliers(case)
        ]
    for title, chosen in (
        ("all sports", differences),
        ("running", [d for d in differences if d.sport == "running"]),
    ):
        print(f"\nDevice truth, {title} ({n} sessions of all sports read)\n")
        print(f"{'measure':26s} {'n':>5s} {'median':>9s} {'95 %':>9s}  unit")
        for measure, (count, middle, high) in table(chosen).items():
            print(f"{measure:26s} {count:5d} {middle:9.3f} {high:9.3f}  {MEASURES[measure]}")
    print(f"\n{len(lines)} outliers above 1 % of distance or 1 s of timer:\n")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
