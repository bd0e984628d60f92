"""Expiry by last use: what nobody opened or changed for long is deleted, after a day's notice.

Only time through which the server ran counts (service_time.py). What a sweep deletes, an earlier
one announced in the log and in `retention.json`, at least a day before; use in that day keeps it.
"""

import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import time

from workspace.config import Configuration
from workspace.documents import Damaged, DocumentType, Fields
from workspace.files import TEMPORARY, discard, time_of
from workspace.jobs import queue
from workspace.kept_groups import DELETED_GROUPS, READERS
from workspace.kept_notes import DELETED_NOTES
from workspace.log import goes_on_with_a_log_line
from workspace.maps import DELETED_MAPS
from workspace.service_time import ServiceTime, Witness
from workspace.shares import SHARE

_DAY = 86_400.0  # seconds
logger = logging.getLogger("som_atlas.retention")


@dataclass(frozen=True)
class Notice:
    """What will be deleted unless it is used before."""

    given: dict[str, float] = field(default_factory=dict)  # when, by name of the folder


def _notice_from(fields: Fields) -> Notice:
    return Notice({name: fields.number(name) for name in fields.values})


NOTICE = DocumentType[Notice](
    file="retention.json",
    title="What will be deleted",
    to_value=lambda notice: notice.given,
    from_value=_notice_from,
)


def witness_of(config: Configuration) -> Witness:
    """Return one that remembers as much of the server's time as a sweep asks for."""
    return Witness(config.data, memory=(config.expiry_days + 2) * _DAY)


def sweep(config: Configuration, witness: Witness) -> None:
    """Delete what expired, empty workspaces after a day, dead links and old temporary files.

    Maps, groups and notes that somebody deleted go for good after a day, too, and what readers by
    a link selected after as many days as a workspace.

    Nothing goes before the server ran for a day: after a restore or a wrong clock there is time to
    see in the log what will go, and to use it.
    """
    served = witness.service_time
    given = _notice_given(config, served)
    deleted: list[str] = []
    if served.total >= _DAY:
        deleted = _delete_expired(config, served, given)
        _delete_for_good(config, served)
        _forget_what_is_gone(config, served)
    left = {name: when for name, when in given.items() if name not in deleted}
    NOTICE.keep(config.data, Notice(left))
    witness.keep()
    logger.info("swept", extra={"count": len(deleted)})


def _notice_given(config: Configuration, served: ServiceTime) -> dict[str, float]:
    """Give notice of what has a day left, and forget the notice of what was used or is gone."""
    try:
        before = NOTICE.read(config.data) or Notice()
    except Damaged:
        before = Notice()
    given = {}
    for folder, seconds_left in _lifetimes(config, served):
        if seconds_left > _DAY:
            continue
        given[folder.name] = before.given.get(folder.name, time())
        if folder.name not in before.given:
            facts = {"workspace": folder.name[:6], "seconds": round(max(seconds_left, _DAY))}
            logger.info("workspace will be deleted unless it is used", extra=facts)
    return given


def _delete_expired(
    config: Configuration, served: ServiceTime, given: dict[str, float]
) -> list[str]:
    """Delete workspaces whose time is over and whose notice is a day old; return their names."""
    deleted = []
    for folder, seconds_left in _lifetimes(config, served):
        told = given.get(folder.name)
        if seconds_left < 0 and told is not None and served.since(told) >= _DAY:
            with goes_on_with_a_log_line(logger, "workspace not deleted", folder.name):
                discard(folder)
                logger.info("workspace deleted", extra={"workspace": folder.name[:6]})
                deleted.append(folder.name)
    return deleted


def _delete_for_good(config: Configuration, served: ServiceTime) -> None:
    """Delete the maps, groups and notes that somebody deleted, and had a day to bring back.

    What readers by a link selected goes after as many days as a workspace that nobody uses.
    """
    workspaces = config.data / "workspaces"
    for folder in workspaces.glob(f"[0-9a-f]*/{DELETED_MAPS}/[0-9a-f]*"):
        if served.since(time_of(folder)) > _DAY:
            discard(folder)
    for deleted in (DELETED_GROUPS, DELETED_NOTES):
        for file in workspaces.glob(f"[0-9a-f]*/{deleted}/[0-9a-f]*"):
            if served.since(time_of(file)) > _DAY:
                file.unlink(missing_ok=True)
    for file in workspaces.glob(f"[0-9a-f]*/{READERS}/[0-9a-f]*"):
        if served.since(time_of(file)) > config.expiry_days * _DAY:
            file.unlink(missing_ok=True)


def _lifetimes(config: Configuration, served: ServiceTime) -> Iterator[tuple[Path, float]]:
    """Yield each workspace without a job, and how many seconds it has left."""
    busy = {job.workspace for job in queue.unfinished(config.data)}
    for folder in (config.data / "workspaces").glob("[0-9a-f]*"):
        if folder.name not in busy:
            unused = served.since(time_of(folder / "used"))
            yield folder, _days(folder, config) * _DAY - unused


def _days(folder: Path, config: Configuration) -> float:
    """Return how many days without use a workspace is kept: one day while it holds nothing."""
    holds_something = any((folder / "uploads").glob("*"))
    return config.expiry_days if holds_something else min(1, config.expiry_days)


def _forget_what_is_gone(config: Configuration, served: ServiceTime) -> None:
    workspaces = config.data / "workspaces"
    for name in queue.workspaces(config.data):
        if not (workspaces / name).exists():
            queue.forget(config.data, name)
    for name, share in SHARE.read_all(config.data):
        if not isinstance(share, Damaged) and not (workspaces / share.folder).exists():
            SHARE.discard(config.data, name)
    for leaving in _unfinished(config.data):
        if served.since(time_of(leaving)) > _DAY:
            discard(leaving) if leaving.is_dir() else leaving.unlink(missing_ok=True)


def _unfinished(data: Path) -> Iterator[Path]:
    """Yield all temporary files and folders; others may come or go meanwhile."""
    for parent, folders, names in os.walk(data):
        for name in (*folders, *names):
            if name.startswith(TEMPORARY):
                yield Path(parent, name)
