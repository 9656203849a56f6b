"""Overview: this week in one sentence and its evidence, the last twelve weeks, and what to look at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from runlake.model.plugins import Page, Report
from runlake.reports._format import clock, counted, day, effort_words, number, percent, signed_percent, words
from runlake.reports._links import activities_table, activity_link
from runlake.reports._page import (
    Flag,
    Link,
    ReportContext,
    Stat,
    clean,
    render,
)
from runlake.reports._weeks import weeks_chart

WEEKS_SHOWN = 12


class WeekCard(NamedTuple):
    """The week's verdict."""

    title: str
    kind: str
    sentence: str
    evidence: tuple[Link, ...]


VERDICTS = {
    "purposeful": "run with purpose",
    "partly": "partly with purpose",
    "unfocused": "without focus",
    "rest": "a week without running",
    "too_little": "too little to judge",
}


def week_card(week: pd.Series, activities: pd.DataFrame, context: ReportContext) -> WeekCard:
    """The verdict on a week, in one sentence with the activities it rests on."""
    ids = str(week["verdict_evidence"] or "").split()
    named = activities[activities["activity_id"].isin(ids)].sort_values("start_time_utc")
    units = context.units
    runs = counted(week["n_runs"], "run")
    reason = clean(week["verdict_reason"])
    told = f"{reason[:1].upper()}{reason[1:]}"
    distance = units.distance(week["distance_m"])
    if not week["n_runs"]:
        sentence = told or "No runs"
    elif reason.startswith(runs):
        sentence = f"{distance} in {reason}"
    else:
        sentence = f"{distance} in {runs}. {told}" if reason else f"{distance} in {runs}"
    verdict = str(week["verdict"] or "")
    head = VERDICTS.get(verdict, words(verdict))
    running = "" if week["is_complete"] is not pd.NA and bool(week["is_complete"]) else " (so far)"
    title = f"Week of {day(week['week_start_date'])}{running}: {head}"
    return WeekCard(title, verdict, sentence.rstrip(".") + ".", tuple(activity_link(r) for _, r in named.iterrows()))


def stats(context: ReportContext, week: pd.Series) -> list[Stat]:
    """The figures at the top: distance, easy share, mile, comfortable pace, fitness."""
    units = context.units
    out = [
        Stat("distance this week", units.distance(week["distance_m"]), ramp_words(week)),
        Stat("easy, by time", percent(week["easy_share_time"]), _easy_note(week)),
    ]
    goals, best = context.tables["goals"], context.tables["best_efforts"]
    miles = best[(best["effort"] == "mile") & (best["quality"] == "ok") & ~best["is_indoor"].fillna(False).astype(bool)]
    if not miles.empty:
        top = miles.loc[miles["elapsed_s"].astype(float).idxmin()]
        out.append(
            Stat(
                "best mile",
                clock(top["elapsed_s"]),
                day(top["local_date"]),
                f"activities/{top['activity_id']}.html",
            )
        )
    open_rungs = goals[goals["first_met_on"].isna()] if not goals.empty else goals
    if not open_rungs.empty:
        rung = open_rungs.sort_values("target_s", ascending=False).iloc[0]
        out.append(
            Stat(
                "next rung",
                clock(rung["target_s"]),
                f"{clock(rung['gap_s'])} to go" if pd.notna(rung["gap_s"]) else "",
            )
        )
    comfortable = latest_threshold(context.tables["thresholds"], "comfortable_speed")
    if comfortable is not None:
        out.append(
            Stat(
                "comfortable pace",
                units.pace(comfortable["value"]),
                f"from {day(comfortable['valid_from'], False)} on",
            )
        )
    critical = latest_threshold(context.tables["thresholds"], "critical_speed")
    if critical is not None:
        out.append(
            Stat(
                "critical speed",
                units.pace(critical["value"]),
                f"{critical['source']}, from {day(critical['valid_from'], False)} on",
            )
        )
    return out


def ramp_words(week: pd.Series) -> str:
    """How the week compares with the one before."""
    if pd.isna(week["ramp_frac"]):
        return clean(week["ramp_reason"])
    return f"{signed_percent(week['ramp_frac'])} on the week before"


