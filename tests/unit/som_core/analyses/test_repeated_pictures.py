"""Which layers show the same picture."""

import numpy as np

from som_core.analyses.repeated_pictures import FEWEST_NODES, repeated_pictures
from som_core.layers.layer import Layer

RANDOM = np.random.default_rng(0)
VALUES = RANDOM.normal(size=(4, 5))


def layer(name, values, **kind) -> Layer:
    return Layer(name=name, values=values, **kind)


def test_a_layer_in_another_unit_and_a_mirror_image_repeat_the_first():
    noisy = 32 + 1.8 * VALUES + 0.05 * RANDOM.normal(size=VALUES.shape)
    found = repeated_pictures(
        [
            layer("celsius", VALUES),
            layer("other", RANDOM.normal(size=VALUES.shape)),
            layer("fahrenheit", noisy),
            layer("cold", -VALUES),
        ]
    )
    assert [(one.name, one.other) for one in found] == [
        ("celsius", "cold"),
        ("celsius", "fahrenheit"),
    ]
    assert found[0].in_words == "“celsius” and “cold” (r = −1.00, as in a mirror)"


def test_cells_without_a_value_in_either_are_left_out():
    own_rows = VALUES.copy()
    own_rows[0, :3] = np.nan
    assert repeated_pictures([layer("plane", VALUES), layer("mean", own_rows)])


def test_few_cells_are_alike_by_chance_and_are_not_compared():
    few = np.arange(float(FEWEST_NODES - 1)).reshape(1, -1)
    assert repeated_pictures([layer("a", few), layer("b", few)]) == ()


def test_labels_circles_and_layers_of_one_value_repeat_nothing():
    labels = np.full(VALUES.shape, "a", dtype=object)
    layers = [layer(name, labels, kind="category") for name in "ab"]
    layers += [layer(name, VALUES, circle=(0.0, 24.0)) for name in "cd"]
    layers += [layer(name, np.ones(VALUES.shape)) for name in "ef"]
    assert repeated_pictures(layers) == ()
    assert repeated_pictures([]) == ()
