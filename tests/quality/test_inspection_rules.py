"""Every fault that is said to be told: a feed that has it, and that fault alone, is refused or told of just so.

So it goes for the rules of the canonical validator, and for everything that `gtfs.rules` lists.
"""

from __future__ import annotations

import datetime as dt
import re

import pytest
from gtfs_oracle import write_feed
from locations import PROJECT

from geo_access.core.errors import InputError
from geo_access.core.findings import Findings
from geo_access.gtfs.rules import LEVELS, REFUSED
from geo_access.quality.feeds import inspect_feed
from geo_access.quality.gtfs_rules import RULES, render_page
from geo_access.quality.locations import Locations
from geo_access.texts import render

DAY = dt.date(2024, 4, 23)
FEED = {
    "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\nA,Bus,http://a.example,Europe/Paris\n",
    "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
    "wk,1,1,1,1,1,0,0,20240101,20241231\n",
    "routes.txt": "route_id,agency_id,route_short_name,route_long_name,route_type\nR,A,1,One,3\nM,A,2,,1\n",
    "stops.txt": "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\n"
    "st,Gare,48.9,2.2,1,\na,Gare A,48.9,2.2,0,st\nb,Bourg,48.91,2.2,0,\nc,Colline,48.92,2.2,,\ne,Porte,48.9,2.2,2,st\n"
    "ba,Zone,48.9,2.2,4,a\n",
    "trips.txt": "route_id,service_id,trip_id\nR,wk,t1\nR,wk,t2\nM,wk,f\n",
    "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence,timepoint,shape_dist_traveled\n"
    "t1,09:00:00,09:00:00,a,1,1,0\nt1,,,b,2,0,1.1\nt1,09:08:00,09:08:30,c,3,1,2.2\n"
    "t2,09:30:00,09:30:00,c,1,1,0\nt2,09:38:00,09:38:00,a,2,1,3\n"
    "f,00:00:00,00:00:00,a,1,1,\nf,00:04:00,00:04:00,b,2,1,\n",
    "frequencies.txt": "trip_id,start_time,end_time,headway_secs,exact_times\nf,06:00:00,07:00:00,600,1\n"
    "f,07:00:00,08:00:00,300,1\n",
    "transfers.txt": "from_stop_id,to_stop_id,transfer_type,min_transfer_time\na,b,2,120\n",
}

WAYS = "from_stop_id,to_stop_id,pathway_mode,is_bidirectional\n"


def swapped(name: str, old: str, new: str) -> dict[str, str | None]:
    assert old in FEED[name]
    return {name: FEED[name].replace(old, new)}


def added(name: str, line: str) -> dict[str, str | None]:
    return {name: FEED[name] + line + "\n"}


