"""The contracts of plug-ins: Reader, Detector, Historian, Report. Frozen dataclasses of functions, no base classes.

Each plug-in module defines one constant of its kind (READER, DETECTOR, HISTORIAN, REPORT), and its package's
``__init__`` lists it: one import line each (tests/architecture/test_plugins.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from runlake.model.activity import Activity
from runlake.model.findings import Findings, Table
from runlake.model.recording import Reading
from runlake.model.table import TableSpec


@dataclass(frozen=True, slots=True)
class Reader:
    """A file format: `recognises(head)` looks at the first 1,024 bytes and cannot raise; `read(data)` gets all bytes.

    `read` raises FormatError (refused, with code and advice) or NotAnActivityError (its kind as code).
    """

    name: str
    recognises: Callable[[bytes], bool]
    read: Callable[[bytes], Reading]


@dataclass(frozen=True, slots=True)
class Detector:
    """A question asked of one activity.

    `find(activity, found, settings)` is pure: the same input gives the same findings, one `Findings` for each
    spec, in order. `found` holds the findings of the tables named in `needs`, which earlier detectors filled
    (never the whole of it: the pipeline passes just those). `settings` is an instance of the class of `settings`.
    """

    name: str
    specs: tuple[TableSpec, ...]
    settings: Any
    find: Callable[[Activity, Mapping[str, Findings], Any], tuple[Findings, ...]]
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Athlete:
    """Who the activities belong to, and what the person told us of themselves. NaN, "" and () mean: not told."""

    athlete_id: str
    birth_year: float = float("nan")
    sex: str = ""
    """female, male, or "" (unknown)."""
    hr_max_bpm: float = float("nan")
    hr_rest_bpm: float = float("nan")
    hr_threshold_bpm: float = float("nan")
    threshold_speed_mps: float = float("nan")
    comfortable_speed_mps: float = float("nan")
    time_zone: str = ""
    default_sport: str = ""
    """What an activity is whose file does not say its sport (many GPX files): a FIT name such as ``running``."""
    goal_effort: str = "mile"
    goal_ladder_s: tuple[float, ...] = ()
    """Target times of the goal effort, slowest first; empty: rungs are proposed from the data."""


@dataclass(frozen=True, slots=True)
class Historian:
    """A question asked of an athlete's whole history.

    `build(athlete, tables, settings)` is pure and vectorised over activities. `tables` maps table names to `Table`
    with every row of this one athlete: the detected tables, and what historians before it in the list returned.
    It returns one Table for each of `specs`, in order; a table of the same name replaces the earlier one (so
    history columns of `activities` are filled in).
    """

    name: str
    specs: tuple[TableSpec, ...]
    needs: tuple[str, ...]
    settings: Any
    build: Callable[[Athlete, Mapping[str, Table], Any], tuple[Table, ...]]


class Page(NamedTuple):
    """A file of the report: its name below the athlete's folder, and its text."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """A page or a set of pages: `needs` names the lake tables it reads, `pages(context)` yields them one by one."""

    name: str
    title: str
    needs: tuple[str, ...]
    pages: Callable[[Any], Iterable[Page]]
