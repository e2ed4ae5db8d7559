"""The Hauts-de-Seine study against the independent forward search of `benchmarks/`, on a slice of it.

The whole département takes the reference two minutes (`benchmarks/compare_hauts_de_seine.py`); here it judges
three communes in full and, for six cells, every departure to every site to the second.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hauts_de_seine_reference import reference

import geo_access as ga

pytestmark = pytest.mark.real_data

# Neighbours of Paris and of the border of the study, with much and with little served by each kind of site.
COMMUNES = ("92009", "92014", "92046")
HALF_DOZEN = 6


@pytest.fixture(scope="module")
def study(shared_data):
    return ga.open_study(shared_data / "hauts-de-seine")


@pytest.fixture(scope="module")
def coverage(study):
    return ga.check(study)


@pytest.fixture(scope="module")
def places(shared_data):
    return reference.read_places(shared_data / "hauts-de-seine")


@pytest.fixture(scope="module")
def network(shared_data):
    return reference.read_network(shared_data / "hauts-de-seine")


def test_every_cell_lies_in_the_same_commune(coverage, places):
    expected = places[0].set_index("cell")["insee"]
    found = coverage.residents.set_index("cell")["insee"]
    pd.testing.assert_series_equal(found.astype(str).sort_index(), expected.sort_index(), check_names=False)


def test_the_verdict_of_whole_communes(coverage, places, network):
    cells, sites, communes = places
    mine = cells[cells["insee"].isin(COMMUNES)].reset_index(drop=True)
    judged = reference.judge_cells(network, mine, sites)

    found = coverage.residents.set_index("cell").loc[judged["cell"]]
    assert judged["state"].tolist() == found["state"].tolist()
    for column in ("share_of_departures", "share_pole"):
        np.testing.assert_allclose(found[column].astype(float), judged[column], rtol=0, atol=1e-9, err_msg=column)

    expected = reference.judge_communes(judged, communes[communes["insee"].isin(COMMUNES)]).set_index("insee")
    shares = coverage.communes.set_index("insee").loc[expected.index]
    for column in ("share", "share_pole", "share_antenna"):
        np.testing.assert_allclose(shares[column], expected[column], rtol=0, atol=0.0005, err_msg=column)
    np.testing.assert_allclose(shares["residents"], expected["residents"], rtol=1e-9)
    np.testing.assert_allclose(shares["beyond"], expected["beyond"], rtol=1e-9, atol=1e-6)


def test_every_departure_to_every_site_to_the_second(study, places, network):
    from geo_access.routing.travel_times import open_times

    cells, sites, _ = places
    chosen = sorted(np.random.default_rng(18).choice(len(cells), HALF_DOZEN, replace=False))
    expected = reference.sample_seconds(network, cells.iloc[chosen].reset_index(drop=True), sites)
    names = set(cells["cell"].iloc[chosen])
    times = open_times(study)
    row_of = times.inputs.sites.set_index("site")["row"]
    tables = []
    for table in ga.departure_table(times):
        kept = table[table["cell"].isin(names)]
        tables.append(kept.assign(cell=kept["cell"].astype(str), row=row_of[kept["site"].iloc[0]]))
    found = pd.concat(tables, ignore_index=True)

    key = ["cell", "row", "departure"]
    both = expected.merge(found, on=key, suffixes=("_expected", "_found"), validate="one_to_one")
    assert HALF_DOZEN * len(sites) * len(reference.DEPARTURES) == len(both)
    different = both["seconds_expected"].fillna(-1) != both["seconds_found"].fillna(-1)
    assert not different.any(), both.loc[different, [*key, "seconds_expected", "seconds_found"]].head(10)


def test_only_open_sites_count(coverage, places):
    sites = places[1].set_index("row")
    found = coverage.sites.set_index("row")
    counts = {
        "counts_as_pole": sites["kind"].eq("pole"),
        "counts_as_antenna": sites["kind"].isin(["antenne", "pmi", "annexe", "pole"]),
    }
    for column, kind in counts.items():
        expected = kind & sites["status"].eq("open")
        missed = expected.index[expected & ~found[column].reindex(expected.index, fill_value=False)]
        extra = found.index[found[column] & ~expected.reindex(found.index, fill_value=False)]
        assert (list(missed), list(extra)) == ([], []), column
