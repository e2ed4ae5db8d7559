"""One reader for every table of places: GeoPackage, GeoJSON, GeoParquet, Shapefile and CSV.

A table comes out with a column ``row`` (the record's row as a spreadsheet counts: the header is row 1, the
first record row 2) and, where it has places, with a geometry in a known CRS. A faulty file is one
`InputError`.
"""

from __future__ import annotations

import csv
import io
import json
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet
import pyogrio
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from geo_access.core import limits
from geo_access.core.crs import WGS84, check_coordinates, name_crs, resolve_crs
from geo_access.core.errors import InputError
from geo_access.core.matching import fold, listed, nearest
from geo_access.core.shapes import drop_heights, make_points
from geo_access.core.spreadsheets import unmark
from geo_access.study.inputs.file_checks import check_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

X_COLUMNS = ("lon", "lng", "long", "longitude", "x", "coord x", "coordonnee x", "x lon")
Y_COLUMNS = ("lat", "latitude", "y", "coord y", "coordonnee y", "y lat")
WKT_COLUMNS = ("wkt", "geometry", "geom", "the geom")
POINT_COLUMNS = ("geo point 2d", "geo point", "latlon", "lat lon")  # "48.85, 2.35", as Opendatasoft portals write it

#: A parquet of one text in every row packs a hundredfold, one of the squares' numbers tenfold.
_FREE_BYTES, _MAX_RATIO = 256 * 1024**2, 200

Geometry = Literal["required", "optional", "none"]


@overload
def read_table(
    path: Path | str, *, crs: str | None = None, geometry: Literal["required"] = "required"
) -> GeoDataFrame: ...


@overload
def read_table(path: Path | str, *, crs: str | None = None, geometry: Literal["optional", "none"]) -> pd.DataFrame: ...


def read_table(
    path: Path | str, *, crs: str | None = None, geometry: Geometry = "required"
) -> GeoDataFrame | pd.DataFrame:
    """Read a table of places.

    Parameters
    ----------
    path
        A .gpkg, .geojson, .json, .parquet, .geoparquet, .shp or .csv file. A CSV is comma, semicolon or tab
        separated UTF-8 with or without byte-order mark; its values stay text; longitude and latitude (or x
        and y, or WKT) become points. A GeoPackage of several layers must have one named like the file.
    crs
        The CRS of a file that does not say its own. CSV coordinates are WGS 84 unless it is given.
    geometry
        ``"required"``: a table without places is an error. ``"optional"``: it comes as a plain DataFrame.
        ``"none"``: geometry, if any, is left out.

    Returns
    -------
    GeoDataFrame
        The file's columns in their order, ``row`` (int64), ``geometry`` (missing where there is no place).

    Raises
    ------
    InputError
        The file is missing, empty, cut short, of another format or encoding; has no record, no geometry, no
        CRS or another than stated; has coordinates that its CRS cannot hold.
    """
    path = Path(path)
    kind = check_file(path)
    if kind == "CSV":
        frame = _read_csv(path)
    elif kind == "Parquet":
        frame = _read_parquet(path)
    else:
        frame = _read_vector(path, kind)
    if not len(frame):
        raise InputError("places.no_rows", file=path)
    if "row" not in frame.columns:
        frame["row"] = np.arange(2, len(frame) + 2, dtype=np.int64)
    if geometry == "none":
        return pd.DataFrame(frame.drop(columns="geometry", errors="ignore")) if kind != "CSV" else frame
    if kind == "CSV":
        frame = _points_of_csv(frame, path, crs)
    if not isinstance(frame, gpd.GeoDataFrame):
        if geometry == "required":
            raise InputError("places.geometry_missing", file=path, found=columns_of(frame))
        return frame
    frame = _settle_crs(drop_heights(frame), path, crs, kind)
    check_coordinates(frame, path)
    return frame


def columns_of(frame: pd.DataFrame) -> str:
    """List the columns of a table for a message."""
    columns = [limits.shorten(column) for column in frame.columns if column not in ("row", "geometry")]
    return listed(columns, limit=40) or "–"