def _easy_note(week: pd.Series) -> str:
    if pd.isna(week["easy_share_time"]):
        return clean(week["easy_share_reason"])
    return f"{percent(week['easy_share_distance'])} of distance, {percent(week['easy_share_sessions'])} of sessions"


def latest_threshold(thresholds: pd.DataFrame, kind: str) -> pd.Series | None:
    """The threshold of a kind that holds now; None when none is known."""
    rows = thresholds[thresholds["kind"] == kind]
    return None if rows.empty else rows.sort_values("valid_from").iloc[-1]


def flags(context: ReportContext, weeks: pd.DataFrame, activities: pd.DataFrame) -> list[Flag]:
    """What stands out in the last four weeks, with the activities behind it."""
    out: list[Flag] = []
    recent = weeks.iloc[-4:]
    since = recent["week_start_date"].iloc[0]
    late = activities[activities["local_date"] >= since]
    for _, a in late[late["spike_ratio"].astype(float) > 1.1].iterrows():
        out.append(
            Flag(
                "warn",
                f"A run {percent(a['spike_ratio'] - 1)} longer than the longest of the 30 days before "
                "(study of 5,205 runners: linked to more injuries above 10 %).",
                (activity_link(a),),
            )
        )
    for _, w in recent.iterrows():
        if pd.notna(w["ramp_frac"]) and w["ramp_frac"] > 0.15 and w["n_runs"] >= 3:
            out.append(
                Flag(
                    "warn",
                    f"Week of {day(w['week_start_date'], False)}: {signed_percent(w['ramp_frac'])} on the week "
                    "before (a convention says at most 10 %).",
                )
            )
    efforts = context.tables["best_efforts"]
    new = efforts
    if not efforts.empty:
        # The first effort of a kind beats nothing.
        is_first = efforts["start_time_utc"] == efforts.groupby("effort")["start_time_utc"].transform("min")
        is_record = efforts["is_record"].fillna(False).astype(bool)
        new = efforts[(efforts["local_date"] >= since) & is_record & ~is_first]
    for activity_id, rows in list(new.groupby("activity_id"))[-3:]:
        names = ", ".join(effort_words(e) for e in rows["effort"])
        first = activities[activities["activity_id"] == activity_id]
        if not first.empty:
            out.append(Flag("good", f"New best: {names}.", (activity_link(first.iloc[0]),)))
    shaky = late[(late["quality_heart_rate_lock_s"].astype(float) > 60)]
    for _, a in shaky.iloc[-2:].iterrows():
        out.append(
            Flag(
                "note",
                f"Heart rate followed cadence for {clock(a['quality_heart_rate_lock_s'])}; it is left out.",
                (activity_link(a),),
            )
        )
    return out


def pages(context: ReportContext) -> Iterator[Page]:
    """index.html."""
    weeks, activities = context.tables["weeks"].sort_values("week_start_date"), context.tables["activities"]
    if activities.empty or weeks.empty:
        page = render(
            "overview.html.j2",
            context,
            here="index.html",
            title="Overview",
            week=None,
            span="",
            nothing="The lake holds no activity yet. Point `runlake build` at a folder with FIT, GPX or TCX files; "
            "`runlake status` says what became of each.",
        )
        yield Page("index.html", page)
        return
    week = weeks.iloc[-1]
    drawn = weeks_chart(weeks.iloc[-WEEKS_SHOWN:], context)
    first, last = activities["local_date"].min(), activities["local_date"].max()
    page = render(
        "overview.html.j2",
        context,
        here="index.html",
        title="Did I run with purpose?",
        charts={"weeks_chart": drawn},
        span=f"{number(len(activities))} activities, {day(first)} to {day(last)}",
        week=week_card(week, activities, context),
        stats=stats(context, week),
        flags=flags(context, weeks, activities),
        latest=activities_table(
            activities.sort_values("start_time_utc").iloc[-10:], context, "The last ten, newest first"
        ),
    )
    yield Page("index.html", page)


REPORT = Report(
    "overview", "Overview", ("activities", "weeks", "intensity", "best_efforts", "goals", "thresholds"), pages
)
