"""The sheets of an OpenDocument file (.ods)."""

from __future__ import annotations

import datetime as dt
import io
import re
from functools import partial
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from geo_access.core.errors import InputError
from geo_access.study.inputs.sheet_grid import (
    Cell,
    Grid,
    Held,
    check_cells,
    check_texts,
    guard,
    local_name,
    take_value,
    unpack,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"


def read_opendocument(path: Path) -> list[Held]:
    """List the sheets of an OpenDocument file, each read at once."""
    parts = unpack(path)
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise InputError("places.sheet_password", file=path)
    return guard(path, lambda: list(_list_tables(path, parts["content.xml"])))


def _list_tables(path: Path, content: bytes) -> Iterator[Held]:
    unseen: set[str] = set()
    for _, one in ET.iterparse(io.BytesIO(content)):  # noqa: S314 -- without a document type (`unpack`)
        if local_name(one) == "style":
            shown = [inner.get(f"{{{_TABLE}}}display") for inner in one]
            unseen |= {name for key, name in one.items() if key.endswith("}name") and "false" in shown}
        elif one.tag == f"{{{_TABLE}}}table":
            grid = _read_table(path, one)
            hidden = one.get(f"{{{_TABLE}}}style-name") in unseen
            filled = bool(grid.cells or grid.errors or grid.unvalued)
            yield Held(one.get(f"{{{_TABLE}}}name", ""), hidden, filled, partial(_keep, grid))
            one.clear()


def _keep(grid: Grid) -> Grid:
    return grid


def _read_table(path: Path, table: ET.Element) -> Grid:
    """Read a table; repeated rows and cells count only where they are filled."""
    grid = Grid()
    at = size = 0
    for row in table.iter(f"{{{_TABLE}}}table-row"):
        times = _count(row, "number-rows-repeated")
        column = 0
        filled: list[tuple[int, ET.Element]] = []
        for cell in row:
            wide = _count(cell, "number-columns-repeated")
            if local_name(cell) == "table-cell" and (_kind(cell) or _text(cell) or cell.get(f"{{{_TABLE}}}formula")):
                check_cells(path, at + times, column + wide)
                filled += [(column + step, cell) for step in range(wide)]
            column += wide
        if filled:
            check_cells(path, at + times, filled[-1][0] + 1)
            size += times * sum(len(_text(cell)) for _, cell in filled)
            check_texts(path, size)
            for step in range(times):
                for place, cell in filled:
                    _put(grid, (at + step, place), cell)
            if row.get(f"{{{_TABLE}}}visibility") in ("collapse", "filter"):
                grid.hidden += range(at, at + times)
        at += times
    return grid


def _put(grid: Grid, place: Cell, cell: ET.Element) -> None:
    kind, said = _kind(cell), _text(cell)
    told = {key.rpartition("}")[2]: value for key, value in cell.items()}
    if said.startswith(("#", "Err:")) and (
        told.get("value-type") == "error" or (kind == "string" and "formula" in told)
    ):
        grid.errors.append(place)
        return
    across, down = _count(cell, "number-columns-spanned"), _count(cell, "number-rows-spanned")
    if across * down > 1:
        grid.merged.append((place, (place[0] + down - 1, place[1] + across - 1)))
    value: Any = said
    if kind in ("float", "percentage", "currency"):
        value = said if re.fullmatch(r"0\d+", said) else float(told["value"])
    elif kind == "date":
        value = told["date-value"].removesuffix("T00:00:00")
    elif kind == "time":
        value = _read_duration(told["time-value"])
    elif kind == "boolean":
        value = told["boolean-value"]
    elif not kind and "formula" in told:
        grid.unvalued.append(place)
        return
    taken = take_value(value)
    if taken is not None:
        grid.cells[place] = taken


def _kind(cell: ET.Element) -> str:
    return cell.get(f"{{{_OFFICE}}}value-type", "")


def _count(one: ET.Element, name: str) -> int:
    return max(1, int(one.get(f"{{{_TABLE}}}{name}", "1")))


def _text(cell: ET.Element) -> str:
    """Return the paragraphs of a cell; notes beside it are none of it."""
    return "\n".join("".join(one.itertext()) for one in cell if local_name(one) == "p")


def _read_duration(said: str) -> dt.timedelta:
    found = re.fullmatch(r"PT(\d{1,6})H(\d{1,2})M(\d{1,2})(?:[.,]\d+)?S", said)
    if found is None:
        raise ValueError(said)
    hours, minutes, seconds = map(int, found.groups())
    return dt.timedelta(hours=hours, minutes=minutes, seconds=seconds)
