"""What all figures share: colours that survive print and colour blindness, on any background."""

SEQUENTIAL = "Cividis"  # perceptually uniform, reads the same with and without colour blindness
EMPTY_CELL = "rgba(128, 128, 128, 0.25)"  # grey: not a colour of the scale, so not a low value
GRID_LINE = "rgba(128, 128, 128, 0.25)"
HIGHER, LOWER = "#0072B2", "#D55E00"  # Okabe–Ito blue and vermillion

# No background and no font colour: the page or the report gives both, light or dark.
TRANSPARENT = {
    "template": "none",
    "paper_bgcolor": "rgba(0, 0, 0, 0)",
    "plot_bgcolor": "rgba(0, 0, 0, 0)",
}

_OKABE_ITO = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")
_TOL_MUTED = ("#332288", "#88CCEE", "#44AA99", "#117733", "#999933", "#DDCC77", "#CC6677")
_TOL_MUTED_REST = ("#882255", "#AA4499")
_TOL_LIGHT = ("#77AADD", "#EE8866", "#EEDD88", "#FFAABB", "#99DDFF", "#BBCC33", "#AAAA00")
CATEGORIES = (*_OKABE_ITO, *_TOL_MUTED, *_TOL_MUTED_REST, *_TOL_LIGHT)


def category_colors(n: int) -> tuple[str, ...]:
    """Return a colour for each of n categories; beyond 23 they repeat.

    The first seven stay apart for colour-blind readers; no palette keeps many more apart for
    anyone, so say the category in words, too.

    References
    ----------
    Okabe and Ito (2008), Color universal design. Tol (2021), Colour schemes: muted and light.
    """
    return tuple(CATEGORIES[place % len(CATEGORIES)] for place in range(n))
