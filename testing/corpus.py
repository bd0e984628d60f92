"""Odd and bad files, each with what must become of it: loads with these facts, or is refused."""

import gzip
import io
import zipfile

import numpy as np

from testing.odd_files import Facts, OddFile, loads, refuses
from testing.other_lines import files_with_other_lines
from testing.real_life import real_life_files
from testing.real_life_values import real_life_values
from testing.real_partings import unusually_parted_files


def corpus() -> list[OddFile]:
    """Return every odd file, those that load first."""
    made = [*_layouts(), *_encodings(), *_values(), *_sizes(), *_hostile()]
    real = [*real_life_files(), *unusually_parted_files(), *real_life_values()]
    real += files_with_other_lines()
    return [*made, *real, *_refused()]


# A plain table of 12 rows that the odd files are made of: id, kind, mass in kg, length in m.
_KINDS = ("ant", "bee", "cat")
_ROWS = [(f"r{i}", _KINDS[i % 3], 1.5 + i, 40 - i) for i in range(12)]
_NAMES = ("id", "kind", "mass", "length")


def _table(delimiter: str = ",", end: str = "\n", decimal: str = ".") -> str:
    lines = [delimiter.join(_NAMES)]
    for row in _ROWS:
        lines.append(delimiter.join(str(cell).replace(".", decimal) for cell in row))
    return end.join(lines) + end


def _column(name: str, cells: list[str]) -> str:
    """Return a table with one odd column beside a plain number column."""
    rows = [f"{cell},{i}.25" for i, cell in enumerate(cells)]
    return "\n".join([f"{name},plain", *rows]) + "\n"


_PLAIN: Facts = {
    "rows": 12,
    "columns": _NAMES,
    "numbers": ("mass", "length"),
    "texts": ("id", "kind"),
    "cells": {(0, "mass"): 1.5, (11, "mass"): 12.5, (11, "length"): 29, (1, "kind"): "bee"},
}


