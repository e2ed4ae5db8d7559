"""What is read has bounds: a small file takes neither gigabytes nor hours, and is refused in one line."""

from __future__ import annotations

import json

import pytest
from refusals import refusal
from small_study import STUDY, write_small_study

from geo_access.analysis.baseline import read_baseline
from geo_access.cli.main import main
from geo_access.core import limits
from geo_access.core.errors import SettingsError
from geo_access.study.scenario import read_scenarios
from geo_access.study.study import open_study

#: A TOML document that asks for more than a study may, and the code of the refusal.
WILD_TOML = {
    "digits": ("x = " + "9" * 5000, "limits.integer"),
    "hexadecimal digits": ("x = 0x" + "f" * 5000, "limits.integer_key"),
    "twenty digits": ("x = 18446744073709551616", "limits.integer_key"),
    "brackets": ("x = " + "[" * 2000 + "]" * 2000, "limits.nested"),
    "brackets that Python takes": ("x = " + "[" * 70 + "]" * 70, "limits.nested"),
    "tables": ("x = " + "{a=" * 2000 + "1" + "}" * 2000, "limits.nested"),
    "key": (".".join("a" * 5000) + " = 1", "limits.nested"),
    "quoted key": (" . ".join(['"a.b"'] * 5000) + " = 1", "limits.nested"),
    "section": ("[" + ".".join("a" * 5000) + "]", "limits.nested"),
}


@pytest.mark.parametrize("name", WILD_TOML)
def test_a_study_and_a_scenario_that_ask_for_too_much_are_refused(tmp_path, name):
    text, code = WILD_TOML[name]
    file = tmp_path / "study.toml"
    file.write_text(text, encoding="utf-8")
    assert refusal(lambda: open_study(file)).code == code
    assert refusal(lambda: read_scenarios([(file.name, file)])).code == code


def test_dotted_words_in_a_text_are_no_key(tmp_path):
    said = "/".join(["a.b.c"] * 100)
    assert limits.parse_toml(f'x = "{said}"\ny.z = 1.5', file="f") == {"x": said, "y": {"z": 1.5}}


@pytest.mark.parametrize("read", [open_study, lambda path: read_scenarios([(path.name, path)]), read_baseline])
def test_texts_that_cannot_be_read_are_refused(tmp_path, monkeypatch, read):
    latin = tmp_path / "latin.toml"
    latin.write_bytes("name = 'été'".encode("latin-1"))
    refusal(lambda: read(latin))
    monkeypatch.setattr(limits, "MAX_TOML_BYTES", 1000)
    monkeypatch.setattr(limits, "MAX_JSON_BYTES", 1000)
    large = tmp_path / "large.toml"
    large.write_text("#" * 1001)
    assert refusal(lambda: read(large)).code == "limits.file_large"
    pipe = tmp_path / "pipe.toml"
    import os

    os.mkfifo(pipe)
    assert refusal(lambda: read(pipe)).code == "limits.no_plain_file", "it would be waited for without end"
    assert refusal(lambda: read(tmp_path / ("x" * 300))).code == "limits.path_long"
    assert refusal(lambda: read(tmp_path / "x\0y")).code == "limits.path_nul"


@pytest.mark.parametrize("name", ["n" * 300 + ".csv", "a\\u0000b.csv", "x/" * 3000 + "y.csv"])
@pytest.mark.parametrize(
    ("old", "key"),
    [
        ('communes = "communes.geojson"', "territory.communes"),
        ('file = "sites.csv"', "sites.file"),
        ('file = "residents.geojson"', "residents.file"),
        ('gtfs = ["bus.zip"]', "transit.gtfs"),
        ('sst = { file = "sst.csv", column = "sst_before" }', "territory.sst.file"),
    ],
)
def test_paths_that_no_system_opens_are_told_with_their_key(tmp_path, name, old, key):
    new = old.replace(old.split('"')[1], name)
    (tmp_path / "study.toml").write_text(STUDY.replace(old, new), encoding="utf-8")
    error = refusal(lambda: open_study(tmp_path))
    assert error.code == "study.invalid"
    assert key in error.text("en")
    assert "path" in error.text("en")


@pytest.mark.parametrize(
    "changes",
    [
        {"walking.snap_m": float("inf")},
        {"walking.snap_m": 1e300},
        {"walking.straight_line.detour": float("inf")},
        {"departures.every_s": 1, "departures.to": "40:00"},
        {"departures.from": "٠٩:٠٠"},
        {"walking.min_island_nodes": 2**63 - 1},
        {"policy.required_share": float("nan")},
    ],
    ids=str,
)
def test_settings_beyond_all_measure_are_refused(tmp_path, changes):
    study = open_study(write_small_study(tmp_path))
    error = refusal(lambda: study.vary(changes))
    assert isinstance(error, SettingsError)
    assert error.code == "study.invalid"


def test_a_change_of_too_many_parts_is_refused(tmp_path):
    study = open_study(write_small_study(tmp_path))
    assert refusal(lambda: study.vary({".".join("a" * 5000): 1})).code == "limits.nested"


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "9" * 5000, '{"total": 1e400}', '{"total": NaN}', '{"a":' * 60 + "1" + "}" * 60]
)
def test_a_kept_result_that_asks_for_too_much_is_refused(tmp_path, text):
    (tmp_path / "kept.json").write_text(text)
    assert refusal(lambda: read_baseline(tmp_path / "kept.json")).code.startswith("limits.")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *[("1", 1.0), ("-.5", -0.5), ("+2.", 2.0), ("1e3", 1000.0), ("1E-3", 0.001)],
        *[(text, None) for text in ("", "nan", "inf", "1e400", "1e16", "1_000", "٣", "²", "0x10", "9" * 400, "1 2")],
    ],
)
def test_numbers_are_those_that_people_write(text, number):
    assert limits.read_number(text) == number


@pytest.mark.parametrize("size", ["0", "-1", "nan", "inf", "1e9", "100.5"])
def test_a_sample_of_no_size_is_refused_and_nothing_is_written(tmp_path, size, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["sample", str(tmp_path / "new" / "town"), "--size", size])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert f"--size {float(size):g}" in said
    assert said.count("\n") == 1
    assert not (tmp_path / "new").exists()


def test_a_sample_of_a_fraction_is_written(tmp_path):
    main(["sample", str(tmp_path / "town"), "--size", "0.01"], standalone_mode=False)
    assert (tmp_path / "town" / "study.toml").is_file()


def test_the_depth_of_real_documents_is_far_below_the_bound():
    document = json.loads('{"a": [[[[[[[[[[1]]]]]]]]]]}')
    limits.check_values(document, file="f")
