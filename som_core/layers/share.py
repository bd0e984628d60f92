"""The share of each node's rows that have one level of a column: a rate, cell by cell."""

import numpy as np
import pandas as pd

from som_core.errors import AtlasError
from som_core.layers.choice import LayerChoice
from som_core.layers.columns import Values, name_of, on_the_map
from som_core.layers.layer import Layer
from som_core.trained_map import TrainedMap
from som_core.wording import listed


def share_layer(m: TrainedMap, column: Values, level: object) -> Layer:
    """Return the share of each node's rows that have a level; NaN where none has a value.

    Where one level is the most frequent nearly everywhere, its rate still differs from cell to
    cell: churned 7 % here, 39 % there.

    Parameters
    ----------
    m : TrainedMap
    column : levels, one for each row of the table or one for each trained row
        Missing values count neither as this level nor as another.
    level : one of them

    Raises
    ------
    AtlasError
        If the column doesn't have the level, or its length fits neither the table nor the trained
        rows.
    """
    series = pd.Series(column)
    name = name_of(column) or "column"
    has_level = (series == level).fillna(False).to_numpy(bool)
    if not has_level.any():
        levels = [str(other) for other in series.dropna().unique()[:20]]
        raise AtlasError(
            f"“{name}” has no “{level}”. "
            + (f"It has {listed(levels)}: choose one of them." if levels else "It is empty.")
        )
    on_map = on_the_map(m, series)
    is_level = (on_map == level).fillna(False).to_numpy(bool)
    has_value = on_map.notna().to_numpy()
    n_nodes = m.settings.n_nodes
    count = np.bincount(m.bmu[has_value], minlength=n_nodes)
    of_level = np.bincount(m.bmu[is_level], minlength=n_nodes)
    share = np.divide(of_level, count, out=np.full(n_nodes, np.nan), where=count > 0)
    return Layer(
        name=CHOICE.named(name, str(level)),
        values=share.reshape(m.codebook.shape[:2]),
        unit="share",
        description=(
            f"Share of each cell's rows that have “{level}” in “{name}”, from 0 (none) to 1 (all)."
        ),
    )


CHOICE = LayerChoice(
    title="Share of {column} = {level}",
    says="Which share of each cell's rows has this level: a rate that differs from cell to cell.",
    needs="level",
    make=share_layer,
    kinds=frozenset({"category", "boolean"}),
)
