"""The roads and quarters of the sample territory, placed by hand (kilometres from the island's corner).

Quarters say where local streets are and how they run; `streets` draws those.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo_access.study.sample.geometry import Point

#: The town square: its middle, and the radius of its twelve sides (metres).
SQUARE: Point = (2.75, 5.4)
SQUARE_RADIUS_M = 60.0
#: The bridges: name, and where they meet the northern and the southern quay (easting).
BRIDGES = {"pont Vieux": (3.3, 3.36), "pont de l’Est": (7.6, 7.55)}
#: Quays follow a bank: name, bank (0 north, 1 south), from and to (easting), highway.
QUAYS = (
    ("quai de l’Aubrelle", 0, 1.75, 8.8, "secondary"),
    ("quai des Tanneurs", 1, 2.5, 5.5, "tertiary"),
    ("quai des Cygnes", 1, 6.5, 8.3, "tertiary"),
)
QUAY_FROM_WATER_M = 45.0


@dataclass(frozen=True)
class Road:
    """A road through hand-placed points.

    Attributes
    ----------
    highway
        OSM's word for it.
    points
        Kilometres, or the name of a joint: "square", "pont Vieux north" ...
    tags
        Further OSM tags.
    apart
        It meets other roads only where it ends: it crosses them above or below.
    """

    name: str
    highway: str
    points: tuple[Point | str, ...]
    tags: Mapping[str, str] = field(default_factory=dict)
    apart: bool = False


ROADS = (
    # North of the river.
    Road("rue du Pont-Vieux", "secondary", ("square", (3.0, 4.95), "pont Vieux north")),
    Road("boulevard du Port", "secondary", ("square", (2.2, 5.15), (1.82, 5.02))),
    Road(
        "boulevard des Remparts",
        "secondary",
        ("quay 3.45", (3.66, 5.02), (3.73, 5.4), (3.66, 5.77), (3.44, 6.09), (3.12, 6.31), (2.75, 6.38), (2.38, 6.31),
         (2.06, 6.09), (1.84, 5.77), (1.77, 5.32)),
    ),
    Road(
        "route des Dunes",
        "secondary",
        ("quay west", (1.82, 5.02), (1.78, 5.3), (1.4, 5.55), (1.3, 6.1), (1.38, 6.55), (1.55, 7.1), (1.4, 7.6),
         (1.55, 8.15), (1.95, 8.6)),
    ),
    Road(
        "avenue de la Grève", "primary", ("square", (2.5, 6.1), (2.2, 6.8), (2.1, 7.4), (1.98, 8.0), (1.95, 8.6))
    ),
    Road(
        "avenue de Saint-Aubrel",
        "primary",
        ("square", (3.6, 5.55), (4.6, 5.6), (5.4, 5.7), (6.3, 5.85), (7.0, 5.95), (7.7, 5.95)),
    ),
    Road("route de Roncevigne", "primary", ((7.7, 5.95), (8.6, 5.9), (9.4, 5.85), (10.2, 5.9), (10.9, 6.05))),
    Road("rue du Mont", "secondary", ("square", (3.3, 6.0), (3.8, 6.5), (4.2, 7.0))),
    Road("rue Basse", "tertiary", ((4.2, 7.0), (4.8, 7.1), (5.5, 7.08), (6.2, 7.15), (6.6, 7.12))),
    Road("avenue des Monts", "secondary", ((5.4, 5.7), (5.45, 6.3), (5.5, 7.08))),
    Road("rue du Rucher", "tertiary", ((3.95, 6.18), (4.42, 6.22), (5.45, 6.25))),
    Road("rue des Forges", "tertiary", ("quay 5.3", (5.35, 5.1), (5.4, 5.7))),
    Road("rue du Lavoir", "tertiary", ("quay 6.35", (6.4, 5.3), (6.3, 5.85))),
    Road("rue du Dépôt", "tertiary", ("quay 4.62", (4.62, 5.0), (4.6, 5.6))),
    Road(
        "route de la Corniche",
        "secondary",
        ((1.95, 8.6), (2.5, 8.95), (3.2, 8.75), (4.0, 8.75), (5.0, 8.8), (6.0, 8.85), (7.0, 8.75), (7.7, 8.2),
         (8.0, 7.4), (7.9, 6.7), (7.7, 5.95)),
    ),
    Road("rue de la Gare", "secondary", ((7.7, 5.95), (7.58, 5.5), "pont de l’Est north")),
    Road("route du Vignoble", "tertiary", ((9.4, 5.85), (9.6, 6.4), (10.0, 7.1), (10.3, 7.7))),
    Road("route du Levant", "tertiary", ("quay east", (9.4, 5.05), (10.0, 5.25), (10.2, 5.9))),
    # The hillside: hairpins that end below the ridge, and two flights of steps that shorten them.
    Road(
        "montée de Brume",
        "residential",
        ((4.8, 7.1), (4.45, 7.3), (4.55, 7.4), (5.2, 7.38), (5.95, 7.42), (6.05, 7.53), (5.4, 7.6), (4.6, 7.62),
         (4.45, 7.72), (5.1, 7.83), (5.9, 7.86)),
    ),
    Road("escalier des Cent-Marches", "steps", ((5.1, 7.09), (5.12, 7.38)), {"surface": "stone"}),
    Road("escalier du Guet", "steps", ((4.75, 7.4), (4.78, 7.62)), {"surface": "stone"}),
    Road("impasse du Belvédère", "residential", ((5.9, 7.42), (6.35, 7.36), (6.6, 7.42))),
    Road("chemin du Réservoir", "service", ((4.45, 7.3), (4.0, 7.42), (3.75, 7.5))),
    # The town's odd ways: a garden for walkers, a private drive, the motorway that no one walks along.
    Road("allée du Jardin", "footway", ((3.42, 6.02), (3.6, 6.18), (3.84, 6.2))),
    Road("allée des Tilleuls", "footway", ((3.62, 5.92), (3.6, 6.18), (3.6, 6.4))),
    Road("allée des Cèdres", "service", ((5.9, 5.77), (5.95, 6.15), (5.93, 6.5)), {"access": "private"}),
    Road(
        "autoroute des Brumes",
        "motorway",
        ((11.4, 6.95), (10.2, 6.8), (9.0, 6.75), (7.8, 6.7), (6.8, 6.6), (5.9, 6.62), (5.0, 6.6), (4.35, 6.52)),
        {"ref": "A 9", "layer": "1", "bridge": "viaduct"},
        apart=True,
    ),
    Road("bretelle de Port-Ondrelle", "motorway_link", ((4.35, 6.52), (4.1, 6.48), (3.8, 6.5)), apart=True),
    # South of the river.
    Road("avenue du Faubourg", "secondary", ("pont Vieux south", (3.4, 3.75), (3.5, 3.2))),
    Road("rue de la Digue", "tertiary", ((3.4, 3.75), (2.7, 3.75), (2.1, 3.6), (1.7, 3.2), (1.75, 2.5), (1.8, 1.9))),
    Road(
        "avenue de Pontarelle",
        "secondary",
        ((3.4, 3.75), (4.3, 3.62), (5.2, 3.65), (6.0, 3.8), (6.8, 3.9), (7.4, 3.95)),
    ),
    Road("rue du Pont-de-l’Est", "secondary", ("pont de l’Est south", (7.45, 4.5), (7.4, 3.95), (7.35, 3.4))),
    Road("route de Champ-Rosel", "tertiary", ((3.5, 3.2), (3.8, 2.6), (4.0, 2.0), (3.9, 1.4))),
    Road("route des Crêtes", "tertiary", ((4.0, 2.0), (4.9, 2.0), (5.9, 2.1), (6.7, 2.7), (7.35, 3.4))),
    Road("route de Boisfauve", "tertiary", ((7.35, 3.4), (8.0, 2.7), (8.6, 2.1), (9.3, 1.95))),
    Road("chemin des Hêtres", "unclassified", ((8.6, 2.1), (9.1, 2.7), (9.6, 3.2), (10.2, 3.4))),
    Road("chemin des Marais", "unclassified", ((1.75, 2.5), (2.6, 2.25), (3.3, 2.1), (4.0, 2.0))),
)  # fmt: skip

#: The railway, from the terminus to the end of the line; streets do not cross it, roads do.
RAILWAY: tuple[Point, ...] = (
    (4.45, 5.18), (5.2, 5.3), (6.2, 5.48), (7.0, 5.52), (7.66, 5.48), (8.6, 5.45), (9.5, 5.5), (10.3, 5.62),
)  # fmt: skip

#: The foot of the hillside, which local streets do not climb.
CLIFF: tuple[Point, ...] = ((3.75, 7.27), (4.6, 7.24), (5.3, 7.25), (6.0, 7.31), (6.75, 7.33))
#: The boat to the islet: a way that is sailed, not walked.
FERRY: tuple[Point, ...] = ((1.82, 5.02), (1.2, 4.9), (0.6, 4.4), (0.0, 3.4), (-0.1, 3.1))


@dataclass(frozen=True)
class Quarter:
    """A built-up area with streets of its own.

    Attributes
    ----------
    commune
        Number of the commune it is in; local streets stay inside.
    outline
        Where it is (kilometres).
    angle
        How its streets are turned (degrees).
    spacing
        From street to street, along and across (metres).
    dropped
        Share of the street pieces that are missing.
    middle, density
        Where it is densest, and how dense against the others.
    local
        OSM's word for most of its streets.
    """

    commune: int
    outline: tuple[Point, ...]
    angle: float
    spacing: tuple[float, float]
    dropped: float
    middle: Point
    density: float = 1.0
    local: str = "residential"


#: The centre has ring streets and radial ones inside the boulevard: up to this distance from the square (metres).
RADIAL_TO_M = 940.0
RING_STEP_M = 118.0
QUARTERS = (
    Quarter(1, ((0.9, 4.3), (4.7, 4.2), (4.7, 6.8), (0.9, 6.7)), 9, (145, 125), 0.06, (2.75, 5.4), 2.0),
    Quarter(2, ((4.5, 4.4), (6.6, 5.0), (6.62, 5.65), (6.7, 6.5), (4.55, 6.5)), 5, (140, 125), 0.07, (5.3, 5.6), 1.4),
    Quarter(
        3,
        ((1.4, 6.6), (2.6, 6.65), (2.68, 7.3), (2.68, 7.9), (2.3, 8.5), (1.5, 8.55), (1.32, 7.6)),
        -7,
        (150, 135),
        0.06,
        (2.05, 7.5),
    ),
    Quarter(4, ((3.85, 6.85), (6.6, 6.95), (6.6, 7.27), (3.95, 7.22)), 2, (140, 105), 0.1, (5.1, 7.05)),
    Quarter(4, ((3.7, 7.27), (6.7, 7.28), (6.7, 7.95), (3.7, 7.95)), 0, (0, 0), 0, (5.1, 7.4), 0.8),
    Quarter(5, ((3.7, 8.5), (6.0, 8.55), (6.0, 9.15), (3.8, 9.0)), 3, (140, 120), 0.1, (4.8, 8.8)),
    Quarter(
        6,
        ((7.0, 5.05), (8.05, 4.85), (8.05, 5.6), (8.7, 5.6), (8.75, 6.45), (7.22, 6.4), (7.05, 6.1)),
        8,
        (145, 130),
        0.06,
        (7.7, 5.8),
    ),
    Quarter(7, ((9.3, 5.3), (11.0, 5.5), (11.0, 6.4), (9.3, 6.3)), 4, (155, 140), 0.1, (10.2, 5.8)),
    Quarter(7, ((9.9, 7.2), (10.6, 7.25), (10.6, 7.85), (9.95, 7.9)), 20, (140, 130), 0.1, (10.2, 7.5), 0.7),
    Quarter(8, ((2.4, 3.15), (5.55, 3.2), (5.6, 4.4), (2.35, 4.4)), -3, (145, 120), 0.06, (3.5, 3.8), 1.4),
    Quarter(9, ((1.2, 1.85), (2.1, 1.85), (2.15, 3.7), (1.15, 3.6)), 2, (150, 135), 0.1, (1.75, 2.9)),
    Quarter(
        10,
        ((6.0, 3.2), (8.2, 3.3), (8.35, 4.7), (6.5, 4.95), (6.25, 4.55), (6.0, 4.4)),
        10,
        (145, 130),
        0.06,
        (7.3, 4.0),
        1.2,
    ),
    Quarter(11, ((8.2, 1.65), (9.35, 1.65), (9.3, 2.45), (8.25, 2.4)), 15, (150, 140), 0.12, (8.7, 2.05)),
    Quarter(11, ((9.2, 2.85), (10.3, 2.95), (10.25, 3.65), (9.3, 3.55)), 25, (150, 140), 0.12, (9.7, 3.25), 0.8),
    Quarter(12, ((3.3, 1.25), (4.6, 1.3), (4.65, 2.35), (3.4, 2.35)), -5, (145, 135), 0.1, (4.0, 1.95)),
    Quarter(9, ((-0.45, 2.72), (-0.02, 2.78), (-0.05, 3.18), (-0.48, 3.12)), 12, (140, 130), 0, (-0.25, 2.95), 0.3),
)
#: The quarter on the islet, which no street joins to the rest.
ISLET_QUARTER = len(QUARTERS) - 1
#: Where nobody lives and no local street runs: middle, radius (metres): the garden, the port, the
#: depot, the end of the motorway.
GREEN: tuple[tuple[Point, float], ...] = (
    ((3.62, 6.16), 210.0),
    ((1.45, 4.65), 340.0),
    ((4.28, 4.9), 270.0),
    ((4.35, 6.55), 160.0),
)

STREET_NAMES = (
    "Abeilles", "Acacias", "Alizés", "Amarres", "Ancolies", "Ardoises", "Aulnes", "Balises", "Bateliers", "Bleuets",
    "Boussoles", "Bruyères", "Cabestans", "Calfats", "Cardeurs", "Charmes", "Cigognes", "Clématites", "Cormorans",
    "Coudriers", "Cordiers", "Écluses", "Églantines", "Embruns", "Érables", "Fauvettes", "Filets", "Fougères",
    "Galets", "Genêts", "Glycines", "Goélands", "Grèbes", "Haleurs", "Hérons", "Hirondelles", "Houblons", "Iris",
    "Jonquilles", "Lauriers", "Lavandières", "Lices", "Linottes", "Loutres", "Marées", "Mésanges", "Meuniers",
    "Mouettes", "Mûriers", "Noyers", "Orpailleurs", "Osiers", "Passereaux", "Peupliers", "Pluviers", "Potiers",
    "Roseaux", "Sabliers", "Saules", "Sauniers", "Sittelles", "Sorbiers", "Sternes", "Tisserands", "Troènes",
    "Vanneaux", "Vents", "Verdiers", "Violettes", "Voiliers",
)  # fmt: skip
