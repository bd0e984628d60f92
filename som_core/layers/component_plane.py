"""Component planes: what each node stands for in one feature; and an order that groups them."""

from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import leaves_list, linkage, optimal_leaf_ordering
from scipy.spatial.distance import squareform

from som_core.columns.calendar_words import UNITS
from som_core.columns.cycles import DAY, WEEK, YEAR, CyclicColumn
from som_core.errors import AtlasError
from som_core.files.dates import is_time_of_day
from som_core.layers.choice import LayerChoice
from som_core.layers.layer import DAYS, HOURS, Layer
from som_core.trained_map import TrainedMap

# What a circle of dates is shown in, by its length in days: hours, days of the week or the year.
_PARTS_OF_DATES = {
    DAY: (24, HOURS),
    WEEK: (1, "days since Monday"),
    YEAR: (1, "days since 1 January"),
}
MOST_FOR_OPTIMAL_ORDER = 300  # its time grows with the cube of the number of planes


def component_plane(m: TrainedMap, feature: str | int) -> Layer:
    """Return one feature of the codebook in original units.

    Parameters
    ----------
    m : TrainedMap
    feature : name of a feature, or its position in `m.features`
        A category column has one feature per level, “column = level”, whose values are shares. A
        column on a circle goes by its own name, and comes in its own units.

    Raises
    ------
    AtlasError
        If the map has no such feature.

    References
    ----------
    Vesanto (1999), SOM-based data visualization methods.
    """
    if isinstance(feature, str) and (circle := m.fitted.circle(feature)) is not None:
        return _circle(m, circle)
    place = _place_of(m.features, feature)
    name = m.features[place]
    column = m.fitted.column_of(name)
    values = m.fitted.original_units(m.codebook[:, :, place], name)
    if m.fitted.circle(column) is not None:
        return Layer(
            name=name,
            values=values,
            description=(
                f"One of the two features by which “{column}” lies on a circle; both together are "
                f"the plane “{column}”."
            ),
        )
    written_as = m.fitted.date_formats.get(column)
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


def _circle(m: TrainedMap, column: CyclicColumn) -> Layer:
    """Return a column on a circle in its own units, or the part of a date that goes round."""
    name = column.recipe.name
    written_as = m.fitted.date_formats.get(name)
    factor, unit = 1, UNITS[column.names] if column.names else ""
    if written_as is not None:
        is_time = is_time_of_day(written_as)
        factor, unit = (1, HOURS) if is_time else _PARTS_OF_DATES.get(column.period, (1, "days"))
    return Layer(
        name=name,
        values=factor * m.fitted.plane(m.codebook, name),
        unit=unit,
        description=(
            f"The “{name}” that each cell stands for, on its circle: both ends of the scale are "
            "one place. Cells without a colour stand for all of the circle alike."
        ),
        circle=(factor * column.start, factor * (column.start + column.period)),
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
    """Return the planes in an order in which similar ones sit together.

    Planes are the features, but for a column on a circle, which is one plane of two features.

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
    features = [m.features[place] for place in order]
    columns = [m.fitted.column_of(name) for name in features]
    names = [
        name if m.fitted.circle(column) is None else column
        for name, column in zip(features, columns, strict=True)
    ]
    return tuple(dict.fromkeys(names))


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
