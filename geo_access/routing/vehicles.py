"""What one vehicle runs without anybody alighting, laid out so that each connection goes on as at most one other.

Where trips follow each other one by one, the last connection of the one goes on as the first of the next. Where
vehicles are coupled or parted (``transfer_type`` 4 from or to several trips), each way through the trips is laid out as
a row of connections of its own: a trip on several ways is copied for all but the first.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from geo_access.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from geo_access.gtfs.timetable import Timetable

#: Most copies of connections: coupled trains are few, and ways through many pairs of trips beyond measure.
MAX_COPIES: Final = 2_000_000


class Vehicles(NamedTuple):
    """A timetable's connections as vehicles run them, latest first.

    Attributes
    ----------
    row
        int64 (connections,): rows of the timetable's connections; some more than once.
    following
        int32 (connections,): the place of the next connection on board, -1 at the end.
    copied
        Whether any row comes more than once.
    """

    row: NDArray[np.int64]
    following: NDArray[np.int32]
    copied: bool


def lay_out(timetable: Timetable, *, not_before: int, trip_ok: NDArray[np.bool_] | None = None) -> Vehicles:
    """Lay out what vehicles run.

    Parameters
    ----------
    not_before
        Connections that leave earlier (seconds) are left out.
    trip_ok
        bool (trips,): trips that may be used; one stays seated only between two of them.

    Raises
    ------
    InputError
        When coupled trips make more than `MAX_COPIES` copies.
    """
    kept = np.flatnonzero(timetable.departure >= not_before)[::-1]
    place = np.full(len(timetable.departure) + 1, -1, np.int32)
    place[kept] = np.arange(len(kept), dtype=np.int32)
    following = place[timetable.following[kept]]
    stays = timetable.stays.astype(np.int64)
    if trip_ok is not None:
        stays = stays[trip_ok[stays].all(axis=1)]
    if not len(stays):
        return Vehicles(kept, following, copied=False)
    first, last = _find_ends(timetable)
    # Who is on board of a trip that ended earlier got on earlier.
    stays = stays[place[last[stays[:, 0]]] >= 0]
    goes, comes = (np.bincount(stays[:, end], minlength=len(first)) for end in (0, 1))
    tangled = _find_tangled(stays, np.flatnonzero((goes > 1) | (comes > 1)))
    plain = stays[~tangled]
    following[place[last[plain[:, 0]]]] = place[first[plain[:, 1]]]
    if not tangled.any():
        return Vehicles(kept, following, copied=False)
    return _untangle(timetable, stays[tangled], kept, place, following, first)


def _find_ends(timetable: Timetable) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find the first and the last connection of each trip."""
    rows = np.arange(len(timetable.trip))
    first, last = np.full(len(timetable.trips), -1, np.int64), np.full(len(timetable.trips), -1, np.int64)
    first[timetable.trip[::-1]] = rows[::-1]
    last[timetable.trip] = rows
    return first, last


def _find_tangled(stays: NDArray[np.int64], branches: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Say which pairs hang together with a trip that several go on as, or that goes on as several."""
    found = set(branches.tolist())
    tangled = np.zeros(len(stays), bool)
    while found:
        more = np.asarray(np.isin(stays, list(found)).any(axis=1))
        if (more == tangled).all():
            break
        tangled = more
        found = set(np.unique(stays[tangled]).tolist())
    return tangled


def _untangle(
    timetable: Timetable,
    stays: NDArray[np.int64],
    kept: NDArray[np.int64],
    place: NDArray[np.int32],
    following: NDArray[np.int32],
    first: NDArray[np.int64],
) -> Vehicles:
    """Lay out each way through coupled trips as a row of connections of its own."""
    ahead: dict[int, list[int]] = defaultdict(list)
    for one, other in stays.tolist():
        ahead[one].append(other)
    heads = sorted(set(stays[:, 0].tolist()) - set(stays[:, 1].tolist()))
    hops = {trip: _list_hops(timetable, int(first[trip]), place) for trip in np.unique(stays).tolist()}
    _check_copies(ahead, heads, hops)
    n = len(kept)
    row, after = kept.tolist(), following.tolist()
    #: By connection of these ways, where it stands in its own: of connections of one second the earlier come first.
    rank = {}
    laid: set[int] = set()
    for way in _list_ways(ahead, heads):
        before, count = -1, 0
        for trip in way:
            again = trip in laid
            laid.add(trip)
            for hop in hops[trip]:
                at = int(place[hop])
                if again:
                    at = len(row)
                    row.append(hop)
                    after.append(-1)
                after[at] = -1
                if before >= 0:
                    after[before] = at
                rank[at] = count
                before, count = at, count + 1
    rows, next_ = np.array(row, np.int64), np.array(after, np.int64)
    tie = np.concatenate([kept, np.zeros(len(rows) - n, np.int64)])
    tie[list(rank)] = list(rank.values())
    order = np.lexsort((tie, timetable.arrival[rows], timetable.departure[rows]))[::-1]
    new_place = np.full(len(rows) + 1, -1, np.int32)
    new_place[order] = np.arange(len(rows), dtype=np.int32)
    return Vehicles(rows[order], new_place[next_[order]], copied=len(rows) > n)


def _list_hops(timetable: Timetable, first: int, place: NDArray[np.int32]) -> list[int]:
    hops = [first]
    while timetable.following[hops[-1]] >= 0:
        hops.append(int(timetable.following[hops[-1]]))
    return [hop for hop in hops if place[hop] >= 0]


def _list_ways(ahead: Mapping[int, Sequence[int]], heads: Sequence[int]) -> Iterator[list[int]]:
    """List every way from a trip that none goes on as to one that goes on as none."""
    for head in heads:
        waiting = [[head]]
        while waiting:
            way = waiting.pop()
            further = ahead.get(way[-1], ())
            if not further:
                yield way
            waiting += [[*way, other] for other in reversed(further)]


def _check_copies(ahead: Mapping[int, Sequence[int]], heads: Sequence[int], hops: Mapping[int, Sequence[int]]) -> None:
    """Refuse pairs of trips through which there are too many ways; counted without walking them."""
    order, seen = [], set()
    waiting = [(head, False) for head in heads]
    while waiting:
        trip, done = waiting.pop()
        if done:
            order.append(trip)
        elif trip not in seen:
            seen.add(trip)
            waiting += [(trip, True), *((other, False) for other in ahead.get(trip, ()))]
    # By trip: how many ways lead on from it, and how many connections they have together.
    ways: dict[int, tuple[int, int]] = {}
    for trip in order:
        further = [ways[other] for other in ahead.get(trip, ())] or [(1, 0)]
        count = sum(one for one, _ in further)
        ways[trip] = count, sum(some for _, some in further) + count * len(hops[trip])
    if sum(ways[head][1] for head in heads) > MAX_COPIES:
        raise InputError("limits.coupled_trips", file="transfers.txt", limit=MAX_COPIES)
