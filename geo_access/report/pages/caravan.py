"""Whom the caravan reaches, in words and as a page: HTML with a calendar and a map, which asks no server."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from geo_access.core.documents import list_records, render_json
from geo_access.core.formats import (
    MISSING,
    format_clock,
    format_count,
    format_date,
    format_number,
    format_share,
    shorten_count,
)
from geo_access.core.shapes import list_points
from geo_access.core.spreadsheets import render_plain_sheet
from geo_access.report.html import render_template
from geo_access.report.pages.page import list_inputs, make_table, number_columns, print_table, text_columns
from geo_access.report.pages.svg_map import View, draw_frame, list_signs, trace_cells
from geo_access.report.palette import BORDER, ON_DARK, SHADES, VISIT_STYLES, find_tone
from geo_access.report.sentences import format_position, list_hypotheses
from geo_access.report.verdict_table import locate_finding
from geo_access.texts import render
from geo_access.verdict.point_names import read_name, say_spot

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_access.analysis.caravan import Caravan
    from geo_access.texts import Language
    from geo_access.verdict.coverage import Coverage

STOPS = (
    *text_columns("number", "stop", "date", "hours", "commune"),
    *number_columns("within", "beyond_within", "first_met"),
    *text_columns("position"),
)
NEXT = (*text_columns("number", "cell", "commune"), *number_columns("beyond_within", "gained"))
COMMUNES = (
    *text_columns("commune"),
    *number_columns("stops", "residents", "within", "beyond", "beyond_reached", "beyond_never"),
)
OFTEN = (*text_columns("often"), *number_columns("residents", "beyond"))


class _Class(NamedTuple):
    """Cells by how often they are within reach: text, fill, the lines that tell it apart without colour."""

    name: str
    ground: str
    lines: str
    width: float
    ink: str

    def find_fill(self, prefix: str) -> str:
        """Return its colour, or its pattern in the template."""
        return f"url(#{prefix}-{self.name})" if self.lines else self.ground


class _Box(NamedTuple):
    """A day in the calendar: its column and row, its colour; what it says where there is a stop."""

    column: int
    row: int
    fill: str
    ink: str = ""
    short: str = ""
    said: str = ""


class _Mark(NamedTuple):
    """A stop, or a next one, on the map: where (percent), what it says, its look."""

    left: str
    top: str
    said: str
    css: str


#: Lines of each class that has some, in a tile of 12 by 12.
_LINES = {
    "never_beyond": "M0 12L12 0M-2 2L2 -2M10 14L14 10",
    "twice_met": "M0 6H12",
    "few": "M0 6H12M6 0V12",
    "never_tied": "M0 0L12 12M0 12L12 0",
}
_CLASSES = tuple(
    _Class(name, find_tone(style), _LINES.get(name, ""), float(style.get("width", 0)), str(style.get("lines", "")))
    for name, style in VISIT_STYLES.items()
)
#: The kinds of places that the map shows beside the stops.
_SHOWN = ("pole", "antenna")
#: The calendar's boxes, from few residents to many.
_SHADES = ("var(--tint)", *SHADES[1:])
#: How many findings of one kind are said; the rest are counted.
_MOST_FINDINGS = 10


def format_title(found: Caravan, language: Language) -> str:
    """Say how many of those beyond the promise are reached."""
    if not found.beyond:
        reached = format_count(found.reached, language)
        return render("caravan.title_none", language, count=found.reached, reached=reached)
    return render(
        "caravan.title",
        language,
        count=found.beyond_reached,
        reached=format_count(found.beyond_reached, language),
        beyond=format_count(found.beyond, language),
        share=format_share(found.beyond_reached / found.beyond, language),
    )


def format_lead(found: Caravan, language: Language) -> list[str]:
    """Say what was counted and what it means, sentence by sentence."""
    way = render(f"caravan.way_{found.mode}", language)
    minutes = format_number(found.minutes, language)
    known = found.stops["hours"].dropna()
    hours = format_number(float(known.sum()), language) if len(known) else MISSING
    said = [
        render(
            "caravan.lead",
            language,
            first=format_date(found.first, language),
            last=format_date(found.last, language),
            stops=len(found.stops),
            hours=hours,
            limit=render(f"caravan.limit_{found.operator}", language, minutes=minutes, way=way),
            count=found.reached,
            never_count=found.beyond_never,
            everyone=format_count(found.reached, language),
            never=format_count(found.beyond_never, language),
        )
    ]
    if found.at_least > 1:
        reached = format_count(found.beyond_reached, language)
        said.append(
            render("caravan.lead_often", language, count=found.at_least, people=found.beyond_reached, reached=reached)
        )
    if found.unsnapped:
        people = format_count(found.unsnapped, language)
        said.append(render("caravan.unsnapped", language, count=found.unsnapped, people=people))
    if found.walking == "straight line":
        said.append(render("caravan.straight_line", language))
    return [*said, render("caravan.promise", language), *_list_findings(found, language)]


def _list_findings(found: Caravan, language: Language) -> list[str]:
    """List what was found, a few of each kind."""
    said: list[str] = []
    for code in dict.fromkeys(one.code for one in found.findings):
        alike = [one for one in found.findings if one.code == code]
        # The file's name is enough: the page goes to others.
        named = [replace(one, file=one.file and PurePath(one.file).name) for one in alike[:_MOST_FINDINGS]]
        said += [locate_finding(one, language) for one in named]
        if len(alike) > _MOST_FINDINGS:
            said.append(render("caravan.findings_more", language, count=len(alike) - _MOST_FINDINGS))
    return said


def format_next(found: Caravan, language: Language) -> str:
    """Say what the next stops would bring and whether that is proven."""
    search = found.search
    if search is None or not len(found.next):
        return render("caravan.next_none", language)
    people = float(found.next["gained"].sum())
    said = {"count": len(found.next), "people": people, "gained": format_count(people, language)}
    if search.status == "optimal":
        return render("caravan.next_proven", language, **said)
    return render("caravan.next_not_proven", language, bound=format_count(search.bound, language), **said)


def list_stops(found: Caravan, language: Language) -> list[tuple[str, ...]]:
    """Rows of the stops."""
    rows: list[tuple[str, ...]] = []
    for one in found.stops.drop(columns="geometry").to_dict("records"):
        hours = MISSING
        if not pd.isna(one["from_s"]):
            hours = f"{format_clock(one['from_s'], language)}–{format_clock(one['to_s'], language)}"
        rows.append(
            (
                str(one["number"]),
                one["name"],
                format_date(one["date"], language, weekday=True),
                hours,
                one["commune"] or MISSING,
                format_count(one["residents"], language),
                format_count(one["beyond"], language),
                format_count(one["first_met"], language),
                format_position(one["location"], language),
            )
        )
    return rows


def list_next(found: Caravan, language: Language) -> list[tuple[str, ...]]:
    """Rows of the next stops."""
    return [
        (
            _letter(at),
            say_spot(read_name(one), language),
            one["commune"] or MISSING,
            format_count(one["beyond"], language),
            format_count(one["gained"], language),
        )
        for at, one in enumerate(found.next.drop(columns="geometry").to_dict("records"))
    ]


def list_communes(found: Caravan, language: Language) -> list[tuple[str, ...]]:
    """Rows of the communes, those with most who are never reached first."""
    counts = ("residents", "reached", "beyond", "beyond_reached", "beyond_never")
    ordered = found.communes.drop(columns="geometry").sort_values("beyond_never", ascending=False, kind="stable")
    return [
        (one["name"], str(one["stops"]), *(format_count(one[name], language) for name in counts))
        for one in ordered.to_dict("records")
    ]


def list_often(found: Caravan, language: Language) -> list[tuple[str, ...]]:
    """Rows of the classes of the map."""
    code, cells = _classify(found), found.cells
    weight, beyond = cells["weight"].to_numpy(np.float64), (cells["state"] == "beyond").to_numpy(bool)
    return [
        (
            render(f"caravan.{one.name}", language),
            format_count(weight[code == at].sum(), language),
            format_count(weight[(code == at) & beyond].sum(), language),
        )
        for at, one in enumerate(_CLASSES)
    ]


def render_caravan(found: Caravan, form: str, language: Language) -> str:
    """Return whom the caravan reaches as a table, as JSON, or its cells as CSV."""
    if form == "json":
        return _render_document(found, language)
    if form == "csv":
        return render_plain_sheet(found.cells)
    parts = [
        format_title(found, language),
        *format_lead(found, language),
        *list_hypotheses(found.supposed, language),
        "",
        print_table("caravan", "stops_title", STOPS, list_stops(found, language), language),
        print_table("caravan", "often_title", OFTEN, list_often(found, language), language),
    ]
    if found.search is not None:
        parts.append(format_next(found, language))
    if len(found.next):
        parts.append(print_table("caravan", "next_title", NEXT, list_next(found, language), language))
    parts.append(print_table("caravan", "communes_title", COMMUNES, list_communes(found, language), language))
    return "\n".join(parts)


def _render_document(found: Caravan, language: Language) -> str:
    search = found.search
    told = {
        "season": {"from": found.first.isoformat(), "to": found.last.isoformat()},
        "within_reach": {
            "mode": found.mode,
            "operator": found.operator,
            "minutes": found.minutes,
            "walking": found.walking,
        },
        "at_least": found.at_least,
        "total": {
            "residents": found.residents,
            "reached": found.reached,
            "beyond": found.beyond,
            "beyond_reached": found.beyond_reached,
            "beyond_never": found.beyond_never,
            "unsnapped": found.unsnapped,
        },
        "often": _list_records(found.often),
        "stops": _list_records(found.stops),
        "communes": _list_records(found.communes),
        "calendar": _list_records(found.calendar[found.calendar["stops"] > 0]),
        "next": None
        if search is None
        else {
            "status": search.status,
            "gained": search.value,
            "bound": search.bound,
            "gap": search.gap,
            "stops": _list_records(found.next),
        },
        **found.supposed,
        "findings": [one.to_dict(language) for one in found.findings],
    }
    return render_json(told, indent=1)


def _list_records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as JSON holds them: points as longitude and latitude."""
    if "geometry" in table and set(table.geom_type) <= {"Point"}:
        degrees = table.geometry.to_crs(4326)
        table = table.assign(lat=degrees.y.round(6), lon=degrees.x.round(6))
    return list_records(table)


