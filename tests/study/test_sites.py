"""Lists of sites as people keep them: French words, dates, and the faults that real lists have."""

from __future__ import annotations

import datetime as dt
import string
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo_access.core.errors import InputError
from geo_access.core.findings import Findings
from geo_access.study.inputs import site_checks
from geo_access.study.inputs.communes import read_communes, read_zoning
from geo_access.study.inputs.site_vocabulary import (
    KINDS,
    STATUSES,
    address_keys,
    name_key,
    read_date,
    read_kind,
    read_status,
)
from geo_access.study.inputs.sites import count_open, read_sites
from geo_access.study.inputs.source_table import SourceTable
from geo_access.texts import read_catalogue

CRS = "EPSG:2154"
HEAD = "name,kind,lat,lon,insee"
# In the west commune, in the east commune, 3 km north of both, 50 km away.
WEST, EAST, NORTH, FAR = "48.85,2.31", "48.85,2.33", "48.89,2.31", "49.3,2.31"


@pytest.fixture(scope="module")
def communes() -> gpd.GeoDataFrame:
    shapes = [shapely.box(2.30, 48.84, 2.32, 48.86), shapely.box(2.32, 48.84, 2.34, 48.86)]
    frame = gpd.GeoDataFrame(
        {"insee": ["01001", "92002"], "name": ["Ouest", "Est"]}, geometry=gpd.GeoSeries(shapes, crs=4326)
    )
    return frame.to_crs(CRS)


def read(text: str, tmp_path, communes, findings=None, **options) -> gpd.GeoDataFrame:
    path = tmp_path / "sites.csv"
    path.write_text(text, encoding="utf-8")
    return read_sites(
        path, crs=CRS, communes=communes, findings=Findings() if findings is None else findings, **options
    )


def found(text: str, tmp_path, communes, **options) -> dict[str, list]:
    findings = Findings()
    read(text, tmp_path, communes, findings, **options)
    by_code: dict[str, list] = {}
    for one in findings:
        by_code.setdefault(one.code.removeprefix("places."), []).append(one)
        assert all("{" not in one.text(language) for language in ("fr", "en"))
    return by_code


def fault(text: str, tmp_path, communes, **options) -> InputError:
    with pytest.raises(InputError) as caught:
        read(text, tmp_path, communes, **options)
    assert "sites.csv" in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    ("word", "kind", "certainty"),
    [
        *[(kind, kind, "known") for kind in KINDS],
        ("Pôle social", "pole", "known"),
        ("pole_social", "pole", "known"),
        ("Antenne de proximité", "antenna", "known"),
        ("ANNEXE", "annex", "known"),
        ("Protection maternelle et infantile", "pmi", "known"),
        ("caravane solidaire", "mobile_stop", "known"),
        ("CCAS", "partner", "known"),
        ("partenaire", "partner", "known"),
        ("pmi (dans un pole social)", "pmi", "read"),
        ("sst", "pole", "read"),
        ("EDAS", "antenna", "read"),
        ("PMI conventionnée", "pmi", "read"),
        ("maternite", "partner", "unknown"),
        ("centre_de_sante", "partner", "unknown"),
        ("permanence unique des solidarités", "partner", "unknown"),  # a desk inside a pôle
    ],
)
def test_words_for_kinds(word, kind, certainty):
    assert (kind, certainty) == read_kind(word)[:2]


def test_a_slip_is_no_other_kind_but_is_suggested(tmp_path, communes):
    findings = found(f"{HEAD}\nA,pole socail,{WEST},01001\nB,maternite,{WEST},01001\n", tmp_path, communes)
    assert findings["site_kind_slip"][0].params["guess"] == "pole"
    assert findings["site_kind_slip"][0].level == "error"
    assert findings["site_kind_unknown"][0].params["word"] == "maternite"
    assert fault(f"{HEAD}\nA,pmi,{WEST},\n", tmp_path, communes, default_kind="pool").code == "places.default_kind"


