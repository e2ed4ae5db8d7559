"""The day's timetable: compared with a plain-Python reading, on real, odd and generated feeds."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest
from gtfs_oracle import DAYS, SMALL, TUESDAY, connections_of, list_connections, list_stays, stays_of, write_feed
from hypothesis import given
from hypothesis import strategies as st

from geo_access.core.errors import GeoAccessWarning, InputError, NoServiceError
from geo_access.core.findings import Findings
from geo_access.gtfs.timetable import Timetable, read_timetable
from geo_access.texts import LANGUAGES


def read(*paths: Path, date: dt.date = TUESDAY, findings: Findings | None = None) -> Timetable:
    return read_timetable(list(paths), date=date, findings=Findings() if findings is None else findings)


def check_findings(findings: Findings) -> None:
    """They are kept as JSON beside what is cached, and read in both languages."""
    for finding in findings:
        json.dumps(dataclasses.asdict(finding))
        for language in LANGUAGES:
            assert "{" not in finding.text(language)


def codes(findings: Findings) -> list[tuple[str, str]]:
    return [(finding.level, finding.code) for finding in findings]


def check_form(timetable: Timetable) -> None:
    """What must hold of every timetable."""
    m, n = len(timetable.departure), len(timetable.stops)
    key = list(zip(timetable.departure.tolist(), timetable.arrival.tolist(), timetable.trip.tolist(), strict=True))
    assert sorted(key) == key
    assert (timetable.arrival >= timetable.departure).all()
    assert (timetable.departure >= 0).all()
    for name in ("departure_stop", "arrival_stop", "departure", "arrival", "trip", "following", "rule_from", "rule_to"):
        assert getattr(timetable, name).dtype == np.int32, name
    goes_on = np.flatnonzero(timetable.following >= 0)
    then = timetable.following[goes_on]
    assert (then > goes_on).all()
    assert len(np.unique(then)) == len(then)
    assert (timetable.trip[then] == timetable.trip[goes_on]).all()
    assert (timetable.departure_stop[then] == timetable.arrival_stop[goes_on]).all()
    assert (timetable.departure[then] >= timetable.arrival[goes_on]).all()
    assert m - len(goes_on) == len(timetable.trips)
    used = np.unique(np.concatenate([timetable.departure_stop, timetable.arrival_stop]))
    assert used.tolist() == list(range(n))
    assert np.unique(timetable.trip).tolist() == list(range(len(timetable.trips)))
    pairs = timetable.rule_from.astype(np.int64) * max(n, 1) + timetable.rule_to
    assert (np.diff(pairs) > 0).all()
    assert timetable.trips["route"].between(0, len(timetable.routes) - 1).all()
    assert isinstance(timetable.stops.index, pd.RangeIndex)
    assert timetable.stops["stop_id"].is_unique


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("fixtures/google-sample/sample-feed-1.zip", "2007-01-10"),
        ("fixtures/google-sample/sample-feed-1", "2007-01-06"),
        ("fixtures/gtfs-pathways", "2015-01-10"),
        ("fixtures/gtfs-pathways", "2015-01-12"),
        ("fixtures/grid/A_single_route.gtfs.zip", "2020-03-02"),
        ("fixtures/gtfs-variants/routing.zip", "2018-10-02"),
        ("fixtures/gtfs-variants/routing-NA-times.zip", "2018-10-02"),
        ("fixtures/gtfs-variants/sample-feed-bom.zip", "2007-01-10"),
        ("fixtures/gtfs-variants/sample-feed-calendar_dates.zip", "2007-06-06"),
        ("cities/porto-alegre/poa_eptc.zip", "2019-05-13"),
        ("cities/porto-alegre/poa_trensurb.zip", "2019-05-13"),
        ("hauts-de-seine/gtfs/tram-2018-frequencies.zip", "2018-01-23"),
        ("hauts-de-seine/gtfs/raw-transilien-2016-12.zip", "2017-03-26"),
    ],
)
def test_real_feeds_equal_a_plain_reading(shared_data: Path, name: str, date: str) -> None:
    day = dt.date.fromisoformat(date)
    findings = Findings()
    timetable = read(shared_data / name, date=day, findings=findings)
    check_form(timetable)
    check_findings(findings)
    expected = list_connections(shared_data / name, day)
    assert expected == connections_of(timetable)
    assert expected
    stays = [tuple(ride[:2] for ride in pair) for pair in list_stays(shared_data / name, day)]
    assert sorted(stays) == stays_of(timetable)


@pytest.mark.real_data
def test_hauts_de_seine_is_one_network(shared_data: Path, tmp_path: Path) -> None:
    gtfs = shared_data / "hauts-de-seine" / "gtfs"
    paths = [gtfs / "bus-metro-rail-2018.zip", gtfs / "tram-2018-frequencies.zip"]
    findings = Findings()
    timetable = read(*paths, date=dt.date(2018, 1, 23), findings=findings)
    check_form(timetable)
    assert codes(findings) == [("info", "transit.fixed_phase")]
    assert [feed.trips for feed in timetable.feeds] == [72_066, 1_202]
    assert len(timetable.rule_from) == 52_210
    assert timetable.timezone == "Europe/Paris"
    assert set(timetable.stops["feed"]) == {0, 1}
    timetable.save(tmp_path)
    assert_same(timetable, Timetable.load(tmp_path))


@pytest.mark.real_data
def test_feed_of_ten_million_rows(shared_data: Path) -> None:
    timetable = read(shared_data / "scale" / "ratp-bus-2018.zip", date=dt.date(2018, 1, 10))
    check_form(timetable)
    (feed,) = timetable.feeds
    assert (feed.trips, feed.busiest_trips, feed.busiest_date) == (59_570, 59_898, "2017-12-22")
    assert int((timetable.trips["day"] == 0).sum()) == 59_570
    # Of them 81,489 leave on the next service day, before 30:00:00 of this one.
    assert len(timetable.departure) == 1_455_446 + 81_489


@pytest.mark.real_data
def test_flexible_feed_runs_nothing_at_fixed_times(shared_data: Path) -> None:
    findings = Findings()
    with pytest.raises(NoServiceError, match="locations_feed") as caught:
        read(shared_data / "fixtures/gtfs-variants/locations_feed.zip", date=dt.date(2023, 9, 6), findings=findings)
    assert caught.value.code == "transit.no_connections"
    assert ("warning", "transit.flexible_unused") in codes(findings)
    assert ("warning", "transit.on_demand_calls") in codes(findings)


def assert_same(one: Timetable, other: Timetable) -> None:
    for field in dataclasses.fields(Timetable):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if isinstance(a, np.ndarray):
            assert a.dtype == b.dtype, field.name
            assert np.array_equal(a, b), field.name
        elif isinstance(a, pd.DataFrame):
            pd.testing.assert_frame_equal(a, b)
        else:
            assert a == b, field.name


def test_small_feed(tmp_path: Path) -> None:
    timetable = read(write_feed(tmp_path / "feed.zip", SMALL))
    check_form(timetable)
    assert connections_of(timetable) == [
        (28800, 29100, "T1", 0, "A", "B", True, True),
        (29160, 29520, "T1", 0, "B", "C", True, True),
        (32400, 32820, "T2", 0, "C", "B", True, True),
        (32820, 33120, "T2", 0, "B", "A2", True, True),
    ]
    stops = timetable.stops.set_index("stop_id")
    assert stops.loc["0:A", "station"] == stops.loc["0:A2", "station"]
    assert stops["station"].nunique() == 3
    assert timetable.trips["wheelchair"].tolist() == [1, 2]
    assert timetable.trips["headsign"].tolist() == ["Gamma", "Alpha"]
    assert timetable.routes["agency"].tolist() == ["Express"]
    assert timetable.following.tolist() == [1, -1, 3, -1]


def test_folder_zip_and_nested_zip_are_the_same(tmp_path: Path) -> None:
    nested = {f"export/{name}": text for name, text in SMALL.items()} | {"__MACOSX/export/._stops.txt": "junk"}
    feeds = [
        write_feed(tmp_path / "folder", SMALL),
        write_feed(tmp_path / "plain.zip", SMALL),
        write_feed(tmp_path / "nested.zip", nested),
    ]
    tables = [read(feed) for feed in feeds]
    for other in tables[1:]:
        assert_same(dataclasses.replace(tables[0], feeds=()), dataclasses.replace(other, feeds=()))


def test_saved_timetable_is_the_same_bytes_twice(tmp_path: Path) -> None:
    feed = write_feed(tmp_path / "feed", SMALL)
    for name in ("one", "two"):
        read(feed).save(tmp_path / name)
    files = sorted(file.name for file in (tmp_path / "one").iterdir())
    assert files
    for name in files:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name
    assert_same(read(feed), Timetable.load(tmp_path / "one"))


def test_damaged_saved_timetable_is_refused(tmp_path: Path) -> None:
    read(write_feed(tmp_path / "feed", SMALL)).save(tmp_path / "kept")
    (tmp_path / "kept" / "arrival.npy").unlink()
    with pytest.raises(ValueError, match="not a timetable"):
        Timetable.load(tmp_path / "kept")


def test_several_feeds_keep_their_ids_apart(tmp_path: Path) -> None:
    feeds = [write_feed(tmp_path / name, SMALL) for name in ("one", "two")]
    timetable = read(*feeds)
    check_form(timetable)
    expected = [f"{feed}:{stop}" for feed in (0, 1) for stop in ("A", "A2", "B", "C")]
    assert sorted(timetable.stops["stop_id"]) == sorted(expected)
    assert timetable.stops["station"].nunique() == 6
    assert timetable.trips["route"].tolist() == [0, 0, 1, 1]
    assert timetable.routes["route_id"].tolist() == ["0:R", "1:R"]


def test_form_of_the_files_does_not_matter(tmp_path: Path) -> None:
    odd = dict(SMALL)
    odd["stops.txt"] = b"\xef\xbb\xbf" + SMALL["stops.txt"].replace("\n", "\r\n").encode()
    odd["agency.txt"] = SMALL["agency.txt"].replace(",", ", ")
    lines = SMALL["stop_times.txt"].splitlines()
    odd["stop_times.txt"] = "\n".join([lines[0], "", lines[6], lines[2], "  ", *lines[3:6], lines[1], ",,,,"]).replace(
        "08:00:00", " 8:00:00"
    )
    odd["trips.txt"] = '"route_id","service_id","trip_id","trip_headsign","wheelchair_accessible"\n' + "".join(
        f'"R","WD","{trip}","{sign}",{access}\n' for trip, sign, access in (("T1", "Gamma", 1), ("T2", "Alpha", 2))
    )
    plain, other = read(write_feed(tmp_path / "plain", SMALL)), read(write_feed(tmp_path / "odd", odd))
    assert_same(dataclasses.replace(plain, feeds=()), dataclasses.replace(other, feeds=()))


def test_rows_count_as_in_a_spreadsheet(tmp_path: Path) -> None:
    times = SMALL["stop_times.txt"] + "\n   \nT9,10:00:00,10:00:00,A,1\n"
    findings = Findings()
    read(write_feed(tmp_path / "feed", SMALL | {"stop_times.txt": times}), findings=findings)
    (finding,) = findings
    assert (finding.code, finding.row, finding.params["count"]) == ("transit.unknown_trip", 10, 1)


def calls(*rows: str) -> str:
    header = "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,drop_off_type,shape_dist_traveled"
    return "\n".join([header, *rows]) + "\n"


def test_pickup_and_drop_off(tmp_path: Path) -> None:
    times = calls("T1,8:00:00,,A,1,0,1,", "T1,,8:05:00,B,5,1,1,", "T1,8:10:00,8:10:00,C,9,2,3,")
    findings = Findings()
    timetable = read(write_feed(tmp_path / "feed", SMALL | {"stop_times.txt": times}), findings=findings)
    assert connections_of(timetable) == [
        (28800, 29100, "T1", 0, "A", "B", True, False),
        (29100, 29400, "T1", 0, "B", "C", False, True),
    ]
    assert codes(findings) == [("info", "transit.on_request"), ("warning", "transit.trips_without_hops")]


def test_blank_times_by_shape_distance(tmp_path: Path) -> None:
    times = calls("T1,8:00:00,8:00:00,A,1,,,0", "T1,,,B,2,,,1", "T1,,,A2,3,,,3", "T1,8:00:10,8:00:10,C,4,,,4")
    timetable = read(write_feed(tmp_path / "feed", SMALL | {"stop_times.txt": times}))
    # 2.5 and 7.5 seconds: halves go up.
    assert timetable.departure.tolist() == [28800, 28803, 28808]
    assert timetable.arrival.tolist() == [28803, 28808, 28810]


@pytest.mark.parametrize(
    "distances", [("0", "", "3", "4"), ("0", "5", "3", "4"), ("2", "2", "2", "2"), ("0", "x", "3", "4")]
)
def test_blank_times_by_straight_lines(tmp_path: Path, distances: tuple[str, ...]) -> None:
    # On one meridian the distances are 1, 2 and 1.
    stops = "stop_id,stop_name,stop_lat,stop_lon\nA,A,48.00,2\nB,B,48.01,2\nA2,D,48.03,2\nC,C,48.04,2\n"
    rows = [
        f"T1,{time},{time},{stop},{at},,,{distances[at]}"
        for at, (stop, time) in enumerate(zip(("A", "B", "A2", "C"), ("8:00:00", "", "", "8:04:00"), strict=True))
    ]
    feed = write_feed(tmp_path / "feed", SMALL | {"stops.txt": stops, "stop_times.txt": calls(*rows)})
    timetable = read(feed)
    assert timetable.arrival.tolist() == [28860, 28980, 29040]


def test_blank_times_of_one_place_are_evenly_spaced(tmp_path: Path) -> None:
    times = calls("T1,8:00:00,8:01:00,A,1,,,", "T1,,,A,2,,,", "T1,,,A,3,,,", "T1,8:04:00,8:05:00,A,4,,,")
    timetable = read(write_feed(tmp_path / "feed", SMALL | {"stop_times.txt": times}))
    assert timetable.departure.tolist() == [28860, 28920, 28980]
    assert timetable.arrival.tolist() == [28920, 28980, 29040]


def test_trips_that_cannot_be_ridden_are_told_of(tmp_path: Path) -> None:
    times = calls(
        "T1,8:00:00,8:00:00,A,1,,,", "T1,7:59:00,7:59:00,B,2,,,", "T1,8:10:00,8:10:00,C,3,,,",
        "T2,,,A,1,,,", "T2,8:10:00,8:10:00,C,2,,,",
        "T3,8:10:00,8:09:00,A,1,,,", "T3,8:12:00,8:12:00,C,2,,,",
        "T4,8:10:00,8:10:00,A,1,,,", "T4,8:12:00,8:12:00,C,2,,,", "T4,8:12:00,8:12:00,NOWHERE,3,,,",
        "T5,8:10:00,8:10:00,A,1,,,",
    )  # fmt: skip
    trips = "route_id,service_id,trip_id\n" + "".join(f"R,WD,T{n}\n" for n in range(1, 6)) + "Q,WD,T6\nR,ZZ,T7\n"
    findings = Findings()
    feed = write_feed(tmp_path / "feed", SMALL | {"stop_times.txt": times, "trips.txt": trips})
    timetable = read(feed, findings=findings)
    assert connections_of(timetable) == [(29400, 29520, "T4", 0, "A", "C", True, True)]
    told = {
        finding.code.split(".")[1]: (finding.level, finding.row, finding.params.get("examples")) for finding in findings
    }
    assert told == {
        "unknown_route": ("error", 7, "Q"),
        "unknown_service": ("error", 8, "ZZ"),
        "unknown_stop": ("error", 11, "NOWHERE"),
        "unended_trip": ("error", 5, "T2"),
        "backward_trip": ("error", 3, "T1, T3"),
        "trips_without_hops": ("warning", None, "T1, T2, T3"),
    }
    check_findings(findings)


def test_loops_and_overtaking(tmp_path: Path) -> None:
    times = calls(
        "T1,8:00:00,8:00:00,A,1,,,", "T1,8:05:00,8:05:00,B,2,,,",
        "T1,8:09:00,8:09:00,A,3,,,", "T1,8:10:00,8:10:00,A,4,,,",
        "T2,8:01:00,8:01:00,A,1,,,", "T2,8:03:00,8:03:00,B,2,,,",
    )  # fmt: skip
    feed = write_feed(tmp_path / "feed", SMALL | {"stop_times.txt": times})
    timetable = read(feed)
    check_form(timetable)
    assert connections_of(timetable) == list_connections(feed, TUESDAY)
    assert timetable.following.tolist() == [2, -1, 3, -1]


FREQUENT = """trip_id,start_time,end_time,headway_secs,exact_times
T1,10:00:00,10:30:00,600,1
T1,10:30:00,11:00:01,900,1
"""


def test_frequencies(tmp_path: Path) -> None:
    feed = write_feed(tmp_path / "feed", SMALL | {"frequencies.txt": FREQUENT})
    timetable = read(feed)
    check_form(timetable)
    assert connections_of(timetable) == list_connections(feed, TUESDAY)
    first = timetable.departure[timetable.stops["stop_id"].to_numpy()[timetable.departure_stop] == "0:A"]
    # 10:00, 10:10, 10:20 (10:30 is not before the end), 10:30, 10:45, 11:00; the trip's own 8:00 does not run.
    assert first.tolist() == [36000, 36600, 37200, 37800, 38700, 39600]
    assert "0:T1@36000" in set(timetable.trips["trip_id"])
    assert timetable.feeds[0].trips == 7


@pytest.mark.parametrize(("date", "hours"), [("2024-04-23", 24), ("2024-03-31", 23), ("2024-10-27", 25)])
def test_last_night_runs_into_the_day(tmp_path: Path, date: str, hours: int) -> None:
    """The clock's change falls on the night that ends at noon of the studied day."""
    times = calls(
        "T1,23:50:00,23:50:00,A,1,,,", "T1,24:10:00,24:12:00,B,2,,,", "T1,24:30:00,24:30:00,C,3,,,",
        "T2,25:30:00,25:30:00,C,1,,,", "T2,25:40:00,25:40:00,A,2,,,",
    )  # fmt: skip
    daily = SMALL["calendar.txt"].replace("0,0,", "1,1,")
    feed = write_feed(tmp_path / "feed", SMALL | {"stop_times.txt": times, "calendar.txt": daily})
    day = dt.date.fromisoformat(date)
    timetable = read(feed, date=day)
    check_form(timetable)
    assert connections_of(timetable) == list_connections(feed, day)
    night = timetable.trips["day"].to_numpy()[timetable.trip] == -1
    length = hours * 3600
    expected = [leaves - length for leaves in (85_800, 87_120, 91_800) if leaves >= length]
    assert timetable.departure[night].tolist() == expected


