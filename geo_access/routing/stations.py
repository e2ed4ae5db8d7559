"""Walking through stations: to a platform by an entrance and the station's pathways, between two platforms inside.

A leg to a platform of a station with pathways is the walk to one of its entrances plus the way from there to the
platform, whichever entrance makes it shortest; back likewise. Each of the two parts is rounded up to whole seconds
once, and the limit of the leg holds for their sum. Between two platforms of one station the way inside counts, not the
street; only where the walker can use no way inside (steps) does the way out and in again.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from geo_access.gtfs.pathways import ESCALATOR, STAIRS
from geo_access.streets.walker import ROUNDING_SLACK_S, Legs, Places, Walker, WalkingMode, collect_legs

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from geo_access.core.findings import Findings
    from geo_access.gtfs.timetable import Timetable
    from geo_access.study.profiles import Profile

#: Narrower ways (metres) are refused: the width of a reference wheelchair with the hands that push it (Commission
#: Regulation (EU) 1300/2014, appendix M), and of a stroller for one child.
WHEELCHAIR_WIDTH_M: Final = 0.80
STROLLER_WIDTH_M: Final = 0.60


_Found = dict[tuple[int, int], float]


@dataclass(frozen=True)
class Between:
    """Seconds from one kind of place to another: which, to which, how long (int64 each), sorted by `origin`."""

    origin: NDArray[np.int64]
    to: NDArray[np.int64]
    seconds: NDArray[np.int64]


@dataclass(frozen=True)
class StationTimes:
    """How long the ways inside stations take one walker.

    Attributes
    ----------
    inside
        bool (stops,): platforms of stations with pathways.
    lon, lat
        float64 (entrances,): degrees.
    inward
        From entrances to stops.
    outward
        From stops to entrances.
    across
        From stops to other stops of the same station; between two platforms inside it is the only way.
    """

    inside: NDArray[np.bool_]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    inward: Between
    outward: Between
    across: Between


def place_stops(
    timetable: Timetable, walker: StationWalker, profile: Profile, *, crs: str, accessible: Collection[int]
) -> Places:
    """Place a timetable's stops: on the street, or behind the entrances of stations with pathways.

    Parameters
    ----------
    crs
        The walker's (metres).
    profile, accessible
        As for `time_stations`.
    """
    stops = timetable.stops
    xy = _project(stops["lon"].to_numpy(np.float64), stops["lat"].to_numpy(np.float64), crs)
    if not len(timetable.station_nodes):
        return walker.place(xy)
    times = time_stations(timetable, profile, accessible=accessible)
    return walker.place_stations(xy, _project(times.lon, times.lat, crs), times)


def report_unsnapped(timetable: Timetable, stops: Places, snap_m: float, findings: Findings) -> None:
    """Report the stops that nobody can walk to."""
    loose = np.flatnonzero(~stops.snapped)
    if len(loose):
        names = timetable.stops["stop_id"].to_numpy()
        findings.add(
            "warning", "study.stops_unsnapped", count=len(loose), total=len(names), snap_m=snap_m,
            examples=", ".join(map(str, names[loose[:3]])),
        )  # fmt: skip


def list_accessible(timetable: Timetable, allowed: Collection[int]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Say which trips and which stops a wheelchair may use, by what they say of themselves: two masks."""
    trips, stops = (
        table["wheelchair"].isin(list(allowed)).to_numpy(bool) for table in (timetable.trips, timetable.stops)
    )
    return trips, stops


def _project(lon: NDArray[np.float64], lat: NDArray[np.float64], crs: str) -> NDArray[np.float64]:
    from pyproj import Transformer

    xy = np.column_stack(Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(lon, lat))
    return np.where(np.isfinite(xy), xy, np.nan)


