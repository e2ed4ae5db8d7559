"""What the sources of open data answer, in their real shape: generated, of a made-up town in any département.

The town is four communes of 2 km in a square, with streets every 250 m, two bus lines, residents in cells of the grid,
and PMI that public lists know more or less well. `answers("92")` gives each body by "host/path", as
`open_data_server.serve` takes them; what answers a POST is a function of what was sent.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import json
import math
import tempfile
import zipfile
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

import osmium
from pyproj import Transformer
from street_maps import osm_xml

from geo_access.opendata.departements import departement_of

Answer = bytes | Callable[[bytes], bytes]

ANCHORS = {
    "92": (2.22, 48.85), "75": (2.34, 48.86), "29": (-4.49, 48.39), "2A": (8.74, 41.93), "69": (4.84, 45.75),
    "971": (-61.53, 16.24), "972": (-61.06, 14.61), "973": (-52.32, 4.93), "974": (55.45, -20.9),
    "976": (45.22, -12.78),
}  # fmt: skip
GRIDS = {"972": 5490, "974": 2975}
DIRECTORY = (
    "api-lannuaire.service-public.gouv.fr/api/explore/v2.1/catalog/datasets/api-lannuaire-administration/exports/json"
)
NUMBERS = ("04", "12", "19", "50")
NAMES = ("Saint-Éloi-sur-Seine", "L’Haÿ-le-Bois", "Mont-d’Œuvre", "Neuvy")
POPULATIONS = (12_000, 8_500, 4_200, 9_900)
EPCI, REGION = "200054781", {"92": "11", "29": "53"}
FEED_FIRST, FEED_LAST = "20261102", "20261231"
FILOSOFI = [
    "idcar_200m", "idcar_1km", "idcar_nat", "i_est_200", "i_est_1km", "lcog_geo", "ind", "men", "men_pauv",
    "men_1ind", "men_5ind", "men_prop", "men_fmp", "ind_snv", "men_surf", "men_coll", "men_mais", "log_av45",
    "log_45_70", "log_70_90", "log_ap90", "log_inc", "log_soc", "ind_0_3", "ind_4_5", "ind_6_10", "ind_11_17",
    "ind_18_24", "ind_25_39", "ind_40_54", "ind_55_64", "ind_65_79", "ind_80p", "ind_inc",
]  # fmt: skip


class Town:
    """A made-up town in a département."""

    def __init__(self, code: str = "92") -> None:
        self.departement = departement_of(code)
        self.code, self.crs = self.departement.code, self.departement.crs
        self._to_degrees = Transformer.from_crs(self.crs, "EPSG:4326", always_xy=True)
        x, y = Transformer.from_crs("EPSG:4326", self.crs, always_xy=True).transform(*ANCHORS[self.code])
        self.x, self.y = round(x, -2) + 37.0, round(y, -2) + 37.0  # no centre of a cell on a border
        self.insee = [self.code + number.zfill(5 - len(self.code)) for number in NUMBERS]

    def degrees(self, x: float, y: float) -> list[float]:
        """Longitude and latitude of a point given in metres from the town's lower left corner."""
        lon, lat = self._to_degrees.transform(self.x + x, self.y + y)
        return [round(lon, 7), round(lat, 7)]

    def square(self, at: int) -> list[list[list[float]]]:
        """The ring of one commune; they stand two by two."""
        x, y = 2000.0 * (at % 2), 2000.0 * (at // 2)
        corners = [(x, y), (x + 2000, y), (x + 2000, y + 2000), (x, y + 2000), (x, y)]
        return [[self.degrees(*corner) for corner in corners]]

    def commune_of(self, x: float, y: float) -> int:
        return int(x >= 2000) + 2 * int(y >= 2000)

    @cached_property
    def cells(self) -> list[dict[str, object]]:
        """Cells of the grid whose square touches the town, and a ring of the neighbours' around it."""
        system = GRIDS.get(self.code, 3035)
        there = Transformer.from_crs(self.crs, f"EPSG:{system}", always_xy=True)
        back = Transformer.from_crs(f"EPSG:{system}", self.crs, always_xy=True)
        corners = [there.transform(self.x + x, self.y + y) for x in (-400, 4400) for y in (-400, 4400)]
        west, east = (round(end(one[0] for one in corners) / 200) * 200 for end in (min, max))
        south, north = (round(end(one[1] for one in corners) / 200) * 200 for end in (min, max))
        rows = []
        for n in range(south, north, 200):
            for e in range(west, east, 200):
                x, y = back.transform(e + 100, n + 100)
                x, y = x - self.x, y - self.y
                inside = 0 <= x < 4000 and 0 <= y < 4000
                own = self.insee[self.commune_of(x, y)] if inside else "77001"
                if inside and not (150 <= x < 3850 and 150 <= y < 3850):
                    own += "77001"  # shared with the commune outside, whose codes run on
                people = 20.0 + (e // 200 + 3 * (n // 200)) % 50
                row = dict.fromkeys(FILOSOFI, "0.0")
                row |= {
                    "idcar_200m": f"CRS{system}RES200mN{n}E{e}",
                    "idcar_1km": f"CRS{system}RES1000mN{n // 1000 * 1000}E{e // 1000 * 1000}",
                    "i_est_200": str(int(people < 24)), "i_est_1km": "0", "lcog_geo": own,
                    "ind": f"{people:.1f}", "ind_0_3": f"{people / 20:.1f}", "ind_4_5": f"{people / 30:.1f}",
                    "men": f"{people / 2:.1f}", "men_pauv": f"{people / 10:.1f}",
                }  # fmt: skip
                row["idcar_nat"] = row["idcar_1km"]
                rows.append(row)
        return rows


def answers(departement: str = "92") -> dict[str, Answer]:
    """Every body that a fetch of the département asks for."""
    town = Town(departement)
    data_gouv = "www.data.gouv.fr/api/1/datasets/r/"
    bodies: dict[str, Answer] = {
        "www.insee.fr/fr/statistiques/fichier/8680726/ensemble.zip": populations_zip(town),
        f"geo.api.gouv.fr/departements/{town.code}/communes": communes_json(town),
        "www.insee.fr/fr/statistiques/fichier/8735162/Filosofi2021_carreaux_200m_csv.zip": filosofi_zip(town),
        f"download.geofabrik.de/europe/france/{town.departement.geofabrik}-latest.osm.pbf": streets_pbf(town),
        "overpass-api.de/api/interpreter": lambda _sent: streets_xml(town).encode(),
        data_gouv + "942d4ee8-8142-4556-8ea1-335537ce1119": qpv_zip(town),
        data_gouv + "cd493959-fb03-41e5-9347-0edd14dfbc22": finess_gz(town),
        data_gouv + "98f3161f-79ff-4f16-8f6a-6d571a80fea2": finess_csv(town),
        DIRECTORY: directory_json(town),
        "data.geopf.fr/geocodage/search/csv": lambda sent: geocode(town, sent),
        "data.education.gouv.fr/api/explore/v2.1/catalog/datasets/fr-en-calendrier-scolaire/exports/json": (
            holidays_json(town)
        ),
        "eu.ftp.opendatasoft.com/stif/GTFS/IDFM-gtfs.zip": feed_zip(town),
        "transport.data.gouv.fr/api/datasets": feeds_json(town),
        "transport.data.gouv.fr/resources/81234/download": feed_zip(town),
        "transport.data.gouv.fr/resources/81299/download": feed_zip(town, away_m=60_000),
        "transport.data.gouv.fr/resources/81304/download": feed_zip(town, away_m=90_000),
        "services.arcgis.com/d3voDfTFbHOCRwVR/arcgis/rest/services/Gares_GrandParisExpress/FeatureServer/0/query": (
            stations_json(town)
        ),
    }
    return bodies


def zipped(files: dict[str, bytes | str]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 11, 2, 0, 0, 0)), body, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def table(header: list[str] | tuple[str, ...], rows, delimiter: str = ",") -> str:
    held = io.StringIO()
    writer = csv.DictWriter(held, header, delimiter=delimiter, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return held.getvalue()


# Communes and populations.


def populations_csv(town: Town) -> str:
    header = ["CODREG", "REG", "CODDEP", "CODARR", "CODCAN", "CODCOM", "COM", "PMUN", "PCAP", "PTOT"]
    rows = [
        {"CODREG": "11", "REG": "Région", "CODDEP": town.code, "CODARR": "1", "CODCAN": "01", "CODCOM": insee[-3:],
         "COM": name, "PMUN": people, "PCAP": 99, "PTOT": people + 99}
        for insee, name, people in zip(town.insee, NAMES, POPULATIONS, strict=True)
    ]  # fmt: skip
    rows.insert(
        0, {**rows[0], "CODDEP": "01", "CODCOM": "001", "COM": "L'Abergement-Clémenciat", "PMUN": 832, "PTOT": 859}
    )
    return table(header, rows, ";")


def populations_zip(town: Town) -> bytes:
    files = {
        "donnees_communes.csv": populations_csv(town).encode("utf-8-sig"),
        "metadonnees_communes.csv": "COD_VAR;LIB_VAR;COD_MOD;LIB_MOD\r\n",
        "donnees_departements.csv": "CODREG;REG;CODDEP;DEP;NBARR;NBCAN;NBCOM;PMUN;PTOT\r\n",
    }
    return zipped(files)


def communes_json(town: Town) -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": {"nom": name, "code": insee, "population": people - 100 * (at == 2), "codeEpci": EPCI,
                           "codeRegion": REGION.get(town.code, "99")},
            "geometry": {"type": "Polygon", "coordinates": town.square(at)},
        }
        for at, (insee, name, people) in enumerate(zip(town.insee, NAMES, POPULATIONS, strict=True))
    ]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()


