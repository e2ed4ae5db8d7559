"""Before and after: who gains and who loses, by hand and by what must always hold."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from coverage_factory import make_coverage
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_text import to_comparison_text
from shapely.geometry import Point
from small_study import degrees, write_bus, write_small_study

import geo_access as ga
from geo_access.analysis.comparison import CHANGES
from geo_access.cli import main as cli
from geo_access.core.errors import InputError
from geo_access.report.comparison.documents import to_comparison_csv, to_comparison_document, to_comparison_json
from geo_access.report.comparison.words import (
    describe_differences,
    format_changes_of_site,
    format_minutes_change,
    format_signed,
    list_outcomes,
    name_sides,
    tally,
)


def plain(said: str) -> str:
    """No-break spaces as plain ones."""
    return said.replace("\u00a0", " ").replace("\u202f", " ")


STATES = ("pole", "antenna", "beyond", "unsnapped")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_small_study(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def study(folder):
    return ga.open_study(folder)


@pytest.fixture(scope="module")
def before(study):
    return ga.check(study)


@pytest.fixture(scope="module")
def after(study):
    """Two SST instead of one, and only the pole of one's own: the west has none."""
    return ga.check(study.vary({"territory.sst.column": "sst_after", "policy.pole.pool": "own_sst"}))


@pytest.fixture(scope="module")
def comparison(before, after):
    return ga.compare(before, after)


# By hand


def test_the_west_loses_its_pole(before, after, comparison):
    was = before.residents.set_index("cell")
    cells = comparison.residents.set_index("cell")
    west = [f"c{k:02d}" for k in range(-4, 15)]  # centres west of 3,000 m
    for cell in cells.index:
        served = was["state"][cell] in ("pole", "antenna")
        # A pole is no antenna of one's own SST that is lost: the antenna's pool is any on both sides.
        still = after.residents.set_index("cell")["state"][cell] in ("pole", "antenna")
        assert {(True, True): "kept", (True, False): "lost", (False, False): "never"}[served, still] == cells["change"][
            cell
        ]
        assert (cell in west) == (cells["pace"][cell] in ("unreached", "none"))
    assert (cells["change"] != "gained").all()
    lost = sum(10 + int(cell[1:]) for cell in cells.index[cells["change"] == "lost"])
    row = comparison.communes.set_index("insee").loc["01001"]
    assert lost == row["lost"] == comparison.summary["total"]["lost"] > 0
    assert -lost == row["net"]
    assert row["residents"] == sum(10 + k for k in range(-4, 15))
    assert row["unreached"] == sum(10 + int(cell[1:]) for cell in west if pd.notna(was["pole_p50_s"][cell]))
    assert math.isnan(row["mean_change_min"])


def test_the_east_keeps_what_it_has(comparison):
    row = comparison.communes.set_index("insee").loc["01002"]
    assert [0, 0, 0, 0, 0] == [row[name] for name in ("gained", "lost", "net", "quicker", "slower")]
    assert row["mean_change_min"] == row["median_change_min"] == 0


def test_sst_that_split_are_matched_by_their_communes(comparison):
    sst = comparison.sst.set_index("sst")
    assert {"ouest": "after", "est": "after", "tout": "before"} == sst["side"].to_dict()
    assert ("tout",) == sst["related"]["ouest"]
    assert ("est", "ouest") == sst["related"]["tout"]
    assert ("Ouest", "Est") == sst["commune_names"]["tout"]
    assert sst["net"]["tout"] == sst["net"]["ouest"] + sst["net"]["est"]


def test_same_communes_under_another_name_are_one_sst(before):
    renamed = [
        frame.assign(sst=frame["sst"].replace("tout", "ensemble"))
        for frame in (before.residents, before.communes, before.sst)
    ]
    after = dataclasses.replace(before, residents=renamed[0], communes=renamed[1], sst=renamed[2])
    sst = ga.compare(before, after).sst
    assert [("both", "tout", "ensemble")] == list(zip(sst["side"], sst["sst_before"], sst["sst_after"], strict=True))


