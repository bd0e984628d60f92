"""Files that are too large, mean harm, or are no tables."""

import gzip
import io
import zipfile

import numpy as np

from testing.odd_files import OddFile, loads, refuses
from testing.plain_table import PLAIN, plain_table


def large_files() -> list[OddFile]:
    """Return files that take much work, those that load first."""
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


def hostile_files() -> list[OddFile]:
    """Return files that load, with texts that mean harm."""
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
        loads("../../hostile_file_name<img>.csv", plain_table(), **PLAIN),
    ]


def _too_long() -> list[OddFile]:
    files = {
        "long_cell.csv": lambda: b"a,b\n" + b"x" * 9_000_000 + b",1\n2,3\n",
        "long_quote.csv": lambda: b'a,b\n"' + b"xyz\n" * 3_000_000 + b'",1\n',
        "long_name.csv": lambda: b"x" * 9_000_000 + b",b\n1,2\n3,4\n",
        "long_line.csv": lambda: b"a,b\n" + b"123456789," * 900_000 + b"\n",
    }
    return [refuses(name, content, "longer than") for name, content in files.items()]


def refused_files() -> list[OddFile]:
    """Return files that are no tables."""
    workbook, archive = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(workbook, "w") as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        file.writestr("xl/workbook.xml", "<workbook/>")
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("table.csv", plain_table())
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
        refuses(
            "broken_sparse_row.arff",
            "@relation a\n@attribute x numeric\n@data\n{0 1}\n{5 1}\n",
            "sparse row on line 5",
        ),
        refuses(
            "sparse_bomb.arff",
            lambda: (
                b"@relation a\n"
                + b"".join(b"@attribute x%d numeric\n" % i for i in range(1_000))
                + b"@data\n"
                + b"{0 1}\n" * 200_000
            ),
            "With every cell of its sparse rows",
        ),
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
        refuses("broken.csv.gz", lambda: gzip.compress(plain_table().encode())[:-20], "gzip"),
        refuses("no_gzip.csv.gz", b"\x1f\x8b" + noise, "gzip"),
        refuses("zipped_picture.csv.gz", lambda: gzip.compress(b"\x89PNG" + noise), "picture"),
    ]
