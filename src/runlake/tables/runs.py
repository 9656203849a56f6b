"""Table runs: one row per build run that published a new state."""

from runlake.model.table import Column, TableSpec

SPEC = TableSpec(
    name="runs",
    row="build run that published a new state",
    key=("run_id",),
    own_columns=(
        Column("run_id", "string", "time and random part", nullable=False, origin="lake"),
        Column("started_at", "timestamp_utc", "begin", nullable=False, origin="lake"),
        Column("ended_at", "timestamp_utc", "when the state was about to be published", nullable=False, origin="lake"),
        Column("version", "string", "of runlake", nullable=False, origin="lake"),
        Column("schema_version", "int32", "of the tables", nullable=False, origin="lake"),
        Column("config_digest", "string", "of the settings in force", nullable=False, origin="lake"),
        Column("athlete_id", "string", "athlete, or null for several", origin="lake"),
        Column("source", "string", "SOURCES as given", origin="lake"),
        Column("n_files", "int32", "inputs seen", nullable=False, origin="lake"),
        Column("n_ok", "int32", "by state", nullable=False, origin="lake"),
        Column("n_salvaged", "int32", "by state", nullable=False, origin="lake"),
        Column("n_duplicate", "int32", "by state", nullable=False, origin="lake"),
        Column("n_rejected", "int32", "by state", nullable=False, origin="lake"),
        Column("n_ignored", "int32", "by state", nullable=False, origin="lake"),
        Column("n_unstable", "int32", "by state", nullable=False, origin="lake"),
        Column("n_blocked", "int32", "by state", nullable=False, origin="lake"),
        Column("n_new", "int32", "inputs read in this run; the rest was known", nullable=False, origin="lake"),
        Column("n_activities", "int32", "activities in the lake", nullable=False, origin="lake"),
        Column("n_samples", "int64", "samples in the lake", nullable=False, origin="lake"),
    ),
    stamped=False,
)
