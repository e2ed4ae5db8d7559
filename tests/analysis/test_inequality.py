"""Gini, Palma, concentration, quantiles, catchments: by hand, by definition, by their properties, beside a peer."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from geo_access.analysis.inequality import (
    ENHANCED_WEIGHTS,
    concentration_curve,
    concentration_index,
    gini,
    lorenz_curve,
    palma_ratio,
    two_step_catchments,
    weighted_quantiles,
    zone_weights,
)
from geo_access.core.errors import InputError

PEOPLE = st.lists(
    st.tuples(st.integers(0, 200), st.integers(0, 50), st.integers(0, 6)), min_size=1, max_size=12
).filter(lambda rows: sum(x * w for x, w, _ in rows) > 0)


def columns(rows):
    return (np.array(column, float) for column in zip(*rows, strict=True))


def one_by_one(values, weights):
    """Everybody's value, one entry a person."""
    return np.repeat(np.asarray(values, float), np.asarray(weights, int))


def plain_gini(values, weights) -> float:
    each = one_by_one(values, weights)
    return sum(abs(a - b) for a in each for b in each) / (2 * len(each) ** 2 * each.mean())


def plain_concentration(values, weights, rank) -> float:
    """2 cov(x, R) / mean, with R the middle of everyone's places among those of the same rank."""
    each, ranks = one_by_one(values, weights), one_by_one(rank, weights)
    place = np.array([((ranks < r).sum() + (ranks == r).sum() / 2) / len(ranks) for r in ranks])
    return 2 * np.mean((each - each.mean()) * (place - place.mean())) / each.mean()


# By hand


def test_gini_by_hand():
    """1, 2, 3, 4: differences sum to 20 both ways, 20 / (2 x 16 x 2.5) = 1/4."""
    assert 0.25 == pytest.approx(gini([1, 2, 3, 4], [1, 1, 1, 1]))
    assert 0.75 == pytest.approx(gini([0, 0, 0, 9], [1, 1, 1, 1]))
    assert 0.5 == pytest.approx(gini([0, 7], [1, 1]))
    assert 0 == gini([5, 5, 5], [1, 2, 3])


def test_lorenz_by_hand():
    expected = [[0, 0], [0.25, 0.1], [0.5, 0.3], [0.75, 0.6], [1, 1]]
    np.testing.assert_allclose(lorenz_curve([4, 3, 2, 1], [1, 1, 1, 1]), expected)


def test_palma_by_hand():
    """Ten people with 1 to 10 minutes: the last has 10, the first four have 10 in all."""
    assert 1.0 == pytest.approx(palma_ratio(range(1, 11), [1] * 10))
    assert 0.25 == pytest.approx(palma_ratio([7, 7], [3, 4]))
    assert float("inf") == palma_ratio([0, 1], [1, 1])
    # Ten people, half with 1 and half with 3 minutes: the last has 3, the first four have 4.
    assert 3 / 4 == pytest.approx(palma_ratio([1, 3], [1, 1]))


def test_concentration_by_hand():
    """The poorest bears 3 of 6 minutes, the next 2, the best off 1; their places are 1/6, 1/2 and 5/6."""
    expected = 2 / (2 * 3) * (3 / 6 + 2 / 2 + 5 / 6) - 1
    assert expected == pytest.approx(-2 / 9)
    assert expected == pytest.approx(concentration_index([3, 2, 1], [1, 1, 1], [10, 20, 30]))
    assert 2 / 9 == pytest.approx(concentration_index([1, 2, 3], [1, 1, 1], [10, 20, 30]))


def test_concentration_over_a_group_is_its_share_of_people_less_its_share_of_minutes():
    values, weights, outside = [30, 20, 10, 40], [10, 20, 30, 40], [0, 1, 0, 1]
    share = (300 + 300) / (300 + 400 + 300 + 1600)
    assert 0.4 - share == pytest.approx(concentration_index(values, weights, outside))
    np.testing.assert_allclose(concentration_curve(values, weights, outside), [[0, 0], [0.4, share], [1, 1]])


