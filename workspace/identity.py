"""The ids that open a workspace: unguessable, checked for their shape, never part of a path."""

import hashlib
import re
import secrets

_SHAPE = re.compile(r"[A-Za-z0-9_-]{32}")


def new_id() -> str:
    """Return 192 random bits as 32 characters that are safe in a URL."""
    return secrets.token_urlsafe(24)


def is_id(text: str) -> bool:
    """Return whether a text has the shape of an id."""
    return _SHAPE.fullmatch(text) is not None


def folder_name(workspace_id: str) -> str:
    """Return the name on disk of what an id opens.

    A hash of it: whoever sees the folder (a backup, a log) doesn't hold a key to the workspace.
    """
    return hashlib.sha256(workspace_id.encode()).hexdigest()[:32]
