"""stop_times.txt of the trips of one day: read in pieces, put in order, blank times filled in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geo_access.core.distance import great_circle_m
from geo_access.core.errors import InputError
from geo_access.core.findings import Findings
from geo_access.gtfs.codes import CODES, UNKNOWN, parse_whole, report_unknown, settle
from geo_access.gtfs.on_demand import TIMES, WINDOWS, ZONES, lacks_fixed_times
from geo_access.gtfs.rows import report_rows, stream_table
from geo_access.gtfs.rules import tell
from geo_access.gtfs.tables import parse_times

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from geo_access.gtfs.feed import Feed
    from geo_access.gtfs.tables import StopTable, TripTable

NAME = "stop_times.txt"
_BLANK = -1
_WRONG = -2
_FORBIDDEN = 1
_SEQUENCE_BITS = 32
# Half a second goes up, also where sums of distances fall short of it by their own rounding.
_ROUND_UP = 0.5 + 1e-6
_REQUIRED = ("trip_id", "stop_id", "stop_sequence")
_TYPES = ("pickup_type", "drop_off_type")
#: Earlier times end within the day after the service day, whatever clocks do meanwhile.
_LONG_S = 45 * 3600


@dataclass(frozen=True)
class Calls:
    """Calls of trips at stops, by trip and in the order of each trip.

    Attributes
    ----------
    trip, stop
        int32: rows of the feed's trips and stops.
    sequence
        int64: stop_sequence.
    arrival, departure
        int64: seconds of the trip's service day; -1 while blank.
    may_board, may_alight
        bool.
    distance
        float64: shape_dist_traveled, NaN when blank.
    row
        int64: row in the file.
    """

    trip: NDArray[np.int32]
    stop: NDArray[np.int32]
    sequence: NDArray[np.int64]
    arrival: NDArray[np.int64]
    departure: NDArray[np.int64]
    may_board: NDArray[np.bool_]
    may_alight: NDArray[np.bool_]
    distance: NDArray[np.float64]
    row: NDArray[np.int64]

    def take(self, kept: NDArray[np.generic]) -> Calls:
        """Return some of the calls, by mask or position."""
        return Calls(**{name: array[kept] for name, array in vars(self).items()})

    @property
    def firsts(self) -> NDArray[np.bool_]:
        """Whether a call is its trip's first."""
        return np.concatenate([[True], self.trip[1:] != self.trip[:-1]])[: len(self.trip)]

    @property
    def lasts(self) -> NDArray[np.bool_]:
        """Whether a call is its trip's last."""
        return np.concatenate([self.trip[1:] != self.trip[:-1], [True]])[: len(self.trip)]


@dataclass(frozen=True)
class Latest:
    """How late a feed's times are.

    Attributes
    ----------
    trips
        int64 (trips,): the latest time of each trip (seconds), -1 where it is less than 45 hours.
    any_s
        The latest of all times.
    """

    trips: NDArray[np.int64]
    any_s: int


def read_calls(
    feed: Feed,
    trips: TripTable,
    wanted: NDArray[np.bool_],
    stops: StopTable,
    *,
    findings: Findings,
    progress: Callable[[int], object],
    also: Callable[[Latest], NDArray[np.bool_]] | None = None,
    narrow: Callable[[Calls], Calls] | None = None,
) -> Calls:
    """Read the calls of some trips, ready to ride: in order, with all their times.

    Parameters
    ----------
    wanted
        bool (trips,): the trips to read; the other rows are dropped piece by piece.
    also
        Told how late times are, once the file has been read; says which more trips are wanted: bool (trips,). Where
        there are any, the file is read again.
    narrow
        Leaves out trips that do not matter after all, before anything is told of them.
    progress
        Called with the number of rows of each piece.

    Raises
    ------
    InputError
        When a time or a stop_sequence is not one.
    """
    calls, latest = _read_rows(feed, trips, wanted, stops, findings=findings, progress=progress)
    more = also(latest) & ~wanted if also is not None else np.zeros_like(wanted)
    if more.any():
        # What is wrong with the rows has been told.
        others, _ = _read_rows(feed, trips, more, stops, findings=Findings(), progress=progress)
        calls = _join([calls, others])
    if narrow is not None:
        calls = narrow(calls)
    sequence = calls.sequence
    if len(sequence) and sequence.max() >> _SEQUENCE_BITS:
        sequence = np.unique(sequence, return_inverse=True)[1]  # their order is all that counts
    order_key = calls.trip.astype(np.int64) << _SEQUENCE_BITS | sequence
    if (np.diff(order_key) < 0).any():
        order = np.argsort(order_key, kind="stable")
        calls, order_key = calls.take(order), order_key[order]
    file = feed.file(NAME)
    calls, order_key = _drop_doubled(calls, order_key, file, findings)
    again = np.flatnonzero(np.diff(order_key) == 0) + 1
    report_rows(
        findings, "transit.repeated_sequence", file=file, rows=calls.row[again],
        examples=[trips.ids[trip] for trip in calls.trip[again[:3]]],
    )  # fmt: skip
    calls = _drop_unended(calls, trips, file, findings)
    calls = _drop_backward(calls, trips, file, findings)
    return _interpolate(calls, stops)


