"""What the pages of a map show, in words that may stand in its address.

The address is the truth where somebody comes by it: a link, a reload, the browser's Back. From then
on the view is, and the address follows it; each step is one of the browser's history. (Streamlit's
own `bind="query-params"` replaces the entry in the history, so that Back would leave the page.)
"""

from dataclasses import asdict, dataclass
from typing import Self

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

Query = dict[str, str | list[str]]

WORKSPACE = "w"


@dataclass(frozen=True)
class View:
    """What is shown; empty texts stand for what is shown first.

    No condition and no list of rows is among them, as addresses stay in histories and logs.
    """

    map: str = ""  # id of the map
    large: str = ""  # name of the layer that is the large map
    over: tuple[str, ...] = ()  # names of layers that were added to the classic ones
    marks: str = ""  # rows as marks: "alike", or "by" a category
    marks_by: str = ""  # that category
    glyphs: str = ""  # a small chart in each cell: "pie" or "bars"
    glyphs_of: tuple[str, ...] = ()  # the category, or the columns of numbers
    order: str = ""  # of the planes: by "rank" or "name"; "" by likeness
    pale: str = ""  # "noise": planes of columns that the map doesn't know
    panel: str = ""  # name of the panel at the right
    group: str = ""  # id of the set, or mark of the group, that is selected
    beside: tuple[str, ...] = ()  # the same of groups that the Groups page has ticked beside it
    selection: str = ""  # the cells that are selected, or the id of rows that were kept for a link
    ticked: str = ""  # id of the rows that are ticked
    without: tuple[str, ...] = ()  # what isn't drawn of the groups: “borders”, “names”
    sets: tuple[str, ...] = ()  # ids of the sets that have borders on the maps
    levels: str = ""  # how many nested divisions are drawn, where it is more than one

    @classmethod
    def in_address(cls) -> Self:
        """Return the view that the address of the page names."""
        query = st.query_params
        return cls(
            map=query.get("map", ""),
            large=query.get("large", ""),
            over=tuple(query.get_all("over")),
            marks=query.get("marks", ""),
            marks_by=query.get("marks_by", ""),
            glyphs=query.get("glyphs", ""),
            glyphs_of=tuple(query.get_all("glyphs_of")),
            order=query.get("order", ""),
            pale=query.get("pale", ""),
            panel=query.get("panel", ""),
            group=query.get("group", ""),
            beside=tuple(query.get_all("beside")),
            selection=query.get("selection", ""),
            ticked=query.get("ticked", ""),
            without=tuple(query.get_all("without")),
            sets=tuple(query.get_all("sets")),
            levels=query.get("levels", ""),
        )

    def on_another_map(self) -> "View":
        """Return what of the view holds on a map that is to come: the rows that it points at."""
        return View(group=self.group, selection=self.selection, ticked=self.ticked)

    def query(self) -> Query:
        """Return what of the view stands in an address: all that isn't empty."""
        values = {name: value for name, value in asdict(self).items() if value}
        return {name: list(v) if isinstance(v, tuple) else v for name, v in values.items()}


def came_back() -> bool:
    """Tell whether this run follows the browser's Back or Forward."""
    run = get_script_run_ctx()
    return run is not None and run.is_history_navigation


def write_address(workspace_id: str, view: View) -> None:
    """Let the address name the workspace and the view."""
    wanted: Query = {WORKSPACE: workspace_id, **view.query()}
    present = {name: st.query_params.get_all(name) for name in st.query_params}
    if present != {name: v if isinstance(v, list) else [v] for name, v in wanted.items()}:
        st.query_params.from_dict(wanted)


def show_in_widget(key: str, value: object) -> None:
    """Let a widget show a value that is kept elsewhere; ask before the widget is drawn.

    The widget takes the same value as its default, too. What is set here reaches the browser once,
    and where the next run overtakes it, not at all: the browser would then show a default, and tell
    the server of it as if it had been chosen.
    """
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
