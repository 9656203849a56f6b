"""Dates as services write them in eight languages, to seconds."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from runlake.model.recording import NAN

MONTHS = {
    "jan": 1, "ene": 1, "gen": 1, "janv": 1, "feb": 2, "fév": 2, "fev": 2, "févr": 2, "mar": 3, "mär": 3, "mrt": 3,
    "mars": 3, "märz": 3, "apr": 4, "avr": 4, "abr": 4, "may": 5, "mai": 5, "mei": 5, "mag": 5, "maj": 5, "jun": 6,
    "juin": 6, "giu": 6, "jul": 7, "juil": 7, "lug": 7, "aug": 8, "août": 8, "aoû": 8, "ago": 8, "sep": 9, "sept": 9,
    "set": 9, "oct": 10, "okt": 10, "ott": 10, "out": 10, "nov": 11, "dec": 12, "déc": 12, "dez": 12, "dic": 12,
}  # fmt: skip
CLOCK = re.compile(r"(\d{1,2})[:h時](\d{2})(?:[:m分](\d{2}))?")
AFTERNOON = re.compile(r"\bp\.?\s?m\b|午後|下午|오후", re.IGNORECASE)
MORNING = re.compile(r"\ba\.?\s?m\b|午前|上午|오전", re.IGNORECASE)
YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})")
YEAR_LAST = re.compile(r"(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{4})")
WORD = re.compile(r"[^\W\d_]+")
ZONE = re.compile(r"([+-])(\d{2}):?(\d{2})\s*$")


def is_month_first(texts: list[str]) -> bool:
    """True when dates like 1/31/2026 put the month first: by any that can only be read so, else by AM and PM."""
    pairs = [(int(f[1]), int(f[3])) for f in map(YEAR_LAST.search, texts) if f and f[2] == "/"]
    if any(second > 12 for _, second in pairs):
        return True
    if any(first > 12 for first, _ in pairs):
        return False
    return any(AFTERNOON.search(text) or MORNING.search(text) for text in texts)


def parse_date(text: str, *, month_first: bool = False) -> float:
    """Seconds since 1970 of the wall clock in the text, its UTC offset taken off if it has one; NaN if none."""
    day = _day(text, month_first)
    if day is None:
        return NAN
    year, month, day_of_month = day
    clock = CLOCK.search(text)
    hour, minute, second = (int(part or 0) for part in clock.groups()) if clock else (0, 0, 0)
    if AFTERNOON.search(text) and hour < 12:
        hour += 12
    elif MORNING.search(text) and hour == 12:
        hour = 0
    try:
        moment = datetime(year, month, day_of_month, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return NAN
    zone = ZONE.search(text) if clock else None
    shift_s = 0
    if zone:
        shift_s = (int(zone[2]) * 3600 + int(zone[3]) * 60) * (-1 if zone[1] == "-" else 1)
    return moment.timestamp() - shift_s


def _day(text: str, month_first: bool) -> tuple[int, int, int] | None:
    if found := YEAR_FIRST.search(text):
        return int(found[1]), int(found[2]), int(found[3])
    if found := YEAR_LAST.search(text):
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        is_month = found[2] == "/" and (month_first or second > 12)
        return (year, first, second) if is_month and first <= 12 else (year, second, first)
    month = next((MONTHS[w] for w in map(str.lower, WORD.findall(text)) if w in MONTHS), None)
    if month is None:
        month = next((MONTHS[w[:3]] for w in map(str.lower, WORD.findall(text)) if w[:3] in MONTHS), None)
    numbers = [int(n) for n in re.findall(r"\d+", CLOCK.sub(" ", text))]
    years, days = [n for n in numbers if n >= 1000], [n for n in numbers if 1 <= n <= 31]
    return (years[0], month, days[0]) if month and years and days else None
