"""The day's timetable of all feeds of a study, as arrays that a connection scan reads from front to back."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geo_access.core.errors import InputError
from geo_access.core.findings import Findings, warn_uncollected
from geo_access.gtfs.feed_day import FeedDay, FeedFacts, check_clocks, check_service, raise_idle, read_feed
from geo_access.gtfs.pathways import NODE_TYPES, WAY_TYPES, no_nodes, no_ways
from geo_access.gtfs.seats import list_depths
from geo_access.gtfs.service import UNTIL_S

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Progress = Callable[[str, int, int], object]

_TABLES = ("stops", "trips", "routes", "station_nodes", "station_ways")
_FACTS = "timetable.json"


@dataclass(frozen=True, eq=False)
class Timetable:
    """Every ride of one day, from stop to stop.

    Times are seconds after noon minus 12 h of `date` in `timezone`; a connection is one hop between two
    consecutive stops of a trip. Connections are sorted by (departure, arrival, trip, order within the trip).

    Attributes
    ----------
    date, timezone
        The studied service day.
    stops
        One row per stop that a connection uses, neighbours close to each other: stop_id ("0:abc", the feed's number
        first), feed, name, lon, lat (degrees, NaN when unknown), station (number shared by the platforms of one
        station), location_type, wheelchair (0 unknown, 1 yes, 2 no; a platform that says nothing inherits its
        station's word).
    trips
        One row per run: trip_id ("0:xyz", a departure of frequencies.txt "0:xyz@25200"), route (row of `routes`),
        headsign, day (the service day, counted from the studied one: -1 for trips of the night before, 1 for those of
        the next morning), wheelchair (0, 1, 2).
    routes
        route_id, short_name, long_name, type, agency, feed.
    departure_stop, arrival_stop
        int32 (connections,): rows of `stops`.
    departure, arrival
        int32 (connections,): seconds.
    trip
        int32 (connections,): row of `trips`.
    following
        int32 (connections,): the same trip's next connection, -1 at its end.
    stays
        int32 (pairs, 2): rows of `trips`: one stays seated from the end of the first to the start of the second. The
        last connection of the first stands before the first one of the second. A trip may stand in several pairs.
    boardable, alightable
        bool (connections,): boarding allowed at the departure stop, alighting at the arrival stop.
    rule_from, rule_to
        int32 (rules,): pairs of stops that transfers.txt speaks of, sorted, each once.
    rule_kind
        int8 (rules,): 0 and 1 ordinary, 2 minimum time, 3 forbidden.
    rule_min_s
        int32 (rules,): the minimum time (seconds) of kind 2, else 0.
    feeds
        What each feed says of itself.
    station_nodes, station_ways
        The stations with pathways, empty where there are none; see `pathways.Stations`. node_id has the feed's number
        first, station is a number through all feeds, stop a row of `stops`.
    """

    date: dt.date
    timezone: str
    stops: pd.DataFrame
    trips: pd.DataFrame
    routes: pd.DataFrame
    departure_stop: NDArray[np.int32]
    arrival_stop: NDArray[np.int32]
    departure: NDArray[np.int32]
    arrival: NDArray[np.int32]
    trip: NDArray[np.int32]
    following: NDArray[np.int32]
    boardable: NDArray[np.bool_]
    alightable: NDArray[np.bool_]
    stays: NDArray[np.int32]
    rule_from: NDArray[np.int32]
    rule_to: NDArray[np.int32]
    rule_kind: NDArray[np.int8]
    rule_min_s: NDArray[np.int32]
    feeds: tuple[FeedFacts, ...]
    station_nodes: pd.DataFrame = field(default_factory=no_nodes)
    station_ways: pd.DataFrame = field(default_factory=no_ways)

    def save(self, folder: Path) -> None:
        """Write everything into a folder, uncompressed; `load` reads it back."""
        folder.mkdir(parents=True, exist_ok=True)
        for part in fields(self):
            value = getattr(self, part.name)
            if isinstance(value, np.ndarray):
                np.save(folder / f"{part.name}.npy", value, allow_pickle=False)
        for name in _TABLES:
            getattr(self, name).to_feather(folder / f"{name}.feather", compression="uncompressed")
        feeds = [asdict(feed) for feed in self.feeds]
        facts = {"date": self.date.isoformat(), "timezone": self.timezone, "feeds": feeds}
        (folder / _FACTS).write_text(json.dumps(facts, ensure_ascii=False, indent=1), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Timetable:
        """Read what `save` wrote.

        Raises
        ------
        OSError, ValueError, KeyError
            When the folder is incomplete or damaged.
        """
        facts = json.loads((folder / _FACTS).read_text(encoding="utf-8"))
        files = sorted(folder.glob("*.npy"))
        parts: dict[str, Any] = {file.stem: np.load(file, allow_pickle=False) for file in files}
        if set(parts) != {field.name for field in fields(cls)} - {"date", "timezone", "feeds", *_TABLES}:
            message = f"not a timetable: {folder}"
            raise ValueError(message)
        parts.update({name: pd.read_feather(folder / f"{name}.feather") for name in _TABLES})
        feeds = tuple(
            FeedFacts(**{**feed, "agencies": tuple(feed["agencies"]), "attributions": tuple(feed["attributions"])})
            for feed in facts["feeds"]
        )
        date = dt.date.fromisoformat(facts["date"])
        return cls(date=date, timezone=facts["timezone"], feeds=feeds, **parts)


def read_timetable(
    paths: Sequence[Path | str],
    *,
    date: dt.date,
    frequency_seed: int | None = None,
    pathways: bool = True,
    until_s: int = UNTIL_S,
    findings: Findings | None = None,
    progress: Progress | None = None,
) -> Timetable:
    """Read the timetable of one day from GTFS feeds, which together are one network.

    Parameters
    ----------
    paths
        GTFS feeds: zips or folders. Ids get the feed's number in front ("0:", "1:").
    date
        The studied service day.
    frequency_seed
        Draws the phases that frequencies.txt leaves open; without, trips depart at start_time, start_time + headway ...
    pathways
        Whether to read the ways inside stations.
    until_s
        Trips of the next service day count that leave before this second of the studied one (30:00:00).
    findings
        Takes what reading finds; without it, findings become Python warnings.
    progress
        Called with ("timetable", bytes read, bytes in all) of stop_times.txt, roughly.

    Raises
    ------
    NoServiceError
        When no feed has a trip on `date`; it names the nearest days that have.
    InputError
        When a feed cannot be used, or the feeds' clocks differ.
    """
    collected = Findings() if findings is None else findings
    days = read_days(
        paths, date=date, frequency_seed=frequency_seed, pathways=pathways, until_s=until_s, findings=collected,
        progress=progress,
    )  # fmt: skip
    timetable = join_days(days, date, findings=collected)
    if findings is None:
        warn_uncollected(collected)
    return timetable


def read_days(
    paths: Sequence[Path | str],
    *,
    date: dt.date,
    frequency_seed: int | None = None,
    pathways: bool = True,
    until_s: int = UNTIL_S,
    findings: Findings,
    progress: Progress | None = None,
) -> list[FeedDay]:
    """Read what each feed runs on a day; for the parameters see `read_timetable`."""
    if not paths:
        raise InputError("transit.no_feeds")
    return [
        read_feed(
            Path(path),
            date=date,
            findings=findings,
            progress=_tell_progress(progress, number, len(paths)),
            frequency_seed=frequency_seed,
            pathways=pathways,
            until_s=until_s,
        )
        for number, path in enumerate(paths)
    ]


def join_days(days: Sequence[FeedDay], date: dt.date, *, findings: Findings) -> Timetable:
    """Put feeds together into one timetable; for the errors see `read_timetable`."""
    check_clocks(days, date)
    check_service(days, date, findings)
    if not any((day.trips["day"] == 0).any() for day in days):
        raise_idle("no_connections", days, date, findings)
    return _merge(days, date)


def _tell_progress(progress: Progress | None, number: int, feeds: int) -> Callable[[int, int], object]:
    def tell(done: int, total: int) -> None:
        if progress is not None:
            progress("timetable", number * 1000 + round(1000 * min(done / max(total, 1), 1)), feeds * 1000)

    return tell


def _merge(days: Sequence[FeedDay], date: dt.date) -> Timetable:
    """Number stops, trips and routes through all feeds, and sort the connections."""
    first_stop = _starts([len(day.stops) for day in days])
    first_trip = _starts([len(day.trips) for day in days])
    first_route = _starts([len(day.routes) for day in days])
    stations = _starts([int(day.stops["station"].max() + 1) if len(day.stops) else 0 for day in days])
    stops, trips, routes = [], [], []
    for number, day in enumerate(days):
        station, route = day.stops["station"] + stations[number], day.trips["route"] + first_route[number]
        stops.append(day.stops.assign(stop_id=_prefix(number, day.stops["stop_id"]), feed=number, station=station))
        trips.append(day.trips.assign(trip_id=_prefix(number, day.trips["trip_id"]), route=route))
        routes.append(day.routes.assign(route_id=_prefix(number, day.routes["route_id"]), feed=number))

    def gather(name: str, starts: Sequence[int] | None = None) -> NDArray[Any]:
        shifts = [0] * len(days) if starts is None else starts
        parts = zip((getattr(day, name) for day in days), shifts, strict=True)
        return np.concatenate([part + shift if shift else part for part, shift in parts])

    stop_table = _stack(stops, {"feed": np.int32, "station": np.int32, "location_type": np.int8, "wheelchair": np.int8})
    near = order_by_place(stop_table)
    number_of = np.empty(len(near), np.int32)
    number_of[near] = np.arange(len(near), dtype=np.int32)
    rule_from, rule_to = (number_of[gather(name, first_stop)] for name in ("rule_from", "rule_to"))
    rules = np.lexsort((rule_to, rule_from))

    station_nodes, station_ways = _merge_stations(days, number_of, first_stop)
    departure, arrival, trip = gather("departure"), gather("arrival"), gather("trip", first_trip)
    stays = gather("stays", first_trip)
    order, following = order_hops(departure, arrival, trip, stays)

    def ordered(array: NDArray[Any]) -> NDArray[np.int32]:
        return np.ascontiguousarray(array[order], np.int32)

    return Timetable(
        date=date,
        timezone=days[0].facts.timezone,
        stops=stop_table.iloc[near].reset_index(drop=True),
        trips=_stack(trips, {"route": np.int32, "day": np.int8, "wheelchair": np.int8}),
        routes=_stack(routes, {"type": np.int32, "feed": np.int32}),
        departure_stop=ordered(number_of[gather("departure_stop", first_stop)]),
        arrival_stop=ordered(number_of[gather("arrival_stop", first_stop)]),
        departure=ordered(departure),
        arrival=ordered(arrival),
        trip=ordered(trip),
        following=following,
        boardable=gather("boardable")[order],
        alightable=gather("alightable")[order],
        stays=stays.astype(np.int32),
        rule_from=rule_from[rules],
        rule_to=rule_to[rules],
        rule_kind=gather("rule_kind")[rules].astype(np.int8),
        rule_min_s=gather("rule_min_s")[rules].astype(np.int32),
        feeds=tuple(day.facts for day in days),
        station_nodes=station_nodes,
        station_ways=station_ways,
    )


def _merge_stations(
    days: Sequence[FeedDay], number_of: NDArray[np.int32], first_stop: Sequence[int]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Number stations and their nodes through all feeds; `number_of`: the stops' new numbers."""
    nodes, ways = [], []
    stations = node_count = 0
    for number, day in enumerate(days):
        found = day.stations
        if not len(found.nodes):
            continue
        stop = found.nodes["stop"].to_numpy(np.int64).copy()
        known = stop >= 0
        stop[known] = number_of[stop[known] + first_stop[number]]
        nodes.append(
            found.nodes.assign(
                node_id=_prefix(number, found.nodes["node_id"]), station=found.nodes["station"] + stations, stop=stop
            )
        )
        shifted = {name: found.ways[name] + node_count for name in ("from_node", "to_node")}
        ways.append(found.ways.assign(**shifted))
        stations += int(found.nodes["station"].max()) + 1
        node_count += len(found.nodes)
    if not nodes:
        return no_nodes(), no_ways()
    return _stack(nodes, NODE_TYPES), _stack(ways, WAY_TYPES)


def order_hops(
    departure: NDArray[np.integer], arrival: NDArray[np.integer], trip: NDArray[np.integer], stays: NDArray[np.integer]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Order connections that come by trip and in its order as a timetable does; say which follows which.

    `stays`: pairs of trips between which one stays seated; of connections of one second those of the first come first.

    Returns
    -------
    order, following
        Which connection stands at each place; the place of the same trip's next one, -1 at its end.
    """
    by_vehicle = np.arange(len(trip))
    if len(stays):
        by_vehicle = np.argsort(list_depths(int(trip.max(initial=-1)) + 1, stays)[trip], kind="stable")
        departure, arrival, trip = departure[by_vehicle], arrival[by_vehicle], trip[by_vehicle]
    # A stable sort keeps a trip's order among equals.
    order = np.argsort(departure.astype(np.int64) << 32 | arrival, kind="stable")
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    following = np.full(len(order), -1, np.int32)
    goes_on = np.flatnonzero(trip[1:] == trip[:-1])
    following[place[goes_on]] = place[goes_on + 1]
    return by_vehicle[order], following


def order_by_place(stops: pd.DataFrame) -> NDArray[np.int64]:
    """Order stops along a Morton curve, those without a place last: neighbours get near numbers.

    The search touches a stop together with those around it; near numbers keep them near in memory.
    """
    place = np.column_stack([stops["lon"], stops["lat"]]).astype(np.float64)
    known = np.isfinite(place).all(axis=1)
    code = np.full(len(place), np.iinfo(np.int64).max)
    if known.any():
        low, high = place[known].min(axis=0), place[known].max(axis=0)
        cell = ((place[known] - low) / np.maximum(high - low, 1e-9) * 0xFFFF).astype(np.int64)
        code[known] = sum(((cell[:, axis] >> bit) & 1) << (2 * bit + axis) for bit in range(16) for axis in range(2))
    return np.argsort(code, kind="stable")


def _starts(lengths: Sequence[int]) -> list[int]:
    return [sum(lengths[:at]) for at in range(len(lengths))]


def _prefix(number: int, ids: pd.Series) -> pd.Series:
    return pd.Series([f"{number}:{text}" for text in ids], index=ids.index, dtype=str)


def _stack(tables: Sequence[pd.DataFrame], types: dict[str, type]) -> pd.DataFrame:
    return pd.concat(tables, ignore_index=True).astype(types)
