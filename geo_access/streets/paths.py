"""The way a walk takes on the streets, for drawing it: the search says how long it is, this says where it goes.

One pair at a time, in plain Python: Dijkstra's algorithm on the streets that the walker's profile may use, from the
doors of one place to those of the other (see `street_walker`), with the street by which each junction was reached.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo_access.streets.walker import as_points

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_access.streets.street_walker import StreetWalker
    from geo_access.streets.ties import Ties

#: A piece of a street: which, from how far along it to how far (metres); backward where the second is less.
_Piece = tuple[int, float, float]


@dataclass(frozen=True)
class WalkTie:
    """Where a walk starts or ends on the streets, when the nearest way has limits.

    Attributes
    ----------
    way, gap_m
        The way that the walk takes (OpenStreetMap's identifier), and how far it is (metres).
    nearest, nearest_m
        The nearest way, for those who go there only, and how far it is.
    """

    way: int
    gap_m: float
    nearest: int
    nearest_m: float


@dataclass(frozen=True)
class WalkLine:
    """A walk on the streets.

    Attributes
    ----------
    xy
        float64 (points, 2): from place to place (metres, the study's CRS), the straight pieces to the streets included.
    metres
        How long it is, as the search measures streets.
    start, end
        How it starts and ends where the nearest way has limits; None where it has none.
    """

    xy: NDArray[np.float64]
    metres: float
    start: WalkTie | None = None
    end: WalkTie | None = None


@dataclass(frozen=True, eq=False)
class PathFinder:
    """Finds where walks go.

    Attributes
    ----------
    walker
        Who walks on which streets.
    """

    walker: StreetWalker

    def find(self, start: NDArray[np.float64], end: NDArray[np.float64]) -> WalkLine | None:
        """Find the shortest walk between two points (x, y) (metres); None where no street joins them."""
        ends = np.vstack([as_points(start), as_points(end)])
        places = self.walker.place(ends)
        if not places.snapped.all():
            return None
        ties = places.ties
        pairs = [(a, b) for a in np.flatnonzero(ties.place == 0) for b in np.flatnonzero(ties.place == 1)]
        walks = [(*walk, a, b) for a, b in pairs if (walk := self._search(ties, int(a), int(b))) is not None]
        if not walks:
            return None
        metres, pieces, first, last = min(walks, key=lambda walk: walk[0])
        points = [ends[:1], *(self._cut(*piece) for piece in pieces), ends[1:]]
        xy = np.concatenate(points)
        moved = np.ones(len(xy), bool)
        moved[1:] = (xy[1:] != xy[:-1]).any(axis=1)
        kept = xy[moved]
        # A line has two points, also from a place to itself.
        line = kept if len(kept) > 1 else xy[[0, -1]]
        return WalkLine(line, metres, self._describe_tie(ties, 0, int(first)), self._describe_tie(ties, 1, int(last)))

    def _describe_tie(self, ties: Ties, nearest: int, taken: int) -> WalkTie | None:
        network, street = self.walker.network, ties.street
        if not network.limited[street[nearest]]:
            return None
        ways = [int(network.way_id[street[tie]]) for tie in (taken, nearest)]
        return WalkTie(ways[0], float(ties.gap_m[taken]), ways[1], float(ties.gap_m[nearest]))

    def _search(self, ties: Ties, a: int, b: int) -> tuple[float, list[_Piece]] | None:
        """Find the shortest walk between two ties: its metres and pieces."""
        network, graph = self.walker.network, self.walker.graph
        first, last = int(ties.street[a]), int(ties.street[b])
        a_m, b_m = float(ties.along_m[a]), float(ties.along_m[b])
        best, best_door = np.inf, -1
        if first == last:
            there = network.forward[first] if b_m > a_m else network.backward[first]
            if there or a_m == b_m:
                best = abs(b_m - a_m) + float(ties.gap_m[a] + ties.gap_m[b])
        doors: dict[int, float] = {}
        for node, metres in zip(ties.end[b].tolist(), ties.in_m[b].tolist(), strict=True):
            doors[node] = min(metres, doors.get(node, np.inf))
        known: dict[int, float] = {}
        came: dict[int, tuple[int, int, bool]] = {}
        heap: list[tuple[float, int]] = []
        for node, metres in zip(ties.start[a].tolist(), ties.out_m[a].tolist(), strict=True):
            if metres < known.get(node, np.inf):
                known[node] = metres
                heapq.heappush(heap, (metres, node))
        done: set[int] = set()
        while heap and heap[0][0] < best:
            metres, node = heapq.heappop(heap)
            if node in done:
                continue
            done.add(node)
            if metres + doors.get(node, np.inf) < best:
                best, best_door = metres + doors[node], node
            for at in range(graph.indptr[node], graph.indptr[node + 1]):
                other, there_m = int(graph.head[at]), metres + float(graph.length_m[at])
                if there_m < known.get(other, np.inf):
                    known[other], came[other] = there_m, (node, int(graph.street[at]), bool(graph.onward[at]))
                    heapq.heappush(heap, (there_m, other))
        if not np.isfinite(best):
            return None
        if best_door < 0:
            return best, [(first, a_m, b_m)]
        return best, self._list_pieces(ties, a, b, best_door, came)

    def _list_pieces(
        self, ties: Ties, a: int, b: int, last_door: int, came: dict[int, tuple[int, int, bool]]
    ) -> list[_Piece]:
        length = self.walker.network.length_m
        node, pieces = last_door, []
        while node in came:
            node, street, onward = came[node]
            if street >= 0:
                whole = float(length[street])
                pieces.append((street, 0.0, whole) if onward else (street, whole, 0.0))
        pieces.reverse()
        # From the place to its street's end by which it left, and from the door to the other place.
        edges = []
        for tie, door, doors, metres in (
            (a, node, ties.start[a], ties.out_m[a]), (b, last_door, ties.end[b], ties.in_m[b]),
        ):  # fmt: skip
            street = int(ties.street[tie])
            at_head = int(np.where(doors == door, metres, np.inf).argmin())
            edges.append((street, float(ties.along_m[tie]), float(length[street]) if at_head else 0.0))
        (first, along, out), (last, there, in_) = edges
        return [(first, along, out), *pieces, (last, in_, there)]

    def _cut(self, street: int, from_m: float, to_m: float) -> NDArray[np.float64]:
        """Return the points of a piece of a street, in the direction it is walked."""
        network = self.walker.network
        part = slice(int(network.offsets[street]), int(network.offsets[street + 1]))
        at, x, y = network.line_m[part], network.line_x[part], network.line_y[part]
        low, high = min(from_m, to_m), max(from_m, to_m)
        within = (at > low) & (at < high)
        stations = np.concatenate([[low], at[within], [high]])
        points = np.column_stack([np.interp(stations, at, x), np.interp(stations, at, y)])
        return points if to_m >= from_m else points[::-1]
