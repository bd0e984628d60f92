"""The count of all rows of a table of the server on a map of a sample of them, cell by cell."""

from som_core.analyses.node_aggregates import NodeAggregates, node_aggregates
from som_core.errors import AtlasError
from workspace.jobs.kind import Kind, Task
from workspace.jobs.queue import Job
from workspace.jobs.submission import submit
from workspace.jobs.whole_table import Stopped, teller, whole_table
from workspace.maps import SavedMap
from workspace.quota import check_room
from workspace.store import Workspace

_BYTES_A_NODE_AND_COLUMN = 600  # of the result, at most: sums and a histogram


def submit_count(workspace: Workspace, saved: SavedMap) -> Job:
    """Put the count of all rows, of which a map's table is a sample, in line.

    Raises
    ------
    AtlasError
        If the workspace has its share of jobs in line, or there is no room for the result.
    """
    n_numbers = saved.settings.n_nodes * len(saved.recipe.columns)
    check_room(workspace.config, workspace.folder, _BYTES_A_NODE_AND_COLUMN * n_numbers)
    order = KIND.order(None, map_id=saved.id, sources=(saved.source,))
    return submit(workspace, order, at_most=workspace.config.trainings_per_workspace)


def count_id(workspace: Workspace, saved: SavedMap) -> str:
    """Return what names the latest count on a map; "" where there is none yet."""
    found = workspace.results(saved, KIND.name)
    return found[0].name if found else ""


def count_of(workspace: Workspace, saved: SavedMap) -> NodeAggregates | None:
    """Return what all rows add up to on each node; None if it isn't known, or damaged."""
    for folder in workspace.results(saved, KIND.name):
        try:
            return NodeAggregates.load(folder)
        except AtlasError:
            continue
    return None


def _count_and_save(task: Task[None]) -> None:
    try:
        whole = whole_table(task, teller(task, 0.0, 0.5))
        tell = teller(task, 0.5, 1.0)
        found = node_aggregates(whole.map, whole.table, whole.columns, on_progress=tell)
    except Stopped:
        return
    task.save(found.save)


KIND = Kind[None](
    name="counting_of_all_rows",
    to_value=lambda _: {},
    from_fields=lambda _: None,
    do=_count_and_save,
)
