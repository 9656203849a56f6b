"""Sources and lakes on an object store (s3://, gs:// and whatever else `pyarrow.fs` knows): mirrored beside the cache.

A source is mirrored into a local folder: new and changed objects are fetched, gone ones removed. A lake is built in a
local folder and pushed after each publication: every object is whole at every moment (a PUT is atomic), changed tables
go up one by one, MANIFEST.json last. A second machine first pulls the state that is there. One writer at a time is the
user's duty: an object store has no lock.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runlake.errors import LakeError
from runlake.lake import disk, store
from runlake.lake.lock import locked

CHUNK_BYTES = 1 << 20


def is_remote(place: str) -> bool:
    """True for an address of an object store."""
    scheme, found, _ = place.partition("://")
    return bool(found) and scheme.isalnum()


def mirror_folder(place: str) -> Path:
    """The local folder that stands for the address; its last part is the address's, which names the source."""
    base = os.environ.get("CACHE_DIRECTORY") or os.environ.get("XDG_CACHE_HOME")
    home = Path(base) if base else Path("~").expanduser() / ".cache"
    digest = hashlib.sha256(place.encode()).hexdigest()[:16]
    return home / "runlake" / "remote" / digest / place.rstrip("/").rpartition("/")[2]


def _opened(place: str) -> tuple[Any, str]:
    from pyarrow import fs

    try:
        filesystem, path = fs.FileSystem.from_uri(place)
    except (ValueError, OSError, NotImplementedError) as error:
        raise LakeError(f"cannot open {place}: {error}", code="remote", path=place) from error
    return filesystem, path.rstrip("/")


def pull_source(place: str) -> Path:
    """The local mirror of a source, brought up to date; raises LakeError when the store does not answer."""
    from pyarrow import fs

    filesystem, root = _opened(place)
    folder = mirror_folder(place)
    disk.make_folder(folder)
    try:
        there = {
            info.path[len(root) + 1 :]: info
            for info in filesystem.get_file_info(fs.FileSelector(root, recursive=True))
            if info.type == fs.FileType.File
        }
        for name, info in there.items():
            path = _inside(folder, name)
            stamp_ns = int(info.mtime_ns)
            if not path.is_file() or (path.stat().st_size, path.stat().st_mtime_ns) != (info.size, stamp_ns):
                _fetch(filesystem, info.path, path)
                os.utime(path, ns=(stamp_ns, stamp_ns))
    except OSError as error:
        raise LakeError(f"cannot read {place}: {error}", code="remote", path=place) from error
    for path in [p for p in folder.rglob("*") if p.is_file()]:
        if path.relative_to(folder).as_posix() not in there:
            path.unlink()
    return folder


def _inside(folder: Path, name: str) -> Path:
    """The place of an object in the mirror; a name with ".." may not lead out of it."""
    path = folder / name
    if ".." in Path(name).parts or Path(name).is_absolute():
        raise LakeError(f"an object called {name!r} has no place in a folder", code="remote", path=name)
    return path


def _fetch(filesystem: Any, remote: str, path: Path) -> None:
    disk.make_folder(path.parent)
    fresh = path.with_name(f".{path.name}.new")
    with filesystem.open_input_stream(remote) as stream, fresh.open("wb") as out:
        while chunk := stream.read(CHUNK_BYTES):
            out.write(chunk)
    fresh.replace(path)


def pull_lake(place: str) -> Path:
    """The local lake that stands for a remote one, holding the state that is published there."""
    filesystem, root = _opened(place)
    local = mirror_folder(place)
    opened = store.open_store(local)
    remote = _remote_manifest(filesystem, root)
    snapshot = store.current(opened)
    here = store.read_manifest(snapshot) if snapshot is not None else {}
    if not remote or remote.get("run_id") == here.get("run_id"):
        return local
    with disk.private_umask(), locked(opened.internals):
        staging = store.begin(opened)
        disk.make_folder(staging / "samples")
        for name in _names(remote):
            _fetch(filesystem, f"{root}/{name}", staging / name)
        store.publish(opened, staging, remote)
    return local


def push_lake(place: str, local: Path) -> int:
    """Bring the remote lake up to the local one; gives back how many objects were written."""
    filesystem, root = _opened(place)
    folder = local.resolve()
    manifest = store.read_manifest(folder)
    before = _remote_manifest(filesystem, root)
    if before.get("run_id") == manifest.get("run_id"):
        return 0
    old = before.get("files", {})
    names = [
        n for n in _names(manifest) if n not in old or old[n]["sha256"] != manifest["files"].get(n, {}).get("sha256")
    ]
    try:
        for name in [*names, store.MANIFEST]:
            if (folder / name).is_file():
                with filesystem.open_output_stream(f"{root}/{name}") as out:
                    out.write((folder / name).read_bytes())
        for name in set(old) - set(manifest["files"]):
            filesystem.delete_file(f"{root}/{name}")
    except OSError as error:
        raise LakeError(f"cannot write {place}: {error}", code="remote", path=place) from error
    return len(names) + 1


def _names(manifest: Mapping[str, Any]) -> list[str]:
    return [*manifest["files"], store.STATE, "overlays.json"]


def _remote_manifest(filesystem: Any, root: str) -> dict[str, Any]:
    from pyarrow import fs

    if filesystem.get_file_info(f"{root}/{store.MANIFEST}").type != fs.FileType.File:
        return {}
    with filesystem.open_input_stream(f"{root}/{store.MANIFEST}") as stream:
        found: dict[str, Any] = json.loads(stream.read())
    return found
