"""A small study whose every text is hostile: what a template, a markup, a runner or a spreadsheet would obey.

Each text field of each input holds one of `TEXTS` and a tag of its own, by which a test finds it in an output and
sees what stands before it. `turn` shifts which field holds which text.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import TYPE_CHECKING

from small_study import CRS, degrees, features, square

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = (
    '=1+1 {{ 7*7 }}{% x {# b `y`[/z]\x1b[31m\u202e</script>$a_2$"',
    "::error::k [bold]${1}'|*#%0A]]>&lt;##[error]\x9b1m\u2028<b>:x:\\",
)
FIELDS = (
    *(
        "study",
        "source",
        "west",
        "east",
        "sst_west",
        "sst_east",
        "cell",
        "pole",
        "west_pole",
        "antenna",
        "pmi",
        "planned",
    ),
    *("address", "operator", "site_source", "label", "commune", "agency", "short", "long", "headsign"),
    *("stop", "route", "trip", "stop_id", "scenario", "line", "station", "credit", "licence", "area", "caravan"),
    *("caravan_address", "caravan_source", "candidate", "weight", "income", "zoning", "file"),
)


class Hostile:
    """The texts of a study by field: ``texts["pole"]``."""

    def __init__(self, turn: int) -> None:
        self._turn = turn

    def __getitem__(self, field: str) -> str:
        text = TEXTS[(FIELDS.index(field) + self._turn) % len(TEXTS)]
        # A file's name has no slash in it.
        return f"{text.replace('/', '') if field == 'file' else text}{tag(field)}"


def tag(field: str) -> str:
    """The letters that end a field's text, and stand nowhere else."""
    return f"zqx{FIELDS.index(field):02d}xqz"


def sheet(*rows: tuple[object, ...]) -> str:
    """A CSV with every text quoted."""
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n").writerows(rows)
    return written.getvalue()


def write_hostile_study(folder: Path, turn: int) -> Hostile:
    """Write the study, with a list of candidates, a caravan's stops, a scenario and a lock beside it."""
    texts = Hostile(turn)
    folder.mkdir(parents=True)
    settings = {
        "name": texts["study"],
        "date": "2024-04-23",
        "crs": CRS,
        "sources": [texts["source"]],
        "departures": {"from": "09:00", "to": "09:20", "every_s": 300},
        "territory": {
            "communes": "communes.geojson",
            "sst": {"file": "sst.csv", "column": texts["zoning"]},
            "priority_areas": "areas.geojson",
        },
        "residents": {"file": "residents.geojson", "weight": texts["weight"]},
        "sites": {"file": "sites.csv"},
        "walking": {"straight_line": {"detour": 1.3}},
        "transit": {"gtfs": ["bus.zip"]},
        "policy": {"pole": {"lt": 6}, "antenna": {"lt": 4}},
    }
    (folder / "study.toml").write_text(toml(settings), encoding="utf-8")
    communes = [
        ({"insee": "01001", "name": texts["west"], "population": 200}, square(-1000, -1000, 2000, 2000)),
        ({"insee": "01002", "name": texts["east"], "population": 300}, square(1000, -1000, 3000, 2000)),
    ]
    (folder / "communes.geojson").write_text(features(communes), encoding="utf-8")
    areas = [({"code_qp": "QN1", "lib_qp": texts["area"]}, square(-200, -200, 600, 600))]
    (folder / "areas.geojson").write_text(features(areas), encoding="utf-8")
    zones = [
        ("insee", texts["zoning"], "sst_other"),
        ("01001", texts["sst_west"], texts["sst_east"]),
        ("01002", texts["sst_east"], texts["sst_west"]),
    ]
    (folder / "sst.csv").write_text(sheet(*zones), encoding="utf-8")
    cells = []
    for k in range(-4, 16):
        people = {texts["weight"]: 10 + k, texts["income"]: 100 + 7 * k, "ind_0_3": 2, "ind_4_5": 1}
        cells.append(({"cell": f"{texts['cell']}{k}", **people}, square(200 * k, 0, 200, 200)))
    (folder / "residents.geojson").write_text(features(cells), encoding="utf-8")
    (folder / "sites.csv").write_text(_list_sites(texts), encoding="utf-8")
    write_feed(folder / "bus.zip", texts)
    (lon, lat), (east, north) = degrees(3000, 100), degrees(3100, 100)
    candidates = [("name", "kind", "status", "lat", "lon"), (texts["candidate"], "pmi", "planned", lat, lon)]
    (folder / "candidates.csv").write_text(sheet(*candidates), encoding="utf-8")
    stops = [
        ("date", "from", "to", "name", "address", "source", "lat", "lon"),
        ("2024-06-01", "10:00", "12:00", texts["caravan"], texts["caravan_address"], texts["caravan_source"], lat, lon),
    ]
    (folder / "stops.csv").write_text(sheet(*stops), encoding="utf-8")
    scenario = {
        "name": texts["scenario"],
        "add_line": [
            {
                "name": texts["line"],
                "mode": "tram",
                "stations": [texts["stop_id"] + "0", {"name": texts["station"], "lat": north, "lon": east}],
                "run_times_s": [90],
                "headway": [{"from": "08:00", "to": "12:00", "every_min": 5}],
            }
        ],
    }
    (folder / "scenario.toml").write_text(toml(scenario), encoding="utf-8")
    (folder / "study.lock").write_text(json.dumps(_lock(texts)), encoding="utf-8")
    return texts


