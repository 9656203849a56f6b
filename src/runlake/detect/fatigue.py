"""When effort for the same speed began to rise in a long steady run, and what changed by its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from runlake.detect._pace import Bouts, bouts_of, slow_down_at_s
from runlake.detect._series import HEART, Curve, distance_curve, means_of, median, running_mask
from runlake.kernels.drift import form_change, later_best, level_jumps, means_of_blocks, moving_medians
from runlake.model.activity import Activity
from runlake.model.findings import Findings
from runlake.model.plugins import Detector
from runlake.model.recording import F8
from runlake.tables.fatigue import SPEC

BIN_S = 10
LIKE_SPEED_MPS = 0.2
LEAST_IN_BIN = 3
LEAST_LIKE_S = 180
"""Three minutes at like speed in both thirds; less says nothing of form."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Gates: without them drift is read into warm-ups, hills and interval sessions."""

    min_running_s: float = 2400.0
    min_heart_rate_share: float = 0.8
    max_speed_cv_frac: float = 0.10
    warmup_s: float = 600.0
    reference_end_s: float = 1500.0
    """Minutes 10 to 25 are what later effort is compared with (Smyth 2022)."""
    window_s: int = 300
    level_speed_frac: float = 0.07
    level_grade_frac: float = 0.03
    onset_ratio: float = 1.025
    late_share: float = 0.15
    max_decoupling_frac: float = 0.25
    """Beyond it no body but a sensor has changed."""


@dataclass(frozen=True, slots=True, eq=False)
class _Bins:
    """Means over 10 s of running; NaN where less than half of it was run."""

    middle_s: F8
    speed_mps: F8
    gap_mps: F8
    heart_rate_bpm: F8
    cadence_spm: F8
    grade_frac: F8


def _find(activity: Activity, found: Mapping[str, Findings], settings: Settings) -> tuple[Findings, ...]:
    if not activity.is_run:
        return (Findings.empty(SPEC),)
    curve = distance_curve(activity)
    bouts = bouts_of(found)
    running_s = float(np.count_nonzero(running_mask(activity)))
    reason = _gate(curve, bouts, running_s, settings)
    if reason or curve is None:
        return (Findings.from_rows(SPEC, [{"reason": reason}]),)
    bins, basis = _with_steadier_speed(_make_bins(activity), settings)
    cadence_change, step_change = _form_change(bins, settings)
    row: dict[str, object] = {
        "speed_basis": basis,
        "best_5min_late_frac": _late_best(bins, settings),
        "cadence_change_spm": cadence_change,
        "step_length_change_frac": step_change,
    }
    reason = _heart_gate(bins, settings)
    if not reason or reason.startswith("pace"):
        row["has_bonk"] = _has_bonk(activity, curve)
    row["reason"] = reason or None
    if not reason:
        row |= _drift(bins, curve, settings)
    return (Findings.from_rows(SPEC, [row]),)


def _gate(curve: Curve | None, bouts: Bouts, running_s: float, settings: Settings) -> str:
    """Why nothing can be said of fatigue; "" when something can."""
    if curve is None:
        return "no distance recorded"
    if running_s < settings.min_running_s:
        return f"{running_s / 60:.0f} min of running, {settings.min_running_s / 60:.0f} min are needed"
    if bouts.n >= 2 or (bouts.n == 1 and bouts.work_s < 0.5 * running_s):
        return "a session with work bouts has no steady running to compare"
    return ""


