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

GRID_CRS = "EPSG:3035"  # the European equal-area grid that both name squares by
_INSEE = re.compile(r"(?:CRS3035)?RES([0-9]{1,9})mN([0-9]{1,9})E([0-9]{1,9})")
_EUROSTAT = re.compile(r"([0-9]{1,9})(k?)mN([0-9]{1,9})E([0-9]{1,9})")


def parse_ids(ids: Sequence[str]) -> NDArray[np.float64] | None:
    """Return the square that each id names; None as soon as one names none.

    Parameters
    ----------
    ids
        n ids. INSEE writes the lower left corner in metres; Eurostat in units of the side's last power of ten
        (kilometres for 1 km, hundreds of metres for 100 m).

    Returns
    -------
    float64 (n, 3) or None
        easting, northing of the lower left corner, side (metres, EPSG:3035).
    """
    squares = np.empty((len(ids), 3), dtype=np.float64)
    for at, one in enumerate(ids):
        match = _INSEE.fullmatch(one)
        if match is not None:
            squares[at] = float(match[3]), float(match[2]), float(match[1])
            continue
        match = _EUROSTAT.fullmatch(one)
        if match is None:
            return None
        side = int(match[1]) * (1000 if match[2] else 1)
        unit = 10 ** (len(str(side)) - len(str(side).rstrip("0")))
        squares[at] = int(match[4]) * unit, int(match[3]) * unit, side
    return squares


def centres(squares: NDArray[np.float64], crs: str) -> NDArray[np.float64]:
    """Return float64 (n, 2): the squares' centres, transformed to `crs`."""
    x, y = squares[:, 0] + squares[:, 2] / 2, squares[:, 1] + squares[:, 2] / 2
    return np.column_stack(Transformer.from_crs(GRID_CRS, crs, always_xy=True).transform(x, y))


def polygons(squares: NDArray[np.float64], crs: str) -> NDArray[np.object_]:
    """Return the n squares as polygons, their corners transformed to `crs`."""
    east, north, side = squares.T
    x = np.column_stack([east, east + side, east + side, east, east])
    y = np.column_stack([north, north, north + side, north + side, north])
    x, y = Transformer.from_crs(GRID_CRS, crs, always_xy=True).transform(x, y)
    return np.asarray(shapely.polygons(np.stack([x, y], axis=-1)), dtype=object)
