"""Tables as people have them: what a file says counts, or is told. Each kind of case has its right value beside it."""

from __future__ import annotations

import json
import shutil
import sqlite3
import unicodedata
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Transformer

import geo_access as ga
from geo_access.core.errors import InputError
from geo_access.core.findings import Findings
from geo_access.study.inputs.codes import clean_code
from geo_access.study.inputs.columns import TABLES
from geo_access.study.inputs.communes import read_communes
from geo_access.study.inputs.inputs import read_inputs
from geo_access.study.inputs.numbers import parse_numbers
from geo_access.study.inputs.sites import is_approximate
from geo_access.study.inputs.source_table import SourceTable
from geo_access.study.inputs.tables import read_table
from geo_access.study.sample import sample_folder
from geo_access.texts import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo_access.study.inputs.inputs import Inputs

CRS = "EPSG:32627"


@pytest.fixture(scope="module")
def sample() -> Inputs:
    """The embedded sample, as it stands: 60,100 residents."""
    return read_inputs(ga.open_study())


@pytest.fixture
def folder(tmp_path) -> Path:
    """The sample in a folder of its own; no case here walks or rides."""
    there = tmp_path / "study"
    shutil.copytree(sample_folder(), there)
    return there


def setting(folder: Path, old: str, new: str) -> None:
    """Change what the study says of a file."""
    text = (folder / "study.toml").read_text("utf-8")
    assert old in text
    (folder / "study.toml").write_text(text.replace(old, new), "utf-8")


def inputs_of(folder: Path) -> Inputs:
    return read_inputs(ga.open_study(folder))


def codes_of(inputs: Inputs) -> set[str]:
    return {one.code for one in inputs.findings}


def assert_same(inputs: Inputs, sample: Inputs) -> None:
    """The same communes, people and sites: the same verdict."""
    assert inputs.communes[["insee", "name", "population", "sst"]].equals(
        sample.communes[["insee", "name", "population", "sst"]]
    )
    assert (shapely.area(inputs.communes.geometry.symmetric_difference(sample.communes.geometry)) < 1).all()
    assert inputs.residents["weight"].tolist() == sample.residents["weight"].tolist()
    assert np.allclose(inputs.resident_points, sample.resident_points, atol=0.1)
    columns = ["site", "name", "kind", "status", "open", "sst", "insee"]
    assert inputs.sites[columns].astype(str).equals(sample.sites[columns].astype(str))
    assert np.allclose(inputs.site_points, sample.site_points, atol=0.1)


def fault_of(act: Callable[[], object]) -> InputError:
    with pytest.raises(InputError) as caught:
        act()
    for language in LANGUAGES:
        assert "{" not in caught.value.text(language)
    return caught.value


def sites_of(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / "sites.csv", dtype=str, keep_default_na=False)


def keep_sites(folder: Path, sites: pd.DataFrame, **options: object) -> None:
    sites.to_csv(folder / "sites.csv", index=False, **options)


# Paths


@pytest.mark.parametrize("name", ["new!data", "a?b=c", "glob[1]*", "vsizip", "NUL", "x|layer=y", "http:", "50%#.zip"])
@pytest.mark.parametrize("suffix", ["geojson", "gpkg", "shp", "parquet", "fgb"])
def test_a_path_is_a_path_whatever_signs_it_holds(tmp_path, monkeypatch, name, suffix):
    """The decoy is what GDAL or pyarrow would take the path for."""
    monkeypatch.chdir(tmp_path)
    for where, people in ((name, 3), (name.partition("!")[2] or "decoy", 30)):
        Path(where).mkdir()
        table = gpd.GeoDataFrame({"people": [people]}, geometry=[shapely.Point(2, 48)], crs=4326)
        plain = tmp_path / f"written.{suffix}"
        table.to_parquet(plain) if suffix == "parquet" else table.to_file(plain)
        for part in tmp_path.glob("written.*"):
            shutil.move(part, Path(where) / part.name.replace("written", "places"))
    read = read_table(Path(name) / f"places.{suffix}")
    assert read["people"].tolist() == [3]
    assert list(read.columns) == ["people", "geometry", "row"]


