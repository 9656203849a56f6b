"""A kernel and its twin side by side."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np


def assert_twins_agree(kernels: ModuleType, twins: ModuleType, name: str, *args: Any) -> None:
    """Fail unless the function of that name gives the same in both modules, but for rounding."""
    mine, other = getattr(kernels, name)(*args), getattr(twins, name)(*args)
    mine, other = (x if isinstance(x, tuple) else (x,) for x in (mine, other))
    for a, b in zip(mine, other, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-12)
