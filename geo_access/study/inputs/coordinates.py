"""The place that the columns of a table describe: longitude and latitude, x and y, a point or an outline as text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS, Geod, Transformer
from pyproj.exceptions import CRSError

from geo_access.core.crs import LAMBERT_93, WGS84, name_crs, resolve_crs
from geo_access.core.errors import InputError
from geo_access.core.limits import shorten
from geo_access.core.matching import fold
from geo_access.core.shapes import make_points
from geo_access.study.inputs.columns import (
    EASTING,
    LAMBERT_EASTING,
    LAMBERT_NORTHING,
    LATITUDE,
    LONGITUDE,
    NORTHING,
    POINT,
    SHAPE,
)
from geo_access.study.inputs.file_checks import find_part
from geo_access.study.inputs.numbers import to_numbers, to_texts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from geo_access.study.inputs.columns import Places

#: One place in two systems, each rounded as lists round: farther apart, one of them is another place.
APART_M = 250.0
_CRS_COLUMNS = ("crs", "epsg", "srid", "srs")
_SRID = re.compile(r"\s*SRID\s*=\s*([0-9]+)\s*;", re.IGNORECASE)
_HEX = re.compile(r"(?:00|01)[0-9A-Fa-f]{8,}")


class _Described(NamedTuple):
    """What some columns say of each row's place."""

    columns: str
    shapes: NDArray[np.object_]  # None where they say nothing
    crs: CRS | None  # None: unknown
    outlines: bool


def place_rows(
    frame: pd.DataFrame, path: Path | str, *, crs: str | None, places: Places = "any"
) -> GeoDataFrame | pd.DataFrame:
    """Make the geometry that the columns of a table describe; the table as it is where they describe none.

    Row by row, the filled columns count: a row may have longitude and latitude, another x and y.

    Parameters
    ----------
    frame
        With ``row``; its values as text or numbers.
    path
        The file, for messages.
    crs
        The CRS of x and y, and of outlines that do not say their own; longitude and latitude without one.
    places
        Whether points or outlines are looked for first, where a table has both.

    Raises
    ------
    InputError
        A coordinate is no number, a text no shape; an outline has no CRS, or another than `crs`; two columns of one
        meaning, or two descriptions of one place, differ.
    """
    stated = _stated_crs(frame, path) if crs is None else resolve_crs(crs)
    points = _describe_points(frame, path, stated, asked=crs is not None)
    outlines = _describe_outlines(frame, path, stated)
    told = [*points, *outlines] if places == "points" else [*outlines, *points]
    if not told:
        return frame
    if len(told) == 1 and outlines and crs is not None:
        own = outlines[0].crs
        if own is not None and not own.equals(stated, ignore_axis_order=True):
            raise InputError("places.crs_conflict", file=path, stated=shorten(crs), found=name_crs(own))
    filled = [one for one in told if _held(one.shapes).any()] or told[:1]
    # Metres of nobody knows which system count for rows of which nothing else tells.
    filled.sort(key=lambda one: one.crs is None and not one.outlines)
    if places == "outlines" and filled[0].outlines:
        filled = filled[:1]
    filled = [_settle(one, told, path) for one in filled]
    _check_agreement(frame, path, filled)
    base = filled[0]
    shapes, known = base.shapes.copy(), base.crs or resolve_crs(WGS84)
    for other in filled[1:]:
        wanted = ~_held(shapes) & _held(other.shapes)
        if not wanted.any():
            continue
        # Metres of nobody knows which system, where nothing else is said: taken for degrees, and refused as such.
        moved = gpd.GeoSeries(other.shapes[wanted], crs=other.crs or WGS84)
        shapes[wanted] = (moved if other.crs is None else moved.to_crs(known)).to_numpy()
    used = [name for one in filled if one.outlines for name in one.columns.split(", ")]
    placed = gpd.GeoDataFrame(frame.drop(columns=used), geometry=gpd.GeoSeries(shapes, index=frame.index, crs=known))
    placed.attrs.update(frame.attrs)
    return placed


def has_place(frame: pd.DataFrame, path: Path | str) -> NDArray[np.bool_]:
    """Say which rows of a table have coordinates, in whatever system: bool (n,)."""
    placed = place_rows(frame, path, crs=None, places="points")
    return _held(placed.geometry.to_numpy()) if isinstance(placed, gpd.GeoDataFrame) else np.zeros(len(frame), bool)


