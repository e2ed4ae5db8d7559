"""The GTFS tables of the sample territory, made of its lines and streets."""

from __future__ import annotations

import heapq
import math
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from geo_access.study.sample import lines
from geo_access.study.sample.geometry import Point, distance, round_point
from geo_access.study.sample.streets import NOT_DRIVEN, Way

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Table: TypeAlias = list[dict[str, str]]
Tables: TypeAlias = dict[str, Table]

TIMEZONE = "Atlantic/Azores"
FIRST_DAY, LAST_DAY = "20260105", "20261218"
#: Holidays: run as on a Sunday. A night of celebration: the week's service once more, on a Sunday.
HOLIDAYS = ("20260406", "20260501", "20260514", "20260525", "20260714", "20261111")
EXTRA_SUNDAY = "20260705"
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SERVICES = {"SEMAINE": "1111100", "SAMEDI": "0000010", "DIMANCHE": "0000001", "WEEK-END": "0000011"}
#: The two sides of a street, or the two platforms, lie this far from its middle (metres).
_SIDE = (5.0, -4.0)
_ROUND_S = 10


def place_stops(ways: Sequence[Way], kept: Callable[[Point], bool]) -> dict[str, Point]:
    """Put each stop on the street (trains: on their tracks); leave out those that `kept` refuses."""
    driven = sorted({p for way in ways if way.highway not in NOT_DRIVEN and not way.islet for p in way.points})
    tracks = {key for line in lines.LINES if line.tracks for key in line.stops}
    places: dict[str, Point] = {}
    for key, (_, (x, y)) in lines.STOPS.items():
        wished = (1000 * x, 1000 * y)
        if not kept(wished):
            continue
        places[key] = wished if key in tracks else min(driven, key=lambda p: (distance(p, wished), p))
    return places


def render_tables(
    feed: str,
    ways: Sequence[Way],
    places: Mapping[str, Point],
    to_lonlat: Callable[[Point], tuple[str, str]],
    prefix: str,
) -> Tables:
    """Return a feed's tables by file name; no trips where none of its lines has two stops.

    Parameters
    ----------
    places
        From `place_stops`.
    to_lonlat
        Turns a place into the text of its longitude and latitude.
    prefix
        Stands before every id, so that islands differ.
    """
    run = [line for line in lines.LINES if line.feed == feed and _count(line, places) > 1]
    streets = _Streets(ways)
    names = ("agency", "routes", "calendar", "calendar_dates", "stops", "trips", "stop_times")
    tables: Tables = {name: [] for name in names}
    tables["agency"].append(
        {
            "agency_id": f"{prefix}{feed}",
            "agency_name": lines.FEEDS[feed],
            "agency_url": "https://ondrelle.example/",
            "agency_timezone": TIMEZONE,
            "agency_lang": "fr",
        }
    )
    _write_services(tables, sorted({service for line in run for service in line.periods}), prefix)
    if feed == "tram":
        tables["frequencies"] = []
    for line in run:
        tables["routes"].append(
            {
                "route_id": f"{prefix}{line.id}",
                "agency_id": f"{prefix}{feed}",
                "route_short_name": line.short,
                "route_long_name": line.name,
                "route_type": str(line.kind),
                "route_color": line.color,
                "route_text_color": "FFFFFF",
            }
        )
        _write_trips(tables, line, places, streets, prefix)
    used = {key for line in run for key in line.stops if key in places}
    _write_stops(tables, used, places, to_lonlat, prefix)
    if feed == "bus-train":
        tables["transfers"] = _list_transfers(used, prefix)
    return tables


def _count(line: lines.SampleLine, places: Mapping[str, Point]) -> int:
    return sum(key in places for key in line.stops)


def _write_services(tables: Tables, services: Sequence[str], prefix: str) -> None:
    for service in services:
        days = dict(zip(_DAYS, _SERVICES[service], strict=True))
        tables["calendar"].append(
            {"service_id": f"{prefix}{service}", **days, "start_date": FIRST_DAY, "end_date": LAST_DAY}
        )
    for holiday in HOLIDAYS:
        for service in services:
            if service == "SEMAINE" or service in ("DIMANCHE", "WEEK-END"):
                kind = "2" if service == "SEMAINE" else "1"
                tables["calendar_dates"].append(
                    {"service_id": f"{prefix}{service}", "date": holiday, "exception_type": kind}
                )
    if "SEMAINE" in services:
        tables["calendar_dates"].append({"service_id": f"{prefix}SEMAINE", "date": EXTRA_SUNDAY, "exception_type": "1"})


def _write_trips(
    tables: Tables, line: lines.SampleLine, places: Mapping[str, Point], streets: _Streets, prefix: str
) -> None:
    out = [key for key in line.stops if key in places]
    for direction, keys in enumerate((out, out[::-1])):
        steps = [
            1.03 * distance(places[a], places[b]) if line.tracks else streets.measure(places[a], places[b])
            for a, b in pairwise(keys)
        ]
        after = [0]
        for step in steps:
            drive = step / (line.speed_kmh / 3.6) + line.dwell_s
            after.append(after[-1] + max(2, math.floor(drive / _ROUND_S + 0.5)) * _ROUND_S)
        head = lines.STOPS[keys[-1]][0]
        for service, periods in line.periods.items():
            trip = f"{prefix}{line.id}-{service[:3]}-{'AR'[direction]}"
            base = {
                "route_id": f"{prefix}{line.id}",
                "service_id": f"{prefix}{service}",
                "trip_headsign": head,
                "direction_id": str(direction),
                "wheelchair_accessible": "1",
            }
            if "frequencies" in tables:
                tables["trips"].append({**base, "trip_id": trip})
                _write_times(tables, trip, line, keys, "AB"[direction], after, steps, 0, prefix)
                for begin, until, headway in periods:
                    start = read_clock(begin) + 60 * line.first_offset_min[direction]
                    tables["frequencies"].append(
                        {
                            "trip_id": trip,
                            "start_time": render_clock(start),
                            "end_time": render_clock(read_clock(until) + 60 * line.first_offset_min[direction]),
                            "headway_secs": str(60 * headway),
                            "exact_times": "1" if line.id == "P" else "0",
                        }
                    )
                continue
            for begin, until, headway in periods:
                start = read_clock(begin) + 60 * line.first_offset_min[direction]
                while start < read_clock(until):
                    name = f"{trip}-{render_clock(start)[:5].replace(':', '')}"
                    tables["trips"].append({**base, "trip_id": name})
                    _write_times(tables, name, line, keys, "AB"[direction], after, steps, start, prefix)
                    start += 60 * headway


