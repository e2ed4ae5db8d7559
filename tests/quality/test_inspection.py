"""What a careful reader is told before trusting a study's data: as an object, a page, a table, JSON and exit codes."""

from __future__ import annotations

import json
import shutil
import zipfile
from random import Random

import numpy as np
import pytest
from click.testing import CliRunner
from locations import PORTO_ALEGRE
from page_reader import check_accessible, check_quiet, open_file
from small_study import degrees, write_bus, write_small_study
from street_maps import write_map

import geo_access as ga
from geo_access.cli.main import main
from geo_access.gtfs.stop_times import Calls
from geo_access.gtfs.tables import StopTable
from geo_access.quality.inspection import part_of
from geo_access.quality.trips import find_fast_hops, find_fast_ways
from geo_access.report.pages.inspection import format_transfers, list_facts
from geo_access.texts import render


def codes_of(inspection) -> set[str]:
    return {finding.code for finding in inspection.findings}


def rewrite(path, name: str, change) -> None:
    """Change one file of a zip."""
    with zipfile.ZipFile(path) as archive:
        files = {one: archive.read(one).decode() for one in archive.namelist()}
    files[name] = change(files[name])
    with zipfile.ZipFile(path, "w") as archive:
        for one, text in files.items():
            archive.writestr(zipfile.ZipInfo(one, (2024, 4, 23, 9, 0, 0)), text)


@pytest.fixture
def folder(tmp_path):
    return write_small_study(tmp_path / "study")


# The object


def test_a_sound_study_has_nothing_grave(folder):
    inspection = ga.inspect(folder)
    assert inspection.readable
    assert 0 == inspection.count("error")
    feed = inspection.feeds.iloc[0]
    assert (96, 7, "2024-01-01", "2024-12-31") == (feed["trips"], feed["stops"], feed["first_date"], feed["last_date"])
    assert [(3, 1, 96, 7)] == list(
        inspection.lines[["type", "lines", "trips", "stops"]].itertuples(index=False, name=None)
    )
    assert 366 == len(inspection.days)
    assert 262 * 96 == inspection.days["trips"].sum()
    people = sum(10 + k for k in range(-4, 34))
    assert people == inspection.communes["residents"].sum()
    assert ["Pôle de l’Est", "Antenne de l’Ouest"] == inspection.sites["name"].tolist()
    assert inspection.stops["snapped"].all()
    assert (inspection.stops["outside_m"] == 0).all()


def test_people_against_the_legal_population_commune_by_commune(folder):
    inspection = ga.inspect(folder)
    by_code = inspection.communes.set_index("insee")
    west = sum(10 + k for k in range(-4, 15))
    assert west == by_code.loc["01001", "residents"]
    assert west / 500 == pytest.approx(by_code.loc["01001", "ratio"])
    # 437 of 1,000 are of the whole; the east has 75 % more of its own than the west.
    assert "inspect.communes_off" in codes_of(inspection)


def test_cells_at_one_place_and_without_anybody_are_told(folder):
    path = folder / "residents.geojson"
    document = json.loads(path.read_text(encoding="utf-8"))
    again = json.loads(json.dumps(document["features"][5]))
    again["properties"] |= {"cell": "again", "ind": 0}
    document["features"].append(again)
    path.write_text(json.dumps(document), encoding="utf-8")
    inspection = ga.inspect(folder)
    assert {"inspect.cells_twice", "inspect.cells_empty"} <= codes_of(inspection)
    assert ["c01"] == [location.name for location in inspection.locations if location.code == "inspect.cells_twice"]


def test_the_same_trips_in_two_feeds_are_told_and_others_are_not(folder):
    shutil.copy(folder / "bus.zip", folder / "other.zip")
    lon, lat = degrees(1000, 220)
    there = degrees(1000, 100)
    line = f"S1,Arrêt 1,{there[1]},{there[0]}"
    rewrite(folder / "other.zip", "stops.txt", lambda text: text.replace(line, f"S1,Arrêt 1,{lat},{lon}"))
    study = ga.open_study(folder, changes={"transit.gtfs": ["bus.zip", "other.zip"]})
    told = [finding for finding in ga.inspect(study).findings if finding.code == "inspect.twins_between"]
    assert [(96, "other.zip")] == [(finding.params["count"], finding.params["other"]) for finding in told]
    rewrite(folder / "other.zip", "stop_times.txt", lambda text: text.replace(":00,S3", ":30,S3"))
    assert "inspect.twins_between" not in codes_of(ga.inspect(study))
    write_bus(folder / "bus.zip")
    rewrite(folder / "bus.zip", "trips.txt", lambda text: text + "L1,wd,T2\n")
    rewrite(folder / "bus.zip", "stop_times.txt", lambda text: text + "".join(
        line.replace("T600,", "T2,") + "\n" for line in text.splitlines() if line.startswith("T600,")))  # fmt: skip
    assert [1] == [f.params["count"] for f in ga.inspect(folder).findings if f.code == "inspect.twins_within"]


