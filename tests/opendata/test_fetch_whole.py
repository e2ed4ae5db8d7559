"""The whole way with the true sources, against true-to-life answers: an empty folder, `fetch`, then `check`."""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile

import pytest
import requests
from click.testing import CliRunner
from open_data_bodies import answers
from open_data_server import Fault, page, serve

import geo_access as ga
from geo_access.cli.bar import Bar
from geo_access.cli.main import main
from geo_access.opendata.transport import Timeouts, Transport
from geo_access.quality.inspection import part_of
from geo_access.study.lock import LOCK_NAME, read_lock
from geo_access.texts import render

DATE = "2026-11-24"
PLACES = {
    "92": ("hauts-de-seine", "EPSG:2154"),
    "75": ("paris", "EPSG:2154"),
    "29": ("finistere", "EPSG:2154"),
    "2A": ("corse-du-sud", "EPSG:2154"),
    "973": ("guyane", "EPSG:2972"),
    "974": ("la-reunion", "EPSG:2975"),
}
#: Of these the feeds are named by address, of the others found by the source.
NAMED = ("29", "974")


@pytest.fixture(scope="module")
def bodies():
    made: dict[str, dict] = {}
    return lambda code: made.setdefault(code, answers(code))


@pytest.fixture
def place(tmp_path, monkeypatch, bodies):
    """Start a server for a département; gives the server, the folder and the command."""
    monkeypatch.setenv("GEO_ACCESS_CACHE_DIR", str(tmp_path / "cache"))
    running = []

    def start(code="92"):
        context = serve(dict(bodies(code)))
        server = context.__enter__()
        running.append(context)
        folder = tmp_path / PLACES[code][0]
        transport = Transport(addresses=server.addresses, timeouts=Timeouts(2, 5), permitted=[server.origin])
        feeds = [] if code not in NAMED else ["--gtfs", "https://transport.example/feed.zip"]
        if feeds:
            server.bodies.setdefault("transport.example/feed.zip", next(
                body for name, body in server.bodies.items() if name.endswith("IDFM-gtfs.zip") or "gtfs" in name.lower()
            ))  # fmt: skip
            transport = Transport(addresses=server.addresses, timeouts=Timeouts(2, 5), permitted=[server.origin])

        def run(*options):
            asked = ["fetch", str(folder), *feeds, *options]
            return CliRunner().invoke(main, asked, obj={"transport": transport}, catch_exceptions=False)

        return server, folder, run

    yield start
    for context in running:
        context.__exit__(None, None, None)


def contents(folder) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def judge(folder):
    return CliRunner().invoke(main, ["check", str(folder), "--format", "json", "--quiet"], catch_exceptions=False)


@pytest.mark.parametrize("code", PLACES)
def test_from_an_empty_folder_to_a_verdict(place, code):
    _, folder, fetch = place(code)
    run = fetch("--date", DATE)
    assert run.exit_code == 0, run.output
    assert f"geo-access check {folder}" in run.stdout
    study = ga.open_study(folder)
    assert (study.settings.crs, study.settings.date.isoformat()) == (PLACES[code][1], DATE)
    verdict = judge(folder)
    assert verdict.exit_code in (0, 1), verdict.output
    said = json.loads(verdict.stdout)
    assert said["total"]["residents"] > 0
    assert all(one["insee"].startswith(code) for one in said["communes"])
    assert said["walking"] == "streets"
    lock = read_lock(folder)
    assert {one.file for one in lock.files} >= {
        "communes.geojson",
        "residents_200m.gpkg",
        "streets.osm.pbf",
        "study.toml",
    }
    for one in lock.downloads:
        assert one.address.startswith("https://")
        assert one.attribution
        assert one.licence
    assert set(lock.credits()) <= set(said["sources"])


def test_credits_reach_the_map(place, tmp_path):
    _, folder, fetch = place()
    assert fetch("--date", DATE).exit_code == 0
    output = tmp_path / "map.html"
    run = CliRunner().invoke(main, ["map", str(folder), "--output", str(output), "--quiet"], catch_exceptions=False)
    assert run.exit_code == 0
    text = output.read_text(encoding="utf-8")
    for credit in read_lock(folder).credits():
        assert credit.replace("'", "&#x27;") in text or credit in text