def test_a_folder_named_like_a_column_is_none(tmp_path):
    (tmp_path / "dep=92").mkdir()
    path = tmp_path / "dep=92" / "places.parquet"
    gpd.GeoDataFrame({"people": [1]}, geometry=[shapely.Point(2, 48)], crs=4326).to_parquet(path)
    assert "dep" not in read_table(path)


def test_a_name_in_another_form_of_unicode_is_the_same_name(folder, sample):
    decomposed = unicodedata.normalize("NFD", "communes_préférées.geojson")
    (folder / "communes.geojson").rename(folder / decomposed)
    setting(folder, "communes.geojson", unicodedata.normalize("NFC", decomposed))
    assert_same(inputs_of(folder), sample)


def test_columns_and_sst_in_another_form_of_unicode_are_the_same(folder, sample):
    zoning = pd.read_csv(folder / "sst.csv", dtype=str)
    zoning = zoning.rename(columns={"sst_before": unicodedata.normalize("NFD", "découpage")})
    zoning.iloc[:, -1] = zoning.iloc[:, -1].map(lambda one: unicodedata.normalize("NFD", one))
    zoning.to_csv(folder / "sst.csv", index=False)
    setting(folder, 'column = "sst_before"', f'column = "{unicodedata.normalize("NFC", "découpage")}"')
    assert inputs_of(folder).communes["sst"].tolist() == sample.communes["sst"].tolist()


def test_every_part_of_a_file_is_hashed(folder):
    communes = gpd.read_file(folder / "communes.geojson")
    communes.to_file(folder / "communes.shp", encoding="UTF-8")
    setting(folder, "communes.geojson", "communes.shp")
    before = dict(inputs_of(folder).hashes)
    assert {"communes.shp", "communes.shx", "communes.dbf", "communes.prj", "communes.cpg"} <= before.keys()
    data = (folder / "communes.dbf").read_bytes()
    (folder / "communes.dbf").write_bytes(data.replace(b"99001", b"99901"))
    setting(folder, 'sst = { file = "sst.csv", column = "sst_before" }', "")
    after = dict(inputs_of(folder).hashes)
    assert {name for name in after if after[name] != before[name]} == {"communes.dbf"}


def test_a_study_that_was_not_fetched_says_how(folder):
    (folder / "communes.geojson").unlink()
    (folder / "residents_200m.geojson").unlink()
    setting(folder, "residents_200m.geojson", "residents_200m.gpkg")
    error = fault_of(lambda: inputs_of(folder))
    assert error.code == "study.not_fetched"
    assert f"geo-access fetch {folder}" in error.text("en")


# Columns of one meaning


def test_the_filled_one_of_two_columns_counts(folder, sample):
    sites = sites_of(folder)
    sites = sites.rename(columns={"status": "statut", "kind": "type", "name": "nom", "insee": "code_insee"})
    sites = sites.assign(status="", kind=" ", name="", insee="")
    sites.loc[3:, ["status", "statut"]] = sites.loc[3:, ["statut", "status"]].to_numpy()
    keep_sites(folder, sites)
    assert_same(inputs_of(folder), sample)


@pytest.mark.parametrize(
    ("ours", "theirs", "same", "other"),
    [
        ("status", "statut", "ouvert", "fermé"),
        ("kind", "type", "Pôle social", "PMI"),
        ("name", "nom", "POLE  d'ici", "Antenne"),
        ("insee", "code insee", "1001.0", "01002"),
        ("open_from", "date ouverture", "02/01/2020", "2021-01-02"),
        ("capacity", "capacité", "12,0", "13"),
        ("lon", "longitude", "2.3", "2.4"),
    ],
)
def test_two_filled_columns_that_differ_are_an_error(tmp_path, ours, theirs, same, other):
    own = {"status": "open", "kind": "pole", "name": "Pôle d’ici", "insee": "01001", "open_from": "2020-01-02"}
    own |= {"capacity": "12", "lon": "2.30", "lat": "48.8"}
    path = tmp_path / "sites.csv"

    def read(said: str) -> object:
        pd.DataFrame([own | {theirs: ""}, own | {theirs: said}]).to_csv(path, index=False)
        source = SourceTable.read(path, Findings(), columns=TABLES[3])
        return None if ours == "lon" else source.read_texts(TABLES[3][ours])

    read(same)
    error = fault_of(lambda: read(other))
    assert (error.code, error.row) == ("places.columns_differ", 3)
    assert {error.params["one"], error.params["other"]} == {ours, theirs}


