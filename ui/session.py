"""The one typed place for what a session holds, and cached ways to what its workspace holds.

A session keeps little: which workspace it has open, and what the analyst is pointing at just now.
Everything that took work lives in the workspace on disk. Tables, matrices and maps stand on a cache
for all sessions, by keys that never name anything else; they are read only by convention. What
outlives a run of the page, a fragment or a callback, must not hold on to them.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple, TypeVar

import streamlit as st

from som_core.analyses.ranked_table import sizes_of_ranks
from som_core.errors import AtlasError
from som_core.preparation import Prepared, prepare
from som_core.profiling import ColumnProfile, profile
from som_core.reading import Table
from som_core.recipe import Recipe
from som_core.selection_steps import How, Path, Step
from som_core.settings import MapSettings
from som_core.suggestions.joined import completed, joined_recipe
from som_core.suggestions.recipe import suggest_recipe
from som_core.suggestions.settings import suggest_settings
from som_core.trained_map import TrainedMap
from ui import steps
from ui.cache import Cache, counted_size, in_files, size_in_files
from ui.history import History
from ui.selection import Rows, Selection, no_rows
from ui.view import WORKSPACE, View, came_back
from workspace.config import Configuration
from workspace.maps import SavedMap
from workspace.store import Workspace, WorkspaceMissing, begin, open_workspace
from workspace.table_source import TableSource

T = TypeVar("T")
SMALL = 256  # how many small facts about tables stay in memory, of each kind


class Outlook(NamedTuple):
    """What is to be known of a prepared table before a training, without holding it."""

    n_rows: int
    n_features: int
    suggested: MapSettings


class Search(NamedTuple):
    """What was looked for among rows, and what was found."""

    among: str  # fingerprint of the rows
    text: str
    found: Rows


class Unanswered(NamedTuple):
    """What was asked in vain; it stands until something else is selected."""

    text: str  # as it was typed
    why: str
    selection: Selection  # that was there, and stays


class Ticks(NamedTuple):
    """The rows that are ticked, in the order of their ticks."""

    rows: tuple[int, ...] = ()  # positions in table.frame
    id: str = ""  # what the address says for them


class TypedRow(NamedTuple):
    """A row that was typed; it is looked at on the map that it was typed for, and on no other."""

    map: str  # its id
    values: Mapping[str, str]


class Gap(NamedTuple):
    """The place in how rows were selected where a part is written anew."""

    step: Step
    path: Path


class Question(NamedTuple):
    """What stands in the box; as long as it is written on, each answer replaces the one before."""

    text: str  # as it was typed
    before: Selection
    how: How  # it goes with that
    answer: Selection  # the question is over once something else is selected
    is_taken_up: bool = False  # it was asked before, so that its answer isn't to be replaced
    gap: Gap | None = None  # where its answer belongs; None: after what was selected before


@dataclass
class Session:
    """What one browser tab is pointing at."""

    workspace: Workspace
    person: str | None = None  # who is signed in; None where sign-in is off
    page: str = ""
    arrived: bool = True  # the page before was another one, or there was none
    is_first: bool = True  # there was none: somebody came by a link, or loaded the page anew
    problem: str = ""  # to be shown once on the next page
    # Of a bundle that was just opened: the id of the workspace before; "" where that was empty.
    came_from: str | None = None
    uploads: int = 0  # how many files were taken: a new number empties the uploader
    view: View = field(default_factory=View)  # what the Explore page shows
    pointed_table: TableSource | None = None  # whose rows are pointed at
    selection: Selection = field(default_factory=Selection)
    chosen_row: int | None = None  # position in table.frame
    typed: TypedRow | None = None  # looked at instead of the chosen row
    row_beside: int | None = None  # the one that the row looked at is compared with
    ticks: Ticks = field(default_factory=Ticks)
    search: Search | None = None  # the latest
    rows_ticked: Rows = field(default_factory=no_rows)  # of all groups of the map that are ticked
    history: History = field(default_factory=History)  # of the selection
    how: How = "new"  # the next selection goes with this one
    question: Question | None = None  # the latest
    unanswered: Unanswered | None = None  # the latest
    sets_kept: int = 0  # a new number empties the field for the name
    adds_columns: bool = False  # another file is looked for, so that its uploader stays in sight
    notes_kept: int = 0  # a new number empties the field for the text
    on_all_rows: bool = False  # of the table of which this one is a sample, the next map is trained
    to_maps: bool = False  # whether the Train page leads on to the maps once there is one
    fresh_starts: int = 0  # how often the recipe went back to the suggestions
    editing: dict[str, Recipe] = field(default_factory=dict)  # what an editor started from


def current() -> Session:
    """Return this tab's session; app.py opened it before it ran the page."""
    if "session" not in st.session_state:
        # After a start Streamlit runs the first page that is asked for without app.py, because
        # there is a folder “pages”. Once it is told the pages it knows better: run again.
        steps.asked_for()
        st.rerun()
    session: Session = st.session_state["session"]
    if _is_over(session):
        st.rerun()  # of a fragment: the whole page, which says so
    return session


