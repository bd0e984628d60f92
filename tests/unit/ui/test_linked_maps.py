"""A browser can send anything: what is no event of the maps is left out."""

import pytest
import streamlit as st

from ui.linked_maps import ENLARGED, SELECTED, large_on, selection_on

BEFORE = frozenset({3})


@pytest.fixture
def sent(monkeypatch):
    """Let a browser send something of the maps “maps”."""

    def send(value: object) -> None:
        monkeypatch.setitem(st.session_state, "maps", value)

    yield send
    for kind in (SELECTED, ENLARGED):
        st.session_state.pop(f"maps {kind} answered", None)


def test_nodes_that_are_chosen_are_selected_once(sent):
    sent({SELECTED: {"id": "a", "says": [0, 2]}})
    assert selection_on("maps", BEFORE, n_nodes=4) == {0, 2}
    assert selection_on("maps", BEFORE, n_nodes=4) == BEFORE


@pytest.mark.parametrize(
    "event",
    [
        None,
        7,
        "all",
        [1],
        {},
        {"id": ["a"]},
        {"id": "a", "says": None},
        {"id": "a", "says": "12"},
        {"id": "a", "says": {"0": 1}},
    ],
)
def test_what_is_no_selection_changes_none(sent, event):
    sent({SELECTED: event, ENLARGED: event})
    assert selection_on("maps", BEFORE, n_nodes=4) == BEFORE


def test_what_is_no_node_of_the_map_is_left_out(sent):
    sent({SELECTED: {"id": "a", "says": [1, True, -1, 4, 10**30, 1.5, "2", None, [3], {}]}})
    assert selection_on("maps", BEFORE, n_nodes=4) == {1}


@pytest.mark.parametrize("says", [None, 3, ["U-matrix"], {"name": "U-matrix"}])
def test_what_is_no_name_makes_no_map_large(sent, says):
    sent({ENLARGED: {"id": "a", "says": says}})
    assert large_on("maps", "U-matrix") == "U-matrix"
