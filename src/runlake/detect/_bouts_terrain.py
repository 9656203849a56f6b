"""Bouts that the ground explains: fast because downhill, or fast stretches of a trail that nobody planned."""

from __future__ import annotations

import numpy as np

from runlake.detect._bouts_measure import Measures
from runlake.detect._bouts_sets import RepSet
from runlake.detect._series import climb_curves
from runlake.model.activity import Activity
from runlake.model.recording import F8

DOWNHILL = -0.03
"""From this grade running is clearly cheaper (10 % by Minetti 2002)."""
LEAST_GAP_CONTRAST = 0.03
"""Less than this over the effort around it is no effort of its own."""
ROUGH_CLIMB = 0.03
"""30 m of climb for each km, so 6 % up or down on average: the ground makes the speed. Hilly roads have half of it."""
LEAST_REGULAR = 3
EXPLAINED_CONFIDENCE = 0.4
"""What is left of a bout that the ground explains: published, and not shown."""


def with_terrain(activity: Activity, m: Measures, sets: list[RepSet], confidence: F8) -> F8:
    """Confidence, held down where the ground explains the speed; as given where no barometer tells of the ground.

    Downhill bouts without more effort than around them are held down, and on rough ground all that are not at least
    three of a kind.
    """
    if activity.quality.altitude_kind != "barometer":
        return confidence
    downhill = (m.grade_frac <= DOWNHILL) & (m.gap_contrast_frac < LEAST_GAP_CONTRAST)
    out = np.where(downhill, np.minimum(confidence, EXPLAINED_CONFIDENCE), confidence)
    climbs = climb_curves(activity)
    distance = activity.grid.distance_m
    known = distance[np.isfinite(distance)]
    if climbs is None or not known.size or climbs[0][-1] < ROUGH_CLIMB * max(float(known[-1] - known[0]), 1000.0):
        return out
    for s in sets:
        if s.n < LEAST_REGULAR or not s.is_even:
            members = list(s.members)
            out[members] = np.minimum(out[members], EXPLAINED_CONFIDENCE)
    return out
