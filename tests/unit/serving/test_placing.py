"""Rows that another program sends, and what it gets."""

import json

import numpy as np
import pytest
from starlette.applications import Starlette

from serving import placing
from serving.placing import ADDRESS, MOST_BYTES, MOST_ROWS, placing_routes
from som_core import read_table
from som_core.settings import MapSettings
from testing.event_loop import result_of
from testing.workspaces import find_groups, workspace_with_maps
from workspace.map_groups import MapGroups

ROWS = [f"{i % 7},{(i * 13) % 11},{'ab'[i % 2]}" for i in range(60)]
FILE = "\n".join(["x,y,letter", *ROWS]).encode()
SMALL = MapSettings(height=4, width=3, sigma=1, epochs=2)
app = Starlette(routes=placing_routes())


@pytest.fixture
def made(tmp_path, monkeypatch):
    """A workspace whose map has three groups, one of them with a name."""
    monkeypatch.setenv("SOM_ATLAS_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SOM_ATLAS_FREE_BYTES", "1")
    monkeypatch.setenv("SOM_ATLAS_WORKER", "external")
    workspace = workspace_with_maps(FILE, "t.csv", (SMALL, SMALL.changed({"seed": 5})))
    shown = find_groups(workspace).at(3)
    named = {shown.marks[0]: "Großes"}
    workspace.keep_map_groups(workspace.current_map, MapGroups(k=3, names=named))
    return workspace


def post(data: bytes, key: str | None, query: str = "") -> tuple[int, dict]:
    """Send rows without a network; return the status and what is said."""
    sent = []
    arriving = [
        {"type": "http.request", "body": data[at : at + 100_000], "more_body": True}
        for at in range(0, len(data), 100_000)
    ]
    arriving.append({"type": "http.request", "body": b"", "more_body": False})

    async def receive():
        return arriving.pop(0)

    async def send(message):
        sent.append(message)

    headers = [] if key is None else [(b"authorization", f"Bearer {key}".encode())]
    scope = {
        "type": "http",
        "method": "POST",
        "path": ADDRESS,
        "query_string": query.encode(),
        "headers": headers,
    }
    result_of(app(scope, receive, send))
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return sent[0]["status"], json.loads(body)


def test_rows_of_the_map_lie_where_they_lie_on_it(made):
    saved = made.current_map
    m = made.trained_map(saved)
    status, said = post(FILE, made.share_id())
    assert (status, said["map"]) == (200, saved.name)
    cells = [(row["y"] - 1) * m.width + row["x"] - 1 for row in said["rows"]]
    assert cells == m.bmu.tolist()
    assert np.allclose([row["distance"] for row in said["rows"]], m.distance)
    shown = made.map_groups(saved)
    regions = find_groups(made).at(shown.k)
    inside = [regions.node_labels.ravel()[cell] == 0 for cell in cells]
    assert [row["region"] == "Großes" for row in said["rows"]] == inside
    assert len({row["region"] for row in said["rows"]}) == 3


def test_json_is_read_as_csv_is_and_the_library_says_the_same(made):
    rows = b'[{"y": 3, "x": 2.5, "letter": "a"}, {"x": 6, "y": 10, "other": 1}]'
    _, said = post(rows, made.share_id())
    m = made.trained_map(made.current_map)
    new = read_table(rows, "new.json")
    prepared = m.fitted.transform(new)
    bmu, distance = m.project(prepared.matrix)
    assert [(row["y"] - 1) * m.width + row["x"] - 1 for row in said["rows"]] == bmu.tolist()
    assert [row["distance"] for row in said["rows"]] == pytest.approx(distance.tolist())


def test_another_map_of_the_workspace_can_be_asked(made):
    other = made.maps()[1]
    status, said = post(FILE, made.share_id(), f"map={other.id}")
    m = made.trained_map(other)
    assert status == 200
    assert [(row["y"] - 1) * m.width + row["x"] - 1 for row in said["rows"]] == m.bmu.tolist()
    assert {row["region"] for row in said["rows"]} == {None}, "its groups were not looked for"
    assert post(FILE, made.share_id(), "map=..%2F..")[0] == 404