def test_trips_of_one_second_before_the_day_are_left_out(tmp_path: Path) -> None:
    times = calls("T1,23:59:59,23:59:59,A,1,,,", "T1,24:00:00,24:00:00,B,2,,,", "T1,24:05:00,24:05:00,C,3,,,")
    timetable = read(write_feed(tmp_path / "feed", SMALL | {"stop_times.txt": times}))
    night = timetable.trips["day"].to_numpy()[timetable.trip] == -1
    assert timetable.departure[night].tolist() == [0]


def test_positions_come_from_the_station(tmp_path: Path) -> None:
    stops = (
        "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station,wheelchair_boarding\n"
        "S,Station,48.80,2.20,1,,1\nA,Alpha,,,0,S,\nB,Beta,,,,,2\nC,Gamma,0,0,,,\n"
        "A2,Alpha 2,48.9,2.3,,S,2\nE,Door,48,2,2,S,\n"
    )
    findings = Findings()
    timetable = read(write_feed(tmp_path / "feed", SMALL | {"stops.txt": stops}), findings=findings)
    table = timetable.stops.set_index("stop_id")
    assert table.loc["0:A", ["lon", "lat"]].tolist() == [2.20, 48.80]
    assert table.loc["0:A2", ["lon", "lat"]].tolist() == [2.3, 48.9]
    assert table.loc[["0:B", "0:C"], ["lon", "lat"]].isna().all(axis=None)
    assert table["wheelchair"].to_dict() == {"0:A": 1, "0:B": 2, "0:C": 0, "0:A2": 2}
    assert len(timetable.departure) == 4
    assert codes(findings) == [("info", "transit.unused_locations"), ("error", "transit.stops_without_position")]


