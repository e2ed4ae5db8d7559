"""Residents from every layout: each stands at one point of one commune, and none vanishes without a word."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from geo_access.core.errors import InputError
from geo_access.core.findings import Findings
from geo_access.study.inputs import squares
from geo_access.study.inputs.communes import read_communes
from geo_access.study.inputs.residents import read_residents

CRS = "EPSG:2154"
# Three squares of 200 m beside one another, in the north of the Hauts-de-Seine.
IDS = [f"CRS3035RES200mN2896000E{3757000 + 200 * i}" for i in range(3)]


@pytest.fixture
def communes() -> gpd.GeoDataFrame:
    """Two communes: one holds the three squares, nobody lives in the other."""
    centre = squares.centres(squares.parse_ids(IDS), CRS)
    (x0, y0), (x1, y1) = centre.min(axis=0) - 150, centre.max(axis=0) + 150
    shapes = [shapely.box(x0, y0, x1, y1), shapely.box(x1, y0, x1 + 5000, y1)]
    return gpd.GeoDataFrame(
        {"insee": ["92001", "92002"], "name": ["Here", "Nobody"], "population": [60.0, 40.0]},
        geometry=gpd.GeoSeries(shapes, crs=CRS),
    )


def cells(weights: list[float], ids: list[str] = IDS, **columns: object) -> gpd.GeoDataFrame:
    shapes = squares.polygons(squares.parse_ids(ids), squares.GRID_CRS)
    return gpd.GeoDataFrame({"idcar_200m": ids, "ind": weights, **columns}, geometry=gpd.GeoSeries(shapes, crs=3035))


def read(frame, tmp_path, communes, findings=None, *, name="residents.gpkg", **options):
    path = tmp_path / name
    if isinstance(frame, str):
        path.write_text(frame)
    elif name.endswith(".csv"):
        frame.to_csv(path, index=False)
    else:
        frame.to_file(path)
    return read_residents(
        path,
        crs=CRS,
        communes=communes,
        findings=Findings() if findings is None else findings,
        **{"weight": "ind", **options},
    )


def codes_of(findings: Findings) -> list[str]:
    return [one.code for one in findings]


def test_filosofi_with_and_without_geometry_agree(tmp_path, communes):
    frame = cells(
        [10, 20.5, 0], lcog_geo=["92001", "9200192002", "92001"], ind_0_3=[1.0, 2.0, 0.0], i_est_200=[1, 0, 0]
    )
    findings, bare = Findings(), Findings()
    drawn = read(frame, tmp_path, communes, findings)
    listed = read(frame.drop(columns="geometry"), tmp_path, communes, bare, name="residents.csv")
    # the ids stand for the same points, whether the squares are drawn or not
    for column in ("x", "y", "weight", "cell", "insee", "ind_0_3"):
        assert drawn[column].tolist() == listed[column].tolist()
    assert shapely.equals_exact(drawn.geometry.normalize(), listed.geometry.normalize(), 1e-6).all()
    assert list(drawn.columns) == [
        "cell",
        "insee",
        "weight",
        "ind",
        "lcog_geo",
        "ind_0_3",
        "i_est_200",
        "x",
        "y",
        "geometry",
    ]
    assert codes_of(findings) == codes_of(bare)
    assert codes_of(findings) == [
        "places.residents_imputed",
        "places.communes_without_residents",
        "places.residents_of_communes",
        "places.residents_sum",
    ]


def test_a_square_stands_at_its_centre(tmp_path, communes):
    residents = read(cells([1, 1, 1]), tmp_path, communes)
    x, y = Transformer.from_crs(3035, 2154, always_xy=True).transform(3757100.0, 2896100.0)
    assert (residents["x"][0], residents["y"][0]) == (x, y)


def test_squares_drawn_in_lambert_93_under_3035_ids(tmp_path, communes):
    """INSEE's own file is so: the geometry is in EPSG:2154, the ids name squares of EPSG:3035."""
    there = read(cells([1, 1, 1]).to_crs(2154), tmp_path, communes)
    here = read(cells([1, 1, 1]), tmp_path, communes)
    assert there[["x", "y"]].to_numpy().tolist() == here[["x", "y"]].to_numpy().tolist()


def test_a_mislabelled_crs_betrays_itself(tmp_path, communes):
    shifted = cells([1, 1, 1])
    shifted["geometry"] = shifted.translate(500, 0)
    with pytest.raises(InputError) as caught:
        read(shifted, tmp_path, communes)
    assert caught.value.code == "places.cell_elsewhere"
    assert caught.value.params["count"] == 3


