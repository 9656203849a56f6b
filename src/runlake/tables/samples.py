"""Table samples: one row per recorded sample."""

from runlake.model.table import Column, TableSpec

SPEC = TableSpec(
    name="samples",
    row="recorded sample",
    key=("activity_id", "time_utc"),
    own_columns=(
        Column("time_utc", "timestamp_utc", "when", nullable=False),
        Column("elapsed_s", "float64", "since the first sample, pauses included", "s", nullable=False),
        Column("timer_s", "float64", "while the timer ran", "s", nullable=False),
        Column("latitude_deg", "float64", "WGS84", "deg"),
        Column("longitude_deg", "float64", "WGS84", "deg"),
        Column("altitude_m", "float32", "above sea level, smoothed", "m"),
        Column("distance_m", "float64", "since the start", "m"),
        Column("speed_mps", "float32", "corrected for the device's lag", "m/s"),
        Column("speed_source", "string", "device, distance, positions, footpod or none"),
        Column("gap_speed_mps", "float32", "grade-adjusted speed", "m/s"),
        Column("grade_frac", "float32", "rise over run", "1"),
        Column("heart_rate_bpm", "float32", "heart rate", "bpm"),
        Column("cadence_spm", "float32", "steps per minute (runs), revolutions per minute (rides)", "1/min"),
        Column("step_length_m", "float32", "length of one step", "m"),
        Column("power_w", "float32", "power", "W"),
        Column("temperature_c", "float32", "at the device", "degC"),
    ),
)
