"""Which trips can carry somebody from an area at all: an earliest-arrival scan that no real journey beats.

Somebody leaves the area every five minutes, round the clock, and is at once at every stop near it; boards without any
slack, at any stop, allowed or not; changes inside a station at once, and on foot in a straight line faster than people
walk. Whatever trip a journey takes within its time, this one could have boarded too (connection scan, Dibbelt et al.,
arXiv 1703.05997).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from numba import njit
from scipy.spatial import cKDTree

from geo_access.core.findings import Findings
from geo_access.gtfs.tables import MINIMUM_TIME, read_rules

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_access.gtfs.feed import Feed
    from geo_access.gtfs.runs import Runs
    from geo_access.gtfs.tables import StopTable

#: The farthest change on foot that the bound allows (metres in a straight line), and the fastest walker.
CHANGE_M: Final = 1000.0
FASTEST_KMH: Final = 6.0
#: Who leaves in between is taken to leave at the last such second, and to have this much longer.
_EVERY_S: Final = 300


def project_stops(stops: StopTable, crs: str) -> NDArray[np.float64]:
    """Return where stops are: float64 (stops, 2), metres in `crs`; NaN without a position."""
    from pyproj import Transformer

    xy = np.column_stack(Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(stops.lon, stops.lat))
    return np.where(np.isfinite(xy).all(axis=1)[:, None], xy, np.nan)


def list_reached(
    feed: Feed,
    runs: Runs,
    stops: StopTable,
    xy: NDArray[np.float64],
    *,
    area: shapely.Geometry,
    margin_m: float,
    longest_min: float,
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Say which runs of a day somebody from an area can have boarded soon enough after leaving, and at which stops.

    Parameters
    ----------
    feed
        For its transfers.txt.
    runs
        What runs on the day.
    stops, xy
        The feed's stops, and where they are (metres); from `project_stops`.
    area, margin_m
        People start at every stop so near to the area (the CRS of `xy`).
    longest_min
        How long a journey takes at most (minutes); a trip boarded later is no part of it.

    Returns
    -------
    bool (runs,), bool (stops,)
        The runs, and the stops where somebody boards or alights in time.
    """
    used = np.zeros(len(stops.ids), bool)
    used[runs.departure_stop] = True
    used[runs.arrival_stop] = True
    placed = np.flatnonzero(used & np.isfinite(xy).all(axis=1))
    shapely.prepare(area)
    station = find_stations(stops)
    # Who walks to an entrance is at every platform of its station.
    here = np.flatnonzero(np.isfinite(xy).all(axis=1))
    near = here[shapely.dwithin(area, shapely.points(xy[here]), margin_m)]
    start = np.flatnonzero(used & np.isin(station, station[near]))
    if not len(start) or not len(runs.departure):
        return np.zeros(len(runs.ids), bool), np.zeros(len(stops.ids), bool)
    walk_ptr, walk_to, walk_s = _list_changes(feed, stops, station, used, xy, placed, _list_seats(runs))
    order = np.argsort(runs.departure, kind="stable")
    span_s = int(np.ceil(longest_min * 60))
    found: tuple[NDArray[np.bool_], NDArray[np.bool_]] = _scan(
        runs.departure_stop[order],
        runs.arrival_stop[order],
        runs.departure[order],
        runs.arrival[order],
        runs.run[order],
        len(runs.ids),
        walk_ptr,
        walk_to,
        walk_s,
        start,
        len(stops.ids),
        span_s,
        _EVERY_S,
    )
    return found


def find_stations(stops: StopTable) -> NDArray[np.int64]:
    """Number the stations: int64 (stops,), the row of each stop's uppermost parent, itself where it has none."""
    root = np.arange(len(stops.ids))
    for _ in range(3):
        root = np.where(stops.parent[root] >= 0, stops.parent[root], root)
    return root


