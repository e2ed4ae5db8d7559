"""Walking legs, and the two ways of measuring them: on streets (`street_walker`), in a straight line (here).

A leg of d metres takes ceil(d / speed) seconds, rounded up once. `Walker` is what the search needs of either.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, Protocol

import numpy as np
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Taken off a duration before it is rounded up, so that 200.00000000001 s of floating-point noise stay 200 s.
ROUNDING_SLACK_S: Final = 1e-9

WalkingMode = Literal["streets", "straight line"]


@dataclass(frozen=True)
class Places:
    """Points as a walker sees them. Only the walker that placed them can use them.

    Attributes
    ----------
    xy
        float64 (n, 2): where they are (metres, the study's CRS).
    snapped
        bool (n,): whether the walker can start or end there. A point that is not snapped has no legs.
    gap_m
        float64 (n,): the straight piece between the point and its street (metres); 0 in a straight line,
        NaN where the point is not snapped.
    """

    xy: NDArray[np.float64]
    snapped: NDArray[np.bool_]
    gap_m: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.xy)


@dataclass(frozen=True)
class Legs:
    """Walks from each origin to the destinations within a limit, row by row (compressed sparse rows).

    Attributes
    ----------
    indptr
        int64 (origins + 1,): the legs of origin i are ``indptr[i]:indptr[i + 1]``.
    index
        int32 (legs,): destination of each leg, ascending within a row.
    seconds
        int32 (legs,): how long it takes.
    n_to
        How many destinations there are.
    """

    indptr: NDArray[np.int64]
    index: NDArray[np.int32]
    seconds: NDArray[np.int32]
    n_to: int

    @property
    def n_from(self) -> int:
        """How many origins there are."""
        return len(self.indptr) - 1

    def __len__(self) -> int:
        return len(self.index)

    def transpose(self) -> Legs:
        """Return the same legs, listed by destination: row j holds the origins from which j is reached."""
        origin = np.repeat(np.arange(self.n_from, dtype=np.int64), np.diff(self.indptr))
        return collect_legs(self.index, origin, self.seconds, n_from=self.n_to, n_to=self.n_from)

    def pick(self, rows: NDArray[np.integer]) -> Legs:
        """Return the legs from some of the origins, in the order of `rows`."""
        counts = np.diff(self.indptr)[rows]
        indptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        at = np.arange(indptr[-1]) + np.repeat(self.indptr[rows] - indptr[:-1], counts)
        return Legs(indptr, self.index[at], self.seconds[at], self.n_to)


class Walker(Protocol):
    """A way of walking between points, at one speed."""

    @property
    def mode(self) -> WalkingMode:
        """What every output names."""
        ...

    @property
    def key(self) -> str:
        """Everything that the legs depend on beside the points, for a cache."""
        ...

    def place(self, xy: NDArray[np.float64]) -> Places:
        """Snap points (n, 2) (metres, the study's CRS) to what can be walked. NaN is not snapped."""
        ...

    def legs(self, origins: Places, destinations: Places, *, limit_s: int) -> Legs:
        """Walk from every origin to every destination that takes at most `limit_s` seconds."""
        ...

    def pairs(
        self, origins: Places, i: NDArray[np.integer], destinations: Places, j: NDArray[np.integer]
    ) -> NDArray[np.float64]:
        """Whole seconds from origin ``i[k]`` to destination ``j[k]``, without a limit; NaN without a path."""
        ...


@dataclass(frozen=True)
class StraightLineWalker:
    """Walks in a straight line, lengthened by a detour factor: for studies without street data.

    Attributes
    ----------
    speed_kmh
        Walking speed (kilometres per hour).
    detour
        Metres walked for a metre in a straight line.
    """

    speed_kmh: float
    detour: float = 1.3

    @property
    def mode(self) -> WalkingMode:
        """``straight line``."""
        return "straight line"

    @property
    def key(self) -> str:
        """Speed and detour."""
        return f"straight line 1, {float(self.speed_kmh)!r} km/h, detour {float(self.detour)!r}"

    def place(self, xy: NDArray[np.float64]) -> Places:
        """Take points (n, 2) as they are (metres, the study's CRS); without coordinates: not snapped."""
        points = as_points(xy)
        known: NDArray[np.bool_] = np.isfinite(points[:, 0]) & np.isfinite(points[:, 1])
        return Places(points, known, np.where(known, 0.0, np.nan))

    def legs(self, origins: Places, destinations: Places, *, limit_s: int) -> Legs:
        """Walk from every origin to every destination that takes at most `limit_s` seconds."""
        start, end = np.flatnonzero(origins.snapped), np.flatnonzero(destinations.snapped)
        if not len(start) or not len(end) or limit_s < 0:
            nothing = np.zeros(0, np.int64)
            return collect_legs(nothing, nothing, nothing, n_from=len(origins), n_to=len(destinations))
        # A hair more than the limit: the seconds decide, not the tree's radius.
        radius_m = limit_s * self.speed_kmh / 3.6 / self.detour * (1 + 1e-9) + 1e-3
        near = cKDTree(origins.xy[start]).sparse_distance_matrix(
            cKDTree(destinations.xy[end]), radius_m, output_type="ndarray"
        )
        i, j = start[near["i"]], end[near["j"]]
        seconds = self._seconds(origins.xy[i], destinations.xy[j])
        kept = seconds <= limit_s
        return collect_legs(i[kept], j[kept], seconds[kept], n_from=len(origins), n_to=len(destinations))

    def pairs(
        self, origins: Places, i: NDArray[np.integer], destinations: Places, j: NDArray[np.integer]
    ) -> NDArray[np.float64]:
        """Whole seconds from origin ``i[k]`` to destination ``j[k]``; NaN when one has no coordinates."""
        return self._seconds(origins.xy[i], destinations.xy[j])

    def _seconds(self, a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
        return walking_seconds(np.hypot(*(a - b).T) * self.detour, speed_kmh=self.speed_kmh)


def walking_seconds(metres: NDArray[np.float64], *, speed_kmh: float) -> NDArray[np.float64]:
    """Return how long walks take (seconds, rounded up to whole ones; as float64, so that NaN stays NaN)."""
    rounded: NDArray[np.float64] = np.maximum(np.ceil(metres / (speed_kmh / 3.6) - ROUNDING_SLACK_S), 0.0)
    return rounded


def as_points(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return points as float64 (n, 2)."""
    points = np.asarray(xy, dtype=np.float64)
    return points.reshape(-1, 2)


def collect_legs(
    origin: NDArray[np.integer],
    destination: NDArray[np.integer],
    seconds: NDArray[np.integer] | NDArray[np.float64],
    *,
    n_from: int,
    n_to: int,
) -> Legs:
    """Gather legs listed in any order, at most one for each pair of origin and destination."""
    order = np.lexsort((destination, origin))
    indptr = np.zeros(n_from + 1, np.int64)
    np.cumsum(np.bincount(origin, minlength=n_from), out=indptr[1:])
    return Legs(indptr, destination[order].astype(np.int32), seconds[order].astype(np.int32), n_to)
