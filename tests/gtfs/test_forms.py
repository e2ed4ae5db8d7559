"""Forms in which feeds come: rows given twice, codes written in several ways, names in capitals, commas at the end.

Whatever a file says counts, or is told with its row.
"""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import numpy as np
import pytest
from gtfs_oracle import SMALL, TUESDAY, write_feed
from hypothesis import given
from hypothesis import strategies as st

from geo_access.core.errors import InputError
from geo_access.core.findings import Findings
from geo_access.gtfs.codes import BLANK, CODES, UNKNOWN, parse_whole
from geo_access.gtfs.timetable import read_timetable
from geo_access.quality.feeds import inspect_feed
from geo_access.quality.locations import Locations

if TYPE_CHECKING:
    from pathlib import Path

    from geo_access.gtfs.timetable import Timetable

FULL = SMALL | {
    "calendar_dates.txt": "service_id,date,exception_type\nWD,20240501,2\n",
    "frequencies.txt": "trip_id,start_time,end_time,headway_secs,exact_times\nT2,09:00:00,10:00:00,600,1\n",
    "transfers.txt": "from_stop_id,to_stop_id,transfer_type,min_transfer_time\nA,B,2,120\n",
    "pathways.txt": "pathway_id,from_stop_id,to_stop_id,pathway_mode,is_bidirectional,traversal_time\n"
    "p,E,A,1,1,30\nq,E,A2,1,1,40\nr,A,A2,1,1,50\n",
    "stops.txt": SMALL["stops.txt"] + "E,Entrance,48.80,2.20,2,S\n",
    "feed_info.txt": "feed_publisher_name,feed_publisher_url,feed_lang,feed_version\nX,http://x.example,fr,1\n",
}  # fmt: skip


def read(path: Path, tables: dict) -> tuple[Timetable, dict[str, tuple]]:
    """Read a feed; the timetable, and level, row and parameters of each finding by its code."""
    findings = Findings()
    timetable = read_timetable([write_feed(path, tables)], date=TUESDAY, findings=findings)
    for finding in findings:
        for language in ("fr", "en"):
            assert "{" not in finding.text(language)
    return timetable, {finding.code: (finding.level, finding.row, finding.params) for finding in findings}


def rides(timetable: Timetable) -> set[tuple]:
    ids = timetable.stops["stop_id"].to_numpy(object)
    trips = timetable.trips["trip_id"].to_numpy(object)
    return set(
        zip(
            trips[timetable.trip], ids[timetable.departure_stop], ids[timetable.arrival_stop],
            timetable.departure.tolist(), timetable.arrival.tolist(), timetable.boardable.tolist(),
            timetable.alightable.tolist(), strict=True,
        )
    )  # fmt: skip


def same(one: Timetable, other: Timetable) -> bool:
    tables = all(getattr(one, name).equals(getattr(other, name)) for name in ("stops", "trips", "routes"))
    rules = all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ("rule_from", "rule_kind"))
    ways = one.station_ways.equals(other.station_ways) and one.station_nodes.equals(other.station_nodes)
    return tables and rules and ways and rides(one) == rides(other) and len(one.trip) == len(other.trip)


# Rows given twice