def test_quantiles_by_hand():
    found = weighted_quantiles([30, 10, 20, np.inf], [1, 5, 3, 1], [0.1, 0.5, 0.51, 0.8, 0.9, 0.91, 1])
    assert [10, 10, 20, 20, 30, np.inf, np.inf] == found.tolist()


def test_catchments_by_hand():
    """Site 0 (6 places) is reached by 20 and 10 children, site 1 (4) by 10 and 30; the last cell reaches none."""
    near = np.array([[1, 0], [1, 1], [0, 1], [0, 0]])
    score, ratio = two_step_catchments(near, [20, 10, 30, 5], [6, 4])
    assert [0.2, 0.1] == pytest.approx(ratio.tolist())
    assert [0.2, 0.3, 0.1, 0.0] == pytest.approx(score.tolist())


def test_zones_end_where_they_say():
    assert [1, 1, 0, 0] == zone_weights([0, 600, 601, 2**30], 600).tolist()
    assert [1, 1, 0.68, 0.68, 0.22, 0.22, 0] == zone_weights(
        [0, 200, 201, 400, 401, 600, 601], 600, ENHANCED_WEIGHTS
    ).tolist()


# By definition


@given(PEOPLE)
def test_as_the_definitions_say(rows):
    values, weights, rank = columns(rows)
    assert plain_gini(values, weights) == pytest.approx(gini(values, weights), abs=1e-9)
    assert plain_concentration(values, weights, rank) == pytest.approx(
        concentration_index(values, weights, rank), abs=1e-9
    )
    each = np.sort(one_by_one(values, weights))
    for share in (0.1, 0.5, 0.9, 1.0):
        at = next(x for x in each if (each <= x).sum() >= share * len(each) - 1e-9)
        assert at == weighted_quantiles(values, weights, share)[0]


@given(PEOPLE)
def test_palma_as_the_tenths_say(rows):
    """Everyone ten times: a tenth and four tenths are then whole persons."""
    values, weights, _ = columns(rows)
    each = np.sort(np.repeat(one_by_one(values, weights), 10))
    tenth = len(each) // 10
    nearest, farthest = each[: 4 * tenth].sum(), each[-tenth:].sum()
    assume(nearest > 0)
    assert farthest / nearest == pytest.approx(palma_ratio(values, weights))


# Properties


@given(PEOPLE, st.sampled_from([0.25, 3.0, 60.0]), st.integers(2, 5))
def test_neither_units_nor_copies_matter(rows, factor, copies):
    values, weights, rank = columns(rows)
    for measure in (gini, palma_ratio, lambda x, w: concentration_index(x, w, np.resize(rank, len(x)))):
        before = measure(values, weights)
        assert before == pytest.approx(measure(factor * values, weights), abs=1e-9)
        assert before == pytest.approx(measure(values, factor * weights), abs=1e-9)
        assert before == pytest.approx(measure(np.tile(values, copies), np.tile(weights, copies)), abs=1e-9)


@given(PEOPLE)
def test_bounds_and_signs(rows):
    values, weights, rank = columns(rows)
    whole = gini(values, weights)
    assert 0 <= whole < 1
    index = concentration_index(values, weights, rank)
    assert -whole - 1e-9 <= index <= whole + 1e-9
    assert index == pytest.approx(-concentration_index(values, weights, -rank), abs=1e-9)
    assert whole == pytest.approx(concentration_index(values, weights, values), abs=1e-9)
    curve = lorenz_curve(values, weights)
    assert (np.diff(curve, axis=0) >= 0).all()
    assert (curve[:, 1] <= curve[:, 0] + 1e-9).all()


