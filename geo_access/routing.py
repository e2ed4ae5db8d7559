"""The transit network as the search wants it: connections, latest first, and what a change between stops costs."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from geo_access.changes import list_changes
from geo_access.findings import Findings, warn_uncollected
from geo_access.lanes import LANES
from geo_access.scan import NEVER, read_starts, scan_lanes, scan_latest, scan_window
from geo_access.walking import Legs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from geo_access.links import Links, Starts
    from geo_access.timetable import Timetable
    from geo_access.walking import Places, Walker


@dataclass(frozen=True)
class TransitNetwork:
    """A day's connections and changes, for one walker and one boarding rule.

    Attributes
    ----------
    departure_stop, arrival_stop, departure, arrival, following, boardable, alightable
        int32 and bool arrays (connections,), in order of decreasing departure; see `scan.scan_lanes`.
    change_ptr, change_from, change_s
        Changes by boarding stop: int64 (stops + 1,), int32 and int32 (changes,). `change_s` counts from the arrival at
        the alighting stop to the earliest departure that may be boarded (seconds).
    boarding_s
        Seconds between arriving at a stop on foot and the earliest departure that may be boarded.
    """

    departure_stop: NDArray[np.int32]
    arrival_stop: NDArray[np.int32]
    departure: NDArray[np.int32]
    arrival: NDArray[np.int32]
    following: NDArray[np.int32]
    boardable: NDArray[np.bool_]
    alightable: NDArray[np.bool_]
    change_ptr: NDArray[np.int64]
    change_from: NDArray[np.int32]
    change_s: NDArray[np.int32]
    boarding_s: int

    @property
    def connections(self) -> tuple[NDArray[np.generic], ...]:
        """The arrays of the connections, in the order in which the kernels take them."""
        return (
            self.departure_stop,
            self.arrival_stop,
            self.departure,
            self.arrival,
            self.following,
            self.boardable,
            self.alightable,
        )

    @cached_property
    def instant_changes(self) -> bool:
        """Whether any change takes 0 s."""
        return bool((self.change_s == 0).any())

    @cached_property
    def boardings(self) -> NDArray[np.int64]:
        """int64 (stops,): how often each stop is served by a vehicle that may be boarded."""
        return np.bincount(self.departure_stop[self.boardable], minlength=self.n_stops)

    @property
    def n_stops(self) -> int:
        """How many stops there are."""
        return len(self.change_ptr) - 1

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return the arrays by name, for the cache."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name != "boarding_s"}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]], *, boarding_s: int) -> TransitNetwork:
        """Rebuild a network from `arrays`."""
        return cls(**arrays, boarding_s=boarding_s)  # type: ignore[arg-type]


def build_network(
    timetable: Timetable,
    walker: Walker,
    stops: Places,
    *,
    not_before: int,
    transfer_limit_s: int,
    boarding_slack_s: int,
    strict: bool = False,
    accessible: tuple[NDArray[np.bool_], NDArray[np.bool_]] | None = None,
    findings: Findings | None = None,
) -> TransitNetwork:
    """Prepare a timetable for the search.

    Parameters
    ----------
    timetable
        The day's connections and transfer rules.
    walker, stops
        Who walks between stops, and the timetable's stops as this walker placed them.
    not_before
        Connections that leave earlier (seconds) are of no use and left out.
    transfer_limit_s
        The longest walk between two rides (seconds).
    boarding_slack_s
        Seconds needed at every boarding.
    strict
        Board only strictly later than arrival + slack (the rule of R5), instead of at that second too.
    accessible
        Masks of the trips and of the stops that may be used; None is all of them.
    """
    collected = Findings() if findings is None else findings
    kept = np.flatnonzero(timetable.departure >= not_before)[::-1]
    place = np.full(len(timetable.departure) + 1, -1, np.int32)
    place[kept] = np.arange(len(kept), dtype=np.int32)
    boardable, alightable = timetable.boardable[kept], timetable.alightable[kept]
    departure_stop, arrival_stop = timetable.departure_stop[kept], timetable.arrival_stop[kept]
    if accessible is not None:
        trip_ok, stop_ok = accessible
        boardable = boardable & trip_ok[timetable.trip[kept]] & stop_ok[departure_stop]
        alightable = alightable & trip_ok[timetable.trip[kept]] & stop_ok[arrival_stop]
    n_stops = len(timetable.stops)
    boardings = np.bincount(departure_stop[boardable], minlength=n_stops)
    alightings = np.bincount(arrival_stop[alightable], minlength=n_stops)
    boarding_s = boarding_slack_s + int(strict)
    changes = list_changes(
        timetable, walker, stops, limit_s=transfer_limit_s, slack_s=boarding_slack_s, findings=collected
    )
    if findings is None:
        warn_uncollected(collected)
    changes = changes.take((boardings[changes.to] > 0) & (alightings[changes.origin] > 0)).by_boarding_stop()
    return TransitNetwork(
        departure_stop=np.ascontiguousarray(departure_stop, np.int32),
        arrival_stop=np.ascontiguousarray(arrival_stop, np.int32),
        departure=np.ascontiguousarray(timetable.departure[kept], np.int32),
        arrival=np.ascontiguousarray(timetable.arrival[kept], np.int32),
        following=place[timetable.following[kept]],
        boardable=np.ascontiguousarray(boardable),
        alightable=np.ascontiguousarray(alightable),
        change_ptr=_pointers(np.bincount(changes.to, minlength=n_stops)),
        change_from=changes.origin.astype(np.int32),
        change_s=(changes.seconds + int(strict)).astype(np.int32),
        boarding_s=boarding_s,
    )


def _pointers(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def travel_seconds(
    network: TransitNetwork, links: Links, starts: Starts, egress: Legs, direct_s: NDArray[np.int32]
) -> NDArray[np.int32]:
    """Travel times of every resident to some sites at every departure.

    Parameters
    ----------
    links, starts
        From `links.link_rides` and `links.link_starts`, for this network.
    egress
        Walks from the sites to the stops, as long as the way back; a search serves `lanes.LANES` sites at the price of
        one.
    direct_s
        int32 (residents, sites): seconds on foot all the way, `scan.NEVER` beyond the limit.

    Returns
    -------
    int32 (sites, residents, departures)
        Seconds, waiting included; `scan.NEVER` where the site is not reached. Arrivals later than the links' horizon
        are not to be relied on.
    """
    out = np.empty((egress.n_from, starts.residents, starts.departures), np.int32)
    for sites, egress_s in _take_lanes(network, egress):
        onboard = scan_lanes(
            *network.connections[1:],
            network.instant_changes,
            int(links.first[0]),
            links.alighting,
            links.time,
            links.later,
            links.ptr,
            links.target,
            egress_s,
        )
        read_starts(
            onboard,
            int(links.first[0]),
            starts.ptr,
            starts.target,
            np.ascontiguousarray(direct_s[:, sites.start : sites.stop]),
            starts.first_departure,
            starts.every_s,
            out[sites.start : sites.stop],
        )
    return out


def _take_lanes(network: TransitNetwork, egress: Legs) -> Iterator[tuple[range, NDArray[np.int32]]]:
    """Take sites a few at a time, with their walks as the kernels want them: int32 (stops, LANES)."""
    for low in range(0, egress.n_from, LANES):
        sites = range(low, min(low + LANES, egress.n_from))
        rows = slice(egress.indptr[sites.start], egress.indptr[sites.stop])
        lane = np.repeat(np.arange(len(sites)), np.diff(egress.indptr[sites.start : sites.stop + 1]))
        egress_s = np.full((network.n_stops, LANES), NEVER, np.int32)
        egress_s[egress.index[rows], lane] = egress.seconds[rows]
        yield sites, egress_s


def latest_departures(network: TransitNetwork, access: Legs, egress: Legs) -> NDArray[np.int64]:
    """Find the last second at which each resident can leave and still reach each site that day, however late.

    Returns
    -------
    int64 (sites, residents)
        Seconds; negative where a site is not reached by public transport.
    """
    found = np.full((egress.n_from, access.n_from), -1, np.int64)
    some = np.flatnonzero(np.diff(access.indptr))
    for sites, egress_s in _take_lanes(network, egress):
        last = scan_latest(
            *network.connections,
            network.change_ptr,
            network.change_from,
            network.change_s,
            network.instant_changes,
            egress_s,
        )
        for lane, site in enumerate(sites):
            at_stop = last[access.index, lane].astype(np.int64)
            leave = np.where(at_stop >= 0, at_stop - access.seconds - network.boarding_s, -1)
            if len(some):
                found[site, some] = np.maximum.reduceat(leave, access.indptr[some])
    return found


def arrivals_of_resident(
    network: TransitNetwork,
    onward: Legs,
    access: tuple[NDArray[np.int32], NDArray[np.int32]],
    near: Legs,
    *,
    first_departure: int,
    every_s: int,
    n_departures: int,
) -> NDArray[np.int32]:
    """Earliest arrivals of one resident at all sites by public transport, by searching forward.

    Parameters
    ----------
    onward
        The network's changes by alighting stop; see `list_onward`.
    access
        The stops within reach on foot, and the seconds.
    near
        Walks from stops to sites.

    Returns
    -------
    int32 (sites, departures)
        Arrival (seconds), `scan.NEVER` where the site is not reached.
    """
    arrivals: NDArray[np.int32] = scan_window(
        *network.connections,
        onward.indptr,
        onward.index,
        onward.seconds,
        network.instant_changes,
        *access,
        network.boarding_s,
        near.indptr,
        near.index,
        near.seconds,
        first_departure,
        every_s,
        n_departures,
        near.n_to,
    )
    return arrivals


def list_onward(network: TransitNetwork) -> Legs:
    """Return the network's changes by alighting stop; `seconds` lead to the earliest departure that may be boarded."""
    n = network.n_stops
    return Legs(network.change_ptr, network.change_from, network.change_s, n).transpose()
