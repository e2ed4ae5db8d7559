"""The compiled backward search against the plain forward oracle, on generated towns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from town_strategies import (
    Town,
    draw_departures,
    draw_town,
    draw_trip,
    legs_arrays,
    list_thrown,
    timetable_arrays,
    walks_within_limit,
)

from geo_access.routing.links import link_rides, link_starts
from geo_access.routing.network import build_network, list_onward
from geo_access.routing.scan import NEVER
from geo_access.routing.search import arrivals_of_resident, travel_seconds
from geo_access.streets.walker import Legs


@dataclass
class TableWalker:
    """A walker who reads walks off a town's table."""

    town: Town

    def legs(self, _origins, _destinations, *, limit_s):
        return SimpleNamespace(
            **legs_arrays(walks_within_limit(replace(self.town, transfer_limit=limit_s)), n_to=self.town.n_stops)
        )

    def pairs(self, _origins, i, _destinations, j):
        walks = self.town.walks | {(stop, stop): 0 for stop in range(self.town.n_stops)}
        return np.array([walks.get((int(a), int(b)), np.nan) for a, b in zip(i, j, strict=True)], float)


def make_network(town: Town, not_before: int, *, strict: bool = False):
    timetable = SimpleNamespace(stops=[None] * town.n_stops, **timetable_arrays(town))
    limit = 10**6 if town.transfer_limit == float("inf") else town.transfer_limit
    return build_network(
        timetable,
        TableWalker(town),
        None,
        not_before=not_before,
        transfer_limit_s=limit,
        boarding_slack_s=town.slack,
        strict=strict,
    )


def run_engine(town: Town, departures: list[int], *, strict: bool = False, not_after: int | None = None) -> dict:
    """Travel seconds of every (home, site), as `Town.table` gives them."""
    network = make_network(town, departures[0], strict=strict)
    access = Legs(**legs_arrays(town.homes, n_to=town.n_stops))
    every = departures[1] - departures[0] if len(departures) > 1 else 60
    links = link_rides(network, not_after=not_after)
    starts = link_starts(
        network, links, access, first_departure=departures[0], every_s=every, n_departures=len(departures)
    )
    homes = range(len(town.homes))
    direct = [[town.direct.get((home, site), NEVER) for site in range(len(town.sites))] for home in homes]
    egress = Legs(**legs_arrays(town.sites, n_to=town.n_stops))
    seconds = travel_seconds(network, links, starts, egress, np.array(direct, np.int32).reshape(len(homes), -1))
    return {
        (home, site): [None if s == NEVER else int(s) for s in seconds[site, home]]
        for home in homes
        for site in range(len(town.sites))
    }


@given(draw_town(), draw_departures())
@settings(max_examples=400)
def test_engine_equals_the_oracle(town, departures):
    assert town.table(departures) == run_engine(town, departures)


def test_engine_equals_the_oracle_where_changes_matter():
    """The towns of which test_oracle.py shows that they need every rule."""
    for town, departures in list_thrown():
        assert town.table(departures) == run_engine(town, departures), town


@given(draw_town(), draw_departures(), st.integers(0, 3000))
@settings(max_examples=200)
def test_what_arrives_before_the_horizon_is_exact(town, departures, horizon):
    cut = run_engine(town, departures, not_after=horizon)
    for pair, exact in town.table(departures).items():
        for leave, whole, found in zip(departures, exact, cut[pair], strict=True):
            if whole is not None and leave + whole <= horizon:
                assert whole == found
            else:
                assert found is None or leave + found > horizon


@given(draw_town(), draw_departures())
@settings(max_examples=300)
def test_the_forward_search_equals_the_oracle(town, departures):
    assert replace(town, direct={}).table(departures) == run_forward(town, departures)


def run_forward(town: Town, departures: list[int]) -> dict:
    """The answers of the forward search, rides only, in the form of `Town.table`."""
    network = make_network(town, departures[0])
    near = [{} for _ in range(town.n_stops)]
    for site, stops in enumerate(town.sites):
        for stop, seconds in stops.items():
            near[stop][site] = seconds
    every = departures[1] - departures[0] if len(departures) > 1 else 60
    found = {}
    for home, stops in enumerate(town.homes):
        row = legs_arrays([stops], n_to=town.n_stops)
        arrivals = arrivals_of_resident(
            network,
            list_onward(network),
            (row["index"], row["seconds"]),
            Legs(**legs_arrays(near, n_to=len(town.sites))),
            first_departure=departures[0],
            every_s=every,
            n_departures=len(departures),
        )
        for site, row in enumerate(arrivals.tolist()):
            found[home, site] = [None if s == NEVER else s - leave for s, leave in zip(row, departures, strict=True)]
    return found


def _no_later(new: dict, old: dict) -> bool:
    never = 10**9
    return all(
        (never if n is None else n) <= (never if o is None else o)
        for pair in old
        for n, o in zip(new[pair], old[pair], strict=True)
    )


@given(st.data(), draw_town(), draw_departures())
@settings(max_examples=150)
def test_another_trip_makes_nobody_later(data, town, departures):
    more = town.with_trip(data.draw(draw_trip(town.n_stops)))
    assert _no_later(run_engine(more, departures), run_engine(town, departures))


@given(draw_town(), draw_departures())
@settings(max_examples=100)
def test_the_strict_rule_makes_nobody_earlier(town, departures):
    assert _no_later(run_engine(town, departures), run_engine(town, departures, strict=True))


@given(draw_town(), draw_departures())
@settings(max_examples=100)
def test_a_minute_more_of_slack_makes_nobody_earlier(town, departures):
    assert _no_later(run_engine(town, departures), run_engine(replace(town, slack=town.slack + 60), departures))


