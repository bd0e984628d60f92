"""Files that hold lines which are no rows of the table, a few made by hand of each kind."""

from collections.abc import Callable

from testing.odd_files import Facts, OddFile, loads

_NAMES = ("id", "kind", "mass", "length")
_HEADER = ",".join(_NAMES) + "\n"


def files_with_other_lines() -> list[OddFile]:
    """Return files that load."""
    return [
        *_notes_below(),
        *_totals(),
        *_headers_again(),
        *_comments(),
        *_several_tables(),
        *_attributes(),
        *_sparse_attributes(),
    ]


def _rows(n_rows: int = 24, start: int = 0) -> str:
    """Return rows that look measured."""
    return "".join(
        f"r{i},{('ant', 'bee', 'cat')[i % 3]},{37 * i % 97 / 10},{53 * i % 83 + 0.25}\n"
        for i in range(start, start + n_rows)
    )


_PLAIN: Facts = {"rows": 24, "columns": _NAMES, "numbers": ("mass", "length")}


def _notes_below() -> list[OddFile]:
    """Notes, sources and keys that hold delimiters."""
    table = _HEADER + _rows()
    narrow = "day,mass\n" + "".join(f"2024-01-{i:02d},{i}.5\n" for i in range(1, 25))
    words = "name,kind,colour,place\n" + "".join(f"r{i},ant,red,north\n" for i in range(24))
    return [
        loads("source_with_a_comma.csv", table + "Source: the zoo, 2021\n", **_PLAIN),
        loads(
            "notes_with_commas.csv",
            table + '\n"Notes: 1. Rounded, all"\n2. The zoo, 2021\nMade, by hand, by us, in May\n',
            **_PLAIN | {"remark": "3 notes below the table left out: “Notes: 1. Rounded, all”"},
        ),
        loads("stars_below.csv", table + "* p < 0.05, ** p < 0.01\n", **_PLAIN),
        loads(
            "note_of_two_lines.csv", table + '\n"Notes: these are\nall, in all, wrong"\n', **_PLAIN
        ),
        loads(
            "keys_padded_below.csv",
            table + ",,,\nExported on,2024-01-01 10:00,,\nUser,anna,,\n",
            **_PLAIN,
        ),
        loads(
            "keys_below_two_columns.csv",
            narrow + "\nExported on,2024-01-01 10:00\nUser,anna\n",
            rows=24,
            numbers=("mass",),
        ),
        loads("source_below_words.csv", words + "\nSource: the zoo, in May\n", rows=24),
        loads(
            "note_below_blanks.txt",
            table.replace(",", " ") + "\nSource: the zoo, in May 2021\n",
            **_PLAIN,
        ),
        loads("short_row_at_the_end.csv", table + "r24,ant\n", rows=25, numbers=("mass", "length")),
        loads("row_after_a_blank_line.csv", table + "\nr24,ant,1.5\n", rows=25, numbers=("mass",)),
        loads(
            "words_in_the_last_row.csv",
            table + "r24,ant,closed,closed\n",
            rows=25,
            remark="“closed” in row 25",
        ),
    ]


def _totals() -> list[OddFile]:
    """Several rows of totals, and subtotals among the rows."""
    table = "shop,sales\n" + "".join(f"s{i},{i}.5\n" for i in range(1, 11))
    return [
        loads(
            "totals_of_two_kinds.csv",
            table + '"Total: shops",60\n"Total: all",60\n',
            rows=12,
            remark="The last 2 rows look like totals, but count as rows",
        ),
        loads(
            "total_after_a_blank_line.csv",
            table + "\nTotal: all,60\n",
            rows=11,
            remark="The last row looks like totals",
        ),
        loads(
            "subtotals.csv",
            "shop,sales\na,1.5\nb,2.5\nSubtotal,4\nc,3.5\nd,5.5\ne,2.5\nSubtotal,11.5\nTotal,15.5\n",
            rows=8,
            remark="Row 3 looks like subtotals",
        ),
        loads(
            "sums_among_rows.csv",
            table.replace("s6,", "Total east,17.5\ns6,"),
            rows=11,
            remark="Row 6 looks like subtotals",
        ),
    ]


def _headers_again() -> list[OddFile]:
    """Files that were joined, each with its header."""
    first, second = _rows(12), _rows(12, start=12)
    part = "Report of May, made by us\n\n" + _HEADER + ",,kg,m\n"
    quoted = ",".join(f'"{name}"' for name in _NAMES) + "\n"
    words = "name,kind,colour\n" + "".join(f"a{i},ant,red\n" for i in range(9))
    return [
        loads(
            "joined.csv",
            _HEADER + first + _HEADER + second,
            **_PLAIN | {"remark": "come again on line 14 of the file"},
        ),
        loads(
            "joined_with_byte_order_marks.csv",
            "\ufeff" + _HEADER + first + "\ufeff" + _HEADER + second,
            **_PLAIN,
        ),
        loads(
            "joined_on_windows.csv",
            (_HEADER + first + _HEADER + second).replace("\n", "\r\n"),
            **_PLAIN,
        ),
        loads("joined_reports.csv", part + first + "Source: us\n\n" + part + second, **_PLAIN),
        loads("joined_with_and_without_quotes.csv", _HEADER + first + quoted + second, **_PLAIN),
        loads("joined_words.csv", words * 2, rows=18, columns=("name", "kind", "colour")),
        loads(
            "joined_far_below.csv",
            lambda: (_HEADER + _rows(250_000) + _HEADER + _rows(9)).encode(),
            rows=250_009,
            numbers=("mass", "length"),
            remark="come again on line 250,002 of the file",
        ),
    ]


