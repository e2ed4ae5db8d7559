"""A verdict beside a kept one: who got worse, what is tolerated, and what cannot be compared."""

from __future__ import annotations

import json
import re
import shlex
import xml.etree.ElementTree as ET
from copy import deepcopy
from dataclasses import replace

import pytest
from click.testing import CliRunner
from coverage_factory import make_coverage
from hypothesis import given, settings
from hypothesis import strategies as st
from locations import PROJECT
from small_study import write_bus, write_small_study

from geo_access.analysis.baseline import compare_with_baseline, list_changes, read_baseline
from geo_access.cli.main import main
from geo_access.core.errors import InputError
from geo_access.report.verdict_table import to_document, to_json

README = PROJECT / "README.md"


def run(*arguments):
    return CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False)


@pytest.fixture
def folder(tmp_path):
    return write_small_study(tmp_path / "study")


@pytest.fixture
def kept(folder, tmp_path):
    assert 1 == run("check", folder, "--format", "json", "--output", tmp_path / "kept.json").exit_code
    return tmp_path / "kept.json"


def shares(path):
    return {row["name"]: row["share"] for row in json.loads(path.read_text(encoding="utf-8"))["communes"]}


# The exit code


def test_nobody_worse_passes_though_the_target_is_missed(folder, kept):
    said = run("check", folder, "--baseline", kept)
    assert 0 == said.exit_code
    assert "Fichiers changés" not in said.stdout
    assert "Aucune commune n’est moins bien desservie." in said.stdout
    assert max(map(len, said.stdout.splitlines())) <= max(80, len(str(kept)) + 60)


def test_a_thinner_timetable_fails_and_names_who_lost(folder, kept, tmp_path):
    write_bus(folder / "bus.zip", every_min=30)
    said = run("check", folder, "--baseline", kept, "--lang", "en", "--output", tmp_path / "said.txt")
    assert 1 == said.exit_code
    run("check", folder, "--format", "json", "--output", tmp_path / "now.json")
    before, after = shares(kept), shares(tmp_path / "now.json")
    text = (tmp_path / "said.txt").read_text(encoding="utf-8")
    lost = [name for name in before if after[name] < before[name]]
    assert lost
    for name in before:
        assert (name in lost) == bool(re.search(rf"^- {name} \(\d+\): [\d.]+% → [\d.]+% \(−", text, re.MULTILINE))
    assert "Files changed since: bus.zip\n" in text
    # The other way round the same communes gain, and the check passes.
    write_bus(folder / "bus.zip")
    better = run("check", folder, "--baseline", tmp_path / "now.json", "--format", "json")
    assert 0 == better.exit_code
    assert set(lost) == {row["name"] for row in json.loads(better.stdout)["baseline"]["better"]}


def test_the_tolerance_is_declared_in_the_study_or_in_the_call(folder, kept):
    write_bus(folder / "bus.zip", every_min=30)
    assert 1 == run("check", folder, "--baseline", kept).exit_code
    assert 0 == run("check", folder, "--baseline", kept, "--tolerance", "1").exit_code
    study = (folder / "study.toml").read_text(encoding="utf-8")
    (folder / "study.toml").write_text(study + "[policy]\nbaseline_tolerance = 1.0\n", encoding="utf-8")
    assert 0 == run("check", folder, "--baseline", kept).exit_code
    assert 1 == run("check", folder, "--baseline", kept, "--tolerance", "0").exit_code


@pytest.mark.parametrize("tolerance", ["-0.1", "1.5", "nan", "inf", "much"])
def test_a_wrong_tolerance_is_refused(folder, kept, tolerance):
    assert 2 == run("check", folder, "--baseline", kept, "--tolerance", tolerance).exit_code


def test_a_tolerance_without_a_baseline_is_refused(folder):
    said = run("check", folder, "--tolerance", "0.1", "--lang", "en")
    assert (2, "") == (said.exit_code, said.stdout)
    assert "--baseline" in said.stderr


def test_a_kept_result_is_left_as_it_was_and_may_be_written_anew(folder, kept):
    before = kept.read_bytes()
    write_bus(folder / "bus.zip", every_min=30)
    run("check", folder, "--baseline", kept)
    assert before == kept.read_bytes()
    assert 1 == run("check", folder, "--baseline", kept, "--format", "json", "--output", kept).exit_code
    assert 0 == run("check", folder, "--baseline", kept).exit_code


