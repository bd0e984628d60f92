"""Charts on a page: one button, seen when somebody points at them, saves them as a picture."""

import plotly.graph_objects as go
import streamlit as st


def chart(figure: go.Figure, *, alt: str, key: str) -> None:
    """Show a chart, which the browser can save as lines and areas (SVG).

    Parameters
    ----------
    figure : the chart
    alt : what it is, for those who can't see it
    key : of the widget, and the name of the file
    """
    config = {
        "displaylogo": False,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"format": "svg", "filename": key},
    }
    st.plotly_chart(figure, alt=alt, key=key, config=config)
