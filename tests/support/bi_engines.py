"""Engines behind BI tools, each asked the same of a table: how many rows, and per column how many values and their sum.

An engine is a function from a folder of Parquet files of one table to ``{column: (values, sum)}``; the sum is that of
numbers (None for others). `arrow` is the answer that the others have to agree with. Each imports its package inside,
so that only those that are installed are needed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

NUMBERS = {"int16", "int32", "int64", "float", "double"}


class Answer(NamedTuple):
    """What an engine says of a table."""

    n_rows: int
    columns: Mapping[str, tuple[int, float | None]]


def files_of(lake: Path, table: str) -> list[Path]:
    """The Parquet files of a table."""
    folder = lake.resolve()
    return sorted((folder / "samples").glob("*.parquet")) if table == "samples" else [folder / f"{table}.parquet"]


def tables_in(lake: Path) -> list[str]:
    """Names of all tables of a lake."""
    return sorted({p.stem for p in lake.resolve().glob("*.parquet")} | {"samples"})


def arrow(files: Sequence[Path]) -> Answer:
    """pyarrow's answer."""
    table = pa.concat_tables(pq.read_table(p) for p in files)
    columns = {}
    for name, values in zip(table.column_names, table.columns, strict=True):
        total = pc.sum(values.cast("float64")).as_py() if str(values.type) in NUMBERS else None
        columns[name] = (len(values) - values.null_count, total)
    return Answer(table.num_rows, columns)


def _queried(files: Sequence[Path], source: str, ask: Callable[[str], Sequence[Any]], number: str) -> Answer:
    """The answer of an engine that speaks SQL; `ask` gives back the one row of a query, `number` is its double."""
    schema = pq.read_schema(files[0])
    picks = ["count(*)"]
    for i, field in enumerate(schema):
        picks.append(f'count("{field.name}") AS n{i}')
        is_number = str(field.type) in NUMBERS
        picks.append((f'sum(cast("{field.name}" as {number}))' if is_number else "null") + f" AS s{i}")
    row = ask(f"SELECT {', '.join(picks)} FROM {source}")
    values = {f.name: (int(row[1 + 2 * i]), row[2 + 2 * i]) for i, f in enumerate(schema)}
    return Answer(int(row[0]), {k: (n, None if t is None else float(t)) for k, (n, t) in values.items()})


def _list(files: Sequence[Path]) -> str:
    return ", ".join(f"'{p}'" for p in files)


def duckdb(files: Sequence[Path]) -> Answer:
    """DuckDB."""
    import duckdb as engine

    with engine.connect() as connection:
        source = f"read_parquet([{_list(files)}])"
        return _queried(files, source, lambda q: connection.execute(q).fetchall()[0], "double")


def polars(files: Sequence[Path]) -> Answer:
    """Polars."""
    import polars as pl

    frame = pl.read_parquet(list(files))
    schema = pq.read_schema(files[0])
    columns = {}
    for field in schema:
        values = frame[field.name].drop_nulls()
        total = float(values.cast(pl.Float64).sum()) if str(field.type) in NUMBERS and len(values) else None
        columns[field.name] = (len(values), total)
    return Answer(frame.height, columns)


def pandas(files: Sequence[Path]) -> Answer:
    """pandas with its Arrow reader."""
    import pandas as pd

    frame = pd.concat([pd.read_parquet(p) for p in files], ignore_index=True)
    columns = {}
    for field in pq.read_schema(files[0]):
        values = frame[field.name].dropna()
        total = float(values.astype("float64").sum()) if str(field.type) in NUMBERS and len(values) else None
        columns[field.name] = (len(values), total)
    return Answer(len(frame), columns)


def datafusion(files: Sequence[Path]) -> Answer:
    """Apache DataFusion."""
    from datafusion import SessionContext

    context = SessionContext()
    context.register_parquet("t", str(files[0].parent) if len(files) > 1 else str(files[0]))

    def ask(query: str) -> list[Any]:
        return [c[0].as_py() for c in context.sql(query).to_arrow_table().columns]

    return _queried(files, "t", ask, "double")


def hyper(files: Sequence[Path]) -> Answer:
    """Tableau's Hyper, the engine of Desktop, Prep and Server."""
    from tableauhyperapi import Connection, HyperProcess, Telemetry

    with (
        HyperProcess(Telemetry.DO_NOT_SEND_USAGE_DATA_TO_TABLEAU, parameters={"log_config": ""}) as process,
        Connection(process.endpoint) as connection,
    ):
        source = f"external(ARRAY[{_list(files)}], FORMAT => 'parquet')"
        return _queried(files, source, lambda q: connection.execute_list_query(q)[0], "double precision")


def clickhouse(files: Sequence[Path]) -> Answer:
    """ClickHouse, as chdb."""
    import csv

    import chdb

    where = f"{files[0].parent}/*.parquet" if len(files) > 1 else str(files[0])
    schema = pq.read_schema(files[0])
    picks = ["count()"]
    for field in schema:
        picks.append(f'count("{field.name}")')
        picks.append(f'sumOrNull(toFloat64("{field.name}"))' if str(field.type) in NUMBERS else "null")
    text = str(chdb.query(f"SELECT {', '.join(picks)} FROM file('{where}', Parquet)", "CSV"))
    row = [None if cell == "\\N" else float(cell) for cell in next(csv.reader([text]))]
    columns = {f.name: (int(row[1 + 2 * i] or 0), row[2 + 2 * i]) for i, f in enumerate(schema)}
    return Answer(int(row[0] or 0), columns)


_spark: list[Any] = []


def spark(files: Sequence[Path]) -> Answer:
    """Apache Spark (needs Java 17)."""
    from pyspark.sql import SparkSession

    if not _spark:
        builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        _spark.append(builder.config("spark.sql.session.timeZone", "UTC").getOrCreate())
    frame = _spark[0].read.parquet(*map(str, files))
    frame.createOrReplaceTempView("t")

    def ask(query: str) -> Any:
        return _spark[0].sql(query.replace('"', "`")).collect()[0]

    return _queried(files, "t", ask, "double")


class Engine(NamedTuple):
    """An engine: the package it needs, and how it answers."""

    package: str
    answer: Callable[[Sequence[Path]], Answer]


ENGINES: Mapping[str, Engine] = {
    "DuckDB": Engine("duckdb", duckdb),
    "Polars": Engine("polars", polars),
    "pandas": Engine("pandas", pandas),
    "DataFusion": Engine("datafusion", datafusion),
    "Tableau Hyper": Engine("tableauhyperapi", hyper),
    "ClickHouse": Engine("chdb", clickhouse),
    "Spark": Engine("pyspark", spark),
}


def differences(expected: Answer, found: Answer) -> list[str]:
    """Where two answers differ; sums may differ by their order of adding."""
    out = [] if expected.n_rows == found.n_rows else [f"{found.n_rows} rows instead of {expected.n_rows}"]
    for name, (count, total) in expected.columns.items():
        n, t = found.columns[name]
        if n != count:
            out.append(f"{name}: {n} values instead of {count}")
        if (t is None) != (total is None) or (t is not None and not math.isclose(t, total or 0.0, rel_tol=1e-5)):
            out.append(f"{name}: sum {t} instead of {total}")
    return out
