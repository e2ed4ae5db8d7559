"""Why a commune misses: the minutes add up, and each "if" is what its words say."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from small_study import degrees, features, square, write_small_study
from street_maps import write_map

from geo_access.analysis.explanation import _Question, explain_commune, find_commune, weigh_median
from geo_access.core.cache import Cache
from geo_access.core.errors import InputError
from geo_access.core.formats import format_minutes, format_share
from geo_access.report.pages.explanation_words import format_averaged, format_main_causes, list_parts
from geo_access.routing.itineraries import PARTS, Tracer
from geo_access.routing.matrix import travel_time
from geo_access.routing.scan import NEVER
from geo_access.study.study import open_study
from geo_access.texts import render
from geo_access.verdict.judging import check

IFS = {"first_wait", "stop_far", "changes", "slow_walk", "detours", "one_more_pole"}


@pytest.fixture(scope="module")
def coverage():
    return check(open_study())


@pytest.fixture(scope="module")
def missed(coverage):
    """The commune with most residents whom nothing serves."""
    return str(coverage.communes.sort_values("beyond")["insee"].iloc[-1])


@pytest.fixture(scope="module")
def explanation(coverage, missed):
    return explain_commune(coverage, missed)


def test_the_figures_are_those_of_the_verdict(coverage, missed, explanation):
    row = coverage.communes.set_index("insee").loc[missed]
    assert explanation.residents == pytest.approx(row["residents"])
    assert explanation.served == pytest.approx(row["served"])
    assert explanation.share == pytest.approx(row["share"])
    cells = coverage.residents[coverage.residents["insee"] == missed]
    assert cells["cell"].tolist() == explanation.journeys["cell"].tolist()
    medians = cells["pole_p50_s"].astype("Int64").tolist()
    told = explanation.journeys["seconds"].tolist()
    assert [m for m, t in zip(medians, told, strict=True) if m is not t and m != t] == []


def test_the_parts_of_each_journey_add_up(explanation):
    table = explanation.journeys.dropna(subset=["rides", "seconds"])
    assert len(table)
    assert table["seconds"].tolist() == table[list(PARTS)].sum(axis=1).tolist()
    assert explanation.parts["share"].sum() == pytest.approx(1)
    mean = np.average(table["seconds"].to_numpy(float), weights=table["weight"])
    assert explanation.parts["mean_s"].sum() == pytest.approx(mean)


def test_every_if_is_tried_and_serves_no_fewer(explanation):
    assert set(explanation.causes["cause"]) == IFS
    assert (explanation.causes["gained"] >= 0).all()
    assert explanation.causes["gained"].is_monotonic_decreasing
    assert explanation.causes["gained"].iloc[0] > 0


def test_leaving_just_in_time_is_leaving_at_the_last_second_that_arrives_as_early(coverage, missed):
    asked = _Question(coverage, missed)
    without = asked._without_first_wait()
    today = asked.seconds_today()
    assert (without <= today).all()
    pole, cell, k = np.argwhere((without < today) & (today < 3600))[7]
    name, leave = str(asked.poles.names[pole]), int(asked.departures.seconds[k])
    arrival = leave + int(today[pole, cell, k])
    late = leave + int(today[pole, cell, k] - without[pole, cell, k])

    def arrive(second: int) -> int:
        clock = f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
        return second + int(travel_time(asked.times, str(asked.cells[cell]), name, at=clock).iloc[0])

    assert arrival == arrive(late)
    assert arrival < arrive(late + 1)


def test_a_stop_at_the_door_takes_the_nearest_walk_away(coverage, missed):
    asked = _Question(coverage, missed)
    today, nearer = asked.seconds_today(), asked._with_a_stop_at_the_door()
    assert (nearer <= today).all()
    access = asked.times.access.pick(asked.rows)
    without = np.flatnonzero(np.diff(access.indptr) == 0)
    np.testing.assert_array_equal(today[:, without], nearer[:, without])


def test_without_transfers_a_journey_is_as_much_shorter_as_its_changes_take(coverage, missed):
    asked = _Question(coverage, missed)
    today = asked.seconds_today()
    quicker = asked._without_transfers(today)
    assert (quicker <= today).all()
    tracer = Tracer(asked.times, asked.homes, asked.poles)
    changed = np.argwhere(quicker < today)
    assert len(changed)
    for pole, cell, k in changed[:: max(len(changed) // 20, 1)]:
        journey = tracer.journey(cell, pole, int(asked.departures.seconds[k]), int(today[pole, cell, k]))
        changes = sum(part.seconds for part in journey.parts if part.kind == "change")
        assert today[pole, cell, k] - changes == quicker[pole, cell, k]


def test_whoever_searches_the_answer_is_the_same(coverage, missed, explanation):
    with ThreadPoolExecutor(2) as pool:
        found = explain_commune(coverage, missed, executor=pool)
    pd.testing.assert_frame_equal(explanation.causes, found.causes)
    pd.testing.assert_frame_equal(explanation.journeys, found.journeys)


def test_wrong_questions(coverage):
    with pytest.raises(InputError, match="Atlantide"):
        explain_commune(coverage, "Atlantide")


def test_who_never_arrives_is_missing_not_zero(explanation):
    never = explanation.journeys["seconds"].isna()
    assert explanation.journeys.loc[never, list(PARTS)].isna().all(axis=None)
    assert (explanation.journeys.loc[~never, "seconds"] < NEVER).all()


def test_the_causes_that_weigh_most_are_three_at_most_and_serve_somebody(explanation):
    main = explanation.main_causes
    assert 1 <= len(main) <= 3
    assert (main["gained"] > 0).all()
    assert main["gained"].tolist() == sorted(explanation.causes["gained"], reverse=True)[: len(main)]
    said = format_main_causes(explanation, "en")
    assert format_share(main["share"].iloc[0], "en") in said


def test_medians_are_of_residents(explanation):
    journeys = explanation.journeys.dropna(subset=["rides", "seconds"])
    beyond = journeys[journeys["state"] == "beyond"]
    parts = explanation.parts.set_index("part")
    for suffix, table in (("", journeys), ("_beyond", beyond)):
        # Each cell as often as it has residents: the sample's weights are whole numbers.
        people = np.repeat(table["ride"].to_numpy(int), table["weight"].to_numpy(int))
        assert np.sort(people)[-(-len(people) // 2) - 1] == parts.loc["ride", f"median{suffix}_s"]


def test_a_median_of_nobody_is_missing():
    assert np.isnan(weigh_median(np.zeros(2), np.zeros(2)))
    assert 3 == weigh_median(np.array([9.0, 1, 3]), np.array([1.0, 1, 1]))
    assert 1 == weigh_median(np.array([9.0, 1]), np.array([1.0, 1]))


def test_capitals_and_accents_do_not_matter(coverage):
    names = coverage.communes["name"]
    for row, name in enumerate(names):
        assert row == find_commune(coverage.communes, name.upper())
    assert find_commune(coverage.communes, "99") is None


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_table_of_minutes_ends_door_to_door(explanation, language):
    *parts, whole = list_parts(explanation, language)
    assert render("explain.total", language) == whole[0]
    assert format_minutes(explanation.parts["mean_s"].sum() / 60, language) == whole[2]
    assert len(parts) in (5, 6)
    assert "19" in format_averaged(explanation, language)


@pytest.fixture(scope="module")
def river(tmp_path_factory):
    """Two banks 200 m apart, the pole on the other one, a bridge 2,300 m to the east; a bus that nobody needs."""
    folder = write_small_study(tmp_path_factory.mktemp("river") / "study")
    streets = {"south": [degrees(x, -60) for x in range(-800, 2600, 200)]}
    streets["north"] = [degrees(x, 260) for x in range(-800, 2600, 200)]
    streets["bridge"] = [streets["south"][-1], streets["north"][-1]]
    nodes = {tuple(at): row for row, at in enumerate(sorted({tuple(p) for line in streets.values() for p in line}), 1)}
    places = {row: at for at, row in nodes.items()}
    ways = [
        (100 + row, [nodes[tuple(at)] for at in line], {"highway": "residential"})
        for row, line in enumerate(streets.values())
    ]
    path = write_map(folder, places, ways)
    study = (folder / "study.toml").read_text(encoding="utf-8")
    walking = f'streets = ["{path.name}"]\nsnap_m = 150\nmin_island_nodes = 2\nlimits_min = {{ direct = 25 }}'
    study = study.replace("straight_line = { detour = 1.3 }", walking)
    study += '[policy]\npole = { lt = 15, mode = "transit" }\nantenna = { lt = 1 }\n'
    (folder / "study.toml").write_text(study, encoding="utf-8")
    cells = [({"cell": f"c{k}", "ind": 10}, square(200 * k - 25, -100, 50, 50)) for k in range(5)]
    (folder / "residents.geojson").write_text(features(cells), encoding="utf-8")
    lon, lat = degrees(200, 280)
    (folder / "sites.csv").write_text(
        f"name,kind,insee,lat,lon,status\nPôle,pole,01001,{lat},{lon},open\n", encoding="utf-8"
    )
    return check(open_study(folder), cache=Cache(None))


def test_a_pole_across_the_river_is_a_detour_and_nothing_else_on_foot(river):
    found = explain_commune(river, "Ouest")
    causes = found.causes.set_index("cause")
    assert 0 == found.served
    # Straight across everybody is there within 15 minutes; along the bank and over the bridge nobody is.
    assert 50 == causes.loc["detours", "served"]
    assert "detours" == found.main_causes["cause"].iloc[0]
    assert 0 == causes.loc["first_wait", "gained"]
    assert "detours on foot" in format_main_causes(found, "en")


def test_a_scenario_that_adds_a_bridge_is_explained_without_straight_streets(river, tmp_path):
    (south_lon, south_lat), (north_lon, north_lat) = degrees(200, -60), degrees(200, 260)
    path = tmp_path / "bridge.toml"
    path.write_text(
        f'name = "Pont"\n[[add_street]]\npoints = [[{south_lat}, {south_lon}], [{north_lat}, {north_lon}]]\n',
        encoding="utf-8",
    )
    bridged = check(river.times.inputs.study.vary({"scenario": {"file": [str(path)]}}), cache=Cache(None))
    found = explain_commune(bridged, "01001")
    assert 50 == found.served
    # No street comes near a stop: no site at one is tried either.
    assert IFS - {"detours", "one_more_pole"} == set(found.causes["cause"])
