"""A comparison as a table for people, as a JSON document and for spreadsheets."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Group

from geo_access.core.arguments import take_language
from geo_access.core.documents import render_json, to_plain
from geo_access.core.formats import format_count, format_share, is_missing
from geo_access.core.terminal import WIDTH, Narrow, line, wrap
from geo_access.report.comparison.words import (
    describe_differences,
    format_changes_of_site,
    format_minutes_change,
    format_rules,
    format_signed,
    list_outcomes,
    list_readings,
    rank_by_net,
    sort_by_net,
    tally,
    title_sides,
)
from geo_access.report.sentences import list_hypotheses, name_verdict
from geo_access.report.table import Column, Table, render_tables
from geo_access.report.verdict_table import locate_finding
from geo_access.report.zone_names import name_zones
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import RenderableType
    from rich.text import Text

    from geo_access.analysis.comparison import Comparison
    from geo_access.report.comparison.words import Tally
    from geo_access.report.table import Kind
    from geo_access.texts import Language

_COLUMNS = ("gained", "lost", "net", "share_before", "share_after", "slower", "mean_change_min")
_CSV = (
    *("insee", "name", "sst_before", "sst_after", "residents", "served_before", "served_after"),
    *("gained", "lost", "net"),
    *("share_before", "share_after", "quicker", "slower", "mean_change_min", "median_change_min"),
    *("verdict_before", "verdict_after"),
)


def render_comparison_table(
    comparison: Comparison, *, language: Language | None = None, width: int | None = None
) -> RenderableType:
    """Lay winners and losers out for a terminal.

    Parameters
    ----------
    comparison
        What `compare` returns.
    language
        ``fr`` or ``en``; the study's own by default.
    width
        Columns to fit in; 80 by default.
    """
    language = take_language(language, comparison.language)
    width = WIDTH if width is None else width
    study = str(comparison.summary["after"]["study"])
    head = [wrap(render("compare.title", language, study=study), width, "bold")]
    head += [wrap(side, width) for side in title_sides(comparison, language)]
    head += [line(""), wrap(render("compare.differences_heading", language), width, "bold")]
    differences = describe_differences(comparison, language)
    for difference in differences:
        said = render(
            "compare.difference", language, label=difference.label, before=difference.before, after=difference.after
        )
        head.append(_indent(said, width))
    head.append(_indent(render(f"compare.differences_{'same' if differences else 'none'}", language), width))
    head += [wrap(rule, width) for rule in format_rules(comparison, language)]
    outcomes = list_outcomes(comparison, language)
    counted = tally(comparison)
    parts: list[RenderableType] = [
        Group(*head),
        Group(wrap(outcomes[0], width, "bold"), *(wrap(line, width) for line in outcomes[1:])),
        _tabulate_communes(comparison, counted, language, width),
    ]
    if len(comparison.sst):
        parts += _tabulate_sst(comparison, counted, language, width)
    parts += _tell_readings(comparison, language, width)
    changed = comparison.sites[comparison.sites["changes"].map(len) > 0]
    if len(changed):
        lines = [wrap(render("compare.caption_sites", language), width, "bold")]
        for row in changed.to_dict("records"):
            name = row["name_before"] if is_missing(row["name_after"]) else row["name_after"]
            lines.append(_indent(f"{name}{_COLON[language]}{format_changes_of_site(row, language)}", width))
        parts.append(Group(*lines))
    if comparison.findings:
        lines = [wrap(render("compare.findings_heading", language), width, "bold")]
        lines += [_indent(locate_finding(finding, language), width) for finding in comparison.findings]
        parts.append(Group(*lines))
    supposed = list_hypotheses(comparison.after.summary, language) or list_hypotheses(
        comparison.before.summary, language
    )
    parts.append(
        Group(
            wrap(render("compare.note_minutes", language), width),
            *(wrap(line, width) for line in supposed),
            wrap(render("results.theoretical", language), width, "dim"),
        )
    )
    return Narrow(parts, width)


_COLON = {"fr": "\u00a0: ", "en": ": "}


def _indent(said: str, width: int) -> Text:
    return wrap(said, width, indent="  ", hanging="    ")


def _tabulate_communes(comparison: Comparison, counted: Tally, language: Language, width: int) -> RenderableType:
    order = sort_by_net(comparison, counted)
    people, exact = counted.communes.to_dict("records"), comparison.communes.to_dict("records")
    moved = [i for i in order if people[i]["gained"] or people[i]["lost"]]
    rows = [({**exact[i], **people[i]}, str(exact[i]["name"])) for i in moved]
    rest = [people[i] for i in order if i not in set(moved)]
    lines = [(name, _write(row, language)) for row, name in rows]
    if rest:
        # What does not change is told in one row, so that the rows still make the total.
        slower = sum(row["slower"] for row in rest)
        cells = {"gained": "0", "lost": "0", "net": "0", "slower": format_count(slower, language)}
        lines.append((render("compare.unchanged_communes", language, count=len(rest)), cells))
    total = (render("results.total", language), _write({**comparison.summary["total"], **counted.total}, language))
    caption = render("compare.caption_communes", language)
    return _tabulate(lines, total, caption, render("results.column_commune", language), language, width)


def _tabulate_sst(comparison: Comparison, counted: Tally, language: Language, width: int) -> list[RenderableType]:
    exact, people = comparison.sst.to_dict("records"), counted.sst.to_dict("records")
    rows = [({**row, **count}, row["side"]) for row, count in zip(exact, people, strict=True)]
    group, size = rank_by_net(counted.sst)
    rows = [rows[i] for i in np.lexsort((comparison.sst["sst"].astype(str), size, group))]
    total = (render("results.total", language), _write({**comparison.summary["total"], **counted.total}, language))
    zones = {side: name_zones(comparison.communes, f"sst_{side}", language) for side in ("before", "after")}
    tables: list[RenderableType] = []
    for sides, code in ((("both", "after"), "caption_sst"), (("before",), "caption_old_sst")):
        lines = [(_name_zone(row, side, zones), _write(row, language)) for row, side in rows if side in sides]
        if lines:
            caption = render(f"compare.{code}", language)
            first = render("results.column_sst", language)
            whole = total if sides[0] == "both" and any(row["side"] != "before" for row in exact) else None
            tables.append(_tabulate(lines, whole, caption, first, language, width))
    return tables


def _name_zone(row: Mapping[Any, Any], side: str, zones: Mapping[str, Mapping[str, str]]) -> str:
    code = str(row["sst"])
    return zones["before" if side == "before" else "after"].get(code, code)


def _write(row: Mapping[Any, Any], language: Language) -> dict[str, str]:
    said = {name: format_count(row[name], language) for name in ("gained", "lost", "quicker", "slower")}
    said["net"] = format_signed(row["net"], language)
    for name in ("share_before", "share_after"):
        said[name] = format_share(row[name], language)
    said["mean_change_min"] = format_minutes_change(row["mean_change_min"], language)
    return said


def _tabulate(
    lines: Sequence[tuple[str, Mapping[str, str]]],
    total: tuple[str, Mapping[str, str]] | None,
    caption: str,
    first: str,
    language: Language,
    width: int,
) -> RenderableType:
    columns = [Column(name, render(f"compare.column_{name}", language), "number") for name in _COLUMNS]
    table = Table(
        "\n".join(textwrap.wrap(caption, width)),
        [Column("name", first), *columns],
        [{**cells, "name": name} for name, cells in lines],
        None if total is None else {**total[1], "name": total[0]},
    )
    return table.to_rich("rule", width=width, style=_style_net)


def _style_net(name: str, row: Mapping[str, str]) -> str:
    if name != "net":
        return ""
    return "green" if row["net"].startswith("+") else "red" if row["net"].startswith("−") else ""


def _tell_readings(comparison: Comparison, language: Language, width: int) -> list[RenderableType]:
    lines = [wrap(render("compare.readings_heading", language), width, "bold")]
    for name, pools in list_readings(comparison, language):
        lines.append(_indent(name, width))
        for pool, people in pools.items():
            said = f"{render(f'compare.reading_{pool}', language)}{_COLON[language]}{format_count(people, language)}"
            lines.append(_indent(f"  {said}", width))
    return [Group(*lines)] if len(lines) > 1 else []


def to_comparison_document(comparison: Comparison, *, language: Language | None = None) -> dict[str, Any]:
    """Return the comparison as JSON values: the summary, what differs in words, and the findings with their text."""
    language = take_language(language, comparison.language)
    differences = [
        {**fact, "label": said.label, "before_words": said.before, "after_words": said.after}
        for fact, said in zip(
            comparison.summary["differences"], describe_differences(comparison, language), strict=True
        )
    ]
    findings = [finding.to_dict(language) for finding in comparison.findings]
    said = {"differences": differences, "outcomes": list_outcomes(comparison, language), "findings": findings}
    document: dict[str, Any] = to_plain({**comparison.summary, **said})
    return document


def to_comparison_json(comparison: Comparison, *, language: Language | None = None) -> str:
    """Return `to_comparison_document` as text, keys in their fixed order."""
    return render_json(to_comparison_document(comparison, language=language))


def to_comparison_csv(comparison: Comparison, *, language: Language | None = None) -> str:
    """Return the communes and their total as a spreadsheet of the language's country takes them; whole people."""
    language = take_language(language, comparison.language)
    return _tabulate_figures(comparison, language).render_csv(language)


