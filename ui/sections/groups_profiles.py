"""Groups × columns at one glance: where each group lies in each column."""

import pandas as pd
import streamlit as st

from som_core.analyses.group_profiles import group_profiles, most_parting
from som_core.analyses.own_rows import own_places, own_table
from som_core.figures.group_heat import group_heat, profile_lines
from ui import listed_groups, session
from ui.charts import chart
from ui.listed_groups import ListedGroup
from ui.map_view import MapView

MOST_COLUMNS = 40
HEAT, LINES = "Heat table", "Profile lines"


@st.fragment(key="profiles")
def show(view: MapView) -> None:
    """Show groups side by side in all columns, or in those in which they differ most."""
    groups = listed_groups.of(view)
    profiles = _profiles(view, groups)
    if profiles.shape[1] == 0:
        st.caption("No column repeats its values, so there is nothing to compare groups by.")
        return
    chosen = st.segmented_control(
        "How groups are shown side by side",
        (HEAT, LINES),
        default=HEAT,
        required=True,
        key="profiles as",
        label_visibility="collapsed",
    )
    shown = most_parting(profiles, MOST_COLUMNS)
    words = "Of numbers the mean place among all rows; of a category the share of one value."
    if shown.shape[1] < profiles.shape[1]:
        words += (
            f" The {MOST_COLUMNS} columns in which groups differ most, of {profiles.shape[1]:,}."
        )
    figure = (
        group_heat(shown)
        if chosen == HEAT
        else profile_lines(shown, [group.colour for group in groups])
    )
    chart(figure, alt=f"{chosen} of the groups", key="profiles")
    st.caption(words)


def _profiles(view: MapView, groups: tuple[ListedGroup, ...]) -> pd.DataFrame:
    return session.cached(
        ("profiles", view.rows_key, *(group.key for group in groups)),
        lambda: group_profiles(
            own_table(view.m, view.table),
            {group.name: own_places(view.m, group.rows) for group in groups},
        ),
        lambda profiles: int(profiles.memory_usage(deep=True).sum()),
        "Comparing the groups …",
    )
