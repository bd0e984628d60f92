"""The whole analysis of a map as the pages show it, for what leaves."""

from collections.abc import Callable

from som_core.analysis import Analysis
from som_core.preparation import prepare
from ui import session, shown_groups
from ui.map_view import MapView

STOPPED = "The training was stopped early."


def whole_analysis(view: MapView) -> Callable[[], Analysis]:
    """Return what makes the analysis once it is asked for: it holds on to no table until then."""
    workspace, saved, shown = session.current().workspace, view.saved, shown_groups.of(view)

    def made() -> Analysis:
        table = workspace.table(saved.source)
        return Analysis(
            table=table,
            recipe=saved.recipe,
            prepared=prepare(table, saved.recipe),
            settings=saved.settings,
            map=workspace.trained_map(saved),
            regions=None if shown is None else shown.regions,
            groups=workspace.groups(saved.source),
            notes=() if saved.complete else (STOPPED,),
            colours=() if shown is None else shown.colours,
        )

    return made
