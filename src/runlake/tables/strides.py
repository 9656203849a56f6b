"""Table strides: one row per detected stride (pick-up)."""

from runlake.model.table import Column, TableSpec

SPEC = TableSpec(
    name="strides",
    row="detected stride (pick-up)",
    key=("activity_id", "stride_no"),
    own_columns=(
        Column("stride_no", "int32", "1 for the first", nullable=False),
        Column("start_time_utc", "timestamp_utc", "begin", nullable=False),
        Column("end_time_utc", "timestamp_utc", "end, exclusive", nullable=False),
        Column("start_s", "float64", "elapsed seconds", "s", nullable=False),
        Column("end_s", "float64", "elapsed seconds, exclusive", "s", nullable=False),
        Column("duration_s", "float64", "end minus start", "s", nullable=False),
        Column("distance_m", "float64", "length", "m"),
        Column("mean_speed_mps", "float64", "mean", "m/s"),
        Column("peak_speed_mps", "float64", "fastest 3 s", "m/s"),
        Column("peak_cadence_spm", "float64", "highest 3 s mean", "1/min"),
        Column("rest_s", "float64", "until the next stride", "s"),
        Column("cadence_rise_spm", "float64", "over the minute before", "1/min"),
        Column("confidence", "float64", "0 to 1, calibrated", nullable=False),
        Column("evidence", "string", "why it counts as a stride"),
    ),
)
