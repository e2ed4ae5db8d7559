"""Where a place could open: a list of somebody's, or the study's own places that do not count and cells near a stop.

`place`, `explain` and the briefs draw from these candidates, and all measure one thing: more residents served.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo_access.core.errors import InputError
from geo_access.core.findings import Findings
from geo_access.study.inputs.communes import locate
from geo_access.study.inputs.held_table import take_table
from geo_access.study.inputs.sites import KIND_FINDINGS, TWIN_FINDINGS, read_sites
from geo_access.verdict.point_names import name_columns
from geo_access.verdict.targets import find_pmi_rule, list_counting, make_target

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_access.analysis.placement.demand import PlaceKind
    from geo_access.routing.travel_times import TravelTimes
    from geo_access.study.inputs.held_table import HeldTable
    from geo_access.study.presets import Rule

#: At most so many cells, where nobody says how many.
CANDIDATES = 500
#: A candidate cell has a stop within this walk (seconds).
_STOP_AT_HAND_S = 300
#: What would count as such a place once it were made one.
_PROMOTED: dict[str, tuple[str, ...]] = {"pole": ("annex",), "antenna": ("permanence",), "pmi": ()}
COLUMNS = ("name", "source", "site", "cell", "insee", "sst", "near", "landmark", "geometry")


def list_candidates(
    times: TravelTimes, asked: Path | str | pd.DataFrame | None, *, kind: PlaceKind, count: int, findings: Findings
) -> gpd.GeoDataFrame:
    """List the candidates, always in the same order: by x, then by y, then by name.

    Without a list of somebody's they are the study's own places that do not count today and would (planned, under
    works, closed; annexes as poles, permanences as antennas), and populated cells with a stop within five minutes' walk
    (all populated cells where the study has no timetable). Where these are more than `count`, the one with most
    residents is taken first and then, again and again, the one that is farthest from all that are taken: spread over
    the territory, whoever lives there. A commune that has none among them then gives its most populated one.

    Parameters
    ----------
    asked
        A list as that of sites is (`sites.read_sites`), a file or a table with lon and lat, whatever kinds it states;
        or points with a CRS and perhaps a column ``name``.
    kind
        What a place becomes.
    count
        At most so many cells, but for communes that would have none.
    findings
        Takes what reading a list finds, and candidates that nobody can walk to.

    Returns
    -------
    GeoDataFrame
        name, source (``list``, ``site``, ``cell``), site (id, for a place of the study), cell (id), insee, sst, near,
        landmark (`point_names.name_columns`), geometry (points, the study's
        CRS).

    Raises
    ------
    InputError
        When a list cannot be read, has no CRS or holds other things than points, or there is no candidate at all.
    """
    if asked is None:
        parts = [_list_own(times, kind), _list_cells(times, count)]
        table = pd.concat([one for one in parts if len(one)], ignore_index=True) if any(map(len, parts)) else parts[1]
    elif isinstance(asked, gpd.GeoDataFrame):
        table = _take_points(times, asked)
    else:
        asked = take_table(asked, "candidates")
        table = _read_list(times, asked, kind, findings)
    points = gpd.GeoSeries(table["geometry"], crs=times.settings.crs)
    snapped = times.walker().place(np.column_stack([points.x, points.y])).snapped
    for name in table["name"][~snapped]:
        findings.add("warning", "place.candidate_unsnapped", name=str(name), snap_m=times.settings.walking.snap_m)
    table = gpd.GeoDataFrame(table, geometry="geometry", crs=times.settings.crs)[snapped].reset_index(drop=True)
    if not len(table):
        raise InputError("place.no_candidate", file=asked if isinstance(asked, (str, Path)) else None)
    table = table.assign(**name_columns(times, np.column_stack([table.geometry.x, table.geometry.y])))
    order = np.lexsort((table["name"].astype(str), table.geometry.y, table.geometry.x))
    return table.iloc[order][list(COLUMNS)].reset_index(drop=True)


def _frame(rows: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(values, dtype=object) for name, values in rows.items()})


def _list_own(times: TravelTimes, kind: PlaceKind) -> pd.DataFrame:
    sites, policy = times.inputs.sites, times.settings.policy
    target = make_target(policy)
    rule: Rule = find_pmi_rule(target) if kind == "pmi" else getattr(target, kind)
    becomes = sites["kind"].where(~sites["kind"].isin(_PROMOTED[kind]), kind)
    would = list_counting(sites.assign(open=True, kind=becomes), kind, rule, policy)
    # A pole that opens does so as a pole; what a hypothesis closes is not proposed again.
    would &= (becomes != "pole").to_numpy(bool) | (kind == "pole")
    shut = {one.site for one in times.inputs.site_changes if one.edit == "close_site"}
    would &= ~sites["site"].isin(shut).to_numpy(bool)
    own = sites[would & ~list_counting(sites, kind, rule, policy)]
    return _frame(
        {
            "name": list(own["name"]),
            "source": ["site"] * len(own),
            "site": list(own["site"]),
            "cell": [None] * len(own),
            "insee": list(own["insee"]),
            "sst": list(own["sst"]),
            "geometry": list(own.geometry),
        }
    )


def _list_cells(times: TravelTimes, count: int) -> pd.DataFrame:
    cells, points = times.inputs.residents, times.inputs.resident_points
    weight = cells["weight"].to_numpy(np.float64)
    eligible = (weight > 0) & times.residents().snapped
    if times.settings.transit.gtfs:
        eligible &= count_boardings(times) > 0
    rows = np.flatnonzero(eligible)
    rows = _add_bare_communes(rows, rows[spread(points[rows], weight[rows], count)], cells["insee"], weight)
    return _frame(
        {
            "name": [str(cell) for cell in cells["cell"].iloc[rows]],
            "source": ["cell"] * len(rows),
            "site": [None] * len(rows),
            "cell": list(cells["cell"].iloc[rows]),
            "insee": list(cells["insee"].iloc[rows]),
            "sst": list(cells["sst"].iloc[rows]),
            "geometry": list(gpd.points_from_xy(*points[rows].T)),
        }
    )


def _add_bare_communes(
    rows: NDArray[np.int64], picked: NDArray[np.int64], insee: pd.Series[str], weight: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Add the most populated of `rows` of each commune of which none is picked."""
    communes = insee.to_numpy(object)
    left = rows[~np.isin(communes[rows], communes[picked])]
    heaviest: dict[Any, int] = {}
    for row in left[np.argsort(-weight[left], kind="stable")].tolist():
        heaviest.setdefault(communes[row], row)
    return np.sort(np.concatenate([picked, np.array([*heaviest.values()], np.int64)]))


