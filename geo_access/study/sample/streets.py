"""The streets of the sample territory: hand-placed roads, and local streets drawn between them by chance.

What crosses is joined in a node, except where one way passes above the other. Everything is in metres from the island's
corner, rounded to the decimetre.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from geo_access.study.sample import roads
from geo_access.study.sample.geometry import (
    Point,
    SampleLine,
    Segments,
    between,
    chance_of,
    contains,
    cross,
    distance,
    offset,
    project,
    round_point,
    smooth,
)
from geo_access.study.sample.ground import metres

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from random import Random

    from geo_access.study.sample.ground import Ground

NOT_WALKED = ("motorway", "motorway_link")
NOT_DRIVEN = ("footway", "steps", "pedestrian", *NOT_WALKED)
#: Local streets end on a road when they come this near to it (metres).
_JOIN_M = 42.0
#: Local streets that end less than this from another one, or from a road, are led on to it (metres).
_GAP_M, _GAP_TO_ROAD_M = 125.0, 165.0
#: Local streets keep away from the water, the motorway and the railway (metres).
_CLEARANCE_M = 22.0


@dataclass(frozen=True)
class Way:
    """A street as OSM has it: a line with tags.

    Attributes
    ----------
    points
        Its nodes; ways that share a point are joined there.
    highway
        OSM's word for it.
    tags
        Further tags (name, access, bridge ...).
    apart
        Joined to other ways only at its ends.
    local
        Drawn by chance, not placed by hand.
    islet
        On the islet, which no street joins to the rest.
    """

    points: SampleLine
    highway: str
    tags: Mapping[str, str] = field(default_factory=dict)
    apart: bool = False
    local: bool = False
    islet: bool = False


def draw_streets(ground: Ground, communes: Collection[int], seed: str) -> list[Way]:
    """Draw the ways of the communes asked for."""
    square = _draw_square()
    main = [square, *_draw_roads(ground, square)]
    barriers = _list_barriers(ground)
    main_segments = Segments([pair for way in main if not way.apart for pair in pairwise(way.points)])
    local: list[Way] = []
    for at, quarter in enumerate(roads.QUARTERS):
        if quarter.spacing == (0, 0):
            continue
        chance = chance_of(f"{seed}:streets:{at}")
        site = _Site(quarter, ground, main_segments, barriers)
        fitted = site.fit(_draw_grid(quarter, chance), chance, central=False)
        if at == 0:
            rings = chance_of(f"{seed}:streets:centre")
            fitted += site.fit(_draw_rings(rings), rings, central=True)
        name = chance_of(f"{seed}:names:{at}")
        local += [replace(way, tags=_name_street(way, name), islet=at == roads.ISLET_QUARTER) for way in fitted]
    ways = _join_crossings(main + local)
    ways = _join_crossings(_close_gaps(ways, barriers))
    ways = _keep_communes(ways, ground, communes)
    ways = _weld(ways)
    for _ in range(3):
        ways = _prune_stubs(ways)
    return _keep_connected(ways)


def _draw_square() -> Way:
    x, y = metres((roads.SQUARE,))[0]
    corners = [
        round_point((x + roads.SQUARE_RADIUS_M * math.cos(turn), y + roads.SQUARE_RADIUS_M * math.sin(turn)))
        for turn in (math.tau * k / 12 for k in range(12))
    ]
    tags = {"area": "yes", "name": "place de l’Hôtel-de-Ville", "surface": "sett"}
    return Way([*corners, corners[0]], "pedestrian", tags)


def _draw_roads(ground: Ground, square: Way) -> list[Way]:
    """Draw quays, bridges and roads; joints get their place from the quays."""
    quays: list[SampleLine] = []
    for _, bank, west, east, _ in roads.QUAYS:
        aside = roads.QUAY_FROM_WATER_M * (1 if bank == 0 else -1)
        line = offset(ground.banks[bank], [aside] * len(ground.banks[bank]))
        quays.append([round_point(p) for p in line if 1000 * west <= p[0] <= 1000 * east])
    joints: dict[str, Point] = {"quay west": quays[0][0], "quay east": quays[0][-1]}
    south = quays[1] + quays[2]
    ways = [Way(q, quay[4], {"name": quay[0]}) for q, quay in zip(quays, roads.QUAYS, strict=True)]
    for name, (north_x, south_x) in roads.BRIDGES.items():
        ends = (_nearest_x(quays[0], north_x), _nearest_x(south, south_x))
        joints[f"{name} north"], joints[f"{name} south"] = ends
        ways.append(Way(list(ends), "secondary", {"name": name, "bridge": "yes", "layer": "1"}, apart=True))
    for road in roads.ROADS:
        controls: SampleLine = []
        for point in road.points:
            if isinstance(point, tuple):
                controls.append((1000 * point[0], 1000 * point[1]))
            elif point == "square":
                controls.append((0.0, 0.0))  # found below: the corner nearest to where the road goes
            elif point in joints:
                controls.append(joints[point])
            else:
                controls.append(_nearest_x(quays[0], float(point.removeprefix("quay "))))
        if road.points[0] == "square":
            controls[0] = min(square.points, key=lambda corner: distance(corner, controls[1]))
        line = [round_point(p) for p in smooth(controls, step=75)]
        ways.append(Way(line, road.highway, {"name": road.name, **road.tags}, apart=road.apart))
    return _tie_ends(ways)


def _nearest_x(line: SampleLine, x: float) -> Point:
    return min(line, key=lambda p: abs(p[0] - 1000 * x))


def _tie_ends(ways: list[Way]) -> list[Way]:
    """End a way on the nearest other way where it nearly meets it."""
    tied: list[Way] = []
    for at, way in enumerate(ways):
        points = list(way.points)
        joined = [one for k, one in enumerate(ways) if k != at and not one.apart]
        others = Segments([pair for one in joined for pair in pairwise(one.points)])
        for end in (0, -1):
            if way.tags.get("bridge") == "yes" or "area" in way.tags:
                continue
            met = others.nearest(points[end], within=60)
            if met is not None:
                a, b = others.segments[met[1]]
                near = min((a, b), key=lambda p: distance(p, met[2]))
                points[end] = near if distance(near, met[2]) < 15 else round_point(met[2])
        tied.append(replace(way, points=points))
    return tied


def _list_barriers(ground: Ground) -> Segments:
    """List what local streets may not cross: the banks, the coast, the motorway, the railway, the cliff."""
    rings = [ground.river, *(ring for rings in ground.boundaries.values() for ring in rings)]
    counted = Counter(frozenset(pair) for ring in rings for pair in pairwise(ring))
    water = [pair for ring in rings for pair in pairwise(ring) if counted[frozenset(pair)] == 1 or ring is ground.river]
    motorway = [metres(tuple(p for p in road.points if isinstance(p, tuple))) for road in roads.ROADS if road.apart]
    tracks = [*motorway, metres(roads.RAILWAY), metres(roads.CLIFF)]
    return Segments([*water, *(pair for line in tracks for pair in pairwise(smooth(line, step=75)))])


def _draw_grid(quarter: roads.Quarter, chance: Random) -> list[SampleLine]:
    """Draw rows and columns of a turned, slightly bent and uneven grid over a quarter's outline."""
    outline = metres(quarter.outline)
    x0 = sum(p[0] for p in outline) / len(outline)
    y0 = sum(p[1] for p in outline) / len(outline)
    reach = max(distance((x0, y0), p) for p in outline)
    turn = math.radians(quarter.angle)
    along, across = quarter.spacing
    bend = between(chance, -0.4, 0.4) / reach
    columns, rows = math.ceil(reach / along), math.ceil(reach / across)
    place: dict[tuple[int, int], Point] = {}
    for i in range(-columns, columns + 1):
        for j in range(-rows, rows + 1):
            u = i * along + between(chance, -0.13, 0.13) * along
            v = j * across + between(chance, -0.13, 0.13) * across
            v += bend * u * u * 0.25
            x = x0 + u * math.cos(turn) - v * math.sin(turn)
            place[i, j] = (x, y0 + u * math.sin(turn) + v * math.cos(turn))
    lines = [[place[i, j] for i in range(-columns, columns + 1)] for j in range(-rows, rows + 1)]
    lines += [[place[i, j] for j in range(-rows, rows + 1)] for i in range(-columns, columns + 1)]
    return lines


