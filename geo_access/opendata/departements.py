"""The 101 départements: code, name, the CRS of their territory, their school zone, their street extract.

Codes and names are INSEE's (code officiel géographique). The CRS is the legal projection of each territory (décret
2000-1276 and arrêté of 5 March 2019): RGF93 / Lambert-93 in metropolitan France, a UTM zone overseas. School zones are
those of the arrêté on the school calendar since 2015; Corsica and the territories overseas have calendars of their own.
Street extracts are named as Geofabrik names the former regions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from geo_access.core.errors import InputError
from geo_access.core.matching import fold

METROPOLITAN_CRS = "EPSG:2154"

#: Code, name, school zone, extract; the CRS follows from the code.
_TABLE = """
01 Ain|A|rhone-alpes
02 Aisne|B|picardie
03 Allier|A|auvergne
04 Alpes-de-Haute-Provence|B|provence-alpes-cote-d-azur
05 Hautes-Alpes|B|provence-alpes-cote-d-azur
06 Alpes-Maritimes|B|provence-alpes-cote-d-azur
07 Ardèche|A|rhone-alpes
08 Ardennes|B|champagne-ardenne
09 Ariège|C|midi-pyrenees
10 Aube|B|champagne-ardenne
11 Aude|C|languedoc-roussillon
12 Aveyron|C|midi-pyrenees
13 Bouches-du-Rhône|B|provence-alpes-cote-d-azur
14 Calvados|B|basse-normandie
15 Cantal|A|auvergne
16 Charente|A|poitou-charentes
17 Charente-Maritime|A|poitou-charentes
18 Cher|B|centre
19 Corrèze|A|limousin
2A Corse-du-Sud|Corse|corse
2B Haute-Corse|Corse|corse
21 Côte-d’Or|A|bourgogne
22 Côtes-d’Armor|B|bretagne
23 Creuse|A|limousin
24 Dordogne|A|aquitaine
25 Doubs|A|franche-comte
26 Drôme|A|rhone-alpes
27 Eure|B|haute-normandie
28 Eure-et-Loir|B|centre
29 Finistère|B|bretagne
30 Gard|C|languedoc-roussillon
31 Haute-Garonne|C|midi-pyrenees
32 Gers|C|midi-pyrenees
33 Gironde|A|aquitaine
34 Hérault|C|languedoc-roussillon
35 Ille-et-Vilaine|B|bretagne
36 Indre|B|centre
37 Indre-et-Loire|B|centre
38 Isère|A|rhone-alpes
39 Jura|A|franche-comte
40 Landes|A|aquitaine
41 Loir-et-Cher|B|centre
42 Loire|A|rhone-alpes
43 Haute-Loire|A|auvergne
44 Loire-Atlantique|B|pays-de-la-loire
45 Loiret|B|centre
46 Lot|C|midi-pyrenees
47 Lot-et-Garonne|A|aquitaine
48 Lozère|C|languedoc-roussillon
49 Maine-et-Loire|B|pays-de-la-loire
50 Manche|B|basse-normandie
51 Marne|B|champagne-ardenne
52 Haute-Marne|B|champagne-ardenne
53 Mayenne|B|pays-de-la-loire
54 Meurthe-et-Moselle|B|lorraine
55 Meuse|B|lorraine
56 Morbihan|B|bretagne
57 Moselle|B|lorraine
58 Nièvre|A|bourgogne
59 Nord|B|nord-pas-de-calais
60 Oise|B|picardie
61 Orne|B|basse-normandie
62 Pas-de-Calais|B|nord-pas-de-calais
63 Puy-de-Dôme|A|auvergne
64 Pyrénées-Atlantiques|A|aquitaine
65 Hautes-Pyrénées|C|midi-pyrenees
66 Pyrénées-Orientales|C|languedoc-roussillon
67 Bas-Rhin|B|alsace
68 Haut-Rhin|B|alsace
69 Rhône|A|rhone-alpes
70 Haute-Saône|A|franche-comte
71 Saône-et-Loire|A|bourgogne
72 Sarthe|B|pays-de-la-loire
73 Savoie|A|rhone-alpes
74 Haute-Savoie|A|rhone-alpes
75 Paris|C|ile-de-france
76 Seine-Maritime|B|haute-normandie
77 Seine-et-Marne|C|ile-de-france
78 Yvelines|C|ile-de-france
79 Deux-Sèvres|A|poitou-charentes
80 Somme|B|picardie
81 Tarn|C|midi-pyrenees
82 Tarn-et-Garonne|C|midi-pyrenees
83 Var|B|provence-alpes-cote-d-azur
84 Vaucluse|B|provence-alpes-cote-d-azur
85 Vendée|B|pays-de-la-loire
86 Vienne|A|poitou-charentes
87 Haute-Vienne|A|limousin
88 Vosges|B|lorraine
89 Yonne|A|bourgogne
90 Territoire de Belfort|A|franche-comte
91 Essonne|C|ile-de-france
92 Hauts-de-Seine|C|ile-de-france
93 Seine-Saint-Denis|C|ile-de-france
94 Val-de-Marne|C|ile-de-france
95 Val-d’Oise|C|ile-de-france
971 Guadeloupe|Guadeloupe|guadeloupe
972 Martinique|Martinique|martinique
973 Guyane|Guyane|guyane
974 La Réunion|Réunion|reunion
976 Mayotte|Mayotte|mayotte
"""

_OVERSEAS_CRS = {"971": "EPSG:5490", "972": "EPSG:5490", "973": "EPSG:2972", "974": "EPSG:2975", "976": "EPSG:4471"}


@dataclass(frozen=True)
class Departement:
    """One département.

    Attributes
    ----------
    code
        INSEE's, as text: ``"92"``, ``"2A"``, ``"974"``.
    name
        In French: ``"Hauts-de-Seine"``.
    slug
        The name as a folder is called: ``"hauts-de-seine"``.
    crs
        The metric CRS of its territory.
    school_zone
        ``"A"``, ``"B"``, ``"C"``, or the name of a calendar of its own (``"Corse"``, ``"Réunion"``).
    geofabrik
        The last part of the name of Geofabrik's extract that holds it: ``"ile-de-france"``.
    """

    code: str
    name: str
    slug: str
    crs: str
    school_zone: str
    geofabrik: str

    @property
    def is_ile_de_france(self) -> bool:
        """Whether Île-de-France Mobilités organises its public transport."""
        return self.geofabrik == "ile-de-france"

    def holds(self, insee: str) -> bool:
        """Whether a commune's code lies in this département."""
        return insee.startswith(self.code)


