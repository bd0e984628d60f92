from dataclasses import replace

from testing.saved_maps import A_SAVED_MAP
from ui.map_tree import ancestors, map_number, map_tree
from workspace.maps import Parent


def a_map(name, parent=""):
    of = Parent(map=parent, name="", chosen_by="", n_rows=30) if parent else None
    return replace(A_SAVED_MAP, id=name, parent=of)


def test_maps_of_some_rows_stand_below_the_one_they_are_from():
    maps = [a_map("e", "b"), a_map("d", "a"), a_map("c"), a_map("b", "a"), a_map("a")]
    assert [(depth, saved.id) for depth, saved in map_tree(maps)] == [
        (0, "c"), (0, "a"), (1, "d"), (1, "b"), (2, "e"),
    ]  # fmt: skip
    assert [saved.id for saved in ancestors(maps[0], maps)] == ["a", "b"]
    assert ancestors(maps[2], maps) == []
    assert map_number(maps[0], maps) == 5


def test_a_map_whose_parent_was_deleted_keeps_its_place_and_its_children():
    maps = [a_map("c", "b"), a_map("b", "gone")]
    assert [(depth, saved.id) for depth, saved in map_tree(maps)] == [(0, "b"), (1, "c")]
    assert [saved.id for saved in ancestors(maps[0], maps)] == ["b"]


def test_maps_that_a_bundle_says_to_be_from_each_other_are_listed_all_the_same():
    maps = [a_map("b", "a"), a_map("a", "b"), a_map("c", "c")]
    assert sorted(saved.id for _, saved in map_tree(maps)) == ["a", "b", "c"]
    assert [saved.id for saved in ancestors(maps[0], maps)] == ["a"]
    assert ancestors(maps[2], maps) == []
