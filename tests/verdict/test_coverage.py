"""A small study judged: by hand, and by what must always hold."""

from __future__ import annotations

import json
import math

import numpy as np
import pandas as pd
import pytest
from small_study import write_bus, write_small_study

import geo_access as ga
from geo_access.core.errors import GeoAccessWarning
from geo_access.report.verdict_table import to_json

SPEED = 4.8 / 3.6


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_small_study(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def study(folder):
    return ga.open_study(folder)


@pytest.fixture(scope="module")
def coverage(study):
    return ga.check(study)


def by_hand(x: float) -> list[int | None]:
    """Seconds from a cell whose centre is at x to the pole at 6,000 m, for every departure from 09:00 to 10:00.

    The bus leaves stop k, at 1,000 k m, at 6:00 + 2 k min and every 10 min after; nobody walks farther than 20 min.
    """

    def walk(metres: float) -> int:
        return math.ceil(1.3 * metres / SPEED - 1e-9)

    seconds = []
    for leave in range(9 * 3600, 10 * 3600, 60):
        best = [walk(abs(6000 - x))] if walk(abs(6000 - x)) <= 1200 else []
        for board in range(7):
            access = walk(abs(1000 * board - x))
            if access > 1200:
                continue
            ready = leave + access + 60
            departure = next(t for t in range(6 * 3600 + 120 * board, 24 * 3600, 600) if t >= ready)
            for alight in range(board + 1, 7):
                egress = walk(6000 - 1000 * alight)
                if egress <= 1200:
                    best.append(departure + 120 * (alight - board) + egress - leave)
        seconds.append(min(best) if best else None)
    return seconds


def test_every_departure_as_reckoned_by_hand(study, coverage):
    tables = {t["site"].iloc[0]: t for t in ga.departure_table(ga.open_times(study))}
    pole = coverage.sites.loc[coverage.sites["kind"] == "pole", "site"].iloc[0]
    table = tables[pole]
    for k in range(-4, 34):
        mine = table[table["cell"] == f"c{k:02d}"]
        found = [None if pd.isna(s) else int(s) for s in mine["seconds"]]
        # The corners are written with seven decimals: a centimetre may turn a second.
        for expected, second in zip(by_hand(200 * k + 100), found, strict=True):
            assert (expected is None) == (second is None), k
            assert expected is None or abs(expected - second) <= 1, k


def test_states_follow_from_the_seconds(coverage):
    for cell in coverage.residents.itertuples():
        x = 200 * int(cell.cell[1:]) + 100
        pole = np.array([math.inf if s is None else s for s in by_hand(x)])
        antenna = math.ceil(1.3 * min(x if x > 0 else -x, abs(6000 - x)) / SPEED) < 900
        share = float((pole < 1200).mean())
        expected = "pole" if share >= 0.5 else "antenna" if antenna else "beyond"
        assert expected == cell.state, cell.cell
        assert share == cell.share_pole


@pytest.mark.parametrize("operator", ["lt", "le"])
def test_a_limit_hit_to_the_second_holds_at_most_and_not_in_less_than(study, coverage, operator):
    """Each rule with a limit that somebody's journey takes exactly; shares of departures from the seconds alone."""
    site = {row.kind: row.site for row in coverage.sites.itertuples()}
    rides = ga.travel_matrix(coverage.times, None, site["pole"], percentiles=None)
    ride = rides.pivot_table(index="origin", columns="departure", values="seconds", dropna=False).astype(float)
    walks = ga.travel_matrix(coverage.times, None, None, percentiles=(50,), mode="walk")
    walk = walks.astype({"p50": float}).groupby("origin")["p50"].min()
    limits = {"pole": int(ride.loc["c10"].iloc[30]), "antenna": int(walk["c02"])}
    rules = {f"policy.{rule}": {operator: seconds / 60} for rule, seconds in limits.items()}
    cells = ga.check(study.vary(rules)).residents.set_index("cell")
    holds = {"lt": np.less, "le": np.less_equal}[operator]
    pole, antenna = holds(ride, limits["pole"]).mean(axis=1), holds(walk, limits["antenna"]).astype(float)
    assert pole.loc[cells.index].tolist() == cells["share_pole"].tolist()
    assert antenna.loc[cells.index].tolist() == cells["share_antenna"].tolist()
    assert (operator == "le") == cells["share_antenna"]["c02"]
    exactly = (ride.loc["c10"] == limits["pole"]).sum()
    assert exactly
    assert cells["share_pole"]["c10"] == (ride.loc["c10"] < limits["pole"]).mean() + exactly * (operator == "le") / 60


def test_communes_sst_and_total_add_up(coverage):
    communes, sst, total = coverage.communes, coverage.sst, coverage.summary["total"]
    for column in ("residents", "served", "beyond", "unsnapped"):
        assert math.isclose(communes[column].sum(), total[column], abs_tol=0.02)
        assert math.isclose(communes[column].sum(), sst[column].sum(), abs_tol=0.02)
    assert ((communes["share_pole"] + communes["share_antenna"] - communes["share"]).abs() < 1e-12).all()
    assert (communes["served"] + communes["beyond"] + communes["unsnapped"] == communes["residents"]).all()
    assert ["01001", "01002"] == communes["insee"].tolist()


def test_one_resident_beyond_is_enough_to_miss(coverage):
    assert coverage.meets == bool((coverage.communes["beyond"] == 0).all())
    for row in coverage.communes.itertuples():
        assert ("meets" if row.beyond == 0 else "misses") == row.verdict


def test_a_declared_tolerance_lets_a_commune_meet(study, coverage):
    lowest = float(coverage.communes["share"].min())
    assert ga.check(study.vary({"policy.required_share": lowest})).meets
    assert not ga.check(study.vary({"policy.required_share": min(1.0, lowest + 1e-9)})).meets


def test_own_sst_counts_only_the_poles_of_the_residents_sst(study):
    before = ga.check(study.vary({"policy.pole.pool": "own_sst"}))
    after = ga.check(study.vary({"policy.pole.pool": "own_sst", "territory.sst.column": "sst_after"}))
    west = after.residents["insee"] == "01001"
    assert (after.residents.loc[west, "share_pole"] == 0).all()
    assert after.residents.loc[west, "pole_site"].isna().all()
    assert (before.residents["share_pole"] >= after.residents["share_pole"]).all()
    assert before.residents.loc[west, "share_pole"].max() > 0


def test_the_same_input_twice_gives_the_same_bytes(study, coverage):
    again = ga.check(study, cache=ga.Cache(None))
    assert to_json(coverage) == to_json(again)


def test_the_order_of_rows_does_not_matter(tmp_path, coverage):
    folder = write_small_study(tmp_path / "shuffled")
    for name in ("communes.geojson", "residents.geojson"):
        document = json.loads((folder / name).read_text(encoding="utf-8"))
        document["features"].reverse()
        (folder / name).write_text(json.dumps(document), encoding="utf-8")
    header, *rows = (folder / "sites.csv").read_text(encoding="utf-8").splitlines()
    (folder / "sites.csv").write_text("\n".join([header, *reversed(rows)]) + "\n", encoding="utf-8")
    shuffled = ga.check(ga.open_study(folder))
    assert shuffled.summary["communes"] == coverage.summary["communes"]
    columns = ["state", "share_of_departures", "pole_p50_s", "pole_site", "antenna_s"]
    pd.testing.assert_frame_equal(
        pd.DataFrame(coverage.residents.set_index("cell")[columns]).sort_index(),
        pd.DataFrame(shuffled.residents.set_index("cell")[columns]).sort_index(),
    )


def test_a_changed_feed_is_never_served_stale(tmp_path):
    folder = write_small_study(tmp_path / "study")
    before = ga.check(ga.open_study(folder))
    write_bus(folder / "bus.zip", every_min=60)
    after = ga.check(ga.open_study(folder))
    assert after.residents["share_pole"].sum() < before.residents["share_pole"].sum()
    write_bus(folder / "bus.zip")
    assert to_json(before) == to_json(ga.check(ga.open_study(folder)))


def test_a_slower_walker_is_never_earlier(study):
    times = {
        speed: np.concatenate(
            [s for _, s in ga.open_times(study.vary({"walking.speed_kmh": speed})).transit_seconds([0, 1])]
        )
        for speed in (3.2, 4.8)
    }
    assert (times[3.2] >= times[4.8]).all()


def test_times_table_agrees_with_every_departure(study):
    times = ga.open_times(study)
    table = ga.times_table(times).set_index(["site", "cell"])
    for every in ga.departure_table(times):
        for (cell, site), seconds in every.groupby(["cell", "site"], observed=True)["seconds"]:
            row = table.loc[(site, cell)]
            ranked = sorted(math.inf if pd.isna(s) else int(s) for s in seconds)
            for p in (10, 50, 90):
                expected = ranked[math.ceil(p / 100 * len(ranked)) - 1]
                assert pd.isna(row[f"p{p}"]) if math.isinf(expected) else expected == row[f"p{p}"]
            if row["kind"] == "pole":
                assert sum(s < 1200 for s in ranked) / len(ranked) == row["share_of_departures"]
            assert pd.isna(row["reason"]) == any(s < math.inf for s in ranked)


def test_without_a_feed_a_transit_rule_is_refused(study):
    with pytest.raises(ga.SettingsError, match="gtfs"):
        ga.check(study.vary({"transit.gtfs": []}))


def test_a_study_on_foot_alone_needs_no_feed(study):
    walked = ga.check(study.vary({"transit.gtfs": [], "policy.pole.mode": "walk"}))
    assert 0 < walked.summary["total"]["share_pole"] < 1
    assert "walk" == walked.summary["target"]["pole"]["mode"]


def test_no_site_that_counts_is_an_error(study, folder):
    closed = (folder / "sites.csv").read_text(encoding="utf-8").replace("pole", "partner")
    (folder / "closed.csv").write_text(closed, encoding="utf-8")
    with pytest.raises(ga.SettingsError, match="pole"):
        ga.check(study.vary({"sites.file": "closed.csv"}))


def test_presence_and_pmi_stand_beside_the_verdict(study):
    presence = ga.check(study.vary({"policy.preset": "discours-2023-11"}))
    assert [True, True] == presence.communes["presence"].tolist()
    pmi = ga.check(study.vary({"policy.preset": "discours-2023-06", "policy.pmi.weight": "ind_0_3"}))
    assert 0 < pmi.summary["total"]["share_pmi"] < 1
    assert "stroller" == pmi.summary["target"]["pmi"]["profile"]
    with pytest.raises(ga.SettingsError, match="ind_9_9"):
        ga.check(study.vary({"policy.preset": "discours-2023-06", "policy.pmi.weight": "ind_9_9"}))


def test_an_annex_may_count_as_a_pole(study, folder):
    annexes = (folder / "sites.csv").read_text(encoding="utf-8").replace("antenne", "annexe")
    (folder / "annexes.csv").write_text(annexes, encoding="utf-8")
    with_annex = study.vary({"sites.file": "annexes.csv", "policy.annex_counts_as_pole": True})
    assert [True, True] == ga.check(with_annex).sites["counts_as_pole"].tolist()
    assert 1 == ga.check(study.vary({"sites.file": "annexes.csv"})).sites["counts_as_pole"].sum()


def test_a_commune_without_residents_has_no_verdict_to_miss(tmp_path):
    folder = write_small_study(tmp_path / "study")
    document = json.loads((folder / "residents.geojson").read_text(encoding="utf-8"))
    document["features"] = [f for f in document["features"] if int(f["properties"]["cell"][1:]) > 16]
    (folder / "residents.geojson").write_text(json.dumps(document), encoding="utf-8")
    coverage = ga.check(ga.open_study(folder))
    west = coverage.communes.iloc[0]
    assert ("no residents", True, True) == (west["verdict"], pd.isna(west["meets"]), math.isnan(west["share"]))
    document = json.loads(to_json(coverage))
    assert [None, None] == [document["communes"][0][key] for key in ("share", "meets")]


def test_the_document_has_the_designs_keys(coverage):
    document = json.loads(to_json(coverage, language="en"))
    assert {"study", "preset", "target", "inputs", "walking", "departures", "total", "communes", "findings"} <= set(
        document
    )
    assert "straight line" == document["walking"]
    keys = ["insee", "name", "sst", "residents", "share", "share_pole", "share_antenna", "beyond", "unsnapped"]
    assert set(keys) | {"median_min_pole", "meets"} <= set(document["communes"][0])
    assert {"residents", "served", "share"} <= set(document["total"])
    assert all({"level", "code", "file", "row", "text"} == set(finding) for finding in document["findings"])
    assert all(64 == len(entry["sha256"]) for entry in document["inputs"])


def test_readers_take_paths_as_text_too(folder, coverage):
    timetable = ga.read_timetable([str(folder / "bus.zip")], date=coverage.times.settings.date)
    assert 7 == len(timetable.stops)
    communes = ga.read_communes(str(folder / "communes.geojson"), crs="EPSG:32628")
    # Fewer live there than the communes' population says, which is told.
    with pytest.warns(GeoAccessWarning, match="legal population"):
        residents = ga.read_residents(
            str(folder / "residents.geojson"), crs="EPSG:32628", weight="ind", communes=communes
        )
    assert 38 == len(residents)
    assert 2 == len(ga.read_sites(str(folder / "sites.csv"), crs="EPSG:32628", communes=communes))
