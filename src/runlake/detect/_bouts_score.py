"""From candidates to bouts: two passes of a scorer trained on simulated sessions, the best choice, confidence."""

from __future__ import annotations

import functools
import hashlib
import json
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt

from runlake.detect._bouts_candidates import FEATURES, LIKE_FEATURES, Candidates
from runlake.errors import ActivityError
from runlake.kernels.alike import like_features, like_scores
from runlake.kernels.bouts import choice_features
from runlake.kernels.segments import best_disjoint, sum_trees

F8 = npt.NDArray[np.float64]
B1 = npt.NDArray[np.bool_]

N_LIKE_BLIND = 7
"""The first columns of what the like say need no score; pass 1 reads these, pass 2 all."""
CHOICE_FEATURES = (
    "score", "n_taken", "taken_score", "off_taken_length", "off_taken_level", "is_taken", "overlap_taken",
    "outside_min",
)  # fmt: skip
FIRST_NAMES = (*FEATURES, *LIKE_FEATURES[:N_LIKE_BLIND])
SECOND_NAMES = (*FIRST_NAMES, *LIKE_FEATURES[N_LIKE_BLIND:], *CHOICE_FEATURES)
FIRST_CHOICE = 0.4
"""What pass 1 takes to be the session, a little generous: pass 2 sees it as evidence only. Longer candidates weigh
more there (by the square root of seconds), so that the waves inside a rep do not outvote the rep."""


@dataclass(frozen=True, slots=True, eq=False)
class Forest:
    """Regression trees in plain arrays, as `sum_trees` reads them, and the constant to add."""

    split: npt.NDArray[np.int64]
    threshold: F8
    child: npt.NDArray[np.int64]
    value: F8
    root: npt.NDArray[np.int64]
    base: float

    def logits(self, features: F8) -> F8:
        """Log odds of each row of features."""
        rows = np.ascontiguousarray(features)
        return np.asarray(self.base + sum_trees(rows, self.split, self.threshold, self.child, self.value, self.root))


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """The two passes and the curve from their logit to the share that is right."""

    first: Forest
    second: Forest
    logit_knots: F8
    right_knots: F8

    def confidence(self, logits: F8) -> F8:
        """The share of bouts of such a score that is right, 0 to 1."""
        return np.asarray(np.interp(logits, self.logit_knots, self.right_knots))


def feature_hash() -> str:
    """Changes when a feature is added, renamed or moved: coefficients of other features must not be used."""
    return hashlib.sha256(" ".join(SECOND_NAMES).encode()).hexdigest()[:16]


def _forest(data: dict[str, Any]) -> Forest:
    integers = {name: np.array(data[name], dtype=np.int64) for name in ("split", "root")}
    child = np.ascontiguousarray(np.array(data["child"], dtype=np.int64).reshape(-1, 2))
    floats = {name: np.array(data[name], dtype=np.float64) for name in ("threshold", "value")}
    return Forest(child=child, base=float(data["base"]), **integers, **floats)  # type: ignore[arg-type]


@functools.cache
def load_model() -> Model:
    """The scorer shipped with the package; ActivityError when it was trained for other features."""
    text = resources.files("runlake.detect").joinpath("data/bouts.json").read_text(encoding="utf-8")
    data = json.loads(text)
    if data["feature_hash"] != feature_hash():
        raise ActivityError("detect/data/bouts.json belongs to other features: run scripts/train_bouts.py")
    knots = data["calibration"]
    return Model(_forest(data["first"]), _forest(data["second"]), np.array(knots["logit"]), np.array(knots["right"]))


def first_rows(c: Candidates) -> F8:
    """What pass 1 reads of each candidate: float64[c, 46]."""
    return np.hstack((c.features, like_features(c.first, c.last, c.length_m, c.level)))


def second_rows(c: Candidates, first: F8, logits: F8) -> F8:
    """What pass 2 reads: pass 1's rows, what it thought of the like, and how each fits what it would take."""
    score = 1.0 / (1.0 + np.exp(-logits))
    gain = (logits - np.log(FIRST_CHOICE / (1.0 - FIRST_CHOICE))) * np.sqrt(c.last - c.first)
    taken = best_disjoint(c.start_s, c.end_s, gain)
    choice = choice_features(c.first, c.last, c.level, score, taken)
    return np.hstack((first, like_scores(c.first, c.last, c.length_m, c.level, score), choice))


def second_logits(c: Candidates, model: Model) -> F8:
    """Log odds of each candidate to be a work bout, after both passes."""
    first = first_rows(c)
    return model.second.logits(second_rows(c, first, model.first.logits(first)))


def choose(c: Candidates, logits: F8, threshold: float) -> B1:
    """The disjoint candidates that are together most likely, each of which would rather be there than not."""
    return np.asarray(best_disjoint(c.start_s, c.end_s, logits - np.log(threshold / (1.0 - threshold))))
