"""One feed on one day: its tables put together, and what must be told of its days of service."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geo_access.core.errors import InputError, NoServiceError
from geo_access.gtfs.calendar import TripCounts, list_nearest
from geo_access.gtfs.feed import open_feed
from geo_access.gtfs.open_day import describe_days, join_days, open_day, report_service
from geo_access.gtfs.pathways import NAME as PATHWAYS
from geo_access.gtfs.pathways import Stations
from geo_access.gtfs.rules import tell
from geo_access.gtfs.service import UNTIL_S
from geo_access.gtfs.tables import read_publisher
from geo_access.texts import LANGUAGES, render

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from geo_access.core.findings import Findings
    from geo_access.gtfs.feed import Feed
    from geo_access.gtfs.tables import StopTable

_STATION = 1
#: Findings that leave trips without a departure.
_VOIDING = (
    "transit.no_fixed_times", "transit.times_missing", "transit.empty_frequency", "transit.unended_trip",
    "transit.backward_trip", "transit.placeless_calls", "transit.on_demand_calls", "transit.unknown_trip",
    "transit.unknown_stop", "transit.unknown_route", "transit.unknown_service", "transit.backward_calendar",
    "transit.contrary_dates",
)  # fmt: skip


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
    stays: NDArray[np.int64]
    stations: Stations


def read_feed(
    path: Path,
    *,
    date: dt.date,
    findings: Findings,
    progress: Callable[[int, int], object],
    frequency_seed: int | None = None,
    pathways: bool = True,
    until_s: int = UNTIL_S,
) -> FeedDay:
    """Read what one feed runs on a day: of its own service day, of earlier ones still under way, of the next.

    Parameters
    ----------
    progress
        Called with (done, total) while stop_times.txt is read.
    frequency_seed
        Draws the phases that frequencies.txt leaves open; see `runs.read_frequencies`.
    pathways
        Whether to read the ways inside stations.
    until_s
        Trips of later service days count that leave before this second; see `service.find_until`.

    Raises
    ------
    InputError
        When the feed cannot be used.
    """
    with open_feed(path) as feed:
        day = open_day(
            feed, date=date, findings=findings, progress=progress, frequency_seed=frequency_seed, pathways=pathways,
            until_s=until_s,
        )  # fmt: skip
        _report_unused_locations(feed, day.stops, day.stations, findings)
        publisher, version, attributions = read_publisher(feed, findings=findings)

    trips, runs, rules, stations = day.trips, day.runs, day.rules, day.stations
    running = np.any([one.trips for one in day.days], axis=0)
    loose = [blocks for trip, blocks in day.frequencies.loose.items() if running[trip]]
    facts = FeedFacts(
        file=str(path), agencies=day.agencies, publisher=publisher, version=version, attributions=attributions,
        timezone=day.timezone, **describe_days(day.counts, date), loose_trips=len(loose), loose_blocks=sum(loose),
    )  # fmt: skip
    place = np.cumsum(day.used) - 1
    return FeedDay(
        facts=facts,
        counts=day.counts,
        stops=_list_stops(day.stops, day.used),
        trips=pd.DataFrame(
            {
                "trip_id": pd.Series(runs.ids, dtype=str),
                "route": trips.route[runs.trip],
                "headsign": pd.Series([trips.headsigns[trip] for trip in runs.trip], dtype=str),
                "day": runs.day,
                "wheelchair": trips.wheelchair[runs.trip],
            }
        ),
        routes=day.routes,
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
        stays=runs.stays,
        stations=Stations(
            stations.nodes.assign(stop=_renumber(stations.nodes["stop"].to_numpy(np.int64).copy(), place)),
            stations.ways,
        ),
    )


def _renumber(stop: NDArray[np.int64], place: NDArray[np.int64]) -> NDArray[np.int64]:
    known = stop >= 0
    stop[known] = place[stop[known]]
    return stop


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


def _report_unused_locations(feed: Feed, stops: StopTable, stations: Stations, findings: Findings) -> None:
    if PATHWAYS not in feed:
        return  # `read_stops` has told
    used = set(stations.nodes["node_id"])
    unused = sum(stops.ids[at] not in used for at in np.flatnonzero(stops.location_type > _STATION))
    if unused:
        tell(findings, "transit.unused_locations", file=feed.file("stops.txt"), count=unused)


def check_clocks(days: Sequence[FeedDay], date: dt.date) -> None:
    """Refuse feeds whose clocks differ on a day whose trips run; two names of one (CET, Europe/Paris) are no harm.

    Raises
    ------
    InputError
        Naming the first feed that differs from the first one.
    """
    numbers = sorted({0, *(int(number) for day in days for number in day.trips["day"].unique())})
    dates = [date + dt.timedelta(days=number) for number in numbers]
    for day in days[1:]:
        one, other = days[0].facts.timezone, day.facts.timezone
        if _noons(one, dates) != _noons(other, dates):
            first = days[0].facts.file
            raise InputError("transit.clocks_differ", file=day.facts.file, other=other, zone=one, first=first)


def _noons(timezone: str, days: Sequence[dt.date]) -> list[float]:
    from zoneinfo import ZoneInfo

    return [dt.datetime.combine(day, dt.time(12), tzinfo=ZoneInfo(timezone)).timestamp() for day in days]


def check_service(days: Sequence[FeedDay], date: dt.date, findings: Findings) -> None:
    """Refuse a date on which nothing runs; tell of feeds that are silent or thin on it.

    Raises
    ------
    NoServiceError
        When no feed has a trip on the date.
    """
    if not any(day.facts.trips for day in days):
        _raise_no_service(days, date, findings)
    for day in days:
        report_service(day.facts.file, day.counts, date, findings)


def raise_idle(code: str, days: Sequence[FeedDay], date: dt.date, findings: Findings) -> None:
    """Raise that nothing runs, with the reasons that reading the feeds has told, if it has.

    Raises
    ------
    NoServiceError
        Of that code.
    """
    file = days[0].facts.file if len(days) == 1 else None
    reasons = [finding for finding in findings if finding.code in _VOIDING][:2]
    why: dict[str, Any] = {
        f"why_{language}": "; ".join(one.locate(language) for one in reasons) or render("transit.why_check", language)
        for language in LANGUAGES
    }
    raise NoServiceError(f"transit.{code}", file=file, date=date.isoformat(), **why)


def _raise_no_service(days: Sequence[FeedDay], date: dt.date, findings: Findings) -> None:
    file = days[0].facts.file if len(days) == 1 else None
    some = [set(day.counts.days.tolist()) for day in days if day.facts.first_date]
    if not some:
        raise_idle("never_runs", days, date, findings)
    # Days on which all feeds run are better proposals than days on which one does.
    common = set.intersection(*some) or set.union(*some)
    nearest = list_nearest(np.array(sorted(common), np.int64), date)
    ranges = "; ".join(
        f"{day.facts.file} {day.facts.first_date} – {day.facts.last_date}" for day in days if day.facts.first_date
    )
    raise NoServiceError(
        "transit.no_service", file=file, date=date.isoformat(), nearest=join_days(nearest), ranges=ranges
    )
