"""The page around the coverage map: one HTML file with everything in it, that asks no server for anything."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from branca.element import Element, Figure, Link
from folium.raster_layers import TileLayer, WmsTileLayer
from jinja2 import Template
from xstatic.pkg import leaflet

from geo_access.formats import format_count, format_date, format_share
from geo_access.map_legends import write_legends
from geo_access.map_notes import write_notes
from geo_access.map_tables import write_tables
from geo_access.sentences import (
    count_verdicts,
    list_choices,
    quote_promise,
    say_departures,
    say_promise,
    say_served,
    say_walking,
)
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geo_access.coverage import Coverage
    from geo_access.map_themes import Theme
    from geo_access.reach import SiteReach
    from geo_access.texts import Language

#: No request can leave the page, but for the tiles that were asked for: the browser itself refuses it.
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:{tiles}; base-uri 'none'; "
    "form-action 'none'"
)
_PAGE = Template(
    """<!DOCTYPE html>
<html lang="{{ this.page.language }}">
<head>
<meta charset="utf-8">
{% if strict %}<meta http-equiv="Content-Security-Policy" content="{{ policy }}">
{% endif -%}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="geo_access">
<link rel="icon" href="data:,">
<title>{{ this.page.title|e }}</title>
<style>{{ styles }}</style>
<script>{{ scripts }}</script>
{{ header }}
</head>
<body>
{{ this.page.before }}
{{ html }}
{{ this.page.after }}
<script>
{{ script }}
</script>
</body>
</html>
"""
)


#: Name of the tile background, so that the page knows it for its own.
TILES_NAME = "tile_layer_background"


@dataclass(frozen=True)
class Page:
    """What stands before and after the map's own element, as HTML.

    `tiles_host` is where the tile background comes from, as a content security policy names it; None without one.
    """

    language: Language
    title: str
    before: str
    after: str
    tiles_host: str | None = None


class PageFigure(Figure):
    """A branca figure that renders our page, the same bytes however often."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._id = "page"
        self.page = page
        self.header._children.clear()  # noqa: SLF001 -- the page has its own head

    def render(self, **kwargs: Any) -> str:
        """Render the page.

        Elements add themselves to the figure while they render; what was there before is put back afterwards, so that a
        second call starts from the same.
        """
        parts = (self.header, self.html, self.script)
        kept = [part._children.copy() for part in parts]  # noqa: SLF001
        try:
            for child in list(self._children.values()):
                child.render(**kwargs)
            # A background that was asked for is named in the policy; what else was added needs the policy gone.
            strict = not any(
                isinstance(element, (Link, TileLayer, WmsTileLayer)) and element.get_name() != TILES_NAME
                for element in _walk(self)
            )
            header, html, script = (part.render(**kwargs) for part in parts)
        finally:
            for part, children in zip(parts, kept, strict=True):
                part._children = children  # noqa: SLF001
        said: str = _PAGE.render(
            this=self,
            strict=strict,
            policy=_POLICY.format(tiles=f" {self.page.tiles_host}" if self.page.tiles_host else ""),
            styles=read_styles(),
            scripts=read_scripts(),
            header=header,
            html=html,
            script=script,
        )
        return re.sub(r"\n\s*\n+", "\n", said)


def _walk(element: Element) -> Iterator[Element]:
    inner = list(element._children.values())  # noqa: SLF001
    if isinstance(element, Figure):
        inner += [element.header, element.html, element.script]
    for child in inner:
        yield child
        yield from _walk(child)


# What the page is drawn with


@cache
def read_styles() -> str:
    """Return Leaflet's styles, its images inside them, and ours."""
    folder = Path(leaflet.BASE_DIR)
    css = (folder / "leaflet.css").read_text(encoding="utf-8")
    css = re.sub(r"url\((images/[\w-]+\.png)\)", lambda found: f'url("{_embed(folder / found[1])}")', css)
    return css + _asset("map.css")


