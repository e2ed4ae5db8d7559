"""Timetables and streets that a study names by their https address: asked for once, kept, named with their hash."""

from __future__ import annotations

import hashlib
import json
import zipfile

import pytest
from click.testing import CliRunner
from open_data_server import Fault, busy, page, redirect, serve
from small_study import write_small_study

from geo_access import check, open_study
from geo_access.cli.main import main
from geo_access.core.addresses import forget_fetched
from geo_access.core.errors import GeoAccessWarning, InputError, SettingsError
from geo_access.opendata import study_addresses
from geo_access.opendata.downloads import Downloader
from geo_access.opendata.transport import Timeouts, Transport
from geo_access.study.inputs.inputs import read_inputs
from geo_access.study.lock import STUDY_SOURCE, Lock, read_lock

BUS = "https://feeds.example/lignes/bus.zip"
SEEN = "feeds.example/lignes/bus.zip"


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A small study whose feed is an address, the server that has it, and what the study's feed is on disk."""
    monkeypatch.setenv("GEO_ACCESS_CACHE_DIR", str(tmp_path / "cache"))
    forget_fetched()
    folder = write_small_study(tmp_path / "study")
    feed = (folder / "bus.zip").read_bytes()
    with serve({SEEN: feed, "feeds.example/streets.osm": b"<osm version='0.6'/>"}) as server:

        def make() -> Downloader:
            transport = Transport(addresses=server.addresses, timeouts=Timeouts(2, 5), permitted=[server.origin])
            return Downloader(transport=transport, sleep=lambda _seconds: None)

        monkeypatch.setattr(study_addresses, "make_downloader", make)
        expected = check(open_study(folder))
        (folder / "bus.zip").unlink()
        said = (folder / "study.toml").read_text(encoding="utf-8").replace('"bus.zip"', f'"{BUS}"')
        (folder / "study.toml").write_text(said, encoding="utf-8")
        yield server, folder, feed, expected
    forget_fetched()


def lock_of(folder):
    (folder / "study.lock").write_text(Lock("92").text(), encoding="utf-8")


def test_a_feed_by_its_address_is_asked_for_once_and_judged_as_the_file(place):
    server, folder, feed, expected = place
    with pytest.warns(GeoAccessWarning, match="bus.zip"):
        found = check(open_study(folder))
    assert found.communes["share"].tolist() == expected.communes["share"].tolist()
    assert BUS in found.summary["sources"]
    server.close = server.close  # from here on the server is asked for nothing
    asked = len(server.asked(SEEN))
    forget_fetched()
    again = check(open_study(folder))
    assert again.summary["sources"] == found.summary["sources"]
    assert len(server.asked(SEEN)) == asked == 1
    assert dict(read_inputs(open_study(folder)).hashes)[BUS] == hashlib.sha256(feed).hexdigest()


def test_the_lock_names_the_bytes_and_other_bytes_are_refused(place):
    server, folder, feed, _ = place
    lock_of(folder)
    with pytest.warns(GeoAccessWarning):
        read_inputs(open_study(folder))
    entry = read_lock(folder).download(STUDY_SOURCE, BUS)
    assert (entry.address, entry.sha256, entry.size) == (BUS, hashlib.sha256(feed).hexdigest(), len(feed))
    study_addresses.make_downloader().store.clear()
    forget_fetched()
    changed = folder.parent / "changed.zip"
    changed.write_bytes(feed)
    with zipfile.ZipFile(changed, "a") as archive:
        archive.writestr("note.txt", "new")
    server.bodies[SEEN] = changed.read_bytes()
    with pytest.warns(GeoAccessWarning), pytest.raises(InputError) as caught:
        read_inputs(open_study(folder))
    assert caught.value.code == "fetch.address_moved"
    assert "--refresh" in caught.value.text("fr")


