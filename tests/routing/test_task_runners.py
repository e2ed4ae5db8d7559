"""Work handed out: whoever computes, the results are those of one process; networks go out once for each worker."""

from __future__ import annotations

import os
import shutil
import threading
import zipfile
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest
import worker_deaths
from gtfs_oracle import write_feed
from hypothesis import given, settings
from hypothesis import strategies as st
from small_study import write_small_study

import geo_access as ga
from geo_access.analysis.helpful_sites import find_help
from geo_access.analysis.placement import demand
from geo_access.core import parallel
from geo_access.core import parallel as worker_pools
from geo_access.core.errors import ClusterError, GeoAccessWarning, InputError
from geo_access.core.parallel import Answer, Sendings, TaskRunner
from geo_access.report.verdict_table import to_document
from geo_access.routing import point_seconds as queries
from geo_access.routing import remote, travel_times
from geo_access.routing import remote as workers
from geo_access.study.sample import sample_folder
from geo_access.verdict import batch as study_runs

NETWORK = b"network"


class Cluster(Executor):
    """Workers that a test holds in its hand: tasks are carried out when a result is asked for, by workers in turn."""

    def __init__(self, seed: int, n: int, *, faults: float = 0.0) -> None:
        self.random, self.memory, self.faults = np.random.default_rng(seed), [False] * n, faults
        self.waiting: list[tuple[Future, tuple]] = []
        self.most = 0

    def submit(self, *call):
        future: Future = Future()
        self.waiting.append((future, call))
        self.most = max(self.most, len(self.waiting))
        threading.Thread(target=self._work, daemon=True).start()
        return future

    def _work(self):
        with _working:
            future, (fn, task, payload, _ticket) = self.waiting.pop(self.random.integers(len(self.waiting)))
            if not future.set_running_or_notify_cancel():
                return
            worker = self.random.integers(len(self.memory))
            if self.random.random() < self.faults:
                self.memory[worker] = False
                future.set_exception(BrokenPipeError("the worker is gone"))
                return
            self.memory[worker] = self.memory[worker] or payload is not None
            future.set_result(fn(task, payload, worker, known=self.memory[worker]))


_working = threading.Lock()


def answer(task, payload, worker, *, known):
    assert payload in (None, NETWORK)
    return Answer(str(worker), known, 2 * int(task) if known else None)


def make_runner(executor) -> TaskRunner:
    return TaskRunner(executor, lambda item: 2 * item, answer, lambda item: str(item).encode(), None, lambda: NETWORK)


@given(seed=st.integers(0, 10**6), n=st.integers(1, 4), tasks=st.integers(0, 25))
@settings(max_examples=60)
def test_results_come_in_order_and_networks_go_to_who_lacks_them(seed, n, tasks):
    runner = make_runner(Cluster(seed, n))
    assert [2 * item for item in range(tasks)] == list(runner.map(range(tasks)))
    told = runner.sendings
    assert (tasks > 0) <= told.networks <= tasks
    assert len(NETWORK) * told.networks == told.network_bytes
    assert told.tasks >= tasks + told.networks
    if n == 1 and tasks:
        assert 1 == told.networks


@given(seed=st.integers(0, 10**6), n=st.integers(1, 4))
@settings(max_examples=60)
def test_what_is_lost_is_computed_again_or_said(seed, n):
    runner = make_runner(Cluster(seed, n, faults=0.15))
    said, found = None, None
    try:
        found = list(runner.map(range(20)))
    except ClusterError as error:
        said = error
    if said is None:
        assert [2 * item for item in range(20)] == found
    else:
        assert "cluster.task_lost" == said.code
        assert "the worker is gone" in said.text("en")
        assert runner.sendings.lost >= parallel.ATTEMPTS


