"""A feed of a few kilobytes takes neither gigabytes nor minutes, and is refused with file, row and way out."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import zipfile

import pytest
from refusals import refusal
from small_study import write_small_study

from geo_access.core import archives, limits
from geo_access.core.findings import Findings
from geo_access.gtfs import rows
from geo_access.gtfs.calendar import read_services
from geo_access.gtfs.feed import open_feed
from geo_access.gtfs.pathways import _parse_numbers
from geo_access.gtfs.rows import read_table
from geo_access.gtfs.runs import read_frequencies
from geo_access.gtfs.tables import parse_time, read_routes, read_rules, read_stops, read_trips

STOPS = b"stop_id,stop_name,stop_lat,stop_lon\n"


def write_feed(folder, files=(), **more):
    """The small study's feed, with some files of it replaced."""
    feed = write_small_study(folder) / "bus.zip"
    with zipfile.ZipFile(feed) as held:
        kept = {name: held.read(name) for name in held.namelist()}
    kept |= dict(files)
    with zipfile.ZipFile(feed, "w", zipfile.ZIP_DEFLATED) as held:
        for name, body in kept.items():
            held.writestr(name, body)
        for name, body in more.get("again", ()):
            held.writestr(name, body)
    return feed


def read_stops_of(path):
    with open_feed(path) as feed:
        return read_stops(feed, findings=Findings())


def test_a_feed_of_newlines_is_refused_within_a_gigabyte(tmp_path):
    # 198 kB that unpacked to 200 MB of newlines took 65 s and 7 GB; as much of it as the ratio has to stop.
    feed = write_feed(tmp_path, {"stops.txt": STOPS + b"\n" * 80_000_000})
    assert feed.stat().st_size < 200_000
    done = subprocess.run(
        [sys.executable, "-m", "geo_access", "check", str(tmp_path), "--quiet", "--no-cache", "--lang", "en"],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (1_500_000_000, 1_500_000_000)),
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "bus.zip" in done.stderr
    assert "80\u00a0MB unpacked" in done.stderr


def test_what_fetch_refuses_of_an_archive_is_refused_of_a_study(tmp_path, monkeypatch):
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = write_feed(tmp_path / "twice", again=[("stops.txt", STOPS)])
    assert refusal(lambda: read_stops_of(twice)).code == "fetch.zip_twice"
    outside = write_feed(tmp_path / "outside", again=[("../../stops.txt", STOPS)])
    assert refusal(lambda: read_stops_of(outside)).code == "fetch.zip_escapes"
    link = zipfile.ZipInfo("calendar_dates.txt")
    link.external_attr = 0o120777 << 16
    linked = write_feed(tmp_path / "linked", again=[(link, b"/etc/passwd")])
    assert refusal(lambda: read_stops_of(linked)).code == "fetch.zip_link"
    monkeypatch.setattr(archives, "RATIO_FREE_BYTES", 1000)
    packed = write_feed(tmp_path / "packed", {"stops.txt": STOPS + b"\n" * 2_000_000})
    assert refusal(lambda: read_stops_of(packed)).code == "fetch.zip_bomb"


def test_a_folder_of_too_many_files_is_no_feed(tmp_path, monkeypatch):
    monkeypatch.setattr("geo_access.gtfs.feed.MAX_MEMBERS", 3)
    for name in ("stops.txt", "a", "b", "c"):
        (tmp_path / name).write_bytes(STOPS)
    assert refusal(lambda: read_stops_of(tmp_path)).code == "limits.folder_full"


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "feed.zip")
    assert refusal(lambda: read_stops_of(tmp_path / "feed.zip")).code == "limits.no_plain_file"


@pytest.mark.parametrize("start", [b"\xef\xbb\xbf", b"\xef\xbb\xbf\n\n", b"\n" * 100_000])
def test_a_byte_order_mark_alone_is_an_empty_file(tmp_path, start):
    assert refusal(lambda: read_stops_of(write_feed(tmp_path, {"stops.txt": start}))).code == "transit.empty_file"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"a," * 40_000 + b"\n", "limits.header_long"),
        (STOPS[:-1] + b"".join(b",x%d" % k for k in range(5000)) + b"\n", "limits.columns"),
        (STOPS + b"x" * 3_000_000, "limits.line_long"),
        (STOPS + b'"' + b"x" * 3_000_000 + b'"', "limits.line_long"),
        (STOPS + b'A,"' + b"x" * 200_000 + b'"\n', "transit.ragged"),
        (STOPS + b",,,\n" * 1500, "limits.rows"),
        (STOPS + b"\n" * 1500, "limits.rows"),
    ],
    ids=["header", "columns", "line", "quoted line", "long value", "commas", "newlines"],
)
def test_tables_without_measure_are_refused(tmp_path, monkeypatch, body, code):
    monkeypatch.setitem(rows._MOST_ROWS, "stops.txt", 1000)
    assert refusal(lambda: read_stops_of(write_feed(tmp_path, {"stops.txt": body}))).code == code


