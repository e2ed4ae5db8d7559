"""The sheets of an Excel file (.xlsx, .xlsm): calamine reads the values, the XML says what they do not."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from geo_access.core.errors import InputError
from geo_access.study.inputs.sheet_grid import (
    Cell,
    Grid,
    Held,
    check_cells,
    check_texts,
    first_line,
    guard,
    local_name,
    take_value,
    unpack,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_TAG = re.compile(rb"<(?:[\w.-]+:)?(row|c)\b([^<>]*)>")
_CLOSE = re.compile(rb"</(?:[\w.-]+:)?c>")
_FILLED = re.compile(rb"<(?:[\w.-]+:)?(?:v|t)\b[^<>]*>[^<]")
_FORMULA = re.compile(rb"<(?:[\w.-]+:)?f\b")
_SHARED = re.compile(rb"<(?:[\w.-]+:)?v>(\d{1,9})<")
_STRING = re.compile(rb"<(?:[\w.-]+:)?si\b[^<>]*>(.*?)</(?:[\w.-]+:)?si>", re.DOTALL)
_REFERENCE = re.compile(rb"""\sr=["']([A-Z]{1,3})?(\d{1,7})["']""")
_STYLE = re.compile(rb"""\ss=["'](\d{1,6})["']""")
_KIND = re.compile(rb"""\st=["'](\w+)["']""")
_HIDDEN = re.compile(rb"""\shidden=["'](?:1|true)["']""")
_ZEROS = re.compile(r"0{2,}")


@dataclass
class _Scan:
    """What the XML of a sheet says that its values do not."""

    rows: int = 0
    columns: int = 0
    filled_rows: set[int] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    errors: list[Cell] = field(default_factory=list)
    unvalued: list[Cell] = field(default_factory=list)
    padded: dict[Cell, int] = field(default_factory=dict)
    text_bytes: int = 0


def read_excel(path: Path) -> list[Held]:
    """List the sheets of an Excel file; each is looked at in its XML, and read by calamine."""
    import python_calamine

    parts = unpack(path)
    sheets = guard(path, lambda: _list_parts(parts))
    widths = guard(path, lambda: _list_padded(parts.get("xl/styles.xml", b"")))
    lengths = [len(found[1]) for found in _STRING.finditer(parts.get("xl/sharedStrings.xml", b""))]
    # Written anew, so that no other reader finds more in it than was looked at.
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    try:
        plain.seek(0)
        book = python_calamine.load_workbook(plain)
    except python_calamine.PasswordError as error:
        raise InputError("places.sheet_password", file=path) from error
    except BaseException as error:  # what Rust calls a panic is no Exception
        raise _explain(path, error) from error

    held = []
    for name, part, hidden in sheets:
        scan = guard(path, partial(_scan_sheet, parts[part], widths, lengths))
        check_texts(path, scan.text_bytes)
        check_cells(path, scan.rows, scan.columns)
        held.append(Held(name, hidden, bool(scan.rows), partial(_read_sheet, path, book, name, scan)))
    return held


def _explain(path: Path, error: BaseException) -> BaseException:
    """Say what a library written in Rust says; what interrupts the program stays what it is."""
    if isinstance(error, (KeyboardInterrupt, SystemExit, MemoryError)):
        return error
    return InputError("places.sheet_damaged", file=path, said=first_line(error))


def _list_parts(parts: Mapping[str, bytes]) -> list[tuple[str, str, bool]]:
    """List the worksheets: name, part, whether it is hidden; charts and dialogues are none."""
    targets: dict[str, str] = {}
    for one in ET.fromstring(parts["xl/_rels/workbook.xml.rels"]):  # noqa: S314 -- without a document type (`unpack`)
        if one.get("Type", "").endswith("/worksheet"):
            named = PurePosixPath(one.get("Target", ""))
            targets[one.get("Id", "")] = str(named if named.is_absolute() else PurePosixPath("/xl") / named)[1:]
    sheets = []
    for one in ET.fromstring(parts["xl/workbook.xml"]).iter():  # noqa: S314 -- as above
        if local_name(one) == "sheet":
            part = next((targets.get(value) for key, value in one.items() if key.endswith("}id")), None)
            if part in parts and part is not None:
                sheets.append((one.get("name", ""), part, one.get("state", "visible") != "visible"))
    return sheets


def _list_padded(styles: bytes) -> dict[int, int]:
    """Return the styles that show leading zeros ("00000"): their positions, and how many digits they show."""
    if not styles:
        return {}
    root = ET.fromstring(styles)  # noqa: S314 -- without a document type (`unpack`)
    formats: dict[str, int] = {}
    for one in root.iter():
        if local_name(one) == "numFmt":
            shown = re.sub(r'\[[^\]]*\]|[\\"]', "", one.get("formatCode", "").partition(";")[0])
            if _ZEROS.fullmatch(shown):
                formats[one.get("numFmtId", "")] = len(shown)
    cells = next((one for one in root if local_name(one) == "cellXfs"), ())
    return {at: formats[one.get("numFmtId", "")] for at, one in enumerate(cells) if one.get("numFmtId") in formats}


def _scan_sheet(xml: bytes, widths: Mapping[int, int], lengths: Sequence[int]) -> _Scan:
    """Look at every cell of a sheet; a cell without its place stands behind the one before."""
    scan = _Scan()
    row, column = -1, -1
    for found in _TAG.finditer(xml):
        tag, said = found.groups()
        place = _REFERENCE.search(said)
        if tag == b"row":
            row, column = (row + 1 if place is None else int(place[2]) - 1), -1
            if _HIDDEN.search(said):
                scan.hidden_rows.add(row)
            continue
        column += 1
        if place is not None and place[1] is not None:
            row, column = int(place[2]) - 1, _read_letters(place[1])
        if said.endswith(b"/"):
            continue
        end = _CLOSE.search(xml, found.end())
        inside = xml[found.end() : None if end is None else end.start()]
        kind = _KIND.search(said)
        told = b"n" if kind is None else kind[1]
        if told == b"e":
            scan.errors.append((row, column))
        elif _FILLED.search(inside) is None:
            if told != b"str" and _FORMULA.search(inside) is not None:
                scan.unvalued.append((row, column))
            continue
        if told == b"s" and lengths and (at := _SHARED.search(inside)) is not None and int(at[1]) < len(lengths):
            scan.text_bytes += lengths[int(at[1])]
        style = _STYLE.search(said) if widths else None
        if style is not None and int(style[1]) in widths:
            scan.padded[row, column] = widths[int(style[1])]
        scan.rows, scan.columns = max(scan.rows, row + 1), max(scan.columns, column + 1)
        scan.filled_rows.add(row)
    return scan


def _read_letters(letters: bytes) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return column - 1


def _read_sheet(path: Path, book: Any, name: str, scan: _Scan) -> Grid:
    try:
        sheet = book.get_sheet_by_name(name)
        rows = sheet.to_python(skip_empty_area=False)
        merged = sheet.merged_cell_ranges or []
    except BaseException as error:  # what Rust calls a panic is no Exception
        raise _explain(path, error) from error
    grid = Grid(
        hidden=sorted(scan.hidden_rows & scan.filled_rows),
        errors=scan.errors,
        unvalued=scan.unvalued,
        merged=[(tuple(first), tuple(last)) for first, last in merged],
    )
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            read = take_value(value)
            if read is None:
                continue
            width = scan.padded.get((row, column))
            if width is not None and isinstance(read, float) and read >= 0 and read.is_integer():
                read = f"{int(read):0{width}d}"
            grid.cells[row, column] = read
    return grid
