"""One runner's season: 17 weeks, every session with its time, its watch, its format and its truth."""

from __future__ import annotations

import dataclasses
import datetime as dt
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from simulator.body import live
from simulator.device import Device
from simulator.runner import Runner
from simulator.season_plans import MILE_M, planned
from simulator.session import SimulatedSession, record

FIRST_DAY = dt.date(2026, 1, 5)
TIME_ZONE = "America/Denver"  # summer time begins on 2026-03-08, inside the season
PLACE_DEG = (40.8512, -113.7427)  # salt flats: level, and nobody's home
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOCK = {"mon": "12:10", "tue": "18:05", "wed": "06:40", "thu": "06:30", "fri": "12:15", "sat": "09:00", "sun": "08:10"}
RECOVERY_WEEKS, RAMP_WEEK, SPIKE_WEEK = (4, 12), 10, 14
WEEKS = (
    "tue easy 36; wed ride 60; thu strides 32 6; sat trial; sun long 64",
    "tue reps 6 400 200 @laps; thu strides 34 6 @gpx-hr; fri swim 30; sat fartlek 6 30; sun long 66",
    "tue hills 8 45; wed walk 30; thu strides 36 6; sat tempo 20 @tcx; sun long 70",
    "tue easy 30 @gpx; thu strides 28 5; sat trial @laps; sun easy 41",
    "tue reps 10 200 200 @laps; wed ride 55; thu strides 32 5 @tcx.gz; sat tempo 20; sun long 66",
    "tue reps 6 400 200 @steps; wed ride 70 @gpx.gz; thu treadmill 34; sat fartlek 7 40; sun long 74",
    "tue hills 8 45 @laps; wed recovery 22 @gpx; thu strides 34 6; sat tempo 20; sun long 76 @fit.gz",
    "tue easy 42; thu strides 34 6 @zip; sat trial @laps; sun long 66 @zip",
    "tue reps 5 800 400 @laps; wed ride 45; thu strides 34 6 @gpx.gz-hr; sat tempo 20 @duplicate; sun long 76",
    "mon town 38; tue reps 6 400 200 @steps; wed easy 45 @lock; thu strides 38 6; sat fartlek 8 45; sun long 82",
    "tue treadmill_reps 4 4; wed ride 60; thu strides 40 6 @truncated; sat hills 10 45; sun long 80",
    "tue easy 34 @zip; thu strides 30 6 @zip-gpx; fri swim 30; sat trial @laps; sun easy 50",
    "tue reps 5 800 400 @steps; wed ride 50; thu strides 32 6; sat tempo 20; sun long 80",
    "tue fartlek 7 60; wed recovery 20 @gpx; thu strides 30 6 @tcx; fri walk 40; sun long 120",
    "tue reps 10 200 200 @laps; wed ride 60; thu easy 44 @ignored; sat tempo 30; sun long 86 @fit.gz",
    "tue town 42; thu strides 36 6; fri swim 30; sat trial @laps; sun long 64",
    "tue reps 5 800 400 @laps; wed recovery 20; thu progression 39; fri swim 24; sat race @laps; sun long 72",
)
"""Week by week: weekday, session of season_plans.py, and after @ what is special about its file."""


@dataclass(frozen=True, slots=True, eq=False)
class SeasonSession:
    """One session of the season."""

    week: int
    """1 to 17."""
    local_start: dt.datetime
    session: SimulatedSession
    how: str
    """What is special: laps, steps, ignored, lock (heart rate follows steps), truncated, duplicate, or the format."""
    slug: str


def mile_time_s(week: float) -> float:
    """What the runner can do over a mile in a week: quicker gains early, the last one smaller."""
    return float(np.interp(week, [1, 4, 8, 12, 16, 17], [479.0, 467.0, 453.0, 441.0, 429.0, 428.0]))


def runner_in_week(week: float) -> Runner:
    """The runner: the mile sets critical speed, easy speed follows, fatigue comes later."""
    d_prime = 165.0 + 0.6 * week
    critical = (MILE_M - d_prime) / mile_time_s(week)
    return Runner(
        easy_mps=0.76 * critical,
        critical_mps=critical,
        d_prime_m=d_prime,
        max_mps=6.4 + 0.02 * week,
        hr_rest_bpm=56.0 - 0.2 * week,
        hr_max_bpm=187.0,
        cadence_easy_spm=163.0 + 0.25 * week,
        cadence_slope_spm_s_m=11.0,
        fade_onset_s=2400.0 + 120.0 * (week - 1),
        pace_noise_frac=0.013,
        pace_noise_tau_s=25.0,
    )


