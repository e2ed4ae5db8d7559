"""The legends of the coverage map: one a theme, shown with it, and the list of places and outlines."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from geo_access.formats import format_count, format_missed_share, format_share
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

    from geo_access.coverage import Coverage
    from geo_access.map_themes import Theme
    from geo_access.reach import SiteReach
    from geo_access.texts import Language

Line = Literal["commune", "sst", "area", "rail", "metro", "tram", "streets", "beyond"]
_LINES: Mapping[Line, str] = {
    "commune": '<path d="M1 9h26" stroke="#4a525c" stroke-width="1.2"/>',
    "sst": '<path d="M1 9h26" stroke="#14181d" stroke-width="3"/>',
    "area": '<path d="M1 9h26" stroke="#a3005c" stroke-width="2.6" stroke-dasharray="5 3"/>',
    "rail": (
        '<path d="M1 9h26" stroke="#3d4a57" stroke-width="2.6"/>'
        '<circle cx="14" cy="9" r="3.4" fill="#fff" stroke="#3d4a57" stroke-width="1.5"/>'
    ),
    "metro": '<path d="M1 9h26" stroke="#3d4a57" stroke-width="1.8" stroke-dasharray="7 3"/>',
    "tram": '<path d="M1 9h26" stroke="#3d4a57" stroke-width="1.8" stroke-dasharray="2 3"/>',
    "streets": '<path d="M2 5h24M2 13h24M8 1v16M19 1v16" stroke="#5b646e" stroke-width=".8"/>',
    "beyond": (
        '<circle cx="8" cy="9" r="3" fill="#5c1a00" stroke="#fff"/><circle cx="19" cy="9" r="6.5" fill="#5c1a00" '
        'stroke="#fff"/>'
    ),
}


def draw_line(kind: Line) -> str:
    """Draw an outline, a line or a dot for the legend."""
    return f'<svg viewBox="0 0 28 18" aria-hidden="true" focusable="false">{_LINES[kind]}</svg>'


def draw_swatch(style: Mapping[str, Any], name: str) -> str:
    """Draw a colour and its lines; `name` keeps the patterns of one page apart."""
    box = '<rect x=".5" y=".5" width="27" height="17" fill="{fill}" stroke="#555" stroke-width="1"/>'
    if "lines" not in style:
        return f'<svg viewBox="0 0 28 18" aria-hidden="true">{box.format(fill=style["fill"])}</svg>'
    step = style["step"] * 1.2
    lines = f'<path d="M0 {step}L{step} 0M-2 2L2 -2M{step - 2} {step + 2}L{step + 2} {step - 2}"'
    if style.get("cross"):
        lines += f' stroke="{style["lines"]}" stroke-width="{style["width"]}"/><path d="M0 0L{step} {step}"'
    return (
        f'<svg viewBox="0 0 28 18" aria-hidden="true"><defs><pattern id="{name}" width="{step}" height="{step}" '
        f'patternUnits="userSpaceOnUse"><rect width="{step}" height="{step}" fill="{style["fill"]}"/>{lines} '
        f'stroke="{style["lines"]}" stroke-width="{style["width"]}"/></pattern></defs>'
        f"{box.format(fill=f'url(#{name})')}</svg>"
    )


def write_legends(
    coverage: Coverage,
    language: Language,
    *,
    map_name: str,
    overlays: Sequence[str],
    themes: Sequence[Theme],
    reach: Sequence[SiteReach],
) -> str:
    """Write the column beside the map.

    Parameters
    ----------
    map_name
        Name of the map's element: ids of the page start with it.
    overlays
        HTML of the layers that can be put on and off, in the order of the layer control, which carries the same.
    themes, reach
        The themes that paint classes, and what each place serves.
    """
    # On paper the list of overlays stands for the layer control, which carries the same symbols on the screen.
    printed = "".join(f'<li class="ga-plain">{entry}</li>' for entry in overlays)
    return "".join(
        [
            f'<section><h2 class="ga-screen">{_say("maps.themes_heading", language)}</h2>',
            _write_slot("themes", language, map_name),
            _write_cell_legend(coverage, language, map_name),
            *(_write_theme_legend(coverage, theme, language, map_name) for theme in themes),
            _write_class_legend(coverage, language, map_name),
            _write_reach_legend(coverage, reach, language, map_name) if reach else "",
            "</section>",
            f"<section><h2>{_say('maps.layers_heading', language)}</h2>",
            _write_slot("layers", language, map_name),
            f'<ul class="ga-legend ga-print" id="{map_name}_shown">{printed}</ul>',
            f'<p class="ga-note">{_say("maps.site_status_legend", language)}</p></section>',
        ]
    )


def _say(code: str, language: Language, **params: object) -> str:
    return escape(render(code, language, **params))


def _write_slot(part: Literal["themes", "layers"], language: Language, map_name: str) -> str:
    """Write the place that the script moves a part of the layer control to."""
    label = _say(f"maps.{part}_heading", language)
    return f'<div class="ga-layers" id="{map_name}_{part}" role="group" aria-label="{label}"></div>'


def _wrap(name: str, heading: str, body: str, map_name: str, *, hidden: bool = True) -> str:
    """Put a theme's legend where the script finds it; the heading is for paper."""
    state = " hidden" if hidden else ""
    return f'<div id="{map_name}_legend_{name}"{state}><h3 class="ga-print">{heading}</h3>{body}</div>'


