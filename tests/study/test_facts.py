"""The facts of the Hauts-de-Seine study that the project itself holds."""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict

import pytest
from locations import FACTS

import geo_access as ga

TOTAL = 1_654_712
# Population of 2023 by SST, as published facts give it.
BEFORE = {
    "villeneuve-la-garenne": 26_021,
    "asnieres-gennevilliers": 144_920,
    "colombes-bois-colombes": 119_962,
    "courbevoie-la-garenne-neuilly": 172_637,
    "clichy-levallois": 132_502,
    "nanterre-rueil": 180_657,
    "suresnes-puteaux": 92_958,
    "boulogne-8": 230_787,
    "issy-clamart-meudon-vanves": 201_201,
    "chatillon-malakoff-montrouge": 113_586,
    "bagneux-bourg-la-reine-fontenay": 89_661,
    "chatenay-plessis": 64_673,
    "antony-sceaux": 85_147,
}
SPLIT = {"nanterre-rueil", "boulogne-8"}
NEW = {
    "nanterre": 97_783,
    "boulogne-sevres-chaville": 161_916,
    "rueil-saint-cloud-garches-vda-marnes-vaucresson": 151_745,
}
EVIDENCE = {"verified", "derived", "unverified"}


def read(name: str) -> list[dict[str, str]]:
    with (FACTS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def count_people(column: str) -> dict[str, int]:
    population = {row["insee"]: int(row["population"]) for row in read("communes.csv")}
    people: dict[str, int] = defaultdict(int)
    for row in read("sst.csv"):
        people[row[column]] += population[row["insee"]]
    return dict(people)


def test_there_are_36_communes_and_their_people():
    communes = read("communes.csv")
    codes = [row["insee"] for row in communes]
    assert len(codes) == len(set(codes)) == 36
    assert codes == sorted(codes)
    assert all(code.startswith("92") and len(code) == 5 for code in codes)
    assert sum(int(row["population"]) for row in communes) == TOTAL
    assert all(row["source"] and row["population_year"] == "2023" for row in communes)


def test_every_commune_belongs_to_one_sst_before_and_after():
    names = {row["insee"]: row["name"] for row in read("communes.csv")}
    zoning = read("sst.csv")
    assert {row["insee"]: row["name"] for row in zoning} == names
    assert len(zoning) == 36
    assert all(row["source"] and row["evidence"] in EVIDENCE for row in zoning)


def test_thirteen_sst_before():
    assert len(BEFORE) == 13
    assert count_people("sst_before") == BEFORE


def test_fourteen_sst_after():
    expected = {name: people for name, people in BEFORE.items() if name not in SPLIT} | NEW
    assert len(expected) == 14
    assert count_people("sst_after") == expected


def test_unverified_groups_say_so():
    unverified = {row["sst_before"] for row in read("sst.csv") if row["evidence"] == "unverified"}
    assert unverified == {"colombes-bois-colombes", "courbevoie-la-garenne-neuilly", "bagneux-bourg-la-reine-fontenay"}
    numbers = {row["sst_before"]: (row["number_before"], row["number_evidence"]) for row in read("sst.csv")}
    assert sorted(int(number) for number, _ in numbers.values()) == list(range(1, 14))
    assert {number for number, evidence in numbers.values() if evidence == "verified"} == {"7", "13"}


@pytest.mark.parametrize("name", ["sites.csv", "sites_to_locate.csv"])
def test_every_site_says_where_it_is_known_from(name):
    communes = {row["insee"]: row["name"] for row in read("communes.csv")}
    rows = read(name)
    for row in rows:
        assert row["source"], row
        assert row["evidence"] in EVIDENCE, row
        assert row["kind"] in {"pole", "antenna", "annex", "pmi", "permanence", "mobile_stop", "partner"}, row
        assert row["status"] in {"open", "renovation", "planned", "closed"}, row
        assert communes[row["insee"]] == row["commune"], row
        for day in (row["open_from"], row["dates"]):
            assert not day or dt.date.fromisoformat(day)
    every = [row["id"] for file in ("sites.csv", "sites_to_locate.csv") for row in read(file)]
    assert len(every) == len(set(every))


def test_every_point_says_what_it_is_worth():
    for row in read("sites.csv"):
        assert row["location"].split(":")[0] in {"address point", "approximate", "stand-in"}, row
        assert 48.7 < float(row["lat"]) < 49.0, row
        assert 2.1 < float(row["lon"]) < 2.4, row
        if row["location"] == "address point":
            assert row["address"][0].isdigit(), row


def test_supposed_main_sites_are_not_passed_off_as_known():
    poles = {row["commune"]: row for row in read("sites.csv") if row["kind"] == "pole"}
    new_type = {"Châtenay-Malabry", "Châtillon", "Villeneuve-la-Garenne", "Asnières-sur-Seine"}
    new_type |= {"Issy-les-Moulineaux", "Clichy", "Antony"}
    assert {name for name, row in poles.items() if not row["label"] and row["status"] == "open"} == new_type
    for name in ("Colombes", "Courbevoie", "Bagneux", "Rueil-Malmaison"):
        assert (poles[name]["label"], poles[name]["evidence"]) == ("main_site", "unverified")


def test_the_study_can_be_opened():
    study = ga.open_study(FACTS)
    assert study.settings.policy.preset == "discours-2024-04"
    assert study.settings.date.weekday() == 1
    for column in ("sst_before", "sst_after"):
        varied = study.vary({"territory.sst.column": column})
        assert varied.settings.territory.sst.column == column


@pytest.mark.real_data
def test_every_site_lies_in_its_commune(shared_data):
    from geo_access.core.findings import Findings
    from geo_access.study.inputs.communes import read_communes
    from geo_access.study.inputs.sites import read_sites

    findings = Findings()
    communes = read_communes(shared_data / "hauts-de-seine" / "communes.geojson", crs="EPSG:2154")
    sites = read_sites(FACTS / "sites.csv", crs="EPSG:2154", communes=communes, findings=findings)
    assert len(sites) == len(read("sites.csv"))
    assert [finding.text("en") for finding in findings if finding.level == "error"] == []
