"""The search: one backward profile scan of the connections per site, and the reading of its profiles by residents.

Connection scan, profile variant (Dibbelt, Pajor, Strasser, Wagner: Connection Scan Algorithm, arXiv 1703.05997), turned to
the question of this package: residents are many and sites are few, so the scan starts at the site and goes backward in
time once; it leaves, at every stop, the earliest arrival at the site for every moment of boarding.

Two profiles are kept at each stop, because a journey has at most one walk between two rides and walks are not
transitive:

- *boarding* (departure, arrival): board a vehicle that leaves at `departure` and be at the site at `arrival`;
- *alighting* (time, arrival): step off a vehicle no later than `time`, change, and be at the site at `arrival`.

Both are Pareto lists in order of decreasing time and, with it, strictly decreasing arrival. An improved boarding at stop
b is spread at once to the alighting profile of every stop a from which b can be walked to.

Kernels work on plain arrays and know no tables. Times are int32 seconds; `NEVER` stands for "does not arrive" in here
only, and becomes a missing value at the border (`geo_access.travel_times`).
"""

from __future__ import annotations

import numpy as np
from numba import njit

#: Later than any arrival, with room to add a walk without overflow.
NEVER = np.int32(2**30)


@njit(cache=True, nogil=True)
def scan_profiles(  # type: ignore[no-untyped-def]  # compiled: numba reads the types off the arrays
    departure_stop, arrival_stop, departure, arrival, following, boardable, alightable,
    change_ptr, change_from, change_s, instant_changes, egress_s, board_ptr, first, longest_hop,
):
    """Scan the connections backward from one site.

    Parameters
    ----------
    departure_stop, arrival_stop, departure, arrival, following, boardable, alightable
        Connections in order of *decreasing* departure; `following` is the place, in this order, of the same trip's next
        connection, or -1.
    change_ptr, change_from, change_s
        By boarding stop b: the stops a one may have alighted at, and the seconds from arrival at a to the earliest
        departure at b.
    instant_changes
        Whether any change takes 0 s, so that connections of one second can feed each other.
    egress_s
        By stop: seconds on foot to the site, or `NEVER`.
    board_ptr
        By stop: where its boarding profile starts; room for each of its departures.
    first
        Place of the first connection to look at.
    longest_hop
        The largest arrival - departure of a connection (seconds).

    Returns
    -------
    board_departure, board_arrival, board_count
        The boarding profiles, laid out by `board_ptr`.
    """
    n_stops = len(egress_s)
    n_connections = len(departure)
    onboard = np.full(n_connections, NEVER, np.int32)
    board_departure = np.empty(board_ptr[-1], np.int32)
    board_arrival = np.empty(board_ptr[-1], np.int32)
    board_count = np.zeros(n_stops, np.int32)

    room = 16
    pool_time = np.empty(n_stops * room, np.int32)
    pool_arrival = np.empty(n_stops * room, np.int32)
    start = np.arange(n_stops).astype(np.int64) * room
    capacity = np.full(n_stops, room, np.int32)
    count = np.zeros(n_stops, np.int32)
    pool_used = n_stops * room

    i = first
    while i < n_connections:
        # Connections of one second form a group; only hops of zero seconds with changes of zero seconds can make
        # a connection depend on another of its own group, and then the group is repeated until nothing improves.
        now = departure[i]
        end = i + 1
        instant = False
        if instant_changes:
            instant = arrival[i] == now
            while end < n_connections and departure[end] == now:
                instant = instant or arrival[end] == now
                end += 1
        improved = True
        while improved:
            improved = False
            for c in range(i, end):
                stop = arrival_stop[c]
                best = NEVER
                if following[c] >= 0:
                    best = onboard[following[c]]
                if alightable[c]:
                    time = arrival[c]
                    if egress_s[stop] < NEVER and time + egress_s[stop] < best:
                        best = time + egress_s[stop]
                    k = start[stop] + count[stop] - 1
                    while k >= start[stop] and pool_time[k] < time:
                        k -= 1
                    if k >= start[stop] and pool_arrival[k] < best:
                        best = pool_arrival[k]
                if best >= onboard[c]:
                    continue
                onboard[c] = best
                if not boardable[c]:
                    continue
                stop = departure_stop[c]
                last = board_ptr[stop] + board_count[stop] - 1
                if board_count[stop] > 0 and board_arrival[last] <= best:
                    continue
                improved = True
                if board_count[stop] > 0 and board_departure[last] == now:
                    board_arrival[last] = best
                else:
                    board_departure[last + 1] = now
                    board_arrival[last + 1] = best
                    board_count[stop] += 1
                for j in range(change_ptr[stop], change_ptr[stop + 1]):
                    a = change_from[j]
                    time = now - change_s[j]
                    low = start[a]
                    k = low + count[a] - 1
                    while k >= low and pool_time[k] < time:
                        k -= 1
                    if k >= low:
                        if pool_arrival[k] <= best:
                            continue
                        if pool_time[k] == time:
                            k -= 1
                    # Entries k+1 .. of an earlier time and no better arrival are dominated by the new one.
                    at = k + 1
                    stop_at = low + count[a]
                    kept = at
                    while kept < stop_at and pool_arrival[kept] >= best:
                        kept += 1
                    if kept > at:
                        pool_time[at] = time
                        pool_arrival[at] = best
                        gone = kept - at - 1
                        if gone > 0:
                            for m in range(kept, stop_at):
                                pool_time[m - gone] = pool_time[m]
                                pool_arrival[m - gone] = pool_arrival[m]
                            count[a] -= gone
                        continue
                    if count[a] == capacity[a]:
                        # What lies later than any arrival still to come is never read again, but for its last entry.
                        useless = 0
                        while useless + 1 < at - low and pool_time[low + useless + 1] >= now + longest_hop:
                            useless += 1
                        if 4 * useless >= capacity[a]:
                            for m in range(low + useless, stop_at):
                                pool_time[m - useless] = pool_time[m]
                                pool_arrival[m - useless] = pool_arrival[m]
                            count[a] -= useless
                            at -= useless
                            stop_at -= useless
                        else:
                            size = capacity[a]
                            if pool_used + 2 * size > len(pool_time):
                                larger = 2 * len(pool_time) + 2 * size
                                new_time = np.empty(larger, np.int32)
                                new_arrival = np.empty(larger, np.int32)
                                new_time[:pool_used] = pool_time[:pool_used]
                                new_arrival[:pool_used] = pool_arrival[:pool_used]
                                pool_time = new_time
                                pool_arrival = new_arrival
                            for m in range(size):
                                pool_time[pool_used + m] = pool_time[low + m]
                                pool_arrival[pool_used + m] = pool_arrival[low + m]
                            at = at - low + pool_used
                            stop_at = pool_used + size
                            start[a] = pool_used
                            capacity[a] = 2 * size
                            pool_used += 2 * size
                    for m in range(stop_at, at, -1):
                        pool_time[m] = pool_time[m - 1]
                        pool_arrival[m] = pool_arrival[m - 1]
                    pool_time[at] = time
                    pool_arrival[at] = best
                    count[a] += 1
            if not instant:
                break
        i = end
    return board_departure, board_arrival, board_count


