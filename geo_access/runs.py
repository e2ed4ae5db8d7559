"""From the calls of a feed's trips to what runs on one day: one run per departure, one connection per hop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo_access.errors import InputError
from geo_access.limits import MAX_HEADWAY_HOPS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from geo_access.gtfs_tables import TripTable
    from geo_access.stop_times import Calls


@dataclass(frozen=True)
class Runs:
    """What runs on the day, and its hops in the order of the runs and within each run.

    Attributes
    ----------
    ids
        Per run: the trip's id, with "@" and the departure's second where frequencies.txt repeats it.
    trip, day
        int64 (runs,): row of the feed's trips; 0, or -1 for the previous service day.
    run
        int64 (hops,): the hop's run.
    departure_stop, arrival_stop
        int32 (hops,): rows of the feed's stops.
    departure, arrival
        int64 (hops,): seconds of the studied day.
    boardable, alightable
        bool (hops,).
    """

    ids: list[str]
    trip: NDArray[np.int64]
    day: NDArray[np.int64]
    run: NDArray[np.int64]
    departure_stop: NDArray[np.int32]
    arrival_stop: NDArray[np.int32]
    departure: NDArray[np.int64]
    arrival: NDArray[np.int64]
    boardable: NDArray[np.bool_]
    alightable: NDArray[np.bool_]


def list_runs(
    calls: Calls,
    trips: TripTable,
    frequencies: Mapping[int, NDArray[np.int64]],
    *,
    today: NDArray[np.bool_],
    yesterday: NDArray[np.bool_],
    day_length_s: int,
) -> Runs:
    """List what runs on the day.

    Parameters
    ----------
    calls
        By trip and in order, no time blank.
    frequencies
        Trip -> seconds at which it departs instead of its own time.
    today, yesterday
        bool (trips,): whether the trip runs on the studied and on the previous service day.
    day_length_s
        Seconds from the previous service day's origin to the studied day's. Hops of the previous day that leave before
        the studied day begins are left out.
    """
    hop = np.flatnonzero(calls.trip[1:] == calls.trip[:-1])
    hop_trip = calls.trip[hop]
    ptr = np.searchsorted(hop_trip, np.arange(len(trips.ids) + 1))
    template, shift, day, ids = _list_departures(calls, trips, frequencies, ptr, hop, today, yesterday, day_length_s)

    lengths = ptr[template + 1] - ptr[template]
    if frequencies and int(lengths[np.isin(template, list(frequencies))].sum()) > MAX_HEADWAY_HOPS:
        raise InputError("limits.headway_hops", file="frequencies.txt", limit=MAX_HEADWAY_HOPS)
    run = np.repeat(np.arange(len(template)), lengths)
    within = np.arange(len(run)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    call = hop[np.repeat(ptr[template], lengths) + within]
    departure = calls.departure[call] + shift[run]
    kept = departure >= 0
    if not kept.all():
        run, call, departure = run[kept], call[kept], departure[kept]
    runs, run = np.unique(run, return_inverse=True)
    return Runs(
        [ids[at] for at in runs], template[runs], day[runs], run, calls.stop[call], calls.stop[call + 1], departure,
        calls.arrival[call + 1] + shift[runs][run], calls.may_board[call], calls.may_alight[call + 1],
    )  # fmt: skip


def _list_departures(
    calls: Calls,
    trips: TripTable,
    frequencies: Mapping[int, NDArray[np.int64]],
    ptr: NDArray[np.int64],
    hop: NDArray[np.int64],
    today: NDArray[np.bool_],
    yesterday: NDArray[np.bool_],
    day_length_s: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], list[str]]:
    """Per run, by day and trip: its trip, the seconds to add to the trip's times, the day, the id."""
    template: list[NDArray[np.int64]] = []
    shift: list[NDArray[np.int64]] = []
    day: list[NDArray[np.int64]] = []
    ids: list[str] = []
    some = ptr[1:] > ptr[:-1]
    repeated = np.zeros(len(some), bool)
    repeated[list(frequencies)] = True
    for offset, running, moved in ((0, today, 0), (-1, yesterday, -day_length_s)):
        plain = np.flatnonzero(running & some & ~repeated)
        template.append(plain)
        shift.append(np.full(len(plain), moved, np.int64))
        ids += [trips.ids[trip] for trip in plain]
        for trip in np.flatnonzero(running & some & repeated):
            starts = frequencies[int(trip)]
            template.append(np.full(len(starts), trip, np.int64))
            shift.append(starts - calls.departure[hop[ptr[trip]]] + moved)
            ids += [f"{trips.ids[trip]}@{start}" for start in starts]
        day.append(np.full(sum(map(len, template)) - sum(map(len, day)), offset, np.int64))
    return np.concatenate(template), np.concatenate(shift), np.concatenate(day), ids