def open_from_url(person: str | None) -> Session:
    """Open the workspace that the URL names, or a new one, and put its id into the URL.

    A new one is there, and has its id in the URL, once something is kept in it.
    """
    wanted = st.query_params.get(WORKSPACE, "")
    session: Session | None = st.session_state.get("session")
    if session is None or wanted not in ("", session.workspace.id) or session.person != person:
        session = st.session_state["session"] = _opened(wanted, person)
    elif _is_over(session):
        session = st.session_state["session"] = _after(session, person)
    elif session.workspace.is_new and session.workspace.exists:
        session.workspace = open_workspace(session.workspace.id, person)
    session.workspace.note_use()
    if session.workspace.exists:
        st.query_params[WORKSPACE] = session.workspace.id
    else:
        st.query_params.pop(WORKSPACE, None)
    return session


def _is_over(session: Session) -> bool:
    """Return whether the workspace was deleted meanwhile, or is no longer shared."""
    workspace = session.workspace
    return workspace.is_withdrawn or not (workspace.is_new or workspace.exists)


def _after(session: Session, person: str | None) -> Session:
    """Return a new session that says why the one before is over."""
    problem = "This workspace was deleted. This is a new one."
    if session.workspace.is_withdrawn and session.workspace.exists:
        problem = (
            "The owner of this workspace has stopped sharing it. Ask them for a new link. This is "
            "a new workspace."
        )
    return Session(begin(person), person, problem=problem)


def _opened(wanted: str, person: str | None) -> Session:
    if not wanted:
        return Session(begin(person), person)
    try:
        return Session(open_workspace(wanted, person), person)
    except WorkspaceMissing as problem:
        return Session(begin(person), person, problem=str(problem))


def turn_to(workspace: Workspace) -> None:
    """Go on in another workspace, and say on the next page where the one before is."""
    before = current()
    kept = before.workspace.id if before.workspace.exists else ""
    st.session_state["session"] = Session(workspace, before.person, came_from=kept)
    st.query_params.from_dict({WORKSPACE: workspace.id})


def leave(problem: str) -> None:
    """Leave the workspace for a new one, and say why on the next page."""
    person = current().person
    st.session_state["session"] = Session(begin(person), person, problem=problem)
    st.query_params.from_dict({})


def enter_page(name: str) -> None:
    """Note which page this run shows; its widgets know nothing of those of the page before."""
    session = current()
    session.arrived, session.is_first = session.page != name, not session.page
    if session.arrived and session.page:
        session.came_from = None
    if session.arrived:
        # A widget of the same key would show its default, while its state says what the other had.
        for key in set(st.session_state) - {"session"}:
            del st.session_state[key]
    session.to_maps = session.to_maps and name == steps.STEPS["train"].title
    session.page = name


def follow_address() -> None:
    """Show what the address says, where somebody came by it: a link, a reload, or Back.

    The ways between pages lead to what is shown already. Their addresses may be older than that, as
    a part of a page that is drawn anew doesn't draw the ways above it.
    """
    session = current()
    if session.is_first or came_back():
        session.view = View.in_address()


def shown_map() -> SavedMap | None:
    """Return the map that the view names, or else the workspace's current one; None without any."""
    session = current()
    maps = {saved.id: saved for saved in session.workspace.maps()}
    return maps.get(session.view.map) or session.workspace.current_map


def look_at(saved: SavedMap) -> None:
    """Turn to a map, on this page and, where the workspace may be changed, for the next visit."""
    session = current()
    if not session.workspace.read_only:
        session.workspace.choose_map(saved)
    session.view = replace(session.view, map=saved.id)


def point_at(source: TableSource) -> None:
    """Begin to point at rows of a table, with none selected, unless it has the same rows."""
    session = current()
    before, session.pointed_table = session.pointed_table, source
    if before is None or before.key != source.key:
        session.search = None  # cells may be read otherwise
    if before is None or not source.has_same_rows(before):
        session.selection, session.chosen_row = Selection(), None
        session.history, session.ticks = History(), Ticks()
        session.typed = session.row_beside = None


def source() -> TableSource:
    """Return which upload is the current table, and how it is read.

    Raises
    ------
    AtlasError
        Before the first upload; pages say then where to get a table.
    """
    found = current().workspace.source
    if found is None:
        raise AtlasError("There is no table yet. Choose a file or a sample on the Data page.")
    return found


