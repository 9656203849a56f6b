"""A small writer of GPX and TCX files from arrays: for the simulator and for tests of the readers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

import numpy as np
import numpy.typing as npt

F8 = npt.NDArray[np.float64]
GPX_HEAD = (
    '<gpx creator="{creator}" version="1.1" xmlns="http://www.topografix.com/GPX/1/1" '
    'xmlns:ns3="http://www.garmin.com/xmlschemas/TrackPointExtension/v1">'
)
TCX_HEAD = (
    '<TrainingCenterDatabase xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2" '
    'xmlns:ns3="http://www.garmin.com/xmlschemas/ActivityExtension/v2" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
)
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'


@dataclass(frozen=True, slots=True)
class XmlLap:
    """A lap for `tcx_bytes`: the points first..stop, and what the device says of it (NaN: left out)."""

    first: int
    stop: int
    start_time_utc_s: float
    timer_s: float
    distance_m: float = math.nan
    intensity: str = "Active"
    trigger: str = "Manual"
    calories_kcal: int = 0
    mean_heart_rate_bpm: float = math.nan
    max_heart_rate_bpm: float = math.nan
    max_speed_mps: float = math.nan
    breaks: tuple[int, ...] = ()
    """Point indices where a new `<Track>` begins after a pause."""


def iso_time(time_utc_s: float, *, decimals: int = 3, offset_s: float | None = 0.0) -> str:
    """ISO 8601 text of Unix seconds: "Z" for offset 0, "+02:00" for others, no zone at all for None."""
    scale = 10**decimals
    ticks = round(time_utc_s * scale) + round((offset_s or 0.0) * scale)
    whole, fraction = divmod(ticks, scale)
    text = datetime.fromtimestamp(whole, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    if decimals:
        text += f".{fraction:0{decimals}d}"
    if offset_s is None:
        return text
    if offset_s == 0.0:
        return text + "Z"
    hours, seconds = divmod(int(abs(offset_s)), 3600)
    return f"{text}{'-' if offset_s < 0 else '+'}{hours:02d}:{seconds // 60:02d}"


def _number(value: float) -> str:
    return repr(float(value)) if value != int(value) else str(int(value))


def _element(name: str, value: float) -> str:
    return "" if math.isnan(value) else f"<{name}>{_number(value)}</{name}>"


def gpx_bytes(
    time_utc_s: F8,
    latitude_deg: F8,
    longitude_deg: F8,
    *,
    altitude_m: F8 | None = None,
    heart_rate_bpm: F8 | None = None,
    cadence_cpm: F8 | None = None,
    temperature_c: F8 | None = None,
    power_w: F8 | None = None,
    speed_mps: F8 | None = None,
    name: str = "",
    sport: str = "running",
    creator: str = "runlake simulator",
    breaks: Sequence[int] = (),
    time_decimals: int = 3,
    offset_s: float | None = 0.0,
    newline: str = "\n",
) -> bytes:
    """A GPX 1.1 file of one track; NaN leaves the element out; a new segment begins at each of `breaks`."""
    n = len(time_utc_s)
    given = {"hr": heart_rate_bpm, "cad": cadence_cpm, "atemp": temperature_c, "speed": speed_mps}
    extensions = {key: values for key, values in given.items() if values is not None}
    out = [DECLARATION, GPX_HEAD.format(creator=escape(creator)), "<trk>"]
    out += [f"<name>{escape(name)}</name>"] if name else []
    out += [f"<type>{escape(sport)}</type>"] if sport else []
    out.append("<trkseg>")
    for i in range(n):
        if i in breaks and i:
            out += ["</trkseg>", "<trkseg>"]
        point = f'<trkpt lat="{_number(latitude_deg[i])}" lon="{_number(longitude_deg[i])}">'
        if altitude_m is not None:
            point += _element("ele", altitude_m[i])
        if not math.isnan(time_utc_s[i]):
            point += f"<time>{iso_time(time_utc_s[i], decimals=time_decimals, offset_s=offset_s)}</time>"
        inner = "".join(_element(f"ns3:{key}", values[i]) for key, values in extensions.items())
        power = "" if power_w is None else _element("power", power_w[i])
        wrapped = f"<ns3:TrackPointExtension>{inner}</ns3:TrackPointExtension>" if inner else ""
        if wrapped or power:
            point += f"<extensions>{power}{wrapped}</extensions>"
        out.append(point + "</trkpt>")
    out += ["</trkseg>", "</trk>", "</gpx>", ""]
    return newline.join(out).encode()


def tcx_bytes(
    time_utc_s: F8,
    channels: Mapping[str, F8],
    laps: Sequence[XmlLap],
    *,
    sport: str = "Running",
    device: str = "",
    notes: str = "",
    newline: str = "\n",
) -> bytes:
    """A TCX file of one activity; `channels` by runlake's names (latitude_deg ...), NaN left out."""
    out = [
        DECLARATION,
        TCX_HEAD,
        "<Activities>",
        *_activity(time_utc_s, channels, laps, sport, device, notes),
    ]
    out += ["</Activities>", "</TrainingCenterDatabase>", ""]
    return newline.join(out).encode()


