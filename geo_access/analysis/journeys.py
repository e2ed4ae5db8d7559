"""Journeys in full: the walks, waits, rides and changes between a place and a site, to the second of the search."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from shapely import Point

from geo_access.core.errors import InputError
from geo_access.core.formats import format_clock
from geo_access.routing.matrix import list_seconds, read_departures
from geo_access.routing.network import list_onward
from geo_access.routing.points import Points, find_points
from geo_access.routing.scan import NEVER
from geo_access.routing.trace import trace_many
from geo_access.routing.travel_times import take_times
from geo_access.texts import render
from geo_access.verdict.targets import list_counting, make_target

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_access.routing.points import Asked
    from geo_access.routing.search import Departures
    from geo_access.routing.travel_times import Timed, TravelTimes
    from geo_access.streets.walker import Legs

PartKind = Literal["walk", "access", "wait", "ride", "change", "egress"]
#: What a journey's seconds are shared over, in the order of a journey; "walk" is a walk all the way.
PARTS: tuple[PartKind, ...] = ("walk", "access", "wait", "ride", "change", "egress")


@dataclass(frozen=True)
class Part:
    """One piece of a journey; the next begins where and when it ends.

    Attributes
    ----------
    kind
        ``walk`` all the way; or ``access`` walk, first ``wait``, ``ride``, ``change`` (the walk and the wait between
        two rides) and ``egress`` walk.
    start_s, end_s
        Seconds after noon minus 12 h.
    start_stop, end_stop
        Rows of the timetable's stops; None for the place and for the site.
    connections
        Rows of the timetable's connections of a ride, in order; empty for the others.
    """

    kind: PartKind
    start_s: int
    end_s: int
    start_stop: int | None
    end_stop: int | None
    connections: tuple[int, ...] = ()

    @property
    def seconds(self) -> int:
        """How long it takes."""
        return self.end_s - self.start_s


@dataclass(frozen=True)
class Journey:
    """How one gets from a place to a site, leaving at one second: with the fewest rides of all that arrive then.

    Attributes
    ----------
    origin, destination
        Their names.
    parts
        What it consists of, without gaps; their seconds add up to the travel time.
    """

    origin: str
    destination: str
    parts: tuple[Part, ...]

    @property
    def seconds(self) -> int:
        """Travel time, waiting included."""
        return self.parts[-1].end_s - self.parts[0].start_s

    @property
    def rides(self) -> int:
        """How many vehicles are boarded."""
        return sum(part.kind == "ride" for part in self.parts)


class Tracer:
    """Tells journeys from some places to some sites.

    Parameters
    ----------
    times
        The study whose streets, timetables, limits and rules apply.
    origins, destinations
        Where journeys start and end.
    departures
        The departures that may be asked for; the study's own by default.

    Attributes
    ----------
    tied
        Which origins and which destinations can be walked from and to: bool, two arrays.
    """

    def __init__(
        self, times: TravelTimes, origins: Points, destinations: Points, departures: Departures | str | None = None
    ) -> None:
        self.origins, self.destinations = origins, destinations
        self.departures = read_departures(times, departures)
        walker, limits = times.walker(), times.settings.walking.limits_min
        self._study_times = times
        # The search itself knows nothing earlier than the departures that it was prepared for.
        self.times = times.with_first_departure(self.departures.first) if times.settings.transit.gtfs else times
        start, end = walker.place(origins.xy), walker.place(destinations.xy)
        self.tied = start.snapped, end.snapped
        direct = walker.legs(start, end, limit_s=limits.seconds("direct"))
        self._direct_s = np.full((len(origins), len(destinations)), NEVER, np.int32)
        self._direct_s[np.repeat(np.arange(len(origins)), np.diff(direct.indptr)), direct.index] = direct.seconds
        if times.settings.transit.gtfs:
            stops = self.times.stops
            self._access = walker.legs(start, stops, limit_s=limits.seconds("access"))
            near = walker.legs(stops, end, limit_s=limits.seconds("egress"))
            self._egress_s = np.full((len(destinations), len(stops)), NEVER, np.int32)
            self._egress_s[near.index, np.repeat(np.arange(len(stops)), np.diff(near.indptr))] = near.seconds
            self._onward: Legs = list_onward(self.times.network)

    def count_stops(self) -> int:
        """Count the stops within a walk of the origins."""
        return len(self._access)

    def seconds(self) -> NDArray[np.int32]:
        """Travel times: int32 (destinations, origins, departures), `scan.NEVER` where one does not arrive."""
        found = np.empty((len(self.destinations), len(self.origins), self.departures.count), np.int32)
        for at, seconds in list_seconds(self._study_times, self.origins, self.destinations, self.departures):
            found[at] = seconds
        return found

    def trace(
        self,
        origin: NDArray[np.integer],
        destination: NDArray[np.integer],
        leave_s: NDArray[np.integer],
        seconds: NDArray[np.integer],
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Trace many journeys of known travel time: the connections of their rides, and how many rides there are.

        Returns
        -------
        rides, count
            As `trace.trace_many` gives them; 0 rides for a walk all the way, -1 where one does not arrive.
        """
        origin, destination = np.asarray(origin, np.int64), np.asarray(destination, np.int64)
        leave, took = np.asarray(leave_s, np.int64), np.asarray(seconds, np.int64)
        # Who is there as soon on foot walks.
        walks = self._direct_s[origin, destination] <= took
        rides = np.full((len(origin), 1, 2), -1, np.int32)
        count = np.where(walks & (took < NEVER), 0, -1).astype(np.int32)
        by_transit = np.flatnonzero(~walks & (took < NEVER))
        if len(by_transit):
            network = self.times.network
            found, counted = trace_many(
                *network.connections,
                self._onward.indptr,
                self._onward.index,
                self._onward.seconds,
                self._access.indptr,
                self._access.index,
                self._access.seconds,
                network.boarding_s,
                self._egress_s,
                origin[by_transit],
                destination[by_transit],
                leave[by_transit],
                (leave + took)[by_transit],
            )
            rides = np.full((len(origin), found.shape[1], 2), -1, np.int32)
            rides[by_transit], count[by_transit] = found, counted
        return rides, count

    def parts(
        self,
        origin: NDArray[np.integer],
        destination: NDArray[np.integer],
        leave_s: NDArray[np.integer],
        seconds: NDArray[np.integer],
    ) -> pd.DataFrame:
        """Share the seconds of many journeys over their parts.

        Returns
        -------
        DataFrame
            One row a journey: a column of seconds for each of `PARTS`, whose sum is the travel time; ``rides``;
            ``first_stop`` and ``last_stop`` (rows of the timetable's stops, -1 for a walk). Missing where one does not
            arrive, or only with more rides than are traced.
        """
        rides, count = self.trace(origin, destination, leave_s, seconds)
        origin, destination = np.asarray(origin, np.int64), np.asarray(destination, np.int64)
        took = np.asarray(seconds, np.int64)
        table: dict[str, Any] = {part: np.zeros(len(count), np.int64) for part in PARTS}
        first_stop = np.full(len(count), -1, np.int64)
        last_stop = first_stop.copy()
        table["walk"] = np.where(count == 0, took, 0)
        rode = np.flatnonzero(count > 0)
        if len(rode):
            network = self.times.network
            first, last = rides[rode, 0, 0], rides[rode, count[rode] - 1, 1]
            first_stop[rode], last_stop[rode] = network.departure_stop[first], network.arrival_stop[last]
            access = _read_legs(self._access, origin[rode], first_stop[rode])
            table["access"][rode] = access
            table["wait"][rode] = network.departure[first] - np.asarray(leave_s)[rode] - access
            table["egress"][rode] = self._egress_s[destination[rode], last_stop[rode]]
            real = np.arange(rides.shape[1])[None, :] < count[rode, None]
            on = np.where(real, network.arrival[rides[rode, :, 1]] - network.departure[rides[rode, :, 0]], 0).sum(
                axis=1
            )
            table["ride"][rode] = on
            table["change"][rode] = network.arrival[last] - network.departure[first] - on
        told = pd.DataFrame({**table, "rides": count, "first_stop": first_stop, "last_stop": last_stop}).astype("Int64")
        return told.mask(pd.Series(count < 0), pd.NA)

    def journey(self, origin: int, destination: int, leave_s: int, seconds: int) -> Journey | None:
        """Tell one journey of known travel time; None where one does not arrive, or with more rides than are traced."""
        rides, count = self.trace(*(np.array([value]) for value in (origin, destination, leave_s, seconds)))
        names = str(self.origins.names[origin]), str(self.destinations.names[destination])
        if count[0] < 0:
            return None
        if count[0] == 0:
            return Journey(*names, (Part("walk", leave_s, leave_s + seconds, None, None),))
        network = self.times.network
        parts: list[Part] = []
        clock, stop = leave_s, None
        for boarded, left in rides[0, : count[0]]:
            start, departs = int(network.departure_stop[boarded]), int(network.departure[boarded])
            if stop is None:
                there = clock + int(_read_legs(self._access, np.array([origin]), np.array([start]))[0])
                parts += [Part("access", clock, there, None, start), Part("wait", there, departs, start, start)]
            else:
                parts.append(Part("change", clock, departs, stop, start))
            clock, stop = int(network.arrival[left]), int(network.arrival_stop[left])
            parts.append(Part("ride", departs, clock, start, stop, self._list_connections(int(boarded), int(left))))
        parts.append(Part("egress", clock, leave_s + seconds, stop, None))
        return Journey(*names, tuple(parts))

    def _list_connections(self, boarded: int, left: int) -> tuple[int, ...]:
        network, found = self.times.network, [boarded]
        while found[-1] != left:
            found.append(int(network.following[found[-1]]))
        # The network is the end of the timetable, turned round.
        return tuple(len(self.times.timetable.departure) - 1 - row for row in found)


