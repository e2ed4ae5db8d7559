"""The journey from a place to a site: which one is shown, and why there is none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from shapely import Point

from geo_access.core.errors import InputError
from geo_access.core.formats import format_clock
from geo_access.routing.itineraries import Tracer
from geo_access.routing.points import Points, find_points
from geo_access.routing.scan import NEVER
from geo_access.routing.travel_times import take_times
from geo_access.texts import render
from geo_access.verdict.targets import list_counting, make_target

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_access.routing.itineraries import Journey
    from geo_access.routing.points import Asked
    from geo_access.routing.travel_times import Timed, TravelTimes
    from geo_access.study.departures import Departures


@dataclass(frozen=True, eq=False)
class Itinerary:
    """A journey, where it is, and why it is this one.

    Attributes
    ----------
    journey, times
        Its rows are of the times' timetable.
    ends
        (x, y) of the place and of the site (metres, the study's CRS).
    departures
        Of how many departures this one was chosen; 1 where one was asked for.
    arriving
        How many of them arrive: it is the one of median travel time among these.
    outside
        How far the place lies from the study's communes (metres, 0 inside), and the nearest one's name.
    """

    journey: Journey
    times: TravelTimes
    ends: tuple[NDArray[np.float64], NDArray[np.float64]]
    departures: int = 1
    arriving: int = 1
    outside: tuple[float, str] = (0.0, "")


def tell_journey(
    times: Timed, origin: Asked, destination: Asked = None, *, at: Departures | str | None = None
) -> Itinerary:
    """Return the itinerary from a place to a site, or to the pole that is nearest then.

    Parameters
    ----------
    times
        From `open_times`, or a study, or what `check` returned.
    origin, destination
        One point with a CRS, or one name (a cell, a site, "48.9,2.25"); see `matrix.travel_matrix`. Without a
        destination: the nearest of the poles that count.
    at
        When to leave ("09:17"); by default the departure of the study at which the travel time is the median of
        those that arrive.

    Raises
    ------
    InputError
        When a place is not known or not one, or there is no journey.
    """
    times = take_times(times)
    start = find_points(times, origin, kind="cell", anywhere=True)
    if destination is None:
        target = make_target(times.settings.policy)
        counting = list_counting(times.inputs.sites, "pole", target.pole, times.settings.policy)
        names = times.inputs.sites["site"].to_numpy(object)[counting]
        end = Points(names, times.inputs.site_points[counting])
    else:
        end = find_points(times, destination, kind="site")
        if len(end) != 1:
            raise InputError("queries.one_point", count=len(end))
    if len(start) != 1:
        raise InputError("queries.one_point", count=len(start))
    tracer = Tracer(times, start, end, at)
    seconds = tracer.seconds()[:, 0]
    best = seconds.min(axis=0, initial=NEVER)
    arriving = int((best < NEVER).sum())
    outside = _measure_outside(times, start.xy[0])
    if not arriving:
        raise _describe_why_not(tracer, None if destination is None else str(end.names[0]), outside)
    middle = int(np.flatnonzero(best == np.sort(best)[-(-arriving // 2) - 1])[0])
    took, leave = int(best[middle]), int(tracer.departures.seconds[middle])
    site = int(seconds[:, middle].argmin())
    journey = tracer.journey(0, site, leave, took)
    if journey is None:
        raise InputError("explain.too_many_rides", minutes=f"{took // 60} min")
    return Itinerary(journey, tracer.times, (start.xy[0], end.xy[site]), tracer.departures.count, arriving, outside)


def _measure_outside(times: TravelTimes, xy: NDArray[np.float64]) -> tuple[float, str]:
    """Measure how far a point lies from the study's communes (metres, 0 inside), and name the nearest."""
    communes = times.inputs.communes
    if not np.isfinite(xy).all():
        return float("inf"), ""
    away = communes.geometry.distance(Point(xy)).to_numpy(np.float64)
    nearest = int(away.argmin())
    return float(away[nearest]), str(communes["name"].iloc[nearest])


def _describe_why_not(tracer: Tracer, destination: str | None, outside: tuple[float, str]) -> InputError:
    """Say why there is no journey: the weightiest reason."""
    times, origin, asked = tracer.times, str(tracer.origins.names[0]), tracer.departures
    limits, language = times.settings.walking.limits_min, times.settings.language
    when = render("explain.when_never", language, count=asked.count)
    if asked.count == 1:
        when = render("explain.when_at", language, at=format_clock(asked.first, language))
    code = "explain.no_journey_anywhere" if destination is None else "explain.no_journey"
    said: dict[str, Any] = {"origin": origin, "destination": destination or "", "when": when}
    snapped, site_snapped = tracer.snapped
    if outside[0] > 0:
        said |= {"km": max(outside[0] / 1000, 0.1), "commune": outside[1]}
        turned = ",".join(reversed(re.split(r"[,;]", origin))).replace(" ", "")
        if _is_inside(times, turned):
            return InputError("explain.no_journey_turned", turned=turned, **said)
        return InputError(
            "explain.no_journey_outside" if np.isfinite(outside[0]) else "explain.no_journey_nowhere", **said
        )
    if not snapped[0]:
        return InputError("explain.no_journey_street", snap_m=times.settings.walking.snap_m, **said)
    if destination is not None and not site_snapped[0]:
        return InputError("explain.no_journey_site", snap_m=times.settings.walking.snap_m, **said)
    if times.settings.transit.gtfs and not tracer.count_stops():
        return InputError("explain.no_journey_stop", access=limits.access, direct=limits.direct, **said)
    return InputError(code, **said)


def _is_inside(times: TravelTimes, place: str) -> bool:
    """Say whether "LAT,LON" lies in one of the study's communes."""
    try:
        found = find_points(times, place, kind="cell", anywhere=True)
    except InputError:
        return False
    return _measure_outside(times, found.xy[0])[0] == 0
