"""Fixtures shared by all tests: where the corpus and the samples are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def find_corpus() -> Path | None:
    """The corpus of real files: RUNLAKE_CORPUS, else ../shared/corpus beside the checkout; None without one."""
    given = os.environ.get("RUNLAKE_CORPUS")
    for folder in (Path(given) if given else None, ROOT.parent / "shared" / "corpus"):
        if folder is not None and (folder / "labels.json").is_file():
            return folder
    return None


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The corpus folder; skips without one, and fails in CI, where it has to be there."""
    folder = find_corpus()
    if folder is None:
        reason = "no corpus of real files: set RUNLAKE_CORPUS, or put it at ../shared/corpus"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


@pytest.fixture(scope="session")
def samples() -> Path:
    """The simulated season in data/samples."""
    return ROOT / "data" / "samples"
