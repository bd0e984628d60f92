"""The reader: `python -m workspace.reader`. It reads large files for the web server.

It loads all libraries once and then forks one child for each file, so that reading begins within
milliseconds, and its memory goes with it. Each line that it is sent asks for one file. Its answers
say how much of that is read, and at last the table's fingerprint, why the file was refused, or how
the child ended. A child that works for very long is ended, as other large files wait for it.
"""

import json
import logging
import os
import resource
import select
import sys
import threading
from contextlib import suppress
from pathlib import Path

from som_core.errors import AtlasError
from som_core.files.reading_progress import reading_told_to
from som_core.reading import Limits, TableRefused
from workspace.documents import Fields
from workspace.log import configure_logging, ends_with_a_log_line
from workspace.priority import let_others_go_first
from workspace.table_source import TableSource
from workspace.tables import read_anew

_NICENESS = 5  # somebody waits for it: behind pages, before trainings
_LONGEST = 30 * 60  # seconds of a processor: far more than a right file of any size takes
logger = logging.getLogger("som_atlas.reading")


def main() -> None:
    configure_logging("reader")
    requests = os.fdopen(sys.stdin.fileno(), encoding="utf-8", closefd=False)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no answer

    def say(value: object) -> None:
        answers.write(json.dumps(value) + "\n")  # at once: threads may tell of their rows
        answers.flush()

    for line in requests:
        child = os.fork()
        if child == 0:
            let_others_go_first(_NICENESS)
            resource.setrlimit(resource.RLIMIT_CPU, (_LONGEST, _LONGEST + 60))
            threading.Thread(target=_end_with_the_server, daemon=True).start()
            with ends_with_a_log_line(logger):
                with reading_told_to(lambda share: say({"share": share})):
                    answer = _answer(Fields(json.loads(line)))
                say(answer)
            os._exit(0)
        exit_code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if exit_code != 0:
            with suppress(BrokenPipeError):  # the server has ended, and the reader ends next
                say({"exit_code": exit_code})


def _end_with_the_server() -> None:
    """End this process once nobody can send requests any more: its answer would reach nobody."""
    server = select.poll()
    server.register(sys.stdin.fileno(), 0)  # of no event but that the other end is closed
    server.poll()
    os._exit(1)


def _answer(request: Fields) -> object:
    source = TableSource.from_fields(request.inner("source"))
    limits = Limits(**request.inner("limits").values)  # type: ignore[arg-type]
    try:
        found = read_anew(source, Path(request.text("folder")), limits)
        return {"fingerprint": found.fingerprint, "rows": found.rows}
    except TableRefused as problem:
        return {"message": problem.message, "advice": problem.advice}
    except AtlasError as problem:
        return {"sentence": str(problem)}


if __name__ == "__main__":
    main()
