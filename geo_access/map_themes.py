"""The themes of the coverage map that paint residents' cells in classes: minutes to a pole, departures, one place."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from geo_access.formats import format_count, format_number, format_threshold
from geo_access.map_layers import CLASS_STYLES, STATE_STYLES, STATES, state_codes
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from geo_access.coverage import Coverage
    from geo_access.reach import SiteReach
    from geo_access.texts import Language

#: The same five fills in every theme: two blues within the promise, three warm ones beyond it.
WITHIN, AFTER = CLASS_STYLES[:2], CLASS_STYLES[2:5]
#: Fills of the theme of one place: who reaches it alone, who reaches others too, everybody else.
REACH_STYLES: Mapping[str, dict[str, Any]] = {
    "only": {"fill": "#1f5f99"},
    "shared": {"fill": "#9ccbe8", "lines": "#4b86b4", "step": 7, "width": 1.0},
    "none": {"fill": "#f3ead8"},
    "empty": STATE_STYLES["empty"],
}


@dataclass(frozen=True)
class Theme:
    """A class for each cell, and how each class is drawn and called.

    Attributes
    ----------
    name
        Of the theme, in ids and texts.
    classes
        int64 (cells,): position in `styles`.
    styles, labels
        One of each a class; the last two classes are cells too far from any street and cells without residents.
    within
        How many of the first classes keep the promise: the threshold lies below them.
    threshold
        The threshold in words.
    """

    name: str
    classes: NDArray[np.int64]
    styles: tuple[Mapping[str, Any], ...]
    labels: tuple[str, ...]
    within: int
    threshold: str


def list_themes(coverage: Coverage, language: Language) -> list[Theme]:
    """Return the themes that paint cells in classes."""
    return [_class_minutes(coverage, language), _class_departures(coverage, language)]


def _class_minutes(coverage: Coverage, language: Language) -> Theme:
    """Class the median time to the nearest pole, with the promise's minutes as a border."""
    rule = coverage.summary["target"]["pole"]
    strict = rule["operator"] == "lt"
    bounds = [rule["minutes"] * part for part in (0.5, 1, 1.5, 2)]
    seconds = coverage.residents["pole_p50_s"].to_numpy(np.float64, na_value=np.inf)
    classes = sum((seconds >= bound * 60 if strict else seconds > bound * 60).astype(np.int64) for bound in bounds)
    said = [format_number(bound, language, decimals=2) for bound in bounds]
    form = "lt" if strict else "le"
    labels = [render(f"maps.minutes_first_{form}", language, high=said[0])]
    labels += [render(f"maps.minutes_between_{form}", language, low=low, high=high) for low, high in pairwise(said)]
    labels += [render(f"maps.minutes_last_{form}", language, low=said[-1])]
    threshold = render(f"maps.minutes_threshold_{form}", language, minutes=said[1])
    return _make(coverage, "minutes", np.asarray(classes), (*WITHIN, *AFTER), labels, 2, threshold, language)


def _class_departures(coverage: Coverage, language: Language) -> Theme:
    """Class the share of departures that hold, with the share required as a border."""
    required = float(coverage.summary["target"]["departures_required"])
    share = coverage.residents["share_of_departures"].to_numpy(np.float64, na_value=0.0)
    whole, half = format_threshold(1, language), format_threshold(required / 2, language)
    asked = format_threshold(required, language)
    labels = [render("maps.departures_all", language)]
    below = [share < 1]
    if required < 1:
        below.append(share < required)
        labels.append(render("maps.departures_between", language, low=asked, high=whole))
    within = len(below)
    below += [share < required / 2, share <= 0]
    labels += [
        render("maps.departures_between", language, low=half, high=asked),
        render("maps.departures_below", language, high=half),
        render("maps.departures_none", language),
    ]
    classes = np.sum(below, axis=0)
    threshold = render("maps.departures_threshold", language, share=asked)
    return _make(coverage, "departures", classes, (*WITHIN[:within], *AFTER), labels, within, threshold, language)


def _make(
    coverage: Coverage,
    name: str,
    classes: NDArray[np.int64],
    styles: Iterable[Mapping[str, Any]],
    labels: Iterable[str],
    within: int,
    threshold: str,
    language: Language,
) -> Theme:
    drawn = (*styles, STATE_STYLES["unsnapped"], STATE_STYLES["empty"])
    called = (*labels, *(render(f"results.state_{state}", language) for state in ("unsnapped", "empty")))
    state = state_codes(coverage.residents)
    classes = np.where(state == STATES.index("unsnapped"), len(drawn) - 2, classes)
    classes = np.where(state == STATES.index("empty"), len(drawn) - 1, classes)
    return Theme(name, classes, drawn, called, within, threshold)


def encode_theme(theme: Theme) -> dict[str, Any]:
    """Encode a theme: one digit a cell."""
    return {"name": theme.name, "classes": "".join(map(str, theme.classes.tolist())), "styles": list(theme.styles)}


def encode_reach(coverage: Coverage, reach: Sequence[SiteReach], language: Language) -> dict[str, Any]:
    """Encode what each place serves: its cells, and whom."""
    names = coverage.sites["name"].astype(str).tolist()
    return {
        "name": "reach",
        "styles": list(REACH_STYLES.values()),
        "sites": [each.site for each in reach],
        "runs": [encode_runs(each.cells) for each in reach],
        "only": [encode_runs(each.only_cells) for each in reach],
        "said": [say_reach(names[each.site], each, language) for each in reach],
    }


def say_reach(name: str, reach: SiteReach, language: Language) -> str:
    """Say in a sentence whom a place serves."""
    figures = {key: format_count(getattr(reach, key), language) for key in ("residents", "only")}
    return render("maps.reach_said", language, name=name, **figures)


def encode_runs(cells: NDArray[np.int64]) -> list[int]:
    """Encode ascending numbers as runs: how many to pass over, how many to take, and so on."""
    if not len(cells):
        return []
    starts = np.flatnonzero(np.diff(cells, prepend=-2) > 1)
    lengths = np.diff(starts, append=len(cells))
    ends = np.concatenate([[0], (cells[starts] + lengths)[:-1]])
    return np.column_stack([cells[starts] - ends, lengths]).ravel().tolist()


def encode_beyond(coverage: Coverage) -> dict[str, Any]:
    """Encode the residents beyond as dots whose area follows their number.

    The largest dot is as wide as two cells of the territory lie apart on average, so that dots thin out rather than
    cover each other.
    """
    cells = coverage.residents
    weight = cells["weight"].to_numpy(np.float64)
    chosen = np.flatnonzero((cells["state"] == "beyond").to_numpy(bool) & (weight > 0))
    middles = cells.geometry.iloc[chosen].representative_point().to_crs("EPSG:4326")
    area = float(coverage.communes.geometry.area.sum())
    widest = math.sqrt(area / max(len(cells), 1)) * 0.9
    most = float(weight[chosen].max()) if len(chosen) else 1.0
    return {
        "lat": [round(float(value), 5) for value in middles.y],
        "lon": [round(float(value), 5) for value in middles.x],
        "radius": [max(round(widest * math.sqrt(people / most)), 1) for people in weight[chosen]],
    }
