"""A placement for readers and programs: a table, JSON, GeoJSON, CSV, and a page with the maps before and after."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from rich.console import Group

from geo_access.analysis.comparison import hold
from geo_access.core.arguments import take_language
from geo_access.core.documents import list_records, render_json
from geo_access.core.errors import InputError
from geo_access.core.files import write_bytes_atomically, write_text_atomically
from geo_access.core.formats import format_count, format_number, format_share
from geo_access.core.shapes import list_points
from geo_access.core.terminal import line
from geo_access.report.comparison.comparison_map import ComparisonMap, comparison_map
from geo_access.report.comparison.page import PageHead
from geo_access.report.comparison.words import format_signed
from geo_access.report.html import render_template
from geo_access.report.map.table import make_plain_table
from geo_access.report.pages.placement_words import (
    format_answer,
    format_headline,
    format_question,
    format_seconds,
    list_chosen,
    list_closed,
    list_curve,
    list_unreachable,
    name_place,
    says_people,
    sum_unreachable,
)
from geo_access.report.sentences import list_hypotheses, pick_supposed
from geo_access.report.table import Column, Table
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup
    from rich.console import RenderableType

    from geo_access.analysis.placement.placement import Placement
    from geo_access.report.map.table import ScrollTable
    from geo_access.texts import Language

#: The trade-off: how wide it is, where its left edge, its ground line and its top are.
_WIDTH, _LEFT, _LOW, _TOP = 352.0, 64.0, 190.0, 30.0
SUFFIXES = (".html", ".geojson", ".json", ".csv", ".xlsx")


def render_placement_table(placement: Placement, language: Language | None = None) -> RenderableType:
    """Return the answer as a table for a terminal."""
    language = take_language(language, placement.language)
    study = str(placement.before.summary["study"])
    lines = [format_question(placement, language) + ".", *format_answer(placement, language)]
    lines.append(render("place.weighed", language, weight=placement.weight))
    lines += list_hypotheses(placement.before.summary, language)
    parts: list[RenderableType] = [
        line(render("place.title", language, study=study), "bold"),
        *map(line, lines),
        _table("place.chosen_title", *list_chosen(placement, language), language=language),
    ]
    if len(placement.closed):
        parts.append(_table("place.closed_title", *list_closed(placement, language), language=language))
    parts += [_table("place.curve_title", *list_curve(placement, language), language=language)]
    parts += [line(finding.text(language)) for finding in placement.findings if finding.level != "info"]
    parts += [line(render("place.hypothesis", language)), line(_format_time(placement, language), "dim")]
    return Group(*parts)


def _format_time(placement: Placement, language: Language) -> str:
    spent = {name: format_count(placement.seconds[name], language) for name in ("search", "solve")}
    return render("place.solved_in", language, rounds=placement.rounds, **spent)


def _table(code: str, heads: Sequence[str], rows: Sequence[Sequence[str]], *, language: Language) -> RenderableType:
    columns = [Column(str(at), head) for at, head in enumerate(heads)]
    return Table.of_cells(render(code, language), columns, rows).to_rich("frame")


def to_placement_document(placement: Placement) -> dict[str, Any]:
    """Return the answer as JSON values; the same question gives the same document."""
    return {
        "study": str(placement.before.summary["study"]),
        **pick_supposed(placement.before.summary),
        "kind": placement.kind,
        "objective": placement.objective,
        "count": placement.count,
        "weight": placement.weight,
        "within": placement.within,
        "status": placement.status,
        "value": placement.value,
        "bound": placement.bound,
        "gap": placement.gap if np.isfinite(placement.gap) else None,
        "candidates": len(placement.candidates),
        "chosen": list_records(placement.chosen.assign(label=_label(placement), **_degrees(placement))),
        "closed": list_records(placement.closed),
        "closing_cost": placement.closing_cost,
        "today": placement.today,
        "curve": list_records(placement.curve),
        "unreachable": {
            "residents": float(placement.unreachable["weight"].sum()),
            "communes": list_records(sum_unreachable(placement)),
            "cells": list(placement.unreachable["cell"].astype(str)),
        },
        "findings": [one.to_dict(placement.language) for one in placement.findings],
    }


def _label(placement: Placement) -> list[str]:
    """Name the places to open as people do, beside their ids."""
    return [name_place(row, placement.language) for row in placement.chosen.to_dict("records")]


def _degrees(placement: Placement) -> dict[str, Any]:
    points = placement.chosen.geometry.to_crs("EPSG:4326")
    return {"lat": points.y.round(6), "lon": points.x.round(6)}


def to_placement_json(placement: Placement) -> str:
    """Write the answer as JSON."""
    return render_json(to_placement_document(placement))


def to_placement_geojson(placement: Placement) -> str:
    """Write the places to open as GeoJSON points, with what they bring."""
    rows = list_records(placement.chosen.assign(label=_label(placement)))
    points = list_points(placement.chosen.geometry.to_crs("EPSG:4326"))
    features = [
        {
            "type": "Feature",
            "properties": {"kind": placement.kind, "status": "planned", **row},
            "geometry": {"type": "Point", "coordinates": [round(point.x, 6), round(point.y, 6)]},
        }
        for row, point in zip(rows, points, strict=True)
    ]
    return render_json({"type": "FeatureCollection", "features": features}, indent=1)


def to_placement_csv(placement: Placement, *, language: Language | None = None) -> str:
    """Write the curve as a spreadsheet of the language's country takes it."""
    language = take_language(language, placement.language)
    return make_curve(placement, language).render_csv(language)


