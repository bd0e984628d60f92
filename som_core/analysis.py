"""A whole analysis: the table, every choice on the way, the map, and what was made of it."""

from dataclasses import dataclass

from som_core.analyses.node_aggregates import NodeAggregates
from som_core.analyses.regions import Regions
from som_core.groups import Group
from som_core.notes import RowNote
from som_core.preparation import Prepared
from som_core.reading import Table
from som_core.recipe import Recipe
from som_core.settings import MapSettings
from som_core.trained_map import TrainedMap


@dataclass(frozen=True, eq=False)
class Analysis:
    """All that a report, a script or a bundle is made of.

    Parameters
    ----------
    table : as it was read
    recipe : how its columns were prepared
    prepared : the rows of the map, as the recipe makes them of the table
    settings : how the map was trained
    map : TrainedMap
    regions : the groups of the map, with their names; None: none were looked for
    groups : rows that were kept under a name
    notes : what is to be known beside, one sentence each
    colours : of the regions, as #rrggbb; empty: those of the palette
    row_notes : what the analyst wrote on rows
    all_rows : where the table is a sample of a larger one: what all rows of that one add up to on
        the map; None: they weren't counted
    """

    table: Table
    recipe: Recipe
    prepared: Prepared
    settings: MapSettings
    map: TrainedMap
    regions: Regions | None = None
    groups: tuple[Group, ...] = ()
    notes: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()
    row_notes: tuple[RowNote, ...] = ()
    all_rows: NodeAggregates | None = None
