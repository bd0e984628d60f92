"""Read-only links: `<data>/shares/<hash of a share id>` names the folder that it opens."""

import re
from dataclasses import dataclass

from workspace.documents import DocumentType, Fields

_FOLDER = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Share:
    """Where a read-only link leads."""

    folder: str  # name of the workspace's folder

    def __post_init__(self) -> None:
        if not _FOLDER.fullmatch(self.folder):
            raise ValueError("no name of a workspace's folder")


def _from_fields(fields: Fields) -> Share:
    return Share(fields.text("folder"))


SHARE = DocumentType[Share](
    file="shares/*",
    title="Where this read-only link leads",
    to_value=lambda share: {"folder": share.folder},
    from_value=_from_fields,
)
