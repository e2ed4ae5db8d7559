"""The ground of a map: bounded, the same every time, what orients least left out first; tracks for straight lines."""

from __future__ import annotations

import dataclasses
import json
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pytest
import shapely
from page_reader import check_quiet, open_file, select, wait_for
from shapely import LineString, Point, box

import geo_access as ga
from geo_access.core.errors import InputError
from geo_access.report.comparison.comparison_map import comparison_map
from geo_access.report.html import dump_json
from geo_access.report.map import ground as map_ground
from geo_access.report.map.context import RailLines, RailStation, lay_tracks
from geo_access.report.map.coverage_map import coverage_map
from geo_access.report.map.generalise import drop_parallels, fill_pores, melt
from geo_access.report.map.ground import Ground, encode_ground, fetch_ground, read_features, tell_ground
from geo_access.streets.features import Features

CRS = "EPSG:2154"
X0, Y0 = 650_000, 6_860_000
COMMUNES = gpd.GeoDataFrame({"name": ["Valombre"]}, geometry=[box(X0, Y0, X0 + 6000, Y0 + 6000)], crs=CRS)


def make_features(*rows):
    """Features by rows of (layer, kind, name, shape), in metres from a corner."""
    layer, kind, name, shapes = zip(*rows, strict=True)
    at = [shapely.transform(shape, lambda xy: xy + np.array([X0, Y0])) for shape in shapes]
    table = gpd.GeoDataFrame({"layer": layer, "kind": kind, "name": name}, geometry=at, crs=CRS)
    return Features(table, gpd.GeoDataFrame({"name": []}, geometry=[], crs=CRS))


FRAME = box(-3000, -3000, 9000, 9000)
ROWS = (
    ("water", "water", "lac Noir", box(1000, 1000, 2000, 2000)),
    ("water", "water", "", box(3000, 3000, 3040, 3040)),
    ("woods", "wood", "bois Clair", box(4000, 0, 5000, 1000)),
    ("road", "primary", "", LineString([(0, 500), (6000, 500)])),
    ("road", "secondary", "", LineString([(0, 900), (6000, 900)])),
    ("river", "river", "l’Onde", LineString([(-2900, 4000), (8900, 4100)])),
    ("boundary", "commune", "Valombre", box(0, 0, 6000, 6000)),
    ("boundary", "commune", "Roncevigne", box(6000, 0, 9000, 9000)),
    ("place", "town", "Valombre", Point(3000, 3000)),
    ("place", "village", "Roncevigne", Point(7000, 3000)),
    ("place", "quarter", "Les Forges", Point(2500, 4500)),
)


@pytest.fixture(scope="module")
def sample():
    return ga.check(ga.open_study())


def read_block(page, name):
    return json.loads(page.split(f'id="{name}">', 1)[1].split("</script>", 1)[0])


def list_names(ground):
    return {row[2]: row for row in ground.data["places"]}


class TestEncoding:
    def test_names_are_those_the_study_does_not_bear_itself(self):
        names = list_names(encode_ground(make_features(*ROWS), COMMUNES))
        assert {"Roncevigne", "Les Forges", "lac Noir", "bois Clair", "l’Onde"} == set(names)
        assert names["Roncevigne"][3] == "commune"
        assert [names["Roncevigne"][6], names["Les Forges"][6]] == [1, 0], "outside, inside"

    def test_borders_are_drawn_between_neighbours_and_not_on_the_territory(self):
        rows = (*ROWS, ("boundary", "commune", "Clairlande", box(6000, -3000, 9000, 0)))
        drawn = encode_ground(make_features(*rows), COMMUNES).data["neighbours"]
        (lines,) = [part["shapes"] for part in drawn]
        assert len(lines) == 3, "between the two neighbours, and where each meets what lies beyond"
        assert all(abs(flat[0]) > 6000 for flat in lines), "none along the territory"

    def test_small_things_wait_for_a_closer_zoom(self):
        water = encode_ground(make_features(*ROWS), COMMUNES).data["water"]
        zooms = [part["from"] for part in water]
        assert zooms == sorted(zooms)
        assert zooms[0] == 0
        assert zooms[-1] >= 14

    def test_shapes_stand_where_they_are(self):
        features = make_features(*ROWS[:1])
        data = encode_ground(features, COMMUNES).data
        (ring,) = data["water"][0]["shapes"][0]
        at = (np.array(ring).reshape(-1, 2).cumsum(axis=0) + data["origin"]) / 1e5
        drawn = gpd.GeoSeries([shapely.Polygon(at)], crs=4326).to_crs(CRS).iloc[0]
        assert drawn.symmetric_difference(features.shapes.geometry.iloc[0]).area < 5000

    def test_a_block_is_bounded_and_what_orients_least_is_left_out(self, monkeypatch):
        rng = np.random.default_rng(1)
        ponds = [
            ("water", "water", "", Point(*at).buffer(radius, quad_segs=3))
            for at, radius in zip(rng.uniform(-2500, 8500, (900, 2)), rng.uniform(20, 60, 900), strict=True)
        ]
        features = make_features(*ROWS, *ponds)
        whole = encode_ground(features, COMMUNES)
        assert whole.dropped == 0
        monkeypatch.setattr(map_ground, "MOST_GROUND_BYTES", 12_000)
        least = encode_ground(features, COMMUNES)
        assert len(dump_json(least.data)) == least.bytes <= 12_000 < whole.bytes
        assert least.dropped > 0
        assert [part["kind"] for part in least.data["roads"]] == ["primary", "secondary"]
        assert {"Roncevigne", "lac Noir"} <= set(list_names(least))
        assert least.data == encode_ground(features, COMMUNES).data, "the same every time"

    def test_what_is_encoded_is_json(self):
        data = encode_ground(make_features(*ROWS), COMMUNES).data
        assert json.loads(dump_json(data)) == data


