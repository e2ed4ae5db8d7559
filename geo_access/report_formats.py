"""The verdict for other programs: JUnit, GitHub, Markdown, spreadsheets; and the table and the JSON beside a baseline.

A report and the exit code say the same. Without a baseline what fails is a commune that misses the target; with one, a
commune that got worse.
"""

from __future__ import annotations

import json
import math
import re
import textwrap
import xml.etree.ElementTree as ET
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Literal, get_args

from rich.console import Group
from rich.text import Text as RichText

from geo_access.baseline import list_changes, say_change, to_baseline_document
from geo_access.errors import InputError
from geo_access.formats import (
    MISSING,
    format_count,
    format_minutes,
    format_share,
    format_threshold,
    is_missing,
    read_number,
)
from geo_access.reports import MOST_FINDINGS, WIDTH, locate_finding, to_document, to_text
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
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from rich.console import RenderableType

    from geo_access.baseline import Change, Comparison
    from geo_access.coverage import Coverage
    from geo_access.texts import Language

Form = Literal["table", "json", "junit", "github", "markdown", "csv"]
FORMS: tuple[Form, ...] = get_args(Form)

#: What XML 1.0 cannot hold, and what would end a line of a report early.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|~&#])")
#: A spreadsheet takes a text that starts so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
#: Files whose rows are lines, so that an annotation can point at them.
_LINED = (".csv", ".txt", ".toml")


def write_report(
    coverage: Coverage, form: Form, *, comparison: Comparison | None = None, language: Language | None = None
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
    writers: dict[Form, Callable[[Coverage, Comparison | None, Language], str]] = {
        "table": _write_table,
        "json": _write_json,
        "junit": _write_junit,
        "github": _write_github,
        "markdown": _write_markdown,
        "csv": _write_csv,
    }
    return writers[form](coverage, comparison, language or coverage.language)


def render_comparison(comparison: Comparison, language: Language, *, width: int = WIDTH) -> RenderableType:
    """Lay the comparison with a baseline out for a terminal, to stand below the table."""
    first, verdict, *rest = (_wrap(line, width) for line in list_changes(comparison, language))
    style = "bold green" if comparison.passes else "bold red"
    return Group(RichText(""), RichText(first), RichText(verdict, style=style), *map(RichText, rest))


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


def _write_table(coverage: Coverage, comparison: Comparison | None, language: Language) -> str:
    said = to_text(coverage, language=language)
    if comparison is None:
        return said
    return said + "\n" + "\n".join(_wrap(line, WIDTH) for line in list_changes(comparison, language)) + "\n"


def _wrap(line: str, width: int) -> str:
    indent = "  " if line.startswith("- ") else ""
    return "\n".join(textwrap.wrap(line, width, subsequent_indent=indent, break_on_hyphens=False))


def _write_json(coverage: Coverage, comparison: Comparison | None, language: Language) -> str:
    document = to_document(coverage, language=language)
    if comparison is not None:
        document["baseline"] = to_baseline_document(comparison)
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2) + "\n"


# What the reports share


def _fails(row: Mapping[str, Any], comparison: Comparison | None, worse: Mapping[str, Change]) -> bool:
    return row["verdict"] == "misses" if comparison is None else row["insee"] in worse


def _index_worse(comparison: Comparison | None) -> dict[str, Change]:
    return {} if comparison is None else {change.insee: change for change in comparison.worse}


def _list_outcome(coverage: Coverage, comparison: Comparison | None, language: Language) -> list[str]:
    changes = [] if comparison is None else list_changes(comparison, language)
    return list_verdicts(coverage, language) + changes


def _say_missed(row: Mapping[str, Any], summary: Mapping[str, Any], language: Language) -> str:
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


def _write_junit(coverage: Coverage, comparison: Comparison | None, language: Language) -> str:
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
            message = _say_missed(row, summary, language) if change is None else say_change(change, language)
            failure = ET.SubElement(
                case, "failure", type="misses" if change is None else "worse", message=_clean(message)
            )
            measured = render("results.measured", language, promise=say_promise(summary, language))
            failure.text = _clean("\n".join([message, measured, say_served(summary, language)]))
    ET.SubElement(suite, "system-out").text = _clean("\n".join(_list_outcome(coverage, comparison, language)))
    errors = [locate_finding(finding, language) for finding in coverage.findings if finding.level == "error"]
    ET.SubElement(suite, "system-err").text = _clean("\n".join(errors))
    root = ET.Element("testsuites")
    root.append(suite)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _list_properties(
    coverage: Coverage, comparison: Comparison | None, language: Language
) -> Iterable[tuple[str, str]]:
    summary = coverage.summary
    yield "preset", str(summary["preset"])
    yield "target", say_promise(summary, language)
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
    """Replace what XML cannot hold."""
    return _NO_XML.sub("\ufffd", said)


# GitHub


def _write_github(coverage: Coverage, comparison: Comparison | None, language: Language) -> str:
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
        missed = _say_missed(row, summary, language)
        if row["insee"] in worse:
            lines.append(_command("error", say_change(worse[row["insee"]], language), title=title))
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
        return said.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

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


