"""From the calls of a feed's trips to what runs on one day: one run per departure, one connection per hop."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo_access.core.errors import InputError
from geo_access.core.limits import MAX_DIGITS, MAX_HEADWAY_DEPARTURES, MAX_HEADWAY_HOPS
from geo_access.gtfs.codes import parse_whole, read_codes
from geo_access.gtfs.rows import read_table, report_rows
from geo_access.gtfs.rules import tell
from geo_access.gtfs.seats import RunEnds, join_runs
from geo_access.gtfs.tables import parse_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from geo_access.core.findings import Findings
    from geo_access.gtfs.calendar import ServiceDay
    from geo_access.gtfs.feed import Feed
    from geo_access.gtfs.seats import SeatRules
    from geo_access.gtfs.stop_times import Calls
    from geo_access.gtfs.tables import TripTable


@dataclass(frozen=True)
class Runs:
    """What runs on the day, and its hops in the order of the runs and within each run.

    Attributes
    ----------
    ids
        Per run: the trip's id, with "@" and the departure's second where frequencies.txt repeats it.
    trip, day
        int64 (runs,): row of the feed's trips; the service day, counted from the studied one (`calendar.ServiceDay`).
    run
        int64 (hops,): the hop's run.
    departure_stop, arrival_stop
        int32 (hops,): rows of the feed's stops.
    departure, arrival
        int64 (hops,): seconds of the studied day.
    boardable, alightable
        bool (hops,).
    stays
        int64 (pairs, 2): runs between which one stays seated (`seats.join_runs`).
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
    stays: NDArray[np.int64]

    def take(self, kept: NDArray[np.bool_]) -> Runs:
        """Return some of the runs: bool (runs,)."""
        hops, number = kept[self.run], np.cumsum(kept) - 1
        stays = self.stays[kept[self.stays].all(axis=1)]
        ids = [name for name, stays_in in zip(self.ids, kept.tolist(), strict=True) if stays_in]
        return Runs(
            ids, self.trip[kept], self.day[kept], number[self.run[hops]], self.departure_stop[hops],
            self.arrival_stop[hops], self.departure[hops], self.arrival[hops], self.boardable[hops],
            self.alightable[hops], number[stays],
        )  # fmt: skip


def list_runs(
    calls: Calls,
    trips: TripTable,
    frequencies: Mapping[int, NDArray[np.int64]],
    *,
    days: Sequence[ServiceDay],
    until_s: int,
    seats: SeatRules,
    file: str,
    findings: Findings,
) -> Runs:
    """List what runs on the day.

    Parameters
    ----------
    calls
        By trip and in order, no time blank.
    frequencies
        Trip -> seconds at which it departs instead of its own time.
    days
        The service days that matter. Hops of earlier days that leave before the studied one begins are left out.
    until_s
        Runs of later days that leave at this second or after it are left out.
    seats
        What transfers.txt says of staying seated.
    file, findings
        trips.txt, and who is told of its blocks.
    """
    hop = np.flatnonzero(calls.trip[1:] == calls.trip[:-1])
    hop_trip = calls.trip[hop]
    ptr = np.searchsorted(hop_trip, np.arange(len(trips.ids) + 1))
    template, shift, day, ids = _list_departures(calls, trips, frequencies, ptr, hop, days)
    first, last = hop[ptr[template]], hop[ptr[template + 1] - 1]
    start, end = calls.departure[first] + shift, calls.arrival[last + 1] + shift
    counts = (end >= 0) & ((day <= 0) | (start < until_s))
    ends = RunEnds(template, day, start, end, calls.stop[first], calls.stop[last + 1], counts)
    stays = join_runs(ends, trips, seats, {one.number: one.origin_s for one in days}, file=file, findings=findings)

    lengths = np.where(counts, ptr[template + 1] - ptr[template], 0)
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
    number = np.full(len(template), -1, np.int64)
    number[runs] = np.arange(len(runs))
    stays = number[stays]
    return Runs(
        [ids[at] for at in runs], template[runs], day[runs], run, calls.stop[call], calls.stop[call + 1], departure,
        calls.arrival[call + 1] + shift[runs][run], calls.may_board[call], calls.may_alight[call + 1],
        stays[(stays >= 0).all(axis=1)],
    )  # fmt: skip


