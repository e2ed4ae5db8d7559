"""Projections at the border: distances are measured in metres that are metres where the study is."""

from __future__ import annotations

import math
import re

import pytest
from pyproj import Transformer

import geo_access as ga
from geo_access.core.crs import check_scale, measure_scale, name_fitting
from geo_access.core.findings import Findings
from geo_access.study.inputs.inputs import read_inputs

HAUTS_DE_SEINE = (2.14, 48.72, 2.34, 48.95)
# West, south, east, north of the départements at the edges of Lambert-93.
EDGES = {
    "Nord": (2.06, 49.96, 4.24, 51.09),
    "Corse-du-Sud": (8.53, 41.33, 9.41, 42.39),
    "Haute-Corse": (8.57, 41.83, 9.57, 43.03),
    "Finistère": (-5.15, 47.70, -3.38, 48.76),
    "Bas-Rhin": (6.94, 48.11, 8.24, 49.08),
    "Pyrénées-Orientales": (1.72, 42.33, 3.18, 42.92),
    "Alpes-Maritimes": (6.63, 43.47, 7.72, 44.37),
}


def bounds_in(crs: str, box: tuple[float, float, float, float]) -> tuple[float, ...]:
    return Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform_bounds(*box)


def said_of(crs: str, box: tuple[float, float, float, float]) -> list[str]:
    findings = Findings()
    check_scale(crs, bounds_in(crs, box), file="study.toml", findings=findings)
    return [finding.text("en") for finding in findings]


@pytest.mark.parametrize("latitude", [0.0, 30.0, 48.9, 60.0])
def test_mercator_is_too_long_by_the_secant_of_the_latitude(latitude):
    box = (2.0, latitude - 0.01, 2.02, latitude + 0.01)
    # The ellipsoid is 0.67 % shorter along the meridian at the equator than the sphere of the formula.
    assert 1 / math.cos(math.radians(latitude)) - 1 == pytest.approx(
        measure_scale("EPSG:3857", bounds_in("EPSG:3857", box)), abs=0.012
    )


@pytest.mark.parametrize("east", [0.0, 3.0, 9.0])
def test_a_utm_zone_is_too_long_by_the_square_of_the_way_from_its_meridian(east):
    box = (3 + east - 0.01, 44.99, 3 + east + 0.01, 45.01)
    expected = 0.9996 * (1 + (math.radians(east) * math.cos(math.radians(45))) ** 2 / 2) - 1
    assert expected == pytest.approx(measure_scale("EPSG:32631", bounds_in("EPSG:32631", box)), abs=2e-4)


@pytest.mark.parametrize("name", EDGES)
def test_lambert_93_holds_in_all_of_metropolitan_france(name):
    assert not said_of("EPSG:2154", EDGES[name])


@pytest.mark.parametrize(
    ("crs", "box"),
    [
        ("EPSG:5490", (-61.81, 15.83, -61.0, 16.52)),  # Guadeloupe
        ("EPSG:2972", (-54.61, 2.11, -51.62, 5.76)),  # Guyane
        ("EPSG:2975", (55.21, -21.39, 55.84, -20.87)),  # La Réunion
        ("EPSG:4471", (45.01, -13.01, 45.31, -12.63)),  # Mayotte
    ],
)
def test_the_legal_projections_overseas_hold(crs, box):
    assert not said_of(crs, box)


def test_a_projection_that_is_no_measure_here_is_refused_with_one_that_is():
    with pytest.raises(ga.InputError) as error:
        said_of("EPSG:3857", HAUTS_DE_SEINE)
    for language, number in (("en", "+52.4%"), ("fr", "+52,4\u00a0%")):
        said = error.value.text(language)
        assert all(word in said for word in ("EPSG:3857", "EPSG:2154", "study.toml", number))


def test_a_rough_projection_is_told_with_its_error():
    (said,) = said_of("EPSG:32628", HAUTS_DE_SEINE)
    assert all(word in said for word in ("EPSG:32628", "EPSG:2154"))
    assert re.search(r"\+(1\.9|2\.0)\d%", said)


def test_lambert_93_is_no_measure_on_la_reunion():
    with pytest.raises(ga.InputError, match="EPSG:32740"):
        said_of("EPSG:2154", (55.2, -21.4, 55.85, -20.85))


@pytest.mark.parametrize(
    ("place", "fits"), [((2.2, 48.9), "EPSG:2154"), ((-61.5, 16.2), "EPSG:32620"), ((-46.0, -23.5), "EPSG:32723")]
)
def test_a_fitting_projection_fits(place, fits):
    assert fits == name_fitting(*place)
    lon, lat = place
    assert abs(measure_scale(fits, bounds_in(fits, (lon - 0.1, lat - 0.1, lon + 0.1, lat + 0.1)))) < 0.005


def test_a_single_point_has_a_scale_too():
    x, y = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True).transform(2.2, 48.9)
    assert 0.5 < measure_scale("EPSG:3857", (x, y, x, y)) < 0.54


def test_a_study_in_a_wrong_projection_is_not_judged():
    study = ga.open_study()
    assert not [finding for finding in read_inputs(study).findings if "scale" in finding.code]
    with pytest.raises(ga.InputError) as error:
        read_inputs(study.vary({"crs": "EPSG:3857"}))
    assert error.value.code == "places.crs_wrong_scale"
    assert "EPSG:32627" in error.value.text("fr")


@pytest.mark.real_data
def test_hauts_de_seine_is_measured_well(shared_data):
    study = ga.open_study(shared_data / "hauts-de-seine")
    assert not [finding for finding in read_inputs(study).findings if "scale" in finding.code]