def test_rows_that_end_early_are_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MAX_UNEVEN_VALUES", 100)
    header = b"stop_id,stop_lat,stop_lon,stop_name\n"
    few = write_feed(tmp_path / "few", {"stops.txt": header + b"".join(b"S%d,45,1\n" % k for k in range(20))})
    assert len(read_stops_of(few).ids) == 20
    many = write_feed(tmp_path / "many", {"stops.txt": header + b"".join(b"S%d,45,1\n" % k for k in range(30))})
    error = refusal(lambda: read_stops_of(many))
    assert (error.code, error.row) == ("limits.uneven_rows", 27)


def test_empty_lines_between_rows_are_read_past_and_count(tmp_path):
    feed = write_feed(tmp_path, {"stops.txt": STOPS + b"\n\nA,a,45,1\n\n,,,\nB,b,45,1\n"})
    assert read_stops_of(feed).row.tolist() == [4, 7]
    with open_feed(feed) as opened:
        table = read_table(opened, "stops.txt", findings=Findings(), required=("stop_id",))
    assert (table["stop_id"].tolist(), table["row"].tolist()) == (["A", "B"], [4, 7])


@pytest.mark.parametrize("lat", ["nan", "inf", "1e400", "4_5", "٤٥", "²", "9" * 400, "-90.1", "0x2d", "45 45"])
def test_degrees_that_are_none_are_refused_with_their_row(tmp_path, lat):
    body = STOPS + f"A,a,45,1\nB,b,{lat},1\n".encode()
    error = refusal(lambda: read_stops_of(write_feed(tmp_path, {"stops.txt": body})))
    assert (error.code, error.row) == ("transit.bad_degrees", 3)


def test_numbers_of_five_thousand_digits_are_no_numbers():
    digits = "9" * 5000
    assert parse_time(f"{digits}:00:00") == -2
    assert parse_time(f"08:{digits}:00") == -2
    assert all(value == float("inf") for value in _parse_numbers([digits, "nan", "1_0", "٣", "1e400"]))


def read_trips_of(path):
    with open_feed(path) as feed:
        services = read_services(feed, findings=Findings())
        routes = read_routes(feed, ("",), findings=Findings())
        return read_trips(feed, routes, services, findings=Findings())


@pytest.mark.parametrize(
    ("row", "code"),
    [("9" * 5000, "transit.bad_headway"), ("٣", "transit.bad_headway"), ("1", "limits.headway_departures")],
)
def test_headways_without_measure_are_refused(tmp_path, row, code):
    body = f"trip_id,start_time,end_time,headway_secs\nT360,00:00:00,999:00:00,{row}\n"
    path = write_feed(tmp_path, {"frequencies.txt": body.encode()})
    trips = read_trips_of(path)
    with open_feed(path) as feed:
        error = refusal(lambda: read_frequencies(feed, trips, seed=None, findings=Findings()))
    assert (error.code, error.row) == (code, 2)


def test_stations_of_many_platforms_joined_with_each_other_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("geo_access.gtfs.tables.MAX_TRANSFER_PAIRS", 50)
    head = b"stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\nA,A,45,1,1,\nB,B,45,1,1,\n"
    platforms = b"".join(b"%s%d,p,45,1,0,%s\n" % (one, k, one) for one in (b"A", b"B") for k in range(8))
    files = {"stops.txt": head + platforms, "transfers.txt": b"from_stop_id,to_stop_id,transfer_type\nA,B,0\n"}
    path = write_feed(tmp_path, files)
    stops = read_stops_of(path)
    with open_feed(path) as feed:
        error = refusal(lambda: read_rules(feed, stops, stops.location_type == 0, findings=Findings()))
    assert (error.code, error.row) == ("limits.transfer_pairs", 2)


def test_a_nul_is_told_with_its_row(tmp_path):
    error = refusal(lambda: read_stops_of(write_feed(tmp_path, {"stops.txt": STOPS + b"A,A\0,48,2\n"})))
    assert (error.code, error.row) == ("limits.nul", 2)
    assert "stops.txt" in error.text("en")
    assert "NUL" in error.text("en")
