"""Which day to study: the calendars of the feeds, and a plain day with full service in them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo_access.core.errors import InputError, NoServiceError
from geo_access.core.findings import Findings
from geo_access.gtfs.calendar import list_nearest, read_services
from geo_access.gtfs.feed import open_feed
from geo_access.gtfs.rows import stream_table
from geo_access.opendata.school_calendar import SchoolCalendar, is_plain, public_holidays

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from geo_access.gtfs.calendar import TripCounts
    from geo_access.opendata.departements import Departement

#: A day has full service when so much of the busiest plain day's trips run.
FULL_SHARE = 0.9
_TUESDAY = 1
#: The weekdays in the order in which they are taken; Tuesday is the one that surveys of travel take.
_WEEKDAYS = (1, 3, 0, 2, 4)


@dataclass(frozen=True)
class Horizon:
    """The days that a feed covers.

    Attributes
    ----------
    file
        Its name.
    first, last
        Its first and last day with service.
    counts
        Trips of each day.
    """

    file: str
    first: dt.date
    last: dt.date
    counts: TripCounts

    def trips(self, day: dt.date) -> int:
        """Trips of one day."""
        return self.counts.on(day)


def read_horizon(path: Path, *, name: str | None = None, around: dt.date | None = None) -> Horizon:
    """Read which days a feed covers, from its calendars and the services of its trips.

    Parameters
    ----------
    path
        A feed.
    name
        What to call it; by default its file's name.
    around
        Days within a century of this one are counted; by default today.

    Raises
    ------
    InputError
        As `feed.open_feed` and `calendar.read_services`; or no trip ever runs.
    """
    findings = Findings()  # told when the feed is read for its times
    called = name or path.name
    with open_feed(path) as feed:
        services = read_services(feed, findings=findings)
        trips = np.zeros(len(services.number), np.int64)
        for batch, _ in stream_table(feed, "trips.txt", findings=findings, required=("service_id",)):
            for service in batch.column("service_id").value_counts().to_pylist():
                number = services.number.get(str(service["values"]).strip())
                if number is not None:
                    trips[number] += int(service["counts"])
    counts = services.count_trips(trips, around or dt.datetime.now(dt.UTC).date())
    days = counts.days
    if not len(days):
        raise NoServiceError("fetch.feed_empty", file=called)
    return Horizon(called, dt.date.fromordinal(int(days[0])), dt.date.fromordinal(int(days[-1])), counts)


def check_date(horizons: Sequence[Horizon], day: dt.date, findings: Findings) -> None:
    """Compare a study's date with the feeds' calendars.

    Raises
    ------
    NoServiceError
        When a feed has no trip on the date; it names the feed's horizon and the nearest days with service.
    """
    for one in horizons:
        if not one.trips(day):
            nearest = ", ".join(near.isoformat() for near in list_nearest(one.counts.days, day))
            raise NoServiceError(
                "fetch.date_outside", file=one.file, date=day.isoformat(), nearest=nearest,
                first=one.first.isoformat(), last=one.last.isoformat(),
            )  # fmt: skip
        busiest = one.counts.busiest
        if busiest is not None and 2 * one.trips(day) < busiest[1]:
            findings.add(
                "warning", "fetch.date_thin", file=one.file, date=day.isoformat(), trips=one.trips(day),
                busiest_trips=busiest[1], busiest_date=busiest[0].isoformat(),
            )  # fmt: skip


def choose_date(
    horizons: Sequence[Horizon],
    *,
    today: dt.date,
    departement: Departement,
    calendar: SchoolCalendar,
    findings: Findings,
) -> dt.date:
    """Choose the next plain Tuesday with full service in every feed.

    Where the feeds hold no such Tuesday, another weekday of the term is taken, then one of the holidays, then the last
    one before today; a finding says what had to be given up.

    Parameters
    ----------
    horizons
        Of the feeds; none: only the calendar decides.
    today
        The date is after this day.
    departement, calendar
        Say which days are plain.
    findings
        Takes what was given up.

    Raises
    ------
    NoServiceError
        When no weekday has service in every feed.
    """
    if not horizons:
        return next(
            day for day in _days(today, today + dt.timedelta(days=730)) if _plain_tuesday(day, departement, calendar)
        )
    first, last = max(one.first for one in horizons), min(one.last for one in horizons)
    common = [day for day in _days(first - dt.timedelta(days=1), last) if all(one.trips(day) for one in horizons)]
    weekdays = [day for day in common if day.weekday() < 5 and day not in public_holidays(day.year, departement.code)]
    if not weekdays:
        ranges = "; ".join(f"{one.file} {one.first} – {one.last}" for one in horizons)
        raise NoServiceError("fetch.no_common_day", ranges=ranges)
    full = [day for day in weekdays if _is_full(day, horizons, weekdays)] or weekdays
    ahead = [day for day in full if day > today]
    term = [day for day in ahead if is_plain(day, departement, calendar)]
    if term:
        chosen = min(term, key=lambda day: (day.weekday() != _TUESDAY, _week(day), _WEEKDAYS.index(day.weekday())))
        if chosen.weekday() != _TUESDAY:
            findings.add("info", "fetch.date_not_tuesday", date=chosen.isoformat(), last=last.isoformat())
    elif ahead:
        chosen = min(ahead, key=lambda day: (day.weekday() != _TUESDAY, day))
        findings.add("warning", "fetch.date_in_holidays", date=chosen.isoformat(), last=last.isoformat())
    else:
        past = [day for day in full if is_plain(day, departement, calendar)] or full
        chosen = max(past, key=lambda day: (day.weekday() == _TUESDAY, day))
        findings.add("warning", "fetch.date_past", date=chosen.isoformat(), last=last.isoformat())
    if not calendar.knows(chosen):
        findings.add("warning", "fetch.calendar_guessed", date=chosen.isoformat())
    return chosen


def settle_date(
    feeds: Mapping[str, Path],
    asked: dt.date | None,
    *,
    today: dt.date,
    departement: Departement,
    calendar: Callable[[], SchoolCalendar],
    lenient: bool,
    findings: Findings,
) -> dt.date:
    """Compare the date asked for with the calendars of feeds, or choose one by them.

    Parameters
    ----------
    feeds
        Feeds by name.
    asked
        The date asked for; None: `choose_date`.
    today, departement
        As in `choose_date`.
    calendar
        Gives the school calendar, where it is needed.
    lenient
        The feeds were found in a list, not named: one that does not run on the date is no fault while another does.
    findings
        Takes what is odd.

    Raises
    ------
    InputError
        As `read_horizon`, `check_date`, `choose_date`.
    """
    horizons, faults = [], []
    for name, path in feeds.items():
        try:
            horizons.append(read_horizon(path, name=name, around=asked))
        except InputError as fault:
            if not lenient:
                raise
            faults.append(fault)
    if faults and not horizons:
        raise faults[0]
    if asked is not None:
        running = [one for one in horizons if one.trips(asked)] if lenient else []
        check_date(running or horizons, asked, findings)
        return asked
    school = calendar()
    # Of feeds found in a list, those that end first are given up until the others have a day in common.
    horizons.sort(key=lambda one: one.last)
    while True:
        own = Findings()
        try:
            day = choose_date(horizons, today=today, departement=departement, calendar=school, findings=own)
        except NoServiceError:
            if not lenient or len(horizons) < 2:
                raise
        else:
            if not lenient or len(horizons) < 2 or day > today:
                findings.extend(own)
                return day
        horizons = horizons[1:]


def _days(after: dt.date, last: dt.date) -> list[dt.date]:
    """The days after one day, up to another; at most three years."""
    count = min((last - after).days, 1100)
    return [after + dt.timedelta(days=one) for one in range(1, count + 1)]


def _week(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def _plain_tuesday(day: dt.date, departement: Departement, calendar: SchoolCalendar) -> bool:
    return day.weekday() == _TUESDAY and is_plain(day, departement, calendar)


def _is_full(day: dt.date, horizons: Sequence[Horizon], weekdays: Sequence[dt.date]) -> bool:
    """Whether every feed runs nearly as many trips as on a usual weekday: the median, works and strikes aside."""
    return all(
        one.trips(day) >= FULL_SHARE * float(np.median([one.trips(other) for other in weekdays])) for one in horizons
    )


def read_date(said: str) -> dt.date | None:
    """Read what the user asks for: a day (2026-11-24), or None for "next-tuesday".

    Raises
    ------
    InputError
        When it is neither.
    """
    if said.strip().lower() in ("next-tuesday", "mardi-prochain"):
        return None
    try:
        return dt.date.fromisoformat(said.strip())
    except ValueError:
        raise InputError("fetch.date_unreadable", said=said) from None