def test_too_fast_a_ride_is_told_with_its_place_and_its_numbers(folder):
    rewrite(folder / "bus.zip", "stops.txt", lambda text: text.replace("S3,Arrêt 3", "S3,<Arrêt> 3"))
    lon, lat = degrees(3000, 9000)
    moved = f"S3,<Arrêt> 3,{lat},{lon}"

    def move(text: str) -> str:
        return "\n".join(moved if line.startswith("S3") else line for line in text.splitlines()) + "\n"

    rewrite(folder / "bus.zip", "stops.txt", move)
    inspection = ga.inspect(folder)
    finding = next(one for one in inspection.findings if one.code == "inspect.too_fast")
    assert (2, 96) == (finding.params["count"], finding.params["trips"])
    # 8,956 m in 120 s and the minute that whole minutes may hide: 179 km/h.
    assert "179 km/h" in finding.params["examples"]
    assert {"Arrêt 2", "<Arrêt> 3"} == {
        location.name for location in inspection.locations if location.code == "inspect.too_fast"
    }
    page = inspection.to_html()
    assert "<Arrêt>" not in page


def test_a_feed_of_elsewhere_and_a_day_unlike_the_others_are_grave_or_told(folder):
    rewrite(folder / "bus.zip", "stops.txt", lambda text: text.replace(",45.", ",46."))
    assert "transit.feed_away" in codes_of(ga.inspect(folder))
    write_bus(folder / "bus.zip")
    rewrite(folder / "bus.zip", "calendar.txt", lambda text: text + "tue,0,1,0,0,0,0,0,20240101,20241231\n")
    rewrite(folder / "bus.zip", "trips.txt", lambda text: text + "".join(f"L1,tue,X{k}\n" for k in range(96)))
    with zipfile.ZipFile(folder / "bus.zip", "a") as archive:
        archive.writestr("calendar_dates.txt", "service_id,date,exception_type\ntue,20240423,2\n")
    told = next(one for one in ga.inspect(folder).findings if one.code == "inspect.unusual_day")
    assert (96, 192) == (told.params["trips"], told.params["median"])


def test_no_open_pole_and_closed_sites_are_told(folder):
    path = folder / "sites.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",6000,100", "").replace("open", "planned"), "utf-8")
    inspection = ga.inspect(folder)
    assert {"inspect.no_pole", "inspect.sites_closed"} <= codes_of(inspection)
    assert "sites" == part_of(next(one for one in inspection.findings if one.code == "inspect.no_pole"))


def test_a_feed_clipped_for_shorter_journeys_than_the_study_asks_for_is_told(folder):
    lock = {
        "version": 1, "departement": "01", "date": "2024-04-23", "feeds": [], "downloads": [],
        "files": [{"file": "bus.zip", "source": "gtfs", "sha256": "0" * 64, "size": 1, "params": {"longest_min": 15}}],
    }  # fmt: skip
    (folder / "study.lock").write_text(json.dumps(lock), encoding="utf-8")
    assert "inspect.clipped_short" in codes_of(ga.inspect(folder))
    assert "inspect.clipped_short" not in codes_of(
        ga.inspect(ga.open_study(folder, changes={"policy.pole": {"lt": 15}}))
    )


# Speeds against a plain reading


