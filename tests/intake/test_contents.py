"""Bytes out of files and archives: what fits comes out whole, what does not is refused on its own, with a reason."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from runlake.errors import FormatError, NotAnActivityError
from runlake.intake.contents import Content, Limits, UnstableError, archive_members, contents
from runlake.intake.walk import Entry, walk

DEFAULTS = Limits()
SMALL = Limits(ratio_free_bytes=1 << 16, max_total_bytes=1 << 22, max_xml_bytes=1 << 20, max_file_bytes=1 << 21)
TEXT = b"".join(b"<trkpt lat='%d'/>" % i for i in range(3000))


def entry_of(path: Path) -> Entry:
    (entry,) = walk(path)
    return entry


def read(tmp_path: Path, data: bytes, limits: Limits = DEFAULTS) -> list[Content]:
    path = tmp_path / "input.bin"
    path.write_bytes(data)
    return list(contents(entry_of(path), limits))


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def codes(pieces: list[Content]) -> list[str]:
    return [piece.refusal.code if piece.refusal else "" for piece in pieces]


def test_a_plain_file_is_one_piece(tmp_path: Path) -> None:
    (piece,) = read(tmp_path, TEXT)
    assert (piece.member, piece.data, piece.container, piece.refusal) == (None, TEXT, "", None)
    assert piece.sha256 == hashlib.sha256(TEXT).hexdigest()
    assert piece.size_bytes == len(TEXT)


def test_an_empty_file_is_one_empty_piece(tmp_path: Path) -> None:
    (piece,) = read(tmp_path, b"")
    assert piece.data == b""


def test_gzip_is_known_by_content_and_hashed_unpacked(tmp_path: Path) -> None:
    (piece,) = read(tmp_path, gzip.compress(TEXT))
    assert (piece.member, piece.data, piece.container) == (None, TEXT, "gzip")
    assert piece.sha256 == hashlib.sha256(TEXT).hexdigest()


def test_gzip_of_several_members_and_trailing_nulls(tmp_path: Path) -> None:
    (piece,) = read(tmp_path, gzip.compress(b"one") + gzip.compress(b"two") + b"\x00" * 600)
    assert (piece.data, piece.notes) == (b"onetwo", ())


def test_a_cut_gzip_gives_what_is_there(tmp_path: Path) -> None:
    packed = gzip.compress(os.urandom(500_000))
    (piece,) = read(tmp_path, packed[: len(packed) // 2])
    assert piece.notes == ("gzip truncated",)
    assert piece.data is not None
    assert len(piece.data) > 240_000


def test_a_gzip_with_a_wrong_checksum_is_told(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(TEXT))
    packed[-6] ^= 1
    (piece,) = read(tmp_path, bytes(packed))
    assert piece.notes == ("gzip damaged",)
    assert piece.data == TEXT


def test_a_gzip_damaged_from_the_start_is_refused(tmp_path: Path) -> None:
    assert codes(read(tmp_path, b"\x1f\x8bnot gzip at all")) == ["gzip"]


def test_a_gzip_bomb_is_refused(tmp_path: Path) -> None:
    assert codes(read(tmp_path, gzip.compress(b"\x00" * (1 << 19)), SMALL)) == ["ratio"]
    assert codes(read(tmp_path, gzip.compress(b"\x00" * (4 << 20)))) == [""]


def test_a_fit_has_its_own_limit(tmp_path: Path) -> None:
    data = b"\x0e\x10\x00\x00\x00\x00\x00\x00.FIT" + os.urandom(70_000)
    assert codes(read(tmp_path, gzip.compress(data), Limits(max_fit_bytes=1 << 16))) == ["too_big"]


def test_a_file_beyond_the_limit_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.gpx"
    with path.open("wb") as file:
        file.truncate(3 << 20)
    (piece,) = contents(entry_of(path), SMALL)
    assert (piece.data, piece.sha256, piece.size_bytes) == (None, "", 3 << 20)
    assert codes([piece]) == ["too_big"]


def test_a_zip_gives_one_piece_for_each_member(tmp_path: Path) -> None:
    pieces = read(tmp_path, zipped({"a/": b"", "a/1.gpx": TEXT, "a/2.fit.gz": gzip.compress(b"fit"), "e.doc": b""}))
    assert [(p.member, p.data, p.container) for p in pieces] == [
        ("a/1.gpx", TEXT, "zip"),
        ("a/2.fit.gz", b"fit", "zip>gzip"),
        ("e.doc", b"", "zip"),
    ]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_in_a_zip_is_unpacked_once(tmp_path: Path, method: int) -> None:
    inner = zipped({"x.fit": b"x" * 99, "y.gpx.gz": gzip.compress(TEXT)})
    deepest = zipped({"p.zip": inner}, method)
    pieces = read(tmp_path, zipped({"p.zip": inner, "deep.zip": deepest}, method))
    assert [(p.member, p.container) for p in pieces] == [
        ("p.zip!x.fit", "zip>zip"),
        ("p.zip!y.gpx.gz", "zip>zip>gzip"),
        ("deep.zip!p.zip", "zip>zip"),
    ]
    assert codes(pieces) == ["", "", "nested"]
    assert pieces[1].data == TEXT


def test_gzip_within_gzip_ends_at_the_depth_limit(tmp_path: Path) -> None:
    data = TEXT
    for _ in range(4):
        data = gzip.compress(data)
    assert codes(read(tmp_path, data)) == ["nested"]


def test_a_member_range_is_read_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({f"{i}.gpx": b"%d" % i for i in range(7)}))
    entry = entry_of(path)
    assert archive_members(entry, Limits()) == 7
    parts = [list(contents(entry, Limits(), first, first + 3)) for first in (0, 3, 6)]
    assert [p.data for part in parts for p in part] == [b"%d" % i for i in range(7)]


def test_members_of_what_is_no_zip_are_none(tmp_path: Path) -> None:
    for data in (TEXT, b"", b"PK\x03\x04 cut"):
        path = tmp_path / "x"
        path.write_bytes(data)
        assert archive_members(entry_of(path), Limits()) is None


def test_an_empty_archive_gives_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, zipped({})) == []


@pytest.mark.parametrize("cut", [0.3, 0.9])
def test_a_cut_archive_is_refused_once(tmp_path: Path, cut: float) -> None:
    data = zipped({"a.gpx": os.urandom(9999), "b.gpx": TEXT})
    (piece,) = read(tmp_path, data[: int(len(data) * cut)])
    assert codes([piece]) == ["zip"]


def _patch(data: bytes, name: bytes, field: int, value: bytes) -> bytes:
    """The archive with bytes of the directory entry of `name` exchanged."""
    out = bytearray(data)
    at = data.rfind(b"PK\x01\x02", 0, data.rfind(name))
    out[at + field : at + field + len(value)] = value
    return bytes(out)


def test_bad_members_cost_only_themselves(tmp_path: Path) -> None:
    data = zipped({"good.gpx": TEXT, "locked.gpx": TEXT + b"1", "lzma.gpx": TEXT + b"2", "link.gpx": b"/etc/passwd"})
    data = _patch(data, b"locked.gpx", 8, b"\x01\x00")
    data = _patch(data, b"lzma.gpx", 10, b"\x0e\x00")
    data = _patch(data, b"link.gpx", 38, struct.pack("<I", 0o120777 << 16))
    pieces = read(tmp_path, data)
    assert codes(pieces) == ["", "encrypted", "zip_method", "link"]
    assert pieces[0].data == TEXT


def test_a_member_with_a_wrong_checksum_is_told(tmp_path: Path) -> None:
    data = _patch(zipped({"a.gpx": TEXT}), b"a.gpx", 16, b"\x00\x00\x00\x00")
    (piece,) = read(tmp_path, data)
    assert (piece.data, piece.notes) == (TEXT, ("zip checksum",))


def test_overlapping_members_are_refused(tmp_path: Path) -> None:
    data = zipped({"a.gpx": TEXT, "b.gpx": TEXT + b"b", "c.gpx": b"c"})
    first = data.find(b"PK\x03\x04")
    data = _patch(data, b"b.gpx", 42, struct.pack("<I", first))
    assert codes(read(tmp_path, data)) == ["zip_overlap", "zip_overlap", ""]


def test_a_member_that_lies_about_its_size_is_bounded(tmp_path: Path) -> None:
    data = _patch(zipped({"bomb.gpx": b"\x00" * (1 << 20)}), b"bomb.gpx", 24, struct.pack("<I", 1000))
    assert codes(read(tmp_path, data, SMALL)) == ["ratio"]


def test_the_sum_of_an_archive_is_bounded(tmp_path: Path) -> None:
    members = {f"{i}.gpx": os.urandom(1000) * 60 for i in range(90)}
    found = codes(read(tmp_path, zipped(members), SMALL))
    assert found[0] == ""
    assert found[-1] == "archive_size"


def test_pictures_and_documents_are_no_activities(tmp_path: Path) -> None:
    pieces = read(tmp_path, zipped({"media/1.jpg": b"\xff\xd8\xff\xe0" + os.urandom(99), "a.gpx": TEXT}))
    assert isinstance(pieces[0].refusal, NotAnActivityError)
    assert codes(pieces) == ["foreign", ""]
    (piece,) = read(tmp_path, zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}))
    assert codes([piece]) == ["foreign"]


def test_member_names_are_escaped_and_never_used(tmp_path: Path) -> None:
    data = zipped({"../../../../tmp/evil\x1b.gpx": TEXT})
    (piece,) = read(tmp_path, data)
    assert piece.member == "../../../../tmp/evil\\x1b.gpx"
    assert [path.name for path in tmp_path.iterdir()] == ["input.bin"]


def test_a_file_that_changes_meanwhile_is_unstable(tmp_path: Path) -> None:
    path = tmp_path / "run.zip"
    path.write_bytes(zipped({"a.gpx": TEXT, "b.gpx": TEXT + b"x"}))
    pieces = contents(entry_of(path), Limits())
    next(pieces)
    with path.open("ab") as file:
        file.write(b"more")
    with pytest.raises(UnstableError):
        next(pieces)


def test_what_became_a_link_or_pipe_is_unstable_and_does_not_hang(tmp_path: Path) -> None:
    path = tmp_path / "run.fit"
    path.write_bytes(b"x")
    entry = entry_of(path)
    path.unlink()
    with pytest.raises(UnstableError):
        list(contents(entry, Limits()))
    os.mkfifo(path)
    with pytest.raises(UnstableError):
        list(contents(entry, Limits()))
    path.unlink()
    path.symlink_to("/etc/passwd")
    (piece,) = contents(entry, Limits())
    assert piece.data is None


def test_damage_at_any_byte_raises_nothing_foreign(tmp_path: Path) -> None:
    data = zipped({"a.gpx": TEXT[:400], "b.gpx.gz": gzip.compress(TEXT[:300])})
    for at in range(len(data)):
        mutant = bytearray(data)
        mutant[at] ^= 0xFF
        for piece in read(tmp_path, bytes(mutant)):
            assert piece.data is not None or isinstance(piece.refusal, FormatError | NotAnActivityError)


def test_raw_deflate_that_ends_early_keeps_its_bytes(tmp_path: Path) -> None:
    machine = zlib.compressobj(6, zlib.DEFLATED, -15)
    packed = machine.compress(TEXT) + machine.flush(zlib.Z_SYNC_FLUSH)
    name = b"cut.gpx"
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 0, 1, len(packed), len(TEXT), len(name), 0) + name
    central = struct.pack(
        "<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, 1, len(packed), len(TEXT), len(name), 0, 0, 0, 0, 0, 0
    )
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1, 1, len(central) + len(name), len(local) + len(packed), 0)
    (piece,) = read(tmp_path, local + packed + central + name + end)
    assert (piece.data, piece.notes) == (TEXT, ("zip truncated",))
