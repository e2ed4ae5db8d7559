"""What people call a point: the stop near it, else a street, else a neighbourhood, else a farther stop; its commune.

Every output that names a cell to people says it so; the cell's own id stands in files and technical notes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from geo_access.core.cache import make_key
from geo_access.core.findings import Findings
from geo_access.core.formats import format_where, is_missing, soften_capitals
from geo_access.routing.points import find_points
from geo_access.study.inputs.communes import locate
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from geo_access.routing.travel_times import TravelTimes
    from geo_access.streets.walker import Legs
    from geo_access.texts import Language
    from geo_access.verdict.coverage import Coverage

Landmark = Literal["stop", "street", "place"]
LANDMARKS: tuple[Landmark, ...] = get_args(Landmark)
#: A stop is near within this walk (seconds): one that is farther names a point only where no street does.
_NEAR_S: Final = 300
#: A street is near within this distance, a neighbourhood or hamlet within the other (metres).
_NEAR_M: Final = 150.0
_AROUND_M: Final = 800.0
#: Named spots of OpenStreetMap that are smaller than a commune.
_SPOTS: Final = ("suburb", "quarter", "neighbourhood", "hamlet", "isolated_dwelling")


@dataclass(frozen=True)
class PointName:
    """What people call a point.

    Attributes
    ----------
    near, landmark
        The name of a stop, street or place that it is near, and which of these; None where there is none.
    commune
        The name of its commune; None outside all.
    """

    near: str | None = None
    landmark: Landmark | None = None
    commune: str | None = None


NAMELESS: Final = PointName()


def name_cells(times: TravelTimes) -> list[PointName]:
    """Name the cells of a study, in the order of its residents."""
    inputs = times.inputs
    names = dict(zip(inputs.communes["insee"], inputs.communes["name"], strict=True))
    communes = [names.get(insee) for insee in inputs.residents["insee"]]
    legs = times.access if times.settings.transit.gtfs else None
    return _name(times, inputs.resident_points, legs, communes)


def name_residents(coverage: Coverage) -> dict[Any, PointName]:
    """Name the cells of a coverage by their ids; by their commune alone where it holds no travel times."""
    cells = coverage.residents
    if coverage.times is not None:
        return dict(zip(coverage.times.inputs.residents["cell"], name_cells(coverage.times), strict=True))
    names = dict(zip(coverage.communes["insee"], coverage.communes["name"], strict=True))
    communes = [names.get(insee) for insee in cells["insee"]]
    return {cell: PointName(commune=name) for cell, name in zip(cells["cell"], communes, strict=True)}


def name_points(times: TravelTimes, xy: NDArray[np.float64]) -> list[PointName]:
    """Name points (n, 2) (metres, the study's CRS): a point in the middle of a cell is called as the cell is."""
    import geopandas as gpd

    settings, communes = times.settings, times.inputs.communes
    at, _ = locate(gpd.GeoSeries(gpd.points_from_xy(*xy.T), crs=settings.crs), communes)
    named = [None if row < 0 else communes["name"].iloc[row] for row in at]
    legs = None
    if settings.transit.gtfs:
        walker = times.walker()
        legs = walker.legs(walker.place(xy), times.stops, limit_s=settings.walking.limits_min.seconds("access"))
    return _name(times, xy, legs, named)


def name_columns(times: TravelTimes, xy: NDArray[np.float64]) -> dict[str, pd.Series[Any]]:
    """Name points in two columns of a table: near, and landmark (which of `LANDMARKS` that is)."""
    names = name_points(times, xy)
    return {one: pd.Series([getattr(name, one) for name in names], dtype=object) for one in ("near", "landmark")}


def say_near(name: PointName, language: Language) -> str:
    """Say what a point is near, and in which commune, to go on in a sentence: ``near the stop Gare (Clamart)``."""
    commune = name.commune or ""
    if name.near is None:
        return format_where(commune, language) if commune else render("naming.somewhere", language)
    near = render(f"naming.near_{name.landmark}", language, name=name.near)
    return render("naming.near_in", language, near=near, commune=commune) if commune else near


def say_middle(times: TravelTimes, asked: str, language: Language) -> str:
    """Say which cell stands for a commune where a journey starts; nothing for any other place."""
    found = find_points(times, asked, kind="cell", anywhere=True)
    if not found.middles:
        return ""
    name = name_points(times, found.xy)[0]
    near = render("naming.somewhere", language)
    if name.near is not None:
        near = render(f"naming.near_{name.landmark}", language, name=name.near)
    return render("queries.middle", language, commune=name.commune or asked, near=near)


def say_spot(name: PointName, language: Language) -> str:
    """Name a cell where its commune stands beside it: ``Cell near the stop Gare``."""
    near = None if name.near is None else render(f"naming.near_{name.landmark}", language, name=name.near)
    return render("naming.cell_near", language, near=near) if near else say_cell(name, language)


def say_cell(name: PointName, language: Language) -> str:
    """Name a cell: ``Cell in Clamart, near the stop Gare``."""
    near = None if name.near is None else render(f"naming.near_{name.landmark}", language, name=name.near)
    if name.commune is None:
        return render("naming.cell_near", language, near=near or render("naming.somewhere", language))
    where = format_where(name.commune, language)
    if near is None:
        return render("naming.cell_near", language, near=where)
    return render("naming.cell", language, where=where, near=near)


def read_name(row: Mapping[Any, Any]) -> PointName:
    """Take a name out of a row of a table with the columns near, landmark and commune."""
    near, landmark, commune = (None if is_missing(row[one]) else row[one] for one in ("near", "landmark", "commune"))
    return PointName(near, landmark, commune)


def _name(
    times: TravelTimes, xy: NDArray[np.float64], legs: Legs | None, communes: Sequence[str | None]
) -> list[PointName]:
    stop, away_s = _find_stops(legs, len(xy))
    stop_names = times.timetable.stops["name"].to_numpy(object) if legs is not None else np.zeros(0, object)
    streets: Sequence[str | None] = [None] * len(xy)
    far = np.flatnonzero(away_s > _NEAR_S)
    if len(far):
        found = _find_streets(times, xy[far])
        streets = list(streets)
        for at, street in zip(far.tolist(), found, strict=True):
            streets[at] = street
    bare = [at for at in far.tolist() if streets[at] is None]
    spots = dict(zip(bare, _find_spots(times, xy[bare]), strict=True)) if bare else {}

    def name(at: int) -> PointName:
        landmarks: tuple[tuple[str | None, Landmark], ...] = (
            (streets[at], "street"),
            (spots.get(at), "place"),
            (str(stop_names[stop[at]]) if stop[at] >= 0 else None, "stop"),
        )
        for near, landmark in landmarks:
            if near is not None:
                return PointName(soften_capitals(near), landmark, communes[at])
        return PointName(commune=communes[at])

    return [name(at) for at in range(len(xy))]


def _find_stops(legs: Legs | None, count: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Find the nearest stop of each point (-1: none within reach), and how far it is (seconds, infinite without)."""
    stop, away = np.full(count, -1, np.int64), np.full(count, np.inf)
    if legs is not None and len(legs):
        point = np.repeat(np.arange(count), np.diff(legs.indptr))
        order = np.lexsort((legs.index, legs.seconds, point))
        _, first = np.unique(point[order], return_index=True)
        nearest = order[first]
        stop[point[nearest]], away[point[nearest]] = legs.index[nearest], legs.seconds[nearest]
    return stop, away


def _find_streets(times: TravelTimes, xy: NDArray[np.float64]) -> list[str | None]:
    """Find the nearest street that has a name, of each point."""
    names = list_street_names(times)
    if not names:
        return [None] * len(xy)
    from geo_access.streets.snapping import StreetIndex

    network = times.streets
    named = np.flatnonzero(np.isin(network.way_id, np.fromiter(names, np.int64, len(names))))
    snapped = StreetIndex(network, named).snap(xy, snap_m=_NEAR_M)
    return [None if street < 0 else names[int(network.way_id[street])] for street in snapped.street.tolist()]


def _find_spots(times: TravelTimes, xy: NDArray[np.float64]) -> list[str | None]:
    """Find the nearest neighbourhood, hamlet or other named spot of each point."""
    features = times.features if times.settings.walking.streets else None
    if features is None:
        return [None] * len(xy)
    places = features.named_places()
    places = places[places["kind"].isin(_SPOTS)]
    if not len(places):
        return [None] * len(xy)
    points = places.geometry.to_crs(times.settings.crs)
    found = cKDTree(np.column_stack([points.x, points.y])).query(xy)
    away, nearest = (np.asarray(one) for one in found)
    names = places["name"].to_numpy(object)
    return [str(names[at]) if metres <= _AROUND_M else None for metres, at in zip(away, nearest, strict=True)]


def list_street_names(times: TravelTimes) -> dict[int, str]:
    """List what the ways of the study's walking network are called: way of OpenStreetMap -> name, ascending.

    The network keeps no names: they are read of the study's own files, once, and kept in the cache. Empty where these
    have none, such as a network in memory, or where people walk in a straight line.
    """
    inputs, walking = times.inputs, times.settings.walking
    files = [one for one in walking.streets if one not in inputs.study.held]
    if not files:
        return {}
    from geo_access.streets.street_names import load_street_names, read_street_names, save_street_names

    paths = [inputs.study.path(one) for one in files]

    def build(_findings: Findings) -> dict[int, str]:
        names = read_street_names(paths, np.unique(times.streets.way_id))
        inputs.require_unchanged(tuple(files))
        return names

    return times.cache.fetch(
        make_key("street_names", files=inputs.hash_of(tuple(files)), network=times.streets.digest),
        build=build, save=save_street_names, load=load_street_names, findings=Findings(), files=paths,
    )  # fmt: skip
