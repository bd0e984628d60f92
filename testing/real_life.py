"""Kinds of files that people really have, a few made by hand of each."""

from testing.odd_files import Facts, OddFile, loads


def real_life_files() -> list[OddFile]:
    """Return files that load."""
    return [*_headers(), *_lines_above(), *_written_numbers(), *_fillers()]


def _column(name: str, cells: list[str]) -> str:
    """Return a table of one odd column beside a plain one."""
    return _csv((name, "plain"), *[(cell, f"{i}.25") for i, cell in enumerate(cells)])


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
        *_sparse_rows(),
        *_loggers(),
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


def _loggers() -> list[OddFile]:
    """Four lines above the rows: the station, names, units, and how values were made."""
    names = ("TIME", "record", "heat", "wind")
    rows = [
        (f"2024-03-0{1 + i // 24} {i % 24:02d}:00", str(i), f"{i}.5", f"{i % 7}") for i in range(40)
    ]
    quoted = [[f'"{cell}"' for cell in row] for row in (names, ("TS", "RN", "degC", "m/s"))]
    how = [f'"{word}"' for word in ("", "", "Avg", "Max")]
    station = ['"TOA5"', '"zoo"', '"CR1000"', '"1234"', '"OS.32"', '"CPU:a.CR1"', '"5"', '"Hour"']
    plain: Facts = {"rows": 40, "columns": names, "numbers": names[1:], "kinds": {"TIME": "date"}}
    return [
        loads("logger.dat", _csv(station, *quoted, how, *rows), **plain),
        loads(
            "logger_with_semicolons.csv",
            _csv(
                ("Station: zoo", "", "", ""),
                names,
                ("", "", "°C", "m/s"),
                ("", "", "mean", "max"),
                *rows,
                delimiter=";",
            ),
            **plain | {"remark": "mean, max"},
        ),
    ]