def find_column(frame: pd.DataFrame, names: Sequence[str], *, path: Path | str, required: bool = True) -> str | None:
    """Find the column that bears one of `names`, compared without case or accents; the first name wins.

    Raises
    ------
    InputError
        None does, and the column is required: the message lists the columns there are and a guess.
    """
    by_fold: dict[str, str] = {}
    for column in frame.columns:
        if column not in ("row", "geometry"):
            by_fold.setdefault(fold(str(column)), str(column))
    for name in names:
        if fold(name) in by_fold:
            return by_fold[fold(name)]
    if not required:
        return None
    raise _missing(frame, names, path)


def named_column(frame: pd.DataFrame, name: str, *, path: Path | str) -> str:
    """Check that a column the study names exists, to the letter; `InputError` with a guess otherwise."""
    if name in frame.columns and name not in ("row", "geometry"):
        return name
    raise _missing(frame, (name,), path)


def _missing(frame: pd.DataFrame, names: Sequence[str], path: Path | str) -> InputError:
    columns = [str(column) for column in frame.columns if column not in ("row", "geometry")]
    guess = next((near for name in names if (near := nearest(name, columns)) is not None), None)
    wanted, found = listed(map(limits.shorten, names), limit=4), columns_of(frame)
    if guess is None:
        return InputError("places.column_missing", file=path, wanted=wanted, found=found)
    return InputError("places.column_missing_guess", file=path, wanted=wanted, found=found, guess=limits.shorten(guess))


def to_texts(column: pd.Series[Any]) -> list[str | None]:
    """Return a column as stripped text, None where blank; whole numbers lose their ".0" (92002.0)."""
    texts: list[str | None] = []
    for value in column.tolist():
        if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
            texts.append(None)
            continue
        said = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
        texts.append(said or None)
    return texts


def to_numbers(
    frame: pd.DataFrame, column: str, *, path: Path | str, most: float = limits.MAX_NUMBER
) -> NDArray[np.float64]:
    """Return a column as numbers, NaN where blank.

    A semicolon-separated CSV may write a decimal comma; spaces between thousands are read past.

    Parameters
    ----------
    most
        The largest number, below zero as well, that the column can mean.

    Raises
    ------
    InputError
        A value is no finite number, or beyond `most`: names its row.
    """
    values, bad = _parse_numbers(frame, column)
    beyond = ~bad & (np.abs(values) > most)
    if beyond.any():
        at = int(np.flatnonzero(beyond)[0])
        raise InputError(
            "limits.number",
            file=path,
            row=int(frame["row"].iloc[at]),
            column=column,
            value=f"{values[at]:g}",
            limit=most,
            count=int(beyond.sum()),
        )
    if bad.any():
        at = int(np.flatnonzero(bad)[0])
        raise InputError(
            "places.not_a_number",
            file=path,
            row=int(frame["row"].iloc[at]),
            column=column,
            value=str(frame[column].iloc[at])[: limits.MAX_SHOWN],
        )
    return values


def holds_numbers(frame: pd.DataFrame, column: str) -> bool:
    """Say whether every value of a column is blank or a number that `to_numbers` takes, and one at least a number."""
    values, bad = _parse_numbers(frame, column)
    return not bad.any() and not bool(np.isnan(values).all()) and not bool((np.abs(values) > limits.MAX_NUMBER).any())


def _parse_numbers(frame: pd.DataFrame, column: str) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    series = frame[column]
    if pd.api.types.is_bool_dtype(series.dtype) or pd.api.types.is_numeric_dtype(series.dtype):
        values = series.to_numpy(dtype=np.float64, na_value=np.nan)
        return values, np.asarray(np.isinf(values))
    texts = pd.Series(to_texts(series), dtype=object)
    blank = texts.isna().to_numpy()
    values = pd.to_numeric(texts, errors="coerce").to_numpy(dtype=np.float64)
    if (np.isnan(values) & ~blank).any():  # only then, as tidying millions of plain numbers costs seconds
        tidy = texts.str.replace(r"[\s\u00a0\u202f]", "", regex=True)
        if frame.attrs.get("decimal_comma"):
            tidy = tidy.str.replace(",", ".", regex=False)
        values = pd.to_numeric(tidy, errors="coerce").to_numpy(dtype=np.float64)
    return values, ~blank & ~np.isfinite(values)


