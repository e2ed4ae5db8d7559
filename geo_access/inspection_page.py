"""The page of a data inspection: findings, their map, the facts behind them, and which rules were checked."""

from __future__ import annotations

import datetime as dt
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
from markupsafe import Markup

from geo_access.formats import MISSING, format_count, format_date, format_number, format_share, is_missing, read_number
from geo_access.gtfs_rules import RULES
from geo_access.inspection import part_of
from geo_access.inspection_facts import list_facts, say_mode, say_transfers
from geo_access.inspection_map import draw_inspection
from geo_access.map_notes import leaflet_version
from geo_access.page_figure import Page
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geo_access.inspection import Inspection
    from geo_access.texts import Language

_LEVELS = ("error", "warning", "info")
_STYLES = """<style>
.ga-level { display: inline-block; min-width: 6.5rem; padding: .05rem .45rem; border-radius: 3px; font-weight: 600;
  white-space: nowrap; }
.ga-level-error { background: #8f1d14; color: #fff; } .ga-level-warning { background: #f6d7a7; color: #5a3400; }
.ga-level-info { background: #dfe8f1; color: #23415e; }
.ga-inspect section { margin-top: 2rem; } .ga-inspect .ga-frame { height: min(60vh, 620px); }
.ga-inspect .ga-table td.ga-text, .ga-inspect .ga-table tbody th { overflow-wrap: break-word; min-width: 7rem; }
.ga-inspect .leaflet-control-layers-base:empty, .ga-inspect .leaflet-control-layers-separator,
.ga-inspect .leaflet-control-layers-toggle { display: none; }
.ga-nowrap { white-space: nowrap; } .ga-chart { display: block; width: 100%; height: 7rem; }
.ga-inspect h3 { margin-top: 1.2rem; }
.ga-chart-figure { margin: 0 0 1rem; } .ga-chart-figure figcaption { color: var(--soft); font-size: .875rem; }
.ga-inspect code { font-size: .8125rem; }
@media print { .ga-inspect section { margin-top: 5mm; } .ga-inspect .ga-frame { height: 110mm; } }
</style>"""


def write_inspection(inspection: Inspection, language: Language) -> str:
    """Write the page of an inspection, self-contained."""
    date = format_date(inspection.date, language, weekday=True)
    before = "\n".join(
        [
            '<a class="ga-skip" href="#ga_findings">' + _say("skip", language) + "</a>",
            _STYLES,
            '<div class="ga-page ga-inspect">',
            "<header>",
            f'<p class="ga-kicker">{_say("kicker", language)}</p>',
            f"<h1>{_say('title', language, study=inspection.study)}</h1>",
            f'<p class="ga-subtitle">{_say("subtitle", language, date=date)}</p>',
            _write_key(inspection, language),
            f'<p class="ga-verdict"><strong>{escape(say_verdict(inspection, language))}</strong></p>',
            "</header>",
            "<main>",
            _write_findings(inspection, language),
            _write_facts(inspection, language),
            f"<section><h2>{_say('heading_map', language)}</h2>",
            f'<p class="ga-note">{_say("map_note" if inspection.spots else "map_empty", language, most=2000)}</p>',
            '<div class="ga-frame">',
        ]
    )
    after = "\n".join(
        [
            "</div></section>",
            _write_feeds(inspection, language),
            _write_streets(inspection, language),
            _write_communes(inspection, language),
            _write_sites(inspection, language),
            _write_rules(language),
            "</main>",
            f'<footer class="ga-notes">{_write_files(inspection, language)}</footer>',
            "</div>",
        ]
    )
    title = render("inspect.page_title", language, study=inspection.study, date=format_date(inspection.date, language))
    page = Page(language, title, Markup(before), Markup(after))  # noqa: S704 -- their words are escaped above
    return draw_inspection(inspection, page, language)


def say_verdict(inspection: Inspection, language: Language) -> str:
    """Say in one sentence what the findings come to."""
    errors, warnings = inspection.count("error"), inspection.count("warning")
    if errors:
        return render("inspect.verdict_error", language, errors=errors)
    if warnings:
        return render("inspect.verdict_warning", language, warnings=warnings)
    return render("inspect.verdict_fine", language)


