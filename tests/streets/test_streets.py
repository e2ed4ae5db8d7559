from __future__ import annotations

import bz2
import gzip
import json
from datetime import date

import geopandas as gpd
import networkx as nx
import numpy as np
import osmium
import pytest
import shapely
from hypothesis import given, settings
from street_maps import CRS, LAT, LON, STEP, grid_nodes, osm_xml, towns, write_map

from geo_access.core.errors import InputError
from geo_access.core.findings import Findings
from geo_access.streets.conditions import Window
from geo_access.streets.network import WalkNetwork, fetch_streets, from_networkx, read_streets, to_networkx
from geo_access.streets.walkable import FILTER_VERSION, WALKABLE

FOOTWAY = {"highway": "footway"}
SQUARE = {"highway": "pedestrian", "area": "yes"}


def read(path, findings=None, **options):
    options = {"crs": CRS, "min_island_nodes": 1} | options
    return read_streets(path, findings=Findings() if findings is None else findings, **options)


def read_map(folder, nodes, ways, relations=(), **options):
    return read(write_map(folder, nodes, ways, relations), **options)


def sides(network):
    """Streets as (lower node, higher node), sorted; nodes by their identifiers."""
    ends = np.sort(np.column_stack([network.node_id[network.tail], network.node_id[network.head]]), axis=1)
    return sorted(map(tuple, ends.tolist()))


def grid_map(size=8):
    nodes = grid_nodes(size, size)
    ways = [(1000 + a, [a, a + 1], FOOTWAY) for a in nodes if a % size]
    ways += [(2000 + a, [a, a + size], FOOTWAY) for a in nodes if a + size in nodes]
    return nodes, ways


# What a way becomes


def test_ways_are_cut_where_they_meet_and_only_there(tmp_path):
    nodes = grid_nodes(5, 2)
    network = read_map(tmp_path, nodes, [(10, [1, 2, 3, 4, 5], FOOTWAY), (11, [8, 3], {"highway": "steps"})])
    assert sides(network) == [(1, 3), (3, 5), (3, 8)]
    assert network.steps.tolist() == [False, False, True]
    assert network.way_id.tolist() == [10, 10, 11]
    assert [WALKABLE[kind] for kind in network.kind] == ["footway", "footway", "steps"]
    assert np.diff(network.offsets).tolist() == [3, 3, 2]
    assert network.filter_version == FILTER_VERSION


def test_lengths_are_geodesic(tmp_path):
    nodes = {1: (LON, LAT), 2: (LON + 0.01, LAT), 3: (LON + 0.01, LAT + 0.01)}
    network = read_map(tmp_path, nodes, [(1, [1, 2, 3], FOOTWAY)])
    # WGS84: 0.01 degree of longitude at 0.5 degrees north, then 0.01 degree of latitude there.
    np.testing.assert_allclose(network.length_m, [1113.1526 + 1105.744], atol=0.02)
    assert network.line_m[0] == 0
    assert network.line_m[-1] == network.length_m[0]
    # The plane's scale is 0.9996 by the central meridian: metres of the ground are not metres of the plane.
    assert np.hypot(*np.diff(np.column_stack([network.line_x, network.line_y]), axis=0).T).sum() < network.length_m[0]


def test_crossing_without_a_shared_node_is_a_bridge(tmp_path):
    nodes = {1: (LON, LAT), 2: (LON + STEP, LAT), 3: (LON + STEP / 2, LAT - STEP), 4: (LON + STEP / 2, LAT + STEP)}
    network = read_map(tmp_path, nodes, [(1, [1, 2], FOOTWAY), (2, [3, 4], FOOTWAY)])
    assert sides(network) == [(1, 2), (3, 4)]


def test_rings_doubled_nodes_and_ways_of_one_node(tmp_path):
    nodes = grid_nodes(3, 3)
    ring = [1, 2, 5, 4, 1]
    ways = [(1, ring, FOOTWAY), (2, [9], FOOTWAY), (3, [6, 6, 9], FOOTWAY), (4, [], FOOTWAY)]
    network = read_map(tmp_path, nodes, ways)
    assert sides(network) == [(1, 1), (6, 9)]
    assert network.length_m[0] > 400