def test_twice_locked_and_offline_give_the_same_bytes(place, tmp_path):
    server, folder, fetch = place()
    assert fetch("--date", DATE).exit_code == 0
    before = contents(folder)
    assert fetch().exit_code == 0
    assert contents(folder) == before
    for name in before:
        if name not in (LOCK_NAME, "study.toml"):
            (folder / name).unlink()
    server.always = {name: Fault(status=500) for name in server.bodies}
    run = fetch("--locked")
    assert run.exit_code == 0, run.output
    assert contents(folder) == before
    shutil.rmtree(folder)
    server.seen.clear()
    run = fetch("--offline", "--date", DATE)
    assert run.exit_code == 0, run.output
    assert (contents(folder), server.seen) == (before, [])


def test_a_changed_source_is_named_when_locked(place, tmp_path):
    server, folder, fetch = place()
    assert fetch("--date", DATE).exit_code == 0
    shutil.rmtree(tmp_path / "cache")
    (folder / "communes.geojson").unlink()
    name = next(name for name in server.bodies if "communes" in name and "geo.api" in name)
    server.bodies[name] += b" "
    run = fetch("--locked", "--lang", "en")
    assert run.exit_code == 2
    lock = read_lock(folder)
    expected = next(one.sha256 for one in lock.downloads if one.source == "communes")
    assert "communes" in run.stderr
    assert expected in run.stderr


def test_a_dry_run_says_what_would_come(place):
    server, folder, fetch = place()
    run = fetch("--dry-run", "--lang", "en")
    assert run.exit_code == 0, run.output
    assert not folder.exists()
    assert {one.method for one in server.seen} == {"HEAD"}
    for word in ("communes", "residents", "gtfs", "streets", "ODbL", "Licence Ouverte"):
        assert word in run.stdout


def test_an_edited_file_is_left_and_force_replaces_it(place):
    _, folder, fetch = place()
    assert fetch("--date", DATE).exit_code == 0
    good = (folder / "communes.geojson").read_bytes()
    (folder / "communes.geojson").write_bytes(good + b"\n")
    run = fetch("--lang", "en")
    assert run.exit_code == 0
    assert "left as it is" in run.stdout
    assert "communes.geojson" in run.stderr
    assert (folder / "communes.geojson").read_bytes() == good + b"\n"
    assert fetch("--force").exit_code == 0
    assert (folder / "communes.geojson").read_bytes() == good
    assert (folder / "communes.geojson.kept").read_bytes() == good + b"\n"


def test_a_source_that_answers_with_a_page_is_named_and_the_rest_stays(place):
    server, folder, fetch = place()
    # Overpass is asked where the extract does not come: both answer with a page.
    server.always = {name: page() for name in server.bodies if "geofabrik" in name or "overpass" in name}
    run = fetch("--date", DATE, "--lang", "en")
    assert run.exit_code == 2
    assert "source streets failed" in run.stderr
    assert "Maintenance en cours" in run.stderr
    assert (folder / "communes.geojson").exists()
    assert not (folder / "streets.osm.pbf").exists()
    server.always.clear()
    run = fetch("--date", DATE)
    assert run.exit_code == 0, run.output
    assert judge(folder).exit_code in (0, 1)


def test_a_date_is_chosen(place):
    _, folder, fetch = place()
    run = fetch("--date", "next-tuesday")
    assert run.exit_code == 0, run.output
    assert ga.open_study(folder).settings.date.weekday() == 1


def test_without_a_network_the_command_says_what_to_do(place, monkeypatch):
    _, folder, fetch = place()

    def fail(*_args, **_options):
        raise requests.exceptions.ConnectTimeout

    monkeypatch.setattr(requests.Session, "request", fail)
    monkeypatch.setattr("geo_access.opendata.downloads.random.Random.uniform", lambda *_args: 0.0)
    for options in (["--dry-run"], ["--date", DATE]):
        run = fetch(*options, "--lang", "en")
        assert run.exit_code == 2, run.output
        failed = [line for line in run.stderr.splitlines() if line.startswith(("source ", "warning: https"))]
        assert len(failed) >= 9, "one line a failure"
        assert all("no server has answered" in line or "does not answer within" in line for line in failed)
        (advice,) = [line for line in run.stderr.splitlines() if line.startswith("No server has answered")]
        assert all(word in advice for word in ("HTTPS_PROXY", "REQUESTS_CA_BUNDLE", "--offline", str(folder)))
        assert "Error" not in run.output
    assert not (folder / "study.toml").exists()


