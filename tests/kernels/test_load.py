"""Kernels loaded quickly do what kernels loaded by numba do, also when others are compiled against them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

KERNELS = """
import sys
import numpy as np
from runlake.kernels._jit import kernel

@kernel
def squares(values):
    out = np.empty(len(values))
    for i in range(len(values)):
        out[i] = values[i] ** 2
    return out

@kernel
def total(values, power):
    return np.sqrt(squares(values).sum()) * power

if __name__ == "__main__":
    values = np.array([3.0, 4.0])
    print(squares(values).tolist(), *squares.stats.cache_hits.values())
    if len(sys.argv) > 1:
        power = eval(sys.argv[1])
        print(total(values, power), *total.stats.cache_hits.values())
"""


@pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="nothing is compiled")
def test_a_kernel_from_the_cache_gives_the_same_and_others_can_be_compiled_against_it(tmp_path: Path) -> None:
    module = tmp_path / "kernels_of_a_test.py"
    module.write_text(KERNELS, encoding="utf-8")

    def run(*arguments: str) -> str:
        environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "cache")}
        command = [sys.executable, str(module), *arguments]
        return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout

    assert run() == "[9.0, 16.0]\n"  # compiled
    assert run() == "[9.0, 16.0] 1\n"
    assert run("2.0") == "[9.0, 16.0] 1\n10.0\n"  # one loaded, the other compiled against it
    assert run("2.0") == "[9.0, 16.0] 1\n10.0 1\n"
