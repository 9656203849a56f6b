"""Numbers as a runner reads them."""

from __future__ import annotations

import datetime as dt
import math

import pytest

from runlake.reports._format import (
    MISSING,
    Units,
    clock,
    day,
    effort_words,
    hours_minutes,
    number,
    percent,
    signed_percent,
    words,
)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0:00"),
        (59.6, "1:00"),
        (245, "4:05"),
        (3599.4, "59:59"),
        (3723, "1:02:03"),
        (-58, "−0:58"),
        (None, MISSING),
        (math.nan, MISSING),
    ],
)
def test_clock(seconds: float | None, text: str) -> None:
    assert clock(seconds) == text


def test_pace_follows_the_units() -> None:
    assert Units("metric").pace(1000 / 300) == "5:00 /km"
    assert Units("imperial").pace(1609.344 / 480) == "8:00 /mi"
    assert Units("metric").pace(0.0) == MISSING
    assert Units("metric").pace(None) == MISSING


def test_distance_and_height_follow_the_units() -> None:
    assert Units("metric").distance(42195, 3) == "42.195 km"
    assert Units("imperial").distance(16093.44) == "10.0 mi"
    assert Units("imperial").height(30.48) == "100 ft"
    assert Units("metric").distance(math.nan) == MISSING


def test_other_forms() -> None:
    assert percent(0.804) == "80\u00a0%"
    assert signed_percent(-0.125, 1) == "−12.5\u00a0%"
    assert signed_percent(0.1) == "+10\u00a0%"
    assert signed_percent(-0.004) == "0\u00a0%"
    assert number(12345.6) == "12\u202f346"
    assert hours_minutes(3 * 3600 + 5 * 60) == "3 h 05"
    assert hours_minutes(29 * 60) == "29 min"
    assert day(dt.date(2026, 5, 4)) == "4 May 2026"
    assert words("easy_strides") == "easy + strides"
    assert words(None) == MISSING


@pytest.mark.parametrize(
    ("name", "text"),
    [("800m", "800 m"), ("5k", "5 km"), ("20min", "20 min"), ("30s", "30 s"), ("mile", "mile"), ("half", "half")],
)
def test_efforts_in_words(name: str, text: str) -> None:
    assert effort_words(name) == text
