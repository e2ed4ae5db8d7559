"""An explanation as a page: HTML with a drawn map and its tables, which asks no server for anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from geo_access.core.formats import format_count, format_share
from geo_access.core.shapes import list_points
from geo_access.report.html import render_template
from geo_access.report.map.layers import state_codes
from geo_access.report.pages.explanation_words import (
    format_averaged,
    format_drawn,
    format_hypothesis,
    format_journey,
    format_main_causes,
    format_part,
    format_title,
    format_told,
    list_causes,
    list_parts,
    list_steps,
    trace_lines,
)
from geo_access.report.pages.page import list_files, list_inputs, make_table, number_columns, text_columns
from geo_access.report.pages.svg_map import (
    View,
    draw_frame,
    find_fill,
    lay_out_commune,
    list_patterns,
    list_seen,
    list_signs,
    trace_star,
)
from geo_access.report.palette import RIDE_STROKES, STATES
from geo_access.report.sentences import format_states, list_hypotheses
from geo_access.texts import render
from geo_access.verdict.summary import describe_supposed

if TYPE_CHECKING:
    import geopandas as gpd

    from geo_access.analysis.explanation import Explanation
    from geo_access.analysis.journeys import Itinerary
    from geo_access.report.pages.explanation_words import TracedLine
    from geo_access.routing.itineraries import Journey
    from geo_access.routing.travel_times import TravelTimes
    from geo_access.texts import Language
    from geo_access.verdict.coverage import Coverage

STEPS = (*text_columns("clock", "what", "where"), *number_columns("duration"))
CAUSES = (*text_columns("cause", "if"), *number_columns("would_be_served", "gained"))
PARTS = (*text_columns("part"), *number_columns("median", "mean", "of_minutes", "median_beyond", "mean_beyond"))


class _Stroke(NamedTuple):
    """A part of a journey on the map: its points, the colour of a ride ("" for a walk), what the legend says of it."""

    points: str
    colour: str
    said: str


class _Mark(NamedTuple):
    """The number of an end of a part of the journey: where it stands (percent) and what it says."""

    left: str
    top: str
    said: str
    css: str = ""


def render_commune_page(coverage: Coverage, explanation: Explanation, language: Language) -> str:
    """Render the page of a commune's explanation."""
    found = explanation.place
    place = "" if found is None else found.say(language)
    star = None if found is None else (found.candidate.x, found.candidate.y)
    title = format_title(explanation, language)
    words = render("explain.map_words", language, commune=explanation.name)
    there = {STATES[code] for code in np.unique(state_codes(coverage.residents))} - {"empty"}
    said = format_states(coverage.summary, language)
    page = render_template(
        "explanation.html",
        language,
        title=title,
        kicker=render("explain.kicker", language, study=coverage.summary["study"]),
        line=format_main_causes(explanation, language),
        key=_list_figures(explanation, language),
        drawn=lay_out_commune(coverage, explanation.insee, title=title, words=words, star=star),
        patterns=list_patterns(),
        states=[(find_fill(state, "key"), said[state]) for state in STATES if state in there],
        signs=list_signs(list_seen(coverage, explanation.insee), language),
        star=trace_star() if star is not None else "",
        place=place,
        causes=make_table("explain", "causes_title", CAUSES, list_causes(explanation, language), language),
        parts=make_table("explain", "parts_title", PARTS, list_parts(explanation, language), language),
        method=[
            format_hypothesis(coverage.times, explanation, language),
            format_averaged(explanation, language),
            *list_hypotheses(coverage.summary, language),
        ],
        files=list_inputs(coverage.summary),
    )
    return str(page)


def _list_figures(explanation: Explanation, language: Language) -> list[tuple[str, str, str]]:
    """List the key figures: who is served and who is not."""
    missed = explanation.residents - explanation.served
    return [
        ("served", format_share(explanation.share, language), render("explain.key_served", language)),
        ("beyond", format_count(missed, language), render("explain.key_missed", language, count=round(missed))),
    ]


def render_journey_page(told: Itinerary, language: Language) -> str:
    """Render the page of one journey: its map and its steps."""
    times, journey = told.times, told.journey
    traced = trace_lines(times, journey, told.ends)
    lines = [line.points for line in traced]
    points = np.array([point for line in lines for point in line])
    view = View.around((*points.min(axis=0), *points.max(axis=0)))
    communes = times.inputs.communes
    ends = [lines[0][0], *(line[-1] for part, line in zip(journey.parts, lines, strict=True) if part.kind != "wait")]
    steps = list_steps(times, journey, language)
    notes = [render("explain.journey_note", language), format_drawn(traced, language), *format_told(told, language)]
    at = [view.place(*point) for point in ends]
    marks = [_Mark(*view.locate(*one), str(number)) for number, one in enumerate(at, 1)]
    page = render_template(
        "journey.html",
        language,
        title=format_journey(times, journey, language),
        kicker=render("explain.kicker_journey", language, study=times.inputs.study.settings.name),
        words=". ".join(f"{clock} {what}, {where}, {spent}" for clock, what, where, spent in steps),
        drawn=draw_frame(communes, view, language, marks=at, sites=times.inputs.sites, size=1.2, times=times),
        signs=list_signs(_list_near(times.inputs.sites, view), language),
        strokes=_list_strokes(times, journey, traced, view, language),
        marks=marks,
        steps=make_table("explain", "journey_caption", STEPS, steps, language),
        method=[one for one in notes if one] + list_hypotheses(describe_supposed(times.inputs), language),
        settings=[render("explain.origin_id", language, origin=journey.origin)],
        files=list_files(times.inputs.hashes),
    )
    return str(page)


def _list_near(sites: gpd.GeoDataFrame, view: View) -> gpd.GeoDataFrame:
    """Return the places in a window."""
    return sites[np.asarray([view.holds(point.x, point.y) for point in list_points(sites.geometry)], bool)]


def _list_strokes(
    times: TravelTimes, journey: Journey, traced: list[TracedLine], view: View, language: Language
) -> list[_Stroke]:
    """List how the parts of a journey are drawn: a colour a ride, in turn; the legend names the first walk only."""
    strokes, rides, walks = [], 0, False
    for part, line in zip(journey.parts, traced, strict=True):
        said, colour = "", ""
        if part.kind == "ride":
            said, colour = format_part(times, part, language), RIDE_STROKES[rides % len(RIDE_STROKES)]
            rides += 1
        elif line.drawn != "stay" and not walks:
            said, walks = render("explain.walk", language), True
        at = " ".join("{},{}".format(*view.place(x, y)) for x, y in line.points)
        strokes.append(_Stroke(at, colour, said))
    return strokes
