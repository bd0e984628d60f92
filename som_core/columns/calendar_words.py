"""Names of weekdays and months, in the usual languages of tables, as places in a week or a year."""

from collections.abc import Mapping
from typing import Literal

import numpy as np
import pandas as pd

CalendarPart = Literal["weekdays", "months"]

# English, German, French, Spanish, Italian, Portuguese, Dutch, from Monday on.
_WEEKDAYS = (
    "mo mon monday montag lu lun lundi lunes lunedì lunedi seg segunda segunda-feira ma maandag",
    "tu tue tues tuesday di die dienstag mar mardi martes martedì martedi ter terça terça-feira"
    " dinsdag",
    "we wed weds wednesday mi mit mittwoch mer mercredi mié miércoles mie miercoles mercoledì"
    " mercoledi qua quarta quarta-feira wo woensdag",
    "th thu thur thurs thursday do don donnerstag jeu jeudi jue jueves gio giovedì giovedi qui"
    " quinta quinta-feira donderdag",
    "fr fri friday fre freitag ven vendredi vie viernes venerdì venerdi sex sexta sexta-feira vr"
    " vrijdag",
    "sa sat saturday sam samstag sonnabend samedi sáb sab sábado sabado sabato za zaterdag",
    "su sun sunday so son sonntag dim dimanche dom domingo domenica zo zondag",
)
_MONTHS = (
    "jan january januar jänner janv janvier ene enero gen gennaio janeiro januari",
    "feb february februar fév fev février fevrier febrero febbraio fevereiro februari",
    "mar march mär mrz märz maerz mars marzo março mrt maart",
    "apr april avr avril abr abril aprile",
    "may mai mayo mag maggio maio mei",
    "jun june juni juin junio giu giugno junho",
    "jul july juli juil juillet julio lug luglio julho",
    "aug august août aout ago agosto augustus",
    "sep sept september septembre septiembre set settembre setembro",
    "oct october okt oktober octobre octubre ott ottobre out outubro",
    "nov november novembre noviembre novembro",
    "dec december dez dezember déc décembre dic diciembre dicembre dezembro",
)
PERIODS: Mapping[CalendarPart, float] = {"weekdays": 7.0, "months": 12.0}
UNITS: Mapping[CalendarPart, str] = {
    "weekdays": "days since Monday",
    "months": "months since January",
}
_FEWEST, _REACH = 4, {"weekdays": 4, "months": 6}  # names, and from the first to the last


def _places(words: tuple[str, ...]) -> dict[str, int]:
    return {word: place for place, line in enumerate(words) for word in line.split()}


_PLACES: Mapping[CalendarPart, Mapping[str, int]] = {
    "weekdays": _places(_WEEKDAYS),
    "months": _places(_MONTHS),
}


def calendar_part(series: pd.Series) -> CalendarPart | None:
    """Return what all texts of a column name: weekdays, months, or None for neither.

    There must be four of them, which go half around.
    """
    if not isinstance(series.dtype, pd.StringDtype):
        return None
    levels = series.dropna().unique()
    if not _FEWEST <= len(levels) <= 2 * len(_MONTHS):
        return None
    for part in _PLACES:
        places = [_place(level, part) for level in levels]
        if not np.isnan(places).any() and np.ptp(places) >= _REACH[part]:
            return part
    return None


def calendar_numbers(series: pd.Series, part: CalendarPart) -> pd.Series:
    """Return days since Monday, or months since January, of names; NaN for other words."""
    places = {level: _place(level, part) for level in series.dropna().unique()}
    return series.map(places).astype(float)


def _place(word: str, part: CalendarPart) -> float:
    return _PLACES[part].get(word.strip().rstrip(".").casefold(), np.nan)
