from __future__ import annotations

import math
from dataclasses import replace

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from street_maps import CRS, LAT, LIMITED_TAGS, LON, NODE_TAGS, STEP, PlainWalker, grid_nodes, points, towns, write_map

from geo_access.core.findings import Findings
from geo_access.streets.network import from_networkx, read_streets
from geo_access.streets.street_walker import StreetWalker
from geo_access.streets.walker import StraightLineWalker, collect_legs
from geo_access.study.profiles import PROFILES, Profile

TO_METRES = Transformer.from_crs(4326, CRS, always_xy=True)


def to_xy(degrees):
    degrees = np.asarray(degrees, float)
    return np.column_stack(TO_METRES.transform(degrees[:, 0], degrees[:, 1]))


def read(folder, nodes, ways, *, islands=1):
    return read_streets(write_map(folder, nodes, ways), crs=CRS, min_island_nodes=islands, findings=Findings())


def as_dict(legs):
    rows = np.repeat(np.arange(legs.n_from), np.diff(legs.indptr))
    return dict(zip(zip(rows.tolist(), legs.index.tolist(), strict=True), legs.seconds.tolist(), strict=True))


def assert_canonical(legs, n_from, n_to):
    assert (n_from, n_to) == (legs.n_from, legs.n_to)
    assert (np.int64, np.int32, np.int32) == (legs.indptr.dtype, legs.index.dtype, legs.seconds.dtype)
    for first, last in zip(legs.indptr[:-1], legs.indptr[1:], strict=True):
        assert (np.diff(legs.index[first:last]) > 0).all()


# Straight lines

coordinates = st.lists(
    st.tuples(st.one_of(st.integers(-3, 3).map(lambda k: k * 100.0), st.floats(-400, 400)), st.floats(-400, 400)),
    max_size=8,
)


@given(a=coordinates, b=coordinates, speed=st.sampled_from([3.2, 3.6, 4.8]), limit=st.integers(0, 500))
def test_straight_lines_are_euclid_times_detour_rounded_up_once(a, b, speed, limit):
    walker = StraightLineWalker(speed, detour=1.3)
    origins, destinations = walker.place(np.array(a)), walker.place(np.array(b))
    legs = walker.legs(origins, destinations, limit_s=limit)
    assert_canonical(legs, len(a), len(b))
    expected = {}
    for i, p in enumerate(a):
        for j, q in enumerate(b):
            seconds = math.ceil(math.hypot(p[0] - q[0], p[1] - q[1]) * 1.3 / (speed / 3.6) - 1e-9)
            if seconds <= limit:
                expected[i, j] = max(seconds, 0)
    assert expected == as_dict(legs)
    assert {(j, i): s for (i, j), s in expected.items()} == as_dict(legs.transpose())


def test_whole_seconds_stay_whole():
    walker = StraightLineWalker(3.6, detour=1.0)
    places = walker.place(np.array([[0.0, 0.0], [200.0, 0.0], [200.5, 0.0]]))
    first = walker.place(places.xy[:1])
    assert as_dict(walker.legs(first, places, limit_s=201)) == {(0, 0): 0, (0, 1): 200, (0, 2): 201}
    assert as_dict(walker.legs(first, places, limit_s=200)) == {(0, 0): 0, (0, 1): 200}


@pytest.mark.parametrize("speed", [3.2, 3.6, 4.8])
def test_a_hair_beyond_the_metres_of_the_limit_is_within_its_seconds(speed):
    """The seconds decide: what rounding adds to metres that hit the limit does not lose the walk."""
    walker = StraightLineWalker(speed, detour=1.3)
    for limit in (600, 1199, 1200):
        metres = limit * speed / 3.6 / 1.3
        places = walker.place(np.array([[0.0, 0.0], [np.nextafter(metres, np.inf), 0.0], [metres + 1e-4, 0.0]]))
        assert {(0, 0): 0, (0, 1): limit} == as_dict(walker.legs(walker.place(places.xy[:1]), places, limit_s=limit))


