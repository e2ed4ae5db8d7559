"""Whom the caravan reaches, in words and as a page: HTML with a calendar and a map, which asks no server."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from html import escape
from pathlib import PurePath
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_access.brief_map import HEIGHT, WIDTH, View, draw_areas, draw_scale, write_names
from geo_access.caravan_stops import name_position
from geo_access.formats import (
    MISSING,
    format_clock,
    format_count,
    format_date,
    format_number,
    format_share,
    shorten_count,
)
from geo_access.plain_page import Column, draw_table, write_page
from geo_access.reports import locate_finding
from geo_access.texts import render

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_access.caravan import Caravan
    from geo_access.texts import Language

STOPS = (
    Column("number"),
    Column("stop"),
    Column("date"),
    Column("hours"),
    Column("commune"),
    Column("within", right=True),
    Column("beyond_within", right=True),
    Column("first_met", right=True),
    Column("position"),
)
NEXT = (
    Column("number"),
    Column("cell"),
    Column("commune"),
    Column("beyond_within", right=True),
    Column("gained", right=True),
)
COMMUNES = (
    Column("commune"),
    Column("stops", right=True),
    Column("residents", right=True),
    Column("within", right=True),
    Column("beyond", right=True),
    Column("beyond_reached", right=True),
    Column("beyond_never", right=True),
)
OFTEN = (Column("often"), Column("residents", right=True), Column("beyond", right=True))
#: Classes of cells by how often they are within reach: text, fill, the lines that tell it apart without colour.
_CLASSES: tuple[tuple[str, str, str, float], ...] = (
    ("never_served", "#e9ebee", "", 0),
    ("never_beyond", "#f2a36f", "M0 12L12 0M-2 2L2 -2M10 14L14 10", 2.6),
    ("once", "#cfe1f2", "", 0),
    ("twice_met", "#9ccbe8", "M0 6H12", 1.2),
    ("few", "#5b9bd0", "M0 6H12M6 0V12", 1.4),
    ("many", "#1c4f80", "", 0),
    ("never_tied", "#8b8f94", "M0 0L12 12M0 12L12 0", 1.2),
)
_LINES = "#14181d"
#: The calendar's boxes (its own units), from few residents to many.
_BOX_W, _BOX_H, _HEAD_W, _HEAD_H = 31, 30, 92, 22
_SHADES = ("#eef1f4", "#d3e4f3", "#9ccbe8", "#5b9bd0", "#1c4f80")
_DAYS_OF_MONTH = 31
#: How many findings of one kind are said; the rest are counted.
_MOST_FINDINGS = 10


def say_title(found: Caravan, language: Language) -> str:
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


def say_lead(found: Caravan, language: Language) -> list[str]:
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


def say_next(found: Caravan, language: Language) -> str:
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
                say_position(one["location"], language),
            )
        )
    return rows


def say_position(said: object, language: Language) -> str:
    """Say how good a position is; in the file's own words where they are not known."""
    if not isinstance(said, str) or not said.strip():
        return MISSING
    return render(f"caravan.position_{name_position(said)}", language, said=said.strip())


def list_next(found: Caravan, language: Language) -> list[tuple[str, ...]]:
    """Rows of the next stops."""
    return [
        (
            _letter(at),
            str(one["cell"]),
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
            render(f"caravan.{name}", language),
            format_count(weight[code == at].sum(), language),
            format_count(weight[(code == at) & beyond].sum(), language),
        )
        for at, (name, *_) in enumerate(_CLASSES)
    ]