def test_clocks_of_feeds_must_agree(tmp_path: Path) -> None:
    def zoned(name: str, zone: str) -> Path:
        return write_feed(tmp_path / name, SMALL | {"agency.txt": SMALL["agency.txt"].replace("Europe/Paris", zone)})

    paris, cet, lisbon = zoned("paris", "Europe/Paris"), zoned("cet", "CET"), zoned("lisbon", "Europe/Lisbon")
    assert read(paris, cet).timezone == "Europe/Paris"
    with pytest.raises(InputError, match="Europe/Lisbon") as caught:
        read(paris, lisbon)
    assert caught.value.file == str(lisbon)


def test_date_without_service_names_the_nearest(tmp_path: Path) -> None:
    feed = write_feed(tmp_path / "feed", SMALL)
    with pytest.raises(NoServiceError) as caught:
        read(feed, date=dt.date(2024, 4, 21))
    said = caught.value.text("en")
    assert "2024-04-17, 2024-04-18, 2024-04-19, 2024-04-22, 2024-04-23, 2024-04-24" in said
    assert "2024-01-01 – 2024-12-31" in said
    with pytest.raises(NoServiceError, match="2024-12-31"):
        read(feed, date=dt.date(2030, 1, 1))


def test_silent_and_thin_feeds_are_told_of(tmp_path: Path) -> None:
    other = SMALL | {"calendar.txt": SMALL["calendar.txt"].replace("20240101", "20240601")}
    never = SMALL | {"calendar.txt": None, "calendar_dates.txt": "service_id,date,exception_type\nWD,20240423,2\n"}
    trips = SMALL["trips.txt"] + "".join(f"R,BIG,X{n},,\n" for n in range(3))
    thin = SMALL | {"trips.txt": trips, "calendar_dates.txt": "service_id,date,exception_type\nBIG,20240102,1\n"}
    findings = Findings()
    feeds = [write_feed(tmp_path / name, feed) for name, feed in (("thin", thin), ("other", other), ("never", never))]
    timetable = read(*feeds, findings=findings)
    assert set(timetable.stops["feed"]) == {0}
    check_findings(findings)
    names = ("thin_service", "feed_silent", "feed_never_runs")
    assert codes(findings) == [("warning" if name == "thin_service" else "error", f"transit.{name}") for name in names]
    told = {finding.code: finding.params for finding in findings}
    assert (told["transit.thin_service"]["trips"], told["transit.thin_service"]["busiest_trips"]) == (2, 5)
    assert told["transit.feed_silent"]["nearest"] == "2024-06-03, 2024-06-04, 2024-06-05"