def _read_csv(path: Path) -> pd.DataFrame:
    """Read a CSV as text columns; `InputError` for every way in which it may be broken."""
    data = path.read_bytes()
    if data.count(b"\n") + data.count(b"\r") > 2 * limits.MAX_TABLE_ROWS:
        raise InputError("limits.rows", file=path, limit=limits.MAX_TABLE_ROWS)
    limits.check_nul(data, file=path, encoding="places.encoding")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError("places.encoding", file=path, row=data.count(b"\n", 0, error.start) + 1) from error
    data = data.removeprefix(b"\xef\xbb\xbf")
    if not data.strip():
        raise InputError("places.no_header", file=path, row=1)
    delimiter, header = _read_header(path, data)
    _check_quotes(path, data, delimiter)
    ragged: list[pa_csv.InvalidRow] = []

    def note(row: pa_csv.InvalidRow) -> str:
        ragged.append(row)
        return "error"

    try:
        table = pa_csv.read_csv(
            io.BytesIO(data),
            # Threads would lose the number of a bad row.
            read_options=pa_csv.ReadOptions(use_threads=False, block_size=limits.MAX_LINE_BYTES),
            parse_options=pa_csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=note
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as error:
        if ragged:
            first = ragged[0]
            counted = {"expected": first.expected_columns, "found": first.actual_columns}
            raise InputError("places.ragged", file=path, row=first.number, **counted) from None
        if "straddl" in str(error):  # a row that does not fit into one block
            raise InputError("limits.line_long", file=path, row=2, limit=limits.MAX_LINE_BYTES / 1e6) from error
        raise InputError("places.file_unreadable", file=path, reason=_first_line(error)) from error
    _check_extent(path, table.num_rows, table.num_columns)
    frame: pd.DataFrame = table.to_pandas()
    frame.columns = pd.Index([name.strip() or f"column_{i + 1}" for i, name in enumerate(header)])
    frame.attrs["decimal_comma"] = delimiter != ","
    filled = np.zeros(len(frame), dtype=bool)
    for column in frame.columns:
        filled |= (frame[column] != "").to_numpy(dtype=bool)
        marked = frame[column].str.startswith("'")
        if marked.any():
            frame.loc[marked, column] = frame.loc[marked, column].map(unmark)
    frame["row"] = np.arange(2, len(frame) + 2, dtype=np.int64)
    return frame if filled.all() else frame[filled].reset_index(drop=True)


def _read_header(path: Path, data: bytes) -> tuple[str, list[str]]:
    """Return the separator (the one that parts the first row most) and the column names."""

    def split(delimiter: str) -> list[str]:
        lines = io.StringIO(data[:1_000_000].decode("utf-8", "ignore"), newline="")
        try:
            return next(csv.reader(lines, delimiter=delimiter), [])
        except csv.Error as error:
            raise InputError("places.file_unreadable", file=path, row=1, reason=str(error)) from error

    delimiter = max((",", ";", "\t"), key=lambda one: len(split(one)))
    header = split(delimiter)
    if not any(name.strip() for name in header):
        raise InputError("places.no_header", file=path, row=1)
    seen: set[str] = set()
    for name in header:
        if name.strip() in seen:
            raise InputError("places.column_twice", file=path, row=1, column=name.strip() or "–")
        seen.add(name.strip())
    return delimiter, header


def _check_extent(path: Path, rows: int, columns: int) -> None:
    """Refuse a table of more rows, columns or values than a table of places has."""
    if columns > limits.MAX_COLUMNS:
        raise InputError("limits.columns", file=path, count=columns, limit=limits.MAX_COLUMNS)
    if rows > limits.MAX_TABLE_ROWS:
        raise InputError("limits.rows", file=path, limit=limits.MAX_TABLE_ROWS)
    if rows * columns > limits.MAX_CELLS:
        raise InputError("limits.cells", file=path, rows=rows, columns=columns, limit=limits.MAX_CELLS)


def _check_quotes(path: Path, data: bytes, delimiter: str) -> None:
    """Refuse a quote that the file never closes: the trace of a file cut short, and Arrow reads past it."""
    if data.count(b'"') % 2 == 0:
        return
    reader = csv.reader(io.StringIO(data.decode("utf-8"), newline=""), delimiter=delimiter, strict=True)
    read = 0
    try:
        for _ in reader:
            read += 1
    except csv.Error as error:
        raise InputError("places.quote_open", file=path, row=read + 1) from error


def _read_parquet(path: Path) -> GeoDataFrame | pd.DataFrame:
    try:
        with pa_parquet.ParquetFile(path) as held:
            _check_extent(path, held.metadata.num_rows, len(held.schema_arrow))
            _check_parquet(path, held)
            geographic = b"geo" in (held.schema_arrow.metadata or {})
        return gpd.read_parquet(path) if geographic else pd.read_parquet(path)
    except InputError:  # is a ValueError, and says more than what is made of those
        raise
    except (
        pa.ArrowException,
        OSError,
        ValueError,
        KeyError,
        TypeError,
        shapely.errors.ShapelyError,
        CRSError,
    ) as error:
        raise InputError("places.file_unreadable", file=path, reason=_first_line(error)) from error


def _check_parquet(path: Path, held: pa_parquet.ParquetFile) -> None:
    """Refuse a table whose texts are far larger than the file, which may write each of them once for many rows."""
    texts = [field.name for field in held.schema_arrow if pa.types.is_binary(field.type) or _is_text(field.type)]
    most = max(_FREE_BYTES, _MAX_RATIO * path.stat().st_size)
    size = sum(held.metadata.row_group(at).total_byte_size for at in range(held.metadata.num_row_groups))
    if texts and size <= most:
        with pa_parquet.ParquetFile(path, read_dictionary=texts) as packed:
            for batch in packed.iter_batches(columns=texts):
                size += sum(_count_bytes(column) for column in batch.columns)
                if size > most:
                    break
    if size > most:
        raise InputError("limits.packed", file=path, size=path.stat().st_size / 1e6, ratio=_MAX_RATIO)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_large_binary(kind))


