"""Settings: one TOML file changes some of the defaults; an unknown name is an error that names the nearest known one.

Sections: ``[athlete]`` (the default athlete), ``[athletes.ID]`` (others), ``[detect.NAME]`` and ``[history.NAME]``
(the Settings of a plug-in), ``[lake]``, ``[limits]``.
"""

from __future__ import annotations

import dataclasses
import difflib
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from runlake.config.ranges import (
    check_above_zero,
    check_athlete,
    check_goal,
    check_memory,
    check_sign,
    check_zones,
    clock_hint,
    known_sport,
)
from runlake.errors import ConfigError
from runlake.model.plugins import Athlete

DEFAULT_ATHLETE = "me"
_KINDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    tuple: "a list in []",
    str: 'text in ""',
}


@dataclass(frozen=True, slots=True)
class LakeSettings:
    """How the lake is written."""

    compat: bool = False
    """Snappy and plain encodings, for old readers; files are 1.7 times as large."""
    rows_per_sample_file: int = 1_000_000
    """A year with more samples than this is split by month."""


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """What one input may cost before it is given up (state ``blocked``)."""

    deadline_s: float = 20.0
    """Seconds of CPU; four times as long on the clock."""
    deadline_s_per_mb: float = 10.0
    worker_memory_mb: int = 2048


@dataclass(frozen=True, slots=True)
class Config:
    """The settings in force. `detect`, `history` and `limits` hold what the user changed, by plug-in and field."""

    athletes: Mapping[str, Athlete] = field(default_factory=dict)
    default_athlete: str = DEFAULT_ATHLETE
    lake: LakeSettings = field(default_factory=LakeSettings)
    workers: WorkerLimits = field(default_factory=WorkerLimits)
    detect: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    history: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    limits: Mapping[str, Any] = field(default_factory=dict)

    def athlete(self, athlete_id: str) -> Athlete:
        """The athlete of that id: as configured, else with nothing told but the default time zone."""
        known = self.athletes.get(athlete_id)
        if known is not None:
            return known
        default = self.athletes.get(self.default_athlete)
        if default is None:
            return Athlete(athlete_id)
        return Athlete(athlete_id, time_zone=default.time_zone, default_sport=default.default_sport)

    def home_time_zones(self) -> dict[str, str]:
        """Time zone by athlete; "" is that of everybody else."""
        default = self.athletes.get(self.default_athlete)
        zones = {"": default.time_zone if default else ""}
        return {**zones, **{a.athlete_id: a.time_zone for a in self.athletes.values()}}

    def default_sports(self) -> dict[str, str]:
        """Sport of files that do not say it, by athlete; "" is that of everybody else."""
        default = self.athletes.get(self.default_athlete)
        sports = {"": default.default_sport if default else ""}
        return {**sports, **{a.athlete_id: a.default_sport for a in self.athletes.values()}}


def load(path: Path | None) -> Config:
    """The settings of a TOML file (defaults without one); raises ConfigError that says where and what is wrong."""
    if path is None:
        return Config()
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"cannot read the settings: {error.strerror}", code="config", path=str(path)) from error
    except UnicodeDecodeError as error:
        raise ConfigError("not UTF-8 text: save the file as UTF-8", code="config", path=str(path)) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"not valid TOML: {error}", code="config", path=str(path)) from error
    try:
        return from_mapping(raw)
    except ConfigError as error:
        error.path = str(path)
        raise


def from_mapping(raw: Mapping[str, Any]) -> Config:
    """The settings in a mapping as TOML gives it."""
    known = ("athlete", "athletes", "detect", "history", "lake", "limits")
    _check_names(raw, known, "section")
    for name in known:
        if name in raw and not isinstance(raw[name], dict):
            raise ConfigError(f"[{name}] must be a section, not a value", code="config")
    from runlake.intake.contents import Limits

    first = dict(raw.get("athlete", {}))
    default_id = str(first.pop("id", DEFAULT_ATHLETE))
    athletes = {default_id: _athlete(default_id, first, "athlete")}
    for athlete_id, values in raw.get("athletes", {}).items():
        athletes[athlete_id] = _athlete(athlete_id, values, f"athletes.{athlete_id}")
    limits = dict(raw.get("limits", {}))
    worker_names = [f.name for f in fields(WorkerLimits)]
    intake_names = _intake_limits()
    _check_names(limits, (*worker_names, *intake_names), "setting in [limits]")
    workers = replaced(WorkerLimits(), {k: v for k, v in limits.items() if k in worker_names}, "limits")
    replaced(Limits(), {k: v for k, v in limits.items() if k in intake_names}, "limits")
    detect, history = raw.get("detect", {}), raw.get("history", {})
    if detect:
        detect_settings(detect)
    if history:
        history_settings(history)
    check_above_zero(workers, ("deadline_s",), "limits")
    check_memory(workers.worker_memory_mb)
    lake = replaced(LakeSettings(), raw.get("lake", {}), "lake")
    check_above_zero(lake, ("rows_per_sample_file",), "lake")
    return Config(athletes, default_id, lake, workers, detect, history, limits)


def check_athlete_id(athlete_id: str, where: str) -> None:
    """Raise ConfigError for an id that is no plain word."""
    if not athlete_id or "/" in athlete_id or "\0" in athlete_id:
        raise ConfigError(f"{where}: an athlete's id must be a plain word, not {athlete_id!r}", code="config")


