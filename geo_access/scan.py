"""The search: one backward profile scan of the connections per site, and the reading of its profiles by residents.

Connection scan, profile variant (Dibbelt, Pajor, Strasser, Wagner: Connection Scan Algorithm, arXiv 1703.05997), turned
to the question of this package: residents are many and sites are few, so the scan starts at the site and goes backward
in time once; it leaves, at every stop, the earliest arrival at the site for every moment of boarding.

Two profiles are kept at each stop, because a journey has at most one walk between two rides and walks are not
transitive:

- *boarding* (departure, arrival): board a vehicle that leaves at `departure` and be at the site at `arrival`;
- *alighting* (time, arrival): step off a vehicle no later than `time`, change, and be at the site at `arrival`.

Both are Pareto lists in order of decreasing time and, with it, strictly decreasing arrival. An improved boarding at
stop b is spread at once to the alighting profile of every stop a from which b can be walked to.

Kernels work on plain arrays and know no tables. Times are int32 seconds; `NEVER` stands for "does not arrive" in here
only, and becomes a missing value at the border (`geo_access.travel_times`).
"""

from __future__ import annotations

import numpy as np
from numba import njit

#: Later than any arrival, with room to add a walk without overflow.
NEVER = np.int32(2**30)
_LOW_HALF = np.int64(2**32 - 1)


@njit(cache=True, nogil=True)
def _make_room(pool, start, count, capacity, used, stop, useful_until):
    """Drop what no later reading of a full alighting profile can need, or move it to twice the room.

    Returns the pool (a new one where it had to grow) and how much of it is used.
    """
    low, size = start[stop], capacity[stop]
    useless = 0
    while useless + 1 < size and (pool[low + useless + 1] >> 32) >= useful_until:
        useless += 1
    if 4 * useless >= size:
        for m in range(low + useless, low + size):
            pool[m - useless] = pool[m]
        count[stop] -= useless
        return pool, used
    if used + 2 * size > len(pool):
        larger = np.empty(2 * len(pool) + 2 * size, np.int64)
        larger[:used] = pool[:used]
        pool = larger
    pool[used : used + size] = pool[low : low + size]
    start[stop] = used
    capacity[stop] = 2 * size
    return pool, used + 2 * size