def _layouts() -> list[OddFile]:
    table = _table()
    lines = table.splitlines()
    body = "\n".join(lines[1:]) + "\n"
    return [
        loads("plain.csv", table, **_PLAIN),
        loads("windows_line_ends.csv", _table(end="\r\n"), **_PLAIN),
        loads("old_mac_line_ends.csv", _table(end="\r"), **_PLAIN),
        loads("tabs.tsv", _table("\t"), **_PLAIN),
        loads("semicolons.csv", _table(";"), **_PLAIN),
        loads("pipes.csv", _table("|"), **_PLAIN),
        loads("blanks.txt", _table(" "), **_PLAIN),
        loads("decimal_commas.csv", _table(";", decimal=","), **_PLAIN),
        loads("decimal_commas_and_tabs.tsv", _table("\t", decimal=","), **_PLAIN),
        loads("excel_says_the_delimiter.csv", "sep=;\n" + _table(";"), **_PLAIN),
        loads("no_line_end_at_the_end.csv", table.rstrip("\n"), **_PLAIN),
        loads("all_cells_quoted.csv", _all_quoted(), **_PLAIN),
        loads(
            "title_lines.csv",
            "Masses and lengths of animals\nmeasured in May\n\n" + table,
            **_PLAIN | {"remark": "above the table"},
        ),
        loads(
            "title_padded_with_commas.csv",
            "Masses of animals,,,\n,,,\n" + table,
            **_PLAIN | {"remark": "above the table"},
        ),
        loads(
            "comment_lines.csv",
            "# made by the lab\n# on a Monday\n" + table,
            **_PLAIN | {"remark": "above the table"},
        ),
        loads(
            "footer.csv",
            table + "\nSource: the zoo\nAll rights reserved\n",
            **_PLAIN | {"remark": "below the table"},
        ),
        loads("last_row_is_short.csv", "name,x\nA,1.5\nB,2.5\nC,\n", rows=3, missing={"x": 1}),
        loads("last_row_is_a_number.csv", "a,b,c\n1,2,3\n4,5,6\n7\n", rows=3, missing={"c": 1}),
        loads("blank_rows_below.csv", table + ",,,\n" * 50, **_PLAIN | {"remark": "blank"}),
        loads("blank_lines_between.csv", table.replace("\n", "\n\n"), **_PLAIN),
        loads(
            "blank_rows_between.csv",
            "\n".join([*lines[:5], ",,,", ",,,", *lines[5:]]),
            **_PLAIN | {"remark": "2 blank rows"},
        ),
        loads(
            "blank_columns.csv",
            "\n".join(line + ",," for line in lines),
            **_PLAIN | {"remark": "2 blank columns"},
        ),
        loads(
            "rows_end_with_a_delimiter.csv",
            "\n".join([lines[0], *(line + "," for line in lines[1:])]),
            **_PLAIN | {"remark": "1 blank column"},
        ),
        loads(
            "headerless.csv",
            body,
            rows=12,
            columns=("column 1", "column 2", "column 3", "column 4"),
            numbers=("column 3", "column 4"),
            cells={(0, "column 3"): 1.5},
            remark="no header",
        ),
        loads(
            "headerless_words.csv",
            "red,yes\nblue,no\nred,no\nblue,yes\nred,yes\n",
            rows=5,
            columns=("column 1", "column 2"),
            remark="no header",
        ),
        loads(
            "years_as_names.csv",
            "place,1990,1991,1992\nA,1.5,2,3\nB,4,5.5,6\nC,7,8,9\n",
            rows=3,
            columns=("place", "1990", "1991", "1992"),
            numbers=("1990", "1991", "1992"),
        ),
        loads(
            "row_names_without_name.csv",
            "\n".join(["kind,mass,length", *lines[1:]]),
            rows=12,
            columns=("row name", "kind", "mass", "length"),
            remark="row name",
        ),
        loads(
            "repeated_names.csv",
            table.replace("kind,mass,length", "x,x,x"),
            rows=12,
            columns=("id", "x", "x (2)", "x (3)"),
            remark="came again",
        ),
        loads(
            "blank_names.csv",
            table.replace("kind,mass", ","),
            rows=12,
            columns=("id", "column 2", "column 3", "length"),
            numbers=("column 3", "length"),
            remark="no name",
        ),
        loads(
            "names_with_blanks_and_line_ends.csv",
            table.replace("mass,length", '"  mass\n(kg) ", length '),
            rows=12,
            columns=("id", "kind", "mass (kg)", "length"),
        ),
        loads(
            "very_long_name.csv",
            table.replace("mass", "m" * 5000),
            rows=12,
            columns=("id", "kind", "m" * 200, "length"),
        ),
        loads(
            "short_rows.csv",
            "a,b,c\n1,2,3\n4,5\n6\n7,8,9\n1,2,3\n",
            rows=5,
            columns=("a", "b", "c"),
            numbers=("a", "b", "c"),
            missing={"a": 0, "b": 1, "c": 2},
            remark="shorter",
        ),
        loads(
            "long_rows.csv",
            "a,b,c\n1,2,3\n4,5,6,7\n8,9,10\n11,12,13,14,15\n16,17,18\n19,20,21\n",
            rows=4,
            columns=("a", "b", "c"),
            numbers=("a", "b", "c"),
            remark="more cells than the header",
        ),
        loads(
            "one_long_row_far_below.csv",
            lambda: b"a,b\n" + b"1.5,2\n" * 20_000 + b"1,2,3\n" + b"3,4\n" * 10,
            rows=20_010,
            columns=("a", "b"),
            remark="line 20,002 of the file",
        ),
        loads(
            "quoted_line_ends.csv",
            'name,note,x\nA,"one\ntwo",1\nB,"three\n\nfour",2\nC,plain,3\n',
            rows=3,
            numbers=("x",),
            cells={(0, "note"): "one\ntwo", (2, "x"): 3},
        ),
        loads(
            "quoted_delimiters_and_quotes.csv",
            'name,x\n"Smith, John",1\n"the ""best""",2\n5" pipe,3\n',
            rows=3,
            cells={(0, "name"): "Smith, John", (1, "name"): 'the "best"', (2, "name"): '5" pipe'},
        ),
        loads(
            "quote_never_closed.csv",
            table.replace("r3,", '"r3,'),
            **_PLAIN | {"remark": "never closed"},
        ),
        loads(
            "two_quotes_never_closed.csv",
            table.replace("r3,", '"r3,').replace("r9,", '"r9,'),
            **_PLAIN | {"remark": "never closed"},
        ),
        loads(
            "blanks_around_cells.csv",
            table.replace(",", " , "),
            **_PLAIN,
        ),
        loads(
            "one_row.csv",
            "a,b,c\n1,x,3\n",
            rows=1,
            columns=("a", "b", "c"),
            numbers=("a",),
            untrainable="one row",
        ),
        loads("two_rows.csv", "a,b,c\n1,x,3\n2,y,3\n", rows=2, numbers=("a", "c"), texts=("b",)),
        loads("one_column.csv", "mass\n1.5\n2.5\n3.75\n", rows=3, columns=("mass",)),
        loads("one_column_decimal_commas.csv", "mass\n1,5\n2,5\n3,75\n", rows=3, numbers=("mass",)),
        loads(
            "one_huge_number.csv",
            "1e30",
            rows=1,
            columns=("column 1",),
            remark="no header",
            untrainable="one row",
        ),
        loads(
            "one_cell.csv",
            "a\n1\n",
            rows=1,
            columns=("a",),
            numbers=("a",),
            untrainable="one row",
        ),
    ]


