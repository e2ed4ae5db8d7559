"""The command `redraw`: which communes form an SST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from geo_access.cli.options import answer_options, study_options
from geo_access.cli.work import deliver, open_work
from geo_access.core.errors import InputError
from geo_access.core.files import write_text_atomically
from geo_access.core.terminal import say
from geo_access.texts import render

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@study_options
@click.option("--count", type=int, required=True, help="How many SST.")
@click.option("--together", multiple=True, metavar="COMMUNE,COMMUNE", help="These stay in one SST. May be repeated.")
@click.option("--fix", multiple=True, metavar="COMMUNE=POLE", help="This commune goes to this pôle. May be repeated.")
@click.option("--moves", type=click.IntRange(min=0), metavar="N", help="At most N communes leave their SST's pôles.")
@click.option(
    "--smallest", type=float, metavar="RESIDENTS", help="No SST is smaller (the smallest of the known zonings)."
)
@click.option("--largest", type=float, metavar="RESIDENTS", help="No SST is larger (the largest of the known zonings).")
@click.option("--beside", multiple=True, metavar="COLUMN", help="Set this zoning beside (every column sst…).")
@click.option("--time-limit", type=click.FloatRange(min=0), default=600.0, help="Seconds to prove the optimum (600).")
@answer_options(("table", "json", "csv"), said="What to write; csv is a zoning.")
def redraw(
    count: int,
    together: tuple[str, ...],
    fix: tuple[str, ...],
    moves: int | None,
    smallest: float | None,
    largest: float | None,
    beside: tuple[str, ...],
    time_limit: float,
    form: str,
    output: Path | None,
    page: Path | None,
    **asked: Any,
) -> None:
    """Divide STUDY's communes into contiguous SST so that most residents have their own pôle in the promised time."""
    fixed: dict[str, str] = {}
    for said in fix:
        commune, equals, pole = said.partition("=")
        if not equals:
            raise InputError("redraw.wrong_pair", said=said)
        if fixed.setdefault(commune.strip(), pole.strip()) != pole.strip():
            raise InputError(
                "redraw.fixed_twice", commune=commune.strip(), poles=f"{fixed[commune.strip()]}, {pole.strip()}"
            )
    from geo_access.analysis.redrawing import redraw_sst
    from geo_access.report.pages.redrawing import render_redraw, render_redraw_page
    from geo_access.report.pages.workbooks import redraw_workbook

    with open_work(asked) as work:
        language, times = work.language, work.open_times()
        found = redraw_sst(
            times,
            count,
            together=[[name.strip() for name in group.split(",")] for group in together],
            fixed=fixed,
            most_moves=moves,
            smallest=smallest,
            largest=largest,
            beside=beside or None,
            time_limit_s=time_limit,
            executor=work.executor,
        )
    if page is not None:
        inputs = times.inputs
        drawn = render_redraw_page(
            found, inputs.sites, language, study=inputs.study.settings.name, files=inputs.hashes, times=times
        )
        write_text_atomically(page, drawn)
    deliver(redraw_workbook(found, language) if form == "xlsx" else render_redraw(found, form, language), form, output)
    if output is not None:
        say(render("redraw.written", language, file=str(output)))
