"""Ways in which FIT files are damaged, from a seed: the mix of docs/fit.md."""

from __future__ import annotations

import random
from collections.abc import Iterator

PAGE_BYTES = 512
N_RANDOM = 26
"""Mutants of each random kind per file; single bits come twice as often."""


def mutants(data: bytes, rng: random.Random) -> Iterator[tuple[str, bytes, int]]:
    """Kind of damage, the damaged bytes, and how many bytes from the start are untouched by a cut (else -1)."""
    n = len(data)
    for percent in range(1, 100):
        yield "truncation", data[: n * percent // 100], n * percent // 100
    for size in (0, 1, 100, n // 2, n - 17, n, 2 * n, 0xFFFFFFFF):
        yield "data size", data[:4] + size.to_bytes(4, "little") + data[8:], -1
    for size in (0, 1, 11, 13, 15, 16, 32, 255):
        yield "header size", bytes([size]) + data[1:], -1
    yield "bytes before", bytes(PAGE_BYTES) + data, -1
    cut = int(n * 0.7)
    yield "watch died", data[:4] + bytes(4) + data[8:cut], cut
    yield "watch died", data[:cut] + bytes(n - cut), cut
    for tail in (bytes(100), rng.randbytes(100), b"\xff" * 64):
        yield "bytes after", data + tail, -1
    for k in range(N_RANDOM):
        yield "page", _page(data, rng, 0xFF if k % 2 else 0), -1
        yield "splice", _splice(data, rng, k % 3), -1
        at = rng.randrange(data[0], n - 8)
        yield "8 random bytes", data[:at] + rng.randbytes(8) + data[at + 8 :], -1
    for _ in range(2 * N_RANDOM):
        at = rng.randrange(data[0], n)
        yield "one bit", data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :], -1


def _page(data: bytes, rng: random.Random, value: int) -> bytes:
    size = min(PAGE_BYTES, max(32, len(data) // 20))
    at = rng.randrange(data[0], len(data) - size)
    return data[:at] + bytes([value]) * size + data[at + size :]


def _splice(data: bytes, rng: random.Random, kind: int) -> bytes:
    """A stretch of 1 to 63 bytes lost, put in, or doubled."""
    at, size = rng.randrange(data[0], len(data) - 2), rng.randrange(1, 64)
    if kind == 0:
        return data[:at] + data[at + size :]
    if kind == 1:
        return data[:at] + rng.randbytes(size) + data[at:]
    return data[:at] + data[max(0, at - size) :]