def _drop_doubled(
    calls: Calls, order_key: NDArray[np.int64], file: str, findings: Findings
) -> tuple[Calls, NDArray[np.int64]]:
    """Keep the first of calls that say the same: stop, order, times and all; `order_key` ascends."""
    same = np.diff(order_key) == 0
    at = np.flatnonzero(np.concatenate([same, [False]]) | np.concatenate([[False], same]))[: len(order_key)]
    if not same.any():
        return calls, order_key
    said = pd.DataFrame({name: values[at] for name, values in vars(calls).items() if name != "row"})
    again = said.duplicated().to_numpy(bool)
    if not again.any():
        return calls, order_key
    firsts = said[~again].assign(first=calls.row[at[~again]])
    rows = calls.row[at[again]]
    shown = said[again].head(3).merge(firsts, how="left")["first"].astype(np.int64)
    order = np.argsort(rows, kind="stable")
    examples = [f"{row} = {first}" for row, first in zip(rows[:3], shown, strict=True)]
    report_rows(findings, "transit.doubled_rows", file=file, rows=rows[order], examples=examples)
    kept = np.ones(len(order_key), bool)
    kept[at[again]] = False
    return calls.take(kept), order_key[kept]


class _Reader:
    """Turns the pieces of the file into numbers; each distinct text is looked at once."""

    def __init__(
        self, file: str, trips: Mapping[str, int], stops: Mapping[str, int], wanted: NDArray[np.bool_]
    ) -> None:
        self.file = file
        self._trips, self._stops, self._wanted = trips, stops, wanted
        self._numbers: dict[str, int] = {}
        self.unknown_codes: dict[str, list[tuple[int, str]]] = {name: [] for name in _TYPES}
        self.unknown_trips: list[tuple[int, str]] = []
        self.unknown_stops: list[tuple[int, str]] = []
        self.placeless: list[int] = []
        self.by_request = 0
        self.on_demand: list[int] = []
        self.records = 0
        self.latest_s = -1
        #: What each distinct time of the piece at hand means, by column.
        self._times: dict[str, NDArray[np.int64]] = {}
        self.long = np.full(len(wanted), -1, np.int64)

    def codes(
        self, column: pa.DictionaryArray, parse: Callable[[str], int]
    ) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Return what each distinct text means and the codes of the records."""
        values = np.array([parse(text) for text in column.dictionary.to_pylist()], np.int64)
        return values, column.indices.to_numpy()

    def number(self, text: str) -> int:
        """A whole number; -1 when blank, -2 when it is none."""
        known = self._numbers.get(text)
        if known is None:
            whole = parse_whole(text)
            known = self._numbers[text] = (_WRONG if text.strip() else _BLANK) if whole is None else whole
        return known

    def coded(
        self, batch: pa.RecordBatch, name: str, kept: NDArray[np.int64], rows: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Codes of a column for the kept records; unknown ones are noted, wanted or not."""
        if name not in batch.schema.names:
            return np.zeros(len(kept), np.int64)
        values, codes = self.codes(batch[name], CODES[name].parse)
        if (values == UNKNOWN).any():
            at = np.flatnonzero((values == UNKNOWN)[codes])
            self.unknown_codes[name] += [(int(rows[k]), batch[name][int(k)].as_py()) for k in at]
        taken: NDArray[np.int64] = settle(values, name)[codes[kept]]
        return taken

    def _find(self, known: Mapping[str, int], text: str) -> int:
        at = known.get(text)
        return known.get(text.strip(), -1) if at is None else at

    def parsed(
        self, batch: pa.RecordBatch, name: str, kept: NDArray[np.int64], rows: NDArray[np.int64], *, need: bool = False
    ) -> NDArray[np.int64]:
        """Numbers or times of a column for the kept records; a wrong text is an error, wanted or not."""
        if name not in batch.schema.names:
            return np.full(len(kept), _BLANK, np.int64)
        column = batch[name]
        timed = name in TIMES or name in WINDOWS
        if timed:
            values, codes = parse_times(column.dictionary), column.indices.to_numpy()
            self._times[name] = values
        else:
            values, codes = self.codes(column, self.number)
        bad = values == _WRONG
        if need:
            bad = bad | (values == _BLANK)
        if bad.any():
            # An empty line has no number either; only a record of something can be wrong.
            full = pc.not_equal(pc.utf8_trim_whitespace(batch["trip_id"].dictionary), "").to_numpy(zero_copy_only=False)
            at = np.flatnonzero(bad[codes] & full[batch["trip_id"].indices.to_numpy()])
            if len(at):
                code = "transit.bad_time" if timed else "transit.bad_number"
                value = column[int(at[0])].as_py()
                raise InputError(code, file=self.file, row=int(rows[at[0]]), column=name, value=value)
        taken: NDArray[np.int64] = values[codes[kept]]
        return taken

    def read(self, batch: pa.RecordBatch, rows: NDArray[np.int64]) -> Calls:
        """Read one piece."""
        names = batch["trip_id"].dictionary.to_pylist()
        values, codes = self.codes(batch["trip_id"], lambda text: self._find(self._trips, text))
        named = np.array([bool(name.strip()) for name in names], bool)
        self.records += int(named[codes].sum())
        unknown = (values < 0) & named
        if unknown.any():
            self.unknown_trips += [(int(rows[at]), names[codes[at]]) for at in np.flatnonzero(unknown[codes])]
        useful = (values >= 0) & self._wanted[values]
        kept = np.flatnonzero(useful[codes])
        trip = values[codes[kept]]
        sequence = self.parsed(batch, "stop_sequence", kept, rows, need=True)
        times = [self.parsed(batch, name, kept, rows) for name in TIMES]
        self._note_latest(batch, values, codes)
        types = [self.coded(batch, name, kept, rows) for name in _TYPES]
        demanded = self._find_demanded(batch, kept, rows)
        places = batch["stop_id"].dictionary.to_pylist()
        values, codes = self.codes(batch["stop_id"], lambda text: self._find(self._stops, text))
        stop = values[codes[kept]]
        arrival, departure = times
        # One without a time is no blank one: nothing is filled in, and the trip runs by it.
        useless = (stop < 0) | (demanded & (arrival == _BLANK) & (departure == _BLANK))
        self.on_demand += rows[kept[demanded]].tolist()
        for at in np.flatnonzero((stop < 0) & ~demanded):
            place = places[codes[kept[at]]].strip()
            if place:
                self.unknown_stops.append((int(rows[kept[at]]), place))
            else:
                self.placeless.append(int(rows[kept[at]]))
        self.by_request += int((((types[0] > 1) | (types[1] > 1)) & (stop >= 0) & ~demanded).sum())
        calls = Calls(
            trip=trip.astype(np.int32),
            stop=stop.astype(np.int32),
            sequence=sequence,
            # One of the two times stands for both.
            arrival=np.where(arrival == _BLANK, departure, arrival),
            departure=np.where(departure == _BLANK, arrival, departure),
            may_board=(types[0] != _FORBIDDEN) & ~demanded,
            may_alight=(types[1] != _FORBIDDEN) & ~demanded,
            distance=_parse_distance(batch, kept),
            row=rows[kept],
        )
        return calls.take(~useless) if useless.any() else calls

    def _note_latest(self, batch: pa.RecordBatch, trips: NDArray[np.int64], codes: NDArray[np.int32]) -> None:
        for name in set(TIMES) & set(batch.schema.names):
            times = self._times[name]
            latest = int(times.max(initial=-1))
            self.latest_s = max(self.latest_s, latest)
            if latest < _LONG_S:
                continue
            of_rows = times[batch[name].indices.to_numpy()]
            at = np.flatnonzero((of_rows >= _LONG_S) & (trips[codes] >= 0))
            np.maximum.at(self.long, trips[codes[at]], of_rows[at])

    def _find_demanded(
        self, batch: pa.RecordBatch, kept: NDArray[np.int64], rows: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        """Say which of the kept records are calls on demand."""
        demanded = np.zeros(len(kept), bool)
        for name in set(WINDOWS) & set(batch.schema.names):
            demanded |= self.parsed(batch, name, kept, rows) != _BLANK
        for name in set(ZONES) & set(batch.schema.names):
            values, codes = self.codes(batch[name], lambda text: int(bool(text.strip())))
            demanded |= values[codes[kept]] == 1
        return demanded


def _parse_distance(batch: pa.RecordBatch, kept: NDArray[np.int64]) -> NDArray[np.float64]:
    """shape_dist_traveled where it is a number: it only weighs blank times, so that a wrong one is as good as none."""
    distance = np.full(len(kept), np.nan)
    if "shape_dist_traveled" in batch.schema.names:
        texts = pc.utf8_trim_whitespace(batch["shape_dist_traveled"].take(pa.array(kept)))
        number = pc.match_substring_regex(texts, r"^[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]+)?$")
        distance = pc.if_else(number, texts, None).cast(pa.float64()).to_numpy(zero_copy_only=False)
    return distance


def _read_rows(
    feed: Feed,
    trips: TripTable,
    wanted: NDArray[np.bool_],
    stops: StopTable,
    *,
    findings: Findings,
    progress: Callable[[int], object],
) -> tuple[Calls, Latest]:
    file = feed.file(NAME)
    if NAME not in feed:
        raise InputError("transit.missing_file", file=file, found=", ".join(sorted(feed.members)[:20]))
    reader = _Reader(file, trips.number, stops.number, wanted)
    parts: list[Calls] = []
    pieces = stream_table(
        feed, NAME, findings=findings, required=_REQUIRED, reach=TIMES,
        optional=(*TIMES, *_TYPES, "shape_dist_traveled", *WINDOWS, *ZONES),
        encoded=(*_REQUIRED, *TIMES, *_TYPES, *WINDOWS, *ZONES),
    )  # fmt: skip
    idle = lacks_fixed_times(feed)
    for batch, rows in pieces if wanted.any() and not idle else ():
        parts.append(reader.read(batch, rows))
        progress(batch.num_rows)
    if not reader.records and wanted.any() and not idle:
        raise InputError("transit.no_rows", file=file)
    _report_lost(reader, file, findings)
    return _join(parts), Latest(reader.long, reader.latest_s)


def _join(parts: Sequence[Calls]) -> Calls:
    if not parts:
        return _no_calls()
    return Calls(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in vars(parts[0])})


