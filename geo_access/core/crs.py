"""Coordinate reference systems at the border: known, metric where we measure, never misread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from pyproj import CRS, Geod, Transformer
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_utm_crs_info
from pyproj.exceptions import CRSError, ProjError

from geo_access.core.errors import InputError
from geo_access.core.limits import shorten

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from geo_access.core.findings import Findings

WGS84 = "EPSG:4326"
AREA_MARGIN_DEG = 5.0  # how far beyond a CRS's area of use a coordinate may still be meant
LAMBERT_93 = "EPSG:2154"
#: What no coordinate is: the Earth is 40,000 km round, and false eastings add up to 60,000 km.
_MOST_METRES, _MOST_DEGREES = (1e8,) * 4, (360.0, 90.0, 360.0, 90.0)
_FRANCE = (-5.2, 41.3, 9.6, 51.2)  # metropolitan: west, south, east, north
#: From which error on distances are not to be relied on, and from which they are no distances. Lambert-93 is wrong by
#: at most 0.31 % within France (at Bonifacio), a UTM zone by 0.1 % within itself.
SCALE_WARNING, SCALE_ERROR = 0.005, 0.05


def resolve_crs(crs: str) -> CRS:
    """Return the CRS that `crs` names ("EPSG:2154"); `InputError` when there is none of that name."""
    try:
        return CRS.from_user_input(crs)
    except CRSError as error:
        raise InputError("places.crs_unknown", crs=shorten(crs)) from error


def require_metric(crs: str) -> CRS:
    """Return the CRS that `crs` names, which must be a projection in metres: distances are measured in it."""
    found = resolve_crs(crs)
    if not found.is_projected or any(abs(axis.unit_conversion_factor - 1.0) > 1e-9 for axis in found.axis_info[:2]):
        raise InputError("places.crs_not_metric", crs=shorten(crs))
    return found


def measure_scale(crs: str, bounds: Sequence[float] | NDArray[np.float64]) -> float:
    """Measure by how much a projection's distances differ from those on the ground (0.01 is one per cent too long).

    Distances along x and along y, across the middle and round each corner, are compared with geodesics on the CRS's
    ellipsoid (Karney 2013, by `pyproj.Geod`).

    Parameters
    ----------
    bounds
        west, south, east, north: where (metres, `crs`).

    Returns
    -------
    float
        The error that is farthest from 0; NaN where the projection has no place for the area.
    """
    west, south, east, north = bounds
    x, y = (west + east) / 2, (south + north) / 2
    half_x, half_y = max((east - west) / 20, 50.0), max((north - south) / 20, 50.0)
    centres = [(west, south), (west, north), (east, south), (east, north), (x, y)]
    lines = [(cx - half_x, cy, cx + half_x, cy) for cx, cy in centres]
    lines += [(cx, cy - half_y, cx, cy + half_y) for cx, cy in centres]
    lines += [
        (min(west, x - half_x), y, max(east, x + half_x), y),
        (x, min(south, y - half_y), x, max(north, y + half_y)),
    ]
    x0, y0, x1, y1 = np.array(lines).T
    known = resolve_crs(crs)
    there = Transformer.from_crs(known, WGS84, always_xy=True)
    start, end = there.transform(x0, y0), there.transform(x1, y1)
    if not np.isfinite([*start, *end]).all():
        return float("nan")
    geod = known.get_geod() or Geod(ellps="WGS84")
    _, _, ground = geod.inv(*start, *end)
    errors = np.hypot(x1 - x0, y1 - y0) / ground - 1
    return float(errors[np.abs(errors).argmax()])


def name_fitting(lon: float, lat: float) -> str:
    """Name a metric CRS that fits a place: Lambert-93 in metropolitan France, else its UTM zone."""
    west, south, east, north = _FRANCE
    if west <= lon <= east and south <= lat <= north:
        return LAMBERT_93
    zones = query_utm_crs_info(datum_name="WGS 84", area_of_interest=AreaOfInterest(lon, lat, lon, lat))
    return f"{zones[0].auth_name}:{zones[0].code}" if zones else LAMBERT_93


def check_scale(
    crs: str, bounds: Sequence[float] | NDArray[np.float64], *, file: Path | str | None, findings: Findings
) -> None:
    """Refuse a CRS in whose metres the area is not measured, and tell where it is measured roughly.

    Raises
    ------
    InputError
        When distances are wrong by more than `SCALE_ERROR`; names a CRS that fits.
    """
    error = measure_scale(crs, bounds)
    if abs(error) <= SCALE_WARNING:
        return
    west, south, east, north = bounds
    lon, lat = Transformer.from_crs(crs, WGS84, always_xy=True).transform((west + east) / 2, (south + north) / 2)
    fits = name_fitting(lon, lat) if np.isfinite([lon, lat]).all() else LAMBERT_93
    if not abs(error) <= SCALE_ERROR:
        raise InputError("places.crs_wrong_scale", file=file, crs=name_crs(crs), percent=100 * error, fits=fits)
    findings.add(
        "warning", "places.crs_rough_scale", file=file, crs=name_crs(crs), percent=round(100 * error, 4), fits=fits
    )


def project(frame: GeoDataFrame, crs: str, path: Path | str) -> GeoDataFrame:
    """Transform a table to `crs`; `InputError` where a place has no coordinates there."""
    try:
        moved = frame.to_crs(resolve_crs(crs))
    except ProjError as error:
        raise InputError("places.crs_no_way", file=path, crs=shorten(crs)) from error
    bounds = moved.geometry.bounds.to_numpy()
    lost = ~np.isfinite(bounds).all(axis=1) & ~(moved.geometry.isna() | moved.geometry.is_empty).to_numpy()
    if lost.any():
        raise InputError("places.crs_no_way", file=path, row=int(frame["row"].to_numpy()[lost][0]), crs=shorten(crs))
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
    most = _MOST_METRES if crs.is_projected else _MOST_DEGREES
    # The middle of an outline may fit where its corners do not.
    absurd = held & ~(np.isfinite(bounds) & (np.abs(bounds) <= most)).all(axis=1)
    x = np.where(absurd, bounds[np.arange(len(bounds)), np.abs(bounds[:, ::2]).argmax(axis=1) * 2], x)
    y = np.where(absurd, bounds[np.arange(len(bounds)), np.abs(bounds[:, 1::2]).argmax(axis=1) * 2 + 1], y)
    wrong = held & (absurd | ~_within(crs, x, y, degrees_fit=not crs.is_projected))
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


def fits_crs(crs: Any, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say which coordinates (n,) a CRS can mean: bool (n,); none that are not finite."""
    known = CRS.from_user_input(crs)
    return _within(known, x, y, degrees_fit=not known.is_projected)


def lies_within(crs: str, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say which places (degrees, (n,)) lie in the area that a CRS is made for, or within `AREA_MARGIN_DEG` of it."""
    area = resolve_crs(crs).area_of_use
    if area is None:
        return np.ones(len(lon), bool)
    return np.asarray(_in_area(area, lon, lat))


def _in_area(area: Any, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
    fits = (lat >= area.south - AREA_MARGIN_DEG) & (lat <= area.north + AREA_MARGIN_DEG)
    if area.west <= area.east:  # else the area crosses the antimeridian, where longitudes say little
        fits &= (lon >= area.west - AREA_MARGIN_DEG) & (lon <= area.east + AREA_MARGIN_DEG)
    return np.asarray(fits)


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
    return np.asarray(fits & _in_area(area, lon, lat))
