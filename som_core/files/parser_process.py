"""Parsers of binary files, each in a process of its own: see `limited`."""

import json
import signal
import subprocess
import sys
import threading
from pathlib import Path

from som_core.files.unpacking import Limits, TableRefused
from som_core.wording import size_in_words

_LIMITED = Path(__file__).with_name("limited.py")
_PATIENCE = 5  # times the seconds of work that are allowed, as others may work as well

# A parser may take much memory, so that one works at a time.
_one_at_a_time = threading.Lock()


def text_from(
    parser: Path, data: bytes, limits: Limits, *, sheet: str | None = None
) -> tuple[bytes, dict]:
    """Return the text that a parser makes of the bytes of a file, and what it found.

    What it found has a “problem” where there is no text: one of the parser's own, or “fault” where
    the parser came to no end.

    Parameters
    ----------
    parser : a file that `limited` runs
    data : what it reads
    limits : the most that it may take and write
    sheet : which it is to read

    Raises
    ------
    TableRefused
        If the parser takes too much memory, or time.
    """
    wanted = {
        "sheet": sheet,
        "memory": limits.parser_bytes,
        "seconds": limits.parser_seconds,
        "unpacked": limits.unpacked_bytes,
        "rows": limits.rows,
        "columns": limits.columns,
        "cells": limits.cells,
    }
    # -P: the files beside the program are no modules of it.
    command = [sys.executable, "-P", str(_LIMITED), str(parser), json.dumps(wanted)]
    try:
        with _one_at_a_time:
            done = subprocess.run(
                command,
                input=data,
                capture_output=True,
                timeout=_PATIENCE * limits.parser_seconds,
                check=False,
            )
    except subprocess.TimeoutExpired:
        raise _takes_too_long(limits) from None
    if done.returncode != 0:
        _refuse_what_is_limited(done.returncode, limits)
        return b"", {"problem": "fault"}
    found = json.loads(done.stderr.rsplit(b"\n", 2)[-2])
    if found.get("problem") == "memory":
        raise _needs_too_much_memory(limits)
    return done.stdout, found


def _refuse_what_is_limited(exit_code: int, limits: Limits) -> None:
    """Refuse a file whose parser was ended by a limit."""
    if sys.platform != "win32":
        if exit_code == -signal.SIGXCPU:
            raise _takes_too_long(limits)
        if exit_code in (-signal.SIGABRT, -signal.SIGKILL):
            raise _needs_too_much_memory(limits)


def _needs_too_much_memory(limits: Limits) -> TableRefused:
    return TableRefused(
        f"To read the file takes more memory than its size allows, or than "
        f"{size_in_words(limits.parser_bytes)}, perhaps because a cell far away from the table is "
        "filled.",
        "Save the one table as CSV and upload that.",
    )


def _takes_too_long(limits: Limits) -> TableRefused:
    return TableRefused(
        f"The file could not be read within {limits.parser_seconds:,} seconds.",
        "Save the one table as CSV and upload that.",
    )
