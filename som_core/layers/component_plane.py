"""Component planes: what each node stands for in one feature; and an order that groups them."""

from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import leaves_list, linkage, optimal_leaf_ordering
from scipy.spatial.distance import squareform

from som_core.errors import AtlasError
from som_core.files.dates import is_time_of_day
from som_core.layers.choice import LayerChoice
from som_core.layers.layer import DAYS, HOURS, Layer
from som_core.trained_map import TrainedMap

MOST_FOR_OPTIMAL_ORDER = 300  # its time grows with the cube of the number of planes


def component_plane(m: TrainedMap, feature: str | int) -> Layer:
    """Return one feature of the codebook in original units.

    Parameters
    ----------
    m : TrainedMap
    feature : name of a feature, or its position in `m.features`
        A category column has one feature per level, “column = level”, whose values are shares.

    Raises
    ------
    AtlasError
        If the map has no such feature.

    References
    ----------
    Vesanto (1999), SOM-based data visualization methods.
    """
    place = _place_of(m.features, feature)
    name = m.features[place]
    column = m.fitted.column_of(name)
    written_as = m.fitted.date_formats.get(column)
    values = m.fitted.original_units(m.codebook[:, :, place], name)
    if column != name:
        level = name.removeprefix(f"{column} = ")
        return Layer(
            name=name,
            values=values,
            unit="share",
            description=(
                f"Share of rows with “{level}” in “{column}” that each cell stands for, "
                "from 0 (none) to 1 (all)."
            ),
        )
    return Layer(
        name=name,
        values=values,
        unit=_date_unit(written_as),
        description=(
            f"The “{name}” that each cell stands for, in original units: rows in cells of one "
            "colour are alike in it."
        ),
    )


def _date_unit(written_as: str | None) -> str:
    """Return the unit of written dates or times; "" for numbers."""
    if written_as is None:
        return ""
    return HOURS if is_time_of_day(written_as) else DAYS


def _place_of(features: tuple[str, ...], feature: str | int) -> int:
    if isinstance(feature, str):
        if feature in features:
            return features.index(feature)
        near = get_close_matches(feature, features, n=3, cutoff=0.5) or features[:3]
        names = ", ".join(f"“{name}”" for name in near)
        raise AtlasError(f"The map has no feature “{feature}”. Near names are: {names}.")
    if not 0 <= feature < len(features):
        raise AtlasError(
            f"The map has no feature number {feature}. It has {len(features)}: 0 to "
            f"{len(features) - 1}."
        )
    return int(feature)


def order_planes(m: TrainedMap) -> tuple[str, ...]:
    """Return the features in an order in which similar component planes sit together.

    Planes that correlate are near each other, those that mirror each other are far apart; planes
    without any variation come last. The order does not depend on the scale of a feature.

    References
    ----------
    Vesanto (1999), SOM-based data visualization methods (component plane reorganisation).
    Bar-Joseph, Gifford and Jaakkola (2001), Fast optimal leaf ordering for hierarchical clustering.
    """
    planes = m.codebook.reshape(-1, len(m.features)).T
    varies = np.ptp(planes, axis=1) > 0
    order = [*np.flatnonzero(varies)[seriation(planes[varies])], *np.flatnonzero(~varies)]
    return tuple(m.features[place] for place in order)


def seriation(planes: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return an order of planes, shape (n_planes, n_nodes), by correlation; each plane varies."""
    if len(planes) < 3:
        return np.arange(len(planes))
    apart = np.clip(1 - np.corrcoef(planes), 0, 2)
    np.fill_diagonal(apart, 0)
    apart = squareform(apart, checks=False)
    tree = linkage(apart, method="average")
    if len(planes) <= MOST_FOR_OPTIMAL_ORDER:
        tree = optimal_leaf_ordering(tree, apart)
    order = leaves_list(tree)
    # An order and its reverse are equally good: start with the end that the table names first.
    return (order if order[0] < order[-1] else order[::-1]).astype(np.int64)


CHOICE = LayerChoice(
    title="{column}",
    says="What each cell stands for in one column that shaped the map, in the column's own units.",
    needs="feature",
    make=component_plane,
    is_classic=True,
)
