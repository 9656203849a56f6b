"""Charts as Plotly figures in plain data: colours, axes and marks are chosen here once for all pages.

Arrays go as base64 typed arrays, so that a page of a thousand points costs no JSON. Colours are those of Okabe and
Ito, told apart by colour-blind readers too; the hard zone carries a pattern as well. The page's script puts in the
colours of text and grid, which differ in light and dark.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Figure = dict[str, Any]
Trace = dict[str, Any]

EASY, GREY, HARD = "#2b7bba", "#a3a9b2", "#d1495b"
ACCENT, SECOND, THIRD = "#e07a1f", "#1b998b", "#7b5ea7"
ZONE_COLOURS = {1: EASY, 2: GREY, 3: HARD}
ZONE_NAMES = {1: "easy", 2: "grey zone", 3: "hard"}


def packed(values: npt.ArrayLike, kind: str = "f4") -> dict[str, str]:
    """An array as Plotly's typed array: float32 by default; NaN leaves a gap."""
    array = np.ascontiguousarray(np.asarray(values, dtype=np.dtype(f"<{kind}")))
    return {"dtype": kind, "bdata": base64.b64encode(array.tobytes()).decode("ascii")}


def clock_ticks(low_s: float, high_s: float, most: int = 7) -> tuple[list[float], list[str]]:
    """Round ticks for an axis of seconds, labelled m:ss (h:mm:ss from an hour on)."""
    span = max(high_s - low_s, 1e-9)
    steps = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 36000)
    step = next((s for s in steps if span / s <= most), steps[-1])
    first = math.ceil(low_s / step)
    ticks = [float(k * step) for k in range(first, math.floor(high_s / step) + 1)]
    return ticks, [_clock(t) for t in ticks]


def _clock(seconds: float) -> str:
    total = round(seconds)
    if total >= 3600:
        return f"{total // 3600}:{total % 3600 // 60:02d}:{total % 60:02d}"
    return f"{total // 60}:{total % 60:02d}"


def clock_axis(values_s: npt.ArrayLike, *, is_reversed: bool, title: str = "", pad: float = 0.06) -> dict[str, Any]:
    """An axis of seconds with m:ss ticks; reversed for pace, so that faster is higher."""
    array = np.asarray(values_s, dtype=np.float64)
    array = array[np.isfinite(array)]
    low, high = (float(array.min()), float(array.max())) if array.size else (0.0, 60.0)
    margin = pad * (high - low) or max(1.0, 0.02 * high)
    low, high = max(0.0, low - margin), high + margin
    ticks, labels = clock_ticks(low, high)
    bounds = [high, low] if is_reversed else [low, high]
    return {
        "range": bounds,
        "tickvals": ticks,
        "ticktext": labels,
        "title": {"text": title},
        "zeroline": False,
    }


def bars(x: Sequence[Any], y: npt.ArrayLike, name: str, colour: str, **extra: Any) -> Trace:
    """A bar trace."""
    marker: dict[str, Any] = {"color": colour}
    if colour == HARD:
        marker["pattern"] = {"shape": "/", "fillmode": "overlay", "fgcolor": "#ffffff", "fgopacity": 0.45, "size": 6}
    return {"type": "bar", "x": list(x), "y": packed(y), "name": name, "marker": marker, **extra}


def line(x: Any, y: npt.ArrayLike, name: str, colour: str, *, mode: str = "lines", **extra: Any) -> Trace:
    """A line or scatter trace; NaN leaves a gap."""
    xs = x if isinstance(x, dict) else list(x)
    return {
        "type": "scatter",
        "mode": mode,
        "x": xs,
        "y": packed(y),
        "name": name,
        "line": {"color": colour, "width": 2},
        "marker": {"color": colour, "size": 7},
        "connectgaps": False,
        **extra,
    }


def week_axis(mondays: Sequence[dt.date], most: int = 7) -> dict[str, Any]:
    """A date axis whose ticks stand on Mondays, counted back from the last one."""
    step = max(-(-len(mondays) // most), 1)
    shown = list(mondays)[::-step][::-1]
    return {"tickvals": [m.isoformat() for m in shown], "ticktext": [f"{m.day} {m:%b}" for m in shown]}


def level(y: float, text: str, *, axis: str = "y") -> tuple[dict[str, Any], dict[str, Any]]:
    """A dashed horizontal line over the whole chart, and its label."""
    shape = {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "yref": axis,
        "y0": y,
        "y1": y,
        "line": {"dash": "dash", "width": 1.5, "color": "#888888"},
    }
    label = {
        "xref": "paper",
        "x": 1,
        "xanchor": "right",
        "yref": axis,
        "y": y,
        "yanchor": "bottom",
        "text": text,
        "showarrow": False,
        "font": {"size": 11},
    }
    return shape, label


DATE_TICKS = (
    {"dtickrange": [None, "M1"], "value": "%-d %b\n%Y"},
    {"dtickrange": ["M1", "M12"], "value": "%b\n%Y"},
    {"dtickrange": ["M12", None], "value": "%Y"},
)
"""Days before months, as the rest of the report writes dates."""


def figure(traces: Sequence[Trace], *, height: int = 320, **layout: Any) -> Figure:
    """A figure with the house layout; further layout keys by name."""
    base: dict[str, Any] = {
        "height": height,
        "margin": {"l": 56, "r": 16, "t": 12, "b": 40},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        "hovermode": "x unified",
        "bargap": 0.25,
        "xaxis": {"type": "date", "tickformatstops": DATE_TICKS},
        "yaxis": {"zeroline": False},
    }
    for key, value in layout.items():
        base[key] = {**base[key], **value} if isinstance(base.get(key), dict) and isinstance(value, Mapping) else value
    return {"data": list(traces), "layout": base}


def to_json(fig: Figure) -> str:
    """The figure as JSON that is safe inside a script element: no `<`, `>`, `&`, nor line separators."""
    text = json.dumps(fig, separators=(",", ":"), allow_nan=False, ensure_ascii=True)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
