from ui.sections.columns_table import room


def test_a_long_number_has_room_for_all_of_its_letters():
    assert room([9.0, 128_339_006.0]) >= 11 * 7 + 16
    assert room([2_402_457.0]) < room([128_339_006.0])


def test_where_all_numbers_are_short_their_column_takes_no_more_room_than_it_did():
    assert room([9.0, 45_015.4, -0.014427]) is None
    assert room([]) is None
