"""How well bouts are found on athletes, watches and worlds that nothing was fitted to.

``python scripts/cross_validate.py [CORPUS] [--sessions N]``

The scorer itself is trained on simulated sessions alone. What could have been fitted to real files are the constants
of `Settings`: where edges lie, how late COROS positions are, from which probability a bout is taken. They are fitted
again here on all athletes but one and scored on that one, for each athlete in turn. Then the same score on simulated
sessions of fresh seeds: in the world the scorer was trained in, in a world of other lags, noise, sampling and rests,
and on recordings of the season simulator, which shares no code with the training one. No laps, no steps anywhere.
"""

from __future__ import annotations

import argparse
import dataclasses
import gzip
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "src"), str(Path(__file__).resolve().parent)]

from accuracy import find_corpus  # noqa: E402
from bout_plans import World  # noqa: E402
from bout_scoring import Case, Found, Score, score  # noqa: E402
from bout_sessions import simulate  # noqa: E402
from runlake import formats  # noqa: E402
from runlake.detect._bouts_settings import Settings  # noqa: E402
from runlake.detect.bouts import DETECTOR  # noqa: E402
from runlake.errors import RunlakeError  # noqa: E402
from runlake.model.activity import ACTIVITY_CHANNELS, Activity, Quality  # noqa: E402
from runlake.prepare import prepare  # noqa: E402
from simulator.kinds import KINDS as SEASON_KINDS  # noqa: E402
from simulator.session import simulate_session  # noqa: E402
from train_bouts import to_grid  # noqa: E402

OTHER_WORLD = World(
    residual_lag_s=(0.6, 1.3), lag_tau_s=(1.5, 8.0), fast_noise=(0.008, 0.045), slow_noise=(0.006, 0.03),
    body_noise=(0.01, 0.035), smart_share=0.6, smart_dt_s=(3.0, 9.0), no_cadence_share=0.3, no_heart_rate_share=0.4,
    walk_rest_share=0.45, stand_rest_share=0.25,
)  # fmt: skip
"""Slower watches, more noise, coarser recording, fewer sensors, less jogging than in the world of the training."""
THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7)
FRESH = 77_000_000


@dataclass(frozen=True)
class Labelled:
    """A labelled file: the activity without laps and steps, and what the labels say."""

    name: str
    athlete: str
    activity: Activity
    entry: dict[str, Any]

    @property
    def is_coros(self) -> bool:
        """Recorded on a COROS."""
        return "coros" in self.activity.device.lower()


def found_in(activity: Activity, settings: Settings) -> list[Found]:
    """Bouts and strides of any confidence."""
    intervals, _, strides, _ = DETECTOR.find(activity, {}, settings)
    out = []
    for f, kind in ((intervals, ""), (strides, "stride")):
        for i in range(f.n_rows):
            name = kind or str(f["kind"][i])
            out.append(Found(float(f["start_s"][i]), float(f["end_s"][i]), name, float(f["confidence"][i])))
    return sorted(out, key=lambda b: b.start_s)


def read_labelled(corpus: Path) -> list[Labelled]:
    """Every file that is scored: core sessions and those that hold no rep."""
    labels = json.loads((corpus / "labels.json").read_text(encoding="utf-8"))["files"]
    out = []
    for name, entry in sorted(labels.items()):
        if entry.get("work") is None or (entry["work"] and not entry.get("core")):
            continue
        data = (corpus / name).read_bytes()
        data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
        try:
            kind, reading = formats.read(data)
            activity = prepare(reading.recordings[0], activity_id="0" * 16, source_format=kind)
        except (RunlakeError, IndexError) as error:
            print(f"left out: {name}: {error}")
            continue
        bare = dataclasses.replace(activity, laps=(), steps=())
        out.append(Labelled(name, entry.get("athlete") or f"({name})", bare, entry))
    return out


def to_case(item: Labelled, settings: Settings) -> Case:
    """Detected beside labelled."""
    e = item.entry
    truth = [(w["start_s"], w["end_s"], w["kind"]) for w in e["work"]]
    soft = [(s[0], s[1]) for s in (e.get("ignore") or []) + (e.get("unlabelled_fast") or [])]
    unsure = [frozenset(w.get("unsure") or ()) for w in e["work"]]
    hours = (e.get("duration_s") or item.activity.elapsed_s) / 3600
    return Case(item.name, item.athlete, truth, found_in(item.activity, settings), soft, hours, unsure)


def _signed(items: Sequence[Labelled], settings: Settings) -> tuple[float, float]:
    result = score([to_case(item, settings) for item in items])
    if not result.start_off_s:
        return 0.0, 0.0
    return float(np.median(result.start_off_s)), float(np.median(result.end_off_s))


def fit(items: Sequence[Labelled]) -> Settings:
    """Settings fitted to these files: edges by their median errors, COROS apart; the threshold by F1."""
    reps = [item for item in items if item.entry["work"]]
    start = Settings(start_late_s=1.5, end_late_s=1.5, coros_delay_s=0.0)
    others = [item for item in reps if not item.is_coros]
    coros = [item for item in reps if item.is_coros]
    off = _signed(others or reps, start)
    edges = dataclasses.replace(start, start_late_s=start.start_late_s + off[0], end_late_s=start.end_late_s + off[1])
    if coros:
        late = _signed(coros, edges)
        edges = dataclasses.replace(edges, coros_delay_s=max(0.5 * (late[0] + late[1]), 0.0))
    by_f1 = {}
    for likely in THRESHOLDS:
        trial = dataclasses.replace(edges, likely=likely)
        result = score([to_case(item, trial) for item in items], least_confidence=likely)
        by_f1[likely] = result.f1(result.right_50) - 0.05 * result.false_bouts / max(result.steady_hours, 1.0)
    best = max(by_f1.values())
    likely = min((t for t, v in by_f1.items() if v >= best - 1e-9), key=lambda t: abs(t - 0.5))
    return dataclasses.replace(edges, likely=likely)


