"""Bad feeds: whatever is wrong with the files, one error names the file, the fault and the way out."""

from __future__ import annotations

import sys
import zipfile
from typing import TYPE_CHECKING

import numpy as np
import pytest
from gtfs_oracle import SMALL, TUESDAY, write_feed

from geo_access.core.errors import InputError
from geo_access.core.findings import Findings
from geo_access.gtfs.feed import open_feed
from geo_access.gtfs.rows import read_table
from geo_access.gtfs.timetable import read_timetable
from geo_access.texts import LANGUAGES

if TYPE_CHECKING:
    from pathlib import Path

CORE = ("agency.txt", "stops.txt", "routes.txt", "trips.txt", "stop_times.txt")
TABLES = (*CORE, "calendar.txt")


def fail(path: Path) -> InputError:
    """Read a feed that cannot be used, and return the error, complete in both languages."""
    with pytest.raises(InputError) as caught:
        read_timetable([path], date=TUESDAY, findings=Findings())
    error = caught.value
    assert error.file is not None
    assert error.file.startswith(str(path))
    for language in LANGUAGES:
        said = error.text(language)
        assert str(path) in said
        assert "{" not in said
        assert "\n" not in said
    return error


def edit(name: str, old: str, new: str) -> dict[str, str]:
    assert old in SMALL[name]
    return SMALL | {name: SMALL[name].replace(old, new, 1)}


def test_missing_feed(tmp_path: Path) -> None:
    assert fail(tmp_path / "nowhere.zip").code == "transit.missing_feed"


def test_empty_feed(tmp_path: Path) -> None:
    (tmp_path / "feed.zip").write_bytes(b"")
    assert fail(tmp_path / "feed.zip").code == "transit.empty_file"


def test_foreign_format(tmp_path: Path) -> None:
    (tmp_path / "feed.zip").write_text("<html>Not found</html>")
    assert fail(tmp_path / "feed.zip").code == "transit.not_zip"


def test_zip_without_gtfs(tmp_path: Path) -> None:
    error = fail(write_feed(tmp_path / "feed.zip", {"readme.md": "hello", "feed.zip": "inner"}))
    assert error.code == "transit.no_gtfs"
    assert "feed.zip, readme.md" in error.text("en")


def test_folder_without_gtfs(tmp_path: Path) -> None:
    (tmp_path / "feed").mkdir()
    assert fail(tmp_path / "feed").code == "transit.no_gtfs"


def test_zip_of_two_feeds(tmp_path: Path) -> None:
    both = {f"{folder}/{name}": text for folder in ("bus", "metro") for name, text in SMALL.items()}
    error = fail(write_feed(tmp_path / "feed.zip", both))
    assert error.code == "transit.several_feeds"
    assert "bus, metro" in error.text("en")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_truncated_zip(tmp_path: Path, share: float) -> None:
    whole = write_feed(tmp_path / "whole.zip", SMALL).read_bytes()
    (tmp_path / "feed.zip").write_bytes(whole[: int(share * len(whole))])
    assert fail(tmp_path / "feed.zip").code == "transit.damaged"


@pytest.mark.parametrize("name", TABLES)
def test_damaged_member(tmp_path: Path, name: str) -> None:
    path = write_feed(tmp_path / "feed.zip", SMALL)
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo(name)
    data = bytearray(path.read_bytes())
    at = info.header_offset + 30 + len(name)
    for offset in range(at + 2, at + info.compress_size):
        data[offset] ^= 0xFF
    path.write_bytes(data)
    error = fail(path)
    assert error.code == "transit.damaged"
    assert error.file == f"{path}/{name}"


@pytest.mark.parametrize("name", CORE)
def test_missing_member(tmp_path: Path, name: str) -> None:
    error = fail(write_feed(tmp_path / "feed", SMALL | {name: None}))
    assert error.code == "transit.missing_file"
    assert error.file == f"{tmp_path / 'feed'}/{name}"


def test_missing_calendars(tmp_path: Path) -> None:
    assert fail(write_feed(tmp_path / "feed", SMALL | {"calendar.txt": None})).code == "transit.no_calendar"


