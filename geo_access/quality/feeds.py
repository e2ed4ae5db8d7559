"""One feed, looked at on the study's day: what runs, on which lines, and what a careful reader would stumble over."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geo_access.gtfs.feed import open_feed
from geo_access.gtfs.open_day import describe_days, open_day, report_service
from geo_access.gtfs.pathways import NAME as PATHWAYS
from geo_access.gtfs.reachable import project_stops
from geo_access.gtfs.rules import tell
from geo_access.gtfs.service import UNTIL_S
from geo_access.gtfs.tables import read_publisher
from geo_access.quality import feed_rules
from geo_access.quality.trips import (
    LIMITS_KMH,
    OTHER_KMH,
    RunSignatures,
    basic_type,
    find_fast_hops,
    find_fast_ways,
    pair_twins,
    sign_runs,
)

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from geo_access.core.findings import Findings
    from geo_access.gtfs.calendar import TripCounts
    from geo_access.gtfs.feed import Feed
    from geo_access.gtfs.stop_times import Calls
    from geo_access.gtfs.tables import StopTable, TripTable
    from geo_access.quality.locations import Locations
    from geo_access.quality.trips import FastRides


@dataclass(frozen=True, eq=False)
class FeedReport:
    """A feed on a day.

    Attributes
    ----------
    facts
        JSON values: file, agencies, publisher, version, timezone, first_date, last_date, trips, busiest_trips,
        busiest_date, stop_times, blank_times, frequencies, transfers (rows by type), pathways, headsigns (share of the
        day's trips that say where they go).
    counts
        Trips of every day; what `trips_per_day` shows.
    lines
        One row a mode: type, lines, trips, stops.
    stops
        One row a stop of the feed: stop_id, name, lon, lat, x, y (metres), location_type, departures (of the day).
    signatures
        For finding the same trips in another feed.
    """

    facts: dict[str, Any]
    counts: TripCounts
    lines: pd.DataFrame
    stops: pd.DataFrame
    signatures: RunSignatures


def inspect_feed(
    path: Path, *, name: str, date: dt.date, crs: str, findings: Findings, locations: Locations, until_s: int = UNTIL_S
) -> FeedReport:
    """Look at a feed on a day.

    Parameters
    ----------
    path, name
        The feed, and what the study calls it.
    date
        The studied service day.
    crs
        The study's CRS, in metres.
    findings, locations
        Take what is odd, and where.
    until_s
        Trips of later service days count that leave before this second.

    Raises
    ------
    InputError
        As reading the feed for its times does.
    """
    with open_feed(path) as feed:
        day = open_day(feed, date=date, findings=findings, progress=lambda _done, _total: None, until_s=until_s)
        stops, trips, routes, calls, counts = day.stops, day.trips, day.routes, day.calls, day.counts
        xy = project_stops(stops, crs)
        rows = feed_rules.check_stop_times(feed, findings)
        feed_rules.check_stops(feed, stops, xy, findings, locations)
        feed_rules.check_routes(feed, findings)
        feed_rules.locate_calls(calls, stops, locations)
        periods = feed_rules.count_periods(feed)
        transfers = feed_rules.check_transfers(feed, stops, xy, findings)
        _report_speeds(feed, calls, stops, trips, routes, findings, locations)
        # Trips of the next morning are on the next day what they are on this one.
        runs = day.runs.take(day.runs.day <= 0)
        signatures = sign_runs(runs, xy)
        _report_twins(feed, signatures, findings)
        _report_unserved(feed, stops, day.used, findings)
        publisher, version, _ = read_publisher(feed, findings=findings)
        pathways = PATHWAYS in feed
    running = np.unique(runs.trip)
    facts = {
        "file": name,
        "agencies": list(day.agencies),
        "publisher": publisher,
        "version": version,
        "timezone": day.timezone,
        **describe_days(counts, date),
        "lines": len(np.unique(trips.route[running])),
        "stops": int(day.used.sum()),
        "stop_times": rows["rows"],
        "blank_times": rows["blank"],
        "frequencies": periods,
        "transfers": transfers,
        "pathways": pathways,
        "headsigns": float(np.mean([bool(trips.headsigns[at]) for at in running])) if len(running) else None,
    }
    _report_days(str(path), counts, date, findings)
    table = pd.DataFrame(
        {
            "stop_id": stops.ids, "name": stops.names, "lon": stops.lon, "lat": stops.lat, "x": xy[:, 0],
            "y": xy[:, 1], "location_type": stops.location_type,
            "departures": np.bincount(runs.departure_stop, minlength=len(stops.ids)), "used": day.used,
        }
    )  # fmt: skip
    table.insert(0, "feed", name)
    lines = _list_lines(routes, trips, day.repeats * day.today, calls)
    lines.insert(0, "feed", name)
    return FeedReport(facts, counts, lines, table, signatures)


def _report_days(file: str, counts: TripCounts, date: dt.date, findings: Findings) -> None:
    """Tell of a day without service, a thin one, and one at the very end of what the feed covers."""
    report_service(file, counts, date, findings)
    days, trips = counts.days, counts.on(date)
    if not trips:
        return
    same = [day for day in range(int(days[0]), int(days[-1]) + 1) if (day - date.toordinal()) % 7 == 0]
    usual = [counts.on(dt.date.fromordinal(day)) for day in same]
    if len(usual) > 3 and abs(trips - np.median(usual)) > 0.2 * np.median(usual):
        tell(
            findings, "inspect.unusual_day", file=file, date=date.isoformat(), trips=trips,
            median=int(np.median(usual)), days=len(usual),
        )  # fmt: skip


def _report_unserved(feed: Feed, stops: StopTable, used: NDArray[np.bool_], findings: Findings) -> None:
    idle = np.flatnonzero(~used & (stops.location_type == 0))
    if len(idle):
        tell(
            findings, "inspect.stops_unserved", file=feed.file("stops.txt"), count=len(idle),
            total=int((stops.location_type == 0).sum()), examples=", ".join(stops.ids[at] for at in idle[:3]),
        )  # fmt: skip


def _report_speeds(
    feed: Feed,
    calls: Calls,
    stops: StopTable,
    trips: TripTable,
    routes: pd.DataFrame,
    findings: Findings,
    locations: Locations,
) -> None:
    kinds = [basic_type(int(kind)) for kind in routes["type"].tolist()]
    by_route = np.array([*(LIMITS_KMH.get(kind, OTHER_KMH) for kind in kinds), OTHER_KMH], np.float64)
    limit_kmh = by_route[trips.route]
    for code, fast in (
        ("inspect.too_fast", find_fast_hops(calls, stops, limit_kmh)),
        ("inspect.too_fast_far", find_fast_ways(calls, stops, limit_kmh)),
    ):
        if not len(fast.from_call):
            continue
        said = [_format_ride(calls, stops, trips, fast, at) for at in range(len(fast.from_call))]
        findings.add(
            "warning", code, file=feed.file("stop_times.txt"), row=int(calls.row[fast.to_call[0]]),
            count=len(fast.from_call), trips=fast.trips, examples="; ".join(said[:3]),
        )  # fmt: skip
        here = calls.stop[fast.from_call]
        names = [stops.names[stop] or stops.ids[stop] for stop in here]
        locations.add_all("warning", code, stops.lon[here].tolist(), stops.lat[here].tolist(), names, said)


def _format_ride(calls: Calls, stops: StopTable, trips: TripTable, fast: FastRides, at: int) -> str:
    start, end = int(fast.from_call[at]), int(fast.to_call[at])
    here, there = (stops.names[stop] or stops.ids[stop] for stop in (calls.stop[start], calls.stop[end]))
    return (
        f"{trips.ids[int(calls.trip[start])]}: {here} → {there}, {fast.metres[at] / 1000:.1f} km / "
        f"{fast.seconds[at]:.0f} s = {fast.kmh[at]:.0f} km/h"
    )


def _report_twins(feed: Feed, signatures: RunSignatures, findings: Findings) -> None:
    pairs = pair_twins(signatures)
    if pairs:
        shown = [f"{signatures.ids[one]} = {signatures.ids[other]}" for one, other in pairs[:3]]
        tell(findings, "inspect.twins_within", file=feed.file("trips.txt"), count=len(pairs), examples=", ".join(shown))


def _list_lines(routes: pd.DataFrame, trips: TripTable, repeats: NDArray[np.int64], calls: Calls) -> pd.DataFrame:
    """One row a mode: how many lines, trips of the day and stops."""
    kinds = np.array([*routes["type"].tolist(), -1])[trips.route]
    running = repeats > 0
    rows = []
    stops_of = Counter[int]()
    pairs = np.unique(np.column_stack([kinds[calls.trip], calls.stop])[running[calls.trip]], axis=0)
    stops_of.update(pairs[:, 0].tolist())
    for kind in np.unique(kinds[running]).tolist():
        mine = running & (kinds == kind)
        rows.append((kind, len(np.unique(trips.route[mine])), int(repeats[mine].sum()), stops_of[kind]))
    return pd.DataFrame(rows, columns=["type", "lines", "trips", "stops"])


def list_days(reports: list[FeedReport], date: dt.date, *, most: int = 400) -> pd.DataFrame:
    """Trips of every day of every feed: feed, date (ISO), trips; no farther from the date than `most` days."""
    rows = []
    for report in reports:
        days = report.counts.days
        if not len(days):
            continue
        low, high = max(int(days[0]), date.toordinal() - most), min(int(days[-1]), date.toordinal() + most)
        for day in range(low, high + 1):
            one = dt.date.fromordinal(day)
            rows.append((report.facts["file"], one.isoformat(), report.counts.on(one)))
    return pd.DataFrame(rows, columns=["feed", "date", "trips"])


def report_shared_trips(reports: list[FeedReport], findings: Findings) -> None:
    """Tell of trips that two feeds both run: residents would see twice the service."""
    for number, one in enumerate(reports):
        for other in reports[number + 1 :]:
            pairs = pair_twins(one.signatures, other.signatures)
            if pairs:
                shown = [f"{one.signatures.ids[a]} = {other.signatures.ids[b]}" for a, b in pairs[:3]]
                tell(
                    findings, "inspect.twins_between", file=one.facts["file"], other=other.facts["file"],
                    count=len(pairs), examples=", ".join(shown),
                )  # fmt: skip
