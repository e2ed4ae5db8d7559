"""The one reader of tables: every format gives the same table, every faulty file is one named error."""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo_access.core.crs import require_metric
from geo_access.core.errors import InputError
from geo_access.core.matching import fold, nearest
from geo_access.study.inputs.numbers import to_numbers, to_texts
from geo_access.study.inputs.tables import find_column, named_column, read_table
from geo_access.texts import LANGUAGES

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def places() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"code": ["01001", "92002", "92004"], "people": [1.5, 2.0, 0.0]},
        geometry=gpd.GeoSeries([shapely.box(2.2 + i / 100, 48.8, 2.21 + i / 100, 48.81) for i in range(3)], crs=4326),
    )


def write(frame: gpd.GeoDataFrame, path: Path) -> Path:
    if path.suffix == ".csv":
        plain = frame.drop(columns="geometry").assign(wkt=frame.geometry.to_wkt())
        plain.to_csv(path, index=False)
    elif path.suffix in (".parquet", ".geoparquet"):
        frame.to_parquet(path)
    else:
        frame.to_file(path)
    return path


def fault(path: Path, **options: object) -> InputError:
    """Read a faulty file, and check what every error owes its reader."""
    with pytest.raises(InputError) as caught:
        read_table(path, **options)
    error = caught.value
    for language in LANGUAGES:
        assert path.stem in error.text(language)
        assert "{" not in error.text(language)
    return error


SUFFIXES = ("gpkg", "geojson", "json", "parquet", "geoparquet", "shp", "csv")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_format_gives_the_same_table(places, tmp_path, suffix):
    if suffix == "json":
        path = write(places, tmp_path / "places.geojson").rename(tmp_path / "places.json")
    else:
        path = write(places, tmp_path / f"places.{suffix}")
    table = read_table(path, crs="EPSG:4326" if suffix == "csv" else None)
    assert to_texts(table["code"]) == ["01001", "92002", "92004"]
    assert to_numbers(table, "people", path=path).tolist() == [1.5, 2.0, 0.0]
    assert table["row"].tolist() == [2, 3, 4]
    assert table.crs == "EPSG:4326"
    assert shapely.equals_exact(
        shapely.normalize(table.geometry.to_numpy()), shapely.normalize(places.geometry.to_numpy()), 1e-9
    ).all()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_missing_folder_empty_and_foreign_files(places, tmp_path, suffix):
    path = tmp_path / f"places.{suffix}"
    assert fault(path).code == "places.file_missing"
    path.mkdir()
    assert fault(path).code == "places.file_is_folder"
    path.rmdir()
    path.write_bytes(b"")
    assert fault(path).code == "places.file_empty"
    for content in (b"<!DOCTYPE html><html>Not found</html>", b"PK\x03\x04" + b"x" * 200, b"%PDF-1.7 ..."):
        path.write_bytes(content)
        assert fault(path).code == "places.format_other"


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("share", [0.02, 0.3, 0.7, 0.95])
def test_truncated_files(places, tmp_path, suffix, share):
    whole = write(places, tmp_path / "whole.csv") if suffix == "csv" else tmp_path / f"whole.{suffix}"
    if suffix == "json":
        write(places, tmp_path / "whole.geojson").rename(whole)
    elif suffix != "csv":
        write(places, whole)
    data = whole.read_bytes()
    whole.write_bytes(data[: int(len(data) * share)])
    assert fault(whole, crs="EPSG:4326" if suffix == "csv" else None).code.startswith("places.")