def _list_departures(
    calls: Calls,
    trips: TripTable,
    frequencies: Mapping[int, NDArray[np.int64]],
    ptr: NDArray[np.int64],
    hop: NDArray[np.int64],
    days: Sequence[ServiceDay],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], list[str]]:
    """Per run, by day and trip: its trip, the seconds to add to the trip's times, the day, the id."""
    template: list[NDArray[np.int64]] = []
    shift: list[NDArray[np.int64]] = []
    day: list[NDArray[np.int64]] = []
    ids: list[str] = []
    some = ptr[1:] > ptr[:-1]
    repeated = np.zeros(len(some), bool)
    repeated[list(frequencies)] = True
    for one in days:
        running = one.trips & some
        plain = np.flatnonzero(running & ~repeated)
        template.append(plain)
        shift.append(np.full(len(plain), one.origin_s, np.int64))
        ids += [trips.ids[trip] for trip in plain]
        for trip in np.flatnonzero(running & repeated):
            starts = frequencies[int(trip)]
            template.append(np.full(len(starts), trip, np.int64))
            shift.append(starts - calls.departure[hop[ptr[trip]]] + one.origin_s)
            ids += [f"{trips.ids[trip]}@{start}" for start in starts]
        day.append(np.full(sum(map(len, template)) - sum(map(len, day)), one.number, np.int64))
    return np.concatenate(template), np.concatenate(shift), np.concatenate(day), ids


NAME = "frequencies.txt"
#: Shares of a headway are kept as whole numbers of 2^-53: sums and remainders of them are exact.
_BITS = 53
_Block = tuple[int, int, int]


@dataclass(frozen=True)
class Frequencies:
    """The trips of a feed that run every so often.

    Attributes
    ----------
    starts
        Trip number -> int64: the seconds at which it departs; a trip named here runs at no other time.
    loose
        Trip number -> how many of its periods leave the phase open (``exact_times`` 0 or blank).
    """

    starts: Mapping[int, NDArray[np.int64]]
    loose: Mapping[int, int]


def _report_overlaps(table: pd.DataFrame, file: str, findings: Findings) -> None:
    """Tell of periods that begin before the one before of the same trip has ended."""
    starts, ends = (
        np.array([parse_time(text) for text in table[name].tolist()], np.int64) for name in ("start_time", "end_time")
    )
    trips = table["trip_id"].to_numpy(object).astype(str)
    order = np.lexsort((starts, trips))
    later, earlier = order[1:], order[:-1]
    at = np.sort(later[(trips[later] == trips[earlier]) & (starts[later] < ends[earlier])])
    report_rows(
        findings, "transit.frequencies_overlap", file=file, rows=table["row"].to_numpy()[at],
        examples=trips[at].tolist(),
    )  # fmt: skip