@pytest.mark.parametrize("name", CORE)
@pytest.mark.parametrize("data", [b"", b"  \r\n\n"])
def test_empty_member(tmp_path: Path, name: str, data: bytes) -> None:
    error = fail(write_feed(tmp_path / "feed", SMALL | {name: data}))
    assert (error.code, error.file) == ("transit.empty_file", f"{tmp_path / 'feed'}/{name}")


@pytest.mark.parametrize("name", ["agency.txt", "stops.txt", "trips.txt", "stop_times.txt"])
@pytest.mark.parametrize("end", ["", "\n", "\n\n,,,,\n"])
def test_header_alone(tmp_path: Path, name: str, end: str) -> None:
    width = SMALL[name].splitlines()[0].count(",")
    header = SMALL[name].splitlines()[0] + end.replace(",,,,", "," * width)
    assert fail(write_feed(tmp_path / "feed", SMALL | {name: header})).code == "transit.no_rows"


def test_routes_of_no_row_leave_no_trip(tmp_path: Path) -> None:
    routes = SMALL["routes.txt"].splitlines()[0]
    assert fail(write_feed(tmp_path / "feed", SMALL | {"routes.txt": routes})).code == "transit.never_runs"


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_wrong_encoding(tmp_path: Path, name: str, encoding: str) -> None:
    rows = SMALL[name].splitlines()
    text = "\n".join([rows[0] + ",note", *(row + ",é" for row in rows[1:])])
    if encoding == "latin-1":
        # The columns that are read must be faulty, not only one that nobody looks at.
        text = SMALL[name].replace("\n", "\n\u00e9", 1)
    error = fail(write_feed(tmp_path / "feed", SMALL | {name: text.encode(encoding)}))
    assert (error.code, error.file) == ("transit.encoding", f"{tmp_path / 'feed'}/{name}")


@pytest.mark.parametrize("name", TABLES)
def test_a_row_that_is_neither_text_nor_whole_is_told_once(tmp_path: Path, name: str, monkeypatch) -> None:
    seen: list[object] = []
    monkeypatch.setattr("sys.unraisablehook", seen.append)
    spoilt = SMALL[name].encode() + b"\xff,\xfe" + b",x" * 20 + b"\n"
    error = fail(write_feed(tmp_path / "feed", SMALL | {name: spoilt}))
    assert (error.code, error.file) == ("transit.encoding", f"{tmp_path / 'feed'}/{name}")
    assert seen == [], "Python would write each on stderr, with a traceback"
    assert sys.unraisablehook == seen.append


@pytest.mark.parametrize("name", TABLES)
def test_wrong_separator(tmp_path: Path, name: str) -> None:
    error = fail(write_feed(tmp_path / "feed", SMALL | {name: SMALL[name].replace(",", ";")}))
    assert (error.code, error.row) == ("transit.not_comma", 1)


@pytest.mark.parametrize("name", TABLES)
def test_foreign_columns(tmp_path: Path, name: str) -> None:
    error = fail(write_feed(tmp_path / "feed", SMALL | {name: "alpha,beta\n1,2\n"}))
    assert (error.code, error.row) == ("transit.missing_columns", 1)
    assert "found: alpha, beta" in error.text("en")


def test_nearest_column_is_named(tmp_path: Path) -> None:
    error = fail(write_feed(tmp_path / "feed", edit("stop_times.txt", "stop_sequence", "stop_seqence")))
    assert error.code == "transit.missing_columns_near"
    assert "stop_sequence (is it “stop_seqence”?)" in error.text("en")


def test_times_of_no_column(tmp_path: Path) -> None:
    times = "trip_id,stop_id,stop_sequence\nT1,A,1\nT1,B,2\n"
    error = fail(write_feed(tmp_path / "feed", SMALL | {"stop_times.txt": times}))
    assert error.code == "transit.no_connections"
    assert "stop_times.txt, row 1: " in error.text("en")
    assert "arrival_time" in error.text("en")


@pytest.mark.parametrize("name", ["trips.txt", "stop_times.txt", "calendar.txt"])
def test_row_cut_off(tmp_path: Path, name: str) -> None:
    text = SMALL[name].rstrip("\n")
    cut = text[: text.rindex(",", 0, text.rindex(",") - 12)] if name == "stop_times.txt" else text[:-13]
    error = fail(write_feed(tmp_path / "feed", SMALL | {name: cut}))
    assert (error.code, error.row) == ("transit.ragged", len(text.splitlines()))


