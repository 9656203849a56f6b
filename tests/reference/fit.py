"""Slow twin of `kernels/fit.py`, by another route: definitions as slices of bytes."""

from __future__ import annotations

from typing import Any

OK, CUT, UNDEFINED, FULL = 0, 1, 2, 3


def walk(
    data: Any,
    start: int,
    stop: int,
    slot_of_global: Any,
    state: Any,
    counts: Any,
    rows: Any,
    definitions: Any,
    messages: Any,
) -> tuple[int, int]:
    """The walk over a byte string with definitions as byte slices (arrays are taken to be large enough)."""
    text = bytes(data[:stop])
    at = start
    since = since_developer = int(counts[1])
    while at < stop:
        header = text[at]
        if header >> 6 == 1:
            body = _definition(text, at)
            if body is None:
                return CUT, at
            known = [
                d
                for d in range(since_developer if header & 0x20 else since, int(counts[1]))
                if d >= int(counts[1]) - 32 and text[definitions[d, 0] :][: definitions[d, 1]] == body
            ]
            if not known:
                definitions[counts[1]] = _row(at, body, slot_of_global)
                known = [int(counts[1])]
                counts[1] += 1
            state[header & 15] = known[-1]
            at += len(body)
            continue
        d = int(state[header >> 5 & 3 if header > 127 else header & 15])
        if d < 0:
            return UNDEFINED, at
        _, _, slot, size, time_at, is_big, number = definitions[d].tolist()
        payload = text[at + 1 : at + 1 + size]
        if len(payload) < size:
            return CUT, at
        if time_at >= 0:
            seen = int.from_bytes(payload[time_at : time_at + 4], "big" if is_big else "little")
            state[16] = seen if seen != 0xFFFFFFFF else state[16]
        if header > 127:
            while state[16] % 32 != header % 32:
                state[16] += 1
        if slot >= 0:
            messages[counts[0]] = (at + 1, d, rows[slot], state[16] if header > 127 else -1)
            counts[0] += 1
            rows[slot] += 1
        if number in (206, 207):
            since_developer = int(counts[1])
        counts[2] += 1
        at += 1 + size
    return OK, at


def _definition(text: bytes, at: int) -> bytes | None:
    if at + 6 > len(text):
        return None
    length = 6 + 3 * text[at + 5]
    if text[at] & 0x20:
        if at + length >= len(text):
            return None
        length += 1 + 3 * text[at + length]
    return text[at : at + length] if at + length <= len(text) else None


def _row(at: int, body: bytes, slot_of_global: Any) -> tuple[int, ...]:
    number = int.from_bytes(body[3:5], "big" if body[2] else "little")
    end = 6 + 3 * body[5]
    fields = [body[p : p + 3] for p in range(6, end, 3)]
    extra = [body[p : p + 3] for p in range(end + 1, len(body), 3)]
    time_at, size = -1, 0
    for num, length, base in fields:
        if (num, length, base) == (253, 4, 0x86):
            time_at = size
        size += length
    size += sum(length for _, length, _ in extra)
    return at, len(body), int(slot_of_global[number]), size, time_at, int(body[2] != 0), number


def outline(data: Any, definitions: Any, messages: Any, out: Any) -> int:
    """The parts sorted by where they stand, then joined."""
    text = bytes(data)
    rows = definitions.tolist()
    has_developer = any(row[2] >= 0 and text[row[0]] & 0x20 for row in rows)
    parts = [(row[0], _part(text[row[0] + 2 : row[0] + row[1]], row, text)) for row in rows]
    if has_developer:
        last = rows[-1][0]
        for payload, d, *_ in messages.tolist():
            if payload < last and rows[d][6] in (206, 207):
                body = text[payload : payload + rows[d][3]]
                parts.append((payload, (3 + d).to_bytes(4, "little") + len(body).to_bytes(4, "little") + body))
    found = b"".join(part for _, part in sorted(parts))
    if len(found) > len(out):
        return -1
    out[: len(found)] = list(found)
    return len(found)


def _part(body: bytes, row: list[int], text: bytes) -> bytes:
    kind = 0 if row[2] < 0 else 2 if text[row[0]] & 0x20 else 1
    body = body if kind else b""
    return kind.to_bytes(4, "little") + len(body).to_bytes(4, "little") + body
