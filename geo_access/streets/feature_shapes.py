"""Lines of OpenStreetMap become areas: multipolygons by their rings, the sea by its coast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

#: How far beside a coast one looks on which side the sea is (metres).
_ASIDE_M: Final = 0.5


def make_polygons(rings: Sequence[NDArray[np.float64] | None]) -> list[Any]:
    """Make an area of each closed ring; None where there is none, or it encloses nothing."""
    made: list[Any] = []
    for ring in rings:
        area = None if ring is None else _mend(shapely.polygons(ring))
        made.append(area if area is not None and area.area > 0 else None)
    return made


def _mend(area: Any) -> Any:
    """Return an area that does not cross itself; None where nothing is left of it."""
    if shapely.is_valid(area):
        return area
    flat = [one for part in shapely.get_parts(shapely.make_valid(area)) for one in shapely.get_parts(part)]
    polygons = [one for one in flat if one.geom_type == "Polygon"]
    return shapely.union_all(polygons) if polygons else None


def build_area(outer: Sequence[Any], inner: Sequence[Any]) -> tuple[Any, bool]:
    """Build a multipolygon of the lines of its outline and of its holes.

    Returns
    -------
    shape
        What the lines enclose, in whatever order they come; None for nothing.
    whole
        Whether every ring closes.
    """
    area, whole = _enclose([*outer, *inner])
    if not whole:
        # A hole whose outline is not closed would be taken for an area.
        area, _ = _enclose(outer)
        holes, _ = _enclose(inner)
        area = area if area is None or holes is None else _mend(shapely.difference(area, holes))
    return (None if area is None or area.is_empty else area), whole


def _enclose(lines: Sequence[Any]) -> tuple[Any, bool]:
    """Return what lines enclose, a ring inside another being its hole, and whether no line is left over."""
    every = shapely.get_parts(np.array(list(lines), object))
    if not len(every):
        return None, True
    found: Any = shapely.polygonize_full(every)
    faces, _, dangles, broken = found
    if faces.is_empty:
        return None, False
    area = _mend(shapely.build_area(shapely.multilinestrings(every)))
    return area, bool(dangles.is_empty and broken.is_empty)


def build_sea(coast: Sequence[Any], frame: Any) -> tuple[Any, bool]:
    """Return the sea inside a frame by its coast, which has land on its left.

    Returns
    -------
    shape
        The sea; None where there is no coast, or it cannot be told from the land.
    whole
        Whether the coast, if there is one, ends nowhere inside the frame.
    """
    inside = [
        part
        for line in coast
        if line is not None
        for part in shapely.get_parts(shapely.intersection(line, frame))
        if part.geom_type == "LineString" and part.length > 0
    ]
    if not inside:
        return None, True
    lines = np.array(inside, object)
    noded = shapely.node(shapely.multilinestrings([*inside, *_list_edges(frame)]))
    found: Any = shapely.polygonize_full(shapely.get_parts(noded))
    faces, _, dangles, _ = found
    if not dangles.is_empty:
        return None, False
    side = _look_right(lines)
    # A face is sea where more coast has it on its right than on its left.
    sea = []
    for face in shapely.get_parts(faces):
        right, left = (float(length[shapely.contains_xy(face, xy)].sum()) for xy, length in side)
        if right > left:
            sea.append(face)
    return (shapely.union_all(sea) if sea else None), True


def _list_edges(frame: Any) -> list[Any]:
    return list(shapely.get_parts(frame.boundary))


def _look_right(lines: NDArray[Any]) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Return points just right, then just left, of the middle of each piece of coast, with the pieces' lengths."""
    at, line = shapely.get_coordinates(lines, return_index=True)
    pieces = np.flatnonzero(line[:-1] == line[1:])
    step = at[pieces + 1] - at[pieces]
    length = np.hypot(*step.T)
    kept = length > 0
    middle, step, length = (at[pieces] + at[pieces + 1])[kept] / 2, step[kept], length[kept]
    aside = np.column_stack([step[:, 1], -step[:, 0]]) / length[:, None] * _ASIDE_M
    return [(middle + aside, length), (middle - aside, length)]
