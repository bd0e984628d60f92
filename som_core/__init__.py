"""Self-organizing maps of tables, from bytes to linked layers, without a user interface."""

from som_core.analyses.all_rows import prepared_alike, with_all_rows
from som_core.analyses.clusters import Clusters, cluster_nodes
from som_core.analyses.column_importance import column_importance
from som_core.analyses.differences import contrast
from som_core.analyses.explanation import Explanation, explain, explain_all
from som_core.analyses.joining import joined
from som_core.analyses.map_quality import Quality, quality
from som_core.analyses.node_aggregates import NodeAggregates, node_aggregates
from som_core.analyses.regions import Regions, regions
from som_core.analyses.row_groups import row_groups
from som_core.analyses.rows_by_cell import (
    RowsByCell,
    bytes_by_cell,
    open_rows_by_cell,
    rows_by_cell,
)
from som_core.analyses.rows_by_condition import rows_where
from som_core.analyses.search import find_rows
from som_core.analyses.selection import nodes_of, rows_of
from som_core.analyses.valley import valley
from som_core.analysis import Analysis
from som_core.datasets import TableOnDisk, open_dataset
from som_core.drawing.overlays import Borders
from som_core.engines.online.som import Som
from som_core.errors import AtlasError
from som_core.exports.bundle import open_bundle, save_bundle
from som_core.exports.html_maps import standalone_html
from som_core.exports.notebook import linked_maps
from som_core.exports.picture import picture
from som_core.exports.report import write_report
from som_core.exports.script import write_script
from som_core.files.sample_of import SampleOf
from som_core.groups import Group
from som_core.layers.categories import category_map
from som_core.layers.component_plane import component_plane
from som_core.layers.distance_from import distance_from
from som_core.layers.errors import node_error
from som_core.layers.groups import group_map
from som_core.layers.hits import hit_map
from som_core.layers.layer import Layer
from som_core.layers.mean import mean_layer
from som_core.layers.share import share_layer
from som_core.layers.u_matrix import u_matrix
from som_core.preparation import Prepared, PreparedOnDisk, prepare
from som_core.profiling import ColumnProfile, profile
from som_core.reading import Dialect, Limits, Table, TableRefused, read_table
from som_core.recipe import ColumnRecipe, Recipe
from som_core.remarks import Remark, Remedy
from som_core.settings import MapSettings
from som_core.suggestions.recipe import suggest_recipe
from som_core.suggestions.settings import suggest_settings
from som_core.trained_map import TrainedMap
from som_core.training import Progress, train, train_on_all_rows

__version__ = "0.1.0"  # pyproject.toml reads it here

__all__ = [
    "Analysis",
    "AtlasError",
    "Borders",
    "Clusters",
    "ColumnProfile",
    "ColumnRecipe",
    "Dialect",
    "Explanation",
    "Group",
    "Layer",
    "Limits",
    "MapSettings",
    "NodeAggregates",
    "Prepared",
    "PreparedOnDisk",
    "Progress",
    "Quality",
    "Recipe",
    "Regions",
    "Remark",
    "Remedy",
    "RowsByCell",
    "SampleOf",
    "Som",
    "Table",
    "TableOnDisk",
    "TableRefused",
    "TrainedMap",
    "bytes_by_cell",
    "category_map",
    "cluster_nodes",
    "column_importance",
    "component_plane",
    "contrast",
    "distance_from",
    "explain",
    "explain_all",
    "find_rows",
    "group_map",
    "hit_map",
    "joined",
    "linked_maps",
    "mean_layer",
    "node_aggregates",
    "node_error",
    "nodes_of",
    "open_bundle",
    "open_dataset",
    "open_rows_by_cell",
    "picture",
    "prepare",
    "prepared_alike",
    "profile",
    "quality",
    "read_table",
    "regions",
    "row_groups",
    "rows_by_cell",
    "rows_of",
    "rows_where",
    "save_bundle",
    "share_layer",
    "standalone_html",
    "suggest_recipe",
    "suggest_settings",
    "train",
    "train_on_all_rows",
    "u_matrix",
    "valley",
    "with_all_rows",
    "write_report",
    "write_script",
]