def count_boardings(times: TravelTimes) -> NDArray[np.float64]:
    """Count the boardings at the stops at hand of each cell: float64 (cells,)."""
    access, boardings = times.access, times.network.boardings.astype(np.float64)
    cell = np.repeat(np.arange(access.n_from), np.diff(access.indptr))
    at_hand = access.seconds <= _STOP_AT_HAND_S
    counts = np.bincount(cell[at_hand], weights=boardings[access.index[at_hand]], minlength=access.n_from)
    return np.asarray(counts, np.float64)


def spread(points: NDArray[np.float64], weight: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """Pick points that are far from each other: the heaviest, then the farthest from all picked; the first at a tie.

    Gonzalez (1985), "Clustering to minimize the maximum intercluster distance", Theoretical Computer Science 38.
    """
    if len(points) <= count:
        return np.arange(len(points))
    picked = [int(np.argmax(weight))] if count > 0 else []
    away = np.full(len(points), np.inf)
    while len(picked) < count:
        away = np.minimum(away, np.hypot(*(points - points[picked[-1]]).T))
        picked.append(int(np.argmax(away)))
    return np.sort(np.asarray(picked, np.int64))


def _read_list(times: TravelTimes, path: Path | HeldTable, kind: str, findings: Findings) -> pd.DataFrame:
    found = Findings()
    communes, settings = times.inputs.communes, times.settings
    zoned = settings.territory.sst is not None
    by_commune = communes.set_index("insee")["sst"]
    read = read_sites(
        path,
        crs=settings.crs,
        communes=communes,
        sst=by_commune if zoned else None,
        default_kind=kind,
        kind_words=settings.kind_words,
        findings=found,
    )
    # Whatever they are today, here they become what is to open; and several may be weighed at one address.
    findings.extend([one for one in found if one.code not in (*KIND_FINDINGS, *TWIN_FINDINGS)])
    return _frame(
        {
            "name": list(read["name"]),
            "source": ["list"] * len(read),
            "site": [None] * len(read),
            "cell": [None] * len(read),
            "insee": list(read["insee"]),
            "sst": list(read["sst"].where(read["sst"].notna(), read["insee"].map(by_commune))),
            "geometry": list(read.geometry),
        }
    )


def _take_points(times: TravelTimes, asked: gpd.GeoDataFrame) -> pd.DataFrame:
    communes = times.inputs.communes
    if asked.crs is None:
        raise InputError("queries.no_crs")
    kinds = set(asked.geom_type.dropna()) - {"Point"}
    if kinds or asked.geometry.isna().any() or asked.geometry.is_empty.any():
        raise InputError("queries.not_points", found=", ".join(sorted(kinds)) or "–")
    moved = asked.reset_index(drop=True).geometry.to_crs(times.settings.crs)
    index, _ = locate(moved, communes)
    names = asked.get("name", asked.index)

    def of_commune(column: str) -> list[Any]:
        return [communes[column].iloc[at] if at >= 0 else None for at in index]

    return _frame(
        {
            "name": [str(name) for name in names],
            "source": ["list"] * len(moved),
            "site": [None] * len(moved),
            "cell": [None] * len(moved),
            "insee": of_commune("insee"),
            "sst": of_commune("sst"),
            "geometry": list(moved),
        }
    )
