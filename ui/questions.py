"""What somebody asks the table, and how the answer goes with what is selected."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from itertools import chain

import numpy as np
import pyarrow as pa

from som_core.analyses.asked_columns import join_asked_for
from som_core.analyses.completion import Completion, completions
from som_core.analyses.condition_parser import parse_condition
from som_core.analyses.conditions import Missing, columns_of, single_tests, values_in
from som_core.analyses.row_cells import free_name
from som_core.analyses.rows_by_condition import (
    CELL,
    GROUP,
    number_read_otherwise,
    rows_where,
)
from som_core.analyses.search import find_rows, written_rows
from som_core.errors import AtlasError
from som_core.groups import Group, GroupRecipe
from som_core.selection_steps import (
    Asked,
    Combined,
    How,
    Path,
    Pointed,
    Step,
    Turned,
    bound,
    combined,
    found_before,
    found_on,
    is_question,
    keys_of,
    part_at,
    parts_of,
    rows_found,
    with_part,
    without_part,
)
from som_core.selection_steps import questions as asked_in
from som_core.wording import counted, excerpt
from ui import listed_groups, selecting, session
from ui.cache import counted_size
from ui.map_view import MapView
from ui.selection import Rows, Selection
from ui.session import Gap, Question, Unanswered

_MOST_CELLS_WRITTEN = 10_000_000  # of a table: about 100 MB of text


def rows_asked_for(view: MapView, text: str) -> Rows:
    """Return the rows on the map that meet a condition or, as none can be read, mention a text.

    Raises
    ------
    AtlasError
        If there are none; the sentence says why.
    """
    try:
        rows = rows_where(view.table, text, m=view.m, groups=_groups(view))
        none = "No row meets this condition."
    except AtlasError as problem:
        rows = find_rows(view.table, text, written=_written(view))
        none = f"No row mentions “{excerpt(text)}”. As a condition: {problem}"
    on_map = rows[np.isin(rows, view.m.rows)]
    if len(rows) == 0:
        raise AtlasError(none)
    if len(on_map) == 0:
        raise AtlasError(
            f"{counted(len(rows), 'row')} found, but none on this map: it is of other rows, or the "
            "recipe leaves them out."
        )
    return on_map


def is_condition(text: str) -> bool:
    """Return whether a text is a whole condition."""
    return bool(_columns(text))


def doubt(view: MapView, text: str) -> str:
    """Return what of a text may be meant otherwise than it was read; "" where nothing is."""
    return number_read_otherwise(view.table, text) if is_condition(text) else ""


def _columns(text: str) -> frozenset[str]:
    """Return the columns that a condition asks for; none of a text that is none."""
    try:
        return frozenset(columns_of(parse_condition(text)))
    except AtlasError:
        return frozenset()


def is_same_question(before: str, now: str) -> bool:
    """Return whether what is typed now is the question of before, as it is being worked on.

    It is while the text gets longer or shorter, and as a condition on one of the same columns.
    """
    return is_written_on(before, now) or not _columns(before).isdisjoint(_columns(now))


def is_written_on(before: str, now: str) -> bool:
    """Return whether somebody has gone on writing a text, or taken back some of it."""
    return now.startswith(before.strip()) or before.startswith(now.strip())


def _bound(view: MapView, question: Asked, answer: Callable[[str], Rows]) -> Pointed | Asked:
    """Return a question with what must be known of it when the map, or the table, is another.

    If it asks for cells or groups, which are a map's, these are the rows that it finds: every map
    has a cell 3, and rows that are selected must not change with the map that is shown. If it asks
    for columns that are joined, it keeps the key, as they may be taken away.
    """
    if view.table.joined_from is not None:
        keys = join_asked_for(view.table, answer(question.text), question.text)
        question = Asked(question.text, keys)
    if not asks_of_map(view, question):
        return question
    found = found_on(question, view.saved.name, answer(question.text))
    by = [group.recipe.step for group in _groups_asked_for(view, question.text)]
    all_asked = dict.fromkeys((*found.asked, *chain.from_iterable(map(asked_in, by))))
    all_keys = dict.fromkeys((*found.keys, *chain.from_iterable(map(keys_of, by))))
    return replace(found, asked=tuple(all_asked), keys=tuple(all_keys))


def _groups_asked_for(view: MapView, text: str) -> list[Group]:
    """Return the groups that a condition names; all where it asks for rows in none."""
    of_map = free_name(GROUP, view.table.frame.columns)
    tests = [test for test in single_tests(parse_condition(text)) if test.column.name == of_map]
    named = {value.text for test in tests for value in values_in(test)}
    is_any = any(isinstance(test, Missing) for test in tests)
    return [group for group in _groups(view) if is_any or group.name in named]


def asks_of_map(view: MapView, step: Step) -> bool:
    """Return whether a step still asks for cells or groups, which every map answers otherwise."""
    if isinstance(step, Asked):
        of_map = {free_name(name, view.table.frame.columns) for name in (CELL, GROUP)}
        return not of_map.isdisjoint(_columns(step.text))
    return any(asks_of_map(view, part) for part in parts_of(step))


def kept_step(view: MapView, kept: Group) -> Step | None:
    """Return how rows that were kept were found; those of cells or groups stay the rows they were.

    A question that was kept before it was bound to its rows doesn't say of which map it was.
    """
    step = kept.recipe.step
    if step is None or not asks_of_map(view, step):
        return step
    return found_before(step, kept.rows)


def ways_on(view: MapView, text: str) -> tuple[Completion, ...]:
    """Return how what is being written may go on."""
    return completions(view.table, text, _groups(view))


def _groups(view: MapView) -> list[Group]:
    return [
        Group(
            group.name,
            group.rows,
            recipe=GroupRecipe() if group.kept is None else group.kept.recipe,
        )
        for group in listed_groups.of(view)
    ]


def _written(view: MapView) -> pa.Array | None:
    """Return the rows as texts; None of a table for which they would take too much room."""
    if view.table.frame.size > _MOST_CELLS_WRITTEN:
        return None
    return session.cached(
        ("written rows", view.source.columns_key, *view.table.frame.columns),
        lambda: written_rows(view.table),
        lambda written: counted_size(part.size for part in written.buffers() if part is not None),
        "Reading the rows …",
    )


# With what is selected ---------------------------------------------------------------------------


def how() -> How:
    """Return how the next selection goes with the one that is there."""
    state = session.current()
    if state.selection.is_empty:
        return "new"
    question = state.question
    is_open = question is not None and question.answer is state.selection
    return question.how if question is not None and is_open else state.how


def open_question() -> Question | None:
    """Return the question that the selected rows answer, while it can be written on."""
    state = session.current()
    if state.question is not None and state.question.answer is not state.selection:
        state.question = None
    return state.question


def standing_text() -> str:
    """Return what was asked last, if it still holds and isn't to be combined with what is next."""
    question = open_question()
    if question is not None:
        return question.text
    return session.current().selection.asked if how() == "new" else ""


