"""What a user's type checker sees: mypy checks this file with the package, and nothing runs it.

With `types-geopandas` and `types-shapely` installed, tables of places are GeoDataFrames, not `Any`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_type

import geopandas as gpd
import pandas as pd
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

import geo_access as ga

if TYPE_CHECKING:
    from pathlib import Path


def check_a_study(study: ga.Study) -> None:
    coverage = assert_type(ga.check(ga.open_study()), ga.Coverage)
    assert_type(coverage.communes, gpd.GeoDataFrame)
    assert_type(coverage.communes.crs, CRS | None)
    assert_type(coverage.communes.geometry.union_all(), BaseGeometry)
    for table in (coverage.residents, coverage.sites, coverage.sst):
        assert_type(table, gpd.GeoDataFrame)
    asked = study.with_sites([{"kind": "pole", "lat": 48.8, "lon": 2.26}]).without_sites("PMI Alma")
    assert_type(asked.with_sites(coverage.sites, kind="pole").move_site("Gare", (48.8, 2.27)), ga.Study)
    assert_type(asked.open_sites(["planned"]), ga.Study)
    assert_type(ga.compare(study, asked).communes, gpd.GeoDataFrame)
    assert_type(ga.caravan_reach(coverage, "stops.csv").calendar, pd.DataFrame)
    assert_type(ga.explain_commune(coverage, "92012").journeys, pd.DataFrame)


def measure_times(study: ga.Study) -> None:
    times = assert_type(ga.open_times(study), ga.TravelTimes)
    assert_type(ga.times_table(times), pd.DataFrame)
    assert_type(ga.travel_matrix(times, nth=2, breakdown=True), pd.DataFrame)
    assert_type(ga.check_thresholds(times, pole=[15, 20]), pd.DataFrame)
    assert_type(ga.isochrone_outline(times, "pole", minutes=30), gpd.GeoDataFrame)
    assert_type(ga.redraw_sst(times, 2).communes, gpd.GeoDataFrame)


def read_tables(path: Path) -> None:
    communes = assert_type(ga.read_communes(path, crs="EPSG:2154"), gpd.GeoDataFrame)
    assert_type(ga.read_sites(path, crs="EPSG:2154", communes=communes), gpd.GeoDataFrame)
    assert_type(ga.read_table(path), gpd.GeoDataFrame)
    assert_type(ga.read_table(path, geometry="none"), pd.DataFrame)
    assert_type(ga.fetch_streets(communes, crs="EPSG:2154"), ga.WalkNetwork)
