"""The map redrawn, in words and as a page: HTML with a drawn map, which asks no server for anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo_access.core.documents import list_records, render_json
from geo_access.core.formats import format_count, format_share
from geo_access.core.spreadsheets import render_sheet
from geo_access.report.comparison.words import format_signed
from geo_access.report.html import render_template
from geo_access.report.pages.page import list_files, make_table, number_columns, print_table, text_columns
from geo_access.report.pages.svg_map import View, draw_frame, list_signs, trace_areas
from geo_access.report.palette import ZONE_TONES
from geo_access.report.sentences import list_hypotheses
from geo_access.report.zone_colours import choose_fills
from geo_access.report.zone_names import name_zones
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import TypeAlias

    import geopandas as gpd
    import pandas as pd

    from geo_access.analysis.redrawing import Redrawing
    from geo_access.routing.travel_times import TravelTimes
    from geo_access.texts import Language

    Files: TypeAlias = Iterable[tuple[str, str]]

BESIDE = (
    *text_columns("zoning"),
    *number_columns("sst", "reached", "share", "smallest", "largest", "moves"),
    *text_columns("contiguous"),
)
ZONES = (*text_columns("sst", "pole", "communes"), *number_columns("residents", "reached", "share"))
MOVES = text_columns("commune", "from", "to")


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
        return render("redraw.proven", language, reached=reached, reached_n=people)
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
    return [
        (
            # A zoning in pieces may serve more than the best in one piece: it must not look like a better proof.
            name_zoning(row, language) + ("" if row["contiguous"] else "\u00a0*"),
            str(row["sst"]),
            format_count(row["reached"], language),
            format_share(row["share"], language),
            format_count(row["smallest"], language),
            format_count(row["largest"], language),
            str(row["moves"]),
            render("redraw.yes" if row["contiguous"] else "redraw.no", language),
        )
        for row in found.beside.to_dict("records")
    ]


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


def list_moves(found: Redrawing, language: Language) -> list[tuple[str, ...]]:
    """Rows of the communes that move."""
    moved = found.communes[found.communes["moves"]].drop(columns="geometry")
    today = name_zones(found.communes, "sst_today", language)
    return [(row["name"], today[str(row["sst_today"])], row["sst"]) for row in moved.to_dict("records")]


def name_zoning(row: Mapping[Any, Any] | pd.Series[Any], language: Language) -> str:
    """Name a zoning by what people call it, not by its column; how many SST it has is told with it."""
    said = str(row["zoning"])
    short = said.removeprefix("sst_").removeprefix("sst")
    known = {"redrawn": "found", "before": "before", "avant": "before", "after": "after", "apres": "after", "": "today"}
    code = f"redraw.zoning_{known.get(short, 'other')}"
    # A word of a file's own stays as typed; a column's name is read as words.
    name = short.replace("_", " ") if short.isidentifier() else short
    return render(code, language, name=name, count=int(row["sst"]))


def render_redraw(found: Redrawing, form: str, language: Language) -> str:
    """Return the map redrawn as a table, as JSON, or as a zoning for `territory.sst`: insee, name, sst_redrawn."""
    if form == "json":
        return _render_document(found)
    if form == "csv":
        rows = found.communes[["insee", "name", "sst"]].astype(str).to_numpy(object).tolist()
        return render_sheet(["insee", "name", "sst_redrawn"], rows, language)
    moves = list_moves(found, language)
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


def render_redraw_page(
    found: Redrawing,
    sites: gpd.GeoDataFrame,
    language: Language,
    *,
    study: str = "",
    files: Files = (),
    times: TravelTimes | None = None,
) -> str:
    """Render the page.

    Parameters
    ----------
    sites
        The study's, with their kind and whether they are open: the poles among them are drawn.
    study
        Its name.
    files
        The study's files with their hashes.
    times
        The study's: what its file of streets holds of water and rail is drawn.
    """
    communes, sst = found.communes, found.sst
    view = View.around(communes.total_bounds, shape=None)
    poles = sites[(sites["kind"] == "pole").to_numpy(bool)]
    first, last, count = found.beside.iloc[0], found.beside.iloc[-1], len(sst)
    key = [("served", format_share(last["share"], language), render("redraw.key_reached", language))]
    if len(found.beside) > 1:
        against = name_zoning(first, language)
        gain = format_signed(last["reached"] - first["reached"], language)
        key.append(("gain", gain, render("redraw.key_gain", language, zoning=against)))
    moves = int(last["moves"])
    key.append(("moves", format_count(moves, language), render("redraw.key_moved", language, count=moves)))
    page = render_template(
        "redraw.html",
        language,
        title=format_title(found, language),
        kicker=render("redraw.kicker", language, study=study),
        line=render("redraw.line", language, count=count),
        key=key,
        method=[
            format_proof(found, language),
            render("redraw.hypothesis", language),
            *list_hypotheses(found.supposed, language),
        ],
        beside=make_table("redraw", "beside_title", BESIDE, list_beside(found, language), language),
        moves=make_table("redraw", "moves_title", MOVES, list_moves(found, language), language),
        zones=make_table("redraw", "sst_title", ZONES, list_zones(found, language), language),
        drawn=draw_frame(communes, view, language, zones=sst, sites=poles, times=times),
        signs=list_signs(poles, language),
        fills=[
            (trace_areas(sst.geometry.iloc[[number]], view), ZONE_TONES[fill])
            for number, fill in enumerate(choose_fills(sst.geometry))
        ],
        moved=trace_areas(communes.geometry[communes["moves"]], view),
        settings=[render("redraw.columns", language, columns=", ".join(found.beside["zoning"].astype(str)[:-1]))],
        files=list_files(files),
    )
    return str(page)
