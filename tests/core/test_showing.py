"""Results show themselves in short when they are printed."""

from __future__ import annotations

import pytest
from small_study import write_small_study

import geo_access as ga
from geo_access.core.display import Shown, percent


@pytest.fixture(scope="module")
def coverage(tmp_path_factory):
    return ga.check(ga.open_study(write_small_study(tmp_path_factory.mktemp("shown") / "study")))


def show(result) -> str:
    said = repr(result)
    assert said == str(result)
    assert said.startswith(f"<{type(result).__name__}: ")
    assert len(said) < 300
    assert "\n" not in said
    return said


def test_a_coverage_tells_its_verdict(coverage):
    said = show(coverage)
    served = coverage.communes["served"].sum() / coverage.communes["residents"].sum()
    assert f"Petite étude, {served:.1%} served, {int(coverage.communes['meets'].sum())} of 2 communes" in said
    assert (
        f"residents {len(coverage.residents)}, communes 2, sst {len(coverage.sst)}, sites {len(coverage.sites)}" in said
    )


def test_studies_and_times_tell_what_they_are_of(coverage):
    times = coverage.times
    assert "Petite étude, 2024-04-23, discours-2024-04" in show(times.inputs.study)
    assert f"{len(coverage.residents)} cells x {len(coverage.sites)} sites x 60 departures" in show(times)


def test_answers_tell_their_figure(coverage):
    study = coverage.times.inputs.study
    found = ga.place_sites(coverage, kind="antenna", count=1)
    assert f"{len(found.chosen)} x antenna by cover, optimal" in show(found)
    assert f"chosen {len(found.chosen)}" in show(found)
    name, residents = coverage.communes[["name", "residents"]].iloc[0]
    assert f"{name} (" in show(ga.explain_commune(coverage, name))
    assert f"{residents:,.0f} residents" in show(ga.explain_commune(coverage, name))
    same = ga.compare(coverage, coverage)
    assert "Petite étude, 0 gain, 0 lose" in show(same)
    assert "gini" in show(ga.measure_fairness(coverage))
    assert "1 SST" in show(ga.redraw_sst(coverage.times, 1, smallest=0, largest=1e9))
    assert "2024-04-23" in show(ga.inspect(study))


def test_robustness_counts_its_answers(coverage):
    found = ga.check_robustness(coverage.times.inputs.study)
    counted = found.communes["answer"].value_counts()
    assert all(f"{count} {answer}" in show(found) for answer, count in counted.items())


def test_a_caravan_tells_its_season_and_whom_it_reaches(coverage, tmp_path):
    point = coverage.residents.to_crs("EPSG:4326").geometry.iloc[0].centroid
    file = tmp_path / "caravan.csv"
    file.write_text(f"date,from,to,name,lat,lon\n2024-05-02,09:00,12:00,Place,{point.y},{point.x}\n", encoding="utf-8")
    found = ga.caravan_reach(coverage, file)
    assert f"2024-05-02 to 2024-05-02, {found.reached / found.residents:.1%} of" in show(found)


def test_nothing_to_say_is_said_shortly():
    class Bare(Shown):
        pass

    assert "<Bare>" == repr(Bare())
    assert ["-", "-", "50.0%"] == [percent(None), percent(float("nan")), percent(0.5)]
