"""A study of twenty cells that has everything a study may have, as bytes by file name.

Three communes side by side, two SST, streets on a grid, two feeds (one with frequencies, stations and pathways), and
the files that commands take beside a study: candidates, a caravan's stops, a scenario, a kept result, a lock.
"""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

from pyproj import Transformer

CRS = "EPSG:32628"
X0, Y0 = 500_000.0, 5_000_000.0
COLUMNS, ROWS, STEP = 5, 4, 450.0
_TO_DEGREES = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)
_DAY = (2024, 4, 23, 9, 0, 0)

#: What study.toml says at least; `{streets}` or a straight line is added.
DOCUMENT: dict[str, Any] = {
    "name": "Petite étude",
    "date": "2024-04-23",
    "crs": CRS,
    "departures": {"from": "09:00", "to": "09:20"},
    "territory": {"communes": "communes.geojson", "sst": {"file": "sst.csv", "column": "sst_before"}},
    "residents": {"file": "residents.geojson", "weight": "ind"},
    "sites": {"file": "sites.csv"},
    "walking": {"streets": "streets.osm", "min_island_nodes": 4},
    "transit": {"gtfs": ["bus.zip", "metro.zip"]},
}
#: Keys that a case may add, by dotted name, with values that are right.
EXTRAS: dict[str, list[Any]] = {
    "language": ["fr", "en"],
    "departures.every_s": [30, 60, 300],
    "territory.sst.column": ["sst_after"],
    "territory.priority_areas": ["qpv.geojson"],
    "residents.weight": ["ind_0_3", "men"],
    "residents.id": ["cell"],
    "residents.crs": ["EPSG:4326"],
    "sites.default_kind": ["antenna"],
    "walking.profile": ["stroller", "wheelchair", "senior"],
    "walking.speed_kmh": [3.0, 5],
    "walking.limits_min": [{"access": 10, "direct": 30}],
    "walking.snap_m": [50, 1000],
    "transit.boarding_slack_s": [0, 120],
    "transit.boarding_rule": ["strict"],
    "transit.wheelchair_unknown": ["allow"],
    "transit.pathways": ["ignore"],
    "transit.frequency_phase": ["drawn"],
    "transit.frequency_seed": [7],
    "policy.preset": ["discours-2023-06", "discours-2024-04"],
    "policy.pole": [{"lt": 25}, {"le": 15, "pool": "own_sst"}, {"mode": "walk"}, {"profile": "senior"}],
    "policy.antenna": [{"kinds": ["antenna", "annex"]}, {"mode": "transit", "weight": "ind_0_3"}],
    "policy.pmi": [{"lt": 10}],
    "policy.presence": [True, False],
    "policy.required_share": [0.5],
    "policy.departures_required": [0.9],
    "policy.baseline_tolerance": [0],
    "policy.annex_counts_as_pole": [True],
    "policy.main_sites_count": [False],
    "policy.partner_operated_count": [True],
    "scenario.file": ["scenario.toml"],
    "sources": [["INSEE", "OpenStreetMap"]],
}
SCENARIO: dict[str, Any] = {
    "name": "Tram",
    "note": "Une ligne de plus",
    "add_line": [
        {
            "name": "T1",
            "mode": "tram",
            "stations": ["S0", {"name": "Mairie", "lat": 45.159, "lon": -14.989}, "S3"],
            "run_times_min": [3, 2.5],
            "headway": [{"from": "07:00", "to": "11:00", "every_min": 6}],
        },
        {"name": "B9", "mode": "bus", "stations": ["S1", "S2"], "speed_kmh": 20, "departures": ["09:05", "09:25"]},
    ],
    "reroute_line": [{"line": "1", "skip": ["S2"]}],
    "change_frequency": [{"line": "1", "from": "07:00", "to": "10:00", "factor": 1.5}],
    "change_speed": [{"line": "M", "factor": 0.8, "between": ["M0", "M1"]}],
    "close_stop": [{"stop": "S1"}],
    "open_stop": [
        {
            "line": "1",
            "between": ["S3", "S4"],
            "station": {"name": "Neuf", "lat": 45.1585, "lon": -14.981},
            "dwell_s": 20,
        }
    ],
    "add_street": [{"name": "Passerelle", "points": [[45.1531, -14.9995], [45.1571, -14.9942]]}],
}


