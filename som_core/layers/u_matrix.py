"""The U-matrix: how far each node lies from its neighbours, so where clusters border each other."""

import numpy as np
from numpy.typing import NDArray

from som_core.errors import AtlasError
from som_core.geometry.lattice import neighbours
from som_core.layers.choice import LayerChoice
from som_core.layers.layer import Layer
from som_core.settings import Lattice
from som_core.trained_map import TrainedMap


def neighbour_distance(
    codebook: NDArray[np.float64], lattice: Lattice, *, toroid: bool = False
) -> NDArray[np.float64]:
    """Return each node's mean Euclidean distance to its neighbours on the lattice.

    Parameters
    ----------
    codebook : array of shape (height, width, n_features), in scaled units
    lattice : "rectangular" (8 neighbours, as MiniSom) or "hexagonal" (6)
    toroid : whether nodes at one edge are neighbours of those at the opposite one

    Returns
    -------
    array of shape (height, width), in scaled units
        High where clusters border each other, low inside them.

    Raises
    ------
    AtlasError
        If the map has one node, which has no neighbour.

    References
    ----------
    Ultsch and Siemon (1990), Kohonen's self organizing feature maps for exploratory data analysis.
    """
    height, width, n_features = codebook.shape
    if height * width == 1:
        raise AtlasError("A map of one node has no U-matrix. Choose a larger map.")
    nodes = codebook.reshape(-1, n_features)
    total = np.zeros(len(nodes))
    count = np.zeros(len(nodes))
    # One direction at a time, so that memory stays at twice the codebook.
    for neighbour in neighbours(height, width, lattice, toroid=toroid).T:
        exists = neighbour >= 0
        total += np.where(exists, np.linalg.norm(nodes - nodes[neighbour], axis=1), 0)
        count += exists
    return (total / count).reshape(height, width)


def u_matrix(m: TrainedMap) -> Layer:
    """Return the U-matrix as a layer; raises as `neighbour_distance` does."""
    return Layer(
        name="U-matrix",
        values=neighbour_distance(m.codebook, m.lattice, toroid=m.toroid),
        unit="scaled units",
        description=(
            "Mean distance of a cell to its neighbours: high values are borders between clusters, "
            "low values their insides."
        ),
    )


CHOICE = LayerChoice(
    title="U-matrix",
    says="How different each cell is from its neighbours: ridges part groups of rows.",
    make=u_matrix,
    is_classic=True,
)
