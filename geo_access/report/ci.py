"""The verdict for other programs: JUnit, GitHub, Markdown, spreadsheets; and the table and the JSON beside a baseline.

A report and the exit code say the same. Without a baseline what fails is a commune that misses the target; with one, a
commune that got worse.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Literal, get_args

from rich.console import Group

from geo_access.analysis.baseline import format_change, list_changes, to_baseline_document
from geo_access.core.arguments import take_language
from geo_access.core.documents import render_json
from geo_access.core.errors import InputError
from geo_access.core.formats import MISSING, format_count, format_share, format_threshold, is_missing
from geo_access.core.terminal import WIDTH, line, render_plain, wrap
from geo_access.report.sentences import (
    format_departures,
    format_promise,
    format_served,
    format_walking,
    list_choices,
    list_verdicts,
    quote_promise,
    sort_by_beyond,
)
from geo_access.report.table import Column, Table, render_tables
from geo_access.report.verdict_table import (
    MOST_FINDINGS,
    list_figures,
    locate_finding,
    render_figures,
    render_table,
    to_document,
)
from geo_access.report.zone_names import name_zones
from geo_access.texts import render
from geo_access.texts.controls import show_controls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from rich.console import RenderableType

    from geo_access.analysis.baseline import BaselineComparison, Change
    from geo_access.report.table import Kind
    from geo_access.texts import Language
    from geo_access.verdict.coverage import Coverage

Form = Literal["table", "json", "junit", "github", "markdown", "csv"]
FORMS: tuple[Form, ...] = get_args(Form)

#: What XML 1.0 cannot hold, and what would end a line of a report early.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|~&#$])")
#: What begins a runner's command: XML writes its first character as a reference.
_COMMAND = re.compile(r"^(\s*):(?=:)|#(?=#(?:\[|vso\[))", re.MULTILINE)
#: Files whose rows are lines, so that an annotation can point at them.
_LINED = (".csv", ".txt", ".toml")


def render_report(
    coverage: Coverage, form: Form, *, comparison: BaselineComparison | None = None, language: Language | None = None
) -> str:
    """Write the verdict in one of the formats of `check`.

    Parameters
    ----------
    coverage
        What `check` returns.
    form
        ``table``, ``json``, ``junit``, ``github``, ``markdown`` or ``csv``.
    comparison
        From `compare_with_baseline`: what changed since a kept result.
    language
        ``fr`` or ``en``; the study's own by default.

    Returns
    -------
    str
        The report, line ends and byte-order mark included, to be written in UTF-8.
    """
    writers: dict[Form, Callable[[Coverage, BaselineComparison | None, Language], str]] = {
        "table": _render_table,
        "json": _render_json,
        "junit": _render_junit,
        "github": _render_github,
        "markdown": _render_markdown,
        "csv": _render_csv,
    }
    return writers[form](coverage, comparison, take_language(language, coverage.language))


def render_comparison(comparison: BaselineComparison, language: Language, *, width: int = WIDTH) -> RenderableType:
    """Lay the comparison with a baseline out for a terminal, to stand below the table."""
    first, verdict, *rest = list_changes(comparison, language)
    style = "bold green" if comparison.passes else "bold red"
    return Group(line(""), wrap(first, width), wrap(verdict, width, style), *(_hang(said, width) for said in rest))


def _hang(said: str, width: int) -> RenderableType:
    return wrap(said, width, hanging="  " if said.startswith("- ") else "")


def append_job_summary(path: Path | str, text: str) -> None:
    """Append Markdown to the file that GitHub shows as a job's summary (its path: ``GITHUB_STEP_SUMMARY``).

    Raises
    ------
    InputError
        When writing is refused.
    """
    try:
        with Path(path).open("ab") as file:
            file.write(text.encode("utf-8"))
    except OSError as error:
        raise InputError("results.output_refused", file=path, said=error.strerror or type(error).__name__) from error


def _render_table(coverage: Coverage, comparison: BaselineComparison | None, language: Language) -> str:
    parts = [render_table(coverage, language=language)]
    parts += [] if comparison is None else [render_comparison(comparison, language)]
    return render_plain(*parts)


def _render_json(coverage: Coverage, comparison: BaselineComparison | None, language: Language) -> str:
    document = to_document(coverage, language=language)
    if comparison is not None:
        document["baseline"] = to_baseline_document(comparison)
    return render_json(document)


# What the reports share


def _fails(row: Mapping[str, Any], comparison: BaselineComparison | None, worse: Mapping[str, Change]) -> bool:
    return row["verdict"] == "misses" if comparison is None else row["insee"] in worse


def _index_worse(comparison: BaselineComparison | None) -> dict[str, Change]:
    return {} if comparison is None else {change.insee: change for change in comparison.worse}


def _list_outcome(coverage: Coverage, comparison: BaselineComparison | None, language: Language) -> list[str]:
    changes = [] if comparison is None else list_changes(comparison, language)
    return list_verdicts(coverage, language) + changes


def _format_missed(row: Mapping[str, Any], summary: Mapping[str, Any], language: Language) -> str:
    return render(
        "reports.misses",
        language,
        share=format_share(row["share"], language),
        required=format_threshold(summary["target"]["required_share"], language),
        missed=format_count(row["beyond"] + row["unsnapped"], language),
        residents=format_count(row["residents"], language),
    )


def _sort_rows(coverage: Coverage) -> list[dict[str, Any]]:
    """List the communes of the document as the table does: most residents beyond first."""
    rows = {row["insee"]: row for row in coverage.summary["communes"]}
    return [rows[insee] for insee in sort_by_beyond(coverage.communes)["insee"]]


# JUnit


def _render_junit(coverage: Coverage, comparison: BaselineComparison | None, language: Language) -> str:
    """Write one test case a commune, in a shape that Ant's, Jenkins' and GitLab's readers accept."""
    summary = coverage.summary
    worse = _index_worse(comparison)
    rows = summary["communes"]
    name = str(summary["study"]).strip() or "geo-access"
    skipped = sum(row["verdict"] == "no residents" for row in rows)
    suite = ET.Element(
        "testsuite",
        name=_clean(name),
        tests=str(len(rows)),
        failures=str(sum(_fails(row, comparison, worse) for row in rows)),
        errors="0",
        skipped=str(skipped),
        time="0",
        # The day studied, not the hour of the run: the same input gives the same bytes.
        timestamp=f"{summary['date']}T00:00:00",
        hostname="localhost",
        package="geo_access",
        id="0",
    )
    properties = ET.SubElement(suite, "properties")
    for key, value in _list_properties(coverage, comparison, language):
        ET.SubElement(properties, "property", name=key, value=_clean(value))
    for row in rows:
        case = ET.SubElement(
            suite, "testcase", name=_clean(f"{row['insee']} {row['name']}"), classname=_clean(name), time="0"
        )
        if row["verdict"] == "no residents":
            ET.SubElement(case, "skipped", message=render("reports.without_residents", language))
        elif _fails(row, comparison, worse):
            change = worse.get(row["insee"])
            message = _format_missed(row, summary, language) if change is None else format_change(change, language)
            failure = ET.SubElement(
                case, "failure", type="misses" if change is None else "worse", message=_clean(message)
            )
            measured = render("results.measured", language, promise=format_promise(summary, language))
            failure.text = _clean("\n".join([message, measured, format_served(summary, language)]))
    ET.SubElement(suite, "system-out").text = _clean("\n".join(_list_outcome(coverage, comparison, language)))
    errors = [locate_finding(finding, language) for finding in coverage.findings if finding.level == "error"]
    ET.SubElement(suite, "system-err").text = _clean("\n".join(errors))
    return join_suites([suite])


