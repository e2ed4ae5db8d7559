"""Porto Alegre: real streets, blank stop times, two feeds; the backward search against the forward one."""

from __future__ import annotations

import numpy as np
import pytest
from locations import PORTO_ALEGRE
from pyproj import Transformer

import geo_access as ga
from geo_access.analysis.journeys import tell_journey
from geo_access.report.pages.explanation_words import describe_told, format_told
from geo_access.routing.network import list_onward
from geo_access.routing.scan import NEVER
from geo_access.routing.search import arrivals_of_resident

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def study(shared_data):
    assert shared_data
    return ga.open_study(PORTO_ALEGRE)


@pytest.fixture(scope="module")
def coverage(study):
    return ga.check(study)


def test_everybody_is_counted_once(coverage):
    communes, total = coverage.communes, coverage.summary["total"]
    assert "streets" == coverage.summary["walking"]
    assert 1227 == communes["cells"].sum() == len(coverage.residents)
    assert total["residents"] == communes["residents"].sum() == coverage.residents["weight"].sum()
    assert total["residents"] == total["served"] + total["beyond"] + total["unsnapped"]


def test_public_transport_serves_more_than_walking(study, coverage):
    walked = ga.check(study.vary({"policy.pole.mode": "walk", "transit.gtfs": []}))
    slower = coverage.residents["share_pole"] < walked.residents["share_pole"]
    assert not slower.any()
    assert walked.summary["total"]["served"] < coverage.summary["total"]["served"]


def test_both_feeds_are_one_network(coverage):
    assert {0, 1} == set(coverage.times.timetable.stops["feed"])


def test_forward_and_backward_agree_to_the_second(coverage):
    times = coverage.times
    asked = times.settings.departures
    backward = np.stack([seconds for _, seconds in times.transit_seconds(range(len(times.inputs.sites)))])
    walks = times.walk_seconds()
    near = times.walker().legs(times.stops, times.walker().place(times.inputs.site_points), limit_s=20 * 60)
    for resident in range(0, len(times.inputs.residents), 97):
        row = slice(*times.access.indptr[resident : resident + 2])
        arrivals = arrivals_of_resident(
            times.network,
            list_onward(times.network),
            (times.access.index[row], times.access.seconds[row]),
            near,
            first_departure=asked.from_s,
            every_s=asked.every_s,
            n_departures=asked.count,
        )
        rides = np.where(arrivals < NEVER, arrivals - times.departures, NEVER)
        forward = np.minimum(rides, walks[resident][:, None])
        assert (forward == backward[:, resident]).all(), resident


def test_the_choice_of_who_lives_at_a_way_with_limits_is_told(coverage):
    """Row 883 of the hexagons, with 102 people."""
    told = tell_journey(coverage.times, "89a90129c9bffff")
    (tie,) = describe_told(told)["ties"]
    assert ("start", 208159486, 552168655) == (tie["at"], tie["nearest"], tie["way"])
    assert "552168655, 112\u00a0m" in format_told(told, "en")[-1]


def test_the_network_goes_back_to_networkx(coverage):
    graph = ga.to_networkx(coverage.times.streets)
    again = ga.from_networkx(graph, crs=coverage.residents.crs.to_string())
    assert len(graph) == len(again.x) == len(coverage.times.streets.x)


def test_a_bridge_makes_nobody_later(study, tmp_path):
    """Straight from a resident to a place that is twice as far by the streets."""
    few = study.vary({"departures.to": "14:04", "departures.every_s": 120})
    before = ga.open_times(few)
    sites = range(len(before.inputs.sites))
    away = np.linalg.norm(before.inputs.resident_points[:, None] - before.inputs.site_points[None], axis=2)
    walks = before.walk_seconds()
    round_about = np.where((walks < NEVER) & (away > 300), walks / away, 0)
    resident, site = np.unravel_index(round_about.argmax(), round_about.shape)
    to_degrees = Transformer.from_crs(few.settings.crs, "EPSG:4326", always_xy=True)
    ends = before.inputs.resident_points[resident], before.inputs.site_points[site]
    points = [to_degrees.transform(*end)[::-1] for end in ends]
    said = ", ".join(f"[{lat}, {lon}]" for lat, lon in points)
    path = tmp_path / "ponte.toml"
    path.write_text(f'name = "Ponte"\n[[add_street]]\npoints = [{said}]\n', encoding="utf-8")
    after = ga.open_times(few.vary({"scenario.file": str(path)}))
    assert after.walk_seconds()[resident, site] < walks[resident, site]
    assert (after.walk_seconds() <= walks).all()
    found = [np.stack([seconds for _, seconds in times.transit_seconds(sites)]) for times in (before, after)]
    assert (found[1] <= found[0]).all()
    assert (found[1] < found[0]).any()
    told = next(one for one in after.street_findings() if one.code == "scenario.added_street")
    assert abs(told.params["metres"] - away[resident, site]) < 2 * few.settings.walking.snap_m
