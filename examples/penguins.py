"""From a CSV to a trained map without a browser: prints its quality and writes an HTML figure."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # so that it runs from a checkout, without an installation

from som_core import (  # noqa: E402
    category_map,
    component_plane,
    hit_map,
    prepare,
    quality,
    read_table,
    suggest_recipe,
    suggest_settings,
    train,
    u_matrix,
)
from som_core.exports.html_maps import standalone_html  # noqa: E402

FIGURE = Path("penguins.html")

table = read_table(ROOT / "samples" / "penguins.csv", "penguins.csv")
prepared = prepare(table, suggest_recipe(table))
trained = train(prepared, suggest_settings(prepared))

for sentence in quality(trained, prepared).in_words.values():
    print(sentence)

layers = [u_matrix(trained), hit_map(trained), category_map(trained, table.frame["species"])]
layers += [component_plane(trained, feature) for feature in trained.features]
page = standalone_html(layers, title="Penguins", lattice=trained.lattice, hits=trained.hits)
FIGURE.write_text(page, encoding="utf-8")
print(f"The maps are in {FIGURE.resolve()}.")