@dataclass(frozen=True)
class Told:
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


def tell_journey(times: Timed, origin: Asked, destination: Asked = None, *, at: Departures | str | None = None) -> Told:
    """Tell the journey from a place to a site, or to the pole that is nearest then.

    Parameters
    ----------
    times
        From `open_times`, or a study, or what `check` returned.
    origin, destination
        One point with a CRS, or one name (a cell, a site, "48.9,2.25"); see `queries.travel_matrix`. Without a
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
        raise _say_why_not(tracer, None if destination is None else str(end.names[0]), outside)
    middle = int(np.argsort(best, kind="stable")[-(-arriving // 2) - 1])
    took, leave = int(best[middle]), int(tracer.departures.seconds[middle])
    site = int(seconds[:, middle].argmin())
    journey = tracer.journey(0, site, leave, took)
    if journey is None:
        raise InputError("explain.too_many_rides", minutes=f"{took // 60} min")
    return Told(journey, tracer.times, (start.xy[0], end.xy[site]), tracer.departures.count, arriving, outside)


def _measure_outside(times: TravelTimes, xy: NDArray[np.float64]) -> tuple[float, str]:
    """Measure how far a point lies from the study's communes (metres, 0 inside), and name the nearest."""
    communes = times.inputs.communes
    if not np.isfinite(xy).all():
        return float("inf"), ""
    away = communes.geometry.distance(Point(xy)).to_numpy(np.float64)
    nearest = int(away.argmin())
    return float(away[nearest]), str(communes["name"].iloc[nearest])