def render_caravan_page(coverage: Coverage, found: Caravan, language: Language) -> str:
    """Render the page.

    Parameters
    ----------
    coverage
        What `caravan_reach` was given: its poles and antennas are drawn.
    """
    months, boxes = _list_boxes(found, language)
    said = format_lead(found, language)
    tables = {
        "stops": make_table("caravan", "stops_title", STOPS, list_stops(found, language), language),
        "often": make_table("caravan", "often_title", OFTEN, list_often(found, language), language),
        "next": make_table("caravan", "next_title", NEXT, list_next(found, language), language),
        "communes": make_table("caravan", "communes_title", COMMUNES, list_communes(found, language), language),
    }
    page = render_template(
        "caravan.html",
        language,
        title=format_title(found, language),
        kicker=render("caravan.kicker", language, study=coverage.summary["study"]),
        line=said[0],
        key=_list_figures(found, language),
        method=[*said[1:], *list_hypotheses(found.supposed, language)],
        files=list_inputs(coverage.summary),
        months=months,
        boxes=boxes,
        classes=_CLASSES,
        following=None if found.search is None else format_next(found, language),
        tables=tables,
        **_lay_out_map(coverage, found, language),
    )
    return str(page)


def _list_figures(found: Caravan, language: Language) -> list[tuple[str, str, str]]:
    """List the key figures: those beyond the promise who are reached, everyone who is, those who never are."""
    return [
        (name, format_count(people, language), render(f"caravan.key_{name}", language, count=round(people)))
        for name, people in (("gain", found.beyond_reached), ("served", found.reached), ("beyond", found.beyond_never))
    ]


