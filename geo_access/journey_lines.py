"""Where a journey goes, for drawing it: rides from stop to stop, walks along the streets where the study has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from geo_access.stations import StationPlaces
from geo_access.street_paths import PathFinder
from geo_access.street_walker import StreetWalker
from geo_access.walking import walking_seconds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_access.journeys import Journey, Part
    from geo_access.travel_times import TravelTimes

#: A ride from stop to stop; a walk along streets; a walk drawn straight, without streets or inside a station; no way.
Drawn = Literal["stops", "streets", "straight", "stay"]


class Line(NamedTuple):
    """A part of a journey as a line: its points (metres, the study's CRS), at least two, and what it follows."""

    points: list[tuple[float, float]]
    drawn: Drawn


def trace_lines(times: TravelTimes, journey: Journey, ends: tuple[Any, Any]) -> list[Line]:
    """Trace the parts of a journey, each from where the one before ends.

    Parameters
    ----------
    times
        Of `journeys.Told`.
    ends
        (x, y) of the place and of the site (metres, the study's CRS).
    """
    street = times.walker().street
    finder = PathFinder(street) if isinstance(street, StreetWalker) else None
    return [_trace_part(times, part, ends, finder) for part in journey.parts]


def _trace_part(times: TravelTimes, part: Part, ends: tuple[Any, Any], finder: PathFinder | None) -> Line:
    rows: list[int | None] = [part.start_stop, part.end_stop]
    if part.connections:
        connections = np.array(part.connections)
        rows = [part.start_stop, *(int(stop) for stop in times.timetable.arrival_stop[connections])]
    points = []
    for place, row in enumerate(rows):
        x, y = ends[min(place, 1)] if row is None else times.stops.xy[row]
        points.append((float(x), float(y)))
    if part.connections:
        return Line(points, "stops")
    if part.start_stop is not None and part.start_stop == part.end_stop:
        return Line(points, "stay")
    walk = None if finder is None else _find_walk(times, part, points, finder)
    return Line(points, "straight") if walk is None else Line([(float(x), float(y)) for x, y in walk], "streets")


def _find_walk(
    times: TravelTimes, part: Part, points: list[tuple[float, float]], finder: PathFinder
) -> NDArray[np.float64] | None:
    """Find the walk of a part along the streets, by the doors of stations; None where there is none."""
    start, end = (np.asarray(point) for point in points)
    best, line = np.inf, None
    for door, out_s in _list_doors(times, part.start_stop, start, outward=True):
        for other, in_s in _list_doors(times, part.end_stop, end, outward=False):
            found = finder.find(door, other)
            if found is None:
                continue
            (walked,) = walking_seconds(np.array([found.metres]), speed_kmh=times.profile.speed_kmh)
            if walked + out_s + in_s < best:
                best, line = walked + out_s + in_s, np.vstack([start, found.xy, end])
    return line


def _list_doors(
    times: TravelTimes, stop: int | None, point: NDArray[np.float64], *, outward: bool
) -> list[tuple[NDArray[np.float64], int]]:
    """List where the street meets a place, and the seconds between the two; a platform has its station's entrances."""
    stops = times.stops if stop is not None else None
    if not isinstance(stops, StationPlaces) or not stops.times.inside[stop]:
        return [(point, 0)]
    ways = stops.times.outward if outward else stops.times.inward
    platform, door = (ways.origin, ways.to) if outward else (ways.to, ways.origin)
    at = np.flatnonzero(platform == stop)
    return [(stops.doors.xy[len(stops) + int(door[k])], int(ways.seconds[k])) for k in at]
