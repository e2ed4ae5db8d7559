"""The study file: defaults, paths, and one clear error for each fault."""

from __future__ import annotations

import datetime as dt
import pickle
import re
from pathlib import Path

import pydantic
import pytest

import geo_access as ga
from geo_access.core.errors import SettingsError
from geo_access.study.settings import known_keys

MINIMAL = """
name = "Ici"
date = 2024-04-23
crs = "EPSG:2154"
[territory]
communes = "communes.geojson"
[residents]
file = "residents.gpkg"
[sites]
file = "lists/sites.csv"
"""


@pytest.fixture
def write(tmp_path):
    def write_study(text: str = MINIMAL, name: str = "study.toml") -> Path:
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return file

    return write_study


def test_defaults_are_those_of_the_design(write):
    settings = ga.open_study(write()).settings
    assert (9 * 3600, 11 * 3600, 60, 120) == (
        settings.departures.from_s,
        settings.departures.to_s,
        settings.departures.every_s,
        settings.departures.count,
    )
    assert ("adult", 300, 40) == (settings.walking.profile, settings.walking.snap_m, settings.walking.min_island_nodes)
    assert (60, "inclusive") == (settings.transit.boarding_slack_s, settings.transit.boarding_rule)
    assert "discours-2024-04" == settings.policy.preset
    assert dt.date(2024, 4, 23) == settings.date


def test_a_folder_and_its_file_are_one_study(write):
    file = write()
    assert ga.open_study(file) == ga.open_study(file.parent) == ga.open_study(str(file))


def test_paths_start_from_the_file(write):
    study = ga.open_study(write())
    assert study.folder / "lists" / "sites.csv" == study.path(study.settings.sites.file)


def test_without_a_path_the_sample_opens():
    assert ga.open_study().file.is_file()


@pytest.mark.parametrize("given", [3, ["study"], b"study"])
def test_what_is_no_path_of_a_study_is_refused_by_name(given):
    with pytest.raises(ga.ArgumentError, match="path"):
        ga.open_study(given)


def test_settings_are_frozen(write):
    study = ga.open_study(write())
    with pytest.raises(pydantic.ValidationError):
        study.settings.name = "Là"
    with pytest.raises(AttributeError):
        study.file = Path("elsewhere")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"departures.form": "08:00"}, "departures.from"),
        ({"polcy.preset": "x"}, "policy"),
        ({"walking.snapm": 3}, "walking.snap_m"),
        ({"policy.preset": "discours-2024"}, "discours-2024-04"),
        ({"policy.pole.lt": 20, "policy.pole.le": 20}, "lt"),
        ({"departures.from": "12:00"}, "from"),
        ({"departures.from": "midi"}, "09:00"),
        ({"departures.every_s": 0}, "departures.every_s"),
        ({"walking.profile": "cyclist"}, "stroller"),
        ({"walking.straight_line.detour": 0.5}, "walking.straight_line.detour"),
        ({"walking.streets": "a.osm", "walking.straight_line": {"detour": 1.3}}, "straight_line"),
        ({"policy.required_share": 0}, "policy.required_share"),
        ({"policy.pole.kinds": ["pol"]}, "policy.pole.kinds"),
        ({"transit.boarding_slack_s": -1}, "transit.boarding_slack_s"),
        ({"date": "soon"}, "date"),
        ({"language": "de"}, "language"),
        ({"policy.pole.lt": "vingt"}, "policy.pole.lt"),
        ({"policy.pole.lt": 0}, "1440"),
        ({"policy.pole.pool": "own"}, "own_sst"),
        ({"policy.pole.minute": 25}, "lt, le, kinds"),
        ({"policy.pole.profile": "fauteuil roulant"}, "wheelchair"),
        ({"walking.profile": "poussette"}, "stroller"),
        ({"walking": 3}, "snap_m"),
        ({"required_share": 0.9}, "policy.required_share"),
        ({"date": 20240423}, "20240423"),
        ({"date": dt.date(1, 1, 1)}, "0001-01-01"),
        ({"date": "9999-12-31"}, "2018-01-23"),
        ({"walking.speed_kmh": 1e-300}, "20"),
        ({"crs": "EPSG:215"}, "EPSG:215"),
        ({"crs": "EPSG:4326"}, "EPSG:2154"),
        ({"residents.crs": "Lambert"}, "residents.crs"),
        ({"transit.gtfs": ["a.zip", 3]}, "transit.gtfs"),
        ({"date": "9999-12-31"}, "2199"),
        ({"date": dt.date(1, 1, 1)}, "1900"),
        ({"transit.gtfs": [f"{number}.zip" for number in range(201)]}, "200"),
        ({"transit.gtfs": ["a.zip", "b.zip", "./a.zip"]}, "a.zip"),
        ({"walking.streets": ["b.pbf", "b.pbf"]}, "b.pbf"),
    ],
)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_wrong_setting_names_the_key_and_the_way_out(write, change, expected, language):
    study = ga.open_study(write())
    with pytest.raises(SettingsError) as error:
        study.vary(change)
    said = error.value.text(language)
    assert str(study.file) in said
    assert expected in said


