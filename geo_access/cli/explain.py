"""The command that says why: a journey from a place, or where a commune's minutes go."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geo_access.cli.options import Bar, check_ending, deliver, open_asked, open_workers, study_options
from geo_access.core.errors import InputError
from geo_access.core.matching import fold, nearest_ones
from geo_access.texts import render

if TYPE_CHECKING:
    from geo_access.analysis.explanation import Explanation
    from geo_access.core.cache import Cache
    from geo_access.study.study import Study
    from geo_access.verdict.coverage import Coverage

FORMS = ("table", "json", "geojson")
#: LAT,LON has no letters.
_LIKE_A_NAME = re.compile(r"[^\W\d_]")


@click.command()
@study_options
@click.option("--from", "origin", required=True, metavar="LAT,LON|CELL|COMMUNE", help="Explain from here.")
@click.option("--to", "destination", metavar="SITE|LAT,LON", help="The journey to there, not to the nearest pole.")
@click.option("--at", metavar="HH:MM", help="Leave at this time (the departure of the median travel time).")
@click.option("--format", "form", type=click.Choice(FORMS), default="table", help="What to write.")
@click.option("--output", type=click.Path(path_type=Path), help="Write to this file instead of the screen.")
@click.option("--map", "page", type=click.Path(path_type=Path), help="Write a page with a map as well (HTML).")
def explain(
    origin: str,
    destination: str | None,
    at: str | None,
    form: str,
    output: Path | None,
    page: Path | None,
    **asked: Any,
) -> None:
    """Say why: the journey from a place of STUDY, or where a commune's minutes go and what would serve more of it."""
    check_ending(output, form)
    check_ending(page, "html")
    study, cache = open_asked(asked)
    from geo_access.analysis.explanation import find_commune
    from geo_access.study.inputs.inputs import read_inputs

    inputs = read_inputs(study)
    communes = inputs.communes
    names = [*communes["insee"], *communes["name"]]
    places = set(inputs.residents["cell"]) | set(inputs.sites["site"])
    if origin not in places and find_commune(communes, origin) is not None:
        if destination is not None or at is not None:
            raise InputError("explain.options_together")
        _explain_commune(study, cache, origin, form, output, page, asked)
    else:
        titles = [str(title) for title in inputs.sites.get("name", ())]
        if _LIKE_A_NAME.search(origin) and origin not in places and fold(origin) not in map(fold, titles):
            near = nearest_ones(origin, [*names, *titles]) or names[-3:]
            raise InputError("explain.unknown_commune", name=origin, known=", ".join(near))
        _explain_journey(study, cache, origin, destination, at, form, output, page, quiet=asked["quiet"])


def _explain_commune(
    study: Study, cache: Cache, name: str, form: str, output: Path | None, page: Path | None, asked: dict[str, Any]
) -> None:
    from geo_access.analysis.explanation import explain_commune
    from geo_access.core.documents import render_json
    from geo_access.report.pages.explanation import render_commune_page
    from geo_access.report.pages.explanation_words import describe_explanation, explanation_geojson
    from geo_access.verdict.judging import check as judge

    with open_workers(asked) as executor, Bar(quiet=asked["quiet"], language=study.settings.language) as bar:
        coverage = judge(study, cache=cache, progress=bar, executor=executor)
        found = explain_commune(coverage, name, executor=executor)
    if page is not None:
        _write(page, render_commune_page(coverage, found, coverage.language))
    if form == "json":
        said = render_json(describe_explanation(found), indent=1)
    elif form == "geojson":
        said = render_json(explanation_geojson(coverage, found), indent=None)
    else:
        said = _draw_commune(coverage, found)
    deliver(said, form, output)


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

    language = coverage.language
    causes = print_table("explain", "causes_title", CAUSES, list_causes(found, language), language)
    parts = print_table("explain", "parts_title", PARTS, list_parts(found, language), language)
    title, heaviest = format_title(found, language), format_main_causes(found, language)
    hypothesis = format_hypothesis(coverage.times, found, language)
    return f"{title}\n{heaviest}\n\n{causes}\n{hypothesis}\n\n{parts}{format_averaged(found, language)}\n"


def _explain_journey(
    study: Study,
    cache: Cache,
    origin: str,
    destination: str | None,
    at: str | None,
    form: str,
    output: Path | None,
    page: Path | None,
    *,
    quiet: bool,
) -> None:
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
    from geo_access.routing.travel_times import open_times

    said = study.settings.language
    with Bar(quiet=quiet, language=said) as bar:
        told = tell_journey(open_times(study, cache=cache, progress=bar), origin, destination, at=at)
    if page is not None:
        _write(page, render_journey_page(told, said))
    if form == "json":
        deliver(render_json(describe_told(told), indent=1), form, output)
        return
    if form == "geojson":
        collection = journey_geojson(told.times, told.journey, told.ends)
        deliver(render_json(collection, indent=None), form, output)
        return
    title = format_journey(told.times, told.journey, said)
    steps = list_steps(told.times, told.journey, said)
    notes = "\n".join([render("explain.journey_note", said), *format_told(told, said)])
    table = print_table("explain", "journey_caption", STEPS, steps, said)
    deliver(f"{title}\n\n{table}\n{notes}\n", form, output)


def _write(path: Path, said: str) -> None:
    from geo_access.core.files import write_text_atomically

    write_text_atomically(path, said)
