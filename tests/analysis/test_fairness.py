"""Fairness of a small study whose people, incomes and places are known; and of the real one."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import shutil
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from pyproj import Transformer
from small_study import degrees, features, square, write_bus, write_small_study

from geo_access.analysis.fairness import Note, measure_fairness
from geo_access.analysis.inequality import concentration_index, gini, palma_ratio
from geo_access.cli.main import main
from geo_access.core.errors import InputError
from geo_access.core.formats import format_share, format_threshold
from geo_access.report.pages.fairness import format_note, list_tables
from geo_access.report.pages.fairness_page import render_fairness_page
from geo_access.study.study import open_study
from geo_access.texts import render
from geo_access.verdict.judging import check

AREAS = '\npriority_areas = "areas.geojson"\n'


def write_town(folder, *, capacity=None, transit_pmi=""):
    """Cells c-4 (west) to c33 (east, at the pole): incomes rise eastward; poor households in the west; two PMI."""
    write_small_study(folder)
    study = folder / "study.toml"
    said = study.read_text(encoding="utf-8")
    study.write_text(said.replace("[residents]", f"{AREAS}[residents]") + transit_pmi, encoding="utf-8")
    cells = []
    for k in range(-4, 34):
        people = 10 + k
        told = {
            "cell": f"c{k:02d}",
            "ind": people,
            "ind_0_3": 2 if k < 10 else 1,
            "ind_4_5": 1,
            "ind_snv": None if k == 33 else people * (10_000 + 500 * k),
            "men": 4,
            "men_pauv": 3 if k < 5 else 1,
            "cats": 5,
        }
        cells.append((told, square(200 * k, 0, 200, 200)))
    (folder / "residents.geojson").write_text(features(cells), encoding="utf-8")
    area = [({"code_qp": "QN1", "lib_qp": "Les Prés"}, square(-900, -50, 1900, 300))]
    (folder / "areas.geojson").write_text(features(area), encoding="utf-8")
    rows = (folder / "sites.csv").read_text(encoding="utf-8").splitlines()
    places = [("PMI A", 2000), ("PMI B", 2600), ("PMI du pôle", 6010)]
    lines = [rows[0] + (",capacité" if capacity else ""), *(row + ("," if capacity else "") for row in rows[1:])]
    for at, (name, x) in enumerate(places):
        lon, lat = degrees(x, 100)
        lines.append(f"{name},pmi,01001,{lat},{lon},open" + (f",{capacity[at]}" if capacity else ""))
    (folder / "sites.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """Judged strictly, so that not everybody is served."""
    strict = {"policy.pole": {"lt": 12}, "policy.antenna": {"lt": 3}}
    return check(open_study(write_town(tmp_path_factory.mktemp("town")), changes=strict))


@pytest.fixture(scope="module")
def found(town):
    return measure_fairness(town)


def codes(found) -> set[str]:
    return {note.code.removeprefix("fairness.") for note in found.notes}


def value(found, measure) -> float:
    return found.measures.set_index("measure").loc[measure, "value"]


def test_measures_of_all_residents(town, found):
    minutes = town.residents["pole_p50_s"].to_numpy(float, na_value=np.inf) / 60
    bounded, people = np.minimum(minutes, 120), town.residents["weight"].to_numpy()
    assert gini(bounded, people) == value(found, "gini")
    assert palma_ratio(bounded, people) == value(found, "palma")
    half = found.distribution.set_index("share").loc[0.5, "minutes"]
    assert people[minutes <= half].sum() >= people.sum() / 2 > people[minutes < half].sum()


def test_incomes_that_rise_towards_the_pole_are_unfair(town, found):
    """The cell that states no income is left out, and counted."""
    people, row = town.residents["weight"], found.measures.set_index("measure").loc["concentration_income"]
    assert (row["left_out"], row["counted"]) == (43, people.sum() - 43)
    known = town.residents["cell"] != "c33"
    minutes = np.minimum(town.residents["pole_p50_s"].to_numpy(float, na_value=np.inf) / 60, 120)
    expected = concentration_index(minutes[known], people[known], np.arange(len(people))[known])
    assert expected == pytest.approx(row["value"])
    assert row["value"] < 0
    assert found.incomes["median_min"].is_monotonic_decreasing
    assert people.sum() - 43 == found.incomes["residents"].sum()
    assert "income_missing" in codes(found)


def test_a_neighbourhood_and_the_rest(town, found):
    inside = town.residents["priority_area"].notna().to_numpy()
    assert 9 == inside.sum()
    people, minutes = town.residents["weight"].to_numpy(), town.residents["pole_p50_s"].to_numpy(float) / 60
    row = found.groups.set_index("group").loc["priority"]
    served = town.residents["state"].isin(["pole", "antenna"]).to_numpy()
    assert row["people"] == people[inside].sum()
    assert row["served"] == pytest.approx(people[inside & served].sum() / people[inside].sum())
    assert row["gap"] == pytest.approx(row["served"] - people[~inside & served].sum() / people[~inside].sum())
    share = (people * minutes)[inside].sum() / (people * minutes).sum()
    assert value(found, "concentration_priority") == pytest.approx(row["share"] - share)


def test_households_are_compared_with_households(town, found):
    row = found.groups.set_index("group").loc["men_pauv"]
    poor = np.where(np.arange(-4, 34) < 5, 3, 1)
    served = town.residents["state"].isin(["pole", "antenna"]).to_numpy()
    assert 0 < served.mean() < 1
    assert (row["people"], row["compared"]) == (poor.sum(), "rest")
    assert row["served"] == pytest.approx(poor[served].sum() / poor.sum())
    assert row["served_rest"] == pytest.approx((4 - poor)[served].sum() / (4 - poor).sum())
    assert row["median_min"] > row["median_min_rest"]
    said = next(note for note in found.notes if note.code == "fairness.no_columns")
    assert "men_fmp, ind_80p" == said.params["columns"]


def test_what_is_no_part_of_the_residents_is_compared_with_everyone(town):
    row = measure_fairness(town, groups=["cats"]).groups.set_index("group").loc["cats"]
    assert (row["compared"], row["people"]) == ("everyone", 5 * 38)
    people, served = town.residents["weight"], town.residents["state"].isin(["pole", "antenna"])
    assert row["served_rest"] == pytest.approx(people[served].sum() / people.sum())


def test_places_in_pmi(town, found):
    """A and B, 600 m apart, and the one at the pole, which holds the pole's own: each counts 1."""
    assert ["PMI A", "PMI B", "PMI du pôle"] == found.sites["name"].tolist()
    assert {"no_capacity", "twin_poles", "demand", "catchment_plain"} <= codes(found)
    assert 3 == pytest.approx(found.cells["demand"] @ found.cells["score"])
    seconds = town.times.walk_seconds("stroller")
    names = town.times.inputs.sites["name"].tolist()
    near = seconds[:, [names.index(name) for name in found.sites["name"]]] <= 600
    children = np.where(np.arange(-4, 34) < 10, 3, 2)
    for cell, score in enumerate(found.cells["score"]):
        assert score == pytest.approx(sum(1 / children[near[:, j]].sum() for j in range(3) if near[cell, j]))
    assert value(found, "without_pmi") == pytest.approx(children[~near.any(axis=1)].sum() / children.sum())


