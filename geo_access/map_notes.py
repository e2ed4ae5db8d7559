"""What stands at the foot of the coverage map: what it does not say, its sources and licences, its files."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from xstatic.pkg import leaflet

from geo_access.html import render_template
from geo_access.sentences import list_hypotheses
from geo_access.texts import render

if TYPE_CHECKING:
    from markupsafe import Markup

    from geo_access.coverage import Coverage
    from geo_access.texts import Language


def leaflet_version() -> str:
    """Return the version of the Leaflet that is inlined."""
    return str(leaflet.VERSION)


def render_notes(coverage: Coverage, language: Language, *, lines: bool = False, tiles: str | None = None) -> Markup:
    """Return the page's foot.

    Parameters
    ----------
    lines
        Whether the map draws railway lines, whose form the timetables do not know.
    tiles
        Credit of the tile background, where there is one.
    """
    summary = coverage.summary
    codes = ["results.theoretical", "maps.note_hours", "maps.note_point"]
    codes += [] if summary["walking"] == "streets" else ["maps.note_straight_line"]
    codes += ["maps.note_areas"] if summary.get("priority") else []
    codes += ["maps.note_lines"] if lines else []
    notes = list_hypotheses(summary, language)
    notes += [render(code, language) for code in [*codes, "maps.note_rounding"]]
    sources = list_sources(coverage, language) or [render("maps.sources_none", language)]
    sources += [] if tiles is None else [render("maps.tiles_source", language, credit=tiles)]
    drawn = "maps.leaflet" if tiles is None else "maps.leaflet_tiles"
    sources.append(render(drawn, language, version=leaflet_version()))
    parts = [(render("maps.notes_heading", language), notes), (render("maps.sources_heading", language), sources)]
    inputs = [
        {"name": str(file["file"]), "digest": str(file["sha256"])[:16], "side": ""}
        for file in summary.get("inputs", ())
    ]
    return render_template("map/notes.html", language, parts=parts, inputs=inputs)


def list_sources(coverage: Coverage, language: Language) -> list[str]:
    """Name the study's sources, what its feeds say of themselves, and OpenStreetMap where its streets are used."""
    said = [str(source) for source in coverage.summary.get("sources", ())]
    times = coverage.times
    if times is None:
        return said
    if times.settings.transit.gtfs:
        for feed in times.timetable.feeds:
            by = list(
                dict.fromkeys([*feed.agencies, *([feed.publisher] if feed.publisher else []), *feed.attributions])
            )
            version = f", {feed.version}" if feed.version else ""
            name = PurePath(feed.file).name
            said.append(render("maps.feed_source", language, file=name, by=", ".join(by) or "–", version=version))
    # A study that says where its streets come from has said it better.
    if coverage.summary["walking"] == "streets" and not any("OpenStreetMap" in line for line in said):
        said.append(render("maps.streets_source", language))
    return said
