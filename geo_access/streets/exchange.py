"""Streets from and to networkx graphs of OSMnx's shape, in memory, in GraphML files, and online."""

from __future__ import annotations

import ast
import math
import re
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, cast
from xml.etree.ElementTree import ParseError

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from geo_access.core.errors import InputError
from geo_access.core.limits import MAX_SAID, MAX_SHOWN
from geo_access.streets.components import StreetParts, part_ends
from geo_access.streets.walkable import (
    EVERYBODY,
    GONE,
    NODE_KEYS,
    OUT_OF_USE,
    ROADS,
    STROLLER,
    WALKABLE,
    WAY_KEYS,
    WHEELCHAIR,
    WayUse,
    find_stops,
    judge_node,
    judge_way,
    tell_stops,
)  # fmt: skip

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping
    from pathlib import Path

    import geopandas as gpd
    import networkx as nx
    from numpy.typing import NDArray

    from geo_access.core.findings import Findings
    from geo_access.streets.conditions import Window

#: What fits into 64 bits.
_IDENTIFIER: Final = re.compile(r"-?[0-9]{1,18}")
#: The longest list of values that one street has, in signs; the circumference of the Earth.
_MAX_LIST_SIGNS: Final = 100_000
_MAX_LENGTH_M: Final = 4e7
_MOST_LON: Final = 180.0
_MOST_LAT: Final = 90.0


def read_graphml(path: Path) -> nx.MultiDiGraph[Any]:
    """Read a GraphML file.

    Raises
    ------
    InputError
        When it is empty, damaged, or no GraphML.
    """
    import networkx as nx

    if path.stat().st_size == 0:
        raise InputError("streets.empty", file=path)
    try:
        graph: nx.MultiDiGraph[Any] = nx.read_graphml(path)  # type: ignore[assignment]  # a graph of any kind will do
    except (
        ParseError, nx.NetworkXError, OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError,
        RecursionError,
    ) as error:  # fmt: skip
        said = " ".join(str(error).split())[:MAX_SAID] or type(error).__name__
        raise InputError("streets.damaged", file=path, said=said) from error
    return graph


def graph_parts(
    graph: nx.MultiDiGraph[Any], *, findings: Findings, file: Path | str | None = None, window: Window | None = None
) -> StreetParts:
    """Take the streets of a graph that may be walked; `network.from_networkx` says how.

    Raises
    ------
    InputError
        When the graph has no CRS, a node has no coordinates, or no edge may be walked.
    """
    back = _to_degrees(graph, file)
    names = list(graph.nodes)
    node_id = _number_nodes(names)
    order = np.argsort(node_id, kind="stable")
    names, node_id = [names[k] for k in order], node_id[order]
    place = {name: k for k, name in enumerate(names)}
    xy = np.array([_read_point(graph.nodes[name], name, file) for name in names]).reshape(-1, 2)
    node_lon, node_lat = back.transform(xy[:, 0], xy[:, 1])
    off = np.flatnonzero(~((np.abs(node_lon) <= _MOST_LON) & (np.abs(node_lat) <= _MOST_LAT)))
    if len(off):
        raise InputError("streets.off_earth", file=file, node=str(names[off[0]])[:MAX_SHOWN])
    found: dict[tuple[object, ...], _Edge] = {}
    for u, v, tags in graph.edges(data=True):
        edge = _read_edge(place[u], place[v], tags, xy, file, window)
        if edge is None:
            continue
        # The reverse of an edge that is there already is the same street.
        same = found.get(edge.key)
        if same is None or not same.is_like(edge):
            found[edge.key if same is None else (*edge.key, len(found))] = edge
    edges = sorted(found.values(), key=lambda edge: edge.rank)
    if not edges:
        raise InputError("streets.no_street", file=file)
    points = np.concatenate([edge.points for edge in edges])
    lon, lat = back.transform(points[:, 0], points[:, 1])
    at_node = np.array([judge_node(_texts(graph.nodes[name]), window) for name in names], np.int8)
    ends = np.array([(edge.tail, edge.head) for edge in edges], np.int64)
    stops = find_stops(at_node[ends], np.array([edge.use.kind in ROADS for edge in edges])[:, None])
    stops |= np.array([edge.stops for edge in edges], np.int8)
    tell_stops(at_node, file=file, findings=findings)
    node_id, node_lon, node_lat, ends = part_ends(
        node_id, np.asarray(node_lon), np.asarray(node_lat), ends, (stops & EVERYBODY) > 0
    )
    return StreetParts(
        node_id=node_id,
        node_lon=node_lon,
        node_lat=node_lat,
        passed=np.zeros(len(node_id), np.bool_),
        tail=ends[:, 0].astype(np.int32),
        head=ends[:, 1].astype(np.int32),
        forward=np.array([edge.use.forward for edge in edges], np.bool_),
        backward=np.array([edge.use.backward for edge in edges], np.bool_),
        steps=np.array([edge.use.steps for edge in edges], np.bool_),
        wheelchair=np.array([edge.use.wheelchair for edge in edges], np.int8),
        limited=np.array([edge.use.limited for edge in edges], np.bool_),
        stops=stops & np.int8(WHEELCHAIR | STROLLER),
        kind=np.array([WALKABLE.index(edge.use.kind) for edge in edges], np.int8),
        way_id=np.array([edge.way for edge in edges], np.int64),
        offsets=np.concatenate([[0], np.cumsum([len(edge.points) for edge in edges])]).astype(np.int64),
        lon=np.asarray(lon),
        lat=np.asarray(lat),
        length_m=np.array([edge.length for edge in edges], np.float64),
    )


