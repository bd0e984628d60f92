"""The histograms beside the maps as a Streamlit component: bins go in once, ranges come out."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import streamlit as st

from som_core.analyses.brushing import RangeEnd, RangeEnds
from som_core.analyses.column_bins import ColumnBins, LevelBins
from som_core.analyses.condition_parser import parse_condition
from som_core.analyses.conditions import Condition, columns_of
from som_core.drawing.document import Part
from som_core.drawing.script import brush_script, maps_style, plain_script
from som_core.errors import AtlasError
from ui.component_events import MAILBOX, answered, new_event, versions

ADAPTER = Path(__file__).parent / "assets" / "brush.js"
RANGED, DRAGGED, MISSED = "ranged", "dragged", "missed"  # what the browser sends
LONGEST_BOUND = 200  # letters

SentRange = RangeEnds | Condition

_component = st.components.v2.component(
    "som_atlas_brush",
    html='<div class="atlas-mount"></div>',
    css=maps_style(),
    js="\n".join(
        [brush_script(), *(plain_script(p.read_text(encoding="utf-8")) for p in (MAILBOX, ADAPTER))]
    ),
    isolate_styles=False,
)


def chosen_ranges(key: str, columns: Sequence[ColumnBins]) -> Mapping[str, SentRange] | None:
    """Return the ranges that the analyst has just chosen, by column; None if nothing is new."""
    return ranges_in(new_event(key, RANGED), columns)


def dragged_ranges(key: str, columns: Sequence[ColumnBins]) -> Mapping[str, SentRange] | None:
    """Return the ranges that are being dragged over more rows than the browser has; None: none."""
    return ranges_in(new_event(key, DRAGGED), columns)


def brush(
    binned: Part, state: Mapping[str, object], *, key: str, on_range: Callable[[], None]
) -> None:
    """Show histograms, and light cells of the linked maps while a range is dragged over one.

    Parameters
    ----------
    binned : as `brush_document` returns it; it is sent when the browser says that it lacks it
    state : as `brush_state` returns it
    key : the widget's key, unique on the page
    on_range : called after ranges were chosen; ask `chosen_ranges` there
    """
    wanted = versions(new_event(key, MISSED))
    _component(
        key=key,
        data={
            "binned": {
                "version": binned.version,
                "json": binned.json if binned.version in wanted else None,
            },
            "state": dict(state),
            "answered": answered(key, RANGED),
            "dragged": answered(key, DRAGGED),
            "missed": answered(key, MISSED),
        },
        on_ranged_change=on_range,
        on_dragged_change=_rerun,
        on_missed_change=_rerun,
    )


def ranges_in(sent: object, columns: Sequence[ColumnBins]) -> Mapping[str, SentRange] | None:
    """Return ranges as a browser sends them, `[[place, range], …]`; None for anything else.

    A range has two ends, each a bin or a bound that was typed, or is a condition on its column.
    What is of a column that isn't there, or beyond its bins, is left out.
    """
    if not isinstance(sent, list):
        return None
    found: dict[str, SentRange] = {}
    for one in sent:
        match one:
            case [int(place), said] if 0 <= place < len(columns):
                column = columns[place]
                read = _condition_on(column, said) if isinstance(said, str) else _ends(column, said)
                if read is not None:
                    found[column.name] = read
    return found


def _ends(column: ColumnBins, said: object) -> RangeEnds | None:
    n_bins = len(column.ends)
    match said:
        case [int(first), int(last)] if 0 <= first <= last < n_bins:
            return first, last
        case [int(), int()]:
            return None
        case [int() | str() as low, int() | str() as high] if not isinstance(column, LevelBins):
            return (low, high) if _is_end(low, n_bins) and _is_end(high, n_bins) else None
        case _:  # levels have no order that a bound could mean
            return None


def _is_end(end: RangeEnd, n_bins: int) -> bool:
    return len(end) <= LONGEST_BOUND if isinstance(end, str) else 0 <= end < n_bins


def _condition_on(column: ColumnBins, said: str) -> Condition | None:
    try:
        condition = parse_condition(said)
    except AtlasError:
        return None
    return condition if columns_of(condition) == (column.name,) else None


def _rerun() -> None:
    """Do nothing: having a callback is what makes Streamlit keep an event and run the page."""
