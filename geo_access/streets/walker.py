"""Walking legs, and the two ways of measuring them: on streets (`street_walker`), in a straight line (here).

A leg of d metres takes ceil(d / speed) seconds, rounded up once. `Walker` is what the search needs of either.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal, Protocol, TypeVar

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from geo_access.streets.components import Islands, find_islands
from geo_access.streets.dijkstra import search_legs, search_pairs
from geo_access.streets.snapping import StreetIndex

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from geo_access.core.findings import Findings
    from geo_access.streets.network import WalkNetwork
    from geo_access.study.profiles import Profile

#: Taken off a duration before it is rounded up, so that 200.00000000001 s of floating-point noise stay 200 s.
ROUNDING_SLACK_S: Final = 1e-9

WalkingMode = Literal["streets", "straight line"]


@dataclass(frozen=True)
class Places:
    """Points as a walker sees them. Only the walker that placed them can use them.

    Attributes
    ----------
    xy
        float64 (n, 2): where they are (metres, the study's CRS).
    snapped
        bool (n,): whether the walker can start or end there. A point that is not snapped has no legs.
    gap_m
        float64 (n,): the straight piece between the point and its street (metres); 0 in a straight line,
        NaN where the point is not snapped.
    """

    xy: NDArray[np.float64]
    snapped: NDArray[np.bool_]
    gap_m: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.xy)


@dataclass(frozen=True)
class Legs:
    """Walks from each origin to the destinations within a limit, row by row (compressed sparse rows).

    Attributes
    ----------
    indptr
        int64 (origins + 1,): the legs of origin i are ``indptr[i]:indptr[i + 1]``.
    index
        int32 (legs,): destination of each leg, ascending within a row.
    seconds
        int32 (legs,): how long it takes.
    n_to
        How many destinations there are.
    """

    indptr: NDArray[np.int64]
    index: NDArray[np.int32]
    seconds: NDArray[np.int32]
    n_to: int

    @property
    def n_from(self) -> int:
        """How many origins there are."""
        return len(self.indptr) - 1

    def __len__(self) -> int:
        return len(self.index)

    def transpose(self) -> Legs:
        """Return the same legs, listed by destination: row j holds the origins from which j is reached."""
        origin = np.repeat(np.arange(self.n_from, dtype=np.int64), np.diff(self.indptr))
        return collect_legs(self.index, origin, self.seconds, n_from=self.n_to, n_to=self.n_from)

    def pick(self, rows: NDArray[np.integer]) -> Legs:
        """Return the legs from some of the origins, in the order of `rows`."""
        counts = np.diff(self.indptr)[rows]
        indptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        at = np.arange(indptr[-1]) + np.repeat(self.indptr[rows] - indptr[:-1], counts)
        return Legs(indptr, self.index[at], self.seconds[at], self.n_to)


class Walker(Protocol):
    """A way of walking between points, at one speed."""

    @property
    def mode(self) -> WalkingMode:
        """What every output names."""
        ...

    @property
    def key(self) -> str:
        """Everything that the legs depend on beside the points, for a cache."""
        ...

    def place(self, xy: NDArray[np.float64]) -> Places:
        """Snap points (n, 2) (metres, the study's CRS) to what can be walked. NaN is not snapped."""
        ...

    def legs(self, origins: Places, destinations: Places, *, limit_s: int) -> Legs:
        """Walk from every origin to every destination that takes at most `limit_s` seconds."""
        ...

    def pairs(
        self, origins: Places, i: NDArray[np.integer], destinations: Places, j: NDArray[np.integer]
    ) -> NDArray[np.float64]:
        """Whole seconds from origin ``i[k]`` to destination ``j[k]``, without a limit; NaN without a path."""
        ...


@dataclass(frozen=True)
class StraightLineWalker:
    """Walks in a straight line, lengthened by a detour factor: for studies without street data.

    Attributes
    ----------
    speed_kmh
        Walking speed (kilometres per hour).
    detour
        Metres walked for a metre in a straight line.
    """

    speed_kmh: float
    detour: float = 1.3

    @property
    def mode(self) -> WalkingMode:
        """``straight line``."""
        return "straight line"

    @property
    def key(self) -> str:
        """Speed and detour."""
        return f"straight line 1, {float(self.speed_kmh)!r} km/h, detour {float(self.detour)!r}"

    def place(self, xy: NDArray[np.float64]) -> Places:
        """Take points (n, 2) as they are (metres, the study's CRS); without coordinates: not snapped."""
        points = as_points(xy)
        known: NDArray[np.bool_] = np.isfinite(points[:, 0]) & np.isfinite(points[:, 1])
        return Places(points, known, np.where(known, 0.0, np.nan))

    def legs(self, origins: Places, destinations: Places, *, limit_s: int) -> Legs:
        """Walk from every origin to every destination that takes at most `limit_s` seconds."""
        start, end = np.flatnonzero(origins.snapped), np.flatnonzero(destinations.snapped)
        if not len(start) or not len(end) or limit_s < 0:
            nothing = np.zeros(0, np.int64)
            return collect_legs(nothing, nothing, nothing, n_from=len(origins), n_to=len(destinations))
        # A hair more than the limit: the seconds decide, not the tree's radius.
        radius_m = limit_s * self.speed_kmh / 3.6 / self.detour * (1 + 1e-9) + 1e-3
        near = cKDTree(origins.xy[start]).sparse_distance_matrix(
            cKDTree(destinations.xy[end]), radius_m, output_type="ndarray"
        )
        i, j = start[near["i"]], end[near["j"]]
        seconds = self._seconds(origins.xy[i], destinations.xy[j])
        kept = seconds <= limit_s
        return collect_legs(i[kept], j[kept], seconds[kept], n_from=len(origins), n_to=len(destinations))

    def pairs(
        self, origins: Places, i: NDArray[np.integer], destinations: Places, j: NDArray[np.integer]
    ) -> NDArray[np.float64]:
        """Whole seconds from origin ``i[k]`` to destination ``j[k]``; NaN when one has no coordinates."""
        return self._seconds(origins.xy[i], destinations.xy[j])

    def _seconds(self, a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
        return walking_seconds(np.hypot(*(a - b).T) * self.detour, speed_kmh=self.speed_kmh)


def walking_seconds(metres: NDArray[np.float64], *, speed_kmh: float) -> NDArray[np.float64]:
    """Return how long walks take (seconds, rounded up to whole ones; as float64, so that NaN stays NaN)."""
    rounded: NDArray[np.float64] = np.maximum(np.ceil(metres / (speed_kmh / 3.6) - ROUNDING_SLACK_S), 0.0)
    return rounded


def as_points(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return points as float64 (n, 2)."""
    points = np.asarray(xy, dtype=np.float64)
    return points.reshape(-1, 2)


def collect_legs(
    origin: NDArray[np.integer],
    destination: NDArray[np.integer],
    seconds: NDArray[np.integer] | NDArray[np.float64],
    *,
    n_from: int,
    n_to: int,
) -> Legs:
    """Gather legs listed in any order, at most one for each pair of origin and destination."""
    order = np.lexsort((destination, origin))
    indptr = np.zeros(n_from + 1, np.int64)
    np.cumsum(np.bincount(origin, minlength=n_from), out=indptr[1:])
    return Legs(indptr, destination[order].astype(np.int32), seconds[order].astype(np.int32), n_to)


T = TypeVar("T")

#: Below this many origins a second thread costs more than it saves.
_SMALL: Final = 64
_MAX_THREADS: Final = 8


@dataclass(frozen=True)
class StreetPlaces(Places):
    """Points snapped to streets.

    Attributes
    ----------
    street
        int32 (n,): the street; -1 where the point is not snapped.
    along_m
        float64 (n,): how far along it, from its tail (metres).
    nodes
        int32 (n, 2): the street's tail and head; 0 where the point is not snapped.
    out_m
        float64 (n, 2): metres from the point to them, gap included; infinite where the street is not walked that way.
    in_m
        float64 (n, 2): metres from them to the point.
    """

    street: NDArray[np.int32]
    along_m: NDArray[np.float64]
    nodes: NDArray[np.int32]
    out_m: NDArray[np.float64]
    in_m: NDArray[np.float64]


@dataclass(frozen=True)
class _Graph:
    """Directed edges by the node where they start, and which way each street is walked."""

    indptr: NDArray[np.int64]
    head: NDArray[np.int32]
    length_m: NDArray[np.float64]
    forward: NDArray[np.bool_]
    backward: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class StreetWalker:
    """Walks on the streets that a profile may use.

    Attributes
    ----------
    network
        The streets.
    profile
        Who walks: speed, and whether steps and ways closed to wheelchairs are refused.
    snap_m
        A point farther than this from any street (metres) is not walked to.

    Notes
    -----
    The network is free of islands for who may walk everywhere. What steps and closed ways enclose becomes an island for
    others: a group of their streets with fewer junctions and ends than the network's ``min_island_nodes`` is left out
    for them too, and points are snapped to the nearest street beyond it.
    """

    network: WalkNetwork
    profile: Profile
    snap_m: float = 300.0
    threads: int = field(default_factory=lambda: min(_MAX_THREADS, os.cpu_count() or 1))

    @property
    def mode(self) -> WalkingMode:
        """``streets``."""
        return "streets"

    @cached_property
    def key(self) -> str:
        """The profile, the snapping limit, and the hash of the network."""
        profile = self.profile
        who = f"{float(profile.speed_kmh)!r} km/h, steps {profile.steps}, wheelchair {profile.wheelchair}"
        islands, added = (self.network.summary.get(name) for name in ("min_island_nodes", "added_streets"))
        untied = f", added {added}" if added else ""
        where = f"snap {float(self.snap_m)!r} m, islands {islands or 1}{untied}"
        return f"streets 2, {who}, {where}, {self.network.filter_version}, {self.network.digest}"

    @property
    def usable(self) -> NDArray[np.bool_]:
        """Which streets the profile may use and get away from: bool (streets,)."""
        return self._permitted & ~self._islands.lost

    @cached_property
    def _permitted(self) -> NDArray[np.bool_]:
        permitted = np.ones(self.network.street_count, np.bool_)
        if not self.profile.steps:
            permitted &= ~self.network.steps
        if self.profile.wheelchair:
            permitted &= self.network.wheelchair >= 0
        return permitted

    @cached_property
    def _islands(self) -> Islands:
        """What only steps or closed ways join to the rest: who is snapped to it could go nowhere."""
        permitted, network = self._permitted, self.network
        if permitted.all():  # the network has no islands left for who may walk everywhere
            return Islands(np.zeros(len(permitted), np.bool_), 0, 0)
        minimum = int(network.summary.get("min_island_nodes", 1))
        return find_islands(network.tail, network.head, permitted, n_nodes=network.node_count, minimum=minimum)

    def tell_islands(self, findings: Findings) -> None:
        """Tell of the streets that this profile cannot get away from, and is therefore not snapped to."""
        islands = self._islands
        if islands.count:
            findings.add(
                "info",
                "streets.profile_islands",
                islands=islands.count,
                island_nodes=islands.nodes,
                island_m=round(float(self.network.length_m[islands.lost].sum())),
                minimum=int(self.network.summary["min_island_nodes"]),
                profile=self.profile.name,
            )

    def place(self, xy: NDArray[np.float64]) -> StreetPlaces:
        """Snap points (n, 2) (metres, the study's CRS) to the nearest street that the profile may use."""
        points, network = as_points(xy), self.network
        snapped_to = self._index.snap(points, snap_m=self.snap_m)
        snapped = snapped_to.street >= 0
        street = np.maximum(snapped_to.street, 0)
        nodes = np.column_stack([network.tail[street], network.head[street]])
        nodes[~snapped] = 0
        along, rest = snapped_to.along_m, network.length_m[street] - snapped_to.along_m
        # A point at the very end of a street is in the junction, whichever way the street is walked.
        to_head = network.forward[street]
        to_tail = network.backward[street]
        out_m = np.column_stack(
            [np.where(to_tail | (along <= 0), along, np.inf), np.where(to_head | (rest <= 0), rest, np.inf)]
        )
        in_m = np.column_stack(
            [np.where(to_head | (along <= 0), along, np.inf), np.where(to_tail | (rest <= 0), rest, np.inf)]
        )
        gap = np.where(snapped, snapped_to.gap_m, np.inf)[:, None]
        out_m, in_m = (np.where(snapped[:, None], metres, 0.0) + gap for metres in (out_m, in_m))
        return StreetPlaces(points, snapped, snapped_to.gap_m, snapped_to.street, along, nodes, out_m, in_m)

    def legs(self, origins: Places, destinations: Places, *, limit_s: int) -> Legs:
        """Walk from every origin to every destination that takes at most `limit_s` seconds."""
        start, end = _as_tied(origins), _as_tied(destinations)
        backward = end.snapped.sum() < start.snapped.sum()
        if backward:  # from the fewer side, against the streets' directions
            counts, index, metres = self._search(self._reverse, end, end.in_m, start, start.out_m, limit_s)
        else:
            counts, index, metres = self._search(self._graph, start, start.out_m, end, end.in_m, limit_s)
        row = np.repeat(np.arange(len(counts)), counts)
        seconds = walking_seconds(metres, speed_kmh=self.profile.speed_kmh)
        kept = seconds <= limit_s
        row, index, seconds = row[kept], index[kept], seconds[kept]
        i, j = (index, row) if backward else (row, index)
        return collect_legs(i, j, seconds, n_from=len(start), n_to=len(end))

    def pairs(
        self, origins: Places, i: NDArray[np.integer], destinations: Places, j: NDArray[np.integer]
    ) -> NDArray[np.float64]:
        """Whole seconds from origin ``i[k]`` to destination ``j[k]``, without a limit; NaN where there is no path."""
        start, end = _as_tied(origins), _as_tied(destinations)
        i, j = np.asarray(i, np.int64), np.asarray(j, np.int64)
        seconds = np.full(len(i), np.nan)
        joined = start.snapped[i] & end.snapped[j]
        joined &= self._component[start.nodes[i, 0]] == self._component[end.nodes[j, 0]]
        asked = np.flatnonzero(joined)
        asked = asked[np.argsort(i[asked], kind="stable")]
        groups, first = np.unique(i[asked], return_index=True)
        bounds, graph = np.append(first, len(asked)), self._graph

        def search(a: int, b: int) -> NDArray[np.float64]:
            metres: NDArray[np.float64] = search_pairs(
                graph.indptr, graph.head, graph.length_m, graph.forward, graph.backward,
                groups[a:b], bounds[a : b + 1] - bounds[a], j[asked[bounds[a] : bounds[b]]],
                start.street, start.along_m, start.gap_m, start.nodes, start.out_m,
                end.street, end.along_m, end.gap_m, end.nodes, end.in_m,
            )  # fmt: skip
            return metres

        metres = np.concatenate([np.zeros(0), *self._share(search, len(groups))])
        found = np.isfinite(metres)
        seconds[asked[found]] = walking_seconds(metres[found], speed_kmh=self.profile.speed_kmh)
        return seconds

    def _search(
        self,
        graph: _Graph,
        start: StreetPlaces,
        start_m: NDArray[np.float64],
        end: StreetPlaces,
        end_m: NDArray[np.float64],
        limit_s: int,
    ) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
        """Walk from each start to the ends within the limit: how many each has, which, and the metres."""
        limit_m = limit_s * self.profile.speed_kmh / 3.6 * (1 + 1e-9) + 1e-3  # the seconds decide, not the metres
        door_indptr, door = _list_by(end.nodes.ravel(), np.isfinite(end_m).ravel(), self.network.node_count)
        street_indptr, on_street = _list_by(end.street, end.snapped, self.network.street_count)

        def search(first: int, last: int) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
            found: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]] = search_legs(
                graph.indptr, graph.head, graph.length_m, graph.forward, graph.backward,
                first, last, start.street, start.along_m, start.gap_m, start.nodes, start_m,
                end.along_m, end.gap_m, door_indptr, (door // 2).astype(np.int32), end_m.ravel()[door],
                street_indptr, on_street.astype(np.int32), limit_m,
            )  # fmt: skip
            return found

        found = self._share(search, len(start))
        if not found:
            return np.zeros(0, np.int64), np.zeros(0, np.int32), np.zeros(0)
        counts, index, metres = (np.concatenate(part) for part in zip(*found, strict=True))
        return counts, index, metres

    def _share(self, search: Callable[[int, int], T], count: int) -> list[T]:
        """Search for ranges of origins, in threads where that pays; the answers in the order of the origins."""
        threads = self.threads if count > _SMALL else 1
        cuts = np.linspace(0, count, 4 * threads + 1 if threads > 1 else 2).astype(np.int64).tolist()
        ranges = [(a, b) for a, b in pairwise(cuts) if b > a]
        if threads == 1:
            return [search(first, last) for first, last in ranges]
        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(search, *zip(*ranges, strict=True)))

    @cached_property
    def _index(self) -> StreetIndex:
        # Nobody is snapped to what a scenario adds: the last streets.
        there = self.network.street_count - int(self.network.summary.get("added_streets", 0))
        return StreetIndex(self.network, np.flatnonzero(self.usable[:there]))

    @cached_property
    def _graph(self) -> _Graph:
        return self._build(self.network.forward, self.network.backward)

    @cached_property
    def _reverse(self) -> _Graph:
        return self._build(self.network.backward, self.network.forward)

    def _build(self, forward: NDArray[np.bool_], backward: NDArray[np.bool_]) -> _Graph:
        network = self.network
        ahead, back = np.flatnonzero(self.usable & forward), np.flatnonzero(self.usable & backward)
        tail = np.concatenate([network.tail[ahead], network.head[back]])
        head = np.concatenate([network.head[ahead], network.tail[back]])
        length_m = np.concatenate([network.length_m[ahead], network.length_m[back]])
        order = np.lexsort((length_m, head, tail))
        indptr = np.zeros(network.node_count + 1, np.int64)
        np.cumsum(np.bincount(tail, minlength=network.node_count), out=indptr[1:])
        return _Graph(indptr, head[order], length_m[order], forward, backward)

    @cached_property
    def _component(self) -> NDArray[np.int32]:
        """Group of nodes that the profile's streets join, whatever their directions: int32 (nodes,)."""
        tail, head, size = self.network.tail[self.usable], self.network.head[self.usable], self.network.node_count
        joined = coo_array((np.ones(len(tail), np.int8), (tail, head)), shape=(size, size))
        component: NDArray[np.int32] = connected_components(joined, directed=False)[1]
        return component


def _as_tied(places: Places) -> StreetPlaces:
    if not isinstance(places, StreetPlaces):
        message = "these places were not placed by a StreetWalker"
        raise TypeError(message)
    return places


def _list_by(
    key: NDArray[np.integer], kept: NDArray[np.bool_], size: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """List the positions with each key, ascending: those of key k are ``positions[indptr[k]:indptr[k + 1]]``."""
    positions = np.flatnonzero(kept)
    indptr = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(key[positions], minlength=size), out=indptr[1:])
    return indptr, positions[np.argsort(key[positions], kind="stable")]
