"""The state that is published when a run begins: what can be taken over from it, and its rows, read ahead if asked."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa

from runlake.lake import store
from runlake.lake.schema import empty_table
from runlake.model.table import TableSpec
from runlake.pipeline.chunks import Published, columns_digest
from runlake.pipeline.collect import aligned, read_part
from runlake.pipeline.state import State, read_state
from runlake.tables import BY_NAME


class Earlier:
    """The last state. Its row groups may be taken over when this version would lay them down in the same way."""

    def __init__(self, snapshot: Path | None, history_key: str, *, compat: bool, is_refresh: bool) -> None:
        """Nothing is read yet; without a state all tables are empty."""
        self._snapshot = snapshot
        self._layout = {"history_key": history_key, "compat": compat}
        self._is_refresh = is_refresh
        self._files: dict[str, Published] = {}
        self._ahead: dict[str, Future[Any]] = {}
        self._thread: ThreadPoolExecutor | None = None

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        """What the state says of itself; empty without one."""
        return {} if self._snapshot is None else store.read_manifest(self._snapshot)

    @cached_property
    def state(self) -> State:
        """What it knows of every input."""
        return read_state(self._snapshot)

    @property
    def is_alike(self) -> bool:
        """Whether the files of the state are as this run would write them."""
        return not self._is_refresh and all(self.manifest.get(k) == v for k, v in self._layout.items())

    def file(self, name: str, spec: TableSpec, groups: Mapping[str, Any] | None) -> Published:
        """A file of the state, by its path below the state's folder; `groups` as the manifest lists them."""
        path = None if self._snapshot is None else self._snapshot / name
        if groups is None or not self.is_alike or groups.get("columns") != columns_digest(spec):
            return Published(path, spec)
        having = list(groups["groups"])
        return Published(
            path, spec, frozenset([*having, *groups["empty"]]), dict(zip(having, range(len(having)), strict=True))
        )

    def table(self, spec: TableSpec) -> Published:
        """The file of a small table."""
        if spec.name not in self._files:
            groups = self.manifest.get("row_groups", {}).get(spec.name)
            self._files[spec.name] = self.file(f"{spec.name}.parquet", spec, groups)
        ahead = self._ahead.pop(spec.name, None)
        if ahead is not None:
            ahead.result()
        return self._files[spec.name]

    def whole(self, spec: TableSpec) -> pa.Table:
        """All rows of a small table in today's columns."""
        ahead = self._ahead.pop(spec.name, None)
        if ahead is not None:
            return ahead.result()
        if self._snapshot is None:
            return aligned(empty_table(spec), spec)
        return read_part(self._snapshot / f"{spec.name}.parquet", spec)

    def forget(self) -> None:
        """Give back the memory of what was read."""
        for file in self._files.values():
            file.forget()

    def read_ahead(self) -> None:
        """Begin to read, in a thread, what history asked for the last time; trouble is raised when it is used."""
        if self._snapshot is None or self._thread is not None:
            return
        asked: Mapping[str, list[str]] = self.manifest.get("asked", {}) if self.is_alike else {}
        names = [n for n in self.manifest.get("row_groups", {}) if n in BY_NAME]
        files = [
            (self.table(BY_NAME[n]), asked.get(n, [])) for n in sorted(names, key=asked.__contains__, reverse=True)
        ]
        self._thread = thread = ThreadPoolExecutor(max_workers=1)
        activities = BY_NAME["activities"]
        ahead = {activities.name: thread.submit(read_part, self._snapshot / "activities.parquet", activities)}
        for file, columns in files:
            ahead[file.spec.name] = thread.submit(_read_file, file, columns)
        thread.submit(importlib.import_module, "runlake.history")
        self._ahead = ahead

    def end(self) -> None:
        """Read nothing more ahead, and give back what nobody has asked for."""
        if self._thread is not None:
            self._ahead = {}
            self._thread.shutdown(cancel_futures=True)
            self.forget()


def _read_file(file: Published, columns: Sequence[str]) -> None:
    if file.exists:
        file.edges()
        if columns:
            file.read_ahead(columns)
