"""Table goals: one row per rung of the ladder."""

from runlake.model.table import Column, TableSpec

SPEC = TableSpec(
    name="goals",
    row="rung of the ladder",
    key=("athlete_id", "effort", "target_s"),
    own_columns=(
        Column("athlete_id", "string", "whose", nullable=False, origin="history"),
        Column("effort", "string", "distance of the goal", nullable=False, origin="history"),
        Column("target_s", "float64", "time to beat", "s", nullable=False, origin="history"),
        Column("first_met_on", "date", "day it fell; null while it stands", origin="history"),
        Column("activity_id", "string", "activity that met it", origin="history"),
        Column("best_s", "float64", "best so far", "s", origin="history"),
        Column("gap_s", "float64", "seconds to go; negative when met", "s", origin="history"),
        Column("projected_from", "date", "earliest likely day", origin="history"),
        Column("projected_to", "date", "latest likely day", origin="history"),
        Column("projection_reason", "string", "why there is no projection", origin="history"),
        Column("source", "string", "config, or proposed from the data", nullable=False, origin="history"),
    ),
    stamped=False,
)
