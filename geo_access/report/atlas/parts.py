"""What an atlas is made of: each part with the files that it has, and how they are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geo_access.report.ci import render_report, render_workbook
from geo_access.report.comparison.comparison_map import comparison_map
from geo_access.report.comparison.documents import to_comparison_workbook
from geo_access.report.map.coverage_map import coverage_map
from geo_access.report.pages.brief import Brief
from geo_access.report.pages.brief_page import render_brief
from geo_access.report.pages.placement import placement_page
from geo_access.report.pages.reports import fairness_report, redrawing_report, robustness_report
from geo_access.report.pages.workbooks import (
    fairness_workbook,
    placement_workbook,
    redraw_workbook,
    robustness_workbook,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from geo_access.report.atlas.answers import Answers
    from geo_access.texts import Language

#: What comes of a part: the name of a file below the folder of its language, and what it holds.
Made = tuple[str, "str | bytes"]


@dataclass(frozen=True)
class Part:
    """A part of an atlas.

    Attributes
    ----------
    name
        As ``--without`` says it.
    pages, tables
        The files that it has, below the folder of a language; tables are left out where nobody wants them.
    make
        Makes those files of these that are asked for.
    describe
        What it hangs on beside the study, as JSON values.
    """

    name: str
    pages: Callable[[Answers], Sequence[str]]
    make: Callable[[Answers, Language, Sequence[str]], Iterator[Made]]
    tables: tuple[str, ...] = ()
    describe: Callable[[Answers], Mapping[str, Any]] = lambda _answers: {}

    @property
    def page(self) -> str:
        """The page that the index leads to."""
        return f"{self.name}.html"


def list_briefs(answers: Answers) -> dict[str, tuple[str, str]]:
    """Return the file of each commune's brief, with its code and name."""
    communes = answers.times.inputs.communes
    return {
        f"communes/{Brief(str(insee), str(name), '').stem}.html": (str(insee), str(name))
        for insee, name in zip(communes["insee"], communes["name"], strict=True)
    }


def _make_map(answers: Answers, language: Language, _names: Sequence[str]) -> Iterator[Made]:
    drawn = coverage_map(
        answers.coverage,
        language=language,
        robustness=answers.robustness,
        progress=answers.progress,
        executor=answers.executor,
    )
    yield "map.html", drawn.to_html()


def _make_briefs(answers: Answers, language: Language, names: Sequence[str]) -> Iterator[Made]:
    for name, (insee, _) in list_briefs(answers).items():
        if name in names:
            yield name, render_brief(answers.coverage, insee, answers.helps[insee], language)


def _make_compare(answers: Answers, language: Language, _names: Sequence[str]) -> Iterator[Made]:
    yield "compare.html", comparison_map(answers.comparison, language=language).to_html()
    yield "tables/compare.xlsx", to_comparison_workbook(answers.comparison, language=language)


def _make_place(answers: Answers, language: Language, _names: Sequence[str]) -> Iterator[Made]:
    yield "place.html", placement_page(answers.placement, language=language).to_html()
    yield "tables/place.xlsx", placement_workbook(answers.placement, language)


def _make_redraw(answers: Answers, language: Language, _names: Sequence[str]) -> Iterator[Made]:
    yield "redraw.html", redrawing_report(answers.coverage, answers.redrawing, language=language).to_html()
    yield "tables/redraw.xlsx", redraw_workbook(answers.redrawing, language)


def _make_fairness(answers: Answers, language: Language, _names: Sequence[str]) -> Iterator[Made]:
    yield "fairness.html", fairness_report(answers.coverage, answers.fairness, language=language).to_html()
    yield "tables/fairness.xlsx", fairness_workbook(answers.fairness, language)


def _make_robustness(answers: Answers, language: Language, _names: Sequence[str]) -> Iterator[Made]:
    found = answers.robustness
    assert found is not None  # noqa: S101 -- the part is there only where it is asked for
    yield "robustness.html", robustness_report(found, language=language).to_html()
    yield "tables/robustness.xlsx", robustness_workbook(found, language=language)


def _make_inspect(answers: Answers, language: Language, _names: Sequence[str]) -> Iterator[Made]:
    yield "inspect.html", answers.inspection.to_html(language)


def _make_tables(answers: Answers, language: Language, _names: Sequence[str]) -> Iterator[Made]:
    yield "tables/communes.xlsx", render_workbook(answers.coverage, language=language)
    yield "tables/communes.csv", render_report(answers.coverage, "csv", language=language)


def _one(name: str) -> Callable[[Answers], Sequence[str]]:
    return lambda _answers: (name,)


def _describe_sides(answers: Answers) -> Mapping[str, Any]:
    return {} if answers.sides is None else {"sides": [answers.describe(side) for side in answers.sides]}


def _describe_runs(answers: Answers) -> Mapping[str, Any]:
    return {"seed": answers.seed} if answers.with_robustness else {}


#: In the order in which they are made and listed: what is asked for first comes first.
PARTS: Sequence[Part] = (
    Part("map", _one("map.html"), _make_map, describe=_describe_runs),
    Part("briefs", lambda answers: tuple(list_briefs(answers)), _make_briefs),
    Part("robustness", _one("robustness.html"), _make_robustness, ("tables/robustness.xlsx",), _describe_runs),
    Part("place", _one("place.html"), _make_place, ("tables/place.xlsx",)),
    Part("compare", _one("compare.html"), _make_compare, ("tables/compare.xlsx",), _describe_sides),
    Part("redraw", _one("redraw.html"), _make_redraw, ("tables/redraw.xlsx",)),
    Part("fairness", _one("fairness.html"), _make_fairness, ("tables/fairness.xlsx",)),
    Part("inspect", _one("inspect.html"), _make_inspect),
    Part("tables", lambda _answers: (), _make_tables, ("tables/communes.xlsx", "tables/communes.csv")),
)
PART_NAMES = tuple(part.name for part in PARTS)
