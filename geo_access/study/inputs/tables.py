"""One reader for every table of places: GeoPackage, GeoJSON, GeoParquet, FlatGeobuf, Shapefile and CSV.

A table comes out with a column ``row`` (the record's row as a spreadsheet counts: the header is row 1, the
first record row 2) and, where it has places, with a geometry in a known CRS. A faulty file is one
`InputError`.
"""

from __future__ import annotations

import json
import math
import re
import warnings
from typing import TYPE_CHECKING, Any, Literal, overload

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pa_parquet
import pyogrio
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from geo_access.core import limits
from geo_access.core.crs import check_coordinates, name_crs, resolve_crs
from geo_access.core.errors import InputError
from geo_access.core.files import plain_copy
from geo_access.core.findings import Findings
from geo_access.core.matching import compose, listed, nearest
from geo_access.core.names import find_path
from geo_access.core.shapes import simplify_shapes
from geo_access.study.inputs.coordinates import find_all as find_columns
from geo_access.study.inputs.coordinates import place_rows
from geo_access.study.inputs.csv_table import check_extent, read_csv
from geo_access.study.inputs.encodings import find_encoding
from geo_access.study.inputs.file_checks import SPREADSHEETS, check_file, list_parts
from geo_access.study.inputs.geopackage import recover_columns
from geo_access.study.inputs.held_table import HeldTable, take_table
from geo_access.study.inputs.workbooks import read_workbook

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from geopandas import GeoDataFrame

    from geo_access.study.inputs.columns import Places

__all__ = ["columns_of", "find_column", "find_columns", "named_column", "read_table", "settle_table"]

#: A parquet of one text in every row packs a hundredfold, one of the squares' numbers tenfold.
_FREE_BYTES, _MAX_RATIO = 256 * 1024**2, 200
#: Words of GDAL's for data that it did not read as it stands: a ring that it closed, a value that it left out.
_LOST = re.compile(
    r"non.?closed ring|invalid content|unsupported geometry|gets null|corrupt|truncat|unexpected end|premature|ignored"
    r"|fail|skipp|lost|discard|malformed|cannot|could not|error|out of range",
    re.IGNORECASE,
)
#: The shapes of GeoJSON (RFC 7946, 3.1).
_SHAPES = frozenset(
    ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection")
)

Geometry = Literal["required", "optional", "none"]


@overload
def read_table(
    path: Path | str | pd.DataFrame,
    *,
    crs: str | None = None,
    part: str | None = None,
    geometry: Literal["required"] = "required",
    places: Places = "any",
    findings: Findings | None = None,
) -> GeoDataFrame: ...


@overload
def read_table(
    path: Path | str | pd.DataFrame,
    *,
    crs: str | None = None,
    part: str | None = None,
    geometry: Literal["optional", "none"],
    places: Places = "any",
    findings: Findings | None = None,
) -> pd.DataFrame: ...