def source_of(saved: SavedMap) -> TableSource:
    """Return the table whose rows lie on a saved map; it need not be the current one.

    If it is, columns that were joined to it since stand beside those that the map knew.
    """
    main = current().workspace.source
    if main is None or main.key != saved.source.key or saved.source.join is not None:
        return saved.source
    return replace(saved.source, join=main.join)


def table() -> Table:
    """Return the current table, with what is joined to it."""
    return table_from(source())


def table_from(source: TableSource) -> Table:
    """Return a table of the workspace."""
    return _table(current().workspace, source)


def profiles() -> tuple[ColumnProfile, ...]:
    """Return a profile of each column of the current table."""
    return profiles_from(source())


def profiles_from(source: TableSource) -> tuple[ColumnProfile, ...]:
    """Return a profile of each column of a table of the workspace."""
    return _profiles(current().workspace, source, source.columns_key)


def recipe() -> Recipe:
    """Return the recipe that the analyst made, or else the suggested one.

    Columns that were joined since describe the map.
    """
    made = current().workspace.recipe
    return suggested_recipe() if made is None else recipe_for(made, source())


def recipe_for(made: Recipe, source: TableSource) -> Recipe:
    """Return a recipe with what is suggested for columns that were joined to its table since."""
    return made if source.join is None else completed(made, _suggested(source))


def suggested_recipe() -> Recipe:
    return _suggested(source())


def _suggested(source: TableSource) -> Recipe:
    return _suggested_recipe(current().workspace, source, source.columns_key)


def prepared() -> Prepared:
    """Return the current table after the current recipe.

    Raises
    ------
    AtlasError
        If the recipe leaves nothing to train on.
    """
    return _prepared(current().workspace, source(), recipe().to_json())


def outlook() -> Outlook:
    """Return what a training of the current table after the current recipe has to expect.

    Raises
    ------
    AtlasError
        If the recipe leaves nothing to train on.
    """
    return _outlook(current().workspace, source(), source().columns_key, recipe().to_json())


def settings() -> MapSettings:
    """Return the settings that the analyst made, or else the suggested ones."""
    return current().workspace.settings or outlook().suggested


def trained_map(saved: SavedMap) -> TrainedMap:
    workspace = current().workspace
    return cached(
        ("map", saved.id),
        lambda: in_files(workspace.trained_map(saved)),
        size_in_files,
        "Opening the map …",
    )


def cached(key: Hashable, make: Callable[[], T], size_of: Callable[[T], int], words: str = "") -> T:
    """Return a large thing that all sessions share; say in words that it is being made.

    Without words nothing is said: what takes a moment is made sooner than that is said.
    """

    def make_visibly() -> T:
        with st.spinner(words):
            return make()

    return _cache().take(key, make_visibly if words else make, size_of)


@st.cache_resource
def _cache() -> Cache:
    return Cache(Configuration.from_environment().cache_bytes)


def _table(workspace: Workspace, source: TableSource) -> Table:
    return cached(
        ("table", source.columns_key, source.name),
        lambda: workspace.table(source),
        _size_of_table,
        "Reading the table …",
    )


def _size_of_table(table: Table) -> int:
    """What a table counts, and the ranks that stay with it once a group was explained."""
    held = int(sum(frame.memory_usage().sum() for frame in (table.frame, table.dates)))
    ranks = sizes_of_ranks(table)
    of = table.joined_from
    if of is None:
        return counted_size(ranks, in_files=held)  # its cells are in its quick copy
    parts = _size_of_table(of.table) + _size_of_table(of.other)
    return counted_size(ranks, in_memory=held) + parts


def _prepared(workspace: Workspace, source: TableSource, recipe_json: str) -> Prepared:
    return cached(
        ("prepared", source.columns_key, recipe_json),
        lambda: in_files(prepare(_table(workspace, source), Recipe.from_json(recipe_json))),
        size_in_files,
        "Preparing the table …",
    )


# Small facts. Arguments with an underscore take no part in the cache's key.


@st.cache_resource(max_entries=SMALL, show_spinner="Describing the columns …")
def _profiles(_workspace: Workspace, _source: TableSource, key: str) -> tuple[ColumnProfile, ...]:
    return profile(_table(_workspace, _source))


@st.cache_resource(max_entries=SMALL, show_spinner=False)
def _suggested_recipe(_workspace: Workspace, _source: TableSource, key: str) -> Recipe:
    table = _table(_workspace, _source)
    of = table.joined_from
    if of is None:
        return suggest_recipe(table, _profiles(_workspace, _source, key))
    return joined_recipe(suggest_recipe(of.table), table)


@st.cache_resource(max_entries=SMALL, show_spinner=False)
def _outlook(_workspace: Workspace, _source: TableSource, key: str, recipe_json: str) -> Outlook:
    prepared = _prepared(_workspace, _source, recipe_json)
    n_rows, n_features = prepared.matrix.shape
    return Outlook(n_rows, n_features, suggest_settings(prepared))
