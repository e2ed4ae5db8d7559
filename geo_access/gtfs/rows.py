"""The rows of a feed's files as texts, with every fault of form named.

Values leave this module as texts without outer blanks; what they mean is for the modules above. Rows count as in a
spreadsheet: the header is row 1, empty lines count. Rows that say the same, word for word, are one and told.
"""

from __future__ import annotations

import csv
import re
import sys
from contextlib import contextmanager, suppress
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from geo_access.core import limits
from geo_access.core.errors import InputError
from geo_access.core.findings import Findings
from geo_access.gtfs.feed import naming_faults
from geo_access.gtfs.rules import tell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from geo_access.gtfs.feed import Feed

#: A block of nothing but commas becomes forty times its size, and some are read ahead.
_BLOCK_BYTES, _SMALL_BLOCK_BYTES = 1 << 23, 1 << 20
_LARGE = ("stop_times.txt", "shapes.txt", "trips.txt")
_HEADER_BYTES = 1 << 16
_DICTIONARY = pa.dictionary(pa.int32(), pa.string())
_MAX_EXAMPLES = 3
_SEPARATOR = re.compile(r"[;\t|]")
_MOST_ROWS = {
    "stops.txt": limits.MAX_STOPS,
    "stop_times.txt": limits.MAX_STOP_TIMES,
    "shapes.txt": limits.MAX_STOP_TIMES,
}


class _Header(NamedTuple):
    names: list[str]
    lines: int  # lines up to and with the header
    alone: bool  # nothing follows it


