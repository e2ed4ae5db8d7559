"""Choosing the day to study: public holidays, school holidays, and what the feeds hold."""

from __future__ import annotations

import datetime as dt
import json
import zipfile

import pytest

from geo_access.core.errors import InputError, NoServiceError
from geo_access.core.findings import Findings
from geo_access.opendata.departements import all_departements, departement_of, find_departement
from geo_access.opendata.feed_dates import check_date, choose_date, read_date, read_horizon
from geo_access.opendata.school_calendar import (
    SchoolCalendar,
    easter,
    is_bridge,
    is_plain,
    public_holidays,
    read_school_calendar,
)

D92 = departement_of("92")
DAY = dt.timedelta(days=1)
#: The autumn and Christmas holidays of 2026, as the ministry's records give them.
AUTUMN = (dt.date(2026, 10, 17), dt.date(2026, 11, 2))
CHRISTMAS = (dt.date(2026, 12, 19), dt.date(2027, 1, 4))
CALENDAR = SchoolCalendar((AUTUMN, CHRISTMAS), dt.date(2027, 1, 4))


def write_feed(path, *, first="20261102", last="20261231", days="1111100", exceptions=(), sunday=2, trips=10):
    """A feed of calendars and trips only: `trips` on the weekdays of `days`, `sunday` on Sundays."""
    calendar = "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
    calendar += f"week,{','.join(days)},{first},{last}\n"
    calendar += f"sun,0,0,0,0,0,0,1,{first},{last}\n"
    rows = "".join(f"week,{day},2\nsun,{day},1\n" for day in exceptions)
    with zipfile.ZipFile(path, "w") as feed:
        feed.writestr("calendar.txt", calendar)
        feed.writestr("calendar_dates.txt", "service_id,date,exception_type\n" + rows)
        many = "".join(f"r,week,w{n}\n" for n in range(trips)) + "".join(f"r,sun,s{n}\n" for n in range(sunday))
        feed.writestr("trips.txt", "route_id,service_id,trip_id\n" + many)
        feed.writestr(
            "agency.txt", "agency_id,agency_name,agency_url,agency_timezone\na,A,https://a.example,Europe/Paris\n"
        )
        feed.writestr("stops.txt", "stop_id,stop_name,stop_lat,stop_lon\ns,S,48,2\n")
        feed.writestr("routes.txt", "route_id,agency_id,route_short_name,route_type\nr,a,1,3\n")
        feed.writestr("stop_times.txt", "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n")
    return path


def horizon(tmp_path, name="feed.zip", **how):
    return read_horizon(write_feed(tmp_path / name, **how))


def choose(horizons, today, calendar=CALENDAR, departement=D92):
    findings = Findings()
    day = choose_date(horizons, today=today, departement=departement, calendar=calendar, findings=findings)
    return day, [one.code for one in findings]


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [(1999, 4, 4), (2000, 4, 23), (2008, 3, 23), (2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2038, 4, 25)],
)
def test_easter(year, month, day):
    assert easter(year) == dt.date(year, month, day)


def test_public_holidays():
    named = sorted(day.strftime("%m-%d") for day in public_holidays(2026, "92"))
    assert named == ["01-01", "04-06", "05-01", "05-08", "05-14", "05-25", "07-14", "08-15", "11-01", "11-11", "12-25"]
    assert public_holidays(2026, "67") - public_holidays(2026, "92") == {dt.date(2026, 4, 3), dt.date(2026, 12, 26)}
    assert public_holidays(2026, "974") - public_holidays(2026, "92") == {dt.date(2026, 12, 20)}


def record(zone, first, back, **more):
    return {
        "description": "Vacances",
        "population": "-",
        "zones": zone,
        "location": zone,
        "start_date": first,
        "end_date": back,
        **more,
    }


