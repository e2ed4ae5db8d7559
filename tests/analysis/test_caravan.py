"""The caravan: whom its stops reach by construction, the best next stops by trying them all, its list's faults."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import re
import time

import geopandas as gpd
import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from locations import FACTS
from shapely.geometry import Point
from small_study import CRS, X0, Y0, degrees, write_small_study

import geo_access as ga
from geo_access.analysis.caravan import _make_model, caravan_reach
from geo_access.analysis.placement.location_solvers import maximise_cover
from geo_access.cli.main import main
from geo_access.core.errors import InputError
from geo_access.core.findings import Findings
from geo_access.core.formats import format_count
from geo_access.report.pages.caravan import format_lead, render_caravan_page
from geo_access.report.sentences import format_position
from geo_access.study.inputs.caravan_stops import read_caravan
from geo_access.texts import render

HEAD = "date,from,to,name,lat,lon"


def at(x: float, y: float = 100) -> str:
    lon, lat = degrees(x, y)
    return f"{lat},{lon}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A town without a bus that helps: poles must be reached in 2 minutes, antennas in 4."""
    rules = "[policy]\npole = { lt = 2 }\nantenna = { lt = 4 }\n"
    return write_small_study(tmp_path_factory.mktemp("caravan") / "study", changes=rules)


@pytest.fixture(scope="module")
def coverage(folder):
    return ga.check(ga.open_study(folder), cache=ga.Cache(None))


def write(folder, *rows, head=HEAD):
    path = folder / "stops.csv"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def reckon(coverage, stops, limit_s):
    """Stops within reach of each cell, by hand: straight line, detour 1.3, 4.8 km/h, a second begun is a second."""
    counts = []
    for cell in coverage.residents.geometry:
        metres = [1.3 * np.hypot(cell.centroid.x - p.x, cell.centroid.y - p.y) for p in stops.geometry]
        counts.append(sum(np.ceil(one / (4.8 / 3.6) - 1e-6) <= limit_s for one in metres))
    return counts


def test_who_is_reached_how_often_and_when(coverage, tmp_path):
    path = write(
        tmp_path,
        f"2026-06-01,10:00,12:00,Place A,{at(3500)}",
        f"2026-06-08,10:00,12:30,Place A,{at(3500)}",
        f"08/06/2026,14h,15h30,Place B,{at(4100)}",
    )
    found = caravan_reach(coverage, path, minutes=6)
    assert reckon(coverage, found.stops, 359) == found.cells["times"].tolist()
    cells = found.cells.set_index("cell")
    # Cell c17 has its middle at x = 3,500: at A twice, and 600 m from B (585 s, too far); c19 is 400 m from A.
    assert (2, 2, 4.5) == tuple(cells.loc["c17", ["times", "days", "hours"]])
    assert (dt.date(2026, 6, 1), dt.date(2026, 6, 8)) == tuple(cells.loc["c17", ["first", "last"]])
    assert (1, dt.date(2026, 6, 8), 1.5) == tuple(cells.loc["c20", ["times", "first", "hours"]])
    assert (0, None) == tuple(cells.loc["c30", ["times", "first"]])
    # c19 lies between: 400 m = 390 s from A is too far, 200 m from B is not.
    assert cells.loc["c18", "times"] == 2


def test_sums_hang_together(coverage, tmp_path):
    path = write(tmp_path, f"2026-06-01,10h,12h,A,{at(3500)}", f"2026-06-03,10h,12h,B,{at(3700)}")
    found = caravan_reach(coverage, path, season=(dt.date(2026, 5, 31), dt.date(2026, 6, 4)))
    weight, beyond = found.cells["weight"], found.cells["state"] == "beyond"
    met = found.cells["times"] > 0
    assert (
        found.beyond_reached
        == pytest.approx(weight[met & beyond].sum())
        == pytest.approx(found.stops["first_met"].sum())
    )
    assert (
        found.beyond == pytest.approx(found.beyond_reached + found.beyond_never) == pytest.approx(weight[beyond].sum())
    )
    assert found.often["residents"].sum() == pytest.approx(weight.sum())
    assert [0, 1, 0, 1, 0] == found.calendar["stops"].tolist()
    assert found.calendar["residents"].max() == found.stops["residents"].max()
    assert 0 < found.beyond_reached < found.beyond
    assert found.stops["beyond"].sum() > found.beyond_reached, "the two stops share residents"
    twice = caravan_reach(coverage, path, at_least=2)
    assert twice.beyond_reached == pytest.approx(weight[(found.cells["times"] >= 2) & beyond].sum())
    assert (4, "lt") == (found.minutes, found.operator), "the target's own antenna rule"