@njit(cache=True, nogil=True)
def read_profiles(  # type: ignore[no-untyped-def]  # compiled: numba reads the types off the arrays
    access_ptr, access_stop, access_s, direct_s, board_ptr, board_departure, board_arrival, board_count,
    boarding_s, first_departure, every, n_departures, out,
):
    """Read the travel time of every resident at every departure off a site's boarding profiles.

    A boarding (d, a) serves every departure of a resident up to d - access - boarding; so each boarding is noted at the
    last departure that it serves, and one sweep from the last departure to the first carries the best one on.

    Parameters
    ----------
    access_ptr, access_stop, access_s
        By resident: the stops within reach on foot, and the seconds.
    direct_s
        By resident: seconds on foot all the way, or `NEVER`.
    board_ptr, board_departure, board_arrival, board_count
        As `scan_profiles` lays them out.
    boarding_s
        Seconds between arriving at a stop and the earliest departure that may be boarded.
    first_departure, every, n_departures
        The departures: first (seconds), step (seconds), how many.
    out
        int32 array (residents, departures), filled with seconds or `NEVER`.
    """
    best = np.empty(n_departures, np.int32)
    for r in range(len(access_ptr) - 1):
        best[:] = NEVER
        for j in range(access_ptr[r], access_ptr[r + 1]):
            stop = access_stop[j]
            low = board_ptr[stop]
            reach = access_s[j] + boarding_s + first_departure
            for k in range(low + board_count[stop] - 1, low - 1, -1):
                slack = board_departure[k] - reach
                if slack < 0:
                    continue
                at = slack // every
                if at >= n_departures - 1:
                    if board_arrival[k] < best[n_departures - 1]:
                        best[n_departures - 1] = board_arrival[k]
                    break
                if board_arrival[k] < best[at]:
                    best[at] = board_arrival[k]
        arrival = NEVER
        for d in range(n_departures - 1, -1, -1):
            if best[d] < arrival:
                arrival = best[d]
            seconds = NEVER if arrival == NEVER else arrival - (first_departure + d * every)
            out[r, d] = min(seconds, direct_s[r])


