"""Files whose cells are odd: numbers, gaps, codes, dates, words among numbers."""

import numpy as np

from testing.odd_files import OddFile, loads
from testing.plain_table import KINDS


def files_of_odd_values() -> list[OddFile]:
    """Return files that load."""
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
            + "".join(f"{KINDS[i % 3]},{'red' if i % 7 else 'blue'}\n" for i in range(40)),
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


def _column(name: str, cells: list[str]) -> str:
    """Return a table with one odd column beside a plain number column."""
    rows = [f"{cell},{i}.25" for i, cell in enumerate(cells)]
    return "\n".join([f"{name},plain", *rows]) + "\n"