def test_status_words_and_dates():
    words = {"Ouvert": "open", "en travaux": "renovation", "projet": "planned", "prévu": "planned", "fermé": "closed"}
    assert words == {word: read_status(word) for word in words}
    assert list(STATUSES) == [read_status(status) for status in STATUSES]
    day = dt.date(2024, 4, 23)
    assert [day] * 5 == [
        read_date(t) for t in ("2024-04-23", "23/04/2024", "23.4.2024", "2024-04-23T00:00:00", " 2024-04-23 ")
    ]
    assert [read_date(text) for text in ("31/02/2024", "avril 2024", "04/23/2024", "")] == [None] * 4


def test_columns_in_french(tmp_path, communes):
    text = (
        "Identifiant;Nom;Type;Statut;Date d’ouverture;Fermeture;Horaires;Dates;"
        "Adresse;Gestionnaire;Latitude;Longitude;Commune\n"
        "7;Caravane;caravane;ouvert;;;9h-12h;13/06/2023, 08/06/2023;place;partenaire;48,85;2,31;Ouest\n"
        "8;Site principal SST;pôle;prévu;01/09/2024;31/12/2025;;;;;48,85;2,33;Est\n"
    )
    sites = read(text, tmp_path, communes, sst=pd.Series({"01001": "nord", "92002": "sud"}))
    assert sites["site"].tolist() == ["7", "8"]
    assert sites["kind"].tolist() == ["mobile_stop", "pole"]
    assert sites["status"].tolist() == ["open", "planned"]
    assert sites["open_from"].tolist() == [None, dt.date(2024, 9, 1)]
    assert sites["open_until"].tolist() == [None, dt.date(2025, 12, 31)]
    assert sites["dates"].tolist() == ["2023-06-08; 2023-06-13", None]
    assert sites["hours"].tolist() == ["9h-12h", None]
    assert sites["sst"].tolist() == ["nord", "sud"]
    assert sites["insee"].tolist() == ["01001", "92002"]
    assert sites["operator"].tolist() == ["partner", None]
    assert sites["label"].tolist() == [None, "main_site"]
    assert sites.crs == CRS


@pytest.mark.parametrize(
    ("text", "code", "row"),
    [
        (f"{HEAD},status\nA,pmi,{WEST},,ouvertt\n", "site_status_guess", 2),
        (f"{HEAD},status\nA,pmi,{WEST},,42\n", "site_status", 2),
        (f"{HEAD},open_from\nA,pmi,{WEST},,bientôt\n", "site_date", 2),
        (f"{HEAD},open_from,open_until\nA,pmi,{WEST},,2024-02-01,2024-01-01\n", "site_period", 2),
        (f"{HEAD},id\nA,pmi,{WEST},,1\nB,pmi,{EAST},,1\n", "site_id_twice", 3),
        (f"{HEAD}\nA,pmi,,,\n", "sites_nowhere", None),
        ("name,lat,lon\nA,48.85,2.31\n", "column_missing", None),
        ("kind,lat,lon\npmi,48.85,2.31\n", "column_missing", None),
        ("name,kind\nA,pmi\n", "geometry_missing", None),
        (f"{HEAD}\nA,pmi,2.31,48.85,\nB,pmi,2.33,48.85,\n", "sites_swapped", 2),
        (f"{HEAD}\nA,pmi,{WEST},\nB,pmi,2.33,48.85,\n", "site_swapped", 3),
        (f"{HEAD}\nA,pmi,6862000,652000,\n", "coordinates_outside", 2),
        ("name,kind,wkt\nA,pmi,POINT (2 48)\n", "crs_missing", None),
    ],
)
def test_lists_that_cannot_be_used(tmp_path, communes, text, code, row):
    error = fault(text, tmp_path, communes)
    assert (code, row) == (error.code.removeprefix("places."), error.row) or error.code.startswith(
        f"places.{code}_guess"
    )


