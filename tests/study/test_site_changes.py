"""What if a site stood here: the edits of sites, how names are found, and that four ways of asking answer alike."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from click.testing import CliRunner
from refusals import refusal
from small_study import CRS, degrees, write_small_study

import geo_access as ga
from geo_access.cli.main import main
from geo_access.core.errors import InputError, SettingsError
from geo_access.core.matching import find_named
from geo_access.study.inputs.inputs import read_inputs
from geo_access.texts import LANGUAGES

NAME = "Pôle de la Gare"


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A small study with a planned pole and an antenna under works beside its two sites."""
    folder = write_small_study(tmp_path_factory.mktemp("study"))
    planned, works = degrees(2000, 100), degrees(3000, 100)
    with (folder / "sites.csv").open("a", encoding="utf-8") as file:
        file.write(f"\nPôle du Centre,pole,01001,{planned[1]},{planned[0]},planned")
        file.write(f"\nAntenne des Travaux,antenne,01001,{works[1]},{works[0]},renovation\n")
    return folder


@pytest.fixture(scope="module")
def study(folder):
    return ga.open_study(folder)


def sites_of(study) -> pd.DataFrame:
    return read_inputs(study).sites.set_index("name")


# The edits


def test_an_added_site_is_read_as_one_of_the_list(study):
    lon, lat = degrees(1000, 100)
    asked = study.with_sites([{"kind": "pôle social", "name": NAME, "lat": lat, "lon": lon}])
    inputs = read_inputs(asked)
    added = inputs.sites.iloc[-1]
    assert (added["kind"], added["status"], added["insee"], added["sst"]) == ("pole", "open", "01001", "tout")
    assert added["open"]
    assert len(inputs.sites) == len(read_inputs(study).sites) + 1
    assert [(one.edit, one.name, one.commune) for one in inputs.site_changes] == [("add_site", NAME, "Ouest")]
    assert "scenario.found_add_site" in [one.code for one in inputs.findings]


def test_a_study_is_left_as_it_is(study):
    before = read_inputs(study).sites
    study.without_sites("pole de l'est")
    assert study.settings.scenario.site_edits == ()
    pd.testing.assert_frame_equal(before, read_inputs(study).sites)


def test_edits_are_made_in_the_order_in_which_they_are_asked(study):
    lon, lat = degrees(1000, 100)
    asked = (
        study.with_sites([{"kind": "antenna", "name": "Kiosque", "lat": lat, "lon": lon}])
        .move_site("kiosq", (degrees(4000, 100)[1], degrees(4000, 100)[0]))
        .without_sites(["Kiosque"])
        .open_sites("kiosque")
    )
    inputs = read_inputs(asked)
    assert inputs.sites.set_index("name").loc["Kiosque", "insee"] == "01002"
    assert [one.edit for one in inputs.site_changes] == ["add_site", "move_site", "close_site", "open_site"]


def test_a_moved_site_belongs_to_where_it_then_stands(folder):
    study = ga.open_study(folder, changes={"territory.sst.column": "sst_after"})
    lon, lat = degrees(5000, 100)
    moved = sites_of(study.move_site("Antenne de l", (lat, lon))).loc["Antenne de l’Ouest"]
    assert (moved["insee"], moved["insee_point"], moved["sst"]) == ("01002", "01002", "est")
    there = gpd.GeoSeries([shapely.Point(lon, lat)], crs="EPSG:4326").to_crs(CRS).iloc[0]
    assert (moved.geometry.x, moved.geometry.y) == (there.x, there.y)


def test_planned_sites_open_and_those_under_works_do_not(study):
    assert sites_of(study)["open"].tolist() == [True, True, False, False]
    for asked in (study.open_sites("planned"), study.vary({"policy.planned": "open"})):
        assert sites_of(asked)["open"].tolist() == [True, True, True, False]
    assert sites_of(study.open_sites("antenne des"))["open"].tolist() == [True, True, False, True]