class TestGeneralising:
    def test_areas_that_touch_are_one(self):
        (area,) = melt([box(0, 0, 100, 100), box(101, 0, 200, 100), box(0, 100, 200, 200)])
        assert area.area == pytest.approx(40_000, rel=0.01)
        assert melt([]) == []

    def test_pores_are_filled_and_holes_kept(self):
        holed = box(0, 0, 100, 100) - box(10, 10, 12, 12) - box(50, 50, 80, 80)
        (filled,) = fill_pores(holed, 100)
        assert filled.area == 10_000 - 900

    def test_a_second_track_is_dropped_and_a_crossing_line_kept_whole(self):
        track, beside = LineString([(0, 0), (5000, 0)]), LineString([(10, 12), (4900, 12)])
        across = LineString([(2500, -500), (2500, 500)])
        kept = drop_parallels([beside, across, track], within=30)
        assert sorted(round(line.length) for line in kept) == [1000, 5000]

    def test_what_leaves_a_track_goes_on(self):
        track, leaving = LineString([(0, 0), (5000, 0)]), LineString([(0, 10), (2000, 10), (2500, 900)])
        kept = drop_parallels([leaving, track], within=30)
        assert len(kept) == 2
        assert 900 < min(line.length for line in kept) < 1100


class TestTracks:
    TRACK = ("rail", "rail", "", LineString([(0, 0), (2500, 300), (5000, 0)]))

    def lay(self, stations, *rows):
        features = make_features(*rows) if rows else None
        points = gpd.GeoSeries([Point(X0 + x, Y0 + y) for x, y, _ in stations], crs=CRS).to_crs(4326)
        named = tuple(
            RailStation(point.x, point.y, "S", (), 1, frozenset({mode}))
            for point, (_, _, mode) in zip(points, stations, strict=True)
        )
        straight = {"rail": (LineString([(2.3, 48.8), (2.4, 48.8)]),), "metro": (), "tram": ()}
        return lay_tracks(RailLines(straight, named), features)

    def test_tracks_replace_straight_lines_where_they_pass_the_stations(self):
        laid = self.lay([(0, 50, "rail"), (5000, 40, "rail")], self.TRACK)
        assert [len(line.coords) for line in laid.lines["rail"]] == [3]

    def test_a_mode_whose_stations_are_elsewhere_keeps_its_lines(self):
        laid = self.lay([(0, 3000, "rail"), (5000, 40, "rail")], self.TRACK)
        assert [len(line.coords) for line in laid.lines["rail"]] == [2]

    def test_without_a_file_nothing_changes(self):
        laid = self.lay([(0, 50, "rail")])
        assert [len(line.coords) for line in laid.lines["rail"]] == [2]

    def test_without_a_timetable_the_stations_of_the_file_are_drawn(self):
        features = make_features(self.TRACK, ("station", "rail", "Gare du Port", Point(10, 10)))
        laid = lay_tracks(None, features)
        assert [station.name for station in laid.stations] == ["Gare du Port"]
        assert lay_tracks(None, None) is None


