"""Only the linked maps, with made-up layers: `?size=40&layers=8&lattice=hexagonal`."""

import numpy as np
import streamlit as st

from som_core.lattice import coordinates
from som_core.layers.layer import Layer
from ui.linked_maps import linked_maps

st.set_page_config(layout="wide")
asked = st.query_params
height = int(asked.get("height", asked.get("size", "6")))
width = int(asked.get("width", asked.get("size", "6")))
count = int(asked.get("layers", "3"))
lattice = asked.get("lattice", "hexagonal")
columns = int(asked["columns"]) if "columns" in asked else None

x, y = (axis.reshape(height, width) for axis in coordinates(height, width, lattice).T)
rng = np.random.default_rng(0)
hits = rng.poisson(np.exp(1.5 * np.sin(x / 3) * np.cos(y / 4)))
waves = [np.sin(x / 3 + k) * np.cos(y / (4 + k)) * 10.0 ** (k - 1) for k in range(count)]
species = np.array(["Adelie", "Chinstrap", "Gentoo"], dtype=object)
labels = species[(np.digitize(x / width + 0.2 * np.sin(y), [0.33, 0.66]))]
labels[hits == 0] = None
layers = [
    Layer(
        name="U-matrix", values=np.abs(waves[0]), unit="distance", description="Borders are high."
    ),
    Layer(name="Hits", values=hits, unit="rows", description="Rows of each cell.", kind="count"),
    Layer(name="Species", values=labels, description="The most frequent.", kind="category"),
]
layers += [
    Layer(name=f"plane {k}", values=wave, unit="mm", description=f"Plane {k} in original units.")
    for k, wave in enumerate(waves)
]
layers = layers[:count]


@st.fragment
def explore() -> None:
    if st.button("Select the first row of cells"):
        st.session_state.selected = frozenset(range(width))
    st.session_state.selected = linked_maps(
        layers,
        lattice=lattice,
        hits=hits,
        selected=st.session_state.get("selected", frozenset()),
        marked=frozenset({hits.size - 1}),
        notes=[f"row {node}: typical" for node in range(hits.size)],
        columns=columns,
        key="maps",
    )
    st.write("Selected:", str(sorted(st.session_state.selected)))


explore()
