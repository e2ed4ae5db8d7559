"""Sure or not: what the coverage map shows of robustness is what the runs say."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from click.testing import CliRunner
from page_reader import open_file, read_blocks, see
from small_study import write_small_study

import geo_access as ga
from geo_access.analysis import robustness
from geo_access.cli.main import main
from geo_access.core.cache import Cache
from geo_access.report.map.sureness import encode_sure_communes, list_sure_facts, make_sure_theme
from geo_access.report.pages.robustness import format_cause
from geo_access.verdict.judging import check


@pytest.fixture(scope="module", autouse=True)
def few_runs():
    with pytest.MonkeyPatch.context() as patch:
        for name, few in (("_JOINT", 1), ("_MOVES", 1), ("DAYS", (1,)), ("HOURS_S", (13 * 3600,))):
            patch.setattr(robustness, name, few)
        yield


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return ga.open_study(write_small_study(tmp_path_factory.mktemp("study")))


@pytest.fixture(scope="module")
def found(study):
    return ga.check_robustness(study)


@pytest.fixture(scope="module")
def runs(study, found):
    """Each run that changes one setting, judged by `check` alone; by run, the cells that it serves."""
    changes = {
        "speed": lambda said: {"walking.speed_kmh": float(said.split()[0])},
        "slack": lambda said: {"transit.boarding_slack_s": int(said.split()[0])},
        "hour": lambda said: dict(zip(("departures.from", "departures.to"), said.split("-"), strict=True)),
        "weekday": lambda said: {"date": said},
        "departures_required": lambda said: {"policy.departures_required": float(said)},
        "base": lambda _said: {},
    }
    served = []
    for row in found.runs.to_dict("records"):
        if row["assumption"] == "joint":
            parts = row["value"].split("; ")
            names = ["speed", "slack", "hour", "weekday", "departures_required"]
            asked = {}
            for name, said in zip(names, parts, strict=True):
                asked |= changes[name](said)
        else:
            asked = changes[row["assumption"]](row["value"])
        cells = check(study.vary(asked)).residents
        served.append([state in ("pole", "antenna") for state in cells["state"]])
    return served


def test_a_cell_is_counted_in_each_run_that_serves_it(found, runs):
    counted = [0] * len(found.cells)
    for run in runs:
        for cell, served in enumerate(run):
            counted[cell] += served
    assert counted == found.cells["served_in"].tolist()
    assert {0, len(runs)} < set(counted), "cells that all runs serve, that some do, that none does"


def test_the_theme_classes_cells_by_their_runs(found, runs):
    expected = ["".join("1" if run[cell] else "0" for run in runs) for cell in range(len(found.cells))]
    classes = make_sure_theme(found, "fr").classes.tolist()
    for said, kind in zip(expected, classes, strict=True):
        assert kind == (0 if "0" not in said else 2 if "1" not in said else 1)


def test_the_page_has_both_themes_the_range_and_what_tips_a_commune(study, found, browser, tmp_path):
    page = tmp_path / "map.html"
    ga.coverage_map(found.base, robustness=found, candidates=0, language="en").save(page)
    html = page.read_text(encoding="utf-8")
    low, high = (f"{int(1000 * share + 1e-9) / 10}%" for share in found.range)
    assert f"({low} to {high} by assumption)" in see(html)
    assert "the command geo-access robustness" not in html
    painted = {
        block["name"]: block for block in read_blocks(html).values() if isinstance(block, dict) and "name" in block
    }
    assert Counter(painted["sure"]["classes"]).keys() == {"0", "1", "2"}
    assert painted["sure_communes"] == encode_sure_communes(found)
    facts = list_sure_facts(found, "en")
    for row in found.communes.to_dict("records"):
        if row["tipped_by"]:
            assert format_cause(row, "en") in [said for _, said in facts[row["insee"]]]
    open_file(browser, page)
    assert {"sure", "sure_communes"} <= set(browser.execute_script("return geoAccess.themes"))
    for name in ("sure", "sure_communes"):
        browser.execute_script("geoAccess.setTheme(arguments[0])", name)
        assert browser.find_element("css selector", f"#map_coverage_legend_{name} .ga-legend").is_displayed()
    # What is supposed on the page is not what the runs were of: the range goes, and comes back.
    ranged = browser.find_element("css selector", "#map_coverage_key .ga-of-study")
    assert ranged.is_displayed()
    browser.execute_script("geoAccess.setState({pole: 5})")
    assert not ranged.is_displayed()
    browser.execute_script("geoAccess.setTheme('sure')")
    browser.execute_script("geoAccess.setState({pole: 20})")
    assert ranged.is_displayed()
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []


def test_without_robustness_the_page_says_how_to_know(found):
    html = ga.coverage_map(found.base, candidates=0, language="en").to_html()
    assert "the command geo-access robustness" in html
    assert "by assumption" not in see(html)
    assert "geo-access robustness" in ga.commune_brief(found.base, "01001").html


def test_the_robustness_of_another_study_is_refused(study, found):
    other = check(study.vary({"policy.pole": {"lt": 10}}))
    with pytest.raises(ga.ArgumentError, match=r"not of one study|pas de la même étude"):
        ga.coverage_map(other, robustness=found)


def test_the_range_is_known_once_it_was_checked(study, tmp_path):
    cache = Cache(tmp_path)
    judged = check(study, cache=cache)
    assert ga.find_range(judged) is None
    found = ga.check_robustness(study, cache=cache)
    known = ga.find_range(judged)
    assert known is not None
    assert (known.low, known.high, known.runs) == (*found.range, len(found.runs))
    assert ga.find_range(judged, seed=2) is None
    assert ga.find_range(check(study.vary({"walking.speed_kmh": 4}), cache=cache)) is None
    assert ga.find_range(check(study, cache=Cache(None))) is None


def test_check_says_the_range_or_how_to_know_it(study, tmp_path, monkeypatch):
    monkeypatch.setenv("GEO_ACCESS_CACHE_DIR", str(tmp_path / "cache"))

    def run(*arguments):
        told = CliRunner().invoke(main, [*map(str, arguments), "--lang", "en", "--quiet"], env={"COLUMNS": "300"})
        assert told.exit_code in (0, 1), told.output
        return " ".join(told.output.split())

    assert "the command geo-access robustness says by how much" in run("check", study.folder)
    page = tmp_path / "map.html"
    run("map", study.folder, "--output", page, "--with-robustness", "--candidates", 0)
    assert "sure_communes" in page.read_text(encoding="utf-8")
    said = run("check", study.folder)
    assert re.search(r"By assumption \(\d+ runs\): [\d.]+% to [\d.]+% of residents served\.", said)
    assert "geo-access robustness" not in said
    # Documents for machines are the same whatever is known.
    assert "assumption" not in run("check", study.folder, "--format", "json")