def test_what_differs_is_said(comparison):
    said = {difference.key: difference for difference in describe_differences(comparison, "fr")}
    assert {"zoning", "pool"} == set(said)
    assert plain(said["zoning"].after) == "2 SST"
    names = name_sides(comparison, "fr")
    assert names == ("1 SST, tout pôle compte", "2 SST, seul compte le pôle de son SST")


def test_sst_without_a_pole_is_named(comparison):
    assert ["ouest"] == comparison.summary["after"]["sst_without_pole"]
    assert any(
        "aucun lieu ne compte comme pôle dans : Ouest" in plain(line) for line in list_outcomes(comparison, "fr")
    )


def test_quicker_bus_saves_minutes(study, before, folder, tmp_path):
    other = write_small_study(tmp_path / "other")
    write_bus(other / "bus.zip", every_min=4)
    comparison = ga.compare(before, ga.check(ga.open_study(other)))
    total = comparison.summary["total"]
    assert total["quicker"] > 0
    assert total["slower"] == 0
    cells = comparison.residents
    gap = (cells["pole_p50_s_after"] - cells["pole_p50_s_before"]).astype(float)
    both = gap.notna()
    assert total["mean_change_min"] == pytest.approx(np.average(gap[both], weights=cells["weight"][both]) / 60)
    assert total["quicker"] == cells["weight"][(gap < -60) | (cells["pace"] == "reached")].sum()
    assert ["files"] == [difference["key"] for difference in comparison.summary["differences"]]
    assert comparison.summary["differences"][0]["after"][0].startswith("bus.zip (")


def test_every_setting_that_differs_is_told(study, before):
    changed = {
        "departures.to": "09:30",
        "walking.profile": "stroller",
        "policy.required_share": 0.9,
        "policy.annex_counts_as_pole": True,
        "policy.preset": "discours-2023-06",
        "walking.limits_min.access": 15,
        "transit.boarding_slack_s": 0,
        "walking.straight_line.detour": 1.5,
        "date": "2024-04-24",
    }
    comparison = ga.compare(before, ga.check(study.vary(changed)))
    keys = [difference["key"] for difference in comparison.summary["differences"]]
    for key in ("departures", "profile", "required_share", "preset", "limits_min", "boarding", "walking"):
        assert key in keys
    assert {"date", "pool", "antenna", "setting:policy.annex_counts_as_pole"} <= set(keys)
    for language in ("fr", "en"):
        for difference in describe_differences(comparison, language):
            assert difference.label
            assert difference.before != difference.after, difference.key


def test_other_people_are_counted_once_and_told(before):
    children = before.residents.assign(weight=before.residents["weight"] / 2)
    after = dataclasses.replace(before, residents=children, summary={**before.summary, "weight": "ind_0_3"})
    comparison = ga.compare(before, after)
    assert ["weight"] == [difference["key"] for difference in comparison.summary["differences"]]
    assert ["compare.other_weights"] == [finding.code for finding in comparison.findings]
    assert comparison.summary["total"]["residents"] == children["weight"].sum()
    assert comparison.summary["total"]["net"] == 0


# What always holds


def draw_coverage(draw, zones: list[str]):
    """A made coverage with drawn people, states, seconds and SST."""
    made = make_coverage(nasty=False, unsnapped=False)
    cells = made.residents.iloc[::16].reset_index(drop=True)
    n = len(cells)
    states = draw(st.lists(st.sampled_from(STATES), min_size=n, max_size=n))
    seconds = draw(st.lists(st.none() | st.integers(0, 5000), min_size=n, max_size=n))
    zone = draw(st.lists(st.sampled_from(zones), min_size=5, max_size=5))
    communes = made.communes.assign(sst=zone)
    cells = cells.assign(
        state=states,
        pole_p50_s=pd.array([pd.NA if s is None else s for s in seconds], dtype="Int64"),
        sst=cells["insee"].map(dict(zip(communes["insee"], zone, strict=True))),
    )
    sst = communes.dissolve("sst", as_index=False)[["sst", "geometry"]].assign(verdict="misses")
    return dataclasses.replace(made, residents=cells, communes=communes, sst=sst)


