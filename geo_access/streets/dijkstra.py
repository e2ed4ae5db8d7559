"""Shortest paths on the walking network, compiled: Dijkstra's algorithm with a bound, from one place at a time.

A place is two doors: the ends of its street, each with the metres between the place and it (infinite where the
street is not walked that way). The search starts from the origin's doors and ends at the destinations'.
"""
# mypy: disable-error-code="no-untyped-def,untyped-decorator,no-untyped-call"
# (numba has no types: every function here is its own)

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def _push(heap_m, heap_node, size, metres, node):
    """Put a node on the heap; ties in metres are broken by node, so that the order is always the same."""
    at = size
    while at > 0:
        above = (at - 1) >> 1
        if heap_m[above] < metres or (heap_m[above] == metres and heap_node[above] <= node):
            break
        heap_m[at], heap_node[at] = heap_m[above], heap_node[above]
        at = above
    heap_m[at], heap_node[at] = metres, node
    return size + 1


@njit(cache=True, nogil=True)
def _sink(heap_m, heap_node, size):
    """Take the top off the heap (the caller has read it)."""
    size -= 1
    metres, node = heap_m[size], heap_node[size]
    at = 0
    while True:
        below = 2 * at + 1
        if below >= size:
            break
        other = below + 1
        if other < size and (
            heap_m[other] < heap_m[below] or (heap_m[other] == heap_m[below] and heap_node[other] < heap_node[below])
        ):
            below = other
        if metres < heap_m[below] or (metres == heap_m[below] and node <= heap_node[below]):
            break
        heap_m[at], heap_node[at] = heap_m[below], heap_node[below]
        at = below
    heap_m[at], heap_node[at] = metres, node
    return size


@njit(cache=True, nogil=True)
def _reach(metres, touched, touched_count, heap_m, heap_node, size, node, there, limit_m):
    """Note that a node is reached after `there` metres, when that is news within the limit."""
    if there < metres[node] and there <= limit_m:
        if metres[node] == np.inf:
            touched[touched_count] = node
            touched_count += 1
        metres[node] = there
        size = _push(heap_m, heap_node, size, there, node)
    return touched_count, size


@njit(cache=True, nogil=True)
def _straight_along(a_m, b_m, forward, backward):
    """Metres from a to b on one street without leaving it; infinite where it is not walked that way."""
    if a_m == b_m:
        return 0.0
    if b_m > a_m:
        return b_m - a_m if forward else np.inf
    return a_m - b_m if backward else np.inf


@njit(cache=True, nogil=True)
def _grow(found_to, found_m, total, needed):
    """Make room for twice as many legs, or for those needed."""
    room = max(2 * len(found_to), needed)
    more_to, more_m = np.empty(room, np.int32), np.empty(room, np.float64)
    more_to[:total], more_m[:total] = found_to[:total], found_m[:total]
    return more_to, more_m


@njit(cache=True, nogil=True)
def _walk_street(
    street, along_m, gap_m, to_along, to_gap, street_indptr, street_to, forward, backward, limit_m, best, reached
):
    """Reach the destinations on the origin's own street without leaving it; how many there are."""
    count = 0
    for k in range(street_indptr[street], street_indptr[street + 1]):
        j = street_to[k]
        whole = gap_m + _straight_along(along_m, to_along[j], forward[street], backward[street]) + to_gap[j]
        if whole <= limit_m:
            best[j] = whole
            reached[count] = j
            count += 1
    return count


