"""What is known of a map without loading it, for tests of pages that list maps."""

from som_core.analyses.map_quality import Quality
from som_core.recipe import ColumnRecipe, Recipe
from som_core.settings import MapSettings
from workspace.maps import SavedMap
from workspace.table_source import TableSource

A_SAVED_MAP = SavedMap(
    id="1",
    name="6 × 8, 20 epochs",
    created=0.0,
    source=TableSource("a", "people.csv"),
    recipe=Recipe((ColumnRecipe(name="age"), ColumnRecipe(name="sex"))),
    settings=MapSettings(height=6, width=8, sigma=3),
    quality=Quality(
        quantization_error=1.0,
        centre_error=2.0,
        topographic_error=0.0,
        trustworthiness=1.0,
        trustworthiness_rows=9,
        explained_variance=0.5,
        n_rows=9,
    ),
    complete=True,
)
