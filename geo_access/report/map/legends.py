"""The legends of the coverage map: one a theme, shown with it, and the list of places and outlines."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from geo_access.core.formats import format_count, format_missed_share, format_number, format_share, format_threshold
from geo_access.report.html import render_template
from geo_access.report.map.layers import classify, format_classes, shorten_classes, state_codes
from geo_access.report.palette import (
    AFTER,
    CLASS_STYLES,
    NO_CLASS,
    REACH_STYLES,
    SERVED,
    STATE_STYLES,
    STATES,
    SYMBOLS,
    WITHIN,
)
from geo_access.report.sentences import capitalise, format_states, name_roles
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from markupsafe import Markup
    from numpy.typing import NDArray

    from geo_access.report.map.what_if import Panel
    from geo_access.texts import Language
    from geo_access.verdict.coverage import Coverage
    from geo_access.verdict.site_reach import SiteReach


Line = Literal["commune", "sst", "old_sst", "area", "ground", "rail", "streets", "rough", "beyond"]
#: From so many minutes on, the bound between two classes is a whole number of them.
_ROUND_MIN = 8


@dataclass(frozen=True)
class LegendRow:
    """A row of a legend.

    Attributes
    ----------
    style, id
        Colour and lines, and the name that keeps their pattern apart from others of the page.
    said
        What it stands for.
    people, cells
        How many it stands for; empty where nothing is counted.
    box
        Value of the box that takes it off the map, where there is one.
    unticked
        Whether it stands under others that have boxes.
    border
        Whether the row is the threshold between the rows around it and has no colour.
    of
        The state, or the number of the class, that it stands for: how a script finds it.
    short
        What the key below a phone's map says of it; None for what the row says, empty to leave it out there.
    """

    style: Mapping[str, Any] = field(default_factory=dict)
    id: str = ""
    said: str = ""
    people: str = ""
    cells: str = ""
    box: int | None = None
    unticked: bool = False
    border: bool = False
    of: str = ""
    short: str | None = None


@dataclass(frozen=True)
class Legend:
    """The legend of a theme: the script finds it by its name; the heading is for paper.

    `choice` lists the places to choose from by kind, as number, name and whether it is chosen at first.
    """

    name: str
    heading: str
    rows: Sequence[LegendRow]
    lead: str = ""
    help: str = ""
    on_screen: bool = False
    choice: Sequence[tuple[str, Sequence[tuple[int, str, bool]]]] = ()


def draw_label(said: str, language: Language, *, kind: Line | None = None, drawing: str = "") -> Markup:
    """Return the sign and the name of a layer that can be put on and off; the sign is a line or a drawing."""
    return render_template("map/label.html", language, said=said, kind=kind, drawing=drawing)


def render_short_key(legends: Sequence[Legend], name: str, language: Language) -> Markup:
    """Return the key in a line or two below a phone's map, where the legends are folded; `name` starts its ids."""
    return render_template("map/short_key.html", language, name=name, legends=legends)


def render_legends(
    coverage: Coverage,
    language: Language,
    *,
    map_name: str,
    overlays: Sequence[str],
    themes: Sequence[Theme],
    reach: Sequence[SiteReach],
    panel: Panel | None = None,
    further: Sequence[Legend] = (),
) -> tuple[Markup, Markup]:
    """Return the key below the map of a phone, and the column beside the map.

    Parameters
    ----------
    map_name
        Name of the map's element: ids of the page start with it.
    overlays
        HTML of the layers that can be put on and off, in the order of the layer control, which carries the same.
    themes, reach
        The themes that paint classes, and what each place serves.
    panel
        The controls of what the page may suppose; None where it carries no travel times.
    further
        Legends of themes that are drawn otherwise.
    """
    legends = [_make_cell_legend(coverage, language, map_name)]
    legends += [_make_theme_legend(coverage, theme, language, map_name) for theme in themes]
    legends.append(_make_class_legend(coverage, language, map_name))
    if reach:
        legends.append(_make_reach_legend(coverage, reach, language, map_name))
    legends += further
    return render_short_key(legends, map_name, language), render_template(
        "map/legends.html", language, map_name=map_name, legends=legends, overlays=overlays, panel=panel
    )


def _count_people(coverage: Coverage, mine: Any, language: Language, *, missed: bool = False) -> tuple[str, str]:
    """Say how many residents, which share of all, and how many cells."""
    total = coverage.summary["total"]["residents"]
    people = float(coverage.residents["weight"][mine].sum())
    share = (format_missed_share if missed else format_share)(people / total if total else None, language)
    return (
        render("maps.legend_people", language, people=format_count(people, language), share=share),
        render("maps.legend_cells_count", language, cells=format_count(int(np.sum(mine)), language)),
    )


