"""What the eye holds on to on a map without tiles: rail, metro and tram lines, their stations, and the streets."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_access.core.matching import fold
from geo_access.core.shapes import list_points, require_crs
from geo_access.report.html import dump_json
from geo_access.report.map.generalise import drop_parallels, join_lines
from geo_access.report.map.layers import SCALE
from geo_access.streets.feature_tags import ROADS
from geo_access.streets.walkable import WALKABLE
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from geo_access.gtfs.timetable import Timetable
    from geo_access.streets.features import Features
    from geo_access.streets.network import WalkNetwork
    from geo_access.texts import Language

Mode = Literal["rail", "metro", "tram"]
MODES: tuple[Mode, ...] = ("rail", "metro", "tram")
#: Route types of GTFS, the basic ones and the ranges of the extended ones. Cable cars and funiculars go with trams.
_BASIC: Mapping[int, Mode] = {0: "tram", 1: "metro", 2: "rail", 5: "tram", 7: "tram", 12: "metro"}
_EXTENDED: Sequence[tuple[range, Mode]] = (
    (range(100, 200), "rail"),
    (range(400, 500), "metro"),
    (range(900, 1000), "tram"),
)
#: Stops of one name this near (metres) are one station, whatever feeds they come from.
_ONE_STATION_M = 400.0
#: A hop that others go along with so little more way (times, metres) is an express train's: it is not drawn.
_DETOUR, _DETOUR_M = 1.15, 150.0
#: How far straight lines and stations are drawn outside the territory (metres): beyond, nothing would hold them.
_AROUND_M = 400.0
#: Tracks replace the straight lines of a mode when they pass this near (metres) to so many of its stations.
_TRACK_M, _ON_TRACK = 300.0, 0.7
#: Tracks this near to each other (metres) are drawn as one, thinned to this (metres).
_TRACKS_M, _THIN_TRACK_M = 30.0, 6.0
#: Streets are drawn when they take no more than this (bytes of JSON), main ones before the others.
MOST_STREET_BYTES = 400_000
_MAIN = ("primary", "primary_link", "secondary", "secondary_link", "tertiary", "tertiary_link", "trunk", "trunk_link")
_SMALL = ("residential", "unclassified", "living_street", "pedestrian", "road")
_COARSE_M, _SHORTEST_M = 12.0, 60.0


@dataclass(frozen=True)
class RailStation:
    """A place where trains, metros or trams call: degrees, name, lines, modes."""

    lon: float
    lat: float
    name: str
    lines: tuple[str, ...]
    rank: int
    modes: frozenset[Mode] = frozenset()


@dataclass(frozen=True)
class RailLines:
    """Lines in degrees, by mode, and the stations on them; `laid` are the modes whose lines are tracks."""

    lines: Mapping[Mode, tuple[shapely.LineString, ...]]
    stations: tuple[RailStation, ...]
    laid: frozenset[Mode] = frozenset()

    @property
    def is_straight(self) -> bool:
        """Whether some lines are drawn straight from station to station."""
        return any(lines for mode, lines in self.lines.items() if mode not in self.laid)


def find_mode(route_type: int) -> Mode | None:
    """Return the mode of a GTFS route type; None for buses, boats and the like."""
    if route_type in _BASIC:
        return _BASIC[route_type]
    return next((mode for types, mode in _EXTENDED if route_type in types), None)


# Lines


def draw_rail(timetable: Timetable, communes: gpd.GeoDataFrame) -> RailLines:
    """Draw the day's rail, metro and tram lines, straight from station to station.

    Parameters
    ----------
    timetable
        The day's timetable.
    communes
        The territory, in metres; lines end a little way outside it.
    """
    routes = timetable.routes
    mode_of = np.array(
        [MODES.index(mode) if (mode := find_mode(int(kind))) else -1 for kind in routes["type"]], np.int64
    )
    route = timetable.trips["route"].to_numpy(np.int64)[timetable.trip]
    hops = np.flatnonzero((mode_of[route] >= 0) if len(mode_of) else np.zeros(0, bool))
    table = pd.DataFrame(
        {"route": route[hops], "a": timetable.departure_stop[hops], "b": timetable.arrival_stop[hops]}
    ).drop_duplicates(ignore_index=True)
    place, xy, names = _join_stations(timetable.stops, table[["a", "b"]].to_numpy(), communes.crs)
    table["a"], table["b"] = place[table["a"].to_numpy()], place[table["b"].to_numpy()]
    table = table[(table["a"] >= 0) & (table["b"] >= 0) & (table["a"] != table["b"])]
    table["mode"] = mode_of[table["route"].to_numpy()] if len(table) else []
    ground = shapely.buffer(shapely.union_all(shapely.simplify(communes.geometry.to_numpy(), 50.0)), _AROUND_M)
    shapely.prepare(ground)
    inside = shapely.contains_xy(ground, xy[:, 0], xy[:, 1]) if len(xy) else np.zeros(0, bool)
    stations = shapely.multipoints(xy[inside])
    lines: dict[Mode, tuple[shapely.LineString, ...]] = {}
    for number, mode in enumerate(MODES):
        mine = table[table["mode"] == number]
        pairs = np.unique(np.sort(mine[["a", "b"]].to_numpy(np.int64), axis=1), axis=0)
        kept = _drop_expresses(pairs, xy)
        # Cutting a line may part it at its vertices, so lines are joined after the cut.
        cut = shapely.get_parts(shapely.intersection(shapely.linestrings(xy[kept]), ground)) if len(kept) else kept
        # A piece without a station says nothing: it only passes a corner of the territory.
        parts = join_lines(cut[shapely.get_type_id(cut) == 1]) if len(cut) else cut
        held = [part for part in parts if shapely.intersects(shapely.buffer(part, 1), stations)]
        lines[mode] = _list_lines(held, communes.crs)
    return RailLines(lines, _list_stations(table, routes, xy, names, inside, communes.crs))


def _list_lines(lines: Iterable[Any], crs: Any) -> tuple[shapely.LineString, ...]:
    parts = gpd.GeoSeries(list(lines), crs=crs).to_crs("EPSG:4326")
    return tuple(part for part in parts if isinstance(part, shapely.LineString) and not part.is_empty)


def lay_tracks(rail: RailLines | None, features: Features | None) -> RailLines | None:
    """Draw the tracks of the study's own OpenStreetMap file instead of straight lines.

    A mode whose stations they do not pass keeps its straight lines: the file does not hold its tracks. Where no
    timetable names a station, those of the file are drawn.

    Parameters
    ----------
    rail
        What `draw_rail` returns; None without a timetable.
    features
        What the file holds; None without one.
    """
    tracks = None if features is None else features.of("rail")
    if features is None or tracks is None or not len(tracks):
        return rail
    lines = dict.fromkeys(MODES, ()) | dict(rail.lines if rail else {})
    stations = rail.stations if rail and rail.stations else _list_named_stations(features)
    served = {mode: [one for one in stations if mode in one.modes] for mode in MODES}
    # Trams run on railways here and there, and metros are railways elsewhere.
    every = shapely.multilinestrings(list(shapely.get_parts(tracks.geometry.to_numpy())))
    laid: set[Mode] = set()
    for mode in MODES:
        mine = tracks.geometry[tracks["kind"] == mode]
        if served[mode]:
            points = gpd.GeoSeries.from_xy(
                [s.lon for s in served[mode]], [s.lat for s in served[mode]], crs="EPSG:4326"
            )
            near = shapely.distance(points.to_crs(require_crs(tracks)).to_numpy(), every) <= _TRACK_M
            if near.mean() < _ON_TRACK:
                continue
        kept = shapely.simplify(drop_parallels(mine, within=_TRACKS_M), _THIN_TRACK_M)
        lines[mode] = _list_lines(kept, tracks.crs)
        laid.add(mode)
    return RailLines(lines, stations, frozenset(laid))


def _list_named_stations(features: Features) -> tuple[RailStation, ...]:
    table = features.of("station").to_crs("EPSG:4326")
    modes: dict[str, Mode] = {mode: mode for mode in MODES}
    return tuple(
        RailStation(round(point.x, 5), round(point.y, 5), name, (), 0, frozenset({modes[kind]}))
        for name, kind, point in zip(table["name"], table["kind"], list_points(table.geometry), strict=True)
    )


def _join_stations(
    stops: pd.DataFrame, used: NDArray[np.integer], crs: Any
) -> tuple[NDArray[np.int64], NDArray[np.float64], list[str]]:
    """Put stops of one name that lie close together into one station.

    Returns the station of each stop (-1: not used, or of unknown place), the stations' places (metres), their names.
    """
    lon, lat = stops["lon"].to_numpy(np.float64), stops["lat"].to_numpy(np.float64)
    rows = np.unique(used)
    rows = rows[np.isfinite(lon[rows]) & np.isfinite(lat[rows])]
    at = (
        gpd.GeoSeries(gpd.points_from_xy(lon[rows], lat[rows]), crs="EPSG:4326")
        .to_crs(crs)
        .get_coordinates()
        .to_numpy()
    )
    names = stops["name"].astype(str).to_numpy(object)
    place = np.full(len(stops), -1, np.int64)
    groups: dict[str, list[int]] = {}
    members: list[list[int]] = []
    for i in sorted(range(len(rows)), key=lambda i: (fold(names[rows[i]]), lon[rows[i]], lat[rows[i]])):
        known = groups.setdefault(fold(names[rows[i]]), [])
        near = next((s for s in known if np.hypot(*(at[members[s][0]] - at[i])) <= _ONE_STATION_M), None)
        if near is None:
            near = len(members)
            members.append([])
            known.append(near)
        members[near].append(i)
        place[rows[i]] = near
    xy = np.array([at[mine].mean(axis=0) for mine in members]).reshape(-1, 2)
    return place, xy, [str(names[rows[mine[0]]]) for mine in members]


def _drop_expresses(pairs: NDArray[np.int64], xy: NDArray[np.float64]) -> NDArray[np.int64]:
    """Leave out hops past stations that other hops call at, longest first."""
    length = np.hypot(*(xy[pairs[:, 0]] - xy[pairs[:, 1]]).T) if len(pairs) else np.zeros(0)
    ways: dict[int, dict[int, float]] = {}
    for (a, b), metres in zip(pairs.tolist(), length.tolist(), strict=True):
        ways.setdefault(a, {})[b] = ways.setdefault(b, {})[a] = metres
    keep = np.ones(len(pairs), bool)
    for at in np.argsort(-length, kind="stable").tolist():
        a, b = pairs[at].tolist()
        direct = ways[a].pop(b)
        del ways[b][a]
        if _can_go_round(ways, a, b, direct * _DETOUR + _DETOUR_M):
            keep[at] = False
        else:
            ways[a][b] = ways[b][a] = direct
    return pairs[keep]


def _can_go_round(ways: Mapping[int, Mapping[int, float]], a: int, b: int, limit: float) -> bool:
    queue, best = [(0.0, a)], {a: 0.0}
    while queue:
        gone, at = heapq.heappop(queue)
        if at == b:
            return True
        for there, metres in ways[at].items():
            if gone + metres <= limit and gone + metres < best.get(there, np.inf):
                best[there] = gone + metres
                heapq.heappush(queue, (gone + metres, there))
    return False


def _list_stations(
    table: pd.DataFrame,
    routes: pd.DataFrame,
    xy: NDArray[np.float64],
    names: Sequence[str],
    inside: NDArray[np.bool_],
    crs: Any,
) -> tuple[RailStation, ...]:
    short = routes["short_name"].fillna("").astype(str).str.strip()
    called = short.where(short != "", routes["long_name"].fillna("").astype(str).str.strip()).to_numpy(object)
    lines: dict[int, set[tuple[int, str]]] = {}
    modes: dict[int, set[int]] = {}
    for route, a, b, mode in table[["route", "a", "b", "mode"]].itertuples(index=False):
        for station in (a, b):
            modes.setdefault(int(station), set()).add(int(mode))
            if called[route]:
                lines.setdefault(int(station), set()).add((int(mode), str(called[route])))
            else:
                lines.setdefault(int(station), set())
    kept = [station for station in sorted(lines) if inside[station]]
    points = list_points(gpd.GeoSeries(gpd.points_from_xy(xy[kept, 0], xy[kept, 1]), crs=crs).to_crs("EPSG:4326"))
    return tuple(
        RailStation(
            round(point.x, 5),
            round(point.y, 5),
            names[station],
            tuple(name for _, name in sorted(lines[station])),
            len(lines[station]),
            frozenset(MODES[mode] for mode in modes[station]),
        )
        for station, point in zip(kept, points, strict=True)
    )


def encode_rail(rail: RailLines, language: Language) -> dict[str, Any]:
    """Encode lines and stations."""
    return {
        "modes": [
            {"name": mode, "lines": [encode_line(line) for line in rail.lines[mode]]}
            for mode in MODES
            if rail.lines[mode]
        ],
        "stations": [
            [each.lat, each.lon, each.name, ", ".join(dict.fromkeys(each.lines)), each.rank] for each in rail.stations
        ],
        "lead": render("maps.station", language),
        "lines": render("maps.station_lines", language),
    }


def encode_line(line: Any, origin: Sequence[int] = (0, 0)) -> list[int]:
    """Encode a line in degrees: each vertex counted from the one before, the first from the origin."""
    at = np.round(shapely.get_coordinates(line)[:, :2] * SCALE).astype(np.int64)
    steps = np.diff(at, axis=0, prepend=np.array([origin], np.int64))
    keep = np.any(steps != 0, axis=1)
    return [int(value) for value in steps[keep].ravel()]


# Streets


def draw_streets(
    network: WalkNetwork, communes: gpd.GeoDataFrame, *, roads_drawn: bool = False
) -> dict[str, Any] | None:
    """Draw the streets as a texture: main ones, and the others where they fit in `MOST_STREET_BYTES`.

    Parameters
    ----------
    network
        The walking network, in the CRS of `communes`.
    communes
        The territory.
    roads_drawn
        Whether the map draws the main roads otherwise.

    Returns
    -------
    dict or None
        JSON values for the page; None when even the main streets would take too much, or there are none.
    """
    best = None
    main = tuple(kind for kind in _MAIN if not (roads_drawn and kind.removesuffix("_link") in ROADS))
    for kinds in (main, (*main, *_SMALL)):
        drawn = _generalise(network, communes, kinds)
        if not drawn:
            continue
        data = {"lines": [encode_line(line) for line in drawn]}
        if len(dump_json(data)) > MOST_STREET_BYTES:
            break
        best = data
    return best


def _generalise(network: WalkNetwork, communes: gpd.GeoDataFrame, kinds: Iterable[str]) -> list[shapely.LineString]:
    wanted = [WALKABLE.index(kind) for kind in kinds]
    chosen = np.flatnonzero(np.isin(network.kind, wanted))
    if not len(chosen):
        return []
    lines = network.lines(chosen)
    ground = shapely.union_all(communes.geometry.to_numpy())
    shapely.prepare(ground)
    lines = lines[shapely.intersects(ground, lines)]
    merged = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(lines))) if len(lines) else lines
    merged = shapely.simplify(merged, _COARSE_M)
    merged = merged[shapely.length(merged) >= _SHORTEST_M]
    drawn = gpd.GeoSeries(merged, crs=communes.crs).to_crs("EPSG:4326")
    return [line for line in drawn if isinstance(line, shapely.LineString) and not line.is_empty]
