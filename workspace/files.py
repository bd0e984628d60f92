"""Files that are either wholly there or not at all, whatever dies while they are written."""

import errno
import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from som_core.errors import AtlasError

TEMPORARY = ".new-"  # how names begin of what is not finished; swept when it is old

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class DiskFull(AtlasError):
    """There was no room to write a file."""

    def __init__(self) -> None:
        super().__init__(
            "The server's disk is full, so this could not be saved. What was saved before is safe. "
            "Delete maps or workspaces that are no longer needed, or ask whoever runs the server "
            "for more room."
        )


@contextmanager
def room_needed() -> Iterator[None]:
    """Turn the system's word for a full disk into a sentence."""
    try:
        yield
    except OSError as problem:
        # numpy reports a short write without a number.
        if problem.errno in _NO_ROOM or problem.errno is None:
            raise DiskFull from problem
        raise


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a path to write to; after the block it has become `path`, also across a power cut."""
    with refreshing(path) as temporary:
        yield temporary
        with room_needed():
            _sync(temporary)
    _sync(path.parent)


@contextmanager
def refreshing(path: Path) -> Iterator[Path]:
    """Yield a path to write to; after the block it has become `path`, unless power is cut."""
    temporary = path.with_name(f"{TEMPORARY}{secrets.token_hex(6)}-{path.name}")
    try:
        with room_needed():
            yield temporary
            temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def publishing(folder: Path) -> Iterator[Path]:
    """Yield an empty folder to fill; after the block it has become `folder`, with all its files."""
    temporary = folder.with_name(f"{TEMPORARY}{secrets.token_hex(6)}-{folder.name}")
    try:
        with room_needed():
            temporary.mkdir()
            yield temporary
            for path in temporary.rglob("*"):
                _sync(path)
            _sync(temporary)
            temporary.rename(folder)
        _sync(folder.parent)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def discard(folder: Path) -> None:
    """Delete a folder so that nobody ever sees a half of it."""
    away = folder.with_name(f"{TEMPORARY}{secrets.token_hex(6)}")
    try:
        folder.rename(away)
    except FileNotFoundError:
        return
    shutil.rmtree(away, ignore_errors=True)


def time_of(path: Path) -> float:
    """Return when a path was changed last, in seconds since 1970; now if it is gone."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return time.time()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file `path` alone, among all processes; the kernel frees it at death."""
    with path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def size_of(folder: Path) -> int:
    """Return the bytes of all files below a folder, whatever comes or goes meanwhile."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.stat(os.path.join(parent, name)).st_size  # noqa: PTH118, PTH116
            except FileNotFoundError:
                continue
    return total


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
