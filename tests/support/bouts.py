"""Findings of the bout detector made by hand, for tests of detectors that need them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from runlake.model.findings import Findings
from runlake.tables import BY_NAME


def made_bouts(
    intervals: Sequence[tuple[float, float]] = (),
    strides: Sequence[tuple[float, float]] = (),
    sets: Sequence[tuple[float, float, str]] = (),
    confidence: float = 0.9,
) -> dict[str, Findings]:
    """Tables `intervals`, `interval_sets` and `strides` with the given begins and ends (elapsed seconds)."""

    def rows(number: str, spans: Sequence[tuple[float, float]]) -> list[dict[str, Any]]:
        return [
            {number: k + 1, "start_s": start, "end_s": end, "duration_s": end - start, "confidence": confidence}
            for k, (start, end) in enumerate(spans)
        ]

    set_rows = [
        {"set_no": k + 1, "start_s": start, "end_s": end, "shorthand": text, "confidence": confidence}
        for k, (start, end, text) in enumerate(sets)
    ]
    return {
        "intervals": Findings.from_rows(BY_NAME["intervals"], rows("interval_no", intervals)),
        "strides": Findings.from_rows(BY_NAME["strides"], rows("stride_no", strides)),
        "interval_sets": Findings.from_rows(BY_NAME["interval_sets"], set_rows),
    }
