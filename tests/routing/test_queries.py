"""One result, one truth: matrix, pair, isochrone, tables and verdict answer alike, however a time is asked for."""

from __future__ import annotations

import zipfile

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from click.testing import CliRunner
from locations import PORTO_ALEGRE
from small_study import STUDY, X0, Y0, degrees, write_small_study
from street_maps import write_map

import geo_access as ga
from geo_access.cli.main import main
from geo_access.core.errors import InputError
from geo_access.routing.points import find_points
from geo_access.study.departures import Departures
from geo_access.study.inputs.communes import name_commune
from geo_access.verdict.targets import list_counting, make_target


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return ga.open_study(write_small_study(tmp_path_factory.mktemp("study") / "small"))


@pytest.fixture(scope="module")
def times(study):
    return ga.open_times(study)


def check_everything_agrees(times, *, cells, sites):
    """Ask for the times of some cells and sites in every way there is, and hold the answers together."""
    every = pd.concat(ga.departure_table(times), ignore_index=True)
    every = every[every["cell"].isin(cells) & every["site"].isin(sites)].astype({"cell": "str"})
    truth = every.set_index(["cell", "site", "departure"])["seconds"].sort_index()
    matrix = ga.travel_matrix(times, cells, sites, percentiles=None)
    found = matrix.set_index(["origin", "destination", "departure"])["seconds"].sort_index()
    assert truth.index.tolist() == found.index.tolist()
    pd.testing.assert_series_equal(truth, found, check_names=False, check_index=False)

    table = ga.times_table(times)
    table = table[table["cell"].isin(cells) & table["site"].isin(sites)].sort_values(["cell", "site"])
    summed = ga.travel_matrix(times, cells, sites).sort_values(["origin", "destination"])
    for column in ("p10", "p50", "p90", "reason"):
        left, right = table[column].reset_index(drop=True), summed[column].reset_index(drop=True)
        pd.testing.assert_series_equal(left, right)

    # As points with a CRS, whose index names them, and in degrees.
    inputs = times.inputs
    residents, places = (
        inputs.residents.set_index("cell").loc[list(cells)],
        inputs.sites.set_index("site").loc[list(sites)],
    )
    points = gpd.GeoSeries.from_xy(residents["x"], residents["y"], index=residents.index, crs=times.settings.crs)
    again = ga.travel_matrix(times, points, places.geometry, percentiles=None)
    pd.testing.assert_frame_equal(matrix, again)

    leave = int(times.departures[len(times.departures) // 3])
    clock = f"{leave // 3600}:{leave // 60 % 60:02d}:{leave % 60:02d}"
    for cell in cells[:2]:
        for site in sites[:2]:
            pair = ga.travel_time(times, cell, site)
            pd.testing.assert_series_equal(pair, truth.loc[cell, site], check_names=False, check_index_type=False)
            (one,) = ga.travel_time(times, cell, site, at=clock).tolist()
            assert one is truth.loc[cell, site, leave] or one == truth.loc[cell, site, leave]


def recompute_verdict(times):
    """Share of each commune's residents who are served, reckoned from the matrix alone."""
    inputs, policy = times.inputs, times.settings.policy
    target = make_target(policy)
    poles, antennas = (
        inputs.sites.loc[list_counting(inputs.sites, name, rule, policy), "site"].tolist()
        for name, rule in (("pole", target.pole), ("antenna", target.antenna))
    )
    ride = ga.travel_matrix(times, None, poles, percentiles=None)
    walk = ga.travel_matrix(times, None, antennas, percentiles=(50,), mode="walk")
    walked = walk.groupby("origin")["p50"].min() < 15 * 60
    holds = (ride["seconds"] < 20 * 60).fillna(value=False).astype(bool)
    reached = holds.groupby([ride["origin"], ride["departure"]]).any().groupby("origin").mean()
    cells = inputs.residents["cell"].to_numpy(object)
    share = np.maximum(reached.loc[cells].to_numpy(), walked.loc[cells].fillna(value=False).to_numpy(float))
    weight = inputs.residents["weight"].to_numpy(float)
    served = pd.Series(weight * (share >= 0.5)).groupby(inputs.residents["insee"].to_numpy(object)).sum()
    return served / pd.Series(weight).groupby(inputs.residents["insee"].to_numpy(object)).sum()


def check_verdict(coverage):
    assert (15, 20) == (coverage.summary["target"]["antenna"]["minutes"], coverage.summary["target"]["pole"]["minutes"])
    shares = recompute_verdict(coverage.times)
    communes = coverage.communes.set_index("insee")["share"].dropna()
    assert len(communes)
    np.testing.assert_allclose(communes.to_numpy(float), shares.loc[communes.index].to_numpy(), atol=1e-12)


def check_isochrone(times, site, minutes):
    """Who is within is who the departure table says; and who stands on a centre of the outline has its answer."""
    cells = ga.isochrone_cells(times, site, minutes=minutes)
    every = pd.concat(t for t in ga.departure_table(times) if t["site"].iloc[0] == site)
    holds = (every["seconds"] < minutes * 60).fillna(value=False).astype(bool)
    share = holds.groupby(every["cell"].astype(str)).mean()
    np.testing.assert_array_equal(share.loc[cells["cell"]].to_numpy(), cells["share_of_departures"])
    np.testing.assert_array_equal(cells["share_of_departures"] >= 0.5, cells["in_time"])
    (outline,) = ga.isochrone_outline(times, site, minutes=minutes, resolution_m=400).itertuples()
    corner = np.floor(np.asarray(times.inputs.sites.set_index("site").geometry[site].coords[0]) / 400) * 400
    grid = [corner + 400 * np.array([a, b]) + 200 for a in range(-4, 5) for b in range(-2, 3)]
    points = gpd.GeoSeries.from_xy(*np.array(grid).T, crs=times.settings.crs)
    matrix = ga.travel_matrix(times, points, site, percentiles=None)
    inside = (matrix["seconds"] < minutes * 60).fillna(value=False).groupby(matrix["origin"].astype(int)).mean() >= 0.5
    np.testing.assert_array_equal(inside.sort_index(), shapely.contains(outline.geometry, points.to_numpy()))
    assert outline.geometry.area == pytest.approx(outline.squares * 400**2)
    return cells, outline


def test_every_way_of_asking_answers_alike(times):
    cells = ["c00", "c-4", "c12", "c33", "c20"]
    check_everything_agrees(times, cells=cells, sites=times.inputs.sites["site"].tolist())


def test_the_verdict_is_that_of_the_matrix(study):
    check_verdict(ga.check(study))


@pytest.mark.parametrize("minutes", [12, 20])
def test_an_isochrone_is_the_table_turned_round(times, minutes):
    cells, outline = check_isochrone(times, times.inputs.sites["site"].iloc[0], minutes)
    assert 0 < cells["in_time"].sum() < len(cells)
    assert outline.squares > 0


def test_an_outline_leaves_out_no_square(times):
    """A whole field of points, far beyond what may be reached, finds no other square in."""
    site = times.inputs.sites["site"].iloc[0]
    (outline,) = ga.isochrone_outline(times, site, minutes=20, resolution_m=250).itertuples()
    x, y = np.meshgrid(np.arange(497_125, 509_000, 250.0), np.arange(4_997_125, 5_003_000, 250.0))
    points = gpd.GeoSeries.from_xy(x.ravel(), y.ravel(), crs=times.settings.crs)
    matrix = ga.travel_matrix(times, points, site, percentiles=None)
    share = (matrix["seconds"] < 1200).fillna(value=False).groupby(matrix["origin"].astype(int)).mean()
    inside = (share.sort_index() >= 0.5).to_numpy()
    assert outline.squares == inside.sum()
    np.testing.assert_array_equal(inside, shapely.contains(outline.geometry, points.to_numpy()))


def test_stops_beside_the_street_cost_an_outline_no_square(tmp_path):
    """A stop off the street is walked to once: who alights there is there.

    At the best of the departures, as the wait at the others would hide what is lost.
    """
    folder = write_small_study(tmp_path / "small")
    corners = dict(enumerate([degrees(x, -50) for x in range(-1000, 7001, 500)], start=1))
    write_map(folder, corners, [(100, list(corners), {"highway": "residential"})])
    streets = 'streets = "map.osm"\nmin_island_nodes = 1'
    (folder / "study.toml").write_text(STUDY.replace("straight_line = { detour = 1.3 }", streets), encoding="utf-8")
    times = ga.open_times(ga.open_study(folder))
    site = times.inputs.sites["site"].iloc[0]
    (outline,) = ga.isochrone_outline(times, site, minutes=20, resolution_m=20, share=0.01).itertuples()
    x = np.arange(X0 - 990, X0 + 7000, 20.0)
    points = gpd.GeoSeries.from_xy(x, np.full(len(x), Y0 - 50), crs=times.settings.crs)
    matrix = ga.travel_matrix(times, points, site, percentiles=None)
    share = (matrix["seconds"] < 1200).fillna(value=False).groupby(matrix["origin"].astype(int)).mean()
    inside = (share.sort_index() > 0).to_numpy()
    np.testing.assert_array_equal(inside, shapely.contains(outline.geometry, points.to_numpy()))
    assert 0 < inside.sum() < len(inside)


def test_a_time_before_the_studys_hours_is_answered_too(study, times):
    cell, site = "c00", times.inputs.sites["site"].iloc[0]
    early = ga.open_times(study.vary({"departures.from": "07:30", "departures.to": "08:30"}))
    expected = ga.travel_time(early, cell, site)
    found = ga.travel_time(times, cell, site, at=Departures(27_000, 60, 60))
    pd.testing.assert_series_equal(expected, found)
    assert found.notna().all()
    late = ga.travel_time(times, cell, site, at="21:59")  # the last buses are on their way
    assert late.isna().tolist() == [True]


def rewrite_trips(feed, runs):
    """Let other trips run in a feed of `write_bus`: each a list of (stop, clock)."""
    with zipfile.ZipFile(feed) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    trips, times = [[files[name].splitlines()[0]] for name in ("trips.txt", "stop_times.txt")]
    for number, run in enumerate(runs):
        trips.append(f"L1,wd,R{number}")
        times += [f"R{number},{clock},{clock},{stop},{at}" for at, (stop, clock) in enumerate(run)]
    files |= {"trips.txt": "\n".join(trips) + "\n", "stop_times.txt": "\n".join(times) + "\n"}
    with zipfile.ZipFile(feed, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)


def test_a_departure_between_the_studys_last_one_and_its_end_has_a_horizon_of_its_own(tmp_path):
    """The study's links end two hours after 9:59; what leaves just then is the faster way two hours after 9:59:30."""
    folder = write_small_study(tmp_path / "small")
    slow, fast = [("S0", "11:50:00"), ("S6", "11:59:25")], [("S0", "11:50:00"), ("S5", "11:59:10"), ("S6", "11:59:15")]
    evening = [[("S0", f"20:{minute:02d}:00"), ("S6", f"21:{minute:02d}:00")] for minute in range(30)]
    rewrite_trips(folder / "bus.zip", [slow, fast, *evening])
    times = ga.open_times(ga.open_study(folder))
    site = times.inputs.sites.loc[times.inputs.sites["kind"] == "pole", "site"].iloc[0]
    for clock, seconds in (("9:59", 7215), ("9:59:30", 7185), ("9:59:59", 7156)):
        assert [seconds] == ga.travel_time(times, "c00", site, at=clock).tolist(), clock


def test_the_strict_rule_and_profiles_reach_the_matrix_too(study):
    for changes in ({"transit.boarding_rule": "strict"}, {"walking.profile": "senior"}):
        times = ga.open_times(study.vary(changes))
        check_everything_agrees(times, cells=["c00", "c12", "c20"], sites=times.inputs.sites["site"].tolist())


def test_a_wheelchair_is_not_served_a_strollers_network(study):
    """In a straight line both walk alike; this feed says nothing of wheelchairs, so none may board."""
    site = ga.open_times(study).inputs.sites["site"].iloc[0]
    found = {
        name: ga.travel_time(ga.open_times(study.vary({"walking.profile": name})), "c00", site).notna().any()
        for name in ("stroller", "wheelchair")
    }
    assert found == {"stroller": True, "wheelchair": False}
    allowed = study.vary({"walking.profile": "wheelchair", "transit.wheelchair_unknown": "allow"})
    assert ga.travel_time(ga.open_times(allowed), "c00", site).notna().all()


def test_questions_that_cannot_be_answered_say_so(times):
    site = times.inputs.sites["site"].iloc[0]
    place = gpd.GeoSeries.from_xy([500_100], [5_000_100])
    square = gpd.GeoSeries([shapely.box(0, 0, 1, 1)], crs=times.settings.crs)
    for code, ask in {
        "queries.no_crs": lambda: ga.travel_matrix(times, place, site),
        "queries.not_points": lambda: ga.travel_matrix(times, square, site),
        "queries.unknown_cell": lambda: ga.travel_matrix(times, "nowhere", site),
        "queries.unknown_site": lambda: ga.travel_matrix(times, "c00", "nowhere"),
        "queries.not_on_earth": lambda: ga.travel_matrix(times, "248.9,2.2", site),
        "queries.wrong_clock": lambda: ga.travel_time(times, "c00", site, at="quarter past"),
        "queries.wrong_departures": lambda: ga.travel_time(times, "c00", site, at=Departures(0, 60, 0)),
        "queries.wrong_percentile": lambda: ga.travel_matrix(times, "c00", site, percentiles=(0,)),
        "queries.one_point": lambda: ga.travel_time(times, None, site),
        "queries.wrong_minutes": lambda: ga.isochrone_cells(times, site, minutes=0),
        "queries.wrong_resolution": lambda: ga.isochrone_outline(times, site, minutes=5, resolution_m=1),
    }.items():
        with pytest.raises(InputError) as caught:
            ask()
        assert code == caught.value.code


def points(*places, crs="EPSG:4326", index=None):
    return gpd.GeoSeries([shapely.Point(*place) for place in places], crs=crs, index=index)


#: Longitude and latitude of a place in the small study.
HERE = degrees(500, 100)


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        (",".join(map(str, HERE)), "queries.swapped", "45.15"),
        (points(HERE[::-1]), "queries.swapped_xy", "45.15"),
        ("43.3,5.4", "queries.too_far", "km"),
        (["45.0,-15.0", "43.3,5.4"], "queries.too_far", "43.3,5.4"),
        (points((-15.0, 45.0), (5.4, 43.3), index=["here", "there"]), "queries.too_far", "there"),
        (points((float("nan"), 45.0)), "queries.not_finite", "nan"),
        (points((-15.0, 45.0), crs="EPSG:32628"), "queries.wrong_crs", "EPSG:32628"),
        (points((500_100, 5_000_100)), "queries.wrong_crs", "500100"),
        (3, "queries.place_wanted", "48.9,2.25"),
        ([["c00"]], "queries.place_wanted", "['c00']"),
    ],
)
def test_points_that_cannot_be_meant_are_refused(times, asked, code, said):
    with pytest.raises(InputError) as caught:
        ga.travel_matrix(times, "c00", asked)
    assert code == caught.value.code
    assert said in caught.value.text("en")
    assert said in caught.value.text("fr")


