"""Colours of groups and sets."""

from som_core.drawing.palette import LEVELS, OTHER, group_colour, set_place


def test_sets_and_groups_have_colours_of_their_own_until_there_are_twelve_of_both():
    groups = [group_colour(k) for k in range(7)]
    sets = [group_colour(set_place(place)) for place in range(5)]
    assert sorted([*groups, *sets]) == sorted(LEVELS)


def test_sets_after_the_twelfth_are_grey():
    assert group_colour(set_place(11)) == LEVELS[0]
    assert group_colour(set_place(12)) == OTHER
