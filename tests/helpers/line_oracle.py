"""Lines on paper: the edits of a scenario done by hand on lists of calls, and written as GTFS.

Shares no code with the package. A trip is ``[line, [[stop, arrival, departure], ...]]``; stops are numbers of places on
the equator, a hundredth of a degree apart.
"""

from __future__ import annotations

from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from gtfs_oracle import DAYS

if TYPE_CHECKING:
    from random import Random

HALF = Decimal("0.5")
#: Powers of two: half-way between any two of them is none of them.
PLACES = (1, 2, 4, 8, 16, 32, 64, 128)


def place_name(stop) -> str:
    return f"Place {stop}"


def position(stop) -> tuple[float, float]:
    """Latitude and longitude; between two numbers lies half-way."""
    return 0.0, round(float(stop) * 0.01 - 15, 6)


def throw_trips(dice: Random) -> list:
    """Two lines both ways, each direction with one list of stops; run times differ from trip to trip."""
    trips = []
    for line in ("A", "B"):
        stops = dice.sample(PLACES, dice.randint(3, 6))
        for way in (stops, stops[::-1]):
            second = dice.randint(7 * 3600, 8 * 3600)
            for _ in range(dice.randint(2, 7)):
                at, calls = second, []
                for stop in way:
                    leave = at + dice.choice((0, 0, 20, 45))
                    calls.append([stop, at, leave])
                    at = leave + dice.randint(30, 400)
                calls[0][1] = calls[0][2]
                calls[-1][2] = calls[-1][1]
                trips.append([line, calls])
                second += dice.randint(60, 1500)
    return trips


def to_tables(trips: list) -> dict:
    """Write trips as a feed; stops that nothing serves are left out."""

    def clock(second: int) -> str:
        return f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"

    stops = sorted({call[0] for _, calls in trips for call in calls}, key=float)
    lines = sorted({line for line, _ in trips})
    times = [
        f"t{k},{clock(arrival)},{clock(departure)},p{stop},{at}"
        for k, (_, calls) in enumerate(trips)
        for at, (stop, arrival, departure) in enumerate(calls)
    ]
    tables = {
        "agency.txt": ["agency_name,agency_url,agency_timezone", "A,http://a.example,Europe/Lisbon"],
        "calendar.txt": [f"service_id,{','.join(DAYS)},start_date,end_date", "WD,1,1,1,1,1,0,0,20240101,20241231"],
        "routes.txt": ["route_id,route_short_name,route_type", *(f"R{line},{line},3" for line in lines)],
        "stops.txt": [
            "stop_id,stop_name,stop_lat,stop_lon",
            *(f"p{stop},{place_name(stop)},{position(stop)[0]},{position(stop)[1]}" for stop in stops),
        ],
        "trips.txt": ["route_id,service_id,trip_id", *(f"R{line},WD,t{k}" for k, (line, _) in enumerate(trips))],
        "stop_times.txt": ["trip_id,arrival_time,departure_time,stop_id,stop_sequence", *times],
    }
    return {name: "\n".join(rows) + "\n" for name, rows in tables.items()}


def half_up(value) -> int:
    return int(Decimal(value).quantize(Decimal(1), ROUND_HALF_UP))


def pass_by(trips: list, stops: set, line: str | None = None) -> list:
    """Nobody gets on or off at some stops; a trip with one stop left is none."""
    new = [[name, [c for c in calls if c[0] not in stops or line not in (None, name)]] for name, calls in trips]
    return [trip for trip in new if len(trip[1]) > 1]


def remove(trips: list, line: str) -> list:
    return [trip for trip in trips if trip[0] != line]


def speed_up(trips: list, line: str, factor: str) -> list:
    new = []
    for name, calls in trips:
        if name != line:
            new.append([name, calls])
            continue
        done = [list(calls[0])]
        for before, after in pairwise(calls):
            arrival = done[-1][2] + half_up(Decimal(after[1] - before[2]) * Decimal(factor))
            done.append([after[0], arrival, arrival + after[2] - after[1]])
        new.append([name, done])
    return new


