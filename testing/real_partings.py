"""Files whose cells are parted or quoted in unusual ways, a few made by hand of each kind."""

from testing.odd_files import Facts, OddFile, loads

_PLAIN: Facts = {"rows": 24, "columns": ("x", "y", "z"), "numbers": ("x", "y", "z")}


def unusually_parted_files() -> list[OddFile]:
    """Return files that load."""
    return [
        *_blanks(),
        *_whole_lines(),
        *_dates_with_commas(),
        *_line_ends_in_cells(),
        *_quotes(),
        *_rare_delimiters(),
    ]


def _lines(row: str, n_rows: int = 24) -> str:
    """Return rows that look measured; {i} counts them, {a}, {b}, {c} are numbers."""
    return "".join(
        row.format(i=i, a=f"{37 * i % 97 / 10}", b=f"{91 * i % 89 / 10}", c=f"{53 * i % 83 / 10}")
        + "\n"
        for i in range(n_rows)
    )


def _blanks() -> list[OddFile]:
    """Columns parted by blanks."""
    rows = _lines("{a} {b} {c}")
    numbers = rows.splitlines(keepends=True)
    return [
        loads("blanks_and_names.txt", "x y z\n" + rows, **_PLAIN | {"remark": "“space”"}),
        loads("blanks_and_names_in_a_comment.txt", "# run 7\n# x y z\n" + rows, **_PLAIN),
        loads("blanks_and_titles.txt", "Run 7, in May\nby A. Meier\n\nx y z\n" + rows, **_PLAIN),
        loads(
            "blanks_and_short_rows.txt",
            "x y z\n" + "".join([*numbers[:9], "1.5 2.5\n", *numbers[10:]]),
            **_PLAIN | {"missing": {"z": 1}},
        ),
        loads("blanks_aligned.txt", "    x    y    z\n" + _lines("  {a}  {b}   {c}"), **_PLAIN),
        loads("blanks_and_tabs.txt", "x  y\tz\n" + _lines("{a}  {b}\t{c}"), **_PLAIN),
        loads(
            "blanks_and_decimal_commas.txt",
            "x y z\n" + rows.replace(".", ","),
            **_PLAIN | {"cells": {(1, "x"): 3.7}},
        ),
        loads(
            "blanks_between_quoted_words.txt",
            '"kind" "colour" "x"\n' + _lines('"{i}" "big ant" "dark red" {a}'),
            rows=24,
            columns=("row name", "kind", "colour", "x"),
            numbers=("x",),
            cells={(3, "colour"): "dark red"},
        ),
        loads(
            "row_names_and_one_column.txt",
            '"x"\n' + _lines('"ant {i}" {a}'),
            rows=24,
            columns=("row name", "x"),
            numbers=("x",),
        ),
        loads(
            "vectors_of_som_pak.dat",
            "3\n# an x stands for none\n"
            + _lines("{a} x {b} ant{i}", 8)
            + _lines("{a} {b} {c} ant"),
            rows=32,
            n_columns=4,
            numbers=("column 1", "column 2", "column 3"),
            missing={"column 2": 8},
        ),
        loads(
            "codebook_of_som_pak.cod",
            "5 hexa 6 4 gaussian\n" + _lines("{a} {b} {c} {b} {a}"),
            rows=24,
            n_columns=5,
            remark="1 line above",
        ),
        loads(
            "requests.log",
            _lines('127.0.0.{i} - - [10/Oct/2000:13:55:10 -0700] "GET /a.gif HTTP/1.0" 200 {a}'),
            rows=24,
            n_columns=8,
            cells={(0, "column 6"): "GET /a.gif HTTP/1.0"},
        ),
    ]


def _whole_lines() -> list[OddFile]:
    """One column, though its cells hold blanks or commas."""
    return [
        loads(
            "numbered_names.csv",
            "name\n" + _lines("Ant {i}", 300),
            rows=300,
            columns=("name",),
            untrainable="No column trains",
        ),
        loads(
            "addresses.csv",
            "address\n" + _lines("{i} Oak St", 300),
            rows=300,
            columns=("address",),
            untrainable="No column trains",
        ),
        loads(
            "days_and_times.csv",
            "when\n" + "".join(f"2024-01-{1 + i % 28:02d} 12:30\n" for i in range(300)),
            rows=300,
            kinds={"when": "date"},
        ),
        loads(
            "many_decimal_commas.csv",
            "mass\n" + "".join(f"{i},{i % 10}\n" for i in range(1, 300)),
            columns=("mass",),
            cells={(10, "mass"): 11.1},
        ),
        loads("whole_numbers_alone.csv", _lines("{i}"), rows=24, n_columns=1),
    ]


