"""What is clipped early answers as the whole does: thrown towns, the small study, real feeds and streets."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely
from feed_towns import NODES, list_towns
from geopandas.testing import assert_geodataframe_equal
from gtfs_oracle import write_feed
from locations import PORTO_ALEGRE
from pandas.testing import assert_frame_equal
from small_study import CRS, X0, Y0, degrees, write_bus, write_small_study
from street_maps import CRS as MAP_CRS
from street_maps import grid_nodes, write_detour, write_map
from town_engine import ask_engine

import geo_access as ga
from geo_access.core.errors import InputError, NoServiceError
from geo_access.core.findings import Findings
from geo_access.gtfs.timetable import read_timetable
from geo_access.opendata.clip_gtfs import clip_feed, clip_streets
from geo_access.streets.conditions import Window
from geo_access.streets.features import frame_around, read_features
from geo_access.streets.network import read_streets
from geo_access.streets.street_walker import StreetWalker
from geo_access.study.profiles import PROFILES

TUESDAY = dt.date(2024, 4, 23)
DATES = [TUESDAY - dt.timedelta(days=1), TUESDAY]


def rows_of(path, name: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(path) as archive:
        return list(csv.DictReader(io.StringIO(archive.read(name).decode())))


def box(west: float, east: float) -> shapely.Geometry:
    """Part of the small study, in metres from its corner."""
    return shapely.box(X0 + west, Y0 - 1000, X0 + east, Y0 + 1000)


# Feeds


LONGEST_MIN = 8


def clip_town(town, folder, **wishes) -> dict:
    """Clip a town's feed to the place of its second home."""
    lon, lat = NODES[town.homes[1]]
    home = gpd.GeoSeries.from_xy([lon], [lat], crs=4326).to_crs(MAP_CRS).iloc[0]
    dates = [town.date - dt.timedelta(days=1), town.date]
    wanted = {"area": home.buffer(1), "crs": MAP_CRS, "margin_m": 470, "dates": dates, "longest_min": LONGEST_MIN}
    return clip_feed(folder / "feed", folder / "clipped.zip", findings=Findings(), **{**wanted, **wishes})


@pytest.mark.parametrize("number", range(40))
def test_a_clipped_town_answers_as_the_whole_town_does(number, tmp_path):
    town = list_towns(40)[number]
    limits = {**town.limits, "access": min(town.limits["access"], 350), "transfer": min(town.limits["transfer"], 700)}
    town = replace(town, limits=limits)
    whole = ask_engine(town, tmp_path)
    try:
        facts = clip_town(town, tmp_path)
    except InputError as error:
        if error.code != "clip.nothing_near":
            raise
        return
    with zipfile.ZipFile(tmp_path / "clipped.zip") as archive:
        tables = {name: archive.read(name).decode() for name in archive.namelist()}
    assert facts["trips"] == tables["trips.txt"].count("\n") - 1
    (tmp_path / "b").mkdir()
    try:
        clipped = ask_engine(replace(town, tables=tables), tmp_path / "b")
    except NoServiceError:  # only the night before has a trip that matters
        return
    for site in range(len(town.sites)):
        for before, after in zip(whole[1, site], clipped[1, site], strict=True):
            if before is not None and before <= 60 * LONGEST_MIN:
                assert before == after
            else:
                assert after is None or (before is not None and after >= before)


def test_many_of_these_towns_lose_trips(tmp_path):
    """Otherwise the test above could not fail."""
    dropped = refused = 0
    for number, town in enumerate(list_towns(40)):
        write_feed(tmp_path / str(number) / "feed", town.tables)
        try:
            facts = clip_town(town, tmp_path / str(number))
            dropped += facts["trips"] < facts["trips_of_days"]
        except InputError:
            refused += 1
    assert dropped > 6
    assert refused < 14


def test_the_small_study_has_the_same_verdict(tmp_path):
    folder = write_small_study(tmp_path / "study")
    findings = Findings()
    facts = clip_feed(
        folder / "bus.zip", folder / "near.zip", area=box(-1000, 7000), crs=CRS, margin_m=2000, dates=DATES,
        findings=findings,
    )  # fmt: skip
    assert 96 == facts["trips"] == facts["trips_of_days"]
    assert ["clip.feed_kept"] == [finding.code for finding in findings]
    whole, clipped = (ga.check(ga.open_study(folder, changes={"transit.gtfs": [name]})) for name in
                      ("bus.zip", "near.zip"))  # fmt: skip
    assert_frame_equal(whole.residents, clipped.residents)


