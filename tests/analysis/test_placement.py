"""Where to open in a study: the answer is a choice that `check` judges alike, on towns where the right one is known."""

from __future__ import annotations

import html
import itertools
import json
import multiprocessing
import re
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from page_reader import check_accessible, check_quiet, open_file
from shapely.geometry import Point
from small_study import CRS, X0, Y0, write_small_study

from geo_access.analysis.placement.candidates import spread
from geo_access.analysis.placement.demand import FAR_S
from geo_access.analysis.placement.placement import OBJECTIVES, PLACE_KINDS, judge_with, place_sites
from geo_access.cli.main import main
from geo_access.core.errors import ArgumentError, InputError
from geo_access.report.comparison.words import format_signed
from geo_access.report.figures.analysis import plot_placement
from geo_access.report.pages.placement import (
    placement_page,
    render_placement_table,
    save_placement,
    to_placement_csv,
    to_placement_geojson,
    to_placement_json,
)
from geo_access.report.pages.placement_words import format_answer, format_closing, format_headline, format_question
from geo_access.study.study import open_study
from geo_access.texts import render
from geo_access.verdict.judging import check


@pytest.fixture(scope="module")
def coverage(tmp_path_factory):
    return check(open_study(write_small_study(tmp_path_factory.mktemp("place"))))


@pytest.fixture(scope="module")
def sample():
    return check(open_study())


def points(*xs: float, y: float = 100.0) -> gpd.GeoDataFrame:
    places = [Point(X0 + x, Y0 + y) for x in xs]
    return gpd.GeoDataFrame({"name": [f"x{x:g}" for x in xs]}, geometry=places, crs=CRS)


def count_served(coverage) -> float:
    return float(coverage.residents.loc[coverage.residents["state"].isin(["pole", "antenna"]), "weight"].sum())


def test_candidates_may_be_a_table_whose_kinds_do_not_matter(coverage):
    spots = points(1000, 3000).to_crs("EPSG:4326")
    table = spots.drop(columns="geometry").assign(lon=spots.geometry.x, lat=spots.geometry.y, type="Culte")
    table = pd.concat([table, table.assign(name="y au même endroit")])
    asked = [place_sites(coverage, kind="antenna", count=1, candidates=one) for one in (spots, table)]
    assert [one.chosen["name"].tolist() for one in asked] == [asked[0].chosen["name"].tolist()] * 2
    assert asked[0].chosen["gained"].tolist() == asked[1].chosen["gained"].tolist()
    assert not asked[1].findings


@pytest.mark.parametrize("given", [3, ["x"], [Point(X0, Y0)]])
def test_candidates_that_are_no_table_are_refused_by_name(coverage, given):
    with pytest.raises(ArgumentError) as refused:
        place_sites(coverage, kind="antenna", count=1, candidates=given)
    assert "candidates" in refused.value.text("fr")


def test_one_site_to_keep_or_to_move_needs_no_list(coverage):
    for name in ("fixed", "closable"):
        one, same = (
            place_sites(coverage, kind="antenna", count=0, candidates=points(0), **{name: said})
            for said in ("Antenne de l’Ouest", ["Antenne de l’Ouest"])
        )
        assert (one.value, one.closable) == (same.value, same.closable)


@pytest.mark.parametrize("kind", ["antenna", "pole"])
def test_the_answer_is_what_check_says_of_it_and_the_best_of_all_choices(coverage, kind):
    spots = points(1200, 2400, 2600, 3400, 4000)
    found = place_sites(coverage, kind=kind, count=2, candidates=spots)
    assert found.status == "optimal"
    assert found.value == found.bound == pytest.approx(count_served(found.after))
    assert found.curve["served"].iloc[0] == pytest.approx(count_served(coverage))
    assert found.curve["served"].is_monotonic_increasing
    assert found.residents["served_after"].tolist() == found.after.residents["state"].isin(["pole", "antenna"]).tolist()
    assert found.residents["served_before"].tolist() == coverage.residents["state"].isin(["pole", "antenna"]).tolist()
    best = 0.0
    for pair in itertools.combinations(range(len(spots)), 2):
        one = place_sites(coverage, kind=kind, count=2, candidates=spots.iloc[list(pair)].reset_index(drop=True))
        best = max(best, count_served(one.after))
    assert found.value == pytest.approx(best)
    assert found.chosen["gained"].sum() == pytest.approx(found.value - found.curve["value"].iloc[0])


