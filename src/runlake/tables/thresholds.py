"""Table thresholds: one row per athlete, kind and valid-from date."""

from runlake.model.table import Column, TableSpec

SPEC = TableSpec(
    name="thresholds",
    row="athlete, kind and valid-from date",
    key=("athlete_id", "kind", "valid_from"),
    own_columns=(
        Column("athlete_id", "string", "whose", nullable=False, origin="history"),
        Column("kind", "string", "hr_max, hr_threshold, hr_rest, critical_speed, d_prime, comfortable_speed, vo2max (by results), vo2max_heart_rate (by heart rate and speed), vo2max_device", nullable=False, origin="history"),
        Column("valid_from", "date", "first day it holds", nullable=False, origin="history"),
        Column("value", "float64", "the value", nullable=False, origin="history"),
        Column("unit", "string", "its unit", nullable=False, origin="history"),
        Column("low", "float64", "lower end of the range it may lie in", origin="history"),
        Column("high", "float64", "upper end of the range", origin="history"),
        Column("method", "string", "how it was found", nullable=False, origin="history"),
        Column("source", "string", "config, measured, estimated, or device", nullable=False, origin="history"),
        Column("n_evidence", "int32", "how many activities it rests on", origin="history"),
    ),
    stamped=False,
)
