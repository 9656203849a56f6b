"""What stands in a file: its bytes, unpacked from gzip and zip, each piece with the reason if it is refused."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from runlake.errors import FormatError, NotAnActivityError, RunlakeError
from runlake.intake._kinds import HEAD_BYTES, foreign_kind, is_gzip, is_zip
from runlake.intake._open import Opened, UnstableError
from runlake.intake._unpack import Budget, Limits, gunzip
from runlake.intake._zip import Member, ReadAt, list_members, peek_member, read_member, spool_member
from runlake.intake.walk import Entry, escape_path

__all__ = ["Content", "Limits", "UnstableError", "archive_members", "contents"]


@dataclass(frozen=True, slots=True)
class Content:
    """One piece of a file: `data` is None when it is refused, and `refusal` says why."""

    member: str | None
    """Path inside the archive, escaped like `Entry.path`; "outer.zip!inner" in a nested one; None for a plain file."""
    data: bytes | None
    sha256: str
    """Of the unpacked bytes; "" when they were not read."""
    size_bytes: int
    container: str
    """What was unpacked on the way: "", "gzip", "zip", "zip>gzip", "zip>zip" ..."""
    refusal: RunlakeError | None = None
    notes: tuple[str, ...] = ()
    """What was wrong with the packing though bytes came out (``gzip truncated``, ``zip checksum``): salvaged."""


def contents(entry: Entry, limits: Limits, first: int = 0, last: int | None = None) -> Iterator[Content]:
    """Every piece of the file, one after the other; of a zip those of the members first..last (half-open).

    A plain file and a .gz give one piece, a zip one for each member, a nested zip one for each of its members.
    What is refused gives a piece with `refusal`: FormatError, or NotAnActivityError for kinds of no use. Raises
    UnstableError when the file changes meanwhile; pieces given before are then not to be trusted.
    """
    try:
        opened = Opened(entry)
    except FormatError as error:
        yield _refused(None, entry.size_bytes, "", error)
        return
    with opened:
        head = opened.read_at(0, HEAD_BYTES)
        pieces = _zip_file(opened, limits, first, last) if is_zip(head) else _plain_file(opened, head, limits)
        for piece in pieces:
            opened.check()
            yield piece


def archive_members(entry: Entry, limits: Limits) -> int | None:
    """How many members the zip archive holds, read from its directory alone; None for anything else or a damaged one.

    Raises UnstableError as `contents`.
    """
    try:
        opened = Opened(entry)
    except FormatError:
        return None
    with opened:
        if not is_zip(opened.read_at(0, 4)):
            return None
        try:
            return len(list_members(opened.file, limits))
        except RunlakeError:
            return None


def _refused(member: str | None, size_bytes: int, container: str, error: RunlakeError) -> Content:
    return Content(member, None, "", size_bytes, container, error)


def _given(member: str | None, data: bytes, container: str, notes: tuple[str, ...]) -> Content:
    return Content(member, data, hashlib.sha256(data).hexdigest(), len(data), container, None, notes)


def _plain_file(opened: Opened, head: bytes, limits: Limits) -> Iterator[Content]:
    size = opened.size_bytes
    if kind := foreign_kind(head):
        yield _refused(None, size, "", NotAnActivityError(f"{kind}, not an activity", code="foreign"))
        return
    if size > limits.max_file_bytes:
        error = FormatError(f"larger than {limits.max_file_bytes >> 20} MB, no activity is that large", code="too_big")
        yield _refused(None, size, "", error)
        return
    try:
        # One byte more than the size shows a file that grew; check() then raises.
        data = opened.read_at(0, size + 1)
    except FormatError as error:
        yield _refused(None, size, "", error)
        return
    yield from _unpacked(None, data, "", (), limits, Budget(limits.max_total_bytes).take)


def _unpacked(
    member: str | None, data: bytes, container: str, notes: tuple[str, ...], limits: Limits, take: Callable[[int], None]
) -> Iterator[Content]:
    """The data, out of its gzip wrappings; a zip inside gzip is refused, nobody writes that."""
    depth = container.count(">") + bool(container)
    try:
        while is_gzip(data):
            depth += 1
            if depth > limits.max_depth:
                raise FormatError(f"packed more than {limits.max_depth} times over", code="nested")
            inner = gunzip(data, limits, take)
            data, notes = inner.data, (*notes, *inner.notes)
            container = f"{container}>gzip" if container else "gzip"
        if container and is_zip(data):
            raise FormatError("an archive packed once too often; unpack the outer one", code="nested")
    except FormatError as error:
        yield _refused(member, len(data), container, error)
        return
    yield _given(member, data, container, notes)


def _zip_file(opened: Opened, limits: Limits, first: int, last: int | None) -> Iterator[Content]:
    try:
        members = list_members(opened.file, limits)
    except RunlakeError as error:
        yield _refused(None, opened.size_bytes, "zip", error)
        return
    budget = Budget(max(limits.max_total_bytes, limits.max_total_ratio * opened.size_bytes))
    for member in members[first:last]:
        yield from _zip_member(opened.read_at, member, "", "zip", limits, budget)


def _zip_member(
    read_at: ReadAt, member: Member, above: str, container: str, limits: Limits, budget: Budget
) -> Iterator[Content]:
    name = above + escape_path(member.name.encode("utf-8", "surrogateescape"))
    try:
        head = peek_member(read_at, member)
        if kind := foreign_kind(head):
            raise NotAnActivityError(f"{kind}, not an activity", code="foreign")
        if is_zip(head) and container != "zip":
            raise FormatError("an archive packed once too often; unpack the outer one", code="nested")
        inner = None if is_zip(head) else read_member(read_at, member, limits, budget.take)
    except RunlakeError as error:
        yield _refused(name, member.unpacked_bytes, container, error)
        return
    if inner is None:
        yield from _nested_zip(read_at, member, name, limits, budget)
    else:
        yield from _unpacked(name, inner.data, container, inner.notes, limits, budget.take)


def _nested_zip(read_at: ReadAt, outer: Member, name: str, limits: Limits, budget: Budget) -> Iterator[Content]:
    """The members of an archive inside the archive, spooled to disk: reading it in place unpacks it at every seek."""
    with tempfile.TemporaryFile() as spool:
        try:
            spool_member(read_at, outer, spool, budget.take)
            members = list_members(spool, limits)
        except RunlakeError as error:
            yield _refused(name, outer.unpacked_bytes, "zip", error)
            return

        def read_spool(offset: int, size: int) -> bytes:
            spool.seek(offset)
            return spool.read(size)

        for member in members:
            yield from _zip_member(read_spool, member, f"{name}!", "zip>zip", limits, budget)
