"""Step 1: a file or a sample becomes a table; what was read, how, and what stands out in it."""

import streamlit as st

from som_core.wording import counted
from ui import chrome, session
from ui.labels import safe_label
from ui.sections import (
    other_columns,
    reading_choices,
    remarks_list,
    start,
    table_sources,
    training_start,
)
from ui.sections.columns_table import columns_table
from ui.tables import counted_from_1

PREVIEW_ROWS = 200

workspace = session.current().workspace
if workspace.source is None:
    start.show()
    st.stop()

st.title("Data")

if workspace.read_only:
    st.info("You see this workspace by its read-only link: look around, nothing can be changed.")
else:
    with st.expander("Another file or sample", icon=":material/upload_file:"):
        table_sources.show()

table = session.table()
n_rows, n_columns = table.frame.shape
st.subheader(safe_label(table.name), anchor=False)
st.markdown(
    f"**{counted(n_rows, 'row')}** · **{counted(n_columns, 'column')}** · "
    f"{safe_label(table.dialect.in_words)}"
)
remarks_list.show(table, table.remarks)
if not workspace.read_only:
    with st.expander("Read it differently", icon=":material/edit:"):
        reading_choices.form(table if table.joined_from is None else table.joined_from.table)
    other_columns.show()

    with st.container(horizontal=True):
        if st.button("Prepare the columns", type="primary", icon=":material/arrow_forward:"):
            chrome.go("prepare")
        if (
            st.button(
                "Map it at once",
                icon=":material/bolt:",
                help="Takes every suggestion for columns and settings, leaves out rows that look "
                "like totals, and starts the training.",
            )
            and training_start.start_as_suggested()
        ):
            session.current().to_maps = True
            chrome.go("train")
        table_sources.offer_file(table.name)

st.subheader("Columns")
columns_table(session.profiles(), table.labels)

st.subheader("Rows")
if n_rows > PREVIEW_ROWS:
    st.caption(f"The first {PREVIEW_ROWS} of {n_rows:,} rows.")
st.dataframe(
    counted_from_1(table.frame.head(PREVIEW_ROWS)),
    alt="Rows of the table",
    height=320,
    hide_index=False,
)