def _count_people(coverage: Coverage, mine: Any, language: Language, *, missed: bool = False) -> str:
    """Say how many residents, which share of all, and how many cells."""
    total = coverage.summary["total"]["residents"]
    people = float(coverage.residents["weight"][mine].sum())
    share = (format_missed_share if missed else format_share)(people / total if total else None, language)
    counted = _say("maps.legend_people", language, people=format_count(people, language), share=share)
    cells = _say("maps.legend_cells_count", language, cells=format_count(int(np.sum(mine)), language))
    return f"<small>{counted} <span>({cells})</span></small>"


def _write_cell_legend(coverage: Coverage, language: Language, map_name: str) -> str:
    codes = state_codes(coverage.residents)
    words = say_states(coverage.summary, language)
    rows = []
    for code, state in enumerate(STATES):
        mine = codes == code
        swatch, said = draw_swatch(STATE_STYLES[state], f"{map_name}_{state}"), escape(words[state])
        if state == "empty":
            rows.append(f'<li class="ga-plain ga-unticked">{swatch}<span>{said}</span></li>')
        elif mine.any():
            counted = _count_people(coverage, mine, language, missed=state not in SERVED)
            rows.append(
                f'<li><label><input type="checkbox" value="{code}" checked>{swatch}'
                f"<span>{said}{counted}</span></label></li>"
            )
    body = (
        f'<ul class="ga-legend">{"".join(rows)}</ul>'
        f'<p class="ga-note ga-screen">{_say("maps.legend_cells_help", language)}</p>'
    )
    return _wrap("cells", _say("maps.theme_cells", language), body, map_name, hidden=False)


def _write_theme_legend(coverage: Coverage, theme: Theme, language: Language, map_name: str) -> str:
    rows = []
    last = len(theme.styles) - 1
    for number, (style, label) in enumerate(zip(theme.styles, theme.labels, strict=True)):
        mine = theme.classes == number
        if number >= last - 1 and not mine.any():
            continue
        if number == theme.within:
            rows.append(f'<li class="ga-threshold"><span>{escape(theme.threshold)}</span></li>')
        counted = "" if number == last else _count_people(coverage, mine, language)
        rows.append(
            f'<li class="ga-plain">{draw_swatch(style, f"{map_name}_{theme.name}_{number}")}'
            f"<span>{escape(capitalise(label))}{counted}</span></li>"
        )
    body = (
        f'<p class="ga-note">{_say(f"maps.help_{theme.name}", language)}</p><ul class="ga-legend">{"".join(rows)}</ul>'
    )
    return _wrap(theme.name, _say(f"maps.theme_{theme.name}", language), body, map_name)


def _write_class_legend(coverage: Coverage, language: Language, map_name: str) -> str:
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
        counted = _say("maps.legend_communes_count", language, communes=int(mine.sum()), people=people)
        rows.append(
            f'<li class="ga-plain">{draw_swatch(CLASS_STYLES[number], f"{map_name}_class_{number}")}'
            f"<span>{escape(capitalise(label))}<small>{counted}</small></span></li>"
        )
    body = f'<ul class="ga-legend">{"".join(rows)}</ul>'
    return _wrap("communes", _say("maps.theme_communes", language), body, map_name)


def _write_reach_legend(coverage: Coverage, reach: Sequence[SiteReach], language: Language, map_name: str) -> str:
    """Write the choice of a place; the first that is shown is the one that most residents reach."""
    kinds = coverage.sites["kind"].to_numpy(object)
    names = coverage.sites["name"].astype(str).tolist()
    first = max(range(len(reach)), key=lambda number: (reach[number].residents, -number))
    groups = []
    for kind in SYMBOLS:
        mine = sorted((names[each.site], number) for number, each in enumerate(reach) if kinds[each.site] == kind)
        options = "".join(
            f'<option value="{number}"{" selected" if number == first else ""}>{escape(name)}</option>'
            for name, number in mine
        )
        if mine:
            groups.append(f'<optgroup label="{_say(f"results.kind_{kind}", language)}">{options}</optgroup>')
    rows = "".join(
        f'<li class="ga-plain">{draw_swatch(style, f"{map_name}_reach_{name}")}'
        f"<span>{_say(f'maps.reach_{name}', language)}</span></li>"
        for name, style in REACH_STYLES.items()
    )
    body = (
        f'<p class="ga-choice"><label for="{map_name}_place">{_say("maps.reach_choose", language)}</label>'
        f'<select id="{map_name}_place">{"".join(groups)}</select></p>'
        f'<p id="{map_name}_reached" role="status"></p><ul class="ga-legend">{rows}</ul>'
        f'<p class="ga-note">{_say("maps.help_reach", language)}</p>'
    )
    return _wrap("reach", _say("maps.theme_reach", language), body, map_name)
