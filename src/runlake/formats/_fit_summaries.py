"""FIT laps, workout steps, timer events, session totals and names, as the types of the model."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from runlake.formats._fit_columns import F8, FitColumns, MessageColumns
from runlake.formats._fit_profile import enum_name
from runlake.model.recording import DeviceTotals, Lap, TimerEvent, WorkoutStep
from runlake.units import FIT_EPOCH_UNIX_S

NAN = math.nan
EVENT_TIMER = 0
TIMER_START = 0
TIMER_STOPS = (1, 4, 8, 9)
MESG_SESSION = 18
FOOTPOD = 124
"""antplus_device_type stride_speed_distance."""
STRYD = 95
QUARTER_HOUR_S = 900.0
LARGEST_OFFSET_S = 14 * 3600.0
HR_OFFSET_BPM = 100.0
POWER_OFFSET_W = 1000.0
VO2MAX_UNIT = 3.5 / 65536
"""Message 140 is not in the public profile: field 7 holds VO2max as METs in 16.16 fixed point."""


def span(messages: MessageColumns) -> tuple[F8, F8]:
    """Start and end of each lap or session in Unix seconds: end from elapsed time, else from timestamp."""
    start = messages.number("start_time") + FIT_EPOCH_UNIX_S
    written = messages.number("timestamp") + FIT_EPOCH_UNIX_S
    elapsed = messages.first_of("total_elapsed_time", "total_timer_time")
    end = np.where(np.isnan(start + elapsed), written, start + elapsed)
    return np.where(np.isnan(start), written - elapsed, start), end


def laps(messages: MessageColumns) -> tuple[Lap, ...]:
    """The laps in order of their start; a lap without any time is left out."""
    if messages.n == 0:
        return ()
    start, end = span(messages)
    number = messages.listed
    columns = (
        start.tolist(), end.tolist(), number("total_elapsed_time"), number("total_timer_time"),
        number("total_distance"), number("lap_trigger"), number("intensity"), number("wkt_step_index"),
        messages.first_of("enhanced_avg_speed", "avg_speed").tolist(),
        messages.first_of("enhanced_max_speed", "max_speed").tolist(), number("avg_heart_rate"),
        number("max_heart_rate"), _with_fraction(number("avg_cadence"), number("avg_fractional_cadence")),
        _with_fraction(number("max_cadence"), number("max_fractional_cadence")), number("total_ascent"),
        number("total_descent"),
    )  # fmt: skip
    found = []
    for row in zip(*columns, strict=True):
        if not math.isnan(row[0]):
            names = enum_name("lap_trigger", row[5]), enum_name("intensity", row[6])
            # in the order of the fields of Lap
            found.append(Lap(*row[:5], *names, *row[7:]))  # type: ignore[call-arg]
    return tuple(sorted(found, key=lambda lap: lap.start_time_utc_s))


def _with_fraction(whole: Sequence[float], part: Sequence[float]) -> list[float]:
    """The sums; a part that is missing is none."""
    return [w if math.isnan(p) else w + p for w, p in zip(whole, part, strict=True)]


def timer_events(messages: MessageColumns) -> tuple[TimerEvent, ...]:
    """Starts and stops of the timer, in file order."""
    rows = zip(
        (messages.number("timestamp") + FIT_EPOCH_UNIX_S).tolist(),
        messages.listed("event"),
        messages.listed("event_type"),
        strict=True,
    )
    return tuple(
        TimerEvent(time, kind == TIMER_START)
        for time, event, kind in rows
        if event == EVENT_TIMER and (kind == TIMER_START or kind in TIMER_STOPS) and not math.isnan(time)
    )


def workout_steps(messages: MessageColumns) -> tuple[WorkoutStep, ...]:
    """The steps of the plan by index.

    `duration_value` is seconds for ``time``, metres for ``distance``, and how often for a repeat; the step where
    a repeat begins stands in `target_low`, with `target_kind` ``repeat_from_step``.
    """
    names = messages.text("wkt_step_name")
    columns = [
        messages.listed(name)
        for name in ("message_index", "intensity", "duration_type", "duration_value", "target_type",
                     "target_value", "custom_target_value_low", "custom_target_value_high")
    ]  # fmt: skip
    found = []
    for i, row in enumerate(zip(*columns, strict=True)):
        index, intensity, duration_type, duration, target_type, target, low, high = row
        kind = enum_name("wkt_step_duration", duration_type)
        if kind.startswith("repeat"):
            duration_value, aim = target, ("repeat_from_step", duration, NAN)
        else:
            duration_value = duration / {"time": 1000.0, "distance": 100.0}.get(kind, 1.0)
            aim = _target(enum_name("wkt_step_target", target_type), target, low, high)
        if kind == "open":
            duration_value = NAN
        number = i if math.isnan(index) else int(index)
        found.append(WorkoutStep(number, names[i], enum_name("intensity", intensity), kind, duration_value, *aim))
    return tuple(sorted(found, key=lambda step: step.step_index))


def _target(kind: str, zone: float, low: float, high: float) -> tuple[str, float, float]:
    """Kind, low and high in m/s, bpm, W or strides a minute; zones and percentages are named as such."""
    if kind in ("", "open"):
        return kind, NAN, NAN
    if zone > 0:
        return f"{kind}_zone", zone, zone
    if kind == "speed":
        return kind, low / 1000.0, high / 1000.0
    offset = {"heart_rate": HR_OFFSET_BPM, "power": POWER_OFFSET_W}.get(kind, 0.0)
    if offset and not low > offset:
        return f"{kind}_percent", low, high
    return kind, low - offset, high - offset


def totals(columns: FitColumns, sessions: MessageColumns, i: int, start_time_utc_s: float) -> DeviceTotals:
    """What the watch wrote of session `i`, which began then."""

    def one(*names: str) -> float:
        return sessions.one_of(i, *names)

    zone_s, zone_high = _zones(columns.get("time_in_zone"), i, sessions.n)
    vo2max = (columns.get("unknown_140").number("unknown_7") * VO2MAX_UNIT).tolist()
    plausible = [value for value in vo2max if 15.0 < value < 100.0]
    return DeviceTotals(
        start_time_utc_s=start_time_utc_s,
        elapsed_s=one("total_elapsed_time"),
        timer_s=one("total_timer_time"),
        distance_m=one("total_distance"),
        ascent_m=one("total_ascent"),
        descent_m=one("total_descent"),
        mean_speed_mps=one("enhanced_avg_speed", "avg_speed"),
        max_speed_mps=one("enhanced_max_speed", "max_speed"),
        mean_heart_rate_bpm=one("avg_heart_rate"),
        max_heart_rate_bpm=one("max_heart_rate"),
        mean_cadence_cpm=one("avg_cadence") + (0.0 if math.isnan(part := one("avg_fractional_cadence")) else part),
        max_cadence_cpm=one("max_cadence") + (0.0 if math.isnan(part := one("max_fractional_cadence")) else part),
        calories_kcal=one("total_calories"),
        vo2max=plausible[-1] if plausible and sessions.n == 1 else NAN,
        training_effect=one("total_training_effect"),
        heart_rate_zone_s=zone_s,
        heart_rate_zone_high_bpm=zone_high,
    )


def _zones(messages: MessageColumns, i: int, n_sessions: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    is_session = messages.number("reference_mesg") == MESG_SESSION
    index = messages.number("reference_index")
    rows = np.flatnonzero(is_session & ((index == i) | (np.isnan(index) & (n_sessions == 1))))
    if len(rows) == 0:
        return (), ()

    def filled(name: str) -> tuple[float, ...]:
        values = messages.numbers.get(name)
        if values is None:
            return ()
        return tuple(v for v in np.atleast_2d(values.T).T[rows[-1]].tolist() if not math.isnan(v))

    return filled("time_in_hr_zone"), filled("hr_zone_high_boundary")


def utc_offset_s(columns: FitColumns) -> float:
    """Local time minus UTC as the file tells it, to the quarter of an hour; NaN when it tells nothing."""
    messages = columns.get("activity")
    offsets = messages.number("local_timestamp") - messages.number("timestamp")
    for offset in offsets.tolist():
        if abs(offset) <= LARGEST_OFFSET_S:
            return round(offset / QUARTER_HOUR_S) * QUARTER_HOUR_S
    return NAN


def device(columns: FitColumns) -> str:
    """ "maker product" from file_id, or from the device that recorded."""
    file_id, info = columns.get("file_id"), columns.get("device_info")
    own = info.where(info.number("device_index") == 0)
    for messages in (file_id, own):
        for i in range(messages.n):
            maker = enum_name("manufacturer", float(messages.number("manufacturer")[i]))
            product = _product(messages, i, maker) or next((t for t in own.text("product_name") if t), "")
            if maker or product:
                return f"{maker} {product}".strip()
    return ""


def _product(messages: MessageColumns, i: int, maker: str) -> str:
    number = float(messages.number("product")[i])
    named = enum_name("garmin_product", number) if maker in ("garmin", "dynastream", "tacx") else ""
    text = messages.text("product_name")[i].strip()
    return named or text or ("" if math.isnan(number) else str(int(number)))


def has_footpod(columns: FitColumns) -> bool:
    """True when a foot pod was connected."""
    info = columns.get("device_info")
    return bool(np.any((info.number("device_type") == FOOTPOD) | (info.number("manufacturer") == STRYD)))