def _count_bytes(column: pa.Array) -> int:
    """Count the bytes of texts once each is written out."""
    if not isinstance(column, pa.DictionaryArray):
        return int(column.nbytes)
    lengths = pc.binary_length(column.dictionary.cast(pa.large_binary())).to_numpy(zero_copy_only=False)
    codes = column.indices.drop_null().to_numpy(zero_copy_only=False)
    return int(lengths[codes].sum())


def _read_vector(path: Path, kind: str) -> GeoDataFrame | pd.DataFrame:
    if kind == "GeoJSON":
        _check_geojson(path)
    try:
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            layer = _choose_layer(path)
            said_of = pyogrio.read_info(path, layer=layer)
            _check_extent(path, max(0, said_of["features"]), len(said_of["fields"]))
            frame: GeoDataFrame | pd.DataFrame = pyogrio.read_dataframe(path, layer=layer, fid_as_index=False)
    except InputError:  # is a ValueError, and says more than what is made of those
        raise
    except (RuntimeError, OSError, ValueError, TypeError, shapely.errors.ShapelyError) as error:
        raise InputError("places.file_unreadable", file=path, reason=_first_line(error)) from error
    except UnboundLocalError as error:  # pyogrio's word for a CRS that GDAL reads and cannot write
        raise InputError("places.crs_damaged", file=path) from error
    # What GDAL warns of (a record it cannot read, a ring it closes) changes results silently.
    for warning in said:
        if issubclass(warning.category, RuntimeWarning):
            raise InputError("places.file_unreadable", file=path, reason=str(warning.message))
    if isinstance(frame, gpd.GeoDataFrame) and frame.geometry.name != "geometry":
        frame = frame.rename_geometry("geometry")
    return frame


