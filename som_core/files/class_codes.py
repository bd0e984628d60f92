"""Whole numbers that name a class, a department, a postcode: told by the column's name."""

import re

import numpy as np
from numpy.typing import NDArray

MOST_CLASSES = 30  # levels; a target of more values rather is an amount
MOST_CODES = 200

# Last words of a column's name, in the languages that people most often use.
_CLASSES = frozenset({
    "label", "labels", "class", "classes", "target", "digit", "digits", "category", "cat", "type",
    "kind", "group", "grp", "cluster", "segment", "species", "genus", "cultivar", "variety",
    "outcome", "diagnosis", "activity", "status", "sex", "gender", "race", "ethnicity", "origin",
    "religion", "occupation", "job", "marital", "color", "colour", "treatment", "arm", 
    "method", "reason", "cause", "klasse", "kategorie", "typ", "gruppe", "geschlecht",
    "familienstand", "beruf", "farbe", "grund", "classe", "catégorie", "categorie", "groupe",
    "sexe", "espèce", "espece", "categoría", "categoria", "tipo", "grupo", "clase", "sexo",
})  # fmt: skip
_PLACES = frozenset({
    "line", "route", "department", "dept", "division", "sector", "branch", "store", "shop", "plant",
    "site", "factory", "machine", "station", "region", "district", "county", "state",
    "country", "city", "province", "ward", "zone", "precinct", "tract", "team", "vendor",
    "supplier", "carrier", "brand", "model", "item", "article", "customer", "user",
    "member", "patient", "employee", "student", "subject", "participant", "driver", "vehicle",
    "account", "policy", "terminal", "abteilung", "linie", "filiale", "maschine",
    "standort", "bundesland", "kreis", "gemeinde", "kunde", "artikel", 
    "ligne", "magasin", "région", "département", "departement", "pays", "client", 
    "tienda", "región", "departamento", "cliente",
})  # fmt: skip
_CODES = frozenset({
    "code", "codes", "cd", "zip", "zipcode", "postcode", "postalcode", "plz", "fips", "naics",
    "sic", "icd", "isco", "nace", "sku", "ean", "upc", "isbn", "barcode", "phone", "fax", "iban",
    "bic", "postleitzahl", "schlüssel", "schluessel", "kennziffer", "codigo", "código",
})  # fmt: skip
_NUMBERS = frozenset({"no", "nr", "num", "number", "nummer", "numéro", "numero", "número", "#"})
_COUNTS = frozenset({"n", "num", "no", "number", "count", "anzahl", "nb", "total", "mean", "avg"})
_OWN_NUMBERS = frozenset({
    "phone", "house", "room", "flight", "order", "invoice", "serial", "case", "ticket", "batch",
    "lot", "card", "postal", "train", "bus", "fax", "telephone", "registration", "tracking",
})  # fmt: skip
_GERMAN_NUMBER = re.compile(r"\w{4,}(nummer|nr|schlüssel|schluessel|kennziffer)")


def are_classes_by_name(name: str, values: NDArray[np.float64]) -> bool:
    """Tell whether a column of whole numbers holds the codes of a few classes.

    Parameters
    ----------
    name : of the column
    values : those that aren't missing
    """
    if not _are_whole(values):
        return False
    n_levels = len(np.unique(values))
    last = _last_word(name)
    if last in _CLASSES:
        return n_levels <= min(MOST_CLASSES, len(values) / 2)
    return _speaks_of_codes(name) and n_levels <= min(MOST_CODES, max(12, len(values) / 5))


def are_codes_by_name(name: str, values: NDArray[np.float64]) -> bool:
    """Tell whether whole numbers are codes, of however many things: postcodes, phone numbers."""
    return _are_whole(values) and _speaks_of_codes(name)


def _are_whole(values: NDArray[np.float64]) -> bool:
    # -1 often is “no class”; no code lies below.
    return bool(len(values) and values.min() >= -1 and (values == np.floor(values)).all())


def words_of(name: str) -> list[str]:
    """Return the words of a column's name in small letters: “windDir_deg” has wind, dir, deg."""
    parted = re.sub(r"(?<=[a-zäöü])(?=[A-ZÄÖÜ])", " ", name)
    return [word.lower() for word in re.findall(r"[^\W\d_]+|#", parted)]


def _last_word(name: str) -> str:
    """Return the word that says what a column is: “line” of “line 2”, none of “n_groups”."""
    words = words_of(name)
    if not words or (len(words) > 1 and words[0] in _COUNTS) or "of" in words:
        return ""
    return words[-1]


def _speaks_of_codes(name: str) -> bool:
    words, last = words_of(name), _last_word(name)
    if last in _NUMBERS and len(words) > 1:
        return words[-2] in _OWN_NUMBERS | _PLACES | _CODES
    return last in _CODES | _PLACES or bool(_GERMAN_NUMBER.fullmatch(last))
