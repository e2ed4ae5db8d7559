"""Judged studies made up by hand: what maps and reports draw, without reading or searching anything.

Results follow from straight-line distances, so that they look like a town's and are the same on every run.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import Point, box

from geo_access.core.findings import Finding
from geo_access.study.presets import PRESETS, Preset

if TYPE_CHECKING:
    from pathlib import Path

CRS = "EPSG:2154"
ORIGIN = (648_000.0, 6_862_000.0)
NASTY = "<script>alert(1)</script>"


@dataclass(frozen=True)
class MadeCoverage:
    """The fields of `geo_access.verdict.coverage.Coverage`."""

    residents: gpd.GeoDataFrame
    communes: gpd.GeoDataFrame
    sst: gpd.GeoDataFrame
    sites: gpd.GeoDataFrame
    summary: dict[str, Any]
    findings: tuple[Finding, ...]
    meets: bool
    preset: Preset
    language: str
    times: Any = None
    priority: gpd.GeoDataFrame | None = None


def make_coverage(
    *,
    language: str = "fr",
    preset: str = "discours-2024-04",
    zoned: bool = True,
    unsnapped: bool = True,
    nasty: bool = True,
    findings: bool = True,
) -> MadeCoverage:
    """Four inhabited communes and an empty one, in two SST, with a site of every kind and status."""
    x0, y0 = ORIGIN
    names = ["Aubrive", "Bellecombe-l’Église", "Clairval", "Désertine", "Eaux-Vives & Cie"]
    side = 1600
    communes = gpd.GeoDataFrame(
        {
            "insee": ["01001", "01002", "01003", "01004", "01005"],
            "name": names,
            "sst": ["nord", "nord", "sud", "sud", "sud"] if zoned else [None] * 5,
            "population": [4000.0, 3000.0, 2500.0, np.nan, 1800.0],
        },
        geometry=[
            box(x0 + side * (i % 3), y0 + side * (i // 3), x0 + side * (i % 3 + 1), y0 + side * (i // 3 + 1))
            for i in range(5)
        ],
        crs=CRS,
    )
    rows = []
    for i in (0, 1, 2, 4):
        left, bottom, _, _ = communes.geometry[i].bounds
        rows += [
            {
                "cell": f"{names[i][:2]}{col}{row}",
                "insee": communes["insee"][i],
                "weight": 20.0 + (7 * col + 11 * row + i) % 60 + 0.25,
                "geometry": box(left + 200 * col, bottom + 200 * row, left + 200 * (col + 1), bottom + 200 * (row + 1)),
            }
            for col in range(8)
            for row in range(8)
        ]
    rows[5]["weight"] = 0.0
    cells = gpd.GeoDataFrame(rows, crs=CRS)
    sites = _make_sites(x0, y0, nasty=nasty)
    return judge_by_distance(
        communes,
        cells,
        sites,
        study="Cinq-Communes" + (f" {NASTY}" if nasty else ""),
        language=language,
        preset=preset,
        pole_m=1500,
        antenna_m=600,
        unsnapped=unsnapped,
        findings=_make_findings() if findings else (),
    )


def make_hauts_de_seine(shared_data: Path, *, language: str = "fr") -> MadeCoverage:
    """The real communes, cells and sites with made-up results."""
    folder = shared_data / "hauts-de-seine"
    communes = gpd.read_file(folder / "communes.geojson").to_crs(CRS)
    zoning = pd.read_csv(folder / "sst.csv", dtype=str)
    communes["insee"] = communes["insee"].astype(str)
    communes["sst"] = communes["insee"].map(zoning.set_index("insee")["sst_before"])
    communes = communes[["insee", "name", "sst", "population", "geometry"]].sort_values("insee", ignore_index=True)
    cells = gpd.read_file(folder / "residents_200m.gpkg").to_crs(CRS)
    cells = cells.rename(columns={"idcar_200m": "cell", "ind": "weight"})[["cell", "weight", "geometry"]]
    points = gpd.GeoDataFrame(geometry=cells.geometry.centroid, crs=CRS)
    near = gpd.sjoin_nearest(points, communes[["insee", "geometry"]])
    cells["insee"] = near[~near.index.duplicated()]["insee"]
    table = pd.read_csv(folder / "sites.csv", dtype={"insee": str, "postcode": str})
    sites = gpd.GeoDataFrame(
        {
            "site": [f"site-{i}" for i in range(len(table))],
            "name": table["name"],
            "kind": table["kind"].replace({"antenne": "antenna"}),
            "status": table["status"],
            "address": table["street"],
            "insee": table["insee"],
            "location": table["location"],
            "source": table["source"],
        },
        geometry=gpd.points_from_xy(table["lon"], table["lat"]),
        crs="EPSG:4326",
    ).to_crs(CRS)
    known = ("pole", "antenna", "annex", "pmi", "permanence", "mobile_stop")
    sites["kind"] = sites["kind"].where(sites["kind"].isin(known), "partner")
    for column in ("open_from", "open_until", "hours", "dates", "sst", "operator"):
        sites[column] = None
    return judge_by_distance(
        communes,
        cells,
        sites,
        study="Hauts-de-Seine",
        language=language,
        preset="discours-2024-04",
        pole_m=2400,
        antenna_m=900,
        unsnapped=False,
        findings=_make_findings(),
    )


def judge_by_distance(
    communes: gpd.GeoDataFrame,
    cells: gpd.GeoDataFrame,
    sites: gpd.GeoDataFrame,
    *,
    study: str,
    language: str,
    preset: str,
    pole_m: float,
    antenna_m: float,
    unsnapped: bool,
    findings: tuple[Finding, ...],
) -> MadeCoverage:
    """Call a cell served within these distances, and sum up as a real verdict does."""
    target = PRESETS[preset]
    sites = sites.copy()
    sites["row"] = range(2, len(sites) + 2)
    sites["insee_point"] = sites["insee"]
    sites["open"] = sites["status"] == "open"
    for name, kinds in (
        ("pole", ("pole",)),
        ("antenna", ("pole", "antenna", "pmi", "annex")),
        ("pmi", ("pole", "pmi")),
    ):
        sites[f"counts_as_{name}"] = sites["open"] & sites["kind"].isin(kinds)
    x, y = cells.geometry.centroid.x.to_numpy(), cells.geometry.centroid.y.to_numpy()
    pole_m_away, pole_site = _nearest(x, y, sites[sites["counts_as_pole"]])
    antenna_m_away, antenna_site = _nearest(x, y, sites[sites["counts_as_antenna"]])
    share_pole = np.clip(1.6 - 1.1 * pole_m_away / pole_m, 0, 1).round(2)
    near = antenna_m_away <= antenna_m
    residents = cells[["cell", "insee", "weight"]].copy()
    residents["sst"] = residents["insee"].map(communes.set_index("insee")["sst"])
    state = np.where(share_pole >= 0.5, "pole", np.where(near, "antenna", "beyond")).astype(object)
    reason = np.where(state == "beyond", np.where(share_pole > 0, "too_rare", "too_long"), pd.NA).astype(object)
    if unsnapped:
        state[[-1, -2]], reason[[-1, -2]] = "unsnapped", "unsnapped"
    residents["state"] = state
    residents["share_of_departures"] = np.where(near, 1.0, share_pole)
    residents["share_pole"], residents["share_antenna"] = share_pole, near.astype(float)
    seconds = (pole_m_away / pole_m * 1199).round()
    far = seconds > 4000
    residents["pole_p50_s"] = pd.array(np.where(far, 0, seconds).astype(int), dtype="Int64")
    residents.loc[far, "pole_p50_s"] = pd.NA
    residents["pole_site"] = np.where(far, pd.NA, pole_site)
    residents["antenna_s"] = pd.array(
        np.where(near, antenna_m_away * 1.3 / 1.333, 0).round().astype(int), dtype="Int64"
    )
    residents.loc[~near, "antenna_s"] = pd.NA
    residents["antenna_site"] = np.where(near, antenna_site, pd.NA)
    residents["reason"] = reason
    residents = residents.set_geometry(cells.geometry)
    communes = _sum_up(communes, residents, "insee", target)
    zoned = communes["sst"].notna().all()
    groups = (
        communes[["sst", "geometry"]].dissolve("sst", as_index=False)
        if zoned
        else communes[["sst", "geometry"]].iloc[:0]
    )
    groups["communes"] = [int((communes["sst"] == name).sum()) for name in groups["sst"]]
    sst = _sum_up(groups, residents, "sst", target)
    meets = bool((communes["verdict"] != "misses").all())
    total = {name: float(communes[name].sum()) for name in ("residents", "served", "beyond", "unsnapped")}
    summary = {
        "study": study,
        "date": "2018-01-23",
        "preset": target.name,
        "title": {"fr": target.title.fr, "en": target.title.en},
        "target": {
            "pole": _say_rule(target.pole),
            "antenna": _say_rule(target.antenna),
            "required_share": target.required_share,
            "departures_required": target.departures_required,
        },
        "inputs": [{"file": "communes.geojson", "sha256": "0" * 64}, {"file": "sites.csv", "sha256": "1" * 64}],
        "walking": "straight line",
        "detour": 1.3,
        "profile": "adult",
        "speed_kmh": 4.8,
        "departures": {"from": "09:00", "to": "11:00", "every_s": 60, "count": 120},
        "zoning": "sst_before" if zoned else None,
        "meets": meets,
        "total": {
            **total,
            "share": total["served"] / total["residents"],
            "share_pole": float(residents.loc[residents["state"] == "pole", "weight"].sum()) / total["residents"],
            "share_antenna": float(residents.loc[residents["state"] == "antenna", "weight"].sum()) / total["residents"],
        },
        "communes": communes.drop(columns=["geometry", "population", "cells"]).to_dict("records"),
        "sst": sst.drop(columns=["geometry", "cells"]).to_dict("records"),
        "sources": ["INSEE, populations légales 2023 (Licence Ouverte 2.0)", "© Contributeurs d’OpenStreetMap (ODbL)"],
        "stricter": {
            "preset": "discours-2023-06",
            "pole": _say_rule(PRESETS["discours-2023-06"].pole),
            "antenna": _say_rule(PRESETS["discours-2023-06"].antenna),
            "served": total["served"] * 0.9,
            "share": total["served"] * 0.9 / total["residents"],
            "communes_meeting": 1,
        },
    }
    return MadeCoverage(residents, communes, sst, sites, summary, findings, meets, target, language)


def _say_rule(rule: Any) -> dict[str, Any]:
    said = asdict(rule)
    return said | {"kinds": list(said["kinds"]), "choices": list(said["choices"])}


def _nearest(x: np.ndarray, y: np.ndarray, sites: gpd.GeoDataFrame) -> tuple[np.ndarray, np.ndarray]:
    away = np.hypot(x[:, None] - sites.geometry.x.to_numpy(), y[:, None] - sites.geometry.y.to_numpy())
    nearest = away.argmin(axis=1)
    return away[np.arange(len(x)), nearest], sites["site"].to_numpy(object)[nearest]


def _sum_up(groups: gpd.GeoDataFrame, residents: gpd.GeoDataFrame, by: str, target: Preset) -> gpd.GeoDataFrame:
    table = groups.copy()
    place = pd.Index(table[by]).get_indexer(residents[by])
    place, kept = place[place >= 0], residents[place >= 0]
    weight, state = kept["weight"].to_numpy(), kept["state"].to_numpy(object)

    def total(where: np.ndarray) -> np.ndarray:
        return np.bincount(place, weights=weight * where, minlength=len(table))

    everyone = total(np.ones(len(kept)))
    served = total(np.isin(state, ["pole", "antenna"]))
    with np.errstate(invalid="ignore"):
        table["cells"] = np.bincount(place, minlength=len(table))
        table["residents"], table["served"], table["share"] = everyone, served, served / everyone
        table["share_pole"], table["share_antenna"] = (
            total(state == "pole") / everyone,
            total(state == "antenna") / everyone,
        )
        table["beyond"], table["unsnapped"] = total(state == "beyond"), total(state == "unsnapped")
        table["share_any"], table["share_own_sst"] = table["share"], table["share"] * 0.9
        table["share_pmi"] = np.nan
    seconds = kept["pole_p50_s"].astype(float).fillna(np.nan).to_numpy()
    table["median_min_pole"] = [
        float(np.nanmedian(seconds[place == i])) / 60 if (place == i).any() else np.nan for i in range(len(table))
    ]
    table["presence"] = pd.array([pd.NA] * len(table), dtype="boolean")
    table["verdict"] = np.where(
        everyone == 0, "no residents", np.where(table["share"] >= target.required_share, "meets", "misses")
    )
    table["meets"] = pd.array(table["verdict"] == "meets", dtype="boolean")
    table.loc[everyone == 0, "meets"] = pd.NA
    return table


def _make_sites(x0: float, y0: float, *, nasty: bool) -> gpd.GeoDataFrame:
    rows = [
        ("pole-1", "Pôle social d’Aubrive", "pole", "open", 500, 700),
        ("pole-2", NASTY if nasty else "Pôle social de Clairval", "pole", "open", 3600, 500),
        ("antenna-1", "Antenne de Bellecombe", "antenna", "open", 3000, 1400),
        ("antenna-2", "Antenne en projet", "antenna", "planned", 2200, 2400),
        ("annex-1", "Annexe", "annex", "renovation", 1500, 300),
        ("pmi-1", "PMI des Eaux-Vives", "pmi", "open", 2100, 2700),
        ("permanence-1", "Permanence", "permanence", "open", 900, 1200),
        ("caravan-1", "Caravane solidaire", "mobile_stop", "open", 4100, 1100),
        ("partner-1", "CCAS", "partner", "open", 2400, 900),
        ("closed-1", "Ancienne PMI", "pmi", "closed", 700, 1400),
    ]
    return gpd.GeoDataFrame(
        {
            "site": [row[0] for row in rows],
            "name": [row[1] for row in rows],
            "kind": [row[2] for row in rows],
            "status": [row[3] for row in rows],
            "open_from": [dt.date(2019, 1, 1) if row[3] == "planned" else None for row in rows],
            "open_until": None,
            "hours": ["lun-ven 8h30-17h30"] + [None] * 9,
            "dates": [None] * 7 + ["2018-01-23"] + [None] * 2,
            "sst": None,
            "insee": "01001",
            "location": "address point",
            "operator": None,
            "address": "1 rue <b>Haute</b>",
            "source": "liste & relevé",
        },
        geometry=[Point(x0 + row[4], y0 + row[5]) for row in rows],
        crs=CRS,
    )


def _make_findings() -> tuple[Finding, ...]:
    return (
        Finding("error", "results.output_is_folder", file="sites.csv", row=12),
        Finding("warning", "results.output_folder_missing", file="gtfs.zip", params={"folder": "données"}),
        Finding("info", "results.output_is_folder", file="residents.gpkg"),
    )