def _make_cell_legend(coverage: Coverage, language: Language, map_name: str) -> Legend:
    codes = state_codes(coverage.residents)
    words = format_states(coverage.summary, language)
    short = {**name_roles(coverage.summary, language), "beyond": render("maps.short_beyond", language)}
    rows = []
    for code, state in enumerate(STATES):
        mine = codes == code
        style, name = STATE_STYLES[state], f"{map_name}_{state}"
        if state == "empty":
            rows.append(LegendRow(style, name, words[state], unticked=True, of=state, short=""))
        elif mine.any() or state != "unsnapped":
            counted = _count_people(coverage, mine, language, missed=state not in SERVED)
            brief = short.get(state, "")
            rows.append(LegendRow(style, name, words[state], *counted, box=code, of=state, short=brief))
    helped = render("maps.legend_cells_help", language)
    return Legend("cells", render("maps.theme_cells", language), rows, help=helped, on_screen=True)


def _make_theme_legend(coverage: Coverage, theme: Theme, language: Language, map_name: str) -> Legend:
    rows = []
    last = len(theme.styles) - 1
    for number, (style, label) in enumerate(zip(theme.styles, theme.labels, strict=True)):
        mine = theme.classes == number
        if number >= last - 1 and not mine.any():
            continue
        if number == theme.within:
            rows.append(LegendRow(said=theme.threshold, border=True))
        counted = ("", "") if number == last else _count_people(coverage, mine, language)
        short = theme.short[number] if number < len(theme.short) else ""
        rows.append(
            LegendRow(
                style, f"{map_name}_{theme.name}_{number}", capitalise(label), *counted, of=str(number), short=short
            )
        )  # fmt: skip
    lead = render(f"maps.help_{theme.name}", language)
    return Legend(theme.name, render(f"maps.theme_{theme.name}", language), rows, lead=lead)


def _make_class_legend(coverage: Coverage, language: Language, map_name: str) -> Legend:
    communes = coverage.communes
    required = coverage.summary["target"]["required_share"]
    classes = classify(communes["share"], required)
    labels = {**dict(enumerate(format_classes(required, language))), NO_CLASS: render("maps.class_none", language)}
    short = shorten_classes(required, language)
    rows = []
    for number, label in labels.items():
        mine = classes == number
        if number == NO_CLASS and not mine.any():
            continue
        people = format_count(float(communes["residents"][mine].sum()), language)
        counted = render("maps.legend_communes_count", language, communes=int(mine.sum()), people=people)
        rows.append(
            LegendRow(
                CLASS_STYLES[number], f"{map_name}_class_{number}", capitalise(label), counted, of=str(number),
                short="" if number == NO_CLASS else short[number],
            )
        )  # fmt: skip
    return Legend("communes", render("maps.theme_communes", language), rows)


def _make_reach_legend(coverage: Coverage, reach: Sequence[SiteReach], language: Language, map_name: str) -> Legend:
    """Return the choice of a place; the first that is shown is the one that most residents reach."""
    kinds = coverage.sites["kind"].to_numpy(object)
    names = coverage.sites["name"].astype(str).tolist()
    first = max(range(len(reach)), key=lambda number: (reach[number].residents, -number))
    choice = []
    for kind in SYMBOLS:
        mine = sorted((names[each.site], number) for number, each in enumerate(reach) if kinds[each.site] == kind)
        if mine:
            options = [(number, name, number == first) for name, number in mine]
            choice.append((render(f"results.kind_{kind}", language), options))
    rows = [
        LegendRow(style, f"{map_name}_reach_{name}", render(f"maps.reach_{name}", language))
        for name, style in REACH_STYLES.items()
    ]
    helped = render("maps.help_reach", language)
    return Legend("reach", render("maps.theme_reach", language), rows, help=helped, choice=choice)


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
    short
        What the key below a phone's map calls the classes; what it does not call is not in it.
    """

    name: str
    classes: NDArray[np.int64]
    styles: tuple[Mapping[str, Any], ...]
    labels: tuple[str, ...]
    within: int
    threshold: str
    short: tuple[str, ...] = ()


def list_themes(coverage: Coverage, language: Language) -> list[Theme]:
    """Return the themes that paint cells in classes."""
    return [_class_minutes(coverage, language), _class_departures(coverage, language)]


def _class_minutes(coverage: Coverage, language: Language) -> Theme:
    """Class the median time to the nearest pole, with the promise's minutes as a border."""
    rule = coverage.summary["target"]["pole"]
    strict = rule["operator"] == "lt"
    bounds = list_minutes(coverage)
    seconds = coverage.residents["pole_p50_s"].to_numpy(np.float64, na_value=np.inf)
    classes = sum((seconds >= bound * 60 if strict else seconds > bound * 60).astype(np.int64) for bound in bounds)
    said = [format_number(bound, language, decimals=2) for bound in bounds]
    form = "lt" if strict else "le"
    labels = [render(f"maps.minutes_first_{form}", language, high=said[0])]
    labels += [render(f"maps.minutes_between_{form}", language, low=low, high=high) for low, high in pairwise(said)]
    labels += [render(f"maps.minutes_last_{form}", language, low=said[-1])]
    threshold = render(f"maps.minutes_threshold_{form}", language, minutes=said[1])
    short = [render(f"maps.short_first_{form}", language, high=said[0])]
    short += [render("maps.short_between", language, low=low, high=high) for low, high in pairwise(said)]
    short.append(render(f"maps.short_last_{form}", language, low=said[-1]))
    styles = (*WITHIN, *AFTER)
    return _make(coverage, "minutes", np.asarray(classes), styles, labels, 2, threshold, language, short)