def read_table(
    path: Path | str | pd.DataFrame,
    *,
    crs: str | None = None,
    part: str | None = None,
    geometry: Geometry = "required",
    places: Places = "any",
    findings: Findings | None = None,
) -> GeoDataFrame | pd.DataFrame:
    """Read a table of places.

    Parameters
    ----------
    path
        A table in memory, or a file of one of the formats of `file_checks.SUFFIXES`; a path is a path, whatever signs
        it holds. A CSV is comma, semicolon or tab separated UTF-8 with or without byte-order mark; its values stay
        text. Columns of coordinates, WKT or GeoJSON of a CSV or a spreadsheet become places (`coordinates.place_rows`).
    crs
        The CRS of a file that does not say its own. CSV coordinates are WGS 84 unless it is given.
    part
        The layer or the sheet to read. Without it, a GeoPackage of several layers, or a workbook of several filled
        sheets, must have one named like the file.
    geometry
        ``"required"``: a table without places is an error. ``"optional"``: it comes as a plain DataFrame.
        ``"none"``: geometry, if any, is left out.
    places
        Whether points or outlines are looked for first, where columns describe both.
    findings
        Takes what the reader says of a file that it read whole all the same.

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
    named = take_table(path, "table")
    if isinstance(named, HeldTable):
        check_extent(named, *named.frame.shape)
        return settle_table(named.copy_rows(), named, crs=crs, geometry=geometry, places=places)
    path = find_path(named)
    told = Findings() if findings is None else findings
    kind = check_file(path)
    if part is not None and kind in ("CSV", "Parquet"):
        raise InputError("places.sheet_of_other", file=path, sheet=limits.shorten(part))
    if kind == "CSV":
        frame: GeoDataFrame | pd.DataFrame = read_csv(path)
    elif kind in SPREADSHEETS:
        frame = read_workbook(path, sheet=part, findings=told)
    elif kind == "Parquet":
        frame = _read_parquet(path)
    else:
        frame = _read_vector(path, kind, part, told)
    if kind == "GeoJSON" and crs is not None and isinstance(frame, gpd.GeoDataFrame) and not _states_crs(path):
        frame = frame.set_crs(resolve_crs(crs), allow_override=True)  # GDAL's WGS 84 is only the format's default here
    return settle_table(frame, named, crs=crs, geometry=geometry, places=places)


def settle_table(
    frame: GeoDataFrame | pd.DataFrame,
    path: Path | str,
    *,
    crs: str | None = None,
    geometry: Geometry = "required",
    places: Places = "any",
) -> GeoDataFrame | pd.DataFrame:
    """Bring a table, wherever it came from, into the form of `read_table`, and check it as that does.

    Parameters
    ----------
    frame
        With or without a geometry; its columns may describe one. The caller's own stays as it is.
    path
        The file, or the name that messages give the table.
    crs, geometry, places
        As of `read_table`.

    Raises
    ------
    InputError
        No record, no geometry, no CRS or another than stated; coordinates that the CRS cannot hold; one heading twice.
    """
    if not len(frame):
        raise InputError("places.no_rows", file=path)
    active = _active_name(frame)
    if any(name is not None for name in frame.index.names):  # a column that stood apart, as `set_index` leaves it
        frame = frame.reset_index(allow_duplicates=True)
    names = [name if name == "geometry" else compose(str(name).strip()) for name in frame.columns]
    twice = next((name for name in names if names.count(name) > 1), None) if len(set(names)) < len(names) else None
    if twice is not None:
        raise InputError("places.column_twice", file=path, row=1, column=limits.shorten(twice))
    attrs = frame.attrs
    frame = frame.reset_index(drop=True)
    if names != list(frame.columns):
        frame = frame.set_axis(names, axis=1)
        if active is not None:
            frame = gpd.GeoDataFrame(frame).set_geometry(compose(active.strip()))
    if isinstance(frame, gpd.GeoDataFrame) and active not in (None, "geometry"):
        frame = frame.rename_geometry("geometry")
    if "separator" not in attrs:  # the readers of rows number them
        frame = frame.assign(row=np.arange(2, len(frame) + 2, dtype=np.int64))
    frame.attrs.update(attrs)
    if geometry == "none":
        return pd.DataFrame(frame.drop(columns="geometry")) if active is not None else frame
    if active is None:
        frame = place_rows(frame, path, crs=crs, places=places)
    if not isinstance(frame, gpd.GeoDataFrame) or _active_name(frame) is None:
        if geometry == "required":
            raise InputError("places.geometry_missing", file=path, found=columns_of(frame))
        return frame
    frame = _settle_crs(simplify_shapes(frame), path, crs, placed=active is None)
    check_coordinates(frame, path)
    return frame


def _active_name(frame: pd.DataFrame) -> str | None:
    """Return the name of a table's geometry; None where it has none."""
    name = frame.active_geometry_name if isinstance(frame, gpd.GeoDataFrame) else None
    return None if name is None else str(name)


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
    found = find_columns(frame, names)
    if found:
        return found[0]
    if not required:
        return None
    raise _missing(frame, names, path)


def named_column(frame: pd.DataFrame, name: str, *, path: Path | str) -> str:
    """Check that a column the study names exists, to the letter; `InputError` with a guess otherwise."""
    if (said := compose(name)) in frame.columns and said not in ("row", "geometry"):
        return said
    raise _missing(frame, (name,), path)


def _missing(frame: pd.DataFrame, names: Sequence[str], path: Path | str) -> InputError:
    columns = [str(column) for column in frame.columns if column not in ("row", "geometry")]
    guess = next((near for name in names if (near := nearest(name, columns)) is not None), None)
    wanted, found = listed(map(limits.shorten, names), limit=4), columns_of(frame)
    if guess is None:
        return InputError("places.column_missing", file=path, wanted=wanted, found=found)
    return InputError("places.column_missing_guess", file=path, wanted=wanted, found=found, guess=limits.shorten(guess))


def _read_parquet(path: Path) -> GeoDataFrame | pd.DataFrame:
    path = path.absolute()  # "http:/x" is an address to pyarrow
    try:
        with pa_parquet.ParquetFile(path) as held:
            check_extent(path, held.metadata.num_rows, len(held.schema_arrow))
            _check_parquet(path, held)
            geographic = b"geo" in (held.schema_arrow.metadata or {})
        # Opened here: of a path, pyarrow would take folders such as "dep=92" for a column.
        with path.open("rb") as file:
            opened: Any = file
            return gpd.read_parquet(opened) if geographic else pd.read_parquet(opened)
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


