"""Results can be copied, sent to another process and kept by joblib: the same before and after they are used."""

from __future__ import annotations

import copy
import pickle
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pandas as pd
import pytest
from small_study import write_small_study

import geo_access as ga
from geo_access.core.cache import Cache
from geo_access.study.inputs.inputs import read_inputs
from geo_access.study.sample import sample_folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_small_study(tmp_path_factory.mktemp("copies") / "study")


@pytest.fixture(scope="module")
def study(folder):
    return ga.open_study(folder)


@pytest.fixture(scope="module")
def results(study, folder):
    coverage = ga.check(study)
    found = [
        study,
        coverage,
        coverage.times,
        read_inputs(study),
        ga.compare(coverage, coverage),
        ga.place_sites(coverage, count=1),
        ga.measure_fairness(coverage),
        ga.redraw_sst(coverage, 1, smallest=0, largest=1e9),
        ga.explain_commune(coverage, "Ouest"),
        ga.commune_brief(coverage, "Ouest"),
        ga.tell_journey(coverage, "c10", at="09:17"),
        ga.inspect(study),
        ga.read_timetable([folder / "bus.zip"], date=study.settings.date),
        ga.read_streets(sample_folder() / "streets.osm", crs="EPSG:32627"),
        coverage.findings[0],
        Cache(None),
    ]
    return {type(one).__name__: one for one in found}


def tables_of(result):
    return {name: value for name, value in vars(result).items() if isinstance(value, pd.DataFrame)}


KINDS = (
    "Study", "Coverage", "TravelTimes", "Inputs", "Comparison", "Placement", "Fairness", "Redrawing", "Explanation",
    "Brief", "Itinerary", "Inspection", "Timetable", "WalkNetwork", "Finding", "Cache",
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_copy_holds_what_the_result_holds(results, kind):
    result = results[kind]
    for again in (copy.copy(result), copy.deepcopy(result), pickle.loads(pickle.dumps(result))):  # noqa: S301 -- our own
        assert type(again) is type(result)
        assert repr(again) == repr(result)
        for name, table in tables_of(result).items():
            pd.testing.assert_frame_equal(table, getattr(again, name))
    # Equality is by content or by identity, never an error of a table inside.
    assert result == result
    assert result != "else"
    assert isinstance(hash(result), int)


def test_studies_networks_and_findings_are_equal_by_what_they_say(results):
    for kind in ("Study", "WalkNetwork", "Finding"):
        again = pickle.loads(pickle.dumps(results[kind]))  # noqa: S301 -- our own
        assert results[kind] == again
        assert hash(results[kind]) == hash(again)
    assert results["Study"] != results["Study"].vary({"policy.pole.lt": 25})


def test_results_are_the_same_for_joblib_before_and_after_use(folder, tmp_path):
    joblib = pytest.importorskip("joblib")
    study = ga.open_study(folder)
    coverage = ga.check(study)
    streets = ga.read_streets(sample_folder() / "streets.osm", crs="EPSG:32627")
    held = (study, coverage, coverage.times, coverage.times.inputs, streets)
    before = [joblib.hash(one) for one in held]
    ga.coverage_map(coverage).to_html()
    ga.write_export(coverage, tmp_path / "export")
    ga.place_sites(coverage, count=1)
    ga.tell_journey(coverage, "c10", at="09:17")
    assert len(streets.digest) == 64
    assert before == [joblib.hash(one) for one in held]
    asked = []

    def count(given):
        asked.append(given)
        return ga.check(given)

    kept = joblib.Memory(tmp_path / "memory", verbose=0).cache(count)
    first, second = kept(study), kept(ga.open_study(folder))
    assert 1 == len(asked)
    pd.testing.assert_frame_equal(first.residents, second.residents)
    # What comes back answers further questions.
    told = [ga.tell_journey(one, "c10", at="09:17").journey for one in (coverage, second)]
    assert told[0] == told[1]


def _serve(coverage):
    return coverage.summary["total"]["served"], ga.times_table(coverage)


def test_a_coverage_answers_in_another_process(results, folder):
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        served, times = pool.submit(_serve, results["Coverage"]).result()
        frames = pool.submit(_serve, ga.check(ga.open_study(folder))).result()
    assert results["Coverage"].summary["total"]["served"] == served == frames[0]
    pd.testing.assert_frame_equal(ga.times_table(results["Coverage"]), times)


@pytest.mark.filterwarnings("ignore")
def test_a_worker_of_dask_takes_a_study_of_frames(folder):
    distributed = pytest.importorskip("distributed")
    import geopandas as gpd

    study = ga.make_study(
        communes=gpd.read_file(folder / "communes.geojson"),
        residents=gpd.read_file(folder / "residents.geojson"),
        sites=pd.read_csv(folder / "sites.csv", dtype={"insee": str}),
        gtfs=folder / "bus.zip",
        date="2024-04-23",
        crs="EPSG:32628",
    )
    with (
        distributed.LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        served, _ = client.submit(_serve, client.submit(ga.check, study)).result()
        assert ga.check(study).summary["total"]["served"] == served
        (coverage,) = ga.check_many([study], executor=client.get_executor())
    assert served == coverage.summary["total"]["served"]
