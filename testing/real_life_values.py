"""Files whose values say more than one thing: dates, letters of other countries, blanks, codes."""

from datetime import datetime, timedelta

from testing.odd_files import OddFile, loads

_FIRST = datetime(2021, 3, 1, 6)


def real_life_values() -> list[OddFile]:
    """Return files that load."""
    return [
        *_dates(),
        *_moments(),
        *_weekdays(),
        *_codes(),
        *_letters(),
        *_blanks(),
        *_frequent_values(),
    ]


def _beside(name: str, cells: list[str]) -> str:
    """Return a table of cells beside a plain column of numbers."""
    return "".join([f"{name};plain\n", *(f"{cell};{i}.25\n" for i, cell in enumerate(cells))])


def _hours(form: str, n: int = 50, step: int = 1) -> list[str]:
    return [(_FIRST + timedelta(hours=step * i)).strftime(form) for i in range(n)]


def _dates() -> list[OddFile]:
    days = _hours("%d.%m.%Y", step=24)
    firsts = [f"0{1 + i % 9}/0{1 + i // 9}/2020" for i in range(50)]
    by_month = sorted(firsts, key=lambda text: (text[:2], text[3:5]))
    both = [
        f"{one};{other}" for one, other in zip(firsts, _hours("%m/%d/%Y", step=24), strict=True)
    ]
    return [
        loads(
            "one_day_is_a_word.csv",
            _beside("when", ["unsure", *days]),
            kinds={"when": "date"},
            rows=51,
            dates={(1, "when"): "2021-03-01"},
            remark="row 1, first “unsure”",
        ),
        loads(
            "two_days_that_are_none.csv",
            _beside("when", [*days, "31.02.2021", "00.00.0000"]),
            kinds={"when": "date"},
            remark="2 cells of “when” are no dates",
        ),
        loads(
            "one_day_in_three_is_a_word.csv",
            _beside("when", ["later", "31.02.2021", "now", *days[:10]]),
            texts=("when",),
            kinds={"when": "identifier"},
        ),
        loads(
            "dates_in_three_ways.csv",
            _beside("when", [*days[:20], *_hours("%Y-%m-%d", 3, 24), *_hours("%d/%m/%y", 2, 24)]),
            texts=("when",),
            remark="(about 80% such as “01.03.2021”, 12% such as “2021-03-01”, 8% such as",
        ),
        loads(
            "days_and_words_of_months.csv",
            _beside("when", [*_hours("%Y-%m-%d", 9, 24), "9 Jun 2021", "tba"]),
            texts=("when",),
            remark="“when” holds dates that are written in several ways",
        ),
        loads(
            "day_first_and_month_first.csv",
            _beside("when", [*_hours("%d/%m/%Y", 30, 24), *_hours("%m/%d/%Y", 30, 24)]),
            texts=("when",),
            remark="“when” holds dates that are written in several ways",
        ),
        loads(
            "day_or_month_first.csv",
            _beside("when", firsts[:5] + firsts[20:25] + firsts[10:15]),
            kinds={"when": "date"},
            dates={(1, "when"): "2020-01-02"},
            remark="“when” is read as day, then month, a guess",
        ),
        loads(
            "month_first_as_the_rows_rise.csv",
            _beside("when", by_month),
            dates={(1, "when"): "2020-01-02"},
            remark="as the rows are in order then",
        ),
        loads(
            "month_first_as_another_column_shows.csv",
            "one;other;plain\n" + "".join(f"{cells};{i}\n" for i, cells in enumerate(both)),
            dates={(1, "one"): "2020-02-01", (20, "other"): "2021-03-21"},
            remark="as another column shows",
        ),
        loads(
            "short_years.csv",
            _beside("when", _hours("%d-%m-%y", step=24)),
            kinds={"when": "date"},
            dates={(1, "when"): "2021-03-02"},
        ),
        loads(
            "months_with_short_years.csv",
            _beside("month", [f"{m}-{y}" for y in ("14", "15") for m in ("Jan", "Jun", "Oct")]),
            kinds={"month": "date"},
            dates={(2, "month"): "2014-10-01"},
        ),
    ]


