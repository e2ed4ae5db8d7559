"""Rides that no vehicle makes: too fast from stop to stop, or over a longer way, by what kind of vehicle it is.

The limits are those of the canonical GTFS validator (MobilityData, rules `fast_travel_between_consecutive_stops` and
`fast_travel_between_far_stops`). Times of whole minutes may hide up to a minute, which is granted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from geo_access.core.distance import great_circle_m

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo_access.gtfs.runs import Runs
    from geo_access.gtfs.stop_times import Calls
    from geo_access.gtfs.tables import StopTable

#: Route type of GTFS -> kilometres per hour.
LIMITS_KMH: Final = {0: 100, 1: 150, 2: 500, 3: 150, 4: 80, 5: 30, 6: 50, 7: 50, 11: 150, 12: 150}
OTHER_KMH: Final = 200
FAR_M: Final = 10_000.0
_MINUTE_S: Final = 60


@dataclass(frozen=True)
class FastRides:
    """Rides beyond the limit, the worst first, one a pair of stops and route.

    Attributes
    ----------
    from_call, to_call
        int64 (rides,): rows of the calls.
    metres, seconds, kmh, limit_kmh
        float64 (rides,): how far in a straight line, how long, how fast, and how fast at most.
    trips
        How many trips have such a ride.
    """

    from_call: NDArray[np.int64]
    to_call: NDArray[np.int64]
    metres: NDArray[np.float64]
    seconds: NDArray[np.float64]
    kmh: NDArray[np.float64]
    limit_kmh: NDArray[np.float64]
    trips: int


def basic_type(kind: int) -> int:
    """Return the basic route type of an extended one (700 is a bus), -1 where there is none.

    Examples
    --------
    >>> [basic_type(kind) for kind in (3, 704, 109, 401, 900, 1700)]
    [3, 3, 2, 1, 0, -1]
    """
    if kind in LIMITS_KMH:
        return kind
    hundreds = {1: 2, 2: 3, 4: 1, 5: 1, 6: 1, 7: 3, 8: 11, 9: 0, 10: 4, 12: 4, 13: 6, 14: 7}
    return hundreds.get(kind // 100, -1)


def measure_hops(calls: Calls, stops: StopTable) -> NDArray[np.float64]:
    """Straight lines from each call to the next of its trip: float64 (calls - 1,), NaN where there is none."""
    lon, lat = stops.lon[calls.stop], stops.lat[calls.stop]
    metres = great_circle_m(lon[:-1], lat[:-1], lon[1:], lat[1:])
    metres[calls.firsts[1:]] = np.nan
    return metres


def find_fast_hops(calls: Calls, stops: StopTable, limit_kmh: NDArray[np.float64]) -> FastRides:
    """Find hops between two neighbouring stops that are too fast.

    Parameters
    ----------
    limit_kmh
        float64 (trips,): of every trip of the feed.
    """
    metres = measure_hops(calls, stops)
    hop = np.flatnonzero(np.isfinite(metres))
    return _judge(calls, hop, hop + 1, metres[hop], limit_kmh)


def find_fast_ways(calls: Calls, stops: StopTable, limit_kmh: NDArray[np.float64]) -> FastRides:
    """Find ways of more than `FAR_M`, over several stops, that are too fast; from each call the shortest such way."""
    metres = np.nan_to_num(measure_hops(calls, stops))
    along = np.concatenate([[0.0], np.cumsum(metres)]) if len(calls.trip) else np.empty(0)
    to = np.searchsorted(along, along + FAR_M, side="right")
    start = np.flatnonzero(to < len(along))
    end = to[start]
    same = calls.trip[start] == calls.trip[end]
    start, end = start[same & (end > start + 1)], end[same & (end > start + 1)]
    return _judge(calls, start, end, along[end] - along[start], limit_kmh)


def _judge(
    calls: Calls,
    start: NDArray[np.int64],
    end: NDArray[np.int64],
    metres: NDArray[np.float64],
    limit_kmh: NDArray[np.float64],
) -> FastRides:
    departure, arrival = calls.departure[start], calls.arrival[end]
    seconds = (arrival - departure).astype(np.float64)
    whole = (departure % _MINUTE_S == 0) & (arrival % _MINUTE_S == 0)
    granted = np.maximum(seconds + np.where(whole, _MINUTE_S, 1), 1)
    kmh, limit = metres / granted * 3.6, limit_kmh[calls.trip[start]]
    fast = np.flatnonzero(kmh > limit)
    trips = len(np.unique(calls.trip[start[fast]]))
    order = fast[np.argsort(-kmh[fast], kind="stable")]
    places = np.column_stack([calls.stop[start[order]], calls.stop[end[order]]])
    _, first = np.unique(places, axis=0, return_index=True)
    kept = order[np.sort(first)]
    return FastRides(start[kept], end[kept], metres[kept], seconds[kept], kmh[kept], limit[kept], trips)


#: Two feeds place one stop so near to each other (metres).
SAME_PLACE_M: Final = 150.0
#: Of so many trips with the same times, only neighbours in the file are compared.
_MOST_COMPARED: Final = 60
_PRIME: Final = np.uint64(1_000_003)


@dataclass(frozen=True)
class RunSignatures:
    """What tells the runs of a feed apart.

    Attributes
    ----------
    times
        uint64 (runs,): a hash of all their times.
    places
        float64 (runs, 6): x and y of the first and of the last stop, and of the mean of the stops (metres).
    ids
        The runs' names.
    """

    times: NDArray[np.uint64]
    places: NDArray[np.float64]
    ids: Sequence[str]


def sign_runs(runs: Runs, xy: NDArray[np.float64]) -> RunSignatures:
    """Sign the runs of a day.

    Parameters
    ----------
    runs
        By run and within each in order.
    xy
        float64 (stops, 2): where the feed's stops are (metres).
    """
    if not len(runs.run):
        return RunSignatures(np.empty(0, np.uint64), np.empty((0, 6)), [])
    first = np.flatnonzero(np.concatenate([[True], np.diff(runs.run) > 0]))
    last = np.concatenate([first[1:] - 1, [len(runs.run) - 1]])
    within = np.arange(len(runs.run)) - np.repeat(first, np.diff(np.append(first, len(runs.run))))
    # Position by position, so that the same times in another order give another hash; overflow is what hashes do.
    mixed = runs.departure.astype(np.uint64) * _PRIME + runs.arrival.astype(np.uint64) * np.uint64(7_919)
    times = np.add.reduceat(mixed * (within.astype(np.uint64) * np.uint64(2_654_435_761) + np.uint64(1)), first)
    start, end = xy[runs.departure_stop], xy[runs.arrival_stop]
    count = (last - first + 1)[:, None]
    mean = (np.add.reduceat(end, first) + start[first]) / (count + 1)
    return RunSignatures(times, np.column_stack([start[first], end[last], mean]), runs.ids)


def pair_twins(one: RunSignatures, other: RunSignatures | None = None) -> list[tuple[int, int]]:
    """Pair the runs of a feed with those of another, or of itself, that have the same times at the same places.

    Returns
    -------
    list of (int, int)
        A run of the first and its first twin; within one feed, the later run comes first.
    """
    within = other is None
    against = one if other is None else other
    order = np.argsort(against.times, kind="stable")
    hashes = against.times[order]
    low, high = np.searchsorted(hashes, one.times), np.searchsorted(hashes, one.times, side="right")
    pairs = []
    for run in np.flatnonzero(high - low > int(within)).tolist():
        rivals = order[low[run] : high[run]]
        rivals = rivals[rivals < run][-_MOST_COMPARED:] if within else rivals[:_MOST_COMPARED]
        apart = np.abs(against.places[rivals] - one.places[run]).max(axis=1) if len(rivals) else np.empty(0)
        near = np.flatnonzero(apart <= SAME_PLACE_M)
        if len(near):
            pairs.append((run, int(rivals[near[0]])))
    return pairs
