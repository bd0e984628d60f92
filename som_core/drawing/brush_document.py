"""What the histograms beside the maps draw, as one JSON document: columns in bins, and rows."""

import base64
import json
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from som_core.analyses.brushing import AskedRange, brushed_rows
from som_core.analyses.column_bins import BinRange, ColumnBins, LevelBins, bin_counts
from som_core.drawing.document import Part
from som_core.trained_map import TrainedMap

MOST_COLUMNS = 24
MOST_ROWS = 100_000  # whose bins are sent to a browser: 2.4 MB; of more it asks the server


def brush_document(m: TrainedMap, columns: Sequence[ColumnBins]) -> Part:
    """Write down what `drawBrush` draws.

    Up to 100,000 rows on the map it holds the node of each row and its bin in each column, one byte
    a cell, so that the browser can count the rows in any ranges by itself.

    Parameters
    ----------
    m : TrainedMap
    columns : at most 24, of `column_bins`
    """
    everyone = np.ones(len(m.rows), dtype=bool)
    is_live = len(m.rows) <= MOST_ROWS
    bins = np.concatenate([column.codes for column in columns]) if columns else np.empty(0)
    about = {
        "nRows": len(m.rows),
        "hits": m.hits.ravel().tolist(),
        "columns": [
            {
                "name": column.name,
                "kind": "levels" if isinstance(column, LevelBins) else "numbers",
                "ends": column.ends,
                "counts": bin_counts(column, everyone).tolist(),
            }
            for column in columns
        ],
        "nodes": _base64(m.bmu.astype("<u2")) if is_live else None,
        "bins": _base64(bins.astype(np.uint8)) if is_live else None,
    }
    return Part.of(json.dumps(about, allow_nan=False))


def brush_state(
    m: TrainedMap,
    columns: Sequence[ColumnBins],
    ranges: Mapping[str, BinRange | AskedRange],
    selected: NDArray[np.bool_] | None,
    dragged: Mapping[str, BinRange | AskedRange] | None = None,
    *,
    is_refused: bool = False,
) -> dict[str, object]:
    """Return what is chosen just now, as `show` of `drawBrush` takes it.

    Parameters
    ----------
    m : TrainedMap
    columns : those of the document
    ranges : those that are set, by the name of their column
    selected : which rows on the map are selected, (n_rows,); None: no selection
    dragged : the ranges while one is dragged over more rows than a browser has; they are shown
        instead of the selection
    is_refused : whether what was asked last found nothing, or could not be read
    """
    if dragged:
        selected = brushed_rows(columns, dragged)
    lit = selected if ranges or dragged else None
    is_counted_here = len(m.rows) > MOST_ROWS or _is_else(columns, ranges, lit)
    places = {column.name: place for place, column in enumerate(columns)}
    return {
        "ranges": [[places[name], _range(m, one)] for name, one in ranges.items()],
        "selected": None
        if selected is None
        else [bin_counts(c, selected).tolist() for c in columns],
        "nSelected": None if selected is None else int(selected.sum()),
        "shares": _shares(m, lit) if lit is not None and is_counted_here else None,
        "isRefused": is_refused,
    }


def _is_else(
    columns: Sequence[ColumnBins],
    ranges: Mapping[str, BinRange | AskedRange],
    lit: NDArray[np.bool_] | None,
) -> bool:
    """Return whether other rows are meant than those in the ranges, which are a part of how."""
    return lit is not None and not np.array_equal(lit, brushed_rows(columns, ranges))


def _range(m: TrainedMap, one: BinRange | AskedRange) -> object:
    """Return a range of bins, or a condition with its rows as bits, the first row's the lowest."""
    if not isinstance(one, AskedRange):
        return list(one)
    is_live = len(m.rows) <= MOST_ROWS
    return {
        "asked": str(one.condition),
        "words": one.words,
        "bounds": one.bounds,
        "bins": one.bins,
        "rows": _base64(np.packbits(one.inside, bitorder="little")) if is_live else None,
    }


def _shares(m: TrainedMap, chosen: NDArray[np.bool_]) -> list[float]:
    """Return which share of each node's rows is chosen; 0 where a node has none."""
    hits = m.hits.ravel()
    counts = np.bincount(m.bmu[chosen], minlength=hits.size)
    return np.divide(counts, hits, out=np.zeros(hits.size), where=hits > 0).round(4).tolist()


def _base64(numbers: NDArray) -> str:
    return base64.b64encode(numbers.tobytes()).decode("ascii")
