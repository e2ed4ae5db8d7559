"""The page of fairness: a map of minutes, the curves, the map of PMI, and the tables of all that they show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from geo_access.analysis.inequality import weighted_quantiles
from geo_access.core.formats import (
    MISSING,
    format_count,
    format_decimals,
    format_minutes,
    format_share,
    format_threshold,
)
from geo_access.report.html import render_template
from geo_access.report.pages.fairness import format_note, knows_capacity, list_tables
from geo_access.report.pages.page import list_inputs, make_table, number_columns, text_columns
from geo_access.report.pages.svg_map import Pattern, View, draw_frame, list_signs, trace_cells
from geo_access.report.palette import OUT_OF_REACH, SHADES
from geo_access.report.sentences import list_hypotheses
from geo_access.texts import render

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from geo_access.analysis.fairness import Fairness
    from geo_access.report.pages.svg_map import Frame
    from geo_access.report.table import Table
    from geo_access.texts import Language
    from geo_access.verdict.coverage import Coverage

_CURVES = {
    "equality": ("currentColor", ""),
    "lorenz": ("currentColor", ""),
    "income": ("var(--income)", "11 5"),
    "priority": ("var(--priority)", "3 5"),
}
#: From few to many, light to dark; the page draws an edge around each class.
_STYLES = tuple((shade, "", "") for shade in SHADES)
#: Who has nothing in reach.
_NONE = (str(OUT_OF_REACH["fill"]), "M0 14L14 0M-2 2L2 -2M12 16L16 12", str(OUT_OF_REACH["lines"]))
_FIFTHS = (0.2, 0.4, 0.6, 0.8, 1.0)
_TENTHS = np.arange(1, 11) / 10
#: The unit square of the curves, the free space left of it and above, a line of its legend (units of the drawing).
_SIDE, _EDGE, _LINE = 270, 46, 20
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


class _Curve(NamedTuple):
    """A curve: its ink and dashes, its path, its name."""

    ink: str
    dash: str
    path: str
    said: str


class _ClassMap(NamedTuple):
    """A map of cells in classes: what is drawn, and its legend as fills with words."""

    name: str
    title: str
    words: str
    drawn: Frame
    signs: list[Any]
    cells: list[Any]
    patterns: list[Pattern]
    legend: list[tuple[str, str]]


def render_fairness_page(coverage: Coverage, found: Fairness, language: Language) -> str:
    """Render the page.

    Parameters
    ----------
    coverage
        What `measure_fairness` was given.
    """
    curves = _list_curves(found, language)
    tables = {table[0]: make_table("fairness", *table, language) for table in list_tables(found, language)}
    missing = next((note for note in found.notes if note.code == "fairness.no_capacity"), None)
    page = render_template(
        "fairness.html",
        language,
        title=_format_headline(found, language),
        kicker=render("fairness.kicker", language, study=coverage.summary["study"]),
        line=render("fairness.line", language),
        key=_list_figures(found, language),
        minutes=_draw_minutes(coverage, found, language),
        reach=_draw_reach(coverage, found, language) if len(found.sites) else None,
        capacities="" if missing is None else render("fairness.capacities_missing", language, **missing.params),
        tables=tables,
        tenths=_tabulate_tenths(found, language),
        communes=_tabulate_communes(coverage, found, language),
        curves=curves,
        side=_SIDE,
        edge=_EDGE,
        step=_LINE,
        ticks=[
            (_EDGE + _SIDE * share, _EDGE + _SIDE * (1 - share), format_threshold(share, language)) for share in _TICKS
        ],
        method=[
            *(format_note(note, language) for note in found.notes if note is not missing),
            *list_hypotheses(coverage.summary, language),
        ],
        files=list_inputs(coverage.summary),
    )
    return str(page)


def _format_headline(found: Fairness, language: Language) -> str:
    """Say within how many minutes half of the residents are of a pole."""
    median = found.distribution.loc[found.distribution["share"] == 0.5, "minutes"].iloc[0]
    minutes = format_minutes(median, language, operator="le")
    return render("fairness.headline", language, half=format_threshold(0.5, language), median=minutes)


def _list_figures(found: Fairness, language: Language) -> list[tuple[str, str, str]]:
    """List the key figures: when half and nine tenths have arrived, Gini's index, who has no PMI."""
    table, named = found.distribution, found.measures.set_index("measure")["value"]
    figures = [
        (f"minutes_{round(100 * share)}", format_minutes(minutes, language, operator="le"), said)
        for share, minutes in zip(table["share"], table["minutes"], strict=True)
        if share in (0.5, 0.9)
        for said in [render("fairness.key_minutes", language, share=format_threshold(share, language))]
    ]
    if "gini" in named:
        gini = format_decimals(named["gini"], language, decimals=2)
        figures.append(("gini", gini, render("fairness.key_gini", language)))
    if "without_pmi" in named:
        share = format_share(named["without_pmi"], language)
        figures.append(("beyond", share, render("fairness.key_without_pmi", language)))
    return figures


