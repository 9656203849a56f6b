"""Reasons of the ledger: codes for whoever looks further, words for the athlete."""

from __future__ import annotations

import pytest

from runlake.pipeline.reasons import reason_of


@pytest.mark.parametrize(
    ("notes", "reason"),
    [
        (
            ["crc", "resync:17"],
            "crc, resync:17: the file is damaged (checksum wrong; 17 stretches could not be read); "
            "what could be saved is used",
        ),
        (
            ["truncated at byte 1234", "resync:1"],
            "truncated at byte 1234, resync:1: the file is damaged (it ends too early; 1 stretch could not be read); "
            "what could be saved is used",
        ),
        (
            ["unreadable time:3"],
            "unreadable time:3: the file is damaged; what could be saved is used",
        ),
        (
            ["xml at byte 9: resumed 2 times"],
            "xml at byte 9: resumed 2 times: the file is damaged (its text is broken); what could be saved is used",
        ),
        ([], "damaged: the file is damaged; what could be saved is used"),
    ],
)
def test_damage_is_told_in_words_behind_its_codes(notes: list[str], reason: str) -> None:
    assert reason_of(notes, is_damaged=True) == reason


def test_what_is_only_odd_is_no_damage() -> None:
    assert reason_of([], is_damaged=False) is None
    assert reason_of(["time without zone, taken as UTC:5"], is_damaged=False) == "time without zone, taken as UTC:5"


def test_records_without_a_date_are_counted() -> None:
    assert str(reason_of([], is_damaged=False, n_undated=120)).startswith("clock: 120 records without a date left out")
    assert str(reason_of([], is_damaged=False, n_undated=1)).startswith("clock: 1 record without a date left out")
    both = str(reason_of(["crc"], is_damaged=True, n_undated=2))
    assert both.startswith("crc: the file is damaged")
    assert "clock: 2 records" in both
