"""The page around the coverage map: its head, its legends, its tables and its foot."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from xstatic.pkg import leaflet

from geo_access.core.formats import format_count, format_date, format_share
from geo_access.report.html import render_template
from geo_access.report.map.credits import is_invented
from geo_access.report.map.ground import tell_ground
from geo_access.report.map.legends import render_legends
from geo_access.report.map.page_figure import Page
from geo_access.report.map.sureness import make_sure_legend
from geo_access.report.map.tables import make_tables
from geo_access.report.map.what_if import make_panel
from geo_access.report.sentences import (
    capitalise,
    count_missed,
    count_verdicts,
    format_departures,
    format_promise,
    format_served,
    format_walking,
    list_choices,
    list_verdicts,
    quote_promise,
)
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geo_access.analysis.robustness import Robustness
    from geo_access.gtfs.feed_day import FeedFacts
    from geo_access.report.map.ground import Ground
    from geo_access.report.map.legends import Theme
    from geo_access.texts import Language
    from geo_access.verdict.coverage import Coverage
    from geo_access.verdict.site_reach import SiteReach


def build_page(
    coverage: Coverage,
    language: Language,
    *,
    map_name: str,
    overlays: Sequence[str] = (),
    themes: Sequence[Theme] = (),
    reach: Sequence[SiteReach] = (),
    lines: bool = False,
    streets: bool = False,
    tiles: tuple[str, str] | None = None,
    ground: Ground | None = None,
    live: Mapping[str, Any] | None = None,
    robustness: Robustness | None = None,
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
    lines, streets
        Whether the map draws railway lines straight from station to station, and whether streets can be searched for.
    tiles
        Host and credit of the tile background.
    ground
        What the map draws below its cells.
    live
        `LiveData.header`: what the page can judge by itself; None where it carries no travel times.
    robustness
        How sure the verdict is, where the page says so; else it says how one may know.
    """
    summary = coverage.summary
    study = str(summary["study"])
    quote = quote_promise(coverage, language)
    before = render_template(
        "map/coverage_before.html",
        language,
        map_name=map_name,
        study=study,
        line=f"{capitalise(format_promise(summary, language))}. {format_served(summary, language)}",
        key=list_key_figures(coverage, language, robustness=robustness),
    )
    further = [] if robustness is None else [make_sure_legend(robustness, language, map_name)]
    panel = None if live is None else make_panel(coverage, live, language)
    short_key, legends = render_legends(
        coverage,
        language,
        map_name=map_name,
        overlays=overlays,
        themes=themes,
        reach=reach,
        panel=panel,
        further=further,
    )
    host, credit = tiles or (None, None)
    after = render_template(
        "map/coverage_after.html",
        language,
        map_name=map_name,
        legends=legends,
        short_key=short_key,
        verdicts=list_verdicts(coverage, language),
        tables=make_tables(coverage, language, map_name=map_name, reach=reach),
        quote=quote,
        streets=streets,
        method=list_method(coverage, language),
        notes=list_notes(coverage, language, lines=lines, tiles=credit, ground=ground, robustness=robustness),
    )
    title = render("maps.page_title", language, study=study, date=format_date(summary["date"], language))
    return Page(language, title, before, after, host)


def list_key_figures(
    coverage: Coverage, language: Language, *, robustness: Robustness | None = None
) -> list[tuple[str, str, str]]:
    """List the answer in figures: key, number and words; with the range of the share served where it is known."""
    meeting, inhabited = count_verdicts(coverage)
    total = coverage.summary["total"]
    served = render("maps.key_served", language)
    if robustness is not None:
        low, high = (format_share(share, language) for share in robustness.range)
        served = render_template("map/key_range.html", language, words=served, low=low, high=high)
    return [
        ("communes", format_count(meeting, language), render("maps.key_communes", language, inhabited=inhabited)),
        ("served", format_share(total["share"], language), served),
        ("beyond", format_count(count_missed(total), language), render("maps.key_beyond", language)),
    ]


def list_method(coverage: Coverage, language: Language) -> list[str]:
    """Say how the promise was read and measured."""
    summary = coverage.summary
    departures, walking = format_departures(summary, language), format_walking(summary, language)
    return [
        render("maps.subtitle", language, departures=departures, walking=walking),
        *list_choices(coverage, language),
    ]


