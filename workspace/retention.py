"""Expiry by last use: what nobody opened for long is deleted, and so are leavings of crashes."""

import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path

from workspace import queue
from workspace.config import Configuration
from workspace.files import TEMPORARY, discard, read_json

_DAY = 86_400.0  # seconds
logger = logging.getLogger("som_atlas.retention")


def sweep(config: Configuration) -> None:
    """Delete expired workspaces, empty ones after a day, dead links and old temporary files."""
    busy = {job.workspace for job in queue.unfinished(config.data)}
    now = time.time()
    deleted = 0
    for folder in (config.data / "workspaces").glob("[0-9a-f]*"):
        if folder.name not in busy and _unused_since(folder, now) > _days(folder, config) * _DAY:
            discard(folder)
            deleted += 1
    for name in queue.workspaces(config.data):
        if not (config.data / "workspaces" / name).exists():
            queue.forget(config.data, name)
    for share in (config.data / "shares").glob("[0-9a-f]*"):
        facts = read_json(share)
        if facts and not (config.data / "workspaces" / facts["folder"]).exists():
            share.unlink(missing_ok=True)
    for leaving in _unfinished(config.data):
        if _age(leaving, now) > _DAY:
            discard(leaving) if leaving.is_dir() else leaving.unlink(missing_ok=True)
    logger.info("swept", extra={"count": deleted})


def _unfinished(data: Path) -> Iterator[Path]:
    """Yield all temporary files and folders; others may come or go meanwhile."""
    for parent, folders, names in os.walk(data):
        for name in (*folders, *names):
            if name.startswith(TEMPORARY):
                yield Path(parent, name)


def _days(folder: Path, config: Configuration) -> float:
    """Return how many days without use a workspace is kept: one day while it holds nothing."""
    return config.expiry_days if (folder / "source.json").exists() else min(1, config.expiry_days)


def _unused_since(folder: Path, now: float) -> float:
    return _age(folder / "used", now)


def _age(path: Path, now: float) -> float:
    try:
        return now - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
