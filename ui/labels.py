"""Text from a file, made safe to show where Streamlit reads markdown: labels, captions, titles."""

import re
import unicodedata

ZERO_WIDTH_SPACE = "\u200b"
LONGEST_SENTENCE = 1_000
# Signs that mean something to markdown, to Streamlit's directives or to KaTeX.
MARKUP = re.compile(r"""([\\`*_{}\[\]()#+\-.!|<>~$&^="'/%;,?@:])""")
# What becomes a link, an emoji, an icon, a colour or an arrow even behind a backslash.
BECOMES_MORE = re.compile(r"(:|@|www(?=\.)|[-<>](?=[-=>]))", re.IGNORECASE)


def safe_label(text: str, longest: int = 200) -> str:
    """Return text that markdown shows as it is: no links, images, formulas, colours or icons.

    Parameters
    ----------
    text : a column's name, a category, a file's name: anything from outside
    longest : number of characters from which it is cut, with an ellipsis

    Returns
    -------
    str
        Markdown. Signs are escaped, and where that isn't enough (`https://`, `www.`, `@`,
        `:red[`, `->`) a zero-width space follows. Signs that turn the direction of reading, or
        that nobody sees, are left out; line breaks become spaces.
    """
    visible = "".join(_seen(sign) for sign in str(text))
    one_line = " ".join(visible.split())
    if len(one_line) > longest:
        one_line = one_line[: longest - 1].rstrip() + "…"
    return MARKUP.sub(r"\\\1", BECOMES_MORE.sub(rf"\1{ZERO_WIDTH_SPACE}", one_line))


def safe_sentence(text: str) -> str:
    """Return what is said about something from outside, safe as `safe_label` makes it.

    It isn't cut, as the way out stands at its end, but where a text in it is beyond all measure.
    """
    return safe_label(text, LONGEST_SENTENCE)


def _seen(sign: str) -> str:
    """Return the sign, a space for a break, or nothing for what has no width of its own."""
    category = unicodedata.category(sign)
    if category == "Cc":
        return " "
    return "" if category in {"Cf", "Cs", "Co", "Cn"} else sign
