"""How hard each activity was: time and distance in three zones by heart rate and by pace, and its load."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from runlake.history._bins import Bins, read_bins
from runlake.history._effective import Dated, dated
from runlake.history._formulas import pace_load, trimp_per_min
from runlake.history._group import B1, F8, Array, has_text, index_of, put_text, ratio, text_column
from runlake.model.findings import Table
from runlake.model.plugins import Athlete, Historian
from runlake.tables import activities, intensity


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the zones lie, and how much of an activity has to be known."""

    heart_rate_low_frac: float = 0.89
    """Zone 2 begins there, as a share of threshold heart rate: about 80 % of the maximum (Seiler 2010)."""
    heart_rate_high_frac: float = 1.0
    pace_low_frac: float = 0.82
    """The same as a share of critical speed."""
    pace_high_frac: float = 0.99
    min_share: float = 0.8
    """Share of moving time that must have heart rate (or speed); below it, no zones and no load."""


@dataclass(frozen=True, slots=True, eq=False)
class Method:
    """One way to tell intensity: the bins, the bounds of the day, and where they may be trusted."""

    name: str
    bins: Bins
    low: F8
    high: F8
    source: Array
    usable: B1
    """Enough of the moving time is known."""
    seconds: F8
    metres: F8
    """In zones 1 to 3, float64[3, n]."""


def build(athlete: Athlete, tables: Mapping[str, Table], settings: Settings) -> tuple[Table, ...]:
    """Zones by both methods (pace for runs only), and activities with effort, easy share and loads filled in."""
    sessions = tables["activities"]
    index = index_of(sessions["activity_id"])
    day = sessions["local_date"]
    rate = read_bins(tables["distributions"], "heart_rate", index)
    speed = read_bins(tables["distributions"], "gap_speed", index)
    limit = dated(tables["thresholds"], "hr_threshold")
    critical = dated(tables["thresholds"], "critical_speed")
    moving = np.where(np.isnan(sessions["moving_s"]), sessions["timer_s"], sessions["moving_s"])
    is_run = has_text(sessions["sport"], "running")
    rate_shares = (settings.heart_rate_low_frac, settings.heart_rate_high_frac)
    pace_shares = (settings.pace_low_frac, settings.pace_high_frac)
    enough = settings.min_share * moving
    by_rate = _method("heart_rate", rate, limit, day, rate_shares, rate.total_s >= enough)
    by_pace = _method("pace", speed, critical, day, pace_shares, is_run & (speed.total_s >= enough))
    out = _zones(sessions, (by_rate, by_pace))
    trimp, trimp_reason = _trimp(athlete, tables["thresholds"], day, rate, by_rate.usable)
    pace, pace_reason = _pace(by_pace, critical.value_on(day), is_run)
    columns = {
        "effort_frac": np.where(is_run, ratio(sessions["mean_gap_speed_mps"], critical.value_on(day)), np.nan),
        "easy_share_time": np.where(is_run, _easy_share(by_rate, by_pace), np.nan),
        "load_trimp": trimp,
        "load_trimp_reason": trimp_reason,
        "load_pace": pace,
        "load_pace_reason": pace_reason,
    }
    return out, sessions.replace(**columns)


def _method(name: str, bins: Bins, threshold: Dated, day: F8, shares: tuple[float, float], usable: B1) -> Method:
    value = threshold.value_on(day)
    low, high = shares[0] * value, shares[1] * value
    seconds, metres = _split(bins, low, high)
    return Method(name, bins, low, high, threshold.source_on(day), usable & (bins.total_s > 0), seconds, metres)


def _split(bins: Bins, low: F8, high: F8) -> tuple[F8, F8]:
    """Seconds and metres of each activity in zones 1 to 3, float64[3, n] each; NaN without bounds."""
    above, hard = bins.share_above(low), bins.share_above(high)
    parts = []
    for amount in (bins.seconds, bins.distance_m):
        total, over, most = bins.sum(amount), bins.sum(above * amount), bins.sum(hard * amount)
        parts.append(np.maximum(np.array([total - over, over - most, most]), 0.0))
    return parts[0], parts[1]


