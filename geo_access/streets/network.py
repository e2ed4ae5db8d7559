"""The walking network: streets between junctions, measured, without their islands.

`read_streets` takes OpenStreetMap files and GraphML of OSMnx, `from_networkx` a graph in memory, `fetch_streets` an
area online; `to_networkx` goes back to OSMnx's shape. The network knows no profile: who may walk where is kept
beside each street.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, fields
from functools import cached_property
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from pyproj import CRS, Geod, Transformer
from pyproj.exceptions import CRSError

from geo_access.core.crs import name_crs, resolve_crs
from geo_access.core.errors import InputError
from geo_access.core.findings import Findings, warn_uncollected
from geo_access.core.limits import check_path, check_size
from geo_access.streets.components import StreetParts, expand_ranges, find_islands, sum_along
from geo_access.streets.exchange import fetch_graph, graph_parts, parts_graph, read_graphml
from geo_access.streets.network_file import SUFFIX, check_arrays, read_arrays, write_arrays
from geo_access.streets.objects import FORMATS, find_format, refuse_changes
from geo_access.streets.osm import read_osm
from geo_access.streets.walkable import FILTER_VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    import networkx as nx
    from numpy.typing import NDArray

    from geo_access.streets.conditions import Window

#: Junctions and street ends below which a group of streets is an island.
MIN_ISLAND_NODES: Final = 40
_FILE: Final = "walk_network.npz"


@dataclass(frozen=True, eq=False)
class WalkNetwork:
    """Streets that people walk, between their junctions and ends.

    Networks are equal when walks on them are.

    Attributes
    ----------
    crs
        The study's CRS, in metres.
    node_id
        int64 (nodes,): OpenStreetMap's; negative ones stand at barriers that part a street. Ascending.
    x, y
        float64 (nodes,): metres, the study's CRS.
    lon, lat
        float64 (nodes,): degrees, WGS84.
    passed
        bool (nodes,): whether it stands on one street only, because something there stops some profile: no junction.
    tail, head
        int32 (streets,): node where each street starts and ends.
    length_m
        float64 (streets,): geodesic length on WGS84's ellipsoid (metres), summed over the street's pieces.
    forward, backward
        bool (streets,): whether it is walked from tail to head, and from head to tail.
    steps
        bool (streets,): stairs.
    wheelchair
        int8 (streets,): -1 closed, 0 not said, 1 open to wheelchairs.
    limited
        bool (streets,): walked only as the first or last part of a walk (``access=destination`` and the like).
    stops
        int8 (streets, 2): whom something at the street's tail and head stops, as bits of `walkable.judge_node`.
    kind
        int8 (streets,): position in `walkable.WALKABLE`.
    way_id
        int64 (streets,): way of OpenStreetMap that it is part of; negative for a relation; 0 when unknown.
    offsets
        int64 (streets + 1,): the points of street s are ``offsets[s]:offsets[s + 1]``, both ends included.
    line_x, line_y
        float64 (points,): metres, the study's CRS.
    line_m
        float64 (points,): how far along its street each point lies (metres), from 0 to ``length_m``.
    summary
        ``filter`` (the filter's version), ``islands``, ``island_nodes``, ``island_m`` (what was pruned),
        ``min_island_nodes``, ``conditions`` (ways and nodes with conditional access), ``conditions_in_part`` (those
        that may be others in a part of the departures, where there are any), ``limited_m`` (ways with limits).
    """

    crs: str
    node_id: NDArray[np.int64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    passed: NDArray[np.bool_]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    length_m: NDArray[np.float64]
    forward: NDArray[np.bool_]
    backward: NDArray[np.bool_]
    steps: NDArray[np.bool_]
    wheelchair: NDArray[np.int8]
    limited: NDArray[np.bool_]
    stops: NDArray[np.int8]
    kind: NDArray[np.int8]
    way_id: NDArray[np.int64]
    offsets: NDArray[np.int64]
    line_x: NDArray[np.float64]
    line_y: NDArray[np.float64]
    line_m: NDArray[np.float64]
    summary: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def filter_version(self) -> str:
        """Name of the pedestrian filter that chose the streets."""
        return str(self.summary.get("filter", FILTER_VERSION))

    @property
    def node_count(self) -> int:
        """How many junctions and ends there are."""
        return len(self.node_id)

    @property
    def street_count(self) -> int:
        """How many streets there are, between two nodes each; a street walked both ways counts once."""
        return len(self.tail)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that walks depend on, as hexadecimal text."""
        digest = hashlib.sha256(json.dumps([self.crs, self.filter_version]).encode())
        for name in _ARRAYS:
            array = np.ascontiguousarray(getattr(self, name))
            digest.update(f"{name} {array.dtype} {array.shape}".encode())
            digest.update(array.data)
        return digest.hexdigest()

    def lines(self, streets: NDArray[np.integer] | None = None) -> NDArray[np.object_]:
        """Return the streets' lines as shapely geometries (the study's CRS); of all streets, or of those named."""
        chosen = np.arange(self.street_count) if streets is None else np.asarray(streets, np.int64)
        count = np.diff(self.offsets)[chosen]
        at = expand_ranges(self.offsets[chosen], count)
        lines = shapely.linestrings(self.line_x[at], self.line_y[at], indices=np.repeat(np.arange(len(chosen)), count))
        return np.asarray(lines, object)

    def save(self, folder: Path) -> None:
        """Write the network into a folder that exists."""
        self.write(folder / _FILE)

    def write(self, path: Path) -> None:
        """Write the network into one file (.npz), which a study may name as its streets; `read_streets` reads it."""
        words = {"crs": self.crs, "summary": dict(self.summary)}
        write_arrays(path, words, {name: getattr(self, name) for name in _ARRAYS})

    @classmethod
    def load(cls, folder: Path) -> WalkNetwork:
        """Read what `save` wrote.

        Raises
        ------
        InputError
            When it is missing or damaged.
        """
        words, arrays = read_arrays(folder / _FILE, _ARRAYS)
        return cls(words["crs"], **arrays, summary=MappingProxyType(words["summary"]))

    @classmethod
    def read(cls, path: Path) -> WalkNetwork:
        """Read what `write` wrote, or somebody else: whatever contradicts itself is refused.

        Raises
        ------
        InputError
            When it is damaged.
        """
        words, arrays = read_arrays(path, _ARRAYS)
        check_arrays(path, words, arrays)
        return cls(words["crs"], **arrays, summary=MappingProxyType(words["summary"]))

    def __getstate__(self) -> dict[str, Any]:
        """Keep what the network is, not what was worked out of it: its copies are alike before and after use."""
        return {part.name: getattr(self, part.name) for part in fields(self)} | {"summary": dict(self.summary)}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        self.__dict__.update(state, summary=MappingProxyType(dict(state["summary"])))

    def __eq__(self, other: object) -> bool:
        return self.digest == other.digest if isinstance(other, WalkNetwork) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.digest)


