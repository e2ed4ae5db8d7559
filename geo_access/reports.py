"""The verdict as a table for people and as a JSON document for machines."""

from __future__ import annotations

import io
import json
import math
import textwrap
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text as RichText

from geo_access.formats import format_count, format_minutes, format_share
from geo_access.sentences import (
    list_choices,
    list_verdicts,
    name_verdict,
    quote_promise,
    say_departures,
    say_promise,
    say_served,
    say_walking,
    sort_by_beyond,
)
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import RenderableType

    from geo_access.coverage import Coverage
    from geo_access.findings import Finding
    from geo_access.texts import Language

WIDTH = 80
#: Of one level, as many findings are written out; the JSON document has them all.
MOST_FINDINGS = 20
_LEVEL_STYLES = {"error": "bold red", "warning": "yellow"}
_VERDICT_STYLES = {"meets": "green", "misses": "bold red", "no residents": "dim"}


def render_table(coverage: Coverage, *, language: Language | None = None, width: int | None = None) -> RenderableType:
    """Lay the verdict out for a terminal.

    Parameters
    ----------
    coverage
        What `check` returns.
    language
        ``fr`` or ``en``; the study's own by default.
    width
        Columns to fit in; 80 by default, which a wider terminal leaves free.

    Returns
    -------
    RenderableType
        For `rich.console.Console.print`. Texts from files are plain: no markup in them is read.
    """
    language = language or coverage.language
    width = WIDTH if width is None else width
    summary = coverage.summary
    quote = quote_promise(coverage, language)
    head = [
        wrap(render("results.title", language, study=str(summary["study"])), width, "bold"),
        wrap(f"«\u00a0{quote.pole}\u00a0» … «\u00a0{quote.antenna}\u00a0»", width, "italic"),
        wrap(f"{quote.title} ({quote.source})", width, "dim"),
        RichText(""),
        wrap(render("results.measured", language, promise=say_promise(summary, language)), width),
        wrap(say_served(summary, language), width),
        *(wrap(line, width) for line in list_choices(coverage, language)),
        wrap(say_departures(summary, language), width),
        wrap(say_walking(summary, language), width),
    ]
    rounding = render(f"results.rounding_{summary['target']['pole']['operator']}", language)
    table = Group(_tabulate_communes(coverage, language, width), wrap(rounding, width, "dim"))
    parts: list[RenderableType] = [Group(*head), table]
    if len(coverage.sst):
        parts.append(_tabulate_sst(coverage, language, width))
    verdicts = list_verdicts(coverage, language)
    style = "bold green" if coverage.meets else "bold red"
    parts.append(Group(wrap(verdicts[0], width, style), *(wrap(line, width) for line in verdicts[1:])))
    parts.append(_list_findings(coverage.findings, language, width))
    last = [render("results.theoretical", language)]
    if summary.get("sources"):
        last.append(render("results.sources", language, sources="; ".join(map(str, summary["sources"]))))
    parts.append(Group(*(wrap(line, width, "dim") for line in last)))
    return Narrow(parts, width)


def to_text(coverage: Coverage, *, language: Language | None = None, width: int = WIDTH) -> str:
    """Return the table as plain text, without colours, lines no wider than `width`."""
    page = io.StringIO()
    console = Console(file=page, width=width, color_system=None, legacy_windows=False, highlight=False)
    console.print(render_table(coverage, language=language, width=width))
    return "\n".join(line.rstrip() for line in page.getvalue().splitlines()) + "\n"


def wrap(said: str, width: int, style: str = "") -> RichText:
    """Break a text into lines; rich would break at no-break spaces too."""
    return RichText("\n".join(textwrap.wrap(said, width, break_on_hyphens=False)), style=style)


class Narrow:
    """Parts below each other, a blank line between them, no wider than `width`."""

    def __init__(self, parts: Sequence[RenderableType], width: int) -> None:
        self.parts = parts
        self.width = width

    def __rich_console__(self, console: Console, options: Any) -> Any:
        narrow = options.update_width(min(self.width, options.max_width))
        for i, part in enumerate(self.parts):
            if i:
                yield RichText("")
            yield from console.render(part, narrow)


def _tabulate_communes(coverage: Coverage, language: Language, width: int) -> Table:
    table = sort_by_beyond(coverage.communes)
    names = [str(name) for name in table["name"]]
    caption = render("results.caption_communes", language)
    total = dict(coverage.summary["total"])
    return _tabulate(table.to_dict("records"), names, "commune", caption, coverage, language, width, total=total)


def _tabulate_sst(coverage: Coverage, language: Language, width: int) -> Table:
    table = sort_by_beyond(coverage.sst, by="sst")
    names = [str(name) for name in table["sst"]]
    caption = render("results.caption_sst", language)
    return _tabulate(table.to_dict("records"), names, "sst", caption, coverage, language, width)


