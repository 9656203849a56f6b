"""A file of a state before: where its pieces lie, by row groups. Its bytes are read when they are asked for."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

Span = tuple[int, int]


class Before:
    """A published file. One that is damaged has no row groups, and no footer behind its end."""

    def __init__(self, path: Path) -> None:
        status = path.stat()
        self.path = path
        self.inode = status.st_ino
        self.size = status.st_size

    @cached_property
    def _metadata(self) -> pq.FileMetaData | None:
        try:
            return pq.read_metadata(self.path)
        except (OSError, pa.ArrowException):
            return None

    @cached_property
    def groups(self) -> tuple[tuple[Span, ...], ...]:
        """Where each column of each row group is; both places are 0 where there are no rows."""
        meta = self._metadata
        if meta is None:
            return ()
        out = []
        for i in range(meta.num_row_groups):
            group = meta.row_group(i)
            out.append(tuple(_span(group.column(j)) for j in range(group.num_columns)))
        return tuple(out)

    @property
    def spans(self) -> Iterator[Span]:
        """Where its pieces are."""
        return (span for group in self.groups for span in group if span[1])

    @property
    def end(self) -> int:
        """Where the footer begins."""
        return self.size - 8 - self._metadata.serialized_size if self._metadata is not None else self.size

    @cached_property
    def data(self) -> memoryview:
        """All its bytes."""
        return memoryview(self.path.read_bytes())

    @cached_property
    def sha256(self) -> str:
        """Of all its bytes, in hexadecimal digits."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def footer_bytes(self) -> bytes:
        """The footer as it lies in the file."""
        return bytes(self.data[self.end : -8])

    def pieces(self, spans: Iterable[Span]) -> Iterator[tuple[Span, bytes]]:
        """The bytes at these places, read one by one."""
        with self.path.open("rb") as file:
            for start, stop in spans:
                yield (start, stop), os.pread(file.fileno(), stop - start, start)


def _span(column: pq.ColumnChunkMetaData) -> Span:
    start = column.dictionary_page_offset or column.data_page_offset
    return (start, start + column.total_compressed_size) if start > 0 else (0, 0)


def files_before(paths: Iterable[Path]) -> list[Before]:
    """Those of the files that are there."""
    return [Before(path) for path in paths if path.is_file()]
