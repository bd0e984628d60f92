"""What a job has to do, fixed when it was asked for: later choices don't change it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from workspace.documents import Damaged, DocumentType, Fields
from workspace.table_source import TableSource

GO = "go"  # a job goes on while this file is in its folder


@dataclass(frozen=True, kw_only=True)
class Order:
    """Everything that a job needs to know."""

    kind: str  # name of its kind, see kinds/
    map: str = ""  # id of the map that it works on; empty where there is none
    sources: tuple[TableSource, ...] = ()  # tables that must stay until it is done
    work: object  # as its kind keeps it in JSON


def _to_value(order: Order) -> object:
    sources = [source.to_value() for source in order.sources]
    return {"kind": order.kind, "map": order.map, "sources": sources, "work": order.work}


def _from_fields(fields: Fields) -> Order:
    return Order(
        kind=fields.text("kind"),
        map=fields.text("map"),
        sources=tuple(map(TableSource.from_fields, fields.each("sources"))),
        work=fields.values["work"],
    )


def _from_format_1(fields: Fields) -> Order:
    """Return the order of a training; there was no other kind."""
    source = TableSource.from_fields(fields.inner("source"))
    work = {
        "name": fields.text("name"),
        "recipe": json.loads(fields.text("recipe")),
        "settings": json.loads(fields.text("settings")),
    }
    return Order(kind="training", sources=(source,), work=work)


ORDER = DocumentType[Order](
    file="job.json",
    title="What was to be done",
    to_value=_to_value,
    from_value=_from_fields,
    from_format_1=_from_format_1,
)


def orders_in(workspace: Path) -> list[tuple[Path, Order]]:
    """Return the jobs of a workspace that wait or run, by folder, as far as they can be read."""
    found = [(folder, order_of(folder)) for folder in (workspace / "jobs").glob("*")]
    return [(folder, order) for folder, order in found if order is not None]


def order_of(folder: Path) -> Order | None:
    """Return the order of a job; None once it is over, or if it can't be read."""
    try:
        return ORDER.read(folder)
    except Damaged:
        return None


def waiting_orders(data: Path) -> Iterator[tuple[str, str, str, str, float]]:
    """Yield job, workspace, kind, map and time of each order that isn't carried out, in turn."""
    found = []
    for path in data.glob(f"workspaces/*/jobs/*/{ORDER.file}"):
        folder, workspace = path.parent, path.parent.parent.parent
        order = order_of(folder)
        is_done = (workspace / "maps" / folder.name).exists()
        if order is not None and (folder / GO).exists() and not is_done:
            when = path.stat().st_mtime
            found.append((folder.name, workspace.name, order.kind, order.map, when))
    yield from sorted(found, key=lambda waiting: waiting[-1])
