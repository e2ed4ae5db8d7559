"""Departures that frequencies.txt leaves open: drawn by a seed, and what a verdict's shares are over many draws."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import zipfile
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
import python_calamine
from click.testing import CliRunner
from gtfs_oracle import SMALL, TUESDAY, connections_of, write_feed
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from small_study import write_small_study

import geo_access as ga
from geo_access.analysis.reruns import list_seeds, summarise_draws
from geo_access.cli.main import main
from geo_access.core.cache import Cache
from geo_access.core.errors import InputError
from geo_access.core.findings import Findings
from geo_access.gtfs.runs import draw_departures
from geo_access.report.draws import DRAW_FORMS, draws_workbook, format_draws, to_draw_document

HEAD = "trip_id,start_time,end_time,headway_secs,exact_times\n"


def draw(*blocks, seed=1, feed="feed.zip", trip="T1") -> list:
    return draw_departures(blocks, seed=seed, feed=feed, trip=trip).tolist()


def plain_share(seed, feed, trip, start) -> Fraction:
    """The share of a headway that a period's first departure is late by: the first 53 bits of a hash."""
    digest = hashlib.sha256(f"{seed}\0{feed}\0{trip}\0{start}".encode()).hexdigest()
    return Fraction(int(digest, 16) >> (256 - 53), 1 << 53)


# One trip


@given(st.integers(0, 10**6), st.integers(0, 90_000), st.integers(0, 20_000), st.integers(1, 4000))
def test_a_period_departs_every_headway_from_its_phase_on(seed, start, length, headway):
    phase = int(plain_share(seed, "feed.zip", "T1", start) * headway)
    assert list(range(start + phase, start + length, headway)) == draw((start, start + length, headway), seed=seed)


