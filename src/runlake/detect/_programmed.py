"""What the workout plan and the laps say was meant, step by step, beside what the samples show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from runlake.detect._series import TIMER_SPEED, means_of
from runlake.model.activity import Activity
from runlake.model.findings import Findings
from runlake.model.recording import F8, Lap, WorkoutStep
from runlake.tables.programmed_steps import SPEC

WORK_KINDS = ("active", "interval")
KINDS = ("warmup", "active", "rest", "recovery", "cooldown", "interval", "other")
Row = dict[str, Any]
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


def overlaps(starts_s: F8, ends_s: F8, other_starts_s: F8, other_ends_s: F8) -> F8:
    """Overlap over union of each range with each of the others: float64[a, b]; 0 where they do not meet."""
    start, end = starts_s[:, None], ends_s[:, None]
    both = np.maximum(0.0, np.minimum(end, other_ends_s) - np.maximum(start, other_starts_s))
    return np.asarray(both / ((end - start) + (other_ends_s - other_starts_s) - both))


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


def _were_executed(activity: Activity, steps: list[Step]) -> list[bool | None]:
    """For each work step whether it was run clearly faster than the faster of the two minutes on either side."""
    start = np.array([s.start_s for s in steps])
    end = np.array([s.end_s for s in steps])
    first = np.concatenate((start, np.maximum(start - AROUND_S, 0.0), end))
    last = np.concatenate((end, start, np.minimum(end + AROUND_S, float(activity.grid.m))))
    inside, before, after = means_of(activity, (TIMER_SPEED,), first, last).reshape(3, -1)
    around = np.fmax(before, after)
    return [
        bool(inside[i] >= (1.0 + EXECUTED_FRAC) * around[i])
        if step.kind in WORK_KINDS and np.isfinite(inside[i] + around[i])
        else None
        for i, step in enumerate(steps)
    ]


def _agreement(steps: list[Step], start_s: F8, end_s: F8) -> F8:
    """Overlap over union of each step with each interval: float64[steps, intervals]; 0 for rests, warm-up and such."""
    first, last = np.array([s.start_s for s in steps]), np.array([s.end_s for s in steps])
    out = overlaps(first, last, start_s, end_s)
    out[[s.kind not in (*WORK_KINDS, "other") for s in steps]] = 0.0
    return out


def best_steps(steps: list[Step], start_s: F8, end_s: F8) -> tuple[list[int | None], list[float | None]]:
    """For each interval the number of the work step that it overlaps most, and overlap over union; None without."""
    if not steps:
        return [None] * len(start_s), [None] * len(start_s)
    agreement = _agreement(steps, start_s, end_s)
    best = agreement.argmax(axis=0).tolist()
    values = [agreement.item(q, i) for i, q in enumerate(best)]
    return [q + 1 if v > 0 else None for q, v in zip(best, values, strict=True)], [v if v > 0 else None for v in values]


def programmed_findings(activity: Activity, steps: list[Step], start_s: F8, end_s: F8) -> Findings:
    """Rows of `programmed_steps` beside the intervals (start_s, end_s), which are numbered from 1."""
    if not steps:
        return NO_STEPS
    agreement = _agreement(steps, start_s, end_s)
    executed = _were_executed(activity, steps)
    rows = [
        _step_row(activity, number, step, agreement[number - 1], executed[number - 1])
        for number, step in enumerate(steps, start=1)
    ]
    return Findings.from_rows(SPEC, rows)


def _step_row(activity: Activity, number: int, step: Step, agreement: F8, was_executed: bool | None) -> Row:
    plan = step.plan
    best = int(agreement.argmax()) if agreement.size else -1
    matched = best >= 0 and agreement[best] > 0.0
    by = plan.duration_kind if plan is not None else ""
    return {
        "step_no": number, "workout_step": step.index, "kind": step.kind, "target": target_words(plan),
        "planned_s": plan.duration_value if plan is not None and by == "time" else None,
        "planned_m": plan.duration_value if plan is not None and by == "distance" else None,
        "start_time_utc": activity.start_time_utc_s + step.start_s,
        "end_time_utc": activity.start_time_utc_s + step.end_s, "start_s": step.start_s, "end_s": step.end_s,
        "was_executed": was_executed, "matched_interval_no": best + 1 if matched else None,
        "agreement": float(agreement[best]) if matched else None,
    }  # fmt: skip


NO_STEPS = Findings.empty(SPEC)
