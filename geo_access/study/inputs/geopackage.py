"""What GDAL does not read of a GeoPackage, read by SQLite: columns of unknown types, values of another type.

SQLite keeps any value in any column. GDAL leaves out a column of type ``character varying(30)``, as other programs
write it, reads "1,5" in a column of numbers as 1, "n/a" as 0, and a date that it does not understand as none.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_LEFT_OUT = re.compile(r"geometry column '(.*)' of type '.*' ignored", re.DOTALL)
_NOT_READ = re.compile(r"Invalid content for record \d+ in column (.*?): ", re.DOTALL)
_NUMBERS = ("int", "float")


def recover_columns(
    path: Path, layer: str, frame: pd.DataFrame, types: Mapping[str, str], said: Sequence[str]
) -> tuple[pd.DataFrame, list[str]]:
    """Read the columns that GDAL left out or misread as they stand.

    Parameters
    ----------
    path
        The GeoPackage.
    layer
        The table.
    frame
        What GDAL read of it, its index the records' ids.
    types
        The columns that GDAL knows, each with its type ("int32", "float64", "object").
    said
        What GDAL warned of.

    Returns
    -------
    frame
        With those columns as texts and numbers, as they stand.
    left
        What GDAL warned of besides.
    """
    wanted = dict.fromkeys(name for one in said for name in _names_in(one))
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as base:
            table, key = _quoted(layer), _find_key(base, layer)
            held = {str(row[1]) for row in base.execute(f"PRAGMA table_info({table})")}
            numbers = [name for name, kind in types.items() if kind.startswith(_NUMBERS) and name in held]
            wanted.update(dict.fromkeys(_find_texts(base, table, numbers)))
            for name in [one for one in wanted if one in held]:
                values = dict(base.execute(f"SELECT {key}, {_quoted(name)} FROM {table}"))  # noqa: S608 -- quoted names
                frame[name] = pd.Series([values.get(fid) for fid in frame.index], index=frame.index, dtype=object)
    except sqlite3.Error:
        return frame, list(said)
    left = [one for one in said if not set(_names_in(one)) & (wanted.keys() & held)]
    return frame, left


def _names_in(said: str) -> list[str]:
    match = _LEFT_OUT.search(said) or _NOT_READ.search(said)
    return [] if match is None else [match[1]]


def _find_texts(base: sqlite3.Connection, table: str, names: Sequence[str]) -> list[str]:
    """List the columns of numbers that hold a text."""
    found: list[str] = []
    for at in range(0, len(names), 100):
        some = names[at : at + 100]
        sums = ", ".join(f"MAX(typeof({_quoted(name)}) = 'text')" for name in some)
        row: tuple[Any, ...] = base.execute(f"SELECT {sums} FROM {table}").fetchone()  # noqa: S608 -- quoted names
        found += [name for name, has in zip(some, row, strict=True) if has]
    return found


def _find_key(base: sqlite3.Connection, layer: str) -> str:
    """Return the column that holds the records' ids."""
    keys = [str(row[1]) for row in base.execute(f"PRAGMA table_info({_quoted(layer)})") if row[5]]
    return _quoted(keys[0]) if len(keys) == 1 else "rowid"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
