"""Towns of `feed_towns` put to the engine as files: what it answers, in the form of the plain reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
from feed_towns import NODES, FeedTown
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
