"""One bus route on a street grid, whose exact answer is known under two boarding rules."""

from __future__ import annotations

import json

import pandas as pd
import pytest

import geo_access as ga

pytestmark = pytest.mark.real_data

RULES = {
    "slack0_inclusive": {"transit.boarding_slack_s": 0, "transit.boarding_rule": "inclusive"},
    "r5_slack60_strict": {"transit.boarding_slack_s": 60, "transit.boarding_rule": "strict"},
}


@pytest.fixture(scope="module")
def study(shared_data, tmp_path_factory):
    folder, grid = tmp_path_factory.mktemp("grid"), shared_data / "fixtures" / "grid"
    places = pd.read_csv(grid / "A_single_route.destinations.csv")
    places.assign(ind=1)[places["id"] == "ORIGIN"].to_csv(folder / "residents.csv", index=False)
    places[places["id"] != "ORIGIN"].assign(kind="pole", name=places["id"]).to_csv(folder / "sites.csv", index=False)
    corners = [[136.4, -25.6], [136.7, -25.6], [136.7, -25.4], [136.4, -25.4], [136.4, -25.6]]
    commune = {
        "type": "Feature",
        "properties": {"insee": "99001", "name": "Grid"},
        "geometry": {"type": "Polygon", "coordinates": [corners]},
    }
    (folder / "communes.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [commune]}))
    (folder / "study.toml").write_text(f"""
name = "Grid"
date = 2020-01-06
crs = "EPSG:32753"
departures = {{ from = "07:00", to = "09:00" }}
territory = {{ communes = "communes.geojson" }}
residents = {{ file = "residents.csv", weight = "ind", id = "id" }}
sites = {{ file = "sites.csv" }}
[walking]
streets = "{(grid / "A_single_route.osm").as_posix()}"
speed_kmh = 3.6
limits_min = {{ access = 30, egress = 30, transfer = 16, direct = 30 }}
[transit]
gtfs = ["{(grid / "A_single_route.gtfs.zip").as_posix()}"]
""")
    return ga.open_study(folder)


@pytest.mark.parametrize("rule", RULES)
def test_the_seconds_are_those_of_the_fixture(study, shared_data, rule):
    expected = pd.read_csv(shared_data / "fixtures" / "grid" / f"A_single_route.expected_{rule}.csv")
    times = ga.open_times(study.vary(RULES[rule]))
    name_of = times.inputs.sites.set_index("site")["name"]
    compared = 0
    for table in ga.departure_table(times):
        name = name_of[table["site"].iloc[0]]
        # A walk of 200 s on the fixture's sphere may come out one or two seconds off on the ellipsoid, and a longer one
        # in proportion.
        difference = table["seconds"].to_numpy(float) - expected[name].to_numpy(float)
        assert abs(difference).max() <= 0.006 * expected[name].max() + 2, (name, difference.min(), difference.max())
        assert (abs(difference) <= 2).mean() > 0.9, name
        compared += len(table)
    assert 6 * 120 == compared
