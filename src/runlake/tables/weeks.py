"""Table weeks: one row per athlete and ISO week."""

from runlake.model.table import Column, TableSpec

SPEC = TableSpec(
    name="weeks",
    row="athlete and ISO week",
    key=("athlete_id", "week_start_date"),
    own_columns=(
        Column("athlete_id", "string", "whose", nullable=False, origin="history"),
        Column("week_start_date", "date", "Monday", nullable=False, origin="history"),
        Column(
            "distance_m",
            "float64",
            "running distance, without what was covered faster than any human runs (`activities.quality_too_fast_m`)",
            "m",
            nullable=False,
            origin="history",
        ),
        Column(
            "moving_s",
            "float64",
            "running time: moving time, or timer time of a run whose speed was not recorded",
            "s",
            nullable=False,
            origin="history",
        ),
        Column("n_runs", "int32", "runs", nullable=False, origin="history"),
        Column("n_activities", "int32", "activities of any sport", nullable=False, origin="history"),
        Column(
            "longest_run_m",
            "float64",
            "longest run, without what was covered faster than any human runs",
            "m",
            origin="history",
        ),
        Column("ascent_m", "float64", "climb of runs", "m", origin="history"),
        Column("easy_share_distance", "float64", "share of running distance in zone 1", origin="history"),
        Column("easy_share_time", "float64", "share of running time in zone 1", origin="history"),
        Column(
            "easy_share_sessions",
            "float64",
            "share of runs whose purpose is easy, easy_strides, recovery or long, of those whose purpose is clear",
            origin="history",
        ),
        Column("easy_share_method", "string", "heart_rate or pace: which one the shares use", origin="history"),
        Column("easy_share_reason", "string", "why there is no share", origin="history"),
        Column("easy_share_time_heart_rate", "float64", "by heart rate", origin="history"),
        Column("easy_share_time_pace", "float64", "by pace", origin="history"),
        Column("grey_share_time", "float64", "share of running time in zone 2 outside tempo bouts", origin="history"),
        Column("hard_share_time", "float64", "share of running time in zone 3", origin="history"),
        Column("polarization_index", "float64", "Treff 2019; above 2.00 is polarized", origin="history"),
        Column("polarization_reason", "string", "why there is none", origin="history"),
        Column(
            "distribution_class", "string", "polarized, pyramidal, threshold, high_intensity or base", origin="history"
        ),
        Column(
            "n_key_sessions", "int32", "intervals, hiit, tempo, hills, fartlek, progression, race", origin="history"
        ),
        Column("min_gap_h", "float64", "shortest time between key sessions", "h", origin="history"),
        Column("rest_days", "int32", "days without a run", origin="history"),
        Column("longest_gap_days", "int32", "longest run of days without a run that ends this week", origin="history"),
        Column(
            "ramp_frac", "float64", "distance against the week before, minus 1 (the 10 % convention)", origin="history"
        ),
        Column(
            "ramp_4_weeks_frac",
            "float64",
            "distance against the mean of the four weeks before, minus 1",
            origin="history",
        ),
        Column("ramp_reason", "string", "why there is no ramp", origin="history"),
        Column(
            "ramp_band", "string", "up to 10 %, 10 to 15 %, above 15 % (convention of the articles)", origin="history"
        ),
        Column("spike_ratio", "float64", "largest single-session spike of the week (Frandsen 2025)", origin="history"),
        Column(
            "is_recovery_week",
            "bool",
            "distance at most 80 % of the mean of the three weeks before, with fewer key sessions",
            origin="history",
        ),
        Column("weeks_since_recovery", "int32", "weeks since the last recovery week", origin="history"),
        Column("load", "float64", "sum of session loads", origin="history"),
        Column("load_method", "string", "trimp or pace", origin="history"),
        Column("monotony", "float64", "mean over standard deviation of daily loads (Foster 1998)", origin="history"),
        Column("monotony_reason", "string", "why there is none", origin="history"),
        Column("strain", "float64", "load times monotony (Foster 1998)", origin="history"),
        Column("fitness", "float64", "load smoothed over 42 days, at the week's end", origin="history"),
        Column("fatigue", "float64", "load smoothed over 7 days, at the week's end", origin="history"),
        Column("n_strides", "int32", "strides", origin="history"),
        Column("fast_s", "float64", "time in intervals, sprints, hills and strides", "s", origin="history"),
        Column(
            "fast_ramp_frac",
            "float64",
            "fast time against the mean of the four weeks before, minus 1",
            origin="history",
        ),
        Column("tempo_s", "float64", "time in tempo bouts", "s", origin="history"),
        Column("quality_s", "float64", "time in work bouts of any kind", "s", origin="history"),
        Column("quality_m", "float64", "distance in work bouts of any kind", "m", origin="history"),
        Column("goal_pace_m", "float64", "distance at goal pace, give or take 2 %", "m", origin="history"),
        Column("cross_training_s", "float64", "time in other sports", "s", origin="history"),
        Column("cross_training_share", "float64", "its share of all training time", origin="history"),
        Column("variety", "int32", "different purposes", origin="history"),
        Column("long_run_share", "float64", "longest run over the week's distance", origin="history"),
        Column("verdict", "string", "purposeful, partly, unfocused, rest, or too_little", origin="history"),
        Column("verdict_reason", "string", "the evidence in words", origin="history"),
        Column(
            "verdict_evidence",
            "string",
            "activity_ids that the verdict rests on, separated by blanks",
            origin="history",
        ),
        Column("is_complete", "bool", "false for the week in which the lake's last activity lies", origin="history"),
    ),
    stamped=False,
)
