"""Conditional access in a study: judged for its departures, kept under them, and shared where nothing hangs on them."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from small_study import STUDY, degrees, write_small_study
from street_maps import write_map

import geo_access as ga
from geo_access.cli.main import main
from geo_access.core.cache import Cache
from geo_access.streets.walkable import FILTER_VERSION

REMARK = "<remark> runtime error: Query timed out. </remark>"


def write_study(folder, *, hours="07:00-20:00"):
    """The small study on one street, with a second one above it that is open at some hours."""
    write_small_study(folder)
    nodes = dict(enumerate([degrees(x, -50) for x in range(-1000, 7001, 500)], start=1))
    nodes |= {100: degrees(-1000, 100), 101: degrees(7000, 100)}
    path = (
        {"highway": "footway", "foot": "no", "foot:conditional": f"yes @ ({hours})"} if hours else {"highway": "path"}
    )
    ways = [(100, list(range(1, 18)), {"highway": "residential"}), (101, [1, 100, 101, 17], path)]
    write_map(folder, nodes, ways)
    text = STUDY.replace("straight_line = { detour = 1.3 }", 'streets = "map.osm"\nmin_island_nodes = 1')
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return folder


def find_ways(times):
    return set(times.streets.way_id.tolist())


def test_other_departures_find_other_streets_in_the_same_cache(tmp_path):
    study, cache = ga.open_study(write_study(tmp_path / "small")), Cache(tmp_path / "cache")
    night = study.vary({"departures.from": "20:30", "departures.to": "21:00"})
    for _ in range(2):  # the second time from the cache
        assert {100, 101} == find_ways(ga.open_times(study, cache=cache))
        assert {100} == find_ways(ga.open_times(night, cache=cache))


def test_a_variant_of_times_walks_on_the_streets_of_its_own_departures(tmp_path):
    study = ga.open_study(write_study(tmp_path / "small"))
    times = ga.open_times(study)
    assert {100, 101} == find_ways(times)
    night = study.vary({"departures.from": "20:30", "departures.to": "21:00"})
    varied = times.with_settings(ga.open_times(night).inputs, cache=Cache(None))
    assert {100} == find_ways(varied)
    walked = varied.walk_seconds()
    assert (walked == ga.open_times(night).walk_seconds()).all()
    assert (walked != times.walk_seconds()).any()


def test_streets_without_conditions_are_shared_by_all_departures(tmp_path):
    study = ga.open_study(write_study(tmp_path / "small", hours=None))
    times = ga.open_times(study)
    night = ga.open_times(study.vary({"departures.from": "20:30", "departures.to": "21:00"}))
    assert times.streets is times.with_settings(night.inputs, cache=Cache(None)).streets


def run(*arguments):
    return CliRunner().invoke(
        main, [*map(str, arguments), "--quiet", "--lang", "en", "--no-cache"], catch_exceptions=False
    )


@pytest.mark.parametrize("command", ["check", "times", "inspect"])
def test_a_partial_map_is_an_error_unless_it_is_allowed(tmp_path, command):
    folder = write_study(tmp_path / "small")
    path = folder / "map.osm"
    path.write_text(path.read_text().replace("</osm>", REMARK + "</osm>"))
    more = (
        ["--output", tmp_path / "times.csv"]
        if command == "times"
        else ["--format", "json"]
        if command == "check"
        else []
    )
    done = run(command, folder, *more)
    assert 2 == done.exit_code
    assert "Query timed out" in done.stderr + done.stdout.replace("\n", " ")
    done = run(command, folder, "--allow-partial", *more)
    assert done.exit_code in {0, 1}
    if command == "check":
        told = [row for row in json.loads(done.stdout)["findings"] if row["level"] == "error"]
        assert ["streets.partial_used"] == [row["code"] for row in told]


def test_a_setting_allows_a_partial_map_too(tmp_path):
    folder = write_study(tmp_path / "small")
    path = folder / "map.osm"
    path.write_text(path.read_text().replace("</osm>", REMARK + "</osm>"))
    study, cache = ga.open_study(folder), Cache(tmp_path / "cache")
    assert find_ways(ga.open_times(study.vary({"walking.allow_partial": True}), cache=cache))
    with pytest.raises(ga.GeoAccessError, match="Query timed out"):
        _ = ga.open_times(study, cache=cache).streets


def test_outputs_name_the_rules_of_the_streets(tmp_path):
    folder = write_study(tmp_path / "small")
    coverage = ga.check(ga.open_study(folder))
    assert FILTER_VERSION == coverage.summary["street_filter"]
    assert f"rules {FILTER_VERSION}" in ga.coverage_map(coverage, language="en").to_html()
    assert FILTER_VERSION in run("inspect", folder).stdout
    assert "streets.conditions_read" in {finding.code for finding in coverage.findings}
    straight = ga.check(ga.open_study(write_small_study(tmp_path / "straight")))
    assert straight.summary["street_filter"] is None