def test_the_distance_of_a_far_point_is_told(times):
    # A degree of latitude is 111 km here; the territory's border runs a few hundred metres from the place.
    with pytest.raises(InputError) as caught:
        ga.travel_matrix(times, f"{HERE[1] + 1},{HERE[0]}", times.inputs.sites["site"].iloc[0])
    assert 109 < caught.value.params["km"] < 112


def test_a_place_a_little_off_the_territory_is_asked_about(times):
    assert len(ga.travel_matrix(times, "45.3,-15.0", times.inputs.sites["site"].iloc[0])) == 1


def test_names_of_sites_are_read_as_people_type_them(tmp_path):
    folder = write_small_study(tmp_path / "small")
    lines = (folder / "sites.csv").read_text(encoding="utf-8").splitlines()
    sites = pd.read_csv(folder / "sites.csv")
    assert len(lines) == len(sites) + 1
    first = sites.iloc[[0]].assign(kind="pmi")
    names = ["Pôle social de Clichy-Levallois", "Pôle social de Châtenay-Malabry", "PMI de Puteaux", "PMI de Puteaux"]
    rows = pd.concat([sites.iloc[[0]], *[first] * 3], ignore_index=True).assign(name=names)
    rows["lat"] += [0, 0.0005, 0.001, 0.0015]
    rows.drop(columns=["site", "id"], errors="ignore").to_csv(folder / "sites.csv", index=False)
    times = ga.open_times(ga.open_study(folder))
    ids = times.inputs.sites.groupby("name")["site"].apply(list)
    found = ga.travel_matrix(times, "c00", "pole social de CHATENAY malabry").drop(columns="destination")
    pd.testing.assert_frame_equal(found, ga.travel_matrix(times, "c00", ids[names[1]]).drop(columns="destination"))
    with pytest.raises(InputError) as caught:
        ga.travel_matrix(times, "c00", "PMI de Puteaux")
    assert "queries.ambiguous_site" == caught.value.code
    assert all(one in caught.value.text("fr") for one in ["2 lieux", *ids["PMI de Puteaux"]])
    with pytest.raises(InputError) as caught:
        ga.travel_matrix(times, "c00", "Pôle social de Clichi")
    assert caught.value.params["known"].startswith("Pôle social de Clichy-Levallois")