def write_caravan_page(found: Caravan, language: Language) -> str:
    """Write the page."""
    title = say_title(found, language)

    def head(name: str) -> str:
        return f"<h2>{escape(render(f'caravan.{name}', language))}</h2>"

    said = [
        *(f"<p>{escape(one)}</p>" for one in say_lead(found, language)),
        head("calendar_title"),
        f"<p class='small'>{escape(render('caravan.calendar_words', language))}</p>",
        _draw_calendar(found, language),
        head("map_title"),
        _draw_map(found, language),
        _draw_legend(found, language),
        draw_table("caravan", "stops_title", STOPS, list_stops(found, language), language),
    ]
    if found.search is not None:
        said.append(f"<p>{escape(say_next(found, language))}</p>")
    if len(found.next):
        said.append(draw_table("caravan", "next_title", NEXT, list_next(found, language), language))
    said.append(draw_table("caravan", "communes_title", COMMUNES, list_communes(found, language), language))
    return write_page(title, "".join(said), language)


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


# The calendar


def _draw_calendar(found: Caravan, language: Language) -> str:
    """Draw months by days, those with a stop: shades with the number of residents within reach."""
    days = found.calendar.to_dict("records")
    busy = sorted({(one["date"].year, one["date"].month) for one in days if one["stops"]})
    most = max((one["residents"] for one in days), default=0.0)
    width, height = _HEAD_W + _DAYS_OF_MONTH * _BOX_W + 2, _HEAD_H + len(busy) * _BOX_H + 2
    parts = [f'<rect width="{width}" height="{height}" fill="#ffffff"/>']
    for day in range(1, _DAYS_OF_MONTH + 1):
        x = _HEAD_W + (day - 0.5) * _BOX_W
        parts.append(f'<text x="{x:g}" y="15" font-size="12" text-anchor="middle" fill="#4a525c">{day}</text>')
    for row, (year, month) in enumerate(busy):
        y = _HEAD_H + row * _BOX_H
        said = format_date(dt.date(year, month, 2), language).partition("\u00a0")[2]
        parts.append(f'<text x="0" y="{y + 20}" font-size="12" fill="#14181d">{escape(said)}</text>')
    place = {month: row for row, month in enumerate(busy)}
    names = found.stops.groupby("date")["name"].agg(lambda some: ", ".join(map(str, some)))
    for one in days:
        day = one["date"]
        if (day.year, day.month) not in place:
            continue
        x, y = _HEAD_W + (day.day - 1) * _BOX_W, _HEAD_H + place[day.year, day.month] * _BOX_H
        shade = 0 if not one["residents"] else 1 + min(3, int(4 * one["residents"] / most))
        stroke = 'stroke="#14181d" stroke-width="1.6"' if one["stops"] else 'stroke="#c9ced4" stroke-width=".6"'
        size = f'x="{x + 1}" y="{y + 1}" width="{_BOX_W - 3}" height="{_BOX_H - 3}"'
        box = f'<rect {size} fill="{_SHADES[shade]}" {stroke}/>'
        if not one["stops"]:
            parts.append(box)
            continue
        told = render(
            "caravan.day_said",
            language,
            day=format_date(day, language, weekday=True),
            count=one["residents"],
            residents=format_count(one["residents"], language),
            stops=names[day],
        )
        ink = "#ffffff" if shade == len(_SHADES) - 1 else "#14181d"
        text = f'<text x="{x + _BOX_W / 2:g}" y="{y + 19}" font-size="11" text-anchor="middle" fill="{ink}">'
        short = escape(shorten_count(one["residents"], language))
        parts.append(f"<g><title>{escape(told)}</title>{box}{text}{short}</text></g>")
    words, title = render("caravan.calendar_words", language), render("caravan.calendar_title", language)
    return (
        f'<svg class="map" viewBox="0 0 {width} {height}" role="img" aria-labelledby="days-title days-words">'
        f'<title id="days-title">{escape(title)}</title><desc id="days-words">{escape(words)}</desc>'
        f"{''.join(parts)}</svg>"
    )


# The map


def _draw_patterns(prefix: str, step: float) -> str:
    drawn = [
        f'<pattern id="{prefix}-{name}" width="12" height="12" patternUnits="userSpaceOnUse" '
        f'patternTransform="scale({step:g})"><rect width="12" height="12" fill="{fill}"/>'
        f'<path d="{lines}" stroke="{_LINES}" stroke-width="{width}" fill="none"/></pattern>'
        for name, fill, lines, width in _CLASSES
        if lines
    ]
    return f"<defs>{''.join(drawn)}</defs>"


