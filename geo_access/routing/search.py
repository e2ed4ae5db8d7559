"""A search made ready: plain arrays that say who leaves when, what runs, and where to; any process can carry it out."""

from __future__ import annotations

import threading
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from geo_access.routing.arrays import LegArrays
from geo_access.routing.links import Links, Starts, link_rides, link_starts
from geo_access.routing.network import TransitNetwork, list_onward
from geo_access.routing.scan import NEVER, read_starts, scan_batch, scan_latest, scan_window
from geo_access.routing.simd import BATCH
from geo_access.streets.walker import Legs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from geo_access.routing.network import TransitNetwork
    from geo_access.streets.walker import Legs
    from geo_access.study.departures import Departures

#: How long after the last departure the backward search goes on (seconds): first, then where more than a few residents
#: may arrive later, then to the end of the day.
HORIZON_S = 2 * 3600
_HORIZONS_S: tuple[int | None, ...] = (HORIZON_S, 3 * HORIZON_S, None)
#: Up to so many residents who may arrive later than a horizon are searched forward, one by one.
_MOST_FORWARD = 20
#: Residents times departures are numbered in 32 bits.
_MOST_STARTS = 2**31 - 1
#: Share of a day's connections that must lie beyond a horizon for it to be worth a second look at who is late.
_WORTH_LEAVING = 0.1


def link_day(network: TransitNetwork, departures: Departures, *, stage: int = 0) -> Links:
    """Link the rides of a day up to a horizon after the last departure, or to its end where that is nearly all.

    Parameters
    ----------
    stage
        Which of the horizons: 0 is `HORIZON_S`, the last is the end of the day.
    """
    horizon_s = _HORIZONS_S[stage]
    if horizon_s is None:
        return link_rides(network)
    horizon = departures.last + horizon_s
    beyond = int(np.searchsorted(-network.departure, -horizon))
    return link_rides(network, not_after=horizon if beyond > _WORTH_LEAVING * len(network.departure) else None)


