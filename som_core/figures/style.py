"""What all figures share: the page or the report gives background and font colour."""

TRANSPARENT = {
    "template": "none",
    "paper_bgcolor": "rgba(0, 0, 0, 0)",
    "plot_bgcolor": "rgba(0, 0, 0, 0)",
}
