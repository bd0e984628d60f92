"""What makes the selected rows different: words, bars, a rule, one column's spread, all columns."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from som_core.analyses.asked_columns import asked_columns
from som_core.analyses.effect_words import written
from som_core.analyses.explanation import (
    CHOSEN_BY,
    SHAPED,
    Explanation,
    explain,
    rest_of,
)
from som_core.analyses.ranked_table import ranked_table
from som_core.exports.differences import MEANINGS, differences_workbook
from som_core.exports.spreadsheet import spreadsheet_csv
from som_core.figures.effects import DOUBTED, effects_figure
from som_core.figures.paired_bars import paired_bars
from som_core.selection_steps import keys_of, questions
from som_core.wording import counted
from ui import listed_groups, session
from ui.charts import chart
from ui.downloads import download, file_of
from ui.labels import safe_label, safe_sentence
from ui.map_view import MapView
from ui.selection import Rows, fingerprint
from ui.tables import table_height

MOST_BARS = 8
_BYTES_A_LINE = 300  # of an explanation: its texts, above all
_CELLS_AT_ONCE = 5_000_000  # of a table: columns are compared before anybody wonders
REST = "the rest"
AGAINST, SPREAD = "compared with", "spread of"


def others(view: MapView) -> dict[str, Rows]:
    """Return what rows can be compared with, beside the rest of the table, by its name.

    These are the other groups of the map, the rows in none, and the sets.
    """
    selected = session.current().selection.group
    return {group.name: group.rows for group in listed_groups.of(view) if group.mark != selected}


def compare_with(name: str | None) -> None:
    """Let the selected rows be compared with others of this name; None: the rest."""
    st.session_state[AGAINST] = name


def is_chosen() -> bool:
    """Return whether it is settled on this page what rows are compared with."""
    return AGAINST in st.session_state


def columns_that_differ(view: MapView) -> list[str]:
    """Return the columns by how much the selected rows differ in them, the most first."""
    return list(map(str, _Compared.of(view).explanation.effects["column"]))


@st.fragment(key="difference")
def show(view: MapView) -> None:
    """Say and show what makes the selected rows different from those that the analyst chooses."""
    _choose_others(view)
    compared = _Compared.of(view)
    found = compared.explanation
    said = found.sentences[1:] or found.sentences  # the heading has counted the rows
    rule = found.rule
    for sentence in said:
        if rule is None or sentence != rule.in_words:
            st.markdown(safe_sentence(sentence))
    if found.effects.empty:
        return
    off_the_map = len(view.table.frame) - len(view.m.rows)
    if compared.others is None and off_the_map:
        st.caption(f"The rest counts {counted(off_the_map, 'row')} that the map has no cell for.")
    chart(
        effects_figure(found.effects, MOST_BARS),
        alt="Differences by column, the largest first",
        key="effects",
    )
    _say_cautions(found.effects.head(MOST_BARS))
    if rule is not None:
        st.markdown(safe_sentence(rule.in_words))
    _spread(view)
    _whole(view, found)


# The comparison -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Compared:
    """The selected rows and those that they are compared with."""

    against: str | None  # None: the rest, of the rows that the map is of
    rows: Rows
    others: Rows | None  # None: the rest of the whole table
    explanation: Explanation

    @classmethod
    def of(cls, view: MapView) -> "_Compared":
        rows = session.current().selection.rows
        wanted = st.session_state.get(AGAINST)
        choices = {} if wanted is None else others(view)
        against = wanted if wanted in choices else None  # it may be gone, deleted in another tab
        chosen = rest_of(view.m.chosen, rows) if against is None else choices[against]
        return cls(against, rows, chosen, _explanation(view, rows, chosen, against))

    @property
    def names(self) -> tuple[str, str]:
        """What the two sides are called in a chart."""
        return "these rows", self.against or REST


def _choose_others(view: MapView) -> None:
    choices = others(view)
    if st.session_state.get(AGAINST) not in choices:
        st.session_state[AGAINST] = None
    if choices:
        st.selectbox(
            "Compared with",
            [None, *choices],
            key=AGAINST,
            format_func=lambda name: name or REST,
            placeholder=REST,
        )


def _explanation(view: MapView, rows: Rows, other: Rows | None, against: str | None) -> Explanation:
    called = "elsewhere" if against is None else f"in “{against}”"
    other_key = "" if other is None else fingerprint(other)
    step = session.current().selection.step
    return session.cached(
        (
            "explanation",
            view.saved.id,
            view.source.columns_key,
            fingerprint(rows),
            other_key,
            called,
            questions(step),
            keys_of(step),
        ),
        lambda: explain(
            view.table,
            rows,
            other,
            recipe=view.saved.recipe,
            drawn_by=asked_columns(view.table, rows, step),
            other_name=called,
        ),
        lambda found: _BYTES_A_LINE * max(1, len(found.effects)),
        "Comparing the columns …" if view.table.frame.size > _CELLS_AT_ONCE else "",
    )


# What is shown of it ------------------------------------------------------------------------------


def _say_cautions(shown: pd.DataFrame) -> None:
    """Say why the q of a column is marked as doubtful."""
    doubted = shown[shown["q"].notna() & ~shown["caution"].isin(["", SHAPED, CHOSEN_BY])]
    for caution, columns in doubted.groupby("caution", sort=False)["column"]:
        names = ", ".join(safe_label(name, 40) for name in columns)
        st.caption(f"{DOUBTED} {names}: {safe_label(caution)}, so q says little.")


@st.fragment(key="spread")
def _spread(view: MapView) -> None:
    """Show how one column is spread on both sides; the one that differs most at first."""
    compared = _Compared.of(view)
    columns = compared.explanation.effects["column"].tolist()
    if st.session_state.get(SPREAD) not in columns:
        st.session_state[SPREAD] = columns[0]
    chosen = st.selectbox("How a column is spread", columns, key=SPREAD)
    column = next(column for column in ranked_table(view.table).columns if column.name == chosen)
    chart(
        paired_bars(column, compared.rows, compared.others, names=compared.names),
        alt=f"How the column is spread: {chosen}",
        key="spread",
    )


def _whole(view: MapView, found: Explanation) -> None:
    """Offer all columns as a table on the page, as CSV and as Excel."""
    with st.container(horizontal=True):
        if st.button(f"All {counted(len(found.effects), 'column')}", icon=":material/table_rows:"):
            _all_columns(view)
        download(
            "CSV",
            lambda: spreadsheet_csv(found.effects),
            file_of(view.table, "differences.csv"),
            explained="The differences in all columns.",
        )
        download(
            "Excel",
            lambda: differences_workbook(found),
            file_of(view.table, "differences.xlsx"),
            explained="The differences in all columns, the sentences, and what each number means.",
        )


@st.dialog("All columns", width="large")
def _all_columns(view: MapView) -> None:
    compared = _Compared.of(view)
    effects = compared.explanation.effects
    st.caption(
        f"{counted(len(compared.rows), 'row')} compared with "
        f"{safe_label(compared.against or REST)}. Click a heading to sort."
    )
    number = st.column_config.NumberColumn
    text = st.column_config.TextColumn
    st.dataframe(
        _as_shown(effects),
        hide_index=True,
        height=table_height(len(effects), at_most=480),
        placeholder="",
        alt="Differences in all columns",
        column_config={
            "column": text("Column", pinned=True),
            "delta": number("Difference", format="%.2f", help=MEANINGS["delta"]),
            "low": number("From", format="%.2f", help=MEANINGS["low"]),
            "high": number("To", format="%.2f", help=MEANINGS["high"]),
            "level": text("Value", help=MEANINGS["level"]),
            "here": text("Here", help=MEANINGS["here"]),
            "elsewhere": text("Elsewhere", help=MEANINGS["elsewhere"]),
            "q": number("q", format="%.2g", help=MEANINGS["q"]),
            "caution": text("Caution", help=MEANINGS["caution"]),
            "effect": number("d or h", format="%.2f", help=MEANINGS["effect"]),
            "n_here": number("Rows here", help=MEANINGS["n_here"]),
            "n_elsewhere": number("Rows elsewhere", help=MEANINGS["n_elsewhere"]),
            "in_words": text("In words", width="large"),
        },
    )


def _as_shown(effects: pd.DataFrame) -> pd.DataFrame:
    """Return the effects with means, dates and shares as people write them."""
    sides = {
        side: [
            written(kind, value) for kind, value in zip(effects["kind"], effects[side], strict=True)
        ]
        for side in ("here", "elsewhere")
    }
    order = [
        "column", "delta", "low", "high", "level", "here", "elsewhere", "q", "caution", "effect",
        "n_here", "n_elsewhere", "in_words",
    ]  # fmt: skip
    return effects.assign(**sides)[order]