def _tabulate(
    rows: Sequence[Mapping[Any, Any]],
    names: Sequence[str],
    first: str,
    caption: str,
    coverage: Coverage,
    language: Language,
    width: int,
    *,
    total: Mapping[str, Any] | None = None,
) -> Table:
    unsnapped = coverage.summary["total"]["unsnapped"] > 0
    operator = coverage.summary["target"]["pole"]["operator"]
    columns = ["residents", "share", "share_pole", "share_antenna", "beyond", *(["unsnapped"] if unsnapped else [])]
    columns += ["median", "verdict"]
    heads = {name: render(f"results.column_{name}", language) for name in (first, *columns)}
    written = [_write_row(row, language, operator) for row in rows]
    footer = {} if total is None else _write_row(total, language, operator)
    widths = {
        name: max(
            cell_len(said) for row in (*written, footer) for said in (row.get(name, ""), *heads[name].split("\n"))
        )
        for name in columns
    }
    # What the figures leave is for the names, which wrap rather than lose letters.
    left = max(width - sum(widths.values()) - len(columns), 8)
    table = Table(
        box=SIMPLE_HEAD,
        show_edge=False,
        padding=0,
        title=caption,
        title_justify="left",
        title_style="bold",
        show_footer=total is not None,
    )
    lead = render("results.total", language) if total is not None else ""
    table.add_column(heads[first], lead, overflow="fold", width=left)
    for name in columns:
        justify: Literal["left", "right"] = "left" if name == "verdict" else "right"
        table.add_column(heads[name], footer.get(name, ""), justify=justify, no_wrap=True, width=widths[name])
    for name, row, cells in zip(names, rows, written, strict=True):
        verdict = RichText(cells["verdict"], style=_VERDICT_STYLES[row["verdict"]])
        table.add_row(
            RichText("\n".join(textwrap.wrap(name, left))), *(cells[column] for column in columns[:-1]), verdict
        )
    return table


def _write_row(row: Mapping[Any, Any], language: Language, operator: Any) -> dict[str, str]:
    written = {name: format_count(row[name], language) for name in ("residents", "beyond", "unsnapped")}
    for name in ("share", "share_pole", "share_antenna"):
        written[name] = format_share(row.get(name), language)
    written["median"] = (
        format_minutes(row["median_min_pole"], language, operator=operator, unit=False)
        if "median_min_pole" in row
        else ""
    )
    written["verdict"] = name_verdict(row["verdict"], language) if "verdict" in row else ""
    return written


def _list_findings(findings: Sequence[Finding], language: Language, width: int) -> RenderableType:
    levels = [finding.level for finding in findings]
    counts = {f"{level}s": levels.count(level) for level in ("error", "warning", "info")}
    lines = [wrap(render("results.findings", language, **counts), width)]
    for level, style in _LEVEL_STYLES.items():
        told = [finding for finding in findings if finding.level == level]
        for finding in told[:MOST_FINDINGS]:
            name = render(f"results.level_{level}", language)
            said = textwrap.wrap(
                f"{name} {locate_finding(finding, language)}",
                width,
                initial_indent="  ",
                subsequent_indent="    ",
                break_on_hyphens=False,
            )
            line = RichText("\n".join(said))
            line.stylize(style, 2, 2 + len(name))
            lines.append(line)
        if len(told) > MOST_FINDINGS:
            more = render("results.findings_more", language, count=len(told) - MOST_FINDINGS)
            lines.append(wrap(f"  {more}", width))
    return Group(*lines)


def locate_finding(finding: Finding, language: Language) -> str:
    """Say a finding with its file and row."""
    where = [finding.file or "", "" if finding.row is None else render("results.row", language, row=finding.row)]
    place = ", ".join(part for part in where if part)
    colon = {"fr": "\u00a0: ", "en": ": "}[language]
    return f"{place}{colon}{finding.text(language)}" if place else finding.text(language)


def to_document(coverage: Coverage, *, language: Language | None = None) -> dict[str, Any]:
    """Return the verdict as JSON values: the summary, and the findings with their text in `language`.

    Missing values are None; numbers are Python's own.
    """
    language = language or coverage.language
    findings = [
        {
            "level": finding.level,
            "code": finding.code,
            "file": finding.file,
            "row": finding.row,
            "text": finding.text(language),
        }
        for finding in coverage.findings
    ]
    document: dict[str, Any] = to_plain({**coverage.summary, "findings": findings})
    return document


def to_json(coverage: Coverage, *, language: Language | None = None) -> str:
    """Return `to_document` as text: two spaces of indent, keys in their fixed order, letters as they are."""
    return json.dumps(to_document(coverage, language=language), ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def to_plain(value: Any) -> Any:
    """Turn values of tables into JSON values: missing ones and infinities into None, numpy's into Python's."""
    if isinstance(value, dict):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return [to_plain(item) for item in value.tolist()]
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if isinstance(value, (bool, int, float, str)):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
