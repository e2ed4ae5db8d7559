"""Questions about single times: a matrix between points, or one pair.

They ask the engine that judges a study (`geo_access.routing.search`) with the study's own walker, stops, limits and
boarding rule, so that the answers are those of the verdict, to the second.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from geo_access.core.arguments import check_choice, check_whole
from geo_access.core.display import describe
from geo_access.core.errors import ArgumentError, InputError
from geo_access.routing.arrays import percentile
from geo_access.routing.itineraries import Tracer
from geo_access.routing.point_seconds import list_seconds, read_departures
from geo_access.routing.points import find_points
from geo_access.routing.scan import NEVER
from geo_access.routing.travel_times import take_times

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor

    from numpy.typing import NDArray

    from geo_access.routing.points import Asked, Points
    from geo_access.routing.travel_times import Timed, TravelTimes
    from geo_access.streets.walker import Places
    from geo_access.study.departures import Departures

#: The columns of a breakdown, each with the parts of a journey that it sums up.
_BREAKDOWN = {
    "access_s": ("walk", "access"),
    "wait_s": ("wait",),
    "ride_s": ("ride",),
    "transfer_s": ("change",),
    "egress_s": ("egress",),
}
#: So many journeys are traced at a time.
_TRACED = 200_000


def travel_matrix(
    times: Timed,
    origins: Asked = None,
    destinations: Asked = None,
    *,
    departures: Departures | str | None = None,
    percentiles: Sequence[float] | None = (10, 50, 90),
    mode: Literal["transit", "walk"] = "transit",
    nth: int | None = None,
    breakdown: bool = False,
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
    nth
        Instead of every destination, only the one that is so many-th nearest: 1 the nearest, 2 the one that remains
        when the nearest is closed. Which one that is, is asked at each departure anew; of two that take as long, the
        one named first comes first. Missing where there are fewer destinations.
    breakdown
        Also say what the journeys consist of.
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

        With `nth` one row an origin (and departure); destination is then the one at that departure, for percentiles at
        the first departure that has the middle one of them (of 10, 50, 90: the median). Where `nth` is more than there
        are destinations, the reason is ``too_few_sites``.

        With `breakdown` also access_s, wait_s (at the first stop), ride_s, transfer_s (the walk and the wait between
        rides), egress_s, whose sum is the travel time, and rides (how many vehicles are boarded). A walk all the way is
        all access, with no ride. They are missing where there is no time, and where a journey has more than 12 rides.
        For percentiles they are those of the first departure that takes exactly so long; of several percentiles each
        has its own (``p50_access_s`` ...).

    Raises
    ------
    InputError
        When points have no CRS or are none, lie far off the territory, a name is not known, there is no departure, or
        an option is not known.

    Examples
    --------
    >>> times = open_times(open_study())  # doctest: +SKIP
    >>> travel_matrix(times, ["c00012"], ["pole-1"], departures="09:17", percentiles=None)  # doctest: +SKIP
    >>> travel_matrix(times, None, ["pole-1", "pole-2"], nth=2, breakdown=True, percentiles=[50])  # doctest: +SKIP
    """
    times = take_times(times)
    check_choice("mode", mode, ("transit", "walk"))
    percentiles = _read_percentiles(percentiles)
    if nth is not None:
        check_whole("nth", nth, least=1)
    start, end = find_points(times, origins, kind="cell"), find_points(times, destinations, kind="site")
    window = read_departures(times, departures)
    keep: _Every | _Nth
    if nth is None:
        keep = _Every(start, end, window, percentiles, timed=breakdown)
    else:
        keep = _Nth(start, end, window, percentiles, int(nth))
    for at, seconds in list_seconds(times, start, end, window, mode=mode, executor=executor):
        keep.add(at, seconds)
    found = keep.finish()
    never = found.never
    columns: dict[str, Any] = {
        "origin": start.names[found.origin],
        # Row -1, no destination, is the missing value at the end.
        "destination": np.array([*end.names, None], object)[found.named],
    }
    if percentiles is None:
        columns["departure"] = window.seconds.astype(np.int32)[found.leave[:, 0]]
        columns["seconds"] = _or_missing(found.seconds[:, 0])
    else:
        columns |= {f"p{p:g}": _or_missing(found.seconds[:, k]) for k, p in enumerate(percentiles)}
        pairs = _list_reasons(times, start, end, never if nth is None else never[:, :1].repeat(len(end), 1), mode=mode)
        columns["reason"] = pairs.ravel() if nth is None else _sum_up_reasons(pairs, never[:, 0], int(nth))
    if breakdown:
        columns |= _break_down(times, start, end, window, found, percentiles, mode=mode)
    texts = dict.fromkeys(columns.keys() & {"origin", "destination", "reason"}, "str")
    return pd.DataFrame(columns).astype(texts)


