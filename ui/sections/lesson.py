"""The small live example of the Learn page: the penguins' bills, as a map and by K-means."""

from dataclasses import replace

import plotly.graph_objects as go
import streamlit as st

from som_core.analyses.clusters import kmeans_labels
from som_core.figures.nets import centres_figure, net_figure
from som_core.preparation import Prepared, prepare
from som_core.reading import read_table
from som_core.recipe import Recipe
from som_core.settings import MapSettings
from som_core.suggestions.recipe import suggest_recipe
from som_core.training import train
from ui.samples import SAMPLES

AXES = ("bill_length_mm", "bill_depth_mm")


@st.cache_resource
def _bills() -> Prepared:
    """The two bill measures, cleaned; unscaled, so that the axes stay millimetres."""
    penguins = SAMPLES[0]
    table = read_table(penguins.content(), penguins.file)
    columns = tuple(
        replace(column, role="train", missing="drop_row", scale="none", transform="none")
        if column.name in AXES
        else replace(column, role="drop")
        for column in suggest_recipe(table).columns
    )
    return prepare(table, Recipe(columns))


@st.cache_data
def net(epochs: int) -> go.Figure:
    bills = _bills()
    settings = MapSettings(height=6, width=6, sigma=3, epochs=epochs)
    trained = train(bills, settings)
    return net_figure(bills.matrix, trained.codebook, settings, axes=AXES)


@st.cache_data
def centres(k: int) -> go.Figure:
    bills = _bills()
    return centres_figure(bills.matrix, kmeans_labels(bills.matrix, k, seed=0), axes=AXES)
