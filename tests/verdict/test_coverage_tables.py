"""The tables of a verdict: what the residents' file says comes along, and what is new is what a plain reading finds."""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_study import write_small_study

import geo_access as ga
from geo_access.core.errors import InputError
from geo_access.routing.scan import NEVER
from geo_access.verdict.rules import Reach, judge_residents, measure_excess
from geo_access.verdict.targets import list_counting


@pytest.fixture(scope="module")
def sample():
    return ga.check(ga.open_study())


def test_every_column_of_the_residents_file_is_kept(tmp_path):
    folder = write_small_study(tmp_path / "study")
    cells = gpd.read_file(folder / "residents.geojson")
    cells["men_pauv"], cells["quartier"], cells["lcog_geo"] = 2.5, "Nord", "01001"
    cells.loc[3, "quartier"] = None
    cells.to_file(folder / "residents.geojson", driver="GeoJSON")
    residents = ga.check(ga.open_study(folder)).residents
    assert {"ind", "ind_0_3", "men_pauv", "quartier", "lcog_geo"} <= set(residents)
    assert cells["ind_0_3"].tolist() == residents["ind_0_3"].tolist()
    assert residents["quartier"].isna().tolist() == cells["quartier"].isna().tolist()
    assert {"01001"} == set(residents["lcog_geo"])
    assert {"Ouest", "Est"} == set(residents["commune"])
    assert residents["sst"].tolist() == residents["sst_name"].tolist()


def test_the_minutes_over_are_none_exactly_where_somebody_is_served(sample):
    cells = sample.residents
    served = cells["state"].isin(["pole", "antenna"])
    assert (cells.loc[served, "over_min"] == 0).all()
    assert not (cells.loc[~served, "over_min"] == 0).any()
    assert cells.loc[cells["state"] == "unsnapped", "over_min"].isna().all()
    # Who has no antenna in sight misses by what the pole takes too long.
    alone = cells[(cells["state"] == "beyond") & cells["antenna_s"].isna() & cells["pole_p50_s"].notna()]
    assert len(alone)
    np.testing.assert_allclose(alone["over_min"], (alone["pole_p50_s"].astype(float) - 1199) / 60)


@st.composite
def draw_reaches(draw):
    """Seconds of a few residents at a few departures; an antenna that is walked to has one column."""
    count, residents = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    second = st.sampled_from([0, 599, 600, 601, 899, 900, 1199, 1200, 1201, 4000, NEVER])

    def throw(width):
        rows = [[draw(second) for _ in range(width)] for _ in range(residents)]
        return np.array(rows, np.int32)

    return throw(count), throw(draw(st.sampled_from([1, count])))


@given(draw_reaches(), st.sampled_from([0.1, 1 / 3, 0.5, 2 / 3, 0.9, 1.0]))
@settings(max_examples=300)
def test_the_excess_is_that_of_a_plain_reading(reaches, required):
    limits = (1199, 900)
    pole, antenna = (
        Reach(best, best <= limit, np.zeros(len(best), np.int64), best[:, 0])
        for best, limit in zip(reaches, limits, strict=True)
    )
    state, _ = judge_residents(pole, antenna, np.ones(len(reaches[0]), bool), required)
    found = measure_excess(pole, antenna, limits, required)
    for row, (to_pole, to_antenna) in enumerate(zip(*reaches, strict=True)):
        each = []
        for k, seconds in enumerate(to_pole.tolist()):
            walked = int(to_antenna[k if len(to_antenna) > 1 else 0])
            over = [took - limit for took, limit in ((seconds, 1199), (walked, 900)) if took < NEVER]
            each.append(max(min(over), 0) if over else math.inf)
        needed = next(n for n in range(1, len(each) + 1) if n / len(each) >= required)
        expected = sorted(each)[needed - 1]
        assert expected == (math.inf if np.isnan(found[row]) else found[row])
        assert (state[row] in ("pole", "antenna")) == (found[row] == 0)


