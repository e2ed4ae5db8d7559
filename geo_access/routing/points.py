"""Places that somebody asks about: cells and sites by name, latitude and longitude, or points with a CRS.

None is taken for what it cannot be: swapped coordinates, points off the territory and names that two sites bear are
refused, with what to write instead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
import shapely

from geo_access.core.crs import WGS84, fits_crs, name_crs
from geo_access.core.display import describe
from geo_access.core.errors import ArgumentError, InputError
from geo_access.core.matching import find_named, listed, nearest_ones
from geo_access.core.shapes import make_points

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from geo_access.routing.travel_times import TravelTimes

    Asked: TypeAlias = gpd.GeoDataFrame | gpd.GeoSeries | str | Sequence[str] | None

_PLACE = re.compile(r"\s*([-+]?\d+(?:\.\d+)?)\s*[,;]\s*([-+]?\d+(?:\.\d+)?)\s*", re.ASCII)
_MOST_LATITUDE, _MOST_LONGITUDE = 90.0, 180.0
#: No journey of the study leads farther off its territory (metres).
FARTHEST_M = 50_000.0


@dataclass(frozen=True)
class Points:
    """Places that somebody asks about.

    Attributes
    ----------
    names
        What they are called in the answer.
    xy
        float64 (points, 2): metres, the study's CRS.
    """

    names: NDArray[np.object_]
    xy: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.names)


def find_points(times: TravelTimes, asked: Asked, *, kind: Literal["cell", "site"], anywhere: bool = False) -> Points:
    """Find the points that somebody asks about; see `matrix.travel_matrix`.

    Parameters
    ----------
    kind
        What None stands for (every cell, every site), and what a name is looked for among first.
    anywhere
        Whether points off the territory are taken as well.

    Raises
    ------
    InputError
        When they are none, a name is not known or not one's own, or a point cannot be meant.
    """
    inputs = times.inputs
    table, xy = (inputs.residents, inputs.resident_points) if kind == "cell" else (inputs.sites, inputs.site_points)
    if asked is None:
        return Points(table[kind].to_numpy(object), xy)
    if hasattr(asked, "geometry"):
        found = _read_points(times, asked.geometry)
    else:
        names = [asked] if isinstance(asked, str) else _list_names(asked)
        places = [_find_place(times, name, kind) for name in names]
        found = Points(np.array(names, object), np.array(places, np.float64).reshape(-1, 2))
    if not anywhere:
        _check_near(times, found)
    return found


def _list_names(asked: object) -> list[str]:
    try:
        names = list(asked)  # type: ignore[call-overload]  # no sequence: raises
    except TypeError:
        raise ArgumentError("queries.place_wanted", said=describe(asked)) from None
    for name in names:
        if not isinstance(name, (str, int, np.integer)) or isinstance(name, bool):
            raise ArgumentError("queries.place_wanted", said=describe(name))
    return [str(name) for name in names]


def _read_points(times: TravelTimes, points: gpd.GeoSeries) -> Points:
    if points.crs is None:
        raise InputError("queries.no_crs")
    kinds = set(points.geom_type.dropna()) - {"Point"}
    if kinds:
        raise InputError("queries.not_points", found=", ".join(sorted(kinds)))
    held = ~(points.isna() | points.is_empty).to_numpy(bool)
    x, y = np.asarray(points.x, np.float64), np.asarray(points.y, np.float64)
    names = np.array([str(name) for name in points.index], object)
    for code, wrong in (
        ("queries.not_finite", held & ~(np.isfinite(x) & np.isfinite(y))),
        ("queries.wrong_crs", held & ~fits_crs(points.crs, x, y)),
    ):
        if wrong.any():
            at = int(np.flatnonzero(wrong)[0])
            said = {"name": names[at], "x": f"{x[at]:.10g}", "y": f"{y[at]:.10g}", "crs": name_crs(points.crs)}
            raise InputError(code, **said)
    there = points.to_crs(times.settings.crs)
    return Points(names, np.column_stack([there.x, there.y]))


def _find_place(times: TravelTimes, name: str, kind: Literal["cell", "site"]) -> NDArray[np.float64]:
    """Metres of a place by its id, by its name where only one is called so, or by latitude and longitude."""
    inputs = times.inputs
    cells, sites = inputs.residents["cell"].to_numpy(object), inputs.sites["site"].to_numpy(object)
    own, other = ((cells, inputs.resident_points), (sites, inputs.site_points))[:: 1 if kind == "cell" else -1]
    for ids, xy in (own, other):
        at = np.flatnonzero(ids == name)
        if len(at) == 1:
            return np.asarray(xy[at[0]], np.float64)
    titles = inputs.sites["name"].astype(str).tolist() if "name" in inputs.sites else []
    match = _PLACE.fullmatch(name)
    found = [] if match is not None else find_named(name, [str(site) for site in sites], titles)
    if len(found) == 1:
        return np.asarray(inputs.site_points[found[0]], np.float64)
    if found:
        # Names tell the sites apart; where two bear one name, their ids do.
        shared = len({titles[at] for at in found}) < len(found)
        said = [f"{titles[row]} ({sites[row]})" if shared else titles[row] for row in found]
        raise InputError("queries.ambiguous_site", name=name, count=len(found), ids=listed(said, limit=8))
    if match is None:
        begun = [row for row, cell in enumerate(cells) if name and str(cell).startswith(name)]
        if len(begun) == 1:
            return np.asarray(inputs.resident_points[begun[0]], np.float64)
        _refuse_commune(times, name)
        known = nearest_ones(name, titles) or nearest_ones(name, map(str, sites)) or [str(one) for one in own[0][:3]]
        code = "queries.unknown_cell" if kind == "cell" else "queries.unknown_site"
        raise InputError(code, name=name, known=", ".join(known))
    lat, lon = float(match[1]), float(match[2])
    if abs(lat) > _MOST_LATITUDE or abs(lon) > _MOST_LONGITUDE:
        raise InputError("queries.not_on_earth", name=name)
    from pyproj import Transformer

    transform = Transformer.from_crs(WGS84, times.settings.crs, always_xy=True)
    return np.array(transform.transform(lon, lat), np.float64)


def _refuse_commune(times: TravelTimes, name: str) -> None:
    """Refuse a commune where a place is due, with its most populated cell for one."""
    communes, residents = times.inputs.communes, times.inputs.residents
    found = find_named(name, communes["insee"].tolist(), communes["name"].astype(str).tolist())
    if len(found) == 1:
        commune = communes.iloc[found[0]]
        cells = residents[residents["insee"] == commune["insee"]]
        cell = str(cells.loc[cells["weight"].idxmax(), "cell"]) if len(cells) else "–"
        raise InputError("queries.commune_for_place", name=str(commune["name"]), cell=cell)


def _check_near(times: TravelTimes, points: Points) -> None:
    """Refuse points whose coordinates are swapped, or that lie far off the territory."""
    communes = times.inputs.communes
    west, south, east, north = communes.total_bounds
    x, y = points.xy.T
    outside = ~np.isnan(x) & ~((x >= west) & (x <= east) & (y >= south) & (y <= north))
    if not outside.any():
        return
    from pyproj import Transformer

    territory = communes.geometry.union_all()
    shapely.prepare(territory)
    rows = np.flatnonzero(outside)
    x, y = x[rows], y[rows]
    places = make_points(np.where(np.isfinite(x) & np.isfinite(y), x, np.nan), y)
    far = np.asarray(shapely.distance(territory, places))
    lon, lat = Transformer.from_crs(times.settings.crs, WGS84, always_xy=True).transform(x, y)
    for at, name in enumerate(points.names[rows]):
        match = _PLACE.fullmatch(str(name))
        if match is not None:  # as it was said: the projection may have no place for it
            lat[at], lon[at] = float(match[1]), float(match[2])
    there = Transformer.from_crs(WGS84, times.settings.crs, always_xy=True)
    turned = shapely.contains_xy(territory, *there.transform(lat, lon))
    for at in np.flatnonzero((far > 0) | ~np.isfinite(far)).tolist():
        name = str(points.names[rows[at]])
        if turned[at]:
            code = "queries.swapped_xy" if _PLACE.fullmatch(name) is None else "queries.swapped"
            raise InputError(code, name=name, turned=f"{lon[at]:g},{lat[at]:g}")
        if not np.isfinite(far[at]):
            raise InputError("queries.nowhere", name=name, most=FARTHEST_M / 1000)
        if far[at] > FARTHEST_M:
            nearest = int(communes.geometry.distance(shapely.Point(x[at], y[at])).argmin())
            commune, km = str(communes["name"].iloc[nearest]), float(far[at]) / 1000
            raise InputError("queries.too_far", name=name, km=km, most=FARTHEST_M / 1000, commune=commune)
