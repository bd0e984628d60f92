"""With sign-in, a workspace is its owner's alone, and each finds their own again."""

import os

import pytest

from workspace.config import Configuration
from workspace.people import person_of, workspaces_of
from workspace.store import NotYours, create, open_workspace

ADA = person_of("https://id.example", "ada")
BOB = person_of("https://id.example", "bob")


@pytest.fixture(autouse=True)
def config(tmp_path, monkeypatch):
    monkeypatch.setenv("SOM_ATLAS_DATA", str(tmp_path))
    monkeypatch.setenv("SOM_ATLAS_FREE_BYTES", "1")
    return Configuration.from_environment()


def with_a_table(person: str | None, name: str):
    workspace = create(person)
    workspace.put_upload(b"a,b\n1,2\n3,4\n", name)
    return workspace


@pytest.mark.parametrize("other", [BOB, None])
def test_nobody_else_opens_an_owned_workspace_by_its_address(other):
    workspace = create(ADA)
    assert open_workspace(workspace.id, ADA).has_owner
    with pytest.raises(NotYours, match="read-only link"):
        open_workspace(workspace.id, other)


def test_whoever_signed_in_opens_it_by_its_read_only_link():
    shared = open_workspace(create(ADA).share_id(), BOB)
    assert shared.read_only


def test_a_workspace_without_an_owner_opens_for_whoever_has_its_address():
    workspace = create()
    assert not open_workspace(workspace.id, BOB).has_owner


def test_each_sees_their_own_workspaces_the_one_used_last_first(config):
    old, new = with_a_table(ADA, "old.csv"), with_a_table(ADA, "new.csv")
    with_a_table(BOB, "bob.csv")
    with_a_table(None, "nobody.csv")
    create(ADA)  # empty: nothing to come back to
    os.utime(old.folder / "used", (1, 1))
    assert [owned.table for owned in workspaces_of(config, ADA)] == ["new.csv", "old.csv"]
    assert workspaces_of(config, ADA)[0].id == new.id
    assert workspaces_of(config, person_of("https://id.example", "eve")) == ()


def test_a_deleted_workspace_leaves_the_list(config):
    workspace = with_a_table(ADA, "a.csv")
    workspace.delete()
    assert workspaces_of(config, ADA) == ()
    assert list((config.data / "people" / ADA).iterdir()) == []


def test_looking_at_the_list_does_not_count_as_use(config):
    workspace = with_a_table(ADA, "a.csv")
    os.utime(workspace.folder / "used", (1, 1))
    workspaces_of(config, ADA)
    assert (workspace.folder / "used").stat().st_mtime == 1


def test_the_same_name_at_another_provider_is_another_person():
    assert person_of("https://other.example", "ada") != ADA
    assert person_of("https://id.example/a", "da") != person_of("https://id.example/", "ada")
