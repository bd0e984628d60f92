"""The training of a map: from the workspace's table, recipe and settings to a saved map."""

import base64
import json
import logging
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import ModuleType
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from som_core.analyses.all_rows import prepared_alike
from som_core.analyses.map_quality import quality
from som_core.columns.on_disk import PreparedOnDisk
from som_core.errors import AtlasError
from som_core.groups import Group
from som_core.preparation import Prepared, prepare
from som_core.reading import Table
from som_core.recipe import Recipe
from som_core.settings import MapSettings
from som_core.trained_map import TrainedMap
from som_core.training import Checkpoint, Progress, train, train_on_all_rows
from workspace.config import Configuration
from workspace.documents import Fields
from workspace.jobs.kind import Ending, Kind, Task
from workspace.jobs.order import orders_in
from workspace.jobs.prediction import refuse_all_rows_beyond_limits, refuse_beyond_limits
from workspace.jobs.progress import CHECKPOINT, Reporter
from workspace.jobs.queue import Job
from workspace.jobs.submission import submit
from workspace.jobs.whole_table import Stopped, table_behind, teller
from workspace.maps import MAP, Parent, SavedMap, free_name, write_map
from workspace.quota import check_room
from workspace.store import Workspace
from workspace.table_source import TableSource
from workspace.tables import table_of

_CELLS_FOR_CLUSTER = 10_000_000  # fewer are trained in less time than it takes to send them
# Of the work on all rows of a large table: three passes prepare them, one finds where to start.
_SHARE_TO_PREPARE, _SHARE_BEFORE_TRAINING = 0.5, 0.6
logger = logging.getLogger("som_atlas.training")


@dataclass(frozen=True, eq=False)
class Training:
    """What to train; the table is the order's only source."""

    name: str  # of the map, for the analyst
    recipe: Recipe
    settings: MapSettings
    parent: Parent | None = None  # the map on which rows were chosen
    chosen: NDArray[np.int64] | None = None  # their positions, rising; None: the whole table
    on_all_rows: bool = False  # of the table of the server of which the source is a sample


def submit_training(
    workspace: Workspace,
    settings: MapSettings,
    shape: tuple[int, int],
    name: str = "",
    *,
    on_all_rows: bool = False,
) -> Job:
    """Put a training of the workspace's table and recipe at the end of the line.

    Parameters
    ----------
    settings : of the map to train; kept as the workspace's settings
    shape : (n_rows, n_features) of the prepared matrix, for the limits
    name : of the map, for the analyst; by default it says size and epochs. If another map has it,
        a number is put behind it
    on_all_rows : train on all rows of the table of the server of which this one is a sample, and
        lay the sample on the map

    Raises
    ------
    AtlasError
        If there is no table or recipe, the table is no such sample, the training is beyond a
        limit, the workspace has its share of trainings, or there is no room for the map.
    """
    workspace.check_may_change()
    source, recipe = workspace.source, workspace.recipe
    if source is None or recipe is None:
        raise AtlasError("There is nothing to train on yet. Choose a table, then prepare it.")
    standard_name = f"{settings.height} × {settings.width}, {settings.epochs} epochs"
    source, recipe = _without_idle_join(workspace, source, recipe)
    name = _free_name(workspace, name or standard_name)
    training = Training(name, recipe, settings, on_all_rows=on_all_rows)
    if on_all_rows:
        of = workspace.table(source).sample_of
        if of is None:
            raise AtlasError("The table is no sample of a larger one, so all its rows train.")
        refuse_all_rows_beyond_limits(shape, of.n_rows, settings, workspace.config)
    _check_can_be_done(workspace, training, shape)
    workspace.keep_settings(settings)
    return _submit(workspace, training, source)


