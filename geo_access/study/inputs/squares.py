"""Grid squares by their id: INSEE's "CRS3035RES200mN2887800E3745400", Eurostat's "1kmN2887E3745"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import shapely
from pyproj import Transformer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

GRID_CRS = "EPSG:3035"  # the European equal-area grid, by which both name squares that say no other
_INSEE = re.compile(r"(?:CRS([0-9]{4,5}))?RES([0-9]{1,9})MN([0-9]{1,9})E([0-9]{1,9})")
_EUROSTAT = re.compile(r"(?:CRS([0-9]{4,5}))?([0-9]{1,9})(K?)MN([0-9]{1,9})E([0-9]{1,9})")


def parse_ids(ids: Sequence[str]) -> NDArray[np.float64] | None:
    """Return the square that each id names; None as soon as one names none.

    Parameters
    ----------
    ids
        n ids. INSEE writes the lower left corner in metres, in the CRS that the id begins with (CRS2975 on La Réunion);
        Eurostat in units of the side's last power of ten (kilometres for 1 km, hundreds of metres for 100 m).

    Returns
    -------
    float64 (n, 4) or None
        easting, northing of the lower left corner, side (metres), and the EPSG code of the CRS that they are in.
    """
    squares = np.empty((len(ids), 4), dtype=np.float64)
    for at, one in enumerate(ids):
        said = one.upper()
        match = _INSEE.fullmatch(said)
        if match is not None:
            squares[at] = float(match[4]), float(match[3]), float(match[2]), float(match[1] or GRID_CRS[5:])
            continue
        match = _EUROSTAT.fullmatch(said)
        if match is None:
            return None
        side = int(match[2]) * (1000 if match[3] else 1)
        unit = 10 ** (len(str(side)) - len(str(side).rstrip("0")))
        squares[at] = int(match[5]) * unit, int(match[4]) * unit, side, float(match[1] or GRID_CRS[5:])
    return squares


def list_codes(squares: NDArray[np.float64]) -> list[str]:
    """List the CRS that squares are in."""
    return [f"EPSG:{int(code)}" for code in np.unique(squares[:, 3])]


def centres(squares: NDArray[np.float64], crs: str) -> NDArray[np.float64]:
    """Return float64 (n, 2): the squares' centres, transformed to `crs`."""
    x, y = squares[:, 0] + squares[:, 2] / 2, squares[:, 1] + squares[:, 2] / 2
    return np.column_stack(_transform(squares, x[:, None], y[:, None], crs)).reshape(len(squares), 2)


def polygons(squares: NDArray[np.float64], crs: str) -> NDArray[np.object_]:
    """Return the n squares as polygons, their corners transformed to `crs`."""
    east, north, side = squares[:, :3].T
    x = np.column_stack([east, east + side, east + side, east, east])
    y = np.column_stack([north, north, north + side, north + side, north])
    x, y = _transform(squares, x, y, crs)
    return np.asarray(shapely.polygons(np.stack([x, y], axis=-1)), dtype=object)


def _transform(
    squares: NDArray[np.float64], x: NDArray[np.float64], y: NDArray[np.float64], crs: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Transform each square's coordinates (n, corners) from its own CRS."""
    x, y = x.copy(), y.copy()
    for code in np.unique(squares[:, 3]):
        own = squares[:, 3] == code
        x[own], y[own] = Transformer.from_crs(f"EPSG:{int(code)}", crs, always_xy=True).transform(x[own], y[own])
    return x, y
