"""The verdict as a table for people and as a JSON document for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group

from geo_access.core.arguments import take_language
from geo_access.core.documents import render_json, to_plain
from geo_access.core.formats import format_count, format_minutes, format_share
from geo_access.core.terminal import WIDTH, Narrow, line, wrap
from geo_access.report.sentences import (
    format_departures,
    format_promise,
    format_served,
    format_walking,
    list_choices,
    list_verdicts,
    name_verdict,
    quote_promise,
    sort_by_beyond,
)
from geo_access.report.table import Column, Table
from geo_access.report.zone_names import name_zones
from geo_access.texts import render
from geo_access.texts.controls import show_controls

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import RenderableType

    from geo_access.analysis.robustness import KnownRange
    from geo_access.core.findings import Finding
    from geo_access.texts import Language
    from geo_access.verdict.coverage import Coverage

#: Of one level, as many findings are written out; the JSON document has them all.
MOST_FINDINGS = 20
_LEVEL_STYLES = {"error": "bold red", "warning": "yellow"}
_VERDICT_STYLES = {"meets": "green", "misses": "bold red", "no residents": "dim"}


def render_table(
    coverage: Coverage, *, language: Language | None = None, width: int | None = None, sureness: Sequence[str] = ()
) -> RenderableType:
    """Lay the verdict out for a terminal.

    Parameters
    ----------
    coverage
        What `check` returns.
    language
        ``fr`` or ``en``; the study's own by default.
    width
        Columns to fit in; 80 by default, which a wider terminal leaves free.
    sureness
        How sure the verdict is, in sentences that stand with it; see `say_sureness`.

    Returns
    -------
    RenderableType
        For `rich.console.Console.print`. Texts from files are plain: no markup in them is read.
    """
    language = take_language(language, coverage.language)
    width = WIDTH if width is None else width
    summary = coverage.summary
    quote = quote_promise(coverage, language)
    head = [
        wrap(render("results.title", language, study=str(summary["study"])), width, "bold"),
        wrap(f"«\u00a0{quote.pole}\u00a0» … «\u00a0{quote.antenna}\u00a0»", width, "italic"),
        wrap(quote.cited, width, "dim"),
        line(""),
        wrap(render("results.measured", language, promise=format_promise(summary, language)), width),
        wrap(format_served(summary, language), width),
        *(wrap(line, width) for line in list_choices(coverage, language)),
        wrap(format_departures(summary, language), width),
        wrap(format_walking(summary, language), width),
    ]
    rounding = render(f"results.rounding_{summary['target']['pole']['operator']}", language)
    table = Group(_tabulate_communes(coverage, language, width), wrap(rounding, width, "dim"))
    parts: list[RenderableType] = [Group(*head), table]
    if len(coverage.sst):
        parts.append(_tabulate_sst(coverage, language, width))
    verdicts = list_verdicts(coverage, language)
    style = "bold green" if coverage.meets else "bold red"
    parts.append(Group(wrap(verdicts[0], width, style), *(wrap(line, width) for line in [*verdicts[1:], *sureness])))
    parts.append(_list_findings(coverage.findings, language, width))
    last = [render("results.theoretical", language)]
    if summary.get("sources"):
        last.append(render("results.sources", language, sources="; ".join(map(str, summary["sources"]))))
    parts.append(Group(*(wrap(line, width, "dim") for line in last)))
    return Narrow(parts, width)


def say_sureness(known: KnownRange | None, language: Language) -> str:
    """Say the range of the share served where it is known, else how one may know."""
    if known is None:
        return render("robust.how", language)
    low, high = format_share(known.low, language), format_share(known.high, language)
    return render("robust.known_range", language, runs=known.runs, low=low, high=high)


def _tabulate_communes(coverage: Coverage, language: Language, width: int) -> RenderableType:
    rows = sort_by_beyond(coverage.communes).to_dict("records")
    total = {**coverage.summary["total"], "name": render("results.total", language)}
    return _tabulate(rows, "name", "commune", coverage, language, width, total=total)


def _tabulate_sst(coverage: Coverage, language: Language, width: int) -> RenderableType:
    names = name_zones(coverage.communes, "sst", language)
    rows = sort_by_beyond(coverage.sst, by="sst").to_dict("records")
    named = [{**row, "sst": names.get(str(row["sst"]), str(row["sst"]))} for row in rows]
    return _tabulate(named, "sst", "sst", coverage, language, width)


def _tabulate(
    rows: Sequence[Mapping[Any, Any]],
    key: str,
    what: str,
    coverage: Coverage,
    language: Language,
    width: int,
    *,
    total: Mapping[str, Any] | None = None,
) -> RenderableType:
    figures = [
        Column(name, render(f"results.column_{name}", language), "word" if name == "verdict" else "number")
        for name in list_figures(coverage)
    ]
    first = Column(key, render(f"results.column_{what}", language))
    table = Table(
        render(f"results.caption_{'communes' if what == 'commune' else what}", language),
        [first, *figures],
        [{key: row[key], **render_figures(row, coverage, language), "judged": row["verdict"]} for row in rows],
        None if total is None else {key: total[key], **render_figures(total, coverage, language)},
    )
    return table.to_rich(
        "rule", width=width, style=lambda name, row: _VERDICT_STYLES[row["judged"]] if name == "verdict" else ""
    )


def list_figures(coverage: Coverage) -> list[str]:
    """List the columns of figures, in their order: people whose place is unknown only where there are some."""
    unsnapped = ["unsnapped"] if coverage.summary["total"]["unsnapped"] > 0 else []
    return ["residents", "share", "share_pole", "share_antenna", "beyond", *unsnapped, "median", "verdict"]


def render_figures(row: Mapping[Any, Any], coverage: Coverage, language: Language) -> dict[str, str]:
    """Write the figures of a commune, an SST or the whole for people."""
    operator = coverage.summary["target"]["pole"]["operator"]
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
            told_line = wrap(f"{name} {locate_finding(finding, language)}", width, indent="  ", hanging="    ")
            told_line.stylize(style, 2, 2 + len(name))
            lines.append(told_line)
        if len(told) > MOST_FINDINGS:
            more = render("results.findings_more", language, count=len(told) - MOST_FINDINGS)
            lines.append(wrap(f"  {more}", width))
    return Group(*lines)


def locate_finding(finding: Finding, language: Language) -> str:
    """Say a finding with its file and row."""
    where = [
        show_controls(finding.file or ""),
        "" if finding.row is None else render("results.row", language, row=finding.row),
    ]
    place = ", ".join(part for part in where if part)
    colon = {"fr": "\u00a0: ", "en": ": "}[language]
    return f"{place}{colon}{finding.text(language)}" if place else finding.text(language)


def to_document(coverage: Coverage, *, language: Language | None = None) -> dict[str, Any]:
    """Return the verdict as JSON values: the summary, and the findings with their text in `language`.

    Missing values are None; numbers are Python's own.
    """
    language = take_language(language, coverage.language)
    findings = [finding.to_dict(language) for finding in coverage.findings]
    document: dict[str, Any] = to_plain({**coverage.summary, "findings": findings})
    return document


def to_json(coverage: Coverage, *, language: Language | None = None) -> str:
    """Return `to_document` as text: two spaces of indent, keys in their fixed order, letters as they are."""
    return render_json(to_document(coverage, language=language))