def submit_drilling(
    workspace: Workspace,
    parent: SavedMap,
    chosen: Group,
    settings: MapSettings,
    shape: tuple[int, int],
) -> Job:
    """Put the training of a map of some rows of another map's table at the end of the line.

    They are prepared by the recipe of that map. The new one is called as the rows are.

    Parameters
    ----------
    parent : on which the rows were chosen
    chosen : those rows; its sentence, or else its name, says how they were chosen
    settings : of the map to train; the workspace keeps its own
    shape : (n_rows, n_features) of the prepared matrix, for the limits

    Raises
    ------
    AtlasError
        As `submit_training`.
    """
    workspace.check_may_change()
    of = Parent(
        map=parent.id,
        name=parent.name,
        chosen_by=chosen.recipe.sentence or chosen.name,
        n_rows=len(chosen.rows),
    )
    name = _free_name(workspace, chosen.name)
    training = Training(name, parent.recipe, settings, of, chosen.rows)
    _check_can_be_done(workspace, training, shape)
    return _submit(workspace, training, parent.source)


def _without_idle_join(
    workspace: Workspace, source: TableSource, recipe: Recipe
) -> tuple[TableSource, Recipe]:
    """Return what a training needs: joined columns only where one of them shapes the map.

    So the map can be seen by whatever is joined to its table later.
    """
    if source.join is None:
        return source, recipe
    own = set(workspace.table(source.alone).frame.columns)
    if any(column.name not in own for column in recipe.trained):
        return source, recipe
    return source.alone, recipe.only(own)


def _free_name(workspace: Workspace, name: str) -> str:
    """Return a name that no map has, and none in line will have."""
    waiting = [
        KIND.work_of(order).name
        for _, order in orders_in(workspace.folder)
        if order.kind == KIND.name
    ]
    return free_name(name, [*waiting, *(saved.name for saved in workspace.maps())])


def _check_can_be_done(workspace: Workspace, training: Training, shape: tuple[int, int]) -> None:
    refuse_beyond_limits(shape, training.settings, workspace.config)
    map_bytes = 8 * (training.settings.n_nodes * shape[1] + 4 * shape[0])
    check_room(workspace.config, workspace.folder, 3 * map_bytes)  # map, checkpoint, live view


def _submit(workspace: Workspace, training: Training, source: TableSource) -> Job:
    order = KIND.order(training, sources=(source,))
    return submit(workspace, order, at_most=workspace.config.trainings_per_workspace)


def _train_and_save(task: Task[Training]) -> None:
    training, [source] = task.work, task.order.sources
    table = table_of(source, task.workspace, task.config.limits)
    prepared = prepare(table, training.recipe, training.chosen)
    refuse_beyond_limits(prepared.matrix.shape, training.settings, task.config)
    try:
        trained = _trained(task, table, prepared)
    except Stopped:
        return
    complete = not task.is_cancelled()
    saved = SavedMap(
        id=task.job.id,
        name=training.name,
        created=time.time(),
        source=source,
        recipe=training.recipe,
        settings=training.settings,
        quality=quality(trained, prepared),
        complete=complete,
        parent=training.parent,
        n_trained=trained.n_trained,
    )
    task.save(lambda folder: write_map(folder, trained, saved))


def _trained(task: Task[Training], table: Table, prepared: Prepared) -> TrainedMap:
    """Return the map of prepared rows; Stopped if nobody wants it before anything is learned."""
    settings = task.work.settings
    report: Callable[[Progress], None] = Reporter(task.folder)
    if task.work.on_all_rows:
        trainer, report = _trainer_on_all_rows(task, table, prepared)
    else:
        trainer = _trainer(prepared, settings, task.config)
    return trainer(
        prepared,
        settings=settings,
        on_progress=report,
        should_stop=task.should_stop,
        resume=_checkpoint(task.folder / CHECKPOINT),
    )


def _trainer(
    prepared: Prepared, settings: MapSettings, config: Configuration
) -> Callable[..., TrainedMap]:
    """Return what trains: a cluster, if there is one and the rows are worth the way, or `train`."""
    if not _is_for_cluster(prepared, settings, config):
        return train
    return partial(_on_cluster().train_on_cluster, address=config.dask)


def _is_for_cluster(
    rows: Prepared | PreparedOnDisk, settings: MapSettings, config: Configuration
) -> bool:
    n_rows, n_features = rows.matrix.shape
    is_worth_it = settings.algorithm == "batch" and n_rows * n_features >= _CELLS_FOR_CLUSTER
    return bool(config.dask) and is_worth_it