def test_some_losses_are_survived_and_some_are_too_many():
    outcomes = set()
    for seed in range(60):
        runner = make_runner(Cluster(seed, 2, faults=0.15))
        try:
            list(runner.map(range(20)))
        except ClusterError:
            outcomes.add("said")
        else:
            outcomes.add("survived" if runner.sendings.lost else "spared")
    assert {"said", "survived"} <= outcomes


def test_few_tasks_are_ahead_of_the_reader(monkeypatch):
    monkeypatch.setattr(parallel, "count_workers", lambda _executor: 2)
    begun = []

    def work(item):
        begun.append(item)
        return item

    results = TaskRunner(None, work).map(range(100))
    assert 0 == next(results)
    assert len(begun) <= 1 + 4
    results.close()
    begun.clear()
    heavy = TaskRunner(None, work).map(range(100), item_bytes=2**40)
    assert 0 == next(heavy)
    assert len(begun) <= 3
    heavy.close()


class Failing(Executor):
    """Takes a few tasks, then none."""

    def __init__(self, error: BaseException, after: int) -> None:
        self.error, self.left = error, after

    def submit(self, *_call):
        self.left -= 1
        if self.left < 0:
            raise self.error
        future: Future = Future()
        future.set_exception(self.error)
        return future


SHUT_DOWN = RuntimeError("cannot schedule after shutdown")


@pytest.mark.parametrize(
    ("error", "after"), [(BrokenExecutor("broken"), n) for n in (0, 1, 2)] + [(SHUT_DOWN, n) for n in (1, 2)]
)
def test_an_executor_that_takes_no_more_is_given_up_and_the_rest_computed_here(error, after):
    with pytest.warns(GeoAccessWarning, match="takes no more tasks"):
        assert [2 * item for item in range(9)] == list(make_runner(Failing(error, after)).map(range(9)))


def test_tasks_that_are_cancelled_are_sent_again():
    class Cancelling(Cluster):
        spoilt = False

        def submit(self, *call):
            future = super().submit(*call)
            if not self.spoilt:
                self.spoilt = future.cancel()
            return future

    with _working:  # nothing runs before the cancelling
        executor = Cancelling(1, 2)
        results = make_runner(executor).map(range(5))
        first = threading.Thread(target=lambda: found.extend(results), daemon=True)
        found: list[int] = []
        first.start()
        while not executor.spoilt:
            pass
    first.join(10)
    assert [0, 2, 4, 6, 8] == found


def test_what_a_task_itself_finds_wrong_is_raised_as_it_is():
    def refuse(item):
        raise InputError("study.file_missing", file="a.csv")

    for executor in (None, ThreadPoolExecutor(1)):
        with pytest.raises(InputError, match=r"a\.csv"):
            list(TaskRunner(executor, refuse).map([1]))


def test_who_stops_reading_cancels_what_is_under_way():
    class Never(Executor):
        def __init__(self):
            self.futures: list[Future] = []

        def submit(self, *_call):
            future: Future = Future()
            if len(self.futures) == 0:
                future.set_result(Answer("1", done=True, value=1))
            self.futures.append(future)
            return future

    never = Never()
    results = make_runner(never).map(range(9))
    assert 1 == next(results)
    results.close()
    assert len(never.futures) > 1
    assert all(future.cancelled() for future in never.futures[1:])


def test_a_worker_of_another_version_is_refused():
    with pytest.raises(ClusterError, match="version"):
        workers.check_source(("elsewhere:/geo_access", "0" * 64))
    workers.check_source(workers.name_source())


# The sample, by processes


@pytest.fixture(scope="module")
def study():
    return ga.open_study().vary({"departures.to": "09:20"})


@pytest.fixture
def small_groups(monkeypatch):
    """Two sites a task, so that the sample makes a dozen."""
    monkeypatch.setattr(travel_times, "BATCH", 2)
    monkeypatch.setattr(demand, "BATCH", 2)
    monkeypatch.setattr(queries, "BATCH", 2)


