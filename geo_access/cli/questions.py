"""The options of `geo-access times` that ask for one pair or for an isochrone instead of writing every time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo_access.cli.options import Bar, open_workers
from geo_access.core.errors import InputError
from geo_access.core.terminal import say
from geo_access.texts import render

if TYPE_CHECKING:
    from pathlib import Path

    from geo_access.core.cache import Cache
    from geo_access.study.study import Study
    from geo_access.texts import Language


def report_pair(
    study: Study, cache: Cache, origin: str, destination: str, at: str | None, *, asked: dict[str, Any]
) -> None:
    """Print the time from one place to another: leaving at one time, or over the study's departures."""
    from geo_access.core.formats import format_clock
    from geo_access.routing.matrix import read_departures, travel_matrix, travel_time
    from geo_access.routing.travel_times import open_times

    said = study.settings.language
    with open_workers(asked) as executor, Bar(quiet=asked["quiet"], language=said) as bar:
        times = open_times(study, cache=cache, progress=bar)
        window = read_departures(times, at)
        seconds = travel_time(times, origin, destination, at=window, executor=executor)
        (row,) = travel_matrix(times, origin, destination, departures=window, executor=executor).itertuples()
    names = {"origin": origin, "destination": destination}
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


_REASONS = ("unsnapped", "site_unsnapped", "no_stop", "site_no_stop", "unreachable")


def write_isochrone(
    study: Study, cache: Cache, site: str, minutes: float, resolution_m: float, output: Path, *, asked: dict[str, Any]
) -> None:
    """Write from where a place is reached in time, as GeoJSON, and print how many residents that is."""
    from geo_access.analysis.isochrones import isochrone_cells, isochrone_outline
    from geo_access.core.files import write_text_atomically
    from geo_access.core.formats import format_count, format_threshold
    from geo_access.routing.travel_times import open_times

    if output.suffix != ".geojson":
        raise InputError("commands.output_format", file=output, known=".geojson")
    said = study.settings.language
    with open_workers(asked) as executor, Bar(quiet=asked["quiet"], language=said) as bar:
        times = open_times(study, cache=cache, progress=bar)
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
