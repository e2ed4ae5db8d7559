"""Texts of a study that would run, end an element or turn a line round: pages show each as it was typed.

Every text field of a study holds all of them at once. The same study with tame words of the same lengths in their stead
must give the same page but for these words: nothing else changes, and nothing is escaped twice.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from html.parser import HTMLParser

import geopandas as gpd
import pytest
from shapely.geometry import Point
from small_study import CRS, X0, Y0, degrees, features, square, write_bus, write_small_study

import geo_access as ga
from geo_access.analysis import robustness
from geo_access.report.pages import inspection as inspection_page
from geo_access.report.pages.placement import render_chosen, render_lead

#: What templates, scripts, HTML, XML, Markdown, rich, terminals and spreadsheets would obey.
HOSTILE = (
    "=1+1 {{ 7*7 }} {% x {# b </script><!-- </style></textarea></title> <img src=x onerror=alert(1)> `${1}` \"q\" 'p'"
    " ]]> [/x] ::error::x &amp; &#x27; \\u003c %s \x1b[31m\x07 \u202eend\u200f\u2066"
)
SHOWN = (
    "=1+1 {{ 7*7 }} {% x {# b </script><!-- </style></textarea></title> <img src=x onerror=alert(1)> `${1}` \"q\" 'p'"
    " ]]> [/x] ::error::x &amp; &#x27; \\u003c %s \\x1b[31m\\x07 \\u202eend\\u200f\\u2066"
)
#: Text fields of the study and of what is asked of it.
FIELDS = (
    "study", "source", "west", "east", "zoning", "sst_west", "sst_east", "pole", "antenna", "pmi", "second_pole",
    "stop", "line", "headsign", "agency", "scenario", "note", "group", "candidate", "halt", "position",
)  # fmt: skip
FIRST_BOLD = ord("𝐚")


def be_hostile(field: str) -> str:
    """A text of a field that no other has."""
    return f"{FIELDS.index(field):02d} {HOSTILE}"


def be_tame(field: str) -> str:
    """As long, in the same order, of one letter that stands nowhere else: a bold one, which is looked up as a plain."""
    return chr(FIRST_BOLD + FIELDS.index(field)) * len(be_hostile(field))


def quote(said: str) -> str:
    """A text as TOML writes it."""
    return json.dumps(said, ensure_ascii=False)


def write_sheet(rows) -> str:
    said = io.StringIO()
    csv.writer(said, lineterminator="\n").writerows(rows)
    return said.getvalue()


def rewrite(archive, name: str, change) -> None:
    with zipfile.ZipFile(archive) as opened:
        files = {one: opened.read(one).decode() for one in opened.namelist()}
    files[name] = change(files[name])
    with zipfile.ZipFile(archive, "w") as opened:
        for one, said in files.items():
            opened.writestr(one, said)


def write_study(folder, text):
    """The small study with more places, every name of it what `text` makes of its field."""
    write_small_study(folder)
    write_bus(folder / "bus.zip")
    study = folder / "study.toml"
    told = study.read_text(encoding="utf-8").replace('"Petite étude"', quote(text("study")))
    told = f"sources = [{quote(text('source'))}]\n{told}"
    told += '[policy]\npole = { lt = 12 }\nantenna = { lt = 3 }\n[scenario]\nfiles = ["plan.toml"]\n'
    study.write_text(told, encoding="utf-8")
    plan = {"name": text("scenario"), "note": text("note")}
    said = "\n".join(f"{key} = {quote(value)}" for key, value in plan.items())
    (folder / "plan.toml").write_text(f'{said}\n[[change_frequency]]\nline = "L1"\nfactor = 0.5\n', encoding="utf-8")
    communes = [
        ({"insee": "01001", "name": text("west"), "population": 500}, square(-1000, -1000, 4000, 2000)),
        ({"insee": "01002", "name": text("east"), "population": 500}, square(3000, -1000, 4000, 2000)),
    ]
    (folder / "communes.geojson").write_text(features(communes), encoding="utf-8")
    zones = [("01001", text("sst_west"), "w"), ("01002", text("sst_east"), "e")]
    rows = [("insee", "sst_before", f"sst_{text('zoning')}"), *zones]
    (folder / "sst.csv").write_text(write_sheet(rows), encoding="utf-8")
    cells = [
        ({"cell": f"c{k:02d}", "ind": 10 + k, "ind_0_3": 1 + k % 3, text("group"): 2}, square(200 * k, 0, 200, 200))
        for k in range(-4, 34)
    ]
    (folder / "residents.geojson").write_text(features(cells), encoding="utf-8")
    sites = [("name", "kind", "insee", "lat", "lon", "status")]
    for field, kind, insee, x, status in (
        ("pole", "pole", "01002", 6000, "open"),
        ("antenna", "antenne", "01001", 0, "open"),
        ("pmi", "pmi", "01001", 2000, "open"),
        ("second_pole", "pole", "01001", 1000, "planned"),
    ):
        lon, lat = degrees(x, 100)
        sites.append((text(field), kind, insee, lat, lon, status))
    (folder / "sites.csv").write_text(write_sheet(sites), encoding="utf-8")
    feed = folder / "bus.zip"
    stops = [(f"S{k}", text("stop"), *reversed(degrees(1000 * k, 100))) for k in range(7)]
    tables = {
        "stops.txt": [("stop_id", "stop_name", "stop_lat", "stop_lon"), *stops],
        "routes.txt": [("route_id", "agency_id", "route_short_name", "route_type"), ("L1", "A", text("line"), 3)],
        "agency.txt": [
            ("agency_id", "agency_name", "agency_url", "agency_timezone"),
            ("A", text("agency"), "http://example.org", "Europe/Lisbon"),
        ],
    }
    for name, rows in tables.items():
        rewrite(feed, name, lambda _, rows=rows: write_sheet(rows))

    def add_headsigns(trips: str) -> str:
        head, *rows = (row.split(",") for row in trips.splitlines())
        return write_sheet([[*head, "trip_headsign"], *([*row, text("headsign")] for row in rows)])

    rewrite(feed, "trips.txt", add_headsigns)
    halts = [("date", "from", "to", "name", "lat", "lon", "position")]
    for day, x in (("2026-06-01", 3500), ("2026-06-09", 1500)):
        lon, lat = degrees(x, 100)
        halts.append((day, "10:00", "12:00", text("halt"), lat, lon, text("position")))
    (folder / "halts.csv").write_text(write_sheet(halts), encoding="utf-8")
    return folder


def render_all(folder, text) -> dict[str, str]:
    """Every page without Leaflet, the parts of the others that are ours, and what notebooks show."""
    study = ga.open_study(folder)
    cache = ga.Cache(None)
    coverage = ga.check(study, cache=cache)
    times = coverage.times
    briefs = ga.make_briefs(coverage)
    pages = {f"brief_{one.insee}": one.html for one in briefs} | {"brief_shown": briefs[0]._repr_html_()}
    report = ga.explanation_report(coverage, ga.explain_commune(coverage, "01001"))
    pages |= {"commune": report.html, "commune_shown": report._repr_html_()}
    lon, lat = degrees(2100, 130)
    pages["journey"] = ga.journey_report(ga.tell_journey(times, f"{lat},{lon}"), language="en").html
    pages["redraw"] = ga.redrawing_report(coverage, ga.redraw_sst(times, 1, smallest=0, largest=1e6)).html
    caravan = ga.caravan_reach(coverage, folder / "halts.csv", next_stops=1)
    pages["caravan"] = ga.caravan_report(coverage, caravan).html
    pages["robustness"] = ga.robustness_report(ga.check_robustness(study, cache=cache)).html
    fairness = ga.measure_fairness(coverage, groups=[text("group")])
    pages["fairness"] = ga.fairness_report(coverage, fairness).html
    candidates = gpd.GeoDataFrame({"name": [text("candidate")]}, geometry=[Point(X0 + 3500, Y0 + 100)], crs=CRS)
    placement = ga.place_sites(coverage, kind="antenna", count=1, candidates=candidates, closable=["antenna"])
    pages["place"] = render_chosen(placement, "fr") + render_lead(placement, str(coverage.summary["study"]), "fr")
    pages["inspection"] = ga.inspect(study).to_html()
    return pages


class Reader(HTMLParser):
    """Elements, attributes and texts in their order; the page that a frame shows is read in its place."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.text = False

    def handle_starttag(self, tag, attrs):
        self.text = False
        self.found.append(f"<{tag}")
        for name, value in sorted(attrs):
            self.found += [name, *(read(value) if name == "srcdoc" else [value or ""])]

    def handle_endtag(self, tag):
        self.text = False
        self.found.append(f"</{tag}")

    def handle_data(self, data):
        if self.text:
            self.found[-1] += data
        else:
            self.found.append(data)
        self.text = True

    def handle_comment(self, data):
        self.found.append(f"<!--{data}")


