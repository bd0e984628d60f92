"""One training from start to end, in a process of its own that may die at any moment.

In the job's folder, `job.json` says what to do. It goes on while the file `go` exists: to remove
a file needs no room on the disk, so a training can always be cancelled. What it leaves behind is
`maps/<job id>`, or `refusal.json` with a sentence, or nothing if it died.
"""

import logging
import time
from multiprocessing.connection import Connection
from pathlib import Path

from som_core.analyses.map_quality import quality
from som_core.errors import AtlasError
from som_core.preparation import prepare
from som_core.trained_map import TrainedMap
from som_core.training import Checkpoint, train
from workspace.config import Configuration
from workspace.files import DiskFull, locked, write_json
from workspace.maps import SavedMap, save_map
from workspace.order import read_order
from workspace.prediction import refuse_beyond_limits
from workspace.progress import Reporter
from workspace.tables import table_of

_SECONDS_TO_WAIT_FOR_ROOM = 3600.0
logger = logging.getLogger("som_atlas.training")


def run_training(folder: Path, config: Configuration, worker_lives: Connection) -> None:
    """Do the training of a job's folder and save its map, or say why there is none.

    Parameters
    ----------
    worker_lives : the end of a pipe whose other end only the worker holds: it can be read from
        as soon as the worker is dead, and then this process stops, for the next worker will do it
    """
    # A process that outlived its worker may still be at it: wait until the kernel frees its lock.
    with locked(folder / "lock"):
        try:
            _train_and_save(folder, config, worker_lives)
        except AtlasError as problem:
            write_json(folder / "refusal.json", {"message": str(problem)})
        except FileNotFoundError:
            if folder.exists():
                raise
            # Its workspace was deleted meanwhile: nobody waits for the map.


def _train_and_save(folder: Path, config: Configuration, worker_lives: Connection) -> None:
    workspace = folder.parent.parent
    target = workspace / "maps" / folder.name
    if target.exists():
        return  # it was saved, and then the process was killed
    order = read_order(folder)
    if order is None:
        return  # the job was over
    go = folder / "go"
    table = table_of(order.source, workspace / "uploads", workspace / "tables", config.limits)
    prepared = prepare(table, order.recipe)
    refuse_beyond_limits(prepared.matrix.shape, order.settings, config)
    checkpoint = folder / "checkpoint.npz"
    trained = train(
        prepared,
        order.settings,
        on_progress=Reporter(folder),
        should_stop=lambda: not go.exists() or worker_lives.poll(),
        resume=Checkpoint.load(checkpoint) if checkpoint.exists() else None,
    )
    complete = go.exists()
    if worker_lives.poll():
        raise SystemExit(1)
    saved = SavedMap(
        id=folder.name,
        name=order.name,
        created=time.time(),
        source=order.source,
        recipe=order.recipe,
        settings=order.settings,
        quality=quality(trained, prepared),
        complete=complete,
    )
    _save_when_there_is_room(target, trained, saved)


def _save_when_there_is_room(target: Path, trained: TrainedMap, saved: SavedMap) -> None:
    """Save the map; on a full disk keep it in memory and try again every second."""
    give_up = time.monotonic() + _SECONDS_TO_WAIT_FOR_ROOM
    while True:
        try:
            save_map(target, trained, saved)
            return (target.parent.parent / "used").touch()  # a new map counts as use
        except DiskFull:
            logger.warning("no room to save a map", extra={"job": saved.id[:6]})
            if time.monotonic() > give_up:
                raise
            time.sleep(1.0)
