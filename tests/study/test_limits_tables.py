"""Tables of places: what asks for gigabytes, counts too many people or lies nowhere is refused with its row."""

from __future__ import annotations

import json
import os

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from refusals import refusal
from small_study import write_small_study

from geo_access.core import limits
from geo_access.study.inputs import tables
from geo_access.study.inputs.numbers import holds_numbers, to_numbers
from geo_access.study.inputs.tables import read_table
from geo_access.study.study import open_study
from geo_access.verdict.judging import check


def write(path, text):
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize("weight", [1e308, 1e16, 60_000_000, -1e308, -5])
def test_more_people_than_a_place_can_hold_are_refused_with_their_row(tmp_path, weight):
    study = open_study(write_small_study(tmp_path))
    content = json.loads((tmp_path / "residents.geojson").read_text(encoding="utf-8"))
    content["features"][3]["properties"]["ind"] = weight
    (tmp_path / "residents.geojson").write_text(json.dumps(content), encoding="utf-8")
    error = refusal(lambda: check(study))
    assert error.row == 5
    assert error.file.endswith("residents.geojson")


def test_more_people_than_a_commune_can_hold_are_refused_with_their_row(tmp_path):
    study = open_study(write_small_study(tmp_path))
    content = json.loads((tmp_path / "communes.geojson").read_text(encoding="utf-8"))
    content["features"][1]["properties"]["population"] = 1e300
    (tmp_path / "communes.geojson").write_text(json.dumps(content), encoding="utf-8")
    error = refusal(lambda: check(study))
    assert (error.code, error.row) == ("limits.number", 3)


@pytest.mark.parametrize(
    "said", ["1e400", "nan", "inf", "-inf", "1_000", "٣", "²", "9" * 400, "0x10", "1e16", "-1e300"]
)
def test_what_is_no_number_or_beyond_all_is_refused_with_its_row(said):
    frame = pd.DataFrame({"ind": ["1", said], "row": [2, 3]})
    error = refusal(lambda: to_numbers(frame, "ind", path="x.csv"))
    assert error.row == 3
    assert len(error.text("en")) < 300
    assert not holds_numbers(frame, "ind")


@pytest.mark.parametrize("name", ["newlines", "commas", "rows"])
def test_a_csv_of_nothing_but_rows_is_refused(tmp_path, monkeypatch, name):
    monkeypatch.setattr(limits, "MAX_TABLE_ROWS", 1000)
    body = {"newlines": "\n" * 3000, "commas": ",,\n" * 3000, "rows": "1,2,3\n" * 1500}[name]
    refusal(lambda: read_table(write(tmp_path / "sites.csv", "name,lat,lon\n" + body), geometry="optional"))
    refusal(lambda: read_table(write(tmp_path / "bare.csv", body), geometry="optional"))


def test_a_csv_stops_at_its_first_uneven_row(tmp_path):
    # Every row at fault was kept: gigabytes for a file of some megabytes.
    path = write(tmp_path / "sites.csv", "name,lat,lon\nA,45,1\n" + "x\n" * 500_000)
    error = refusal(lambda: read_table(path))
    assert (error.code, error.row) == ("places.ragged", 3)


def test_a_line_and_a_header_without_measure_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MAX_LINE_BYTES", 100_000)
    long_line = write(tmp_path / "line.csv", "name,lat,lon\nA" + "a" * 500_000 + ",45,1\n")
    assert refusal(lambda: read_table(long_line)).code == "limits.line_long"
    wide = write(tmp_path / "wide.csv", ",".join(f"c{k}" for k in range(5000)) + "\n" + ",".join("1" * 5000) + "\n")
    assert refusal(lambda: read_table(wide, geometry="optional")).code == "limits.columns"
    refusal(lambda: read_table(write(tmp_path / "field.csv", '"' + "a" * 200_000 + '",lat\n'), geometry="optional"))


