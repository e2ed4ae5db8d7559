"""The journey of every cell to its pole: at the first departure whose travel time is the cell's median.

What a map tells of a cell is worked out beforehand, all cells at once: times come from the cache of the verdict, and
one tracer finds the rides of all journeys.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from geo_access.core.cache import make_key
from geo_access.core.findings import Findings
from geo_access.routing.arrays import hash_array, load_arrays, percentile, save_arrays
from geo_access.routing.itineraries import Tracer
from geo_access.routing.points import Points
from geo_access.routing.scan import NEVER
from geo_access.verdict.targets import list_counting

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Executor

    from numpy.typing import NDArray

    from geo_access.routing.itineraries import Journey
    from geo_access.routing.travel_times import TravelTimes
    from geo_access.study.presets import Rule

#: Threads that trace: the compiled search holds no lock.
_THREADS = 2


class RideLeg(NamedTuple):
    """A ride, and what comes before it.

    ``before_s`` is the wait after the walk to the first stop, or the change (walk and wait) from the ride before;
    ``trips`` are rows of the timetable's trips: several where one stays seated.
    """

    start_stop: int
    before_s: int
    end_stop: int
    ride_s: int
    hops: int
    trips: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class CellJourneys:
    """A journey a cell; its seconds are those of the verdict.

    Attributes
    ----------
    departure
        int32 (cells,): which of the study's departures; -1 where the cell has no journey.
    site
        int32 (cells,): row of the study's sites; -1 without a journey.
    seconds
        int32 (cells,): travel time, waiting included: the median over the cell's departures.
    access_s
        int32 (cells,): the walk to the first stop; all of it where one walks all the way.
    ride_ptr
        int64 (cells + 1,): the rides of a cell are rows ``ride_ptr[i]:ride_ptr[i + 1]`` of `rides`.
    rides
        int32 (rides, 5): the numbers of `RideLeg`, in its order.
    trip_ptr, trips
        int64 (rides + 1,), int32: the trips of each ride.
    """

    departure: NDArray[np.int32]
    site: NDArray[np.int32]
    seconds: NDArray[np.int32]
    access_s: NDArray[np.int32]
    ride_ptr: NDArray[np.int64]
    rides: NDArray[np.int32]
    trip_ptr: NDArray[np.int64]
    trips: NDArray[np.int32]

    def list_rides(self, cell: int) -> Iterator[RideLeg]:
        """Return the rides of a cell's journey; none where one walks all the way, or has no journey."""
        for ride in range(int(self.ride_ptr[cell]), int(self.ride_ptr[cell + 1])):
            start, before, end, spent, hops = self.rides[ride].tolist()
            trips = self.trips[self.trip_ptr[ride] : self.trip_ptr[ride + 1]].tolist()
            yield RideLeg(start, before, end, spent, hops, tuple(trips))


def trace_cell_journeys(times: TravelTimes, rule: Rule, *, executor: Executor | None = None) -> CellJourneys:
    """Trace the journey of each cell to the pole that is nearest at the first departure of its median time.

    A cell has none where no more than half of its departures arrive, and where the journey takes more rides than are
    traced.

    Parameters
    ----------
    times
        The study's; they come from the cache where the verdict was taken before.
    rule
        The rule for poles: which sites count, for whom, and how people travel.
    executor
        Who searches where times are not kept, as for `check`.
    """
    sites = np.flatnonzero(list_counting(times.inputs.sites, "pole", rule, times.settings.policy))
    residents = times.inputs.residents
    allowed = np.ones((len(sites), len(residents)), bool)
    if rule.pool == "own_sst":
        own = residents["sst"].to_numpy(object)
        allowed = times.inputs.sites["sst"].to_numpy(object)[sites][:, None] == own[None, :]
    if rule.mode == "walk" or not times.settings.transit.gtfs:
        return _walk(times, rule, sites, allowed)
    key = make_key(
        "cell_journeys",
        network=times.prepared.network.key,
        residents=hash_array(times.inputs.resident_points),
        sites=hash_array(times.inputs.site_points[sites]),
        rows=hash_array(sites),
        allowed=hash_array(allowed),
    )

    def build(_findings: Findings) -> CellJourneys:
        return _ride(times, sites, allowed, executor)

    return times.cache.fetch(key, build=build, save=_save, load=_load, findings=Findings())