@njit(cache=True, nogil=True)
def scan_profiles(  # noqa: C901 -- one loop, whose parts share its locals
    departure_stop,
    arrival_stop,
    departure,
    arrival,
    following,
    boardable,
    alightable,
    change_ptr,
    change_from,
    change_s,
    instant_changes,
    egress_s,
    board_ptr,
    first,
    longest_hop,
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

    # An entry of an alighting profile is one number: time in the high half, arrival in the low. The last entry of each
    # stop is held apart as well, packed together: it alone turns most candidates away, and its array fits the cache.
    room = 16
    pool = np.empty(n_stops * room, np.int64)
    used = n_stops * room
    start = np.arange(n_stops).astype(np.int64) * room
    capacity = np.full(n_stops, room, np.int32)
    count = np.zeros(n_stops, np.int32)
    last = np.full(n_stops, (np.int64(NEVER) << 32) | np.int64(NEVER), np.int64)

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
                    entry = last[stop]
                    if (entry >> 32) < time:
                        k = start[stop] + count[stop] - 1
                        while k >= start[stop] and (pool[k] >> 32) < time:
                            k -= 1
                        entry = pool[k] if k >= start[stop] else np.int64(NEVER)
                    best = min(best, np.int32(entry & _LOW_HALF))
                if best >= onboard[c]:
                    continue
                onboard[c] = best
                if not boardable[c]:
                    continue
                stop = departure_stop[c]
                top = board_ptr[stop] + board_count[stop] - 1
                if board_count[stop] > 0 and board_arrival[top] <= best:
                    continue
                improved = True
                if board_count[stop] == 0 or board_departure[top] != now:
                    top += 1
                    board_count[stop] += 1
                board_departure[top] = now
                board_arrival[top] = best
                for j in range(change_ptr[stop], change_ptr[stop + 1]):
                    a = change_from[j]
                    time = now - change_s[j]
                    entry = last[a]
                    if (entry >> 32) >= time and (entry & _LOW_HALF) <= best:
                        continue
                    low = start[a]
                    at = low + count[a]
                    while at > low and (pool[at - 1] >> 32) < time:
                        at -= 1
                    if at > low:
                        if (pool[at - 1] & _LOW_HALF) <= best:
                            continue
                        if (pool[at - 1] >> 32) == time:
                            at -= 1
                    # Entries from `at` on have an earlier time; those with no better an arrival give way.
                    top = low + count[a]
                    kept = at
                    while kept < top and (pool[kept] & _LOW_HALF) >= best:
                        kept += 1
                    if kept > at:
                        gone = kept - at - 1
                        if gone > 0:
                            for m in range(kept, top):
                                pool[m - gone] = pool[m]
                            count[a] -= gone
                    else:
                        if count[a] == capacity[a]:
                            from_end = top - at
                            pool, used = _make_room(pool, start, count, capacity, used, a, now + longest_hop)
                            low = start[a]
                            top = low + count[a]
                            at = top - from_end
                        for m in range(top, at, -1):
                            pool[m] = pool[m - 1]
                        count[a] += 1
                    pool[at] = (np.int64(time) << 32) | np.int64(best)
                    last[a] = pool[low + count[a] - 1]
            if not instant:
                break
        i = end
    return board_departure, board_arrival, board_count


@njit(cache=True, nogil=True)
def read_profiles(
    access_ptr,
    access_stop,
    access_s,
    direct_s,
    board_ptr,
    board_departure,
    board_arrival,
    board_count,
    boarding_s,
    first_departure,
    every,
    n_departures,
    out,
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
def scan_forward(  # noqa: C901 -- one loop, whose parts share its locals
    departure_stop,
    arrival_stop,
    departure,
    arrival,
    following,
    boardable,
    alightable,
    change_ptr,
    change_to,
    change_s,
    instant_changes,
    access_stop,
    access_s,
    boarding_s,
    near_ptr,
    near_site,
    near_s,
    leave,
    best,
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
def scan_window(
    departure_stop,
    arrival_stop,
    departure,
    arrival,
    following,
    boardable,
    alightable,
    change_ptr,
    change_to,
    change_s,
    instant_changes,
    access_stop,
    access_s,
    boarding_s,
    near_ptr,
    near_site,
    near_s,
    first_departure,
    every,
    n_departures,
    n_sites,
):
    """Earliest arrival of one resident at every site for every departure: int32 (sites, departures).

    Who leaves later arrives no earlier. So where two departures arrive alike everywhere, all between them do, and the
    window is halved only where they differ.
    """
    found = np.empty((n_departures, n_sites), np.int32)
    pending = np.zeros((n_departures + 2, 2), np.int64)
    for leave in (0, n_departures - 1):
        scan_forward(
            departure_stop,
            arrival_stop,
            departure,
            arrival,
            following,
            boardable,
            alightable,
            change_ptr,
            change_to,
            change_s,
            instant_changes,
            access_stop,
            access_s,
            boarding_s,
            near_ptr,
            near_site,
            near_s,
            first_departure + leave * every,
            found[leave],
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
            departure_stop,
            arrival_stop,
            departure,
            arrival,
            following,
            boardable,
            alightable,
            change_ptr,
            change_to,
            change_s,
            instant_changes,
            access_stop,
            access_s,
            boarding_s,
            near_ptr,
            near_site,
            near_s,
            first_departure + middle * every,
            found[middle],
        )
        pending[count] = low, middle
        pending[count + 1] = middle, high
        count += 2
    return found.T.copy()