def _heart_gate(bins: _Bins, settings: Settings) -> str:
    """Why drift of heart rate cannot be judged; "" when it can."""
    after = (bins.middle_s >= settings.warmup_s) & np.isfinite(bins.gap_mps)
    if np.count_nonzero(after) < 3 * settings.window_s / BIN_S:
        return "too little running after the first 10 min"
    share = np.count_nonzero(np.isfinite(bins.heart_rate_bpm[after])) / np.count_nonzero(after)
    if share < settings.min_heart_rate_share:
        return f"heart rate in {100 * share:.0f} % of the run" if share else "no heart rate"
    speed = bins.gap_mps[after]
    per = settings.window_s // BIN_S
    blocks = speed[: len(speed) // per * per].reshape(-1, per).mean(axis=1)
    spread = _mean((blocks - _mean(blocks)) ** 2) ** 0.5 / _mean(blocks)
    if spread >= settings.max_speed_cv_frac:
        return f"pace varied by {100 * spread:.0f} %, drift cannot be told from pacing"
    return ""


def _make_bins(activity: Activity) -> _Bins:
    grid = activity.grid
    columns = grid.speed_mps, grid.gap_speed_mps, grid.heart_rate_bpm, grid.cadence_spm, grid.grade_frac
    speed, gap, heart_rate, cadence, grade = means_of_blocks(columns, running_mask(activity), BIN_S, BIN_S // 2)
    return _Bins(
        middle_s=np.arange(len(speed), dtype=np.float64) * BIN_S + BIN_S / 2,
        speed_mps=speed,
        gap_mps=gap,
        heart_rate_bpm=heart_rate,
        cadence_spm=cadence,
        grade_frac=grade,
    )


def _with_steadier_speed(bins: _Bins, settings: Settings) -> tuple[_Bins, str]:
    """The bins with `gap_mps` replaced by plain speed where heart rate follows that more closely, and which it is.

    On hills grade-adjusted speed goes with heart rate; where altitude is poor it jumps about while both plain speed
    and heart rate are calm. Compared by the change of log heart rate over speed from one 5 min to the next.
    """
    per = settings.window_s // BIN_S
    jumps = [level_jumps(bins.heart_rate_bpm, speed, per) for speed in (bins.gap_mps, bins.speed_mps)]
    if jumps[1] < jumps[0]:
        return replace(bins, gap_mps=bins.speed_mps), "speed"
    return bins, "grade_adjusted"


def _drift(bins: _Bins, curve: Curve, settings: Settings) -> dict[str, object]:
    """Decoupling, durability and onset of a steady run."""
    good = np.isfinite(bins.gap_mps) & np.isfinite(bins.heart_rate_bpm) & (bins.middle_s >= settings.warmup_s)
    at, gap, heart = bins.middle_s[good], bins.gap_mps[good], bins.heart_rate_bpm[good]
    half = len(at) // 2
    early, late = _mean(gap[:half]) / _mean(heart[:half]), _mean(gap[half:]) / _mean(heart[half:])
    is_reference = at < settings.reference_end_s
    decoupling = float((early - late) / early)
    if abs(decoupling) > settings.max_decoupling_frac:
        return {"reason": f"heart rate for the same speed changed by {-100 * decoupling:+.0f} %: a sensor fault"}
    row: dict[str, object] = {"decoupling_frac": decoupling}
    if np.count_nonzero(is_reference) < settings.window_s / BIN_S:
        return row
    reference = _mean(heart[is_reference]) / _mean(gap[is_reference])
    tail = slice(int(len(at) * (1 - settings.late_share)), None)
    durability = _mean(heart[tail]) / _mean(gap[tail]) / reference
    row["durability_frac"] = durability
    # A rise that is gone by the end was no fatigue.
    has_risen = durability > settings.onset_ratio
    onset_s = _onset(bins, reference, settings) if has_risen else float("nan")
    row["is_censored"] = float(np.isnan(onset_s))
    row["onset_s"] = onset_s
    if np.isfinite(onset_s):
        row["onset_m"] = float(curve.distance_at(np.array([onset_s]))[0] - curve.distance_m[0])
    return row


def _onset(bins: _Bins, reference: float, settings: Settings) -> float:
    """First elapsed second from which heart beats for the same speed stay 2.5 % up; NaN when they never do."""
    per, step = settings.window_s // BIN_S, 60 // BIN_S
    number, (gap, heart, grade) = moving_medians(bins.gap_mps, bins.heart_rate_bpm, bins.grade_frac, per, step)
    middle = (number * step + per / 2) * BIN_S
    usual = median(bins.gap_mps[(bins.middle_s >= settings.warmup_s) & np.isfinite(bins.gap_mps)])
    level = np.abs(gap / usual - 1) <= settings.level_speed_frac
    level &= ~(np.abs(grade) >= settings.level_grade_frac)  # unknown grade counts as flat
    level &= middle >= settings.reference_end_s
    at, ratio = middle[level], heart[level] / gap[level] / reference
    up = ratio > settings.onset_ratio
    soon = np.searchsorted(at, at + settings.window_s, side="right")
    up_until = np.concatenate(([0], np.cumsum(up)))
    first = np.arange(len(at))
    stays = (soon - first >= 4) & (up_until[soon] - up_until[first] == soon - first)
    for k in np.flatnonzero(stays):
        if median(ratio[k:]) > settings.onset_ratio:
            return float(at[k])
    return float("nan")


def _late_best(bins: _Bins, settings: Settings) -> float:
    """Best 5 min after two thirds of the run over the best before."""
    return float(later_best(bins.gap_mps, settings.window_s // BIN_S))


def _form_change(bins: _Bins, settings: Settings) -> tuple[float, float]:
    """Cadence and step length in the last third against the first, compared within speed bins of 0.2 m/s."""
    cadence, step, weight = form_change(
        bins.speed_mps, bins.cadence_spm, bins.grade_frac, settings.level_grade_frac, LIKE_SPEED_MPS, LEAST_IN_BIN
    )
    return (cadence, step) if weight * BIN_S >= LEAST_LIKE_S else (float("nan"), float("nan"))


def _mean(values: F8) -> float:
    """The mean of values that are all known."""
    return float(np.add.reduce(values)) / len(values)


def _has_bonk(activity: Activity, curve: Curve) -> float:
    """1 when pace fell by 8 % for good and heart rate did not rise with it."""
    at_s = slow_down_at_s(activity, curve, float(curve.time_s[0]), float(curve.time_s[-1]))
    if np.isnan(at_s):
        return 0.0
    edges = np.array([min(600.0, at_s / 2), at_s, float(curve.time_s[-1])])
    (heart,) = means_of(activity, (HEART,), edges[:-1], edges[1:])
    return float(heart[1] <= heart[0]) if np.isfinite(heart).all() else float("nan")


DETECTOR = Detector("fatigue", (SPEC,), Settings(), _find, needs=("intervals",))
