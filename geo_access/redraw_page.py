"""The map redrawn, in words and as a page: HTML with a drawn map, which asks no server for anything."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import shapely

from geo_access.brief_map import HEIGHT, WIDTH, View, draw_areas, draw_scale
from geo_access.formats import format_count, format_share
from geo_access.map_layers import find_middle
from geo_access.plain_page import Column, draw_table, write_page
from geo_access.texts import render

if TYPE_CHECKING:
    import geopandas as gpd

    from geo_access.redrawing import Redrawing
    from geo_access.texts import Language

BESIDE = (
    Column("zoning"),
    Column("sst", right=True),
    Column("reached", right=True),
    Column("share", right=True),
    Column("smallest", right=True),
    Column("largest", right=True),
    Column("moves", right=True),
    Column("contiguous"),
)
ZONES = (
    Column("sst"),
    Column("pole"),
    Column("communes"),
    Column("residents", right=True),
    Column("reached", right=True),
    Column("share", right=True),
)
MOVES = (Column("commune"), Column("from"), Column("to"))
_HATCH = (
    '<defs><pattern id="moves" width="16" height="16" patternUnits="userSpaceOnUse">'
    '<path d="M0 16L16 0M-4 4L4 -4M12 20L20 12" stroke="#14181d" stroke-width="2"/></pattern></defs>'
)
#: Size of the names on the map, and how wide a letter is in it (units of the drawing).
_SIZE, _LETTER = 16, 0.5
#: Pale fills that hold dark names; neighbours differ by their borders, so that colour is never alone.
_FILLS = ("#f3e3d3", "#dbe7f0", "#e3ecd8", "#ece0ee", "#f5efcf", "#d9ece8", "#efdcdc")


def say_title(found: Redrawing, language: Language) -> str:
    """Say what the zoning found reaches."""
    row = found.beside.iloc[-1]
    return render(
        "redraw.title",
        language,
        count=int(row["sst"]),
        reached=format_count(row["reached"], language),
        reached_n=round(row["reached"]),
        share=format_share(row["share"], language),
    )


def say_proof(found: Redrawing, language: Language) -> str:
    """Say whether it is proven that no zoning reaches more."""
    search = found.found
    if search.status == "optimal":
        reached = format_count(search.reached, language)
        people = round(search.reached)
        return render("redraw.proven", language, seconds=f"{search.seconds:.0f}", reached=reached, reached_n=people)
    return render(
        "redraw.not_proven",
        language,
        seconds=f"{search.seconds:.0f}",
        bound=format_count(search.bound, language),
        bound_n=round(search.bound),
        gap=format_share(search.gap, language),
    )


def list_beside(found: Redrawing, language: Language) -> list[tuple[str, ...]]:
    """Rows of the zonings side by side."""
    rows: list[tuple[str, ...]] = []
    for row in found.beside.to_dict("records"):
        name = render("redraw.redrawn", language) if row["zoning"] == "redrawn" else str(row["zoning"])
        rows.append(
            (
                name,
                str(row["sst"]),
                format_count(row["reached"], language),
                format_share(row["share"], language),
                format_count(row["smallest"], language),
                format_count(row["largest"], language),
                str(row["moves"]),
                render("redraw.yes" if row["contiguous"] else "redraw.no", language),
            )
        )
    return rows


def list_zones(found: Redrawing, language: Language) -> list[tuple[str, ...]]:
    """Rows of the SST found."""
    return [
        (
            row["sst"],
            row["pole_name"],
            row["communes"],
            format_count(row["residents"], language),
            format_count(row["reached"], language),
            format_share(row["share"], language),
        )
        for row in found.sst.drop(columns="geometry").to_dict("records")
    ]


def list_moves(found: Redrawing) -> list[tuple[str, ...]]:
    """Rows of the communes that move."""
    moved = found.communes[found.communes["moves"]]
    return [(row["name"], row["sst_today"], row["sst"]) for row in moved.drop(columns="geometry").to_dict("records")]


def write_redraw_page(found: Redrawing, poles: gpd.GeoSeries, language: Language) -> str:
    """Write the page.

    Parameters
    ----------
    poles
        Where the poles of the new SST are, in their order (the study's CRS).
    """
    title = say_title(found, language)
    moves = list_moves(found)
    said: list[Any] = [
        f"<p>{escape(say_proof(found, language))} {escape(render('redraw.hypothesis', language))}</p>",
        draw_table("redraw", "beside_title", BESIDE, list_beside(found, language), language),
        f'<div style="max-width:46rem">{_draw(found, poles, title, language)}</div>{_draw_key(language)}',
        draw_table("redraw", "moves_title", MOVES, moves, language)
        if moves
        else f"<p>{escape(render('redraw.no_moves', language))}</p>",
        draw_table("redraw", "sst_title", ZONES, list_zones(found, language), language),
    ]
    return write_page(title, "".join(said), language)


def _write_names(communes: gpd.GeoDataFrame, view: View) -> str:
    """Name the communes, the largest first; a name that would stand on another is left to the table."""
    taken: list[tuple[float, float, float]] = []
    said = []
    shapes = communes.assign(area=communes.geometry.area).sort_values(["area", "name"], ascending=[False, True])
    for name, shape in zip(shapes["name"].astype(str), shapes.geometry, strict=True):
        x, y = view.place(*shapely.get_coordinates(find_middle(shapely.make_valid(shape)))[0])
        half = _LETTER * _SIZE * len(name) / 2
        x = min(max(x, half + 6), WIDTH - half - 6)
        if any(abs(x - other) < half + width and abs(y - level) < _SIZE for other, level, width in taken):
            continue
        taken.append((x, y, half))
        said.append(f'<text x="{x:g}" y="{y + _SIZE / 3:g}">{escape(name)}</text>')
    return (
        f'<g font-size="{_SIZE}" text-anchor="middle" fill="#14181d" stroke="#fff" stroke-width="4" '
        f'paint-order="stroke">{"".join(said)}</g>'
    )


def _draw_key(language: Language) -> str:
    """Say what the lines, the hatching and the discs are."""
    drawn = (
        ("border", '<path d="M1 9H27" stroke="#14181d" stroke-width="4"/>'),
        ("commune", '<path d="M1 9H27" stroke="#8a929b" stroke-width="1.6"/>'),
        ("pole", '<circle cx="14" cy="9" r="7" fill="#a3145d"/>'),
        (
            "moves",
            '<path d="M1 1h26v16h-26zM3 17L17 1M11 17L25 1" fill="#f3e3d3" stroke="#14181d" stroke-width="1.4"/>',
        ),
    )
    lines = "".join(
        f'<li><svg class="swatch" viewBox="0 0 28 18" aria-hidden="true" focusable="false">{shape}</svg> '
        f"{escape(render(f'redraw.key_{name}', language))}</li>"
        for name, shape in drawn
    )
    return f'<ul class="legend" aria-label="{escape(render("redraw.key_title", language))}">{lines}</ul>'


def _draw(found: Redrawing, poles: gpd.GeoSeries, title: str, language: Language) -> str:
    communes, sst = found.communes, found.sst
    view = View.around(communes.total_bounds)
    parts = [_HATCH, f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>']
    for number in range(len(sst)):
        style = f'fill="{_FILLS[number % len(_FILLS)]}"'
        parts.append(draw_areas(sst.geometry.iloc[[number]], view, style))
    parts += [
        draw_areas(communes.geometry[communes["moves"]], view, 'fill="url(#moves)" opacity=".45"'),
        draw_areas(communes.geometry, view, 'fill="none" stroke="#8a929b" stroke-width="1.4"'),
        draw_areas(sst.geometry, view, 'fill="none" stroke="#14181d" stroke-width="5"'),
    ]
    for point in poles:
        x, y = view.place(point.x, point.y)
        parts.append(f'<circle cx="{x}" cy="{y}" r="11" fill="#a3145d" stroke="#ffffff" stroke-width="3"/>')
    parts += [_write_names(communes, view), draw_scale(view)]
    words = render("redraw.map_words", language, count=len(sst))
    return (
        f'<svg class="map" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="map-title map-words">'
        f'<title id="map-title">{escape(title)}</title><desc id="map-words">{escape(words)}</desc>'
        f"{''.join(parts)}</svg>"
    )
