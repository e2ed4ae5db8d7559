"""A study small enough to reckon by hand: two communes, two SST, one bus line, walks in a straight line.

In EPSG:32628, x from 500,000 m. Cells of 200 m stand in a row along the bus line, which has a stop every 1,000 m; the
pole is at its eastern end, an antenna near its western end.
"""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING

from pyproj import Transformer

if TYPE_CHECKING:
    from pathlib import Path

CRS = "EPSG:32628"
X0, Y0 = 500_000.0, 5_000_000.0
TO_DEGREES = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)

STUDY = """
name = "Petite étude"
date = 2024-04-23
crs = "EPSG:32628"
[departures]
from = "09:00"
to = "10:00"
[territory]
communes = "communes.geojson"
sst = { file = "sst.csv", column = "sst_before" }
[residents]
file = "residents.geojson"
weight = "ind"
[sites]
file = "sites.csv"
[walking]
straight_line = { detour = 1.3 }
[transit]
gtfs = ["bus.zip"]
"""


def degrees(x: float, y: float) -> list[float]:
    """Longitude and latitude of a point given in metres from the study's corner."""
    lon, lat = TO_DEGREES.transform(X0 + x, Y0 + y)
    return [round(lon, 7), round(lat, 7)]


def square(x: float, y: float, width: float, height: float) -> dict:
    ring = [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)]
    return {"type": "Polygon", "coordinates": [[degrees(*corner) for corner in ring]]}


def features(rows: list[tuple[dict, dict]]) -> str:
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [{"type": "Feature", "properties": p, "geometry": g} for p, g in rows],
        },
        ensure_ascii=False,
    )


def write_small_study(folder: Path, *, changes: str = "") -> Path:
    """Write the study; `changes` is appended to its study.toml. Returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "study.toml").write_text(STUDY + changes, encoding="utf-8")
    communes = [
        ({"insee": "01001", "name": "Ouest", "population": 500}, square(-1000, -1000, 4000, 2000)),
        ({"insee": "01002", "name": "Est", "population": 500}, square(3000, -1000, 4000, 2000)),
    ]
    (folder / "communes.geojson").write_text(features(communes), encoding="utf-8")
    (folder / "sst.csv").write_text("insee,sst_before,sst_after\n01001,tout,ouest\n01002,tout,est\n", encoding="utf-8")
    cells = [({"cell": f"c{k:02d}", "ind": 10 + k, "ind_0_3": k}, square(200 * k, 0, 200, 200)) for k in range(-4, 34)]
    (folder / "residents.geojson").write_text(features(cells), encoding="utf-8")
    sites = [("Pôle de l’Est", "pole", "01002", 6000, 100), ("Antenne de l’Ouest", "antenne", "01001", 0, 100)]
    lines = ["name,kind,insee,lat,lon,status"]
    for name, kind, insee, x, y in sites:
        lon, lat = degrees(x, y)
        lines.append(f"{name},{kind},{insee},{lat},{lon},open")
    (folder / "sites.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    write_bus(folder / "bus.zip")
    return folder


def write_bus(path: Path, *, every_min: int = 10) -> None:
    """One line of seven stops, 1,000 m and 120 s apart, eastward all day long."""
    stops = ["stop_id,stop_name,stop_lat,stop_lon"]
    for k in range(7):
        lon, lat = degrees(1000 * k, 100)
        stops.append(f"S{k},Arrêt {k},{lat},{lon}")
    trips, times = ["route_id,service_id,trip_id"], ["trip_id,arrival_time,departure_time,stop_id,stop_sequence"]
    for start in range(6 * 60, 22 * 60, every_min):
        trips.append(f"L1,wd,T{start}")
        for k in range(7):
            minute = start + 2 * k
            clock = f"{minute // 60:02d}:{minute % 60:02d}:00"
            times.append(f"T{start},{clock},{clock},S{k},{k + 1}")
    files = {
        "agency.txt": ["agency_id,agency_name,agency_url,agency_timezone", "A,Bus,http://example.org,Europe/Lisbon"],
        "routes.txt": ["route_id,agency_id,route_short_name,route_long_name,route_type", "L1,A,1,Ouest - Est,3"],
        "calendar.txt": [
            "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date",
            "wd,1,1,1,1,1,0,0,20240101,20241231",
        ],
        "stops.txt": stops,
        "trips.txt": trips,
        "stop_times.txt": times,
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, lines in files.items():
            # A fixed date: the same feed twice must be the same bytes.
            archive.writestr(zipfile.ZipInfo(name, (2024, 4, 23, 9, 0, 0)), "\n".join(lines) + "\n")
