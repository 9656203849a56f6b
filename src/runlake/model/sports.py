"""Sport names that services and files write (TrailRun, trail_running, Biking) to FIT names."""

from __future__ import annotations

import re
from functools import lru_cache

_RUN = ("running", "")
SPORTS: dict[str, tuple[str, str]] = {
    "run": _RUN,
    "running": _RUN,
    "jog": _RUN,
    "jogging": _RUN,
    "race": _RUN,
    "street running": ("running", "street"),
    "track running": ("running", "track"),
    "track run": ("running", "track"),
    "trail running": ("running", "trail"),
    "trail run": ("running", "trail"),
    "treadmill running": ("running", "treadmill"),
    "treadmill": ("running", "treadmill"),
    "indoor running": ("running", "indoor_running"),
    "virtual run": ("running", "virtual_activity"),
    "virtual running": ("running", "virtual_activity"),
    "ultra run": ("running", "ultra"),
    "obstacle run": ("running", "obstacle"),
    "ride": ("cycling", ""),
    "bike": ("cycling", ""),
    "biking": ("cycling", ""),
    "bicycling": ("cycling", ""),
    "cycling": ("cycling", ""),
    "road biking": ("cycling", "road"),
    "road cycling": ("cycling", "road"),
    "mountain biking": ("cycling", "mountain"),
    "mountain bike ride": ("cycling", "mountain"),
    "gravel cycling": ("cycling", "gravel_cycling"),
    "gravel ride": ("cycling", "gravel_cycling"),
    "indoor cycling": ("cycling", "indoor_cycling"),
    "virtual ride": ("cycling", "virtual_activity"),
    "e bike ride": ("e_biking", ""),
    "ebikeride": ("e_biking", ""),
    "walk": ("walking", ""),
    "walking": ("walking", ""),
    "casual walking": ("walking", "casual_walking"),
    "speed walking": ("walking", "speed_walking"),
    "hike": ("hiking", ""),
    "hiking": ("hiking", ""),
    "swim": ("swimming", ""),
    "swimming": ("swimming", ""),
    "lap swimming": ("swimming", "lap_swimming"),
    "pool swim": ("swimming", "lap_swimming"),
    "open water swimming": ("swimming", "open_water"),
    "open water swim": ("swimming", "open_water"),
    "rowing": ("rowing", ""),
    "indoor rowing": ("rowing", "indoor_rowing"),
    "strength training": ("training", "strength_training"),
    "weight training": ("training", "strength_training"),
    "cardio training": ("training", "cardio_training"),
    "indoor cardio": ("training", "cardio_training"),
    "workout": ("training", ""),
    "yoga": ("training", "yoga"),
    "elliptical": ("fitness_equipment", "elliptical"),
    "multi sport": ("multisport", ""),
    "multisport": ("multisport", ""),
    "transition": ("transition", ""),
    "cross country skiing": ("cross_country_skiing", ""),
    "nordic ski": ("cross_country_skiing", ""),
    "alpine skiing": ("alpine_skiing", ""),
    "alpine ski": ("alpine_skiing", ""),
    "resort skiing snowboarding": ("alpine_skiing", "resort"),
    "snowboarding": ("snowboarding", ""),
    "snowboard": ("snowboarding", ""),
    "snowshoeing": ("snowshoeing", ""),
    "snowshoe": ("snowshoeing", ""),
    "inline skating": ("inline_skating", ""),
    "inline skate": ("inline_skating", ""),
    "kayaking": ("kayaking", ""),
    "stand up paddling": ("stand_up_paddleboarding", ""),
    "stand up paddleboarding": ("stand_up_paddleboarding", ""),
    "golf": ("golf", ""),
    "tennis": ("tennis", ""),
    "mountaineering": ("mountaineering", ""),
    "rock climbing": ("rock_climbing", ""),
    # Numbers that Strava writes into <type>.
    "1": ("cycling", ""),
    "4": ("hiking", ""),
    "9": _RUN,
    "10": ("walking", ""),
    "16": ("swimming", ""),
}  # fmt: skip
_BREAKS = re.compile(r"[\s_\-/]+")
_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])")


@lru_cache(maxsize=512)
def fit_sport(name: str) -> tuple[str, str]:
    """FIT sport and sub-sport for what a service calls it (TrailRun, trail_running, Biking); "" unknown."""
    text = name.strip()[:60]
    for words in (text, _HUMPS.sub(" ", text)):
        found = SPORTS.get(_BREAKS.sub(" ", words).strip().lower())
        if found:
            return found
    return "", ""
