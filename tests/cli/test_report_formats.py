"""The verdict for other programs: read back as those programs read it."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from click.testing import CliRunner
from coverage_factory import NASTY, make_coverage
from hypothesis import given, settings
from hypothesis import strategies as st
from small_study import write_small_study

from geo_access.cli import check as commands_check
from geo_access.cli import main as cli
from geo_access.core.findings import Finding
from geo_access.report.ci import FORMS, render_report
from geo_access.texts.controls import show_controls

#: Element: attributes it needs, attributes it may have, children in their order (last letter: ? one at most, * any).
#: What both Ant's and Jenkins' schemas accept.
JUNIT = {
    "testsuites": ((), (), ("testsuite*",)),
    "testsuite": (
        ("name", "tests", "failures", "errors", "time", "timestamp", "hostname", "package", "id"),
        ("skipped",),
        ("properties", "testcase*", "system-out", "system-err"),
    ),
    "properties": ((), (), ("property*",)),
    "property": (("name", "value"), (), ()),
    "testcase": (("name", "classname", "time"), (), ("skipped?", "failure?")),
    "skipped": ((), ("message",), ()),
    "failure": (("type", "message"), (), ()),
    "system-out": ((), (), ()),
    "system-err": ((), (), ()),
}
COMMAND = re.compile(r"::(notice|warning|error) ([^:]*(?:%3A[^:]*)*)::(.*)")


@pytest.fixture(scope="module")
def coverage():
    return make_coverage()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_small_study(tmp_path_factory.mktemp("formats") / "study")


def rename(coverage, name):
    """The same verdict with its first commune called otherwise."""
    communes = coverage.communes.copy()
    communes["name"] = [name, *communes["name"].iloc[1:]]
    rows = coverage.summary["communes"]
    summary = {**coverage.summary, "communes": [{**rows[0], "name": name}, *rows[1:]]}
    return replace(coverage, communes=communes, summary=summary)


def check_shape(element):
    needed, allowed, children = JUNIT[element.tag]
    assert set(needed) <= set(element.attrib) <= {*needed, *allowed}, element.tag
    order = "".join(f"<{child.tag}>" for child in element)
    pattern = "".join(f"(?:<{name.rstrip('?*')}>){name[-1] if name[-1] in '?*' else ''}" for name in children)
    assert re.fullmatch(pattern, order), (element.tag, order)
    for child in element:
        check_shape(child)


def read_commands(text):
    """Read workflow commands as GitHub's runner does."""

    def unescape(said):
        for code, letter in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
            said = said.replace(code, letter)
        return said

    commands = []
    for line in text.removesuffix("\n").split("\n"):
        match = COMMAND.fullmatch(line)
        assert match, line
        properties = dict(part.split("=", 1) for part in match[2].split(","))
        commands.append((match[1], {k: unescape(v) for k, v in properties.items()}, unescape(match[3])))
    return commands


def read_csv(text, delimiter=";"):
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter, strict=True))


# JUnit


def test_junit_has_one_test_case_a_commune(coverage):
    root = ET.fromstring(render_report(coverage, "junit").encode("utf-8"))  # noqa: S314 -- our own text
    check_shape(root)
    (suite,) = root
    cases = {case.get("name").split()[0]: case for case in suite.iter("testcase")}
    assert coverage.communes["insee"].tolist() == list(cases)
    children = {"meets": [], "misses": ["failure"], "no residents": ["skipped"]}
    for row in coverage.communes.itertuples():
        assert children[row.verdict] == [child.tag for child in cases[row.insee]]
    counts = coverage.communes["verdict"].value_counts()
    assert [str(counts["misses"]), str(counts["no residents"]), "5", "0"] == [
        suite.get(key) for key in ("failures", "skipped", "tests", "errors")
    ]