def link_residents(
    network: TransitNetwork, links: Links, access: Legs, departures: Departures
) -> tuple[tuple[int, Starts], ...]:
    """Link residents' departures to boardings, in blocks whose numbers fit 32 bits: (first resident, links)."""
    size = max(_MOST_STARTS // departures.count, 1)
    return tuple(
        (
            low,
            link_starts(
                network,
                links,
                access.pick(np.arange(low, min(low + size, access.n_from))) if size < access.n_from else access,
                first_departure=departures.first,
                every_s=departures.every_s,
                n_departures=departures.count,
            ),
        )
        for low in range(0, max(access.n_from, 1), size)
    )


class Horizons:
    """The links up to each horizon after the last departure; what a later one needs is prepared when first needed.

    Parameters
    ----------
    network, access, departures
        As for `Search`.
    links, starts
        The links up to the first horizon.

    Attributes
    ----------
    first
        The horizon to begin with: where one batch of sites is far, the next will be.
    """

    def __init__(
        self,
        network: TransitNetwork,
        access: Legs,
        departures: Departures,
        links: Links,
        starts: tuple[tuple[int, Starts], ...],
    ) -> None:
        self._network, self._access, self._departures = network, access, departures
        self._linked = {0: (links, starts)}
        self.first = 0

    def link(self, stage: int) -> tuple[Links, tuple[tuple[int, Starts], ...]]:
        """Return the links up to one of the horizons."""
        if stage == 0:
            return self._linked[0]
        with _preparing:
            if stage not in self._linked:
                links = link_day(self._network, self._departures, stage=stage)
                starts = link_residents(self._network, links, self._access, self._departures)
                self._linked[stage] = (links, starts)
            return self._linked[stage]


class Search:
    """The times from every resident to every site at every departure, for the asking.

    Parameters
    ----------
    network
        What runs, and who may transfer where.
    links
        The network's links; see `link_day`.
    starts
        The residents' links, by blocks; see `link_residents`.
    access
        Walks from the residents to the stops.
    egress
        Walks from the sites to the stops, as long as the way back.
    direct_s
        int32 (residents, sites): seconds on foot all the way, `scan.NEVER` beyond the limit.
    departures
        When residents leave.
    horizons
        What a search of the same residents has linked already.
    """

    def __init__(
        self,
        network: TransitNetwork,
        links: Links,
        starts: tuple[tuple[int, Starts], ...],
        access: Legs,
        egress: Legs,
        direct_s: NDArray[np.int32],
        departures: Departures,
        *,
        horizons: Horizons | None = None,
    ) -> None:
        self.network, self.links, self.starts = network, links, starts
        self.access, self.egress, self.direct_s, self.departures = access, egress, direct_s, departures
        self._horizons = horizons or Horizons(network, access, departures, links, starts)
        self._late: dict[int, NDArray[np.int32]] = {}

    def at(self, egress: Legs, direct_s: NDArray[np.int32]) -> Search:
        """Return the same search to other sites; what either links serves both."""
        return Search(
            self.network,
            self.links,
            self.starts,
            self.access,
            egress,
            direct_s,
            self.departures,
            horizons=self._horizons,
        )

    def seconds(self, sites: Sequence[int], *, late: bool = True) -> NDArray[np.int32]:
        """Travel times to some sites, waiting included: int32 (sites, residents, departures).

        `scan.NEVER` where a site is not reached. Sites are best asked for `simd.BATCH` at a time. Without `late`,
        arrivals later than `HORIZON_S` after the last departure are not to be relied on.
        """
        egress, direct_s = self.egress.pick(np.asarray(sites)), self.direct_s[:, list(sites)]
        if not late:
            return self._scan(self.links, self.starts, egress, direct_s)
        latest_leave: NDArray[np.int64] | None = None
        for stage in range(self._horizons.first, len(_HORIZONS_S)):
            links, starts = self._horizons.link(stage)
            seconds = self._scan(links, starts, egress, direct_s)
            if not links.first:
                break
            # What arrives after the horizon, or never, may still arrive by a connection that was left out, as long as
            # one can walk to a stop from which vehicles lead there at all.
            horizon = self.departures.last + (_HORIZONS_S[stage] or 0)
            unsure = seconds > (horizon - self.departures.seconds).astype(np.int32)
            unsure[:, np.diff(self.access.indptr) == 0] = False
            rows = np.flatnonzero(unsure.any(axis=(0, 2)))
            if len(rows) > _MOST_FORWARD:
                if latest_leave is None:
                    latest_leave = latest_departures(self.network, self.access, egress)
                unsure &= self.departures.seconds <= latest_leave[:, :, None]
                rows = np.flatnonzero(unsure.any(axis=(0, 2)))
            if len(rows) <= _MOST_FORWARD:
                for resident in rows:
                    self._search_forward(int(resident), sites, unsure[:, resident], seconds[:, resident])
                break
            self._horizons.first = stage + 1
        return seconds

    def _scan(
        self, links: Links, starts: tuple[tuple[int, Starts], ...], egress: Legs, direct_s: NDArray[np.int32]
    ) -> NDArray[np.int32]:
        found = [
            travel_seconds(self.network, links, some, egress, direct_s[low : low + some.residents])
            for low, some in starts
        ]
        return found[0] if len(found) == 1 else np.concatenate(found, axis=1)

    def _search_forward(
        self, resident: int, sites: Sequence[int], unsure: NDArray[np.bool_], seconds: NDArray[np.int32]
    ) -> None:
        """Put the times of one resident right where they are not sure: (sites, departures)."""
        rows = np.flatnonzero(unsure.any(axis=1))
        if unsure.all():
            # Who is late for a whole batch of sites, mostly for want of a vehicle, is late for the other batches too:
            # all are searched for at once. What the first and the last departure agree on holds for all between.
            ends = self._ends(resident)[np.asarray(sites)]
            settled = ends[:, 0] == ends[:, -1]
            self._correct(resident, sites, np.flatnonzero(settled), slice(None), ends[settled, :1], unsure, seconds)
            rows = np.flatnonzero(~settled)
        if len(rows):
            # Mostly one or two sites are too late for, from the last vehicle but one on.
            late = np.flatnonzero(unsure[rows].any(axis=0))
            window = slice(int(late[0]), int(late[-1]) + 1)
            near = self.egress.pick(np.asarray(sites)[rows]).transpose()
            arrival = self._arrivals(resident, near, window.start, window.stop - window.start)
            self._correct(resident, sites, rows, window, arrival, unsure, seconds)

    def _correct(
        self,
        resident: int,
        sites: Sequence[int],
        rows: NDArray[np.int64],
        window: slice,
        arrival: NDArray[np.int32],
        unsure: NDArray[np.bool_],
        seconds: NDArray[np.int32],
    ) -> None:
        """Put arrivals of one resident where times are not sure: at some sites, within a window of departures."""
        leave, direct_s = self.departures.seconds[window], self.direct_s[resident, np.asarray(sites)[rows], None]
        rides = np.where(arrival < NEVER, arrival - leave, NEVER)
        # Plain slices, so that the caller's table is written to.
        for row, found in zip(rows, np.minimum(rides, direct_s), strict=True):
            np.copyto(seconds[row, window], found, where=unsure[row, window], casting="same_kind")

    def _ends(self, resident: int) -> NDArray[np.int32]:
        """Arrivals of one resident at every site, at the first and the last departure; reckoned once."""
        if resident not in self._late:
            with _preparing:
                near = self._near
            count = self.departures.count
            self._late[resident] = self._arrivals(resident, near, 0, min(count, 2), max(count - 1, 1))
        return self._late[resident]

    def _arrivals(self, resident: int, near: Legs, first: int, count: int, step: int = 1) -> NDArray[np.int32]:
        """Arrivals of one resident at some sites, at `count` departures from the one numbered `first` on."""
        with _preparing:
            onward = self._onward
        row = slice(self.access.indptr[resident], self.access.indptr[resident + 1])
        asked = self.departures
        return arrivals_of_resident(
            self.network,
            onward,
            (self.access.index[row], self.access.seconds[row]),
            near,
            first_departure=asked.first + first * asked.every_s,
            every_s=asked.every_s * step,
            n_departures=count,
        )

    @cached_property
    def _onward(self) -> Legs:
        return list_onward(self.network)

    @cached_property
    def _near(self) -> Legs:
        return self.egress.transpose()


#: What several threads need is prepared by the first of them.
_preparing = threading.Lock()


def travel_seconds(
    network: TransitNetwork, links: Links, starts: Starts, egress: Legs, direct_s: NDArray[np.int32]
) -> NDArray[np.int32]:
    """Travel times of every resident to some sites at every departure.

    Parameters
    ----------
    links, starts
        From `links.link_rides` and `links.link_starts`, for this network.
    egress
        Walks from the sites to the stops, as long as the way back; a search serves `simd.BATCH` sites at the price of
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
    for sites, egress_s in _take_batches(network, egress):
        onboard = scan_batch(network.connections, network.instant_transfers, links, egress_s)
        walks = np.ascontiguousarray(direct_s[:, sites.start : sites.stop])
        read_starts(onboard, links.first, starts, walks, out[sites.start : sites.stop])
    return out


def _take_batches(network: TransitNetwork, egress: Legs) -> Iterator[tuple[range, NDArray[np.int32]]]:
    """Take sites a few at a time, with their walks as the kernels want them: int32 (stops, BATCH)."""
    for low in range(0, egress.n_from, BATCH):
        sites = range(low, min(low + BATCH, egress.n_from))
        rows = slice(egress.indptr[sites.start], egress.indptr[sites.stop])
        column = np.repeat(np.arange(len(sites)), np.diff(egress.indptr[sites.start : sites.stop + 1]))
        egress_s = np.full((network.n_stops, BATCH), NEVER, np.int32)
        egress_s[egress.index[rows], column] = egress.seconds[rows]
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
    for sites, egress_s in _take_batches(network, egress):
        last = scan_latest(network.connections, network.transfers, network.instant_transfers, egress_s)
        for column, site in enumerate(sites):
            at_stop = last[access.index, column].astype(np.int64)
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
        The network's transfers by alighting stop; see `list_onward`.
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
        network.connections,
        LegArrays.of(onward),
        network.instant_transfers,
        *access,
        network.boarding_s,
        LegArrays.of(near),
        first_departure,
        every_s,
        n_departures,
        near.n_to,
    )
    return arrivals