def join_suites(suites: Iterable[ET.Element]) -> str:
    """Write suites as one report; no line of it is a command of the runner that shows it."""
    root = ET.Element("testsuites")
    root.extend(suites)
    ET.indent(root)
    written = ET.tostring(root, encoding="unicode")
    written = _COMMAND.sub(lambda found: f"{found[1] or ''}&#{ord(found[0][-1])};", written)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + written + "\n"


def _list_properties(
    coverage: Coverage, comparison: BaselineComparison | None, language: Language
) -> Iterable[tuple[str, str]]:
    summary = coverage.summary
    yield "preset", str(summary["preset"])
    yield "target", format_promise(summary, language)
    yield "required_share", str(summary["target"]["required_share"])
    yield "date", str(summary["date"])
    yield "departures", f"{summary['departures']['from']}-{summary['departures']['to']}"
    yield "walking", str(summary["walking"])
    yield "profile", str(summary["profile"])
    yield "share", str(summary["total"]["share"])
    if comparison is not None:
        yield "baseline", comparison.file
        yield "baseline_tolerance", str(comparison.tolerance)


def _clean(said: str) -> str:
    """Show control characters, and replace what XML cannot hold; line feeds are ours."""
    return _NO_XML.sub("\ufffd", show_controls(said, keep="\n"))


# GitHub


