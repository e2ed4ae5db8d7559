"""The parts of the map for print: cells, names, places, a scale, and the legend in words."""

from __future__ import annotations

import textwrap
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from geo_access.core.formats import format_count, format_missed_share, format_share
from geo_access.core.shapes import list_points
from geo_access.report.figures.sheet import LEFT, WIDTH, Sheet, open_sheet, plain
from geo_access.report.map.layers import find_middle, state_codes
from geo_access.report.palette import (
    BORDER,
    COMMUNE,
    GROUND,
    INK,
    SERVED,
    SHAPES,
    SOFT,
    STATE_STYLES,
    STATES,
    SYMBOLS,
    find_symbol,
)
from geo_access.report.sentences import format_states
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import geopandas as gpd
    from matplotlib.axes import Axes

    from geo_access.texts import Language
    from geo_access.verdict.coverage import Coverage

#: Middle, half width and half height (metres).
Box: TypeAlias = tuple[float, float, float, float]
MAP_WIDTH, LEGEND_HEIGHT = 0.92, 2.1
#: How far (points) a name may be moved up or down to be legible.
_SHIFTS = (0, 8, -8, 12, -12, 16, -16, 22, -22)
HATCHES = {"beyond": "/////", "unsnapped": "xxxxx", "lost": "/////", "never": "xxxxx"}
#: Points of these are crosses.
CROSSED = ("beyond", "lost")
#: By the outline that the live maps draw.
_MARKERS = {
    SHAPES[shape]: marker
    for shape, marker in {
        "square": "s",
        "triangle": "^",
        "diamond": "D",
        "circle": "o",
        "plus": "P",
        "pentagon": "p",
        "cross": "X",
    }.items()
}


@contextmanager
def open_map(coverage: Coverage, code: str, lines: list[str], language: Language) -> Iterator[tuple[Sheet, Axes]]:
    """Open a sheet with a map on it: what is drawn meanwhile lies below the outlines, the sites and the names.

    The legends have the `LEGEND_HEIGHT` inches below the map.
    """
    west, south, east, north = coverage.communes.total_bounds
    shape = min(max(float((north - south) / (east - west)), 0.5), 1.0)
    sheet = open_sheet(coverage, code, lines, language, drawing=shape * MAP_WIDTH * WIDTH + LEGEND_HEIGHT)
    axes = sheet.place(LEFT, LEFT + MAP_WIDTH, below=LEGEND_HEIGHT)
    axes.set_axis_off()
    coverage.communes.plot(ax=axes, color=GROUND, zorder=1)
    yield sheet, axes
    coverage.communes.boundary.plot(ax=axes, color="white", linewidth=1.6, zorder=3)
    coverage.communes.boundary.plot(ax=axes, color=COMMUNE, linewidth=0.6, zorder=4)
    if len(coverage.sst):
        coverage.sst.boundary.plot(ax=axes, color=BORDER, linewidth=1.7, zorder=5)
    draw_sites(axes, coverage.sites, language)
    # geopandas sets the aspect by the data; the limits are ours, so that far sites do not shrink the map.
    width_m = max(float(east - west), float(north - south) / shape)
    write_names(axes, coverage, width_m / (MAP_WIDTH * WIDTH * 72))
    margin = 0.02 * max(east - west, north - south)
    axes.set_xlim(west - margin, east + margin)
    axes.set_ylim(south - margin, north + margin)
    axes.set_aspect("equal", adjustable="box")
    draw_scale(axes, float(east - west))


def draw_cells(axes: Axes, residents: gpd.GeoDataFrame) -> None:
    """Draw the residents' cells by state."""
    codes = state_codes(residents)
    for code in reversed(range(len(STATES))):
        draw_class(axes, residents.geometry[codes == code], STATES[code], STATE_STYLES[STATES[code]])


def draw_class(axes: Axes, shapes: Any, name: str, style: Mapping[str, Any]) -> None:
    """Draw the cells of one class, such as a state: its fill, and its hatch of `HATCHES`."""
    if not len(shapes):
        return
    points = shapes[shapes.geom_type.isin(["Point", "MultiPoint"])]
    if len(points):
        marker = "x" if name in CROSSED else "o"
        axes.scatter(points.x, points.y, s=3, c=style["fill"], marker=marker, linewidths=0.6, zorder=2)
    areas = shapes[~shapes.geom_type.isin(["Point", "MultiPoint"])]
    if len(areas):
        # One shape a class: cells drawn one by one would show their seams.
        whole = type(shapes)([areas.union_all()], crs=shapes.crs)
        whole.plot(
            ax=axes,
            facecolor=style["fill"],
            edgecolor=style.get("lines", "none"),
            hatch=HATCHES.get(name),
            linewidth=0,
            zorder=2,
        )


def write_names(axes: Axes, coverage: Coverage, point_m: float) -> None:
    """Write each commune's name where it is widest, or beside it where a symbol or another name stands.

    Parameters
    ----------
    point_m
        Metres of the ground that a typographic point covers.
    """
    from matplotlib.patheffects import withStroke

    halo = [withStroke(linewidth=2, foreground="white")]
    points = coverage.sites.geometry
    taken = [(x, y, 4 * point_m, 4 * point_m) for x, y in zip(points.x, points.y, strict=True)]
    communes = coverage.communes.sort_values("residents", ascending=False, kind="stable")
    for name, shape in zip(communes["name"], communes.geometry, strict=True):
        middle = find_middle(shape)
        if middle.is_empty:
            continue
        lines = _break_name(plain(name))
        width, height = 1.65 * max(map(len, lines)) * point_m, 3.6 * len(lines) * point_m
        boxes = [(middle.x, middle.y + step * point_m, width, height) for step in _SHIFTS]
        box = next((box for box in boxes if not any(_overlap(box, other) for other in taken)), boxes[0])
        taken.append(box)
        axes.text(
            box[0], box[1], "\n".join(lines), size=6, ha="center", va="center", zorder=6, color=INK, path_effects=halo
        )


