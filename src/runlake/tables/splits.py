"""Table splits: one row per kilometre, mile, or 400 m on a track."""

from runlake.model.table import Column, TableSpec

SPEC = TableSpec(
    name="splits",
    row="kilometre, mile, or 400 m on a track",
    key=("activity_id", "kind", "split_no"),
    own_columns=(
        Column("kind", "string", "km, mile or track_400", nullable=False),
        Column("split_no", "int32", "1 for the first", nullable=False),
        Column("start_s", "float64", "elapsed seconds at its begin", "s", nullable=False),
        Column("distance_m", "float64", "its length", "m", nullable=False),
        Column("elapsed_s", "float64", "time, pauses included", "s", nullable=False),
        Column("timer_s", "float64", "time while the timer ran", "s", nullable=False),
        Column("is_partial", "bool", "shorter than its kind: the last one", nullable=False),
        Column("mean_gap_speed_mps", "float64", "grade-adjusted", "m/s"),
        Column("mean_heart_rate_bpm", "float64", "time-weighted mean", "bpm"),
        Column("mean_cadence_spm", "float64", "time-weighted mean while running", "1/min"),
        Column("ascent_m", "float64", "climb", "m"),
        Column("descent_m", "float64", "descent", "m"),
        Column("distance_factor", "float64", "what recorded distance was multiplied with (lane correction on a track); 1: nothing", nullable=False),
        Column("is_doubtful", "bool", "holds a stretch faster than any human runs: a glitch of the distance, or a vehicle; null outside running"),
    ),
)