def test_a_hair_beyond_the_metres_of_the_limit_is_within_its_seconds_on_streets():
    for limit in (600, 1199, 1200):
        graph = nx.MultiDiGraph(crs="EPSG:4326")
        graph.add_nodes_from([(1, {"x": LON, "y": LAT}), (2, {"x": LON + 0.01, "y": LAT})])
        graph.add_edge(1, 2, length=float(np.nextafter(limit * 4.8 / 3.6, np.inf)))
        walker = StreetWalker(from_networkx(graph, crs=CRS, min_island_nodes=1), PROFILES["adult"])
        ends = walker.place(np.column_stack(TO_METRES.transform([LON, LON + 0.01], [LAT, LAT])))
        assert {(0, 0): 0, (0, 1): limit, (1, 0): limit, (1, 1): 0} == as_dict(walker.legs(ends, ends, limit_s=limit))


def test_points_without_coordinates_have_no_straight_legs():
    walker = StraightLineWalker(4.8)
    places = walker.place(np.array([[0.0, 0.0], [np.nan, 0.0]]))
    assert places.snapped.tolist() == [True, False]
    assert places.gap_m[0] == 0.0
    assert np.isnan(places.gap_m[1])
    assert as_dict(walker.legs(places, places, limit_s=600)) == {(0, 0): 0}
    pairs = walker.pairs(places, np.array([0, 0]), places, np.array([0, 1]))
    assert pairs[0] == 0.0
    assert np.isnan(pairs[1])


def test_keys_name_what_legs_depend_on():
    assert StraightLineWalker(4.8).key == StraightLineWalker(4.8, detour=1.3).key
    keys = {StraightLineWalker(4.8).key, StraightLineWalker(3.6).key, StraightLineWalker(4.8, detour=1.2).key}
    assert len(keys) == 3


def test_legs_transpose_twice_is_the_same():
    legs = collect_legs(np.array([2, 0, 0]), np.array([1, 3, 0]), np.array([5, 6, 7]), n_from=3, n_to=4)
    again = legs.transpose().transpose()
    assert as_dict(legs) == as_dict(again) == {(2, 1): 5, (0, 3): 6, (0, 0): 7}
    assert (legs.transpose().n_from, legs.transpose().n_to) == (4, 3)


# Streets


def ties(places):
    """Return the ties of each place: (street, metres along it, gap)."""
    found = [[] for _ in range(len(places))]
    columns = (column.tolist() for column in (places.ties.street, places.ties.along_m, places.ties.gap_m))
    for place, *tie in zip(places.ties.place.tolist(), *columns, strict=True):
        found[place].append(tie)
    return found


@settings(max_examples=100)
@given(
    town=st.one_of(towns(), towns(limits=True), towns(limits=True)),
    here=points(count=5),
    there=points(count=4),
    profile=st.sampled_from(sorted(PROFILES)),
    limit=st.sampled_from([60, 200, 500]),
    snap_m=st.sampled_from([60, 300]),
    islands=st.sampled_from([1, 4]),
)
def test_streets_are_walked_as_networkx_walks_them(
    tmp_path_factory, town, here, there, profile, limit, snap_m, islands
):
    network = read(tmp_path_factory.mktemp("town"), *town, islands=islands)
    walker, plain = StreetWalker(network, PROFILES[profile], snap_m=snap_m), PlainWalker(network, PROFILES[profile])
    origins, destinations = walker.place(to_xy(here)), walker.place(to_xy(there))
    speed = PROFILES[profile].speed_kmh / 3.6
    expected = {
        (i, j): math.ceil(metres / speed - 1e-9)
        for i, a in enumerate(ties(origins))
        for j, b in enumerate(ties(destinations))
        if (metres := min(plain.metres(one, other) for one in a for other in b)) < math.inf
    }
    i, j = np.divmod(np.arange(20), 4)
    pairs = walker.pairs(origins, i, destinations, j)
    found = {(int(a), int(b)): s for a, b, s in zip(i, j, pairs, strict=True) if not np.isnan(s)}
    assert expected == found
    near = {pair: seconds for pair, seconds in expected.items() if seconds <= limit}
    legs = walker.legs(origins, destinations, limit_s=limit)
    assert_canonical(legs, 5, 4)
    assert near == as_dict(legs)
    # From the other side: fewer origins than destinations, so that the search runs along the streets.
    few = walker.place(to_xy(here[:2]))
    nearer = {pair: seconds for pair, seconds in near.items() if pair[0] < 2}
    assert nearer == as_dict(walker.legs(few, destinations, limit_s=limit))