def _moments() -> list[OddFile]:
    hour_24 = [text.replace(" 00:00", " 24:00") for text in _hours("%d.%m.%Y %H:%M")]
    clock = [f"{1 + i % 24:02}:00" for i in range(48)]
    seconds = [int(_FIRST.timestamp()) + 3600 * i for i in range(50)]
    return [
        loads(
            "midnight_is_24.csv",
            _beside("when", hour_24),
            kinds={"when": "date"},
            # 24:00 behind a day is the end of it, so the beginning of the next one.
            dates={(17, "when"): "2021-03-01T23", (18, "when"): "2021-03-03T00"},
        ),
        loads(
            "clock_up_to_24.csv",
            _beside("at", clock),
            kinds={"at": "date"},
            dates={(0, "at"): "1970-01-01T01", (23, "at"): "1970-01-02T00"},
        ),
        loads(
            "utc_behind.csv",
            _beside("when", _hours("%Y-%m-%d %H:%M:%S.250 UTC")),
            kinds={"when": "date"},
            dates={(0, "when"): "2021-03-01T06:00:00.250"},
        ),
        loads(
            "fractions_on_some.csv",
            _beside("when", [*_hours("%Y-%m-%d %H:%M:%S UTC"), "2021-04-01 00:00:00.5 UTC"]),
            kinds={"when": "date"},
            dates={(50, "when"): "2021-04-01T00:00:00.500"},
        ),
        loads(
            "short_zones.csv",
            _beside("when", _hours("%Y-%m-%d %H:%M:%S+02")),
            kinds={"when": "date"},
            dates={(0, "when"): "2021-03-01T04"},
        ),
        loads(
            "named_zones.csv",
            _beside("when", _hours("%Y-%m-%dT%H:%M:%S+01:00[Europe/Berlin]")),
            dates={(0, "when"): "2021-03-01T05"},
        ),
        loads(
            "nanoseconds.csv",
            _beside("when", _hours("%Y-%m-%dT%H:%M:%S.123456789Z")),
            dates={(0, "when"): "2021-03-01T06:00:00.123456"},
        ),
        loads(
            "weekdays_before.csv",
            _beside("when", _hours("%a %d %b %Y %H:%M:%S GMT")),
            dates={(0, "when"): "2021-03-01T06"},
        ),
        loads(
            "seconds_since_1970.csv",
            _beside("timestamp", [str(one) for one in seconds]),
            kinds={"timestamp": "date"},
            numbers=("timestamp",),
            remark="“timestamp” is read as moments that count seconds since 1970",
        ),
        loads(
            "rising_milliseconds.csv",
            _beside("t0", [f"{one}000" for one in seconds]),
            kinds={"t0": "date"},
            remark="thousandths of a second since 1970",
        ),
        loads(
            "seconds_without_a_name_or_order.csv",
            _beside("t", [str(seconds[i * 7 % 50]) for i in range(50)]),
            kinds={"t": "date"},
            remark="seconds since 1970",
        ),
        loads(
            "billionths_since_1970.csv",
            _beside("time", [f"{one}123456789" for one in seconds]),
            kinds={"time": "date"},
            remark="billionths of a second since 1970",
        ),
        loads(
            "amounts_of_ten_digits.csv",
            _beside("revenue", [str(1_700_000_000 - 7_919_000 * (i * i % 50)) for i in range(50)]),
            kinds={"revenue": "number"},
            numbers=("revenue",),
        ),
    ]


def _weekdays() -> list[OddFile]:
    """Names of days and months, which train on a circle."""
    days = ["Mon", "Tue", "", "Thu", "Fri", "Sat", "Sun"] * 6
    return [
        loads("weekdays_by_name.csv", _beside("day", days), kinds={"day": "category"}),
        loads(
            "months_by_name.csv",
            _beside("Monat", ["Jan.", "März", "Mai", "Juli", "Sept.", "Dez."] * 6),
            kinds={"Monat": "category"},
        ),
    ]


def _codes() -> list[OddFile]:
    """Numbers that name classes, and such that count."""
    return [
        loads(
            "labels_from_1_to_6.csv",
            _beside("label", [str(1 + i * i % 6) for i in range(60)]),
            kinds={"label": "category"},
        ),
        loads(
            "codes_of_departments.csv",
            _beside("dept_code", ["10", "20", "35", "95"] * 15),
            kinds={"dept_code": "category"},
        ),
        loads(
            "numbers_of_customers.csv",
            _beside("customer_id", [str(100_000 + 7_919 * i % 90_000) for i in range(60)]),
            kinds={"customer_id": "identifier"},
        ),
        loads(
            "rooms_are_counted.csv",
            _beside("rooms", [str(1 + i * i % 6) for i in range(60)]),
            kinds={"rooms": "number"},
        ),
    ]