def test_the_same_wishes_give_the_same_bytes(tmp_path):
    write_bus(tmp_path / "bus.zip")
    for name in ("a.zip", "b.zip"):
        clip_feed(
            tmp_path / "bus.zip", tmp_path / name, area=box(0, 900), crs=CRS, margin_m=100, dates=DATES,
            findings=Findings(),
        )  # fmt: skip
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


FEED = {
    "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\nA,Bus,http://a.example,Europe/Lisbon\n",
    "feed_info.txt": "feed_publisher_name,feed_publisher_url,feed_lang,feed_start_date,feed_end_date,feed_version\n"
    'P,http://p.example,fr,20240101,20241231,"7, final"\n',
    "routes.txt": "route_id,route_short_name,route_type\nR,1,3\nQ,2,3\nF,3,2\n",
    "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
    "wk,1,1,1,1,1,0,0,20240101,20241231\nsa,0,0,0,0,0,1,0,20240101,20241231\n",
    "calendar_dates.txt": "service_id,date,exception_type\nwk,20240422,2\nsa,20240423,1\n",
    "trips.txt": "route_id,service_id,trip_id,shape_id\nR,wk,near,sh1\nQ,wk,on,sh2\nF,wk,far,\nR,sa,sat,sh1\n"
    "R,no,none,\n",
    "shapes.txt": "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence\nsh1,45,-15,1\nsh1,45,-14.9,2\nsh2,45,-14,1\n"
    "sh3,45,-14,1\n",
    "frequencies.txt": "trip_id,start_time,end_time,headway_secs\non,09:00:00,10:00:00,600\nfar,09:00:00,10:00:00,60\n",
    "pathways.txt": "pathway_id,from_stop_id,to_stop_id,pathway_mode,is_bidirectional\np1,e,b1,1,1\np2,f1,f2,1,1\n",
    "transfers.txt": "from_stop_id,to_stop_id,transfer_type,min_transfer_time,from_trip_id\n"
    "st,c,2,60,\nc,st,3,,\nf1,f2,2,60,\nc,c,2,9,far\n",
    "fare_rules.txt": "fare_id,route_id\nx,R\n",
}
#: Metres east of the study's corner; the last line lies 300 km away.
PLACES = {"a": 100, "b1": 9000, "b2": 9050, "c": 9500, "d": 15000, "e": 9020, "st": 9030, "f1": 300_000, "f2": 305_000}


def write_station_feed(folder):
    lines = ["stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station"]
    for name, x in PLACES.items():
        lon, lat = degrees(x, 0)
        kind = {"e": "2,st", "st": "1,", "b1": "0,st", "b2": "0,st"}.get(name, ",")
        lines.append(f'{name},"{name}, place",{lat},{lon},{kind}')
    times = ["trip_id,arrival_time,departure_time,stop_id,stop_sequence"]
    for trip, calls in {
        "near": [("09:00:00", "a"), ("", "b2"), ("09:14:00", "b1")], "on": [("00:00:00", "c"), ("00:20:00", "d")],
        "far": [("09:00:00", "f1"), ("09:20:00", "f2")], "sat": [("25:00:00", "a"), ("25:30:00", "b1")],
        "none": [("09:00:00", "a"), ("09:20:00", "d")],
    }.items():  # fmt: skip
        times += [f"{trip},{clock},{clock},{stop},{k}" for k, (clock, stop) in enumerate(calls)]
    write_feed(folder, {**FEED, "stops.txt": "\n".join(lines) + "\n", "stop_times.txt": "\n".join(times) + "\n"})
    return folder


def clip_station_feed(tmp_path, **wishes):
    wanted = {"area": box(0, 900), "crs": CRS, "margin_m": 100, "dates": DATES, "findings": Findings(), **wishes}
    facts = clip_feed(write_station_feed(tmp_path / "feed"), tmp_path / "out.zip", **wanted)
    return facts, wanted["findings"]


