"""One report of many studies, put together from the reports of each while they come in."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any, Literal

from geo_access.core.documents import render_json
from geo_access.core.terminal import line
from geo_access.report.ci import join_suites, render_report, tabulate_communes
from geo_access.report.table import Column, Table, render_tables
from geo_access.report.verdict_table import render_table, to_document
from geo_access.texts import render

if TYPE_CHECKING:
    from rich.console import RenderableType

    from geo_access.report.ci import Form
    from geo_access.texts import Language
    from geo_access.verdict.coverage import Coverage


class StudyListReport:
    """The verdicts of many studies in one of the formats of `check`.

    A table, Markdown and GitHub's commands follow each other; JSON is a list of the documents; JUnit is one suite a
    study; a spreadsheet is one table whose first column names the study. Only texts are kept of each study.

    Attributes
    ----------
    form, language
        As for `render_report`.
    tables
        The tables for a terminal, and how many studies meet their target.
    meets
        Whether every study does.
    """

    def __init__(self, form: Form | Literal["xlsx"], language: Language) -> None:
        self.form, self.language = form, language
        self._parts: list[Any] = []
        self._tables: list[RenderableType] = []
        self._summaries: list[str] = []
        self._meeting = 0

    def add(self, coverage: Coverage) -> None:
        """Take in the verdict of the next study."""
        self._meeting += coverage.meets
        if self.form == "table":
            self._tables.append(render_table(coverage))
        if self.form == "json":
            self._parts.append(to_document(coverage))
        elif self.form in ("csv", "xlsx"):
            self._parts.append((str(coverage.summary["study"]), tabulate_communes(coverage, None, self.language)))
        elif self.form != "xlsx":
            self._parts.append(render_report(coverage, self.form))
        if self.form == "github":
            self._summaries.append(render_report(coverage, "markdown"))

    @property
    def meets(self) -> bool:
        """Whether every study meets its target."""
        return self._meeting == self._count

    @property
    def tables(self) -> list[RenderableType]:
        """The tables for a terminal, and how many studies meet their target."""
        return [*self._tables, line(self._sum_up())]

    @property
    def job_summary(self) -> str:
        """For GitHub: what its page of the job shows, in Markdown."""
        return "\n".join(self._summaries)

    @property
    def _count(self) -> int:
        return len(self._parts)

    def _sum_up(self) -> str:
        return render("reports.studies_meet", self.language, meeting=self._meeting, count=self._count)

    def finish(self) -> str | bytes:
        """Return the report: a text, to be written in UTF-8, or a workbook."""
        if self.form == "json":
            return render_json(self._parts)
        if self.form == "junit":
            return _join_reports(self._parts)
        if self.form == "xlsx":
            name = render("reports.sheet_communes", self.language)
            return render_tables([_join_tables(self._parts, self.language)], name)
        if self.form == "csv":
            return _join_tables(self._parts, self.language).render_csv(self.language)
        between = "" if self.form == "github" else "\n"
        ending = "" if self.form == "github" else f"\n{self._sum_up()}\n"
        return between.join(self._parts) + ending


def _join_reports(parts: list[str]) -> str:
    # Written by us a moment ago.
    suites = [suite for part in parts for suite in ET.fromstring(part.encode("utf-8"))]  # noqa: S314
    for number, suite in enumerate(suites):
        suite.set("id", str(number))
    return join_suites(suites)


def _join_tables(parts: list[tuple[str, Table]], language: Language) -> Table:
    """Put tables below each other, columns by name: a preset may have columns that another has not."""
    columns = {column.key: column for _, table in parts for column in table.columns}
    # Each table's verdict stays the last column.
    last = columns.pop("verdict")
    first = Column("study", render("reports.csv_study", language))
    rows = [{**row, "study": study} for study, table in parts for row in (*table.rows, table.total or {})]
    return Table("", [first, *columns.values(), last], rows)