# Residents.


def filosofi_csv(town: Town) -> str:
    return table(FILOSOFI, town.cells).replace("\r\n", "\n")


def filosofi_zip(town: Town) -> bytes:
    empty = ",".join(FILOSOFI) + "\n"
    files = dict.fromkeys((f"carreaux_200m_{name}.csv" for name in ("mart", "met", "reun")), empty)
    files[f"carreaux_200m_{ {'972': 'mart', '974': 'reun'}.get(town.code, 'met') }.csv"] = filosofi_csv(town)
    return zipped(files)


# Streets.


def street_grid(town: Town, *, around: int = 3000, step: int = 250):
    """Nodes and ways of a grid of streets over the town and its surroundings."""
    ticks = range(-around, 4000 + around + 1, step)
    number = {(x, y): 1 + i + j * len(ticks) for j, y in enumerate(ticks) for i, x in enumerate(ticks)}
    nodes = {number[key]: tuple(town.degrees(*key)) for key in number}
    ways = [(1000 + i, [number[x, y] for x in ticks], {"highway": "residential"}) for i, y in enumerate(ticks)]
    ways += [(2000 + i, [number[x, y] for y in ticks], {"highway": "residential"}) for i, x in enumerate(ticks)]
    return nodes, ways


def streets_xml(town: Town) -> str:
    return osm_xml(*street_grid(town))


