"""The page judges as Python does: engine.js under node, for studies of every kind, against `check`."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from live_states import check_same, draw_states
from locations import PORTO_ALEGRE
from node import ASSETS, run_node
from small_study import degrees, write_small_study

import geo_access as ga
from geo_access.analysis.placement.most_helpful import take_offer
from geo_access.core.errors import ArgumentError, InputError
from geo_access.report.map import live_data
from geo_access.report.map.live_data import pack_live
from geo_access.report.map.live_packing import deflate, find_near, pack_numbers, pack_rides, pack_walks
from geo_access.routing.scan import NEVER

if TYPE_CHECKING:
    from pathlib import Path

_JUDGE = """
const { openEngine } = require(ASSETS + "/engine.js"), { inflateNow } = require(ASSETS + "/inflate.js");
const { header, data, states } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const engine = openEngine(header, inflateNow(new Uint8Array(Buffer.from(data, "base64"))));
const plain = (values) => Array.from(values, (value) => (Number.isNaN(value) ? null : value));
process.stdout.write(JSON.stringify(states.map((state) => {
  const { cells, ...said } = engine.judge(state);
  const told = { departures: cells.departures };
  for (const name of ["state", "held", "pole", "antenna", "pole_s", "antenna_s"]) told[name] = plain(cells[name]);
  const counting = new Set([...engine.listCounting("pole", said.state), ...engine.listCounting("antenna", said.state)]);
  const reach = Object.fromEntries([...counting].map((row) => {
    const { kinds, residents, only } = engine.reach(row, said.state);
    const where = (kind) => Array.from(kinds.keys()).filter((cell) => kinds[cell] === kind);
    const cells = where(0).concat(where(1)).sort((a, b) => a - b);
    return [engine.sites[row].id, { cells, only_cells: where(0), residents, only }];
  }));
  return { ...said, cells: told, reach };
})));
"""


def judge_in_node(live, states: list[dict]) -> list[dict]:
    said = json.dumps({"header": live.header, "data": live.text, "states": states})
    return json.loads(run_node("-e", f"const ASSETS = {json.dumps(str(ASSETS))};{_JUDGE}", said=said))


def prove(study, count: int, seed: int, *, windows: int = 2, offer: object = 6) -> dict:
    coverage = ga.check(study)
    live = pack_live(coverage, offer, "fr")
    assert live is not None
    states = draw_states(live.header, count, seed, windows=windows)
    check_same(study, live.header, [*states], judge_in_node(live, states))
    return live.header


@pytest.fixture(scope="module")
def sample():
    return ga.check(ga.open_study())


# Studies of every kind


_SITES = """site,name,kind,insee,x,y,status,operator,label,sst
a,Pôle de l’Est,pole,01002,6000,100,open,,,
b,Pôle de l’Ouest,pole,01001,-300,-200,open,,,
c,Pôle à venir,pole,01002,3400,300,planned,,,
d,Pôle en travaux,pole,01001,1500,0,renovation,,,
e,Pôle partenaire,pole,01001,2200,0,open,partner,,
f,Antenne de l’Ouest,antenne,01001,0,100,open,,,
g,PMI de l’Est,pmi,01002,4100,500,open,,,
h,PMI fermée,pmi,01001,900,300,closed,,,
i,Annexe,annexe,01002,5200,-300,open,,,ouest
j,Permanence,permanence,01001,700,0,open,,,
k,Antenne de l’Est,antenne,01002,6000,100,open,,,
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Path:
    """A small study with sites of every status, two of them at one address, one in the pool of its neighbour."""
    folder = write_small_study(tmp_path_factory.mktemp("live") / "small")
    head, *rows = _SITES.strip().splitlines()
    lines = [head.replace(",x,y,", ",lon,lat,")]
    for row in rows:
        cells = row.split(",")
        cells[4:6] = map(str, degrees(float(cells[4]), float(cells[5])))
        lines.append(",".join(cells))
    (folder / "sites.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


_PLACES = pd.DataFrame(
    [
        {"name": f"Lieu {x}", "lon": degrees(x, y)[0], "lat": degrees(x, y)[1]}
        for x, y in ((2500, 40), (-500, 300), (4900, 0))
    ]
)
_OWN_SST = {"territory.sst.column": "sst_after"}
_STUDIES = {
    "as it was spoken": {},
    "own district, at most": {"policy.preset": "discours-2023-06", **_OWN_SST},
    "presence": {"policy.preset": "discours-2023-11", "policy.required_share": 0.6},
    "planned open, partners and annexes count": {
        "policy.planned": "open",
        "policy.partner_operated_count": True,
        "policy.annex_counts_as_pole": True,
    },
    "both ride, one in its own district": {
        "policy.antenna.mode": "transit",
        "policy.antenna.pool": "own_sst",
        "policy.antenna.le": 12.5,
        **_OWN_SST,
    },
    "on foot alone": {"policy.pole.mode": "walk", "policy.pole.le": 25, "transit.gtfs": []},
    "walked pole, ridden antenna": {"policy.pole.mode": "walk", "policy.pole.pool": "own_sst", **_OWN_SST}
    | {"policy.antenna.mode": "best_of"},
    "another walker": {
        "policy.antenna.profile": "wheelchair",
        "walking.limits_min.direct": 40,
        "walking.profile": "senior",
    },
    "off the grid": {"departures.from": "08:59:30", "departures.to": "09:31:10", "departures.every_s": 210},
    "after midnight": {"departures.from": "21:00", "departures.to": "25:30:00", "departures.every_s": 900},
    "nobody but one": {"policy.pole.kinds": ["permanence"], "policy.antenna.kinds": ["pmi"]},
}


@pytest.mark.parametrize("changes", _STUDIES.values(), ids=_STUDIES)
def test_the_page_judges_as_python_does(small, changes):
    header = prove(ga.open_study(small, changes=changes), 6, seed=len(changes) + 7, windows=3, offer=_PLACES)
    assert len({site["place"] for site in header["sites"] if "place" in site}) == len(_PLACES)


def test_a_promise_of_the_studys_own_is_judged_with_its_own_kinds(shared_data):
    prove(ga.open_study(PORTO_ALEGRE / "reading.toml"), 2, seed=3, windows=1, offer=4)


# Candidates


def test_a_candidate_gains_what_opening_it_brings_and_the_first_would_serve_most(sample):
    live = pack_live(sample, 12, "fr")
    offered = [site for site in live.header["sites"] if "place" in site]
    before, *after = judge_in_node(live, [{}, *({"opened": [site["id"]]} for site in offered)])
    for site, answer in zip(offered, after, strict=True):
        assert site["gained"] == pytest.approx(answer["total"]["served"] - before["total"]["served"])
    poles = [site for site in offered if site["kind"] == "pole"]
    assert [site["place"] for site in poles] == [*range(12)]
    assert poles[0]["gained"] == max(site["gained"] for site in poles) > 0
    # The second brings most beside the first.
    first = poles[0]["id"]
    beside = judge_in_node(live, [{"opened": [first, site["id"]]} for site in poles[1:]])
    served = [answer["total"]["served"] for answer in beside]
    assert served[0] == max(served)


def test_candidates_are_a_number_or_a_list_or_refused(sample, tmp_path):
    assert not any("place" in site for site in pack_live(sample, 0, "fr").header["sites"])
    places = sample.communes.geometry.representative_point().to_crs("EPSG:4326")
    listed = pd.DataFrame({"name": [f"Lieu {i}" for i in range(3)], "lat": places.y[:3], "lon": places.x[:3]})
    file = tmp_path / "lieux.csv"
    listed.to_csv(file, index=False)
    named = {site["name"] for site in pack_live(sample, str(file), "fr").header["sites"] if "place" in site}
    assert named == {"Lieu 0", "Lieu 1", "Lieu 2"}
    for wrong in ("-1", "201", "4.5", 1e9, -3, "1e3"):
        with pytest.raises(InputError, match=r"[Nn]ombre|number"):
            take_offer(wrong)
    for wrong in (None, True, object()):
        with pytest.raises(ArgumentError):
            take_offer(wrong)
    with pytest.raises(InputError, match="nulle-part"):
        ga.coverage_map(sample, candidates=tmp_path / "nulle-part.csv")
    many = pd.concat([listed] * 70, ignore_index=True)
    many["name"], many["lat"] = [f"Lieu {i}" for i in range(210)], many["lat"] + np.arange(210) * 1e-5
    with pytest.raises(InputError, match="210"):
        ga.coverage_map(sample, candidates=many)


# What is not carried


def test_what_the_page_does_not_carry_is_said_and_not_guessed(sample):
    live = pack_live(sample, 0, "fr")
    asked = [
        ({"pole": 31}, ["pole"]),
        ({"pole": 0}, ["pole"]),
        ({"pole": "20"}, ["pole"]),
        ({"antenna": 1441}, ["antenna"]),
        ({"departures": 0}, ["departures"]),
        ({"departures": 1.01}, ["departures"]),
        ({"from": "08:59"}, ["clock"]),
        ({"from": "09:00:30"}, ["clock"]),
        ({"to": "11:01"}, ["clock"]),
        ({"to": "09:00"}, ["clock"]),
        ({"from": "neuf heures"}, ["clock"]),
        ({"closed": ["S01", "nowhere"]}, ["site:nowhere"]),
        ({"opened": ["pole@1.0,2.0"], "pole": 99}, ["pole", "site:pole@1.0,2.0"]),
    ]
    answers = judge_in_node(live, [{}, *(state for state, _ in asked), {"closed": ["S01"]}])
    for (state, missing), answer in zip(asked, answers[1:-1], strict=True):
        assert answer["missing"] == missing, state
    assert answers[0]["missing"] == []
    assert answers[12]["communes"] == answers[-1]["communes"], "what the page knows is taken"
    assert all(answer["communes"] == answers[0]["communes"] for answer in answers[1:12])


def test_what_is_open_or_closed_of_itself_is_left_alone(sample):
    live = pack_live(sample, 3, "fr")
    opens, waits = ([site["id"] for site in live.header["sites"] if site["open"] is open_] for open_ in (True, False))
    (answer,) = judge_in_node(live, [{"opened": [*opens, waits[-1]], "closed": [*waits, opens[0]]}])
    assert (answer["state"]["opened"], answer["state"]["closed"]) == ([waits[-1]], [opens[0]])


def test_no_place_is_offered_for_a_rule_that_nothing_counts_for(small):
    coverage = ga.check(ga.open_study(small, changes={"policy.antenna.kinds": []}))
    offered = [site for site in pack_live(coverage, 3, "fr").header["sites"] if "place" in site]
    assert {site["kind"] for site in offered} == {"pole"}


def test_a_walk_is_known_whole_where_the_study_walks_no_farther(sample):
    header = pack_live(sample, 0, "fr").header
    walked = header["tables"][header["rules"]["antenna"]["table"]]
    assert (walked["rides"], walked["carried"]) == (False, None)
    ridden = header["tables"][header["rules"]["pole"]["table"]]
    assert (ridden["rides"], ridden["carried"]) == (True, 30 * 60)


def test_a_coverage_without_times_or_with_too_many_is_a_page_that_says_the_verdict_alone(sample, monkeypatch):
    bare = replace(sample, times=None)
    assert pack_live(bare, 3, "fr") is None
    monkeypatch.setattr(live_data, "MOST_BYTES", 45_000)
    # Candidates go first.
    fewer = pack_live(sample, 11, "fr")
    assert {site.get("place") for site in fewer.header["sites"]} < {None, *range(11)}
    monkeypatch.setattr(live_data, "MOST_BYTES", 100)
    assert pack_live(sample, 13, "fr") is None


# Packing


def draw_rides(cells: int, count: int, every_s: int, seed: int):
    """Vehicles that leave now and then, a walk that is sometimes faster, and times that follow no rule at all."""
    draw = np.random.default_rng(seed)
    leave = np.arange(count) * every_s
    vehicles = np.sort(draw.integers(0, count * every_s + 4000, draw.integers(1, 9)))
    at = np.searchsorted(vehicles, leave[None, :] + draw.integers(0, 900, cells)[:, None])
    arrivals = np.append(vehicles + draw.integers(60, 3000), NEVER)[at]
    seconds = np.where(arrivals < NEVER, arrivals - leave, NEVER).astype(np.int64)
    walks = np.where(draw.random(cells) < 0.5, draw.integers(0, 1500, cells), NEVER)
    seconds = np.minimum(seconds, walks[:, None])
    odd = draw.random(cells) < 0.3
    seconds[odd] = draw.integers(0, 65_000, (int(odd.sum()), count))
    return seconds.astype(np.int32), walks.astype(np.int32)


@given(st.integers(1, 9), st.integers(1, 40), st.integers(1, 400), st.integers(0, 64_000), st.integers(0, 2**32 - 1))
def test_unpacking_gives_the_seconds_back_exactly(cells, count, every_s, within_s, seed):
    seconds, walks = draw_rides(cells, count, every_s, seed)
    rows = find_near(seconds, within_s)
    packed = pack_rides(rows, seconds[rows], walks[rows], every_s, within_s)
    found_rows, found = read_plainly(packed, count, every_s)
    assert found_rows == rows.tolist()
    assert found == [[int(s) if s <= within_s else None for s in row] for row in seconds[rows]]
    assert not (np.delete(seconds, rows, axis=0) <= within_s).any(), "whoever is left out is not there in time"


def read_plainly(packed: bytes, count: int, every_s: int) -> tuple[list[int], list[list[int | None]]]:
    numbers = iter(list_numbers(packed))
    rows = [*accumulate(next(numbers) for _ in range(next(numbers)))]
    walks = [next(numbers) for _ in rows]
    arrivals = [*accumulate(next(numbers) for _ in range(next(numbers)))]
    found = []
    for walk in walks:
        told: list[int | None] = []
        arrival = len(arrivals) - 1
        for departure in range(count):
            said = next(numbers)
            if said > 2:
                arrival = (arrival + said - 2) % len(arrivals)
            told.append(walk if said == 1 else None if said == 2 else arrivals[arrival] - departure * every_s)
        found.append(told)
    assert next(numbers, None) is None
    return rows, found


def list_numbers(packed: bytes) -> list[int]:
    numbers, number, shift = [], 0, 0
    for byte in packed:
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            numbers.append(number)
            number = shift = 0
    return numbers


@given(st.lists(st.integers(0, 2**62)))
def test_numbers_are_read_as_they_were_written(numbers):
    assert list_numbers(pack_numbers(np.array(numbers, np.uint64))) == numbers


def test_the_page_unpacks_as_a_plain_reader_does():
    draw = random.Random(5)  # noqa: S311 -- not for secrets
    cases, wanted = [], []
    for seed in range(60):
        count, every_s, within_s = draw.randrange(1, 50), draw.randrange(1, 400), draw.randrange(0, 64_000)
        seconds, walks = draw_rides(draw.randrange(1, 9), count, every_s, seed)
        rows = find_near(seconds, within_s)
        packed = pack_rides(rows, seconds[rows], walks[rows], every_s, within_s)
        on_foot = pack_walks(walks, within_s)
        near = np.flatnonzero(walks <= within_s)
        cases.append([deflate(packed + on_foot).hex(), count, every_s])
        said = np.where(seconds[rows] <= within_s, seconds[rows], 65_535)
        wanted.append([rows.tolist(), said.ravel().tolist(), near.tolist(), walks[near].tolist()])
    script = """
    const { Numbers, readRides, readWalks, inflate } = require(ASSETS + "/unpack.js");
    const { inflateNow } = require(ASSETS + "/inflate.js");
    const cases = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
    (async () => console.log(JSON.stringify(await Promise.all(cases.map(async ([hex, count, every]) => {
      const packed = new Uint8Array(Buffer.from(hex, "hex")), bytes = await inflate(packed), now = inflateNow(packed);
      if (Buffer.compare(bytes, now) !== 0) throw new Error("the two ways to inflate differ");
      const numbers = new Numbers(bytes), rides = readRides(numbers, count, every), walks = readWalks(numbers);
      if (numbers.at !== bytes.length) throw new Error("not all was read");
      return [rides.cells, rides.seconds, walks.cells, walks.seconds].map((values) => Array.from(values));
    })))))();
    """
    assert (
        json.loads(run_node("-e", f"const ASSETS = {json.dumps(str(ASSETS))};{script}", said=json.dumps(cases)))
        == wanted
    )