@pytest.mark.parametrize(
    ("since", "until", "counts"),
    [("2030-01-01", "", True), ("", "2020-01-01", False), ("2020-01-01", "2030-01-01", True)],
)
def test_opening_the_planned_waives_the_opening_date_and_not_the_end(tmp_path, since, until, counts):
    folder = write_small_study(tmp_path)
    lon, lat = degrees(2000, 100)
    east = degrees(6000, 100)
    (folder / "sites.csv").write_text(
        "name,kind,insee,lat,lon,status,open_from,open_until\n"
        f"Pôle de l’Est,pole,01002,{east[1]},{east[0]},open,,\n"
        f"Projet,pole,01001,{lat},{lon},planned,{since},{until}\n",
        encoding="utf-8",
    )
    study = ga.open_study(folder)
    assert sites_of(study.vary({"policy.planned": "open"}))["open"].tolist() == [True, counts]
    assert sites_of(study.open_sites("Projet"))["open"].tolist() == [True, True]


POINT = degrees(1000, 100)[::-1]


@pytest.mark.parametrize(
    ("ask", "code", "said"),
    [
        (lambda s: s.without_sites("Pôle du Centre"), "scenario.site_not_open", "Pôle du Centre"),
        (lambda s: s.open_sites("Pôle de l’Est"), "scenario.site_is_open", "Pôle de l’Est"),
        (lambda s: s.move_site("Pôle de l’Est", degrees(6000, 100)[::-1]), "scenario.site_stays", "Pôle de l’Est"),
        (lambda s: s.without_sites("pole"), "scenario.many_sites", "Pôle de l’Est, Pôle du Centre"),
        (lambda s: s.without_sites("Pôle du Sud"), "scenario.no_site", "Pôle du Centre"),
        (lambda s: s.open_sites("planned").vary({"policy.planned": "closed"}), "scenario.none_planned", "planned"),
        (lambda s: s.open_sites(["planned", "Antenne des"]), "scenario.planned_alone", "planned"),
        (lambda s: s.open_sites("pole du").open_sites("planned"), "scenario.site_is_open", "Pôle du Centre"),
        (
            lambda s: s.with_sites([{"kind": "pole", "site": "pole-de-l-est", "lat": POINT[0], "lon": POINT[1]}]),
            "scenario.site_taken",
            "pole-de-l-est",
        ),
        (lambda s: s.with_sites([{"kind": "polle", "lat": POINT[0], "lon": POINT[1]}]), "scenario.site_kind", "polle"),
        (
            lambda s: s.with_sites([{"kind": "pole", "lat": POINT[1], "lon": POINT[0]}]),
            "scenario.site_swapped",
            "donnez d’abord la latitude",
        ),
        (lambda s: s.with_sites([{"kind": "pole", "lat": 10, "lon": 10}]), "places.site_far", "km"),
    ],
)
def test_an_edit_that_changes_nothing_or_cannot_be_meant_is_refused(study, ask, code, said):
    error = refusal(lambda: read_inputs(ask(study)))
    assert error.code == code
    assert said in error.text("fr")
    assert all(error.text(language) for language in LANGUAGES)


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda s: s.with_sites([]), "scenario.no_sites"),
        (lambda s: s.with_sites("pole"), "scenario.sites_wanted"),
        (lambda s: s.with_sites([{"lat": 1, "lon": 1}]), "scenario.site_without_kind"),
        (lambda s: s.with_sites([{"kind": "pole"}]), "study.invalid"),
        (lambda s: s.with_sites([{"kind": "pole", "lat": 100, "lon": 1}]), "study.invalid"),
        (lambda s: s.with_sites([{"kind": "pole", "lat": 1, "lon": 1, "nom": "x"}]), "study.invalid"),
        (lambda s: s.with_sites(gpd.GeoDataFrame(geometry=[shapely.Point(0, 0)])), "queries.no_crs"),
        (lambda s: s.without_sites([]), "scenario.names_wanted"),
        (lambda s: s.without_sites([3]), "scenario.names_wanted"),
        (lambda s: s.open_sites(""), "scenario.names_wanted"),
        (lambda s: s.move_site("Pôle de l’Est", "48,2"), "scenario.point_wanted"),
        (lambda s: s.move_site("Pôle de l’Est", (1, 2, 3)), "scenario.point_wanted"),
    ],
)
def test_what_is_no_edit_is_refused_at_once(study, ask, code):
    with pytest.raises(InputError) as caught:
        ask(study)
    assert caught.value.code == code
    assert all(caught.value.text(language) for language in LANGUAGES)