def test_a_dry_run_fails_where_a_source_would(place):
    server, _, fetch = place()
    name = next(name for name in server.bodies if "ensemble.zip" in name)
    server.always[name] = Fault(status=404)
    run = fetch("--dry-run", "--lang", "en")
    assert run.exit_code == 2, run.output
    (line,) = run.stderr.strip().splitlines()
    assert line.startswith("source populations failed: https://www.insee.fr/")
    assert "failed: 1" in run.stdout
    server.always = {one: Fault(status=404) for one in server.bodies if "annuaire" in one}
    run = fetch("--dry-run", "--lang", "en")
    assert run.exit_code == 0, "the other list of candidates does"
    assert "source candidates failed" in run.stderr


@pytest.mark.parametrize("evil", ["../../evil.txt", "stops.txt"])
def test_a_feed_that_is_a_trap_is_refused(place, tmp_path, evil):
    server, folder, fetch = place()
    name = next(name for name in server.bodies if name.endswith("IDFM-gtfs.zip"))
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(evil, bytes(80 << 20))
    server.bodies[name] = held.getvalue()
    run = fetch("--date", DATE, "--lang", "en")
    assert run.exit_code == 2
    assert "source gtfs failed" in run.stderr
    assert ("outside its folder" if "evil" in evil else "unpacked") in run.stderr
    assert not list(tmp_path.rglob("evil.txt"))
    assert not (folder / "gtfs").exists() or not list((folder / "gtfs").iterdir())
    assert (folder / "communes.geojson").exists()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_where_no_grid_is_published_the_study_and_its_inspection_say_what_stands_in(place, language):
    _, folder, fetch = place("973")
    run = fetch("--date", DATE, "--lang", language)
    assert run.exit_code == 0, run.output
    said = {"fr": "un point par commune", "en": "one point per commune"}[language]
    assert said in (folder / "study.toml").read_text(encoding="utf-8")
    assert "200\u00a0m" not in (folder / "study.toml").read_text(encoding="utf-8")
    assert ga.open_study(folder).settings.language == language
    (found,) = [one for one in ga.inspect(folder).findings if one.code == "inspect.residents_stand_in"]
    assert (found.level, part_of(found), found.params["count"]) == ("warning", "residents", 4)
    place_of_its_own = folder / "residents_200m.gpkg"
    place_of_its_own.write_bytes(place_of_its_own.read_bytes() + b"\0")
    fetch("--date", DATE, "--lang", language)
    assert said in (folder / "study.toml").read_text(encoding="utf-8")


def test_a_true_grid_is_not_said_to_stand_in(place):
    _, folder, fetch = place("92")
    assert fetch("--date", DATE).exit_code == 0
    assert "200\u00a0m" in (folder / "study.toml").read_text(encoding="utf-8")
    assert "inspect.residents_stand_in" not in {one.code for one in ga.inspect(folder).findings}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("sizes", "expected"), [(True, "3.0/6.0 MB"), (False, "3000000/6000000")])
def test_one_bar_serves_downloads_and_work(monkeypatch, sizes, expected):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setattr("sys.stderr", terminal := Terminal())
    with Bar(quiet=False, language="en", sizes=sizes) as bar:
        bar.download("idfm.zip", 3_000_000, 6_000_000)
        bar.download("endless.json", 5, None)
        bar("timetable", 1, 2)
        bar.say("gtfs ...")
    shown, stage = re.sub(r"\x1b\[[0-9;?]*\w", "", terminal.getvalue()), render("results.stage_timetable", "en")
    assert all(said in shown for said in ("idfm.zip", expected, "endless.json", "gtfs ...", stage))
    monkeypatch.setattr("sys.stderr", silent := Terminal())
    with Bar(quiet=True, language="en", sizes=sizes) as bar:
        bar.download("idfm.zip", 3, 6)
        bar.say("gtfs ...")
    assert silent.getvalue() == ""