@pytest.mark.parametrize(
    ("ask", "wrong_kind", "said"),
    [
        (lambda times, site: ga.travel_matrix(times, "c00", site, mode="bike"), False, "transit, walk"),
        (lambda times, site: ga.travel_matrix(times, "c00", site, percentiles=[0.5]), False, "50"),
        (lambda times, site: ga.travel_matrix(times, "c00", site, percentiles=50), True, "(10, 50, 90)"),
        (lambda times, site: ga.travel_matrix(times, "c00", site, percentiles="50"), True, "(10, 50, 90)"),
        (lambda times, site: ga.travel_matrix(times, "c00", site, departures=9), True, "09:17"),
        (lambda times, site: ga.isochrone_cells(times, site, minutes="20"), True, "minutes"),
        (lambda times, site: ga.isochrone_cells(times, site, minutes=20, operator="<"), False, "lt, le"),
        (lambda times, site: ga.isochrone_cells(times, site, minutes=20, share=50), False, "share"),
        (lambda times, site: ga.isochrone_outline(times, site, minutes=20, share=0), False, "share"),
        (lambda times, site: ga.isochrone_outline(times, site, minutes=20, resolution_m="100"), True, "resolution_m"),
        (lambda _, site: ga.travel_time("a/path", "c00", site), True, "ga.open_times"),
        (lambda _, _site: ga.times_table(None), True, "ga.open_times"),
        (lambda _, _site: ga.departure_table(3), True, "ga.open_times"),
    ],
)
def test_an_argument_that_will_not_do_is_named_with_what_will(times, ask, wrong_kind, said):
    with pytest.raises(InputError) as caught:
        ask(times, times.inputs.sites["site"].iloc[0])
    assert wrong_kind == isinstance(caught.value, TypeError)
    assert said in caught.value.text("fr")
    assert said in caught.value.text("en")