def throw_town(folder, seed):
    """Read a grid with half of its sides limited and a few nodes that stop some, and places in it."""
    random = np.random.default_rng(seed)
    nodes = grid_nodes(5, 4)
    sides = [(a, a + step) for a in nodes for step in (1, 5) if a + step in nodes and (a % 5 or step == 5)]
    kept = [side for side in sides if random.random() < 0.85]
    tags = [{"highway": "footway"}, {"highway": "footway"}, *LIMITED_TAGS, {"highway": "steps"}]
    ways = [(100 + k, list(side), tags[random.integers(len(tags))]) for k, side in enumerate(kept)]
    for name in random.choice(sorted(nodes), 3, replace=False).tolist():
        nodes[name] = (*nodes[name], NODE_TAGS[random.integers(len(NODE_TAGS))])
    network = read(folder, nodes, ways, islands=3)
    return network, np.column_stack([LON + random.uniform(0, 4, 8) * STEP, LAT + random.uniform(0, 3, 8) * STEP])


def test_thrown_towns_with_limits_are_walked_as_networkx_walks_them(tmp_path):
    profiles, changed, second = sorted(PROFILES), 0, 0
    for seed in range(24):
        network, xy = throw_town(tmp_path, seed)
        profile = PROFILES[profiles[seed % len(profiles)]]
        walker, plain = StreetWalker(network, profile), PlainWalker(network, profile)
        places = walker.place(to_xy(xy))
        expected = np.array(
            [[min(plain.metres(one, other) for one in a for other in b) for b in ties(places)] for a in ties(places)]
        )
        expected = np.ceil(expected / (profile.speed_kmh / 3.6) - 1e-9)
        i, j = np.divmod(np.arange(64), 8)
        found = np.nan_to_num(walker.pairs(places, i, places, j), nan=np.inf)
        np.testing.assert_array_equal(expected.ravel(), found)
        legs = walker.legs(places, places, limit_s=300)
        near = {(a, b): int(expected[a, b]) for a in range(8) for b in range(8) if expected[a, b] <= 300}
        assert near == as_dict(legs)
        free = StreetWalker(replace(network, limited=np.zeros_like(network.limited)), profile)
        anywhere = free.place(to_xy(xy))
        changed += int((np.nan_to_num(free.pairs(anywhere, i, anywhere, j), nan=np.inf) != found).sum())
        second += len(places.ties) - len(places)
    # The towns are such that limits matter.
    assert changed > 100
    assert second > 20


@settings(max_examples=30)
@given(town=towns(), here=points(), slow=st.sampled_from([2.0, 3.2, 3.6]))
def test_a_slower_walker_is_never_earlier(tmp_path_factory, town, here, slow):
    network = read(tmp_path_factory.mktemp("town"), *town)
    seconds = []
    for speed in (4.8, slow):
        walker = StreetWalker(network, Profile("any", speed))
        places = walker.place(to_xy(here))
        seconds.append(as_dict(walker.legs(places, places, limit_s=600)))
    quick, late = seconds
    assert late.keys() <= quick.keys()
    assert all(quick[pair] <= late[pair] for pair in late)


