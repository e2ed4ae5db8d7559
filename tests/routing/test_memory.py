"""Studies of tables in memory: the same answers, the same words for faults, as of the same study in files."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_study import CRS, write_small_study

import geo_access as ga
from geo_access.core.cache import Cache
from geo_access.report.ci import render_report
from geo_access.study.folder import render_toml
from geo_access.study.inputs.held_table import HeldTable
from geo_access.study.inputs.inputs import read_inputs
from geo_access.study.sample import sample_folder

if TYPE_CHECKING:
    from pathlib import Path

TABLES = {"communes": "communes.geojson", "residents": "residents.geojson", "sites": "sites.csv", "sst": "sst.csv"}


def read_frames(folder: Path) -> dict[str, pd.DataFrame]:
    """The tables of a study's folder as a notebook would have them."""
    found = {}
    for name, file in TABLES.items():
        path = next(folder.glob(file.replace(".geojson", "*.geojson")))
        found[name] = pd.read_csv(path, dtype={"insee": str}) if path.suffix == ".csv" else gpd.read_file(path)
    return found


def make(tables, folder, **more):
    """The small study of frames."""
    given = {
        "communes": tables["communes"],
        "residents": tables["residents"],
        "sites": tables["sites"],
        "sst": (tables["sst"], "sst_before"),
        "gtfs": [folder / "bus.zip"],
        "date": "2024-04-23",
        "crs": CRS,
        "departures": ("09:00", "10:00"),
        "name": "Petite étude",
    }
    return ga.make_study(**given | more)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_small_study(tmp_path_factory.mktemp("memory") / "study")


@pytest.fixture
def tables(folder):
    return read_frames(folder)


def outputs(coverage):
    """What people get of a coverage, less what names its files and hashes them."""
    document = json.loads(render_report(coverage, "json"))
    inputs = document.pop("inputs")
    for finding in document["findings"]:
        finding.pop("file")
        finding.pop("row")
    page = ga.coverage_map(coverage).to_html()
    for one in inputs:
        line = f"<li>{one['file']} <code>{one['sha256'][:16]}</code></li>"
        assert line in page
        page = page.replace(line, "")
    # A scenario that is downloaded restates what was asked for beside the file, which a copy has in its own.
    page = re.sub(r'"stated":\{.*?\},"before":', '"before":', page)
    tables = [getattr(coverage, name).to_csv() for name in ("residents", "communes", "sst", "sites")]
    return json.dumps(document, ensure_ascii=False), render_report(coverage, "csv"), page, tables


# The same answers


def test_the_sample_asked_through_files_and_through_frames_answers_alike(tmp_path):
    folder = sample_folder()
    tables = read_frames(folder)
    of_files = ga.open_study(folder)
    of_frames = ga.make_study(
        communes=tables["communes"],
        residents=tables["residents"],
        sites=tables["sites"],
        sst=(tables["sst"], "sst_before"),
        gtfs=[folder / "gtfs/bus-train.zip", folder / "gtfs/tram.zip"],
        streets=folder / "streets.osm",
        date=of_files.settings.date,
        crs=of_files.settings.crs,
        name=of_files.settings.name,
        settings={"sources": of_files.document["sources"]},
    )
    expected = outputs(ga.check(of_files))
    assert expected == outputs(ga.check(of_frames))
    assert expected == outputs(ga.check(of_frames.to_folder(tmp_path / "written")))
    assert 46_665 == round(ga.check(of_frames).summary["total"]["served"])