def _say_why_not(tracer: Tracer, destination: str | None, outside: tuple[float, str]) -> InputError:
    """Say why there is no journey: the weightiest reason."""
    times, origin, asked = tracer.times, str(tracer.origins.names[0]), tracer.departures
    limits, language = times.settings.walking.limits_min, times.settings.language
    when = render("explain.when_never", language, count=asked.count)
    if asked.count == 1:
        when = render("explain.when_at", language, at=format_clock(asked.first, language))
    code = "explain.no_journey_anywhere" if destination is None else "explain.no_journey"
    said: dict[str, Any] = {"origin": origin, "destination": destination or "", "when": when}
    tied, site_tied = tracer.tied
    if outside[0] > 0:
        said |= {"km": max(outside[0] / 1000, 0.1), "commune": outside[1]}
        turned = ",".join(reversed(re.split(r"[,;]", origin))).replace(" ", "")
        if _is_inside(times, turned):
            return InputError("explain.no_journey_turned", turned=turned, **said)
        return InputError(
            "explain.no_journey_outside" if np.isfinite(outside[0]) else "explain.no_journey_nowhere", **said
        )
    if not tied[0]:
        return InputError("explain.no_journey_street", snap_m=times.settings.walking.snap_m, **said)
    if destination is not None and not site_tied[0]:
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


def _read_legs(legs: Legs, origin: NDArray[np.integer], to: NDArray[np.integer]) -> NDArray[np.int64]:
    """Seconds of known legs; the destinations of each origin are in ascending order."""
    keys = np.repeat(np.arange(legs.n_from), np.diff(legs.indptr)) * legs.n_to + legs.index
    return np.asarray(legs.seconds[np.searchsorted(keys, origin * legs.n_to + to)], np.int64)