def test_x_and_y_stand_in_for_blank_degrees_row_by_row(folder, sample):
    sites = sites_of(folder)
    x, y = Transformer.from_crs(4326, CRS, always_xy=True).transform(
        sites["lon"].astype(float), sites["lat"].astype(float)
    )
    sites = sites.rename(columns={"lon": "longitude", "lat": "latitude"}).assign(
        x=x.astype(str), y=y.astype(str), crs=""
    )
    sites.loc[::2, ["longitude", "latitude"]] = ""
    sites.loc[1::4, ["x", "y"]] = ""
    keep_sites(folder, sites)
    setting(folder, '[sites]\nfile = "sites.csv"', f'[sites]\ncrs = "{CRS}"\nfile = "sites.csv"')
    assert_same(inputs_of(folder), sample)
    sites.loc[3, "x"] = str(x[3] + 5000)
    sites.loc[3, ["y", "longitude"]] = str(y[3]), "-20.1"
    keep_sites(folder, sites)
    error = fault_of(lambda: inputs_of(folder))
    assert (error.code, error.row) == ("places.points_differ", 5)


@pytest.mark.parametrize("form", ["wkt", "ewkt", "wkb", "geojson"])
def test_outlines_beside_points_are_the_communes(folder, sample, form):
    communes = gpd.read_file(folder / "communes.geojson")
    write = {"wkt": lambda g: g.wkt, "ewkt": lambda g: f"SRID=4326;{g.wkt}", "geojson": shapely.to_geojson}
    text = communes.geometry.map(write.get(form, lambda g: shapely.to_wkb(g, hex=True)))
    table = pd.DataFrame(communes.drop(columns="geometry"))
    middle = communes.geometry.map(shapely.point_on_surface)
    table = table.assign(lat=middle.map(lambda p: p.y), lon=middle.map(lambda p: p.x), geom=text)
    table.to_csv(folder / "communes.csv", index=False)
    setting(folder, "communes.geojson", "communes.csv")
    assert_same(inputs_of(folder), sample)


@pytest.mark.parametrize("said", ["SRID=4326;", "SRID=32627;"])
def test_a_crs_that_outlines_and_the_study_say_differently_is_refused(folder, said):
    communes = gpd.read_file(folder / "communes.geojson")
    table = pd.DataFrame(communes.drop(columns="geometry"))
    shapes = communes.geometry if "4326" in said else communes.geometry.to_crs(32627)
    table.assign(geom=said + shapes.to_wkt()).to_csv(folder / "communes.csv", index=False)
    other = "EPSG:32627" if "4326" in said else "EPSG:4326"
    setting(folder, '"communes.geojson"', f'{{ file = "communes.csv", crs = "{other}" }}')
    assert fault_of(lambda: inputs_of(folder)).code == "places.crs_conflict"


def test_metres_of_an_unknown_system_give_way_to_a_point_beside_them(tmp_path):
    """As Opendatasoft writes a table of places in Lambert-93."""
    path = tmp_path / "places.csv"
    path.write_text("geo_point_2d;x;y\n48.8475, 2.3029;648847.9;6861054.9\n", "utf-8")
    point = read_table(path).geometry[0]
    assert (point.x, point.y) == (2.3029, 48.8475)


# Systems of coordinates


@pytest.mark.parametrize("form", ["shp", "csv"])
def test_every_table_takes_a_crs(folder, sample, form):
    communes = gpd.read_file(folder / "communes.geojson").assign(crs="unknown")
    path = folder / f"communes.{form}"
    if form == "csv":
        communes.assign(wkt=communes.geometry.to_wkt()).drop(columns="geometry").to_csv(path, index=False)
    else:
        communes.to_file(path, encoding="UTF-8")
        path.with_suffix(".prj").unlink()
    setting(folder, '"communes.geojson"', f'"communes.{form}"')
    assert fault_of(lambda: inputs_of(folder)).code == "places.crs_missing"
    setting(folder, f'"communes.{form}"', f'{{ file = "communes.{form}", crs = "EPSG:4326" }}')
    assert_same(inputs_of(folder), sample)


