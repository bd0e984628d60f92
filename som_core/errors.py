"""The errors that som_core raises on purpose."""


class AtlasError(Exception):
    """A problem that the analyst can solve; `str(error)` is a plain sentence, shown as it is."""
