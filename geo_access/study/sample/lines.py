"""The bus lines, tram and railway of the sample territory, placed by hand (kilometres from the island's corner)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo_access.study.sample.geometry import Point

#: Two feeds: a timetable, and a tram and a shuttle that run by headway.
FEEDS = {"bus-train": "Réseau Ondrelle", "tram": "Tramway d’Ondrelle"}
TRAM, RAIL, BUS = 0, 2, 3

# key: (name, place). Vehicles stop on either side of the street, or at two platforms.
STOPS: dict[str, tuple[str, Point]] = {
    "DUN": ("Dunes", (1.55, 8.15)),
    "EMB": ("Embruns", (1.42, 7.55)),
    "ANS": ("Anse aux Mouettes", (1.5, 7.0)),
    "SEM": ("Sémaphore", (1.32, 6.3)),
    "FIL": ("Les Filets", (1.4, 5.6)),
    "GMA": ("Gare maritime", (1.82, 5.02)),
    "HAL": ("Halles", (2.3, 5.2)),
    "HDV": ("Hôtel de Ville", (2.69, 5.4)),
    "COU": ("Cours du Pont", (3.0, 4.95)),
    "PVN": ("Pont Vieux Nord", (3.3, 4.5)),
    "PVS": ("Pont Vieux Sud", (3.36, 4.05)),
    "FAU": ("Faubourg", (3.4, 3.75)),
    "TAN": ("Tanneurs", (3.9, 3.68)),
    "LAV": ("Lavandières", (4.4, 3.62)),
    "QAU": ("Quai de l’Aubrelle", (4.0, 4.37)),
    "DEP": ("Dépôt", (4.6, 4.45)),
    "FOR": ("Forges", (5.3, 4.62)),
    "LVR": ("Lavoir", (6.35, 5.0)),
    "GRA": ("Grands Prés", (7.0, 5.12)),
    "PEN": ("Pont de l’Est Nord", (7.6, 5.02)),
    "PES": ("Pont de l’Est Sud", (7.5, 4.6)),
    "PON": ("Pontarelle Centre", (7.4, 3.95)),
    "CYG": ("Les Cygnes", (6.8, 3.9)),
    "VBO": ("Vieux-Bourg", (6.2, 3.83)),
    "CRO": ("Croix de Pontarelle", (7.35, 3.4)),
    "SEL": ("Place du Sel", (1.75, 2.5)),
    "MAR": ("Marais", (1.8, 1.95)),
    "SAU": ("Sauniers", (1.7, 3.2)),
    "DIG": ("Digue", (2.1, 3.6)),
    "ECL": ("Écluse", (2.75, 3.75)),
    "BEC": ("Bécasses", (3.5, 3.2)),
    "TER": ("Terrasses", (3.8, 2.6)),
    "ROS": ("Champ-Rosel Mairie", (4.0, 2.0)),
    "COL": ("Col", (6.2, 2.3)),
    "GAR": ("Gare d’Ondrelle", (4.62, 5.2)),
    "DPO": ("Rue du Dépôt", (4.6, 5.6)),
    "GLY": ("Glycines", (4.95, 5.63)),
    "MAI": ("Saint-Aubrel Mairie", (5.4, 5.7)),
    "CED": ("Cèdres", (5.87, 5.77)),
    "MTL": ("Monteil", (6.3, 5.85)),
    "PAS": ("Passage des Brumes", (5.45, 6.3)),
    "BAS": ("Rue Basse", (5.5, 7.07)),
    "FON": ("Fontaine", (4.8, 7.1)),
    "VER": ("Versant", (4.2, 7.0)),
    "BRE": ("Bretelle", (3.8, 6.5)),
    "JAR": ("Jardin", (3.3, 6.0)),
    "PRE": ("Pré aux Clercs", (7.0, 5.95)),
    "CLA": ("Clairlande Centre", (7.7, 5.95)),
    "VIA": ("Viaduc", (7.85, 6.5)),
    "BOR": ("Bornes", (7.95, 7.6)),
    "LAN": ("Landes", (7.0, 8.75)),
    "EST": ("Valombre Est", (5.9, 8.85)),
    "VAL": ("Valombre Mairie", (4.9, 8.8)),
    "OUE": ("Valombre Ouest", (4.0, 8.75)),
    "PLA": ("Plage", (1.98, 8.3)),
    "GRV": ("La Grève Centre", (2.06, 7.7)),
    "PIN": ("Les Pins", (2.13, 7.2)),
    "OCT": ("Octroi", (2.24, 6.7)),
    "REM": ("Remparts", (2.44, 6.25)),
    "MUS": ("Musée", (3.25, 5.48)),
    "PAR": ("Porte de l’Est", (3.95, 5.57)),
    "CHE": ("Chênaie", (8.6, 5.9)),
    "ANT": ("Antoigne", (8.15, 5.92)),
    "GCL": ("Gare de Clairlande", (7.6, 5.56)),
    "RGA": ("Gare d’Ondrelle", (4.5, 5.19)),
    "RSA": ("Saint-Aubrel Sud", (5.35, 5.33)),
    "RCL": ("Gare de Clairlande", (7.6, 5.485)),
    "RRO": ("Roncevigne", (10.2, 5.6)),
}
#: Stations, and the stops that belong to them.
STATIONS = {"ST-ONDRELLE": ("RGA", "GAR"), "ST-CLAIRLANDE": ("RCL",)}


@dataclass(frozen=True)
class SampleLine:
    """A line that runs both ways.

    Attributes
    ----------
    feed
        Key of `FEEDS`.
    kind
        GTFS route_type.
    stops
        Keys of `STOPS`, from one end to the other.
    speed_kmh
        Between stops; each stop then costs `dwell_s`.
    periods
        By service: (first departure, until, headway), clock and minutes.
    timed
        Stops that the timetable gives a time for; empty: all.
    measured
        The timetable says how far along the line each stop is.
    tracks
        It runs on tracks of its own, straight from stop to stop.
    """

    feed: str
    id: str
    short: str
    name: str
    kind: int
    color: str
    stops: tuple[str, ...]
    speed_kmh: float
    periods: Mapping[str, tuple[tuple[str, str, int], ...]]
    dwell_s: int = 20
    timed: tuple[str, ...] = ()
    measured: bool = False
    tracks: bool = False
    first_offset_min: tuple[int, int] = field(default=(0, 0))


def _run(week: tuple[str, str, int], saturday: int, sunday: int = 0) -> dict[str, tuple[tuple[str, str, int], ...]]:
    """Write a service like the week's for Saturday and Sunday, at other headways; 0: none."""
    periods: dict[str, tuple[tuple[str, str, int], ...]] = {"SEMAINE": (week,)}
    if saturday:
        periods["SAMEDI"] = (("07:00", "20:00", saturday),)
    if sunday:
        periods["DIMANCHE"] = (("08:00", "19:00", sunday),)
    return periods


