"""Which services run on which day."""

from __future__ import annotations

import datetime as dt
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from gtfs_oracle import DAYS, SMALL, services_on, write_feed
from hypothesis import given
from hypothesis import strategies as st

from geo_access.core.findings import Findings
from geo_access.gtfs.calendar import Services, list_nearest, read_services, seconds_between
from geo_access.gtfs.feed import open_feed

START = dt.date(2024, 4, 15)
HEADER = f"service_id,{','.join(DAYS)},start_date,end_date\n"


def read(path: Path, findings: Findings | None = None) -> Services:
    with open_feed(path) as feed:
        return read_services(feed, findings=Findings() if findings is None else findings)


@pytest.mark.parametrize(
    ("zone", "date", "hours"),
    [
        ("Europe/Paris", "2018-03-25", 23), ("Europe/Paris", "2018-10-28", 25), ("Europe/Paris", "2018-03-26", 24),
        ("America/Sao_Paulo", "2018-11-04", 23), ("Australia/Lord_Howe", "2024-04-07", 24.5), ("UTC", "2018-03-25", 24),
    ],
)  # fmt: skip
def test_length_of_the_day_before(zone: str, date: str, hours: float) -> None:
    day = dt.date.fromisoformat(date)
    assert seconds_between(zone, day - dt.timedelta(days=1), day) == hours * 3600


@st.composite
def draw_calendars(draw) -> dict[str, str | None]:
    services = ("a", "b", "c")
    day = st.integers(0, 20).map(lambda n: (START + dt.timedelta(days=n)).strftime("%Y%m%d"))
    flags = st.lists(st.sampled_from("01"), min_size=7, max_size=7).map(",".join)
    named = draw(st.lists(st.sampled_from(services), unique=True))
    calendar = HEADER + "".join(f"{name},{draw(flags)},{draw(day)},{draw(day)}\n" for name in named)
    pairs = draw(st.lists(st.tuples(st.sampled_from(services), day), unique=True, max_size=8))
    dates = "service_id,date,exception_type\n" + "".join(f"{a},{b},{draw(st.sampled_from('12'))}\n" for a, b in pairs)
    alone = draw(st.sampled_from((None, "calendar.txt", "calendar_dates.txt")))
    tables: dict[str, str | None] = {"calendar.txt": calendar, "calendar_dates.txt": dates}
    return SMALL | (tables if alone is None else {"calendar.txt": None, alone: tables[alone]})


@given(draw_calendars(), st.lists(st.integers(0, 9), min_size=3, max_size=3))
def test_calendars_equal_a_plain_reading(tables: dict[str, str | None], trips: list[int]) -> None:
    with TemporaryDirectory() as folder:
        path = write_feed(Path(folder) / "feed", tables)
        services = read(path)
        names = list(services.number)
        weights = np.array(trips[: len(names)], np.int64)
        counts = services.count_trips(weights, START)
        for offset in range(-3, 25):
            day = START + dt.timedelta(days=offset)
            expected = services_on(path, day)
            assert {name for name, runs in zip(names, services.run_on(day), strict=True) if runs} == expected
            assert counts.on(day) == sum(weights[services.number[name]] for name in expected)


def test_counts_and_busiest_day(tmp_path: Path) -> None:
    calendar = HEADER + "wd,1,1,1,1,1,0,0,20240415,99991231\nsu,0,0,0,0,0,0,1,20240415,20240421\n"
    dates = "service_id,date,exception_type\nwd,20240416,2\nxx,20240417,1\nsu,20240417,1\n"
    services = read(write_feed(tmp_path / "feed", SMALL | {"calendar.txt": calendar, "calendar_dates.txt": dates}))
    counts = services.count_trips(np.array([10, 3, 2]), START)
    assert [counts.on(START + dt.timedelta(days=n)) for n in range(8)] == [10, 0, 15, 10, 10, 0, 3, 10]
    assert counts.busiest == (dt.date(2024, 4, 17), 15)
    assert dt.date.fromordinal(int(counts.days[0])) == START
    assert counts.on(dt.date(1900, 1, 1)) == 0


def test_no_trip_at_all(tmp_path: Path) -> None:
    services = read(write_feed(tmp_path / "feed", SMALL))
    counts = services.count_trips(np.array([0]), START)
    assert counts.busiest is None
    assert len(counts.days) == 0


def test_odd_calendars_are_told_of(tmp_path: Path) -> None:
    calendar = HEADER + "a,1,1,1,1,1,1,1,20240430,20240401\n"
    dates = "service_id,date,exception_type\na,20240416,1\na,20240416,2\na,20240417,1\na,20240417,1\n"
    findings = Findings()
    path = write_feed(tmp_path / "feed", SMALL | {"calendar.txt": calendar, "calendar_dates.txt": dates})
    services = read(path, findings)
    assert [(f.level, f.code, f.row, f.params["count"]) for f in findings] == [
        ("info", "transit.doubled_rows", 5, 1), ("warning", "transit.backward_calendar", 2, 1),
        ("warning", "transit.contrary_dates", 2, 1),
    ]  # fmt: skip
    assert [bool(services.run_on(dt.date(2024, 4, day))[0]) for day in (15, 16, 17)] == [False, False, True]
    assert services.count_trips(np.array([4]), START).on(dt.date(2024, 4, 17)) == 4


@given(st.sets(st.integers(0, 30)), st.integers(-3, 33))
def test_nearest_days(days: set[int], at: int) -> None:
    base = START.toordinal()
    near = list_nearest(np.array(sorted(base + day for day in days), np.int64), START + dt.timedelta(days=at))
    before, after = sorted(day for day in days if day < at)[-3:], sorted(day for day in days if day > at)[:3]
    assert near == [START + dt.timedelta(days=day) for day in before + after]


@pytest.mark.real_data
def test_exceptions_of_a_real_calendar(shared_data: Path) -> None:
    """EMPT runs on Monday, Wednesday, Thursday and Saturday, but not on the 1st, and on Tuesday the 2nd of October."""
    path = shared_data / "fixtures/gtfs-variants/routing.zip"
    services = read(path)
    for name, day in product(services.number, range(1, 15)):
        date = dt.date(2018, 10, day)
        assert services.run_on(date)[services.number[name]] == (name in services_on(path, date))
    at = services.number["EMPT"]
    assert [bool(services.run_on(dt.date(2018, 10, day))[at]) for day in range(1, 7)] == [
        False, True, True, True, False, True
    ]  # fmt: skip
