"""Every limit of an installation, in one place."""

import os
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal, Self, get_args

from som_core.errors import AtlasError
from som_core.reading import Limits

WorkerMode = Literal["own", "external"]
PREFIX = "SOM_ATLAS_"
_BESIDE_APP = Path(__file__).resolve().parent.parent / "var"


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """What one installation allows. Each field can be set by an environment variable.

    variable                          default         meaning
    --------------------------------- --------------- --------------------------------------------
    SOM_ATLAS_DATA                    var/            folder of all workspaces (var/: beside app.py)
    SOM_ATLAS_FILE_BYTES              500,000,000     largest upload
    SOM_ATLAS_UNPACKED_BYTES          500,000,000     largest upload once decompressed
    SOM_ATLAS_ROWS                    5,000,000       most rows of a table
    SOM_ATLAS_COLUMNS                 2,000           most columns of a table
    SOM_ATLAS_CELLS                   100,000,000     most cells of a table
    SOM_ATLAS_NODES                   40,000          most nodes of a map
    SOM_ATLAS_TRAINING_BYTES          8,000,000,000   most memory that a training may need
    SOM_ATLAS_TRAINING_SECONDS        14,400          longest time that a training may need
    SOM_ATLAS_WORKSPACE_BYTES         2,000,000,000   most disk space of one workspace
    SOM_ATLAS_DISK_BYTES              100,000,000,000 most disk space of all workspaces
    SOM_ATLAS_FREE_BYTES              1,000,000,000   disk space that is always left free
    SOM_ATLAS_CACHE_BYTES             250,000,000     memory of the web server for what pages need
                                                      again, beside the newest four things
    SOM_ATLAS_EXPIRY_DAYS             30              a workspace unused for so long is deleted
    SOM_ATLAS_TRAININGS               2               trainings at once on the server
    SOM_ATLAS_TRAININGS_PER_WORKSPACE 1               trainings of a workspace, waiting or not
    SOM_ATLAS_WORKER                  own             own: the web server keeps a worker running;
                                                      external: someone else runs workspace.worker
    """

    data: Path = _BESIDE_APP
    file_bytes: int = Limits.file_bytes
    unpacked_bytes: int = Limits.unpacked_bytes
    rows: int = Limits.rows
    columns: int = Limits.columns
    cells: int = Limits.cells
    nodes: int = 40_000
    training_bytes: int = 8_000_000_000
    training_seconds: int = 14_400
    workspace_bytes: int = 2_000_000_000
    disk_bytes: int = 100_000_000_000
    free_bytes: int = 1_000_000_000
    cache_bytes: int = 250_000_000
    expiry_days: int = 30
    trainings: int = 2
    trainings_per_workspace: int = 1
    worker: WorkerMode = "own"

    @property
    def limits(self) -> Limits:
        """The most that one uploaded table may hold."""
        return Limits(
            file_bytes=self.file_bytes,
            unpacked_bytes=self.unpacked_bytes,
            rows=self.rows,
            columns=self.columns,
            cells=self.cells,
        )

    @classmethod
    def from_environment(cls) -> Self:
        """Read every variable that is set; the rest keeps its default.

        Raises
        ------
        AtlasError
            If a number is no positive whole number, or the worker mode is unknown.
        """
        found = {}
        for field in fields(cls):
            text = os.environ.get(PREFIX + field.name.upper())
            if text:
                found[field.name] = _parsed(field.name, text)
        return cls(**found)


def _parsed(name: str, text: str) -> Path | str | int:
    variable = PREFIX + name.upper()
    if name == "data":
        return Path(text).resolve()
    if name == "worker":
        if text not in get_args(WorkerMode):
            raise AtlasError(f"{variable} is “{text}”, but must be “own” or “external”.")
        return text
    digits = text.replace("_", "").replace(",", "")
    if not digits.isdecimal() or int(digits) == 0:
        raise AtlasError(f"{variable} is “{text}”, but must be a whole number above 0.")
    return int(digits)