@pytest.mark.parametrize("name", FULL)
def test_a_row_given_twice_word_for_word_is_one_and_told(tmp_path: Path, name: str) -> None:
    rows = FULL[name].splitlines()
    whole, _ = read(tmp_path / "whole", FULL)
    doubled, told = read(tmp_path / "doubled", FULL | {name: "\n".join([*rows, rows[1], rows[1]]) + "\n"})
    assert same(whole, doubled)
    level, row, params = told["transit.doubled_rows"]
    assert (level, row, params["count"]) == ("info", len(rows) + 1, 2)
    assert params["examples"] == f"{len(rows) + 1} = 2, {len(rows) + 2} = 2"


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("stops.txt", "B,Beta,48.81", "B,Beta,48.82"),
        ("routes.txt", "R,X,1,One,3", "R,X,1,One,1"),
        ("trips.txt", "R,WD,T1,Gamma", "R,WD,T1,Delta"),
        ("calendar.txt", "WD,1,1", "WD,1,0"),
    ],
)
def test_rows_of_one_id_that_differ_are_refused_with_both_rows(tmp_path: Path, name: str, old: str, new: str) -> None:
    rows = FULL[name].splitlines()
    at = next(place for place, row in enumerate(rows) if row.startswith(old))
    differing = [*rows, rows[at], rows[at].replace(old, new)]
    with pytest.raises(InputError) as caught:
        read(tmp_path / "feed", FULL | {name: "\n".join(differing) + "\n"})
    assert (caught.value.code, caught.value.row) == ("transit.duplicate_id", len(rows) + 2)
    assert caught.value.params["first"] == at + 1


def test_rows_that_differ_in_a_column_nobody_reads_are_not_the_same(tmp_path: Path) -> None:
    trips = "route_id,service_id,trip_id,note\nR,WD,T1,a\nR,WD,T2,\nR,WD,T1,b\n"
    with pytest.raises(InputError) as caught:
        read(tmp_path / "feed", SMALL | {"trips.txt": trips})
    assert (caught.value.code, caught.value.row, caught.value.params["first"]) == ("transit.duplicate_id", 4, 2)


def test_a_call_given_twice_with_a_dwell_is_one(tmp_path: Path) -> None:
    calls = SMALL["stop_times.txt"]
    whole, _ = read(tmp_path / "whole", SMALL)
    doubled, told = read(tmp_path / "doubled", SMALL | {"stop_times.txt": calls + "T1,08:05:00,08:06:00,B,2\n"})
    assert same(whole, doubled)
    assert told["transit.doubled_rows"][2]["examples"] == "8 = 3"
    assert "transit.repeated_sequence" not in told
    assert "transit.backward_trip" not in told


def test_calls_of_one_rank_that_differ_stay_two(tmp_path: Path) -> None:
    calls = SMALL["stop_times.txt"] + "T1,08:05:00,08:06:00,B,2\nT1,08:06:30,08:07:00,A2,2\n"
    timetable, told = read(tmp_path / "feed", SMALL | {"stop_times.txt": calls})
    assert ("0:T1", "0:B", "0:A2", 8 * 3600 + 360, 8 * 3600 + 390, True, True) in rides(timetable)
    assert told["transit.repeated_sequence"][2]["count"] == told["transit.doubled_rows"][2]["count"] == 1


# Codes


@given(st.integers(0, 10**12), st.sampled_from(("{}", "{}.0", "{}.", "0{}", "+{}", " {} ", "+00{}.00")))
def test_a_whole_number_is_read_however_it_is_written(number: int, form: str) -> None:
    assert parse_whole(form.format(number)) == number


@pytest.mark.parametrize("text", ["", "-1", "1.5", "one", "1,0", "1e3", "١", "0x1", "1" * 19, "1 0"])
def test_what_is_no_whole_number_is_none(text: str) -> None:
    assert parse_whole(text) is None


@pytest.mark.parametrize("column", CODES)
def test_every_code_knows_its_numbers_blanks_and_strangers(column: str) -> None:
    code = CODES[column]
    for number in (number for part in code.known for number in part):
        assert {code.parse(form.format(number)) for form in ("{}", "{}.0", " {}", "0{}", "+{}")} == {number}
    assert {code.parse(text) for text in ("", "  ")} == {BLANK}
    assert {code.parse(text) for text in ("-1", "yes", "9999", "0.5")} == {UNKNOWN}


CODED = {
    "stops.txt": ("wheelchair_boarding", "location_type"),
    "trips.txt": ("wheelchair_accessible",),
    "stop_times.txt": ("pickup_type", "drop_off_type"),
    "routes.txt": ("route_type",),
    "frequencies.txt": ("exact_times",),
}
COLUMNS = [(name, column) for name, columns in CODED.items() for column in columns]