def _no_calls() -> Calls:
    numbers, seconds, flags = np.empty(0, np.int32), np.empty(0, np.int64), np.empty(0, bool)
    return Calls(numbers, numbers, seconds, seconds, seconds, flags, flags, np.empty(0, np.float64), seconds)


def _report_lost(reader: _Reader, file: str, findings: Findings) -> None:
    for code, found in (
        ("transit.unknown_trip", reader.unknown_trips),
        ("transit.unknown_stop", reader.unknown_stops),
        ("transit.placeless_calls", [(row, "") for row in reader.placeless]),
    ):
        rows, texts = [row for row, _ in found], [text for _, text in found]
        report_rows(findings, code, file=file, rows=rows, examples=texts)
    for name, unknown in reader.unknown_codes.items():
        rows, texts = [row for row, _ in unknown], [text for _, text in unknown[:3]]
        report_unknown(file, name, rows, texts, findings=findings)
    if reader.on_demand:
        tell(findings, "transit.on_demand_calls", file=file, row=reader.on_demand[0], count=len(reader.on_demand))
    if reader.by_request:
        tell(findings, "transit.on_request", file=file, count=reader.by_request)


def _drop_trips(calls: Calls, bad: NDArray[np.bool_]) -> Calls:
    """Leave out every trip that has a bad call."""
    out = np.unique(calls.trip[bad])
    return calls.take(~np.isin(calls.trip, out)) if len(out) else calls