def test_sites_without_a_point_are_left_out_by_name(tmp_path, communes):
    findings = found(
        f"{HEAD},address\nA,pmi,{WEST},,\nB,pmi,,,,1 rue X\nC,pmi,0,0,,\nD,pmi,48.85,,,\n", tmp_path, communes
    )
    assert [(one.row, one.level) for one in findings["site_without_point"]] == [
        (3, "error"),
        (4, "error"),
        (5, "error"),
    ]
    assert "1 rue X" in findings["site_without_point"][0].text("fr")


def test_points_in_the_wrong_place(tmp_path, communes):
    text = (
        f"{HEAD}\nright,pmi,{WEST},1001\nwrong,pole,{EAST},01001\nborder,annexe,48.85,2.3203,01001\n"
        f"out,antenne,{NORTH},01001\nfar,pole,{FAR},\nParis,pmi,48.852,2.335,75056\n"
    )
    findings = found(text, tmp_path, communes)
    wrong, border = findings["site_other_commune"]
    assert (wrong.row, wrong.level, border.row, border.level) == (3, "error", 4, "warning")
    assert "Ouest (01001)" in wrong.text("en")
    assert "Est (92002)" in wrong.text("en")
    assert [one.row for one in findings["site_out_of_commune"]] == [5]
    assert [one.row for one in findings["site_far"]] == [6]
    assert [one.row for one in findings["site_unknown_commune"]] == [7]
    assert findings["zero_lost"][0].row == 2
    sites = read(text, tmp_path, communes)
    assert sites["insee"].tolist()[:3] == ["01001"] * 3  # the file's code stands; a finding names the point's
    assert sites["insee_point"].tolist()[1] == "92002"


def test_sites_listed_twice(tmp_path, communes):
    text = (
        f"{HEAD},address\n"
        f"PMI Verdun,pmi,{WEST},01001,12 av. de Verdun\n"
        'PMI départementale,pmi,48.8502,2.3101,01001,"12, AVENUE DE VERDUN"\n'
        "PMI Nord,pmi,48.8580,2.3101,01001,12 avenue de Verdun / 3 r. X\n"
        f"Pôle Verdun,pole,{WEST},01001,12 avenue de Verdun\n"
        f"PMI Est,pmi,{EAST},92002,\nPMI de l'Est,pmi,48.85001,2.33001,92002,\n"
        "PMI Est (nouveaux locaux),annexe,48.8580,2.3350,92002,\n"
    )
    findings = found(text, tmp_path, communes)
    pairs = {code: [(one.row, one.params["other_row"]) for one in findings.get(code, [])] for code in findings}
    assert pairs["site_twice_address"] == [(3, 2)]
    assert pairs["site_twice_apart"] == [(4, 2), (4, 3)]
    assert pairs["site_twice_point"] == [(7, 6)]
    assert (8, 6) in pairs["site_twice_name"]
    assert not any(5 in pair for every in pairs.values() for pair in every)  # a PMI in a pôle is no double


def test_address_and_name_keys():
    assert (
        address_keys("16 BIS av. de la République")
        == address_keys("16bis avenue République")
        == {"16bis avenue republique"}
    )
    assert address_keys("39 rue Aristide Briand / 27 rue Guynemer") == {"39 rue aristide briand", "27 rue guynemer"}
    assert address_keys("(adresse non donnée)") == set()
    assert name_key("PMI de Puteaux (annexe SST 7)") == "pmi puteaux"


def test_unknown_sst_is_named(tmp_path, communes):
    zoning = pd.Series({"01001": "nord", "92002": "sud"})
    findings = found(f"{HEAD},sst\nA,pmi,{WEST},,nrd\nB,pmi,{EAST},,nord\n", tmp_path, communes, sst=zoning)
    assert [(one.row, one.params["known"]) for one in findings["site_sst"]] == [(2, "nord")]


def test_mobile_stop_without_date(tmp_path, communes):
    assert "stop_without_date" in found(f"{HEAD}\nA,caravane,{WEST},\n", tmp_path, communes)


