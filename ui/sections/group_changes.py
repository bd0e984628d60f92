"""What an analyst changes of the groups of a map: how many there are, and each of them.

Each change ends with what the page asks for: which of its parts are to be drawn anew.
"""

from collections.abc import Callable

import streamlit as st

from som_core.drawing.palette import LEVEL_NAMES
from som_core.errors import AtlasError
from som_core.groups import Group, GroupRecipe
from som_core.wording import counted
from ui import session, shown_groups
from ui.labels import safe_sentence
from ui.map_view import MapView
from ui.sections.row_sets import LONGEST_NAME
from ui.shown_groups import ShownGroups
from ui.view import show_in_widget
from workspace.store import NameTaken

K = "number of groups"
AfterChange = Callable[[MapView], None]


# How many ----------------------------------------------------------------------------------------


def can_choose_number(shown: ShownGroups) -> bool:
    """Return whether the analyst can choose how many groups there are."""
    return shown_groups.most(shown) >= 2 and not session.current().workspace.read_only


def how_many(view: MapView, shown: ShownGroups, after: AfterChange) -> None:
    """Let the analyst choose how many groups there are, where that can be chosen."""
    if not can_choose_number(shown):
        return
    most, k = shown_groups.most(shown), shown.regions.k
    show_in_widget(K, min(k, most))
    slider, back = st.columns([2, 1], vertical_alignment="bottom")
    slider.slider(
        "How many groups",
        1,
        most,
        min(k, most),
        key=K,
        on_change=_choose_number,
        args=(view, after),
        help=_why_no_more(shown, most),
    )
    if k != shown.proposed or shown.regions.is_by_hand:
        back.button(
            "As proposed",
            width="stretch",
            on_click=_as_proposed,
            args=(view, after),
            help=f"Back to {counted(shown.proposed, 'group')}. Names and colours stay.",
        )


def _why_no_more(shown: ShownGroups, most: int) -> str | None:
    """Say why fewer can be chosen than were tried; None where all can."""
    tried = int(shown.regions.curve["k"].max()) if len(shown.regions.curve) else 0
    if tried <= most:
        return None
    return f"Up to {tried} were tried. Only {most} are shown, as no more colours can be told apart."


def _choose_number(view: MapView, after: AfterChange) -> None:
    shown_groups.choose_number(view, st.session_state[K])
    after(view)


def _as_proposed(view: MapView, after: AfterChange) -> None:
    shown_groups.as_proposed(view)
    after(view)


# One of them --------------------------------------------------------------------------------------


def of_one(view: MapView, shown: ShownGroups, label: int, after: AfterChange) -> None:
    """Offer what can be changed of one group, behind one button."""
    if session.current().workspace.read_only:
        return
    name, mark = shown.name(label), shown.mark(label)
    with st.popover("Change this group", icon=":material/edit:", width="stretch"):
        st.text_input(
            "Name",
            name,
            max_chars=LONGEST_NAME * 2,
            key=f"name of {mark}",
            help="Empty it to get back the name in words.",
            on_change=_rename,
            args=(view, label, f"name of {mark}", after),
        )
        st.selectbox(
            "Colour",
            range(len(LEVEL_NAMES)),
            index=shown.places[label] if shown.places[label] < len(LEVEL_NAMES) else None,
            format_func=LEVEL_NAMES.__getitem__,
            key=f"colour of {mark}",
            on_change=_recolour,
            args=(view, label, f"colour of {mark}", after),
        )
        others = [other for other in range(shown.regions.k) if other != label]
        st.selectbox(
            "Unite it with",
            others,
            index=None,
            format_func=lambda other: shown.name(other),
            placeholder="another group",
            key=f"unite {mark}",
            on_change=_unite,
            args=(view, label, f"unite {mark}", after),
        )
        split, keep = st.columns(2)
        split.button(
            "Split in two",
            icon=":material/call_split:",
            width="stretch",
            help="Where its cells are least alike.",
            on_click=_split,
            args=(view, label, after),
        )
        keep.button(
            "Keep as a set",
            icon=":material/bookmark_add:",
            width="stretch",
            help="A set keeps its rows, whatever becomes of the groups.",
            on_click=_keep,
            args=(view, label, after),
        )


def _shown(view: MapView) -> ShownGroups:
    shown = shown_groups.of(view)
    if shown is None:
        raise AtlasError("The groups of this map aren't there any more. Look for them again.")
    return shown


def _say(problem: AtlasError) -> None:
    session.current().problem = safe_sentence(str(problem))
    st.rerun()


def _rename(view: MapView, label: int, key: str, after: AfterChange) -> None:
    try:
        shown_groups.rename(view, label, st.session_state[key])
    except AtlasError as problem:
        _say(problem)
    after(view)


def _recolour(view: MapView, label: int, key: str, after: AfterChange) -> None:
    shown_groups.recolour(view, label, st.session_state[key])
    after(view)


def _unite(view: MapView, label: int, key: str, after: AfterChange) -> None:
    other = st.session_state[key]
    if other is not None:
        shown_groups.unite(view, [label, other])
    after(view)


def _split(view: MapView, label: int, after: AfterChange) -> None:
    try:
        shown_groups.split(view, label)
    except AtlasError as problem:
        _say(problem)
    after(view)


def _keep(view: MapView, label: int, after: AfterChange) -> None:
    shown = _shown(view)
    name = shown.name(label)
    recipe = GroupRecipe(f"the group “{name}” of the map “{view.saved.name}”")
    try:
        session.current().workspace.keep_group(
            Group(name[:LONGEST_NAME], shown.regions.rows(view.m, label), "region", recipe),
            view.saved.source,
        )
    except NameTaken as problem:
        _say(problem)
    after(view)
