"""Bytes of an XML file to plain UTF-8, and the root element that its first bytes show."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
DECLARATION = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._\-]{1,40})["']""")
PROLOG = re.compile(rb"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
ROOT = re.compile(rb"<(?:[\w.\-]+:)?([A-Za-z][\w.\-]*)[\s/>]|<!DOCTYPE\s+(?:[\w.\-]+:)?([A-Za-z][\w.\-]*)", re.DOTALL)
JUNK = b" \t\r\n\x00"
HEAD_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Plain:
    """XML as UTF-8 without byte-order mark, leading blanks and trailing NULs; `notes` say what was wrong."""

    data: bytes
    notes: tuple[str, ...] = ()
    is_damaged: bool = False


def _wide_codec(head: bytes) -> str:
    """UTF-16 without a byte-order mark, which shows by its NULs; "" otherwise."""
    if head[:2] in (b"<\x00", b" \x00", b"\n\x00", b"\r\x00", b"\t\x00"):
        return "utf-16-le"
    if head[:2] in (b"\x00<", b"\x00 ", b"\x00\n", b"\x00\r", b"\x00\t"):
        return "utf-16-be"
    return ""


def _codec_by_bom(data: bytes) -> tuple[str, int]:
    for bom, codec in BOMS:
        if data.startswith(bom):
            return codec, len(bom)
    return _wide_codec(data[:2]), 0


def head_text(head: bytes) -> bytes:
    """The first bytes as ASCII-compatible bytes, byte-order mark and leading blanks gone; never raises."""
    codec, skip = _codec_by_bom(head)
    if codec and codec != "utf-8":
        return head[skip:].decode(codec, "ignore").encode("utf-8", "ignore").lstrip(JUNK)
    return head[skip:].lstrip(JUNK)


def root_name(head: bytes) -> str:
    """Local name of the root element (or of the DOCTYPE) in lower case; "" when the first bytes show none."""
    text = head_text(head)
    if not text.startswith(b"<"):
        return ""
    at = 0
    while found := PROLOG.match(text, at):
        at = found.end()
    root = ROOT.match(text, at)
    name = (root[1] or root[2]) if root else b""
    return name.decode("ascii", "ignore").lower()


def to_utf8(data: bytes) -> Plain:
    """The document as UTF-8; bytes that its encoding does not allow become U+FFFD or Latin-1, with a note."""
    plain = data
    if data[:1] != b"<" or data[1:2] == b"\x00" or data[-1:] == b"\x00":
        codec, skip = _codec_by_bom(data)
        if codec.startswith("utf-") and codec != "utf-8":
            return _from_wide(data[skip:].decode(codec, "replace"))
        plain = data[skip:].strip(JUNK)
    if plain.isascii():
        return Plain(plain)
    declared = _declared_codec(plain)
    if declared != "utf-8":
        return Plain(plain.decode(declared, "replace").encode("utf-8"))
    try:
        # Names stand at the head as a rule: what is plain ASCII behind it need not be decoded to be believed.
        is_plain_behind = len(plain) > HEAD_BYTES and plain[HEAD_BYTES - 1 :].isascii()
        (plain[:HEAD_BYTES] if is_plain_behind else plain).decode("utf-8")
    except UnicodeDecodeError as error:
        # Old phone apps write a local code page and declare UTF-8 or nothing; Latin-1 keeps bytes apart.
        return Plain(plain.decode("latin-1").encode("utf-8"), (f"encoding at byte {error.start}",), True)
    return Plain(plain)


def _from_wide(text: str) -> Plain:
    """UTF-16 or UTF-32 text; characters that could not be read are counted."""
    n_bad = text.count("\ufffd")
    notes = (f"encoding:{n_bad}",) if n_bad else ()
    return Plain(text.encode("utf-8", "replace").strip(JUNK), notes, n_bad > 0)


def _declared_codec(data: bytes) -> str:
    found = DECLARATION.match(data[:400])
    if not found:
        return "utf-8"
    try:
        name = codecs.lookup(found[1].decode("ascii")).name
        b"<".decode(name)
    except (LookupError, UnicodeError):
        return "utf-8"
    return "utf-8" if name.startswith("utf") or b"<".decode(name, "replace") != "<" else name
