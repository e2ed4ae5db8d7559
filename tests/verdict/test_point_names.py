"""What people call points: checked against the nearest stop and street, found one by one."""

from __future__ import annotations

import numpy as np
import pytest
from small_study import X0, Y0, write_small_study

import geo_access as ga
from geo_access.core.cache import Cache
from geo_access.core.formats import format_where, soften_capitals
from geo_access.routing.travel_times import open_times
from geo_access.verdict.point_names import (
    NAMELESS,
    PointName,
    list_street_names,
    name_cells,
    name_points,
    say_cell,
    say_near,
    say_spot,
)


@pytest.fixture(scope="module")
def sample():
    return open_times(ga.open_study())


def test_a_cell_is_named_by_the_nearest_stop_when_it_is_near_and_else_by_a_street(sample):
    names = name_cells(sample)
    stops, legs = sample.timetable.stops["name"].to_numpy(object), sample.access
    for cell, name in enumerate(names):
        mine = slice(legs.indptr[cell], legs.indptr[cell + 1])
        nearest = legs.seconds[mine].min(initial=10**9)
        if nearest <= 300:
            assert name.landmark == "stop"
            assert name.near in set(stops[legs.index[mine][legs.seconds[mine] == nearest]])
        elif name.landmark == "stop":
            assert nearest < 10**9
    assert {one.landmark for one in names} >= {"stop", "street"}
    assert {one.commune for one in names} <= set(sample.inputs.communes["name"])


def test_a_street_that_names_a_cell_is_the_nearest_that_has_a_name(sample):
    names, called = name_cells(sample), list_street_names(sample)
    network, xy = sample.streets, sample.inputs.resident_points
    lines = network.lines()
    named = np.flatnonzero([int(way) in called for way in network.way_id])
    import shapely

    by_street = [at for at, one in enumerate(names) if one.landmark == "street"]
    assert len(by_street) > 100
    for cell in by_street[::20]:
        away = shapely.distance(shapely.Point(xy[cell]), lines[named])
        assert away.min() <= 150
        there = {called[int(network.way_id[street])] for street in named[away <= away.min() + 1e-6]}
        assert names[cell].near in there


def test_a_point_is_called_as_the_cell_whose_middle_it_is(sample):
    assert name_points(sample, sample.inputs.resident_points[:60]) == name_cells(sample)[:60]


def test_names_of_streets_come_out_of_the_cache_as_they_were_read(sample, tmp_path):
    times = open_times(ga.open_study(), cache=Cache(tmp_path))
    first = list_street_names(times)
    assert first
    assert list_street_names(open_times(ga.open_study(), cache=Cache(tmp_path))) == first


def test_without_streets_a_far_stop_names_a_point_and_outside_all_communes_nothing_does(tmp_path):
    times = open_times(ga.open_study(write_small_study(tmp_path / "study")))
    assert list_street_names(times) == {}
    near, far = name_points(times, np.array([[X0 + 100, Y0 + 10], [X0 + 500, Y0 + 400]]))
    assert near.landmark == far.landmark == "stop"
    assert near.commune == "Ouest"
    assert name_points(times, np.array([[X0 - 30_000, Y0 + 400]])) == [NAMELESS]


def test_what_is_said_of_a_point():
    full = PointName("Gare", "stop", "Le Plessis")
    assert say_cell(full, "fr") == "Carreau au Plessis, près de l’arrêt Gare"
    assert say_cell(full, "en") == "Cell in Le Plessis, near the stop Gare"
    assert say_near(full, "fr") == "près de l’arrêt Gare (Le Plessis)"
    assert say_spot(full, "en") == "Cell near the stop Gare"
    assert say_cell(PointName(commune="Les Lilas"), "fr") == "Carreau aux Lilas"
    assert say_near(PointName("rue {du} Port", "street"), "fr") == "côté rue {du} Port"
    assert say_cell(NAMELESS, "en") == "Cell outside every commune"
    assert format_where("Clamart", "fr") == "à Clamart"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("GARE DE L'EST", "Gare de l'Est"),
        ("RER B - CITÉ UNIVERSITAIRE", "RER B - Cité Universitaire"),
        ("PIE XII", "PIE XII"),
        ("PLACE PIE XII", "Place Pie XII"),
        ("VILLENEUVE-LA-GARENNE", "Villeneuve-la-Garenne"),
        ("Gare DU Nord", "Gare DU Nord"),
        ("TVS", "TVS"),
        ("", ""),
    ],
)
def test_names_in_capitals_are_written_as_people_write_them(written, said):
    assert soften_capitals(written) == said


def test_a_neighbourhood_names_a_point_where_no_street_with_a_name_and_no_near_stop_does(sample, monkeypatch):
    names, xy = name_cells(sample), sample.inputs.resident_points
    by_place = [at for at, one in enumerate(names) if one.landmark == "place"]
    assert by_place
    places = sample.features.named_places()
    points = places.geometry.to_crs(sample.settings.crs)
    for cell in by_place:
        away = np.hypot(points.x - xy[cell][0], points.y - xy[cell][1])
        near = away[places["kind"].isin(["suburb", "quarter", "neighbourhood", "hamlet", "isolated_dwelling"])]
        assert names[cell].near == places["name"].loc[near.idxmin()]
        assert near.min() <= 800
    monkeypatch.setattr(type(sample), "features", property(lambda _: None))
    assert all(one.landmark in ("stop", None) for one in name_points(sample, xy[by_place]))
