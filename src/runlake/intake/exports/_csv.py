"""Rows of a CSV file of an export, whatever its encoding and separator, damage included."""

from __future__ import annotations

import csv
import io
import re
from typing import IO

from runlake.model.recording import NAN

MAX_CSV_BYTES = 64 << 20
NUMBER = re.compile(r"-?\d[\d.,'\u00a0\u202f ]*\Z")


def read_rows(file: IO[bytes]) -> list[list[str]]:
    """The rows, the header first; [] when there is no text. Bytes that are no UTF-8 are read as Windows wrote them."""
    data = file.read(MAX_CSV_BYTES)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", "replace")
    text = text.replace("\x00", "")
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    csv.field_size_limit(1 << 20)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            rows.append(row)
    except csv.Error:
        pass  # a field beyond the limit: what came before it stands
    return rows


def cell(row: list[str], column: int) -> str:
    """The cell, blanks around it gone; "" beyond the row's end or for column -1."""
    return row[column].strip() if 0 <= column < len(row) else ""


def parse_number(text: str) -> float:
    """A number with decimal point or comma and thousands separators; NaN if it is none."""
    text = text.strip()
    if not NUMBER.match(text):
        return NAN
    text = re.sub(r"['\u00a0\u202f ]", "", text)
    point, comma = text.rfind("."), text.rfind(",")
    if point >= 0 and comma >= 0:
        text = text.replace("," if point > comma else ".", "")
    if text.count(",") > 1 or text.count(".") > 1:
        text = text.replace(",", "").replace(".", "")
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return NAN