def _activity(
    time_utc_s: F8, channels: Mapping[str, F8], laps: Sequence[XmlLap], sport: str, device: str, notes: str
) -> list[str]:
    start = iso_time(laps[0].start_time_utc_s if laps else time_utc_s[0])
    out = [f'<Activity Sport="{escape(sport)}">', f"<Id>{start}</Id>"]
    for lap in laps:
        out += _lap(time_utc_s, channels, lap)
    out += [f"<Notes>{escape(notes)}</Notes>"] if notes else []
    out += [f'<Creator xsi:type="Device_t"><Name>{escape(device)}</Name></Creator>'] if device else []
    return [*out, "</Activity>"]


def _lap(time_utc_s: F8, channels: Mapping[str, F8], lap: XmlLap) -> list[str]:
    out = [f'<Lap StartTime="{iso_time(lap.start_time_utc_s)}">']
    out.append(_element("TotalTimeSeconds", lap.timer_s) + _element("DistanceMeters", lap.distance_m))
    out.append(_element("MaximumSpeed", lap.max_speed_mps) + f"<Calories>{lap.calories_kcal}</Calories>")
    for name, value in (
        ("AverageHeartRateBpm", lap.mean_heart_rate_bpm),
        ("MaximumHeartRateBpm", lap.max_heart_rate_bpm),
    ):
        out += [] if math.isnan(value) else [f"<{name}>{_element('Value', value)}</{name}>"]
    out.append(f"<Intensity>{lap.intensity}</Intensity><TriggerMethod>{lap.trigger}</TriggerMethod>")
    out.append("<Track>")
    for i in range(lap.first, lap.stop):
        if i in lap.breaks:
            out += ["</Track>", "<Track>"]
        out.append(_trackpoint(time_utc_s[i], {name: float(values[i]) for name, values in channels.items()}))
    return [*out, "</Track>", "</Lap>"]


def _trackpoint(time_utc_s: float, values: Mapping[str, float]) -> str:
    def of(name: str) -> float:
        return values.get(name, math.nan)

    point = f"<Trackpoint><Time>{iso_time(time_utc_s)}</Time>"
    if not math.isnan(of("latitude_deg")):
        place = _element("LatitudeDegrees", of("latitude_deg")) + _element("LongitudeDegrees", of("longitude_deg"))
        point += f"<Position>{place}</Position>"
    point += _element("AltitudeMeters", of("altitude_m")) + _element("DistanceMeters", of("distance_m"))
    if not math.isnan(of("heart_rate_bpm")):
        point += f"<HeartRateBpm>{_element('Value', of('heart_rate_bpm'))}</HeartRateBpm>"
    inner = _element("ns3:Speed", of("speed_mps")) + _element("ns3:RunCadence", of("cadence_cpm"))
    inner += _element("ns3:Watts", of("power_w"))
    point += f"<Extensions><ns3:TPX>{inner}</ns3:TPX></Extensions>" if inner else ""
    return point + "</Trackpoint>"