def _draw_rings(chance: Random) -> list[SampleLine]:
    """Draw the centre's ring streets and radial streets; radials double where they are far apart."""
    x0, y0 = metres((roads.SQUARE,))[0]
    sectors, radius = 12, roads.SQUARE_RADIUS_M
    radials: dict[float, SampleLine] = {k / 12: [] for k in range(12)}
    rings: list[SampleLine] = []
    while radius < roads.RADIAL_TO_M:
        if radius > roads.SQUARE_RADIUS_M and math.tau * radius / sectors > 165:
            sectors *= 2
            radials |= {k / sectors: radials.get(k / sectors, []) for k in range(sectors)}
        ring: SampleLine = []
        for k in range(sectors):
            first = radius == roads.SQUARE_RADIUS_M
            turn = math.tau * (k + (0 if first else between(chance, -0.1, 0.1))) / sectors
            r = radius if first else radius * 1.0 + between(chance, -12, 12)
            point = round_point((x0 + r * math.cos(turn), y0 + r * math.sin(turn)))
            ring.append(point)
            radials[k / sectors].append(point)
        if radius > roads.SQUARE_RADIUS_M:
            rings.append([*ring, ring[0]])
        radius += roads.RING_STEP_M
    return rings + [radials[key] for key in sorted(radials)]