def streets_pbf(town: Town) -> bytes:
    nodes, ways = street_grid(town)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "region.osm.pbf"
        with osmium.SimpleWriter(str(path)) as writer:
            for name, (lon, lat) in nodes.items():
                writer.add_node(osmium.osm.mutable.Node(id=name, version=1, location=(lon, lat)))
            for name, refs, tags in ways:
                writer.add_way(osmium.osm.mutable.Way(id=name, version=1, nodes=refs, tags=tags))
        return path.read_bytes()


# Timetables.


def feed_zip(town: Town, *, away_m: float = 0.0) -> bytes:
    """Two lines across the town: weekdays every 10 minutes, Sundays every hour, and a public holiday."""
    lines = {"E": [(x, 2000 + 1) for x in range(-500, 4501, 500)], "N": [(2000 + 1, y) for y in range(-500, 4501, 500)]}
    stops, routes = (
        ["stop_id,stop_name,stop_lat,stop_lon"],
        ["route_id,agency_id,route_short_name,route_long_name,route_type"],
    )
    trips, times = ["route_id,service_id,trip_id"], ["trip_id,arrival_time,departure_time,stop_id,stop_sequence"]
    for line, points in lines.items():
        routes.append(f"IDFM:{line},IDFM:1,{line},Ligne {line},3")
        for at, (x, y) in enumerate(points):
            lon, lat = town.degrees(x + away_m, y)
            stops.append(f"IDFM:{line}{at},Arrêt {line}{at},{lat},{lon}")
        for service, every in (("IDFM:sem", 10), ("IDFM:dim", 60)):
            for start in range(5 * 60, 25 * 60, every):
                trip = f"IDFM:{line}-{service[-3:]}-{start}"
                trips.append(f"IDFM:{line},{service},{trip}")
                for at in range(len(points)):
                    minute = start + 2 * at
                    clock = f"{minute // 60:02d}:{minute % 60:02d}:00"
                    times.append(f"{trip},{clock},{clock},IDFM:{line}{at},{at + 1}")
    files = {
        "agency.txt": [
            "agency_id,agency_name,agency_url,agency_timezone",
            "IDFM:1,Réseau,https://reseau.example,Europe/Paris",
        ],
        "routes.txt": routes,
        "calendar.txt": [
            "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date",
            f"IDFM:sem,1,1,1,1,1,0,0,{FEED_FIRST},{FEED_LAST}",
            f"IDFM:dim,0,0,0,0,0,1,1,{FEED_FIRST},{FEED_LAST}",
        ],
        "calendar_dates.txt": ["service_id,date,exception_type", "IDFM:sem,20261111,2", "IDFM:dim,20261111,1"],
        "stops.txt": stops,
        "trips.txt": trips,
        "stop_times.txt": times,
    }
    return zipped({name: "\r\n".join(rows) + "\r\n" for name, rows in files.items()})


