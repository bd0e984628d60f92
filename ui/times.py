"""Moments as the person at the page reads them on their own clock."""

from datetime import datetime, timedelta, timezone

import streamlit as st


def moment_in_words(seconds: float) -> str:
    """Return such as “26 November, 14:20:07”; seconds are counted since 1970."""
    behind = timedelta(minutes=st.context.timezone_offset or 0)
    return f"{datetime.fromtimestamp(seconds, timezone(-behind)):%d %B, %H:%M:%S}"
