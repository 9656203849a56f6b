"""Table programmed_steps: one row per step of a workout as the watch executed it."""

from runlake.model.table import Column, TableSpec

SPEC = TableSpec(
    name="programmed_steps",
    row="step of a workout as the watch executed it",
    key=("activity_id", "step_no"),
    own_columns=(
        Column("step_no", "int32", "1 for the first executed step", nullable=False),
        Column("workout_step", "int32", "index in the plan"),
        Column("kind", "string", "warmup, active, rest, recovery, cooldown, interval, other"),
        Column("target", "string", "what the plan asked for, in words"),
        Column("planned_s", "float64", "planned duration", "s"),
        Column("planned_m", "float64", "planned distance", "m"),
        Column("start_time_utc", "timestamp_utc", "begin", nullable=False),
        Column("end_time_utc", "timestamp_utc", "end, exclusive", nullable=False),
        Column("start_s", "float64", "elapsed seconds", "s", nullable=False),
        Column("end_s", "float64", "elapsed seconds, exclusive", "s", nullable=False),
        Column("was_executed", "bool", "for work steps: run clearly faster than what lies around it; null for others"),
        Column("matched_interval_no", "int32", "the detected interval it overlaps most"),
        Column("agreement", "float64", "overlap over union with that interval", "1"),
    ),
)
