"""Where names of communes stand on a drawn map: in their own commune, or beside the territory with a line, or nowhere.

A drawing is as wide as the page lets it be, and its names are as large as the page's text: what fits is worked out for
some widths, and a name appears from the first of them on. What a name must not touch is another name, a symbol, and the
ground of another commune.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely
from shapely.ops import polylabel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

#: Widths of a drawing (rem) from which on more names fit; the style sheet of drawings knows them by their number.
WIDTHS_REM = (17, 20, 24, 29, 35, 42, 50)
#: A name's letters: their height, and that of a line (rem).
_LETTER_REM, _LINE_REM = 0.72, 0.86
#: The free space around a name (part of a letter's height).
_AIR = 0.25
#: From this width on names that fit nowhere inside stand beside the territory.
_BESIDE_REM = 29
#: How wide a letter is (parts of its height), on the safe side for sans serif in semibold.
_WIDE = {**dict.fromkeys("iljI.,:;'’|! ", 0.31), **dict.fromkeys("frt-()", 0.42), **dict.fromkeys("mwMW@", 0.93)}
_CAPITAL, _SMALL = 0.74, 0.61
#: How long a line to a name beside the territory may be (rem), and its directions: a name is read from left to right.
_LINES_REM = np.arange(1.5, 9.0, 0.5)
#: A line costs its length (rem), and what of it lies on the ground of others once more and again; the most it may cost.
_FOREIGN, _MOST_LINE_REM = 2.0, 9.0
_ANGLES = np.radians([0, 180, 20, 160, -20, -160, 40, 140, -40, -140, 60, 120, -60, -120])
#: A longer name stands in tables alone.
_MOST_LETTERS = 60
#: How finely a commune is searched for a place for its name (parts of its width or height).
_GRID = 9

#: Middle, half width, half height.
Box = tuple[float, float, float, float]


class PlacedName(NamedTuple):
    """A name: where it stands (percent of the drawing), its lines, and from which of `WIDTHS_REM` on it shows.

    `leader` is a line (units of the drawing) from the name, which stands beside the territory, into the commune: the
    name begins there (`side` 1) or ends there (-1). A name inside its commune stands around its point (0).
    """

    key: str
    lines: tuple[str, ...]
    left: str
    top: str
    step: int
    side: int = 0
    leader: str = ""


class _Spot(NamedTuple):
    """Where a name was put (units of the drawing), as `PlacedName` says it."""

    x: float
    y: float
    lines: tuple[str, ...]
    step: int
    side: int = 0
    leader: str = ""


def place_names(
    shapes: Sequence[Any],
    names: Sequence[tuple[str, str]],
    *,
    size: tuple[float, float],
    symbols: Sequence[Box] = (),
    marks: Sequence[tuple[float, float, float]] = (),
    beside: bool = True,
) -> list[PlacedName]:
    """Place the names of communes on a drawing.

    Parameters
    ----------
    shapes
        The communes as they are drawn, in units of the drawing, y downwards; cut at its edge.
    names
        Key and name of each.
    size
        Width and height of the drawing.
    symbols
        What no name may cover, in units: it grows with the drawing.
    marks
        Middle (units) and radius (rem) of what is as large as the page's text.
    beside
        Whether a name that fits nowhere inside may stand outside of all communes, with a line.
    """
    width, height = size
    solid = [_keep_polygons(shape) for shape in shapes]
    order = sorted(range(len(solid)), key=lambda one: (-solid[one].area, names[one]))
    # Names are drawn on the largest part of a commune; beside the territory they keep off its islands as well.
    land = shapely.union_all([shape for shape in shapes if shape is not None])
    order = [one for one in order if not solid[one].is_empty and len(names[one][1]) <= _MOST_LETTERS]
    grounds = {one: _list_spots(solid[one]) for one in order}
    placed: dict[int, _Spot] = {}
    for step, rem in enumerate(WIDTHS_REM):
        unit = width / rem
        taken = [*symbols, *((x, y, radius * unit, radius * unit) for x, y, radius in marks)]
        # Names keep their place as the drawing grows, and take less of it.
        taken += [_measure(one.lines, one.x, one.y, unit, one.side) for one in placed.values()]
        for one in (one for one in grounds if one not in placed):
            for lines in _break_name(names[one][1]):
                at = _find_inside(solid[one], grounds[one], lines, unit, taken, size)
                if at is not None:
                    taken.append(_measure(lines, *at, unit))
                    placed[one] = _Spot(*at, lines, step)
                    break
        if beside and rem == _BESIDE_REM:
            leaders: list[shapely.LineString] = []
            for one in (one for one in grounds if one not in placed):
                spot = grounds[one][0]
                found = _find_beside(spot, solid[one], land, names[one][1], unit, taken, leaders, size)
                if found is not None:
                    placed[one] = found._replace(step=step)
                    taken.append(_measure(found.lines, found.x, found.y, unit, found.side))
                    leaders.append(shapely.LineString([(found.x, found.y), spot]))
    return [
        PlacedName(
            names[one][0], at.lines, f"{100 * at.x / width:.2f}%", f"{100 * at.y / height:.2f}%", at.step, at.side,
            at.leader,
        )
        for one, at in sorted(placed.items())
    ]  # fmt: skip


def _keep_polygons(shape: Any | None) -> Any:
    parts: list[Any] = (
        [] if shape is None else [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    )
    return max(parts, key=lambda part: part.area) if parts else shapely.Polygon()


def _list_spots(shape: Any) -> NDArray[np.float64]:
    """Return points of a shape, the one where it is widest first, then outwards from there."""
    thin = shape.simplify(1.0)
    middle = shapely.get_coordinates(
        polylabel(thin, tolerance=2.0)
        if thin.geom_type == "Polygon" and thin.is_valid
        else shape.representative_point()
    )[0]
    west, south, east, north = shape.bounds
    across, down = np.meshgrid(np.linspace(west, east, _GRID + 2)[1:-1], np.linspace(south, north, _GRID + 2)[1:-1])
    spots = np.column_stack([across.ravel(), down.ravel()])
    spots = spots[shapely.contains_xy(shape, spots[:, 0], spots[:, 1])]
    spots = spots[np.argsort(np.hypot(*(spots - middle).T), kind="stable")]
    return np.vstack([middle, spots])


def _break_name(name: str) -> Iterator[tuple[str, ...]]:
    """Break a name into one line, or two that are about as long, after a hyphen or at a blank."""
    yield (name,)
    cuts = [found.end() for found in re.finditer(r"[-\s]", name)]
    if cuts:
        cut = min(cuts, key=lambda at: abs(2 * at - len(name)))
        yield name[:cut].rstrip(), name[cut:]


def _measure(lines: tuple[str, ...], x: float, y: float, unit: float, side: int = 0) -> Box:
    """Return the box of a name around a point, or beside it; `unit` is how many units of the drawing a rem is."""
    wide = max(sum(_WIDE.get(one, _CAPITAL if one.isupper() else _SMALL) for one in line) for line in lines)
    air = _AIR * _LETTER_REM
    half = (wide * _LETTER_REM / 2 + air) * unit
    return x + side * half, y, half, (len(lines) * _LINE_REM / 2 + air / 2) * unit


def _find_inside(
    shape: Any,
    spots: NDArray[np.float64],
    lines: tuple[str, ...],
    unit: float,
    taken: Sequence[Box],
    size: tuple[float, float],
) -> tuple[float, float] | None:
    boxes = [_measure(lines, x, y, unit) for x, y in spots.tolist()]
    shapely.prepare(shape)
    insides = shapely.contains(shape, shapely.box(*np.array([_bound(box) for box in boxes]).T))
    found = (box[:2] for box, inside in zip(boxes, insides, strict=True) if inside and _is_free(box, taken, size))
    return next(found, None)


def _find_beside(
    spot: NDArray[np.float64],
    shape: Any,
    land: Any,
    name: str,
    unit: float,
    taken: Sequence[Box],
    leaders: Sequence[shapely.LineString],
    size: tuple[float, float],
) -> _Spot | None:
    """Find the best place outside of all communes: a short line, little of it on others' ground, crossing no other."""
    x, y = spot.tolist()
    best, least = None, _MOST_LINE_REM * unit
    for distance in _LINES_REM * unit:
        if distance >= least:
            break
        for angle in _ANGLES:
            side = 1 if np.cos(angle) > 0 else -1
            at = (x + float(distance * np.cos(angle)), y + float(distance * np.sin(angle)))
            box = _measure((name,), *at, unit, side)
            if not _is_free(box, taken, size) or shapely.intersects(land, shapely.box(*_bound(box))):
                continue
            line = shapely.LineString([at, (x, y)])
            cost = distance + _FOREIGN * shapely.length(shapely.intersection(line, land) - shape)
            if cost >= least or any(line.crosses(other) for other in leaders):
                continue
            if not any(line.intersects(shapely.box(*_bound(other))) for other in taken if not _covers(other, x, y)):
                best, least = _Spot(*at, (name,), 0, side, f"M{at[0]:.1f} {at[1]:.1f}L{x:.1f} {y:.1f}"), cost
    return best


def _bound(box: Box) -> tuple[float, float, float, float]:
    x, y, half, tall = box
    return x - half, y - tall, x + half, y + tall


def _covers(box: Box, x: float, y: float) -> bool:
    return abs(box[0] - x) <= box[2] and abs(box[1] - y) <= box[3]


def _is_free(box: Box, taken: Sequence[Box], size: tuple[float, float]) -> bool:
    west, south, east, north = _bound(box)
    if west < 0 or south < 0 or east > size[0] or north > size[1]:
        return False
    x, y, half, tall = box
    return not any(abs(x - other[0]) < half + other[2] and abs(y - other[1]) < tall + other[3] for other in taken)
