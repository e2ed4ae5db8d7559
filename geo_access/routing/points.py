"""Places that somebody asks about: cells, sites and communes by name, latitude and longitude, or points with a CRS.

None is taken for what it cannot be: swapped coordinates, points off the territory and names that two sites bear are
refused, with what to write instead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
import shapely

from geo_access.core.crs import WGS84, fits_crs, name_crs
from geo_access.core.display import describe
from geo_access.core.errors import ArgumentError, InputError
from geo_access.core.matching import find_named, fold, listed, nearest_ones
from geo_access.core.shapes import make_points

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
    middles
        Of those that are communes, by name: the row of the cell that stands for each (`find_middle`).
    """

    names: NDArray[np.object_]
    xy: NDArray[np.float64]
    middles: Mapping[str, int] = field(default_factory=dict)

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
        middles = {name: row for name, (_, row) in zip(names, places, strict=True) if row >= 0}
        xy = np.array([at for at, _ in places], np.float64).reshape(-1, 2)
        found = Points(np.array(names, object), xy, middles)
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


def _find_place(times: TravelTimes, name: str, kind: Literal["cell", "site"]) -> tuple[NDArray[np.float64], int]:
    """Find a place by its id, its name where only one is called so, a commune's, or by latitude and longitude.

    Returns its metres and, for a commune, the row of the cell in its middle; -1 otherwise.
    """
    inputs = times.inputs
    cells, sites = inputs.residents["cell"].to_numpy(object), inputs.sites["site"].to_numpy(object)
    own, other = ((cells, inputs.resident_points), (sites, inputs.site_points))[:: 1 if kind == "cell" else -1]
    for ids, xy in (own, other):
        at = np.flatnonzero(ids == name)
        if len(at) == 1:
            return np.asarray(xy[at[0]], np.float64), -1
    match = _PLACE.fullmatch(name)
    if match is None:
        return _find_named_place(times, name, kind)
    lat, lon = float(match[1]), float(match[2])
    if abs(lat) > _MOST_LATITUDE or abs(lon) > _MOST_LONGITUDE:
        raise InputError("queries.not_on_earth", name=name)
    from pyproj import Transformer

    transform = Transformer.from_crs(WGS84, times.settings.crs, always_xy=True)
    return np.array(transform.transform(lon, lat), np.float64), -1


def _find_named_place(times: TravelTimes, name: str, kind: Literal["cell", "site"]) -> tuple[NDArray[np.float64], int]:
    inputs = times.inputs
    cells, sites = inputs.residents["cell"].astype(str).tolist(), inputs.sites["site"].astype(str).tolist()
    communes = inputs.communes["name"].astype(str).tolist()
    titles = inputs.sites["name"].astype(str).tolist() if "name" in inputs.sites else []
    found = find_named(name, sites, titles)
    commune = find_named(name, inputs.communes["insee"].tolist(), communes)
    # A commune's whole name says more than how a site's begins.
    whole = [at for at in commune if fold(communes[at]) == fold(name)]
    if len(found) == 1 and (len(whole) != 1 or fold(titles[found[0]]) == fold(name)):
        return np.asarray(inputs.site_points[found[0]], np.float64), -1
    if len(commune) == 1 and (not found or whole):
        return _place_commune(times, commune[0], kind)
    if found:
        # Names tell the sites apart; where two bear one name, their ids do.
        shared = len({titles[at] for at in found}) < len(found)
        said = [f"{titles[row]} ({sites[row]})" if shared else titles[row] for row in found]
        raise InputError("queries.ambiguous_site", name=name, count=len(found), ids=listed(said, limit=8))
    begun = [row for row, cell in enumerate(cells) if name and cell.startswith(name)]
    if len(begun) == 1:
        return np.asarray(inputs.resident_points[begun[0]], np.float64), -1
    alike = [communes[at] for at in commune] or nearest_ones(name, communes)
    if kind == "cell":
        known = [*alike, *nearest_ones(name, titles)] or nearest_ones(name, cells) or communes[:3]
        raise InputError("queries.unknown_cell", name=name, known=listed(known, limit=5))
    known = nearest_ones(name, titles) or nearest_ones(name, sites) or (titles or sites)[:3]
    raise InputError("queries.unknown_site", name=name, known=listed(known, limit=5))


def _place_commune(times: TravelTimes, row: int, kind: Literal["cell", "site"]) -> tuple[NDArray[np.float64], int]:
    """Let the cell in the middle of a commune stand for it where journeys start; refuse it where they end."""
    inputs = times.inputs
    insee, name = inputs.communes["insee"].iloc[row], str(inputs.communes["name"].iloc[row])
    if kind == "site":
        there = inputs.sites.loc[inputs.sites["insee"] == insee, "name" if "name" in inputs.sites else "site"]
        known = [str(one) for one in there] or inputs.sites["name"].astype(str).tolist()[:3]
        raise InputError("queries.commune_for_site", name=name, known=listed(known, limit=5))
    middle = find_middle(inputs.residents, inputs.resident_points, insee)
    if middle < 0:
        raise InputError("queries.commune_empty", name=name)
    return np.asarray(inputs.resident_points[middle], np.float64), middle


def find_middle(residents: gpd.GeoDataFrame, points: NDArray[np.float64], insee: str) -> int:
    """Find the inhabited cell from which a commune's residents live nearest on average; -1 where nobody does.

    As the crow flies, each cell counted by its residents; the first of two that are equal.
    """
    weight = residents["weight"].to_numpy(np.float64)
    rows = np.flatnonzero((residents["insee"] == insee).to_numpy(bool) & (weight > 0))
    if not len(rows):
        return -1
    mine, away = points[rows], np.zeros(len(rows))
    for xy, people in zip(mine, weight[rows], strict=True):
        away += people * np.hypot(*(mine - xy).T)
    return int(rows[np.argmin(away)])


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
