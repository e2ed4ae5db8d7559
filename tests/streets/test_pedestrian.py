from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from street_maps import CRS, walk_detour, write_detour

from geo_access.core.findings import Findings
from geo_access.streets.conditions import Window, find_times, read_conditional
from geo_access.streets.network import read_streets
from geo_access.streets.walkable import (
    ACROSS,
    EVERYBODY,
    FILTER_VERSION,
    STROLLER,
    WALKABLE,
    WHEELCHAIR,
    judge_node,
    judge_way,
)

RULES = Path(__file__).parents[2] / "benchmarks" / "rules.md"
#: The window that the table names: a Tuesday.
WINDOW = Window(date(2026, 3, 3), 9 * 3600, 11 * 3600)
STRAIGHT, ROUND = {"adult": 226, "stroller": 301, "wheelchair": 301}, {"adult": 451, "stroller": 601, "wheelchair": 601}


# The table of rules


def list_examples():
    """List the examples of the table: (way or node, tags, outcome)."""
    rows = re.findall(r"^\| (way|node) \| (.+?) \| (.+?) \| .*\|$", RULES.read_text(encoding="utf-8"), re.MULTILINE)
    for kind, examples, outcome in rows:
        for example in examples.split(" or "):
            yield kind, dict(tag.split("=", 1) for tag in re.findall(r"`(.+?)`", example)), outcome


WAY_OUTCOMES = {
    "walked": lambda use: use.forward and use.backward and not use.limited and not use.steps and use.wheelchair >= 0,
    "both ways": lambda use: use.forward and use.backward,
    "closed": lambda use: use is None,
    "ends only": lambda use: use.limited,
    "forward only": lambda use: use.forward and not use.backward,
    "backward only": lambda use: use.backward and not use.forward,
    "no wheels": lambda use: use.steps and use.wheelchair < 0,
    "no wheelchairs": lambda use: not use.steps and use.wheelchair < 0,
    "crossed": lambda use: use.area,
    "lined": lambda use: not use.area,
}
NODE_OUTCOMES = {
    "passed": 0,
    "stops everybody": EVERYBODY,
    "stops wheelchairs": WHEELCHAIR,
    "stops wheels": WHEELCHAIR | STROLLER,
}


@pytest.mark.parametrize(("kind", "tags", "outcome"), list(list_examples()))
def test_the_table_of_rules_says_what_is_done(kind, tags, outcome):
    if kind == "way":
        assert WAY_OUTCOMES[outcome](judge_way(tags, WINDOW))
    else:
        stops = judge_node(tags, WINDOW) & ~ACROSS
        assert NODE_OUTCOMES[outcome] == (EVERYBODY if stops & EVERYBODY else stops)


def test_the_table_names_the_filter_and_every_outcome():
    assert f"`{FILTER_VERSION}`" in RULES.read_text(encoding="utf-8")
    found = {(kind, outcome) for kind, _, outcome in list_examples()}
    assert found == {("way", name) for name in WAY_OUTCOMES} | {("node", name) for name in NODE_OUTCOMES}


# On a map


def seconds(folder, profile, *, back=False, window=WINDOW, findings=None, **tags):
    findings = Findings() if findings is None else findings
    network = read_streets(write_detour(folder, **tags), crs=CRS, window=window, findings=findings)
    return walk_detour(network, profile, back=back)


@pytest.mark.parametrize(
    ("node", "stopped"),
    [
        ({}, ()),
        ({"barrier": "gate", "wheelchair": "no"}, ("wheelchair",)),
        ({"barrier": "kerb", "kerb": "raised"}, ("wheelchair",)),
        ({"highway": "crossing", "wheelchair": "no"}, ("wheelchair",)),
        ({"highway": "crossing", "kerb": "raised"}, ("wheelchair",)),
        ({"barrier": "cycle_barrier"}, ("wheelchair",)),
        ({"barrier": "kissing_gate"}, ("stroller", "wheelchair")),
        ({"barrier": "turnstile"}, ("stroller", "wheelchair")),
        ({"barrier": "stile"}, ("stroller", "wheelchair")),
        ({"highway": "elevator", "wheelchair": "no"}, ("wheelchair",)),
        ({"barrier": "gate", "locked": "yes"}, ("adult", "stroller", "wheelchair")),
        ({"barrier": "gate", "locked": "yes", "foot": "yes"}, ()),
        ({"barrier": "wall"}, ("adult", "stroller", "wheelchair")),
        ({"barrier": "wall", "foot": "yes"}, ()),
        ({"entrance": "yes", "access": "private"}, ("adult", "stroller", "wheelchair")),
    ],
)
def test_nodes_stop_those_whom_they_stop(tmp_path, node, stopped):
    findings = Findings()
    network = read_streets(write_detour(tmp_path, node=node), crs=CRS, window=WINDOW, findings=findings)
    for profile, straight in STRAIGHT.items():
        assert (ROUND[profile] if profile in stopped else straight) == walk_detour(network, profile)
    told = [finding for finding in findings if finding.code == "streets.stops"]
    assert len(told) == bool(stopped)