def _fill(at: int, prefix: str) -> str:
    name, fill, lines, _ = _CLASSES[at]
    return f"url(#{prefix}-{name})" if lines else fill


def _draw_map(found: Caravan, language: Language) -> str:
    communes, code = found.communes, _classify(found)
    view = View.around(communes.total_bounds)
    parts = [
        _draw_patterns("map", 0.7),
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        draw_areas(communes.geometry, view, 'fill="#fbfaf6"'),
    ]
    for at in range(len(_CLASSES)):
        shapes = found.cells.geometry[code == at]
        areas = shapes[~shapes.geom_type.isin(["Point", "MultiPoint"])]
        if len(areas):
            # One shape a class: cells drawn one by one would show their seams.
            whole = gpd.GeoSeries([shapely.union_all(areas.to_numpy())], crs=shapes.crs)
            parts.append(draw_areas(whole, view, f'fill="{_fill(at, "map")}"'))
        for point in shapes[shapes.geom_type == "Point"]:
            x, y = view.place(point.x, point.y)
            parts.append(f'<circle cx="{x:g}" cy="{y:g}" r="5" fill="{_fill(at, "map")}"/>')
    parts += [draw_areas(communes.geometry, view, 'fill="none" stroke="#3b424a" stroke-width="1.6"')]
    parts.append(write_names(communes, view))
    # One disc a place, with the numbers of all its days.
    places: dict[tuple[float, float], list[int]] = {}
    for number, point in zip(found.stops["number"], found.stops.geometry, strict=True):
        places.setdefault((round(point.x, 1), round(point.y, 1)), []).append(int(number))
    for (east, north), numbers in places.items():
        if view.holds(east, north):
            said = str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}+"
            parts.append(_draw_mark(*view.place(east, north), said, "circle"))
    for at, point in enumerate(found.next.geometry):
        parts.append(_draw_mark(*view.place(point.x, point.y), _letter(at), "square"))
    parts.append(draw_scale(view))
    title, words = say_title(found, language), render("caravan.map_words", language)
    return (
        f'<svg class="map" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="map-title map-words">'
        f'<title id="map-title">{escape(title)}</title><desc id="map-words">{escape(words)}</desc>'
        f"{''.join(parts)}</svg>"
    )


def _draw_mark(x: float, y: float, said: str, shape: str) -> str:
    disc = f'<circle cx="{x:g}" cy="{y:g}" r="14" fill="#7a4a1e" stroke="#ffffff" stroke-width="2.5"/>'
    box = f'<rect x="{x - 13:g}" y="{y - 13:g}" width="26" height="26" fill="#ffd400" stroke="#14181d"/>'
    drawn, ink = (disc, "#ffffff") if shape == "circle" else (box, "#14181d")
    text = f'<text x="{x:g}" y="{y + 6:g}" font-size="16" font-weight="bold" text-anchor="middle" fill="{ink}">'
    return f"<g>{drawn}{text}{escape(said)}</text></g>"


def _draw_legend(found: Caravan, language: Language) -> str:
    heads = "".join(
        f'<th scope="col"{" class=n" if column.right else ""}>{escape(render(f"caravan.{column.name}", language))}</th>'
        for column in OFTEN
    )
    rows = []
    for at, (name, *counts) in enumerate(list_often(found, language)):
        swatch = (
            '<svg class="swatch" viewBox="0 0 28 28" aria-hidden="true" focusable="false">'
            f"{_draw_patterns(f'key{at}', 1)}"
            f'<rect x="1" y="1" width="26" height="26" fill="{_fill(at, f"key{at}")}" stroke="#555"/></svg>'
        )
        cells = "".join(f'<td class="n">{escape(one)}</td>' for one in counts)
        rows.append(f'<tr><th scope="row">{swatch} {escape(name)}</th>{cells}</tr>')
    caption = escape(render("caravan.often_title", language))
    return f"<table><caption>{caption}</caption><thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