class _Site:
    """A quarter as its streets find it: its bounds, what they may join, what they may not cross."""

    def __init__(self, quarter: roads.Quarter, ground: Ground, main: Segments, barriers: Segments) -> None:
        self._quarter = quarter
        self._outline = metres(quarter.outline)
        self._rings = ground.boundaries[quarter.commune]
        self._main, self._barriers = main, barriers
        self._greens = [(metres((middle,))[0], radius) for middle, radius in roads.GREEN]
        self._square = metres((roads.SQUARE,))[0]
        self._centre = quarter is roads.QUARTERS[0]

    def fit(self, lattice: list[SampleLine], chance: Random, *, central: bool) -> list[Way]:
        """Fit lattice lines in: tie them to roads, leave out what lies elsewhere or crosses a barrier.

        Parameters
        ----------
        central
            The lines are the rings and radials of the centre, which a grid keeps out of.
        """
        dropped_share = self._quarter.dropped * (0.4 if central else 1)
        fitted: dict[Point, tuple[Point, bool] | None] = {}
        ways: list[Way] = []
        for line in lattice:
            runs: list[SampleLine] = [[]]
            last: tuple[Point, bool] | None = None
            for point in line:
                if point not in fitted:
                    fitted[point] = self._fit_point(point, central=central)
                here = fitted[point]
                dropped = chance.random() < dropped_share
                if here is None or last is None or dropped or not self._may_join(last, here):
                    runs.append([])
                if here is not None:
                    runs[-1].append(here[0])
                last = here
            ways += [Way(run, self._quarter.local, local=True) for run in runs if len(run) > 1]
        return ways

    def _fit_point(self, point: Point, *, central: bool) -> tuple[Point, bool] | None:
        """Return where a lattice point comes to lie, and whether that is on a road; None for nowhere."""
        if not contains(self._outline, point) or not any(contains(ring, point) for ring in self._rings):
            return None
        if self._centre and not central and distance(point, self._square) < roads.RADIAL_TO_M + 60:
            return None
        if any(distance(point, middle) < radius for middle, radius in self._greens):
            return None
        if self._barriers.nearest(point, within=_CLEARANCE_M) is not None:
            return None
        met = self._main.nearest(point, within=_JOIN_M)
        if met is None:
            return round_point(point), False
        near = min(self._main.segments[met[1]], key=lambda p: distance(p, met[2]))
        return (near if distance(near, met[2]) < 18 else round_point(met[2])), True

    def _may_join(self, last: tuple[Point, bool], here: tuple[Point, bool]) -> bool:
        """Say whether a street may run between two points: not along a road that is there, not over a barrier."""
        beside = last[1] and here[1] and distance(last[0], here[0]) < 90
        return last[0] != here[0] and not beside and not self._barriers.crossed(last[0], here[0])


