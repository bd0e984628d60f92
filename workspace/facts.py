"""What a workspace itself is: `workspace.json`, and its restoration where that is damaged."""

from dataclasses import dataclass
from pathlib import Path

from workspace.documents import FORMAT, Damaged, DocumentType, Fields
from workspace.identity import folder_name
from workspace.shares import SHARE


@dataclass(frozen=True, kw_only=True)
class WorkspaceFacts:
    """What is to be known of a workspace before anything in it is looked at."""

    format: int = FORMAT  # in which its files are written
    created: float  # seconds since 1970
    owner: str | None = None  # who alone may open it by its own id; None: whoever has that
    share: str | None = None  # the id of its read-only link


def _from_fields(fields: Fields) -> WorkspaceFacts:
    return WorkspaceFacts(
        format=fields.whole("format"),
        created=fields.number("created"),
        owner=fields.maybe_text("owner"),
        share=fields.maybe_text("share"),
    )


FACTS = DocumentType[WorkspaceFacts](
    file="workspace.json",
    title="What the workspace is",
    to_value=vars,
    from_value=_from_fields,
)


def facts_of(data: Path, folder: Path) -> WorkspaceFacts:
    """Return the facts of a workspace that is there; what can be found out of them if damaged."""
    try:
        facts = FACTS.read(folder)
    except Damaged:
        facts = None
    return facts or _found_out(data, folder)


def restore(data: Path, folder: Path) -> None:
    """Write damaged facts anew, as far as they can be found out.

    Whose the workspace is stands elsewhere, too, so that nobody else gets in. The id of its
    read-only link doesn't: the link ends, for its owner could no longer stop it.
    """
    for name, share in SHARE.read_all(data):
        if not isinstance(share, Damaged) and share.folder == folder.name:
            SHARE.discard(data, name)
    FACTS.keep(folder, _found_out(data, folder))


def are_damaged(folder: Path) -> bool:
    try:
        return FACTS.read(folder) is None
    except Damaged:
        return True


def _found_out(data: Path, folder: Path) -> WorkspaceFacts:
    owners = [
        entry.parent.name
        for entry in (data / "people").glob("*/*")
        if folder_name(entry.name) == folder.name
    ]
    is_format_1 = (folder / "source.json").exists() or (folder / "sets.json").exists()
    return WorkspaceFacts(
        format=1 if is_format_1 else FORMAT,
        created=folder.stat().st_mtime,
        owner=owners[0] if owners else None,
    )
