"""Travel times between any points, destination after destination, by the engine that judges a study."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from geo_access.core.cache import make_key
from geo_access.core.display import describe
from geo_access.core.errors import ArgumentError, InputError
from geo_access.routing.arrays import hash_array, tabulate_legs
from geo_access.routing.remote import NetworkHandle, SearchTask, list_payload, pack, search_groups
from geo_access.routing.scan import NEVER
from geo_access.routing.search import HORIZON_S, Search, link_day, link_residents
from geo_access.routing.simd import BATCH
from geo_access.streets.walker import Legs
from geo_access.study.departures import Departures
from geo_access.study.settings import read_clock

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Executor

    from numpy.typing import NDArray

    from geo_access.routing.links import Links
    from geo_access.routing.points import Points
    from geo_access.routing.travel_times import TravelTimes
    from geo_access.streets.walker import Places


def read_departures(times: TravelTimes, asked: Departures | str | None) -> Departures:
    """Return the departures that somebody asks for; see `travel_matrix`."""
    if asked is None:
        return times.settings.departures.listed
    if isinstance(asked, Departures):
        pass
    elif not isinstance(asked, str):
        raise ArgumentError("queries.departures_wanted", said=describe(asked))
    else:
        try:
            return Departures(int(read_clock(asked)), 1, 1)  # type: ignore[call-overload]  # a number, or it raises
        except ValueError:
            raise InputError("queries.wrong_clock", said=asked) from None
    if asked.count < 1 or asked.every_s < 1:
        raise InputError("queries.wrong_departures", first=asked.first, last=asked.last, every=asked.every_s)
    return asked


def list_seconds(
    times: TravelTimes,
    origins: Points,
    destinations: Points,
    departures: Departures,
    *,
    mode: str = "transit",
    within_s: int | None = None,
    access: Legs | None = None,
    executor: Executor | None = None,
) -> Iterator[tuple[int, NDArray[np.int32]]]:
    """Travel times to each destination in turn.

    Parameters
    ----------
    mode, executor
        As for `travel_matrix`.
    within_s
        Longer times matter to nobody, and are only known to be longer (seconds).
    access
        Walks from the origins to the stops, where they are supposed to be other than the study's walker makes them.

    Yields
    ------
    destination, seconds
        Its position, and int32 (origins, departures): waiting included, `scan.NEVER` where it is not reached.
    """
    walker = times.walker()
    start, end = walker.place(origins.xy), walker.place(destinations.xy)
    limits = times.settings.walking.limits_min
    direct_s = tabulate_legs(walker.legs(start, end, limit_s=limits.seconds("direct")))
    if mode == "walk" or not times.settings.transit.gtfs:
        for at in range(len(destinations)):
            yield at, np.repeat(direct_s[:, [at]], departures.count, axis=1)
        return
    times = times.with_first_departure(departures.first)
    if access is None:
        access = walker.legs(start, times.stops, limit_s=limits.seconds("access"))
    yield from _list_rides(times, access, end, direct_s, departures, within_s, executor)


def list_seconds_from_stops(
    times: TravelTimes,
    destinations: Points,
    departures: Departures,
    *,
    within_s: int | None = None,
    executor: Executor | None = None,
) -> Iterator[tuple[int, NDArray[np.int32]]]:
    """Travel times by public transport from the stops themselves: whoever is there already, on foot.

    Parameters
    ----------
    within_s, executor
        As for `list_seconds`.

    Yields
    ------
    destination, seconds
        Its position, and int32 (stops, departures); `scan.NEVER` where it is not reached.
    """
    times = times.with_first_departure(departures.first)
    n = len(times.stops)
    there = Legs(np.arange(n + 1), np.arange(n, dtype=np.int32), np.zeros(n, np.int32), n)
    nobody = np.full((n, len(destinations)), NEVER, np.int32)
    end = times.walker().place(destinations.xy)
    yield from _list_rides(times, there, end, nobody, departures, within_s, executor)


def _list_rides(
    times: TravelTimes,
    access: Legs,
    end: Places,
    direct_s: NDArray[np.int32],
    departures: Departures,
    within_s: int | None,
    executor: Executor | None,
) -> Iterator[tuple[int, NDArray[np.int32]]]:
    """Search from whoever walks to the stops by `access`; `times` know what leaves from the first departure on."""
    # The study's links reach as far after its own last departure as a search relies on: not after a later one.
    within = times.departures[0] <= departures.first and departures.last <= times.departures[-1]
    links = times.links if within else link_day(times.network, departures)
    limit_s = times.settings.walking.limits_min.seconds("egress")
    egress = times.walker().legs(times.stops, end, limit_s=limit_s).transpose()
    late = within_s is None or within_s > HORIZON_S
    asked = _Errand(times, links, within, access, egress, direct_s, departures, late)
    yield from chain.from_iterable(
        search_groups(
            [range(low, min(low + BATCH, len(end))) for low in range(0, len(end), BATCH)],
            prepare=lambda: asked.search,
            search=lambda group: asked.search.seconds(group, late=late),
            task=asked.task,
            payload=asked.pack_network,
            then=lambda group, seconds: list(zip(group, seconds, strict=True)),
            executor=executor,
            item_bytes=BATCH * access.n_from * departures.count * 4,
        )
    )


@dataclass(frozen=True)
class _Errand:
    """A search from whoever walks to the stops by `access`.

    `own`: whether the links are the study's; `late`: see `Search.seconds`.
    """

    times: TravelTimes
    links: Links
    own: bool
    access: Legs
    egress: Legs
    direct_s: NDArray[np.int32]
    departures: Departures
    late: bool

    @cached_property
    def search(self) -> Search:
        """The search of this process."""
        network, links, asked = self.times.network, self.links, self.departures
        starts = link_residents(network, links, self.access, asked)
        return Search(network, links, starts, self.access, self.egress, self.direct_s, asked)

    @cached_property
    def handle(self) -> NetworkHandle:
        """What a worker elsewhere knows it by."""
        named, asked, access = self.times.name_network(), self.departures, self.access
        window = (asked.first, asked.every_s, asked.count)
        links = named.links if self.own else make_key("links", network=named.network, departures=window)
        legs = [hash_array(part) for part in (access.indptr, access.index, access.seconds)]
        return replace(named, links=links, access=make_key("access", legs=legs), departures=asked)

    def task(self, group: Sequence[int]) -> SearchTask:
        """Return what a worker elsewhere is asked."""
        egress, direct_s = self.egress.pick(np.asarray(group)), self.direct_s[:, list(group)]
        return SearchTask(self.handle, egress, direct_s, late=self.late)

    def pack_network(self) -> bytes:
        """Pack what the search stands on, for a worker that lacks it."""
        return pack(list_payload(self.times.network, self.links, self.access))