def _moved(calls: list, start: int) -> list:
    shift = start - calls[0][2]
    return [[stop, arrival + shift, departure + shift] for stop, arrival, departure in calls]


def _directions(trips: list, line: str) -> list:
    ways: dict = {}
    for name, calls in trips:
        if name == line:
            ways.setdefault(tuple(c[0] for c in calls), []).append(calls)
    return [sorted(way, key=lambda calls: calls[0][2]) for way in ways.values()]


def multiply(trips: list, line: str, times: int, begin: int, end: int) -> list:
    """`times` as many trips among those that leave in [begin, end)."""
    new = list(trips)
    for way in _directions(trips, line):
        chosen = [calls for calls in way if begin <= calls[0][2] < end]
        for k, calls in enumerate(chosen):
            start = calls[0][2]
            if k + 1 < len(chosen):
                gap = chosen[k + 1][0][2] - start
            else:
                gap = end - start if k == 0 else min(start - chosen[k - 1][0][2], end - start)
            new += [[line, _moved(calls, start + gap * part // times)] for part in range(1, times)]
    return new


def thin(trips: list, line: str, keep_one_of: int, begin: int, end: int) -> list:
    gone = []
    for way in _directions(trips, line):
        chosen = [calls for calls in way if begin <= calls[0][2] < end]
        gone += [calls for k, calls in enumerate(chosen) if k % keep_one_of]
    return [trip for trip in trips if not any(trip[1] is calls for calls in gone)]


def set_headway(trips: list, line: str, every_s: int, begin: int, end: int) -> list:
    new = [trip for trip in trips if trip[0] != line or not begin <= trip[1][0][2] < end]
    for way in _directions(trips, line):
        chosen = [calls for calls in way if begin <= calls[0][2] < end]
        start = chosen[0][0][2] if chosen else begin
        while start - every_s >= begin:
            start -= every_s
        while start < end:
            gaps = [abs(calls[0][2] - start) for calls in chosen or way]
            new.append([line, _moved((chosen or way)[gaps.index(min(gaps))], start)])
            start += every_s
    return new


def add(trips: list, line: str, stops: list, runs: list, dwell: int, starts: list) -> list:
    """Both ways."""
    new = list(trips)
    for way, took in ((stops, runs), (stops[::-1], runs[::-1])):
        for start in starts:
            calls = [[way[0], start, start]]
            for stop, run in zip(way[1:], took, strict=True):
                arrival = calls[-1][2] + run
                calls.append([stop, arrival, arrival + dwell])
            calls[-1][2] = calls[-1][1]
            new.append([line, calls])
    return new


def go_round(trips: list, line: str, one, other, via: list, runs: list, dwell: int) -> list:
    """Between two stops of a line run by others, both ways."""
    new = []
    for name, calls in trips:
        stops = [c[0] for c in calls]
        if name != line:
            new.append([name, calls])
            continue
        a, b = stops.index(one), stops.index(other)
        between, took = (via, runs) if a < b else (via[::-1], runs[::-1])
        a, b = min(a, b), max(a, b)
        done = [list(c) for c in calls[: a + 1]]
        for stop, run in zip([*between, stops[b]], took, strict=True):
            arrival = done[-1][2] + run
            done.append([stop, arrival, arrival + dwell])
        shift = done.pop()[1] - calls[b][1]
        new.append([name, done + [[c[0], c[1] + shift, c[2] + shift] for c in calls[b:]]])
    return new


def call_half_way(trips: list, line: str, one, other, dwell: int, detour: int) -> list:
    """One more call half-way between two stops that follow each other."""
    new = []
    for name, calls in trips:
        done, shift = [list(calls[0])], 0
        for before, after in pairwise(calls):
            if name == line and {before[0], after[0]} == {one, other}:
                half = (Decimal(after[1] - before[2] + detour) * HALF + HALF).to_integral_value(ROUND_FLOOR)
                arrival = before[2] + shift + int(half)
                done.append([(one + other) / 2, arrival, arrival + dwell])
                shift += dwell + detour
            done.append([after[0], after[1] + shift, after[2] + shift])
        new.append([name, done])
    return new