def test_hauts_de_seine_asked_through_frames_answers_alike(shared_data):
    folder = shared_data / "hauts-de-seine"
    of_files = ga.open_study(folder)
    of_frames = ga.make_study(
        communes=gpd.read_file(folder / "communes.geojson"),
        residents=gpd.read_file(folder / "residents_200m.gpkg"),
        sites=pd.read_csv(folder / "sites.csv"),
        sst=(pd.read_csv(folder / "sst.csv"), "sst_before"),
        gtfs=[folder / name for name in of_files.settings.transit.gtfs],
        date="2018-01-23",
        crs="EPSG:2154",
        name="Hauts-de-Seine",
        settings={"walking.straight_line.detour": 1.3},
    )
    files, frames = read_inputs(of_files), read_inputs(of_frames)
    for name in ("communes", "residents", "sites"):
        pd.testing.assert_frame_equal(getattr(files, name), getattr(frames, name), check_dtype=True)
    for one, other in zip(files.findings, frames.findings, strict=True):
        # A row of a file counts its header, and from one.
        assert one.code == other.code
        assert (one.row, one.params.get("other_row")) == tuple(
            None if row is None else row + 2 for row in (other.row, other.params.get("other_row"))
        )


@pytest.mark.parametrize("kind", ["graph", "network", "file"])
def test_streets_are_the_same_from_memory_and_from_the_folder_that_was_written(tmp_path, kind):
    folder = sample_folder()
    network = ga.read_streets(folder / "streets.osm", crs="EPSG:32627")
    streets = {"graph": ga.to_networkx(network), "network": network, "file": folder / "streets.osm"}[kind]
    tables = read_frames(folder)
    study = make(tables, folder, crs="EPSG:32627", date="2026-10-06", gtfs=folder / "gtfs/tram.zip", streets=streets)
    kept = ga.open_times(study, cache=Cache(None))
    written = ga.open_times(study.to_folder(tmp_path / "written"), cache=Cache(None))
    assert kept.streets == written.streets
    if kind != "graph":  # whose lines went to metres and back
        assert network == kept.streets
    np.testing.assert_array_equal(kept.walk_seconds(), written.walk_seconds())
    if kind == "graph":
        pruned = study.vary({"walking.min_island_nodes": 100_000})
        assert ga.open_times(pruned, cache=Cache(None)).streets.summary["min_island_nodes"] == 100_000


def test_a_network_of_another_crs_is_refused(tables, folder):
    network = ga.read_streets(sample_folder() / "streets.osm", crs="EPSG:32627")
    with pytest.raises(ga.InputError, match="EPSG:32627") as caught:
        ga.open_times(make(tables, folder, streets=network)).streets  # noqa: B018 -- reading it is the test
    assert caught.value.code == "streets.network_crs"


def test_all_that_asks_a_study_takes_one_of_frames(tables, folder):
    tables["sites"]["capacity"] = [3, 5]
    study = make(tables, folder)
    coverage = ga.check(study)
    filed = ga.check(ga.open_study(folder))
    assert len(ga.inspect(study).findings) == len(ga.inspect(ga.open_study(folder)).findings)
    assert ga.compare(filed, study).summary["after"]["total"] == filed.summary["total"]
    assert len(ga.redraw_sst(study, 1, smallest=0, largest=1e9).sst) == 1
    assert 1 == len(list(ga.check_many([study])))
    assert [3.0] == ga.measure_fairness(coverage).sites["capacity"].tolist()
    pd.testing.assert_frame_equal(ga.times_table(study), ga.times_table(ga.open_study(folder)))


# What is kept of what was given


def test_the_crs_of_a_table_will_do(tables, folder):
    studied = tables["communes"].to_crs(CRS)
    assert make(tables, folder, crs=studied.crs).settings == make(tables, folder).settings


def test_frames_stay_as_they_were_and_the_study_too(tables, folder):
    before = deepcopy(tables)
    study = make(tables, folder)
    served = ga.check(study).summary["total"]
    for name, frame in tables.items():
        pd.testing.assert_frame_equal(before[name], frame)
    tables["residents"].loc[:, "ind"] = 0
    del tables["residents"]["cell"]
    tables["sites"].iloc[0, tables["sites"].columns.get_loc("status")] = "closed"
    assert served == ga.check(study).summary["total"]


def test_a_graph_stays_as_it_was_and_the_study_too(tables, folder):
    graph = ga.to_networkx(ga.read_streets(sample_folder() / "streets.osm", crs="EPSG:32627"))
    edges = list(graph.edges(keys=True, data=True))
    study = make(tables, folder, streets=graph)
    assert edges == list(graph.edges(keys=True, data=True))
    digest = study.held["streets"].digest
    graph.clear()
    assert digest == study.held["streets"].digest