@settings(max_examples=30)
@given(town=towns(), data=st.data())
def test_a_street_more_makes_nobody_later(tmp_path_factory, town, data):
    """Between junctions: from a point away from the streets, the nearest street may lead the wrong way."""
    nodes, ways = town
    a, b = data.draw(st.lists(st.sampled_from(sorted(nodes)), min_size=2, max_size=2, unique=True))
    folder = tmp_path_factory.mktemp("town")
    before = read(folder, nodes, ways)
    after = read(folder, nodes, [*ways, (950, [a, b], {"highway": "footway"})])
    junctions = np.column_stack([before.x, before.y])
    seconds = []
    for network in (before, after):
        walker = StreetWalker(network, PROFILES["adult"])
        places = walker.place(junctions)
        every = np.arange(len(junctions))
        i, j = (axis.ravel() for axis in np.meshgrid(every, every))
        seconds.append(np.nan_to_num(walker.pairs(places, i, places, j), nan=np.inf))
    assert (seconds[1] <= seconds[0]).all()


@settings(max_examples=30)
@given(town=towns(), here=points(), data=st.data())
def test_the_order_of_rows_does_not_matter(tmp_path_factory, town, here, data):
    nodes, ways = town
    folder = tmp_path_factory.mktemp("town")
    before = read(folder, nodes, ways)
    shuffled = read(folder, dict(data.draw(st.permutations(list(nodes.items())))), data.draw(st.permutations(ways)))
    assert before.digest == shuffled.digest
    order = np.array(data.draw(st.permutations(range(len(here)))))
    walker = StreetWalker(before, PROFILES["adult"])
    places, turned = walker.place(to_xy(here)), walker.place(to_xy(here)[order])
    expected = as_dict(walker.legs(places, places, limit_s=600))
    found = as_dict(walker.legs(turned, turned, limit_s=600))
    assert expected == {(int(order[i]), int(order[j])): s for (i, j), s in found.items()}


def test_threads_do_not_change_the_answer(tmp_path):
    nodes = grid_nodes(12, 12)
    ways = [(1000 + a, [a, a + 1], {"highway": "footway"}) for a in nodes if a % 12]
    ways += [(2000 + a, [a, a + 12], {"highway": "footway"}) for a in nodes if a + 12 in nodes]
    network = read(tmp_path, nodes, ways)
    xy = np.random.default_rng(1).uniform(0, 1200, (300, 2)) + np.array([network.x.min(), network.y.min()])
    legs = []
    for threads in (1, 3):
        walker = StreetWalker(network, PROFILES["adult"], threads=threads)
        places = walker.place(xy)
        legs.append(walker.legs(places, places, limit_s=900))
    assert as_dict(legs[0]) == as_dict(legs[1])
    assert len(legs[0]) > 300 * 10


def test_a_stroller_goes_round_the_steps(tmp_path):
    nodes = {1: (LON, LAT), 2: (LON + STEP, LAT), 3: (LON + STEP / 2, LAT + STEP)}
    ways = [
        (10, [1, 2], {"highway": "steps"}),
        (11, [1, 3], {"highway": "footway"}),
        (12, [3, 2], {"highway": "footway"}),
    ]
    network = read(tmp_path, nodes, ways)
    xy = to_xy([(LON, LAT), (LON + STEP, LAT)])
    seconds = {}
    for name in ("adult", "stroller"):
        walker = StreetWalker(network, PROFILES[name])
        places = walker.place(xy)
        seconds[name] = walker.pairs(places, np.array([0]), places, np.array([1]))[0]
    assert math.ceil(111.32 / (4.8 / 3.6)) == seconds["adult"]
    assert 240 < seconds["stroller"] < 252


