"""Every limit of an installation, in one place."""

import errno
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self, TypeVar, get_args

from som_core.errors import AtlasError
from som_core.reading import Limits

WorkerMode = Literal["own", "external"]
ServiceMode = Literal["off", "on"]
M = TypeVar("M", bound=str)
PREFIX = "SOM_ATLAS_"
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?")
_SCHEDULER = re.compile(r"(tcp|tls)://[A-Za-z0-9.\[\]:-]+:\d{1,5}")
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
    SOM_ATLAS_URL_HOSTS               none            hosts from which tables are fetched by https,
                                                      parted by commas, such as data.example.org
    SOM_ATLAS_URL_SECONDS             60              longest time that this may take
    SOM_ATLAS_TABLES                  none            folders of Parquet and CSV that are offered on
                                                      the Data page, parted by commas, such as
                                                      /srv/tables, s3://warehouse/tables
    SOM_ATLAS_SAMPLE_ROWS             200,000         rows that are drawn of a table in them that is
                                                      too large for a workspace
    SOM_ATLAS_COPY_BYTES              0               most disk space of copies of such tables in a
                                                      workspace, beside what that may hold
    SOM_ATLAS_DASK                    none            address of a Dask cluster for large trainings,
                                                      such as tcp://dask.example:8786
    SOM_ATLAS_SERVICE                 off             on: other programs may send rows and get the
                                                      cells of a map in which they lie
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
    url_hosts: tuple[str, ...] = ()
    url_seconds: int = 60
    tables: tuple[str, ...] = ()
    sample_rows: int = 200_000
    copy_bytes: int = 0  # none
    dask: str = ""
    service: ServiceMode = "off"
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
            If a number is no positive whole number, the mode of the worker or of the service is
            unknown, a host isn't a name, a folder of tables isn't named from the root on, or the
            address of a Dask cluster is none.
        """
        standard = cls()
        return cls(
            data=_folder("data", standard.data),
            file_bytes=_number("file_bytes", standard.file_bytes),
            unpacked_bytes=_number("unpacked_bytes", standard.unpacked_bytes),
            rows=_number("rows", standard.rows),
            columns=_number("columns", standard.columns),
            cells=_number("cells", standard.cells),
            nodes=_number("nodes", standard.nodes),
            training_bytes=_number("training_bytes", standard.training_bytes),
            training_seconds=_number("training_seconds", standard.training_seconds),
            workspace_bytes=_number("workspace_bytes", standard.workspace_bytes),
            disk_bytes=_number("disk_bytes", standard.disk_bytes),
            free_bytes=_number("free_bytes", standard.free_bytes),
            cache_bytes=_number("cache_bytes", standard.cache_bytes),
            expiry_days=_number("expiry_days", standard.expiry_days),
            trainings=_number("trainings", standard.trainings),
            trainings_per_workspace=_number(
                "trainings_per_workspace", standard.trainings_per_workspace
            ),
            url_hosts=_hosts(standard.url_hosts),
            url_seconds=_number("url_seconds", standard.url_seconds),
            tables=_tables(standard.tables),
            sample_rows=_number("sample_rows", standard.sample_rows),
            copy_bytes=_number("copy_bytes", standard.copy_bytes),
            dask=_scheduler(standard.dask),
            service=_mode("service", standard.service, *get_args(ServiceMode)),
            worker=_mode("worker", standard.worker, *get_args(WorkerMode)),
        )

    def check_data_folder(self) -> None:
        """Make the data folder where there is none.

        Raises
        ------
        AtlasError
            If it can't be made, or nothing can be written into it.
        """
        try:
            self.data.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.data):
                pass
        except OSError as problem:
            raise AtlasError(
                f"{PREFIX}DATA is “{self.data}”, but nothing can be written there "
                f"({os.strerror(problem.errno or errno.EIO)}). Give the folder to the user that "
                "runs SOM Atlas, or name another one."
            ) from problem


def _text(name: str) -> str:
    return os.environ.get(PREFIX + name.upper(), "")


def _folder(name: str, standard: Path) -> Path:
    text = _text(name)
    return Path(text).resolve() if text else standard


def _number(name: str, standard: int) -> int:
    text = _text(name)
    if not text:
        return standard
    digits = text.replace("_", "").replace(",", "")
    if not digits.isdecimal() or int(digits) == 0:
        variable = PREFIX + name.upper()
        raise AtlasError(f"{variable} is “{text}”, but must be a whole number above 0.")
    return int(digits)


def _hosts(standard: tuple[str, ...]) -> tuple[str, ...]:
    text = _text("url_hosts")
    hosts = tuple(host.strip().lower() for host in text.split(",") if host.strip())
    for host in hosts:
        if not _HOST.fullmatch(host) or host.replace(".", "").replace(":", "").isdigit():
            raise AtlasError(
                f"{PREFIX}URL_HOSTS names “{host}”, but must name hosts such as data.example.org, "
                "parted by commas, without https:// or a path."
            )
    return hosts or standard


def _scheduler(standard: str) -> str:
    address = _text("dask").strip()
    if address and not _SCHEDULER.fullmatch(address):
        raise AtlasError(
            f"{PREFIX}DASK is “{address}”, but must be the address of a Dask scheduler, such as "
            "tcp://dask.example:8786."
        )
    return address or standard


def _tables(standard: tuple[str, ...]) -> tuple[str, ...]:
    tables = tuple(place.strip() for place in _text("tables").split(",") if place.strip())
    for place in tables:
        if "://" not in place and not Path(place).is_absolute():
            raise AtlasError(
                f"{PREFIX}TABLES names “{place}”, but must name folders from the root on, such as "
                "/srv/tables, or addresses such as s3://warehouse/tables, parted by commas."
            )
    return tables or standard


def _mode(name: str, standard: M, *modes: M) -> M:
    text = _text(name)
    chosen = {"": standard, **{str(mode): mode for mode in modes}}
    if text not in chosen:
        either = " or ".join(f"“{mode}”" for mode in modes)
        raise AtlasError(f"{PREFIX}{name.upper()} is “{text}”, but must be {either}.")
    return chosen[text]
