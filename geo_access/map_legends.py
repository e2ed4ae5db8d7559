"""The legends of the coverage map: one a theme, shown with it, and the list of places and outlines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from geo_access.formats import format_count, format_missed_share, format_share
from geo_access.html import render_template
from geo_access.map_layers import (
    CLASS_STYLES,
    NO_CLASS,
    SERVED,
    STATE_STYLES,
    STATES,
    SYMBOLS,
    classify,
    say_classes,
    state_codes,
)
from geo_access.map_themes import REACH_STYLES
from geo_access.sentences import capitalise, say_states
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markupsafe import Markup

    from geo_access.coverage import Coverage
    from geo_access.map_themes import Theme
    from geo_access.reach import SiteReach
    from geo_access.texts import Language

Line = Literal["commune", "sst", "old_sst", "area", "rail", "streets", "beyond"]


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
    """

    style: Mapping[str, Any] = field(default_factory=dict)
    id: str = ""
    said: str = ""
    people: str = ""
    cells: str = ""
    box: int | None = None
    unticked: bool = False
    border: bool = False


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


def render_legends(
    coverage: Coverage,
    language: Language,
    *,
    map_name: str,
    overlays: Sequence[str],
    themes: Sequence[Theme],
    reach: Sequence[SiteReach],
) -> Markup:
    """Return the column beside the map.

    Parameters
    ----------
    map_name
        Name of the map's element: ids of the page start with it.
    overlays
        HTML of the layers that can be put on and off, in the order of the layer control, which carries the same.
    themes, reach
        The themes that paint classes, and what each place serves.
    """
    legends = [_make_cell_legend(coverage, language, map_name)]
    legends += [_make_theme_legend(coverage, theme, language, map_name) for theme in themes]
    legends.append(_make_class_legend(coverage, language, map_name))
    if reach:
        legends.append(_make_reach_legend(coverage, reach, language, map_name))
    return render_template("map/legends.html", language, map_name=map_name, legends=legends, overlays=overlays)


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
    words = say_states(coverage.summary, language)
    rows = []
    for code, state in enumerate(STATES):
        mine = codes == code
        style, name = STATE_STYLES[state], f"{map_name}_{state}"
        if state == "empty":
            rows.append(LegendRow(style, name, words[state], unticked=True))
        elif mine.any():
            counted = _count_people(coverage, mine, language, missed=state not in SERVED)
            rows.append(LegendRow(style, name, words[state], *counted, box=code))
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
        counted = () if number == last else _count_people(coverage, mine, language)
        rows.append(LegendRow(style, f"{map_name}_{theme.name}_{number}", capitalise(label), *counted))
    lead = render(f"maps.help_{theme.name}", language)
    return Legend(theme.name, render(f"maps.theme_{theme.name}", language), rows, lead=lead)


def _make_class_legend(coverage: Coverage, language: Language, map_name: str) -> Legend:
    communes = coverage.communes
    required = coverage.summary["target"]["required_share"]
    classes = classify(communes["share"], required)
    labels = {**dict(enumerate(say_classes(required, language))), NO_CLASS: render("maps.class_none", language)}
    rows = []
    for number, label in labels.items():
        mine = classes == number
        if number == NO_CLASS and not mine.any():
            continue
        people = format_count(float(communes["residents"][mine].sum()), language)
        counted = render("maps.legend_communes_count", language, communes=int(mine.sum()), people=people)
        rows.append(LegendRow(CLASS_STYLES[number], f"{map_name}_class_{number}", capitalise(label), counted))
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
