"""Settings that suit a table: how many nodes, in what shape, with what radius."""

from math import sqrt

from som_core.errors import AtlasError
from som_core.geometry.principal_axes import principal_axes
from som_core.preparation import Prepared, PreparedOnDisk
from som_core.settings import MapSettings

_LONGEST_SIDE = 60
_SHORTEST_SIDE = 4
_MOST_ELONGATED = 2.0
_NODES_PER_ROW = 2 / 3
_ON_A_LINE = 0.02  # of the spread along the line: what the rows may spread beside it


def suggest_settings(prepared: Prepared | PreparedOnDisk) -> MapSettings:
    """Return settings that suit the table: about 5·√n_rows nodes, in the shape of the rows.

    The sides of the map are to each other as the spreads of the rows along their two principal
    axes, at most 2 to 1; the longer side is the width. Small tables get fewer nodes than rows
    (though never less than 4 × 4 nodes), long ones at most 60 in a row. The radius starts at a
    third of the width (measured: docs/decisions/batch-training.md). Rows that lie on one line, as
    those of one column do, get a chain of nodes: a sheet would be folded along it.

    Raises
    ------
    AtlasError
        If there are no rows.

    References
    ----------
    Vesanto, Himberg, Alhoniemi and Parhankangas (2000), SOM Toolbox for Matlab 5.
    """
    n_rows = len(prepared.matrix)
    if n_rows == 0:
        raise AtlasError("There are no rows to make a map of. Keep more rows in the recipe.")
    longer, shorter = principal_axes(prepared.matrix).spreads
    if shorter <= _ON_A_LINE * longer:
        n_nodes = min(5 * sqrt(n_rows), n_rows * _NODES_PER_ROW, _LONGEST_SIDE)
        width = max(round(n_nodes), _SHORTEST_SIDE)
        return MapSettings(height=1, width=width, sigma=round(width / 3, 1))
    elongation = min(longer / shorter, _MOST_ELONGATED)
    n_nodes = min(5 * sqrt(n_rows), n_rows * _NODES_PER_ROW, _LONGEST_SIDE**2 / elongation)
    # Even, so that the map can be closed to a toroid.
    height = max(2 * round(sqrt(n_nodes / elongation) / 2), _SHORTEST_SIDE)
    width = min(max(round(n_nodes / height), height), _LONGEST_SIDE)
    return MapSettings(height=height, width=width, sigma=round(width / 3, 1))