def test_comma_without_quotes(tmp_path: Path) -> None:
    error = fail(write_feed(tmp_path / "feed", edit("stops.txt", "Beta", "Beta, north")))
    assert (error.code, error.row) == ("transit.ragged", 5)
    assert "7 values instead of 6" in error.text("en")


def test_open_quote(tmp_path: Path) -> None:
    error = fail(write_feed(tmp_path / "feed", edit("stops.txt", "Beta", '"Beta')))
    assert error.code in ("transit.ragged", "transit.not_csv")


def test_rows_that_end_early_are_read(tmp_path: Path) -> None:
    tables = edit("stops.txt", "B,Beta,48.81,2.21,,", "B,Beta,48.81,2.21") | {
        "agency.txt": SMALL["agency.txt"].replace("_timezone\n", "_timezone,agency_lang\n")
    }
    findings = Findings()
    timetable = read_timetable([write_feed(tmp_path / "feed", tables)], date=TUESDAY, findings=findings)
    assert len(timetable.departure) == 4
    assert [(finding.code, finding.row) for finding in findings] == [
        ("transit.uneven_rows", 2), ("transit.uneven_rows", 5)
    ]  # fmt: skip
    assert timetable.stops["stop_id"].tolist() == ["0:A", "0:A2", "0:B", "0:C"]


@pytest.mark.parametrize(
    ("name", "old", "new", "code", "row"),
    [
        ("agency.txt", "Europe/Paris", "Europe/Lutetia", "bad_timezone", 2),
        ("agency.txt", "Europe/Paris", "", "bad_timezone", 2),
        ("agency.txt", "Europe/Paris", "../etc", "bad_timezone", 2),
        ("agency.txt", "Paris\n", "Paris\nY,Why,http://y.example,Asia/Tokyo\n", "several_timezones", 3),
        ("stops.txt", "A2,Alpha", "A,Alpha", "duplicate_id", 4),
        ("stops.txt", "A2,Alpha", ",Alpha", "blank_id", 4),
        ("stops.txt", "48.81", "148.81", "bad_degrees", 5),
        ("stops.txt", "48.81", "48°81", "bad_degrees", 5),
        ("stops.txt", "48.81", "nan", "bad_degrees", 5),
        ("stops.txt", "2.21,", "inf,", "bad_degrees", 5),
        ("routes.txt", "R,X", ",X", "blank_id", 2),
        ("trips.txt", "T2", "T1", "duplicate_id", 3),
        ("trips.txt", "WD,T2", "WD,", "blank_id", 3),
        ("calendar.txt", "20240101", "2024-01-01", "bad_date", 2),
        ("calendar.txt", "20241231", "20241331", "bad_date", 2),
        ("calendar.txt", "WD,1", "WD,yes", "bad_choice", 2),
        ("calendar.txt", "20241231\n", "20241231\nWD,1,1,1,1,1,0,0,20240101,20241230\n", "duplicate_id", 3),
        ("stop_times.txt", "08:05:00", "08:65:00", "bad_time", 3),
        ("stop_times.txt", "08:05:00", "08:05", "bad_time", 3),
        ("stop_times.txt", "08:05:00", "-1:05:00", "bad_time", 3),
        ("stop_times.txt", "B,2", "B,two", "bad_number", 3),
        ("stop_times.txt", "B,2", "B,-2", "bad_number", 3),
        ("stop_times.txt", "B,2", "B,", "bad_number", 3),
    ],
)
def test_wrong_value(tmp_path: Path, name: str, old: str, new: str, code: str, row: int | None) -> None:
    error = fail(write_feed(tmp_path / "feed.zip", edit(name, old, new)))
    assert (error.code, error.row, error.file) == (f"transit.{code}", row, f"{tmp_path / 'feed.zip'}/{name}")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("T1,10:00:00,11:00:00,0", "bad_headway"),
        ("T1,10:00:00,11:00:00,-60", "bad_headway"),
        ("T1,10:00:00,11:00:00,", "bad_headway"),
        ("T1,10:00:00,,600", "bad_time"),
        ("T1,ten,11:00:00,600", "bad_time"),
    ],
)
def test_wrong_frequency(tmp_path: Path, row: str, code: str) -> None:
    text = f"trip_id,start_time,end_time,headway_secs\n{row}\n"
    error = fail(write_feed(tmp_path / "feed", SMALL | {"frequencies.txt": text}))
    assert (error.code, error.row) == (f"transit.{code}", 2)


