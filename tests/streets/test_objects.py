"""What an OpenStreetMap file says of its objects and of itself: versions, deletions, remarks, changes, positions."""

from __future__ import annotations

import bz2
import gzip
import subprocess
import sys
from pathlib import Path

import osmium
import pytest
from street_maps import CRS, LAT, LON, grid_nodes, osm_xml, walk_detour, write_detour, write_map

from geo_access.core.errors import InputError
from geo_access.core.findings import Findings
from geo_access.streets.network import read_streets
from geo_access.streets.objects import scan_ids

STRAIGHT, ROUND = 226, 451
FOOTWAY = {"highway": "footway"}
REMARK = '<remark> runtime error: Query timed out in "query" at line 3 after 26 seconds. </remark>'
CLOSED = (
    '<way id="10" version="2"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="footway"/>'
    '<tag k="access" v="no"/></way>'
)
DELETED = '<way id="10" version="2" visible="false"/>'
NO_STREET = '<way id="10" version="2"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="building" v="yes"/></way>'
OLDER = CLOSED.replace('version="2"', 'version="0"')


def read(paths, findings=None, **options):
    return read_streets(paths, crs=CRS, findings=Findings() if findings is None else findings, **options)


def convert(path, target):
    with osmium.SimpleWriter(str(target), overwrite=True) as writer:
        for one in osmium.FileProcessor(osmium.io.File(str(path), "osm")):
            writer.add(one)
    return target


@pytest.mark.parametrize(
    ("extra", "seconds"), [("", STRAIGHT), (CLOSED, ROUND), (DELETED, ROUND), (NO_STREET, ROUND), (OLDER, STRAIGHT)]
)
@pytest.mark.parametrize("form", ["osm", "osh.pbf", "osh", "first"])
def test_the_highest_version_counts_wherever_it_stands(tmp_path, extra, seconds, form):
    path = write_detour(tmp_path, extra="" if form == "first" else extra)
    if form == "first":
        path.write_text(path.read_text().replace('<way id="10"', extra + '<way id="10"', 1))
    elif form != "osm":
        path = convert(path, tmp_path / f"map.{form}")
    findings = Findings()
    assert seconds == walk_detour(read(path, findings), "adult")
    told = [finding for finding in findings if finding.code == "streets.versions"]
    assert len(told) == (1 if extra else 0)


def test_the_highest_version_counts_across_files(tmp_path):
    old = write_detour(tmp_path)
    new = tmp_path / "new.osm"
    new.write_text(f'<osm version="0.6">{CLOSED}</osm>')
    for paths in ([old, new], [new, old]):
        assert ROUND == walk_detour(read(paths), "adult")


def test_objects_that_say_two_things_in_one_version_are_told(tmp_path):
    said = [CLOSED.replace('version="2"', 'version="1"'), '<way id="10" version="1" visible="false"/>']
    node = '<node id="2" version="1" lat="0.6" lon="-15"/>'
    for extra, name in ((said[0], "10"), (said[1], "10"), (node, "2"), ("".join(said) + node, "2")):
        path = write_detour(tmp_path, extra=extra if extra != node else "")
        if extra == node:
            path.write_text(path.read_text().replace("<way", node + "<way", 1))
        findings = Findings()
        assert STRAIGHT == walk_detour(read(path, findings), "adult")
        (told,) = [finding for finding in findings if finding.code == "streets.contrary"]
        assert told.params["examples"].startswith(name)


@pytest.mark.parametrize(
    ("extra", "code"),
    [
        ('<relation id="1" version="2" visible="false"/>', "versions"),
        ('<relation id="1" version="1"><tag k="type" v="multipolygon"/></relation>', "contrary"),
        ('<relation id="2" version="1"/><relation id="2" version="2"/>', None),
    ],
)
def test_squares_of_several_versions_are_told(tmp_path, extra, code):
    ways = [(1, [1, 2, 5, 4, 1], {}), (2, [1, 2, 3], FOOTWAY)]
    square = (1, [(1, "outer")], {"type": "multipolygon", "highway": "pedestrian"})
    path = write_map(tmp_path, grid_nodes(3, 2), ways, [square])
    path.write_text(path.read_text().replace("</osm>", extra + "</osm>"))
    findings = Findings()
    read(path, findings)
    told = {finding.code for finding in findings} & {"streets.versions", "streets.contrary"}
    assert told == ({f"streets.{code}"} if code else set())


def test_objects_that_two_files_hold_alike_are_not_told(tmp_path):
    findings = Findings()
    read([write_detour(tmp_path), write_detour(tmp_path, name="again.osm")], findings)
    assert "streets.contrary" not in {finding.code for finding in findings}


@pytest.mark.parametrize(
    "extra", ['<node id="2" version="2" visible="false"/>', '<node id="2" version="7" lat="0.6" lon="-15"/>']
)
def test_nodes_count_in_their_highest_version(tmp_path, extra):
    path = write_detour(tmp_path)
    path.write_text(path.read_text().replace('<node id="1"', extra + '<node id="1"', 1))
    assert ROUND == walk_detour(read(path), "adult")


