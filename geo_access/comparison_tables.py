"""The tables below the comparison's maps: winners and losers in words and numbers, for every reader."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from geo_access.comparison_words import (
    format_minutes_change,
    format_signed,
    list_readings,
    rank_by_net,
    say_changes_of_site,
    sort_by_net,
    tally,
)
from geo_access.formats import format_count, format_share, is_missing, join_words
from geo_access.map_layers import flatten
from geo_access.sentences import name_verdict
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geo_access.comparison import Comparison
    from geo_access.comparison_words import Tally
    from geo_access.texts import Language

_FIGURES = ("residents", "share_before", "share_after", "lost", "gained", "net", "bar")
_JOURNEY = ("quicker", "slower", "mean_change_min")
_TEXTS = ("commune", "sst", "related", "becomes", "verdict", "bar", "site", "kind", "what")


def write_comparison_tables(comparison: Comparison, language: Language, *, map_name: str) -> str:
    """Write the tables by commune, by SST, of the readings, and of the places that change.

    Parameters
    ----------
    map_name
        Name of the map that a commune's button shows it on.
    """
    counted = tally(comparison)
    parts = [
        _section(
            "table_communes", _write_communes(comparison, counted, language, map_name), language, help_code="table_help"
        )
    ]
    if len(comparison.sst):
        parts.append(_section("table_sst", _write_sst(comparison, counted, language), language))
    readings = _write_readings(comparison, language)
    if readings:
        parts.append(_section("readings_heading", readings, language))
    changed = comparison.sites[comparison.sites["changes"].map(len) > 0]
    if len(changed):
        parts.append(_section("caption_sites", _write_sites(changed.to_dict("records"), language), language))
    return "".join(parts)


def _say(code: str, language: Language, **params: object) -> str:
    return escape(render(code, language, **params))


def _section(heading: str, body: str, language: Language, *, help_code: str = "") -> str:
    helped = f'<p class="ga-note ga-screen">{_say(f"compare.{help_code}", language)}</p>' if help_code else ""
    return f"<section><h2>{_say(f'compare.{heading}', language)}</h2>{helped}{body}</section>"


def _write_table(caption: str, heads: Sequence[str], body: Sequence[str], foot: str = "") -> str:
    return (
        f'<div class="ga-scroll" tabindex="0" role="region" aria-label="{caption}"><table class="ga-table">'
        f"<caption>{caption}</caption><thead><tr>{''.join(heads)}</tr></thead>\n<tbody>\n"
        + "\n".join(body)
        + f"\n</tbody>{foot}</table></div>"
    )


def _write_heads(columns: Sequence[str], language: Language) -> list[str]:
    heads = []
    for column in columns:
        part = "results" if column in ("commune", "sst", "residents") else "compare"
        words = escape(flatten(render(f"{part}.column_{column}", language)))
        kind, css = ("text", ' class="ga-text"') if column in _TEXTS else ("number", "")
        css = ' class="ga-text ga-bar"' if column == "bar" else css
        # A drawing is no key to sort by.
        said = words if column == "bar" else f'<button type="button">{words}</button>'
        heads.append(f'<th scope="col" data-kind="{kind}"{css}>{said}</th>')
    return heads


def _write_lead(name: str, said: str = "") -> str:
    return f'<th scope="row" data-value="{escape(name)}">{said or escape(name)}</th>'


def _write_cells(row: Mapping[Any, Any], columns: Sequence[str], most: int, language: Language) -> str:
    return "".join(_write_cell(column, row, most, language) for column in columns)


def _write_cell(column: str, row: Mapping[Any, Any], most: int, language: Language) -> str:
    if column == "bar":
        return _draw_bar(int(row["lost"]), int(row["gained"]), most, language)
    if column == "verdict":
        verdicts = [row.get(f"verdict_{side}") for side in ("before", "after")]
        words = ["" if is_missing(verdict) else name_verdict(verdict, language) for verdict in verdicts]
        both = words[0] if words[0] == words[1] else _say("compare.verdicts", language, before=words[0], after=words[1])
        return f'<td class="ga-text">{both}</td>'
    value = row.get(column)
    data = "" if is_missing(value) else repr(round(float(value), 6))  # type: ignore[arg-type]  # not missing here
    css = ""
    if column == "net":
        said = format_signed(value, language)
        css = ' class="ga-up"' if value and value > 0 else ' class="ga-down"' if value and value < 0 else ""
    elif column.startswith("share"):
        said = format_share(value, language)
    elif column == "mean_change_min":
        said = format_minutes_change(value, language)
    else:
        said = format_count(value, language)
    return f'<td data-value="{data}"{css}>{escape(said)}</td>'


def _draw_bar(lost: int, gained: int, most: int, language: Language) -> str:
    """Draw losses to the left and gains to the right of a line, on one scale for the whole table."""
    counts = {"lost": format_count(lost, language), "gained": format_count(gained, language)}
    label = _say("compare.bar_help", language, **counts)
    left, right = (60 * people / max(most, 1) for people in (lost, gained))
    return (
        f'<td class="ga-text ga-bar"><svg viewBox="0 0 124 14" preserveAspectRatio="none" role="img" '
        f'aria-label="{label}"><rect x="{62 - left:.1f}" y="2" width="{left:.1f}" height="10" fill="url(#ga_lost)" '
        f'stroke="#4a1a00" stroke-width="{0.6 if lost else 0}"/><rect x="62" y="2" width="{right:.1f}" height="10" '
        'fill="#134f86"/><path d="M62 0v14" stroke="#1b1f24" stroke-width="1"/></svg></td>'
    )


#: The hatch of the bars; once a page.
BAR_PATTERN = (
    '<svg width="0" height="0" aria-hidden="true" style="position:absolute"><defs><pattern id="ga_lost" width="5" '
    'height="5" patternUnits="userSpaceOnUse"><rect width="5" height="5" fill="#f08a3c"/><path d="M0 5L5 0" '
    'stroke="#4a1a00" stroke-width="1.2"/></pattern></defs></svg>'
)


def _write_communes(comparison: Comparison, counted: Tally, language: Language, map_name: str) -> str:
    columns = [*_FIGURES, *_JOURNEY, "verdict"]
    records = [
        {**exact, **people}
        for exact, people in zip(
            comparison.communes.drop(columns="geometry").to_dict("records"),
            counted.communes.to_dict("records"),
            strict=True,
        )
    ]
    most = max([1, *(max(row["gained"], row["lost"]) for row in records)])
    body = []
    for i in sort_by_net(comparison, counted):
        name = str(records[i]["name"])
        label = _say("compare.show_on_map", language, name=name)
        lead = (
            f'<button type="button" data-show="{map_name}" value="{i}" aria-label="{label}" title="{label}">'
            f"{escape(name)}</button>"
        )
        body.append(f"<tr>{_write_lead(name, lead)}{_write_cells(records[i], columns, most, language)}</tr>")
    foot = _write_foot(comparison, counted, columns, language)
    caption = _say("compare.caption_communes", language)
    return _write_table(caption, _write_heads(["commune", *columns], language), body, foot)


def _write_foot(
    comparison: Comparison, counted: Tally, columns: Sequence[str], language: Language, *, skip: int = 0
) -> str:
    total = {**comparison.summary["total"], **counted.total}
    cells = []
    for column in columns:
        if column in ("bar", "verdict"):
            cells.append(f'<td class="ga-{column}"></td>')
        else:
            cells.append(_write_cell(column, total, 1, language))
    lead = f'<th scope="row">{_say("results.total", language)}</th>'
    return f"<tfoot><tr>{lead}{'<td></td>' * skip}{''.join(cells)}</tr></tfoot>"


def _write_sst(comparison: Comparison, counted: Tally, language: Language) -> str:
    columns = [*_FIGURES, *_JOURNEY]
    records = [
        {**exact, **people}
        for exact, people in zip(
            comparison.sst.drop(columns="geometry").to_dict("records"), counted.sst.to_dict("records"), strict=True
        )
    ]
    group, size = rank_by_net(counted.sst)
    records = [records[i] for i in np.lexsort((comparison.sst["sst"].astype(str), size, group))]
    most = max([1, *(max(row["gained"], row["lost"]) for row in records)])
    tables = []
    for sides, caption, origin in (
        (("both", "after"), "caption_sst", "related"),
        (("before",), "caption_old_sst", "becomes"),
    ):
        rows = [row for row in records if row["side"] in sides]
        if not rows:
            continue
        # Where no SST changes its communes, there is no origin to tell.
        told = [origin] if any(row["side"] != "both" for row in rows) else []
        body = []
        for row in rows:
            name = str(row["sst"])
            lead = f"{escape(name)}<small>{escape(join_words(row['commune_names'], language))}</small>"
            same = row["side"] == "both"
            said = render("compare.unchanged", language) if same else join_words(row["related"], language)
            origins = f'<td class="ga-text ga-names">{escape(said)}</td>' * len(told)
            body.append(f"<tr>{_write_lead(name, lead)}{origins}{_write_cells(row, columns, most, language)}</tr>")
        whole = sides[0] == "both"
        foot = _write_foot(comparison, counted, columns, language, skip=len(told)) if whole else ""
        heads = _write_heads(["sst", *told, *columns], language)
        tables.append(_write_table(_say(f"compare.{caption}", language), heads, body, foot))
    return "".join(tables)


def _write_readings(comparison: Comparison, language: Language) -> str:
    readings = list_readings(comparison, language)
    if not readings:
        return ""
    residents = comparison.summary["total"]["residents"]
    pools = ("any", "own_sst")
    compared = [comparison.summary[side]["target"]["pole"]["pool"] for side in ("before", "after")]
    heads = [f'<th scope="col" class="ga-text">{_say("compare.reading_row", language)}</th>']
    heads += [f'<th scope="col">{_say(f"compare.reading_{pool}", language)}</th>' for pool in pools]
    heads.append(f'<th scope="col">{_say("compare.reading_gap", language)}</th>')
    body = []
    for number, (name, people) in enumerate(readings):
        chosen = {compared[number]} if len(readings) > 1 else set(compared)
        cells = []
        for pool in pools:
            share = format_share(people[pool] / residents if residents else None, language)
            said = escape(f"{format_count(people[pool], language)} ({share})")
            cells.append(f"<td>{f'<b>{said}</b>' if pool in chosen else said}</td>")
        gap = format_signed(round(people["own_sst"]) - round(people["any"]), language)
        body.append(f'<tr><th scope="row">{escape(name)}</th>{"".join(cells)}<td>{escape(gap)}</td></tr>')
    return _write_table(_say("compare.readings_caption", language), heads, body)


def _write_sites(rows: Sequence[Mapping[Any, Any]], language: Language) -> str:
    body = []
    for row in rows:
        side = "before" if is_missing(row["site_after"]) else "after"
        served, kind = [row["served_before"], row["served_after"]], row[f"kind_{side}"]
        cells = [
            f'<td class="ga-text">{_say(f"results.kind_{kind}", language)}</td>',
            f'<td class="ga-text">{escape(say_changes_of_site(row, language))}</td>',
            *(
                f'<td data-value="{"" if is_missing(people) else round(float(people), 2)}">'
                f"{escape(format_count(people, language))}</td>"
                for people in served
            ),
        ]
        body.append(f"<tr>{_write_lead(str(row[f'name_{side}']))}{''.join(cells)}</tr>")
    heads = _write_heads(["site", "kind", "what", "served_before", "served_after"], language)
    return _write_table(_say("compare.caption_sites", language), heads, body)