def _dates_with_commas() -> list[OddFile]:
    """Commas inside dates and names, where others part the cells."""
    days = [f"Mon, {1 + 7 * i:02d} Mar 2021" for i in range(4)] * 6
    until = [f"Tue, {2 + 7 * i:02d} Mar 2021 12:30:00 GMT" for i in range(4)] * 6
    pairs = list(zip(days, until, strict=True))
    return [
        loads(
            "weekdays_before_commas.csv",
            "from;to\n" + "".join(f"{a};{b}\n" for a, b in pairs),
            rows=24,
            columns=("from", "to"),
            kinds={"from": "date", "to": "date"},
            dates={(1, "from"): "2021-03-08", (0, "to"): "2021-03-02T12:30"},
        ),
        loads(
            "weekdays_and_decimal_commas.csv",
            "from;to;x\n" + "".join(f"{a};{b};{i},5\n" for i, (a, b) in enumerate(pairs)),
            rows=24,
            numbers=("x",),
            kinds={"from": "date"},
        ),
        loads(
            "weekdays_and_names.csv",
            "from;who\n" + "".join(f"{a};Meier, A.\n" for a in days),
            rows=24,
            columns=("from", "who"),
            cells={(0, "who"): "Meier, A."},
            kinds={"from": "date"},
        ),
        loads(
            "months_before_commas.txt",
            "day|hour\n" + "".join(f"March {i}, 2021|0{i}.03.2021, 12:30\n" for i in range(1, 9)),
            rows=8,
            columns=("day", "hour"),
            kinds={"day": "date", "hour": "date"},
        ),
    ]


def _line_ends_in_cells() -> list[OddFile]:
    """Cells of two lines, as spreadsheets copy them."""
    rows = "".join(f'"ant {i}\nred"\t$1,{i:03d}.50\t{i}\n' for i in range(24))
    words = "".join(f'"ant {i}\nred";no;{i}\n' for i in range(24))
    cells: dict[tuple[int, str], object] = {(0, "name"): "ant 0\nred"}
    return [
        loads(
            "copied_cells_of_two_lines.tsv",
            "name\tprice\tn\n" + rows,
            rows=24,
            columns=("name", "price", "n"),
            numbers=("price", "n"),
            cells=cells | {(1, "price"): 1001.5},
        ),
        loads("cells_of_two_lines.csv", "name;is;n\n" + words, rows=24, cells=cells),
    ]


def _quotes() -> list[OddFile]:
    """Backslashes and apostrophes."""
    text, number = ("name",), ("x",)
    return [
        loads(
            "backslash_before_quotes.csv",
            "id,name,x\n" + _lines(r'{i},"the \"big\", red ant",{a}'),
            columns=("id", "name", "x"),
            texts=text,
            numbers=number,
            cells={(0, "name"): 'the "big", red ant'},
            remark="A backslash",
        ),
        loads(
            "backslash_before_a_far_quote.csv",
            "id,name,x\n" + _lines('{i},"an ant",{a}', 9000) + _lines(r'{i},"an \"ant\", or",{a}'),
            rows=9024,
            cells={(9000, "name"): 'an "ant", or'},
        ),
        loads(
            "backslash_before_delimiters.csv",
            "id,name,x\n" + _lines(r"{i},Meier\, A.,{a}"),
            columns=("id", "name", "x"),
            cells={(0, "name"): "Meier, A."},
        ),
        loads(
            "backslash_n_is_missing.csv",
            "id,name,x\n" + _lines(r'{i},"the \"ant\"",{a}') + r"24,\N,\N" + "\n",
            numbers=number,
            missing={"name": 1, "x": 1},
        ),
        loads(
            "paths_end_with_a_backslash.csv",
            "id,name,x\n" + _lines('{i},"C:\\temp\\",{a}'),
            cells={(0, "name"): "C:\\temp\\"},
        ),
        loads(
            "apostrophes_around_cells.csv",
            "id;name;x\n" + _lines("{i};'O''Neil; A.';{a}"),
            columns=("id", "name", "x"),
            cells={(0, "name"): "O'Neil; A."},
            remark="Apostrophes",
        ),
        loads(
            "apostrophes_around_all_cells.csv",
            "'id','name','x'\n" + _lines("'{i}','ant','{a}'"),
            columns=("id", "name", "x"),
            numbers=number,
        ),
        loads(
            "apostrophes_before_years.csv",
            "name,x\n" + _lines("'9{i},{a}"),
            cells={(0, "name"): "'90"},
        ),
    ]


def _rare_delimiters() -> list[OddFile]:
    row = ("id", "kind", "x")
    return [
        loads(
            f"parted_by_{word}.txt",
            mark.join(row) + "\n" + _lines(mark.join(("{i}", "a red ant", "{a}"))),
            rows=24,
            columns=row,
            numbers=("id", "x"),
            cells={(0, "kind"): "a red ant"},
            remark="are parted by",
        )
        for word, mark in {
            "carets": "^",
            "tildes": "~",
            "colons": ":",
            "two_bars": "||",
            "control_characters": "\x01",
            "exclamation_marks": "!",
        }.items()
    ] + [
        loads(
            "parted_by_two_colons.dat",
            _lines("{i}::Ants: a Story (1995)::Animation|Comedy"),
            rows=24,
            n_columns=3,
            cells={(0, "column 2"): "Ants: a Story (1995)"},
        ),
        loads(
            "ratios_hold_colons.csv",
            "ratio\n" + _lines("{i}:3"),
            rows=24,
            columns=("ratio",),
        ),
        loads(
            "times_hold_colons.csv",
            "at\n" + "".join(f"12:{i}\n" for i in range(10, 40)),
            n_columns=1,
        ),
    ]
