"""What can be searched for in a page: stops, stations, streets and places, with the commune that each lies in.

Communes, sites and cells are in the page already. The same input gives the same index, and it is bounded: where there
are more names than `MOST`, those of the most calls or pieces are kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from geo_access.core.formats import soften_capitals
from geo_access.core.matching import fold
from geo_access.report.html import dump_json
from geo_access.report.map.packed_text import pack_text
from geo_access.study.inputs.communes import locate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from geo_access.routing.travel_times import TravelTimes
    from geo_access.verdict.coverage import Coverage

#: What an entry is, in the order in which equals are listed.
KINDS = ("place", "stop", "street")
#: So many names of each kind are kept.
MOST = {"place": 1_500, "stop": 6_000, "street": 6_000}
#: Stops of one name this near (metres) are one.
_ONE_STOP_M = 500.0
_SCALE = 1e5


class _Entry(NamedTuple):
    kind: str
    name: str
    x: float
    y: float
    weight: float


def encode_search(coverage: Coverage) -> str:
    """Encode the index, packed (`packed_text`): empty where there is nothing to be found beside what the page has.

    Returns
    -------
    str
        Of a document: names, kinds (a digit each), communes (rows of the page's communes), at (latitude and longitude
        in 1e-5 degree, each after the one before).
    """
    times = coverage.times
    if times is None:
        return ""
    entries = [*_list_stops(times), *_list_features(times)]
    if not entries:
        return ""
    table = pd.DataFrame(entries)
    west, south, east, north = times.inputs.communes.total_bounds
    table = table[table["x"].between(west, east) & table["y"].between(south, north)].reset_index(drop=True)
    points = gpd.GeoSeries(gpd.points_from_xy(table["x"], table["y"]), crs=times.settings.crs)
    row, _ = locate(points, times.inputs.communes)
    codes = times.inputs.communes["insee"].to_numpy(object)
    known = {insee: at for at, insee in enumerate(coverage.communes["insee"])}
    table["commune"] = [known.get(codes[at], -1) if at >= 0 else -1 for at in row]
    degrees = points.to_crs("EPSG:4326")
    table["lat"] = np.round(degrees.y.to_numpy() * _SCALE).astype(np.int64)
    table["lon"] = np.round(degrees.x.to_numpy() * _SCALE).astype(np.int64)
    # Who searches searches where the study says something.
    table = table[table["commune"] >= 0]
    table["rank"] = table["kind"].map(KINDS.index)
    heaviest = table.sort_values(["rank", "weight", "name", "lat", "lon"], ascending=[True, False, True, True, True])
    kept = pd.concat([mine.head(MOST[str(kind)]) for kind, mine in heaviest.groupby("kind", sort=True)] or [heaviest])
    kept = kept.sort_values(["rank", "name", "lat", "lon"], kind="stable")
    at = np.column_stack([kept["lat"], kept["lon"]]).astype(np.int64)
    steps = np.diff(at, axis=0, prepend=np.zeros((1, 2), np.int64))
    return pack_text(
        dump_json(
            {
                "names": kept["name"].tolist(),
                "kinds": "".join(map(str, kept["rank"])),
                "communes": kept["commune"].tolist(),
                "at": steps.ravel().tolist(),
            }
        )
    )


def _list_stops(times: TravelTimes) -> Iterable[_Entry]:
    """List the stops where something calls, those of one name that are near to each other as one."""
    if not times.settings.transit.gtfs:
        return []
    stops, calls = times.timetable.stops, times.network.boardings.astype(np.float64)
    xy = times.stops.xy
    west, south, east, north = times.inputs.communes.total_bounds
    inside = (xy[:, 0] >= west) & (xy[:, 0] <= east) & (xy[:, 1] >= south) & (xy[:, 1] <= north)
    rows = np.flatnonzero((calls > 0) & inside)
    names = [soften_capitals(" ".join(str(name).split())) for name in stops["name"].to_numpy(object)[rows]]
    return _join("stop", names, xy[rows], calls[rows])


def _list_features(times: TravelTimes) -> Iterable[_Entry]:
    """List the streets and places of the study's OpenStreetMap files."""
    features = times.features if times.settings.walking.streets else None
    if features is None:
        return []
    streets, places = features.streets, features.named_places()
    found: list[_Entry] = []
    for kind, table, weight in (("street", streets, streets["pieces"]), ("place", places, np.ones(len(places)))):
        if len(table):
            points = table.geometry.to_crs(times.settings.crs)
            xy = np.column_stack([points.x, points.y])
            names = [soften_capitals(" ".join(str(name).split())) for name in table["name"]]
            found += _join(kind, names, xy, np.asarray(weight, np.float64))
    return found


def _join(kind: str, names: list[str], xy: NDArray[np.float64], weight: NDArray[np.float64]) -> list[_Entry]:
    """Make one entry of those of one name that lie near to the first of them, at the one of most weight."""
    groups: dict[str, list[list[int]]] = {}
    for at in np.lexsort((xy[:, 1], xy[:, 0], -weight)).tolist():
        if not fold(names[at]):
            continue
        known = groups.setdefault(fold(names[at]), [])
        near = next((one for one in known if np.hypot(*(xy[one[0]] - xy[at])) <= _ONE_STOP_M), None)
        if near is None:
            known.append([at])
        else:
            near.append(at)
    return [
        _Entry(kind, names[one[0]], float(xy[one[0], 0]), float(xy[one[0], 1]), float(weight[one].sum()))
        for known in groups.values()
        for one in known
    ]