def test_odd_frequencies_are_told_of(tmp_path: Path) -> None:
    header = "trip_id,start_time,end_time,headway_secs,exact_times"
    text = f"{header}\nT9,10:00:00,11:00:00,600,1\nT1,10:00:00,10:00:00,600,1\n"
    findings = Findings()
    feed = write_feed(tmp_path / "feed", SMALL | {"frequencies.txt": text})
    timetable = read_timetable([feed], date=TUESDAY, findings=findings)
    told = [(finding.level, finding.code, finding.row) for finding in findings]
    assert told == [("error", "transit.unknown_trip", 2), ("warning", "transit.empty_frequency", 3),
                    ("warning", "transit.trips_without_hops", None)]  # fmt: skip
    assert set(timetable.trips["trip_id"]) == {"0:T2"}


def test_empty_optional_file_is_as_if_missing(tmp_path: Path) -> None:
    findings = Findings()
    read_timetable([write_feed(tmp_path / "feed", SMALL | {"frequencies.txt": b""})], date=TUESDAY, findings=findings)
    assert [finding.code for finding in findings] == ["transit.empty_optional"]


def test_locked_zip(tmp_path: Path) -> None:
    path = write_feed(tmp_path / "feed.zip", SMALL)
    data = bytearray(path.read_bytes())
    # Bit 0 of the flags in every header says "encrypted".
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 4)
    path.write_bytes(data)
    assert fail(path).code == "transit.locked"


def test_first_of_two_columns_of_one_name_counts(tmp_path: Path) -> None:
    path = write_feed(tmp_path / "feed", SMALL | {"routes.txt": "route_id,route_id\nR,Q\n"})
    with open_feed(path) as feed:
        table = read_table(feed, "routes.txt", findings=Findings(), required=("route_id",))
    assert table["route_id"].tolist() == ["R"]


def test_tables_are_whole_across_blocks(tmp_path: Path) -> None:
    """Rows, blank lines, short rows and quoted line breaks keep their row numbers in a file of several blocks."""
    rows, expected = ["route_id,route_short_name,route_long_name,route_type"], []
    number = 1
    for at in range(120_000):
        number += 1
        if at % 40_000 == 17:
            rows.append("")
            continue
        if at % 40_000 == 18:
            rows.append("   ")
            continue
        short = at % 40_000 == 19
        rows.append(f"r{at}" if short else f'r{at},n,"{"x" * 150} {at}",3')
        expected.append((f"r{at}", number))
    path = write_feed(tmp_path / "feed", SMALL | {"routes.txt": "\r\n".join(rows) + "\r\n"})
    findings = Findings()
    with open_feed(path) as feed:
        table = read_table(feed, "routes.txt", findings=findings, required=("route_id",), optional=("route_long_name",))
    assert list(zip(table["route_id"], table["row"], strict=True)) == expected
    assert [(finding.code, finding.row, finding.params["count"]) for finding in findings] == [
        ("transit.uneven_rows", 21, 3)
    ]


def test_quoted_values(tmp_path: Path) -> None:
    text = 'route_id,route_long_name\n"R","a ""b"", c\nd"\n Q , e \n'
    path = write_feed(tmp_path / "feed", SMALL | {"routes.txt": text})
    with open_feed(path) as feed:
        table = read_table(feed, "routes.txt", findings=Findings(), required=("route_id", "route_long_name"))
    assert table["route_id"].tolist() == ["R", "Q"]
    assert table["route_long_name"].tolist() == ['a "b", c\nd', "e"]
    assert table["row"].dtype == np.int64


@pytest.mark.real_data
def test_invalid_sample_names_what_is_missing(shared_data: Path) -> None:
    error = fail(shared_data / "fixtures/gtfs-variants/sample-feed-invalid.zip")
    assert error.code == "transit.missing_columns_near"
    assert "stop_id" in error.text("fr")