def test_a_table_is_known_by_what_its_columns_hold(tables):
    def digest(frame):
        return HeldTable("residents", frame).digest

    cells = tables["residents"]
    kept = digest(cells)
    assert kept == digest(cells.copy())
    assert kept == digest(cells.set_axis([f"row {k}" for k in range(len(cells))]))
    assert kept == digest(cells.astype({"ind": float, "ind_0_3": "Int64"}))
    assert kept == digest(cells.astype({"cell": object}))
    assert kept == digest(cells.astype({"cell": "category"}))
    assert kept == digest(cells.rename_geometry("shape"))
    assert kept == digest(cells.set_index("cell")[[*cells.columns.drop("cell")]].reset_index())
    changed = cells.copy()
    changed.loc[3, "ind"] += 1
    moved = cells.copy()
    moved.loc[3, "geometry"] = moved.loc[4, "geometry"]
    others = (
        changed, moved, cells.iloc[::-1], cells.iloc[1:], cells[cells.columns[::-1]], cells.to_crs(CRS),
        cells.rename(columns={"ind": "people"}), cells.astype({"ind": str}),
    )  # fmt: skip
    assert len({kept, *map(digest, others)}) == 9


def test_what_a_table_holds_is_its_hash_in_the_results_and_its_name_in_messages(tables, folder):
    study = make(tables, folder)
    inputs = {one["file"]: one["sha256"] for one in ga.check(study).summary["inputs"]}
    assert {"communes", "sst", "residents", "sites", str(folder / "bus.zip")} == set(inputs)
    assert inputs["residents"] == study.held["residents"].digest
    assert study == make(tables, folder)
    assert hash(study) == hash(make(tables, folder))
    tables["residents"].loc[3, "ind"] += 1
    assert study != make(tables, folder)


# Faults


def test_a_row_is_named_by_its_index(tables, folder):
    cells = tables["residents"].set_index("cell", drop=False)
    cells.index.name = None
    cells.loc["c07", "ind"] = -1
    with pytest.raises(ga.InputError) as caught:
        read_inputs(make(tables | {"residents": cells}, folder))
    assert ("places.weight_negative", "residents", "c07") == (
        caught.value.code, caught.value.file, caught.value.row,
    )  # fmt: skip
    assert caught.value.text("fr").startswith("residents, ligne c07")
    assert caught.value.text("en").startswith("residents, row c07")
    twice = tables["sites"].set_axis(["un", "deux"])
    twice["site"] = "same"
    with pytest.raises(ga.InputError) as caught:
        read_inputs(make(tables | {"sites": twice}, folder))
    assert ("deux", "un") == (caught.value.row, caught.value.params["other_row"])


def test_findings_name_rows_by_index_and_stand_in_the_order_of_the_table(tables, folder):
    sites = tables["sites"].set_axis(["z", "a"])
    sites["insee"] = ["99999", "99998"]
    inputs = read_inputs(make(tables | {"sites": sites}, folder))
    told = [one for one in inputs.findings if one.code == "places.site_unknown_commune"]
    assert ["z", "a"] == [one.row for one in told]
    assert {"sites"} == {one.file for one in told}
    assert ["z", "a"] == [inputs.call_site_row(at) for at in (0, 1)]