def _letter(at: int) -> str:
    return chr(ord("A") + at) if at < 26 else f"Z{at - 24}"


def _classify(found: Caravan) -> NDArray[np.int64]:
    """Class of each cell of `_CLASSES`; -1 where nobody lives."""
    times, state = found.cells["times"].to_numpy(np.int64), found.cells["state"].to_numpy(object)
    code = 1 + np.searchsorted([1, 2, 3, 6], times, side="right")
    code[(times == 0) & (state != "beyond")] = 0
    code[state == "unsnapped"] = len(_CLASSES) - 1
    code[~(found.cells["weight"] > 0).to_numpy(bool)] = -1
    return np.asarray(code, np.int64)


def _list_boxes(found: Caravan, language: Language) -> tuple[list[str], list[_Box]]:
    """List the calendar's months, those with a stop, and their days: shades with the number of residents in reach."""
    days = found.calendar.to_dict("records")
    busy = sorted({(one["date"].year, one["date"].month) for one in days if one["stops"]})
    most = max((one["residents"] for one in days), default=0.0)
    months = [format_date(dt.date(year, month, 2), language).partition("\u00a0")[2] for year, month in busy]
    rows = {month: row for row, month in enumerate(busy)}
    names = found.stops.groupby("date")["name"].agg(lambda some: ", ".join(map(str, some)))
    boxes = []
    for one in days:
        day = one["date"]
        if (day.year, day.month) not in rows:
            continue
        shade = 0 if not one["residents"] else 1 + min(3, int(4 * one["residents"] / most))
        box = _Box(day.day - 1, rows[day.year, day.month], _SHADES[shade])
        if one["stops"]:
            said = render(
                "caravan.day_said",
                language,
                day=format_date(day, language, weekday=True),
                count=one["residents"],
                residents=format_count(one["residents"], language),
                stops=names[day],
            )
            ink = "currentColor" if not shade else ON_DARK if shade == len(_SHADES) - 1 else BORDER
            box = box._replace(ink=ink, short=shorten_count(one["residents"], language), said=said)
        boxes.append(box)
    return months, boxes


