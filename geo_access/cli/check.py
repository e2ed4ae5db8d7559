"""The command `check`: judge, report, and say by the exit code whether the promise holds."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from geo_access.cli.options import check_ending, language_of, output_option, studies_options
from geo_access.cli.work import Work, deliver, open_asked, open_work
from geo_access.core.errors import InputError
from geo_access.core.terminal import say, show
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo_access.analysis.baseline import BaselineComparison
    from geo_access.report.ci import Form
    from geo_access.study.study import Study
    from geo_access.verdict.coverage import Coverage

MEETS, MISSES, WRONG = 0, 1, 2
#: The formats of `check`, repeated here so that help needs no heavy module; a test compares the two lists.
FORMS = ("table", "json", "junit", "github", "markdown", "csv", "xlsx")


@click.command()
@studies_options
@click.option("--format", "form", type=click.Choice(FORMS), default="table", is_eager=True, help="What to write.")
@output_option
@click.option("--map", "page", type=click.Path(path_type=Path), help="Write the coverage map as well.")
@click.option(
    "--baseline",
    "kept",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A reference result, kept with --format json: the exit code then says whether a commune "
    "got worse (1) or not (0).",
)
@click.option(
    "--tolerance",
    type=float,
    metavar="SHARE",
    help="With --baseline: what a commune may lose; 0.001, the study's default, is 0.1 percentage point.",
)
@click.pass_context
def check(
    ctx: click.Context,
    /,
    studies: tuple[Path, ...],
    form: Form | Literal["xlsx"],
    output: Path | None,
    page: Path | None,
    kept: Path | None,
    tolerance: float | None,
    **asked: Any,
) -> None:
    """Judge STUDY: exit code 0 when the promise is met in every commune, 1 when not, 2 when the input is wrong.

    Several studies give one report, in their order, and the exit code of the worst of them.
    """
    if tolerance is not None:
        if kept is None:
            raise click.UsageError(render("reports.tolerance_alone", language_of(ctx)))
        asked["changes"] = (*asked["changes"], f"policy.baseline_tolerance={tolerance}")
    if len(studies) > 1:
        for option, value in (("--map", page), ("--baseline", kept)):
            if value is not None:
                raise InputError("reports.one_study_alone", option=option)
        ctx.exit(_check_many(studies, form, output, asked))
    check_ending(page, "html")
    from geo_access.analysis.baseline import compare_with_baseline, read_baseline

    with open_work({**asked, "study": studies[0] if studies else None}) as work:
        baseline = None if kept is None else read_baseline(kept)
        coverage = work.judge()
    comparison = None
    if baseline is not None:
        tolerated = work.study.settings.policy.baseline_tolerance
        comparison = compare_with_baseline(coverage, baseline, tolerance=tolerated)
    if page is not None:
        from geo_access.report.map.coverage_map import coverage_map

        coverage_map(coverage).save(page)
    _report(coverage, form, output, comparison)
    if page is not None and form == "table" and output is None:
        say(render("commands.map_written", coverage.language, file=str(page)))
    held = coverage.meets if comparison is None else comparison.passes
    ctx.exit(MEETS if held else MISSES)


def _check_many(
    paths: tuple[Path, ...], form: Form | Literal["xlsx"], output: Path | None, asked: dict[str, Any]
) -> int:
    """Judge several studies; where one cannot be judged, say why of each, and report nothing."""
    studies: list[Study] = []
    faults: list[tuple[Path, InputError]] = []
    for path in paths:
        try:
            studies.append(open_asked({**asked, "study": path}))
        except InputError as error:
            faults.append((path, error))
    if faults:
        return _tell_faults(faults)
    from geo_access.report.batch import StudyListReport
    from geo_access.verdict.batch import try_many

    with Work(studies[0], asked) as work:
        report = StudyListReport(form, work.language)
        for path, found in zip(paths, try_many(studies, work.cache, work.bar, work.executor), strict=True):
            if isinstance(found, InputError):
                faults.append((path, found))
            else:
                report.add(found)
    if faults:
        return _tell_faults(faults)
    if form == "table" and output is None:
        show(*report.tables)
    else:
        deliver(report.finish(), form, output)
    _append_job_summary(form, lambda: report.job_summary)
    return MEETS if report.meets else MISSES


def _tell_faults(faults: list[tuple[Path, InputError]]) -> int:
    language = language_of(click.get_current_context())
    for path, error in faults:
        said = error.text(language)
        say(f"geo-access: {said if said.startswith(str(path)) else f'{path}: {said}'}", err=True)
    return WRONG


def _report(
    coverage: Coverage, form: Form | Literal["xlsx"], output: Path | None, comparison: BaselineComparison | None
) -> None:
    from geo_access.report.ci import render_comparison, render_report, render_workbook

    if form == "table" and output is None:
        from geo_access.analysis.robustness import find_range
        from geo_access.report.verdict_table import render_table, say_sureness

        sureness = [say_sureness(find_range(coverage), coverage.language)]
        baseline = [] if comparison is None else [render_comparison(comparison, coverage.language)]
        show(render_table(coverage, sureness=sureness), *baseline)
        return
    if form == "xlsx":
        deliver(render_workbook(coverage, comparison=comparison), form, output)
        return
    deliver(render_report(coverage, form, comparison=comparison), form, output)
    _append_job_summary(form, lambda: render_report(coverage, "markdown", comparison=comparison))


def _append_job_summary(form: str, write: Callable[[], str]) -> None:
    """Show the table on GitHub's page of the job."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if form == "github" and path:
        from geo_access.report.ci import append_job_summary

        append_job_summary(path, write())