#: Files that hold a whole map: no second one is joined to them.
_WHOLE: Final = (".graphml", SUFFIX)
_ARRAYS: Final = tuple(f.name for f in fields(WalkNetwork) if f.name not in {"crs", "summary"})


def read_streets(
    paths: Path | Sequence[Path],
    *,
    crs: str,
    min_island_nodes: int = MIN_ISLAND_NODES,
    area: shapely.Geometry | None = None,
    window: Window | None = None,
    allow_partial: bool = False,
    findings: Findings | None = None,
) -> WalkNetwork:
    """Read the walking network from files.

    Parameters
    ----------
    paths
        OpenStreetMap files (.osm.pbf, .osm, .osm.xml, .gz or .bz2 of the latter two; several are one map), one
        GraphML file written by OSMnx, or one network written by `WalkNetwork.write` (.npz), which comes as it is.
    crs
        The study's CRS, in metres.
    min_island_nodes
        A group of streets with fewer junctions and ends than this, joined to nothing else, is left out; the largest
        group always stays.
    area
        Keep only the streets that touch this geometry (the study's CRS).
    window
        When people leave (`conditions.Window`), for conditional access; without it what a condition could close is
        closed.
    allow_partial
        Whether a file that says it is partial (``<remark>``) is read all the same, with an error among the findings.
    findings
        Told of clipped ways, pruned islands, and of what the filter closed.

    Raises
    ------
    InputError
        When a file is missing, damaged, partial, of an unknown format, or holds no street that may be walked.
    """
    files = [Path(paths)] if isinstance(paths, str | PathLike) else [Path(path) for path in paths]
    told = Findings() if findings is None else findings
    name = ", ".join(str(path) for path in files)
    for path in files:
        check_path(path)
        if not path.exists():
            raise InputError("streets.not_found", file=path)
        if not path.is_file():
            raise InputError("streets.not_a_file", file=path)
        check_size(path)
        refuse_changes(path)
        if find_format(path) is None and path.suffix.lower() not in _WHOLE:
            known = ", ".join([*FORMATS, *_WHOLE])
            raise InputError("streets.unknown_format", file=path, suffix=path.suffix, known=known)
    whole = [path for path in files if path.suffix.lower() in _WHOLE]
    if whole and len(files) > 1:
        raise InputError("streets.graph_not_alone", file=whole[0])
    if whole and whole[0].suffix.lower() == SUFFIX:
        network = WalkNetwork.read(whole[0])
        require_same_crs(network, crs, whole[0])
        return network
    if whole:
        parts = graph_parts(read_graphml(whole[0]), file=whole[0], window=window, findings=told)
    else:
        parts = read_osm(files, findings=told, window=window, allow_partial=allow_partial)
    network = assemble_network(parts, crs=crs, file=name, min_island_nodes=min_island_nodes, area=area, findings=told)
    if findings is None:
        warn_uncollected(told)
    return network


