"""An odd file and what must become of it: it loads with these facts, or is refused."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypedDict, Unpack


class Facts(TypedDict, total=False):
    """What is true of the table that an odd file holds; nothing is claimed of what is left out."""

    rows: int
    columns: tuple[str, ...]
    n_columns: int
    numbers: tuple[str, ...]  # columns that must be numbers
    texts: tuple[str, ...]  # columns that must stay text
    kinds: dict[str, str]  # by column
    levels: dict[str, tuple[str, ...]]  # by column, in the order of the alphabet
    dates: dict[tuple[int, str], str]  # of cells, as 2024-02-29
    cells: dict[tuple[int, str], object]
    missing: dict[str, int]  # by column
    remark: str  # part of a remark
    message: str  # part of the refusal's message
    untrainable: str  # part of the sentence that says why no map can be made of it


@dataclass(frozen=True, kw_only=True)
class OddFile:
    """One file; its bytes are made when asked for, as some are large."""

    name: str
    make: Callable[[], bytes]
    outcome: Literal["loads", "refused"]
    facts: Facts
    is_heavy: bool = False

    @property
    def content(self) -> bytes:
        return self.make()


def loads(name: str, content: bytes | str | Callable[[], bytes], **facts: Unpack[Facts]) -> OddFile:
    return OddFile(name=name, make=_maker(content), outcome="loads", facts=facts)


def refuses(name: str, content: bytes | str | Callable[[], bytes], message: str) -> OddFile:
    facts = Facts(message=message)
    return OddFile(name=name, make=_maker(content), outcome="refused", facts=facts)


def _maker(content: bytes | str | Callable[[], bytes]) -> Callable[[], bytes]:
    if callable(content):
        return content
    as_bytes = content.encode() if isinstance(content, str) else content
    return lambda: as_bytes