def _read_vector(path: Path, kind: str, part: str | None, findings: Findings) -> GeoDataFrame | pd.DataFrame:
    features = _check_geojson(path) if kind == "GeoJSON" else None
    encoding, guessed = find_encoding(path) if kind == "Shapefile" else (None, False)
    try:
        with warnings.catch_warnings(record=True) as said, plain_copy(path, list_parts(path)) as plain:
            warnings.simplefilter("always")
            layer = _choose_layer(path, plain, part)
            known = pyogrio.read_info(plain, layer=layer, encoding=encoding)
            check_extent(path, max(0, known["features"]), len(known["fields"]))
            frame: GeoDataFrame | pd.DataFrame = pyogrio.read_dataframe(
                plain, layer=layer, encoding=encoding, fid_as_index=kind == "GeoPackage"
            )
            texts = [str(one.message).strip() for one in said if issubclass(one.category, RuntimeWarning)]
            if kind == "GeoPackage":
                types = dict(zip(known["fields"], map(str, known["dtypes"]), strict=True))
                frame, left = recover_columns(plain, str(layer), frame, types, texts)
                frame = frame.reset_index(drop=True)
            else:
                left = texts
    except InputError:  # is a ValueError, and says more than what is made of those
        raise
    except (RuntimeError, OSError, ValueError, TypeError, shapely.errors.ShapelyError) as error:
        _check_shapes(features or (), path)
        raise InputError("places.file_unreadable", file=path, reason=_first_line(error)) from error
    except UnboundLocalError as error:  # pyogrio's word for a CRS that GDAL reads and cannot write
        raise InputError("places.crs_damaged", file=path) from error
    if features is not None and (
        left or _count_shapes(frame) != sum(one.get("geometry") is not None for one in features)
    ):
        _check_shapes(features, path)
    for text in left:
        # What GDAL did not read as it stands changes results silently.
        if _LOST.search(text) and not text.endswith("successfully parsed"):
            raise InputError("places.file_unreadable", file=path, reason=text)
    if texts:
        findings.add("info", "places.reader_said", file=path, said=limits.shorten(texts[0]), count=len(texts))
    if guessed:
        findings.add("info", "places.encoding_guessed", file=path, encoding=encoding)
    if kind == "FlatGeobuf" and len(frame) < known["features"]:
        raise InputError("places.truncated", file=path)
    if features is not None and len(frame) != len(features):
        reason = f"{len(frame)} / {len(features)}"
        raise InputError("places.file_unreadable", file=path, reason=reason)
    return frame


def _choose_layer(path: Path, plain: Path, part: str | None) -> str | None:
    """Return the layer to read: the one asked for, the only one with a geometry, or the one named like the file."""
    layers = [(str(name), shape) for name, shape in pyogrio.list_layers(plain)]
    if part is not None:
        named = next((name for name, _ in layers if compose(name) == compose(part)), None)
        if named is None:
            raise InputError(
                "places.layer_unknown", file=path, layer=part, layers=listed((n for n, _ in layers), limit=20)
            )
        return named
    shaped = [name for name, shape in layers if shape is not None] or [name for name, _ in layers]
    if not shaped:
        raise InputError("places.no_rows", file=path)
    if len(shaped) == 1:
        return shaped[0]
    if path.stem in shaped:
        return path.stem
    raise InputError("places.layers_many", file=path, layers=listed(shaped, limit=20), stem=path.stem)


def _check_geojson(path: Path) -> list[dict[str, Any]]:
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
    if b"NaN" in data or b"Infinity" in data:
        _check_shapes(features, path)
    return features


def _count_shapes(frame: pd.DataFrame) -> int:
    return int(frame.geometry.notna().sum()) if isinstance(frame, gpd.GeoDataFrame) else 0


def _check_shapes(features: Sequence[Any], path: Path) -> None:
    """Check each shape; asked only where something is odd, as looking at millions of coordinates takes long."""
    for at, feature in enumerate(features):
        _check_shape(feature.get("geometry"), path, at + 2)


def _check_shape(shape: object, path: Path, row: int) -> None:
    """Refuse what GDAL would make nothing of: an unknown type, a coordinate that is no number."""
    if shape is None:
        return
    kind = shape.get("type") if isinstance(shape, dict) else shape
    if not isinstance(shape, dict) or kind not in _SHAPES:
        raise InputError("places.geojson_type", file=path, row=row, found=limits.shorten(kind))
    if kind == "GeometryCollection":
        inner = shape.get("geometries")
        for one in inner if isinstance(inner, list) else ():
            _check_shape(one, path, row)
        return
    level = shape.get("coordinates")
    level = level if isinstance(level, list) else [level]
    while level:
        deeper: list[Any] = []
        for value in level:
            if isinstance(value, list):
                deeper += value
            elif isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
                raise InputError("places.geojson_number", file=path, row=row, found=limits.shorten(value))
        level = deeper


def _states_crs(path: Path) -> bool:
    """Whether a GeoJSON has a member ``crs`` of its own: a property of that name is another matter."""
    content = json.loads(path.read_bytes().decode("utf-8-sig"))
    return isinstance(content, dict) and content.get("crs") is not None


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _settle_crs(frame: GeoDataFrame, path: Path | str, crs: str | None, *, placed: bool) -> GeoDataFrame:
    """Give the table the CRS it says, or the stated one where it says none; refuse none and two."""
    if placed:  # columns of degrees may stand beside those that the stated CRS is of
        return frame
    stated = None if crs is None else resolve_crs(crs)
    if frame.crs is None:
        if stated is None:
            raise InputError("places.crs_missing", file=path)
        return frame.set_crs(stated)
    if stated is not None and not CRS(frame.crs).equals(stated, ignore_axis_order=True):
        raise InputError("places.crs_conflict", file=path, stated=limits.shorten(crs), found=name_crs(frame.crs))
    return frame
