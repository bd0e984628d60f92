import pytest

from som_core.files.encodings import IN_WORDS, _cells_beyond_ascii, guess_encoding
from som_core.reading import read_table
from ui.sections.reading_choices import ENCODINGS

RUSSIAN = ("город;x\n" + "Москва;1\nКазань;2\n" * 20).encode("cp1251")


def test_a_guess_of_the_encoding_is_taken_back_by_one_click():
    table = read_table(RUSSIAN, "table.csv")
    assert table.frame["город"].iloc[0] == "Москва"
    (remark,) = [r for r in table.remarks if r.kind == "encoding"]
    again = read_table(RUSSIAN, "table.csv", dialect=table.dialect.changed(remark.remedy.changes))
    assert again.dialect.encoding == remark.remedy.changes["encoding"]
    assert not [r for r in again.remarks if r.kind == "encoding"]


@pytest.mark.parametrize(
    ("texts", "encoding"),
    [
        (["Zürich", "Genève", "Málaga", "København", "São Paulo"], "cp1252"),
        (["Größe"], "cp1252"),
        (["25 °C", "1,5 m²", "±2", "3 µg", "5 €"], "cp1252"),
        (["1\u00a0037", "2\u00a0500"], "cp1252"),
        (["Reykjavík", "Ísafjörður", "Þórshöfn", "Egilsstaðir"], "cp1252"),
        (["пол", "муж", "жен"], "cp1251"),
        (["Šibenik", "Čakovec", "Đakovo", "Poreč"], "cp1250"),
        (["Győr", "Szőlő", "Tűzoltó", "Székesfehérvár"], "cp1250"),
    ],
)
def test_few_words_are_enough(texts, encoding):
    data = "\n".join(["name", *texts, "plain"]).encode(encoding)
    assert data.decode(guess_encoding(data).name) == data.decode(encoding)


def test_western_letters_are_no_guess():
    table = read_table("ville;x\nGenève;1\nZürich;2\n".encode("cp1252"), "table.csv")
    assert table.remarks == ()


def test_every_encoding_that_is_guessed_can_be_chosen():
    assert set(IN_WORDS) <= set(ENCODINGS)


def test_a_cell_of_many_letters_beside_others_of_an_unknown_encoding_is_read():
    """It was looked through anew from each of its letters, which took hours for 1 MB."""
    rows = b"\xed\xa0\x80,1\n" * 3
    table = read_table(b"a,b\n" + rows + b"x" * 1_000_000, "long.csv")
    assert len(table.frame.iloc[-1, 0]) == 1_000_000


def test_cells_that_tell_the_encoding_are_whole_ones():
    data = 'name;city\n"Zürich, Süd";x\nplain;Genève\tKöln\n'.encode("cp1252")
    found = _cells_beyond_ascii(data)
    assert [cell.decode("cp1252") for cell in found] == ["Zürich", " Süd", "Genève", "Köln"]
