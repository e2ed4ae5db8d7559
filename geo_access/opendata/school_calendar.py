"""Which days are plain: no public holiday, no bridge between one and a weekend, no school holiday.

Public holidays are computed (Code du travail, L3133-1 and L3134-13, L3422-2). School holidays come from the ministry's
open calendar; where that cannot be had, wide windows stand in for them that hold the holidays of every zone of
metropolitan France in any recent year, and the findings say so.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from geo_access.core import limits
from geo_access.core.errors import InputError
from geo_access.core.matching import fold
from geo_access.opendata.source import LICENCE_OUVERTE, Item, Product, Request

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from geo_access.opendata.departements import Departement
    from geo_access.opendata.source import Workshop

#: Fixed public holidays beyond the eleven of everywhere: month, day.
_LOCAL = {"971": (5, 27), "972": (5, 22), "973": (6, 10), "974": (12, 20), "976": (4, 27)}
_ALSACE_MOSELLE = ("57", "67", "68")
_FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
_PARIS = ZoneInfo("Europe/Paris")
#: First and last day (month, day) between which some zone may be on holiday.
WIDE_WINDOWS = (
    ((1, 1), (1, 6)),
    ((2, 1), (3, 10)),
    ((4, 1), (5, 5)),
    ((7, 1), (9, 2)),
    ((10, 15), (11, 5)),
    ((12, 18), (12, 31)),
)


@cache
def easter(year: int) -> dt.date:
    """Easter Sunday (the anonymous Gregorian algorithm; Meeus, Astronomical Algorithms, chapter 8).

    >>> easter(2026)
    datetime.date(2026, 4, 5)
    """
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    h = (19 * a + b - d - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    shift = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * shift) // 451
    month, day = divmod(h + shift - 7 * m + 114, 31)
    return dt.date(year, month, day + 1)


@cache
def public_holidays(year: int, code: str) -> frozenset[dt.date]:
    """Public holidays of a year in a département."""
    sunday = easter(year)
    days = {dt.date(year, month, day) for month, day in _FIXED}
    days |= {sunday + dt.timedelta(days=after) for after in (1, 39, 50)}
    if code in _ALSACE_MOSELLE:
        days |= {sunday - dt.timedelta(days=2), dt.date(year, 12, 26)}
    if code in _LOCAL:
        days.add(dt.date(year, *_LOCAL[code]))
    return frozenset(days)


def is_bridge(day: dt.date, code: str) -> bool:
    """Whether a working day stands between a public holiday and a weekend, so that many take it off."""
    other = {0: 1, 4: -1}.get(day.weekday())
    beside = None if other is None else day + dt.timedelta(days=other)
    return (
        beside is not None
        and beside in public_holidays(beside.year, code)
        and day not in public_holidays(day.year, code)
    )


@dataclass(frozen=True)
class SchoolCalendar:
    """Days without school in one zone.

    Attributes
    ----------
    periods
        (first day, day on which school begins again) of each holiday.
    until
        The last day that the calendar covers; None: the wide windows stand in for it.
    """

    periods: tuple[tuple[dt.date, dt.date], ...] = ()
    until: dt.date | None = None

    def knows(self, day: dt.date) -> bool:
        """Whether the calendar covers a day."""
        return self.until is not None and bool(self.periods) and self.periods[0][0] <= day <= self.until

    def is_holiday(self, day: dt.date) -> bool:
        """Whether there is no school; by the wide windows where the calendar does not cover the day."""
        if self.knows(day):
            return any(first <= day < back for first, back in self.periods)
        return any(first <= (day.month, day.day) <= last for first, last in WIDE_WINDOWS)


def is_plain(day: dt.date, departement: Departement, calendar: SchoolCalendar) -> bool:
    """Whether a day is a weekday of the school term, no public holiday and no bridge to one."""
    free = day.weekday() > 4 or day in public_holidays(day.year, departement.code) or is_bridge(day, departement.code)
    return not free and not calendar.is_holiday(day)


def read_school_calendar(path: Path, zone: str) -> SchoolCalendar:
    """Read the ministry's calendar (JSON export of the set `fr-en-calendrier-scolaire`).

    Parameters
    ----------
    path
        A list of records with description, start_date, end_date, zones, location, population.
    zone
        ``"A"``, ``"B"``, ``"C"``, or a calendar of its own: ``"Corse"``.

    Raises
    ------
    InputError
        When it is no such list, or says nothing of the zone.

    Notes
    -----
    Dates are written as midnight in Paris, in UTC: "2026-10-16T22:00:00+00:00" is 17 October, also for the zones
    overseas. School ends after the lessons of the first day, which is no plain day therefore, and begins on the morning
    of the last.
    """
    try:
        records = limits.parse_json(limits.read_text(path), file=path.name)
        periods = {_read_period(one) for one in records if _concerns(one, zone)}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError("fetch.calendar_unreadable", file=path.name, said=type(error).__name__) from error
    ordered = tuple(sorted(periods))
    if not ordered:
        raise InputError("fetch.calendar_without_zone", file=path.name, zone=zone)
    return SchoolCalendar(ordered, max(back for _, back in ordered))


def _concerns(record: dict[str, str | None], zone: str) -> bool:
    """Whether a record is a holiday of the zone's pupils."""
    if fold(record.get("population") or "").startswith("enseignant"):
        return False
    named = {fold(record.get("zones") or ""), fold(record.get("location") or "")}
    return bool(named & {fold(zone), fold(f"Zone {zone}")})


def _read_period(record: dict[str, str]) -> tuple[dt.date, dt.date]:
    first = _read_day(record["start_date"])
    back = _read_day(record["end_date"]) if record.get("end_date") else first
    if back <= first:
        # "Début des vacances d'été" has no end of its own: school begins in September.
        back = max(first + dt.timedelta(days=1), dt.date(first.year, 9, 1) if first.month in (6, 7) else first)
    return first, back


def _read_day(said: str) -> dt.date:
    moment = dt.datetime.fromisoformat(said)
    return moment.date() if moment.tzinfo is None else moment.astimezone(_PARIS).date()


ADDRESS = "https://data.education.gouv.fr/api/explore/v2.1/catalog/datasets/fr-en-calendrier-scolaire/exports/json"
FILE = "school-calendar.json"


@dataclass(frozen=True)
class SchoolHolidays:
    """The calendar of the ministry of education, all zones and years in one file."""

    name: str = "school-holidays"
    after: tuple[str, ...] = ()

    def plan(self, request: Request) -> Sequence[Item]:
        """Ask for the calendar; without it, wide windows stand in (`school_calendar`)."""
        del request
        item = Item(
            name=FILE,
            address=ADDRESS,
            kind="json",
            max_bytes=20_000_000,
            licence=LICENCE_OUVERTE,
            attribution="Ministère de l’Éducation nationale, calendrier scolaire",
            optional=True,
        )
        return (item,)

    def make(self, request: Request, files: Mapping[str, Path], workshop: Workshop) -> Sequence[Product]:
        """Make nothing: the calendar is read where the date is chosen."""
        del request, files, workshop
        return ()


SOURCE = SchoolHolidays()
