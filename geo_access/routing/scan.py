"""The search: one backward scan of the connections for eight sites at a time, and the reading of it by residents.

Connection scan, profile variant (Dibbelt, Pajor, Strasser, Wagner: Connection Scan Algorithm, arXiv 1703.05997), turned
to the question of this package: residents are many and sites are few, so the scan starts at the sites and goes backward
in time once; it leaves, for every resident and every departure, the earliest arrival at each of the sites.

The profiles of that algorithm, lists of (time, arrival) at every stop, would have to be searched, and kept in order, at
each step. Here every time that matters is known beforehand (`geo_access.routing.links`): a profile is one row of
arrivals for each alighting, and the boarding of a vehicle lowers the rows that it is linked to. Rows are numbered by
time, so the rows of the ten or twenty minutes around the scan lie together and stay in the processor's cache, and a row
holds eight sites (`geo_access.routing.simd`). What a boarding lowers is passed on to earlier alightings at the same
stop when their turn comes: whoever is there earlier can wait. Residents then read the vehicles that each of their
departures can catch.

Kernels work on plain arrays, some of them gathered in named tuples, and know no tables. Times are int32 seconds;
`NEVER` stands for "does not arrive" in here only, and becomes a missing value at the border
(`geo_access.routing.travel_times`).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from geo_access.routing.simd import BATCH, lower_row

#: Later than any arrival, with room to add a walk without overflow.
NEVER = np.int32(2**30)


@njit(cache=True, nogil=True)
def scan_batch(connections, instant_transfers, links, egress_s):
    """Scan the connections backward from a batch of up to `BATCH` sites.

    Parameters
    ----------
    connections
        See `network.Connections`.
    instant_transfers
        Whether any transfer takes 0 s, so that connections of one second can feed each other.
    links
        The links between rides; see `links.Links`.
    egress_s
        int32 (stops, BATCH): seconds on foot to each site, or `NEVER`.

    Returns
    -------
    int32 (connections - links.first, BATCH)
        For each connection from `links.first` on, the earliest arrival at each site on board of it, or `NEVER`.
    """
    _, arrival_stop, departure, arrival, following, boardable, alightable = connections
    first, alighting, alighting_time, later, link_ptr, link_target, _ = links
    onboard = np.full((len(departure) - first, BATCH), NEVER, np.int32)
    alighted = np.full((len(alighting_time), BATCH), NEVER, np.int32)
    settled = 0
    i = first
    while i < len(departure):
        now = departure[i]
        # No boarding from here on can be linked to an alighting later than this second.
        while settled < len(alighting_time) and alighting_time[settled] >= now:
            if later[settled] >= 0:
                lower_row(alighted, settled, alighted, later[settled], 0)
            settled += 1
        # Connections of one second form a group; only hops of zero seconds with transfers of zero seconds can make
        # a connection depend on another of its own group, and then the group is repeated until nothing improves.
        end = i + 1
        instant = False
        if instant_transfers:
            instant = arrival[i] == now
            while end < len(departure) and departure[end] == now:
                instant = instant or arrival[end] == now
                end += 1
        improved = True
        while improved:
            improved = False
            for c in range(i, end):
                better = False
                if following[c] >= first:
                    better = lower_row(onboard, c - first, onboard, following[c] - first, 0)
                if alightable[c]:
                    better |= lower_row(onboard, c - first, egress_s, arrival_stop[c], arrival[c])
                    better |= lower_row(onboard, c - first, alighted, alighting[c], 0)
                if not better:
                    continue
                improved = True
                if boardable[c]:
                    for j in range(link_ptr[c], link_ptr[c + 1]):
                        lower_row(alighted, link_target[j], onboard, c - first, 0)
            if not instant:
                break
        i = end
    return onboard


@njit(cache=True, nogil=True)
def scan_latest(connections, transfers, instant_transfers, egress_s):  # noqa: C901 -- one loop, shared locals
    """Find the latest departures from which sites are reached at all, however late one arrives.

    Parameters
    ----------
    connections, instant_transfers, egress_s
        As for `scan_batch`.
    transfers
        By boarding stop; see `network.TransitNetwork.transfers`.

    Returns
    -------
    int32 (stops, BATCH)
        The last departure from each stop that leads to each site, -1 where none does.
    """
    departure_stop, arrival_stop, departure, arrival, following, boardable, alightable = connections
    n_stops = len(egress_s)
    # Sites of the batch as bits: those that a connection leads to, those near a stop, those that a stop is ready for
    # at some time.
    leads = np.zeros(len(departure), np.uint8)
    near = np.zeros(n_stops, np.uint8)
    known = np.zeros(n_stops, np.uint8)
    for stop in range(n_stops):
        for site in range(BATCH):
            if egress_s[stop, site] < NEVER:
                near[stop] |= 1 << site
    # By stop: the latest moment of alighting from which the site is reached by another vehicle; the last departure.
    ready = np.full((n_stops, BATCH), -1, np.int32)
    last = np.full((n_stops, BATCH), -1, np.int32)
    i = 0
    while i < len(departure):
        now = departure[i]
        # As in `scan_batch`: only hops of zero seconds with transfers of zero seconds need a second look.
        end = i + 1
        instant = False
        if instant_transfers:
            instant = arrival[i] == now
            while end < len(departure) and departure[end] == now:
                instant = instant or arrival[end] == now
                end += 1
        improved = True
        while improved:
            improved = False
            for c in range(i, end):
                stop = arrival_stop[c]
                mask = np.int64(leads[c])
                if following[c] >= 0:
                    mask |= np.int64(leads[following[c]])
                if alightable[c]:
                    mask |= np.int64(near[stop])
                    if np.int64(known[stop]) & ~mask:
                        for site in range(BATCH):
                            if ready[stop, site] >= arrival[c]:
                                mask |= 1 << site
                leads[c] = mask
                if not mask or not boardable[c]:
                    continue
                start = departure_stop[c]
                for site in range(BATCH):
                    if not (mask >> site) & 1 or last[start, site] >= 0:
                        continue
                    last[start, site] = now
                    improved = True
                    for j in range(transfers.ptr[start], transfers.ptr[start + 1]):
                        origin = transfers.other[j]
                        ready[origin, site] = max(ready[origin, site], now - transfers.seconds[j])
                        known[origin] |= 1 << site
            if not instant:
                break
        i = end
    return last


@njit(cache=True, nogil=True)
def read_starts(onboard, first, starts, direct_s, out):
    """Read the travel times of residents off what a scan found on board of the connections.

    Parameters
    ----------
    onboard
        As `scan_batch` returns it.
    first
        The first connection that it knows; see `links.Links`.
    starts
        The boardings that each start is linked to, and the departures; see `links.Starts`.
    direct_s
        int32 (residents, sites): seconds on foot all the way, or `NEVER`.
    out
        int32 (sites, residents, departures), filled with seconds or `NEVER`.
    """
    n_sites, n_residents, n_departures = out.shape
    start_ptr, start_target = starts.ptr, starts.target
    best = np.empty((1, BATCH), np.int32)
    for r in range(n_residents):
        best[:] = NEVER
        for d in range(n_departures - 1, -1, -1):
            # Whoever sets out earlier can do all that the later can, so the best is carried on.
            start = r * n_departures + d
            leave = starts.first_departure + d * starts.every_s
            for j in range(start_ptr[start], start_ptr[start + 1]):
                lower_row(best, 0, onboard, start_target[j] - first, 0)
            for site in range(n_sites):
                rides = NEVER if best[0, site] == NEVER else best[0, site] - leave
                out[site, r, d] = min(rides, direct_s[r, site])


@njit(cache=True, nogil=True)
def scan_forward(  # noqa: C901 -- one loop, whose parts share its locals
    connections, onward, instant_transfers, access_stop, access_s, boarding_s, near, leave, best
):
    """Scan the connections forward from one resident at one second, to all sites at once.

    The counterpart of `scan_batch`, for the few residents whose journeys outlast its horizon.

    Parameters
    ----------
    connections, instant_transfers
        As for `scan_batch`.
    onward
        Transfers by alighting stop: the stops one may board at, and the seconds from arrival to the earliest departure
        there; see `network.list_onward`.
    access_stop, access_s
        The stops within reach on foot, and the seconds.
    near
        By stop: the sites within reach on foot, and the seconds.
    leave
        When the resident leaves (seconds).
    best
        int32 (sites,): filled with the earliest arrival at each site by public transport, or `NEVER`.
    """
    departure_stop, arrival_stop, departure, arrival, following, boardable, alightable = connections
    n_stops = len(onward.ptr) - 1
    n_connections = len(departure)
    ready = np.full(n_stops, NEVER, np.int32)
    alighted = np.full(n_stops, NEVER, np.int32)
    seated = np.zeros(n_connections, np.bool_)
    best[:] = NEVER
    latest = NEVER
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
        if now >= latest:
            break  # whatever leaves from here on arrives no earlier than what every site already has
        end = i - 1
        if instant_transfers:
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
                for j in range(near.ptr[stop], near.ptr[stop + 1]):
                    if time + near.seconds[j] < best[near.other[j]]:
                        best[near.other[j]] = time + near.seconds[j]
                        latest = best.max()
                for j in range(onward.ptr[stop], onward.ptr[stop + 1]):
                    ready[onward.other[j]] = min(ready[onward.other[j]], time + onward.seconds[j])
            if not instant_transfers:
                break
        i = end


@njit(cache=True, nogil=True)
def scan_window(
    connections,
    onward,
    instant_transfers,
    access_stop,
    access_s,
    boarding_s,
    near,
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
            connections,
            onward,
            instant_transfers,
            access_stop,
            access_s,
            boarding_s,
            near,
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
            connections,
            onward,
            instant_transfers,
            access_stop,
            access_s,
            boarding_s,
            near,
            first_departure + middle * every,
            found[middle],
        )
        pending[count] = low, middle
        pending[count + 1] = middle, high
        count += 2
    return found.T.copy()