def _comments() -> list[OddFile]:
    """Comments among rows and behind them, and cells that look like some."""
    rows = _rows(12)
    numbers = "".join(f"{37 * i % 97 / 10},{i}.5,{53 * i % 83}\n" for i in range(12))
    colours = "".join(f"#{i:02x}ff0{i % 10},{i}.5\n" for i in range(24))
    plain: Facts = {"rows": 24, "numbers": ("a", "b", "c")}
    return [
        loads(
            "comments_among_rows.csv",
            _HEADER + "# day 1\n" + rows + "# day, 2, in May\n" + _rows(12, start=12),
            **_PLAIN | {"remark": "2 comments among the rows left out: “# day 1”"},
        ),
        loads("percents_before_comments.csv", "a,b,c\n" + f"% day, 1\n{numbers}" * 2, **plain),
        loads("slashes_before_comments.csv", "a,b,c\n" + f"// day 1\n{numbers}" * 2, **plain),
        loads(
            "comments_behind_rows.csv",
            "a,b,c\n" + numbers.replace("\n", "  # broken, all of it\n", 1) + numbers,
            **plain | {"remark": "1 comment among the rows left out: “# broken, all of it”"},
        ),
        loads(
            "comments_behind_blanks.txt",
            "a b c\n" + numbers.replace(",", " ").replace("\n", " # broken\n", 1) * 2,
            **plain,
        ),
        loads("rows_commented_out.csv", "a,b,c\n#1,2,3\n" + numbers * 2, **plain),
        loads("colours_are_no_comments.csv", "colour,x\n" + colours, rows=24, texts=("colour",)),
        loads(
            "flats_are_no_comments.csv",
            "x,flat\n" + "".join(f"{i}.5,Oak St # {i}\n" for i in range(24)),
            cells={(1, "flat"): "Oak St # 1"},
        ),
        loads(
            "headings_in_cells.csv",
            "note,x\n" + "".join(f'"a\n# heading\nb",{i}.5\n' for i in range(12)),
            rows=12,
            cells={(0, "note"): "a\n# heading\nb"},
        ),
    ]


def _several_tables() -> list[OddFile]:
    """Tables put one below the other, and what only looks so."""
    few = "x,y\n" + "".join(f"{i}.5,{i}\n" for i in range(11))
    words = "name,day,place\n" + "".join(f"a{i % 5},Oct-14,p{i}\n" for i in range(30))
    facts = "".join(f"Key {i},value\n" for i in range(6))
    return [
        loads(
            "second_table_below.csv",
            _HEADER + _rows() + "\nTravel\n" + few,
            **_PLAIN | {"remark": "2 tables: the one on line 1 was read, the other is on line 28"},
        ),
        loads(
            "first_table_is_smaller.csv",
            few + "\n" + _HEADER + _rows(),
            **_PLAIN | {"remark": "the other is on line 1"},
        ),
        loads(
            "larger_table_of_words_above.csv",
            words.replace("\n", ",,,\n")
            + ",,,,,\nTravel,,,,,\na,b,c,d,e,f\n"
            + "x,1 Oct,,,,2\n" * 9,
            rows=30,
            columns=("name", "day", "place"),
            remark="2 tables",
        ),
        loads(
            "three_tables.csv", f"{_HEADER}{_rows(9)}\n{words}\n{few}", rows=30, remark="3 tables"
        ),
        *_tables_right_below(),
        loads("rows_behind_a_blank_line.csv", _HEADER + _rows(9) + "\n" + _rows(15, 9), **_PLAIN),
        loads("facts_are_no_table.csv", facts + "\n" + _HEADER + _rows(), **_PLAIN),
        loads("blank_line_below_names.csv", _HEADER + "\n" + _rows(), **_PLAIN),
    ]


