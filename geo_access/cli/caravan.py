"""The command `caravan`: whom the dated stops of a caravan reach, and where it should stand next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geo_access.cli.options import answer_options, study_options
from geo_access.cli.work import deliver, open_work
from geo_access.core.errors import InputError
from geo_access.core.files import write_text_atomically
from geo_access.core.terminal import say
from geo_access.texts import render

if TYPE_CHECKING:
    import datetime as dt


@click.command()
@study_options
@click.option(
    "--stops",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The stops: date, from, to, name, lat, lon. Otherwise the study's own dated caravan stops.",
)
@click.option("--next", "next_stops", type=click.IntRange(0, 100), default=0, metavar="K", help="Find K more stops.")
@click.option(
    "--minutes",
    type=click.FloatRange(1, 180),
    metavar="N",
    help="Within reach in N minutes (as the antenna rule says).",
)
@click.option("--at-least", type=click.IntRange(1, 1000), default=1, metavar="K", help="Reached means K times or more.")
@click.option("--season", metavar="FROM..TO", help="Only stops from day to day (both included).")
@click.option(
    "--mode",
    type=click.Choice(["walk", "transit"]),
    default="walk",
    help="How people travel: walk (default) or transit.",
)
@click.option("--time-limit", type=click.FloatRange(0, 86_400), default=60.0, help="Seconds to prove the optimum (60).")
@answer_options(
    ("table", "json", "csv"),
    said="What to write; csv is the cells.",
    page="Write a page with calendar and map too (HTML).",
)
def caravan(
    stops: Path | None,
    next_stops: int,
    minutes: float | None,
    at_least: int,
    season: str | None,
    mode: Any,
    time_limit: float,
    form: str,
    output: Path | None,
    page: Path | None,
    **asked: Any,
) -> None:
    """Say whom the dated stops of a caravan reach, how often, and whom they never do."""
    days = None if season is None else _read_season(season)
    from geo_access.analysis.caravan import caravan_reach
    from geo_access.core.findings import Findings
    from geo_access.report.pages.caravan import render_caravan, render_caravan_page
    from geo_access.report.pages.workbooks import caravan_workbook
    from geo_access.study.inputs.caravan_stops import read_caravan
    from geo_access.study.inputs.inputs import read_inputs

    with open_work(asked) as work:
        language = work.language
        if stops is not None:
            # A wrong file is told before the verdict is computed.
            inputs = read_inputs(work.study)
            read_caravan(stops, crs=work.study.settings.crs, communes=inputs.communes, findings=Findings())
        coverage = work.judge()
        found = caravan_reach(
            coverage,
            stops,
            season=days,
            minutes=minutes,
            at_least=at_least,
            next_stops=next_stops,
            mode=mode,
            time_limit_s=time_limit,
            executor=work.executor,
        )
    if page is not None:
        write_text_atomically(page, render_caravan_page(coverage, found, language))
    deliver(
        caravan_workbook(found, language) if form == "xlsx" else render_caravan(found, form, language), form, output
    )
    if output is not None:
        say(render("caravan.written", language, file=str(output)))


def _read_season(said: str) -> tuple[dt.date, dt.date]:
    from geo_access.analysis.caravan import check_season
    from geo_access.study.inputs.site_vocabulary import read_date

    first, dots, last = said.partition("..")
    days = (read_date(first), read_date(last)) if dots else (None, None)
    if days[0] is None or days[1] is None:
        raise InputError("caravan.wrong_season", said=said)
    check_season(days[0], days[1])
    return days[0], days[1]