def feeds_json(town: Town) -> bytes:
    """The national access point's list: a feed of the town, one of its region that runs elsewhere, and others."""

    def dataset(slug, area, resources, kind="public-transit", licence="odc-odbl"):
        return {
            "id": slug, "slug": slug, "title": slug.replace("-", " "), "type": kind, "licence": licence,
            "covered_area": area, "publisher": {"name": f"Syndicat {slug}", "type": "organization"},
            "page_url": f"https://transport.data.gouv.fr/datasets/{slug}", "resources": resources,
        }  # fmt: skip

    def resource(number, form="GTFS", **more):
        return {
            "id": number, "format": form, "type": "main", "title": f"{form}.zip", "is_available": True,
            "url": f"https://transport.data.gouv.fr/resources/{number}/download",
            "original_url": f"http://producteur.example/{number}.zip", **more,
        }  # fmt: skip

    here, region = {"type": "epci", "insee": EPCI, "nom": "Métropole"}, REGION.get(town.code, "99")
    datasets = [
        dataset("reseau-urbain", [here], [resource(81234), resource(81235, "gtfs-rt"), resource(81236, "NeTEx")]),
        dataset(
            "cars-de-la-region", [{"type": "region", "insee": region, "nom": "R"}], [resource(81299)], licence="lov2"
        ),
        dataset("reseau-d-ailleurs", [{"type": "epci", "insee": "200000001", "nom": "Ailleurs"}], [resource(81300)]),
        dataset("trains", [{"type": "pays", "insee": "FR", "nom": "France"}], [resource(81301)]),
        dataset("horaires-des-lignes-ter", [{"type": "pays", "insee": "FR", "nom": "France"}], [resource(81304)]),
        dataset("aires", [here], [resource(81302)], kind="carpooling-areas"),
        dataset("ancien-reseau", [here], [resource(81303, is_available=False)]),
    ]
    return json.dumps(datasets, ensure_ascii=False).encode()


def holidays_json(town: Town) -> bytes:
    periods = [
        ("Vacances de la Toussaint", "2026-10-16T22:00:00+00:00", "2026-11-01T23:00:00+00:00"),
        ("Vacances de Noël", "2026-12-18T23:00:00+00:00", "2027-01-03T23:00:00+00:00"),
    ]
    zone = town.departement.school_zone
    zone = f"Zone {zone}" if len(zone) == 1 else zone
    records = [
        {"description": said, "population": "-", "start_date": first, "end_date": last, "location": "Versailles",
         "zones": zone, "annee_scolaire": "2026-2027"}
        for said, first, last in periods
    ]  # fmt: skip
    return json.dumps(records, ensure_ascii=False).encode()