def _on_cluster() -> ModuleType:
    """Return what trains on a cluster.

    Raises
    ------
    AtlasError
        If the package to speak to one isn't there.
    """
    try:
        # It takes a second, and isn't installed where no cluster is.
        from som_core import distributed
    except ImportError as problem:
        raise AtlasError(
            "SOM_ATLAS_DASK names a cluster, but Dask isn't installed beside SOM Atlas. Whoever "
            "runs the server can install deploy/requirements-dask.lock."
        ) from problem
    return distributed


def _trainer_on_all_rows(
    task: Task[Training], table: Table, prepared: Prepared
) -> tuple[Callable[..., TrainedMap], Callable[[Progress], None]]:
    """Return what trains on all rows of the table behind a sample, and what it reports to.

    Raises
    ------
    AtlasError
        If the table isn't a sample, or the one that it is from is gone or another one by now.
    Stopped
        If nobody wants the map any more.
    """
    of = table.sample_of
    if of is None:
        raise AtlasError("The table is no sample of a larger one, so all its rows train.")
    whole = table_behind(table, of, task.config)
    tell = teller(task, 0.0, _SHARE_TO_PREPARE)
    all_rows = prepared_alike(prepared, whole, of, on_progress=tell)
    reporter = Reporter(task.folder)

    def report(progress: Progress) -> None:
        share = _SHARE_BEFORE_TRAINING + (1 - _SHARE_BEFORE_TRAINING) * progress.fraction
        reporter(replace(progress, fraction=share))

    on_start = teller(task, _SHARE_TO_PREPARE, _SHARE_BEFORE_TRAINING)
    trainer: Callable[..., TrainedMap] = train_on_all_rows
    if _is_for_cluster(all_rows, task.work.settings, task.config):
        trainer = partial(_on_cluster().train_all_rows_on_cluster, address=task.config.dask)
    return partial(trainer, all_rows=all_rows, on_start=on_start), report


def _checkpoint(path: Path) -> Checkpoint | None:
    """Return where an earlier try stood; None if there was none, or it can't be read any more."""
    try:
        return Checkpoint.load(path)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as problem:
        logger.error("checkpoint is damaged", extra={"reason": type(problem).__name__})
        return None


def _ending(folder: Path) -> Ending:
    saved = MAP.read(folder)
    if saved is None or saved.complete:
        return Ending()
    return Ending("cancelled", "The training was cancelled. What it had learned is kept.")


def _to_value(training: Training) -> object:
    return {
        "name": training.name,
        "recipe": json.loads(training.recipe.to_json()),
        "settings": json.loads(training.settings.to_json()),
        "parent": None if training.parent is None else training.parent.to_value(),
        "chosen": None if training.chosen is None else _packed(training.chosen),
        "on_all_rows": training.on_all_rows,
    }


def _from_fields(fields: Fields) -> Training:
    return Training(
        fields.text("name"),
        Recipe.from_json(fields.json("recipe")),
        MapSettings.from_json(fields.json("settings")),
        Parent.from_fields(fields.inner("parent")) if fields.has("parent") else None,
        _unpacked(fields.text("chosen")) if fields.has("chosen") else None,
        fields.has("on_all_rows") and fields.flag("on_all_rows"),
    )


def _packed(rows: NDArray[np.int64]) -> str:
    """Return rising positions as a short text: the page reads an order again and again."""
    steps = np.diff(rows, prepend=0).astype("<i8")
    return base64.b64encode(zlib.compress(steps.tobytes())).decode()


def _unpacked(text: str) -> NDArray[np.int64]:
    steps = np.frombuffer(zlib.decompress(base64.b64decode(text)), dtype="<i8")
    return np.cumsum(steps, dtype=np.int64)


KIND = Kind[Training](
    name="training",
    to_value=_to_value,
    from_fields=_from_fields,
    do=_train_and_save,
    result=lambda workspace, job: workspace / "maps" / job.id,
    ending=_ending,
)