@pytest.mark.parametrize("part", [".shx", ".dbf"])
def test_shapefile_parts(places, tmp_path, part):
    path = write(places, tmp_path / "places.shp")
    other = path.with_suffix(part)
    data = other.read_bytes()
    other.write_bytes(data[: len(data) // 2])
    with pytest.raises(InputError, match="places"):
        read_table(path)
    other.unlink()
    assert fault(path).params["part"] == other.name
    other.mkdir()
    assert fault(path).params["part"] == other.name


def test_a_damaged_crs_of_a_shapefile(places, tmp_path):
    path = tmp_path / "places.shp"
    write(places, path)
    stated = path.with_suffix(".prj")
    stated.write_bytes(stated.read_bytes().replace(b"D_", b"D\xff\xfe", 1))
    with pytest.raises(InputError) as error:
        read_table(path)
    assert (error.value.code, error.value.file) == ("places.crs_damaged", str(path))


def test_damaged_coordinates_of_a_shapefile(places, tmp_path, capfd):
    """GDAL closes a ring whose last point is damaged, with a warning only; that is no outline to count by."""
    path = write(places, tmp_path / "places.shp")
    data = bytearray(path.read_bytes())
    data[-16:-8] = struct.pack("<d", 2.5)
    path.write_bytes(data)
    assert fault(path).code == "places.file_unreadable"
    assert capfd.readouterr().err == ""


def test_files_without_crs(places, tmp_path):
    bare = places.to_crs(2154).set_crs(None, allow_override=True)
    for name in ("bare.shp", "bare.parquet"):
        path = tmp_path / name
        if path.suffix == ".shp":
            write(places.to_crs(2154), path)
            path.with_suffix(".prj").unlink()
        else:
            write(bare, path)
        assert fault(path).code == "places.crs_missing"
        assert read_table(path, crs="EPSG:2154").crs == "EPSG:2154"


def test_stated_crs_must_agree(places, tmp_path):
    path = write(places, tmp_path / "places.gpkg")
    assert read_table(path, crs="EPSG:4326").crs == "EPSG:4326"
    error = fault(path, crs="EPSG:2154")
    assert error.code == "places.crs_conflict"
    assert "EPSG:4326" in str(error)
    with pytest.raises(InputError) as caught:
        read_table(path, crs="EPSG:999999")
    assert caught.value.code == "places.crs_unknown"


def test_geojson_in_metres_needs_its_crs(places, tmp_path):
    path = tmp_path / "metres.geojson"
    document = json.loads(places.to_crs(2154).to_json())
    document.pop("crs", None)
    path.write_text(json.dumps(document))
    assert fault(path).code == "places.coordinates_outside"
    assert read_table(path, crs="EPSG:2154").crs == "EPSG:2154"


def test_coordinates_that_the_crs_cannot_mean(places, tmp_path):
    degrees = places.set_crs(2154, allow_override=True)
    assert fault(write(degrees, tmp_path / "degrees.gpkg")).code == "places.coordinates_degrees"
    metres = tmp_path / "metres.csv"
    metres.write_text("name,lon,lat\nok,2.3,48.8\nPMI,652000,6862000\n")
    error = fault(metres)
    assert (error.code, error.row) == ("places.coordinates_outside", 3)
    swapped = tmp_path / "swapped.csv"
    swapped.write_text("name,x,y\nPMI,6862000,652000\n")
    assert fault(swapped, crs="EPSG:2154").code == "places.coordinates_swapped"
    other = tmp_path / "other.csv"
    other.write_text("name,x,y\nLondon in the British grid,530000,180000\n")
    assert fault(other, crs="EPSG:2154").code == "places.coordinates_outside"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_csv_dialects(tmp_path, delimiter, mark, end):
    rows = [
        ["Code", " Nom ", "lon", "lat"],
        ["01001", '"Pôle ""A"",; B"', "2.3", "48.8"],
        ["", "", "", ""],
        ["2", '"two\nlines"', "", ""],
    ]
    path = tmp_path / "table.csv"
    path.write_bytes(mark + end.join(delimiter.join(row) for row in rows).encode() + end.encode() * 2)
    table = read_table(path)
    assert list(table.columns) == ["Code", "Nom", "lon", "lat", "row", "geometry"]
    assert to_texts(table["Code"]) == ["01001", "2"]
    assert table["Nom"].tolist() == ['Pôle "A",; B', "two\nlines"]
    assert table["row"].tolist() == [2, 4]
    assert table.geometry.notna().tolist() == [True, False]


def test_csv_decimal_comma_and_thousands(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("name;lon;lat;population\nA;2,35;48,85;64\u202f263\n")
    table = read_table(path)
    assert (table.geometry.x[0], table.geometry.y[0]) == (2.35, 48.85)
    assert to_numbers(table, "population", path=path).tolist() == [64263.0]
    path.write_text('name,population\nA,"64,263"\n')
    table = read_table(path, geometry="optional")
    with pytest.raises(InputError, match="64,263"):  # thousands or a decimal comma? never guessed
        to_numbers(table, "population", path=path)


@pytest.mark.parametrize(
    ("content", "code", "row"),
    [
        (b"name,lon\nP\xf4le,2\n", "places.encoding", 2),
        ("name,lon\nPôle,2\n".encode("utf-16"), "places.encoding", 1),
        ("name,lon\nPôle,2\n".encode("utf-16-le"), "places.encoding", 1),
        (b"name,lon\r\nPole,2\r\nPo\0le,2\r\n", "limits.nul", 3),
        (b"name,lon,lat\nA,2,48\nB,2\n", "places.ragged", 3),
        (b"name,lon,lat\nA,2,48,9\n", "places.ragged", 2),
        (b'name,lon,lat\nA,2,48\n"B,2,48\nC,2,48\n', "places.quote_open", 3),
        (b"name,lon,name\nA,2,48\n", "places.column_twice", 1),
        (b"name,lon,lat\n", "places.no_rows", None),
        (b"name,lon,lat\n,,\n", "places.no_rows", None),
        (b"\n\nname,lon\n", "places.no_header", 1),
        (b"name,lon,lat\nA,2.3,north\n", "places.not_a_number", 2),
        (b"name,lon,lat\nA,2.3,inf\n", "places.not_a_number", 2),
        (b"name,size\nA,2\n", "places.geometry_missing", None),
        (b"name,wkt\nA,POINT (2 48)\n", "places.crs_missing", None),
    ],
)  # fmt: skip
def test_broken_csv(tmp_path, content, code, row):
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    error = fault(path)
    assert (code, row) == (error.code, error.row)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ('{"type": "FeatureCollection", "features": [', "places.json_broken"),
        ('{"type": "Point", "coordinates": [2, 48]}', "places.not_geojson"),
        ('{"type": "FeatureCollection", "features": []}', "places.no_rows"),
        ('{"type": "FeatureCollection", "features": [3]}', "places.not_geojson"),
        ('{"a": 1}', "places.not_geojson"),
        ("plain text", "places.json_broken"),
    ],
)
def test_broken_geojson(tmp_path, content, code):
    path = tmp_path / "places.geojson"
    path.write_text(content)
    assert code == fault(path).code


def test_geojson_in_latin_1(places, tmp_path):
    path = write(places.assign(name="Chatillon"), tmp_path / "places.geojson")
    path.write_bytes(path.read_bytes().replace(b"Chatillon", b"Ch\xe2tillon"))
    assert fault(path).code == "places.encoding"


def test_unknown_format_and_mistyped_name(places, tmp_path):
    path = tmp_path / "places.tab"
    path.write_bytes(b"PK\x03\x04")
    assert fault(path).code == "places.format_unknown"
    write(places, tmp_path / "communes.gpkg")
    assert fault(tmp_path / "comunes.gpkg").params["guess"] == "communes.gpkg"


def test_geopackage_of_several_layers(places, tmp_path):
    path = tmp_path / "many.gpkg"
    places.to_file(path, layer="one")
    places.head(1).to_file(path, layer="two")
    assert fault(path).code == "places.layers_many"
    places.head(2).to_file(path, layer="many")
    assert len(read_table(path)) == 2


def test_table_without_geometry_on_request(tmp_path):
    path = tmp_path / "sst.csv"
    path.write_text("insee,sst\n01001,nord\n")
    assert list(read_table(path, geometry="optional").columns) == ["insee", "sst", "row"]
    assert list(read_table(path, geometry="none").columns) == ["insee", "sst", "row"]


def test_missing_columns_are_named_with_a_guess(tmp_path):
    path = tmp_path / "sst.csv"
    path.write_text("insee,sst_before\n01001,nord\n")
    table = read_table(path, geometry="none")
    assert find_column(table, ("code", "INSEE"), path=path) == "insee"
    with pytest.raises(InputError) as caught:
        named_column(table, "sst_befor", path=path)
    assert caught.value.params["guess"] == "sst_before"
    assert "insee, sst_before" in str(caught.value)
    with pytest.raises(InputError) as caught:
        find_column(table, ("population",), path=path)
    assert caught.value.code == "places.column_missing"


def test_study_crs_must_be_metric():
    assert require_metric("EPSG:2154").is_projected
    for crs in ("EPSG:4326", "EPSG:2225", "EPSG:4978"):
        with pytest.raises(InputError):
            require_metric(crs)


@given(st.lists(st.floats(-1e9, 1e9), min_size=1), st.sampled_from([",", ";"]))
def test_numbers_survive_a_csv(tmp_path_factory, values, delimiter):
    path = tmp_path_factory.mktemp("numbers") / "numbers.csv"
    path.write_text(f"a{delimiter}b\n" + "".join(f"{value!r}{delimiter}x\n" for value in values))
    table = read_table(path, geometry="none")
    assert np.array_equal(np.array(values), to_numbers(table, "a", path=path))


def test_words():
    assert fold("Pôle_Social (Œuvre) ") == "pole social oeuvre"
    assert nearest("sst_befor", ["sst_before", "sst_after"]) == "sst_before"
    assert nearest("xyz", ["sst_before"]) is None


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("suffix", ["gpkg", "geojson"])
def test_heights_are_left_out(places, tmp_path, suffix):
    high = places.set_geometry(shapely.force_3d(places.geometry.to_numpy(), 1e308))
    table = read_table(write(high, tmp_path / f"high.{suffix}"))
    assert not table.geometry.has_z.any()
    assert table.to_crs(2154).geometry.union_all().area > 0
    assert shapely.equals_exact(table.geometry.to_numpy(), places.geometry.to_numpy(), 1e-9).all()