# Priority neighbourhoods.


def qpv_json(town: Town) -> dict:
    def feature(code, name, communes, ring, department=town.code):
        properties = {
            "fid": 1, "code_qp": code, "lib_qp": name, "insee_reg": "11", "lib_reg": "R", "insee_dep": department,
            "lib_dep": "D", "insee_com": communes, "lib_com": "C", "siren_epci": EPCI,
        }  # fmt: skip
        return {
            "type": "Feature",
            "properties": properties,
            "geometry": {"type": "MultiPolygon", "coordinates": [ring]},
        }

    def box(x, y, side=600.0):
        corners = [(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)]
        return [[town.degrees(*corner) for corner in corners]]

    a, b = f"QN{town.code.zfill(3)}01M", f"QN{town.code.zfill(3)}02M"
    features = [
        feature(b, "Les Hauts-d’Œuvre", f"{town.insee[0]}, {town.insee[1]}", box(1700, 500)),
        feature(a, "La Cité-Jardin", town.insee[2], box(500, 2600)),
        feature("QN00101M", "Ailleurs", "01053", [[[5.2, 46.2], [5.21, 46.2], [5.21, 46.21], [5.2, 46.2]]], "01"),
    ]
    return {"type": "FeatureCollection", "name": "QP2024_France_Hexagonale_Outre_Mer_WGS84", "features": features}


def qpv_zip(town: Town) -> bytes:
    body = json.dumps(qpv_json(town), ensure_ascii=False)
    name = "QP2024_France_Hexagonale_Outre_Mer"
    return zipped(
        {
            f"GEOJSON/{name}_WGS84.geojson": body,
            "GEOJSON/QP2024_France_Hexagonale_LB93.geojson": "{}",
            "lisez-moi.txt": "QPV",
        }
    )


# PMI.


def finess_place(
    town: Town, key: str, name: str, insee: str, *, at=None, layout="degrees", category="223", state="A",
    closed=None, number="12", street="DES LILAS", line="12 RUE DES LILAS", ban=None, more=(),
) -> dict:  # fmt: skip
    """A place of FINESS+; `layout` says what its four fields of coordinates hold."""
    spot = {}
    if at is not None:
        lon, lat = town.degrees(*at)
        x, y = f"{town.x + at[0]:.2f}", f"{town.y + at[1]:.2f}"
        spot = {
            "degrees": {
                "coordonneeX": y,
                "coordonneeY": x,
                "directionLatitude": str(lat),
                "directionLongitude": str(lon),
            },
            "metres": {
                "coordonneeX": str(lon),
                "coordonneeY": str(lat),
                "directionLatitude": y,
                "directionLongitude": x,
            },
            "turned": {
                "coordonneeX": str(lat),
                "coordonneeY": str(lon),
                "directionLatitude": y,
                "directionLongitude": x,
            },
            "lambert": {"coordonneeX": y, "coordonneeY": x, "directionLatitude": "", "directionLongitude": None},
        }[layout] | {"cleInInteropBAN": ban or f"{insee}_0515_00012", "scoreBAN": "0.9673"}
    address = {
        "usageAdresse": "03", "numeroVoie": number, "typeVoie": "R   ", "libelleVoie": street, "cogCommune": insee,
        "ligneAcheminement": "NEUVY", "ligneQuatre": line, "codePostal": f"{town.code[:2]}600",
    }  # fmt: skip
    if spot:
        address["coordonneesGeographique"] = spot
    info = {
        "egeId": key[-4:],
        "dateOuverture": "1982-03-04",
        "nomEgeCourt": name[:20],
        "nomEgeLong": name + "   ",
        "numFinessEge": key,
    }
    if closed:
        info["dateFermeture"] = closed
    return {
        "informationsGeneralesEGE": info,
        "categorieentiteGeographiqueExercice": category,
        "typeBudget": ["01"],
        "adresse": [{**address, "usageAdresse": "02", "cogCommune": "75056"}, address, *more],
        "contact": [{"typeContact": {"roleContact": "01"}, "telecom": {"telephone": "0147000000"}}],
        "engagement": [], "evenement": [], "roleEge": [],
        "etatObjet": state, "dateDerniereMaj": "2026-02-18 00:00:00",
    }  # fmt: skip


