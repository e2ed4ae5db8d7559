"""The command `times`: every travel time in a file, one pair on the screen, or an isochrone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geo_access.cli.options import study_options
from geo_access.cli.work import open_work, point_to_workbook
from geo_access.core.errors import InputError
from geo_access.core.files import replace_atomically, write_text_atomically
from geo_access.core.terminal import say
from geo_access.texts import render

if TYPE_CHECKING:
    from geo_access.texts import Language

#: Why a place is not reached, as texts name it.
_REASONS = ("unsnapped", "site_unsnapped", "no_stop", "site_no_stop", "unreachable")


@click.command()
@study_options
@click.option("--output", type=click.Path(path_type=Path), help="The .parquet (or .csv, .xlsx) file to write.")
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
        _report_pair(origin, destination, at, asked)
        return
    if output is None:
        raise InputError("queries.output_needed")
    if isochrone is not None and minutes is not None:
        _write_isochrone(isochrone, minutes, resolution, output, asked)
        return
    known = (".parquet",) if departures else (".parquet", ".csv", ".xlsx")
    if output.suffix not in known:
        raise InputError("commands.output_format", file=output, known=", ".join(known))
    from geo_access.analysis.times import times_table, write_departures
    from geo_access.core.spreadsheets import Sheet, mark_texts, write_workbook

    with open_work(asked) as work, replace_atomically(output) as draft:
        found = work.open_times()
        if departures:
            rows = write_departures(found, draft, executor=work.executor)
        else:
            table = times_table(found, executor=work.executor)
            rows = len(table)
            if output.suffix == ".xlsx":
                write_workbook(draft, [Sheet.of_frame(render("reports.sheet_times", work.language), table)])
            elif output.suffix == ".csv":
                mark_texts(table).to_csv(draft, index=False)
            else:
                table.to_parquet(draft, index=False)
    say(render("commands.times_written", work.language, file=str(output), rows=rows))
    point_to_workbook(output)


def _report_pair(origin: str, destination: str, at: str | None, asked: dict[str, Any]) -> None:
    """Print the time from one place to another: leaving at one time, or over the study's departures."""
    from geo_access.core.formats import format_clock
    from geo_access.routing.matrix import travel_matrix, travel_time
    from geo_access.routing.point_seconds import read_departures
    from geo_access.verdict.point_names import say_middle

    with open_work(asked) as work:
        times, executor, said = work.open_times(), work.executor, work.language
        window = read_departures(times, at)
        seconds = travel_time(times, origin, destination, at=window, executor=executor)
        (row,) = travel_matrix(times, origin, destination, departures=window, executor=executor).itertuples()
        middle = say_middle(times, origin, said)
    names = {"origin": origin, "destination": destination}
    if middle:
        say(middle)
    if at is not None:
        spent = _format_duration(seconds.iloc[0], str(row.reason), said)
        say(render("queries.one_time", said, clock=format_clock(window.first, said), minutes=spent, **names))
        return
    spread = {name: _format_duration(getattr(row, name), str(row.reason), said) for name in ("p10", "p50", "p90")}
    first, last = (format_clock(second, said) for second in (window.first, window.last))
    say(render("queries.all_times", said, count=window.count, first=first, last=last, **spread, **names))


def _format_duration(seconds: object, reason: str, language: Language) -> str:
    try:
        minutes, rest = divmod(int(seconds), 60)  # type: ignore[call-overload]  # a number, or missing
    except TypeError:
        known = reason if reason in _REASONS else "unreachable"
        return render("queries.never", language, reason=render(f"queries.reason_{known}", language))
    return render("queries.minutes", language, minutes=minutes, seconds=rest)


def _write_isochrone(site: str, minutes: float, resolution_m: float, output: Path, asked: dict[str, Any]) -> None:
    """Write from where a place is reached in time, as GeoJSON, and print how many residents that is."""
    from geo_access.analysis.isochrones import isochrone_cells, isochrone_outline
    from geo_access.core.formats import format_count, format_threshold

    if output.suffix != ".geojson":
        raise InputError("commands.output_format", file=output, known=".geojson")
    with open_work(asked) as work:
        times, executor, said = work.open_times(), work.executor, work.language
        cells = isochrone_cells(times, site, minutes=minutes, executor=executor)
        outline = isochrone_outline(times, site, minutes=minutes, resolution_m=resolution_m, executor=executor)
    outline["residents_in_time"] = float(cells.loc[cells["in_time"], "weight"].sum())
    outline["residents_unsnapped"] = float(cells.loc[cells["unsnapped"], "weight"].sum())
    write_text_atomically(output, outline.to_crs("EPSG:4326").to_json(drop_id=True))
    say(
        render(
            "queries.isochrone_written",
            said,
            residents=format_count(outline["residents_in_time"].iloc[0], said),
            total=format_count(float(cells["weight"].sum()), said),
            unsnapped=format_count(outline["residents_unsnapped"].iloc[0], said),
            site=site,
            minutes=f"{minutes:g}",
            share=format_threshold(float(outline["share"].iloc[0]), said),
            resolution=f"{resolution_m:g}",
            file=str(output),
        )
    )