@pytest.mark.parametrize("seed", range(20))
def test_fast_rides_are_those_of_a_plain_reading(seed):
    dice = Random(seed)  # noqa: S311 -- rides, not secrets
    trips, stops, seconds, at = [], [], [], []
    lon = np.cumsum([dice.choice((0.01, 0.05, 0.1)) for _ in range(12)])
    for trip in range(4):
        now = dice.randint(0, 500)
        for stop in sorted(dice.sample(range(12), dice.randint(2, 8))):
            trips.append(trip)
            stops.append(stop)
            seconds.append(now)
            now += dice.choice((60, 61, 120, 600, 30))
            at.append(len(at))
    seconds = np.array(seconds)
    flags = np.ones(len(at), bool)
    calls = Calls(np.array(trips, np.int32), np.array(stops, np.int32), np.array(at), seconds, seconds, flags, flags,
                  np.full(len(at), np.nan), np.array(at))  # fmt: skip
    names = [f"s{k}" for k in range(12)]
    none = np.zeros(12, np.int8)
    table = StopTable(names, names, {}, lon, np.zeros(12), np.full(12, -1), none, none, none, np.arange(12))
    limit = np.array([50.0, 100, 150, 300])

    def kmh(i: int, j: int) -> float:
        metres = np.radians(lon[stops[j]] - lon[stops[i]]) * 6_371_008.8
        spare = 60 if seconds[i] % 60 == 0 and seconds[j] % 60 == 0 else 1
        return metres / (seconds[j] - seconds[i] + spare) * 3.6

    hops = {
        (stops[i], stops[i + 1])
        for i in range(len(at) - 1)
        if trips[i] == trips[i + 1] and kmh(i, i + 1) > limit[trips[i]]
    }
    found = find_fast_hops(calls, table, limit)
    assert hops == {(stops[i], stops[j]) for i, j in zip(found.from_call, found.to_call, strict=True)}
    ways = set()
    for i in range(len(at)):
        far = [j for j in range(i + 1, len(at)) if trips[j] == trips[i]
               and np.radians(lon[stops[j]] - lon[stops[i]]) * 6_371_008.8 > 10_000]  # fmt: skip
        if far and far[0] > i + 1 and kmh(i, far[0]) > limit[trips[i]]:
            ways.add((stops[i], stops[far[0]]))
    found = find_fast_ways(calls, table, limit)
    assert ways == {(stops[i], stops[j]) for i, j in zip(found.from_call, found.to_call, strict=True)}


# The page


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_says_it_all_and_is_the_same_twice(folder, language):
    page = ga.inspect(folder).to_html(language)
    assert page == ga.inspect(folder).to_html(language)
    assert f'<html lang="{language}">' in page
    assert "default-src 'none'" in page
    assert "missing_trip_edge" in page
    assert {"fr": "peut-on se fier", "en": "may this data be trusted"}[language] in page
    assert "http-equiv" in page
    assert "https://" not in page.partition("<body>")[2].partition("<script")[0]


def test_the_page_is_written_whole_or_not_at_all(folder, tmp_path):
    ga.inspect(folder).save(tmp_path / "page.html", language="en")
    assert "may this data be trusted" in (tmp_path / "page.html").read_text(encoding="utf-8")
    with pytest.raises(ga.InputError):
        ga.inspect(folder).save(tmp_path / "none" / "page.html")


@pytest.mark.browser
def test_the_page_in_a_browser_is_quiet_and_axe_finds_nothing(browser, tmp_path):
    path = tmp_path / "sample.html"
    ga.inspect().save(path)
    open_file(browser, path)
    check_accessible(browser)
    assert 0 < browser.execute_script("return document.querySelectorAll('input[name=ga_layer]').length")
    check_quiet(browser)


# The command


def run(*arguments: object):
    return CliRunner().invoke(main, ["inspect", *map(str, arguments)], catch_exceptions=False)


def test_the_command_prints_what_was_found_and_writes_the_page(folder, tmp_path):
    asked = run(folder, "--lang", "en", "--output", tmp_path / "page.html")
    assert 0 == asked.exit_code
    assert "may this data be trusted?" in asked.output
    assert "bus.zip" in asked.output
    assert (tmp_path / "page.html").is_file()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_was_read_is_said_even_where_nothing_is_wrong(folder, language):
    inspection = ga.inspect(folder)
    facts = dict(list_facts(inspection, language))
    assert list(facts) == [
        render(f"inspect.fact_{name}", language)
        for name in ("modes", "calls", "transfers", "pathways", "stops", "streets", "far_cells", "residents", "sites")
    ]
    with zipfile.ZipFile(folder / "bus.zip") as archive:
        calls = len(archive.read("stop_times.txt").decode().splitlines()) - 1
    people = sum(10 + k for k in range(-4, 34))
    wanted = {
        "modes": f"bus 1 (96 {'courses' if language == 'fr' else 'trips'})",
        "calls": f"{calls} ",
        "transfers": render("inspect.none", language),
        "pathways": render("inspect.no", language),
        "stops": "7, ",
        "residents": str(people),
        "sites": "2, ",
    }
    for name, start in wanted.items():
        assert facts[render(f"inspect.fact_{name}", language)].startswith(start)
    page = inspection.to_html(language)
    printed = run(folder, "--lang", language).output
    for what, said in facts.items():
        assert f'<th scope="row">{what}</th><td class="ga-text">{said}</td>' in page
        assert what in printed
        assert said.split(" ")[0] in printed


def test_transfers_are_said_in_words():
    assert "1 avec attente garantie, 2 à temps minimal" == format_transfers({"2": 2, "1": 1}, "fr")
    assert "3 recommended, 1 of an unknown type (9)" == format_transfers({"0": 3, "9": 1}, "en")


