"""Settings: what is changed, what is refused, and what the person is told."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from runlake.config import explained_defaults, from_mapping, load, to_mapping
from runlake.errors import ConfigError


def test_without_a_file_everything_is_default() -> None:
    config = load(None)
    assert config.athlete("me").athlete_id == "me"
    assert config.lake.compat is False


def test_athletes_have_settings_of_their_own() -> None:
    config = from_mapping(
        {
            "athlete": {"id": "anna", "time_zone": "Europe/Berlin", "goal_ladder_s": [420, 400.5]},
            "athletes": {"bert": {"hr_max_bpm": 181}},
        }
    )
    assert config.athlete("anna").goal_ladder_s == (420.0, 400.5)
    assert config.athlete("bert").hr_max_bpm == 181.0
    assert config.athlete("stranger").time_zone == "Europe/Berlin"
    assert config.home_time_zones() == {"": "Europe/Berlin", "anna": "Europe/Berlin", "bert": ""}


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"athlet": {}}, "unknown section: athlet; did you mean athlete"),
        ({"lake": {"compatt": True}}, "did you mean compat"),
        ({"lake": {"compat": "yes"}}, "must be like False"),
        ({"lake": 3}, "must be a section"),
        ({"lake": {"rows_per_sample_file": 0}}, "rows_per_sample_file must be above 0"),
        ({"limits": {"deadline_s": -1.0}}, "deadline_s must be above 0"),
        ({"limits": {"worker_memory_mb": 0}}, "worker_memory_mb must be 512 at least, not 0"),
        ({"limits": {"worker_memory_mb": 100}}, "512 at least, not 100: a worker takes 300"),
        ({"athlete": {"goal_effort": "mole"}}, "no effort is called 'mole'; did you mean mile.*Known: 100m.*marathon"),
        ({"athletes": {"bert": {"goal_effort": "ultra"}}}, r"\[athletes.bert\] goal_effort.*; known: 100m"),
        ({"athlete": {"goal_ladder_s": [420, 0]}}, "goal_ladder_s must be seconds above 0, not 0.0"),
        ({"athlete": {"goal_ladder_s": ["7:00"]}}, "goal_ladder_s must be seconds above 0, not '7:00'"),
        ({"athlete": {"hr_max_bpm": -5}}, "hr_max_bpm must be from 80 to 250, not -5"),
        ({"athlete": {"hr_max_bpm": "180"}}, "hr_max_bpm must be a number, not '180'"),
        ({"athletes": {"bert": {"hr_rest_bpm": 100, "hr_max_bpm": 90}}}, "hr_rest_bpm must be below hr_max_bpm"),
        ({"athlete": {"birth_year": 3000}}, "birth_year must be from 1900 to 2100"),
        ({"athlete": {"time_zone": "Europe/Berlim"}}, "did you mean Europe/Berlin"),
        ({"athlete": {"sex": "x"}}, "female"),
        ({"athletes": {"a/b": {}}}, "plain word"),
        ({"detect": {"nothing": {}}}, "unknown plug-in"),
        ({"limits": {"deadline": 3}}, "did you mean deadline_s"),
        ({"athlete": {"hr_max_bpm": float("inf")}}, "must be a number"),
    ],
)
def test_what_is_wrong_is_named(raw: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        from_mapping(raw)
    assert caught.value.exit_code == 2


def test_bad_toml_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "runlake.toml"
    path.write_text("[athlete\n")
    with pytest.raises(ConfigError, match=r"runlake\.toml: not valid TOML"):
        load(path)


def test_printed_settings_give_the_same_settings() -> None:
    config = from_mapping({"athlete": {"id": "anna", "hr_max_bpm": 180}, "lake": {"compat": True}})
    again = from_mapping(to_mapping(config))
    assert to_mapping(again) == to_mapping(config)


def test_explained_defaults_are_the_defaults() -> None:
    assert to_mapping(from_mapping(tomllib.loads(explained_defaults()))) == to_mapping(load(None))
