"""The residents' table of a verdict: who is served, by what, and how much is missing; with all that their file says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from geo_access.core.limits import shorten
from geo_access.core.matching import listed
from geo_access.routing.scan import NEVER
from geo_access.verdict.rules import judge_residents, measure_excess

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_access.core.findings import Findings
    from geo_access.routing.travel_times import TravelTimes
    from geo_access.study.presets import Preset
    from geo_access.verdict.rules import NearestSites, Reach

#: Columns of the inputs that the file of residents does not have.
_OWN = ("cell", "insee", "sst", "weight", "x", "y", "geometry")
#: Added to the table when the verdict is in.
_LATER = ("priority_area",)


def judge_cells(
    times: TravelTimes, target: Preset, pole: Reach, antenna: Reach, nearest: NearestSites, findings: Findings
) -> gpd.GeoDataFrame:
    """Return one row a resident: the columns of `coverage.Coverage.residents`, but for priority_area."""
    inputs = times.inputs
    state, share = judge_residents(pole, antenna, times.residents().snapped, target.departures_required)
    # Row -1, no site, is the missing value at the end.
    site_ids, site_names = (np.array([*inputs.sites[name], pd.NA], dtype=object) for name in ("site", "name"))
    cells = inputs.residents[["cell", "insee", "sst", "weight"]].copy()
    cells["state"] = state
    cells["share_of_departures"] = share
    cells["share_pole"] = pole.share
    cells["share_antenna"] = antenna.share
    cells["pole_p50_s"] = _or_missing(pole.median_s)
    cells["pole_site"] = site_ids[pole.site]
    cells["antenna_s"] = _or_missing(antenna.median_s)
    cells["antenna_site"] = site_ids[antenna.site]
    cells["reason"] = _explain(times, pole, state)
    communes = inputs.communes.set_index("insee")
    cells["commune"] = cells["insee"].map(communes["name"])
    named = communes["sst_name"] if "sst_name" in communes else communes["sst"]
    cells["sst_name"] = cells["insee"].map(named)
    limits_s = target.pole.seconds, target.antenna.seconds
    over_s = measure_excess(pole, antenna, limits_s, target.departures_required)
    cells["over_min"] = np.where(state == "unsnapped", np.nan, over_s / 60)
    for kind, sites in nearest.site.items():
        cells[f"nearest_{kind}"] = site_ids[sites]
        cells[f"nearest_{kind}_name"] = site_names[sites]
        seconds = nearest.seconds[kind]
        cells[f"nearest_{kind}_min"] = np.where(seconds < NEVER, seconds / 60, np.nan)
    table = pd.concat([cells, _keep_columns(times, {*cells.columns, *_LATER}, findings)], axis=1)
    return gpd.GeoDataFrame(table, geometry=inputs.residents.geometry)


def _keep_columns(times: TravelTimes, taken: set[str], findings: Findings) -> pd.DataFrame:
    """Return the other columns of the residents' file, under another name where theirs means something else here."""
    inputs = times.inputs
    kept = inputs.residents.drop(columns=[*_OWN])
    names: dict[str, str] = {}
    for column in map(str, kept.columns):
        name = column
        while name in taken:
            name = f"source_{name}"
        taken.add(name)
        if name != column:
            names[column] = name
    if names:
        findings.add(
            "info",
            "study.columns_renamed",
            file=inputs.study.table(times.settings.residents.file),
            count=len(names),
            columns=listed(shorten(f"{column} → {name}") for column, name in names.items()),
        )
    return pd.DataFrame(kept).rename(columns=names)


def _explain(times: TravelTimes, pole: Reach, state: NDArray[np.object_]) -> NDArray[np.object_]:
    """Say of each resident who is not served what stands in the way of a pole."""
    reason = np.full(len(state), pd.NA, object)
    beyond = state == "beyond"
    never = (pole.best_s == NEVER).all(axis=1)
    reason[beyond] = "too_long"
    reason[beyond & (pole.share > 0)] = "too_rare"
    reason[beyond & never] = "unreachable"
    if (beyond & never).any() and times.settings.transit.gtfs:
        reason[beyond & never & (np.diff(times.access.indptr) == 0)] = "no_stop"
    reason[state == "unsnapped"] = "unsnapped"
    return reason


def _or_missing(seconds: NDArray[np.int32]) -> pd.arrays.IntegerArray:
    return pd.arrays.IntegerArray(seconds.astype(np.int64), seconds == NEVER)
