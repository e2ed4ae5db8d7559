"""The command `map`: the coverage map in one file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from geo_access.cli.options import page_option, study_options
from geo_access.cli.work import open_work
from geo_access.core.terminal import say
from geo_access.texts import render

if TYPE_CHECKING:
    from pathlib import Path


@click.command("map")
@study_options
@page_option("--output", said="The HTML file to write.", required=True)
@click.option(
    "--tiles",
    metavar="NAME|URL",
    help="A background: OpenStreetMap, or an address with {x}, {y}, {z}. "
    "Opening the map then asks that server; without it, none.",
)
@click.option("--attribution", help="The credit that a background by address asks for.")
@click.option(
    "--candidates",
    metavar="FILE|N",
    default="40",
    show_default=True,
    help="Places that one may open on the map: so many of those that would serve most residents more, or a list as the "
    "sites' is.",
)
@click.option(
    "--with-robustness",
    is_flag=True,
    help="Show on the map what is served always, sometimes or never under the ranges of the command robustness.",
)
def map_command(
    page: Path, tiles: str | None, attribution: str | None, candidates: str, *, with_robustness: bool, **asked: Any
) -> None:
    """Write the coverage map of STUDY: one HTML file that opens without any network."""
    from geo_access.analysis.placement.most_helpful import take_offer

    offer = take_offer(candidates)
    with open_work(asked) as work:
        coverage = work.judge()
        from geo_access.report.map.coverage_map import coverage_map

        drawn = coverage_map(
            coverage,
            tiles=tiles,
            attribution=attribution,
            candidates=offer,
            robustness=work.check_robustness() if with_robustness else None,
            progress=work.bar,
            executor=work.executor,
        )
    drawn.save(page)
    say(render("commands.map_written", coverage.language, file=str(page)))
