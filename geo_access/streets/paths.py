"""The way a walk takes on the streets, for drawing it: the search says how long it is, this says where it goes.

One pair at a time, in plain Python: Dijkstra's algorithm on the streets that the walker's profile may use, from the
doors of one place to those of the other (see `street_search`), with the street by which each junction was reached.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from geo_access.streets.walker import as_points

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_access.streets.walker import StreetPlaces, StreetWalker

#: A piece of a street: which, from how far along it to how far (metres); backward where the second is less.
_Piece = tuple[int, float, float]


@dataclass(frozen=True)
class WalkLine:
    """A walk on the streets.

    Attributes
    ----------
    xy
        float64 (points, 2): from place to place (metres, the study's CRS), the straight pieces to the streets included.
    metres
        How long it is, as the search measures streets.
    """

    xy: NDArray[np.float64]
    metres: float


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
        found = self._search(places)
        if found is None:
            return None
        metres, pieces = found
        points = [ends[:1], *(self._cut(*piece) for piece in pieces), ends[1:]]
        xy = np.concatenate(points)
        moved = np.ones(len(xy), bool)
        moved[1:] = (xy[1:] != xy[:-1]).any(axis=1)
        kept = xy[moved]
        # A line has two points, also from a place to itself.
        return WalkLine(kept if len(kept) > 1 else xy[[0, -1]], metres)

    def _search(self, places: StreetPlaces) -> tuple[float, list[_Piece]] | None:
        network, (indptr, head, street, onward) = self.walker.network, self._graph
        length = network.length_m
        (first, last), (a_m, b_m) = places.street.tolist(), places.along_m.tolist()
        best, best_door = np.inf, -1
        if first == last:
            there = network.forward[first] if b_m > a_m else network.backward[first]
            if there or a_m == b_m:
                best = abs(b_m - a_m) + float(places.gap_m.sum())
        doors: dict[int, float] = {}
        for node, metres in zip(places.nodes[1].tolist(), places.in_m[1].tolist(), strict=True):
            doors[node] = min(metres, doors.get(node, np.inf))
        known: dict[int, float] = {}
        came: dict[int, tuple[int, int, bool]] = {}
        heap: list[tuple[float, int]] = []
        for node, metres in zip(places.nodes[0].tolist(), places.out_m[0].tolist(), strict=True):
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
            for at in range(indptr[node], indptr[node + 1]):
                other, there_m = int(head[at]), metres + float(length[street[at]])
                if there_m < known.get(other, np.inf):
                    known[other], came[other] = there_m, (node, int(street[at]), bool(onward[at]))
                    heapq.heappush(heap, (there_m, other))
        if not np.isfinite(best):
            return None
        if best_door < 0:
            return best, [(first, a_m, b_m)]
        return best, self._list_pieces(places, best_door, came)

    def _list_pieces(
        self, places: StreetPlaces, last_door: int, came: dict[int, tuple[int, int, bool]]
    ) -> list[_Piece]:
        length = self.walker.network.length_m
        node, pieces = last_door, []
        while node in came:
            node, street, onward = came[node]
            whole = float(length[street])
            pieces.append((street, 0.0, whole) if onward else (street, whole, 0.0))
        pieces.reverse()
        # From the place to its street's end by which it left, and from the door to the other place.
        for place, door, side in ((0, node, places.out_m), (1, last_door, places.in_m)):
            street, along = int(places.street[place]), float(places.along_m[place])
            at_head = int(np.where(places.nodes[place] == door, side[place], np.inf).argmin())
            edge = float(length[street]) if at_head else 0.0
            if place == 0:
                pieces.insert(0, (street, along, edge))
            else:
                pieces.append((street, edge, along))
        return pieces

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

    @cached_property
    def _graph(self) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64], NDArray[np.bool_]]:
        """Directed edges by the node where they start: their heads, streets, and whether they go as the street does."""
        network, usable = self.walker.network, self.walker.usable
        ahead, back = np.flatnonzero(usable & network.forward), np.flatnonzero(usable & network.backward)
        tail = np.concatenate([network.tail[ahead], network.head[back]])
        head = np.concatenate([network.head[ahead], network.tail[back]])
        street = np.concatenate([ahead, back])
        onward = np.arange(len(street)) < len(ahead)
        order = np.argsort(tail, kind="stable")
        indptr = np.zeros(network.node_count + 1, np.int64)
        np.cumsum(np.bincount(tail, minlength=network.node_count), out=indptr[1:])
        return indptr, head[order], street[order], onward[order]
