"""Where to open: each model against every choice there is, and against spopt on the same matrix."""

from __future__ import annotations

import itertools
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_access.location_models import Cover, Median, Pairs, Rows
from geo_access.location_solvers import (
    add_greedily,
    list_within,
    make_median_solver,
    maximise_cover,
    minimise_median,
    minimise_places,
    minimise_worst,
)

SEEDS = st.integers(0, 2**32 - 1)


def soon() -> float:
    return time.monotonic() + 60


def make_cover(held: np.ndarray, need: np.ndarray, weight: np.ndarray) -> Cover:
    """`held`: bool (places, residents, departures)."""
    place, resident = np.nonzero(held.any(axis=2))
    bits = np.packbits(held, axis=2)[place, resident]
    return Cover(Pairs(place, resident, held.shape[0], held.shape[1]), bits, need, weight)


def make_median(seconds: np.ndarray, today: np.ndarray, weight: np.ndarray) -> Median:
    """`seconds`: float (places, residents)."""
    place, resident = np.nonzero(seconds < today)
    return Median(Pairs(place, resident, *seconds.shape), seconds[place, resident], today, weight)


def draw_cover(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    places, residents, departures = rng.integers(1, 7), rng.integers(1, 8), rng.choice([1, 4, 11])
    held = rng.random((places, residents, departures)) < rng.uniform(0.05, 0.5)
    return held, rng.integers(1, departures // 2 + 2, residents), rng.integers(0, 5, residents) * 0.25


def list_choices(places: int, count: int) -> list[tuple[int, ...]]:
    return [one for size in range(min(count, places) + 1) for one in itertools.combinations(range(places), size)]


def serve(held: np.ndarray, need: np.ndarray, chosen: tuple[int, ...]) -> np.ndarray:
    return held[list(chosen)].any(axis=0).sum(axis=1) >= need


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_maximal_covering_is_the_best_of_all_choices(seed):
    held, need, weight = draw_cover(seed)
    model = make_cover(held, need, weight)
    for count in range(len(held) + 2):
        best = max(float(weight[serve(held, need, one)].sum()) for one in list_choices(len(held), count))
        found = maximise_cover(model, count, until=soon())
        assert found.status == "optimal"
        assert found.value == pytest.approx(best)
        assert found.bound == pytest.approx(best)
        assert float(weight[serve(held, need, tuple(found.chosen))].sum()) == pytest.approx(best)
        assert len(found.chosen) <= count


def test_among_no_places_none_is_chosen():
    model = make_cover(np.zeros((0, 3, 4), bool), np.ones(3, int), np.ones(3))
    found = maximise_cover(model, 2, until=soon())
    assert (found.status, found.value, list(found.chosen)) == ("optimal", 0.0, [])


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.sampled_from([None, 0.6]))
def test_set_covering_is_the_smallest_of_all_choices(seed, share):
    held, need, weight = draw_cover(seed)
    model, everything = make_cover(held, need, weight), serve(held, need, tuple(range(len(held))))
    groups = np.arange(len(need)) % 2
    total = np.bincount(groups, weights=weight, minlength=2)
    reachable = np.bincount(groups, weights=weight * everything, minlength=2)

    def enough(chosen: tuple[int, ...]) -> bool:
        served = serve(held, need, chosen)
        if share is None:
            return bool((served >= everything).all())
        sums = np.bincount(groups, weights=weight * served, minlength=2)
        return bool((sums >= np.minimum(share * total, reachable) - 1e-9).all())

    least = min(len(one) for one in list_choices(len(held), len(held)) if enough(one))
    asked = {} if share is None else {"groups": groups, "asked": share * total}
    found = minimise_places(model, until=soon(), **asked)
    assert ("optimal", least, least) == (found.status, found.value, found.bound)
    assert enough(tuple(found.chosen))


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_median_and_centre_are_the_best_of_all_choices(seed):
    rng = np.random.default_rng(seed)
    places, residents = rng.integers(1, 7), rng.integers(1, 8)
    seconds = rng.integers(0, 100, (places, residents)).astype(float)
    today = rng.integers(20, 120, residents).astype(float)
    weight = rng.integers(1, 5, residents) * 0.25
    model = make_median(seconds, today, weight)
    solver = make_median_solver(model)

    def take(chosen: tuple[int, ...]) -> np.ndarray:
        return np.minimum(today, seconds[list(chosen)].min(axis=0)) if chosen else today

    for count in range(places + 2):
        choices = [take(one) for one in list_choices(places, count)]
        mean = min(np.average(one, weights=weight) for one in choices)
        found = minimise_median(solver, count, until=soon())
        assert found.status == "optimal"
        assert found.value == pytest.approx(mean)
        assert np.average(take(tuple(found.chosen)), weights=weight) == pytest.approx(mean)
        worst = min(one.max() for one in choices)
        centre = minimise_worst(model, count, until=soon())
        assert ("optimal", worst, worst) == (centre.status, centre.value, centre.bound)
        assert take(tuple(centre.chosen)).max() == worst
        # Among the choices of that radius, the one of least mean time.
        quick = minimise_median(solver, count, until=soon(), start=centre.chosen, must=list_within(model, worst))
        assert take(tuple(quick.chosen)).max() == worst
        assert quick.value == pytest.approx(min(np.average(o, weights=weight) for o in choices if o.max() <= worst))


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_what_is_said_of_parts_of_places_is_true_of_every_choice(seed):
    held, need, weight = draw_cover(seed)
    model, rng = make_cover(held, need, weight), np.random.default_rng(seed + 1)
    rows = Rows()
    for _ in range(5):
        model.tell_more(rows, rng.random(len(held)) * rng.integers(0, 2, len(held)), model.most)
    matrix, limit = rows.matrix(len(held), len(need))
    for chosen in list_choices(len(held), len(held)):
        column = np.concatenate([np.isin(np.arange(len(held)), chosen), serve(held, need, chosen)])
        assert (matrix @ column <= limit + 1e-9).all()


@settings(max_examples=10, deadline=None)
@given(SEEDS, st.integers(2, 4))
def test_larger_coverings_are_the_best_of_all_choices(seed, count):
    """Enough places for some to be left out by their reduced costs, and residents who need several together."""
    rng = np.random.default_rng(seed)
    held = rng.random((11, 30, 1)) < 0.3
    held = held & (rng.random((11, 30, 12)) < 0.5)
    need, weight = np.full(30, 5), rng.integers(1, 9, 30).astype(float)
    best = max(float(weight[serve(held, need, one)].sum()) for one in list_choices(11, count))
    found = maximise_cover(make_cover(held, need, weight), count, until=soon())
    assert ("optimal", best, best) == (found.status, found.value, found.bound)


def test_two_places_that_hold_half_the_departures_each_serve_together():
    held = np.zeros((3, 2, 4), bool)
    held[0, 0, [0, 1]] = held[1, 0, [1, 2]] = held[2, 0, [0, 1]] = True
    held[2, 1] = True
    # Resident 0 needs three departures: places 0 and 1 hold three of them together, 0 and 2 but two.
    model = make_cover(held, np.array([3, 3]), np.array([10.0, 1.0]))
    alone = maximise_cover(model, 1, until=soon())
    assert (1.0, [2]) == (alone.value, alone.chosen.tolist())
    together = maximise_cover(model, 2, until=soon())
    assert 10.0 <= together.value
    assert {0, 1} <= set(together.chosen.tolist()) or {1, 2} <= set(together.chosen.tolist())
    assert 11.0 == together.value, "places 1 and 2 serve both residents"
    # What counts single places' shares believes that 0 and 2 serve resident 0; they do not.
    assert 0.0 == model.fare([0, 2])[0]


def test_who_is_served_by_none_stays_so_and_the_bound_knows():
    model = make_cover(np.zeros((2, 2, 1), bool), np.array([1, 1]), np.array([3.0, 4.0]))
    found = maximise_cover(model, 2, until=soon())
    assert (0.0, 0.0, "optimal") == (found.value, found.bound, found.status)
    fewest = minimise_places(model, until=soon())
    assert (0.0, "optimal") == (fewest.value, fewest.status)


def test_without_time_the_bound_is_honest():
    held, need, weight = draw_cover(5)
    held = np.concatenate([held] * 2)
    model = make_cover(held, need, weight)
    best = maximise_cover(model, 2, until=soon()).value
    hurried = maximise_cover(model, 2, until=time.monotonic() - 1)
    assert hurried.value <= best <= hurried.bound
    assert hurried.status == "time limit" or hurried.value == best
    assert hurried.value >= float(model.fare(add_greedily(model, 2)) @ weight)


def test_the_same_question_gives_the_same_answer():
    rng = np.random.default_rng(2)
    held = np.repeat(rng.random((6, 12, 3)) < 0.3, 2, axis=0)  # every place twice: ties
    answers = [
        maximise_cover(make_cover(held, np.full(12, 2), np.ones(12)), 3, until=soon()).chosen.tolist() for _ in range(2)
    ]
    assert answers[0] == answers[1]


@pytest.fixture(scope="module")
def matrix() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(7)
    homes, spots = rng.random((40, 2)) * 100, rng.random((15, 2)) * 100
    return np.hypot(*(spots[:, None] - homes[None]).transpose(2, 0, 1)).round(3), rng.integers(1, 9, 40).astype(float)


@pytest.mark.filterwarnings("ignore")
def test_spopt_finds_the_same_optima(matrix):
    locate = pytest.importorskip("spopt.locate")
    pulp = pytest.importorskip("pulp")
    seconds, weight = matrix
    solver = pulp.PULP_CBC_CMD(msg=False)
    radius, far = 18.0, 1e4
    held = (seconds <= radius)[:, :, None]
    cover = make_cover(held, np.ones(40, np.int64), weight)
    median = make_median(seconds, np.full(40, far), weight)
    for count in (1, 3, 5):
        theirs = locate.MCLP.from_cost_matrix(seconds.T, weight, radius, count).solve(solver)
        ours = maximise_cover(cover, count, until=soon())
        assert ours.value == pytest.approx(theirs.problem.objective.value())
        theirs = locate.PMedian.from_cost_matrix(seconds.T, weight, count).solve(solver)
        ours = minimise_median(median, count, until=soon())
        assert ours.value * weight.sum() == pytest.approx(theirs.problem.objective.value())
        theirs = locate.PCenter.from_cost_matrix(seconds.T, count).solve(solver)
        assert minimise_worst(median, count, until=soon()).value == pytest.approx(theirs.problem.objective.value())
    reached = held.any(axis=0)[:, 0]
    theirs = locate.LSCP.from_cost_matrix(seconds.T[reached], radius).solve(solver)
    assert minimise_places(cover, until=soon()).value == theirs.problem.objective.value()
