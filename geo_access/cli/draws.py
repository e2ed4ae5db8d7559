"""The command `draws`: the verdict over random draws of the departures that a timetable leaves open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import click

from geo_access.cli.options import answer_options, seed_option, study_options
from geo_access.cli.work import deliver, open_work
from geo_access.core.terminal import show

if TYPE_CHECKING:
    from pathlib import Path

    from geo_access.report.draws import DrawForm


@click.command()
@study_options
@click.option(
    "--count", type=click.IntRange(2, 100_000), default=20, show_default=True, metavar="N", help="How many draws."
)
@seed_option
@answer_options(("table", "json", "csv"), page=None)
@click.pass_context
def draws(
    ctx: click.Context, /, count: int, seed: int, form: DrawForm | Literal["xlsx"], output: Path | None, **asked: Any
) -> None:
    """Judge STUDY for random draws of the departures that frequencies.txt leaves open, with a confidence interval.

    Exit code 0 when the promise is met in every commune in every draw, 1 when it is not in some draw, 2 when
    the input is wrong.
    """
    from geo_access.analysis.reruns import draw_coverage
    from geo_access.report.draws import draws_workbook, format_draws, render_draws

    with open_work(asked) as work:
        drawn = draw_coverage(
            work.study, draws=count, seed=seed, cache=work.cache, progress=work.bar, executor=work.executor
        )
    if form == "table" and output is None:
        show(render_draws(drawn))
    else:
        deliver(draws_workbook(drawn) if form == "xlsx" else format_draws(drawn, form), form, output)
    ctx.exit(0 if drawn.meets else 1)