def test_a_locked_gate_parts_a_street(tmp_path):
    nodes = grid_nodes(3, 1)
    closed = nodes | {2: (*nodes[2], {"barrier": "gate", "access": "private"})}
    open_ = nodes | {2: (*nodes[2], {"barrier": "gate"})}
    network = read_map(tmp_path, closed, [(1, [1, 2, 3], FOOTWAY)])
    assert network.street_count == 2
    assert network.node_count == 4
    assert (network.node_id < 0).sum() == 2
    assert read_map(tmp_path, open_, [(1, [1, 2, 3], FOOTWAY)]).street_count == 1


def test_a_clipped_extract_cuts_its_ways_and_says_so(tmp_path):
    nodes = grid_nodes(5, 1)
    del nodes[3]
    findings = Findings()
    network = read_map(tmp_path, nodes, [(77, [1, 2, 3, 4, 5, 99], FOOTWAY)], findings=findings)
    assert sides(network) == [(1, 2), (4, 5)]
    (told,) = [finding for finding in findings if finding.code == "streets.clipped"]
    assert told.params == {"count": 1, "nodes": 2, "examples": "77"}
    for language in ("fr", "en"):
        assert "77" in told.text(language)


def test_several_files_are_one_map(tmp_path):
    nodes = grid_nodes(4, 1)
    left = write_map(tmp_path, {k: nodes[k] for k in (1, 2)}, [(10, [1, 2, 3], FOOTWAY)], name="left.osm")
    right = write_map(
        tmp_path, {k: nodes[k] for k in (2, 3, 4)}, [(10, [1, 2, 3], FOOTWAY), (11, [3, 4], FOOTWAY)], name="right.osm"
    )
    findings = Findings()
    network = read([left, right], findings)
    assert sides(network) == [(1, 3), (3, 4)]
    assert not len(findings)
    assert network.digest == read([right, left]).digest


def test_an_area_keeps_the_streets_that_touch_it(tmp_path):
    nodes, ways = grid_map(4)
    whole = read_map(tmp_path, nodes, ways)
    corner = shapely.Point(whole.x[0], whole.y[0]).buffer(20)
    assert sides(read_map(tmp_path, nodes, ways, area=corner)) == [(1, 2), (1, 5)]


# Squares


def cross_map():
    """A square of four corners; streets come to 1 and to 3, which lie across from each other."""
    nodes = grid_nodes(3, 3)
    return nodes, [(10, [4, 5, 8, 7, 4], SQUARE), (11, [1, 4], FOOTWAY), (12, [8, 9], FOOTWAY)]


def test_a_square_is_crossed(tmp_path):
    network = read_map(tmp_path, *cross_map())
    assert (4, 8) in sides(network)
    crossing = network.length_m[sides_of(network).index((4, 8))]
    assert crossing == pytest.approx(157, abs=2)
    walked_round = [(4, [4, 5, 8, 7, 4], {"highway": "pedestrian"}), *cross_map()[1][1:]]
    around = read_map(tmp_path, cross_map()[0], walked_round)
    assert sides(around).count((4, 8)) == 2  # along either side of the square, not across


def sides_of(network):
    """Streets as `sides` names them, in the network's order, the shortest of each pair first."""
    ends = np.sort(np.column_stack([network.node_id[network.tail], network.node_id[network.head]]), axis=1)
    least = {}
    for k, pair in enumerate(map(tuple, ends.tolist())):
        if pair not in least or network.length_m[k] < network.length_m[least[pair]]:
            least[pair] = k
    return [pair if least[pair] == k else None for k, pair in enumerate(map(tuple, ends.tolist()))]


def test_lines_across_stay_inside_the_square(tmp_path):
    # An L: the straight line between its two tips leaves it.
    nodes = grid_nodes(4, 4)
    outline = [1, 4, 8, 6, 14, 13, 1]
    ways = [(10, outline, SQUARE), (11, [8, 12], FOOTWAY), (12, [14, 15], FOOTWAY)]
    network = read_map(tmp_path, nodes, ways)
    assert sides(network) == [(1, 8), (1, 14), (8, 12), (8, 14), (14, 15)]
    assert network.length_m[sides_of(network).index((8, 14))] > 400  # along the outline


