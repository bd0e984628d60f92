"""Room on the disk: what a workspace and all of them together may use."""

import shutil
from pathlib import Path

from som_core.errors import AtlasError
from som_core.wording import size_in_words
from workspace.config import Configuration
from workspace.files import size_of


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
        used = size_of(workspace)
        if used + more > config.workspace_bytes:
            raise AtlasError(
                f"This needs {size_in_words(more)}, but the workspace already holds "
                f"{size_in_words(used)} of the {size_in_words(config.workspace_bytes)} it may. "
                "Delete maps that are no longer needed, or start a new workspace."
            )
    if shutil.disk_usage(config.data).free - more < config.free_bytes:
        raise AtlasError(
            f"The server's disk has no room for {size_in_words(more)} more. Delete maps or "
            "workspaces that are no longer needed, or ask whoever runs the server for more room."
        )
    everything = size_of(config.data)
    if everything + more > config.disk_bytes:
        raise AtlasError(
            f"All workspaces together hold {size_in_words(everything)} of the "
            f"{size_in_words(config.disk_bytes)} they may, so there is no room for "
            f"{size_in_words(more)} more. Delete maps or workspaces that are no longer needed, or "
            "ask whoever runs the server for more room."
        )
