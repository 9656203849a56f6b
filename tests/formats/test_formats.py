"""The door of the package: who reads what, and what is said when nobody can."""

from __future__ import annotations

import pytest

from runlake.errors import FormatError
from runlake.formats import READERS, read, recognise


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"", "empty", "0 bytes"),
        (b"<foo\n", "unknown", 'begins with "<foo"'),
        (b"\x00\x01\xfe\xff" * 8, "unknown", "begins with 00 01 fe ff"),
        (b"Hello, world, this is a letter", "unknown", 'begins with "Hello, world, th"'),
    ],
)
def test_what_nobody_reads_is_refused_in_words(data: bytes, code: str, words: str) -> None:
    with pytest.raises(FormatError) as refused:
        read(data)
    assert refused.value.code == code
    assert words in refused.value.message


def test_no_two_readers_claim_the_same_bytes() -> None:
    heads = [b"\x0e\x10\x00\x00\x00\x00\x00\x00.FIT\x00\x00", b"<gpx version='1.1'>", b"<TrainingCenterDatabase>"]
    for head, reader in zip(heads, READERS, strict=True):
        assert recognise(head) is reader
        assert [other.recognises(head) for other in READERS].count(True) == 1
