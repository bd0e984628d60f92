"""Kinds of files that people really have, a few made by hand of each."""

from testing.odd_files import Facts, OddFile, loads


def real_life_files() -> list[OddFile]:
    """Return files that load."""
    return [*_headers(), *_lines_above()]


def _series(n_columns: int, n_rows: int) -> list[list[str]]:
    """Return numbers between 0 and 1 that look measured, the same each time."""
    return [
        [f"{(37 * row + 91 * column) % 997 / 997:.4f}" for column in range(n_columns)]
        for row in range(n_rows)
    ]


def _csv(*rows: list[str] | tuple[str, ...], delimiter: str = ",") -> str:
    return "".join(delimiter.join(row) + "\n" for row in rows)


def _labelled(name: str, names: list[str], label: str = "s") -> str:
    """Return a table of a label and numbers below names of their own."""
    rows = [[f"{label}{i}", *cells] for i, cells in enumerate(_series(len(names), 15))]
    return _csv([name, *names], *rows)


def _headers() -> list[OddFile]:
    """Names that are numbers, dates or ranges; units, types and questions below names."""
    depths = ["0", "10", "25", "50"]
    days = ["2024-03-01", "2024-03-02", "2024-03-03"]
    ages = ["0-17", "18-64", "65+"]
    wavelengths = [f"{400 + 5 * i}" for i in range(6)]
    units = ("", "(g)", "(mm)")
    weights = [[f"2024-01-{i:02d}", f"{i}.5", str(90 - i)] for i in range(1, 20)]
    plain: Facts = {"rows": 19, "columns": ("day", "mass", "length"), "numbers": ("mass", "length")}
    return [
        loads(
            "names_are_depths.csv",
            _labelled("station", depths, "St"),
            rows=15,
            columns=("station", *depths),
            numbers=tuple(depths),
        ),
        loads(
            "names_are_days.csv",
            _labelled("shop", days, "no. "),
            rows=15,
            columns=("shop", *days),
            numbers=tuple(days),
        ),
        loads(
            "names_are_ages.csv",
            _labelled("district", ages, "D"),
            rows=15,
            columns=("district", *ages),
            numbers=tuple(ages),
        ),
        loads(
            "names_are_wavelengths_alone.csv",
            _csv(wavelengths, *_series(6, 15)),
            rows=15,
            columns=tuple(wavelengths),
            numbers=tuple(wavelengths),
        ),
        loads(
            "first_row_rises.csv",
            "ant,1,2,3\nbee,2,1,3\ncat,3,4,1\ndog,1,4,4\neel,2,2,5\n",
            rows=5,
            n_columns=4,
            remark="no header",
        ),
        loads(
            "all_rows_rise.csv",
            "".join(f"{i},{2 * i},{3 * i}\n" for i in range(1, 20)),
            rows=19,
            n_columns=3,
            remark="no header",
        ),
        loads(
            "units_below_names.csv",
            _csv(("day", "mass", "length"), units, *weights),
            **plain | {"remark": "“(g), (mm)”"},
        ),
        loads(
            "types_below_names.tsv",
            _csv(
                ("day", "mass", "length"),
                ("date", "float", "int"),
                *weights,
                delimiter="\t",
            ),
            **plain | {"remark": "“date, float, int”"},
        ),
        loads(
            "questions_and_codes_below_names.csv",
            _csv(
                ("Q1", "Q2"),
                ("How old are you?", "On how many days a month do you come?"),
                ("QID1", "QID2"),
                *[(str(20 + i), str(i % 9)) for i in range(20)],
            ),
            rows=20,
            columns=("Q1", "Q2"),
            numbers=("Q1", "Q2"),
            remark="QID1",
        ),
        loads(
            "groups_above_names.csv",
            _csv(
                ("", "before", "", "after", ""),
                ("id", "mass", "length", "mass", "length"),
                *[(f"r{i}", f"{i}.5", str(i), f"{i}.75", str(2 * i)) for i in range(12)],
            ),
            rows=12,
            columns=("id", "before mass", "before length", "after mass", "after length"),
            numbers=("before mass", "after length"),
        ),
        loads(
            "group_on_every_column.csv",
            _csv(
                ("2023", "2023", "2024", "2024"),
                ("north", "south", "north", "south"),
                *[(f"{i}.5", str(i), f"{i}.75", str(2 * i)) for i in range(12)],
            ),
            rows=12,
            columns=("2023 north", "2023 south", "2024 north", "2024 south"),
        ),
        loads(
            "rule_below_names.txt",
            _csv(
                ("id", "mass", "length"),
                ("======", "======", "======"),
                *[(f"r{i}", f"{i}.5", str(i)) for i in range(12)],
                delimiter="|",
            ),
            rows=12,
            columns=("id", "mass", "length"),
            numbers=("mass", "length"),
        ),
        loads(
            "words_in_the_first_row.csv",
            "id,x\nA,unclear\n" + "".join(f"B{i},{i}.5\n" for i in range(20)),
            rows=21,
            columns=("id", "x"),
            remark="“unclear” in row 1",
        ),
        loads(
            "suppressed_in_the_first_row.csv",
            "id,x,y\nA,hidden,hidden\n"
            + "".join(f"B{i},{i}.5,{i}\n" for i in range(20))
            + "C,hidden,hidden\n",
            rows=22,
            columns=("id", "x", "y"),
        ),
    ]


def _lines_above() -> list[OddFile]:
    """Titles that hold delimiters."""
    rows = [(f"2024-01-{i:02d}", f"{i}.5", str(90 - i), f"{i % 7}.25") for i in range(1, 25)]
    table = _csv(("day", "mass", "length", "speed"), *rows)
    plain: Facts = {
        "rows": 24,
        "columns": ("day", "mass", "length", "speed"),
        "numbers": ("mass", "length", "speed"),
    }
    return [
        loads("title_with_commas.csv", "Weights, lengths, and such\n" + table, **plain),
        loads("title_wider_than_the_table.csv", "a, b, c, d, e, f\n" + table, **plain),
        loads(
            "facts_above_names.csv",
            "Place,Zoo\nLatitude,47.5\nHeight,34\nKeeper,Ms Meier\n" + table,
            **plain | {"remark": "4 lines above"},
        ),
        loads(
            "facts_above_names_padded.csv",
            "Place,Zoo,,\nLatitude,47.5,,\nHeight,34,,\n,,,\n" + table,
            **plain,
        ),
        loads("column_numbers_above_names.csv", "Weights\n\n1,2,3,4\n" + table, **plain),
        loads(
            "comment_with_commas_above_names.csv",
            "# made by us, by hand, in May, alone\n" + table,
            **plain,
        ),
        loads(
            "names_in_a_comment.csv",
            "# made in May\n# day,mass,length,speed\n" + table.split("\n", 1)[1],
            **plain,
        ),
    ]
