"""Step 5: the groups of a map side by side, what makes each, and the table to take home."""

import streamlit as st

from ui import listed_groups, session, shown_groups
from ui.sections import (
    group_changes,
    groups_downloads,
    groups_profiles,
    groups_search,
    groups_table,
    groups_ticked,
    map_entry,
    notes,
)
from ui.view import write_address

view = map_entry.view("Groups")
shown = shown_groups.of(view)
groups = listed_groups.of(view)
everything, ticked = st.columns([1.9, 1], gap="medium")
with everything:
    groups_search.watch(view)
    if shown is None:
        groups_search.offer(view)
    else:
        found, number = st.columns(2, gap="medium")
        with found:
            groups_search.say_what_was_found(view, shown)
        with number:
            group_changes.how_many(view, shown, groups_ticked.follow)
    if groups:
        st.space("small")  # for the table's toolbar, which else lies over “As proposed”
        groups_table.show(view, groups)
        groups_profiles.show(view)
        notes.show_all(view)
        whole, differences = st.columns(2, gap="medium")
        if shown is not None:
            with whole:
                groups_downloads.show_table(view, shown)
        with differences:
            groups_downloads.show_differences(view, groups)
if groups:
    with ticked, st.container(key="groups_panel"):
        groups_ticked.show(view, groups)
state = session.current()
write_address(state.workspace.id, state.view)
