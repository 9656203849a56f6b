"""Values of XML text in plain Python: decimals and times, for the few that no kernel reads."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from runlake.formats._xml_document import Oddities
from runlake.model.recording import NAN

DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?\Z")
TIMESTAMP = re.compile(
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})[T ]([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})"
    r"(?:[.,]([0-9]{0,30}))? ?(Z|[+\-−][0-9]{2}(?::?[0-9]{2})?)?\Z",
    re.IGNORECASE,
)
BLANKS = " \t\r\n"
PLAIN = frozenset("0123456789")


def parse_decimal(text: str) -> float:
    """The number in the text, correctly rounded; NaN for all else, also for `nan`, `inf` and overflow."""
    if text[:1] in PLAIN and len(text) < 30 and "_" not in text:
        try:
            value = float(text)
        except ValueError:
            value = NAN
        if math.isfinite(value):
            return value
    text = text.strip(BLANKS)
    if len(text) > 400 or not DECIMAL.match(text):
        return NAN
    value = float(text)
    return value if math.isfinite(value) else NAN


def parse_time(text: str) -> tuple[float, float]:
    """Unix seconds and UTC offset (s) of an ISO 8601 time; offset NaN without zone, both NaN if unreadable.

    Digits of a second beyond the sixth are cut. A time without zone is taken as UTC. Second 60 is the
    next minute.
    """
    found = TIMESTAMP.match(text.strip(BLANKS))
    if not found:
        return NAN, NAN
    year, month, day, hour, minute, second = (int(found[i]) for i in range(1, 7))
    if second > 60 or hour > 24 or (hour == 24 and (minute or second)):
        return NAN, NAN
    try:
        midnight = datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return NAN, NAN
    if minute > 59:
        return NAN, NAN
    micros = int((found[7] or "0")[:6].ljust(6, "0"))
    offset_s = _offset_s(found[8])
    seconds = midnight.toordinal() - 719_163
    whole = seconds * 86_400 + hour * 3_600 + minute * 60 + second - (0 if math.isnan(offset_s) else int(offset_s))
    return (whole * 1_000_000 + micros) / 1_000_000, offset_s


def _offset_s(zone: str | None) -> float:
    if not zone:
        return NAN
    if zone in "Zz":
        return 0.0
    hours, minutes = int(zone[1:3]), int(zone[-2:]) if len(zone) >= 5 else 0
    return (hours * 3_600.0 + minutes * 60.0) * (1 if zone[0] == "+" else -1)


@dataclass(slots=True)
class Tally:
    """Counts odd values while a document is read in Python."""

    n_bad_times: int = 0
    n_bad_values: int = 0
    n_unzoned_times: int = 0
    n_times: int = 0
    offset_low_s: float = math.inf
    offset_high_s: float = -math.inf

    def time(self, text: str) -> float:
        """Unix seconds of the text, with its oddities counted."""
        value, offset_s = parse_time(text)
        if math.isnan(value):
            self.n_bad_times += 1
            return NAN
        self.n_times += 1
        if math.isnan(offset_s):
            self.n_unzoned_times += 1
        else:
            self.offset_low_s = min(self.offset_low_s, offset_s)
            self.offset_high_s = max(self.offset_high_s, offset_s)
        return value

    def decimal(self, text: str) -> float:
        """The number in the text, with an unreadable one counted (an empty one is just missing)."""
        value = parse_decimal(text)
        if math.isnan(value) and text.strip(BLANKS):
            self.n_bad_values += 1
        return value

    def oddities(self) -> Oddities:
        """What was counted."""
        # "Z" is offset 0 and says nothing of local time; a number that every time carries does.
        shared = self.offset_low_s if self.offset_low_s == self.offset_high_s and self.n_unzoned_times == 0 else NAN
        return Oddities(self.n_bad_times, self.n_bad_values, self.n_unzoned_times, shared if shared else NAN)
