"""Document: what any XML path (scanner, expat, lxml, gpxpy) makes of a GPX or TCX file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from runlake.errors import FormatError
from runlake.model.recording import F8, NAN

COLUMNS = (
    "time_utc_s", "latitude_deg", "longitude_deg", "altitude_m", "distance_m", "speed_mps", "heart_rate_bpm",
    "cadence_cpm", "power_w", "temperature_c",
)  # fmt: skip
"""Rows of `Document.columns`: the time, then channel names."""
TIME, LATITUDE, LONGITUDE = 0, 1, 2
COLUMN_OF = {name: index for index, name in enumerate(COLUMNS)}

MAX_DEPTH = 32
MAX_ATTRIBUTE_BYTES = 65_536
MAX_NAMESPACES = 200
MAX_POINTS = 2_000_000
MAX_NODES = 200_000
MAX_VALUE_BYTES = 4_096


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """Which elements of a format mean what. Names are local names (no prefix) in lower case."""

    format: str
    roots: frozenset[str]
    point: str
    values: Mapping[str, int]
    """Element inside a point → row of `Document.columns`; the first readable value wins."""
    direct: frozenset[str]
    """Values that count only as a child of the point itself, not somewhere in its extensions."""
    attributes: Mapping[str, int]
    """Attribute of a point → row of `Document.columns`."""
    structure: frozenset[str]
    """Elements outside points that are kept as nodes."""
    containers: frozenset[str]
    """Nodes that hold points; after damage, reading can resume where one begins."""
    attributed: Mapping[str, str]
    """Node → the one of its attributes that is kept."""
    numbers: frozenset[str]
    """Nodes whose text is a number."""
    stamps: frozenset[str]
    """Nodes with a time as attribute."""
    tag: str
    """The point's element as it is usually written."""
    within: frozenset[str] = frozenset()
    """Values that count only as a child of a child of the point."""
    others: frozenset[str] = frozenset()
    """Elements that look like points but are none (way points); nothing inside them counts."""

    def depth(self, name: str) -> int:
        """How deep below the point a value of that name counts; 0 for anywhere."""
        return 1 if name in self.direct else 2 if name in self.within else 0


class Nodes:
    """The elements outside the points, in document order: columns of equal length.

    `parents` is the node around (-1 none), `firsts` and `stops` the points first..stop inside, `numbers` the number
    that the text is, or the time that an attribute is, by the vocabulary (NaN without).
    """

    __slots__ = ("_attribute", "_text", "firsts", "names", "numbers", "parents", "stops")

    def __init__(
        self,
        names: Sequence[str] = (),
        parents: Sequence[int] = (),
        firsts: Sequence[int] = (),
        stops: Sequence[int] = (),
        numbers: Sequence[float] = (),
        text: Callable[[int], str] = lambda _: "",
        attribute: Callable[[int], str] = lambda _: "",
    ) -> None:
        self.names, self.parents, self.firsts, self.stops, self.numbers = names, parents, firsts, stops, numbers
        self._text, self._attribute = text, attribute

    def text(self, node: int) -> str:
        """The node's text, blanks around it gone; "" for one that holds elements, and for node -1."""
        return self._text(node) if node >= 0 else ""

    def attribute(self, node: int) -> str:
        """The attribute that the vocabulary wants of this node; "" without, and for node -1."""
        return self._attribute(node) if node >= 0 else ""

    def all(self, name: str) -> list[int]:
        """Every node of that name, wherever it stands."""
        return [i for i, each in enumerate(self.names) if each == name]

    def child(self, parent: int, name: str, stop: int) -> int:
        """The first child of that name among the nodes before `stop`; -1 when there is none."""
        at = parent
        while parent >= 0:
            try:
                at = self.names.index(name, at + 1, stop)
            except ValueError:
                break
            if self.parents[at] == parent:
                return at
        return -1

    def rows(self) -> list[tuple[str, int, int, int, float, str, str]]:
        """All of it, node by node, for comparing."""
        columns = zip(self.names, self.parents, self.firsts, self.stops, self.numbers, strict=True)
        return [(*row, self.text(i), self.attribute(i)) for i, row in enumerate(columns)]


@dataclass(frozen=True, slots=True)
class Oddities:
    """What was odd about the values: counts, and the UTC offset that all times carry (NaN: none, mixed)."""

    n_bad_times: int = 0
    n_bad_values: int = 0
    n_unzoned_times: int = 0
    utc_offset_s: float = NAN


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """Points as float64[10, n] by COLUMNS (NaN missing) in file order, and the elements around them."""

    columns: F8
    nodes: Nodes
    oddities: Oddities = field(default_factory=Oddities)
    notes: tuple[str, ...] = ()
    is_damaged: bool = False
    n_points_in: int = 0
    """Points met, those lost at a break included."""
    decoder: str = ""
    filled: tuple[int, ...] = ()
    """How many points have a value, by column, and last, how many a position that can be real."""

    def __post_init__(self) -> None:
        if not self.filled:
            object.__setattr__(self, "filled", count_filled(self.columns))

    @property
    def n(self) -> int:
        """How many points there are."""
        return int(self.columns.shape[1])


def count_filled(columns: F8) -> tuple[int, ...]:
    """`Document.filled` of the columns."""
    with np.errstate(invalid="ignore"):
        is_placed = (np.abs(columns[LATITUDE]) <= 90.0) & (np.abs(columns[LONGITUDE]) <= 180.0)
    return (*np.isfinite(columns).sum(axis=1).tolist(), int(is_placed.sum()))


def refuse(code: str, what: str) -> FormatError:
    """The error for a document that no path may read on: an attack, or beyond a limit."""
    return FormatError(f"{what}; export the activity again from the service or device", code=code)


def too_deep() -> FormatError:
    """Refusal of elements nested beyond MAX_DEPTH."""
    return refuse("xml_depth", f"elements are nested more than {MAX_DEPTH} deep, which no GPX or TCX needs")


def too_many_points() -> FormatError:
    """Refusal of more than MAX_POINTS points."""
    return refuse("xml_points", f"more than {MAX_POINTS:,} points, weeks of one-second recording")


def has_doctype() -> FormatError:
    """Refusal of a document type declaration, which can smuggle in files and bombs."""
    return refuse("xml_doctype", "the XML declares a DOCTYPE, which GPX and TCX never need and attacks do")


def long_attribute() -> FormatError:
    """Refusal of an attribute beyond MAX_ATTRIBUTE_BYTES."""
    return refuse("xml_attribute", f"an attribute is longer than {MAX_ATTRIBUTE_BYTES // 1024} kB")


def many_namespaces() -> FormatError:
    """Refusal of more than MAX_NAMESPACES namespace declarations."""
    return refuse("xml_namespaces", f"more than {MAX_NAMESPACES} namespaces are declared")


def too_many_nodes() -> FormatError:
    """Refusal of absurdly many laps, tracks or segments."""
    return refuse("xml_nodes", f"more than {MAX_NODES:,} laps, tracks and other elements around the points")


def stack_columns(rows: list[list[float]]) -> F8:
    """Points as float64[10, n] from one list per point."""
    if not rows:
        return np.empty((len(COLUMNS), 0))
    return np.ascontiguousarray(np.array(rows, dtype=np.float64).T)
