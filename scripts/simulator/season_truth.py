"""The truth of the season, for truth.json: what was run, file by file and week by week."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from simulator import answers, season
from simulator.season import SeasonSession

LADDER_S = (465.0, 450.0, 435.0, 420.0)
EASY = ("easy", "recovery", "long", "easy_strides")
ABOUT = {
    "times": "seconds from the first record of the file, pauses included; ends are exclusive",
    "pauses": "the timer stopped by hand; stops: the runner stood, with the timer running unless has_auto_pause",
    "bouts": "what the body did: from where it began to speed up to where it began to slow down; not what laps say",
    "strides": "the same, for strides; a stride is never a bout",
    "distance_m": "true metres run; what a device counted may differ by some per cent (device.distance_bias_frac)",
    "programmed_steps": "the workout stored in the file; steps_followed says whether it was run",
    "zones": answers.ZONES_ABOUT,
    "easy_share_sessions": "runs whose purpose is easy, recovery, long or easy_strides, over all runs",
    "fatigue_onset_s": "from then on the same effort gives less speed and shorter steps; null: not before the end",
    "device.speed_lag_s": "when half of a sudden change of true speed is shown; positions lag by 0.8 s themselves",
    "season.weeks": "whole sessions, the one whose file is cut off included",
    "status": "what a reader should make of the file",
}


def file_truth(item: SeasonSession, file_format: str, status: str = "ok") -> dict[str, Any]:
    """What is true of one file."""
    truth, plan, device = item.session.truth, item.session.plan, item.session.device
    recording, traces = item.session.recording, item.session.truth.traces
    start = dt.datetime.fromtimestamp(float(recording.time_utc_s[0]), dt.UTC)
    is_run = plan.sport == "running"
    offset = item.local_start.utcoffset()
    return {
        "status": status,
        "format": file_format,
        "week": item.week,
        "sport": plan.sport,
        "sub_sport": plan.sub_sport if file_format == "fit" else "",
        "start_time_utc": start.isoformat().replace("+00:00", "Z"),
        "start_time_local": item.local_start.replace(tzinfo=None).isoformat(),
        "utc_offset_s": offset.total_seconds() if offset else None,
        "purpose": truth.purpose,
        "shorthand": truth.shorthand,
        "n_records": recording.n,
        "elapsed_s": float(recording.time_utc_s[-1] - recording.time_utc_s[0]),
        "timer_s": recording.totals.timer_s,
        "distance_m": round(float(traces.speed_mps[~traces.is_paused].sum()), 1),
        "moving_s": answers.running_s(traces),
        "bouts": answers.bouts(truth, strides=False),
        "strides": answers.bouts(truth, strides=True),
        "pauses": [list(p) for p in truth.pauses],
        "stops": [[s.start_s, s.end_s] for s in truth.segments if s.kind == "stop"],
        "is_on_track": truth.is_on_track,
        "fatigue_onset_s": answers.onset(truth),
        "splits_km": answers.splits(traces, 1000.0) if is_run else [],
        "best_efforts": answers.best_efforts(traces) if is_run else [],
        "pacing": answers.pacing(truth),
        "zones": answers.zones(traces, item.session.runner) if is_run else None,
        "programmed_steps": [
            {"step_no": s.step_index, "intensity": s.intensity, "kind": s.duration_kind, "value": s.duration_value}
            for s in recording.steps
        ],
        "steps_followed": device.lap_style == "steps" if recording.steps else None,
        "lap_style": device.lap_style if file_format != "gpx" else "none",
        "n_laps": len(recording.laps) if file_format != "gpx" else 0,
        "device": {
            "name": device.name,
            "sampling": device.sampling,
            "speed_lag_s": round(device.speed_half_lag_s, 2) if device.has_speed else None,
            "cadence_lag_s": round(device.cadence_lag_s, 2) if device.has_cadence else None,
            "has_auto_pause": device.has_auto_pause,
            "heart_rate_lock_s": device.lock_s,
            "distance_bias_frac": round(device.distance_bias_frac, 4),
            "channels": sorted(recording.channels),
        },
    }


def season_truth(sessions: Sequence[SeasonSession]) -> dict[str, Any]:
    """Weeks, the ladder of the mile, and how fatigue moved."""
    by_week: dict[int, list[SeasonSession]] = defaultdict(list)
    for item in sessions:
        by_week[item.week].append(item)
    weeks = [_week(number, items) for number, items in sorted(by_week.items())]
    for at, week in enumerate(weeks):
        before = [w["distance_m"] for w in weeks[max(at - 4, 0) : at]]
        week["ramp_frac"] = round(week["distance_m"] / before[-1] - 1, 4) if before else None
        week["ramp_4_weeks_frac"] = (
            round(week["distance_m"] / float(np.mean(before)) - 1, 4) if len(before) == 4 else None
        )
    trials = [_trial(s) for s in sessions if s.session.plan.kind in ("time_trial", "race")]
    return {
        "weeks": weeks,
        "recovery_weeks": list(season.RECOVERY_WEEKS),
        "ramp_week": season.RAMP_WEEK,
        "spike": _spike(sessions),
        "mile_efforts": trials,
        "ladder": [
            {"target_s": t, "first_met_on": next((x["local_date"] for x in trials if x["mile_s"] <= t), None)}
            for t in LADDER_S
        ],
        "long_runs": [
            {"local_date": f"{s.local_start:%Y-%m-%d}", "elapsed_s": s.session.truth.traces.n,
             "fatigue_onset_s": answers.onset(s.session.truth)}
            for s in sessions if s.session.plan.kind == "long"
        ],
        "runner": [_runner(week) for week in (1, 4, 8, 12, 16)],
    }  # fmt: skip


def _metres(item: SeasonSession) -> float:
    traces = item.session.truth.traces
    return float(traces.speed_mps[~traces.is_paused].sum())


def _week(number: int, items: Sequence[SeasonSession]) -> dict[str, Any]:
    runs = [s for s in items if s.session.plan.sport == "running"]
    zoned = [answers.zones(s.session.truth.traces, s.session.runner) for s in runs]
    monday = season.FIRST_DAY + dt.timedelta(days=7 * (number - 1))
    out: dict[str, Any] = {
        "week": number,
        "week_start_date": monday.isoformat(),
        "n_runs": len(runs),
        "n_activities": len(items),
        "distance_m": round(sum(_metres(s) for s in runs), 1),
        "longest_run_m": round(max(_metres(s) for s in runs), 1),
        "moving_s": sum(answers.running_s(s.session.truth.traces) for s in runs),
        "n_strides": sum(len(s.session.truth.strides) for s in runs),
        "quality_s": round(sum(b.duration_s for s in runs for b in s.session.truth.work), 1),
        "rest_days": 7 - len({s.local_start.date() for s in runs}),
        "easy_share_sessions": round(sum(s.session.truth.purpose in EASY for s in runs) / len(runs), 4),
        "is_recovery_week": number in season.RECOVERY_WEEKS,
    }
    for method in ("pace", "heart_rate"):
        seconds = np.sum([z[method]["seconds"] for z in zoned], axis=0)
        metres = np.sum([z[method]["distance_m"] for z in zoned], axis=0)
        out[f"easy_share_time_{method}"] = round(float(seconds[0] / seconds.sum()), 4)
        out[f"easy_share_distance_{method}"] = round(float(metres[0] / metres.sum()), 4)
    return out


def _trial(item: SeasonSession) -> dict[str, Any]:
    effort = item.session.truth.work[0]
    kind = item.session.plan.kind
    return {"local_date": f"{item.local_start:%Y-%m-%d}", "kind": kind, "mile_s": round(effort.duration_s, 1)}


def _spike(sessions: Sequence[SeasonSession]) -> dict[str, Any]:
    """The run that was longest against the longest of the 30 days before it, from the fifth week on."""
    runs = [(s.local_start.date(), _metres(s), s.slug) for s in sessions if s.session.plan.sport == "running"]
    ratios = []
    for date, metres, slug in runs:
        before = [m for d, m, _ in runs if 0 < (date - d).days <= 30]
        if (date - season.FIRST_DAY).days >= 30:
            ratios.append((metres / max(before), date.isoformat(), slug))
    ratio, date_text, slug = max(ratios)
    return {"local_date": date_text, "slug": slug, "spike_ratio": round(ratio, 4), "week": season.SPIKE_WEEK}


def _runner(week: int) -> dict[str, Any]:
    runner = season.runner_in_week(week)
    return {
        "week": week,
        "easy_mps": round(runner.easy_mps, 3),
        "critical_mps": round(runner.critical_mps, 3),
        "d_prime_m": round(runner.d_prime_m, 1),
        "hr_rest_bpm": round(runner.hr_rest_bpm, 1),
        "hr_max_bpm": runner.hr_max_bpm,
        "hr_at_critical_bpm": round(runner.heart_rate_at(runner.critical_mps), 1),
        "cadence_at_easy_spm": round(runner.cadence_easy_spm, 1),
        "cadence_slope_spm_s_m": runner.cadence_slope_spm_s_m,
    }
