"""Table columns: one row per column of any table."""

from runlake.model.table import Column, TableSpec

SPEC = TableSpec(
    name="columns",
    row="column of any table",
    key=("table", "column"),
    own_columns=(
        Column("table", "string", "table", nullable=False, origin="lake"),
        Column("column", "string", "column", nullable=False, origin="lake"),
        Column("type", "string", "Parquet type", nullable=False, origin="lake"),
        Column("unit", "string", "unit; null for none", origin="lake"),
        Column("is_nullable", "bool", "may be missing", nullable=False, origin="lake"),
        Column("origin", "string", "detect (from one activity), history (from all of them), overlay (sidecar files), lake", nullable=False, origin="lake"),
        Column("meaning", "string", "what it says", nullable=False, origin="lake"),
        Column("position", "int32", "place in the table, from 1", nullable=False, origin="lake"),
    ),
    stamped=False,
)
