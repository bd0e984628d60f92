"""The menu of layers: what is not in this list is on no page, and what is in it is on all."""

from som_core.layers import (
    categories,
    component_plane,
    distance_from,
    errors,
    groups,
    hits,
    mean,
    of_all_rows,
    parent_groups,
    purity,
    share,
    u_matrix,
)
from som_core.layers.choice import LayerChoice

CATALOGUE: tuple[LayerChoice, ...] = (
    u_matrix.CHOICE,
    hits.CHOICE,
    of_all_rows.HITS,
    groups.CHOICE,
    parent_groups.CHOICE,
    component_plane.CHOICE,
    mean.CHOICE,
    of_all_rows.MEAN,
    categories.CHOICE,
    share.CHOICE,
    purity.CHOICE,
    distance_from.CHOICE,
    distance_from.FROM_ROW,
    errors.CHOICE,
)
