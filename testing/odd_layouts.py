"""Files laid out in odd ways: ends of lines, titles, blank rows, names, lengths of rows."""

from testing.odd_files import OddFile, loads
from testing.plain_table import PLAIN, plain_table


def oddly_laid_out_files() -> list[OddFile]:
    """Return files that load."""
    table = plain_table()
    lines = table.splitlines()
    body = "\n".join(lines[1:]) + "\n"
    return [
        loads("plain.csv", table, **PLAIN),
        loads("windows_line_ends.csv", plain_table(end="\r\n"), **PLAIN),
        loads("old_mac_line_ends.csv", plain_table(end="\r"), **PLAIN),
        loads("tabs.tsv", plain_table("\t"), **PLAIN),
        loads("semicolons.csv", plain_table(";"), **PLAIN),
        loads("pipes.csv", plain_table("|"), **PLAIN),
        loads("blanks.txt", plain_table(" "), **PLAIN),
        loads("decimal_commas.csv", plain_table(";", decimal=","), **PLAIN),
        loads("decimal_commas_and_tabs.tsv", plain_table("\t", decimal=","), **PLAIN),
        loads("excel_says_the_delimiter.csv", "sep=;\n" + plain_table(";"), **PLAIN),
        loads("no_line_end_at_the_end.csv", table.rstrip("\n"), **PLAIN),
        loads("all_cells_quoted.csv", _all_quoted(), **PLAIN),
        loads(
            "title_lines.csv",
            "Masses and lengths of animals\nmeasured in May\n\n" + table,
            **PLAIN | {"remark": "above the table"},
        ),
        loads(
            "title_padded_with_commas.csv",
            "Masses of animals,,,\n,,,\n" + table,
            **PLAIN | {"remark": "above the table"},
        ),
        loads(
            "comment_lines.csv",
            "# made by the lab\n# on a Monday\n" + table,
            **PLAIN | {"remark": "above the table"},
        ),
        loads(
            "footer.csv",
            table + "\nSource: the zoo\nAll rights reserved\n",
            **PLAIN | {"remark": "below the table"},
        ),
        loads("last_row_is_short.csv", "name,x\nA,1.5\nB,2.5\nC,\n", rows=3, missing={"x": 1}),
        loads("last_row_is_a_number.csv", "a,b,c\n1,2,3\n4,5,6\n7\n", rows=3, missing={"c": 1}),
        loads("blank_rows_below.csv", table + ",,,\n" * 50, **PLAIN | {"remark": "blank"}),
        loads("blank_lines_between.csv", table.replace("\n", "\n\n"), **PLAIN),
        loads(
            "blank_rows_between.csv",
            "\n".join([*lines[:5], ",,,", ",,,", *lines[5:]]),
            **PLAIN | {"remark": "2 blank rows"},
        ),
        loads(
            "blank_columns.csv",
            "\n".join(line + ",," for line in lines),
            **PLAIN | {"remark": "2 blank columns"},
        ),
        loads(
            "rows_end_with_a_delimiter.csv",
            "\n".join([lines[0], *(line + "," for line in lines[1:])]),
            **PLAIN | {"remark": "1 blank column"},
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
            **PLAIN | {"remark": "never closed"},
        ),
        loads(
            "two_quotes_never_closed.csv",
            table.replace("r3,", '"r3,').replace("r9,", '"r9,'),
            **PLAIN | {"remark": "never closed"},
        ),
        loads(
            "blanks_around_cells.csv",
            table.replace(",", " , "),
            **PLAIN,
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
        ",".join(f'"{cell}"' for cell in line.split(",")) for line in plain_table().splitlines()
    )