def make_curve(placement: Placement, language: Language) -> Table:
    """Return the curve with its figures as numbers."""
    columns = [Column("count", render("place.column_count", language), "number")]
    if says_people(placement):
        columns += [Column("served", render("place.column_served", language), "number")]
        columns += [Column("share", render("place.csv_share", language), "share")]
    else:
        columns += [
            Column(name, render(f"place.csv_{name[:-2]}", language), "number") for name in ("mean_s", "worst_s")
        ]
    columns += [Column("gap", render("place.csv_gap", language), "number")]
    columns += [Column(name, render(f"place.csv_{name}", language)) for name in ("opened", "closed")]
    rows = [
        {
            **row,
            # A part of an order is no answer, so that nothing bounds it.
            "gap": None if row["status"] == "order" else row["gap"] * 100,
            "opened": "; ".join(row["opened"]),
            "closed": "; ".join(row["closed"]),
        }
        for row in placement.curve.to_dict("records")
    ]
    return Table("", columns, rows)


def save_placement(placement: Placement, path: Path | str, *, language: Language | None = None) -> None:
    """Write the answer by what the file's name ends in: .html, .geojson, .json, .xlsx; .csv holds the curve.

    Raises
    ------
    InputError
        When the name ends in something else, the folder is missing or writing is refused.
    """
    path = Path(path)
    check_suffix(path)
    if path.suffix == ".html":
        write_text_atomically(path, placement_page(placement, language=language).to_html())
    elif path.suffix == ".xlsx":
        from geo_access.report.pages.workbooks import placement_workbook

        write_bytes_atomically(path, placement_workbook(placement, take_language(language, placement.language)))
    elif path.suffix == ".csv":
        write_text_atomically(path, to_placement_csv(placement, language=language))
    else:
        write = to_placement_geojson if path.suffix == ".geojson" else to_placement_json
        write_text_atomically(path, write(placement))


def check_suffix(path: Path) -> None:
    """Refuse a file whose name ends in something that a placement is not written as."""
    if path.suffix not in SUFFIXES:
        raise InputError("place.output_format", file=path)


def placement_page(placement: Placement, *, language: Language | None = None) -> ComparisonMap:
    """Draw the study before and after: what is gained, where to open beside the map, the curve and the tables below.

    Returns
    -------
    ComparisonMap
        ``.save("answer.html")`` writes one file that opens without any network; in a notebook it shows itself.
    """
    language = take_language(language, placement.language)
    comparison = hold(placement.before, placement.after)
    title = render("place.title", language, study=str(placement.before.summary["study"]))
    words = render(_name_promise(placement), language)
    head = PageHead(
        format_headline(placement, language).removesuffix("."),
        format_question(placement, language) + ".",
        render_lead(placement, title, language),
        words,
        kicker=title,
        key=list_figures(placement, language),
        beside=render_chosen(placement, language),
    )
    return comparison_map(comparison, language=language, head=head)


def _name_promise(placement: Placement) -> str:
    """Name the words over what the page shows of the promise, which is the question itself or stands beside it."""
    if placement.kind == "pmi":
        return "place.promise_beside_pmi"
    return "place.promise_heading" if says_people(placement) else "place.promise_beside"


def _tabulate(
    name: str, told: tuple[list[str], list[list[str]]], *, texts: tuple[int, ...], language: Language
) -> ScrollTable:
    return make_plain_table(render(f"place.{name}_title", language), *told, texts)


