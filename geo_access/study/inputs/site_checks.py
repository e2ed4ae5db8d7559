"""May this list of sites be trusted? Points in the wrong commune, swapped coordinates, sites listed twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from geo_access.core.crs import name_crs, resolve_crs
from geo_access.core.matching import listed
from geo_access.core.shapes import make_points, require_crs
from geo_access.study.inputs.communes import locate
from geo_access.study.inputs.site_vocabulary import address_keys, name_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from geo_access.core.findings import Level
    from geo_access.study.inputs.source_table import SourceTable

FAR_M = 5_000.0  # farther from every commune than this, a site hardly serves the territory
BORDER_M = 100.0  # a point so near to its commune may lie on a generalised boundary's wrong side
SAME_POINT_M = 30.0
APART_M = 150.0  # one address with two points farther apart than this: one of them is wrong


def check_swapped(source: SourceTable, communes: GeoDataFrame) -> None:
    """Refuse sites that lie far from the territory and would lie in it with x and y swapped.

    Parameters
    ----------
    source
        row, name and points in the file's own CRS.
    communes
        From `communes.read_communes`.
    """
    points, crs = source.frame, require_crs(communes)
    x, y = np.asarray(points.geometry.x, np.float64), np.asarray(points.geometry.y, np.float64)
    here = gpd.GeoSeries(make_points(x, y), crs=points.crs).to_crs(crs)
    there = gpd.GeoSeries(make_points(y, x), crs=points.crs).to_crs(crs)
    sane = np.asarray(np.isfinite(shapely.get_coordinates(there)).all(axis=1))
    _, away_m = locate(here, communes)
    swapped_m = np.full(len(points), np.inf)
    swapped_m[sane] = locate(gpd.GeoSeries(there.to_numpy()[sane], crs=crs), communes)[1]
    swapped = (away_m > FAR_M) & (swapped_m <= FAR_M)
    if not swapped.any():
        return
    rows = points["row"].to_numpy()[swapped]
    if swapped.all():
        raise source.fault(
            "places.sites_swapped",
            row=int(rows[0]),
            count=int(swapped.sum()),
            x=float(x[0]),
            y=float(y[0]),
            crs=name_crs(resolve_crs(str(points.crs))),
        )
    first = int(np.flatnonzero(swapped)[0])
    raise source.fault(
        "places.site_swapped",
        row=int(rows[0]),
        count=int(swapped.sum()),
        rows=listed(map(source.call, rows), limit=10),
        name=str(points["name"].iloc[first]),
        x=float(x[first]),
        y=float(y[first]),
    )


def report_positions(
    source: SourceTable, stated: list[str | None], distance_m: NDArray[np.float64], communes: GeoDataFrame
) -> None:
    """Name each site whose point lies in another commune than its code says, or far from the territory.

    Parameters
    ----------
    source
        With row, name, insee_point and geometry in the communes' CRS.
    stated
        The communes' codes as the file states them, None where it does not.
    distance_m
        float64 (n,): each point's distance to the nearest commune.
    """
    sites = source.frame
    position = {code: at for at, code in enumerate(communes["insee"])}
    names = dict(zip(communes["insee"], communes["name"], strict=True))
    shapes = communes.geometry.to_numpy()
    points = sites.geometry.to_numpy()
    for at, (row, name, lies, says) in enumerate(
        zip(sites["row"].tolist(), sites["name"].tolist(), sites["insee_point"].tolist(), stated, strict=True)
    ):
        inside = isinstance(lies, str)
        if says is not None and says in position:
            off_m = float(shapely.distance(points[at], shapes[position[says]]))
            if off_m > 0 and (not inside or lies != says):
                level: Level = "warning" if off_m <= BORDER_M else "error"
                code = "places.site_other_commune" if inside else "places.site_out_of_commune"
                facts = {"found": f"{names[lies]} ({lies})"} if inside else {}
                facts["said"] = f"{names[says]} ({says})"
                source.tell(level, code, row=row, name=name, distance_m=float(round(off_m)), **facts)
                continue
        elif says is not None and inside and distance_m[at] == 0:
            source.tell(
                "error", "places.site_unknown_commune", row=row, name=name, said=says, found=f"{names[lies]} ({lies})"
            )
            continue
        if distance_m[at] > FAR_M:
            source.tell(
                "warning", "places.site_far", row=row, name=name, distance_km=float(round(distance_m[at] / 1000, 1))
            )


def report_twins(source: SourceTable, points: NDArray[np.float64]) -> None:
    """Name each pair of rows that seem to be one site: same address, same point, or same name in one commune.

    Parameters
    ----------
    source
        Every row of the list, also those without coordinates: row, name, kind, address, insee.
    points
        float64 (n, 2): metres, NaN where a row has no coordinates.
    """
    records = source.frame[["row", "name", "kind", "address", "insee"]].to_dict("records")
    addresses = [address_keys(one["address"]) if isinstance(one["address"], str) else set() for one in records]
    names = [name_key(one["name"]) for one in records]
    for i, j in _list_likely_twins(records, addresses, names, points):
        one, other = records[i], records[j]
        apart = points[i] - points[j]
        distance_m = float(np.hypot(apart[0], apart[1]))
        same_kind = one["kind"] == other["kind"]
        same_commune = isinstance(one["insee"], str) and one["insee"] == other["insee"]
        facts = {"name": one["name"], "other": other["name"], "other_row": other["row"]}
        shared = addresses[i] & addresses[j]
        if same_kind and same_commune and shared:
            address = one["address"]
            if distance_m > APART_M:
                source.tell(
                    "warning",
                    "places.site_twice_apart",
                    row=one["row"],
                    **facts,
                    address=address,
                    distance_m=float(round(distance_m)),
                )
            else:
                source.tell("warning", "places.site_twice_address", row=one["row"], **facts, address=address)
        elif same_kind and distance_m <= SAME_POINT_M:
            source.tell(
                "warning", "places.site_twice_point", row=one["row"], **facts, distance_m=float(round(distance_m))
            )
        elif same_commune and names[i] and names[i] == names[j]:
            source.tell("warning", "places.site_twice_name", row=one["row"], **facts)


def _list_likely_twins(
    records: Sequence[Mapping[str, Any]],
    addresses: Sequence[set[Any]],
    names: Sequence[Any],
    points: NDArray[np.float64],
) -> list[tuple[int, int]]:
    """List pairs of rows (the later first) that share an address or a name in one commune, or nearly a point.

    Thousands of rows have millions of pairs: only those that can be twins are looked at.
    """
    pairs: set[tuple[int, int]] = set()
    seen: dict[tuple[Any, ...], list[int]] = {}
    for i, one in enumerate(records):
        if not isinstance(one["insee"], str):
            continue
        keys: list[tuple[Any, ...]] = [("address", one["insee"], key) for key in addresses[i]]
        keys += [("name", one["insee"], names[i])] if names[i] else []
        for key in keys:
            pairs.update((i, j) for j in seen.get(key, ()))
            seen.setdefault(key, []).append(i)
    placed = np.flatnonzero(np.isfinite(points).all(axis=1))
    shapes = make_points(points[placed, 0], points[placed, 1])
    # A hair farther than the distance that is compared afterwards: the two may be rounded differently.
    near = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=SAME_POINT_M * (1 + 1e-9))
    pairs.update((int(placed[a]), int(placed[b])) for a, b in near.T if a > b)
    return sorted(pairs)
