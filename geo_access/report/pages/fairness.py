"""Fairness in words and in tables; its page is `fairness_page`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geo_access.core.documents import list_records, render_json
from geo_access.core.formats import (
    MISSING,
    format_count,
    format_decimals,
    format_minutes,
    format_number,
    format_share,
    format_threshold,
    is_missing,
)
from geo_access.core.spreadsheets import render_plain_sheet
from geo_access.report.pages.page import PageColumn, number_columns, print_table, text_columns
from geo_access.report.sentences import list_hypotheses, pick_supposed
from geo_access.texts import render

if TYPE_CHECKING:
    from geo_access.analysis.fairness import Fairness, Note
    from geo_access.texts import Language
    from geo_access.verdict.coverage import Coverage

#: The tables that stand in JSON and CSV.
_TABLES = ("distribution", "measures", "groups", "incomes", "sites")
MEASURES = (*text_columns("measure"), *number_columns("value", "counted", "capped_people", "left_out_people"))
SPREAD = (*text_columns("people_share"), *number_columns("minutes"))
GROUPS = (
    *text_columns("group"),
    *number_columns("people", "share", "served", "served_rest", "gap", "ratio"),
    *number_columns("median_min", "median_min_rest", "gap_min", "unreached"),
)
INCOMES = (*text_columns("fifth"), *number_columns("residents", "income", "served", "median_min"))
SITES = (*text_columns("site"), *number_columns("capacity_head", "in_reach", "per_1000"))
_GROUP_NAMES = {
    "priority": "priority",
    "ind_0_3 + ind_4_5": "children",
    "men_pauv": "men_pauv",
    "men_fmp": "men_fmp",
    "ind_80p": "ind_80p",
}
_COUNTED = ("people", "unreached", "capacity")


def format_title(coverage: Coverage, found: Fairness, language: Language) -> str:
    """Say within how many minutes half of the residents are of a pole."""
    table = found.distribution
    median = table.loc[table["share"] == 0.5, "minutes"].iloc[0]
    return render(
        "fairness.title",
        language,
        study=coverage.summary["study"],
        half=format_threshold(0.5, language),
        median=format_minutes(median, language, operator="le"),
    )


def format_note(note: Note, language: Language) -> str:
    """Say a note, its numbers as a reader writes them."""
    said: dict[str, Any] = {}
    for name, value in note.params.items():
        if isinstance(value, tuple):
            said[name] = format_note(value, language)  # type: ignore[arg-type]  # the only tuples are notes
        elif isinstance(value, int | float):
            people = name in _COUNTED
            said[name] = format_count(value, language) if people else format_number(value, language)
            # What chooses between one and many is the number as it is read; less than one is one.
            said[f"{name}_n"] = max(round(value), int(value > 0)) if people else value
        else:
            said[name] = value
    if "seconds" in note.params:
        minutes, left = divmod(round(note.params["seconds"]), 60)
        said["seconds"] = f"{note.params['seconds']}\u00a0s" if left else f"{minutes}\u00a0min"
    return render(note.code, language, **said)


def knows_capacity(found: Fairness) -> bool:
    """Whether the study says how many people its PMI can take."""
    return not any(note.code == "fairness.no_capacity" for note in found.notes)


def list_tables(found: Fairness, language: Language) -> list[tuple[str, tuple[PageColumn, ...], list[tuple[str, ...]]]]:
    """List the tables that have rows: caption, columns, rows.

    Where no capacity is known a PMI counts for one, and what it has for 1 000 says nothing: that table is left out.
    """
    tables = [
        ("measures_title", MEASURES, [_format_measure(row, language) for row in found.measures.to_dict("records")]),
        (
            "distribution_title",
            SPREAD,
            [_format_spread(row, language) for row in found.distribution.to_dict("records")],
        ),
        ("groups_title", GROUPS, [_format_group(row, language) for row in found.groups.to_dict("records")]),
        ("incomes_title", INCOMES, [_format_fifth(row, language) for row in found.incomes.to_dict("records")]),
        ("sites_title", SITES, _list_sites(found.sites, language) if knows_capacity(found) else []),
    ]
    return [table for table in tables if table[2]]


def render_fairness(coverage: Coverage, found: Fairness, form: str, language: Language) -> str:
    """Return fairness as tables, as JSON, or as CSV that has a row a figure: table, row, figure, value, unrounded."""
    if form == "json":
        return _render_document(coverage, found, language)
    return _render_figures(found) if form == "csv" else print_fairness(coverage, found, language)


def _render_document(coverage: Coverage, found: Fairness, language: Language) -> str:
    told: dict[str, Any] = {"study": coverage.summary["study"], **pick_supposed(coverage.summary)}
    told |= {name: list_records(getattr(found, name)) for name in (*_TABLES, "curves")}
    told["notes"] = [{"code": note.code.partition(".")[2], "text": format_note(note, language)} for note in found.notes]
    return render_json(told, indent=1)


def _render_figures(found: Fairness) -> str:
    rows = []
    for name in _TABLES:
        for row in list_records(getattr(found, name)):
            first, *others = row.items()
            rows += [(name, first[1], figure, value) for figure, value in others]
    return render_plain_sheet(pd.DataFrame(rows, columns=["table", "row", "figure", "value"]))


def print_fairness(coverage: Coverage, found: Fairness, language: Language) -> str:
    """Write the tables for the screen, the notes below."""
    parts = [format_title(coverage, found, language), ""]
    for title, columns, rows in list_tables(found, language):
        # A screen is narrower than a page: the last of the groups' columns stays with the page and the files.
        width = len(GROUPS) - 1 if columns is GROUPS else len(columns)
        parts.append(print_table("fairness", title, columns[:width], [row[:width] for row in rows], language))
    parts += [f"- {format_note(note, language)}" for note in found.notes]
    parts += [f"- {said}" for said in list_hypotheses(coverage.summary, language)]
    return "\n".join(parts) + "\n"


def name_measure(measure: str, language: Language) -> str:
    """Name a measure."""
    return render(f"fairness.{measure}", language)


def _format_measure(row: dict[Any, Any], language: Language) -> tuple[str, ...]:
    people = [format_count(row[name], language) for name in ("counted", "capped", "left_out")]
    name = name_measure(row["measure"], language)
    if row["measure"] == "without_pmi":
        return name, format_share(row["value"], language), *people
    return (
        name,
        _format_signed(row["value"], language, decimals=3, signed=row["measure"].startswith("concentration")),
        *people,
    )


def _format_spread(row: dict[Any, Any], language: Language) -> tuple[str, ...]:
    return format_threshold(row["share"], language), format_minutes(row["minutes"], language, operator="le")


def name_group(row: dict[Any, Any], language: Language) -> str:
    """Name a group, and whom it is compared with where that is everyone."""
    name = row["group"]
    said = render(f"fairness.group_{_GROUP_NAMES[name]}", language) if name in _GROUP_NAMES else str(name)
    return render("fairness.against_everyone", language, group=said) if row["compared"] == "everyone" else said


def _format_group(row: dict[Any, Any], language: Language) -> tuple[str, ...]:
    return (
        name_group(row, language),
        format_count(row["people"], language),
        format_share(row["share"], language),
        format_share(row["served"], language),
        format_share(row["served_rest"], language),
        _format_signed(100 * row["gap"], language, decimals=1),
        _format_signed(row["ratio"], language, decimals=2, signed=False),
        format_minutes(row["median_min"], language, operator="le"),
        format_minutes(row["median_min_rest"], language, operator="le"),
        _format_signed(row["gap_min"], language, decimals=1),
        format_count(row["unreached"], language),
    )


def name_fifth(fifth: float, language: Language) -> str:
    """Name a fifth of the population."""
    ends = {1: "fifth_first", 5: "fifth_last"}
    number = int(fifth)
    return render(f"fairness.{ends[number]}", language) if number in ends else str(number)


def _format_fifth(row: dict[Any, Any], language: Language) -> tuple[str, ...]:
    return (
        name_fifth(row["fifth"], language),
        format_count(row["residents"], language),
        format_count(row["income"], language),
        format_share(row["served"], language),
        format_minutes(row["median_min"], language, operator="le"),
    )


def _list_sites(sites: pd.DataFrame, language: Language) -> list[tuple[str, ...]]:
    broken = bool((sites["capacity"] % 1 != 0).any()) if len(sites) else False
    return [
        (
            str(row["name"]),
            format_decimals(row["capacity"], language, decimals=int(broken)),
            format_count(row["demand"], language),
            _format_signed(1000 * row["ratio"], language, decimals=2, signed=False),
        )
        for row in sites.to_dict("records")
    ]


def _format_signed(value: float, language: Language, *, decimals: int, signed: bool = True) -> str:
    """Write a number with its sign; a true minus sign, no sign at 0."""
    if is_missing(value) or not np.isfinite(value):
        return MISSING if is_missing(value) else "∞"
    said = format_decimals(abs(value), language, decimals=decimals)
    if not any(digit in said for digit in "123456789"):
        return said
    return ("\u2212" if value < 0 else "+" if signed else "") + said