@dataclass(frozen=True)
class _Found:
    """The rows of an answer.

    Attributes
    ----------
    origin, named
        int32 (rows,): positions of the origin, and of the destination that the row names (-1 for none).
    seconds, destination, leave
        int32 (rows, percentiles) or (rows, 1): the travel time, to which destination, at which departure.
    never
        bool (origins, destinations) or (origins, 1): whether no departure ever arrives.
    """

    origin: NDArray[np.int32]
    named: NDArray[np.int32]
    seconds: NDArray[np.int32]
    destination: NDArray[np.int32]
    leave: NDArray[np.int32]
    never: NDArray[np.bool_]


class _Every:
    """Keeps what is asked of the times to every destination, while they come in one by one; `timed`: and when."""

    def __init__(
        self, start: Points, end: Points, window: Departures, percentiles: tuple[float, ...] | None, *, timed: bool
    ) -> None:
        self.percentiles, self.timed = percentiles, timed and percentiles is not None
        width = window.count if percentiles is None else len(percentiles)
        self.seconds = np.empty((len(start), len(end), width), np.int32)
        self.leave = np.zeros(self.seconds.shape if self.timed else (1, 1, width), np.int32)
        self.never = np.ones((len(start), len(end)), bool)

    def add(self, at: int, seconds: NDArray[np.int32]) -> None:
        self.never[:, at] = (seconds == NEVER).all(axis=1)
        if self.percentiles is None:
            self.seconds[:, at] = seconds
        else:
            for k, p in enumerate(self.percentiles):
                self.seconds[:, at, k] = percentile(seconds, p)
                if self.timed:
                    self.leave[:, at, k] = _find_first(seconds, self.seconds[:, at, k])

    def finish(self) -> _Found:
        origins, destinations, width = self.seconds.shape
        origin = np.repeat(np.arange(origins, dtype=np.int32), destinations)
        destination = np.tile(np.arange(destinations, dtype=np.int32), origins)
        if self.percentiles is not None:
            rows = origins * destinations, width
            same = np.broadcast_to(destination[:, None], rows)
            leave = self.leave if self.timed else np.broadcast_to(self.leave, self.seconds.shape)
            return _Found(origin, destination, self.seconds.reshape(rows), same, leave.reshape(rows), self.never)
        origin, destination = np.repeat(origin, width), np.repeat(destination, width)
        leave = np.tile(np.arange(width, dtype=np.int32), origins * destinations)[:, None]
        return _Found(origin, destination, self.seconds.reshape(-1, 1), destination[:, None], leave, self.never)


