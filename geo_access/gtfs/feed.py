"""GTFS feeds as they come: a zip or a folder of CSV files, opened and read as texts, with every fault of form named.

Values leave this module as texts without outer blanks; what they mean is for the modules above. Rows count as in a
spreadsheet: the header is row 1, empty lines count.
"""

from __future__ import annotations

import csv
import re
import sys
import zipfile
import zlib
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from geo_access.core import limits
from geo_access.core.archives import MAX_MEMBERS, check_members
from geo_access.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from geo_access.core.findings import Findings, Level

_CORE = ("stops.txt", "stop_times.txt", "trips.txt", "routes.txt")
#: A block of nothing but commas becomes forty times its size, and some are read ahead.
_BLOCK_BYTES, _SMALL_BLOCK_BYTES = 1 << 23, 1 << 20
_LARGE = ("stop_times.txt", "shapes.txt", "trips.txt")
_HEADER_BYTES = 1 << 16
_DICTIONARY = pa.dictionary(pa.int32(), pa.string())
_MAX_EXAMPLES = 3
_MOST_ROWS = {
    "stops.txt": limits.MAX_STOPS,
    "stop_times.txt": limits.MAX_STOP_TIMES,
    "shapes.txt": limits.MAX_STOP_TIMES,
}


@dataclass(frozen=True)
class Feed:
    """An open feed; see `open_feed`.

    Attributes
    ----------
    path
        The zip or folder, as the user named it.
    members
        The feed's files: plain name ("stops.txt") -> name inside the zip or folder.
    archive
        The open zip; None for a folder.
    """

    path: Path
    members: Mapping[str, str]
    archive: zipfile.ZipFile | None

    def __contains__(self, name: str) -> bool:
        return name in self.members

    def file(self, name: str) -> str:
        """Name one of the feed's files for a message."""
        return f"{self.path}/{self.members.get(name, name)}"

    def open(self, name: str) -> IO[bytes]:
        """Open one of the feed's files."""
        if self.archive is None:
            return (self.path / self.members[name]).open("rb")
        return self.archive.open(self.members[name])

    def size(self, name: str) -> int:
        """Bytes of one of the feed's files, unpacked."""
        if self.archive is None:
            return (self.path / self.members[name]).stat().st_size
        return self.archive.getinfo(self.members[name]).file_size


@contextmanager
def open_feed(path: Path) -> Iterator[Feed]:
    """Open a feed: a zip or a folder whose files lie at the top or in one folder inside.

    Raises
    ------
    InputError
        When there is no such file, it is no zip, the zip is damaged, or no GTFS files are in it.
    """
    limits.check_path(path)
    if path.is_dir():
        with _reading(str(path)):
            names = _list_folder(path)
        yield Feed(path, _find_members(path, names), None)
        return
    if not path.exists():
        raise InputError("transit.missing_feed", file=path)
    limits.check_plain(path)
    with _reading(str(path)):
        empty = path.stat().st_size == 0
        archive = None if empty or not _looks_zipped(path) else zipfile.ZipFile(path)
    if archive is None:
        raise InputError("transit.empty_file" if empty else "transit.not_zip", file=path)
    with archive:
        locked = next((one.filename for one in archive.infolist() if one.flag_bits & 1), None)
        if locked is not None:
            raise InputError("transit.locked", file=path, said=locked)
        names = [one.filename for one in check_members(archive, str(path))]
        yield Feed(path, _find_members(path, names), archive)


def _list_folder(path: Path) -> list[str]:
    """List the files of a folder and of the folders in it; `InputError` when there are more than a feed has."""
    parts = list(islice(path.rglob("*"), MAX_MEMBERS + 1))
    if len(parts) > MAX_MEMBERS:
        raise InputError("limits.folder_full", file=path, limit=MAX_MEMBERS)
    return [part.relative_to(path).as_posix() for part in sorted(parts) if part.is_file()]


def _looks_zipped(path: Path) -> bool:
    # A zip that was cut off has lost its directory at the end but still begins as one: it is damaged, not foreign.
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04" or zipfile.is_zipfile(path)


def _find_members(path: Path, names: Sequence[str]) -> dict[str, str]:
    files = [PurePosixPath(name) for name in names if not name.endswith("/")]
    files = [file for file in files if "__MACOSX" not in file.parts and not file.name.startswith(".")]
    folders = sorted(
        {file.parent for file in files if file.name in _CORE}, key=lambda folder: (len(folder.parts), folder)
    )
    top = [folder for folder in folders if len(folder.parts) == len(folders[0].parts)]
    if not folders:
        found = ", ".join(sorted(file.name for file in files)[:8]) or "-"
        raise InputError("transit.no_gtfs", file=path, found=found)
    if len(top) > 1:
        raise InputError("transit.several_feeds", file=path, folders=", ".join(str(folder) for folder in top[:5]))
    return {file.name: str(file) for file in files if file.parent == top[0]}