@pytest.mark.parametrize(("more", "thin"), [(1, False), (2, False), (3, True)])
def test_a_day_is_thin_with_fewer_than_half_of_the_busiest_days_trips(tmp_path: Path, more: int, thin: bool) -> None:
    trips = SMALL["trips.txt"] + "".join(f"R,BIG,X{n},,\n" for n in range(more))
    feed = SMALL | {"trips.txt": trips, "calendar_dates.txt": "service_id,date,exception_type\nBIG,20240102,1\n"}
    findings = Findings()
    read(write_feed(tmp_path / "feed", feed), findings=findings)  # two trips of 2 + more
    assert thin == (("warning", "transit.thin_service") in codes(findings))


def test_findings_nobody_collects_become_warnings(tmp_path: Path) -> None:
    feed = write_feed(tmp_path / "feed", SMALL | {"trips.txt": SMALL["trips.txt"] + "R,ZZ,T3,,\n"})
    with pytest.warns(GeoAccessWarning, match="ZZ"):
        read_timetable([feed], date=TUESDAY)


def test_progress_is_told(tmp_path: Path) -> None:
    told = []
    read_timetable([write_feed(tmp_path / "feed", SMALL)], date=TUESDAY, progress=lambda *step: told.append(step))
    assert told
    assert all(stage == "timetable" and 0 <= done <= total for stage, done, total in told)


