"""The samples are what scripts/make_samples.py says they are, and the simulator does what its truth says."""

from __future__ import annotations

import dataclasses
import gzip
import io
import json
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import fitdecode
import gpxpy
import numpy as np
import pytest
from lxml import etree

import make_many
import make_samples
from runlake import formats
from simulator import answers, crc, fit_writer
from simulator.as_watches import STYLES, as_written_by
from simulator.device import Device
from simulator.files import fit_bytes
from simulator.kinds import KINDS
from simulator.season import WEEKS, season
from simulator.session import simulate_session
from simulator.template import copies, read_template

SAMPLES = Path(__file__).resolve().parents[1] / "data" / "samples"


@cache
def the_truth() -> dict[str, Any]:
    return json.loads((SAMPLES / "truth.json").read_text())


def content(name: str) -> bytes:
    """The unpacked bytes of a name in truth.json."""
    path, _, member = name.partition("!")
    data = (SAMPLES / path).read_bytes()
    if member:
        return zipfile.ZipFile(io.BytesIO(data)).read(member)
    return gzip.decompress(data) if name.endswith(".gz") else data


def names(**wanted: Any) -> list[str]:
    return [n for n, t in the_truth()["files"].items() if all(t.get(k) == v for k, v in wanted.items())]


class TestSamplesOnDisk:
    def test_there_are_as_many_as_promised_and_they_are_small(self) -> None:
        activities = [t for t in the_truth()["files"].values() if t["status"] in ("ok", "salvaged")]
        size = sum(p.stat().st_size for p in SAMPLES.rglob("*") if p.is_file())
        assert len(activities) >= 60
        assert len({t["week"] for t in activities}) >= 16
        assert size < 12e6

    def test_every_file_on_disk_has_its_truth_and_the_other_way_round(self) -> None:
        on_disk = {p.relative_to(SAMPLES).as_posix() for p in SAMPLES.rglob("*") if p.is_file()}
        told = {n.partition("!")[0] for n in the_truth()["files"]}
        assert on_disk - told == {"truth.json", "runlake.toml"}
        assert told - on_disk == set()
        for name in (n for n in told if n.endswith(".zip")):
            members = zipfile.ZipFile(SAMPLES / name).namelist()
            assert {f"{name}!{m}" for m in members} == {n for n in the_truth()["files"] if n.startswith(f"{name}!")}

    def test_every_kind_of_session_and_of_file_is_there(self) -> None:
        truth = the_truth()["files"]
        purposes = {t.get("purpose") for t in truth.values()}
        assert purposes >= {
            "recovery", "easy", "easy_strides", "long", "tempo", "intervals", "hiit", "hills", "fartlek",
            "progression", "race", "cross_training", "walk",
        }  # fmt: skip
        assert {t.get("sport") for t in truth.values()} >= {"running", "cycling", "swimming", "walking"}
        shorthands = {t.get("shorthand", "") for t in truth.values()}
        for start in ("6 x 400 m", "5 x 800 m", "10 x 200 m", "20:00 tempo", "30:00 tempo", "1 mile"):
            assert any(s.startswith(start) for s in shorthands), start
        assert {t["format"] for t in truth.values()} >= {"fit", "gpx", "tcx"}
        assert {t["status"] for t in truth.values()} == {"ok", "salvaged", "duplicate", "ignored"}
        assert {t["device"]["sampling"] for t in truth.values() if "device" in t} == {"1hz", "smart"}
        assert any(n.endswith(".zip") or "!" in n for n in truth)
        assert any(n.endswith(".gz") for n in truth)

    @pytest.mark.parametrize("name", names(format="fit", status="ok"))
    def test_fitdecode_reads_every_fit_file(self, name: str) -> None:
        with fitdecode.FitReader(io.BytesIO(content(name)), check_crc=fitdecode.CrcCheck.RAISE) as reader:
            messages = [m for m in reader if isinstance(m, fitdecode.FitDataMessage)]
        truth = the_truth()["files"][name]
        records = [m for m in messages if m.name == "record"]
        (sport,) = [m for m in messages if m.name == "session"]
        assert len(records) == truth["n_records"]
        assert sport.get_value("sport") == truth["sport"]
        assert sum(m.name == "lap" for m in messages) == truth["n_laps"]
        assert sum(m.name == "workout_step" for m in messages) == len(truth["programmed_steps"])

    def test_gpxpy_reads_every_gpx(self) -> None:
        for name in [*names(format="gpx", status="ok"), *names(format="gpx", status="duplicate")]:
            document = gpxpy.parse(io.BytesIO(content(name)))
            assert document.get_points_no() == the_truth()["files"][name]["n_records"], name

    def test_some_gpx_have_heart_rate_and_cadence_and_some_have_not(self) -> None:
        has = {b"hr>" in content(n) for n in names(format="gpx", status="ok")}
        assert has == {True, False}

    def test_every_tcx_is_well_formed_and_has_its_laps(self) -> None:
        for name in names(format="tcx"):
            root = etree.fromstring(content(name))
            assert len(root.findall(".//{*}Trackpoint")) == the_truth()["files"][name]["n_records"]
            assert len(root.findall(".//{*}Lap")) == the_truth()["files"][name]["n_laps"]

    def test_the_truncated_file_is_cut_and_the_duplicate_is_the_same_run(self) -> None:
        (cut,) = names(status="salvaged")
        with pytest.raises(fitdecode.FitError):
            list(fitdecode.FitReader(io.BytesIO(content(cut))))
        (copy,) = names(status="duplicate")
        truth = the_truth()["files"]
        original = truth[truth[copy]["duplicate_of"]]
        assert original["start_time_utc"] == truth[copy]["start_time_utc"]
        assert original["format"] != truth[copy]["format"]

    def test_local_time_follows_summer_time(self) -> None:
        offsets = {t["utc_offset_s"] for t in the_truth()["files"].values() if "utc_offset_s" in t}
        assert offsets == {-25200.0, -21600.0}


