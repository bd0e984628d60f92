import numpy as np
import pytest
from minisom import MiniSom
from numpy.testing import assert_allclose

from som_core.engines.spreading import spread
from som_core.geometry.lattice import grid_distance


@pytest.mark.parametrize("toroid", [False, True])
@pytest.mark.parametrize("lattice", ["rectangular", "hexagonal"])
@pytest.mark.parametrize(("height", "width"), [(4, 7), (6, 3), (2, 2)])
def test_gaussian_and_mexican_hat_go_by_the_distance_on_the_lattice(height, width, lattice, toroid):
    values = np.random.default_rng(0).normal(size=(height, width, 2))
    flat, sigma = values.reshape(-1, 2), 1.3
    layout = {"lattice": lattice, "toroid": toroid}
    away = np.array(
        [grid_distance(height, width, node=node, **layout) for node in range(height * width)]
    )
    gaussian = np.exp(-(away**2) / (2 * sigma**2))
    hat = gaussian * (1 - away**2 / sigma**2)

    for name, weights in {"gaussian": gaussian, "mexican_hat": hat}.items():
        found = spread(values, sigma, neighbourhood=name, **layout)
        assert_allclose(found.reshape(-1, 2), weights @ flat, atol=1e-12)


@pytest.mark.filterwarnings("ignore:triangle neighborhood:UserWarning")
@pytest.mark.parametrize("lattice", ["rectangular", "hexagonal"])
@pytest.mark.parametrize("neighbourhood", ["gaussian", "mexican_hat", "bubble", "triangle"])
def test_on_a_sheet_every_neighbourhood_is_that_of_minisom(neighbourhood, lattice):
    height, width = 5, 8
    som = MiniSom(width, height, 1, 2, neighborhood_function=neighbourhood, topology=lattice)
    for node in range(height * width):
        y, x = divmod(node, width)
        values = np.zeros((height, width, 1))
        values[y, x] = 1

        found = spread(values, 2, neighbourhood=neighbourhood, lattice=lattice, toroid=False)

        assert_allclose(found[..., 0], som.neighborhood((x, y), 2).T, atol=1e-14)


@pytest.mark.parametrize(
    ("neighbourhood", "expected"),
    [("bubble", [1, 1, 0, 0, 0, 1]), ("triangle", [2, 1, 0, 0, 0, 1])],
)
def test_counted_steps_go_around_a_toroid(neighbourhood, expected):
    values = np.zeros((1, 6, 1))
    values[0, 0] = 1

    found = spread(values, 2, neighbourhood=neighbourhood, lattice="rectangular", toroid=True)

    if neighbourhood == "triangle":
        found /= 2  # the weight along y, where there is no step
    assert_allclose(found[0, :, 0], expected)
