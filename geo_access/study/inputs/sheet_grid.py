"""What the sheets of Excel and OpenDocument files have in common: parts unpacked within bounds, and grids of cells."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from xml.etree import ElementTree as ET

from geo_access.core import limits
from geo_access.core.archives import check_members
from geo_access.core.errors import InputError
from geo_access.core.spreadsheets import unmark

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Cell = tuple[int, int]
T = TypeVar("T")
#: A sheet of residents has a million cells; they take some 100 bytes each.
MOST_CELLS = 20_000_000
#: Bytes of the parts of one file, unpacked.
_MOST_BYTES = 1024**3
#: Bytes of the texts of a sheet's cells, each written out; the format writes a text that stands in many cells once.
_FREE_BYTES, _MAX_RATIO = 256 * 1024**2, 200


@dataclass
class Grid:
    """What a sheet holds: values by row and column, both from 0, and what is to be told of them."""

    cells: dict[Cell, Any] = field(default_factory=dict)
    hidden: list[int] = field(default_factory=list)
    errors: list[Cell] = field(default_factory=list)
    unvalued: list[Cell] = field(default_factory=list)
    merged: list[tuple[Cell, Cell]] = field(default_factory=list)


class Held(NamedTuple):
    """A sheet of a file: its name, whether it is hidden, whether it has a filled cell, and what reads it."""

    name: str
    hidden: bool
    filled: bool
    read: Callable[[], Grid]


def check_cells(path: Path, rows: int, columns: int) -> None:
    """Refuse a sheet that is larger than a table of places."""
    if columns > limits.MAX_COLUMNS:
        raise InputError("limits.columns", file=path, count=columns, limit=limits.MAX_COLUMNS)
    if rows * columns > MOST_CELLS:
        raise InputError("limits.cells", file=path, rows=rows, columns=columns, limit=MOST_CELLS)


def check_texts(path: Path, size: int) -> None:
    """Refuse a sheet whose texts, each written out, are far larger than the file."""
    if size > max(_FREE_BYTES, _MAX_RATIO * path.stat().st_size):
        raise InputError("limits.packed", file=path, size=path.stat().st_size / 1e6, ratio=_MAX_RATIO)


def unpack(path: Path) -> dict[str, bytes]:
    """Return the parts of a spreadsheet that are XML, by name; the rest (pictures, macros) is never unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = check_members(archive, path.name, max_bytes=_MOST_BYTES, max_ratio=_MAX_RATIO)
            parts = {one.filename: archive.read(one) for one in members if one.filename.endswith((".xml", ".rels"))}
    except InputError as error:
        told: dict[str, Any] = error.params
        raise InputError(error.code, file=path, **told) from error
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, ValueError, RuntimeError) as error:
        raise InputError("places.sheet_damaged", file=path, said=first_line(error)) from error
    for data in parts.values():
        # No program writes a document type; what it may define grows without bound.
        if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data[:4096]:
            raise InputError("places.sheet_damaged", file=path, said="DOCTYPE")
    return parts


def guard(path: Path, act: Callable[[], T]) -> T:
    """Do what reads a file's XML; whatever it stumbles on is the file's fault."""
    try:
        return act()
    except InputError:
        raise
    except (ET.ParseError, KeyError, IndexError, ValueError, TypeError, OverflowError) as error:
        raise InputError("places.sheet_damaged", file=path, said=first_line(error)) from error


def first_line(error: BaseException) -> str:
    """Return what an error says on its first line."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][: limits.MAX_SAID]


def local_name(one: ET.Element) -> str:
    """Return the name of an element without its namespace."""
    return str(one.tag).rpartition("}")[2]


def take_value(value: Any) -> Any:
    """Return a value of a cell: None where it is blank, whole numbers as the others."""
    if isinstance(value, str):
        return unmark(value) if value.strip() else None
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value