@pytest.fixture(scope="module")
def pool():
    with ga.WorkerPool(2) as pool:
        yield pool


def search(study, cache, executor=None):
    times, sendings = ga.open_times(study, cache=cache), Sendings()
    sites = range(len(times.inputs.sites))
    found = [seconds for _, seconds in times.transit_seconds(sites, executor=executor, sendings=sendings)]
    return np.stack(found).tobytes(), sendings


@pytest.fixture(scope="module")
def serial(study):
    return search(study, ga.Cache(None))[0]


def test_processes_find_what_one_finds_and_are_sent_the_network_once(study, serial, pool, small_groups):
    found, told = search(study, ga.Cache(None), pool)
    assert serial == found
    assert 12 <= told.tasks
    assert 1 <= told.networks <= 4
    # The same network for the next study: nobody lacks it.
    again, told = search(study, ga.Cache(None), pool)
    assert (serial, 0) == (again, told.networks)


def test_processes_that_see_the_cache_are_sent_no_network(study, serial, pool, small_groups, tmp_path):
    varied = study.vary({"departures.to": "09:21"})
    cache = ga.Cache(tmp_path)
    found, told = search(varied, cache, pool)
    assert (0, 12) == (told.networks, told.tasks)
    assert search(varied, ga.Cache(None))[0] == found
    # What they found is kept here.
    again, told = search(varied, cache, pool)
    assert (found, 0) == (again, told.tasks)


@pytest.mark.parametrize("owned", [True, False], ids=["a pool of ours", "a pool of the caller's"])
def test_a_process_killed_in_the_middle_costs_nothing_but_time(
    study, serial, small_groups, tmp_path, monkeypatch, owned
):
    monkeypatch.setenv(worker_deaths.MARKER, str(tmp_path / "died"))
    monkeypatch.setattr(remote, "answer_search", worker_deaths.die_once_searching)
    if owned:
        with ga.WorkerPool(2) as pool:
            found, told = search(study, ga.Cache(None), pool)
    else:
        with (
            ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool,
            pytest.warns(GeoAccessWarning, match="takes no more tasks"),
        ):
            found, told = search(study, ga.Cache(None), pool)
    assert (tmp_path / "died").exists()
    assert told.lost >= 1
    assert serial == found


def test_every_long_computation_takes_an_executor(study, pool, tmp_path, small_groups):
    cache = ga.Cache(tmp_path)
    before, after = study, study.vary({"departures.from": "08:40", "departures.to": "09:00"})
    one, other = ga.check(before, cache=ga.Cache(None)), ga.check(before, cache=ga.Cache(None), executor=pool)
    assert to_document(one) == to_document(other)
    codes = [str(code) for code in one.communes["insee"]][:3]
    assert find_help(one, codes) == find_help(other, codes, executor=pool)
    times = ga.open_times(before, cache=ga.Cache(None))
    assert ga.times_table(times).equals(ga.times_table(times, executor=pool))
    tables = zip(ga.departure_table(times), ga.departure_table(times, executor=pool), strict=True)
    assert all(here.equals(there) for here, there in tables)
    compared = ga.compare(before, after, cache=cache, executor=pool).summary
    assert ga.compare(ga.check(before, cache=cache), ga.check(after, cache=cache)).summary == compared


def ask_matrix(times, executor=None):
    """Matrices within the study's own departures and beyond them, percentiles and every departure, one pair."""
    cells = list(times.inputs.residents["cell"][::7])
    sites = list(times.inputs.sites["site"])
    late = ga.Departures(9 * 3600, 300, 60)
    asked = [
        ga.travel_matrix(times, cells, executor=executor),
        ga.travel_matrix(times, cells, sites[:5], departures=late, percentiles=None, executor=executor),
        ga.travel_matrix(times, cells, sites[:3], mode="walk", executor=executor),
        ga.travel_time(times, cells[0], sites[0], at="09:07", executor=executor).reset_index(),
    ]
    return [table.to_csv() for table in asked]