class _Nth:
    """Keeps the so many-th nearest destination of each departure, while their times come in one by one."""

    def __init__(
        self, start: Points, end: Points, window: Departures, percentiles: tuple[float, ...] | None, nth: int
    ) -> None:
        self.percentiles, self.enough = percentiles, nth <= len(end)
        shape = (nth if self.enough else 1, len(start), window.count)
        # By rank: the nearest so far first.
        self.seconds = np.full(shape, NEVER, np.int32)
        self.destination = np.full(shape, -1, np.int32)

    def add(self, at: int, seconds: NDArray[np.int32]) -> None:
        if not self.enough:
            return
        took, where = seconds.copy(), np.full(seconds.shape, at, np.int32)
        for rank in range(len(self.seconds)):
            # Whoever is nearer takes the place, who stood there goes on to the next, before one named later.
            alike = (took == self.seconds[rank]) & (where < self.destination[rank])
            nearer = (took < self.seconds[rank]) | alike
            for held, new in ((self.seconds[rank], took), (self.destination[rank], where)):
                held[nearer], new[nearer] = new[nearer], held[nearer]

    def finish(self) -> _Found:
        seconds, destination = self.seconds[-1], self.destination[-1]
        origins, count = seconds.shape
        origin = np.arange(origins, dtype=np.int32)
        never = (seconds == NEVER).all(axis=1)[:, None]
        if self.percentiles is None:
            leave = np.tile(np.arange(count, dtype=np.int32), origins)[:, None]
            flat = destination.reshape(-1, 1)
            return _Found(np.repeat(origin, count), flat[:, 0], seconds.reshape(-1, 1), flat, leave, never)
        took = np.empty((origins, len(self.percentiles)), np.int32)
        leave = np.empty(took.shape, np.int32)
        for k, p in enumerate(self.percentiles):
            took[:, k] = percentile(seconds, p)
            leave[:, k] = _find_first(seconds, took[:, k])
        where = np.where(took < NEVER, np.take_along_axis(destination, leave, axis=1), -1)
        named = where[:, took.shape[1] // 2] if took.shape[1] else np.full(origins, -1, np.int32)
        return _Found(origin, named, took, where, leave, never)


def _find_first(seconds: NDArray[np.int32], took: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return the first departure of each row that takes exactly so long: int64 (rows,)."""
    return np.asarray(np.argmax(seconds == took[:, None], axis=1), np.int64)


def _or_missing(seconds: NDArray[np.int32]) -> pd.arrays.IntegerArray:
    flat = np.ascontiguousarray(seconds)
    return pd.arrays.IntegerArray(flat, flat == NEVER)


def _break_down(
    times: TravelTimes,
    start: Points,
    end: Points,
    window: Departures,
    found: _Found,
    percentiles: tuple[float, ...] | None,
    *,
    mode: str,
) -> dict[str, Any]:
    """Share the seconds of each row over the parts of its journey: the columns of a breakdown."""
    tracer = None if mode == "walk" else Tracer(times, start, end, window)
    columns: dict[str, Any] = {}
    for k in range(found.seconds.shape[1]):
        prefix = f"p{percentiles[k]:g}_" if percentiles is not None and len(percentiles) > 1 else ""
        seconds, destination, leave = found.seconds[:, k], found.destination[:, k], found.leave[:, k]
        reached = np.flatnonzero(seconds < NEVER)
        values = {name: np.zeros(len(seconds), np.int32) for name in (*_BREAKDOWN, "rides")}
        missing = np.ones(len(seconds), bool)
        if tracer is None:
            values["access_s"][reached], missing[reached] = seconds[reached], False
        else:
            for low in range(0, len(reached), _TRACED):
                rows = reached[low : low + _TRACED]
                left = window.seconds[leave[rows]]
                parts = tracer.parts(found.origin[rows], destination[rows], left, seconds[rows])
                traced = parts["rides"].notna().to_numpy(bool)
                missing[rows] = ~traced
                for name, summed in _BREAKDOWN.items():
                    values[name][rows[traced]] = parts.loc[traced, list(summed)].sum(axis=1).to_numpy(np.int64)
                values["rides"][rows[traced]] = parts.loc[traced, "rides"].to_numpy(np.int64)
        columns |= {f"{prefix}{name}": pd.arrays.IntegerArray(value, missing.copy()) for name, value in values.items()}
    return columns


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


def _sum_up_reasons(pairs: NDArray[np.object_], never: NDArray[np.bool_], nth: int) -> NDArray[np.object_]:
    """Say of each origin why it reaches too few destinations: what stands in its own way, else what leads nowhere."""
    reason = np.full(len(never), None, object)
    reason[never] = "too_few_sites" if nth > pairs.shape[1] else "unreachable"
    for name in ("no_stop", "unsnapped"):
        reason[never & (pairs == name).any(axis=1)] = name
    return reason
