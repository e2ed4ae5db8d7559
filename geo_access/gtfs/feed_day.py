"""One feed on one day: its tables put together, and what must be told of its days of service."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo_access.core.errors import InputError, NoServiceError
from geo_access.gtfs.calendar import TripCounts, list_nearest, read_services, seconds_between
from geo_access.gtfs.feed import open_feed
from geo_access.gtfs.pathways import NAME as PATHWAYS
from geo_access.gtfs.pathways import Stations, no_nodes, no_ways, read_pathways
from geo_access.gtfs.runs import list_runs, read_frequencies
from geo_access.gtfs.stop_times import NAME as STOP_TIMES
from geo_access.gtfs.stop_times import read_calls
from geo_access.gtfs.tables import read_agencies, read_publisher, read_routes, read_rules, read_stops, read_trips

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from geo_access.core.findings import Findings
    from geo_access.gtfs.feed import Feed
    from geo_access.gtfs.runs import Runs
    from geo_access.gtfs.tables import StopTable, TripTable

_STATION = 1
_FLEXIBLE_FILES = ("locations.geojson", "location_groups.txt", "booking_rules.txt")


@dataclass(frozen=True)
class FeedFacts:
    """What a feed says of itself, for the outputs that name their sources.

    Attributes
    ----------
    file
        The feed as the study names it.
    agencies
        Names of its agencies, as in the file.
    publisher, version
        From feed_info.txt; empty where it says nothing.
    attributions
        Organisations of attributions.txt.
    timezone
        Its agencies' time zone.
    first_date, last_date
        First and last day on which a trip runs (ISO); empty when none ever does.
    trips
        Trips that run on the studied service day, each departure of frequencies.txt counted.
    busiest_trips, busiest_date
        The same on the feed's busiest day, and which day that is (ISO).
    loose_trips, loose_blocks
        Trips of frequencies.txt that run on the day and leave their phase open (exact_times 0 or blank), and their
        periods.
    """

    file: str
    agencies: tuple[str, ...]
    publisher: str
    version: str
    attributions: tuple[str, ...]
    timezone: str
    first_date: str
    last_date: str
    trips: int
    busiest_trips: int
    busiest_date: str
    loose_trips: int = 0
    loose_blocks: int = 0


@dataclass(frozen=True, eq=False)
class FeedDay:
    """What one feed runs on the studied day.

    Columns and arrays are those of `timetable.Timetable`, numbered by the feed alone. Connections are in the order of
    the trips and within each trip.
    """

    facts: FeedFacts
    counts: TripCounts
    stops: pd.DataFrame
    trips: pd.DataFrame
    routes: pd.DataFrame
    departure_stop: NDArray[np.int64]
    arrival_stop: NDArray[np.int64]
    departure: NDArray[np.int64]
    arrival: NDArray[np.int64]
    trip: NDArray[np.int64]
    boardable: NDArray[np.bool_]
    alightable: NDArray[np.bool_]
    rule_from: NDArray[np.int64]
    rule_to: NDArray[np.int64]
    rule_kind: NDArray[np.int8]
    rule_min_s: NDArray[np.int64]
    stations: Stations


def read_feed(
    path: Path,
    *,
    date: dt.date,
    findings: Findings,
    progress: Callable[[int, int], object],
    frequency_seed: int | None = None,
    pathways: bool = True,
) -> FeedDay:
    """Read what one feed runs on a service day, and what the previous one leaves over past midnight.

    Parameters
    ----------
    progress
        Called with (done, total) while stop_times.txt is read.
    frequency_seed
        Draws the phases that frequencies.txt leaves open; see `frequencies.read_frequencies`.
    pathways
        Whether to read the ways inside stations.

    Raises
    ------
    InputError
        When the feed cannot be used.
    """
    with open_feed(path) as feed:
        timezone, agencies = read_agencies(feed, findings=findings)
        _report_unused(feed, findings, pathways=pathways)
        services = read_services(feed, findings=findings)
        routes = read_routes(feed, agencies, findings=findings)
        trips = read_trips(feed, routes, services, findings=findings)
        frequencies = read_frequencies(feed, trips, seed=frequency_seed, findings=findings)
        stops = read_stops(feed, findings=findings)

        known = (trips.service >= 0) & (trips.route >= 0)
        departures = np.ones(len(trips.ids), np.int64)
        for trip, starts in frequencies.starts.items():
            departures[trip] = len(starts)
        per_service = np.zeros(len(services.number), np.int64)
        np.add.at(per_service, trips.service[known], departures[known])
        counts = services.count_trips(per_service, date)

        yesterday = date - dt.timedelta(days=1)
        running = [known.copy(), known.copy()]
        for runs_then, day in zip(running, (date, yesterday), strict=True):
            runs_then[known] = services.run_on(day)[trips.service[known]]
        done = 0

        def tell(rows: int) -> None:
            nonlocal done
            done += rows
            # A row takes some fifty bytes: near enough for a progress bar.
            progress(done * 50, feed.size(STOP_TIMES))

        calls = read_calls(feed, trips, running[0] | running[1], stops, findings=findings, progress=tell)
        runs = list_runs(
            calls, trips, frequencies.starts, today=running[0], yesterday=running[1],
            day_length_s=seconds_between(timezone, yesterday, date),
        )  # fmt: skip
        _report_without_hops(feed, trips, running[0], runs, findings)
        used = np.zeros(len(stops.ids), bool)
        used[runs.departure_stop] = True
        used[runs.arrival_stop] = True
        _report_placeless(feed, stops, used, findings)
        rules = read_rules(feed, stops, used, findings=findings)
        stations = _read_stations(feed, stops, runs, findings) if pathways else Stations(no_nodes(), no_ways())
        _report_unused_locations(feed, stops, stations, findings)
        publisher, version, attributions = read_publisher(feed, findings=findings)

    loose = [blocks for trip, blocks in frequencies.loose.items() if running[0][trip] or running[1][trip]]
    said = (timezone, agencies, publisher, version, attributions)
    facts = _gather_facts(path, counts, date, said, (len(loose), sum(loose)))
    place = np.cumsum(used) - 1
    return FeedDay(
        facts=facts,
        counts=counts,
        stops=_list_stops(stops, used),
        trips=pd.DataFrame(
            {
                "trip_id": pd.Series(runs.ids, dtype=str),
                "route": trips.route[runs.trip],
                "headsign": pd.Series([trips.headsigns[trip] for trip in runs.trip], dtype=str),
                "day": runs.day,
                "wheelchair": trips.wheelchair[runs.trip],
            }
        ),
        routes=routes,
        departure_stop=place[runs.departure_stop],
        arrival_stop=place[runs.arrival_stop],
        departure=runs.departure,
        arrival=runs.arrival,
        trip=runs.run,
        boardable=runs.boardable,
        alightable=runs.alightable,
        rule_from=place[rules.from_stop],
        rule_to=place[rules.to_stop],
        rule_kind=rules.kind,
        rule_min_s=rules.min_s,
        stations=Stations(
            stations.nodes.assign(stop=_renumber(stations.nodes["stop"].to_numpy(np.int64).copy(), place)),
            stations.ways,
        ),
    )


def _renumber(stop: NDArray[np.int64], place: NDArray[np.int64]) -> NDArray[np.int64]:
    known = stop >= 0
    stop[known] = place[stop[known]]
    return stop


def _read_stations(feed: Feed, stops: StopTable, runs: Runs, findings: Findings) -> Stations:
    boarded, left = np.zeros(len(stops.ids), bool), np.zeros(len(stops.ids), bool)
    boarded[runs.departure_stop[runs.boardable]] = True
    left[runs.arrival_stop[runs.alightable]] = True
    return read_pathways(feed, stops, boarded, left, findings=findings)


def _gather_facts(
    path: Path,
    counts: TripCounts,
    date: dt.date,
    said: tuple[str, tuple[str, ...], str, str, tuple[str, ...]],
    loose: tuple[int, int],
) -> FeedFacts:
    timezone, agencies, publisher, version, attributions = said
    days, busiest = counts.days, counts.busiest
    first, last = [dt.date.fromordinal(int(day)).isoformat() for day in days[[0, -1]]] if len(days) else ["", ""]
    busiest_date, busiest_trips = ("", 0) if busiest is None else (busiest[0].isoformat(), busiest[1])
    return FeedFacts(
        file=str(path), agencies=agencies, publisher=publisher, version=version, attributions=attributions,
        timezone=timezone, first_date=first, last_date=last, trips=counts.on(date), busiest_trips=busiest_trips,
        busiest_date=busiest_date, loose_trips=loose[0], loose_blocks=loose[1],
    )  # fmt: skip


def _list_stops(stops: StopTable, used: NDArray[np.bool_]) -> pd.DataFrame:
    kept = np.flatnonzero(used)
    group = np.where(stops.parent[kept] >= 0, stops.parent[kept], kept)
    _, station = np.unique(group, return_inverse=True)
    return pd.DataFrame(
        {
            "stop_id": pd.Series([stops.ids[at] for at in kept], dtype=str),
            "feed": 0,
            "name": pd.Series([stops.names[at] for at in kept], dtype=str),
            "lon": stops.lon[kept],
            "lat": stops.lat[kept],
            "station": station,
            "location_type": stops.location_type[kept],
            "wheelchair": stops.wheelchair[kept],
        }
    )


def _report_unused(feed: Feed, findings: Findings, *, pathways: bool) -> None:
    if PATHWAYS in feed and not pathways:
        findings.add("info", "transit.pathways_unused", file=feed.file(PATHWAYS))
    flexible = [name for name in _FLEXIBLE_FILES if name in feed]
    if flexible:
        findings.add("warning", "transit.flexible_unused", file=feed.file(flexible[0]), found=", ".join(flexible))


def _report_unused_locations(feed: Feed, stops: StopTable, stations: Stations, findings: Findings) -> None:
    if PATHWAYS not in feed:
        return  # `read_stops` has told
    used = set(stations.nodes["node_id"])
    unused = sum(stops.ids[at] not in used for at in np.flatnonzero(stops.location_type > _STATION))
    if unused:
        findings.add("info", "transit.unused_locations", file=feed.file("stops.txt"), count=unused)


def _report_without_hops(
    feed: Feed, trips: TripTable, today: NDArray[np.bool_], runs: Runs, findings: Findings
) -> None:
    idle = today.copy()
    idle[runs.trip] = False
    at = np.flatnonzero(idle)
    if len(at):
        examples = ", ".join(trips.ids[trip] for trip in at[:3])
        findings.add(
            "warning", "transit.trips_without_hops", file=feed.file("trips.txt"), count=len(at), examples=examples
        )


def _report_placeless(feed: Feed, stops: StopTable, used: NDArray[np.bool_], findings: Findings) -> None:
    at = np.flatnonzero(used & np.isnan(stops.lon))
    if len(at):
        examples = ", ".join(stops.ids[stop] for stop in at[:3])
        findings.add(
            "error", "transit.stops_without_position", file=feed.file("stops.txt"), row=int(stops.row[at[0]]),
            count=len(at), examples=examples,
        )  # fmt: skip


def check_clocks(days: Sequence[FeedDay], date: dt.date) -> None:
    """Refuse feeds whose clocks differ on the studied day; two names of one clock (CET, Europe/Paris) are no harm.

    Raises
    ------
    InputError
        Naming the first feed that differs from the first one.
    """
    for day in days[1:]:
        one, other = days[0].facts.timezone, day.facts.timezone
        if _noons(one, date) != _noons(other, date):
            first = days[0].facts.file
            raise InputError("transit.clocks_differ", file=day.facts.file, other=other, zone=one, first=first)


def _noons(timezone: str, date: dt.date) -> list[float]:
    from zoneinfo import ZoneInfo

    days = (date - dt.timedelta(days=1), date)
    return [dt.datetime.combine(day, dt.time(12), tzinfo=ZoneInfo(timezone)).timestamp() for day in days]


def check_service(days: Sequence[FeedDay], date: dt.date, findings: Findings) -> None:
    """Refuse a date on which nothing runs; tell of feeds that are silent or thin on it.

    Raises
    ------
    NoServiceError
        When no feed has a trip on the date.
    """
    if not any(day.facts.trips for day in days):
        _raise_no_service(days, date)
    for day in days:
        facts = day.facts
        if not facts.trips:
            if facts.first_date:
                findings.add(
                    "warning", "transit.feed_silent", file=facts.file, date=date.isoformat(),
                    nearest=_join(list_nearest(day.counts.days, date)), first=facts.first_date, last=facts.last_date,
                )  # fmt: skip
            else:
                findings.add("warning", "transit.feed_never_runs", file=facts.file)
        elif 2 * facts.trips < facts.busiest_trips:
            findings.add(
                "warning", "transit.thin_service", file=facts.file, date=date.isoformat(), trips=facts.trips,
                busiest_trips=facts.busiest_trips, busiest_date=facts.busiest_date,
            )  # fmt: skip


def _raise_no_service(days: Sequence[FeedDay], date: dt.date) -> None:
    file = days[0].facts.file if len(days) == 1 else None
    some = [set(day.counts.days.tolist()) for day in days if day.facts.first_date]
    if not some:
        raise NoServiceError("transit.never_runs", file=file, date=date.isoformat())
    # Days on which all feeds run are better proposals than days on which one does.
    common = set.intersection(*some) or set.union(*some)
    nearest = list_nearest(np.array(sorted(common), np.int64), date)
    ranges = "; ".join(
        f"{day.facts.file} {day.facts.first_date} – {day.facts.last_date}" for day in days if day.facts.first_date
    )
    raise NoServiceError("transit.no_service", file=file, date=date.isoformat(), nearest=_join(nearest), ranges=ranges)


def _join(days: Sequence[dt.date]) -> str:
    return ", ".join(day.isoformat() for day in days)