def parts_graph(
    *, crs: str, nodes: Mapping[str, NDArray[Any]], streets: Mapping[str, NDArray[Any]], lines: NDArray[np.object_]
) -> nx.MultiDiGraph[Any]:
    """Build the graph of a network's nodes and streets; `network.to_networkx` says how."""
    import networkx as nx

    graph: nx.MultiDiGraph[Any] = nx.MultiDiGraph(crs=crs, simplified=True)
    met = np.bincount(np.concatenate([streets["tail"], streets["head"]]), minlength=len(nodes["id"]))
    rows = zip(*(nodes[key].tolist() for key in ("id", "x", "y", "lon", "lat")), met.tolist(), strict=True)
    for name, x, y, lon, lat, count in rows:
        graph.add_node(name, x=x, y=y, lon=lon, lat=lat, street_count=count)
    for s, line in enumerate(lines):
        u, v = int(nodes["id"][streets["tail"][s]]), int(nodes["id"][streets["head"][s]])
        forward, backward = bool(streets["forward"][s]), bool(streets["backward"][s])
        steps, wheelchair = bool(streets["steps"][s]), int(streets["wheelchair"][s])
        tags: dict[str, object] = {"osmid": int(streets["way_id"][s]), "highway": WALKABLE[int(streets["kind"][s])]}
        if tags["highway"] == "steps" and not steps:
            tags["ramp:stroller"] = "yes"
            if wheelchair >= 0:
                tags["ramp:wheelchair"] = "yes"
        if streets["limited"][s]:
            tags["access"] = "destination"
        if wheelchair:
            tags["wheelchair"] = "yes" if wheelchair > 0 else "no"
        if forward != backward:
            tags["oneway:foot"] = "yes" if forward else "-1"
        tags |= {"oneway": forward != backward, "length": float(streets["length_m"][s])}
        stops = streets["stops"][s].tolist()
        there, back = ({"stops": f"{a} {b}"} if any(stops) else {} for a, b in (stops, stops[::-1]))
        if forward:
            graph.add_edge(u, v, **tags, **there, reversed=False, geometry=line)
        if backward and not (forward and u == v):
            graph.add_edge(v, u, **tags, **back, reversed=True, geometry=shapely.reverse(line))
    return graph


def write_graphml(graph: nx.Graph[Any], path: Path) -> None:
    """Write a graph as OSMnx does, with every coordinate in as many digits as give it back.

    Raises
    ------
    InputError
        When it has no CRS.
    """
    import networkx as nx

    said = graph.graph.get("crs")
    if said is None:
        raise InputError("streets.graph_without_crs", file=path)
    plain = graph.__class__()
    plain.graph["crs"] = said if isinstance(said, str) else CRS.from_user_input(said).to_string()
    plain.add_nodes_from((name, list_plain(tags)) for name, tags in graph.nodes(data=True))
    plain.add_edges_from((u, v, list_plain(tags)) for u, v, tags in graph.edges(data=True))
    nx.write_graphml(plain, path)