def _name_street(way: Way, chance: Random) -> dict[str, str]:
    name = roads.STREET_NAMES[int(chance.random() * len(roads.STREET_NAMES))]
    kind = ("rue", "rue", "rue", "allée", "chemin")[int(chance.random() * 5)]
    return {"name": f"{kind} des {name}"} if len(way.points) > 2 else {}


def _join_crossings(ways: list[Way]) -> list[Way]:
    """Give ways that cross, or touch, a node in common."""
    pieces = [(at, a, b) for at, way in enumerate(ways) if not way.apart for a, b in pairwise(way.points)]
    index = Segments([(a, b) for _, a, b in pieces])
    splits: list[list[Point]] = [[] for _ in pieces]
    for i, (_, a, b) in enumerate(pieces):
        for j in index.near(a, b, margin=1.0):
            c, d = index.segments[j]
            for end in (c, d):
                gap, t, _ = project(end, a, b)
                if gap <= 0.6 and 0 < t < 1 and end not in (a, b):
                    splits[i].append(end)
            if j > i and not {a, b} & {c, d}:
                met = cross(a, b, c, d)
                if met is not None:
                    near = min((a, b, c, d), key=lambda p: distance(p, met))
                    node = near if distance(near, met) <= 6 else round_point(met)
                    for k, ends in ((i, (a, b)), (j, (c, d))):
                        if node not in ends:
                            splits[k].append(node)
    joined: list[SampleLine] = [[] if not way.apart else list(way.points) for way in ways]
    for (at, a, b), nodes in zip(pieces, splits, strict=True):
        line = joined[at]
        if not line:
            line.append(a)
        for point in (*sorted(set(nodes), key=lambda p: distance(a, p)), b):
            if point != line[-1]:
                line.append(point)
    return [replace(way, points=line) for way, line in zip(ways, joined, strict=True)]


def _close_gaps(ways: list[Way], barriers: Segments) -> list[Way]:
    """Lead local streets that end near another street on to it, where nothing lies between."""
    degree = _count_degrees(ways)
    pieces = [(at, pair) for at, way in enumerate(ways) if not way.apart for pair in pairwise(way.points)]
    index = Segments([pair for _, pair in pieces])
    main = Segments([pair for at, pair in pieces if not ways[at].local])
    closed: list[Way] = []
    for way in ways:
        points = list(way.points)
        for last, before in ((-1, -2), (0, 1)) if way.local else ():
            goal = (index, _GAP_M) if degree[points[last]] == 1 else (main, _GAP_TO_ROAD_M)
            met = _look_ahead(points[last], points[before], *goal)
            if met is not None and not barriers.crossed(points[last], met):
                points.insert(len(points) if last == -1 else 0, met)
        closed.append(replace(way, points=points))
    return closed


def _look_ahead(end: Point, before: Point, index: Segments, reach: float) -> Point | None:
    """Return the nearest point, roughly ahead, of a street that does not end here."""
    best: tuple[float, Point] | None = None
    for at in index.near(end, end, margin=reach):
        a, b = index.segments[at]
        gap, _, place = project(end, a, b)
        ahead = (end[0] - before[0]) * (place[0] - end[0]) + (end[1] - before[1]) * (place[1] - end[1])
        if end in (a, b) or not 0 < gap <= reach or ahead < 0.45 * gap * distance(before, end):
            continue
        if best is None or gap < best[0]:
            near = min((a, b), key=lambda p: distance(p, place))
            best = gap, near if distance(near, place) < 25 else round_point(place)
    return None if best is None else best[1]