def test_a_square_with_a_hole_is_crossed_beside_the_hole(tmp_path):
    nodes = grid_nodes(5, 5)
    ways = [
        (10, [1, 3, 5, 15, 25, 21, 1], {}),
        (11, [7, 9, 19, 17, 7], {"building": "yes"}),
        (12, [1, 100], FOOTWAY),
        (13, [25, 101], FOOTWAY),
        (14, [5, 102], FOOTWAY),
        (15, [3, 103], FOOTWAY),
        (16, [15, 104], FOOTWAY),
    ]
    away = [(-1, 0), (5, 4), (5, 0), (2, -1), (5, 2)]
    far = {100 + k: (LON + x * STEP, LAT + y * STEP) for k, (x, y) in enumerate(away)}
    members = [(10, "outer"), (11, "inner")]
    relation = (500, members, {"type": "multipolygon", "highway": "pedestrian"})
    network = read_map(tmp_path, nodes | far, ways, [relation])
    across = {side for side, way in zip(all_sides(network), network.way_id.tolist(), strict=True) if way == -500}
    # 1-25 runs through the hole; 3-15 cuts the corner outside of it; 1-5 and the like run along the outline.
    assert (3, 15) in across
    assert (1, 25) not in across
    assert (7, 7) in all_sides(network)  # round the hole


def all_sides(network):
    ends = np.sort(np.column_stack([network.node_id[network.tail], network.node_id[network.head]]), axis=1)
    return list(map(tuple, ends.tolist()))


# Islands


def test_islands_are_pruned_and_counted(tmp_path):
    nodes, ways = grid_map(8)  # 64 junctions
    nodes |= {900 + k: (LON + 0.05 + k * STEP, LAT) for k in range(3)}
    ways += [(9000, [900, 901], FOOTWAY), (9001, [901, 902], FOOTWAY)]
    findings = Findings()
    network = read_map(tmp_path, nodes, ways, findings=findings, min_island_nodes=40)
    assert network.node_count == 64
    assert network.summary["islands"] == 1
    assert network.summary["island_nodes"] == 3
    assert network.summary["island_m"] == 223
    (told,) = findings
    assert told.level == "info"
    assert "223" in told.text("fr")
    assert "223" in told.text("en")
    assert read_map(tmp_path, nodes, ways, min_island_nodes=3).node_count == 67


def test_the_largest_group_is_no_island(tmp_path):
    nodes, ways = grid_map(3)
    assert read_map(tmp_path, nodes, ways, min_island_nodes=40).node_count == 9


# Formats


def test_every_format_reads_the_same(tmp_path):
    nodes, ways = cross_map()
    plain = write_map(tmp_path, nodes, ways)
    text = plain.read_bytes()
    (tmp_path / "map.osm.xml").write_bytes(text)
    (tmp_path / "map.osm.gz").write_bytes(gzip.compress(text))
    (tmp_path / "map.osm.bz2").write_bytes(bz2.compress(text))
    writer = osmium.SimpleWriter(str(tmp_path / "map.osm.pbf"))
    for item in osmium.FileProcessor(str(plain)):
        writer.add(item)
    writer.close()
    expected = read(plain).digest
    for name in ("map.osm.xml", "map.osm.gz", "map.osm.bz2", "map.osm.pbf"):
        assert read(tmp_path / name).digest == expected
    assert read(str(plain)).digest == expected


def test_negative_identifiers_of_editors(tmp_path):
    nodes = {-k: place for k, place in grid_nodes(3, 2).items()}
    network = read_map(tmp_path, nodes, [(-1, [-1, -2, -3], FOOTWAY), (-2, [-2, -5], FOOTWAY)])
    assert sides(network) == [(-5, -2), (-3, -2), (-2, -1)]


