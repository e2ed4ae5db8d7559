"""The ground of the sample territory, placed by hand: an island in the Atlantic, a river, twelve communes.

Hand-placed coordinates are kilometres east and north of the island's own corner; everything made of them is in metres.
Communes end at the water, so that a map of them shows the river.
"""

from __future__ import annotations

from dataclasses import dataclass

from geo_access.study.sample.geometry import Point, SampleLine, chance_of, contains, offset, roughen, smooth

#: Metric CRS of the territory (UTM zone 27 north), and where the island's corner lies in it (metres).
CRS = "EPSG:32627"
CORNER = (572_000, 5_090_000)
#: From one island to the next, when a territory of more than one is asked for (metres).
NEXT_ISLAND = (15_000, 12_000)


@dataclass(frozen=True)
class Commune:
    """A commune: its number on the island, its SST before and after the reform, its people, and its boundary.

    Attributes
    ----------
    arcs
        The pieces of its boundary, in turn; a minus says that the piece is followed backwards.
    """

    number: int
    name: str
    before: str
    after: str
    people: int
    arcs: tuple[str, ...]


# The order is the order in which a smaller territory takes them: across the old bridge first.
COMMUNES = (
    Commune(1, "Port-Ondrelle", "port", "port", 14_500, ("bank 1", "1-2", "1-4", "-1-3", "coast 1")),
    Commune(8, "Outre-l’Eau", "port", "outre-eau", 6_500, ("bank 8", "8-10", "8-12", "-8-9")),
    Commune(2, "Saint-Aubrel", "monts", "monts", 8_000, ("bank 2", "2-6", "-2-4", "-1-2")),
    Commune(4, "Les Hauts-de-Brume", "monts", "monts", 3_900, ("2-4", "4-6", "-4-5", "-3-4", "-1-4")),
    Commune(3, "La Grève", "port", "port", 4_800, ("1-3", "3-4", "-3-5", "coast 3")),
    Commune(5, "Valombre", "monts", "monts", 2_600, ("3-5", "4-5", "5-6", "5-7", "coast 5")),
    Commune(6, "Clairlande", "levant", "levant", 4_200, ("bank 6", "6-7", "-5-6", "-4-6", "-2-6")),
    Commune(10, "Pontarelle", "levant", "levant", 5_200, ("bank 10", "10-11", "10-12", "-8-10")),
    Commune(7, "Roncevigne", "levant", "levant", 3_100, ("bank 7", "7-11", "coast 7", "-5-7", "-6-7")),
    Commune(9, "Les Salines", "port", "outre-eau", 3_000, ("bank 9", "8-9", "-9-12", "coast 9")),
    Commune(12, "Champ-Rosel", "levant", "outre-eau", 1_900, ("8-12", "-9-12", "-coast 12", "-11-12", "10-12")),
    Commune(11, "Boisfauve", "levant", "levant", 2_400, ("bank 11", "7-11", "coast 11", "-11-12", "-10-11")),
)
ISLET_OF = 9
_ISLET = ((-0.62, 2.62), (-0.25, 2.55), (0.05, 2.75), (0.1, 3.05), (-0.15, 3.3), (-0.5, 3.25), (-0.7, 2.95))

# The river, from its mouth to its spring, and half its width (metres) at the mouth and upstream.
_RIVER = (
    (1.15, 4.25), (1.9, 4.42), (2.7, 4.5), (3.5, 4.32), (4.3, 4.2), (5.1, 4.35), (5.9, 4.72), (6.7, 4.98), (7.5, 4.95),
    (8.3, 4.68), (9.1, 4.5), (9.8, 4.55), (10.4, 4.78), (10.75, 5.0),
)  # fmt: skip
_HALF_WIDTHS = (160.0, 60.0)