def test_a_season_leaves_out_and_says_so(coverage, tmp_path):
    path = write(tmp_path, f"2026-06-01,10h,12h,A,{at(3500)}", f"2026-09-03,10h,12h,B,{at(3700)}")
    found = caravan_reach(coverage, path, season=(dt.date(2026, 6, 1), dt.date(2026, 6, 1)))
    assert ["A"] == found.stops["name"].tolist()
    assert [("caravan.out_of_season", str(path), 3)] == [(one.code, one.file, one.row) for one in found.findings]
    assert "B" in found.findings[0].text("en")
    assert any(said.startswith("stops.csv, row 3: the stop “B” on 2026-09-03") for said in format_lead(found, "en"))
    with pytest.raises(InputError, match="2026-09-03"):
        caravan_reach(coverage, path, season=(dt.date(2027, 1, 1), dt.date(2027, 2, 1)))


def test_a_season_turned_round_or_too_long_is_refused(coverage, tmp_path):
    path = write(tmp_path, f"2026-06-01,10h,12h,A,{at(3500)}", f"2006-06-01,10h,12h,B,{at(3700)}")
    june, may = dt.date(2026, 6, 1), dt.date(2026, 5, 1)
    with pytest.raises(InputError, match="2026-05-01") as turned:
        caravan_reach(coverage, path, season=(june, may))
    assert "caravan.season_turned" == turned.value.code
    with pytest.raises(InputError) as mistyped:
        caravan_reach(coverage, path)
    assert "caravan.season_long" == mistyped.value.code
    assert 1 == len(caravan_reach(coverage, path, season=(may, june)).stops)


def test_many_stops_out_of_season_are_counted_after_the_first_ones(coverage, tmp_path):
    rows = [f"2026-07-{day:02d},10h,12h,S{day},{at(3500)}" for day in range(1, 13)]
    path = write(tmp_path, f"2026-06-01,10h,12h,A,{at(3500)}", *rows)
    found = caravan_reach(coverage, path, season=(dt.date(2026, 6, 1), dt.date(2026, 6, 1)))
    assert 12 == len(found.findings)
    said = format_lead(found, "en")
    assert 10 == sum("outside the season" in one for one in said)
    assert "… and 2 more of this kind; --format json gives them all." == said[-1]


@pytest.mark.parametrize(
    "asked",
    [
        {"minutes": 0},
        {"minutes": 181},
        {"minutes": float("nan")},
        {"next_stops": -1},
        {"next_stops": 99_999},
        {"at_least": 0},
        {"time_limit_s": float("nan")},
        {"time_limit_s": -1},
    ],
)
def test_numbers_out_of_range_are_one_error(coverage, tmp_path, asked):
    path = write(tmp_path, f"2026-06-01,10h,12h,A,{at(3500)}")
    with pytest.raises(InputError) as refused:
        caravan_reach(coverage, path, **asked)
    assert "caravan.wrong_number" == refused.value.code
    assert next(iter(asked)) in refused.value.text("en")


def test_more_often_than_there_are_stops_is_said(coverage, tmp_path):
    path = write(tmp_path, f"2026-06-01,10h,12h,A,{at(3500)}")
    found = caravan_reach(coverage, path, at_least=2)
    assert 0 == found.beyond_reached
    assert "nobody can be within reach 2 times: there is 1 stop" in format_lead(found, "en")


@pytest.mark.parametrize(
    ("said", "fr", "en"),
    [
        ("stand-in: population-weighted centre of the commune", "centre de la commune", "centre of the commune"),
        ("address point", "point de l’adresse", "address point"),
        ("approximate", "approchée", "approximate"),
        ("Rue", "la rue", "the street"),
        ("derrière la gare", "«\u00a0derrière la gare\u00a0»", "“derrière la gare”"),
        ("", "–", "–"),
        (None, "–", "–"),
    ],
)
def test_positions_are_said_in_the_reader_s_language(said, fr, en):
    assert format_position(said, "fr").startswith(fr)
    assert format_position(said, "en").startswith(en)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("count", [0, 1, 2, 1000])
