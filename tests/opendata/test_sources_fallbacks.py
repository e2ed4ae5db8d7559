"""What the sources do when one of several servers does not answer as it should: another one, or a word and no more."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pytest
from open_data_bodies import DIRECTORY, Town, answers, street_grid
from open_data_server import Fault, page, serve
from street_maps import osm_xml

from geo_access.core.findings import Findings
from geo_access.opendata.downloads import Downloader
from geo_access.opendata.fetch import FetchOrder, fetch_study
from geo_access.opendata.store import DownloadStore
from geo_access.opendata.transport import Timeouts, Transport
from geo_access.streets.network import from_networkx, read_streets
from geo_access.study.lock import read_lock

GEOFABRIK = "download.geofabrik.de/europe/france/ile-de-france-latest.osm.pbf"
FINESS = "www.data.gouv.fr/api/1/datasets/r/cd493959-fb03-41e5-9347-0edd14dfbc22"
BAN = "data.geopf.fr/geocodage/search/csv"
STATIONS = "services.arcgis.com/d3voDfTFbHOCRwVR/arcgis/rest/services/Gares_GrandParisExpress/FeatureServer/0/query"
LIST = "transport.data.gouv.fr/api/datasets"
GONE = Fault(status=404, body=b"gone")


@pytest.fixture
def fetch(tmp_path):
    def run(code, server, *only):
        transport = Transport(addresses=server.addresses, timeouts=Timeouts(1, 1), permitted=[server.origin])
        store = DownloadStore(tmp_path / "store")
        downloader = Downloader(store, transport, findings=Findings(), sleep=lambda _s: None, tries=2)
        order = FetchOrder(tmp_path / "study", departement=code, only=only)
        return fetch_study(order, downloader=downloader, today=dt.date(2026, 11, 21))

    return run


@pytest.fixture(scope="module")
def bodies():
    return {code: answers(code) for code in ("92", "29")}


def codes(fetched):
    return [one.code for one in fetched.findings]


def test_another_server_stands_in_and_that_is_said(fetch, bodies, tmp_path):
    with serve(bodies["92"]) as server:
        server.always = {GEOFABRIK: GONE, FINESS: page(), STATIONS: page()}
        got = fetch("92", server)
    assert got.complete
    lock = read_lock(tmp_path / "study")
    assert lock.file("streets.osm.pbf").used == ("overpass.osm",)
    assert lock.download("streets", "overpass.osm").address == "https://overpass-api.de/api/interpreter"
    assert lock.file("sites_candidates.csv").used == ("finess.csv", "annuaire.json")
    assert lock.file("stations_gpe.geojson") is None
    assert {"fetch.refused_gone", "fetch.wrong_type", "sources.finess_old"} <= set(codes(got))


def test_without_any_list_of_places_the_rest_is_there(fetch, bodies, tmp_path):
    with serve(bodies["92"]) as server:
        old = "www.data.gouv.fr/api/1/datasets/r/98f3161f-79ff-4f16-8f6a-6d571a80fea2"
        server.always = {FINESS: GONE, old: GONE, DIRECTORY: page()}
        got = fetch("92", server)
        assert {name for name, _ in got.failures} == {"candidates", "geocoding"}
        assert (tmp_path / "study" / "streets.osm.pbf").is_file()
        server.always = {}
        assert fetch("92", server).complete, "a second run goes on from there"


def test_a_silent_geocoder_leaves_the_list_as_it_is(fetch, bodies, tmp_path):
    with serve(bodies["92"]) as server:
        server.always = {BAN: Fault(status=500, body=b"")}
        got = fetch("92", server)
    assert [name for name, _ in got.failures] == ["geocoding"]
    assert not (tmp_path / "study" / "sites_located.csv").exists()
    assert 'file = "sites.csv"' in (tmp_path / "study" / "study.toml").read_text(encoding="utf-8")


def test_a_page_for_an_answer_of_the_geocoder_is_no_table(fetch, bodies):
    with serve(bodies["92"]) as server:
        server.always = {BAN: page()}
        got = fetch("92", server)
    assert {name: error.code for name, error in got.failures} == {"geocoding": "fetch.wrong_type"}


def test_a_network_whose_server_is_gone_leaves_the_others(fetch, bodies, tmp_path):
    with serve(bodies["29"]) as server:
        server.always = {"transport.data.gouv.fr/resources/81299/download": GONE}
        got = fetch("29", server)
    assert got.complete
    assert [one.file for one in read_lock(tmp_path / "study").files if one.source == "gtfs"] == [
        "gtfs/reseau-urbain-81234.zip"
    ]
    assert "fetch.refused_gone" in codes(got)


def test_no_network_at_all_is_named_with_the_way_out(fetch, bodies):
    empty = {**bodies["29"], LIST: json.dumps([]).encode()}
    with serve(empty) as server:
        got = fetch("29", server)
    (failed,) = got.failures
    assert (failed[0], failed[1].code) == ("gtfs", "sources.feeds_none")
    assert "--gtfs" in failed[1].text("fr")


def test_streets_of_overpass_are_the_graph_that_osmnx_makes_of_them(fetch, bodies, tmp_path, monkeypatch):
    import osmnx as ox

    town = Town("92")
    nodes, ways = street_grid(town)
    kinds = ("footway", "steps", "primary", "motorway", "cycleway", "path")
    ways = [(name, refs, {"highway": kinds[name % 6] if name % 2 else "residential"}) for name, refs, _ in ways]
    ways += [
        (5001, [1, 30], {"highway": "footway", "access": "private"}),
        (5002, [2, 31], {"highway": "path", "foot": "no"}),
    ]
    xml = osm_xml(nodes, ways)
    with serve({**bodies["92"], "overpass-api.de/api/interpreter": lambda _sent: xml.encode()}) as server:
        server.always = {GEOFABRIK: GONE}
        assert fetch("92", server).complete
        (asked,) = server.asked("overpass-api.de/api/interpreter")
    assert b'way["highway"]' in asked.body
    ours = read_streets(tmp_path / "study" / "streets.osm.pbf", crs="EPSG:2154", findings=Findings())

    monkeypatch.setattr(ox.settings, "useful_tags_way", sorted({*ox.settings.useful_tags_way, "foot"}))
    (tmp_path / "overpass.osm").write_text(xml, encoding="utf-8")
    graph = ox.graph_from_xml(tmp_path / "overpass.osm", bidirectional=True, simplify=False, retain_all=True)
    near = set(ours.way_id.tolist())
    assert {5001, 5002, *(name for name, _, tags in ways if tags["highway"] == "motorway")}.isdisjoint(near)
    edges = list(graph.edges(keys=True, data="osmid"))
    graph.remove_edges_from([(u, v, k) for u, v, k, way in edges if way not in near])
    graph.remove_nodes_from([name for name, degree in dict(graph.degree).items() if not degree])
    theirs = from_networkx(ox.simplify_graph(graph, edge_attrs_differ=["osmid"]), crs="EPSG:2154", findings=Findings())
    assert ours.street_count == theirs.street_count > 300

    def told(network):
        ends = np.sort(np.column_stack([network.node_id[network.tail], network.node_id[network.head]]), axis=1)
        facts = zip(
            ends.tolist(), network.length_m.tolist(), network.way_id.tolist(), network.steps.tolist(), strict=True
        )
        return sorted((*pair, way, step, length) for pair, length, way, step in facts)

    for one, other in zip(told(ours), told(theirs), strict=True):
        assert one[:4] == other[:4]
        assert one[4] == pytest.approx(other[4], rel=0.005), "osmnx measures on a sphere"