def render_chosen(placement: Placement, language: Language) -> Markup:
    """Return where to open, as it stands beside the map: what brings most first."""
    people = says_people(placement)
    chosen = []
    for row in placement.chosen.drop(columns="geometry").to_dict("records"):
        gained = row["gained"]
        count = {"count": round(gained)} if people else {}
        said = format_signed(gained, language) if people else format_seconds(gained, language)
        brings = render("place.brings_people" if people else "place.brings_time", language, gained=said, **count)
        chosen.append((name_place(row, language), brings))
    return render_template("placement_chosen.html", language, chosen=chosen)


def render_lead(placement: Placement, title: str, language: Language) -> Markup:
    """Return how the answer was found, its curve and its tables, as they stand below the map."""
    said = format_answer(placement, language)[1:]
    said.append(render("place.weighed", language, weight=placement.weight))
    said += [finding.text(language) for finding in placement.findings if finding.level != "info"]
    said += list_hypotheses(placement.before.summary, language)
    return render_template(
        "placement.html",
        language,
        title=title,
        lead=said,
        chosen=_tabulate("chosen", list_chosen(placement, language), texts=(1, 2), language=language),
        closed=_tabulate("closed", list_closed(placement, language), texts=(0,), language=language),
        chart=render_curve(placement, language),
        curve=_tabulate("curve", list_curve(placement, language), texts=(3,), language=language),
        unreachable=_tabulate("unreachable", list_unreachable(placement, language), texts=(0,), language=language),
    )


def list_figures(placement: Placement, language: Language) -> list[tuple[str, str, str]]:
    """List the key figures: who is served more and which share then is, or the times; and what closing loses."""
    before, after = placement.today, placement.curve.iloc[-1]
    if not says_people(placement):
        return [
            (
                figure,
                format_seconds(after[f"{figure}_s"], language),
                render(f"place.key_{figure}", language, before=format_seconds(before[f"{figure}_s"], language)),
            )
            for figure in ("mean", "worst")
        ]
    gained, share = after["served"] - before["served"], format_share(before["share"], language)
    return [
        ("gain", format_signed(gained, language), render("place.key_gain", language, count=round(gained))),
        ("served", format_share(after["share"], language), render("place.key_share", language, before=share)),
    ]


class _Line(NamedTuple):
    """A line of the trade-off: its dashes, its points, its name where there is more than one."""

    dash: str
    points: list[tuple[float, float]]
    said: str


def render_curve(placement: Placement, language: Language) -> Markup:
    """Draw the trade-off as SVG: residents served more than today, or minutes saved, by number of places."""
    curve, people = placement.curve, says_people(placement)
    names = {"served": ""}
    if not people:
        names = {"mean_s": render("place.line_mean", language), "worst_s": render("place.line_worst", language)}
    gains = {name: (curve[name] - curve[name].iloc[0]).to_numpy(np.float64) * (1 if people else -1) for name in names}
    most = max(*(float(gain.max()) for gain in gains.values()), 0.0) or 1.0
    step = (_WIDTH - _LEFT - 16) / max(len(curve) - 1, 1)

    def rise(value: float) -> float:
        return round(_LOW - (_LOW - _TOP) * max(value, 0.0) / most, 1)

    across = [round(_LEFT + step * count, 1) for count in range(len(curve))]
    lines = [
        _Line(dash, [(x, rise(float(value))) for x, value in zip(across, gains[name], strict=True)], said)
        for (name, said), dash in zip(names.items(), ("", "6 4"), strict=False)
    ]
    parts = [
        (
            rise(part * most),
            format_signed(part * most, language) if people else f"{format_number(part * most / 60, language)}\u00a0min",
        )
        for part in (0.0, 0.5, 1.0)
    ]
    first, last = (
        format_share(curve["share"].iloc[row], language)
        if people
        else format_seconds(float(curve["mean_s"].iloc[row]), language)
        for row in (0, -1)
    )
    every = max(-(-len(curve) // 10), 1)
    return render_template(
        "placement_curve.html",
        language,
        width=_WIDTH,
        low=_LOW,
        left=_LEFT,
        title=render("place.axis_gain" if people else "place.axis_saved", language),
        label=render("place.chart_label", language, count=len(curve) - 1, first=first, last=last),
        lines=lines,
        counts=[(across[count], count) for count in range(0, len(curve), every)],
        parts=parts,
    )
