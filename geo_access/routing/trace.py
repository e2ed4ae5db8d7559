"""Which way a journey goes: a forward search in rounds that remembers where each arrival came from.

The search of `geo_access.routing.scan` says when one arrives. To say how, the connections between the departure and
that arrival are passed forward once for each ride (rounds as in RAPTOR, Delling, Pajor and Werneck: Round-Based Public
Transit Routing, doi:10.1287/trsc.2014.0534), until a round arrives at that very second: so the itinerary found has the
fewest rides of all that arrive then. Its first vehicle is boarded where the walk to it is shortest.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from geo_access.routing.scan import NEVER

#: More rides than any journey worth showing has; a journey that needs more counts as not traced.
MOST_RIDES = 12
#: Rides of nearly all journeys: what is remembered for more is reserved only for those that need it.
_USUAL_RIDES = 4


@njit(cache=True, nogil=True)
def find_last(departure, second):
    """Find the last row that departs at `second` or later, of connections that are latest first; -1 without one."""
    low, high = 0, len(departure)
    while low < high:
        middle = (low + high) // 2
        if departure[middle] >= second:
            low = middle + 1
        else:
            high = middle
    return low - 1


@njit(cache=True, nogil=True)
def trace_rides(  # noqa: C901 -- one loop, whose parts share its locals
    connections, onward, access_stop, access_s, boarding_s, egress_s, leave, arrive, rides
):
    """Find the rides of a journey that leaves and arrives at given seconds.

    Parameters
    ----------
    connections
        Latest first; see `network.Connections`.
    onward
        Transfers by alighting stop; see `network.list_onward`.
    access_stop, access_s
        The stops within reach on foot, and the seconds.
    boarding_s
        Seconds between arriving at a stop on foot and the earliest departure that may be boarded.
    egress_s
        int32 (stops,): seconds on foot to the site, or `scan.NEVER`.
    leave, arrive
        When the resident sets out and is at the site (seconds).
    rides
        int32 (MOST_RIDES, 2), filled with the connections of each ride: where it is boarded, where it is left.

    Returns
    -------
    int
        How many rides there are; -1 when no journey arrives by then.
    """
    departure_stop, arrival_stop, departure, arrival, following, boardable, alightable = connections
    n_stops, n_rounds = len(onward.ptr) - 1, len(rides)
    ready = np.full(n_stops, NEVER, np.int32)
    soonest = NEVER
    for j in range(len(access_stop)):
        ready[access_stop[j]] = leave + access_s[j] + boarding_s
        soonest = min(soonest, ready[access_stop[j]])
    on_foot = ready
    # Nothing that departs before one is ready anywhere can be boarded.
    first = find_last(departure, soonest)
    last = find_last(departure, arrive + 1) + 1
    length = first - last + 1
    if length <= 0:
        return -1
    # By round: the connection that one alighted from to be ready at a stop, and where each connection was boarded.
    came_by = np.full((n_rounds + 1, n_stops), -1, np.int32)
    boarded = np.full((n_rounds, length), -1, np.int32)
    alighted = np.full(n_stops, NEVER, np.int32)
    for k in range(n_rounds):
        next_ready = np.full(n_stops, NEVER, np.int32)
        end, least = -1, NEVER
        soonest = NEVER
        for c in range(first, last - 1, -1):
            place = c - last
            # Boarding further back is as good, and was noted first.
            if boarded[k, place] < 0 and boardable[c] and ready[departure_stop[c]] <= departure[c]:
                boarded[k, place] = c
            if boarded[k, place] < 0:
                continue
            if following[c] >= last:
                boarded[k, following[c] - last] = boarded[k, place]
            stop, time = arrival_stop[c], arrival[c]
            if not alightable[c]:
                continue
            if egress_s[stop] < NEVER and time + egress_s[stop] <= arrive and egress_s[stop] < least:
                end, least = c, egress_s[stop]
            if time >= alighted[stop]:
                continue
            alighted[stop] = time
            for j in range(onward.ptr[stop], onward.ptr[stop + 1]):
                other = onward.other[j]
                if time + onward.seconds[j] < next_ready[other]:
                    next_ready[other] = time + onward.seconds[j]
                    soonest = min(soonest, next_ready[other])
                    came_by[k + 1, other] = c
        if end >= 0:
            for back in range(k, -1, -1):
                rides[back, 1] = end
                rides[back, 0] = boarded[back, end - last]
                end = came_by[back, departure_stop[rides[back, 0]]]
            # Nobody walks to meet a vehicle that comes by a nearer stop later on.
            c = rides[0, 0]
            while c != rides[0, 1]:
                c = following[c]
                here, there = on_foot[departure_stop[c]], on_foot[departure_stop[rides[0, 0]]]
                if boardable[c] and here <= departure[c] and here < there:
                    rides[0, 0] = c
            return k + 1
        ready = next_ready
        first = find_last(departure, soonest)
    return -1


@njit(cache=True, nogil=True)
def trace_many(connections, onward, access, boarding_s, egress_s, resident, site, leave, arrive):
    """Find the rides of many journeys; `resident` and `site` are rows of `access` and `egress_s`.

    Returns
    -------
    rides
        int32 (journeys, MOST_RIDES, 2).
    count
        int32 (journeys,): how many rides each has, -1 where none arrives by then.
    """
    rides = np.full((len(leave), MOST_RIDES, 2), -1, np.int32)
    count = np.empty(len(leave), np.int32)
    for i in range(len(leave)):
        low, high = access.ptr[resident[i]], access.ptr[resident[i] + 1]
        for most in (_USUAL_RIDES, MOST_RIDES):
            count[i] = trace_rides(
                connections,
                onward,
                access.other[low:high],
                access.seconds[low:high],
                boarding_s,
                egress_s[site[i]],
                leave[i],
                arrive[i],
                rides[i, :most],
            )
            if count[i] >= 0:
                break
    return rides, count
