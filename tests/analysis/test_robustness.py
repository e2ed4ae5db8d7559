"""How sure a verdict is: every run is a verdict of its own, and the answer says what the runs say."""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from geo_access.analysis import robustness
from geo_access.analysis.robustness import POSITION_M, _find_loose, _list_days, _move_sites, check_robustness
from geo_access.cli.main import main
from geo_access.core.cache import Cache
from geo_access.core.errors import NoServiceError
from geo_access.report.pages.robustness import (
    describe_robustness,
    format_summary,
    format_value,
    list_runs,
    render_robustness,
    render_robustness_page,
)
from geo_access.study.inputs.inputs import read_inputs
from geo_access.study.study import open_study
from geo_access.verdict.judging import check


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
        ("hour", "13:00-15:00", {"departures.from": "13:00", "departures.to": "15:00"}),
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
    assert ("fragile", "speed", "5.28 km/h") == (row["answer"], row["tipped_by"], row["tipped_at"])


def test_what_meets_in_every_run_holds_and_what_never_does_fails(study):
    easy = check_robustness(study.vary({"policy.required_share": 1e-9, "policy.pole": {"lt": 600}}))
    people = easy.communes["residents"] > 0
    served = easy.communes["share_low"] > 0
    assert set(easy.communes.loc[people & served, "answer"]) == {"holds"}
    hard = check_robustness(study.vary({"policy.pole": {"lt": 0.01}, "policy.antenna": {"lt": 0.01}}))
    assert set(hard.communes.loc[hard.communes["residents"] > 0, "answer"]) == {"fails"}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(study, found):
    again, other = check_robustness(study), check_robustness(study, seed=2)
    assert render_robustness(found, "json") == render_robustness(again, "json")
    assert render_robustness_page(found) == render_robustness_page(again)
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


def test_days_are_of_the_same_kind(few_runs, monkeypatch):
    """Around a Friday the working days around it; around a Sunday the days of the weekends around it."""
    monkeypatch.setattr(robustness, "DAYS", (-1, 1, 2))
    friday, sunday = dt.date(2018, 1, 26), dt.date(2018, 1, 28)
    assert [25, 29, 30] == [day.day for day in _list_days(friday)]
    assert [dt.date(2018, 1, 27), dt.date(2018, 2, 3), dt.date(2018, 2, 4)] == _list_days(sunday)


def test_a_day_without_service_is_said_and_drawn_by_no_run(study, monkeypatch):
    real = robustness.judge

    def refuse(times, **options):
        if times.settings.date != study.settings.date:
            raise NoServiceError("transit.never_runs", date="")
        return real(times, **options)

    monkeypatch.setattr(robustness, "judge", refuse)
    found = check_robustness(study, cache=Cache(None))
    left = dict(found.left_out)
    assert ["positions", "weekday"] == list(left)
    assert left["weekday"].startswith("no_service:20")
    assert "weekday" not in set(found.runs["assumption"])
    assert 2 == (found.runs["assumption"] == "joint").sum()
    said = format_summary(found, "en")[-1]
    assert "day (no service on Wednesday" in said.replace("\u00a0", " ")


def test_an_hour_without_trips_is_a_gap_and_no_answer(study, monkeypatch):
    """The sample's vehicles do not run at three in the morning: that says nothing of who is served."""
    monkeypatch.setattr(robustness, "HOURS_S", (3 * 3600, 13 * 3600))
    found = check_robustness(study)
    assert ("hour", "no_trips:03:00-05:00") in found.left_out
    assert not found.runs["value"].str.contains("03:00").any()
    assert ["13:00-15:00"] == found.runs.loc[found.runs["assumption"] == "hour", "value"].tolist()
    assert "hardly any trip, 03:00" in format_summary(found, "en")[-1]


def test_a_second_run_judges_only_the_study_as_it_stands(study, found, tmp_path, monkeypatch):
    cache, judged, real = Cache(tmp_path), [], robustness.judge

    def count(times, **options):
        judged.append(times)
        return real(times, **options)

    monkeypatch.setattr(robustness, "judge", count)
    first = check_robustness(study, cache=cache)
    assert len(judged) == len(first.runs)
    again = check_robustness(study, cache=cache)
    assert len(judged) == len(first.runs) + 1
    assert render_robustness(first, "json") == render_robustness(again, "json") == render_robustness(found, "json")
    # Another seed draws other positions and other joint runs; what is changed alone stays known.
    check_robustness(study, cache=cache, seed=2)
    drawn = found.runs["assumption"].isin(["positions", "joint", "base"]).sum()
    assert len(judged) == len(first.runs) + 1 + drawn


def test_whoever_computes_the_bytes_are_the_same(study, found, tmp_path):
    with ThreadPoolExecutor(2) as executor:
        told = check_robustness(study, cache=Cache(tmp_path), executor=executor)
    assert render_robustness(told, "json") == render_robustness(found, "json")


