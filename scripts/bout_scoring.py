"""Scores of detected bouts against true ones: the same matching as the corpus's own scorer, for any sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

Span = tuple[float, float]


@dataclass(frozen=True)
class Found:
    """A detected bout."""

    start_s: float
    end_s: float
    kind: str
    confidence: float

    @property
    def span(self) -> Span:
        """Begin and end."""
        return self.start_s, self.end_s


@dataclass(frozen=True)
class Case:
    """One session: true bouts (start, end, kind), detected ones, stretches that say nothing, hours."""

    name: str
    group: str
    truth: Sequence[tuple[float, float, str]]
    found: Sequence[Found]
    soft: Sequence[Span]
    hours: float
    unsure: Sequence[frozenset[str]] = ()


@dataclass
class Score:
    """Counts over cases; rates are methods."""

    sessions: int = 0
    exact: int = 0
    reps: int = 0
    found: int = 0
    right_50: int = 0
    right_80: int = 0
    kind_right: int = 0
    steady_hours: float = 0.0
    false_bouts: int = 0
    start_off_s: list[float] = field(default_factory=list)
    end_off_s: list[float] = field(default_factory=list)
    trust: list[tuple[float, bool]] = field(default_factory=list)

    def f1(self, right: int) -> float:
        """Harmonic mean of precision and recall; NaN without reps."""
        return 2.0 * right / (self.reps + self.found) if self.reps + self.found else float("nan")

    def calibration_error(self) -> float:
        """Expected difference of confidence and share right, over ten bins."""
        if not self.trust:
            return float("nan")
        p, right = np.array(self.trust, dtype=np.float64).T
        bins = np.minimum((p * 10).astype(int), 9)
        return float(sum(abs(p[bins == b].sum() - right[bins == b].sum()) for b in set(bins.tolist())) / p.size)

    def line(self) -> str:
        """One line of figures."""
        p, r = self.right_50 / max(self.found, 1), self.right_50 / max(self.reps, 1)
        out = f"sessions {self.sessions:4d}  reps {self.reps:5d}  P {p:.3f} R {r:.3f}"
        out += f"  F1 {self.f1(self.right_50):.3f}/{self.f1(self.right_80):.3f}"
        out += f"  exact {self.exact / max(self.sessions, 1):.2f}  kind {self.kind_right / max(self.right_50, 1):.2f}"
        if self.start_off_s:
            out += "  edges " + " ".join(
                f"{np.median(np.abs(x)):.1f}/{np.quantile(np.abs(x), 0.9):.1f}"
                for x in (self.start_off_s, self.end_off_s)
            )
        out += f"  calibration {self.calibration_error():.3f}"
        if self.steady_hours > 0:
            out += f"  false/h {self.false_bouts / self.steady_hours:.2f} in {self.steady_hours:.0f} h"
        return out


def overlap(a: Span, b: Span) -> float:
    """Seconds in common."""
    return max(0.0, min(a[1], b[1]) - max(a[0], b[0]))


def iou(a: Span, b: Span) -> float:
    """Overlap over union."""
    both = overlap(a, b)
    return both / (a[1] - a[0] + b[1] - b[0] - both) if both else 0.0


def match(truth: Sequence[Span], found: Sequence[Span], least: float = 0.5) -> list[tuple[int, int, float]]:
    """Pairs of like spans, best overlap first, each used once."""
    pairs = sorted(((iou(t, f), i, j) for i, t in enumerate(truth) for j, f in enumerate(found)), reverse=True)
    used_t: set[int] = set()
    used_f: set[int] = set()
    out = []
    for value, i, j in pairs:
        if value >= least and i not in used_t and j not in used_f:
            used_t.add(i)
            used_f.add(j)
            out.append((i, j, value))
    return out


def _is_soft(case: Case, f: Found) -> bool:
    return sum(overlap(f.span, s) for s in case.soft) >= 0.5 * (f.end_s - f.start_s)


def score(cases: Sequence[Case], least_confidence: float = 0.5) -> Score:
    """The score over all cases."""
    out = Score()
    for case in cases:
        truth = [(t[0], t[1]) for t in case.truth]
        every = {j for _, j, _ in match(truth, [f.span for f in case.found])}
        out.trust += [
            (f.confidence, j in every) for j, f in enumerate(case.found) if j in every or not _is_soft(case, f)
        ]
        found = [f for f in case.found if f.confidence >= least_confidence]
        near = match(truth, [f.span for f in found])
        taken = {j for _, j, _ in near}
        extra = sum(j not in taken and not _is_soft(case, f) for j, f in enumerate(found))
        if not truth:
            out.steady_hours += case.hours
            out.false_bouts += extra
            continue
        out.sessions += 1
        out.exact += len(near) == len(truth) and not extra
        out.reps += len(truth)
        out.found += len(near) + extra
        out.right_50 += len(near)
        out.right_80 += sum(value >= 0.8 for _, _, value in near)
        for i, j, _ in near:
            unsure = case.unsure[i] if case.unsure else frozenset()
            if "start" not in unsure:
                out.start_off_s.append(found[j].start_s - truth[i][0])
            if "end" not in unsure:
                out.end_off_s.append(found[j].end_s - truth[i][1])
            kinds = {found[j].kind, case.truth[i][2]}
            out.kind_right += len(kinds) == 1 or kinds == {"interval", "fartlek"}
    return out
