"""The command `robustness`: whether the verdict holds under the range of what nobody knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from geo_access.cli.options import answer_options, seed_option, study_options
from geo_access.cli.work import deliver, open_work
from geo_access.core.files import write_text_atomically

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@study_options
@seed_option
@answer_options(("table", "json", "csv"))
@click.pass_context
def robustness(
    ctx: click.Context, /, seed: int, form: str, output: Path | None, page: Path | None, **asked: Any
) -> None:
    """Judge STUDY again under the range of what nobody knows, such as walking speed, hour and positions.

    Exit code 0 when the promise is met in every commune of the study as it stands, 1 when not, 2 when the input is
    wrong.
    """
    from geo_access.analysis.robustness import check_robustness
    from geo_access.report.pages.robustness import render_robustness, render_robustness_page
    from geo_access.report.pages.workbooks import robustness_workbook

    with open_work(asked) as work:
        found = check_robustness(work.study, seed=seed, cache=work.cache, progress=work.bar, executor=work.executor)
    if page is not None:
        write_text_atomically(page, render_robustness_page(found))
    deliver(robustness_workbook(found) if form == "xlsx" else render_robustness(found, form), form, output)
    ctx.exit(0 if found.base.meets else 1)
