"""Table progress: one row per athlete, measure and date."""

from runlake.model.table import Column, TableSpec

SPEC = TableSpec(
    name="progress",
    row="athlete, measure and date",
    key=("athlete_id", "measure", "local_date", "activity_id"),
    own_columns=(
        Column("athlete_id", "string", "whose", nullable=False, origin="history"),
        Column("measure", "string", "best_mile, comfortable_speed, efficiency, cadence_at_comfortable, fatigue_onset, set:STRUCTURE_KEY, ...", nullable=False, origin="history"),
        Column("local_date", "date", "when", nullable=False, origin="history"),
        Column("value", "float64", "the value", nullable=False, origin="history"),
        Column("unit", "string", "its unit", nullable=False, origin="history"),
        Column("low", "float64", "lower end of the range", origin="history"),
        Column("high", "float64", "upper end of the range", origin="history"),
        Column("is_censored", "bool", "the true value lies above (no fatigue before the end)", origin="history"),
        Column("activity_id", "string", "activity it comes from", origin="history"),
        Column("note", "string", "what to know about it", origin="history"),
    ),
    stamped=False,
)