def test_an_identifier_that_cannot_be_takes_no_memory(tmp_path):
    resource = pytest.importorskip("resource", reason="memory is measured by Unix")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    nodes, ways = grid_nodes(3, 2), [(1, [1, 2, 3], FOOTWAY), (2, [2, 5, 2**53 + 1], FOOTWAY)]
    network = read_map(tmp_path, nodes, ways)
    assert sides(network) == [(1, 2), (2, 3), (2, 5)]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500_000, "kilobytes; a table would take 2 GB"


def test_saved_and_loaded_is_the_same(tmp_path):
    network = read_map(tmp_path, *cross_map())
    network.save(tmp_path)
    written = (tmp_path / "walk_network.npz").read_bytes()
    loaded = WalkNetwork.load(tmp_path)
    assert loaded.digest == network.digest
    assert loaded.crs == network.crs
    assert dict(loaded.summary) == dict(network.summary)
    loaded.save(tmp_path)
    assert (tmp_path / "walk_network.npz").read_bytes() == written


@pytest.mark.parametrize("damage", ["empty", "cut", "words"])
def test_damaged_cache_entries_are_value_errors(tmp_path, damage):
    read_map(tmp_path, *cross_map()).save(tmp_path)
    path = tmp_path / "walk_network.npz"
    data = path.read_bytes()
    path.write_bytes({"empty": b"", "cut": data[: len(data) // 2], "words": b"x" * 500}[damage])
    with pytest.raises(InputError, match="walk_network"):
        WalkNetwork.load(tmp_path)


# Bad files


def bad_files(folder):
    good = osm_xml(*cross_map()).encode()
    pbf = folder / "good.osm.pbf"
    (folder / "good.osm").write_bytes(good)
    writer = osmium.SimpleWriter(str(pbf))
    for item in osmium.FileProcessor(str(folder / "good.osm")):
        writer.add(item)
    writer.close()
    graph = to_networkx(read(folder / "good.osm"))
    bare = nx.MultiDiGraph()
    bare.add_edge(1, 2, highway="footway")
    return {
        "empty.osm": (b"", "empty"),
        "empty.osm.pbf": (b"", "empty"),
        "empty.graphml": (b"", "empty"),
        "cut.osm": (good[: len(good) // 2], "damaged"),
        "cut.osm.pbf": (pbf.read_bytes()[:-20], "damaged"),
        "cut.osm.gz": (gzip.compress(good)[:-30], "damaged"),
        "words.osm": (b"hello", "damaged"),
        "words.osm.pbf": (b"hello", "damaged"),
        "words.graphml": (b"hello", "damaged"),
        "pbf.osm": (pbf.read_bytes(), "damaged"),
        "xml.osm.pbf": (good, "damaged"),
        "gpx.osm": (b"<gpx></gpx>", "damaged"),
        "latin.osm": (osm_xml({1: (0, 0, {"name": "é"})}, []).replace("UTF-8", "utf-8").encode("latin-1"), "damaged"),
        "identifier.osm": (b'<osm version="0.6"><way id="x"/></osm>', "damaged"),
        "latitude.osm": (good.replace(b'lat="', b'lat="x', 1), "damaged"),
        "nothing.osm": (b'<osm version="0.6"></osm>', "no_street"),
        "houses.osm": (osm_xml(grid_nodes(2, 2), [(1, [1, 2], {"building": "yes"})]).encode(), "no_street"),
        "nodeless.osm": (osm_xml({}, [(1, [1, 2], FOOTWAY)]).encode(), "no_street"),
        "streets.geojson": (b"{}", "unknown_format"),
        "streets.txt": (b"", "unknown_format"),
        "gpx.graphml": (b"<gpx></gpx>", "damaged"),
        "crs.graphml": ("\n".join(nx.generate_graphml(bare)).encode(), "graph_without_crs"),
        "cut.graphml": ("\n".join(nx.generate_graphml(plain_graph(graph))).encode()[:900], "damaged"),
    }


def plain_graph(graph):
    """The graph with texts only, as GraphML holds them."""
    plain = nx.MultiDiGraph(**{key: str(value) for key, value in graph.graph.items()})
    for name, tags in graph.nodes(data=True):
        plain.add_node(name, **{key: str(value) for key, value in tags.items()})
    for u, v, tags in graph.edges(data=True):
        plain.add_edge(u, v, **{key: str(value) for key, value in tags.items()})
    return plain


NAMES = (
    "empty.osm", "empty.osm.pbf", "empty.graphml", "cut.osm", "cut.osm.pbf", "cut.osm.gz", "words.osm", "words.osm.pbf",
    "words.graphml", "pbf.osm", "xml.osm.pbf", "gpx.osm", "latin.osm", "identifier.osm", "latitude.osm", "nothing.osm",
    "houses.osm", "nodeless.osm", "streets.geojson", "streets.txt", "gpx.graphml", "crs.graphml", "cut.graphml",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_bad_files_are_named_with_the_way_out(tmp_path, name):
    files = bad_files(tmp_path)
    assert sorted(files) == sorted(NAMES)
    content, code = files[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as caught:
        read(tmp_path / name)
    assert caught.value.code == f"streets.{code}"
    assert caught.value.file == str(tmp_path / name)
    for language in ("fr", "en"):
        assert name in caught.value.text(language)


def test_missing_files_and_folders(tmp_path):
    with pytest.raises(InputError) as caught:
        read(tmp_path / "none.osm.pbf")
    assert caught.value.code == "streets.not_found"
    with pytest.raises(InputError) as caught:
        read(tmp_path)
    assert caught.value.code == "streets.not_a_file"


def test_a_graph_stands_alone(tmp_path):
    (tmp_path / "a.graphml").write_text("x", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read([tmp_path / "a.graphml", write_map(tmp_path, *cross_map())])
    assert caught.value.code == "streets.graph_not_alone"


@pytest.mark.parametrize(
    ("crs", "code"),
    [
        ("EPSG:4326", "crs_not_metric"),
        ("EPSG:2225", "crs_not_metric"),  # in feet
        ("nonsense", "unknown_crs"),
        ("EPSG:2154", "outside_crs"),
    ],
)
def test_a_wrong_crs_is_an_error(tmp_path, crs, code):
    with pytest.raises(InputError) as caught:
        read_map(tmp_path, *cross_map(), crs=crs)
    assert caught.value.code == f"streets.{code}"


# Graphs


@settings(max_examples=40)
@given(town=towns())
def test_to_networkx_and_back_is_the_same_network(tmp_path_factory, town):
    network = read_map(tmp_path_factory.mktemp("town"), *town)
    graph = to_networkx(network)
    assert graph.graph["crs"] == CRS
    assert graph.number_of_edges() == int(network.forward.sum() + network.backward.sum()) - int(
        ((network.tail == network.head) & network.forward & network.backward).sum()
    )
    again = from_networkx(graph, crs=CRS, min_island_nodes=1, findings=Findings())
    assert describe(network) == describe(again)


def describe(network):
    """Streets whichever way they are turned and listed: ends, length, directions, steps, wheelchairs, kind, way."""
    found = []
    for s in range(network.street_count):
        ends = network.node_id[network.tail[s]], network.node_id[network.head[s]]
        ways = bool(network.forward[s]), bool(network.backward[s])
        middle = np.column_stack([network.line_x, network.line_y])[network.offsets[s] : network.offsets[s + 1]]
        line = [tuple(point) for point in middle.round(3).tolist()]
        if (ends[1], line[::-1]) < (ends[0], line):
            ends, ways, line = ends[::-1], ways[::-1], line[::-1]
        rest = (int(network.wheelchair[s]), int(network.kind[s]), int(network.way_id[s]), bool(network.steps[s]))
        found.append((*map(int, ends), round(float(network.length_m[s]), 6), ways, rest, tuple(line)))
    return sorted(set(found))


def test_osmnx_can_go_on_with_the_graph(tmp_path):
    import osmnx as ox

    network = read_map(tmp_path, *grid_map(4))
    graph = to_networkx(network)
    route = ox.routing.shortest_path(graph, 1, 16, weight="length")
    assert route[0] == 1
    assert route[-1] == 16
    assert len(route) == 7
    _, edges = ox.convert.graph_to_gdfs(graph)
    assert len(edges) == 2 * network.street_count
    path = tmp_path / "town.graphml"
    ox.io.save_graphml(graph, path)
    again = read(path)
    assert describe(again) == describe(network)


def test_drive_graphs_are_walked_both_ways():
    graph = nx.MultiDiGraph(crs="EPSG:4326")
    graph.add_node(1, x=LON, y=LAT)
    graph.add_node(2, x=LON + STEP, y=LAT)
    graph.add_edge(1, 2, osmid=[7, 5], highway=["residential", "service"], oneway=True, length=111.3)
    network = from_networkx(graph, crs=CRS, findings=Findings())
    assert network.street_count == 1
    assert network.forward.all()
    assert network.backward.all()
    assert network.way_id.tolist() == [5]
    assert network.length_m.tolist() == [111.3]


@pytest.mark.parametrize("lengths", [(997.113927032595, 997.1139270325951), (None, None)])
def test_an_edge_and_its_reverse_are_one_street_however_their_lengths_were_summed(lengths):
    graph = nx.MultiDiGraph(crs="EPSG:4326")
    graph.add_node(1, x=LON, y=LAT)
    graph.add_node(2, x=LON + STEP, y=LAT)
    for ends, length in zip(((1, 2), (2, 1)), lengths, strict=True):
        graph.add_edge(*ends, osmid=7, highway="residential", **({} if length is None else {"length": length}))
    assert from_networkx(graph, crs=CRS, findings=Findings()).street_count == 1
    graph.add_edge(1, 2, osmid=7, highway="residential", length=500.0)
    assert from_networkx(graph, crs=CRS, findings=Findings()).street_count == 2, "another length, another street"


def test_edges_without_tags_are_walked_and_measured():
    graph = nx.MultiDiGraph(crs="EPSG:4326")
    graph.add_node("a", x=LON, y=LAT)
    graph.add_node("b", x=LON + STEP, y=LAT)
    graph.add_edge("b", "a")
    network = from_networkx(graph, crs=CRS, findings=Findings())
    np.testing.assert_allclose(network.length_m, [111.315], atol=0.01)
    assert network.node_id.tolist() == [1, 2]


def test_joined_edges_are_steps_when_a_part_is():
    graph = nx.MultiDiGraph(crs="EPSG:4326")
    for k in range(3):
        graph.add_node(k, x=LON + k * STEP, y=LAT)
    graph.add_edge(0, 1, highway=["footway", "steps"])
    graph.add_edge(1, 2, highway="['footway', 'motorway']")
    network = from_networkx(graph, crs=CRS, findings=Findings())
    assert network.street_count == 1
    assert network.steps.tolist() == [True]


def test_graphs_that_cannot_be_used():
    graph = nx.MultiDiGraph()
    graph.add_edge(1, 2)
    with pytest.raises(InputError) as caught:
        from_networkx(graph, crs=CRS)
    assert caught.value.code == "streets.graph_without_crs"
    graph.graph["crs"] = "EPSG:4326"
    with pytest.raises(InputError) as caught:
        from_networkx(graph, crs=CRS)
    assert caught.value.code == "streets.node_without_point"
    with pytest.raises(InputError) as caught:
        from_networkx(nx.MultiDiGraph(crs="EPSG:4326"), crs=CRS)
    assert caught.value.code == "streets.no_street"


# Online, without a network


def square():
    return gpd.GeoSeries([shapely.box(LON, LAT, LON + STEP, LAT + STEP)], crs="EPSG:4326")


def test_fetch_asks_osmnx_and_gives_its_settings_back(monkeypatch):
    import osmnx as ox

    asked = {}

    def answer(polygon, **options):
        asked.update(options, polygon=polygon, tags=list(ox.settings.useful_tags_way))
        graph = nx.MultiDiGraph(crs="EPSG:4326", simplified=False)
        for k in range(4):
            graph.add_node(k, x=LON + k * STEP, y=LAT)
        for a, b in ((0, 1), (1, 2), (2, 3)):
            tags = {"osmid": 7 if b < 3 else 8, "highway": "footway" if b < 3 else "steps", "oneway": False}
            graph.add_edge(a, b, **tags, reversed=False, length=111.0)
            graph.add_edge(b, a, **tags, reversed=True, length=111.0)
        return graph

    monkeypatch.setattr(ox, "graph_from_polygon", answer)
    before = list(ox.settings.useful_tags_way)
    network = fetch_streets(square(), crs=CRS, findings=Findings())
    assert before == list(ox.settings.useful_tags_way)
    assert {"foot", "access", "conveying"} <= set(asked["tags"])
    assert asked["retain_all"]
    assert shapely.equals(asked["polygon"], square().iloc[0])
    assert sides(network) == [(0, 2), (2, 3)]
    np.testing.assert_allclose(sorted(network.length_m), [111, 222])


def test_a_partial_answer_is_refused_with_its_own_words(monkeypatch):
    import osmnx as ox
    import requests

    answer = requests.Response()
    answer.status_code = 200
    answer.url = "https://overpass.example/api"
    answer._content = json.dumps({"elements": [], "remark": "runtime error: Query timed out"}).encode()
    graph = nx.MultiDiGraph(crs="EPSG:4326", simplified=False)
    graph.add_node(1, x=LON, y=LAT)
    graph.add_node(2, x=LON + STEP, y=LAT)
    graph.add_edge(1, 2, osmid=7, highway="footway", length=111.0)

    def ask(polygon, **options):
        ox._http._parse_response(answer)  # as osmnx does with what comes
        return graph.copy()

    read = ox._http._parse_response
    monkeypatch.setattr(ox, "graph_from_polygon", ask)
    with pytest.raises(InputError, match="Query timed out"):
        fetch_streets(square(), crs=CRS, findings=Findings())
    assert ox._http._parse_response is read
    findings = Findings()
    assert 1 == fetch_streets(square(), crs=CRS, allow_partial=True, findings=findings).street_count
    assert ["streets.partial_used"] == [finding.code for finding in findings if finding.level == "error"]


def test_fetch_without_a_network_or_a_crs(monkeypatch, tmp_path):
    import osmnx as ox
    import requests

    def fail(polygon, **options):
        raise requests.ConnectionError("no route")

    monkeypatch.setattr(ox, "graph_from_polygon", fail)
    with pytest.raises(InputError) as caught:
        fetch_streets(square(), crs=CRS)
    assert caught.value.code == "streets.offline"
    with pytest.raises(InputError) as caught:
        fetch_streets(square().set_crs(None, allow_override=True), crs=CRS)
    assert caught.value.code == "streets.area_without_crs"


# Real streets


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "crs", "kilometres"),
    [
        ("osm/maisons_laffitte_walk.osm.pbf", "EPSG:2154", 188),
        ("osm/paris16_trocadero_walk.osm.pbf", "EPSG:2154", 283),
        ("osm/paris_bss.osm.pbf", "EPSG:2154", 134),
        ("osm/st_germain_en_laye_walk.osm.pbf", "EPSG:2154", 1009),
        ("osm/meudon_drive.graphml", "EPSG:2154", 74),
        ("cities/porto-alegre/poa_osm.pbf", "EPSG:31982", 1841),
        ("fixtures/grid/A_single_route.osm", "EPSG:32753", 372),
    ],
)
def test_real_files_are_read(shared_data, name, crs, kilometres):
    findings = Findings()
    window = Window(date(2026, 3, 3), 9 * 3600, 11 * 3600)  # a Tuesday
    network = read_streets(shared_data / name, crs=crs, window=window, findings=findings)
    assert round(network.length_m.sum() / 1000) == kilometres
    assert (network.length_m >= 0).all()
    assert (network.line_m[network.offsets[1:] - 1] == network.length_m).all()
    plane = shapely.length(network.lines())
    np.testing.assert_allclose(plane, network.length_m, rtol=0.003, atol=0.01)
    told = {"clipped", "islands", "limited", "stops", "conditions_read", "conditions_unread"}
    assert {finding.code for finding in findings} <= {f"streets.{code}" for code in told}
    assert ("streets.clipped" in {finding.code for finding in findings}) == ("paris_bss" in name)