def watch(week: int, how: str, sport: str, is_indoor: bool, rng: np.random.Generator) -> Device:
    """The old watch saves memory; the new one, from week 7, writes every second. A phone now and then."""
    old = Device(
        name="garmin fr235",
        speed_lag_s=rng.uniform(4.4, 5.6),
        cadence_lag_s=rng.uniform(3.2, 4.4),
        has_barometer=False,
        sampling="smart",
        smart_dt_s=3.2,
        gps_slow_m=2.0,
        gps_quick_m=0.3,
        has_half_cadence=False,
        distance_bias_frac=rng.normal(-0.006, 0.005),
    )
    new = Device(
        name="garmin fr265",
        speed_lag_s=rng.uniform(5.2, 6.4),
        cadence_lag_s=rng.uniform(3.4, 4.6),
        gps_slow_m=1.3,
        has_dynamics=sport == "running",
        air_c=rng.normal(-4.0 + 1.3 * week, 3.0),
        distance_bias_frac=rng.normal(-0.002, 0.004),
    )
    device = old if week < 7 else new
    style = {"laps": "manual", "steps": "steps", "ignored": "lying"}.get(how, "auto_km")
    device = dataclasses.replace(
        device, lap_style=style, has_auto_pause=week >= 7, lock_s=300.0 if how == "lock" else 0.0
    )
    if how in ("gpx", "zip-gpx"):  # a phone on the arm: nothing but fixes
        bare = {"has_speed": False, "has_distance": False, "has_heart_rate": False, "has_cadence": False}
        device = dataclasses.replace(device, name="", sampling="1hz", gps_slow_m=3.0, decimals_deg=7, **bare)  # type: ignore[arg-type]
    if sport == "cycling":
        device = dataclasses.replace(device, name="garmin edge_530", sampling="1hz", speed_lag_s=1.5, lap_style="none")
    if sport == "swimming":
        device = dataclasses.replace(
            device, has_heart_rate=False, has_cadence=False, has_barometer=False, lap_style="none"
        )
    if is_indoor:
        return dataclasses.replace(device, has_position=False, speed_lag_s=1.5)
    return device


def season(seed: int = 20260105) -> Iterator[SeasonSession]:
    """Every session in the order of time."""
    zone = zoneinfo.ZoneInfo(TIME_ZONE)
    at = 0
    for week, line in enumerate(WEEKS, start=1):
        for entry in line.split("; "):
            day, _, rest = entry.partition(" ")
            text, _, how = rest.partition(" @")
            date = FIRST_DAY + dt.timedelta(days=7 * (week - 1) + DAYS.index(day))
            rng = np.random.default_rng([seed, at])
            clock = dt.time.fromisoformat(CLOCK[day])
            begin = dt.datetime.combine(date, clock) + dt.timedelta(seconds=int(rng.integers(-420, 420)))
            yield _session(week, begin.replace(tzinfo=zone), text, how, rng)
            at += 1


def _session(week: int, begin: dt.datetime, text: str, how: str, rng: np.random.Generator) -> SeasonSession:
    runner = runner_in_week(week + begin.weekday() / 7.0)
    plan = planned(text, runner, rng)
    device = watch(week, how, plan.sport, plan.layout == "treadmill", rng)
    truth = live(plan, runner, rng)
    offset = begin.utcoffset()
    assert offset is not None
    is_fit = how.partition("-")[0].split(".")[0] not in ("gpx", "tcx")
    recording = record(
        truth, plan, device, rng, begin.timestamp(), PLACE_DEG,
        utc_offset_s=offset.total_seconds() if is_fit else float("nan"),
        name=plan.shorthand or plan.kind, hr_max_bpm=runner.hr_max_bpm,
    )  # fmt: skip
    slug = f"{begin:%Y-%m-%d}-{text.replace(' ', '-').replace('_', '-')}"
    return SeasonSession(week, begin, SimulatedSession(recording, truth, device, plan, runner), how, slug)
