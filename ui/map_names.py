"""Names by which the maps of a workspace can be told apart."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from som_core.wording import joined
from ui.times import moment_in_words
from workspace.maps import SavedMap

Facts = Mapping[str, str]  # what is said of a map, by what it is about; "" for nothing

_SETTINGS = {
    "sigma": "sigma {}",
    "end_sigma": "sigma {} at the end",
    "learning_rate": "rate {}",
    "epochs": "{} epochs",
    "seed": "seed {}",
}
_COLUMN = "column "
_STEPS = ("encoding", "period", "missing", "outliers", "transform", "scale", "weight")


def map_names(maps: Sequence[SavedMap]) -> dict[str, str]:
    """Return a name for each map by its id: its number, its own, and what only some maps have.

    Parameters
    ----------
    maps : of a workspace, the newest first; the oldest is number 1
    """
    differing = differences(maps)
    names = {
        saved.id: " · ".join([saved.name, *([differing[saved.id]] if differing[saved.id] else [])])
        for saved in maps
    }
    often = Counter(names.values())
    return {
        saved.id: f"{len(maps) - place} · {names[saved.id]}"
        + (f" · {moment_in_words(saved.created)}" if often[names[saved.id]] > 1 else "")
        for place, saved in enumerate(maps)
    }


def differences(maps: Sequence[SavedMap]) -> dict[str, str]:
    """Return by each map's id what it has and not all others do, in words; "" where nothing."""
    facts = {saved.id: _facts(saved) for saved in maps}
    subjects = dict.fromkeys(subject for of_map in facts.values() for subject in of_map)
    varying = [
        subject
        for subject in subjects
        if len({of_map.get(subject, "") for of_map in facts.values()}) > 1
    ]
    # The steps of a column that not all maps have would say the same once more.
    columns = [s.removeprefix(_COLUMN) for s in varying if s.startswith(_COLUMN)]
    said = {f"{step} of {name}" for name in columns for step in _STEPS}
    return {
        saved.id: joined(
            [
                fact
                for subject, fact in facts[saved.id].items()
                if fact and subject in varying and subject not in said and fact not in saved.name
            ]
        )
        for saved in maps
    }


def _facts(saved: SavedMap) -> Facts:
    facts = {"table": saved.source.name}
    settings = asdict(saved.settings)
    facts["grid"] = f"{settings.pop('height')} × {settings.pop('width')}"
    facts["rows"] = "" if saved.n_trained is None else "trained on all rows"
    facts["toroid"] = "toroid" if settings.pop("toroid") else ""
    for name, value in settings.items():
        number = f"{value:g}" if isinstance(value, float) else str(value).replace("_", " ")
        facts[name] = _SETTINGS.get(name, "{}").format(number)
    facts["stopped"] = "" if saved.complete else "stopped early"
    for column in saved.recipe.trained:
        facts[f"{_COLUMN}{column.name}"] = f"with “{column.name}”"
        for step in _STEPS:
            value = getattr(column, step)
            said = "" if value is None else f"“{column.name}” {step}: {value}"
            facts[f"{step} of {column.name}"] = said
    return facts
