"""Text from files on its way into a figure: shown as it is, never read as markup."""

_ENTITIES = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    "$": "&#36;",  # two of them would mean a formula
    "{": "&#123;",  # after a percent sign it would mean a value in a hover template
}
# Signs that turn the direction of writing would also turn the text that follows in the figure.
_DIRECTION_SIGNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_TABLE = str.maketrans({**_ENTITIES, **dict.fromkeys(_DIRECTION_SIGNS, "")})

LONGEST_LABEL = 40  # characters; longer ones would push the figure aside


def safe_plotly(text: object) -> str:
    """Return text that Plotly shows letter by letter: no tags, links, formulas or templates."""
    return str(text).translate(_TABLE)


def short_label(text: object, longest: int = LONGEST_LABEL) -> str:
    """Return a safe label of at most so many letters; a longer one ends in “…”."""
    text = str(text)
    shortened = text if len(text) <= longest else f"{text[: longest - 1]}…"
    return safe_plotly(shortened)