def test_a_study_a_coverage_and_its_times_answer_alike(study, times):
    coverage, site = ga.check(study), times.inputs.sites["site"].iloc[0]
    for ask in (
        lambda given: ga.travel_matrix(given, "c10", site),
        lambda given: ga.travel_time(given, "c10", site, at="09:17"),
        lambda given: ga.isochrone_cells(given, site, minutes=20),
        lambda given: ga.isochrone_outline(given, site, minutes=20, resolution_m=400),
        ga.times_table,
        lambda given: pd.concat(ga.departure_table(given)),
    ):
        expected = ask(times)
        for given in (study, coverage):
            (pd.testing.assert_series_equal if isinstance(expected, pd.Series) else pd.testing.assert_frame_equal)(
                expected, ask(given)
            )


def test_points_without_a_place_are_unsnapped_never_zero(times):
    lost = gpd.GeoSeries([shapely.Point(), shapely.Point(500_100, 5_000_100)], index=["lost", "here"], crs="EPSG:32628")
    table = ga.travel_matrix(times, lost, times.inputs.sites["site"].iloc[0]).set_index("origin")
    assert "unsnapped" == table.loc["lost", "reason"]
    assert table.loc["lost", ["p10", "p50", "p90"]].isna().all()
    assert pd.isna(table.loc["here", "reason"])


