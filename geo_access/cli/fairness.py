"""The command `fairness`: how evenly travel times and places in PMI are spread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import click

from geo_access.cli.options import answer_options, language_of, study_options
from geo_access.cli.work import deliver, open_work
from geo_access.core.files import write_text_atomically
from geo_access.core.terminal import say
from geo_access.texts import render

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@study_options
@click.option("--income", metavar="COLUMN", help="Income per person (ind_snv, which is divided by ind, where it is).")
@click.option("--group", "groups", multiple=True, metavar="COLUMN", help="Compare these people too. May be repeated.")
@click.option("--demand", metavar="COLUMN", help="Whom the PMI are for (ind_0_3 + ind_4_5).")
@click.option("--cap", "cap_min", type=float, metavar="MINUTES", help="Bound of the minutes in sums (120).")
@click.option("--leave-out", is_flag=True, help="Leave out who reaches no pôle instead of counting the bound.")
@click.option("--catchment", type=float, metavar="MINUTES", help="A PMI's catchment (the promise's rule).")
@click.option(
    "--by", "mode", type=click.Choice(["walk", "transit"]), help="How people come to a PMI (as the rule says)."
)
@click.option("--enhanced", is_flag=True, help="Weigh a catchment in three zones (Luo & Qi 2009).")
@answer_options(
    ("table", "json", "csv"),
    said="What to write; csv has one row per figure.",
    page="Write a page with curves and a map (HTML).",
)
def fairness(
    *,
    income: str | None,
    groups: tuple[str, ...],
    demand: str | None,
    cap_min: float | None,
    leave_out: bool,
    catchment: float | None,
    mode: Literal["walk", "transit"] | None,
    enhanced: bool,
    form: str,
    output: Path | None,
    page: Path | None,
    **asked: Any,
) -> None:
    """Measure how evenly travel times and places in PMI are spread over STUDY's residents."""
    if leave_out and cap_min is not None:
        raise click.UsageError(render("fairness.cap_or_leave_out", language_of(click.get_current_context())))
    from geo_access.analysis.fairness import CAP_MIN, measure_fairness
    from geo_access.report.pages.fairness import render_fairness
    from geo_access.report.pages.fairness_page import render_fairness_page
    from geo_access.report.pages.workbooks import fairness_workbook

    with open_work(asked) as work:
        language, coverage = work.language, work.judge()
        found = measure_fairness(
            coverage,
            income=income,
            groups=groups,
            demand=demand,
            cap_min=None if leave_out else CAP_MIN if cap_min is None else cap_min,
            catchment_min=catchment,
            mode=mode,
            enhanced=enhanced,
            executor=work.executor,
        )
    if page is not None:
        write_text_atomically(page, render_fairness_page(coverage, found, language))
    deliver(
        fairness_workbook(found, language) if form == "xlsx" else render_fairness(coverage, found, form, language),
        form,
        output,
    )
    if output is not None:
        say(render("fairness.written", language, file=str(output)))
