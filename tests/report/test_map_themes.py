"""The themes of the map beyond the verdict: minutes, departures, what one place serves, dots; and rail and streets."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from coverage_factory import NASTY, make_coverage
from hypothesis import given
from hypothesis import strategies as st
from page_reader import read_blocks, see
from priority_study import make_study
from shapely.geometry import Point, box
from small_study import square, write_small_study

import geo_access as ga
from geo_access.core.errors import InputError
from geo_access.report.html import dump_json
from geo_access.report.map import context as map_context
from geo_access.report.map.context import draw_rail, draw_streets, encode_rail, find_mode
from geo_access.report.map.coverage_map import coverage_map
from geo_access.report.map.legends import encode_beyond, encode_runs, list_themes
from geo_access.report.map.page import list_settings, list_sources
from geo_access.verdict.site_reach import list_reach, number_addresses


@pytest.fixture(scope="module")
def sample():
    """The embedded sample, judged: streets, a railway, a tramway, every kind of place."""
    return ga.check(ga.open_study())


@pytest.fixture(scope="module")
def page(sample) -> str:
    return coverage_map(sample).to_html()


# Classes


def test_the_promise_is_a_border_of_both_classings(sample):
    minutes, departures = list_themes(sample, "fr")
    cells = sample.residents
    asked = (cells["weight"] > 0) & (cells["state"] != "unsnapped")
    within = asked.to_numpy() & (minutes.classes < minutes.within)
    assert (within == (asked & (cells["state"] == "pole")).to_numpy()).all(), "the median of half the departures"
    held = asked.to_numpy() & (departures.classes < departures.within)
    assert (held == (asked & cells["state"].isin(["pole", "antenna"])).to_numpy()).all()
    assert minutes.labels[:5] == (
        "moins de 10\u00a0min",
        "de 10 à moins de 20\u00a0min",
        "de 20 à moins de 25\u00a0min",
        "de 25 à moins de 30\u00a0min",
        "30\u00a0min et plus, ou aucun trajet",
    )
    assert minutes.threshold == "seuil\u00a0: moins de 20\u00a0min"


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(("required", "count"), [(0.5, 5), (0.9, 5), (1.0, 4)])
def test_classes_of_departures_follow_the_share_required(language, required, count):
    coverage = make_coverage(unsnapped=False)
    coverage.summary["target"]["departures_required"] = required
    theme = list_themes(coverage, language)[1]
    share = coverage.residents["share_of_departures"].to_numpy()
    people = coverage.residents["weight"].to_numpy() > 0
    assert len(theme.labels) == len(theme.styles) == count + 2
    assert ((theme.classes < theme.within) == (share >= required))[people].all()
    assert (theme.classes[people & (share == 0)] == count - 1).all()


def test_an_inclusive_threshold_reads_as_one():
    coverage = make_coverage(preset="discours-2023-06")
    rule = coverage.summary["target"]["pole"]
    rule["operator"], rule["minutes"] = "le", 15
    coverage.residents.loc[[0, 1], "pole_p50_s"] = [900, 901]
    theme = list_themes(coverage, "fr")[0]
    assert list(theme.classes[:2]) == [1, 2]
    assert theme.labels[0] == "7,5\u00a0min au plus"
    assert theme.labels[2] == "plus de 15 à 19\u00a0min"


def test_every_theme_is_in_the_page(page):
    blocks = read_blocks(page)
    cells = len(blocks["data_cells"]["state"])
    for name in ("minutes", "departures"):
        block = blocks[f"data_{name}"]
        assert len(block["classes"]) == cells
        assert max(map(int, block["classes"])) < len(block["styles"])
        assert f'id="map_coverage_legend_{name}" hidden' in page
    said = see(page)
    for words in ("Habitants, par temps vers le pôle", "seuil : 50 % des départs", "Un lieu : qui il dessert"):
        assert words in said


# What one place serves


@given(st.sets(st.integers(0, 300)))
def test_runs_come_back(numbers):
    cells = np.array(sorted(numbers), np.int64)
    at, back = 0, []
    runs = encode_runs(cells)
    for passed, taken in zip(runs[::2], runs[1::2], strict=True):
        at += passed
        back += range(at, at + taken)
        at += taken
    assert back == cells.tolist()


def test_a_place_alone_serves_what_a_study_of_it_alone_says(sample):
    """Every other place closed, the verdict counts exactly the cells that the place reaches."""
    reach = {each.site: each for each in list_reach(sample)}
    poles = np.flatnonzero(sample.sites["counts_as_pole"])
    for site in poles:
        seconds = next(sample.times.transit_seconds([int(site)]))[1]
        walks = sample.times.walk_seconds()[:, [site]]
        rules = sample.preset
        holds = (seconds <= rules.pole.seconds) | (walks <= rules.antenna.seconds)
        alone = sample.times.residents().snapped & (holds.mean(axis=1) >= rules.departures_required)
        assert np.array_equal(np.flatnonzero(alone), reach[int(site)].cells)
    assert set(reach) == set(np.flatnonzero(sample.sites["counts_as_antenna"]).tolist()), "poles are antennas too"


def test_whom_only_it_serves(sample):
    reach, weight = list_reach(sample), sample.residents["weight"].to_numpy()
    address = number_addresses(sample.sites)
    for each in reach:
        others = [other.cells for other in reach if address[other.site] != address[each.site]]
        only = np.setdiff1d(each.cells, np.concatenate(others))
        assert np.array_equal(only, each.only_cells)
        assert each.only == weight[only].sum() <= each.residents == weight[each.cells].sum()


def test_nobody_served_by_one_place_is_beyond(sample):
    served = np.unique(np.concatenate([each.cells for each in list_reach(sample)]))
    assert set(sample.residents["state"].iloc[served]) <= {"pole", "antenna"}


def test_own_pool_binds_a_place_to_its_sst(tmp_path):
    folder = write_small_study(tmp_path, changes='[policy]\npole = { pool = "own_sst" }\n')
    coverage = ga.check(ga.open_study(folder, changes={"territory.sst.column": "sst_after"}))
    pole = next(each for each in list_reach(coverage) if coverage.sites["kind"].iloc[each.site] == "pole")
    walks = coverage.times.walk_seconds()[pole.cells, pole.site]
    strangers = (coverage.residents["sst"].iloc[pole.cells] != "est").to_numpy()
    assert (walks[strangers] <= coverage.preset.antenna.seconds).all(), "on foot, as an antenna, anybody may come"


def test_a_coverage_without_times_has_no_such_theme():
    page = coverage_map(make_coverage()).to_html()
    assert list_reach(make_coverage()) == ()
    assert "map_coverage_legend_reach" not in page
    assert "data_rail" not in read_blocks(page)


def test_places_at_one_address_count_as_one():
    sites = gpd.GeoDataFrame(geometry=[Point(0, 0), Point(500, 0), Point(20, 0), Point(500, 29)], crs="EPSG:2154")
    assert list(number_addresses(sites)) == [0, 1, 0, 1]


def test_the_page_names_whom_each_place_serves(sample, page):
    block = read_blocks(page)["data_reach"]
    reach = list_reach(sample)
    assert block["sites"] == [each.site for each in reach]
    # Places that do not count are to be found as well.
    assert page.count('data-what="place"') == len(sample.sites) > len(reach)
    assert all(
        name in said for name, said in zip(sample.sites["name"].iloc[block["sites"]], block["said"], strict=True)
    )
    assert "Qui chaque lieu dessert" in see(page)


# Dots


def test_dots_stand_for_everybody_beyond(sample):
    dots = encode_beyond(sample)
    beyond = sample.residents[(sample.residents["state"] == "beyond") & (sample.residents["weight"] > 0)]
    assert len(dots["lat"]) == len(dots["lon"]) == len(dots["radius"]) == len(beyond)
    most = int(np.argmax(beyond["weight"].to_numpy()))
    assert dots["radius"][most] == max(dots["radius"])
    area = np.square(dots["radius"]) / beyond["weight"].to_numpy()
    assert area.max() / area.min() < 1.2, "as large as people are many"


# Rail, stations, streets


@pytest.mark.parametrize(
    ("route_type", "mode"),
    [(0, "tram"), (1, "metro"), (2, "rail"), (3, None), (4, None), (5, "tram"), (6, None), (7, "tram"), (11, None),
     (12, "metro"), (100, "rail"), (109, "rail"), (199, "rail"), (200, None), (400, "metro"), (405, "metro"),
     (700, None), (900, "tram"), (999, "tram"), (1000, None)],
)  # fmt: skip
def test_route_types(route_type, mode):
    assert find_mode(route_type) == mode


def make_timetable(hops, names="ABCDEFG", kinds=(2,)):
    """A railway from west to east, a station each 1,000 m; hops are (route, from, to)."""
    at = gpd.GeoSeries([Point(600_000 + 1000 * k, 6_860_000) for k in range(len(names))], crs="EPSG:2154").to_crs(4326)
    return SimpleNamespace(
        stops=pd.DataFrame({"name": list(names), "lon": at.x, "lat": at.y}),
        routes=pd.DataFrame({"type": list(kinds), "short_name": [f"R{k}" for k in range(len(kinds))], "long_name": ""}),
        trips=pd.DataFrame({"route": [hop[0] for hop in hops]}),
        trip=np.arange(len(hops)),
        departure_stop=np.array([hop[1] for hop in hops], np.int32),
        arrival_stop=np.array([hop[2] for hop in hops], np.int32),
    )


LAND = gpd.GeoDataFrame(geometry=[box(599_000, 6_859_000, 606_000, 6_861_000)], crs="EPSG:2154")


def test_expresses_are_left_out_and_hops_become_lines():
    rail = draw_rail(make_timetable([(0, 0, 1), (0, 1, 2), (0, 2, 1), (0, 0, 2), (0, 2, 3)]), LAND)
    assert [len(line.coords) for line in rail.lines["rail"]] == [4]
    assert [station.name for station in rail.stations] == list("ABCD")
    assert rail.lines["metro"] == rail.lines["tram"] == ()


def test_buses_are_not_drawn():
    rail = draw_rail(make_timetable([(0, 0, 1), (1, 1, 2)], kinds=(3, 1)), LAND)
    assert [station.name for station in rail.stations] == ["B", "C"]
    assert rail.stations[0].lines == ("R1",)
    assert draw_rail(make_timetable([(0, 0, 1)], kinds=(3,)), LAND).stations == ()


def test_stops_of_one_name_nearby_are_one_station():
    timetable = make_timetable([(0, 0, 1), (1, 2, 3)], names=["Gare", "Est", "GARE", "Ouest"], kinds=(2, 0))
    timetable.stops.loc[2, ["lon", "lat"]] = timetable.stops.loc[0, ["lon", "lat"]] + 0.001
    rail = draw_rail(timetable, LAND)
    assert sorted(station.name for station in rail.stations) == ["Est", "Gare", "Ouest"]
    gare = next(station for station in rail.stations if station.name == "Gare")
    assert gare.lines == ("R0", "R1")


def test_lines_end_near_the_territory():
    land = gpd.GeoDataFrame(geometry=[box(599_000, 6_859_000, 601_000, 6_861_000)], crs="EPSG:2154")
    rail = draw_rail(make_timetable([(0, k, k + 1) for k in range(6)]), land)
    assert [station.name for station in rail.stations] == ["A", "B"]
    line = gpd.GeoSeries(rail.lines["rail"], crs=4326).to_crs(2154).iloc[0]
    assert line.length == pytest.approx(1400, abs=2)


def test_a_line_that_only_passes_by_is_not_drawn():
    corner = gpd.GeoDataFrame(geometry=[box(600_450, 6_859_000, 600_550, 6_861_000)], crs="EPSG:2154")
    assert draw_rail(make_timetable([(0, 0, 1)]), corner).lines["rail"] == ()


def test_a_stop_without_a_place_is_passed_over():
    timetable = make_timetable([(0, 0, 1), (0, 1, 2)])
    timetable.stops.loc[1, ["lon", "lat"]] = np.nan
    assert draw_rail(timetable, LAND).stations == ()


def test_sample_draws_its_railway_and_its_tramway(sample):
    rail = draw_rail(sample.times.timetable, sample.communes)
    data = encode_rail(rail, "fr")
    assert [mode["name"] for mode in data["modes"]] == ["rail", "tram"]
    assert "Hôtel de Ville" in [station[2] for station in data["stations"]]
    assert json.loads(dump_json(data)) == data


def test_streets_give_way_when_they_are_too_many(sample, monkeypatch):
    network = sample.times.streets
    whole = draw_streets(network, sample.communes)
    size = len(dump_json(whole))
    assert size < map_context.MOST_STREET_BYTES
    monkeypatch.setattr(map_context, "MOST_STREET_BYTES", size - 1)
    main = draw_streets(network, sample.communes)
    assert 0 < len(main["lines"]) < len(whole["lines"])
    monkeypatch.setattr(map_context, "MOST_STREET_BYTES", 100)
    assert draw_streets(network, sample.communes) is None


# Words


def test_sources_name_feeds_and_streets(sample, tmp_path):
    said = list_sources(sample, "fr")
    assert "Horaires\u00a0: Réseau Ondrelle" in [line.replace(" :", "\u00a0:") for line in said]
    assert not any(".zip" in line for line in said), "files are named among the technical notes"
    assert any("bus-train.zip" in line and "Réseau Ondrelle" in line for line in list_settings(sample, "fr"))
    assert not any("©" in line for line in said), "the sample's streets are made up, and it says so"
    quiet = list_sources(ga.check(ga.open_study(write_small_study(tmp_path))), "en")
    assert quiet == ["Timetables: Bus"]


def test_streets_credit_openstreetmap(sample, monkeypatch):
    bare = dataclasses.replace(sample, summary=sample.summary | {"sources": []})
    assert not any("OpenStreetMap" in line for line in list_sources(bare, "fr")), "nobody mapped what is made up"
    monkeypatch.setattr("geo_access.report.map.credits._INVENTED", b"somebody else")
    assert "© les contributeurs d’OpenStreetMap (ODbL)" in list_sources(bare, "fr")
    assert "© OpenStreetMap contributors (ODbL)" in list_sources(bare, "en")
    assert "© les contributeurs" in see(coverage_map(bare).to_html())


def test_priority_areas_are_drawn_and_listed(tmp_path):
    coverage = ga.check(make_study(tmp_path))
    page = coverage_map(coverage).to_html()
    blocks = read_blocks(page)
    assert len(blocks["data_areas"]["shapes"]) == 3
    assert blocks["data_cells"]["areas"] == ["Les Tilleuls", "La Plaine", "Le Bois"]
    said = see(page)
    assert "Résultats par quartier prioritaire" in said
    assert "Quartiers prioritaires (3)" in said


def test_names_from_files_are_escaped_everywhere(tmp_path):
    study = make_study(tmp_path, [({"code_qp": "Q1", "lib_qp": NASTY}, square(5450, -50, 600, 300))])
    sites = (tmp_path / "sites.csv").read_text(encoding="utf-8")
    (tmp_path / "sites.csv").write_text(sites.replace("Pôle de l’Est", NASTY), encoding="utf-8")
    coverage = ga.check(study)
    page = coverage_map(coverage).to_html()
    assert NASTY not in page
    said = see(page)
    assert said.count(NASTY) >= 3, "in the choice of a place and in two tables"
    assert NASTY in read_blocks(page)["data_reach"]["said"][0]
    assert read_blocks(page)["data_cells"]["areas"] == [NASTY]


# One file, the same bytes


def test_real_page_is_the_same_in_another_process(page, tmp_path):
    code = "import sys, geo_access as ga; ga.coverage_map(ga.check(ga.open_study())).save(sys.argv[1])"
    path = tmp_path / "map.html"
    subprocess.run([sys.executable, "-c", code, str(path)], check=True, env=os.environ | {"PYTHONHASHSEED": "7"})
    assert path.read_text(encoding="utf-8") == page


@pytest.mark.real_data
def test_hauts_de_seine_with_everything_stays_small(shared_data):
    coverage = ga.check(ga.open_study(shared_data / "hauts-de-seine"))
    page = coverage_map(coverage).to_html()
    assert len(page.encode()) <= 4_000_000
    assert {"data_minutes", "data_reach", "data_rail", "data_beyond"} <= set(read_blocks(page))


# Tiles


def test_tiles_are_an_option(sample, page):
    assert "tile_layer" not in page
    tiled = coverage_map(sample, tiles="OpenStreetMap").to_html()
    assert "https://tile.openstreetmap.org/{z}/{x}/{y}.png" in tiled
    policy = tiled.split('Content-Security-Policy" content="')[1].split('"')[0]
    assert "default-src 'none'" in policy
    assert "img-src data: https://tile.openstreetmap.org;" in policy
    assert "sans aucune requête" not in tiled
    assert "Fond de carte : © les contributeurs d’OpenStreetMap (ODbL)" in see(tiled)
    assert read_blocks(tiled)["map_coverage_page"]["credit"] == "© les contributeurs d’OpenStreetMap (ODbL)"
    assert coverage_map(sample, tiles="OpenStreetMap").to_html() == tiled


def test_tiles_of_ones_own_carry_their_credit(sample):
    tiled = coverage_map(
        sample, tiles="https://{s}.tiles.example/a/{z}/{x}/{y}.png", attribution="© <b>Nous</b>", language="en"
    ).to_html()
    assert "img-src data: https://*.tiles.example;" in tiled
    assert "© <b>Nous</b>" not in tiled
    assert "Background: © <b>Nous</b>." in see(tiled)


@pytest.mark.parametrize(
    ("tiles", "attribution", "code"),
    [
        ("https://tiles.example/{z}/{x}/{y}.png", None, "maps.tiles_credit"),
        ("https://tiles.example/{z}/{x}/{y}.png", " ", "maps.tiles_credit"),
        ("https://tiles.example/{z}/{x}.png", "x", "maps.tiles_url"),
        ("file:///{z}/{x}/{y}.png", "x", "maps.tiles_url"),
        ("https://a b;c/{z}/{x}/{y}.png", "x", "maps.tiles_url"),
        ("Mapnik", "x", "maps.tiles_url"),
    ],
)
def test_faulty_tiles_are_refused(tiles, attribution, code):
    with pytest.raises(InputError) as caught:
        coverage_map(make_coverage(), tiles=tiles, attribution=attribution)
    assert caught.value.code == code
    assert all(caught.value.text(language) for language in ("fr", "en"))
