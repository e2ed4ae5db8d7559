"""The commands as a user meets them: what they print, what they write, how they end."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from click.testing import CliRunner
from small_study import write_bus, write_small_study

if TYPE_CHECKING:
    from pathlib import Path

from geo_access.cli.main import main


@pytest.fixture
def folder(tmp_path):
    return write_small_study(tmp_path / "study")


def run(*arguments, **kwargs):
    return CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False, **kwargs)


# What the commands do


def test_check_ends_with_1_where_a_commune_misses_and_0_where_all_meet(folder):
    assert 1 == run("check", folder).exit_code
    met = run("check", folder, "--set", "policy.required_share=0.01")
    assert 0 == met.exit_code


def test_check_prints_a_table_in_the_studys_language(folder):
    french, english = run("check", folder).stdout, run("check", folder, "--lang", "en").stdout
    assert "Ouest" in french
    assert "en ligne droite" in french
    assert "straight line" in english
    assert max(map(len, french.splitlines())) <= 80


def test_check_writes_json_to_the_screen_or_to_a_file(folder, tmp_path):
    said = run("check", folder, "--format", "json")
    document = json.loads(said.stdout)
    run("check", folder, "--format", "json", "--output", tmp_path / "out.json")
    assert document == json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert "" == said.stderr


def test_check_and_map_write_the_same_map(folder, tmp_path):
    run("check", folder, "--map", tmp_path / "a.html")
    assert 0 == run("map", folder, "--output", tmp_path / "b.html").exit_code
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_times_are_written_as_the_design_says(folder, tmp_path):
    assert 0 == run("times", folder, "--output", tmp_path / "t.parquet").exit_code
    table = pd.read_parquet(tmp_path / "t.parquet")
    assert {"cell", "site", "share_of_departures", "p10", "p50", "p90", "reason"} <= set(table.columns)
    assert 38 * 2 == len(table)
    assert 0 == run("times", folder, "--output", tmp_path / "d.parquet", "--departures").exit_code
    every = pd.read_parquet(tmp_path / "d.parquet")
    assert ["cell", "site", "departure", "seconds"] == list(every.columns)
    assert 38 * 2 * 60 == len(every)
    assert 0 == run("times", folder, "--output", tmp_path / "t.csv").exit_code
    assert len(table) == len(pd.read_csv(tmp_path / "t.csv"))


def test_a_preset_a_zoning_and_a_setting_change_the_study(folder):
    said = run(
        "check",
        folder,
        "--preset",
        "discours-2023-06",
        "--zoning",
        "sst_after",
        "--set",
        "departures.to=09:30",
        "--format",
        "json",
    )
    document = json.loads(said.stdout)
    assert ("discours-2023-06", "sst_after", 30) == (
        document["preset"],
        document["zoning"],
        document["departures"]["count"],
    )


def test_the_sample_is_what_is_judged_without_a_study(tmp_path):
    assert 1 == run("check").exit_code
    assert 0 == run("sample", tmp_path / "mine").exit_code
    assert (
        run("check", "--format", "json").stdout.splitlines()[1:3]
        == run("check", tmp_path / "mine", "--format", "json").stdout.splitlines()[1:3]
    )


def test_the_sample_never_overwrites(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    assert 2 == run("sample", tmp_path / "mine").exit_code
    assert ["notes.txt"] == [path.name for path in (tmp_path / "mine").iterdir()]


def test_the_cache_is_shown_and_cleared(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("GEO_ACCESS_CACHE_DIR", str(tmp_path / "kept"))
    run("check", folder)
    assert str(tmp_path / "kept") in run("cache").stdout
    assert any((tmp_path / "kept").iterdir())
    assert 0 == run("cache", "--clear").exit_code
    assert not list((tmp_path / "kept").glob("??/*"))
    run("check", folder, "--no-cache")
    assert not list((tmp_path / "kept").glob("??/*"))


# What happens to bad input

CASES = [
    (name, fault)
    for name in ("study.toml", "communes.geojson", "sst.csv", "residents.geojson", "sites.csv", "bus.zip")
    for fault in (
        "missing",
        "empty",
        "truncated",
        "other format",
        "other encoding",
        "other columns",
        "other CRS",
        "folder",
    )
    if not (fault == "other CRS" and name in ("study.toml", "sst.csv", "bus.zip"))
    and not (fault == "other encoding" and name == "bus.zip")
]


#: Which words of a file are changed so that a column is no longer found.
COLUMNS = {
    "study.toml": (b"communes =", b"zzz ="),
    "communes.geojson": (b'"insee"', b'"zzz"'),
    "residents.geojson": (b'"ind"', b'"zzz"'),
    "sst.csv": (b"insee", b"zzz"),
    "sites.csv": (b"kind", b"zzz"),
}
#: Where a file of text is cut so that the cut can be seen.
CUTS = {"sst.csv": b",ou", "sites.csv": b"Antenne", "study.toml": b"bus.zip"}


def damage(path: Path, fault: str) -> None:
    """Make one file of a study bad in one way."""
    content = path.read_bytes()
    if fault in ("missing", "folder"):
        path.unlink()
        if fault == "folder":
            path.mkdir()
    elif fault == "empty":
        path.write_bytes(b"")
    elif fault == "truncated":
        cut = CUTS.get(path.name)
        path.write_bytes(content[: content.index(cut) + len(cut)] if cut else content[: len(content) * 2 // 3])
    elif fault == "other format":
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    elif fault == "other encoding":
        path.write_bytes(content.decode("utf-8").replace("Ouest", "Ouést").replace("tout", "toût").encode("utf-16"))
    elif fault == "other columns" and path.suffix == ".zip":
        rewrite_zip(path, "stop_times.txt", b"stop_id", b"zzz")
    elif fault == "other columns":
        path.write_bytes(content.replace(*COLUMNS[path.name]))
    elif path.suffix == ".csv":  # other CRS: metres where degrees are due
        path.write_bytes(content.replace(b",45.", b",5000000.").replace(b",-1", b",50000"))
    else:
        document = json.loads(content)
        document["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}}
        path.write_text(json.dumps(document), encoding="utf-8")


def rewrite_zip(path: Path, name: str, old: bytes, new: bytes) -> None:
    with zipfile.ZipFile(path) as archive:
        files = {each: archive.read(each) for each in archive.namelist()}
    files[name] = files[name].replace(old, new, 1)
    with zipfile.ZipFile(path, "w") as archive:
        for each, text in files.items():
            archive.writestr(each, text)


@pytest.mark.parametrize(("name", "fault"), CASES, ids=[f"{n}-{f}" for n, f in CASES])
def test_bad_input_gets_one_clear_error(folder, tmp_path, name, fault):
    study = folder / "study.toml" if name == "study.toml" else folder
    damage(folder / name, fault)
    outputs = {"check": ["--format", "json", "--output"], "map": ["--output"]}
    for command, option in outputs.items():
        out = tmp_path / {"check": "verdict.json", "map": "map.html"}[command]
        said = run(command, study, *option, out, "--lang", "en")
        assert (2, "", False) == (said.exit_code, said.stdout, out.exists()), said.stderr
        assert said.stderr.startswith("geo-access: ")
        assert name in said.stderr, said.stderr
        assert 1 == len(said.stderr.splitlines()), said.stderr
        assert "Traceback" not in said.stderr
    french = run("check", study)
    assert 2 == french.exit_code
    assert french.stderr != said.stderr


def test_a_date_without_service_names_the_nearest_that_have_it(folder):
    said = run("check", folder, "--set", "date=2024-04-21", "--lang", "en")
    assert 2 == said.exit_code
    assert "2024-04-22" in said.stderr
    assert "2024-04-19" in said.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "nowhere"],
        ["check", "--format", "xml"],
        ["map"],
        ["chek"],
        ["times", "--output", "t.xls"],
        ["check", "--set", "departures"],
        ["check", "--set", "departures.from=noon"],
        ["check", "--preset", "discours"],
    ],
)
def test_a_wrong_call_ends_with_2(arguments):
    said = run(*arguments)
    assert (2, "") == (said.exit_code, said.stdout)
    assert said.stderr


def test_a_slip_in_an_option_is_told_of_the_option():
    said = run("check", "--set", "departures.to=10:00", "--set", "policy.pole.lt=-3", "--lang", "en")
    assert said.exit_code == 2
    assert "--set policy.pole.lt=-3: " in said.stderr
    assert "study.toml" not in said.stderr


def test_output_into_a_missing_folder_is_refused_and_leaves_nothing(folder, tmp_path):
    said = run("map", folder, "--output", tmp_path / "no" / "map.html")
    assert 2 == said.exit_code
    assert not (tmp_path / "no").exists()


def test_a_failing_run_leaves_the_old_output_as_it_was(folder, tmp_path):
    out = tmp_path / "map.html"
    out.write_text("old")
    (folder / "bus.zip").unlink()
    assert 2 == run("map", folder, "--output", out).exit_code
    assert "old" == out.read_text()
    assert ["map.html", "study"] == sorted(p.name for p in tmp_path.iterdir())


# As a whole process


def process(*arguments, **kwargs):
    return subprocess.run(
        [sys.executable, "-m", "geo_access", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        **kwargs,
    )


def test_a_pipe_sees_the_result_and_nothing_else(folder):
    said = process("check", folder, "--format", "json")
    assert (1, "") == (said.returncode, said.stderr)
    json.loads(said.stdout)


def test_help_and_import_load_nothing_heavy():
    heavy = ("numpy", "pandas", "numba", "geopandas")
    code = f"import sys, geo_access, geo_access.cli.main; print([m for m in {heavy} if m in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "[]" == said.stdout.strip()
    assert 0 == process("--help").returncode


def test_two_processes_share_a_cache(folder, tmp_path):
    write_bus(folder / "bus.zip", every_min=7)
    environment = os.environ | {"GEO_ACCESS_CACHE_DIR": str(tmp_path / "kept")}
    command = [sys.executable, "-m", "geo_access", "check", str(folder), "--format", "json"]
    both = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) for _ in range(2)]
    said = [p.communicate()[0] for p in both]
    assert said[0] == said[1]
    shutil.rmtree(tmp_path / "kept")
    assert said[0] == process("check", folder, "--format", "json", env=environment).stdout.encode()