# Maps


def _draw_minutes(coverage: Coverage, found: Fairness, language: Language) -> _ClassMap:
    """Draw the minutes to the nearest pole, in fifths of the residents who reach one."""
    cells = found.cells[found.cells["weight"] > 0]
    minutes, weight = cells["minutes"].to_numpy(np.float64), cells["weight"].to_numpy(np.float64)
    ends = _find_fifths(minutes, weight, np.isfinite(minutes))
    poles = coverage.sites[coverage.sites["kind"].eq("pole").to_numpy(bool)]
    said = [format_minutes(end, language, operator="le") for end in ends]
    legend = [
        render(
            f"fairness.class_{'to' if number == 0 else 'above' if number == len(said) - 1 else 'between'}",
            language,
            low=low,
            high=high,
        )
        for number, (low, high) in enumerate(zip(["", *said], said, strict=False))
    ]
    return _draw_classes(
        coverage, cells, np.where(np.isfinite(minutes), np.searchsorted(ends, minutes, side="left"), -1), poles,
        name="minutes", title=render("fairness.minutes_title", language),
        words=render("fairness.minutes_words", language), legend=legend,
        none=render("fairness.class_no_pole", language), language=language,
    )  # fmt: skip


def _draw_reach(coverage: Coverage, found: Fairness, language: Language) -> _ClassMap:
    """Draw capacity by demand in fifths of the demand that has some; without capacities, who has a PMI in reach."""
    cells = found.cells[found.cells["weight"] > 0]
    score, demand = 1000 * cells["score"].to_numpy(np.float64), cells["demand"].to_numpy(np.float64)
    some = score > 0
    without = float(demand[~some].sum() / demand.sum()) if demand.sum() > 0 else float("nan")
    known = knows_capacity(found)
    if known:
        ends = _find_fifths(score, demand, some)
        place = np.where(some, np.searchsorted(ends, score, side="left"), -1)
        lows = [float(score[some].min()) if some.any() else 0.0, *ends.tolist()]
        legend = [
            render(
                "fairness.class_range",
                language,
                low=format_decimals(low, language, decimals=2),
                high=format_decimals(high, language, decimals=2),
            )
            for low, high in zip(lows, ends.tolist(), strict=False)
        ]
    else:
        # One class, of the middle's fill.
        place, legend = np.where(some, 0, -1), [render("fairness.class_some", language)]
    sites = coverage.sites[coverage.sites["site"].isin(found.sites["site"]).to_numpy(bool)]
    without_pmi = format_share(without, language)
    title = "fairness.map_title" if known else "fairness.reach_title"
    words = "fairness.map_words" if known else "fairness.reach_words"
    return _draw_classes(
        coverage, cells, place, sites, name="pmi", title=render(title, language),
        words=render(words, language, share=without_pmi), legend=legend,
        none=render("fairness.class_none", language), language=language,
    )  # fmt: skip


def _find_fifths(values: NDArray[np.float64], weights: NDArray[np.float64], some: NDArray[np.bool_]) -> NDArray[Any]:
    counted = some & (weights > 0)
    if not counted.any():
        return np.empty(0)
    ends = np.unique(weighted_quantiles(values[counted], weights[counted], _FIFTHS))
    ends[-1] = max(ends[-1], values[some].max())
    return ends


