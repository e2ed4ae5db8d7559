"""The tables below the comparison's maps: winners and losers in words and numbers, for every reader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from geo_access.core.formats import format_count, format_share, is_missing, join_words
from geo_access.report.comparison.words import (
    format_changes_of_site,
    format_minutes_change,
    format_signed,
    list_readings,
    rank_by_net,
    sort_by_net,
    tally,
)
from geo_access.report.html import render_template
from geo_access.report.map.layers import flatten
from geo_access.report.map.table import (
    Head,
    ScrollCell,
    ScrollRow,
    ScrollTable,
    make_button,
    make_lead,
    make_number,
    make_text,
)
from geo_access.report.sentences import name_verdict
from geo_access.report.zone_names import name_zones
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geo_access.analysis.comparison import Comparison
    from geo_access.report.comparison.words import Tally
    from geo_access.texts import Language

_FIGURES = ("residents", "share_before", "share_after", "lost", "gained", "net", "bar")
_JOURNEY = ("quicker", "slower", "mean_change_min")
_TEXTS = ("commune", "sst", "related", "becomes", "verdict", "bar", "site", "kind", "what")


@dataclass(frozen=True)
class TablePart:
    """Tables under one heading, with a line of help or none."""

    heading: str
    tables: Sequence[ScrollTable]
    help: str = ""


def make_comparison_tables(comparison: Comparison, language: Language, *, map_name: str) -> list[TablePart]:
    """Return the tables by commune, by SST, of the readings, and of the places that change.

    Parameters
    ----------
    map_name
        Name of the map that a commune's button shows it on.
    """
    counted = tally(comparison)
    communes = _make_communes(comparison, counted, language, map_name)
    helped = render("compare.table_help", language)
    parts = [TablePart(render("compare.table_communes", language), [communes], helped)]
    if len(comparison.sst):
        parts.append(TablePart(render("compare.table_sst", language), _make_sst(comparison, counted, language)))
    readings = _make_readings(comparison, language)
    if readings:
        parts.append(TablePart(render("compare.readings_heading", language), [readings]))
    changed = comparison.sites[comparison.sites["changes"].map(len) > 0]
    if len(changed):
        sites = _make_sites(changed.to_dict("records"), language)
        parts.append(TablePart(render("compare.caption_sites", language), [sites]))
    return parts


def _make_heads(columns: Sequence[str], language: Language) -> list[Head]:
    heads = []
    for column in columns:
        part = "results" if column in ("commune", "sst", "residents") else "compare"
        words = flatten(render(f"{part}.column_{column}", language))
        kind, css = ("text", "ga-text") if column in _TEXTS else ("number", None)
        # A drawing is no key to sort by.
        heads.append(Head(words, kind, None, "ga-text ga-bar" if column == "bar" else css, sorts=column != "bar"))
    return heads


def _make_cells(row: Mapping[Any, Any], columns: Sequence[str], most: int, language: Language) -> list[ScrollCell]:
    return [_make_cell(column, row, most, language) for column in columns]


def _make_cell(column: str, row: Mapping[Any, Any], most: int, language: Language) -> ScrollCell:
    if column == "bar":
        return ScrollCell(_draw_bar(int(row["lost"]), int(row["gained"]), most, language), css="ga-text ga-bar")
    if column == "verdict":
        verdicts = [row.get(f"verdict_{side}") for side in ("before", "after")]
        words = ["" if is_missing(verdict) else name_verdict(verdict, language) for verdict in verdicts]
        both = render("compare.verdicts", language, before=words[0], after=words[1])
        return make_text(words[0] if words[0] == words[1] else both)
    value = row.get(column)
    css = None
    if column == "net":
        said = format_signed(value, language)
        css = "ga-up" if value and value > 0 else "ga-down" if value and value < 0 else None
    elif column.startswith("share"):
        said = format_share(value, language)
    elif column == "mean_change_min":
        said = format_minutes_change(value, language)
    else:
        said = format_count(value, language)
    return make_number(value, said, css)


def _draw_bar(lost: int, gained: int, most: int, language: Language) -> str:
    """Draw losses to the left and gains to the right of a line, on one scale for the whole table."""
    left, right = (60 * people / max(most, 1) for people in (lost, gained))
    counts = {"lost": format_count(lost, language), "gained": format_count(gained, language)}
    return render_template("map/bar.html", language, left=left, right=right, **counts)


def _make_communes(comparison: Comparison, counted: Tally, language: Language, map_name: str) -> ScrollTable:
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
        button = make_button(name, render("compare.show_on_map", language, name=name), int(i), map_name, language)
        body.append(ScrollRow([make_lead(name, button), *_make_cells(records[i], columns, most, language)]))
    foot = _make_foot(comparison, counted, columns, language)
    return ScrollTable(
        render("compare.caption_communes", language), _make_heads(["commune", *columns], language), body, foot
    )


def _make_foot(
    comparison: Comparison, counted: Tally, columns: Sequence[str], language: Language, *, skip: int = 0
) -> list[ScrollCell]:
    total = {**comparison.summary["total"], **counted.total}
    cells = [
        ScrollCell("", css=f"ga-{column}") if column in ("bar", "verdict") else _make_cell(column, total, 1, language)
        for column in columns
    ]
    return [ScrollCell(render("results.total", language), lead=True), *[ScrollCell("")] * skip, *cells]


def _make_sst(comparison: Comparison, counted: Tally, language: Language) -> list[ScrollTable]:
    columns = [*_FIGURES, *_JOURNEY]
    records = [
        {**exact, **people}
        for exact, people in zip(
            comparison.sst.drop(columns="geometry").to_dict("records"), counted.sst.to_dict("records"), strict=True
        )
    ]
    zones = {side: name_zones(comparison.communes, f"sst_{side}", language) for side in ("before", "after")}
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
            side, other = ("before", "after") if row["side"] == "before" else ("after", "before")
            mine, others = zones[side], zones[other]
            name, inside = mine.get(str(row["sst"]), str(row["sst"])), [str(one) for one in row["commune_names"]]
            # A name that is made of all its communes needs no list of them.
            listed = "" if all(one in name for one in inside) else join_words(inside, language)
            lead = make_lead(name, render_template("map/zone.html", language, name=name, communes=listed))
            same = row["side"] == "both"
            related = [others.get(str(one), str(one)) for one in row["related"]]
            said = render("compare.unchanged", language) if same else "; ".join(related)
            origins = [make_text(said, "ga-text ga-names")] * len(told)
            body.append(ScrollRow([lead, *origins, *_make_cells(row, columns, most, language)]))
        whole = sides[0] == "both"
        foot = _make_foot(comparison, counted, columns, language, skip=len(told)) if whole else ()
        heads = _make_heads(["sst", *told, *columns], language)
        tables.append(ScrollTable(render(f"compare.{caption}", language), heads, body, foot))
    return tables


def _make_readings(comparison: Comparison, language: Language) -> ScrollTable | None:
    readings = list_readings(comparison, language)
    if not readings:
        return None
    residents = comparison.summary["total"]["residents"]
    pools = ("any", "own_sst")
    compared = [comparison.summary[side]["target"]["pole"]["pool"] for side in ("before", "after")]
    heads = [Head(render("compare.reading_row", language), css="ga-text", sorts=False)]
    heads += [Head(render(f"compare.reading_{what}", language), sorts=False) for what in (*pools, "gap")]
    body = []
    for number, (name, people) in enumerate(readings):
        chosen = {compared[number]} if len(readings) > 1 else set(compared)
        cells = [ScrollCell(name, lead=True)]
        for pool in pools:
            share = format_share(people[pool] / residents if residents else None, language)
            said = f"{format_count(people[pool], language)} ({share})"
            cells.append(
                ScrollCell(render_template("map/compared_figure.html", language, said=said, bold=pool in chosen))
            )
        gap = format_signed(round(people["own_sst"]) - round(people["any"]), language)
        body.append(ScrollRow([*cells, ScrollCell(gap)]))
    return ScrollTable(render("compare.readings_caption", language), heads, body)


def _make_sites(rows: Sequence[Mapping[Any, Any]], language: Language) -> ScrollTable:
    body = []
    for row in rows:
        side = "before" if is_missing(row["site_after"]) else "after"
        cells = [
            make_lead(str(row[f"name_{side}"])),
            make_text(render(f"results.kind_{row[f'kind_{side}']}", language)),
            make_text(format_changes_of_site(row, language)),
        ]
        for people in (row["served_before"], row["served_after"]):
            value = "" if is_missing(people) else str(round(float(people), 2))
            cells.append(ScrollCell(format_count(people, language), value))
        body.append(ScrollRow(cells))
    heads = _make_heads(["site", "kind", "what", "served_before", "served_after"], language)
    return ScrollTable(render("compare.caption_sites", language), heads, body)