def time_stations(timetable: Timetable, profile: Profile, *, accessible: Collection[int]) -> StationTimes:
    """Time the ways inside all stations.

    Parameters
    ----------
    timetable
        With the stations of its feeds.
    profile
        Who walks. Without steps, stairs, escalators and ways known to be narrower than `STROLLER_WIDTH_M` or
        `WHEELCHAIR_WIDTH_M` are refused.
    accessible
        The values of wheelchair_boarding with which a wheelchair takes an entrance.
    """
    nodes, ways = timetable.station_nodes, timetable.station_ways
    ahead = _list_ways(ways[_list_usable(ways, profile)], profile)
    stop = nodes["stop"].to_numpy(np.int64)
    within = nodes["inside"].to_numpy(bool) & (stop >= 0)
    entrance = nodes["entrance"].to_numpy(bool)
    if profile.wheelchair:
        entrance = entrance & nodes["wheelchair"].isin(list(accessible)).to_numpy(bool)
    doors = np.flatnonzero(entrance)
    door_of = {node: k for k, node in enumerate(doors.tolist())}
    members: dict[int, list[int]] = {}
    for node in np.flatnonzero(stop >= 0).tolist():
        members.setdefault(int(stop[node]), []).append(node)
    inward: _Found = {}
    outward: _Found = {}
    across: _Found = {}
    for node, door in door_of.items():
        for other, seconds in _spread(ahead, [node]).items():
            if within[other]:
                _shorten(inward, (door, int(stop[other])), seconds)
    for origin, starts in members.items():
        for other, seconds in _spread(ahead, starts).items():
            if other in door_of and within[starts[0]]:
                _shorten(outward, (origin, door_of[other]), seconds)
            if stop[other] >= 0 and stop[other] != origin:
                _shorten(across, (origin, int(stop[other])), seconds)
    inside = np.zeros(len(timetable.stops), bool)
    inside[stop[within]] = True
    lon, lat = nodes["lon"].to_numpy(np.float64)[doors], nodes["lat"].to_numpy(np.float64)[doors]
    return StationTimes(inside, lon, lat, _gather(inward), _gather(outward), _gather(across))


def _list_usable(ways: pd.DataFrame, profile: Profile) -> NDArray[np.bool_]:
    usable: NDArray[np.bool_] = np.ones(len(ways), bool)
    if not profile.steps:
        usable &= ~ways["mode"].isin([STAIRS, ESCALATOR]).to_numpy(bool)
        width = WHEELCHAIR_WIDTH_M if profile.wheelchair else STROLLER_WIDTH_M
        usable &= ~(ways["min_width_m"].to_numpy(np.float64) < width)
    return usable


def _list_ways(ways: pd.DataFrame, profile: Profile) -> dict[int, list[tuple[int, float]]]:
    """List the ways from each node: to which one, in how many seconds."""
    walked = ways["metres"].to_numpy(np.float64) / (profile.speed_kmh / 3.6)
    fixed = ways["seconds"].to_numpy(np.float64)
    seconds = np.where(np.isnan(fixed), walked, fixed).tolist()
    ahead: dict[int, list[tuple[int, float]]] = {}
    for here, there, cost in zip(ways["from_node"].tolist(), ways["to_node"].tolist(), seconds, strict=True):
        ahead.setdefault(here, []).append((there, cost))
    return ahead


def _spread(ahead: Mapping[int, list[tuple[int, float]]], starts: list[int]) -> dict[int, float]:
    """Seconds from the nearest of some nodes to every node that can be reached (Dijkstra's search)."""
    best = dict.fromkeys(starts, 0.0)
    waiting = [(0.0, node) for node in starts]
    while waiting:
        seconds, node = heapq.heappop(waiting)
        if seconds > best[node]:
            continue
        for other, cost in ahead.get(node, ()):
            if seconds + cost < best.get(other, np.inf):
                best[other] = seconds + cost
                heapq.heappush(waiting, (seconds + cost, other))
    return best


def _shorten(found: _Found, pair: tuple[int, int], seconds: float) -> None:
    found[pair] = min(found.get(pair, np.inf), seconds)


def _gather(found: _Found) -> Between:
    rows = sorted(found.items())
    pairs = np.array([pair for pair, _ in rows], np.int64).reshape(-1, 2)
    seconds = np.ceil(np.array([cost for _, cost in rows], np.float64) - ROUNDING_SLACK_S)
    return Between(pairs[:, 0], pairs[:, 1], np.maximum(seconds, 0).astype(np.int64))