BROKEN: dict[str, dict[str, str | None]] = {
    "missing_required_file": {"stop_times.txt": None},
    "empty_file": {"stops.txt": ""},
    "csv_parsing_failed": added("stops.txt", "d\0,x"),
    "invalid_row_length": added("stops.txt", "d,Nom,48.9,2.2,0,,trop"),
    "missing_required_column": swapped("stop_times.txt", "stop_sequence", "rank"),
    "missing_required_field": added("stops.txt", ",Sans nom,48.9,2.2,0,"),
    "duplicate_key": added("trips.txt", "R,wk,t1"),
    "foreign_key_violation": added("stop_times.txt", "zz,09:00:00,09:00:00,a,1,1,0"),
    "invalid_date": swapped("calendar.txt", "20240101", "20240199"),
    "invalid_time": swapped("stop_times.txt", "t1,09:00:00", "t1,9h00"),
    "invalid_integer": swapped("stop_times.txt", "a,1,1,0\nt1", "a,un,1,0\nt1"),
    "unexpected_enum_value": swapped("routes.txt", "M,A,2,,1", "M,A,2,,9999"),
    "invalid_float": swapped("stops.txt", "48.91", "nord"),
    "number_out_of_range": swapped("stops.txt", "48.91", "148.91"),
    "invalid_timezone": swapped("agency.txt", "Europe/Paris", "Europe/Lutetia"),
    "inconsistent_agency_timezone": added("agency.txt", "B,Autre,http://b.example,Europe/London"),
    "missing_calendar_and_calendar_date_files": {"calendar.txt": None},
    "start_and_end_range_out_of_order": added("calendar.txt", "old,1,1,1,1,1,0,0,20241231,20240101"),
    "start_and_end_range_equal": added("frequencies.txt", "f,10:00:00,10:00:00,600,1"),
    "stop_without_location": swapped("stops.txt", "b,Bourg,48.91,2.2", "b,Bourg,,"),
    "point_near_origin": swapped("stops.txt", "b,Bourg,48.91,2.2", "b,Bourg,0.01,0.02"),
    "location_without_parent_station": added("stops.txt", "e2,Porte 2,48.9,2.2,2,"),
    "station_with_parent_station": added("stops.txt", "st2,Gare 2,48.9,2.2,1,st"),
    "wrong_parent_location_type": added("stops.txt", "d,Quai,48.9,2.2,0,b"),
    "location_with_unexpected_stop_time": swapped(
        "stop_times.txt", "t2,09:38:00,09:38:00,a", "t2,09:38:00,09:38:00,st"
    ),
    "missing_stop_name": swapped("stops.txt", "b,Bourg", "b,"),
    "route_both_short_and_long_name_missing": swapped("routes.txt", "M,A,2,", "M,A,,"),
    "unusable_trip": {**added("trips.txt", "R,wk,t3"), **added("stop_times.txt", "t3,09:00:00,09:00:00,a,1,1,0")},
    "missing_trip_edge": swapped("stop_times.txt", "t2,09:30:00,09:30:00", "t2,,"),
    "stop_time_with_arrival_before_previous_departure_time": swapped(
        "stop_times.txt", "t2,09:38:00,09:38:00", "t2,09:08:00,09:08:00"
    ),
    "stop_time_with_only_arrival_or_departure_time": swapped("stop_times.txt", "t2,09:38:00,09:38:00", "t2,09:38:00,"),
    "stop_time_timepoint_without_times": swapped("stop_times.txt", "b,2,0,1.1", "b,2,1,1.1"),
    "decreasing_or_equal_stop_time_distance": swapped("stop_times.txt", "c,3,1,2.2", "c,3,1,1.1"),
    "overlapping_frequency": added("frequencies.txt", "f,07:30:00,09:00:00,600,1"),
    "fast_travel_between_consecutive_stops": swapped("stops.txt", "c,Colline,48.92,2.2", "c,Colline,49.9,2.2"),
    "fast_travel_between_far_stops": {
        **swapped(
            "stops.txt", "b,Bourg,48.91,2.2,0,\nc,Colline,48.92,2.2", "b,Bourg,48.96,2.2,0,\nc,Colline,49.05,2.2"
        ),
        **swapped("stop_times.txt", "09:08:00,09:08:30", "09:05:00,09:05:30"),
    },
    "block_trips_with_overlapping_stop_times": {
        "trips.txt": "route_id,service_id,trip_id,block_id\nR,wk,t1,K\nR,wk,t2,\nM,wk,f,\nR,wk,t3,K\n",
        **added("stop_times.txt", "t3,09:07:00,09:07:00,a,1,1,0\nt3,09:20:00,09:20:00,b,2,1,2"),
    },
    "transfer_with_invalid_stop_location_type": added("transfers.txt", "e,b,2,60"),
    "pathway_to_wrong_location_type": {"pathways.txt": WAYS + "e,st,1,1\n"},
    "pathway_unreachable_location": {"pathways.txt": WAYS + "e,a,1,0\n"},
    "transfer_distance_too_large": {**added("stops.txt", "z,Loin,48.9,2.3,0,"), **added("transfers.txt", "a,z,2,60")},
}  # fmt: skip


def look(path) -> list[tuple[str, str]]:
    """Look at a feed: level and code of what is told; ("refused", code) where it is refused."""
    findings = Findings()
    try:
        inspect_feed(path, name="feed", date=DAY, crs="EPSG:2154", findings=findings, locations=Locations())
    except InputError as error:
        return [("refused", error.code)]
    for finding in findings:
        assert finding.text("fr")
        assert finding.text("en")
    return [(finding.level, finding.code) for finding in findings]