def leaflet_version() -> str:
    """Return the version of the Leaflet that is inlined."""
    return str(leaflet.VERSION)


@dataclass(frozen=True)
class Notes:
    """What stands below the tables: limits and sources for everyone; settings, software and files for who checks."""

    said: list[str]
    sources: list[str]
    technical: list[tuple[str, list[str]]]
    inputs: list[dict[str, str]]


def list_notes(
    coverage: Coverage,
    language: Language,
    *,
    lines: bool = False,
    tiles: str | None = None,
    ground: Ground | None = None,
    robustness: Robustness | None = None,
) -> Notes:
    """Return what the page says below its tables.

    Parameters
    ----------
    lines
        Whether the map draws railway lines straight, for the timetables do not know their form.
    tiles
        Credit of the tile background, where there is one.
    ground
        What the map draws below its cells.
    robustness
        How sure the verdict is, where the page says so; else the notes say how one may know.
    """
    summary = coverage.summary
    codes = ["results.theoretical", "maps.note_hours", "maps.note_point"]
    codes += [] if summary["walking"] == "streets" else ["maps.note_straight_line"]
    codes += ["maps.note_areas"] if summary.get("priority") else []
    codes += ["maps.note_lines"] if lines else []
    said = [render(code, language) for code in [*codes, "maps.note_rounding"]]
    sources = list_sources(coverage, language) or [render("maps.sources_none", language)]
    sources += [] if tiles is None else [render("maps.tiles_source", language, credit=tiles)]
    drawn = "maps.leaflet" if tiles is None else "maps.leaflet_tiles"
    inputs = [
        {"name": str(file["file"]), "digest": str(file["sha256"])[:16], "side": ""}
        for file in summary.get("inputs", ())
    ]
    how = (
        render("robust.how", language)
        if robustness is None
        else render("robust.counted", language, runs=len(robustness.runs), seed=robustness.seed)
    )
    technical = [
        (render("robust.heading", language), [how]),
        (render("maps.settings_heading", language), list_settings(coverage, language)),
        (render("maps.software_heading", language), [render(drawn, language, version=leaflet_version())]),
    ]
    if ground is not None:
        technical.append((render("maps.ground_heading", language), tell_ground(ground, language)))
    return Notes(said, sources, technical, inputs)


def list_settings(coverage: Coverage, language: Language) -> list[str]:
    """Name what a page stands on as the study calls it: the document quoted, its reading, what may be walked, feeds."""
    summary, quote = coverage.summary, quote_promise(coverage, language)
    said = []
    if quote.spoken:
        said.append(render("maps.source_document", language, source=quote.source, preset=str(summary["preset"])))
    if summary.get("street_filter"):
        said.append(render("maps.street_rules", language, filter=summary["street_filter"]))
    for feed in _list_feeds(coverage):
        version = f", {feed.version}" if feed.version else ""
        by = ", ".join(_name_feed(feed)) or "–"
        said.append(render("maps.feed_file", language, file=PurePath(feed.file).name, by=by, version=version))
    return said


def _list_feeds(coverage: Coverage) -> Sequence[FeedFacts]:
    times = coverage.times
    return times.timetable.feeds if times is not None and times.settings.transit.gtfs else ()


def _name_feed(feed: FeedFacts) -> list[str]:
    """Return whose a timetable is: what it says of itself."""
    return list(dict.fromkeys([*feed.agencies, *([feed.publisher] if feed.publisher else []), *feed.attributions]))


def list_sources(coverage: Coverage, language: Language) -> list[str]:
    """Name the study's sources, whose its timetables are, and OpenStreetMap where its streets are used."""
    said = [str(source) for source in coverage.summary.get("sources", ())]
    if coverage.times is None:
        return said
    for feed in _list_feeds(coverage):
        by = ", ".join(_name_feed(feed))
        said.append(render("maps.feed_source", language, by=by) if by else render("maps.feed_unnamed", language))
    # A study that says where its streets come from has said it better; streets that are made up are nobody's.
    if (
        coverage.summary["walking"] == "streets"
        and not any("OpenStreetMap" in line for line in said)
        and not is_invented(coverage.times)
    ):
        said.append(render("maps.streets_source", language))
    return list(dict.fromkeys(said))