def leave_one_out(items: list[Labelled]) -> None:
    """Print the score of every athlete with constants fitted to the others, pooled, and the spread."""
    athletes = sorted({item.athlete for item in items})
    pooled: list[Case] = []
    per_athlete: list[Score] = []
    print("\nleave one athlete out, every constant fitted again")
    for athlete in athletes:
        rest = [item for item in items if item.athlete != athlete]
        settings = fit(rest)
        cases = [to_case(item, settings) for item in items if item.athlete == athlete]
        pooled += cases
        result = score(cases, least_confidence=settings.likely)
        fitted = f"start {settings.start_late_s:.1f} end {settings.end_late_s:.1f}"
        fitted += f" coros {settings.coros_delay_s:.1f} from {settings.likely}"
        print(f"  {athlete[:28]:28s} [{fitted}]  {result.line()}")
        if result.reps:
            per_athlete.append(result)
    for name, value in (("F1 at 0.5", 50), ("F1 at 0.8", 80)):
        values = [s.f1(s.right_50 if value == 50 else s.right_80) for s in per_athlete]
        print(f"  {name}: median athlete {np.median(values):.3f}, from {min(values):.3f} to {max(values):.3f}")
    print(f"  pooled: {score(pooled).line()}")
    print(f"  bootstrap over sessions, 95 %: {_bootstrap(pooled)}")
    shipped = score([to_case(item, Settings()) for item in items])
    print(f"  as shipped, all athletes: {shipped.line()}")


def _bootstrap(cases: list[Case], n: int = 400) -> str:
    rng = np.random.default_rng(3)
    with_reps = [c for c in cases if c.truth]
    single = [score([c]) for c in with_reps]
    counts = np.array([[s.right_50, s.right_80, s.reps + s.found, s.exact] for s in single], dtype=np.float64)
    drawn = counts[rng.integers(0, len(single), (n, len(single)))].sum(axis=1)
    f50, f80, exact = 2 * drawn[:, 0] / drawn[:, 2], 2 * drawn[:, 1] / drawn[:, 2], drawn[:, 3] / len(single)
    named = (("F1 at 0.5", f50), ("F1 at 0.8", f80), ("exact", exact))
    return ", ".join(f"{name} {np.quantile(v, 0.025):.3f} to {np.quantile(v, 0.975):.3f}" for name, v in named)


def simulated(n: int, world: World) -> list[Case]:
    """Cases of the training simulator: fresh seeds, any world."""
    out = []
    for seed in range(FRESH, FRESH + n):
        s = simulate(seed, world=world)
        activity = _bare_activity(s)
        out.append(Case(str(seed), s.kind, s.bouts, found_in(activity, Settings()), s.soft, len(s.speed_mps) / 3600))
    return out


def _bare_activity(s: Any) -> Activity:
    grid = to_grid(s)
    time_s = np.arange(grid.m, dtype=np.float64)
    channels = {name: np.full(grid.m, np.nan) for name in ACTIVITY_CHANNELS}
    return Activity("0" * 16, 1.7e9, time_s, channels, grid, Quality(median_dt_s=1.0), sport="running")


def season(n: int) -> list[Case]:
    """Cases of the season simulator: whole recordings through prepare, laps and steps taken out."""
    out = []
    for kind in SEASON_KINDS:
        if kind == "race":
            continue  # one effort from gun to tape is no bout inside a session
        for seed in range(FRESH, FRESH + n):
            s = simulate_session(kind, seed)
            recording = dataclasses.replace(s.recording, laps=(), steps=())
            activity = prepare(recording, activity_id="0" * 16, source_format="fit")
            truth = [(b.start_s, b.end_s, b.kind) for b in s.truth.bouts]
            found = found_in(activity, Settings())
            out.append(Case(f"{kind}-{seed}", kind, truth, found, list(s.truth.ignore), activity.elapsed_s / 3600))
    return out


def _table(title: str, cases: list[Case]) -> None:
    print(f"\n{title}\n  all: {score(cases).line()}")
    for group in sorted({c.group for c in cases}):
        part = [c for c in cases if c.group == group]
        result = score(part)
        line = result.line() if result.reps else f"steady, {result.false_bouts} false in {result.steady_hours:.1f} h"
        print(f"  {group:16s} {line}")


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("corpus", nargs="?")
    parser.add_argument("--sessions", type=int, default=300, help="simulated sessions of each world")
    args = parser.parse_args()
    leave_one_out(read_labelled(find_corpus(args.corpus)))
    parts: list[tuple[str, Callable[[], list[Case]]]] = [
        ("simulated, fresh seeds, the world of the training", lambda: simulated(args.sessions, World())),
        ("simulated, another world: lags, noise, sampling, rests", lambda: simulated(args.sessions, OTHER_WORLD)),
        ("season simulator, through prepare", lambda: season(max(args.sessions // len(SEASON_KINDS), 1))),
    ]
    for title, make in parts:
        _table(title, make())


if __name__ == "__main__":
    main()