class TestTheSeason:
    def test_the_mile_gets_faster_and_the_ladder_is_climbed_in_order(self) -> None:
        season_truth = the_truth()["season"]
        trials = [x["mile_s"] for x in season_truth["mile_efforts"] if x["kind"] == "time_trial"]
        assert len(trials) >= 4
        assert trials == sorted(trials, reverse=True)
        met = [r["first_met_on"] for r in season_truth["ladder"]]
        assert met[-1] is None
        assert met[:-1] == sorted(met[:-1])
        for rung in season_truth["ladder"][:-1]:
            first = next(x for x in season_truth["mile_efforts"] if x["mile_s"] <= rung["target_s"])
            assert rung["first_met_on"] == first["local_date"]

    def test_weeks_recover_ramp_and_spike_where_they_say(self) -> None:
        season_truth = the_truth()["season"]
        weeks = {w["week"]: w for w in season_truth["weeks"]}
        for week in season_truth["recovery_weeks"]:
            before = [weeks[w]["distance_m"] for w in range(week - 3, week)]
            assert weeks[week]["distance_m"] <= 0.8 * np.mean(before)
        ramp = season_truth["ramp_week"]
        assert weeks[ramp]["ramp_frac"] > 0.15
        assert weeks[ramp]["ramp_4_weeks_frac"] == max(w["ramp_4_weeks_frac"] or 0 for w in weeks.values())
        assert season_truth["spike"]["spike_ratio"] > 1.3
        assert weeks[season_truth["spike"]["week"]]["ramp_frac"] < 0.1  # the spike is one run, not a heavy week

    def test_fatigue_comes_later_over_the_season(self) -> None:
        onsets = [r["fatigue_onset_s"] for r in the_truth()["season"]["long_runs"]]
        told = [x for x in onsets if x is not None]
        assert told == sorted(told)
        assert len(told) >= 8
        assert None in onsets  # a run too short to tire on

    def test_the_race_is_begun_too_fast(self) -> None:
        (race,) = [t for t in the_truth()["files"].values() if t.get("shorthand") == "1 mile" and t["week"] == 17]
        laps = race["pacing"]["lap_s"]
        assert laps[0] < 0.95 * np.mean(laps[1:3])
        assert max(laps) == laps[2]
        assert sum(laps) == pytest.approx(race["pacing"]["mile_s"] * 1600 / 1609.344, abs=2.0)

    def test_writing_again_gives_the_same_bytes(self) -> None:
        made = make_samples.Samples()
        for item in (s for s in season() if s.week in (2, 6)):
            make_samples.add(made, item)
        assert len(made.files) == sum(line.count(";") + 1 for line in (WEEKS[1], WEEKS[5]))
        for name, data in made.files.items():
            assert (gzip.decompress(data) if name.endswith(".gz") else data) == content(name), name
            assert json.loads(json.dumps(made.truth[name])) == the_truth()["files"][name]


