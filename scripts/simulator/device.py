"""From what the body did to what a watch records of it: lags, noise, rounding, smart recording, faults."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulator.dynamics import running_dynamics, temperature
from simulator.noise import correlated, delayed, lagged
from simulator.truth import Traces

F8 = npt.NDArray[np.float64]
SEMICIRCLE_DEG = 180.0 / 2**31
HALF_SECOND = 0.5  # a trace holds over [t, t + 1), a record tells of the time up to t


@dataclass(frozen=True, slots=True)
class Device:
    """A watch and how it errs. Lags in seconds; that of speed is a delay and a first-order lag together."""

    name: str = "garmin fr265"
    speed_lag_s: float = 5.0
    speed_delay_frac: float = 0.35
    """Share of the lag that is a pure delay; the rest smooths."""
    distance_lag_s: float = 1.8
    position_lag_s: float = 0.8
    cadence_lag_s: float = 3.0
    speed_noise_frac: float = 0.008
    """Of the noise with a correlation time of 4 s; the slow part is as large again."""
    distance_bias_frac: float = 0.0
    gps_slow_m: float = 1.8
    gps_quick_m: float = 0.12
    gps_smooth_s: float = 4.0
    """How far the watch smooths the error of its track."""
    n_spikes_per_h: float = 0.0
    has_barometer: bool = True
    sampling: str = "1hz"
    """1hz or smart (a record every 1 to 7 s)."""
    smart_dt_s: float = 4.0
    has_position: bool = True
    has_heart_rate: bool = True
    has_cadence: bool = True
    has_half_cadence: bool = True
    """Writes half cycles of cadence (fractional_cadence)."""
    has_speed: bool = True
    has_distance: bool = True
    is_optical: bool = True
    lock_s: float = 0.0
    """Seconds for which the optical sensor follows the steps instead of the pulse."""
    has_auto_pause: bool = False
    has_footpod: bool = False
    has_dynamics: bool = False
    """Step length, vertical oscillation and ground contact."""
    air_c: float = float("nan")
    """Air temperature; NaN: the watch writes none."""
    start_glitch: bool = False
    lap_style: str = "none"
    """none, auto_km, auto_mile, manual (pressed by the runner), steps, lying."""
    decimals_deg: int = 0
    """Decimals of latitude and longitude as a GPX writes them; 0: FIT semicircles."""

    @property
    def speed_half_lag_s(self) -> float:
        """When half of a sudden change of speed is shown: what a shift of the channel has to make good."""
        delay = self.speed_lag_s * self.speed_delay_frac
        return delay + 0.839 * (self.speed_lag_s - delay)  # the median of a two-stage lag


def draw_device(rng: np.random.Generator, *, wants_steps: bool = False, is_indoor: bool = False) -> Device:
    """Any watch, strap, or phone."""
    is_phone = bool(rng.random() < 0.06)
    has_footpod = bool(rng.random() < 0.07)
    lag = float(rng.choice([rng.triangular(4.0, 6.3, 9.5), rng.uniform(0.5, 9.5)], p=[0.8, 0.2]))
    styles = ["none", "auto_km", "auto_mile", "manual"]
    style = "steps" if wants_steps else str(rng.choice(styles, p=[0.15, 0.4, 0.1, 0.35]))
    if rng.random() < 0.06:
        style = "lying"
    is_smart = bool(rng.random() < 0.38)
    is_smooth = bool(rng.random() < 0.55)
    quality = rng.choice([0.6, 1.0, 2.0], p=[0.35, 0.45, 0.2])
    return Device(
        name=str(
            rng.choice(
                [
                    "garmin fr255",
                    "garmin fr265",
                    "garmin fenix6x",
                    "coros pace2",
                    "suunto 9",
                    "polar vantage_m",
                ]
            )
        ),
        speed_lag_s=rng.uniform(0.4, 1.2) if has_footpod else (rng.uniform(0.5, 2.5) if is_indoor else lag),
        speed_delay_frac=rng.uniform(0.25, 0.75),
        distance_lag_s=rng.uniform(0.5, 3.5),
        position_lag_s=rng.uniform(0.0, 1.5),
        cadence_lag_s=float(np.clip(rng.normal(4.6, 1.4), 1.0, 8.0)),
        speed_noise_frac=float(np.clip(rng.lognormal(np.log(0.007), 0.6), 0.002, 0.03)) * (1.8 if is_phone else 1.0),
        distance_bias_frac=float(rng.normal(-0.003, 0.06 if is_indoor else 0.009)),
        gps_slow_m=rng.uniform(1.0, 2.5) * quality,
        gps_quick_m=(rng.uniform(0.01, 0.06) if is_smooth else rng.uniform(0.1, 0.5)) * quality,
        gps_smooth_s=rng.uniform(3.0, 9.0) if is_smooth else rng.uniform(0.5, 2.0),
        n_spikes_per_h=float(rng.choice([0.0, 2.0, 6.0], p=[0.75, 0.15, 0.1])),
        has_barometer=bool(rng.random() < 0.7 and not is_phone),
        sampling="smart" if is_smart else "1hz",
        smart_dt_s=rng.uniform(2.0, 5.5),
        has_position=not is_indoor,
        has_heart_rate=bool(rng.random() < (0.3 if is_phone else 0.93)),
        has_cadence=bool(rng.random() < (0.15 if is_phone else 0.9)),
        has_half_cadence=bool(rng.random() < 0.6),
        has_speed=not is_phone,
        is_optical=bool(rng.random() < 0.65),
        lock_s=float(rng.choice([0.0, rng.uniform(90, 600)], p=[0.94, 0.06])),
        has_auto_pause=bool(rng.random() < 0.3),
        has_footpod=has_footpod,
        start_glitch=bool(rng.random() < 0.12),
        lap_style=style,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Signals:
    """What the watch would show second by second, before it decides which seconds to write."""

    columns: dict[str, F8]
    is_timer_on: npt.NDArray[np.bool_]


def timer(traces: Traces, device: Device) -> npt.NDArray[np.bool_]:
    """When the timer runs: stopped by hand, or by auto-pause 3 s into a stop until 1 s after it."""
    on = ~traces.is_paused
    if device.has_auto_pause:
        stopped = traces.speed_mps < 0.5
        edges = np.flatnonzero(np.diff(np.concatenate(([0], stopped.astype(np.int8), [0]))))
        for start, end in zip(edges[0::2], edges[1::2], strict=True):
            if end - start >= 5 and start > 10:
                on[start + 3 : end + 1] = False
    on[0] = True
    return on


def measure(traces: Traces, device: Device, rng: np.random.Generator, origin_deg: tuple[float, float]) -> Signals:
    """The channels as the watch shows them, one value a second; distance counts only while the timer runs."""
    on = timer(traces, device)
    speed = _speed(traces, device, rng, on)
    columns: dict[str, F8] = {}
    if device.has_distance:
        columns["distance_m"] = _distance(traces, device, rng, on)
    if device.has_speed:
        columns["speed_mps"] = np.round(speed, 3)
    if device.has_position:
        columns.update(_position(traces, device, rng, origin_deg))
        columns["altitude_m"] = _altitude(traces, device, rng)
    elif device.has_barometer and not device.has_footpod:
        columns["altitude_m"] = np.round((traces.altitude_m + correlated(rng, traces.n, 0.5, 600.0)) * 5.0) / 5.0
    if device.has_cadence:
        columns["cadence_cpm"] = _cadence(traces, device, rng)
    if device.has_dynamics:
        columns.update(running_dynamics(traces, device.cadence_lag_s, rng))
    if device.air_c == device.air_c:
        columns["temperature_c"] = temperature(traces.n, device.air_c, rng)
    if device.has_heart_rate:
        columns["heart_rate_bpm"] = _heart_rate(traces, device, rng)
    return Signals(columns, on)


def _speed(traces: Traces, device: Device, rng: np.random.Generator, on: npt.NDArray[np.bool_]) -> F8:
    delay = device.speed_lag_s * device.speed_delay_frac
    n = traces.n
    quick = correlated(rng, n, device.speed_noise_frac, 4.0)
    slow = correlated(rng, n, device.speed_noise_frac, rng.uniform(15.0, 50.0))
    sensed = traces.speed_mps * (1.0 + quick + slow + device.distance_bias_frac)
    smoothing = 0.5 * (device.speed_lag_s - delay)  # two stages: a hump, as watches show it, not a sharp edge
    shown = delayed(lagged(lagged(sensed, smoothing), smoothing), delay + HALF_SECOND)
    if device.start_glitch:
        seconds = np.arange(n)
        shown = shown + rng.uniform(2.0, 5.0) * np.exp(-seconds / rng.uniform(8.0, 20.0))
    shown[~on] = 0.0
    return np.maximum(shown, 0.0)


def _distance(traces: Traces, device: Device, rng: np.random.Generator, on: npt.NDArray[np.bool_]) -> F8:
    """Counted distance: better than shown speed, late by a second or two, with a bias of its own."""
    step = lagged(traces.speed_mps, device.distance_lag_s) * (1.0 + device.distance_bias_frac)
    step = step * (1.0 + correlated(rng, traces.n, device.speed_noise_frac, 8.0))
    step = np.where(on, step, 0.0)
    return np.round(np.cumsum(step) - step, 2)


def _position(
    traces: Traces, device: Device, rng: np.random.Generator, origin_deg: tuple[float, float]
) -> dict[str, F8]:
    n = traces.n
    axes = []
    for metres in (traces.east_m, traces.north_m):
        error = lagged(correlated(rng, n, device.gps_slow_m, 40.0), device.gps_smooth_s)
        error += correlated(rng, n, device.gps_quick_m, 3.0)
        axes.append(delayed(metres, device.position_lag_s) + lagged(error, 0.5 * device.gps_smooth_s))
    spikes = rng.random(n) < device.n_spikes_per_h / 3600.0
    for axis in axes:
        axis[spikes] += rng.normal(0.0, 25.0, int(spikes.sum()))
    latitude = origin_deg[0] + axes[1] / 111_195.08
    longitude = origin_deg[1] + axes[0] / (111_195.08 * np.cos(np.radians(origin_deg[0])))
    degrees = {"latitude_deg": latitude, "longitude_deg": longitude}
    if device.decimals_deg:
        return {name: np.round(values, device.decimals_deg) for name, values in degrees.items()}
    return {name: np.round(values / SEMICIRCLE_DEG) * SEMICIRCLE_DEG for name, values in degrees.items()}


def _altitude(traces: Traces, device: Device, rng: np.random.Generator) -> F8:
    n = traces.n
    if device.has_barometer:
        error = lagged(correlated(rng, n, 1.5, 1800.0), 25.0)
    else:
        error = lagged(correlated(rng, n, 4.0, 120.0), 8.0) + correlated(rng, n, 0.15, 8.0)
    late = lagged(traces.altitude_m, 4.0)
    return np.round((late + error) * 5.0) / 5.0


def _cadence(traces: Traces, device: Device, rng: np.random.Generator) -> F8:
    delay = 0.4 * device.cadence_lag_s
    steps = delayed(lagged(traces.cadence_spm, device.cadence_lag_s - delay), delay + HALF_SECOND)
    cycles = np.maximum(steps + correlated(rng, traces.n, 0.45, 4.0), 0.0) / 2.0
    cycles[cycles < 15.0] = 0.0
    if rng.random() < 0.15:  # drop-outs of a second or two
        cycles[rng.random(traces.n) < 1.0 / 400.0] = 0.0
    return np.round(cycles * 2.0) / 2.0 if device.has_half_cadence else np.round(cycles)


def _heart_rate(traces: Traces, device: Device, rng: np.random.Generator) -> F8:
    beats = traces.heart_rate_bpm
    if device.is_optical:
        beats = lagged(beats, rng.uniform(3.0, 9.0)) + correlated(rng, traces.n, 0.8, 35.0)
    beats = np.round(beats)
    if device.is_optical and device.lock_s > 0 and traces.n > 2 * device.lock_s:
        at = int(rng.integers(0, traces.n - int(device.lock_s)))
        stop = at + int(device.lock_s)
        moving = traces.cadence_spm[at:stop] > 100
        beats[at:stop] = np.where(moving, np.round(lagged(traces.cadence_spm[at:stop], 5.0)), beats[at:stop])
    if rng.random() < 0.3:
        beats[: int(rng.integers(2, 25))] = np.nan
    return beats


def written_seconds(signals: Signals, device: Device, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Which seconds the watch writes: all with the timer on, or some, closer together where speed changes."""
    on = np.flatnonzero(signals.is_timer_on)
    if device.sampling == "1hz":
        kept: npt.NDArray[np.int64] = on[(rng.random(len(on)) > 1.0 / 1500.0) | (on == 0)]
        return kept
    n = len(signals.is_timer_on)
    steps = np.clip(np.round(rng.lognormal(np.log(device.smart_dt_s), 0.45, n)), 1, 8).astype(np.int64)
    wanted = np.zeros(n, dtype=bool)
    at = np.cumsum(steps)
    wanted[np.concatenate(([0], at[at < n]))] = True
    speed = signals.columns.get("speed_mps")
    if speed is not None:
        wanted[1:] |= np.abs(np.diff(speed)) > 0.35
    edge = np.flatnonzero(np.diff(signals.is_timer_on.astype(np.int8)))
    wanted[edge], wanted[edge + 1], wanted[on[-1]] = True, True, True
    written: npt.NDArray[np.int64] = np.flatnonzero(wanted & signals.is_timer_on).astype(np.int64)
    return written
