"""What orients on a map of the sample territory: coast, woods, water, places, stations, and the land across the water.

Nothing of it is walked on, no line runs by it and nobody lives in it: the town is the same without. Hand-placed
coordinates are kilometres from the island's corner.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from geo_access.study.sample import lines
from geo_access.study.sample.geometry import Point, SampleLine, chance_of, roughen, smooth
from geo_access.study.sample.ground import metres

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo_access.study.sample.ground import Ground

#: Areas: name, and outline as "x y, x y ...". They are drawn with a wandering edge.
_WOODS = (
    ("forêt de Boisfauve", "9.75 1.3, 10.45 1.68, 11 2.5, 11.05 3.3, 10.62 3.5, 10.42 2.78, 9.62 2.62, 9.5 1.9"),
    ("bois des Crêtes", "4.85 1.5, 5.5 1.4, 6.1 1.55, 6.9 1.4, 7.8 1.35, 8 1.9, 7.3 2.3, 6.6 2.2, 5.9 1.85, 5 1.8"),
    (
        "bois du Vallon",
        ("6.9 8, 7.6 8, 7.35 8.45, 6.5 8.6, 5.2 8.45, 4.2 8.4, 3.6 8.45, 3.55 8.15, 4.4 8.05, 5.4 8.12, 6.2 8.1"),
    ),
    ("bois de la Pointe", "8.3 8.1, 9.2 7.9, 9.7 8, 9.6 8.45, 8.9 8.85, 8.2 8.95, 7.7 8.9, 7.9 8.4"),
    ("bois Levant", "10.85 6.7, 11.35 6.5, 11.4 7.2, 10.95 7.7, 10.72 7.3"),
    ("pinède des Dunes", "1.12 7.65, 1.28 7.7, 1.4 8.2, 1.7 8.65, 2.3 9, 1.75 8.92, 1.2 8.3"),
)
#: The clearing in the first of them: a hole.
_CLEARING = "10.35 2.1, 10.62 2.2, 10.66 2.48, 10.4 2.5"
_PARKS = (
    ("jardin botanique", "3.5 6.05, 3.72 6.06, 3.8 6.16, 3.74 6.3, 3.56 6.32, 3.47 6.2"),
    ("parc des Rives", "7.78 4.95, 8.3 4.87, 8.7 4.85, 8.75 4.97, 8.25 5.03, 7.85 5.1"),
    ("parc du Belvédère", "6.3 7.42, 6.62 7.48, 6.66 7.72, 6.36 7.8, 6.2 7.6"),
)
_WATER = (
    ("étang des Marais", "2.35 1.75, 2.75 1.62, 3.05 1.78, 2.9 2.02, 2.5 2.06"),
    ("lac du Réservoir", "3.62 7.5, 3.74 7.56, 3.76 7.78, 3.6 7.86, 3.52 7.66"),
    ("saline Vieille", "1.5 1.42, 1.82 1.2, 1.94 1.36, 1.62 1.58"),
    ("saline Neuve", "1.66 1.64, 1.98 1.42, 2.1 1.6, 1.78 1.76"),
)
#: Places: OSM's word, name, where.
_PLACES: tuple[tuple[str, str, Point], ...] = (
    ("town", "Port-Ondrelle", (2.75, 5.4)),
    ("village", "Saint-Aubrel", (5.4, 5.7)),
    ("village", "La Grève", (2.05, 7.6)),
    ("village", "Les Hauts-de-Brume", (5.1, 7.07)),
    ("village", "Valombre", (4.9, 8.8)),
    ("village", "Clairlande", (7.7, 5.95)),
    ("village", "Roncevigne", (10.2, 5.9)),
    ("village", "Outre-l’Eau", (3.4, 3.75)),
    ("village", "Les Salines", (1.75, 2.6)),
    ("village", "Pontarelle", (7.38, 3.95)),
    ("village", "Boisfauve", (8.7, 2.05)),
    ("village", "Champ-Rosel", (4, 1.95)),
    ("quarter", "Les Remparts", (2.3, 5.95)),
    ("quarter", "Le Vieux Port", (2.05, 4.75)),
    ("quarter", "Les Forges", (5.2, 5.1)),
    ("quarter", "Le Faubourg", (3.05, 3.5)),
    ("quarter", "Les Tanneurs", (4.6, 3.95)),
    ("quarter", "Vieux-Bourg", (6.35, 3.75)),
    ("neighbourhood", "Les Halles", (2.35, 5.25)),
    ("neighbourhood", "Le Rucher", (4.3, 6.3)),
    ("neighbourhood", "Le Lavoir", (6.2, 5.3)),
    ("neighbourhood", "Les Filets", (1.5, 5.7)),
    ("neighbourhood", "Les Cygnes", (7.4, 4.45)),
    ("neighbourhood", "Le Monteil", (6.35, 6.1)),
    ("hamlet", "Le Vignoble", (10.2, 7.5)),
    ("hamlet", "Les Hêtres", (9.75, 3.25)),
    ("hamlet", "L’Îlot", (-0.25, 2.95)),
    ("hamlet", "La Corniche", (7.45, 8.5)),
    ("hamlet", "Les Dunes", (1.6, 8.3)),
    ("hamlet", "Le Versant", (4.1, 7)),
)


@dataclass(frozen=True)
class Across:
    """Land across the water: the outline of its coast, its communes, a wood, and the road through it."""

    coast: str
    communes: tuple[tuple[str, str], ...]
    wood: tuple[str, str]
    road: tuple[str, str]


#: Communes are larger than the land: their boundaries lie in the sea, as many do.
ACROSS = (
    Across(
        (
            "-0.95 8.9, -1.4 9.6, -2.5 10.1, -4.1 9.4, -4.5 7.6, -3.9 5.9, -2.5 5.2, -1.5 5.7, -1.25 6.6, "
            "-0.75 7.3, -1.1 8"
        ),
        (
            ("Sarnec", "-0.5 9.5, -1.9 10.5, -4.9 10.2, -4.9 7.4, -2.3 7.25, -0.4 7.15"),
            ("Port-Blanc-en-Sarn", "-0.4 7.15, -2.3 7.25, -4.9 7.4, -4.9 5.2, -2.5 4.8, -0.6 5.3"),
        ),
        ("bois de Sarn", "-1.45 7.7, -1.4 8.6, -2 9.2, -3.1 8.9, -2.9 7.7, -2.1 7.5"),
        ("route de Sarn", "-1.2 8.5, -1.25 7.5, -1.6 6.9, -1.65 6.2, -2.5 5.9"),
    ),
    Across(
        ("12.2 1.9, 12.9 2.4, 13.9 2.7, 15.7 2.4, 16.1 0.7, 15.7 -1.3, 13.7 -1.7, 12.4 -1.1, 12 -0.1, 12.5 0.9"),
        (("Morvel", "11.6 2.3, 13.3 3.1, 16.3 2.9, 16.3 -2, 11.8 -1.9, 11.5 0.5"),),
        ("lande de Morvel", "13.2 0.7, 13.9 1, 14.6 0.8, 14.5 -0.1, 13.5 -0.2"),
        ("route de Morvel", "12.8 1.7, 13.3 1.5, 14.3 1.7, 15.5 1.4"),
    ),
    Across(
        "11.75 8.5, 12.2 8.4, 12.55 8.8, 12.4 9.3, 11.95 9.35, 11.65 8.95",
        (("Garance", "11.2 8.1, 12.6 8.1, 12.6 9.7, 11.2 9.7"),),
        ("bois de Garance", "12.1 8.65, 12.35 8.75, 12.3 9.05, 12 9.1"),
        ("chemin du Phare", "11.8 8.7, 12.15 8.55, 12.4 8.75"),
    ),
)


def _read(outline: str) -> tuple[Point, ...]:
    pairs = (pair.split() for pair in outline.split(","))
    return tuple((float(x), float(y)) for x, y in pairs)


@dataclass
class Objects:
    """Objects of OpenStreetMap to be written behind the streets.

    Attributes
    ----------
    ways
        Tags and line (metres from the corner).
    nodes
        Tags and place.
    relations
        Tags and members: the position in `ways` and the role.
    """

    ways: list[tuple[dict[str, str], SampleLine]] = field(default_factory=list)
    nodes: list[tuple[dict[str, str], Point]] = field(default_factory=list)
    relations: list[tuple[dict[str, str], list[tuple[int, str]]]] = field(default_factory=list)

    def add_way(self, tags: Mapping[str, str], line: SampleLine) -> int:
        """Add a way; returns its position."""
        self.ways.append((dict(tags), line))
        return len(self.ways) - 1


def draw_surroundings(ground: Ground, seed: str, *, across: bool) -> Objects:
    """Draw what orients on one whole island; `across`: and the land across the water."""
    found = Objects()
    for coast in ground.coast:
        found.add_way({"natural": "coastline"}, coast)
    found.add_way({"waterway": "river", "name": "l’Aubrelle"}, _middle_of(ground))
    for name, outline in _WOODS:
        ring = _wander(outline, f"{seed}:{name}", 60)
        if name == _WOODS[0][0]:
            outer = found.add_way({}, ring)
            inner = found.add_way({"landuse": "meadow"}, _wander(_CLEARING, f"{seed}:clearing", 20)[::-1])
            tags = {"type": "multipolygon", "natural": "wood", "name": name}
            found.relations.append((tags, [(outer, "outer"), (inner, "inner")]))
        else:
            found.add_way({"natural": "wood", "name": name}, ring)
    for name, outline in _PARKS:
        found.add_way({"leisure": "park", "name": name}, _wander(outline, f"{seed}:{name}", 0))
    for name, outline in _WATER:
        found.add_way({"natural": "water", "name": name}, _wander(outline, f"{seed}:{name}", 12))
    tram = next(line for line in lines.LINES if line.kind == lines.TRAM)
    stops = [lines.STOPS[key][1] for key in tram.stops]
    found.add_way({"railway": "tram", "name": tram.name}, smooth(metres(tuple(stops)), step=120))
    found.nodes += [({"place": kind, "name": name}, metres((at,))[0]) for kind, name, at in _PLACES]
    for line in lines.LINES:
        if line.tracks:
            for key in line.stops:
                name, at = lines.STOPS[key]
                found.nodes.append(({"railway": "station", "name": name}, metres((at,))[0]))
    if across:
        for land in ACROSS:
            _draw_across(found, land, seed)
    return found


def _draw_across(found: Objects, land: Across, seed: str) -> None:
    name = land.communes[0][0]
    found.add_way({"natural": "coastline"}, _turn(_wander(land.coast, f"{seed}:coast of {name}", 110)))
    sides: dict[frozenset[Point], int] = {}
    for commune, outline in land.communes:
        members, corners = [], _read(outline)
        for a, b in zip(corners, (*corners[1:], corners[0]), strict=True):
            key = frozenset((a, b))
            if key not in sides:
                sides[key] = found.add_way({"boundary": "administrative", "admin_level": "8"}, metres((a, b)))
            members.append((sides[key], "outer"))
        tags = {"type": "boundary", "boundary": "administrative", "admin_level": "8", "name": commune}
        found.relations.append((tags, members))
    wood, outline = land.wood
    found.add_way({"natural": "wood", "name": wood}, _wander(outline, f"{seed}:{wood}", 60))
    road, points = land.road
    # Nobody walks there: what is walked on would be islands of the walking network.
    found.add_way({"highway": "trunk", "foot": "no", "name": road}, smooth(metres(_read(points)), step=200))


def _middle_of(ground: Ground) -> SampleLine:
    north, south = ground.banks
    return [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in zip(north[::2], south[::2], strict=True)]


def _wander(outline: str, key: str, amplitude: float) -> SampleLine:
    """Close an outline smoothly, its edge wandering by some metres."""
    points = metres(_read(outline))
    # Begun before and ended behind the first point, so that the curve is smooth there as well.
    line = smooth([points[-1], *points, points[0], points[1]], step=150)
    first, last = line.index(points[0]), len(line) - 1 - line[::-1].index(points[0])
    ring = line[first : last + 1]
    return roughen(ring, chance_of(key), amplitude=amplitude, step=110) if amplitude else ring


def _turn(ring: SampleLine) -> SampleLine:
    """Turn a closed ring counter-clockwise: a coast has land on its left."""
    area = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))
    return ring if area > 0 else ring[::-1]