def _all_quoted() -> str:
    return "\n".join(
        ",".join(f'"{cell}"' for cell in line.split(",")) for line in _table().splitlines()
    )


def _encodings() -> list[OddFile]:
    accents = _table().replace("ant", "fourmi dorée").replace("bee", "Käfer")
    facts = _PLAIN | {"cells": {(0, "kind"): "fourmi dorée", (1, "kind"): "Käfer"}}
    smart = accents.replace("cat", "“cat” – 5 €")
    return [
        loads("byte_order_mark.csv", b"\xef\xbb\xbf" + accents.encode(), **facts),
        loads("utf_8.csv", accents, **facts),
        loads("latin_1.csv", accents.encode("latin-1"), **facts),
        loads("cp1252.csv", smart.encode("cp1252"), rows=12, cells={(2, "kind"): "“cat” – 5 €"}),
        loads("utf_16.csv", accents.encode("utf-16"), **facts),
        loads("utf_16_big_endian.csv", b"\xfe\xff" + accents.encode("utf-16-be"), **facts),
        loads("utf_16_without_mark.csv", accents.encode("utf-16-le"), **facts),
        loads("utf_32.csv", accents.encode("utf-32"), **facts),
        loads(
            "a_few_broken_letters.csv",
            ("名前,値\n" + "東京都庁舎前,1\n" * 30).encode() + "東京,2\n".encode()[1:],
            rows=31,
            remark="can't be read",
        ),
        loads("gzipped.csv.gz", lambda: gzip.compress(_table().encode()), **_PLAIN),
        loads(
            "accents_far_below.csv",
            lambda: b"a,b\n" + b"x,1\n" * 30_000 + "é,2\n".encode("latin-1"),
            rows=30_001,
            cells={(30_000, "a"): "é"},
        ),
    ]