def run(*arguments):
    return CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False)


def test_one_pair_on_the_screen(study, times):
    folder, site = study.folder, times.inputs.sites["site"].iloc[0]
    (seconds,) = ga.travel_time(times, "c10", site, at="09:17")
    said = run("times", folder, "--from", "c10", "--to", site, "--at", "09:17", "--lang", "en").output
    assert f"{seconds // 60}\u00a0min {seconds % 60:02d}\u00a0s" in said
    (row,) = ga.travel_matrix(times, "c10", site).itertuples()
    spread = run("times", folder, "--from", "c10", "--to", site, "--lang", "en").output
    for value in (row.p10, row.p50, row.p90):
        assert f"{value // 60}\u00a0min {value % 60:02d}\u00a0s" in spread
    never = run("times", folder, "--from", "c10", "--to", site, "--at", "21:59")
    assert "aucun trajet" in never.output
    assert 0 == never.exit_code


def test_an_isochrone_is_written_as_geojson(study, times, tmp_path):
    file = tmp_path / "reach.geojson"
    site = times.inputs.sites["site"].iloc[0]
    how = ("--isochrone", site, "--minutes", 20, "--resolution", 250, "--output", file, "--lang", "en")
    assert "residents reach" in run("times", study.folder, *how).output
    written = gpd.read_file(file)
    cells = ga.isochrone_cells(times, site, minutes=20)
    assert cells.loc[cells["in_time"], "weight"].sum() == written["residents_in_time"].iloc[0]
    outline = ga.isochrone_outline(times, site, minutes=20, resolution_m=250)
    assert written.to_crs(outline.crs).area.iloc[0] == pytest.approx(outline.area.iloc[0], rel=1e-4)


