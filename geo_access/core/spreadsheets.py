"""CSV, for a spreadsheet of the language's country with its separator and its decimal sign, and for programs; Excel.

Every CSV that is written passes here: a text that a spreadsheet would take for a formula is marked as text by an
apostrophe, which `unmark` takes off again where a table is read. A workbook (.xlsx) needs no such mark: its cells say
what they are.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import re
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, SupportsFloat

import numpy as np

from geo_access.core.errors import InputError
from geo_access.core.formats import is_missing, read_number
from geo_access.texts.controls import show_controls

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from pathlib import Path

    import pandas as pd

    from geo_access.texts import Language

#: What a spreadsheet takes for the beginning of a formula, the wide forms of East Asian keyboards among it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_MARKED = re.compile(r"\A'(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")


def render_sheet(heads: Sequence[str], rows: Iterable[Sequence[object]], language: Language) -> str:
    """Write a table: texts quoted, numbers not and with four decimals at most, nothing where nothing is known.

    Quoted, an INSEE code stays the text it is for a reader that minds quotes.
    """
    delimiter = {"fr": ";", "en": ","}[language]
    lines = [[_quote(head) for head in heads], *([_render_cell(value, language) for value in row] for row in rows)]
    return "\ufeff" + "".join(delimiter.join(line) + "\r\n" for line in lines)


def render_plain_sheet(table: pd.DataFrame) -> str:
    """Write a table for programs: commas, points, numbers unrounded; without its geometry."""
    written = io.StringIO()
    mark_texts(table.drop(columns="geometry", errors="ignore")).to_csv(written, index=False, lineterminator="\n")
    return written.getvalue()


def mark_texts(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose texts and headings may stand in a CSV: formulas marked, control characters shown."""
    marked = table.rename(columns=_tame)
    for at, name in enumerate(table.columns):
        values = table.iloc[:, at]
        if values.dtype.kind in "biufmM":
            continue
        tamed = {value: _tame(value) for value in values.unique() if isinstance(value, str)}
        changed = {value: text for value, text in tamed.items() if value != text}
        if changed:
            marked[_tame(name)] = values.map(lambda value, said=changed: said.get(value, value))
    return marked


def mark(said: str) -> str:
    """Mark a text that a spreadsheet would take for a formula as text."""
    return f"'{said}" if said.startswith(_FORMULA) else said


def unmark(said: str) -> str:
    """Take the mark of `mark` off."""
    return _MARKED.sub("", said)


def percent(share: float) -> float:
    """Write a share (0 to 1) in percent; what is short of the whole never reads as the whole."""
    return min(round(share * 100, 4), 99.9999) + 0.0 if share < 1 else 100.0


def _render_cell(value: object, language: Language) -> str:
    if is_missing(value):
        return ""
    if isinstance(value, str):
        return _quote(value)
    number = read_number(value)
    if number is None or not math.isfinite(number):
        return ""
    said = f"{number:.4f}".rstrip("0").rstrip(".")
    return said.replace(".", {"fr": ",", "en": "."}[language])


def _tame(said: Any) -> Any:
    """Mark a text and show its control characters, but for the tab, which stays inside its cell."""
    return mark(show_controls(said, keep="\t")) if isinstance(said, str) else said


def _quote(said: str) -> str:
    return '"' + str(_tame(said)).replace('"', '""') + '"'