def _say(code: str, language: Language, **params: object) -> str:
    return escape(render(f"inspect.{code}", language, **params))


def _write_key(inspection: Inspection, language: Language) -> str:
    items = "".join(
        f"<li><strong>{inspection.count(level)}</strong> <span>{_say(f'key_{level}s', language)}</span></li>"
        for level in _LEVELS
    )
    return f'<ul class="ga-key">{items}</ul>'


def _table(
    caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]], *, texts: Sequence[int] = (), name: str = ""
) -> str:
    """Write a table; the first cell of a row heads it, the columns `texts` hold words and not numbers."""
    kind = ['class="ga-text"' if at in texts else "" for at in range(len(heads))]
    head = "".join(f'<th scope="col" {kind[at]}>{said}</th>' for at, said in enumerate(heads))
    body = "\n".join(
        f'<tr><th scope="row">{row[0]}</th>'
        + "".join(f"<td {kind[at]}>{said}</td>" for at, said in enumerate(row) if at)
        + "</tr>"
        for row in rows
    )
    named = f' id="{name}"' if name else ""
    # What may be scrolled must be reached by keyboard.
    region = f'{named} tabindex="0" role="region" aria-label="{caption}"'
    return (
        f'<div class="ga-scroll"{region}><table class="ga-table"><caption>{caption}</caption><thead><tr>{head}</tr>'
        f"</thead>\n<tbody>\n{body}\n</tbody></table></div>"
    )


def _write_findings(inspection: Inspection, language: Language) -> str:
    heading = f"<section><h2>{_say('heading_findings', language)}</h2>"
    if not inspection.findings:
        return f'{heading}<p id="ga_findings" tabindex="-1">{_say("no_findings", language)}</p></section>'
    heads = [_say(f"column_{name}", language) for name in ("level", "part", "where", "finding")]
    rows = []
    for finding in inspection.findings:
        level = f'<span class="ga-level ga-level-{finding.level}">{_say(f"level_{finding.level}", language)}</span>'
        row = "" if finding.row is None else f", {render('results.row', language, row=finding.row)}"
        where = escape(f"{name_briefly(finding.file)}{row}")
        rows.append((level, _say(f"part_{part_of(finding)}", language), where, escape(finding.text(language))))
    table = _table(_say("caption_findings", language), heads, rows, texts=(0, 1, 2, 3), name="ga_findings")
    return f"{heading}{table}</section>"


def name_briefly(file: str | None) -> str:
    """Name a file by its last two parts: the folders above are the reader's own."""
    if not file:
        return ""
    return ", ".join("/".join(one.split("/")[-2:]) for one in file.split(", "))


def _write_facts(inspection: Inspection, language: Language) -> str:
    rows = [[escape(what), escape(said)] for what, said in list_facts(inspection, language)]
    heads = [_say("column_fact", language), _say("column_value", language)]
    table = _table(_say("caption_brief", language), heads, rows, texts=(0, 1))
    return f"<section><h2>{_say('heading_brief', language)}</h2>{table}</section>"


# Timetables


def _write_feeds(inspection: Inspection, language: Language) -> str:
    heading = f"<section><h2>{_say('heading_feeds', language)}</h2>"
    if not len(inspection.feeds):
        return f"{heading}<p>{_say('no_feeds', language)}</p></section>"
    names = (
        "feed", "publisher", "dates", "trips", "busiest", "lines", "stops", "blank", "transfers", "frequencies",
        "pathways", "headsigns",
    )  # fmt: skip
    rows = [_say_feed(row, language) for row in inspection.feeds.to_dict("records")]
    table = _table(
        _say("caption_feeds", language), [_say(f"column_{name}", language) for name in names], rows, texts=(0, 1, 2, 8)
    )
    charts = "".join(
        _draw_days(inspection, file, language)
        for file in inspection.feeds["file"]
        if (inspection.days["feed"] == file).any()
    )
    return "".join(
        [
            f"{heading}{table}",
            f"<h3>{_say('heading_days', language)}</h3>{charts}{_write_weekdays(inspection, language)}",
            f"<h3>{_say('heading_lines', language)}</h3>{_write_lines(inspection, language)}</section>",
        ]
    )


