"""Fetching into a study's folder with plain sources: what is written, kept, locked, said."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import os
import shutil
import zipfile
from dataclasses import dataclass

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from open_data_server import Fault, page, redirect, serve

import geo_access as ga
from geo_access.cli.main import main
from geo_access.core.errors import InputError
from geo_access.core.findings import Findings
from geo_access.core.names import mark_folder
from geo_access.opendata.downloads import Downloader
from geo_access.opendata.fetch import FetchOrder, fetch_study, plan_fetch
from geo_access.opendata.source import Product
from geo_access.opendata.store import LICENCE_OUVERTE, DownloadStore, Item
from geo_access.opendata.transport import Timeouts, Transport
from geo_access.study.lock import LOCK_NAME, Lock, LockedDownload, LockedFile, read_lock

TODAY = dt.date(2026, 11, 21)
TUESDAY = dt.date(2026, 11, 24)
NAMES = ("communes", "residents", "streets", "gtfs", "candidates")
FILES = {
    "communes": "communes.geojson",
    "residents": "residents_200m.gpkg",
    "streets": "streets.osm.pbf",
    "gtfs": "gtfs/idfm.zip",
    "candidates": "sites.csv",
}
CALENDAR = "data.education.gouv.fr/api/explore/v2.1/catalog/datasets/fr-en-calendrier-scolaire/exports/json"


def feed(first="20261102", last="20261231") -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as out:
        for name, text in {
            "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
            f"w,1,1,1,1,1,0,0,{first},{last}\n",
            "trips.txt": "route_id,service_id,trip_id\nr,w,t1\nr,w,t2\n",
            "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\na,A,https://a.example,Europe/Paris\n",
            "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\ns,S,48.8,2.2\n",
            "routes.txt": "route_id,agency_id,route_short_name,route_type\nr,a,1,3\n",
            "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n",
        }.items():
            out.writestr(zipfile.ZipInfo(name), text)
    return held.getvalue()


def bodies() -> dict[str, bytes]:
    square = {"type": "Polygon", "coordinates": [[[2.2, 48.8], [2.3, 48.8], [2.3, 48.9], [2.2, 48.9], [2.2, 48.8]]]}
    commune = {
        "type": "Feature",
        "properties": {"insee": "92050", "name": "Nanterre", "population": 9},
        "geometry": square,
    }
    holidays = [
        {"description": "Toussaint", "zones": "Zone C", "location": "Paris", "population": "-",
         "start_date": "2026-10-16T22:00:00+00:00", "end_date": "2026-11-01T23:00:00+00:00"},
        {"description": "Noël", "zones": "Zone C", "location": "Paris", "population": "-",
         "start_date": "2026-12-18T23:00:00+00:00", "end_date": "2027-01-03T23:00:00+00:00"},
    ]  # fmt: skip
    return {
        "data.example/communes": json.dumps({"type": "FeatureCollection", "features": [commune]}).encode(),
        "data.example/residents": b"residents",
        "data.example/streets": b"streets",
        "data.example/gtfs": feed(),
        "data.example/candidates": b"id,name,kind,lat,lon\np,P,pole,48.85,2.25\n",
        CALENDAR: json.dumps(holidays).encode(),
    }


@dataclass(frozen=True)
class Plain:
    """A source that copies its download, with the date that shaped it."""

    name: str
    after: tuple[str, ...] = ()
    lacks: bool = False

    def plan(self, request):  # noqa: ARG002 -- as the protocol has it
        if self.lacks:
            raise InputError("fetch.no_departement", file=self.name)
        kind = {"gtfs": "zip", "communes": "geojson"}.get(self.name, "any")
        address = f"https://data.example/{self.name}"
        return (Item(self.name, address, kind, 10**6, LICENCE_OUVERTE, f"Institut {self.name}"),)

    def make(self, request, files, workshop):
        body = files[self.name].read_bytes()
        if self.name == "gtfs":
            assert request.date is not None
        draft = workshop.draft(FILES[self.name])
        draft.write_bytes(body)
        params = {"date": request.date.isoformat()} if self.name == "gtfs" else {}
        return (Product(FILES[self.name], params, (self.name,), once=self.name == "candidates"),)


SOURCES = tuple(Plain(name, () if name == "communes" else ("communes",)) for name in NAMES)


@pytest.fixture
def server():
    with serve(bodies()) as running:
        yield running


@pytest.fixture
def study(tmp_path):
    return tmp_path / "hauts-de-seine"


@pytest.fixture
def fetch(server, study, tmp_path):
    def run(*, offline=False, sources=SOURCES, today=TODAY, plan=False, folder=study, **asked):
        findings = Findings()
        transport = Transport(addresses=server.addresses, timeouts=Timeouts(1, 1), permitted=[server.origin])
        downloader = Downloader(
            DownloadStore(tmp_path / "store"),
            transport,
            offline=offline,
            findings=findings,
            sleep=lambda _s: None,
            tries=2,
        )
        order = FetchOrder(folder, **asked)
        if plan:
            return plan_fetch(order, downloader=downloader, sources=sources)
        return fetch_study(order, downloader=downloader, sources=sources, today=today)

    return run


def codes(fetched) -> list[str]:
    return [one.code for one in fetched.findings]


def failed(fetched) -> dict[str, str]:
    return {name: error.code for name, error in fetched.failures}


def contents(folder) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_an_empty_folder_becomes_a_study(fetch, study):
    got = fetch()
    assert (got.complete, got.departement.code, got.date, codes(got)) == (True, "92", TUESDAY, [])
    assert sorted(contents(study)) == sorted([*FILES.values(), "study.toml", LOCK_NAME])
    assert set(got.states.values()) == {"new"}
    opened = ga.open_study(study)
    said = opened.settings
    assert (said.name, said.date, said.crs) == ("Hauts-de-Seine", TUESDAY, "EPSG:2154")
    assert (said.transit.gtfs, said.walking.streets, said.sites.file) == (
        ("gtfs/idfm.zip",),
        ("streets.osm.pbf",),
        "sites.csv",
    )


def test_the_lock_names_everything_and_credits_reach_the_study(fetch, study, server):
    fetch()
    lock = read_lock(study)
    assert [one.file for one in lock.files] == sorted([*FILES.values(), "study.toml"])
    for one in lock.files:
        body = (study / one.file).read_bytes()
        assert (one.sha256, one.size) == (hashlib.sha256(body).hexdigest(), len(body))
    gtfs = lock.download("gtfs", "gtfs")
    assert (gtfs.address, gtfs.licence, gtfs.published) == (
        "https://data.example/gtfs",
        "Licence Ouverte 2.0",
        "2026-11-03",
    )
    assert gtfs.sha256 == hashlib.sha256(server.bodies["data.example/gtfs"]).hexdigest()
    assert lock.file("gtfs/idfm.zip").params == {"date": "2026-11-24"}
    credit = "Institut gtfs (Licence Ouverte 2.0)"
    assert credit in lock.credits()
    assert credit in ga.open_study(study).settings.sources
    varied = ga.open_study(study).vary({"departures.from": "08:00"})
    assert varied.settings.sources.count(credit) == 1
    assert server.origin not in (study / LOCK_NAME).read_text(encoding="utf-8")


def test_a_second_run_changes_nothing(fetch, study):
    fetch()
    before = contents(study)
    again = fetch()
    assert contents(study) == before
    assert set(again.states.values()) == {"same"}
    assert again.transferred == 0


def test_another_place_gives_the_same_bytes(fetch, study, tmp_path):
    fetch()
    other = tmp_path / "elsewhere" / "hauts-de-seine"
    fetch(folder=other)
    assert contents(other) == contents(study)


def test_new_data_updates_what_is_ours(fetch, study, server):
    fetch()
    server.bodies["data.example/residents"] = b"more residents"
    again = fetch()
    assert again.states["residents_200m.gpkg"] == "updated"
    assert (study / "residents_200m.gpkg").read_bytes() == b"more residents"


def test_what_the_user_edited_is_left_and_said(fetch, study, server):
    fetch()
    (study / "streets.osm.pbf").write_bytes(b"mended by hand")
    (study / "sites.csv").write_bytes(b"id,name,kind,lat,lon\nmine,M,pole,48.85,2.25\n")
    server.bodies["data.example/streets"] = b"new streets"
    server.bodies["data.example/candidates"] = b"id,name,kind,lat,lon\nq,Q,pole,48.85,2.25\n"
    kept = fetch()
    assert (study / "streets.osm.pbf").read_bytes() == b"mended by hand"
    assert (kept.states["streets.osm.pbf"], codes(kept)) == ("kept", ["fetch.kept_edited"])
    forced = fetch(force=True)
    assert (study / "streets.osm.pbf").read_bytes() == b"new streets"
    assert (study / "streets.osm.pbf.kept").read_bytes() == b"mended by hand"
    assert codes(forced) == ["fetch.set_aside"]
    assert b"mine" in (study / "sites.csv").read_bytes(), "the user's list is never replaced"
    assert codes(fetch()) == []


def test_a_file_that_was_there_before_is_the_users(fetch, study):
    study.mkdir()
    (study / "residents_200m.gpkg").write_bytes(b"my own")
    got = fetch()
    assert (study / "residents_200m.gpkg").read_bytes() == b"my own"
    assert codes(got) == ["fetch.kept_own"]
    assert read_lock(study).file("residents_200m.gpkg") is None


def test_study_toml_is_the_users_once_edited(fetch, study):
    fetch()
    text = (study / "study.toml").read_text(encoding="utf-8")
    (study / "study.toml").write_text(text.replace('"11:00"', '"10:00"'), encoding="utf-8")
    got = fetch(force=True, date="2026-12-01")
    assert ga.open_study(study).settings.departures.to_s == 36_000
    assert codes(got) == ["fetch.study_date"]
    assert not list(study.glob("study.toml.*"))


def test_study_toml_follows_the_date_while_it_is_ours(fetch, study):
    fetch()
    got = fetch(date="2026-12-01")
    assert (ga.open_study(study).settings.date, codes(got)) == (dt.date(2026, 12, 1), [])
    assert fetch().date == dt.date(2026, 12, 1), "the study's date holds until another is asked for"
    assert fetch(date="next-tuesday").date == TUESDAY


def test_an_existing_study_gives_its_date_and_name(fetch, tmp_path):
    folder = tmp_path / "work"
    fetch(folder=folder, departement="92")
    text = (folder / "study.toml").read_text(encoding="utf-8")
    shutil.rmtree(folder)
    folder.mkdir()
    own = text.replace("2026-11-24", "2026-11-26").replace('"gtfs/idfm.zip"', '"gtfs/mine.zip"')
    (folder / "study.toml").write_text(own, encoding="utf-8")
    got = fetch(folder=folder)
    assert (got.departement.code, got.date, codes(got)) == ("92", dt.date(2026, 11, 26), ["fetch.study_missing"])
    assert (folder / "study.toml").read_text(encoding="utf-8") == own


def test_locked_takes_the_same_bytes_whatever_the_servers_say_now(fetch, study, server):
    fetch()
    before = contents(study)
    server.bodies = {name: body + b" " for name, body in server.bodies.items()}
    server.seen.clear()
    got = fetch(locked=True)
    assert (got.complete, server.seen, set(got.states.values())) == (True, [], {"same"})
    (study / "residents_200m.gpkg").unlink()
    shutil.rmtree(study / "gtfs")
    got = fetch(locked=True)
    assert (got.complete, contents(study)) == (True, before)


def test_locked_says_what_changed(fetch, study, server, tmp_path):
    fetch()
    was = read_lock(study).download("residents", "residents").sha256
    shutil.rmtree(tmp_path / "store")
    (study / "residents_200m.gpkg").unlink()
    server.bodies["data.example/residents"] = b"others"
    got = fetch(locked=True)
    assert failed(got) == {"residents": "fetch.locked_changed"}
    said = got.failures[0][1].text("en")
    assert was in said
    assert hashlib.sha256(b"others").hexdigest() in said
    assert not (study / "residents_200m.gpkg").exists()
    assert read_lock(study).download("residents", "residents").sha256 == was


def test_locked_refuses_an_edited_file_and_force_takes_the_locked_one(fetch, study):
    fetch()
    (study / "streets.osm.pbf").write_bytes(b"edited")
    got = fetch(locked=True)
    assert failed(got) == {"streets": "fetch.locked_edited"}
    assert hashlib.sha256(b"edited").hexdigest() in got.failures[0][1].text("fr")
    assert fetch(locked=True, force=True).complete
    assert (study / "streets.osm.pbf").read_bytes() == b"streets"


def test_locked_notices_a_file_made_otherwise_of_the_same_downloads(fetch, study):
    fetch()

    class Other(Plain):
        def make(self, request, files, workshop):
            products = super().make(request, files, workshop)
            draft = workshop.drafts / products[0].name
            draft.write_bytes(draft.read_bytes() + b"!")
            return products

    (study / "streets.osm.pbf").unlink()
    got = fetch(locked=True, sources=[Other("streets", ("communes",))])
    assert failed(got) == {"streets": "fetch.locked_made"}


def test_locked_asks_nothing_of_a_source_that_made_nothing(fetch, server):
    class Silent(Plain):
        def make(self, request, files, workshop):  # noqa: ARG002 -- as the protocol has it
            return ()

    sources = (*SOURCES[:1], Silent("streets"))
    assert fetch(sources=sources).complete
    server.seen.clear()
    assert fetch(sources=sources, locked=True).complete
    assert server.seen == []


@dataclass(frozen=True)
class Listed(Plain):
    """Feeds that a list names."""

    def plan(self, request):  # noqa: ARG002 -- as the protocol has it
        return (Item("list.json", "https://data.example/list", "json", 10**6, LICENCE_OUVERTE, "Liste"),)

    def discover(self, request, files):  # noqa: ARG002 -- as the protocol has it
        names = json.loads(files["list.json"].read_bytes())
        return [
            Item(f"{n}.zip", f"https://data.example/{n}", "zip", 10**6, LICENCE_OUVERTE, f"Feed {n}") for n in names
        ]

    def make(self, request, files, workshop):
        products = []
        for name, path in files.items():
            if name.endswith(".zip"):
                workshop.draft(f"gtfs/{name}").write_bytes(path.read_bytes())
                products.append(Product(f"gtfs/{name}", {"date": request.date.isoformat()}, (name,)))
        return products


def test_feeds_that_a_list_names_are_fetched_and_locked_by_name(fetch, study, server):
    server.bodies["data.example/list"] = b'["one", "two", "old"]'
    server.bodies |= {"data.example/one": feed(), "data.example/two": feed(last="20261204")}
    server.bodies["data.example/old"] = feed(first="20250101", last="20250201")
    sources = (*SOURCES[:3], Listed("gtfs", ("communes",)), SOURCES[4])
    got = fetch(sources=sources)
    assert (got.complete, got.date, codes(got)) == (True, TUESDAY, [])
    before = contents(study)
    shutil.rmtree(study / "gtfs")
    server.bodies["data.example/list"] = b'["other"]'
    server.seen.clear()
    got = fetch(sources=sources, locked=True)
    assert (got.complete, contents(study), server.seen) == (True, before, [])


def test_locked_needs_a_lock_and_takes_no_date(fetch, study):
    with pytest.raises(InputError, match=r"study\.lock"):
        fetch(locked=True)
    fetch()
    with pytest.raises(InputError, match="--date"):
        fetch(locked=True, date="2026-12-01")


def test_offline_does_with_a_full_cache_and_names_what_is_missing(fetch, study, server, tmp_path):
    missing = fetch(offline=True)
    assert set(failed(missing).values()) == {"fetch.offline_missing"}
    assert not missing.complete
    fetch()
    before = contents(study)
    shutil.rmtree(study)
    server.seen.clear()
    assert fetch(offline=True).complete
    assert (contents(study), server.seen) == (before, [])


def test_a_dead_network_with_a_full_cache_does_and_says_so(fetch, study, server):
    fetch()
    shutil.rmtree(study)
    server.always = {name: Fault(status=503) for name in server.bodies}
    got = fetch()
    assert got.complete
    assert set(codes(got)) == {"fetch.kept_copy"}


@pytest.mark.parametrize("fault", [page(), Fault(status=500), Fault(status=404), redirect("https://10.0.0.1/")])
def test_a_failing_source_is_named_and_a_second_run_goes_on(fetch, study, server, fault):
    server.always["data.example/streets"] = fault
    got = fetch()
    assert list(failed(got)) == ["streets"]
    assert sorted(contents(study)) == sorted({*FILES.values(), LOCK_NAME} - {"streets.osm.pbf"})
    assert codes(got) == ["fetch.study_incomplete"]
    server.always.clear()
    again = fetch()
    assert again.complete
    assert again.transferred == len(b"streets")
    assert ga.open_study(study).settings.date == TUESDAY


def test_without_communes_nothing_that_needs_them_is_made(fetch, study, server):
    server.always["data.example/communes"] = Fault(status=404)
    got = fetch()
    assert list(failed(got)) == ["communes"]
    assert got.skipped == NAMES[1:]
    server.always.clear()
    assert fetch().complete
    server.always["data.example/communes"] = Fault(status=404)
    shutil.rmtree(study / "gtfs")
    got = fetch()
    assert (list(failed(got)), got.skipped) == (["communes"], ()), "those of the folder do"
    assert (study / "gtfs" / "idfm.zip").exists()


def test_findings_and_failures_name_downloads_without_the_way_to_the_cache(fetch, tmp_path):
    class Doubtful(Plain):
        def make(self, request, files, workshop):
            workshop.findings.add("info", "fetch.date_past", file=files[self.name], date="", last="")
            if self.name == "streets":
                raise InputError("fetch.address", file=files[self.name])
            return super().make(request, files, workshop)

    got = fetch(sources=[*SOURCES[:1], Doubtful("residents"), Doubtful("streets")])
    assert [one.file for one in got.findings if one.code == "fetch.date_past"] == ["residents", "streets"]
    assert str(tmp_path / "store") not in got.failures[0][1].text("fr")


def test_what_a_departement_lacks_is_said(fetch):
    sources = (*SOURCES[:3], Plain("gtfs", ("communes",), lacks=True), SOURCES[4])
    got = fetch(sources=sources)
    assert failed(got) == {"gtfs": "fetch.no_departement"}
    planned = fetch(sources=sources, plan=True)
    assert [one.source for one in planned if one.item is None] == ["gtfs"]


def test_only_what_is_asked_for_is_fetched(fetch, study, server):
    got = fetch(only=("communes", "residents"))
    assert sorted(contents(study)) == ["communes.geojson", "residents_200m.gpkg", LOCK_NAME]
    assert codes(got) == ["fetch.study_incomplete"]
    fetch()
    server.bodies["data.example/residents"] = b"new"
    server.bodies["data.example/streets"] = b"new"
    fetch(only=("streets",))
    assert (study / "residents_200m.gpkg").read_bytes() == b"residents"
    assert len(read_lock(study).files) == 6
    with pytest.raises(InputError, match="communes, residents"):
        fetch(only=("commune",))


def test_a_date_outside_the_feed_fails_the_feed_only(fetch, study):
    got = fetch(date="2027-03-02")
    assert failed(got) == {"gtfs": "fetch.date_outside"}
    assert "2026-12-31" in got.failures[0][1].text("fr")
    assert (study / "streets.osm.pbf").exists()


def test_without_the_school_calendar_the_date_is_chosen_and_said_to_be_guessed(fetch, server):
    server.always[CALENDAR] = page()
    got = fetch()
    assert (got.date, codes(got)) == (TUESDAY, ["fetch.wrong_type", "fetch.calendar_guessed"])
    assert got.complete


def test_a_dry_run_says_sizes_and_writes_nothing(fetch, study, server):
    planned = fetch(plan=True)
    assert {one.source: one.measure.size for one in planned}["gtfs"] == len(server.bodies["data.example/gtfs"])
    assert [one.source for one in planned] == [*NAMES, "school-holidays"]
    assert not study.exists()
    assert {one.method for one in server.seen} == {"HEAD"}
    server.always["data.example/streets"] = Fault(no_length=True)
    assert {one.source: one.measure.size for one in fetch(plan=True)}["streets"] is None


def test_the_territory_is_found_or_asked_for(fetch, tmp_path):
    with pytest.raises(InputError, match="--departement 92"):
        fetch(folder=tmp_path / "my-study")
    assert fetch(folder=tmp_path / "my-study", departement="finistère").departement.code == "29"
    assert fetch(folder=tmp_path / "my-study").departement.code == "29", "the lock knows"
    with pytest.raises(InputError, match="29 Finistère"):
        fetch(folder=tmp_path / "my-study", departement="92")
    overseas = fetch(folder=tmp_path / "la-reunion")
    assert ga.open_study(tmp_path / "la-reunion").settings.crs == "EPSG:2975"
    assert overseas.departement.code == "974"


def test_a_stopped_run_leaves_nothing_half_done(fetch, study):
    class Stopped(Plain):
        def make(self, request, files, workshop):  # noqa: ARG002 -- as the protocol has it
            workshop.draft(FILES[self.name]).write_bytes(b"half")
            raise KeyboardInterrupt

    sources = (*SOURCES[:2], Stopped("streets"), *SOURCES[3:])
    with pytest.raises(KeyboardInterrupt):
        fetch(sources=sources)
    assert sorted(contents(study)) == ["communes.geojson", "residents_200m.gpkg", LOCK_NAME]
    assert fetch().complete


def test_a_lock_reads_back_as_it_was_written(tmp_path):
    texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
    digests = st.binary(max_size=8).map(lambda said: hashlib.sha256(said).hexdigest())
    addresses = texts.map("https://a.example/{}".format)
    moments = st.dates().map(dt.date.isoformat) | st.datetimes().map(dt.datetime.isoformat)
    names = st.sampled_from(("sites.csv", "gtfs/idfm.zip", "gtfs/été à pied.zip", "a/b/c"))
    downloads = st.builds(
        LockedDownload, texts, texts, addresses, moments, digests, st.integers(0, 2**40), texts, texts, texts,
        st.none() | texts, st.none() | digests,
    )  # fmt: skip
    params = st.dictionaries(texts, st.integers() | texts | st.lists(texts, max_size=2), max_size=3)
    files = st.builds(
        LockedFile,
        names,
        texts,
        digests,
        st.integers(0, 2**40),
        st.lists(texts, max_size=2).map(tuple),
        params,
        st.booleans(),
    )

    @given(
        st.lists(downloads, max_size=3, unique_by=lambda one: (one.source, one.name)),
        st.lists(files, max_size=3, unique_by=lambda one: one.file),
    )
    def compare(downloads, files):
        lock = Lock("92", "2026-11-24", ("https://a.example",), tuple(downloads), tuple(files))
        (tmp_path / LOCK_NAME).write_bytes(lock.text().encode())
        again = read_lock(tmp_path)
        assert again.text() == lock.text()
        assert sorted(again.downloads, key=repr) == sorted(lock.downloads, key=repr)
        assert sorted(again.files, key=repr) == sorted(lock.files, key=repr)

    compare()


@pytest.mark.parametrize("deep", ["", "new/deeper/"])
def test_where_nothing_came_nothing_is_left(fetch, server, tmp_path, deep):
    folder = tmp_path / "work" / f"{deep}hauts-de-seine"
    (tmp_path / "work").mkdir()
    for name in NAMES:
        server.always[f"data.example/{name}"] = Fault(status=404)
    server.always[CALENDAR] = Fault(status=404)
    assert not fetch(folder=folder).complete
    assert list((tmp_path / "work").iterdir()) == []
    with pytest.raises(InputError):
        fetch(folder=folder, locked=True)
    assert list((tmp_path / "work").iterdir()) == []


def test_an_empty_folder_of_the_user_stays_where_nothing_came(fetch, server, study):
    study.mkdir()
    server.always["data.example/communes"] = Fault(status=404)
    assert not fetch(only=("communes",)).complete
    assert list(study.iterdir()) == []


@pytest.mark.parametrize("force", [False, True])
def test_no_link_leads_what_is_fetched_out_of_the_study(fetch, study, tmp_path, force):
    outside = tmp_path / "outside"
    outside.mkdir()
    study.mkdir()
    (study / "gtfs").symlink_to(outside)
    done = fetch(force=force)
    assert failed(done) == {"gtfs": "fetch.outside"}
    assert list(outside.iterdir()) == []


def test_a_lock_is_not_written_behind_a_link(fetch, study, tmp_path):
    study.mkdir()
    (study / LOCK_NAME).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError) as caught:
        fetch()
    assert caught.value.code == "fetch.outside"
    assert not (tmp_path / "elsewhere").exists()


def test_only_what_a_stopped_run_of_ours_left_is_swept(fetch, study):
    for name in (".fetch-notes/a.txt", ".fetch-abcdefgh/drafts/a.txt"):
        path = study / name
        path.parent.mkdir(parents=True)
        path.write_text("mine")
    ours = study / ".fetch-12345678"
    mark_folder(ours)
    for path in (study / ".fetch-notes", study / ".fetch-abcdefgh", ours):
        os.utime(path, (1, 1))
    assert fetch().complete
    assert sorted(path.name for path in study.glob(".fetch-*")) == [".fetch-abcdefgh", ".fetch-notes"]


def test_a_full_disk_fails_a_source_and_leaves_the_others(fetch, study):
    class Full(Plain):
        def make(self, request, files, workshop):  # noqa: ARG002 -- as the protocol has it
            raise OSError(28, "No space left on device")

    done = fetch(sources=(*SOURCES[:2], Full("streets"), *SOURCES[3:]))
    assert failed(done) == {"streets": "fetch.folder"}
    assert (study / "residents_200m.gpkg").is_file()
    assert "No space left" in dict(done.failures)["streets"].text("en")


def test_a_damaged_lock_is_refused(fetch, study):
    fetch()
    (study / LOCK_NAME).write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match=r"study\.lock"):
        fetch()
    (study / LOCK_NAME).write_text(
        '{"version": 9, "departement": "92", "files": [], "downloads": []}', encoding="utf-8"
    )
    with pytest.raises(InputError, match="version 9"):
        ga.open_study(study)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_study_toml_speaks_the_language_asked_for(fetch, study, language):
    fetch(language=language)
    text = (study / "study.toml").read_text(encoding="utf-8")
    assert ("un mardi" in text) == (language == "fr")
    assert ("a Tuesday" in text) == (language == "en")
    assert ga.open_study(study).settings.language == language
    fetch()
    assert (study / "study.toml").read_text(encoding="utf-8") == text, "the study's language holds"
    (study / "study.toml").unlink()
    assert fetch(locked=True).states["study.toml"] == "new"
    assert (study / "study.toml").read_text(encoding="utf-8") == text


def test_where_no_pole_is_known_study_toml_says_what_stands_in(fetch, study, server):
    server.bodies["data.example/candidates"] = b"id,name,kind,lat,lon\np,P,pmi,48.85,2.25\n"
    fetch()
    assert ga.open_study(study).settings.policy.pole.kinds == ("pmi",)
    assert "aucun pôle n’est connu" in (study / "study.toml").read_text(encoding="utf-8")
    (study / "sites.csv").write_text("id,name,kind,lat,lon\np,P,Pôle social,48.85,2.25\n", encoding="utf-8")
    fetch()
    assert ga.open_study(study).settings.policy.pole.kinds is None


def test_the_command_says_what_is_missing():
    run = CliRunner().invoke(main, ["fetch"])
    assert (run.exit_code, "--departement" in run.stderr) == (2, True)
    run = CliRunner().invoke(main, ["fetch", "no-such-place", "--lang", "en"])
    assert (run.exit_code, "no-such-place" in run.stderr) == (2, True)


@pytest.mark.parametrize("only", [("communes",), ()])
def test_locked_refuses_a_source_of_which_the_lock_names_no_file(fetch, study, server, only):
    fetch(only=("communes",))
    lock = json.loads((study / LOCK_NAME).read_text(encoding="utf-8"))
    without = json.dumps(lock | {"files": []})
    (study / LOCK_NAME).write_text(without, encoding="utf-8")
    server.seen.clear()
    got = fetch(locked=True, offline=True, only=only)
    assert failed(got)["communes"] == "fetch.locked_no_file"
    assert (study / LOCK_NAME).read_text(encoding="utf-8") == without
    assert not got.complete
    assert server.seen == []


@pytest.mark.parametrize(("language", "words"), [("fr", "study.toml n’y est pas"), ("en", "study.toml is not there")])
def test_no_verdict_is_advised_where_study_toml_is_missing(server, study, tmp_path, monkeypatch, language, words):
    monkeypatch.setenv("GEO_ACCESS_CACHE_DIR", str(tmp_path / "cache"))
    transport = Transport(addresses=server.addresses, timeouts=Timeouts(1, 1), permitted=[server.origin])
    asked = ["fetch", str(study), "--only", "communes", "--lang", language]
    run = CliRunner().invoke(main, asked, obj={"transport": transport, "sources": SOURCES}, catch_exceptions=False)
    assert run.exit_code == 0, run.output
    assert words in run.stdout
    assert "geo-access check" not in run.stdout
    assert "–" not in run.stdout
