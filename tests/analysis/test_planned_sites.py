"""Planned sites: one setting, and what a comparison says that hangs on it."""

from __future__ import annotations

import json
import shutil

import pytest
from click.testing import CliRunner
from small_study import degrees, write_small_study

import geo_access as ga
from geo_access.cli.main import main
from geo_access.report.comparison.words import describe_differences, list_outcomes
from geo_access.texts import LANGUAGES, render

NAME = "Pôle du Centre"


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> ga.Study:
    """Two SST after the reform, of which the western one has a planned pole only."""
    folder = write_small_study(tmp_path_factory.mktemp("study"))
    lon, lat = degrees(1500, 100)
    with (folder / "sites.csv").open("a", encoding="utf-8") as file:
        file.write(f"\n{NAME},pole,01001,{lat},{lon},planned\n")
    return ga.open_study(folder, changes={"policy.pole.pool": "own_sst", "policy.antenna.lt": 3, "policy.pole.lt": 20})


def pick(total) -> dict[str, float]:
    return {name: round(total[name], 6) for name in ("gained", "lost", "served_before", "served_after")}


@pytest.mark.parametrize("open_", [False, True])
def test_what_tips_a_headline_stands_beside_it_with_the_other_reading_s_figure(study, open_):
    asked = study.open_sites("planned") if open_ else study
    other = study if open_ else study.open_sites("planned")
    here, there = (ga.compare(one, one.vary({"territory.sst.column": "sst_after"})) for one in (asked, other))
    assert pick(here.summary["total"]) != pick(there.summary["total"])
    told = here.summary["other_reading"]
    assert pick(told["total"]) == pick(there.summary["total"])
    assert (told["planned"], told["sites"]) == ("closed" if open_ else "open", [NAME])
    for language in LANGUAGES:
        assert NAME in list_outcomes(here, language)[0]


def test_a_headline_that_hangs_on_no_planned_site_says_nothing_of_it(study, tmp_path):
    plain = ga.open_study(write_small_study(tmp_path / "plain"))
    assert ga.compare(plain, plain.vary({"policy.pole.lt": 12})).summary["other_reading"] is None
    # Where the two sides count them differently, that is what is compared.
    assert ga.compare(study, study.open_sites("planned")).summary["other_reading"] is None


def test_nobody_gains_and_6136_lose_because_of_nanterre_s_pole(shared_data):
    study = ga.open_study(
        shared_data / "hauts-de-seine", changes={"policy.pole.pool": "own_sst", "departures.every_s": 600}
    )
    compared = ga.compare(study, study.vary({"territory.sst.column": "sst_after"}))
    total, other = compared.summary["total"], compared.summary["other_reading"]
    assert total["gained"] == 0
    assert total["lost"] > 0
    assert other["sites"] == ["Pôle social du nouveau SST Nanterre"]
    open_ = study.open_sites("planned")
    there = ga.compare(open_, open_.vary({"territory.sst.column": "sst_after"})).summary["total"]
    assert pick(other["total"]) == pick(there)
    opening = ga.compare(study, open_.vary({"territory.sst.column": "sst_after"})).summary["total"]
    assert pick(other["total_opening"]) == pick(opening)
    assert opening["gained"] > 0
    assert "Nanterre" in list_outcomes(compared, "fr")[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_comparison_names_its_edits_in_words_and_no_setting_s_key(study, language):
    after = study.open_sites("planned").without_sites("antenne").vary({"language": language})
    said = [one.label + one.before + one.after for one in describe_differences(ga.compare(study, after), language)]
    assert any(render("compare.planned_open", language) in one for one in said)
    assert not any("site_edits" in one or "policy" in one for one in said)


@pytest.mark.parametrize(
    "command",
    [
        ("check", "--format", "json"),
        ("place", "--kind", "antenna", "--count", "1", "--format", "json"),
        ("redraw", "--count", "2", "--smallest", "0", "--largest", "1e9", "--format", "json"),
        ("explain", "--from", "ouest", "--format", "json"),
        ("fairness", "--format", "json"),
        ("caravan", "--format", "json"),
    ],
    ids=lambda command: command[0],
)
def test_every_command_counts_planned_sites_alike_and_says_how(study, tmp_path, command):
    folder = shutil.copytree(study.folder, tmp_path / "study")
    lines = (folder / "sites.csv").read_text(encoding="utf-8").split("\n")
    rows = [f"{lines[0]},dates,hours", *(f"{line},," for line in lines[1:] if line)]
    lon, lat = degrees(3500, 100)
    rows.append(f"Caravane,caravane,01002,{lat},{lon},open,2024-05-02,10h-16h")
    (folder / "sites.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    said = {}
    for word, options in (("closed", ()), ("open", ("--open", "planned"))):
        name, *rest = command
        asked = [name, str(folder), "--quiet", "--set", "policy.antenna.lt=3", *rest, *options]
        told = CliRunner().invoke(main, asked)
        if (name, word) == ("redraw", "closed"):  # one pole heads no two SST
            assert told.exit_code == 2
            assert "--open planned" in told.output
            continue
        assert told.exit_code in (0, 1), told.output
        said[word] = json.loads(told.stdout)
        assert said[word]["planned"] == {"count": word, "sites": [NAME]}
        assert ("scenario" in said[word]) == (word == "open")
    if len(said) == 2:
        assert said["closed"] != said["open"]