def test_capacities_are_read_and_a_pole_without_one_is_no_pmi(tmp_path):
    found = measure_fairness(check(open_study(write_town(tmp_path, capacity=["8", "2.5", "4"]))))
    assert [8, 2.5, 4] == found.sites["capacity"].tolist()
    assert 14.5 == pytest.approx(found.cells["demand"] @ found.cells["score"])
    assert {"capacity", "capacity_poles"} <= codes(found)
    write_town(tmp_path, capacity=["8", "", "4"])
    with pytest.raises(InputError, match="ligne 5"):
        measure_fairness(check(open_study(tmp_path)))


def test_catchments_by_public_transport_reach_farther(town, found):
    rides = measure_fairness(town, mode="transit", catchment_min=20)
    walks = measure_fairness(town, catchment_min=20)
    zones = measure_fairness(town, catchment_min=20, enhanced=True)
    assert (rides.cells["score"] > 0).sum() > (walks.cells["score"] > 0).sum() > (found.cells["score"] > 0).sum()
    assert "catchment_enhanced" in codes(zones)
    for one in (rides, walks, zones):
        assert 3 == pytest.approx(one.cells["demand"] @ one.cells["score"])
    assert not np.allclose(zones.cells["score"], walks.cells["score"])


def test_who_reaches_no_pole_is_capped_or_left_out_and_counted(tmp_path):
    """Without buses, only those who walk to the pole reach it."""
    write_town(tmp_path)
    study = open_study(tmp_path, changes={"walking.limits_min.access": 1, "walking.limits_min.direct": 12})
    town = check(study)
    lost = town.residents["weight"][town.residents["pole_p50_s"].isna()].sum()
    assert lost > 0
    capped, left = measure_fairness(town, cap_min=60), measure_fairness(town, cap_min=None)
    rows = [one.measures.set_index("measure").loc["gini"] for one in (capped, left)]
    assert (rows[0]["capped"], rows[0]["left_out"], rows[1]["capped"], rows[1]["left_out"]) == (lost, 0, 0, lost)
    assert rows[0]["counted"] == rows[1]["counted"] + lost
    assert capped.distribution["minutes"].isna().any()
    pd.testing.assert_frame_equal(capped.distribution, left.distribution)