def test_points_and_polygons(tmp_path, communes):
    x0, y0, x1, y1 = communes.geometry[0].bounds
    ring = shapely.box(x0, y0, x1, y1).difference(shapely.box(x0 + 20, y0 + 20, x1 - 20, y1 - 20))
    frame = gpd.GeoDataFrame({"ind": [3.0]}, geometry=gpd.GeoSeries([ring], crs=CRS))
    findings = Findings()
    residents = read(frame, tmp_path, communes, findings)
    assert residents["cell"].tolist() == ["row-2"]
    assert "places.cells_without_id" in codes_of(findings)
    assert ring.intersects(shapely.Point(residents["x"][0], residents["y"][0]))  # the centre of a ring lies outside it
    point = gpd.GeoDataFrame({"id": ["a"], "ind": [3.0]}, geometry=gpd.GeoSeries([ring.centroid], crs=CRS))
    residents = read(point, tmp_path, communes, name="points.gpkg")
    assert (residents["x"][0], residents["y"][0]) == (ring.centroid.x, ring.centroid.y)


def test_weight_may_be_a_sum(tmp_path, communes):
    frame = cells([1, 2, 3], ind_0_3=[1.0, 0.5, 0], ind_4_5=[0.25, 0, 1])
    assert read(frame, tmp_path, communes, weight="ind_0_3 + ind_4_5")["weight"].tolist() == [1.25, 0.5, 1.0]


def test_cells_near_and_far_from_every_commune(tmp_path, communes):
    narrow = communes.copy()
    centre = squares.centres(squares.parse_ids(IDS), CRS)
    x0, y0, _, y1 = communes.geometry[0].bounds
    narrow["geometry"] = [shapely.box(x0, y0, centre[0, 0] + 50, y1), shapely.box(x0 - 5000, y0, x0, y1)]
    findings = Findings()
    residents = read(cells([5, 10, 20]), tmp_path, narrow, findings)
    assert residents["cell"].tolist() == IDS[:2]
    found = {one.code: one for one in findings}
    assert found["places.residents_near"].params["count"] == 1
    outside = found["places.residents_outside"]
    assert (outside.level, outside.params["count"], outside.params["people"]) == ("warning", 1, 20.0)
    assert IDS[2] in outside.text("fr")


@pytest.mark.parametrize(
    ("frame", "code", "row"),
    [
        (cells([1, np.nan, 3]), "places.weight_blank", 3),
        (cells([1, 2, -3]), "places.weight_negative", 4),
        (cells([1, 2, np.inf]).drop(columns="geometry"), "places.not_a_number", 4),
        (cells(["1", "many", "2"]), "places.not_a_number", 3),
        (cells([0, 0, 0]), "places.residents_nobody", None),
        (cells([1, 2, 3], [IDS[0], IDS[1], IDS[0]]), "places.cell_twice", 4),
        (cells([1, 2, 3]).assign(idcar_200m=["a", "b", None]), "places.cell_id_blank", 4),
        (cells([1, 2, 3]).drop(columns="ind"), "places.column_missing_guess", None),
        (cells([1, 2, 3]).set_geometry(cells([1, 2, 3]).boundary), "places.cell_kind", 2),
        (
            cells([1, 2, 3]).assign(idcar_200m=list("abc")).drop(columns="geometry"),
            "places.residents_without_place",
            None,
        ),
        (cells([1, 2, 3], [one.replace("N28", "N24") for one in IDS]), "places.residents_elsewhere", None),
    ],
)
def test_residents_that_cannot_be_used(tmp_path, communes, frame, code, row):
    name = "residents.gpkg" if isinstance(frame, gpd.GeoDataFrame) and "geometry" in frame else "residents.csv"
    with pytest.raises(InputError) as caught:
        read(frame, tmp_path, communes, name=name, **({"weight": "indd"} if "guess" in code else {}))
    if "guess" not in code:
        assert (code, row) == (caught.value.code, caught.value.row)
    else:
        assert "indd" in str(caught.value)


def test_missing_geometry_names_the_row(tmp_path, communes):
    frame = cells([1, 2, 3])
    frame.loc[1, "geometry"] = None
    with pytest.raises(InputError) as caught:
        read(frame, tmp_path, communes)
    assert (caught.value.code, caught.value.row) == ("places.cell_without_place", 3)


def test_ids_of_squares():
    parsed = squares.parse_ids(
        ["CRS3035RES1000mN2891000E3770000", "1kmN2891E3770", "100mN28910E37700", "RES200mN400E600"]
    )
    assert parsed.tolist() == [
        [3770000, 2891000, 1000, 3035],
        [3770000, 2891000, 1000, 3035],
        [3770000, 2891000, 100, 3035],
        [600, 400, 200, 3035],
    ]
    assert squares.parse_ids(["CRS3035RES1000mN2891000E3770000", "A12"]) is None


