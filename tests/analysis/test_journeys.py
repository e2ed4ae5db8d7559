"""Journeys in full: they add up to the seconds of the search, on the sample and on real timetables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from locations import PORTO_ALEGRE

from geo_access.routing.itineraries import PARTS, Journey, Tracer
from geo_access.routing.points import find_points
from geo_access.routing.scan import NEVER
from geo_access.routing.travel_times import TravelTimes, open_times
from geo_access.study.study import open_study

if TYPE_CHECKING:
    from pathlib import Path


def check_journey(times: TravelTimes, journey: Journey, seconds: int) -> None:
    """A reader's own check, with the timetable at hand."""
    table = times.timetable
    assert seconds == journey.seconds == sum(part.seconds for part in journey.parts)
    assert all(part.seconds >= 0 for part in journey.parts)
    for one, other in zip(journey.parts, journey.parts[1:], strict=False):
        assert (one.end_s, one.end_stop) == (other.start_s, other.start_stop)
    for part in journey.parts:
        if part.kind != "ride":
            assert not part.connections
            continue
        rows = np.array(part.connections)
        assert 1 == len(set(table.trip[rows]))
        assert table.boardable[rows[0]]
        assert table.alightable[rows[-1]]
        assert (part.start_s, part.end_s) == (table.departure[rows[0]], table.arrival[rows[-1]])
        assert (part.start_stop, part.end_stop) == (table.departure_stop[rows[0]], table.arrival_stop[rows[-1]])
        np.testing.assert_array_equal(table.arrival_stop[rows[:-1]], table.departure_stop[rows[1:]])
        assert (table.arrival[rows[:-1]] <= table.departure[rows[1:]]).all()


def check_all(times: TravelTimes, *, every_origin: int, every_departure: int) -> int:
    tracer = Tracer(times, find_points(times, None, kind="cell"), find_points(times, None, kind="site"))
    seconds = tracer.seconds()
    asked, told = [], []
    for site in range(len(seconds)):
        for origin in range(0, seconds.shape[1], every_origin):
            for k in range(0, seconds.shape[2], every_departure):
                took, leave = int(seconds[site, origin, k]), int(tracer.departures.seconds[k])
                journey = tracer.journey(origin, site, leave, took)
                if took == NEVER:
                    assert journey is None
                    continue
                assert journey is not None
                check_journey(tracer.times, journey, took)
                asked.append((origin, site, leave, took))
                told.append({kind: sum(p.seconds for p in journey.parts if p.kind == kind) for kind in PARTS})
                told[-1]["rides"] = journey.rides
    table = tracer.parts(*np.array(asked).T)
    assert told == table[[*PARTS, "rides"]].to_dict("records")
    return len(told)


def test_journeys_of_the_sample_add_up():
    assert check_all(open_times(open_study()), every_origin=23, every_departure=40) > 100


@pytest.mark.real_data
def test_journeys_of_porto_alegre_add_up(shared_data: Path):
    study = open_study(PORTO_ALEGRE)
    assert check_all(open_times(study), every_origin=97, every_departure=55) > 200


def test_a_walk_all_the_way_is_told_as_one():
    times = open_times(open_study())
    tracer = Tracer(times, find_points(times, None, kind="cell"), find_points(times, None, kind="site"), "09:17")
    seconds = tracer.seconds()[:, :, 0]
    site, origin = np.argwhere((seconds == times.walk_seconds().T) & (seconds < NEVER))[0]
    journey = tracer.journey(origin, site, 33_420, int(seconds[site, origin]))
    assert journey is not None
    assert ["walk"] == [part.kind for part in journey.parts]
    assert 0 == journey.rides
