"""Shapes made plain enough for a map: areas joined, pores filled, parallel tracks and carriageways drawn as one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

#: Areas nearer to each other than twice this (metres) are one.
_SEAM_M: Final = 4.0
#: What runs beside another line for less than this (metres) crosses it, or leaves it.
_ALONG_M: Final = 120.0


def melt(areas: Iterable[Any]) -> list[Any]:
    """Join areas that touch, so that no seam is seen between them."""
    shapes = np.array(list(areas), object)
    if not len(shapes):
        return []
    wide = shapely.union_all(shapely.buffer(shapes, _SEAM_M, quad_segs=1, join_style="mitre"))
    joined = shapely.buffer(wide, -_SEAM_M, quad_segs=1, join_style="mitre")
    return [part for part in shapely.get_parts(joined) if part.area > 0]


def fill_pores(shape: Any, least: float) -> list[Any]:
    """Return the polygons of a shape without holes smaller than `least` (square metres)."""
    return [
        shapely.Polygon(part.exterior, [ring for ring in part.interiors if shapely.Polygon(ring).area >= least])
        for part in shapely.get_parts(shape)
        if part.geom_type == "Polygon" and part.area > 0
    ]


def join_lines(lines: Iterable[Any]) -> NDArray[Any]:
    """Join lines that meet end to end."""
    parts = shapely.get_parts(np.array(list(lines), object))
    parts = parts[shapely.length(parts) > 0]
    if not len(parts):
        return parts
    return shapely.get_parts(shapely.line_merge(shapely.multilinestrings(parts)))


def drop_parallels(lines: Iterable[Any], *, within: float) -> NDArray[Any]:
    """Join lines, and leave out what runs along a longer one within some metres.

    What crosses another line, or leaves it, stays whole. With ``within=0`` lines are only joined.
    """
    joined = join_lines(lines)
    if not within or len(joined) < 2:
        return joined
    order = np.lexsort((shapely.to_wkb(joined), -np.round(shapely.length(joined), 3)))
    joined = joined[order]
    wide = shapely.buffer(joined, within, cap_style="flat")
    tree = shapely.STRtree(joined)
    mine, others = tree.query(wide, predicate="intersects")
    kept: list[Any] = []
    longer: dict[int, list[int]] = {}
    for area, line in zip(mine.tolist(), others.tolist(), strict=True):
        if area < line:
            longer.setdefault(line, []).append(area)
    for number, line in enumerate(joined):
        rest = line
        if number in longer:
            beside = shapely.get_parts(shapely.intersection(line, shapely.union_all(wide[longer[number]])))
            along = [one for one in beside if one.geom_type == "LineString" and one.length >= _ALONG_M]
            if along:
                rest = shapely.difference(line, shapely.buffer(shapely.multilinestrings(along), 0.5, cap_style="flat"))
        kept += [one for one in shapely.get_parts(rest) if one.geom_type == "LineString" and one.length > within]
    return np.array(kept, object)