def _values() -> list[OddFile]:
    plain = [str(i * 3) for i in range(20)]
    spellings = ["NA", "n/a", "-", "?", "NULL", "missing", "…", "nan", "#N/A", ""]
    return [
        loads(
            "thousands_commas.csv",
            _column("x", ['"1,234.50"', '"12,345.00"', '"1,234,567.25"', "12.5"]),
            numbers=("x",),
            cells={(0, "x"): 1234.5, (2, "x"): 1234567.25},
            remark="Thousands",
        ),
        loads(
            "thousands_points.csv",
            "x;y\n1.234,50;1\n12.345,00;2\n1.234.567,25;3\n",
            numbers=("x",),
            cells={(0, "x"): 1234.5, (2, "x"): 1234567.25},
            remark="Thousands",
        ),
        loads(
            "thousands_blanks.csv",
            _column("x", ["1 234", "12 345", "1 234 567", "12"]),
            numbers=("x",),
            cells={(2, "x"): 1234567},
            remark="Thousands",
        ),
        loads(
            "thousands_apostrophes.csv",
            _column("x", ["1'234.5", "12'345", "1'234'567", "12"]),
            numbers=("x",),
            cells={(0, "x"): 1234.5},
            remark="Thousands",
        ),
        loads(
            "dollars.csv",
            _column("price", ["$5", "$12.50", '"$1,234.00"', "-$3", "($4.00)"]),
            numbers=("price",),
            cells={(1, "price"): 12.5, (2, "price"): 1234, (3, "price"): -3, (4, "price"): -4},
            remark="“$”",
        ),
        loads(
            "euros.csv",
            "price;y\n5,00 €;1\n1.234,50 €;2\n-3,25 €;3\n",
            numbers=("price",),
            cells={(1, "price"): 1234.5, (2, "price"): -3.25},
            remark="“€”",
        ),
        loads(
            "two_currencies.csv",
            _column("price", ["$5", "€6", "$7", "€8"]),
            texts=("price",),
        ),
        loads(
            "percent.csv",
            _column("share", ["12%", "12.5 %", "100%", "0%"]),
            numbers=("share",),
            cells={(1, "share"): 12.5},
            remark="Percent",
        ),
        loads(
            "many_spellings_of_missing.csv",
            _column("x", spellings + plain),
            rows=30,
            numbers=("x",),
            missing={"x": 10},
        ),
        loads(
            "unknown_among_numbers.csv",
            _column("x", ["unknown", "tbd", "#DIV/0!", "n.d.", *plain]),
            numbers=("x",),
            missing={"x": 4},
            remark="“unknown”",
        ),
        loads(
            "unknown_far_below.csv",
            lambda: _column("x", ["1"] * 60_000 + ["2.5", "unknown"]).encode(),
            numbers=("x",),
            missing={"x": 1},
            remark="“unknown”",
        ),
        loads(
            "plus_and_minus_are_no_numbers.csv",
            _column("strand", ["+", "-", "+", "-"]),
            texts=("strand",),
            missing={"strand": 0},
        ),
        loads(
            "minus_200_is_missing.csv",
            _column("x", ["-200", "-200", "-200", *plain]),
            numbers=("x",),
            missing={"x": 3},
            remark="-200",
        ),
        loads(
            "9999_is_missing.csv",
            _column("x", ["9999", "9999", "9999", "9999", *plain]),
            missing={"x": 4},
            remark="9999",
        ),
        loads(
            "9999_is_a_number.csv",
            _column("x", ["9999", "9999", "9999", *(str(i * 500) for i in range(20))]),
            missing={"x": 0},
        ),
        loads(
            "infinite.csv",
            _column("x", ["inf", "-inf", "Infinity", *plain]),
            numbers=("x",),
            missing={"x": 3},
            remark="Infinite",
        ),
        loads(
            "nearly_infinite.csv",
            _column("x", ["1e308", "-1e308", "1e400", *plain]),
            numbers=("x",),
            missing={"x": 3},
            remark="1e100",
        ),
        loads(
            "tiny.csv",
            _column("x", ["1e-308", "1e-320", "0", "5e-324"]),
            numbers=("x",),
            cells={(0, "x"): 1e-308, (1, "x"): 1e-320, (2, "x"): 0, (3, "x"): 5e-324},
        ),
        loads("exponents.csv", _column("x", ["1e3", "2.5E-2", "3E+4"]), cells={(0, "x"): 1000}),
        loads("constant.csv", _column("x", ["7"] * 20), rows=20, numbers=("x",)),
        loads(
            "equal_rows.csv",
            "x,kind\n7,ant\n" + "7,ant\n" * 20,
            rows=21,
            untrainable="two different values",
        ),
        loads(
            "only_free_text.csv",
            "note\n" + "".join(f"what was written about number {i}\n" for i in range(150)),
            rows=150,
            texts=("note",),
            untrainable="No column trains",
        ),
        loads(
            "only_categories.csv",
            "kind,colour\n"
            + "".join(f"{_KINDS[i % 3]},{'red' if i % 7 else 'blue'}\n" for i in range(40)),
            rows=40,
            texts=("kind", "colour"),
        ),
        loads(
            "mostly_missing.csv",
            lambda: _mostly_missing(50, 4),
            rows=50,
            numbers=("x0", "x1", "x2", "x3"),
            missing={"x0": 23, "x1": 24, "x2": 17, "x3": 22},
        ),
        loads("all_missing.csv", _column("x", ["NA"] * 20), rows=20, missing={"x": 20}),
        loads(
            "leading_zeros.csv",
            _column("code", ["007", "012", "123", "999"]),
            texts=("code",),
            cells={(0, "code"): "007", (2, "code"): "123"},
        ),
        loads(
            "leading_zeros_far_below.csv",
            lambda: _column("code", [str(i) for i in range(10_000, 60_000)] + ["01234"]).encode(),
            texts=("code",),
            cells={(0, "code"): "10000", (50_000, "code"): "01234"},
        ),
        loads(
            "leading_zeros_and_missing.csv",
            _column("code", ["007", "", "123", "NA"]),
            texts=("code",),
            cells={(0, "code"): "007", (2, "code"): "123"},
            missing={"code": 2},
        ),
        loads(
            "long_identifiers.csv",
            _column("id", ["9007199254740993", "9007199254740995", "12345678901234567"]),
            texts=("id",),
            cells={(0, "id"): "9007199254740993"},
        ),
        loads(
            "long_identifiers_and_missing.csv",
            _column("id", ["9007199254740993", "", "123456789012345678901234"]),
            texts=("id",),
            cells={(0, "id"): "9007199254740993"},
            missing={"id": 1},
        ),
        loads(
            "dates.csv",
            _column("day", ["31/12/2023", "01/01/2024", "02/01/2024"]),
            texts=("day",),
            cells={(1, "day"): "01/01/2024"},
            dates={(0, "day"): "2023-12-31", (1, "day"): "2024-01-01"},
        ),
        loads("open_ends.csv", _until("9999-12-31"), dates={(39, "until"): "9999-12-31"}),
        loads("first_days.csv", _until("0001-01-01"), dates={(39, "until"): "0001-01-01"}),
        loads(
            "dates_with_points.csv",
            "day;x\n31.12.2023;1,5\n01.01.2024;2,5\n02.01.2024;3,5\n",
            texts=("day",),
            numbers=("x",),
            cells={(1, "day"): "01.01.2024"},
        ),
        loads("yes_and_no.csv", _column("ok", ["yes", "no", "yes"]), texts=("ok",)),
        loads(
            "true_and_false.csv",
            _column("ok", ["True", "FALSE", "", "true"]),
            texts=("ok",),
            cells={(1, "ok"): "FALSE"},
            missing={"ok": 1},
        ),
        loads(
            "mixed_kinds.csv",
            _column("x", ["1", "two", "3.5", "2024-01-01", "yes", ""]),
            texts=("x",),
            cells={(0, "x"): "1", (2, "x"): "3.5"},
        ),
        loads(
            "one_word_among_numbers.csv",
            _column("x", [*plain, "oops"]),
            texts=("x",),
            remark="“oops” in row 21",
        ),
        loads(
            "words_far_below.csv",
            lambda: _column("x", ["5"] * 60_000 + ["abc"] * 20_000).encode(),
            texts=("x",),
            cells={(0, "x"): "5", (60_000, "x"): "abc"},
        ),
        loads("minus_signs_of_print.csv", _column("x", ["−5", "−2.5", "3"]), cells={(0, "x"): -5}),
        loads(
            "scripts_of_the_world.csv",
            _column("名前", ["東京", "Ελλάδα", "Москва", "مصر"]),
            rows=4,
            columns=("名前", "plain"),
            texts=("名前",),
            cells={(0, "名前"): "東京", (1, "名前"): "Ελλάδα", (3, "名前"): "مصر"},
        ),
    ]