WRONG = {
    "negative": ("residents", lambda table, at: table.assign(ind=table["ind"].where(table.index != at, -1))),
    "blank": ("residents", lambda table, at: table.assign(ind=table["ind"].where(table.index != at))),
    "id twice": ("residents", lambda table, at: table.assign(cell=table["cell"].where(table.index != at, "c00"))),
    "blank id": ("residents", lambda table, at: table.assign(cell=table["cell"].where(table.index != at))),
    "no column": ("residents", lambda table, _at: table.drop(columns="ind")),
    "no place": ("residents", lambda table, at: table.set_geometry(table.geometry.where(table.index != at))),
    "code twice": ("communes", lambda table, _at: table.assign(insee="01001")),
    "population": ("communes", lambda table, _at: table.assign(population=-5)),
    "no code": ("communes", lambda table, _at: table.drop(columns="insee")),
    "kind": ("sites", lambda table, at: table.assign(kind=table["kind"].where(table.index != at % 2, "ministry"))),
    "status": ("sites", lambda table, at: table.assign(status=table["status"].where(table.index != at % 2, "maybe"))),
    "lat": ("sites", lambda table, at: table.assign(lat=table["lat"].where(table.index != at % 2, np.nan))),
    "swapped": ("sites", lambda table, _at: table.rename(columns={"lat": "lon", "lon": "lat"})),
    "no points": ("sites", lambda table, _at: table.drop(columns="lat")),
    "nothing": ("sites", lambda table, _at: table.iloc[:0]),
    "zone": ("sst", lambda table, at: table.assign(sst_before=table["sst_before"].where(table.index != at % 2))),
    "zoning": ("sst", lambda table, _at: table.drop(columns="sst_before")),
}


def fate(study):
    """What reading a study ends in: the tables and findings, or the error."""
    try:
        inputs = read_inputs(study)
    except ga.InputError as error:
        return "error", error.code, error.params.keys()
    told = [(one.level, one.code, one.text("en")) for one in inputs.findings]
    frames = [getattr(inputs, name).to_csv() for name in ("communes", "residents", "sites")]
    return "read", told, frames


@settings(max_examples=40)
@given(data=st.data())
def test_any_part_of_the_tables_ends_alike_in_files_and_in_frames(folder, tmp_path_factory, data):
    tables = read_frames(folder)
    kept = data.draw(st.lists(st.integers(0, 37), min_size=1, unique=True))
    tables["residents"] = tables["residents"].iloc[kept].reset_index(drop=True)
    for fault in data.draw(st.lists(st.sampled_from(sorted(WRONG)), max_size=2)):
        name, spoil = WRONG[fault]
        try:
            tables[name] = spoil(tables[name], data.draw(st.integers(0, len(kept) - 1)))
        except KeyError:  # the first fault took the column away
            continue
    written = tmp_path_factory.mktemp("parts")
    for name, file in TABLES.items():
        if file.endswith(".csv"):
            tables[name].to_csv(written / file, index=False)
        elif len(tables[name]):
            tables[name].to_file(written / file)
    (written / "study.toml").write_bytes((folder / "study.toml").read_bytes())
    (written / "bus.zip").write_bytes((folder / "bus.zip").read_bytes())
    assert fate(ga.open_study(written)) == fate(make(tables, folder, settings={"walking.straight_line.detour": 1.3}))


@pytest.mark.parametrize("wrong", [None, 3, {"ind": [1]}, [1, 2], b"x", 1j], ids=repr)
def test_what_is_no_table_is_refused_by_name(tables, folder, wrong):
    for name in ("communes", "residents", "sites"):
        with pytest.raises(ga.ArgumentError, match=name) as caught:
            make(tables, folder, **{name: wrong})
        assert "GeoDataFrame" in caught.value.text("fr")
        assert "GeoDataFrame" in caught.value.text("en")
    if wrong is not None:
        with pytest.raises(ga.ArgumentError, match="priority_areas"):
            make(tables, folder, priority_areas=wrong)
        with pytest.raises(ga.ArgumentError, match="sst"):
            make(tables, folder, sst=(wrong, "sst_before"))
    communes = ga.read_communes(tables["communes"], crs=CRS)
    for read in (
        lambda: ga.read_communes(wrong, crs=CRS),
        lambda: ga.read_residents(wrong, crs=CRS, weight="ind", communes=communes),
        lambda: ga.read_sites(wrong, crs=CRS, communes=communes),
        lambda: ga.read_caravan(wrong, crs=CRS, communes=communes),
        lambda: ga.read_table(wrong),
    ):
        with pytest.raises(ga.ArgumentError, match="GeoDataFrame"):
            read()