def _count_degrees(ways: list[Way]) -> Counter[Point]:
    return Counter(end for way in ways for pair in pairwise(way.points) for end in pair)


def _keep_communes(ways: list[Way], ground: Ground, communes: Collection[int]) -> list[Way]:
    """Cut ways down to the communes asked for; a bridge stays when both its ends do."""
    if len(communes) == len(ground.boundaries):
        return ways
    kept: dict[Point, bool] = {}
    for way in ways:
        for point in way.points:
            if point not in kept:
                kept[point] = ground.locate(point) in communes
    return [replace(way, points=run) for way in ways for run in _cut(way.points, lambda a, b: kept[a] and kept[b])]


def _cut(points: SampleLine, keeps: Callable[[Point, Point], bool]) -> list[SampleLine]:
    runs: list[SampleLine] = []
    run: SampleLine = points[:1]
    for a, b in pairwise(points):
        if keeps(a, b):
            run.append(b)
        else:
            runs.append(run)
            run = [b]
    runs.append(run)
    return [run for run in runs if len(run) > 1]


def _weld(ways: list[Way]) -> list[Way]:
    """Make one node of the ends of pieces under 12 m, and leave out pieces that another way has already."""
    stands: dict[Point, Point] = {}

    def find(point: Point) -> Point:
        while point in stands:
            point = stands[point]
        return point

    placed = {point for way in ways if not way.local for point in way.points}
    for way in ways:
        if way.local:
            for a, b in pairwise(way.points):
                p, q = find(a), find(b)
                if p != q and distance(p, q) < 12 and not (p in placed and q in placed):
                    gone, stays = (p, q) if q in placed else (q, p)
                    stands[gone] = stays
    seen: set[frozenset[Point]] = set()
    welded: list[Way] = []
    for way in ways:
        points = [find(point) for point in way.points]
        points = points[:1] + [b for a, b in pairwise(points) if a != b]
        if "area" in way.tags:
            seen.update(frozenset(pair) for pair in pairwise(points))
            welded.append(replace(way, points=points))
            continue

        def fresh(a: Point, b: Point) -> bool:
            pair = frozenset((a, b))
            if pair in seen:
                return False
            seen.add(pair)
            return True

        welded += [replace(way, points=run) for run in _cut(points, fresh)]
    return welded


def _prune_stubs(ways: list[Way]) -> list[Way]:
    """Shorten local streets that run a few metres past the last corner."""
    degree = _count_degrees(ways)
    pruned: list[Way] = []
    for way in ways:
        points = list(way.points)
        if way.local:
            while len(points) > 1 and degree[points[-1]] == 1 and distance(points[-1], points[-2]) < 60:
                points.pop()
            while len(points) > 1 and degree[points[0]] == 1 and distance(points[0], points[1]) < 60:
                points.pop(0)
        if len(points) > 1:
            pruned.append(replace(way, points=points))
    return pruned


def _keep_connected(ways: list[Way]) -> list[Way]:
    """Leave out what no street joins to the rest, but for the islet, which is meant to be so."""
    parent: dict[Point, Point] = {}

    def find(point: Point) -> Point:
        parent.setdefault(point, point)
        while parent[point] != point:
            parent[point] = parent[parent[point]]
            point = parent[point]
        return point

    for way in ways:
        if way.highway not in NOT_WALKED and way.tags.get("access") != "private":
            for a, b in pairwise(way.points):
                parent[find(a)] = find(b)
    sizes = Counter(find(point) for point in list(parent))
    islet = {find(way.points[0]) for way in ways if way.islet}
    largest = max((root for root in sizes if root not in islet), key=lambda root: (sizes[root], root))
    main_island = [
        way for way in ways if not way.islet and (way.highway in NOT_WALKED or find(way.points[0]) == largest)
    ]
    on_islet = Counter(find(way.points[0]) for way in ways if way.islet)
    if not on_islet:
        return main_island
    kept = max(on_islet, key=lambda root: (on_islet[root], root))
    return main_island + [way for way in ways if way.islet and find(way.points[0]) == kept]
