"""`geo-access explain`: a journey or a commune, as a table, as JSON, as GeoJSON, as a page."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner
from page_reader import check_accessible, check_quiet, select

from geo_access.analysis.journeys import tell_journey
from geo_access.cli.main import main
from geo_access.core.cache import Cache
from geo_access.report.pages.explanation import render_journey_page
from geo_access.report.pages.explanation_words import format_drawn, format_told, trace_lines
from geo_access.routing.travel_times import open_times
from geo_access.study.inputs.inputs import read_inputs
from geo_access.study.study import open_study
from geo_access.verdict.judging import check


@pytest.fixture(scope="module")
def inputs():
    return read_inputs(open_study())


def run(*arguments):
    return CliRunner().invoke(main, ["explain", "--quiet", *map(str, arguments)])


def test_a_journey_from_a_cell_is_told_and_drawn(inputs, tmp_path):
    cell, page = str(inputs.residents["cell"].iloc[40]), tmp_path / "page.html"
    told = run("--from", cell, "--at", "09:17", "--map", page)
    assert told.exit_code == 0, told.output
    assert "Carreau aux Salines, près de l’arrêt Marais" in told.output.replace("\n", " ")
    assert "9\u00a0h\u00a017" in told.output
    said = page.read_text(encoding="utf-8")
    assert '<html lang="fr">' in said
    assert "<svg" in said
    assert "http://" not in said.replace("http://www.w3.org", "")


def test_json_and_geojson_add_up_to_the_same_seconds(inputs, tmp_path):
    cell, site = str(inputs.residents["cell"].iloc[40]), str(inputs.sites["site"].iloc[0])
    as_json = json.loads(run("--from", cell, "--to", site, "--at", "09:17", "--format", "json").output)
    assert as_json["seconds"] == sum(part["seconds"] for part in as_json["parts"])
    assert 33_420 == as_json["departure"]
    out = tmp_path / "journey.geojson"
    assert 0 == run("--from", cell, "--to", site, "--at", "09:17", "--format", "geojson", "--output", out).exit_code
    drawn = json.loads(out.read_text(encoding="utf-8"))
    assert as_json["seconds"] == drawn["properties"]["seconds"]
    assert [part["part"] for part in as_json["parts"]] == [f["properties"]["part"] for f in drawn["features"]]
    for one, other in zip(drawn["features"], drawn["features"][1:], strict=False):
        assert one["geometry"]["coordinates"][-1] == other["geometry"]["coordinates"][0]


def test_a_commune_is_explained_by_name_or_code_in_either_language(inputs, tmp_path):
    row, page = inputs.communes.iloc[0], tmp_path / "page.html"
    by_name = run("--from", row["name"], "--lang", "en", "--map", page)
    assert by_name.exit_code == 0, by_name.output
    assert "would be served" in by_name.output
    assert by_name.output == run("--from", row["insee"], "--lang", "en").output
    assert "seraient desservis" in run("--from", row["insee"]).output
    assert row["name"] in page.read_text(encoding="utf-8")
    from_middle = run("--from", row["insee"], "--at", "09:17").output
    assert f"Point de départ pour {row['name']}" in " ".join(from_middle.split())
    told = json.loads(run("--from", row["insee"], "--format", "json").output)
    assert row["insee"] == told["insee"]
    assert {"parts", "causes", "journeys"} <= set(told)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--from", "Atlantide"], "Atlantide"),
        (["--from", "91,0"], "91,0"),
        (["--from", "0,0"], "0,0"),
        (["--from", "CELL", "--at", "25h"], "25h"),
        (["--from", "CELL", "--at", "03:00", "--to", "52,0"], "52,0"),
        (["--from", "CELL", "--format", "geojson", "--output", "j.csv"], ".geojson"),
        (["--from", "COMMUNE", "--output", "page.html"], ".txt"),
        (["--from", "COMMUNE", "--map", "page.pdf"], ".html"),
    ],
)
def test_wrong_questions_end_with_one_error(inputs, arguments, said):
    known = {"COMMUNE": inputs.communes["insee"].iloc[0], "CELL": inputs.residents["cell"].iloc[0]}
    told = run(*(known.get(word, word) for word in arguments))
    assert told.exit_code == 2
    assert said in told.output
    assert told.output.count("geo-access:") == 1


def test_a_commune_in_geojson_is_its_cells_with_their_minutes(inputs, tmp_path):
    insee, out = str(inputs.communes["insee"].iloc[3]), tmp_path / "cells.geojson"
    told = run("--from", insee, "--format", "geojson", "--output", out)
    assert told.exit_code == 0, told.output
    drawn, told = (
        json.loads(out.read_text(encoding="utf-8")),
        json.loads(run("--from", insee, "--format", "json").output),
    )
    cells = inputs.residents[inputs.residents["insee"] == insee]
    assert cells["cell"].tolist() == [one["properties"]["cell"] for one in drawn["features"]]
    assert told["journeys"] == [one["properties"] for one in drawn["features"]]
    assert {key: value for key, value in told.items() if key != "journeys"} == drawn["properties"]
    west, south, east, north = cells.geometry.iloc[[0]].to_crs(4326).total_bounds
    xy = np.array(drawn["features"][0]["geometry"]["coordinates"][0])
    np.testing.assert_allclose([*xy.min(axis=0), *xy.max(axis=0)], [west, south, east, north], atol=2e-6)


def test_why_that_departure_is_said(inputs):
    cell = str(inputs.residents["cell"].iloc[40])
    assert "médiane" in run("--from", cell).output
    asked = run("--from", cell, "--at", "09:17")
    assert "médiane" not in asked.output
    chosen = json.loads(run("--from", cell, "--format", "json").output)
    assert ("median", 120) == (chosen["departure_chosen"], chosen["departures"])


@pytest.fixture(scope="module")
def times():
    return open_times(open_study(), cache=Cache(None))


def test_a_start_outside_says_how_far_and_a_turned_one_says_which(inputs, times):
    area = inputs.communes.geometry.union_all()
    _west, _south, east, north = inputs.communes.to_crs(4326).total_bounds
    far = run("--from", f"{north + 1:.3f},{east:.3f}", "--lang", "en")
    assert far.exit_code == 2
    assert "km away from the study" in far.output
    middle = inputs.residents.geometry.to_crs(4326).iloc[40].centroid
    turned = run("--from", f"{middle.x:.4f},{middle.y:.4f}", "--lang", "en")
    assert turned.exit_code == 2
    assert f"did you mean {middle.y:.4f},{middle.x:.4f}" in turned.output
    inside = tell_journey(times, str(inputs.residents["cell"].iloc[40]))
    assert inside.outside[0] == 0
    assert area.contains(inputs.residents.geometry.iloc[40].centroid)
    said = format_told(replace(inside, outside=(2345.0, "Valombre")), "en")
    assert "2.3\u00a0km outside" in said[-1]
    assert "Valombre" in said[-1]


def test_the_departure_told_is_one_that_arrives(inputs, times):
    """A cell from which fewer than half of the departures arrive is told the median of those that do."""
    told = tell_journey(times, str(inputs.residents["cell"].iloc[40]))
    assert told.arriving <= told.departures == 120
    some = format_told(replace(told, arriving=3), "en")
    assert "3 arrive;" in " ".join(some)


def test_it_is_said_whether_the_pole_is_in_reach_at_that_departure(inputs, times):
    """Half of the departures or more take no longer than the one told: in time exactly where the verdict says pole."""
    residents = check(open_study()).residents
    states = residents[residents["pole_p50_s"].notna()].set_index("cell")["state"]
    said = {}
    for cell in states.index[::25]:
        words = format_told(tell_journey(times, cell), "en")[0]
        said[cell] = words.startswith("That is less than 20\u00a0min:")
        assert said[cell] or words.startswith("That is not less than 20\u00a0min:")
    assert said == {cell: states[cell] == "pole" for cell in said}
    assert {True, False} == set(said.values())


def test_walks_are_drawn_along_the_streets(inputs, times):
    told = tell_journey(times, str(inputs.residents["cell"].iloc[40]), at="09:17")
    lines = trace_lines(told.times, told.journey, told.ends)
    assert [line.drawn for line in lines if line.drawn == "straight"] == []
    walks = [(part, line) for part, line in zip(told.journey.parts, lines, strict=True) if line.drawn == "streets"]
    assert walks
    speed = told.times.profile.speed_kmh / 3.6
    for part, line in walks:
        if part.kind != "change":
            drawn = np.hypot(*np.diff(np.array(line.points), axis=0).T).sum()
            assert drawn / speed == pytest.approx(part.seconds, rel=0.004, abs=2)
    for one, other in itertools.pairwise(lines):
        np.testing.assert_allclose(one.points[-1], other.points[0])
    assert "streets" in format_drawn(lines, "en")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_pages_are_accessible_and_ask_nobody(browser, inputs, times, tmp_path, language):
    commune, journey = tmp_path / "commune.html", tmp_path / "journey.html"
    missed = inputs.communes["insee"].iloc[3]
    assert run("--from", missed, "--map", commune, "--lang", language).exit_code == 0
    told = tell_journey(times, str(inputs.residents["cell"].iloc[40]), at="09:17")
    journey.write_text(render_journey_page(told, language), encoding="utf-8")
    for page in (commune, journey):
        browser.get_log("browser")
        browser.get_log("performance")
        browser.get(page.as_uri())
        assert select(browser, "svg.ga-drawing")
        assert select(browser, ".ga-legend li")
        check_accessible(browser)
        check_quiet(browser)
