"""Snapping points to streets: to the nearest point of the nearest *edge*, not to the nearest junction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_access.streets.network import WalkNetwork


#: Nearer than this (metres), a point is on the street, or in the junction: OpenStreetMap's coordinates are no finer.
#: Without it, who stands at a stop in a junction would walk a millimetre to it, which is a whole second, rounded up.
TOUCH_M: Final = 0.01


@dataclass(frozen=True)
class Snapped:
    """Where points meet their streets.

    Attributes
    ----------
    street
        int32 (points,): the street; -1 where none is near enough.
    along_m
        float64 (points,): how far along it, from its tail (metres); NaN where there is none.
    gap_m
        float64 (points,): the straight piece between the point and the street (metres); NaN where there is none.
    """

    street: NDArray[np.int32]
    along_m: NDArray[np.float64]
    gap_m: NDArray[np.float64]


class StreetIndex:
    """Finds the nearest of some streets of a network."""

    def __init__(self, network: WalkNetwork, streets: NDArray[np.integer]) -> None:
        self._network = network
        self._streets = np.asarray(streets, np.int64)
        self._tree = shapely.STRtree(network.lines(self._streets))

    def snap(self, xy: NDArray[np.float64], *, snap_m: float) -> Snapped:
        """Snap points to the nearest street.

        Parameters
        ----------
        xy
            float64 (points, 2): metres, the network's CRS. Points without coordinates are snapped to nothing.
        snap_m
            Farthest street (metres); one just as far is near enough.

        Notes
        -----
        Of streets just as near, such as those that meet in the nearest junction, the first of the network is taken; a
        walk does not depend on it. A point within `TOUCH_M` of a street or a junction is on it.
        """
        street = np.full(len(xy), -1, np.int32)
        along, gap = np.full(len(xy), np.nan), np.full(len(xy), np.nan)
        known = np.flatnonzero(np.isfinite(xy).all(axis=1))
        if len(known) and len(self._streets):
            # A hair farther than the limit: the distance measured below decides, not the tree's.
            near, found = self._tree.query_nearest(
                shapely.points(xy[known]), max_distance=snap_m * (1 + 1e-9) + 1e-6, all_matches=True
            )
            order = np.lexsort((self._streets[found], near))
            near, found = near[order], found[order]
            near, first = np.unique(near, return_index=True)
            at, which = known[near], self._streets[found[first]]
            lines = self._network
            along_at, gap_at = _project(
                xy[at, 0], xy[at, 1], which, lines.offsets, lines.line_x, lines.line_y, lines.line_m
            )
            close = gap_at <= snap_m
            at, which, along_at, gap_at = at[close], which[close], along_at[close], gap_at[close]
            length_m = lines.length_m[which]
            along_at[along_at < TOUCH_M] = 0.0
            street[at] = which
            along[at] = np.where(length_m - along_at < TOUCH_M, length_m, along_at)
            gap[at] = np.where(gap_at < TOUCH_M, 0.0, gap_at)
        return Snapped(street, along, gap)


@njit(cache=True, nogil=True)
def _project(x, y, street, offsets, line_x, line_y, line_m):  # type: ignore[no-untyped-def]  # numba has no types
    """Return how far along its street each point meets it, and how far from it the point is (metres)."""
    along = np.empty(len(x), np.float64)
    gap = np.empty(len(x), np.float64)
    for p in range(len(x)):
        best, best_along = np.inf, 0.0
        for k in range(offsets[street[p]], offsets[street[p] + 1] - 1):
            dx, dy = line_x[k + 1] - line_x[k], line_y[k + 1] - line_y[k]
            squared = dx * dx + dy * dy
            share = 0.0
            if squared > 0.0:
                share = ((x[p] - line_x[k]) * dx + (y[p] - line_y[k]) * dy) / squared
                share = min(1.0, max(0.0, share))
            far = np.hypot(x[p] - line_x[k] - share * dx, y[p] - line_y[k] - share * dy)
            if far < best:
                best = far
                whole = line_m[k + 1] - line_m[k]
                best_along = line_m[k + 1] if share == 1.0 else line_m[k] + share * whole
        along[p], gap[p] = best_along, best
    return along, gap
