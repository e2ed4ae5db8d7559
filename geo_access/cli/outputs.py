"""The commands that write a study's verdict or its times for somebody to look at: map, times, export, brief."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from geo_access.cli.options import Bar, check_ending, judge_asked, open_asked, open_workers, study_options, write_map
from geo_access.cli.questions import report_pair, write_isochrone
from geo_access.core.errors import InputError
from geo_access.core.terminal import say
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
    check_ending(output, "html")
    coverage = judge_asked(*open_asked(asked), asked)
    write_map(coverage, output, tiles=tiles, attribution=attribution)
    say(render("commands.map_written", coverage.language, file=str(output)))


@click.command()
@study_options
@click.option("--output", type=click.Path(path_type=Path), help="The .parquet (or .csv) file to write.")
@click.option("--departures", is_flag=True, help="One row for each departure: cell, site, departure, seconds.")
@click.option("--from", "origin", metavar="LAT,LON|CELL", help="With --to: print the time from here instead.")
@click.option("--to", "destination", metavar="SITE|LAT,LON", help="With --from: print the time to there.")
@click.option("--at", metavar="HH:MM", help="With --from and --to: leave at this time (all departures).")
@click.option("--isochrone", metavar="SITE|LAT,LON", help="Write from where this place is reached in --minutes.")
@click.option("--minutes", type=float, help="With --isochrone: in less than so many minutes.")
@click.option("--resolution", type=float, default=100.0, help="With --isochrone: side of its squares in metres (100).")
def times(
    output: Path | None,
    *,
    departures: bool,
    origin: str | None,
    destination: str | None,
    at: str | None,
    isochrone: str | None,
    minutes: float | None,
    resolution: float,
    **asked: Any,
) -> None:
    """Write the travel times of every cell of STUDY to every site; or tell one pair, or draw an isochrone."""
    pair = origin is not None and destination is not None
    alone = (origin is None) == (destination is None) and (at is None or pair) and not (pair and (output or departures))
    drawn = (isochrone is None) == (minutes is None) and not (isochrone and (pair or output is None or departures))
    if not (alone and drawn):
        raise InputError("queries.options_together")
    if origin is not None and destination is not None:
        report_pair(*open_asked(asked), origin, destination, at, asked=asked)
        return
    if output is None:
        raise InputError("queries.output_needed")
    if isochrone is not None and minutes is not None:
        write_isochrone(*open_asked(asked), isochrone, minutes, resolution, output, asked=asked)
        return
    if output.suffix not in ((".parquet",) if departures else (".parquet", ".csv")):
        raise InputError("commands.output_format", file=output, known=".parquet" if departures else ".parquet, .csv")
    study, cache = open_asked(asked)
    from geo_access.analysis.times import times_table, write_departures
    from geo_access.core.files import replace_atomically
    from geo_access.core.spreadsheets import mark_texts
    from geo_access.routing.travel_times import open_times

    with (
        open_workers(asked) as executor,
        Bar(quiet=asked["quiet"], language=study.settings.language) as bar,
        replace_atomically(output) as draft,
    ):
        found = open_times(study, cache=cache, progress=bar)
        if departures:
            rows = write_departures(found, draft, executor=executor)
        else:
            table = times_table(found, executor=executor)
            rows = len(table)
            if output.suffix == ".csv":
                mark_texts(table).to_csv(draft, index=False)
            else:
                table.to_parquet(draft, index=False)
    say(render("commands.times_written", study.settings.language, file=str(output), rows=rows))


@click.command()
@study_options
@click.option("--output", type=click.Path(path_type=Path), required=True, help="The folder to write.")
def export(output: Path, **asked: Any) -> None:
    """Write the verdict of STUDY for a geographic information system: GeoPackage, GeoParquet, documented columns."""
    study, cache = open_asked(asked)
    from geo_access.report.export import check_folder, write_export

    check_folder(output)
    files = write_export(judge_asked(study, cache, asked), output)
    say(render("reports.export_written", study.settings.language, count=len(files), folder=str(output)))


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
    from geo_access.report.pages.brief import check_output, find_communes, make_briefs, write_briefs
    from geo_access.verdict.judging import check as judge

    check_output(output, count=len(communes) or 2, pdf=pdf)
    with open_workers(asked) as executor, Bar(quiet=asked["quiet"], language=study.settings.language) as bar:
        coverage = judge(study, cache=cache, progress=bar, executor=executor)
        codes = None if every else find_communes(coverage, communes)
        files = write_briefs(make_briefs(coverage, codes, progress=bar, executor=executor), output, pdf=pdf)
    if output.is_dir():
        say(render("brief.written", coverage.language, folder=str(output), count=len(files)))
    else:
        say(render("brief.written_one", coverage.language, file=", ".join(map(str, files))))
