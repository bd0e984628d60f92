"""The workbook of differences: what `explain` says, and what each number means."""

import io

import numpy as np
import pandas as pd

from som_core import ColumnRecipe, Recipe, explain, explain_all
from som_core.exports.differences import (
    MEANINGS,
    all_differences,
    all_differences_workbook,
    differences_workbook,
)
from testing.maps import a_table


def test_the_workbook_has_the_effects_the_sentences_and_what_each_number_means():
    found = explain(
        a_table({"x": np.arange(40.0), "side": ["left"] * 20 + ["=right"] * 20}), range(20)
    )
    sheets = pd.read_excel(
        io.BytesIO(differences_workbook(found)), sheet_name=None, engine="openpyxl"
    )
    effects = sheets["Differences"]
    pd.testing.assert_frame_equal(
        effects[["column", "delta", "low", "in_words"]],
        found.effects[["column", "delta", "low", "in_words"]],
        check_dtype=False,
    )
    assert tuple(sheets["In words"]["in words"]) == found.sentences
    assert sheets["Meanings"]["name"].tolist() == effects.columns.tolist()


def test_every_number_of_an_explanation_has_a_meaning():
    found = explain(a_table({"x": np.arange(40.0)}), range(20))
    assert list(MEANINGS) == list(found.effects.columns)


def test_all_groups_are_one_table_and_a_sheet_each():
    table = a_table({"x": np.arange(40.0), "y": np.arange(40.0)[::-1] ** 2})
    groups = {"low": np.arange(20), "Meanings": np.arange(20, 40)}
    explained = explain_all(table, groups, recipe=Recipe((ColumnRecipe(name="x"),)))
    found = all_differences(explained)
    assert found["group"].tolist() == ["low", "low", "Meanings", "Meanings"]
    pd.testing.assert_frame_equal(
        found.loc[:1, list(MEANINGS)], explained["low"].effects[list(MEANINGS)]
    )
    sheets = pd.read_excel(
        io.BytesIO(all_differences_workbook(explained)), sheet_name=None, engine="openpyxl"
    )
    assert list(sheets) == ["low", "Meanings", "Meanings of numbers"]
    assert sheets["Meanings"]["column"].tolist() == explained["Meanings"].effects["column"].tolist()
