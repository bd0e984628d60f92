"""The colours of all maps and charts, from the one file that JavaScript reads as well.

They survive print and colour blindness. Numbers: Viridis, even in lightness; counts: one hue, even
in lightness, which a dark page turns round; around a middle: vik, at five places; on a circle:
Twilight, whose ends meet. Levels and groups: Okabe and Ito without black, then five of Tol's muted
colours.

References
----------
Crameri (2018), Scientific colour maps. Okabe and Ito (2008), Color universal design. Smith and van
der Walt (2015), A better default colormap for Matplotlib. Bechtold (2017), Twilight. Tol (2021),
Colour schemes.
"""

import json
from collections.abc import Iterable
from pathlib import Path

PALETTE_JSON = (Path(__file__).parent / "palette.json").read_text(encoding="utf-8")
_palette = json.loads(PALETTE_JSON)

SEQUENTIAL: tuple[str, ...] = tuple(_palette["sequential"])  # low to high
CIRCLE: tuple[str, ...] = tuple(_palette["circle"])
COUNTS: tuple[str, ...] = tuple(_palette["counts"])  # on a light page
AROUND_MIDDLE: tuple[str, ...] = tuple(_palette["aroundMiddle"])  # low, neutral, high
LEVELS: tuple[str, ...] = tuple(_palette["levels"])
LEVEL_NAMES: tuple[str, ...] = tuple(_palette["levelNames"])
OTHER: str = _palette["other"]  # of a level or group that has no colour of its own
NOTHING: str = _palette["nothing"]["light"]
INK: str = _palette["ink"]
PAPER: str = _palette["paper"]
MARK: str = _palette["mark"]
HIGHER: str = _palette["higher"]
LOWER: str = _palette["lower"]
GRID: str = _palette["grid"]
ROWS: str = _palette["rows"]


def group_colour(k: int) -> str:
    """Return the colour of group k, the same in every map, chart and export.

    Groups in no group (below 0) and those after the twelfth are grey: nobody tells more colours
    apart, so borders and names tell such groups.
    """
    return LEVELS[k] if 0 <= k < len(LEVELS) else OTHER


def set_place(place: int) -> int:
    """Return the place in the palette of the colour of a set; below 0 where it has none.

    Sets have the colours from the palette's other end, so that none looks like a group of the map
    until there are more than twelve of both.

    Parameters
    ----------
    place : of the set among those of its table, in the order in which they were kept
    """
    return len(LEVELS) - 1 - place


def level_colours(levels: Iterable[str]) -> dict[str, str]:
    """Return the colour of each level of a column.

    Parameters
    ----------
    levels : all levels of the whole table, in the order of `som_core.columns.levels.level_counts`
    """
    return {level: group_colour(k) for k, level in enumerate(levels)}
