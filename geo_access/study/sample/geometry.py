"""Plane geometry of the sample territory, in plain Python, so that every platform draws the same metre.

Points are (x, y) tuples in metres. Chance comes from `random.Random.random` alone: it is the one method whose numbers
Python promises to keep.
"""

from __future__ import annotations

import math
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Point: TypeAlias = tuple[float, float]
SampleLine: TypeAlias = list[Point]


def chance_of(key: str) -> Random:
    """Return chance that depends on `key` alone: what one part draws does not move the others."""
    return Random(key)  # noqa: S311 -- draws a town, keeps no secret


def between(chance: Random, low: float, high: float) -> float:
    """Draw a number in [low, high)."""
    return low + (high - low) * chance.random()


def distance(a: Point, b: Point) -> float:
    """Return the distance of two points (metres)."""
    return math.hypot(b[0] - a[0], b[1] - a[1])


def length(line: Sequence[Point]) -> float:
    """Return the length of a line (metres)."""
    return sum(distance(a, b) for a, b in pairwise(line))


def round_point(point: Point) -> Point:
    """Round to the decimetre, so that what meets there is one point."""
    return round(point[0], 1), round(point[1], 1)


def smooth(controls: Sequence[Point], *, step: float) -> SampleLine:
    """Draw a curve (Catmull-Rom) through every control point, with a vertex about every `step` metres."""
    line: SampleLine = [controls[0]]
    for at in range(len(controls) - 1):
        p0, p1, p2 = controls[max(at - 1, 0)], controls[at], controls[at + 1]
        p3 = controls[min(at + 2, len(controls) - 1)]
        pieces = max(1, round(distance(p1, p2) / step))
        for piece in range(1, pieces + 1):
            t = piece / pieces
            x, y = (
                0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t * t * t)
                for a, b, c, d in zip(p0, p1, p2, p3, strict=True)
            )
            line.append((x, y) if piece < pieces else p2)
    return line


def roughen(line: Sequence[Point], chance: Random, *, amplitude: float, step: float) -> SampleLine:
    """Break a line like a coast or an old boundary: midpoints move sideways, less and less; the ends stay."""
    rough: SampleLine = [line[0]]
    for a, b in pairwise(line):
        rough.extend(_break(a, b, chance, amplitude, step))
    return rough


def _break(a: Point, b: Point, chance: Random, amplitude: float, step: float) -> SampleLine:
    gap = distance(a, b)
    if gap <= step:
        return [b]
    aside = min(amplitude, 0.2 * gap) * between(chance, -1, 1)
    middle = ((a[0] + b[0]) / 2 - (b[1] - a[1]) / gap * aside, (a[1] + b[1]) / 2 + (b[0] - a[0]) / gap * aside)
    return [*_break(a, middle, chance, amplitude * 0.55, step), *_break(middle, b, chance, amplitude * 0.55, step)]


def offset(line: Sequence[Point], left: Sequence[float]) -> SampleLine:
    """Move every vertex to the left of the line's direction, by its own distance (metres; negative: right)."""
    moved: SampleLine = []
    for at, (x, y) in enumerate(line):
        before, after = line[max(at - 1, 0)], line[min(at + 1, len(line) - 1)]
        along = distance(before, after)
        moved.append((x - (after[1] - before[1]) / along * left[at], y + (after[0] - before[0]) / along * left[at]))
    return moved


def contains(ring: Sequence[Point], point: Point) -> bool:
    """Say whether a point lies in a polygon (its ring may be closed or not)."""
    x, y = point
    inside = False
    x1, y1 = ring[-1]
    for x2, y2 in ring:
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            inside = not inside
        x1, y1 = x2, y2
    return inside


def project(point: Point, a: Point, b: Point) -> tuple[float, float, Point]:
    """Return (distance, share of the way from a to b, nearest point) of a point and the segment a-b."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    square = dx * dx + dy * dy
    t = 0.0 if square == 0 else max(0.0, min(1.0, ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / square))
    near = (a[0] + t * dx, a[1] + t * dy)
    return distance(point, near), t, near


def cross(a: Point, b: Point, c: Point, d: Point) -> Point | None:
    """Return the point in which two segments cross inside both of them; None when they do not."""
    rx, ry, sx, sy = b[0] - a[0], b[1] - a[1], d[0] - c[0], d[1] - c[1]
    area = rx * sy - ry * sx
    if area == 0:
        return None
    t = ((c[0] - a[0]) * sy - (c[1] - a[1]) * sx) / area
    u = ((c[0] - a[0]) * ry - (c[1] - a[1]) * rx) / area
    if not (0 <= t <= 1 and 0 <= u <= 1):
        return None
    return a[0] + t * rx, a[1] + t * ry


class Segments:
    """Segments in a coarse grid, to find those near a place quickly.

    Parameters
    ----------
    segments
        (a, b) pairs; a segment is named by its position.
    cell
        Side of the grid's squares (metres).
    """

    def __init__(self, segments: Iterable[tuple[Point, Point]], *, cell: float = 120.0) -> None:
        self._cell = cell
        self.segments = list(segments)
        self._held: dict[tuple[int, int], list[int]] = {}
        for at, (a, b) in enumerate(self.segments):
            for square in self._squares(a, b, 0.0):
                self._held.setdefault(square, []).append(at)

    def _squares(self, a: Point, b: Point, margin: float) -> Iterator[tuple[int, int]]:
        x0, x1 = min(a[0], b[0]) - margin, max(a[0], b[0]) + margin
        y0, y1 = min(a[1], b[1]) - margin, max(a[1], b[1]) + margin
        for column in range(math.floor(x0 / self._cell), math.floor(x1 / self._cell) + 1):
            for row in range(math.floor(y0 / self._cell), math.floor(y1 / self._cell) + 1):
                yield column, row

    def near(self, a: Point, b: Point, *, margin: float = 0.0) -> list[int]:
        """Return the segments that may lie within `margin` of the segment a-b, in order."""
        found: set[int] = set()
        for square in self._squares(a, b, margin):
            found.update(self._held.get(square, ()))
        return sorted(found)

    def crossed(self, a: Point, b: Point) -> bool:
        """Say whether any segment crosses a-b."""
        return any(cross(a, b, *self.segments[at]) is not None for at in self.near(a, b))

    def nearest(self, point: Point, *, within: float) -> tuple[float, int, Point] | None:
        """Return (distance, segment, point on it) of the nearest segment; None when none is within reach."""
        best: tuple[float, int, Point] | None = None
        for at in self.near(point, point, margin=within):
            gap, _, place = project(point, *self.segments[at])
            if gap <= within and (best is None or gap < best[0]):
                best = gap, at, place
        return best
