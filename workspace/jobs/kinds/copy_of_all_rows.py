"""A copy of all rows of a table of the server, sorted by the cells of a map of a sample of them."""

from pathlib import Path

import pyarrow.parquet as pq

from som_core.analyses.rows_by_cell import RowsByCell, open_rows_by_cell, rows_by_cell
from som_core.errors import AtlasError
from som_core.files.sample_of import SampleOf
from workspace.jobs.kind import Kind, Task
from workspace.jobs.queue import Job
from workspace.jobs.submission import submit
from workspace.jobs.whole_table import Stopped, teller, whole_table
from workspace.maps import SavedMap
from workspace.quota import COPY, check_room_for_copy
from workspace.store import Workspace
from workspace.uploads import upload_of

_ROWS = "rows"  # the folder of the copy in that of the result


def bytes_of_copy(workspace: Workspace, saved: SavedMap, of: SampleOf) -> int:
    """Return how much of the disk a copy takes while it is made, by the rows of the sample, about.

    What stays is packed, and mostly less.
    """
    path = upload_of(saved.source, workspace.folder)
    if path is None:
        raise AtlasError("The file of the sample is gone. Open the table of the server once more.")
    sample = pq.ParquetFile(path).read()
    return int(of.n_rows * (sample.nbytes / of.n_drawn + 8))


def submit_copy(workspace: Workspace, saved: SavedMap, n_bytes: int) -> Job:
    """Put the copy of all rows, of which a map's table is a sample, in line.

    Parameters
    ----------
    n_bytes : that it takes: see `bytes_of_copy`

    Raises
    ------
    AtlasError
        If the workspace has its share of jobs in line, or there is no room for the copy.
    """
    check_room_for_copy(workspace.config, workspace.folder, n_bytes)
    order = KIND.order(None, map_id=saved.id, sources=(saved.source,))
    return submit(workspace, order, at_most=workspace.config.trainings_per_workspace)


def copy_of(workspace: Workspace, saved: SavedMap) -> RowsByCell | None:
    """Return the latest copy of all rows by the cells of a map; None if there is none."""
    for folder in workspace.results(saved, KIND.name):
        try:
            return open_rows_by_cell(folder / _ROWS)
        except AtlasError:
            continue
    return None


def _copy_and_save(task: Task[None]) -> None:
    try:
        whole = whole_table(task, teller(task, 0.0, 0.4))
        tell = teller(task, 0.4, 1.0)

        def write(folder: Path) -> None:
            rows_by_cell(whole.map, whole.table, folder / _ROWS, on_progress=tell)

        task.save(write)
    except Stopped:
        return


KIND = Kind[None](
    name=COPY,
    to_value=lambda _: {},
    from_fields=lambda _: None,
    do=_copy_and_save,
)