# Where boundaries meet: on the banks by easting, elsewhere by hand.
_ON_NORTH_BANK = {"n12": 4.5, "n26": 6.8, "n67": 9.05}
_ON_SOUTH_BANK = {"s89": 2.3, "s810": 5.75, "s1011": 8.75}
_JOINTS: dict[str, Point] = {
    "c13": (1.02, 6.45), "j134": (3.5, 6.62), "j124": (4.5, 6.72), "j246": (6.85, 6.85), "j456": (7.15, 8.0),
    "j345": (3.35, 8.2), "c35": (2.45, 9.35), "j567": (8.95, 7.95), "c57": (8.4, 9.45), "j8912": (2.85, 2.55),
    "c912": (2.55, 0.75), "j81012": (5.45, 2.55), "j101112": (6.35, 2.3), "c1112": (6.4, 0.45),
    "c711": (11.75, 5.25),
}  # fmt: skip
# name: (from, through, to); boundaries wander a little, coasts more.
_BORDERS: dict[str, tuple[str, tuple[Point, ...], str]] = {
    "1-2": ("n12", ((4.42, 5.1), (4.55, 5.8)), "j124"),
    "1-4": ("j124", ((4.0, 6.75),), "j134"),
    "1-3": ("c13", ((1.8, 6.5), (2.7, 6.55)), "j134"),
    "3-4": ("j134", ((3.35, 7.2), (3.5, 7.8)), "j345"),
    "3-5": ("c35", ((2.9, 8.7),), "j345"),
    "2-4": ("j124", ((5.3, 6.78), (6.1, 6.72)), "j246"),
    "2-6": ("n26", ((6.9, 5.6), (6.75, 6.3)), "j246"),
    "4-6": ("j246", ((7.05, 7.4),), "j456"),
    "4-5": ("j345", ((4.2, 8.12), (5.2, 8.3), (6.2, 8.2)), "j456"),
    "5-6": ("j456", ((7.7, 7.75), (8.3, 7.85)), "j567"),
    "6-7": ("n67", ((9.0, 5.4), (9.1, 6.3), (8.9, 7.1)), "j567"),
    "5-7": ("j567", ((8.8, 8.7),), "c57"),
    "8-9": ("s89", ((2.25, 3.6), (2.5, 3.0)), "j8912"),
    "8-12": ("j81012", ((4.5, 2.75), (3.6, 2.6)), "j8912"),
    "8-10": ("s810", ((5.6, 4.0), (5.65, 3.2)), "j81012"),
    "9-12": ("c912", ((2.6, 1.6),), "j8912"),
    "10-12": ("j101112", ((5.9, 2.4),), "j81012"),
    "10-11": ("s1011", ((8.7, 4.0), (8.2, 3.0), (7.3, 2.6)), "j101112"),
    "11-12": ("j101112", ((6.2, 1.5),), "c1112"),
    "7-11": ("spring", ((11.2, 5.05),), "c711"),
}
_COASTS: dict[str, tuple[str, tuple[Point, ...], str]] = {
    "coast 1": ("c13", ((0.92, 6.0), (1.12, 5.55), (1.2, 5.2), (1.62, 5.12), (1.66, 4.9), (1.25, 4.78)), "north mouth"),
    "coast 3": ("c35", ((1.6, 8.95), (1.05, 8.3), (0.95, 7.6), (1.2, 7.1), (1.0, 6.75)), "c13"),
    "coast 5": (
        "c57",
        ((7.6, 9.2), (7.0, 9.35), (6.4, 9.2), (5.6, 9.55), (4.7, 9.5), (4.1, 9.2), (3.4, 9.15), (2.9, 9.5)),
        "c35",
    ),
    "coast 7": ("c711", ((11.85, 5.8), (11.5, 6.6), (11.55, 7.3), (11.0, 7.9), (10.3, 8.3), (9.5, 8.8)), "c57"),
    "coast 9": ("c912", ((2.0, 0.95), (1.55, 1.3), (1.2, 1.9), (0.95, 2.6), (1.1, 3.2), (0.85, 3.7)), "south mouth"),
    "coast 12": ("c1112", ((5.7, 0.7), (5.3, 1.15), (4.7, 1.2), (4.3, 0.75), (3.4, 0.5)), "c912"),
    "coast 11": (
        "c711",
        ((11.55, 4.4), (11.1, 3.5), (11.3, 2.6), (10.6, 1.6), (9.4, 1.1), (8.6, 1.2), (7.6, 0.6)),
        "c1112",
    ),
}