def _tables_right_below() -> list[OddFile]:
    """Tables that no blank line parts, tables in long files, and what only looks so."""
    ants = "ant,colour,n\n" + "".join(f"a{i},red,{i}\n" for i in range(12))
    as_wide = "ant,colour,n,place\n" + "".join(f"a{i},red,{i},north\n" for i in range(12))
    one = "2 tables: the one on line 1 was read, the other is on line"

    def long(below: str, above: str = "") -> Callable[[], bytes]:
        rows = _rows(60_000).replace("r", "r" * 60)  # above 4 MB
        return lambda: (above + _HEADER + rows + below).encode()

    far: Facts = {"rows": 60_000, "columns": _NAMES, "numbers": ("mass", "length")}
    return [
        loads("right_below.csv", _HEADER + _rows() + ants, **_PLAIN | {"remark": f"{one} 26"}),
        loads("right_below_as_wide.csv", _HEADER + _rows() + as_wide, **_PLAIN | {"remark": one}),
        loads(
            "right_below_a_title.csv",
            f"{_HEADER}{_rows()}Ants, \n{ants}",
            **_PLAIN | {"remark": f"{one} 27"},
        ),
        loads(
            "three_of_other_widths_below_titles.csv",
            f"Animals\n{_HEADER}{_rows()}Ants\n{ants}More\nx,y\n" + "1,2.5\n" * 12,
            **_PLAIN | {"remark": "3 tables: the one on line 2 was read"},
        ),
        loads(
            "three_right_below.csv",
            f"{_HEADER}{_rows()}{ants}x,y,z,u,v\n" + "1,2.5,3,4,5\n" * 9,
            rows=24,
            remark="3 tables",
        ),
        loads("far_below.csv", long("\n" + ants), **far | {"remark": f"{one} 60,003"}),
        loads("right_and_far_below.csv", long(as_wide), **far | {"remark": f"{one} 60,002"}),
        loads("far_above.csv", long("", ants + "\n"), **far | {"remark": "is on line 1"}),
        loads(
            "words_right_below.csv",
            _HEADER + _rows() + "kind,means,from,by\n" + "ant,red one,north,us\n" * 6,
            **_PLAIN | {"remark": f"{one} 26"},
        ),
        loads(
            "words_in_two_rows.csv",
            _HEADER + _rows() + "r24,cat,broken,lost\n" + _rows(5, 25),
            rows=30,
            columns=_NAMES,
        ),
        loads(
            "names_far_below_words.csv",
            lambda: (_WORDS + _WORD_ROWS * 30_000 + _WORDS + _WORD_ROWS * 9).encode(),
            rows=60_018,
            remark="come again on line 60,002 of the file",
        ),
    ]


_WORDS = "name,kind,colour\n"
_WORD_ROWS = f"anna,ant,{'very ' * 15}red\nbert,bee,{'very ' * 15}blue\n"


def _attributes() -> list[OddFile]:
    """ARFF, where names stand in lines of their own."""
    numbers = "".join(f"{i}.5,{37 * i % 97 / 10}\n" for i in range(1, 25))
    names = "@attribute mass numeric\n@ATTRIBUTE 'wing length' REAL\n"
    return [
        loads(
            "numbers.arff",
            f"% made by us\n@relation ants\n\n{names}\n@data\n% in May\n{numbers}?,3\n",
            rows=25,
            columns=("mass", "wing length"),
            numbers=("mass", "wing length"),
            missing={"mass": 1},
            remark="but for the names that they give the columns",
        ),
        loads(
            "levels.arff",
            f"@relation ants\n{names}@attribute kind {{ant,'red ant'}}\n@data\n"
            + numbers.replace("\n", ",'red ant'\n"),
            rows=24,
            columns=("mass", "wing length", "kind"),
            cells={(0, "kind"): "red ant"},
        ),
    ]


def _sparse_attributes() -> list[OddFile]:
    """ARFF whose rows leave out what is 0."""
    names = (
        "@relation ants\n@attribute mass numeric\n@attribute kind {ant, 'red ant'}\n"
        "@attribute 'wing length' REAL\n@attribute legs integer\n@data\n"
    )
    rows = "".join(f"{{0 {i}.5, 3 6}}\n{{1 'red ant', 2 {i}}}\n" for i in range(1, 13))
    many = "".join(f"@attribute word{i} numeric\n" for i in range(1900))
    plain: Facts = {
        "rows": 24,
        "columns": ("mass", "kind", "wing length", "legs"),
        "numbers": ("mass", "wing length", "legs"),
        "levels": {"kind": ("ant", "red ant")},
        "cells": {(0, "mass"): 1.5, (0, "wing length"): 0, (1, "mass"): 0, (1, "legs"): 0},
        "remark": "a cell that they leave out is 0",
    }
    return [
        loads("sparse.arff", names + rows, **plain),
        loads(
            "sparse_with_comments_and_gaps.arff",
            "% made by us\n"
            + names.replace("@data", "@DATA").replace("@relation", "@Relation")
            + "% in May\n"
            + rows
            + "{0 ?}\n{}\n",
            **plain | {"rows": 26, "missing": {"mass": 1}},
        ),
        loads("sparse_with_weights.arff", names + rows.replace("}", "}, {0.5}"), **plain),
        loads(
            "sparse_and_wide.arff",
            f"@relation words\n{many}@data\n"
            + "".join(f"{{{i} {i + 1}, {i + 900} 2}}\n" for i in range(40)),
            rows=40,
            n_columns=1900,
            cells={(3, "word3"): 4, (3, "word4"): 0, (3, "word903"): 2},
        ),
    ]