def test_values_in_all_are_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MAX_CELLS", 20)
    path = write(tmp_path / "t.csv", "a,b\n" + "1,2\n" * 11)
    assert refusal(lambda: read_table(path, geometry="optional")).code == "limits.cells"


def test_a_file_too_large_a_pipe_and_a_path_too_long_are_refused(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe.csv")
    assert refusal(lambda: read_table(tmp_path / "pipe.csv")).code == "limits.no_plain_file"
    assert refusal(lambda: read_table(tmp_path / ("x" * 300 + ".csv"))).code == "limits.path_long"
    assert refusal(lambda: read_table("a\0b.csv")).code == "limits.path_nul"
    monkeypatch.setattr(limits, "MAX_TABLE_BYTES", 100)
    for name in ("t.csv", "t.geojson", "t.parquet", "t.gpkg"):
        assert refusal(lambda: read_table(write(tmp_path / name, b"x" * 101))).code == "limits.file_large"  # noqa: B023


def test_a_parquet_that_writes_one_text_for_many_rows_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "_FREE_BYTES", 100_000)
    path = tmp_path / "t.parquet"
    text = "x" * 20_000
    pq.write_table(pa.table({"name": pa.array([text] * 5000).dictionary_encode().cast(pa.string())}), path)
    assert path.stat().st_size < 100_000
    assert refusal(lambda: read_table(path, geometry="optional")).code == "limits.packed"
    pq.write_table(pa.table({"name": [f"n{k % 7}" for k in range(5000)], "ind": list(range(5000))}), path)
    assert len(read_table(path, geometry="optional")) == 5000


def test_a_parquet_of_too_many_rows_is_refused_before_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MAX_TABLE_ROWS", 1000)
    pq.write_table(pa.table({"ind": np.zeros(2000, np.int8)}), tmp_path / "t.parquet")
    assert refusal(lambda: read_table(tmp_path / "t.parquet", geometry="optional")).code == "limits.rows"


@pytest.mark.parametrize("suffix", ["gpkg", "geojson", "shp"])
def test_a_layer_of_too_many_rows_is_refused(tmp_path, monkeypatch, suffix):
    monkeypatch.setattr(limits, "MAX_TABLE_ROWS", 10)
    frame = gpd.GeoDataFrame({"a": range(20)}, geometry=shapely.points(np.zeros((20, 2)) + 1), crs="EPSG:4326")
    frame.to_file(tmp_path / f"t.{suffix}")
    assert refusal(lambda: read_table(tmp_path / f"t.{suffix}")).code == "limits.rows"


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"a":' * 5000, '{"type": "FeatureCollection", "x": ' + "9" * 5000 + "}"]
)
def test_json_without_measure_is_refused(tmp_path, text):
    refusal(lambda: read_table(write(tmp_path / "t.geojson", text)))


@pytest.mark.parametrize(
    ("crs", "corner"),
    [("EPSG:4326", (1e300, 1e300)), ("EPSG:4326", (-17, 300)), ("EPSG:4326", (400, 45)), ("EPSG:32628", (1e9, 1e9)),
     ("EPSG:32628", (1e308, 1e308))],
)  # fmt: skip
def test_an_outline_whose_corners_lie_nowhere_is_refused_with_its_row(tmp_path, crs, corner):
    # The middle of such an outline may be a place on Earth.
    x, y = (500_000, 5_000_000) if crs != "EPSG:4326" else (-15, 45)
    good, bad = shapely.box(x, y, x + 1e-3, y + 1e-3), shapely.box(-corner[0], -corner[1], *corner)
    frame = gpd.GeoDataFrame({"a": [1, 2]}, geometry=[good, bad], crs=crs)
    frame.to_parquet(tmp_path / "t.parquet")
    error = refusal(lambda: read_table(tmp_path / "t.parquet"))
    assert error.row == 3
    assert error.code.startswith("places.coordinates")
