"""What each boarding improves: the alightings from which it can be caught, and the residents who can set out for it.

The search (`geo_access.routing.scan`) passes every connection once for eight sites, and asks at each: for whom is this
the vehicle to board? Who that is depends on the timetable and on walks alone, not on the site, so it is worked out
once, here:

- an *alighting* is a stop and a second at which some vehicle may be stepped off; each boarding is linked, for every
  stop that it can be walked to from, to the latest alighting there that leaves time to catch it;
- a *start* is a resident and a departure; each boarding is linked, for every resident who can walk to its stop, to
  the latest departure that leaves time to catch it.

Whoever alights or sets out earlier can do all that the later can, so one link to the latest says it for all of them.
For the same reason two sorts of link are left out: to a start or an alighting from which the same trip can be caught at
an earlier stop, and to one from which an earlier trip can be caught that runs ahead of this one, stop by stop, to the
end. Both leave the earliest arrivals as they are; on the Paris region four links in ten are left. (The first is
the idea of the transfer reduction of Witt, Trip-Based Public Transit Routing, arXiv 1504.07149, turned round.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

from geo_access.routing.arrays import LegArrays

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from geo_access.routing.network import TransitNetwork
    from geo_access.streets.walker import Legs

_NONE = 2**31 - 1


class Links(NamedTuple):
    """The links between the rides of a network, from some second of the day on backward.

    Attributes
    ----------
    first
        Place of the first connection that takes part; those before it leave too late to matter.
    alighting
        int32 (connections,): the alighting at the end of each connection, -1 where nobody may step off.
    time
        int32 (alightings,): when (seconds), latest first.
    later
        int32 (alightings,): the next later alighting at the same stop, -1 for the last.
    ptr, target
        int64 (connections + 1,), int32 (links,): the alightings from which each connection can be boarded, as
        ``target[ptr[c]:ptr[c + 1]]``.
    ahead
        int32 (connections,): the connection of an earlier trip that serves the same stops from here to the end, no
        later anywhere; -1 where there is none.
    """

    first: int
    alighting: NDArray[np.int32]
    time: NDArray[np.int32]
    later: NDArray[np.int32]
    ptr: NDArray[np.int64]
    target: NDArray[np.int32]
    ahead: NDArray[np.int32]

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return the arrays by name, for the cache."""
        return {**self._asdict(), "first": np.array([self.first])}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Links:
        """Rebuild from `arrays`."""
        return cls(**{**arrays, "first": int(arrays["first"][0])})  # type: ignore[arg-type]


class Starts(NamedTuple):
    """The links from residents' departures to boardings.

    Attributes
    ----------
    ptr, target
        int64 (starts + 1,), int32 (links,): the connections that can be boarded from each start; the start of resident
        r at departure d is number ``r * departures + d``.
    residents, departures
        How many there are.
    first_departure, every_s
        The departures (seconds).
    """

    ptr: NDArray[np.int64]
    target: NDArray[np.int32]
    residents: int
    departures: int
    first_departure: int
    every_s: int