def terrace(tmp_path, *, islands):
    """A street of ten junctions, and above it a terrace of three that only steps lead up to."""
    nodes = {k: (LON + k * STEP, LAT) for k in range(1, 11)}
    nodes |= {20 + k: (LON + k * STEP, LAT + STEP) for k in range(1, 4)}
    ways = [(100 + k, [k, k + 1], {"highway": "footway"}) for k in range(1, 10)]
    ways += [(200, [21, 22], {"highway": "footway"}), (201, [22, 23], {"highway": "footway"})]
    ways += [(300, [2, 22], {"highway": "steps"}), (301, [3, 23], {"highway": "footway", "wheelchair": "no"})]
    return read(tmp_path, nodes, ways, islands=islands)


def test_who_cannot_leave_a_terrace_is_not_tied_to_it(tmp_path):
    network = terrace(tmp_path, islands=4)
    assert 13 == network.node_count
    xy = to_xy([(LON + 2 * STEP, LAT + 1.2 * STEP), (LON + 5 * STEP, LAT)])
    found = {}
    for name in PROFILES:
        walker, findings = StreetWalker(network, PROFILES[name]), Findings()
        places = walker.place(xy)
        walker.tell_islands(findings)
        told = [(f.code, f.params["islands"], f.params["island_nodes"], f.params["profile"]) for f in findings]
        found[name] = (round(places.gap_m[0]), told)
        assert (0, 1) in as_dict(walker.legs(places, places, limit_s=1200))
    # The stroller still has the footway beside the steps; the wheelchair is tied to the street below, 133 m away.
    assert [(22, []), (22, []), (22, [])] == [found[name] for name in ("adult", "senior", "stroller")]
    assert (133, [("streets.profile_islands", 1, 3, "wheelchair")]) == found["wheelchair"]


def test_an_enclosed_quarter_of_some_size_stays(tmp_path):
    network = terrace(tmp_path, islands=3)
    walker, findings = StreetWalker(network, PROFILES["wheelchair"]), Findings()
    walker.tell_islands(findings)
    assert not list(findings)
    assert 22 == round(walker.place(to_xy([(LON + 2 * STEP, LAT + 1.2 * STEP)])).gap_m[0])
    assert walker.key != StreetWalker(terrace(tmp_path, islands=4), PROFILES["wheelchair"]).key


def test_an_escalator_is_ridden_one_way(tmp_path):
    nodes = {1: (LON, LAT), 2: (LON + STEP, LAT)}
    network = read(tmp_path, nodes, [(10, [1, 2], {"highway": "steps", "conveying": "forward"})])
    walker = StreetWalker(network, PROFILES["adult"])
    places = walker.place(to_xy([(LON + STEP / 4, LAT), (LON + STEP / 2, LAT)]))
    assert {(0, 0), (0, 1), (1, 1)} == set(as_dict(walker.legs(places, places, limit_s=600)))


@pytest.mark.parametrize("way", ["forward", "backward"])
def test_who_stands_in_a_junction_is_not_bound_to_the_escalator_there(tmp_path, way):
    nodes = {1: (LON, LAT), 2: (LON + STEP, LAT), 3: (LON, LAT + STEP), 4: (LON + STEP, LAT + STEP)}
    path = {"highway": "footway"}
    ways = [
        (1, [1, 2], {"highway": "steps", "conveying": way}),
        (2, [1, 3], path),
        (3, [2, 4], path),
        (4, [3, 4], path),
    ]
    network = read_streets(write_map(tmp_path, nodes, ways), crs=CRS, min_island_nodes=1, findings=Findings())
    walker = StreetWalker(network, PROFILES["adult"])
    places = walker.place(np.column_stack(TO_METRES.transform(*zip(*nodes.values(), strict=True))))
    found = as_dict(walker.legs(places, places, limit_s=600))
    side, rise = found[2, 3], found[0, 2]
    assert {found[0, 2], found[2, 0], found[1, 3], found[3, 1]} == {rise}
    ridden, round_about = ((0, 1), (1, 0)) if way == "forward" else ((1, 0), (0, 1))
    assert abs(found[ridden] - side) <= 1
    assert abs(found[round_about] - (2 * rise + side)) <= 2


