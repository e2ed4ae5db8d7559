"""The whole command on generated towns: from an empty folder, by `fetch`, to the verdict of `check`."""

from __future__ import annotations

import json
import shutil
import zipfile

import pytest
from click.testing import CliRunner
from fetched_towns import CORNERS, HOST, TOWN_SOURCES, Town
from open_data_server import Fault, page, serve

import geo_access as ga
from geo_access.cli.main import main
from geo_access.opendata.transport import Timeouts, Transport
from geo_access.study.lock import read_lock

DATE = "2026-11-24"


@pytest.fixture(scope="module")
def towns():
    return {code: Town(code).bodies() for code in CORNERS}


@pytest.fixture
def place(tmp_path, monkeypatch, towns):
    """Start a server for a département; gives the server, the folder and the command."""
    monkeypatch.setenv("GEO_ACCESS_CACHE_DIR", str(tmp_path / "cache"))
    running = []

    def start(code="92"):
        context = serve(towns[code])
        server = context.__enter__()
        running.append(context)
        folder = tmp_path / Town(code).departement.slug
        transport = Transport(addresses=server.addresses, timeouts=Timeouts(2, 5), permitted=[server.origin])

        def run(*options, name="fetch"):
            return CliRunner().invoke(
                main,
                [name, str(folder), *options],
                obj={"transport": transport, "sources": TOWN_SOURCES},
                catch_exceptions=False,
            )

        return server, folder, run

    yield start
    for context in running:
        context.__exit__(None, None, None)


def contents(folder) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("code", CORNERS)
def test_from_an_empty_folder_to_a_verdict(place, code):
    _, folder, run = place(code)
    fetched = run("--date", DATE)
    assert fetched.exit_code == 0, fetched.output
    assert f"geo-access check {folder}" in fetched.stdout
    verdict = run("--format", "json", "--quiet", name="check")
    assert verdict.exit_code in (0, 1), verdict.output
    said = json.loads(verdict.stdout)
    assert said["total"]["residents"] == 1000
    assert 0 < said["total"]["share"] <= 1
    assert said["walking"] == "streets"
    assert all(one["insee"].startswith(code) for one in said["communes"])
    assert set(read_lock(folder).credits()) <= set(said["sources"])


def test_the_clipped_town_is_judged_as_the_whole_one(place, towns):
    _, folder, run = place()
    assert run("--date", DATE).exit_code == 0
    with zipfile.ZipFile(folder / "gtfs" / "bus.zip") as clipped:
        assert "far" not in clipped.read("trips.txt").decode(), "what is beyond reach is left out"
    early = json.loads(run("--format", "json", "--quiet", name="check").stdout)
    (folder / "gtfs" / "bus.zip").write_bytes(towns["92"][f"{HOST}/feed.zip"])
    (folder / "streets.osm.pbf").write_bytes(towns["92"][f"{HOST}/streets.osm.pbf"])
    whole = json.loads(run("--format", "json", "--quiet", name="check").stdout)
    assert [one["share"] for one in early["communes"]] == [one["share"] for one in whole["communes"]]
    assert early["total"] == whole["total"]


def test_credits_reach_the_map(place, tmp_path):
    _, folder, run = place()
    assert run("--date", DATE).exit_code == 0
    output = tmp_path / "map.html"
    assert run("--output", str(output), "--quiet", name="map").exit_code == 0
    text = output.read_text(encoding="utf-8")
    assert len(read_lock(folder).credits()) == 5
    for credit in read_lock(folder).credits():
        assert credit in text


def test_again_locked_and_offline_give_the_same_bytes(place):
    server, folder, run = place()
    assert run("--date", DATE).exit_code == 0
    before = contents(folder)
    assert run().exit_code == 0
    assert contents(folder) == before
    for name in ("communes.geojson", "residents_200m.gpkg", "streets.osm.pbf", "gtfs/bus.zip"):
        (folder / name).unlink()
    server.always = {name: Fault(status=404) for name in server.bodies}
    locked = run("--locked")
    assert locked.exit_code == 0, locked.output
    assert contents(folder) == before
    shutil.rmtree(folder)
    server.seen.clear()
    offline = run("--offline", "--date", DATE)
    assert offline.exit_code == 0, offline.output
    assert (contents(folder), server.seen) == (before, [])