@pytest.mark.parametrize(
    "wrong",
    [
        (),
        ("--from", "c10"),
        ("--at", "09:17", "--output", "t.csv"),
        ("--isochrone", "x", "--minutes", "20"),
        ("--isochrone", "x", "--output", "t.geojson"),
        ("--from", "c10", "--to", "nowhere"),
        ("--from", "c10", "--to", "45.0,-15.0", "--at", "noon"),
        ("--isochrone", "45.0,-15.0", "--minutes", "20", "--output", "t.shp"),
    ],
)
def test_wrong_questions_end_with_2(study, wrong, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = run("times", study.folder, *wrong)
    assert 2 == found.exit_code
    assert found.output.startswith("geo-access: ")
    assert not list(tmp_path.iterdir())


def sample_of(times, count):
    """Some cells and sites, spread over the whole of them."""
    cells, sites = times.inputs.residents["cell"].tolist(), times.inputs.sites["site"].tolist()
    return cells[:: len(cells) // count], sites[:: max(len(sites) // 4, 1)]


@pytest.mark.real_data
def test_porto_alegre_answers_alike(shared_data):

    assert shared_data
    times = ga.open_times(ga.open_study(PORTO_ALEGRE))
    cells, sites = sample_of(times, 40)
    check_everything_agrees(times, cells=cells, sites=sites)
    cells, _ = check_isochrone(times, sites[0], 20)
    assert cells["in_time"].any()


@pytest.mark.real_data
def test_hauts_de_seine_answers_alike(shared_data):
    study = ga.open_study(shared_data / "hauts-de-seine", changes={"departures.to": "09:30"})
    coverage = ga.check(study)
    check_verdict(coverage)
    cells, sites = sample_of(coverage.times, 25)
    check_everything_agrees(coverage.times, cells=cells, sites=sites)


def test_the_beginning_of_a_name_is_enough_where_only_one_begins_so(times):
    """Tried on the names of the small study: without accents or capitals, and never where two begin so."""
    whole = ga.travel_time(times, "c00", "Pôle de l’Est")
    for said in ("pole de l est", "Pôle de", "POLE"):
        pd.testing.assert_series_equal(whole, ga.travel_time(times, "c00", said), check_names=False, check_index=False)


def test_names_of_hauts_de_seine_are_found_as_people_write_them(shared_data):
    times = ga.open_times(ga.open_study(shared_data / "hauts-de-seine"))
    sites = times.inputs.sites
    at = sites["name"].tolist().index("Pôle social de Châtillon (bâtiment Orion, 2e étage)")
    found = find_points(times, "Pôle social de Châtillon", kind="site")
    assert found.xy.tolist() == times.inputs.site_points[[at]].tolist()
    for asked, code, said in (
        ("Pôle social de Châtill", None, ""),
        ("Pôle social d", "queries.ambiguous_site", "Pôle social de Boulogne"),
        ("Clamart", "queries.commune_for_site", "PMI Pavé Blanc"),
        ("clam", "queries.commune_for_site", "Clamart"),
        ("Pôle social de Châtilon", "queries.unknown_site", "Pôle social de Châtillon"),
    ):
        if code is None:
            assert len(find_points(times, asked, kind="site")) == 1
            continue
        with pytest.raises(InputError) as caught:
            find_points(times, asked, kind="site")
        assert caught.value.code == code, asked
        assert said in caught.value.text("fr")


def test_a_commune_starts_a_journey_at_the_cell_in_its_middle_and_comes_first_in_suggestions(shared_data, times):
    """The middle is the inhabited cell with the least weighted sum of distances, tried cell by cell."""
    real = ga.open_times(ga.open_study(shared_data / "hauts-de-seine"))
    residents, points = real.inputs.residents, real.inputs.resident_points
    found = find_points(real, ["Clamart", "clam", "92023", "48.80,2.26"], kind="cell")
    assert len({tuple(xy) for xy in found.xy[:3].tolist()}) == 1
    assert set(found.middles) == {"Clamart", "clam", "92023"}
    mine = np.flatnonzero((residents["insee"] == "92023") & (residents["weight"] > 0))
    weight = residents["weight"].to_numpy(float)[mine]
    sums = [float(np.hypot(*(points[mine] - points[one]).T) @ weight) for one in mine]
    assert found.middles["clam"] == mine[int(np.argmin(sums))]
    with pytest.raises(InputError) as caught:
        find_points(real, "Clamard", kind="cell")
    assert caught.value.text("fr").split("par exemple ")[1].startswith("Clamart")
    with pytest.raises(InputError) as caught:
        find_points(times, "nowhere", kind="cell")
    assert "Ouest, Est" in caught.value.text("en") or "Est, Ouest" in caught.value.text("en")
    assert "c00" not in caught.value.text("fr")


def test_communes_are_found_by_a_unique_beginning_and_suggested_by_name(shared_data):
    communes = ga.open_times(ga.open_study(shared_data / "hauts-de-seine")).inputs.communes
    assert name_commune(communes, "clam") == name_commune(communes, "Clamart") == "92023"
    assert name_commune(communes, "Châtillon") == "92020"
    for asked, code in (("Ch", "brief.ambiguous_commune"), ("Clamard", "brief.unknown_commune")):
        with pytest.raises(InputError) as caught:
            name_commune(communes, asked)
        assert caught.value.code == code
        assert {"Ch": "Châtillon", "Clamard": "Clamart"}[asked] in caught.value.text("en")