def _sparse_rows() -> list[OddFile]:
    """Rows of units and types that fill a few cells only, and first rows that look like some."""
    names = ("id", "mass", "length", "heat")
    rows = [(f"r{i}", f"{i}.5", str(90 - i), f"{20 + i}.25") for i in range(1, 20)]
    numbers = [(str(i), *row[1:]) for i, row in enumerate(rows)]
    plain: Facts = {"rows": 19, "columns": names, "numbers": names[1:]}
    return [
        loads(
            "one_unit_below_names.csv",
            _csv(names, ("", "", "", "°C"), *rows),
            **plain | {"remark": "about them: “°C”"},
        ),
        loads("short_row_of_units.csv", _csv(names, ("", "g"), *rows), **plain),
        loads("units_called_so.csv", _csv(names, ("Units", "g", "", ""), *rows), **plain),
        loads(
            "unit_above_numbers_alone.csv",
            _csv(names, ("", "", "mm", ""), *numbers),
            **plain | {"numbers": names},
        ),
        loads(
            "one_type_and_one_unit.csv",
            _csv(names, ("", "float", "", ""), ("", "", "mm", ""), *rows),
            **plain,
        ),
        loads(
            "units_below_years.csv",
            _csv(("site", "2019", "2020"), ("", "t", ""), *[row[:3] for row in rows]),
            rows=19,
            columns=("site", "2019", "2020"),
            numbers=("2019", "2020"),
        ),
        loads(
            "closed_below_years.csv",
            _csv(("site", "2019", "2020"), ("S", "shut", "shut"), *[row[:3] for row in rows]),
            rows=20,
            remark="“shut” in row 1",
        ),
        loads(
            "first_row_of_gaps_and_a_word.csv",
            _csv(names, ("r0", "", "closed", ""), *rows),
            rows=20,
            remark="“closed” in row 1",
        ),
        loads(
            "first_row_of_gaps.csv",
            _csv(names, ("r0", "", "", ""), *rows),
            rows=20,
            numbers=names[1:],
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


def _written_numbers() -> list[OddFile]:
    """Numbers as people write them."""
    grouped = [f'"{i},{100 + 7 * i}"' for i in range(1, 13)]
    kilos = [f"{i}.5 kg" for i in range(1, 13)]
    plain = [f"{i}.5" for i in range(1, 13)]
    return [
        loads(
            "one_column_of_thousands.csv",
            "\n".join(["visitors", *grouped]),
            rows=12,
            numbers=("visitors",),
            cells={(0, "visitors"): 1107, (11, "visitors"): 12184},
            remark="might mean 1.107",
        ),
        loads(
            "semicolons_and_three_digits.csv",
            "a;b\n" + "".join(f"{i}.{100 + 7 * i};{i}\n" for i in range(1, 13)),
            rows=12,
            numbers=("a", "b"),
            remark="might mean 1107",
        ),
        loads(
            "thousands_beside_decimals.csv",
            _csv(("a", "b"), *[(cell, "2.5") for cell in grouped]),
            numbers=("a", "b"),
            cells={(0, "a"): 1107},
        ),
        loads("minus_behind.csv", _column("x", ["5-", "2.5-", *plain]), cells={(0, "x"): -5}),
        loads(
            "accounting.csv",
            _column("x", ["$(5.00)", "($2.50)", "-$1", "$ -3", *[f"${i}" for i in plain]]),
            numbers=("x",),
            cells={(0, "x"): -5, (1, "x"): -2.5, (2, "x"): -1, (3, "x"): -3},
        ),
        loads(
            "crores.csv",
            _column("x", ['"1,00,000"', '"12,34,56,789"', '"999"', '"1,00,000.50"']),
            numbers=("x",),
            cells={(0, "x"): 100_000, (1, "x"): 123_456_789, (3, "x"): 100_000.5},
        ),
        loads(
            "apostrophes.csv",
            _column("x", ["1'250", "2'500.5", "1'000'000"]),
            numbers=("x",),
            cells={(2, "x"): 1_000_000},
        ),
        loads(
            "typographic_apostrophes.csv",
            _column("x", ["1’250", "2’500.5", "1’000’000"]),
            numbers=("x",),
            cells={(0, "x"): 1250},
        ),
        loads(
            "kilograms.csv",
            _column("mass", kilos),
            numbers=("mass",),
            cells={(0, "mass"): 1.5},
            remark="The unit “kg” is left out of “mass”",
        ),
        loads(
            "years_and_one_year.csv",
            _column("age", ["1 year", *[f"{i} years" for i in range(2, 14)]]),
            numbers=("age",),
            remark="“year”",
        ),
        loads(
            "grams_and_kilograms.csv",
            _column("mass", [*kilos, "300 g", "450 g"]),
            texts=("mass",),
            remark="“g”",
        ),
        loads(
            "drives_are_categories.csv",
            _column("drive", ["2wd", "4wd"] * 10),
            texts=("drive",),
            cells={(1, "drive"): "4wd"},
        ),
        loads(
            "house_numbers_are_text.csv",
            _column("house", [f"{i}{'abc'[i % 3]}" for i in range(1, 20)]),
            texts=("house",),
        ),
        loads(
            "thousands_and_millions.csv",
            _column("worth", ["1.5K", "2M", "300", "0", "2.25K", "7.5K"]),
            numbers=("worth",),
            cells={(0, "worth"): 1500, (1, "worth"): 2_000_000, (2, "worth"): 300},
            remark="1.5K is 1,500",
        ),
        loads(
            "millions_of_euros.csv",
            _column("worth", ["1.5 Mio €", "2 Mrd €", *[f"{i} Mio €" for i in range(3, 8)]]),
            numbers=("worth",),
            cells={(0, "worth"): 1.5e6, (1, "worth"): 2e9},
        ),
        loads(
            "percents_among_shares.csv",
            _column("part", ["10%", "0.11", "12 %", "0.5", "0", "1"]),
            numbers=("part",),
            cells={(0, "part"): 0.1, (1, "part"): 0.11},
            remark="12 % as 0.12",
        ),
        loads(
            "percents_among_percents.csv",
            _column("part", ["10%", "11", "12 %", "50", "0"]),
            numbers=("part",),
            cells={(0, "part"): 10, (1, "part"): 11},
        ),
        loads(
            "points_among_commas.csv",
            "a;b\n" + "".join(f"{i},5;{i}.75\n" for i in range(12)),
            numbers=("a", "b"),
            cells={(1, "a"): 1.5, (1, "b"): 1.75},
            remark="Decimal points are read in “b”",
        ),
        loads(
            "commas_among_points.csv",
            "a;b\n" + "".join(f"{i}.5;{i},7\n" for i in range(12)) + "0.25;1\n",
            numbers=("a", "b"),
            cells={(1, "b"): 1.7},
            remark="Decimal commas are read in “b”",
        ),
        loads(
            "formulas.csv",
            _column("x", [f'="{i}"' for i in range(10, 22)]),
            numbers=("x",),
            cells={(0, "x"): 10},
        ),
        loads(
            "formulas_of_codes.csv",
            _column("zip", ['="01234"', '="98765"', '="00501"']),
            texts=("zip",),
            cells={(0, "zip"): "01234"},
        ),
        loads(
            "limits_of_detection.csv",
            _column("lead", ["<0.05", *plain, "<0.05", "<0.02"] * 2),
            texts=("lead",),
            remark="“lead” is read as text because of 6 of its 30 cells, first “<0.05”",
        ),
        loads(
            "one_word_for_missing.csv",
            _column("x", ["(hidden)", *plain] * 2 + ["(hidden)"] * 6),
            texts=("x",),
            remark="first “(hidden)” in row 1",
        ),
        loads(
            "limits_and_a_word.csv",
            _column("lead", ["<0.05", *plain, "spilt"] * 2),
            texts=("lead",),
            remark="“lead” is read as text because of 4 of its 28 cells",
        ),
        loads(
            "mostly_below_the_limit.csv",
            _column("lead", ["<0.05"] * 40 + ["0.75", "1.5"]),
            texts=("lead",),
            remark="because of 40 of its 42 cells, first “<0.05”",
        ),
        loads(
            "no_answer_on_a_scale.csv",
            _column("answer", ["1", "2", "3", "4", "5", "won't say"] * 5),
            texts=("answer",),
            remark="first “won't say” in row 6",
        ),
        loads(
            "three_words_among_numbers.csv",
            _column("x", ["closed", "not run", "broken", *plain] * 2),
            texts=("x",),
            remark="because of 6 of its 30 cells",
        ),
        loads(
            "flagged_values.csv",
            _column("x", [*[f"{i}.25 b" for i in range(8)], *plain]),
            texts=("x",),
            remark="because of 8 of its 20 cells, first “0.25 b”",
        ),
        loads(
            "flags_of_statistics.csv",
            _column("x", [":", "(D)", "k.A.", "\\N", "#NV", *plain]),
            numbers=("x",),
            missing={"x": 5},
        ),
    ]


def _fillers() -> list[OddFile]:
    """Numbers that stand for none."""
    plain = [f"{20 + 37 * i % 41}.5" for i in range(30)]
    waits = [str(37 * i % 41) for i in range(30)]
    return [
        loads(
            "filler_of_a_borehole.csv",
            _column("x", ["-999.25"] * 4 + plain),
            numbers=("x",),
            missing={"x": 4},
            remark="-999.25 is read as missing in “x”: 4 cells",
        ),
        loads("filler_with_nines.csv", _column("x", [*plain, *["99.99"] * 3]), missing={"x": 0}),
        loads(
            "filler_of_many_nines.csv", _column("x", [*plain, *["999.99"] * 3]), missing={"x": 3}
        ),
        loads(
            "fillers_at_both_ends.csv",
            _column("x", ["-9999"] * 3 + plain + ["9999"] * 3),
            missing={"x": 6},
        ),
        loads(
            "three_fillers.csv",
            _column("x", ["-7777", *["-8888"] * 3, *["-9999"] * 3, *["-999"] * 3, *plain]),
            missing={"x": 0},
        ),
        loads(
            "largest_float32.csv",
            _column("x", ["3.4028235e+38"] * 3 + plain),
            numbers=("x",),
            missing={"x": 3},
        ),
        loads(
            "filler_of_models.csv",
            _column("x", ["1e20"] * 3 + plain + ["-32767"] * 3),
            numbers=("x",),
            missing={"x": 6},
        ),
        loads(
            "minus_1_for_never.csv",
            _column("days", ["-1"] * 20 + waits),
            numbers=("days",),
            missing={"days": 0},
            remark="-1 is the only number below 0 in “days”, and stands in 20 cells",
        ),
        loads(
            "minus_1_0_and_1.csv",
            _column("vote", ["-1", "0", "1"] * 12),
            numbers=("vote",),
            missing={"vote": 0},
        ),
    ]
