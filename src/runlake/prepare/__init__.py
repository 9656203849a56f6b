"""Recording to Activity: one small step after the other, each of which counts what it altered."""

from __future__ import annotations

import numpy as np

from runlake.kernels.looks import length_of_steps
from runlake.model.activity import ACTIVITY_CHANNELS, Activity, Grid, Quality
from runlake.model.recording import F8, Recording
from runlake.prepare import altitude, cadence, clock, distance, heart_rate, pauses, positions, speed, vehicle, zone
from runlake.prepare._track import MAX_HOLD_S, Timer, Track, interpolated, on_grid

SHORT_REPS_S = 4.0
"""Recording slower than this cannot show bouts below 30 s."""
SLOWEST_STEP_MPS = 0.5
"""Speed on foot from which on steps have a length worth telling."""
AS_RECORDED = (
    "power_w",
    "temperature_c",
    "vertical_oscillation_m",
    "ground_contact_s",
    "ground_contact_balance_frac",
)


def prepare(recording: Recording, *, activity_id: str, source_format: str, home_time_zone: str = "") -> Activity:
    """The cleaned activity of one recording, with a full account of what was altered.

    Raises FormatError when nothing in the recording can be used: code ``no_samples``, ``no_time``, ``undated``
    (the watch did not know the date) or ``too_long`` (more than 7 days).
    """
    track = clock.in_order(recording, source_format)
    timer = pauses.timer(track)
    places = positions.clean(track, timer)
    metres = distance.choose(track, timer, places)
    grid_m = interpolated(track, timer, metres.distance_m)
    fast = speed.choose(track, timer, places, metres, grid_m)
    steps = cadence.clean(track, timer, places, fast)
    heart = heart_rate.clean(track, timer, fast, steps)
    high = altitude.clean(track, timer, places, grid_m, fast.on_samples_mps, fast.on_grid_mps)
    driven = vehicle.find(track, timer, places, metres, grid_m, steps)
    where = None if zone.is_in_a_game(recording.sub_sport, recording.device) else places
    local = zone.find(track.start_time_utc_s, recording.utc_offset_s, where, home_time_zone)
    return Activity(
        activity_id=activity_id,
        start_time_utc_s=track.start_time_utc_s,
        time_s=track.time_s,
        channels=_channels(track, timer, places, metres, fast, steps, heart, high),
        grid=Grid(
            speed_mps=vehicle.without(fast.on_grid_mps, *driven),
            position_speed_mps=vehicle.without(places.speed_mps, *driven),
            cadence_spm=steps.on_grid_spm,
            heart_rate_bpm=heart.on_grid_bpm,
            altitude_m=high.on_grid_m,
            distance_m=grid_m,
            grade_frac=high.grade_on_grid,
            gap_speed_mps=vehicle.without(high.gap_on_grid_mps, *driven),
            east_m=places.east_m,
            north_m=places.north_m,
            power_w=on_grid(track, timer, track.channel("power_w")),
            is_timer_on=timer.is_on,
        ),
        quality=_quality(
            track,
            timer,
            places,
            metres,
            fast,
            steps,
            heart,
            high,
            vehicle.seconds(timer, *driven),
        ),
        source_format=source_format,
        sport=recording.sport,
        sub_sport=recording.sub_sport,
        device=recording.device,
        name=recording.name,
        utc_offset_s=local.utc_offset_s,
        time_zone=local.time_zone,
        time_zone_source=local.source,
        is_indoor=recording.sub_sport in distance.INDOOR_SUB_SPORTS,
        pause_start_s=timer.pause_start_s,
        pause_end_s=timer.pause_end_s,
        vehicle_start_s=driven[0],
        vehicle_end_s=driven[1],
        laps=track.laps,
        steps=recording.steps,
        totals=recording.totals,
    )


def _channels(
    track: Track,
    timer: Timer,
    places: positions.Places,
    metres: distance.Distance,
    fast: speed.Speed,
    steps: cadence.Cadence,
    heart: heart_rate.HeartRate,
    high: altitude.Altitude,
) -> dict[str, F8]:
    """Every sample channel of the activity."""
    made = {
        "latitude_deg": places.latitude_deg,
        "longitude_deg": places.longitude_deg,
        "altitude_m": high.on_samples_m,
        "distance_m": metres.distance_m,
        "speed_mps": fast.on_samples_mps,
        "gap_speed_mps": high.gap_on_samples_mps,
        "grade_frac": high.grade_on_samples,
        "heart_rate_bpm": heart.on_samples_bpm,
        "cadence_spm": steps.on_samples_spm,
        "step_length_m": _step_length_m(track, fast, steps),
        "timer_s": timer.timer_s,
        **{name: track.channel(name) for name in AS_RECORDED},
    }
    # The activity makes its channels read-only: views leave what the recording holds as it is.
    return {name: made[name].view() for name in ACTIVITY_CHANNELS}


def _step_length_m(track: Track, fast: speed.Speed, steps: cadence.Cadence) -> F8:
    """Length of one step: as recorded, else speed over steps while running (130 steps a minute and more)."""
    recorded = track.channels.get("step_length_m")
    made = track.nothing
    if steps.is_there and track.is_foot:
        made = length_of_steps(fast.on_samples_mps, steps.on_samples_spm, cadence.RUNNING_SPM[0], SLOWEST_STEP_MPS)
    return made if recorded is None else np.where(recorded > 0.0, recorded, made)


def _quality(
    track: Track,
    timer: Timer,
    places: positions.Places,
    metres: distance.Distance,
    fast: speed.Speed,
    steps: cadence.Cadence,
    heart: heart_rate.HeartRate,
    high: altitude.Altitude,
    vehicle_s: float,
) -> Quality:
    """The account of what was altered, and how far to trust it."""
    return Quality(
        median_dt_s=track.median_dt_s,
        n_dropped=float(track.n_dropped),
        clock_jump_s=track.clock_jump_s,
        pause_s=timer.pause_s,
        gap_s=_gap_s(track, timer),
        n_spikes=float(places.n_spikes),
        distance_source=metres.source,
        speed_source=fast.source,
        speed_lag_s=fast.lag_s,
        speed_lag_source=fast.lag_source,
        cadence_lag_s=steps.lag_s,
        speed_noise_frac=fast.noise_frac,
        has_cadence=float(steps.is_there),
        cadence_factor=steps.factor,
        altitude_kind=high.kind,
        heart_rate_lock_s=heart.lock_s,
        heart_rate_share=heart.share,
        position_share=places.share,
        distance_vs_positions_frac=metres.vs_positions_frac,
        are_short_reps_reliable=float(track.median_dt_s <= SHORT_REPS_S and fast.source != "none"),
        n_altitude_jumps=float(high.n_jumps),
        vehicle_s=vehicle_s,
        n_position_jumps=float(len(places.leaps_to)),
        heart_rate_stuck_s=heart.stuck_s,
    )


def _gap_s(track: Track, timer: Timer) -> float:
    """Seconds without samples though the timer ran."""
    # The timer runs no longer than the clock does.
    if track.n < 2 or track.step_s.max() <= MAX_HOLD_S:
        return 0.0
    step_s = timer.timer_s[1:] - timer.timer_s[:-1]
    return float(np.sum(step_s[step_s > MAX_HOLD_S]))