def test_the_ministry_s_calendar_is_read_in_paris_time(tmp_path):
    path = tmp_path / "c.json"
    records = [
        record("Zone C", "2026-10-16T22:00:00+00:00", "2026-11-01T23:00:00+00:00"),
        record("Zone C", "2026-10-01T22:00:00+00:00", "2026-11-20T23:00:00+00:00", population="Enseignants"),
        record("Zone A", "2026-02-06T23:00:00+00:00", "2026-02-22T23:00:00+00:00"),
        record("Zone C", "2027-07-02T22:00:00+00:00", "2027-07-02T22:00:00+00:00"),
        record("Réunion", "2026-08-01T22:00:00+00:00", "2026-08-15T22:00:00+00:00"),
    ]
    path.write_text(json.dumps(records), encoding="utf-8")
    calendar = read_school_calendar(path, "C")
    assert calendar.periods == (AUTUMN, (dt.date(2027, 7, 3), dt.date(2027, 9, 1)))
    assert calendar.is_holiday(dt.date(2026, 10, 27))
    assert not calendar.is_holiday(dt.date(2026, 11, 3))
    assert calendar.is_holiday(dt.date(2027, 8, 3))
    assert read_school_calendar(path, "Réunion").periods == ((dt.date(2026, 8, 2), dt.date(2026, 8, 16)),)
    with pytest.raises(InputError, match="zone Corse"):
        read_school_calendar(path, "Corse")
    path.write_text('{"error": "quota"}', encoding="utf-8")
    with pytest.raises(InputError, match="calendrier scolaire attendu"):
        read_school_calendar(path, "C")


@pytest.mark.parametrize(
    ("day", "code", "expected"),
    [
        ((2026, 5, 15), "92", True),  # Friday after Ascension
        ((2026, 7, 13), "92", True),  # Monday before 14 July
        ((2026, 11, 10), "92", False),  # Tuesday before a Wednesday
        ((2026, 5, 14), "92", False),  # Ascension itself
        ((2026, 12, 24), "92", False),  # Thursday before a Friday
        ((2022, 12, 26), "67", False),  # a holiday of Alsace
        ((2024, 6, 11), "973", False),
        ((2021, 6, 11), "973", True),  # Friday after the Thursday of 10 June, in Guyane
        ((2021, 6, 11), "92", False),
        ((2027, 12, 31), "92", False),  # before a Saturday
        ((2018, 12, 31), "92", True),  # Monday before the Tuesday of the new year
    ],
)
def test_a_bridge_is_no_plain_day(day, code, expected):
    day = dt.date(*day)
    assert is_bridge(day, code) is expected
    assert not (expected and is_plain(day, departement_of(code), SchoolCalendar(((day - DAY, day),), day + DAY)))


def test_without_a_calendar_wide_windows_stand_in(tmp_path):
    none = SchoolCalendar()
    assert none.is_holiday(dt.date(2026, 10, 27))
    assert none.is_holiday(dt.date(2030, 7, 20))
    assert not none.is_holiday(dt.date(2026, 11, 24))
    day, said = choose([horizon(tmp_path)], dt.date(2026, 11, 21), none)
    assert (day, said) == (dt.date(2026, 11, 24), ["fetch.calendar_guessed"])


def test_the_next_plain_tuesday_is_taken(tmp_path):
    one = horizon(tmp_path)
    assert (one.first, one.last) == (dt.date(2026, 11, 2), dt.date(2026, 12, 31))
    assert choose([one], dt.date(2026, 11, 21)) == (dt.date(2026, 11, 24), [])
    assert choose([one], dt.date(2026, 11, 24)) == (dt.date(2026, 12, 1), []), "after today"
    assert choose([one], dt.date(2026, 10, 1)) == (dt.date(2026, 11, 3), []), "within the feed"


def test_days_without_full_service_and_public_holidays_are_passed_over(tmp_path):
    reduced = horizon(tmp_path, exceptions=("20261124",))
    assert reduced.trips(dt.date(2026, 11, 24)) == 2
    assert choose([reduced], dt.date(2026, 11, 21)) == (dt.date(2026, 12, 1), [])
    armistice_on_tuesday = horizon(tmp_path, first="20251101", last="20251231")
    calendar = SchoolCalendar(((dt.date(2025, 10, 18), dt.date(2025, 11, 3)),), dt.date(2025, 12, 19))
    assert choose([armistice_on_tuesday], dt.date(2025, 11, 8), calendar) == (dt.date(2025, 11, 18), [])


