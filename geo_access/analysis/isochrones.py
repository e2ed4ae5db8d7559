"""Who reaches a place within some minutes, and from where: cells of residents, and an outline on a grid of points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_access.core.arguments import check_choice, check_number
from geo_access.core.errors import InputError
from geo_access.routing.arrays import percentile
from geo_access.routing.point_seconds import list_seconds, list_seconds_from_stops, read_departures
from geo_access.routing.points import Points, find_points
from geo_access.routing.scan import NEVER
from geo_access.routing.stations import StationPlaces
from geo_access.routing.travel_times import take_times
from geo_access.study.departures import Departures
from geo_access.study.presets import Operator, Rule
from geo_access.study.profiles import PROFILES
from geo_access.verdict.targets import make_target

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor

    from numpy.typing import NDArray

    from geo_access.routing.points import Asked
    from geo_access.routing.travel_times import Timed, TravelTimes

_FINEST_M, _COARSEST_M = 10.0, 2000.0
#: Metres of the study's CRS may be a little shorter than metres on the ground.
_SCALE = 1.01


def isochrone_cells(
    times: Timed,
    site: Asked,
    *,
    minutes: float,
    operator: Operator = "lt",
    share: float | None = None,
    departures: Departures | str | None = None,
    executor: Executor | None = None,
) -> gpd.GeoDataFrame:
    """Say which cells reach a place in time.

    Parameters
    ----------
    times
        From `open_times`, or a study, or what `check` returned.
    site
        A site of the study by its id or name, "48.9,2.25" (latitude, longitude), or one point with a CRS.
    minutes, operator
        ``lt``: strictly less than so many minutes, door to door, waiting included; ``le``: at most.
    share
        At which share of the departures that must hold; the study's own by default.
    departures, executor
        As for `travel_matrix`; one place is one task.

    Returns
    -------
    GeoDataFrame
        Every cell: cell, insee, weight, share_of_departures, p50 (seconds, missing where too few departures arrive),
        unsnapped (too far from any street to be linked: never in time), in_time, geometry.
    """
    times = take_times(times)
    end, limit_s, required = _read_question(times, site, minutes, operator, share)
    residents = times.inputs.residents
    start = find_points(times, None, kind="cell")
    ((_, seconds),) = list_seconds(times, start, end, read_departures(times, departures), executor=executor)
    reached = (seconds <= limit_s).mean(axis=1)
    median = percentile(seconds, 50)
    columns: dict[str, Any] = {
        "cell": start.names,
        "insee": residents["insee"].to_numpy(object),
        "weight": residents["weight"].to_numpy(np.float64),
        "share_of_departures": reached,
        "p50": pd.arrays.IntegerArray(median, median == NEVER),
        "unsnapped": ~times.walker().place(start.xy).snapped,
        "in_time": reached >= required,
    }
    return gpd.GeoDataFrame(columns, geometry=residents.geometry.to_numpy(), crs=residents.crs)


def isochrone_outline(
    times: Timed,
    site: Asked,
    *,
    minutes: float,
    operator: Operator = "lt",
    share: float | None = None,
    departures: Departures | str | None = None,
    resolution_m: float = 100.0,
    executor: Executor | None = None,
) -> gpd.GeoDataFrame:
    """Draw the area from which a place is reached in time.

    The plane is laid out in squares of `resolution_m`, whose corners are multiples of it in the study's CRS. A square
    is in when its centre is: each centre is searched for as a resident is, and nothing is interpolated between them. A
    centre too far from any street is out, and counted.

    Parameters
    ----------
    times, site, minutes, operator, share, departures, executor
        As for `isochrone_cells`.
    resolution_m
        Side of the squares (metres), 10 to 2000.

    Returns
    -------
    GeoDataFrame
        One row: site, minutes, operator, share, first_departure, last_departure (seconds), departures, resolution_m,
        squares (in), searched (centres), unsnapped (centres), geometry (MultiPolygon, the study's CRS; empty where no
        centre is in).
    """
    times = take_times(times)
    check_number("resolution_m", resolution_m)
    if not _FINEST_M <= resolution_m <= _COARSEST_M:
        raise InputError("queries.wrong_resolution", said=f"{resolution_m:g}")
    end, limit_s, required = _read_question(times, site, minutes, operator, share)
    window = read_departures(times, departures)
    centres = _list_centres(times, end, window, limit_s, resolution_m, executor)
    start = Points(np.arange(len(centres)).astype(object), centres)
    inside = np.zeros(len(centres), bool)
    for _, seconds in list_seconds(times, start, end, window, within_s=limit_s, executor=executor):
        inside = (seconds <= limit_s).mean(axis=1) >= required
    half = resolution_m / 2
    squares = shapely.box(*(centres[inside] - half).T, *(centres[inside] + half).T)
    area = shapely.union_all(squares, grid_size=resolution_m / 1024)
    parts = [part for part in shapely.get_parts(area) if not part.is_empty]
    row = {
        "site": str(end.names[0]),
        "minutes": float(minutes),
        "operator": operator,
        "share": required,
        "first_departure": window.first,
        "last_departure": window.last,
        "departures": window.count,
        "resolution_m": float(resolution_m),
        "squares": int(inside.sum()),
        "searched": len(centres),
        "unsnapped": int((~times.walker().place(centres).snapped).sum()),
    }
    return gpd.GeoDataFrame([row], geometry=[shapely.MultiPolygon(parts)], crs=times.settings.crs)


def _read_question(
    times: TravelTimes, site: Asked, minutes: float, operator: Operator, share: float | None
) -> tuple[Points, int, float]:
    """The place, the largest travel time that holds (seconds), and the share of departures at which it must hold."""
    end = find_points(times, site, kind="site")
    if len(end) != 1:
        raise InputError("queries.one_point", count=len(end))
    check_number("minutes", minutes)
    check_choice("operator", operator, get_args(Operator))
    if share is not None:
        check_number("share", share, above=0, most=1)
    if not minutes > 0:
        raise InputError("queries.wrong_minutes", said=f"{minutes:g}")
    check_number("minutes", minutes, most=24 * 60)
    rule = Rule(kinds=(), mode="transit", operator=operator, minutes=minutes, pool="any", quote="", source="")
    return end, rule.seconds, make_target(times.settings.policy).departures_required if share is None else share


def _list_centres(
    times: TravelTimes, end: Points, window: Departures, limit_s: int, resolution_m: float, executor: Executor | None
) -> NDArray[np.float64]:
    """Centres of the squares from which the place can possibly be reached: float64 (centres, 2).

    A journey that is short enough begins with a walk to the place, or to a stop from which the place is reached in
    time at some second of the window; and who walks goes no straighter than a straight line.
    """
    walking = times.settings.walking
    speed = (walking.speed_kmh or PROFILES[walking.profile].speed_kmh) / 3.6
    around = [(end.xy[0], min(limit_s, walking.limits_min.seconds("direct")))]
    if times.settings.transit.gtfs:
        longest = walking.limits_min.seconds("access")
        for xy, least in _list_ways_in(times, _least_from_stops(times, end, window, limit_s, executor)):
            if least <= limit_s:
                around.append((xy, min(limit_s - least, longest)))
    found: set[tuple[int, int]] = set()
    for xy, seconds in around:
        radius = seconds * speed * _SCALE
        low, high = np.floor((xy - radius) / resolution_m), np.ceil((xy + radius) / resolution_m)
        columns, rows = np.meshgrid(np.arange(low[0], high[0]), np.arange(low[1], high[1]), indexing="ij")
        grid = np.column_stack([columns.ravel(), rows.ravel()])
        far = np.hypot(*((grid + 0.5) * resolution_m - xy).T)
        found.update(map(tuple, grid[far <= radius].astype(int).tolist()))
    return (np.array(sorted(found), np.float64).reshape(-1, 2) + 0.5) * resolution_m


def _list_ways_in(times: TravelTimes, least: NDArray[np.int64]) -> Iterator[tuple[NDArray[np.float64], int]]:
    """Where people walk to on the street, and the seconds that the journey takes at least from there.

    `least` says it of the stops; to platforms inside a station, people walk by its entrances.
    """
    stops = times.stops
    inside = np.zeros(len(stops), bool)
    if isinstance(stops, StationPlaces):
        inside, inward = stops.times.inside, stops.times.inward
        for door, stop, seconds in zip(inward.origin, inward.to, inward.seconds, strict=True):
            if stops.doors.snapped[len(stops) + door]:
                yield stops.doors.xy[len(stops) + door], int(least[stop] + seconds)
    for stop in np.flatnonzero(stops.snapped & ~inside):
        yield stops.xy[stop], int(least[stop])


def _least_from_stops(
    times: TravelTimes, end: Points, window: Departures, limit_s: int, executor: Executor | None
) -> NDArray[np.int64]:
    """Seconds that the journey takes at least from each stop, whenever within the window one comes there.

    Searched every minute: who comes within the minute arrives no earlier than who came at its beginning.
    """
    every = 60
    later = Departures(window.first, every, (window.last + limit_s - window.first) // every + 1)
    ((_, seconds),) = list_seconds_from_stops(times, end, later, within_s=limit_s, executor=executor)
    least = seconds.min(axis=1).astype(np.int64)
    return np.where(least < NEVER, np.maximum(least - every + 1, 0), NEVER)
