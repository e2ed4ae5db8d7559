"""The map redrawn: the best contiguous zoning, by trying them all; and on the sample, by the command."""

from __future__ import annotations

import html
import itertools
import json
import re
import shutil
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_access.analysis.redrawing import is_contiguous, list_neighbours, redraw_sst
from geo_access.analysis.zonings import MOVE_COST, ZoningTask, find_zoning, list_joint_sets
from geo_access.cli.main import main
from geo_access.core.errors import InputError
from geo_access.report.pages.redrawing import render_redraw_page
from geo_access.routing.travel_times import open_times
from geo_access.study.sample import sample_folder
from geo_access.study.study import open_study
from geo_access.texts import render
from geo_access.verdict.judging import check

#: The sample's SST of today differ little in size; two of them would be larger.
FREE = ("--smallest", "0", "--largest", "1000000")


def hangs_together(neighbours, members) -> bool:
    seen, todo = {members[0]}, [members[0]]
    while todo:
        here = todo.pop()
        for other in members:
            if other not in seen and neighbours[here, other]:
                seen.add(other)
                todo.append(other)
    return seen == set(members)


def try_all(task: ZoningTask) -> float | None:
    """The most residents that any zoning reaches, by trying every one."""
    n, p = task.shape
    best = None
    for pole in itertools.product(range(p), repeat=n):
        used = set(pole)
        zones = {k: [c for c in range(n) if pole[c] == k] for k in used}
        load = {k: sum(task.residents[c] for c in zones[k]) for k in used}
        moves = sum(not task.today[c, pole[c]] for c in range(n))
        fair = (
            len(used) == task.count
            and all(task.home[k] in zones[k] for k in used)
            and all(task.smallest <= load[k] <= task.largest for k in used)
            and all(hangs_together(task.neighbours, zones[k]) for k in used)
            and all(len({pole[c] for c in group}) == 1 for group in task.together)
            and all(pole[c] == k for c, k in task.fixed)
            and (task.most_moves is None or moves <= task.most_moves)
        )
        if fair:
            value = -MOVE_COST * moves
            served = zip(task.group_commune, task.group_residents, task.group_poles, task.group_sets, strict=True)
            for c, people, reached, sets in served:
                own = {k for k in range(p) if pole[task.home[k]] == pole[c]}
                if any(reached[k] for k in own) or any(set(poles) <= own for poles in sets):
                    value += people
            best = value if best is None else max(best, value)
    return best


@st.composite
def draw_task(draw):
    n, p = draw(st.integers(2, 6)), draw(st.integers(1, 3))
    near = np.zeros((n, n), bool)
    for a, b in itertools.combinations(range(n), 2):
        near[a, b] = near[b, a] = draw(st.integers(0, 2)) > 0 if b == a + 1 else draw(st.integers(0, 3)) == 0
    groups = draw(st.integers(1, 2 * n))
    today = np.array([[draw(st.booleans()) for _ in range(p)] for _ in range(n)])
    together = [poles for size in (2, 3) for poles in itertools.combinations(range(p), size)]
    return ZoningTask(
        group_commune=np.array([draw(st.integers(0, n - 1)) for _ in range(groups)]),
        group_residents=np.array([draw(st.integers(0, 9)) for _ in range(groups)], float),
        group_poles=np.array([[draw(st.booleans()) for _ in range(p)] for _ in range(groups)]),
        residents=np.array([draw(st.integers(1, 9)) for _ in range(n)], float),
        home=np.array([draw(st.integers(0, n - 1)) for _ in range(p)]),
        neighbours=near,
        count=draw(st.integers(1, p)),
        today=today,
        smallest=draw(st.sampled_from([0.0, 3.0, 8.0])),
        largest=draw(st.sampled_from([float("inf"), 30.0, 15.0])),
        together=draw(st.sampled_from([(), ((0, 1),)])),
        fixed=draw(st.sampled_from([(), ((0, 0),)])),
        most_moves=draw(st.sampled_from([None, 0, 2])),
        group_sets=[draw(st.lists(st.sampled_from(together), max_size=2)) if together else [] for _ in range(groups)],
    )


