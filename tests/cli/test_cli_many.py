"""Several studies in one command, and who computes: one report, the worst exit code, every fault named."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET

import pandas as pd
import pytest
from click.testing import CliRunner
from small_study import degrees, write_small_study

from geo_access.cli.main import main
from geo_access.core import parallel as worker_pools


@pytest.fixture
def folders(tmp_path):
    """Two studies: the first misses its target; the second, which asks for little, meets it and has other columns."""
    found = [write_small_study(tmp_path / name) for name in ("misses", "meets")]
    file = found[1] / "study.toml"
    said = file.read_text(encoding="utf-8").replace("Petite étude", "Autre étude")
    file.write_text(said + '[policy]\nrequired_share = 0.01\npreset = "discours-2023-11"\n', encoding="utf-8")
    return found


def run(*arguments):
    return CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False)


def alone(folder, form):
    return run("check", folder, "--format", form).stdout


def test_the_exit_code_is_that_of_the_worst(folders):
    misses, meets = folders
    assert (1, 0) == (run("check", misses).exit_code, run("check", meets).exit_code)
    assert 1 == run("check", meets, misses, meets).exit_code
    assert 0 == run("check", meets, meets).exit_code
    assert 2 == run("check", meets, misses, "nowhere").exit_code


def test_json_is_the_list_of_the_documents_in_order(folders):
    said = json.loads(run("check", *folders, "--format", "json").stdout)
    assert [json.loads(alone(folder, "json")) for folder in folders] == said


def test_junit_is_one_suite_a_study(folders):
    root = ET.fromstring(run("check", *folders, "--format", "junit").stdout)  # noqa: S314 -- written by us
    assert ["Petite étude", "Autre étude"] == [suite.get("name") for suite in root]
    assert ["0", "1"] == [suite.get("id") for suite in root]
    for suite, folder in zip(root, folders, strict=True):
        (one,) = ET.fromstring(alone(folder, "junit"))  # noqa: S314 -- written by us
        assert len(one.findall("testcase")) == len(suite.findall("testcase"))
        assert one.get("failures") == suite.get("failures")


def test_csv_is_one_table_whose_first_column_names_the_study(folders):
    def read(text):
        return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))

    rows = read(run("check", *folders, "--format", "csv").stdout)
    assert ["Petite étude"] * 3 + ["Autre étude"] * 3 == [row.pop("Étude") for row in rows]
    expected = [row for folder in folders for row in read(alone(folder, "csv"))]
    assert set().union(*expected) == set(rows[0])
    assert [{**dict.fromkeys(rows[0], ""), **row} for row in expected] == rows


@pytest.mark.parametrize("form", ["table", "markdown", "github"])
def test_texts_follow_each_other(folders, form, tmp_path):
    said = run("check", *folders, "--format", form, "--output", tmp_path / "out.txt")
    assert (1, "") == (said.exit_code, said.stdout)
    written = (tmp_path / "out.txt").read_text(encoding="utf-8")
    at = []
    for folder in folders:
        run("check", folder, "--format", form, "--output", tmp_path / "one.txt")
        at.append(written.index((tmp_path / "one.txt").read_text(encoding="utf-8").strip()))
    assert at == sorted(at)
    if form != "github":
        assert written.endswith("1 étude sur 2 où la promesse est tenue dans toutes les communes\n")


def test_the_table_on_the_screen_ends_with_the_count(folders):
    said = run("check", *folders, "--lang", "en").stdout
    assert said.index("Petite étude") < said.index("Autre étude")
    assert "1 of 2 studies where the promise is met in every commune" in said


def test_every_study_at_fault_is_named_and_nothing_is_written(folders, tmp_path):
    (folders[0] / "bus.zip").unlink()
    (folders[1] / "sites.csv").write_text("zzz\n")
    out = tmp_path / "out.json"
    out.write_text("old")
    said = run("check", *folders, write_small_study(tmp_path / "well"), "--format", "json", "--output", out)
    assert (2, "", "old") == (said.exit_code, said.stdout, out.read_text())
    first, second = said.stderr.splitlines()
    assert str(folders[0]) in first
    assert "bus.zip" in first
    assert str(folders[1]) in second
    assert "sites.csv" in second


@pytest.mark.parametrize("option", ["--map", "--baseline"])
def test_what_goes_with_one_study_is_refused_for_several(folders, option, tmp_path):
    said = run("check", *folders, option, tmp_path / "file")
    assert (2, "") == (said.exit_code, said.stdout)
    assert option in said.stderr


def test_processes_write_the_same_bytes(folders, tmp_path):
    for jobs in ([], ["--jobs", "2"]):
        name = f"{len(jobs)}"
        run("check", *folders, "--format", "json", "--output", tmp_path / f"{name}.json", "--no-cache", *jobs)
        run("times", folders[0], "--output", tmp_path / f"{name}.csv", "--no-cache", *jobs)
    kinds = {kind: [file.read_bytes() for file in tmp_path.glob(f"*.{kind}")] for kind in ("json", "csv")}
    assert [(2, 1), (2, 1)] == [(len(files), len(set(files))) for files in kinds.values()]
    compared = [run("compare", *folders, "--format", "json", "--jobs", jobs).stdout for jobs in (1, 2)]
    assert compared[0] == compared[1] != ""
    assert 76 == len(pd.read_csv(next(tmp_path.glob("*.csv"))))


def test_single_questions_and_caravans_take_processes_too(folders, tmp_path):
    stops = tmp_path / "stops.csv"
    lon, lat = degrees(1000, 100)
    stops.write_text(f"date,from,to,name,lat,lon\n2024-04-23,9:00,10:00,place,{lat},{lon}\n", encoding="utf-8")
    told = []
    for jobs in ([], ["--jobs", "2"]):
        drawn = tmp_path / f"{len(jobs)}.geojson"
        place = run("times", folders[0], "--isochrone", f"{lat},{lon}", "--minutes", "10", "--output", drawn, *jobs)
        assert 0 == place.exit_code, place.stderr
        pair = run("times", folders[0], "--from", f"{lat},{lon}", "--to", "Pôle de l’Est", *jobs)
        reached = run("caravan", folders[0], "--stops", stops, "--mode", "transit", "--format", "json", *jobs)
        told.append((drawn.read_bytes(), pair.stdout, reached.stdout))
        assert (0, 0) == (pair.exit_code, reached.exit_code), pair.stderr + reached.stderr
    assert told[0] == told[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--jobs", "0"], "--jobs"),
        (["--jobs", "2", "--scheduler", "tcp://127.0.0.1:9"], "--scheduler"),
        (["--scheduler", "nonsense://x"], "nonsense://x"),
    ],
)
def test_a_wrong_call_for_workers_ends_with_2(folders, arguments, said):
    answer = run("check", folders[0], *arguments)
    assert (2, "") == (answer.exit_code, answer.stdout)
    assert said in answer.stderr


@pytest.mark.filterwarnings("ignore")
def test_a_scheduler_that_does_not_answer_ends_with_2(folders, monkeypatch):
    pytest.importorskip("distributed", reason="distributed is not installed (pip install geo-access[test])")
    monkeypatch.setattr(worker_pools, "_CONNECT_S", 0.5)
    answer = run("check", *folders, "--scheduler", "tcp://127.0.0.1:9", "--lang", "en")
    assert (2, "", 1) == (answer.exit_code, answer.stdout, len(answer.stderr.splitlines()))
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in answer.stderr


def test_without_distributed_the_way_out_is_named(folders, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    answer = run("check", folders[0], "--scheduler", "tcp://127.0.0.1:9")
    assert 2 == answer.exit_code
    assert "geo-access[cluster]" in answer.stderr


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_an_interrupt_ends_the_processes_and_leaves_the_old_output(folders, tmp_path):
    out = tmp_path / "out.json"
    out.write_text("old")
    command = [sys.executable, "-m", "geo_access", "check", *map(str, folders * 60)]
    running = subprocess.Popen(
        [*command, "--no-cache", "--jobs", "2", "--format", "json", "--output", str(out)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while len(_children(running.pid)) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    started = _children(running.pid)
    assert len(started) >= 2
    os.kill(running.pid, signal.SIGINT)
    running.communicate(timeout=30)
    assert running.returncode not in (0, 2)
    assert "old" == out.read_text()
    assert ["meets", "misses", "out.json"] == sorted(file.name for file in tmp_path.iterdir())
    deadline = time.monotonic() + 10
    while any(os.path.exists(f"/proc/{child}") for child in started) and time.monotonic() < deadline:  # noqa: PTH110
        time.sleep(0.05)
    assert not any(os.path.exists(f"/proc/{child}") for child in started)  # noqa: PTH110


def _children(pid: int) -> list[int]:
    said = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(word) for word in said.stdout.split()]