def test_a_study_without_incomes_and_areas_says_so(tmp_path):
    found = measure_fairness(check(open_study(write_small_study(tmp_path))))
    assert {"no_income", "no_priority", "no_columns", "demand_all"} <= codes(found)
    assert found.incomes.empty
    assert {"gini", "palma"} <= set(found.measures["measure"])
    assert not any(name.startswith("concentration") for name in found.measures["measure"])
    for language in ("fr", "en"):
        assert all(format_note(note, language) for note in found.notes)


@pytest.mark.parametrize(
    "asked",
    [
        {"income": "wages"},
        {"groups": ["ind_80p"]},
        {"groups": ["x"]},
        {"demand": "a + b"},
        {"cap_min": 0},
        {"catchment_min": -1},
        {"catchment_min": float("nan")},
    ],
)
def test_wrong_questions(town, asked):
    with pytest.raises(InputError):
        measure_fairness(town, **asked)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_says_what_the_tables_say(town, found, language):
    page = render_fairness_page(town, found, language)
    assert f'<html lang="{language}">' in page
    assert page.count('role="img"') == 3
    for note in found.notes:
        if note.code != "fairness.no_capacity":
            assert format_note(note, language).split("(")[0][:30] in page
    # Without capacities no capacity is drawn: the page says that they are missing, and how to give them.
    columns = next(note for note in found.notes if note.code == "fairness.no_capacity").params["columns"]
    assert html.escape(render("fairness.capacities_missing", language, columns=columns)) in page
    assert html.escape(render("fairness.reach_title", language)) in page
    assert render("fairness.sites_title", language) not in html.unescape(page)
    known = replace(found, notes=tuple(note for note in found.notes if note.code != "fairness.no_capacity"))
    page = html.unescape(render_fairness_page(town, known, language))
    for code in ("map_title", "sites_title", "commune_per_1000"):
        assert render(f"fairness.{code}", language) in page


def test_what_the_drawings_show_stands_in_tables(town, found):
    page = html.unescape(render_fairness_page(town, found, "fr"))
    for name in town.communes["name"]:
        assert f'<th scope="row">{name}</th>' in page
    curve = found.curves[found.curves["curve"] == "lorenz"]
    for part in (0.1, 0.5, 0.9):
        share = format_share(float(np.interp(part, curve["people"], curve["minutes"])), "fr")
        assert f">{format_threshold(part, 'fr')}</th>\n<td>{share}</td>" in page
    assert "http://" not in page.replace("http://www.w3.org", "")


