"""Table files: one row per input seen: file, archive, or member of an archive."""

from runlake.model.table import Column, TableSpec

SPEC = TableSpec(
    name="files",
    row="input seen: file, archive, or member of an archive",
    key=("athlete_id", "source", "path", "member"),
    own_columns=(
        Column("athlete_id", "string", "athlete the source belongs to", nullable=False, origin="lake"),
        Column("source", "string", "the SOURCE as given, without an absolute path", nullable=False, origin="lake"),
        Column("path", "string", "path below SOURCE", nullable=False, origin="lake"),
        Column("member", "string", "path inside the archive; null for a plain file", origin="lake"),
        Column("status", "string", "ok, salvaged, duplicate, rejected, ignored, unstable or blocked (see the glossary)", nullable=False, origin="lake"),
        Column("reason", "string", "code and sentence: why this status, what was lost, what to do", origin="lake"),
        Column("sha256", "string", "of the unpacked bytes; null when they were not read", origin="lake"),
        Column("size_bytes", "int64", "size of the unpacked bytes", "B", origin="lake"),
        Column("format", "string", "fit, gpx, tcx, zip, gzip, or what it looks like; null when not read", origin="lake"),
        Column("decoder", "string", "which path of the reader was used", origin="lake"),
        Column("n_records_in", "int64", "records or track points met in the file", origin="lake"),
        Column("n_records_kept", "int64", "usable ones among them, before any resampling", origin="lake"),
        Column("n_activities", "int32", "activities that came out", nullable=False, origin="lake"),
        Column("start_time_utc", "timestamp_utc", "first sample of the first activity", origin="lake"),
        Column("duplicate_of", "string", "path of the file that is kept instead (with `!member` inside an archive)", origin="lake"),
    ),
    stamped=False,
)
