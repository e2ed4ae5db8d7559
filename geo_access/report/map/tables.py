"""The tables below the coverage map: its alternative in words, for every reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo_access.core.formats import format_count, format_minutes, format_share, is_missing
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
from geo_access.report.sentences import name_verdict, sort_by_beyond
from geo_access.report.zone_names import name_zones
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd

    from geo_access.texts import Language
    from geo_access.verdict.coverage import Coverage
    from geo_access.verdict.site_reach import SiteReach

_TEXT_COLUMNS = ("commune", "sst", "verdict")


def make_tables(
    coverage: Coverage, language: Language, *, map_name: str, reach: Sequence[SiteReach] = ()
) -> dict[str, ScrollTable | None]:
    """Return the tables by commune, SST, priority area and place; None for one that the study has no rows for.

    Parameters
    ----------
    map_name
        Name of the map's element, which buttons show a place on.
    reach
        What each place serves; without it there is no table of places.
    """
    return {
        "communes": _make_groups(coverage, coverage.communes, "commune", language, map_name),
        "sst": _make_groups(coverage, coverage.sst, "sst", language, map_name) if len(coverage.sst) else None,
        "areas": None if coverage.priority is None else _make_areas(coverage, language),
        "places": _make_places(coverage, reach, language, map_name) if reach else None,
    }


def _make_head(
    code: str, language: Language, *, numeric: bool, sort: str | None = None, name: str | None = None
) -> Head:
    kind, css = ("number", None) if numeric else ("text", "ga-text")
    return Head(flatten(render(code, language)), kind, sort, css, name=name)


# Communes, SST, priority areas


def _make_groups(
    coverage: Coverage, table: gpd.GeoDataFrame, first: str, language: Language, map_name: str
) -> ScrollTable:
    total = coverage.summary["total"]
    zoned = first == "commune" and len(coverage.sst) > 0
    columns = [first, *(["sst"] if zoned else []), "residents", "share", "share_pole", "share_antenna", "beyond"]
    columns += [*(["unsnapped"] if total["unsnapped"] > 0 else []), "median", "verdict"]
    heads = [
        _make_head(
            f"results.column_{column}",
            language,
            numeric=column not in _TEXT_COLUMNS,
            sort="descending" if column == "beyond" else None,
            name=column,
        )
        for column in columns
    ]
    by = "insee" if first == "commune" else "sst"
    rows = sort_by_beyond(table, by=by)
    position = {key: i for i, key in enumerate(table.index)}
    zones = name_zones(coverage.communes, "sst", language) if len(coverage.sst) else {}
    operator = coverage.summary["target"]["pole"]["operator"]
    body = []
    for key, row in zip(rows.index, rows.drop(columns="geometry").to_dict("records"), strict=True):
        # The script knows a row by its code, whatever people call it.
        known = (by, str(row[by]))
        row["sst"] = zones.get(str(row["sst"]), row["sst"])
        name = str(row["name" if first == "commune" else "sst"])
        lead = _make_show(name, "commune", position[key], language, map_name) if first == "commune" else None
        cells = [make_lead(name, lead), *(_make_cell(column, row, operator, language) for column in columns[1:])]
        body.append(ScrollRow(cells, "ga-missed" if row["verdict"] == "misses" else "", known))
    foot = _make_foot(total, columns, operator, language) if first == "commune" else ()
    caption = render("results.caption_communes" if first == "commune" else "results.caption_sst", language)
    return ScrollTable(caption, heads, body, foot)


def _make_show(name: str, what: str, at: int, language: Language, map_name: str) -> str:
    label = render("maps.show_on_map", language, name=name)
    return make_button(name, label, at, map_name, language, what=what)


def _make_foot(total: Mapping[Any, Any], columns: Sequence[str], operator: Any, language: Language) -> list[ScrollCell]:
    lead = ScrollCell(render("results.total", language), lead=True)
    return [lead, *(_make_cell(column, total, operator, language) for column in columns[1:])]


def _make_cell(column: str, row: Mapping[Any, Any], operator: Any, language: Language) -> ScrollCell:
    name = "median_min_pole" if column == "median" else column
    value = row.get(name)
    if column not in ("residents", "beyond", "unsnapped") and name not in row:
        return ScrollCell("")
    if column == "sst":
        return make_text("" if is_missing(value) else str(value))
    if column == "verdict":
        return make_text("" if is_missing(value) else name_verdict(value, language), "ga-text ga-verdict-cell")
    if column == "median":
        return make_number(value, format_minutes(value, language, operator=operator, unit=False))
    if column.startswith("share"):
        return make_number(value, format_share(value, language))
    return make_number(value, format_count(value, language))


def _make_areas(coverage: Coverage, language: Language) -> ScrollTable:
    """Return the priority areas; in the last row each resident counts once, though areas may overlap."""
    said = coverage.summary["priority"]
    columns = ["residents", "share", "share_pole", "share_antenna", "beyond"]
    columns += ["unsnapped"] if said["unsnapped"] > 0 else []
    heads = [_make_head("maps.column_area", language, numeric=False)]
    heads += [
        _make_head(
            f"results.column_{column}", language, numeric=True, sort="descending" if column == "beyond" else None
        )
        for column in columns
    ]
    body = [
        ScrollRow([make_lead(row["name"]), *(_make_cell(column, row, None, language) for column in columns)])
        for row in sorted(said["areas"], key=lambda row: (-row["beyond"], row["code"]))
    ]
    return ScrollTable(
        render("maps.areas_caption", language), heads, body, _make_foot(said, ["area", *columns], None, language)
    )


# Places


def _make_places(coverage: Coverage, reach: Sequence[SiteReach], language: Language, map_name: str) -> ScrollTable:
    """Return the places: those that count with whom each serves and whom only it serves, then the others."""
    sites = coverage.sites.drop(columns="geometry").to_dict("records")
    communes = dict(zip(coverage.communes["insee"], coverage.communes["name"], strict=True))
    codes = ("maps.column_place", "maps.kind", "maps.commune")
    heads = [
        *(_make_head(code, language, numeric=False) for code in codes),
        _make_head("maps.column_reached", language, numeric=True, sort="descending"),
        _make_head("maps.column_only", language, numeric=True),
    ]
    counted = {each.site: each for each in sorted(reach, key=lambda one: (-one.residents, one.site))}
    body = []
    for at in [*counted, *(at for at in range(len(sites)) if at not in counted)]:
        site, each = sites[at], counted.get(at)
        name, insee = str(site["name"]), site.get("insee")
        cells = [
            make_lead(name, _make_show(name, "place", at, language, map_name)),
            make_text(render(f"results.kind_{site['kind']}", language)),
            make_text("" if is_missing(insee) else str(communes.get(insee, insee))),
            *(
                make_number(people, format_count(people, language))
                for people in ((each.residents, each.only) if each else (None, None))
            ),
        ]
        body.append(ScrollRow(cells))
    return ScrollTable(render("maps.places_caption", language), heads, body)