@contextmanager
def _reading(file: str) -> Iterator[None]:
    """Turn what libraries raise on a bad file into an error that names the file and the way out."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise InputError("transit.damaged", file=file) from error
    except RuntimeError as error:
        # zipfile raises it for an encrypted member, and its child NotImplementedError for a foreign compression.
        raise InputError("transit.locked", file=file, said=str(error)) from error
    except UnicodeDecodeError as error:
        raise InputError("transit.encoding", file=file) from error
    except pa.ArrowInvalid as error:
        if "UTF8" in str(error):
            raise InputError("transit.encoding", file=file) from error
        raise InputError("transit.not_csv", file=file, said=str(error).splitlines()[0]) from error
    except OSError as error:
        raise InputError("transit.unreadable", file=file, said=error.strerror or str(error)) from error


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
    seen: dict[str, int] = {}
    unique: list[str] = []
    for column in (name.strip() for name in names):
        # The first of two columns of one name counts; the other must not hide it.
        unique.append(column if column not in seen else f"{column}\0{len(unique)}")
        seen[column] = 1
    if len(unique) > limits.MAX_COLUMNS:
        raise InputError("limits.columns", file=feed.file(name), count=len(unique), limit=limits.MAX_COLUMNS)
    return _Header(unique, at + 1, len(start) < _HEADER_BYTES and at == len(lines) - 1)


def _check_columns(feed: Feed, name: str, found: Sequence[str], required: Sequence[str]) -> None:
    missing = [column for column in required if column not in found]
    if not missing:
        return
    shown = [column.split("\0")[0] for column in found]
    near = get_close_matches(missing[0], shown, n=1, cutoff=0.6)
    code = "missing_columns_near" if near else "missing_columns"
    if len(shown) == 1 and re.search(r"[;\t|]", shown[0]):
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
    with _reading(file):
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
    with _reading(file), feed.open(name) as stream, uneven.noting_what_is_no_text():
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
        report_rows(findings, "warning", "transit.uneven_rows", file=file, rows=list(uneven.rows), examples=[])
        columns = [[values[header.names.index(column)] for values in uneven.rows.values()] for column in wanted]
        arrays = [
            pa.array(column, pa.string()).dictionary_encode() if name in encoded else pa.array(column, pa.string())
            for name, column in zip(wanted, columns, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(arrays, wanted), np.array(list(uneven.rows), np.int64)


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
    may_lack: bool = False,
) -> pd.DataFrame:
    """Read one of the feed's files whole.

    Parameters
    ----------
    required, optional
        Columns to read; an optional one that the file lacks comes as empty texts.
    reach
        See `stream_table`.
    may_lack
        Give an empty table when the feed lacks the file, instead of raising.

    Returns
    -------
    DataFrame
        Texts without outer blanks, and `row` (int64); without the rows in which all these columns are empty.
    """
    columns = [*required, *optional]
    if may_lack and name in feed and feed.size(name) == 0:
        findings.add("warning", "transit.empty_optional", file=feed.file(name))
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
    return table if table["row"].is_monotonic_increasing else table.sort_values("row", ignore_index=True)


def check_ids(feed: Feed, name: str, table: pd.DataFrame, column: str) -> None:
    """Refuse a table whose ids are blank or given twice.

    Raises
    ------
    InputError
        Naming the first row at fault.
    """
    ids = table[column]
    blank = np.flatnonzero((ids == "").to_numpy(bool))
    if len(blank):
        row = int(table["row"].iloc[blank[0]])
        raise InputError("transit.blank_id", file=feed.file(name), row=row, column=column)
    twice = np.flatnonzero(ids.duplicated().to_numpy(bool))
    if len(twice):
        again = ids.iloc[twice[0]]
        earlier = int(table["row"].iloc[np.flatnonzero((ids == again).to_numpy(bool))[0]])
        raise InputError(
            "transit.duplicate_id", file=feed.file(name), row=int(table["row"].iloc[twice[0]]), column=column,
            id=again, first=earlier, count=len(twice),
        )  # fmt: skip


def report_rows(
    findings: Findings,
    level: Level,
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
        findings.add(level, code, file=file, row=int(rows[0]), count=len(rows), examples=shown, **more)
