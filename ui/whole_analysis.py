"""The whole analysis of a map as the pages show it, for what leaves."""

from collections.abc import Callable, Iterator

from som_core.analysis import Analysis
from som_core.preparation import prepare
from som_core.wording import counted
from ui import session, shown_groups
from ui.map_view import MapView
from workspace.jobs.kinds.counting_of_all_rows import count_of
from workspace.maps import SavedMap

STOPPED = "The training was stopped early."


def whole_analysis(view: MapView) -> Callable[[], Analysis]:
    """Return what makes the analysis once it is asked for: it holds on to no table until then."""
    workspace, saved, shown = session.current().workspace, view.saved, shown_groups.of(view)
    source = view.source
    recipe = session.recipe_for(saved.recipe, source)

    def made() -> Analysis:
        table, m = workspace.table(source), workspace.trained_map(saved)
        return Analysis(
            table=table,
            recipe=recipe,
            prepared=prepare(table, recipe, m.chosen),
            settings=saved.settings,
            map=m,
            regions=None if shown is None else shown.regions,
            groups=workspace.groups(saved.source),
            notes=tuple(_notes(saved)),
            colours=() if shown is None else shown.colours,
            row_notes=tuple(workspace.notes(saved.source).values()),
            all_rows=count_of(workspace, saved),
        )

    return made


def _notes(saved: SavedMap) -> Iterator[str]:
    """Yield what is to be known of a map that neither it nor its table says."""
    if not saved.complete:
        yield STOPPED
    if saved.parent is not None:
        rows = counted(saved.parent.n_rows, "row")
        yield f"The map is of {rows} that were chosen on another map: {saved.parent.chosen_by}."
