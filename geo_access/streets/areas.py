"""Squares: areas of OpenStreetMap, crossed in straight lines between the nodes where ways meet their outline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo_access.streets.walkable import WayUse

#: Lines are drawn from each node to this many others, the nearest first: a square with more is crossed in hops.
MAX_LINES: Final = 40
#: How far outside its outline a line may run (degrees, about a millimetre): outlines are not exact.
_TOLERANCE_DEG: Final = 1e-8


@dataclass(frozen=True)
class Ring:
    """An area by its outline.

    Attributes
    ----------
    source
        The way; the relation, negative.
    use
        How it is walked.
    outer, inner
        Lines of the outline and of the holes, as nodes.
    """

    source: int
    use: WayUse
    outer: tuple[NDArray[np.int64], ...]
    inner: tuple[NDArray[np.int64], ...]


@dataclass(frozen=True)
class AreaLinks:
    """Straight lines across areas: `tail` and `head` are nodes (links,), `area` is the area's place in the list."""

    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    area: NDArray[np.int64]


def cross_areas(
    areas: Sequence[Ring], *, lon: NDArray[np.float64], lat: NDArray[np.float64], meets: NDArray[np.bool_]
) -> AreaLinks:
    """Draw the lines across areas.

    Parameters
    ----------
    areas
        The areas.
    lon, lat
        float64 (nodes,): degrees.
    meets
        bool (nodes,): whether ways meet there, so that an area may be entered.
    """
    pairs = [_cross(area, np.column_stack([lon, lat]), meets) for area in areas]
    count = [len(pair) for pair in pairs]
    both = np.concatenate([np.zeros((0, 2), np.int64), *pairs])
    return AreaLinks(both[:, 0], both[:, 1], np.repeat(np.arange(len(areas)), count))


def _cross(area: Ring, points: NDArray[np.float64], meets: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the pairs of nodes (k, 2) that a straight line inside the area joins."""
    nothing = np.zeros((0, 2), np.int64)
    lines = area.outer + area.inner
    nodes = np.unique(np.concatenate(lines)) if lines else np.zeros(0, np.int64)
    doors = nodes[meets[nodes]]
    if len(doors) < 2:
        return nothing
    inside = _polygon(area, points)
    if inside is None:
        return nothing
    # Nearest doors first, in a frame where a degree is as long either way; the farther ones are reached in hops.
    here = points[doors] * [np.cos(np.radians(points[doors, 1].mean())), 1.0]
    apart = np.hypot(*(here[:, None] - here[None]).transpose(2, 0, 1))
    near = np.argsort(apart, axis=1, kind="stable")[:, : MAX_LINES + 1]
    tail = np.repeat(np.arange(len(doors)), near.shape[1])
    pairs = np.unique(np.sort(np.column_stack([tail, near.ravel()]), axis=1), axis=0)
    pairs = doors[pairs[pairs[:, 0] != pairs[:, 1]]]
    sides = {side for line in lines for side in zip(line[:-1].tolist(), line[1:].tolist(), strict=True)}
    pairs = np.array([p for p in pairs.tolist() if tuple(p) not in sides and (p[1], p[0]) not in sides], np.int64)
    if not len(pairs):
        return nothing
    shapely.prepare(inside)
    crossing: NDArray[np.bool_] = np.asarray(shapely.covers(inside, shapely.linestrings(points[pairs])))
    return pairs[crossing]


def _polygon(area: Ring, points: NDArray[np.float64]) -> shapely.Geometry | None:
    """Build the area; None when the outline does not close or crosses itself."""
    outer, inner = (
        shapely.union_all(shapely.get_parts(shapely.polygonize([shapely.LineString(points[line]) for line in lines])))
        for lines in ([line for line in area.outer if len(line) > 1], [line for line in area.inner if len(line) > 1])
    )
    built = shapely.difference(outer, inner)
    if shapely.is_empty(built) or not shapely.is_valid(built):
        return None
    return shapely.buffer(built, _TOLERANCE_DEG)
