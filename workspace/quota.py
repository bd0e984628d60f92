"""Room on the disk: what a workspace and all of them together may use."""

import shutil
from pathlib import Path

from som_core.errors import AtlasError
from som_core.wording import size_in_words
from workspace.config import Configuration
from workspace.files import size_of

COPY = "copy_of_all_rows"  # below a map: rows of a table of the server, which have a room of theirs


def check_room(config: Configuration, workspace: Path | None, more: int) -> None:
    """Raise AtlasError if a workspace can't take `more` bytes.

    Parameters
    ----------
    workspace : folder of the workspace, or None for one that is about to be made
    more : bytes to be written

    Raises
    ------
    AtlasError
        If its quota, that of all workspaces, or the room left on the disk would be exceeded.
    """
    config.data.mkdir(parents=True, exist_ok=True)
    if workspace is not None:
        used = own_bytes(workspace)
        if used + more > config.workspace_bytes:
            raise AtlasError(
                f"This needs {size_in_words(more)}, but the workspace already holds "
                f"{size_in_words(used)} of the {size_in_words(config.workspace_bytes)} it may. "
                "Delete maps that are no longer needed, or start a new workspace."
            )
    _check_disk(config, more)


def check_room_for_copy(config: Configuration, workspace: Path, more: int) -> None:
    """Raise AtlasError if a workspace can't take a copy of all rows of a table of the server.

    Parameters
    ----------
    workspace : folder of the workspace
    more : bytes of the copy, while it is made

    Raises
    ------
    AtlasError
        If there may be no copies, or their quota, that of all workspaces, or the room left on the
        disk would be exceeded.
    """
    used = copied_bytes(workspace)
    if used + more > config.copy_bytes:
        raise AtlasError(
            f"A copy of all rows takes about {size_in_words(more)} while it is made, and copies in "
            f"this workspace take {size_in_words(used)} of the {size_in_words(config.copy_bytes)} "
            "that they may. Delete maps with copies that are no longer needed, or ask whoever runs "
            "the server for more room."
        )
    _check_disk(config, more)


def own_bytes(workspace: Path) -> int:
    """Return what a workspace holds without its copies of tables of the server."""
    return size_of(workspace) - copied_bytes(workspace)


def copied_bytes(workspace: Path) -> int:
    """Return what copies of tables of the server take in a workspace."""
    return sum(size_of(folder) for folder in workspace.glob(f"*maps/*/{COPY}"))


def _check_disk(config: Configuration, more: int) -> None:
    for_what = f"for {size_in_words(more)} more" if more else "left"
    if shutil.disk_usage(config.data).free - more < config.free_bytes:
        raise AtlasError(
            f"The server's disk has no room {for_what}. Delete maps or workspaces that are no "
            "longer needed, or ask whoever runs the server for more room."
        )
    everything = size_of(config.data)
    if everything + more > config.disk_bytes:
        raise AtlasError(
            f"All workspaces together hold {size_in_words(everything)} of the "
            f"{size_in_words(config.disk_bytes)} they may, so there is no room {for_what}. Delete "
            "maps or workspaces that are no longer needed, or ask whoever runs the server for more "
            "room."
        )