@pytest.fixture(scope="module")
def serial_matrix(study):
    return ask_matrix(ga.open_times(study, cache=ga.Cache(None)))


@pytest.mark.parametrize("kind", ["processes", "threads"])
def test_matrices_are_the_same_whoever_searches(study, serial_matrix, pool, small_groups, kind):
    times = ga.open_times(study, cache=ga.Cache(None))
    if kind == "processes":
        assert serial_matrix == ask_matrix(times, pool)
        return
    with ThreadPoolExecutor(2) as threads:
        assert serial_matrix == ask_matrix(times, threads)


@pytest.mark.parametrize("kind", ["processes", "threads"])
def test_isochrones_and_caravans_are_the_same_whoever_searches(study, pool, tmp_path, kind):
    with ThreadPoolExecutor(2) as threads:
        executor = pool if kind == "processes" else threads
        coverage = ga.check(study, cache=ga.Cache(None))
        times = coverage.times
        site = str(times.inputs.sites["site"].iloc[0])
        for draw in (ga.isochrone_cells, ga.isochrone_outline):
            here, there = (draw(times, site, minutes=15, executor=who) for who in (None, executor))
            assert here.to_wkb().equals(there.to_wkb())
        middle = coverage.communes.geometry.representative_point().to_crs("EPSG:4326").iloc[:3]
        rows = [f"2026-06-0{n},9:00,10:00,stop {n},{point.y},{point.x}" for n, point in enumerate(middle, start=1)]
        stops = tmp_path / "stops.csv"
        stops.write_text("\n".join(["date,from,to,name,lat,lon", *rows]))
        here, there = (ga.caravan_reach(coverage, stops, mode="transit", executor=who) for who in (None, executor))
        assert here.cells.to_wkb().equals(there.cells.to_wkb())
        assert here.reached > 0


@pytest.fixture
def promising(tmp_path):
    """A study whose only line promises a bus every 15 minutes and no more."""
    folder = write_small_study(tmp_path / "study")
    with zipfile.ZipFile(folder / "bus.zip") as archive:
        tables = {name: archive.read(name).decode() for name in archive.namelist()}
    tables["trips.txt"] = "route_id,service_id,trip_id\nL1,wd,T360\n"
    lines = tables["stop_times.txt"].splitlines(keepends=True)
    tables["stop_times.txt"] = "".join([lines[0], *(line for line in lines if line.startswith("T360,"))])
    heads = "trip_id,start_time,end_time,headway_secs,exact_times"
    tables["frequencies.txt"] = f"{heads}\nT360,06:00:00,22:00:00,900,0\n"
    write_feed(folder / "bus.zip", tables)
    return ga.open_study(folder, changes={"departures.to": "09:20"})


def test_draws_are_the_same_whoever_searches(promising, pool):
    here, there = (ga.draw_coverage(promising, draws=2, cache=ga.Cache(None), executor=who) for who in (None, pool))
    assert here.communes.to_wkb().equals(there.communes.to_wkb())
    assert here.draws.equals(there.draws)


@pytest.mark.parametrize("make", [lambda: ProcessPoolExecutor(1), lambda: ThreadPoolExecutor(1)])
def test_an_executor_that_was_shut_down_is_refused_at_once(study, make):
    ended = make()
    ended.shutdown()
    times = ga.open_times(study, cache=ga.Cache(None))
    for ask in (
        lambda: ga.travel_matrix(times, executor=ended),
        lambda: next(ga.check_many([study], cache=ga.Cache(None), executor=ended)),
    ):
        with pytest.raises(ClusterError) as caught:
            ask()
        assert "cluster.shut_down" == caught.value.code


# Many studies


def judge(studies, **options):
    return [to_document(coverage) for coverage in ga.check_many(studies, **options)]


