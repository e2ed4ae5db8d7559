"""A small study whose every text is hostile: to templates, HTML, scripts, spreadsheets, terminals and runners."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import TYPE_CHECKING

from small_study import degrees, features, square, write_small_study

if TYPE_CHECKING:
    from pathlib import Path

#: What each text ends with. What would run leaves a file named "ran" where it runs, or sets `window.ran`.
HOSTILE = (
    '{{ 7*7 }} {% x {# b {{ cycler.__init__.__globals__.os.system("touch ran") }}'
    " </script><script>window.ran=1</script> <!-- `${window.ran=1}` \"q\" 'q' ]]> [/x] \x1b[31m \u202e ::error::"
    ' =1+1 &amp; %0A <img src=x onerror="window.ran=1"> javascript:window.ran=1 $& $1 \\n \\u003c {cell} {name} {0} %s'
)
#: A name of a file may hold no slash.
HOSTILE_FILE = HOSTILE.replace("/", "").replace("\x1b", "")[:180]

TOML = """
[territory]
communes = "communes.geojson"
sst = { file = "sst.csv", column = "sst_before" }
priority_areas = "areas.geojson"
[scenario]
files = ["scenario.toml"]
"""


def hostile(field: str) -> str:
    """A hostile text that says where it comes from."""
    return f"Field {field} {HOSTILE}"


def _table(rows: list[list[object]]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(rows)
    return written.getvalue()


def write_hostile_study(folder: Path) -> Path:
    """Write the study. Its texts are ``hostile(...)`` of: study, source, commune, sst, area, site, closed, address,
    hours, operator, origin, agency, line, stop, cell, scenario and note."""
    write_small_study(folder)
    text = (folder / "study.toml").read_text(encoding="utf-8")
    head, tail = text.index("[territory]"), text.index("[residents]")
    text = f"sources = {json.dumps([hostile('source')])}\n{text[:head]}{TOML}{text[tail:]}"
    text = text.replace('"Petite étude"', json.dumps(hostile("study")))
    text = text.replace('"bus.zip"', json.dumps(f"bus {HOSTILE_FILE}.zip"))
    (folder / "study.toml").write_text(text, encoding="utf-8")
    communes = [
        ({"insee": "01001", "name": hostile("commune"), "population": 500}, square(-1000, -1000, 4000, 2000)),
        ({"insee": "01002", "name": "Est", "population": 500}, square(3000, -1000, 4000, 2000)),
    ]
    (folder / "communes.geojson").write_text(features(communes), encoding="utf-8")
    (folder / "sst.csv").write_text(
        _table([["insee", "sst_before", "sst_after"], ["01001", hostile("sst"), "x"], ["01002", "est", "x"]]),
        encoding="utf-8",
    )
    areas = [({"code_qp": "Q1", "lib_qp": hostile("area")}, square(5450, -50, 600, 300))]
    (folder / "areas.geojson").write_text(features(areas), encoding="utf-8")
    cells = [
        ({"cell": f"{hostile('cell')}{k:02d}", "ind": 10 + k, "ind_0_3": k}, square(200 * k, 0, 200, 200))
        for k in range(-4, 34)
    ]
    (folder / "residents.geojson").write_text(features(cells), encoding="utf-8")
    rows = [["name", "kind", "insee", "lat", "lon", "status", "address", "hours", "operator", "source"]]
    told = [hostile(field) for field in ("address", "hours", "operator", "origin")]
    for name, kind, insee, x in (
        (hostile("site"), "pole", "01002", 6000),
        ("Antenne", "antenne", "01001", 0),
        (hostile("closed"), "pmi", "01001", 300),
    ):
        lon, lat = degrees(x, 100)
        rows.append([name, kind, insee, lat, lon, "closed" if kind == "pmi" else "open", *told])
    (folder / "sites.csv").write_text(_table(rows), encoding="utf-8")
    (folder / "scenario.toml").write_text(
        f"name = {json.dumps(hostile('scenario'))}\nnote = {json.dumps(hostile('note'))}\n"
        '[[close_stop]]\nstop = "S3"\n',
        encoding="utf-8",
    )
    _rewrite_feed(folder / "bus.zip", folder / f"bus {HOSTILE_FILE}.zip")
    return folder


def _rewrite_feed(old: Path, new: Path) -> None:
    """A railway, whose stations the map names."""
    with zipfile.ZipFile(old) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    agency = [["agency_id", "agency_name", "agency_url", "agency_timezone"]]
    files["agency.txt"] = _table([*agency, ["A", hostile("agency"), "http://example.org", "Europe/Lisbon"]])
    routes = [["route_id", "agency_id", "route_short_name", "route_long_name", "route_type"]]
    files["routes.txt"] = _table([*routes, ["L1", "A", hostile("line"), "", "2"]])
    stops = list(csv.reader(io.StringIO(files["stops.txt"])))
    stops[1][1] = hostile("stop")
    files["stops.txt"] = _table(stops)
    with zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, said in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 4, 23, 9, 0, 0)), said)
    old.unlink()
