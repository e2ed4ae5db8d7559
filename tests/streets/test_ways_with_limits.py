"""Ways for those who go there only: the ends of a walk, never a passage; and the second tie of who stands at one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pyproj import Transformer
from street_maps import CRS, walk_detour, write_detour, write_map

from geo_access.core.findings import Findings
from geo_access.streets.network import from_networkx, read_streets, to_networkx
from geo_access.streets.paths import PathFinder
from geo_access.streets.street_walker import StreetWalker
from geo_access.study.profiles import PROFILES, Profile

TO_DEGREES = Transformer.from_crs(CRS, 4326, always_xy=True)
FOOTWAY = {"highway": "footway"}
LIMITED = {"highway": "service", "access": "destination"}
METRE = Profile("a metre a second", 3.6)


def place(walker, *points):
    return walker.place(np.array(points, float) + np.array([500_000.0, 55_000.0]))


def read(folder, places, ways):
    nodes = {name: TO_DEGREES.transform(500_000 + x, 55_000 + y) for name, (x, y) in places.items()}
    return read_streets(write_map(folder, nodes, ways), crs=CRS, min_island_nodes=1, findings=Findings())


def seconds(walker, a, b):
    places = place(walker, a, b)
    found = walker.pairs(places, np.array([0]), places, np.array([1]))[0]
    legs = walker.legs(places, places, limit_s=10**6)
    row = dict(zip(legs.index[: legs.indptr[1]].tolist(), legs.seconds[: legs.indptr[1]].tolist(), strict=True))
    assert row.get(1, np.nan) == found or np.isnan([row.get(1, np.nan), found]).all()
    line = PathFinder(walker).find(places.xy[0], places.xy[1])
    assert np.isnan(found) if line is None else found == np.ceil(line.metres / walker.profile.speed_kmh * 3.6 - 1e-9)
    return found


@pytest.fixture(scope="module")
def street(tmp_path_factory):
    """A straight way with limits from (0, 0) to (600, 0), and round it a public one by (0, 300) and (600, 300)."""
    places = {1: (0, 0), 2: (600, 0), 3: (0, 300), 4: (600, 300), 5: (-200, 0), 6: (800, 0)}
    ways = [
        (10, [1, 2], LIMITED), (11, [1, 3, 4, 2], FOOTWAY), (12, [5, 1], FOOTWAY), (13, [2, 6], FOOTWAY),
    ]  # fmt: skip
    network = read(tmp_path_factory.mktemp("street"), places, ways)
    return StreetWalker(network, METRE)


@pytest.mark.parametrize(
    ("start", "end", "metres"),
    [
        ((-100, 0), (700, 0), 1400),  # no passage
        ((100, 0), (700, 0), 600),  # it starts there
        ((-100, 0), (400, 0), 500),  # it ends there
        ((100, 0), (400, 0), 300),  # both
        ((0, 0), (600, 0), 1200),  # who stands in a junction is on the public street
    ],
)
def test_limits_bind_the_middle_of_a_walk(street, start, end, metres):
    assert abs(seconds(street, start, end) - metres) <= 2
    assert abs(seconds(street, end, start) - metres) <= 2


def test_two_ways_with_limits_are_walked_from_one_to_the_other(tmp_path):
    """First part and last part, with nothing public between them; and with something."""
    places = {1: (0, 0), 2: (300, 0), 3: (600, 0), 4: (300, -50), 5: (700, 0)}
    ways = [(10, [1, 2], LIMITED), (11, [2, 3], LIMITED), (12, [2, 4], FOOTWAY), (13, [3, 5], FOOTWAY)]
    walker = StreetWalker(read(tmp_path, places, ways), METRE, snap_m=20)
    assert abs(seconds(walker, (100, 0), (500, 0)) - 400) <= 2
    assert abs(seconds(walker, (100, 0), (650, 0)) - 550) <= 2


def test_public_streets_behind_limits_are_left_and_entered_and_not_passed(tmp_path):
    """A courtyard between two ways with limits, and a public way round."""
    places = {1: (0, 0), 2: (100, 0), 3: (200, 0), 4: (300, 0), 5: (0, 300), 6: (300, 300), 7: (-100, 0), 8: (400, 0)}
    ways = [
        (10, [1, 2], LIMITED), (11, [2, 3], FOOTWAY), (12, [3, 4], LIMITED), (13, [1, 5, 6, 4], FOOTWAY),
        (14, [7, 1], FOOTWAY), (15, [4, 8], FOOTWAY),
    ]  # fmt: skip
    walker = StreetWalker(read(tmp_path, places, ways), METRE, snap_m=20)
    assert [True, True, True, False, False, False] == walker.limited.tolist()
    assert abs(seconds(walker, (150, 0), (350, 0)) - 200) <= 2
    assert abs(seconds(walker, (-50, 0), (150, 0)) - 200) <= 2
    assert abs(seconds(walker, (-50, 0), (350, 0)) - 1000) <= 2


def test_a_point_at_a_way_with_limits_is_tied_to_the_nearest_public_one_too(street):
    # 10 m from the way with limits, 100 m from the public one beside it: the farther tie is the shorter walk.
    places = place(street, (300, 190), (300, 10), (-100, 5))
    assert [0, 1, 2, 1] == places.ties.place.tolist()
    assert [110, 10, 5, 290] == np.round(places.ties.gap_m).tolist()
    assert [110, 10, 5] == np.round(places.gap_m).tolist()
    # By the limited way 10 + 300 + 100, by the other tie 290 + 300 + 300 + 100.
    assert abs(seconds(street, (300, 10), (700, 0)) - 410) <= 2


def test_the_second_tie_counts_where_it_is_shorter(tmp_path):
    """A long drive leads away from the street that runs behind the house."""
    places = {1: (0, 0), 2: (1000, 0), 3: (1000, 60), 4: (0, 60), 5: (-50, 60)}
    ways = [(10, [1, 2], LIMITED), (11, [2, 3], FOOTWAY), (12, [3, 4], FOOTWAY), (13, [4, 5], FOOTWAY)]
    network = read(tmp_path, places, ways)
    assert abs(seconds(StreetWalker(network, METRE), (100, 5), (-50, 60)) - (55 + 150)) <= 2
    near = StreetWalker(network, METRE, snap_m=50)
    assert abs(seconds(near, (100, 5), (-50, 60)) - (5 + 900 + 60 + 1050)) <= 4
    # The choice is told with the walk.
    told = [
        PathFinder(walker).find(*(place(walker, point).xy[0] for point in ((100, 5), (-50, 60))))
        for walker in (StreetWalker(network, METRE), near)
    ]
    assert [(12, 55, 10, 5), (10, 5, 10, 5)] == [
        (line.start.way, round(line.start.gap_m), line.start.nearest, round(line.start.nearest_m)) for line in told
    ]
    assert [None, None] == [line.end for line in told]


def test_a_graph_keeps_limits_and_stops(tmp_path):
    path = write_detour(tmp_path, way={"access": "customers", "oneway:foot": "-1"}, node={"barrier": "stile"})
    network = read_streets(path, crs=CRS, findings=Findings())
    again = from_networkx(to_networkx(network), crs=CRS, findings=Findings())
    assert network.limited.sum() == again.limited.sum() == 2
    for profile in PROFILES:
        assert walk_detour(network, profile) == walk_detour(again, profile)
    ends = [
        sorted(zip(n.way_id.tolist(), n.node_id[n.tail].tolist(), n.stops.tolist(), strict=True))
        for n in (network, again)
    ]
    assert ends[0] == ends[1]


# Porto Alegre


@pytest.fixture(scope="module")
def hexagons(shared_data):
    folder = shared_data / "cities" / "porto-alegre"
    walker = StreetWalker(read_streets(folder / "poa_osm.pbf", crs="EPSG:32722", findings=Findings()), METRE)
    table = pd.read_csv(folder / "poa_hexgrid.csv")
    xy = np.column_stack(Transformer.from_crs(4326, 32722, always_xy=True).transform(table["lon"], table["lat"]))
    return walker, table, walker.place(xy)


@pytest.mark.real_data
@pytest.mark.parametrize(("start", "end", "through"), [(80, 505, 1449), (497, 989, 1900), (173, 63, 1712)])
def test_nobody_passes_through(hexagons, start, end, through):
    walker, _, places = hexagons
    line = PathFinder(walker).find(places.xy[start], places.xy[end])
    walked = walker.pairs(places, np.array([start]), places, np.array([end]))[0]
    assert walked > through
    assert walked == np.ceil(line.metres - 1e-9)


@pytest.mark.real_data
def test_who_lives_at_a_way_with_limits_may_leave_by_the_next_street(hexagons):
    walker, table, places = hexagons
    nearest = places.ties.street[: len(places)]
    tied = (nearest >= 0) & walker.network.limited[nearest]
    assert (37, 8850) == (tied.sum(), table["population"][tied].sum())
    assert np.flatnonzero(tied).tolist() == places.ties.place[len(places) :].tolist()
    # Walks of 2,150 m and 2,075 m for a third of a kilometre, before.
    for row, before, away in ((883, 2150, 323), (804, 2075, 307)):
        far = np.hypot(*(places.xy - places.xy[row]).T)
        there = int(np.abs(far - away).argmin())
        assert walker.pairs(places, np.array([row]), places, np.array([there]))[0] < before / 2