def test_sites_must_be_points(tmp_path, communes):
    path = tmp_path / "sites.geojson"
    communes.to_crs(4326).assign(kind="pmi").to_file(path)
    with pytest.raises(InputError) as caught:
        read_sites(path, crs=CRS, communes=communes)
    assert (caught.value.code, caught.value.row) == ("places.site_kind_of_place", 2)


def test_dates_of_a_geopackage(tmp_path, communes):
    path = tmp_path / "sites.gpkg"
    frame = gpd.GeoDataFrame(
        {
            "name": ["A", "B"],
            "kind": ["pmi", "pole"],
            "open_from": [pd.Timestamp("2024-04-23"), None],
            "insee": [1001, 92002],
        },
        geometry=gpd.points_from_xy([2.31, 2.33], [48.85, 48.85], crs=4326),
    )
    frame.to_file(path)
    sites = read_sites(path, crs=CRS, communes=communes, findings=Findings())
    assert sites["open_from"].tolist() == [dt.date(2024, 4, 23), None]
    assert sites["insee"].tolist() == ["01001", "92002"]


def test_count_open():
    day = dt.date(2024, 4, 23)
    late, early = day + dt.timedelta(1), day - dt.timedelta(1)
    sites = pd.DataFrame(
        {
            "status": ["open", "renovation", "planned", "closed", "open", "open", "open", "open", "open"],
            "open_from": [None, None, None, None, day, late, None, None, early],
            "open_until": [None, None, None, None, None, None, day, early, late],
        }
    )
    assert count_open(sites, day).tolist() == [True, False, False, False, True, False, True, False, True]


@given(st.permutations(range(6)))
def test_ids_and_places_do_not_depend_on_row_order(tmp_path_factory, order):
    shapes = gpd.GeoSeries([shapely.box(2.30, 48.84, 2.32, 48.86), shapely.box(2.32, 48.84, 2.34, 48.86)], crs=4326)
    communes = gpd.GeoDataFrame({"insee": ["01001", "92002"], "name": ["Ouest", "Est"]}, geometry=shapes).to_crs(CRS)
    rows = [
        f"PMI,pmi,{WEST},01001",
        f"PMI,pole,{WEST},01001",
        f"PMI,pmi,{EAST},92002",
        f"A,pmi,{EAST},92002",
        f"Pôle social,pole,{EAST},92002",
        f"B,antenne,{WEST},01001",
    ]
    folder = tmp_path_factory.mktemp("sites")

    def places(lines: list[str]) -> dict[str, tuple]:
        sites = read("\n".join([HEAD, *lines]), folder, communes)
        assert sites["site"].is_unique
        assert sites["row"].tolist() == list(range(2, len(lines) + 2))
        kinds, points = sites["kind"], sites.geometry
        return dict(zip(sites["site"], zip(kinds, points.x, points.y, strict=True), strict=True))

    expected, actual = places(rows), places([rows[i] for i in order])
    # Namesakes of one kind in two communes are told apart by a number at last; every other id is the same.
    assert sorted(expected.values()) == sorted(actual.values())
    assert {key: value for key, value in expected.items() if not key.startswith("pmi")} == {
        key: value for key, value in actual.items() if not key.startswith("pmi")
    }


def test_texts_speak_both_languages():
    for name, text in read_catalogue("places").items():
        fields = [{field for _, field, _, _ in string.Formatter().parse(said) if field} for said in text]
        assert fields[0] == fields[1], name
        assert "'" not in text.fr, name  # the typographic apostrophe
        assert not any(f" {mark}" in text.fr for mark in ":;?!%»"), name  # a no-break space before them


