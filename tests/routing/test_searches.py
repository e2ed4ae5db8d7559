"""A search made ready: blocks of residents, and those who are still under way when the first look ends."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_scan import make_network
from town_strategies import draw_departures, draw_town, legs_arrays, list_thrown

from geo_access.routing import search as searches
from geo_access.routing.scan import NEVER
from geo_access.routing.search import Search, latest_departures, link_day, link_residents
from geo_access.streets.walker import Legs
from geo_access.study.departures import Departures


def make_search(town, departures: list[int]) -> Search:
    network = make_network(town, departures[0])
    every = departures[1] - departures[0] if len(departures) > 1 else 60
    asked = Departures(departures[0], every, len(departures))
    access = Legs(**legs_arrays(town.homes, n_to=town.n_stops))
    homes, sites = range(len(town.homes)), range(len(town.sites))
    direct = np.array([[town.direct.get((home, site), NEVER) for site in sites] for home in homes], np.int32)
    links = link_day(network, asked)
    return Search(
        network,
        links,
        link_residents(network, links, access, asked),
        access,
        Legs(**legs_arrays(town.sites, n_to=town.n_stops)),
        direct.reshape(len(homes), len(sites)),
        asked,
    )


def as_table(seconds) -> dict:
    return {
        (home, site): [None if s == NEVER else int(s) for s in seconds[site, home]]
        for site in range(seconds.shape[0])
        for home in range(seconds.shape[1])
    }


@pytest.mark.parametrize("most_forward", [0, 10**6], ids=["late ones over the whole day", "late ones forward"])
@given(town=draw_town(), departures=draw_departures(), horizon=st.integers(0, 1500), further=st.integers(0, 1500))
@settings(max_examples=100)
def test_who_outlasts_the_horizon_is_searched_for_exactly(most_forward, town, departures, horizon, further):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(searches, "_HORIZONS_S", (horizon, horizon + further, None))
        patch.setattr(searches, "_WORTH_LEAVING", 0)
        patch.setattr(searches, "_MOST_FORWARD", most_forward)
        search, sites = make_search(town, departures), range(len(town.sites))
        found = search.seconds(sites)
        # What is told of some sites is theirs, in whatever order they are asked for.
        backward = [search.seconds([site])[0] for site in reversed(sites)]
    assert town.table(departures) == as_table(found)
    assert all(np.array_equal(one, found[site]) for one, site in zip(backward, reversed(sites), strict=True))


@given(town=draw_town(), departures=draw_departures())
@settings(max_examples=100)
def test_the_latest_departure_is_the_last_that_arrives(town, departures):
    check_latest(town, departures)


def test_the_latest_departure_misses_no_change_by_a_second_and_makes_none():
    for town, departures in list_thrown(200):
        check_latest(town, departures)


def check_latest(town, departures):
    """Leaving then arrives, be it at the end of the day; leaving a second later does not."""
    network = make_network(town, departures[0])
    access = Legs(**legs_arrays(town.homes, n_to=town.n_stops))
    egress = Legs(**legs_arrays(town.sites, n_to=town.n_stops))
    rides = replace(town, direct={})
    for site, row in enumerate(latest_departures(network, access, egress)):
        for home, last in enumerate(row):
            if last >= departures[0]:
                assert rides.seconds(home, site, [int(last)])[0] is not None
            after = max(int(last) + 1, departures[0])
            assert rides.seconds(home, site, [after])[0] is None


@given(town=draw_town(), departures=draw_departures(), data=st.data())
@settings(max_examples=100)
def test_sites_asked_for_together_or_apart_are_the_same(town, departures, data):
    search = make_search(town, departures)
    sites = range(len(town.sites))
    some = data.draw(st.lists(st.sampled_from(sites), min_size=1, max_size=12)) if sites else []
    if not some:
        return
    together = search.seconds(some)
    for place, site in enumerate(some):
        np.testing.assert_array_equal(together[place], search.seconds([site])[0])


@given(town=draw_town(), departures=draw_departures())
@settings(max_examples=100)
def test_the_same_search_to_other_sites_keeps_nothing_of_the_first(town, departures):
    """Turned to the sites in another order, it answers for them, those who come late included."""
    other = replace(
        town,
        sites=[*town.sites[::-1], {}],
        direct={(home, len(town.sites) - 1 - site): s for (home, site), s in town.direct.items()},
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(searches, "_HORIZONS_S", (0, 0, None))
        patch.setattr(searches, "_WORTH_LEAVING", 0)
        search, turned = make_search(town, departures), make_search(other, departures)
        for asked, there in ((town, search), (other, turned)):
            found = search.at(there.egress, there.direct_s).seconds(range(len(asked.sites)))
            assert asked.table(departures) == as_table(found)


@given(town=draw_town(), departures=draw_departures(), most=st.integers(1, 40))
@settings(max_examples=100)
def test_residents_in_blocks_are_the_same(town, departures, most):
    """With more residents and departures than there are numbers, each block walks to its own stops and sites."""
    crowded = replace(
        town,
        homes=[*town.homes, *town.homes[::-1], {}],
        direct=town.direct | {(2 * len(town.homes) - 1 - home, site): s + 1 for (home, site), s in town.direct.items()},
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(searches, "_MOST_STARTS", most)
        search = make_search(crowded, departures)
        assert len(search.starts) > 1 or most >= len(crowded.homes) * len(departures)
        found = search.seconds(range(len(town.sites)))
    assert crowded.table(departures) == as_table(found)


def test_eleven_sites_need_two_scans_and_stay_in_order():
    from town_strategies import Town

    trips = [
        [(0, 100 * k, 100 * k, True, True), (k % 11 + 1, 100 * k + 50, 100 * k + 50, True, True)] for k in range(44)
    ]
    town = Town(12, trips, {}, homes=[{0: 10}], sites=[{k + 1: 5 * k} for k in range(11)], slack=0)
    departures = [0, 500, 1000]
    assert town.table(departures) == as_table(make_search(town, departures).seconds(range(11)))
