"""Table best_efforts: one row per activity and effort."""

from runlake.model.table import Column, TableSpec

SPEC = TableSpec(
    name="best_efforts",
    row="activity and effort",
    key=("activity_id", "effort"),
    own_columns=(
        Column("effort", "string", "400m, mile, 5k, 10min, ...", nullable=False),
        Column("is_by_distance", "bool", "true: fastest time over a distance; false: farthest in a time", nullable=False),
        Column("distance_m", "float64", "covered", "m", nullable=False),
        Column("elapsed_s", "float64", "time, pauses included", "s", nullable=False),
        Column("speed_mps", "float64", "mean", "m/s", nullable=False),
        Column("start_s", "float64", "elapsed seconds at its begin", "s", nullable=False),
        Column("start_time_utc", "timestamp_utc", "begin", nullable=False),
        Column("mean_heart_rate_bpm", "float64", "time-weighted mean", "bpm"),
        Column("mean_grade_frac", "float64", "mean grade"),
        Column("pause_s", "float64", "stopped time inside", "s", nullable=False),
        Column("is_indoor", "bool", "distance from a treadmill or a foot pod", nullable=False),
        Column("quality", "string", "ok, gap, downhill, paused, glitch_near, short_gps", nullable=False),
        Column("is_record", "bool", "faster than every earlier activity's effort of quality ok, outdoors", origin="history"),
        Column("vdot", "float64", "Daniels and Gilbert 1979; null outside 3.5 to 240 min, and where no runner has it (below 10, above 100)", "ml/kg/min"),
        Column("recorded_distance_m", "float64", "the same stretch as the watch measured it, without lane correction", "m", nullable=False),
    ),
)