def test_a_property_named_crs_is_no_conflict(folder, sample):
    document = json.loads((folder / "communes.geojson").read_text("utf-8"))
    for feature in document["features"]:
        feature["properties"]["crs"] = "EPSG:2154"
    document.pop("crs", None)
    (folder / "communes.geojson").write_text(json.dumps(document), "utf-8")
    setting(folder, '"communes.geojson"', '{ file = "communes.geojson", crs = "EPSG:4326" }')
    assert_same(inputs_of(folder), sample)


@pytest.mark.parametrize("name", ["communes.geojson", "residents_200m.geojson"])
def test_swapped_degrees_are_told_as_such(folder, name):
    places = gpd.read_file(folder / name).drop(columns="idcar_200m", errors="ignore")
    places.geometry = shapely.transform(places.geometry.to_numpy(), lambda xy: xy[:, ::-1])
    places.to_file(folder / name)
    assert fault_of(lambda: inputs_of(folder)).code == "places.degrees_swapped"


# What readers warn of, and leave out


def test_what_a_geopackage_has_not_written_into_itself_is_read_and_hashed(folder, sample):
    gpd.read_file(folder / "communes.geojson").to_file(folder / "communes.gpkg")
    setting(folder, "communes.geojson", "communes.gpkg")
    before = dict(inputs_of(folder).hashes)
    with closing(sqlite3.connect(folder / "communes.gpkg")) as base:
        base.execute("PRAGMA journal_mode = WAL")
        for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            base.execute(f'DROP TRIGGER "{name}"')
        base.execute("UPDATE communes SET population = population + 1")
        base.commit()
        assert (folder / "communes.gpkg-wal").stat().st_size
        inputs = inputs_of(folder)
        assert (inputs.communes["population"] - sample.communes["population"]).tolist() == [1.0] * len(sample.communes)
    assert "communes.gpkg-wal" in dict(inputs.hashes).keys() - before.keys()


def write_geopackage(folder: Path, *statements: str) -> None:
    gpd.read_file(folder / "communes.geojson").to_file(folder / "communes.gpkg")
    with closing(sqlite3.connect(folder / "communes.gpkg")) as base:
        for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            base.execute(f'DROP TRIGGER "{name}"')  # they ask for functions that GDAL brings
        for one in statements:
            base.execute(one)
        base.commit()
    setting(folder, "communes.geojson", "communes.gpkg")


@pytest.mark.parametrize(
    "statements",
    [
        ["ALTER TABLE communes ADD COLUMN note character varying(30)"],
        ["CREATE TABLE layer_styles (id INTEGER PRIMARY KEY, name character varying(30))"],
        ["ALTER TABLE communes ADD COLUMN day DATE", "UPDATE communes SET day = '2022/9/8'"],
        ["ALTER TABLE communes ADD COLUMN day DATETIME", "UPDATE communes SET day = '2022-09-08T10:00:00+01:00'"],
        ["ALTER TABLE communes ADD COLUMN day DATE", "UPDATE communes SET day = 'soon'"],
    ],
)
def test_what_a_reader_warns_of_is_no_error(folder, sample, statements):
    write_geopackage(folder, *statements)
    assert_same(inputs_of(folder), sample)


def test_a_column_of_a_type_that_gdal_leaves_out_is_read(folder, sample):
    write_geopackage(
        folder,
        "ALTER TABLE communes RENAME COLUMN insee TO code_old",
        "ALTER TABLE communes ADD COLUMN insee character varying(30)",
        "UPDATE communes SET insee = code_old, code_old = NULL",
        "ALTER TABLE communes RENAME COLUMN population TO pop_old",
        "ALTER TABLE communes ADD COLUMN population INTEGER",
        "UPDATE communes SET population = ' ' || pop_old || ',0'",
    )
    inputs = inputs_of(folder)
    assert_same(inputs, sample)
    assert "places.reader_said" in codes_of(inputs)


@pytest.mark.parametrize(("encoding", "said"), [("utf-8", None), ("cp1252", "UTF-8"), ("utf-8", "ISO-8859-1")])
def test_texts_of_a_shapefile_are_read_by_their_bytes(tmp_path, encoding, said):
    path = tmp_path / "communes.shp"
    names = ["La Grève", "Œuilly"]
    table = gpd.GeoDataFrame({"nom": names}, geometry=[shapely.box(i, 48, i + 1, 49) for i in (2, 3)], crs=4326)
    table.to_file(path, encoding="UTF-8" if encoding == "utf-8" else "CP1252")
    path.with_suffix(".cpg").unlink()
    if said is not None:
        path.with_suffix(".cpg").write_text(said)
    findings = Findings()
    assert read_table(path, findings=findings)["nom"].tolist() == names
    assert [one.code for one in findings] == ["places.encoding_guessed"]