def list_plain(tags: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a node or an edge says as GraphML holds it: numbers, and texts for all else; nothing for None."""
    return {key: _to_plain(value) for key, value in tags.items() if value is not None}


def _to_plain(value: Any) -> Any:
    if isinstance(value, shapely.LineString):
        points = ", ".join(f"{x!r} {y!r}" for x, y in shapely.get_coordinates(value).tolist())
        return f"LINESTRING ({points})"
    value = value.item() if isinstance(value, np.generic) else value
    return (
        value if isinstance(value, bool | int | float) else str([*value] if isinstance(value, tuple | set) else value)
    )


def fetch_graph(
    area: gpd.GeoSeries | gpd.GeoDataFrame, *, findings: Findings, allow_partial: bool = False
) -> nx.MultiDiGraph[Any]:
    """Download the streets of an area; ways are joined between junctions, way by way.

    Raises
    ------
    InputError
        When the area has no CRS, the network is out of reach, the answer says that it is partial, or the area has no
        street.
    """
    if area.crs is None:
        raise InputError("streets.area_without_crs")
    import osmnx as ox
    import requests

    # osmnx itself refuses an area that is no polygon.
    polygon = cast("shapely.Polygon | shapely.MultiPolygon", area.geometry.to_crs("EPSG:4326").union_all())
    # osmnx keeps only the tags that its global settings name: they are lent for the call and given back.
    kept = ox.settings.useful_tags_way, ox.settings.useful_tags_node
    ox.settings.useful_tags_way = sorted({*kept[0], *WAY_KEYS})
    ox.settings.useful_tags_node = sorted({*kept[1], *NODE_KEYS})
    try:
        with _hear_remarks() as remarks:
            graph = ox.graph_from_polygon(
                polygon, network_type="walk", custom_filter=_overpass_filter(), simplify=False, retain_all=True
            )
    except (requests.RequestException, ox._errors.ResponseStatusCodeError) as error:  # noqa: SLF001  # as below
        raise InputError("streets.offline", said=str(error)) from error
    except ox._errors.InsufficientResponseError as error:  # noqa: SLF001  # osmnx exports its errors nowhere else
        raise InputError("streets.no_street") from error
    finally:
        ox.settings.useful_tags_way, ox.settings.useful_tags_node = kept
    said = " ".join("; ".join(remarks).split())[:MAX_SAID]
    if said and not allow_partial:
        raise InputError("streets.partial", said=said)
    if said:
        findings.add("error", "streets.partial_used", said=said)
    graph.remove_edges_from([(u, v, k) for u, v, k, tags in graph.edges(keys=True, data=True) if _judge(tags) is None])
    stopping = {name: bits for name, tags in graph.nodes(data=True) if (bits := judge_node(_texts(tags)))}
    graph.remove_nodes_from([name for name, bits in stopping.items() if bits & EVERYBODY])
    graph.remove_nodes_from([name for name, degree in dict(graph.degree).items() if not degree])
    if not graph.number_of_edges():
        raise InputError("streets.no_street")
    # What stops wheels stands between two streets.
    for name, bits in stopping.items():
        if name in graph:
            graph.nodes[name]["stops"] = bits
    return ox.simplify_graph(graph, node_attrs_include=["stops"], edge_attrs_differ=["osmid"])


@contextmanager
def _hear_remarks() -> Iterator[list[str]]:
    """Collect what servers remark beside their answers, which osmnx only logs: that the answer is partial."""
    import osmnx as ox

    read, remarks = ox._http._parse_response, []  # noqa: SLF001  # osmnx tells of remarks nowhere else

    def listen(response: Any) -> Any:
        answer = read(response)
        if isinstance(answer, dict) and answer.get("remark"):
            remarks.append(str(answer["remark"]))
        return answer

    ox._http._parse_response = listen  # noqa: SLF001  # given back below
    try:
        yield remarks
    finally:
        ox._http._parse_response = read  # noqa: SLF001


def _overpass_filter() -> str:
    kinds = "|".join(WALKABLE)
    return f'["highway"~"^({kinds})$"]'


#: Lengths of one street that differ by less are the same (metres).
_SAME_M = 1e-3


class _Edge:
    """One street as a graph has it, turned so that its tail is its lower node."""

    __slots__ = ("head", "key", "length", "points", "rank", "stops", "tail", "use", "way")

    def __init__(
        self, tail: int, head: int, points: NDArray[np.float64], *, use: WayUse, length: float, way: int,
        stops: tuple[int, int],
    ) -> None:  # fmt: skip
        turned = (head, points[::-1].tolist()) < (tail, points.tolist())
        if turned:
            tail, head, points = head, tail, points[::-1]
            use = replace(use, forward=use.backward, backward=use.forward)
            stops = stops[::-1]
        self.stops = stops
        self.tail, self.head, self.points, self.use, self.length, self.way = tail, head, points, use, length, way
        self.key: tuple[object, ...] = (tail, head, way, points.tobytes())
        self.rank = (way, tail, head, points.tolist(), use.kind, not use.forward, np.nan_to_num(length, nan=-1.0))

    def is_like(self, other: _Edge) -> bool:
        """Whether an edge along the same line is the same street: OSMnx sums the two ways' lengths in two orders."""
        length, its = np.nan_to_num([self.length, other.length], nan=-1.0)
        return self.use == other.use and self.stops == other.stops and abs(length - its) < _SAME_M


def _read_edge(
    u: int, v: int, tags: Mapping[str, Any], xy: NDArray[np.float64], file: Path | str | None, window: Window | None
) -> _Edge | None:
    use = _judge(tags, window)
    if use is None:
        return None
    points = xy[[u, v]]
    line = tags.get("geometry")
    if line is not None:
        try:
            points = shapely.get_coordinates(shapely.from_wkt(line) if isinstance(line, str) else line)
        except (shapely.errors.GEOSException, TypeError) as error:
            raise InputError("streets.damaged", file=file, said=str(error)) from error
        # Undirected graphs do not say which end a line starts from.
        if len(points) < 2 or not np.isfinite(points).all():
            points = xy[[u, v]]
        elif np.hypot(*(points[0] - xy[u])) > np.hypot(*(points[-1] - xy[u])):
            points = points[::-1]
        points = np.concatenate([xy[[u]], points[1:-1], xy[[v]]])
    length, way, stops = _read_length(tags.get("length")), _read_way(tags.get("osmid")), _read_stops(tags.get("stops"))
    return _Edge(u, v, points, use=use, length=length, way=way, stops=stops)


def _read_stops(value: object) -> tuple[int, int]:
    """Read what `parts_graph` writes: whom something at either end stops."""
    said = re.fullmatch(r"([0-7]) ([0-7])", str(value))
    return (int(said[1]), int(said[2])) if said else (0, 0)


def _texts(tags: Mapping[str, Any]) -> dict[str, str]:
    return {key: str(tags[key]) for key in NODE_KEYS if tags.get(key) is not None}


def _judge(tags: Mapping[str, Any], window: Window | None = None) -> WayUse | None:
    """Judge an edge, which OSMnx may have joined of several ways: closed when one is, stairs when one is."""
    values = {key: _as_list(tags[key]) for key in WAY_KEYS if tags.get(key) is not None}
    said = {key: value[0] for key, value in values.items() if value}
    if "highway" not in values:
        if "railway" in said:
            return judge_way(said, window)
        values["highway"] = ["yes"]
    # Ways joined to one edge differ in these: it is closed, or has limits, where one of them does.
    lists = {key: ";".join(values[key]) for key in _LISTED if len(values.get(key, ())) > 1}
    said |= lists
    uses = [judge_way(said | {"highway": kind}, window) for kind in values["highway"]]
    for key in ("wheelchair", "ramp:stroller", "ramp:wheelchair"):
        uses += [
            judge_way(said | {"highway": kind, key: v}, window)
            for kind in values["highway"]
            for v in values.get(key, ())
        ]
    known = [use for use in uses if use is not None]
    if len(known) < len(uses) or not known:
        return None
    forward, backward = known[0].forward, known[0].backward
    if str(tags.get("reversed")) == "True":
        forward, backward = backward, forward
    return WayUse(
        known[0].kind,
        forward,
        backward,
        any(use.steps for use in known),
        min(use.wheelchair for use in known),
        limited=any(use.limited for use in known),
    )


#: Keys of which the strictest of several values counts.
_LISTED: Final = ("foot", "access", *OUT_OF_USE, *GONE)


def _as_list(value: object) -> list[str]:
    """Return the values of a tag; GraphML writes lists as text."""
    if isinstance(value, str) and value.startswith("["):
        try:
            value = ast.literal_eval(value[:_MAX_LIST_SIGNS])
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            return [str(value)]
    return [str(v) for v in value] if isinstance(value, list | tuple | set) else [str(value)]


def _read_way(value: object) -> int:
    ways = [int(v) for v in _as_list(value) if _IDENTIFIER.fullmatch(v)]
    return min(ways, default=0)


def _read_length(value: object) -> float:
    try:
        length = float(str(value))
    except ValueError:
        return math.nan
    return length if 0 <= length <= _MAX_LENGTH_M else math.nan


def _read_point(tags: Mapping[str, Any], name: Hashable, file: Path | str | None) -> tuple[float, float]:
    try:
        x, y = float(tags["x"]), float(tags["y"])
    except (KeyError, TypeError, ValueError):
        raise InputError("streets.node_without_point", file=file, node=str(name)) from None
    return x, y


def _to_degrees(graph: nx.MultiDiGraph[Any], file: Path | str | None) -> Transformer:
    said = graph.graph.get("crs")
    if said is None:
        raise InputError("streets.graph_without_crs", file=file)
    try:
        return Transformer.from_crs(CRS.from_user_input(said), "EPSG:4326", always_xy=True)
    except CRSError:
        raise InputError("streets.unknown_crs", file=file, crs=str(said)[:MAX_SHOWN]) from None


def _number_nodes(names: list[Hashable]) -> NDArray[np.int64]:
    """Return the nodes' identifiers; numbers in order where they are no whole numbers of their own."""
    texts = [str(name) for name in names]
    if all(map(_IDENTIFIER.fullmatch, texts)) and len({int(text) for text in texts}) == len(texts):
        return np.array([int(text) for text in texts], np.int64)
    order = sorted(range(len(texts)), key=lambda k: texts[k])
    number = np.empty(len(texts), np.int64)
    number[order] = np.arange(1, len(texts) + 1)
    return number
