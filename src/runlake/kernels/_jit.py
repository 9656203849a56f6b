"""The one decorator of all kernels, and where their compiled code is kept."""

from __future__ import annotations

import os

from runlake.kernels._cache import cache_folder

os.environ["NUMBA_CACHE_DIR"] = str(cache_folder())

from numba import njit

from runlake.kernels._load import load_quickly

load_quickly()
kernel = njit(cache=True, nogil=True, error_model="numpy")
"""Compiled at the first call, cached on disk. No fastmath (NaN means missing), no parallel (files are parallel).

Rules: docs/adding.md. A kernel calls only kernels of its own file: numba's cache does not notice a change in
another (tests/architecture/test_kernels.py).
"""