@dataclass(frozen=True)
class StationPlaces(Places):
    """The stops of a timetable of which some are platforms inside stations; only a `StationWalker` can use them.

    Attributes
    ----------
    doors
        Where the street meets them, as the walker on the street placed it: one row a stop (nowhere for the platforms
        inside), then one row an entrance.
    times
        The ways inside.
    """

    doors: Places
    times: StationTimes


class StationWalker:
    """Walks as `street` does, and through the stations of `StationPlaces`.

    Attributes
    ----------
    street
        Who walks outside.
    """

    def __init__(self, street: Walker) -> None:
        self.street = street
        # The last walks among one set of places: draws of a timetable ask for those between its stops again and again.
        self._among: tuple[Places, int, Legs] | None = None

    @property
    def mode(self) -> WalkingMode:
        """As on the street."""
        return self.street.mode

    @property
    def key(self) -> str:
        """As on the street; what the stations add hangs on the timetable and the profile."""
        return self.street.key

    def place(self, xy: NDArray[np.float64]) -> Places:
        """Snap points to the street; see `Walker.place`."""
        return self.street.place(xy)

    def place_stations(
        self, xy: NDArray[np.float64], entrance_xy: NDArray[np.float64], times: StationTimes
    ) -> StationPlaces:
        """Snap stops to the street, those inside stations by their entrances (metres, the study's CRS)."""
        outside = np.where(times.inside[:, None], np.nan, xy)
        doors = self.street.place(np.concatenate([outside, entrance_xy]))
        n = len(xy)
        snapped = doors.snapped[:n].copy()
        snapped[times.inward.to[doors.snapped[n + times.inward.origin]]] = True
        snapped[times.outward.origin[doors.snapped[n + times.outward.to]]] = True
        gap = np.where(snapped & times.inside, 0.0, doors.gap_m[:n])
        return StationPlaces(np.asarray(xy, np.float64), snapped, gap, doors, times)

    def legs(self, origins: Places, destinations: Places, *, limit_s: int) -> Legs:
        """Walk from every origin to every destination that takes at most `limit_s` seconds."""
        if origins is not destinations:
            return self._walk(origins, destinations, limit_s=limit_s)
        last = self._among
        if last is not None and last[0] is origins and last[1] == limit_s:
            return last[2]
        legs = self._walk(origins, destinations, limit_s=limit_s)
        self._among = (origins, limit_s, legs)
        return legs

    def _walk(self, origins: Places, destinations: Places, *, limit_s: int) -> Legs:
        start = origins.doors if isinstance(origins, StationPlaces) else origins
        end = destinations.doors if isinstance(destinations, StationPlaces) else destinations
        walks = self.street.legs(start, end, limit_s=limit_s)
        if start is origins and end is destinations:
            return walks
        i = np.repeat(np.arange(walks.n_from, dtype=np.int64), np.diff(walks.indptr))
        j, seconds = walks.index.astype(np.int64), walks.seconds.astype(np.int64)
        if isinstance(origins, StationPlaces):
            at, i, more = _pass_doors(i, len(origins), origins.times.outward, by_origin=False)
            j, seconds = j[at], seconds[at] + more
        if isinstance(destinations, StationPlaces):
            at, j, more = _pass_doors(j, len(destinations), destinations.times.inward, by_origin=True)
            i, seconds = i[at], seconds[at] + more
        n = len(destinations)
        if isinstance(origins, StationPlaces) and isinstance(destinations, StationPlaces):
            across = origins.times.across
            inside = origins.times.inside
            by_street = ~(np.isin(i * n + j, across.origin * n + across.to) & inside[i] & inside[j])
            # One is at a stop already.
            by_street &= ~((i == j) & origins.times.inside[i])
            stay = np.flatnonzero(origins.times.inside)
            i = np.concatenate([i[by_street], across.origin, stay])
            j = np.concatenate([j[by_street], across.to, stay])
            seconds = np.concatenate([seconds[by_street], across.seconds, np.zeros(len(stay), np.int64)])
        near = np.flatnonzero(seconds <= limit_s)
        order = near[np.lexsort((seconds[near], i[near] * n + j[near]))]
        pair = i[order] * n + j[order]
        first = order[np.concatenate([np.ones(min(len(pair), 1), bool), pair[1:] != pair[:-1]])]
        return collect_legs(i[first], j[first], seconds[first], n_from=len(origins), n_to=n)

    def pairs(
        self, origins: Places, i: NDArray[np.integer], destinations: Places, j: NDArray[np.integer]
    ) -> NDArray[np.float64]:
        """Whole seconds from origin ``i[k]`` to destination ``j[k]``, without a limit; NaN without a path."""
        a, b = np.asarray(i, np.int64), np.asarray(j, np.int64)
        asked = a, b
        start, end = origins, destinations
        at, more = np.arange(len(a)), np.zeros(len(a), np.int64)
        if isinstance(origins, StationPlaces):
            start = origins.doors
            took, a, out_s = _list_doors(a, origins.times.inside, origins.times.outward, len(origins))
            at, b, more = at[took], b[took], more[took] + out_s
        if isinstance(destinations, StationPlaces):
            end, inward = destinations.doors, destinations.times.inward
            took, b, in_s = _list_doors(b, destinations.times.inside, _turn(inward), len(destinations))
            at, a, more = at[took], a[took], more[took] + in_s
        i, j = asked
        found = np.full(len(i), np.inf)
        walked = self.street.pairs(start, a, end, b) + more
        np.fmin.at(found, at, walked)
        if isinstance(origins, StationPlaces) and isinstance(destinations, StationPlaces):
            n, across = len(destinations), origins.times.across
            known = across.origin * n + across.to
            place = np.minimum(np.searchsorted(known, i * n + j), max(len(known) - 1, 0))
            if len(known):
                leads = known[place] == i * n + j
                within = leads & origins.times.inside[i] & origins.times.inside[j]
                found[within] = np.inf
                found[leads] = np.fmin(found[leads], across.seconds[place[leads]])
            found[(i == j) & origins.times.inside[i]] = 0
        found[np.isinf(found)] = np.nan
        return found


