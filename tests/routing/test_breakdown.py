"""What a journey's minutes consist of, and the second nearest place: by the matrix and by a plain reading of it."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_study import X0, Y0, write_small_study

import geo_access as ga
from geo_access.core.errors import InputError
from geo_access.routing.itineraries import PARTS, Tracer
from geo_access.routing.matrix import _Nth
from geo_access.routing.points import Points, find_points
from geo_access.routing.scan import NEVER
from geo_access.study.departures import Departures

SUMMED = ["access_s", "wait_s", "ride_s", "transfer_s", "egress_s"]
WINDOW = Departures(9 * 3600, 600, 6)


@pytest.fixture(scope="module")
def sample():
    return ga.open_times(ga.open_study())


@pytest.fixture(scope="module")
def cells(sample):
    return sample.inputs.residents["cell"].iloc[::40].tolist()


@pytest.fixture(scope="module")
def poles(sample):
    sites = sample.inputs.sites
    return sites.loc[sites["open"] & (sites["kind"] == "pole"), "site"].tolist()


def test_the_parts_of_every_journey_add_up_to_it(sample, cells, poles):
    """And each is what the journey told ride by ride has."""
    asked = {"departures": WINDOW, "percentiles": None}
    table = ga.travel_matrix(sample, cells, poles, breakdown=True, **asked)
    plain = ga.travel_matrix(sample, cells, poles, **asked)
    pd.testing.assert_frame_equal(plain, table[list(plain.columns)])
    reached = table[table["seconds"].notna()]
    assert (reached["seconds"] == reached[SUMMED].sum(axis=1)).all()
    assert table.loc[table["seconds"].isna(), [*SUMMED, "rides"]].isna().all(axis=None)
    assert {0, 1, 2} <= set(reached["rides"])
    tracer = Tracer(sample, find_points(sample, cells, kind="cell"), find_points(sample, poles, kind="site"), WINDOW)
    for row in reached.iloc[::7].itertuples():
        journey = tracer.journey(cells.index(row.origin), poles.index(row.destination), row.departure, row.seconds)
        told = {kind: sum(part.seconds for part in journey.parts if part.kind == kind) for kind in PARTS}
        assert [told["walk"] + told["access"], told["wait"], told["ride"], told["change"], told["egress"]] == [
            getattr(row, name) for name in SUMMED
        ]
        assert journey.rides == row.rides


def test_a_percentile_is_broken_down_at_the_first_departure_that_has_it(sample, cells, poles):
    every = ga.travel_matrix(sample, cells, poles, departures=WINDOW, percentiles=None, breakdown=True)
    table = ga.travel_matrix(sample, cells, poles, departures=WINDOW, percentiles=(50,), breakdown=True)
    several = ga.travel_matrix(sample, cells, poles, departures=WINDOW, percentiles=(10, 50), breakdown=True)
    for row in table[table["p50"].notna()].itertuples():
        mine = every[(every["origin"] == row.origin) & (every["destination"] == row.destination)]
        first = mine[mine["seconds"] == row.p50].iloc[0]
        assert first[[*SUMMED, "rides"]].tolist() == [getattr(row, name) for name in [*SUMMED, "rides"]]
    assert table["p50"].notna().sum() > len(cells)
    for name in [*SUMMED, "rides"]:
        pd.testing.assert_series_equal(table[name], several[f"p50_{name}"], check_names=False)
    walked = ga.travel_matrix(sample, cells, poles, mode="walk", percentiles=(50,), breakdown=True)
    pd.testing.assert_series_equal(walked["p50"], walked["access_s"], check_names=False)
    assert walked["rides"].dropna().eq(0).all()


def plain_nth(every, nth):
    """The so many-th nearest of each origin and departure, by sorting."""
    rows = []
    for (origin, departure), mine in every.groupby(["origin", "departure"], sort=False):
        ranked = mine[mine["seconds"].notna()].sort_values("seconds", kind="stable")
        has = len(ranked) >= nth
        rows.append(
            (
                origin,
                ranked["destination"].iloc[nth - 1] if has else None,
                departure,
                ranked["seconds"].iloc[nth - 1] if has else None,
            )
        )
    return pd.DataFrame(rows, columns=["origin", "destination", "departure", "seconds"])


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_the_nth_nearest_is_that_of_each_departure(sample, cells, poles, nth):
    every = ga.travel_matrix(sample, cells, poles, departures=WINDOW, percentiles=None)
    expected = plain_nth(every, nth)
    found = ga.travel_matrix(sample, cells, poles, departures=WINDOW, percentiles=None, nth=nth, breakdown=True)
    assert expected["origin"].tolist() == found["origin"].tolist()
    assert expected["departure"].tolist() == found["departure"].tolist()
    for name in ("seconds", "destination"):
        has = expected[name].notna()
        assert has.tolist() == found[name].notna().tolist()
        assert expected.loc[has, name].tolist() == found.loc[has, name].tolist()
    reached = found[found["seconds"].notna()]
    assert (reached["seconds"] == reached[SUMMED].sum(axis=1)).all()
    summed = ga.travel_matrix(sample, cells, poles, departures=WINDOW, percentiles=(50,), nth=nth)
    times = expected["seconds"].astype("float64").fillna(np.inf).to_numpy().reshape(-1, WINDOW.count)
    median = np.sort(times, axis=1)[:, WINDOW.count // 2 - 1]
    assert [None if np.isinf(one) else one for one in median] == [
        None if pd.isna(one) else one for one in summed["p50"]
    ]
    for row, (_, mine) in zip(summed.itertuples(), found.groupby("origin", sort=False), strict=True):
        if pd.notna(row.p50):
            assert mine.loc[mine["seconds"] == row.p50, "destination"].iloc[0] == row.destination


def test_closing_the_nearest_leaves_the_second(sample, cells, poles):
    """At each departure: the nearest of those that are not the nearest."""
    first = ga.travel_matrix(sample, cells, poles, departures="09:20", percentiles=None, nth=1)
    second = ga.travel_matrix(sample, cells, poles, departures="09:20", percentiles=None, nth=2)
    for row, other in zip(first.itertuples(), second.itertuples(), strict=True):
        if pd.notna(row.destination):
            left = [pole for pole in poles if pole != row.destination]
            again = ga.travel_matrix(sample, row.origin, left, departures="09:20", percentiles=None, nth=1)
            pd.testing.assert_series_equal(again["seconds"], pd.Series([other.seconds], dtype="Int32", name="seconds"))


def test_more_places_than_there_are_is_missing_not_an_error(sample, cells, poles):
    found = ga.travel_matrix(sample, cells, poles, nth=len(poles) + 1, breakdown=True)
    assert cells == found["origin"].tolist()
    assert found.drop(columns=["origin", "reason"]).isna().all(axis=None)
    assert {"too_few_sites"} <= set(found["reason"]) <= {"too_few_sites", "no_stop", "unsnapped"}
    for wrong in (0, 1.5, "two"):
        with pytest.raises(InputError):
            ga.travel_matrix(sample, cells, poles, nth=wrong)


@given(
    st.lists(st.lists(st.lists(st.sampled_from([3, 5, 9, NEVER]), min_size=2, max_size=2), min_size=2, max_size=2)),
    st.integers(1, 5),
)
@settings(max_examples=150)
def test_ranking_agrees_with_sorting(tables, nth):
    """Of two that take as long, the one named first comes first."""
    places = Points(np.array([str(k) for k in range(len(tables))], object), np.zeros((len(tables), 2)))
    homes = Points(np.array(["a", "b"], object), np.zeros((2, 2)))
    keep = _Nth(homes, places, Departures(0, 60, 2), None, nth)
    for at, table in enumerate(tables):
        keep.add(at, np.array(table, np.int32))
    found = keep.finish()
    expected = []
    for home in range(2):
        for leave in range(2):
            ranked = sorted((t[home][leave], at) for at, t in enumerate(tables) if t[home][leave] < NEVER)
            expected.append(ranked[nth - 1] if len(ranked) >= nth else (NEVER, -1))
    assert expected == list(zip(found.seconds[:, 0].tolist(), found.destination[:, 0].tolist(), strict=True))


def test_points_of_ones_own_are_ranked_too(tmp_path):
    times = ga.open_times(ga.open_study(write_small_study(tmp_path / "small")))
    places = gpd.GeoSeries.from_xy([X0, X0 + 300, X0 + 5000], [Y0 + 100] * 3, index=["a", "b", "c"], crs="EPSG:32628")
    found = ga.travel_matrix(times, "c00", places, nth=2, percentiles=(50,), breakdown=True)
    # The resident stands at 100 m: 200 m times 1.3 at 4.8 km/h.
    assert [("c00", "b", 195, 195, 0)] == list(
        found[["origin", "destination", "p50", "access_s", "rides"]].itertuples(index=False, name=None)
    )