def _athlete(athlete_id: str, values: Mapping[str, Any], where: str) -> Athlete:
    check_athlete_id(athlete_id, f"[{where}]")
    athlete: Athlete = replaced(Athlete(athlete_id), values, where, hidden=("athlete_id",))
    athlete = dataclasses.replace(athlete, default_sport=known_sport(athlete.default_sport, where))
    check_athlete(athlete, where)
    check_goal(athlete, where)
    if athlete.sex not in ("", "female", "male"):
        raise ConfigError(f'[{where}] sex must be "female" or "male", or left out', code="config")
    if athlete.time_zone:
        import zoneinfo

        try:
            zoneinfo.ZoneInfo(athlete.time_zone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            near = difflib.get_close_matches(athlete.time_zone, zoneinfo.available_timezones(), 1, 0.5)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise ConfigError(f"[{where}] time_zone {athlete.time_zone!r} is unknown{hint}", code="config") from None
    return athlete


def detect_settings(raw: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The changed Settings of detectors by name."""
    from runlake.detect import DETECTORS

    return _plugin_settings({d.name: d.settings for d in DETECTORS}, raw, "detect")


def history_settings(raw: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The changed Settings of historians by name."""
    from runlake.history import HISTORIANS

    settings = _plugin_settings({h.name: h.settings for h in HISTORIANS}, raw, "history")
    if "intensity" in settings:
        check_zones(settings["intensity"], "history.intensity")
    return settings


def _plugin_settings(defaults: Mapping[str, Any], raw: Mapping[str, Any], section: str) -> dict[str, Any]:
    _check_names(raw, tuple(defaults), f"plug-in in [{section}]")
    return {name: replaced(defaults[name], values, f"{section}.{name}") for name, values in raw.items()}


def replaced(default: Any, values: Mapping[str, Any], where: str, hidden: tuple[str, ...] = ()) -> Any:
    """A copy of a settings dataclass with some fields changed; raises ConfigError for a wrong name or type."""
    names = tuple(f.name for f in fields(default) if f.name not in hidden)
    if not isinstance(values, Mapping):
        raise ConfigError(f"[{where}] must be a section, not a value", code="config")
    _check_names(values, names, f"setting in [{where}]")
    changes = {name: _fitting(getattr(default, name), value, f"[{where}] {name}") for name, value in values.items()}
    for name, value in changes.items():
        check_sign(getattr(default, name), value, name, where)
    try:
        return dataclasses.replace(default, **changes)
    except (TypeError, ValueError) as error:
        raise ConfigError(f"[{where}]: {error}", code="config") from error


def _fitting(default: Any, value: Any, where: str) -> Any:
    """The value in the type of the default; raises ConfigError when it is of another."""
    if isinstance(default, bool):
        is_right = isinstance(value, bool)
    elif isinstance(default, float):
        is_right = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        value = float(value) if is_right else value
    elif isinstance(default, int):
        is_right = isinstance(value, int) and not isinstance(value, bool)
    elif isinstance(default, tuple):
        is_right = isinstance(value, list)
        inner = default[0] if default else None
        value = (
            tuple(_fitting(inner, v, where) if inner is not None else _number(v) for v in value) if is_right else value
        )
    else:
        is_right = isinstance(value, type(default)) or default is None
    if not is_right:
        wanted = _KINDS.get(type(default), f"like {default!r}")
        raise ConfigError(f"{where} must be {wanted}, not {value!r}{clock_hint(value, where)}", code="config")
    return value


def _number(value: Any) -> Any:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _check_names(given: Mapping[str, Any], known: tuple[str, ...], what: str) -> None:
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1, 0.4)
            hint = f"; did you mean {near[0]}?" if near else f"; known: {', '.join(known)}"
            raise ConfigError(f"unknown {what}: {name}{hint}", code="config")


def _intake_limits() -> tuple[str, ...]:
    from runlake.intake.contents import Limits

    return tuple(f.name for f in fields(Limits))


def to_mapping(config: Config) -> dict[str, Any]:
    """Every setting in force, as TOML can hold it; settings that nobody told are left out."""
    from runlake.detect import DETECTORS
    from runlake.history import HISTORIANS
    from runlake.intake.contents import Limits

    first = config.athlete(config.default_athlete)
    others = {a: plain(x, ("athlete_id",)) for a, x in config.athletes.items() if a != config.default_athlete}
    detect, history = detect_settings(config.detect), history_settings(config.history)
    limits = {k: v for k, v in config.limits.items() if k in _intake_limits()}
    return {
        "athlete": {"id": config.default_athlete, **plain(first, ("athlete_id",))},
        **({"athletes": others} if others else {}),
        "lake": plain(config.lake),
        "limits": {**plain(config.workers), **plain(dataclasses.replace(Limits(), **limits))},
        "detect": {d.name: plain(detect.get(d.name, d.settings)) for d in DETECTORS},
        "history": {h.name: plain(history.get(h.name, h.settings)) for h in HISTORIANS},
    }


def plain(settings: Any, hidden: tuple[str, ...] = ()) -> dict[str, Any]:
    """A settings dataclass as TOML can hold it: tuples as lists, what nobody told left out."""
    out: dict[str, Any] = {}
    for f in fields(settings):
        value = getattr(settings, f.name)
        if f.name in hidden or value is None or (isinstance(value, float) and math.isnan(value)):
            continue
        out[f.name] = list(value) if isinstance(value, tuple) else value
    return out


def explained_defaults() -> str:
    """Every setting with its default and meaning, as TOML."""
    from runlake.config.text import explained_defaults as text

    return text()
