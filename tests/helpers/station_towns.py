"""Towns of `feed_towns` whose platforms lie in stations with entrances and pathways, and a plain reading of them.

`PlainStations` reads stops.txt and pathways.txt with pencil and paper; it shares no code with the package.
"""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from random import Random
from typing import TYPE_CHECKING

from feed_towns import NODES, SPEEDS, FeedTown, PlainTown, make_feed_town
from gtfs_oracle import list_connections, list_rules, may_roll, metres, read_rows
from oracle import NEVER, travel_seconds

if TYPE_CHECKING:
    from pathlib import Path

STAIR_S = 0.5
WIDTHS = {"stroller": 0.60, "wheelchair": 0.80}
_STOPS = (
    "stop_id", "stop_lat", "stop_lon", "location_type", "parent_station", "wheelchair_boarding", "stop_access"
)  # fmt: skip
_WAYS = ("pathway_id", "from_stop_id", "to_stop_id", "pathway_mode", "is_bidirectional", "traversal_time", "length",
         "stair_count", "min_width")  # fmt: skip


def _write(columns, rows) -> str:
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return page.getvalue()


def _place(node: int) -> tuple[str, str]:
    lon, lat = NODES[node]
    return f"{lat:.7f}", f"{lon:.7f}"


def make_station_town(seed: int) -> FeedTown:
    """Throw a town with one or two stations: the same seed, the same town."""
    dice = Random(f"stations {seed}")  # noqa: S311 -- towns, not secrets
    town = make_feed_town(seed)
    said = ("", "", "0", "1", "1", "2")
    platforms = [row for row in csv.DictReader(io.StringIO(town.tables["stops.txt"])) if row["stop_id"] != "S"]
    stations = ["S", "Q"][: dice.randint(1, 2)]
    rows = [(name, *_place(dice.choice(sorted(NODES))), "1", "", dice.choice(("1", *said))) for name in stations]
    inner: dict[str, list[str]] = {name: [] for name in stations}
    for row in platforms:
        parent = dice.choice(("", *stations, *stations, *stations))
        access = dice.choice(("", "", "", "", "0", "1", "1"))
        rows.append(tuple({**row, "parent_station": parent, "stop_access": access}[column] for column in _STOPS))
        if not parent:
            continue
        if dice.random() < 0.25:
            areas = [f"{row['stop_id']}_{k}" for k in range(dice.randint(1, 2))]
            rows += [(area, row["stop_lat"], row["stop_lon"], "4", row["stop_id"], "") for area in areas]
            inner[parent] += areas
        else:
            inner[parent].append(row["stop_id"])
    ways: list[tuple] = []

    def measure(mode: int) -> tuple:
        time = dice.choice(("", "", 3, 20, 61, 180))
        return (
            time, dice.choice(("", "0", "12.5", "80")), dice.choice(("", "9", "-30")) if mode == 2 else "",
            dice.choice(("", "", "", "0.5", "0.7", "0.80", "2")),
        )  # fmt: skip

    def join(a: str, b: str, *, out: bool = False) -> None:
        mode = 7 if out else dice.choice((1, 1, 1, 2, 3, 4, 5, 6))
        both = "0" if out or dice.random() < 0.2 else "1"
        ways.append((f"w{len(ways)}", a, b, mode, both, *measure(mode)))
        if both == "0" and not out and dice.random() < 0.9:
            ways.append((f"w{len(ways)}", b, a, dice.choice((1, 2)), "0", *measure(1)))

    for name in stations:
        hub = f"{name}_hub"
        rows.append((hub, *_place(dice.choice(sorted(NODES))), "3", name, ""))
        doors = [f"{name}_e{k}" for k in range(dice.choice((1, 1, 2, 2, 3)))]
        rows += [(door, *_place(dice.choice(sorted(NODES))), "2", name, dice.choice(said)) for door in doors]
        for node in (*doors, *inner[name]):
            if dice.random() < (0.5 if (node, "1") in {(row[0], row[-1]) for row in rows} else 0.93):
                join(node, hub)
        if doors and dice.random() < 0.3:
            join(hub, dice.choice(doors), out=True)
        everything = [hub, *doors, *inner[name]]
        for _ in range(dice.choice((0, 0, 1, 3))):
            if len(everything) > 1:
                join(*dice.sample(everything, 2))
    if dice.random() < 0.2:
        ways.append((f"w{len(ways)}", "nowhere", "S_hub", 1, "1", 5, "", "", ""))
    tables = {
        **town.tables,
        "stops.txt": _write(_STOPS, rows),
        "pathways.txt": _write(_WAYS, dice.sample(ways, len(ways))),
    }
    return replace(town, tables=tables, profile=dice.choice(("adult", "adult", "senior", "stroller", "wheelchair")))