def test_junit_says_what_failed_and_how_it_was_measured(coverage):
    root = ET.fromstring(render_report(coverage, "junit", language="en").encode("utf-8"))  # noqa: S314
    failure = next(root.iter("failure"))
    row = coverage.communes[coverage.communes["verdict"] == "misses"].iloc[0]
    assert f"{row['beyond'] + row['unsnapped']:,.0f} of {row['residents']:,.0f}" in failure.get("message")
    assert "100% required" in failure.get("message")
    assert "pôle social in less than 20\u00a0min by public transport" in failure.text
    properties = {p.get("name"): p.get("value") for p in root.iter("property")}
    assert ("discours-2024-04", "2018-01-23", "straight line") == tuple(
        properties[key] for key in ("preset", "date", "walking")
    )


# GitHub


def test_github_gets_a_notice_and_an_error_for_each_commune_missed(coverage):
    commands = read_commands(render_report(coverage, "github"))
    kinds = [kind for kind, _, _ in commands]
    missed = coverage.communes[coverage.communes["verdict"] == "misses"].sort_values("beyond", ascending=False)
    findings = [finding for finding in coverage.findings if finding.level == "error"]
    assert ["notice"] + ["error"] * (len(missed) + len(findings)) == kinds
    titles = [properties["title"] for _, properties, _ in commands[1 : 1 + len(missed)]]
    assert [f"{row['name']} ({row['insee']})" for _, row in missed.iterrows()] == titles
    assert {"file": "sites.csv", "line": "12"}.items() <= commands[-1][1].items()


def test_github_points_at_no_line_where_rows_are_no_lines(coverage, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    finding = Finding("error", "results.output_is_folder", file=str(tmp_path / "places.gpkg"), row=3)
    *_, (_, properties, message) = read_commands(render_report(replace(coverage, findings=(finding,)), "github"))
    assert ("places.gpkg", False) == (properties["file"], "line" in properties)
    assert "ligne 3" in message


def test_github_job_summary_is_appended(folder, tmp_path, monkeypatch):
    summary = tmp_path / "summary.md"
    summary.write_text("before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    said = run("check", folder, "--format", "github")
    markdown = run("check", folder, "--format", "markdown").stdout_bytes
    assert 1 == said.exit_code
    assert b"before\n" + markdown == summary.read_bytes()
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "no" / "summary.md"))
    assert 2 == run("check", folder, "--format", "github").exit_code


# Markdown


def test_markdown_holds_promise_verdict_tables_and_findings(coverage):
    text = render_report(coverage, "markdown")
    assert coverage.preset.pole.quote.split()[0] in text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    communes, sst = rows[: 5 + 3], rows[5 + 3 :]
    assert len(coverage.sst) + 2 == len(sst)
    for table in (communes, sst):
        assert 1 == len({len(re.findall(r"(?<!\\)\|", line)) for line in table})
    assert "**Ensemble**" in communes[-1]
    assert "**erreur** sites.csv" in text
    assert NASTY not in text
    assert r"\<script\>" in text


# Spreadsheets


def test_csv_is_what_french_spreadsheets_expect(coverage):
    text = render_report(coverage, "csv")
    assert text.startswith("\ufeff")
    assert text.count("\n") == text.count("\r\n") == 1 + 5 + 1
    head, *rows, total = read_csv(text)
    assert "Code INSEE" == head[0]
    assert set(coverage.communes["insee"]) == {row[0] for row in rows}
    assert '"01001"' in text
    residents = head.index("Habitants")
    assert all("." not in row[residents] for row in rows)
    people = [float(row[residents].replace(",", ".")) for row in rows]
    assert abs(sum(people) - float(total[residents].replace(",", "."))) < 0.02
    assert ["", "Ensemble", ""] == total[:3]
    empty = next(row for row in rows if row[0] == "01004")
    assert ["0", "0", ""] == empty[residents : residents + 3]
    assert "sans habitant" == empty[head.index("Promesse tenue")]


def test_csv_in_english_has_commas_and_points(coverage):
    head, *rows = read_csv(render_report(coverage, "csv", language="en"), ",")
    assert "INSEE code" == head[0]
    assert {len(head)} == {len(row) for row in rows}
    assert any("." in row[head.index("Residents")] for row in rows)


