"""Every table of the lake, one module each, listed here in published order."""

from runlake.model.table import TableSpec
from runlake.tables import (
    activities,
    best_efforts,
    columns,
    distributions,
    fatigue,
    files,
    form,
    goals,
    intensity,
    interval_sets,
    intervals,
    laps,
    pacing,
    programmed_steps,
    progress,
    runs,
    samples,
    splits,
    strides,
    thresholds,
    weeks,
)

SCHEMA_VERSION = 1
"""Raised when a column changes its meaning or kind; a new nullable column does not count."""

SPECS: tuple[TableSpec, ...] = (
    files.SPEC,
    activities.SPEC,
    samples.SPEC,
    laps.SPEC,
    programmed_steps.SPEC,
    splits.SPEC,
    intervals.SPEC,
    interval_sets.SPEC,
    strides.SPEC,
    best_efforts.SPEC,
    intensity.SPEC,
    form.SPEC,
    fatigue.SPEC,
    pacing.SPEC,
    distributions.SPEC,
    thresholds.SPEC,
    weeks.SPEC,
    progress.SPEC,
    goals.SPEC,
    runs.SPEC,
    columns.SPEC,
)
BY_NAME: dict[str, TableSpec] = {spec.name: spec for spec in SPECS}