def _render_github(coverage: Coverage, comparison: BaselineComparison | None, language: Language) -> str:
    """Write workflow commands: a notice, then the worst communes first, since GitHub shows ten of a kind."""
    summary = coverage.summary
    worse = _index_worse(comparison)
    title = render("results.title", language, study=str(summary["study"]))
    lines = [_command("notice", "\n".join(_list_outcome(coverage, comparison, language)), title=title)]
    rows = _sort_rows(coverage)
    if comparison is not None:
        order = [change.insee for change in comparison.worse]
        rows.sort(key=lambda row: order.index(row["insee"]) if row["insee"] in worse else len(order))
    for row in rows:
        title = f"{row['name']} ({row['insee']})"
        missed = _format_missed(row, summary, language)
        if row["insee"] in worse:
            lines.append(_command("error", format_change(worse[row["insee"]], language), title=title))
        elif row["verdict"] == "misses" and comparison is None:
            lines.append(_command("error", missed, title=title))
        elif row["verdict"] == "misses":
            said = f"{missed} {render('reports.misses_as_before', language)}"
            lines.append(_command("warning", said, title=title))
    for finding in coverage.findings:
        if finding.level == "error":
            where = {} if finding.file is None else {"file": _from_here(finding.file)}
            if finding.row is not None and PurePath(finding.file or "").suffix in _LINED:
                where["line"] = str(finding.row)
            lines.append(_command("error", locate_finding(finding, language), **where, title=finding.code))
    return "\n".join(lines) + "\n"


def _command(kind: str, message: str, **properties: str) -> str:
    """Write one workflow command, escaped as GitHub's runner unescapes it."""

    def escape(said: str) -> str:
        said = show_controls(said, keep="\n")
        return said.replace("%", "%25").replace("\n", "%0A")

    said = ",".join(
        f"{key}={escape(value).replace(':', '%3A').replace(',', '%2C')}" for key, value in properties.items()
    )
    return f"::{kind} {said}::{escape(message)}"


def _from_here(file: str) -> str:
    """Name a file as GitHub does, from the folder that the job runs in."""
    here = Path.cwd()
    path = Path(file)
    return (path.relative_to(here) if path.is_absolute() and path.is_relative_to(here) else path).as_posix()


# Markdown


def _render_markdown(coverage: Coverage, comparison: BaselineComparison | None, language: Language) -> str:
    summary = coverage.summary
    quote = quote_promise(coverage, language)
    verdict, *readings = list_verdicts(coverage, language)
    parts = [
        [f"## {_plain(render('results.title', language, study=str(summary['study'])))}"],
        [f"> «\u00a0{_plain(quote.pole)}\u00a0» … «\u00a0{_plain(quote.antenna)}\u00a0»  ", f"> {_plain(quote.cited)}"],
        [f"**{_plain(verdict)}**"],
        _bullets(readings),
    ]
    if comparison is not None:
        first, result, *changes = list_changes(comparison, language)
        parts += [
            [f"### {render('reports.heading_baseline', language)}"],
            [_plain(first)],
            [f"**{_plain(result)}**"],
            [f"  - {_plain(line[2:])}" if line.startswith("- ") else f"- {_plain(line)}" for line in changes],
        ]
    zones = name_zones(coverage.communes, "sst", language) if len(coverage.sst) else {}
    communes = [{**row, "sst": zones.get(str(row["sst"]), row["sst"])} for row in _sort_rows(coverage)]
    parts += [
        [f"### {render('reports.heading_communes', language)}"],
        _tabulate(coverage, communes, ("commune", "sst"), language, total=True),
    ]
    if len(coverage.sst):
        rows = {row["sst"]: row for row in summary["sst"]}
        ordered = [rows[sst] for sst in sort_by_beyond(coverage.sst, by="sst")["sst"]]
        ordered = [{**row, "sst": zones.get(str(row["sst"]), row["sst"])} for row in ordered]
        parts += [[f"### {render('reports.heading_sst', language)}"], _tabulate(coverage, ordered, ("sst",), language)]
    measured = render("results.measured", language, promise=format_promise(summary, language))
    notes = [measured, format_served(summary, language), *list_choices(coverage, language)]
    notes += [format_departures(summary, language), format_walking(summary, language)]
    notes.append(render(f"results.rounding_{summary['target']['pole']['operator']}", language))
    notes.append(render("results.theoretical", language))
    if summary.get("sources"):
        notes.append(render("results.sources", language, sources="; ".join(map(str, summary["sources"]))))
    parts += [_bullets(notes), *_list_findings(coverage, language)]
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


def _bullets(lines: Iterable[str]) -> list[str]:
    return [f"- {_plain(line)}" for line in lines]


def _list_findings(coverage: Coverage, language: Language) -> list[list[str]]:
    levels = [finding.level for finding in coverage.findings]
    counts = {f"{level}s": levels.count(level) for level in ("error", "warning", "info")}
    lines = []
    for level in ("error", "warning"):
        told = [finding for finding in coverage.findings if finding.level == level]
        name = render(f"results.level_{level}", language)
        lines += [f"- **{name}** {_plain(locate_finding(finding, language))}" for finding in told[:MOST_FINDINGS]]
        if len(told) > MOST_FINDINGS:
            lines.append(f"- {_plain(render('results.findings_more', language, count=len(told) - MOST_FINDINGS))}")
    return [[f"**{_plain(render('results.findings', language, **counts))}**"], lines]