def test_a_line_that_is_only_changed_to_far_away_is_kept(tmp_path):
    clip_station_feed(tmp_path)
    assert ["near", "on", "sat"] == [row["trip_id"] for row in rows_of(tmp_path / "out.zip", "trips.txt")]
    clip_station_feed(tmp_path, longest_min=8)
    assert ["near", "sat"] == [row["trip_id"] for row in rows_of(tmp_path / "out.zip", "trips.txt")]


def test_who_walks_to_an_entrance_is_at_every_platform_of_its_station(tmp_path):
    """The platform of `far` lies 300 km away from the area, its station's entrance inside it."""
    folder = write_station_feed(tmp_path / "feed")
    stops = (folder / "stops.txt").read_text(encoding="utf-8")
    lon, lat = degrees(200, 0)
    stops += f"fs,Far,{lat},{lon},1,\nfe,Door,{lat},{lon},2,fs\n"
    lines = [line + "fs" if line.startswith("f1,") else line for line in stops.splitlines()]
    (folder / "stops.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    wishes = {"area": box(0, 900), "crs": CRS, "margin_m": 100, "dates": DATES, "findings": Findings()}
    clip_feed(folder, tmp_path / "out.zip", **wishes)
    assert "far" in {row["trip_id"] for row in rows_of(tmp_path / "out.zip", "trips.txt")}


def test_every_trip_of_a_station_with_pathways_on_the_way_is_kept(tmp_path):
    """Whether pathways are used hangs on all the platforms that are served: `late` leaves before anybody is there."""
    for name in ("with", "without"):
        folder = write_station_feed(tmp_path / name)
        for file, lines in {
            "trips.txt": "R,wk,late,\n",
            "stop_times.txt": "late,04:00:00,04:00:00,b2,1\nlate,04:20:00,04:20:00,d,2\n",
        }.items():
            with (folder / file).open("a", encoding="utf-8") as table:
                table.write(lines)
        if name == "without":
            (folder / "pathways.txt").unlink()
        wishes = {"area": box(0, 900), "crs": CRS, "margin_m": 100, "dates": DATES, "findings": Findings()}
        clip_feed(folder, tmp_path / f"{name}.zip", **wishes)
        kept = {row["trip_id"] for row in rows_of(tmp_path / f"{name}.zip", "trips.txt")}
        assert (name == "with") == ("late" in kept)


def test_what_belongs_to_the_kept_trips_stays_and_nothing_else(tmp_path):
    _, findings = clip_station_feed(tmp_path)
    out = tmp_path / "out.zip"
    assert {"a", "b1", "b2", "c", "d", "e", "st"} == {row["stop_id"] for row in rows_of(out, "stops.txt")}
    assert {"R", "Q"} == {row["route_id"] for row in rows_of(out, "routes.txt")}
    assert ["sh1", "sh1", "sh2"] == [row["shape_id"] for row in rows_of(out, "shapes.txt")]
    assert ["on"] == [row["trip_id"] for row in rows_of(out, "frequencies.txt")]
    assert ["p1"] == [row["pathway_id"] for row in rows_of(out, "pathways.txt")]
    assert [("st", "c"), ("c", "st")] == [
        (row["from_stop_id"], row["to_stop_id"]) for row in rows_of(out, "transfers.txt")
    ]
    assert 7 == len(rows_of(out, "stop_times.txt"))
    assert "b2, place" in {row["stop_name"] for row in rows_of(out, "stops.txt")}
    left = next(finding for finding in findings if finding.code == "clip.files_left_out")
    assert "fare_rules.txt" == left.params["files"]
    assert "transit.unknown_service" in {finding.code for finding in findings}


def test_only_the_days_asked_for_are_left_and_the_publisher_stays(tmp_path):
    clip_station_feed(tmp_path)
    out = tmp_path / "out.zip"
    assert "calendar.txt" not in zipfile.ZipFile(out).namelist()
    assert [("sa", "20240423", "1"), ("wk", "20240423", "1")] == [
        tuple(row.values()) for row in rows_of(out, "calendar_dates.txt")
    ]
    info = rows_of(out, "feed_info.txt")[0]
    assert ("7, final", "20240422", "20240423") == (
        info["feed_version"], info["feed_start_date"], info["feed_end_date"],
    )  # fmt: skip
    with pytest.raises(NoServiceError):
        read_timetable([out], date=dt.date(2024, 4, 24))


def test_a_day_without_service_and_a_far_feed_are_refused(tmp_path):
    with pytest.raises(NoServiceError, match="2024-04-28"):
        clip_station_feed(tmp_path, dates=[dt.date(2024, 4, 28)])
    with pytest.raises(InputError) as caught:
        clip_station_feed(tmp_path, area=shapely.box(X0 - 90_000, Y0, X0 - 80_000, Y0 + 10), margin_m=2000)
    assert "clip.nothing_near" == caught.value.code
    assert not (tmp_path / "out.zip").exists()


@pytest.mark.real_data
def test_two_communes_of_hauts_de_seine_have_the_same_verdict(shared_data, tmp_path):
    data = shared_data / "hauts-de-seine"
    communes = gpd.read_file(data / "communes.geojson")
    chosen = communes[communes["insee"].isin(["92002", "92071"])]
    for name in ("study.toml", "residents_200m.gpkg", "sites.csv", "sst.csv"):
        (tmp_path / name).write_bytes((data / name).read_bytes())
    chosen.to_file(tmp_path / "communes.geojson")
    area = shapely.union_all(chosen.to_crs("EPSG:2154").geometry.to_numpy())
    dates = [dt.date(2018, 1, 22), dt.date(2018, 1, 23)]
    feeds = ["bus-metro-rail-2018.zip", "tram-2018-frequencies.zip"]
    for name in feeds:
        facts = clip_feed(
            data / "gtfs" / name, tmp_path / name, area=area, crs="EPSG:2154", margin_m=2000, dates=dates,
            findings=Findings(),
        )  # fmt: skip
        assert 0 < facts["trips"] < facts["trips_of_feed"]
    whole, clipped = (
        ga.check(ga.open_study(tmp_path, changes={"transit.gtfs": [str(folder / name) for name in feeds]}))
        for folder in ((data / "gtfs").resolve(), tmp_path)
    )
    assert 0 < whole.summary["total"]["share"] < 1
    assert_frame_equal(whole.residents, clipped.residents)


@pytest.mark.real_data
def test_a_quarter_of_porto_alegre_has_the_same_verdict(shared_data, tmp_path):

    data = shared_data / "cities" / "porto-alegre"
    study = ga.open_study(PORTO_ALEGRE)
    communes = gpd.read_file(PORTO_ALEGRE / "communes.geojson").iloc[:1]
    communes.to_file(tmp_path / "communes.geojson")
    area = shapely.union_all(communes.to_crs(study.settings.crs).geometry.to_numpy())
    wishes = {"area": area, "crs": study.settings.crs, "margin_m": 2000}
    here = {"territory.communes": str(tmp_path / "communes.geojson")}
    clips = {"walking.streets": [str(tmp_path / "streets.osm.pbf")], "transit.gtfs": []}
    dates = [study.settings.date - dt.timedelta(days=1), study.settings.date]
    for name in ("poa_eptc.zip", "poa_trensurb.zip"):
        clip_feed(data / name, tmp_path / name, dates=dates, findings=Findings(), **wishes)
        clips["transit.gtfs"].append(str(tmp_path / name))
    clip_streets(data / "poa_osm.pbf", tmp_path / "streets.osm.pbf", findings=Findings(), **wishes)
    whole, clipped = (ga.check(study.vary(changes)) for changes in (here, {**here, **clips}))
    assert 0 < whole.summary["total"]["share"] < 1
    assert_frame_equal(whole.residents, clipped.residents)


# Streets


def test_streets_of_a_quarter_walk_as_those_of_the_whole_town(tmp_path):
    nodes = grid_nodes(30, 20)
    ways = [(1000 + row, [1 + 30 * row + k for k in range(30)], {"highway": "footway"}) for row in range(20)]
    ways += [(2000 + k, [1 + k + 30 * row for row in range(20)], {"highway": "residential"}) for k in range(30)]
    nodes[9000], nodes[9001] = (nodes[1][0], nodes[1][1]), (nodes[600][0], nodes[600][1])
    ways += [(3000, [9000, 9001], {"building": "yes"}), (3001, [1, 32, 63, 1], {})]
    square = [(70, [(3001, "outer")], {"type": "multipolygon", "highway": "pedestrian", "area": "yes"})]
    path = write_map(tmp_path, nodes, ways, square)
    network = read_streets(path, crs=MAP_CRS)
    area = shapely.box(network.x.min(), network.y.min(), network.x.min() + 500, network.y.min() + 500)
    wishes = {"area": area, "crs": MAP_CRS, "margin_m": 600}
    findings = Findings()
    facts = clip_streets(path, tmp_path / "near.osm.pbf", findings=findings, **wishes)
    assert 1 == facts["relations"]
    assert facts["ways"] < facts["ways_of_file"] == 51
    assert ["clip.streets_kept"] == [finding.code for finding in findings]
    clip_streets(path, tmp_path / "again.osm.pbf", findings=Findings(), **wishes)
    assert (tmp_path / "near.osm.pbf").read_bytes() == (tmp_path / "again.osm.pbf").read_bytes()
    clipped = read_streets(tmp_path / "near.osm.pbf", crs=MAP_CRS)
    assert clipped.street_count < network.street_count
    points = shapely.get_coordinates(area.boundary.interpolate(np.linspace(0, 2000, 30)))
    seconds = []
    for streets in (network, clipped):
        walker = StreetWalker(streets, PROFILES["adult"], snap_m=300)
        places = walker.place(points)
        legs = walker.legs(places, places, limit_s=440)
        seconds.append((legs.indptr.tolist(), legs.index.tolist(), legs.seconds.tolist()))
    assert seconds[0] == seconds[1]


def test_a_clip_takes_the_newest_versions_and_what_is_open_at_some_hour(tmp_path):
    """The reader makes of the clip what it makes of the whole file."""
    away = '<node id="7" version="1" lat="0.5" lon="-15.0"/><node id="7" version="4" lat="0.497" lon="-14.995"/>'
    newer = (
        '<way id="10" version="3"><nd ref="1"/><nd ref="7"/><nd ref="2"/><tag k="highway" v="footway"/></way>'
        '<way id="11" version="2" visible="false"/>'
        '<way id="12" version="1" action="delete"><nd ref="1"/><nd ref="7"/><tag k="highway" v="footway"/></way>'
        '<way id="13" version="1"><nd ref="2"/><nd ref="3"/><tag k="highway" v="path"/>'
        '<tag k="foot" v="no"/><tag k="foot:conditional" v="yes @ (07:00-20:00)"/></way>'
    )
    path = write_detour(tmp_path, extra=newer)
    path.write_text(path.read_text().replace('<node id="1"', away + '<node id="1"', 1))
    window = Window(dt.date(2026, 3, 3), 9 * 3600, 11 * 3600)
    whole = read_streets(path, crs=MAP_CRS, window=window, findings=Findings())
    area = shapely.box(499_000, 54_000, 502_000, 56_000)
    clip_streets(path, tmp_path / "near.osm.pbf", area=area, crs=MAP_CRS, margin_m=10, findings=Findings())
    clipped = read_streets(tmp_path / "near.osm.pbf", crs=MAP_CRS, window=window, findings=Findings())
    assert whole.digest == clipped.digest
    assert {10, 13} <= set(clipped.way_id.tolist())
    assert {11, 12}.isdisjoint(clipped.way_id.tolist())


@pytest.mark.parametrize(("name", "code"), [("map.osm", "streets.partial"), ("map.osc", "streets.changes")])
def test_a_partial_street_file_and_changes_are_not_clipped(tmp_path, name, code):
    path = write_detour(tmp_path, name=name, extra="<remark>runtime error: out of memory</remark>")
    with pytest.raises(InputError) as caught:
        clip_streets(path, tmp_path / "out.osm.pbf", area=box(0, 10), crs=CRS, margin_m=10, findings=Findings())
    assert code == caught.value.code
    assert not (tmp_path / "out.osm.pbf").exists()


def test_a_street_file_of_another_place_is_refused(tmp_path):
    path = write_map(tmp_path, {1: (-15.0, 0.5), 2: (-15.0, 0.501)}, [(1, [1, 2], {"highway": "path"})])
    wishes = {"area": box(0, 10), "crs": CRS, "margin_m": 10, "findings": Findings()}
    with pytest.raises(InputError) as caught:
        clip_streets(path, tmp_path / "out.osm.pbf", **wishes)
    assert "clip.no_street" == caught.value.code
    with pytest.raises(InputError) as caught:
        clip_streets(tmp_path / "none.osm.pbf", tmp_path / "out.osm.pbf", **wishes)
    assert "streets.not_found" == caught.value.code


def write_drawn_map(folder):
    """A town of streets, and around it what orients: woods, a lake of two ways, roads, rail, a village, a commune."""
    nodes = grid_nodes(30, 20)
    ways = [(1000 + row, [1 + 30 * row + k for k in range(30)], {"highway": "footway"}) for row in range(20)]
    ways += [(2000 + k, [1 + k + 30 * row for row in range(20)], {"highway": "residential"}) for k in range(30)]
    walked = (dict(nodes), list(ways))
    lon, lat = nodes[1][:2]
    far = {9000 + k: (lon + 0.011 + 0.001 * (k % 10), lat + 0.001 * (k // 10)) for k in range(40)}
    nodes |= far | {9100: (lon + 0.013, lat + 0.002, {"place": "village", "name": "Sarnec"})}
    ways += [
        (3000, [9000, 9001, 9011, 9010, 9000], {"natural": "wood", "name": "bois Clair"}),
        (3001, [9012, 9013, 9023], {"highway": "footway"}),
        (3002, [9023, 9022, 9012], {}),
        (3003, [9001, 9005, 600], {"highway": "primary", "name": "avenue de Sarnec"}),
        (3004, [9030, 9035, 300], {"railway": "rail"}),
        (3005, [9030, 9031, 9032], {"highway": "motorway"}),
        (3006, [9020, 9025], {"highway": "residential", "name": "rue perdue"}),
        (3007, [9000, 9030, 9039, 9009, 9000], {"boundary": "administrative"}),
        (3008, [9014, 9015, 9025, 9024, 9014], {"highway": "pedestrian", "area": "yes", "leisure": "park"}),
    ]
    commune = {"type": "boundary", "boundary": "administrative", "admin_level": "8", "name": "Sarnec"}
    relations = [
        (70, [(3001, "outer"), (3002, "outer")], {"type": "multipolygon", "natural": "water"}),
        (71, [(3007, "outer")], commune),
    ]
    return write_map(folder, nodes, ways, relations), write_map(folder, *walked, name="walked.osm")


def test_what_orients_is_kept_and_the_walking_network_is_the_same(tmp_path):
    path, walked = write_drawn_map(tmp_path)
    network = read_streets(walked, crs=MAP_CRS)
    area = shapely.box(network.x.min(), network.y.min(), network.x.min() + 500, network.y.min() + 500)
    clips = []
    for number, source in enumerate((path, walked)):
        clips.append(tmp_path / f"near{number}.osm.pbf")
        clip_streets(source, clips[-1], area=area, crs=MAP_CRS, margin_m=600, findings=Findings())
    assert read_streets(clips[0], crs=MAP_CRS).digest == read_streets(clips[1], crs=MAP_CRS).digest
    frame = frame_around(area.bounds)
    whole, clipped = (read_features([one], crs=MAP_CRS, frame=frame) for one in (path, clips[0]))
    assert {"water", "woods", "road", "rail", "place", "boundary"} == set(whole.shapes["layer"])
    assert_geodataframe_equal(whole.shapes, clipped.shapes)
    assert {} == whole.left_out
    assert not {"avenue de Sarnec", "rue perdue"} & set(clipped.streets["name"]), "drawn, not walked"


def test_the_sample_clipped_has_its_seconds_and_its_ground(tmp_path):
    study = ga.open_study()
    inputs = ga.open_times(study).inputs
    area = shapely.union_all(inputs.communes.geometry.to_numpy())
    clip = tmp_path / "streets.osm.pbf"
    source = study.path("streets.osm")
    clip_streets(source, clip, area=area, crs=study.settings.crs, margin_m=2000, findings=Findings())
    whole, clipped = (read_streets(path, crs=study.settings.crs) for path in (source, clip))
    assert whole.digest == clipped.digest
    frame = frame_around(inputs.communes.total_bounds)
    whole, clipped = (read_features([path], crs=study.settings.crs, frame=frame) for path in (source, clip))
    assert_geodataframe_equal(whole.shapes, clipped.shapes)
