"""Large things that took work to make, at hand for all sessions in a bounded part of memory."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

NEWEST = 4  # stay whatever their size: a page may need table, matrix and map of its workspace

T = TypeVar("T")


@dataclass
class _Place(Generic[T]):
    """Where one thing stands, or will stand as soon as it is made."""

    making: threading.Lock = field(default_factory=threading.Lock)
    thing: T | None = None
    size: int = 0


class Shelf:
    """Keeps things by key; those that were not asked for longest make room for others.

    What is on the shelf is shared: nobody may change it. What no longer has room is made anew when
    it is asked for.

    Parameters
    ----------
    room : bytes that all things together may take, beside the newest ones
    """

    def __init__(self, room: int) -> None:
        self.room = room
        self._places: OrderedDict[Hashable, _Place] = OrderedDict()
        self._changing = threading.Lock()

    def take(self, key: Hashable, make: Callable[[], T], size_of: Callable[[T], int]) -> T:
        """Return the thing under a key; who comes while it is being made waits for it.

        Parameters
        ----------
        key : never names another thing
        make : makes the thing where it isn't on the shelf; it may take other things
        size_of : its size in bytes, at least 1
        """
        with self._changing:
            place = self._places.setdefault(key, _Place())
            self._places.move_to_end(key)
        with place.making:
            if place.size == 0:
                place.thing = make()
                place.size = size_of(place.thing)
                self._make_room()
            return place.thing

    @property
    def size(self) -> int:
        """The bytes that all things on the shelf take."""
        return sum(place.size for place in self._places.values())

    @property
    def n_things(self) -> int:
        return sum(place.size > 0 for place in self._places.values())

    def _make_room(self) -> None:
        with self._changing:
            size = self.size
            while size > self.room and len(self._places) > NEWEST:
                _, oldest = self._places.popitem(last=False)
                size -= oldest.size
