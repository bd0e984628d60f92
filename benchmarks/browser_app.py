"""Linked maps of 40 × 40 hexagons with 8 planes, and those of 50,000 rows that are selected."""

import numpy as np
import pandas as pd
import streamlit as st

from som_core.geometry.lattice import coordinates
from som_core.layers.layer import Layer
from ui.linked_maps import linked_maps, load_ahead, selection_on

SIDE, N_PLANES, N_ROWS = 40, 8, 50_000
ROWS_SHOWN = 1_000

st.set_page_config(layout="wide")
load_ahead()


@st.cache_resource
def a_map() -> tuple[list[Layer], np.ndarray, np.ndarray, pd.DataFrame, list[str]]:
    rng = np.random.default_rng(0)
    x, y = coordinates(SIDE, SIDE, "hexagonal").T
    planes = [
        Layer(
            name=f"plane {k}",
            values=(np.sin(x / 3 + k) * np.cos(y / (4 + k))).reshape(SIDE, SIDE),
            unit="mm",
        )
        for k in range(N_PLANES)
    ]
    bmu = rng.integers(SIDE * SIDE, size=N_ROWS)
    hits = np.bincount(bmu, minlength=SIDE * SIDE).reshape(SIDE, SIDE)
    table = pd.DataFrame(rng.normal(size=(N_ROWS, 20)), columns=[f"column {k}" for k in range(20)])
    notes = [f"typical rows of cell {node}" for node in range(SIDE * SIDE)]
    return planes, hits, bmu, table, notes


@st.fragment
def explore() -> None:
    planes, hits, bmu, table, notes = a_map()
    before = st.session_state.get("nodes", frozenset())
    st.session_state.nodes = selection_on("maps", before, hits.size)
    linked_maps(
        planes,
        lattice="hexagonal",
        hits=hits,
        selected=st.session_state.nodes,
        notes=notes,
        key="maps",
    )
    rows = np.flatnonzero(np.isin(bmu, list(st.session_state.nodes)))
    st.dataframe(table.iloc[rows[:ROWS_SHOWN]])
    st.text(f"{len(rows)} rows of {sorted(st.session_state.nodes)}")


explore()
