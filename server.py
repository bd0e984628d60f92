"""The web server: app.py behind security headers, with logs and a worker. `make run` starts it.

`python server.py` does too, with the port of `.streamlit/config.toml` alone. `streamlit run app.py`
shows the same pages without headers and logs, for a look while developing.
"""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime.pages_manager import PagesManager

import som_core  # noqa: F401  with all libraries, so that the first visitor need not wait for them
from serving.access_log import AccessLog
from serving.fragment_runs import mend_fragment_runs
from serving.headers import SecurityHeaders
from serving.late_downloads import keep_late_downloads
from serving.load_ahead import LoadAhead
from serving.memory import (
    keep_memory_tidy,
    leave_libraries_out_of_garbage_collection,
    return_freed_memory,
)
from serving.placing import placing_routes
from serving.start_page import start_page_routes
from serving.turns import let_runs_take_turns
from serving.upload_limit import UploadLimit, most_bytes
from som_core.errors import AtlasError
from ui.plotly_js import PLOTLY_ADDRESS, publish_plotly_js
from workspace.config import Configuration
from workspace.jobs.watch import keep_worker_running
from workspace.log import configure_logging

logger = logging.getLogger("som_atlas.web")


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Log, and keep a worker running, from the start of the server to its end."""
    keep_worker_running(config)
    leave_libraries_out_of_garbage_collection()
    logger.info("server started")
    tidying = asyncio.create_task(keep_memory_tidy())
    yield
    tidying.cancel()
    logger.info("server stopped")


def note_fault(fault: Exception) -> bool:
    """Log a fault in SOM Atlas by its kind and place alone, and tell the analyst plainly."""
    logger.error("unforeseen error", exc_info=fault)
    st.error(
        "Something went wrong in SOM Atlas, and was noted for whoever runs the server. Your work "
        "is saved: reload the page to go on.",
        icon=":material/error:",
    )
    return True  # nothing else needs to be shown


return_freed_memory()
configure_logging("web")
# Streamlit would log the same fault with its message, which may quote a table.
logging.getLogger("streamlit.error_util").disabled = True
try:
    config = Configuration.from_environment()
    config.check_data_folder()
except AtlasError as problem:
    sys.exit(f"SOM Atlas can't start. {problem}")

# Else Streamlit takes the folder for pages of its old kind until app.py first tells it of them: a
# page that was open while the server started anew would run without what app.py does before it.
PagesManager.uses_pages_directory = False
mend_fragment_runs()
let_runs_take_turns()  # after it, as it is to look at a request when its turn has come
keep_late_downloads()
publish_plotly_js()  # before the first visitor, whose browser is told to load it ahead
app = st.App(
    "app.py",
    routes=start_page_routes() + (placing_routes() if config.service == "on" else []),
    middleware=[
        Middleware(AccessLog),
        Middleware(SecurityHeaders),
        Middleware(LoadAhead, script=PLOTLY_ADDRESS),
        Middleware(UploadLimit, most_bytes=most_bytes(config.file_bytes)),
    ],
    lifespan=lifespan,
    on_script_error=note_fault,
)

if __name__ == "__main__":
    app.run()
