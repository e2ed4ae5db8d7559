"""Islands: groups of streets joined to nothing else and too small to walk out of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Islands:
    """Which streets are on islands, and how much that is.

    Attributes
    ----------
    lost
        bool (streets,).
    count, nodes
        How many islands there are, and how many junctions and ends they have together.
    """

    lost: NDArray[np.bool_]
    count: int
    nodes: int


def find_islands(
    tail: NDArray[np.integer],
    head: NDArray[np.integer],
    kept: NDArray[np.bool_],
    *,
    n_nodes: int,
    minimum: int,
    passed: NDArray[np.bool_] | None = None,
) -> Islands:
    """Find the groups of streets with fewer junctions and ends than `minimum`; the largest group is none.

    Parameters
    ----------
    tail, head
        (streets,): the nodes that each street joins, whichever way it is walked.
    kept
        bool (streets,): the streets that count.
    n_nodes
        How many nodes there are; those that no counting street touches belong to no group.
    passed
        bool (nodes,): nodes that are no junctions and not counted.
    """
    ends = tail[kept], head[kept]
    joined = coo_array((np.ones(len(ends[0]), np.int8), ends), shape=(n_nodes, n_nodes))
    _, group = connected_components(joined, directed=False)
    in_use = np.zeros(n_nodes, np.bool_)
    in_use[ends[0]] = in_use[ends[1]] = True
    if passed is not None:
        in_use &= ~passed
    nodes = np.bincount(group[in_use], minlength=int(group.max()) + 1 if n_nodes else 0)
    if not nodes.size:
        return Islands(np.zeros(len(tail), np.bool_), 0, 0)
    small = (nodes < minimum) & (nodes > 0)
    small[np.argmax(nodes)] = False
    return Islands(kept & small[group[tail]], int(small.sum()), int(nodes[small].sum()))


@dataclass(frozen=True)
class StreetParts:
    """Streets as read: every walkable one, islands and all, before they are measured.

    Attributes
    ----------
    node_id
        int64 (nodes,): identifiers; unique.
    node_lon, node_lat
        float64 (nodes,): degrees, WGS84.
    passed
        bool (nodes,): whether it stands on one street, and only because something there stops some profile.
    tail, head, forward, backward, steps, wheelchair, limited, stops, kind, way_id, offsets
        Of each street, as `network.WalkNetwork` has them.
    lon, lat
        float64 (points,): degrees, WGS84.
    length_m
        float64 (streets,): length as given (metres); NaN where it is to be measured along the points.
    conditions
        How many ways and nodes have conditions, so that other departures may find other streets.
    conditions_in_part
        How many of these do not hold throughout the window, nor never in it: a part of the departures may find other
        streets.
    """

    node_id: NDArray[np.int64]
    node_lon: NDArray[np.float64]
    node_lat: NDArray[np.float64]
    passed: NDArray[np.bool_]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    forward: NDArray[np.bool_]
    backward: NDArray[np.bool_]
    steps: NDArray[np.bool_]
    wheelchair: NDArray[np.int8]
    limited: NDArray[np.bool_]
    stops: NDArray[np.int8]
    kind: NDArray[np.int8]
    way_id: NDArray[np.int64]
    offsets: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    length_m: NDArray[np.float64]
    conditions: int = 0
    conditions_in_part: int = 0


def expand_ranges(starts: NDArray[np.integer], counts: NDArray[np.integer]) -> NDArray[np.int64]:
    """Return ``start, start + 1, ...`` of each range, `counts` long, one after the other."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    expanded: NDArray[np.int64] = np.arange(total, dtype=np.int64) + np.repeat(starts - (ends - counts), counts)
    return expanded


def part_ends(
    node_id: NDArray[np.int64],
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    ends: NDArray[np.int64],
    shut: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Give ends of streets that are shut nodes of their own, and drop the nodes that are no end.

    Parameters
    ----------
    node_id, lon, lat
        (nodes,): ascending identifiers, degrees.
    ends, shut
        (streets, 2): the nodes at the tail and the head, and whether nobody passes there.

    Returns
    -------
    tuple
        Nodes and ends as they are then; the new nodes have negative identifiers.
    """
    # Tails first, then heads: identifiers are given in this order.
    flat, at = ends.T.flatten(), np.flatnonzero(shut.T.ravel())
    lowest = min(0, int(node_id[0]))
    node_id = np.concatenate([node_id, lowest - 1 - np.arange(len(at))])
    lon, lat = (np.concatenate([degrees, degrees[flat[at]]]) for degrees in (lon, lat))
    flat[at] = len(node_id) - len(at) + np.arange(len(at))
    used, flat = np.unique(flat, return_inverse=True)
    return node_id[used], lon[used], lat[used], flat.reshape(2, -1).T


def sum_along(piece: NDArray[np.float64], offsets: NDArray[np.int64]) -> NDArray[np.float64]:
    """Sum the pieces of each street up to each of its points, so that a street does not depend on those before it."""
    along = np.zeros(len(piece), np.float64)
    count = np.diff(offsets)
    # Point by point, for all streets that have as many.
    order = np.argsort(-count, kind="stable")
    for k in range(1, int(count.max(initial=0))):
        order = order[: np.searchsorted(-count[order], -k)]
        at = offsets[:-1][order] + k
        along[at] = along[at - 1] + piece[at]
    return along
