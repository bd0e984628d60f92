"""Random tables like a given one, but all of one piece: what its groups are compared with."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from som_core.cells import numbers_of
from som_core.columns.categories import MISSING, CategoryColumn
from som_core.columns.fitted_recipe import FittedRecipe, check_columns, with_times
from som_core.geometry.principal_axes import principal_axes
from som_core.preparation import Prepared
from som_core.reading import Table

Floats = NDArray[np.float64]

_CLOSEST = 0.99  # correlation of two columns, so that they stay two


@dataclass(frozen=True, eq=False)
class ReferenceTable:
    """A normal distribution bent to the columns of a table, from which tables are drawn.

    Normal variables with the correlations of the columns are drawn, and the ranks of each are
    filled with the column's own values (a normal copula). A category is a normal variable cut into
    levels by their shares; levels are ordered along the first principal axis of the rows. A cell
    that is missing in the table is missing in the reference. The fitted recipe encodes the cells.

    References
    ----------
    Sklar (1959), Fonctions de répartition à n dimensions et leurs marges: the copula.
    Olsson, Drasgow and Dorans (1982), The polyserial correlation coefficient: the correlation
    behind a variable that was cut into levels; here by the means of the normal variable in each.
    """

    fitted: FittedRecipe
    columns: tuple["_Column", ...]
    constant: dict[str, Floats]  # other columns that the recipe needs to fill missing values
    weights: Floats  # (n_rows,)
    directions: Floats  # (n_columns, n_columns), to be multiplied with independent variables

    @classmethod
    def learn(cls, rows: Prepared, weights: Floats, table: Table | None = None) -> Self:
        """Learn from prepared rows and their weights, (n_rows,).

        Without the table that they come from, values that the recipe filled in count as any other.
        """
        fitted = rows.fitted
        constant: dict[str, Floats] = {}
        if table is None:
            cells = _cells_of_matrix(rows)
        else:
            check_columns(table, fitted.recipe)
            whole, _ = with_times(table, fitted.date_formats, fitted.calendar_parts)
            frame = whole.iloc[rows.rows]
            cells = {c.recipe.name: c.cells_of(frame[c.recipe.name]) for c in fitted.columns}
            filling = () if fitted.neighbours is None else fitted.neighbours.columns
            constant = {name: numbers_of(frame[name]) for name in filling if name not in cells}
        axes = principal_axes(rows.matrix)
        along = np.nan_to_num(rows.matrix - axes.mean) @ axes.directions[0]
        columns = tuple(
            _Column.of_levels(column, cells[column.recipe.name], weights, along)
            if isinstance(column, CategoryColumn)
            else _Column.of_numbers(column.recipe.name, cells[column.recipe.name], weights)
            for column in fitted.columns
        )
        return cls(fitted, columns, constant, weights, _directions(columns, weights))

    def drawn(self, seed: list[int]) -> Floats:
        """Return the matrix of one random table, (n_rows, n_features)."""
        shape = (len(self.columns), len(self.weights))
        latent = self.directions @ np.random.default_rng(seed).normal(size=shape)
        cells = {
            column.name: column.filled(ranked, self.weights)
            for column, ranked in zip(self.columns, latent, strict=True)
        }
        filled = self._filled_by_neighbours(cells)
        matrix = np.empty((len(self.weights), len(self.fitted.features)))
        start = 0
        for fitted in self.fitted.columns:
            name, stop = fitted.recipe.name, start + len(fitted.features)
            fitted.encode(filled.get(name, cells[name]), matrix[:, start:stop])
            start = stop
        return matrix

    def _filled_by_neighbours(self, cells: dict[str, NDArray]) -> dict[str, Floats]:
        neighbours = self.fitted.neighbours
        if neighbours is None or all(column.present.all() for column in self.columns):
            return {}
        frame = pd.DataFrame({**self.constant, **cells})
        return neighbours.filled(frame, np.arange(len(frame)))


@dataclass(frozen=True, eq=False)
class _Column:
    """The distinct values of one column in order, as steps of a normal variable."""

    name: str
    present: NDArray[np.bool_]  # (n_rows,)
    values: NDArray  # (n_values,) numbers, or codes of levels
    upper: Floats  # (n_values,) share of the rows up to each value
    scores: Floats  # (n_rows,) mean of the normal variable within each row's step; 0 where missing
    missing: float | int  # what stands for a missing value

    @classmethod
    def of_numbers(cls, name: str, cells: Floats, weights: Floats) -> Self:
        present = ~np.isnan(cells)
        values, step = np.unique(cells[present], return_inverse=True)
        return cls(name, present, values, *_steps(step, present, weights), np.nan)

    @classmethod
    def of_levels(
        cls, column: CategoryColumn, codes: NDArray[np.int64], weights: Floats, along: Floats
    ) -> Self:
        """Return a category's levels, ordered by the mean of their rows along an axis."""
        present = codes >= 0
        found, level = np.unique(codes[present], return_inverse=True)
        weight = weights[present]
        means = np.bincount(level, weight * along[present]) / np.bincount(level, weight)
        order = means.argsort(kind="stable")
        step = order.argsort()[level]
        return cls(
            column.recipe.name, present, found[order], *_steps(step, present, weights), MISSING
        )

    def filled(self, ranked: Floats, weights: Floats) -> NDArray:
        """Return a value for each row, (n_rows,), in the order of another variable."""
        rows = np.flatnonzero(self.present)
        rows = rows[ranked[rows].argsort()]
        middle = np.cumsum(weights[rows]) - weights[rows] / 2
        step = np.searchsorted(self.upper, middle / weights[rows].sum())
        cells = np.full(len(weights), self.missing)
        cells[rows] = self.values[np.minimum(step, len(self.values) - 1)]
        return cells


