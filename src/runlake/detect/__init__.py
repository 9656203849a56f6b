"""Activity to Findings: one module per question, each listed here in the order in which they are asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runlake.detect import (
    best_efforts,
    bouts,
    distributions,
    fatigue,
    form,
    laps,
    pacing,
    samples,
    splits,
    summary,
)
from runlake.model.activity import Activity
from runlake.model.findings import Findings
from runlake.model.plugins import Detector

DETECTORS: tuple[Detector, ...] = (
    bouts.DETECTOR,
    laps.DETECTOR,
    splits.DETECTOR,
    best_efforts.DETECTOR,
    form.DETECTOR,
    distributions.DETECTOR,
    fatigue.DETECTOR,
    pacing.DETECTOR,
    summary.DETECTOR,
    samples.DETECTOR,
)


def detect_all(activity: Activity, settings: Mapping[str, Any] | None = None) -> dict[str, Findings]:
    """The findings of every detector by table name; `settings` maps detector names to changed settings."""
    chosen = settings or {}
    found: dict[str, Findings] = {}
    for detector in DETECTORS:
        needed = {name: found[name] for name in detector.needs}
        for findings in detector.find(activity, needed, chosen.get(detector.name, detector.settings)):
            found[findings.spec.name] = findings
    return found