def test_csv_never_says_100_of_a_commune_that_misses(coverage):
    rows = coverage.summary["communes"]
    almost = {**rows[0], "share": 1 - 1e-12, "verdict": "misses"}
    made = replace(coverage, summary={**coverage.summary, "communes": [almost, *rows[1:]]})
    head, *told = read_csv(render_report(made, "csv"))
    assert "99,9999" == next(row for row in told if row[0] == "01001")[head.index("Desservis (%)")]


@pytest.mark.parametrize("name", ["=1+1", "@sum", "-2+3", "+33", "\tx"])
def test_csv_has_no_formulas(coverage, name):
    rows = read_csv(render_report(rename(coverage, name), "csv"))
    assert [f"'{name}"] == [row[1] for row in rows if row[0] == "01001"]


# All of them


def test_the_commands_formats_are_those_there_are():
    assert (*FORMS, "xlsx") == commands_check.FORMS


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_nothing_missing_shows_as_nan(coverage, form, language):
    text = render_report(coverage, form, language=language)
    assert not re.search(r"\bnan\b|<NA>|\bNone\b", text)
    assert text == render_report(coverage, form, language=language)


NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12) | st.sampled_from(
    ["::error::x", "%0A", "a|b", "]]>", "`x`", '"', ";", "\x0b", "\r\n", "\u2028", NASTY, "x,y=z"]
)


@given(name=NAMES)
@settings(max_examples=60)
def test_any_name_survives_in_every_format(coverage, name):
    made = rename(coverage, name)
    suite = ET.fromstring(render_report(made, "junit").encode("utf-8"))  # noqa: S314 -- our own text
    check_shape(suite)
    assert 5 == len(list(suite.iter("testcase")))
    titles = [properties["title"] for _, properties, _ in read_commands(render_report(made, "github"))]
    if made.communes["verdict"].iloc[0] == "misses":
        assert f"{show_controls(name)} (01001)" in titles
    rows = read_csv(render_report(made, "csv"))
    assert show_controls(name, keep="\t") in {row[1].removeprefix("'") for row in rows} | {row[1] for row in rows}
    tables = [line for line in render_report(made, "markdown").split("\n") if line.startswith("|")]
    assert 5 + 3 + 2 + 2 == len(tables)
    assert name == json.loads(render_report(made, "json"))["communes"][0]["name"]


def run(*arguments):
    return CliRunner().invoke(cli.main, [str(a) for a in arguments], catch_exceptions=False)


@pytest.mark.parametrize("form", ["junit", "github", "markdown", "csv"])
def test_check_writes_the_same_bytes_to_the_screen_and_to_a_file(folder, tmp_path, form):
    said = run("check", folder, "--format", form)
    assert 1 == said.exit_code
    assert 1 == run("check", folder, "--format", form, "--output", tmp_path / "out").exit_code
    assert said.stdout_bytes == (tmp_path / "out").read_bytes()
    met = run("check", folder, "--format", form, "--set", "policy.required_share=0.01")
    assert 0 == met.exit_code
    assert not re.search(r"<failure|^::error", met.stdout, re.MULTILINE)


@pytest.mark.real_data
def test_the_real_study_in_every_format(shared_data, tmp_path):
    study = shared_data / "hauts-de-seine"
    document = json.loads(run("check", study, "--format", "json").stdout)
    suite = ET.fromstring(run("check", study, "--format", "junit").stdout_bytes)  # noqa: S314 -- our own text
    check_shape(suite)
    missed = {row["insee"] for row in document["communes"] if row["verdict"] == "misses"}
    failed = {case.get("name")[:5] for case in suite.iter("testcase") if len(case)}
    assert missed == failed
    head, *rows, total = read_csv(run("check", study, "--format", "csv").stdout_bytes.decode("utf-8"))
    assert {row["insee"] for row in document["communes"]} == {row[0] for row in rows}
    beyond = head.index("Habitants au trajet trop long ou trop rare")
    told = sum(float(row[beyond].replace(",", ".")) for row in rows)
    assert abs(told - document["total"]["beyond"]) < 0.5
    assert abs(float(total[beyond].replace(",", ".")) - document["total"]["beyond"]) < 0.01
