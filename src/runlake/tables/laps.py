"""Table laps: one row per lap that the watch marked."""

from runlake.model.table import Column, TableSpec

SPEC = TableSpec(
    name="laps",
    row="lap that the watch marked",
    key=("activity_id", "lap_no"),
    own_columns=(
        Column("lap_no", "int32", "1 for the first", nullable=False),
        Column("start_time_utc", "timestamp_utc", "begin", nullable=False),
        Column("end_time_utc", "timestamp_utc", "end, exclusive", nullable=False),
        Column("start_s", "float64", "elapsed seconds since the first sample", "s", nullable=False),
        Column("end_s", "float64", "elapsed seconds since the first sample, exclusive", "s", nullable=False),
        Column("trigger", "string", "manual, distance, time, session_end, ...; null where the file is silent"),
        Column("intensity", "string", "active, rest, warmup, cooldown, recovery, interval; null where the file is silent"),
        Column("workout_step", "int32", "step of the plan"),
        Column("distance_m", "float64", "as the watch wrote it, else from the samples", "m"),
        Column("elapsed_s", "float64", "pauses included", "s"),
        Column("timer_s", "float64", "while the timer ran", "s"),
        Column("mean_speed_mps", "float64", "distance over timer time", "m/s"),
        Column("mean_heart_rate_bpm", "float64", "from the samples", "bpm"),
        Column("max_heart_rate_bpm", "float64", "from the samples", "bpm"),
        Column("mean_cadence_spm", "float64", "from the samples", "1/min"),
        Column("ascent_m", "float64", "from the samples", "m"),
        Column("is_auto", "bool", "an automatic lap by distance (1 km, 1 mile), which says nothing of work"),
        Column("sample_distance_m", "float64", "from our samples, to compare", "m"),
        Column("edge_reason", "string", "why begin is not as the watch wrote it; null where it is"),
    ),
)