def test_an_index_of_a_parquet_is_a_column(folder, sample):
    gpd.read_file(folder / "communes.geojson").set_index("insee").to_parquet(folder / "communes.parquet")
    setting(folder, "communes.geojson", "communes.parquet")
    assert_same(inputs_of(folder), sample)


# Codes and numbers


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("99001.0", "99001"), ("'99001", "99001"), ("99 003", "99003"), ("99\u202f003", "99003"), ("2a004", "2A004"),
        ("9.2002E+04", "92002"), ("99,003", "99003"), ("1004", "1004"), ("H3-x y", "H3-x y"), ("2B033", "2B033"),
    ],
)  # fmt: skip
def test_codes_as_spreadsheets_leave_them(said, code):
    assert clean_code(said) == code


@pytest.mark.parametrize("name", ["communes.csv", "sst.csv", "sites.csv"])
@pytest.mark.parametrize("change", ["{}.0", "'{}", "{:.2} {}"])
def test_codes_are_repaired_once_and_told_everywhere(folder, sample, name, change):
    if name == "communes.csv":
        communes = gpd.read_file(folder / "communes.geojson")
        table = pd.DataFrame(communes.drop(columns="geometry")).assign(wkt=communes.geometry.to_wkt())
        setting(folder, '"communes.geojson"', '{ file = "communes.csv", crs = "EPSG:4326" }')
    else:
        table = pd.read_csv(folder / name, dtype=str, keep_default_na=False)
    table["insee"] = table["insee"].map(
        lambda code: f"{code[:2]} {code[2:]}" if " " in change else change.format(code) if code else ""
    )
    table.to_csv(folder / name, index=False)
    inputs = inputs_of(folder)
    assert_same(inputs, sample)
    assert [one.file for one in inputs.findings if one.code == "places.codes_repaired"] == [str(folder / name)]


def test_an_unknown_code_is_named_and_the_point_counts(folder, sample):
    sites = sites_of(folder)
    sites.loc[0, "insee"] = "75056"
    keep_sites(folder, sites)
    inputs = inputs_of(folder)
    assert "places.site_unknown_commune" in codes_of(inputs)
    assert inputs.sites["sst"].tolist() == sample.sites["sst"].tolist()


def test_an_sst_written_otherwise_is_known(folder, sample):
    sites = sites_of(folder)
    sites["sst"] = [sample.sites["sst"].iloc[0].upper(), *sites["sst"][1:]] if "sst" in sites else ""
    if "sst" not in sites_of(folder):
        sites.loc[0, "sst"] = str(sample.sites["sst"].iloc[0]).upper()
    keep_sites(folder, sites)
    inputs = inputs_of(folder)
    assert inputs.sites["sst"].iloc[0] == sample.sites["sst"].iloc[0]


def test_empty_columns_and_the_separator_of_a_spreadsheet(folder, sample):
    lines = (folder / "sites.csv").read_text("utf-8").splitlines()
    (folder / "sites.csv").write_text("\n".join(f"{line},," for line in lines), "utf-8")
    assert_same(inputs_of(folder), sample)
    # The headings end before the rows do.
    (folder / "sites.csv").write_text("\n".join([lines[0], *(f"{line},," for line in lines[1:])]), "utf-8")
    assert_same(inputs_of(folder), sample)
    (folder / "sites.csv").write_text("\n".join(lines), "utf-8")
    text = sites_of(folder).to_csv(index=False, sep=";")
    (folder / "sites.csv").write_text(f"sep=;\n{text}", "utf-8")
    inputs = inputs_of(folder)
    assert_same(inputs, sample)
    assert inputs.sites["row"].tolist() == [row + 1 for row in sample.sites["row"]]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_what_parts_the_headings(folder, sample, separator):
    sites_of(folder).to_csv(folder / "sites.csv", index=False, sep=separator)
    assert_same(inputs_of(folder), sample)


