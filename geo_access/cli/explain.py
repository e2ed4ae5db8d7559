"""The command `explain`: a journey from a place, or where a commune's minutes go."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from geo_access.cli.options import answer_options, study_options
from geo_access.cli.work import deliver, open_work
from geo_access.core.errors import InputError
from geo_access.core.files import write_text_atomically
from geo_access.core.matching import find_named, nearest_ones
from geo_access.texts import render

if TYPE_CHECKING:
    from pathlib import Path

    from geo_access.analysis.explanation import Explanation
    from geo_access.cli.work import Work
    from geo_access.verdict.coverage import Coverage

#: LAT,LON has no letters.
_LIKE_A_NAME = re.compile(r"[^\W\d_]")


@click.command()
@study_options
@click.option("--from", "origin", required=True, metavar="LAT,LON|CELL|COMMUNE", help="Explain from here.")
@click.option("--to", "destination", metavar="SITE|LAT,LON", help="The journey to there, not to the nearest pôle.")
@click.option("--at", metavar="HH:MM", help="Leave at this time (the departure of the median travel time).")
@answer_options(("table", "json", "geojson"))
def explain(
    origin: str,
    destination: str | None,
    at: str | None,
    form: str,
    output: Path | None,
    page: Path | None,
    **asked: Any,
) -> None:
    """Say why: the journey from a place of STUDY, or a commune's journeys in parts and what would serve more of it."""
    from geo_access.analysis.explanation import find_commune
    from geo_access.study.inputs.communes import name_commune
    from geo_access.study.inputs.inputs import read_inputs

    with open_work(asked) as work:
        inputs = read_inputs(work.study)
        communes = inputs.communes
        names = communes["name"].astype(str).tolist()
        places = set(inputs.residents["cell"]) | set(inputs.sites["site"])
        whole = destination is None and at is None
        if origin not in places and whole and find_commune(communes, origin) is not None:
            answer = _explain_commune(work, origin, form, page)
        else:
            titles = [str(title) for title in inputs.sites.get("name", ())]
            known = origin in places or find_named(origin, titles, titles) or not whole
            if _LIKE_A_NAME.search(origin) and not known:
                # A name that several communes begin with is told as such.
                if find_named(origin, names, names):
                    name_commune(communes, origin)
                near = [*nearest_ones(origin, names), *nearest_ones(origin, titles)][:5] or names[:3]
                raise InputError("explain.unknown_commune", name=origin, known=", ".join(near))
            answer = _explain_journey(work, origin, destination, at, form, page)
    deliver(answer, form, output)


def _explain_commune(work: Work, name: str, form: str, page: Path | None) -> str:
    from geo_access.analysis.explanation import explain_commune
    from geo_access.core.documents import render_json
    from geo_access.report.pages.explanation import render_commune_page
    from geo_access.report.pages.explanation_words import describe_explanation, explanation_geojson
    from geo_access.report.sentences import pick_supposed

    coverage = work.judge()
    found = explain_commune(coverage, name, executor=work.executor)
    if page is not None:
        write_text_atomically(page, render_commune_page(coverage, found, coverage.language))
    if form == "json":
        return render_json(describe_explanation(found) | pick_supposed(coverage.summary), indent=1)
    if form == "geojson":
        return render_json(explanation_geojson(coverage, found), indent=None)
    return _draw_commune(coverage, found)


def _draw_commune(coverage: Coverage, found: Explanation) -> str:
    from geo_access.report.pages.explanation import CAUSES, PARTS
    from geo_access.report.pages.explanation_words import (
        format_averaged,
        format_hypothesis,
        format_main_causes,
        format_title,
        list_causes,
        list_parts,
    )
    from geo_access.report.pages.page import print_table
    from geo_access.report.sentences import list_hypotheses

    language = coverage.language
    causes = print_table("explain", "causes_title", CAUSES, list_causes(found, language), language)
    parts = print_table("explain", "parts_title", PARTS, list_parts(found, language), language)
    title, heaviest = format_title(found, language), format_main_causes(found, language)
    hypothesis = format_hypothesis(coverage.times, found, language)
    supposed = "".join(f"\n{line}" for line in list_hypotheses(coverage.summary, language))
    return f"{title}\n{heaviest}\n\n{causes}\n{hypothesis}\n\n{parts}{format_averaged(found, language)}{supposed}\n"


def _explain_journey(
    work: Work, origin: str, destination: str | None, at: str | None, form: str, page: Path | None
) -> str:
    from geo_access.analysis.journeys import tell_journey
    from geo_access.core.documents import render_json
    from geo_access.report.pages.explanation import STEPS, render_journey_page
    from geo_access.report.pages.explanation_words import (
        describe_told,
        format_journey,
        format_told,
        journey_geojson,
        list_steps,
    )
    from geo_access.report.pages.page import print_table
    from geo_access.report.sentences import list_hypotheses
    from geo_access.verdict.point_names import say_middle
    from geo_access.verdict.summary import describe_supposed

    said = work.language
    told = tell_journey(work.open_times(), origin, destination, at=at)
    if page is not None:
        write_text_atomically(page, render_journey_page(told, said))
    if form == "json":
        return render_json(describe_told(told), indent=1)
    if form == "geojson":
        return render_json(journey_geojson(told.times, told.journey, told.ends), indent=None)
    title = format_journey(told.times, told.journey, said)
    steps = list_steps(told.times, told.journey, said)
    supposed = list_hypotheses(describe_supposed(told.times.inputs), said)
    middle = say_middle(told.times, origin, said)
    notes = [middle, render("explain.journey_note", said), *format_told(told, said), *supposed]
    table = print_table("explain", "journey_caption", STEPS, steps, said)
    return "\n".join([title, "", table, *(note for note in notes if note), ""])
