"""A search made ready: plain arrays that say who leaves when, what runs, and where to; any process can carry it out."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from geo_access.links import Links, Starts, link_rides, link_starts
from geo_access.routing import arrivals_of_resident, list_onward, travel_seconds
from geo_access.scan import NEVER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo_access.routing import TransitNetwork
    from geo_access.walking import Legs

#: How long after the last departure the backward search goes on (seconds); later arrivals are searched for apart.
HORIZON_S = 2 * 3600
#: Up to so many residents still under way then are searched forward, one by one; more, backward over the whole day.
_MOST_FORWARD = 20
#: Share of a day's connections that must lie beyond the horizon for it to be worth a second look at who is late.
_WORTH_LEAVING = 0.1
#: Bytes of the arrivals that one scan keeps; residents are taken in blocks of that size.
_BLOCK_BYTES = 2**28
_BYTES_A_START = 32


@dataclass(frozen=True)
class Departures:
    """When residents leave: `count` departures, `every_s` seconds apart, from `first` on (seconds)."""

    first: int
    every_s: int
    count: int

    @property
    def last(self) -> int:
        """The last departure (seconds)."""
        return self.first + self.every_s * (self.count - 1)

    @property
    def seconds(self) -> NDArray[np.int64]:
        """int64 (departures,)."""
        return self.first + self.every_s * np.arange(self.count)


def link_day(network: TransitNetwork, departures: Departures) -> Links:
    """Link the rides of a day up to `HORIZON_S` after the last departure, or to its end where that is nearly all."""
    horizon = departures.last + HORIZON_S
    beyond = int(np.searchsorted(-network.departure, -horizon))
    return link_rides(network, not_after=horizon if beyond > _WORTH_LEAVING * len(network.departure) else None)


def link_residents(
    network: TransitNetwork, links: Links, access: Legs, departures: Departures
) -> tuple[tuple[int, Starts], ...]:
    """Link residents' departures to boardings, in blocks that fit the memory: (row of the first resident, links)."""
    size = max(_BLOCK_BYTES // (_BYTES_A_START * departures.count), 1)
    return tuple(
        (
            low,
            link_starts(
                network,
                links,
                access.pick(np.arange(low, min(low + size, access.n_from))),
                first_departure=departures.first,
                every_s=departures.every_s,
                n_departures=departures.count,
            ),
        )
        for low in range(0, max(access.n_from, 1), size)
    )


@dataclass(frozen=True)
class Search:
    """The times from every resident to every site at every departure, for the asking.

    Attributes
    ----------
    network
        What runs, and who may change where.
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
    """

    network: TransitNetwork
    links: Links
    starts: tuple[tuple[int, Starts], ...]
    access: Legs
    egress: Legs
    direct_s: NDArray[np.int32]
    departures: Departures
    _late: dict[int, NDArray[np.int32]] = field(default_factory=dict, repr=False, compare=False)
    _whole: list[tuple[Links, tuple[tuple[int, Starts], ...]]] = field(default_factory=list, repr=False, compare=False)

    def at(self, egress: Legs, direct_s: NDArray[np.int32]) -> Search:
        """Return the same search to other sites; what either prepares serves both."""
        return replace(self, egress=egress, direct_s=direct_s, _late={})

    def seconds(self, sites: Sequence[int], *, late: bool = True) -> NDArray[np.int32]:
        """Travel times to some sites, waiting included: int32 (sites, residents, departures).

        `scan.NEVER` where a site is not reached. Sites are best asked for `lanes.LANES` at a time. Without `late`,
        arrivals later than `HORIZON_S` after the last departure are not to be relied on.
        """
        egress, direct_s = self.egress.pick(np.asarray(sites)), self.direct_s[:, list(sites)]
        seconds = self._scan(self.links, self.starts, egress, direct_s)
        if not late or not self.links.first[0]:
            return seconds
        horizon = self.departures.last + HORIZON_S
        # What arrives after the horizon, or never, may still arrive by a connection that was left out.
        latest = (horizon - self.departures.seconds).astype(np.int32)
        open_ended = (seconds > latest).any(axis=(0, 2)) & (np.diff(self.access.indptr) > 0)
        rows = np.flatnonzero(open_ended)
        if len(rows) > _MOST_FORWARD:
            with _preparing:
                links, starts = self._day
            return self._scan(links, starts, egress, direct_s)
        for resident in rows:
            arrivals = self._search_forward(int(resident))[list(sites)]
            rides = np.where(arrivals < NEVER, arrivals - self.departures.seconds, NEVER)
            seconds[:, resident] = np.minimum(rides, direct_s[resident][:, None])
        return seconds

    def _scan(
        self, links: Links, starts: tuple[tuple[int, Starts], ...], egress: Legs, direct_s: NDArray[np.int32]
    ) -> NDArray[np.int32]:
        found = [
            travel_seconds(self.network, links, some, egress, direct_s[low : low + some.residents])
            for low, some in starts
        ]
        return found[0] if len(found) == 1 else np.concatenate(found, axis=1)

    def _search_forward(self, resident: int) -> NDArray[np.int32]:
        """Arrivals of one resident at every site; reckoned once, whichever site asks first."""
        if resident not in self._late:
            with _preparing:
                onward, near = self._onward, self._near
            row = slice(self.access.indptr[resident], self.access.indptr[resident + 1])
            self._late[resident] = arrivals_of_resident(
                self.network,
                onward,
                (self.access.index[row], self.access.seconds[row]),
                near,
                first_departure=self.departures.first,
                every_s=self.departures.every_s,
                n_departures=self.departures.count,
            )
        return self._late[resident]

    @property
    def _day(self) -> tuple[Links, tuple[tuple[int, Starts], ...]]:
        if not self._whole:
            links = link_rides(self.network)
            self._whole.append((links, link_residents(self.network, links, self.access, self.departures)))
        return self._whole[0]

    @cached_property
    def _onward(self) -> Legs:
        return list_onward(self.network)

    @cached_property
    def _near(self) -> Legs:
        return self.egress.transpose()


#: What several threads need is prepared by the first of them.
_preparing = threading.Lock()