def run(*arguments):
    return CliRunner().invoke(main, ["fairness", "--quiet", *map(str, arguments)])


def test_the_command(tmp_path):
    folder, page, table = write_town(tmp_path / "town"), tmp_path / "page.html", tmp_path / "figures.csv"
    told = run(folder, "--lang", "en", "--group", "cats", "--map", page)
    assert told.exit_code == 0, told.output
    for word in ("Gini coefficient", "Poor households", "cats (against everyone)", "Priority areas", "PMI A"):
        assert word in page.read_text(encoding="utf-8")
    assert "Gini coefficient" in told.output
    document = json.loads(run(folder, "--format", "json", "--leave-out").output)
    assert {"gini", "palma", "concentration_income"} <= {row["measure"] for row in document["measures"]}
    assert 0 == run(folder, "--format", "csv", "--output", table).exit_code
    rows = list(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8"))))
    by_name = {(row["table"], row["row"], row["figure"]): row["value"] for row in rows}
    gini_said = next(row["value"] for row in document["measures"] if row["measure"] == "gini")
    assert gini_said == pytest.approx(float(by_name["measures", "gini", "value"]))
    for wrong in (("--income", "wages"), ("--cap", "0")):
        refused = run(folder, *wrong)
        assert (refused.exit_code, refused.output.count("geo-access:")) == (2, 1)
    assert 2 == run(folder, "--cap", "60", "--leave-out").exit_code
    for wrong in (("--output", tmp_path / "x.json"), ("--map", tmp_path / "x.csv")):
        assert 2 == run(folder, *wrong).exit_code
        assert not wrong[1].exists()


def test_numbers_of_a_column_have_as_many_decimals(town, found):
    # As if capacities were known.
    known = replace(found, notes=())
    tables = {caption: rows for caption, _, rows in list_tables(known, "en")}
    for rows, column, shape in (
        (tables["sites_title"], 1, r"\d+"),
        (tables["sites_title"], 3, r"\d+\.\d\d"),
        (tables["groups_title"], 5, r"[+\u2212]?\d+\.\d"),
        (tables["groups_title"], 6, r"\d\.\d\d"),
        (tables["groups_title"], 9, r"[+\u2212]?\d+\.\d"),
        ([row for row in tables["measures_title"] if "%" not in row[1]], 1, r"[+\u2212]?\d\.\d{3}"),
    ):
        assert rows
        for row in rows:
            assert re.fullmatch(shape, row[column]), row
    half = found.sites.assign(capacity=[1.5, 2.0, 1000.0])
    said = {caption: rows for caption, _, rows in list_tables(replace(known, sites=half), "fr")}
    assert ["1,5", "2,0", "1\u202f000,0"] == [row[1] for row in said["sites_title"]]


@pytest.mark.parametrize(
    ("note", "french", "english"),
    [
        (Note("fairness.left_out", {"people": 1.0}), "sans 1 habitant qui n’atteint", "without 1 resident who reaches"),
        (Note("fairness.left_out", {"people": 0.2}), "sans < 1 habitant qui n’atteint", "< 1 resident who reaches"),
        (Note("fairness.left_out", {"people": 0.0}), "sans 0 habitant qui n’atteint", "without 0 residents who reach"),
        (
            Note("fairness.left_out", {"people": 1000.0}),
            "1 000 habitants qui n’atteignent",
            "1,000 residents who reach",
        ),
        (Note("fairness.income_missing", {"people": 1.0}), "1 habitant est sans", "1 resident has no"),
        (Note("fairness.income_missing", {"people": 2.0}), "2 habitants sont sans", "2 residents have no"),
        (
            Note("fairness.capped", {"cap": 1.0, "people": 2.0, "unreached": 1.0}),
            "plus de 1 minute compte pour 1 (2 habitants, dont 1 n’atteint aucun",
            "more than 1 minute counts as 1 (2 residents, 1 of whom reaches no",
        ),
        (
            Note("fairness.capacity_unreached", {"capacity": 2.0, "sites": 1}),
            "1 lieu (capacité : 2) n’est à portée",
            "1 site (capacity 2) is within",
        ),
        (
            Note("fairness.capacity_unreached", {"capacity": 9.0, "sites": 3}),
            "3 lieux (capacité : 9) ne sont à portée",
            "3 sites (capacity 9) are within",
        ),
        (
            Note("fairness.catchment_plain", {"seconds": 600, "sites": 1, "way": Note("fairness.by_walk", {})}),
            "à 10 min au plus, à pied ; PMI et pôles comptés : 1.",
            "at most 10 min away, on foot; PMI and pôles counted: 1.",
        ),
        (
            Note("fairness.catchment_enhanced", {"seconds": 899, "sites": 2, "way": Note("fairness.by_walk", {})}),
            "à 899 s au plus",
            "at most 899 s away",
        ),
        (Note("fairness.catchment_cut", {"minutes": 1.0}), "au-delà de 1 minute (", "beyond 1 minute ("),
    ],
)
def test_notes_tell_one_from_many(note, french, english):
    for language, words in (("fr", french), ("en", english)):
        assert words in format_note(note, language).replace("\u00a0", " ").replace("\u202f", " ")


def write_bondy(folder, shared_data, monkeypatch):
    """Bondy as INSEE's Filosofi has it, with an area laid out as the national file of the QPV, PMI with capacities."""
    monkeypatch.setattr("small_study.X0", 660_000.0)
    monkeypatch.setattr("small_study.Y0", 6_867_000.0)
    monkeypatch.setattr("small_study.TO_DEGREES", Transformer.from_crs("EPSG:2154", "EPSG:4326", always_xy=True))
    write_small_study(folder)
    study = (folder / "study.toml").read_text(encoding="utf-8").replace("EPSG:32628", "EPSG:2154")
    study = study.replace('sst = { file = "sst.csv", column = "sst_before" }', 'priority_areas = "qp.geojson"')
    (folder / "study.toml").write_text(study.replace("residents.geojson", "carreaux_200m.csv"), encoding="utf-8")
    shutil.copy(shared_data / "population" / "filosofi2019_200m_bondy.csv", folder / "carreaux_200m.csv")
    outline = square(-2000, -5000, 10_000, 10_000)
    (folder / "communes.geojson").write_text(
        features([({"insee": "93010", "name": "Bondy", "population": 54_000}, outline)]), encoding="utf-8"
    )
    told = {
        "code_qp": "QN09312M", "lib_qp": "Quartier Nord", "insee_reg": "11", "insee_dep": "93", "insee_com": "93010",
        "lib_com": "Bondy", "siren_epci": "200058790",
    }  # fmt: skip
    (folder / "qp.geojson").write_text(features([(told, square(1000, 400, 1400, 800))]), encoding="utf-8")
    lines = ["name,kind,insee,lat,lon,status,capacite"]
    for name, kind, x, y, places in (
        ("Pôle", "pole", 3000, -900, ""), ("PMI Nord", "pmi", 1800, 1100, 30), ("PMI Sud", "pmi", 2200, -500, 12.5),
    ):  # fmt: skip
        lon, lat = degrees(x, y)
        lines.append(f"{name},{kind},93010,{lat},{lon},open,{places}")
    (folder / "sites.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    write_bus(folder / "bus.zip")
    return check(open_study(folder))


@pytest.mark.real_data
def test_filosofi_and_qpv_as_their_producers_write_them(tmp_path, shared_data, monkeypatch):
    """Every figure again by the plain definition, pair by pair, from the columns of INSEE's own file."""
    town = write_bondy(tmp_path, shared_data, monkeypatch)
    found = measure_fairness(town)
    assert {"income_per_person", "capacity", "capacity_poles", "demand"} <= codes(found)
    assert not codes(found) & {"no_income", "no_priority", "no_columns", "income_missing"}
    table = pd.read_csv(tmp_path / "carreaux_200m.csv").set_index("idcar_200m").loc[town.residents["cell"]]
    people = table["ind"].to_numpy()
    income = (table["ind_snv"] / table["ind"]).to_numpy()
    assert 13_000 < income.min() < income.max() < 32_000
    minutes = np.minimum(town.residents["pole_p50_s"].to_numpy(float, na_value=np.inf) / 60, 120)
    mean, total = people @ minutes / people.sum(), people.sum()
    spread = sum(people[i] * people @ np.abs(minutes - minutes[i]) for i in range(len(people)))
    assert value(found, "gini") == pytest.approx(spread / (2 * mean * total**2))
    for name, rank in (("income", income), ("priority", town.residents["priority_area"].isna().to_numpy(float))):
        place = np.array([people[rank < r].sum() + people[rank == r].sum() / 2 for r in rank]) / total
        index = 2 / (mean * total) * (people * minutes) @ place - 1
        assert value(found, f"concentration_{name}") == pytest.approx(index)
    served = town.residents["state"].isin(["pole", "antenna"]).to_numpy()
    assert 0 < served.mean() < 1
    wholes = {"men_pauv": "men", "men_fmp": "men", "ind_80p": "ind", "ind_0_3 + ind_4_5": "ind"}
    groups = found.groups.set_index("group")
    assert {"priority", *wholes} == set(groups.index)
    for name, whole in wholes.items():
        group = table[name.split(" + ")].sum(axis=1).to_numpy()
        rest = table[whole].to_numpy() - group
        row = groups.loc[name]
        assert row["compared"] == "rest"
        assert row["gap"] == pytest.approx(group[served].sum() / group.sum() - rest[served].sum() / rest.sum())
    assert found.incomes["residents"].sum() == pytest.approx(total)
    assert found.incomes["income"].is_monotonic_increasing
    children = (table["ind_0_3"] + table["ind_4_5"]).to_numpy()
    places = town.times.inputs.sites["name"].tolist()
    near = town.times.walk_seconds("stroller")[:, [places.index("PMI Nord"), places.index("PMI Sud")]] <= 600
    ratio = np.array([30, 12.5]) / (children @ near)
    np.testing.assert_allclose(found.cells["score"], near @ ratio)
    said = render_fairness_page(town, found, "fr")
    assert "Quartiers prioritaires" in said
    assert "Écarts entre groupes d’habitants" in said
    assert "1 (les plus pauvres)" in said


def test_the_real_study(shared_data):
    town = check(open_study(shared_data / "hauts-de-seine"))
    found = measure_fairness(town)
    assert 0.15 < value(found, "gini") < 0.35
    children = found.groups.set_index("group").loc["ind_0_3 + ind_4_5"]
    table = gpd.read_file(shared_data / "hauts-de-seine" / "residents_200m.gpkg")
    assert children["people"] == pytest.approx((table["ind_0_3"] + table["ind_4_5"]).sum(), rel=1e-3)
    reached = found.sites.loc[found.sites["ratio"].notna(), "capacity"].sum()
    assert reached == pytest.approx(found.cells["demand"] @ found.cells["score"])


def test_the_real_study_beside_pysal(shared_data):
    """The same children, PMI and walks; the peer's catchment leaves its end out, so half a second is added."""
    fca = pytest.importorskip("access.fca")
    town = check(open_study(shared_data / "hauts-de-seine"))
    found = measure_fairness(town)
    rows = town.times.inputs.sites.reset_index().set_index("site").loc[found.sites["site"], "index"].to_numpy()
    seconds = town.times.walk_seconds("stroller")[:, rows]
    cell, site = np.nonzero(seconds <= 600)
    costs = pd.DataFrame({"origin": cell, "dest": site, "cost": seconds[cell, site].astype(float)})
    theirs = fca.two_stage_fca(
        pd.DataFrame({"demand": found.cells["demand"].to_numpy()}),
        pd.DataFrame({"supply": found.sites["capacity"].to_numpy()}),
        costs,
        max_cost=600.5,
        demand_index=True,
        supply_index=True,
    )
    np.testing.assert_allclose(found.cells["score"], theirs.reindex(range(len(seconds)), fill_value=0.0), rtol=1e-9)
