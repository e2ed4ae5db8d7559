"""Questions about single times: a matrix between points, or one pair.

They ask the engine that judges a study (`geo_access.routing.search`) with the study's own walker, stops, limits and
boarding rule, so that the answers are those of the verdict, to the second.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from numbers import Real
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from geo_access.core.arguments import check_choice
from geo_access.core.cache import make_key
from geo_access.core.display import describe
from geo_access.core.errors import ArgumentError, InputError
from geo_access.routing.arrays import hash_array, percentile, tabulate_legs
from geo_access.routing.points import find_points
from geo_access.routing.remote import NetworkHandle, SearchTask, list_payload, pack, search_groups
from geo_access.routing.scan import NEVER
from geo_access.routing.search import HORIZON_S, Search, link_day, link_residents
from geo_access.routing.simd import BATCH
from geo_access.routing.travel_times import take_times
from geo_access.streets.walker import Legs
from geo_access.study.departures import Departures
from geo_access.study.settings import read_clock

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Executor

    from numpy.typing import NDArray

    from geo_access.routing.links import Links
    from geo_access.routing.points import Asked, Points
    from geo_access.routing.travel_times import Timed, TravelTimes
    from geo_access.streets.walker import Places


def travel_matrix(
    times: Timed,
    origins: Asked = None,
    destinations: Asked = None,
    *,
    departures: Departures | str | None = None,
    percentiles: Sequence[float] | None = (10, 50, 90),
    mode: Literal["transit", "walk"] = "transit",
    executor: Executor | None = None,
) -> pd.DataFrame:
    """Travel times between points, door to door.

    Parameters
    ----------
    times
        From `open_times`, or a study, or what `check` returned: whose streets, timetables, limits and rules apply.
    origins, destinations
        Points with a CRS (their index names them); or names: cells or sites of the study, "48.9,2.25" (latitude,
        longitude). None is every resident's point, and every site.
    departures
        When to leave: the study's own departures, another `Departures`, or one clock time ("09:17").
    percentiles
        Which percentiles of the departures to return: sorted[ceil(p / 100 * n) - 1], unreachable departures last. None
        is every single departure.
    mode
        By public transport or on foot where that is faster; or on foot alone, where it takes no more than the limit.
    executor
        Who searches, as for `check`: any `concurrent.futures.Executor`; the threads of this process by default. A task
        is eight destinations.

    Returns
    -------
    DataFrame
        One row a pair, by origin, then by destination: origin, destination, p10, p50, p90 (seconds; missing where too
        few departures arrive), reason why none ever arrives (``unsnapped``, ``site_unsnapped``, ``no_stop``,
        ``site_no_stop``, ``unreachable``). With ``percentiles=None`` one row a pair and departure: origin, destination,
        departure (seconds after noon minus 12 h), seconds (missing when unreachable).

    Raises
    ------
    InputError
        When points have no CRS or are none, lie far off the territory, a name is not known, there is no departure, or
        an option is not known.

    Examples
    --------
    >>> times = open_times(open_study())  # doctest: +SKIP
    >>> travel_matrix(times, ["c00012"], ["pole-1"], departures="09:17", percentiles=None)  # doctest: +SKIP
    """
    times = take_times(times)
    check_choice("mode", mode, ("transit", "walk"))
    percentiles = _read_percentiles(percentiles)
    start, end = find_points(times, origins, kind="cell"), find_points(times, destinations, kind="site")
    window = read_departures(times, departures)
    if percentiles is None:
        found = np.empty((len(start), len(end), window.count), np.int32)
    else:
        found = np.empty((len(start), len(end), len(percentiles)), np.int32)
    never = np.ones((len(start), len(end)), bool)
    for at, seconds in list_seconds(times, start, end, window, mode=mode, executor=executor):
        never[:, at] = (seconds == NEVER).all(axis=1)
        found[:, at] = (
            seconds if percentiles is None else np.column_stack([percentile(seconds, p) for p in percentiles])
        )
    if percentiles is None:
        flat = found.ravel()
        return pd.DataFrame(
            {
                "origin": np.repeat(start.names, len(end) * window.count),
                "destination": np.tile(np.repeat(end.names, window.count), len(start)),
                "departure": np.tile(window.seconds.astype(np.int32), len(start) * len(end)),
                "seconds": pd.arrays.IntegerArray(flat, flat == NEVER),
            }
        ).astype({"origin": "str", "destination": "str"})
    columns: dict[str, Any] = {
        "origin": np.repeat(start.names, len(end)),
        "destination": np.tile(end.names, len(start)),
    }
    for k, p in enumerate(percentiles):
        flat = np.ascontiguousarray(found[:, :, k]).ravel()
        columns[f"p{p:g}"] = pd.arrays.IntegerArray(flat, flat == NEVER)
    columns["reason"] = _list_reasons(times, start, end, never, mode=mode).ravel()
    return pd.DataFrame(columns).astype({"origin": "str", "destination": "str", "reason": "str"})


def travel_time(
    times: Timed,
    origin: Asked,
    destination: Asked,
    *,
    at: Departures | str | None = None,
    executor: Executor | None = None,
) -> pd.Series:
    """Travel time of one pair at every departure.

    Parameters
    ----------
    times
        As for `travel_matrix`.
    origin, destination
        One point with a CRS, or one name; see `travel_matrix`.
    at
        One clock time ("09:17"), some `Departures`, or the study's own.
    executor
        As for `travel_matrix`; one pair is one task.

    Returns
    -------
    Series
        Seconds (missing when unreachable) by departure (seconds after noon minus 12 h).
    """
    times = take_times(times)
    for asked, kind in ((origin, "cell"), (destination, "site")):
        count = len(find_points(times, asked, kind="cell" if kind == "cell" else "site"))
        if count != 1:
            raise InputError("queries.one_point", count=count)
    table = travel_matrix(times, origin, destination, departures=at, percentiles=None, executor=executor)
    seconds: pd.Series = table.set_index("departure")["seconds"]
    return seconds


def _read_percentiles(asked: Any) -> tuple[float, ...] | None:
    if asked is None:
        return None
    if isinstance(asked, str) or not isinstance(asked, Iterable):
        raise ArgumentError("queries.percentiles_wanted", said=describe(asked))
    found = tuple(asked)
    for p in found:
        if not isinstance(p, Real) or isinstance(p, bool):
            raise ArgumentError("queries.percentiles_wanted", said=describe(asked))
        if not 0 < float(p) <= 100:
            raise InputError("queries.wrong_percentile", said=p)
        if float(p) < 1:
            # The median asked for as 0.5 would be the best of the departures.
            raise InputError("queries.percentile_share", said=p, instead=100 * float(p))
    return tuple(float(p) for p in found)


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


def _list_reasons(
    times: TravelTimes, origins: Points, destinations: Points, never: NDArray[np.bool_], *, mode: str
) -> NDArray[np.object_]:
    """Say why a pair has no time, the weightiest reason: object (origins, destinations), None where it has one."""
    walker, limits = times.walker(), times.settings.walking.limits_min
    start, end = walker.place(origins.xy), walker.place(destinations.xy)
    reason = np.full(never.shape, None, object)
    reason[never] = "unreachable"
    if mode != "walk" and times.settings.transit.gtfs:
        stops: Places = times.stops
        access = walker.legs(start, stops, limit_s=limits.seconds("access"))
        egress = walker.legs(stops, end, limit_s=limits.seconds("egress"))
        reason[:, np.bincount(egress.index, minlength=len(end)) == 0] = "site_no_stop"
        reason[np.diff(access.indptr) == 0] = "no_stop"
    reason[:, ~end.snapped] = "site_unsnapped"
    reason[~start.snapped] = "unsnapped"
    reason[~never] = None
    return reason