def _turn(between: Between) -> Between:
    order = np.lexsort((between.origin, between.to))
    return Between(between.to[order], between.origin[order], between.seconds[order])


def _pass_doors(
    end: NDArray[np.int64], n_stops: int, between: Between, *, by_origin: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Go on from the doors where walks end to the stops behind them.

    Returns
    -------
    at, stop, seconds
        Which walk goes on, to which stop, in how long; a stop outside stations is its own door.
    """
    doors = between if by_origin else _turn(between)
    outside = np.flatnonzero(end < n_stops)
    within = np.flatnonzero(end >= n_stops)
    took, row = _match(end[within] - n_stops, doors.origin)
    at = np.concatenate([outside, within[took]])
    return at, np.concatenate([end[outside], doors.to[row]]), np.concatenate([outside * 0, doors.seconds[row]])


def _list_doors(
    stop: NDArray[np.int64], inside: NDArray[np.bool_], between: Between, n_stops: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """List the doors of stops: which of the given stops, which door, and the seconds between the two."""
    outside, within = np.flatnonzero(~inside[stop]), np.flatnonzero(inside[stop])
    took, row = _match(stop[within], between.origin)
    at = np.concatenate([outside, within[took]])
    return at, np.concatenate([stop[outside], n_stops + between.to[row]]), np.concatenate(
        [outside * 0, between.seconds[row]]
    )  # fmt: skip


def _match(wanted: NDArray[np.int64], keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pair each wanted key with every row of the sorted `keys` that is equal: positions in both."""
    low, high = np.searchsorted(keys, wanted, side="left"), np.searchsorted(keys, wanted, side="right")
    counts = high - low
    took = np.repeat(np.arange(len(wanted)), counts)
    starts = np.cumsum(counts) - counts
    return took, np.arange(len(took)) - np.repeat(starts, counts) + np.repeat(low, counts)
