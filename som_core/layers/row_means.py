"""What a node's own rows hold on average, beside what the node stands for."""

from dataclasses import replace

from som_core.cells import level_texts
from som_core.layers.columns import column_to_average
from som_core.layers.layer import Layer
from som_core.layers.mean import mean_layer
from som_core.layers.share import share_layer
from som_core.reading import Table
from som_core.trained_map import TrainedMap


def with_row_means(m: TrainedMap, plane: Layer, feature: str, table: Table) -> Layer:
    """Return a component plane that also holds the mean of each node's own rows.

    Its values are the codebook's, which neighbours shape too; so both may differ.

    Parameters
    ----------
    m : TrainedMap
    plane : as `component_plane` returns it
    feature : whose plane it is
        The mean of a level is its share. A column on a circle has no mean: its plane stays as it
        is, and so does that of all rare levels together.
    table : whose rows lie on the map
    """
    name = m.fitted.column_of(feature) if feature in m.features else feature
    if m.fitted.circle(name) is not None:
        return plane
    if feature == name:
        return replace(plane, row_means=mean_layer(m, column_to_average(table, name)).values)
    texts, level = level_texts(table.column(name)), feature.removeprefix(f"{name} = ")
    if not (texts == level).any():
        return plane
    return replace(plane, row_means=share_layer(m, texts, level).values)
