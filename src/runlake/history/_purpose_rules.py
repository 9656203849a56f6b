"""How much speaks for each purpose, 0 to 1: one score per purpose and activity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from runlake.history._features import Bouts, Features
from runlake.history._group import B1, F8

PURPOSES = (
    "race", "intervals", "hiit", "hills", "tempo", "fartlek", "progression",
    "long", "recovery", "easy_strides", "easy", "cross_training", "walk",
)  # fmt: skip
MIN_MOVING_S = 300.0
"""A shorter run has no purpose that can be told."""
MIN_WORK_FRAC = 0.80
"""Work bouts are run at 80 % of critical speed or faster; below lies easy running."""
KEY_PURPOSES = ("intervals", "hiit", "tempo", "hills", "fartlek", "progression", "race")
EASY_PURPOSES = ("easy", "easy_strides", "recovery", "long")


@dataclass(frozen=True, slots=True)
class Rules:
    """Bounds of the rules, each with its reason in docs/decisions/0062."""

    min_score: float = 0.5
    """Below it the purpose is `unclear`."""
    long_min_s: float = 3600.0
    long_usual_factor: float = 1.4
    long_week_share: float = 0.3
    long_week_factor: float = 1.3
    long_sure_s: float = 5400.0
    recovery_max_s: float = 2700.0
    recovery_easy_frac: float = 0.93
    recovery_sure_s: float = 1800.0
    recovery_short_easy_frac: float = 0.96
    recovery_lthr_frac: float = 0.80
    easy_z1_share: float = 0.6
    hiit_max_s: float = 60.0
    hiit_min_frac: float = 1.10
    play_max_s: float = 75.0
    play_rest_s: float = 120.0
    rise_frac: float = 0.08
    rise_late_easy_frac: float = 1.08
    """The last third is clearly faster than comfortable: a slow first kilometre is only a warm-up."""
    rise_order: float = 0.9
    min_bout_s: float = 60.0


def is_walk(f: Features) -> B1:
    """Walking by sport, or a "run" at walking speed and cadence (walk to run transition: 2 m/s, 140 steps a minute)."""
    slow = (f.speed_mps < 1.9) & ~(f.cadence_spm >= 140.0) & (f.moving_s >= MIN_MOVING_S)
    return f.is_walk_sport | (f.is_run & slow)


def scores(f: Features, rules: Rules) -> Mapping[str, F8]:
    """The score of every purpose, float64[n] each."""
    running = f.is_run & ~is_walk(f) & (f.moving_s >= MIN_MOVING_S)
    work = _work(f, rules)
    structured = np.max([work[name] for name in ("intervals", "hiit", "hills", "tempo", "fartlek")], axis=0)
    easy = easy_score(f, rules)
    is_long = long_rule(f, rules)
    slow = recovery_rule(f, rules)
    rises = (f.rise_frac >= rules.rise_frac) & (f.rise_order >= rules.rise_order)
    rises &= f.late_easy_frac >= rules.rise_late_easy_frac
    calm = easy * (1.0 - 0.8 * np.clip(structured / 0.5, 0.0, 1.0)) * np.where(f.is_race, 0.3, 1.0)
    strides = f.n_strides >= 3
    found = {
        "race": np.where(f.is_race, 0.85, 0.0),
        **work,
        "progression": np.where(rises, np.clip(0.55 + 2.0 * (f.rise_frac - rules.rise_frac), 0.0, 0.85), 0.0)
        * (structured < 0.5)
        * ~f.is_race,
        "long": np.where(is_long, np.minimum(calm + 0.08, 0.97), 0.0),
        "recovery": np.where(slow & ~is_long & ~strides, np.minimum(calm + 0.04, 0.95), 0.0),
        "easy_strides": np.where(strides & ~is_long, np.minimum(calm + 0.05, 0.96), 0.0),
        "easy": np.where(is_long, 0.5 * calm, calm),
    }
    found = {name: np.where(running, score, 0.0) for name, score in found.items()}
    other = ~f.is_run & ~f.is_walk_sport & ~f.is_generic
    found["cross_training"] = np.where(other, 0.95, 0.0)
    found["walk"] = np.where(f.is_walk_sport, 0.95, np.where(is_walk(f), 0.75, 0.0))
    return found


def _work(f: Features, rules: Rules) -> Mapping[str, F8]:
    """Scores of the purposes that consist of work bouts: their confidence, by their share of all work."""
    b = f.bouts
    total = np.sum([b[kind].load for kind in b], axis=0)
    reps = b["interval"]
    # Surges of up to 75 s with two minutes or more of easy running between: speed play, not repeats.
    is_play = (
        (reps.n >= 3) & (reps.mean_s <= rules.play_max_s) & (reps.rest_s >= rules.play_rest_s) & (reps.jogged >= 0.5)
    )
    is_play &= reps.rest_s >= 2.0 * reps.mean_s
    # Where hiit and speed play end and repeats begin is a matter of words, so they are less sure than the bouts.
    is_hiit = (reps.n >= 4) & (reps.mean_s <= rules.hiit_max_s) & ~(reps.cs_frac < rules.hiit_min_frac) & ~is_play
    enough = reps.work_s >= rules.min_bout_s
    # One rep alone is no set of repeats: it may be a light turning green.
    repeated = np.where(reps.n >= 3, 1.0, np.where(reps.n == 2, 0.6, 0.5)) * enough
    return {
        "intervals": _share(reps, total) * np.where(is_hiit | is_play, 0.55, 1.0) * repeated,
        "hiit": np.maximum(0.9 * _share(reps, total) * is_hiit, _share(b["sprint"], total) * (b["sprint"].n >= 4)),
        "hills": _share(b["hill"], total) * np.where(b["hill"].n >= 3, 1.0, np.where(b["hill"].n == 2, 0.7, 0.4)),
        "tempo": np.maximum(_share(b["tempo"], total) * (b["tempo"].work_s >= 480.0), _steady_hard(f, total)),
        "fartlek": np.maximum(
            _share(b["fartlek"], total) * (b["fartlek"].n >= 3), 0.85 * _share(reps, total) * is_play
        ),
    }


def _share(bouts: Bouts, total_load: F8) -> F8:
    """Confidence of the bouts, lowered where others did more of the work."""
    share = np.divide(bouts.load, total_load, out=np.zeros(len(total_load)), where=total_load > 0)
    # Stretches between traffic lights are no work, however clear their edges.
    is_slow = bouts.cs_frac < MIN_WORK_FRAC
    score = np.minimum(bouts.confidence, 0.95) * (0.3 + 0.7 * share) * np.where(is_slow, 0.15, 1.0)
    return np.where(bouts.n > 0, score, 0.0)


def _steady_hard(f: Features, total_load: F8) -> F8:
    """A whole run at tempo effort without bouts: 15 to 60 min at 92 % of critical speed and of
    threshold heart rate or more."""
    hard = (f.cs_frac >= 0.92) & (f.moving_s >= 900.0) & (f.moving_s <= 3600.0) & (total_load <= 0)
    return np.where(hard & ~(f.z1_heart_rate > 0.5) & (f.lthr_frac >= 0.92), 0.6, 0.0)


def easy_score(f: Features, rules: Rules) -> F8:
    """How sure it is that a run was easy: by zones of heart rate and pace, else by the comfortable speed, else 0.

    Where the two methods disagree, the score lies between them: nobody can tell which sensor was right.
    """
    z1 = np.where(np.isnan(f.z1_heart_rate), f.z1_pace, f.z1_heart_rate)
    both = ~np.isnan(f.z1_heart_rate) & ~np.isnan(f.z1_pace)
    z1 = np.where(both, 0.6 * f.z1_heart_rate + 0.4 * f.z1_pace, z1)
    by_zone = np.clip(0.5 + 0.45 * (z1 - rules.easy_z1_share) / (1.0 - rules.easy_z1_share), 0.0, 0.95)
    by_speed = np.where((f.easy_frac >= 0.8) & (f.easy_frac <= 1.07), 0.65, 0.3)
    by_speed = np.where(np.isnan(f.easy_frac), 0.0, by_speed)
    # Somebody's usual comfortable running may be too fast to be easy by the zones; it was still meant to be easy.
    as_usual = (f.easy_frac >= 0.85) & (f.easy_frac <= 1.05) & ~(f.hard_share > 0.1)
    return np.where(np.isnan(z1), by_speed, np.maximum(by_zone, np.where(as_usual, 0.58, 0.0)))


def long_rule(f: Features, rules: Rules) -> B1:
    """Long by its duration: 90 min; an hour and 1.4 times the usual; 30 % of a usual week and 1.3 times the usual."""
    clearly = f.moving_s >= rules.long_sure_s
    against_usual = (f.moving_s >= rules.long_usual_factor * f.usual_s) & (f.moving_s >= rules.long_min_s)
    of_week = (f.distance_m >= rules.long_week_share * f.week_m) & (f.moving_s >= rules.long_week_factor * f.usual_s)
    return clearly | against_usual | of_week


def recovery_rule(f: Features, rules: Rules) -> B1:
    """Short and slower than easy, by speed or heart rate; the day after a hard one a little less is asked."""
    short = f.moving_s <= rules.recovery_max_s
    slow = (f.easy_frac <= rules.recovery_easy_frac) | (f.lthr_frac < rules.recovery_lthr_frac)
    both = (f.easy_frac <= rules.recovery_easy_frac) & ~(f.lthr_frac >= rules.recovery_lthr_frac + 0.05)
    both |= (f.moving_s <= rules.recovery_sure_s) & (f.easy_frac <= rules.recovery_short_easy_frac)
    return short & (both | (slow & f.after_hard & ~(f.easy_frac > 1.0)))
