import numpy as np
import pytest

from som_core.analyses.asked_columns import asked_columns
from testing.maps import a_table

TABLE = a_table({"age": [20, 30, 40], "home": ["Oslo", "Rome", "Oslo"], "born": ["Oslo", "", "x"]})


@pytest.mark.parametrize(
    ("asked", "columns"),
    [
        ([], ()),
        (['home = "Oslo" and age > 1'], ("age", "home")),
        (["oslo"], ("home", "born")),
        (["cell in 3..7"], ()),
        (["cell in 3..7 and age > 1"], ("age",)),
        (["by hand"], ()),
        (["oslo", "age > 1"], ("age", "home", "born")),
    ],
)
def test_the_columns_by_which_rows_were_found_are_known(asked, columns):
    assert asked_columns(TABLE, np.array([0, 2]), asked) == columns
