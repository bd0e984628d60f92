"""Files in many encodings, and in two."""

import gzip

from testing.odd_files import OddFile, loads
from testing.plain_table import PLAIN, plain_table


def oddly_encoded_files() -> list[OddFile]:
    """Return files that load."""
    accents = plain_table().replace("ant", "fourmi dorée").replace("bee", "Käfer")
    facts = PLAIN | {"cells": {(0, "kind"): "fourmi dorée", (1, "kind"): "Käfer"}}
    smart = accents.replace("cat", "“cat” – 5 €")
    return [
        *_in_two_encodings(),
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
        loads("gzipped.csv.gz", lambda: gzip.compress(plain_table().encode()), **PLAIN),
        loads(
            "accents_far_below.csv",
            lambda: b"a,b\n" + b"x,1\n" * 30_000 + "é,2\n".encode("latin-1"),
            rows=30_001,
            cells={(30_000, "a"): "é"},
        ),
    ]


def _in_two_encodings() -> list[OddFile]:
    """Return files that were joined from UTF-8 and something older."""
    new, old = "Köln,1\nZürich,2\n", "Genève,3\nMálaga,4\n"
    row = "Köln,".encode() + "Zürich,".encode("latin-1")
    cells = b"".join(row + f"{i}.5\n".encode() for i in range(12))
    chinese = "北京,1\n上海,2\n广州,3\n"
    return [
        loads(
            "a_few_lines_of_latin_1.csv",
            ("name,x\n" + new * 20).encode() + old.encode("latin-1"),
            rows=42,
            cells={(0, "name"): "Köln", (40, "name"): "Genève", (41, "name"): "Málaga"},
            remark="Western European (latin-1) in 2 lines, first on line 42: “Genève”",
        ),
        loads(
            "mostly_cp1252.csv",
            ("name,x\n" + old.replace("Genève", "“Genève”") * 20).encode("cp1252") + new.encode(),
            rows=42,
            cells={(0, "name"): "“Genève”", (40, "name"): "Köln"},
            remark="(cp1252) in 40 lines, first on line 2",
        ),
        loads(
            "one_line_of_each.csv",
            "name,x\nKöln,1\n".encode() + "Zürich,2\n".encode("latin-1"),
            cells={(0, "name"): "Köln", (1, "name"): "Zürich"},
            remark="in 1 line, on line 3: “Zürich”",
        ),
        loads(
            "columns_of_two_encodings.csv",
            b"from,to,x\n" + cells,
            rows=12,
            cells={(0, "from"): "Köln", (0, "to"): "Zürich"},
            remark="in 12 lines",
        ),
        loads(
            "utf_8_and_cp1250.csv",
            ("name,x\n" + new * 9).encode() + "Łódź,3\nŚwidnica,4\n".encode("cp1250") * 2,
            cells={(0, "name"): "Köln", (18, "name"): "Łódź", (19, "name"): "Świdnica"},
            remark="(cp1250) in 4 lines",
        ),
        loads(
            "utf_8_and_old_macintosh.csv",
            ("name,x\n" + new * 3).encode() + (old + "Besançon,5\n").encode("mac_roman"),
            cells={(0, "name"): "Köln", (6, "name"): "Genève", (8, "name"): "Besançon"},
            remark="(mac_roman) in 3 lines",
        ),
        loads(
            "utf_8_and_cp1251.csv",
            ("name,x\n" + "Москва,1\nКазань,2\n" * 3).encode()
            + "Самара,3\nТула,4\n".encode("cp1251"),
            cells={(0, "name"): "Москва", (6, "name"): "Самара", (7, "name"): "Тула"},
        ),
        loads(
            "utf_8_and_gbk.csv",
            ("name,x\n" + chinese * 9).encode() + chinese.encode("gb18030") * 2,
            cells={(0, "name"): "北京", (27, "name"): "北京", (28, "name"): "上海"},
            remark="(gb18030) in 6 lines",
        ),
        loads(
            "byte_order_mark_before_two_encodings.csv",
            b"\xef\xbb\xbf" + ("name,x\n" + new * 3).encode() + old.encode("latin-1"),
            columns=("name", "x"),
            cells={(0, "name"): "Köln", (6, "name"): "Genève"},
        ),
        loads(
            "two_encodings_far_apart.csv",
            lambda: ("name,x\n" + new).encode() + b"a,1\n" * 300_000 + old.encode("latin-1"),
            rows=300_004,
            cells={(0, "name"): "Köln", (300_002, "name"): "Genève"},
            remark="first on line 300,004",
        ),
    ]
