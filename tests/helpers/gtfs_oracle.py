"""Plain-Python reading of small GTFS feeds, slow and short enough to be checked by eye, and writing of feeds for tests.

Shares no code with the package. `list_connections` says which hops run on a day; the package's timetable must say the
same.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import zipfile
from fractions import Fraction
from itertools import combinations, pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from pathlib import Path

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

# A small feed: a line A-B-C and back, on weekdays of 2024.
SMALL = {
    "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\nX,Express,http://x.example,Europe/Paris\n",
    "stops.txt": (
        "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\n"
        "S,Station,48.80,2.20,1,\nA,Alpha,48.80,2.20,0,S\nA2,Alpha 2,48.80,2.201,0,S\n"
        "B,Beta,48.81,2.21,,\nC,Gamma,48.83,2.23,,\n"
    ),
    "routes.txt": "route_id,agency_id,route_short_name,route_long_name,route_type\nR,X,1,One,3\n",
    "trips.txt": "route_id,service_id,trip_id,trip_headsign,wheelchair_accessible\nR,WD,T1,Gamma,1\nR,WD,T2,Alpha,2\n",
    "calendar.txt": f"service_id,{','.join(DAYS)},start_date,end_date\nWD,1,1,1,1,1,0,0,20240101,20241231\n",
    "stop_times.txt": (
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
        "T1,08:00:00,08:00:00,A,1\nT1,08:05:00,08:06:00,B,2\nT1,08:12:00,08:12:00,C,3\n"
        "T2,09:00:00,09:00:00,C,1\nT2,09:07:00,09:07:00,B,2\nT2,09:12:00,09:12:00,A2,3\n"
    ),
}
TUESDAY = dt.date(2024, 4, 23)


def write_feed(target: Path, tables: dict[str, str | bytes | None]) -> Path:
    """Write a feed into a folder, or into a zip when the target ends in .zip; a table of None is left out."""
    given = {name: text for name, text in tables.items() if text is not None}
    parts = {name: text.encode() if isinstance(text, str) else text for name, text in given.items()}
    if target.suffix == ".zip":
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in parts.items():
                archive.writestr(name, data)
        return target
    target.mkdir(parents=True, exist_ok=True)
    for name, data in parts.items():
        (target / name).write_bytes(data)
    return target


def read_rows(feed: Path | dict[str, str | None], name: str) -> list[dict[str, str]]:
    """Rows of a table as dicts of stripped texts; [] where it is missing. A feed may be its tables themselves."""
    if isinstance(feed, dict):
        data = (feed.get(name) or "").encode()
    elif feed.is_dir():
        data = (feed / name).read_bytes() if (feed / name).exists() else b""
    else:
        with zipfile.ZipFile(feed) as archive:
            data = archive.read(name) if name in archive.namelist() else b""
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    rows = [[value.strip() for value in row] for row in rows if any(value.strip() for value in row)]
    width = len(rows[0]) if rows else 0
    return [dict(zip(rows[0], row + [""] * (width - len(row)), strict=False)) for row in rows[1:]]


def seconds(text: str) -> int | None:
    """Seconds of a time, None when blank."""
    if not text:
        return None
    hours, minutes, rest = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(rest)


def services_on(feed: Path, day: dt.date) -> set[str]:
    """Services that run on a day."""
    text = day.strftime("%Y%m%d")
    running = {
        row["service_id"]
        for row in read_rows(feed, "calendar.txt")
        if row["start_date"] <= text <= row["end_date"] and row[DAYS[day.weekday()]] == "1"
    }
    for row in read_rows(feed, "calendar_dates.txt"):
        if row["date"] == text:
            (running.add if row["exception_type"] == "1" else running.discard)(row["service_id"])
    return running


def metres(one: dict, other: dict) -> float:
    """Great circle between two stops."""
    lat1, lon1, lat2, lon2 = (
        math.radians(float(stop[key])) for stop in (one, other) for key in ("stop_lat", "stop_lon")
    )
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * 6_371_008.8 * math.asin(math.sqrt(half))


def fill_times(calls: list[dict], stops: dict) -> list[tuple[int, int]] | None:
    """Arrival and departure of each call, blank ones interpolated; None when the trip cannot be used."""
    times = []
    for call in calls:
        arrival, departure = seconds(call.get("arrival_time", "")), seconds(call.get("departure_time", ""))
        times.append((departure if arrival is None else arrival, arrival if departure is None else departure))
    if times[0][0] is None or times[-1][0] is None:
        return None
    known = [at for at, time in enumerate(times) if time[0] is not None]
    for here, there in pairwise(known):
        shape = [call.get("shape_dist_traveled", "") for call in calls[here : there + 1]]
        if all(shape):
            along = [Fraction(value) for value in shape]
        lines = [metres(stops[a["stop_id"]], stops[b["stop_id"]]) for a, b in pairwise(calls[here : there + 1])]
        if not all(shape) or any(b < a for a, b in pairwise(along)) or along[0] == along[-1]:
            along = [sum(lines[:k]) for k in range(len(lines) + 1)]
        if along[0] == along[-1]:
            along = list(range(len(lines) + 1))
        begin, end = times[here][1], times[there][0]
        for at in range(here + 1, there):
            share = (along[at - here] - along[0]) / (along[-1] - along[0])
            half = Fraction(1, 2) if isinstance(share, Fraction) else 0.500001
            second = begin + math.floor(share * (end - begin) + half)
            times[at] = (second, second)
    flat = [value for time in times for value in time]
    return times if flat == sorted(flat) else None


def day_origin(feed: Path, day: dt.date) -> float:
    """The second (of Unix) from which a service day's times count: noon minus 12 h, by the feed's clock."""
    zone = ZoneInfo(read_rows(feed, "agency.txt")[0]["agency_timezone"])
    return dt.datetime.combine(day, dt.time(12), tzinfo=zone).timestamp() - 12 * 3600


def is_on_demand(call: dict) -> bool:
    """Whether a call has a window or a zone instead of a place in the timetable."""
    return any(value and (key.endswith("_window") or key in ("location_id", "location_group_id"))
               for key, value in call.items())  # fmt: skip


def list_all_rides(feed: Path, day: dt.date, *, origin=day_origin) -> list[tuple]:
    """All rides of a day and of those around it, as `list_rides` gives them, whether or not they reach into it."""
    stops = {row["stop_id"]: row for row in read_rows(feed, "stops.txt")}
    calls: dict[str, list[dict]] = {}
    for row in read_rows(feed, "stop_times.txt"):
        if is_on_demand(row):
            if not row["arrival_time"] and not row["departure_time"]:
                continue
            row = row | {"pickup_type": "1", "drop_off_type": "1"}  # noqa: PLW2901 -- as good as closed
        if row["stop_id"] in stops:
            calls.setdefault(row["trip_id"], []).append(row)
    repeats: dict[str, set[int]] = {}
    for row in read_rows(feed, "frequencies.txt"):
        span = range(seconds(row["start_time"]), seconds(row["end_time"]), int(row["headway_secs"]))
        repeats.setdefault(row["trip_id"], set()).update(span)
    routes = {row["route_id"] for row in read_rows(feed, "routes.txt")}
    trips = []
    for trip in read_rows(feed, "trips.txt"):
        name = trip["trip_id"]
        if name in calls and trip["route_id"] in routes:
            ordered = sorted(calls[name], key=lambda call: int(call["stop_sequence"]))
            times = fill_times(ordered, stops)
            if times is not None:
                starts = sorted(repeats[name]) if name in repeats else [times[0][1]]
                trips.append((name, trip, ordered, times, starts))
    latest = max((starts[-1] + times[-1][1] - times[0][1] for *_, times, starts in trips if starts), default=0)
    found = []
    for offset in (0, *range(-1, -latest // 86_400 - 2, -1), 1):
        that_day = day + dt.timedelta(days=offset)
        services, shift = services_on(feed, that_day), int(origin(feed, that_day) - origin(feed, day))
        for name, trip, ordered, times, starts in trips:
            if trip["service_id"] not in services:
                continue
            for start in starts:
                moved = start - times[0][1] + shift
                label = f"{name}@{start}" if name in repeats else name
                ride = [
                    (call["stop_id"], arrives + moved, leaves + moved, call.get("pickup_type") != "1",
                     call.get("drop_off_type") != "1")
                    for call, (arrives, leaves) in zip(ordered, times, strict=True)
                ]  # fmt: skip
                found.append((label, offset, trip, ride))
    return found


def belongs(ride: tuple, until: int = 30 * 3600) -> bool:
    """Whether a ride of some service day belongs to the studied one."""
    _, offset, _, calls = ride
    return len(calls) > 1 and (calls[-2][2] >= 0 if offset <= 0 else calls[0][2] < until)


def list_rides(feed: Path, day: dt.date, *, origin=day_origin) -> list[tuple]:
    """All rides of a day: (name, day offset, trip's row, calls); a call is (stop, arrival, departure, board, alight).

    `origin` says from when a service day counts; another one shows what the clock's change does.
    """
    return [ride for ride in list_all_rides(feed, day, origin=origin) if belongs(ride)]


def list_stays(feed: Path, day: dt.date, *, origin=day_origin, rides=None) -> list[tuple]:
    """Pairs of a day's rides between which one stays seated; `rides`: what `list_all_rides` gave."""
    rides = list_all_rides(feed, day, origin=origin) if rides is None else rides
    rides = [ride for ride in rides if len(ride[3]) > 1]
    found = []
    linked = [row for row in read_rows(feed, "transfers.txt") if row.get("transfer_type") in ("4", "5")]
    if not linked and not any(ride[2].get("block_id") for ride in rides):
        return []
    blocks: dict[tuple, list[tuple]] = {}
    for ride in rides:
        if ride[2].get("block_id"):
            blocks.setdefault((ride[1], ride[2]["block_id"]), []).append(ride)
    for block in blocks.values():
        block.sort(key=lambda ride: ride[3][0][2])
        if all(a[3][-1][1] <= b[3][0][2] and a[3][0][2] < b[3][0][2] for a, b in combinations(block, 2)):
            found += [(a, b) for a, b in pairwise(block) if a[3][-1][0] == b[3][0][0]]
    apart = set()
    for row in linked:
        pair = row.get("from_trip_id"), row.get("to_trip_id")
        if row["transfer_type"] == "5":
            apart.add(pair)
            continue
        for a in rides:
            if a[2]["trip_id"] != pair[0]:
                continue
            shifts = [origin(feed, day + dt.timedelta(days=a[1] + more)) for more in (0, 1)]
            same = [b for b in rides if b[2]["trip_id"] == pair[1] and b[1] == a[1]]
            next_day = [b for b in rides if b[2]["trip_id"] == pair[1] and b[1] == a[1] + 1]
            ahead = [b for b in same if b[3][0][2] >= a[3][-1][1] and b != a]
            if not ahead and all(b[3][0][2] - shifts[1] < a[3][-1][1] - shifts[0] for b in next_day):
                ahead = [b for b in next_day if b[3][0][2] >= a[3][-1][1]]
            if ahead:
                found.append((a, min(ahead, key=lambda b: (b[3][0][2], b[3][-1][1]))))
    return [
        (a, b)
        for at, (a, b) in enumerate(found)
        if (a[2]["trip_id"], b[2]["trip_id"]) not in apart and belongs(a) and belongs(b) and (a, b) not in found[:at]
    ]


def list_vehicles(rides: list[tuple], stays: list[tuple]) -> list[list[tuple]]:
    """The calls of each vehicle as one rides it, trip after trip: every way through the trips.

    Nobody boards at the end of a trip that is gone on with another, nor alights at the start of the other.
    """

    def key(ride: tuple) -> tuple:
        return ride[0], ride[1]

    ride_of, after = {key(ride): ride for ride in rides}, {}
    for a, b in stays:
        after.setdefault(key(a), []).append(ride_of[key(b)])
    second = {key(b) for _, b in stays}

    def ways(ride: tuple) -> list[list[tuple]]:
        own = ride[3]
        further = [way for b in after.get(key(ride), []) for way in ways(b)]
        if not further:
            return [own]
        stop, arrives, leaves, _, alight = own[-1]
        end = [*own[:-1], (stop, arrives, leaves, False, alight)]
        return [[*end, (*way[0][:4], False), *way[1:]] for way in further]

    return [way for ride in rides if key(ride) not in second for way in ways(ride)]


def list_connections(feed: Path, day: dt.date) -> list[tuple]:
    """All hops of a day: (departure, arrival, trip, day offset, from stop, to stop, may board, may alight), sorted."""
    return sorted(
        (here[2], there[1], label, offset, here[0], there[0], here[3], there[4])
        for label, offset, _, ride in list_rides(feed, day)
        for here, there in pairwise(ride)
        if here[2] >= 0
    )


def list_rules(feed: Path) -> dict[tuple[str, str], tuple[int, int]]:
    """What transfers.txt says of pairs of stops: (from, to) -> (kind, minimum seconds).

    Types 4 and 5 and rows by route or trip say nothing of a pair. A station's row holds for its platforms, but the row
    that names more of the two stops themselves comes first; then a forbidden change, then the longer minimum.
    """
    stops = read_rows(feed, "stops.txt")
    said: dict[tuple[str, str], list[tuple]] = {}
    for row in read_rows(feed, "transfers.txt"):
        narrow = any(row.get(key) for key in ("from_route_id", "to_route_id", "from_trip_id", "to_trip_id"))
        if narrow or row["transfer_type"] in ("4", "5"):
            continue
        kind, minimum = int(row["transfer_type"] or 0), row.get("min_transfer_time", "")
        if kind == 2 and not minimum:
            kind = 0
        ends, stations = [], 0
        for key in ("from_stop_id", "to_stop_id"):
            ends.append([s["stop_id"] for s in stops if row[key] in (s["stop_id"], s.get("parent_station"))])
            stations += any(s["stop_id"] == row[key] and s.get("location_type") == "1" for s in stops)
        for pair in ((a, b) for a in ends[0] for b in ends[1]):
            order = (stations, kind != 3, -int(minimum or 0) if kind == 2 else 0, -kind)
            said.setdefault(pair, []).append((order, (kind, int(minimum or 0) if kind == 2 else 0)))
    return {pair: min(rows)[1] for pair, rows in said.items()}


def may_roll(rows: list[dict], row: dict, column: str, *, unknown: bool) -> bool:
    """Whether a stop or a trip is open to wheelchairs; a platform that says nothing asks its station."""
    said = row.get(column, "") or "0"
    if said not in "12" and row.get("parent_station"):
        parent = next((other for other in rows if other["stop_id"] == row["parent_station"]), {})
        said = parent.get(column, "") or "0"
    return {"1": True, "2": False}.get(said, unknown)


def stays_of(timetable) -> list[tuple]:
    """Pairs of (trip, day offset) between which one stays seated, from the package's timetable of one feed."""
    trip = [name.split(":", 1)[1] for name in timetable.trips["trip_id"]]
    day = timetable.trips["day"].tolist()
    return sorted(((trip[a], day[a]), (trip[b], day[b])) for a, b in timetable.stays.tolist())


def connections_of(timetable) -> list[tuple]:
    """The same list from the package's timetable of one feed."""
    stop = [name.split(":", 1)[1] for name in timetable.stops["stop_id"]]
    trip = [name.split(":", 1)[1] for name in timetable.trips["trip_id"]]
    day = timetable.trips["day"].tolist()
    return sorted(
        (dep, arr, trip[run], day[run], stop[a], stop[b], board, alight)
        for dep, arr, run, a, b, board, alight in zip(
            timetable.departure.tolist(), timetable.arrival.tolist(), timetable.trip.tolist(),
            timetable.departure_stop.tolist(), timetable.arrival_stop.tolist(),
            timetable.boardable.tolist(), timetable.alightable.tolist(), strict=True,
        )
    )  # fmt: skip