def test_strict_makes_of_a_doubt_an_exit_code(folder):
    assert 1 == run(folder, "--strict").exit_code
    path = folder / "communes.geojson"
    path.write_text(path.read_text(encoding="utf-8").replace('"population": 500', '"population": null'), "utf-8")
    assert 0 == run(folder, "--strict").exit_code


def test_json_holds_the_counts_the_findings_and_the_tables(folder):
    asked = run(folder, "--format", "json")
    said = json.loads(asked.stdout_bytes)
    assert said["counts"] == {level: sum(f["level"] == level for f in said["findings"]) for level in said["counts"]}
    assert {"transit", "streets", "residents", "sites"} >= {finding["part"] for finding in said["findings"]}
    assert 96 == said["feeds"][0]["trips"]
    assert [500, 500] == [commune["population"] for commune in said["communes"]]
    assert ["bus.zip"] == [one["file"] for one in said["inputs"] if one["file"].endswith(".zip")]


def test_what_cannot_be_read_is_a_finding_and_exit_code_2_and_the_rest_is_looked_at(folder, tmp_path):
    (folder / "broken.zip").write_bytes(b"nothing")
    asked = run(
        folder, "--set", 'transit.gtfs=["broken.zip", "bus.zip"]', "--output", tmp_path / "page.html", "--lang", "fr"
    )
    assert 2 == asked.exit_code
    assert "archive zip" in asked.output
    assert "bus.zip" in asked.output
    assert "archive zip" in (tmp_path / "page.html").read_text(encoding="utf-8")
    asked = run(folder, "--set", 'walking.streets=["none.osm.pbf"]', "--set", "walking.straight_line=")
    assert 2 == asked.exit_code
    assert 2 == run(tmp_path / "nowhere").exit_code


# Real data

VARIANTS = (
    "routing.zip", "routing-NA-times.zip", "sample-feed-bom.zip", "sample-feed-invalid.zip", "locations_feed.zip",
    "sample-feed-calendar_dates.zip",
)  # fmt: skip


@pytest.mark.real_data
def test_hauts_de_seine_is_known_by_its_doubts(shared_data):
    inspection = ga.inspect(shared_data / "hauts-de-seine")
    assert inspection.readable
    assert 0 == inspection.count("error")
    assert [72_066, 1_202] == inspection.feeds["trips"].tolist()
    assert 1_654_712 == round(inspection.communes["residents"].sum())
    # Two funiculars of Montmartre are published twice.
    assert 556 == next(f.params["count"] for f in inspection.findings if f.code == "inspect.twins_within")
    assert {"places.sites_rough", "places.site_twice_point", "inspect.sites_closed"} <= codes_of(inspection)


@pytest.mark.real_data
def test_porto_alegre_is_known_by_its_blank_times_and_its_bare_edge(shared_data):

    inspection = ga.inspect(PORTO_ALEGRE)
    eptc = inspection.feeds.iloc[0]
    assert 0.96 == pytest.approx(eptc["blank_times"] / eptc["stop_times"], abs=0.005)
    assert {"inspect.streets_end", "inspect.stops_unsnapped", "streets.islands"} <= codes_of(inspection)


@pytest.mark.real_data
@pytest.mark.parametrize("name", VARIANTS)
def test_every_variant_of_a_feed_gets_a_page(shared_data, folder, name):
    path = (shared_data / "fixtures" / "gtfs-variants" / name).resolve()
    inspection = ga.inspect(ga.open_study(folder, changes={"transit.gtfs": [str(path)], "date": "2018-10-01"}))
    assert len(inspection.feeds) == inspection.readable
    assert inspection.count("error") > 0
    assert inspection.to_html()


# Streets


def test_streets_cut_at_the_border_are_told_and_an_island_is_only_mentioned(folder):
    def write(reach_m: int) -> None:
        nodes = {}
        for row in range(9):
            for column in range(2 * reach_m // 200 + 40):
                nodes[1 + column + 1000 * row] = tuple(degrees(-900 - reach_m + 200 * column, -800 + 200 * row))
        ways = [(row + 1, [node for node in nodes if node // 1000 == row], {"highway": "footway"}) for row in range(9)]
        uprights = [(100 + k, [1 + k + 1000 * row for row in range(9)], {"highway": "footway"}) for k in range(33)]
        write_map(folder, nodes, ways + uprights, name="streets.osm")

    study = ga.open_study(folder, changes={"walking": {"streets": ["streets.osm"]}})
    for reach_m, level in ((0, "info"), (600, "warning")):
        write(reach_m)
        inspection = ga.inspect(study)
        told = [finding.level for finding in inspection.findings if finding.code == "inspect.streets_end"]
        assert [level] == told
        assert 0 == inspection.streets["edge_share"]
        assert inspection.streets["unsnapped_cells"] == 0
