"""From files to seconds: streets, feed and settings through the engine, against a plain reading of the same files.

The last test shows that the towns hold what they are meant to hold: each rule occurs, and changes answers.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
from feed_towns import DAYS_OF_CHANGE, NODES, FeedTown, PlainTown, list_towns
from gtfs_oracle import write_feed
from street_maps import CRS, write_map

from geo_access.core.cache import Cache, hash_file
from geo_access.core.findings import Findings
from geo_access.routing.scan import NEVER
from geo_access.routing.travel_times import TravelTimes
from geo_access.study.inputs.inputs import Inputs
from geo_access.study.settings import read_settings
from geo_access.study.study import Study

if TYPE_CHECKING:
    from pathlib import Path

#: So many towns are put to the engine, and shown to hold every rule.
N_TOWNS = 200


def write_town(town: FeedTown, folder: Path) -> Study:
    """Write the town's files; its study needs no communes for travel times."""
    write_feed(folder / "feed", town.tables)
    write_map(folder, NODES, town.ways)
    first, every, count = town.window
    clock = [f"{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in (first, first + every * count)]
    document = {
        "name": "Town",
        "date": town.date,
        "crs": CRS,
        "departures": {"from": clock[0], "to": clock[1], "every_s": every},
        "territory": {"communes": "none"},
        "residents": {"file": "none"},
        "sites": {"file": "none"},
        "walking": {
            "streets": "map.osm",
            "profile": town.profile,
            "min_island_nodes": 1,
            "limits_min": {leg: seconds / 60 for leg, seconds in town.limits.items()},
        },
        "transit": {
            "gtfs": "feed",
            "boarding_slack_s": town.slack,
            "boarding_rule": "strict" if town.strict else "inclusive",
            "wheelchair_unknown": town.unknown,
        },
    }
    return Study(read_settings(document, file=folder / "study.toml"), folder / "study.toml", document)


def open_town(town: FeedTown, folder: Path) -> TravelTimes:
    study = write_town(town, folder)
    points = [gpd.GeoSeries.from_xy(*zip(*map(NODES.get, nodes), strict=True), crs=4326).to_crs(CRS)
              for nodes in (town.homes, town.sites)]  # fmt: skip
    residents = gpd.GeoDataFrame({"x": points[0].x, "y": points[0].y}, geometry=points[0])
    hashes = tuple((name, hash_file(folder / name)) for name in ("map.osm", "feed"))
    inputs = Inputs(study, residents, residents, gpd.GeoDataFrame(geometry=points[1]), hashes, Findings())
    return TravelTimes(inputs, cache=Cache(None))


def ask_engine(town: FeedTown, folder: Path) -> dict:
    """Answer as `PlainTown.table` does."""
    table = {}
    for site, seconds in open_town(town, folder).transit_seconds(range(len(town.sites))):
        for home in range(len(town.homes)):
            table[home, site] = [None if s == NEVER else int(s) for s in seconds[home]]
    return table


@pytest.mark.parametrize("number", range(N_TOWNS))
def test_the_engine_answers_as_a_plain_reading_of_the_files(number, tmp_path):
    town = list_towns(N_TOWNS)[number]
    found = ask_engine(town, tmp_path)
    assert PlainTown(town, tmp_path / "feed").table() == found


RULES = {
    "yesterday", "clock change", "pickup and drop-off types", "wheelchair", "unknown wheelchair", "steps", "one way",
    "closed ways", "access limit", "egress limit", "transfer limit", "direct limit", "slack to the second", "strict",
    "transfer type 0 or 1", "transfer type 2", "transfer type 3",
}  # fmt: skip


def other_tables(tables: dict) -> dict:
    """The same feed, one thing about it changed: by what it is that changes."""
    transfers = [line.split(",") for line in tables["transfers.txt"].splitlines()]
    head, rows = transfers[0], transfers[1:]
    text = "\n".join

    def rewritten(rule):
        return tables | {"transfers.txt": text(map(",".join, [head, *filter(None, map(rule, rows))]))}

    stops = [line.split(",") for line in tables["stops.txt"].splitlines()]
    alone = text(",".join([*row[:4], "" if row[0] != "stop_id" else row[4], row[5]]) for row in stops)
    return {
        "frequencies": tables | {"frequencies.txt": None},
        "platforms of one station": tables | {"stops.txt": alone},
        "transfer types 4 and 5": rewritten(lambda row: [*row[:2], "3", *row[3:]] if row[2] in ("4", "5") else row),
        "transfers by route or trip": rewritten(lambda row: [*row[:4], "", ""]),
        "a station's transfers": rewritten(lambda row: None if "S" in row[:2] else row),
    }


def test_every_rule_occurs_and_changes_answers(tmp_path):
    """A rule that no town needs is not tested by any of them."""
    matters: Counter = Counter()
    dates: Counter = Counter()

    for seed, town in enumerate(list_towns(N_TOWNS)):
        feed = write_feed(tmp_path / str(seed), town.tables)
        answers = PlainTown(town, feed).table()
        for rule in RULES:
            matters[rule] += answers != PlainTown(town, feed, frozenset({rule})).table()
        dates[town.timezone, town.date] += answers != PlainTown(town, feed, frozenset({"clock change"})).table()
        for rule, tables in other_tables(town.tables).items():
            other = write_feed(tmp_path / f"{seed}-{rule}", tables)
            matters[rule] += answers != PlainTown(town, other).table()
    scarce = {rule: count for rule, count in matters.items() if not count}
    assert not scarce, scarce
    assert {day for day, count in dates.items() if count} >= set(DAYS_OF_CHANGE), dates