def _lay_out_map(coverage: Coverage, found: Caravan, language: Language) -> dict[str, Any]:
    communes, code = found.communes, _classify(found)
    view = View.around(communes.total_bounds, shape=None)
    # One disc a place, with the numbers of all its days.
    places: dict[tuple[float, float], list[int]] = {}
    for number, point in zip(found.stops["number"], list_points(found.stops.geometry), strict=True):
        places.setdefault((round(point.x, 1), round(point.y, 1)), []).append(int(number))
    seen = [
        (view.place(*at), str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}+", "")
        for at, numbers in places.items()
        if view.holds(*at)
    ]
    seen += [
        (view.place(one.x, one.y), _letter(at), "ga-proposed")
        for at, one in enumerate(list_points(found.next.geometry))
    ]
    shown = coverage.sites[coverage.sites["kind"].isin(_SHOWN).to_numpy(bool)]
    return {
        "cells": [
            trace_cells(found.cells.geometry[code == at], view, one.find_fill("map")) for at, one in enumerate(_CLASSES)
        ],
        "drawn": draw_frame(
            communes, view, language, sites=shown, marks=[at for at, _, _ in seen], size=0.9, times=coverage.times
        ),
        "signs": list_signs(shown, language),
        "marks": [_Mark(*view.locate(*at), said, css) for at, said, css in seen],
    }
