"""An explanation as a page: HTML with a drawn map and its tables, which asks no server for anything."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

from geo_access.brief_map import (
    HEIGHT,
    WIDTH,
    View,
    draw_areas,
    draw_map,
    draw_place,
    draw_scale,
    draw_star_sign,
    draw_swatch,
    list_seen,
    write_names,
)
from geo_access.explanation_words import (
    list_causes,
    list_parts,
    list_steps,
    say_averaged,
    say_drawn,
    say_hypothesis,
    say_journey,
    say_main_causes,
    say_part,
    say_title,
    say_told,
)
from geo_access.journey_lines import draw_lines
from geo_access.map_layers import STATES, SYMBOLS, state_codes
from geo_access.plain_page import Column, draw_table, write_page
from geo_access.sentences import say_states
from geo_access.texts import render

if TYPE_CHECKING:
    from geo_access.coverage import Coverage
    from geo_access.explanations import Explanation
    from geo_access.journey_lines import Line
    from geo_access.journeys import Journey, Told
    from geo_access.texts import Language
    from geo_access.travel_times import TravelTimes

STEPS = (Column("clock"), Column("what"), Column("where"), Column("duration", right=True))
CAUSES = (Column("cause"), Column("if"), Column("would_be_served", right=True), Column("gained", right=True))
PARTS = (
    Column("part"),
    Column("median", right=True),
    Column("mean", right=True),
    Column("of_minutes", right=True),
    Column("median_beyond", right=True),
    Column("mean_beyond", right=True),
)
#: Colours that hold 3:1 against the map's ground; walks are dashed, so that colour is never alone.
_RIDE_STROKES = ("#1d5288", "#9c3d0a", "#4b2c83", "#0b5d4e", "#7a1f4b")
_WALK_STROKE = "#14181d"


def write_commune_page(coverage: Coverage, explanation: Explanation, language: Language) -> str:
    """Write the page of a commune's explanation."""
    stop = explanation.causes[explanation.causes["cause"] == "no_site_at_station"]
    star = _find_stop(coverage, explanation, str(stop["detail"].iloc[0])) if len(stop) else None
    title = say_title(explanation, language)
    words = render("explain.map_words", language, commune=explanation.name)
    drawn = draw_map(coverage, explanation.insee, title=title, words=words, star=star)
    parts = draw_table("explain", "parts_title", PARTS, list_parts(explanation, language), language)
    causes = draw_table("explain", "causes_title", CAUSES, list_causes(explanation, language), language)
    hypothesis = escape(say_hypothesis(coverage.times, explanation, language))
    averaged = f'<p class="small">{escape(say_averaged(explanation, language))}</p>'
    place = None if star is None else str(stop["detail"].iloc[0])
    body = f"<p>{escape(say_main_causes(explanation, language))}</p>"
    body += f'<div class="columns"><div>{drawn}{_write_legend(coverage, explanation.insee, place, language)}</div>'
    body += f'<div>{causes}<p class="small">{hypothesis}</p>{parts}{averaged}</div></div>'
    return write_page(title, body, language)


def _write_legend(coverage: Coverage, insee: str, place: str | None, language: Language) -> str:
    """Say what the colours, the symbols and the star of a commune's map mean."""
    cells, words, seen = coverage.residents, say_states(coverage.summary, language), list_seen(coverage, insee)
    there = {STATES[code] for code in np.unique(state_codes(cells))} - {"empty"}
    said = [f"{draw_swatch(state)} {escape(words[state])}" for state in STATES if state in there]
    said.append(escape(render("explain.legend_pale", language)))
    said += [
        f"{draw_place(kind)} {escape(render(f'results.kind_{kind}', language))}"
        for kind in SYMBOLS
        if (seen["kind"] == kind).any()
    ]
    if len(seen) and not seen["open"].all():
        hollow = draw_place(str(seen.loc[~seen["open"], "kind"].iloc[0]), hollow=True)
        said.append(f"{hollow} {escape(render('brief.map_hollow', language))}")
    if place is not None:
        meant = render("explain.if_no_site_at_station", language, detail=place)
        said.append(f"{draw_star_sign()} {escape(meant)}")
    return write_legend(said)