def _list_changes(
    feed: Feed,
    stops: StopTable,
    station: NDArray[np.int64],
    used: NDArray[np.bool_],
    xy: NDArray[np.float64],
    placed: NDArray[np.int64],
    seats: NDArray[np.int32],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Changes between two stops by the first: (stops + 1,) pointers, the other stop, whole seconds at least."""
    pairs = cKDTree(xy[placed]).query_pairs(CHANGE_M, output_type="ndarray")
    one, other = placed[pairs[:, 0]], placed[pairs[:, 1]]
    walk = np.hypot(*(xy[one] - xy[other]).T) / (FASTEST_KMH / 3.6)
    # What transfers.txt allows counts however far apart the stops are. A timed change takes the longer of the walk and
    # its time, and where streets have no path, its time alone.
    rules = read_rules(feed, stops, used, findings=Findings())  # the feed's reader tells what is wrong with them
    far = np.hypot(*(xy[rules.from_stop] - xy[rules.to_stop]).T) / (FASTEST_KMH / 3.6)
    timed = np.where(rules.kind == MINIMUM_TIME, rules.min_s, far)
    known = np.isfinite(timed)
    # Lifts and moving walkways may beat any walker: inside a station a change takes no time at all.
    inner = _pair_platforms(station, np.flatnonzero(used))
    origin = np.concatenate([one, other, rules.from_stop[known], inner[0], seats[:, 0]])
    to = np.concatenate([other, one, rules.to_stop[known], inner[1], seats[:, 1]])
    at_once = np.zeros(len(inner[0]) + len(seats))
    seconds = np.floor(np.concatenate([walk, walk, timed[known], at_once])).astype(np.int64)
    order = np.argsort(origin, kind="stable")
    ptr = np.searchsorted(origin[order], np.arange(len(stops.ids) + 1))
    return ptr.astype(np.int64), to[order], seconds[order]


def _list_seats(runs: Runs) -> NDArray[np.int32]:
    """List where runs end and those begin as which one stays seated: (pairs, 2), only pairs of two stops."""
    first = np.searchsorted(runs.run, runs.stays[:, 1])
    last = np.searchsorted(runs.run, runs.stays[:, 0], side="right") - 1
    pairs = np.unique(np.column_stack([runs.arrival_stop[last], runs.departure_stop[first]]), axis=0)
    apart: NDArray[np.int32] = pairs[pairs[:, 0] != pairs[:, 1]]
    return apart


def _pair_platforms(station: NDArray[np.int64], used: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Every ordered pair of stops in use of one station."""
    order = used[np.argsort(station[used], kind="stable")]
    groups = np.split(order, np.flatnonzero(np.diff(station[order])) + 1)
    pairs = [np.stack(np.meshgrid(group, group)).reshape(2, -1) for group in groups if len(group) > 1]
    both = np.concatenate(pairs, axis=1) if pairs else np.empty((2, 0), np.int64)
    apart = both[0] != both[1]
    return both[0][apart], both[1][apart]


@njit(cache=True, nogil=True)
def _scan(  # type: ignore[no-untyped-def]  # numba has no types
    departure_stop, arrival_stop, departure, arrival, run, n_runs, walk_ptr, walk_to, walk_s, start, n_stops, span_s,
    every_s,
):  # fmt: skip
    """Scan the hops, by departure, once for each start; a run counts that somebody sits in within `span_s`."""
    reached = np.zeros(n_runs, np.bool_)
    touched = np.zeros(n_stops, np.bool_)
    boarded = np.full(n_runs, -1, np.int64)
    never = np.iinfo(np.int64).max // 2
    first = (departure[0] - span_s) // every_s
    last = departure[-1] // every_s
    low = 0
    for leave in range(first, last + 1):
        now = leave * every_s
        until = now + every_s + span_s
        there = np.full(n_stops, never, np.int64)
        by_ride = np.full(n_stops, never, np.int64)
        for stop in start:
            there[stop] = now
        while low < len(departure) and departure[low] < now:
            low += 1
        group = low
        while group < len(departure) and departure[group] <= until:
            end = group
            while end < len(departure) and departure[end] == departure[group]:
                end += 1
            # Hops may take no time at all: those of one second are looked at until nobody gets any farther.
            changed = True
            while changed:
                changed = False
                for hop in range(group, end):
                    if boarded[run[hop]] != leave + 1 - first:
                        if there[departure_stop[hop]] > departure[hop]:
                            continue
                        boarded[run[hop]] = leave + 1 - first
                        reached[run[hop]] = True
                        touched[departure_stop[hop]] = True
                    stop = arrival_stop[hop]
                    if arrival[hop] < by_ride[stop]:
                        changed = True
                        by_ride[stop] = arrival[hop]
                        touched[stop] |= arrival[hop] <= until
                        there[stop] = min(there[stop], arrival[hop])
                        for k in range(walk_ptr[stop], walk_ptr[stop + 1]):
                            there[walk_to[k]] = min(there[walk_to[k]], arrival[hop] + walk_s[k])
            group = end
    return reached, touched
