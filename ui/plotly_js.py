"""Where browsers get Plotly.js, the drawing library of the maps, and Streamlit's own for charts."""

import shutil
from pathlib import Path

import plotly
import streamlit

from som_core.drawing.script import PLOTLY_JS

PLOTLY_ADDRESS = f"app/static/{PLOTLY_JS.name}?v={plotly.__version__}"  # beside any page
STATIC = Path(__file__).parent.parent / "static"
_OF_STREAMLIT = Path(streamlit.__file__).parent / "static"


def publish_plotly_js() -> None:
    """Put plotly.min.js where the server hands out files, if it is not there in this version."""
    published = STATIC / PLOTLY_JS.name
    if published.exists() and published.stat().st_size == PLOTLY_JS.stat().st_size:
        return
    STATIC.mkdir(exist_ok=True)
    arriving = STATIC / f"{PLOTLY_JS.name}.part"  # renamed when complete: a page may ask meanwhile
    shutil.copyfile(PLOTLY_JS, arriving)
    arriving.replace(published)


def _charts_address() -> str | None:
    """Return where browsers get what st.plotly_chart draws with; None where it isn't known."""
    found = list(_OF_STREAMLIT.glob("static/js/PlotlyChart.*.js"))
    return found[0].relative_to(_OF_STREAMLIT).as_posix() if len(found) == 1 else None


CHARTS_ADDRESS = _charts_address()