def test_one_is_not_many(language, count):
    """Every text that counts, with 0, 1, 2 and 1,000: French says one for none as well, English for one alone."""
    one = count == 1 or (language == "fr" and count == 0)
    number = format_count(count, language)
    given = {"first": "1", "last": "2", "hours": "3", "limit": "4", "share": "5", "total": 1000, "bound": "6"}
    given |= dict.fromkeys(("reached", "everyone", "never", "gained", "residents", "beyond"), number)
    given |= {"day": "7", "name": "X", "never_count": count, "count": count, "stops": count}
    codes = ("title", "title_none", "lead", "lead_often", "next_proven", "next_not_proven", "day_said", "rough")
    for code in (*codes, "too_often", "unsnapped"):
        said = render(f"caravan.{code}", language, **given, people=number if code == "unsnapped" else count)
        words = re.sub(r"[.;,:)]", " ", f"{said} ")
        for singular, plural in (("habitant", "habitants"), ("resident", "residents"), ("arrêt", "arrêts")):
            assert f"{number} {plural if one else singular} " not in words, said


def test_a_dated_stop_never_keeps_the_promise(folder, coverage, tmp_path):
    """A mobile stop in the list of sites changes no verdict, and is the stop that the command takes by itself."""
    other = write_small_study(
        tmp_path / "other", changes=(folder / "study.toml").read_text().rpartition("[policy]")[2].join(["[policy]", ""])
    )
    sites = other / "sites.csv"
    sites.write_text(
        sites.read_text(encoding="utf-8").replace("status\n", "status,dates,hours\n").replace(",open\n", ",open,,\n")
        + f"Caravane,caravane,01002,{at(4500)},open,2024-04-23; 2024-05-07,10h-16h\n",
        encoding="utf-8",
    )
    judged = ga.check(ga.open_study(other), cache=ga.Cache(None))
    assert judged.residents["state"].tolist() == coverage.residents["state"].tolist()
    found = caravan_reach(judged)
    assert [dt.date(2024, 4, 23), dt.date(2024, 5, 7)] == found.stops["date"].tolist()
    assert [6.0, 6.0] == found.stops["hours"].tolist()
    with pytest.raises(InputError, match="--stops"):
        caravan_reach(coverage)


def test_by_transit_only_while_it_stands_there(coverage, tmp_path):
    """The stop at x = 6,000 is a minute from the bus; nobody west of 3,000 walks to it, but the bus runs 6:00-22:00."""
    day = write(tmp_path, f"2026-06-01,10h,16h,Est,{at(6000)}")
    walked = caravan_reach(coverage, day, minutes=25)
    ridden = caravan_reach(coverage, day, minutes=25, mode="transit")
    assert (ridden.cells["times"] >= walked.cells["times"]).all()
    assert ridden.reached > walked.reached
    night = write(tmp_path, f"2026-06-01,2h,4h,Est,{at(6000)}")
    assert caravan_reach(coverage, night, minutes=25, mode="transit").reached == walked.reached
    with pytest.raises(InputError, match="Est"):
        caravan_reach(coverage, write(tmp_path, f"2026-06-01,,,Est,{at(6000)}"), mode="transit")


def try_all(sets, weight, count):
    return max(
        (weight[sorted(set().union(*some))].sum() for some in itertools.combinations(sets, min(count, len(sets)))),
        default=0.0,
    )


@given(
    st.lists(st.sets(st.integers(0, 7), min_size=1), min_size=1, max_size=8),
    st.lists(st.integers(1, 9), min_size=8, max_size=8),
    st.integers(1, 4),
)
def test_the_next_stops_are_the_best_of_all(sets, people, count):
    weight = np.array(people, float)
    place = np.concatenate([[i] * len(one) for i, one in enumerate(sets)])
    resident = np.concatenate([sorted(one) for one in sets])
    model, kept = _make_model(place, resident, weight)
    found = maximise_cover(model, count, until=time.monotonic() + 60)
    assert "optimal" == found.status
    best = try_all(sets, weight, count)
    assert found.value == pytest.approx(best)
    reached = set().union(*(sets[kept[one]] for one in found.chosen))
    assert weight[sorted(reached)].sum() == pytest.approx(best)