def finess_places(town: Town) -> list[dict]:
    start = town.code[:2]
    return [
        finess_place(town, f"{start}0000011", "CENTRE DE PMI LES LILAS", town.insee[0], at=(500, 500)),
        finess_place(town, f"{start}0000022", "PMI MATHÉOPHILE", town.insee[1], at=(2700, 700), layout="metres",
                     number="3", street="MAEOPHILE GAUTIER", line="3 RUE MATHEOPHILE GAUTIER"),
        finess_place(town, f"{start}0000033", "PMI DU BOIS", town.insee[2], layout="none", number="8",
                     street="DU BOIS", line="8 RUE DU BOIS"),
        finess_place(town, f"{start}0000044", "PMI FERMÉE", town.insee[0], at=(600, 600), closed="2021-01-31",
                     state="I"),
        finess_place(town, f"{start}0000055", "CLINIQUE", town.insee[0], at=(700, 700), category="365"),
        finess_place(town, "010000016", "PMI D’AILLEURS", "01053", at=(800, 800)),
    ]  # fmt: skip


def finess_json(places: list[dict]) -> bytes:
    body = {
        "schemaVersion": "v1.0.0",
        "generatedAt": "2026-11-20T03:49:37.615611300Z",
        "gcc": [{"gccId": "1", "nomGcc": "Côte d'Or", "pmejDuGcc": [{"pmSmsseId": "14869"}]}],
        "gco": [],
        "pmej": [
            {
                "informationsGeneralesPMEJ": {
                    "pmSmsseId": str(at),
                    "denominationPm": "DÉPARTEMENT",
                    "numFinessPm": "920000000",
                },
                "adresse": [],
                "ege": places[at : at + 2],
                "etatObjet": "A",
            }
            for at in range(0, len(places), 2)
        ],
    }
    return json.dumps(body, ensure_ascii=False, indent=2).encode()


def finess_gz(town: Town) -> bytes:
    return gzip.compress(finess_json(finess_places(town)), mtime=0)


def finess_csv(town: Town, *, encoding: str = "cp1252") -> bytes:
    """The old flow: places first, then their points, Windows-1252, no header but a line of its own."""
    overseas = {"971": "9A", "972": "9B", "973": "9C", "974": "9D", "976": "9F"}

    def place(key, name, insee, category="223"):
        field = [""] * 32
        field[0:5] = ["structureet", key, "920000000", name[:38], name]
        field[7:10] = ["12", "R", "DES LILAS"]
        field[12:17] = [
            insee[-3:],
            overseas.get(town.code, town.code),
            "DÉPARTEMENT",
            f"{town.code[:2]}600 NEUVY CEDEX",
            "0147000000",
        ]
        field[18:20] = [category, "Protection Maternelle et Infantile (P.M.I.)"]
        field[30] = "2024-02-02"
        return field

    def point(key, x, y):
        return [
            "geolocalisation",
            key,
            f"{town.x + x:.1f}",
            f"{town.y + y:.1f}",
            "1,ATLASANTE,100,IGN,BD_ADRESSE,V2.1,LAMB93",
            "2024-02-02",
        ]

    start = town.code[:2]
    rows = [
        ["finess", "etalab", "94", "2026-05-12"],
        place(f"{start}0000011", "CENTRE DE PMI LES LILAS DE L'ÉTANG", town.insee[0]),
        place(f"{start}0000055", "CLINIQUE", town.insee[0], "365"),
        point(f"{start}0000055", 700, 700),
        point(f"{start}0000011", 500, 500),
    ]
    return "".join(";".join(row) + "\n" for row in rows).encode(encoding)


