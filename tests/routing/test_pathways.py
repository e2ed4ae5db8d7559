"""pathways.txt: ways inside stations, against a plain reading of the same files and by hand."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from gtfs_oracle import SMALL, TUESDAY, write_feed
from station_towns import PlainStations, make_station_town
from town_engine import open_town

import geo_access as ga
from geo_access.core.findings import Findings
from geo_access.routing.scan import NEVER
from geo_access.routing.stations import StationWalker, place_stops, time_stations
from geo_access.streets.walker import StraightLineWalker
from geo_access.study.profiles import PROFILES, Profile

N_TOWNS = 120
HEAD = "from_stop_id,to_stop_id,pathway_mode,is_bidirectional,traversal_time,length,stair_count,min_width\n"
#: A station of two platforms, two entrances and a hall between them; the line A-B-C of `SMALL` and back to A2.
STATION = (
    "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station,wheelchair_boarding\n"
    "S,Station,48.80,2.20,1,,\nA,Alpha,48.80,2.20,0,S,1\nA2,Alpha 2,48.80,2.201,0,S,1\n"
    "E1,North,48.801,2.20,2,S,1\nE2,South,48.799,2.20,2,S,\nH,Hall,48.80,2.20,3,S,\n"
    "B,Beta,48.81,2.21,,,1\nC,Gamma,48.83,2.23,,,1\n"
)
WAYS = HEAD + "E1,H,1,1,30,,,\nE2,H,5,1,50,,,\nH,A,2,1,,,20,\nH,A2,1,1,,48,,\n"
CRS = "EPSG:2154"


def read(tmp_path, ways, stops=STATION, **more):
    findings = Findings()
    feed = write_feed(tmp_path / "feed", SMALL | {"stops.txt": stops, "pathways.txt": ways, **more})
    return ga.read_timetable([feed], date=TUESDAY, findings=findings), findings


def list_codes(findings) -> dict:
    return {finding.code: finding for finding in findings if "pathway" in finding.code or "exit_gate" in finding.code}


def list_times(timetable, profile="adult", *, accessible=(1,)) -> dict:
    """Seconds inside, by ids: doors by their latitude."""
    who = PROFILES[profile] if isinstance(profile, str) else profile
    times = time_stations(timetable, who, accessible=accessible)
    stop = [name.split(":")[1] for name in timetable.stops["stop_id"]]
    door = ["E1" if lat > 48.8 else "E2" for lat in times.lat]
    found = {}
    for part, here, there in ((times.inward, door, stop), (times.outward, stop, door), (times.across, stop, stop)):
        for a, b, seconds in zip(part.origin, part.to, part.seconds, strict=True):
            found[here[a], there[b]] = int(seconds)
    return found


# Station towns


@pytest.mark.parametrize("seed", range(0, N_TOWNS, 20))
def test_the_engine_answers_as_a_plain_reading_of_the_stations(seed, tmp_path):
    for number in range(seed, seed + 20):
        town = make_station_town(number)
        folder = tmp_path / str(number)
        folder.mkdir()
        times = open_town(town, folder)
        plain = PlainStations(town, folder / "feed").table()
        for site, seconds in times.transit_seconds(range(len(town.sites))):
            for home in range(len(town.homes)):
                found = [None if second == NEVER else second for second in seconds[home].tolist()]
                assert plain[home, site] == found, (number, home, site)


def test_the_towns_hold_stations_of_every_kind_and_pathways_change_answers(tmp_path):
    seen = Counter()
    for number in range(N_TOWNS // 2):
        town = make_station_town(number)
        folder = tmp_path / str(number)
        write_feed(folder / "feed", town.tables)
        plain = PlainStations(town, folder / "feed")
        joined = {plain.station(way[0]) for way in plain.ways(everybody=True)}
        used = {plain.station(stop) for stop in plain.within}
        broken = {plain.station(stop) for stop in plain.platforms if not plain.direct(stop)} & joined - used
        apart = [p for p in plain.platforms if p not in plain.within and plain.station(p) in used]
        seen["whole"] += bool(used)
        seen["broken"] += bool(broken)
        seen[f"whole, {town.profile}"] += bool(used)
        seen["reached from the street beside a whole station"] += any(plain.direct(p) for p in apart)
        seen["keeps to its way in a broken station"] += any(not plain.direct(p) for p in apart)
        silent = PlainStations(town, town.tables | {"stops.txt": town.tables["stops.txt"].replace("stop_access", "x")})
        seen["stop_access changes answers"] += plain.table() != silent.table()
        seen["boarding areas"] += any(len(plain.nodes(p)) > 1 for p in plain.entrances)
        seen["two platforms"] += any(
            a != b and plain.station(a) == plain.station(b) for a in plain.entrances for b in plain.entrances
        )
        seen["closed for the profile"] += any(not plain.ends(p, inward=True) for p in plain.entrances)
        seen["changes answers"] += plain.table() != replace(plain, without=True).table()
    kinds = (
        "whole", "broken", "boarding areas", "two platforms", "closed for the profile", "changes answers",
        "reached from the street beside a whole station", "stop_access changes answers",
    )  # fmt: skip
    assert [] == [kind for kind in kinds if seen[kind] < 5], seen
    assert seen["keeps to its way in a broken station"]
    assert all(seen[f"whole, {profile}"] >= 3 for profile in PROFILES), seen


# By hand


def test_ways_take_their_time_or_length_or_stairs(tmp_path):
    timetable, findings = read(tmp_path, WAYS)
    assert {"transit.pathways_used"} == set(list_codes(findings))
    expected = {
        ("E1", "A"): 40, ("E2", "A"): 60, ("A", "E1"): 40, ("A", "E2"): 60,  # 30 or 50, and 20 stairs of 0.5 s
        ("E1", "A2"): 66, ("E2", "A2"): 86, ("A2", "E1"): 66, ("A2", "E2"): 86,  # and 48 m at 4.8 km/h: 36 s
        ("A", "A2"): 46, ("A2", "A"): 46,
    }  # fmt: skip
    assert expected == list_times(timetable)
    # At 3.2 km/h 48 m take 54 s; what the file says in seconds stays.
    assert 84 == list_times(timetable, "senior")["E1", "A2"]


def test_a_way_without_measures_is_its_straight_line(tmp_path):
    timetable, _ = read(tmp_path, HEAD + "E1,A,1,1,,,,\nE1,A2,1,1,10,,,\n")
    metres = np.radians(0.001) * 6_371_008.8
    assert int(np.ceil(metres / (4.8 / 3.6))) == list_times(timetable)["E1", "A"]


def test_the_time_inside_is_rounded_up_once(tmp_path):
    ways = HEAD + "E1,H,1,1,,0.5,,\nH,A,1,1,,0.5,,\nH,A2,1,1,,1,,\n"
    timetable, _ = read(tmp_path, ways)
    assert 1 == list_times(timetable)["E1", "A"]
    assert 2 == list_times(timetable)["E1", "A2"]


def test_stairs_and_narrow_ways_are_not_for_everybody(tmp_path):
    timetable, _ = read(tmp_path, WAYS + "E2,A,5,1,100,,,0.70\nH,A,4,1,5,,,\n")
    assert 35 == list_times(timetable)["E1", "A"]
    stroller, wheelchair = (list_times(timetable, name, accessible=(0, 1)) for name in ("stroller", "wheelchair"))
    # By the lift of 0.7 m, reached through the hall from the other entrance.
    assert (100, 180) == (stroller["E2", "A"], stroller["E1", "A"])
    assert ("E2", "A") not in wheelchair
    assert (78, 98) == (wheelchair["E1", "A2"], wheelchair["E2", "A2"])
    # The south entrance says nothing of itself, nor does its station.
    assert ("E2", "A2") not in list_times(timetable, "wheelchair", accessible=(1,))
    # Who takes no steps does not care at which entrance a wheelchair gets in.
    assert ("E2", "A2") in list_times(timetable, "stroller", accessible=(1,))


@pytest.mark.parametrize(("width", "wheels"), [("0.59", ()), ("0.60", ("stroller",)), ("0.79", ("stroller",)),
                                               ("0.80", ("stroller", "wheelchair"))])  # fmt: skip
def test_a_way_just_as_wide_as_the_wheels_is_wide_enough(width, wheels, tmp_path):
    timetable, _ = read(tmp_path, WAYS + f"E2,A,5,1,100,,,{width}\n")
    through = {
        name: list_times(timetable, name, accessible=(0, 1)).get(("E2", "A")) for name in ("stroller", "wheelchair")
    }
    assert set(wheels) == {name for name, seconds in through.items() if seconds == 100}


def test_gates_let_out_only_the_way_they_say(tmp_path):
    ways = HEAD + "H,E2,7,1,5,,,\nE1,H,6,0,7,,,\nH,A,1,1,10,,,\nH,A2,1,1,10,,,\n"
    timetable, findings = read(tmp_path, ways)
    told = list_codes(findings)["transit.exit_gates_both_ways"]
    assert (2, "H → E2") == (told.row, told.params["examples"])
    times = list_times(timetable)
    assert 17 == times["E1", "A"]
    assert 15 == times["A", "E2"]
    assert not {("E2", "A"), ("A", "E1")} & set(times)


def test_a_platform_is_as_near_as_its_nearest_boarding_area(tmp_path):
    stops = STATION + "A_f,,48.80,2.20,4,A,\nA_b,,48.80,2.20,4,A,\n"
    timetable, findings = read(
        tmp_path, HEAD + "E1,A_f,1,1,10,,,\nE1,A_b,1,1,25,,,\nE2,A_b,1,1,5,,,\nA_f,A2,1,1,4,,,\n", stops
    )
    assert {"transit.pathways_used"} == set(list_codes(findings))
    times = list_times(timetable)
    assert (10, 5, 4) == (times["E1", "A"], times["E2", "A"], times["A", "A2"])
    # Along the platform one walks: from the one area to the other there is no way but by the entrance.
    assert 5 + 25 + 10 + 4 == times["E2", "A2"]


@pytest.mark.parametrize(
    ("ways", "missing", "example"),
    [
        (HEAD + "E1,H,1,1,30,,,\nH,A,1,1,5,,,\n", 2, "Station (A2 → …, A2 → A)"),  # A2 is only arrived at
        (HEAD + "E1,H,1,0,30,,,\nH,A,1,1,5,,,\nH,A2,1,1,5,,,\n", 1, "Station (A2 → …)"),
        (HEAD + "H,E1,1,0,30,,,\nH,A,1,1,5,,,\nH,A2,1,1,5,,,\n", 1, "Station (… → A)"),
        (HEAD + "H,A,1,1,5,,,\nH,A2,1,1,5,,,\n", 2, "Station (… → A, A2 → …)"),
        (HEAD + "E1,A,1,1,5,,,\nA2,E2,1,0,5,,,\n", 1, "Station (A2 → A)"),
    ],
)
def test_a_station_in_pieces_is_left_to_the_streets(ways, missing, example, tmp_path):
    timetable, findings = read(tmp_path, ways)
    told = list_codes(findings)["transit.pathways_broken"]
    assert (1, 1, missing, example) == tuple(told.params[name] for name in ("count", "total", "missing", "examples"))
    assert "warning" == told.level
    assert 0 == len(timetable.station_nodes) == len(timetable.station_ways)
    assert "transit.unused_locations" in {finding.code for finding in findings}


def test_a_platform_that_is_only_arrived_at_needs_no_way_in(tmp_path):
    timetable, findings = read(tmp_path, HEAD + "E1,A,1,1,5,,,\nA2,E1,1,0,5,,,\n")
    assert {"transit.pathways_used"} == set(list_codes(findings))
    assert 10 == list_times(timetable)["A2", "A"]


@pytest.mark.parametrize(
    ("row", "code", "example"),
    [
        ("E1,nowhere,1,1,5,,,", "transit.unknown_pathway_stop", "E1 → nowhere"),
        ("E1,B,1,1,5,,,", "transit.pathways_apart", "E1 → B"),
        ("E1,S,1,1,5,,,", "transit.pathways_apart", "E1 → S"),
        ("E1,E1,1,1,5,,,", "transit.pathways_apart", "E1 → E1"),
        ("E1,A,9,1,5,,,", "transit.strange_pathways", "E1 → A"),
        ("E1,A,,1,5,,,", "transit.strange_pathways", "E1 → A"),
        ("E1,E2,1,,5,,,", "transit.vague_pathways", "E1 → E2"),
        ("E1,E2,1,1,soon,,,", "transit.bad_pathway_measure", "traversal_time “soon”"),
        ("E1,E2,1,1,,-3,,", "transit.bad_pathway_measure", "length “-3”"),
        ("E1,E2,1,1,,nan,,", "transit.bad_pathway_measure", "length “nan”"),
    ],
)
def test_faults_are_told_with_their_row(row, code, example, tmp_path):
    timetable, findings = read(tmp_path, f"{WAYS}{row}\n")
    told = list_codes(findings)[code]
    assert ("warning", 6, 1, example) == (told.level, told.row, told.params["count"], told.params["examples"])
    assert 40 == list_times(timetable)["E1", "A"]


def test_a_way_to_nowhere_in_particular_is_told(tmp_path):
    stops = STATION.replace("S,Station,48.80,2.20", "S,Station,,").replace("H,Hall,48.80,2.20", "H,Hall,,")
    _, findings = read(tmp_path, WAYS + "E1,H,1,1,,,,\n", stops)
    assert "E1 → H" == list_codes(findings)["transit.unmeasured_pathways"].params["examples"]


def test_columns_of_another_time_are_no_error(tmp_path):
    _, findings = read(tmp_path, "from_stop_id,to_stop_id,pathway_type\nE1,A,1\n")
    assert {"transit.strange_pathways"} == set(list_codes(findings))


def test_pathways_can_be_ignored_and_then_change_nothing(tmp_path):
    feed = write_feed(tmp_path / "with", SMALL | {"stops.txt": STATION, "pathways.txt": WAYS})
    bare = write_feed(tmp_path / "without", SMALL | {"stops.txt": STATION})
    findings = Findings()
    ignored = ga.read_timetable([feed], date=TUESDAY, pathways=False, findings=findings)
    plain = ga.read_timetable([bare], date=TUESDAY, findings=Findings())
    assert {"transit.pathways_unused"} == set(list_codes(findings))
    ignored.save(tmp_path / "a")
    plain.save(tmp_path / "b")
    names = sorted(path.name for path in (tmp_path / "a").iterdir() if path.suffix != ".json")
    assert [(tmp_path / "b" / name).read_bytes() for name in names] == [
        (tmp_path / "a" / name).read_bytes() for name in names
    ]


def test_stations_are_numbered_through_all_feeds_and_kept(tmp_path):
    feeds = [write_feed(tmp_path / name, SMALL | {"stops.txt": STATION, "pathways.txt": WAYS}) for name in "ab"]
    timetable = ga.read_timetable(feeds, date=TUESDAY, findings=Findings())
    timetable.save(tmp_path / "kept")
    again = ga.Timetable.load(tmp_path / "kept")
    for name in ("station_nodes", "station_ways"):
        assert getattr(timetable, name).equals(getattr(again, name))
    assert [0, 1] == sorted(set(again.station_nodes["station"]))
    own = again.station_nodes[again.station_nodes["stop"] >= 0]
    assert own["node_id"].tolist() == again.stops["stop_id"].iloc[own["stop"]].tolist()
    times = time_stations(again, PROFILES["adult"], accessible=(1,))
    assert 2 * 2 == len(times.across.to)
    named = again.stops["stop_id"].to_numpy()
    assert all(a[0] == b[0] for a, b in zip(named[times.across.origin], named[times.across.to], strict=True))


def walk(timetable, profile: Profile = PROFILES["adult"]):
    walker = StationWalker(StraightLineWalker(profile.speed_kmh, detour=1.0))
    return walker, place_stops(timetable, walker, profile, crs=CRS, accessible=(1,))


def test_legs_lead_through_the_entrances_and_their_limit_holds_for_the_sum(tmp_path):
    timetable, _ = read(tmp_path, WAYS)
    walker, stops = walk(timetable)
    names = timetable.stops["stop_id"].tolist()
    # 100 m north of the north entrance: 75 s, and 40 s down to platform A.
    home = walker.place(stops.doors.xy[[len(names)]] + [[0.0, 100.0]])
    near = dict(
        zip(walker.legs(home, stops, limit_s=115).index, walker.legs(home, stops, limit_s=115).seconds, strict=True)
    )
    assert {names.index("0:A"): 115} == near
    assert 0 == len(walker.legs(home, stops, limit_s=114))
    back = walker.legs(stops, home, limit_s=115)
    assert [115] == back.seconds.tolist()
    assert 115 == walker.pairs(home, np.array([0]), stops, np.array([names.index("0:A")]))[0]
    here, there = np.array([names.index("0:A")]), np.array([names.index("0:A2")])
    assert 46 == walker.pairs(stops, here, stops, there)[0]
    assert 0 == walker.pairs(stops, here, stops, here)[0]
    assert bool(stops.snapped.all())


def test_who_has_no_way_inside_goes_out_and_in_again(tmp_path):
    ways = HEAD + "E1,A,1,1,30,,,\nE2,A2,1,1,50,,,\nA,A2,2,1,8,,,\n"
    timetable, _ = read(tmp_path, ways)
    names = timetable.stops["stop_id"].tolist()
    here, there = np.array([names.index("0:A")]), np.array([names.index("0:A2")])
    walker, stops = walk(timetable)
    assert 8 == walker.pairs(stops, here, stops, there)[0]
    walker, stops = walk(timetable, PROFILES["stroller"])
    metres = np.hypot(*(stops.doors.xy[-1] - stops.doors.xy[-2]))
    assert 30 + np.ceil(metres) + 50 == walker.pairs(stops, here, stops, there)[0]
    legs = walker.legs(stops, stops, limit_s=1000)
    row = slice(*legs.indptr[here[0] : here[0] + 2])
    assert 30 + np.ceil(metres) + 50 == legs.seconds[row][legs.index[row] == there[0]][0]


def test_inside_one_stays_inside_though_the_street_be_shorter(tmp_path):
    timetable, _ = read(tmp_path, HEAD + "E1,A,1,1,10,,,\nE2,A2,1,1,10,,,\nA,A2,1,1,900,,,\n")
    names = timetable.stops["stop_id"].tolist()
    here, there = np.array([names.index("0:A")]), np.array([names.index("0:A2")])
    walker, stops = walk(timetable)
    assert 10 + np.hypot(*(stops.doors.xy[-1] - stops.doors.xy[-2])) / (4.8 / 3.6) + 10 < 300
    assert 900 == walker.pairs(stops, here, stops, there)[0]
    for limit, expected in ((900, [900]), (899, [])):
        legs = walker.legs(stops, stops, limit_s=limit)
        row = slice(*legs.indptr[here[0] : here[0] + 2])
        assert expected == legs.seconds[row][legs.index[row] == there[0]].tolist()


# Real data


def test_the_ways_of_a_real_feed_are_walked(shared_data):
    findings = Findings()
    timetable = ga.read_timetable(
        [shared_data / "fixtures" / "gtfs-pathways"], date=dt.date(2015, 1, 12), findings=findings
    )
    assert "entrance_b → B" == list_codes(findings)["transit.pathways_apart"].params["examples"]
    assert ["0:entrance_a", "0:A"] == timetable.station_nodes["node_id"].tolist()
    times = time_stations(timetable, PROFILES["adult"], accessible=(1,))
    assert [34] == times.inward.seconds.tolist() == times.outward.seconds.tolist()
    assert "0:A" == timetable.stops["stop_id"].iloc[int(times.inward.to[0])]
