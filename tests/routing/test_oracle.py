"""The plain-Python search against cases worked out by hand."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import combinations, pairwise, product

import numpy as np
import pytest
from exhaustive import exhaustive_seconds
from hypothesis import given, settings
from oracle import NEVER, change_time, earliest_arrival, travel_seconds
from town_strategies import (
    Town,
    draw_departures,
    draw_town,
    legs_arrays,
    list_thrown,
    timetable_arrays,
    walks_within_limit,
)

# One line A - B - C: leaves A at 600, stands at B from 720 to 750, reaches C at 900.
LINE = [("A", 600, 600, True, True), ("B", 720, 750, True, True), ("C", 900, 900, True, True)]
# A second line from C (or D) at 960 to E at 1200.
ONWARD_FROM_C = [("C", 960, 960, True, True), ("E", 1200, 1200, True, True)]
ONWARD_FROM_D = [("D", 1000, 1000, True, True), ("E", 1200, 1200, True, True)]


def arrive(trips, *, walks=None, departure=0, access=None, egress=None, direct=None, slack=60, **how):
    return earliest_arrival(
        trips,
        walks or {},
        departure=departure,
        access={"A": 100} if access is None else access,
        egress={"E": 30} if egress is None else egress,
        direct=direct,
        slack=slack,
        **how,
    )


def test_one_ride_is_access_wait_ride_and_egress():
    assert arrive([LINE], egress={"C": 40}) == 900 + 40


@pytest.mark.parametrize(("departure", "expected"), [(439, 940), (440, 940), (441, None)])
def test_boarding_needs_the_slack_to_the_second(departure, expected):
    # 440 + 100 s of walk + 60 s of slack = 600, the departure itself; a second later the trip is missed.
    assert arrive([LINE], departure=departure, egress={"C": 40}) == expected


def test_boarding_slack_may_be_none():
    assert arrive([LINE], departure=500, egress={"C": 40}, slack=0) == 940
    assert arrive([LINE], departure=501, egress={"C": 40}, slack=0) is None


def test_boarding_in_the_middle_uses_the_departure_not_the_arrival():
    assert arrive([LINE], departure=640, access={"B": 50}, egress={"C": 0}) == 900
    assert arrive([LINE], departure=641, access={"B": 50}, egress={"C": 0}) is None


def test_alighting_uses_the_arrival_not_the_departure():
    assert arrive([LINE], egress={"B": 0}) == 720


def test_the_walk_all_the_way_competes_with_the_ride():
    assert arrive([LINE], egress={"C": 40}, direct=300) == 300
    assert arrive([LINE], departure=440, egress={"C": 40}, direct=501) == 940
    assert arrive([], direct=501) == 501
    assert arrive([], direct=None) is None


def test_walking_to_a_stop_and_away_again_is_no_journey():
    assert arrive([], access={"A": 10}, egress={"A": 10}) is None


def test_changing_at_the_same_stop_takes_the_slack():
    assert arrive([LINE, ONWARD_FROM_C]) == 1230  # 900 + 60 <= 960
    assert arrive([LINE, ONWARD_FROM_C], slack=61, access={"A": 99}) is None


@pytest.mark.parametrize(("walk", "expected"), [(40, 1230), (41, None)])
def test_changing_between_two_stops_takes_the_walk_and_the_slack(walk, expected):
    assert arrive([LINE, ONWARD_FROM_D], walks={("C", "D"): walk}) == expected


def test_a_transfer_walk_goes_one_way():
    assert arrive([LINE, ONWARD_FROM_D], walks={("D", "C"): 10}) is None


@pytest.mark.parametrize(
    ("walk", "minimum", "expected"), [(100, 0, 1230), (100, 100, 1230), (101, 0, None), (10, 101, None), (0, 0, 1230)]
)
def test_a_minimum_transfer_time_replaces_walk_and_slack(walk, minimum, expected):
    # 900 + max(walk, minimum) against the departure at 1000: the slack of 60 s no longer counts.
    rules = {("C", "D"): (2, minimum)}
    assert arrive([LINE, ONWARD_FROM_D], walks={("C", "D"): walk}, rules=rules) == expected


@pytest.mark.parametrize(("minimum", "expected"), [(0, 1230), (60, 1230), (61, None)])
def test_a_minimum_transfer_time_holds_at_the_same_stop(minimum, expected):
    # With a slack of 90 s the change at C (900 to 960) needs the rule.
    assert arrive([LINE, ONWARD_FROM_C], slack=90) is None
    assert arrive([LINE, ONWARD_FROM_C], slack=90, rules={("C", "C"): (2, minimum)}) == expected


def test_a_minimum_of_zero_allows_a_change_within_the_same_second():
    zero = [("C", 900, 900, True, True), ("D", 900, 900, True, True)]
    last = [("D", 900, 900, True, True), ("E", 905, 905, True, True)]
    rules = {("C", "C"): (2, 0), ("D", "D"): (2, 0)}
    for trips in ([LINE, zero, last], [last, zero, LINE]):  # in any order of the trips
        assert arrive(trips, rules=rules) == 935
        assert arrive(trips) is None


def test_a_rule_of_kind_3_forbids_the_change_only():
    assert arrive([LINE, ONWARD_FROM_C], rules={("C", "C"): (3, 0)}) is None
    assert arrive([LINE, ONWARD_FROM_D], walks={("C", "D"): 10}, rules={("C", "D"): (3, 0)}) is None
    through = [*LINE, ("E", 1100, 1100, True, True)]
    assert arrive([through], rules={("C", "C"): (3, 0)}) == 1130  # staying on board is no change


def test_a_far_pair_counts_only_where_a_rule_names_it():
    far = {"walks": {("C", "D"): 40}, "transfer_limit": 39}
    assert arrive([LINE, ONWARD_FROM_D], **far) is None
    assert arrive([LINE, ONWARD_FROM_D], **far, rules={("C", "D"): (0, 0)}) == 1230
    assert arrive([LINE, ONWARD_FROM_D], **far, rules={("C", "D"): (2, 100)}) == 1230
    assert arrive([LINE, ONWARD_FROM_D], **far, rules={("C", "D"): (3, 0)}) is None


def test_an_ordinary_rule_keeps_walk_and_slack():
    for kind in (0, 1):
        found = [
            change_time({("C", "D"): 40}, {("C", "D"): (kind, 0)}, from_stop="C", to_stop=stop, slack=60)
            for stop in "CD"
        ]
        assert found == [60, 100]


def test_two_walks_in_a_row_are_illegal():
    # Alight at C, walk to M, walk to D: each within the limit, together not a change.
    walks = {("C", "M"): 10, ("M", "D"): 10}
    assert arrive([LINE, ONWARD_FROM_D], walks=walks) is None
    # Access to M and a transfer walk M -> D without a ride between them: not a start either.
    assert arrive([ONWARD_FROM_D], access={"M": 10}, walks=walks) is None
    # Egress after a transfer walk without a ride: C -> M, then M -> goal.
    assert arrive([LINE], egress={"M": 5}, walks=walks) is None


def test_pickup_and_drop_off_flags():
    no_pickup = [("A", 600, 600, False, True), *LINE[1:]]
    assert arrive([no_pickup], egress={"C": 0}) is None
    no_drop = [*LINE[:2], ("C", 900, 900, True, False)]
    assert arrive([no_drop], egress={"C": 0}) is None
    assert arrive([no_drop], egress={"B": 0}) == 720
    passing = [LINE[0], ("B", 720, 750, False, False), LINE[2]]
    assert arrive([passing], egress={"B": 0, "C": 500}) == 1400


def test_an_overtaking_trip_wins_though_it_leaves_later():
    slow = [("A", 600, 600, True, True), ("C", 1500, 1500, True, True)]
    fast = [("A", 700, 700, True, True), ("C", 1000, 1000, True, True)]
    assert arrive([slow, fast], egress={"C": 0}) == 1000


def test_a_loop_may_be_left_at_either_visit():
    loop = [
        ("A", 600, 600, True, True),
        ("B", 660, 660, True, False),
        ("C", 720, 720, True, True),
        ("B", 900, 900, True, True),
    ]
    assert arrive([loop], egress={"B": 0}) == 900  # the first visit sets nobody down


def test_an_earlier_arrival_on_foot_may_still_reach_a_slower_line():
    # The stop by the door has a late bus, the stop farther away an early one.
    late = [("A", 800, 800, True, True), ("C", 900, 900, True, True)]
    early = [("B", 400, 400, True, True), ("C", 500, 500, True, True)]
    assert arrive([late, early], access={"A": 10, "B": 340}, egress={"C": 0}) == 500
    assert arrive([late, early], access={"A": 10, "B": 341}, egress={"C": 0}) == 900


def test_unreachable_departures_are_missing():
    how = {"access": {"A": 100}, "egress": {"C": 0}, "direct": None, "slack": 60, "transfer_limit": NEVER}
    found = travel_seconds([LINE], {}, departures=[380, 440, 441], **how)
    assert found == [520, 460, None]


@given(draw_town(), draw_departures())
def test_a_second_plain_search_agrees(town, departures):
    """Walk through single moves with a queue, ordered by time: another algorithm, the same seconds."""
    for (home, site), seconds in town.table(departures).items():
        for departure, found in zip(departures, seconds, strict=True):
            assert found == _search_moves(town, home, site, departure)


def _search_moves(town, home, site, departure):
    """Dijkstra over the states (aboard trip, call) and (just set down, stop), one move at a time."""
    queue = [(departure + town.direct[home, site], ("there",))] if (home, site) in town.direct else []
    for stop, walk in town.homes[home].items():
        queue += _boardings(town, stop, departure + walk + town.slack)
    seen = set()
    while queue:
        queue.sort()
        second, state = queue.pop(0)
        if state[0] == "there":
            return second - departure
        if state in seen:
            continue
        seen.add(state)
        if state[0] == "aboard":
            trip, call = state[1:]
            if call + 1 < len(town.trips[trip]):
                stop, arrives, leaves, _, may_alight = town.trips[trip][call + 1]
                queue.append((leaves, ("aboard", trip, call + 1)))
                if may_alight:
                    queue.append((arrives, ("set down", stop)))
        else:
            stop = state[1]
            if stop in town.sites[site]:
                queue.append((second + town.sites[site][stop], ("there",)))
            for other in range(town.n_stops):
                change = change_time(
                    town.walks,
                    town.rules,
                    from_stop=stop,
                    to_stop=other,
                    slack=town.slack,
                    transfer_limit=town.transfer_limit,
                )
                if change is not None:
                    queue += _boardings(town, other, second + change)
    return None


def _boardings(town, stop, ready):
    return [
        (leaves, ("aboard", trip, call))
        for trip, calls in enumerate(town.trips)
        for call, (here, _, leaves, may_board, _) in enumerate(calls)
        if here == stop and may_board and leaves >= ready
    ]


@given(draw_town(), draw_departures())
@settings(max_examples=150)
def test_no_journey_is_better_than_the_plain_search_finds(town, departures):
    few = replace(town, trips=[trip[:4] for trip in town.trips[:4]])
    for home, site in product(range(len(few.homes)), range(len(few.sites))):
        some = departures[:: max(len(departures) // 3, 1)]
        assert few.seconds(home, site, some) == exhaustive_seconds(few, home, site, some)


def test_the_towns_hold_every_feature_and_need_it():
    """What no town needs, no town tests: without each feature some answer must change."""
    needed: Counter = Counter()
    for town, departures in list_thrown():
        answers = town.table(departures)
        for feature, other in _without_features(town):
            needed[feature] += answers != other.table(departures)
    scarce = {feature: count for feature, count in needed.items() if count < 3}
    assert not scarce, needed


def _without_features(town):
    """The town without each of its features, one at a time."""

    def trips(change):
        return replace(town, trips=[change(trip) for trip in town.trips])

    def kinds(*gone):
        return replace(town, rules={pair: rule for pair, rule in town.rules.items() if rule[0] not in gone})

    def one_by_one(trip):
        """Every hop of 0 s takes 1 s, and what follows is later."""
        late, new = 0, [trip[0]]
        for before, (stop, arrives, leaves, *may) in pairwise(trip):
            late += arrives == before[2]
            new.append((stop, arrives + late, leaves + late, *may))
        return new

    def unlooped(trip):
        seen = [call[0] for call in trip]
        return trip[: next((k for k, stop in enumerate(seen) if stop in seen[:k]), len(trip))]

    leaving = [(call[0], call[2]) for trip in town.trips for call in trip[:-1]]
    twice = {key for key in leaving if leaving.count(key) > 1}
    overtaking = {
        k
        for k, fast in enumerate(town.trips)
        for slow in town.trips
        for a, b in combinations(fast, 2)
        for c, d in combinations(slow, 2)
        if a[0] == c[0] and b[0] == d[0] and c[2] < a[2] and b[1] < d[1]
    }
    yield "a hop of no time", trips(one_by_one)
    yield "a loop", trips(unlooped)
    yield "pickup_type", trips(lambda trip: [(*call[:3], True, call[4]) for call in trip])
    yield "drop_off_type", trips(lambda trip: [(*call[:4], True) for call in trip])
    yield "equal departures", trips(lambda trip: [(*c[:3], c[3] and (c[0], c[2]) not in twice, c[4]) for c in trip])
    yield "overtaking", replace(town, trips=[trip for k, trip in enumerate(town.trips) if k not in overtaking])
    yield "another way back", replace(town, walks={(a, b): town.walks[b, a] for a, b in town.walks})
    yield "ordinary rules of far pairs", kinds(0, 1)
    yield "a minimum time", kinds(2)
    yield "a forbidden change", kinds(3)
    yield "the slack, hit exactly", replace(town, slack=town.slack + 1)
    yield "the limit, hit exactly", replace(town, transfer_limit=town.transfer_limit - 1)
    yield "the walk all the way", replace(town, direct={})


@given(draw_town())
def test_the_arrays_say_the_same_as_the_lists(town):
    arrays = timetable_arrays(town)
    order = list(zip(arrays["departure"], arrays["arrival"], arrays["trip"], strict=True))
    assert order == sorted(order)
    for number, trip in enumerate(town.trips):
        mine = np.flatnonzero(arrays["trip"] == number)
        firsts = set(mine) - set(arrays["following"][mine])
        assert len(firsts) == (1 if len(trip) > 1 else 0)
        connection = firsts.pop() if firsts else -1
        for here, there in pairwise(trip):
            assert (here[0], here[2], here[3]) == (
                arrays["departure_stop"][connection],
                arrays["departure"][connection],
                arrays["boardable"][connection],
            )
            assert (there[0], there[1], there[4]) == (
                arrays["arrival_stop"][connection],
                arrays["arrival"][connection],
                arrays["alightable"][connection],
            )
            connection = arrays["following"][connection]
        assert connection == -1


def test_walks_become_compressed_rows():
    found = legs_arrays([{3: 10, 1: 20}, {}, {0: 5}], n_to=4)
    assert [found[key].tolist() for key in ("indptr", "index", "seconds")] == [[0, 2, 2, 3], [1, 3, 0], [20, 10, 5]]


def test_walks_beyond_the_limit_are_left_out():
    town = Town(n_stops=2, trips=[], walks={(0, 1): 60, (1, 0): 61}, homes=[{}], sites=[{}], transfer_limit=60)
    assert walks_within_limit(town) == [{0: 0, 1: 60}, {1: 0}]
