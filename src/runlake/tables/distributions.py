"""Table distributions: one row per activity, quantity and bin: how time and distance spread over heart rate and speed."""

from runlake.model.table import Column, TableSpec

SPEC = TableSpec(
    name="distributions",
    row="activity, quantity and bin: how time and distance spread over heart rate and speed",
    key=("activity_id", "quantity", "bin_low"),
    own_columns=(
        Column("quantity", "string", "heart_rate (bins of 1 bpm) or gap_speed (bins of 0.05 m/s, 30 s means)", nullable=False),
        Column("bin_low", "float32", "lower edge of the bin: bpm or m/s", nullable=False),
        Column("seconds", "float32", "moving time in the bin", "s", nullable=False),
        Column("distance_m", "float32", "distance in the bin", "m"),
    ),
)