@pytest.mark.parametrize(
    ("argument", "wrong", "code"),
    [
        ("gtfs", {"stops": 1}, "study.feeds_wanted"),
        ("gtfs", None, "study.feeds_wanted"),
        ("gtfs", [3], "study.feeds_wanted"),
        ("streets", 3, "study.streets_wanted"),
        ("streets", {"a": 1}, "study.streets_wanted"),
        ("streets", [None], "study.streets_wanted"),
        ("sst", "sst.csv", "study.sst_wanted"),
        ("sst", ("sst.csv", 3), "study.sst_wanted"),
        ("departures", "09:00", "study.departures_wanted"),
        ("departures", ("09:00",), "study.departures_wanted"),
        ("departures", ("09:00", "nine"), "study.invalid"),
        ("departures", ("11:00", "09:00"), "study.invalid"),
        ("date", None, "study.invalid"),
        ("date", "yesterday", "study.invalid"),
        ("crs", 2154, "study.text_wanted"),
        ("crs", "EPSG:4326", "study.invalid"),
        ("weight", ["ind"], "study.text_wanted"),
        ("name", None, "study.text_wanted"),
        ("settings", [("policy.pole.lt", 25)], "study.changes_wanted"),
        ("settings", {"policy.pole.lt": "soon"}, "study.invalid"),
        ("settings", {"policy.poles.lt": 25}, "study.invalid"),
    ],
)
def test_every_wrong_argument_has_a_name(tables, folder, argument, wrong, code):
    with pytest.raises(ga.InputError) as caught:
        make(tables, folder, **{argument: wrong})
    assert code == caught.value.code
    assert caught.value.text("fr") != caught.value.text("en")


def test_frames_without_what_tables_need_are_refused(tables, folder):
    def refuse(code, **tables_given):
        with pytest.raises(ga.InputError) as caught:
            read_inputs(make(tables, folder, **tables_given))
        assert code == caught.value.code

    cells = tables["residents"]
    refuse("places.crs_missing", residents=cells.set_crs(None, allow_override=True))
    refuse("places.geometry_missing", communes=pd.DataFrame(tables["communes"].drop(columns="geometry")))
    refuse("places.coordinates_degrees", residents=cells.set_crs(CRS, allow_override=True))
    refuse("places.residents_without_place", residents=pd.DataFrame(cells.drop(columns="geometry")))
    refuse("places.file_missing", residents="no such table")
    doubled = pd.concat([cells, cells[["ind"]]], axis=1)
    refuse("places.column_twice", residents=doubled)


def test_columns_are_found_whatever_labels_are(tables, folder):
    expected = ga.check(make(tables, folder)).summary["total"]
    indexed = {
        "communes": tables["communes"].set_index("insee"),
        "residents": tables["residents"].set_index("cell").rename_geometry("shape"),
        "sites": tables["sites"].rename(columns={"lat": " Latitude ", "lon": "LON"}).assign(**{"7": 1}),
        "sst": tables["sst"].astype({"insee": int}).assign(row="x"),
    }
    indexed["sites"].columns = [7 if one == "7" else one for one in indexed["sites"].columns]
    assert expected == ga.check(make(indexed, folder)).summary["total"]


# Written as files


def test_a_study_of_files_is_copied_whole(tmp_path, folder):
    (folder / "study.lock").unlink(missing_ok=True)
    study = ga.open_study(folder, changes={"policy.pole.lt": 25, "residents.file": str(folder / "residents.geojson")})
    copy = study.to_folder(tmp_path / "deep" / "copy")
    assert copy.file == tmp_path / "deep" / "copy" / "study.toml"
    assert study.settings.policy == copy.settings.policy
    assert outputs(ga.check(study)) == outputs(ga.check(copy))
    names = {"study.toml", "communes.geojson", "sst.csv", "residents.geojson", "sites.csv", "bus.zip"}
    assert names == {path.name for path in copy.folder.iterdir()}


