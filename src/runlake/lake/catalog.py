"""LAKE/views.sql and LAKE/catalog.duckdb: the tables and the usual questions as views, for BI tools.

The views name the lake by its absolute path and through the link, so that an open catalogue sees each new state; a
lake that is moved gets fresh ones at its next build. The file is of DuckDB's storage version 1.0.0, which every
DuckDB since 1.0 reads (a default file of DuckDB 2 cannot be opened by 1.x).
"""

from __future__ import annotations

import os
from importlib import resources, util
from pathlib import Path

from runlake.errors import LakeError
from runlake.tables import SPECS

CATALOG_NAME = "catalog.duckdb"
VIEWS_NAME = "views.sql"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def views_sql(lake: Path) -> str:
    """SQL that makes a view of each table and of each usual question, for DuckDB, by absolute path."""
    root = lake.absolute()
    lines = [f"-- runlake: views over {str(root)!r}; written anew at each build"]
    for spec in SPECS:
        where = root / "samples" / "*.parquet" if spec.name == "samples" else root / f"{spec.name}.parquet"
        lines.append(f'CREATE OR REPLACE VIEW "{spec.name}" AS SELECT * FROM read_parquet({_quoted(str(where))});')
    questions = (resources.files("runlake.lake") / "_views.sql").read_text(encoding="utf-8")
    return "\n".join(lines) + "\n\n" + questions


def has_duckdb() -> bool:
    """True when DuckDB is installed (the extra ``runlake[duckdb]``)."""
    return util.find_spec("duckdb") is not None


def write_catalog(lake: Path) -> tuple[str, ...]:
    """Write views.sql, and catalog.duckdb where DuckDB is installed, beside the tables of a published lake.

    Comes after the commit point: DuckDB looks at the columns while it makes a view, so the tables have to stand
    where readers find them. Both files are put in place by renaming and hold no data, only views. Gives back their
    names; raises LakeError when they cannot be written.
    """
    folder = lake.resolve()
    try:
        _replace(folder / VIEWS_NAME, views_sql(lake).encode("utf-8"))
        if not has_duckdb():
            return (VIEWS_NAME,)
        _write_duckdb(folder / CATALOG_NAME, lake)
    except OSError as error:
        raise LakeError(
            f"cannot write the catalogue: {error.strerror or error}", code="catalog", path=str(lake)
        ) from error
    return (VIEWS_NAME, CATALOG_NAME)


def is_fresh(lake: Path) -> bool:
    """True when the lake holds the views that this version writes, and the catalogue where DuckDB is installed."""
    views = lake / VIEWS_NAME
    if has_duckdb() and not (lake / CATALOG_NAME).is_file():
        return False
    return views.is_file() and views.read_text(encoding="utf-8") == views_sql(lake)


def _replace(path: Path, data: bytes) -> None:
    staging = path.with_name(f".{path.name}.{os.getpid()}")
    staging.write_bytes(data)
    staging.chmod(0o600)
    staging.replace(path)


def _write_duckdb(path: Path, lake: Path) -> None:
    import duckdb

    staging = path.with_name(f".{path.name}.{os.getpid()}")
    staging.unlink(missing_ok=True)
    try:
        with duckdb.connect() as connection:
            connection.execute(f"ATTACH {_quoted(str(staging))} AS catalog (STORAGE_VERSION 'v1.0.0')")
            connection.execute("USE catalog")
            connection.execute(views_sql(lake))
            connection.execute("USE memory")
            connection.execute("DETACH catalog")
        staging.chmod(0o600)
        staging.replace(path)
    finally:
        staging.unlink(missing_ok=True)
