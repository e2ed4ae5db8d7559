"""Trips that seem to be one: the same times at the same places, in one feed or in two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo_access.runs import Runs

#: Two feeds place one stop so near to each other (metres).
SAME_PLACE_M: Final = 150.0
#: Of so many trips with the same times, only neighbours in the file are compared.
_MOST_COMPARED: Final = 60
_PRIME: Final = np.uint64(1_000_003)


@dataclass(frozen=True)
class RunSignatures:
    """What tells the runs of a feed apart.

    Attributes
    ----------
    times
        uint64 (runs,): a hash of all their times.
    places
        float64 (runs, 6): x and y of the first and of the last stop, and of the mean of the stops (metres).
    ids
        The runs' names.
    """

    times: NDArray[np.uint64]
    places: NDArray[np.float64]
    ids: Sequence[str]


def sign_runs(runs: Runs, xy: NDArray[np.float64]) -> RunSignatures:
    """Sign the runs of a day.

    Parameters
    ----------
    runs
        By run and within each in order.
    xy
        float64 (stops, 2): where the feed's stops are (metres).
    """
    if not len(runs.run):
        return RunSignatures(np.empty(0, np.uint64), np.empty((0, 6)), [])
    first = np.flatnonzero(np.concatenate([[True], np.diff(runs.run) > 0]))
    last = np.concatenate([first[1:] - 1, [len(runs.run) - 1]])
    within = np.arange(len(runs.run)) - np.repeat(first, np.diff(np.append(first, len(runs.run))))
    # Position by position, so that the same times in another order give another hash; overflow is what hashes do.
    mixed = runs.departure.astype(np.uint64) * _PRIME + runs.arrival.astype(np.uint64) * np.uint64(7_919)
    times = np.add.reduceat(mixed * (within.astype(np.uint64) * np.uint64(2_654_435_761) + np.uint64(1)), first)
    start, end = xy[runs.departure_stop], xy[runs.arrival_stop]
    count = (last - first + 1)[:, None]
    mean = (np.add.reduceat(end, first) + start[first]) / (count + 1)
    return RunSignatures(times, np.column_stack([start[first], end[last], mean]), runs.ids)


def pair_twins(one: RunSignatures, other: RunSignatures | None = None) -> list[tuple[int, int]]:
    """Pair the runs of a feed with those of another, or of itself, that have the same times at the same places.

    Returns
    -------
    list of (int, int)
        A run of the first and its first twin; within one feed, the later run comes first.
    """
    within = other is None
    against = one if other is None else other
    order = np.argsort(against.times, kind="stable")
    hashes = against.times[order]
    low, high = np.searchsorted(hashes, one.times), np.searchsorted(hashes, one.times, side="right")
    pairs = []
    for run in np.flatnonzero(high - low > int(within)).tolist():
        rivals = order[low[run] : high[run]]
        rivals = rivals[rivals < run][-_MOST_COMPARED:] if within else rivals[:_MOST_COMPARED]
        apart = np.abs(against.places[rivals] - one.places[run]).max(axis=1) if len(rivals) else np.empty(0)
        near = np.flatnonzero(apart <= SAME_PLACE_M)
        if len(near):
            pairs.append((run, int(rivals[near[0]])))
    return pairs