def _read_header(feed: Feed, name: str) -> _Header:
    with feed.open(name) as stream:
        start = stream.read(_HEADER_BYTES)
    if not start.removeprefix(b"\xef\xbb\xbf").strip():
        raise InputError("transit.empty_file", file=feed.file(name))
    limits.check_nul(start, file=feed.file(name), encoding="transit.encoding")
    lines = re.split(rb"\r\n|\n|\r", start.removeprefix(b"\xef\xbb\xbf"))
    at = next(number for number, line in enumerate(lines) if line.strip())
    if len(start) == _HEADER_BYTES and at == len(lines) - 1:
        raise InputError("limits.header_long", file=feed.file(name), row=at + 1, limit=_HEADER_BYTES // 1024)
    names = next(csv.reader([lines[at].decode("utf-8")], skipinitialspace=True))
    # A comma at the end of every row makes a column that the header does not name; one at the end of some rows may be
    # a comma that lacks its quotes.
    after = b"\n".join(lines[at + 1 : len(lines) - (len(start) == _HEADER_BYTES)]).decode("utf-8", "replace")
    filled = [row for row in _split_rows(after.splitlines()) if any(value.strip() for value in row)]
    if len({len(row) for row in filled}) == 1 and not any("".join(row[len(names) :]).strip() for row in filled):
        names += [""] * (len(filled[0]) - len(names))
    seen: set[str] = set()
    unique: list[str] = []
    for column in (name.strip().casefold() for name in names):
        # The first of two columns of one name counts; the other must not hide it.
        unique.append(column if column not in seen else f"{column}\0{len(unique)}")
        seen.add(column)
    if len(unique) > limits.MAX_COLUMNS:
        raise InputError("limits.columns", file=feed.file(name), count=len(unique), limit=limits.MAX_COLUMNS)
    return _Header(unique, at + 1, len(start) < _HEADER_BYTES and at == len(lines) - 1)


def _split_rows(lines: Sequence[str]) -> Iterator[list[str]]:
    with suppress(csv.Error):
        yield from csv.reader(lines)


def _check_columns(feed: Feed, name: str, found: Sequence[str], required: Sequence[str]) -> None:
    missing = [column for column in required if column not in found]
    shown = [column.split("\0")[0] for column in found]
    if not missing and not (len(shown) == 1 and _SEPARATOR.search(shown[0])):
        return
    near = get_close_matches(missing[0], shown, n=1, cutoff=0.6) if missing else []
    code = "missing_columns_near" if near else "missing_columns"
    if len(shown) == 1 and _SEPARATOR.search(shown[0]):
        code = "not_comma"
    raise InputError(
        f"transit.{code}", file=feed.file(name), row=1, missing=", ".join(missing), found=", ".join(shown[:20]),
        near="".join(near),
    )  # fmt: skip


def stream_table(
    feed: Feed,
    name: str,
    *,
    findings: Findings,
    required: Sequence[str],
    optional: Sequence[str] = (),
    reach: Sequence[str] = (),
    encoded: Sequence[str] = (),
) -> Iterator[tuple[pa.RecordBatch, NDArray[np.int64]]]:
    """Read one of the feed's files in pieces.

    Parameters
    ----------
    required, optional
        Columns to read; an optional one that the file lacks is absent from the pieces.
    reach
        Optional columns without which a row is no whole row. Rows that end after these and the required ones, before
        the last column, are read and told of: Google's own example has them. Shorter ones are cut off.
    encoded
        Columns to give as dictionaries (codes and distinct texts); the others are plain texts.

    Yields
    ------
    batch, rows
        Texts, outer blanks kept; the row in the file of each record. Empty lines come as records of empty texts, rows
        that end early come last.

    Raises
    ------
    InputError
        When the file is empty, cut off, not CSV, not UTF-8 or lacks a column.
    """
    file = feed.file(name)
    with naming_faults(file):
        header = _read_header(feed, name)
    _check_columns(feed, name, header.names, required)
    wanted = [column for column in (*required, *optional) if column in header.names]
    if header.alone or not wanted:
        return
    needed = 1 + max((header.names.index(column) for column in (*required, *reach) if column in wanted), default=0)
    uneven = _UnevenRows(file, len(header.names), needed)
    most_rows = _MOST_ROWS.get(name, limits.MAX_FEED_ROWS)
    block = _BLOCK_BYTES if name in _LARGE else _SMALL_BLOCK_BYTES
    first = header.lines + 1
    with naming_faults(file), feed.open(name) as stream, uneven.noting_what_is_no_text():
        try:
            reader = arrow_csv.open_csv(
                stream,
                # Serial parsing knows its row numbers; it reads ahead in a thread of its own all the same.
                read_options=arrow_csv.ReadOptions(
                    block_size=block, column_names=header.names, skip_rows=header.lines, use_threads=False
                ),
                parse_options=arrow_csv.ParseOptions(
                    newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=uneven.judge
                ),
                convert_options=arrow_csv.ConvertOptions(
                    include_columns=wanted,
                    column_types={column: _DICTIONARY if column in encoded else pa.string() for column in wanted},
                    strings_can_be_null=False,
                ),
            )
            for batch in reader:
                rows = uneven.number_rows(first, batch.num_rows)
                first = int(rows[-1]) + 1 if len(rows) else first
                if first > most_rows:
                    raise InputError("limits.rows", file=file, limit=most_rows)
                _check_nul(batch, rows, file)
                yield batch, rows
        except pa.ArrowInvalid as error:
            if uneven.beyond is not None:
                raise uneven.beyond from None
            if uneven.no_text:
                raise InputError("transit.encoding", file=file) from error
            if uneven.wrong is None:
                if "straddl" in str(error):  # a row that does not fit into one block
                    raise InputError("limits.line_long", file=file, row=first, limit=block / 1e6) from error
                raise
            row, found = uneven.wrong
            raise InputError("transit.ragged", file=file, row=row, expected=len(header.names), found=found) from None
    if uneven.rows:
        report_rows(findings, "transit.uneven_rows", file=file, rows=list(uneven.rows), examples=[])
        columns = [[values[header.names.index(column)] for values in uneven.rows.values()] for column in wanted]
        arrays = [
            pa.array(column, pa.string()).dictionary_encode() if name in encoded else pa.array(column, pa.string())
            for name, column in zip(wanted, columns, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(arrays, wanted), np.array(list(uneven.rows), np.int64)


def _check_nul(batch: pa.RecordBatch, rows: NDArray[np.int64], file: str) -> None:
    """Refuse a piece that holds a NUL; the first kilobytes of the file are looked at with its header."""
    for column in batch.columns:
        texts = column.dictionary if isinstance(column, pa.DictionaryArray) else column
        letters = texts.buffers()[2]
        if letters is None or not len(texts) or np.frombuffer(letters, np.uint8).all():
            continue
        found = pc.match_substring(texts, "\0").to_numpy(zero_copy_only=False)
        found = found[column.indices.to_numpy()] if texts is not column else found
        if found.any():
            raise InputError("limits.nul", file=file, row=int(rows[np.argmax(found)]))


def _split_row(row: arrow_csv.InvalidRow) -> list[str]:
    """Split a row as CSV; without a quote in it, or with a value beyond what Python's reader takes, at its commas."""
    text = str(row.text)
    if '"' in text:
        with suppress(csv.Error):
            values: list[str] = next(csv.reader([text]), [])
            return values
    return text.split(",")


class _UnevenRows:
    """Judges the rows with fewer or more values than the header has columns.

    Attributes
    ----------
    rows
        Row -> its values, filled up to the header's length: rows that end early.
    wrong
        Row and number of values of the first row that cannot be read.
    beyond
        What to raise when there are more of these rows than a feed has: each costs a thousand times its bytes.
    no_text
        Whether a row was not UTF-8, and so never came here: the reader stops at it.
    """

    def __init__(self, file: str, columns: int, needed: int) -> None:
        self.rows: dict[int, list[str]] = {}
        self.wrong: tuple[int, int] | None = None
        self.beyond: InputError | None = None
        self.no_text = False
        self._file, self._columns, self._needed = file, columns, needed
        self._skipped: list[int] = []
        self._empty = 0

    @contextmanager
    def noting_what_is_no_text(self) -> Iterator[None]:
        """Note the rows that Arrow cannot hand over as text, of which it would write a traceback on stderr."""
        before = sys.unraisablehook

        def note(unraisable: sys.UnraisableHookArgs) -> None:
            if getattr(unraisable.object, "__self__", None) is self:
                self.no_text = True
            else:
                before(unraisable)

        sys.unraisablehook = note
        try:
            yield
        finally:
            sys.unraisablehook = before

    def judge(self, row: arrow_csv.InvalidRow) -> str:
        """Say whether the reader may skip the row."""
        values = _split_row(row)
        if any(value.strip() for value in values):
            # A row with too many values has a comma that lacks its quotes: what follows it would shift.
            if not self._needed <= len(values) < self._columns:
                self.wrong = self.wrong or (row.number, len(values))
                return "error"
            self.rows[row.number] = values + [""] * (self._columns - len(values))
            if len(self.rows) * self._columns > limits.MAX_UNEVEN_VALUES:
                self.beyond = InputError("limits.uneven_rows", file=self._file, row=row.number, count=len(self.rows))
                return "error"
        else:
            self._empty += 1
            if self._empty > limits.MAX_EMPTY_LINES and self._empty > 0.6 * row.number:
                self.beyond = InputError("limits.empty_lines", file=self._file, row=row.number, count=self._empty)
                return "error"
        self._skipped.append(row.number)
        return "skip"

    def number_rows(self, first: int, count: int) -> NDArray[np.int64]:
        """Return the next `count` row numbers from `first` on that were not skipped."""
        self._skipped = [number for number in self._skipped if number >= first]
        numbers = np.arange(first, first + count + len(self._skipped), dtype=np.int64)
        return np.setdiff1d(numbers, self._skipped, assume_unique=True)[:count] if self._skipped else numbers


def read_table(
    feed: Feed,
    name: str,
    *,
    findings: Findings,
    required: Sequence[str],
    optional: Sequence[str] = (),
    reach: Sequence[str] = (),
    key: str | None = None,
    may_lack: bool = False,
) -> pd.DataFrame:
    """Read one of the feed's files whole.

    Parameters
    ----------
    required, optional
        Columns to read; an optional one that the file lacks comes as empty texts.
    reach
        See `stream_table`.
    key
        The column that names a row, if one does: each once.
    may_lack
        Give an empty table when the feed lacks the file, instead of raising.

    Returns
    -------
    DataFrame
        Texts without outer blanks, and `row` (int64); without the rows in which all these columns are empty, and
        without those that say the same as an earlier one in every column of the file.

    Raises
    ------
    InputError
        As `stream_table`; or when a key is blank, or two rows that differ have the same one.
    """
    columns = [*required, *optional]
    if may_lack and name in feed and feed.size(name) == 0:
        tell(findings, "transit.empty_optional", file=feed.file(name))
    if name not in feed or (may_lack and feed.size(name) == 0):
        if may_lack:
            return pd.DataFrame({**{column: pd.Series(dtype=str) for column in columns}, "row": np.empty(0, np.int64)})
        raise InputError("transit.missing_file", file=feed.file(name), found=", ".join(sorted(feed.members)[:20]))
    pieces = []
    for batch, rows in stream_table(feed, name, findings=findings, required=required, optional=optional, reach=reach):
        texts = [pc.utf8_trim_whitespace(column) for column in batch.columns]
        filled = np.zeros(batch.num_rows, bool)
        for column in texts:
            filled |= pc.not_equal(column, "").to_numpy(zero_copy_only=False)
        piece = pa.RecordBatch.from_arrays(texts, batch.schema.names)
        # Piece by piece, so that a file of nothing but empty lines takes no memory.
        pieces.append((piece, rows) if filled.all() else (piece.filter(pa.array(filled)), rows[filled]))
    parts: dict[str, pd.Series] = {}
    count = sum(piece.num_rows for piece, _ in pieces)
    for one in columns:
        if not pieces or one not in pieces[0][0].schema.names:
            parts[one] = pd.Series([""] * count, dtype=str)
            continue
        whole = pa.chunked_array([piece[one] for piece, _ in pieces])
        parts[one] = pd.Series(whole.to_pandas(), dtype=str)
    table = pd.DataFrame(parts)
    table["row"] = np.concatenate([rows for _, rows in pieces]) if pieces else np.empty(0, np.int64)
    table = table if table["row"].is_monotonic_increasing else table.sort_values("row", ignore_index=True)
    return _drop_doubled(feed, name, table, columns, key, findings)


def _drop_doubled(
    feed: Feed, name: str, table: pd.DataFrame, columns: Sequence[str], key: str | None, findings: Findings
) -> pd.DataFrame:
    """Keep the first of rows that say the same; refuse rows of one key that differ."""
    file, named = feed.file(name), columns[:1] if key is None else [key]
    if key is not None:
        blank = np.flatnonzero((table[key] == "").to_numpy(bool))
        if len(blank):
            raise InputError("transit.blank_id", file=file, row=int(table["row"].iloc[blank[0]]), column=key)
        if len(set(table[key].tolist())) == len(table):
            return table
    subset = list(columns) if key is None else [key]
    doubtful = table[table.duplicated(subset, keep=False).to_numpy(bool)]
    if not len(doubtful):
        return table
    # Columns that are not read may differ.
    whole = _read_whole_rows(feed, name, set(doubtful["row"].tolist()))
    firsts: dict[tuple[str, ...], int] = {}
    again: list[tuple[int, int, int]] = []
    contrary: list[tuple[int, int, int]] = []
    for at, row, *said in doubtful[["row", *subset]].itertuples():
        first = firsts.setdefault(whole[row] if key is None else tuple(said), row)
        if first != row:
            (again if whole[first] == whole[row] else contrary).append((at, row, first))
    if contrary:
        at, row, first = contrary[0]
        raise InputError(
            "transit.duplicate_id", file=file, row=row, column=named[0], id=table[named[0]].iloc[at], first=first,
            count=len(contrary),
        )  # fmt: skip
    report_rows(
        findings, "transit.doubled_rows", file=file, rows=[row for _, row, _ in again],
        examples=[f"{row} = {first}" for _, row, first in again],
    )  # fmt: skip
    return table.drop(index=[at for at, _, _ in again]).reset_index(drop=True)


def list_columns(feed: Feed, name: str) -> list[str]:
    """List the columns that one of the feed's files names; none where the feed lacks the file, or it is empty."""
    if name not in feed or feed.size(name) == 0:
        return []
    with naming_faults(feed.file(name)):
        return [column for column in _read_header(feed, name).names if column and "\0" not in column]


def _read_whole_rows(feed: Feed, name: str, wanted: set[int]) -> dict[int, tuple[str, ...]]:
    """Read all columns of some rows."""
    header = _read_header(feed, name)
    found: dict[int, tuple[str, ...]] = {}
    # What is wrong with the file, reading it has told.
    for batch, rows in stream_table(feed, name, findings=Findings(), required=(), optional=header.names):
        at = [place for place, row in enumerate(rows.tolist()) if row in wanted]
        texts = [pc.utf8_trim_whitespace(column.take(pa.array(at, pa.int64()))).to_pylist() for column in batch.columns]
        found |= dict(zip(rows[at].tolist(), zip(*texts, strict=True), strict=True))
    return found


def report_rows(
    findings: Findings,
    code: str,
    *,
    file: str,
    rows: Sequence[int] | NDArray[np.int64],
    examples: Sequence[str],
    **more: object,
) -> None:
    """Add one finding for all rows with one fault: how many, the first row, the first examples; none when no rows."""
    if len(rows):
        shown = ", ".join(dict.fromkeys(map(str, examples[:_MAX_EXAMPLES])))
        tell(findings, code, file=file, row=int(rows[0]), count=len(rows), examples=shown, **more)