def test_several_feeds_share_the_day(tmp_path):
    one = horizon(tmp_path)
    other = horizon(tmp_path, "other.zip", first="20261201", last="20261217")
    assert choose([one, other], dt.date(2026, 11, 21)) == (dt.date(2026, 12, 1), [])
    apart = horizon(tmp_path, "apart.zip", first="20270201", last="20270217")
    with pytest.raises(NoServiceError, match=r"apart.zip 2027-02-01"):
        choose([one, apart], dt.date(2026, 11, 21))


def test_what_is_given_up_is_said(tmp_path):
    no_tuesday = horizon(tmp_path, days="1011100")
    assert choose([no_tuesday], dt.date(2026, 11, 21)) == (dt.date(2026, 11, 26), ["fetch.date_not_tuesday"])
    holidays = horizon(tmp_path, first="20261221", last="20261231")
    assert choose([holidays], dt.date(2026, 12, 1)) == (dt.date(2026, 12, 22), ["fetch.date_in_holidays"])
    ended = horizon(tmp_path)
    assert choose([ended], dt.date(2027, 6, 1)) == (dt.date(2026, 12, 15), ["fetch.date_past"])


def test_the_choice_is_plain_and_full_whenever_such_a_day_is_ahead(tmp_path):
    one = horizon(tmp_path, exceptions=("20261201", "20261208"))
    for after in range(60):
        today = dt.date(2026, 10, 20) + after * DAY
        day, said = choose([one], today)
        plain = [
            d for d in (today + n * DAY for n in range(1, 80)) if is_plain(d, D92, CALENDAR) and one.trips(d) == 10
        ]
        tuesdays = [d for d in plain if d.weekday() == 1]
        if tuesdays:
            assert (day, said) == (tuesdays[0], [])
        elif plain:
            assert day in plain


def test_a_date_outside_the_feed_is_refused_and_named(tmp_path):
    one = horizon(tmp_path)
    findings = Findings()
    check_date([one], dt.date(2026, 11, 24), findings)
    assert list(findings) == []
    check_date([one], dt.date(2026, 11, 29), findings)
    assert [found.code for found in findings] == ["fetch.date_thin"]
    with pytest.raises(NoServiceError) as caught:
        check_date([one], dt.date(2027, 1, 5), findings)
    said = caught.value.text("en")
    assert all(part in said for part in ("feed.zip", "2026-11-02", "2026-12-31", "2026-12-30", "--date"))


def test_a_feed_without_trips_is_refused(tmp_path):
    with pytest.raises(NoServiceError, match="aucune course"):
        horizon(tmp_path, trips=0, sunday=0)


def test_dates_are_read():
    assert read_date("2026-11-24") == dt.date(2026, 11, 24)
    assert read_date("next-tuesday") is None
    with pytest.raises(InputError, match="demain"):
        read_date("demain")


def test_the_101_departements():
    every = all_departements()
    assert len(every) == 101
    assert len({one.slug for one in every}) == 101
    assert {one.crs for one in every if len(one.code) == 2} == {"EPSG:2154"}
    crs = {one.code: one.crs for one in every if len(one.code) == 3}
    assert crs == {"971": "EPSG:5490", "972": "EPSG:5490", "973": "EPSG:2972", "974": "EPSG:2975", "976": "EPSG:4471"}
    assert sorted(one.code for one in every if one.is_ile_de_france) == ["75", "77", "78", "91", "92", "93", "94", "95"]
    assert {one.school_zone for one in every if len(one.code) == 2} == {"A", "B", "C", "Corse"}


@pytest.mark.parametrize(
    ("said", "code"),
    [("92", "92"), ("hauts-de-seine", "92"), ("Hauts de Seine", "92"), ("2a", "2A"), ("1", "01"), ("Val d'Oise", "95"),
     ("val-d-oise", "95"), ("reunion", "974"), ("La Réunion", "974"), ("COTE D’OR", "21")],
)  # fmt: skip
def test_departements_are_found_by_code_and_name(said, code):
    assert departement_of(said).code == code


def test_an_unknown_departement_is_refused_with_the_nearest():
    assert find_departement("my-study") is None
    with pytest.raises(InputError, match="92, Hauts-de-Seine"):
        departement_of("haut-de-seines")