@given(draw_task())
@settings(max_examples=120)
def test_the_zoning_found_is_the_best_of_all(task):
    best, found = try_all(task), find_zoning(task)
    if best is None:
        assert found.status == "infeasible"
        return
    assert found.status == "optimal"
    moves = sum(not task.today[c, k] for c, k in enumerate(found.pole))
    assert found.reached - MOVE_COST * moves == pytest.approx(best)
    for k in set(found.pole.tolist()):
        assert hangs_together(task.neighbours, [c for c in range(len(found.pole)) if found.pole[c] == k])
    assert found.gap == 0


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=60)
def test_poles_that_serve_together_are_the_smallest_sets_that_do(seed):
    rng = np.random.default_rng(seed)
    holds = rng.random((rng.integers(1, 6), 8)) < rng.uniform(0.05, 0.6)
    required, most = rng.choice([0.25, 0.5, 1.0]), int(rng.integers(1, 6))

    def serve(poles) -> bool:
        return bool(holds[list(poles)].any(axis=0).mean() >= required)

    expected = {
        poles
        for size in range(2, most + 1)
        for poles in itertools.combinations(range(len(holds)), size)
        if serve(poles) and not any(serve(part) for part in itertools.combinations(poles, size - 1))
    }
    assert set(list_joint_sets(holds, required, most)) == expected


def test_two_poles_of_a_zone_serve_together_whom_neither_serves_alone():
    """Three communes in a row; a pole in each, and the middle one is served by both ends together only."""
    near = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], bool)
    task = ZoningTask(
        np.array([1]), np.array([5.0]), np.zeros((1, 3), bool), np.ones(3), np.arange(3), near, 2,
        np.ones((3, 3), bool), group_sets=[[(0, 2)]],
    )  # fmt: skip
    assert find_zoning(task).reached == 0, "both ends are never of one zone without the middle's pole in it"
    assert 5 == find_zoning(replace(task, count=1)).reached


def test_a_pole_that_heads_no_zone_still_serves_the_one_it_lies_in():
    near = np.ones((3, 3), bool)
    task = ZoningTask(
        np.array([0, 1, 2]), np.array([5.0, 7, 9]), np.eye(3, dtype=bool), np.ones(3), np.arange(3), near, 1,
        np.ones((3, 3), bool),
    )  # fmt: skip
    assert 21 == find_zoning(task).reached


def test_a_zone_that_would_fall_apart_is_not_taken():
    """Four communes in a row; both ends reach pole 0 alone, and the middle belongs to pole 1."""
    near = np.zeros((4, 4), bool)
    for a in range(3):
        near[a, a + 1] = near[a + 1, a] = True
    reached = np.array([[True, False], [False, True], [False, True], [True, False]])
    task = ZoningTask(
        np.arange(4), np.array([9.0, 5, 5, 9]), reached, np.ones(4), np.array([0, 1]), near, 2, np.ones((4, 2), bool)
    )
    found = find_zoning(task)
    assert [0, 1, 1, 1] == found.pole.tolist()
    assert found.cuts > 0


def test_without_time_there_is_no_answer():
    reached, near = np.ones((2, 1), bool), np.ones((2, 2), bool)
    task = ZoningTask(np.arange(2), np.ones(2), reached, np.ones(2), np.array([0]), near, 1, reached)
    found = find_zoning(task, time_limit_s=0)
    assert (found.status, len(found.pole)) == ("time limit", 0)


def test_neighbours_share_a_border_not_a_corner():
    squares = [shapely.box(x, y, x + 1000, y + 1000) for x, y in ((0, 0), (1000, 0), (1000, 1000), (5000, 0))]
    near = list_neighbours(gpd.GeoDataFrame(geometry=squares, crs="EPSG:2154"))
    assert [[1], [0, 2], [1], []] == [np.flatnonzero(row).tolist() for row in near]


@pytest.fixture(scope="module")
def times():
    return open_times(open_study())


def count_poles(times) -> int:
    sites = times.inputs.sites
    return int((sites["kind"].eq("pole") & sites["open"]).sum())