def _tabulate(
    coverage: Coverage,
    rows: Sequence[Mapping[str, Any]],
    names: tuple[str, ...],
    language: Language,
    *,
    total: bool = False,
) -> list[str]:
    names = names if len(coverage.sst) else tuple(name for name in names if name != "sst")
    figures = list_figures(coverage)
    heads = [_plain(render(f"results.column_{name}", language)) for name in (*names, *figures)]
    written = [f"| {' | '.join(heads)} |", f"|{' :-- |' * len(names)}{' --: |' * (len(figures) - 1)} :-- |"]

    def write(row: Mapping[str, Any], first: Sequence[str], *, style: str = "") -> str:
        told = render_figures(row, coverage, language)
        told["median"] = told["median"] if row.get("median_min_pole") else ""
        cells = [*first, *(told[name] for name in figures)]
        return f"| {' | '.join(f'{style}{cell}{style}' if cell else '' for cell in cells)} |"

    keys = ["name" if name == "commune" else name for name in names]
    written += [write(row, [_plain(_text(row[key])) for key in keys]) for row in rows]
    if total:
        last = {**coverage.summary["total"], "verdict": "meets" if coverage.meets else "misses"}
        written.append(write(last, [render("results.total", language), *([""] * (len(names) - 1))], style="**"))
    return written


def _plain(said: str) -> str:
    """Write a text so that Markdown shows it as it is, on one line; a line feed of our own is a blank."""
    return _MARKDOWN.sub(r"\\\1", show_controls(said.replace("\n", " ")))


def _text(value: object) -> str:
    return MISSING if is_missing(value) else show_controls(str(value))


# Spreadsheets


def _render_csv(coverage: Coverage, comparison: BaselineComparison | None, language: Language) -> str:
    return tabulate_communes(coverage, comparison, language).render_csv(language)


def render_workbook(
    coverage: Coverage, *, comparison: BaselineComparison | None = None, language: Language | None = None
) -> bytes:
    """Write the communes and their total as an Excel workbook; parameters are those of `render_report`."""
    language = take_language(language, coverage.language)
    name = render("reports.sheet_communes", language)
    return render_tables([tabulate_communes(coverage, comparison, language)], name)


def tabulate_communes(coverage: Coverage, comparison: BaselineComparison | None, language: Language) -> Table:
    """Return the communes and their total as a spreadsheet holds them: figures as numbers, answers as words."""
    rows = _sort_rows(coverage)
    names = ["insee", "name", "sst", "residents", "served", "share", "share_pole", "share_antenna", "beyond"]
    names += ["unsnapped", "median_min_pole", "share_any", "share_own_sst"]
    names += [name for name in ("share_pmi", "presence") if any(name in row for row in rows)]
    names.append("verdict")
    names += [] if comparison is None else ["before", "points", "change"]
    total = {
        **coverage.summary["total"],
        "name": render("reports.csv_total", language),
        "verdict": "meets" if coverage.meets else "misses",
    }
    if comparison is not None:
        total["before"] = comparison.total_before
        if comparison.total_before is not None and comparison.total_after is not None:
            total["points"] = comparison.total_after - comparison.total_before
    columns = [Column(name, render(f"reports.csv_{name}", language), _KINDS.get(name, "number")) for name in names]
    changes = _index_changes(comparison)
    told = [_name_answers({**row, **changes.get(row["insee"], {})}, language) for row in rows]
    return Table("", columns, told, _name_answers(total, language))


_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("insee", "name", "sst", "presence", "verdict", "change"), "text"),
    **dict.fromkeys(
        ("share", "share_pole", "share_antenna", "share_any", "share_own_sst", "share_pmi", "before", "points"), "share"
    ),
}


def _name_answers(row: Mapping[str, Any], language: Language) -> dict[str, Any]:
    named = dict(row)
    verdicts = {"meets": "yes", "misses": "no", "no residents": "no_residents"}
    if not is_missing(row.get("verdict")):
        named["verdict"] = render(f"reports.csv_{verdicts[row['verdict']]}", language)
    if not is_missing(row.get("presence")):
        named["presence"] = render(f"reports.csv_{'yes' if row['presence'] else 'no'}", language)
    if not is_missing(row.get("change")):
        named["change"] = render(f"reports.change_{row['change']}", language)
    return named


def _index_changes(comparison: BaselineComparison | None) -> dict[str, dict[str, Any]]:
    if comparison is None:
        return {}
    named = {"worse": comparison.worse, "steady": comparison.steady, "better": comparison.better}
    return {
        change.insee: {"before": change.before, "points": change.points, "change": name}
        for name, changes in named.items()
        for change in changes
    }