def _until(day: str) -> str:
    """Return a table of dates, of which the last ones are a day that stands for none."""
    days = [f"2024-{1 + i % 12:02d}-{1 + i % 28:02d}" for i in range(30)] + [day] * 10
    lines = [f"{until},{i * i % 17}.5,{i % 9}" for i, until in enumerate(days)]
    return "\n".join(["until,mass,length", *lines]) + "\n"


def _mostly_missing(n_rows: int, n_columns: int) -> bytes:
    """Return a table with numbers in 40 % of its cells, at least one a row."""
    random = np.random.default_rng(0)
    cells = random.normal(size=(n_rows, n_columns)).round(2).astype(str)
    gaps = random.random(cells.shape) < 0.6
    gaps[np.arange(n_rows), random.integers(n_columns, size=n_rows)] = False
    cells[gaps] = ""
    lines = [",".join(f"x{i}" for i in range(n_columns)), *map(",".join, cells)]
    return "\n".join(lines).encode()


def _sizes() -> list[OddFile]:
    heavy = [
        loads("2_000_columns.csv", lambda: wide_table(2_000, 20), rows=20, n_columns=2_000),
        loads(
            "cell_of_1_mb.csv",
            lambda: b"a,b\n1," + b"x" * 1_000_000 + b"\n2,y\n",
            rows=2,
            cells={(0, "b"): "x" * 1_000_000, (1, "a"): 2, (1, "b"): "y"},
        ),
        refuses("20_000_columns.csv", lambda: wide_table(20_000, 5), "20,000 columns"),
        refuses("6_million_rows.csv", lambda: b"a\n" + b"1\n" * 6_000_000, "6,000,001 lines"),
        refuses("bomb_of_zero_bytes.csv.gz", lambda: _bomb(b"\0" * 1_000_000, 2_000), "unpacks"),
        refuses("bomb_of_rows.csv.gz", lambda: _bomb(b"1.25,2.5\n" * 100_000, 1_000), "unpacks"),
    ]
    return [
        OddFile(name=f.name, make=f.make, outcome=f.outcome, facts=f.facts, is_heavy=True)
        for f in heavy
    ]