def ask(view: MapView, text: str, *, is_typed: bool = True) -> None:
    """Select the rows that are asked for, on all maps; where there are none, all stays as it is.

    What changes a question takes the place of its answer; what is typed on to it is no new step
    for undo, either.
    """
    state, question, way = session.current(), open_question(), how()
    state.unanswered = None
    before, is_typed_on = state.selection, False
    if question is not None and not question.is_taken_up:
        is_typed_on = is_typed and is_written_on(question.text, text)
        if not is_same_question(question.text, text):
            question = None
    if question is not None:
        before = question.before
    try:
        found = found_by(view, step_asking(question, before, way, Asked(text.strip())))
    except AtlasError as problem:
        state.unanswered = Unanswered(text, str(problem), state.selection)
        return
    if is_typed_on:
        selecting.select_instead(found)
    else:
        selecting.select(found)
    gap = None if question is None else question.gap
    state.question = Question(text, before, way, state.selection, gap=gap)


def let_go(view: MapView) -> None:
    """Go back to what a question was to be combined with; to nothing where it stood alone."""
    state, question = session.current(), open_question()
    state.unanswered = None
    rest = None if question is None or question.gap is None else without_part(*question.gap)
    if rest is not None:
        select_found_by(view, rest)
    elif question is not None and question.gap is None and question.how != "new":
        selecting.select(question.before)
    elif standing_text():
        selecting.select(Selection())