def test_the_sample_redrawn_keeps_its_word(times):
    found = redraw_sst(times, 2, smallest=0, largest=1e9)
    communes = found.communes
    assert 2 == communes["sst"].nunique() == len(found.sst)
    assert is_contiguous(communes, communes["sst"].to_numpy(object))
    redrawn = found.beside.iloc[-1]
    assert redrawn["reached"] == pytest.approx(communes["reached"].sum()) == pytest.approx(found.sst["reached"].sum())
    assert redrawn["residents"] == pytest.approx(times.inputs.residents["weight"].sum())
    assert redrawn["smallest"] == pytest.approx(found.sst["residents"].min())
    assert found.found.reached == pytest.approx(redrawn["reached"]), "the search and the tables count the same"


def test_what_is_proven_is_what_the_tables_say_on_the_real_study(shared_data):
    study = open_study(shared_data / "hauts-de-seine")
    with pytest.raises(InputError, match=r"--open planned.*Pôle social du nouveau SST Nanterre"):
        redraw_sst(open_times(study), 14)
    found = redraw_sst(open_times(study.open_sites("planned")), 14)
    assert found.supposed["planned"] == {"count": "open", "sites": ["Pôle social du nouveau SST Nanterre"]}
    assert found.found.status == "optimal"
    assert found.found.reached == pytest.approx(found.beside.iloc[-1]["reached"])
    assert found.beside["reached"].max() == found.beside.iloc[-1]["reached"]
    assert is_contiguous(found.communes, found.communes["sst"].to_numpy(object))


def test_a_zoning_found_is_judged_alike_by_check(times, tmp_path):
    """What `redraw` says of its zoning is what `check` says of it with own_sst and the same poles."""
    found = redraw_sst(times, count_poles(times), smallest=0, largest=1e9)
    path = tmp_path / "zoning.csv"
    found.communes[["insee", "name", "sst"]].to_csv(path, index=False)
    judged = check(
        open_study(
            changes={"territory.sst.file": str(path), "territory.sst.column": "sst", "policy.pole": {"pool": "own_sst"}}
        )
    )
    served = (judged.communes["share_pole"] * judged.communes["residents"]).sum()
    assert served == pytest.approx(found.beside.iloc[-1]["reached"])


def test_a_pole_of_a_commune_elsewhere_heads_nothing_here(tmp_path):
    study = shutil.copytree(sample_folder(), tmp_path / "study")
    sites = pd.read_csv(study / "sites.csv", dtype=str)
    sites.loc[sites["site"] == "S01", "insee"] = "75056"
    sites.to_csv(study / "sites.csv", index=False)
    study = open_study(study)
    assert len(check(study).communes)
    found = redraw_sst(open_times(study), 2, smallest=0, largest=1e9)
    assert "S01" not in set(found.sst["pole"])


def test_wrong_questions(times):
    for arguments, said in (
        ({"count": 99}, "99"),
        ({"count": 0}, "0"),
        ({"count": 2, "together": [["Atlantide"]]}, "Atlantide"),
        ({"count": 2, "fixed": {times.inputs.communes["insee"].iloc[0]: "nulle-part"}}, "nulle-part"),
        ({"count": 2, "smallest": 1e9}, "1000000000"),
    ):
        with pytest.raises(InputError, match=said):
            redraw_sst(times, **arguments)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"largest": float("nan")}, "redraw.wrong_number"),
        ({"smallest": float("nan")}, "redraw.wrong_number"),
        ({"smallest": -1}, "redraw.wrong_number"),
        ({"smallest": float("inf")}, "redraw.wrong_number"),
        ({"time_limit_s": float("nan")}, "redraw.wrong_number"),
        ({"most_moves": -1}, "redraw.wrong_number"),
        ({"count": 1.5}, "redraw.wrong_number"),
        ({"smallest": 500, "largest": 400}, "redraw.no_size"),
        ({"smallest": 1e9, "largest": float("inf")}, "redraw.infeasible"),
    ],
)
def test_numbers_that_cannot_be(times, arguments, code):
    with pytest.raises(InputError) as caught:
        redraw_sst(times, **({"count": 2} | arguments))
    assert caught.value.code == code