@st.composite
def pairs(draw):
    before = draw_coverage(draw, ["a", "b"])
    after = draw_coverage(draw, ["b", "c", "d"])
    n = len(before.residents)
    weights = draw(st.lists(st.floats(0, 5000, allow_nan=False), min_size=n, max_size=n))
    return tuple(dataclasses.replace(c, residents=c.residents.assign(weight=weights)) for c in (before, after))


@given(pairs())
@settings(max_examples=20)
def test_sums_hold_to_the_last_bit(pair):
    comparison = ga.compare(*pair)
    total, communes, sst = comparison.summary["total"], comparison.communes, comparison.sst
    for rows in (communes, sst, pd.DataFrame([total])):
        assert (rows["gained"] - rows["lost"] == rows["served_after"] - rows["served_before"]).all()
        assert (rows["gained"] - rows["lost"] == rows["net"]).all()
        assert (rows[list(CHANGES)].sum(axis=1) == rows["residents"]).all()
    for name in ("residents", "served_before", "served_after", *CHANGES, "net", "quicker", "slower", "unreached"):
        assert communes[name].sum() == total[name]
        for side in ("before", "after"):
            assert sst.loc[sst["side"].isin(["both", side]), name].sum() == total[name]
    assert total["residents"] == pytest.approx(pair[1].residents["weight"].sum(), abs=len(pair[1].residents) / 1024)


@given(pairs())
@settings(max_examples=20)
def test_whole_numbers_sum_too(pair):
    comparison = ga.compare(*pair)
    counted = tally(comparison)
    assert (counted.communes.sum() == pd.Series(counted.total)).all()
    for rows in (counted.communes, counted.sst):
        assert (rows["gained"] - rows["lost"] == rows["served_after"] - rows["served_before"]).all()
        assert (rows >= 0).drop(columns="net").all(axis=None)
    for side in ("before", "after"):
        mine = comparison.sst["side"].isin(["both", side]).to_numpy()
        assert (counted.sst[mine].sum() == pd.Series(counted.total)).all()
    exact = comparison.communes[list(counted.communes.columns)].to_numpy(float)
    assert (np.abs(counted.communes[list(CHANGES)] - comparison.communes[list(CHANGES)]) < 1).all(axis=None)
    assert np.abs(counted.communes.to_numpy(float) - exact).max() <= 4
    assert counted.total["residents"] == round(comparison.summary["total"]["residents"])


@given(pairs())
@settings(max_examples=10)
def test_swapping_sides_swaps_gained_and_lost(pair):
    there, back = ga.compare(*pair), ga.compare(*pair[::-1])
    for rows, mirror in (
        (there.communes, back.communes),
        (pd.DataFrame([there.summary["total"]]), pd.DataFrame([back.summary["total"]])),
    ):
        for one, other in (("gained", "lost"), ("quicker", "slower"), ("reached", "unreached")):
            assert (rows[one] == mirror[other]).all()
        assert (rows["net"] == -mirror["net"]).all()
        assert np.allclose(rows["mean_change_min"], -mirror["mean_change_min"], equal_nan=True)
        assert (rows["share_before"].fillna(-1) == mirror["share_after"].fillna(-1)).all()


def test_compared_with_itself_changes_nobody(before):
    comparison = ga.compare(before, before)
    assert [] == comparison.summary["differences"]
    assert comparison.residents["change"].isin(["kept", "never"]).all()
    assert comparison.residents["pace"].isin(["same", "none"]).all()
    assert (comparison.sites["changes"].map(len) == 0).all()
    assert (comparison.sst["side"] == "both").all()
    assert "Personne ne gagne ni ne perd" in list_outcomes(comparison, "fr")[0]
    assert ("", "") == name_sides(comparison, "fr")
    assert "Rien ne diffère entre les deux études." in to_comparison_text(comparison)


