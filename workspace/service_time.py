"""Through which time the server ran: only such time can have been time without use.

Nobody can use a workspace while no server runs. Nor is the clock on the wall a witness by itself:
it can be wrong and be put right, a machine sleeps, a folder is put back from a backup. So the
worker looks once a minute whether the web server runs, and keeps the spans in `service.json`.
"""

import logging
import time
from dataclasses import dataclass
from pathlib import Path

from workspace.documents import Damaged, DocumentType, Fields

SERVER_BEAT = "server.beat"  # its time is that of the web server's last look after the worker
_SECONDS_OF_SILENCE = 150.0  # after which a server without a beat doesn't run
_CLOCKS_AGREE = 60.0  # seconds by which two clocks may differ
logger = logging.getLogger("som_atlas.retention")

Span = tuple[float, float]  # from and to, in seconds since 1970


@dataclass(frozen=True)
class ServiceTime:
    """The spans through which the server ran, the oldest first."""

    spans: tuple[Span, ...] = ()
    noted: float = 0.0  # when this was written down, in seconds since 1970

    def since(self, moment: float) -> float:
        """Return for how many seconds the server ran since a moment."""
        return sum(max(0.0, end - max(begin, moment)) for begin, end in self.spans)

    @property
    def total(self) -> float:
        return sum(end - begin for begin, end in self.spans)

    def latest(self, seconds: float) -> "ServiceTime":
        """Return the latest spans that hold so many seconds together, or all there are."""
        spans = [span for span in self.spans if span[1] > span[0]]
        while len(spans) > 1 and ServiceTime(tuple(spans[1:])).total >= seconds:
            del spans[0]
        return ServiceTime(tuple(spans), self.noted)


def _from_fields(fields: Fields) -> ServiceTime:
    spans = tuple((begin, end) for begin, end in fields.rows("spans"))
    return ServiceTime(spans, fields.number("noted"))


SERVICE = DocumentType[ServiceTime](
    file="service.json",
    title="The time through which the server ran",
    to_value=lambda time: {"noted": time.noted, "spans": time.spans},
    from_value=_from_fields,
)


class Witness:
    """Takes note that the server runs, as often as it is told to look.

    It begins anew, as if nothing had been before, where what it noted says nothing about the use
    of these workspaces: the clock went back, or the folder was put back from a backup.

    Parameters
    ----------
    data : the data folder
    memory : seconds of the server's time that are worth keeping
    """

    def __init__(self, data: Path, memory: float) -> None:
        self._data = data
        self._memory = memory
        self._spans = list(_kept(data).spans)
        self._last_look: Span | None = None  # by the clock on the wall, and by a steady one

    @property
    def service_time(self) -> ServiceTime:
        return ServiceTime(tuple(self._spans))

    def look(self) -> None:
        """Let the present span last until now, if the server ran since the last look."""
        now, steady = time.time(), time.monotonic()
        if self._spans and now < self._spans[-1][1] - _CLOCKS_AGREE:
            _log_new_beginning("the clock went back")
            self._spans = []
        last, self._last_look = self._last_look, None
        if not self._server_runs(now):
            return
        self._last_look = now, steady
        # The clock on the wall runs ahead where it was put right, or the machine slept.
        ahead = 0.0 if last is None else (now - last[0]) - (steady - last[1])
        if last is None or not self._spans or ahead > _CLOCKS_AGREE:
            self._spans.append((now, now))
        else:
            self._spans[-1] = (self._spans[-1][0], now)

    def keep(self) -> None:
        """Write down what is worth keeping."""
        kept = ServiceTime(tuple(self._spans), noted=time.time()).latest(self._memory)
        SERVICE.keep(self._data, kept)

    def _server_runs(self, now: float) -> bool:
        try:
            return now - (self._data / SERVER_BEAT).stat().st_mtime < _SECONDS_OF_SILENCE
        except FileNotFoundError:
            return False


def _kept(data: Path) -> ServiceTime:
    """Return what was kept, or nothing where it can't be believed."""
    try:
        kept = SERVICE.read(data)
    except Damaged:
        return ServiceTime()
    if kept is None:
        return ServiceTime()
    # The time at which a file came to its place is the kernel's: no backup can put it back.
    if abs(SERVICE.path(data).stat().st_ctime - kept.noted) > _CLOCKS_AGREE:
        _log_new_beginning("the folder was put back or copied")
        return ServiceTime()
    return kept


def _log_new_beginning(why: str) -> None:
    logger.warning("service time begins anew", extra={"reason": why})
