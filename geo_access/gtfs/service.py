"""What runs on a day: the trips of its own service day, of earlier ones still under way, of the next morning's.

A trip of an earlier service day belongs to the day where its own times reach into it (57:05:00 is 09:05 two days
later); one of a later service day where it leaves before a bound, 30:00:00 of the studied day or later. Service days
count from noon minus 12 h each.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import numpy as np

from geo_access.gtfs.calendar import ServiceDay, seconds_between
from geo_access.gtfs.runs import list_runs
from geo_access.gtfs.seats import read_seat_rules
from geo_access.gtfs.stop_times import read_calls

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from geo_access.core.findings import Findings
    from geo_access.gtfs.calendar import Services
    from geo_access.gtfs.feed import Feed
    from geo_access.gtfs.runs import Runs
    from geo_access.gtfs.stop_times import Calls, Latest
    from geo_access.gtfs.tables import StopTable, TripTable

#: Trips of the next service day count that leave before this second of the studied one (30:00:00).
UNTIL_S: Final = 30 * 3600
_NEVER = np.iinfo(np.int64).max


def find_until(to_s: int) -> int:
    """Return until when trips of the next service day count, for people who leave before `to_s` (seconds)."""
    return max(UNTIL_S, to_s + 6 * 3600)


class Service:
    """The service days that matter to one day.

    Parameters
    ----------
    date
        The studied service day.
    timezone, services, trips
        Of the feed.
    starts
        Trip -> seconds at which frequencies.txt lets it depart.
    until_s
        Trips of later service days count that leave before this second of the studied one.

    Attributes
    ----------
    days
        The studied service day, the one before it, those after it; earlier ones once `also` knows how late times are.
    """

    def __init__(
        self,
        date: dt.date,
        timezone: str,
        services: Services,
        trips: TripTable,
        starts: Mapping[int, NDArray[np.int64]],
        until_s: int = UNTIL_S,
    ) -> None:
        self.trips, self.starts, self.until_s = trips, starts, until_s
        self._date, self._timezone, self._services = date, timezone, services
        self._known = trips.known
        self.days = [day for day in (self._find(0), self._find(-1)) if day is not None]
        number = 1
        while (day := self._find(number)) is not None and day.origin_s < until_s:
            self.days.append(day)
            number += 1

    @property
    def wanted(self) -> NDArray[np.bool_]:
        """Which trips run on any of the days: bool (trips,)."""
        found: NDArray[np.bool_] = np.any([day.trips for day in self.days], axis=0)
        return found

    def also(self, latest: Latest) -> NDArray[np.bool_]:
        """Add the earlier days that times reach from; return which trips run on them: bool (trips,)."""
        reach, more = latest.trips.copy(), np.zeros(len(self._known), bool)
        for trip, starts in self.starts.items():
            # The calls of trips that have not been read: no trip takes longer than the latest of all times.
            reach[trip] = max(int(starts.max(initial=-1)) + latest.any_s, reach[trip]) if len(starts) else -1
        number = -2
        while (day := self._find(number)) is not None and -day.origin_s <= reach.max(initial=-1):
            under_way = day.trips & (reach >= -day.origin_s)
            # What its vehicle does meanwhile says whether one stays seated.
            running = day.trips & (under_way | self.share_block(under_way))
            self.days.append(ServiceDay(number, day.origin_s, running))
            more |= running
            number -= 1
        return more

    def narrow(self, calls: Calls) -> Calls:
        """Leave out the trips that only run on later days, and leave too late there."""
        later = [day for day in self.days if day.number > 0]
        only = np.any([day.trips for day in later], axis=0) if later else np.zeros(len(self._known), bool)
        for day in self.days:
            if day.number <= 0:
                only = only & ~day.trips
        only[list(self.starts)] = False
        if not only.any():
            return calls
        first = np.full(len(self._known), _NEVER)
        timed = calls.departure >= 0
        np.minimum.at(first, calls.trip[timed], calls.departure[timed])
        early = np.zeros(len(self._known), bool)
        for day in later:
            early |= day.trips & (first < self.until_s - day.origin_s)
        out = only & ~early & ~self.share_block(early)
        return calls.take(~out[calls.trip])

    def _find(self, number: int) -> ServiceDay | None:
        try:
            day = self._date + dt.timedelta(days=number)
            origin_s = seconds_between(self._timezone, self._date, day)
        except (OverflowError, ValueError):
            return None  # the calendar ends here
        trips, known = self._known.copy(), self._known
        trips[known] = self._services.run_on(day)[self.trips.service[known]]
        return ServiceDay(number, origin_s, trips)

    def share_block(self, some: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which trips have the block_id of one of some trips: bool (trips,)."""
        block = self.trips.block
        found: NDArray[np.bool_] = (block >= 0) & np.isin(block, block[some & (block >= 0)])
        return found


def read_runs(
    feed: Feed, service: Service, stops: StopTable, *, findings: Findings, progress: Callable[[int], object]
) -> tuple[Calls, Runs]:
    """Read the calls of what may run on a day, and list what does.

    Parameters
    ----------
    progress
        Called with the number of rows of each piece of stop_times.txt.

    Raises
    ------
    InputError
        When a time or a stop_sequence is not one.
    """
    trips = service.trips
    seats = read_seat_rules(feed, trips, findings=findings)
    calls = read_calls(
        feed, trips, service.wanted, stops, findings=findings, progress=progress, also=service.also,
        narrow=service.narrow,
    )  # fmt: skip
    runs = list_runs(
        calls, trips, service.starts, days=service.days, until_s=service.until_s, seats=seats,
        file=feed.file("trips.txt"), findings=findings,
    )  # fmt: skip
    return calls, runs
