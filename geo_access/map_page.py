"""The page around the coverage map: its head, its legends, its tables and its foot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_access.formats import format_count, format_date, format_share
from geo_access.html import render_template
from geo_access.map_legends import render_legends
from geo_access.map_notes import render_notes
from geo_access.map_tables import make_tables
from geo_access.page_figure import Page
from geo_access.sentences import (
    count_verdicts,
    list_choices,
    list_verdicts,
    quote_promise,
    say_departures,
    say_promise,
    say_served,
    say_walking,
)
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_access.coverage import Coverage
    from geo_access.map_themes import Theme
    from geo_access.reach import SiteReach
    from geo_access.texts import Language


def build_page(
    coverage: Coverage,
    language: Language,
    *,
    map_name: str,
    overlays: Sequence[str] = (),
    themes: Sequence[Theme] = (),
    reach: Sequence[SiteReach] = (),
    lines: bool = False,
    tiles: tuple[str, str] | None = None,
) -> Page:
    """Return what stands around the map.

    Parameters
    ----------
    coverage
        What `check` returns.
    language
        Of the page.
    map_name
        Name of the map's element: ids of the page start with it.
    overlays
        HTML of the layers that can be put on and off; the layer control carries the same.
    themes, reach
        The themes that paint classes, and what each place serves.
    lines
        Whether the map draws railway lines.
    tiles
        Host and credit of the tile background.
    """
    summary = coverage.summary
    study = str(summary["study"])
    quote = quote_promise(coverage, language)
    rule = render("maps.promise_rule", language, rule=say_promise(summary, language))
    before = render_template(
        "map/coverage_before.html",
        language,
        map_name=map_name,
        study=study,
        departures=say_departures(summary, language),
        walking=say_walking(summary, language),
        key=_list_key(coverage, language),
        quote=quote,
        preset=str(summary["preset"]),
        notes=" ".join([rule, say_served(summary, language), *list_choices(coverage, language)]),
    )
    legends = render_legends(coverage, language, map_name=map_name, overlays=overlays, themes=themes, reach=reach)
    host, credit = tiles or (None, None)
    after = render_template(
        "map/coverage_after.html",
        language,
        map_name=map_name,
        legends=legends,
        verdicts=list_verdicts(coverage, language),
        tables=make_tables(coverage, language, map_name=map_name, reach=reach),
        notes=render_notes(coverage, language, lines=lines, tiles=credit),
    )
    title = render("maps.page_title", language, study=study, date=format_date(summary["date"], language))
    return Page(language, title, before, after, host)


def _list_key(coverage: Coverage, language: Language) -> list[tuple[str, str]]:
    meeting, inhabited = count_verdicts(coverage)
    total = coverage.summary["total"]
    return [
        (format_count(meeting, language), render("maps.key_communes", language, inhabited=inhabited)),
        (format_share(total["share"], language), render("maps.key_served", language)),
        (format_count(total["beyond"], language), render("maps.key_beyond", language)),
    ]