@st.composite
def draw_feed(draw) -> dict[str, str]:
    """A feed full of ties, blanks, nights, loops and periods, its rows in any order."""
    stops = [f"s{n}" for n in range(draw(st.integers(2, 5)))]
    places = st.integers(0, 6)
    tables = dict(SMALL)
    tables["stops.txt"] = "stop_id,stop_name,stop_lat,stop_lon\n" + "".join(
        f"{stop},{stop},{48 + draw(places) / 100},{2 + draw(places) / 100}\n" for stop in stops
    )
    services = ("WD", "SA", "XX")
    flags = st.lists(st.sampled_from("01"), min_size=7, max_size=7).map(",".join)
    tables["calendar.txt"] = f"service_id,{','.join(DAYS)},start_date,end_date\n" + "".join(
        f"{service},{draw(flags)},202404{draw(st.integers(18, 23))},202404{draw(st.integers(23, 28))}\n"
        for service in services[:2]
    )
    exceptions = st.tuples(st.sampled_from(services), st.integers(21, 24))
    tables["calendar_dates.txt"] = "service_id,date,exception_type\n" + "".join(
        f"{service},202404{day},{draw(st.sampled_from('12'))}\n"
        for service, day in draw(st.lists(exceptions, max_size=4, unique=True))
    )
    trips, rows, periods = [], [], []
    ended, place = 0, stops[0]
    for number in range(draw(st.integers(1, 4))):
        trips.append(f"R,{draw(st.sampled_from(services))},t{number},{draw(st.sampled_from(('', 'K', 'K', 'L')))}\n")
        # The last ones leave at 05:59, at 06:00 and two days later.
        second = draw(st.sampled_from((0, 600, 28_800, 28_801, 86_000, 86_400, 90_000, 21_540, 21_600, 172_800)))
        # A vehicle may go on from where the last trip ended, at once or after a while.
        if number and draw(st.booleans()):
            second = max(ended + draw(st.sampled_from((0, 0, 30, 600, -30))), 0)
        distance: Fraction = Fraction(0)
        length = draw(st.integers(1, 6))
        shaped = draw(st.booleans())
        for at in range(length):
            blank = 0 < at < length - 1 and draw(st.booleans())
            leave = second + draw(st.sampled_from((0, 0, 30)))
            a, b = (f"{t // 3600:02d}:{t // 60 % 60:02d}:{t % 60:02d}" for t in (second, leave))
            if not blank and draw(st.sampled_from((False, False, True))):
                a, b = draw(st.sampled_from(((a, ""), ("", b))))
            types = draw(st.sampled_from((",", ",", "1,", ",1", "0,0")))
            dist = str(distance) if shaped else ""
            place = draw(st.sampled_from(stops)) if at or not number or draw(st.booleans()) else place
            window = "09:00:00" if draw(st.sampled_from((False,) * 9 + (True,))) else ""
            row = f"t{number},{'' if blank else a},{'' if blank else b},{place},{at * 10}"
            rows.append(f"{row},{types},{dist},{window}\n")
            second = leave + draw(st.sampled_from((0, 1, 60, 61, 90, 400, 1500)))
            distance += draw(st.integers(0, 5))
        if draw(st.sampled_from((False, False, True))):
            headway = draw(st.sampled_from((1200, 1801, 7200)))
            start = draw(st.sampled_from(("06:00:00", "23:30:00", "6:30:00")))
            periods.append(f"t{number},{start},25:10:00,{headway}\n")
        ended = leave
    tables["trips.txt"] = "route_id,service_id,trip_id,block_id\n" + "".join(draw(st.permutations(trips)))
    header = f"{calls().strip()},start_pickup_drop_off_window\n"
    tables["stop_times.txt"] = header + "".join(draw(st.permutations(rows)))
    linked = draw(st.lists(st.tuples(*[st.integers(0, len(trips) - 1)] * 2, st.sampled_from("4445")), max_size=4))
    tables["transfers.txt"] = "from_stop_id,to_stop_id,transfer_type,from_trip_id,to_trip_id\n" + "".join(
        f",,{kind},t{a},t{b}\n" for a, b, kind in linked
    )
    if periods:
        tables["frequencies.txt"] = "trip_id,start_time,end_time,headway_secs\n" + "".join(periods)
    return tables


@given(draw_feed())
def test_generated_feeds_equal_a_plain_reading(tables: dict[str, str]) -> None:
    with TemporaryDirectory() as folder:
        feed = write_feed(Path(folder) / "feed", tables)
        expected = list_connections(feed, TUESDAY)
        try:
            timetable = read(feed)
        except NoServiceError:
            assert not [hop for hop in expected if hop[3] == 0]
            return
        check_form(timetable)
        assert expected == connections_of(timetable)
        stays = [tuple(ride[:2] for ride in pair) for pair in list_stays(feed, TUESDAY)]
        assert sorted(stays) == stays_of(timetable)