def _steps(
    step: NDArray[np.int64], present: NDArray[np.bool_], weights: Floats
) -> tuple[Floats, Floats]:
    """Return the share of rows up to each step, and the mean normal score of each row's step."""
    shares = np.bincount(step, weights[present])
    shares = shares / shares.sum()
    upper = np.minimum(np.cumsum(shares), 1.0)
    upper[-1] = 1.0
    density = np.exp(-(ndtri(upper[:-1]) ** 2) / 2) / np.sqrt(2 * np.pi)
    below, above = np.append(0.0, density), np.append(density, 0.0)
    scores = np.zeros(len(weights))
    scores[present] = ((below - above) / shares)[step]
    return upper, scores


def _directions(columns: tuple[_Column, ...], weights: Floats) -> Floats:
    """Return what gives independent normal variables the correlations behind the columns."""
    scores = np.array([column.scores for column in columns])
    present = np.array([column.present for column in columns], dtype=float)
    both = (present * weights) @ present.T
    products = np.divide((scores * weights) @ scores.T, both, out=0 * both, where=both > 0)
    variances = products.diagonal()
    # Between two steps, scores vary as much as the variable does; within one they don't.
    correlations = np.clip(products / np.outer(variances, variances), -_CLOSEST, _CLOSEST)
    np.fill_diagonal(correlations, 1.0)
    strengths, axes = np.linalg.eigh(correlations)
    directions = axes * np.sqrt(np.maximum(strengths, 0))
    return directions / np.linalg.norm(directions, axis=1)[:, None]


def _cells_of_matrix(rows: Prepared) -> dict[str, NDArray]:
    """Return the cells of each trained column as the matrix has them."""
    cells: dict[str, NDArray] = {}
    start = 0
    for column in rows.fitted.columns:
        block = rows.matrix[:, start : start + len(column.features)]
        start += len(column.features)
        if isinstance(column, CategoryColumn):
            shares = np.column_stack(
                [column.decode(block[:, at], feature) for at, feature in enumerate(column.features)]
            )
            missing = np.isnan(shares).any(axis=1)
            cells[column.recipe.name] = np.where(
                missing, MISSING, np.nan_to_num(shares).argmax(axis=1)
            )
        else:
            cells[column.recipe.name] = column.plane(block, column.recipe.name)
    return cells
