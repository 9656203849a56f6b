"""The same run twice: what counts as the same, and which version is kept."""

from __future__ import annotations

import dataclasses
import random

from hypothesis import given
from hypothesis import strategies as st

from runlake.pipeline.duplicates import Candidate, is_same, winners_of
from runlake.pipeline.records import Session

BASE = Session(
    activity_id="a", session_no=1, start_time_utc_s=1000.0, end_time_utc_s=4600.0, local_date_days=0, utc_offset_s=0.0,
    distance_m=10_000.0, sport="running", name="", n_samples=3600, richness=(1, 3, 4, 3600),
)  # fmt: skip


def made(name: str, **changes: object) -> Candidate:
    """A candidate of its own content."""
    return Candidate(dataclasses.replace(BASE, activity_id=name, **changes), digest=name)  # type: ignore[arg-type]


def test_a_second_watch_is_the_same_run() -> None:
    other = made("b", start_time_utc_s=1090.0, end_time_utc_s=4650.0, distance_m=10_300.0)
    assert is_same(made("a"), other)


def test_what_differs_is_another_run() -> None:
    a = made("a")
    assert not is_same(a, made("b", start_time_utc_s=1130.0))  # started over two minutes later
    assert not is_same(a, made("b", distance_m=10_600.0))  # 5.7 % farther
    assert not is_same(a, made("b", sport="cycling"))
    assert not is_same(a, made("b", start_time_utc_s=1000.0, end_time_utc_s=1001.0, distance_m=3.0))
    assert not is_same(a, Candidate(dataclasses.replace(BASE, activity_id="b"), digest="a"))  # sessions of one file


def test_an_unknown_sport_or_distance_does_not_part_them() -> None:
    assert is_same(made("a"), made("b", sport="generic"))
    assert is_same(made("a"), made("b", distance_m=float("nan")))
    assert not is_same(made("a"), made("b", distance_m=float("nan"), end_time_utc_s=3000.0))


def test_the_richest_is_kept() -> None:
    fit, gpx = made("fit"), made("gpx", richness=(1, 1, 4, 3600))
    damaged = made("damaged", richness=(0, 3, 6, 3600))
    assert winners_of([gpx, damaged, fit]) == {"gpx": "fit", "damaged": "fit"}


def test_who_knows_the_distance_is_richer_than_a_heart_rate_alone() -> None:
    heart_rate_only = made("strap", distance_m=float("nan"), richness=(1, 3, 5, 3600))
    treadmill = made("treadmill", richness=(1, 2, 1, 3500))
    assert winners_of([heart_rate_only, treadmill]) == {"strap": "treadmill"}


def test_a_recording_that_was_cut_short_loses_to_the_whole_one() -> None:
    cut_fit = made("fit", end_time_utc_s=3400.0, distance_m=6_700.0)  # the watch died after 40 of 60 minutes
    whole_gpx = made("gpx", start_time_utc_s=1030.0, richness=(1, 1, 4, 3600))
    copy_of_fit = made("tcx", end_time_utc_s=3400.0, distance_m=6_690.0, richness=(1, 2, 4, 2400))
    assert winners_of([cut_fit, whole_gpx, copy_of_fit]) == {"fit": "gpx", "tcx": "gpx"}


def test_a_part_at_another_speed_or_time_is_a_run_of_its_own() -> None:
    whole = made("whole")
    assert winners_of([whole, made("slower", end_time_utc_s=3400.0, distance_m=5_000.0)]) == {}
    assert winners_of([whole, made("later", start_time_utc_s=2000.0, end_time_utc_s=3400.0, distance_m=3_900.0)]) == {}
    assert winners_of([whole, made("short", end_time_utc_s=1100.0, distance_m=280.0)]) == {}


@given(
    st.lists(
        st.tuples(
            st.integers(0, 400), st.integers(9000, 11000), st.integers(0, 3), st.sampled_from(["running", "generic"])
        ),
        max_size=12,
    ),
    st.integers(0, 9),
)
def test_the_order_of_arrival_does_not_matter(rows: list[tuple[int, int, int, str]], seed: int) -> None:
    candidates = [
        made(
            f"{i:02d}", start_time_utc_s=1000.0 + start, distance_m=float(metres), richness=(1, rank, 0, 0), sport=sport
        )
        for i, (start, metres, rank, sport) in enumerate(rows)
    ]
    found = winners_of(candidates)
    shuffled = candidates.copy()
    random.Random(seed).shuffle(shuffled)
    assert winners_of(shuffled) == found
    by_id = {c.session.activity_id: c for c in candidates}
    kept = [c for c in candidates if c.session.activity_id not in found]
    assert all(is_same(by_id[loser], by_id[winner]) and winner not in found for loser, winner in found.items())
    assert not any(is_same(a, b) for a in kept for b in kept if a is not b)
