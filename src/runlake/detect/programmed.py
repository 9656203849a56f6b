"""What the workout plan and the laps say was meant, step by step, beside what the samples show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from runlake.detect._series import mean_between
from runlake.model.activity import Activity
from runlake.model.recording import F8, Lap, WorkoutStep

WORK_KINDS = ("active", "interval")
KINDS = ("warmup", "active", "rest", "recovery", "cooldown", "interval", "other")
EXECUTED_FRAC = 0.03
"""A step at least 3 % faster than what lies around it was run: half of the slowest tempo's contrast."""
AROUND_S = 120.0


@dataclass(frozen=True, slots=True)
class Step:
    """A step as executed: elapsed seconds, what the plan says of it."""

    index: int
    start_s: float
    end_s: float
    kind: str
    plan: WorkoutStep | None


def _is_split_by_watch(before: Lap, lap: Lap, plan: WorkoutStep | None) -> bool:
    """True when two laps of the same step are one execution that an automatic lap cut in two."""
    if before.workout_step != lap.workout_step:
        return False
    if plan is not None and plan.duration_kind == "distance" and np.isfinite(plan.duration_value):
        return before.distance_m + lap.distance_m <= 1.1 * plan.duration_value
    if plan is not None and plan.duration_kind == "time" and np.isfinite(plan.duration_value):
        return before.timer_s + lap.timer_s <= 1.1 * plan.duration_value
    return before.trigger == "distance"


def executed_steps(activity: Activity) -> list[Step]:
    """The steps of the plan in the order in which the watch went through them; none without laps that name steps."""
    plans = {step.step_index: step for step in activity.steps}
    out: list[Step] = []
    previous: Lap | None = None
    for lap in activity.laps:
        if not np.isfinite(lap.workout_step):
            previous = None
            continue
        index = int(lap.workout_step)
        plan = plans.get(index)
        start = max(lap.start_time_utc_s - activity.start_time_utc_s, 0.0)
        length = lap.elapsed_s if np.isfinite(lap.elapsed_s) else lap.end_time_utc_s - lap.start_time_utc_s
        end = min(start + length, activity.elapsed_s + 1.0)
        if not end > start:
            continue
        if previous is not None and out and _is_split_by_watch(previous, lap, plan):
            out[-1] = Step(index, out[-1].start_s, end, out[-1].kind, plan)
            previous = _joined(previous, lap)
            continue
        kind = (plan.intensity if plan is not None else "") or lap.intensity or "other"
        out.append(Step(index, start, end, kind if kind in KINDS else "other", plan))
        previous = lap
    return out


def _joined(a: Lap, b: Lap) -> Lap:
    return Lap(
        a.start_time_utc_s, timer_s=a.timer_s + b.timer_s, distance_m=a.distance_m + b.distance_m, trigger=b.trigger,
        workout_step=b.workout_step,
    )  # fmt: skip


def overlap_over_union(start_s: float, end_s: float, starts_s: F8, ends_s: F8) -> F8:
    """Overlap over union of one range with each of the others; 0 where they do not meet."""
    both = np.maximum(0.0, np.minimum(end_s, ends_s) - np.maximum(start_s, starts_s))
    return np.asarray(both / ((end_s - start_s) + (ends_s - starts_s) - both))


def target_words(plan: WorkoutStep | None) -> str | None:
    """What the plan asks for, in words; None when it says nothing."""
    if plan is None:
        return None
    parts = [plan.name] if plan.name else []
    if np.isfinite(plan.duration_value) and plan.duration_kind in ("time", "distance"):
        unit = "s" if plan.duration_kind == "time" else "m"
        parts.append(f"{plan.duration_value:.0f} {unit}")
    elif plan.duration_kind:
        parts.append(plan.duration_kind)
    if plan.target_kind and plan.target_kind != "open":
        has = np.isfinite(plan.target_low) and np.isfinite(plan.target_high)
        parts.append(f"{plan.target_kind} {plan.target_low:g}-{plan.target_high:g}" if has else plan.target_kind)
    return ", ".join(parts) or None


def _was_executed(activity: Activity, step: Step) -> float | None:
    if step.kind not in WORK_KINDS:
        return None
    grid = activity.grid
    moving = np.where(grid.is_timer_on, grid.speed_mps, 0.0)
    edges = np.array([step.start_s, step.start_s - AROUND_S, step.end_s])
    ends = np.array([step.end_s, step.start_s, step.end_s + AROUND_S])
    inside, before, after = mean_between(moving, np.maximum(edges, 0.0), np.clip(ends, 0.0, float(grid.m)))
    around = np.fmax(before, after)
    if not (np.isfinite(inside) and np.isfinite(around)):
        return None
    return float(inside >= (1.0 + EXECUTED_FRAC) * around)


def programmed_rows(activity: Activity, steps: list[Step], starts_s: F8, ends_s: F8) -> list[dict[str, Any]]:
    """Rows of `programmed_steps`; intervals given by their edges, numbered from 1."""
    rows = []
    for number, step in enumerate(steps, start=1):
        plan = step.plan
        overlaps = overlap_over_union(step.start_s, step.end_s, starts_s, ends_s)
        best = int(np.argmax(overlaps)) if overlaps.size else -1
        matched = best >= 0 and overlaps[best] > 0.0 and step.kind in (*WORK_KINDS, "other")
        rows.append({
            "step_no": number, "workout_step": step.index, "kind": step.kind, "target": target_words(plan),
            "planned_s": plan.duration_value if plan is not None and plan.duration_kind == "time" else None,
            "planned_m": plan.duration_value if plan is not None and plan.duration_kind == "distance" else None,
            "start_time_utc": activity.start_time_utc_s + step.start_s,
            "end_time_utc": activity.start_time_utc_s + step.end_s,
            "start_s": step.start_s, "end_s": step.end_s, "was_executed": _was_executed(activity, step),
            "matched_interval_no": best + 1 if matched else None, "agreement": float(overlaps[best]) if matched else None,
        })  # fmt: skip
    return rows


def match_steps(steps: list[Step], start_s: float, end_s: float) -> tuple[int | None, float | None]:
    """The number of the work step that a bout overlaps most, and overlap over union; None and None without one."""
    best, value = None, 0.0
    for number, step in enumerate(steps, start=1):
        if step.kind not in WORK_KINDS:
            continue
        share = float(overlap_over_union(start_s, end_s, np.array([step.start_s]), np.array([step.end_s]))[0])
        if share > value:
            best, value = number, share
    return best, value if best is not None else None