def test_two_poles_serve_together_whom_neither_serves_alone(coverage):
    """A pole to the east is in reach before some departures of the bus, one farther west before others."""
    demanding = replace(coverage, preset=replace(coverage.preset, departures_required=0.9))
    found = place_sites(demanding, kind="pole", count=3, candidates=points(*range(0, 6000, 500)))
    studied = check(open_study(coverage.times.inputs.study.file.parent, changes={"policy.departures_required": 0.9}))
    again = place_sites(studied, kind="pole", count=3, candidates=points(*range(0, 6000, 500)))
    assert found.chosen["name"].tolist() == again.chosen["name"].tolist()
    assert again.value == pytest.approx(count_served(again.after))


def test_nobody_is_promised_what_no_candidate_can_do(coverage):
    found = place_sites(coverage, kind="antenna", count=3, candidates=points(0, 200), objective="set")
    beyond = coverage.residents[coverage.residents["state"] == "beyond"]
    assert found.status == "optimal"
    assert found.value == len(found.chosen)
    lost = set(found.unreachable["cell"])
    assert lost == set(found.after.residents.loc[found.after.residents["state"] == "beyond", "cell"])
    assert lost
    assert lost <= set(beyond["cell"])
    assert set(found.unreachable["reason"]) == {"no_candidate"}


def test_the_fewest_antennas_that_keep_the_promise(coverage):
    spots = points(*range(-800, 6801, 400))
    found = place_sites(coverage, kind="antenna", candidates=spots, objective="set")
    assert not len(found.unreachable)
    assert found.after.meets
    fewer = place_sites(coverage, kind="antenna", candidates=spots, count=len(found.chosen) - 1)
    assert fewer.status == "optimal"
    assert not fewer.after.meets
    assert "order" == found.curve["status"].iloc[0]
    assert found.count is None


def test_times_are_those_of_the_nearest_place(coverage):
    spots = points(0, 3000, 6000)
    found = place_sites(coverage, kind="antenna", count=1, objective="median", candidates=spots)
    cells = coverage.times.inputs.resident_points[:, 0] - X0
    sites = [0.0, 6000.0]
    speed = 4.8 / 3.6 / 1.3

    def walk(places: list[float]) -> np.ndarray:
        away = np.abs(cells[:, None] - np.array(places)[None]).min(axis=1)
        return np.minimum(away / speed, FAR_S)

    weight = coverage.residents["weight"].to_numpy()
    assert found.chosen["name"].tolist() == ["x3000"]
    assert found.curve["mean_s"].iloc[0] == pytest.approx(np.average(walk(sites), weights=weight), abs=2)
    assert found.curve["mean_s"].iloc[1] == pytest.approx(np.average(walk([*sites, 3000.0]), weights=weight), abs=2)
    worst = place_sites(coverage, kind="antenna", count=1, objective="worst", candidates=spots)
    assert worst.value == worst.bound == pytest.approx(walk([*sites, 3000.0]).max(), abs=2)


def test_a_site_that_may_close_is_moved_where_it_serves_more(coverage):
    spots = points(1500, 2500)
    stays = place_sites(coverage, kind="antenna", count=0, candidates=spots)
    assert not len(stays.chosen)
    moved = place_sites(coverage, kind="antenna", count=0, candidates=spots, closable=["Antenne de l’Ouest"])
    assert moved.value >= stays.value
    assert moved.value == pytest.approx(count_served(moved.after))
    assert len(moved.chosen) == len(moved.closed)
    # With nothing better to do it stays: nothing is closed without need.
    same = place_sites(coverage, kind="antenna", count=0, candidates=points(0), closable=["antenna"])
    assert (0, 0) == (len(same.chosen), len(same.closed))


def test_more_places_than_candidates_and_none_that_is_idle(coverage):
    found = place_sites(coverage, kind="antenna", count=9, candidates=points(0, 3000))
    assert found.chosen["name"].tolist() == ["x3000"], "another antenna at x = 0 serves nobody"
    assert found.status == "optimal"
    assert found.count == 2, "no more can open than there are candidates"
    assert len(found.curve) == 3
    assert [one.code for one in found.findings] == ["place.count_capped"]


