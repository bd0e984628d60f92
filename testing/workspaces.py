"""Workspaces with trained maps, made without pages and without a worker.

Equal rows, recipe and settings give an equal map and equal groups, so each is made once a process.
"""

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from som_core.analyses.map_quality import Quality, quality
from som_core.analyses.regions import Regions, regions
from som_core.preparation import prepare
from som_core.reading import Table, read_table
from som_core.recipe import Recipe
from som_core.settings import MapSettings
from som_core.suggestions.recipe import suggest_recipe
from som_core.suggestions.settings import suggest_settings
from som_core.trained_map import TrainedMap
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
    for number, wanted in enumerate(settings, 1):
        recipe, trained, figures = _trained(content, file, wanted, recipe)
        chosen = trained.settings
        saved = SavedMap(
            id=secrets.token_hex(8),
            name=f"{chosen.height} × {chosen.width}, {chosen.epochs} epochs",
            created=time.time() - len(settings) + number,
            source=source,
            recipe=recipe,
            settings=chosen,
            quality=figures,
            complete=True,
        )
        save_map(workspace.folder / "maps" / saved.id, trained, saved)
        workspace.keep_recipe(recipe)
    return workspace


@lru_cache(maxsize=8)
def _trained(
    content: bytes, file: str, settings: MapSettings | None, recipe: Recipe | None
) -> tuple[Recipe, TrainedMap, Quality]:
    table = read_table(content, file)
    recipe = recipe or suggest_recipe(table)
    prepared = prepare(table, recipe)
    trained = train(prepared, settings or suggest_settings(prepared))
    return recipe, trained, quality(trained, prepared)


def find_groups(workspace: Workspace, should_stop: Callable[[], bool] | None = None) -> Regions:
    """Find the groups of the current map, as the job that follows a training does."""
    saved = workspace.current_map
    assert saved is not None
    table, m = workspace.table(saved.source), workspace.trained_map(saved)
    files = tuple(check.sha256 for check in saved.checks.values())
    mapped = _Mapped((saved.source.columns_key, *files), table, saved.recipe, m)
    found = _regions(mapped) if should_stop is None else _regions_until(mapped, should_stop)
    folder = workspace.folder / "maps" / saved.id / GROUPING.name / secrets.token_hex(8)
    folder.mkdir(parents=True)
    PROPOSAL.keep(folder, Proposal(found))
    return found


@dataclass(frozen=True)
class _Mapped:
    """A map and its table, told from others by what their files hold."""

    files: tuple[str, ...]
    table: Table = field(compare=False)
    recipe: Recipe = field(compare=False)
    m: TrainedMap = field(compare=False)


@lru_cache(maxsize=8)
def _regions(mapped: _Mapped) -> Regions:
    return _regions_until(mapped, None)


def _regions_until(mapped: _Mapped, should_stop: Callable[[], bool] | None) -> Regions:
    table, m = mapped.table, mapped.m
    prepared = prepare(table, mapped.recipe, m.chosen)
    return regions(m, table=table, prepared=prepared, should_stop=should_stop)