def _zones(sessions: Table, methods: tuple[Method, ...]) -> Table:
    parts: dict[str, list[Array]] = {c.name: [] for c in intensity.SPEC.columns}
    for method in methods:
        keep = np.flatnonzero(method.usable & ~np.isnan(method.low))
        lows = (np.zeros(method.bins.n), method.low, method.high)
        highs = (method.low, method.high, np.full(method.bins.n, np.nan))
        for zone in (1, 2, 3):
            for stamp in ("athlete_id", "activity_id", "local_date"):
                parts[stamp].append(sessions[stamp][keep])
            parts["method"].append(np.full(len(keep), method.name, dtype=object))
            parts["zone"].append(np.full(len(keep), zone))
            parts["seconds"].append(method.seconds[zone - 1][keep])
            parts["distance_m"].append(method.metres[zone - 1][keep])
            parts["low"].append(lows[zone - 1][keep])
            parts["high"].append(highs[zone - 1][keep])
            parts["threshold_source"].append(method.source[keep])
    joined = {name: np.concatenate(pieces) for name, pieces in parts.items()}
    order = np.lexsort((joined["zone"], np.repeat([0, 1], [_n(methods[0]), _n(methods[1])]), _row_of(methods)))
    return Table(intensity.SPEC, {name: values[order] for name, values in joined.items()})


def _n(method: Method) -> int:
    return 3 * int((method.usable & ~np.isnan(method.low)).sum())


def _row_of(methods: tuple[Method, ...]) -> Array:
    return np.concatenate([np.tile(np.flatnonzero(m.usable & ~np.isnan(m.low)), 3) for m in methods])


def _easy_share(by_rate: Method, by_pace: Method) -> F8:
    """Share of time in zone 1, by heart rate where it may be trusted, else by pace."""
    shares = []
    for method in (by_rate, by_pace):
        shares.append(np.where(method.usable, ratio(method.seconds[0], method.bins.total_s), np.nan))
    return np.where(np.isnan(shares[0]), shares[1], shares[0])


def _trimp(athlete: Athlete, thresholds: Table, day: F8, rate: Bins, usable: B1) -> tuple[F8, Array]:
    """Training impulse by the thresholds of the day, float64[n], and why there is none."""
    rest = dated(thresholds, "hr_rest").value_on(day)
    highest = dated(thresholds, "hr_max").value_on(day)
    reserve = (rate.low - rest[rate.row]) / (highest - rest)[rate.row]
    value = rate.sum(trimp_per_min(reserve, athlete.sex) * rate.seconds) / 60.0
    known = usable & ~np.isnan(rest + highest)
    reason = text_column(rate.n)
    put_text(reason, rate.total_s <= 0, "no heart rate")
    put_text(reason, ~usable, "heart rate for too little of the moving time")
    put_text(reason, ~known, "heart-rate maximum not known yet: no hard session, no birth_year, no hr_max_bpm")
    return np.where(known, value, np.nan), reason


def _pace(by_pace: Method, critical_mps: F8, is_run: B1) -> tuple[F8, Array]:
    """Load by pace, float64[n], and why there is none."""
    bins = by_pace.bins
    value = pace_load(bins.total_s, ratio(bins.power_mean(3.0), critical_mps))
    known = by_pace.usable & ~np.isnan(critical_mps)
    reason = text_column(bins.n)
    put_text(reason, ~is_run, "not a run")
    put_text(reason, ~by_pace.usable, "speed for too little of the moving time")
    put_text(reason, ~known, "critical speed not known yet")
    return np.where(known, value, np.nan), reason


HISTORIAN = Historian(
    name="intensity",
    specs=(intensity.SPEC, activities.SPEC),
    needs=("activities", "distributions", "thresholds"),
    settings=Settings(),
    build=build,
)
