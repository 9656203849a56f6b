"""Parquet files put together from pieces of others: readers see the rows of the pieces, and nothing is encoded anew."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from runlake.lake import _thrift, layout, splice
from runlake.lake.encode import encode_groups
from runlake.model.table import Column, TableSpec

SPEC = TableSpec(
    "pieces", "a row", ("word",),
    (
        Column("word", "string", "text"), Column("number", "int32", "a count"), Column("value", "float64", "a measure"),
        Column("is_odd", "bool", "a truth"), Column("day", "date", "a day"),
    ),
    stamped=False,
)  # fmt: skip
SCHEMA = pa.schema(
    [
        ("word", pa.string()),
        ("number", pa.int32()),
        ("value", pa.float64()),
        ("is_odd", pa.bool_()),
        ("day", pa.date32()),
    ],
    metadata={"table": "pieces"},
)


def rows(seed: int, n: int) -> pa.Table:
    """Rows with nulls, and words that repeat."""
    random_ = random.Random(seed)
    some = lambda value: None if random_.random() < 0.1 else value  # noqa: E731
    columns = {
        "word": [some(random_.choice(["a", "bb", "c" * 40, str(i)])) for i in range(n)],
        "number": [some(random_.randint(-5, 10**6)) for _ in range(n)],
        "value": [some(random_.gauss(0, 1)) for _ in range(n)],
        "is_odd": [some(bool(i % 2)) for i in range(n)],
        "day": [some(i) for i in range(n)],
    }
    return pa.table(columns, schema=SCHEMA)


def encoded(tables: list[pa.Table], *, compat: bool = False) -> splice.Encoded:
    """A file with a row group for each table."""
    return splice.opened(encode_groups(tables, SCHEMA, SPEC, compat=compat))


def spliced(like: splice.Encoded, groups: list[list[splice.Piece]]) -> list[memoryview]:
    """The bytes of a file of these pieces, one behind the other."""
    parts = layout.laid_out(like, groups)
    assert parts is not None
    return parts


def read(parts: list[memoryview]) -> pa.Table:
    """All rows, page checksums verified."""
    source = pa.BufferReader(b"".join(parts))
    return pq.ParquetFile(source, page_checksum_verification=True).read()


@pytest.mark.parametrize("compat", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_any_row_groups_of_two_files_in_any_order(seed: int, compat: bool) -> None:
    random_ = random.Random(seed)
    tables = [[rows(100 * seed + 10 * f + g, random_.randint(1, 300)) for g in range(4)] for f in range(2)]
    files = [encoded(t, compat=compat) for t in tables]
    picked = [(random_.randrange(2), random_.randrange(4)) for _ in range(random_.randint(1, 20))]
    parts = spliced(files[0], [list(files[f].groups[g]) for f, g in picked])
    assert read(parts).equals(pa.concat_tables([tables[f][g] for f, g in picked]))


def test_one_column_of_another_file() -> None:
    old, new = [rows(1, 50), rows(2, 70)], [rows(3, 50), rows(4, 70)]
    files = (encoded(old), encoded(new))
    groups = [[files[c == 2].groups[g][c] for c in range(5)] for g in range(2)]
    found = read(spliced(files[0], groups))
    assert found.column("value").equals(pa.concat_tables(new).column("value"))
    assert found.drop_columns("value").equals(pa.concat_tables(old).drop_columns("value"))


def test_bytes_are_copied_and_metadata_stays() -> None:
    table = rows(5, 200)
    file = encoded([table])
    parts = spliced(file, [list(file.groups[0])] * 2)
    whole = b"".join(parts)
    pages = bytes(file.data[4 : len(file.data) - 8 - int.from_bytes(file.data[-8:-4], "little")])
    assert whole[4:].startswith(pages + pages)
    meta = pq.read_metadata(pa.BufferReader(whole))
    assert (meta.num_rows, meta.num_row_groups) == (400, 2)
    assert meta.row_group(1).column(2).statistics.null_count == table.column("value").null_count
    assert pq.read_schema(pa.BufferReader(whole)).metadata == {b"table": b"pieces"}


def test_no_row_groups_at_all() -> None:
    assert read(spliced(encoded([rows(6, 9)]), [])).num_rows == 0


def test_a_footer_read_and_written_is_the_same() -> None:
    data = encode_groups([rows(s, 30) for s in range(20)], SCHEMA, SPEC).to_pybytes()
    footer = data[len(data) - 8 - int.from_bytes(data[-8:-4], "little") : -8]
    struct, end = _thrift.read_struct(footer)
    out = bytearray()
    _thrift.write_struct(out, struct)
    assert end == len(footer)
    assert bytes(out) == footer


@pytest.mark.parametrize("value", [0, 1, -1, 63, 64, -64, -65, 2**31, -(2**31), 2**62, -(2**63)])
def test_whole_numbers(value: int) -> None:
    struct: Any = {1: (_thrift.I64, value), 40: (_thrift.I32, value), 41: (_thrift.LIST, (_thrift.I64, [value] * 20))}
    out = bytearray()
    _thrift.write_struct(out, struct)
    assert _thrift.read_struct(bytes(out))[0] == struct


@pytest.mark.parametrize("cut", [0, 3, 11, 100, -1])
def test_what_is_no_parquet_file(cut: int) -> None:
    with pytest.raises(ValueError, match="Parquet"):
        splice.opened(bytes(encoded([rows(7, 40)]).data[:cut]))


def test_a_damaged_footer() -> None:
    data = np.frombuffer(encoded([rows(8, 40)]).data, dtype=np.uint8).copy()
    data[-8:-4] = np.frombuffer((20).to_bytes(4, "little"), dtype=np.uint8)
    with pytest.raises(ValueError, match="footer"):
        splice.opened(data.tobytes())