def test_greedy_would_miss_the_best_two():
    """The place in the middle has most, but the two at the sides have all between them."""
    sets = [{0, 1, 2}, {3, 4, 5}, {1, 2, 3, 4}]
    place = np.concatenate([[i] * len(one) for i, one in enumerate(sets)])
    model, kept = _make_model(place, np.concatenate([sorted(one) for one in sets]), np.ones(6))
    found = maximise_cover(model, 2, until=time.monotonic() + 60)
    assert [0, 1] == sorted(kept[found.chosen])
    assert 6 == found.value


def test_next_stops_of_a_town(coverage, tmp_path):
    path = write(tmp_path, f"2026-06-01,10h,12h,A,{at(3500)}")
    found = caravan_reach(coverage, path, next_stops=3)
    cells = found.cells
    missed = cells[(cells["state"] == "beyond") & (cells["times"] == 0)]
    near = [
        {
            i
            for i, (x, w) in enumerate(zip(missed.centroid.x, missed["weight"], strict=True))
            if abs(x - spot) * 1.3 <= 4 / 3 * 239
        }
        for spot in cells.centroid.x
    ]
    assert found.search.value == pytest.approx(try_all([one for one in near if one], missed["weight"].to_numpy(), 3))
    assert found.search.value == pytest.approx(found.next["gained"].sum())
    assert found.next["gained"].is_monotonic_decreasing
    assert "optimal" == found.search.status
    # Standing there indeed, the caravan reaches them.
    stops = found.stops.assign(date=dt.date(2026, 6, 2)).iloc[[0] * len(found.next)].drop(columns="number")
    stops = gpd.GeoDataFrame(stops.drop(columns="geometry"), geometry=list(found.next.geometry), crs=CRS)
    again = caravan_reach(coverage, stops.reset_index(drop=True))
    reached = again.cells[(again.cells["times"] > 0) & (found.cells["times"] == 0) & (cells["state"] == "beyond")]
    assert reached["weight"].sum() == pytest.approx(found.search.value)


def read(tmp_path, coverage, *rows, head=HEAD):
    findings = Findings()
    stops = read_caravan(write(tmp_path, *rows, head=head), crs=CRS, communes=coverage.communes, findings=findings)
    return stops, [one.code for one in findings]


def test_columns_in_french_and_several_days(tmp_path, coverage):
    stops, codes = read(
        tmp_path,
        coverage,
        f"08/10/2026; 2026-10-01;11h-19h;Marché;Est;{at(3900).replace(',', ';')}".replace("; 2026", "| 2026"),
        head="jour;horaires;lieu;commune;lat;lon",
    )
    assert [] == codes
    assert [dt.date(2026, 10, 1), dt.date(2026, 10, 8)] == stops["date"].tolist()
    assert [(11 * 3600, 19 * 3600, "Est", "01002")] * 2 == list(
        zip(stops["from_s"], stops["to_s"], stops["commune"], stops["insee"], strict=True)
    )
    assert stops.geometry[0].distance(Point(X0 + 3900, Y0 + 100)) < 0.1


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (",10h,12h,A,{}", "no_date"),
        ("31/02/2026,10h,12h,A,{}", "wrong_date"),
        ("2026-06-01,25h,26h,A,{}", "wrong_hours"),
        ("2026-06-01,10h75,12h,A,{}", "wrong_hours"),
        ("2026-06-01,matin,12h,A,{}", "wrong_hours"),
        ("2026-06-01,10h,,A,{}", "half_hours"),
        ("2026-06-01,12h,10h,A,{}", "ends_before"),
        ("2026-05-31,10h,12h,Autre nom,{}", "twice"),
    ],
)
def test_a_fault_names_file_row_and_way_out(row, code, tmp_path, coverage):
    with pytest.raises(InputError) as told:
        read(tmp_path, coverage, f"2026-05-31,10h,12h,A,{at(3500)}", row.format(at(3500)))
    assert (f"caravan.{code}", 3) == (told.value.code, told.value.row)
    assert "stops.csv" in told.value.file