@pytest.mark.parametrize(
    ("separator", "said", "beside", "number", "doubtful"),
    [
        (";", "37,000", ["48.85", "2.1"], 37000, False),
        (";", "37.000", ["48,85"], 37000, False),
        (";", "37.000", ["1.234.567"], 37000, False),
        (";", "37.000", ["1.234,5"], 37000, False),
        ("\t", "37,000", ["0.5"], 37000, False),
        ("\t", "37,000", ["12"], 37, True),
        (";", "37,000", ["12"], 37, True),
        (";", "37.000", ["12"], 37, True),
        (";", "37,000", ["12,5"], 37, False),
        (",", "37.000", ["12"], 37, False),
        (";", "37 000", ["12"], 37000, False),
        (";", "37'000", ["12"], 37000, False),
        (";", "1.234,5", [], 1234.5, False),
        (",", "1,234.5", [], 1234.5, False),
    ],
)
def test_marks_are_those_of_the_other_numbers(separator, said, beside, number, doubtful):
    frame = pd.DataFrame({"ind": [said, *["7"] * len(beside)], "other": ["", *beside]})
    frame.attrs["separator"] = separator
    values, bad, guessed = parse_numbers(frame, "ind")
    assert (values[0], bool(guessed[0]), bool(bad[0])) == (number, doubtful, False)


def test_residents_far_from_the_legal_population_are_told(folder):
    residents = gpd.read_file(folder / "residents_200m.geojson")
    residents["ind"] = np.where(residents.index % 2 == 0, residents["ind"] * 3, residents["ind"])
    residents.to_file(folder / "residents_200m.geojson")
    assert "places.residents_of_communes" in codes_of(inputs_of(folder))
    setting(folder, 'weight = "ind"', 'weight = "ind_0_3"')
    assert "places.residents_of_communes" not in codes_of(inputs_of(folder))


def test_a_doubtful_mark_is_told(folder):
    residents = gpd.read_file(folder / "residents_200m.geojson")
    table = pd.DataFrame(residents.drop(columns="geometry"))
    table["ind"] = ["37.000", *table["ind"].astype(int).astype(str)[1:]]
    table[["idcar_200m", "ind"]].to_csv(folder / "residents.csv", sep=";", index=False)
    setting(folder, "residents_200m.geojson", "residents.csv")
    told = [one for one in inputs_of(folder).findings if one.code == "places.mark_doubtful"]
    assert [(one.level, one.row) for one in told] == [("warning", 2)]


# Shapes and geocoders


def test_shapes_of_one_part_are_that_part(folder, sample):
    sites = sites_of(folder)
    points = gpd.points_from_xy(sites["lon"].astype(float), sites["lat"].astype(float), z=3.0)
    wraps = [lambda p: shapely.MultiPoint([p]), lambda p: shapely.GeometryCollection([p]), lambda p: p]
    shapes = [wraps[at % 3](point) for at, point in enumerate(points)]
    gpd.GeoDataFrame(sites.drop(columns=["lon", "lat"]), geometry=shapes, crs=4326).to_file(folder / "sites.gpkg")
    setting(folder, "sites.csv", "sites.gpkg")
    assert_same(inputs_of(folder), sample)


def test_a_commune_in_two_rows_is_one(folder, sample):
    communes = gpd.read_file(folder / "communes.geojson")
    whole = communes.geometry.iloc[0]
    west, south, east, north = whole.bounds
    half = shapely.box(west, south, (west + east) / 2, north)
    parts = communes.iloc[[0, 0]].set_geometry(gpd.GeoSeries([whole & half, whole - half], index=[0, 0], crs=4326))
    pd.concat([parts, communes.iloc[1:]]).to_file(folder / "communes.geojson")
    inputs = inputs_of(folder)
    assert_same(inputs, sample)
    assert "places.communes_joined" in codes_of(inputs)


def test_communes_that_all_have_one_outline_are_refused_at_once(tmp_path):
    count = 20_000
    table = gpd.GeoDataFrame(
        {"insee": [f"{at:05d}" for at in range(count)]}, geometry=[shapely.box(2, 48, 3, 49)] * count, crs=4326
    )
    table.to_parquet(tmp_path / "communes.parquet")
    error = fault_of(lambda: read_communes(tmp_path / "communes.parquet", crs="EPSG:2154"))
    assert (error.code, error.params["count"]) == ("places.outlines_alike", count - 1)