def read(page: str) -> list[str]:
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader.found


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    """The pages of the hostile and of the tame study."""
    pages = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inspection_page, "draw_inspection", lambda _inspection, page, _language: page.before + page.after)
        # A few runs say all that a page can say.
        plan = robustness._plan
        patch.setattr(robustness, "_plan", lambda *given: plan(*given)[:3])
        for name, text in (("hostile", be_hostile), ("tame", be_tame)):
            pages.append(render_all(write_study(tmp_path_factory.mktemp(name) / "study", text), text))
    return pages


def expect(tame: str) -> str:
    """The text of a tame page as it must stand in the hostile one."""
    letters = f"[{chr(FIRST_BOLD)}-{chr(FIRST_BOLD + len(FIELDS) - 1)}]"
    return re.sub(f"({letters})\\1+", lambda found: f"{ord(found[1]) - FIRST_BOLD:02d} {SHOWN}", tame)


def test_each_text_stands_in_each_page_as_it_was_typed(rendered):
    hostile, tame = rendered
    for name, page in hostile.items():
        for said, meant in zip(read(page), [expect(one) for one in read(tame[name])], strict=True):
            # Files of two studies differ in their digests.
            if not re.fullmatch("[0-9a-f]{16}", said):
                assert said == meant, name


def test_no_text_of_a_study_is_left_out_of_this_test(rendered):
    _, tame = rendered
    everything = "".join(tame.values())
    assert [] == [field for field in FIELDS if be_tame(field) not in everything]
    for page in tame.values():
        assert any(be_tame(field) in page for field in FIELDS)


def test_nothing_of_a_text_is_left_to_be_obeyed(rendered):
    hostile, _ = rendered
    for name, page in hostile.items():
        assert not re.search("[\x00-\x09\x0b-\x1f\u200f\u202e\u2066]", page), name
        assert "<img" not in page, name
        assert "&amp;amp;amp;" not in page or "shown" in name, f"{name} escapes once"
