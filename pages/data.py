"""Step 1: a file or a sample becomes a table; what was read, how, and what stands out in it."""

import streamlit as st

from som_core.errors import AtlasError
from ui import reading_choices, session
from ui.chrome import way_on
from ui.columns_table import columns_table
from ui.labels import safe_label
from ui.samples import SAMPLES, Sample

PREVIEW_ROWS = 200


def take(content: bytes, name: str) -> None:
    """Make a file the workspace's table, or say why it can't be one and keep the old table."""
    state = session.current()
    state.uploads += 1
    try:
        state.workspace.put_upload(content, name)
    except AtlasError as problem:
        state.problem = f"**{safe_label(name)}**: {safe_label(str(problem))}"


def take_upload(key: str) -> None:
    upload = st.session_state[key]
    if upload is not None:
        take(upload.getvalue(), upload.name)


def take_sample(sample: Sample) -> None:
    take(sample.content(), sample.file)


def ways_in() -> None:
    """The uploader and the samples."""
    files, samples = st.columns([1, 1.6], gap="large")
    with files:
        st.subheader("Your file")
        key = f"upload {session.current().uploads}"
        st.file_uploader(
            "CSV, TSV or any text with columns; also packed as .csv.gz",
            type=["csv", "tsv", "txt", "tab", "dat", "gz"],
            key=key,
            on_change=take_upload,
            args=(key,),
        )
        st.caption(
            "The file stays on this server, in a workspace that only your address opens. "
            "It is deleted after "
            f"{session.current().workspace.config.expiry_days} days without use."
        )
    with samples:
        st.subheader("Or a sample")
        for row in range(0, len(SAMPLES), 3):
            for place, sample in zip(st.columns(3), SAMPLES[row : row + 3], strict=True):
                with place.container(border=True, height="stretch"):
                    st.button(
                        sample.title,
                        key=sample.file,
                        on_click=take_sample,
                        args=(sample,),
                        width="stretch",
                    )
                    st.caption(f"{sample.about}  \n*{sample.source}*")


st.title("Data")
workspace = session.current().workspace
if workspace.read_only:
    st.info("You see this workspace by its read-only link: look around, nothing can be changed.")
if workspace.source is None:
    st.write("Start with a table: one row for each thing, one column for each property of it.")
    ways_in()
    st.stop()

if not workspace.read_only:
    with st.expander("Another file or sample"):
        ways_in()

table = session.table()
n_rows, n_columns = table.frame.shape
st.subheader(safe_label(table.name))
facts = st.columns([1, 1, 1, 1, 1], gap="small")
facts[0].metric("Rows", f"{n_rows:,}")
facts[1].metric("Columns", f"{n_columns:,}")
facts[2].metric("Encoding", table.dialect.encoding)
facts[3].metric("Columns split by", reading_choices.name_of_delimiter(table.dialect.delimiter))
facts[4].metric("Decimal mark", reading_choices.name_of_decimal(table.dialect.decimal))
for remark in table.remarks:
    st.markdown(f":material/info: {safe_label(remark)}")
if not workspace.read_only:
    with st.expander("Read it differently"):
        reading_choices.form(table)

way_on("prepare", "Prepare the columns")

st.subheader("Columns")
columns_table(session.profiles())

st.subheader("Rows")
if n_rows > PREVIEW_ROWS:
    st.caption(f"The first {PREVIEW_ROWS} of {n_rows:,} rows.")
st.dataframe(table.frame.head(PREVIEW_ROWS), alt="Rows of the table", height=320)
