"""The command line: exit codes, what is printed and what is not."""

from __future__ import annotations

import io
import json
import os
import signal
import tomllib
import zipfile
from pathlib import Path

import numpy as np
import pytest

from runlake.cli import run
from runlake.cli.activity_text import shown
from runlake.lake.lock import locked
from runlake.pipeline.made_up import fit_bytes
from simulator.xml_writer import gpx_bytes
from support.lake_values import ledger
from support.sources import age, write_runs


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Three good runs."""
    write_runs(tmp_path / "in", range(3))
    return tmp_path / "in"


def build(source: Path, *more: str) -> int:
    """`runlake build` into the folder beside the source, in this process."""
    return run(["build", str(source), "--lake", str(source.parent / "lake"), "--jobs", "0", *more])


def test_a_quiet_run_prints_nothing_when_all_went_well(source: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert build(source, "--quiet") == 0
    assert build(source, "--quiet") == 0
    assert capfd.readouterr() == ("", "")


def test_a_quiet_run_tells_of_trouble_once(source: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (source / "broken.fit").write_bytes(b"\x0e\x20nothing here but words")
    age(source)
    assert build(source, "--quiet") == 0
    assert "broken.fit: rejected" in capfd.readouterr().err
    assert build(source, "--quiet") == 0
    assert capfd.readouterr().err == ""


def test_strict_exits_65_when_a_file_was_refused(source: Path) -> None:
    assert build(source, "--strict") == 0
    (source / "broken.fit").write_bytes(b"junk")
    assert build(source, "--strict") == 65
    assert build(source) == 0


def test_log_lines_are_json_when_asked_for(source: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert build(source, "--log-json") == 0
    out, err = capfd.readouterr()
    assert out == ""
    lines = [json.loads(line) for line in err.splitlines()]
    assert {"time", "level", "logger", "event"} == set(lines[0])
    assert "ok=3" in lines[-1]["event"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["build"], 2, "SOURCE"),
        (["nonsense"], 2, "nonsense"),
        (["build", "{in}", "--lake", "{lake}", "--config", "{bad}"], 2, "did you mean hr_max_bpm"),
        (["build", "{in}", "--lake", "{in}/lake", "--jobs", "0"], 2, "inside SOURCE"),
        (["build", "{nothing}", "--lake", "{lake}", "--jobs", "0"], 74, "no such folder or file; is the name right"),
        (["build", "{in}s", "--lake", "{lake}", "--jobs", "0"], 74, "did you mean {in}?"),
        (["build", "{in}", "--lake", "{bad}", "--jobs", "0"], 74, "exists and is no lake"),
        (["build", "{in}", "--lake", "{lake}", "--engine", "dask"], 2, "--scheduler"),
        (["build", "{in}", "--lake", "{lake}", "--engine", "dask", "--scheduler", "host"], 2, "like tcp://host:8786"),
        (["build", "{in}", "--lake", "{lake}", "--scheduler", "tcp://host:1"], 2, "--engine dask"),
        (["build", "{in}", "--lake", "{lake}", "--athlete", "a", "--athlete-from-folder"], 2, "choose one"),
        (["build", "", "--lake", "{lake}"], 2, "SOURCE is empty"),
        (["build", "{in}", "--lake", ""], 2, "--lake is empty"),
        (["build", "{in}", "--lake", "{lake}", "--wait", "nan"], 2, "--wait"),
        (["build", "{in}", "--lake", "{lake}", "--wait", "-5"], 2, "--wait"),
        (["status", "--lake", "{nothing}"], 74, "runlake build SOURCE --lake {nothing}"),
        (["status", "--lake", "{in}"], 74, "this is no lake"),
        (["status", "--lake", "{bad}"], 74, "this is a file, no lake"),
        (["report", "--lake", "{in}", "--terminal"], 74, "this is no lake"),
        (["show", "{nothing}"], 2, "no such file or folder"),
        (["show", "{in}"], 74, "this is no lake"),
        (["show", "{bad}"], 2, "neither FIT nor GPX nor TCX"),
        (["report", "--lake", "{lake}"], 2, "--out"),
    ],
)
def test_errors_say_what_where_and_what_next(
    arguments: list[str], code: int, words: str, source: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text("[athlete]\nhr_max = 190\n")
    names = {"in": source, "lake": tmp_path / "lake", "bad": bad, "nothing": tmp_path / "nothing"}
    assert run([a.format(**names) for a in arguments]) == code
    err = capfd.readouterr().err
    assert words.format(**names) in err
    assert "Traceback" not in err
    assert not (tmp_path / "lake.d").exists()  # what could not begin leaves nothing behind


def test_a_lake_is_told_from_what_stands_beside_it(source: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert build(source) == 0
    lake = source.parent / "lake"
    assert run(["status", "--lake", f"{lake}.d"]) == 74
    assert f"the lake is {lake}" in capfd.readouterr().err
    assert run(["show", str(lake)]) == 2
    assert "such as 2006-01-03 (the last)" in capfd.readouterr().err


def test_a_lake_of_somebody_else_is_told(
    source: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def refuse(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "is_file", refuse)
    assert run(["status", "--lake", str(source)]) == 74
    assert "permission denied; a lake is readable by its owner only" in capfd.readouterr().err


@pytest.mark.parametrize(("name", "data"), [("", b""), ("photo.jpg", b"\xff\xd8\xff\xe0 a picture")])
def test_a_folder_without_activities_says_what_is_read(
    name: str, data: bytes, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in").mkdir()
    if name:
        (tmp_path / "in" / name).write_bytes(data)
    assert build(tmp_path / "in") == 0
    assert "no activity was found; runlake reads .fit, .gpx and .tcx" in capfd.readouterr().err


def test_the_report_is_named(source: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert build(source, "--report", str(source.parent / "report")) == 0
    assert f"the report: {source.parent / 'report' / 'index.html'}" in capfd.readouterr().err


def test_a_busy_lake_exits_75(source: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert build(source) == 0
    with locked(source.parent / "lake.d"):
        assert build(source) == 75
    assert "another run" in capfd.readouterr().err


def test_a_bug_exits_70_with_its_traceback(
    source: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from runlake.pipeline import content

    def fail(data: bytes) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(content, "read", fail)
    assert build(source) == 70
    assert "ZeroDivisionError: a bug" in capfd.readouterr().err
    assert set(ledger(source.parent / "lake").values()) == {"blocked"}  # the run itself went on


@pytest.mark.parametrize("is_lost", [False, True])  # DuckDB makes an error of its own of what a handler raises
def test_a_signal_after_the_commit_tells_of_the_new_state(
    is_lost: bool, source: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked_to_end(*_: object) -> bool:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        except BaseException:
            if is_lost:
                raise RuntimeError("Query interrupted") from None
            raise
        return True

    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
    monkeypatch.setattr("runlake.lake.catalog.is_fresh", asked_to_end)
    try:
        assert run(["build", str(source), "--lake", str(source.parent / "lake"), "--jobs", "0"]) == 143
    finally:
        signal.signal(signal.SIGTERM, before[0])
        signal.signal(signal.SIGINT, before[1])
    assert capfd.readouterr().err.endswith("runlake: stopped by SIGTERM; the new state is published\n")
    assert ledger(source.parent / "lake")


def test_status_lists_what_was_refused(source: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (source / "broken.fit").write_bytes(b"junk")
    (source / "notes.txt").write_bytes(b"hello")
    build(source)
    capfd.readouterr()
    assert run(["status", "--lake", str(source.parent / "lake")]) == 0
    out = capfd.readouterr().out
    assert "ok 3" in out
    assert "broken.fit" in out
    assert "notes.txt" not in out
    assert run(["status", "--all", "--lake", str(source.parent / "lake")]) == 0
    assert "notes.txt" in capfd.readouterr().out


def test_lines_are_whole_where_there_is_no_terminal(
    source: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    name = f"{'a-long-name-' * 8}.fit"
    (source / name).write_bytes(b"")
    age(source)
    build(source)
    capfd.readouterr()
    assert run(["status", "--lake", str(source.parent / "lake")]) == 0
    (line,) = [line for line in capfd.readouterr().out.splitlines() if name in line]
    assert "copy or export it again" in line


def test_show_finds_by_date_id_and_path(source: Path, capfd: pytest.CaptureFixture[str]) -> None:
    build(source)
    lake = str(source.parent / "lake")
    capfd.readouterr()
    assert run(["show", lake, "2006-01-02"]) == 0
    by_date = capfd.readouterr().out
    activity_id = by_date.split("activity ")[1].split()[0]
    assert run(["show", lake, activity_id[:8]]) == 0
    assert capfd.readouterr().out == by_date
    assert run(["show", lake, "run-0001.fit"]) == 0
    assert capfd.readouterr().out == by_date
    assert run(["show", lake, "1999-01-01"]) == 2
    assert "2006-01-01 to 2006-01-03" in capfd.readouterr().err


def test_show_of_a_file_needs_no_lake(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "reps.fit").write_bytes(fit_bytes())
    assert run(["show", str(tmp_path / "reps.fit")]) == 0
    out = capfd.readouterr().out
    assert "6 x" in out or "6x" in out or "6 ×" in out
    assert "Reps" in out
    assert [p.name for p in tmp_path.iterdir()] == ["reps.fit"]


def test_no_name_steers_the_terminal(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "turned.gpx"
    times = 1_780_000_000.0 + np.arange(120.0)
    path.write_bytes(gpx_bytes(times, 47.0 + times * 0.0, 8.0 + times * 0.0, name="\u202eevil\u2028line"))
    assert run(["show", str(path)]) == 0
    out = capfd.readouterr().out
    assert "\u202e" not in out
    assert "\\u202eevil\\u2028line" in out


def test_a_terminal_without_unicode_gets_question_marks_and_no_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "run.gpx"
    times = 1_780_000_000.0 + np.arange(120.0)
    path.write_bytes(gpx_bytes(times, 47.0 + times * 0.0, 8.0 + times * 0.0, name="Läufe 🏃"))
    screen = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(screen, encoding="ascii", write_through=True))
    assert run(["show", str(path)]) == 0
    assert b"L?ufe ?" in screen.getvalue()


def test_escapes_of_names_are_shown_and_not_obeyed() -> None:
    assert shown("\x1b[31mred\x1b]0;title\x07") == "\\u001b[31mred\\u001b]0;title\\u0007"
    assert shown("Läufe am Morgen 🏃") == "Läufe am Morgen 🏃"
    assert len(shown("x" * 5000)) == 201


def test_schema_is_complete_in_both_forms(capfd: pytest.CaptureFixture[str]) -> None:
    from runlake.tables import SPECS

    assert run(["schema", "--format", "json"]) == 0
    tables = json.loads(capfd.readouterr().out)
    assert [t["table"] for t in tables] == [s.name for s in SPECS]
    assert run(["schema"]) == 0
    text = capfd.readouterr().out
    assert all(f"| {c.name} |" in text for s in SPECS for c in s.columns)


def test_config_prints_settings_that_can_be_read_again(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text('[athlete]\nid = "anna"\nhr_max_bpm = 188\ntime_zone = "Europe/Berlin"\n[lake]\ncompat = true\n')
    assert run(["config", "--config", str(mine)]) == 0
    text = capfd.readouterr().out
    found = tomllib.loads(text)
    assert found["athlete"]["hr_max_bpm"] == 188.0
    assert found["lake"]["compat"] is True
    whole = tmp_path / "whole.toml"
    whole.write_text(text)
    assert run(["config", "--config", str(whole)]) == 0
    assert capfd.readouterr().out == text


def test_dump_gives_every_message(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.fit"
    file.write_bytes(fit_bytes(seconds=100))
    assert run(["dump", str(file), "--message", "record"]) == 0
    records = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert len(records) == 100
    assert records[0]["heart_rate"] > 100
    assert run(["dump", str(file), "--message", "record", "--format", "csv"]) == 0
    assert len(capfd.readouterr().out.splitlines()) == 101


def test_dump_of_a_damaged_file_prints_what_is_left_and_warns(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "cut.fit"
    file.write_bytes(fit_bytes(seconds=100)[:-40])
    assert run(["dump", str(file), "--message", "record"]) == 0
    said = capfd.readouterr()
    assert len(said.out.splitlines()) > 90
    assert "cut.fit: damaged (truncated" in said.err


def test_dump_of_an_archive_leaves_out_what_is_no_fit_file(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "export.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.gpx", b"<gpx/>")
        archive.writestr("b.fit", fit_bytes(seconds=50))
    assert run(["dump", str(file), "--message", "record"]) == 0
    said = capfd.readouterr()
    assert len(said.out.splitlines()) == 50
    assert "export.zip!a.gpx: not a FIT file" in said.err


def test_dump_without_anything_to_print_fails_with_the_data_code(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.gpx"
    file.write_bytes(b"<gpx/>")
    assert run(["dump", str(file)]) == 65
    file.write_bytes(fit_bytes(seconds=50))
    assert run(["dump", str(file), "--message", "recrod"]) == 2
    assert run(["dump", str(file), "--message", "hrv"]) == 0
    assert "no message hrv" in capfd.readouterr().err
