"""The journeys of all cells at once: each is the one that `tell_journey` tells of it, to the second."""

from __future__ import annotations

import numpy as np
import pytest

import geo_access as ga
from geo_access.analysis.cell_journeys import trace_cell_journeys
from geo_access.analysis.journeys import tell_journey
from geo_access.core.cache import Cache
from geo_access.routing.travel_times import open_times


@pytest.fixture(scope="module")
def coverage():
    return ga.check(ga.open_study())


@pytest.fixture(scope="module")
def found(coverage):
    return trace_cell_journeys(coverage.times, coverage.preset.pole)


def test_a_journey_takes_the_median_time_of_the_verdict_at_the_first_departure_that_does(coverage, found):
    median = coverage.residents["pole_p50_s"].to_numpy(float, na_value=np.nan)
    some = found.departure >= 0
    assert some.sum() > 600
    assert (some == np.isfinite(median)).all()
    np.testing.assert_array_equal(found.seconds[some], median[some])
    poles = sorted(set(found.site[some].tolist()))
    best = np.min([seconds for _, seconds in coverage.times.transit_seconds(poles)], axis=0)
    for cell in np.flatnonzero(some)[::40]:
        assert found.departure[cell] == np.flatnonzero(best[cell] == found.seconds[cell])[0]


def test_each_journey_is_the_one_that_is_told_of_its_cell(coverage, found):
    times = coverage.times
    cells = np.flatnonzero(found.departure >= 0)[:: len(found.departure) // 12]
    rode = 0
    for cell in cells:
        leave = int(times.departures[found.departure[cell]])
        told = tell_journey(
            times,
            str(times.inputs.residents["cell"].iloc[cell]),
            str(times.inputs.sites["site"].iloc[found.site[cell]]),
            at=f"{leave // 3600:02d}:{leave // 60 % 60:02d}",
        ).journey
        rides = [*found.list_rides(cell)]
        assert told.seconds == found.seconds[cell]
        assert told.parts[0].seconds == found.access_s[cell]
        theirs = [
            (part.start_stop, before.seconds, part.end_stop, part.seconds, len(part.connections))
            for before, part in zip(told.parts, told.parts[1:], strict=False)
            if part.kind == "ride"
        ]
        assert [ride[:-1] for ride in rides] == theirs
        egress = told.parts[-1].seconds if rides else 0
        assert found.access_s[cell] + sum(ride.before_s + ride.ride_s for ride in rides) + egress == told.seconds
        rode += len(rides)
    assert rode > 5


def test_journeys_come_out_of_the_cache_as_they_went_in(coverage, found, tmp_path):
    times = open_times(ga.open_study(), cache=Cache(tmp_path))
    for again in (trace_cell_journeys(times, coverage.preset.pole), trace_cell_journeys(times, coverage.preset.pole)):
        for name in ("departure", "site", "seconds", "access_s", "ride_ptr", "rides", "trip_ptr", "trips"):
            np.testing.assert_array_equal(getattr(again, name), getattr(found, name))


def test_where_poles_are_walked_to_the_journey_is_the_walk():
    study = ga.open_study(changes={"policy.pole": {"lt": 20, "mode": "walk"}})
    coverage = ga.check(study)
    found = trace_cell_journeys(coverage.times, coverage.preset.pole)
    median = coverage.residents["pole_p50_s"].to_numpy(float, na_value=np.nan)
    assert ((found.departure >= 0) == np.isfinite(median)).all()
    np.testing.assert_array_equal(found.seconds[found.departure >= 0], median[np.isfinite(median)])
    assert not len(found.rides)
