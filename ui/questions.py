"""What somebody asks the table: a condition, or a text that rows mention."""

import numpy as np

from som_core.analyses.rows_by_condition import rows_where
from som_core.analyses.search import find_rows
from som_core.errors import AtlasError
from som_core.groups import Group
from som_core.wording import counted, excerpt
from ui import listed_groups
from ui.map_view import MapView
from ui.selection import Rows


def rows_asked_for(view: MapView, text: str) -> Rows:
    """Return the rows on the map that meet a condition or, as none can be read, mention a text.

    Raises
    ------
    AtlasError
        If there are none; the sentence says why.
    """
    groups = [Group(group.name, group.rows) for group in listed_groups.of(view)]
    try:
        rows = rows_where(view.table, text, m=view.m, groups=groups)
        none = "No row meets this condition."
    except AtlasError as problem:
        rows = find_rows(view.table, text)
        none = f"No row mentions “{excerpt(text)}”. As a condition: {problem}"
    on_map = rows[np.isin(rows, view.m.rows)]
    if len(rows) == 0:
        raise AtlasError(none)
    if len(on_map) == 0:
        raise AtlasError(
            f"{counted(len(rows), 'row')} found, but none on this map: the recipe leaves them out."
        )
    return on_map