def _write_times(
    tables: Tables, trip: str, line: lines.SampleLine, keys: Sequence[str], side: str, after: Sequence[int],
    steps: Sequence[float], start: int, prefix: str,
) -> None:  # fmt: skip
    so_far = 0.0
    for at, (key, seconds) in enumerate(zip(keys, after, strict=True)):
        ends = at in (0, len(keys) - 1)
        timed = not line.timed or key in line.timed or ends
        stands = line.kind == lines.RAIL and not ends
        row = {
            "trip_id": trip,
            "arrival_time": render_clock(start + seconds - (30 if stands else 0)) if timed else "",
            "departure_time": render_clock(start + seconds) if timed else "",
            "stop_id": f"{prefix}{key}-{side}",
            "stop_sequence": str(at + 1),
            "pickup_type": "1" if at == len(keys) - 1 else "0",
            "drop_off_type": "1" if at == 0 else "0",
        }
        if "frequencies" not in tables:
            row["timepoint"] = "1" if timed else "0"
            row["shape_dist_traveled"] = f"{so_far:.0f}" if line.measured else ""
        tables["stop_times"].append(row)
        so_far += steps[at] if at < len(steps) else 0.0


def _write_stops(
    tables: Tables,
    used: set[str],
    places: Mapping[str, Point],
    to_lonlat: Callable[[Point], tuple[str, str]],
    prefix: str,
) -> None:
    parents = {key: station for station, keys in lines.STATIONS.items() for key in keys}
    for station, keys in lines.STATIONS.items():
        held = [key for key in keys if key in used]
        if held:
            lon, lat = to_lonlat(places[held[0]])
            tables["stops"].append(_stop(f"{prefix}{station}", lines.STOPS[held[0]][0], lon, lat, "1", "", "1"))
    for key in (key for key in lines.STOPS if key in used):
        x, y = places[key]
        for side, sign in (("A", 1), ("B", -1)):
            lon, lat = to_lonlat((x + sign * _SIDE[0], y + sign * _SIDE[1]))
            parent = f"{prefix}{parents[key]}" if key in parents else ""
            # The hillside and the old quays have no raised kerb; about the marshes nobody has looked.
            raised = "2" if key in ("VER", "FON", "BAS", "QAU") else "0" if key in ("MAR", "SEL", "SAU") else "1"
            stop = f"{prefix}{key}-{side}"
            tables["stops"].append(_stop(stop, lines.STOPS[key][0], lon, lat, "0", parent, raised))


def _stop(stop: str, name: str, lon: str, lat: str, kind: str, parent: str, wheelchair: str) -> dict[str, str]:
    return {
        "stop_id": stop,
        "stop_name": name,
        "stop_lon": lon,
        "stop_lat": lat,
        "location_type": kind,
        "parent_station": parent,
        "wheelchair_boarding": wheelchair,
    }


def _list_transfers(used: set[str], prefix: str) -> Table:
    """List one rule of each kind: a recommended change, a station that takes its time, two buses that do not wait."""
    rules = [
        ("HDV-A", "HDV-B", "0", ""),
        ("HDV-B", "HDV-A", "0", ""),
        ("ST-ONDRELLE", "ST-ONDRELLE", "2", "120"),
        ("FAU-B", "FAU-A", "3", ""),
    ]
    known = {f"{key}-{side}" for key in used for side in "AB"}
    known |= {station for station, keys in lines.STATIONS.items() if used & set(keys)}
    return [
        {
            "from_stop_id": prefix + first,
            "to_stop_id": prefix + second,
            "transfer_type": kind,
            "min_transfer_time": seconds,
        }
        for first, second, kind, seconds in rules
        if first in known and second in known
    ]


class _Streets:
    """Distances along the streets that vehicles use."""

    def __init__(self, ways: Sequence[Way]) -> None:
        self._next: dict[Point, list[tuple[Point, float]]] = {}
        for way in ways:
            if way.highway not in NOT_DRIVEN:
                for a, b in pairwise(way.points):
                    self._next.setdefault(a, []).append((b, distance(a, b)))
                    self._next.setdefault(b, []).append((a, distance(a, b)))

    def measure(self, start: Point, end: Point) -> float:
        """Return the shortest way (metres); the straight line times 1.4 where there is none."""
        known = {start: 0.0}
        queue = [(0.0, start)]
        while queue:
            so_far, place = heapq.heappop(queue)
            if place == end:
                return so_far
            if so_far > known[place]:
                continue
            for there, step in self._next.get(place, ()):
                if so_far + step < known.get(there, math.inf):
                    known[there] = so_far + step
                    heapq.heappush(queue, (so_far + step, there))
        return 1.4 * distance(round_point(start), round_point(end))


def read_clock(clock: str) -> int:
    """Return the seconds of "05:40"."""
    hours, minutes = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60


def render_clock(seconds: int) -> str:
    """Return "25:40:00" for a number of seconds."""
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