def test_a_stop_drawn_as_an_area_is_refused_by_its_row(tmp_path, coverage):
    path = tmp_path / "stops.geojson"
    shape = Point(X0 + 3500, Y0 + 100).buffer(50)
    said = {"date": "2026-05-31", "from": "10h", "to": "12h", "name": "A", "geometry": shape}
    gpd.GeoDataFrame([said], crs=CRS).to_crs(4326).to_file(path)
    with pytest.raises(InputError) as told:
        read_caravan(path, crs=CRS, communes=coverage.communes, findings=Findings())
    assert ("caravan.not_a_point", 2) == (told.value.code, told.value.row)
    assert "Polygon" in str(told.value)


def test_what_is_odd_is_said(tmp_path, coverage):
    _, codes = read(
        tmp_path,
        coverage,
        f"2026-06-01,,,A,Ouest,approximate,{at(3500)}",
        "2026-06-01,10h,12h,B,,,,",
        f"2026-06-01,10h,12h,C,,,{at(90_000)}",
        head="date,from,to,name,commune,location,lat,lon",
    )
    assert sorted(["no_hours", "without_point", "other_commune", "outside", "rough"]) == sorted(
        code.removeprefix("caravan.") for code in codes
    )


def run(*arguments):
    return CliRunner().invoke(main, ["caravan", "--quiet", *map(str, arguments)])


def test_the_command_on_the_sample(tmp_path):
    page = tmp_path / "page.html"
    told = run("--next", 2, "--map", page, "--lang", "en", "--minutes", 12)
    assert told.exit_code == 0, told.output
    assert "Proven optimum" in told.output
    html = page.read_text(encoding="utf-8")
    assert '<html lang="en">' in html
    assert "October\u00a02026" in html
    found = json.loads(run("--next", 2, "--minutes", 12, "--format", "json").output)
    assert "optimal" == found["next"]["status"]
    assert found["total"]["beyond"] == pytest.approx(found["total"]["beyond_reached"] + found["total"]["beyond_never"])
    out = tmp_path / "cells.csv"
    assert 0 == run("--format", "csv", "--output", out).exit_code
    assert out.read_text(encoding="utf-8").startswith("cell,insee,weight,state,times,days,first,last,hours,reached\n")
    for wrong in (
        ("--season", "2026-10-02..2026-10-01"),
        ("--format", "csv", "--output", tmp_path / "cells.json"),
        ("--map", tmp_path / "page.pdf"),
    ):
        failed = run(*wrong)
        assert (2, 1) == (failed.exit_code, failed.output.count("geo-access:")), wrong
    for wrong in (("--minutes", 0), ("--next", 99_999), ("--at-least", 0), ("--minutes", "nan")):
        failed = run(*wrong)
        assert 2 == failed.exit_code, wrong
        assert wrong[0] in failed.output or "minutes" in failed.output
    for wrong in (("--season", "2026"), ("--stops", tmp_path / "nowhere.csv"), ("--season", "2020-01-01..2020-02-01")):
        failed = run(*wrong)
        assert (2, 1) == (failed.exit_code, failed.output.count("geo-access:")), wrong


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_escapes_and_never_speaks_by_colour_alone(coverage, tmp_path, language):
    path = write(tmp_path, f"2026-06-01,10h,12h,<script>A</script>,{at(3500)}", f"2026-06-01,13h,14h,B,{at(5000)}")
    found = caravan_reach(coverage, path, next_stops=2)
    html = render_caravan_page(coverage, found, language)
    assert "<script" not in html
    assert html.count('role="img"') == 2
    for said in ("map-never_beyond", "map-words", "days-words"):
        assert said in html
    # The day's box bears the number of residents.
    people = found.calendar["residents"].max()
    assert f">{round(people)}</text>" in html


@pytest.mark.real_data
def test_the_known_stops_of_the_hauts_de_seine(shared_data):

    study = ga.open_study(shared_data / "hauts-de-seine")
    communes = ga.read_communes(study.path(study.settings.territory.communes), crs=study.settings.crs)
    findings = Findings()
    stops = read_caravan(FACTS / "caravan.csv", crs=study.settings.crs, communes=communes, findings=findings)
    assert ["Gennevilliers", "Asnières-sur-Seine", "Issy-les-Moulineaux"] == stops["commune"].tolist()
    assert {"caravan.no_hours", "caravan.rough"} == {one.code for one in findings}
    assert (11 * 3600, 19 * 3600) == tuple(stops.loc[2, ["from_s", "to_s"]])