def _report_trips(
    calls: Calls, bad: NDArray[np.bool_], trips: TripTable, file: str, findings: Findings, code: str
) -> None:
    """Tell of the trips with a bad call: their number, the first bad call's row, the first trips."""
    at = np.flatnonzero(bad)
    _, first = np.unique(calls.trip[at], return_index=True)
    at = at[np.sort(first)]
    at = at[np.argsort(calls.row[at], kind="stable")]
    examples = [trips.ids[trip] for trip in calls.trip[at[:3]]]
    report_rows(findings, code, file=file, rows=calls.row[at], examples=examples)


def _drop_unended(calls: Calls, trips: TripTable, file: str, findings: Findings) -> Calls:
    """Leave out trips whose first or last call has no time: nothing bounds them."""
    bad = (calls.firsts | calls.lasts) & (calls.arrival == _BLANK)
    _report_trips(calls, bad, trips, file, findings, "transit.unended_trip")
    return _drop_trips(calls, bad)


def _drop_backward(calls: Calls, trips: TripTable, file: str, findings: Findings) -> Calls:
    """Leave out trips whose times go back."""
    bad = calls.departure < calls.arrival
    known = np.flatnonzero(calls.arrival != _BLANK)
    trip, arrival, departure = calls.trip[known], calls.arrival[known], calls.departure[known]
    bad[known[1:][(trip[1:] == trip[:-1]) & (arrival[1:] < departure[:-1])]] = True
    _report_trips(calls, bad, trips, file, findings, "transit.backward_trip")
    return _drop_trips(calls, bad)