def write_legend(said: list[str]) -> str:
    """Write a legend: each entry is markup."""
    return f'<ul class="legend">{"".join(f"<li>{one}</li>" for one in said)}</ul>'


def _find_stop(coverage: Coverage, explanation: Explanation, name: str) -> tuple[float, float] | None:
    times = coverage.times
    if times is None:
        return None
    at = np.flatnonzero((times.timetable.stops["name"] == name).to_numpy(bool))
    area = coverage.communes.geometry[(coverage.communes["insee"] == explanation.insee).to_numpy(bool)].union_all()
    import shapely

    inside = at[shapely.contains_xy(area, *times.stops.xy[at].T)]
    return None if not len(inside) else (float(times.stops.xy[inside[0], 0]), float(times.stops.xy[inside[0], 1]))


def write_journey_page(told: Told, language: Language) -> str:
    """Write the page of one journey: its map and its steps."""
    times, journey = told.times, told.journey
    title = say_journey(times, journey, language)
    traced = draw_lines(times, journey, told.ends)
    lines = [line.points for line in traced]
    points = np.array([point for line in lines for point in line])
    view = View.around((*points.min(axis=0), *points.max(axis=0)))
    communes = times.inputs.communes
    parts = [
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fbfaf6"/>',
        draw_areas(communes.geometry, view, 'fill="none" stroke="#8a929b" stroke-width="1.6"'),
        write_names(communes, view),
    ]
    for style, line in zip(_list_styles(journey), lines, strict=True):
        at = " ".join("{},{}".format(*view.place(x, y)) for x, y in line)
        parts.append(f'<polyline points="{at}" fill="none" {style} stroke-linejoin="round"/>')
    numbers = [lines[0][0], *(line[-1] for part, line in zip(journey.parts, lines, strict=True) if part.kind != "wait")]
    for number, point in enumerate(numbers, start=1):
        x, y = view.place(*point)
        parts.append(
            f'<circle cx="{x}" cy="{y}" r="17" fill="#ffffff" stroke="#14181d" stroke-width="4"/>'
            f'<text x="{x}" y="{y + 8}" text-anchor="middle" font-size="23" font-weight="bold">{number}</text>'
        )
    parts.append(draw_scale(view))
    steps = list_steps(times, journey, language)
    words = ". ".join(f"{clock} {what}, {where}, {spent}" for clock, what, where, spent in steps)
    drawn = (
        f'<svg class="map" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="map-title map-words">'
        f'<title id="map-title">{escape(title)}</title><desc id="map-words">{escape(words)}</desc>'
        f"{''.join(parts)}</svg>"
    )
    table = draw_table("explain", "journey_caption", STEPS, steps, language)
    notes = [render("explain.journey_note", language), say_drawn(traced, language), *say_told(told, language)]
    note = "".join(f'<p class="small">{escape(one)}</p>' for one in notes if one)
    legend = _write_line_legend(times, journey, traced, language)
    body = f'<div class="columns"><div>{drawn}{legend}</div><div>{table}{note}</div></div>'
    return write_page(title, body, language)


def _list_styles(journey: Journey) -> list[str]:
    """List how the parts of a journey are drawn: a colour a ride, in turn; walks dotted."""
    styles, ride = [], 0
    for part in journey.parts:
        if part.kind == "ride":
            styles.append(f'stroke="{_RIDE_STROKES[ride % len(_RIDE_STROKES)]}" stroke-width="8"')
            ride += 1
        else:
            styles.append(f'stroke="{_WALK_STROKE}" stroke-width="5" stroke-dasharray="4 10" stroke-linecap="round"')
    return styles


def _write_line_legend(times: TravelTimes, journey: Journey, traced: list[Line], language: Language) -> str:
    said, walks = [], False
    for part, style, line in zip(journey.parts, _list_styles(journey), traced, strict=True):
        if part.kind == "ride":
            name = say_part(times, part, language)
        elif line.drawn != "stay" and not walks:
            name, walks = render("explain.walk", language), True
        else:
            continue
        swatch = '<svg class="swatch" viewBox="0 0 44 28" aria-hidden="true" focusable="false">'
        said.append(f'{swatch}<path d="M4 14H40" fill="none" {style}/></svg> {escape(name)}')
    return write_legend(said)
