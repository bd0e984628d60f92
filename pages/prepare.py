"""Step 2: what becomes of each column, by suggestion and choice, and what rows remain."""

import streamlit as st

from som_core.cells import numbers_of
from som_core.errors import AtlasError
from som_core.figures.histogram import histogram_figure
from som_core.figures.levels import levels_figure
from ui import session
from ui.charts import chart
from ui.chrome import nothing_yet, way_on
from ui.labels import safe_label, safe_sentence
from ui.sections import recipe_editor, remarks_list, sample_note

st.title("Prepare")
state = session.current()
if state.workspace.source is None:
    nothing_yet("There is no table yet.", "data", "Choose a file or a sample")

table = session.table()
is_mine = not state.workspace.read_only
st.write(
    "Each column comes with a suggestion and its reason. Change any cell; nothing else is applied."
    if is_mine
    else "What becomes of each column, and why it was suggested.",
    "**train** shapes the map, **describe only** is laid over it afterwards, **drop** leaves it "
    "out.",
)
# As on Data, where they are easily passed by; each changes which columns and rows shape the map.
remarks_list.show(
    table, [one for one in table.remarks if one.severity == "warning" and one.remedies]
)
onward, back, _ = st.columns([1, 1, 2])
with back:
    recipe_editor.back_to_suggestions()
recipe_editor.show(table, session.profiles())

try:
    prepared = session.prepared()
except AtlasError as problem:
    st.error(safe_sentence(str(problem)), icon=":material/error:")
    st.stop()

with onward:
    if is_mine:
        way_on("train", "Train a map")
    else:
        way_on("explore", "See the maps")
sample_note.show(table)
n_rows, n_features = prepared.matrix.shape
trained = {prepared.fitted.column_of(feature) for feature in prepared.features}
rows_left, columns_left, features_left = st.columns([1, 1, 3])
rows_left.metric("Rows that remain", f"{n_rows:,} of {len(table.frame):,}")
columns_left.metric("Columns that train", f"{len(trained):,} of {table.frame.shape[1]:,}")
with features_left:
    remarks_list.show(table, prepared.remarks)

st.subheader("Before and after")
column = st.selectbox("Column", sorted(trained), label_visibility="collapsed")
st.write(f"**Why this suggestion:** {safe_label(session.recipe().column(column).reason)}")
features = [name for name in prepared.features if prepared.fitted.column_of(name) == column]
if features == [column]:
    chart(
        histogram_figure(
            numbers_of(table.column(column)),
            prepared.matrix[:, prepared.features.index(column)],
            unit=column,
        ),
        alt=f"Histograms of {column} as read and as the map sees it",
        key="before and after",
    )
elif circle := prepared.fitted.circle(column):
    as_read = table.column(column)
    st.write(
        "A column on a circle becomes two features, sine and cosine, that together weigh as much "
        "as one number column. The right side shows where on the circle the map sees its rows."
    )
    chart(
        histogram_figure(
            circle.cells_of(as_read) if circle.names else numbers_of(as_read),
            prepared.fitted.plane(prepared.matrix, column),
            unit=column,
        ),
        alt=f"Histograms of {column} as read and on its circle",
        key="before and after",
    )
else:
    st.write(
        f"A category becomes {len(features)} features, one a level, that together weigh as much as "
        "one number column."
    )
    chart(levels_figure(table.column(column)), alt=f"Levels of {column}", key="levels")