def _interpolate(calls: Calls, stops: StopTable) -> Calls:
    """Fill blank times between two timepoints in proportion to the distance, rounded to the nearest second.

    The distance is shape_dist_traveled where every call from timepoint to timepoint has it (growing), else the straight
    lines from stop to stop; where these are all 0 or a stop has no position, calls are evenly spaced.
    """
    blank = np.flatnonzero(calls.arrival == _BLANK)
    if not len(blank):
        return calls
    n = len(calls.trip)
    place = np.arange(n)
    known = calls.arrival != _BLANK
    before = np.maximum.accumulate(np.where(known, place, 0))[blank]
    after = np.minimum.accumulate(np.where(known, place, n - 1)[::-1])[::-1][blank]

    share = (blank - before) / (after - before)
    along, unknown = _sum_lines(calls, stops)
    share = _prefer(share, along, unknown, blank, before, after)
    # A step is unknown where either of its calls has no distance, and useless where it goes back.
    step = np.diff(calls.distance, prepend=calls.distance[:1])
    broken = np.cumsum(~(step >= 0))
    share = _prefer(share, calls.distance, broken, blank, before, after)

    begin, end = calls.departure[before], calls.arrival[after]
    seconds = begin + np.floor((end - begin) * share + _ROUND_UP).astype(np.int64)
    arrival, departure = calls.arrival.copy(), calls.departure.copy()
    arrival[blank] = departure[blank] = np.minimum(seconds, end)
    return replace(calls, arrival=arrival, departure=departure)


def _prefer(
    share: NDArray[np.float64],
    along: NDArray[np.float64],
    broken: NDArray[np.generic],
    blank: NDArray[np.int64],
    before: NDArray[np.int64],
    after: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Take the share of the way by another measure where it is whole between the timepoints and longer than nothing."""
    whole = along[after] - along[before]
    usable = (broken[after] == broken[before]) & (whole > 0)
    better = share.copy()
    better[usable] = (along[blank] - along[before])[usable] / whole[usable]
    return better


def _sum_lines(calls: Calls, stops: StopTable) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Metres along straight lines from stop to stop, summed up, and how many of them are unknown so far."""
    lon, lat = stops.lon[calls.stop], stops.lat[calls.stop]
    metres = great_circle_m(lon[:-1], lat[:-1], lon[1:], lat[1:])
    metres[calls.firsts[1:]] = 0.0
    unknown = np.isnan(metres)
    metres[unknown] = 0.0
    return np.concatenate([[0.0], np.cumsum(metres)]), np.concatenate([[0], np.cumsum(unknown)])