# In each format, what fails is who got worse


def test_every_format_tells_who_got_worse_and_fails_nobody_else(folder, kept):
    for worse in (set(), {"Ouest"}):
        if worse:
            document = json.loads(kept.read_text(encoding="utf-8"))
            document["communes"][0]["share"] += 0.05
            kept.write_text(json.dumps(document), encoding="utf-8")
        said = {
            form: run("check", folder, "--baseline", kept, "--format", form)
            for form in ("table", "json", "junit", "github", "markdown", "csv")
        }
        assert {int(bool(worse))} == {each.exit_code for each in said.values()}
        told = json.loads(said["json"].stdout)["baseline"]
        assert (worse, not worse) == ({row["name"] for row in told["worse"]}, told["passes"])
        cases = ET.fromstring(said["junit"].stdout_bytes).iter("testcase")  # noqa: S314 -- our own text
        assert worse == {case.get("name").split()[1] for case in cases if case.find("failure") is not None}
        errors = re.findall(r"^::error title=(\w+)", said["github"].stdout, re.MULTILINE)
        assert worse == set(errors)
        assert ("moins bien" in said["csv"].stdout) == bool(worse)
        for form in ("table", "markdown", "github"):
            assert ("Aucune commune n’est moins bien desservie" in said[form].stdout) == (not worse), form


# What cannot be compared


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (["--preset", "discours-2023-06"], "preset"),
        (["--set", "policy.pole.lt=25"], "target.pole.minutes: 20"),
        (["--set", "policy.antenna.kinds=['antenna']"], "target.antenna.kinds"),
        (["--set", "policy.departures_required=0.9"], "target.departures_required"),
        (["--set", "policy.required_share=0.5"], "target.required_share"),
        (["--set", "walking.speed_kmh=4"], "speed_kmh"),
        (["--set", "departures.from=08:00"], "departures"),
    ],
)
def test_another_target_or_measure_is_refused(folder, kept, change, words):
    said = run("check", folder, "--baseline", kept, *change, "--lang", "en")
    assert (2, "", 1) == (said.exit_code, said.stdout, len(said.stderr.splitlines()))
    assert str(kept) in said.stderr
    assert words in said.stderr


def damage(document, fault):
    rows = document["communes"]
    if fault == "commune gone":
        del rows[0]
    elif fault == "commune more":
        rows.append({**rows[0], "insee": "01999", "name": "Ailleurs"})
    elif fault == "commune twice":
        rows.append(rows[0])
    elif fault == "no residents":
        rows[0]["share"] = None
    elif fault == "share of 2":
        rows[0]["share"] = 2
    elif fault == "share in words":
        rows[0]["share"] = "0.5"
    elif fault == "no communes":
        del document["communes"]
    elif fault == "no target":
        document["target"] = {}
    elif fault == "no total":
        document["total"] = None


@pytest.mark.parametrize(
    "fault",
    ["commune gone", "commune more", "commune twice", "no residents", "share of 2", "share in words", "no communes",
     "no target", "no total"],
)  # fmt: skip
def test_a_document_that_does_not_fit_is_refused(folder, kept, fault):
    document = json.loads(kept.read_text(encoding="utf-8"))
    damage(document, fault)
    kept.write_text(json.dumps(document), encoding="utf-8")
    for language in ("fr", "en"):
        said = run("check", folder, "--baseline", kept, "--lang", language)
        assert (2, "", 1) == (said.exit_code, said.stdout, len(said.stderr.splitlines())), said.stderr
        assert str(kept) in said.stderr


@pytest.mark.parametrize(
    "content",
    [None, b"", b"[]", b"null", b'{"study": "x"}', b'{"study": ', b"\xff\xfe{\x00", b"<html>", b"[" * 200_000, b"NaN"],
    ids=lambda content: "missing" if content is None else content[:12].decode("latin-1"),
)
def test_a_damaged_file_is_refused(tmp_path, content):
    path = tmp_path / "kept.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=r"kept\.json"):
        read_baseline(path)


def test_a_folder_is_no_kept_result(tmp_path):
    with pytest.raises(InputError):
        read_baseline(tmp_path)