def test_a_changed_source_is_named_when_locked(place, tmp_path):
    server, folder, run = place()
    assert run("--date", DATE).exit_code == 0
    expected = read_lock(folder).download("communes", "communes.json").sha256
    shutil.rmtree(tmp_path / "cache")
    (folder / "communes.geojson").unlink()
    server.bodies[f"{HOST}/communes.json"] += b" "
    locked = run("--locked", "--lang", "en")
    assert locked.exit_code == 2
    assert "source communes failed" in locked.stderr
    assert expected in locked.stderr


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_dry_run_says_what_would_come(place, language):
    server, folder, run = place()
    planned = run("--dry-run", "--lang", language)
    assert planned.exit_code == 0, planned.output
    assert not folder.exists()
    assert {one.method for one in server.seen} == {"HEAD"}
    for word in (*(source.name for source in TOWN_SOURCES), "ODbL 1.0", "Licence Ouverte 2.0"):
        assert word in planned.stdout
    assert {"fr": "Rien n’a été écrit", "en": "Nothing was written"}[language] in planned.stdout


def test_an_edited_file_is_left_and_force_replaces_it(place):
    _, folder, run = place()
    assert run("--date", DATE).exit_code == 0
    good = (folder / "communes.geojson").read_bytes()
    (folder / "communes.geojson").write_bytes(good + b"\n")
    left = run("--lang", "en")
    assert left.exit_code == 0
    assert "left as it is" in left.stdout
    assert "communes.geojson" in left.stderr
    assert (folder / "communes.geojson").read_bytes() == good + b"\n"
    assert run("--force").exit_code == 0
    assert (folder / "communes.geojson").read_bytes() == good
    assert (folder / "communes.geojson.kept").read_bytes() == good + b"\n"


def test_a_source_that_fails_is_named_and_a_second_run_goes_on(place):
    server, folder, run = place()
    server.always[f"{HOST}/streets.osm.pbf"] = page()
    first = run("--date", DATE, "--lang", "en")
    assert first.exit_code == 2
    assert "source streets failed" in first.stderr
    assert "Maintenance en cours" in first.stderr
    assert (folder / "gtfs" / "bus.zip").exists()
    assert not (folder / "study.toml").exists()
    server.always.clear()
    second = run("--date", DATE)
    assert second.exit_code == 0, second.output
    assert run("--quiet", name="check").exit_code in (0, 1)


def test_a_date_is_chosen_and_a_wrong_one_refused(place):
    _, folder, run = place()
    wrong = run("--date", "2027-03-02", "--lang", "en")
    assert wrong.exit_code == 2
    assert "2026-12-31" in wrong.stderr
    chosen = run("--date", "next-tuesday")
    assert chosen.exit_code == 0, chosen.output
    assert ga.open_study(folder).settings.date.weekday() == 1


def test_the_study_is_named_by_its_file_as_well(place, tmp_path):
    _, folder, run = place()
    assert run("--date", DATE).exit_code == 0
    again = CliRunner().invoke(main, ["fetch", str(folder / "study.toml"), "--offline", "--only", "communes"])
    assert again.exit_code == 2, "the true sources were never asked for what they need"
    assert folder.name in again.stdout
    (tmp_path / "finistere").write_text("no folder", encoding="utf-8")
    refused = CliRunner().invoke(main, ["fetch", str(tmp_path / "finistere"), "--lang", "en"])
    assert refused.exit_code == 2
    assert "not a folder" in refused.stderr


def test_a_feed_by_address_is_kept_in_the_lock(place):
    server, folder, run = place()
    server.bodies[f"{HOST}/mine.zip"] = server.bodies[f"{HOST}/feed.zip"]
    assert run("--date", DATE, "--gtfs", f"https://{HOST}/mine.zip").exit_code == 0
    assert read_lock(folder).feeds == (f"https://{HOST}/mine.zip",)
    server.seen.clear()
    assert run().exit_code == 0
    assert [one.path for one in server.seen if "zip" in one.path] == [f"/{HOST}/mine.zip"]
    inside = run("--gtfs", "https://192.168.1.1/feed.zip", "--lang", "en")
    assert inside.exit_code == 2
    assert "private network" in inside.stderr