class TestTheSimulator:
    @pytest.mark.parametrize("kind", KINDS)
    def test_bouts_lie_in_order_inside_the_session_and_are_faster_than_what_is_around(self, kind: str) -> None:
        for seed in range(3):
            session = simulate_session(kind, seed)
            truth, recording = session.truth, session.recording
            edges = [x for b in truth.bouts for x in (b.start_s, b.end_s)]
            assert edges == sorted(edges)
            assert not edges or (edges[0] >= 0 and edges[-1] <= truth.traces.n)
            assert recording.time_utc_s[0] == 1_767_600_000.0
            assert np.all(np.diff(recording.time_utc_s) > 0)
            for bout in truth.bouts:
                speed = truth.traces.speed_mps[int(bout.start_s) : int(bout.end_s)]
                assert bout.distance_m == pytest.approx(speed.sum(), abs=1.1 * speed.max())

    def test_the_same_seed_gives_the_same_session_and_another_seed_another(self) -> None:
        a, b, c = (simulate_session("vo2_time", seed).recording for seed in (5, 5, 6))
        assert a.channels.keys() == b.channels.keys()
        for name, values in a.channels.items():
            np.testing.assert_array_equal(values, b.channels[name])
        assert a.n != c.n or not np.array_equal(a.channels["distance_m"], c.channels["distance_m"])

    @pytest.mark.parametrize("lag_s", [1.0, 4.0, 8.0])
    def test_speed_lags_by_what_the_device_says(self, lag_s: float) -> None:
        device = Device(speed_lag_s=lag_s, speed_noise_frac=0.0005)
        session = simulate_session("vo2_time", 8, device=device)
        true, shown = session.truth.traces.speed_mps, session.recording.channels["speed_mps"]
        at = (session.recording.time_utc_s - session.recording.time_utc_s[0]).astype(int)
        full = np.interp(np.arange(len(true)), at, shown)
        shifts = np.arange(0, 15)
        likeness = [np.corrcoef(true[: len(true) - k], full[k:])[0, 1] for k in shifts]
        assert shifts[int(np.argmax(likeness))] == pytest.approx(device.speed_half_lag_s + 0.5, abs=1.0)

    def test_smart_recording_spaces_records_and_one_hertz_does_not(self) -> None:
        spacing = {}
        for sampling in ("1hz", "smart"):
            recording = simulate_session("easy", 3, device=Device(sampling=sampling)).recording
            spacing[sampling] = float(np.median(np.diff(recording.time_utc_s)))
        assert spacing["1hz"] == 1.0
        assert 2.0 <= spacing["smart"] <= 6.0

    def test_what_the_watch_lacks_is_absent(self) -> None:
        bare = Device(has_heart_rate=False, has_cadence=False, has_speed=False, has_distance=False)
        recording = simulate_session("strides", 1, device=bare).recording
        assert sorted(recording.channels) == ["altitude_m", "latitude_deg", "longitude_deg"]

    def test_laps_do_not_change_the_truth(self) -> None:
        plain = Device(lap_style="none")
        a = simulate_session("vo2_time", 4, device=plain)
        b = simulate_session("vo2_time", 4, device=dataclasses.replace(plain, lap_style="lying"))
        assert a.truth.bouts == b.truth.bouts
        assert a.recording.steps == ()
        assert len(b.recording.steps) >= 8

    def test_laps_add_up_to_the_totals(self) -> None:
        recording = simulate_session("vo2_time", 6, device=Device(lap_style="auto_km")).recording
        totals = recording.totals
        assert sum(lap.distance_m for lap in recording.laps) == pytest.approx(totals.distance_m, abs=0.1)
        assert sum(lap.timer_s for lap in recording.laps) == pytest.approx(totals.timer_s, abs=0.1)
        assert max(lap.max_speed_mps for lap in recording.laps) == totals.max_speed_mps
        assert sum(totals.heart_rate_zone_s) == pytest.approx(totals.timer_s, abs=30.0)

    def test_steps_are_as_long_as_speed_and_cadence_say(self) -> None:
        channels = simulate_session(
            "easy", 6, device=Device(has_dynamics=True, distance_bias_frac=0.0)
        ).recording.channels
        told = channels["step_length_m"]
        steady = ~np.isnan(told) & (channels["cadence_cpm"] > 70.0)
        made = channels["speed_mps"][steady] / (2.0 * channels["cadence_cpm"][steady] / 60.0)
        assert np.median(made / told[steady]) == pytest.approx(1.0, abs=0.02)

    def test_answers_agree_with_traces_made_by_hand(self) -> None:
        session = simulate_session("treadmill_easy", 2)
        n = 1500
        traces = dataclasses.replace(
            session.truth.traces,
            speed_mps=np.r_[np.full(500, 2.0), np.full(500, 4.0), np.full(500, 2.0)],
            distance_m=np.cumsum(np.r_[0.0, np.full(500, 2.0), np.full(500, 4.0), np.full(500, 2.0)]),
            **{
                name: np.zeros(n)
                for name in ("cadence_spm", "heart_rate_bpm", "altitude_m", "grade_frac", "east_m", "north_m")
            },
            is_paused=np.zeros(n, dtype=bool),
        )
        assert [s["elapsed_s"] for s in answers.splits(traces, 1000.0)] == pytest.approx([500, 250, 250, 500], abs=0.1)
        best = {e["effort"]: e for e in answers.best_efforts(traces)}
        assert best["mile"]["elapsed_s"] == pytest.approx(402.3, abs=0.1)
        assert best["1k"] == {"effort": "1k", "elapsed_s": 250.0, "start_s": 500}