@njit(cache=True, nogil=True)
def search_legs(
    indptr, head, length_m, forward, backward,
    origin_first, origin_last, from_street, from_along, from_gap, from_node, from_m,
    to_along, to_gap, door_indptr, door_to, door_m, street_indptr, street_to,
    limit_m,
):  # fmt: skip
    """Walk from a range of origins to every destination within a limit.

    Parameters
    ----------
    indptr, head, length_m
        The graph: directed edges by the node where they start.
    forward, backward
        Whether each street is walked from tail to head, and back.
    origin_first, origin_last
        The origins ``origin_first:origin_last``.
    from_street, from_along, from_gap, from_node, from_m
        Of each origin: its street, how far along it, its gap, its two doors and the metres to each, gap included.
    to_along, to_gap
        Of each destination: how far along its street, its gap.
    door_indptr, door_to, door_m
        Of each node: the destinations whose door it is, and the metres from it to them, gap included.
    street_indptr, street_to
        Of each street: the destinations on it.
    limit_m
        Longest walk (metres).

    Returns
    -------
    tuple
        How many destinations each origin has; the destinations, ascending within an origin; the metres to each.
    """
    metres = np.full(len(indptr) - 1, np.inf)
    touched = np.empty(len(indptr) - 1, np.int32)
    heap_m = np.empty(len(head) + 2, np.float64)
    heap_node = np.empty(len(head) + 2, np.int32)
    best = np.full(len(to_along), np.inf)
    reached = np.empty(len(to_along), np.int32)
    counts = np.zeros(origin_last - origin_first, np.int64)
    total = 0
    found_to = np.empty(1024, np.int32)
    found_m = np.empty(1024, np.float64)

    for i in range(origin_first, origin_last):
        street = from_street[i]
        if street < 0:
            continue
        touched_count, size = 0, 0
        reached_count = _walk_street(
            street, from_along[i], from_gap[i], to_along, to_gap, street_indptr, street_to,
            forward, backward, limit_m, best, reached,
        )  # fmt: skip
        for door in range(2):
            touched_count, size = _reach(
                metres, touched, touched_count, heap_m, heap_node, size, from_node[i, door], from_m[i, door], limit_m
            )
        while size > 0:
            here, node = heap_m[0], heap_node[0]
            size = _sink(heap_m, heap_node, size)
            if here > metres[node]:
                continue
            for k in range(door_indptr[node], door_indptr[node + 1]):
                whole = here + door_m[k]
                j = door_to[k]
                if whole <= limit_m and whole < best[j]:
                    if best[j] == np.inf:
                        reached[reached_count] = j
                        reached_count += 1
                    best[j] = whole
            for k in range(indptr[node], indptr[node + 1]):
                touched_count, size = _reach(
                    metres, touched, touched_count, heap_m, heap_node, size, head[k], here + length_m[k], limit_m
                )
        row = np.sort(reached[:reached_count])
        if total + reached_count > len(found_to):
            found_to, found_m = _grow(found_to, found_m, total, total + reached_count)
        for j in row:
            found_to[total], found_m[total] = j, best[j]
            best[j] = np.inf
            total += 1
        counts[i - origin_first] = reached_count
        for k in range(touched_count):
            metres[touched[k]] = np.inf
    return counts, found_to[:total].copy(), found_m[:total].copy()


@njit(cache=True, nogil=True)
def _arrive(node, here, pair_to, to_node, to_m, best):
    """Note which destinations have this door; return the metres beyond which none can become nearer."""
    bound = 0.0
    for k in range(len(pair_to)):
        for door in range(2):
            if to_node[pair_to[k], door] == node:
                best[k] = min(best[k], here + to_m[pair_to[k], door])
        bound = max(bound, best[k])
    return bound


@njit(cache=True, nogil=True)
def search_pairs(
    indptr, head, length_m, forward, backward,
    group_origin, group_indptr, pair_to,
    from_street, from_along, from_gap, from_node, from_m,
    to_street, to_along, to_gap, to_node, to_m,
):  # fmt: skip
    """Walk from each origin to its own few destinations, however far.

    Parameters are those of `search_legs`, and:

    group_origin, group_indptr, pair_to
        The origins, and the destinations of each: those of group g are
        ``pair_to[group_indptr[g]:group_indptr[g + 1]]``. Every place is snapped to a street.
    to_street, to_node, to_m
        Of each destination: its street, its two doors and the metres from each, gap included.

    Returns
    -------
    ndarray
        float64 (pairs,): metres; infinite where there is no path.
    """
    metres = np.full(len(indptr) - 1, np.inf)
    is_door = np.zeros(len(indptr) - 1, np.bool_)
    touched = np.empty(len(indptr) - 1, np.int32)
    heap_m = np.empty(len(head) + 2, np.float64)
    heap_node = np.empty(len(head) + 2, np.int32)
    best = np.full(len(pair_to), np.inf)
    for group in range(len(group_origin)):
        i = group_origin[group]
        first, last = group_indptr[group], group_indptr[group + 1]
        touched_count, size = 0, 0
        bound = 0.0
        for k in range(first, last):
            j = pair_to[k]
            if to_street[j] == from_street[i]:
                street = to_street[j]
                along = _straight_along(from_along[i], to_along[j], forward[street], backward[street])
                best[k] = from_gap[i] + along + to_gap[j]
            bound = max(bound, best[k])
            is_door[to_node[j, 0]] = is_door[to_node[j, 1]] = True
        for door in range(2):
            touched_count, size = _reach(
                metres, touched, touched_count, heap_m, heap_node, size, from_node[i, door], from_m[i, door], np.inf
            )
        while size > 0:
            here, node = heap_m[0], heap_node[0]
            size = _sink(heap_m, heap_node, size)
            if here >= bound:
                break
            if here > metres[node]:
                continue
            if is_door[node]:
                bound = _arrive(node, here, pair_to[first:last], to_node, to_m, best[first:last])
            for k in range(indptr[node], indptr[node + 1]):
                touched_count, size = _reach(
                    metres, touched, touched_count, heap_m, heap_node, size, head[k], here + length_m[k], np.inf
                )
        for k in range(touched_count):
            metres[touched[k]] = np.inf
        for k in range(first, last):
            is_door[to_node[pair_to[k], 0]] = is_door[to_node[pair_to[k], 1]] = False
    return best
