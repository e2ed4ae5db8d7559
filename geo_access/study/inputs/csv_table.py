"""CSV as programs and spreadsheets write it: read as text, or refused with the row at fault."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv

from geo_access.core import limits
from geo_access.core.errors import InputError
from geo_access.core.matching import compose
from geo_access.core.spreadsheets import unmark

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

#: How Excel is told the separator: a first line that is no record.
_SEPARATOR_LINE = re.compile(rb"\A\"?sep=(.)\"?[,;\t]*\r?\n", re.IGNORECASE)


def read_csv(path: Path) -> pd.DataFrame:
    """Read a CSV as text columns, with ``row``; the attribute ``separator`` says what parts its values.

    Empty columns without a heading, rows that end in more separators than there are headings, and the line ``sep=;``
    are what spreadsheets write, and read past.

    Raises
    ------
    InputError
        For every way in which it may be broken: names the row.
    """
    data = path.read_bytes()
    if data.count(b"\n") + data.count(b"\r") > 2 * limits.MAX_TABLE_ROWS:
        raise InputError("limits.rows", file=path, limit=limits.MAX_TABLE_ROWS)
    limits.check_nul(data, file=path, encoding="places.encoding")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError("places.encoding", file=path, row=data.count(b"\n", 0, error.start) + 1) from error
    data = data.removeprefix(b"\xef\xbb\xbf")
    told = _SEPARATOR_LINE.match(data)
    top = 2 if told else 1  # the row of the headings
    data = data[told.end() :] if told else data
    if not data.strip():
        raise InputError("places.no_header", file=path, row=top)
    delimiter, header = _read_header(path, data, told[1].decode() if told and told[1] in b",;\t|" else None, top)
    _check_quotes(path, data, delimiter, top)
    if not re.search(rb"[\r\n]", data):  # the headings alone, of which Arrow says nothing that helps
        raise InputError("places.no_rows", file=path)
    table = _read_arrow(path, data, delimiter, header, top)
    check_extent(path, table.num_rows, table.num_columns)
    frame: pd.DataFrame = table.to_pandas()
    frame.columns = pd.Index(range(len(header)))
    filled = np.zeros(len(frame), dtype=bool)
    bare: list[int] = []
    for at, name in enumerate(header):
        held = (frame[at] != "").to_numpy(dtype=bool)
        filled |= held
        if not name and not held.any():
            bare.append(at)
        marked = frame[at].str.startswith("'")
        if marked.any():
            frame.loc[marked, at] = frame.loc[marked, at].map(unmark)
    frame.columns = pd.Index([name or f"column_{at + 1}" for at, name in enumerate(header)])
    frame = frame.iloc[:, [at for at in range(len(header)) if at not in bare]].copy()
    frame.attrs["separator"] = delimiter
    frame["row"] = np.arange(top + 1, top + 1 + len(frame), dtype=np.int64)
    return frame if filled.all() else frame[filled].reset_index(drop=True)


def check_extent(path: Path | str, rows: int, columns: int) -> None:
    """Refuse a table of more rows, columns or values than a table of places has."""
    if columns > limits.MAX_COLUMNS:
        raise InputError("limits.columns", file=path, count=columns, limit=limits.MAX_COLUMNS)
    if rows > limits.MAX_TABLE_ROWS:
        raise InputError("limits.rows", file=path, limit=limits.MAX_TABLE_ROWS)
    if rows * columns > limits.MAX_CELLS:
        raise InputError("limits.cells", file=path, rows=rows, columns=columns, limit=limits.MAX_CELLS)


def check_headings(path: Path | str, header: Sequence[str], row: int) -> list[str]:
    """Return headings stripped and composed; `InputError` when one stands twice, or all are blank."""
    names = [compose(name.strip()) for name in header]
    if not any(names):
        raise InputError("places.no_header", file=path, row=row)
    seen: set[str] = set()
    for name in names:
        if name and name in seen:
            raise InputError("places.column_twice", file=path, row=row, column=limits.shorten(name))
        seen.add(name)
    return names


def _read_header(path: Path, data: bytes, told: str | None, row: int) -> tuple[str, list[str]]:
    """Return the separator (the one that is told, else that parts the first row most) and the column names."""

    def split(delimiter: str) -> list[str]:
        lines = io.StringIO(data[:1_000_000].decode("utf-8", "ignore"), newline="")
        try:
            return next(csv.reader(lines, delimiter=delimiter), [])
        except csv.Error as error:
            raise InputError("places.header_long", file=path, row=row, limit=csv.field_size_limit()) from error

    delimiter = told or max((",", ";", "\t", "|"), key=lambda one: len(split(one)))
    return delimiter, check_headings(path, split(delimiter), row)


def _read_arrow(path: Path, data: bytes, delimiter: str, header: Sequence[str], top: int) -> pa.Table:
    ragged: list[pa_csv.InvalidRow] = []

    def note(row: pa_csv.InvalidRow) -> str:
        ragged.append(row)
        return "error"

    # Named by number: pyarrow takes no heading twice, and blank ones may be many.
    names = [str(at) for at in range(len(header))]
    try:
        return pa_csv.read_csv(
            io.BytesIO(data),
            # Threads would lose the number of a bad row.
            read_options=pa_csv.ReadOptions(
                use_threads=False, block_size=limits.MAX_LINE_BYTES, column_names=names, skip_rows_after_names=1
            ),
            parse_options=pa_csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=note
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as error:
        if ragged:
            return _read_uneven(path, data, delimiter, len(header), top)
        if "straddl" in str(error):  # a row that does not fit into one block
            raise InputError("limits.line_long", file=path, row=top + 1, limit=limits.MAX_LINE_BYTES / 1e6) from error
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise InputError("places.file_unreadable", file=path, reason=reason) from error


def _read_uneven(path: Path, data: bytes, delimiter: str, width: int, top: int) -> pa.Table:
    """Read rows that end in more separators than there are headings; refuse those with more or fewer values."""
    reader = csv.reader(io.StringIO(data.decode("utf-8"), newline=""), delimiter=delimiter)
    rows: list[list[str]] = []
    try:
        for number, row in enumerate(reader):
            if number and len(row) > width and not any(value.strip() for value in row[width:]):
                rows.append(row[:width])
            elif not row:  # an empty line, which holds no record
                rows.append([""] * width)
            elif len(row) != width:
                raise InputError("places.ragged", file=path, row=top + number, expected=width, found=len(row))
            else:
                rows.append(row)
    except csv.Error as error:
        raise InputError(
            "limits.line_long", file=path, row=top + len(rows), limit=csv.field_size_limit() / 1e6
        ) from error
    columns = list(zip(*rows[1:], strict=True)) or [()] * width
    return pa.table({str(at): pa.array(column, pa.string()) for at, column in enumerate(columns)})


def _check_quotes(path: Path, data: bytes, delimiter: str, top: int) -> None:
    """Refuse a quote that the file never closes: the trace of a file cut short, and Arrow reads past it."""
    if data.count(b'"') % 2 == 0:
        return
    reader = csv.reader(io.StringIO(data.decode("utf-8"), newline=""), delimiter=delimiter, strict=True)
    read = 0
    try:
        for _ in reader:
            read += 1
    except csv.Error as error:
        raise InputError("places.quote_open", file=path, row=read + top) from error
