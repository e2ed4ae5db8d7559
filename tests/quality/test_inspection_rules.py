"""Every rule of the canonical validator that is said to be covered: a feed that breaks it is refused or told of."""

from __future__ import annotations

import datetime as dt

import pytest
from gtfs_oracle import write_feed
from locations import PROJECT

from geo_access.core.errors import InputError
from geo_access.core.findings import Findings
from geo_access.quality.feeds import inspect_feed
from geo_access.quality.gtfs_rules import RULES
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


def codes_of(folder, changes) -> list[str]:
    """Write the feed with some tables changed and look at it; the error's code where it is refused."""
    tables = {**FEED, **changes}
    write_feed(folder, {name: text for name, text in tables.items() if text is not None})
    findings = Findings()
    try:
        inspect_feed(folder, name="feed", date=DAY, crs="EPSG:2154", findings=findings, locations=Locations())
    except InputError as error:
        return [error.code]
    for finding in findings:
        assert finding.text("fr")
        assert finding.text("en")
    return [finding.code for finding in findings]


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
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert rows == [
        f"| `{rule.name}` | {render(f'inspect.cover_{rule.cover}', 'en')} | {render(f'inspect.{rule.why}', 'en')} |"
        for rule in RULES
    ]
    assert f"{sum(rule.cover != 'no' for rule in RULES)} of {len(RULES)} are checked" in page
