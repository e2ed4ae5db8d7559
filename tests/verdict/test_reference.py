"""The forward search of the Hauts-de-Seine reference against the plain one, on generated towns."""

from __future__ import annotations

import numpy as np
from hauts_de_seine_reference import reference
from hypothesis import given, settings
from town_strategies import Town, draw_departures, draw_town, legs_arrays, timetable_arrays


def search_town(town: Town, departures, *, horizon: int) -> np.ndarray:
    """Run the reference's kernel on a town: int32 (homes, departures, sites)."""
    arrays = timetable_arrays(town)
    order = np.lexsort((np.arange(len(arrays["trip"])), arrays["trip"], arrays["departure"]))
    names = ("departure_stop", "arrival_stop", "departure", "arrival", "trip", "boardable", "alightable")
    hops = tuple(arrays[name][order] for name in names)
    pairs = {(stop, stop): town.slack for stop in range(town.n_stops)}
    pairs |= {pair: walk + town.slack for pair, walk in town.walks.items() if walk <= town.transfer_limit}
    for pair, (kind, minimum) in town.rules.items():
        walk = 0 if pair[0] == pair[1] else town.walks[pair]
        pairs[pair] = max(walk, minimum) if kind == 2 else walk + town.slack
        if kind == 3:
            del pairs[pair]
    rows = [{b: seconds for (a, b), seconds in pairs.items() if a == stop} for stop in range(town.n_stops)]
    out = np.empty((len(town.homes), len(departures), len(town.sites)), np.int32)
    direct = np.full((len(town.homes), len(town.sites)), reference.NEVER)
    for pair, seconds in town.direct.items():
        direct[pair] = seconds
    reference.search_all(
        np.array(departures, np.int32),
        horizon,
        town.slack,
        _legs(town.homes, town.n_stops),
        direct,
        hops,
        max(len(town.trips), 1),
        _legs(rows, town.n_stops),
        _legs(town.sites, town.n_stops),
        out,
    )
    return out


def _legs(rows, n_to):
    legs = legs_arrays(rows, n_to=n_to)
    return legs["indptr"], legs["index"], legs["seconds"]


@settings(max_examples=500, deadline=None)  # the first example compiles the search
@given(draw_town(), draw_departures())
def test_the_reference_equals_the_plain_search(town, departures):
    found = search_town(town, departures, horizon=reference.NEVER // 2)
    for (home, site), seconds in town.table(departures).items():
        assert [reference.NEVER if s is None else s for s in seconds] == found[home, :, site].tolist()


@settings(max_examples=500, deadline=None)  # the first example compiles the search
@given(draw_town(), draw_departures())
def test_a_horizon_only_cuts_off_what_lies_beyond(town, departures):
    everything = search_town(town, departures, horizon=reference.NEVER // 2)
    near = search_town(town, departures, horizon=600)
    assert np.array_equal(near, np.where(everything <= 600, everything, reference.NEVER))