def _save(found: CellJourneys, folder: Any) -> None:
    save_arrays({field.name: getattr(found, field.name) for field in fields(CellJourneys)}, folder)


def _load(folder: Any) -> CellJourneys:
    return CellJourneys(**load_arrays(folder))  # type: ignore[arg-type]  # the arrays that `_save` wrote


def _walk(times: TravelTimes, rule: Rule, sites: NDArray[np.int64], allowed: NDArray[np.bool_]) -> CellJourneys:
    """Return the walks to the nearest poles, where poles are walked to."""
    count = len(times.inputs.residents)
    walks = np.where(allowed.T, times.walk_seconds(rule.profile)[:, sites], NEVER) if len(sites) else None
    best = np.full(count, NEVER, np.int32) if walks is None else walks.min(axis=1)
    nearest = np.zeros(count, np.int64) if walks is None else sites[walks.argmin(axis=1)]
    walked = best < NEVER
    seconds = np.where(walked, best, 0).astype(np.int32)
    return CellJourneys(
        np.where(walked, 0, -1).astype(np.int32),
        np.where(walked, nearest, -1).astype(np.int32),
        seconds,
        seconds,
        np.zeros(count + 1, np.int64),
        np.zeros((0, 5), np.int32),
        np.zeros(1, np.int64),
        np.zeros(0, np.int32),
    )


def _ride(
    times: TravelTimes, sites: NDArray[np.int64], allowed: NDArray[np.bool_], executor: Executor | None
) -> CellJourneys:
    count = len(times.inputs.residents)
    best = np.full((count, times.settings.departures.count), NEVER, np.int32)
    nearest = np.full(best.shape, -1, np.int16)
    places = {int(site): at for at, site in enumerate(sites)}
    for site, seconds in times.transit_seconds([*places], executor=executor):
        at = places[site]
        nearer = (seconds < best) & allowed[at][:, None]
        best[nearer], nearest[nearer] = seconds[nearer], at
    median = percentile(best, 50)
    departure = (best == median[:, None]).argmax(axis=1)
    rows = np.flatnonzero(median < NEVER)
    place, took = nearest[rows, departure[rows]].astype(np.int64), median[rows]
    names = times.inputs.sites["site"].to_numpy(object)[sites]
    tracer = Tracer(
        times,
        Points(times.inputs.residents["cell"].to_numpy(object), times.inputs.resident_points),
        Points(names, times.inputs.site_points[sites]),
    )
    leave = times.departures[departure[rows]]
    journeys = tracer.journeys(rows, place, leave, took, threads=_THREADS)
    return _pack(times, count, rows, departure[rows], sites[place], journeys)


def _pack(
    times: TravelTimes,
    count: int,
    rows: NDArray[np.int64],
    departure: NDArray[np.int64],
    site: NDArray[np.int64],
    journeys: Sequence[Journey | None],
) -> CellJourneys:
    """Write journeys as arrays."""
    trip_of = times.timetable.trip
    columns = {name: np.full(count, -1, np.int32) for name in ("departure", "site")}
    columns |= {name: np.zeros(count, np.int32) for name in ("seconds", "access_s")}
    numbers: list[list[int]] = []
    trips: list[list[int]] = []
    per_cell = np.zeros(count, np.int64)
    for cell, at, where, journey in zip(rows.tolist(), departure, site, journeys, strict=True):
        if journey is None:
            continue
        columns["departure"][cell], columns["site"][cell] = at, where
        columns["seconds"][cell], columns["access_s"][cell] = journey.seconds, journey.parts[0].seconds
        per_cell[cell] = journey.rides
        for before, ride in pairwise(journey.parts):
            if ride.kind == "ride":
                assert ride.start_stop is not None and ride.end_stop is not None  # noqa: S101, PT018 -- a ride has both
                hops = len(ride.connections)
                numbers.append([ride.start_stop, before.seconds, ride.end_stop, ride.seconds, hops])
                trips.append([*dict.fromkeys(trip_of[list(ride.connections)].tolist())])
    return CellJourneys(
        **columns,
        ride_ptr=np.concatenate([[0], np.cumsum(per_cell)]).astype(np.int64),
        rides=np.array(numbers, np.int32).reshape(-1, 5),
        trip_ptr=np.concatenate([[0], np.cumsum([len(one) for one in trips])]).astype(np.int64),
        trips=np.array([trip for one in trips for trip in one], np.int32),
    )