def test_a_walker_near_the_fastest_that_a_study_may_name(study):
    found = check_robustness(study.vary({"walking.speed_kmh": 19}))
    assert "20.00 km/h" in found.runs["value"].tolist()


@pytest.mark.parametrize(
    ("value", "french", "english"),
    [
        ("4.32 km/h", "4,32 km/h", "4.32 km/h"),
        ("0 s", "0 s", "0 s"),
        ("13:30-15:30", "13 h 30 – 15 h 30", "13:30 – 15:30"),
        ("09:00:30-10:00:30", "9 h 30 s – 10 h 30 s", "09:00 30 s – 10:00 30 s"),
        ("2018-01-24", "mercredi 24 janvier 2018", "Wednesday 24 January 2018"),
        ("0.25", "25 % des départs", "25% of the departures"),
        ("1", "100 % des départs", "100% of the departures"),
        ("1000 m", "1 000 m", "1,000 m"),
        ("#2", "positions tirées au sort, n° 2", "positions drawn, no. 2"),
        ("5.00 km/h; 0.5; #4", "5,00 km/h, 50 % des départs, positions tirées au sort, n° 4", None),
        ("4.60 km/h; 9 s; 10:00-12:00", "4,60 km/h, 9 s, 10 h – 12 h", None),
        ("", "", ""),
    ],
)
def test_values_are_said_as_readers_write_them(value, french, english):
    said = format_value(value, "fr").replace("\u00a0", " ").replace("\u202f", " ")
    assert said == french
    if english is not None:
        assert format_value(value, "en").replace("\u00a0", " ") == english


@pytest.mark.parametrize(
    ("counts", "french", "english"),
    [
        ((0, 1, 2), "toujours tenue : 0 commune ; incertaine : 1 ; jamais tenue : 2", "always met: 0 communes;"),
        ((1, 2, 0), "toujours tenue : 1 commune ; incertaine : 2 ; jamais tenue : 0", "always met: 1 commune;"),
        ((2, 0, 1), "toujours tenue : 2 communes ; incertaine : 0 ; jamais tenue : 1", "always met: 2 communes;"),
    ],
)
def test_one_and_many(found, counts, french, english):
    answers = [name for name, count in zip(("holds", "fragile", "fails"), counts, strict=True) for _ in range(count)]
    few = replace(found, communes=found.communes.iloc[: len(answers)].assign(answer=answers))
    assert french in format_summary(few, "fr")[1].replace("\u00a0", " ")
    assert english in format_summary(few, "en")[1]


def test_differences_are_points_and_no_share_of_anything(found):
    """8 % of the residents would be another thing than a share that differs by 8 points."""
    rows = found.communes.assign(tipped_by=None, answer="fails", moved_by="speed", moved=0.0796)
    for moved, french, english in (
        (0.0796, "écart jusqu’à 8,0 points", "up to 8.0 points"),
        (0.0104, "écart jusqu’à 1,0 point)", "up to 1.0 point)"),
        (0.0002, "moins de 0,1 point", "less than 0.1 point"),
    ):
        few = replace(found, communes=rows.assign(moved=moved))
        assert french in render_robustness_page(few, language="fr")
        assert english in render_robustness_page(few, language="en")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_names_every_commune_beside_its_answer(found, language):
    communes = found.communes.assign(answer=(["holds", "fragile", "fails"] * 36)[: len(found.communes)])
    page = render_robustness_page(replace(found, communes=communes), language=language)
    named = [html.unescape(one) for one in re.findall(r"<small>(.*?)</small>", page)]
    assert sorted(", ".join(named).split(", ")) == sorted(found.communes["name"])
    assert page.count('<th scope="row">') == len(found.communes) + len(list_runs(found, language))


def run(*arguments):
    return CliRunner().invoke(main, ["robustness", "--quiet", *map(str, arguments)])


def test_the_command(found, tmp_path):
    page = tmp_path / "page.html"
    told = run("--lang", "en", "--map", page)
    assert told.exit_code == (0 if found.base.meets else 1), told.output
    assert "walking speed" in told.output
    assert '<html lang="en">' in page.read_text(encoding="utf-8")
    assert describe_robustness(found) == json.loads(run("--format", "json").output)
    assert run("--format", "csv").output.startswith("insee,name,residents,answer")
    table = tmp_path / "table.csv"
    assert run("--format", "csv", "--output", table).exit_code == told.exit_code
    for wrong in (["--output", tmp_path / "table.json"], ["--map", tmp_path / "page.csv"]):
        assert 2 == run(*wrong).exit_code
        assert not wrong[1].exists()
    for wrong in (["--baseline", page], ["--format", "junit"], ["--seed", -1], ["one", "two"]):
        assert 2 == run(*wrong).exit_code