def find_all(frame: pd.DataFrame, names: Sequence[str]) -> list[str]:
    """List the columns that bear one of `names`, in the order of `names`."""
    by_fold: dict[str, list[str]] = {}
    for column in frame.columns:
        if column not in ("row", "geometry"):
            by_fold.setdefault(fold(str(column)), []).append(str(column))
    return [column for name in dict.fromkeys(map(fold, names)) for column in by_fold.get(name, [])]


def _describe_points(frame: pd.DataFrame, path: Path | str, stated: CRS | None, *, asked: bool) -> list[_Described]:
    """List the points that columns describe; `asked`: the study itself states the CRS."""
    degrees = resolve_crs(WGS84)
    found: list[_Described] = []
    for heads, crs in (
        ((LONGITUDE, LATITUDE), stated or degrees),
        ((EASTING, NORTHING), stated),
        ((LAMBERT_EASTING, LAMBERT_NORTHING), resolve_crs(LAMBERT_93)),
    ):
        across, along = (find_all(frame, names) for names in heads)
        # "lon" beside "y" is a slip that people make: one of each kind will do.
        plain = bool(find_all(frame, EASTING)) and bool(find_all(frame, NORTHING))
        if heads[0] is LONGITUDE and bool(across) != bool(along) and not plain:
            across = across or find_all(frame, EASTING)
            along = along or find_all(frame, NORTHING)
        if across and along and not any(one.columns == f"{across[0]}, {along[0]}" for one in found):
            x, y = _coalesce(frame, across, path), _coalesce(frame, along, path)
            fits = bool((np.isnan(x) | (np.abs(x) <= 180)).all() and (np.isnan(y) | (np.abs(y) <= 90)).all())
            own = degrees if fits and (crs is None or (not asked and crs.is_projected)) else crs
            found.append(_Described(f"{across[0]}, {along[0]}", _make_points(x, y), own, outlines=False))
    for name in find_all(frame, POINT)[:1]:
        halves = pd.Series(to_texts(frame[name]), dtype=object).str.split(",", n=1)
        parts = pd.DataFrame({"lat": halves.str[0], "lon": halves.str[1], "row": frame["row"].to_numpy()})
        shapes = _make_points(to_numbers(parts, "lon", path=path), to_numbers(parts, "lat", path=path))
        own = stated if stated is not None and stated.is_geographic else degrees
        found.append(_Described(name, shapes, own, outlines=False))
    # Degrees beside metres: the CRS that is stated is that of the metres.
    if len(found) > 1 and stated is not None and stated.is_projected:
        found = [one._replace(crs=degrees) if one.crs == stated and _are_degrees(one.shapes) else one for one in found]
    return found


def _describe_outlines(frame: pd.DataFrame, path: Path | str, stated: CRS | None) -> list[_Described]:
    found = []
    for name in find_all(frame, SHAPE):
        texts = to_texts(frame[name])
        rows = frame["row"].tolist()
        read = [_read_shape(text, path, int(row)) for text, row in zip(texts, rows, strict=True)]
        said = {srid for _, srid in read if srid is not None}
        if len(said) > 1:
            one, other = sorted(said)[:2]
            raise InputError("places.crs_mixed", file=path, one=f"EPSG:{one}", other=f"EPSG:{other}")
        shapes: NDArray[np.object_] = np.empty(len(read), object)
        shapes[:] = [shape for shape, _ in read]
        own = resolve_crs(f"EPSG:{said.pop()}") if said else stated
        found.append(_Described(name, shapes, own, outlines=True))
    return found


def _read_shape(text: str | None, path: Path | str, row: int) -> tuple[shapely.Geometry | None, int | None]:
    """Read WKT, EWKT, hexadecimal WKB or GeoJSON; with the code of the CRS that it says."""
    if text is None:
        return None, None
    try:
        if text.startswith("{"):  # GeoJSON has one CRS (RFC 7946, 4)
            return shapely.from_geojson(text), 4326
        if _HEX.fullmatch(text):
            shape = shapely.from_wkb(text)
            return shape, int(shapely.get_srid(shape)) or None
        srid = _SRID.match(text)
        return shapely.from_wkt(text if srid is None else text[srid.end() :]), None if srid is None else int(srid[1])
    except (shapely.errors.ShapelyError, ValueError, TypeError) as error:
        raise InputError("places.wkt_broken", file=path, row=row) from error


