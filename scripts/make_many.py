"""Write thousands of one-hour FIT files for benchmarks, quickly: sessions are simulated once and varied.

``python scripts/make_many.py OUT --files 10000 --years 5 --seed 1 [--athletes 1] [--templates 50]``

Every file has about 3600 records with all that watches write in them (`simulator/as_watches.py`), its own time, place,
speed, heart rate and noise, and a valid checksum; no two activities of one athlete overlap. With several athletes, each
has a folder of the same name.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "src")]

from simulator.as_watches import STYLES, as_written_by  # noqa: E402
from simulator.device import draw_device  # noqa: E402
from simulator.files import fit_bytes  # noqa: E402
from simulator.kinds import plan_session  # noqa: E402
from simulator.plan import Plan, Segment  # noqa: E402
from simulator.runner import Runner, draw_runner  # noqa: E402
from simulator.session import simulate_session  # noqa: E402
from simulator.template import Template, copies, read_template  # noqa: E402

KINDS = ("easy", "easy", "easy", "easy", "strides", "vo2_time", "vo2_distance", "tempo", "cruise", "fartlek", "hiit",
         "hills", "recovery", "progression", "traffic")  # fmt: skip
WATCHES = (
    "coros",
    "garmin, new",
    "coros",
    "garmin, before",
    "coros",
    "garmin, new",
    "coros",
    "suunto",
    "coros",
    "coros",
)
"""By their shares among real runs with a record a second."""
HOUR_S = 3600.0
LAST_DAY_UTC_S = 1_777_593_600.0  # 2026-05-01
BATCH = 16


def one_hour(kind: str, runner: Runner, rng: np.random.Generator) -> Plan:
    """A plan of the kind that takes an hour: filled up with easy running, or drawn again when it is longer."""
    for _ in range(50):
        plan = plan_session(kind, runner, rng)
        missing = HOUR_S - sum(s.planned_s for s in plan.segments)
        if missing >= -60.0:
            tail = Segment("cooldown", runner.easy_mps * 0.95, duration_s=max(missing, 1.0), is_lap=True)
            return dataclasses.replace(plan, segments=(*plan.segments, tail))
    easy = Segment("easy", runner.easy_mps, duration_s=HOUR_S)
    return Plan("easy", "easy", (easy,), layout="loop")


def templates(n: int, seed: int) -> list[Template]:
    """n sessions of an hour at one record a second."""
    out = []
    for k in range(n):
        rng = np.random.default_rng([seed, k])
        runner = draw_runner(rng)
        plan = one_hour(KINDS[k % len(KINDS)], runner, rng)
        device = dataclasses.replace(
            draw_device(rng, wants_steps=plan.has_steps),
            sampling="1hz", has_heart_rate=True, has_cadence=True, has_speed=True, n_spikes_per_h=0.0,
        )  # fmt: skip
        session = simulate_session(plan.kind, k, runner=runner, plan=plan, device=device, utc_offset_s=0.0)
        written = as_written_by(STYLES[WATCHES[k % len(WATCHES)]], fit_bytes(session.recording), rng)
        out.append(read_template(written, float(session.recording.time_utc_s[0])))
    return out


def start_times(n: int, years: float, rng: np.random.Generator) -> np.ndarray:
    """n starts over the years that end with LAST_DAY_UTC_S, none within 75 min of another."""
    room = years * 365.25 * 86400.0 / n
    if room < 4500.0:
        raise SystemExit(f"{n} one-hour activities of one athlete do not fit into {years} years")
    first = LAST_DAY_UTC_S - years * 365.25 * 86400.0
    return np.asarray(np.floor(first + room * np.arange(n) + rng.uniform(0.0, room - 4500.0, n)))


def write_athlete(folder: Path, sessions: list[Template], n: int, years: float, rng: np.random.Generator) -> int:
    """The files of one athlete, in folders by year; bytes written."""
    starts = start_times(n, years, rng)
    progress = 1.0 + 0.08 * np.arange(n) / max(n - 1, 1)  # 8 % faster at the end
    speeds = progress * rng.normal(0.97, 0.015, n)
    by_template: dict[int, list[int]] = defaultdict(list)
    for k, choice in enumerate(rng.integers(0, len(sessions), n)):
        by_template[int(choice)].append(k)
    dates = starts.astype("datetime64[s]").astype(str)
    total = 0
    for choice, members in by_template.items():
        for at in range(0, len(members), BATCH):
            chosen = np.array(members[at : at + BATCH])
            for k, data in zip(chosen, copies(sessions[choice], starts[chosen], speeds[chosen], rng), strict=True):
                path = folder / dates[k][:4] / f"{dates[k].replace(':', '-')}.fit"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
                total += len(data)
    return total


def main() -> None:
    """Read the command line, write the files, say how many."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--years", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--athletes", type=int, default=1)
    parser.add_argument("--templates", type=int, default=50)
    given = parser.parse_args()
    sessions = templates(given.templates, given.seed)
    shares = np.diff(np.linspace(0, given.files, given.athletes + 1).astype(int))
    total = 0
    for athlete, n in enumerate(shares, start=1):
        folder = given.out if given.athletes == 1 else given.out / f"runner-{athlete:03d}"
        rng = np.random.default_rng([given.seed, 1_000_000 + athlete])
        total += write_athlete(folder, sessions, int(n), given.years, rng) if n else 0
    print(f"{given.files} files, {total / 1e6:.1f} MB in {given.out}")


if __name__ == "__main__":
    main()
