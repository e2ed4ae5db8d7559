"""Walks on streets: points tied to them, and shortest paths that a profile may take, in seconds.

Ways with limits (``access=destination`` and the like) are walked as the unbroken first part of a walk whose start is
tied to one, and as the unbroken last part of a walk whose end is; never between public streets. The graph therefore has
up to three nodes for a junction on such a way: one of the first part, the public one, one of the last part. One passes
from the first to the second, and from the second to the third, at no cost, and never back.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geo_access.streets.components import Islands, find_islands
from geo_access.streets.dijkstra import search_legs, search_pairs
from geo_access.streets.snapping import TOUCH_M, StreetIndex
from geo_access.streets.ties import StreetPlaces, Ties, as_tied, list_by, second_ties
from geo_access.streets.walkable import STROLLER, WHEELCHAIR
from geo_access.streets.walker import as_points, collect_legs, walking_seconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from geo_access.core.findings import Findings
    from geo_access.streets.network import WalkNetwork
    from geo_access.streets.walker import Legs, Places, WalkingMode
    from geo_access.study.profiles import Profile

T = TypeVar("T")

#: Below this many origins a second thread costs more than it saves.
_SMALL: Final = 64
_MAX_THREADS: Final = 8


@dataclass(frozen=True)
class Graph:
    """Directed edges of a profile's streets, by the node where they start.

    Attributes
    ----------
    indptr
        int64 (nodes + 1,): the edges of node n are ``indptr[n]:indptr[n + 1]``.
    head
        int32 (edges,): where each ends.
    length_m
        float64 (edges,): metres; 0 where it only leads from one part of a walk to the next.
    street
        int32 (edges,): its street; -1 where it has none.
    onward
        bool (edges,): whether it goes from the street's tail to its head.
    forward, backward
        bool (streets,): which way each street is walked.
    """

    indptr: NDArray[np.int64]
    head: NDArray[np.int32]
    length_m: NDArray[np.float64]
    street: NDArray[np.int32]
    onward: NDArray[np.bool_]
    forward: NDArray[np.bool_]
    backward: NDArray[np.bool_]

    @property
    def node_count(self) -> int:
        """How many nodes there are."""
        return len(self.indptr) - 1


@dataclass(frozen=True)
class _Ends:
    """Where streets end for a profile: what stops it gives each street there an end of its own."""

    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    count: int
    passed: NDArray[np.bool_]


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

    Public streets that only ways with limits join to the rest count as limited too: who lives there could not leave
    otherwise, and nobody passes through.
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
        return f"streets 3, {who}, {where}, {self.network.filter_version}, {self.network.digest}"

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
    def _ends(self) -> _Ends:
        network, profile = self.network, self.profile
        bits = WHEELCHAIR if profile.wheelchair else 0 if profile.steps else STROLLER
        shut = (network.stops & bits) > 0
        if not shut.any():
            return _Ends(network.tail, network.head, network.node_count, network.passed)
        ends = np.column_stack([network.tail, network.head])
        passed = network.passed.copy()
        passed[ends[shut]] = False
        ends[shut] = network.node_count + np.arange(shut.sum(), dtype=np.int32)
        passed = np.append(passed, np.zeros(int(shut.sum()), np.bool_))
        return _Ends(np.ascontiguousarray(ends[:, 0]), np.ascontiguousarray(ends[:, 1]), len(passed), passed)

    @cached_property
    def _islands(self) -> Islands:
        """What only steps or closed ways join to the rest: who is snapped to it could go nowhere."""
        permitted, ends = self._permitted, self._ends
        if permitted.all() and ends.count == self.network.node_count:
            # The network has no islands left for who may walk everywhere.
            return Islands(np.zeros(len(permitted), np.bool_), 0, 0)
        minimum = int(self.network.summary.get("min_island_nodes", 1))
        return find_islands(ends.tail, ends.head, permitted, n_nodes=ends.count, minimum=minimum, passed=ends.passed)

    @cached_property
    def limited(self) -> NDArray[np.bool_]:
        """Which streets are walked only as the first or last part of a walk: bool (streets,).

        Those with limits, and the public ones that only ways with limits join to the largest public group among theirs.
        """
        limited = self.network.limited & self.usable
        if not limited.any():
            return limited
        # What a scenario adds makes nothing public that was not: nobody shall arrive later for it.
        added = int(self.network.summary.get("added_streets", 0))
        there = self.usable & (np.arange(len(limited)) < len(limited) - added)
        ends = self._ends
        streets = np.flatnonzero(there & ~limited)
        whole, public = self._group(there), self._group(there & ~limited)
        nodes = np.unique(np.concatenate([ends.tail[streets], ends.head[streets]]))
        size = np.bincount(public[nodes], minlength=int(public.max()) + 1)
        groups, at = np.unique(public[ends.tail[streets]], return_index=True)
        among = whole[ends.tail[streets[at]]]
        # The largest public group of each connected whole stays public; of equals the first.
        order = np.lexsort((groups, -size[groups], among))
        _, first = np.unique(among[order], return_index=True)
        main = groups[order[first]]
        limited[streets] = ~np.isin(public[ends.tail[streets]], main)
        return limited

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
        """Snap points (n, 2) (metres, the study's CRS) to the nearest street that the profile may use.

        A point whose nearest street has limits is tied to the nearest public one as well. One that is as near to a
        public street is tied to that alone.
        """
        points = as_points(xy)
        nearest = self._index.snap(points, snap_m=self.snap_m)
        street, along, gap = nearest.street.copy(), nearest.along_m.copy(), nearest.gap_m.copy()
        snapped = street >= 0
        place = np.arange(len(points), dtype=np.int32)
        bound = np.flatnonzero(snapped & self.network.limited[np.maximum(street, 0)])
        if len(bound):
            public = self._public_index.snap(points[bound], snap_m=self.snap_m)
            found = public.street >= 0
            instead = found & (public.gap_m <= gap[bound] + TOUCH_M)
            rows, there = bound[instead], np.flatnonzero(instead)
            street[rows], along[rows], gap[rows] = public.street[there], public.along_m[there], public.gap_m[there]
            also = found & ~instead
            place = np.append(place, bound[also].astype(np.int32))
            street = np.append(street, public.street[also])
            along, gap = np.append(along, public.along_m[also]), np.append(gap, public.gap_m[also])
        return StreetPlaces(points, snapped, gap[: len(points)].copy(), self._tie(place, street, along, gap))

    def _tie(
        self, place: NDArray[np.int32], street: NDArray[np.int32], along: NDArray[np.float64], gap: NDArray[np.float64]
    ) -> Ties:
        network, tied = self.network, (street >= 0)[:, None]
        on = np.maximum(street, 0)
        start, end = (np.where(tied, doors[on], 0).astype(np.int32) for doors in self._doors)
        rest = network.length_m[on] - along
        # A point at the very end of a street is in the junction, whichever way the street is walked.
        to_head, to_tail = network.forward[on], network.backward[on]
        out_m = np.column_stack(
            [np.where(to_tail | (along <= 0), along, np.inf), np.where(to_head | (rest <= 0), rest, np.inf)]
        )
        in_m = np.column_stack(
            [np.where(to_head | (along <= 0), along, np.inf), np.where(to_tail | (rest <= 0), rest, np.inf)]
        )
        gaps = np.where(tied[:, 0], gap, np.inf)[:, None]
        out_m, in_m = (np.where(tied, metres, 0.0) + gaps for metres in (out_m, in_m))
        return Ties(place, street, along, gap, start, end, out_m, in_m)

    def legs(self, origins: Places, destinations: Places, *, limit_s: int) -> Legs:
        """Walk from every origin to every destination that takes at most `limit_s` seconds."""
        start, end = as_tied(origins).ties, as_tied(destinations).ties
        backward = destinations.snapped.sum() < origins.snapped.sum()
        if backward:  # from the fewer side, against the streets' directions
            counts, index, metres = self._search(
                self._reverse, end, end.end, end.in_m, start, start.start, start.out_m, limit_s
            )
        else:
            counts, index, metres = self._search(
                self.graph, start, start.start, start.out_m, end, end.end, end.in_m, limit_s
            )
        row = np.repeat(np.arange(len(counts)), counts)
        seconds = walking_seconds(metres, speed_kmh=self.profile.speed_kmh)
        kept = seconds <= limit_s
        row, index, seconds = row[kept], index[kept], seconds[kept]
        i, j = (index, row) if backward else (row, index)
        n_from, n_to = len(origins), len(destinations)
        if len(start) > n_from or len(end) > n_to:  # of several ties the shorter walk counts
            i, j = start.place[i].astype(np.int64), end.place[j].astype(np.int64)
            order = np.lexsort((seconds, j, i))
            _, first = np.unique((i * n_to + j)[order], return_index=True)
            i, j, seconds = i[order[first]], j[order[first]], seconds[order[first]]
        return collect_legs(i, j, seconds, n_from=n_from, n_to=n_to)

    def pairs(
        self, origins: Places, i: NDArray[np.integer], destinations: Places, j: NDArray[np.integer]
    ) -> NDArray[np.float64]:
        """Whole seconds from origin ``i[k]`` to destination ``j[k]``, without a limit; NaN where there is no path."""
        start, end = as_tied(origins).ties, as_tied(destinations).ties
        sides = [np.asarray(i, np.int64), np.asarray(j, np.int64)]
        asked = np.arange(len(i))
        # Each pair of ties is a pair of its own: first ties, then those with a second one of the start, of the end.
        for side, second in enumerate((second_ties(start, len(origins)), second_ties(end, len(destinations)))):
            more = second[sides[side]]
            extra = np.flatnonzero(more >= 0)
            asked = np.append(asked, asked[extra])
            sides = [np.append(ties, ties[extra]) for ties in sides]
            sides[side][len(more) :] = more[extra]
        metres = self._pair_metres(start, sides[0], end, sides[1])
        least = np.full(int(asked.max()) + 1 if len(asked) else 0, np.inf)
        np.minimum.at(least, asked, metres)
        found = np.isfinite(least)
        seconds = np.full(len(least), np.nan)
        seconds[found] = walking_seconds(least[found], speed_kmh=self.profile.speed_kmh)
        return seconds

    def _pair_metres(self, start: Ties, i: NDArray[np.int64], end: Ties, j: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the metres from tie ``i[k]`` to tie ``j[k]``; infinite without a path."""
        every = np.full(len(i), np.inf)
        joined = (start.street[i] >= 0) & (end.street[j] >= 0)
        group, tail = self._component, self._ends.tail
        joined &= group[tail[np.maximum(start.street[i], 0)]] == group[tail[np.maximum(end.street[j], 0)]]
        asked = np.flatnonzero(joined)
        asked = asked[np.argsort(i[asked], kind="stable")]
        groups, first = np.unique(i[asked], return_index=True)
        bounds, graph = np.append(first, len(asked)), self.graph

        def search(a: int, b: int) -> NDArray[np.float64]:
            metres: NDArray[np.float64] = search_pairs(
                graph.indptr, graph.head, graph.length_m, graph.forward, graph.backward,
                groups[a:b], bounds[a : b + 1] - bounds[a], j[asked[bounds[a] : bounds[b]]],
                start.street, start.along_m, start.gap_m, start.start, start.out_m,
                end.street, end.along_m, end.gap_m, end.end, end.in_m,
            )  # fmt: skip
            return metres

        every[asked] = np.concatenate([np.zeros(0), *self._share(search, len(groups))])
        return every

    def _search(
        self,
        graph: Graph,
        start: Ties,
        start_doors: NDArray[np.int32],
        start_m: NDArray[np.float64],
        end: Ties,
        end_doors: NDArray[np.int32],
        end_m: NDArray[np.float64],
        limit_s: int,
    ) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
        """Walk from each start to the ends within the limit: how many each has, which, and the metres."""
        limit_m = limit_s * self.profile.speed_kmh / 3.6 * (1 + 1e-9) + 1e-3  # the seconds decide, not the metres
        door_indptr, door = list_by(end_doors.ravel(), np.isfinite(end_m).ravel(), graph.node_count)
        street_indptr, on_street = list_by(end.street, end.street >= 0, self.network.street_count)

        def search(first: int, last: int) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
            found: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]] = search_legs(
                graph.indptr, graph.head, graph.length_m, graph.forward, graph.backward,
                first, last, start.street, start.along_m, start.gap_m, start_doors, start_m,
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
        return StreetIndex(self.network, np.flatnonzero(self.usable[: self._tied_to]))

    @cached_property
    def _public_index(self) -> StreetIndex:
        return StreetIndex(self.network, np.flatnonzero((self.usable & ~self.limited)[: self._tied_to]))

    @property
    def _tied_to(self) -> int:
        """The first streets, that points are tied to: nobody is snapped to what a scenario adds, the last streets."""
        return self.network.street_count - int(self.network.summary.get("added_streets", 0))

    @cached_property
    def _layers(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Nodes of ways with limits, and where each stands in that list (nodes,)."""
        ends = self._ends
        of_limited = np.concatenate([ends.tail[self.limited], ends.head[self.limited]])
        nodes = np.unique(of_limited).astype(np.int64)
        rank = np.zeros(ends.count, np.int64)
        rank[nodes] = np.arange(len(nodes))
        return nodes, rank

    @cached_property
    def _doors(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Nodes at the tail and head of each street (streets, 2), of walks that start on it and of those that end."""
        nodes, rank = self._layers
        both = np.column_stack([self._ends.tail, self._ends.head]).astype(np.int64)
        limited, count = self.limited[:, None], self._ends.count
        first = np.where(limited, count + rank[both], both)
        return first, np.where(limited, count + len(nodes) + rank[both], both)

    @cached_property
    def graph(self) -> Graph:
        """The streets as they are walked."""
        return self._build(reverse=False)

    @cached_property
    def _reverse(self) -> Graph:
        return self._build(reverse=True)

    def _build(self, *, reverse: bool) -> Graph:
        """List the directed edges; `reverse`: as walked backward."""
        network, usable = self.network, self.usable
        (nodes, _), ends = self._layers, self._ends
        first, last = self._doors
        public = np.column_stack([ends.tail, ends.head]).astype(np.int64)
        tails, heads, streets, onward = [], [], [], []
        for doors, chosen in (
            (public, usable & ~self.limited), (first, usable & self.limited), (last, usable & self.limited),
        ):  # fmt: skip
            for ahead, walked in ((True, network.forward), (False, network.backward)):
                at = np.flatnonzero(chosen & walked)
                tails.append(doors[at, 0 if ahead else 1])
                heads.append(doors[at, 1 if ahead else 0])
                streets.append(at)
                onward.append(np.full(len(at), ahead))
        layer, count = np.arange(len(nodes)), ends.count
        for before, after in ((count + layer, nodes), (nodes, count + len(nodes) + layer)):
            tails.append(before)
            heads.append(after)
            streets.append(np.full(len(nodes), -1))
            onward.append(np.ones(len(nodes), np.bool_))
        tail, head, street = (np.concatenate(part) for part in (tails, heads, streets))
        if reverse:
            tail, head = head, tail
        length_m = np.where(street < 0, 0.0, network.length_m[street])
        order = np.lexsort((length_m, head, tail))
        size = count + 2 * len(nodes)
        indptr = np.zeros(size + 1, np.int64)
        np.cumsum(np.bincount(tail, minlength=size), out=indptr[1:])
        forward, backward = (network.backward, network.forward) if reverse else (network.forward, network.backward)
        return Graph(
            indptr,
            head[order].astype(np.int32),
            length_m[order],
            street[order].astype(np.int32),
            np.concatenate(onward)[order],
            forward,
            backward,
        )

    @cached_property
    def _component(self) -> NDArray[np.int32]:
        """Group of nodes that the profile's streets join, whatever their directions: int32 (nodes,)."""
        return self._group(self.usable)

    def _group(self, streets: NDArray[np.bool_]) -> NDArray[np.int32]:
        ends = self._ends
        tail, head = ends.tail[streets], ends.head[streets]
        joined = coo_array((np.ones(len(tail), np.int8), (tail, head)), shape=(ends.count, ends.count))
        group: NDArray[np.int32] = connected_components(joined, directed=False)[1]
        return group