@pytest.mark.parametrize("code", [2975, 3035, 32620, 5490, 4559])
def test_a_square_stands_in_the_crs_that_its_id_names(tmp_path, code):
    """INSEE names squares overseas in the CRS of the island."""
    east, north = {2975: (340_000, 7_660_000), 3035: (3_760_000, 2_890_000)}.get(code, (700_000, 1_620_000))
    to_degrees = Transformer.from_crs(code, 4326, always_xy=True)
    lon, lat = to_degrees.transform(east + 100, north + 100)
    fits = "EPSG:2154" if code == 3035 else f"EPSG:{code}"
    commune = gpd.GeoDataFrame({"insee": ["97101"]}, geometry=[shapely.Point(lon, lat).buffer(0.1)], crs=4326)
    commune.to_file(tmp_path / "communes.geojson")
    path = tmp_path / "residents.csv"
    path.write_text(f"idcar_200m,ind\nCRS{code}RES200mN{north}E{east},12\n", "utf-8")
    communes = read_communes(tmp_path / "communes.geojson", crs=fits, findings=Findings())
    residents = ga.read_residents(path, crs=fits, weight="ind", communes=communes, findings=Findings())
    x, y = Transformer.from_crs(4326, fits, always_xy=True).transform(lon, lat)
    assert np.hypot(residents["x"][0] - x, residents["y"][0] - y) < 0.01


def test_what_a_geocoder_found_roughly_is_approximate_and_told_by_row(folder):
    sites = sites_of(folder).assign(result_score="0,97", result_type="housenumber", location="")
    sites.loc[1, "result_score"] = "31 %"
    sites.loc[2, "result_type"] = "city"
    sites.loc[3, "result_type"] = "interpolation"
    keep_sites(folder, sites)
    inputs = inputs_of(folder)
    (told,) = [one for one in inputs.findings if one.code == "places.sites_geocoded"]
    assert (told.level, told.params["count"]) == ("warning", 3)
    assert all(f"{row} (" in told.text("en") for row in (3, 4, 5))
    assert inputs.sites["row"][is_approximate(inputs.sites)].tolist() == [3, 4, 5]
    sites.loc[2, "location"] = "exact"
    keep_sites(folder, sites)
    error = fault_of(lambda: inputs_of(folder))
    assert (error.code, error.row) == ("places.columns_differ", 4)


# Messages


@pytest.mark.parametrize(
    ("shape", "code"),
    [
        ({"type": "Circle", "coordinates": [2, 48]}, "places.geojson_type"),
        ({"type": "Point", "coordinates": ["2", 48]}, "places.geojson_number"),
        ({"type": "Polygon", "coordinates": [[[2, 48], [3, float("nan")], [3, 49], [2, 48]]]}, "places.geojson_number"),
        ("Point", "places.geojson_type"),
    ],
)
def test_a_geometry_that_is_none_is_named_by_its_row(tmp_path, shape, code):
    good = {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [2, 48]}}
    document = {"type": "FeatureCollection", "features": [good, good | {"geometry": shape}]}
    path = tmp_path / "places.geojson"
    path.write_text(json.dumps(document), "utf-8")
    error = fault_of(lambda: read_table(path))
    assert (error.code, error.row) == (code, 3)


# The declaration


def test_a_heading_means_one_thing_in_a_table():
    for table in TABLES:
        meant: dict[str, str] = {}
        for column in table.columns:
            for name in column.every:
                both = {column.name, meant.setdefault(name, column.name)}
                assert len(both) == 1 or both == {"location", "result_type"}, (table.name, name)


def test_codes_that_stay_unknown_are_named_beside_the_communes_they_leave(folder):
    zoning = pd.read_csv(folder / "sst.csv", dtype=str)
    lost, zoning.loc[0, "insee"] = zoning.loc[0, "insee"], "X99"
    zoning.to_csv(folder / "sst.csv", index=False)
    error = fault_of(lambda: inputs_of(folder))
    assert error.code == "places.zoning_missing_unknown"
    assert lost in error.text("en")
    assert "X99" in error.text("en")


def test_a_column_named_long_is_no_longitude_beside_x_and_y(tmp_path):
    path = tmp_path / "places.csv"
    path.write_text("x,y,long\n2.3,48.8,17\n", "utf-8")
    assert read_table(path).geometry.x.tolist() == [2.3]
