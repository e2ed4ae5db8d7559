"""Whole small studies as files, thrown by dice: streets, a feed on a day, homes and sites.

The streets are OpenStreetMap XML, the timetable GTFS; `PlainTown` reads the same files in plain Python (`gtfs_oracle`,
networkx, `oracle`), and changes one rule at a time to show that the rule matters.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from itertools import pairwise, product
from random import Random
from typing import TYPE_CHECKING

import networkx as nx
from gtfs_oracle import (
    DAYS,
    belongs,
    day_origin,
    list_all_rides,
    list_rules,
    list_stays,
    list_vehicles,
    may_roll,
    read_rows,
)
from oracle import travel_seconds
from pyproj import Geod
from street_maps import LAT, LON, grid_nodes

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS, ROWS = 4, 3
#: Blocks of about 445 m, so that rides are worth their while.
NODES = {n: (LON + 4 * (lon - LON), LAT + 4 * (lat - LAT)) for n, (lon, lat) in grid_nodes(COLUMNS, ROWS).items()}
SPEEDS = {"adult": 4.8, "stroller": 3.6, "wheelchair": 3.6, "senior": 3.2}
#: The clock changes on these Sundays: an hour forward, an hour back, half an hour forward and back; or not at all.
DAYS_OF_CHANGE = (
    ("Europe/Paris", dt.date(2024, 3, 31)),
    ("Europe/Paris", dt.date(2024, 10, 27)),
    ("America/New_York", dt.date(2024, 3, 10)),
    ("America/New_York", dt.date(2024, 11, 3)),
    ("Australia/Lord_Howe", dt.date(2024, 4, 7)),
    ("Australia/Lord_Howe", dt.date(2024, 10, 6)),
)
OTHER_DAYS = (("Europe/Paris", dt.date(2024, 4, 23)), ("Europe/Paris", dt.date(2024, 4, 1)))
SERVICES = ("T", "T", "T", "T", "B", "Y", "Y", "E", "N", "N")
EXTRA = (
    {"highway": "path", "wheelchair": "no"},
    {"highway": "footway", "oneway:foot": "yes"},
    {"highway": "footway", "oneway:foot": "-1"},
    {"highway": "steps"},
    {"highway": "path", "wheelchair": "no"},
    {"highway": "steps", "conveying": "forward"},
)


@dataclass(frozen=True)
class FeedTown:
    """A study in files and numbers.

    Attributes
    ----------
    tables
        GTFS, table by table.
    ways
        OpenStreetMap ways over `NODES`.
    homes, sites
        Nodes.
    window
        First departure, step, number of departures (seconds).
    limits
        Seconds of the legs: access, egress, transfer, direct.
    """

    tables: dict
    timezone: str
    date: dt.date
    ways: list
    homes: list
    sites: list
    window: tuple
    limits: dict
    profile: str = "adult"
    unknown: str = "refuse"
    slack: int = 60
    strict: bool = False

    @property
    def departures(self) -> list:
        first, every, count = self.window
        return [first + every * k for k in range(count)]


def clock(second: int) -> str:
    return f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"


def throw_ways(dice: Random) -> list:
    """A comb of footways that joins every node both ways, and shortcuts that not everybody may take."""
    ways = [(100 + row, [1 + COLUMNS * row + k for k in range(COLUMNS)], {"highway": "footway"}) for row in range(ROWS)]
    ways.append((200, [1 + COLUMNS * row for row in range(ROWS)], {"highway": "residential"}))
    upright = [(a, a + COLUMNS) for a in NODES if a + COLUMNS in NODES and a % COLUMNS != 1]
    slanted = [(a, a + COLUMNS + 1) for a in NODES if a + COLUMNS + 1 in NODES and a % COLUMNS]
    chosen = dice.sample(upright + slanted, dice.randint(0, 6))
    return ways + [(300 + k, list(side), dice.choice(EXTRA)) for k, side in enumerate(chosen)]


def throw_stops(dice: Random) -> tuple:
    """stops.txt and where the platforms are: two are sometimes one place, some belong to a station."""
    places = dice.sample(sorted(NODES), dice.randint(3, 5))
    if dice.random() < 0.3:
        places[2] = places[dice.randint(0, 1)]
    said = ("", "", "0", "1", "1", "1", "2")
    lines = ["stop_id,stop_lat,stop_lon,location_type,parent_station,wheelchair_boarding"]
    lon, lat = NODES[places[0]]
    lines.append(f"S,{lat:.7f},{lon:.7f},1,,{dice.choice(said)}")
    for k, node in enumerate(places):
        lon, lat = NODES[node]
        parent = "S" if dice.random() < 0.5 else ""
        lines.append(f"s{k},{lat:.7f},{lon:.7f},{dice.choice(('', '0'))},{parent},{dice.choice(said)}")
    return "\n".join(lines) + "\n", places


def throw_transfers(dice: Random, n_stops: int, n_trips: int, changes: list) -> str:
    """transfers.txt: every type, stations, one stop twice, rows by route or trip; mostly changes that trips invite."""
    names = ["S", *(f"s{k}" for k in range(n_stops))]
    lines = ["from_stop_id,to_stop_id,transfer_type,min_transfer_time,from_route_id,to_trip_id,from_trip_id"]
    for _ in range(dice.choice((0, 1, 2, 3))):
        kind = dice.choice(("", "0", "1", "0", "1", "2", "2", "3", "4", "5"))
        minimum = dice.choice((0, 30, 60, 61, 300)) if kind == "2" else ""
        here, there = dice.choice(changes) if dice.random() < 0.7 else dice.choices(names, k=2)
        if dice.choice((False, False, True)):
            here = "S"
        if dice.choice((False, False, True)):
            there = "S"
        narrow = dice.choice((",,",) * 6 + ("R,,", f",t{dice.randint(0, n_trips - 1)},"))
        if kind in ("4", "5"):
            before = dice.randint(0, n_trips - 2)
            narrow = f",t{dice.choice((before + 1, n_trips - 1))},t{before}"
        lines.append(f"{here},{there},{kind},{minimum},{narrow}")
    return "\n".join(lines) + "\n"


def throw_trips(dice: Random, n_stops: int, first: int, walk) -> tuple:
    """trips.txt, stop_times.txt, frequencies.txt: trips that meet around the departures, of several service days.

    `walk` says how long it takes on foot from one stop to another. Returned with them: the changes that they invite,
    pairs of stops, and the stop where the last one ends.
    """
    trips = ["route_id,service_id,trip_id,wheelchair_accessible,block_id"]
    columns = "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,drop_off_type"
    rows = [f"{columns},start_pickup_drop_off_window"]
    periods = ["trip_id,start_time,end_time,headway_secs"]
    changes = []
    ready, place = first + 60 * dice.randint(0, 3), 0
    # Trips of one vehicle are mostly of one service.
    one_service = dice.choice(SERVICES) if dice.random() < 0.4 else None
    for number in range(dice.choice((2, 2, 3))):
        service = one_service or dice.choice(SERVICES)
        # Another day's service counts from its own midnight, mostly 24 h ago or ahead.
        change = dice.choice((-3600, -1800, 0, 0, 1800, 3600))
        back = {"Y": 86_400, "E": 2 * 86_400, "N": -86_400}.get(service, 0)
        back += change if back else 0
        if ready + back < 0:
            service, back = "T", 0
        block = dice.choice(("K", "K", "", "")) if one_service is None else dice.choice(("K",) * 5 + ("",))
        trips.append(f"R,{service},t{number},{dice.choice(('1', '1', '1', '', '2'))},{block}")
        begin = place if dice.choice((True, True, False)) else dice.randint(0, n_stops - 1)
        if number:
            changes.append((f"s{place}", f"s{begin}"))
        onward = [stop for stop in range(n_stops) if stop != begin]
        stops = [begin, *dice.choices(onward, k=dice.randint(1, 2))]
        second = ready + walk(place, begin) + back + dice.choice((60, 60, 60, 61, 61, 61, 120, 300, 30, 0, 0, 0))
        start = second
        for at, stop in enumerate(stops):
            leave = second + dice.choice((0, 0, 0, 20))
            blank = 0 < at < len(stops) - 1 and dice.random() < 0.5
            times = "," if blank else f"{clock(second)},{clock(leave)}"
            types = dice.choice((",",) * 30 + ("1,", ",1"))
            window = dice.choice((clock(second),) + ("",) * (3 if blank else 40))
            rows.append(f"t{number},{times},s{stop},{at + 1},{types},{window}")
            ready, place = second - back, stop
            second = leave + dice.choice((0, 60, 60, 60, 90, 200))
        if dice.random() < 0.15:
            headway = dice.choice((120, 300, 600))
            start = max(start - headway * dice.randint(0, 2), 0)
            periods.append(f"t{number},{clock(start)},{clock(start + headway * dice.randint(1, 3))},{headway}")
        if dice.choice((False,) * 19 + (True,)):
            ready, place = first, 0
    tables = {"trips.txt": trips, "stop_times.txt": rows}
    if len(periods) > 1:
        tables["frequencies.txt"] = periods
    return {name: "\n".join(lines) + "\n" for name, lines in tables.items()}, changes, place


def list_calendar(date: dt.date) -> dict:
    """Service T runs on the day, Y on the day before, B on both, E two days before, N on the day after.

    By calendar.txt, calendar_dates.txt or the two.
    """
    eve, before, after = (date + dt.timedelta(days=days) for days in (-1, -2, 1))
    flags = {name: ["1" if k in days else "0" for k in range(7)] for name, days in
             (("T", {date.weekday()}), ("B", {date.weekday(), eve.weekday()}))}  # fmt: skip
    weeks = [f"{name},{','.join(week)},{eve:%Y%m%d},{date:%Y%m%d}" for name, week in flags.items()]
    return {
        "calendar.txt": "\n".join([f"service_id,{','.join(DAYS)},start_date,end_date", *weeks]) + "\n",
        "calendar_dates.txt": f"service_id,date,exception_type\nY,{eve:%Y%m%d},1\nY,{date:%Y%m%d},2\n"
        f"E,{before:%Y%m%d},1\nN,{after:%Y%m%d},1\n",
    }


def make_feed_town(seed: int) -> FeedTown:
    """Throw a town: the same seed, the same town."""
    dice = Random(seed)  # noqa: S311 -- towns, not secrets
    timezone, date = dice.choice(DAYS_OF_CHANGE + OTHER_DAYS)
    first = dice.choice((0, 3600, 9 * 3600, 9 * 3600, 86_100, 87_000))
    profile = dice.choice(("adult", "adult", "adult", "stroller", "stroller", "wheelchair", "wheelchair", "senior"))
    town = FeedTown({}, timezone, date, throw_ways(dice), [], [], (), {}, profile)
    walks = PlainTown(town).walks()
    stops, places = throw_stops(dice)
    trips, changes, last = throw_trips(dice, len(places), first, lambda a, b: walks[places[a], places[b]])
    tables = {
        "agency.txt": f"agency_name,agency_url,agency_timezone\nA,http://a.example,{timezone}\n",
        "routes.txt": "route_id,route_short_name,route_type\nR,1,3\n",
        "stops.txt": stops,
        **trips,
        **list_calendar(date),
        "transfers.txt": throw_transfers(dice, len(places), trips["trips.txt"].count("\n") - 1, changes),
    }
    # The day must have a trip of its own.
    tables["trips.txt"] += "R,T,last,1,\n"
    tables["stop_times.txt"] += f"last,{clock(first + 5000)},{clock(first + 5000)},s0,1,,,\n"
    tables["stop_times.txt"] += f"last,{clock(first + 5060)},{clock(first + 5060)},s1,2,,,\n"
    anywhere = sorted(NODES)
    short = sorted({seconds for seconds in walks.values() if seconds <= 1500})

    def limit():
        # A third of the limits are the very seconds of a walk of this town: reached exactly.
        return dice.choice((dice.choice((1200, 700, 350)), dice.choice((700, 350, 0)), dice.choice(short)))

    limits = {leg: limit() for leg in ("access", "egress", "transfer", "direct")}
    far = [(a, b) for a, b in changes if places[int(a[1:])] != places[int(b[1:])]]
    if far and dice.random() < 0.3:
        # A change just too far to walk, which the feed names.
        here, there = dice.choice(far)
        limits["transfer"] = walks[places[int(here[1:])], places[int(there[1:])]] - 1
        tables["transfers.txt"] += f"{here},{there},{dice.choice(('', '0', '1'))},,,,\n"
    return replace(
        town, tables=tables, homes=[places[0], dice.choice(anywhere)],
        sites=[places[last], dice.choice(anywhere)],
        window=(first, dice.choice((7, 60)), dice.randint(2, 8)),
        limits=limits,
        unknown=dice.choice(("refuse", "allow")), slack=dice.choice((60, 60, 0)),
        strict=dice.choice((False, False, True)),
    )  # fmt: skip


@dataclass(frozen=True)
class PlainTown:
    """What a reader of the files would reckon with pencil and paper.

    `without` names rules that are left out, for showing that they matter.
    """

    town: FeedTown
    feed: Path | dict | None = None
    without: frozenset = field(default_factory=frozenset)

    def _heeds(self, rule: str) -> bool:
        return rule not in self.without

    @cached_property
    def graph(self) -> nx.DiGraph:
        """Directed streets between neighbouring nodes, in metres, as far as the profile may use them."""
        graph, earth = nx.DiGraph(), Geod(ellps="WGS84")
        steps_refused = self.town.profile in ("stroller", "wheelchair") and self._heeds("steps")
        for _, nodes, tags in self.town.ways:
            if steps_refused and tags["highway"] == "steps":
                continue
            if self.town.profile == "wheelchair" and tags.get("wheelchair") == "no" and self._heeds("closed ways"):
                continue
            way = tags.get("oneway:foot") or {"forward": "yes"}.get(tags.get("conveying"))
            for a, b in pairwise(nodes):
                metres = earth.inv(*NODES[a], *NODES[b])[2]
                if way != "-1" or not self._heeds("one way"):
                    graph.add_edge(a, b, weight=metres)
                if way != "yes" or not self._heeds("one way"):
                    graph.add_edge(b, a, weight=metres)
        return graph

    def walks(self) -> dict:
        """(from node, to node) -> whole seconds, rounded up once."""
        speed = SPEEDS[self.town.profile] / 3.6
        return {
            (a, b): math.ceil(metres / speed - 1e-9)
            for a, reached in nx.all_pairs_dijkstra_path_length(self.graph)
            for b, metres in reached.items()
        }

    def _limit(self, leg: str) -> int:
        return self.town.limits[leg] - (0 if self._heeds(f"{leg} limit") else 1)

    def rides(self) -> list:
        """The day's rides as `oracle` takes them."""
        town, stops = self.town, read_rows(self.feed, "stops.txt")

        def flat_origin(feed, day):
            return day.toordinal() * 86_400.0

        origin = day_origin if self._heeds("clock change") else flat_origin
        unknown = (town.unknown == "allow") == self._heeds("unknown wheelchair")
        open_stops = {row["stop_id"]: may_roll(stops, row, "wheelchair_boarding", unknown=unknown) for row in stops}
        found = []
        rides = list_all_rides(self.feed, town.date, origin=origin)
        for label, offset, trip, ride in filter(belongs, rides):
            if offset and not self._heeds({-1: "yesterday", 1: "tomorrow"}.get(offset, "earlier days")):
                continue
            calls = ride
            if not self._heeds("pickup and drop-off types"):
                calls = [(*call[:3], True, True) for call in calls]
            if town.profile == "wheelchair" and self._heeds("wheelchair"):
                rolls = may_roll([], trip, "wheelchair_accessible", unknown=unknown)
                calls = [
                    (stop, arrives, leaves, board and rolls and open_stops[stop], alight and rolls and open_stops[stop])
                    for stop, arrives, leaves, board, alight in calls
                ]
            found.append((label, offset, trip, calls))
        known = {ride[:2] for ride in found}
        seated = self._heeds("staying seated")
        stays = list_stays(self.feed, town.date, origin=origin, rides=rides) if seated else []
        stays = [pair for pair in stays if {ride[:2] for ride in pair} <= known]
        if town.profile == "wheelchair" and self._heeds("both trips are accessible"):
            stays = [
                pair
                for pair in stays
                if all(may_roll([], ride[2], "wheelchair_accessible", unknown=unknown) for ride in pair)
            ]
        return list_vehicles(found, stays)

    def table(self) -> dict:
        """(home, site) -> seconds of each departure, None where there is no journey."""
        town, walks = self.town, self.walks()
        node = {}
        for row in read_rows(self.feed, "stops.txt"):
            here = (row["stop_lon"], row["stop_lat"])
            node[row["stop_id"]] = next(n for n, (x, y) in NODES.items() if here == (f"{x:.7f}", f"{y:.7f}"))
        platforms = [stop for stop in node if stop != "S"]
        between = {(a, b): walks[node[a], node[b]] for a, b in product(platforms, repeat=2) if a != b}
        rules = list_rules(self.feed)
        for kinds in ("0 or 1", "2", "3"):
            if not self._heeds(f"transfer type {kinds}"):
                rules = {pair: rule for pair, rule in rules.items() if str(rule[0]) not in kinds}
        extra = int(town.strict and self._heeds("strict"))
        slack = town.slack + (0 if self._heeds("slack to the second") else 1)
        rides, table = self.rides(), {}
        for (i, home), (j, site) in product(enumerate(town.homes), enumerate(town.sites)):
            on_foot = walks[home, site]
            # "Strictly later" in whole seconds is a second more before each boarding, as if every trip left a second
            # earlier than it does; staying on board is not touched by it.
            early = [[(s, a, leaves - extra, board, alight) for s, a, leaves, board, alight in ride] for ride in rides]
            table[i, j] = travel_seconds(
                early,
                between,
                departures=town.departures,
                access={s: walks[home, node[s]] for s in platforms if walks[home, node[s]] <= self._limit("access")},
                egress={s: walks[node[s], site] for s in platforms if walks[node[s], site] <= self._limit("egress")},
                direct=on_foot if on_foot <= self._limit("direct") else None,
                slack=slack,
                rules=rules,
                transfer_limit=self._limit("transfer"),
            )
        return table


#: Forbids every change between two of the stops s0 to s4.
NO_CHANGES = "\n".join(
    ["from_stop_id,to_stop_id,transfer_type", *(f"s{a},s{b},3" for a in range(5) for b in range(5)), ""]
)


@cache
def list_towns(count: int) -> tuple:
    """The first towns in which somebody changes or stays seated, as transfers.txt may say, and some as they come."""
    found = [make_feed_town(seed) for seed in range(count // 6)]
    for seed in itertools.count():
        if len(found) == count:
            return tuple(found)
        town = make_feed_town(seed)
        said = (town.tables["transfers.txt"], None, NO_CHANGES)
        alone = town.tables["trips.txt"].replace("block_id", "block")
        tables = [*({"transfers.txt": text} for text in said), {"trips.txt": alone}]
        there = (PlainTown(town, town.tables | other).table() for other in tables)
        first = next(there)
        if any(other != first for other in there):
            found.append(town)
    return ()