def test_the_gaps_are_part_of_the_walk(tmp_path):
    network = read(tmp_path, {1: (LON, LAT), 2: (LON + STEP, LAT)}, [(10, [1, 2], {"highway": "footway"})])
    walker = StreetWalker(network, Profile("any", 3.6))
    places = walker.place(np.array([[network.x[0], network.y[0] + 40.0], [network.x[1], network.y[1] - 30.0]]))
    np.testing.assert_allclose([40.0, 30.0], places.gap_m, atol=1e-6)
    along = network.length_m[0]
    assert along == pytest.approx(111.32, abs=0.05)  # a thousandth of a degree beside the equator
    assert math.ceil(along + 70 - 1e-6) == walker.pairs(places, np.array([0]), places, np.array([1]))[0]


def test_an_unsnapped_point_is_not_walked_to(tmp_path):
    network = read(tmp_path, {1: (LON, LAT), 2: (LON + STEP, LAT)}, [(10, [1, 2], {"highway": "footway"})])
    walker = StreetWalker(network, PROFILES["adult"], snap_m=100)
    places = walker.place(np.array([[network.x[0], network.y[0] + 101.0], [network.x[1], network.y[1]]]))
    assert places.snapped.tolist() == [False, True]
    assert as_dict(walker.legs(places, places, limit_s=6000)) == {(1, 1): 0}
    assert np.isnan(walker.pairs(places, np.array([0]), places, np.array([1]))[0])


def test_street_keys_name_what_legs_depend_on(tmp_path):
    one = read(tmp_path, {1: (LON, LAT), 2: (LON + STEP, LAT)}, [(10, [1, 2], {"highway": "footway"})])
    two = read(tmp_path, {1: (LON, LAT), 2: (LON + 2 * STEP, LAT)}, [(10, [1, 2], {"highway": "footway"})])
    walkers = [
        StreetWalker(one, PROFILES["adult"]),
        StreetWalker(two, PROFILES["adult"]),
        StreetWalker(one, PROFILES["stroller"]),
        StreetWalker(one, PROFILES["adult"], snap_m=200),
    ]
    assert len({walker.key for walker in walkers}) == 4
    assert walkers[0].key == StreetWalker(one, PROFILES["adult"], threads=1).key


def test_places_of_another_walker_are_refused(tmp_path):
    network = read(tmp_path, {1: (LON, LAT), 2: (LON + STEP, LAT)}, [(10, [1, 2], {"highway": "footway"})])
    places = StraightLineWalker(4.8).place(np.zeros((1, 2)))
    with pytest.raises(TypeError):
        StreetWalker(network, PROFILES["adult"]).legs(places, places, limit_s=60)


@pytest.mark.real_data
def test_the_grid_fixture_is_walked_in_its_seconds(shared_data):
    grid = shared_data / "fixtures" / "grid"
    network = read_streets(grid / "A_single_route.osm", crs="EPSG:32753")
    walker = StreetWalker(network, Profile("grid", 3.6))
    table = pd.read_csv(grid / "A_single_route.destinations.csv")
    to_zone = Transformer.from_crs(4326, 32753, always_xy=True)
    places = walker.place(np.column_stack(to_zone.transform(table["lon"], table["lat"])))
    np.testing.assert_allclose(table["offset_m"], places.gap_m, atol=0.5)
    # Blocks of 200 m on a sphere: 0.6 % at most, two seconds a block. The last point stands beside an upright street.
    blocks = [0, 4, 14, 3.6, 6.5, 7, 6.5]
    metres = 200 * np.array(blocks) + table["offset_m"].to_numpy()
    seconds = walker.pairs(places, np.zeros(7, int), places, np.arange(7))
    assert (np.abs(seconds - metres) <= 1 + 0.006 * metres).all()
    assert seconds[3] == 722
