"""Table fatigue: one row per activity."""

from runlake.model.table import Column, TableSpec

SPEC = TableSpec(
    name="fatigue",
    row="activity",
    key=("activity_id",),
    own_columns=(
        Column("onset_s", "float64", "elapsed seconds when effort for the same speed began to rise for good", "s"),
        Column("onset_m", "float64", "the same as distance", "m"),
        Column("is_censored", "bool", "true: no onset before the end of the run"),
        Column("decoupling_frac", "float64", "loss of speed per heart beat, second half against first"),
        Column("durability_frac", "float64", "effort for speed in the last 15 %, over the same early on"),
        Column("best_5min_late_frac", "float64", "best 5 min after two thirds of the run over the best before"),
        Column("cadence_change_spm", "float64", "last against first third at like speed", "1/min"),
        Column("step_length_change_frac", "float64", "last against first third at like speed"),
        Column("has_bonk", "bool", "pace fell 8 % or more for good and heart rate did not rise"),
        Column("reason", "string", "why a value is missing"),
        Column("speed_basis", "string", "grade_adjusted or speed: what heart rate was compared with, the one it follows more closely"),
    ),
)
