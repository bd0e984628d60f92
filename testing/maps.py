"""Small maps made by hand, for tests of what can be read from a map."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from som_core.geometry.best_matching import best_two
from som_core.preparation import Prepared, prepare
from som_core.reading import Dialect, Table, read_table
from som_core.recipe import ColumnRecipe, Recipe
from som_core.settings import MapSettings
from som_core.trained_map import TrainedMap


def a_table(columns) -> Table:
    """Return a table of columns given by name."""
    return Table(pd.DataFrame(columns), "a table", Dialect())


def a_shop(n_rows: int) -> Table:
    """Return customers with a column of each kind: number, whole number, category, date, time."""
    lines = [
        f"{(row * 37 % 200) / 4 if row % 9 else ''},{18 + row % 60},"
        f"{('north', 'south', 'east', '')[row % 4]},"
        f"{2020 + row % 4}-{1 + row % 12:02}-{1 + row % 28:02},{row % 24:02}:{row % 60:02}"
        for row in range(n_rows)
    ]
    return read_table("\n".join(["income,age,region,date,at", *lines]).encode(), "shop.csv")


def as_prepared(matrix, features=None) -> Prepared:
    """Return a matrix as if it had been prepared by a recipe that leaves all numbers alone."""
    matrix = np.asarray(matrix, dtype=float)
    names = features or [f"feature {place}" for place in range(matrix.shape[1])]
    recipe = Recipe(tuple(ColumnRecipe(name=name, missing="keep", scale="none") for name in names))
    fitted = prepare(a_table({name: [0.0, 1.0] for name in names}), recipe).fitted
    return Prepared(matrix, fitted.features, np.arange(len(matrix)), (), fitted)


def a_map(codebook, matrix=None, *, features=None, rows=None, **settings) -> TrainedMap:
    """Return a map with this codebook, (height, width, n_features), and rows on it.

    Without a matrix, each node has one row, which equals it.
    """
    codebook = np.asarray(codebook, dtype=float)
    height, width, n_features = codebook.shape
    if matrix is None:
        matrix = codebook.reshape(-1, n_features)
    prepared = as_prepared(matrix, features)
    chosen = MapSettings(height=height, width=width, sigma=1, **settings)
    matches = best_two(prepared.matrix, codebook, chosen.distance)
    return TrainedMap(
        codebook=codebook,
        bmu=matches.bmu,
        second_bmu=matches.second_bmu,
        distance=matches.distance,
        rows=prepared.rows if rows is None else np.asarray(rows, dtype=np.int64),
        settings=chosen,
        fitted=prepared.fitted,
    )


def a_matrix(
    n_rows: int = 13_000, n_features: int = 5, *, gaps: bool = False
) -> NDArray[np.float64]:
    """Return rows drawn by chance, always the same, with or without gaps."""
    random = np.random.default_rng(0)
    matrix = random.normal(size=(n_rows, n_features))
    if gaps:
        matrix[random.random(matrix.shape) < 0.1] = np.nan
    return matrix
