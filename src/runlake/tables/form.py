"""Table form: one row per activity, speed bin and grade bin."""

from runlake.model.table import Column, TableSpec

SPEC = TableSpec(
    name="form",
    row="activity, speed bin and grade bin",
    key=("activity_id", "speed_bin_mps", "grade_bin_frac"),
    own_columns=(
        Column("speed_bin_mps", "float64", "lower edge of the bin, 0.25 m/s wide", "m/s", nullable=False),
        Column("grade_bin_frac", "float64", "lower edge of the bin, 0.02 wide", nullable=False),
        Column("seconds", "float64", "running time in the bin", "s", nullable=False),
        Column("distance_m", "float64", "distance in the bin", "m", nullable=False),
        Column("mean_speed_mps", "float64", "mean", "m/s", nullable=False),
        Column("cadence_spm", "float64", "mean", "1/min"),
        Column("step_length_m", "float64", "mean", "m"),
        Column("share_170_180", "float64", "share of the bin's time at 170 to 180 steps a minute"),
        Column("heart_rate_bpm", "float64", "mean", "bpm"),
        Column("ground_contact_s", "float64", "mean, where recorded", "s"),
        Column("vertical_oscillation_m", "float64", "mean, where recorded", "m"),
    ),
)
