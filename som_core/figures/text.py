"""Text from files on its way into a figure: shown as it is, never read as markup."""

import textwrap

from som_core.wording import in_one_direction

_ENTITIES = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    "$": "&#36;",  # two of them would mean a formula
    "{": "&#123;",  # after a percent sign it would mean a value in a hover template
}
_TABLE = str.maketrans(_ENTITIES)

LONGEST_LABEL = 40  # characters; longer ones would push the figure aside


def safe_plotly(text: object) -> str:
    """Return text that Plotly shows letter by letter: no tags, links, formulas or templates."""
    return in_one_direction(str(text)).translate(_TABLE)


def short_label(text: object, longest: int = LONGEST_LABEL) -> str:
    """Return a safe label of at most so many letters; a longer one ends in “…”."""
    text = str(text)
    shortened = text if len(text) <= longest else f"{text[: longest - 1]}…"
    return safe_plotly(shortened)


def label_in_lines(text: object, longest: int = LONGEST_LABEL, most: int = 2) -> str:
    """Return a safe label of at most so many lines, each of at most so many letters."""
    lines = textwrap.wrap(str(text), longest, max_lines=most, placeholder=" …")
    return "<br>".join(map(safe_plotly, lines))
