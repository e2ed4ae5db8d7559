"""`geo-access explain`: a journey or a commune, as a table, as JSON, as GeoJSON, as a page."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from geo_access.cli import main
from geo_access.inputs import read_inputs
from geo_access.study import open_study


@pytest.fixture(scope="module")
def inputs():
    return read_inputs(open_study())


def run(*arguments):
    return CliRunner().invoke(main, ["explain", "--quiet", *map(str, arguments)])


def test_a_journey_from_a_cell_is_told_and_drawn(inputs, tmp_path):
    cell, page = str(inputs.residents["cell"].iloc[40]), tmp_path / "page.html"
    told = run("--from", cell, "--at", "09:17", "--map", page)
    assert told.exit_code == 0, told.output
    assert cell in told.output
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
    assert "seraient servis" in run("--from", row["insee"]).output
    assert row["name"] in page.read_text(encoding="utf-8")
    told = json.loads(run("--from", row["insee"], "--format", "json").output)
    assert row["insee"] == told["insee"]
    assert {"parts", "causes", "journeys"} <= set(told)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--from", "Atlantide"], "Atlantide"),
        (["--from", "91,0"], "91,0"),
        (["--from", "0,0"], "0,0"),
        (["--from", "COMMUNE", "--at", "09:17"], "--at"),
        (["--from", "CELL", "--at", "25h"], "25h"),
    ],
)
def test_wrong_questions_end_with_one_error(inputs, arguments, said):
    known = {"COMMUNE": inputs.communes["insee"].iloc[0], "CELL": inputs.residents["cell"].iloc[0]}
    told = run(*(known.get(word, word) for word in arguments))
    assert told.exit_code == 2
    assert said in told.output
    assert told.output.count("geo-access:") == 1
