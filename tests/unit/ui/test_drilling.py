import pytest

from ui.sections.drilling import FEWEST, too_few


@pytest.mark.parametrize(
    ("n_rows", "said"), [(1, "1 row is"), (FEWEST - 1, f"{FEWEST - 1} rows are")]
)
def test_too_few_rows_for_a_map_are_counted(n_rows, said):
    assert too_few(n_rows).startswith(f"{said} too few for a map")


def test_enough_rows_are_no_reason():
    assert too_few(FEWEST) == ""