def wide_table(n_columns: int, n_rows: int) -> bytes:
    """Return a table of numbers with many columns."""
    numbers = np.random.default_rng(0).normal(size=(n_rows, n_columns)).round(3)
    lines = [",".join(f"x{i}" for i in range(n_columns))]
    lines += [",".join(map(str, row)) for row in numbers.tolist()]
    return "\n".join(lines).encode()


def _bomb(piece: bytes, times: int) -> bytes:
    """Return a gzip file of equal members, which counts as one that repeats what they hold."""
    return gzip.compress(piece, compresslevel=1) * times


HOSTILE_TEXTS = (
    "<script>alert(1)</script>",
    "![p](http://host.invalid/p.png)",
    "[link](javascript:alert(1))",
    "=HYPERLINK(1)",
    "+cmd",
    "@SUM(A1)",
    "$\\\\frac{1}{2}$",
    ":red[text]",
    "<b>bold</b><br>",
    "\u202eright to left",
    "zero\u200bwidth",
    "../../etc/passwd",
    "'; DROP TABLE rows; --",
    "%s %d {0} {name}",
    "__class__",
    "None",
)


def _hostile() -> list[OddFile]:
    names = HOSTILE_TEXTS
    header = ",".join(f'"{name}"' for name in names)
    rows = "".join(
        ",".join(f"{(i + 2) * k % 7}.5" for i in range(len(names))) + "\n" for k in range(5)
    )
    cells = "".join(f'"{text}",{i}.5\n' for i, text in enumerate(names))
    return [
        loads("hostile_names.csv", f"{header}\n{rows}", rows=5, columns=names),
        loads(
            "hostile_cells.csv",
            f"text,x\n{cells}",
            rows=len(names),
            texts=("text",),
            cells={(i, "text"): text for i, text in enumerate(names)},
        ),
        loads("../../hostile_file_name<img>.csv", _table(), **_PLAIN),
    ]