@cache
def read_scripts() -> str:
    """Return Leaflet, its default marker's images for whoever adds one, and our script."""
    folder = Path(leaflet.BASE_DIR)
    script = (folder / "leaflet.js").read_text(encoding="utf-8").split("//# sourceMappingURL")[0]
    icon, shadow = (_embed(folder / "images" / name) for name in ("marker-icon.png", "marker-shadow.png"))
    marker = (
        'L.Icon.Default.imagePath="";'
        f'L.Icon.Default.mergeOptions({{iconUrl:"{icon}",iconRetinaUrl:"{icon}",shadowUrl:"{shadow}"}});\n'
    )
    return script + "\n" + marker + _asset("map.js") + _asset("map_themes.js")


def _embed(path: Path) -> str:
    return "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode("ascii")


def _asset(name: str) -> str:
    return (files("geo_access") / "map_assets" / name).read_text(encoding="utf-8")


# The page


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
    """Write what stands around the map.

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
    title = render("maps.page_title", language, study=study, date=format_date(summary["date"], language))
    departures, walking = say_departures(summary, language), say_walking(summary, language)
    before = "\n".join(
        [
            f'<a class="ga-skip" href="#{map_name}_tables">{_say("maps.skip_to_table", language)}</a>',
            '<div class="ga-page">',
            "<header>",
            f'<p class="ga-kicker">{_say("maps.kicker", language)}</p>',
            f"<h1>{escape(render('results.title', language, study=study))}</h1>",
            f'<p class="ga-subtitle">{_say("maps.subtitle", language, departures=departures, walking=walking)}</p>',
            _write_key(coverage, language),
            _write_promise(coverage, language),
            "</header>",
            "<main>",
            f"<noscript><p>{_say('maps.no_script', language)}</p></noscript>",
            f'<div class="ga-body"><div class="ga-frame" id="{map_name}_frame">',
        ]
    )
    legends = write_legends(coverage, language, map_name=map_name, overlays=overlays, themes=themes, reach=reach)
    host, credit = tiles or (None, None)
    notes = write_notes(coverage, language, lines=lines, tiles=credit)
    after = "\n".join(
        [
            "</div>",
            f'<div class="ga-aside">{legends}</div>',
            "</div>",
            f'<div class="ga-tables" id="{map_name}_tables" tabindex="-1">',
            write_tables(coverage, language, map_name=map_name, reach=reach),
            "</div>",
            "</main>",
            f'<footer class="ga-notes">{notes}</footer>',
            "</div>",
        ]
    )
    return Page(language, title, before, after, host)


def _say(code: str, language: Language, **params: object) -> str:
    return escape(render(code, language, **params))


def _write_key(coverage: Coverage, language: Language) -> str:
    meeting, inhabited = count_verdicts(coverage)
    total = coverage.summary["total"]
    figures = [
        (format_count(meeting, language), _say("maps.key_communes", language, inhabited=inhabited)),
        (format_share(total["share"], language), _say("maps.key_served", language)),
        (format_count(total["beyond"], language), _say("maps.key_beyond", language)),
    ]
    items = "".join(f"<li><strong>{escape(number)}</strong> <span>{words}</span></li>" for number, words in figures)
    return f'<ul class="ga-key">{items}</ul>'


def _write_promise(coverage: Coverage, language: Language) -> str:
    quote = quote_promise(coverage, language)
    original = "" if language == "fr" else f". {_say('maps.quote_language', language)}"
    preset = str(coverage.summary["preset"])
    cite = _say("maps.promise_source", language, title=quote.title, source=quote.source, preset=preset)
    rule = render("maps.promise_rule", language, rule=say_promise(coverage.summary, language))
    notes = " ".join([rule, say_served(coverage.summary, language), *list_choices(coverage, language)])
    heading = _say("maps.promise_heading", language)
    return (
        f'<section class="ga-head" aria-label="{heading}"><figure class="ga-promise"><blockquote lang="fr">'
        f"«\u00a0{escape(quote.pole)}\u00a0» … «\u00a0{escape(quote.antenna)}\u00a0»</blockquote>"
        f'<figcaption>{cite}{original}</figcaption></figure><p class="ga-note">{escape(notes)}</p></section>'
    )
