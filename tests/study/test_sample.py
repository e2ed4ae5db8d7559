"""The embedded territory: written the same everywhere, well formed, believable, and with a story in its verdicts."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import shapely
from pyproj import Transformer

import geo_access as ga
from geo_access.core.findings import Findings
from geo_access.streets.network import read_streets
from geo_access.study.sample import sample_folder, write_town

CRS = "EPSG:32627"
FILES = {
    "communes.geojson", "gtfs/bus-train.zip", "gtfs/tram.zip", "residents_200m.geojson", "sites.csv", "sst.csv",
    "streets.osm", "study.toml",
}  # fmt: skip
NOT_WALKED = ("motorway", "motorway_link")


def list_files(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def read_content(path):
    """Bytes; of an archive its members, since builds of zlib compress the same bytes differently."""
    if path.suffix != ".zip":
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        return [(info.filename, info.date_time, archive.read(info)) for info in archive.infolist()]


def read_folder(folder):
    return {name: read_content(folder / name) for name in sorted(list_files(folder))}


def read_csv(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_feed(path):
    with zipfile.ZipFile(path) as archive:
        return {
            Path(name).stem: list(csv.DictReader(io.TextIOWrapper(archive.open(name), encoding="utf-8", newline="")))
            for name in archive.namelist()
        }


def read_features(path):
    return json.loads(path.read_text(encoding="utf-8"))["features"]


def read_ways(path):
    """Tags and coordinates (metres) of every way; every node that a way names is there."""
    root = ET.parse(path).getroot()  # noqa: S314 -- our own file
    nodes = list(root.iter("node"))
    lonlats = np.array([[float(node.get("lon")), float(node.get("lat"))] for node in nodes])
    x, y = Transformer.from_crs("EPSG:4326", CRS, always_xy=True).transform(lonlats[:, 0], lonlats[:, 1])
    place = {node.get("id"): (east, north) for node, east, north in zip(nodes, x, y, strict=True)}
    assert len(place) == len(nodes)
    return [
        (
            {tag.get("k"): tag.get("v") for tag in way.iter("tag")},
            [nd.get("ref") for nd in way.iter("nd")],
            [place[nd.get("ref")] for nd in way.iter("nd")],
        )
        for way in root.iter("way")
    ]


def to_metres(geometry):
    move = Transformer.from_crs("EPSG:4326", CRS, always_xy=True)
    return shapely.transform(shapely.geometry.shape(geometry), lambda xy: np.column_stack(move.transform(*xy.T)))


def read_clock(clock):
    hours, minutes, seconds = (int(part) for part in clock.split(":"))
    return hours * 3600 + minutes * 60 + seconds


@pytest.fixture(scope="module")
def folder():
    return sample_folder()


@pytest.fixture(scope="module")
def coverage(folder):
    return ga.check(ga.open_study(folder))


@pytest.fixture(scope="module")
def ways(folder):
    return read_ways(folder / "streets.osm")


@pytest.fixture(scope="module", params=["bus-train", "tram"])
def feed(request, folder):
    return read_feed(folder / "gtfs" / f"{request.param}.zip")


class TestWriting:
    def test_shipped_study_is_what_the_generator_writes(self, folder, tmp_path):
        assert read_folder(write_town(tmp_path)) == read_folder(folder)

    def test_same_bytes_under_another_hash_seed(self, tmp_path):
        code = "import sys; from geo_access.study.sample import write_town; write_town(sys.argv[1])"
        for seed in ("1", "2"):
            subprocess.run(
                [sys.executable, "-c", code, str(tmp_path / seed)],
                env={**os.environ, "PYTHONHASHSEED": seed},
                cwd=Path(ga.__file__).parents[1],
                check=True,
            )
        first, second = ({name: (tmp_path / seed / name).read_bytes() for name in FILES} for seed in ("1", "2"))
        assert first == second

    def test_another_seed_draws_another_town_of_as_many_people(self, folder, tmp_path):
        other = write_town(tmp_path, seed=7)
        assert (other / "streets.osm").read_bytes() != (folder / "streets.osm").read_bytes()
        assert [f["properties"] for f in read_features(other / "communes.geojson")] == [
            f["properties"] for f in read_features(folder / "communes.geojson")
        ]

    def test_files_are_small_and_all_there(self, folder):
        assert list_files(folder) == FILES
        assert sum((folder / name).stat().st_size for name in FILES) < 1_500_000

    def test_archives_carry_a_fixed_time(self, folder):
        for name in ("bus-train", "tram"):
            with zipfile.ZipFile(folder / "gtfs" / f"{name}.zip") as archive:
                assert {(2026, 1, 5, 0, 0, 0)} == {info.date_time for info in archive.infolist()}
                assert archive.testzip() is None

    @pytest.mark.parametrize("size", [0, -1, float("nan")])
    def test_size_must_be_positive(self, tmp_path, size):
        with pytest.raises(ValueError, match="size"):
            write_town(tmp_path, size=size)

    @pytest.mark.parametrize(("size", "communes"), [(0.01, 2), (0.2, 2), (0.5, 6), (1, 12), (1.5, 18), (2, 24)])
    def test_size_is_how_many_communes(self, tmp_path, size, communes):
        write_town(tmp_path, size=size)
        codes = [feature["properties"]["insee"] for feature in read_features(tmp_path / "communes.geojson")]
        assert communes == len(codes) == len(set(codes))
        assert codes == sorted(codes)
        assert set(codes) == {row["insee"] for row in read_csv(tmp_path / "sst.csv")}
        assert {row["insee"] for row in read_csv(tmp_path / "sites.csv")} <= set(codes)
        cells = [feature["properties"]["idcar_200m"] for feature in read_features(tmp_path / "residents_200m.geojson")]
        assert len(cells) == len(set(cells))
        for name in ("bus-train", "tram"):
            tables = read_feed(tmp_path / "gtfs" / f"{name}.zip")
            stops = [row["stop_id"] for row in tables["stops"]]
            assert len(stops) == len(set(stops))
            assert tables["stop_times"]

    @pytest.mark.parametrize("size", [0.2, 0.4, 1.2])
    def test_every_size_is_a_study_that_can_be_judged(self, tmp_path, size):
        write_town(tmp_path, size=size)
        judged = ga.check(ga.open_study(tmp_path))
        assert 0.5 < judged.summary["total"]["share"] < 1
        assert not [finding for finding in judged.findings if finding.level == "error"]


class TestTerritory:
    def test_it_lies_in_the_atlantic(self, folder):
        for feature in read_features(folder / "communes.geojson"):
            west, south, east, north = shapely.geometry.shape(feature["geometry"]).bounds
            assert -20.2 < west < east < -19.8
            assert 45.9 < south < north < 46.1

    def test_twelve_communes_do_not_overlap(self, folder):
        features = read_features(folder / "communes.geojson")
        shapes = [to_metres(feature["geometry"]) for feature in features]
        assert [f"{99000 + number:05d}" for number in range(1, 13)] == [f["properties"]["insee"] for f in features]
        assert all(shape.is_valid for shape in shapes)
        assert max(a.intersection(b).area for a, b in combinations(shapes, 2)) < 100

    def test_outer_rings_turn_counter_clockwise(self, folder):
        for name in ("communes", "residents_200m"):
            for feature in read_features(folder / f"{name}.geojson"):
                parts = getattr(shapely.geometry.shape(feature["geometry"]), "geoms", None)
                for part in parts or [shapely.geometry.shape(feature["geometry"])]:
                    assert part.exterior.is_ccw

    def test_three_sst_become_four(self, folder):
        rows = read_csv(folder / "sst.csv")
        assert len({row["sst_before"] for row in rows}) == 3
        assert len({row["sst_after"] for row in rows}) == 4

    def test_residents_are_those_of_the_communes(self, folder):
        communes = [(f["properties"], to_metres(f["geometry"])) for f in read_features(folder / "communes.geojson")]
        sums = dict.fromkeys((one["insee"] for one, _ in communes), 0)
        for feature in read_features(folder / "residents_200m.geojson"):
            values, square = feature["properties"], to_metres(feature["geometry"])
            north, east = (
                int(part) for part in re.fullmatch(r"CRS32627RES200mN(\d+)E(\d+)", values["idcar_200m"]).groups()
            )
            assert (north % 200, east % 200) == (0, 0)
            assert square.bounds == pytest.approx((east, north, east + 200, north + 200), abs=0.2)
            assert 0 <= values["ind_0_3"] + values["ind_4_5"] <= values["ind"]
            assert values["ind"] > 0
            home = [one["insee"] for one, shape in communes if shape.contains(square.centroid)]
            assert len(home) == 1
            sums[home[0]] += values["ind"]
        assert {one["insee"]: one["population"] for one, _ in communes} == sums
        assert 59_000 < sum(sums.values()) < 61_000

    def test_sites_show_every_kind_and_status(self, coverage):
        sites = coverage.sites
        assert {"pole", "antenna", "annex", "pmi", "permanence", "mobile_stop", "partner"} == set(sites["kind"])
        assert {"open", "renovation", "planned", "closed"} == set(sites["status"])
        assert (sites["insee"] == sites["insee_point"]).all()
        stop = sites[sites["kind"] == "mobile_stop"].iloc[0]
        assert (stop["dates"], stop["hours"]) == ("2026-10-08", "10h-16h")
        assert dt.date(2019, 3, 4) in set(sites["open_from"])  # written 04/03/2019


class TestStreets:
    def test_two_bridges_are_the_only_crossings_of_the_river(self, ways):
        rivers = [shapely.Polygon(line) for tags, _, line in ways if tags.get("water") == "river"]
        assert len(rivers) == 1
        streets = [(tags, shapely.LineString(line)) for tags, _, line in ways if "highway" in tags]
        wet = [(tags, line) for tags, line in streets if line.intersects(rivers[0])]
        assert sorted(tags["name"] for tags, _ in wet) == ["pont Vieux", "pont de l’Est"]
        assert all(tags["bridge"] == "yes" and line.crosses(rivers[0]) for tags, line in wet)

    def test_without_its_bridges_the_town_falls_in_two(self, ways):
        def count_large(parts):
            """Groups of streets that share nodes, the islet left out."""
            groups = []
            for refs in parts:
                touched = [group for group in groups if not group.isdisjoint(refs)]
                groups = [group for group in groups if group.isdisjoint(refs)]
                groups.append(set(refs).union(*touched))
            return sum(len(group) > 40 for group in groups)

        walked = [(tags, refs) for tags, refs, _ in ways if "highway" in tags and tags["highway"] not in NOT_WALKED]
        bridges = [refs for tags, refs in walked if tags.get("name", "").startswith("pont ")]
        shore = [refs for _, refs in walked if refs not in bridges]
        assert count_large(shore + bridges) == 1
        assert 1 == count_large([*shore, bridges[0]]) == count_large([*shore, bridges[1]])
        assert count_large(shore) == 2

    def test_streets_that_cross_share_a_node(self, ways):
        level = [(refs, line) for tags, refs, line in ways if "highway" in tags and "layer" not in tags]
        segments = [
            (pair, shapely.LineString(ends))
            for refs, line in level
            for pair, ends in zip(pairwise(refs), pairwise(line), strict=True)
        ]
        lines = [line for _, line in segments]
        for i, j in shapely.STRtree(lines).query(lines, predicate="crosses").T:
            assert set(segments[i][0]) & set(segments[j][0])

    def test_streets_have_what_a_filter_must_decide(self, ways):
        tags = [one for one, _, _ in ways]
        assert {"residential", "footway", "steps", "motorway", "pedestrian", "service"} <= {
            one.get("highway") for one in tags
        }
        assert any(one.get("access") == "private" for one in tags)
        assert any(one.get("area") == "yes" and one["highway"] == "pedestrian" for one in tags)
        assert any(one.get("route") == "ferry" for one in tags)

    def test_the_islet_is_the_only_island(self, folder):
        findings = Findings()
        network = read_streets([folder / "streets.osm"], crs=CRS, findings=findings)
        assert len(network.x) > 1500
        islands = [finding for finding in findings if "island" in finding.code]
        assert len(islands) == 1
        assert islands[0].params["islands"] == 1

    def test_every_inhabited_square_is_near_a_street(self, folder, ways):
        streets = shapely.STRtree(
            [shapely.LineString(line) for tags, _, line in ways if tags.get("highway", "motorway") not in NOT_WALKED]
        )
        middles = [to_metres(f["geometry"]).centroid for f in read_features(folder / "residents_200m.geojson")]
        _, distance = streets.query_nearest(middles, return_distance=True, all_matches=False)
        assert distance.max() < 100


class TestTimetables:
    def test_references_hold(self, feed):
        stops = {row["stop_id"]: row for row in feed["stops"]}
        trips = {row["trip_id"]: row for row in feed["trips"]}
        assert len(stops) == len(feed["stops"])
        assert len(trips) == len(feed["trips"])
        assert {row["route_id"] for row in feed["trips"]} == {row["route_id"] for row in feed["routes"]}
        assert {row["service_id"] for row in feed["trips"]} <= {row["service_id"] for row in feed["calendar"]}
        assert {row["trip_id"] for row in feed["stop_times"]} == set(trips)
        assert {row["stop_id"] for row in feed["stop_times"]} <= set(stops)
        assert {row["trip_id"] for row in feed.get("frequencies", [])} <= set(trips)
        parents = {row["parent_station"] for row in feed["stops"]} - {""}
        assert all(stops[parent]["location_type"] == "1" for parent in parents)

    def test_times_go_forward(self, feed):
        by_trip = {}
        for row in feed["stop_times"]:
            by_trip.setdefault(row["trip_id"], []).append(row)
        for rows in by_trip.values():
            assert [str(k) for k in range(1, len(rows) + 1)] == [row["stop_sequence"] for row in rows]
            assert rows[0]["departure_time"]
            assert rows[-1]["arrival_time"]
            clocks = [
                read_clock(row[column]) for row in rows for column in ("arrival_time", "departure_time") if row[column]
            ]
            assert clocks == sorted(clocks)
            assert len(set(clocks)) >= 2

    def test_the_timetable_has_what_a_reader_must_understand(self, folder):
        feed = read_feed(folder / "gtfs" / "bus-train.zip")
        assert {"0", "2", "3"} == {row["transfer_type"] for row in feed["transfers"]}
        assert {"2", "3"} == {row["route_type"] for row in feed["routes"]}
        assert {"1", "2"} == {row["exception_type"] for row in feed["calendar_dates"]}
        assert {"ST-ONDRELLE", "ST-CLAIRLANDE"} == {row["parent_station"] for row in feed["stops"]} - {""}
        blank = [row for row in feed["stop_times"] if not row["arrival_time"]]
        assert {True, False} == {row["shape_dist_traveled"] != "" for row in blank}
        assert any(row["departure_time"] > "24:30:00" for row in feed["stop_times"])

    def test_the_tram_runs_by_headway(self, folder):
        feed = read_feed(folder / "gtfs" / "tram.zip")
        assert {"0", "3"} == {row["route_type"] for row in feed["routes"]}
        assert {"0", "1"} == {row["exact_times"] for row in feed["frequencies"]}
        assert any(row["end_time"] > "24:00:00" for row in feed["frequencies"])

    def test_stops_lie_on_land(self, folder, feed):
        land = shapely.union_all([to_metres(f["geometry"]) for f in read_features(folder / "communes.geojson")])
        points = [
            to_metres({"type": "Point", "coordinates": (float(row["stop_lon"]), float(row["stop_lat"]))})
            for row in feed["stops"]
        ]
        assert all(land.contains(point) for point in points)


class TestVerdicts:
    def test_five_communes_keep_the_promise_and_seven_do_not(self, coverage):
        verdicts = dict(zip(coverage.communes["name"], coverage.communes["verdict"], strict=True))
        meets = {name for name, verdict in verdicts.items() if verdict == "meets"}
        assert {"Port-Ondrelle", "Saint-Aubrel", "La Grève", "Clairlande", "Pontarelle"} == meets
        assert {"meets", "misses"} == set(verdicts.values())

    def test_they_miss_it_by_various_shares(self, coverage):
        share = coverage.communes.set_index("name")["share"]
        assert 0 == share["Valombre"] == share["Boisfauve"]
        assert 0 < share["Champ-Rosel"] < 0.3
        partly = ["Les Hauts-de-Brume", "Roncevigne", "Outre-l’Eau", "Les Salines"]
        assert share[partly].between(0.4, 0.8).all()

    def test_every_state_is_there(self, coverage):
        assert {"pole", "antenna", "beyond", "unsnapped"} == set(coverage.residents["state"])
        islet = coverage.residents[coverage.residents["state"] == "unsnapped"]
        assert {"99009"} == set(islet["insee"])

    def test_no_verdict_hangs_by_a_thread(self, coverage):
        """Who is served in a commune that keeps the promise is so by a margin."""
        meets = coverage.communes.loc[coverage.communes["verdict"] == "meets", "insee"]
        homes = coverage.residents[coverage.residents["insee"].isin(meets)]
        margin = (homes["share_pole"] >= 0.55) | (homes["antenna_s"].fillna(9999) <= 890)
        assert margin.all()

    def test_the_river_is_the_reason(self, coverage):
        """East of the Faubourg, the pôle across the water is nearer than the one that people can reach in time."""
        sites = coverage.sites.set_index("site").geometry
        beyond = coverage.residents[
            (coverage.residents["insee"] == "99008") & (coverage.residents["state"] == "beyond")
        ]
        across = beyond.geometry.centroid.distance(sites["S02"])
        assert (across < 2000).mean() > 0.7
        assert across.min() < 900

    def test_nothing_in_the_files_is_amiss_but_the_islet(self, coverage):
        grave = [finding for finding in coverage.findings if finding.level != "info"]
        assert len(grave) == 1
        assert sum(coverage.communes["unsnapped"]) == 140
