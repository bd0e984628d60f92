"""Structured logs: one JSON object a line on stderr, and nothing in them that an analyst uploaded.

An error is logged by its kind and its place in the code, never by its message: messages quote data.
A workspace is named by the first six characters of its folder, which is not its id.
"""

import json
import logging
import os
import sys
import time
import traceback
from types import TracebackType
from typing import Self

FIELDS = (
    "workspace",
    "job",
    "kind",
    "state",
    "reason",
    "request",
    "method",
    "status",
    "seconds",
    "count",
)


def configure_logging(process: str) -> None:
    """Send this process's logs to stderr as JSON lines; `process` is “web” or “worker”."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(process))
    logger = logging.getLogger("som_atlas")
    logger.handlers = [handler]
    logger.setLevel(logging.INFO)
    logger.propagate = False


class JsonLines(logging.Formatter):
    """A record as one line of JSON: time, process, level, event and the fields named above."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self.process = process

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "process": self.process,
            "pid": os.getpid(),
            "level": record.levelname.lower(),
            "event": record.msg,
        }
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[0]:
            kind, _, trace = record.exc_info
            line["error"] = kind.__name__
            line["at"] = [f"{step.filename}:{step.lineno}" for step in traceback.extract_tb(trace)]
        return json.dumps(line)


class ends_with_a_log_line:  # noqa: N801, reads as a phrase after “with”
    """End the process with code 1 on an unforeseen error, logged without its message."""

    def __init__(self, logger: logging.Logger) -> None:
        self.logger = logger

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, Exception):
            self.logger.error("unforeseen error", exc_info=error)
            raise SystemExit(1) from None


class goes_on_with_a_log_line:  # noqa: N801, reads as a phrase after “with”
    """Leave the block on an unforeseen error, logged without its message, and go on after it.

    For what must not stop because of one workspace, one training or one moment.
    """

    def __init__(self, logger: logging.Logger, event: str, workspace: str = "") -> None:
        self.logger = logger
        self.event = event
        self.facts = {"workspace": workspace[:6]} if workspace else {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        self.logger.error(self.event, exc_info=error, extra=self.facts)
        return True
