"""Shapes as type checkers cannot know them: the points of a table, their CRS, many points made at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geo_access.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geopandas import GeoDataFrame, GeoSeries
    from numpy.typing import NDArray
    from pyproj import CRS
    from shapely import Point
    from shapely.geometry.base import BaseGeometry


def list_points(shapes: Iterable[BaseGeometry]) -> list[Point]:
    """List the shapes of a table of places, of which its reader made sure that they are points."""
    points: list[Any] = list(shapes)  # a GeoSeries does not say of which kind its shapes are
    return points


def make_points(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.object_]:
    """Make one point of each pair of coordinates (n,)."""
    import shapely

    return np.asarray(shapely.points(x, y), np.object_)


def require_crs(places: GeoDataFrame | GeoSeries) -> CRS:
    """Return the CRS of places; `InputError` where they have none."""
    crs: CRS | None = places.crs
    if crs is None:
        raise InputError("queries.no_crs")
    return crs


def simplify_shapes(frame: GeoDataFrame) -> GeoDataFrame:
    """Leave out heights and measures, which say nothing here, and take the one part out of shapes of one part.

    shapely warns of absurd heights in every step. A MultiPoint of one point is a point; a collection of polygons only
    is a multipolygon.
    """
    import shapely

    shapes = frame.geometry.to_numpy()
    kinds = shapely.get_type_id(shapes)
    if (shapely.get_coordinate_dimension(shapes) > 2).any():
        shapes = shapely.force_2d(shapes)
    wrapped = np.isin(kinds, (4, 7))
    if wrapped.any():
        shapes = shapes.copy()
        for at in np.flatnonzero(wrapped):
            shapes[at] = _unwrap(shapes[at])
    if shapes is not frame.geometry.to_numpy():
        frame = frame.set_geometry(type(frame.geometry)(shapes, index=frame.index, crs=frame.crs))
    return frame


def _unwrap(shape: BaseGeometry) -> BaseGeometry:
    """Return the one part of a MultiPoint or collection of one part, and polygons of a collection as a multipolygon."""
    import shapely

    parts = [one for one in shapely.get_parts(shape) if not one.is_empty]
    if len(parts) == 1:
        only: BaseGeometry = parts[0]
        return _unwrap(only) if only.geom_type in ("MultiPoint", "GeometryCollection") else only
    flat = [polygon for part in parts for polygon in shapely.get_parts(part)]
    if flat and all(one.geom_type == "Polygon" for one in flat):
        return shapely.MultiPolygon(flat)
    return shape
