"""LAKE/views.sql and LAKE/catalog.duckdb: the tables and the usual questions as views, for BI tools.

The views name the lake by its absolute path and through the link, so that an open catalogue sees each new state; a
lake that is moved gets fresh ones at its next build. The file is of DuckDB's storage version 1.0.0, which every
DuckDB since 1.0 reads (a default file of DuckDB 2 cannot be opened by 1.x).

A new state takes the catalogue of the last one along (`carry`), so that a dashboard never misses it and a nightly
build need not load DuckDB; it is written anew only when the lake has moved or the tables or views have changed.
"""

from __future__ import annotations

import hashlib
import os
from importlib import resources, util
from pathlib import Path

from runlake.errors import LakeError
from runlake.lake import disk
from runlake.tables import SPECS

CATALOG_NAME = "catalog.duckdb"
VIEWS_NAME = "views.sql"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def views_sql(lake: Path) -> str:
    """SQL that makes a view of each table and of each usual question, for DuckDB, by absolute path."""
    root = lake.absolute()
    lines = [f"-- runlake: views over {str(root)!r}, columns {_columns_digest()}; written anew when either changes"]
    for spec in SPECS:
        where = root / "samples" / "*.parquet" if spec.name == "samples" else root / f"{spec.name}.parquet"
        lines.append(f'CREATE OR REPLACE VIEW "{spec.name}" AS SELECT * FROM read_parquet({_quoted(str(where))});')
    questions = (resources.files("runlake.lake") / "_views.sql").read_text(encoding="utf-8")
    return "\n".join(lines) + "\n\n" + questions


def _columns_digest() -> str:
    """Changes with any column: a view of DuckDB breaks when the columns below it are no longer those it was made on."""
    columns = [(s.name, c.name, c.kind) for s in SPECS for c in s.columns]
    return hashlib.sha256(repr(columns).encode()).hexdigest()[:12]


def has_duckdb() -> bool:
    """True when DuckDB is installed (the extra ``runlake[duckdb]``)."""
    return util.find_spec("duckdb") is not None


def write_catalog(lake: Path, scratch: Path | None = None) -> tuple[str, ...]:
    """Write views.sql, and catalog.duckdb where DuckDB is installed, beside the tables of a published lake.

    Comes after the commit point: DuckDB looks at the columns while it makes a view, so the tables have to stand
    where readers find them. Both files are made in `scratch` (a folder of the same file system; without one, in the
    lake), put in place by renaming, and hold no data, only views. Gives back their names; raises LakeError when they
    cannot be written.
    """
    folder = lake.resolve()
    try:
        made_in = scratch or folder
        made_in.mkdir(mode=disk.FOLDER_MODE, exist_ok=True)
        names: tuple[str, ...] = (VIEWS_NAME,)
        if has_duckdb():
            _write_duckdb(made_in / f".{CATALOG_NAME}.{os.getpid()}", folder / CATALOG_NAME, lake)
            names = (VIEWS_NAME, CATALOG_NAME)
        _write_views(made_in / f".{VIEWS_NAME}.{os.getpid()}", folder / VIEWS_NAME, lake)
    except OSError as error:
        raise LakeError(
            f"cannot write the catalogue: {error.strerror or error}", code="catalog", path=str(lake)
        ) from error
    return names


def is_fresh(lake: Path) -> bool:
    """True when the lake holds the views that this version writes, and the catalogue where DuckDB is installed."""
    return _is_fresh(lake, lake)


def _is_fresh(folder: Path, lake: Path) -> bool:
    if has_duckdb() and not (folder / CATALOG_NAME).is_file():
        return False
    try:
        return (folder / VIEWS_NAME).read_text(encoding="utf-8") == views_sql(lake)
    except (OSError, ValueError):
        return False


def carry(snapshot: Path, staging: Path, lake: Path) -> bool:
    """Link the catalogue of the published state into the next one; False when it has to be written anew."""
    fresh = next((folder for folder in (snapshot, lake) if _is_fresh(folder, lake)), None)  # LAKE: a real folder
    if fresh is None:
        return False
    for name in (VIEWS_NAME, CATALOG_NAME):
        if (fresh / name).is_file():
            disk.link(fresh / name, staging / name)
    return True


def _write_views(staging: Path, path: Path, lake: Path) -> None:
    try:
        staging.write_text(views_sql(lake), encoding="utf-8")
        staging.chmod(disk.FILE_MODE)
        staging.replace(path)
    finally:
        staging.unlink(missing_ok=True)


def _write_duckdb(staging: Path, path: Path, lake: Path) -> None:
    import duckdb

    staging.unlink(missing_ok=True)
    try:
        with duckdb.connect() as connection:
            connection.execute(f"ATTACH {_quoted(str(staging))} AS catalog (STORAGE_VERSION 'v1.0.0')")
            connection.execute("USE catalog")
            connection.execute(views_sql(lake))
            connection.execute("USE memory")
            connection.execute("DETACH catalog")
        staging.chmod(disk.FILE_MODE)
        staging.replace(path)
    except duckdb.Error as error:
        raise LakeError(f"DuckDB cannot make the catalogue: {error}", code="catalog", path=str(lake)) from error
    finally:
        staging.unlink(missing_ok=True)
