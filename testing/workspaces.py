"""Workspaces with trained maps, made without pages and without a worker."""

import secrets
import time
from collections.abc import Callable, Sequence

from som_core.analyses.map_quality import quality
from som_core.analyses.regions import Regions, regions
from som_core.preparation import prepare
from som_core.recipe import Recipe
from som_core.settings import MapSettings
from som_core.suggestions.recipe import suggest_recipe
from som_core.suggestions.settings import suggest_settings
from som_core.training import train
from workspace.jobs.kinds.grouping import KIND as GROUPING
from workspace.jobs.kinds.grouping import PROPOSAL, Proposal
from workspace.maps import SavedMap, save_map
from workspace.store import Workspace, create


def workspace_with_maps(
    content: bytes,
    file: str,
    settings: Sequence[MapSettings | None] = (None,),
    recipe: Recipe | None = None,
) -> Workspace:
    """Make a workspace of a table and its maps, the newest last, in the folder SOM_ATLAS_DATA.

    Parameters
    ----------
    content : of the file
    file : its name
    settings : of each map; None: those suggested
    recipe : None: the one suggested
    """
    workspace = create()
    source = workspace.put_upload(content, file)
    table = workspace.table()
    recipe = recipe or suggest_recipe(table)
    workspace.keep_recipe(recipe)
    prepared = prepare(table, recipe)
    for number, wanted in enumerate(settings, 1):
        chosen = wanted or suggest_settings(prepared)
        trained = train(prepared, chosen)
        saved = SavedMap(
            id=secrets.token_hex(8),
            name=f"{chosen.height} × {chosen.width}, {chosen.epochs} epochs",
            created=time.time() - len(settings) + number,
            source=source,
            recipe=recipe,
            settings=chosen,
            quality=quality(trained, prepared),
            complete=True,
        )
        save_map(workspace.folder / "maps" / saved.id, trained, saved)
    return workspace


def find_groups(workspace: Workspace, should_stop: Callable[[], bool] | None = None) -> Regions:
    """Find the groups of the current map, as the job that follows a training does."""
    saved = workspace.current_map
    assert saved is not None
    table = workspace.table(saved.source)
    m = workspace.trained_map(saved)
    found = regions(
        m,
        table=table,
        prepared=prepare(table, saved.recipe, m.chosen),
        should_stop=should_stop,
    )
    folder = workspace.folder / "maps" / saved.id / GROUPING.name / secrets.token_hex(8)
    folder.mkdir(parents=True)
    PROPOSAL.keep(folder, Proposal(found))
    return found