@cache
def _departements() -> dict[str, Departement]:
    table = {}
    for line in _TABLE.strip().splitlines():
        said, zone, extract = line.split("|")
        code, name = said.split(" ", 1)
        crs = _OVERSEAS_CRS.get(code, METROPOLITAN_CRS)
        table[code] = Departement(code, name, slug_of(name), crs, zone, extract)
    return table


def all_departements() -> tuple[Departement, ...]:
    """List the 101 départements in the order of their codes."""
    return tuple(_departements().values())


def slug_of(name: str) -> str:
    """Write a name as a folder is called: ``"Val-d’Oise"`` is ``"val-d-oise"``."""
    return re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")


def find_departement(said: str) -> Departement | None:
    """Find a département by its code ("92", "2a", "1") or its name, however spelled; None where there is none.

    >>> find_departement("hauts de seine").code
    '92'
    >>> find_departement("2a").name
    'Corse-du-Sud'
    """
    table = _departements()
    code = said.strip().upper()
    if code.isdigit() and len(code) == 1:
        code = "0" + code
    if code in table:
        return table[code]
    slug = slug_of(said)
    return next((one for one in table.values() if slug in (one.slug, one.slug.removeprefix("la-"))), None)


def departement_of(said: str) -> Departement:
    """Find a département by its code or its name.

    Raises
    ------
    InputError
        When there is none; the message names the nearest.
    """
    found = find_departement(said)
    if found is None:
        import difflib

        near = difflib.get_close_matches(slug_of(said), [one.slug for one in all_departements()], n=1, cutoff=0.0)
        guess = departement_of(near[0])
        raise InputError("fetch.unknown_departement", said=said, code=guess.code, name=guess.name)
    return found
