"""Why each session was run: the purpose with the most evidence, or `unclear` when none has enough."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from runlake.history._features import read_features
from runlake.history._group import text_column
from runlake.history._purpose_rules import PURPOSES, Rules, scores
from runlake.history._purpose_words import reason, unclear_reason
from runlake.model.findings import Table
from runlake.model.plugins import Athlete, Historian
from runlake.tables import activities


def build(_athlete: Athlete, tables: Mapping[str, Table], settings: Rules) -> tuple[Table, ...]:
    """Activities with purpose, confidence, reason in words and runner-up."""
    sessions = tables["activities"]
    n = sessions.n_rows
    features = read_features(tables)
    found = scores(features, settings)
    matrix = np.nan_to_num(np.array([found[name] for name in PURPOSES]).reshape(len(PURPOSES), n))
    order = np.argsort(-matrix, axis=0, kind="stable")
    best, second = order[0], order[1]
    at = np.arange(n)
    top, next_best = matrix[best, at], matrix[second, at]
    # A close second makes the first less sure: half of what it lies above 80 % of the first is taken off.
    confidence = top - 0.5 * np.maximum(next_best - 0.8 * top, 0.0)
    clear = (confidence >= settings.min_score) & ~features.is_generic
    purpose, why, runner_up = text_column(n), text_column(n), text_column(n)
    each = zip(best.tolist(), second.tolist(), clear.tolist(), top.tolist(), next_best.tolist(), strict=True)
    for i, (first, other, is_clear, score, other_score) in enumerate(each):
        name = PURPOSES[first]
        if is_clear:
            purpose[i], why[i] = name, reason(name, features, i, settings)
            if other_score > 0:
                runner_up[i] = PURPOSES[other]
        else:
            purpose[i], why[i] = "unclear", unclear_reason(features, i, name, score)
            if score > 0:
                runner_up[i] = name
    return (
        sessions.replace(
            purpose=purpose,
            purpose_confidence=np.where(clear, confidence, np.minimum(confidence, settings.min_score)),
            purpose_reason=why,
            purpose_runner_up=runner_up,
        ),
    )


HISTORIAN = Historian(
    name="purpose",
    specs=(activities.SPEC,),
    needs=("activities", "intervals", "intensity", "splits", "thresholds"),
    settings=Rules(),
    build=build,
)
