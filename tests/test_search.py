import pandas as pd
import pytest

from som_core.search import rows_that_mention

FRAME = pd.DataFrame({"name": ["Ana (1)", "Bob", None], "size": [1.5, 21.0, 3.0]})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ana", [True, False, False]),
        ("21", [False, True, False]),
        ("(1)", [True, False, False]),
        ("nobody", [False, False, False]),
    ],
)
def test_rows_are_found_by_any_column_in_any_case(text, found):
    assert rows_that_mention(FRAME, text).tolist() == found


def test_an_empty_table_has_no_rows_to_find():
    assert len(rows_that_mention(FRAME.iloc[:0], "a")) == 0
