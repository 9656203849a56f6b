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
        ({"lake": {"compat": "yes"}}, "compat must be true or false, not 'yes'"),
        ({"limits": {"worker_memory_mb": 2048.5}}, "worker_memory_mb must be a whole number"),
        ({"athlete": {"goal_ladder_s": 450}}, r"goal_ladder_s must be a list in \[\], not 450"),
        ({"lake": 3}, "must be a section"),
        ({"lake": {"rows_per_sample_file": 0}}, "rows_per_sample_file must be above 0"),
        ({"limits": {"deadline_s": -1.0}}, "deadline_s must be above 0"),
        ({"limits": {"worker_memory_mb": 0}}, "worker_memory_mb must be 512 at least, not 0"),
        ({"limits": {"worker_memory_mb": 100}}, "512 at least, not 100: a worker takes 300"),
        ({"athlete": {"goal_effort": "mole"}}, "no effort is called 'mole'; did you mean mile.*Known: 100m.*marathon"),
        ({"athletes": {"bert": {"goal_effort": "ultra"}}}, r"\[athletes.bert\] goal_effort.*; known: 100m"),
        ({"athlete": {"goal_ladder_s": [420, 0]}}, "goal_ladder_s must be seconds above 0, not 0.0"),
        ({"athlete": {"goal_ladder_s": ["7:00"]}}, "goal_ladder_s must be seconds above 0, not '7:00': 7:00 is 420"),
        ({"athlete": {"goal_ladder_s": [7.5]}}, "goal_ladder_s is in seconds: nobody runs a mile in 7.5"),
        ({"athlete": {"threshold_speed_mps": "4:30"}}, "must be a number, not '4:30': 4:30 /km is 3.704"),
        ({"athlete": {"threshold_speed_mps": 8.5}}, "from 0.5 to 7 metres a second, not 8.5; 4:30 /km is 3.704"),
        ({"athlete": {"hr_threshold_bpm": 185, "hr_max_bpm": 180}}, "hr_threshold_bpm must be below hr_max_bpm"),
        ({"athlete": {"hr_threshold_bpm": 90, "hr_rest_bpm": 95}}, "hr_rest_bpm must be below hr_threshold_bpm"),
        (
            {"athlete": {"comfortable_speed_mps": 4, "threshold_speed_mps": 3}},
            "comfortable_speed_mps must be below threshold_speed_mps",
        ),
        ({"athlete": {"default_sport": "runing"}}, "no sport is called 'runing'; did you mean running"),
        ({"history": {"intensity": {"heart_rate_low_frac": 1.1}}}, "heart_rate_low_frac must be below heart_rate_high"),
        ({"history": {"intensity": {"pace_high_frac": 99}}}, "pace_high_frac must be from 0 to 2, not 99"),
        ({"detect": {"form": {"speed_bin_mps": 0}}}, "speed_bin_mps must be above 0"),
        ({"limits": {"max_depth": -1}}, "max_depth must be 0 or more"),
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


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8"])
def test_a_byte_order_mark_does_no_harm(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "runlake.toml"
    path.write_text('[athlete]\nid = "anna"\n', encoding=encoding)
    assert load(path).default_athlete == "anna"


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_another_encoding_says_what_to_do(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "runlake.toml"
    path.write_text('[athlete]\nid = "Jörg"\n', encoding=encoding)
    with pytest.raises(ConfigError, match=r"runlake\.toml: not UTF-8 text: save the file as UTF-8"):
        load(path)


def test_the_default_sport_is_known_by_its_usual_names() -> None:
    assert from_mapping({"athlete": {"default_sport": "Trail Run"}}).athlete("me").default_sport == "running"
    assert from_mapping({"athlete": {"default_sport": "cross_country_skiing"}}).athlete("me").default_sport == (
        "cross_country_skiing"
    )


def test_printed_settings_give_the_same_settings() -> None:
    config = from_mapping({"athlete": {"id": "anna", "hr_max_bpm": 180}, "lake": {"compat": True}})
    again = from_mapping(to_mapping(config))
    assert to_mapping(again) == to_mapping(config)


def test_explained_defaults_are_the_defaults() -> None:
    assert to_mapping(from_mapping(tomllib.loads(explained_defaults()))) == to_mapping(load(None))