@pytest.mark.real_data
def test_the_list_as_found(shared_data):
    """The real list names its faults: a wrong commune, doubles, seven rows without coordinates."""
    folder, findings = shared_data / "hauts-de-seine", Findings()
    communes = read_communes(folder / "communes.geojson", crs=CRS)
    sites = read_sites(folder / "sites_raw_list.csv", crs=CRS, communes=communes, findings=findings)
    rows = {}
    for one in findings:
        rows.setdefault(one.code.removeprefix("places."), []).append(one.row)
    assert len(sites) == 35
    assert rows["site_other_commune"] == [20]
    assert rows["site_without_point"] == [35, 36, 37, 40, 41, 42, 43]
    assert rows["site_twice_apart"] == [28, 31, 32]
    assert rows["site_twice_address"] == [29]
    assert rows["site_twice_point"] == [34]
    assert rows["site_twice_name"] == [41]
    assert rows["site_kind_unknown"] == [4, 6]
    wrong = next(one for one in findings if one.code == "places.site_other_commune")
    assert (wrong.level, wrong.params["name"]) == ("error", "PMI Jacques Decour")
    assert "Nanterre (92050)" in wrong.text("fr")
    assert "Suresnes (92073)" in wrong.text("fr")


@pytest.mark.real_data
def test_the_study_list(shared_data):
    folder, findings = shared_data / "hauts-de-seine", Findings()
    communes = read_communes(folder / "communes.geojson", crs=CRS)
    zoning = read_zoning(folder / "sst.csv", "sst_after", communes)
    sites = read_sites(folder / "sites.csv", crs=CRS, communes=communes, sst=zoning, findings=findings)
    assert sites["kind"].value_counts().to_dict() == {"pmi": 36, "pole": 14, "annex": 2, "antenna": 1}
    assert sites["status"].value_counts().to_dict() == {"open": 51, "renovation": 1, "planned": 1}
    assert (sites["insee"] == sites["insee_point"]).all()
    assert sites["sst"].tolist() == zoning[sites["insee"]].tolist()
    assert sites["site"].is_unique
    assert count_open(sites, dt.date(2018, 1, 23)).sum() == 51
    assert (sites["label"] == "main_site").sum() == 5
    assert not any(one.level == "error" for one in findings)


@pytest.mark.real_data
def test_porto_alegre_points_without_kind(shared_data):
    city = gpd.GeoDataFrame(
        {"insee": ["poa"], "name": ["Porto Alegre"], "population": [np.nan]},
        geometry=gpd.GeoSeries([shapely.box(-51.35, -30.3, -51.0, -29.9)], crs=4326).to_crs(31982),
    )
    path = shared_data / "cities" / "porto-alegre" / "poa_points_of_interest.csv"
    findings = Findings()
    sites = read_sites(path, crs="EPSG:31982", communes=city, default_kind="pôle", findings=findings)
    assert len(sites) == 15
    assert set(sites["kind"]) == {"pole"}
    assert sites["site"].tolist() == sites["name"].tolist()
    assert len(findings) == 0


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Antenne", "Antenne du Parc", "PMI"]),
            st.sampled_from(["antenna", "pmi"]),
            st.sampled_from(["1 rue des Lilas", "2 rue des Lilas", None]),
            st.sampled_from(["92001", "92002", None]),
            st.sampled_from([0.0, 5.0, 10.0, 400.0, np.nan]),
        ),
        max_size=8,
    )
)
def test_twins_are_those_of_all_pairs_looked_at(rows):
    frame = pd.DataFrame(rows, columns=["name", "kind", "address", "insee", "x"]).astype({"x": float})
    frame["row"] = range(2, len(frame) + 2)
    points = np.column_stack([frame["x"], np.zeros(len(frame))])

    def find() -> list[Findings]:
        findings = Findings()
        site_checks.report_twins(SourceTable(Path("sites.csv"), frame, findings), points)
        return list(findings)

    found = find()
    with pytest.MonkeyPatch.context() as patch:
        every = [(i, j) for i in range(len(frame)) for j in range(i)]
        patch.setattr(site_checks, "_list_likely_twins", lambda *_given: every)
        assert find() == found