def _degrees(x: float, y: float) -> list[float]:
    lon, lat = _TO_DEGREES.transform(X0 + x, Y0 + y)
    return [round(lon, 7), round(lat, 7)]


def _square(x: float, y: float, width: float, height: float) -> dict[str, Any]:
    ring = [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)]
    return {"type": "Polygon", "coordinates": [[_degrees(*corner) for corner in ring]]}


def _collection(rows: list[tuple[dict[str, Any], dict[str, Any]]]) -> bytes:
    features = [{"type": "Feature", "properties": said, "geometry": shape} for said, shape in rows]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()


def _lines(*rows: str) -> bytes:
    return ("\n".join(rows) + "\n").encode()


def _cells() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    cells = []
    for row in range(ROWS):
        for column in range(COLUMNS):
            k = row * COLUMNS + column
            said = {
                "cell": f"c{k:02d}",
                "ind": 20.5 + k,
                "ind_0_3": k % 4,
                "ind_4_5": 1,
                "men": 9 + k,
                "men_pauv": k % 3,
            }
            said |= {"ind_snv": (20.5 + k) * (15_000 + 700 * k)}
            cells.append((said, _square(STEP * column, STEP * row, 200, 200)))
    return cells


def _sites() -> bytes:
    rows = ["name,kind,insee,lat,lon,status,open_from,open_until,hours,dates,sst,location,operator,address,capacity"]
    sites = [
        ("Pôle de l’Est", "pole", "01003", 1900, 700, "open,,,9h-17h,,est,exact,,1 rue A,12"),
        ("Antenne de l’Ouest", "antenna", "01001", 100, 100, "open,2020-01-01,,,,,,,2 rue B,"),
        ("PMI du Centre", "pmi", "01002", 1000, 1400, "open,,2030-12-31,,,,address,partner,3 rue C,8"),
        ("PMI de l’Ouest", "pmi", "01001", 200, 1300, "planned,2026-01-01,,,,,,,4 rue D,5"),
        ("Ancien pôle", "pole", "01001", 0, 1000, "closed,,2020-12-31,,,,,,5 rue E,"),
        ("Caravane", "mobile_stop", "01002", 900, 300, "open,,,11h-16h,2024-04-23; 2024-05-07,,,,Place F,"),
    ]
    for name, kind, insee, x, y, rest in sites:
        lon, lat = _degrees(x, y)
        rows.append(f"{name},{kind},{insee},{lat},{lon},{rest}")
    return _lines(*rows)


def _streets() -> bytes:
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6" generator="x">']

    def node(column: int, row: int) -> int:
        return 1 + column + (COLUMNS + 1) * row

    for row in range(ROWS + 1):
        for column in range(COLUMNS + 1):
            lon, lat = _degrees(STEP * column - 60, STEP * row - 60)
            lines.append(f'<node id="{node(column, row)}" version="1" lon="{lon}" lat="{lat}"/>')
    kinds = ["residential", "footway", "service", "steps", "path", "pedestrian"]
    ways = [[node(column, row) for column in range(COLUMNS + 1)] for row in range(ROWS + 1)]
    ways += [[node(column, row) for row in range(ROWS + 1)] for column in range(COLUMNS + 1)]
    for k, refs in enumerate(ways):
        inner = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        tags = f'<tag k="highway" v="{kinds[k % len(kinds)]}"/><tag k="name" v="Rue {k}"/>'
        tags += '<tag k="foot" v="yes"/><tag k="oneway:foot" v="no"/>' if k % 4 == 0 else '<tag k="wheelchair" v="no"/>'
        lines.append(f'<way id="{100 + k}" version="1">{inner}{tags}</way>')
    square = "".join(f'<nd ref="{ref}"/>' for ref in (node(1, 1), node(2, 1), node(2, 2), node(1, 2), node(1, 1)))
    area = '<tag k="highway" v="pedestrian"/><tag k="area" v="yes"/>'
    lines.append(f'<way id="300" version="1">{square}{area}</way>')
    members = '<member type="way" ref="300" role="outer"/><tag k="type" v="multipolygon"/>'
    lines.append(f'<relation id="400" version="1">{members}<tag k="highway" v="pedestrian"/></relation>')
    return _lines(*lines, "</osm>")


