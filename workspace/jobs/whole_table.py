"""All rows of a table of the server, on a map of a sample of them: for the jobs that need them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from som_core.analyses.all_rows import (
    check_drawn_from,
    check_length,
    columns_read_alike,
    with_all_rows,
)
from som_core.datasets import TableOnDisk
from som_core.errors import AtlasError
from som_core.files.arrow_blocks import block_of
from som_core.files.sample_of import SampleOf
from som_core.reading import Table
from som_core.trained_map import TrainedMap
from workspace.config import Configuration
from workspace.jobs.kind import Task, W
from workspace.maps import SavedMap, load_map, saved_map
from workspace.server_tables import table_named
from workspace.tables import table_of
from workspace.uploads import UploadDamaged, upload_of


class Stopped(Exception):
    """Nobody wants the result of a job any more."""


@dataclass(frozen=True, eq=False)
class WholeTable:
    """A table of the server, and where its rows lie on a map."""

    table: TableOnDisk
    map: TrainedMap  # with all its rows
    columns: tuple[str, ...]  # those whose cells mean the same in the sample


def teller(task: Task[W], start: float, stop: float) -> Callable[[float], None]:
    """Return what tells how far a part of a job is, and raises Stopped where it is to stop.

    Parameters
    ----------
    start, stop : where the part begins and ends in the whole job, from 0 to 1
    """

    def tell(share: float) -> None:
        if task.should_stop():
            raise Stopped
        task.tell(start + share * (stop - start))

    return tell


def whole_table(task: Task[None], on_progress: Callable[[float], None]) -> WholeTable:
    """Return the table of which the table of a job's map is a sample, with all rows on the map.

    Raises
    ------
    AtlasError
        If the map or the table is gone, the map isn't of a whole sample, or the table is another
        one by now.
    """
    folder = task.workspace / "maps" / task.order.map
    saved = saved_map(folder)
    if saved is None:
        raise AtlasError("The map is gone, so no rows can be put on it.")
    sample = table_of(saved.source.alone, task.workspace, task.config.limits)
    if sample.sample_of is None or saved.parent is not None:
        raise AtlasError("The map is not of a random sample, so all rows are on it already.")
    table = table_behind(sample, sample.sample_of, task.config)
    m = load_map(folder, saved)
    with_all = with_all_rows(m, table, on_progress=on_progress)
    check_drawn_from(m, with_all, sample.sample_of)
    cells = block_of(pq.ParquetFile(_upload(saved, task.workspace)).read()).frame
    alike = columns_read_alike(sample, cells)
    return WholeTable(table, with_all, tuple(name for name in alike if name in table.columns))


def table_behind(sample: Table, of: SampleOf, config: Configuration) -> TableOnDisk:
    """Return the table of the server from which another one was drawn.

    Raises
    ------
    AtlasError
        If it is gone or has other rows by now, or the sample isn't read with all of its rows.
    """
    if len(sample.frame) != of.n_drawn:
        raise AtlasError(
            f"The sample has {len(sample.frame):,} rows, but {of.n_drawn:,} were drawn: some are "
            "left out where it is read. Read it with all of them, then train once more."
        )
    table = table_named(of.name, config)
    check_length(table, of)
    return table


def _upload(saved: SavedMap, workspace: Path) -> Path:
    path = upload_of(saved.source, workspace)
    if path is None:
        raise UploadDamaged(saved.source.name)
    return path