#: Excel's bounds of a sheet, its heading among the rows, and of one cell.
MAX_SHEET_ROWS, MAX_CELL_SIGNS = 1_048_576, 32_767
#: Rows beyond which a sheet is written row by row, through the disk.
_MOST_HELD = 100_000
_FORBIDDEN_NAME = re.compile(r"[\[\]:*?/\\]")
_LONGEST_NAME, _NARROWEST, _WIDEST, _ROWS_MEASURED = 31, 8, 60, 500
#: No value hangs on the hour at which a file is written.
_CREATED = dt.datetime(2000, 1, 1)  # noqa: DTZ001 -- the format knows no zones
_SHARE_FORMAT, _DAY_FORMAT, _MOMENT_FORMAT = "0.0000%", "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook.

    Attributes
    ----------
    name
        What its tab says; what Excel does not take in it is left out.
    heads
        The first row, which stays in sight.
    rows
        Cells in the order of the heads. A text is written as a text, whatever it looks like, so that a code keeps its
        zeros and a formula never runs; a number, a date and a truth as such; what is missing as an empty cell.
    count
        How many rows there are.
    shares
        Positions of the columns whose numbers (0 to 1) are shown in percent.
    """

    name: str
    heads: Sequence[str]
    rows: Iterable[Sequence[object]]
    count: int
    shares: Collection[int] = ()

    @classmethod
    def of_frame(cls, name: str, frame: pd.DataFrame) -> Sheet:
        """Make the sheet of a table as it stands, without its geometry."""
        plain = frame.drop(columns="geometry", errors="ignore")
        heads = [str(column) for column in plain.columns]
        return cls(name, heads, plain.itertuples(index=False, name=None), len(plain))


def render_workbook(sheets: Sequence[Sheet]) -> bytes:
    """Return sheets as an Excel workbook (.xlsx); see `write_workbook`."""
    written = io.BytesIO()
    write_workbook(written, sheets)
    return written.getvalue()


def write_workbook(target: Path | BinaryIO, sheets: Sequence[Sheet]) -> None:
    """Write sheets as an Excel workbook (.xlsx). The same sheets give the same bytes.

    Raises
    ------
    InputError
        When a sheet has more rows, or a cell more signs, than Excel takes.
    """
    import xlsxwriter

    for sheet in sheets:
        if sheet.count >= MAX_SHEET_ROWS:
            raise InputError("results.sheet_rows", count=sheet.count, limit=MAX_SHEET_ROWS - 1)
    large = sum(sheet.count for sheet in sheets) > _MOST_HELD
    # A BytesIO and a file are written alike; a path as text, as the library takes no other.
    book = xlsxwriter.Workbook(
        target if hasattr(target, "write") else str(target), {"in_memory": not large, "constant_memory": large}
    )
    book.set_properties({"created": _CREATED})
    formats = _Formats(
        head=book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
        share=book.add_format({"num_format": _SHARE_FORMAT}),
        day=book.add_format({"num_format": _DAY_FORMAT}),
        moment=book.add_format({"num_format": _MOMENT_FORMAT}),
    )
    names: set[str] = set()
    for sheet in sheets:
        page = book.add_worksheet(_name_sheet(sheet.name, names))
        page.freeze_panes(1, 0)
        # Excel marks codes in texts as numbers that are none.
        page.ignore_errors({"number_stored_as_text": f"A1:XFD{MAX_SHEET_ROWS}"})
        rows = iter(sheet.rows)
        first = list(islice(rows, _ROWS_MEASURED))
        for at, head in enumerate(sheet.heads):
            page.set_column(at, at, _measure_column(head, [row[at] for row in first], share=at in sheet.shares))
            page.write_string(0, at, _clean(head), formats.head)
        for number, row in enumerate(chain(first, rows), 1):
            for at, value in enumerate(row):
                _write_cell(page, number, at, value, formats, share=at in sheet.shares)
    book.close()


class _Formats(NamedTuple):
    """How cells look."""

    head: Any
    share: Any
    day: Any
    moment: Any


def _write_cell(page: Any, row: int, at: int, value: object, formats: _Formats, *, share: bool) -> None:
    if is_missing(value):
        return
    if isinstance(value, str):
        page.write_string(row, at, _clean(value))
    elif isinstance(value, (bool, np.bool_)):
        page.write_boolean(row, at, bool(value))
    elif isinstance(value, dt.datetime):
        page.write_datetime(row, at, value.replace(tzinfo=None), formats.moment)
    elif isinstance(value, dt.date):
        page.write_datetime(row, at, value, formats.day)
    elif isinstance(value, SupportsFloat):
        number = float(value)
        if math.isfinite(number) and share:
            page.write_number(row, at, round(percent(number) / 100, 6), formats.share)
        elif math.isfinite(number):
            page.write_number(row, at, number)
    else:
        page.write_string(row, at, _clean(str(value)))


def _clean(said: str) -> str:
    """Show the control characters of a text; its own tabs and line feeds stay."""
    shown = show_controls(said, keep="\t\n")
    if len(shown) > MAX_CELL_SIGNS:
        raise InputError("results.cell_long", said=shown[:_WIDEST], count=len(shown), limit=MAX_CELL_SIGNS)
    return shown


def _name_sheet(said: str, taken: set[str]) -> str:
    """Return the name of a sheet as Excel takes it, another than those taken."""
    plain = _FORBIDDEN_NAME.sub(" ", show_controls(said))[:_LONGEST_NAME].strip(" '") or "1"
    name, number = plain, 1
    while name.casefold() in taken or name.casefold() == "history":
        number += 1
        name = f"{plain[: _LONGEST_NAME - 4]} {number}"
    taken.add(name.casefold())
    return name


def _measure_column(head: str, cells: Sequence[object], *, share: bool) -> int:
    """Return how many signs wide a column is; its heading may take two lines."""
    longest = max((len(word) for word in head.split()), default=0)
    longest = max(
        longest, -(-len(head) // 2), *(len("100.0000%") if share else _count_signs(cell) for cell in cells), 0
    )
    return max(_NARROWEST, min(longest + 2, _WIDEST))


def _count_signs(cell: object) -> int:
    if is_missing(cell):
        return 0
    if isinstance(cell, float):
        return len(f"{cell:.4f}".rstrip("0"))
    return max(map(len, str(cell).split("\n")))
