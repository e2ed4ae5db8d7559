"""The command `check`: judge, report, and say by the exit code whether the promise holds."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from geo_access.cli.options import (
    Bar,
    check_ending,
    deliver,
    judge_asked,
    language_of,
    open_asked,
    open_workers,
    studies_options,
    write_map,
)
from geo_access.core.errors import InputError
from geo_access.core.terminal import say, show
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo_access.analysis.baseline import BaselineComparison
    from geo_access.report.ci import Form
    from geo_access.report.draws import DrawForm
    from geo_access.texts import Language
    from geo_access.verdict.coverage import Coverage

MEETS, MISSES, WRONG = 0, 1, 2
#: The formats of `check`, repeated here so that help needs no heavy module; a test compares the two lists.
FORMS = ("table", "json", "junit", "github", "markdown", "csv")
DRAW_FORMS = ("table", "json", "csv")


@click.command()
@studies_options
@click.option("--format", "form", type=click.Choice(FORMS), default="table", help="What to write.")
@click.option("--output", type=click.Path(path_type=Path), help="Write to this file instead of the screen.")
@click.option("--map", "map_file", type=click.Path(path_type=Path), help="Write the coverage map as well.")
@click.option(
    "--baseline",
    "kept",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A result kept with --format json: the exit code then says whether a commune got worse (1) or not (0).",
)
@click.option(
    "--tolerance",
    type=float,
    metavar="SHARE",
    help="With --baseline: what a commune may lose; 0.001, the study's default, is 0.1 percentage point.",
)
@click.option(
    "--draws",
    type=click.IntRange(min=2),
    metavar="N",
    help="Judge for N random draws of the departures that frequencies.txt leaves open, with a confidence interval.",
)
@click.option(
    "--robustness",
    is_flag=True,
    help="Judge again under the range of what nobody knows (walking speed, hour, positions ...): does it hold?",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    metavar="S",
    help="With --draws or --robustness: the same seed, the same result; 1.",
)
@click.pass_context
def check(
    ctx: click.Context,
    /,
    studies: tuple[Path, ...],
    form: Form,
    output: Path | None,
    map_file: Path | None,
    kept: Path | None,
    tolerance: float | None,
    draws: int | None,
    *,
    robustness: bool,
    seed: int | None,
    **asked: Any,
) -> None:
    """Judge STUDY: exit code 0 when every commune meets the target, 1 when one misses it, 2 when the input is wrong.

    Several studies give one report, in their order, and the exit code of the worst of them. With --draws, 0 says that
    every commune meets the target in every draw. With --robustness, it is that of the study as it stands.
    """
    if seed is not None and draws is None and not robustness:
        raise click.UsageError(render("robust.alone", language_of(ctx)))
    if robustness:
        others = {"--draws": draws, "--baseline": kept, "--tolerance": tolerance}
        _refuse_beside_robustness(form, [name for name, value in others.items() if value is not None], ctx)
        if len(studies) > 1:
            raise InputError("reports.one_study_alone", option="--robustness")
        ctx.exit(_check_robustness(studies, form, output, map_file, 1 if seed is None else seed, asked))
    if draws is not None:
        options = {"--map": map_file, "--baseline": kept, "--tolerance": tolerance}
        _refuse_beside_draws(form, [name for name, value in options.items() if value is not None], language_of(ctx))
        if len(studies) > 1:
            raise InputError("reports.one_study_alone", option="--draws")
        ctx.exit(_check_draws(studies, cast("DrawForm", form), output, draws, 1 if seed is None else seed, asked))
    if tolerance is not None:
        if kept is None:
            raise click.UsageError(render("reports.tolerance_alone", language_of(ctx)))
        asked["changes"] = (*asked["changes"], f"policy.baseline_tolerance={tolerance}")
    if len(studies) > 1:
        for option, value in (("--map", map_file), ("--baseline", kept)):
            if value is not None:
                raise InputError("reports.one_study_alone", option=option)
        ctx.exit(_check_many(studies, form, output, asked))
    check_ending(map_file, "html")
    study, cache = open_asked({**asked, "study": studies[0] if studies else None})
    from geo_access.analysis.baseline import compare_with_baseline, read_baseline

    baseline = None if kept is None else read_baseline(kept)
    coverage = judge_asked(study, cache, asked)
    comparison = None
    if baseline is not None:
        tolerated = study.settings.policy.baseline_tolerance
        comparison = compare_with_baseline(coverage, baseline, tolerance=tolerated)
    if map_file is not None:
        write_map(coverage, map_file)
    _report(coverage, form, output, comparison)
    if map_file is not None and form == "table" and output is None:
        say(render("commands.map_written", coverage.language, file=str(map_file)))
    held = coverage.meets if comparison is None else comparison.passes
    ctx.exit(MEETS if held else MISSES)


def _refuse_beside_draws(form: str, options: list[str], language: Language) -> None:
    if options:
        raise click.UsageError(render("draws.not_with", language, option=options[0]))
    if form not in DRAW_FORMS:
        raise click.UsageError(render("draws.wrong_form", language, known=", ".join(DRAW_FORMS), form=form))


def _refuse_beside_robustness(form: str, options: list[str], ctx: click.Context) -> None:
    if options:
        raise click.UsageError(render("robust.not_with", language_of(ctx), option=options[0]))
    if form not in DRAW_FORMS:
        raise click.UsageError(render("robust.wrong_form", language_of(ctx), known=", ".join(DRAW_FORMS), form=form))


def _check_robustness(
    paths: tuple[Path, ...], form: str, output: Path | None, page: Path | None, seed: int, asked: dict[str, Any]
) -> int:
    """Judge a study again under the range of what nobody knows."""
    check_ending(page, "html")
    check_ending(output, form)
    study, cache = open_asked({**asked, "study": paths[0] if paths else None})
    from geo_access.analysis.robustness import check_robustness
    from geo_access.core.files import write_text_atomically
    from geo_access.report.pages.robustness import render_robustness, render_robustness_page

    with open_workers(asked) as executor, Bar(quiet=asked["quiet"], language=study.settings.language) as bar:
        found = check_robustness(study, seed=seed, cache=cache, progress=bar, executor=executor)
    if page is not None:
        write_text_atomically(page, render_robustness_page(found))
    deliver(render_robustness(found, form), form, output)
    return MEETS if found.base.meets else MISSES


def _check_draws(
    paths: tuple[Path, ...], form: DrawForm, output: Path | None, draws: int, seed: int, asked: dict[str, Any]
) -> int:
    """Judge a study for many draws of the departures that its timetables leave open."""
    study, cache = open_asked({**asked, "study": paths[0] if paths else None})
    from geo_access.analysis.reruns import draw_coverage
    from geo_access.report.draws import render_draws, write_draws

    with open_workers(asked) as executor, Bar(quiet=asked["quiet"], language=study.settings.language) as bar:
        drawn = draw_coverage(study, draws=draws, seed=seed, cache=cache, progress=bar, executor=executor)
    if form == "table" and output is None:
        show(render_draws(drawn))
    else:
        deliver(write_draws(drawn, form), form, output)
    return MEETS if drawn.meets else MISSES


def _check_many(paths: tuple[Path, ...], form: Form, output: Path | None, asked: dict[str, Any]) -> int:
    """Judge several studies; where one cannot be judged, say why of each, and report nothing."""
    opened, faults = [], []
    for path in paths:
        try:
            opened.append((path, *open_asked({**asked, "study": path})))
        except InputError as error:
            faults.append((path, error))
    if faults:
        return _tell_faults(faults)
    from geo_access.report.batch import StudyListReport
    from geo_access.verdict.batch import try_many

    studies, cache, language = [study for _, study, _ in opened], opened[0][2], opened[0][1].settings.language
    report = StudyListReport(form, language)
    with open_workers(asked) as executor, Bar(quiet=asked["quiet"], language=language) as bar:
        for path, found in zip(paths, try_many(studies, cache, bar, executor), strict=True):
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


def _report(coverage: Coverage, form: Form, output: Path | None, comparison: BaselineComparison | None) -> None:
    from geo_access.report.ci import render_comparison, render_report

    if form == "table" and output is None:
        from geo_access.report.verdict_table import render_table

        baseline = [] if comparison is None else [render_comparison(comparison, coverage.language)]
        show(render_table(coverage), *baseline)
        return
    deliver(render_report(coverage, form, comparison=comparison), form, output)
    _append_job_summary(form, lambda: render_report(coverage, "markdown", comparison=comparison))


def _append_job_summary(form: Form, write: Callable[[], str]) -> None:
    """Show the table on GitHub's page of the job."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if form == "github" and path:
        from geo_access.report.ci import append_job_summary

        append_job_summary(path, write())