def list_minutes(coverage: Coverage) -> list[float]:
    """Return the bounds between the classes of minutes: none is farther than a live page carries times."""
    minutes = float(coverage.summary["target"]["pole"]["minutes"])
    between = minutes * 1.25 if minutes < _ROUND_MIN else round(minutes * 1.25)
    return [minutes * 0.5, minutes, between, minutes * 1.5]


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
    short = [render("maps.departures_all", language)]
    short += [render("maps.short_between", language, low=asked, high=whole)] * (within - 1)
    short += [
        render("maps.short_between", language, low=half, high=asked),
        render("maps.short_first_lt", language, high=half),
        render("maps.departures_none", language),
    ]
    styles = (*WITHIN[:within], *AFTER)
    return _make(coverage, "departures", classes, styles, labels, within, threshold, language, short)


def _make(
    coverage: Coverage,
    name: str,
    classes: NDArray[np.int64],
    styles: Iterable[Mapping[str, Any]],
    labels: Iterable[str],
    within: int,
    threshold: str,
    language: Language,
    short: Iterable[str],
) -> Theme:
    drawn = (*styles, STATE_STYLES["unsnapped"], STATE_STYLES["empty"])
    called = (*labels, *(render(f"results.state_{state}", language) for state in ("unsnapped", "empty")))
    state = state_codes(coverage.residents)
    classes = np.where(state == STATES.index("unsnapped"), len(drawn) - 2, classes)
    classes = np.where(state == STATES.index("empty"), len(drawn) - 1, classes)
    return Theme(name, classes, drawn, called, within, threshold, tuple(short))


def encode_theme(theme: Theme) -> dict[str, Any]:
    """Encode a theme: one digit a cell."""
    return {
        "name": theme.name,
        "classes": "".join(map(str, theme.classes.tolist())),
        "styles": list(theme.styles),
        "within": theme.within,
    }


def encode_reach(coverage: Coverage, reach: Sequence[SiteReach], language: Language) -> dict[str, Any]:
    """Encode what each place serves: its cells, and whom."""
    names = coverage.sites["name"].astype(str).tolist()
    return {
        "name": "reach",
        "styles": list(REACH_STYLES.values()),
        "sites": [each.site for each in reach],
        "runs": [encode_runs(each.cells) for each in reach],
        "only": [encode_runs(each.only_cells) for each in reach],
        "said": [format_reach(names[each.site], each, language) for each in reach],
    }


def format_reach(name: str, reach: SiteReach, language: Language) -> str:
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
    middles = cells.iloc[chosen].geometry.representative_point().to_crs("EPSG:4326")
    area = float(coverage.communes.geometry.area.sum())
    widest = math.sqrt(area / max(len(cells), 1)) * 0.9
    most = float(weight[chosen].max()) if len(chosen) else 1.0
    return {
        "lat": [round(float(value), 5) for value in middles.y],
        "lon": [round(float(value), 5) for value in middles.x],
        "widest": widest,
        "most": most,
        "radius": [max(round(widest * math.sqrt(people / most)), 1) for people in weight[chosen]],
    }
