from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from som_core.layers import catalogue
from som_core.layers.catalogue import CATALOGUE
from som_core.layers.layer import Layer
from testing.maps import a_map

NO_LAYERS = {"__init__", "catalogue", "choice", "columns", "layer", "row_means"}
ARGUMENTS = {
    "nothing": (),
    "feature": ("feature 0",),
    "column": (pd.Series([1.0, 2.0, 3.0, 3.0], name="height"),),
    "level": (pd.Series(["low", "low", "high", "high"], name="height"), "low"),
    "node": (0,),
    "counts": (np.array([3, 1, 0, 9]),),
    "means": (np.array([1.0, 2.5, np.nan, 4.0]), "height"),
    "row": (np.array([1.5]),),
    "parent": (["low", None, "high", "low"], ("low", "high"), ("#0072b2", "#d55e00")),
    "groups": (np.array([[0, 1], [-1, 0]]), ("low", "high"), ("#0072b2", "#d55e00")),
}


@pytest.mark.parametrize("choice", CATALOGUE, ids=lambda choice: choice.title)
def test_every_entry_of_the_menu_makes_a_layer_from_what_it_says_it_needs(choice):
    m = a_map([[[0], [1]], [[2], [3]]])
    layer = choice.make(m, *ARGUMENTS[choice.needs])
    assert isinstance(layer, Layer)
    assert layer.values.shape == (2, 2)
    assert layer.description


@pytest.mark.parametrize("choice", CATALOGUE, ids=lambda choice: choice.title)
def test_every_entry_says_in_one_sentence_how_to_read_it(choice):
    assert choice.says.endswith(".")
    assert ". " not in choice.says
    assert bool(choice.kinds) == (choice.needs in {"column", "level", "means"})


def test_no_two_entries_have_the_same_name():
    names = [choice.named("age", "old") for choice in CATALOGUE]
    assert len(set(names)) == len(names)


def test_every_file_of_a_layer_is_in_the_menu():
    files = {path.stem for path in Path(catalogue.__file__).parent.glob("*.py")} - NO_LAYERS
    assert files == {choice.make.__module__.rpartition(".")[2] for choice in CATALOGUE}
