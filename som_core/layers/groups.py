"""The groups of a map, each in its colour."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from som_core.layers.choice import LayerChoice
from som_core.layers.layer import Layer
from som_core.trained_map import TrainedMap


def group_map(
    m: TrainedMap,
    node_labels: NDArray[np.int64],
    names: Sequence[str],
    colours: Sequence[str] = (),
) -> Layer:
    """Return the group that each node is in; None for those in no group.

    Parameters
    ----------
    m : TrainedMap
    node_labels : array of shape (height, width), as `Regions.node_labels`: -1 in no group
    names : of the groups
    colours : of the groups; those of the palette if not given
    """
    labels = np.array([*names, None], dtype=object)  # -1 is the last
    return Layer(
        name="Groups",
        values=labels[node_labels],
        description="The group that each cell is in.",
        kind="category",
        levels=tuple(names),
        colours=tuple(colours),
    )


CHOICE = LayerChoice(
    title="Groups",
    says="The group that each cell is in, in its colour.",
    needs="groups",
    make=group_map,
)
