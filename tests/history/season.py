"""A season built from rows: activities with heart rate, speed, bouts and efforts that a test decides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from runlake.model.findings import Table
from runlake.tables import BY_NAME

MONDAY = float((dt.date(2024, 1, 1) - dt.date(1970, 1, 1)).days)
"""2024-01-01, a Monday."""
KM_M = 1000.0


def week_day(week: int, weekday: int) -> float:
    """Day number of a weekday (0 Monday) of a week (0: the one of 2024-01-01)."""
    return MONDAY + 7 * week + weekday


@dataclass
class Season:
    """Rows of every table, added activity by activity."""

    athlete_id: str = "ann"
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    n: int = 0

    def add(self, table: str, **values: Any) -> None:
        """One row of a table."""
        self.rows.setdefault(table, []).append(values)

    def activity(
        self,
        day: float,
        *,
        minutes: float = 45.0,
        speed_mps: float = 3.0,
        heart_rate: Mapping[float, float] | float | None = None,
        speeds: Mapping[float, float] | None = None,
        hour: float = 8.0,
        sport: str = "running",
        distance_m: float | None = None,
        **changes: Any,
    ) -> str:
        """One activity; `heart_rate` maps bpm to minutes, `speeds` m/s to minutes; its id is given back."""
        self.n += 1
        activity_id = f"{self.athlete_id}{self.n:05d}"
        stamps = {"athlete_id": self.athlete_id, "activity_id": activity_id, "local_date": day}
        seconds = 60.0 * minutes
        start = day * 86_400.0 + hour * 3600.0
        rates = {heart_rate: minutes} if isinstance(heart_rate, (int, float)) else (heart_rate or {})
        spread = speeds if speeds is not None else ({speed_mps: minutes} if sport == "running" else {})
        metres = distance_m if distance_m is not None else seconds * speed_mps
        rate = sum(b * m for b, m in rates.items()) / sum(rates.values()) if rates else np.nan
        row = {
            "path": f"{activity_id}.fit",
            "session_no": 1,
            "source_format": "fit",
            "start_time_utc": start,
            "end_time_utc": start + seconds,
            "start_time_local": start,
            "utc_offset_s": 0,
            "sport": sport,
            "is_indoor": False,
            "is_track": False,
            "distance_m": metres,
            "elapsed_s": seconds,
            "timer_s": seconds,
            "moving_s": seconds,
            "mean_speed_mps": metres / seconds,
            "mean_gap_speed_mps": metres / seconds,
            "mean_heart_rate_bpm": rate,
            "n_intervals": 0,
            "n_strides": 0,
            "strides_status": "none",
            "quality_heart_rate_share": 1.0 if rates else 0.0,
            "quality_heart_rate_lock_s": 0.0,
        }
        self.add("activities", **stamps, **{**row, **changes})
        for bpm, spent in sorted(rates.items()):
            self.add(
                "distributions",
                **stamps,
                quantity="heart_rate",
                bin_low=bpm,
                seconds=60 * spent,
                distance_m=metres * spent / minutes,
            )
        for mps, spent in sorted(spread.items()):
            low = round(np.floor(mps / 0.05 + 1e-6) * 0.05, 4)
            self.add(
                "distributions",
                **stamps,
                quantity="gap_speed",
                bin_low=low,
                seconds=60 * spent,
                distance_m=60 * spent * mps,
            )
        return activity_id

    def _last(self) -> dict[str, Any]:
        return self.rows["activities"][-1]

    def _stamps(self) -> dict[str, Any]:
        return {name: self._last()[name] for name in ("athlete_id", "activity_id", "local_date")}

    def bouts(
        self, kind: str, n: int, duration_s: float, speed_mps: float, *, confidence: float = 0.9, **changes: Any
    ) -> None:
        """Work bouts of the last activity."""
        last = self._last()
        done = sum(r["activity_id"] == last["activity_id"] for r in self.rows.get("intervals", []))
        for i in range(n):
            start = 600.0 + 2 * duration_s * (done + i)
            self.add(
                "intervals", **self._stamps(),
                **{
                    "interval_no": done + i + 1, "set_no": 1, "kind": kind, "duration_s": duration_s,
                    "start_s": start, "end_s": start + duration_s,
                    "start_time_utc": last["start_time_utc"] + start,
                    "end_time_utc": last["start_time_utc"] + start + duration_s,
                    "distance_m": duration_s * speed_mps, "mean_speed_mps": speed_mps,
                    "mean_gap_speed_mps": speed_mps, "confidence": confidence, "edge_source": "samples", **changes,
                },
            )  # fmt: skip
        if confidence >= 0.5:
            last["n_intervals"] += n

    def strides(self, n: int, duration_s: float = 20.0) -> None:
        """Strides of the last activity."""
        last = self._last()
        for i in range(n):
            start = last["elapsed_s"] - 600 + 60 * i
            self.add(
                "strides", **self._stamps(), stride_no=i + 1, start_s=start, end_s=start + duration_s,
                start_time_utc=last["start_time_utc"] + start, end_time_utc=last["start_time_utc"] + start + duration_s,
                duration_s=duration_s, distance_m=5 * duration_s, confidence=0.8,
            )  # fmt: skip
        last["n_strides"], last["strides_status"] = n, "found"

    def effort(self, name: str, distance_m: float, elapsed_s: float, *, by_time: bool = False, **changes: Any) -> None:
        """A best effort of the last activity."""
        last = self._last()
        self.add(
            "best_efforts", **self._stamps(),
            **{
                "effort": name, "is_by_distance": not by_time, "distance_m": distance_m, "elapsed_s": elapsed_s,
                "speed_mps": distance_m / elapsed_s, "start_s": 600.0, "start_time_utc": last["start_time_utc"] + 600.0,
                "pause_s": 0.0, "is_indoor": False, "quality": "ok", **changes,
            },
        )  # fmt: skip

    def splits(self, speeds_mps: Sequence[float]) -> None:
        """Kilometre splits of the last activity at these speeds."""
        start = 0.0
        for i, speed in enumerate(speeds_mps):
            seconds = KM_M / speed
            self.add(
                "splits", **self._stamps(), kind="km", split_no=i + 1, start_s=start, distance_m=KM_M,
                elapsed_s=seconds, timer_s=seconds, is_partial=False, mean_gap_speed_mps=speed,
            )  # fmt: skip
            start += seconds

    def row(self, table: str, **values: Any) -> None:
        """Any row of the last activity."""
        self.add(table, **self._stamps(), **values)

    def tables(self) -> dict[str, Table]:
        """The detected tables."""
        names = (
            "activities", "distributions", "best_efforts", "intervals", "interval_sets", "strides", "splits", "form",
            "fatigue", "pacing",
        )  # fmt: skip
        return {name: Table.from_rows(BY_NAME[name], self.rows.get(name, [])) for name in names}
