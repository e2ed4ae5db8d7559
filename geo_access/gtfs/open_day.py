"""One feed's tables on one day of service, as both the timetable and the inspection read them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from geo_access.gtfs import on_demand
from geo_access.gtfs.calendar import list_nearest, read_services
from geo_access.gtfs.pathways import NAME as PATHWAYS
from geo_access.gtfs.pathways import Stations, no_nodes, no_ways, read_pathways
from geo_access.gtfs.rules import tell
from geo_access.gtfs.runs import read_frequencies
from geo_access.gtfs.service import UNTIL_S, Service, read_runs
from geo_access.gtfs.stop_times import NAME as STOP_TIMES
from geo_access.gtfs.tables import read_agencies, read_routes, read_rules, read_stops, read_trips

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pandas as pd
    from numpy.typing import NDArray

    from geo_access.core.findings import Findings
    from geo_access.gtfs.calendar import ServiceDay, TripCounts
    from geo_access.gtfs.feed import Feed
    from geo_access.gtfs.runs import Frequencies, Runs
    from geo_access.gtfs.stop_times import Calls
    from geo_access.gtfs.tables import StopTable, TransferRules, TripTable


@dataclass(frozen=True, eq=False)
class OpenDay:
    """A feed's tables, and what of them runs on one day.

    Attributes
    ----------
    timezone, agencies
        From agency.txt: the time zone, and the agencies' names.
    routes, trips, stops, frequencies
        The feed's tables.
    repeats
        int64 (trips,): departures of each trip on a day on which it runs, 1 without frequencies.txt.
    counts
        Trips of every day.
    days
        The service days whose trips may run on the day, the studied one first.
    calls, runs
        The stop times of those trips, and their departures as connections.
    used
        bool (stops,): where a connection departs or arrives.
    rules, stations
        From transfers.txt and pathways.txt, for the stops used.
    """

    timezone: str
    agencies: tuple[str, ...]
    routes: pd.DataFrame
    trips: TripTable
    stops: StopTable
    frequencies: Frequencies
    repeats: NDArray[np.int64]
    counts: TripCounts
    days: tuple[ServiceDay, ...]
    calls: Calls
    runs: Runs
    used: NDArray[np.bool_]
    rules: TransferRules
    stations: Stations

    @property
    def today(self) -> NDArray[np.bool_]:
        """Which trips run on the studied service day: bool (trips,)."""
        return self.days[0].trips


def open_day(
    feed: Feed,
    *,
    date: dt.date,
    findings: Findings,
    progress: Callable[[int, int], object],
    frequency_seed: int | None = None,
    pathways: bool = True,
    until_s: int = UNTIL_S,
) -> OpenDay:
    """Read a feed's tables and list what runs on a day; the parameters are those of `feed_day.read_feed`.

    Raises
    ------
    InputError
        When the feed cannot be used.
    """
    timezone, agencies = read_agencies(feed, findings=findings)
    _report_unread(feed, findings, pathways=pathways)
    services = read_services(feed, findings=findings)
    routes = read_routes(feed, agencies, findings=findings)
    trips = read_trips(feed, routes, services, findings=findings)
    frequencies = read_frequencies(feed, trips, seed=frequency_seed, findings=findings)
    stops = read_stops(feed, findings=findings)

    repeats = np.ones(len(trips.ids), np.int64)
    for trip, starts in frequencies.starts.items():
        repeats[trip] = len(starts)
    per_service = np.zeros(len(services.number), np.int64)
    np.add.at(per_service, trips.service[trips.known], repeats[trips.known])

    done = 0

    def count_rows(rows: int) -> None:
        nonlocal done
        done += rows
        # A row takes some fifty bytes: near enough for a progress bar.
        progress(done * 50, feed.size(STOP_TIMES))

    service = Service(date, timezone, services, trips, frequencies.starts, until_s)
    calls, runs = read_runs(feed, service, stops, findings=findings, progress=count_rows)
    _report_no_stops(feed, calls, stops, findings)
    _report_without_hops(feed, trips, service.days[0].trips, runs, findings)
    used = np.zeros(len(stops.ids), bool)
    used[runs.departure_stop] = True
    used[runs.arrival_stop] = True
    _report_placeless(feed, stops, used, findings)
    return OpenDay(
        timezone=timezone,
        agencies=agencies,
        routes=routes,
        trips=trips,
        stops=stops,
        frequencies=frequencies,
        repeats=repeats,
        counts=services.count_trips(per_service, date),
        days=tuple(service.days),
        calls=calls,
        runs=runs,
        used=used,
        rules=read_rules(feed, stops, used, findings=findings),
        stations=_read_stations(feed, stops, runs, findings) if pathways else Stations(no_nodes(), no_ways()),
    )


def _read_stations(feed: Feed, stops: StopTable, runs: Runs, findings: Findings) -> Stations:
    boarded, left = np.zeros(len(stops.ids), bool), np.zeros(len(stops.ids), bool)
    boarded[runs.departure_stop[runs.boardable]] = True
    left[runs.arrival_stop[runs.alightable]] = True
    return read_pathways(feed, stops, boarded, left, findings=findings)


def _report_unread(feed: Feed, findings: Findings, *, pathways: bool) -> None:
    if PATHWAYS in feed and not pathways:
        tell(findings, "transit.pathways_unused", file=feed.file(PATHWAYS))
    flexible = [name for name in on_demand.FILES if name in feed]
    if on_demand.lacks_fixed_times(feed):
        # Without a sign of services on demand, times are missing that should be there.
        code = "no_fixed_times" if on_demand.lists_on_demand(feed) else "times_missing"
        tell(findings, f"transit.{code}", file=feed.file(STOP_TIMES), row=1)
    elif flexible:
        tell(findings, "transit.flexible_unused", file=feed.file(flexible[0]), found=", ".join(flexible))


def _report_without_hops(
    feed: Feed, trips: TripTable, today: NDArray[np.bool_], runs: Runs, findings: Findings
) -> None:
    idle = today.copy()
    idle[runs.trip[runs.day == 0]] = False
    at = np.flatnonzero(idle)
    if len(at) and not on_demand.lacks_fixed_times(feed):
        examples = ", ".join(trips.ids[trip] for trip in at[:3])
        tell(findings, "transit.trips_without_hops", file=feed.file("trips.txt"), count=len(at), examples=examples)


def _report_no_stops(feed: Feed, calls: Calls, stops: StopTable, findings: Findings) -> None:
    wrong = np.unique(calls.stop[stops.location_type[calls.stop] != 0])
    if len(wrong):
        row = int(calls.row[np.flatnonzero(np.isin(calls.stop, wrong))[0]])
        examples = ", ".join(stops.ids[stop] for stop in wrong[:3])
        file = feed.file(STOP_TIMES)
        tell(findings, "transit.calls_at_no_stop", file=file, row=row, count=len(wrong), examples=examples)


def _report_placeless(feed: Feed, stops: StopTable, used: NDArray[np.bool_], findings: Findings) -> None:
    at = np.flatnonzero(used & np.isnan(stops.lon))
    if len(at):
        examples = ", ".join(stops.ids[stop] for stop in at[:3])
        tell(
            findings, "transit.stops_without_position", file=feed.file("stops.txt"), row=int(stops.row[at[0]]),
            count=len(at), examples=examples,
        )  # fmt: skip


def describe_days(counts: TripCounts, date: dt.date) -> dict[str, Any]:
    """Return first_date, last_date, trips, busiest_trips and busiest_date, as `feed_day.FeedFacts` names them."""
    days, busiest = counts.days, counts.busiest
    first, last = [dt.date.fromordinal(int(day)).isoformat() for day in days[[0, -1]]] if len(days) else ["", ""]
    return {
        "first_date": first,
        "last_date": last,
        "trips": counts.on(date),
        "busiest_trips": 0 if busiest is None else busiest[1],
        "busiest_date": "" if busiest is None else busiest[0].isoformat(),
    }


def report_service(file: str, counts: TripCounts, date: dt.date, findings: Findings) -> None:
    """Tell of a feed that never runs, or not on the date, and of one that is thin on it."""
    facts = describe_days(counts, date)
    if not facts["first_date"]:
        tell(findings, "transit.feed_never_runs", file=file)
    elif not facts["trips"]:
        tell(
            findings, "transit.feed_silent", file=file, date=date.isoformat(),
            nearest=join_days(list_nearest(counts.days, date)), first=facts["first_date"], last=facts["last_date"],
        )  # fmt: skip
    elif 2 * facts["trips"] < facts["busiest_trips"]:
        tell(
            findings, "transit.thin_service", file=file, date=date.isoformat(), trips=facts["trips"],
            busiest_trips=facts["busiest_trips"], busiest_date=facts["busiest_date"],
        )  # fmt: skip


def join_days(days: Iterable[dt.date]) -> str:
    """Write days for a message: "2025-12-01, 2025-12-02"."""
    return ", ".join(day.isoformat() for day in days)
