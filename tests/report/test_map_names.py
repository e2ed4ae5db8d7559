"""Names on drawn maps: on their own ground, or beside the territory with a line, at every width; colours of zones."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_access.report.pages.map_names import WIDTHS_REM, place_names
from geo_access.report.palette import ZONE_FILLS
from geo_access.report.zone_colours import choose_fills

SIZE = (1000.0, 900.0)
#: Letters of the narrowest sans serif are no wider than this (parts of their height), lines no higher (rem).
WIDE, LETTER, LINE = 0.42, 0.72, 0.72


def bound(one, rem: float) -> shapely.Polygon:
    """The ground under a name at a width, on the small side: what is measured here must be true of any font."""
    unit = SIZE[0] / rem
    x, y = (float(said.rstrip("%")) / 100 * whole for said, whole in zip((one.left, one.top), SIZE, strict=True))
    half = max(map(len, one.lines)) * WIDE * LETTER * unit / 2
    tall = len(one.lines) * LINE * unit / 2
    middle = x + one.side * half
    return shapely.box(middle - half, y - tall, middle + half, y + tall)


@st.composite
def territories(draw):
    """Communes that cut a region in pieces, as Voronoi cells of points do."""
    number = draw(st.integers(2, 14))
    at = st.tuples(st.integers(120, 880), st.integers(120, 780))
    points = draw(st.lists(at, min_size=number, max_size=number, unique=True))
    region = shapely.box(100, 100, 900, 800)
    cells = shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=region).geoms
    shapes = [shapely.intersection(cell, region) for cell in cells]
    letters = st.text("aeinrstu", min_size=2, max_size=9)
    names = [(str(k), "-".join(draw(st.lists(letters, min_size=1, max_size=3))).title()) for k in range(len(shapes))]
    symbols = [(float(x), float(y), 14.0, 14.0) for x, y in draw(st.lists(at, max_size=6))]
    return shapes, names, symbols


@settings(max_examples=40)
@given(territories())
def test_names_stand_on_their_own_ground_at_every_width(territory):
    shapes, names, symbols = territory
    placed = place_names(shapes, names, size=SIZE, symbols=symbols)
    assert len({one.key for one in placed}) == len(placed)
    land = shapely.union_all(shapes)
    for step, rem in enumerate(WIDTHS_REM):
        shown = [(one, bound(one, rem)) for one in placed if one.step <= step]
        for one, ground in shown:
            own = shapes[int(one.key)]
            if one.leader:
                assert not ground.intersects(land)
                start, end = (tuple(map(float, said.split())) for said in one.leader[1:].split("L"))
                assert own.covers(shapely.Point(end))
                assert shapely.Point(start).distance(ground) < 1
            else:
                assert own.buffer(0.5).covers(ground)
            assert shapely.box(0, 0, *SIZE).covers(ground)
            for x, y, half, tall in symbols:
                assert not ground.intersects(shapely.box(x - half, y - tall, x + half, y + tall))
        grounds = [ground for _, ground in shown]
        assert not any(one.intersects(other) for k, one in enumerate(grounds) for other in grounds[:k])


def test_a_name_that_fits_is_written_and_one_that_does_not_is_broken_or_led():
    wide, narrow = shapely.box(100, 100, 800, 400), shapely.box(100, 400, 180, 800)
    placed = {
        one.key: one for one in place_names([wide, narrow], [("a", "Grand-Bourg"), ("b", "Saint-Cloud")], size=SIZE)
    }
    assert (placed["a"].step, placed["a"].lines, placed["a"].leader) == (0, ("Grand-Bourg",), "")
    assert placed["b"].leader
    alone = place_names([narrow], [("b", "Saint-Cloud")], size=SIZE, beside=False)
    assert [one.lines for one in alone if one.step == len(WIDTHS_REM) - 1] in ([], [("Saint-", "Cloud")])
    assert place_names([shapely.Polygon()], [("c", "Nulle part")], size=SIZE) == []


def test_a_name_beside_the_territory_keeps_off_its_islands():
    narrow, island = shapely.box(300, 300, 360, 600), shapely.box(385, 290, 440, 610)
    placed = place_names([shapely.union_all([narrow, island])], [("a", "Les Salines")], size=SIZE)
    assert [one.step for one in placed if one.leader]
    for rem in WIDTHS_REM:
        for one in placed:
            if one.leader and one.step <= WIDTHS_REM.index(rem):
                assert not bound(one, rem).intersects(island)


@settings(max_examples=40)
@given(territories())
def test_zones_that_touch_never_share_a_colour(territory):
    shapes, _, _ = territory
    fills = choose_fills(shapes)
    assert set(fills) <= set(range(len(ZONE_FILLS)))
    for one, shape in enumerate(shapes):
        for other in range(one):
            if shape.distance(shapes[other]) < 0.5:
                assert fills[one] != fills[other]


def test_zones_without_a_shape_have_a_colour_too():
    assert len(choose_fills([None, shapely.Polygon(), shapely.box(0, 0, 1, 1)])) == 3
    assert choose_fills([]) == []


@pytest.mark.parametrize("count", [30, 80])
def test_many_zones_need_no_more_colours_than_there_are(count):
    points = np.random.default_rng(count).uniform(0, 10_000, (count, 2))
    cells = list(shapely.voronoi_polygons(shapely.MultiPoint(points)).geoms)
    fills = choose_fills(cells)
    assert not any(fills[a] == fills[b] and cells[a].distance(cells[b]) < 0.5 for a in range(count) for b in range(a))