def test_all_ways_deleted_is_no_street(tmp_path):
    nodes, ways = grid_nodes(3, 1), [(1, [1, 2], FOOTWAY), (2, [2, 3], FOOTWAY)]
    path = write_map(tmp_path, nodes, ways)
    gone = "".join(f'<way id="{way}" version="2" visible="false"/>' for way in (1, 2))
    path.write_text(path.read_text().replace("</osm>", gone + "</osm>"))
    with pytest.raises(InputError) as caught:
        read(path)
    assert caught.value.code == "streets.no_street"


@pytest.mark.parametrize("kind", ["node", "way"])
def test_what_an_editor_deleted_is_absent(tmp_path, kind):
    path = write_detour(tmp_path)
    name = {"node": '<node id="2"', "way": '<way id="10"'}[kind]
    path.write_text(path.read_text().replace(name, f"{name} action='delete'", 1))
    assert ROUND == walk_detour(read(path), "adult")


def test_a_partial_file_is_refused_with_its_own_words(tmp_path):
    path = write_detour(tmp_path, extra=REMARK)
    for name, pack in (("map.osm", bytes), ("map.osm.gz", gzip.compress), ("map.osm.bz2", bz2.compress)):
        packed = tmp_path / name
        packed.write_bytes(pack(path.read_bytes()))
        with pytest.raises(InputError) as caught:
            read(packed)
        assert caught.value.code == "streets.partial"
        for language in ("fr", "en"):
            assert "Query timed out" in caught.value.text(language)
            assert "--allow-partial" in caught.value.text(language)
    utf16 = tmp_path / "utf16.osm"
    utf16.write_bytes(path.read_text().replace("UTF-8", "UTF-16").encode("utf-16"))
    with pytest.raises(InputError, match="Query timed out"):
        read(utf16)
    findings = Findings()
    assert STRAIGHT == walk_detour(read(path, findings, allow_partial=True), "adult")
    (told,) = [finding for finding in findings if finding.level == "error"]
    assert "Query timed out" in told.text("en")


def test_words_of_a_remark_elsewhere_are_no_remark(tmp_path):
    path = write_detour(tmp_path, way={"remark": "<remark>runtime error</remark>", "action": "delete"})
    path.write_text(path.read_text().replace("<osm", "<!-- <remark>no</remark> --><osm", 1))
    assert STRAIGHT == walk_detour(read(path), "adult")


@pytest.mark.parametrize("name", ["map.osc", "map.osc.gz", "map.osc.pbf", "map.osm"])
def test_changes_are_refused_by_name(tmp_path, name):
    text = b'<osmChange version="0.6"><modify><way id="1" version="2"><nd ref="1"/></way></modify></osmChange>'
    (tmp_path / name).write_bytes(gzip.compress(text) if name.endswith("gz") else text)
    with pytest.raises(InputError) as caught:
        read(tmp_path / name)
    assert caught.value.code == "streets.changes"


@pytest.mark.parametrize("placed", ["", 'lat="0.5" lon="-15"'])
def test_nodes_without_positions_are_told(tmp_path, placed):
    path = tmp_path / "map.osm"
    nodes = "" if placed else "".join(f'<node id="{k}" version="1"/>' for k in (1, 2))
    refs = "".join(f'<nd ref="{k}" {placed}/>' for k in (1, 2))
    path.write_text(f'<osm version="0.6">{nodes}<way id="1" version="1">{refs}<tag k="highway" v="path"/></way></osm>')
    with pytest.raises(InputError) as caught:
        read(path)
    assert caught.value.code == "streets.no_positions"


def test_identifiers_far_apart_are_found_in_passes_or_one_by_one(tmp_path):
    for apart in (1, 3 << 25, 50 << 25):
        names = [1 + k * apart for k in range(40)]
        path = write_map(tmp_path, dict.fromkeys(names, (LON, LAT)), [(1, names, FOOTWAY)])
        assert names[::2] == sorted(node.id for node in scan_ids(path, osmium.osm.NODE, names[::2]))
    assert [] == list(scan_ids(path, osmium.osm.NODE, []))


def test_memory_follows_the_file(tmp_path):
    """Identifiers as far apart as OpenStreetMap's are today; osmium's own filter would take 1.3 GB for them."""
    if not Path("/proc/self/status").exists():
        pytest.skip("memory is measured by Linux")
    names = [1 + 2_000_000 * k for k in range(6000)]
    nodes = {name: (LON + 1e-5 * k, LAT) for k, name in enumerate(names)}
    path = tmp_path / "map.osm.gz"
    path.write_bytes(gzip.compress(osm_xml(nodes, [(1, names[:1500], FOOTWAY), (2, names[1499:], FOOTWAY)]).encode()))
    script = (
        "import re, sys\nfrom pathlib import Path\n"
        "from geo_access.core.findings import Findings\n"
        "from geo_access.streets.network import read_streets\n"
        f"read_streets(sys.argv[1], crs={CRS!r}, findings=Findings())\n"
        "print(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1])"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 300_000, "kilobytes"
