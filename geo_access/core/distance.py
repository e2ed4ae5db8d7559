"""The great-circle distance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Mean radius of the Earth (metres).
EARTH_RADIUS_M: Final = 6_371_008.8


def great_circle_m(
    lon1: NDArray[np.float64], lat1: NDArray[np.float64], lon2: NDArray[np.float64], lat2: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return great-circle distances between points in degrees (metres, haversine formula); NaN where one is NaN."""
    lon1, lat1, lon2, lat2 = (np.radians(degrees) for degrees in (lon1, lat1, lon2, lat2))
    north, east = np.sin((lat2 - lat1) / 2) ** 2, np.sin((lon2 - lon1) / 2) ** 2
    # Rounding may lead past 1 where two points are antipodes.
    half = np.minimum(north + np.cos(lat2) * np.cos(lat1) * east, 1)
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(half)), np.float64)
