"""Files of streets: what is packed without measure, and what is no number or no place, is refused in one line."""

from __future__ import annotations

import bz2
import gzip
import os
import zlib

import pytest
from refusals import refusal
from street_maps import osm_xml

from geo_access.core.findings import Findings
from geo_access.streets import packed as packed_streets
from geo_access.streets.network import read_streets
from geo_access.streets.packed import check_packed

CRS = "EPSG:32628"
MAP = (
    '<osm version="0.6"><node id="1" lat="{lat}" lon="{lon}"/><node id="2" lat="45.001" lon="-15"/>'
    '<way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="footway"/></way></osm>'
)
GRAPH = (
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
    + "".join(
        f'<key id="{key}" for="{of}" attr.name="{key}" attr.type="string"/>'
        for of, key in [("graph", "crs"), ("node", "x"), ("node", "y")]
        + [("edge", name) for name in ("length", "osmid", "highway")]
    )
    + '<graph edgedefault="directed"><data key="crs">epsg:4326</data>'
    '<node id="{node}"><data key="x">{x}</data><data key="y">45</data></node>'
    '<node id="2"><data key="x">-15</data><data key="y">45</data></node>'
    '<edge source="{node}" target="2"><data key="length">{length}</data><data key="osmid">{osmid}</data>'
    '<data key="highway">footway</data></edge></graph></graphml>'
)
GOOD = {"node": "1", "x": "-15.01", "length": "100", "osmid": "5"}


def read(path):
    return read_streets(path, crs=CRS, min_island_nodes=1, findings=Findings())


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("lat", ["x", "nan", "inf", "", "٤٥", "45_0", "9" * 400, "95", "-90.5"])
def test_a_latitude_that_is_none_is_refused(tmp_path, lat):
    error = refusal(lambda: read(write(tmp_path / "map.osm", MAP.format(lat=lat, lon="-15"))))
    assert error.code in ("streets.damaged", "streets.off_earth")
    assert len(error.text("en")) < 700, "what the library says is cut"


def test_a_longitude_beyond_the_globe_names_its_node(tmp_path):
    error = refusal(lambda: read(write(tmp_path / "map.osm", MAP.format(lat="45", lon="200"))))
    assert (error.code, error.params["node"]) == ("streets.off_earth", 1)


def test_deep_and_multiplying_xml_is_refused(tmp_path):
    deep = '<osm version="0.6">' + "<a>" * 100_000 + "</a>" * 100_000 + "</osm>"
    refusal(lambda: read(write(tmp_path / "deep.osm", deep)))
    entities = '<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {name} "{("&" + inner + ";") * 10}">' for inner, name in zip("abcdefghi", "bcdefghij", strict=True)
    )
    laughs = f"<!DOCTYPE o [{entities}]>"
    refusal(lambda: read(write(tmp_path / "laughs.osm", laughs + MAP.format(lat="&j;", lon="-15"))))
    refusal(lambda: read(write(tmp_path / "laughs.graphml", laughs + GRAPH.format(**GOOD | {"x": "&j;"}))))


@pytest.mark.parametrize("change", [{"x": "nan"}, {"x": "1e400"}, {"x": "500"}, {"x": "²"}, {"x": "-inf"}], ids=str)
def test_a_node_of_a_graph_that_is_nowhere_is_refused(tmp_path, change):
    error = refusal(lambda: read(write(tmp_path / "streets.graphml", GRAPH.format(**GOOD | change))))
    assert error.code in ("streets.off_earth", "streets.node_without_point")
    assert "node 1 " in error.text("en")


@pytest.mark.parametrize(
    "change",
    [{"node": "²"}, {"node": "9" * 5000}, {"node": "9" * 30}, {"node": "--1"}, {"osmid": "²"}, {"osmid": "9" * 5000},
     {"osmid": "9" * 30}, {"osmid": "[" + "-" * 5000 + "1]"}, {"osmid": "[" * 3000}, {"length": "²"},
     {"length": "1e300"}],
    ids=lambda change: str(change)[:20],
)  # fmt: skip
def test_what_is_no_number_in_a_graph_is_read_as_a_name_or_measured(tmp_path, change):
    plain = read(write(tmp_path / "plain.graphml", GRAPH.format(**GOOD)))
    network = read(write(tmp_path / "streets.graphml", GRAPH.format(**GOOD | change)))
    assert network.street_count == plain.street_count == 1
    assert 0 < network.length_m[0] < 1000


def test_a_pipe_and_a_name_too_long_are_refused(tmp_path):
    os.mkfifo(tmp_path / "map.osm")
    refusal(lambda: read(tmp_path / "map.osm"))
    assert refusal(lambda: read(tmp_path / ("x" * 300 + ".osm"))).code == "limits.path_long"


@pytest.mark.parametrize(("ending", "pack"), [("gz", gzip.compress), ("bz2", bz2.compress)])
def test_xml_that_unpacks_a_thousandfold_is_refused(tmp_path, monkeypatch, ending, pack):
    monkeypatch.setattr(packed_streets, "FREE_BYTES", 100_000)
    path = tmp_path / f"map.osm.{ending}"
    path.write_bytes(pack(b'<osm version="0.6">' + b"\n" * 5_000_000))
    assert refusal(lambda: read(path)).code == "limits.packed"
    path.write_bytes(pack(osm_xml({1: (-15, 45), 2: (-15.001, 45)}, [(1, [1, 2], {"highway": "footway"})]).encode()))
    assert read(path).street_count == 1


def varint(number):
    said = b""
    while number > 127:
        said, number = said + bytes([number & 127 | 128]), number >> 7
    return said + bytes([number])


def block(kind, body, *, says=None, first="raw_size"):
    """A block of a .pbf: its header, then what it holds, packed."""
    packed = zlib.compress(body)
    parts = [b"\x10" + varint(len(body) if says is None else says), b"\x1a" + varint(len(packed)) + packed]
    blob = b"".join(parts if first == "raw_size" else parts[::-1])
    header = b"\x0a" + varint(len(kind)) + kind + b"\x18" + varint(len(blob))
    return len(header).to_bytes(4, "big") + header + blob


@pytest.mark.parametrize("first", ["raw_size", "data"])
def test_a_pbf_that_unpacks_a_thousandfold_is_refused(tmp_path, first):
    path = tmp_path / "map.osm.pbf"
    body = b"\0" * 20_000_000
    path.write_bytes(block(b"OSMHeader", b"", first=first) + block(b"OSMData", body, first=first))
    assert path.stat().st_size < 50_000
    assert refusal(lambda: read(path)).code == "limits.packed"
    path.write_bytes(block(b"OSMHeader", b"") + block(b"OSMData", b"", says=2**62))
    assert refusal(lambda: read(path)).code == "limits.packed"


@pytest.mark.parametrize("body", [b"", b"\0\0\0\x05\x0a", b"\xff" * 50, b"\0\0\0\x02\x18\x80" + b"\x80" * 20])
def test_what_is_no_pbf_is_left_to_the_reader(tmp_path, body):
    path = tmp_path / "map.osm.pbf"
    path.write_bytes(body)
    check_packed(path, "pbf")


def test_real_extracts_are_far_below_the_bound(shared_data):
    for path in (shared_data / "osm").glob("*.pbf"):
        assert packed_streets._measure_pbf(path) < 5 * path.stat().st_size
