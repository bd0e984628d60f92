"""The list of sets reads the groups of a workspace once, however many things it tells of them."""

from types import SimpleNamespace

import pandas as pd
import pytest
from streamlit.delta_generator import DeltaGenerator

from som_core.groups import Group, GroupRecipe
from som_core.selection_steps import Asked
from ui import session
from ui.sections import row_sets
from ui.selection import Selection
from ui.session import Session
from workspace.documents import DocumentType
from workspace.store import create


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    monkeypatch.setenv("SOM_ATLAS_DATA", str(tmp_path))
    monkeypatch.setenv("SOM_ATLAS_FREE_BYTES", "1")
    made = create()
    made.put_upload(b"x\n1\n2\n3\n", "before.csv")
    made.keep_group(Group("large ones", [2], "set", GroupRecipe.of_step(Asked("x > 2"))))
    made.put_upload(b"x\n1\n2\n3\n4\n", "now.csv")
    made.keep_group(Group("mine", [0, 1], "set"))
    return made


def test_groups_are_read_once_for_sets_and_for_questions_of_other_tables(workspace, monkeypatch):
    read_all, reads, buttons = DocumentType.read_all, [], []

    def counted(document, folder):
        reads.append(document.file)
        return read_all(document, folder)

    def noted(label, **_):
        buttons.append(label)

    state = Session(workspace, selection=Selection(rows=[0]))
    view = SimpleNamespace(
        saved=SimpleNamespace(source=workspace.source),
        table=SimpleNamespace(frame=pd.DataFrame({"x": [1, 2, 3, 4]})),
    )
    monkeypatch.setattr(session, "current", lambda: state)
    monkeypatch.setattr(DocumentType, "read_all", counted)
    monkeypatch.setattr(row_sets.st, "button", noted)
    monkeypatch.setattr(DeltaGenerator, "button", lambda _, label, **rest: noted(label, **rest))
    row_sets.show(view)
    assert reads == ["groups/*.json"]
    assert "mine · 2 rows" in buttons
    assert "Ask again: large ones" in buttons
