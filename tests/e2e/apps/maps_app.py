"""Only the linked maps, with made-up layers: `?height=6&width=6&layers=3&large=Hits`."""

import time

import numpy as np
import streamlit as st

from som_core.drawing.overlays import (
    Borders,
    CellPath,
    Glyphs,
    MarkedCells,
    Overlay,
    RowMarks,
)
from som_core.drawing.palette import LEVELS, group_colour
from som_core.geometry.lattice import coordinates
from som_core.layers.layer import Layer
from testing.payloads import HOSTILE_TEXTS
from ui.linked_maps import large_on, linked_maps, selection_on

st.set_page_config(layout="wide")
asked = st.query_params
height = int(asked.get("height", "6"))
width = int(asked.get("width", "6"))
lattice = asked.get("lattice", "hexagonal")
n_levels = int(asked.get("levels", "3"))

x, y = (axis.reshape(height, width) for axis in coordinates(height, width, lattice).T)
hits = np.random.default_rng(0).poisson(np.exp(1.5 * np.sin(x / 3) * np.cos(y / 4)))
hits.flat[0] = 0  # a cell without rows that tests can rely on
nodes = np.arange(height * width).reshape(height, width)
labels = np.array([f"level {k + 1}" for k in range(n_levels)], dtype=object)[
    np.minimum(nodes * n_levels // nodes.size, n_levels - 1)
]
labels[hits == 0] = None


def lens() -> list[Layer]:
    """A layer whose name changes with the selection, as that of the distance lens does."""
    selected = st.session_state.get("selected", frozenset())
    if "lens" not in asked or len(selected) != 1:
        return []
    (node,) = selected
    away = np.hypot(x - x.flat[node], y - y.flat[node])
    return [Layer(name=f"Distance from cell {node}", values=away)]


def wave(k: int, shift: float = 0.0) -> np.ndarray:
    return np.sin(x / 3 + k + shift) * np.cos(y / (4 + k)) * 10.0 ** (k % 5 - 1)


def layers() -> list[Layer]:
    if "hostile" in asked:
        return [
            Layer(name=text, values=wave(k), unit=text, description=text)
            for k, text in enumerate(HOSTILE_TEXTS.values())
        ]
    planes = [
        Layer(name=f"plane {k}", values=wave(k), unit="mm", description="Means of the cells.")
        for k in range(21)
    ]
    classic = [
        Layer(name="U-matrix", values=np.abs(wave(0)), unit="distance"),
        Layer(name="Hits", values=hits, unit="rows", kind="count"),
        Layer(name="Levels", values=labels, kind="category"),
    ]
    return lens() + (classic + planes)[: int(asked.get("layers", "3"))]


@st.cache_resource
def rows_of_two_kinds(n_rows: int) -> RowMarks:
    rng = np.random.default_rng(1)
    node = rng.integers(height * width, size=n_rows)
    return RowMarks(
        x=x.ravel()[node] + rng.uniform(-0.4, 0.4, n_rows),
        y=y.ravel()[node] + rng.uniform(-0.4, 0.4, n_rows),
        kinds=node % 2,
        names=("even", "odd"),
        colours=LEVELS[:2],
    )


def groups() -> list[Overlay]:
    """Three groups with outliers in their middle, and halves of the first one nested in it."""
    labels = np.where(x > x.mean(), 1, 0)
    labels[y > 0.7 * y.max()] = 2
    labels[height // 3, width // 2 : width // 2 + 2] = -1
    nested = np.where((labels == 0) & (y > y.mean() / 2), 1, 0)
    hostile = tuple(HOSTILE_TEXTS.values())[:2]
    names = hostile if "hostile" in asked else ("young, entertainment", "old")
    return [
        Borders(
            node_labels=labels,
            names=(*names, "professionals who travel a lot and spend more than all the others do"),
            colours=tuple(map(group_colour, range(3))),
            dimmed=frozenset({2}) if "dimmed" in asked else frozenset(),
        ),
        Borders(node_labels=nested, level=1),
    ]


def overlays() -> list[Overlay]:
    drawn: list[Overlay] = [MarkedCells(nodes=frozenset({hits.size - 1}))]
    if "groups" in asked:
        drawn += groups()
    if "path" in asked:
        drawn.append(CellPath(nodes=tuple(int(node) for node in asked["path"].split(","))))
    if "glyphs" in asked:
        values = np.random.default_rng(2).dirichlet([1, 1, 1], hits.size)
        drawn.append(
            Glyphs(values=values, kind=asked["glyphs"], names=tuple("abc"), colours=LEVELS[:3])
        )
    if "rows" in asked:
        drawn.append(rows_of_two_kinds(int(asked["rows"])))
    return drawn


@st.fragment
def explore() -> None:
    if st.button("Select the first row of cells"):
        st.session_state.selected = frozenset(range(width))
    if not st.toggle("Show the maps", True):
        return
    before = st.session_state.get("selected", frozenset())
    st.session_state.selected = selection_on("maps", before, hits.size)
    large = asked.get("large")
    if large is not None:
        asked["large"] = large = large_on("maps", large)
    place = st.container() if st.toggle("In a box") else st.columns(1)[0]
    with place:
        draw_maps(large)
    if large is not None:
        st.write("Large:", large)
    st.write("Selected:", str(sorted(st.session_state.selected)))


def draw_maps(large: str | None) -> None:
    linked_maps(
        layers(),
        lattice=lattice,
        hits=hits,
        selected=st.session_state.selected,
        toroid="toroid" in asked,
        overlays=overlays(),
        notes=list(HOSTILE_TEXTS.values())[:1] * hits.size,
        large=large,
        height=int(asked["tall"]) if "tall" in asked else None,
        key="maps",
    )


@st.fragment(run_every=0.3)
def watch() -> None:
    growing = Layer(name="U-matrix", values=wave(0, shift=time.time() % 60))
    linked_maps([growing], lattice=lattice, key="training")


if "live" in asked:
    watch()
else:
    explore()
