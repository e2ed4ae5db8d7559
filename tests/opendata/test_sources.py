"""Each source turns what came into a file that the project's own readers accept, and stumbles over nothing silently."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import math
import shutil
import tempfile
import zipfile
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from open_data_bodies import (
    FILOSOFI,
    NAMES,
    POPULATIONS,
    Town,
    answers,
    communes_json,
    directory_json,
    directory_record,
    directory_records,
    feeds_json,
    filosofi_csv,
    finess_csv,
    finess_gz,
    finess_json,
    finess_place,
    finess_places,
    geocode,
    populations_csv,
    qpv_json,
    stations_json,
    streets_xml,
    table,
    zipped,
)
from pyproj import Transformer

from geo_access.core.errors import InputError
from geo_access.core.findings import Findings
from geo_access.opendata.departements import all_departements, departement_of
from geo_access.opendata.source import COMMUNES_FILE, Request, Workshop
from geo_access.opendata.sources import (
    SOURCES,
    candidates,
    communes,
    directory,
    finess,
    geocoding,
    gtfs,
    populations,
    qpv,
    residents,
    stations,
    streets,
)
from geo_access.opendata.sources.reading import settle_points
from geo_access.study.inputs.communes import read_communes
from geo_access.study.inputs.priority_areas import read_priority_areas
from geo_access.study.inputs.residents import read_residents
from geo_access.study.inputs.sites import read_sites

DAY = dt.date(2026, 11, 24)


town_of = cache(Town)  # its cells take a while to draw


def codes(findings) -> list[str]:
    return [one.code for one in findings]


@pytest.fixture
def bench(tmp_path):
    """Make a workshop with its communes, and run one source in it."""

    class Bench:
        def __init__(self, code="92", with_communes=True, **asked):
            self.town = town_of(code)
            self.folder = tmp_path / code
            self.folder.mkdir(exist_ok=True)
            self.findings = Findings()
            self.answers = {}
            drafts, scratch = (Path(tempfile.mkdtemp(prefix=name, dir=self.folder)) for name in ("drafts", "scratch"))
            self.workshop = Workshop(self.town.departement, self.folder, drafts, scratch, self.findings, self.fetch)
            self.request = Request(self.town.departement, self.folder, DAY, **asked)
            if with_communes:
                self.run(communes.SOURCE, {communes.ITEM: communes_json(self.town)})
                shutil.copy(self.workshop.draft(COMMUNES_FILE), self.folder / COMMUNES_FILE)
                self.fresh()

        def fresh(self):
            self.findings = self.workshop.findings = Findings()

        def fetch(self, item):
            if item.name not in self.answers:
                raise InputError("fetch.offline_missing", file=item.address, name=item.name)
            return self.answers[item.name]

        def file(self, name, body):
            path = self.folder / f"download-{name}"
            path.write_bytes(body)
            return path

        def run(self, source, bodies):
            files = {name: self.file(name, body) for name, body in bodies.items()}
            return source.make(self.request, files, self.workshop)

        def made(self, name):
            return self.workshop.draft(name)

        def communes(self):
            return self.workshop.communes()

        def area(self):
            return self.workshop.area()

    return Bench


# All sources.


def test_every_departement_can_be_planned(tmp_path):
    assert len(all_departements()) == 101
    for departement in all_departements():
        request = Request(departement, tmp_path, DAY)
        names = set()
        for source in SOURCES:
            for item in source.plan(request):
                assert item.address.startswith("https://")
                assert "{" not in item.address
                assert item.attribution
                assert item.licence.address.startswith("https://")
                assert 0 < item.max_bytes <= 2_000_000_000
                assert (source.name, item.name) not in names
                names.add((source.name, item.name))
        assert len({one for one, _ in names}) >= 7


def test_sources_name_what_they_read_from_before_them():
    seen = []
    for source in SOURCES:
        assert set(source.after) <= set(seen), source.name
        seen.append(source.name)
    assert seen[1:] == [
        "populations", "communes", "residents", "streets", "gtfs", "qpv", "candidates", "geocoding", "stations",
    ]  # fmt: skip


def test_a_body_of_every_planned_item_is_generated(tmp_path):
    for code in ("92", "29", "974", "973"):
        known = answers(code)
        request = Request(departement_of(code), tmp_path, DAY)
        for source in SOURCES:
            for item in source.plan(request):
                assert item.address.removeprefix("https://").partition("?")[0] in known


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(("source", "item", "kind"), [
    (communes.SOURCE, communes.ITEM, "json_broken"),
    (qpv.SOURCE, qpv.ITEM, "json_broken"),
])  # fmt: skip
def test_html_instead_of_json_is_one_error_that_says_so(bench, source, item, kind, language):
    here = bench()
    with pytest.raises(InputError) as caught:
        here.run(source, {item: b"<!DOCTYPE html><html><title>Maintenance</title></html>"})
    assert caught.value.code == f"sources.{kind}"
    assert item in caught.value.text(language)


# Populations.


def test_the_municipal_population_is_taken_with_its_year(bench):
    here = bench(with_communes=False)
    (product,) = here.run(populations.SOURCE, {populations.ITEM: zipped({
        "donnees_communes.csv": populations_csv(here.town).encode("utf-8-sig"),
        "metadonnees_communes.csv": "COD_VAR;LIB_VAR\n",
    })})  # fmt: skip
    text = here.made(populations.FILE).read_text(encoding="utf-8")
    lines = text.splitlines()
    assert lines[0] == "insee,name,population,population_year"
    assert lines[1:] == [
        f"{insee},{name},{people},2023" for insee, name, people in zip(here.town.insee, NAMES, POPULATIONS, strict=True)
    ]
    assert product.params["year"] == 2023


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_populations_are_read_in_any_encoding(bench, encoding):
    town = Town("29")
    text = populations_csv(town).replace("Œ", "E").replace("’", "'")
    rows = populations.convert(text.encode(encoding), "29", bench(with_communes=False).file("p.csv", b""))
    assert next(row["name"] for row in rows) == "Saint-Éloi-sur-Seine"


def test_thousands_and_overseas_codes_are_understood(tmp_path):
    text = "CODDEP;CODCOM;COM;PMUN;PTOT\n974;411;Saint-Denis;1\u00a0105;9\n971;101;Les Abymes;52 000;9\n"
    path = tmp_path / "p.csv"
    assert populations.convert(text.encode(), "974", path)[0] == {
        "insee": "97411", "name": "Saint-Denis", "population": 1105, "population_year": 2023,
    }  # fmt: skip
    assert populations.convert(text.encode(), "971", path)[0]["insee"] == "97101"


def test_arrondissements_are_summed_unless_the_commune_is_there(tmp_path):
    rows = "".join(f"75;{number};Paris {number};{number};9\n" for number in range(101, 121))
    text = "CODDEP;CODCOM;COM;PMUN;PTOT\n" + rows
    (paris,) = populations.convert(text.encode(), "75", tmp_path / "p.csv")
    assert (paris["insee"], paris["name"], paris["population"]) == ("75056", "Paris", sum(range(101, 121)))
    (paris,) = populations.convert((text + "75;056;Paris;2100000;9\n").encode(), "75", tmp_path / "p.csv")
    assert paris["population"] == 2_100_000
    with pytest.raises(InputError, match="arrondissements"):
        populations.convert(text.replace("75;110;Paris 110;110;9\n", "").encode(), "75", tmp_path / "p.csv")


@pytest.mark.parametrize(("text", "code"), [
    ("CODDEP;CODCOM;COM;PTOT\n92;004;A;9\n", "columns_missing"),
    ("CODDEP;COM;PMUN\n92;A;9\n", "columns_missing"),
    ("CODDEP;CODCOM;COM;PMUN\n92;004;A;s\n", "not_a_number"),
    ("CODDEP;CODCOM;COM;PMUN\n92;004;A;-1\n", "not_a_number"),
    ("CODDEP;CODCOM;COM;PMUN\n92;004;A;9\n92;004;A;10\n", "population_twice"),
    ("", "columns_missing"),
    ("CODDEP;CODCOM;COM;PMUN\n92;004\n", "csv_broken"),
])  # fmt: skip
def test_faulty_populations_are_refused(tmp_path, text, code):
    with pytest.raises(InputError) as caught:
        populations.convert(text.encode(), "92", tmp_path / "p.csv")
    assert caught.value.code == f"sources.{code}"


def test_a_departement_that_the_file_leaves_out_is_said(bench):
    here = bench("976", with_communes=False)
    body = zipped({"ensemble/donnees_communes.csv": populations_csv(Town("92")).encode()})
    assert here.run(populations.SOURCE, {populations.ITEM: body}) == ()
    assert codes(here.findings) == ["sources.populations_none"]


# Communes.


def test_communes_are_what_the_reader_reads_and_insee_wins(bench):
    here = bench(with_communes=False)
    rows = populations.convert(populations_csv(here.town).encode(), "92", here.folder)
    here.made(populations.FILE).write_text(
        "insee,name,population,population_year\n"
        + "".join(f"{row['insee']},{row['name']},{row['population']},2023\n" for row in rows),
        encoding="utf-8",
    )
    (product,) = here.run(communes.SOURCE, {communes.ITEM: communes_json(here.town)})
    read = read_communes(here.made(COMMUNES_FILE), crs="EPSG:2154")
    assert read["insee"].tolist() == here.town.insee
    assert read["name"].tolist() == list(NAMES)
    assert read["population"].tolist() == list(POPULATIONS)
    assert read.geometry.area.round(-4).tolist() == [4_000_000.0] * 4
    assert product.params == {"communes": 4, "population_years": [2023]}
    (differ,) = list(here.findings)
    assert (differ.code, differ.params["count"], differ.params["before"], differ.params["after"]) == (
        "sources.populations_differ", 1, 4_100, 4_200,
    )  # fmt: skip


def change(body: bytes, act) -> bytes:
    content = json.loads(body)
    act(content["features"])
    return json.dumps(content).encode()


def test_boundaries_with_latitude_first_are_turned(bench):
    here = bench(with_communes=False)

    def turn(features):
        ring = features[1]["geometry"]["coordinates"][0]
        features[1]["geometry"]["coordinates"] = [[[y, x] for x, y in ring]]

    here.run(communes.SOURCE, {communes.ITEM: change(communes_json(here.town), turn)})
    read = read_communes(here.made(COMMUNES_FILE), crs="EPSG:2154")
    assert read.geometry.area.round(-4).tolist() == [4_000_000.0] * 4
    assert "sources.communes_turned" in codes(here.findings)


@pytest.mark.parametrize(("act", "code"), [
    (lambda rows: rows.clear(), "communes_none"),
    (lambda rows: rows[0]["properties"].pop("code"), "commune_field"),
    (lambda rows: rows[0]["properties"].update(code="75056"), "commune_elsewhere"),
    (lambda rows: rows[0].update(geometry=None), "commune_shape"),
    (lambda rows: rows[0].update(geometry={"type": "Point", "coordinates": [2.2, 48.8]}), "commune_shape"),
    (lambda rows: rows[0]["properties"].update(code="92012"), "commune_twice"),
    (lambda rows: rows[0]["geometry"].update(coordinates=[[[640000, 6860000]] * 4]), "commune_far"),
])  # fmt: skip
def test_faulty_communes_are_refused(bench, act, code):
    here = bench(with_communes=False)
    with pytest.raises(InputError) as caught:
        here.run(communes.SOURCE, {communes.ITEM: change(communes_json(here.town), act)})
    assert caught.value.code == f"sources.{code}"


def test_a_commune_that_stands_twice_alike_is_taken_once(bench):
    here = bench(with_communes=False)
    body = change(communes_json(here.town), lambda rows: rows.append(rows[0]))
    here.run(communes.SOURCE, {communes.ITEM: body})
    assert len(read_communes(here.made(COMMUNES_FILE), crs="EPSG:2154")) == 4
    assert "sources.rows_repeated" in codes(here.findings)


def test_merged_and_new_communes_are_named(bench):
    here = bench(with_communes=False)
    legal = {"92004": (12_000, 2023), "92012": (8_500, 2023), "92019": (4_200, 2023), "92099": (10, 2023)}
    features = communes.convert(
        here.file("c.json", communes_json(here.town)), here.town.departement, legal, here.findings
    )
    assert codes(here.findings)[1:] == ["sources.populations_missing", "sources.communes_gone"]
    assert [one["properties"]["population_year"] for one in features] == [2023, 2023, 2023, None]
    assert features[3]["properties"]["population"] == POPULATIONS[3]


def test_the_api_may_answer_plain_records(bench):
    here = bench(with_communes=False)
    records = [
        {**one["properties"], "contour": one["geometry"]} for one in json.loads(communes_json(here.town))["features"]
    ]
    here.run(communes.SOURCE, {communes.ITEM: json.dumps(records).encode()})
    assert len(read_communes(here.made(COMMUNES_FILE), crs="EPSG:2154")) == 4


# Residents.


def grid_zip(town, text=None, name="met"):
    return zipped({f"carreaux_200m_{name}.csv": text if text is not None else filosofi_csv(town)})


def expected_cells(town):
    """Plainly: the cells whose centre lies in the town."""
    system = town.cells[0]["idcar_200m"].split("RES")[0].removeprefix("CRS")
    there = Transformer.from_crs(f"EPSG:{system}", town.crs, always_xy=True)
    kept = {}
    for row in town.cells:
        north, east = row["idcar_200m"].split("mN")[1].split("E")
        x, y = there.transform(int(east) + 100, int(north) + 100)
        if 0 <= x - town.x < 4000 and 0 <= y - town.y < 4000:
            kept[row["idcar_200m"]] = float(row["ind"])
    return kept


@pytest.mark.parametrize(("code", "name"), [("92", "met"), ("974", "reun"), ("972", "mart")])
def test_cells_of_the_area_are_kept_and_readable(bench, code, name):
    here = bench(code)
    here.fresh()
    (product,) = here.run(residents.SOURCE, {residents.ITEM: grid_zip(here.town, name=name)})
    wanted = expected_cells(here.town)
    findings = Findings()
    read = read_residents(
        here.made(residents.FILE), crs=here.town.crs, weight="ind", communes=here.communes(), findings=findings
    )
    assert dict(zip(read["cell"], read["weight"], strict=True)) == wanted
    assert read.geometry.area.round(-3).unique().tolist() == [40_000.0]
    assert product.params["people"] == pytest.approx(sum(wanted.values()))
    assert product.params["imputed_cells"] == sum(people < 24 for people in wanted.values()) > 0
    told = codes(findings)
    assert "places.residents_imputed" in told
    assert "places.residents_outside" not in told
    assert "sources.cells_shared" in codes(here.findings)


def test_the_rescaled_column_sums_to_the_legal_population(bench):
    here = bench()
    here.run(residents.SOURCE, {residents.ITEM: grid_zip(here.town)})
    read = read_residents(
        here.made(residents.FILE), crs="EPSG:2154", weight="ind_pmun", communes=here.communes(), findings=Findings()
    )
    sums = read.groupby("insee")["weight"].sum()
    legal = here.communes().set_index("insee")["population"]
    assert sums.to_numpy() == pytest.approx(legal.to_numpy(), abs=0.1)


def test_the_gpkg_has_the_same_bytes_each_time(bench):
    here = bench()
    bodies = []
    for _ in range(2):
        here.run(residents.SOURCE, {residents.ITEM: grid_zip(here.town)})
        bodies.append(here.made(residents.FILE).read_bytes())
    assert bodies[0] == bodies[1]


@pytest.mark.parametrize("form", ["csv-2021m", "csv-upper", "csv-semicolon", "parquet", "gpkg"])
def test_every_layout_gives_the_same_cells(bench, form):
    here = bench()
    frame = gpd.pd.read_csv(here.file("whole.csv", filosofi_csv(here.town).encode()), dtype={"lcog_geo": str})
    path = here.folder / f"grid.{form.split('-')[0]}"
    if form == "csv-2021m":
        frame.rename(columns={"i_est_200": "i_est_200m"}).to_csv(path, index=False, encoding="utf-8-sig")
    elif form == "csv-upper":
        frame.rename(columns={"ind": "Ind", "idcar_200m": "Idcar_200m", "i_est_200": "I_est_200"}).to_csv(
            path, index=False
        )
    elif form == "csv-semicolon":
        frame.to_csv(path, index=False, sep=";", decimal=",")
    elif form == "parquet":
        frame.to_parquet(path)
    else:
        shapes = residents.draw_squares(frame["idcar_200m"].tolist(), "EPSG:2154")
        gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, crs="EPSG:2154")).to_file(
            path, layer="carreaux_200m_met", driver="GPKG"
        )
    cells = residents.select_cells(path, here.town.departement, here.communes(), here.findings)
    assert dict(zip(cells["idcar_200m"], cells["ind"], strict=True)) == expected_cells(here.town)
    assert residents.imputed_cells(cells).sum() == sum(people < 24 for people in expected_cells(here.town).values())


def test_a_cell_at_sea_whose_communes_are_all_ours_is_kept(bench):
    here = bench()
    text = filosofi_csv(here.town)
    outside = next(row for row in here.town.cells if row["lcog_geo"] == "77001" and _away(here.town, row) < 150)
    ours = text.replace(
        ",".join(outside.values()), ",".join({**outside, "lcog_geo": "".join(here.town.insee[:2])}.values())
    )
    cells = residents.select_cells(
        here.file("g.csv", ours.encode()), here.town.departement, here.communes(), here.findings
    )
    assert set(cells["idcar_200m"]) == {*expected_cells(here.town), outside["idcar_200m"]}


def _away(town, row):
    north, east = row["idcar_200m"].split("mN")[1].split("E")
    x, y = Transformer.from_crs("EPSG:3035", town.crs, always_xy=True).transform(int(east) + 100, int(north) + 100)
    return shapely.distance(shapely.box(0, 0, 4000, 4000), shapely.points(x - town.x, y - town.y))


@pytest.mark.parametrize(("said", "wanted"), [
    ("9306493010", ["93064", "93010"]),
    ("93064-93010", ["93064", "93010"]),
    ("2A0042B033", ["2A004", "2B033"]),
    ("9306493010.0", ["93064", "93010"]),
    ("1004", ["01004"]),
    ("100401005", ["01004", "01005"]),
    (None, []),
    (math.nan, []),
])  # fmt: skip
def test_communes_of_a_cell_are_parted(said, wanted):
    assert residents.split_communes(said) == wanted


def with_cell(text, **changes):
    lines = text.splitlines()
    first = dict(zip(FILOSOFI, lines[len(lines) // 2].split(","), strict=True)) | changes
    return "\n".join([*lines, ",".join(first.values())]) + "\n"


@pytest.mark.parametrize(("changes", "code"), [
    ({"idcar_200m": "FR200m1234"}, "cell_id"),
    ({"idcar_200m": ""}, "cell_id"),
    ({"ind": ""}, "cell_blank"),
    ({"idcar_200m": "CRS3035RES1000mN2890000E3750000"}, "cell_side"),
    ({"ind": "99.0"}, "cell_twice"),
])  # fmt: skip
def test_faulty_cells_are_refused(bench, changes, code):
    here = bench()
    body = grid_zip(here.town, with_cell(filosofi_csv(here.town), **changes))
    with pytest.raises(InputError) as caught:
        here.run(residents.SOURCE, {residents.ITEM: body})
    assert caught.value.code == f"sources.{code}"


def test_a_repeated_cell_counts_once(bench):
    here = bench()
    here.run(residents.SOURCE, {residents.ITEM: grid_zip(here.town, with_cell(filosofi_csv(here.town)))})
    assert "sources.rows_repeated" in codes(here.findings)
    read = read_residents(
        here.made(residents.FILE), crs="EPSG:2154", weight="ind", communes=here.communes(), findings=Findings()
    )
    assert read["weight"].sum() == pytest.approx(sum(expected_cells(here.town).values()))


@pytest.mark.parametrize(("files", "code"), [
    ({"carreaux_200m.7z": b"7z\xbc\xaf"}, "grid_7z"),
    ({"carreaux_1km_met.csv": "a\n"}, "grid_member"),
    ({"carreaux_200m_met.csv": "idcar_200m,men\nCRS3035RES200mN2890000E3750000,1\n"}, "columns_missing"),
    ({"carreaux_200m_met.csv": "idcar_200m,ind\nCRS3035RES200mN2890000E3750000,1.0\n"}, "cells_none"),
    ({"carreaux_200m_met.csv": "idcar_200m,ind\nCRS3035RES200mN2890000E3750000,x\n"}, "csv_broken"),
    ({"carreaux_200m_met.csv": ""}, "csv_broken"),
])  # fmt: skip
def test_faulty_grids_are_refused(bench, files, code):
    here = bench()
    with pytest.raises(InputError) as caught:
        here.run(residents.SOURCE, {residents.ITEM: zipped(files)})
    assert caught.value.code == f"sources.{code}"


def test_without_a_grid_each_commune_is_a_point_and_that_is_said(bench):
    here = bench("973")
    assert residents.SOURCE.plan(here.request) == ()
    (product,) = here.run(residents.SOURCE, {})
    assert codes(here.findings) == ["sources.residents_stand_in"]
    assert product.used == ()
    findings = Findings()
    read = read_residents(
        here.made(residents.FILE), crs=here.town.crs, weight="ind", communes=here.communes(), findings=findings
    )
    assert read["weight"].sum() == here.communes()["population"].sum()


@pytest.mark.real_data
def test_the_real_table_of_2019_is_read(shared_data, tmp_path):
    source = shared_data / "population" / "filosofi2019_200m_bondy.csv"
    whole = gpd.pd.read_csv(source, dtype={"lcog_geo": str})
    # A box of 2 km in the middle of it stands for a commune; oracle: the centre of each cell, one by one.
    squares = gpd.GeoSeries(residents.draw_squares(whole["idcar_200m"].tolist(), "EPSG:2154"), crs="EPSG:2154")
    west, south, east, north = squares.total_bounds
    middle = shapely.box(
        (west + east) / 2 - 900, (south + north) / 2 - 900, (west + east) / 2 + 900, (south + north) / 2 + 900
    )
    area = gpd.GeoDataFrame(
        {"insee": ["93010"], "name": ["Bondy"], "population": [10_000.0]}, geometry=[middle], crs="EPSG:2154"
    )
    cells = residents.select_cells(source, departement_of("93"), area, Findings())
    inside = squares.centroid.within(middle).to_numpy()
    near = squares.centroid.distance(middle).to_numpy() <= residents.SHORE_M
    ours = whole["lcog_geo"].map(lambda said: all(one.startswith("93") for one in residents.split_communes(said)))
    wanted = whole["idcar_200m"][inside | (near & ours.to_numpy())]
    assert sorted(cells["idcar_200m"]) == sorted(wanted)
    assert len(cells) > 60
    assert cells["ind"].sum() == pytest.approx(whole.set_index("idcar_200m")["ind"][list(wanted)].sum())
    assert residents.imputed_cells(cells).any()
    scaled = residents.rescale(cells, area, source, Findings())
    assert scaled.sum() == pytest.approx(10_000, abs=0.1)


# Streets.


def test_streets_are_clipped_from_the_region(bench):
    here = bench()
    body = answers("92")["download.geofabrik.de/europe/france/ile-de-france-latest.osm.pbf"]
    (product,) = here.run(streets.SOURCE, {"ile-de-france.osm.pbf": body})
    assert product.used == ("ile-de-france.osm.pbf",)
    assert here.made(streets.FILE).stat().st_size > 100


def test_overpass_stands_in_for_geofabrik(bench):
    here = bench()
    here.answers[streets.OVERPASS_ITEM] = here.file("overpass.osm", streets_xml(here.town).encode())
    (product,) = here.run(streets.SOURCE, {})
    assert product.used == (streets.OVERPASS_ITEM,)
    item = streets.ask_overpass(here.area().bounds, here.town.crs, 2000)
    south, west, north, east = map(float, item.body.decode().split('way["highway"](')[1].split(")")[0].split(","))
    lon, lat = here.town.degrees(2000, 2000)
    assert (west < lon < east, south < lat < north) == (True, True)
    assert (north - south) * 111 == pytest.approx(8.0, rel=0.05)


def test_a_large_area_is_not_asked_of_overpass():
    with pytest.raises(InputError, match="Overpass"):
        streets.ask_overpass((0, 6e6, 100_000, 6.1e6), "EPSG:2154", 2000)


# Timetables.


def test_feeds_of_the_departement_are_found_in_the_list(bench):
    here = bench("29")
    assert [item.name for item in gtfs.SOURCE.plan(here.request)] == [gtfs.LIST_ITEM, gtfs.AREAS_ITEM]
    files = {
        gtfs.LIST_ITEM: here.file("list.json", feeds_json(here.town)),
        gtfs.AREAS_ITEM: here.file("areas.json", communes_json(here.town)),
    }
    items = gtfs.SOURCE.discover(here.request, files)
    assert [(item.name, item.licence.name, item.optional) for item in items] == [
        ("cars-de-la-region-81299.zip", "Licence Ouverte 2.0", True),
        ("horaires-des-lignes-ter-81304.zip", "ODbL 1.0", True),
        ("reseau-urbain-81234.zip", "ODbL 1.0", True),
    ]
    assert items[2].address == "https://transport.data.gouv.fr/resources/81234/download"
    assert items[2].attribution == "Syndicat reseau-urbain"


def test_a_feed_that_serves_nobody_here_is_left_out_and_said(bench):
    here = bench("29")
    bodies = answers("29")
    lists = {gtfs.LIST_ITEM: feeds_json(here.town), gtfs.AREAS_ITEM: communes_json(here.town)}
    products = here.run(gtfs.SOURCE, {
        **lists,
            "reseau-urbain-81234.zip": bodies["transport.data.gouv.fr/resources/81234/download"],
        "cars-de-la-region-81299.zip": bodies["transport.data.gouv.fr/resources/81299/download"],
    })  # fmt: skip
    assert [one.name for one in products] == ["gtfs/reseau-urbain-81234.zip"]
    told = {one.code: one for one in here.findings}
    assert told["sources.feed_left_out"].file == "cars-de-la-region-81299.zip"
    assert told["sources.feeds_national"].params == {"count": 1, "examples": "trains"}
    assert told["sources.feeds_unavailable"].params == {"count": 1, "examples": "ancien reseau"}
    with zipfile.ZipFile(here.made("gtfs/reseau-urbain-81234.zip")) as feed:
        assert "stop_times.txt" in feed.namelist()


def test_two_feeds_may_hold_the_same_trains_and_that_is_said(bench):
    here = bench(feeds=("https://a.example/x/IDFM-gtfs.zip", "https://b.example/gtfs.zip"))
    items = gtfs.SOURCE.plan(here.request)
    assert [item.name for item in items] == ["idfm-gtfs.zip", "gtfs.zip"]
    body = answers("92")["eu.ftp.opendatasoft.com/stif/GTFS/IDFM-gtfs.zip"]
    products = here.run(gtfs.SOURCE, {item.name: body for item in items})
    assert len(products) == 2
    assert [one.level for one in here.findings if one.code == "sources.feeds_overlap"] == ["warning"]


def test_named_feeds_have_names_of_their_own():
    request = Request(
        departement_of("29"), None, None, ("https://a.example/gtfs.zip", "https://b.example/gtfs.zip?x=1")
    )
    assert [item.name for item in gtfs.SOURCE.plan(request)] == ["gtfs.zip", "gtfs-2.zip"]
    with pytest.raises(InputError, match="https"):
        gtfs.SOURCE.plan(Request(departement_of("29"), None, None, ("http://a.example/gtfs.zip",)))


def test_a_named_feed_that_serves_nobody_is_an_error(bench):
    here = bench(feeds=("https://a.example/far.zip",))
    far = answers("29")["transport.data.gouv.fr/resources/81299/download"]
    with pytest.raises(InputError):
        here.run(gtfs.SOURCE, {"far.zip": far})


@pytest.mark.parametrize(("body", "code"), [(b"[]", "feeds_none"), (b'{"error":"x"}', "directory_shape")])
def test_a_list_without_feeds_is_refused(bench, body, code):
    here = bench("29")
    with pytest.raises(InputError) as caught:
        gtfs.choose_feeds(
            here.file("l.json", body), here.file("a.json", communes_json(here.town)), here.town.departement
        )
    assert caught.value.code == f"sources.{code}"


# Priority neighbourhoods.


def test_areas_of_the_departement_are_kept(bench):
    here = bench()
    body = answers("92")["www.data.gouv.fr/api/1/datasets/r/942d4ee8-8142-4556-8ea1-335537ce1119"]
    (product,) = here.run(qpv.SOURCE, {qpv.ITEM: body})
    read = read_priority_areas(here.made(qpv.FILE), crs="EPSG:2154", communes=here.communes())
    assert read["code"].tolist() == ["QN09201M", "QN09202M"]
    assert read["name"].tolist() == ["La Cité-Jardin", "Les Hauts-d’Œuvre"]
    assert product.params["areas"] == 2


def test_the_bare_geojson_is_taken_as_well(bench):
    here = bench()
    here.run(qpv.SOURCE, {qpv.ITEM: json.dumps(qpv_json(here.town)).encode()})
    assert len(read_priority_areas(here.made(qpv.FILE), crs="EPSG:2154", communes=here.communes())) == 2


def test_no_area_is_a_finding_and_no_file(bench):
    here = bench("29")
    assert here.run(qpv.SOURCE, {qpv.ITEM: json.dumps(qpv_json(Town("92"))).encode()}) == ()
    assert codes(here.findings) == ["sources.qpv_none"]


def test_an_area_in_two_rows_is_joined(bench):
    here = bench()

    def split(features):
        features.append({**features[0], "properties": {**features[0]["properties"], "insee_com": here.town.insee[3]}})

    body = change(json.dumps(qpv_json(here.town)).encode(), split)
    here.run(qpv.SOURCE, {qpv.ITEM: body})
    kept = json.loads(here.made(qpv.FILE).read_text(encoding="utf-8"))["features"]
    assert [one["properties"]["insee_com"] for one in kept] == ["92019", "92004, 92012, 92050"]
    assert codes(here.findings) == ["sources.rows_repeated"]


@pytest.mark.parametrize(("act", "code"), [
    (lambda rows: rows[0]["properties"].update(code_qp="QP092001"), "qpv_2015"),
    (lambda rows: rows[0]["properties"].pop("insee_com"), "columns_missing"),
    (lambda rows: rows[0].update(geometry=None), "qpv_shape"),
    (lambda rows: rows.clear(), "qpv_empty"),
])  # fmt: skip
def test_faulty_areas_are_refused(bench, act, code):
    here = bench()
    with pytest.raises(InputError) as caught:
        here.run(qpv.SOURCE, {qpv.ITEM: change(json.dumps(qpv_json(here.town)).encode(), act)})
    assert caught.value.code == f"sources.{code}"


# Points.


@pytest.mark.parametrize("code", ["92", "29", "974", "973", "2A"])
def test_every_order_and_projection_leads_to_the_same_point(code):
    town = Town(code)
    area = shapely.box(town.x, town.y, town.x + 4000, town.y + 4000)
    lon, lat = town.degrees(1000, 3000)
    x, y = town.x + 1000, town.y + 3000
    settled = settle_points([lon, lat, x, y], [lat, lon, y, x], area=area, crs=town.crs)
    assert settled.lon == pytest.approx([lon] * 4, abs=1e-6)
    assert settled.lat == pytest.approx([lat] * 4, abs=1e-6)
    assert settled.swapped.tolist() == [False, True, False, True]


def test_what_lies_nowhere_near_is_no_point():
    town = Town("92")
    area = shapely.box(town.x, town.y, town.x + 4000, town.y + 4000)
    settled = settle_points(
        [0.0, math.nan, 5.25, 882_000.0, 1e12, 2.22],
        [0.0, 48.85, 46.2, 6_570_000.0, 1e12, math.inf],
        area=area,
        crs=town.crs,
    )
    assert not settled.found.any()


# FINESS.


def read_new(bench, places):
    return finess.read_finess(
        bench.file("f.json.gz", gzip.compress(finess_json(places))), bench.town.departement, on=DAY
    )


def test_open_pmi_of_the_departement_are_read_from_the_new_flow(bench):
    here = bench()
    read = read_new(here, finess_places(here.town))
    assert [(one.key, one.name, one.insee, one.address) for one in read] == [
        ("920000011", "CENTRE DE PMI LES LILAS", "92004", "12 RUE DES LILAS"),
        ("920000022", "PMI MATHÉOPHILE", "92012", "3 RUE MATHEOPHILE GAUTIER"),
        ("920000033", "PMI DU BOIS", "92019", "8 RUE DU BOIS"),
    ]
    assert [math.isnan(one.x) for one in read] == [False, False, True]


@pytest.mark.parametrize("layout", ["degrees", "metres", "turned", "lambert"])
def test_every_layout_of_finess_gives_the_point(bench, layout):
    here = bench()
    read = read_new(here, [finess_place(here.town, "920000011", "PMI", "92004", at=(500, 700), layout=layout)])
    (found,) = candidates.join_places(read, here.area(), here.town.crs, here.findings)
    assert [found.lon, found.lat] == pytest.approx(here.town.degrees(500, 700), abs=1e-6)
    assert codes(here.findings) == (["sources.points_turned"] if layout == "turned" else [])


def test_closed_inactive_and_future_closings(bench):
    here = bench()
    make = lambda key, **more: finess_place(here.town, key, "PMI", "92004", at=(1, 1), **more)  # noqa: E731
    places = [
        make("920000001"), make("920000002", state="I"), make("920000003", closed="2026-11-24"),
        make("920000004", closed="2027-01-01"), make("920000005", category="228"),
    ]  # fmt: skip
    assert [one.key for one in read_new(here, places)] == ["920000001", "920000004"]


def test_a_point_of_a_commune_is_rough(bench):
    here = bench()
    (read,) = read_new(here, [finess_place(here.town, "920000001", "PMI", "92004", at=(1, 1), ban="92004")])
    assert read.rough
    row = candidates.describe(candidates.Candidate(read, 2.2, 48.8, 0, 0), "fr")
    assert "approximative" in row["location"]


@pytest.mark.parametrize(("name", "line", "wanted"), [
    ("EOPHILE GAUTIER", "3 RUE THEOPHILE GAUTIER", "3 RUE THEOPHILE GAUTIER"),
    ("THEOPHILE GAUTIER", "3 RUE EOPHILE GAUTIER", "3 R THEOPHILE GAUTIER"),
    ("DES LILAS", "3 RUE DES LILAS", "3 RUE DES LILAS"),
    ("DES LILAS", "", "3 R DES LILAS"),
])  # fmt: skip
def test_the_letters_th_are_found_again(name, line, wanted):
    where = {"numeroVoie": "3", "typeVoie": "R   ", "libelleVoie": name, "ligneQuatre": line}
    assert finess.mend_street(where) == wanted


def test_the_new_flow_is_read_in_pieces(bench, monkeypatch):
    here = bench()
    wanted = read_new(here, finess_places(here.town))
    for size in (7, 100, 1001):
        monkeypatch.setattr(finess, "_BLOCK", size)
        assert read_new(here, finess_places(here.town)) == wanted


leaves = st.none() | st.booleans() | st.integers() | st.text()
values = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3))


@given(
    st.lists(st.dictionaries(st.text(), values, max_size=4), max_size=6), st.integers(1, 60), st.sampled_from([None, 1])
)
def test_pieces_are_what_the_whole_document_holds(records, block, indent):
    whole = {"before": [{"gcc": "[{}]"}], "pmej": records, "after": [1]}
    text = json.dumps(whole, ensure_ascii=False, indent=indent)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(finess, "_BLOCK", block)
        assert list(finess._iterate(io.StringIO(text), "pmej", Path("f"))) == records


@settings(max_examples=30)
@given(st.floats(0, 4000), st.floats(0, 4000), st.sampled_from(["92", "29", "2A", "972", "974"]), st.booleans())
def test_any_point_of_a_territory_is_found_again(x, y, code, turned):
    town = town_of(code)
    area = shapely.box(town.x, town.y, town.x + 4000, town.y + 4000)
    lon, lat = town.degrees(x, y)
    pair = ([lat], [lon]) if turned else ([lon], [lat])
    settled = settle_points(*pair, area=area, crs=town.crs)
    assert (settled.found.tolist(), settled.swapped.tolist()) == ([True], [turned])
    assert [settled.x[0] - town.x, settled.y[0] - town.y] == pytest.approx([x, y], abs=0.05)


@pytest.mark.parametrize("packed", [True, False])
def test_a_cut_register_is_refused(bench, packed):
    here = bench()
    body = finess_json(finess_places(here.town))
    body = gzip.compress(body)[:-200] if packed else body[:-200]
    with pytest.raises(InputError) as caught:
        finess.read_finess(here.file("f", body), here.town.departement)
    assert caught.value.code == "sources.finess_cut"


@pytest.mark.parametrize("body", [b'{"schemaVersion": "v2", "structures": []}', b"a;b;c\n1;2;3\n", b"<html></html>"])
def test_another_shape_of_register_is_refused(bench, body):
    here = bench()
    with pytest.raises(InputError) as caught:
        finess.read_finess(here.file("f", body), here.town.departement)
    assert caught.value.code == "sources.finess_shape"


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("code", ["92", "2A", "974"])
def test_the_old_flow_is_read(bench, code, encoding):
    here = bench(code)
    path = here.file("f.csv", finess_csv(here.town, encoding=encoding))
    (read,) = finess.read_finess(path, here.town.departement)
    assert (read.name, read.insee, read.address) == (
        "CENTRE DE PMI LES LILAS DE L'ÉTANG",
        here.town.insee[0],
        "12 R DES LILAS",
    )
    assert (read.commune, read.postcode) == ("NEUVY", f"{code[:2]}600")
    (found,) = candidates.join_places([read], here.area(), here.town.crs, here.findings)
    assert [found.lon, found.lat] == pytest.approx(here.town.degrees(500, 500), abs=1e-6)


def test_a_row_with_fewer_fields_is_refused(bench):
    here = bench()
    with pytest.raises(InputError) as caught:
        finess.read_finess(here.file("f.csv", b"structureet;1;2;3\n"), here.town.departement)
    assert caught.value.code == "sources.finess_fields"


# The directory.


def test_the_directory_is_read_through_its_strings(bench):
    here = bench()
    read = directory.read_directory(here.file("a.json", directory_json(here.town)), here.town.departement)
    assert [(one.key, one.kind, one.insee, one.address) for one in read] == [
        ("aaaa-2", "pmi", "92004", "12 rue des Lilas"),
        ("aaaa-3", "pmi", "92050", "5 avenue du Théâtre"),
        ("aaaa-5", "pole", "92012", "1 place du Marché"),
    ]
    assert read[0].phone == "01 47 00 00 01"


def test_plain_lists_and_results_are_read_as_well(bench):
    here = bench()
    records = [
        {**one, "adresse": json.loads(one["adresse"] or "[]"), "pivot": json.loads(one["pivot"] or "null")}
        for one in directory_records(here.town)
    ]
    body = json.dumps({"total_count": 6, "results": records}).encode()
    assert len(directory.read_directory(here.file("a.json", body), here.town.departement)) == 3


@pytest.mark.parametrize(("name", "is_pole"), [
    ("Pôle social de Clichy", True), ("Maison des solidarités - Brest", True),
    ("Centre médico-social de Morlaix", True),
    ("Maison départementale des solidarités", True), ("Service des Solidarités territoriales 7", True),
    ("Pôle emploi", False), ("Maison de l’emploi", False), ("Centre social des Fleurs", False),
    ("Maison départementale des personnes handicapées", False), ("Centre communal d'action sociale", False),
])  # fmt: skip
def test_names_of_poles(bench, name, is_pole):
    here = bench()
    record = directory_record(here.town, "k", name, 0, (1, 1), "1 rue", "autre")
    read = directory.read_directory(here.file("a.json", json.dumps([record]).encode()), here.town.departement)
    assert [one.kind for one in read] == (["pole"] if is_pole else [])


@pytest.mark.parametrize(("body", "code"), [
    (b'"nothing"', "directory_shape"),
    (b'[{"nom": "x"}]', "columns_missing"),
    (b'[{"nom": "x", "pivot": "[{"}]', "json_broken"),
])  # fmt: skip
def test_another_shape_of_directory_is_refused(bench, body, code):
    here = bench()
    with pytest.raises(InputError) as caught:
        directory.read_directory(here.file("a.json", body), here.town.departement)
    assert caught.value.code == f"sources.{code}"


# Candidates.


def run_candidates(here, **bodies):
    files = {
        candidates.FINESS_ITEM: finess_gz(here.town),
        candidates.DIRECTORY_ITEM: directory_json(here.town),
        **bodies,
    }
    return here.run(candidates.SOURCE, {name: body for name, body in files.items() if body is not None})


def test_candidates_are_sites_to_be_checked(bench):
    here = bench()
    one, other = run_candidates(here)
    assert (one.name, one.once, other.name, other.once) == (
        candidates.CANDIDATES_FILE,
        False,
        candidates.SITES_FILE,
        True,
    )
    assert one.params == {"places": 5, "in_both": 1, "poles_by_name": 1}
    findings = Findings()
    sites = read_sites(here.made(candidates.SITES_FILE), crs="EPSG:2154", communes=here.communes(), findings=findings)
    assert sites["site"].tolist() == ["920000011", "920000022", "aaaa-5", "aaaa-3"]
    assert sites["kind"].tolist() == ["pmi", "pmi", "pole", "pmi"]
    assert set(sites["status"]) == {"open"}
    assert all("candidat" in said for said in sites["location"])
    told = codes(findings)
    assert "places.sites_rough" in told, "each is told to be checked"
    assert "places.site_other_commune" not in told
    assert {"sources.points_turned", "sources.candidates_review", "sources.poles_by_name"} <= set(codes(here.findings))
    text = here.made(candidates.SITES_FILE).read_text(encoding="utf-8")
    assert "annuaire aaaa-2 (2026-06-01); FINESS 920000011 (2026-02-18)" in text


def test_the_users_list_is_not_spoken_of_as_new(bench):
    here = bench()
    (here.folder / "sites.csv").write_text("name,kind,lat,lon\n", encoding="utf-8")
    run_candidates(here)
    assert {"sources.candidates_found"} <= set(codes(here.findings))
    assert not {"sources.candidates_review", "sources.poles_by_name", "sources.no_pole"} & set(codes(here.findings))


def test_without_a_pole_by_name_that_is_said(bench):
    here = bench()
    run_candidates(here, **{candidates.DIRECTORY_ITEM: json.dumps(directory_records(here.town)[:3]).encode()})
    assert "sources.no_pole" in codes(here.findings)


def test_one_list_will_do(bench):
    here = bench()
    run_candidates(here, **{candidates.DIRECTORY_ITEM: None})
    assert here.made(candidates.SITES_FILE).read_text(encoding="utf-8").count("\n") == 4
    here = bench()
    here.answers[candidates.OLD_FINESS_ITEM] = here.file("finess.csv", finess_csv(here.town))
    one, _ = run_candidates(here, **{candidates.FINESS_ITEM: b'{"pmej": [ {"ege"'})
    assert one.used == (candidates.OLD_FINESS_ITEM, candidates.DIRECTORY_ITEM)
    assert {"sources.finess_old", "sources.finess_cut"} <= set(codes(here.findings))


def test_a_broken_list_is_a_finding_while_the_other_reads(bench):
    here = bench()
    run_candidates(here, **{candidates.DIRECTORY_ITEM: b"[{"})
    assert "sources.json_broken" in codes(here.findings)


def test_no_candidate_at_all_is_an_error(bench):
    here = bench()
    with pytest.raises(InputError) as caught:
        run_candidates(
            here, **{candidates.FINESS_ITEM: gzip.compress(finess_json([])), candidates.DIRECTORY_ITEM: b"[]"}
        )
    assert caught.value.code == "sources.candidates_none"


def place(origin, key, name, x, y, **more):
    from geo_access.opendata.sources.reading import Place

    return Place(origin, key, name, insee="92004", x=x, y=y, **more)


def test_two_rows_are_one_place_by_address_name_or_point(bench):
    here = bench()
    x, y = here.town.x, here.town.y

    def joined(finess_row, annuaire_row):
        return len(candidates.join_places([annuaire_row, finess_row], here.area(), here.town.crs, here.findings))

    a = {"address": "12 R DES LILAS"}
    assert (
        joined(
            place("FINESS", "1", "A", x + 9, y + 9, **a),
            place("annuaire", "2", "B", x + 900, y, address="12 rue des Lilas"),
        )
        == 1
    )
    assert codes(here.findings) == ["sources.places_apart"]
    assert (
        joined(
            place("FINESS", "1", "CENTRE DE PMI LES LILAS", x, y), place("annuaire", "2", "PMI - Les Lilas", x + 90, y)
        )
        == 1
    )
    assert joined(place("FINESS", "1", "A", x, y), place("annuaire", "2", "B", x + 50, y)) == 1
    assert joined(place("FINESS", "1", "A", x, y), place("annuaire", "2", "B", x + 90, y)) == 2
    assert joined(place("FINESS", "1", "CENTRE DE PMI", x, y), place("annuaire", "2", "PMI", x + 900, y)) == 2
    assert joined(place("FINESS", "1", "A", x, y), place("annuaire", "2", "B", x, y, kind="pole")) == 2


def test_a_point_elsewhere_is_not_taken_and_told(bench):
    here = bench()
    (found,) = candidates.join_places([place("FINESS", "1", "A", 5.2, 46.2)], here.area(), here.town.crs, here.findings)
    assert math.isnan(found.lon)
    assert codes(here.findings) == ["sources.points_elsewhere"]


# Addresses.

LIST = """name,kind,address,postcode,commune,insee,lat,lon,location
Avec point,pmi,1 rue A,92600,Neuvy,92050,48.87,2.25,adresse
Sans point,pmi,8 rue du Bois,92600,Mont-d’Œuvre,92019,,,
Zéro,pmi,9 rue du Zéro,92600,Mont-d’Œuvre,92019,0,0,
Par son nom,pmi,7 rue du Nom,,MONT D'OEUVRE,,,,
Sans rien,pmi,,,,,,,
"""


def locate(here, text=LIST, **answer):
    (here.folder / "sites.csv").write_text(text, encoding="utf-8")
    sent = []

    def fetch(item):
        sent.append(item)
        return here.file("answer.csv", geocode(here.town, item.body, **answer))

    here.workshop.fetch = fetch
    products = geocoding.SOURCE.make(here.request, {}, here.workshop)
    return products, sent


def rows_of(here):
    import csv

    return list(csv.DictReader(here.made(geocoding.FILE).read_text(encoding="utf-8").splitlines()))


def test_rows_without_a_point_are_located(bench):
    here = bench()
    (product,), (item,) = locate(here)
    assert product.params == {"asked": 3, "found": 3, "at_the_door": 3, "min_score": 0.6}
    rows = rows_of(here)
    lon, lat = here.town.degrees(900, 2900)
    assert [(row["lat"], row["lon"]) for row in rows[1:4]] == [(f"{lat:.6f}", f"{lon:.6f}")] * 3
    assert rows[0] == {
        "name": "Avec point", "kind": "pmi", "address": "1 rue A", "postcode": "92600", "commune": "Neuvy",
        "insee": "92050", "lat": "48.87", "lon": "2.25", "location": "adresse", "result_score": "", "result_type": "",
        "result_label": "",
    }  # fmt: skip
    assert (rows[4]["lat"], rows[1]["location"]) == ("", "adresse (Base adresse nationale)")
    assert item.body.count(b"92019") == 3, "a commune named in words is found by its code"
    assert b"1 rue A" not in item.body
    assert codes(here.findings) == ["sources.site_without_address", "sources.geocoded"]
    findings = Findings()
    sites = read_sites(here.made(geocoding.FILE), crs="EPSG:2154", communes=here.communes(), findings=findings)
    assert len(sites) == 4
    assert here.folder.joinpath("sites.csv").read_text(encoding="utf-8") == LIST, "the user's list is not touched"


def test_a_candidate_that_was_located_stays_a_candidate(bench):
    here = bench()
    run_candidates(here)
    locate(here, here.made(candidates.SITES_FILE).read_text(encoding="utf-8"))
    row = next(row for row in rows_of(here) if row["name"] == "PMI DU BOIS")
    assert row["location"] == "adresse (Base adresse nationale); à vérifier\u00a0: candidat d’une liste publique"
    assert row["lat"]


def test_a_table_of_semicolons_and_decimal_commas_keeps_its_points(bench):
    here = bench()
    text = LIST.replace(",", ";").replace("48.87;2.25", "48,87;2,25")
    locate(here, text)
    sites = read_sites(here.made(geocoding.FILE), crs="EPSG:2154", communes=here.communes(), findings=Findings())
    assert len(sites) == 4
    assert (rows_of(here)[0]["lat"], rows_of(here)[0]["lon"]) == ("48.87", "2.25")


def test_the_same_questions_are_the_same_request(bench):
    here = bench()
    assert locate(here)[1][0].body == locate(here)[1][0].body


WEAK = {
    "score": ({"result_score": "0.59"}, "address_weak"),
    "commune": ({"result_citycode": "75112"}, "address_elsewhere"),
    "nothing": ({"latitude": "", "longitude": "", "result_score": "", "result_status": "not-found"}, "address_unknown"),
    "failure": ({"result_status": "error"}, "address_unknown"),
    "far": ({"latitude": "43.3", "longitude": "5.4"}, "address_far"),
}


@pytest.mark.parametrize("fault", WEAK)
def test_a_weak_match_is_a_finding_and_no_point(bench, fault):
    here = bench()
    changes, code = WEAK[fault]
    (product,), _ = locate(here, bois=changes)
    assert product.params["found"] == 2
    row = rows_of(here)[1]
    assert (row["lat"], row["lon"], row["result_score"]) == ("", "", "")
    (told,) = [one for one in here.findings if one.level == "error"]
    assert (told.code, told.row) == (f"sources.{code}", 3)
    for language in ("fr", "en"):
        assert "8 rue du Bois" in told.text(language)


def test_a_score_at_the_limit_is_taken(bench):
    here = bench()
    (product,), _ = locate(here, bois={"result_score": "0.6"})
    assert product.params["found"] == 3


@pytest.mark.parametrize("kind", ["street", "locality", "municipality"])
def test_a_match_of_a_street_is_taken_as_approximate(bench, kind):
    here = bench()
    locate(here, bois={"result_type": kind})
    row = rows_of(here)[1]
    assert row["location"].startswith("approximative")
    assert "sources.address_rough" in codes(here.findings)
    findings = Findings()
    read_sites(here.made(geocoding.FILE), crs="EPSG:2154", communes=here.communes(), findings=findings)
    assert "places.sites_rough" in codes(findings)


def test_answers_the_other_way_round_are_turned_and_told(bench):
    here = bench()
    locate(here, turned=True)
    lon, lat = here.town.degrees(900, 2900)
    assert (rows_of(here)[1]["lat"], rows_of(here)[1]["lon"]) == (f"{lat:.6f}", f"{lon:.6f}")
    assert "sources.answer_turned" in codes(here.findings)


def test_missing_and_repeated_answers(bench):
    here = bench()
    questions = [geocoding.Question(3, "a", "1 rue", "", ""), geocoding.Question(4, "b", "2 rue", "", "")]
    lon, lat = here.town.degrees(900, 2900)
    line = {"id": "3", "latitude": lat, "longitude": lon, "result_score": 0.9, "result_type": "housenumber"}
    body = table(list(line), [line, {**line, "result_score": 0.1}]).encode("utf-8-sig")
    found = geocoding.read_answer(
        here.file("x.csv", body), questions, area=here.area(), crs=here.town.crs, findings=here.findings
    )
    assert {row: one.score for row, one in found.items()} == {3: 0.9}
    assert codes(here.findings) == ["sources.address_unknown"]


def test_arrondissements_are_of_their_commune(bench):
    here = bench("75")
    paris = here.communes().iloc[:1].assign(insee="75056", name="Paris")
    from geo_access.study.inputs.tables import read_table

    path = here.folder / "sites.csv"
    path.write_text("name,kind,address,postcode,commune,insee\nA,pmi,1 rue A,75012,Paris,75112\n", encoding="utf-8")
    (question,) = geocoding.ask(read_table(path, geometry="none"), path, paris, here.findings)
    assert (question.insee, question.address) == ("75056", "1 rue A Paris")
    assert b"75056" not in geocoding.post([question]).body, "the base knows the arrondissements only"
    answer = here.file("a.csv", geocode(here.town, geocoding.post([question]).body, rue={"result_citycode": "75112"}))
    area, crs = here.area(), here.town.crs
    assert len(geocoding.read_answer(answer, [question], area=area, crs=crs, findings=here.findings)) == 1
    elsewhere = here.file(
        "b.csv", geocode(here.town, geocoding.post([question]).body, rue={"result_citycode": "69381"})
    )
    assert not geocoding.read_answer(elsewhere, [question], area=area, crs=crs, findings=here.findings)
    (read,) = read_new(here, [finess_place(here.town, "750000001", "PMI", "75112", at=(1, 1))])
    assert read.insee == "75056"


def test_a_commune_whose_zero_was_lost_or_whose_name_stands_twice(bench):
    here = bench()
    from geo_access.study.inputs.tables import read_table

    twins = here.communes().assign(insee=["01004", "01012", "01019", "01050"], name=["Neuvy", "Neuvy", "Bois", "Pré"])
    path = here.folder / "sites.csv"
    path.write_text(
        "name,kind,address,commune,insee\nA,pmi,1 rue A,,1004\nB,pmi,1 rue B,Neuvy,\n"
        "C,pmi,1 rue C,Le Bois,\nD,pmi,1 r,Bois,\n",
        encoding="utf-8",
    )
    asked = geocoding.ask(read_table(path, geometry="none"), path, twins, here.findings)
    assert [(one.insee, one.address) for one in asked] == [
        ("01004", "1 rue A"), ("", "1 rue B Neuvy"), ("", "1 rue C Le Bois"), ("01019", "1 r"),
    ]  # fmt: skip


def test_an_answer_without_its_columns_is_refused(bench):
    here = bench()
    path = here.file("x.csv", b"id,adresse\n3,1 rue\n")
    with pytest.raises(InputError) as caught:
        geocoding.read_answer(path, [], area=here.area(), crs=here.town.crs, findings=here.findings)
    assert caught.value.code == "sources.columns_missing"


def test_nothing_is_asked_where_every_row_has_a_point(bench):
    here = bench()
    text = "\n".join(LIST.splitlines()[:2]) + "\n"
    products, sent = locate(here, text)
    assert (products, sent) == ((), [])
    shutil.copy(here.file("old.csv", b"name\n"), here.folder / geocoding.FILE)
    (product,), sent = locate(here, text)
    assert (product.name, sent, len(rows_of(here))) == (geocoding.FILE, [], 1), "an older list does not go stale"


def test_without_a_list_of_sites_there_is_a_way_out(bench):
    here = bench()
    with pytest.raises(InputError, match=r"sites\.csv"):
        geocoding.SOURCE.make(here.request, {}, here.workshop)


@pytest.mark.real_data
def test_the_real_raw_list_asks_for_its_rows_without_coordinates(bench, shared_data):
    here = bench()
    source = shared_data / "hauts-de-seine" / "sites_raw_list.csv"
    from geo_access.study.inputs.tables import read_table

    territory = read_communes(shared_data / "hauts-de-seine" / "communes.geojson", crs="EPSG:2154")
    asked = geocoding.ask(read_table(source, geometry="none"), source, territory, here.findings)
    frame = gpd.pd.read_csv(source, dtype=str, keep_default_na=False)
    blank = frame[(frame["lat"] == "") & (frame["address"] != "")]
    assert [one.row for one in asked] == (blank.index + 2).tolist()
    assert len(asked) > 0
    assert all(one.insee.startswith("92") for one in asked)


# Stations.


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3949", "EPSG:2154"])
def test_stations_are_read_in_any_of_their_projections(bench, crs):
    here = bench()
    (product,) = here.run(stations.SOURCE, {stations.ITEM: stations_json(here.town, crs=crs)})
    read = gpd.read_file(here.made(stations.FILE))
    assert read["name"].tolist() == ["Neuvy – Étang", "Saint-Éloi RER"]
    assert set(read["status"]) == {"planned"}
    assert [read.geometry.x[0], read.geometry.y[0]] == pytest.approx(here.town.degrees(3000, 3000), abs=1e-6)
    assert product.params == {"stations": 2, "status": "planned"}


def test_stations_outside_ile_de_france_are_not_asked_for(bench):
    here = bench("29")
    assert stations.SOURCE.plan(here.request) == ()
    assert here.run(stations.SOURCE, {}) == ()


@pytest.mark.parametrize(("body", "code"), [
    (b'{"error": {"code": 400, "message": "Invalid URL"}}', "stations_shape"),
    (b'{"features": [{"attributes": {"OBJECTID": 1}, "geometry": {"x": 2, "y": 48}}]}', "columns_missing"),
    (b'{"features": []}', "stations_none"),
])  # fmt: skip
def test_stations_that_cannot_be_read_are_a_finding(bench, body, code):
    here = bench()
    assert here.run(stations.SOURCE, {stations.ITEM: body}) == ()
    (told,) = list(here.findings)
    assert told.code == f"sources.{code}"


def test_numpy_is_not_in_the_products_params(bench):
    here = bench()
    (product,) = here.run(residents.SOURCE, {residents.ITEM: grid_zip(here.town)})
    assert json.loads(json.dumps(product.params)) == product.params
    assert not any(isinstance(one, np.generic) for one in product.params.values())
