"""Itineraries: the walks, waits, rides and transfers of a journey, to the second of the search."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from geo_access.routing.arrays import LegArrays, tabulate_legs
from geo_access.routing.network import list_onward
from geo_access.routing.point_seconds import list_seconds, read_departures
from geo_access.routing.scan import NEVER
from geo_access.routing.trace import trace_many

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_access.routing.points import Points
    from geo_access.routing.travel_times import TravelTimes
    from geo_access.streets.walker import Legs
    from geo_access.study.departures import Departures

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
    """Finds the itineraries of journeys from some places to some sites.

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
    snapped
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
        self.snapped = start.snapped, end.snapped
        direct = walker.legs(start, end, limit_s=limits.seconds("direct"))
        self._direct_s = tabulate_legs(direct)
        if times.settings.transit.gtfs:
            stops = self.times.stops
            self._access = walker.legs(start, stops, limit_s=limits.seconds("access"))
            near = walker.legs(stops, end, limit_s=limits.seconds("egress"))
            self._egress_s = tabulate_legs(near.transpose())
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
                network.connections,
                LegArrays.of(self._onward),
                LegArrays.of(self._access),
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
        shared = pd.DataFrame({**table, "rides": count, "first_stop": first_stop, "last_stop": last_stop}).astype(
            "Int64"
        )
        return shared.mask(pd.Series(count < 0), pd.NA)

    def journey(self, origin: int, destination: int, leave_s: int, seconds: int) -> Journey | None:
        """Return one journey of known travel time; None where it does not arrive, or has more rides than are traced."""
        one = [np.array([value]) for value in (origin, destination, leave_s, seconds)]
        return self.journeys(*one)[0]

    def journeys(
        self,
        origin: NDArray[np.integer],
        destination: NDArray[np.integer],
        leave_s: NDArray[np.integer],
        seconds: NDArray[np.integer],
        *,
        threads: int = 1,
    ) -> list[Journey | None]:
        """Return many journeys, each as `journey` does; the compiled search lets several threads trace."""
        asked = [np.asarray(values, np.int64) for values in (origin, destination, leave_s, seconds)]
        parts = [[values[rows] for values in asked] for rows in np.array_split(np.arange(len(asked[0])), threads)]
        with ThreadPoolExecutor(threads) as pool:
            traced = [*pool.map(lambda part: self.trace(*part), parts)]
        found: list[Journey | None] = []
        for part, (rides, count) in zip(parts, traced, strict=True):
            access = np.zeros(len(count), np.int64)
            rode = np.flatnonzero(count > 0)
            if len(rode):
                first = self.times.network.departure_stop[rides[rode, 0, 0]]
                access[rode] = _read_legs(self._access, part[0][rode], first)
            rows = zip(*(values.tolist() for values in part), access.tolist(), strict=True)
            found += [
                None if legs < 0 else self._tell(row, rides[at, :legs])
                for at, (row, legs) in enumerate(zip(rows, count.tolist(), strict=True))
            ]
        return found

    def _tell(self, asked: tuple[int, ...], rides: NDArray[np.int32]) -> Journey:
        """Tell a journey by its rides: origin, destination, when one leaves, seconds, seconds of the first walk."""
        origin, destination, leave_s, seconds, access_s = asked
        names = str(self.origins.names[origin]), str(self.destinations.names[destination])
        if not len(rides):
            return Journey(*names, (Part("walk", leave_s, leave_s + seconds, None, None),))
        network = self.times.network
        parts: list[Part] = []
        clock, stop = leave_s, None
        for boarded, left in rides.tolist():
            start, departs = int(network.departure_stop[boarded]), int(network.departure[boarded])
            if stop is None:
                there = clock + access_s
                parts += [Part("access", clock, there, None, start), Part("wait", there, departs, start, start)]
            else:
                parts.append(Part("change", clock, departs, stop, start))
            clock, stop = int(network.arrival[left]), int(network.arrival_stop[left])
            parts.append(Part("ride", departs, clock, start, stop, self._list_connections(boarded, left)))
        parts.append(Part("egress", clock, leave_s + seconds, stop, None))
        return Journey(*names, tuple(parts))

    def _list_connections(self, boarded: int, left: int) -> tuple[int, ...]:
        network, found = self.times.network, [boarded]
        while found[-1] != left:
            found.append(int(network.following[found[-1]]))
        return network.find_rows(found, len(self.times.timetable.departure))


def _read_legs(legs: Legs, origin: NDArray[np.integer], to: NDArray[np.integer]) -> NDArray[np.int64]:
    """Seconds of known legs; the destinations of each origin are in ascending order."""
    keys = np.repeat(np.arange(legs.n_from), np.diff(legs.indptr)) * legs.n_to + legs.index
    return np.asarray(legs.seconds[np.searchsorted(keys, origin * legs.n_to + to)], np.int64)