def _inside(cell: str, communes: gpd.GeoDataFrame) -> bool:
    centre = shapely.Point(squares.centres(squares.parse_ids([cell]), CRS)[0])
    return bool(communes.distance(centre).min() <= 300)


@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(0, 40), st.integers(0, 99)), min_size=1, unique_by=lambda t: t[:2]
    )
)
def test_nobody_is_lost(tmp_path_factory, spots):
    """What is kept and what findings say is left out add up to the file, in the file's order."""
    folder = tmp_path_factory.mktemp("cells")
    ids = [f"CRS3035RES200mN{2896000 + 200 * n}E{3757000 + 200 * e}" for n, e, _ in spots]
    weights = [float(weight) for *_, weight in spots]
    x, y = squares.centres(squares.parse_ids(["CRS3035RES200mN2900000E3761000"]), CRS)[0]
    communes = gpd.GeoDataFrame(
        {"insee": ["92001"], "name": ["A"], "population": [np.nan]},
        geometry=gpd.GeoSeries([shapely.box(x - 3000, y - 3000, x + 3000, y + 3000)], crs=CRS),
    )
    path = folder / "cells.csv"
    path.write_text("idcar_200m,ind\n" + "".join(f"{i},{w}\n" for i, w in zip(ids, weights, strict=True)))
    findings = Findings()
    try:
        residents = read_residents(path, crs=CRS, weight="ind", communes=communes, findings=findings)
    except InputError:  # nobody in the commune at all: an error, and then nothing is promised
        assert sum(weights) == 0 or not any(_inside(one, communes) for one, w in zip(ids, weights, strict=True) if w)
        return
    outside = [one.params["people"] for one in findings if one.code == "places.residents_outside"]
    assert residents["weight"].sum() + sum(outside) == sum(weights)
    assert residents["cell"].tolist() == [one for one in ids if one in set(residents["cell"])]


@pytest.mark.real_data
def test_hauts_de_seine(shared_data):
    folder, findings = shared_data / "hauts-de-seine", Findings()
    communes = read_communes(folder / "communes.geojson", crs=CRS)
    residents = read_residents(
        folder / "residents_200m.gpkg", crs=CRS, weight="ind", communes=communes, findings=findings
    )
    assert len(residents) == 4637
    assert residents["weight"].sum() == pytest.approx(1_654_712, abs=1)
    assert residents["insee"].nunique() == 36
    assert codes_of(findings) == ["places.residents_near", "places.residents_sum"]
    iris = read_residents(folder / "iris.gpkg", crs=CRS, weight="pop_15_64", communes=communes, findings=Findings())
    assert (len(iris), iris["cell"].iloc[0]) == (616, "920020101")
    assert (iris["cell"].str[:5] == iris["insee"]).all()  # an IRIS stands in its own commune


@pytest.mark.real_data
def test_other_layouts(shared_data):
    communes = read_communes(shared_data / "hauts-de-seine" / "communes.geojson", crs=CRS)
    findings = Findings()
    census = read_residents(
        shared_data / "population" / "census2021_1km_92.gpkg", crs=CRS, weight="T", communes=communes, findings=findings
    )
    assert len(census) == 200
    assert "places.residents_outside" in codes_of(findings)
    bondy = shared_data / "population" / "filosofi2019_200m_bondy.csv"
    with pytest.raises(InputError, match=r"10[.,]1"):
        read_residents(bondy, crs=CRS, weight="ind", communes=communes, findings=Findings())
    around = gpd.GeoDataFrame(
        {"insee": ["93010"], "name": ["Bondy"], "population": [np.nan]},
        geometry=gpd.GeoSeries([shapely.box(658_000, 6_862_000, 672_000, 6_872_000)], crs=CRS),
    )
    residents = read_residents(bondy, crs=CRS, weight="ind", communes=around, findings=Findings())
    assert len(residents) == 164
    assert "9306493010" == residents["lcog_geo"].iloc[0]
    assert "men_pauv" in residents


@pytest.mark.real_data
def test_porto_alegre(shared_data):
    city = gpd.GeoDataFrame(
        {"insee": ["poa"], "name": ["Porto Alegre"], "population": [np.nan]},
        geometry=gpd.GeoSeries([shapely.box(-51.35, -30.3, -51.0, -29.9)], crs=4326).to_crs(31982),
    )
    path = shared_data / "cities" / "porto-alegre" / "poa_hexgrid.csv"
    findings = Findings()
    residents = read_residents(path, crs="EPSG:31982", weight="population", communes=city, findings=findings)
    assert len(residents) == 1227
    assert residents["weight"].sum() == 812_935
    assert len(findings) == 0
