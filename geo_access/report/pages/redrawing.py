"""The map redrawn, in words and as a page: HTML with a drawn map, which asks no server for anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

from geo_access.core.documents import list_records, render_json
from geo_access.core.formats import format_count, format_share
from geo_access.core.shapes import list_points
from geo_access.core.spreadsheets import render_sheet
from geo_access.report.html import render_template
from geo_access.report.map.layers import find_middle
from geo_access.report.pages.page import make_table, number_columns, print_table, text_columns
from geo_access.report.pages.svg_map import Name, View, keep_inside, measure_scale, trace_areas
from geo_access.report.sentences import list_hypotheses
from geo_access.texts import render

if TYPE_CHECKING:
    import geopandas as gpd

    from geo_access.analysis.redrawing import Redrawing
    from geo_access.texts import Language

BESIDE = (
    *text_columns("zoning"),
    *number_columns("sst", "reached", "share", "smallest", "largest", "moves"),
    *text_columns("contiguous"),
)
ZONES = (*text_columns("sst", "pole", "communes"), *number_columns("residents", "reached", "share"))
MOVES = text_columns("commune", "from", "to")
#: Size of the names on the map, and how wide a letter is in it (units of the drawing).
_SIZE, _LETTER = 16, 0.5
#: Pale fills that hold dark names; neighbours differ by their borders, so that colour is never alone.
_FILLS = ("#f3e3d3", "#dbe7f0", "#e3ecd8", "#ece0ee", "#f5efcf", "#d9ece8", "#efdcdc")


def format_title(found: Redrawing, language: Language) -> str:
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


def format_proof(found: Redrawing, language: Language) -> str:
    """Say whether it is proven that no zoning in one piece reaches more, and what the marked rows are."""
    said = _format_proof(found, language)
    return said if found.beside["contiguous"].all() else f"{said} {render('redraw.in_pieces', language)}"


def _format_proof(found: Redrawing, language: Language) -> str:
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
        # A zoning in pieces may serve more than the best in one piece: it must not look like a better proof.
        name += "" if row["contiguous"] else "\u00a0*"
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


def render_redraw(found: Redrawing, form: str, language: Language) -> str:
    """Return the map redrawn as a table, as JSON, or as a zoning for `territory.sst`: insee, name, sst_redrawn."""
    if form == "json":
        return _render_document(found)
    if form == "csv":
        rows = found.communes[["insee", "name", "sst"]].astype(str).to_numpy(object).tolist()
        return render_sheet(["insee", "name", "sst_redrawn"], rows, language)
    moves = list_moves(found)
    return "\n".join(
        [
            format_title(found, language),
            format_proof(found, language),
            render("redraw.hypothesis", language),
            *list_hypotheses(found.supposed, language),
            "",
            print_table("redraw", "beside_title", BESIDE, list_beside(found, language), language),
            print_table("redraw", "sst_title", ZONES, list_zones(found, language), language),
            print_table("redraw", "moves_title", MOVES, moves, language)
            if moves
            else render("redraw.no_moves", language),
        ]
    )


def _render_document(found: Redrawing) -> str:
    search = found.found
    told = {
        "status": search.status,
        "reached": search.reached,
        "bound": search.bound,
        "gap": search.gap,
        "cuts": search.cuts,
        **found.supposed,
        "zonings": list_records(found.beside),
        "sst": list_records(found.sst),
        "communes": list_records(found.communes),
    }
    return render_json(told, indent=1)


def render_redraw_page(found: Redrawing, poles: gpd.GeoSeries, language: Language) -> str:
    """Render the page.

    Parameters
    ----------
    poles
        Where the poles of the new SST are, in their order (the study's CRS).
    """
    communes, sst = found.communes, found.sst
    view = View.around(communes.total_bounds)
    page = render_template(
        "redraw.html",
        language,
        title=format_title(found, language),
        proof=format_proof(found, language),
        supposed=list_hypotheses(found.supposed, language),
        beside=make_table("redraw", "beside_title", BESIDE, list_beside(found, language), language),
        moves=make_table("redraw", "moves_title", MOVES, list_moves(found), language),
        zones=make_table("redraw", "sst_title", ZONES, list_zones(found, language), language),
        fills=[
            (trace_areas(sst.geometry.iloc[[number]], view), _FILLS[number % len(_FILLS)]) for number in range(len(sst))
        ],
        moved=trace_areas(communes.geometry[communes["moves"]], view),
        areas=trace_areas(communes.geometry, view),
        sst=trace_areas(sst.geometry, view),
        poles=[view.place(point.x, point.y) for point in list_points(poles)],
        names=_list_names(communes, view),
        name_size=_SIZE,
        scale=measure_scale(view),
    )
    return str(page)


def _list_names(communes: gpd.GeoDataFrame, view: View) -> list[Name]:
    """List the names of communes, the largest first; a name that would stand on another is left to the table."""
    taken: list[tuple[float, float, float]] = []
    named = []
    shapes = communes.assign(area=communes.geometry.area).sort_values(["area", "name"], ascending=[False, True])
    for name, shape in zip(shapes["name"].astype(str), shapes.geometry, strict=True):
        x, y = view.place(*shapely.get_coordinates(find_middle(shapely.make_valid(shape)))[0])
        half = _LETTER * _SIZE * len(name) / 2
        x = keep_inside(x, half)
        if any(abs(x - other) < half + width and abs(y - level) < _SIZE for other, level, width in taken):
            continue
        taken.append((x, y, half))
        named.append(Name(f"{x:g}", f"{y + _SIZE / 3:g}", name))
    return named
