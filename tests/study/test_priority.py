"""Priority areas: read in whatever form, counted apart, and said in every output."""

from __future__ import annotations

import json

import geopandas as gpd
import pytest
from plain_text import to_text
from priority_study import make_study, write_areas
from shapely.geometry import Point, box
from small_study import CRS, X0, Y0, square, write_small_study

import geo_access as ga
from geo_access.core.errors import InputError
from geo_access.core.findings import Findings
from geo_access.report.verdict_table import to_json
from geo_access.study.inputs.priority_areas import locate_in_areas, read_priority_areas


@pytest.fixture(scope="module")
def coverage(tmp_path_factory):
    return ga.check(make_study(tmp_path_factory.mktemp("priority")))


@pytest.fixture
def communes():
    return gpd.GeoDataFrame(geometry=[box(X0 - 1000, Y0 - 1000, X0 + 7000, Y0 + 1000)], crs=CRS)


def test_residents_of_priority_areas_are_counted_apart(coverage):
    cells, areas = coverage.residents, coverage.priority
    middles = cells.geometry.centroid
    shapes = areas.geometry
    assert list(areas["name"]) == ["Les Tilleuls", "La Plaine", "Le Bois"]
    for shape, row in zip(shapes, areas.to_dict("records"), strict=True):
        mine = cells[middles.within(shape)]
        assert row["residents"] == mine["weight"].sum()
        assert row["served"] == mine["weight"][mine["state"].isin(["pole", "antenna"])].sum()
        assert row["cells"] == len(mine)
    mine = cells[middles.within(shapes.union_all())]
    said = coverage.summary["priority"]
    assert said["residents"] == mine["weight"].sum() < areas["residents"].sum(), "the first two areas overlap"
    assert said["share"] == pytest.approx(said["served"] / said["residents"], abs=1e-6)
    assert [area["code"] for area in said["areas"]] == ["QN00101M", "QN00102M", "QN00103M"]
    assert said["areas"][2]["share"] is None, "nobody's point lies there"
    assert set(cells["priority_area"].dropna()) == {"QN00101M", "QN00102M"}


def test_the_table_and_the_document_say_so(coverage):
    assert "Quartiers prioritaires (3)" in " ".join(to_text(coverage).split())
    assert json.loads(to_json(coverage))["priority"]["areas"][0]["name"] == "Les Tilleuls"
    assert "qpv.geojson" in [row["file"] for row in coverage.summary["inputs"]], "the file is hashed"


def test_findings_name_what_is_left_out_and_what_is_empty(coverage):
    found = {finding.code: finding for finding in coverage.findings}
    assert found["places.areas_left_out"].params["count"] == 1
    assert "Le Bois" in found["places.areas_empty"].params["examples"]


def test_without_the_setting_nothing_is_said(tmp_path):
    coverage = ga.check(ga.open_study(write_small_study(tmp_path)))
    assert coverage.priority is None
    assert "priority" not in coverage.summary
    assert "priority_area" not in coverage.residents


@pytest.mark.parametrize(
    ("properties", "code", "name"),
    [
        ({"code_qp": "QN1", "lib_qp": "Nord"}, "QN1", "Nord"),
        ({"CODE_QP": "QN1", "NOM_QP": "Nord"}, "QN1", "Nord"),
        ({"nom": "Nord"}, "Nord", "Nord"),
        ({"name": "Nord", "id": 3}, "Nord", "Nord"),
        ({"code": 7}, "7", "7"),
    ],
)
def test_usual_columns_are_understood(tmp_path, communes, properties, code, name):
    path = write_areas(tmp_path, [(properties, square(0, 0, 200, 200))])
    areas = read_priority_areas(path, crs=CRS, communes=communes)
    assert areas[["code", "name"]].to_numpy().tolist() == [[code, name]]


@pytest.mark.parametrize(
    ("rows", "code", "row"),
    [
        ([({"colour": "red"}, square(0, 0, 200, 200))], "places.column_missing", None),
        ([({"code_qp": None, "lib_qp": " "}, square(0, 0, 200, 200))], "places.area_unnamed", 2),
        ([({"name": "A"}, square(0, 0, 200, 200)), ({"name": "A"}, square(0, 0, 9, 9))], "places.area_twice", 3),
        ([({"name": "A"}, square(90_000, 0, 200, 200))], "places.areas_outside", None),
        ([({"name": "A"}, {"type": "Point", "coordinates": [-15.0, 45.1]})], "places.outline_kind", 2),
        ([({"name": "A"}, None)], "places.outline_missing", 2),
    ],
)
def test_faulty_areas_are_refused(tmp_path, communes, rows, code, row):
    path = write_areas(tmp_path, rows)
    with pytest.raises(InputError) as caught:
        read_priority_areas(path, crs=CRS, communes=communes)
    assert caught.value.code.startswith(code)
    assert caught.value.row == row
    assert caught.value.file == str(path)


def test_parts_of_an_area_are_one_area(tmp_path, communes):
    rows = [({"name": "A"}, square(0, 0, 200, 200)), ({"name": "A"}, square(300, 0, 200, 200))]
    findings = Findings()
    areas = read_priority_areas(write_areas(tmp_path, rows), crs=CRS, communes=communes, findings=findings)
    assert areas["name"].tolist() == ["A"]
    assert abs(areas.area[0] - 80_000) < 100
    assert "places.areas_joined" in {one.code for one in findings}


def test_a_missing_file_is_named(tmp_path):
    study = make_study(tmp_path)
    (tmp_path / "qpv.geojson").unlink()
    with pytest.raises(InputError) as caught:
        ga.check(study)
    assert "qpv.geojson" in str(caught.value)


def test_a_point_on_the_outline_is_inside():
    areas = gpd.GeoDataFrame({"name": ["a", "b"]}, geometry=[box(0, 0, 10, 10), box(10, 0, 20, 10)], crs=CRS)
    points = gpd.GeoSeries([Point(10, 5), Point(5, 5), Point(40, 5)]).get_coordinates().to_numpy()
    resident, area = locate_in_areas(points, areas, path="qpv.geojson", findings=Findings())
    assert list(zip(resident.tolist(), area.tolist(), strict=True)) == [(0, 0), (0, 1), (1, 0)]
