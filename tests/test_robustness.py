"""How sure a verdict is: every run is a verdict of its own, and the answer says what the runs say."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from geo_access import robustness
from geo_access.cli import main
from geo_access.coverage import check
from geo_access.inputs import read_inputs
from geo_access.robustness import POSITION_M, _find_loose, _move_sites, check_robustness
from geo_access.robustness_page import describe_robustness, write_robustness, write_robustness_page
from geo_access.study import open_study


@pytest.fixture(scope="module", autouse=True)
def few_runs():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(robustness, "_JOINT", 2)
        patch.setattr(robustness, "_MOVES", 1)
        patch.setattr(robustness, "DAYS", (1,))
        patch.setattr(robustness, "HOURS_S", (13 * 3600,))
        yield


@pytest.fixture(scope="module")
def study():
    return open_study()


@pytest.fixture(scope="module")
def found(study):
    return check_robustness(study)


def test_the_base_is_the_verdict(study, found):
    judged = check(study)
    assert judged.communes["share"].tolist() == found.communes["share"].tolist()
    assert judged.summary["total"]["share"] == found.runs["share"].iloc[0]


@pytest.mark.parametrize(
    ("assumption", "value", "changes"),
    [
        ("speed", "5.28 km/h", {"walking.speed_kmh": 5.28}),
        ("slack", "120 s", {"transit.boarding_slack_s": 120}),
        ("hour", "13:00", {"departures.from": "13:00", "departures.to": "15:00"}),
        ("departures_required", "0.75", {"policy.departures_required": 0.75}),
    ],
)
def test_each_run_is_what_check_says_of_it(study, found, assumption, value, changes):
    row = found.runs[(found.runs["assumption"] == assumption) & (found.runs["value"] == value)]
    judged = check(study.vary(changes))
    assert [judged.summary["total"]["share"]] == row["share"].tolist()
    assert [int((judged.communes["verdict"] == "meets").sum())] == row["meets"].tolist()


def test_what_is_said_of_a_commune_adds_up(found):
    table = found.communes
    assert (table["share_low"] <= table["share"]).all()
    assert (table["share"] <= table["share_high"]).all()
    parts = table[["always", "sometimes", "never"]].sum(axis=1)
    np.testing.assert_allclose(parts, table["residents"])
    assert (found.cells["served_in"] <= len(found.runs)).all()
    assert (table["sometimes"] > 0).any()


def test_a_verdict_that_walking_faster_tips_is_fragile_and_says_so(study, found):
    """A required share between what a commune has today and what it has when people walk faster."""
    faster = check(study.vary({"walking.speed_kmh": 5.28})).communes["share"].to_numpy()
    today = found.communes["share"].to_numpy()
    at = int(np.argmax(faster - today))
    assert faster[at] > today[at]
    asked = study.vary({"policy.required_share": round(float(today[at] + faster[at]) / 2, 6)})
    row = check_robustness(asked).communes.iloc[at]
    assert ("fragile", "speed") == (row["answer"], row["tipped_by"])


def test_what_meets_in_every_run_holds_and_what_never_does_fails(study):
    easy = check_robustness(study.vary({"policy.required_share": 1e-9, "policy.pole": {"lt": 600}}))
    people = easy.communes["residents"] > 0
    served = easy.communes["share_low"] > 0
    assert set(easy.communes.loc[people & served, "answer"]) == {"holds"}
    hard = check_robustness(study.vary({"policy.pole": {"lt": 0.01}, "policy.antenna": {"lt": 0.01}}))
    assert set(hard.communes.loc[hard.communes["residents"] > 0, "answer"]) == {"fails"}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(study, found):
    again, other = check_robustness(study), check_robustness(study, seed=2)
    assert write_robustness(found, "json") == write_robustness(again, "json")
    assert write_robustness_page(found) == write_robustness_page(again)
    joint = [list(one.runs.loc[one.runs["assumption"] == "joint", "value"]) for one in (found, other)]
    assert joint[0] != joint[1]


def test_only_approximate_sites_move_and_no_farther_than_said(study):
    inputs = read_inputs(study)
    sites = inputs.sites.copy()
    sites["location"] = ["approximate" if row % 2 else "address point" for row in range(len(sites))]
    rough = replace(inputs, sites=sites)
    assert [row for row in range(len(sites)) if row % 2] == list(_find_loose(rough))
    moved = _move_sites(rough, 1, 0)
    away = np.hypot(moved.geometry.x - sites.geometry.x, moved.geometry.y - sites.geometry.y).to_numpy()
    assert (away[::2] == 0).all()
    assert (away[1::2] > 0).all()
    assert (away <= POSITION_M).all()
    turned = _move_sites(replace(inputs, sites=sites.iloc[::-1].reset_index(drop=True)), 1, 0)
    assert turned.geometry.iloc[::-1].x.tolist() == moved.geometry.x.tolist()


def test_what_cannot_be_examined_is_said(study, found):
    """The sample has streets; a straight line has none to snap to, and its feed may not run on a day."""
    assert "snap" in set(found.runs["assumption"])
    straight = check_robustness(study.vary({"walking.streets": [], "walking.straight_line": {"detour": 1.3}}))
    assert ("snap", "no_streets") in straight.left_out
    assert "snap" not in set(straight.runs["assumption"])


def run(*arguments):
    return CliRunner().invoke(main, ["check", "--quiet", "--robustness", *map(str, arguments)])


def test_the_command(found, tmp_path):
    page = tmp_path / "page.html"
    told = run("--lang", "en", "--map", page)
    assert told.exit_code == (0 if found.base.meets else 1)
    assert "walking speed" in told.output
    assert '<html lang="en">' in page.read_text(encoding="utf-8")
    assert describe_robustness(found) == json.loads(run("--format", "json").output)
    assert run("--format", "csv").output.startswith("insee,name,residents,answer")
    for wrong in (["--draws", 3], ["--baseline", page], ["--format", "junit"]):
        assert 2 == run(*wrong).exit_code
    assert 2 == CliRunner().invoke(main, ["check", "--quiet", "--seed", "3"]).exit_code
