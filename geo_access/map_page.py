"""The page around the coverage map: one HTML file with everything in it, that asks no server for anything."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from branca.element import Element, Figure, Link
from folium.raster_layers import TileLayer, WmsTileLayer
from jinja2 import Template
from xstatic.pkg import leaflet

from geo_access.formats import format_count, format_date, format_minutes, format_share, is_missing
from geo_access.map_layers import (
    CLASS_STYLES,
    NO_CLASS,
    STATE_STYLES,
    STATES,
    classify,
    flatten,
    say_classes,
    state_codes,
)
from geo_access.sentences import (
    capitalise,
    count_verdicts,
    list_choices,
    list_verdicts,
    name_verdict,
    quote_promise,
    say_departures,
    say_promise,
    say_served,
    say_states,
    say_walking,
    sort_by_beyond,
)
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import geopandas as gpd

    from geo_access.coverage import Coverage
    from geo_access.texts import Language

#: No request can leave the page: the browser itself refuses it.
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'"
)
_PAGE = Template(
    """<!DOCTYPE html>
<html lang="{{ this.page.language }}">
<head>
<meta charset="utf-8">
{% if offline %}<meta http-equiv="Content-Security-Policy" content="{{ policy }}">
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


@dataclass(frozen=True)
class Page:
    """What stands before and after the map's own element, as HTML."""

    language: Language
    title: str
    before: str
    after: str


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
            offline = not any(isinstance(element, (Link, TileLayer, WmsTileLayer)) for element in _walk(self))
            header, html, script = (part.render(**kwargs) for part in parts)
        finally:
            for part, children in zip(parts, kept, strict=True):
                part._children = children  # noqa: SLF001
        said: str = _PAGE.render(
            this=self,
            offline=offline,
            policy=_POLICY,
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
    return script + "\n" + marker + _asset("map.js")


def leaflet_version() -> str:
    """Return the version of the Leaflet that is inlined."""
    return str(leaflet.VERSION)


def _embed(path: Path) -> str:
    return "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode("ascii")


def _asset(name: str) -> str:
    return (files("geo_access") / "map_assets" / name).read_text(encoding="utf-8")


# The page


def build_page(coverage: Coverage, language: Language, *, map_name: str, symbols: Sequence[str]) -> Page:
    """Write what stands around the map.

    Parameters
    ----------
    coverage
        What `check` returns.
    language
        Of the page.
    map_name
        Name of the map's element: ids of the page start with it.
    symbols
        HTML of the legend of places, one entry a kind; the layer control carries the same.
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
    after = "\n".join(
        [
            "</div>",
            f'<div class="ga-aside">{_write_legend(coverage, language, map_name, symbols)}</div>',
            "</div>",
            f'<div class="ga-tables" id="{map_name}_tables" tabindex="-1">',
            _write_tables(coverage, language, map_name),
            "</div>",
            "</main>",
            f'<footer class="ga-notes">{_write_notes(coverage, language)}</footer>',
            "</div>",
        ]
    )
    return Page(language, title, before, after)


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


# Legend


def _swatch(style: Mapping[str, Any], name: str) -> str:
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


def draw_line(kind: Literal["commune", "sst"]) -> str:
    """Draw an outline for the legend."""
    strokes = {
        "commune": '<path d="M1 9h26" stroke="#4a525c" stroke-width="1.2"/>',
        "sst": '<path d="M1 9h26" stroke="#14181d" stroke-width="3"/>',
    }
    return f'<svg viewBox="0 0 28 18" aria-hidden="true" focusable="false">{strokes[kind]}</svg>'


def _write_legend(coverage: Coverage, language: Language, map_name: str, symbols: Sequence[str]) -> str:
    entries = [*symbols, f"{draw_line('commune')}<span>{_say('maps.legend_commune_line', language)}</span>"]
    if len(coverage.sst):
        entries.append(f"{draw_line('sst')}<span>{_say('maps.legend_sst_line', language)}</span>")
    # On paper the list of symbols stands for the layer control, which carries the same symbols on the screen.
    printed = "".join(f'<li class="ga-plain">{entry}</li>' for entry in entries)
    return "".join(
        [
            f'<section><h2 class="ga-screen">{_say("maps.themes_heading", language)}</h2>',
            _write_slot("themes", language, map_name),
            _write_cell_legend(coverage, language, map_name),
            _write_class_legend(coverage, language, map_name),
            "</section>",
            f"<section><h2>{_say('maps.layers_heading', language)}</h2>",
            _write_slot("layers", language, map_name),
            f'<ul class="ga-legend ga-print">{printed}</ul>',
            f'<p class="ga-note">{_say("maps.site_status_legend", language)}</p></section>',
        ]
    )


def _write_slot(part: Literal["themes", "layers"], language: Language, map_name: str) -> str:
    """Write the place that the script moves a part of the layer control to."""
    label = _say(f"maps.{part}_heading", language)
    return f'<div class="ga-layers" id="{map_name}_{part}" role="group" aria-label="{label}"></div>'


def _write_cell_legend(coverage: Coverage, language: Language, map_name: str) -> str:
    cells, total = coverage.residents, coverage.summary["total"]
    codes = state_codes(cells)
    words = say_states(coverage.summary, language)
    rows = []
    for code, state in enumerate(STATES):
        mine = codes == code
        swatch, said = _swatch(STATE_STYLES[state], f"{map_name}_{state}"), escape(words[state])
        if state == "empty":
            rows.append(f'<li class="ga-plain ga-unticked">{swatch}<span>{said}</span></li>')
        elif mine.any():
            people = float(cells["weight"][mine].sum())
            share = format_share(people / total["residents"] if total["residents"] else None, language)
            counted = _say("maps.legend_people", language, people=format_count(people, language), share=share)
            cells_said = _say("maps.legend_cells_count", language, cells=format_count(int(mine.sum()), language))
            rows.append(
                f'<li><label><input type="checkbox" value="{code}" checked>{swatch}'
                f"<span>{said}<small>{counted} <span>({cells_said})</span></small></span></label></li>"
            )
    legend, words_help = "".join(rows), _say("maps.legend_cells_help", language)
    return (
        f'<div id="{map_name}_legend_cells"><h3 class="ga-print">{_say("maps.theme_cells", language)}</h3>'
        f'<ul class="ga-legend">{legend}</ul><p class="ga-note ga-screen">{words_help}</p></div>'
    )


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
            f'<li class="ga-plain">{_swatch(CLASS_STYLES[number], f"{map_name}_class_{number}")}'
            f"<span>{escape(capitalise(label))}<small>{counted}</small></span></li>"
        )
    heading = _say("maps.theme_communes", language)
    return (
        f'<div id="{map_name}_legend_communes" hidden><h3 class="ga-print">{heading}</h3>'
        f'<ul class="ga-legend">{"".join(rows)}</ul></div>'
    )


# Tables: the map's alternative in words


def _write_tables(coverage: Coverage, language: Language, map_name: str) -> str:
    verdicts = "".join(f'<p class="ga-verdict">{escape(line)}</p>' for line in list_verdicts(coverage, language))
    back = f'<p class="ga-screen"><a href="#{map_name}_frame">{_say("maps.skip_to_map", language)}</a></p>'
    parts = [
        f"<section><h2>{_say('maps.table_heading', language)}</h2>{verdicts}",
        f'<p class="ga-note ga-screen">{_say("maps.table_help", language)}</p>',
        f"{_write_table(coverage, coverage.communes, 'commune', language, map_name)}{back}</section>",
    ]
    if len(coverage.sst):
        parts.append(
            f"<section><h2>{_say('maps.sst_heading', language)}</h2>"
            f"{_write_table(coverage, coverage.sst, 'sst', language, map_name)}</section>"
        )
    return "".join(parts)


def _write_table(coverage: Coverage, table: gpd.GeoDataFrame, first: str, language: Language, map_name: str) -> str:
    total = coverage.summary["total"]
    zoned = first == "commune" and len(coverage.sst) > 0
    columns = [first, *(["sst"] if zoned else []), "residents", "share", "share_pole", "share_antenna", "beyond"]
    columns += [*(["unsnapped"] if total["unsnapped"] > 0 else []), "median", "verdict"]
    heads = []
    for column in columns:
        kind = "text" if column in ("commune", "sst", "verdict") else "number"
        sort = ' aria-sort="descending"' if column == "beyond" else ""
        words = flatten(render(f"results.column_{column}", language))
        css = ' class="ga-text"' if kind == "text" else ""
        heads.append(
            f'<th scope="col" data-kind="{kind}"{sort}{css}><button type="button">{escape(words)}</button></th>'
        )
    rows = sort_by_beyond(table, by="insee" if first == "commune" else "sst")
    position = {key: i for i, key in enumerate(table.index)}
    operator = coverage.summary["target"]["pole"]["operator"]
    body = []
    for key, row in zip(rows.index, rows.drop(columns="geometry").to_dict("records"), strict=True):
        name = str(row["name" if first == "commune" else "sst"])
        lead = escape(name)
        if first == "commune":
            label = _say("maps.show_on_map", language, name=name)
            lead = (
                f'<button type="button" data-show="{map_name}" value="{position[key]}" aria-label="{label}" '
                f'title="{label}">{lead}</button>'
            )
        cells = [f'<th scope="row" data-value="{escape(name)}">{lead}</th>']
        cells += [_write_cell(column, row, operator, language) for column in columns[1:]]
        css = ' class="ga-missed"' if row["verdict"] == "misses" else ""
        body.append(f"<tr{css}>{''.join(cells)}</tr>")
    foot = ""
    if first == "commune":
        cells = [f'<th scope="row">{_say("results.total", language)}</th>']
        cells += [_write_cell(column, total, operator, language) for column in columns[1:]]
        foot = f"<tfoot><tr>{''.join(cells)}</tr></tfoot>"
    caption = _say("results.caption_communes" if first == "commune" else "results.caption_sst", language)
    return (
        f'<div class="ga-scroll" tabindex="0" role="region" aria-label="{caption}"><table class="ga-table">'
        f"<caption>{caption}</caption><thead><tr>{''.join(heads)}</tr></thead>\n<tbody>\n"
        + "\n".join(body)
        + f"\n</tbody>{foot}</table></div>"
    )


def _write_cell(column: str, row: Mapping[Any, Any], operator: Any, language: Language) -> str:
    name = "median_min_pole" if column == "median" else column
    value = row.get(name)
    if column not in ("residents", "beyond", "unsnapped") and name not in row:
        return "<td></td>"
    if column in ("sst", "verdict"):
        said = "" if is_missing(value) else str(value) if column == "sst" else name_verdict(value, language)
        css = "ga-text" if column == "sst" else "ga-text ga-verdict-cell"
        return f'<td class="{css}">{escape(said)}</td>'
    if column == "median":
        said = format_minutes(value, language, operator=operator, unit=False)
    elif column.startswith("share"):
        said = format_share(value, language)
    else:
        said = format_count(value, language)
    data = "" if is_missing(value) else repr(round(float(value), 6))  # type: ignore[arg-type]  # not missing here
    return f'<td data-value="{data}">{escape(said)}</td>'


def _write_notes(coverage: Coverage, language: Language) -> str:
    summary = coverage.summary
    codes = ["results.theoretical", "maps.note_hours", "maps.note_point"]
    codes += [] if summary["walking"] == "streets" else ["maps.note_straight_line"]
    notes = [_say(code, language) for code in [*codes, "maps.note_rounding"]]
    sources = [escape(str(source)) for source in summary.get("sources", ())] or [_say("maps.sources_none", language)]
    sources.append(_say("maps.leaflet", language, version=leaflet_version()))
    inputs = [
        f"{escape(str(file['file']))} <code>{escape(str(file['sha256']))[:16]}</code>"
        for file in summary.get("inputs", ())
    ]
    parts = [("maps.notes_heading", notes), ("maps.sources_heading", sources), ("maps.inputs_heading", inputs)]
    return "".join(
        f"<section><h2>{_say(code, language)}</h2><ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul></section>"
        for code, lines in parts
        if lines
    )