def _break_name(name: str) -> list[str]:
    """Break a long name after its hyphens and at its blanks."""
    return [line.replace("- ", "-") for line in textwrap.wrap(name.replace("-", "- "), 16)]


def _overlap(one: Box, other: Box) -> bool:
    return abs(one[0] - other[0]) < one[2] + other[2] and abs(one[1] - other[1]) < one[3] + other[3]


def draw_sites(axes: Axes, sites: gpd.GeoDataFrame, language: Language) -> None:
    """Draw the places by kind, hollow where they do not count that day."""
    for kind in reversed(list(SYMBOLS)):
        chosen = sites[sites["kind"] == kind]
        for filled, point in zip(chosen["open"], list_points(chosen.geometry), strict=True):
            symbol = find_symbol(kind, language)
            axes.plot(
                [point.x],
                [point.y],
                marker=_MARKERS[symbol.path],
                markersize=symbol.size / 3.3,
                markerfacecolor=symbol.colour if filled else "white",
                markeredgecolor="white" if filled else symbol.colour,
                markeredgewidth=0.7 if filled else 1.3,
                linestyle="none",
                zorder=7 if kind != "pole" else 8,
            )


def draw_scale(axes: Axes, width_m: float) -> None:
    """Draw a scale bar of a round length, about a fifth of the map."""
    power = 10.0 ** np.floor(np.log10(width_m / 5))
    length = next(step * power for step in (5, 2, 1) if step * power <= width_m / 5)
    x0, x1 = axes.get_xlim()
    y0, y1 = axes.get_ylim()
    x, y = x0 + 0.02 * (x1 - x0), y0 + 0.015 * (y1 - y0)
    tick = 0.006 * (y1 - y0)
    axes.plot([x, x, x + length, x + length], [y + tick, y, y, y + tick], color=INK, linewidth=1.2, zorder=9)
    said = f"{length / 1000:g}\u00a0km" if length >= 1000 else f"{length:g}\u00a0m"
    axes.text(x + length / 2, y + 1.5 * tick, said, size=7, ha="center", va="bottom", zorder=9, color=INK)


def draw_legends(sheet: Sheet, coverage: Coverage, language: Language) -> None:
    """Say in words, with counts, what the map shows."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    residents, total = coverage.residents, coverage.summary["total"]["residents"]
    codes, words = state_codes(residents), format_states(coverage.summary, language)
    states = []
    for code, state in enumerate(STATES):
        mine = codes == code
        if not mine.any():
            continue
        people = float(residents["weight"][mine].sum())
        write = format_share if state in SERVED else format_missed_share
        said = textwrap.fill(words[state], 58)
        if state != "empty":
            said = render(
                "figures.legend_people",
                language,
                state=said,
                people=format_count(people, language),
                share=write(people / total if total else None, language),
            )
        style = STATE_STYLES[state]
        hatch, edge = HATCHES.get(state), style.get("lines", style["fill"])
        states.append(Patch(facecolor=style["fill"], edgecolor=edge, hatch=hatch, linewidth=0, label=said))
    if "empty" not in {STATES[code] for code in np.unique(codes)}:
        states.append(Patch(facecolor=GROUND, edgecolor=GROUND, linewidth=0, label=words["empty"]))
    places = []
    for kind in SYMBOLS:
        mine = (coverage.sites["kind"] == kind).to_numpy(bool)
        count, hollow = int(mine.sum()), int((mine & ~coverage.sites["open"].to_numpy(bool)).sum())
        if count:
            said_as = "figures.legend_some_hollow" if hollow else "figures.legend_kind"
            label = render(said_as, language, kind=render(f"results.kind_{kind}", language), count=count, hollow=hollow)
            places.append(
                Line2D(
                    [],
                    [],
                    marker=_MARKERS[find_symbol(kind, language).path],
                    color=find_symbol(kind, language).colour,
                    linestyle="none",
                    markersize=6,
                    label=label,
                )
            )
    places.append(Line2D([], [], color=COMMUNE, linewidth=0.8, label=render("figures.legend_commune", language)))
    if len(coverage.sst):
        places.append(Line2D([], [], color=BORDER, linewidth=2, label=render("figures.legend_sst", language)))
    if not coverage.sites["open"].all():
        sign: dict[str, Any] = {"marker": "o", "markerfacecolor": "white", "markeredgecolor": SOFT}
        label = render("figures.legend_not_counting", language)
        places.append(Line2D([], [], linestyle="none", markersize=6, label=label, markeredgewidth=1.3, **sign))
    shared = {"frameon": False, "fontsize": 7.4, "title_fontsize": 8.4, "alignment": "left", "borderaxespad": 0}
    top = sheet.height_of(LEGEND_HEIGHT - 0.12)
    sheet.figure.legend(
        handles=states,
        loc="upper left",
        bbox_to_anchor=(LEFT, top),
        title=render("figures.legend_residents", language),
        handlelength=2.6,
        handleheight=1.5,
        labelspacing=0.7,
        **shared,
    )
    sheet.figure.legend(
        handles=places,
        loc="upper left",
        bbox_to_anchor=(0.56, top),
        title=render("figures.legend_places", language),
        labelspacing=0.45,
        **shared,
    )
