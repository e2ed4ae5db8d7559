"""Journeys told ride by ride: each step is allowed, and together they take as long as the search says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import change_time
from test_scan import make_network, run_engine
from town_strategies import draw_departures, draw_town, legs_arrays

from geo_access.routing.arrays import LegArrays
from geo_access.routing.network import list_onward
from geo_access.routing.scan import NEVER
from geo_access.routing.trace import MOST_RIDES, find_last, trace_rides


def trace(town, network, onward, home: int, site: int, leave: int, arrive: int) -> list[tuple[int, int]] | None:
    access = legs_arrays([town.homes[home]], n_to=town.n_stops)
    egress = np.full(town.n_stops, NEVER, np.int32)
    egress[list(town.sites[site])] = list(town.sites[site].values())
    rides = np.full((MOST_RIDES, 2), -1, np.int32)
    count = trace_rides(
        network.connections,
        LegArrays.of(onward),
        access["index"],
        access["seconds"],
        network.boarding_s,
        egress,
        leave,
        arrive,
        rides,
    )
    return None if count < 0 else [(int(a), int(b)) for a, b in rides[:count]]


def same_trip(network, boarded: int, left: int) -> bool:
    while boarded >= 0 and boarded != left:
        boarded = network.following[boarded]
    return boarded == left


def earliest_onward(town, origin: int, to: int, time: int) -> float:
    """When a vehicle may be boarded at `to` at the earliest, after alighting at `origin`."""
    seconds = change_time(
        town.walks, town.rules, from_stop=origin, to_stop=to, slack=town.slack, transfer_limit=town.transfer_limit
    )
    return float("inf") if seconds is None else time + seconds


@given(draw_town(), draw_departures())
@settings(max_examples=250)
def test_a_traced_journey_is_allowed_and_as_long_as_the_search_says(town, departures):
    rides_only = replace(town, direct={})
    network = make_network(town, departures[0])
    onward = list_onward(network)
    for (home, site), seconds in run_engine(rides_only, departures).items():
        for leave, took in zip(departures, seconds, strict=True):
            if took is None:
                assert trace(town, network, onward, home, site, leave, leave + 10**5) is None
                continue
            rides = trace(town, network, onward, home, site, leave, leave + took)
            assert rides is not None
            clock, stop = leave, None
            for boarded, left in rides:
                start = int(network.departure_stop[boarded])
                ready = (
                    clock + town.homes[home][start] + town.slack
                    if stop is None
                    else earliest_onward(town, stop, start, clock)
                )
                assert network.boardable[boarded]
                assert network.alightable[left]
                assert ready <= network.departure[boarded]
                assert same_trip(network, boarded, left)
                clock, stop = int(network.arrival[left]), int(network.arrival_stop[left])
            assert clock + town.sites[site][stop] == leave + took
            boarded, left = rides[0]
            walk = town.homes[home][int(network.departure_stop[boarded])]
            while boarded != left:
                boarded = network.following[boarded]
                nearer = town.homes[home].get(int(network.departure_stop[boarded]), walk)
                in_time = leave + nearer + town.slack <= network.departure[boarded]
                assert not (nearer < walk and in_time and network.boardable[boarded]), "it comes by nearer"


@given(draw_town(), draw_departures())
@settings(max_examples=100)
def test_no_journey_arrives_a_second_earlier(town, departures):
    network = make_network(town, departures[0])
    onward = list_onward(network)
    for (home, site), seconds in run_engine(replace(town, direct={}), departures).items():
        for leave, took in zip(departures, seconds, strict=True):
            if took is not None:
                assert trace(town, network, onward, home, site, leave, leave + took - 1) is None


@given(st.lists(st.integers(0, 50), max_size=30), st.integers(-1, 51))
def test_the_last_that_departs_late_enough(departures, second):
    ordered = np.array(sorted(departures, reverse=True), np.int32)
    late_enough = np.flatnonzero(ordered >= second)
    assert (late_enough[-1] if len(late_enough) else -1) == find_last(ordered, second)
