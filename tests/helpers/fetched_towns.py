"""A made-up town in a département, as downloads of open data, and plain sources that make a study of them.

The town is two communes of 2 km side by side, streets every 200 m, a bus along the middle. Beyond it, farther than any
walk, lie a hamlet's streets and another bus line, which clipping leaves out.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import osmium
import pyogrio
import shapely
from pyproj import Transformer

from geo_access.opendata.clip_gtfs import clip_feed, clip_streets
from geo_access.opendata.departements import departement_of
from geo_access.opendata.source import Product
from geo_access.opendata.store import LICENCE_MOBILITES, LICENCE_OUVERTE, ODBL, Item

#: Where the town's south-western corner stands: longitude, latitude.
CORNERS = {"92": (2.20, 48.85), "29": (-4.10, 48.20), "2A": (8.74, 41.92), "974": (55.50, -21.00)}
SIDE, STEP, FAR = 2000.0, 200.0, 30_000.0
HOST = "town.example"


class Town:
    def __init__(self, code: str) -> None:
        self.departement = departement_of(code)
        forth = Transformer.from_crs("EPSG:4326", self.departement.crs, always_xy=True)
        self._back = Transformer.from_crs(self.departement.crs, "EPSG:4326", always_xy=True)
        x, y = forth.transform(*CORNERS[code])
        self.x, self.y = round(x), round(y)

    def degrees(self, x: float, y: float) -> tuple[float, float]:
        lon, lat = self._back.transform(self.x + x, self.y + y)
        return round(lon, 7), round(lat, 7)

    def bodies(self) -> dict[str, bytes]:
        return {
            f"{HOST}/communes.json": self.communes(),
            f"{HOST}/residents.gpkg": self.residents(),
            f"{HOST}/streets.osm.pbf": self.streets(),
            f"{HOST}/feed.zip": self.feed(),
            f"{HOST}/sites.csv": self.sites(),
        }

    def communes(self) -> bytes:
        features = []
        for at in range(2):
            corners = [
                (at * SIDE, 0),
                (at * SIDE + SIDE, 0),
                (at * SIDE + SIDE, SIDE),
                (at * SIDE, SIDE),
                (at * SIDE, 0),
            ]
            ring = [self.degrees(*corner) for corner in corners]
            code = self.departement.code + ("00" + str(at + 1))[-(5 - len(self.departement.code)) :]
            facts = {"insee": code, "name": f"Bourg {at + 1}", "population": 500}
            features.append(
                {"type": "Feature", "properties": facts, "geometry": {"type": "Polygon", "coordinates": [ring]}}
            )
        return json.dumps({"type": "FeatureCollection", "features": features}).encode()

    def residents(self) -> bytes:
        boxes, people = [], []
        for x in range(int(2 * SIDE / STEP)):
            for y in range(int(SIDE / STEP)):
                corner = self.x + x * STEP, self.y + y * STEP
                boxes.append(shapely.box(*corner, corner[0] + STEP, corner[1] + STEP))
                people.append(5)
        table = gpd.GeoDataFrame({"ind": people}, geometry=boxes, crs=self.departement.crs)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "r.gpkg"
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2000-01-01T00:00:00.000Z"})
            try:
                pyogrio.write_dataframe(table, path)
            finally:
                pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
            return path.read_bytes()

    def streets(self) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "s.osm.pbf"
            with osmium.SimpleWriter(str(path)) as writer:
                places = [(x * STEP, y * STEP) for x in range(21) for y in range(11)]
                far = [(FAR + x * STEP, y * STEP) for x in range(9) for y in range(9)]
                numbers = {place: at + 1 for at, place in enumerate([*places, *far])}
                for (x, y), number in numbers.items():
                    writer.add_node(osmium.osm.mutable.Node(id=number, location=self.degrees(x, y), version=1))
                way = 0
                for (x, y), number in numbers.items():
                    for other in ((x + STEP, y), (x, y + STEP)):
                        if other in numbers:
                            way += 1
                            nodes = [number, numbers[other]]
                            tags = {"highway": "residential"}
                            writer.add_way(osmium.osm.mutable.Way(id=way, nodes=nodes, tags=tags, version=1))
            return path.read_bytes()

    def feed(self) -> bytes:
        stops = [("a", 100.0), ("b", 1500.0), ("c", 2500.0), ("d", 3900.0), ("x", FAR), ("y", FAR + 1500.0)]
        times, trips = [], []
        for line, ids in (("near", "abcd"), ("far", "xy")):
            for trip in range(60):
                start = 8 * 60 + trip * 4
                trips.append(f"{line},week,{line}{trip}")
                for at, stop in enumerate(ids):
                    clock = f"{(start + 3 * at) // 60:02d}:{(start + 3 * at) % 60:02d}:00"
                    times.append(f"{line}{trip},{clock},{clock},{stop},{at}")
        texts = {
            "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\nt,Bus,https://bus.example,Europe/Paris",
            "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
            "week,1,1,1,1,1,0,0,20261102,20261231",
            "routes.txt": "route_id,agency_id,route_short_name,route_type\nnear,t,1,3\nfar,t,2,3",
            "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\n"
            + "\n".join("{0},{0},{2},{1}".format(name, *self.degrees(x, 1000.0)) for name, x in stops),
            "trips.txt": "route_id,service_id,trip_id\n" + "\n".join(trips),
            "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n" + "\n".join(times),
        }
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as out:
            for name, text in texts.items():
                out.writestr(zipfile.ZipInfo(name), text + "\n")
        return held.getvalue()

    def sites(self) -> bytes:
        lon, lat = self.degrees(3900.0, 1100.0)
        return f"id,name,kind,status,lat,lon\np,Pôle,pole,open,{lat},{lon}\n".encode()


@dataclass(frozen=True)
class TownSource:
    name: str
    file: str
    product: str
    kind: str
    licence: object
    after: tuple[str, ...] = ("communes",)
    once: bool = False

    def plan(self, request):
        address = f"https://{HOST}/{self.file}"
        if self.name == "gtfs" and request.feeds:
            (address,) = request.feeds
        return (Item(self.file, address, self.kind, 10**7, self.licence, f"Mairie du bourg, {self.name}"),)

    def make(self, request, files, workshop):
        source, target, params = files[self.file], workshop.draft(self.product), {}
        crs = request.departement.crs
        if self.name == "streets":
            params = clip_streets(
                source,
                target,
                area=workshop.area(),
                crs=crs,
                margin_m=request.street_margin_m,
                findings=workshop.findings,
            )
        elif self.name == "gtfs":
            params = clip_feed(
                source, target, area=workshop.area(), crs=crs, margin_m=request.feed_margin_m,
                dates=[request.date - dt.timedelta(days=1), request.date], findings=workshop.findings,
            )  # fmt: skip
        else:
            target.write_bytes(source.read_bytes())
        return (Product(self.product, params, (self.file,), once=self.once),)


TOWN_SOURCES = (
    TownSource("communes", "communes.json", "communes.geojson", "geojson", LICENCE_OUVERTE, after=()),
    TownSource("residents", "residents.gpkg", "residents_200m.gpkg", "gpkg", LICENCE_OUVERTE),
    TownSource("streets", "streets.osm.pbf", "streets.osm.pbf", "pbf", ODBL),
    TownSource("gtfs", "feed.zip", "gtfs/bus.zip", "zip", LICENCE_MOBILITES),
    TownSource("candidates", "sites.csv", "sites.csv", "csv", LICENCE_OUVERTE, once=True),
)
