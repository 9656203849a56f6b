"""What the ledger says of a file that was read: the codes of its notes in front, then words for the athlete."""

from __future__ import annotations

from collections.abc import Sequence

_WORDS = {
    "crc": "checksum wrong",
    "header_crc": "checksum of its header wrong",
    "header_size": "header of an odd size",
    "data_size": "it was never closed: the watch stopped before the end",
    "truncated": "it ends too early",
    "bytes_before": "{n} foreign bytes before its data",
    "bytes_after": "{n} foreign bytes after its data",
    "resync": "{n} stretches could not be read",
    "implausible": "{n} impossible records left out",
    "repaired bit": "one bit mended",
    "checksum holds": "nothing of it is lost",
    "no_timestamp": "{n} records without a time left out",
    "structure": "its structure is broken",
    "encoding": "{n} unreadable characters",
    "xml": "its text is broken",
    "gzip": "its gzip packing is damaged",
    "zip": "its zip packing is damaged",
}
"""By how the note begins; `{n}` is what stands behind its colon. A note that is missing here is in words already."""


def reason_of(notes: Sequence[str], *, is_damaged: bool, n_undated: int = 0) -> str | None:
    """Why the file is not plainly ok, or what was odd about it; None when there is nothing to say."""
    parts = []
    if is_damaged:
        words = list(dict.fromkeys(filter(None, map(_in_words, notes))))
        why = f" ({'; '.join(words)})" if words else ""
        parts.append(f"{', '.join(notes) or 'damaged'}: the file is damaged{why}; what could be saved is used")
    elif notes:
        parts.append("; ".join(notes))
    if n_undated:
        parts.append(
            f"clock: {n_undated} record{'' if n_undated == 1 else 's'} without a date left out "
            "(the watch did not know the date yet: let it find satellites before the start)"
        )
    return "; ".join(parts) or None


def _in_words(note: str) -> str:
    """Words for a code, "" for a note that is in words."""
    for code, words in _WORDS.items():
        if note == code or note.startswith((f"{code}:", f"{code} ")):
            n = note.removeprefix(code).removeprefix(":")
            text = words.format(n=n)
            return text.replace("stretches", "stretch").replace("records", "record") if n == "1" else text
    return ""