def directory_record(
    town: Town, key: str, name: str, at: int, spot, street: str, pivot: str = "pmi", *, turned=False
) -> dict:
    lon, lat = town.degrees(*spot)
    lon, lat = (lat, lon) if turned else (lon, lat)
    address = {
        "type_adresse": "Adresse", "complement1": "", "complement2": "", "numero_voie": street,
        "service_distribution": "",
        "code_postal": f"{town.code[:2]}600", "nom_commune": NAMES[at], "pays": "", "continent": "",
        "longitude": str(lon), "latitude": str(lat), "accessibilite": "", "note_accessibilite": "",
    }  # fmt: skip
    return {
        "id": key, "nom": name, "code_insee_commune": town.insee[at], "date_modification": "2026-06-01T10:00:00+02:00",
        "adresse": json.dumps([address], ensure_ascii=False),
        "telephone": json.dumps([{"valeur": "01 47 00 00 01", "description": ""}]),
        "pivot": json.dumps([{"type_service_local": pivot, "code_insee_commune": [town.insee[at]]}]),
        "plage_ouverture": "[]", "itm_identifiant": "1", "partenaire": "",
    }  # fmt: skip


def directory_records(town: Town) -> list[dict]:
    mairie = directory_record(town, "aaaa-1", "Mairie - Neuvy", 3, (3000, 3000), "1 place de la Mairie", "mairie")
    return [
        mairie,
        directory_record(town, "aaaa-2", "Centre de PMI - Les Lilas", 0, (520, 510), "12 rue des Lilas"),
        directory_record(town, "aaaa-3", "PMI - Neuvy", 3, (3100, 3200), "5 avenue du Théâtre", turned=True),
        {**mairie, "id": "aaaa-4", "pivot": "", "adresse": ""},
        directory_record(
            town, "aaaa-5", "Pôle social - L’Haÿ-le-Bois", 1, (2600, 1900), "1 place du Marché", "departement"
        ),
        directory_record(town, "aaaa-6", "CCAS - Maison des solidarités", 1, (2500, 1800), "2 place du Marché", "ccas"),
    ]


def directory_json(town: Town) -> bytes:
    return json.dumps(directory_records(town), ensure_ascii=False).encode()


# Addresses.


def geocode(town: Town, sent: bytes, *, turned: bool = False, **weak: dict[str, str]) -> bytes:
    """Answer a batch: what the service adds to each row. `weak` changes answers, by a word of the address."""
    head, _, rest = sent.partition(b"text/csv\r\n\r\n")
    assert b'name="citycode"' in head
    assert b'name="columns"' in head
    rows = list(csv.DictReader(io.StringIO(rest.rpartition(b"\r\n--")[0].decode("utf-8"))))
    lon, lat = town.degrees(900, 2900)
    lon, lat = (lat, lon) if turned else (lon, lat)
    for row in rows:
        row |= {
            "latitude": str(lat), "longitude": str(lon), "result_label": f"{row['adresse'].title()} 92600 Mont-d’Œuvre",
            "result_score": "0.934", "result_score_next": "", "result_type": "housenumber", "result_id": "x",
            "result_citycode": row["code_commune"] or town.insee[2], "result_status": "ok",
        }  # fmt: skip
        for word, changes in weak.items():
            if word.lower() in row["adresse"].lower():
                row.update(changes)
    return table(list(rows[0]), rows).encode()


# Stations.


def stations_json(town: Town, *, crs: str = "EPSG:4326") -> bytes:
    """The service's GeoJSON, in degrees or in the stations' own projection."""
    there = Transformer.from_crs(town.crs, crs, always_xy=True)

    def feature(name, line, x, y):
        point = there.transform(town.x + x, town.y + y)
        return {"type": "Feature", "id": 1, "properties": {"OBJECTID": 1, "NOM": name, "LIGNE": line},
                "geometry": {"type": "Point", "coordinates": list(point)}}  # fmt: skip

    features = [
        feature("Neuvy – Étang", "15", 3000, 3000),
        feature("Saint-Éloi RER", "15", 500, 1000),
        feature("Loin", "18", 40_000, 0),
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()


def next_tuesday() -> dt.date:
    """A plain Tuesday inside the feed's calendar."""
    return dt.date(2026, 11, 24)


def metres_apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    return math.hypot(one[0] - other[0], one[1] - other[1])
