"""Table intensity: one row per activity, method and zone."""

from runlake.model.table import Column, TableSpec

SPEC = TableSpec(
    name="intensity",
    row="activity, method and zone",
    key=("activity_id", "method", "zone"),
    own_columns=(
        Column("method", "string", "heart_rate or pace (grade-adjusted)", nullable=False, origin="history"),
        Column("zone", "int16", "1 easy, 2 grey, 3 hard", nullable=False, origin="history"),
        Column("seconds", "float64", "moving time in the zone", "s", nullable=False, origin="history"),
        Column("distance_m", "float64", "distance in the zone", "m", origin="history"),
        Column("low", "float64", "lower bound of the zone: bpm or m/s", origin="history"),
        Column("high", "float64", "upper bound of the zone: bpm or m/s", origin="history"),
        Column("threshold_source", "string", "which threshold set the bounds", origin="history"),
    ),
)
