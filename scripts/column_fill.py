"""How full is every column of a lake, beside the share of inputs that could fill it.

    column_fill.py LAKE [--all]

For each column: the share of rows that are not null, and the share of rows whose activity has what the column needs
(heart rate, cadence, positions, a rep after it, ...). Printed are the columns whose fill is below half of that, each
with its reason from REASONS; with --all, every column. Exit code 1 when one is below half without a reason.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from runlake.tables import SPECS

NEEDS: dict[str, str] = {
    "heart_rate": "quality_heart_rate_share > 0",
    "hr_max_frac": "quality_heart_rate_share > 0",
    "load_trimp": "quality_heart_rate_share > 0",
    "efficiency": "quality_heart_rate_share > 0",
    "decoupling": "quality_heart_rate_share > 0",
    "durability": "quality_heart_rate_share > 0",
    "cadence": "has cadence",
    "step_length": "has cadence",
    "latitude_deg": "quality_position_share > 0",
    "longitude_deg": "quality_position_share > 0",
    "power": "has power",
    "temperature": "has temperature",
}
"""Part of a column's name, and what an activity has to have so that the column can be filled."""

REASONS: dict[str, str] = {
    "files.member": "only members of archives have one",
    "files.duplicate_of": "only duplicates have one",
    "activities.member": "only members of archives have one",
    "activities.name": "most files carry no title; the corpus has no export metadata",
    "activities.description": "comes from an export's metadata, which the corpus lacks",
    "activities.gear": "comes from an export's metadata, which the corpus lacks",
    "activities.perceived_exertion": "comes from an export's metadata, which the corpus lacks",
    "activities.sub_sport": "many devices write none",
    "activities.warmup_s": "only sessions with work bouts have a warm-up",
    "activities.cooldown_s": "only sessions with work bouts have a cool-down",
    "activities.shorthand": "only sessions with work bouts have one",
    "activities.strides_reason": "only where strides cannot be told",
    "activities.near_max_s": "needs hard efforts of the last 90 days to compare with",
    "activities.spike_ratio": "needs a run in the 30 days before; corpus files are years apart",
    "activities.spike_ratio_reason": "only where there is no ratio",
    "activities.brick_previous_id": "only a run right after another sport",
    "activities.load_trimp_reason": "only where there is no load",
    "activities.load_pace_reason": "only where there is no load",
    "activities.device_vo2max": "few watches write one",
    "activities.purpose_runner_up": "only where a second purpose is near",
    "files.reason": "files that came through whole need none",
    "activities.work_s": "only sessions with work bouts have some",
    "activities.track_distance_factor": "only sessions on a track have one",
    "laps.intensity": "many watches leave it out (COROS, Suunto, phones)",
    "laps.workout_step": "only laps of a programmed workout have one",
    "programmed_steps.planned_m": "steps by time, open steps and files without the plan have none",
    "programmed_steps.was_executed": "only work steps are judged",
    "programmed_steps.matched_interval_no": "only work steps have a rep to match",
    "programmed_steps.agreement": "only work steps have a rep to match",
    "intervals.snapped_distance_m": "a rep is meant by distance or by time, and some by neither",
    "intervals.snapped_duration_s": "a rep is meant by distance or by time, and some by neither",
    "intervals.goal_delta_s": "only reps by distance have one",
    "intervals.programmed_step": "only activities with a programmed workout have one",
    "intervals.agreement": "only activities with a programmed workout have one",
    "interval_sets.mean_rest_s": "a set of one bout has no rest",
    "interval_sets.rest_kind": "a set of one bout has no rest",
    "interval_sets.work_rest_ratio": "a set of one bout has no rest",
    "interval_sets.is_equal_rest": "a set of one bout has no rest",
    "interval_sets.speed_cv_frac": "a set of one bout has no spread",
    "interval_sets.progression_pct": "a set of one bout has no progression",
    "interval_sets.fade_pct": "needs three reps or more",
    "form.ground_contact_s": "only a chest strap, a pod or a newer watch records it",
    "form.vertical_oscillation_m": "only a chest strap, a pod or a newer watch records it",
    "fatigue.onset_s": "gated: steady, 40 min or longer, heart rate; or none before the end",
    "fatigue.onset_m": "gated: steady, 40 min or longer, heart rate; or none before the end",
    "fatigue.is_censored": "gated: steady, 40 min or longer, heart rate",
    "fatigue.decoupling_frac": "gated: steady, 40 min or longer, heart rate",
    "fatigue.durability_frac": "gated: steady, 40 min or longer, heart rate",
    "fatigue.best_5min_late_frac": "gated: long enough",
    "fatigue.cadence_change_spm": "gated: steady, 40 min or longer, cadence",
    "fatigue.step_length_change_frac": "gated: steady, 40 min or longer, cadence",
    "fatigue.speed_basis": "gated: steady, 40 min or longer",
    "activities.speed_from_step_length_frac": "needs running at clearly different speeds in one session",
    "activities.race_reason": "only races have one",
    "laps.edge_reason": "only laps that begin far outside of the samples have one",
    "splits.is_doubtful": "only running is judged",
    "fatigue.has_bonk": "gated: steady, 40 min or longer",
    "weeks.min_gap_h": "needs two key sessions near each other",
    "weeks.polarization_index": "needs time in all three zones",
    "progress.low": "only measures that are estimated have a range",
    "progress.high": "only measures that are estimated have a range",
    "progress.is_censored": "only fatigue onset can be censored",
    "progress.note": "only where there is something to know",
    "goals.projected_from": "no trend that leads there, or met already (projection_reason says which)",
    "goals.projected_to": "no trend that leads there, or met already (projection_reason says which)",
    "columns.unit": "most columns are texts, counts or ratios",
}
"""Columns that are emptier than their inputs by nature."""


