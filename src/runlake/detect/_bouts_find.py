"""The search itself: grid to disjoint bouts with edges and confidence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from runlake.detect._bouts_candidates import Channels, find_candidates
from runlake.detect._bouts_score import choose, load_model, second_logits
from runlake.model.activity import Grid
from runlake.model.recording import F8

START_LATE_S, END_LATE_S = 1.0, 3.0
"""By how much half height trails the mark: the body's ramp and reaction at the start; nobody brakes on the line."""
POSITION_DELAY_S = {"coros": 2.0}
"""Watches whose positions and distance themselves trail, by maker; against those, speed cannot be aligned better."""
LIKELY, POSSIBLE = 0.5, 0.2
"""Bouts above the first are chosen together; what is left above the second is published with its low confidence."""
LONE_S, LONE_CONFIDENCE = 100.0, 0.3
"""A single short surge is a road crossed or a dog, whatever it looks like: reps come in numbers."""


@dataclass(frozen=True, slots=True, eq=False)
class Bouts:
    """Disjoint bouts in order: elapsed seconds (end exclusive) and the probability that each is one."""

    start_s: F8
    end_s: F8
    confidence: F8
    channels: Channels


def _delay_s(device: str) -> float:
    name = device.lower()
    return next((delay for maker, delay in POSITION_DELAY_S.items() if maker in name), 0.0)


def find_bouts(grid: Grid, device: str = "") -> Bouts | None:
    """The work bouts of a session; None when there is nothing to search (hardly any running)."""
    found = find_candidates(grid)
    if found is None:
        return None
    model = load_model()
    logits = second_logits(found, model)
    taken = choose(found, logits, LIKELY)
    for i in np.flatnonzero(taken):
        logits[(found.start_s < found.end_s[i]) & (found.end_s > found.start_s[i]) & ~taken] = -20.0
    taken |= choose(found, np.where(taken, -20.0, logits), POSSIBLE)
    at = np.flatnonzero(taken)
    at = at[np.argsort(found.start_s[at], kind="stable")]
    delay = _delay_s(device)
    start = np.maximum(found.start_s[at] - START_LATE_S - delay, 0.0)
    end = np.clip(found.end_s[at] - END_LATE_S - delay, start + 3.0, float(grid.m))
    end[:-1] = np.minimum(end[:-1], start[1:])
    confidence = model.confidence(logits[at])
    likely = confidence >= 0.5
    if likely.sum() == 1:
        lone = likely & (end - start < LONE_S)
        confidence = np.where(lone, np.minimum(confidence, LONE_CONFIDENCE), confidence)
    return Bouts(start, end, confidence, found.channels)
