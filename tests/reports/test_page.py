"""What comes from outside is shown as text, whatever it holds."""

from __future__ import annotations

import json

import pytest

from runlake.reports._charts import to_json
from runlake.reports._page import clean


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Morning run", "Morning run"),
        ("a\u202eb", "a\\u202eb"),
        ("x\x1b[31m", "x\\u001b[31m"),
        ("line\nbreak", "line\\u000abreak"),
        (None, ""),
        (float("nan"), ""),
    ],
)
def test_clean_shows_what_is_invisible(given: object, shown: str) -> None:
    assert clean(given) == shown


def test_clean_cuts_long_names() -> None:
    assert clean("a" * 500) == "a" * 200 + "…"


def test_json_cannot_end_its_script_element() -> None:
    text = to_json({"data": [], "layout": {"title": "</script><script>alert(1)</script>&\u2028"}})
    assert "<" not in text
    assert "&" not in text
    assert "\u2028" not in text
    assert json.loads(text)["layout"]["title"] == "</script><script>alert(1)</script>&\u2028"