def put(name: str, column: str, values: list[str]) -> dict:
    """Return the full feed with other values in a column, row by row, the others blank."""
    header, *rows = [line.split(",") for line in FULL[name].splitlines()]
    if column not in header:
        header.append(column)
        rows = [[*row, ""] for row in rows]
    at = header.index(column)
    for row, value in zip(rows, values, strict=False):
        row[at] = value
    return FULL | {name: "\n".join(",".join(row) for row in [header, *rows]) + "\n"}


@pytest.mark.parametrize(("name", "column"), COLUMNS)
@pytest.mark.parametrize("form", ["1.0", " 1", "01", "+1"])
def test_a_code_means_the_same_however_it_is_written(tmp_path: Path, name: str, column: str, form: str) -> None:
    plain, _ = read(tmp_path / "plain", put(name, column, ["1"]))
    written, told = read(tmp_path / "written", put(name, column, [form]))
    assert same(plain, written)
    assert "transit.unknown_code" not in told


@pytest.mark.parametrize(("name", "column"), COLUMNS)
@pytest.mark.parametrize("form", ["9999", "yes", "-1"])
def test_an_unknown_code_is_told_with_its_row(tmp_path: Path, name: str, column: str, form: str) -> None:
    blank, _ = read(tmp_path / "blank", put(name, column, ["", ""]))
    unknown, told = read(tmp_path / "unknown", put(name, column, ["", form] if name != "frequencies.txt" else [form]))
    code = "transit.unknown_route_type" if column == "route_type" else "transit.unknown_code"
    if name == "routes.txt":
        unknown, told = read(tmp_path / "routes", put(name, column, [form]))
    else:
        assert same(blank, unknown)
    level, row, params = told[code]
    assert (level, row) == ("warning", 2 if name in ("routes.txt", "frequencies.txt") else 3)
    assert (params["column"], params["count"], params["examples"]) == (column, 1, f"“{form}”")


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("calendar.txt", "WD,1,1,1,1,1,0,0", "WD,1.0,01,+1,1, 1,0.0,00"),
        ("calendar_dates.txt", ",2\n", ",2.0\n"),
        ("transfers.txt", "A,B,2,120", "A,B,2.0,120.0"),
        ("pathways.txt", "E,A,1,1,30", "E,A,1.0,01,30"),
        ("frequencies.txt", ",600,1", ",600.0,1.0"),
        ("stop_times.txt", "A,1\nT1,08:05:00,08:06:00,B,2\n", "A,1.0\nT1,08:05:00,08:06:00,B,+2\n"),
    ],
)
def test_codes_and_counts_of_the_other_tables_too(tmp_path: Path, name: str, old: str, new: str) -> None:
    whole, before = read(tmp_path / "whole", FULL)
    assert old in FULL[name]
    written, told = read(tmp_path / "written", FULL | {name: FULL[name].replace(old, new, 1)})
    assert same(whole, written)
    assert told.keys() == before.keys()


@pytest.mark.parametrize("value", ["", "2", "yes", "-1"])
@pytest.mark.parametrize("name", ["calendar.txt", "calendar_dates.txt"])
def test_a_day_that_may_or_may_not_run_is_refused(tmp_path: Path, name: str, value: str) -> None:
    old, new = ("WD,1,", f"WD,{value},") if name == "calendar.txt" else (",2\n", f",{value.replace('2', '3')}\n")
    with pytest.raises(InputError) as caught:
        read(tmp_path / "feed", FULL | {name: FULL[name].replace(old, new)})
    assert (caught.value.code, caught.value.row) == ("transit.bad_choice", 2)


def test_an_unknown_agency_is_told(tmp_path: Path) -> None:
    _, told = read(tmp_path / "feed", SMALL | {"routes.txt": SMALL["routes.txt"].replace("R,X", "R,Z")})
    assert told["transit.unknown_agency"][:2] == ("warning", 2)
    assert told["transit.unknown_agency"][2]["examples"] == "Z"


