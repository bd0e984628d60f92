"""SOM Atlas: explore any table as a self-organizing map. Start it by `make run`."""

import streamlit as st

from som_core.errors import AtlasError
from ui import chrome, session, sign_in, steps
from ui.labels import safe_sentence
from ui.linked_maps import load_ahead
from ui.reconnection import watch_server
from ui.sections import arrival, head
from workspace.config import Configuration
from workspace.jobs.watch import keep_worker_running
from workspace.maps import MapDamaged


@st.cache_resource
def once_a_server() -> None:
    """Start what the server needs besides pages; the first visitor brings it up."""
    keep_worker_running(Configuration.from_environment())


chrome.frame()
once_a_server()
page = steps.asked_for()
try:
    opened = session.open_from_url(sign_in.person())
    session.enter_page(page.title)
    if steps.shows_map(page.title):
        session.follow_address()
    head.show()
    with st.container(key="unseen"):
        watch_server()
        load_ahead()
    for remark in opened.workspace.remarks():
        st.warning(safe_sentence(str(remark)), icon=":material/warning:")
    if opened.problem:
        st.warning(opened.problem, icon=":material/warning:")
        opened.problem = ""
    arrival.show()
    page.run()
except MapDamaged:
    st.rerun()  # from now on it is left out, and a remark says so
except AtlasError as problem:
    st.error(safe_sentence(str(problem)), icon=":material/error:")
