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
def map_command(page: Path, tiles: str | None, attribution: str | None, **asked: Any) -> None:
    """Write the coverage map of STUDY: one HTML file that opens without any network."""
    with open_work(asked) as work:
        coverage = work.judge()
    from geo_access.report.map.coverage_map import coverage_map

    coverage_map(coverage, tiles=tiles, attribution=attribution).save(page)
    say(render("commands.map_written", coverage.language, file=str(page)))