def test_what_stops_wheels_is_no_junction_for_others(tmp_path):
    """Islands are as large as before for who is not stopped."""
    nodes = [
        read_streets(write_detour(tmp_path, node=tags), crs=CRS, findings=Findings())
        for tags in ({}, {"barrier": "stile"})
    ]
    assert [62, 62] == [int((~network.passed).sum()) for network in nodes]
    assert [0, 1] == [int(network.passed.sum()) for network in nodes]


def test_who_walks_along_a_road_is_not_stopped_by_its_crossing(tmp_path):
    node = {"highway": "crossing", "kerb": "raised"}
    assert 301 == seconds(tmp_path, "wheelchair", way={"highway": "residential"}, node=node)
    assert 601 == seconds(tmp_path, "wheelchair", way={"highway": "residential"}, node={"barrier": "stile"})


@pytest.mark.parametrize(
    ("way", "there", "back"),
    [
        ({"foot:backward": "no"}, 226, 451),
        ({"oneway:foot": "1"}, 226, 451),
        ({"oneway:foot": "true"}, 226, 451),
        ({"oneway:foot": "-1"}, 451, 226),
        ({"access": "no;private"}, 451, 451),
        ({"disused": "yes"}, 451, 451),
        ({"access": "destination"}, 451, 451),
        ({"access": "destination", "foot": "yes"}, 226, 226),
        ({"foot": "no", "foot:conditional": "yes @ (07:00-20:00)"}, 226, 226),
        ({"foot:conditional": "no @ (20:00-07:00)"}, 226, 226),
        ({"foot": "no", "foot:conditional": "yes @ (10:00-20:00)"}, 451, 451),
        ({"foot:conditional": "no @ (sunset-sunrise)"}, 451, 451),
    ],
)
def test_ways_lead_where_their_tags_allow(tmp_path, way, there, back):
    assert there == seconds(tmp_path, "adult", way=way)
    assert back == seconds(tmp_path, "adult", way=way, back=True)


# Conditions


@pytest.mark.parametrize(
    ("way", "count"),
    [
        ({}, None),
        ({"foot:conditional": "no @ (20:00-07:00)"}, None),
        ({"foot:conditional": "no @ (10:00-20:00)"}, 1),
        ({"foot": "no", "foot:conditional": "yes @ (09:30-20:00)"}, 1),
    ],
)
def test_a_network_knows_whether_a_part_of_its_window_may_find_other_streets(tmp_path, way, count):
    network = read_streets(write_detour(tmp_path, way=way), crs=CRS, window=WINDOW, findings=Findings())
    assert network.summary.get("conditions_in_part") == count


@pytest.mark.parametrize(
    ("way", "code"),
    [
        ({"foot:conditional": "no @ (20:00-07:00)"}, "conditions_read"),
        ({"foot:conditional": "no @ (10:00-20:00)"}, "conditions_partly"),
        ({"foot:conditional": "no @ (wet)"}, "conditions_unread"),
        ({"foot": "no", "foot:conditional": "yes @ (wet)"}, "conditions_unread"),
        ({"disused": "yes"}, "out_of_use"),
        ({"end_date": "2020"}, "out_of_use"),
        ({"access": "toegestaan"}, "access_unknown"),
        ({"foot": "yes;maybe"}, "access_unknown"),
        ({"access": "customers"}, "limited"),
    ],
)
def test_what_is_closed_or_read_is_told(tmp_path, way, code):
    findings = Findings()
    seconds(tmp_path, "adult", way=way, findings=findings)
    (told,) = findings
    assert f"streets.{code}" == told.code
    for language in ("fr", "en"):
        assert told.text(language)
    assert "10" in told.text("en") or code == "limited"


def test_without_a_window_a_condition_that_could_close_closes(tmp_path):
    way = {"foot:conditional": "no @ (20:00-07:00)"}
    assert 451 == seconds(tmp_path, "adult", way=way, window=None)


@pytest.mark.parametrize(
    ("said", "holds"),
    [
        ("24/7", "always"),
        ("Mo-Fr", "always"),
        ("Sa-We 08:00-12:00", "always"),
        ("07:00-10:00,10:00-12:00", "always"),
        ("Mo 22:00-12:00", "always"),
        ("Mo 22:00-10:00", "partly"),
        ("Tu-Su 12:00-19:00; Th 12:00-21:00", "never"),
        ("Mo-Fr 08:00-18:00; Tu off", "never"),
        ("Su,PH 08:00-20:00", "unread"),
        ("Tu,PH 08:00-20:00", "always"),
        ("Oct-Apr 08:00-20:00", "always"),
        ("Mar 01-03", "always"),
        ("Mar 4-20", "never"),
        ("Tu[1]", "always"),
        ("Tu[2]", "never"),
        ("Feb 30-Mar 10", "unread"),
        ("09:70-12:00", "unread"),
        ("sunrise-sunset", "unread"),
        ("", "unread"),
        ("x" * 10_000, "unread"),
    ],
)
def test_times_hold_in_the_window(said, holds):
    assert holds == find_times(said, WINDOW)


