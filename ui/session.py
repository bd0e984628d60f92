"""The one typed place for what a session holds, and cached ways to what its workspace holds.

A session keeps little: which workspace it has open, and what the analyst is pointing at just now.
Everything that took work lives in the workspace on disk. Tables, matrices and maps are cached once
for all sessions, by keys that never name anything else, and are read only by convention.
"""

from dataclasses import dataclass, field

import streamlit as st

from som_core.preparation import Prepared, prepare
from som_core.profiling import ColumnProfile, profile
from som_core.reading import Table
from som_core.recipe import Recipe
from som_core.settings import MapSettings, suggest_settings
from som_core.suggestion import suggest_recipe
from som_core.trained_map import TrainedMap
from ui import steps
from workspace.maps import SavedMap
from workspace.store import Workspace, WorkspaceMissing, create, open_workspace
from workspace.tables import TableSource

LARGE = 8  # how many tables, matrices or maps stay in memory; the others wait on disk


@dataclass
class Session:
    """What one browser tab is pointing at."""

    workspace: Workspace
    person: str | None = None  # who is signed in; None where sign-in is off
    page: str = ""
    arrived: bool = True  # the page before was another one, or there was none
    problem: str = ""  # to be shown once on the next page
    uploads: int = 0  # how many files were taken: a new number empties the uploader
    selected_nodes: frozenset[int] = frozenset()
    selected_map: str = ""  # the map whose nodes those are
    chosen_row: int | None = None  # position in table.frame
    fresh_starts: int = 0  # how often the recipe went back to the suggestions
    editing: dict[str, object] = field(default_factory=dict)  # what an editor started from, by page


def current() -> Session:
    """Return this tab's session; app.py opened it before it ran the page."""
    if "session" not in st.session_state:
        # After a start Streamlit runs the first page that is asked for without app.py, because
        # there is a folder “pages”. Once it is told the pages it knows better: run again.
        steps.asked_for()
        st.rerun()
    return st.session_state["session"]


def open_from_url(person: str | None) -> Session:
    """Open the workspace that the URL names, or a new one, and put its id into the URL."""
    wanted = st.query_params.get("w", "")
    session: Session | None = st.session_state.get("session")
    if session is None or (wanted and wanted != session.workspace.id):
        session = st.session_state["session"] = _opened(wanted, person)
    st.query_params["w"] = session.workspace.id
    return session


def _opened(wanted: str, person: str | None) -> Session:
    if not wanted:
        return Session(create(person), person)
    try:
        return Session(open_workspace(wanted, person), person)
    except WorkspaceMissing as problem:
        return Session(create(person), person, problem=str(problem))


def leave(problem: str) -> None:
    """Leave the workspace for a new one, and say why on the next page."""
    person = current().person
    st.session_state["session"] = Session(create(person), person, problem=problem)
    st.query_params["w"] = current().workspace.id


def enter_page(name: str) -> None:
    """Note which page this run shows."""
    session = current()
    session.arrived = session.page != name
    session.page = name


def table() -> Table | None:
    """Return the current table, or None before the first upload."""
    source = current().workspace.source
    return None if source is None else _table(current().workspace, source, source.key)


def table_of(saved: SavedMap) -> Table:
    """Return the table whose rows lie on a saved map; it need not be the current one."""
    return _table(current().workspace, saved.source, saved.source.key)


def profiles() -> tuple[ColumnProfile, ...]:
    """Return a profile of each column of the current table."""
    source = current().workspace.source
    return _profiles(current().workspace, source, source.key)


def recipe() -> Recipe:
    """Return the recipe that the analyst made, or else the suggested one."""
    return current().workspace.recipe or suggested_recipe()


def suggested_recipe() -> Recipe:
    source = current().workspace.source
    return _suggested_recipe(current().workspace, source, source.key)


def prepared() -> Prepared:
    """Return the current table after the current recipe.

    Raises
    ------
    AtlasError
        If the recipe leaves nothing to train on.
    """
    source = current().workspace.source
    return _prepared(current().workspace, source, source.key, recipe().to_json())


def settings() -> MapSettings:
    """Return the settings that the analyst made, or else the suggested ones."""
    return current().workspace.settings or suggest_settings(prepared())


def trained_map(saved: SavedMap) -> TrainedMap:
    return _trained_map(current().workspace, saved, saved.id)


# Arguments with an underscore take no part in the cache's key.


@st.cache_resource(max_entries=LARGE, show_spinner="Reading the table …")
def _table(_workspace: Workspace, _source: TableSource, key: str) -> Table:
    return _workspace.table(_source)


@st.cache_resource(max_entries=LARGE, show_spinner="Describing the columns …")
def _profiles(_workspace: Workspace, _source: TableSource, key: str) -> tuple[ColumnProfile, ...]:
    return profile(_table(_workspace, _source, key))


@st.cache_resource(max_entries=LARGE, show_spinner=False)
def _suggested_recipe(_workspace: Workspace, _source: TableSource, key: str) -> Recipe:
    return suggest_recipe(_table(_workspace, _source, key))


@st.cache_resource(max_entries=LARGE, show_spinner="Preparing the table …")
def _prepared(_workspace: Workspace, _source: TableSource, key: str, recipe_json: str) -> Prepared:
    return prepare(_table(_workspace, _source, key), Recipe.from_json(recipe_json))


@st.cache_resource(max_entries=LARGE, show_spinner="Opening the map …")
def _trained_map(_workspace: Workspace, _saved: SavedMap, map_id: str) -> TrainedMap:
    return _workspace.trained_map(_saved)