class TestMany:
    def test_the_checksum_of_many_rows_is_that_of_the_plain_loop(self) -> None:
        rng = np.random.default_rng(1)
        for width in (1, 63, 64, 65, 1000):
            rows = rng.integers(0, 256, (3, width)).astype(np.uint8)
            assert crc.crc16_rows(rows).tolist() == [fit_writer.crc16(row.tobytes()) for row in rows]

    def test_copies_are_valid_differ_and_keep_their_shape(self) -> None:
        (template,) = make_many.templates(1, 7)
        starts = np.array([1_600_000_000.0, 1_650_000_000.0])
        first, second = copies(template, starts, np.array([1.0, 1.1]), np.random.default_rng(2))
        assert first != second
        ends = []
        for data, start in zip((first, second), starts, strict=True):
            with fitdecode.FitReader(io.BytesIO(data), check_crc=fitdecode.CrcCheck.RAISE) as reader:
                records = [m for m in reader if isinstance(m, fitdecode.FitDataMessage) and m.name == "record"]
            assert records[0].get_value("timestamp").timestamp() == start
            assert 3300 < len(records) < 4200
            ends.append(records[-1].get_value("distance"))
        assert ends[1] / ends[0] == pytest.approx(1.1, abs=1e-4)

    @pytest.mark.parametrize("name", sorted(STYLES))
    def test_what_a_watch_writes_beside_changes_nothing_that_was_there(self, name: str) -> None:
        lean = fit_bytes(simulate_session("easy", 9, device=Device(has_half_cadence=False)).recording)
        full = as_written_by(STYLES[name], lean, np.random.default_rng(4))
        with fitdecode.FitReader(io.BytesIO(full), check_crc=fitdecode.CrcCheck.RAISE) as reader:
            messages = [m for m in reader if isinstance(m, fitdecode.FitDataMessage)]
        records = [m for m in messages if m.name == "record"]
        n_beside = sum(m.global_mesg_num in {b.message for b in STYLES[name].beside} for m in messages)
        assert n_beside == sum(-(-len(records) // b.every) for b in STYLES[name].beside)
        n_fields = sum(len(m.fields) for m in messages) / (len(records) / 3600.0)
        assert 45_000 < n_fields < 125_000  # of real runs the tenth and the ninetieth of a hundred: 49,000 and 116,000
        before, after = (formats.read(data)[1].recordings[0].channels for data in (lean, full))
        assert len(before) >= 7
        for channel, values in before.items():
            np.testing.assert_array_equal(after[channel], values, err_msg=channel)

    def test_start_times_of_one_athlete_do_not_overlap(self) -> None:
        starts = make_many.start_times(500, 1.0, np.random.default_rng(3))
        assert np.diff(starts).min() > 4400.0
        with pytest.raises(SystemExit):
            make_many.start_times(10_000, 1.0, np.random.default_rng(3))

    def test_a_template_finds_every_record_of_the_file(self) -> None:
        session = simulate_session("easy", 9, device=Device())
        template = read_template(fit_bytes(session.recording), 1_767_600_000.0)
        assert template.heart_rate is not None
        assert len(template.heart_rate.raw) == session.recording.n
