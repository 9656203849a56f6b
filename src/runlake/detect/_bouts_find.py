"""The search itself: grid to disjoint bouts with edges and confidence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from runlake.detect._bouts_candidates import Candidates, Channels, find_candidates
from runlake.detect._bouts_score import choose, load_model, second_logits
from runlake.model.activity import Grid
from runlake.model.recording import F8

NEVER = -20.0
"""A logit that means: never."""
LEAST_BOUT_S = 3.0


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be changed, and what scripts/cross_validate.py fits again without one athlete at a time."""

    likely: float = 0.5
    """Bouts of at least this probability are chosen together, so that they fit each other best."""
    possible: float = 0.2
    """What is left above this is published too, with its low confidence."""
    least_confidence: float = 0.15
    """Bouts below this are not published at all."""
    start_late_s: float = 1.0
    """By how much half height trails the mark at the start: reaction, and the body's ramp."""
    end_late_s: float = 3.0
    """The same at the end, where nobody brakes on the line."""
    coros_delay_s: float = 2.0
    """COROS watches: positions and distance themselves trail, so that speed cannot be aligned better."""
    lone_s: float = 100.0
    """A single surge shorter than this is a road crossed or a dog: reps come in numbers."""
    lone_confidence: float = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Bouts:
    """Disjoint bouts in order: elapsed seconds (end exclusive) and the probability that each is one."""

    start_s: F8
    end_s: F8
    confidence: F8
    channels: Channels


def find_bouts(grid: Grid, device: str, settings: Settings) -> Bouts | None:
    """The work bouts of a session; None when there is nothing to search (hardly any running)."""
    found = find_candidates(grid)
    if found is None:
        return None
    return pick(found, second_logits(found, load_model()), device, settings)


def pick(found: Candidates, logits: F8, device: str, settings: Settings) -> Bouts:
    """The best disjoint choice among candidates of known log odds, with edges moved to where the marks would be."""
    taken = choose(found, logits, settings.likely)
    left = np.where(taken | _meets(found, taken), NEVER, logits)
    taken |= choose(found, left, settings.possible)
    at = np.flatnonzero(taken)
    at = at[np.argsort(found.start_s[at], kind="stable")]
    delay = settings.coros_delay_s if "coros" in device.lower() else 0.0
    length = float(found.channels.level.size)
    start = np.maximum(found.start_s[at] - settings.start_late_s - delay, 0.0)
    end = np.clip(
        found.end_s[at] - settings.end_late_s - delay, start + LEAST_BOUT_S, np.maximum(length, start + LEAST_BOUT_S)
    )
    end[:-1] = np.minimum(end[:-1], start[1:])
    confidence = load_model().confidence(logits[at])
    likely = confidence >= 0.5
    if likely.sum() == 1:
        lone = likely & (end - start < settings.lone_s)
        confidence = np.where(lone, np.minimum(confidence, settings.lone_confidence), confidence)
    return Bouts(start, end, confidence, found.channels)


def _meets(found: Candidates, taken: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    """Which candidates overlap a taken one; the taken are disjoint, so their ends rise with their starts."""
    if not taken.any():
        return np.zeros(taken.size, dtype=bool)
    order = np.flatnonzero(taken)[np.argsort(found.start_s[taken], kind="stable")]
    starts, ends = found.start_s[order], found.end_s[order]
    following = np.searchsorted(ends, found.start_s, side="right")
    inside = np.minimum(following, order.size - 1)
    return np.asarray((following < order.size) & (starts[inside] < found.end_s))
