"""What may be changed about the search for bouts, with the reason for each default."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be changed, and what scripts/cross_validate.py fits again without one athlete at a time."""

    likely: float = 0.5
    """Bouts of at least this probability are chosen together, so that they fit each other best."""
    possible: float = 0.2
    """What is left above this is published too, with its low confidence."""
    least_confidence: float = 0.15
    """Bouts below this are not published at all."""
    start_late_s: float = 1.0
    """By how much half height trails the mark at the start: reaction, and the body's ramp."""
    end_late_s: float = 3.0
    """The same at the end, where nobody brakes on the line."""
    coros_delay_s: float = 2.0
    """COROS watches: positions and distance themselves trail, so that speed cannot be aligned better."""
    lone_s: float = 100.0
    """A surge shorter than this with no other bout near is a road crossed or a dog: reps come in numbers."""
    lone_gap_s: float = 600.0
    """Farther away than any rest."""
    lone_start_s: float = 60.0
    """A single bout that begins with the recording is somebody who went out too fast."""
    finish_s: float = 120.0
    """A single bout with less running than this after it has no cool-down; no faster than the ratio below times the
    run before it, which itself got faster from quarter to quarter, it is the last level of a progression."""
    finish_ratio: float = 1.15
    finish_rise: float = 0.03
    """By how much the last quarter of the run before is faster than the first: more than pace wanders."""
    lone_confidence: float = 0.3
    """What is left of single bouts of these kinds."""
    run_walk_mps: float = 2.6
    """Runs between walks, slower than this, with hardly any running beside them: a run with walking breaks."""
    run_walk_easy_mps: float = 3.0
    """Faster ones, up to here, are that too unless the heart shows that they were hard: 5:33 a kilometre is easy for
    who runs long with walking breaks, and work for who trains on the track."""
    run_walk_easy_bpm: float = 150.0
    """Easy is below 80 % of the highest heart rate (Seiler's first threshold), here of 187 bpm: of a 30-year-old."""
    run_walk_share: float = 0.85
    run_walk_confidence: float = 0.2
    """What is left of both: in simulated sessions fewer than one in ten of them was meant as a rep."""
    stop_and_go_ratio: float = 1.06
    """Bouts between stops that are no faster than this times the running outside of them are that running: a watch
    is good to some 3 %, and pace wanders as much."""
