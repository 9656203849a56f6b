"""Distance against time for best efforts: without lumps and jitter, and the speed sensor in step with it."""

from __future__ import annotations

import itertools

import numpy as np

from runlake.detect._efforts import SLOWEST_LIMIT_MPS, STEADY_S
from runlake.detect._series import MOVING_MPS, Curve, speed_or_zero
from runlake.kernels.efforts import step_doubts, way_by_speed
from runlake.kernels.ranges import mean_around, rising
from runlake.kernels.sensor import lags_by_change, moved_on, stands
from runlake.model.activity import Activity
from runlake.model.recording import F8

EVERY_S, SPAN = 3, 10
"""Changes over half a minute, every third second; less of them than fit into one say nothing."""
LONGEST_LAG_S = 10.0
"""Speed of some watches trails by as much; no distance does so by more."""
STANDING_S = 5.0
"""Standing this long is no pause between two steps in which a watch writes distance."""
ARREARS_M = 6.0
"""A step in which distance gains this much on speed may be one that catches up."""
LEVEL_M = 3.0
"""Distance that is counted in steps of whole strides is known no better."""
SENSOR_FRAC = 0.05
"""Speed and distance of one watch agree within this."""
SURGE, SURGE_S = 1.5, 15
"""Speed above this many times the middle one around is no witness: a bad fix makes it up for some seconds."""


def _has_sensor_beside_distance(activity: Activity) -> bool:
    """True where the watch shows speed of its own and counts distance."""
    quality = activity.quality
    return quality.speed_source in ("device", "footpod") and quality.distance_source == "device"


def speed_in_step(activity: Activity, curve: Curve) -> F8:
    """Speed of each second, 0 where there is none, moved to when distance shows it: float64[m], m/s.

    Watches count distance by the second and show speed late; what prepare knows of that lag is good to 2 s.
    """
    speed = speed_or_zero(activity)
    if not _has_sensor_beside_distance(activity):
        return speed
    lag_s = _distance_lag_s(curve, speed)
    if lag_s == 0.0:
        return speed
    in_step: F8 = moved_on(speed, lag_s)
    return in_step


def _distance_lag_s(curve: Curve, speed_mps: F8) -> float:
    """Seconds, to a tenth, by which distance trails the way that speed adds up to; 0 where speed hardly changes.

    Over half a minute in which speed rises by so many m/s, distance falls behind by as many times the lag: the median
    over all of them, each weighted with the change of speed. A jump of distance is an outlier there.
    """
    lag_s, weight = lags_by_change(curve.time_s, curve.distance_m, speed_mps, EVERY_S, SPAN, MOVING_MPS)
    if len(lag_s) < SPAN:
        return 0.0
    order = np.argsort(lag_s)
    until = np.cumsum(weight[order])
    middle = float(lag_s[order[np.searchsorted(until, 0.5 * until[-1])]])
    return round(min(max(middle, -LONGEST_LAG_S), LONGEST_LAG_S), 1)


def steadied(activity: Activity, curve: Curve, speed_mps: F8) -> Curve:
    """The curve with its jitter below 30 s replaced by that of `speed_in_step`; the distance itself stays.

    Watches write distance in fits and starts (some stand still for 4 s and then add 24 m), which would make the
    fastest 5 s of any run a sprint. What integrated speed and distance differ by is averaged over 30 s, but never
    across a stand: speed that is shown smoothly would take metres from the first seconds of a standing start.
    """
    if not _has_sensor_beside_distance(activity):
        return curve
    by_speed = way_by_speed(speed_mps, curve.time_s)
    ahead = curve.distance_m - by_speed
    ends = [0, *_ends_of_stands(curve, by_speed), len(by_speed)]
    mean = [mean_around(curve.time_s[i:j], ahead[i:j], STEADY_S) for i, j in itertools.pairwise(ends)]
    return Curve(curve.time_s, curve.timer_s, rising(by_speed + (mean[0] if len(mean) == 1 else np.concatenate(mean))))


def _ends_of_stands(curve: Curve, by_speed_m: F8) -> list[int]:
    """The points at which a stand of some seconds begins and ends, by distance and by the speed sensor."""
    edges = stands(curve.time_s, curve.distance_m, by_speed_m, MOVING_MPS, STANDING_S)
    inside: list[int] = edges[(edges > 0) & (edges < len(by_speed_m) - 1)].tolist()
    return inside


def caught_up(activity: Activity, curve: Curve) -> Curve:
    """The curve with a straight line where distance came late: it fell behind the speed sensor, then caught up.

    Some watches write distance in lumps: it stands still for some seconds and then adds all that was run. Such a jump
    brings distance back to where the sensor has been all along; metres that a bad fix made up take it further.
    """
    if not _has_sensor_beside_distance(activity):
        return curve
    if not step_doubts(curve.time_s, curve.timer_s, curve.distance_m, np.inf, np.inf, SLOWEST_LIMIT_MPS)[2]:
        return curve
    step_s, step_m = np.diff(curve.time_s), np.diff(curve.distance_m)
    jumps = np.flatnonzero(step_m > SLOWEST_LIMIT_MPS * step_s)
    speed = speed_or_zero(activity)
    late_m = step_m[jumps] - np.diff(way_by_speed(speed, curve.time_s))[jumps]
    jumps = jumps[late_m > ARREARS_M]
    if len(jumps) == 0:
        return curve
    # A surge of a few seconds that both distance and speed show may come from one bad fix: it is no delay.
    padded = np.pad(speed, SURGE_S // 2, mode="edge")
    middle = np.median(np.lib.stride_tricks.sliding_window_view(padded, SURGE_S), axis=1)
    way_m = way_by_speed(np.minimum(speed, SURGE * middle), curve.time_s)
    filled = curve.distance_m.copy()
    for k in jumps.tolist():
        late = _late_since(curve, way_m, k)
        if late < k:
            ends = [late, k + 1]
            filled[late : k + 1] = np.interp(curve.time_s[late : k + 1], curve.time_s[ends], curve.distance_m[ends])
    return Curve(curve.time_s, curve.timer_s, filled)


def _late_since(curve: Curve, way_m: F8, k: int) -> int:
    """The last point within 15 s at which distance was where the jump after point k brings it; k where there is none.

    None as well where distance goes on to run away: that is a bad fix, not a delay.
    """
    first = int(np.searchsorted(curve.time_s, curve.time_s[k] - STEADY_S))
    stop = int(np.searchsorted(curve.time_s, curve.time_s[k + 1] + STEADY_S, side="right"))
    ahead = curve.distance_m[first:stop] - way_m[first:stop]
    before, after = ahead[: k + 1 - first], ahead[k + 1 - first :]
    runs_away = after - before.max() > LEVEL_M + SENSOR_FRAC * (way_m[k + 1 : stop] - way_m[k])
    level = np.flatnonzero(before >= after[0] - LEVEL_M)
    return k if len(level) == 0 or runs_away.any() else first + int(level[-1])
