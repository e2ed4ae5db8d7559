"""The sites of the sample territory, placed by hand (kilometres from the island's corner)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geo_access.study.sample.geometry import Point

COLUMNS = (
    "site", "name", "kind", "status", "open_from", "open_until", "hours", "dates", "insee", "lon", "lat",
    "operator", "address", "location", "source",
)  # fmt: skip


@dataclass(frozen=True)
class Site:
    """A row of the list of sites; words as people write them, French and English mixed.

    Attributes
    ----------
    commune
        Number of the commune it is in.
    place
        Where it is (kilometres); it is put beside the nearest street.
    """

    site: str
    name: str
    kind: str
    commune: int
    place: Point
    address: str
    status: str = "open"
    open_from: str = ""
    hours: str = ""
    dates: str = ""
    operator: str = "département"
    open_until: str = ""


_WEEK = "lun-ven 8h30-17h30"
SITES = (
    Site("S01", "Pôle social du Port", "pole", 1, (3.1, 5.46), "4 avenue de Saint-Aubrel", hours=_WEEK),
    Site(
        "S02",
        "Pôle social de Saint-Aubrel",
        "pôle social",
        2,
        (5.3, 5.0),
        "12 rue des Forges",
        "ouvert",
        "2021-09-06",
        _WEEK,
    ),
    Site("S03", "Pôle social de Pontarelle", "pole", 10, (7.35, 4.0), "2 avenue de Pontarelle", hours=_WEEK),
    Site(
        "S04", "Pôle social d’Outre-l’Eau", "pole", 8, (5.0, 3.7), "118 avenue de Pontarelle", "planned", "2027-09-01"
    ),
    Site(
        "S05", "Antenne de la Gare", "antenne", 6, (8.05, 5.93), "31 route de Roncevigne", "ouvert", "04/03/2019", _WEEK
    ),
    Site("S06", "Antenne du Vignoble", "antenna", 7, (9.5, 5.85), "7 route de Roncevigne", hours="lun-jeu 9h-17h"),
    Site("S07", "Antenne de Brume", "antenna", 4, (4.6, 7.05), "15 rue Basse", hours=_WEEK),
    Site("S08", "Annexe de la Grève", "annexe", 3, (2.1, 7.35), "60 avenue de la Grève", hours=_WEEK),
    Site("S09", "PMI des Dunes", "pmi", 3, (1.6, 8.1), "3 route des Dunes", hours="lun-ven 9h-16h30"),
    Site(
        "S10", "PMI des Remparts", "PMI", 1, (1.75, 5.9), "8 boulevard des Remparts", "ouvert", hours="lun-ven 9h-16h30"
    ),
    Site("S11", "PMI du Monteil", "pmi", 2, (6.0, 6.1), "21 rue du Monteil", hours="lun-ven 9h-16h30"),
    Site("S12", "PMI du Faubourg", "pmi", 8, (2.95, 3.8), "9 rue de la Digue", hours="lun-ven 9h-16h30"),
    Site("S13", "PMI de Champ-Rosel", "pmi", 12, (4.0, 1.9), "1 route des Crêtes", "en rénovation"),
    Site("S14", "Antenne des Crêtes", "antenne", 12, (4.1, 2.15), "Route de Champ-Rosel", "en projet", "2027-03-01"),
    Site("S15", "Antenne des Salines", "antenne", 9, (2.05, 3.58), "2 rue de la Digue", hours="mar-jeu 9h-12h30"),
    Site(
        "S16",
        "Permanence de Valombre",
        "permanence",
        5,
        (4.9, 8.8),
        "Mairie, route de la Corniche",
        hours="mar 14h-17h",
    ),
    Site(
        "S17",
        "Permanence de Boisfauve",
        "permanence",
        11,
        (8.65, 2.1),
        "Mairie, route de Boisfauve",
        hours="jeu 9h-12h",
    ),
    Site(
        "S18",
        "Caravane solidaire de Boisfauve",
        "caravane",
        11,
        (9.7, 3.25),
        "Chemin des Hêtres",
        hours="10h-16h",
        dates="2026-10-08",
    ),
    Site(
        "S19",
        "CCAS de Port-Ondrelle",
        "partenaire",
        1,
        (2.55, 5.2),
        "1 boulevard du Port",
        hours=_WEEK,
        operator="commune",
    ),
    Site(
        "S20",
        "Maison France Services des Salines",
        "partner",
        9,
        (1.8, 2.5),
        "Place du Sel",
        hours="lun-ven 9h-12h",
        operator="commune",
    ),
    Site("S21", "Antenne du Vieux-Bourg", "antenne", 10, (6.5, 3.85), "77 avenue de Pontarelle", hours=_WEEK),
    Site("S22", "PMI des Peupliers", "pmi", 10, (7.9, 4.25), "5 allée des Peupliers", hours="lun-ven 9h-16h30"),
    Site(
        "S23",
        "Antenne du Jardin",
        "antenne de proximité",
        1,
        (4.42, 6.2),
        "26 rue du Rucher",
        "ouvert",
        "15/01/2024",
        _WEEK,
    ),
    Site(
        "S24", "Antenne de la Criée", "antenne", 1, (1.8, 5.2), "2 boulevard du Port", "fermée", open_until="31/12/2025"
    ),
)