def test_a_hypothesis_is_written_with_what_was_asked_over_its_scenario(tmp_path, folder):
    scenario = tmp_path / "idea.toml"
    scenario.write_text(
        'name = "X"\n[settings]\n"policy.pole.lt" = 15\npolicy.antenna.le = 12\n'
        '[[add_site]]\nkind = "pole"\nname = "Neu"\nlat = 45.155\nlon = -15.0\n',
        encoding="utf-8",
    )
    asked = ga.open_study(folder, changes={"scenario.file": str(scenario), "policy.pole.lt": 25})
    asked = asked.with_sites([{"kind": "antenna", "name": "B", "lat": 45.156, "lon": -14.99}])
    written = asked.to_folder(tmp_path / "written")
    assert (25, 12) == (written.settings.policy.pole.lt, written.settings.policy.antenna.le)
    assert asked.settings.policy == written.settings.policy
    assert outputs(ga.check(asked))[1:] == outputs(ga.check(written))[1:]


def test_a_folder_is_written_whole_or_not_at_all(tmp_path, tables, folder):
    study = make(tables, folder)
    study.to_folder(tmp_path / "taken")
    kept = {path: path.read_bytes() for path in (tmp_path / "taken").iterdir()}
    with pytest.raises(ga.InputError) as caught:
        study.to_folder(tmp_path / "taken")
    assert "study.folder_taken" == caught.value.code
    assert kept == {path: path.read_bytes() for path in (tmp_path / "taken").iterdir()}
    with pytest.raises(ga.InputError):
        study.vary({"transit.gtfs": ["nowhere.zip"]}).to_folder(tmp_path / "half")
    with pytest.raises(ga.InputError):
        study.to_folder(tmp_path / "taken" / "study.toml" / "below")
    with pytest.raises(ga.ArgumentError):
        study.to_folder(None)
    assert ["taken"] == [path.name for path in tmp_path.iterdir()]
    (tmp_path / "empty").mkdir()
    assert study.to_folder(tmp_path / "empty").file.is_file()


def test_what_a_study_says_is_written_as_toml_reads_it(tmp_path):
    import datetime as dt
    import tomllib

    document = {
        "name": 'a "quoted"\n\\ name \x7f',
        "date": dt.date(2024, 4, 23),
        "none": None,
        "policy": {"pole": {"lt": 25, "kinds": ["pole", "pmi"]}, "required_share": 0.95, "deep": {"a b": {"c": True}}},
        "scenario": {"edits": [{"edit": "add_site", "lat": 48.8, "name": "x = [y]"}], "file": []},
        "number": np.float64(1e-7),
    }
    read = tomllib.loads(render_toml(document))
    document["number"] = 1e-7
    del document["none"]
    assert document == read


# Networks in files


def test_a_network_that_contradicts_itself_is_refused(tmp_path):
    network = ga.read_streets(sample_folder() / "streets.osm", crs="EPSG:32627")
    path = tmp_path / "streets.npz"
    network.write(path)
    assert network == ga.read_streets(path, crs="EPSG:32627")
    whole = dict(np.load(path))
    wrong = {
        "tail": whole["tail"] + len(whole["node_id"]),
        "head": whole["head"] - 1,
        "offsets": whole["offsets"] + 1,
        "line_m": whole["line_m"][::-1],
        "length_m": whole["length_m"] * np.nan,
        "kind": whole["kind"] + 100,
        "x": whole["x"][:-1],
        "steps": whole["steps"].astype(np.int64),
        "node_id": whole["node_id"] * 0,
        "stops": whole["stops"][:, 0],
        "passed": whole["passed"][1:],
        "words": whole["words"][:-1],
    }
    for name, array in wrong.items():
        np.savez(path, **whole | {name: array})
        with pytest.raises(ga.InputError) as caught:
            ga.read_streets(path, crs="EPSG:32627")
        assert ("streets.damaged", str(path)) == (caught.value.code, caught.value.file), name
    for write in (
        lambda: np.savez_compressed(path, **whole),
        lambda: np.savez(path, **whole | {"more": whole["x"]}),
        lambda: path.write_bytes(b"PK"),
        lambda: np.savez(path, **whole | {"x": np.array([object()])}),
    ):
        write()
        with pytest.raises(ga.InputError):
            ga.read_streets(path, crs="EPSG:32627")