def link_rides(network: TransitNetwork, *, not_after: int | None = None) -> Links:
    """Link the boardings of a network to the alightings before them.

    Parameters
    ----------
    not_after
        Leave out connections that leave later (seconds). What then arrives no later than that is exact all the same: a
        journey with a connection left out arrives later.
    """
    first = 0 if not_after is None else int(np.searchsorted(-network.departure, -not_after))
    n_stops = network.n_stops
    rows = np.flatnonzero(network.alightable[first:]) + first
    # One number for a stop and a second, smallest for the latest.
    latest = int(network.arrival[rows].max(initial=0))
    key = (latest - network.arrival[rows].astype(np.int64)) * n_stops + network.arrival_stop[rows]
    known, which = np.unique(key, return_inverse=True)
    stop = known % max(n_stops, 1)
    time = (latest - known // max(n_stops, 1)).astype(np.int32)
    alighting = np.full(len(network.departure), -1, np.int32)
    alighting[rows] = which
    by_stop = np.argsort(stop, kind="stable").astype(np.int32)
    stop_ptr = np.concatenate([[0], np.cumsum(np.bincount(stop, minlength=n_stops))]).astype(np.int64)
    later = np.full(len(known), -1, np.int32)
    together = stop[by_stop[1:]] == stop[by_stop[:-1]]
    later[by_stop[1:][together]] = by_stop[:-1][together]
    ahead = _find_ahead(network.connections, first)
    at_stops = LegArrays(stop_ptr, by_stop, np.ascontiguousarray(time[by_stop]))
    ptr, target = _link_alightings(network.connections, first, ahead, at_stops, network.transfers)
    return Links(first, alighting, time, later, ptr, target, ahead)


def link_starts(
    network: TransitNetwork, links: Links, access: Legs, *, first_departure: int, every_s: int, n_departures: int
) -> Starts:
    """Link the departures of residents to the boardings that they can reach.

    Parameters
    ----------
    access
        Walks from residents to stops.
    first_departure, every_s, n_departures
        The departures (seconds).
    """
    near = access.transpose()
    ptr, target = _link_departures(
        network.connections,
        links.first,
        links.ahead,
        LegArrays(near.indptr, near.index, near.seconds + np.int32(network.boarding_s)),
        access.n_from,
        first_departure,
        every_s,
        n_departures,
    )
    return Starts(ptr, target, access.n_from, n_departures, first_departure, every_s)


@njit(cache=True, nogil=True)
def _find_ahead(connections, first):
    """Find, for each connection, an earlier trip that is as good from there on; see `Links.ahead`."""
    departure_stop, arrival_stop, departure, arrival, following, boardable, alightable = connections
    n = len(departure)
    # Connections with the same stops ahead of them get the same number; what it promises is checked below.
    number = np.zeros(n, np.uint64)
    for c in range(first, n):
        mixed = np.uint64(departure_stop[c]) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= np.uint64(arrival_stop[c]) * np.uint64(0xC2B2AE3D27D4EB4F)
        mixed += np.uint64(2) * np.uint64(alightable[c]) + np.uint64(boardable[c])
        if following[c] >= first:
            mixed ^= number[following[c]]
        mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
        number[c] = mixed ^ (mixed >> np.uint64(32))
    # A stable order keeps each group latest first, so that its next member leaves no later.
    order = np.argsort(number[first:], kind="mergesort") + first
    # By connection: the next later place with the same number.
    beside = np.full(n, -1, np.int64)
    for i in range(len(order) - 1):
        if number[order[i]] == number[order[i + 1]]:
            beside[order[i]] = order[i + 1]
    ahead = np.full(n, -1, np.int32)
    for c in range(first, n):
        one, other = c, beside[c]
        if other < 0:
            continue
        while one >= first and other >= first:
            if (
                departure_stop[one] != departure_stop[other]
                or arrival_stop[one] != arrival_stop[other]
                or boardable[one] != boardable[other]
                or alightable[one] != alightable[other]
                or departure[other] > departure[one]
                or arrival[other] > arrival[one]
            ):
                break
            one, other = following[one], following[other]
            # What follows has been looked at already: as good to the end.
            if one >= first and other >= first and ahead[one] == other:
                one, other = -1, -1
        if one < first and other < first:
            ahead[c] = beside[c]
    return ahead


@njit(cache=True, nogil=True)
def _list_heads(following, first):
    """Where trips begin: connections that follow no other."""
    follows = np.zeros(len(following), np.bool_)
    for c in range(first, len(following)):
        if following[c] >= 0:
            follows[following[c]] = True
    return np.flatnonzero(~follows[first:]) + first


@njit(cache=True, nogil=True)
def _make_room(pool, used, more):
    """Return a pool with room for `more` entries after the first `used`."""
    if used + more <= len(pool):
        return pool
    larger = np.empty(2 * len(pool) + more, np.int32)
    larger[:used] = pool[:used]
    return larger


@njit(cache=True, nogil=True)
def _sort_out(pool, start, count):
    """Lay the entries of each connection out in the order of the connections."""
    ptr = np.zeros(len(count) + 1, np.int64)
    for c in range(len(count)):
        ptr[c + 1] = ptr[c] + count[c]
    target = np.empty(ptr[-1], np.int32)
    for c in range(len(count)):
        for i in range(count[c]):
            target[ptr[c] + i] = pool[start[c] + i]
    return ptr, target


@njit(cache=True, nogil=True)
def _turn_round(pool, start, count, n_targets):
    """List, for each entry, the connections that it stands at; entries are less than `n_targets`."""
    ptr = np.zeros(n_targets + 1, np.int64)
    for c in range(len(count)):
        for i in range(start[c], start[c] + count[c]):
            ptr[pool[i] + 1] += 1
    for entry in range(n_targets):
        ptr[entry + 1] += ptr[entry]
    free = ptr[:-1].copy()
    connection = np.empty(ptr[-1], np.int32)
    for c in range(len(count)):
        for i in range(start[c], start[c] + count[c]):
            connection[free[pool[i]]] = c
            free[pool[i]] += 1
    return ptr, connection


@njit(cache=True, nogil=True)
def _link_alightings(connections, first, ahead, at_stops, transfers):
    """Link boardings to alightings; see `Links`.

    Parameters
    ----------
    at_stops
        By stop: its alightings and their times, latest first.
    transfers
        By boarding stop; see `network.TransitNetwork.transfers`.
    """
    departure_stop, _, departure, _, following, boardable, _ = connections
    stop_ptr, at_stop, time_at_stop = at_stops
    transfer_ptr, transfer_from, transfer_s = transfers
    n = len(departure)
    pool, used = np.empty(1 << 16, np.int32), 0
    start, count = np.zeros(n, np.int64), np.zeros(n, np.int32)
    near = stop_ptr[transfer_from]
    # By stop: the latest alighting from which this trip could be boarded further back.
    latest = np.full(len(stop_ptr) - 1, _NONE, np.int32)
    touched = np.empty(len(stop_ptr) - 1, np.int32)
    for head in _list_heads(following, first):
        n_touched = 0
        c = head
        while c >= first:
            start[c] = used
            if boardable[c]:
                stop = departure_stop[c]
                pool = _make_room(pool, used, transfer_ptr[stop + 1] - transfer_ptr[stop])
                for j in range(transfer_ptr[stop], transfer_ptr[stop + 1]):
                    origin = transfer_from[j]
                    until = departure[c] - transfer_s[j]
                    # Trips come latest first, so the alighting sought is near the one found last.
                    low = near[j]
                    while low < stop_ptr[origin + 1] and time_at_stop[low] > until:
                        low += 1
                    while low > stop_ptr[origin] and time_at_stop[low - 1] <= until:
                        low -= 1
                    near[j] = low
                    if low == stop_ptr[origin + 1] or at_stop[low] >= latest[origin]:
                        continue
                    if latest[origin] == _NONE:
                        touched[n_touched] = origin
                        n_touched += 1
                    latest[origin] = at_stop[low]
                    if ahead[c] >= 0 and time_at_stop[low] <= departure[ahead[c]] - transfer_s[j]:
                        continue
                    pool[used] = at_stop[low]
                    used += 1
                count[c] = used - start[c]
            c = following[c]
        for k in range(n_touched):
            latest[touched[k]] = _NONE
    return _sort_out(pool, start, count)


@njit(cache=True, nogil=True)
def _link_departures(connections, first, ahead, near, n_residents, first_departure, every_s, n_departures):
    """Link boardings to starts; see `Starts`.

    Parameters
    ----------
    near
        By stop: who can walk to it, and the seconds from setting out to the earliest departure that may be boarded.
    """
    departure_stop, _, departure, _, following, boardable, _ = connections
    near_ptr, near_resident, near_s = near
    n = len(departure)
    pool, used = np.empty(1 << 16, np.int32), 0
    start, count = np.zeros(n, np.int64), np.zeros(n, np.int32)
    # By resident: the latest departure from which this trip could be boarded further back.
    latest = np.full(n_residents, -1, np.int32)
    touched = np.empty(n_residents, np.int32)
    for head in _list_heads(following, first):
        n_touched = 0
        c = head
        while c >= first:
            start[c] = used
            if boardable[c]:
                stop = departure_stop[c]
                pool = _make_room(pool, used, near_ptr[stop + 1] - near_ptr[stop])
                for j in range(near_ptr[stop], near_ptr[stop + 1]):
                    resident = near_resident[j]
                    spare = departure[c] - near_s[j] - first_departure
                    if spare < 0:
                        continue
                    leave = min(spare // every_s, n_departures - 1)
                    if leave <= latest[resident]:
                        continue
                    if latest[resident] < 0:
                        touched[n_touched] = resident
                        n_touched += 1
                    latest[resident] = leave
                    if ahead[c] >= 0:
                        spare = departure[ahead[c]] - near_s[j] - first_departure
                        if spare >= 0 and min(spare // every_s, n_departures - 1) == leave:
                            continue
                    pool[used] = resident * n_departures + leave
                    used += 1
                count[c] = used - start[c]
            c = following[c]
        for k in range(n_touched):
            latest[touched[k]] = -1
    return _turn_round(pool, start, count, n_residents * n_departures)
