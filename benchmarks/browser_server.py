"""The page of browser_app.py, which loads ahead what that of the dashboard does."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from serving.load_ahead import LoadAhead
from ui.maps_drawing import PLOTLY_ADDRESS

app = st.App(
    Path(__file__).with_name("browser_app.py"),
    middleware=[Middleware(LoadAhead, script=PLOTLY_ADDRESS)],
)
