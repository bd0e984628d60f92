"""The groups of the map on which a map's rows were chosen: where they lie on the new one."""

from collections.abc import Sequence
from dataclasses import replace

from som_core.layers.categories import category_map
from som_core.layers.choice import LayerChoice
from som_core.layers.columns import Values
from som_core.layers.layer import Layer
from som_core.trained_map import TrainedMap


def parent_group_map(
    m: TrainedMap, group_of_rows: Values, names: Sequence[str], colours: Sequence[str]
) -> Layer:
    """Return the group of the parent map that most rows of each node are in; None where none is.

    Parameters
    ----------
    m : TrainedMap
    group_of_rows : names of groups, one for each row of the table or one for each trained row
        Missing where a row is in no group of the parent map.
    names : of its groups
    colours : of its groups, as on the parent map
    """
    return replace(
        category_map(m, group_of_rows),
        name=CHOICE.title,
        description="The group of the parent map that most rows of each cell are in.",
        levels=tuple(names),
        colours=tuple(colours),
    )


CHOICE = LayerChoice(
    title="Groups of the parent map",
    says="The group of the map on which these rows were chosen that most rows of each cell are in, "
    "in its colour.",
    needs="parent",
    make=parent_group_map,
)
