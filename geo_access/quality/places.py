"""Streets, residents and sites, looked at before they are trusted: what lies off the streets, what does not add up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from geo_access.core.matching import listed
from geo_access.core.shapes import make_points
from geo_access.routing.elsewhere import report_elsewhere

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo_access.core.findings import Findings, Level
    from geo_access.quality.locations import Locations
    from geo_access.routing.travel_times import TravelTimes
    from geo_access.streets.network import WalkNetwork
    from geo_access.study.inputs.inputs import Inputs

#: A commune whose residents are so far from its legal population is named.
OFF_BY = 0.2
#: Farther along the border than this without any street near, the extract is said not to reach beyond the border.
_EDGE_STEP_M, _EDGE_NEAR_M = 400.0, 300.0
#: Share of the junctions beyond the border from which on streets are seen to leave the territory.
_LEAVING = 0.005


def degrees(xy: NDArray[np.float64], crs: str) -> tuple[list[float], list[float]]:
    """Longitudes and latitudes of points (n, 2) in a CRS."""
    lon, lat = Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform(xy[:, 0], xy[:, 1])
    return np.asarray(lon).tolist(), np.asarray(lat).tolist()


# Residents


def check_residents(inputs: Inputs, file: str, findings: Findings, locations: Locations) -> pd.DataFrame:
    """Compare the residents with the legal population by commune; count empty cells and cells at one place.

    Returns
    -------
    DataFrame
        insee, name, cells, residents, population (missing where the file has none), ratio.
    """
    residents, communes = inputs.residents, inputs.communes
    weight = residents["weight"].to_numpy(np.float64)
    sums = residents.groupby("insee")["weight"].agg(["sum", "size"]).reindex(communes["insee"], fill_value=0)
    population = pd.to_numeric(communes["population"], errors="coerce").to_numpy(np.float64)
    people = sums["sum"].to_numpy(np.float64)
    table = pd.DataFrame(
        {
            "insee": communes["insee"].to_numpy(), "name": communes["name"].to_numpy(),
            "cells": sums["size"].to_numpy(np.int64), "residents": people, "population": population,
            "ratio": np.divide(people, population, out=np.full(len(people), np.nan), where=population > 0),
        }
    )  # fmt: skip
    # The weight may count children or households: then only communes that differ from the whole are odd.
    whole = people.sum() / np.nansum(population) if np.nansum(population) > 0 else np.nan
    ratio = table["ratio"].to_numpy() / whole
    off = np.flatnonzero(np.abs(ratio - 1) > OFF_BY)
    if len(off):
        shown = [f"{table['name'].iloc[at]} ({100 * table['ratio'].iloc[at]:.0f}\u00a0%)" for at in off[:5]]
        findings.add(
            "warning", "inspect.communes_off", file=file, count=len(off), percent=100 * OFF_BY, whole=100 * whole,
            examples=", ".join(shown),
        )  # fmt: skip
        inside = shapely.point_on_surface(communes.geometry.to_numpy()[off])
        lon, lat = degrees(shapely.get_coordinates(inside), inputs.study.settings.crs)
        details = [f"{table['residents'].iloc[at]:,.0f} / {table['population'].iloc[at]:,.0f}" for at in off.tolist()]
        locations.add_all("warning", "inspect.communes_off", lon, lat, table["name"].iloc[off].tolist(), details)
    empty = np.flatnonzero(weight == 0)
    if len(empty):
        findings.add("info", "inspect.cells_empty", file=file, count=len(empty), total=len(weight))
    points = np.round(inputs.resident_points, 1)
    _, first, count = np.unique(points, axis=0, return_index=True, return_counts=True)
    again = first[count > 1]
    if len(again):
        cells = residents["cell"].to_numpy()[again]
        findings.add(
            "warning", "inspect.cells_twice", file=file, count=int((count - 1).sum()), places=len(again),
            examples=listed(cells),
        )  # fmt: skip
        lon, lat = degrees(inputs.resident_points[again], inputs.study.settings.crs)
        locations.add_all("warning", "inspect.cells_twice", lon, lat, cells.tolist())
    return table


# Sites


def check_sites(
    inputs: Inputs, times: TravelTimes, stops: pd.DataFrame, file: str, findings: Findings, locations: Locations
) -> pd.DataFrame:
    """Look at the sites: closed on the date, off the streets, far from any stop, at one point.

    Returns
    -------
    DataFrame
        site, name, kind, status, location, insee, lon, lat, open, snapped, stop_m (to the nearest stop that is served,
        a straight line; NaN without one).
    """
    from scipy.spatial import cKDTree

    sites, date = inputs.sites, inputs.study.settings.date
    lon, lat = degrees(inputs.site_points, inputs.study.settings.crs)
    table = pd.DataFrame(
        {name: sites[name].to_numpy() for name in ("site", "name", "kind", "status", "location", "insee")}
    )
    table["lon"], table["lat"], table["open"] = lon, lat, sites["open"].to_numpy(bool)
    table["snapped"] = times.walker().place(inputs.site_points).snapped
    served = stops.loc[stops["used"] & np.isfinite(stops["x"]), ["x", "y"]].to_numpy(np.float64)
    table["stop_m"] = cKDTree(served).query(inputs.site_points)[0] if len(served) else np.nan
    limit_m = times.settings.walking.limits_min.egress * 60 * 4.8 / 3.6

    def tell(mask: NDArray[np.bool_], level: str, code: str, details: Sequence[object], **more: Any) -> None:
        at = np.flatnonzero(mask)
        if len(at):
            names = table["name"].iloc[at].tolist()
            chosen: Any = level
            findings.add(
                chosen, code, file=file, row=inputs.call_site_row(int(at[0])) if "row" in sites else None,
                count=len(at), total=len(table), examples=listed(names), **more,
            )  # fmt: skip
            locations.add_all(
                chosen, code, table["lon"].iloc[at].tolist(), table["lat"].iloc[at].tolist(), names,
                [details[k] for k in at.tolist()],
            )  # fmt: skip

    closed = ~table["open"].to_numpy(bool)
    reasons = [_format_closed(row, date) for row in sites.to_dict("records")]
    tell(closed, "info", "inspect.sites_closed", reasons, date=date.isoformat())
    snap_m = times.settings.walking.snap_m
    tell(~table["snapped"].to_numpy(bool), "warning", "inspect.sites_unsnapped", table["kind"].tolist(), snap_m=snap_m)
    if len(served):
        far = table["stop_m"].to_numpy(np.float64)
        tell(
            far > limit_m, "warning", "inspect.sites_without_stop", [f"{metres:,.0f} m" for metres in far],
            limit_m=float(limit_m),
        )  # fmt: skip
    return table


def _format_closed(row: dict[Any, Any], date: dt.date) -> str:
    if row["status"] != "open":
        return str(row["status"])
    since, until = row.get("open_from"), row.get("open_until")
    if since is not None and since > date:
        return f"{since} →"
    return f"→ {until}" if until is not None else ""


# Streets and the stops on them


def check_streets(inputs: Inputs, times: TravelTimes, findings: Findings, locations: Locations) -> dict[str, Any]:
    """Look at the streets: islands, how far they reach, who cannot be snapped to them. Returns facts as JSON values."""
    walking, crs = times.settings.walking, inputs.study.settings.crs
    placed = times.residents()
    loose = np.flatnonzero(~placed.snapped)
    weight = inputs.residents["weight"].to_numpy(np.float64)
    facts: dict[str, Any] = {
        "walking": times.walker().mode, "unsnapped_cells": len(loose),
        "unsnapped_people": float(weight[loose].sum()),
    }  # fmt: skip
    if len(loose):
        cells = inputs.residents["cell"].to_numpy()[loose]
        findings.add(
            "warning" if weight[loose].sum() else "info", "inspect.residents_unsnapped",
            file=", ".join(walking.streets), count=len(loose), people=float(weight[loose].sum()),
            percent=float(100 * weight[loose].sum() / max(weight.sum(), 1e-9)), snap_m=walking.snap_m,
            examples=listed(cells),
        )  # fmt: skip
        lon, lat = degrees(inputs.resident_points[loose], crs)
        details = [f"{people:,.0f}" for people in weight[loose]]
        locations.add_all("warning", "inspect.residents_unsnapped", lon, lat, cells.tolist(), details)
    if times.walker().mode != "streets":
        return facts
    streets = times.streets
    area = shapely.union_all(inputs.communes.geometry.to_numpy())
    facts |= {
        "streets": streets.street_count, "km": float(streets.length_m.sum() / 1000),
        **{name: streets.summary.get(name) for name in ("islands", "island_nodes", "min_island_nodes", "filter")},
        "limited_km": float(streets.length_m[streets.limited].sum() / 1000),
    }  # fmt: skip
    from geo_access.streets.ties import StreetPlaces

    if isinstance(placed, StreetPlaces):
        tied = placed.ties.street[: len(placed)]
        limited = np.flatnonzero(streets.limited[np.maximum(tied, 0)] & (tied >= 0))
        if len(limited):
            findings.add(
                "info", "inspect.residents_limited", file=", ".join(walking.streets), count=len(limited),
                people=float(weight[limited].sum()), examples=listed(inputs.residents["cell"].to_numpy()[limited]),
            )  # fmt: skip
    _report_bare_communes(inputs, streets, ", ".join(walking.streets), findings, locations)
    reach_m = max(walking.limits_min.access, walking.limits_min.direct) * 60 * 4.8 / 3.6
    facts["edge_share"] = _tell_edge(area, streets, reach_m, crs, ", ".join(walking.streets), findings, locations)
    return facts


def _report_bare_communes(
    inputs: Inputs, streets: WalkNetwork, file: str, findings: Findings, locations: Locations
) -> None:
    """Name communes of which a good part of the residents live where the extract has hardly any street."""
    shapes = inputs.communes.geometry.to_numpy()
    tree = shapely.STRtree(make_points(streets.x, streets.y))
    counts = np.bincount(tree.query(shapes, predicate="contains")[0], minlength=len(shapes))
    km2 = shapely.area(shapes) / 1e6
    bare = np.flatnonzero(counts < 2 * km2)
    if len(bare):
        names = inputs.communes["name"].to_numpy()[bare]
        findings.add("warning", "inspect.communes_bare", file=file, count=len(bare), examples=listed(names))
        inside = shapely.get_coordinates(shapely.point_on_surface(shapes[bare]))
        lon, lat = degrees(inside, inputs.study.settings.crs)
        locations.add_all("warning", "inspect.communes_bare", lon, lat, names.tolist())


def _tell_edge(
    area: shapely.Geometry,
    streets: WalkNetwork,
    reach_m: float,
    crs: str,
    file: str,
    findings: Findings,
    locations: Locations,
) -> float:
    """Share of a line around the territory, one walk away, that has a street near: 0 where the extract ends before."""
    edge = shapely.boundary(shapely.buffer(area, reach_m))
    count = max(int(shapely.length(edge) / _EDGE_STEP_M), 8)
    points = shapely.get_coordinates(
        shapely.line_interpolate_point(edge, np.linspace(0, 1, count, endpoint=False), normalized=True)
    )
    from scipy.spatial import cKDTree

    away = np.asarray(cKDTree(np.column_stack([streets.line_x, streets.line_y])).query(points)[0], np.float64)
    bare = away > _EDGE_NEAR_M
    share = float(1 - bare.mean())
    if share < 0.5:
        # Streets that leave the territory and end soon after were cut; where none leaves it, there may be the sea.
        shapely.prepare(area)
        leaving = 1 - float(np.mean(shapely.contains_xy(area, streets.x, streets.y)))
        level: Level = "warning" if leaving > _LEAVING else "info"
        findings.add(level, "inspect.streets_end", file=file, percent=100 * share, reach_m=float(reach_m))
        lon, lat = degrees(points[bare], crs)
        locations.add_all(level, "inspect.streets_end", lon, lat, [f"{metres:,.0f} m" for metres in away[bare]])
    return share


def check_stop_places(
    inputs: Inputs, times: TravelTimes, stops: pd.DataFrame, findings: Findings, locations: Locations
) -> pd.DataFrame:
    """Say where the feeds' stops are: inside the territory, near it, beyond; and whether walkers get to them.

    Returns
    -------
    DataFrame
        The stops with ``outside_m`` (to the territory, 0 inside, NaN without a position) and ``snapped``.
    """
    area = shapely.union_all(inputs.communes.geometry.to_numpy())
    shapely.prepare(area)
    xy = stops[["x", "y"]].to_numpy(np.float64)
    known = np.isfinite(xy).all(axis=1)
    outside_m = np.full(len(xy), np.nan)
    outside_m[known] = shapely.distance(area, shapely.points(xy[known]))
    used = stops["used"].to_numpy(bool)
    snapped = np.zeros(len(xy), bool)
    snapped[known & used] = times.walker().place(xy[known & used]).snapped
    table = stops.assign(outside_m=outside_m, snapped=snapped)
    walking = times.settings.walking
    reach_m = walking.limits_min.access * 60 * 4.8 / 3.6
    # A stop that nobody of the territory could walk to is none of the streets' faults.
    loose = np.flatnonzero(used & known & ~snapped & (outside_m <= reach_m))
    beyond = int((used & known & ~snapped & (outside_m > reach_m)).sum())
    if len(loose):
        names = [
            name or stop for name, stop in zip(stops["name"].iloc[loose], stops["stop_id"].iloc[loose], strict=True)
        ]
        findings.add(
            "warning", "inspect.stops_unsnapped", file=", ".join(walking.streets), count=len(loose),
            total=int((used & (outside_m <= reach_m)).sum()), snap_m=walking.snap_m, examples=listed(names),
        )  # fmt: skip
        locations.add_all(
            "warning", "inspect.stops_unsnapped", stops["lon"].iloc[loose].tolist(), stops["lat"].iloc[loose].tolist(),
            names,
        )  # fmt: skip
    if beyond:
        findings.add("info", "inspect.stops_beyond_streets", file=", ".join(walking.streets), count=beyond)
    far = int((used & (outside_m > reach_m)).sum())
    if far:
        findings.add(
            "info", "inspect.stops_outside", file=None, count=far, total=int(used.sum()),
            percent=100 * far / max(int(used.sum()), 1), reach_m=float(reach_m),
        )  # fmt: skip
    served = table[used]
    feeds = list(dict.fromkeys(table["feed"]))
    report_elsewhere(
        [str(inputs.study.path(name)) for name in feeds],
        served["feed"].map({name: number for number, name in enumerate(feeds)}).to_numpy(np.int64),
        served["lon"].to_numpy(np.float64), served["lat"].to_numpy(np.float64), inputs.resident_points,
        crs=inputs.study.settings.crs,
        reach_m=walking.limits_min.seconds("access") * times.profile.speed_kmh / 3.6, findings=findings,
    )  # fmt: skip
    return table


def point_out_places(inputs: Inputs, locations: Locations) -> None:
    """Put on the map the sites that reading the inputs speaks of."""
    rows = {inputs.call_site_row(at): at for at in range(len(inputs.sites))} if "row" in inputs.sites else {}
    lon, lat = degrees(inputs.site_points, inputs.study.settings.crs)
    names = inputs.sites["name"].tolist()
    for finding in inputs.findings:
        catalogue, _, name = finding.code.partition(".")
        if catalogue == "places" and name.startswith("site_") and finding.row in rows:
            at = rows[finding.row]
            locations.add(finding.level, finding.code, lon[at], lat[at], names[at])
