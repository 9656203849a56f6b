"""Edges of like reps: a plan makes reps equally long, and the rests between them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from runlake.kernels._jit import kernel

F8 = npt.NDArray[np.float64]
B1 = npt.NDArray[np.bool_]


@kernel
def _metres(way_m: F8, t: float) -> float:
    """Metres of the way at a time in samples."""
    t = min(max(t, 0.0), way_m.size - 1.0)
    i = min(int(t), way_m.size - 2)
    return way_m[i] + (t - i) * (way_m[i + 1] - way_m[i])


@kernel
def _likes(start: F8, length: F8, metres: F8, slack: float) -> B1:
    """Which bouts are like which: duration within 20 % or `slack`, or distance within 10 %, log speed within 0.12.

    Short ones may differ more in speed, which their ramps blur; three hours apart nothing is one set.
    """
    b = length.size
    out = np.zeros((b, b), dtype=np.bool_)
    long, far = np.log(length), np.log(metres)
    for q in range(b):
        for j in range(b):
            if abs(start[j] - start[q]) > 10800.0:
                continue
            longer, farther = long[j] - long[q], far[j] - far[q]
            near = abs(longer) < 0.2 or abs(length[j] - length[q]) <= slack or abs(farther) < 0.1
            out[q, j] = near and abs(farther - longer) < 0.12 + 1.5 / min(length[q], length[j])
    return out


@kernel
def _excess(seconds: F8, metres: F8, here: int, has_way: bool, least: float) -> tuple[float, float]:
    """By how many seconds an entry is longer than is usual among all, and how well that is known.

    What is usual is a time or a distance, whichever they agree on better: the median, good to 1.4826 median absolute
    deviations (a standard deviation if errors are normal), and no better than `least`.
    """
    usual = np.median(seconds)
    spread = 1.4826 * np.median(np.abs(seconds - usual))
    off = seconds[here] - usual
    middle = np.median(metres)
    apart = 1.4826 * np.median(np.abs(metres - middle))
    if has_way and apart * usual < spread * middle:
        pace = seconds[here] / metres[here]
        off, spread = (metres[here] - middle) * pace, apart * pace
    return off, np.hypot(spread, least)


@kernel
def _tie(near: F8, far: F8, pull: F8, i: int, off: float, spread: float, farthest: float, error: F8) -> None:
    """Let unknowns i and i + 1 be closer by `off`, to within `spread`; nothing where that is out of the question."""
    if abs(off) > farthest * np.sqrt(error[i] ** 2 + error[i + 1] ** 2 + spread**2):
        return
    weight = spread**-2
    near[i] += weight
    near[i + 1] += weight
    far[i] -= weight
    pull[i] += weight * off
    pull[i + 1] -= weight * off


@kernel
def _solve(near: F8, far: F8, pull: F8) -> F8:
    """The solution of a symmetric system of three diagonals (Thomas algorithm); near and pull are used up."""
    for i in range(1, near.size):
        part = far[i - 1] / near[i - 1]
        near[i] -= part * far[i - 1]
        pull[i] -= part * pull[i - 1]
    for i in range(near.size - 1, -1, -1):
        if i < near.size - 1:
            pull[i] -= far[i] * pull[i + 1]
        pull[i] /= near[i]
    return pull


@kernel
def _ties(time: F8, way: F8, error: F8, limits: F8) -> tuple[F8, F8, F8]:
    """Least squares as a system of three diagonals: the main one, the one beside it, and the right side."""
    near, far, pull = error**-2, np.zeros(time.size), np.zeros(time.size)
    length, metres = np.maximum(time[1::2] - time[::2], 1.0), np.maximum(way[1::2] - way[::2], 1.0)
    rest, rest_m = time[2::2] - time[1:-1:2], way[2::2] - way[1:-1:2]
    like = _likes(time[::2].copy(), length, metres, limits[3])
    follows = np.array([like[q, q + 1] for q in range(rest.size)])
    for q in range(length.size):
        chosen = np.flatnonzero(like[q])
        if chosen.size >= 3:
            here = np.searchsorted(chosen, q)
            off, spread = _excess(length[chosen], metres[chosen], here, True, limits[1])
            _tie(near, far, pull, 2 * q, off, spread, limits[2], error)
        if q == rest.size or not follows[q]:
            continue
        chosen = np.flatnonzero(follows & like[q + 1, 1:])
        if chosen.size >= 3:
            here = np.searchsorted(chosen, q)
            has_way = rest_m[q] > rest[q]  # who stands covers no distance
            off, spread = _excess(rest[chosen], rest_m[chosen], here, has_way, limits[1])
            _tie(near, far, pull, 2 * q + 1, off, spread, limits[2], error)
    return near, far, pull


@kernel
def even_edges(edges: F8, way_m: F8, limits: F8) -> F8:
    """Start and end of bouts, drawn to where like reps are equally long and so are their rests: float64[b, 2].

    `edges`: float64[b, 6] of `ramp_edges`, in order; `way_m`: float64[n + 1], metres before each sample. Weighted
    least squares: an edge is anywhere in its ramp (standard deviation of a uniform one: width over the root of 12),
    and known no better than `limits[0]`; a rep with two like it or more is as long as is usual among them, in time or
    in distance, to within their spread or `limits[1]`; so is a rest between two like reps, if there are three such
    rests. Like is what lasts as long to within 20 % or `limits[3]`, or goes as far to within 10 %, at like speed. What
    is off by more than `limits[2]` standard deviations was meant to be, and is not drawn. Edges stay in their ramps,
    or within one sample. O(b² log b).
    """
    b = edges.shape[0]
    time, way, error = np.empty(2 * b), np.empty(2 * b), np.empty(2 * b)
    for i in range(2 * b):
        q, side = i // 2, i % 2
        time[i] = edges[q, side]
        way[i] = _metres(way_m, time[i])
        width = edges[q, 3 + 2 * side] - edges[q, 2 + 2 * side]
        error[i] = np.hypot(width / np.sqrt(12.0), limits[0])
    near, far, pull = _ties(time, way, error, limits)
    moved = time + _solve(near, far, pull)
    out = np.empty((b, 2))
    for i in range(2 * b):
        q, side = i // 2, i % 2
        lowest = min(edges[q, 2 + 2 * side], time[i] - 1.0)
        out[q, side] = min(max(moved[i], lowest), max(edges[q, 3 + 2 * side], time[i] + 1.0))
    return out