def test_an_unknown_timepoint_is_told_by_the_inspection(tmp_path: Path) -> None:
    path = write_feed(tmp_path / "feed", put("stop_times.txt", "timepoint", ["1.0", "maybe"]))
    findings = Findings()
    inspect_feed(path, name="feed", date=TUESDAY, crs="EPSG:2154", findings=findings, locations=Locations())
    (told,) = [finding for finding in findings if finding.code == "transit.unknown_code"]
    assert (told.row, told.params["column"]) == (3, "timepoint")


# Optional files with some of their columns


@pytest.mark.parametrize(
    "text",
    [
        "transfer_type,from_trip_id,to_trip_id\n5,T1,T2\n",
        "from_route_id,to_route_id,transfer_type\nR,R,1\n",
        "from_trip_id,to_trip_id\nT1,T2\n",
    ],
)
def test_transfers_of_trips_or_routes_alone_need_no_stops(tmp_path: Path, text: str) -> None:
    whole, _ = read(tmp_path / "whole", SMALL)
    names, *rows = [line.split(",") for line in text.splitlines()]
    blank = ["from_stop_id,to_stop_id," + ",".join(names), *(",," + ",".join(row) for row in rows)]
    with_columns, expected = read(tmp_path / "blank", SMALL | {"transfers.txt": "\n".join(blank) + "\n"})
    timetable, told = read(tmp_path / "feed", SMALL | {"transfers.txt": text})
    assert same(with_columns, timetable)
    assert rides(whole) == rides(timetable)
    assert expected.keys() == told.keys()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pathways.txt", "pathway_id,pathway_mode\np,1\n"),
        ("feed_info.txt", "feed_lang\nfr\n"),
        ("attributions.txt", "organization_name\nX\n"),
        ("calendar_dates.txt", "service_id,date,exception_type\n"),
        ("transfers.txt", ""),
    ],
)
def test_optional_files_need_not_have_every_column(tmp_path: Path, name: str, text: str) -> None:
    timetable, _ = read(tmp_path / "feed", SMALL | {name: text})
    assert len(timetable.trip) == 4


@pytest.mark.parametrize("name", ["transfers.txt", "pathways.txt", "frequencies.txt", "feed_info.txt", "stops.txt"])
@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_another_separator_is_named(tmp_path: Path, name: str, mark: str) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path / "feed", FULL | {name: FULL[name].replace(",", mark)})
    assert (caught.value.code, caught.value.row) == ("transit.not_comma", 1)


# Files as programs write them


@pytest.mark.parametrize(
    "name_of",
    [
        str.upper,
        str.title,
        lambda name: f"gtfs\\{name}",
        lambda name: f"feed/GTFS/{name}",
        lambda name: f"a\\b\\{name}",
    ],
    ids=["capitals", "title", "backslash", "folder", "two backslashes"],
)
def test_members_are_found_however_they_are_named(tmp_path: Path, name_of) -> None:
    whole, _ = read(tmp_path / "whole.zip", SMALL)
    named, told = read(tmp_path / "feed.zip", {name_of(name): text for name, text in SMALL.items()})
    assert same(whole, named)
    assert told == {}


def test_a_folder_of_files_in_capitals_is_a_feed(tmp_path: Path) -> None:
    timetable, _ = read(tmp_path / "feed", {name.upper(): text for name, text in SMALL.items()})
    assert len(timetable.trip) == 4


def test_a_backslash_does_not_lead_out_of_the_archive(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "feed.zip", "w") as archive:
        for name, text in SMALL.items():
            archive.writestr(f"..\\{name}", text)
    with pytest.raises(InputError) as caught:
        read_timetable([tmp_path / "feed.zip"], date=TUESDAY, findings=Findings())
    assert caught.value.code == "fetch.zip_escapes"