def test_a_point_may_be_said_in_several_ways(study):
    lon, lat = degrees(5000, 100)
    degrees_ = gpd.GeoSeries([shapely.Point(lon, lat)], crs="EPSG:4326")
    metres = degrees_.to_crs(CRS)
    points = ((lat, lon), {"lat": lat, "lon": lon}, shapely.Point(lon, lat), degrees_, metres, metres.iloc[0])
    found = [sites_of(study.move_site("antenne de l", point)).geometry["Antenne de l’Ouest"] for point in points]
    assert [(round(one.x, 6), round(one.y, 6)) for one in found] == [
        (round(metres.x[0], 6), round(metres.y[0], 6))
    ] * len(points)


def test_a_table_of_places_becomes_sites(study):
    table = gpd.GeoDataFrame(
        {
            "Nom": ["A", None],
            "type": ["pole", None],
            "ouverture": [pd.Timestamp("2020-01-01"), pd.NaT],
            "autre": [1, 2],
        },
        geometry=gpd.points_from_xy(*np.transpose([degrees(1000, 100), degrees(2000, 300)])),
        crs="EPSG:4326",
    ).to_crs("EPSG:3857")
    added = read_inputs(study.with_sites(table, kind="antenne")).sites.tail(2)
    assert added["kind"].tolist() == ["pole", "antenna"]
    assert added["name"].iloc[0] == "A"
    assert str(added["open_from"].iloc[0]) == "2020-01-01"
    there = table.geometry.to_crs(CRS)
    np.testing.assert_allclose(added.geometry.x, there.x, atol=1e-6)


def test_names_are_found_by_id_then_whole_then_by_a_unique_beginning():
    ids, names = ["s1", "s2", "s3"], ["PMI Alma", "PMI Alma (annexe)", "Pôle social de Châtillon (2e étage)"]
    assert find_named("s2", ids, names) == [1]
    assert find_named("pmi alma", ids, names) == [0]
    assert find_named("PMI", ids, names) == [0, 1]
    assert find_named("Pole social de chatillon", ids, names) == [2]
    assert find_named("alma", ids, names) == []
    assert find_named(" ", ids, names) == []


# Scenario files


def write_scenario(folder: Path, text: str) -> Path:
    path = folder / "what-if.toml"
    path.write_text(f'name = "Essai"\n{text}', encoding="utf-8")
    return path


