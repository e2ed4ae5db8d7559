"""Coordinate reference systems at the border: known, metric where we measure, never misread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from geo_access.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

WGS84 = "EPSG:4326"
AREA_MARGIN_DEG = 5.0  # how far beyond a CRS's area of use a coordinate may still be meant


def resolve_crs(crs: str) -> CRS:
    """Return the CRS that `crs` names ("EPSG:2154"); `InputError` when there is none of that name."""
    try:
        return CRS.from_user_input(crs)
    except CRSError as error:
        raise InputError("places.crs_unknown", crs=str(crs)) from error


def require_metric(crs: str) -> CRS:
    """Return the CRS that `crs` names, which must be a projection in metres: distances are measured in it."""
    found = resolve_crs(crs)
    if not found.is_projected or any(abs(axis.unit_conversion_factor - 1.0) > 1e-9 for axis in found.axis_info[:2]):
        raise InputError("places.crs_not_metric", crs=str(crs))
    return found


def project(frame: GeoDataFrame, crs: str, path: Path | str) -> GeoDataFrame:
    """Transform a table to `crs`; `InputError` where a place has no coordinates there."""
    try:
        moved = frame.to_crs(resolve_crs(crs))
    except ProjError as error:
        raise InputError("places.crs_no_way", file=path, crs=str(crs)) from error
    bounds = moved.geometry.bounds.to_numpy()
    lost = ~np.isfinite(bounds).all(axis=1) & ~(moved.geometry.isna() | moved.geometry.is_empty).to_numpy()
    if lost.any():
        raise InputError("places.crs_no_way", file=path, row=int(frame["row"].to_numpy()[lost][0]), crs=str(crs))
    return moved


def name_crs(crs: Any) -> str:
    """Name a CRS for people ("EPSG:2154, RGF93 v1 / Lambert-93")."""
    found = CRS.from_user_input(crs)
    authority = found.to_authority()
    return f"{':'.join(authority)}, {found.name}" if authority else found.name


def check_coordinates(frame: GeoDataFrame, path: Path | str) -> None:
    """Refuse coordinates that the CRS cannot mean: metres for degrees, degrees for metres, another zone.

    Raises
    ------
    InputError
        Names the first row, its coordinates, the CRS and, where swapping x and y mends it, says so.
    """
    bounds = frame.geometry.bounds.to_numpy()
    held = ~(frame.geometry.isna() | frame.geometry.is_empty).to_numpy()
    x, y = (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2
    crs = CRS(frame.crs)
    wrong = held & ~_within(crs, x, y, degrees_fit=not crs.is_projected)
    if not wrong.any():
        return
    at = int(np.flatnonzero(wrong)[0])
    row, known = int(frame["row"].iloc[at]), name_crs(crs)
    code = "places.coordinates_outside"
    if crs.is_projected and abs(x[at]) <= 180 and abs(y[at]) <= 90:
        code = "places.coordinates_degrees"
    elif _within(crs, y, x, degrees_fit=False)[wrong].all():
        code = "places.coordinates_swapped"
    raise InputError(code, file=path, row=row, x=float(x[at]), y=float(y[at]), crs=known, count=int(wrong.sum()))


def _within(crs: CRS, x: NDArray[np.float64], y: NDArray[np.float64], *, degrees_fit: bool) -> NDArray[np.bool_]:
    """Say which coordinates (n,) a CRS can mean: on the globe, and not far from the area it is made for."""
    if not crs.is_projected:
        return np.asarray(np.isfinite(x) & np.isfinite(y) & (np.abs(x) <= 180) & (np.abs(y) <= 90))
    fits = np.isfinite(x) & np.isfinite(y)
    if not degrees_fit:
        fits &= ~((np.abs(x) <= 180) & (np.abs(y) <= 90))
    area = crs.area_of_use
    if area is None:
        return np.asarray(fits)
    lon, lat = Transformer.from_crs(crs, WGS84, always_xy=True).transform(x, y)
    fits &= np.isfinite(lon) & np.isfinite(lat)
    fits &= (lat >= area.south - AREA_MARGIN_DEG) & (lat <= area.north + AREA_MARGIN_DEG)
    if area.west <= area.east:  # else the area crosses the antimeridian, where longitudes say little
        fits &= (lon >= area.west - AREA_MARGIN_DEG) & (lon <= area.east + AREA_MARGIN_DEG)
    return np.asarray(fits)