def test_a_new_name_of_a_group_is_said_at_once(made):
    assert "Großes" in {row["region"] for row in post(FILE, made.share_id())[1]["rows"]}
    made.keep_map_groups(made.current_map, MapGroups(k=1))
    names = {row["region"] for row in post(FILE, made.share_id())[1]["rows"]}
    assert len(names) == 1 and "Großes" not in names


def test_without_a_key_or_with_a_wrong_one_nothing_is_told(made):
    assert post(FILE, None)[0] == 401
    assert post(FILE, "A" * 32)[0] == 404
    assert post(FILE, "../../etc")[0] == 404
    status, said = post(FILE, made.id)
    assert status == 403 and "owner's key" in said["problem"]
    key = made.share_id()
    made.stop_sharing()
    assert post(FILE, key)[0] == 404


@pytest.mark.slow
@pytest.mark.parametrize(
    ("data", "status", "sentence"),
    [
        (b"", 400, "empty"),
        (b"x,other\n1,2\n", 400, "y"),
        (b"x,y\n1,many\n2,few\n", 400, "held numbers"),
        (b"\x89PNG\r\n\x1a\n", 400, "picture"),
        (b"x,y\n" + b"1,2\n" * (MOST_ROWS + 1), 400, "at most 10,000 rows"),
        (b"x" * (MOST_BYTES + 1), 413, "in parts"),
        (b"[" * 100_000, 400, ""),
    ],
    ids=["nothing", "a column less", "texts", "a picture", "rows", "bytes", "nested"],
)
def test_what_can_not_be_placed_is_refused_in_words(made, data, status, sentence):
    answered, said = post(data, made.share_id())
    assert answered == status
    assert sentence in said["problem"]


def test_more_than_two_at_once_are_asked_to_come_again(made, monkeypatch):
    for _ in range(2):
        placing._working.acquire()
    try:
        status, said = post(FILE, made.share_id())
        assert status == 503 and "a little later" in said["problem"]
    finally:
        for _ in range(2):
            placing._working.release()
    assert post(FILE, made.share_id())[0] == 200


def test_a_row_that_the_recipe_leaves_out_lies_nowhere(tmp_path, made):
    recipe = made.recipe.changed({"x": {"missing": "drop_row"}})
    strict = workspace_with_maps(FILE, "t.csv", (SMALL,), recipe)
    _, said = post(b"x,y\n,3\n2,3\n", strict.share_id())
    nowhere = {"x": None, "y": None, "region": None, "distance": None, "known": 1}
    assert said["rows"][0] == nowhere
    assert said["rows"][1]["x"] is not None
    assert said["remarks"]


def test_a_row_of_which_nothing_is_known_lies_nowhere(made):
    _, said = post(b"x,y,letter\n,,\n2,,a\n2,3,a\nk.A.,?,b\n", made.share_id())
    assert [row["known"] for row in said["rows"]] == [1, 2, 0]
    assert [row["x"] is None for row in said["rows"]] == [False, False, True]
    assert "1 blank row left out." in said["remarks"]
    assert any("1 row has no value in any column that shaped" in each for each in said["remarks"])


GERMAN = "\n".join(["x;y", *[f"{i},5;{i % 11 + 1}.{i * 7 % 1000:03}" for i in range(60)]])


def test_numbers_are_read_with_the_marks_of_the_maps_own_file_where_they_can_be(made):
    german = workspace_with_maps(GERMAN.encode(), "t.csv", (SMALL,))
    assert german.table().frame["y"].iloc[1] == 2007

    def placed(rows):
        said = post(rows, german.share_id())[1]
        return [(row["x"], row["y"], row["distance"]) for row in said["rows"]], said["remarks"]

    expected, remarks = placed(b"x;y\n30;4914\n3;5000\n")
    assert not any("marks" in remark for remark in remarks)
    found, remarks = placed(b"x;y\n30;4.914\n3;5.000\n")
    assert found == expected
    assert any("“y” are read with the marks" in r and "decimal comma" in r for r in remarks)
    found, remarks = placed(b"x,y\n30,4914.0\n3,5000.0\n")  # as a program writes it
    assert found == expected
    assert not any("marks" in remark for remark in remarks)
    assert placed(b'[{"x": 30, "y": 4914}, {"x": 3, "y": 5000}]')[0] == expected
