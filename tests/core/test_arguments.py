"""Ordinary mistakes in a call: one clear error each, in both languages, with what to give instead."""

from __future__ import annotations

import pandas as pd
import pytest
from small_study import write_small_study

import geo_access as ga
from geo_access.core.arguments import check_choice, check_number, check_whole
from geo_access.routing.travel_times import take_times


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return ga.open_study(write_small_study(tmp_path_factory.mktemp("asked") / "study"))


@pytest.fixture(scope="module")
def coverage(study):
    return ga.check(study)


def refuse(ask, *, wrong_kind: bool, said: str):
    """The error that a call ends with, which is a TypeError too where the kind of an argument is wrong."""
    with pytest.raises(ga.InputError) as caught:
        ask()
    error = caught.value
    assert wrong_kind == isinstance(error, ga.ArgumentError) == isinstance(error, TypeError)
    assert said in error.text("fr")
    assert said in error.text("en")
    return error


@pytest.mark.parametrize("given", ["/a/path", None, 3, ["study"]])
def test_what_is_no_study_is_told_how_to_open_one(given):
    for ask in (ga.check, ga.check_robustness, ga.draw_coverage, ga.open_times, lambda one: list(ga.check_many([one]))):
        refuse(lambda ask=ask: ask(given), wrong_kind=True, said="ga.open_study(")


@pytest.mark.parametrize("given", ["/a/path", None, 3])
def test_what_has_no_times_is_told_what_has(given):
    for ask in (
        ga.times_table,
        ga.departure_table,
        lambda one: ga.tell_journey(one, "c00"),
        lambda one: ga.redraw_sst(one, 1),
        lambda one: ga.isochrone_cells(one, "s", minutes=20),
    ):
        refuse(lambda ask=ask: ask(given), wrong_kind=True, said="ga.open_times")


@pytest.mark.parametrize("given", ["x", None])
def test_what_is_no_coverage_is_told_how_to_get_one(coverage, given):
    for ask in (
        ga.coverage_map,
        ga.measure_fairness,
        ga.place_sites,
        ga.caravan_reach,
        ga.list_hours,
        lambda one: ga.compare(coverage, one),
        lambda one: ga.commune_brief(one, "Ouest"),
        lambda one: ga.explain_commune(one, "Ouest"),
        lambda one: ga.write_export(one, "nowhere"),
    ):
        refuse(lambda ask=ask: ask(given), wrong_kind=True, said="ga.check(")


def test_a_study_is_no_coverage(study):
    refuse(lambda: ga.coverage_map(study), wrong_kind=True, said="ga.check(")


def test_single_studies_are_no_list(study):
    refuse(lambda: next(ga.check_many(study)), wrong_kind=True, said="ga.check(")


@pytest.mark.parametrize("language", ["de", "FR", ""])
def test_an_unknown_language_is_refused(coverage, language):
    pytest.importorskip("matplotlib")
    for ask in (
        lambda: ga.plot_map(coverage, language=language),
        lambda: ga.plot_communes(coverage, language=language),
        lambda: ga.coverage_map(coverage, language=language),
        lambda: ga.comparison_map(ga.compare(coverage, coverage), language=language),
        lambda: ga.commune_brief(coverage, "Ouest", language=language),
        lambda: ga.fairness_report(coverage, ga.measure_fairness(coverage), language=language),
    ):
        refuse(ask, wrong_kind=False, said="fr, en")


def test_texts_for_numbers_are_refused(coverage, study):
    for ask, name in (
        (lambda: ga.place_sites(coverage, count="3"), "count"),
        (lambda: ga.place_sites(coverage, candidate_count="3"), "candidate_count"),
        (lambda: ga.place_sites(coverage, time_limit_s="3"), "time_limit_s"),
        (lambda: ga.caravan_reach(coverage, minutes="20"), "minutes"),
        (lambda: ga.redraw_sst(coverage, "3"), "count"),
        (lambda: ga.draw_coverage(study, draws="3"), "draws"),
        (lambda: ga.list_hours(study, hours=["9"]), "hours"),
        (lambda: ga.list_hours(study, hours=9), "hours"),
    ):
        refuse(ask, wrong_kind=True, said=name)
    refuse(lambda: ga.caravan_reach(coverage, mode="bike"), wrong_kind=False, said="walk, transit")
    refuse(lambda: ga.redraw_sst(coverage, 1.5), wrong_kind=False, said="1.5")


def test_times_are_taken_from_whatever_has_them(study, coverage):
    assert coverage.times is take_times(coverage) is take_times(coverage.times)
    assert study == take_times(study).inputs.study
    told = [ga.tell_journey(given, "c10", at="09:17").journey for given in (coverage.times, coverage, study)]
    assert told[0] == told[1] == told[2]
    found = [
        ga.redraw_sst(given, 1, smallest=0, largest=1e9).communes.drop(columns="geometry")
        for given in (coverage.times, coverage, study)
    ]
    pd.testing.assert_frame_equal(found[0], found[1])
    pd.testing.assert_frame_equal(found[0], found[2])


def test_a_number_is_held_against_its_bounds():
    for good in (0.001, 1, True + 0.0):
        check_number("share", good, above=0, most=1)
    for bad in (0, -1, 1.001, float("nan"), float("inf")):
        error = refuse(lambda bad=bad: check_number("share", bad, above=0, most=1), wrong_kind=False, said="share")
        assert "plus de 0, au plus 1" in error.text("fr")
        assert "more than 0, at most 1" in error.text("en")
    refuse(lambda: check_number("share", True), wrong_kind=True, said="True")
    refuse(lambda: check_whole("count", 2.5, least=1), wrong_kind=False, said="2.5")
    refuse(lambda: check_choice("mode", "walkk", ("walk", "transit")), wrong_kind=False, said="walk")


def test_communes_and_poles_are_named_as_people_type_them(coverage):
    sites, communes = coverage.sites, coverage.communes
    pole = sites.loc[sites["kind"] == "pole", "name"].iloc[0]
    how = {"smallest": 0, "largest": 1e9}
    found = ga.redraw_sst(coverage, 1, fixed={communes["name"].iloc[0].upper(): pole.upper()}, **how)
    assert len(found.sst) == 1
    refuse(lambda: ga.redraw_sst(coverage, 1, fixed={"Oust": pole}, **how), wrong_kind=False, said="Ouest")
    refuse(lambda: ga.redraw_sst(coverage, 1, fixed={"Ouest": f"{pole}x"}, **how), wrong_kind=False, said=pole)
    for ask in (ga.explain_commune, ga.commune_brief):
        refuse(lambda ask=ask: ask(coverage, "Oust"), wrong_kind=False, said="Ouest")
        assert communes["name"].iloc[0] == ask(coverage, int(communes["insee"].iloc[0])).name
