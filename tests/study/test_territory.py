"""Communes, zonings, and which commune a point lies in."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo_access.core.errors import GeoAccessWarning, InputError
from geo_access.core.findings import Findings
from geo_access.study.inputs.communes import dissolve, locate, name_commune, read_communes, read_zoning

CRS = "EPSG:2154"


def squares(codes: list[str], **columns: list[object]) -> gpd.GeoDataFrame:
    """Communes of 1 km in a row, west to east."""
    shapes = [shapely.box(650_000 + 1000 * i, 6_860_000, 651_000 + 1000 * i, 6_861_000) for i in range(len(codes))]
    return gpd.GeoDataFrame({"insee": codes, **columns}, geometry=gpd.GeoSeries(shapes, crs=CRS))


def read(frame: gpd.GeoDataFrame, tmp_path, findings: Findings | None = None) -> gpd.GeoDataFrame:
    path = tmp_path / "communes.gpkg"
    frame.to_file(path)
    return read_communes(path, crs=CRS, findings=Findings() if findings is None else findings)


def codes_of(findings: Findings) -> list[str]:
    return [one.code for one in findings]


def test_communes_are_sorted_and_synonyms_understood(tmp_path):
    frame = squares(["92004", "92002"], NOM=["B", "A"], PMUN=[10, 20]).rename(columns={"insee": "INSEE_COM"})
    communes = read(frame, tmp_path)
    assert list(communes.columns) == ["insee", "name", "population", "geometry"]
    assert communes["insee"].tolist() == ["92002", "92004"]
    assert communes["name"].tolist() == ["A", "B"]
    assert communes["population"].tolist() == [20.0, 10.0]


def test_population_and_name_may_be_missing(tmp_path):
    communes = read(squares(["92002"]), tmp_path)
    assert communes["name"].tolist() == ["92002"]
    assert communes["population"].isna().all()


@pytest.mark.parametrize(
    ("frame", "code", "row"),
    [
        (squares(["92002", "92002"], name=["Antony", "Clamart"]), "places.commune_twice", 3),
        (squares(["92002", "92002"], population=[10, 20]), "places.commune_parts_differ", 3),
        (squares(["92002", None]), "places.code_blank", 3),
        (squares(["92002"], population=[-1]), "places.population_negative", 2),
        (squares(["92002"], population=["many"]), "places.not_a_number", 2),
        (squares(["92002"]).rename(columns={"insee": "number"}), "places.column_missing", None),
        (squares(["92002", "92004"]).set_geometry(squares(["1", "2"]).boundary), "places.outline_kind", 2),
        (squares(["92002"]).set_geometry(gpd.GeoSeries([None], crs=CRS)), "places.outline_missing", 2),
    ],
)
def test_communes_that_cannot_be_used(tmp_path, frame, code, row):
    with pytest.raises(InputError) as caught:
        read(frame, tmp_path)
    # A table whose only geometry is missing reads as one without geometry: either way the file is named.
    assert caught.value.code in (code, "places.geometry_missing")
    if caught.value.code == code:
        assert row == caught.value.row


def test_lost_zeros_are_restored_where_they_are_surely_lost(tmp_path):
    findings = Findings()
    communes = read(squares(["1001", "92002"]), tmp_path, findings)
    assert communes["insee"].tolist() == ["01001", "92002"]
    assert codes_of(findings) == ["places.zero_lost"]
    abroad = squares(["1001", "1002"]).rename(columns={"insee": "code"})
    assert read(abroad, tmp_path)["insee"].tolist() == ["1001", "1002"]
    numbers = squares(["1001", "1002"]).astype({"insee": int})
    assert read(numbers, tmp_path)["insee"].tolist() == ["01001", "01002"]


def test_crossing_outlines_are_mended_and_overlaps_named(tmp_path):
    bow = shapely.Polygon([(650_000, 6_860_000), (651_000, 6_861_000), (651_000, 6_860_000), (650_000, 6_861_000)])
    frame = squares(["92002", "92004", "92007"])
    frame.loc[0, "geometry"] = bow
    frame.loc[2, "geometry"] = frame.geometry[1].buffer(-100)
    findings = Findings()
    communes = read(frame, tmp_path, findings)
    assert communes.is_valid.all()
    assert codes_of(findings) == ["places.outline_mended", "places.communes_overlap"]


def test_findings_nobody_collects_are_warnings(tmp_path):
    path = tmp_path / "communes.gpkg"
    squares(["1001"]).to_file(path)
    with pytest.warns(GeoAccessWarning, match="01001"):
        read_communes(path, crs=CRS)


ZONING = "insee,name,before,after\n1001,Ain,nord,nord\n92002,Antony,nord,sud\n"


def test_zoning_is_one_word_apart(tmp_path):
    communes = read(squares(["92002", "01001"], name=["Antony", "Ain"]), tmp_path)
    path = tmp_path / "sst.csv"
    path.write_text(ZONING)
    findings = Findings()
    assert read_zoning(path, "before", communes, findings=findings).to_dict() == {"01001": "nord", "92002": "nord"}
    assert codes_of(findings) == ["places.zero_lost"]
    after = read_zoning(path, "after", communes, findings=Findings())
    assert after.to_dict() == {"01001": "nord", "92002": "sud"}
    zones = dissolve(communes.assign(sst=communes["insee"].map(after)))
    assert zones["sst"].tolist() == ["nord", "sud"]
    assert zones["communes"].tolist() == [1, 1]
    assert zones.area.round().tolist() == [1e6, 1e6]


@pytest.mark.parametrize(
    ("content", "column", "code"),
    [
        (ZONING, "befor", "places.column_missing_guess"),
        (ZONING.replace("92002,Antony,nord,sud\n", ""), "before", "places.zoning_missing"),
        (ZONING.replace("Antony,nord", "Antony,"), "before", "places.zoning_missing"),
        (ZONING + "92002,Antony,sud,sud\n", "before", "places.zoning_twice"),
        (ZONING + ",Antony,sud,sud\n", "before", "places.code_blank"),
        (ZONING.replace("insee", "number"), "before", "places.column_missing"),
    ],
)
def test_zonings_that_cannot_be_used(tmp_path, content, column, code):
    communes = read(squares(["92002", "01001"], name=["Antony", "Ain"]), tmp_path)
    path = tmp_path / "sst.csv"
    path.write_text(content)
    with pytest.raises(InputError) as caught:
        read_zoning(path, column, communes, findings=Findings())
    assert caught.value.code == code


def test_zoning_names_unknown_codes_and_other_names(tmp_path):
    communes = read(squares(["92002", "01001"], name=["Antony", "Ain"]), tmp_path)
    path = tmp_path / "sst.csv"
    path.write_text(ZONING.replace("Antony", "Sceaux") + "75056,Paris,x,x\n")
    findings = Findings()
    read_zoning(path, "before", communes, findings=findings)
    assert codes_of(findings) == ["places.zero_lost", "places.zoning_name", "places.zoning_unknown"]


def test_locate_inside_on_the_border_near_and_far(tmp_path):
    communes = squares(["92004", "92002"])
    points = gpd.points_from_xy(
        [650_500, 651_000, 649_900, 649_000, 651_000], [6_860_500, 6_860_500, 6_860_500, 6_860_500, 6_861_100], crs=CRS
    )
    index, distance = locate(gpd.GeoSeries(points), communes)
    assert index.tolist() == [0, 1, 0, -1, 1]  # a border and an equal distance go to the lowest code
    assert distance.tolist() == [0.0, 0.0, 100.0, 1000.0, 100.0]
    with pytest.raises(InputError):
        locate(gpd.GeoSeries(points).set_crs(3035, allow_override=True), communes)


@given(st.lists(st.tuples(st.integers(-600, 3600), st.integers(-600, 1600)), min_size=1, max_size=20), st.randoms())
def test_locate_does_not_depend_on_order(spots, random):
    communes = squares(["3", "1", "2"])
    points = gpd.GeoSeries(gpd.points_from_xy(*(np.array(spots).T + np.array([[650_000], [6_860_000]])), crs=CRS))
    index, distance = locate(points, communes)
    order = random.sample(range(3), 3)
    other_index, other_distance = locate(points, communes.iloc[order].reset_index(drop=True))
    codes = [communes["insee"][i] if i >= 0 else None for i in index]
    assert codes == [communes["insee"][order[i]] if i >= 0 else None for i in other_index]
    assert distance.tolist() == other_distance.tolist()
    plain = np.array([communes.distance(point).min() for point in points])
    assert np.allclose(plain, distance)
    assert ((index >= 0) == (plain <= 300)).all()


@pytest.mark.real_data
def test_hauts_de_seine(shared_data):
    folder, findings = shared_data / "hauts-de-seine", Findings()
    communes = read_communes(folder / "communes.geojson", crs=CRS, findings=findings)
    assert (len(communes), communes["population"].sum()) == (36, 1_654_712)
    assert 170e6 < communes.area.sum() < 180e6
    for column, count in (("sst_before", 13), ("sst_after", 14)):
        zoning = read_zoning(folder / "sst.csv", column, communes, findings=findings)
        assert zoning.nunique() == count
        assert dissolve(communes.assign(sst=communes["insee"].map(zoning)))["communes"].sum() == 36
    assert len(findings) == 0


NAMED = pd.DataFrame(
    {
        "insee": ["92033", "92072", "01004", "92012", "75001"],
        "name": ["Garches", "Sèvres", "Ambérieu-en-Bugey", "Boulogne-Billancourt", "Garches-le-Haut"],
    }
)


@pytest.mark.parametrize(
    ("asked", "insee"),
    [
        ("garches", "92033"), ("Sevres", "92072"), (92033, "92033"), ("92033", "92033"), (1004, "01004"),
        ("1004", "01004"), ("AMBERIEU EN BUGEY", "01004"), (" Sèvres ", "92072"),
    ],
)  # fmt: skip
def test_a_commune_is_found_as_people_type_it(asked, insee):
    assert insee == name_commune(NAMED, asked)


@pytest.mark.parametrize(
    ("asked", "near"), [("Boulonge", "Boulogne-Billancourt"), ("Svres", "Sèvres"), ("?", "Garches")]
)
def test_an_unknown_commune_is_told_with_those_near(asked, near):
    with pytest.raises(InputError) as caught:
        name_commune(NAMED, asked)
    assert near in caught.value.text("fr")


def test_two_communes_of_one_name_are_told_apart_by_code():
    twins = NAMED.assign(name=["Ambérieu", "Sèvres", "Amberieu", "B", "C"])
    with pytest.raises(InputError, match=r"\(92033\), Amberieu \(01004\)"):
        name_commune(twins, "ambérieu")