def _settle(one: _Described, others: Sequence[_Described], path: Path | str) -> _Described:
    """Give outlines without a CRS the degrees that points beside them show them to be in."""
    if one.crs is not None or not one.outlines:
        return one
    for other in others:
        both = _held(one.shapes) & _held(other.shapes)
        if other.outlines or other.crs is None or not other.crs.is_geographic or not both.any():
            continue
        # A point of the commune, or a hair beside it: a town hall, a centroid.
        if (shapely.distance(one.shapes[both], other.shapes[both]) < 0.5).all():
            return one._replace(crs=other.crs)
    raise InputError("places.crs_missing", file=path)


def _check_agreement(frame: pd.DataFrame, path: Path | str, filled: Sequence[_Described]) -> None:
    """Refuse a row that two descriptions put at two places."""
    known = [one for one in filled if one.crs is not None and not one.outlines]
    for other in known[1:]:
        both = np.flatnonzero(_held(known[0].shapes) & _held(other.shapes))
        if not len(both):
            continue
        (x0, y0), (x1, y1) = (_to_degrees(one, both) for one in (known[0], other))
        sane = np.isfinite([x0, y0, x1, y1]).all(axis=0) & (np.abs([y0, y1]) <= 90).all(axis=0)
        away = np.full(len(both), np.inf)
        away[sane] = Geod(ellps="WGS84").inv(x0[sane], y0[sane], x1[sane], y1[sane])[2]
        wrong = away > APART_M
        # What a CRS cannot mean is told by itself, in the words for that.
        if wrong.any() and sane.all():
            at = int(np.flatnonzero(wrong)[0])
            raise InputError(
                "places.points_differ",
                file=path,
                row=int(frame["row"].iloc[both[at]]),
                one=shorten(known[0].columns),
                other=shorten(other.columns),
                metres=float(round(away[at])),
                count=int(wrong.sum()),
            )


def _to_degrees(one: _Described, rows: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    points = one.shapes[rows]
    x, y = shapely.get_x(points), shapely.get_y(points)
    lon, lat = Transformer.from_crs(one.crs, WGS84, always_xy=True).transform(x, y)
    return np.asarray(lon, np.float64), np.asarray(lat, np.float64)


def _coalesce(frame: pd.DataFrame, columns: Sequence[str], path: Path | str) -> NDArray[np.float64]:
    """Return the coordinate of each row that one of the columns holds; `InputError` where two differ."""
    values = to_numbers(frame, columns[0], path=path)
    for column in columns[1:]:
        others = to_numbers(frame, column, path=path)
        # A hundred-thousandth of a degree is a metre; in metres, a metre.
        wrong = np.abs(values - others) > np.where(np.abs(values) > 180, 1.0, 1e-5)
        if wrong.any():
            at = int(np.flatnonzero(wrong)[0])
            raise InputError(
                "places.columns_differ",
                file=path,
                row=int(frame["row"].iloc[at]),
                one=shorten(columns[0]),
                said=f"{values[at]:.10g}",
                other=shorten(column),
                other_said=f"{others[at]:.10g}",
            )
        values = np.where(np.isnan(values), others, values)
    return values


def _make_points(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.object_]:
    points = make_points(x, y)
    points[np.isnan(x) | np.isnan(y)] = None
    return points


def _held(shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Say which rows have a place: 0, 0 is none, as a geocoder writes it for an address that it did not find."""
    nowhere = (shapely.get_x(shapes) == 0) & (shapely.get_y(shapes) == 0)
    return np.asarray(~(shapely.is_missing(shapes) | nowhere), bool)


def _are_degrees(shapes: NDArray[np.object_]) -> bool:
    x, y = shapely.get_x(shapes), shapely.get_y(shapes)
    return bool((np.isnan(x) | ((np.abs(x) <= 180) & (np.abs(y) <= 90))).all())


def _stated_crs(frame: pd.DataFrame, path: Path | str) -> CRS | None:
    """Return the CRS that a column of the table, or a .prj beside a CSV, states for all its rows."""
    for name in find_all(frame, _CRS_COLUMNS):
        said = {text for text in to_texts(frame[name]) if text is not None}
        if len(said) == 1:
            text = said.pop()
            try:
                return CRS.from_user_input(f"EPSG:{text}" if text.isdigit() else text)
            except CRSError:
                continue
    beside = find_part(path, ".prj") if str(path).lower().endswith(".csv") else None
    if beside is None or find_part(path, ".shp") is not None:
        return None
    try:
        return CRS.from_user_input(beside.read_text("utf-8"))
    except (CRSError, OSError, UnicodeDecodeError) as error:
        raise InputError("places.crs_damaged", file=beside) from error