@dataclass(frozen=True)
class Ground:
    """One island in metres from its corner.

    Attributes
    ----------
    boundaries
        By commune number: the rings of its parts, closed, counter-clockwise or not.
    river
        The closed ring of its water.
    banks
        North and south bank, from the mouth upstream.
    coast
        The closed rings of the coast, counter-clockwise, across the river's mouth.
    """

    boundaries: dict[int, tuple[SampleLine, ...]]
    river: SampleLine
    banks: tuple[SampleLine, SampleLine]
    coast: tuple[SampleLine, ...] = ()

    def locate(self, point: Point) -> int | None:
        """Return the number of the commune that a point lies in; None for water and elsewhere."""
        for number, rings in self.boundaries.items():
            if any(contains(ring, point) for ring in rings):
                return number
        return None


def metres(points: tuple[Point, ...]) -> SampleLine:
    """Turn hand-placed kilometres into metres."""
    return [(1000 * x, 1000 * y) for x, y in points]


def lay_ground(seed: str) -> Ground:
    """Draw one island: the river, the coast and the communes' boundaries."""
    middle = smooth(metres(_RIVER), step=110)
    last = len(middle) - 1
    mouth, upstream = _HALF_WIDTHS
    half = [
        min(mouth + (upstream - mouth) * min(1.0, 1.8 * at / last), upstream * 5 * (1 - at / last))
        for at in range(last + 1)
    ]
    north, south = offset(middle, half), offset(middle, [-width for width in half])
    joints = {name: (1000 * x, 1000 * y) for name, (x, y) in _JOINTS.items()}
    joints |= {"north mouth": north[0], "south mouth": south[0], "spring": north[-1]}
    arcs: dict[str, SampleLine] = {}
    arcs |= _cut_bank(north, _ON_NORTH_BANK, (1, 2, 6, 7), joints)
    arcs |= _cut_bank(south, _ON_SOUTH_BANK, (9, 8, 10, 11), joints)
    for name, (start, through, end) in (_BORDERS | _COASTS).items():
        coast = name in _COASTS
        line = smooth([joints[start], *metres(through), joints[end]], step=10_000)
        chance = chance_of(f"{seed}:{name}")
        arcs[name] = roughen(line, chance, amplitude=110 if coast else 55, step=90 if coast else 160)
    boundaries: dict[int, tuple[SampleLine, ...]] = {}
    for commune in COMMUNES:
        rings = [_join([_follow(arcs, name) for name in commune.arcs])]
        if commune.number == ISLET_OF:
            islet = metres((*_ISLET, _ISLET[0]))
            rings.append(roughen(islet, chance_of(f"{seed}:islet"), amplitude=40, step=80))
        boundaries[commune.number] = tuple(rings)
    around = ("-coast 9", "-coast 12", "-coast 11", "coast 7", "coast 5", "coast 3", "coast 1")
    mainland = _join([_follow(arcs, name) for name in around] + [[north[0], south[0]]])
    shores = (mainland, boundaries[ISLET_OF][1])
    return Ground(dict(sorted(boundaries.items())), [*north, *reversed(south), north[0]], (north, south), shores)


def _cut_bank(
    bank: SampleLine, cuts: dict[str, float], numbers: tuple[int, ...], joints: dict[str, Point]
) -> dict[str, SampleLine]:
    """Cut a bank where boundaries meet it, at its nearest vertex, which becomes their joint."""
    at = [0, *(min(range(len(bank)), key=lambda i: abs(bank[i][0] - 1000 * x)) for x in cuts.values()), len(bank) - 1]
    joints |= {name: bank[place] for name, place in zip(cuts, at[1:-1], strict=True)}
    return {f"bank {number}": bank[at[k] : at[k + 1] + 1] for k, number in enumerate(numbers)}


def _follow(arcs: dict[str, SampleLine], name: str) -> SampleLine:
    return arcs[name[1:]][::-1] if name.startswith("-") else arcs[name]


def _join(pieces: list[SampleLine]) -> SampleLine:
    """Join pieces of a boundary into one closed ring; each must begin where the last one ended."""
    ring = list(pieces[0])
    for piece in pieces[1:]:
        if piece[0] != ring[-1]:
            message = f"a boundary does not meet: {ring[-1]} and {piece[0]}"
            raise AssertionError(message)
        ring.extend(piece[1:])
    if ring[0] != ring[-1]:
        message = f"a boundary is not closed: {ring[0]} and {ring[-1]}"
        raise AssertionError(message)
    return ring
