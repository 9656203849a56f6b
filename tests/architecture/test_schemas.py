"""Column names, kinds and order are a public face: a change shows up here, and needs a CHANGELOG line."""

from __future__ import annotations

import os
from dataclasses import fields
from pathlib import Path

import pytest

from runlake.model.activity import Quality
from runlake.model.table import TableSpec
from runlake.tables import SPECS
from runlake.tables._quality import QUALITY_COLUMNS

GOLDEN = Path(__file__).parents[1] / "golden" / "schemas.txt"
PLAIN_KINDS = {
    "bool",
    "int16",
    "int32",
    "int64",
    "float32",
    "float64",
    "string",
    "date",
    "timestamp_utc",
    "timestamp_local",
}

CONTRACT: dict[str, str] = {
    "files": "athlete_id source path member status reason sha256 size_bytes format n_records_in n_records_kept "
    "n_activities start_time_utc duplicate_of",
    "activities": "activity_id athlete_id path member name description gear perceived_exertion start_time_utc "
    "end_time_utc start_time_local local_date utc_offset_s sport sub_sport is_indoor is_track device distance_m "
    "elapsed_s timer_s moving_s ascent_m descent_m mean_speed_mps mean_heart_rate_bpm max_heart_rate_bpm "
    "mean_cadence_spm warmup_s cooldown_s purpose purpose_confidence purpose_reason shorthand strides_status "
    "load_trimp load_pace",
    "samples": "activity_id time_utc elapsed_s timer_s latitude_deg longitude_deg altitude_m distance_m speed_mps "
    "speed_source gap_speed_mps grade_frac heart_rate_bpm cadence_spm step_length_m power_w temperature_c",
    "laps": "activity_id lap_no start_time_utc end_time_utc trigger intensity workout_step distance_m timer_s",
    "programmed_steps": "activity_id step_no kind target start_time_utc end_time_utc was_executed matched_interval_no",
    "splits": "activity_id kind split_no distance_m elapsed_s timer_s is_partial",
    "intervals": "activity_id interval_no set_no kind start_time_utc end_time_utc start_s end_s duration_s distance_m "
    "mean_speed_mps snapped_distance_m snapped_duration_s rest_s rest_kind confidence evidence "
    "programmed_step agreement",
    "interval_sets": "activity_id set_no kind n_reps shorthand structure_key work_rest_ratio progression_pct fade_pct",
    "strides": "activity_id stride_no start_time_utc end_time_utc duration_s distance_m peak_speed_mps "
    "peak_cadence_spm confidence",
    "best_efforts": "activity_id effort distance_m elapsed_s speed_mps start_time_utc is_indoor quality is_record",
    "intensity": "activity_id method zone seconds distance_m",
    "form": "activity_id speed_bin_mps grade_bin_frac seconds cadence_spm step_length_m share_170_180",
    "fatigue": "activity_id onset_s onset_m is_censored decoupling_frac durability_frac reason",
    "pacing": "activity_id effort lap_1_s lap_2_s lap_3_s lap_4_s first_lap_overspeed_frac third_lap_sag_s "
    "last_400_kick_frac split_index split_verdict",
    "thresholds": "athlete_id kind valid_from value unit low high method source",
    "weeks": "athlete_id week_start_date distance_m moving_s n_runs easy_share_distance easy_share_time "
    "easy_share_sessions grey_share_time polarization_index n_key_sessions min_gap_h rest_days ramp_frac spike_ratio "
    "is_recovery_week monotony strain fitness fatigue n_strides cross_training_s quality_s verdict verdict_reason",
    "progress": "athlete_id measure local_date value unit low high activity_id",
    "goals": "athlete_id effort target_s first_met_on activity_id projected_from projected_to",
    "runs": "run_id version n_files",
    "columns": "table column type unit meaning",
}


def _text(spec: TableSpec) -> str:
    lines = [f"{spec.name}: one row per {spec.row}; key {', '.join(spec.key)}"]
    for c in spec.columns:
        lines.append(f"  {c.name} {c.kind}{'' if c.nullable else ' not null'} [{c.unit}] {c.origin}")
    return "\n".join(lines)


def test_schemas_match_the_golden_file() -> None:
    text = "\n\n".join(_text(spec) for spec in SPECS) + "\n"
    if os.environ.get("RUNLAKE_UPDATE_GOLDEN"):
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8"), (
        "schemas changed: RUNLAKE_UPDATE_GOLDEN=1 rewrites, CHANGELOG tells"
    )


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_contract_columns_are_there(spec: TableSpec) -> None:
    names = {c.name for c in spec.columns}
    expected = set(CONTRACT.get(spec.name, "").split())
    assert expected <= names, f"{spec.name} lacks {sorted(expected - names)}"


def test_all_contract_tables_are_there() -> None:
    assert set(CONTRACT) <= {spec.name for spec in SPECS}


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_columns_are_plain_named_once_and_explained(spec: TableSpec) -> None:
    names = [c.name for c in spec.columns]
    assert len(names) == len(set(names))
    assert set(spec.key) <= set(names)
    for c in spec.columns:
        assert c.kind in PLAIN_KINDS
        assert c.meaning, f"{spec.name}.{c.name} has no meaning"
        assert c.name == c.name.lower()


def test_quality_columns_follow_the_dataclass() -> None:
    assert [c.name for c in QUALITY_COLUMNS] == [f"quality_{f.name}" for f in fields(Quality)]