FORMS = {
    "bom": lambda text: "\ufeff" + text,
    "crlf": lambda text: text.replace("\n", "\r\n"),
    "cr": lambda text: text.replace("\n", "\r"),
    "blank lines": lambda text: "\n\n" + text.replace("\n", "\n\n"),
    "blank end": lambda text: text + "\n \n",
    "commas at every end": lambda text: text.replace("\n", ",\n"),
    "commas at every row's end": lambda text: text.replace("\n", ",,\n").replace(",,\n", "\n", 1),
    "names in capitals": lambda text: text.split("\n", 1)[0].upper() + "\n" + text.split("\n", 1)[1],
    "spaces": lambda text: text.replace(",", " , "),
    "quotes": lambda text: "\n".join(
        ",".join(f'"{value}"' for value in line.split(",")) for line in text.splitlines()
    ),
    "a quoted line break": lambda text: text.replace("Beta", '"Be\nta"').replace("Gamma", '"Gam\nma"'),
    "no end of line": lambda text: text.rstrip("\n"),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_a_form_changes_nothing(tmp_path: Path, form: str) -> None:
    whole, _ = read(tmp_path / "whole", SMALL)
    written, told = read(tmp_path / "written", {name: FORMS[form](text) for name, text in SMALL.items()})
    assert rides(whole) == rides(written)
    assert told == {}


def test_a_blank_zone_of_a_second_agency_is_that_of_the_first(tmp_path: Path) -> None:
    agencies = SMALL["agency.txt"] + "Y,Why,http://y.example,\n"
    timetable, told = read(tmp_path / "feed", SMALL | {"agency.txt": agencies})
    assert timetable.timezone == "Europe/Paris"
    assert told["transit.blank_timezone"][:2] == ("warning", 3)
    first = SMALL["agency.txt"].replace("Europe/Paris", "") + "Y,Why,http://y.example,Europe/Paris\n"
    timetable, told = read(tmp_path / "first", SMALL | {"agency.txt": first})
    assert (timetable.timezone, told["transit.blank_timezone"][1]) == ("Europe/Paris", 2)


@pytest.mark.parametrize("rank", ["4000000000", "999999999999999999"])
def test_a_stop_sequence_may_be_large(tmp_path: Path, rank: str) -> None:
    whole, _ = read(tmp_path / "whole", SMALL)
    calls = SMALL["stop_times.txt"].replace("C,3\n", f"C,{rank}\n").replace("A2,3\n", f"A2,{rank}\n")
    large, told = read(tmp_path / "large", SMALL | {"stop_times.txt": calls})
    assert same(whole, large)
    assert told == {}


@pytest.mark.parametrize("name", SMALL)
@pytest.mark.parametrize("rows_before", [0, 70_000])
def test_a_nul_is_named_with_its_row(tmp_path: Path, name: str, rows_before: int) -> None:
    lines = SMALL[name].splitlines()
    width = lines[1].count(",")
    spoilt = "\n".join([lines[0], *lines[1:], *([""] * rows_before), ",".join(["x\0"] * (width + 1))]) + "\n"
    with pytest.raises(InputError) as caught:
        read(tmp_path / "feed", SMALL | {name: spoilt})
    assert (caught.value.code, caught.value.row) == ("limits.nul", len(lines) + rows_before + 1)


def test_reading_tells_of_calls_at_stations_and_of_periods_that_overlap(tmp_path: Path) -> None:
    calls = SMALL["stop_times.txt"].replace(",A2,3", ",S,3")
    _, told = read(tmp_path / "station", SMALL | {"stop_times.txt": calls})
    assert told["transit.calls_at_no_stop"] == ("warning", 7, {"count": 1, "examples": "S"})
    periods = FULL["frequencies.txt"] + "T2,09:50:00,11:00:00,600,1\nT1,09:50:00,11:00:00,600,1\n"
    _, told = read(tmp_path / "periods", FULL | {"frequencies.txt": periods})
    assert told["transit.frequencies_overlap"] == ("warning", 3, {"count": 1, "examples": "T2"})
