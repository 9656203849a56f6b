"""Table interval_sets: one row per group of like reps."""

from runlake.model.table import Column, TableSpec

SPEC = TableSpec(
    name="interval_sets",
    row="group of like reps",
    key=("activity_id", "set_no"),
    own_columns=(
        Column("set_no", "int32", "1 for the first", nullable=False),
        Column("kind", "string", "as in intervals", nullable=False),
        Column("n_reps", "int32", "how many", nullable=False),
        Column("shorthand", "string", "such as 6x400 m (1:30 jog)", nullable=False),
        Column("structure_key", "string", "the same for the same workout on another day", nullable=False),
        Column("start_s", "float64", "elapsed seconds at the begin of the first rep", "s", nullable=False),
        Column("end_s", "float64", "elapsed seconds at the end of the last rep", "s", nullable=False),
        Column("work_s", "float64", "sum of rep durations", "s", nullable=False),
        Column("work_m", "float64", "sum of rep distances", "m"),
        Column("mean_rest_s", "float64", "mean rest between reps", "s"),
        Column("rest_kind", "string", "stand, walk or jog: the most frequent"),
        Column("work_rest_ratio", "float64", "mean rep over mean rest"),
        Column("is_equal_rest", "bool", "work to rest within 0.8 to 1.25"),
        Column("mean_speed_mps", "float64", "mean of the reps", "m/s"),
        Column("speed_cv_frac", "float64", "spread of rep speeds: standard deviation over mean"),
        Column(
            "progression_pct",
            "float64",
            "last rep against the first, positive is faster; null where reps were not meant to be alike",
            "%",
        ),
        Column(
            "fade_pct",
            "float64",
            "slope of speed over the set, positive is slower; null with two reps or unlike ones",
            "%",
        ),
        Column("confidence", "float64", "0 to 1", nullable=False),
    ),
)