def test_a_side_that_supposes_something_is_named_by_what_it_supposes(before, study):
    other = before.sites[before.sites["kind"] != "pole"]["site"].iloc[0]
    closed = study.without_sites([str(other)])
    comparison = ga.compare(before, ga.check(closed))
    first, second = name_sides(comparison, "fr")
    assert first == ""
    assert second == comparison.after.summary["scenario"]["edits"][0]["fr"]
    assert before.summary["study"] not in second, "the study's name heads the page"


# Cells of one side


def test_cells_of_one_side_are_named(before):
    cells = before.residents
    fewer = dataclasses.replace(before, residents=cells.iloc[5:].reset_index(drop=True))
    comparison = ga.compare(fewer, before)
    assert len(comparison.residents) == len(cells) - 5
    (finding,) = comparison.findings
    assert finding.code == "compare.cells_only_after"
    assert 5 == finding.params["cells"]
    assert comparison.summary["unmatched"]["after"] == {"cells": 5, "residents": float(cells["weight"][:5].sum())}
    assert "compare.cells_only_before" in [f.code for f in ga.compare(before, fewer).findings]


def test_what_a_new_zoning_can_show_is_said(study, before, after):
    zoned = {"territory.sst.column": "sst_after"}
    own = {"policy.pole.pool": "own_sst"}
    idle = ga.compare(before, ga.check(study.vary(zoned)))
    assert ["compare.zoning_without_effect"] == [finding.code for finding in idle.findings]
    assert idle.summary["total"]["gained"] == idle.summary["total"]["lost"] == 0
    assert ["compare.zoning_and_pool"] == [finding.code for finding in ga.compare(before, after).findings]
    assert () == ga.compare(ga.check(study.vary(own)), after).findings


def test_nothing_in_common_is_an_error(before):
    other = dataclasses.replace(before, residents=before.residents.assign(cell=before.residents["cell"] + "x"))
    with pytest.raises(InputError, match="aucun carreau en commun"):
        ga.compare(before, other)


def test_one_id_at_two_places_is_not_one_cell(before):
    cells = before.residents
    moved = cells.geometry.translate(5000) if len(cells) else cells.geometry
    shapes = gpd.GeoSeries([*moved.iloc[:2], *cells.geometry.iloc[2:]], crs=cells.crs, index=cells.index)
    comparison = ga.compare(before, dataclasses.replace(before, residents=cells.set_geometry(shapes)))
    assert len(comparison.residents) == len(cells) - 2
    finding = next(f for f in comparison.findings if f.code == "compare.cells_elsewhere")
    assert (finding.level, finding.params["cells"]) == ("error", 2)


def test_another_crs_is_no_other_place(before):
    other = dataclasses.replace(before, residents=before.residents.to_crs("EPSG:3857"))
    assert () == ga.compare(before, other).findings


# Sites


def test_sites_that_change(before):
    sites = before.sites
    pole, antenna = sites["site"]
    new = sites.iloc[[1]].assign(site="pmi-neuve", name="PMI neuve", kind="pmi", counts_as_pole=False)
    new = new.set_geometry(new.geometry.translate(500))
    moved = sites.assign(name=["Pôle", "Antenne de l’Ouest"], status=["open", "renovation"], open=[True, False])
    moved = moved.set_geometry([Point(sites.geometry[0].x + 400, sites.geometry[0].y), sites.geometry[1]])
    table = gpd.GeoDataFrame(pd.concat([moved, new], ignore_index=True), crs=sites.crs)
    found = ga.compare(before, dataclasses.replace(before, sites=table)).sites.set_index("site_after")
    assert ("moved", "renamed") == found["changes"][pole]
    assert ("closed", "status") == found["changes"][antenna]
    assert ("opened",) == found["changes"]["pmi-neuve"]
    assert found["moved_m"][pole] == 400
    said = format_changes_of_site(found.loc[antenna].to_dict(), "fr")
    assert said == "ferme et change d’état (en service → en travaux)"
    gone = ga.compare(dataclasses.replace(before, sites=table), before).sites
    assert ("closed",) == gone.loc[gone["site_before"] == "pmi-neuve", "changes"].item()


