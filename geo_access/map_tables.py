"""The tables below the coverage map: its alternative in words, for every reader."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from geo_access.formats import format_count, format_minutes, format_share, is_missing
from geo_access.map_layers import flatten
from geo_access.sentences import list_verdicts, name_verdict, sort_by_beyond
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd

    from geo_access.coverage import Coverage
    from geo_access.reach import SiteReach
    from geo_access.texts import Language

_TEXT_COLUMNS = ("commune", "sst", "verdict")


def write_tables(coverage: Coverage, language: Language, *, map_name: str, reach: Sequence[SiteReach] = ()) -> str:
    """Write the verdict in words and the tables by commune, SST, priority area and place.

    Parameters
    ----------
    map_name
        Name of the map's element: ids of the page start with it.
    reach
        What each place serves; without it there is no table of places.
    """
    verdicts = "".join(f'<p class="ga-verdict">{escape(line)}</p>' for line in list_verdicts(coverage, language))
    back = f'<p class="ga-screen"><a href="#{map_name}_frame">{_say("maps.skip_to_map", language)}</a></p>'
    parts = [
        f"<section><h2>{_say('maps.table_heading', language)}</h2>{verdicts}",
        f'<p class="ga-note ga-screen">{_say("maps.table_help", language)}</p>',
        f"{_write_groups(coverage, coverage.communes, 'commune', language, map_name)}{back}</section>",
    ]
    if len(coverage.sst):
        table = _write_groups(coverage, coverage.sst, "sst", language, map_name)
        parts.append(f"<section><h2>{_say('maps.sst_heading', language)}</h2>{table}</section>")
    if coverage.priority is not None:
        parts.append(
            f"<section><h2>{_say('maps.areas_heading', language)}</h2>{_write_areas(coverage, language)}</section>"
        )
    if reach:
        heading, table = _say("maps.places_heading", language), _write_places(coverage, reach, language, map_name)
        parts.append(f"<section><h2>{heading}</h2>{table}</section>")
    return "".join(parts)


def _say(code: str, language: Language, **params: object) -> str:
    return escape(render(code, language, **params))


def _write_table(caption: str, heads: Sequence[str], body: Sequence[str], foot: str = "") -> str:
    return (
        f'<div class="ga-scroll" tabindex="0" role="region" aria-label="{caption}"><table class="ga-table">'
        f"<caption>{caption}</caption><thead><tr>{''.join(heads)}</tr></thead>\n<tbody>\n"
        + "\n".join(body)
        + f"\n</tbody>{foot}</table></div>"
    )


def _write_head(words: str, *, numeric: bool, sort: str = "") -> str:
    kind, css = ("number", "") if numeric else ("text", ' class="ga-text"')
    sorted_so = f' aria-sort="{sort}"' if sort else ""
    button = f'<button type="button">{escape(flatten(words))}</button>'
    return f'<th scope="col" data-kind="{kind}"{sorted_so}{css}>{button}</th>'


def _write_text(said: str, css: str = "ga-text") -> str:
    return f'<td class="{css}">{escape(said)}</td>'


def _write_number(value: object, said: str) -> str:
    data = "" if is_missing(value) else repr(round(float(value), 6))  # type: ignore[arg-type]  # not missing here
    return f'<td data-value="{data}">{escape(said)}</td>'


def _write_lead(name: str, lead: str = "") -> str:
    return f'<th scope="row" data-value="{escape(name)}">{lead or escape(name)}</th>'


# Communes, SST, priority areas


def _write_groups(coverage: Coverage, table: gpd.GeoDataFrame, first: str, language: Language, map_name: str) -> str:
    total = coverage.summary["total"]
    zoned = first == "commune" and len(coverage.sst) > 0
    columns = [first, *(["sst"] if zoned else []), "residents", "share", "share_pole", "share_antenna", "beyond"]
    columns += [*(["unsnapped"] if total["unsnapped"] > 0 else []), "median", "verdict"]
    heads = [
        _write_head(
            render(f"results.column_{column}", language),
            numeric=column not in _TEXT_COLUMNS,
            sort="descending" if column == "beyond" else "",
        )
        for column in columns
    ]
    rows = sort_by_beyond(table, by="insee" if first == "commune" else "sst")
    position = {key: i for i, key in enumerate(table.index)}
    operator = coverage.summary["target"]["pole"]["operator"]
    body = []
    for key, row in zip(rows.index, rows.drop(columns="geometry").to_dict("records"), strict=True):
        name = str(row["name" if first == "commune" else "sst"])
        lead = _write_button(name, "commune", position[key], language, map_name) if first == "commune" else ""
        cells = [_write_lead(name, lead)]
        cells += [_write_cell(column, row, operator, language) for column in columns[1:]]
        css = ' class="ga-missed"' if row["verdict"] == "misses" else ""
        body.append(f"<tr{css}>{''.join(cells)}</tr>")
    foot = _write_foot(total, columns, operator, language) if first == "commune" else ""
    caption = _say("results.caption_communes" if first == "commune" else "results.caption_sst", language)
    return _write_table(caption, heads, body, foot)


def _write_button(name: str, what: str, position: int, language: Language, map_name: str) -> str:
    """Write a name as a button that shows it on the map."""
    label = _say("maps.show_on_map", language, name=name)
    return (
        f'<button type="button" data-show="{map_name}" data-what="{what}" value="{position}" aria-label="{label}" '
        f'title="{label}">{escape(name)}</button>'
    )


def _write_foot(total: Mapping[Any, Any], columns: Sequence[str], operator: Any, language: Language) -> str:
    cells = [f'<th scope="row">{_say("results.total", language)}</th>']
    cells += [_write_cell(column, total, operator, language) for column in columns[1:]]
    return f"<tfoot><tr>{''.join(cells)}</tr></tfoot>"


def _write_cell(column: str, row: Mapping[Any, Any], operator: Any, language: Language) -> str:
    name = "median_min_pole" if column == "median" else column
    value = row.get(name)
    if column not in ("residents", "beyond", "unsnapped") and name not in row:
        return "<td></td>"
    if column == "sst":
        return _write_text("" if is_missing(value) else str(value))
    if column == "verdict":
        return _write_text("" if is_missing(value) else name_verdict(value, language), "ga-text ga-verdict-cell")
    if column == "median":
        return _write_number(value, format_minutes(value, language, operator=operator, unit=False))
    if column.startswith("share"):
        return _write_number(value, format_share(value, language))
    return _write_number(value, format_count(value, language))


def _write_areas(coverage: Coverage, language: Language) -> str:
    """Write the priority areas; in the last row each resident counts once, though areas may overlap."""
    said = coverage.summary["priority"]
    columns = ["residents", "share", "share_pole", "share_antenna", "beyond"]
    columns += ["unsnapped"] if said["unsnapped"] > 0 else []
    heads = [_write_head(render("maps.column_area", language), numeric=False)]
    heads += [
        _write_head(
            render(f"results.column_{column}", language), numeric=True, sort="descending" if column == "beyond" else ""
        )
        for column in columns
    ]
    rows = sorted(said["areas"], key=lambda row: (-row["beyond"], row["code"]))
    body = [
        f"<tr>{_write_lead(row['name'])}{''.join(_write_cell(column, row, None, language) for column in columns)}</tr>"
        for row in rows
    ]
    foot = _write_foot(said, ["area", *columns], None, language)
    return _write_table(_say("maps.areas_caption", language), heads, body, foot)


# Places


def _write_places(coverage: Coverage, reach: Sequence[SiteReach], language: Language, map_name: str) -> str:
    """Write the counting places, with whom each serves and whom only it serves."""
    sites = coverage.sites.drop(columns="geometry").to_dict("records")
    communes = dict(zip(coverage.communes["insee"], coverage.communes["name"], strict=True))
    heads = [
        _write_head(render(code, language), numeric=False)
        for code in ("maps.column_place", "maps.kind", "maps.commune")
    ]
    heads += [
        _write_head(render("maps.column_reached", language), numeric=True, sort="descending"),
        _write_head(render("maps.column_only", language), numeric=True),
    ]
    body = []
    for each in sorted(reach, key=lambda one: (-one.residents, one.site)):
        site = sites[each.site]
        name = str(site["name"])
        insee = site.get("insee")
        cells = [
            _write_lead(name, _write_button(name, "place", each.site, language, map_name)),
            _write_text(render(f"results.kind_{site['kind']}", language)),
            _write_text("" if is_missing(insee) else str(communes.get(insee, insee))),
            _write_number(each.residents, format_count(each.residents, language)),
            _write_number(each.only, format_count(each.only, language)),
        ]
        body.append(f"<tr>{''.join(cells)}</tr>")
    return _write_table(_say("maps.places_caption", language), heads, body)
