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
    tail: NDArray[np.integer], head: NDArray[np.integer], kept: NDArray[np.bool_], *, n_nodes: int, minimum: int
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
    """
    ends = tail[kept], head[kept]
    joined = coo_array((np.ones(len(ends[0]), np.int8), ends), shape=(n_nodes, n_nodes))
    _, group = connected_components(joined, directed=False)
    in_use = np.zeros(n_nodes, np.bool_)
    in_use[ends[0]] = in_use[ends[1]] = True
    nodes = np.bincount(group[in_use], minlength=int(group.max()) + 1 if n_nodes else 0)
    if not nodes.size:
        return Islands(np.zeros(len(tail), np.bool_), 0, 0)
    small = (nodes < minimum) & (nodes > 0)
    small[np.argmax(nodes)] = False
    return Islands(kept & small[group[tail]], int(small.sum()), int(nodes[small].sum()))
