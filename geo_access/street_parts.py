"""What every reader of streets hands over: nodes and the streets between them, in longitude and latitude."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class StreetParts:
    """Streets as read: every walkable one, islands and all, before they are measured.

    Attributes
    ----------
    node_id
        int64 (nodes,): identifiers; unique.
    node_lon, node_lat
        float64 (nodes,): degrees, WGS84.
    tail, head
        int32 (streets,): node where each street starts and ends.
    forward, backward
        bool (streets,): whether it is walked from tail to head, and from head to tail.
    steps
        bool (streets,): stairs.
    wheelchair
        int8 (streets,): -1 closed, 0 not said, 1 open to wheelchairs.
    kind
        int8 (streets,): position in `pedestrian.WALKABLE`.
    way_id
        int64 (streets,): way of OpenStreetMap that it is part of; negative for a relation; 0 when unknown.
    offsets
        int64 (streets + 1,): the points of street s are ``offsets[s]:offsets[s + 1]``, both ends included.
    lon, lat
        float64 (points,): degrees, WGS84.
    length_m
        float64 (streets,): length as given (metres); NaN where it is to be measured along the points.
    """

    node_id: NDArray[np.int64]
    node_lon: NDArray[np.float64]
    node_lat: NDArray[np.float64]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    forward: NDArray[np.bool_]
    backward: NDArray[np.bool_]
    steps: NDArray[np.bool_]
    wheelchair: NDArray[np.int8]
    kind: NDArray[np.int8]
    way_id: NDArray[np.int64]
    offsets: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    length_m: NDArray[np.float64]


def expand_ranges(starts: NDArray[np.integer], counts: NDArray[np.integer]) -> NDArray[np.int64]:
    """Return ``start, start + 1, ...`` of each range, `counts` long, one after the other."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    expanded: NDArray[np.int64] = np.arange(total, dtype=np.int64) + np.repeat(starts - (ends - counts), counts)
    return expanded


@njit(cache=True, nogil=True)
def sum_along(piece, offsets):  # type: ignore[no-untyped-def]  # numba has no types
    """Sum the pieces of each street up to each of its points, so that a street does not depend on those before it."""
    along = np.zeros(len(piece), np.float64)
    for s in range(len(offsets) - 1):
        for k in range(offsets[s] + 1, offsets[s + 1]):
            along[k] = along[k - 1] + piece[k]
    return along
