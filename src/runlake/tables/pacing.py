"""Table pacing: one row per race-like effort."""

from runlake.model.table import Column, TableSpec

SPEC = TableSpec(
    name="pacing",
    row="race-like effort",
    key=("activity_id", "effort"),
    own_columns=(
        Column("effort", "string", "mile, 5k, ...", nullable=False),
        Column("start_s", "float64", "elapsed seconds", "s", nullable=False),
        Column("distance_m", "float64", "length", "m", nullable=False),
        Column("elapsed_s", "float64", "time", "s", nullable=False),
        Column("lap_1_s", "float64", "first quarter (400 m of a mile)", "s"),
        Column("lap_2_s", "float64", "second quarter", "s"),
        Column("lap_3_s", "float64", "third quarter", "s"),
        Column("lap_4_s", "float64", "last quarter", "s"),
        Column("first_lap_overspeed_frac", "float64", "speed of the first quarter over the mean, minus 1"),
        Column("controlled_cv_frac", "float64", "spread of 100 m speeds over the first 62 %"),
        Column("third_lap_sag_s", "float64", "third quarter minus the mean of second and fourth", "s"),
        Column("last_400_kick_frac", "float64", "speed of the last 400 m over what came before, minus 1"),
        Column("split_index", "float64", "second half minus first half, over the whole; negative: faster second half"),
        Column("split_verdict", "string", "negative, even or positive"),
        Column("has_bonk", "bool", "a slow-down of 8 % or more that lasts to the end"),
        Column("is_race_like", "bool", "one continuous hard effort", origin="history"),
    ),
)
