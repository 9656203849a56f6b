"""Twin of kernels/even.py: rows of weighted equations for a general solver, not a system of three diagonals."""

import numpy as np


def _usual(seconds, metres, here, has_way, least):
    """Seconds too many, and how well that is known; by time or by distance, whichever varies less."""
    by_time = (np.median(seconds), seconds, 1.0)
    by_way = (np.median(metres), metres, seconds[here] / metres[here])
    scales = []
    for middle, values, pace in (by_time, by_way) if has_way else (by_time,):
        apart = 1.4826 * np.median(np.abs(values - middle))
        scales.append((apart / middle, (values[here] - middle) * pace, apart * pace))
    _, off, apart = min(scales, key=lambda scale: scale[0])
    return off, np.sqrt(apart**2 + least**2)


def even_edges(edges, way_m, limits):
    error_floor, least, farthest, slack = limits
    time, ramps = edges[:, :2].ravel(), edges[:, 2:].reshape(-1, 2)
    b = len(edges)
    way = np.interp(time, np.arange(len(way_m)), way_m)
    error = np.sqrt(np.ptp(ramps, axis=1) ** 2 / 12 + error_floor**2)
    seconds, metres = np.diff(time), np.diff(way)
    length, far = np.maximum(seconds[::2], 1.0), np.maximum(metres[::2], 1.0)
    fast = np.log(far / length)

    def alike(q, j):
        near = (
            abs(np.log(length[q] / length[j])) < 0.2
            or abs(length[q] - length[j]) <= slack
            or abs(np.log(far[q] / far[j])) < 0.1
        )
        return (
            abs(time[2 * q] - time[2 * j]) <= 10800
            and near
            and abs(fast[q] - fast[j]) < 0.12 + 1.5 / min(length[q], length[j])
        )

    rows, right = list(np.diag(1 / error)), [0.0] * (2 * b)
    for i in range(2 * b - 1):
        q = i // 2
        if i % 2 == 0:
            members = [2 * j for j in range(b) if alike(q, j)]
            here, there, has_way = length, far, True
        else:
            if not alike(q, q + 1):
                continue
            members = [2 * j + 1 for j in range(b - 1) if alike(j, j + 1) and alike(q + 1, j + 1)]
            here, there, has_way = seconds[1::2], metres[1::2], metres[i] > seconds[i]
        if len(members) < 3:
            continue
        numbers = [k // 2 for k in members]
        off, spread = _usual(here[numbers], there[numbers], members.index(i), has_way, least)
        if abs(off) <= farthest * np.sqrt(error[i] ** 2 + error[i + 1] ** 2 + spread**2):
            row = np.zeros(2 * b)
            row[i], row[i + 1] = 1 / spread, -1 / spread
            rows.append(row)
            right.append(off / spread)
    moved = time + np.linalg.lstsq(np.array(rows), np.array(right), rcond=None)[0]
    return np.clip(moved, np.minimum(ramps[:, 0], time - 1), np.maximum(ramps[:, 1], time + 1)).reshape(b, 2)
