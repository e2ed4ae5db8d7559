"""The command `check`: judge, report, and say by the exit code whether the promise holds."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geo_access.command_options import judge_asked, language_of, open_asked, study_options, write_map
from geo_access.texts import render

if TYPE_CHECKING:
    from geo_access.baseline import Comparison
    from geo_access.coverage import Coverage
    from geo_access.report_formats import Form

MEETS, MISSES = 0, 1
#: The formats of `check`, repeated here so that help needs no heavy module; a test compares the two lists.
FORMS = ("table", "json", "junit", "github", "markdown", "csv")


@click.command()
@study_options
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
@click.pass_context
def check(
    ctx: click.Context,
    /,
    form: Form,
    output: Path | None,
    map_file: Path | None,
    kept: Path | None,
    tolerance: float | None,
    **asked: Any,
) -> None:
    """Judge STUDY: exit code 0 when every commune meets the target, 1 when one misses it, 2 when the input is wrong."""
    if tolerance is not None:
        if kept is None:
            raise click.UsageError(render("reports.tolerance_alone", language_of(ctx)))
        asked["changes"] = (*asked["changes"], f"policy.baseline_tolerance={tolerance}")
    study, cache = open_asked(asked)
    from geo_access.baseline import compare_with_baseline, read_baseline

    baseline = None if kept is None else read_baseline(kept)
    coverage = judge_asked(study, cache, quiet=asked["quiet"])
    comparison = None
    if baseline is not None:
        tolerated = study.settings.policy.baseline_tolerance
        comparison = compare_with_baseline(coverage, baseline, tolerance=tolerated)
    if map_file is not None:
        write_map(coverage, map_file)
    _report(coverage, form, output, comparison)
    if map_file is not None and form == "table" and output is None:
        click.echo(render("commands.map_written", coverage.language, file=str(map_file)))
    held = coverage.meets if comparison is None else comparison.passes
    ctx.exit(MEETS if held else MISSES)


def _report(coverage: Coverage, form: Form, output: Path | None, comparison: Comparison | None) -> None:
    from geo_access.report_formats import append_job_summary, render_comparison, write_report

    if form == "table" and output is None:
        from rich.console import Console

        from geo_access.reports import render_table

        console = Console()
        console.print(render_table(coverage))
        if comparison is not None:
            console.print(render_comparison(comparison, coverage.language))
        return
    said = write_report(coverage, form, comparison=comparison)
    if output is None:
        # Bytes: line ends and the byte-order mark are part of a report.
        sys.stdout.buffer.write(said.encode("utf-8"))
        sys.stdout.buffer.flush()
    else:
        from geo_access.outputs import write_text_atomically

        write_text_atomically(output, said)
    job_summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if form == "github" and job_summary:
        append_job_summary(job_summary, write_report(coverage, "markdown", comparison=comparison))
