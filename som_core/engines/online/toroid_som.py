"""Som on a toroid, which MiniSom does not have."""

from som_core.engines.online.som import Som


class ToroidSom(Som):
    """A Som whose left edge meets its right and whose top meets its bottom.

    Distances on the map are those of `lattice.grid_distance` with `toroid=True`. A hexagonal toroid
    needs an even y, because its rows interlock in pairs. Bubble and triangle count whole steps in x
    and in y, wrapped; like MiniSom's, they know no hexagons.
    """

    _TOROID = True