def require_same_crs(network: WalkNetwork, crs: str, file: Path | str) -> None:
    """Refuse a network that is measured in another CRS than the study's."""
    if not resolve_crs(network.crs).equals(resolve_crs(crs), ignore_axis_order=True):
        raise InputError("streets.network_crs", file=file, found=name_crs(network.crs), crs=name_crs(crs))


def from_networkx(
    graph: nx.MultiDiGraph[Any], *, crs: str, min_island_nodes: int = MIN_ISLAND_NODES, findings: Findings | None = None
) -> WalkNetwork:
    """Take the walking network from a graph of OSMnx's shape.

    Nodes have ``x`` and ``y`` in the CRS ``graph.graph["crs"]``; edges may have ``length`` (metres; measured where it
    is missing), ``geometry``, ``highway`` (walked when it is missing) and the other tags of `walkable`. Two edges
    that are each other's reverse become one street. Every edge is walked both ways, whatever ``oneway`` says of
    vehicles, unless ``conveying`` or ``oneway:foot`` says otherwise.

    Parameters
    ----------
    graph
        The graph; it is not changed.
    crs
        The study's CRS, in metres.
    min_island_nodes
        As for `read_streets`; nodes are the graph's.
    findings
        Told of pruned islands.

    Raises
    ------
    InputError
        When the graph has no CRS, a node has no coordinates, or no edge may be walked.
    """
    told = Findings() if findings is None else findings
    network = assemble_network(
        graph_parts(graph, findings=told), crs=crs, file=None, min_island_nodes=min_island_nodes, findings=told
    )
    if findings is None:
        warn_uncollected(told)
    return network


def fetch_streets(
    area: gpd.GeoSeries | gpd.GeoDataFrame,
    *,
    crs: str,
    min_island_nodes: int = MIN_ISLAND_NODES,
    allow_partial: bool = False,
    findings: Findings | None = None,
) -> WalkNetwork:
    """Fetch the walking network of an area from OpenStreetMap, online, through osmnx.

    Squares are walked around and not across, and streets stop one piece before a locked gate: what files say of
    them is not in osmnx's graphs. What a condition could close is closed.

    Parameters
    ----------
    area
        Polygons with a CRS; their union is fetched, so give it the margin that walks need.
    crs, min_island_nodes, allow_partial, findings
        As for `read_streets`.

    Raises
    ------
    InputError
        When the area has no CRS, the network is out of reach, the answer is partial, or the area has no street that may
        be walked.
    """
    told = Findings() if findings is None else findings
    graph = fetch_graph(area, findings=told, allow_partial=allow_partial)
    network = from_networkx(graph, crs=crs, min_island_nodes=min_island_nodes, findings=told)
    if findings is None:
        warn_uncollected(told)
    return network


def to_networkx(network: WalkNetwork) -> nx.MultiDiGraph[Any]:
    """Return the network as a graph of OSMnx's shape, in the study's CRS.

    Nodes have ``x``, ``y`` (metres), ``lon``, ``lat`` and ``street_count``; edges ``osmid``, ``length`` (metres),
    ``highway``, ``oneway``, ``reversed``, ``geometry`` and, where OpenStreetMap says so, ``wheelchair``, ``access``
    (``destination`` for every way with limits) and ``stops`` (whom something at its two ends stops). A street that is
    walked both ways is two edges.
    """
    return parts_graph(
        crs=network.crs,
        nodes={"id": network.node_id, "x": network.x, "y": network.y, "lon": network.lon, "lat": network.lat},
        streets={name: getattr(network, name) for name in _GRAPH_ARRAYS},
        lines=network.lines(),
    )


_GRAPH_ARRAYS: Final = (
    "tail", "head", "length_m", "forward", "backward", "steps", "wheelchair", "limited", "stops", "kind", "way_id",
)  # fmt: skip


