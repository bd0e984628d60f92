"""Times as people say them."""


def duration_in_words(seconds: float) -> str:
    """Return a time without false precision: 1 s, 40 s, 12 min, 1.5 h."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    if seconds < 3600:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.3g} h"
