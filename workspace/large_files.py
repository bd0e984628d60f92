"""Large files are read in a process of its own, the reader, one after the other.

Pages go on meanwhile, and a file that takes all the memory ends its own reading, not the server.
What it read comes back as a quick copy, which it has to write anyway.
"""

import atexit
import json
import logging
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path

from som_core.errors import AtlasError
from som_core.files.reading_progress import note_step
from som_core.reading import Limits, TableRefused
from workspace.documents import Fields
from workspace.table_source import TableSource
from workspace.tables import LARGE, read_anew

_ROOT = Path(__file__).resolve().parent.parent
logger = logging.getLogger("som_atlas.reading")


class Reader:
    """The reader of this server: it begins with the first large file, and ends with the server.

    Parameters
    ----------
    command : what Python is given to become it
    """

    def __init__(self, *command: str) -> None:
        self._command = command
        self._turn = threading.Lock()
        self._process: subprocess.Popen[str] | None = None

    def answer(self, request: object) -> Fields:
        """Send a request when its turn has come, tell how it goes, and return the reader's answer.

        Raises
        ------
        BrokenPipeError
            If the reader itself has ended; the next request begins with another one.
        """
        with self._turn:
            process = self._living()
            if process.stdin is None or process.stdout is None:
                raise BrokenPipeError
            print(json.dumps(request), file=process.stdin, flush=True)
            while line := process.stdout.readline():
                said = Fields(json.loads(line))
                if not said.has("share"):
                    return said
                note_step(said.number("share"))
        raise BrokenPipeError

    def close(self) -> None:
        """End the reader, and what it reads."""
        if self._process is not None:
            with suppress(BrokenPipeError):  # it has ended
                self._process.communicate()
            self._process = None

    def _living(self) -> subprocess.Popen[str]:
        if self._process is not None and self._process.poll() is not None:
            self.close()
        if self._process is None:
            logger.info("starting a reader")
            self._process = subprocess.Popen(
                [sys.executable, *self._command],
                cwd=_ROOT,
                stdin=subprocess.PIPE,  # closed by our death, whatever way: then the reader goes
                stdout=subprocess.PIPE,
                encoding="utf-8",
                start_new_session=True,
            )
        return self._process


_reader = Reader("-m", "workspace.reader")
atexit.register(_reader.close)


def read_anew_apart(source: TableSource, folder: Path, limits: Limits) -> TableSource:
    """Do as `read_anew` does; a large file is read by the reader.

    Raises
    ------
    TableRefused
        As `read_anew`.
    AtlasError
        If the upload is gone or damaged, the reading took too long, or it was ended from outside,
        as it is where memory runs out.
    """
    path = folder / "uploads" / source.upload  # whether it is whole, whoever reads it looks
    if not path.exists() or path.stat().st_size <= LARGE:
        return read_anew(source, folder, limits)
    request = {"source": source.to_value(), "folder": str(folder), "limits": asdict(limits)}
    try:
        answer = _reader.answer(request)
    except BrokenPipeError as problem:
        raise AtlasError(
            f"Reading “{source.name}” was interrupted. Upload the file once more."
        ) from problem
    if answer.has("message"):
        raise TableRefused(answer.text("message"), answer.text("advice"))
    if answer.has("sentence"):
        raise AtlasError(answer.text("sentence"))
    if answer.has("exit_code"):
        raise _ended(source, answer.whole("exit_code"))
    return replace(source, fingerprint=answer.text("fingerprint"), rows=answer.text("rows"))


def _ended(source: TableSource, exit_code: int) -> Exception:
    """Return what to raise for a reading that ended without an answer."""
    if exit_code == -signal.SIGKILL:
        return AtlasError(
            f"Reading “{source.name}” was stopped from outside, perhaps because memory ran out. "
            "Upload it with fewer rows or columns, or as Parquet, or ask whoever runs the server."
        )
    if exit_code == -signal.SIGXCPU:
        return AtlasError(
            f"Reading “{source.name}” took too long and was stopped. Upload it with fewer rows or "
            "columns, or as Parquet."
        )
    how = f"exit code {exit_code}"
    with suppress(ValueError):
        how = signal.Signals(-exit_code).name
    return RuntimeError(f"the reader ended: {how}")  # a fault of ours; its own log says where