@given(st.data(), draw_town(), draw_departures())
@settings(max_examples=100)
def test_the_order_of_trips_does_not_matter(data, town, departures):
    shuffled = replace(town, trips=data.draw(st.permutations(town.trips)))
    assert run_engine(town, departures) == run_engine(shuffled, departures)


def test_a_long_day_with_many_options_fills_and_empties_the_profiles():
    """More entries than a profile's first room: 300 trips, each a little faster than the next."""
    trips = [
        [(0, s, s, True, True), (1, s + 400 - k, s + 400 - k, True, True)] for k, s in enumerate(range(0, 9000, 30))
    ]
    trips += [[(1, s, s, True, True), (2, s + 60, s + 60, True, True)] for s in range(0, 12000, 20)]
    walks = {(a, b): 45 for a in range(3) for b in range(3) if a != b}
    town = Town(3, trips, walks, homes=[{0: 30}], sites=[{2: 10}], slack=60, transfer_limit=600)
    departures = list(range(0, 3600, 120))
    assert town.table(departures) == run_engine(town, departures)


@pytest.mark.parametrize(("slack", "expected"), [(59, 360), (60, 360), (61, None)])
def test_boarding_at_the_very_second(slack, expected):
    town = Town(
        2,
        [[(0, 120, 120, True, True), (1, 300, 300, True, True)]],
        {(0, 1): 9999, (1, 0): 9999},
        homes=[{0: 60}],
        sites=[{1: 60}],
        slack=slack,
    )
    seconds = run_engine(town, [0])[0, 0]
    assert [expected] == seconds


@pytest.mark.parametrize(
    ("kind", "minimum", "change"), [(2, 30, 700), (2, 800, 800), (0, 0, 760), (1, 0, 760), (3, 0, None)]
)
def test_a_change_beyond_the_limit_takes_what_the_feed_says_but_no_less_than_the_walk(kind, minimum, change):
    """Far stops that transfers.txt names: each second around the moment from which a vehicle can be boarded."""
    walks = {(a, b): 700 for a in range(4) for b in range(4) if a != b}
    for late in (-1, 0, 1):
        leaves = 900 + (change or 760) + late
        trips = [
            [(0, 600, 600, True, True), (1, 900, 900, True, True)],
            [(2, leaves, leaves, True, True), (3, leaves + 60, leaves + 60, True, True)],
        ]
        rules = {(1, 2): (kind, minimum)}
        town = Town(4, trips, walks, homes=[{0: 0}], sites=[{3: 0}], rules=rules, transfer_limit=600)
        caught = change is not None and late >= 0
        assert [leaves + 60 - 500 if caught else None] == run_engine(town, [500])[0, 0]


@pytest.mark.parametrize("begin", [0, 1])
@pytest.mark.parametrize(("slow", "fast"), [(1500, 1000), (1000, 1500), (1000, 1000), (1001, 1000)])
def test_a_trip_that_overtakes_on_the_last_hop_is_not_outdone(begin, slow, fast):
    """Two trips along the same stops, the earlier one slower or not; both can be caught, from home or after a ride."""
    stops = [1, 2, 3][begin:]
    trips = [
        [(stop, 700 + 60 * k + late, 700 + 60 * k + late, True, True) for k, stop in enumerate(stops[:-1])]
        + [(stops[-1], arrives, arrives, True, True)]
        for late, arrives in ((0, slow), (30, fast))
    ]
    feeder = [(0, 500, 500, True, True), (stops[0], 600, 600, True, True)]
    walks = {(a, b): 9999 for a in range(4) for b in range(4) if a != b}
    town = Town(4, [*trips, feeder], walks, homes=[{stops[0]: 0}, {0: 0}], sites=[{3: 0}], transfer_limit=600)
    departures = list(range(0, 780, 10))
    assert town.table(departures) == run_engine(town, departures)
    assert min(slow, fast) - 600 == town.table([600])[0, 0][0]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (1, 2, 0)])
def test_changes_of_no_time_chain_hops_of_no_time(order):
    """Three rides within one second: whichever of them the scan meets first, the chain is found."""
    rides = [
        [(0, 600, 600, True, True), (1, 900, 900, True, True)],
        [(1, 900, 900, True, True), (2, 900, 900, True, True)],
        [(2, 900, 900, True, True), (3, 900, 900, True, True)],
    ]
    onward = [
        [(3, 900, 900, True, True), (4, 900, 900, True, True)],
        [(4, 900, 900, True, True), (5, 905, 905, True, True)],
    ]
    for trips in ([*(rides[k] for k in order), *onward], [*onward[::-1], *(rides[k] for k in order)]):
        walks = {(a, b): 9999 for a in range(6) for b in range(6) if a != b}
        rules = {(stop, stop): (2, 0) for stop in range(6)}
        town = Town(6, trips, walks, homes=[{0: 0}], sites=[{5: 0}], rules=rules, transfer_limit=600)
        assert [365, None] == run_engine(town, [540, 541])[0, 0]
        assert town.table([540, 541]) == run_engine(town, [540, 541]) == run_forward(town, [540, 541])


def test_the_strict_rule_is_a_second_more_before_every_boarding():
    """In whole seconds, later than is a second later: as if every vehicle left a second before it does."""
    differ = 0
    for town, departures in list_thrown(150):
        early = [[(stop, come, go - 1, *may) for stop, come, go, *may in trip] for trip in town.trips]
        strict = run_engine(town, departures, strict=True)
        assert replace(town, trips=early).table(departures) == strict
        differ += strict != run_engine(town, departures)
    assert differ > 10