def test_phases_are_uniform_over_the_headway():
    phases = np.array([draw((25_200, 25_800, 600), seed=seed)[0] - 25_200 for seed in range(3000)])
    assert (0, 599) == (phases.min(), phases.max())
    # Ten bins of 300: a true uniform fails this less than once in a million.
    assert 1e-6 < stats.chisquare(np.bincount(phases // 60, minlength=10)).pvalue


def test_the_draw_hangs_on_seed_feed_trip_and_start_alone():
    block = (25_200, 32_400, 600)
    said = {tuple(draw(block, **{name: value}))
            for name, value in (("seed", 1), ("seed", 2), ("feed", "other.zip"), ("trip", "T2"))}  # fmt: skip
    assert 4 == len(said)
    # A later end or another headway keeps the share of the headway.
    assert draw(block) == draw((25_200, 39_600, 600))[:12]
    phase = draw(block)[0] - 25_200
    assert abs(2 * phase - (draw((25_200, 32_400, 1200))[0] - 25_200)) <= 1


@given(
    st.integers(0, 10**6),
    st.lists(st.tuples(st.integers(1, 5000), st.integers(30, 1500)), min_size=2, max_size=5),
    st.randoms(),
)
def test_periods_that_follow_one_another_keep_their_headways(seed, spans, dice):
    blocks, start = [], 20_000
    for length, headway in spans:
        blocks.append((start, start + length, headway))
        start += length
    shuffled = [*blocks, blocks[0]]
    dice.shuffle(shuffled)
    departures = draw(*shuffled, seed=seed)
    assert sorted(set(departures)) == departures
    # A vehicle leaves whenever another whole headway has gone by, each second counted by the headway of its period.
    gone, expected, share = Fraction(0), [], plain_share(seed, "feed.zip", "T1", 20_000)
    for begin, end, headway in blocks:
        number = -((share - gone) // 1)  # the next one to leave
        while begin + (share + number - gone) * headway < end:
            expected.append(begin + (share + number - gone) * headway)
            number += 1
        gone += Fraction(end - begin, headway)
    assert len(expected) - 1 <= len(departures) <= len(expected) + 1
    if len(expected) == len(departures):
        assert all(-1 <= found - exact <= 1e-6 for found, exact in zip(departures, expected, strict=True))
    shortest, longest = (pick(headway for _, headway in spans) for pick in (min, max))
    assert all(shortest - 1 <= late - early <= longest + 1 for early, late in pairwise(departures))


# One feed


def read(tmp_path, rows, *, seed=None, name="feed", findings=None):
    feed = write_feed(tmp_path / name, SMALL | {"frequencies.txt": HEAD + rows})
    return ga.read_timetable(
        [feed], date=TUESDAY, frequency_seed=seed, findings=Findings() if findings is None else findings
    )


def list_starts(timetable, trip) -> list:
    return [
        dep for dep, _, run, _, here, *_ in connections_of(timetable) if run.startswith(f"{trip}@") and here in "AC"
    ]


def test_only_open_phases_are_drawn(tmp_path):
    rows = "T1,07:00:00,09:00:00,600,0\nT1,10:00:00,11:00:00,900,1\nT2,07:00:00,09:00:00,600,1\n"
    findings = Findings()
    timetable = read(tmp_path, rows, seed=3, findings=findings)
    drawn = list_starts(timetable, "T1")
    assert draw((25_200, 32_400, 600), seed=3, feed="feed") == [start for start in drawn if start < 36_000]
    assert list(range(36_000, 39_600, 900)) == [start for start in drawn if start >= 36_000]
    assert list(range(25_200, 32_400, 600)) == list_starts(timetable, "T2")
    told = {finding.code: finding.params for finding in findings}
    assert {"count": 1, "seed": 3} == told["transit.drawn_phase"]
    assert "transit.fixed_phase" not in told
    assert (1, 1) == (timetable.feeds[0].loose_trips, timetable.feeds[0].loose_blocks)


def test_without_a_seed_nothing_is_drawn(tmp_path):
    rows = "T1,07:00:00,09:00:00,600,0\nT2,07:00:00,09:00:00,600,\n"
    timetable = read(tmp_path, rows)
    assert list(range(25_200, 32_400, 600)) == list_starts(timetable, "T1") == list_starts(timetable, "T2")
    assert (2, 2) == (timetable.feeds[0].loose_trips, timetable.feeds[0].loose_blocks)


def test_neither_the_order_of_rows_nor_other_trips_change_a_draw(tmp_path):
    one, two, three = "T1,07:00:00,09:00:00,600,0\n", "T1,09:00:00,12:00:00,450,0\n", "T2,06:00:00,09:00:00,333,0\n"
    drawn = list_starts(read(tmp_path, one + two + three, seed=1), "T1")
    assert drawn == list_starts(read(tmp_path, three + two + two + one, seed=1), "T1")
    assert drawn == list_starts(read(tmp_path, two + one, seed=1), "T1")
    assert drawn != list_starts(read(tmp_path, two + one, seed=2), "T1")
    assert drawn != list_starts(read(tmp_path, two + one, seed=1, name="other"), "T1")


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    for name in "ab":
        read(tmp_path, "T1,07:00:00,09:00:00,600,0\n", seed=5).save(tmp_path / name)
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert [(tmp_path / "a" / name).read_bytes() for name in files] == [
        (tmp_path / "b" / name).read_bytes() for name in files
    ]


# A study


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """The small study, whose line promises a bus every 15 minutes and no more, and nobody may be missed."""
    folder = write_small_study(tmp_path_factory.mktemp("drawn") / "study")
    with zipfile.ZipFile(folder / "bus.zip") as archive:
        tables = {name: archive.read(name).decode() for name in archive.namelist()}
    tables["trips.txt"] = "route_id,service_id,trip_id\nL1,wd,T360\n"
    lines = tables["stop_times.txt"].splitlines(keepends=True)
    tables["stop_times.txt"] = "".join([lines[0], *(line for line in lines if line.startswith("T360,"))])
    tables["frequencies.txt"] = HEAD + "T360,06:00:00,22:00:00,900,0\n"
    write_feed(folder / "bus.zip", tables)
    return ga.open_study(folder, changes={"departures.to": "09:20", "policy.required_share": 0.4})


@pytest.fixture(scope="module")
def drawn(study):
    return ga.draw_coverage(study, draws=6, seed=4, cache=Cache(None))


def test_the_cache_tells_draws_apart_and_only_where_something_is_drawn(study):
    def key(**changes):
        settings = {f"transit.{name}": value for name, value in changes.items()}
        return ga.open_times(study.vary(settings), cache=Cache(None)).site_key(0)

    assert key() == key(frequency_seed=7)
    assert key() != key(frequency_phase="drawn")
    assert key(frequency_phase="drawn", frequency_seed=7) != key(frequency_phase="drawn")
    assert key() != key(pathways="ignore")


def test_every_draw_is_the_verdict_of_its_seed(study, drawn):
    shares = []
    for row in drawn.draws.to_dict("records"):
        one = study.vary({"transit.frequency_phase": "drawn", "transit.frequency_seed": row["seed"]})
        coverage = ga.check(one, cache=Cache(None))
        shares.append(coverage.communes["share"])
        assert coverage.meets == row["meets"]
        assert coverage.summary["total"]["share"] == pytest.approx(row["share"])
    shares = np.column_stack(shares)
    assert shares.std(axis=1).max() > 0
    communes = drawn.communes
    assert np.allclose(shares.mean(axis=1), communes["share"])
    assert np.array_equal(shares.min(axis=1), communes["least"])
    assert np.array_equal(shares.max(axis=1), communes["most"])
    assert np.array_equal((shares >= 0.4).mean(axis=1), communes["met"])
    for row, mine in zip(communes.to_dict("records"), shares, strict=True):
        if mine.std() > 0:
            low, high = stats.t.interval(0.95, 5, loc=mine.mean(), scale=stats.sem(mine))
            assert (max(low, 0), min(high, 1)) == pytest.approx((row["low"], row["high"]))
    fixed = ga.check(study, cache=Cache(None))
    assert fixed.communes["share"].tolist() == communes["fixed"].tolist()
    assert (1, 1) == (drawn.trips, drawn.blocks)


def test_the_same_seed_gives_the_same_report(study, drawn):
    again = ga.draw_coverage(study, draws=6, seed=4, cache=Cache(None))
    for form in DRAW_FORMS:
        assert format_draws(drawn, form) == format_draws(again, form)
    assert list_seeds(4, 6) == drawn.draws["seed"].tolist() == list_seeds(4, 9)[:6]
    assert not set(list_seeds(4, 50)) & set(list_seeds(5, 50))


def test_reports_hold_the_same_figures(drawn):
    document = json.loads(format_draws(drawn, "json", language="en"))
    assert json.loads(json.dumps(to_draw_document(drawn, language="en"))) == document
    assert {"count": 6, "seed": 4, "trips": 1, "blocks": 1, "confidence": 0.95} == {
        name: document["draws"][name] for name in ("count", "seed", "trips", "blocks", "confidence")
    }
    assert drawn.communes["share"].tolist() == [row["share"] for row in document["communes"]]
    assert drawn.meets == document["meets"]
    book = python_calamine.load_workbook(io.BytesIO(draws_workbook(drawn, language="en")))
    assert len(book.get_sheet_by_index(0).to_python()) == len(drawn.communes) + 2
    lines = format_draws(drawn, "csv", language="en").removeprefix("\ufeff").split("\r\n")
    assert 1 + len(drawn.communes) + 1 + 1 == len(lines)
    row = drawn.communes.iloc[0]
    assert lines[1].startswith(f'"{row["insee"]}","{row["name"]}",')
    assert row["share"] * 100 == pytest.approx(float(lines[1].split(",")[4]), abs=1e-4)
    table = format_draws(drawn, "table", language="en")
    assert "6 draws (seed 4)" in table
    assert "1 trip, 1 period of" in " ".join(table.split())
    assert all(name in table for name in drawn.communes["name"])
    assert "6 tirages (graine 4)" in format_draws(drawn, "table", language="fr")


def test_shares_that_never_differ_have_no_width():
    summed = summarise_draws(np.array([[0.1] * 3, [0.0, 1.0, 1.0], [np.nan] * 3]), confidence=0.95)
    assert [0.1, 0.0] == [summed["low"][0], summed["low"][1]]
    assert [0.1, 1.0] == [summed["high"][0], summed["high"][1]]
    assert np.isnan(summed["share"][2])


def test_a_study_that_leaves_nothing_open_says_so(tmp_path):
    plain = ga.open_study(write_small_study(tmp_path / "study"))
    with pytest.raises(InputError) as told:
        ga.draw_coverage(plain, cache=Cache(None))
    assert "draws.nothing_open" == told.value.code
    with pytest.raises(InputError) as told:
        ga.draw_coverage(plain, draws=1, cache=Cache(None))
    assert "draws.too_few" == told.value.code


# The command


def run(*arguments):
    return CliRunner().invoke(main, ["draws", *map(str, arguments)])


def test_the_command_draws(study, drawn, tmp_path):
    folder = study.file.parent
    asked = (folder, "--count", 6, "--seed", 4, "--set", "departures.to=09:20", "--set", "policy.required_share=0.4")
    target = tmp_path / "draws.json"
    found = run(*asked, "--format", "json", "--output", target)
    assert (0 if drawn.meets else 1) == found.exit_code
    assert format_draws(drawn, "json") == target.read_text(encoding="utf-8")
    shown = run(*asked, "--lang", "en")
    assert "6 draws (seed 4)" in shown.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--seed", -1), "-1"),
        (("--count", 5, "--format", "junit"), "junit"),
        (("--count", 5, "--map", "map.html"), "--map"),
        (("--count", 5, "--baseline", "kept.json"), "--baseline"),
        (("--count", 5, "--format", "json", "--output", "draws.csv"), "draws.csv"),
        (("--count", 1), "1"),
        (("one", "two"), "two"),
    ],
)
def test_calls_that_make_no_sense_are_refused(arguments, said):
    found = run(*arguments)
    assert 2 == found.exit_code
    assert said in found.output


def test_the_command_says_that_there_is_nothing_to_draw(tmp_path):
    found = run(write_small_study(tmp_path / "study"), "--count", 5, "--lang", "en")
    assert 2 == found.exit_code
    assert "nothing to draw" in found.output


# Real data


def test_trams_of_hauts_de_seine_keep_their_headways(shared_data):
    feed = shared_data / "hauts-de-seine" / "gtfs" / "tram-2018-frequencies.zip"
    seen = set()
    for seed in (1, 2):
        timetable = ga.read_timetable([feed], date=dt.date(2018, 1, 23), frequency_seed=seed, findings=Findings())
        assert (6, 6) == (timetable.feeds[0].loose_trips, timetable.feeds[0].loose_blocks)
        runs = {}
        for name in timetable.trips["trip_id"][timetable.trips["day"] == 0]:
            trip, _, start = name.rpartition("@")
            runs.setdefault(trip, []).append(int(start))
        for trip, starts in runs.items():
            headway = {"0:T1": {300}, "0:T2": {284, 294}, "0:T6": {504}}[trip[:4]]
            assert set(np.diff(sorted(starts))) <= headway
            assert 0 <= min(starts) - 5 * 3600 < max(headway)
            seen.add((trip, min(starts)))
    assert 12 == len(seen)
