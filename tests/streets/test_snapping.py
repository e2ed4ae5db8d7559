from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from pyproj import Transformer
from street_maps import CRS, LAT, LON, STEP, PlainWalker, points, towns, write_map

from geo_access.core.findings import Findings
from geo_access.streets.network import read_streets
from geo_access.streets.snapping import TOUCH_M, StreetIndex
from geo_access.study.profiles import PROFILES

TO_METRES = Transformer.from_crs(4326, CRS, always_xy=True)


def to_xy(degrees):
    degrees = np.asarray(degrees, float)
    return np.column_stack(TO_METRES.transform(degrees[:, 0], degrees[:, 1]))


def read(path):
    return read_streets(path, crs=CRS, min_island_nodes=1, findings=Findings())


@pytest.fixture(scope="module")
def bent(tmp_path_factory):
    """One street: east by a step, then north by a step. Its junctions are far from its middle."""
    nodes = {1: (LON, LAT), 2: (LON + STEP, LAT), 3: (LON + STEP, LAT + STEP)}
    path = write_map(tmp_path_factory.mktemp("bent"), nodes, [(10, [1, 2, 3], {"highway": "footway"})])
    return read(path)


def test_points_are_tied_to_the_edge_not_to_its_ends(bent):
    assert bent.street_count == 1
    assert bent.node_count == 2
    xy = to_xy([(LON + STEP / 2, LAT + 0.0002), (LON + STEP + 0.0005, LAT + STEP / 2), (LON - 0.0001, LAT)])
    snapped_to = StreetIndex(bent, np.array([0])).snap(xy, snap_m=300)
    assert snapped_to.street.tolist() == [0, 0, 0]
    half = bent.length_m[0] / 2
    np.testing.assert_allclose(snapped_to.along_m, [half / 2, 1.5 * half, 0.0], atol=0.5)
    np.testing.assert_allclose(snapped_to.gap_m, [22.1, 55.7, 11.1], atol=0.2)


def test_the_limit_counts_as_near_enough(bent):
    index = StreetIndex(bent, np.array([0]))
    xy = np.array([[bent.line_x[0] - 50.0, bent.line_y[0]]])
    assert index.snap(xy, snap_m=50.0).street[0] == 0
    snapped_to = index.snap(xy, snap_m=49.999)
    assert snapped_to.street[0] == -1
    assert np.isnan(snapped_to.gap_m[0])
    assert np.isnan(snapped_to.along_m[0])


def test_a_millimetre_is_no_walk(bent):
    index = StreetIndex(bent, np.array([0]))
    first, last = (np.array([bent.line_x[k], bent.line_y[k]]) for k in (0, -1))
    snapped_to = index.snap(np.array([first + 0.004, last - 0.004, first + 0.02]), snap_m=300)
    assert snapped_to.gap_m[:2].tolist() == [0.0, 0.0]
    assert snapped_to.along_m[:2].tolist() == [0.0, bent.length_m[0]]
    assert snapped_to.gap_m[2] == pytest.approx(0.02, abs=1e-3)
    assert snapped_to.along_m[2] == pytest.approx(0.02, abs=1e-3)


def test_points_without_coordinates_and_no_points(bent):
    index = StreetIndex(bent, np.array([0]))
    assert index.snap(np.array([[np.nan, 0.0], [np.inf, 1.0]]), snap_m=300).street.tolist() == [-1, -1]
    assert len(index.snap(np.zeros((0, 2)), snap_m=300).street) == 0


def test_no_streets_tie_nothing(bent):
    assert StreetIndex(bent, np.zeros(0, int)).snap(to_xy([(LON, LAT)]), snap_m=300).street[0] == -1


@settings(max_examples=60)
@given(town=towns(), degrees=points())
def test_nearest_edge_as_by_trying_every_street(tmp_path_factory, town, degrees):
    network = read(write_map(tmp_path_factory.mktemp("town"), *town))
    plain = PlainWalker(network, PROFILES["adult"])
    xy = to_xy(degrees)
    snapped_to = StreetIndex(network, plain.usable).snap(xy, snap_m=150)
    for point, street, along, gap in zip(xy, snapped_to.street, snapped_to.along_m, snapped_to.gap_m, strict=True):
        least, nearest = plain.nearest(point)
        if abs(least - 150) < 1e-6:
            continue
        assert (least < 150) == (street >= 0)
        if street >= 0:
            assert street in nearest
            assert gap == pytest.approx(least if least >= TOUCH_M else 0.0, abs=1e-6)
            line = plain.lines[street]
            share = along / network.length_m[street] if network.length_m[street] else 0.0
            where = line.interpolate(share, normalized=True)
            # Along the line in metres of the ground, not of the plane: the two differ by a scale, much the same here.
            assert where.distance(shapely.Point(point)) == pytest.approx(gap, abs=0.5)
