"""Spreadsheets as tables: Excel (.xlsx, .xlsm) and OpenDocument (.ods).

What people see in a sheet is what is read: a code shown with leading zeros keeps them, a date is a date. What is not to
be seen, or seen and not to be read, is told: hidden sheets and rows, formulas whose value the file does not hold, error
values, merged cells, a title above the column names. The file is looked at before any of it is unpacked for good; a
sheet is as large as its filled cells, whatever its file says.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geo_access.core import limits
from geo_access.core.errors import InputError
from geo_access.core.matching import compose, listed
from geo_access.study.inputs.excel import read_excel
from geo_access.study.inputs.opendocument import read_opendocument
from geo_access.study.inputs.sheet_grid import Cell, Grid, Held, check_cells

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from geo_access.core.findings import Findings

#: Rows below the first one among which the widest says how many columns there are.
_ROWS_COMPARED = 20


def read_workbook(path: Path, *, sheet: str | None = None, findings: Findings | None = None) -> pd.DataFrame:
    """Read one sheet of a spreadsheet.

    Parameters
    ----------
    path
        A .xlsx, .xlsm or .ods file.
    sheet
        The sheet's name; None: the only one that is filled and not hidden, or the one named like the file.
    findings
        Takes what is hidden.

    Returns
    -------
    DataFrame
        The columns that have a name or a value, and ``row``, as the sheet counts. Numbers are numbers; dates, times and
        truths are text, as are codes and whatever stands in a column with them.

    Raises
    ------
    InputError
        No spreadsheet, protected by a password, damaged, too large; no such sheet or no telling which; cells with an
        error, or without the value of their formula; merged cells; a title, or nothing, where the names should stand.
    """
    held = read_opendocument(path) if path.suffix.lower() == ".ods" else read_excel(path)
    chosen = _choose(path, held, sheet)
    grid = chosen.read()
    if findings is not None:
        unseen = [one.name for one in held if one.hidden and one.name != chosen.name]
        if unseen:
            findings.add("info", "places.sheets_hidden", file=path, sheet=chosen.name, hidden=listed(unseen))
        if grid.hidden:
            findings.add(
                "warning", "places.sheet_rows_hidden", file=path, row=grid.hidden[0] + 1, count=len(grid.hidden)
            )
    return _make_frame(path, grid)


def _choose(path: Path, held: Sequence[Held], asked: str | None) -> Held:
    """Return the sheet that is asked for, or the only one that can be meant."""
    if asked is not None:
        for one in held:
            if compose(one.name) == compose(asked):
                return one
        raise InputError("places.sheet_unknown", file=path, sheet=limits.shorten(asked), known=_list_names(held))
    seen = [one for one in held if one.filled and not one.hidden]
    if not seen:
        if any(one.filled for one in held):
            raise InputError("places.sheets_all_hidden", file=path, known=_list_names(held))
        raise InputError("places.no_rows", file=path)
    alike = [one for one in seen if one.name.casefold() == path.stem.casefold()]
    if len(seen) == 1 or alike:
        return (alike or seen)[0]
    raise InputError("places.sheets_many", file=path, known=_list_names(seen), stem=path.stem)


def _list_names(held: Sequence[Held]) -> str:
    return listed([limits.shorten(one.name) for one in held], limit=20) or "–"


def _make_frame(path: Path, grid: Grid) -> pd.DataFrame:
    """Make the table of a sheet: names in the first filled row, records below."""
    for cells, code in ((grid.errors, "places.sheet_error"), (grid.unvalued, "places.sheet_unvalued")):
        if cells:
            raise InputError(code, file=path, cell=_name_cell(min(cells)), count=len(cells))
    rows: dict[int, dict[int, Any]] = {}
    for (row, column), value in grid.cells.items():
        rows.setdefault(row, {})[column] = value
    if not rows:
        raise InputError("places.no_rows", file=path)
    head, *below = sorted(rows)
    widest = max((len(rows[row]) for row in below[:_ROWS_COMPARED]), default=0)
    if widest > 1 and len(rows[head]) * 2 <= widest:
        title = limits.shorten(next(iter(rows[head].values())))
        better = next(row for row in below if len(rows[row]) * 2 > widest)
        raise InputError("places.sheet_title", file=path, row=head + 1, title=title, better=better + 1)
    for (top, left), (bottom, right) in grid.merged:
        if (top, left) in grid.cells and bottom >= head:
            span = f"{_name_cell((top, left))}:{_name_cell((bottom, right))}"
            raise InputError("places.sheet_merged", file=path, cells=span, count=len(grid.merged))
    columns = sorted({column for row in rows.values() for column in row})
    check_cells(path, len(below), len(columns))
    names: dict[int, str] = {}
    for column in columns:
        name = str(_say(rows[head].get(column)) or "").strip() or f"column_{column + 1}"
        if name in names.values():
            raise InputError("places.column_twice", file=path, row=head + 1, column=name)
        names[column] = name
    table: dict[str, Any] = {
        name: _make_column([rows[row].get(column) for row in below]) for column, name in names.items()
    }
    frame = pd.DataFrame(table, index=pd.RangeIndex(len(below)))
    frame.attrs["separator"] = ""  # its numbers are numbers; in texts both marks may be either
    frame["row"] = np.asarray(below, np.int64) + 1
    return frame


def _make_column(values: list[Any]) -> Any:
    if all(value is None or isinstance(value, float) for value in values):
        return np.array([np.nan if value is None else value for value in values], np.float64)
    return pd.Series([_say(value) for value in values], dtype=object)


def _say(value: Any) -> str | None:
    """Write a cell as people read it; whole numbers without a decimal mark, dates as ISO."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    if isinstance(value, dt.timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}" + (f":{seconds:02d}" if seconds else "")
    if isinstance(value, dt.time):
        return value.isoformat("seconds").removesuffix(":00") if value.second == 0 else value.isoformat("seconds")
    return str(value.isoformat())


def _name_cell(cell: Cell) -> str:
    letters, column = "", cell[1] + 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{cell[0] + 1}"
