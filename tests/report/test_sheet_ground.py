"""Water and rail below drawn maps: where the file of streets holds them, in few bytes, with whose they are."""

from __future__ import annotations

import re

import geopandas as gpd
import numpy as np
import pytest
import shapely

import geo_access as ga
from geo_access.report.pages import sheet_ground
from geo_access.report.pages.sheet_ground import draw_ground
from geo_access.report.pages.svg_map import WIDTH, View, draw_frame


@pytest.fixture(scope="module")
def sample():
    return ga.check(ga.open_study())


@pytest.fixture(scope="module")
def view(sample):
    return View.around(sample.communes.total_bounds, shape=None)


def read_points(path):
    return [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", path)]


def read_area(path):
    """The ground that a path of rings covers, holes by even and odd."""
    whole = shapely.Polygon()
    for ring in filter(None, path.split("M")):
        whole = whole.symmetric_difference(shapely.Polygon(read_points(ring)).buffer(0))
    return whole


def test_water_and_rail_are_drawn_where_the_file_has_them(sample, view):
    drawn = draw_ground(sample.times, view, "fr")
    assert drawn is not None
    assert drawn.credit == "Territoire fictif"
    edge = 25
    for x, y in read_points(drawn.water) + read_points(drawn.rail):
        assert -edge <= x <= WIDTH + edge
        assert -edge <= y <= view.height + edge
    water = sample.times.features.of("water").geometry
    window = shapely.box(view.west, view.south, view.east, view.north)
    true = shapely.union_all(water.to_numpy()).intersection(window)
    placed = shapely.transform(
        true, lambda at: np.column_stack([at[:, 0] - view.west, view.north - at[:, 1]]) / view.unit_m
    )
    shown = read_area(drawn.water).intersection(shapely.box(0, 0, WIDTH, view.height))
    assert shown.symmetric_difference(placed).area < 0.02 * placed.area


def test_a_map_takes_its_ground_below_names_and_says_whose_it_is(sample, view):
    plain = draw_frame(sample.communes, view, "fr")
    assert plain.ground is None
    assert draw_frame(sample.communes, view, "fr", times=sample.times).ground == draw_ground(sample.times, view, "fr")


def test_a_ground_of_too_many_bytes_is_drawn_coarser(sample, view, monkeypatch):
    whole = draw_ground(sample.times, view, "fr")
    monkeypatch.setattr(sheet_ground, "_MOST_LETTERS", len(whole.water) - 1)
    less = draw_ground(sample.times, view, "fr")
    assert 0 < len(less.water) < len(whole.water)
    monkeypatch.setattr(sheet_ground, "_MOST_LETTERS", 10)
    assert draw_ground(sample.times, view, "fr") is None


def test_a_study_without_such_a_file_has_none(sample, view):
    assert draw_ground(None, view, "fr") is None
    far = View.around(gpd.GeoSeries([shapely.box(0, 0, 1, 1)]).total_bounds)
    assert draw_ground(sample.times, far, "fr") is None