def test_the_nearest_site_of_each_kind_is_that_of_the_matrix(sample):
    """As the rule of the kind travels and among the sites that count; a kind without a rule on foot."""
    times, cells = sample.times, sample.residents.set_index("cell")
    policy, target, sites = times.settings.policy, sample.preset, times.inputs.sites
    some = cells.index[::9].tolist()
    for kind in sorted(set(sites.loc[sites["open"], "kind"])):
        mine = sites["open"].to_numpy(bool) & (sites["kind"] == kind).to_numpy(bool)
        if kind in ("pole", "antenna", "annex", "pmi"):
            name = "pole" if kind == "pole" else "antenna"
            mine &= list_counting(sites, name, getattr(target, name), policy)
        ids = sites.loc[mine, "site"].tolist()
        mode = "transit" if kind == "pole" else "walk"
        matrix = ga.travel_matrix(times, some, ids, percentiles=(50,), mode=mode).dropna(subset=["p50"])
        best = matrix.sort_values("p50", kind="stable").groupby("origin").first()
        for cell in some:
            row = cells.loc[cell]
            if cell not in best.index:
                assert pd.isna(row[f"nearest_{kind}"])
                assert pd.isna(row[f"nearest_{kind}_min"])
                continue
            assert best.loc[cell, "destination"] == row[f"nearest_{kind}"]
            assert best.loc[cell, "p50"] == pytest.approx(60 * row[f"nearest_{kind}_min"], abs=1e-6)
            assert sites.set_index("site").loc[row[f"nearest_{kind}"], "name"] == row[f"nearest_{kind}_name"]
    assert "nearest_pole" in cells


@pytest.mark.parametrize("changes", [{}, {"policy.antenna.le": 9, "policy.required_share": 0.8}])
def test_many_thresholds_answer_as_each_does_by_itself(changes):
    study = ga.open_study(changes=changes)
    rule = "le" if "policy.antenna.le" in changes else "lt"
    table = ga.check_thresholds(study, pole=[12, 20.5], antenna=(5, 15))
    communes = ga.check_thresholds(study, pole=[12, 20.5], antenna=(5, 15), by="insee")
    zones = ga.check_thresholds(study, pole=[12, 20.5], antenna=(5, 15), by="sst")
    assert [(12, 5), (12, 15), (20.5, 5), (20.5, 15)] == list(zip(table["pole_min"], table["antenna_min"], strict=True))
    shares = table["share"].tolist()
    assert shares[0] < shares[1] < shares[3]
    for row in table.itertuples():
        asked = {"policy.pole.lt": row.pole_min, f"policy.antenna.{rule}": row.antenna_min}
        alone = ga.check(study.vary(asked))
        for parts, judged in ((communes, alone.communes), (zones, alone.sst)):
            mine = parts[(parts["pole_min"] == row.pole_min) & (parts["antenna_min"] == row.antenna_min)]
            for name in ("residents", "served", "share", "share_pole", "share_antenna", "beyond", "unsnapped", "meets"):
                pd.testing.assert_series_equal(
                    judged[name].reset_index(drop=True), mine[name].reset_index(drop=True), check_exact=True
                )
        total = alone.summary["total"]
        for name in ("residents", "served", "share", "share_pole", "share_antenna", "beyond", "unsnapped"):
            assert total[name] == pytest.approx(getattr(row, name), abs=6e-7)
        assert alone.meets == row.meets
        assert int((alone.communes["verdict"] == "meets").sum()) == row.communes_meeting


def test_a_study_s_own_thresholds_are_the_default(sample):
    (row,) = ga.check_thresholds(sample).itertuples()
    assert (20, 15) == (row.pole_min, row.antenna_min)
    assert sample.summary["total"]["served"] == pytest.approx(row.served)


@pytest.mark.parametrize("wrong", [{"pole": "20"}, {"pole": []}, {"pole": -1}, {"antenna": [0]}, {"by": "city"}])
def test_thresholds_that_are_none_are_refused(sample, wrong):
    with pytest.raises(InputError) as caught:
        ga.check_thresholds(sample, **wrong)
    assert caught.value.text("fr") != caught.value.text("en")