def test_a_scenario_file_holds_a_whole_hypothesis(folder, tmp_path):
    file = write_scenario(
        tmp_path,
        f"""
        [settings]
        departures.from = "08:00"
        "policy.pole.lt" = 25
        [[add_site]]
        kind = "pole"
        name = "{NAME}"
        lat = {POINT[0]}
        lon = {POINT[1]}
        [[close_site]]
        site = "antenne de l"
        [[open_site]]
        site = "planned"
        """,
    )
    study = ga.open_study(folder, changes={"scenario.file": str(file)})
    assert study.settings.departures.from_s == 8 * 3600
    assert study.settings.policy.pole.lt == 25
    assert sites_of(study)["open"].tolist() == [True, False, True, False, True]
    # What is asked for beside the file goes before it, then as now; without the file its settings are gone.
    asked = ga.open_study(folder, changes={"scenario.file": str(file), "policy.pole.lt": 15})
    assert (asked.settings.policy.pole.lt, asked.settings.departures.from_s) == (15, 8 * 3600)
    assert asked.vary({"departures.from": "07:00"}).settings.departures.from_s == 7 * 3600
    gone = study.vary({"scenario.file": []})
    assert gone.settings == ga.open_study(folder).settings
    summary = ga.check(study).summary
    assert "hypothèse" in summary["study"]
    assert "Essai" in summary["study"]
    assert [one["edit"] for one in summary["scenario"]["edits"]] == ["add_site", "close_site", "open_site"]
    assert summary["scenario"]["settings"] == {"departures.from": "08:00", "policy.pole.lt": 25}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[settings]\n"policy.pole.lx" = 3', "policy.pole.lx"),
        ('[settings]\n"scenario.file" = "a.toml"', "scenario.file"),
        ("[[add_site]]\nkind = 'pole'\nlat = 1", "add_site 1"),
        ("[[add_site]]\nkind = 'pole'\nlatt = 1\nlon = 2", "add_site 1.latt"),
        ("[[move_site]]\nlat = 1\nlon = 2", "move_site 1.site"),
        ("[[close_site]]\nsite = []", "close_site 1.site"),
    ],
)
def test_a_scenario_that_cannot_be_meant_names_its_file_and_the_edit(folder, tmp_path, text, said):
    file = write_scenario(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        ga.open_study(folder, changes={"scenario.file": str(file)})
    assert caught.value.file is not None
    assert Path(caught.value.file).name == "what-if.toml"
    for language in LANGUAGES:
        assert said in caught.value.text(language)


def test_an_edit_of_a_file_that_finds_nothing_names_the_file(folder, tmp_path):
    file = write_scenario(tmp_path, '[[close_site]]\nsite = "Pôle du Sud"')
    error = refusal(lambda: read_inputs(ga.open_study(folder, changes={"scenario.file": str(file)})))
    assert (error.code, Path(error.file).name) == ("scenario.no_site", "what-if.toml")


# Four ways


def write_four_ways(folder: Path, into: Path, *, kind: str, lat: float, lon: float, sites: str) -> dict[str, ga.Study]:
    """Return a study with one more site, asked for in four ways; `sites` is its list with one more row."""
    edited = into / "edited"
    edited.mkdir()
    for file in folder.iterdir():
        if file.name != "sites.csv":
            (edited / file.name).symlink_to(file)
    (edited / "sites.csv").write_text(sites, encoding="utf-8")
    file = write_scenario(into, f'[[add_site]]\nkind = "{kind}"\nname = "{NAME}"\nlat = {lat!r}\nlon = {lon!r}\n')
    point = gpd.GeoDataFrame({"kind": [kind], "name": [NAME]}, geometry=[shapely.Point(lon, lat)], crs="EPSG:4326")
    return {
        "scenario": ga.open_study(folder, changes={"scenario.file": str(file)}),
        "python": ga.open_study(folder).with_sites(point),
        "csv": ga.open_study(edited),
    }


def assert_alike(found: dict[str, ga.Coverage]) -> None:
    """Assert that coverages have the same sites in the same places, and the same residents and shares."""
    (first, one), *others = found.items()
    for name, other in others:
        assert (one.sites.geometry.x == other.sites.geometry.x).all(), (first, name)
        assert (one.sites.geometry.y == other.sites.geometry.y).all(), (first, name)
        assert one.sites["open"].tolist() == other.sites["open"].tolist()
        pd.testing.assert_frame_equal(pd.DataFrame(one.residents), pd.DataFrame(other.residents))
        pd.testing.assert_frame_equal(pd.DataFrame(one.communes), pd.DataFrame(other.communes))


def test_four_ways_of_asking_give_the_same_seconds_and_shares_on_the_sample(tmp_path):
    from geo_access.study.sample import sample_folder

    folder, kind, lat, lon = sample_folder(), "pole", 45.9924, -20.0058
    text = (folder / "sites.csv").read_text(encoding="utf-8").rstrip("\n")
    header = text.split("\n")[0].split(",")
    row = {"name": NAME, "kind": kind, "lat": repr(lat), "lon": repr(lon)}
    ways = write_four_ways(
        folder, tmp_path, kind=kind, lat=lat, lon=lon, sites=f"{text}\n{','.join(row.get(one, '') for one in header)}\n"
    )
    found = {name: ga.check(one) for name, one in ways.items()}
    assert_alike(found)
    plain = ga.check(ga.open_study())
    assert found["csv"].summary["total"]["served"] > plain.summary["total"]["served"]
    asked = CliRunner().invoke(main, ["check", "--format", "json", "--add-site", f"{kind}@{lat},{lon}={NAME}"])
    said = json.loads(asked.stdout)
    for part in ("total", "communes", "sst"):
        assert said[part] == found["csv"].summary[part]
    times = {name: one.times for name, one in found.items()}
    poles = {name: next(iter(one.transit_seconds([len(one.inputs.sites) - 1])))[1] for name, one in times.items()}
    assert (poles["python"] == poles["csv"]).all()


def test_four_ways_give_the_same_answer_on_hauts_de_seine(shared_data, tmp_path):
    folder, kind, lat, lon = shared_data / "hauts-de-seine", "pole", 48.79, 2.262
    text = (folder / "sites.csv").read_text(encoding="utf-8").rstrip("\n")
    row = f"{NAME},{kind},,,,92023,{lat!r},{lon!r},open,,"
    ways = write_four_ways(folder, tmp_path, kind=kind, lat=lat, lon=lon, sites=f"{text}\n{row}\n")
    changes = {"departures.from": "09:00", "departures.to": "09:10", "departures.every_s": 300}
    assert_alike({name: ga.check(one.vary(changes)) for name, one in ways.items()})


# What people see


@pytest.mark.parametrize("language", LANGUAGES)
def test_results_call_themselves_a_hypothesis_and_list_the_edits(study, language):
    asked = study.vary({"language": language}).with_sites(
        [{"kind": "pole", "name": NAME, "lat": POINT[0], "lon": POINT[1]}]
    )
    coverage = ga.check(asked.without_sites("antenne de l"))
    word = {"fr": "hypothèse", "en": "hypothesis"}[language]
    assert word in coverage.summary["study"]
    assert NAME in coverage.summary["study"]
    assert word in repr(coverage)
    for said in (NAME, "Antenne de l’Ouest"):
        assert said in ga.coverage_map(coverage).to_html()
    compared = ga.compare(study, asked)
    assert word in compared.summary["after"]["study"]
    assert [site["changes"] for site in compared.summary["sites"]] == [("opened",)]


def test_a_hypothesis_can_be_sent_to_a_process(study):
    asked = study.open_sites("planned").with_sites([{"kind": "pole", "lat": POINT[0], "lon": POINT[1]}])
    sent = pickle.loads(pickle.dumps(asked))  # noqa: S301 -- our own bytes
    assert sent.settings == asked.settings
    pd.testing.assert_frame_equal(read_inputs(sent).sites, read_inputs(asked).sites)


@pytest.mark.parametrize("language", LANGUAGES)
def test_options_ask_the_same_of_every_command(folder, language):
    where = f"{POINT[0]},{POINT[1]}"
    options = [f"--add-site=pôle@{where}={NAME}", f"--move-site=Pôle de l’Est@{where}", "--open=planned"]
    asked = CliRunner().invoke(main, ["check", str(folder), *options, "--lang", language])
    assert asked.exit_code in (0, 1), asked.output
    for said in (NAME, "Pôle de l’Est", "Pôle du Centre"):
        assert said in asked.output.replace("\n", " ")
    for wrong in ("--add-site=pole", "--add-site=pole@x,y", "--add-site=@1,2", "--move-site=x", "--add-site=pole@99,2"):
        refused = CliRunner().invoke(main, ["check", str(folder), wrong, "--lang", language])
        assert refused.exit_code == 2, wrong
    refused = CliRunner().invoke(main, ["check", str(folder), "--close-site=Pôle du", "--lang", language])
    assert refused.exit_code == 2


def test_every_command_of_a_study_takes_the_options():
    for name, command in main.commands.items():
        taken = {option.name for option in command.params}
        if "changes" in taken:
            assert {"add_site", "move_site", "close_site", "open"} <= taken, name


def test_a_hypothesis_is_written_with_its_study(folder, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    file = write_scenario(
        tmp_path / "elsewhere", '[settings]\n"policy.pole.lt" = 25\n[[open_site]]\nsite = "planned"\n'
    )
    study = ga.open_study(folder, changes={"scenario.file": str(file)}).without_sites("antenne de l")
    written = study.to_folder(tmp_path / "written")
    assert written.settings.policy == study.settings.policy
    assert sites_of(written)["open"].tolist() == sites_of(study)["open"].tolist() == [True, False, True, False]
    before, after = (ga.check(one).summary for one in (study, written))
    assert before["study"] == after["study"]
    assert before["communes"] == after["communes"]


def test_a_site_may_be_of_a_kind_that_the_study_declares(tmp_path):
    folder = write_small_study(tmp_path, changes='\n[kinds.library]\nas = "pole"\nwords = ["bibliothèque"]\n')
    text = (folder / "sites.csv").read_text(encoding="utf-8")
    (folder / "sites.csv").write_text(text.replace(",pole,", ",library,"), encoding="utf-8")
    study = ga.open_study(folder)
    for kind in ("library", "Bibliothèque"):
        asked = study.with_sites([{"kind": kind, "lat": POINT[0], "lon": POINT[1]}])
        assert sites_of(asked)["kind"].tolist() == ["pole", "antenna", "pole"]
    assert "library" in ga.check(asked.vary({"language": "en"})).summary["study"]