def to_comparison_workbook(comparison: Comparison, *, language: Language | None = None) -> bytes:
    """Return the communes and their total as an Excel workbook; whole people."""
    language = take_language(language, comparison.language)
    name = render("reports.sheet_comparison", language)
    return render_tables([_tabulate_figures(comparison, language)], name)


def _tabulate_figures(comparison: Comparison, language: Language) -> Table:
    counted = tally(comparison)
    exact, people = comparison.communes.to_dict("records"), counted.communes.to_dict("records")
    order = sort_by_net(comparison, counted)
    total = {**comparison.summary["total"], **counted.total, "name": render("results.total", language)}
    rows = [_name_verdicts(row, language) for row in (*({**exact[i], **people[i]} for i in order), total)]
    columns = [Column(name, render(_head_csv(name), language), _KINDS.get(name, "number")) for name in _CSV]
    return Table("", columns, rows)


_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("insee", "name", "sst_before", "sst_after", "verdict_before", "verdict_after"), "text"),
    **dict.fromkeys(("share_before", "share_after"), "share"),
}


def _name_verdicts(row: Mapping[Any, Any], language: Language) -> dict[Any, Any]:
    names = [name for name in ("verdict_before", "verdict_after") if not is_missing(row.get(name))]
    return {**row, **{name: name_verdict(row[name], language) for name in names}}


def _head_csv(name: str) -> str:
    return f"reports.csv_{name}" if name in ("insee", "name", "residents") else f"compare.csv_{name}"
