"""How far a run is: a contract, and the version that says nothing."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told of the run's stages; never decides anything."""

    def stage(self, name: str) -> None:
        """A new stage begins."""

    def start(self, n_inputs: int, n_bytes: int) -> None:
        """Inputs are about to be read."""

    def advance(self, n_inputs: int) -> None:
        """Some more inputs are done."""

    def finish(self) -> None:
        """All inputs are done."""


class Quiet:
    """Says nothing."""

    def stage(self, name: str) -> None:
        """Nothing."""

    def start(self, n_inputs: int, n_bytes: int) -> None:
        """Nothing."""

    def advance(self, n_inputs: int) -> None:
        """Nothing."""

    def finish(self) -> None:
        """Nothing."""
