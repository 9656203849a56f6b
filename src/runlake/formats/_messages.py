"""What a file holds, message by message, as its format names it: for people who look for the cause of something."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from runlake.errors import FormatError


def messages(data: bytes) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and fields of each message of a FIT file, or of each element with values of a GPX or TCX file.

    Goes as far as the file can be read, then raises FormatError (code ``damaged``).
    """
    if b".FIT" in data[:1024]:
        yield from _fit(data)
    else:
        yield from _xml(data)


def _fit(data: bytes) -> Iterator[tuple[str, dict[str, Any]]]:
    import fitdecode

    try:
        with fitdecode.FitReader(io.BytesIO(data), error_handling=fitdecode.ErrorHandling.IGNORE) as reader:
            for frame in reader:
                if frame.frame_type == fitdecode.FIT_FRAME_DATA:
                    yield frame.name, {field.name: field.value for field in frame.fields}
    except Exception as error:
        raise FormatError(f"readable up to here ({type(error).__name__}: {error})", code="damaged") from error


def _xml(data: bytes) -> Iterator[tuple[str, dict[str, Any]]]:
    from lxml import etree

    if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data[:4096]:
        raise FormatError("a document type declaration, which no activity file needs", code="doctype")
    parser = etree.iterparse(
        io.BytesIO(data.strip(b"\x00 \r\n\t")), events=("end",), resolve_entities=False, no_network=True, recover=True
    )
    try:
        for _, element in parser:
            name = etree.QName(element).localname
            fields: dict[str, Any] = {str(k).rpartition("}")[2]: v for k, v in element.attrib.items()}
            for child in element:
                if len(child) == 0 and child.text and child.text.strip():
                    fields[etree.QName(child).localname] = child.text.strip()
            if fields:
                yield name, fields
    except etree.XMLSyntaxError as error:
        raise FormatError(f"not readable as XML ({error})", code="damaged") from error
