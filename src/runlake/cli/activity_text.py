"""One activity on the terminal: summary, purpose and why, sets, reps, strides, laps, splits."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from runlake.cli.activity_view import ActivityView, Rows
from runlake.cli.screen import console as make_console
from runlake.units import mps_to_s_per_km

MIN_CONFIDENCE = 0.5
"""What reports show; the tables hold the rest."""
NAME_LENGTH = 200
ON_FOOT = frozenset(("running", "walking", "hiking"))
"""Sports of which pace is spoken, not speed."""
STEERING = frozenset(("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
"""Unicode categories that change what a terminal does instead of showing anything."""


def shown(text: str) -> str:
    """Text from a file, cut at 200 characters, control and direction characters as escapes.

    A name that reaches the terminal as it is could move the cursor, set the title, or turn a line around.
    """
    cut = text[:NAME_LENGTH]
    safe = "".join(f"\\u{ord(c):04x}" if unicodedata.category(c) in STEERING else c for c in cut)
    return safe + ("…" if len(text) > NAME_LENGTH else "")


def clock(seconds: float | None, digits: int = 0) -> str:
    """1:02:03 or 4:05; "" for missing."""
    if seconds is None or math.isnan(seconds):
        return ""
    whole = round(seconds * 10**digits)
    minutes, rest = divmod(whole, 60 * 10**digits)
    hours, minutes = divmod(minutes, 60)
    shown = f"{rest / 10**digits:0{3 + digits if digits else 2}.{digits}f}"
    return f"{hours}:{minutes:02d}:{shown}" if hours else f"{minutes}:{shown}"


def pace(speed_mps: float | None) -> str:
    """Minutes and seconds a kilometre; "" for missing or standing."""
    return clock(mps_to_s_per_km(speed_mps)) if speed_mps else ""


def number(value: float | None, digits: int = 0, unit: str = "") -> str:
    """A number with its unit; "" for missing."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return f"{value:.{digits}f}{' ' + unit if unit else ''}"


def print_activity(view: ActivityView, console: Console | None = None) -> None:
    """Print one activity."""
    out = console or make_console()
    a = view.activity
    title = shown(a.get("name") or a.get("path") or "")
    out.print(Text(f"{a['start_time_local']:%Y-%m-%d %H:%M}  {a['sport']}  {title}", style="bold"))
    for line in _summary(a):
        out.print(Text(line))
    _sets(out, view.tables)
    _strides(out, a, view.tables)
    _laps(out, view.tables, is_foot=a["sport"] in ON_FOOT)
    _splits(out, view.tables)
    out.print()


def _summary(a: Mapping[str, Any]) -> list[str]:
    is_foot = a["sport"] in ON_FOOT
    mean = a["mean_speed_mps"]
    speed = f"{pace(mean)} /km" if is_foot and mean else number(mean and 3.6 * mean, 1, "km/h")
    cadence = number(a["mean_cadence_spm"], 0, "spm" if is_foot else "rpm")
    parts = [number(a["distance_m"] and a["distance_m"] / 1000, 2, "km"), clock(a["timer_s"]), speed,
             number(a["mean_heart_rate_bpm"], 0, "bpm"), cadence,
             number(a["ascent_m"], 0, "m up")]  # fmt: skip
    lines = ["  ".join(p for p in parts if p)]
    lines.append(f"activity {a['activity_id']}  {shown(a['device'] or 'unknown device')}  {a['source_format']}")
    if a.get("purpose"):
        sure = number(a["purpose_confidence"], 2)
        lines.append(f"purpose: {a['purpose']} ({sure})  {a['purpose_reason'] or ''}")
    if a.get("shorthand"):
        lines.append(f"session: {a['shorthand']}")
    if a.get("warmup_s") is not None:
        lines.append(f"warm-up {clock(a['warmup_s'])}  work {clock(a['work_s'])}  cool-down {clock(a['cooldown_s'])}")
    return lines


def _table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(*columns, title=title, title_justify="left", box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table


def _sets(out: Console, tables: Mapping[str, Rows]) -> None:
    # What the reps below leave out, its sets leave out too.
    sets = [r for r in tables.get("interval_sets", ()) if r["confidence"] >= MIN_CONFIDENCE]
    for row in sets:
        out.print(Text(f"set {row['set_no']}: {row['shorthand']}"))
    reps = [r for r in tables.get("intervals", ()) if r["confidence"] >= MIN_CONFIDENCE]
    if not reps:
        return
    rows = [
        [
            str(r["interval_no"]), str(r["set_no"] or ""), r["kind"], clock(r["start_s"]), clock(r["duration_s"]),
            number(r["distance_m"], 0, "m"), pace(r["mean_speed_mps"]), number(r["max_heart_rate_bpm"]),
            f"{clock(r['rest_s'])} {r['rest_kind'] or ''}".strip(), number(r["confidence"], 2),
        ]
        for r in reps
    ]  # fmt: skip
    names = ("rep", "set", "kind", "from", "time", "distance", "/km", "max HR", "rest", "sure")
    out.print(_table("Reps", names, rows))


def _strides(out: Console, activity: Mapping[str, Any], tables: Mapping[str, Rows]) -> None:
    strides = [r for r in tables.get("strides", ()) if r["confidence"] >= MIN_CONFIDENCE]
    if strides:
        rows = [
            [str(r["stride_no"]), clock(r["start_time_utc"].timestamp() - activity["start_time_utc"].timestamp()),
             clock(r["duration_s"]), number(r["distance_m"], 0, "m"), pace(r["peak_speed_mps"]),
             number(r["peak_cadence_spm"]), number(r["confidence"], 2)]
            for r in strides
        ]  # fmt: skip
        out.print(_table("Strides", ("stride", "from", "time", "distance", "peak /km", "peak spm", "sure"), rows))
    elif activity.get("strides_reason"):
        out.print(Text(f"strides: {activity['strides_status']}, {activity['strides_reason']}"))


def _laps(out: Console, tables: Mapping[str, Rows], *, is_foot: bool) -> None:
    laps = tables.get("laps", ())
    if len(laps) > 1:
        speeds = [r["mean_speed_mps"] for r in laps]
        paces = [pace(v) if is_foot else number(v and 3.6 * v, 1) for v in speeds]
        rows = [
            [str(r["lap_no"]), clock(r["timer_s"]), number(r["distance_m"], 0, "m"), speed,
             number(r["mean_heart_rate_bpm"]), shown(r["trigger"] or ""), shown(r["intensity"] or "")]
            for r, speed in zip(laps, paces, strict=True)
        ]  # fmt: skip
        unit = "/km" if is_foot else "km/h"
        out.print(_table("Laps of the watch", ("lap", "time", "distance", unit, "HR", "trigger", "intensity"), rows))


def _splits(out: Console, tables: Mapping[str, Rows]) -> None:
    for kind, title in (("track_400", "Track laps of 400 m"), ("km", "Kilometres"), ("mile", "Miles")):
        splits = [r for r in tables.get("splits", ()) if r["kind"] == kind]
        if splits and (kind != "mile" or not any(r["kind"] == "km" for r in tables["splits"])):
            rows = [
                [
                    str(r["split_no"]),
                    clock(r["timer_s"], 1),
                    number(r["distance_m"], 0, "m"),
                    "part" if r["is_partial"] else "",
                ]
                for r in splits
            ]
            out.print(_table(title, ("no", "time", "distance", ""), rows))
