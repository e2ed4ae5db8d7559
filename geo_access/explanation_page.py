"""An explanation as a page: HTML with a drawn map and its tables, which asks no server for anything."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from geo_access.brief_map import HEIGHT, WIDTH, View, draw_areas, draw_map, draw_scale, draw_star_sign, write_names
from geo_access.explanation_words import (
    list_causes,
    list_parts,
    list_steps,
    say_averaged,
    say_journey,
    say_title,
    trace_line,
)
from geo_access.plain_page import Column, draw_table, write_page
from geo_access.texts import render

if TYPE_CHECKING:
    from geo_access.coverage import Coverage
    from geo_access.explanations import Explanation
    from geo_access.journeys import Journey
    from geo_access.texts import Language
    from geo_access.travel_times import TravelTimes

STEPS = (Column("clock"), Column("what"), Column("where"), Column("duration", right=True))
CAUSES = (Column("if"), Column("would_be_served", right=True), Column("gained", right=True))
PARTS = (
    Column("part"),
    Column("mean", right=True),
    Column("of_minutes", right=True),
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
    key = ""
    if star is not None:
        said = escape(render("explain.if_no_site_at_station", language, detail=stop["detail"].iloc[0]))
        key = f'<p class="small">{draw_star_sign()} {said}</p>'
    hypothesis = escape(render("explain.hypothesis", language))
    averaged = f'<p class="small">{escape(say_averaged(explanation, language))}</p>'
    body = f'<div class="columns"><div>{drawn}{key}</div><div>{causes}<p class="small">{hypothesis}</p>'
    body += f"{parts}{averaged}</div></div>"
    return write_page(title, body, language)


def _find_stop(coverage: Coverage, explanation: Explanation, name: str) -> tuple[float, float] | None:
    times = coverage.times
    if times is None:
        return None
    at = np.flatnonzero((times.timetable.stops["name"] == name).to_numpy(bool))
    area = coverage.communes.geometry[(coverage.communes["insee"] == explanation.insee).to_numpy(bool)].union_all()
    import shapely

    inside = at[shapely.contains_xy(area, *times.stops.xy[at].T)]
    return None if not len(inside) else (float(times.stops.xy[inside[0], 0]), float(times.stops.xy[inside[0], 1]))


def write_journey_page(times: TravelTimes, journey: Journey, ends: tuple[Any, Any], language: Language) -> str:
    """Write the page of one journey: its map and its steps.

    Parameters
    ----------
    ends
        (x, y) of the place and of the site (metres, the study's CRS).
    """
    title = say_journey(times, journey, language)
    lines = [trace_line(times, part, ends) for part in journey.parts]
    points = np.array([point for line in lines for point in line])
    view = View.around((*points.min(axis=0), *points.max(axis=0)))
    communes = times.inputs.communes
    parts = [
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fbfaf6"/>',
        draw_areas(communes.geometry, view, 'fill="none" stroke="#8a929b" stroke-width="1.6"'),
        write_names(communes, view),
    ]
    ride = 0
    for part, line in zip(journey.parts, lines, strict=True):
        at = " ".join("{},{}".format(*view.place(x, y)) for x, y in line)
        if part.kind == "ride":
            style = f'stroke="{_RIDE_STROKES[ride % len(_RIDE_STROKES)]}" stroke-width="8"'
            ride += 1
        else:
            style = f'stroke="{_WALK_STROKE}" stroke-width="5" stroke-dasharray="4 10" stroke-linecap="round"'
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
    note = escape(render("explain.journey_note", language))
    body = f'<div class="columns"><div>{drawn}</div><div>{table}<p class="small">{note}</p></div></div>'
    return write_page(title, body, language)
