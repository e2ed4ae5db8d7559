"""An inspection on a terminal: the feeds, what was read in short, and the findings, the gravest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group

from geo_access.core.formats import format_count, format_date
from geo_access.core.terminal import line
from geo_access.quality.inspection import part_of
from geo_access.report.pages.inspection import format_opinion, format_verdict, list_facts, list_opinion, name_briefly
from geo_access.report.table import Column, Table
from geo_access.texts import render

if TYPE_CHECKING:
    from rich.console import RenderableType

    from geo_access.quality.inspection import Inspection
    from geo_access.quality.validator import SecondOpinion

#: So many findings of level ``info`` are printed; all graver ones are.
_MOST_INFOS = 12
_STYLES = {"error": "bold red", "warning": "yellow", "info": ""}


def render_inspection(inspection: Inspection) -> RenderableType:
    """Render an inspection for `rich`."""
    language = inspection.language
    date = format_date(inspection.date, language, weekday=True)
    parts: list[RenderableType] = [
        line(render("inspect.title", language, study=inspection.study), "bold"),
        line(render("inspect.subtitle", language, date=date)),
    ]
    if len(inspection.feeds):
        parts.append(_list_feeds(inspection))
    parts += [_list_facts(inspection), line("")]
    parts.append(line(format_verdict(inspection, language), "bold"))
    shown = [one for one in inspection.findings if one.level != "info"]
    infos = [one for one in inspection.findings if one.level == "info"]
    for finding in [*shown, *infos[:_MOST_INFOS]]:
        row = "" if finding.row is None else f", {render('results.row', language, row=finding.row)}"
        where = f" ({finding.file}{row})" if finding.file else ""
        level, part = (
            render(f"inspect.{code}", language) for code in (f"level_{finding.level}", f"part_{part_of(finding)}")
        )
        head = line(f"• {level} · {part}", _STYLES[finding.level])
        parts.append(head.append(line(f" · {finding.text(language)}{where}")))
    if len(infos) > _MOST_INFOS:
        parts.append(line(render("inspect.more", language, count=len(infos) - _MOST_INFOS)))
    if inspection.validator is not None:
        parts += [line(""), *_list_validator(inspection, inspection.validator)]
    return Group(*parts)


def _list_validator(inspection: Inspection, opinion: SecondOpinion) -> list[RenderableType]:
    language = inspection.language
    parts: list[RenderableType] = [line(format_opinion(opinion, language), "bold")]
    if opinion.errors:
        heads = ("rule", "count", "where", "ours")
        columns = [
            Column(name, render(f"inspect.column_{name}", language), "number" if name == "count" else "text")
            for name in heads
        ]
        parts.append(Table.of_cells("", columns, list_opinion(opinion, language)).to_rich("bare"))
    return parts + [line(f"• {said}", "yellow") for said in opinion.list_failures(language)]


def _list_facts(inspection: Inspection) -> RenderableType:
    """List what was read, whether it is right or wrong."""
    columns = [Column("what", "", "word"), Column("said", "")]
    table = Table.of_cells("", columns, list_facts(inspection, inspection.language))
    return table.to_rich("bare", style=lambda name, _row: "dim" if name == "what" else "")


def _list_feeds(inspection: Inspection) -> RenderableType:
    language = inspection.language
    columns = [
        Column(name, render(f"inspect.column_{name}", language), "text" if name in ("feed", "dates") else "number")
        for name in ("feed", "dates", "trips", "busiest", "lines", "stops")
    ]
    rows = [
        (
            name_briefly(row["file"]),
            f"{row['first_date']} – {row['last_date']}",
            *(format_count(row[name], language) for name in ("trips", "busiest_trips", "lines", "stops")),
        )
        for row in inspection.feeds.to_dict("records")
    ]
    return Table.of_cells("", columns, rows).to_rich("bare")