def test_a_damaged_file_is_told_before_the_long_work(tmp_path):
    (tmp_path / "study.toml").write_text(
        'name = "x"\ndate = 2024-01-01\ncrs = "EPSG:2154"\nterritory = { communes = "no.geojson" }\n'
        'residents = { file = "no.gpkg" }\nsites = { file = "no.csv" }\n',
        encoding="utf-8",
    )
    said = run("check", tmp_path, "--baseline", tmp_path / "kept.json")
    assert 2 == said.exit_code
    assert "kept.json" in said.stderr


# What must always hold


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    coverage = make_coverage()
    return coverage, to_document(coverage), tmp_path_factory.mktemp("kept") / "kept.json"


def with_shares(made, values):
    """The verdict, and a kept result, with these shares served of the inhabited communes."""
    coverage, document, path = made
    document = deepcopy(document)
    rows = [row for row in document["communes"] if row["share"] is not None]
    for row, share in zip(rows, values, strict=True):
        row["share"] = share
    path.write_text(json.dumps(document), encoding="utf-8")
    return replace(coverage, summary=document), read_baseline(path)


SHARES = st.lists(st.integers(0, 1_000_000).map(lambda n: n / 1e6), min_size=4, max_size=4)


@given(before=SHARES, after=SHARES, tolerance=st.integers(0, 1_000_000).map(lambda n: n / 1e6))
@settings(max_examples=100)
def test_worse_is_a_loss_beyond_the_tolerance_and_nothing_else(made, before, after, tolerance):
    _, kept = with_shares(made, before)
    now, _ = with_shares(made, after)
    comparison = compare_with_baseline(now, kept, tolerance=tolerance)
    micro = [round((b - a) * 1e6) for b, a in zip(before, after, strict=True)]
    insee = [row["insee"] for row in now.summary["communes"] if row["share"] is not None]
    allowed = round(tolerance * 1e6)
    assert {code for code, lost in zip(insee, micro, strict=True) if lost > allowed} == {
        change.insee for change in comparison.worse
    }
    assert {code for code, lost in zip(insee, micro, strict=True) if -lost > allowed} == {
        change.insee for change in comparison.better
    }
    assert 4 == len(comparison.worse) + len(comparison.better) + len(comparison.steady)
    assert comparison.passes == (not comparison.worse)
    # What is lost one way is gained the other.
    back, then = with_shares(made, before)[0], with_shares(made, after)[1]
    turned = compare_with_baseline(back, then, tolerance=tolerance)
    assert [change.insee for change in comparison.worse] == [change.insee for change in turned.better]
    for language in ("fr", "en"):
        assert all(change.name in "\n".join(list_changes(comparison, language)) for change in comparison.worse)


def test_a_verdict_is_never_worse_than_itself(made, tmp_path):
    coverage, _, _ = made
    (tmp_path / "kept.json").write_text(to_json(coverage), encoding="utf-8")
    comparison = compare_with_baseline(coverage, read_baseline(tmp_path / "kept.json"), tolerance=0)
    assert (True, (), ()) == (comparison.passes, comparison.worse, comparison.better)


# The README's workflow


def test_the_readmes_workflow_passes_and_then_fails(folder, tmp_path, monkeypatch):
    text = README.read_text(encoding="utf-8")
    workflow = text.split("<!-- workflow -->")[1].split("```")[1]
    commands = [shlex.split(match)[1:] for match in re.findall(r"(geo-access check [^\n|]*)", workflow)]
    keep = shlex.split(re.search(r"`(geo-access check study --format json [^`]*)`", text)[1])[1:]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    assert 1 == run(*keep).exit_code
    judged = [command for command in commands if "--baseline" in command]
    assert 2 == len(judged)
    assert [0, 0] == [run(*command).exit_code for command in judged]
    write_bus(folder / "bus.zip", every_min=30)
    assert [1, 1] == [run(*command).exit_code for command in judged]
    assert [1] == [run(*command).exit_code for command in commands if command not in judged]
    listed = re.search(r"path: \|\n((?: +\S+\n)+)", workflow)[1].split()
    assert all((tmp_path / name).stat().st_size for name in [*listed, "summary.md"])