@given(PEOPLE, st.data())
def test_minutes_that_go_from_who_has_many_to_who_has_few_make_it_fairer(rows, data):
    """The principle of transfers, with as many people on either side."""
    values, _, _ = columns(rows)
    assume(len(values) > 1 and np.ptp(values) >= 1)
    low, high = int(values.argmin()), int(values.argmax())
    moved = data.draw(st.floats(0.01, float(np.ptp(values)) / 2))
    after, weights = values.copy(), np.ones(len(values))
    after[high] -= moved
    after[low] += moved
    assert gini(after, weights) < gini(values, weights)
    assert palma_ratio(after, weights) <= palma_ratio(values, weights) + 1e-9


@st.composite
def draw_town(draw, most=8):
    n, m = draw(st.integers(1, most)), draw(st.integers(1, 4))
    seconds = np.array([[draw(st.integers(0, 1500)) for _ in range(m)] for _ in range(n)])
    demand = np.array([draw(st.integers(0, 40)) for _ in range(n)], float)
    return seconds, demand, np.array([draw(st.integers(0, 20)) for _ in range(m)], float)


@given(draw_town(), st.sampled_from([(1.0,), ENHANCED_WEIGHTS]))
def test_what_is_shared_out_is_the_capacity_that_is_reached(town, weights):
    seconds, demand, capacity = town
    counts = zone_weights(seconds, 600, weights)
    score, ratio = two_step_catchments(counts, demand, capacity)
    reached = [
        j for j in range(len(capacity)) if any(seconds[i, j] <= 600 and demand[i] > 0 for i in range(len(demand)))
    ]
    assert (demand * score).sum() == pytest.approx(capacity[reached].sum())
    assert np.isnan(ratio).sum() == len(capacity) - len(reached)
    for i in range(len(demand)):
        expected = 0.0
        for j in reached:
            share = sum(counts[k, j] * demand[k] for k in range(len(demand)))
            expected += counts[i, j] * capacity[j] / share
        assert expected == pytest.approx(score[i])


@pytest.mark.parametrize("weights", [(1.0,), ENHANCED_WEIGHTS])
def test_catchments_as_pysal_computes_them(weights):
    """The peer's catchment leaves its end out: half a second more draws the same line."""
    fca = pytest.importorskip("access.fca")
    random = np.random.default_rng(5)
    seconds = random.integers(0, 1500, (60, 7))
    demand, capacity = random.integers(1, 40, 60).astype(float), random.integers(1, 20, 7).astype(float)
    costs = pd.DataFrame(
        [(i, j, float(seconds[i, j])) for i in range(60) for j in range(7)], columns=["origin", "dest", "cost"]
    )
    theirs = fca.two_stage_fca(
        pd.DataFrame({"demand": demand}, index=pd.RangeIndex(60, name="geoid")),
        pd.DataFrame({"supply": capacity}, index=pd.RangeIndex(7, name="geoid")),
        costs,
        max_cost=600.5,
        demand_index=True,
        supply_index=True,
        weight_fn=lambda cost: float(zone_weights(cost, 600, weights)),
    )
    score, _ = two_step_catchments(zone_weights(seconds, 600, weights), demand, capacity)
    assert score == pytest.approx(theirs.reindex(range(60), fill_value=0.0).to_numpy())
    assert (score > 0).sum() > 30


@pytest.mark.parametrize(
    "ask",
    [
        lambda: gini([1, 2], [1]),
        lambda: gini([1, np.nan], [1, 1]),
        lambda: gini([1, np.inf], [1, 1]),
        lambda: gini([1, -2], [1, 1]),
        lambda: gini([1, 2], [1, -1]),
        lambda: gini([1, 2], [0, 0]),
        lambda: gini([0, 0], [1, 1]),
        lambda: weighted_quantiles([1], [1], [0]),
        lambda: concentration_index([1, 2], [1, 1], [1, np.nan]),
        lambda: concentration_index([1, 2], [1, 1], [1]),
        lambda: two_step_catchments([[1, 0]], [1, 1], [1]),
        lambda: two_step_catchments([[1]], [1], [-1]),
    ],
)
def test_what_is_no_number_is_refused(ask):
    with pytest.raises(InputError):
        ask()
