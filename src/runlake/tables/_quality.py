"""The quality_* columns of `activities`: one for each field of `Quality`."""

from runlake.model.table import Column

_MEANINGS: tuple[tuple[str, str, str, str], ...] = (
    ("median_dt_s", "float64", "typical time between samples", "s"),
    ("n_dropped", "int32", "records dropped: duplicate or backward times, clock before 2000", ""),
    ("clock_jump_s", "float64", "seconds taken out where the clock was set during the activity", "s"),
    ("pause_s", "float64", "seconds with the timer stopped", "s"),
    ("gap_s", "float64", "seconds without samples though the timer ran", "s"),
    ("n_spikes", "int32", "positions rejected as GPS spikes", ""),
    ("distance_source", "string", "device, positions, or none", ""),
    ("speed_source", "string", "device, distance, positions, footpod, or none", ""),
    ("speed_lag_s", "float64", "by how much the device's speed trailed, and was shifted back", "s"),
    ("speed_lag_source", "string", "estimated, default, or none", ""),
    ("cadence_lag_s", "float64", "the same for cadence", "s"),
    ("speed_noise_frac", "float64", "relative noise of speed from sample to sample", ""),
    ("has_cadence", "bool", "cadence was recorded", ""),
    ("cadence_factor", "float64", "what recorded cadence was multiplied with", ""),
    (
        "altitude_kind",
        "string",
        "barometer (as quiet as one, whatever the sensor), gps (noise of satellite altitude), or none; where no place is passed again judged from second to second only",
        "",
    ),
    ("heart_rate_lock_s", "float64", "seconds of heart rate dropped because it followed cadence", "s"),
    ("heart_rate_share", "float64", "share of timer time with heart rate", ""),
    ("position_share", "float64", "share of timer time with positions", ""),
    ("distance_vs_positions_frac", "float64", "device distance over distance from positions, minus 1", ""),
    ("are_short_reps_reliable", "bool", "false where recording is too coarse for bouts below 30 s", ""),
    ("n_altitude_jumps", "int32", "altitudes dropped, and lasting jumps levelled, because no terrain jumps so", ""),
    (
        "vehicle_s",
        "float64",
        "seconds with the timer on in a vehicle, on foot only: in timer_s, but neither moving nor in zones and load",
        "s",
    ),
    (
        "n_position_jumps",
        "int32",
        "steps of the positions that nothing on the ground makes, taken out of their speed and distance",
        "",
    ),
    (
        "heart_rate_stuck_s",
        "float64",
        "seconds of heart rate dropped because it did not change for two minutes or longer (a sensor that stopped)",
        "s",
    ),
)

QUALITY_COLUMNS: tuple[Column, ...] = tuple(
    Column(f"quality_{name}", kind, meaning, unit)  # type: ignore[arg-type]
    for name, kind, meaning, unit in _MEANINGS
)
