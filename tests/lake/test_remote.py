"""Source and lake on an object store, spoken to through pyarrow.fs; moto's server stands for S3."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runlake.cli import run
from runlake.errors import LakeError
from runlake.lake import remote
from support.lake_values import assert_equal, build_lake
from support.sources import write_runs

pytestmark = pytest.mark.filterwarnings("default")  # boto3 and moto warn of their own deprecations


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """An empty bucket called `runs`, its endpoint and keys in the environment, and a cache folder of its own."""
    import boto3
    from moto.server import ThreadedMotoServer

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
