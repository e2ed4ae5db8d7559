"""Hypothesis strategies that draw tiny towns, for comparing the engine with `oracle`.

A `Town` is plain lists and dicts, as `oracle` wants them. Its times are drawn from few values, so that equal
times, departures missed by a second, hops of 0 s and trips that overtake each other are frequent.
`timetable_arrays` and `to_timetable` turn it into the arrays of the package's `Timetable`, `legs_arrays` its
walks into compressed rows.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from itertools import cycle, pairwise, product
from random import Random

import numpy as np
from hypothesis import strategies as st
from oracle import NEVER, change_time, travel_seconds

DATE = dt.date(2024, 4, 23)
HOPS = (60, 0, 1, 30, 60, 90, 200, 400)
DWELLS = (0, 0, 0, 20, 60)
WALKS = (0, 1, 20, 59, 60, 61, 120, 250, 600, 900)
MINIMA = (0, 1, 30, 60, 120, 300)
SLACKS = (0, 30, 60)
LIMITS = (NEVER, 600, 120, 60, 0)


@dataclass(frozen=True)
class Town:
    """Stops 0..n_stops-1, what runs between them, and where people live and go.

    Attributes
    ----------
    trips
        A list of trips, each a list of (stop, arrival, departure, may_board, may_alight).
    walks
        (from stop, to stop) -> seconds, for every pair of different stops; the two directions may differ.
    rules
        (from stop, to stop) -> (kind, minimum seconds).
    homes, sites
        Per home the stops it can walk to, per site the stops that can walk to it: stop -> seconds.
    direct
        (home, site) -> seconds of the walk all the way, where it is short enough.
    """

    n_stops: int
    trips: list
    walks: dict
    homes: list
    sites: list
    rules: dict = field(default_factory=dict)
    direct: dict = field(default_factory=dict)
    slack: int = 60
    transfer_limit: float = NEVER

    def seconds(self, home: int, site: int, departures) -> list:
        """Travel seconds by the oracle, one per departure, None where there is no journey."""
        return travel_seconds(
            self.trips,
            self.walks,
            departures=departures,
            access=self.homes[home],
            egress=self.sites[site],
            direct=self.direct.get((home, site)),
            slack=self.slack,
            rules=self.rules,
            transfer_limit=self.transfer_limit,
        )

    def table(self, departures) -> dict:
        """All homes and sites: (home, site) -> list of travel seconds."""
        pairs = product(range(len(self.homes)), range(len(self.sites)))
        return {pair: self.seconds(*pair, departures) for pair in pairs}

    def with_trip(self, trip: list) -> Town:
        """The same town with one more trip."""
        return replace(self, trips=[*self.trips, trip])


@st.composite
def draw_trip(draw, n_stops: int, *, stops: list | None = None, start: int | None = None) -> list:
    """One trip; its stops may repeat (loops), its hops may take no time, it may consist of one stop."""
    if stops is None:
        stops = draw(st.lists(st.integers(0, n_stops - 1), min_size=1, max_size=6))
    second = draw(st.integers(15, 40)) * 30 if start is None else start
    # Buses timed to the minute have runs of hops of 0 s: some trips are like that.
    hops, dwells = draw(st.sampled_from(((HOPS, DWELLS), (HOPS, DWELLS), ((0, 0, 60), (0,)))))
    trip = []
    for stop in stops:
        arrival = second
        departure = arrival + draw(st.sampled_from(dwells))
        may_board, may_alight = draw(st.sampled_from(((True, True),) * 10 + ((False, True), (True, False))))
        trip.append((stop, arrival, departure, may_board, may_alight))
        second = departure + draw(st.sampled_from(hops))
    return trip


@st.composite
def draw_follower(draw, town: Town) -> list:
    """A trip that begins where and when someone can just (or just not) change from an earlier trip."""
    trip = draw(st.sampled_from((town.trips[-1], *town.trips)))
    left, arrival = draw(st.sampled_from([call[:2] for call in trip[-2:]]))
    near = [stop for stop in range(town.n_stops) if town.walks.get((left, stop), 0) <= town.transfer_limit]
    ruled = [there for here, there in town.rules if here == left]
    begin = draw(st.sampled_from(ruled or near) | st.sampled_from(near) | st.integers(0, town.n_stops - 1))
    how = {"from_stop": left, "to_stop": begin, "slack": town.slack, "transfer_limit": town.transfer_limit}
    change = change_time(town.walks, town.rules, **how)
    if change is None:  # forbidden, or too far: it leaves when it could be caught otherwise
        change = change_time(town.walks, {(left, begin): (0, 0)}, **how)
    onward = st.sampled_from([stop for stop in range(town.n_stops) if stop not in (begin, left)])
    stops = [begin, *draw(st.lists(onward, min_size=1, max_size=4))]
    start = arrival + (change or 0) + draw(st.sampled_from((-1, 0, 0, 0, 1, 60)))
    return draw(draw_trip(town.n_stops, stops=stops, start=max(start, 0)))


@st.composite
def draw_trips(draw, town: Town, *, min_trips: int = 2, max_trips: int = 6) -> list:
    """Trips of which some serve the stops of an earlier one (equal, overtaking) and some connect with one."""
    for _ in range(draw(st.integers(min_trips, max_trips))):
        kind = draw(st.sampled_from(("fresh", "parallel", "follower", "follower"))) if town.trips else "fresh"
        if kind == "follower":
            trip = draw(draw_follower(town))
        elif kind == "parallel":
            stops = [call[0] for call in draw(st.sampled_from(town.trips))]
            trip = draw(draw_trip(town.n_stops, stops=stops))
        else:
            trip = draw(draw_trip(town.n_stops))
        town = town.with_trip(trip)
    return town.trips


@st.composite
def draw_rules(draw, n_stops: int) -> dict:
    """Rows of transfers.txt of types 0 to 3, at most one a pair, the same stop included."""
    stop = st.integers(0, n_stops - 1)
    same = stop.map(lambda number: (number, number))
    pairs = draw(st.lists(st.one_of(same, st.tuples(stop, stop)), min_size=n_stops, max_size=3 * n_stops, unique=True))
    rules = {}
    for pair in pairs:
        kind = draw(st.sampled_from((0, 1, 2, 2, 2, 3)))
        rules[pair] = (kind, draw(st.sampled_from(MINIMA)) if kind == 2 else 0)
    return rules


def throw_town(seed: int) -> Town:
    """A town by dice, whose trips are a chain that is caught to the second or missed by one.

    Drawn towns shrink well but seldom need a change; of these most do.
    """
    dice = Random(seed)  # noqa: S311 -- towns, not secrets
    n_stops = dice.randint(4, 7)
    walks = {pair: dice.choice(WALKS) for pair in product(range(n_stops), repeat=2) if pair[0] != pair[1]}
    limit = dice.choice((NEVER, 600, *dice.sample(WALKS, 2)))
    town = Town(n_stops, [], walks, [], [], slack=dice.choice(SLACKS), transfer_limit=limit)
    leg = dice.choice(WALKS[:8])
    stop, ready = 0, 600 + leg + town.slack
    rules = {}
    for number in range(dice.randint(2, 4)):
        begin = stop
        if number:
            begin = dice.choice([stop, *range(n_stops)])
            kind = dice.choice((None, None, 0, 1, 2, 2, 3, 3))
            if kind is not None:
                rules[stop, begin] = (kind, dice.choice(MINIMA[:4]) if kind == 2 else 0)
            if kind in (0, 1) and walks.get((stop, begin), 0) > 0:
                town = replace(town, transfer_limit=walks[stop, begin] - 1)
            how = {"from_stop": stop, "to_stop": begin, "slack": town.slack}
            change = change_time(walks, rules if kind == 2 else {}, **how)
            ready += change
        second = ready + dice.choice((-1, 0, 0, 0, 0, 0, 1, 30))
        trip = []
        for at in [begin, *dice.choices(range(n_stops), k=dice.randint(1, 4))]:
            leave = second + dice.choice(DWELLS)
            may = dice.choice(((True, True),) * 15 + ((False, True), (True, False)))
            trip.append((at, second, leave, *may))
            ready, stop = second, at
            second = leave + dice.choice((60, 0, 1, 30, 60, 90))
        town = replace(town, trips=[*town.trips, trip])
        if dice.random() < 0.3:  # another one on the way of this, as fast or faster, as early or later
            wait, haste = dice.choice((0, 0, 1, 60)), dice.choice((0, 1, 30))
            other, left = [], 0
            for at, come, go, *may in trip:
                there = max(come + wait - (haste if other else 0), left)
                left = max(go + wait - (haste if other else 0), there)
                other.append((at, there, left, *may))
            town = town.with_trip(other)
    for pair in dice.sample(sorted(walks), dice.randint(0, 4)):
        rules.setdefault(pair, (dice.choice((0, 1, 2, 3)), dice.choice(MINIMA)))
    rules = {pair: (kind, minimum if kind == 2 else 0) for pair, (kind, minimum) in rules.items()}
    homes = [{0: leg}, {0: leg, dice.randrange(n_stops): dice.choice(WALKS)}]
    sites = [{stop: dice.choice(WALKS[:8])}, {stop: 0, dice.randrange(n_stops): dice.choice(WALKS)}]
    direct = {(1, 0): 2000} if dice.random() < 0.3 else {}
    return replace(
        town, homes=homes, sites=sites, rules=rules, direct=direct, trips=dice.sample(town.trips, len(town.trips))
    )


def list_thrown(count: int = 400) -> list:
    """The first towns by dice, each with departures from the one for which its chain is made."""
    return [
        (throw_town(seed), list(range(600, 600 + 5 * step, step)))
        for seed, step in zip(range(count), cycle((1, 7, 60)), strict=False)
    ]


@st.composite
def draw_town(draw) -> Town:
    """A town of 4 to 8 stops and 2 to 6 trips with one to three homes and one or two sites."""
    n_stops = draw(st.integers(4, 8))
    if draw(st.sampled_from((False, False, True))):
        return throw_town(draw(st.integers(0, 10**6)))
    seconds = st.sampled_from(WALKS)
    n_pairs = n_stops * (n_stops - 1)
    pairs = [(a, b) for a, b in product(range(n_stops), repeat=2) if a != b]
    town = Town(
        n_stops=n_stops,
        trips=[],
        walks=dict(zip(pairs, draw(st.lists(seconds, min_size=n_pairs, max_size=n_pairs)), strict=True)),
        homes=[],
        sites=[],
        rules=draw(draw_rules(n_stops)),
        slack=draw(st.sampled_from(SLACKS)),
        transfer_limit=draw(st.sampled_from(LIMITS)),
    )
    town = replace(town, trips=draw(draw_trips(town)))
    # Homes lie near the first trip's start and sites near the last trip's end, more often than not.
    anywhere = st.integers(0, n_stops - 1)
    firsts = st.one_of(st.just(town.trips[0][0][0]), anywhere)
    lasts = st.one_of(st.just(town.trips[-1][-1][0]), st.just(town.trips[1][-1][0]), anywhere)
    legs = st.sampled_from(WALKS[:8])
    homes = draw(st.lists(st.dictionaries(firsts, legs, min_size=1, max_size=3), min_size=1, max_size=3))
    sites = draw(st.lists(st.dictionaries(lasts, legs, max_size=3), min_size=1, max_size=2))
    places = product(range(len(homes)), range(len(sites)))
    direct = {pair: draw(st.sampled_from((0, 901, 2000, 3000))) for pair in places if draw(st.booleans())}
    return replace(town, homes=homes, sites=sites, direct=direct)


@st.composite
def draw_departures(draw) -> list:
    """A half-open window of departures, evenly spaced."""
    start = draw(st.just(600) | st.integers(0, 600))
    step = draw(st.sampled_from((1, 7, 30, 60)))
    return list(range(start, start + step * draw(st.integers(1, 20)), step))


def timetable_arrays(town: Town) -> dict:
    """Build the connection and rule arrays of `Timetable`, in its order.

    One connection per hop, sorted by (departure, arrival, trip, sequence); `following` is the index
    of the same trip's next connection or -1. Rules are sorted by (from, to).
    """
    hops = []
    for number, trip in enumerate(town.trips):
        for sequence, (here, there) in enumerate(pairwise(trip)):
            hops.append((here[2], there[1], number, sequence, here[0], there[0], here[3], there[4]))
    hops.sort()
    position = {(hop[2], hop[3]): index for index, hop in enumerate(hops)}
    columns = list(zip(*hops, strict=True)) if hops else [()] * 8
    rules = sorted(town.rules.items())
    return {
        "departure_stop": np.array(columns[4], dtype=np.int32),
        "arrival_stop": np.array(columns[5], dtype=np.int32),
        "departure": np.array(columns[0], dtype=np.int32),
        "arrival": np.array(columns[1], dtype=np.int32),
        "trip": np.array(columns[2], dtype=np.int32),
        "following": np.array([position.get((hop[2], hop[3] + 1), -1) for hop in hops], dtype=np.int32),
        "boardable": np.array(columns[6], dtype=bool),
        "alightable": np.array(columns[7], dtype=bool),
        "stays": np.empty((0, 2), dtype=np.int32),
        "rule_from": np.array([pair[0] for pair, _ in rules], dtype=np.int32),
        "rule_to": np.array([pair[1] for pair, _ in rules], dtype=np.int32),
        "rule_kind": np.array([rule[0] for _, rule in rules], dtype=np.int8),
        "rule_min_s": np.array([rule[1] for _, rule in rules], dtype=np.int32),
    }


def to_timetable(town: Town):
    """Build the package's `Timetable` of a town: one feed, one route, stops on a line 100 m apart."""
    import pandas as pd

    from geo_access.gtfs.timetable import Timetable

    numbers = range(town.n_stops)
    trips = range(len(town.trips))
    stops = pd.DataFrame(
        {
            "stop_id": [f"0:s{number}" for number in numbers],
            "feed": 0,
            "name": [f"Stop {number}" for number in numbers],
            "lon": [-30.0 + number / 1000 for number in numbers],
            "lat": 45.0,
            "station": np.arange(town.n_stops, dtype=np.int32),
            "location_type": 0,
            "wheelchair": 0,
        }
    )
    trip_table = pd.DataFrame(
        {"trip_id": [f"0:t{number}" for number in trips], "route": 0, "headsign": "", "day": 0, "wheelchair": 0}
    )
    routes = pd.DataFrame(
        {"route_id": ["0:r"], "short_name": ["1"], "long_name": [""], "type": [3], "agency": [""], "feed": [0]}
    )
    tables = {"stops": stops, "trips": trip_table, "routes": routes}
    return Timetable(date=DATE, timezone="Atlantic/Azores", feeds=(), **tables, **timetable_arrays(town))


def legs_arrays(rows: list, *, n_to: int) -> dict:
    """Turn walks of the form [{to: seconds}, ...] into compressed rows: indptr, index, seconds, n_to."""
    lengths = [len(row) for row in rows]
    pairs = [pair for row in rows for pair in sorted(row.items())]
    return {
        "indptr": np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        "index": np.array([to for to, _ in pairs], dtype=np.int32),
        "seconds": np.array([seconds for _, seconds in pairs], dtype=np.int32),
        "n_to": n_to,
    }


def walks_within_limit(town: Town) -> list:
    """Walks between stops as rows for `legs_arrays`: the same stop (0 s) and all pairs within the limit."""
    rows: list = [{stop: 0} for stop in range(town.n_stops)]
    for (here, there), seconds in town.walks.items():
        if seconds <= town.transfer_limit:
            rows[here][there] = seconds
    return rows
