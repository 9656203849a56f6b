"""The evidence for a purpose in words, one sentence per activity."""

from __future__ import annotations

import math

from runlake.history._features import Bouts, Features
from runlake.history._purpose_rules import MIN_MOVING_S, Rules


def counted(n: float, thing: str) -> str:
    """A count with its noun: 1 run, 3 runs."""
    return f"{n:.0f} {thing}{'' if round(n) == 1 else 's'}"


def minutes(seconds: float) -> str:
    """Seconds as m:ss, or h:mm:ss from an hour on."""
    whole = round(seconds)
    if whole >= 3600:
        return f"{whole // 3600}:{whole % 3600 // 60:02d}:{whole % 60:02d}"
    return f"{whole // 60}:{whole % 60:02d}"


def percent(share: float) -> str:
    """A share as whole percent."""
    return f"{100 * share:.0f} %"


def zone_words(f: Features, i: int) -> str:
    """How much of the run was easy, by each method that can tell."""
    parts = []
    if not math.isnan(f.z1_heart_rate[i]):
        parts.append(f"{percent(f.z1_heart_rate[i])} of the time in zone 1 by heart rate")
    if not math.isnan(f.z1_pace[i]):
        parts.append(
            f"{percent(f.z1_pace[i])} by pace" if parts else f"{percent(f.z1_pace[i])} of the time in zone 1 by pace"
        )
    if not parts and not math.isnan(f.easy_frac[i]):
        parts.append(f"{percent(f.easy_frac[i])} of comfortable speed")
    return ", ".join(parts) or "no zones known yet"


def _plural(name: str) -> str:
    return name + ("es" if name.endswith("ch") else "s")


def _bout_words(bouts: Bouts, i: int, name: str) -> str:
    n = int(bouts.n[i])
    text = f"{n} {name if n == 1 else _plural(name)}, {minutes(bouts.work_s[i])} of work"
    if not math.isnan(bouts.cs_frac[i]):
        text += f" at {percent(bouts.cs_frac[i])} of critical speed"
    return f"{text}, mean confidence {bouts.confidence[i]:.2f}"


def _long_words(f: Features, i: int, rules: Rules) -> str:
    if f.moving_s[i] >= rules.long_sure_s:
        return f"{minutes(f.moving_s[i])} of running, 90 min or longer"
    if f.moving_s[i] >= rules.long_min_s:
        return f"{minutes(f.moving_s[i])} of running against {minutes(f.usual_s[i])} usually"
    of_week, times = percent(f.distance_m[i] / f.week_m[i]), f.moving_s[i] / f.usual_s[i]
    return f"{of_week} of a usual week's distance, {times:.1f} times the usual duration"


def _recovery_words(f: Features, i: int) -> str:
    parts = [f"{minutes(f.moving_s[i])}"]
    if not math.isnan(f.easy_frac[i]):
        parts.append(f"{percent(f.easy_frac[i])} of comfortable speed")
    if not math.isnan(f.lthr_frac[i]):
        parts.append(f"heart rate {percent(f.lthr_frac[i])} of threshold")
    if f.after_hard[i]:
        parts.append("the day after a hard session")
    return ", ".join(parts)


def _race_words(f: Features, i: int) -> str:
    share = f.cs_frac[i]
    speed = "" if math.isnan(share) else f", {percent(share)} of critical speed"
    return f"{f.race_reason[i]}: {minutes(f.moving_s[i])}{speed}"


def _tempo_words(f: Features, i: int) -> str:
    if f.bouts["tempo"].n[i] > 0:
        return _bout_words(f.bouts["tempo"], i, "tempo bout")
    return f"{minutes(f.moving_s[i])} at {percent(f.cs_frac[i])} of critical speed without a break"


def reason(purpose: str, f: Features, i: int, rules: Rules) -> str:
    """The evidence for that purpose of activity i."""
    match purpose:
        case "race":
            return _race_words(f, i)
        case "intervals":
            return _bout_words(f.bouts["interval"], i, "rep")
        case "hiit":
            kind = "sprint" if f.bouts["sprint"].load[i] >= f.bouts["interval"].load[i] else "interval"
            return _bout_words(f.bouts[kind], i, "short fast rep")
        case "hills":
            return _bout_words(f.bouts["hill"], i, "hill repeat")
        case "tempo":
            return _tempo_words(f, i)
        case "fartlek":
            if f.bouts["fartlek"].n[i] > 0:
                return _bout_words(f.bouts["fartlek"], i, "fast stretch") + ", of irregular length"
            rest = minutes(f.bouts["interval"].rest_s[i])
            return _bout_words(f.bouts["interval"], i, "surge") + f", {rest} of easy running between"
        case "progression":
            rise = percent(f.rise_frac[i])
            return f"kilometres got faster by {rise} from first to last third, in order {f.rise_order[i]:.2f}"
        case "long":
            return f"{_long_words(f, i, rules)}; {zone_words(f, i)}"
        case "recovery":
            return f"{_recovery_words(f, i)}; {zone_words(f, i)}"
        case "easy_strides":
            return f"{int(f.n_strides[i])} strides in an easy run; {zone_words(f, i)}"
        case "easy":
            as_usual = "" if not 0.85 <= f.easy_frac[i] <= 1.05 else f"; {percent(f.easy_frac[i])} of comfortable speed"
            return f"no work bouts; {zone_words(f, i)}{as_usual}"
        case "walk":
            return (
                "walking by its sport" if f.is_walk_sport[i] else f"{f.speed_mps[i]:.1f} m/s without a running cadence"
            )
        case "cross_training":
            return "another sport than running"
    return ""


def unclear_reason(f: Features, i: int, best: str, score: float) -> str:
    """Why no purpose was given, and what came nearest."""
    if f.is_transition[i]:
        return "a change between two sports"
    if f.is_generic[i]:
        return "the file does not say which sport it was: set default_sport of the athlete in the settings"
    if not f.moving_s[i] >= MIN_MOVING_S and f.is_run[i]:
        return (
            f"{minutes(f.moving_s[i])} of running: too short to tell" if f.moving_s[i] >= 0 else "no moving time known"
        )
    work = sum(float(b.work_s[i]) for b in f.bouts.values())
    if work > 0:
        return f"{minutes(work)} of work bouts that make no clear session; nearest: {best} ({score:.2f})"
    words = zone_words(f, i)
    if words == "no zones known yet":
        return "no work bouts, and no threshold known yet to tell how hard it was"
    return f"neither easy nor a hard session: {words}; nearest: {best} ({score:.2f})"
