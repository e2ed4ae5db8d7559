"""Tables in memory where files could be: what `make_study` and the readers take of a caller's frames."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from geo_access.core.display import describe
from geo_access.core.errors import ArgumentError, InputError
from geo_access.core.limits import shorten
from geo_access.core.spreadsheets import render_plain_sheet

if TYPE_CHECKING:
    from os import PathLike

_MOST_EXACT = 2.0**53


class HeldTable(str):
    """A table in memory, known by its name: it stands wherever the path of a file could.

    It is a copy, as the frame was when it was given: what the caller does to the frame afterwards changes nothing.

    Parameters
    ----------
    name
        What messages and results call it.
    frame
        A DataFrame, with or without geometry. Named levels of its index become columns; its labels name its rows.

    Attributes
    ----------
    frame
        The columns by text names, the active geometry as ``geometry``; rows by position.
    labels
        The index as it was given: what its rows are called.
    digest
        SHA-256 of what the columns hold, in their order. Integers and floats of one value are alike, and so are all
        kinds of missing values; the index counts as far as it became columns.
    """

    __slots__ = ("digest", "frame", "labels")

    labels: pd.Index[Any]
    frame: pd.DataFrame
    digest: str

    def __new__(cls, name: str, frame: pd.DataFrame) -> Self:  # noqa: D102 -- said above
        held = super().__new__(cls, name)
        held.labels = frame.index.copy()
        held.frame = _settle(name, frame)
        held.digest = _hash_frame(held.frame)
        return held

    def __eq__(self, other: object) -> bool:
        mine = self.digest, str(self)
        return (other.digest, str(other)) == mine if isinstance(other, HeldTable) else str(self) == other

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(str(self))

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (str(self), self.labels, self.frame, self.digest)

    def name_row(self, row: int) -> int | str:
        """Return the index label of a row that is counted as a spreadsheet does (the first record is row 2)."""
        at = row - 2
        if not 0 <= at < len(self.labels):
            return row
        label = self.labels[at]
        if isinstance(label, (int, np.integer)) and not isinstance(label, bool):
            return int(label)
        return shorten(", ".join(map(str, label)) if isinstance(label, tuple) else str(label))

    def copy_rows(self) -> pd.DataFrame:
        """Return the rows as `tables.settle_table` takes them; without geometry as a CSV's, without blank ones."""
        frame = self.frame.drop(columns="row", errors="ignore")
        if not isinstance(frame, gpd.GeoDataFrame):
            blank = (frame.isna() | (frame == "")).all(axis=1).to_numpy(bool)
            frame["row"] = np.arange(2, len(frame) + 2, dtype=np.int64)
            frame = frame[~blank].reset_index(drop=True)
            frame.attrs["separator"] = ","
        return frame

    def write(self, folder: Path) -> str:
        """Write it as a file that reads the same; return the file's name."""
        from geo_access.study.inputs.numbers import to_texts

        frame = self.frame.copy()
        for column in frame.columns:
            if pd.api.types.is_bool_dtype(frame[column].dtype):
                frame[column] = frame[column].astype("Int8")
            elif not (column == "geometry" or _is_number(frame[column])):
                frame[column] = pd.Series(to_texts(frame[column]), dtype=object, index=frame.index)
        if isinstance(frame, gpd.GeoDataFrame):
            path = folder / f"{self}.parquet"
            frame.to_parquet(path, index=False)
        else:
            path = folder / f"{self}.csv"
            path.write_bytes(render_plain_sheet(frame).encode())
        return path.name


def _restore(name: str, labels: pd.Index[Any], frame: pd.DataFrame, digest: str) -> HeldTable:
    held = str.__new__(HeldTable, name)
    held.labels, held.frame, held.digest = labels, frame, digest
    return held


def take_table(given: Any, name: str) -> Path | HeldTable:
    """Return a table as readers take it: the path of a file, or a frame held under a name.

    Raises
    ------
    ArgumentError
        When it is neither a frame nor a path.
    InputError
        When two columns of a frame bear one name.
    """
    if isinstance(given, HeldTable):
        return given
    if isinstance(given, pd.DataFrame):
        return HeldTable(name, given)
    if isinstance(given, str) or hasattr(given, "__fspath__"):
        path: str | PathLike[str] = given
        return Path(path)
    raise ArgumentError("places.table_wanted", name=name, said=describe(given))


def _settle(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Copy a frame: columns by text names, named levels of the index among them, the active geometry as `geometry`."""
    shape = frame.active_geometry_name if isinstance(frame, gpd.GeoDataFrame) else None
    crs = None if shape is None else frame.crs
    index = frame.index
    columns: list[tuple[str, Any]] = [
        (str(level).strip(), index.get_level_values(number))
        for number, level in enumerate(index.names)
        if level is not None and level not in frame.columns
    ]
    columns += [
        ("geometry" if column == shape else str(column).strip(), frame.iloc[:, at])
        for at, column in enumerate(frame.columns)
    ]
    names = [column for column, _ in columns]
    for column in names:
        if names.count(column) > 1:
            raise InputError("places.column_twice", file=name, column=shorten(column))
    plain = pd.RangeIndex(len(frame))
    copies = {column: pd.Series(values.array.copy(), index=plain) for column, values in columns}
    made = pd.DataFrame(copies, index=plain)
    return made if shape is None else gpd.GeoDataFrame(made, geometry="geometry", crs=crs)


def _is_number(column: pd.Series[Any]) -> bool:
    kind = column.dtype
    return bool(pd.api.types.is_bool_dtype(kind) or pd.api.types.is_numeric_dtype(kind)) and not (
        pd.api.types.is_complex_dtype(kind)
    )


def _hash_frame(frame: pd.DataFrame) -> str:
    """SHA-256 of what the columns hold; see `HeldTable`."""
    from geo_access.study.inputs.numbers import to_texts

    digest = hashlib.sha256(f"{len(frame)}\0".encode())
    for column in frame.columns:
        digest.update(f"\0{column}\0".encode("utf-8", "surrogatepass"))
        values = frame[column]
        if column == "geometry" and isinstance(frame, gpd.GeoDataFrame):
            digest.update(("" if frame.crs is None else CRS(frame.crs).to_wkt()).encode())
            parts = shapely.to_wkb(values.to_numpy(), byte_order=1)
            _add_texts(digest, [None if part is None else bytes(part) for part in parts])
            continue
        numbers = values.to_numpy(dtype=np.float64, na_value=np.nan) if _is_number(values) else None
        if numbers is None or (np.abs(numbers) > _MOST_EXACT).any():
            texts = to_texts(values)
            _add_texts(digest, [None if one is None else one.encode("utf-8", "surrogatepass") for one in texts])
        else:
            digest.update(np.where(np.isnan(numbers), np.nan, numbers + 0.0).astype("<f8").tobytes())
    return digest.hexdigest()


def _add_texts(digest: Any, texts: list[bytes | None]) -> None:
    sizes = np.array([-1 if text is None else len(text) for text in texts], "<i8")
    digest.update(sizes.tobytes())
    digest.update(b"".join(text for text in texts if text is not None))
