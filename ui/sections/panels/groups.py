"""The panel “Groups”: how many there are and why, and each of them to select and to change."""

from dataclasses import replace

import streamlit as st

from som_core.analyses.regions import OUTLIERS
from som_core.drawing.palette import OTHER
from som_core.wording import counted
from ui import chrome, selecting, session, shown_groups
from ui.coloured_buttons import colour_buttons
from ui.group_levels import follow_slider
from ui.labels import safe_label
from ui.map_view import MapView
from ui.sections import group_changes, groups_search
from ui.sections.panels.panel import Panel
from ui.selection import Selection
from ui.shown_groups import BORDERS, NAMES, ShownGroups
from ui.view import show_in_widget

PARTS, LEVELS = "parts of groups", "levels of groups"


def show(view: MapView) -> None:
    """Show the groups, or how to get them."""
    shown = shown_groups.of(view)
    if shown is None:
        groups_search.offer(view)
        return
    groups_search.say_what_was_found(view, shown)
    group_changes.how_many(view, shown, _follow)
    _list(view, shown)
    chrome.link("groups", "All groups side by side, explained, and as a file")
    _on_the_maps(shown)
    if group_changes.can_choose_number(shown) and BORDERS not in session.current().view.without:
        follow_slider(group_changes.K, shown_groups.levels(view, shown))


PANEL = Panel("groups", "Groups", show)


def _follow(view: MapView) -> None:
    """Let the selection go where it was a group that isn't there any more."""
    state, shown = session.current(), shown_groups.of(view)
    is_group = bool(state.selection.group) and state.selection.map == view.saved.id
    if is_group and shown is not None and shown.label_of(state.selection.group) is None:
        selecting.let_group_go()
    st.rerun(["maps", "panel"])


# Each of them -------------------------------------------------------------------------------------


def _list(view: MapView, shown: ShownGroups) -> None:
    colour_buttons(
        {
            f"group-{place}": OTHER if label == OUTLIERS else shown.colours[label]
            for place, label in enumerate(shown.labels)
        }
    )
    selected = session.current().selection.group
    with st.container(gap="xxsmall", key="groups_list"):
        for place, label in enumerate(shown.labels):
            pieces = "" if label == OUTLIERS else _pieces(shown, label)
            st.button(
                f"**{safe_label(shown.name(label), longest=70)}**  \n"
                f"{counted(shown.size(label), 'row')} · {shown.share(label)}{pieces}",
                key=f"group-{place}",
                width="stretch",
                type="primary" if selected == shown.mark(label) else "secondary",
                on_click=_take,
                args=(view, label),
            )
            if selected == shown.mark(label) and label != OUTLIERS:
                group_changes.of_one(view, shown, label, _follow)


def _pieces(shown: ShownGroups, label: int) -> str:
    n_pieces = shown.regions.pieces[label]
    return f" · in {n_pieces} pieces of the map" if n_pieces > 1 else ""


def _take(view: MapView, label: int) -> None:
    """Select a group; if it is selected already, let it go."""
    state, shown = session.current(), shown_groups.of(view)
    if shown is not None:
        if state.selection.group == shown.mark(label):
            selecting.select(Selection())
        else:
            shown_groups.take(view, shown, label)
    st.rerun(["maps", "panel"])


# How they are drawn -------------------------------------------------------------------------------


def _on_the_maps(shown: ShownGroups) -> None:
    view = session.current().view
    parts = [part for part in (BORDERS, NAMES) if part not in view.without]
    show_in_widget(PARTS, parts)
    st.pills(
        "On the maps",
        (BORDERS, NAMES),
        selection_mode="multi",
        default=parts,
        format_func={BORDERS: "Borders", NAMES: "Names"}.__getitem__,
        key=PARTS,
        on_change=_choose_parts,
    )
    if shown.regions.k > 3 and not shown.regions.is_by_hand and BORDERS not in view.without:
        levels = int(view.levels or 1)
        show_in_widget(LEVELS, levels)
        st.slider(
            "Levels, one within the other",
            1,
            3,
            levels,
            key=LEVELS,
            on_change=_choose_levels,
            help="Thick borders part the coarsest groups, thin ones those within them.",
        )


def _choose_parts() -> None:
    state = session.current()
    chosen = st.session_state[PARTS]
    without = tuple(part for part in (BORDERS, NAMES) if part not in chosen)
    state.view = replace(state.view, without=without)
    st.rerun(["maps", "panel"])


def _choose_levels() -> None:
    state, levels = session.current(), st.session_state[LEVELS]
    state.view = replace(state.view, levels=str(levels) if levels > 1 else "")
    st.rerun(["maps"])
