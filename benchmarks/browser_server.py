"""The page of browser_app.py, which loads ahead what that of the dashboard does."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from serving.load_ahead import LoadAhead
from ui.plotly_js import PLOTLY_ADDRESS, publish_plotly_js

publish_plotly_js()
app = st.App(
    Path(__file__).with_name("browser_app.py"),
    middleware=[Middleware(LoadAhead, script=PLOTLY_ADDRESS)],
)