@njit(cache=True, nogil=True)
def scan_forward(  # type: ignore[no-untyped-def]  # compiled: numba reads the types off the arrays
    departure_stop, arrival_stop, departure, arrival, following, boardable, alightable,
    change_ptr, change_to, change_s, instant_changes, access_stop, access_s, boarding_s,
    near_ptr, near_site, near_s, leave, best,
):
    """Scan the connections forward from one resident at one second, to all sites at once.

    The counterpart of `scan_profiles`, for the few residents whose journeys outlast its horizon.

    Parameters
    ----------
    departure_stop, arrival_stop, departure, arrival, following, boardable, alightable
        As for `scan_profiles`, latest connection first.
    change_ptr, change_to, change_s
        By alighting stop: the stops one may board at, and the seconds from arrival to the earliest departure there.
    access_stop, access_s
        The stops within reach on foot, and the seconds.
    near_ptr, near_site, near_s
        By stop: the sites within reach on foot, and the seconds.
    leave
        When the resident leaves (seconds).
    best
        int32 (sites,): filled with the earliest arrival at each site by public transport, or `NEVER`.
    """
    n_stops = len(change_ptr) - 1
    n_connections = len(departure)
    ready = np.full(n_stops, NEVER, np.int32)
    alighted = np.full(n_stops, NEVER, np.int32)
    seated = np.zeros(n_connections, np.bool_)
    best[:] = NEVER
    first = NEVER
    for j in range(len(access_stop)):
        ready[access_stop[j]] = leave + access_s[j] + boarding_s
        first = min(first, ready[access_stop[j]])
    # The last place, latest first, of a connection that leaves at `first` or later.
    low, high = 0, n_connections
    while low < high:
        middle = (low + high) // 2
        if departure[middle] >= first:
            low = middle + 1
        else:
            high = middle
    i = low - 1
    while i >= 0:
        now = departure[i]
        if now >= best.max():
            break  # whatever leaves from here on arrives no earlier than what every site already has
        end = i - 1
        if instant_changes:
            while end >= 0 and departure[end] == now:
                end -= 1
        improved = True
        while improved:
            improved = False
            for c in range(i, end, -1):
                if not seated[c]:
                    if not boardable[c] or ready[departure_stop[c]] > now:
                        continue
                    seated[c] = True
                if following[c] >= 0:
                    seated[following[c]] = True
                stop = arrival_stop[c]
                time = arrival[c]
                if not alightable[c] or time >= alighted[stop]:
                    continue
                alighted[stop] = time
                improved = True
                for j in range(near_ptr[stop], near_ptr[stop + 1]):
                    best[near_site[j]] = min(best[near_site[j]], time + near_s[j])
                for j in range(change_ptr[stop], change_ptr[stop + 1]):
                    ready[change_to[j]] = min(ready[change_to[j]], time + change_s[j])
            if not instant_changes:
                break
        i = end


@njit(cache=True, nogil=True)
def scan_window(  # type: ignore[no-untyped-def]  # compiled: numba reads the types off the arrays
    departure_stop, arrival_stop, departure, arrival, following, boardable, alightable,
    change_ptr, change_to, change_s, instant_changes, access_stop, access_s, boarding_s,
    near_ptr, near_site, near_s, first_departure, every, n_departures, n_sites,
):
    """Earliest arrival of one resident at every site for every departure: int32 (sites, departures).

    Who leaves later arrives no earlier. So where two departures arrive alike everywhere, all between them do, and the
    window is halved only where they differ.
    """
    found = np.empty((n_departures, n_sites), np.int32)
    pending = np.zeros((n_departures + 2, 2), np.int64)
    for leave in (0, n_departures - 1):
        scan_forward(
            departure_stop, arrival_stop, departure, arrival, following, boardable, alightable,
            change_ptr, change_to, change_s, instant_changes, access_stop, access_s, boarding_s,
            near_ptr, near_site, near_s, first_departure + leave * every, found[leave],
        )
    pending[0, 1] = n_departures - 1
    count = 1
    while count > 0:
        count -= 1
        low, high = pending[count]
        if high - low < 2:
            continue
        if np.all(found[low] == found[high]):
            for leave in range(low + 1, high):
                found[leave] = found[low]
            continue
        middle = (low + high) // 2
        scan_forward(
            departure_stop, arrival_stop, departure, arrival, following, boardable, alightable,
            change_ptr, change_to, change_s, instant_changes, access_stop, access_s, boarding_s,
            near_ptr, near_site, near_s, first_departure + middle * every, found[middle],
        )
        pending[count] = low, middle
        pending[count + 1] = middle, high
        count += 2
    return found.T.copy()
