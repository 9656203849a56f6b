"""The chart of one activity with what was found drawn on it, and its route without a map."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from runlake.reports import _charts as charts
from runlake.reports._format import clock
from runlake.reports._page import (
    Chart,
    ReportContext,
    chart,
    empty_chart,
)
from runlake.reports._samples import F8, Trace

Row = Mapping[str, Any]


class Panel(NamedTuple):
    """One row of the chart: its name, values, colour, axis, and what is shown on hovering."""

    name: str
    values: F8
    colour: str
    axis: dict[str, Any]
    hover: list[str] | None = None


class LegendItem(NamedTuple):
    """A colour and what it stands for."""

    colour: str
    text: str


class Route(NamedTuple):
    """The route as SVG points in metres, without a map or coordinates."""

    box: str
    track: str
    work: tuple[str, ...]


def _band(row: Row, colour: str, opacity: float) -> dict[str, Any]:
    return {
        "type": "rect",
        "xref": "x",
        "yref": "paper",
        "x0": row["start_s"],
        "x1": row["end_s"],
        "y0": 0,
        "y1": 1,
        "fillcolor": colour,
        "opacity": opacity,
        "line": {"width": 0},
        "layer": "below",
    }


def _marks(
    found: Mapping[str, list[Row]],
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[LegendItem]]:
    """Shapes, labels and legend of reps, strides, laps and programmed steps."""
    shapes, labels, legend = [], [], []
    if found["intervals"]:
        legend.append(LegendItem(charts.HARD, "detected rep"))
    for r in found["intervals"]:
        shapes.append(_band(r, charts.HARD, 0.18))
        labels.append(
            {
                "x": (r["start_s"] + r["end_s"]) / 2,
                "xref": "x",
                "y": 1,
                "yref": "paper",
                "yanchor": "bottom",
                "showarrow": False,
                "text": str(r["interval_no"]),
                "font": {"size": 11, "color": charts.HARD},
            }
        )
    if found["strides"]:
        legend.append(LegendItem(charts.ACCENT, "stride"))
    shapes += [_band(r, charts.ACCENT, 0.28) for r in found["strides"]]
    if len(found["laps"]) > 1:
        legend.append(LegendItem("#8a919c", "lap of the watch (dotted)"))
        shapes += [
            {
                "type": "line",
                "xref": "x",
                "yref": "paper",
                "x0": lap["end_s"],
                "x1": lap["end_s"],
                "y0": 0,
                "y1": 1,
                "line": {"width": 1, "dash": "dot", "color": "#8a919c"},
            }
            for lap in found["laps"][:-1][:80]
        ]
    work = [s for s in found["programmed_steps"] if s["kind"] in {"active", "interval"}]
    if work:
        legend.append(LegendItem(charts.THIRD, "programmed work step (bar on top)"))
    shapes += [{**_band(s, charts.THIRD, 0.9), "y0": 0.985, "y1": 1.0} for s in work]
    return shapes, labels, legend


def trace_chart(
    activity: Row, trace: Trace | None, found: Mapping[str, list[Row]], context: ReportContext
) -> tuple[Chart, list[LegendItem]]:
    """Pace, heart rate, cadence and altitude in rows over one time axis."""
    if trace is None:
        return empty_chart("trace", "No samples are left of this activity."), []
    x = charts.packed(trace.values["elapsed_s"])
    is_run = activity["sport"] in {"running", "walking", "hiking"}
    panels = _panels(trace, context, is_run=is_run)
    if not panels:
        return empty_chart("trace", "The samples hold neither speed, heart rate, cadence nor altitude."), []
    shapes, labels, legend = _marks(found)
    end = float(trace.values["elapsed_s"][-1])
    ticks, names = charts.clock_ticks(0, end)
    layout: dict[str, Any] = {
        "xaxis": {
            "type": "linear",
            "range": [0, end],
            "tickvals": ticks,
            "ticktext": names,
            "anchor": "free",
            "position": 0,
        }
    }
    data = []
    share = 1.0 / len(panels)
    for i, p in enumerate(panels):
        suffix = "" if i == 0 else str(i + 1)
        place = {"domain": [1 - (i + 1) * share + 0.03, 1 - i * share], "nticks": 5}
        layout[f"yaxis{suffix}"] = {**p.axis, **place, "title": {"text": p.name, "font": {"size": 11}}}
        hover = {"text": p.hover, "hovertemplate": "%{text}"} if p.hover else {"hovertemplate": "%{y:.0f}"}
        line = {"color": p.colour, "width": 1.4}
        data.append(charts.line(x, p.values, p.name, p.colour, yaxis=f"y{suffix}", line=line, **hover))
    fig = charts.figure(
        data, height=130 * len(panels) + 60, shapes=shapes, annotations=labels, showlegend=False, **layout
    )
    what = f"{len(found['intervals'])} reps and {len(found['strides'])} strides are marked"
    return chart("trace", fig, alt=f"{', '.join(p.name for p in panels)} over elapsed time; {what}"), legend


def _panels(trace: Trace, context: ReportContext, *, is_run: bool) -> list[Panel]:
    v = trace.values
    speed = v["speed_mps"]
    with np.errstate(divide="ignore", invalid="ignore"):
        pace = np.where(speed > 0.5, context.units.length_m / speed, np.nan)
    out: list[Panel] = []
    if is_run and np.isfinite(pace).any():
        shown = np.where(pace > 2.2 * np.nanmedian(pace), np.nan, pace)
        axis = charts.clock_axis(shown, is_reversed=True)
        out.append(Panel(f"pace, {context.units.pace_name}", shown, charts.EASY, axis, _clocks(shown)))
    elif not is_run:
        factor = 3600.0 / context.units.length_m
        out.append(Panel(f"{context.units.length_name}/h", speed * factor, charts.EASY, {"rangemode": "tozero"}))
    out.append(Panel("heart rate", v["heart_rate_bpm"], charts.HARD, {}))
    out.append(Panel("cadence", np.where(v["cadence_spm"] > 0, v["cadence_spm"], np.nan), charts.SECOND, {}))
    height = v["altitude_m"] / context.units.height_m
    out.append(Panel(f"altitude, {context.units.height_name}", height, charts.GREY, {}))
    return [p for p in out if np.isfinite(p.values).any()]


_CLOCKS = [clock(s) for s in range(3600)]


def _clocks(values_s: F8) -> list[str]:
    """`clock` of many values below an hour, looked up: the text of each of a page's thousand points."""
    whole = np.where(np.isfinite(values_s) & (values_s < 3599.5), np.rint(values_s), -1.0).astype(np.int64)
    return [_CLOCKS[w] if w >= 0 else clock(v) for w, v in zip(whole.tolist(), values_s.tolist(), strict=True)]


