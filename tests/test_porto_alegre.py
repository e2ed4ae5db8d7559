"""Porto Alegre: real streets, blank stop times, two feeds; the backward search against the forward one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import geo_access as ga
from geo_access.routing import arrivals_of_resident, list_onward
from geo_access.scan import NEVER

pytestmark = pytest.mark.real_data

STUDY = Path(__file__).parent / "porto_alegre"


@pytest.fixture(scope="module")
def study(shared_data):
    assert shared_data
    return ga.open_study(STUDY)


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


def test_the_network_goes_back_to_networkx(coverage):
    graph = ga.to_networkx(coverage.times.streets)
    again = ga.from_networkx(graph, crs=coverage.residents.crs.to_string())
    assert len(graph) == len(again.x) == len(coverage.times.streets.x)