def select_as_chosen(view: MapView, selection: Selection) -> None:
    """Let rows be selected, alone or as the analyst chose to combine them with those before."""
    state = session.current()
    before, chosen = selecting.step_of(state.selection), how()
    new = selecting.step_of(selection)
    if chosen == "new" or new is None:
        selecting.select(selection)
    else:
        select_found_by(view, combined(before, chosen, new))


def written(step: Step, path: Path) -> tuple[Path, str] | None:
    """Return which part of a step can be written anew where a path leads to, and what it says.

    Parts that are combined are one condition, unless rows were pointed at among them, or a word was
    asked: None then.
    """
    part = part_at(step, path)
    match part:
        case Asked(text):
            return path, text
        case Turned(Asked(text)):
            return (*path, 0), text
    asks = is_question(part) and all(map(is_condition, asked_in(part)))
    return (path, str(part)) if asks and is_condition(str(part)) else None


def take_up(step: Step, path: Path) -> None:
    """Let a part of the selection be written anew in the box."""
    state, found = session.current(), written(step, path)
    if found is None:
        return
    (place, text), state.unanswered = found, None
    gap = Gap(step, place)
    state.question = Question(
        text, state.selection, _goes_with(gap), state.selection, is_taken_up=True, gap=gap
    )


def take_up_last() -> None:
    """Let the box hold the part that was asked last, as it did before the page was loaded anew.

    What is selected next goes alone, as with any selection that an address led to.
    """
    state = session.current()
    step = state.selection.step
    if not isinstance(step, Combined):
        return
    found = written(step, (len(step.parts) - 1,))
    if found is not None:
        path, text = found
        state.question = Question(
            text, state.selection, "new", state.selection, gap=Gap(step, path)
        )


def _goes_with(gap: Gap) -> How:
    """Return how a part goes with those beside it; “new” where there are none."""
    around = [part_at(gap.step, gap.path[:depth]) for depth in range(len(gap.path))]
    joiners = [part.joiner for part in around if isinstance(part, Combined)]
    if not joiners:
        return "new"
    return "without" if joiners[-1] == "and" and isinstance(around[-1], Turned) else joiners[-1]


def step_asking(question: Question | None, before: Selection, how: How, asked: Asked) -> Step:
    """Return the step that asks in the gap of a question or, where it has none, after others."""
    if question is not None and question.gap is not None:
        return with_part(question.gap.step, question.gap.path, asked)
    return combined(selecting.step_of(before), how, asked)


def select_found_by(view: MapView, step: Step) -> None:
    """Let the rows be selected that a step finds on the map; say so where there are none."""
    state = session.current()
    try:
        selecting.select(found_by(view, step))
    except AtlasError as problem:
        state.unanswered = Unanswered(state.selection.asked, str(problem), state.selection)


def found_by(view: MapView, step: Step) -> Selection:
    """Return the selection of the rows on the map that a step finds.

    Raises
    ------
    AtlasError
        If there are none, or a question can't be answered.
    """
    answer = cache(partial(rows_asked_for, view))
    step = bound(step, lambda question: _bound(view, question, answer))
    rows = rows_found(step, len(view.table.frame), answer)
    on_map = rows[np.isin(rows, view.m.rows)]
    if len(on_map) == 0:
        raise AtlasError("No row is left then, so the selection stays as it was.")
    return Selection(rows=on_map, step=step)