def assemble_network(
    parts: StreetParts,
    *,
    crs: str,
    file: str | None,
    min_island_nodes: int,
    findings: Findings,
    area: shapely.Geometry | None = None,
) -> WalkNetwork:
    """Measure the streets, project them, and prune the islands."""
    transform = _transformer(crs)
    count = np.diff(parts.offsets)
    line_m = _measure(parts)
    line_x, line_y = transform.transform(parts.lon, parts.lat)
    x, y = transform.transform(parts.node_lon, parts.node_lat)
    if _lies_outside(parts, CRS.from_user_input(crs)) or not np.isfinite([line_x, line_y]).all():
        raise InputError("streets.outside_crs", file=file, crs=crs)

    kept = np.ones(len(parts.tail), np.bool_)
    if area is not None:
        index = np.repeat(np.arange(len(kept)), count)
        kept = shapely.intersects(area, shapely.linestrings(line_x, line_y, indices=index))
    length_m = line_m[parts.offsets[1:] - 1]
    kept, islands = _prune(parts, kept, length_m, min_island_nodes)
    if not kept.any():
        raise InputError("streets.no_street", file=file)
    if islands["islands"]:
        findings.add("info", "streets.islands", file=file, minimum=min_island_nodes, **islands)
    limited = parts.limited & kept
    if limited.any():
        findings.add(
            "info", "streets.limited", file=file, count=int(limited.sum()), metres=round(float(length_m[limited].sum()))
        )

    used, ends = np.unique(np.concatenate([parts.tail[kept], parts.head[kept]]), return_inverse=True)
    order = np.argsort(parts.node_id[used], kind="stable")
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    used, nodes = used[order], rank[ends]
    at = np.repeat(kept, count)
    half = len(nodes) // 2
    return WalkNetwork(
        crs=crs,
        node_id=parts.node_id[used],
        x=x[used],
        y=y[used],
        lon=parts.node_lon[used],
        lat=parts.node_lat[used],
        passed=parts.passed[used],
        tail=nodes[:half],
        head=nodes[half:],
        length_m=length_m[kept],
        forward=parts.forward[kept],
        backward=parts.backward[kept],
        steps=parts.steps[kept],
        wheelchair=parts.wheelchair[kept],
        limited=parts.limited[kept],
        stops=parts.stops[kept],
        kind=parts.kind[kept],
        way_id=parts.way_id[kept],
        offsets=np.concatenate([[0], np.cumsum(count[kept])]).astype(np.int64),
        line_x=line_x[at],
        line_y=line_y[at],
        line_m=line_m[at],
        summary=MappingProxyType(
            {
                "filter": FILTER_VERSION,
                "min_island_nodes": min_island_nodes,
                "conditions": parts.conditions,
                **({"conditions_in_part": parts.conditions_in_part} if parts.conditions_in_part else {}),
                "limited_m": round(float(length_m[limited].sum())),
                **islands,
            }
        ),
    )


def _transformer(crs: str) -> Transformer:
    """Return the way from WGS84 to the study's CRS, which must be in metres."""
    try:
        known = CRS.from_user_input(crs)
    except CRSError:
        raise InputError("streets.unknown_crs", crs=crs) from None
    if not known.is_projected or any(axis.unit_conversion_factor != 1 for axis in known.axis_info[:2]):
        raise InputError("streets.crs_not_metric", crs=crs)
    return Transformer.from_crs("EPSG:4326", known, always_xy=True)


def _lies_outside(parts: StreetParts, crs: CRS) -> bool:
    """Whether all streets lie more than a degree away from where the CRS is made for: they are of another place."""
    made_for = crs.area_of_use
    if made_for is None or made_for.west > made_for.east:  # unknown, or across the antimeridian
        return False
    beside = (parts.lon < made_for.west - 1) | (parts.lon > made_for.east + 1)
    return bool((beside | (parts.lat < made_for.south - 1) | (parts.lat > made_for.north + 1)).all())


def _measure(parts: StreetParts) -> NDArray[np.float64]:
    """Return how far along its street each point lies (points,), in metres."""
    piece = np.zeros(len(parts.lon))
    if len(piece):
        *_, metres = Geod(ellps="WGS84").inv(parts.lon[:-1], parts.lat[:-1], parts.lon[1:], parts.lat[1:])
        piece[1:] = metres
    first, last = parts.offsets[:-1], parts.offsets[1:] - 1
    count = np.diff(parts.offsets)
    piece[first] = 0.0
    along = sum_along(piece, parts.offsets)
    given = np.where(np.isnan(parts.length_m), along[last], parts.length_m)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(along[last] > 0, given / along[last], 1.0)
    stretched: NDArray[np.float64] = along * np.repeat(np.where(np.isnan(parts.length_m), 1.0, factor), count)
    stretched[last] = given
    return stretched


def _prune(
    parts: StreetParts, kept: NDArray[np.bool_], length_m: NDArray[np.float64], minimum: int
) -> tuple[NDArray[np.bool_], dict[str, int]]:
    """Say which streets stay, and count the islands that do not: groups, nodes, whole metres."""
    found = find_islands(parts.tail, parts.head, kept, n_nodes=len(parts.node_id), minimum=minimum, passed=parts.passed)
    metres = round(float(length_m[found.lost].sum()))
    return kept & ~found.lost, {"islands": found.count, "island_nodes": found.nodes, "island_m": metres}
