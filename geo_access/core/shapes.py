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


def drop_heights(frame: GeoDataFrame) -> GeoDataFrame:
    """Leave out heights, which say nothing here: shapely warns of absurd ones in every step."""
    import shapely

    if frame.geometry.has_z.any():
        frame.geometry = shapely.force_2d(frame.geometry.to_numpy())
    return frame