@pytest.fixture(scope="module")
def several(study, tmp_path_factory):
    """The sample under three settings, in a folder that findings name."""
    folder = tmp_path_factory.mktemp("studies") / "sample"
    shutil.copytree(sample_folder(), folder)
    return [ga.open_study(folder).vary({"departures.to": to}) for to in ("09:20", "09:10", "09:15")]


def test_many_studies_are_judged_as_one_after_the_other(several, pool, tmp_path, monkeypatch):
    serial = judge(several, cache=ga.Cache(None))
    sendings = Sendings()
    assert serial == judge(several, cache=ga.Cache(tmp_path / "kept"), executor=pool, sendings=sendings)
    assert (3, 0) == (sendings.tasks, sendings.networks)
    # Opened by a relative path, findings name their files so.
    monkeypatch.chdir(several[0].folder.parent)
    near = [ga.open_study("sample").vary({"departures.to": "09:20"})]
    expected = judge(near, cache=ga.Cache(None))
    assert any(str(finding["file"]).startswith("sample/") for finding in expected[0]["findings"])
    assert expected == judge(near, cache=ga.Cache(tmp_path / "kept"), executor=pool)


def test_a_study_that_a_worker_does_not_see_is_opened_here(several, pool, monkeypatch):
    monkeypatch.setattr(study_runs, "stamp_files", lambda _study: (("elsewhere", 1, 1),))
    sendings, searched = Sendings(), Sendings()
    monkeypatch.setattr(remote, "Sendings", lambda: searched)
    assert judge(several[1:2], cache=ga.Cache(None)) == judge(
        several[1:2], cache=ga.Cache(None), executor=pool, sendings=sendings
    )
    assert 1 == sendings.tasks
    assert searched.tasks > 0


def test_a_study_that_cannot_be_judged_is_named(several, pool):
    wrong = several[0].vary({"residents.weight": "nobody"})
    results = ga.check_many([several[1], wrong], executor=pool)
    next(results)
    with pytest.raises(InputError) as caught:
        next(results)
    assert str(wrong.file) in "".join(caught.value.__notes__)
    with pytest.raises(InputError) as here:
        ga.check(wrong)
    assert str(here.value) == str(caught.value)


# A cluster


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    distributed = pytest.importorskip(
        "distributed", reason="distributed is not installed (pip install geo-access[test])"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(worker_deaths.MARKER, str(tmp_path_factory.mktemp("cluster") / "died"))
        patch.setenv("DASK_TEMPORARY_DIRECTORY", str(tmp_path_factory.mktemp("dask")))
        with distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, memory_limit=0
        ) as cluster:
            yield cluster


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_with_a_worker_killed_in_the_middle(study, serial, serial_matrix, cluster, small_groups, monkeypatch):
    from distributed import Client

    with Client(cluster) as client:
        found, told = search(study, ga.Cache(None), client.get_executor())
        assert serial == found
        assert 1 <= told.networks <= 4
        assert serial_matrix == ask_matrix(ga.open_times(study, cache=ga.Cache(None)), client.get_executor())
        monkeypatch.setattr(remote, "answer_search", worker_deaths.die_once_searching)
        assert serial == search(study, ga.Cache(None), client.get_executor())[0]
    assert Path(os.environ[worker_deaths.MARKER]).exists()


@pytest.mark.filterwarnings("ignore")
def test_the_address_of_a_scheduler_is_enough(several, cluster):
    with worker_pools.open_executor(scheduler=cluster.scheduler_address) as executor:
        assert judge(several[:1], cache=ga.Cache(None)) == judge(several[:1], cache=ga.Cache(None), executor=executor)


@pytest.mark.filterwarnings("ignore")
def test_a_scheduler_that_does_not_answer_is_said(monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(worker_pools, "_CONNECT_S", 0.5)
    with pytest.raises(ClusterError, match=r"tcp://127\.0\.0\.1:9"), worker_pools.connect("tcp://127.0.0.1:9"):
        pass
