"""Reports of several tables as Excel workbooks: a sheet a table, headings as on the page, figures as numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo_access.core.arguments import take_language
from geo_access.core.formats import is_missing
from geo_access.core.shapes import list_points
from geo_access.report.pages.fairness import name_fifth, name_group, name_measure
from geo_access.report.pages.placement import make_curve
from geo_access.report.pages.placement_words import name_place, says_people
from geo_access.report.pages.robustness import format_answer, format_cause, format_value, name_assumption
from geo_access.report.sentences import format_position
from geo_access.report.table import Column, Table, render_tables
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from geo_access.analysis.caravan import Caravan
    from geo_access.analysis.fairness import Fairness
    from geo_access.analysis.placement.placement import Placement
    from geo_access.analysis.redrawing import Redrawing
    from geo_access.analysis.robustness import Robustness
    from geo_access.report.table import Kind
    from geo_access.texts import Language

    #: Key of a row, text of the heading, kind.
    Heads = Sequence[tuple[str, str, Kind]]


def _make_table(sheet: str, heads: Heads, rows: Iterable[Mapping[Any, Any]], language: Language) -> Table:
    columns = [Column(key, render(heading, language), kind) for key, heading, kind in heads]
    return Table(render(f"reports.sheet_{sheet}", language), columns, list(rows))


def _list_rows(frame: pd.DataFrame) -> list[dict[Any, Any]]:
    return frame.drop(columns="geometry", errors="ignore").to_dict("records")


def _heads(catalogue: str, kind: Kind, *names: str, **keyed: str) -> Heads:
    """Return headings of one catalogue: first those that are not called as their key, then those that are."""
    pairs = [*keyed.items(), *((name, name) for name in names)]
    return [(key, f"{catalogue}.{heading}", kind) for key, heading in pairs]


def robustness_workbook(found: Robustness, *, language: Language | None = None) -> bytes:
    """Return the answer of each commune, and every run."""
    language = take_language(language, found.base.language)
    communes = [
        {**row, "answer": format_answer(row["answer"], language), "cause": format_cause(row, language)}
        for row in _list_rows(found.communes)
    ]
    runs = [
        {
            **row,
            "assumption": name_assumption(row["assumption"], language),
            "value": format_value(row["value"], language),
        }
        for row in _list_rows(found.runs)
    ]
    heads = [
        ("insee", "reports.csv_insee", "text"),
        *_heads("robust", "text", "answer", name="commune"),
        *_heads("robust", "share", "share", "share_low", "share_high"),
        *_heads("robust", "number", "always", "sometimes", "never"),
        *_heads("robust", "text", "cause"),
    ]
    of_runs = [
        *_heads("robust", "text", "assumption", "value"),
        *_heads("robust", "share", "share"),
        *_heads("robust", "number", "meets"),
    ]
    tables = [_make_table("communes", heads, communes, language), _make_table("runs", of_runs, runs, language)]
    return render_tables(tables, "")


def fairness_workbook(found: Fairness, language: Language) -> bytes:
    """Return the measures, minutes, groups, fifths of income and PMI, those that there are."""
    groups = [{**row, "group": name_group(row, language), "gap": 100 * row["gap"]} for row in _list_rows(found.groups)]
    tables = [
        _make_table(
            "measures",
            [
                *_heads("fairness", "text", "measure"),
                *_heads("fairness", "number", "value", "counted"),
                *_heads("fairness", "number", capped="capped_people", left_out="left_out_people"),
            ],
            [{**row, "measure": name_measure(row["measure"], language)} for row in _list_rows(found.measures)],
            language,
        ),
        _make_table(
            "minutes",
            [*_heads("fairness", "share", share="people_share"), *_heads("fairness", "number", "minutes")],
            _list_rows(found.distribution),
            language,
        ),
        _make_table(
            "groups",
            [
                *_heads("fairness", "text", "group"),
                *_heads("fairness", "number", "people"),
                *_heads("fairness", "share", "share", "served"),
                *_heads("fairness", "share", served_rest="sheet_served_rest"),
                *_heads("fairness", "number", "gap", "ratio", "median_min"),
                *_heads("fairness", "number", "gap_min", "unreached", median_min_rest="sheet_median_min_rest"),
            ],
            groups,
            language,
        ),
        _make_table(
            "incomes",
            [
                *_heads("fairness", "text", "fifth"),
                *_heads("fairness", "number", "residents", "income"),
                *_heads("fairness", "share", "served"),
                *_heads("fairness", "number", "median_min"),
            ],
            [{**row, "fifth": name_fifth(row["fifth"], language)} for row in _list_rows(found.incomes)],
            language,
        ),
        _make_table(
            "pmi",
            [
                *_heads("fairness", "text", name="site"),
                *_heads("fairness", "number", capacity="capacity_head", demand="in_reach", ratio="per_1000"),
            ],
            [{**row, "ratio": 1000 * row["ratio"]} for row in _list_rows(found.sites)],
            language,
        ),
    ]
    return render_tables([table for table in tables if table.rows], "")


def caravan_workbook(found: Caravan, language: Language) -> bytes:
    """Return the stops, the next ones, the communes and the cells."""
    stops = [
        {**row, "location": format_position(row["location"], language), "hours": _format_hours(row)}
        for row in _list_rows(found.stops)
    ]
    of_stops = [
        *_heads("caravan", "number", "number"),
        *_heads("caravan", "text", name="stop"),
        *_heads("caravan", "date", "date"),
        *_heads("caravan", "text", "hours", "commune"),
        *_heads("caravan", "number", "first_met", residents="within", beyond="beyond_within"),
        *_heads("caravan", "text", location="position"),
    ]
    of_communes = [
        *_heads("caravan", "text", name="commune"),
        *_heads("caravan", "number", "stops", "residents"),
        *_heads("caravan", "number", "beyond", "beyond_reached", "beyond_never", reached="within"),
    ]
    of_next = [
        *_heads("caravan", "text", "cell", "commune", "near"),
        *_heads("caravan", "number", "gained", beyond="beyond_within"),
    ]
    tables = [
        _make_table("stops", of_stops, stops, language),
        _make_table("communes", of_communes, _list_rows(found.communes), language),
        _make_table("next", of_next, _list_rows(found.next), language),
    ]
    return render_tables([table for table in tables if table.rows], "")


def _format_hours(row: Mapping[Any, Any]) -> str | None:
    if is_missing(row["from_s"]):
        return None
    return "–".join(f"{int(row[end]) // 3600:02d}:{int(row[end]) // 60 % 60:02d}" for end in ("from_s", "to_s"))


def redraw_workbook(found: Redrawing, language: Language) -> bytes:
    """Return the zoning found, as `territory.sst` takes it: insee, name, sst_redrawn."""
    columns = [Column("insee", "insee"), Column("name", "name"), Column("sst", "sst_redrawn")]
    return render_tables([Table("", columns, _list_rows(found.communes))], render("reports.sheet_zoning", language))


def placement_workbook(placement: Placement, language: Language) -> bytes:
    """Return the places to open, with their coordinates as a list of sites has them, and what each more would bring."""
    people = says_people(placement)
    points = list_points(placement.chosen.geometry.to_crs("EPSG:4326"))
    chosen = [
        {**row, "name": name_place(row, language), "lat": point.y, "lon": point.x}
        for row, point in zip(_list_rows(placement.chosen), points, strict=True)
    ]
    heads = [
        *_heads("place", "number", order="column_order"),
        *_heads("place", "text", name="column_place", commune="column_commune", near="column_near", cell="column_cell"),
        *_heads("place", "number", gained="column_gained" if people else "sheet_saved"),
        *_heads("place", "number", lat="sheet_lat", lon="sheet_lon"),
    ]
    tables = [_make_table("places", heads, chosen, language), make_curve(placement, language)]
    return render_tables(tables, render("reports.sheet_curve", language))
