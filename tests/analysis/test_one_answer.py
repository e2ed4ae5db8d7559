"""One question, one answer: where a pole would serve most residents, whoever is asked, and what `check` finds then."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from small_study import degrees, write_small_study

import geo_access as ga
from geo_access.analysis.helpful_sites import find_help
from geo_access.analysis.placement.candidates import list_candidates, spread
from geo_access.core.findings import Findings
from geo_access.report.pages.placement_words import format_scope
from geo_access.texts import LANGUAGES


def ask_everyone(coverage: ga.Coverage, insee: str) -> dict[str, tuple[float, float, float]]:
    """Where the best pole for a commune's residents would stand, and how many more it serves: by who is asked."""
    answers = {}
    explained = ga.explain_commune(coverage, insee).place
    if explained is not None:
        answers["explain"] = explained.candidate.x, explained.candidate.y, explained.gained
    poles = [one for one in find_help(coverage, [insee])[insee] if one.candidate.role == "pole"]
    if poles:
        answers["brief"] = poles[0].candidate.x, poles[0].candidate.y, poles[0].gained
    placed = ga.place_sites(coverage, kind="pole", count=1, within=insee).chosen
    if len(placed):
        at = placed.geometry.iloc[0]
        answers["place"] = at.x, at.y, float(placed["gained"].iloc[0])
    return answers


def assert_one_answer(coverage: ga.Coverage, insee: str) -> tuple[float, float, float]:
    answers = ask_everyone(coverage, insee)
    assert set(answers) == {"explain", "brief", "place"}
    gains = [gained for _, _, gained in answers.values()]
    assert gains == pytest.approx([gains[0]] * 3, abs=1e-6), answers
    assert gains[0] > 0
    assert answers["explain"] == pytest.approx(answers["brief"])
    return answers["brief"]


def served_in(coverage: ga.Coverage, insee: str) -> float:
    return float(coverage.communes.set_index("insee").loc[insee, "served"])


def check_with_pole(study: ga.Study, x: float, y: float) -> ga.Coverage:
    point = gpd.GeoDataFrame({"kind": ["pole"]}, geometry=[shapely.Point(x, y)], crs=study.settings.crs)
    return ga.check(study.with_sites(point))


@pytest.mark.parametrize(
    "changes",
    [
        {"policy.pole.lt": 12, "walking.limits_min.access": 8},
        {"policy.pole.lt": 15, "territory.sst.column": "sst_after", "policy.pole.pool": "own_sst"},
        {"policy.pole.lt": 9, "departures.every_s": 420, "policy.departures_required": 1.0},
        {"policy.pole.lt": 15, "policy.antenna": {"mode": "best_of", "lt": 5}},
    ],
)
def test_all_commands_name_one_place_in_a_town_and_check_agrees(tmp_path, changes):
    study = ga.open_study(write_small_study(tmp_path / "town"), changes=changes)
    coverage = ga.check(study)
    asked = coverage.communes.loc[coverage.communes["beyond"] > 0, "insee"].tolist()
    assert asked
    for insee in asked:
        x, y, gained = assert_one_answer(coverage, insee)
        after = check_with_pole(study, x, y)
        assert served_in(after, insee) - served_in(coverage, insee) == pytest.approx(gained)


def test_all_commands_name_one_place_for_clamart(shared_data):
    changes = {"departures.from": "09:00", "departures.to": "09:10", "departures.every_s": 300}
    study = ga.open_study(shared_data / "hauts-de-seine", changes=changes)
    coverage = ga.check(study)
    x, y, gained = assert_one_answer(coverage, "92023")
    after = check_with_pole(study, x, y)
    assert served_in(after, "92023") - served_in(coverage, "92023") == pytest.approx(gained)
    whole = ga.place_sites(coverage, kind="pole", count=1)
    told = find_help(coverage, ["92023"])["92023"][0]
    # Asked of the whole territory, no candidate brings more than the one that is proven best there.
    assert told.gained_all <= whole.chosen["gained"].iloc[0] + 1e-6
    for language in LANGUAGES:
        narrow = ga.place_sites(coverage, kind="pole", count=1, within="clamart")
        assert "Clamart" in format_scope(narrow, language)
        assert format_scope(narrow, language) != format_scope(whole, language)


def test_an_annex_is_a_candidate_for_a_pole_and_counts_once_it_is_chosen(tmp_path):
    folder = write_small_study(tmp_path / "town")
    lon, lat = degrees(1500, 100)
    with (folder / "sites.csv").open("a", encoding="utf-8") as file:
        file.write(f"\nAnnexe du Centre,annexe,01001,{lat},{lon},open\n")
    changes = {"policy.pole.lt": 12, "policy.antenna.lt": 2, "walking.limits_min.access": 8}
    coverage = ga.check(ga.open_study(folder, changes=changes))
    own = ga.place_sites(coverage, kind="pole", count=1).candidates.set_index("name").loc["Annexe du Centre"]
    assert own["source"] == "site"
    promoted = check_with_pole(coverage.times.inputs.study, own.geometry.x, own.geometry.y)
    assert own["alone"] > 0
    assert own["alone"] == pytest.approx(promoted.summary["total"]["served"] - coverage.summary["total"]["served"])


def test_what_a_hypothesis_closes_is_no_candidate(tmp_path):
    study = ga.open_study(write_small_study(tmp_path / "town")).without_sites("antenne")
    times = ga.open_times(study)
    places = list_candidates(times, None, kind="antenna", count=500, findings=Findings())
    assert (places["source"] == "cell").all()


def test_every_commune_has_a_candidate_however_few_are_asked_for(tmp_path):
    times = ga.open_times(ga.open_study(write_small_study(tmp_path / "town")))
    places = list_candidates(times, None, kind="pole", count=1, findings=Findings())
    cells = places[places["source"] == "cell"]
    assert set(cells["insee"]) == set(times.inputs.communes["insee"])
    points = times.inputs.resident_points
    assert len(spread(points, np.ones(len(points)), 1)) == 1