def test_refresh_asks_again_and_says_what_came(place):
    server, folder, feed, _ = place
    lock_of(folder)
    with pytest.warns(GeoAccessWarning):
        read_inputs(open_study(folder))
    transport = Transport(addresses=server.addresses, timeouts=Timeouts(2, 5), permitted=[server.origin])

    def refresh():
        said = CliRunner().invoke(main, ["fetch", str(folder), "--refresh", "--quiet"], obj={"transport": transport})
        assert said.exit_code == 0, said.output
        return said.stdout

    assert "inchangé" in refresh()
    path = folder.parent / "newer.zip"
    path.write_bytes(feed)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("note.txt", "new")
    server.bodies[SEEN] = path.read_bytes()
    told = refresh()
    digest = hashlib.sha256(server.bodies[SEEN]).hexdigest()
    assert "nouveau" in told
    assert digest in told
    assert read_lock(folder).download(STUDY_SOURCE, BUS).sha256 == digest
    assert dict(read_inputs(open_study(folder)).hashes)[BUS] == digest


def test_a_study_without_addresses_has_nothing_to_refresh(tmp_path):
    folder = write_small_study(tmp_path / "study")
    said = CliRunner().invoke(main, ["fetch", str(folder), "--refresh"])
    assert said.exit_code == 2
    assert "--refresh" in said.stderr


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault(status=404), "fetch.refused_gone"),
        (page(), "fetch.wrong_type"),
        (redirect("http://feeds.example/bus.zip"), "fetch.redirect_not_https"),
        (redirect("https://192.168.1.1/bus.zip"), "fetch.private_address"),
        (redirect("https://localhost/bus.zip"), "fetch.private_address"),
        (busy(status=503), "fetch.gave_up"),
        (Fault(body=b"PK\x03\x04 no archive"), "fetch.gave_up"),
    ],
)
def test_what_a_server_does_wrong_is_one_error_that_names_the_address(place, fault, code):
    server, folder, _, _ = place
    server.always[SEEN] = fault
    with pytest.warns(GeoAccessWarning), pytest.raises(InputError) as caught:
        read_inputs(open_study(folder))
    assert caught.value.code == code
    assert BUS in caught.value.text("fr")


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("transit.gtfs", ["http://feeds.example/bus.zip"], "https"),
        ("transit.gtfs", ["file:///etc/passwd"], "https"),
        ("walking.streets", ["ftp://feeds.example/x.osm"], "https"),
        ("transit.gtfs", ["https://feeds.example/a b.zip"], "espace"),
        ("transit.gtfs", [f"https://feeds.example/{'x' * 3_000}"], "2"),
        ("sites.file", "https://feeds.example/sites.csv", "transit.gtfs"),
        ("territory.communes", "https://feeds.example/c.gpkg", "transit.gtfs"),
    ],
)
def test_only_https_and_only_timetables_and_streets_have_addresses(tmp_path, key, value, told):
    folder = write_small_study(tmp_path / "study")
    changes = {key: value} | ({"walking.straight_line": None} if key == "walking.streets" else {})
    with pytest.raises(SettingsError) as caught:
        open_study(folder, changes=changes)
    assert told in caught.value.text("fr")


def test_streets_by_their_address_are_fetched_too(place):
    _, folder, _, _ = place
    changes = {"walking": {"streets": ["https://feeds.example/streets.osm"]}}
    with pytest.warns(GeoAccessWarning):
        hashes = dict(read_inputs(open_study(folder, changes=changes)).hashes)
    assert hashes["https://feeds.example/streets.osm"] == hashlib.sha256(b"<osm version='0.6'/>").hexdigest()


@pytest.mark.filterwarnings("default::geo_access.core.errors.GeoAccessWarning")
def test_a_result_names_the_address_with_its_hash(place):
    _, folder, feed, _ = place
    said = CliRunner().invoke(main, ["check", str(folder), "--quiet", "--format", "json"])
    assert said.exit_code in (0, 1), said.output
    assert hashlib.sha256(feed).hexdigest() in said.stdout
    assert BUS in json.dumps(json.loads(said.stdout)["inputs"])
