"""The panel “Groups”: how many there are and why, and each of them to select and to change."""

from dataclasses import replace

import streamlit as st

from som_core.analyses.regions import OUTLIERS
from som_core.drawing.palette import LEVEL_NAMES, OTHER
from som_core.errors import AtlasError
from som_core.groups import Group, GroupRecipe
from som_core.wording import counted, listed
from ui import session, shown_groups
from ui.labels import safe_label
from ui.map_view import MapView
from ui.sections import groups_search
from ui.sections.panels.panel import Panel
from ui.sections.row_sets import LONGEST_NAME
from ui.shown_groups import BORDERS, NAMES, ShownGroups
from ui.view import show_in_widget
from workspace.map_groups import MOST_SHOWN
from workspace.store import NameTaken

K, PARTS, LEVELS = "number of groups", "parts of groups", "levels of groups"


def show(view: MapView) -> None:
    """Show the groups, or how to get them."""
    shown = shown_groups.of(view)
    if shown is None:
        groups_search.offer(view)
        return
    st.markdown(safe_label(shown.regions.reason, longest=1_000))
    _lost(shown)
    if not session.current().workspace.read_only:
        _number(view, shown)
    _list(view, shown)
    _on_the_maps(shown)


PANEL = Panel("groups", "Groups", show)


def _lost(shown: ShownGroups) -> None:
    if shown.lost:
        names = listed(shown.lost)
        st.caption(
            f"Not found again on this map: {safe_label(names, longest=500)}. A name goes along to "
            "the group that shares 75 % of its rows; the map before still has it."
        )


# How many ----------------------------------------------------------------------------------------


def _number(view: MapView, shown: ShownGroups) -> None:
    most = min(MOST_SHOWN, shown.regions.most)
    k = shown.regions.k
    if most < 2:
        return
    show_in_widget(K, min(k, most))
    slider, back = st.columns([2.6, 1], vertical_alignment="bottom")
    slider.slider("How many groups", 1, most, key=K, on_change=_choose_number, args=(view,))
    if k != shown.proposed or shown.regions.is_by_hand:
        back.button(
            "As proposed",
            width="stretch",
            on_click=_as_proposed,
            args=(view,),
            help=f"Back to {counted(shown.proposed, 'group')}. Names and colours stay.",
        )


def _choose_number(view: MapView) -> None:
    shown_groups.choose_number(view, st.session_state[K])
    _follow(view)


def _as_proposed(view: MapView) -> None:
    shown_groups.as_proposed(view)
    _follow(view)


def _follow(view: MapView) -> None:
    """Let the selection go where it was a group that isn't there any more."""
    state, shown = session.current(), shown_groups.of(view)
    is_group = bool(state.selection.group) and state.selection.map == view.saved.id
    if is_group and shown is not None and shown.label_of(state.selection.group) is None:
        state.selection = replace(state.selection, group="")
        state.view = replace(state.view, group="")
    st.rerun(["maps", "panel"])


# Each of them -------------------------------------------------------------------------------------


def _list(view: MapView, shown: ShownGroups) -> None:
    colours = {
        label: OTHER if label == OUTLIERS else shown.colours[label] for label in shown.labels
    }
    # Colours are ours, from the palette; nothing from a file stands here.
    st.html(
        "<style>"
        + "".join(
            f".st-key-group-{place} button {{border-left: 0.6rem solid {colours[label]}}}"
            for place, label in enumerate(shown.labels)
        )
        + "</style>"
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
                _change(view, shown, label)


def _pieces(shown: ShownGroups, label: int) -> str:
    n_pieces = shown.regions.pieces[label]
    return f" · in {n_pieces} pieces of the map" if n_pieces > 1 else ""


def _take(view: MapView, label: int) -> None:
    """Select a group; if it is selected already, let it go."""
    state, shown = session.current(), shown_groups.of(view)
    if shown is not None:
        if state.selection.group == shown.mark(label):
            state.selection = shown_groups.NOTHING
            state.view = replace(state.view, group="", selection="")
        else:
            shown_groups.take(view, shown, label)
    st.rerun(["maps", "panel"])


# What can be changed of one -----------------------------------------------------------------------


def _change(view: MapView, shown: ShownGroups, label: int) -> None:
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
            args=(view, label, f"name of {mark}"),
        )
        st.selectbox(
            "Colour",
            range(len(LEVEL_NAMES)),
            index=shown.places[label] if shown.places[label] < len(LEVEL_NAMES) else None,
            format_func=LEVEL_NAMES.__getitem__,
            key=f"colour of {mark}",
            on_change=_recolour,
            args=(view, label, f"colour of {mark}"),
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
            args=(view, label, f"unite {mark}"),
        )
        split, keep = st.columns(2)
        split.button(
            "Split in two",
            icon=":material/call_split:",
            width="stretch",
            help="Where its cells are least alike.",
            on_click=_split,
            args=(view, label),
        )
        keep.button(
            "Keep as a set",
            icon=":material/bookmark_add:",
            width="stretch",
            help="A set keeps its rows, whatever becomes of the groups.",
            on_click=_keep,
            args=(view, label),
        )


def _shown(view: MapView) -> ShownGroups:
    shown = shown_groups.of(view)
    if shown is None:
        raise AtlasError("The groups of this map aren't there any more. Look for them again.")
    return shown


def _say(problem: AtlasError) -> None:
    session.current().problem = safe_label(str(problem))
    st.rerun()


def _rename(view: MapView, label: int, key: str) -> None:
    try:
        shown_groups.rename(view, label, st.session_state[key])
    except AtlasError as problem:
        _say(problem)
    st.rerun(["maps", "panel"])


def _recolour(view: MapView, label: int, key: str) -> None:
    shown_groups.recolour(view, label, st.session_state[key])
    st.rerun(["maps", "panel"])


def _unite(view: MapView, label: int, key: str) -> None:
    other = st.session_state[key]
    if other is not None:
        shown_groups.make_by_hand(view, _shown(view).regions.united([label, other]))
    _follow(view)


def _split(view: MapView, label: int) -> None:
    try:
        shown_groups.make_by_hand(view, _shown(view).regions.split(label))
    except AtlasError as problem:
        _say(problem)
    _follow(view)


def _keep(view: MapView, label: int) -> None:
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
    st.rerun(["panel"])


# How they are drawn -------------------------------------------------------------------------------


def _on_the_maps(shown: ShownGroups) -> None:
    view = session.current().view
    show_in_widget(PARTS, [part for part in (BORDERS, NAMES) if part not in view.without])
    st.pills(
        "On the maps",
        (BORDERS, NAMES),
        selection_mode="multi",
        format_func={BORDERS: "Borders", NAMES: "Names"}.__getitem__,
        key=PARTS,
        on_change=_choose_parts,
    )
    if shown.regions.k > 3 and not shown.regions.is_by_hand and BORDERS not in view.without:
        show_in_widget(LEVELS, int(view.levels or 1))
        st.slider(
            "Levels, one within the other",
            1,
            3,
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