def _say_feed(row: dict[Any, Any], language: Language) -> list[str]:
    transfers = say_transfers(row["transfers"], language) if row["transfers"] else ""
    publisher = row["publisher"] or ", ".join(row["agencies"][:3])
    blank = row["blank_times"] / row["stop_times"] if row["stop_times"] else None
    said = [
        name_briefly(row["file"]), publisher, "", format_count(row["trips"], language),
        "", format_count(row["lines"], language), format_count(row["stops"], language),
        format_share(blank, language), transfers or MISSING, format_count(row["frequencies"], language),
        render("inspect.yes" if row["pathways"] else "inspect.no", language), format_share(row["headsigns"], language),
    ]  # fmt: skip
    cells = [escape(str(one)) for one in said]
    cells[2] = " – ".join(f'<span class="ga-nowrap">{row[name]}</span>' for name in ("first_date", "last_date"))
    cells[4] = (
        f'{escape(format_count(row["busiest_trips"], language))} <span class="ga-nowrap">{row["busiest_date"]}</span>'
    )
    return cells


def _draw_days(inspection: Inspection, file: str, language: Language) -> str:
    """Draw the trips of each day as bars, the studied day in another colour and under a mark."""
    days = inspection.days[inspection.days["feed"] == file]
    trips = days["trips"].to_numpy(np.float64)
    most = max(float(trips.max()), 1.0)
    bars, mark = [], ""
    for at, (day, count) in enumerate(zip(days["date"], trips, strict=True)):
        height = round(80 * count / most, 2)
        studied = day == inspection.date
        fill = "#9c3d0a" if studied else "#2a6ca8"
        bars.append(f'<rect x="{at}" y="{90 - height:g}" width="0.85" height="{height:g}" fill="{fill}"/>')
        if studied:
            mark = f'<path d="M{at + 0.4} 6 l{-len(days) / 120:.2f} -6 h{len(days) / 60:.2f} z" fill="#9c3d0a"/>'
    here = trips[(days["date"] == inspection.date).to_numpy(bool)]
    first, last = days["date"].iloc[0], days["date"].iloc[-1]
    label = render(
        "inspect.chart_label", language, file=name_briefly(file), first=first, last=last,
        most=format_count(most, language), trips=format_count(here[0] if len(here) else 0, language),
    )  # fmt: skip
    return (
        f'<figure class="ga-chart-figure"><svg class="ga-chart" viewBox="0 0 {len(days)} 92" '
        f'preserveAspectRatio="none" role="img" aria-label="{escape(label)}">{mark}{"".join(bars)}'
        f'<path d="M0 90.5 H{len(days)}" stroke="#4a525c" stroke-width="1" vector-effect="non-scaling-stroke"/></svg>'
        f"<figcaption>{escape(label)}</figcaption></figure>"
    )


def _write_weekdays(inspection: Inspection, language: Language) -> str:
    if not len(inspection.days):
        return ""
    weekday = inspection.days["date"].map(lambda text: dt.date.fromisoformat(text).weekday())
    medians = inspection.days.assign(weekday=weekday).pivot_table(
        "trips", "feed", "weekday", aggfunc="median", sort=False
    )
    rows = [
        [escape(name_briefly(str(feed))), *(format_count(row.get(day), language) for day in range(7))]
        for feed, row in zip(medians.index, medians.to_dict("records"), strict=True)
    ]
    heads = [_say("column_feed", language), *(_say(f"weekday_{day}", language) for day in range(7))]
    return _table(_say("caption_weekdays", language), heads, rows, texts=(0,))


