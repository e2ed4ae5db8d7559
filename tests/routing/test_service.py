"""What a timetable means, by hand: a line S0 to S3, 1,000 m from stop to stop; T1 leaves at 09:05 and arrives at 09:14.

Straight lines without detour, 60 s at every boarding; somebody leaves S0 for S3.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
from gtfs_oracle import DAYS, write_feed
from shapely import Point
from small_study import CRS, TO_DEGREES, X0, Y0

from geo_access.core.cache import Cache, hash_file
from geo_access.core.errors import InputError, NoServiceError
from geo_access.core.findings import Findings
from geo_access.gtfs.timetable import Timetable, read_timetable
from geo_access.routing.scan import NEVER
from geo_access.routing.travel_times import TravelTimes
from geo_access.routing.vehicles import lay_out
from geo_access.study.inputs.inputs import Inputs
from geo_access.study.settings import read_settings
from geo_access.study.study import Study

if TYPE_CHECKING:
    from pathlib import Path

DATE = dt.date(2024, 4, 23)
CALLS = "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,drop_off_type"
TRIPS = "route_id,service_id,trip_id,block_id,wheelchair_accessible"


def stop(name: str, x: float, more: str = ",,") -> str:
    lon, lat = TO_DEGREES.transform(X0 + x, Y0)
    return f"{name},{lat},{lon},{more}\n"


STOPS = "stop_id,stop_lat,stop_lon,location_type,parent_station,stop_access\n"
G = {
    "agency.txt": "agency_name,agency_url,agency_timezone\nX,http://x.example,Europe/Paris\n",
    "stops.txt": STOPS + "".join(stop(f"S{k}", 1000 * k) for k in range(4)),
    "routes.txt": "route_id,route_short_name,route_type\nR,1,3\nQ,2,3\n",
    "calendar.txt": f"service_id,{','.join(DAYS)},start_date,end_date\nD,1,1,1,1,1,1,1,20240101,20241231\n",
    "calendar_dates.txt": "service_id,date,exception_type\nE,20240421,1\nN,20240424,1\nT,20240423,1\n",
}


def feed(trips: str, calls: str, *, header: str = CALLS, **more: str) -> dict[str, str]:
    """G with trips ("R,D,T1") and calls ("T1 09:05 S0"), one a line; hours and minutes are enough."""
    rows = []
    for number, line in enumerate(calls.split("\n")):
        trip, time, place, *rest = line.split(" ")
        clock = time if time.count(":") == 2 or time == "-" else f"{time}:00"
        clock = "" if clock == "-" else clock
        rows.append(",".join([trip, clock, clock, place, str(number), *rest]))
    named = {f"{name}.txt": text for name, text in more.items()}
    return G | {"trips.txt": f"{TRIPS}\n{trips}\n", "stop_times.txt": "\n".join([header, *rows]) + "\n"} | named


LINE = "T1 09:05 S0\nT1 09:08 S1\nT1 09:11 S2\nT1 09:14 S3"


def open_line(
    folder: Path, tables: dict, *, leave: str = "09:00", site: float = 3000, **changes: object
) -> TravelTimes:
    """The travel times of somebody at S0 to a site on the line (metres from S0)."""
    write_feed(folder / "feed", tables)
    hours, minutes = map(int, leave.split(":"))
    document = {
        "name": "Line", "date": DATE, "crs": CRS,
        "departures": {"from": f"{leave}:00", "to": f"{hours:02d}:{minutes:02d}:01"},
        "territory": {"communes": "none"}, "residents": {"file": "none"}, "sites": {"file": "none"},
        "walking": {"straight_line": {"detour": 1.0}, "limits_min": {"direct": 10, "access": 10, "egress": 10}},
        "transit": {"gtfs": "feed"},
    }  # fmt: skip
    for key, value in changes.items():
        part, _, name = key.partition("__")
        document[part] = {**document[part], name: value}
    study = Study(read_settings(document, file=folder / "study.toml"), folder / "study.toml", document)
    homes, sites = (
        gpd.GeoDataFrame(
            {"x": [X0 + x], "y": [Y0], "cell": ["home"], "site": ["site"]}, geometry=[Point(X0 + x, Y0)], crs=CRS
        )
        for x in (0.0, site)
    )
    hashes = (("feed", hash_file(folder / "feed")),)
    inputs = Inputs(study, homes, homes, sites, hashes, Findings())
    return TravelTimes(inputs, cache=Cache(None))


def travel(folder: Path, tables: dict, **how: object) -> int | None:
    """Seconds, None when there is no journey."""
    ((_, seconds),) = open_line(folder, tables, **how).transit_seconds([0])  # type: ignore[arg-type]
    return None if seconds[0, 0] == NEVER else int(seconds[0, 0])


def read(folder: Path, tables: dict, date: dt.date = DATE) -> tuple[Timetable, dict[str, dict]]:
    """The timetable, and the parameters of each finding."""
    findings = Findings()
    timetable = read_timetable([write_feed(folder / "feed", tables)], date=date, findings=findings)
    for finding in findings:
        assert all("{" not in finding.text(language) for language in ("fr", "en"))
    return timetable, {finding.code: {"row": finding.row, **finding.params} for finding in findings}


def test_the_line(tmp_path):
    assert 840 == travel(tmp_path, feed("R,D,T1", LINE))


# Calls on demand

FLEX = f"{CALLS},start_pickup_drop_off_window,end_pickup_drop_off_window,location_id"


@pytest.mark.parametrize("end", ["T1 - S3 2 2 09:12:00 10:30:00", "T1 - zone 2 2 09:12:00 10:30:00", "T1 -  2 2   z"])
def test_the_fixed_part_of_a_trip_runs_beside_calls_on_demand(tmp_path, end):
    calls = f"T1 09:05 S0\nT1 09:08 S1\nT1 09:11 S2\n{end}"
    assert 660 == travel(tmp_path, feed("R,D,T1", calls, header=FLEX), site=2000)
    assert travel(tmp_path, feed("R,D,T1", calls, header=FLEX)) is None
    _, told = read(tmp_path, feed("R,D,T1", calls, header=FLEX))
    assert (1, 5) == (told["transit.on_demand_calls"]["count"], told["transit.on_demand_calls"]["row"])
    assert not {"transit.unended_trip", "transit.unknown_stop", "transit.placeless_calls"} & set(told)


@pytest.mark.parametrize(
    "column", ["start_pickup_drop_off_window", "end_pickup_drop_off_window", "start_pickup_dropoff_window"]
)
def test_neither_is_a_call_on_demand_a_timepoint_nor_a_blank_between_others(tmp_path, column):
    """S1 has no time and lies halfway from S0 to S2 by the calls that are left; nobody gets off at the window."""
    calls = "T1 09:05 S0  \nT1 - S3   09:05:00\nT1 - S1  \nT1 09:09 S2  "
    timetable, _ = read(tmp_path, feed("R,D,T1", calls, header=f"{CALLS},{column}"))
    assert [32_700, 32_820] == timetable.departure.tolist()
    assert [32_820, 32_940] == timetable.arrival.tolist()


def test_a_call_on_demand_that_has_a_time_is_a_timepoint_where_nobody_boards_or_alights(tmp_path):
    calls = "T1 09:05 S0   \nT1 09:06 S1   09:05:00\nT1 - S2   \nT1 09:14 S3   "
    timetable, _ = read(tmp_path, feed("R,D,T1", calls, header=f"{CALLS},start_pickup_drop_off_window"))
    assert [32_700, 32_760, 33_000] == timetable.departure.tolist()
    assert [True, False, True] == timetable.boardable.tolist()
    assert [False, True, True] == timetable.alightable.tolist()


def test_a_window_that_is_no_time_is_refused_with_its_row(tmp_path):
    calls = "T1 09:05 S0  \nT1 - S1   noon\nT1 09:09 S2  "
    with pytest.raises(InputError) as caught:
        read(tmp_path, feed("R,D,T1", calls, header=f"{CALLS},start_pickup_drop_off_window"))
    assert ("transit.bad_time", 3) == (caught.value.code, caught.value.row)


# Service days


@pytest.mark.parametrize(
    ("service", "times", "leave", "seconds"),
    [
        ("D", ("00:10", "00:30"), "23:50", 2400),
        ("N", ("00:10", "00:30"), "23:50", 2400),
        ("T", ("00:10", "00:30"), "23:50", None),
        ("T", ("24:10", "24:30"), "23:50", 2400),
        ("N", ("05:59", "06:10"), "23:50", 6 * 3600 + 20 * 60),
        ("N", ("06:00", "06:10"), "23:50", None),
        # Whoever leaves later sees six hours on.
        ("N", ("07:00", "07:10"), "25:30", 5 * 3600 + 40 * 60),
        ("N", ("07:31", "07:40"), "25:30", None),
        ("N", ("00:10", "00:30"), "24:05", 1500),
        ("E", ("57:05", "57:14"), "09:00", 840),
        ("E", ("47:59", "57:14"), "09:00", None),
    ],
)
def test_trips_of_other_service_days(tmp_path, service, times, leave, seconds):
    tables = feed(f"R,{service},V\nR,T,T1", f"V {times[0]} S0\nV {times[1]} S3\nT1 03:00 S0\nT1 03:01 S1")
    assert seconds == travel(tmp_path, tables, leave=leave)


@pytest.mark.parametrize("days", [1, 2, 3, 20])
@pytest.mark.parametrize("hour", [False, True])
def test_trips_under_way_for_days_keep_their_clock(tmp_path, days, hour):
    """The clock of a trip counts from noon minus 12 h of its own day, through the change of Sunday 2024-03-31."""
    date = dt.date(2024, 4, 1) if hour else DATE
    begin = date - dt.timedelta(days=days)
    late = 3600 if hour and days > 1 else 0
    times = [24 * days * 3600 + 9 * 3600 + 60 * minute - (late if days > 1 else 0) for minute in (5, 14)]
    clock = [f"{s // 3600}:{s // 60 % 60:02d}" for s in times]
    tables = feed("R,Z,V\nR,D,T1", f"V {clock[0]} S0\nV {clock[1]} S3\nT1 03:00 S0\nT1 03:01 S1")
    tables["calendar_dates.txt"] += f"Z,{begin:%Y%m%d},1\n"
    timetable, _ = read(tmp_path, tables, date)
    at = timetable.trips["trip_id"].to_numpy()[timetable.trip] == "0:V"
    assert [32_700] == timetable.departure[at].tolist()
    assert [-days] == timetable.trips["day"].to_numpy()[timetable.trip][at].tolist()


def test_departures_of_frequencies_reach_over_days_too(tmp_path):
    periods = "trip_id,start_time,end_time,headway_secs\nV,56:00:00,58:00:00,3900\nW,05:00:00,07:00:00,1800\n"
    tables = feed(
        "R,E,V\nR,N,W\nR,T,T1", "V 01:00 S0\nV 01:09 S3\nW 01:00 S0\nW 01:09 S3\nT1 03:00 S0\nT1 03:01 S1",
        frequencies=periods,
    )  # fmt: skip
    assert 840 == travel(tmp_path, tables)
    timetable, _ = read(tmp_path, tables)
    assert ["0:T1", "0:V@201600", "0:V@205500", "0:W@18000", "0:W@19800"] == sorted(timetable.trips["trip_id"])


def test_other_days_make_no_service(tmp_path):
    tables = feed("R,E,V\nR,N,W", "V 57:05 S0\nV 57:14 S3\nW 00:10 S0\nW 00:30 S3")
    with pytest.raises(NoServiceError) as caught:
        read(tmp_path, tables)
    assert "transit.no_service" == caught.value.code


@pytest.mark.parametrize("date", [dt.date.min, dt.date.max])
def test_the_calendar_has_ends(tmp_path, date):
    day = date.isoformat().replace("-", "")
    tables = feed("R,Z,T1", LINE) | {"calendar_dates.txt": f"service_id,date,exception_type\nZ,{day},1\n"}
    tables["agency.txt"] = tables["agency.txt"].replace("Europe/Paris", "UTC")
    timetable, _ = read(tmp_path, tables, date)
    assert 3 == len(timetable.departure)


# Staying seated

#: The vehicle of A goes on as B from S1, C from S2; a second's notice, a closed door.
SEATED = "A 09:05 S0\nA 09:08:00 S1 1 1\nB 09:08:01 S1 1 1\nB 09:14 S3"


@pytest.mark.parametrize(
    ("trips", "calls", "seconds"),
    [
        ("R,D,A,K\nQ,D,B,K", SEATED, 840),
        ("R,D,A,K\nQ,D,B,L", SEATED, None),
        ("R,D,A\nQ,D,B", SEATED, None),
        ("R,D,A,K\nQ,D,B,K", SEATED.replace("09:08:01", "09:08:00"), 840),
        # Whatever the layover.
        ("R,D,A,K\nQ,D,B,K", SEATED.replace("09:08:01", "09:40").replace("09:14", "09:46"), 2760),
        # Overlapping, from another stop, leaving at once.
        ("R,D,A,K\nQ,D,B,K", SEATED.replace("09:08:01", "09:07:59"), None),
        ("R,D,A,K\nQ,D,B,K", SEATED.replace("09:08:01 S1", "09:08:01 S2"), None),
        ("R,D,A,K\nQ,D,B,K", SEATED.replace("09:08:01 S1", "09:05 S1"), None),
        # The next one in the block is another trip, which goes elsewhere.
        ("R,D,A,K\nQ,D,B,K\nQ,D,C,K", SEATED.replace("09:08:01", "09:10") + "\nC 09:08 S2\nC 09:09 S1", None),
        # One overlap voids the whole block.
        ("R,D,A,K\nQ,D,B,K\nQ,D,C,K\nQ,D,E,K", SEATED + "\nC 10:00 S2\nC 10:10 S1\nE 10:09 S1\nE 10:20 S2", None),
        # Another day's trips of the block are another matter.
        ("R,D,A,K\nQ,D,B,K\nQ,N,C,K", SEATED + "\nC 09:07 S2\nC 09:09 S1", 840),
        ("R,D,A,K\nQ,N,B,K", SEATED, None),
        # Through a third one.
        ("R,D,A,K\nQ,D,B,K\nQ,D,C,K", "A 09:05 S0\nA 09:08 S1\nC 09:11 S2\nC 09:14 S3\nB 09:08 S1\nB 09:11 S2", 840),
    ],
)
def test_one_stays_seated_in_a_block(tmp_path, trips, calls, seconds):
    forbidden = "from_stop_id,to_stop_id,transfer_type\nS1,S1,3\nS2,S2,3\nS1,S2,3\nS2,S1,3\n"
    assert seconds == travel(tmp_path, feed(trips, calls, transfers=forbidden))


def test_a_block_that_overlaps_is_told_once_and_only_where_it_matters(tmp_path):
    trips = "R,D,A,K\nQ,D,B,K\nQ,E,C,L\nQ,E,D,L\nR,D,F,M\nR,D,H,M"
    calls = "A 09:05 S0\nA 09:08 S1\nB 09:07 S1\nB 09:14 S3\nC 09:00 S0\nC 09:08 S1\nD 09:07 S0\nD 09:08 S1"
    _, told = read(tmp_path, feed(trips, calls + "\nF 10:00 S0\nF 10:10 S1\nH 10:10 S1\nH 10:20 S2"))
    assert {"row": None, "count": 1, "examples": "K"} == told["transit.blocks_overlap"]


LINKED = "from_stop_id,to_stop_id,transfer_type,min_transfer_time,from_trip_id,to_trip_id\n"


@pytest.mark.parametrize(
    ("trips", "calls", "rows", "seconds"),
    [
        ("R,D,A\nQ,D,B", SEATED, ",,4,,A,B", 840),
        ("R,D,A\nQ,D,B", SEATED, "S1,S1,4,,A,B", 840),
        ("R,D,A\nQ,D,B", SEATED, ",,4,,B,A", None),
        # Between two stops, and only where the one has arrived.
        ("R,D,A\nQ,D,B", SEATED.replace("B 09:08:01 S1", "B 09:08:01 S2"), ",,4,,A,B", 840),
        ("R,D,A\nQ,D,B", SEATED.replace("09:08:01", "09:07:59"), ",,4,,A,B", None),
        # Parted: off and on again takes the slack, and doors that open.
        ("R,D,A,K\nQ,D,B,K", SEATED, ",,5,,A,B", None),
        ("R,D,A\nQ,D,B", SEATED, ",,4,,A,B\n,,5,,A,B", None),
        ("R,D,A,K\nQ,D,B,K", SEATED.replace(" 1 1", "").replace("09:08:01", "09:09:00"), ",,5,,A,B", 840),
        ("R,D,A,K\nQ,D,B,K", SEATED.replace(" 1 1", "").replace("09:08:01", "09:08:59"), ",,5,,A,B", None),
        # It joins exactly its two trips: the block's others stay as they are.
        ("R,D,A,K\nQ,D,B,K\nQ,D,C", SEATED + "\nC 09:20 S1 1\nC 09:21 S2", ",,4,,A,C", 840),
        # One vehicle parts into two; two are coupled to one.
        ("R,D,A\nQ,D,B\nQ,D,C", SEATED + "\nC 09:10 S1 1\nC 09:11 S2", ",,4,,A,C\n,,4,,A,B", 840),
        ("R,D,A\nQ,D,B\nQ,D,C", SEATED + "\nC 09:00 S2\nC 09:07 S1", ",,4,,C,B\n,,4,,A,B", 840),
        # One that leaves earlier by the clock is the next day's.
        ("R,T,A\nQ,D,B", "A 09:05 S0\nA 24:00:01 S1 1 1\nB 00:00:02 S1 1 1\nB 00:09 S3", ",,4,,A,B", 54_540),
        ("R,T,A\nQ,T,B", "A 09:05 S0\nA 24:00:01 S1 1 1\nB 00:00:02 S1 1 1\nB 00:09 S3", ",,4,,A,B", None),
    ],
)  # fmt: skip
def test_one_stays_seated_where_transfers_join_two_trips(tmp_path, trips, calls, rows, seconds):
    assert seconds == travel(tmp_path, feed(trips, calls, transfers=f"{LINKED}{rows}\n"))


def test_one_stays_seated_into_the_next_service_day(tmp_path):
    trips = "R,T,A\nQ,N,B\nQ,D,C"
    calls = "A 23:55 S0\nA 24:05 S1 1 1\nB 00:05:00 S1 1 1\nB 00:10 S3\nC 03:00 S0\nC 03:01 S1"
    tables = feed(trips, calls, transfers=f"{LINKED},,4,,A,B\n")
    assert 1200 == travel(tmp_path, tables, leave="23:50")
    timetable, _ = read(tmp_path, tables)
    names = timetable.trips["trip_id"].to_numpy()
    assert [["0:A", "0:B"]] == names[timetable.stays].tolist()


def test_transfers_without_two_known_trips_are_told(tmp_path):
    rows = ",,4,,A,nobody\n,,5,,A,\nS1,S1,4,,,\n,,4,,A,B\n"
    _, told = read(tmp_path, feed("R,D,A\nQ,D,B", SEATED, transfers=LINKED + rows))
    assert {"row": 2, "count": 3, "examples": "A → nobody, A → ,  → "} == told["transit.in_seat_transfers"]
    for header in (LINKED, "from_stop_id,to_stop_id,transfer_type,min_transfer_time,x,y\n"):
        folder = tmp_path / str(len(header))
        _, told = read(folder, feed("R,D,A\nQ,D,B", SEATED, transfers=f"{header}S1,S1,4,,,\n"))
        assert {"row": 2, "count": 1, "examples": "S1 → S1"} == told["transit.in_seat_transfers"]


def test_each_departure_of_frequencies_is_a_run_of_its_block(tmp_path):
    """A loop that leaves as it arrives: one rides on; with a shorter headway, vehicles overlap and nobody does."""
    calls = "A 08:00 S0\nA 08:10 S1\nA 08:20 S0"
    for headway, end, pairs in ((1200, "09:59:00", 2), (1800, "10:29:00", 2), (1199, "09:59:00", 0)):
        periods = f"trip_id,start_time,end_time,headway_secs\nA,09:00:00,{end},{headway}\n"
        timetable, _ = read(tmp_path / str(headway), feed("R,D,A,K", calls, frequencies=periods))
        today = timetable.trips["day"].to_numpy()[timetable.stays[:, 0]] == 0
        assert pairs == int(today.sum())


def test_both_trips_must_be_accessible(tmp_path):
    """A ride through a trip that is not accessible is none, though one boards and alights elsewhere."""
    calls = "A 09:05 S0\nA 09:08 S1\nB 09:08 S1\nB 09:11 S2\nC 09:11 S2\nC 09:14 S3"
    stops = {"stops.txt": G["stops.txt"].replace("stop_access", "wheelchair_boarding").replace(",,\n", ",,1\n")}
    for middle, seconds in (("1", 840), ("2", None)):
        tables = feed(f"R,D,A,K,1\nR,D,B,K,{middle}\nR,D,C,K,1", calls) | stops
        assert seconds == travel(tmp_path / middle, tables, walking__profile="wheelchair")
        assert 840 == travel(tmp_path / middle, tables)


def test_staying_seated_is_one_ride_and_said_so(tmp_path):
    tables = feed("R,D,A,K\nQ,D,B,K", SEATED)
    tables["trips.txt"] = f"{TRIPS},trip_headsign\nR,D,A,K,,Mairie\nQ,D,B,K,,Gare\n"
    times = open_line(tmp_path, tables)
    tracer = _Tracer(times)
    journey = tracer.journey(0, 0, 32_400, 840)
    assert 1 == journey.rides
    (ride,) = [part for part in journey.parts if part.kind == "ride"]
    from geo_access.report.pages.explanation_words import describe_ride, format_part

    facts = describe_ride(times, ride)
    assert ("1", "Mairie", 2) == (facts["line"], facts["headsign"], facts["hops"])
    assert [{"line": "2", "headsign": "Gare", "route_id": "0:Q", "trip_id": "0:B"}] == facts["then"]
    assert "1 towards Mairie, then, still seated, 2 towards Gare (2 stops)" == format_part(times, ride, "en")
    assert "1 vers Mairie, puis, sans descendre, 2 vers Gare (2 arrêts)" == format_part(times, ride, "fr")


def _Tracer(times):  # noqa: N802 -- what it makes
    from geo_access.routing.itineraries import Tracer
    from geo_access.routing.points import Points

    def point(x: float) -> Points:
        return Points(np.array(["place"], object), np.array([[X0 + x, Y0]]))

    return Tracer(times, point(0), point(3000))


def test_ways_through_coupled_trips_are_laid_out_once_each_and_bounded(tmp_path, monkeypatch):
    """Two trains become one that becomes two: four ways, each trip copied for all but the first that takes it."""
    trips = "\n".join(f"R,D,{name}" for name in "ABCDE")
    calls = "A 09:00 S0\nA 09:05 S1\nB 09:00 S2\nB 09:05 S1\nC 09:05 S1\nC 09:10 S2\n"
    calls += "D 09:10 S2\nD 09:14 S3\nE 09:10 S2\nE 09:14 S1"
    rows = "".join(f",,4,,{a},{b}\n" for a, b in ("AC", "BC", "CD", "CE"))
    timetable, _ = read(tmp_path, feed(trips, calls, transfers=LINKED + rows))
    today = timetable.trips["day"] == 0
    assert 5 == int(today.sum())
    vehicles = lay_out(timetable, not_before=0)
    ids = timetable.trips["trip_id"].to_numpy()[timetable.trip[vehicles.row]]
    heads = set(range(len(ids))) - set(vehicles.following.tolist())
    ways = []
    for head in sorted(heads):
        way, at = [], head
        while at >= 0:
            way.append(ids[at][2:])
            at = int(vehicles.following[at])
        ways.append("".join(way))
    assert sorted(["ACD", "ACE", "BCD", "BCE"]) == sorted(ways)
    assert all(vehicles.following < np.arange(len(ids)))
    monkeypatch.setattr("geo_access.routing.vehicles.MAX_COPIES", 11)
    with pytest.raises(InputError) as caught:
        lay_out(timetable, not_before=0)
    assert "limits.coupled_trips" == caught.value.code


# Stops of a station that are reached from the street


@pytest.mark.parametrize(
    ("bus", "metro", "ways", "seconds", "told"),
    [
        ("1", "", "", 1200, set()),
        ("1", "0", "", 1200, set()),
        # Without a word of it the station is in pieces: both are walked to along the streets.
        ("", "", "", 840, {"transit.pathways_broken"}),
        # The metro keeps to its way all the same, where it says so itself.
        ("", "0", "", 1200, {"transit.pathways_broken"}),
        ("0", "", "", 840, {"transit.pathways_broken", "transit.closed_platforms"}),
        # A pathway of its own shuts nobody out of a stop on the street.
        ("1", "", "q,E0,B0,1,1,300\n", 1200, set()),
        ("", "", "q,E0,B0,1,1,300\nr,S0,B0,1,1,300\n", None, set()),
    ],
)  # fmt: skip
def test_a_stop_with_street_access_stands_beside_its_station(tmp_path, bus, metro, ways, seconds, told):
    stops = STOPS + stop("H", 0, "1,,") + stop("E0", 0, "2,H,") + stop("S0", 0, f"0,H,{metro}")
    stops += stop("B0", 0, f"0,H,{bus}") + stop("S3", 3000)
    tables = feed("R,D,M\nQ,D,B", "M 09:05 S0\nM 09:14 S3\nB 09:02 B0\nB 09:20 S3", stops=stops)
    header = "pathway_id,from_stop_id,to_stop_id,pathway_mode,is_bidirectional,traversal_time\n"
    tables["pathways.txt"] = f"{header}p,E0,S0,1,1,280\n{ways}"
    assert seconds == travel(tmp_path, tables)
    _, found = read(tmp_path, tables)
    assert told == set(found) & {"transit.pathways_broken", "transit.closed_platforms", "transit.unknown_code"}


def test_one_changes_between_street_and_station_by_the_shorter_of_street_and_pathway(tmp_path):
    """From the bus at B0, 200 m from the entrance, to the metro at S0: 150 + 280 s by the street, 90 s by a pathway."""
    stops = STOPS + stop("H", 0, "1,,") + stop("E0", 800, "2,H,") + stop("S0", 0, "0,H,")
    stops += stop("B0", 1000, "0,H,1") + stop("S2", 2000) + stop("S3", 3000)
    header = "pathway_id,from_stop_id,to_stop_id,pathway_mode,is_bidirectional,traversal_time\np,E0,S0,1,1,280\n"
    calls = "B 09:01 S2\nB 09:05 B0\nM 09:15 S0\nM 09:20 S3"
    for ways, seconds in (("", 490), ("q,B0,S0,1,1,90\n", 150), ("q,B0,S0,1,1,900\n", 490)):
        folder = tmp_path / str(len(ways))
        times = open_line(folder, feed("R,D,M\nQ,D,B", calls, stops=stops, pathways=header + ways))
        ids, network = times.timetable.stops["stop_id"].tolist(), times.network
        here, there = ids.index("0:B0"), ids.index("0:S0")
        span = slice(network.transfer_ptr[there], network.transfer_ptr[there + 1])
        found = dict(zip(network.transfer_from[span].tolist(), network.transfer_s[span].tolist(), strict=True))
        assert seconds == found[here]
