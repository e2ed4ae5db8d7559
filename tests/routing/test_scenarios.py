"""Scenario files: what they may say, what each edit does, that adding makes nobody later, and that outputs say so."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import geopandas as gpd
import line_oracle as plain
import numpy as np
import pytest
from click.testing import CliRunner
from feed_towns import NODES, clock, make_feed_town
from gtfs_oracle import TUESDAY, write_feed
from hypothesis import given, settings
from hypothesis import strategies as st
from line_oracle import place_name, position, throw_trips, to_tables
from locations import FACTS
from plain_text import to_comparison_text, to_text
from small_study import degrees, write_small_study
from street_maps import CRS
from town_engine import open_town as open_plain_town

import geo_access as ga
from geo_access.cli.main import main
from geo_access.core.errors import InputError, SettingsError
from geo_access.core.findings import Findings
from geo_access.gtfs.edits import edit_timetable
from geo_access.gtfs.timetable import read_timetable
from geo_access.routing.scan import NEVER
from geo_access.routing.travel_times import TravelTimes
from geo_access.study.scenario import read_scenarios
from geo_access.texts import LANGUAGES


def write_scenario(folder: Path, text: str, name: str = "Essai"):
    path = folder / "scenario.toml"
    path.write_text(f'name = "{name}"\n{text}', encoding="utf-8")
    return path


def read_text(folder: Path, text: str):
    return read_scenarios([("scenario.toml", write_scenario(folder, text))])


def list_trips(timetable) -> list:
    """Every trip as its line and its hops, by names: what two timetables must share."""
    names, routes = timetable.stops["name"].tolist(), timetable.routes["short_name"].tolist()
    of_trip = timetable.trips["route"].tolist()
    first = np.setdiff1d(np.arange(len(timetable.trip)), timetable.following)
    found = []
    for start in first.tolist():
        hops, at = [], start
        while at >= 0:
            hops.append((
                names[timetable.departure_stop[at]], int(timetable.departure[at]),
                names[timetable.arrival_stop[at]], int(timetable.arrival[at]),
            ))  # fmt: skip
            at = int(timetable.following[at])
        found.append((routes[of_trip[timetable.trip[start]]], tuple(hops)))
    return sorted(found)


def throw_dice(seed: int) -> Random:
    return Random(seed)  # noqa: S311 -- towns, not secrets


def throw_edit(dice: Random, trips: list) -> tuple[str, list]:
    """An edit as a file says it, and the trips that are left when it is done by hand."""
    line = dice.choice(sorted({name for name, _ in trips}))
    stops = [c[0] for c in next(calls for name, calls in trips if name == line)]
    at = dice.randint(0, len(stops) - 2)
    begin, end = 7 * 3600, dice.choice((8 * 3600, 9 * 3600, 12 * 3600))
    band = f'line = "{line}"\nfrom = "{clock(begin)}"\nto = "{clock(end)}"\n'
    kind = dice.choice(("add", "remove", "skip", "round", "more", "fewer", "headway", "speed", "close", "open", "open"))
    if kind == "add":
        called = [dice.choice((20, 20.5)), *dice.sample(stops, 2), 21]
        runs = [dice.randint(1, 300) for _ in called[1:]]
        said = ", ".join(
            f'"{place_name(stop)}"' if stop in stops
            else f'{{name = "{place_name(stop)}", lat = {position(stop)[0]}, lon = {position(stop)[1]}}}'
            for stop in called
        )  # fmt: skip
        starts = list(range(7 * 3600, 8 * 3600, 660))
        text = (
            f'[[add_line]]\nname = "N"\nmode = "metro"\nstations = [{said}]\nrun_times_s = {runs}\ndwell_s = 25\n'
            'headway = [{from = "07:00", to = "08:00", every_min = 11}]\n'
        )
        return text, plain.add(trips, "N", called, runs, 25, starts)
    if kind == "remove":
        return f'[[remove_line]]\nline = "R{line}"\n', plain.remove(trips, line)
    if kind == "skip":
        text = f'[[reroute_line]]\nline = "{line}"\nskip = "{place_name(stops[at])}"\n'
        return text, plain.pass_by(trips, {stops[at]}, line)
    if kind == "close":
        return f'[[close_stop]]\nstop = "p{stops[at]}"\n', plain.pass_by(trips, {stops[at]})
    if kind == "round":
        text = (
            f'[[reroute_line]]\nline = "{line}"\n[reroute_line.replace]\nfrom = "{place_name(stops[at])}"\n'
            f'to = "{place_name(stops[-1])}"\nrun_times_min = [1.5, 2]\ndwell_s = 10\n'
            f'via = [{{name = "{place_name(30)}", lat = {position(30)[0]}, lon = {position(30)[1]}}}]\n'
        )
        return text, plain.go_round(trips, line, stops[at], stops[-1], [30], [90, 120], 10)
    if kind == "more":
        times = dice.choice((2, 3))
        return f"[[change_frequency]]\n{band}factor = {times}\n", plain.multiply(trips, line, times, begin, end)
    if kind == "fewer":
        share = dice.choice((2, 4))
        return f"[[change_frequency]]\n{band}factor = {1 / share}\n", plain.thin(trips, line, share, begin, end)
    if kind == "headway":
        every = dice.choice((300, 450, 1200))
        text = f"[[change_frequency]]\n{band}every_min = {every / 60}\n"
        return text, plain.set_headway(trips, line, every, begin, end)
    if kind == "speed":
        factor = dice.choice(("0.8", "0.5", "1.35"))
        return f'[[change_speed]]\nline = "{line}"\nfactor = {factor}\n', plain.speed_up(trips, line, factor)
    dwell, detour = dice.choice(((20, 0), (0, 31)))
    middle = (stops[at] + stops[at + 1]) / 2
    text = (
        f'[[open_stop]]\nline = "{line}"\nbetween = ["{place_name(stops[at])}", "{place_name(stops[at + 1])}"]\n'
        f'station = {{name = "{place_name(middle)}", lat = {position(middle)[0]}, lon = {position(middle)[1]}}}\n'
        f"dwell_s = {dwell}\ndetour_s = {detour}\n"
    )
    return text, plain.call_half_way(trips, line, stops[at], stops[at + 1], dwell, detour)


@given(st.integers(0, 10**6))
@settings(max_examples=40)
def test_edits_do_what_doing_them_by_hand_in_the_feed_does(seed):
    dice = throw_dice(seed)
    trips = throw_trips(dice)
    text, by_hand = throw_edit(dice, trips)
    with TemporaryDirectory() as name:
        folder = Path(name)
        before = read_timetable([write_feed(folder / "before", to_tables(trips))], date=TUESDAY)
        told = Findings()
        edits, edited = read_text(folder, text).line_edits, None
        with suppress(InputError):
            edited = edit_timetable(before, edits, findings=told)
        if edited is None:
            # Refused only where doing it by hand changes nothing either.
            assert sorted(map(repr, by_hand)) == sorted(map(repr, trips))
            return
        if not by_hand:
            assert not len(edited.trip)
            return
        after = read_timetable([write_feed(folder / "after", to_tables(by_hand))], date=TUESDAY)
    assert list_trips(edited) == list_trips(after)
    assert [finding.level for finding in told] == ["info"]
    check_whole(edited)


def check_whole(timetable) -> None:
    """What the search takes for granted of a timetable."""
    key = timetable.departure.astype(np.int64) << 32 | timetable.arrival
    assert (np.diff(key) >= 0).all()
    at = np.flatnonzero(timetable.following >= 0)
    after = timetable.following[at]
    assert (after > at).all()
    assert (timetable.trip[after] == timetable.trip[at]).all()
    assert (timetable.departure_stop[after] == timetable.arrival_stop[at]).all()
    used = np.unique(np.concatenate([timetable.departure_stop, timetable.arrival_stop]))
    assert used.tolist() == list(range(len(timetable.stops)))
    assert np.unique(timetable.trip).tolist() == list(range(len(timetable.trips)))
    assert timetable.trips["trip_id"].is_unique
    assert timetable.stops["stop_id"].is_unique


def test_every_kind_of_edit_is_thrown_and_changes_something():
    kinds: dict[str, int] = {}
    for seed in range(120):
        dice = throw_dice(seed)
        trips = throw_trips(dice)
        text, by_hand = throw_edit(dice, trips)
        kinds[text.split("\n")[0]] = kinds.get(text.split("\n")[0], 0) + (by_hand != trips)
    assert set(kinds) == {
        f"[[{kind}]]" for kind in ("add_line", "remove_line", "reroute_line", "change_frequency", "change_speed",
                                   "close_stop", "open_stop")
    }  # fmt: skip
    assert min(kinds.values()) > 3


# Adding makes nobody later


def throw_addition(dice: Random, town) -> str:
    """A line, a street or more trips, somewhere in a town of `feed_towns`."""
    first = town.window[0]

    def somewhere(number: int) -> str:
        lon, lat = NODES[dice.choice(sorted(NODES))]
        return f'{{name = "new {number}", lat = {lat}, lon = {lon}}}'

    kind = dice.choice(("line", "line", "street", "street", "trips"))
    if kind == "trips":
        return f'[[change_frequency]]\nline = "1"\nfactor = {dice.choice((1.5, 2, 3))}\n'
    if kind == "line":
        middle = dice.choice(['"s0"', somewhere(2)])
        return (
            f'[[add_line]]\nname = "N"\nmode = "tram"\nstations = [{somewhere(0)}, {middle}, {somewhere(1)}]\n'
            f'speed_kmh = {dice.choice((15, 30, 60))}\ndwell_s = {dice.choice((0, 20))}\nwheelchair = "yes"\n'
            f"access_s = {dice.choice((0, 0, 45, 400))}\n"
            f'headway = [{{from = "{clock(first)}", to = "{clock(first + 3600)}", '
            f"every_min = {dice.choice((1, 3.5))}}}]\n"
        )
    # Mostly from a home to a site or to any corner: a straight way where the comb goes round.
    one = NODES[dice.choice(town.homes)]
    other = NODES[dice.choice([node for node in (*town.sites, *NODES) if NODES[node] != one])]
    shift = dice.choice((0, 0, 0.0002, -0.0003))
    return (
        f"[[add_street]]\npoints = [[{one[1] + shift}, {one[0]}], [{other[1]}, {other[0] + shift}]]\n"
        f"steps = {dice.choice(('true', 'false'))}\n"
    )


def open_town(town, folder: Path, scenario=None) -> TravelTimes:
    times = open_plain_town(town, folder)
    if scenario is None:
        return times
    return TravelTimes(replace(times.inputs, scenario=scenario), cache=ga.Cache(None))


def all_seconds(times: TravelTimes, sites: int) -> np.ndarray:
    found = np.stack([seconds for _, seconds in times.transit_seconds(range(sites))]).astype(np.int64)
    return np.where(found == NEVER, np.iinfo(np.int64).max, found)


def reckon_addition(seed: int, folder: Path):
    dice, town = throw_dice(seed), make_feed_town(seed)
    text = throw_addition(dice, town)
    before = all_seconds(open_town(town, folder), len(town.sites))
    # "s0" is served by nobody's trip, both ends of a street land in one place, or one trip cannot be 1.5: no change.
    after = before
    with suppress(InputError):
        after = all_seconds(open_town(town, folder, read_text(folder, text)), len(town.sites))
    return text, before, after


@given(st.integers(0, 10**6))
@settings(max_examples=25)
def test_adding_makes_nobody_later(seed):
    with TemporaryDirectory() as folder:
        text, before, after = reckon_addition(seed, Path(folder))
    assert (after <= before).all(), text


def test_additions_make_some_people_earlier(tmp_path):
    quicker = {"[[add_line]]": 0, "[[add_street]]": 0, "[[change_frequency]]": 0}
    for seed in range(40):
        text, before, after = reckon_addition(seed, tmp_path)
        quicker[text.split("\n")[0]] += bool((after < before).any())
        if min(quicker.values()) > 0:
            break
    assert min(quicker.values()) > 0, quicker


DEEP = """[[add_line]]
name = "M"
mode = "metro"
stations = [{name = "One", lat = %s, lon = %s%s}, {name = "Two", lat = %s, lon = %s}]
run_times_s = [90]
headway = [{from = "08:00", to = "12:00", every_min = 2}]
%s
"""


def open_deep(folder: Path, *, one="", line="") -> tuple[TravelTimes, Findings]:
    """The small study with a metro from its west to its pole."""
    (lon, lat), (east, north) = degrees(300, 100), degrees(6000, 100)
    text = DEEP % (lat, lon, one, north, east, line)
    study = folder / "study" if (folder / "study").exists() else write_small_study(folder / "study")
    times = ga.open_times(
        ga.open_study(study, changes={"scenario.file": str(write_scenario(folder, text))}), cache=ga.Cache(None)
    )
    _ = times.timetable
    return times, times.list_findings()


def walk_to(times: TravelTimes, name: str) -> dict[int, int]:
    """Seconds from every resident to the platform of a name."""
    stop = times.timetable.stops["name"].tolist().index(name)
    legs = times.access
    rows = np.repeat(np.arange(legs.n_from), np.diff(legs.indptr))
    return {int(i): int(s) for i, j, s in zip(rows, legs.index, legs.seconds, strict=True) if j == stop}


def test_the_way_down_to_a_deep_platform_counts_at_both_ends(tmp_path):
    flat, _ = open_deep(tmp_path)
    deep, told = open_deep(tmp_path, line="access_s = 150")
    limit = 60 * deep.settings.walking.limits_min.access
    for name in ("One", "Two"):
        walks = walk_to(flat, name)
        assert {row: s + 150 for row, s in walks.items() if s + 150 <= limit} == walk_to(deep, name)
        assert walks
    before = all_seconds(ga.open_times(ga.open_study(tmp_path / "study"), cache=ga.Cache(None)), 1)
    seconds = [all_seconds(times, 1) for times in (flat, deep)]
    assert (seconds[0] <= seconds[1]).all()
    assert (seconds[1] <= before).all()
    # Who rides it today of those near it comes 300 s and a wait later, the wait at most 120 s more or less.
    row = next(iter(walk_to(deep, "One")))
    later = (seconds[1] - seconds[0])[0, row]
    assert (later > 0).all()
    assert (np.abs(later[seconds[1][0, row] < before[0, row]] - 300) <= 120).all()
    assert "up to 150\u00a0s from the street to the platform" in " ".join(finding.text("en") for finding in told)


def test_a_station_may_say_its_own_depth_and_no_existing_stop_may(tmp_path):
    flat, _ = open_deep(tmp_path)
    deep, _ = open_deep(tmp_path, one=", access_s = 60", line="access_s = 150")
    for name, more in (("One", 60), ("Two", 150)):
        here, there = walk_to(flat, name), walk_to(deep, name)
        assert {there[row] - here[row] for row in there} == {more}
    zero, told = open_deep(tmp_path, line="access_s = 0")
    assert np.array_equal(all_seconds(zero, 1), all_seconds(flat, 1))
    assert "platform" not in " ".join(finding.text("en") for finding in told)
    existing = LINE.replace('"a"', "{stop = 'a', access_s = 3}")
    for text in (f"{existing}{DEPARTURES}run_times_s = [1]\n", f"{LINE}{DEPARTURES}run_times_s = [1]\naccess_s = -1\n"):
        with pytest.raises(SettingsError, match="access_s"):
            read_text(tmp_path, text)


def test_deep_stations_survive_the_cache_and_go_with_their_lines(tmp_path):
    deep, _ = open_deep(tmp_path, line="access_s = 150")
    deep.timetable.save(tmp_path)
    again = type(deep.timetable).load(tmp_path)
    assert again.station_ways.equals(deep.timetable.station_ways)
    assert [150.0] * 4 == again.station_ways["seconds"].tolist()
    stops = again.stops["name"].to_numpy()[again.station_nodes["stop"]][~again.station_nodes["entrance"]]
    assert sorted(stops) == ["One", "Two"]


@pytest.mark.parametrize("count", [0, 1, 2, 1000])
@pytest.mark.parametrize("language", LANGUAGES)
def test_one_and_many_are_told_apart(language, count):
    from geo_access.texts import read_catalogue, render

    words = {"scenario": "S", "edit": "e", "line": "L", "stop": "A", "from": "A", "to": "B", "name": "P"}
    numbers = ("trips", "stops", "new", "gone", "calls", "before", "after", "metres", "gap_m", "access_s", "minutes")
    wrong = {
        "fr": r"\b[01] (courses|arrêts|passages)\b|\b(2|1000) (course|arrêt|passage|station)\b",
        "en": r"\b1 (trips|stops|calls)\b|\b(0|2|1,000) (trip|stop|call|station)\b",
    }[language]
    told = [
        name for name, text in read_catalogue("scenario").items() if text.en.startswith("hypothesis “{scenario}”, ")
    ]
    assert len(told) == 11
    for name in told:
        counts = dict.fromkeys(numbers, count) | ({"stops": max(count, 2)} if name.startswith("added") else {})
        said = render(f"scenario.{name}", language, **words, **counts).replace("\u202f", "")
        assert re.search(wrong, said) is None, said


# Streets


def street_study(folder: Path):
    """Two streets along the equator, 445 m apart, that nothing joins."""
    from street_maps import write_map

    nodes = {k: (-15 + 0.004 * (k % 4), 0.5 + 0.004 * (k // 4)) for k in range(8)}
    path = write_map(
        folder, {k + 1: node for k, node in nodes.items()},
        [(1, [1, 2, 3, 4], {"highway": "footway"}), (2, [5, 6, 7, 8], {"highway": "footway"})],
    )  # fmt: skip
    return ga.read_streets([path], crs=CRS, min_island_nodes=1), nodes


def test_a_bridge_is_walked_from_end_to_end_and_nobody_is_tied_to_it(tmp_path):
    from geo_access.streets.edits import edit_streets
    from geo_access.streets.street_walker import StreetWalker
    from geo_access.study.profiles import PROFILES

    network, _ = street_study(tmp_path)
    # From the middle of a block to the middle of the block across.
    text = "[[add_street]]\nname = 'Pont'\npoints = [[0.5, -14.994], [0.504, -14.994]]\n"
    told = Findings()
    bridged = edit_streets(network, read_text(tmp_path, text).street_edits, snap_m=100, findings=told)
    assert (bridged.street_count, bridged.node_count) == (network.street_count + 3, network.node_count + 2)
    assert bridged.length_m.sum() == pytest.approx(network.length_m.sum() + bridged.length_m[-1])
    metres = bridged.length_m[-1]
    assert next(iter(told)).params["metres"] == round(metres) == 442
    points = gpd.GeoSeries.from_xy([-14.994, -14.994], [0.5, 0.504], crs=4326).to_crs(CRS)
    near = gpd.GeoSeries.from_xy([-14.994], [0.502], crs=4326).to_crs(CRS)
    xy = np.column_stack([[*points.x, near.x[0]], [*points.y, near.y[0]]])
    before, after = (StreetWalker(one, PROFILES["adult"], snap_m=300) for one in (network, bridged))
    pairs = [walker.pairs(walker.place(xy), [0], walker.place(xy), [1])[0] for walker in (before, after)]
    assert np.isnan(pairs[0])
    assert pairs[1] == pytest.approx(metres / (4.8 / 3.6), abs=1)
    # In the middle of the bridge one still stands 221 m from a street.
    assert after.place(xy).gap_m[2] == pytest.approx(before.place(xy).gap_m[2])
    assert after.place(xy).gap_m[2] > 200
    assert before.key != after.key


def test_a_street_with_steps_is_for_those_who_climb_them(tmp_path):
    from geo_access.streets.edits import edit_streets
    from geo_access.streets.street_walker import StreetWalker
    from geo_access.study.profiles import PROFILES

    network, _ = street_study(tmp_path)
    text = "[[add_street]]\npoints = [[0.5, -14.994], [0.504, -14.994]]\nsteps = true\n"
    bridged = edit_streets(network, read_text(tmp_path, text).street_edits, snap_m=100, findings=Findings())
    points = gpd.GeoSeries.from_xy([-14.994, -14.994], [0.5, 0.504], crs=4326).to_crs(CRS)
    xy = np.column_stack([points.x, points.y])
    walkers = [StreetWalker(bridged, PROFILES[name], snap_m=300) for name in ("adult", "stroller")]
    found = [walker.pairs(walker.place(xy), [0], walker.place(xy), [1])[0] for walker in walkers]
    assert np.isfinite(found[0])
    assert np.isnan(found[1])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[[add_street]]\npoints = [[0.6, -14.994], [0.504, -14.994]]\n", "scenario.far_from_streets"),
        ("[[add_street]]\npoints = [[0.5, -14.994], [0.5, -14.994]]\n", "scenario.street_nowhere"),
        ("[[add_street]]\npoints = [[95, -14.994], [0.5, -14.994]]\n", "scenario.bad_point"),
    ],
)
def test_streets_that_lead_nowhere_are_refused(tmp_path, text, code):
    from geo_access.streets.edits import edit_streets

    network, _ = street_study(tmp_path)
    with pytest.raises(InputError) as caught:
        edit_streets(network, read_text(tmp_path, text).street_edits, snap_m=100, findings=Findings())
    assert caught.value.code == code


# What files say


LINE = '[[add_line]]\nname = "N"\nmode = "tram"\nstations = ["a", "b"]\n'
DEPARTURES = 'departures = ["08:00"]\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ("scenario.toml", "add_line")),
        ("[[add_lines]]\nname = 'x'\n", ("add_lines", "add_line”")),
        (f"{LINE}{DEPARTURES}", ("add_line 1", "run_times_s")),
        (f"{LINE}{DEPARTURES}run_times_s = [1, 2]\n", ("add_line 1", "run_times_s")),
        (f"{LINE}run_times_s = [1]\n", ("add_line 1", "headway")),
        (f"{LINE}{DEPARTURES}run_times_s = [1]\ndwel_s = 3\n", ("add_line 1.dwel_s", "add_line 1.dwell_s")),
        (f"{LINE}{DEPARTURES}run_times_s = [-1]\n", ("add_line 1.run_times_s 1", "-1")),
        (LINE.replace("tram", "train bleu") + f"{DEPARTURES}run_times_s = [1]\n", ("add_line 1.mode", "funicular")),
        (LINE.replace('"b"', "{name = 'c', lat = 3}") + f"{DEPARTURES}run_times_s = [1]\n", ("stations 2", "stop_id")),
        ('[[remove_line]]\nline = "1"\n[[remove_line]]\nlin = "2"\n', ("remove_line 2.lin", "remove_line 2.line")),
        ('[[change_frequency]]\nline = "1"\n', ("change_frequency 1", "every_min")),
        ('[[change_frequency]]\nline = "1"\nfactor = 0\n', ("change_frequency 1.factor", "0")),
        (
            '[[change_frequency]]\nline = "1"\nfactor = 2\nfrom = "10:00"\nto = "09:00"\n',
            ("change_frequency 1", "“to”"),
        ),
        ('[[reroute_line]]\nline = "1"\n', ("reroute_line 1", "skip")),
        ('[[open_stop]]\nline = "1"\nbetween = ["a"]\nstation = "b"\n', ("open_stop 1.between",)),
        ("[[add_street]]\npoints = [[1, 2]]\n", ("add_street 1.points",)),
        ("[[close_stop]\n", ("TOML",)),
    ],
)
def test_a_wrong_file_names_the_file_the_edit_and_the_way_out(tmp_path, text, words):
    with pytest.raises(SettingsError) as caught:
        read_text(tmp_path, text)
    assert "scenario.toml" in str(caught.value.file)
    for word in words:
        assert word in caught.value.text("en")
    assert caught.value.text("fr") != caught.value.text("en")


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ('[[remove_line]]\nline = "l"\n', "no_line", ("remove_line 1", "L1")),
        ('[[remove_line]]\nline = "1"\nagency = "RATP"\n', "no_line", ("remove_line 1",)),
        ('[[close_stop]]\nstop = "Arret 3"\n', "no_stop", ("close_stop 1", "Arrêt 3")),
        ('[[close_stop]]\nstop = "Arrêt 3"\n[[close_stop]]\nstop = "Arrêt 3"\n', "not_served", ("close_stop 2",)),
        ('[[reroute_line]]\nline = "1"\nskip = "Mairie"\n', "no_stop", ("reroute_line 1",)),
        ('[[change_speed]]\nline = "1"\nfactor = 1\n', "speed_unchanged", ("change_speed 1",)),
        ('[[change_frequency]]\nline = "1"\nfactor = 1\n', "frequency_unchanged", ("change_frequency 1",)),
        ('[[change_frequency]]\nline = "1"\nfactor = 2\nfrom = "23:00"\n', "no_trip_in_band", ("from",)),
        (
            '[[open_stop]]\nline = "1"\nbetween = ["Arrêt 1", "Arrêt 3"]\nstation = "Arrêt 2"\n',
            "no_stretch",
            ("open_stop 1", "Arrêt 3"),
        ),
        ("[[add_street]]\npoints = [[45, -15], [45.1, -15]]\n", "no_streets", ("add_street 1", "walking.streets")),
    ],
)  # fmt: skip
def test_an_edit_that_touches_nothing_is_an_error_of_exit_code_2(tmp_path, text, code, words):
    study = write_small_study(tmp_path / "study")
    path = write_scenario(tmp_path, text)
    with pytest.raises(InputError) as caught:
        ga.check(ga.open_study(study, changes={"scenario.file": str(path)}), cache=ga.Cache(None))
    assert caught.value.code == f"scenario.{code}"
    for language in LANGUAGES:
        for word in words:
            assert word in caught.value.text(language)
    result = CliRunner().invoke(main, ["check", str(study), "--scenario", str(path), "--no-cache", "--quiet"])
    assert result.exit_code == 2


def test_names_that_stand_for_several_places_or_lines_are_refused(tmp_path):
    tables = to_tables([["A", [[0, 100, 100], [1, 200, 200]]], ["B", [[2, 100, 100], [3, 200, 200]]]])
    tables["stops.txt"] = tables["stops.txt"].replace("Place 3", "Place 0")
    tables["routes.txt"] = "route_id,route_short_name,route_type\nRA,1,3\nRB,1,1\n"
    timetable = read_timetable([write_feed(tmp_path / "feed", tables)], date=TUESDAY)
    for text, code, named in (
        ('[[close_stop]]\nstop = "Place 0"\n', "scenario.many_stops", "p0, p3"),
        ('[[remove_line]]\nline = "1"\n', "scenario.many_lines", "RA (A), RB (A)"),
    ):
        with pytest.raises(InputError) as caught:
            edit_timetable(timetable, read_text(tmp_path, text).line_edits, findings=Findings())
        assert caught.value.code == code
        assert named in caught.value.text("fr")


def test_trips_of_different_stops_keep_their_turns_under_a_new_headway(tmp_path):
    """Every other trip goes on to a branch: halving the trips must not empty it."""
    trips = [["A", [[0, t, t], [1, t + 60, t + 60], [2 + k % 2, t + 120, t + 120]]]
             for k, t in enumerate(range(25200, 25200 + 12 * 300, 300))]  # fmt: skip
    timetable = read_timetable([write_feed(tmp_path / "feed", to_tables(trips))], date=TUESDAY)
    text = '[[change_frequency]]\nline = "A"\nfrom = "07:00"\nto = "08:00"\nevery_min = 10\n'
    edited = edit_timetable(timetable, read_text(tmp_path, text).line_edits, findings=Findings())
    ends = [hops[-1][2] for _, hops in list_trips(edited)]
    assert sorted(ends) == ["Place 2"] * 3 + ["Place 3"] * 3


# Through the whole study


NEW_LINE = """
[[add_line]]
name = "Express"
mode = "tram"
stations = [{{name = "Ouest", lat = {a[1]}, lon = {a[0]}}}, "Arrêt 6"]
run_times_min = [4]
headway = [{{from = "08:00", to = "12:00", every_min = 3}}]
"""


@pytest.fixture
def express(tmp_path):
    study = write_small_study(tmp_path / "study")
    path = write_scenario(tmp_path / "study", NEW_LINE.format(a=degrees(1400, 100)), name="Ligne rapide")
    return study, path


def test_a_scenario_of_the_study_file_and_of_the_command_line_are_one(express):
    study, path = express
    base = ga.check(ga.open_study(study), cache=ga.Cache(None))
    changed = ga.check(ga.open_study(study, changes={"scenario.file": "scenario.toml"}), cache=ga.Cache(None))
    assert changed.summary["total"]["served"] > base.summary["total"]["served"]
    result = CliRunner().invoke(
        main, ["check", str(study), "--scenario", str(path), "--format", "json", "--quiet", "--no-cache"]
    )
    assert json.loads(result.stdout)["total"] == changed.summary["total"]
    with (study / "study.toml").open("a") as file:
        file.write('[scenario]\nfile = ["scenario.toml"]\n')
    assert ga.check(ga.open_study(study), cache=ga.Cache(None)).summary == changed.summary


@pytest.mark.parametrize("key", ["scenario.files", "scenario.file"])
def test_an_option_replaces_the_scenario_of_the_study_file(express, key):
    study, _ = express
    with (study / "study.toml").open("a") as file:
        file.write('[scenario]\nfile = ["missing.toml"]\n')
    with pytest.raises(SettingsError, match=r"missing\.toml"):
        ga.check(ga.open_study(study), cache=ga.Cache(None))
    opened = ga.open_study(study, changes={key: ["scenario.toml"]})
    assert opened.settings.scenario.files == ("scenario.toml",)
    assert ga.check(opened, cache=ga.Cache(None)).summary["scenario"]["names"] == ["Ligne rapide"]


def test_commands_whose_output_says_nothing_of_it_say_it_beside(express, tmp_path):
    study, path = express
    for options, said in ((["--scenario", str(path)], True), ([], False)):
        target = ["--output", str(tmp_path / "times.csv"), "--quiet", "--no-cache", "--lang", "en"]
        result = CliRunner().invoke(main, ["times", str(study), *options, *target])
        assert result.exit_code == 0, result.output
        assert ("Hypothesis: scenario “Ligne rapide”" in result.stderr) == said


def test_a_changed_scenario_is_never_served_stale(express, tmp_path):
    study, path = express
    opened, cache = ga.open_study(study, changes={"scenario.file": "scenario.toml"}), ga.Cache(tmp_path / "kept")

    def total(one) -> float:
        return float(ga.check(one, cache=cache).summary["total"]["served"])

    first, base = total(opened), total(ga.open_study(study))
    assert first == total(opened) != base
    path.write_text(path.read_text().replace("[4]", "[60]"))
    assert total(opened) == base


def test_edited_timetables_survive_the_cache_with_their_findings(express, tmp_path):
    study, _ = express
    opened, cache = ga.open_study(study, changes={"scenario.file": "scenario.toml"}), ga.Cache(tmp_path / "kept")
    first, second = (ga.check(opened, cache=cache) for _ in range(2))
    for coverage in (first, second):
        told = [finding for finding in coverage.findings if finding.code == "scenario.added_line"]
        assert [finding.params["trips"] for finding in told] == [160]
    assert first.summary == second.summary


@pytest.mark.parametrize("language", LANGUAGES)
def test_outputs_say_that_they_are_a_hypothesis(express, language, tmp_path):
    study, _ = express
    changes = {"scenario.file": "scenario.toml", "language": language}
    coverage = ga.check(ga.open_study(study, changes=changes), cache=ga.Cache(None))
    before = ga.check(ga.open_study(study, changes={"language": language}), cache=ga.Cache(None))
    word = {"fr": "Hypothèse\u00a0: scénario «\u00a0Ligne rapide\u00a0»", "en": "Hypothesis: scenario “Ligne rapide”"}
    ga.coverage_map(coverage, language=language).save(tmp_path / "map.html")
    compared = ga.compare(before, coverage)
    ga.comparison_map(compared).save(tmp_path / "compare.html")
    for said in (
        to_text(coverage), to_comparison_text(compared),
        (tmp_path / "map.html").read_text(encoding="utf-8"), (tmp_path / "compare.html").read_text(encoding="utf-8"),
    ):  # fmt: skip
        assert word[language].split("\u00a0")[0].rstrip(":") in said.replace("\n", " ")
        assert "Ligne rapide" in said
    assert "scenario" not in before.summary
    assert "Ligne rapide" not in to_text(before)


def test_compare_takes_a_scenario_on_the_after_side_only(express):
    study, path = express
    options = ["--scenario-after", str(path), "--format", "json", "--quiet", "--no-cache"]
    result = CliRunner().invoke(main, ["compare", str(study), *options])
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert "Ligne rapide" in found["after"]["study"]
    assert "Ligne rapide" not in found["before"]["study"]
    assert found["after"]["total"]["served"] > found["before"]["total"]["served"]


# The example

LINE_15 = FACTS / "line-15-sud.toml"


def test_the_planned_line_is_a_hypothesis_of_eight_stations(tmp_path):
    text = LINE_15.read_text(encoding="utf-8")
    assert "HYPOTHÈSE" in text
    assert "HYPOTHESIS" in text
    trips = [["A", [[1, 100, 100], [2, 200, 200]]]]
    timetable = read_timetable([write_feed(tmp_path / "feed", to_tables(trips))], date=TUESDAY)
    told = Findings()
    scenario = read_scenarios([("line-15-sud.toml", LINE_15)])
    edited = edit_timetable(timetable, scenario.line_edits, findings=told)
    counted = next(iter(told)).params
    assert (counted["stops"], counted["new"]) == (8, 8)
    # The trip of the feed leaves at night, and so once more on the next service day.
    assert counted["trips"] == len(edited.trips) - 2
    hops = next(hops for line, hops in list_trips(edited) if line == "15 Sud")
    assert len(hops) == 7
    # The stations stand where a metro at 30 to 90 km/h would be.
    table = edited.stops.set_index("name")
    stops = gpd.GeoSeries.from_xy(table["lon"], table["lat"], crs=4326, index=table.index).to_crs(2154)
    for one, leaves, other, comes in hops:
        assert 30 < stops[one].distance(stops[other]) / (comes - leaves) * 3.6 < 90


@pytest.mark.real_data
def test_line_15_makes_nobody_later_in_hauts_de_seine(shared_data):
    changes = {"departures.to": "09:08", "departures.every_s": 240}
    study = ga.open_study(shared_data / "hauts-de-seine", changes=changes)
    before, after = (ga.open_times(one) for one in (study, study.vary({"scenario.file": str(LINE_15)})))
    sites = before.inputs.sites
    poles = np.flatnonzero((sites["kind"] == "pole").to_numpy())
    tables = [np.stack([seconds for _, seconds in times.transit_seconds(poles)]) for times in (before, after)]
    old, new = (np.where(table == NEVER, np.iinfo(np.int32).max, table) for table in tables)
    assert (new <= old).all()
    # To the nearest pole: Clamart and Issy lie on the line, Villeneuve-la-Garenne has one of its own.
    quicker = (new.min(axis=0) < old.min(axis=0)).any(axis=1)
    gained = before.inputs.residents.loc[quicker].groupby("insee")["weight"].sum()
    assert gained["92023"] > 10_000
    assert gained["92040"] > 4_000
    assert "92078" not in gained.index