def test_site_without_a_stable_id_is_known_by_its_name_or_its_place(before):
    other = before.sites.assign(site=["x1", "x2"], name=["Pôle de l’Est", "Autre nom"])
    found = ga.compare(before, dataclasses.replace(before, sites=other)).sites
    assert [(), ("renamed",)] == found["changes"].tolist()


# What people and programs read


def test_table_fits_and_sums(comparison):
    for language in ("fr", "en"):
        said = to_comparison_text(comparison, language=language)
        assert max(map(len, said.splitlines())) <= 80
    said = plain(to_comparison_text(comparison))
    lost = tally(comparison).total["lost"]
    assert said.splitlines()[0] == "Petite étude : qui y gagne, qui y perd"
    total = next(line for line in said.splitlines() if line.startswith("Ensemble"))
    assert total.split()[1:4] == ["0", str(lost), f"−{lost}"]


def test_document_is_json_that_sums(comparison):
    document = json.loads(to_comparison_json(comparison, language="en"))
    assert document["total"]["net"] == sum(row["net"] for row in document["communes"])
    assert document["differences"][0]["before_words"] == "1 SST"
    assert document["communes"][0]["mean_change_min"] is None
    assert document == to_comparison_document(comparison, language="en")


def test_spreadsheet_opens_in_french(comparison):
    said = to_comparison_csv(comparison)
    assert said.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(said.removeprefix("\ufeff")), delimiter=";"))
    assert ["01001", "01002", ""] == [row["Code INSEE"] for row in rows], "who changes comes first"
    assert int(rows[-1]["Solde"]) == sum(int(row["Solde"]) for row in rows[:-1])
    assert rows[0]["Écart moyen, si pôle avant et après (min)"] == ""


def test_numbers_carry_their_sign():
    assert ["+1\u202f234", "−5", "0", "–"] == [format_signed(value, "fr") for value in (1234, -5, 0, None)]
    assert ["+3,3", "−0,4", "0"] == [format_minutes_change(value, "fr") for value in (3.25, -0.35, 0.04)]
    assert format_minutes_change(float("nan"), "en") == "–"


def run(*words: object):
    return CliRunner().invoke(cli.main, ["compare", *map(str, words), "--quiet"])


def test_command_compares_a_study_with_itself_under_changes(folder, tmp_path):
    words = [folder, "--set-before", "territory.sst.column=sst_before", "--set-after", "territory.sst.column=sst_after"]
    result = run(*words, "--set-after", "policy.pole.pool=own_sst")
    assert result.exit_code == 0, result.output
    assert "Découpage : 1 SST → 2 SST" in plain(result.output)
    both = run(*words, "--set", "policy.pole.pool=own_sst", "--preset", "discours-2023-11", "--format", "json")
    document = json.loads(both.output)
    assert ["zoning"] == [fact["key"] for fact in document["differences"]]
    assert document["after"]["preset"] == "discours-2023-11"
    assert document["before"]["target"]["pole"]["pool"] == "own_sst"


def test_command_compares_two_studies(folder, tmp_path):
    other = write_small_study(tmp_path / "other")
    lon, lat = degrees(3000, 100)
    with (other / "sites.csv").open("a", encoding="utf-8") as file:
        file.write(f"PMI du Milieu,pmi,01002,{lat},{lon},open\n")
    result = run(folder, other, "--lang", "en", "--format", "csv")
    assert result.exit_code == 0, result.output
    total = list(csv.DictReader(io.StringIO(result.output.removeprefix("\ufeff"))))[-1]
    assert int(total["Gain"]) > 0
    assert int(total["Lose"]) == 0
    table = run(folder, other)
    assert "PMI du Milieu : ouvre" in plain(table.output)


@pytest.mark.parametrize(
    "words",
    [[], ["--set-after", "policy.pole.pool"], ["--set-after", "policy.pole.pol=any"], ["nowhere"], ["--format", "xml"]],
)
def test_wrong_call_is_exit_code_2(folder, words):
    result = run(folder, *words)
    assert result.exit_code == 2
    assert not isinstance(result.exception, Exception) or isinstance(result.exception, SystemExit)
