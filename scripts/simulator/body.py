"""From a plan to what the body did second by second (speed, cadence, heart rate, place)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from simulator.noise import correlated, lagged
from simulator.plan import Plan, Segment
from simulator.roads import Road, make_road, oval_position
from simulator.runner import Runner
from simulator.truth import Traces, TrueBout, TrueSegment, Truth

F8 = npt.NDArray[np.float64]
B1 = npt.NDArray[np.bool_]
EFFORT_OF = {"running": 1.0, "walking": 1.15, "cycling": 0.38, "swimming": 2.6}
"""Speed of running that is as hard as 1 m/s of the sport."""
EVEN_EFFORT = 0.6
"""How much of the cost of a grade the runner gives away in speed (1: even effort)."""
WALK_ALWAYS_MPS, WALK_NEVER_MPS = 1.3, 2.2
TIRED_SPEED, TIRED_EFFORT, TIRED_CADENCE = 0.14, 0.24, 0.05
"""What an hour after the onset of fatigue costs: speed lost, effort added, and more, shorter steps."""


@dataclass(slots=True)
class _Life:
    """Where the runner stands between two segments, and the pieces collected so far."""

    t: int = 0
    speed: float = 0.0
    along_road: float = 0.0
    along_track: float = 0.0
    speed_parts: list[F8] = field(default_factory=list)
    grade_parts: list[F8] = field(default_factory=list)
    road_parts: list[F8] = field(default_factory=list)
    track_parts: list[F8] = field(default_factory=list)
    walk_parts: list[B1] = field(default_factory=list)
    segments: list[TrueSegment] = field(default_factory=list)


def cost_factor(grade_frac: F8) -> F8:
    """Energy cost of running on a grade over that on the flat (Minetti 2002)."""
    g = np.clip(grade_frac, -0.3, 0.3)
    return (((((155.4 * g - 30.4) * g - 43.3) * g + 46.3) * g + 19.5) * g + 3.6) / 3.6


def live(plan: Plan, runner: Runner, rng: np.random.Generator) -> Truth:
    """Run the plan: the truth of the session, counted from its first second."""
    total_m = sum(s.planned_m for s in plan.segments if not s.is_on_track and s.direction > 0)
    road = make_road(rng, plan.layout, max(total_m, 400.0), plan.hilliness)
    horizon = int(1.5 * sum(s.planned_s for s in plan.segments)) + 900
    noise = correlated(rng, horizon, runner.pace_noise_frac, runner.pace_noise_tau_s)
    noise += np.linspace(0.0, rng.uniform(-0.03, 0.03), horizon)
    life = _Life()
    for segment in plan.segments:
        _run_segment(life, segment, runner, road, noise, plan)
    traces = _traces(life, runner, road, plan, rng)
    bouts = _bouts(life.segments, plan, traces)
    return Truth(
        kind=plan.kind,
        purpose=plan.purpose,
        shorthand=plan.shorthand,
        bouts=bouts,
        segments=tuple(life.segments),
        ignore=tuple((s.start_s, s.end_s) for s in life.segments if s.kind == "drill"),
        pauses=tuple((s.start_s, s.end_s) for s in life.segments if s.is_paused),
        fade_onset_s=runner.fade_onset_s if runner.fade_onset_s < traces.n - 300 else math.nan,
        traces=traces,
        is_on_track=any(s.is_on_track for s in plan.segments),
    )


def _target(segment: Segment, n: int) -> F8:
    """Intended speed second by second, as far as it may take."""
    share = np.minimum(np.arange(n) / max(segment.planned_s, 1.0), 1.0)
    if segment.speed_shape:
        knots = np.linspace(0.0, 1.0, len(segment.speed_shape))
        return segment.speed_mps * np.interp(share, knots, segment.speed_shape)
    if segment.end_speed_mps == segment.end_speed_mps:
        return segment.speed_mps + share * (segment.end_speed_mps - segment.speed_mps)
    return np.full(n, segment.speed_mps)


def _run_segment(life: _Life, segment: Segment, runner: Runner, road: Road, noise: F8, plan: Plan) -> None:
    """Add one segment to the life: speed, grade and place, and when it began and ended."""
    is_timed = segment.duration_s == segment.duration_s
    n = round(segment.duration_s) if is_timed else int(1.45 * segment.planned_s) + 30
    n = max(1, min(n, len(noise) - life.t))
    seconds = np.arange(n, dtype=np.float64)
    target = _target(segment, n)
    tau = runner.ramp_up_s if target[0] > life.speed else runner.ramp_down_s
    intended = target + (life.speed - target[0]) * np.exp(-(seconds + 0.5) / tau)
    intended = np.maximum(intended * (1.0 + noise[life.t : life.t + n]), 0.0)
    if plan.purpose == "long" and not segment.bout:
        tired_h = np.maximum(life.t + seconds - runner.fade_onset_s, 0.0) / 3600.0
        intended = intended * (1.0 - TIRED_SPEED * tired_h)
    grade, speed = _on_the_ground(life, segment, road, intended, plan)
    run = np.cumsum(speed)
    end_s = float(life.t + n)
    if not is_timed and run[-1] > segment.distance_m:
        last = int(np.searchsorted(run, segment.distance_m))
        end_s = life.t + last + 1.0 - (run[last] - segment.distance_m) / max(speed[last], 0.1)
        n = last + 1
    _append(life, segment, speed[:n], grade[:n], end_s)


def _on_the_ground(life: _Life, segment: Segment, road: Road, intended: F8, plan: Plan) -> tuple[F8, F8]:
    """Grade met, and speed as the grade lets it be."""
    n = len(intended)
    if segment.grade_frac == segment.grade_frac:
        return np.full(n, segment.grade_frac * segment.direction), intended
    if segment.is_on_track or plan.layout in ("track", "treadmill") or plan.hilliness == 0:
        return np.zeros(n), intended
    speed = intended
    grade = np.zeros(n)
    for _ in range(2):  # place depends on speed and speed on place: the second round is within metres
        along = life.along_road + segment.direction * (np.cumsum(speed) - speed)
        grade = segment.direction * road.grade_at(along)
        speed = intended / (1.0 + EVEN_EFFORT * np.clip(cost_factor(grade) - 1.0, -0.35, 1.2))
    return grade, speed


def _append(life: _Life, segment: Segment, speed: F8, grade: F8, end_s: float) -> None:
    before = np.cumsum(speed) - speed
    on_track = float(segment.is_on_track)
    life.road_parts.append(life.along_road + segment.direction * before * (1.0 - on_track))
    life.track_parts.append(np.where(on_track, life.along_track + before, np.nan))
    life.speed_parts.append(speed)
    life.grade_parts.append(grade)
    life.walk_parts.append(np.full(len(speed), segment.is_walked))
    covered = float(speed.sum())
    life.along_road += segment.direction * covered * (1.0 - on_track)
    life.along_track += covered * on_track
    life.segments.append(
        TrueSegment(
            kind=segment.kind,
            start_s=float(life.t),
            end_s=end_s,
            bout=segment.bout,
            is_lap=segment.is_lap,
            is_paused=segment.is_paused,
            planned_s=segment.duration_s,
            planned_m=segment.distance_m,
        )
    )
    life.t += len(speed)
    life.speed = float(speed[-1])


def _traces(life: _Life, runner: Runner, road: Road, plan: Plan, rng: np.random.Generator) -> Traces:
    speed, grade = np.concatenate(life.speed_parts), np.concatenate(life.grade_parts)
    n = len(speed)
    paused = np.zeros(n, dtype=bool)
    for segment in life.segments:
        if segment.is_paused:
            paused[int(segment.start_s) : int(segment.end_s)] = True
    east, north = _place(life, road, rng)
    climb = np.cumsum(grade * speed)
    tired_h = np.maximum(np.arange(n) - runner.fade_onset_s, 0.0) / 3600.0
    return Traces(
        speed_mps=speed,
        distance_m=np.concatenate(([0.0], np.cumsum(speed))),
        cadence_spm=_cadence(speed, grade, tired_h, np.concatenate(life.walk_parts), runner, plan, rng),
        heart_rate_bpm=_heart_rate(speed * EFFORT_OF[plan.sport], grade, tired_h, runner, rng),
        altitude_m=rng.uniform(5.0, 400.0) + np.concatenate(([0.0], climb[:-1])),
        grade_frac=grade,
        east_m=east,
        north_m=north,
        is_paused=paused,
    )


def _place(life: _Life, road: Road, rng: np.random.Generator) -> tuple[F8, F8]:
    """Metres east and north: on the road, and on an oval that lies where the road was left."""
    along, track = np.concatenate(life.road_parts), np.concatenate(life.track_parts)
    east, north = road.position_at(along)
    on_track = ~np.isnan(track)
    if on_track.any():
        x, y = oval_position(track[on_track], rng.uniform(0, 2 * np.pi))
        east[on_track] += x
        north[on_track] += y
    return east, north


def _cadence(
    speed: F8, grade: F8, tired_h: F8, is_walked: B1, runner: Runner, plan: Plan, rng: np.random.Generator
) -> F8:
    n = len(speed)
    if plan.sport == "cycling":
        turning = np.clip(84.0 + 3.0 * (speed - 7.0) + correlated(rng, n, 3.0, 15.0), 50.0, 115.0)
        return np.where(speed < 1.0, 0.0, turning)
    running = runner.cadence_easy_spm + runner.cadence_slope_spm_s_m * (speed - runner.easy_mps)
    running = running * (1.0 + TIRED_CADENCE * tired_h) + 20.0 * grade
    walks = (is_walked & (speed < WALK_NEVER_MPS)) | (speed < WALK_ALWAYS_MPS)
    walking = runner.walk_cadence_spm + 25.0 * (speed - 1.4)
    if plan.sport == "walking":
        running = walking
    cadence = np.where(walks, walking, running) + correlated(rng, n, 1.6, 14.0)
    return np.where(speed < 0.4, 0.0, np.clip(cadence, 40.0, 240.0))


def _heart_rate(speed: F8, grade: F8, tired_h: F8, runner: Runner, rng: np.random.Generator) -> F8:
    """Demand of speed and grade, answered two thirds within seconds and one third within minutes."""
    n = len(speed)
    effort = runner.hr_critical_frac * (speed * cost_factor(grade) / runner.critical_mps) ** 1.15
    effort = np.clip(effort * (1.0 + TIRED_EFFORT * tired_h + 0.008 * np.arange(n) / 3600.0), 0.16, 1.0)
    quick, slow = lagged(effort, rng.uniform(14.0, 24.0)), lagged(effort, rng.uniform(70.0, 120.0))
    level = 0.66 * quick + 0.34 * slow
    start = rng.uniform(0.2, 0.34)
    level += (start - level[0]) * np.exp(-np.arange(n) / 50.0)
    beats = runner.hr_rest_bpm + (runner.hr_max_bpm - runner.hr_rest_bpm) * level
    return np.clip(beats + correlated(rng, n, 1.0, 30.0), 40.0, runner.hr_max_bpm)


def _bouts(segments: list[TrueSegment], plan: Plan, traces: Traces) -> tuple[TrueBout, ...]:
    out = []
    for at, segment in enumerate(segments):
        if segment.bout:
            start_m, end_m = traces.distance_at(segment.start_s), traces.distance_at(segment.end_s)
            set_no = plan.segments[at].set_no
            out.append(TrueBout(segment.start_s, segment.end_s, segment.bout, end_m - start_m, set_no))
    return tuple(out)