def _too_long() -> list[OddFile]:
    files = {
        "long_cell.csv": lambda: b"a,b\n" + b"x" * 9_000_000 + b",1\n2,3\n",
        "long_quote.csv": lambda: b'a,b\n"' + b"xyz\n" * 3_000_000 + b'",1\n',
        "long_name.csv": lambda: b"x" * 9_000_000 + b",b\n1,2\n3,4\n",
        "long_line.csv": lambda: b"a,b\n" + b"1," * 5_000_000 + b"\n",
    }
    return [refuses(name, content, "longer than") for name, content in files.items()]


def _refused() -> list[OddFile]:
    workbook, archive = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(workbook, "w") as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        file.writestr("xl/workbook.xml", "<workbook/>")
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("table.csv", _table())
    noise = np.random.default_rng(0).bytes(5_000)
    page = "<!DOCTYPE html><html><body><p>Please log in</p></body></html>"
    return [
        refuses("empty.csv", b"", "empty"),
        refuses("blank.csv", b" \n\n \t \n", "empty"),
        refuses("byte_order_mark_only.csv", b"\xef\xbb\xbf", "empty"),
        refuses("header_only.csv", "a,b,c\n", "no row"),
        refuses("header_and_blank_rows.csv", "a,b,c\n,,\n,,\n", "no row"),
        refuses("every_cell_missing.csv", "a,b\nNA,NA\n?,-\n", "empty or a mark"),
        *_too_long(),
        refuses("picture.csv", b"\x89PNG\r\n\x1a\n" + noise, "picture"),
        refuses("workbook.csv", workbook.getvalue(), "Excel"),
        refuses("old_workbook.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + noise, "Excel"),
        refuses("archive.csv", archive.getvalue(), "ZIP"),
        refuses("document.csv", b"%PDF-1.7\n" + noise, "PDF"),
        refuses("columns.csv", b"PAR1" + noise, "Parquet"),
        refuses("page.csv", page, "HTML"),
        refuses("objects.csv", '{"rows": [{"a": 1}, {"a": 2}]}', "JSON"),
        refuses("broken_lines_of_objects.csv", '{"a": 1}\n{"a": 2}\n{"a": ', "on line 3"),
        refuses("numbers.csv", "[[1, 2], [3, 4]]", "JSON"),
        refuses("tree.csv", '<?xml version="1.0"?><a><b>1</b></a>', "XML"),
        refuses("zero_bytes.csv", b"a,b\n1,2\n\0\0\0,3\n", "zero bytes"),
        refuses("noise.csv", noise, "zero bytes"),
        refuses("broken.csv.gz", lambda: gzip.compress(_table().encode())[:-20], "gzip"),
        refuses("no_gzip.csv.gz", b"\x1f\x8b" + noise, "gzip"),
        refuses("zipped_picture.csv.gz", lambda: gzip.compress(b"\x89PNG" + noise), "picture"),
    ]