LINES = (
    SampleLine(
        "bus-train", "B1", "1", "Dunes – Port – Faubourg", BUS, "0055A4",
        ("DUN", "EMB", "ANS", "SEM", "FIL", "GMA", "HAL", "HDV", "COU", "PVN", "PVS", "FAU", "TAN", "LAV"),
        25, _run(("05:40", "21:30", 10), 20, 30),
    ),
    SampleLine(
        "bus-train", "B2", "2", "Hôtel de Ville – Pontarelle", BUS, "009E73",
        ("HDV", "COU", "PVN", "QAU", "DEP", "FOR", "LVR", "GRA", "PEN", "PES", "PON", "CYG", "VBO"),
        26, _run(("05:45", "21:30", 12), 20, 30), first_offset_min=(3, 7),
    ),
    SampleLine(
        "bus-train", "B3", "3", "Marais – Hôtel de Ville", BUS, "CC79A7",
        ("MAR", "SEL", "SAU", "DIG", "ECL", "FAU", "PVS", "PVN", "COU", "HDV"),
        26, _run(("06:10", "20:00", 60), 120), first_offset_min=(0, 25), timed=("MAR", "SAU", "FAU", "HDV"),
    ),
    SampleLine(
        "bus-train", "B4", "4", "Saint-Aubrel – Valombre", BUS, "D55E00",
        ("MAI", "CED", "MTL", "PRE", "CLA", "VIA", "BOR", "LAN", "EST", "VAL", "OUE"),
        30, _run(("06:00", "20:30", 30), 60), timed=("MAI", "CLA", "BOR", "EST", "OUE"), measured=True,
        first_offset_min=(5, 12),
    ),
    SampleLine(
        "bus-train", "B5", "5", "Pontarelle – Champ-Rosel – Faubourg", BUS, "E69F00",
        ("PON", "CRO", "COL", "ROS", "TER", "BEC", "FAU"),
        34, _run(("06:20", "20:00", 12), 60), timed=("PON", "ROS", "FAU"), measured=True, first_offset_min=(0, 15),
    ),
    SampleLine(
        "bus-train", "B6", "6", "Gare – Hauts-de-Brume – Hôtel de Ville", BUS, "56B4E9",
        ("GAR", "DPO", "GLY", "MAI", "PAS", "BAS", "FON", "VER", "BRE", "JAR", "HDV"),
        25, _run(("05:50", "21:00", 15), 30, 40), first_offset_min=(2, 9),
    ),
    SampleLine(
        "bus-train", "N1", "N1", "Nuit : Hôtel de Ville – Clairlande", BUS, "222222",
        ("HDV", "MUS", "PAR", "DPO", "MAI", "MTL", "PRE", "CLA"),
        28, {"SEMAINE": (("23:40", "26:00", 40),), "SAMEDI": (("23:40", "27:00", 40),)},
    ),
    SampleLine(
        "bus-train", "R", "R", "Ondrelle – Clairlande – Roncevigne", RAIL, "7F3F00",
        ("RGA", "RSA", "RCL", "RRO"),
        60, _run(("05:30", "22:00", 20), 30, 40), dwell_s=50, tracks=True, first_offset_min=(4, 11),
    ),
    SampleLine(
        "tram", "T", "T", "Plage – Hôtel de Ville – Monteil", TRAM, "AA2222",
        ("PLA", "GRV", "PIN", "OCT", "REM", "HDV", "MUS", "PAR", "DPO", "GLY", "MAI", "CED", "MTL"),
        27,
        {
            "SEMAINE": (("05:30", "07:00", 12), ("07:00", "09:30", 5), ("09:30", "16:00", 6), ("16:00", "19:30", 5),
                        ("19:30", "25:00", 15)),
            "WEEK-END": (("06:30", "25:00", 12),),
        },
    ),
    SampleLine(
        "tram", "P", "P", "Chênaie – Clairlande – Pontarelle", BUS, "6A3D9A",
        ("CHE", "ANT", "CLA", "GCL", "PEN", "PES", "PON", "CRO"),
        25, {"SEMAINE": (("06:30", "20:30", 8),), "WEEK-END": (("08:00", "19:00", 20),)}, first_offset_min=(0, 3),
    ),
)  # fmt: skip
