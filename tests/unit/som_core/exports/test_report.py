"""The report says what the library says, shows texts as text, and leaves out what it is told."""

import io
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from som_core import (
    Analysis,
    AtlasError,
    ColumnRecipe,
    Group,
    MapSettings,
    Recipe,
    column_importance,
    explain_all,
    node_aggregates,
    open_dataset,
    prepare,
    quality,
    read_table,
    regions,
    train,
    write_report,
)
from som_core.analyses.all_rows import with_all_rows
from som_core.analyses.column_importance import importance_in_words
from som_core.drawing.palette import LEVELS
from som_core.exports.html_maps import POLICY
from som_core.exports.report import GLOSSARY, PARTS, report
from som_core.exports.script import script
from som_core.files.sample_of import SampleOf
from som_core.notes import RowNote
from som_core.wording import number, share
from testing.payloads import HOSTILE_TEXTS

SETTINGS = MapSettings(height=4, width=5, sigma=2.0, epochs=5, seed=3)


class Page(HTMLParser):
    """What a browser makes of a page: elements, their attributes, and text by element."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.attributes: list[tuple[str, str]] = []
        self.tags: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self._open = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self._open = tag
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data):
        self.texts.append((self._open, data))

    @property
    def text(self) -> str:
        return "\n".join(text for tag, text in self.texts if tag not in ("script", "style"))

    def of(self, tag: str) -> list[str]:
        return [text for name, text in self.texts if name == tag and text.strip()]


def a_file(n: int = 120) -> bytes:
    random = np.random.default_rng(0)
    low = np.arange(n) < n // 2
    frame = pd.DataFrame(
        {
            "person": [f"secret person {k}" for k in range(n)],
            "income": np.where(low, 10.0, 50.0) + random.normal(size=n),
            "age": np.where(low, 30.0, 60.0) + random.normal(size=n),
            "home": np.where(low, "flat", "house"),
            "left": 1,
        }
    )
    frame.loc[3, "age"] = np.nan
    return frame.to_csv(index=False).encode()


RECIPE = Recipe(
    (
        ColumnRecipe(name="person", role="describe"),
        ColumnRecipe(name="income", transform="rank", weight=2.0, reason="its tail is long"),
        ColumnRecipe(name="age", outliers="clip"),
        ColumnRecipe(name="home", role="describe"),
        ColumnRecipe(name="left", role="drop", reason="the same in all rows"),
    )
)


def an_analysis(data: bytes, name: str, recipe: Recipe, groups: tuple[Group, ...] = ()) -> Analysis:
    table = read_table(data, name)
    prepared = prepare(table, recipe)
    m = train(prepared, SETTINGS)
    return Analysis(
        table, recipe, prepared, SETTINGS, m, regions(m, 2, table=table), groups, ("It rained.",)
    )


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    few = Group("a handful", np.arange(4), "set")
    made = an_analysis(a_file(), "people.csv", RECIPE, (few,))
    return replace(made, row_notes=(RowNote("Ask about them.", few, written=1_700_000_000),))


@pytest.fixture(scope="module")
def page(analysis) -> Page:
    return Page(report(analysis, author="Ada", made=date(2026, 2, 3)))


def test_it_says_what_the_library_says(analysis, page):
    table, m, found = analysis.table, analysis.map, analysis.regions
    groups = {name: found.rows(m, label) for label, name in enumerate(found.names)}
    explained = explain_all(table, groups | {"a handful": np.arange(4)}, recipe=RECIPE)
    importance = column_importance(m, table)
    expected = [
        found.reason,
        *(sentence for one in explained.values() for sentence in one.sentences),
        *explained,
        " ".join(importance_in_words(importance)),
        *quality(m, analysis.prepared).in_words.values(),
        *map(str, analysis.prepared.remarks),
        "The table has 120 rows and 5 columns. On the map: 120 rows, 0 left out. Columns: 2 shaped "
        "it, 2 describe it, 1 left out.",
        "It rained.",
    ]
    for sentence in expected:
        assert sentence in page.text


def test_it_says_what_it_is_about(analysis, page):
    assert page.of("h1") == ["people.csv"]
    assert "Ada · 3 February 2026 · people.csv" in page.text
    assert f"SHA-256 {analysis.table.sha256}" in page.text


def test_it_says_of_a_sample_that_it_is_one_whatever_part_is_left_out(analysis):
    of = SampleOf(name="all people", n_rows=5_000, n_drawn=120, seed=0)
    sampled = replace(analysis, table=replace(analysis.table, sample_of=of))
    for parts in (PARTS, ["glossary"]):
        assert of.in_words in Page(report(sampled, parts=parts, include_rows=False)).text
    whole = Page(report(sampled)).text
    assert f"The table has 120 rows and 5 columns. It is {of.in_words}." in whole
    assert "draws it from the whole table again" in whole


def test_it_says_that_all_rows_behind_a_sample_trained_the_map(analysis):
    of = SampleOf(name="all people", n_rows=5_000, n_drawn=120, seed=0)
    table = replace(analysis.table, sample_of=of)
    for n_trained, said in [
        (5_000, "trained on all 5,000 rows, and shows those of the sample"),
        (4_000, "trained on all 4,000 of 5,000 rows that the recipe keeps, and shows"),
    ]:
        m = replace(analysis.map, n_trained=n_trained)
        assert said in Page(report(replace(analysis, table=table, map=m))).text
    assert "The map was trained on" not in Page(report(replace(analysis, table=table))).text


@pytest.fixture(scope="module")
def counted(tmp_path_factory) -> Analysis:
    """Return the analysis of a sample of a table whose rows were all counted on the map."""
    path = tmp_path_factory.mktemp("whole") / "people.parquet"
    pd.read_csv(io.BytesIO(a_file(400))).to_parquet(path)
    whole = open_dataset(path)
    made = an_analysis(whole.sample_as_parquet(120), "some people.parquet", RECIPE)
    return replace(made, all_rows=node_aggregates(with_all_rows(made.map, whole), whole))


@pytest.mark.slow
def test_it_tells_of_each_group_exactly_how_many_of_all_rows_it_has_and_their_means(counted):
    found = Page(report(counted))
    frame = pd.read_csv(io.BytesIO(a_file(400)))
    prepared = counted.prepared.transform(read_table(a_file(400), "all.csv"))
    nodes, _ = counted.map.project(prepared.matrix)
    labels = counted.regions.node_labels.ravel()[nodes]
    for label in range(counted.regions.k):
        here = labels == label
        assert f"{here.sum()} of 400 rows on the map, {share(here.mean())}." in found.text
        income = frame["income"]
        assert number(income[here].mean()) in found.of("td")
        assert number(income[~here].mean()) in found.of("td")
    assert found.of("h4").count("Of all rows") == counted.regions.k
    assert "All rows were counted: 400 of 400 lie on the map." in found.text
    assert "is counted exactly in the whole table; all else is of the sample" in found.text


def test_it_tells_nothing_of_all_rows_where_they_were_not_counted(analysis, counted):
    for without in (replace(counted, all_rows=None), replace(analysis, all_rows=counted.all_rows)):
        found = Page(report(without))
        assert "Of all rows" not in found.of("h4")
        assert "counted exactly" not in found.text
        assert "were counted" not in found.text


def test_without_rows_it_tells_of_all_rows_nothing_that_few_of_them_say(counted):
    text = Page(report(counted, include_rows=False)).text
    assert "of 400 rows on the map" in text
    assert "secret person" not in text
    few = replace(counted.all_rows, counts=np.eye(1, 20, dtype=np.int64)[0])
    kept_back = Page(report(replace(counted, all_rows=few), include_rows=False))
    assert "Elsewhere" not in kept_back.of("th")
    assert "Elsewhere" in Page(report(replace(counted, all_rows=few))).of("th")


def test_it_says_what_was_done_to_each_column_and_why(page):
    cells = page.of("td")
    for name, done, why in [
        ("income", "shaped the map; transform: rank; scaling: z-score; weight: 2", "its tail"),
        ("age", "shaped the map; missing values: median; outliers: clip to the fences", ""),
        ("home", "describes the map, did not shape it", ""),
        ("left", "left out", "the same in all rows"),
    ]:
        places = [k for k, cell in enumerate(cells) if cell == name]
        assert any(cells[k + 1].startswith(done) and why in cells[k + 2] for k in places)


def test_it_holds_the_script_that_repeats_it(analysis, page):
    assert page.of("pre") == [script(analysis)]


@pytest.mark.slow
@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_is_left_out_is_not_in_it(analysis, part):
    telling = {
        "findings": "Columns: 2 shaped it",
        "map": "it lights up in all maps",
        "groups": "Typical rows",
        "notes": "Ask about them.",
        "quality": "What the map knows of each column",
        "columns": "describes the map, did not shape it",
        "repeat": "Fit or order",
        "glossary": GLOSSARY["U-matrix"],
    }[part]
    others = [other for other in PARTS if other != part]
    with_it, without = Page(report(analysis)), Page(report(analysis, parts=others))
    assert telling in with_it.text
    assert telling not in without.text and PARTS[part] not in without.of("h2")
    assert without.of("h2") == [PARTS[other] for other in others]


def test_no_row_is_told_where_rows_are_left_out(analysis):
    told = report(analysis)
    assert "secret person" in told and '"rowMeans"' in told
    private = report(analysis, include_rows=False)
    assert "secret person" not in private
    page = Page(private)
    assert "Typical rows" not in page.text and '"rowMeans"' not in private
    assert "What sets fewer than 10 rows apart would show their values." in page.text
    (handful,) = explain_all(analysis.table, {"few": np.arange(4)}, recipe=RECIPE).values()
    assert handful.effects["in_words"].iloc[0] not in page.text


@pytest.mark.slow
def test_texts_from_outside_are_shown_as_text():
    random = np.random.default_rng(0)
    texts = list(HOSTILE_TEXTS.values())
    frame = pd.DataFrame({text: random.normal(size=80) for text in texts})
    frame["level"] = np.where(np.arange(80) < 40, texts[0], texts[1])
    frame["row"] = np.resize(np.array(texts, dtype=object), 80)
    trained = tuple(ColumnRecipe(name=text, reason=text) for text in texts[:3])
    rest = tuple(ColumnRecipe(name=name, role="describe") for name in [*texts[3:], "level", "row"])
    hostile = an_analysis(b"a,b\n1,2\n2,1\n", "small.csv", Recipe((ColumnRecipe(name="a"),)))
    table = type(hostile.table)(frame, texts[0], hostile.table.dialect)
    recipe = Recipe((*trained, *rest))
    prepared = prepare(table, recipe)
    m = train(prepared, SETTINGS)
    found = regions(m, 3).named(texts[:3])
    sets = tuple(Group(text, np.arange(k + 12), "set") for k, text in enumerate(texts))
    html = report(
        Analysis(table, recipe, prepared, SETTINGS, m, found, sets, tuple(texts)),
        title=texts[-1],
        author=texts[1],
    )
    page = Page(html)
    assert set(page.tags) <= {
        "html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "h3", "h4", "p",
        "br", "span", "nav", "a", "main", "section", "dl", "dt", "dd", "div", "script", "figure",
        "figcaption", "svg", "rect", "table", "thead", "tbody", "tr", "th", "td", "ul", "li",
        "pre", "details", "summary",
    }  # fmt: skip
    assert page.tags.count("script") == 3
    assert not [name for name, _ in page.attributes if name.startswith("on") or name == "src"]
    assert all(value.startswith("#part-") for name, value in page.attributes if name == "href")
    shown = set(page.of("td")) | set(page.of("h3")) | set(page.of("li"))
    assert {text.replace("\u202e", "") for text in texts} <= shown
    assert "\u202e" not in "".join(page.of("dd") + page.of("p") + page.of("h3"))


def test_it_fetches_nothing_and_is_small(analysis, tmp_path):
    write_report(analysis, tmp_path / "report.html", title="Ours")
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert ("content", POLICY) in Page(html).attributes
    assert len(html) < 6_000_000
    assert Page(html).of("h1") == ["Ours"]


def test_groups_made_by_hand_have_their_cards_in_their_colours(analysis):
    by_hand, colours = analysis.regions.split(0), ("#000001", "#000002", "#000003")
    html = report(replace(analysis, regions=by_hand, colours=colours))
    page = Page(html)
    assert set(by_hand.names) <= set(page.of("h3"))
    for colour in colours:
        assert ("style", f"--group: {colour}") in page.attributes
        assert f'"{colour}"' in html


def test_a_map_without_groups_has_a_report(analysis):
    page = Page(report(replace(analysis, regions=None)))
    assert "No groups were looked for." in page.text


def test_a_part_that_there_is_not_is_refused(analysis):
    with pytest.raises(AtlasError, match=r"no part “summary”\. Choose from: findings, map"):
        report(analysis, parts=["summary"])


def test_kept_rows_of_any_kind_have_a_card(analysis):
    every, few = Group("all of them", np.arange(120), "set"), Group("few", np.arange(3), "set")
    name = analysis.regions.names[0]
    namesake = Group(name, np.arange(12), "set")
    page = Page(report(replace(analysis, groups=(every, few, namesake))))
    assert {"all of them", "few", name, f"{name} (kept)"} <= set(page.of("h3"))
    assert "There is nothing to compare these rows with." in page.text
    cards = [style for name, style in page.attributes if name == "style" and "--group" in style]
    assert cards[-3:] == [f"--group: {colour}" for colour in LEVELS[:-4:-1]]


def test_it_speaks_to_whoever_reads_it_not_to_the_analyst(analysis):
    chosen = analysis.regions.at(3)
    for made in (chosen, chosen.united([0, 1]), analysis.regions.at(1)):
        shown = made.named_in_words(analysis.map, analysis.table)
        text = Page(report(replace(analysis, regions=shown, colours=()))).text
        told = text.replace(script(replace(analysis, regions=shown, colours=())), "")
        assert not {"you", "your"} & set(re.findall(r"\w+", told.casefold()))


def test_notes_stand_in_it_as_the_text_that_they_are(analysis):
    text = f"first line\n{HOSTILE_TEXTS['image tag']}"
    about = Group("well off", np.arange(60, 70), "selection")
    noted = replace(analysis, row_notes=(RowNote(text, about, "Ana <b>", 1_700_000_000),))
    page = Page(report(noted))
    assert "first line" in page.text
    assert HOSTILE_TEXTS["image tag"] in page.text
    assert "well off, 10 rows" in page.text
    assert "Ana <b> · 14 November 2023" in page.text
    assert "Notes" in page.of("h2")
    assert "Notes" not in Page(report(replace(analysis, row_notes=()))).of("h2"), (
        "where there are none"
    )
    assert "first line" not in report(noted, parts=[part for part in PARTS if part != "notes"])


def test_a_note_that_was_changed_says_when(analysis):
    note = RowNote("late", Group("few", np.arange(4), "selection"), "Ana", 1_700_000_000)
    changed = replace(analysis, row_notes=(note.with_text("They paid", 1_700_100_000),))
    assert "Ana · 14 November 2023 · changed 16 November 2023" in Page(report(changed)).text
    unchanged = Page(report(replace(analysis, row_notes=(note,)))).text
    assert "14 November 2023 · changed" not in unchanged
