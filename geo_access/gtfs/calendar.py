"""Which services run on which day: calendar.txt, calendar_dates.txt, and the clock of a service day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from geo_access.core.errors import InputError
from geo_access.gtfs.codes import need_codes
from geo_access.gtfs.rows import read_table, report_rows

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from geo_access.core.findings import Findings
    from geo_access.gtfs.feed import Feed

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ADDED = 1
# Calendars are counted within this many days of the studied one: some end in the year 9999.
_HORIZON_DAYS = 36_525


def seconds_between(timezone: str, earlier: dt.date, later: dt.date) -> int:
    """Seconds from the origin (noon minus 12 h) of one service day to that of another: 86,400 but for clock changes.

    Examples
    --------
    >>> seconds_between("Europe/Paris", dt.date(2018, 3, 24), dt.date(2018, 3, 25))
    82800
    """
    zone = ZoneInfo(timezone)
    noons = [dt.datetime.combine(day, dt.time(12), tzinfo=zone).timestamp() for day in (earlier, later)]
    return round(noons[1] - noons[0])


@dataclass(frozen=True, eq=False)
class ServiceDay:
    """A service day whose trips may run on the studied day.

    Attributes
    ----------
    number
        0 is the studied one, -1 the day before it, 1 the day after.
    origin_s
        Where its clock begins (seconds of the studied day).
    trips
        bool (trips,): which trips run on it.
    """

    number: int
    origin_s: int
    trips: NDArray[np.bool_]


@dataclass(frozen=True)
class Services:
    """The services of a feed and their days.

    Attributes
    ----------
    number
        service_id -> its number.
    first, last
        int64 (services,): ordinals of the first and last day of calendar.txt; first > last where it has none.
    weekdays
        bool (services, 7): Monday to Sunday.
    exception_service, exception_day, exception_adds
        (exceptions,): calendar_dates.txt, one per service and day: service number, ordinal, added (or else removed).
    """

    number: dict[str, int]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    weekdays: NDArray[np.bool_]
    exception_service: NDArray[np.int64]
    exception_day: NDArray[np.int64]
    exception_adds: NDArray[np.bool_]

    def run_on(self, day: dt.date) -> NDArray[np.bool_]:
        """Which services run on a day: bool (services,)."""
        ordinal = day.toordinal()
        running = (self.first <= ordinal) & (ordinal <= self.last) & self.weekdays[:, day.weekday()]
        today = self.exception_day == ordinal
        running[self.exception_service[today]] = self.exception_adds[today]
        return running

    def count_trips(self, trips: NDArray[np.int64], around: dt.date) -> TripCounts:
        """Count the trips of every day.

        Parameters
        ----------
        trips
            int64 (services,): how many trips each service has.
        around
            Days within a century of this one are counted.
        """
        low, high = around.toordinal() - _HORIZON_DAYS, around.toordinal() + _HORIZON_DAYS
        first, last = np.clip(self.first, low, high + 1), np.clip(self.last, low - 1, high)
        used = first <= last
        # Per weekday, trips begin at a service's first day and stop after its last: summed up, they are the day's.
        steps = np.zeros((7, high - low + 2), np.int64)
        for weekday in range(7):
            here = used & self.weekdays[:, weekday]
            np.add.at(steps[weekday], first[here] - low, trips[here])
            np.subtract.at(steps[weekday], last[here] + 1 - low, trips[here])
        days = np.arange(low, high + 1)
        counts = np.cumsum(steps, axis=1)[(days + 6) % 7, np.arange(len(days))]
        service, day = self.exception_service, self.exception_day
        near = (low <= day) & (day <= high)
        service, day, adds = service[near], day[near], self.exception_adds[near]
        regular = (self.first[service] <= day) & (day <= self.last[service]) & self.weekdays[service, (day + 6) % 7]
        np.add.at(counts, day - low, np.where(adds, trips[service] * ~regular, -trips[service] * regular))
        return TripCounts(low, counts)


@dataclass(frozen=True)
class TripCounts:
    """Trips per day: `counts[k]` on the day of ordinal `start + k`."""

    start: int
    counts: NDArray[np.int64]

    def on(self, day: dt.date) -> int:
        """Trips of one day."""
        at = day.toordinal() - self.start
        return int(self.counts[at]) if 0 <= at < len(self.counts) else 0

    @property
    def days(self) -> NDArray[np.int64]:
        """Ordinals of the days with service, ascending."""
        return np.flatnonzero(self.counts > 0) + self.start

    @property
    def busiest(self) -> tuple[dt.date, int] | None:
        """The first of the days with most trips, and how many; None when no trip ever runs."""
        if not (self.counts > 0).any():
            return None
        at = int(np.argmax(self.counts))
        return dt.date.fromordinal(self.start + at), int(self.counts[at])


def list_nearest(days: NDArray[np.int64], day: dt.date, *, count: int = 3) -> list[dt.date]:
    """Return up to `count` of the days (ordinals, ascending) before `day` and as many after it."""
    at = int(np.searchsorted(days, day.toordinal()))
    after = at + int(at < len(days) and days[at] == day.toordinal())
    return [dt.date.fromordinal(int(near)) for near in (*days[max(at - count, 0) : at], *days[after : after + count])]


def read_services(feed: Feed, *, findings: Findings) -> Services:
    """Read calendar.txt and calendar_dates.txt, either of which may be missing.

    Raises
    ------
    InputError
        When both are missing, or a date or flag is no date or flag.
    """
    if "calendar.txt" not in feed and "calendar_dates.txt" not in feed:
        raise InputError("transit.no_calendar", file=feed.path, found=", ".join(sorted(feed.members)[:20]))
    calendar = read_table(
        feed, "calendar.txt", findings=findings, required=("service_id", *WEEKDAYS, "start_date", "end_date"),
        key="service_id", may_lack=True,
    )  # fmt: skip
    dates = read_table(
        feed, "calendar_dates.txt", findings=findings, required=("service_id", "date", "exception_type"), may_lack=True
    )
    numbers = {service: at for at, service in enumerate(dict.fromkeys([*calendar["service_id"], *dates["service_id"]]))}
    first = np.ones(len(numbers), np.int64)
    last = np.zeros(len(numbers), np.int64)
    weekdays = np.zeros((len(numbers), 7), bool)
    regular = len(calendar)
    first[:regular] = _parse_dates(feed, "calendar.txt", calendar, "start_date")
    last[:regular] = _parse_dates(feed, "calendar.txt", calendar, "end_date")
    for at, weekday in enumerate(WEEKDAYS):
        weekdays[:regular, at] = need_codes(feed, "calendar.txt", calendar, weekday) == 1
    backward = np.flatnonzero(first[:regular] > last[:regular])
    report_rows(
        findings, "transit.backward_calendar", file=feed.file("calendar.txt"),
        rows=calendar["row"].to_numpy()[backward], examples=list(calendar["service_id"].iloc[backward]),
    )  # fmt: skip
    day = _parse_dates(feed, "calendar_dates.txt", dates, "date")
    kind = need_codes(feed, "calendar_dates.txt", dates, "exception_type")
    service = np.array([numbers[name] for name in dates["service_id"]], np.int64)
    adds = kind == _ADDED
    kept = _drop_repeats(feed, dates, service, day, adds, findings)
    return Services(numbers, first, last, weekdays, service[kept], day[kept], adds[kept])


def _drop_repeats(
    feed: Feed, dates: pd.DataFrame, service: NDArray[np.int64], day: NDArray[np.int64], adds: NDArray[np.bool_],
    findings: Findings,
) -> NDArray[np.int64]:  # fmt: skip
    """Keep one exception per service and day; where two contradict, the service does not run."""
    order = np.lexsort((adds, day, service))
    same = (service[order][1:] == service[order][:-1]) & (day[order][1:] == day[order][:-1])
    contrary = np.sort(order[1:][same & (adds[order][1:] != adds[order][:-1])])
    report_rows(
        findings, "transit.contrary_dates", file=feed.file("calendar_dates.txt"),
        rows=dates["row"].to_numpy()[contrary],
        examples=[f"{dates['service_id'].iloc[at]} {dates['date'].iloc[at]}" for at in contrary[:3]],
    )  # fmt: skip
    kept: NDArray[np.int64] = order[np.concatenate([np.ones(min(len(order), 1), bool), ~same])]
    return kept


def _parse_dates(feed: Feed, name: str, table: pd.DataFrame, column: str) -> NDArray[np.int64]:
    known: dict[str, int] = {}
    for text in table[column].unique():
        try:
            known[text] = dt.date(int(text[:4]), int(text[4:6]), int(text[6:])).toordinal() if _is_date(text) else 0
        except ValueError:
            known[text] = 0
    days = np.array([known[text] for text in table[column]], np.int64)
    _refuse(feed, name, table, column, days == 0, "transit.bad_date")
    return days


def _is_date(text: str) -> bool:
    return len(text) == len("YYYYMMDD") and text.isascii() and text.isdigit()


def _refuse(
    feed: Feed, name: str, table: pd.DataFrame, column: str, bad: NDArray[np.bool_], code: str, **more: object
) -> None:
    if bad.any():
        at = int(np.argmax(bad))
        row, value = int(table["row"].iloc[at]), table[column].iloc[at]
        raise InputError(code, file=feed.file(name), row=row, column=column, value=value, **more)
