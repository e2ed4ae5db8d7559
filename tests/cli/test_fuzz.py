"""Some hundred cases of the fuzzer: whatever is wrong with a study, the end is an answer or one line that helps."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from fuzzing.judging import find_wrong_numbers
from fuzzing.running import read_log, summarise
from locations import PROJECT
from small_study import write_small_study

import geo_access as ga
from geo_access.core.errors import InputError
from geo_access.study.inputs.inputs import read_inputs

CASES = 80


def fuzz(*options: str) -> subprocess.CompletedProcess[str]:
    """Run the fuzzer in a process of its own: a case may end the process that it runs in."""
    paths = os.pathsep.join([str(PROJECT), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, str(PROJECT / "benchmarks" / "fuzz.py"), *options],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_wrong_study_ends_in_an_answer_or_in_one_line_that_helps(tmp_path):
    log = tmp_path / "fuzz.log"
    done = fuzz("--count", str(CASES), "--log", str(log))
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{CASES} cases" in done.stdout
    codes = [code for line in read_log(log) for code in line["codes"]]
    assert {"0", "1", "2"} <= set(codes), "some studies must be judged, some refused"
    assert summarise(read_log(log)) == done.stdout.rstrip("\n"), "the log holds all that was told"


def test_a_run_goes_on_where_its_log_ends(tmp_path):
    log = tmp_path / "fuzz.log"
    whole = '{"done": 1, "codes": {"0": 25}, "seconds": 9.0, "faults": []}\n'
    log.write_text(whole + '{"done": 26, "codes": {"0"\n', encoding="utf-8")
    assert [line["done"] for line in read_log(log)] == [1], "a part that did not end is run again"
    done = fuzz("--count", "26", "--log", str(log))
    assert log.read_text(encoding="utf-8").startswith(whole)
    assert [line["done"] for line in read_log(log)] == [1, 26]
    assert "26 cases" in done.stdout


def test_a_case_is_made_wholly_by_its_number(tmp_path):
    first, again = (fuzz("--show", "7", str(tmp_path / name)) for name in ("a", "b"))
    assert first.returncode == again.returncode == 0
    assert first.stdout.replace(str(tmp_path / "a"), "x") == again.stdout.replace(str(tmp_path / "b"), "x")
    found = {
        name: {path.name: path.read_bytes() for path in (tmp_path / name / "study").iterdir()} for name in ("a", "b")
    }
    assert found["a"] == found["b"]
    assert "study.toml" in found["a"]


def test_wrong_numbers_are_seen():
    said = {"total": {"residents": None, "share": 1.2}, "communes": [{"share_pole": -0.1}, {"share": 1}]}
    assert find_wrong_numbers(said) == [("total.residents", None), ("total.share", 1.2), ("communes.share_pole", -0.1)]


#: Breaks the package in three ways, and prints the kinds of fault that are seen in the first right study of each.
_BROKEN = """
import sys, tempfile
from pathlib import Path

sys.path.insert(0, sys.argv[1])
from fuzzing.judging import Runner
import geo_access.study.inputs.inputs as inputs

read, elsewhere = inputs.read_sites, Path(sys.argv[2])
raw = "reader.py:1: RuntimeWarning: as a package that writes its own warnings says it"
ways = (lambda: 1 / 0, lambda: print(raw, file=sys.stderr), elsewhere.touch)
with tempfile.TemporaryDirectory() as folder:
    runner = Runner(Path(folder).resolve() / "geo-access")
    for way in ways:
        inputs.read_sites = lambda *said, **named: (way(), read(*said, **named))[1]
        found = next(filter(None, (runner.judge(seed, ["check"])[0] for seed in range(1, 60))))
        print([(fault.kind, fault.where) for fault in found])
"""


def test_a_crash_a_raw_warning_and_a_file_elsewhere_are_seen(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", _BROKEN, str(PROJECT / "benchmarks"), str(tmp_path / "elsewhere")],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(PROJECT), os.environ.get("PYTHONPATH", "")])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    crash, warning, file = done.stdout.splitlines()
    assert crash.startswith("[('exception', 'ZeroDivisionError in inputs._read_inputs")
    assert warning.startswith("[('warning'")
    assert file.startswith("[('outside', 'open')")


@pytest.mark.parametrize("key", ["transit.gtfs", "walking.streets"])
def test_a_pipe_is_not_waited_for(tmp_path, key):
    write_small_study(tmp_path)
    os.mkfifo(tmp_path / "pipe.zip")
    with pytest.raises(InputError) as error:
        read_inputs(ga.open_study(tmp_path, changes={"walking": {}, key: "pipe.zip"}))
    assert error.value.code == "limits.no_plain_file"
    assert error.value.file is not None
    assert error.value.file.endswith("pipe.zip")
