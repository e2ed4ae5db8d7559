"""Staying seated: which runs one vehicle makes one after the other, by block_id and by the trips of transfers.txt.

In a block, a run's successor is the next one by first departure among the runs of the block on that service day; one
stays seated where the last stop of the first is the first stop of the second and it arrives no later than that one
departs. A block of which two runs overlap or depart at once says nothing of a vehicle: it is told of and joins nothing.
``transfer_type`` 4 joins its two trips whatever their stops, 5 parts them. Where the trip that is gone on with departs
earlier on the clock of the service day than the other arrives, that of the next service day is meant (GTFS reference,
linked trips). Of a trip that frequencies.txt repeats, each departure is a run of its own.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo_access.core.findings import Findings
from geo_access.gtfs.codes import parse_codes
from geo_access.gtfs.rows import list_columns, read_table, report_rows
from geo_access.gtfs.rules import tell

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from geo_access.gtfs.feed import Feed
    from geo_access.gtfs.tables import TripTable

_TRANSFERS = "transfers.txt"
_JOINED, _PARTED = 4, 5
#: First departure, last arrival, run.
_Rank = tuple[int, int, int]


@dataclass(frozen=True)
class SeatRules:
    """What transfers.txt says of pairs of trips: int64 (pairs, 2), rows of the feed's trips, each pair once.

    Attributes
    ----------
    joined, parted
        ``transfer_type`` 4 and 5; a pair of both is only parted.
    """

    joined: NDArray[np.int64]
    parted: NDArray[np.int64]


@dataclass(frozen=True)
class RunEnds:
    """Where and when runs begin and end, one value a run.

    Attributes
    ----------
    trip, day
        Row of the feed's trips; the service day, counted from the studied one.
    start, end
        int64: first departure and last arrival (seconds of the studied day).
    first_stop, last_stop
        Rows of the feed's stops.
    counts
        bool: whether the run belongs to the studied day at all; the others only tell what vehicles do.
    """

    trip: NDArray[np.int64]
    day: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    first_stop: NDArray[np.int32]
    last_stop: NDArray[np.int32]
    counts: NDArray[np.bool_]


def read_seat_rules(feed: Feed, trips: TripTable, *, findings: Findings) -> SeatRules:
    """Read the rows of transfers.txt that join or part two trips; those that do not name both are told of."""
    if not {"from_trip_id", "to_trip_id"} & set(list_columns(feed, _TRANSFERS)):
        return SeatRules(_array([]), _array([]))  # of types 4 and 5 without trips `read_rules` tells
    # What is wrong with the file, `read_rules` tells.
    table = read_table(
        feed, _TRANSFERS, findings=Findings(), required=(), may_lack=True,
        optional=("transfer_type", "from_trip_id", "to_trip_id"),
    )  # fmt: skip
    if not (table[["from_trip_id", "to_trip_id"]] != "").any(axis=None):
        table = table[:0]
    kind = parse_codes(table["transfer_type"].tolist(), "transfer_type")
    kept = np.isin(kind, (_JOINED, _PARTED))
    table, kind = table[kept].reset_index(drop=True), kind[kept]
    ends = [table[column].tolist() for column in ("from_trip_id", "to_trip_id")]
    here, there = (np.array([trips.number.get(text, -1) for text in texts], np.int64) for texts in ends)
    lost = np.flatnonzero((here < 0) | (there < 0))
    report_rows(
        findings, "transit.in_seat_transfers", file=feed.file(_TRANSFERS),
        rows=table["row"].to_numpy()[lost], examples=[f"{ends[0][at]} → {ends[1][at]}" for at in lost[:3]],
    )  # fmt: skip
    known = (here >= 0) & (there >= 0)
    apart = kind == _PARTED
    pairs = np.column_stack([here, there])
    parted = {(a, b) for a, b in pairs[known & apart].tolist()}
    joined = {(a, b) for a, b in pairs[known & ~apart].tolist()} - parted
    return SeatRules(_array(sorted(joined)), _array(sorted(parted)))


def join_runs(
    ends: RunEnds, trips: TripTable, rules: SeatRules, origins: Mapping[int, int], *, file: str, findings: Findings
) -> NDArray[np.int64]:
    """List the runs between which one stays seated.

    Parameters
    ----------
    ends
        All runs of the service days that matter.
    origins
        Service day -> where its clock begins (seconds of the studied day).
    file
        trips.txt, for what is told of blocks.

    Returns
    -------
    int64 (pairs, 2)
        The run that ends and the one that it goes on as, sorted, each pair once. No run is before itself.
    """
    found = [*_join_blocks(ends, trips, file, findings), *_join_linked(ends, rules, origins)]
    parted = set(map(tuple, rules.parted.tolist()))
    trip = ends.trip.tolist()
    return _array(sorted({(a, b) for a, b in found if (trip[a], trip[b]) not in parted}))


def _join_blocks(ends: RunEnds, trips: TripTable, file: str, findings: Findings) -> Iterator[tuple[int, int]]:
    block = trips.block[ends.trip]
    some = np.flatnonzero(block >= 0)
    order = some[np.lexsort((ends.end[some], ends.start[some], block[some], ends.day[some]))]
    one, other = order[:-1], order[1:]
    same = (block[one] == block[other]) & (ends.day[one] == ends.day[other])
    # By first departure, a run that overlaps any later one overlaps the next.
    bad = same & ((ends.start[other] < ends.end[one]) | (ends.start[other] == ends.start[one]))
    group = np.cumsum(np.concatenate([np.zeros(min(len(order), 1), np.int64), ~same]))
    loose = np.isin(group[1:], group[1:][bad])
    told = np.isin(group, group[1:][bad]) & ends.counts[order]
    names = np.unique(block[order[told]]).tolist()
    if names:
        shown = ", ".join(trips.blocks[at] for at in names[:3])
        tell(findings, "transit.blocks_overlap", file=file, count=len(names), examples=shown)
    stays = same & ~loose & (ends.last_stop[one] == ends.first_stop[other])
    yield from zip(one[stays].tolist(), other[stays].tolist(), strict=True)


def _join_linked(ends: RunEnds, rules: SeatRules, origins: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    runs: dict[tuple[int, int], list[_Rank]] = {}
    for run in np.flatnonzero(np.isin(ends.trip, rules.joined)).tolist():
        rank = int(ends.start[run]), int(ends.end[run]), run
        runs.setdefault((int(ends.trip[run]), int(ends.day[run])), []).append(rank)
    for listed in runs.values():
        listed.sort()
    for trip, other in rules.joined.tolist():
        for day in sorted(origins):
            today, tomorrow = (runs.get((other, day + more), []) for more in (0, 1))
            for rank in runs.get((trip, day), ()):
                end = rank[1]
                then = _find_next(today, rank)
                if then is None and tomorrow and tomorrow[-1][0] - origins[day + 1] < end - origins[day]:
                    then = _find_next(tomorrow, rank)
                if then is not None:
                    yield rank[-1], then


def _find_next(runs: list[_Rank], rank: _Rank) -> int | None:
    """Find the first of some runs that departs once another has arrived; of two without duration the later listed."""
    at = bisect_right(runs, max((rank[1],), rank))
    return runs[at][-1] if at < len(runs) else None


def list_depths(count: int, stays: NDArray[np.integer]) -> NDArray[np.int64]:
    """Say how many runs at most a vehicle has made before each of `count` runs: int64 (runs,)."""
    depth = np.zeros(count, np.int64)
    while True:
        deeper = depth.copy()
        np.maximum.at(deeper, stays[:, 1], depth[stays[:, 0]] + 1)
        if (deeper == depth).all():
            return depth
        depth = deeper


def _array(pairs: list[tuple[int, int]]) -> NDArray[np.int64]:
    return np.array(pairs, np.int64).reshape(-1, 2)
