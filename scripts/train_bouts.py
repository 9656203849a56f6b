"""Train the scorer of work bouts on simulated sessions and write src/runlake/detect/data/bouts.json.

    python scripts/train_bouts.py [--sessions 12000] [--seed 1]

Pass 1 learns from one half of the sessions, pass 2 from the other (so that it sees scores of pass 1 as they are on
new sessions), the confidence curve from a third part. No real file is read. The same seed gives the same file.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

import boosting
from bout_plans import World
from bout_sessions import Session, simulate
from runlake.detect import _bouts_candidates as candidates
from runlake.detect import _bouts_score as scoring
from runlake.detect._bouts_settings import Settings
from runlake.model.activity import Grid

F8 = npt.NDArray[np.float64]
OUT = Path(__file__).resolve().parents[1] / "src" / "runlake" / "detect" / "data" / "bouts.json"
SETTINGS = Settings()
RIGHT, NEARLY, SECOND_BEST = 0.6, 0.35, 0.12
"""A candidate is right with this overlap, if no other fits the bout clearly better; below the second it is wrong;
what lies between hardly counts."""
PUBLISHED_RIGHT = 0.5
"""Confidence is the share of bouts that overlap a true one by this much."""


@dataclass(frozen=True)
class Example:
    """The candidates of one session, which of them are right, and how much each counts."""

    found: candidates.Candidates
    right: F8
    weight: F8
    would_do: F8


def to_grid(s: Session) -> Grid:
    """The session as detectors read it."""
    nothing = np.full(len(s.speed_mps), np.nan)
    return Grid(
        speed_mps=s.speed_mps, position_speed_mps=nothing, cadence_spm=s.cadence_spm, heart_rate_bpm=s.heart_rate_bpm,
        altitude_m=nothing, distance_m=nothing, grade_frac=s.grade_frac, gap_speed_mps=nothing, east_m=nothing,
        north_m=nothing, power_w=nothing, is_timer_on=s.is_timer_on,
    )  # fmt: skip


def _overlaps(start: F8, end: F8, bouts: list[tuple[float, float, str]]) -> F8:
    """Overlap over union of each span with each bout: float64[c, max(b, 1)]."""
    if not bouts:
        return np.zeros((start.size, 1))
    first, last = (np.array([b[i] for b in bouts], dtype=np.float64) for i in (0, 1))
    both = np.maximum(0.0, np.minimum(end[:, None], last) - np.maximum(start[:, None], first))
    return np.asarray(both / ((end - start)[:, None] + (last - first) - both))


def judge(found: candidates.Candidates, s: Session) -> tuple[F8, F8, F8]:
    """For each candidate: 1 when it is the bout to find; its weight (0 where no plan speaks); 1 when it would do."""
    n = found.first.size
    start, end = found.start_s - SETTINGS.start_late_s, found.end_s - SETTINGS.end_late_s
    overlap = _overlaps(start, end, s.bouts)
    best = overlap.max(axis=1)
    reach = overlap.max(axis=0)[overlap.argmax(axis=1)]
    right = (best >= RIGHT) & (best >= reach - SECOND_BEST)
    weight = np.where((best > NEARLY) & ~right, 0.25, np.ones(n))
    soft = np.zeros(n, dtype=bool)
    for p, q in s.soft:
        soft |= np.minimum(end, q) - np.maximum(start, p) > 0.5 * (end - start)
    weight[(best <= NEARLY) & soft] = 0.0
    return right.astype(np.float64), weight, (best >= PUBLISHED_RIGHT).astype(np.float64)


NO_CHANNELS = candidates.Channels(*(np.empty(0),) * 2, False, 1.0, 1.0, 0.0, *(np.empty(0),) * 3)


def examples(seeds: range, world: World | None = None) -> list[Example]:
    """Simulated sessions with their candidates judged; sessions without any are left out, samples are let go."""
    out = []
    for seed in seeds:
        s = simulate(seed, world=world)
        grid = to_grid(s)
        channels = candidates.make_channels(grid)
        found = candidates.find_candidates(grid, channels) if channels is not None else None
        if found is not None:
            out.append(Example(dataclasses.replace(found, channels=NO_CHANNELS), *judge(found, s)))
    return out


def _fit(rows: list[F8], sessions: list[Example], seed: int, n_trees: int, depth: int) -> scoring.Forest:
    right = np.concatenate([e.right for e in sessions])
    weight = np.concatenate([e.weight for e in sessions])
    f = boosting.fit(np.vstack(rows), right, weight, n_trees=n_trees, depth=depth, seed=seed)
    return scoring.Forest(
        f.split.astype(np.int64),
        f.threshold,
        np.ascontiguousarray(f.child, np.int64),
        f.value,
        f.root.astype(np.int64),
        f.base,
    )


def train(
    one: list[Example], two: list[Example], three: list[Example], seed: int, n_trees: int = 150, depth: int = 4
) -> scoring.Model:
    """Both passes and the confidence curve, from three disjoint lots of sessions."""
    first = _fit([scoring.first_rows(e.found) for e in one], one, seed, n_trees, depth)
    rows = []
    for e in two:
        r = scoring.first_rows(e.found)
        rows.append(scoring.second_rows(e.found, r, first.logits(r)))
    second = _fit(rows, two, seed + 1, n_trees, depth)
    model = scoring.Model(first, second, np.array([-9.0, 9.0]), np.array([0.0, 1.0]))
    return scoring.Model(first, second, *_curve(model, three))


def _curve(model: scoring.Model, sessions: list[Example]) -> tuple[F8, F8]:
    """Isotonic regression (pool adjacent violators) of being right on the logit of chosen candidates, as knots."""
    logits, right = [], []
    for e in sessions:
        z = scoring.second_logits(e.found, model)
        kept = scoring.choose(e.found, z, 0.1) & (e.weight > 0.0)
        logits.append(z[kept])
        right.append(e.would_do[kept])
    z, y = np.concatenate(logits), np.concatenate(right)
    order = np.argsort(z)
    blocks: list[list[float]] = []
    for chunk in np.array_split(order, 40):
        blocks.append([float(z[chunk].mean()), float(y[chunk].mean()), float(chunk.size)])
        while len(blocks) > 1 and blocks[-2][1] >= blocks[-1][1]:
            b, a = blocks.pop(), blocks.pop()
            n = a[2] + b[2]
            blocks.append([(a[0] * a[2] + b[0] * b[2]) / n, (a[1] * a[2] + b[1] * b[2]) / n, n])
    return np.array([b[0] for b in blocks]), np.clip(np.array([b[1] for b in blocks]), 0.01, 0.99)


def _plain(f: scoring.Forest) -> dict[str, object]:
    return {
        "base": round(f.base, 5), "root": f.root.tolist(), "split": f.split.tolist(), "child": f.child.ravel().tolist(),
        "threshold": [float(f"{x:.6g}") for x in f.threshold], "value": [float(f"{x:.4g}") for x in f.value],
    }  # fmt: skip


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--sessions", type=int, default=12000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    n, start = args.sessions, args.seed * 10_000_000
    lots = [
        examples(range(start + i * 1_000_000, start + i * 1_000_000 + size))
        for i, size in enumerate((n // 2, n // 2, n // 4))
    ]
    model = train(*lots, seed=args.seed)
    data = {
        "about": "scorer of work bouts, trained by scripts/train_bouts.py on simulated sessions only",
        "seed": args.seed, "sessions": n,
        "feature_hash": scoring.feature_hash(), "features": list(scoring.SECOND_NAMES),
        "calibration": {"logit": model.logit_knots.round(4).tolist(), "right": model.right_knots.round(4).tolist()},
        "first": _plain(model.first), "second": _plain(model.second),
    }  # fmt: skip
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(data, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{OUT.name}: {OUT.stat().st_size / 1000:.0f} kB, knots {model.right_knots.round(2).tolist()}")


if __name__ == "__main__":
    main()