@pytest.mark.parametrize("objective", ["cover", "median", "worst"])
def test_once_nobody_can_have_more_the_curve_is_level(coverage, objective):
    spots = points(*range(0, 6001, 1000))
    found = place_sites(coverage, kind="antenna", count=7, candidates=spots, objective=objective)
    for count in (4, 6):
        alone = place_sites(coverage, kind="antenna", count=count, candidates=spots, objective=objective)
        assert alone.value == pytest.approx(found.curve["value"].iloc[count])
    assert len(found.curve) == 8
    assert set(found.curve["status"]) == {"optimal"}
    values = found.curve["value"].tolist()
    assert values[-1] == values[-2] == found.bound


def test_the_fewest_need_no_number(coverage):
    found = place_sites(coverage, kind="antenna", count=1, candidates=points(0, 3000), objective="set")
    assert found.count is None
    assert [one.code for one in found.findings] == ["place.count_unused"]
    assert not place_sites(coverage, kind="antenna", candidates=points(0, 3000), objective="set").findings


def read_headline(found, language="en") -> str:
    return format_headline(found, language).replace(",", "")


def test_the_headline_counts_from_todays_map_and_says_what_closing_costs(coverage):
    """Where sites may close, none more than today is not today's map: the headline counts from that."""
    asked = {"kind": "antenna", "candidates": points(1500, 2500), "closable": ["Antenne de l’Ouest"]}
    found = place_sites(coverage, count=1, **asked)
    today, then = count_served(coverage), count_served(found.after)
    assert found.today["served"] == pytest.approx(today)
    assert found.closable == 1
    before, after = (one.residents["state"].isin(["pole", "antenna"]).to_numpy() for one in (coverage, found.after))
    assert f"{then - today:.0f} more" in read_headline(found)
    weight = coverage.residents["weight"].to_numpy()
    moved = place_sites(coverage, count=0, **asked)
    for one in (found, moved):
        gained = one.chosen["gained"].sum() - one.closing_cost
        assert gained == pytest.approx(one.value - one.today["served"])
        for name, lost in zip(one.closed["site"], one.closed["lost"], strict=True):
            kept = judge_with(one.before, one.kind, one.chosen, closed=set(one.closed["site"]) - {name})
            assert lost == pytest.approx(count_served(kept) - one.value)
    assert (then - today) == pytest.approx(weight[after].sum() - weight[before].sum())


def test_what_closing_costs_is_said(coverage):
    """An antenna in the west gives way to one where nobody is served today."""
    found = place_sites(
        coverage, kind="antenna", count=0, candidates=points(2200, 3000), closable=["Antenne de l’Ouest"]
    )
    if len(found.closed):
        lines = [format_closing(found, language) for language in ("fr", "en")]
        assert all(lines)
        assert "ga_place" in placement_page(found).to_html()
    times = place_sites(
        coverage, kind="antenna", count=0, candidates=points(2200, 3000), closable=["antenna"], objective="median"
    )
    assert len(times.closed) == len(times.chosen) == 1
    assert times.today["mean_s"] > times.value
    assert "longer than today" in format_closing(times, "en")
    assert times.closing_cost > 0
    assert times.chosen["gained"].sum() - times.closing_cost == pytest.approx(times.today["mean_s"] - times.value)


