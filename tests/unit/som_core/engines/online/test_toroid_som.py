import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from som_core.engines.online import compilation
from som_core.engines.online.som import Som
from som_core.engines.online.toroid_som import ToroidSom
from som_core.geometry.lattice import grid_distance

WIDTH, HEIGHT = 5, 6


@pytest.fixture(autouse=True, scope="module")
def compiled_kernels():
    compilation.warm_up().join()
    assert compilation.kernels() is not None


def weights_around(neighbourhood, topology, x, y, sigma):
    """The weight of each node, (WIDTH, HEIGHT), one by one."""
    weights = np.zeros((WIDTH, HEIGHT))
    for i in range(WIDTH):
        for j in range(HEIGHT):
            away = grid_distance(HEIGHT, WIDTH, topology, toroid=True, node=y * WIDTH + x)
            ratio = away[j * WIDTH + i] ** 2 / (2 * sigma**2)
            steps_x = min(abs(i - x), WIDTH - abs(i - x))
            steps_y = min(abs(j - y), HEIGHT - abs(j - y))
            weights[i, j] = {
                "gaussian": np.exp(-ratio),
                "mexican_hat": np.exp(-ratio) * (1 - 2 * ratio),
                "bubble": float(steps_x < sigma and steps_y < sigma),
                "triangle": max(sigma - steps_x, 0) * max(sigma - steps_y, 0),
            }[neighbourhood]
    return weights


def trained_row_by_row(som, rows, n_epochs, neighbourhood, topology):
    """The weights after a training in epochs with sigma and learning rate 2 and 0.1 at first."""
    weights = som.get_weights().copy()
    for epoch in range(n_epochs):
        decay = 1 + epoch / (n_epochs / 2)
        for row in rows:
            distances = np.sqrt(((row - weights) ** 2).sum(axis=-1))
            x, y = np.unravel_index(distances.argmin(), distances.shape)
            strengths = 0.1 / decay * weights_around(neighbourhood, topology, x, y, 2 / decay)
            weights += strengths[..., None] * (row - weights)
    return weights


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:triangle neighborhood function does not")
@pytest.mark.parametrize("topology", ["rectangular", "hexagonal"])
@pytest.mark.parametrize("neighbourhood", ["gaussian", "mexican_hat", "bubble", "triangle"])
def test_neighbourhoods_reach_across_the_edges(neighbourhood, topology):
    rows = np.random.default_rng(0).normal(size=(40, 3))
    som = ToroidSom(
        WIDTH,
        HEIGHT,
        3,
        sigma=2,
        learning_rate=0.1,
        neighborhood_function=neighbourhood,
        topology=topology,
        random_seed=0,
    )
    expected = trained_row_by_row(som, rows, 3, neighbourhood, topology)
    som.train(rows, 3, use_epochs=True)
    assert_allclose(som.get_weights(), expected, rtol=0, atol=1e-9)


@pytest.mark.filterwarnings("ignore:triangle neighborhood function does not")
@pytest.mark.parametrize("topology", ["rectangular", "hexagonal"])
@pytest.mark.parametrize("neighbourhood", ["gaussian", "mexican_hat", "bubble", "triangle"])
def test_one_step_at_a_time_by_numpy_gives_the_same_map(neighbourhood, topology):
    rows = np.random.default_rng(0).normal(size=(60, 3))
    options = {"sigma": 2, "neighborhood_function": neighbourhood, "topology": topology}
    compiled = ToroidSom(WIDTH, HEIGHT, 3, learning_rate=0.1, random_seed=0, **options)
    by_numpy = ToroidSom(WIDTH, HEIGHT, 3, learning_rate=0.1, random_seed=0, **options)
    compiled.train(rows, 60)
    for t, row in enumerate(rows):
        by_numpy.update(row, by_numpy.winner(row), t, 60)
    assert_array_equal(compiled.get_weights(), by_numpy.get_weights())


def test_every_node_of_a_toroid_has_the_same_neighbourhood():
    toroid = ToroidSom(WIDTH, HEIGHT, 3, topology="hexagonal")
    sheet = Som(WIDTH, HEIGHT, 3, topology="hexagonal")
    nodes = [(x, y) for x in range(WIDTH) for y in range(HEIGHT)]
    strengths = [toroid.neighborhood(node, 1.5).sum() for node in nodes]
    assert_allclose(strengths, strengths[0])
    assert np.ptp([sheet.neighborhood(node, 1.5).sum() for node in nodes]) > 1
