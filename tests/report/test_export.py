"""The exported files, opened by readers that are not ours: GDAL's ogrinfo, pyarrow, sqlite."""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely
from click.testing import CliRunner
from coverage_factory import make_coverage
from small_study import write_small_study

import geo_access as ga
from geo_access.cli.main import main
from geo_access.core.errors import InputError
from geo_access.report.export import COLUMNS, FILES, LAYERS, list_columns, make_layer, write_export

OGR_TYPES = {"text": "String", "integer": "Integer64", "real": "Real", "boolean": "Integer(Boolean)", "date": "Date"}
ARROW_TYPES = {"text": "string", "integer": "int64", "real": "double", "boolean": "bool", "date": "date32[day]"}


@pytest.fixture(scope="module")
def coverage(tmp_path_factory):
    return ga.check(ga.open_study(write_small_study(tmp_path_factory.mktemp("export") / "study")))


@pytest.fixture(scope="module")
def made():
    """A verdict with what is awkward to write: dates, a commune without residents, points beside squares."""
    made = make_coverage()
    cells = made.residents.copy()
    cells.geometry = [shape.centroid if i == 3 else shape for i, shape in enumerate(cells.geometry)]
    sites = made.sites.copy()
    sites["open_from"] = [dt.date(2019, 1, 31), *[None] * (len(sites) - 1)]
    return replace(made, residents=cells, sites=sites)


@pytest.fixture(scope="module")
def folder(made, tmp_path_factory):
    folder = tmp_path_factory.mktemp("out") / "export"
    assert [folder / name for name in FILES] == write_export(made, folder)
    return folder


def ogrinfo(*arguments):
    if shutil.which("ogrinfo") is None:
        pytest.skip("ogrinfo (Debian's gdal-bin) is not here")
    said = subprocess.run(["ogrinfo", "-ro", *map(str, arguments)], capture_output=True, text=True, check=True)
    assert "ERROR" not in said.stderr
    return said.stdout


@pytest.mark.parametrize("layer", LAYERS)
def test_every_column_is_declared_and_described(coverage, layer):
    declared = {column.source or column.name for column in list_columns(coverage, layer)}
    # Presence is a commune's matter: an SST has none.
    assert set(getattr(coverage, layer).columns) - declared <= {"geometry"} | (
        {"presence"} if layer == "sst" else set()
    )
    for column in [*COLUMNS[layer], *list_columns(coverage, layer)]:
        assert column.describe("fr").strip()
        assert column.describe("en").strip()


@pytest.mark.parametrize("layer", LAYERS)
def test_ogrinfo_reads_layers_types_and_crs(made, folder, layer):
    said = ogrinfo("-so", folder / "coverage.gpkg", layer)
    assert f"Feature Count: {len(getattr(made, layer))}" in said
    assert 'ID["EPSG",2154]' in said
    shapes = {"residents": "Unknown (any)", "sites": "Point"}
    assert f"Geometry: {shapes.get(layer, 'Multi Polygon')}" in said
    fields = dict(re.findall(r"^(\w+): ([A-Za-z0-9()]+) \(\d", said, re.MULTILINE))
    there = list_columns(made, layer)
    assert {column.name: OGR_TYPES[column.kind] for column in there} == fields


def test_ogrinfo_reads_missing_values_as_missing_and_codes_as_text(made, folder):
    said = ogrinfo("-where", "insee = '01004'", folder / "coverage.gpkg", "communes")
    assert "insee (String) = 01004" in said
    for name in ("share", "population", "median_min_pole"):
        assert f"{name} (Real) = (null)" in said
    assert "meets (Integer(Boolean)) = (null)" in said
    assert "residents (Real) = 0" in said
    said = ogrinfo("-where", "open_from IS NOT NULL", folder / "coverage.gpkg", "sites")
    assert "open_from (Date) = 2019/01/31" in said
    assert "open (Integer(Boolean)) = 1" in said
    count = int(made.residents["antenna_s"].isna().sum())
    assert f"Feature Count: {count}" in ogrinfo(
        "-so", "-where", "antenna_s IS NULL", folder / "coverage.gpkg", "residents"
    )
    assert count


