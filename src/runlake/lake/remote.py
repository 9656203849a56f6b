"""Sources and lakes on an object store (s3://, gs:// and whatever else `pyarrow.fs` knows): mirrored beside the cache.

A source is mirrored into a local folder: new and changed objects are fetched, gone ones removed. A lake is built in a
local folder and pushed after each publication: every object is whole at every moment (a PUT is atomic), changed tables
go up one by one, MANIFEST.json last. A second machine first pulls the state that is there, and checks it against its
manifest. A push that was cut short is completed by the next build of the same machine. One writer at a time is the
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
SHARED = "shared_run"
"""Beside the lock: the run whose state was last pulled or pushed whole."""


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
        raise _trouble(place, "cannot be opened", error) from error
    return filesystem, path.rstrip("/")


def _trouble(place: str, what: str, error: Exception) -> LakeError:
    advice = "check the address, the network, and the credentials in the environment"
    return LakeError(f"{what} ({error}); {advice}", code="remote", path=place)


def pull_source(place: str) -> Path:
    """The local mirror of a source, brought up to date; raises LakeError when the store does not answer."""
    folder = mirror_folder(place)
    try:
        with disk.private_umask():
            disk.make_folder(folder)
            there = _mirror(place, folder)
    except OSError as error:
        raise _trouble(place, "cannot be read", error) from error
    for path in [p for p in folder.rglob("*") if p.is_file()]:
        if path.relative_to(folder).as_posix() not in there:
            path.unlink()
    return folder


def _mirror(place: str, folder: Path) -> frozenset[str]:
    """Bring new and changed objects into the folder; gives back the names of all there are."""
    from pyarrow import fs

    filesystem, root = _opened(place)
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
    return frozenset(there)


def _inside(folder: Path, name: str) -> Path:
    """The place of an object in the mirror; a name with ".." may not lead out of it."""
    path = folder / name
    if ".." in Path(name).parts or Path(name).is_absolute():
        raise LakeError(f"an object called {name!r} has no place in a folder", code="remote", path=name)
    return path


def _fetch(filesystem: Any, remote: str, path: Path) -> str:
    """Bring one object here; gives back the SHA-256 of its bytes."""
    disk.make_folder(path.parent)
    fresh = path.with_name(f".{path.name}.new")
    digest = hashlib.sha256()
    with filesystem.open_input_stream(remote) as stream, fresh.open("wb") as out:
        while chunk := stream.read(CHUNK_BYTES):
            out.write(chunk)
            digest.update(chunk)
    fresh.replace(path)
    return digest.hexdigest()


def pull_for_reading(place: str) -> Path:
    """The local mirror of a lake that is published there; raises LakeError when there is none."""
    local = pull_lake(place)
    if store.current(store.open_store(local)) is None:
        raise LakeError(
            f"there is no lake here; make one with `runlake build SOURCE --lake {place}`", code="no_lake", path=place
        )
    return local


def pull_lake(place: str) -> Path:
    """The local lake that stands for a remote one, holding the state that is published there."""
    filesystem, root = _opened(place)
    local = mirror_folder(place)
    opened = store.open_store(local)
    try:
        remote = _remote_manifest(filesystem, root)
        snapshot = store.current(opened)
        here = store.read_manifest(snapshot) if snapshot is not None else {}
        if not remote or remote.get("run_id") in (here.get("run_id"), _shared_run(opened)):
            return local  # as new as what is there, or newer: a push was cut short
        with disk.private_umask(), locked(opened.internals):
            staging = store.begin(opened)
            disk.make_folder(staging / "samples")
            for name in _names(remote):
                if snapshot is not None and _digest(remote, name) == _digest(here, name) != "":
                    disk.link(snapshot / name, staging / name)
                else:
                    digest = _fetch(filesystem, f"{root}/{name}", staging / name)
                    _check_whole(place, name, _digest(remote, name), digest)
            store.publish(opened, staging, remote)
            disk.write(opened.internals / SHARED, str(remote.get("run_id", "")).encode())
    except OSError as error:
        raise _trouble(place, "cannot be read", error) from error
    return local


def _check_whole(place: str, name: str, expected: str, found: str) -> None:
    if expected and expected != found:
        raise LakeError(
            f"{name} is not of the state that MANIFEST.json tells: another machine writes this lake, or was stopped "
            "while it did; wait, or build again there",
            code="torn",
            path=place,
        )


def _shared_run(opened: store.Store) -> str:
    try:
        return (opened.internals / SHARED).read_text(encoding="utf-8")
    except OSError:
        return ""


def _digest(manifest: Mapping[str, Any], name: str) -> str:
    return str(manifest.get("files", {}).get(name, {}).get("sha256", ""))


def push_lake(place: str, local: Path) -> int:
    """Bring the remote lake up to the local one; gives back how many objects were written."""
    filesystem, root = _opened(place)
    folder = local.resolve()
    manifest = store.read_manifest(folder)
    before = _remote_manifest(filesystem, root)
    if before.get("run_id") == manifest.get("run_id"):
        return 0
    old = before.get("files", {})
    names = [n for n in _names(manifest) if n not in old or _digest(before, n) != _digest(manifest, n)]
    try:
        for name in [*names, store.MANIFEST]:
            if (folder / name).is_file():
                _put(filesystem, f"{root}/{name}", folder / name)
        for name in set(old) - set(manifest["files"]):
            filesystem.delete_file(f"{root}/{name}")
        disk.write(store.open_store(local).internals / SHARED, str(manifest.get("run_id", "")).encode())
    except OSError as error:
        raise _trouble(place, "cannot be written", error) from error
    return len(names) + 1


def _put(filesystem: Any, remote: str, path: Path) -> None:
    with filesystem.open_output_stream(remote) as out:
        out.write(path.read_bytes())


def _names(manifest: Mapping[str, Any]) -> list[str]:
    return [*manifest["files"], store.STATE, "overlays.json"]


def _remote_manifest(filesystem: Any, root: str) -> dict[str, Any]:
    from pyarrow import fs

    if filesystem.get_file_info(f"{root}/{store.MANIFEST}").type != fs.FileType.File:
        return {}
    with filesystem.open_input_stream(f"{root}/{store.MANIFEST}") as stream:
        found: dict[str, Any] = json.loads(stream.read())
    return found