@dataclass(frozen=True)
class PlainStations:
    """What a reader of a station town's files would reckon; `without` pathways: as if there were none."""

    town: FeedTown
    feed: Path
    without: bool = False

    @cached_property
    def stops(self) -> dict:
        return {row["stop_id"]: row for row in read_rows(self.feed, "stops.txt")}

    def station(self, stop: str) -> str:
        """The station that a stop lies in, or ''."""
        while stop and self.stops[stop]["location_type"] != "1":
            stop = self.stops[stop]["parent_station"]
        return stop

    def nodes(self, platform: str) -> list:
        """A platform and its boarding areas."""
        return [platform, *(name for name, row in self.stops.items() if row["parent_station"] == platform)]

    @cached_property
    def called(self) -> tuple[set, set]:
        """Platforms where a vehicle is boarded, and where one is left."""
        hops = list_connections(self.feed, self.town.date)
        return {hop[4] for hop in hops if hop[6]}, {hop[5] for hop in hops if hop[7]}

    @cached_property
    def platforms(self) -> list:
        return sorted({stop for hop in list_connections(self.feed, self.town.date) for stop in hop[4:6]})

    def doors(self, station: str) -> list:
        return [n for n, row in self.stops.items() if row["location_type"] == "2" and self.station(n) == station]

    def ways(self, *, everybody: bool) -> list:
        """(from, to, seconds), one a direction."""
        profile, found = self.town.profile, []
        for row in read_rows(self.feed, "pathways.txt"):
            here, there = row["from_stop_id"], row["to_stop_id"]
            if here not in self.stops or there not in self.stops:
                continue
            if not everybody and profile in WIDTHS:
                narrow = row["min_width"] and float(row["min_width"]) < WIDTHS[profile]
                if row["pathway_mode"] in ("2", "4") or narrow:
                    continue
            if row["traversal_time"]:
                seconds = float(row["traversal_time"])
            elif row["length"]:
                seconds = float(row["length"]) / (SPEEDS[profile] / 3.6)
            elif row["stair_count"]:
                seconds = STAIR_S * abs(int(row["stair_count"]))
            else:
                seconds = metres(self.stops[here], self.stops[there]) / (SPEEDS[profile] / 3.6)
            found.append((here, there, seconds))
            if row["is_bidirectional"] == "1" and row["pathway_mode"] != "7":
                found.append((there, here, seconds))
        return found

    def inside(self, starts: list, *, everybody: bool = False) -> dict:
        """Seconds to every node by the pathways, relaxed until nothing improves."""
        best = dict.fromkeys(starts, 0.0)
        improved = True
        while improved:
            improved = False
            for here, there, seconds in self.ways(everybody=everybody):
                if best.get(here, NEVER) + seconds < best.get(there, NEVER):
                    best[there] = best[here] + seconds
                    improved = True
        return best

    def direct(self, stop: str) -> bool:
        """Whether a stop is walked to along the streets whatever its station has."""
        return self.stops[stop].get("stop_access") == "1"

    @cached_property
    def within(self) -> set:
        """Platforms that are walked to through their stations alone."""
        boarded, left = self.called
        kept = set()
        if self.without:
            return kept
        joined = {self.station(way[0]) for way in self.ways(everybody=True)}
        for station in joined & {self.station(stop) for stop in self.platforms}:
            mine = [stop for stop in self.platforms if self.station(stop) == station and not self.direct(stop)]
            doors = self.doors(station)
            into = self.inside(doors, everybody=True)
            alone = {p: p not in boarded or any(n in into for n in self.nodes(p)) for p in mine}
            good = True
            for p in mine:
                if p in left:
                    on = self.inside(self.nodes(p), everybody=True)
                    alone[p] &= any(door in on for door in doors)
                    good &= all(any(n in on for n in self.nodes(q)) for q in mine if q in boarded and q != p)
            good &= all(alone.values())
            kept |= {p for p in mine if good or (alone[p] and self.stops[p].get("stop_access") == "0")}
        return kept

    @cached_property
    def entrances(self) -> dict:
        """By platform in a station: (door, seconds in, seconds out), either None where there is no way."""
        rows, found = read_rows(self.feed, "stops.txt"), {}
        allow = self.town.unknown == "allow"
        usable = {
            name: self.town.profile != "wheelchair" or may_roll(rows, row, "wheelchair_boarding", unknown=allow)
            for name, row in self.stops.items()
        }
        for platform in self.platforms:
            if platform not in self.within:
                continue
            out = self.inside(self.nodes(platform))
            found[platform] = []
            for door in self.doors(self.station(platform)):
                if usable[door]:
                    into = self.inside([door])
                    least = min((into[n] for n in self.nodes(platform) if n in into), default=None)
                    found[platform].append((door, _up(least), _up(out.get(door))))
        return found

    def street(self, stop: str) -> int:
        """The street node of a stop or a door."""
        here = (self.stops[stop]["stop_lat"], self.stops[stop]["stop_lon"])
        return next(node for node in NODES if _place(node) == here)

    def ends(self, stop: str, *, inward: bool) -> list:
        """(street node, seconds between it and the stop)."""
        if stop not in self.entrances:
            return [(self.street(stop), 0)]
        ways = [(self.street(door), into if inward else out) for door, into, out in self.entrances[stop]]
        return [(node, seconds) for node, seconds in ways if seconds is not None]

    def between(self, walks: dict, rules: dict) -> dict:
        """(from stop, to stop) -> seconds on foot."""
        found = {}
        for a, b in product(self.platforms, repeat=2):
            if a == b:
                continue
            seconds = None
            used = self.station(a) in {self.station(p) for p in self.within}
            if used and self.station(a) == self.station(b) and all(p in self.within or self.direct(p) for p in (a, b)):
                on = self.inside(self.nodes(a))
                seconds = _up(min((on[n] for n in self.nodes(b) if n in on), default=None))
            if seconds is None or self.direct(a) or self.direct(b):
                by_pathways = seconds
                over = [
                    out + walks[here, there] + into
                    for (here, out), (there, into) in product(self.ends(a, inward=False), self.ends(b, inward=True))
                ]
                seconds = min([*over, *([] if by_pathways is None else [by_pathways])], default=None)
            # A minimum time is the feed's own word that the change can be made, where no walk is known.
            if seconds is None and rules.get((a, b), (None,))[0] == 2:
                seconds = 0
            if seconds is not None:
                found[a, b] = seconds
        return found

    def table(self) -> dict:
        """(home, site) -> seconds of each departure, None where there is no journey."""
        town, plain = self.town, PlainTown(self.town, self.feed)
        walks, rules, rides, found = plain.walks(), list_rules(self.feed), plain.rides(), {}
        between = self.between(walks, rules)
        extra = int(town.strict)
        early = [[(s, a, leaves - extra, board, alight) for s, a, leaves, board, alight in ride] for ride in rides]
        for (i, home), (j, site) in product(enumerate(town.homes), enumerate(town.sites)):
            access, egress = {}, {}
            for stop in self.platforms:
                to = min((walks[home, n] + s for n, s in self.ends(stop, inward=True)), default=NEVER)
                back = min((s + walks[n, site] for n, s in self.ends(stop, inward=False)), default=NEVER)
                if to <= town.limits["access"]:
                    access[stop] = to
                if back <= town.limits["egress"]:
                    egress[stop] = back
            on_foot = walks[home, site]
            found[i, j] = travel_seconds(
                early, between, departures=town.departures, access=access, egress=egress,
                direct=on_foot if on_foot <= town.limits["direct"] else None, slack=town.slack, rules=rules,
                transfer_limit=town.limits["transfer"],
            )  # fmt: skip
        return found


def _up(seconds: float | None) -> int | None:
    return None if seconds is None else max(math.ceil(seconds - 1e-9), 0)
