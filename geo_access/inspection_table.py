"""An inspection on a terminal: the feeds, what was read in short, and the findings, the gravest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from geo_access.formats import format_count, format_date
from geo_access.inspection import part_of
from geo_access.inspection_facts import list_facts
from geo_access.inspection_page import name_briefly, say_verdict
from geo_access.texts import render

if TYPE_CHECKING:
    from rich.console import RenderableType

    from geo_access.inspection import Inspection

#: So many findings of level ``info`` are printed; all graver ones are.
_MOST_INFOS = 12
_STYLES = {"error": "bold red", "warning": "yellow", "info": ""}


def render_inspection(inspection: Inspection) -> RenderableType:
    """Render an inspection for `rich`."""
    language = inspection.language
    date = format_date(inspection.date, language, weekday=True)
    parts: list[RenderableType] = [
        Text(render("inspect.title", language, study=inspection.study), style="bold"),
        Text(render("inspect.subtitle", language, date=date)),
    ]
    if len(inspection.feeds):
        parts.append(_list_feeds(inspection))
    parts += [_list_facts(inspection), Text()]
    parts.append(Text(say_verdict(inspection, language), style="bold"))
    shown = [one for one in inspection.findings if one.level != "info"]
    infos = [one for one in inspection.findings if one.level == "info"]
    for finding in [*shown, *infos[:_MOST_INFOS]]:
        row = "" if finding.row is None else f", {render('results.row', language, row=finding.row)}"
        where = f" ({finding.file}{row})" if finding.file else ""
        level, part = (
            render(f"inspect.{code}", language) for code in (f"level_{finding.level}", f"part_{part_of(finding)}")
        )
        line = Text(f"• {level} · {part}", style=_STYLES[finding.level])
        line.append(Text(f" · {finding.text(language)}{where}", style=""))
        parts.append(line)
    if len(infos) > _MOST_INFOS:
        parts.append(Text(render("inspect.more", language, count=len(infos) - _MOST_INFOS)))
    return Group(*parts)


def _list_facts(inspection: Inspection) -> Table:
    """List what was read, whether it is right or wrong."""
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    for what, said in list_facts(inspection, inspection.language):
        table.add_row(Text(what), Text(said))
    return table


def _list_feeds(inspection: Inspection) -> Table:
    language = inspection.language
    table = Table(box=None, pad_edge=False)
    for name in ("feed", "dates", "trips", "busiest", "lines", "stops"):
        table.add_column(
            render(f"inspect.column_{name}", language),
            justify="left" if name in ("feed", "dates") else "right",
            overflow="fold",
        )
    for row in inspection.feeds.to_dict("records"):
        numbers = [format_count(row[name], language) for name in ("trips", "busiest_trips", "lines", "stops")]
        table.add_row(name_briefly(row["file"]), f"{row['first_date']} – {row['last_date']}", *numbers)
    return table