def _stop(name: str, x: float, y: float, rest: str) -> str:
    lon, lat = _degrees(x, y)
    return f"{name},Arrêt {name},{lat},{lon},{rest}"


_STOP_HEAD = "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station,wheelchair_boarding"
_AGENCY = "agency_id,agency_name,agency_url,agency_timezone"
_ROUTES = "route_id,agency_id,route_short_name,route_long_name,route_type"
_CALENDAR = "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date"
_TIMES = "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,drop_off_type,timepoint"


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}:00"


def _bus() -> bytes:
    trips, times = ["route_id,service_id,trip_id,direction_id,block_id,wheelchair_accessible,shape_id"], [_TIMES]
    for way in (0, 1):
        for start in range(8 * 60 + 50, 10 * 60, 10):
            trip = f"T{way}{start}"
            trips.append(f"L1,wd,{trip},{way},B{start},{way},sh")
            for k in range(5):
                clock = _clock(start + 2 * k)
                stop = k if way == 0 else 4 - k
                # Times between the first and the last stop are left to the reader now and then.
                said = f"{clock},{clock}" if k in (0, 4) or start % 20 else ","
                times.append(f"{trip},{said},S{stop},{k + 1},0,0,{int(bool(said != ','))}")
    files = {
        "agency.txt": _lines(_AGENCY, "A,Bus,http://example.org,Europe/Lisbon"),
        "routes.txt": _lines(_ROUTES, "L1,A,1,Ouest - Est,3"),
        "calendar.txt": _lines(_CALENDAR, "wd,1,1,1,1,1,0,0,20240101,20241231"),
        "calendar_dates.txt": _lines("service_id,date,exception_type", "wd,20240501,2", "wd,20240504,1"),
        "stops.txt": _lines(_STOP_HEAD, *(_stop(f"S{k}", STEP * k, 420, "0,,1") for k in range(5))),
        "trips.txt": _lines(*trips),
        "stop_times.txt": _lines(*times),
        "transfers.txt": _lines("from_stop_id,to_stop_id,transfer_type,min_transfer_time", "S2,S3,2,120", "S1,S1,0,"),
        "shapes.txt": _lines(
            "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence", "sh,45.15,-15,1", "sh,45.15,-14.98,2"
        ),
        "feed_info.txt": _lines(
            "feed_publisher_name,feed_publisher_url,feed_lang,feed_start_date,feed_end_date",
            "X,http://example.org,fr,20240101,20241231",
        ),
    }
    return pack(files)


def _metro() -> bytes:
    stops = [
        _stop("ST", 450, 900, "1,,1"),
        _stop("M0", 460, 910, "0,ST,1"),
        _stop("E0", 430, 860, "2,ST,1"),
        _stop("N0", 440, 880, "3,ST,"),
        _stop("M1", 1100, 1000, "0,,0"),
        _stop("M2", 1850, 1050, "0,,2"),
    ]
    times = [f"MT,{_clock(480 + 3 * k)},{_clock(480 + 3 * k)},M{k},{k},0,0,1" for k in range(3)]
    files = {
        "agency.txt": _lines(_AGENCY, "B,Métro,http://example.org,Europe/Lisbon"),
        "routes.txt": _lines(_ROUTES, "M,B,M,Métro,1"),
        "calendar_dates.txt": _lines("service_id,date,exception_type", "d,20240423,1"),
        "stops.txt": _lines(_STOP_HEAD, *stops),
        "trips.txt": _lines("route_id,service_id,trip_id,wheelchair_accessible", "M,d,MT,1"),
        "stop_times.txt": _lines(_TIMES, *times),
        "frequencies.txt": _lines(
            "trip_id,start_time,end_time,headway_secs,exact_times",
            "MT,07:00:00,09:10:00,240,0",
            "MT,09:10:00,11:00:00,300,1",
        ),
        "pathways.txt": _lines(
            "pathway_id,from_stop_id,to_stop_id,pathway_mode,is_bidirectional,length,traversal_time,stair_count",
            "p1,E0,N0,2,1,20,30,18",
            "p2,N0,M0,1,1,40,,",
        ),
        "levels.txt": _lines("level_id,level_index,level_name", "L0,0,Rue"),
    }
    return pack(files)