class TestStudies:
    def test_the_sample_shows_its_island_in_the_sea_and_its_neighbours(self, sample):
        ground = fetch_ground(sample.times)
        assert ground.bytes < 30_000
        assert ground.left_out == {}
        assert {"sea", "water"} <= {part["kind"] for part in ground.data["water"]}
        names = list_names(ground)
        assert {"Sarnec", "Port-Blanc-en-Sarn", "Morvel", "Les Tanneurs", "forêt de Boisfauve"} <= set(names)
        assert all(names[name][6] for name in ("Sarnec", "Morvel"))
        assert not set(names) & set(sample.communes["name"])

    def test_nobody_of_the_sample_lives_in_the_water(self, sample):
        water = read_features(sample.times).of("water").union_all()
        cells = sample.residents[sample.residents["weight"] > 0]
        assert cells.centroid.intersects(water).sum() == 0

    def test_tracks_of_the_sample_lead_past_its_stations(self, sample):
        page = coverage_map(sample).to_html()
        rail = read_block(page, "data_rail")
        assert {mode["name"] for mode in rail["modes"]} == {"rail", "tram"}
        assert all(len(line) > 16 for mode in rail["modes"] for line in mode["lines"]), "curves, not hops"

    def test_the_page_credits_openstreetmap_unless_the_territory_is_made_up(self, sample, monkeypatch):
        page = coverage_map(sample, language="fr").to_html()
        assert read_block(page, "data_ground")["credit"] == "Territoire fictif"
        assert "© les contributeurs" not in page
        monkeypatch.setattr("geo_access.report.map.credits._INVENTED", b"somebody else")
        page = coverage_map(sample, language="fr").to_html()
        assert read_block(page, "data_ground")["credit"] == "© les contributeurs d’OpenStreetMap"

    def test_positions_known_roughly_are_circles_and_said(self, sample):
        location = ["approximate", *["address point"] * (len(sample.sites) - 1)]
        page = coverage_map(dataclasses.replace(sample, sites=sample.sites.assign(location=location)), language="fr")
        html = page.to_html()
        rough = read_block(html, "data_rough")
        (at,) = rough["at"]
        place = sample.sites.geometry.to_crs(4326).iloc[0]
        assert at == [round(place.y, 5), round(place.x, 5)]
        assert rough["radius"] == 600
        assert "Position approximative, à 600\u00a0m près (1)" in html
        facts = [
            fact
            for kind in ("pole", "antenna")
            for row in read_block(html, f"data_sites_{kind}")["rows"]
            for fact in row["facts"]
        ]
        assert ["Position", "approximative, à 600\u00a0m près"] in facts
        assert 'id="data_rough"' not in coverage_map(sample).to_html()

    def test_the_comparison_carries_its_ground_once(self, sample):
        changes = {"policy.pole.pool": "own_sst"}
        html = comparison_map(ga.compare(sample, ga.check(sample.times.inputs.study.vary(changes)))).to_html()
        blocks = {side: read_block(html, f"data_{side}_ground") for side in ("change", "before", "after")}
        assert "water" in blocks["change"]
        assert blocks["before"] == blocks["after"] == {"same": "data_change_ground"}

    def test_the_technical_note_says_what_is_not_drawn(self):
        said = tell_ground(Ground({}, 299_700, 12, {"broken": 1, "sea": 1}), "fr")
        assert [line.split(" ")[0] for line in said] == ["Eau,", "1", "Mer", "12"]
        assert "(300\u00a0ko)" in said[0]
        assert len(tell_ground(Ground({}, 5), "en")) == 1

    def test_over_tiles_the_ground_is_theirs(self, sample):
        assert 'id="data_ground"' not in coverage_map(sample, tiles="OpenStreetMap").to_html()

    def test_a_file_that_cannot_be_drawn_leaves_the_map_without_its_ground(self):
        class Broken:
            @property
            def features(self):
                raise InputError("streets.damaged", file="x.osm", said="")

        assert read_features(Broken()) is None
        assert fetch_ground(None) is None
        assert read_features(SimpleNamespace(features=None)) is None


@pytest.mark.browser
def test_the_ground_lies_below_the_cells_and_is_put_on_and_off(browser, sample, tmp_path):
    from selenium.webdriver.support.ui import WebDriverWait

    path = tmp_path / "map.html"
    coverage_map(sample, language="fr").save(path)
    open_file(browser, path)
    below, cells = browser.execute_script(
        "return ['ground', 'overlayPane'].map((name) => Number(getComputedStyle(map_coverage.getPane(name)).zIndex))"
    )
    assert 200 < below < cells
    names = ".ga-place .ga-label"
    drawn = ".leaflet-ground-pane path, .leaflet-roads-pane path"
    WebDriverWait(browser, 10).until(lambda now: select(now, names))
    assert len(select(browser, drawn)) > 8
    browser.execute_script("map_coverage.setZoom(map_coverage.getZoom() - 0.75, {animate: false})")
    WebDriverWait(browser, 10).until(lambda now: not now.execute_script("return sheet_map_coverage.spreading"))
    assert {"Sarnec", "Morvel"} <= {name.get_attribute("textContent") for name in select(browser, names)}
    fill = "return getComputedStyle(document.querySelector('.ga-water.ga-sea')).fill"
    assert browser.execute_script(fill) != "rgb(51, 136, 255)", "a colour of ours, not Leaflet's"
    box = browser.find_element("xpath", "//label[contains(., 'Repères')]//input")
    browser.execute_script("arguments[0].click()", box)
    wait_for(browser, drawn, 0)
    wait_for(browser, names, 0)
    browser.execute_script("arguments[0].click()", box)
    WebDriverWait(browser, 10).until(lambda now: select(now, names))
    assert len(select(browser, drawn)) > 8
    check_quiet(browser)
