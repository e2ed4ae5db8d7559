"""The commands that write a study's verdict or its times for somebody to look at: map, times, export, brief."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from geo_access.command_options import Bar, judge_asked, open_asked, study_options, write_map
from geo_access.errors import InputError
from geo_access.texts import render


@click.command("map")
@study_options
@click.option("--output", type=click.Path(path_type=Path), required=True, help="The HTML file to write.")
@click.option(
    "--tiles",
    metavar="NAME|URL",
    help="A background: OpenStreetMap, or an address with {x}, {y}, {z}. "
    "Opening the map then asks that server; without it, none.",
)
@click.option("--attribution", help="The credit that a background by address asks for.")
def map_command(output: Path, tiles: str | None, attribution: str | None, **asked: Any) -> None:
    """Write the coverage map of STUDY: one HTML file that opens without any network."""
    coverage = judge_asked(*open_asked(asked), quiet=asked["quiet"])
    write_map(coverage, output, tiles=tiles, attribution=attribution)
    click.echo(render("commands.map_written", coverage.language, file=str(output)))


@click.command()
@study_options
@click.option("--output", type=click.Path(path_type=Path), required=True, help="The .parquet (or .csv) file to write.")
@click.option("--departures", is_flag=True, help="One row for each departure: cell, site, departure, seconds.")
def times(output: Path, *, departures: bool, **asked: Any) -> None:
    """Write the travel times of every cell of STUDY to every site."""
    if output.suffix not in ((".parquet",) if departures else (".parquet", ".csv")):
        raise InputError("commands.output_format", file=output, known=".parquet" if departures else ".parquet, .csv")
    study, cache = open_asked(asked)
    from geo_access.outputs import replace_atomically
    from geo_access.times import times_table, write_departures
    from geo_access.travel_times import open_times

    with Bar(quiet=asked["quiet"], language=study.settings.language) as bar, replace_atomically(output) as draft:
        found = open_times(study, cache=cache, progress=bar)
        if departures:
            rows = write_departures(found, draft)
        else:
            table = times_table(found)
            rows = len(table)
            if output.suffix == ".csv":
                table.to_csv(draft, index=False)
            else:
                table.to_parquet(draft, index=False)
    click.echo(render("commands.times_written", study.settings.language, file=str(output), rows=rows))


@click.command()
@study_options
@click.option("--output", type=click.Path(path_type=Path), required=True, help="The folder to write.")
def export(output: Path, **asked: Any) -> None:
    """Write the verdict of STUDY for a geographic information system: GeoPackage, GeoParquet, documented columns."""
    study, cache = open_asked(asked)
    from geo_access.export import check_folder, write_export

    check_folder(output)
    files = write_export(judge_asked(study, cache, quiet=asked["quiet"]), output)
    click.echo(render("reports.export_written", study.settings.language, count=len(files), folder=str(output)))


@click.command()
@study_options
@click.option("--commune", "communes", multiple=True, metavar="INSEE|NAME", help="Which commune. May be repeated.")
@click.option("--all", "every", is_flag=True, help="Every commune of the study.")
@click.option("--output", type=click.Path(path_type=Path), required=True, help="A folder, or one .html or .pdf file.")
@click.option("--pdf", is_flag=True, help="Write PDF as well, through Chromium.")
def brief(communes: tuple[str, ...], output: Path, *, every: bool, pdf: bool, **asked: Any) -> None:
    """Write one printable page a commune: the promise, the number, the map, who is beyond, what would help most."""
    if every == bool(communes):
        raise InputError("brief.which_commune")
    study, cache = open_asked(asked)
    from geo_access.brief import check_output, find_communes, make_briefs, write_briefs

    check_output(output, count=len(communes) or 2, pdf=pdf)
    coverage = judge_asked(study, cache, quiet=asked["quiet"])
    codes = None if every else find_communes(coverage, communes)
    with Bar(quiet=asked["quiet"], language=coverage.language) as bar:
        files = write_briefs(make_briefs(coverage, codes, progress=bar), output, pdf=pdf)
    if output.is_dir():
        click.echo(render("brief.written", coverage.language, folder=str(output), count=len(files)))
    else:
        click.echo(render("brief.written_one", coverage.language, file=", ".join(map(str, files))))
