"""Source and lake on an object store, spoken to through pyarrow.fs; moto's server stands for S3."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runlake.cli import run
from runlake.errors import LakeError
from runlake.kernels._cache import cache_folder
from runlake.lake import remote
from support.lake_values import assert_equal, build_lake
from support.sources import write_runs

pytestmark = pytest.mark.filterwarnings("default")  # boto3 and moto warn of their own deprecations


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """An empty bucket called `runs`, its endpoint and keys in the environment, and a cache folder of its own."""
    import boto3
    from moto.server import ThreadedMotoServer

    monkeypatch.setenv("NUMBA_CACHE_DIR", str(cache_folder()))  # kernels need not be compiled for each test
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    client = boto3.client("s3", endpoint_url=f"http://{host}:{port}")
    client.create_bucket(Bucket="runs")
    for found in client.list_objects_v2(Bucket="runs").get("Contents", []):
        client.delete_object(Bucket="runs", Key=found["Key"])  # servers of one process share what they hold
    yield client
    server.stop()


def upload(client: Any, folder: Path) -> None:
    """Every file of the folder below s3://runs/in/."""
    for path in folder.rglob("*.fit"):
        client.upload_file(str(path), "runs", f"in/{path.relative_to(folder).as_posix()}")


def build(*more: str) -> int:
    """A build from the bucket into the bucket."""
    return run(["build", "s3://runs/in", "--lake", "s3://runs/lake", "--jobs", "0", "--quiet", *more])


def objects(client: Any) -> set[str]:
    """Names of the lake's objects."""
    found = client.list_objects_v2(Bucket="runs", Prefix="lake/").get("Contents", [])
    return {o["Key"].removeprefix("lake/") for o in found}


@pytest.mark.slow
def test_a_lake_in_a_bucket_equals_one_in_a_folder(s3: Any, tmp_path: Path) -> None:
    write_runs(tmp_path / "in", range(3))
    upload(s3, tmp_path / "in")
    assert build() == 0
    names = objects(s3)
    assert {"activities.parquet", "samples/samples-2006.parquet", "MANIFEST.json"} <= names
    assert not {n for n in names if n.startswith(".") or ".new" in n}
    for name in names:
        (tmp_path / "down" / name).parent.mkdir(parents=True, exist_ok=True)
        s3.download_file("runs", f"lake/{name}", str(tmp_path / "down" / name))
    build_lake(tmp_path / "fresh", tmp_path / "in")
    assert_equal(tmp_path / "down", tmp_path / "fresh")


@pytest.mark.slow
def test_another_machine_goes_on_from_the_bucket(s3: Any, tmp_path: Path) -> None:
    write_runs(tmp_path / "in", range(3))
    upload(s3, tmp_path / "in")
    assert build() == 0
    shutil.rmtree(tmp_path / "cache")  # another machine has no cache
    stamp = s3.head_object(Bucket="runs", Key="lake/MANIFEST.json")["LastModified"]
    assert build() == 0
    assert s3.head_object(Bucket="runs", Key="lake/MANIFEST.json")["LastModified"] == stamp
    write_runs(tmp_path / "in", [3])
    upload(s3, tmp_path / "in")
    assert build() == 0
    build_lake(tmp_path / "fresh", tmp_path / "in")
    assert_equal(remote.mirror_folder("s3://runs/lake"), tmp_path / "fresh")


@pytest.mark.slow
def test_what_looks_at_a_lake_reads_it_from_the_bucket(
    s3: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["status", "--lake", "s3://runs/lake"]) == 74
    assert "runlake build SOURCE --lake s3://runs/lake" in capfd.readouterr().err
    write_runs(tmp_path / "in", range(3))
    upload(s3, tmp_path / "in")
    assert build() == 0
    shutil.rmtree(tmp_path / "cache")
    before = objects(s3)
    assert run(["status", "--lake", "s3://runs/lake"]) == 0
    assert "ok 3" in capfd.readouterr().out
    assert run(["show", "s3://runs/lake", "2006-01-02"]) == 0
    assert "2006-01-02" in capfd.readouterr().out
    assert run(["report", "--lake", "s3://runs/lake", "--out", str(tmp_path / "report")]) == 0
    assert (tmp_path / "report" / "index.html").is_file()
    assert objects(s3) == before


@pytest.mark.slow
def test_a_push_that_was_cut_short_is_completed(
    s3: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    write_runs(tmp_path / "in", range(3))
    upload(s3, tmp_path / "in")
    assert build() == 0
    write_runs(tmp_path / "in", [3])
    upload(s3, tmp_path / "in")
    with monkeypatch.context() as cut:
        cut.setattr(remote, "_put", cut_off)
        assert build() == 74  # all tables are new there, MANIFEST.json is not
    cache = tmp_path / "cache"
    cache.rename(tmp_path / "mine")
    assert run(["status", "--lake", "s3://runs/lake"]) == 74  # another machine
    assert "another machine writes this lake" in capfd.readouterr().err
    shutil.rmtree(cache)
    (tmp_path / "mine").rename(cache)
    assert build() == 0
    build_lake(tmp_path / "fresh", tmp_path / "in")
    shutil.rmtree(cache)
    assert_equal(remote.pull_for_reading("s3://runs/lake"), tmp_path / "fresh")


def cut_off(filesystem: Any, target: str, path: Path) -> None:
    """Puts objects until the manifest is due."""
    if path.name == "MANIFEST.json":
        raise OSError("the network has gone")
    put(filesystem, target, path)


put = remote._put


@pytest.mark.slow
def test_an_empty_bucket_empties_nothing(s3: Any, tmp_path: Path) -> None:
    write_runs(tmp_path / "in", range(3))
    upload(s3, tmp_path / "in")
    assert build() == 0
    for i in range(3):
        s3.delete_object(Bucket="runs", Key=f"in/run-000{i}.fit")
    before = objects(s3)
    assert build() == 74
    assert objects(s3) == before


@pytest.mark.parametrize("name", ["../out.fit", "a/../../out.fit", "/etc/out.fit"])
def test_no_object_leaves_the_mirror(name: str, tmp_path: Path) -> None:
    with pytest.raises(LakeError, match="no place"):
        remote._inside(tmp_path, name)


def test_what_is_an_address() -> None:
    assert remote.is_remote("s3://bucket/lake")
    assert not remote.is_remote("out/lake")
    assert not remote.is_remote("/data/lake")