def _choose_layer(path: Path) -> str | None:
    """Return the layer to read: the only one with a geometry, or the one named like the file."""
    layers = [(str(name), shape) for name, shape in pyogrio.list_layers(path)]
    shaped = [name for name, shape in layers if shape is not None] or [name for name, _ in layers]
    if not shaped:
        raise InputError("places.no_rows", file=path)
    if len(shaped) == 1:
        return shaped[0]
    if path.stem in shaped:
        return path.stem
    raise InputError("places.layers_many", file=path, layers=listed(shaped, limit=20), stem=path.stem)


def _check_geojson(path: Path) -> None:
    """Parse the text once: GDAL reads on over a broken encoding and may stop early at a broken end."""
    data = path.read_bytes()
    try:
        content = limits.parse_json(data.decode("utf-8-sig"), file=path)
    except UnicodeDecodeError as error:
        raise InputError("places.encoding", file=path) from error
    except json.JSONDecodeError as error:
        raise InputError("places.json_broken", file=path, line=error.lineno, reason=error.msg) from error
    if not isinstance(content, dict) or content.get("type") != "FeatureCollection":
        raise InputError("places.not_geojson", file=path)
    features = content.get("features")
    if not isinstance(features, list):
        raise InputError("places.not_geojson", file=path)
    if not features:
        raise InputError("places.no_rows", file=path)
    for at, feature in enumerate(features):
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            raise InputError("places.not_geojson", file=path, row=at + 2)


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _points_of_csv(frame: pd.DataFrame, path: Path, crs: str | None) -> GeoDataFrame | pd.DataFrame:
    """Make the geometry that the columns of a CSV describe; the plain table when they describe none."""
    x, y = (find_column(frame, names, path=path, required=False) for names in (X_COLUMNS, Y_COLUMNS))
    if x is not None and y is not None:
        xs, ys = to_numbers(frame, x, path=path), to_numbers(frame, y, path=path)
        return _with_points(frame, xs, ys, crs)
    wkt = find_column(frame, WKT_COLUMNS, path=path, required=False)
    if wkt is not None:
        if crs is None:
            raise InputError("places.crs_missing", file=path)
        shapes = [_shape(text, path, int(row)) for text, row in zip(to_texts(frame[wkt]), frame["row"], strict=True)]
        return gpd.GeoDataFrame(frame.drop(columns=wkt), geometry=gpd.GeoSeries(shapes, crs=resolve_crs(crs)))
    pair = find_column(frame, POINT_COLUMNS, path=path, required=False)
    if pair is not None:
        halves = pd.Series(to_texts(frame[pair]), dtype=object).str.split(",", n=1)
        parts = pd.DataFrame({"y": halves.str[0], "x": halves.str[1], "row": frame["row"]})
        return _with_points(frame, to_numbers(parts, "x", path=path), to_numbers(parts, "y", path=path), crs)
    return frame


def _with_points(frame: pd.DataFrame, x: NDArray[np.float64], y: NDArray[np.float64], crs: str | None) -> GeoDataFrame:
    points = make_points(x, y)
    points[np.isnan(x) | np.isnan(y)] = None
    placed = gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(points, crs=resolve_crs(crs or WGS84)))
    placed.attrs.update(frame.attrs)
    return placed


def _shape(text: str | None, path: Path, row: int) -> Any:
    if text is None:
        return None
    try:
        return shapely.from_wkt(text)
    except shapely.errors.ShapelyError as error:
        raise InputError("places.wkt_broken", file=path, row=row) from error


def _settle_crs(frame: GeoDataFrame, path: Path, crs: str | None, kind: str) -> GeoDataFrame:
    """Give the table the CRS it says, or the stated one where it says none; refuse none and two."""
    stated = None if crs is None else resolve_crs(crs)
    if kind == "GeoJSON" and stated is not None and b'"crs"' not in path.read_bytes():
        return frame.set_crs(stated, allow_override=True)  # GDAL's WGS 84 is only the format's default here
    if frame.crs is None:
        if stated is None:
            raise InputError("places.crs_missing", file=path)
        return frame.set_crs(stated)
    if stated is not None and not CRS(frame.crs).equals(stated, ignore_axis_order=True):
        raise InputError("places.crs_conflict", file=path, stated=limits.shorten(crs), found=name_crs(frame.crs))
    return frame