def test_windows_after_midnight_belong_to_the_next_day():
    night = Window(date(2026, 3, 3), 23 * 3600, 26 * 3600)
    assert "always" == find_times("22:00-04:00", night)
    assert "partly" == find_times("Tu", night)
    assert "always" == find_times("Tu,We", night)


def test_clauses_are_read_in_order():
    said = "yes @ (Mo-Fr 07:00-20:00); no @ (wet); private @ (07:00-20:00 AND Tu); free"
    assert [("yes", "always"), ("no", "unread"), ("private", "always"), ("free", "unread")] == read_conditional(
        said, WINDOW
    )


# Single rules


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "footway"},
        {"highway": "residential", "oneway": "yes"},
        {"highway": "primary", "sidewalk": "no"},
        {"highway": "trunk", "sidewalk": "both"},
        {"highway": "trunk", "sidewalk:left": "yes"},
        {"highway": "motorway_link", "foot": "yes"},
        {"highway": "primary", "motorroad": "yes", "foot": "designated"},
        {"highway": "service", "access": "private", "foot": "yes"},
        {"highway": "service", "access": "customers"},
        {"highway": "track", "access": "no", "foot": "permissive"},
        {"highway": "corridor", "indoor": "yes"},
        {"railway": "platform"},
        {"public_transport": "platform"},
        {"highway": "platform"},
    ],
)
def test_walked(tags):
    assert judge_way(tags) is not None


@pytest.mark.parametrize(
    "tags",
    [
        {},
        {"building": "yes"},
        {"highway": "motorway"},
        {"highway": "trunk"},
        {"highway": "trunk", "sidewalk": "separate"},
        {"highway": "trunk_link", "foot": "no", "sidewalk": "both"},
        {"highway": "primary", "motorroad": "yes"},
        {"highway": "construction", "construction": "footway"},
        {"highway": "proposed"},
        {"highway": "raceway"},
        {"highway": "bus_guideway"},
        {"highway": "busway"},
        {"highway": "via_ferrata"},
        {"highway": "service", "access": "private"},
        {"highway": "footway", "access": "no"},
        {"highway": "footway", "foot": "private", "access": "yes"},
        {"highway": "secondary", "foot": "use_sidepath"},
        {"route": "ferry"},
        {"route": "ferry", "foot": "yes"},
        {"railway": "rail"},
    ],
)
def test_not_walked(tags):
    assert judge_way(tags) is None


@pytest.mark.parametrize(
    ("tags", "steps", "wheelchair"),
    [
        ({"highway": "footway"}, False, 0),
        ({"highway": "footway", "wheelchair": "no"}, False, -1),
        ({"highway": "footway", "wheelchair": "yes"}, False, 1),
        ({"highway": "footway", "wheelchair": "limited"}, False, 0),
        ({"highway": "steps"}, True, -1),
        ({"highway": "steps", "wheelchair": "yes"}, True, -1),
        ({"highway": "steps", "ramp": "yes"}, True, -1),
        ({"highway": "steps", "ramp:stroller": "yes"}, False, -1),
        ({"highway": "steps", "ramp:wheelchair": "yes"}, False, 0),
    ],
)
def test_steps_and_wheelchairs(tags, steps, wheelchair):
    use = judge_way(tags)
    assert (steps, wheelchair) == (use.steps, use.wheelchair)


@pytest.mark.parametrize(
    ("tags", "directions"),
    [
        ({"highway": "steps", "conveying": "forward"}, (True, False)),
        ({"highway": "steps", "conveying": "backward"}, (False, True)),
        ({"highway": "steps", "conveying": "reversible"}, (True, True)),
        ({"highway": "footway", "oneway:foot": "yes"}, (True, False)),
        ({"highway": "footway", "oneway:foot": "-1"}, (False, True)),
        ({"highway": "footway", "oneway": "yes"}, (True, True)),
    ],
)
def test_directions(tags, directions):
    use = judge_way(tags)
    assert directions == (use.forward, use.backward)


@pytest.mark.parametrize(
    ("tags", "area"),
    [
        ({"highway": "pedestrian", "area": "yes"}, True),
        ({"highway": "pedestrian"}, False),
        ({"highway": "pedestrian", "type": "multipolygon"}, True),
        ({"highway": "residential", "area": "yes"}, False),
        ({"railway": "platform"}, True),
        ({"railway": "platform", "area": "no"}, False),
        ({"highway": "platform"}, False),
    ],
)
def test_areas(tags, area):
    assert area == judge_way(tags).area


@pytest.mark.parametrize(
    ("tags", "closed"),
    [
        ({}, False),
        ({"barrier": "gate"}, False),
        ({"barrier": "gate", "access": "private"}, True),
        ({"barrier": "gate", "access": "private", "foot": "yes"}, False),
        ({"barrier": "bollard", "foot": "no"}, True),
        ({"access": "private"}, True),
        ({"access": "private", "addr:housenumber": "4"}, False),
    ],
)
def test_barriers(tags, closed):
    assert closed == bool(judge_node(tags) & EVERYBODY)


def test_kinds_are_listed_once_and_fit_a_byte():
    assert len(set(WALKABLE)) == len(WALKABLE) < 128