def test_what_is_fixed_in_two_ways_is_said(times):
    sites, communes = times.inputs.sites, times.inputs.communes.set_index("insee")["name"]
    heads = sites[(sites["kind"] == "pole") & sites["open"]]
    one, other = heads["site"].iloc[:2]
    home, away = heads["insee"].iloc[:2]
    for arguments, code in (
        # One commune, by its code and by its name.
        ({"fixed": {home: one, communes[home]: other}}, "redraw.fixed_twice"),
        # A pole that heads an SST has its own commune in it.
        ({"fixed": {home: other}, "count": 2} if home != away else {}, None),
        ({"fixed": {home: one, away: other}, "count": 1}, "redraw.fixed_many"),
        ({"fixed": {home: one, away: other}, "together": [[home, away]]}, "redraw.together_apart"),
    ):
        if code is not None:
            with pytest.raises(InputError) as caught:
                redraw_sst(times, **({"count": 2} | arguments))
            assert caught.value.code == code
    third = next(insee for insee in communes.index if insee not in (home, away))
    with pytest.raises(InputError) as caught:
        redraw_sst(times, 2, fixed={home: other, third: one})
    assert caught.value.code == "redraw.fixed_twice", "the pole of the third commune would have its own elsewhere"


def run(*arguments):
    return CliRunner().invoke(main, ["redraw", "--quiet", *map(str, arguments)])


def test_the_command_writes_a_table_a_page_json_and_a_zoning(tmp_path):
    page, zoning = tmp_path / "page.html", tmp_path / "zoning.csv"
    told = run("--count", 2, *FREE, "--map", page, "--lang", "en")
    assert told.exit_code == 0, told.output
    assert "Best possible result" in told.output
    assert '<html lang="en">' in page.read_text(encoding="utf-8")
    assert 0 == run("--count", 2, *FREE, "--format", "csv", "--output", zoning).exit_code
    table = pd.read_csv(zoning, dtype=str, sep=";", encoding="utf-8-sig")
    assert ["insee", "name", "sst_redrawn"] == list(table.columns)
    assert zoning.read_bytes().startswith(b"\xef\xbb\xbf")
    beside = CliRunner().invoke(
        main, ["check", "--quiet", "--set", f"territory.sst.file={zoning}", "--zoning", "sst_redrawn"]
    )
    assert beside.exit_code < 2, beside.output
    assert "optimal" == json.loads(run("--count", 2, *FREE, "--format", "json").output)["status"]
    wrong = run("--count", 2, "--fix", "Clamart")
    assert (wrong.exit_code, wrong.output.count("geo-access:")) == (2, 1)
    for asked in (("--output", "a.json"), ("--format", "json", "--output", "a.csv"), ("--map", "a.png")):
        wrong = run("--count", 2, *asked)
        assert (wrong.exit_code, wrong.output.count("geo-access:")) == (2, 1)
    twice = run("--count", 2, "--fix", "A=x", "--fix", "A=y")
    assert (twice.exit_code, "x, y" in twice.output) == (2, True)


@pytest.fixture(scope="module")
def drawn(times):
    return redraw_sst(times, 2, smallest=0, largest=1e9)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_has_names_a_legend_and_no_slug(times, drawn, language):
    named = replace(drawn, communes=drawn.communes.assign(sst_today="nord-est-3", moves=True))
    page = render_redraw_page(named, times.inputs.sites, language, study="Étude", files=times.inputs.hashes)
    names = re.findall(r'<span class="label-commune[^>]* data-insee="([^"]+)"', page)
    assert set(names) <= set(drawn.communes["insee"].astype(str))
    assert len(names) == len(set(names)) > len(drawn.communes) / 2
    for name in ("border", "commune", "moves"):
        assert html.escape(render(f"redraw.key_{name}", language)) in page
    bare, _, notes = page.partition("<details")
    for word in ("nord-est-3", "sst_", ".toml", ".csv"):
        assert word not in re.sub(r"<style.*?</style>", "", bare, flags=re.S)
    assert all(file in notes for file, _ in times.inputs.hashes)


def test_without_poles_or_timetables_there_is_one_clear_error(tmp_path):
    study = open_study()
    sites = pd.read_csv(study.path(study.settings.sites.file), dtype=str)
    sites[~sites["kind"].isin(["pole", "pôle"])].to_csv(tmp_path / "sites.csv", index=False)
    bare = study.vary({"sites.file": str(tmp_path / "sites.csv")})
    with pytest.raises(InputError, match="pôle"):
        redraw_sst(open_times(bare), 2)
    with pytest.raises(InputError):
        redraw_sst(open_times(study.vary({"transit.gtfs": []})), 2)
