from __future__ import annotations

import pytest

from geo_access.streets.walkable import EVERYBODY, WALKABLE, judge_node, judge_way


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
        ({"access": "private"}, False),
    ],
)
def test_barriers(tags, closed):
    assert closed == bool(judge_node(tags) & EVERYBODY)


def test_kinds_are_listed_once_and_fit_a_byte():
    assert len(set(WALKABLE)) == len(WALKABLE) < 128
