"""Points whose numbers say too little: degrees or metres, x first or y first. The territory decides.

Directories write longitude and latitude either way round, FINESS+ puts northings into its field X, and some files carry
a regional projection. A reading that puts the point into the territory is taken; one that does not is never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from pyproj import Transformer

from geo_access.coordinates import WGS84

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

#: Farther from the territory than this, a point belongs to another one (metres).
NEAR_M = 3_000.0
_DEGREES = 180.0


@dataclass(frozen=True)
class Settled:
    """Points as they were read.

    Attributes
    ----------
    lon, lat
        float64 (n,): WGS 84; NaN where no reading lies in or near the territory.
    swapped
        bool (n,): the second number stood first.
    x, y
        float64 (n,): metres, the CRS of the territory.
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    swapped: NDArray[np.bool_]
    x: NDArray[np.float64]
    y: NDArray[np.float64]

    @property
    def found(self) -> NDArray[np.bool_]:
        """Which points are known (bool, n)."""
        return np.isfinite(self.lon)


def settle_points(
    x: ArrayLike,
    y: ArrayLike,
    *,
    area: shapely.Geometry,
    crs: str,
    systems: Sequence[str] | None = None,
    near_m: float = NEAR_M,
) -> Settled:
    """Read pairs of numbers as the points of a territory.

    Parameters
    ----------
    x, y
        n numbers each, as a file gives them; NaN and 0, 0 are no points.
    area
        The territory (polygons, in `crs`).
    crs
        Its CRS, in metres.
    systems
        What the numbers may be in, the likeliest first; by default WGS 84 and `crs`.
    near_m
        How far from the territory a point may lie (metres).
    """
    first, second = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    lon, lat, mx, my = (np.full(len(first), np.nan) for _ in range(4))
    swapped = np.zeros(len(first), dtype=bool)
    given = np.isfinite(first) & np.isfinite(second) & ~((first == 0) & (second == 0))
    small = (np.abs(first) <= _DEGREES) & (np.abs(second) <= _DEGREES)
    shapely.prepare(area)
    for system in (WGS84, crs) if systems is None else systems:
        to_metres = Transformer.from_crs(system, crs, always_xy=True)
        to_degrees = Transformer.from_crs(system, WGS84, always_xy=True)
        for turned in (False, True):
            todo = given & np.isnan(lon) & (small if system == WGS84 else ~small)
            if turned and system == WGS84:
                todo &= np.abs(first) <= 90.0
            elif system == WGS84:
                todo &= np.abs(second) <= 90.0
            at = np.flatnonzero(todo)
            if not len(at):
                continue
            a, b = (second[at], first[at]) if turned else (first[at], second[at])
            ax, ay = to_metres.transform(a, b)
            sane = np.isfinite(ax) & np.isfinite(ay)
            here = np.zeros(len(at), dtype=bool)
            here[sane] = shapely.dwithin(area, shapely.points(ax[sane], ay[sane]), near_m)
            hit = at[here]
            lon[hit], lat[hit] = to_degrees.transform(a[here], b[here])
            mx[hit], my[hit], swapped[hit] = ax[here], ay[here], turned
    return Settled(lon, lat, swapped, mx, my)