def _write_lines(inspection: Inspection, language: Language) -> str:
    heads = [_say(f"column_{name}", language) for name in ("feed", "mode", "lines", "trips", "stops")]
    rows = [
        [
            escape(name_briefly(str(row["feed"]))), escape(say_mode(int(row["type"]), language)),
            *(format_count(row[name], language) for name in ("lines", "trips", "stops")),
        ]
        for row in inspection.lines.to_dict("records")
    ]  # fmt: skip
    return _table(_say("caption_lines", language), heads, rows, texts=(0, 1))


# Streets, residents, sites, rules


def _write_streets(inspection: Inspection, language: Language) -> str:
    rows = []
    for name in (
        "walking",
        "streets",
        "km",
        "islands",
        "island_nodes",
        "unsnapped_cells",
        "unsnapped_people",
        "edge_share",
    ):
        value = inspection.streets.get(name)
        if value is None:
            continue
        if name == "walking":
            said = render(f"inspect.walking_{'streets' if value == 'streets' else 'straight'}", language)
        else:
            said = format_share(value, language) if name == "edge_share" else format_count(value, language)
        rows.append([_say(f"fact_{name}", language), escape(said)])
    heads = [_say("column_fact", language), _say("column_value", language)]
    table = _table(_say("caption_streets", language), heads, rows, texts=(0,))
    return f"<section><h2>{_say('heading_streets', language)}</h2>{table}</section>"


def _write_communes(inspection: Inspection, language: Language) -> str:
    heads = [_say(f"column_{name}", language) for name in ("commune", "cells", "residents", "population", "ratio")]
    rows = [
        [
            escape(f"{row['name']} ({row['insee']})"),
            *(format_count(row[name], language) for name in ("cells", "residents", "population")),
            _percent(row["ratio"], language),
        ]
        for row in inspection.communes.to_dict("records")
    ]
    table = _table(_say("caption_residents", language), heads, rows, texts=(0,))
    return f"<section><h2>{_say('heading_residents', language)}</h2>{table}</section>"


def _percent(ratio: object, language: Language) -> str:
    number = read_number(ratio)
    if number is None:
        return MISSING
    return format_number(100 * number, language) + {"fr": "\u00a0%", "en": "%"}[language]


def _write_sites(inspection: Inspection, language: Language) -> str:
    sites = inspection.sites
    if "kind" not in sites:
        return ""
    heads = [_say(f"column_{name}", language) for name in ("site", "kind", "open", "location", "snapped", "stop")]

    def answer(value: object) -> str:
        return _say("yes" if value else "no", language)

    rows = [
        [
            escape(str(row["name"])), escape(render(f"results.kind_{row['kind']}", language)), answer(row["open"]),
            escape(MISSING if is_missing(row["location"]) else str(row["location"])), answer(row["snapped"]),
            format_count(row["stop_m"], language),
        ]
        for row in sites.to_dict("records")
    ]  # fmt: skip
    table = _table(_say("caption_sites", language), heads, rows, texts=(0, 1, 2, 3, 4))
    return f"<section><h2>{_say('heading_sites', language)}</h2>{table}</section>"


def _write_rules(language: Language) -> str:
    heads = [_say(f"column_{name}", language) for name in ("rule", "cover", "what")]
    rows = [
        [f"<code>{escape(rule.name)}</code>", _say(f"cover_{rule.cover}", language), _say(rule.why, language)]
        for rule in RULES
    ]
    covered = sum(rule.cover != "no" for rule in RULES)
    caption = _say("caption_rules", language, covered=covered, total=len(RULES))
    table = _table(caption, heads, rows, texts=(0, 1, 2))
    return f"<section><h2>{_say('heading_rules', language)}</h2>{table}</section>"


def _write_files(inspection: Inspection, language: Language) -> str:
    files = "".join(f"<li>{escape(file)} <code>{escape(digest[:16])}</code></li>" for file, digest in inspection.files)
    leaflet = escape(render("maps.leaflet", language, version=leaflet_version()))
    return f"<section><h2>{_say('heading_sources', language)}</h2><ul>{files}<li>{leaflet}</li></ul></section>"