@pytest.mark.parametrize("objective", ["cover", "median"])
def test_an_executor_gives_the_same_bytes(coverage, objective):
    asked = {"kind": "pole", "count": 2, "candidates": points(*range(0, 6000, 300)), "objective": objective}
    alone = to_placement_json(place_sites(coverage, **asked))
    with ThreadPoolExecutor(2) as executor:
        assert to_placement_json(place_sites(coverage, executor=executor, **asked)) == alone
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as executor:
        assert to_placement_json(place_sites(coverage, executor=executor, **asked)) == alone


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", ["pmi", "antenna"])
def test_the_page_has_one_headline_and_it_is_the_answer(coverage, kind, language):
    found = place_sites(coverage, kind=kind, count=1, candidates=points(1200, 3000))
    page = placement_page(found, language=language).to_html()
    headline = html.escape(format_headline(found, language).removesuffix("."))
    assert re.findall(r"<h1>(.*?)</h1>", page) == [headline]
    # The answer and its figures, then the map with where to open beside it; what explains it below.
    places = ["<h1>", 'class="ga-key"', 'id="map_change"', 'class="ga-answers"', 'id="ga_place"']
    assert [page.index(one) for one in places] == sorted(page.index(one) for one in places)
    gained = format_signed(found.curve["served"].iloc[-1] - found.today["served"], language)
    assert f'<li data-key="gain"><strong>{gained}</strong>' in page
    heading = {"pmi": "place.promise_beside_pmi", "antenna": "place.promise_heading"}[kind]
    assert html.escape(render(heading, language)) in page


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("kind", PLACE_KINDS)
def test_one_and_many_are_said_as_they_are(coverage, kind, objective, language):
    asked = {"kind": kind, "objective": objective, "candidates": points(3000)}
    found = place_sites(coverage, **asked, **({} if objective == "set" else {"count": 1}))
    said = " ".join([format_question(found, language), *format_answer(found, language)])
    assert not re.search(
        r"(?<![\d\u202f,.])1 (lieux|carreaux|habitants|candidats|sites|places|cells|residents)\b", said
    )
    assert "de antennes" not in said
    assert "1 pôles" not in said


@pytest.fixture(scope="module")
def opened(browser, coverage, tmp_path_factory):
    page = tmp_path_factory.mktemp("place") / "place.html"
    found = place_sites(coverage, kind="pmi", count=1, candidates=points(1200, 3000), closable=["pmi", "pole"])
    save_placement(found, page)
    return open_file(browser, page)


@pytest.mark.browser
def test_the_page_is_accessible_and_quiet(opened):
    check_quiet(opened)
    check_accessible(opened)


def test_weights_decide_who_counts(coverage):
    spots = points(*range(1000, 5000, 500))
    young = place_sites(coverage, kind="pmi", count=1, candidates=spots, weight="ind_0_3")
    cells = coverage.times.inputs.residents
    assert young.residents["weight"].sum() == cells["ind_0_3"].sum()
    assert young.weight == "ind_0_3"
    # The rule of PMI: ten minutes with a stroller at 3.6 km/h, straight times 1.3.
    near = np.abs(cells["x"] - X0 - float(young.chosen["name"].iloc[0][1:])) * 1.3 <= 600
    before = young.residents["served_before"].to_numpy()
    assert young.residents["served_after"].tolist() == (before | near.to_numpy()).tolist()


def test_candidates_of_our_own_are_cells_near_a_stop_and_closed_sites(sample):
    found = place_sites(sample, kind="pmi", count=1, candidate_count=30)
    cells = found.candidates[found.candidates["source"] == "cell"]
    assert 30 == len(cells)
    assert cells["near"].notna().all()
    own = found.candidates[found.candidates["source"] == "site"]
    sites = sample.sites.set_index("site").loc[own["site"]]
    assert not sites["open"].any()
    assert set(sites["kind"]) <= {"pmi"}
    taken = place_sites(sample, kind="pmi", count=1, candidate_count=30, fixed=["pmi"])
    assert not (taken.candidates["source"] == "site").any()
    assert taken.curve["served"].iloc[0] >= found.curve["served"].iloc[0]


def test_what_is_taken_to_be_open_is_open_before_and_after(sample):
    found = place_sites(sample, kind="antenna", count=1, candidate_count=30, fixed=["planned", "renovation"])
    assert found.curve["value"].iloc[0] == pytest.approx(count_served(found.before))
    assert found.value == pytest.approx(count_served(found.after))
    assert count_served(found.before) >= count_served(sample)
    assert not found.before.sites["status"].isin(["planned", "renovation"]).any()


def test_spread_takes_the_farthest_from_all_taken():
    line = np.column_stack([np.arange(5.0), np.zeros(5)])
    assert [0, 2, 4] == spread(line, np.array([9, 1, 1, 1, 1.0]), 3).tolist()
    assert [0, 1, 2, 3, 4] == spread(line, np.ones(5), 8).tolist()


