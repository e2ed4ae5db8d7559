"""The sites of two coverages, paired, and what changes at each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from geo_access.core.shapes import require_crs

if TYPE_CHECKING:
    from geo_access.verdict.coverage import Coverage

#: Sites of one kind nearer to each other than this (metres) are one.
SAME_SITE_M = 30.0
#: States of residents who are served.
SERVED = ("pole", "antenna")


def match_sites(before: Coverage, after: Coverage) -> gpd.GeoDataFrame:
    """Hold the sites of two coverages against each other: the table `Comparison.sites`."""
    old, new = before.sites.to_crs(require_crs(after.sites)), after.sites
    pairs = _pair_sites(old, new)
    kept = ("site", "name", "kind", "status", "open", "counts_as_pole", "counts_as_antenna")
    served = {"before": count_served(before), "after": count_served(after)}
    rows, shapes = [], []
    for i, j in pairs:
        row: dict[str, Any] = {}
        for side, table, at in (("before", old, i), ("after", new, j)):
            for name in kept:
                row[f"{name}_{side}"] = pd.NA if at is None else table[name].iloc[at]
            row[f"served_{side}"] = pd.NA if at is None else served[side].get(str(table["site"].iloc[at]), 0.0)
        points = [table.geometry.iloc[at] for table, at in ((old, i), (new, j)) if at is not None]
        row["moved_m"] = round(points[0].distance(points[-1]), 1)
        row["changes"] = _name_changes(row)
        rows.append(row)
        shapes.append(points[-1])
    columns = [f"{name}_{side}" for name in (*kept, "served") for side in ("before", "after")]
    paired = pd.DataFrame(rows, columns=[*columns, "moved_m", "changes"])
    return gpd.GeoDataFrame(paired, geometry=shapes, crs=new.crs)


def _pair_sites(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame) -> list[tuple[int | None, int | None]]:
    """Pair sites by id; what is left over, by kind and name, then by kind and point; rows of AFTER come first."""
    pairs: dict[int, int] = {}
    left = set(range(len(old)))

    def pair(key_old: list[Any], key_new: list[Any]) -> None:
        known = {key: i for i, key in reversed(list(enumerate(key_old))) if i in left}
        for j, key in enumerate(key_new):
            if j not in pairs and key in known:
                pairs[j] = known.pop(key)
                left.discard(pairs[j])

    pair(old["site"].tolist(), new["site"].tolist())
    keys = [list(zip(t["kind"], t["name"].astype(str).str.casefold(), strict=True)) for t in (old, new)]
    pair(*keys)
    for j in range(len(new)):
        if j in pairs:
            continue
        near = old.geometry.distance(new.geometry.iloc[j])
        alike = [i for i in left if old["kind"].iloc[i] == new["kind"].iloc[j] and near.iloc[i] <= SAME_SITE_M]
        if alike:
            pairs[j] = min(alike, key=lambda i: (near.iloc[i], i))
            left.discard(pairs[j])
    return [*((pairs.get(j), j) for j in range(len(new))), *((i, None) for i in sorted(left))]


def _name_changes(row: dict[str, Any]) -> tuple[str, ...]:
    was, now = row["site_before"] is not pd.NA, row["site_after"] is not pd.NA
    opened, closed = was and bool(row["open_before"]), now and bool(row["open_after"])
    told = []
    if opened != closed:
        told.append("opened" if closed else "closed")
    elif was != now:
        told.append("added" if now else "removed")
    if was and now:
        if row["moved_m"] > SAME_SITE_M:
            told.append("moved")
        told += [name for name in ("kind", "status") if row[f"{name}_before"] != row[f"{name}_after"]]
        told += ["renamed"] if str(row["name_before"]) != str(row["name_after"]) else []
        counts = [
            [bool(row[f"counts_as_{rule}_{side}"]) for rule in ("pole", "antenna")] for side in ("before", "after")
        ]
        # Opening, closing and another kind say already that it counts otherwise.
        told += ["counts"] if counts[0] != counts[1] and not {"opened", "closed", "kind"} & set(told) else []
    return tuple(told)


def count_served(coverage: Coverage) -> dict[str, float]:
    """Return, for each site, the residents that it serves as their pole or else as their antenna."""
    served: dict[str, float] = {}
    cells = coverage.residents
    for state in SERVED:
        mine = cells[(cells["state"] == state) & cells[f"{state}_site"].notna()]
        for site, people in mine.groupby(f"{state}_site")["weight"].sum().items():
            served[str(site)] = served.get(str(site), 0.0) + float(people)
    return served
