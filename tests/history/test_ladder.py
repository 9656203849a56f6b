"""Round steps of the goal ladder."""

from __future__ import annotations

import pytest

from runlake.history._ladder import next_rung_s, passed_rungs_s, step_s


@pytest.mark.parametrize(
    ("best_s", "rung_s"),
    [(780.0, 720.0), (779.0, 720.0), (612.0, 600.0), (595.0, 570.0), (401.0, 390.0), (331.0, 330.0)],
)
def test_round_steps_of_the_mile(best_s: float, rung_s: float) -> None:
    assert next_rung_s(best_s) == rung_s


def test_other_distances_take_steps_of_the_same_pace() -> None:
    assert step_s(1500.0, 5000.0) == 60.0
    assert passed_rungs_s(640.0, 555.0)[-1] == 540.0