def _write_markdown(coverage: Coverage, comparison: Comparison | None, language: Language) -> str:
    summary = coverage.summary
    quote = quote_promise(coverage, language)
    verdict, *readings = list_verdicts(coverage, language)
    parts = [
        [f"## {_plain(render('results.title', language, study=str(summary['study'])))}"],
        [
            f"> «\u00a0{_plain(quote.pole)}\u00a0» … «\u00a0{_plain(quote.antenna)}\u00a0»  ",
            f"> {_plain(quote.title)} ({_plain(quote.source)})",
        ],
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
    parts += [
        [f"### {render('reports.heading_communes', language)}"],
        _tabulate(coverage, _sort_rows(coverage), ("commune", "sst"), language, total=True),
    ]
    if len(coverage.sst):
        rows = {row["sst"]: row for row in summary["sst"]}
        ordered = [rows[sst] for sst in sort_by_beyond(coverage.sst, by="sst")["sst"]]
        parts += [[f"### {render('reports.heading_sst', language)}"], _tabulate(coverage, ordered, ("sst",), language)]
    measured = render("results.measured", language, promise=say_promise(summary, language))
    notes = [measured, say_served(summary, language), *list_choices(coverage, language)]
    notes += [say_departures(summary, language), say_walking(summary, language)]
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
    operator = coverage.summary["target"]["pole"]["operator"]
    figures = ["residents", "share", "share_pole", "share_antenna", "beyond", "unsnapped", "median", "verdict"]
    if not coverage.summary["total"]["unsnapped"]:
        figures.remove("unsnapped")
    heads = [_plain(render(f"results.column_{name}", language)) for name in (*names, *figures)]
    written = [f"| {' | '.join(heads)} |", f"|{' :-- |' * len(names)}{' --: |' * (len(figures) - 1)} :-- |"]

    def write(row: Mapping[str, Any], first: Sequence[str], *, style: str = "") -> str:
        cells = [*first]
        for name in figures:
            if name in ("residents", "beyond", "unsnapped"):
                cells.append(format_count(row[name], language))
            elif name == "median":
                minutes = row.get("median_min_pole")
                cells.append(format_minutes(minutes, language, operator=operator, unit=False) if minutes else "")
            elif name == "verdict":
                cells.append(name_verdict(row["verdict"], language))
            else:
                cells.append(format_share(row.get(name), language))
        return f"| {' | '.join(f'{style}{cell}{style}' if cell else '' for cell in cells)} |"

    keys = ["name" if name == "commune" else name for name in names]
    written += [write(row, [_plain(_text(row[key])) for key in keys]) for row in rows]
    if total:
        last = {**coverage.summary["total"], "verdict": "meets" if coverage.meets else "misses"}
        written.append(write(last, [render("results.total", language), *([""] * (len(names) - 1))], style="**"))
    return written


def _plain(said: str) -> str:
    """Write a text so that Markdown shows it as it is, on one line."""
    return _MARKDOWN.sub(r"\\\1", " ".join(re.split(r"[\r\n\t]+", said)))


def _text(value: object) -> str:
    return MISSING if is_missing(value) else str(value)


# Spreadsheets


def _write_csv(coverage: Coverage, comparison: Comparison | None, language: Language) -> str:
    """Write the communes and their total for a spreadsheet of the language's country.

    Texts are quoted and numbers are not, so that a reader that minds quotes keeps an INSEE code as the text it is.
    """
    summary = coverage.summary
    rows = _sort_rows(coverage)
    columns = ["insee", "name", "sst", "residents", "served", "share", "share_pole", "share_antenna", "beyond"]
    columns += ["unsnapped", "median_min_pole", "share_any", "share_own_sst"]
    columns += [name for name in ("share_pmi", "presence") if any(name in row for row in rows)]
    columns.append("verdict")
    columns += [] if comparison is None else ["before", "points", "change"]
    changes = _index_changes(comparison)
    total = {
        **summary["total"],
        "name": render("reports.csv_total", language),
        "verdict": "meets" if coverage.meets else "misses",
    }
    delimiter = {"fr": ";", "en": ","}[language]
    lines = [[quote(render(f"reports.csv_{name}", language)) for name in columns]]
    for row in rows:
        told = {**row, **changes.get(row["insee"], {})}
        lines.append([_write_cell(name, told.get(name), language) for name in columns])
    if comparison is not None:
        total["before"] = comparison.total_before
        if comparison.total_before is not None and comparison.total_after is not None:
            total["points"] = comparison.total_after - comparison.total_before
    lines.append([_write_cell(name, total.get(name), language) for name in columns])
    return "\ufeff" + "".join(delimiter.join(line) + "\r\n" for line in lines)


def _index_changes(comparison: Comparison | None) -> dict[str, dict[str, Any]]:
    if comparison is None:
        return {}
    named = {"worse": comparison.worse, "steady": comparison.steady, "better": comparison.better}
    return {
        change.insee: {"before": change.before, "points": change.points, "change": name}
        for name, changes in named.items()
        for change in changes
    }


def _write_cell(name: str, value: object, language: Language) -> str:
    if is_missing(value):
        return ""
    if name in ("insee", "name", "sst"):
        return quote(str(value))
    if name == "verdict":
        answers = {"meets": "yes", "misses": "no", "no residents": "no_residents"}
        return quote(render(f"reports.csv_{answers[str(value)]}", language))
    if name == "presence":
        return quote(render(f"reports.csv_{'yes' if value else 'no'}", language))
    if name == "change":
        return quote(render(f"reports.change_{value}", language))
    number = read_number(value)
    if number is None or not math.isfinite(number):
        return ""
    if name.startswith("share") or name in ("before", "points"):
        # What is short of the whole never reads as the whole.
        number = min(round(number * 100, 4), 99.9999) + 0.0 if number < 1 else 100
    said = f"{number:.4f}".rstrip("0").rstrip(".")
    return said.replace(".", {"fr": ",", "en": "."}[language])


def quote(said: str) -> str:
    """Quote a text; one that a spreadsheet would take for a formula is marked as text."""
    said = f"'{said}" if said.startswith(_FORMULA) else said
    return '"' + said.replace('"', '""') + '"'