def codes_of(folder, changes) -> list[str]:
    """Write the feed with some tables changed and look at it; the error's code where it is refused."""
    tables = {**FEED, **changes}
    write_feed(folder, {name: text for name, text in tables.items() if text is not None})
    return [code for _, code in look(folder)]


def test_the_whole_feed_breaks_no_rule(tmp_path):
    told = {code for rule in RULES for code in rule.codes}
    assert not told & set(codes_of(tmp_path / "feed", {}))


def test_each_covered_rule_has_a_broken_feed_here():
    assert {rule.name for rule in RULES if rule.cover != "no"} == set(BROKEN)


@pytest.mark.parametrize("name", BROKEN)
def test_a_feed_that_breaks_the_rule_is_told_of(name, tmp_path):
    rule = next(rule for rule in RULES if rule.name == name)
    found = codes_of(tmp_path / "feed", BROKEN[name])
    assert set(rule.codes) & set(found), found


def test_rules_are_named_once_and_say_what_is_done():
    assert len({rule.name for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert render(f"inspect.{rule.why}", "fr")
        assert (rule.cover == "no") == (not rule.codes)
        for code in rule.codes:
            assert render(code, "en")


def test_the_page_of_the_rules_is_that_of_the_code():
    page = (PROJECT / "docs" / "gtfs_rules.md").read_text(encoding="utf-8")
    assert page == render_page(), "write it anew: python -m geo_access.quality.gtfs_rules > docs/gtfs_rules.md"


# Everything that `gtfs.rules` lists


def doubled(name: str) -> dict[str, str | None]:
    return added(name, FEED[name].splitlines()[1])


def beside(name: str, column: str, values: dict[int, str]) -> dict[str, str | None]:
    """Return a table with one more column; row -> its value, counted from 1, blank elsewhere."""
    header, *rows = FEED[name].splitlines()
    lines = [f"{header},{column}", *(f"{row},{values.get(at, '')}" for at, row in enumerate(rows, start=1))]
    return {name: "\n".join(lines) + "\n"}


def ways(*rows: str) -> dict[str, str | None]:
    return {"pathways.txt": "pathway_id,from_stop_id,to_stop_id,pathway_mode,is_bidirectional,traversal_time,length\n"
            + "".join(f"{row}\n" for row in rows)}  # fmt: skip


GOOD = "w,e,a,1,1,30,"
T2 = "t2,09:30:00,09:30:00,c,1,1,0\nt2,09:38:00,09:38:00,a,2,1,3\n"
#: A feed that has the fault; what else is told of it, for there is no such fault without.
FAULTS: dict[str, tuple[dict[str, str | None], set[str]]] = {
    "transit.empty_file": ({"stops.txt": ""}, set()),
    "transit.missing_file": ({"stop_times.txt": None}, set()),
    "transit.no_calendar": ({"calendar.txt": None}, set()),
    "transit.encoding": ({"stops.txt": FEED["stops.txt"].replace("Gare", "Gar\u00e9").encode("latin-1")}, set()),
    "limits.nul": (added("stops.txt", "d\0,x"), set()),
    "transit.ragged": (added("stops.txt", "d,Nom,48.9,2.2,0,,trop"), set()),
    "transit.not_comma": ({"stops.txt": FEED["stops.txt"].replace(",", ";")}, set()),
    "transit.missing_columns": (swapped("stop_times.txt", "stop_sequence", "rank"), set()),
    "transit.missing_columns_near": (swapped("stop_times.txt", "stop_sequence", "stop_sequense"), set()),
    "transit.no_rows": ({"stops.txt": FEED["stops.txt"].splitlines()[0]}, set()),
    "transit.blank_id": (added("stops.txt", ",Sans nom,48.9,2.2,0,"), set()),
    "transit.duplicate_id": (added("trips.txt", "M,wk,t1"), set()),
    "transit.bad_timezone": (swapped("agency.txt", "Europe/Paris", "Europe/Lutetia"), set()),
    "transit.several_timezones": (added("agency.txt", "B,Autre,http://b.example,Europe/London"), set()),
    "transit.bad_date": (swapped("calendar.txt", "20240101", "20240199"), set()),
    "transit.bad_choice": (swapped("calendar.txt", "wk,1", "wk,oui"), set()),
    "transit.bad_degrees": (swapped("stops.txt", "48.91", "148.91"), set()),
    "transit.bad_time": (swapped("stop_times.txt", "t1,09:00:00", "t1,9h00"), set()),
    "transit.bad_number": (swapped("stop_times.txt", "a,1,1,0\nt1", "a,un,1,0\nt1"), set()),
    "transit.bad_headway": (swapped("frequencies.txt", ",600,", ",0,"), set()),
    "transit.empty_optional": ({"feed_info.txt": ""}, set()),
    "transit.uneven_rows": (swapped("stops.txt", "b,Bourg,48.91,2.2,0,", "b,Bourg,48.91,2.2"), set()),
    "transit.doubled_rows": (doubled("trips.txt"), set()),
    "transit.unknown_code": (swapped("stops.txt", "b,Bourg,48.91,2.2,0", "b,Bourg,48.91,2.2,7"), set()),
    "transit.unknown_route_type": (swapped("routes.txt", "M,A,2,,1", "M,A,2,,9999"), set()),
    "transit.blank_timezone": (added("agency.txt", "B,Autre,http://b.example,"), set()),
    "transit.unknown_agency": (swapped("routes.txt", "M,A,2", "M,Z,2"), set()),
    "transit.unknown_route": (added("trips.txt", "Z,wk,t3"), set()),
    "transit.unknown_service": (added("trips.txt", "R,zz,t3"), set()),
    "transit.unknown_trip": (added("stop_times.txt", "zz,09:00:00,09:00:00,a,1,1,0"), set()),
    "transit.unknown_stop": (added("stop_times.txt", "t2,09:39:00,09:39:00,zz,3,1,4"), set()),
    "transit.unknown_parent": (swapped("stops.txt", "b,Bourg,48.91,2.2,0,", "b,Bourg,48.91,2.2,0,zz"), set()),
    "transit.unknown_transfer_stop": (added("transfers.txt", "a,zz,2,60"), set()),
    "transit.unknown_pathway_stop": (ways(GOOD, "v,e,zz,1,1,30,"), {"transit.pathways_used"}),
    "transit.backward_calendar": (added("calendar.txt", "old,1,1,1,1,1,0,0,20241231,20240101"), set()),
    "transit.contrary_dates": (
        {"calendar_dates.txt": "service_id,date,exception_type\nwk,20240501,1\nwk,20240501,2\n"}, set()
    ),
    "transit.empty_frequency": (added("frequencies.txt", "f,23:50:00,00:20:00,600,1"), set()),
    "transit.fixed_phase": (swapped("frequencies.txt", "600,1", "600,0"), set()),
    "transit.feed_never_runs": (
        {**swapped("calendar.txt", "wk,1,1,1,1,1", "wk,0,0,0,0,0")}, {"inspect.stops_unserved"}
    ),
    "transit.feed_silent": (
        swapped("calendar.txt", "20240101,20241231", "20240501,20241231"), {"inspect.stops_unserved"}
    ),
    "transit.thin_service": (
        {**added("calendar.txt", "big,1,0,0,0,0,0,0,20240101,20241231"),
         **added("trips.txt", "".join(f"R,big,x{k}\n" for k in range(60)).rstrip())}, set()
    ),
    "transit.near_origin": (added("stops.txt", "z,Ailleurs,0.01,0.02,0,"), {"inspect.stops_unserved"}),
    "transit.stops_without_position": (swapped("stops.txt", "b,Bourg,48.91,2.2", "b,Bourg,0,0"), set()),
    "transit.repeated_sequence": (swapped("stop_times.txt", "c,3,1,2.2", "c,2,1,2.2"), set()),
    "transit.unended_trip": (swapped("stop_times.txt", "t2,09:30:00,09:30:00,c,1,1", "t2,,,c,1,0"),
                             {"transit.trips_without_hops"}),
    "transit.backward_trip": (
        swapped("stop_times.txt", "t2,09:38:00,09:38:00", "t2,09:08:00,09:08:00"), {"transit.trips_without_hops"}
    ),
    "transit.trips_without_hops": (added("trips.txt", "R,wk,t3"), set()),
    "transit.placeless_calls": (added("stop_times.txt", "t2,09:39:00,09:39:00,,3,1,4"), set()),
    "transit.on_request": (beside("stop_times.txt", "pickup_type", {1: "2"}), set()),
    "transit.on_demand_calls": (
        beside("stop_times.txt", "start_pickup_drop_off_window", {2: "09:00:00"}), set()
    ),
    "transit.blocks_overlap": (BROKEN["block_trips_with_overlapping_stop_times"], set()),
    "transit.closed_platforms": (beside("stops.txt", "stop_access", {2: "0"}), set()),
    "transit.no_fixed_times": (
        {"stop_times.txt": "trip_id,location_id,stop_sequence\nt1,z,1\n", "stops.txt": None, "transfers.txt": None,
         "frequencies.txt": None}, set()
    ),
    "transit.times_missing": (
        {"stop_times.txt": "trip_id,stop_id,stop_sequence\nt1,a,1\nt1,b,2\n"}, {"inspect.stops_unserved"}
    ),
    "transit.flexible_unused": ({"booking_rules.txt": "booking_rule_id,booking_type\nb,1\n"}, set()),
    "transit.in_seat_transfers": (
        {"transfers.txt": "from_stop_id,to_stop_id,transfer_type,from_trip_id,to_trip_id\na,a,4,t2,zz\n"}, set()
    ),
    "transit.narrow_transfers": (
        {"transfers.txt": "from_stop_id,to_stop_id,transfer_type,from_trip_id,to_trip_id\na,a,1,t2,t1\n"}, set()
    ),
    "transit.strange_transfers": (added("transfers.txt", "b,c,6,"), set()),
    "transit.untimed_transfers": (added("transfers.txt", "b,c,2,"), set()),
    "transit.contrary_transfers": (added("transfers.txt", "a,b,2,240"), set()),
    "transit.pathways_used": (ways(GOOD), set()),
    "transit.pathways_apart": (ways(GOOD, "v,e,b,1,1,30,"), {"transit.pathways_used"}),
    "transit.strange_pathways": (ways(GOOD, "v,e,a,9,1,30,"), {"transit.pathways_used"}),
    "transit.vague_pathways": (ways(GOOD, "v,e,a,1,,30,"), {"transit.pathways_used"}),
    "transit.exit_gates_both_ways": (ways(GOOD, "v,a,e,7,1,30,"), {"transit.pathways_used"}),
    "transit.bad_pathway_measure": (ways("w,e,a,1,1,long,40"), {"transit.pathways_used"}),
    "transit.pathways_broken": (ways("w,e,a,1,0,30,"), set()),
    "inspect.location_without_parent": (added("stops.txt", "e2,Porte 2,48.9,2.2,2,"), set()),
    "inspect.station_with_parent": (added("stops.txt", "st2,Gare 2,48.9,2.2,1,st"), set()),
    "inspect.wrong_parent": (added("stops.txt", "d,Quai,48.91,2.2,0,b"), {"inspect.stops_unserved"}),
    "inspect.stops_nameless": (swapped("stops.txt", "b,Bourg", "b,"), set()),
    "inspect.far_from_station": (
        swapped("stops.txt", "b,Bourg,48.91,2.2,0,", "b,Bourg,48.915,2.2,0,st"), set()
    ),
    "inspect.stops_unserved": (added("stops.txt", "z,Ailleurs,48.92,2.21,0,"), set()),
    "inspect.routes_nameless": (swapped("routes.txt", "M,A,2,", "M,A,,"), set()),
    "inspect.routes_untyped": (swapped("routes.txt", "M,A,2,,1", "M,A,2,,"), set()),
    "transit.calls_at_no_stop": (
        {**swapped("stop_times.txt", "c,3,1,2.2", "e,3,1,2.2")}, set()
    ),
    "inspect.half_times": (swapped("stop_times.txt", "t2,09:38:00,09:38:00,a,2,1", "t2,09:38:00,,a,2,0"), set()),
    "inspect.timepoints_untimed": (swapped("stop_times.txt", "b,2,0,1.1", "b,2,1,1.1"), set()),
    "inspect.distances_shrink": (swapped("stop_times.txt", "c,3,1,2.2", "c,3,1,1.1"), set()),
    "transit.frequencies_overlap": (added("frequencies.txt", "f,07:30:00,09:00:00,600,1"), set()),
    "inspect.transfers_far": (
        {**added("stops.txt", "z,Loin,48.9,2.3,0,"), **added("transfers.txt", "a,z,2,60")}, {"inspect.stops_unserved"}
    ),
    "inspect.transfers_strange": (added("transfers.txt", "e,b,2,60"), set()),
    "inspect.too_fast": (
        swapped("stop_times.txt", "f,00:04:00,00:04:00,b", "f,00:00:05,00:00:05,b"), set()
    ),
    "inspect.too_fast_far": (
        BROKEN["fast_travel_between_far_stops"], {"inspect.too_fast", "inspect.transfers_far"}
    ),
    "inspect.twins_within": (
        {**added("trips.txt", "R,wk,t3"), "stop_times.txt": FEED["stop_times.txt"] + T2.replace("t2", "t3")}, set()
    ),
    "inspect.unusual_day": (
        {"calendar_dates.txt": "service_id,date,exception_type\n" + "x,20240423,1\n",
         **added("trips.txt", "".join(f"R,x,x{k}\n" for k in range(6)).rstrip())}, {"transit.trips_without_hops"}
    ),
}  # fmt: skip
#: Told where there is more than one feed, a study around it, or no file to look at: by the tests named.
ELSEWHERE = {
    code: file
    for file, codes in {
        "gtfs/test_gtfs.py": ("missing_feed", "not_zip", "damaged", "locked", "no_gtfs", "several_feeds", "not_csv"),
        "verdict/test_grave_inputs.py": ("feed_swapped", "feed_sign_lost", "feed_away"),
        "analysis/test_frequency_draws.py": ("drawn_phase",),
        "routing/test_pathways.py": ("pathways_unused", "unmeasured_pathways"),
    }.items()
    for code in (f"transit.{name}" for name in codes)
} | {"inspect.twins_between": "quality/test_inspection.py"}
#: Of the feed without a fault: it has an entrance and a blank time.
ALWAYS = {"inspect.blank_times", "transit.unused_locations"}


def test_each_listed_fault_has_a_feed():
    listed = [*REFUSED, *LEVELS]
    assert len(listed) == len(set(listed))
    assert set(listed) == {*FAULTS, *ELSEWHERE, *ALWAYS}
    for code, name in ELSEWHERE.items():
        assert code.partition(".")[2] in (PROJECT / "tests" / name).read_text(encoding="utf-8"), code


def test_the_feed_without_a_fault_is_told_nothing_of(tmp_path):
    assert dict.fromkeys(ALWAYS, "info") == {
        code: level for level, code in look(write_feed(tmp_path / "feed", {**FEED}))
    }


@pytest.mark.parametrize("code", FAULTS)
def test_a_fault_is_told_exactly(code, tmp_path):
    changes, companions = FAULTS[code]
    tables = {name: text for name, text in {**FEED, **changes}.items() if text is not None}
    found = look(write_feed(tmp_path / "feed", tables))
    level = "refused" if code in REFUSED else LEVELS[code]
    assert (level, code) in found
    assert {told for _, told in found} - ALWAYS == {code, *companions}
    assert all(level == LEVELS[told] for level, told in found if level != "refused")


def test_every_fault_in_the_source_is_listed():
    source = [*(PROJECT / "geo_access" / "gtfs").glob("*.py"), *(PROJECT / "geo_access" / "quality").glob("feed*.py")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in source if path.name != "rules.py")
    used = set(re.findall(r'"((?:transit|inspect)\.[a-z_]+)"', text))
    errors_of_a_study = {"transit.no_feeds", "transit.clocks_differ", "transit.no_service", "transit.unreadable"}
    assert used - errors_of_a_study - {"transit.why_check"} <= {*REFUSED, *LEVELS}