def _draw_classes(
    coverage: Coverage,
    cells: gpd.GeoDataFrame,
    place: NDArray[Any],
    sites: gpd.GeoDataFrame,
    *,
    name: str,
    title: str,
    words: str,
    legend: list[str],
    none: str,
    language: Language,
) -> _ClassMap:
    """Draw cells by their class, -1 for those that have nothing."""
    view = View.around(coverage.communes.total_bounds, shape=None)
    # Few classes are as far apart as many.
    chosen = np.round(np.linspace(0, len(_STYLES) - 1, max(len(legend), 2))).astype(int)[: len(legend)]
    chosen = np.array([2]) if len(legend) == 1 else chosen
    styles = {-1: _NONE, **{number: _STYLES[style] for number, style in enumerate(chosen.tolist())}}
    said = {-1: none, **dict(enumerate(legend))}
    fills = {
        (prefix, number): f"url(#{prefix}-{name}-{number + 1})" if lines else fill
        for prefix in ("map", "key")
        for number, (fill, lines, _) in styles.items()
    }
    there = [number for number in styles if (place == number).any()]
    return _ClassMap(
        name,
        title,
        words,
        draw_frame(coverage.communes, view, language, sites=sites, size=1.1, times=coverage.times),
        list_signs(sites, language),
        [trace_cells(cells[place == number].geometry, view, fills["map", number]) for number in there],
        [
            Pattern(f"{prefix}-{name}-{number + 1}", 14, fill, lines, ink, 1.4)
            for prefix in ("map", "key")
            for number, (fill, lines, ink) in styles.items()
            if lines
        ],
        [(fills["key", number], said[number]) for number in sorted(there, key=lambda one: (one < 0, one))],
    )


# Tables of what the drawings show


def _tabulate_tenths(found: Fairness, language: Language) -> Table:
    """Tabulate the curves: which part of the minutes each tenth of the residents bears, cumulated."""
    names = list(dict.fromkeys(found.curves["curve"]))
    curves = [found.curves[found.curves["curve"] == name] for name in names]
    rows = [
        [
            format_threshold(float(part), language),
            *(
                format_share(float(np.interp(part, curve["people"], curve["minutes"])), language)
                for curve in curves
            ),
        ]
        for part in _TENTHS
    ]  # fmt: skip
    columns = (*text_columns("tenth"), *number_columns(*(f"curve_{name}" for name in names)))
    return make_table("fairness", "tenths_title", columns, rows if names else [], language)


def _tabulate_communes(coverage: Coverage, found: Fairness, language: Language) -> Table:
    """Tabulate the maps: minutes of each commune's residents, and what its demand has of PMI."""
    names = coverage.communes.set_index("insee")["name"]
    pmi = bool(len(found.sites))
    numbers = ["residents", "median_min", "most_min", *(["demand", "without"] if pmi else [])]
    numbers += ["per_1000"] if pmi and knows_capacity(found) else []
    rows = [
        (str(names.get(insee, insee)), *_describe_commune(cells, numbers, language))
        for insee, cells in found.cells[found.cells["weight"] > 0].groupby("insee", sort=True)
    ]
    columns = (*text_columns("commune"), *number_columns(*(f"commune_{name}" for name in numbers)))
    return make_table("fairness", "communes_title", columns, rows, language)


def _describe_commune(cells: pd.DataFrame, numbers: list[str], language: Language) -> list[str]:
    minutes, weight = cells["minutes"].to_numpy(np.float64), cells["weight"].to_numpy(np.float64)
    demand, score = cells["demand"].to_numpy(np.float64), cells["score"].to_numpy(np.float64)
    half, most = weighted_quantiles(np.where(np.isfinite(minutes), minutes, np.inf), weight, [0.5, 0.9])
    asked = float(demand.sum())
    said = {
        "residents": format_count(weight.sum(), language),
        "median_min": format_minutes(half if np.isfinite(half) else None, language, operator="le"),
        "most_min": format_minutes(most if np.isfinite(most) else None, language, operator="le"),
        "demand": format_count(asked, language),
        "without": format_share(float(demand[~(score > 0)].sum()) / asked if asked else None, language),
        "per_1000": format_decimals(1000 * float((demand * score).sum()) / asked, language, decimals=2)
        if asked
        else MISSING,
    }
    return [said[name] for name in numbers]


# Curves


def _list_curves(found: Fairness, language: Language) -> list[_Curve]:
    """List the line of equality, the Lorenz curve and the concentration curves, in a unit square."""
    points = {"equality": [(0.0, 0.0), (1.0, 1.0)]}
    for name in dict.fromkeys(found.curves["curve"]):
        points[name] = _thin(found.curves[found.curves["curve"] == name])
    curves = []
    for name, at in points.items():
        path = "L".join(f"{_EDGE + _SIDE * x:.1f} {_EDGE + _SIDE * (1 - y):.1f}" for x, y in at)
        curves.append(_Curve(*_CURVES[name], f"M{path}", render(f"fairness.curve_{name}", language)))
    return curves


def _thin(curve: pd.DataFrame) -> list[tuple[float, float]]:
    """Return the points that the drawing can show apart."""
    line = shapely.LineString(curve[["people", "minutes"]].to_numpy(np.float64))
    return [(float(x), float(y)) for x, y in shapely.get_coordinates(line.simplify(0.2 / _SIDE))]