def test_the_same_question_gives_the_same_bytes(sample, tmp_path):
    for name in ("a", "b"):
        found = place_sites(sample, kind="antenna", count=2, candidate_count=60)
        for suffix in (".html", ".json", ".geojson", ".csv"):
            save_placement(found, tmp_path / f"{name}{suffix}")
    for suffix in (".html", ".json", ".geojson", ".csv"):
        assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("objective", ["cover", "median", "set"])
def test_the_page_and_the_figure_say_the_answer(coverage, objective, language):
    found = place_sites(coverage, kind="antenna", count=2, candidates=points(1200, 3000, 3400), objective=objective)
    page = placement_page(found, language=language).to_html()
    assert "ga_place" in page
    assert page.count("<caption>") >= 3
    assert all(name in page for name in found.chosen["name"])
    figure = plot_placement(found, language=language)
    assert len(found.curve) == len(figure.axes[0].lines[0].get_xdata())
    from rich.console import Console

    console = Console(record=True, width=120, file=None, quiet=True)
    console.print(render_placement_table(found, language))


def test_the_curve_is_a_spreadsheet_of_its_language(coverage):
    found = place_sites(coverage, kind="antenna", count=1, candidates=points(3000))
    french, english = (to_placement_csv(found, language=language) for language in ("fr", "en"))
    assert french.startswith('\ufeff"Lieux de plus";"Habitants desservis";"Part (%)"')
    assert english.startswith('\ufeff"More sites","Residents served","Share (%)"')
    assert french.count("\r\n") == english.count("\r\n") == 3
    share = round(float(found.curve["share"].iloc[0]) * 100, 4)
    assert f";{share:.10g}".replace(".", ",") in french
    assert english.split("\r\n")[2].endswith(',"x3000",""')


def test_documents_are_json_and_points(coverage):
    found = place_sites(coverage, kind="antenna", count=1, candidates=points(3000))
    document = json.loads(to_placement_json(found))
    assert document["status"] == "optimal"
    assert document["chosen"][0]["name"] == "x3000"
    feature = json.loads(to_placement_geojson(found))["features"][0]
    assert feature["properties"]["kind"] == "antenna"
    moved = gpd.GeoSeries([Point(feature["geometry"]["coordinates"])], crs="EPSG:4326").to_crs(CRS)
    assert moved.iloc[0].distance(Point(X0 + 3000, Y0 + 100)) < 0.2


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"kind": "school"}, "school"),
        ({"objective": "best"}, "best"),
        ({"count": -1}, "-1"),
        ({"count": 1.5}, "1.5"),
        ({"candidate_count": 0}, "0"),
        ({"time_limit_s": float("nan")}, "nan"),
        ({"time_limit_s": -1}, "-1"),
        ({"weight": "cats"}, "cats"),
        ({"closable": ["Atlantide"]}, "Atlantide"),
        ({"closable": ["partner"]}, "partner"),
        ({"fixed": ["pmi/sleeping"]}, "sleeping"),
    ],
)
def test_wrong_questions(coverage, asked, said):
    with pytest.raises(InputError, match=said):
        place_sites(coverage, **({"kind": "antenna", "candidates": points(0)} | asked))


def test_the_command(tmp_path):
    folder = write_small_study(tmp_path / "study")
    listed = tmp_path / "places.csv"
    spots = points(1200, 3000).to_crs("EPSG:4326")
    rows = [f"{n},{p.y:.7f},{p.x:.7f}" for n, p in zip(spots["name"], spots.geometry, strict=True)]
    listed.write_text("\n".join(["name,lat,lon", *rows]) + "\n", encoding="utf-8")
    asked = ["place", str(folder), "--kind", "antenna", "--count", "1", "--candidates", str(listed), "--quiet"]
    page = tmp_path / "place.html"
    told = CliRunner().invoke(main, [*asked, "--output", str(page), "--lang", "en"])
    assert told.exit_code == 0, told.output
    assert "Proven optimum among 2 candidates" in told.output.replace("\n", " ")
    assert page.stat().st_size > 100_000
    told = CliRunner().invoke(main, [*asked, "--format", "json"])
    assert json.loads(told.stdout)["status"] == "optimal"
    told = CliRunner().invoke(main, [*asked, "--output", str(tmp_path / "place.xls")])
    assert told.exit_code == 2
    assert ".geojson" in told.stderr
