"""One entry of the panel beside the maps."""

from collections.abc import Callable
from dataclasses import dataclass

from ui.map_view import MapView


@dataclass(frozen=True)
class Panel:
    """What the analyst can switch to; `show` draws it."""

    name: str  # in the address
    title: str
    show: Callable[[MapView], None]