# Names of places and a word of each language, by encodings in which no byte says which one it is.
_PLACES = {
    "cp1251": ("Москва", "Казань", "Екатеринбург", "Нижний Новгород", "Самара"),
    "koi8_r": ("Москва", "Казань", "Екатеринбург", "Нижний Новгород", "Самара"),
    "cp866": ("Москва", "Казань", "Екатеринбург", "Нижний Новгород", "Самара"),
    "cp1250": ("Łódź", "Kraków", "Poznań", "Częstochowa", "Świdnica"),
    "iso8859_2": ("Łódź", "Kraków", "Poznań", "Częstochowa", "Świdnica"),
    "cp932": ("東京", "大阪", "名古屋", "札幌", "カナガワ"),
    "euc_jp": ("東京", "大阪", "名古屋", "札幌", "カナガワ"),
    "gb18030": ("北京", "上海", "广州", "深圳", "重庆"),
    "big5": ("臺北", "高雄", "臺中", "新竹", "嘉義"),
    "cp949": ("서울", "부산", "대구", "인천", "광주"),
    "mac_roman": ("Zürich", "Genève", "Málaga", "Besançon", "Düsseldorf"),
    "cp850": ("Zürich", "Genève", "Málaga", "Besançon", "Düsseldorf"),
    "cp1253": ("Αθήνα", "Θεσσαλονίκη", "Πάτρα", "Ηράκλειο", "Λάρισα"),
    "cp1254": ("İzmir", "Muğla", "Eskişehir", "Kırşehir", "Diyarbakır"),
    "cp1255": ("ירושלים", "חיפה", "אשדוד", "נתניה", "חולון"),
    "cp1256": ("القاهرة", "الجيزة", "بغداد", "دمشق", "بيروت"),
    "cp874": ("กรุงเทพ", "เชียงใหม่", "ภูเก็ต", "ขอนแก่น", "ชลบุรี"),
}
_MORE_PLACES = {
    "cp1251": ("Київ", "Львів", "Харків", "Одеса", "Запоріжжя"),
    "cp1250": ("Plzeň", "Ústí nad Labem", "České Budějovice", "Děčín", "Žďár"),
    "cp932": ("みかん", "りんご", "ぶどう", "バナナ", "メロン"),
    "gb18030": ("男", "女", "未知", "不详", "其他"),
    "mac_roman": ("Göteborg", "Malmö", "Västerås", "Örebro", "Umeå"),
    "cp1252": ("Göteborg", "Malmö", "Västerås", "Örebro", "Umeå"),
    "latin-1": ("São Paulo", "Brasília", "Goiânia", "Belém", "Ação"),
}


def _letters() -> list[OddFile]:
    files = []
    for number, places in enumerate((_PLACES, _MORE_PLACES)):
        for encoding, names in places.items():
            text = _beside("place", [names[i % len(names)] for i in range(30)])
            is_usual = encoding in ("cp1252", "latin-1")
            files.append(
                loads(
                    f"letters_of_{encoding}_{number + 1}.csv",
                    text.encode(encoding),
                    rows=30,
                    cells={(i, "place"): name for i, name in enumerate(names)},
                    numbers=("plain",),
                    remark="" if is_usual else f"({encoding}), by",
                )
            )
    return files


def _blanks() -> list[OddFile]:
    sizes = [f'"{"small" if i % 3 else "large"}{" " * (i % 2)}"' for i in range(40)]
    far_below = ["yes", "no"] * 6_000 + [" yes", "no\u00a0", "NA "] * 10
    return [
        loads(
            "blanks_within_quotes.csv",
            _beside("size", sizes),
            kinds={"size": "category"},
            levels={"size": ("large", "small")},
        ),
        loads(
            "blanks_in_the_last_rows.csv",
            _beside("paid", far_below),
            kinds={"paid": "boolean"},
            levels={"paid": ("no", "yes")},
            missing={"paid": 10},
        ),
    ]


def _frequent_values() -> list[OddFile]:
    below_0 = [str(-1500 + 41 * i % 3000) for i in range(180)]
    days = [str(1 + 7 * i % 300) for i in range(40)]
    jobs = ["clerk", "nurse", "unknown", "teacher", "k.A."] * 8
    return [
        loads(
            "a_filler_among_negatives.csv",
            _beside("balance", [*below_0, *["-999"] * 20]),
            numbers=("balance",),
            missing={"balance": 0},
            remark="“-999” stands in 20 of 200 rows of “balance”",
        ),
        loads(
            "minus_one_beside_days.csv",
            _beside("days", [*["-1"] * 160, *days]),
            numbers=("days",),
            remark="“-1” stands in 160 of 200 rows of “days”",
        ),
        loads(
            "age_99_beyond_a_gap.csv",
            _beside("age", [*[str(20 + 13 * i % 50) for i in range(150)], *["99"] * 40]),
            remark="“99”",
        ),
        loads(
            "words_for_no_answer.csv",
            _beside("job", jobs),
            kinds={"job": "category"},
            missing={"job": 0},
            remark="“unknown” stands in 8 of 40 rows of “job”",
        ),
    ]