def pack(files: dict[str, bytes]) -> bytes:
    """Pack a zip, the same bytes from the same files."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, _DAY), data, compress_type=zipfile.ZIP_DEFLATED)
    return held.getvalue()


def _lock() -> bytes:
    digest = "ab" * 32
    download = {
        "source": "communes", "name": "communes", "address": "https://example.org/communes.geojson",
        "fetched": "2024-04-23", "sha256": digest, "size": 1234, "licence": "Licence Ouverte 2.0",
        "licence_address": "https://example.org/licence", "attribution": "IGN",
    }  # fmt: skip
    file = {"file": "communes.geojson", "source": "communes", "sha256": digest, "size": 99, "used": ["communes"]}
    said = {
        "version": 1,
        "departement": "92",
        "date": "2024-04-23",
        "feeds": [],
        "files": [file],
        "downloads": [download],
    }
    return json.dumps(said, indent=2).encode()


def _caravan() -> bytes:
    rows = ["date,from,to,name,lat,lon,commune"]
    for day, x, y in (("2024-04-23", 400, 500), ("2024-05-02", 1300, 900), ("2024-05-16", 400, 500)):
        lon, lat = _degrees(x, y)
        rows.append(f"{day},11:00,17:00,Place {x},{lat},{lon},Centre")
    return _lines(*rows)


def _candidates() -> bytes:
    rows = ["name,kind,lat,lon"]
    for k, (x, y) in enumerate(((300, 300), (1200, 800), (1700, 1300))):
        lon, lat = _degrees(x, y)
        rows.append(f"Lieu {k},pmi,{lat},{lon}")
    return _lines(*rows)


@cache
def base_files() -> dict[str, bytes]:
    """All files but study.toml, scenario.toml and kept.json, by name."""
    width = STEP * COLUMNS / 3
    communes = [
        ({"insee": f"0100{k + 1}", "name": name, "population": 250 + k}, _square(-100 + width * k, -100, width, 2000))
        for k, name in enumerate(("Ouest", "Centre", "Est"))
    ]
    areas = [({"code_qp": "QP001", "lib_qp": "Les Tours"}, _square(300, 300, 500, 500))]
    return {
        "communes.geojson": _collection(communes),
        "sst.csv": _lines(
            "insee,name,sst_before,sst_after", "01001,Ouest,ouest,tout", "01002,Centre,est,tout", "01003,Est,est,tout"
        ),
        "residents.geojson": _collection(_cells()),
        "sites.csv": _sites(),
        "qpv.geojson": _collection(areas),
        "streets.osm": _streets(),
        "bus.zip": _bus(),
        "metro.zip": _metro(),
        "study.lock": _lock(),
        "stops.csv": _caravan(),
        "candidates.csv": _candidates(),
    }


@cache
def other_formats() -> dict[str, bytes]:
    """The tables in the other formats that are read, by name; a Shapefile is several files."""
    import geopandas as gpd
    import pyogrio

    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2024-04-23T09:00:00.000Z"})
    made: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory() as folder:
        for table in ("communes", "residents"):
            frame = gpd.read_file(io.BytesIO(base_files()[f"{table}.geojson"]))
            frame.to_file(Path(folder) / f"{table}.gpkg")
            frame.to_parquet(Path(folder) / f"{table}.parquet")
            frame.to_file(Path(folder) / f"{table}.shp", encoding="utf-8")
            wide = frame.assign(wkt=frame.geometry.to_wkt()).drop(columns="geometry")
            wide.to_csv(Path(folder) / f"{table}.csv", index=False)
        for path in sorted(Path(folder).iterdir()):
            made[path.name] = path.read_bytes()
    return made
