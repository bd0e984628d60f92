"""Values that come far too often for where they lie, and words for “no answer”.

A mark may be a true value elsewhere, so each is proposed as missing where it stands out.
"""

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from som_core.cells import level_text
from som_core.files.missing import MISSING_MARKS
from som_core.remarks import Remark, Remedy
from som_core.wording import counted, named

_BETWEEN = " = "  # “column = mark”, as a dialect keeps it
_SAMPLE = 20_000  # rows: a value that comes often comes there, too
_FEWEST = 5  # cells
_OFTEN = 0.01  # of the cells that have a value
_NEIGHBOURS = 10  # different values on either side
_TIMES, _TIMES_MINUS = 10, 3  # as often as they are in the middle; -1 is looked at more narrowly
_FEWEST_OTHERS = 10  # different values; beside fewer, a value is a level like the others
_MINUS = (-1.0, -9.0)  # only where nothing else is below 0
_FILLER = re.compile(r"-?(9{2,}|8{2,})(\.(9+|25))?|-[1-9]0{3,}|-?32768|-?2147483648|2147483647")
_NO_ANSWER = frozenset({
    "unknown", "not known", "unkn", "unk", "unspecified", "undefined", "not stated",
    "not specified", "not reported", "not recorded", "not available", "no data", "no answer",
    "no response", "don't know", "dont know", "do not know", "prefer not to say", "refused",
    "declined", "not applicable", "n.a", "n / a", "unbekannt", "keine angabe", "k.a.", "k. a.",
    "ka", "weiß nicht", "weiss nicht", "nicht bekannt", "inconnu", "inconnue", "non précisé",
    "sans réponse", "non renseigné", "desconocido", "desconocida", "sin dato", "sin datos",
    "ns/nc", "no sabe", "sconosciuto", "onbekend", "okänd", "nieznany", "brak danych", "neznámý",
    "неизвестно", "нет данных", "не указано", "未知", "不详", "不明", "無回答",
})  # fmt: skip


def remarks_on_frequent_values(frame: pd.DataFrame) -> list[Remark]:
    """Return a remark on each value that looks like a mark for missing, which it offers to be."""
    found: dict[str, dict[str, int]] = {}
    for name in frame.columns:
        column = frame[name]
        if isinstance(column.dtype, pd.StringDtype):
            marks = _words_for_no_answer(column)
        elif pd.api.types.is_numeric_dtype(column.dtype):
            marks = _too_frequent(column.to_numpy(dtype=float, na_value=np.nan))
        else:
            continue
        for mark, count in marks.items():
            found.setdefault(mark, {})[str(name)] = count
    return [_remark(mark, counts, len(frame)) for mark, counts in found.items()]


def _remark(mark: str, counts: dict[str, int], n_rows: int) -> Remark:
    columns = tuple(counts)
    n_cells = sum(counts.values())
    where = f"{n_cells:,} of {n_rows:,} rows" if len(columns) == 1 else counted(n_cells, "cell")
    return Remark(
        kind="values that may be missing",
        sentence=(
            f"“{mark}” stands in {where} of {named(columns)} and counts as a value there, but "
            "looks like a mark for missing."
        ),
        columns=columns,
        remedy=Remedy(
            words=f"Read “{mark}” as missing there",
            target="reading",
            changes={"marks_in_columns_too": [f"{name}{_BETWEEN}{mark}" for name in columns]},
        ),
    )


def without_marks_in_columns(
    frame: pd.DataFrame, marks_in_columns: Sequence[str]
) -> tuple[pd.DataFrame, list[Remark]]:
    """Return the table with marks as missing in the columns that they were chosen for."""
    remarks = []
    for pair in marks_in_columns:
        name, _, mark = pair.rpartition(_BETWEEN)
        if name not in frame:
            continue
        texts = frame[name]
        if pd.api.types.is_numeric_dtype(texts.dtype):
            cells = texts == pd.to_numeric(mark, errors="coerce")
        else:
            cells = texts == mark
        if not cells.any():
            continue
        frame = frame.assign(**{name: texts.mask(cells)})
        n_cells = counted(int(cells.sum()), "cell")
        others = [other for other in marks_in_columns if other != pair]
        remarks.append(
            Remark(
                kind="marks for missing",
                sentence=f"“{mark}” is read as missing in “{name}”: {n_cells}.",
                columns=(name,),
                remedy=Remedy(
                    words=f"Read “{mark}” as a value",
                    target="reading",
                    changes={"marks_in_columns": others},
                ),
            )
        )
    return frame, remarks


def _words_for_no_answer(column: pd.Series) -> dict[str, int]:
    sample = column.iloc[:: max(1, len(column) // _SAMPLE)].dropna().unique()
    words = [word for word in sample if str(word).strip().lower() in _NO_ANSWER]
    counts = {str(word): int((column == word).sum()) for word in words}
    return {word: count for word, count in counts.items() if word not in MISSING_MARKS}


def _too_frequent(values: NDArray[np.float64]) -> dict[str, int]:
    """Return fillers that come far more often than what lies around them, and how often."""
    sample = values[:: max(1, len(values) // _SAMPLE)]
    distinct, counts = np.unique(sample[~np.isnan(sample)], return_counts=True)
    if len(distinct) <= _FEWEST_OTHERS:
        return {}
    fewest = max(_FEWEST, _OFTEN * counts.sum())
    often = [
        place
        for place in np.flatnonzero(counts >= min(fewest, counts.sum()))
        if _stands_out(distinct, counts, int(place))
    ]
    return {level_text(distinct[p]): int(np.count_nonzero(values == distinct[p])) for p in often}


def _stands_out(distinct: NDArray[np.float64], counts: NDArray[np.int64], place: int) -> bool:
    value = float(distinct[place])
    is_filler = _FILLER.fullmatch(level_text(value)) is not None
    if value in _MINUS:
        is_filler = bool((distinct[distinct != value] >= 0).all())
    elif value > 0:  # 99 or 999 beyond a gap: as the largest value of a measure it would be true
        steps = np.diff(distinct)
        is_filler &= place == len(distinct) - 1 and steps[-1] > 2 * np.median(steps)
    if not is_filler:
        return False
    around = np.r_[counts[max(0, place - _NEIGHBOURS) : place], counts[place + 1 :][:_NEIGHBOURS]]
    times = _TIMES_MINUS if value in _MINUS else _TIMES
    return bool(counts[place] >= times * np.median(around) and counts[place] > around.max())
