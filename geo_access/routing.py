"""The transit network as the search wants it: connections, latest first, and what a change between stops costs."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from geo_access.changes import list_changes, mark_needed
from geo_access.findings import Findings, warn_uncollected
from geo_access.scan import NEVER, read_profiles, scan_profiles, scan_window
from geo_access.walking import Legs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from geo_access.timetable import Timetable
    from geo_access.walking import Places, Walker


@dataclass(frozen=True)
class TransitNetwork:
    """A day's connections and changes, for one walker and one boarding rule.

    Attributes
    ----------
    departure_stop, arrival_stop, departure, arrival, following, boardable, alightable
        int32 and bool arrays (connections,), in order of decreasing departure; see `scan.scan_profiles`.
    change_ptr, change_from, change_s
        Changes by boarding stop: int64 (stops + 1,), int32 and int32 (changes,). `change_s` counts from the arrival at
        the alighting stop to the earliest departure that may be boarded (seconds).
    board_ptr
        int64 (stops + 1,): room for the boarding profile of each stop.
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
    board_ptr: NDArray[np.int64]
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
    def longest_hop(self) -> int:
        """The largest arrival - departure of a connection (seconds)."""
        return int((self.arrival - self.departure).max(initial=0))

    @property
    def n_stops(self) -> int:
        """How many stops there are."""
        return len(self.board_ptr) - 1

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
    departure = np.ascontiguousarray(timetable.departure[kept], np.int32)
    following = place[timetable.following[kept]]
    needed = mark_needed(
        np.ascontiguousarray(departure_stop),
        departure,
        following,
        np.ascontiguousarray(boardable),
        _pointers(np.bincount(changes.to, minlength=n_stops)),
        changes.origin,
        changes.seconds,
    )
    changes = changes.take(needed)
    return TransitNetwork(
        departure_stop=np.ascontiguousarray(departure_stop, np.int32),
        arrival_stop=np.ascontiguousarray(arrival_stop, np.int32),
        departure=departure,
        arrival=np.ascontiguousarray(timetable.arrival[kept], np.int32),
        following=following,
        boardable=np.ascontiguousarray(boardable),
        alightable=np.ascontiguousarray(alightable),
        change_ptr=_pointers(np.bincount(changes.to, minlength=n_stops)),
        change_from=changes.origin.astype(np.int32),
        change_s=(changes.seconds + int(strict)).astype(np.int32),
        board_ptr=_pointers(boardings),
        boarding_s=boarding_s,
    )


def _pointers(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def scan_site(
    network: TransitNetwork, egress_s: NDArray[np.int32], *, not_after: int | None = None
) -> tuple[NDArray[np.int32], ...]:
    """Scan the day backward from one site; see `scan.scan_profiles`.

    Parameters
    ----------
    egress_s
        int32 (stops,): seconds on foot from each stop to the site, `scan.NEVER` beyond the limit.
    not_after
        Leave out connections that leave later (seconds). What then arrives no later than that is exact all the same: a
        journey with a connection left out arrives later.

    Returns
    -------
    board_departure, board_arrival, board_count
        The boarding profile of every stop, laid out by `network.board_ptr`.
    """
    if not (egress_s < NEVER).any():
        return np.empty(0, np.int32), np.empty(0, np.int32), np.zeros(network.n_stops, np.int32)
    first = 0 if not_after is None else int(np.searchsorted(-network.departure, -not_after))
    profiles: tuple[NDArray[np.int32], ...] = scan_profiles(
        *network.connections,
        network.change_ptr,
        network.change_from,
        network.change_s,
        network.instant_changes,
        egress_s,
        network.board_ptr,
        first,
        network.longest_hop,
    )
    return profiles


def travel_seconds(
    network: TransitNetwork,
    access: Legs,
    egress_s: NDArray[np.int32],
    direct_s: NDArray[np.int32],
    *,
    first_departure: int,
    every_s: int,
    n_departures: int,
    not_after: int | None = None,
) -> NDArray[np.int32]:
    """Travel times of every resident to one site at every departure.

    Parameters
    ----------
    access
        Walks from residents to stops.
    egress_s
        int32 (stops,): seconds on foot to the site, `scan.NEVER` beyond the limit.
    direct_s
        int32 (residents,): seconds on foot all the way, `scan.NEVER` beyond the limit.
    first_departure, every_s, n_departures
        The departures (seconds).
    not_after
        As for `scan_site`: what arrives later is not to be relied on.

    Returns
    -------
    int32 (residents, departures)
        Seconds, waiting included; `scan.NEVER` where the site is not reached.
    """
    out = np.empty((len(direct_s), n_departures), np.int32)
    read_profiles(
        access.indptr,
        access.index,
        access.seconds,
        direct_s,
        network.board_ptr,
        *scan_site(network, egress_s, not_after=not_after),
        network.boarding_s,
        first_departure,
        every_s,
        n_departures,
        out,
    )
    return out


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
