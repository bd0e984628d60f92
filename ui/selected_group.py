"""The selected rows as a group: what they are called, and how they were chosen."""

from som_core.groups import Group, GroupRecipe
from som_core.wording import excerpt
from ui import listed_groups, selecting, session
from ui.map_view import MapView
from ui.selection import Rows

LONGEST_NAME = 60


def selected_group(view: MapView, rows: Rows | None = None) -> Group:
    """Return the selected rows with a short name and a sentence.

    Parameters
    ----------
    view : the map that is shown
    rows : those of them that are meant; None: all of them
    """
    name, recipe = _what_they_are(view)
    selected = session.current().selection.rows if rows is None else rows
    return Group(excerpt(name, LONGEST_NAME), selected, "selection", recipe)


def _what_they_are(view: MapView) -> tuple[str, GroupRecipe]:
    selection = session.current().selection
    sentence = str(selecting.step_of(selection) or "selected rows")
    group = next((g for g in listed_groups.of(view) if g.mark == selection.group), None)
    return sentence if group is None else group.name, GroupRecipe(sentence)