def read_frequencies(feed: Feed, trips: TripTable, *, seed: int | None = None, findings: Findings) -> Frequencies:
    """Read frequencies.txt.

    Parameters
    ----------
    seed
        None: every period departs at start_time, start_time + headway, ... while < end_time, whatever ``exact_times``
        says. A number: where ``exact_times`` is not 1, the phase is drawn; see `draw_departures`.

    Raises
    ------
    InputError
        When a time or a headway is not one.
    """
    table = read_table(
        feed, NAME, findings=findings, required=("trip_id", "start_time", "end_time", "headway_secs"),
        optional=("exact_times",), may_lack=True,
    )  # fmt: skip
    file = feed.file(NAME)
    exact: dict[int, set[_Block]] = {}
    loose: dict[int, set[_Block]] = {}
    unknown, empty = [], []
    departures = 0
    columns = [table[name].tolist() for name in ("row", "trip_id", "start_time", "end_time", "headway_secs")]
    exactly = read_codes(feed, NAME, table, "exact_times", findings=findings) == 1
    for row, trip, start_text, end_text, headway, is_exact in zip(*columns, exactly.tolist(), strict=True):
        start = _need_time(file, row, "start_time", start_text)
        end = _need_time(file, row, "end_time", end_text)
        every = parse_whole(headway)
        if not every or every >= 10**MAX_DIGITS:
            raise InputError("transit.bad_headway", file=file, row=row, value=headway)
        if trip not in trips.number:
            unknown.append((row, trip))
            continue
        if end <= start:
            hours, rest = divmod(end + 86_400, 3_600)
            empty.append((row, f"{trip} {start_text}–{end_text}, {hours}:{rest // 60:02d}:{rest % 60:02d}"))
        departures += max(0, end - start) // every
        if departures > MAX_HEADWAY_DEPARTURES:
            raise InputError("limits.headway_departures", file=file, row=int(row), limit=MAX_HEADWAY_DEPARTURES)
        blocks = exact if is_exact else loose
        blocks.setdefault(trips.number[trip], set()).add((start, end, every))
    for code, found in (("unknown_trip", unknown), ("empty_frequency", empty)):
        rows, examples = [row for row, _ in found], [trip for _, trip in found]
        report_rows(findings, f"transit.{code}", file=file, rows=rows, examples=examples)
    _report_overlaps(table, file, findings)
    count = int((~exactly).sum())
    if count and seed is None:
        tell(findings, "transit.fixed_phase", file=file, count=count)
    elif count:
        tell(findings, "transit.drawn_phase", file=file, count=count, seed=seed)
    starts: dict[int, NDArray[np.int64]] = {}
    for trip in exact.keys() | loose.keys():
        parts = [_count_on(block) for block in exact.get(trip, ())]
        if seed is None:
            parts += [_count_on(block) for block in loose.get(trip, ())]
        else:
            parts.append(draw_departures(loose.get(trip, ()), seed=seed, feed=feed.path.name, trip=trips.ids[trip]))
        starts[trip] = np.unique(np.concatenate(parts))
    opened = {trip: sum(end > start for start, end, _ in blocks) for trip, blocks in loose.items()}
    return Frequencies(starts, {trip: blocks for trip, blocks in opened.items() if blocks})


def _count_on(block: _Block, phase: int = 0) -> NDArray[np.int64]:
    start, end, headway = block
    return np.arange(start + phase, end, headway, dtype=np.int64)


def draw_departures(blocks: Iterable[_Block], *, seed: int, feed: str, trip: str) -> NDArray[np.int64]:
    """Draw when a trip departs in periods that only promise a headway.

    A period's phase, the seconds from its start to its first departure, is uniform over 0, 1 ... headway - 1. It is
    drawn from (seed, feed, trip, start) alone: neither the order of the rows nor other trips change it. A period that
    begins when another one of the trip ends carries its phase on: the part of a headway that is left at the end of the
    one is waited for at the start of the other, so that no vehicle follows sooner than the shorter of the two headways
    or later than the longer one (a second of rounding aside). Its phase is thereby uniform too.

    Parameters
    ----------
    blocks
        Periods (start, end, headway) (seconds).
    seed, feed, trip
        What the draw depends on: a number, the feed's file name, the trip's id.

    Returns
    -------
    int64
        Seconds, ascending within each period.
    """
    parts = [np.empty(0, np.int64)]
    left: dict[int, int] = {}
    for start, end, headway in sorted(set(blocks)):
        share = left.get(start)
        if share is None:
            share = _draw_share(seed, feed, trip, start)
        parts.append(_count_on((start, end, headway), share * headway >> _BITS))
        if end > start:
            left.setdefault(end, (share - ((end - start << _BITS) // headway)) % (1 << _BITS))
    return np.concatenate(parts)


def _draw_share(seed: int, feed: str, trip: str, start: int) -> int:
    """Draw a share of a headway, in units of 2^-53: the first bits of a hash, the same with every version of numpy."""
    said = "\0".join((str(seed), feed, trip, str(start)))
    return int.from_bytes(hashlib.sha256(said.encode()).digest()[:8], "big") >> (64 - _BITS)


def _need_time(file: str, row: int, column: str, text: str) -> int:
    seconds = parse_time(text)
    if seconds < 0:
        raise InputError("transit.bad_time", file=file, row=int(row), column=column, value=text)
    return seconds