def toml(settings: dict) -> str:
    """Write settings as TOML: JSON's escapes are among TOML's, inline tables serve for all that is below."""

    def write(value: object) -> str:
        if isinstance(value, dict):
            return "{ " + ", ".join(f"{json.dumps(key)} = {write(one)}" for key, one in value.items()) + " }"
        if isinstance(value, list):
            return "[" + ", ".join(map(write, value)) + "]"
        return json.dumps(value)

    return "".join(f"{json.dumps(key)} = {write(value)}\n" for key, value in settings.items())


def _list_sites(texts: Hostile) -> str:
    columns = (
        "site",
        "name",
        "kind",
        "status",
        "insee",
        "address",
        "operator",
        "source",
        "label",
        "commune",
        "lat",
        "lon",
    )
    told = (texts["address"], texts["operator"], texts["site_source"], texts["label"], texts["commune"])
    rows = []
    for name, kind, status, insee, x in (
        ("pole", "pole", "open", "01002", 2600),
        ("west_pole", "pole", "open", "01001", -700),
        ("antenna", "antenne", "open", "01001", 0),
        ("pmi", "pmi", "open", "01002", 2000),
        ("planned", "pmi", "planned", "01001", -500),
    ):
        lon, lat = degrees(x, 100)
        rows.append((texts[name], texts[name], kind, status, insee, *told, lat, lon))
    return sheet(columns, *rows)


def write_feed(path: Path, texts: Hostile) -> None:
    """Two lines of the same four stops eastward, 1,000 m and 120 s apart; one of them has a long name only."""
    stops = [("stop_id", "stop_name", "stop_lat", "stop_lon")]
    for k in range(4):
        lon, lat = degrees(1000 * k, 100)
        stops.append((f"{texts['stop_id']}{k}", f"{texts['stop']}{k}", lat, lon))
    trips = [("route_id", "service_id", "trip_id", "trip_headsign")]
    times = [("trip_id", "arrival_time", "departure_time", "stop_id", "stop_sequence")]
    for start in range(8 * 60, 11 * 60, 10):
        route = "R2" if start % 30 == 0 else texts["route"]
        trips.append((route, "wd", f"{texts['trip']}{start}", texts["headsign"]))
        for k in range(4):
            clock = f"{(start + 2 * k) // 60:02d}:{(start + 2 * k) % 60:02d}:00"
            times.append((f"{texts['trip']}{start}", clock, clock, f"{texts['stop_id']}{k}", k + 1))
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    files = {
        "agency.txt": [
            ("agency_id", "agency_name", "agency_url", "agency_timezone"),
            ("A", texts["agency"], "http://example.org", "Europe/Lisbon"),
        ],
        "routes.txt": [
            ("route_id", "agency_id", "route_short_name", "route_long_name", "route_type"),
            (texts["route"], "A", texts["short"], "", 3),
            ("R2", "A", "", texts["long"], 3),
        ],
        "calendar.txt": [
            ("service_id", *days, "start_date", "end_date"),
            ("wd", 1, 1, 1, 1, 1, 0, 0, 20240101, 20241231),
        ],
        "stops.txt": stops,
        "trips.txt": trips,
        "stop_times.txt": times,
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 4, 23, 9, 0, 0)), sheet(*rows))


def _lock(texts: Hostile) -> dict:
    digest = "0" * 64
    download = {
        "source": "places",
        "name": "places.json",
        "address": "https://example.org/places.json",
        "fetched": "2024-04-01",
        "sha256": digest,
        "size": 1,
        "licence": texts["licence"],
        "licence_address": "https://example.org/licence",
        "attribution": texts["credit"],
    }
    file = {"file": "sites.csv", "source": "places", "sha256": digest, "size": 1, "used": ["places.json"], "once": True}
    return {"version": 1, "departement": "01", "date": "2024-04-23", "downloads": [download], "files": [file]}