def test_heights_that_some_outlines_have_are_left_out(made, tmp_path):
    cells = made.residents.copy()
    cells.geometry = [shapely.force_3d(shape, 5.0) if i == 1 else shape for i, shape in enumerate(cells.geometry)]
    flat = make_layer(replace(made, residents=cells), "residents")
    assert not flat.geometry.has_z.any()
    assert flat.geometry.geom_equals(made.residents.geometry.reset_index(drop=True)).all()
    # GDAL warns of layers with and without heights, and warnings are errors in tests.
    write_export(replace(made, residents=cells), tmp_path / "export")


@pytest.mark.parametrize("layer", LAYERS)
def test_parquet_holds_the_same_table(made, folder, layer):
    table = pq.read_table(folder / f"{layer}.parquet")
    there = list_columns(made, layer)
    assert {column.name: ARROW_TYPES[column.kind] for column in there} == {
        field.name: str(field.type).removeprefix("large_") for field in table.schema if field.name != "geometry"
    }
    geo = json.loads(table.schema.metadata[b"geo"])
    assert ("WKB", 2154) == (
        geo["columns"]["geometry"]["encoding"], geo["columns"]["geometry"]["crs"]["id"]["code"]
    )  # fmt: skip
    source = getattr(made, layer)
    shapes = shapely.from_wkb(table["geometry"].to_numpy(zero_copy_only=False))
    assert (shapes == source.geometry.to_numpy()).all()
    for column in there:
        values = source[column.source or column.name]
        assert values.isna().sum() == table[column.name].null_count, column.name
        known = values[values.notna()].tolist()
        assert known == [value for value in table[column.name].to_pylist() if value is not None]


@pytest.mark.parametrize("layer", LAYERS)
def test_package_and_parquet_agree(made, folder, layer):
    package = gpd.read_file(folder / "coverage.gpkg", layer=layer)
    table = gpd.read_parquet(folder / f"{layer}.parquet")
    assert [name for name in package if name != "geometry"] == [name for name in table if name != "geometry"]
    assert package.crs == table.crs
    for column in make_layer(made, layer).columns.drop("geometry"):
        for left, right in zip(package[column], table[column], strict=True):
            same = bool(pd.isna(left) and pd.isna(right)) or left == right
            assert same or pd.Timestamp(left).date() == right, column


def test_the_package_describes_its_columns(folder):
    with closing(sqlite3.connect(folder / "coverage.gpkg")) as package:
        assert [("ok",)] == package.execute("PRAGMA integrity_check").fetchall()
        said = dict(package.execute("SELECT column_name, description FROM gpkg_data_columns WHERE table_name = 'sst'"))
        assert "Part des habitants desservis" == said["share"]
        layers = dict(package.execute("SELECT table_name, last_change FROM gpkg_contents"))
        assert dict.fromkeys(LAYERS, "2018-01-23T00:00:00.000Z") == layers


def test_the_columns_file_says_what_each_holds(folder):
    with (folder / "columns.csv").open(encoding="utf-8-sig", newline="") as file:
        _, *rows = csv.reader(file, delimiter=";", strict=True)
    for layer in LAYERS:
        with_geometry = [row[1] for row in rows if row[0] == layer]
        assert sorted(pq.read_schema(folder / f"{layer}.parquet").names) == sorted(with_geometry)
    assert all(row[2] and row[4] and row[5] for row in rows)


def test_what_the_residents_file_says_comes_along_whatever_its_columns_are_called(tmp_path):
    """Two names that a GeoPackage takes for one, its own names, and names that mean something else in the results."""
    study = write_small_study(tmp_path / "study")
    cells = gpd.read_file(study / "residents.geojson")
    odd = ["Ind", "fid2", "geom", "state", "over_min", "sst", 'a "quoted" name', "nearest_library"]
    for number, name in enumerate(odd):
        cells[name] = [f"{number} & <b>" if number % 2 else number] * len(cells)
    cells.to_file(study / "residents.geojson", driver="GeoJSON")
    coverage = ga.check(ga.open_study(study))
    assert {"source_state", "source_over_min", "source_sst"} <= set(coverage.residents)
    assert coverage.residents["source_state"].eq("3 & <b>").all()
    told = [finding.text("en") for finding in coverage.findings if finding.code == "study.columns_renamed"]
    assert any("state → source_state" in one for one in told)
    assert any("sst → source_sst" in one for one in told)
    write_export(coverage, tmp_path / "out")
    package = gpd.read_file(tmp_path / "out" / "coverage.gpkg", layer="residents")
    for name in ("ind", "source_Ind", "source_geom", "source_state", 'a "quoted" name', "ind_0_3"):
        assert name in package, name
    assert gpd.read_parquet(tmp_path / "out" / "residents.parquet")["ind_0_3"].equals(package["ind_0_3"])