def _can_fill(activities: pa.Table, samples: pa.Table) -> dict[str, set[str]]:
    """Activities that have what a need names."""
    out: dict[str, set[str]] = {}
    ids = activities["activity_id"]
    for need in set(NEEDS.values()):
        if need.startswith("quality_"):
            mask = pc.fill_null(pc.greater(activities[need.split()[0]], 0), False)
            out[need] = set(ids.filter(mask).to_pylist())
        else:
            column = {"has cadence": "cadence_spm", "has power": "power_w", "has temperature": "temperature_c"}[need]
            out[need] = set(pc.unique(samples["activity_id"].filter(pc.is_valid(samples[column]))).to_pylist())
    return out


def _expected(spec_name: str, table: pa.Table, column: str, able: dict[str, set[str]]) -> float:
    """Share of rows whose activity could fill the column; 1 where nothing special is needed."""
    if spec_name == "weeks":
        return pc.sum(pc.greater(table["n_runs"], 0)).as_py() / max(table.num_rows, 1)
    need = next((n for part, n in NEEDS.items() if part in column), None)
    if need is None or "activity_id" not in table.column_names or table.num_rows == 0:
        return 1.0
    return sum(i in able[need] for i in table["activity_id"].to_pylist()) / table.num_rows


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lake", type=Path)
    parser.add_argument("--all", action="store_true")
    args = parser.parse_args()
    lake = args.lake.resolve()
    files = sorted((lake / "samples").glob("*.parquet"))
    wanted = ["activity_id", "cadence_spm", "power_w", "temperature_c"]
    samples = pa.concat_tables([pq.read_table(f, columns=wanted) for f in files])
    able = _can_fill(pq.read_table(lake / "activities.parquet"), samples)
    unexplained = 0
    print(f"{'column':44s} {'rows':>8s} {'filled':>7s} {'could be':>8s}")
    for spec in SPECS:
        table = (
            pa.concat_tables([pq.read_table(f) for f in files])
            if spec.name == "samples"
            else pq.read_table(lake / f"{spec.name}.parquet")
        )
        if table.num_rows == 0:
            print(f"{spec.name:44s} {0:8d}   empty table")
            continue
        for c in spec.columns:
            filled = 1 - table[c.name].null_count / table.num_rows
            could = _expected(spec.name, table, c.name, able)
            name = f"{spec.name}.{c.name}"
            is_low = filled < could / 2
            reason = REASONS.get(name, "" if not is_low else "UNEXPLAINED")
            unexplained += is_low and name not in REASONS
            if args.all or is_low:
                print(f"{name:44s} {table.num_rows:8d} {filled:7.1%} {could:8.1%}  {reason if is_low else ''}")
    print(f"{unexplained} columns below half without a reason")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