def route(trace: Trace | None, reps: list[Row]) -> Route | None:
    """The route in local metres; None without positions."""
    if trace is None:
        return None
    lat, lon = trace.values["latitude_deg"], trace.values["longitude_deg"]
    known = np.isfinite(lat) & np.isfinite(lon)
    if known.sum() < 10:
        return None
    east = (lon - lon[known][0]) * 111_320.0 * math.cos(math.radians(float(lat[known][0])))
    north = (lat - lat[known][0]) * 110_574.0
    pad = 0.04 * max(np.ptp(east[known]), np.ptp(north[known]), 50.0)
    box = (
        east[known].min() - pad,
        -north[known].max() - pad,
        np.ptp(east[known]) + 2 * pad,
        np.ptp(north[known]) + 2 * pad,
    )

    def points(keep: np.ndarray) -> str:
        metres = np.rint(np.column_stack((east[keep], -north[keep]))).astype(np.int64)
        return (" ".join(["%d,%d"] * len(metres))) % tuple(metres.ravel().tolist())

    time_s = trace.values["elapsed_s"]
    work = tuple(points(known & (time_s >= r["start_s"]) & (time_s < r["end_s"])) for r in reps)
    return Route(" ".join(f"{b:.0f}" for b in box), points(known), tuple(w for w in work if w.count(",") > 1))