def test_the_summary_is_that_of_check(coverage, tmp_path):
    write_export(coverage, tmp_path / "out", language="en")
    document = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert coverage.summary["communes"] == document["communes"]
    assert {"inputs", "sources", "findings"} <= set(document)


def test_the_same_verdict_gives_the_same_bytes(made, folder, tmp_path, monkeypatch):
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    again = write_export(made, tmp_path / "again")
    assert {path.name: (folder / path.name).read_bytes() == path.read_bytes() for path in again} == dict.fromkeys(
        FILES, True
    )


def test_a_study_without_zoning_has_an_empty_sst_layer(tmp_path):
    write_export(make_coverage(zoned=False), tmp_path / "out")
    assert 0 == pq.read_table(tmp_path / "out" / "sst.parquet").num_rows
    assert "Feature Count: 0" in ogrinfo("-so", tmp_path / "out" / "coverage.gpkg", "sst")


# Whole or not at all


def test_an_earlier_export_is_replaced_and_nothing_else(made, tmp_path):
    write_export(made, tmp_path / "out")
    (tmp_path / "out" / "sites.parquet").write_bytes(b"old")
    write_export(made, tmp_path / "out")
    assert b"old" != (tmp_path / "out" / "sites.parquet").read_bytes()
    (tmp_path / "out" / "notes.txt").write_text("mine")
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    with pytest.raises(InputError, match=r"notes\.txt"):
        write_export(made, tmp_path / "out")
    assert before == {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert ["out"] == [path.name for path in tmp_path.iterdir()]


def test_a_failure_leaves_what_was_there(made, tmp_path, monkeypatch):
    def fail(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(gpd.GeoDataFrame, "to_parquet", fail)
    with pytest.raises(InputError, match="No space left"):
        write_export(made, tmp_path / "new")
    assert [] == list(tmp_path.iterdir())
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "columns.csv").write_text("kept")
    with pytest.raises(InputError):
        write_export(made, tmp_path / "old")
    assert "kept" == (tmp_path / "old" / "columns.csv").read_text()
    assert ["old"] == [path.name for path in tmp_path.iterdir()]


def run(*arguments):
    return CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False)


def test_the_command_writes_the_folder(tmp_path):
    study = write_small_study(tmp_path / "study")
    said = run("export", study, "--output", tmp_path / "out", "--lang", "en")
    assert 0 == said.exit_code
    assert str(tmp_path / "out") in said.stdout
    assert sorted(FILES) == sorted(path.name for path in (tmp_path / "out").iterdir())
    cells = gpd.read_parquet(tmp_path / "out" / "residents.parquet")
    assert np.isclose(cells["weight"].sum(), gpd.read_parquet(tmp_path / "out" / "communes.parquet")["residents"].sum())


def test_the_command_refuses_a_folder_before_the_long_work(tmp_path):
    study = write_small_study(tmp_path / "study")
    (tmp_path / "file").write_text("x")
    for output in (study, tmp_path / "file", tmp_path / "no" / "out"):
        said = run("export", study, "--output", output)
        assert (2, "") == (said.exit_code, said.stdout)
        assert str(output) in said.stderr
    assert {"study", "file"} == {path.name for path in tmp_path.iterdir()}


@pytest.mark.real_data
def test_ogrinfo_reads_the_real_study(shared_data, tmp_path):
    assert 0 == run("export", shared_data / "hauts-de-seine", "--output", tmp_path / "out").exit_code
    document = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    sql = "SELECT COUNT(*) AS n, SUM(beyond) AS beyond FROM communes"
    said = ogrinfo("-sql", sql, tmp_path / "out" / "coverage.gpkg")
    assert "n (Integer) = 36" in said
    beyond = float(re.search(r"beyond \(Real\) = ([\d.]+)", said)[1])
    assert abs(document["total"]["beyond"] - beyond) < 1