def _list_keys(path=()):
    for key in known_keys(path):
        inner = (*path, key)
        yield ".".join(inner)
        yield from _list_keys(inner)


JUNK = ["?", 1.5, -1, 1e300, float("nan"), True, [], ["?"], [3], {"?": 1}, dt.date(2024, 1, 1), dt.time(9, 0), b"?", ""]


@pytest.mark.parametrize("key", list(_list_keys()))
def test_no_fault_is_told_in_the_words_of_pydantic(write, key):
    study = ga.open_study(write())
    refused = 0
    for junk in JUNK:
        try:
            study.vary({key: junk})
        except SettingsError as error:
            refused += 1
            french, english = error.text("fr"), error.text("en")
            # A scenario file is read at once: what is wrong with it is told of the file.
            of_file = key == "scenario.file" and error.code != "study.invalid"
            assert of_file or key.split(".")[0] in french
            assert not re.search(r"[Ii]nput|should|Value error|valid |unable", french)
            assert "une valeur d’une autre sorte" not in french
            assert "another kind" not in english
            assert "Input should" not in english
    assert refused


@pytest.mark.parametrize("changes", [["a"], "policy.pole.lt=3", None, {3: "a"}])
def test_changes_that_are_no_mapping(write, changes):
    with pytest.raises(ga.ArgumentError, match=r"policy\.pole\.lt") as error:
        ga.open_study(write()).vary(changes)
    assert isinstance(error.value, TypeError)
    assert isinstance(error.value, ga.InputError)


def test_all_faults_are_told_at_once(write):
    with pytest.raises(SettingsError) as error:
        ga.open_study(write(MINIMAL.replace("crs", "srs").replace("[sites]\nfile", "[sites]\nfiel")))
    said = error.value.text("en")
    assert all(word in said for word in ("srs", "crs", "sites.fiel", "sites.file"))


@pytest.mark.parametrize(
    ("content", "code"), [(b"name = ", "study.not_toml"), (b"\xff\xfe\x00", "study.not_utf8"), (b"", "study.invalid")]
)
def test_a_file_that_is_no_study(tmp_path, content, code):
    file = tmp_path / "study.toml"
    file.write_bytes(content)
    with pytest.raises(SettingsError) as error:
        ga.open_study(file)
    assert code == error.value.code


def test_a_missing_study_is_an_error(tmp_path):
    with pytest.raises(SettingsError, match=r"study\.toml"):
        ga.open_study(tmp_path)


def test_a_byte_order_mark_is_no_fault(tmp_path):
    file = tmp_path / "study.toml"
    file.write_bytes(b"\xef\xbb\xbf" + MINIMAL.encode())
    assert "Ici" == ga.open_study(file).settings.name


def test_varying_leaves_the_study_as_it_was(write):
    study = ga.open_study(
        write(
            MINIMAL.replace(
                'communes = "communes.geojson"', 'communes = "c"\nsst = { file = "sst.csv", column = "sst_before" }'
            )
        )
    )
    after = study.vary({"territory.sst.column": "sst_after"})
    assert ("sst_before", "sst_after") == (study.settings.territory.sst.column, after.settings.territory.sst.column)
    assert study.file == after.file


def test_french_kinds_are_understood(write):
    study = ga.open_study(write(), changes={"policy.antenna.kinds": ["antenne", "annexe"]})
    assert ("antenna", "annex") == study.settings.policy.antenna.kinds


def test_known_keys_walk_down_the_tables():
    assert {"access", "egress", "transfer", "direct"} == set(known_keys(("walking", "limits_min")))
    assert "from" in known_keys(("departures",))


def test_an_error_crosses_a_process_border(write):
    with pytest.raises(SettingsError) as error:
        ga.open_study(write(), changes={"polcy": 1})
    again = pickle.loads(pickle.dumps(error.value))  # noqa: S301 -- our own bytes
    assert (type(error.value), error.value.text("en")) == (type(again), again.text("en"))


@pytest.mark.parametrize("key", ["name", "residents.weight", "residents.id", "policy.pole.weight"])
@pytest.mark.parametrize("said", ["", "  "])
def test_an_empty_text_is_said_to_be_empty(write, key, said):
    study = ga.open_study(write())
    with pytest.raises(SettingsError) as error:
        study.vary({key: said})
    assert key in error.value.text("en")
    assert "it is empty" in error.value.text("en")
    assert "c’est vide" in error.value.text("fr")


@pytest.mark.parametrize("key", ["crs", "residents.crs", "walking.profile", "k" * 100_000])
def test_a_very_long_value_or_key_is_cut_in_the_message(write, key):
    study = ga.open_study(write())
    with pytest.raises(SettingsError) as error:
        study.vary({key: "E" * 100_000})
    assert "…" in error.value.text("en")
    assert len(error.value.text("en")) < len(str(study.file)) + 600
