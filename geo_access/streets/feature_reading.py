"""Objects of OpenStreetMap files that orient on a map, and where they are: what `features` draws and a clip keeps.

An object counts in its highest version and not at all when it is deleted (`objects`).
"""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import osmium
from pyproj import Transformer

from geo_access.core.findings import Findings
from geo_access.streets.feature_tags import FEATURE_KEYS, Feature, find_feature, read_name
from geo_access.streets.objects import Newest, find_format, read_marks, scan, scan_ids
from geo_access.streets.packed import check_packed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from geo_access.streets.objects import Marks

    Bounds = tuple[float, float, float, float]

#: How far around a territory what orients is drawn: this share of its longer side, at least and at most so many metres;
#: and how wide a frame is at least for the territory's height, and how high for its width, for screens and phones.
_AROUND: Final = (0.12, 1_500.0, 6_000.0)
_WIDE: Final = 1.9
_HIGH: Final = 1.45
#: Of shapes with more nodes than this only the layers that orient most are read: some 0.7 GB.
_MOST_NODES: Final = 20_000_000
_LAYERS: Final = ("boundary", "coast", "water", "river", "rail", "road", "place", "station", "woods", "street")


class FeatureWay(NamedTuple):
    """A way: what it is, the street it is a piece of, and its nodes; of what is only a street, one in the middle.

    Members of areas may be neither.
    """

    feature: Feature | None
    street: str
    refs: array[int]


class FeatureArea(NamedTuple):
    """An area drawn as several ways: what it is, the ways of its outline and those of its holes."""

    feature: Feature
    outer: tuple[int, ...]
    inner: tuple[int, ...]


@dataclass
class FeatureMap:
    """What orients in the files, as they are read."""

    paths: Sequence[Path]
    marks: Marks
    relations: dict[int, FeatureArea] = field(default_factory=dict)
    ways: dict[int, FeatureWay] = field(default_factory=dict)
    points: dict[int, Feature] = field(default_factory=dict)
    node_id: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    xy: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 2)))
    left_out: Counter[str] = field(default_factory=Counter)

    def find_nodes(self, refs: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return where nodes stand among those that the files hold, and whether they do."""
        at = np.searchsorted(self.node_id, refs)
        at[at == len(self.node_id)] = 0
        return at, (self.node_id[at] == refs) if len(self.node_id) else np.zeros(len(refs), np.bool_)


def frame_around(bounds: Sequence[float] | NDArray[np.float64]) -> Bounds:
    """Return the frame of a territory: what of its surroundings a map shows (west, south, east, north, in metres)."""
    west, south, east, north = (float(bound) for bound in bounds)
    share, least, most = _AROUND
    around = min(max(share * max(east - west, north - south), least), most)
    wide, high = east - west + 2 * around, north - south + 2 * around
    tall, broad = north - south + around, east - west + around
    wide, high = max(wide, _WIDE * tall), max(high, _HIGH * broad)
    x, y = (west + east) / 2, (south + north) / 2
    return x - wide / 2, y - high / 2, x + wide / 2, y + high / 2


def read_map(paths: Sequence[Path], *, crs: str) -> FeatureMap:
    """Read what orients, wherever it lies, and where its nodes are.

    Parameters
    ----------
    paths
        OpenStreetMap files; others (graphs) hold nothing of it and are passed over.
    crs
        Metric.

    Raises
    ------
    InputError
        When a file is missing or damaged.

    Notes
    -----
    Each file is gone through four times; what stays in memory are the nodes of what is drawn, some 40 bytes each, at
    most `_MOST_NODES`.
    """
    maps = [path for path in paths if find_format(path) is not None]
    for path in maps:
        check_packed(path, find_format(path) or "")
    # Whether a file may be used at all, the reader of the walking network has said.
    seen = FeatureMap(maps, read_marks(maps, allow_partial=True, findings=Findings()))
    _read_relations(seen)
    _read_ways(seen)
    _keep_most(seen)
    _read_nodes(seen, crs)
    return seen


def _read_relations(seen: FeatureMap) -> None:
    """Read the areas that are drawn as several ways."""

    def make(relation: Any) -> FeatureArea | None:
        tags = dict(relation.tags)
        if tags.get("type") not in ("multipolygon", "boundary"):
            return None
        feature = find_feature(tags, "relation")
        if feature is None:
            return None
        members = [(one.ref, one.role == "inner") for one in relation.members if one.type == "w"]
        return FeatureArea(
            feature,
            tuple(ref for ref, inside in members if not inside),
            tuple(ref for ref, inside in members if inside),
        )

    newest = Newest()
    for path in seen.paths:
        for relation in scan(path, osmium.osm.RELATION):
            newest.offer(relation, make(relation) if relation.visible else None)
    seen.relations = {name: one for name, one in newest.items() if name not in seen.marks.relations}


def _read_ways(seen: FeatureMap) -> None:
    """Read ways and points by their tags, then the newest versions of these ways, and the members of areas."""
    members = {ref for one in seen.relations.values() for ref in (*one.outer, *one.inner)}
    ways, points = Newest(), Newest()
    both = osmium.osm.NODE | osmium.osm.WAY
    for path in seen.paths:
        for one in scan(path, both, osmium.filter.KeyFilter(*FEATURE_KEYS)):
            if one.is_way():
                made = _make_line(one)
                if made is not None:
                    ways.offer(one, made)
            elif (feature := find_feature(dict(one.tags), "node")) is not None:
                points.offer(one, feature)
    # Other versions may bear no tag that the filter knows.
    for path in seen.paths:
        for way in scan_ids(path, osmium.osm.WAY, sorted(ways.found.keys() | members)):
            known = ways.found.get(way.id)
            if known is None or way.version > known[0] or not way.visible:
                ways.offer(way, _make_line(way) if way.visible else None)
            if way.id in members and way.visible:
                made = ways.found[way.id][1]
                if way.version == ways.found[way.id][0] and (made is None or made.feature is None):
                    ways.found[way.id] = (
                        way.version,
                        FeatureWay(None, "" if made is None else made.street, _list_refs(way)),
                    )
    seen.ways = {name: way for name, way in ways.items() if name not in seen.marks.ways}
    seen.points = {name: point for name, point in points.items() if name not in seen.marks.nodes}


def _make_line(way: Any) -> FeatureWay | None:
    tags = dict(way.tags)
    feature = find_feature(tags, "way")
    street = read_name(tags) if "highway" in tags else ""
    if feature is not None:
        return FeatureWay(feature, street, _list_refs(way))
    return FeatureWay(None, street, _list_refs(way)[len(way.nodes) // 2 :][:1]) if street else None


def _list_refs(way: Any) -> array[int]:
    return array("q", [node.ref for node in way.nodes])


def _keep_most(seen: FeatureMap) -> None:
    """Leave out the layers that orient least where there are more nodes than are read."""
    sizes: Counter[str] = Counter()
    for way in seen.ways.values():
        sizes[_layer_of(way)] += len(way.refs)
    kept, total = set(), 0
    for layer in _LAYERS:
        if total + sizes[layer] <= _MOST_NODES:
            kept.add(layer)
            total += sizes[layer]
    dropped = [name for name, way in seen.ways.items() if _layer_of(way) not in kept]
    for name in dropped:
        del seen.ways[name]
    seen.left_out["many"] += len(dropped)


def _layer_of(way: FeatureWay) -> str:
    return "boundary" if way.feature is None and not way.street else way.feature.layer if way.feature else "street"


def _read_nodes(seen: FeatureMap, crs: str) -> None:
    """Read where nodes are, and the newest version of those that are features themselves."""
    refs = [np.frombuffer(way.refs, np.int64) for way in seen.ways.values()]
    wanted = np.unique(np.concatenate([np.array(sorted(seen.points), np.int64), *refs]))
    ids, versions, lons, lats = array("q"), array("q"), array("d"), array("d")
    points = Newest()
    for path in seen.paths:
        for node in scan_ids(path, osmium.osm.NODE, wanted):
            location = node.location
            placed = node.visible and location.valid() and node.id not in seen.marks.nodes
            ids.append(node.id)
            versions.append(node.version)
            lons.append(location.lon if placed else np.nan)
            lats.append(location.lat if placed else np.nan)
            if node.id in seen.points:
                points.offer(node, find_feature(dict(node.tags), "node") if node.visible else None)
    name = np.array(ids, np.int64)
    order = np.lexsort((-np.array(versions, np.int64), name))
    _, first = np.unique(name[order], return_index=True)
    newest = order[first]
    x, y = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(
        np.array(lons, np.float64)[newest], np.array(lats, np.float64)[newest]
    )
    placed = np.isfinite(x) & np.isfinite(y)
    seen.node_id, seen.xy = name[newest][placed], np.column_stack([x, y])[placed]
    seen.points = dict(points.items())


def find_near(seen: FeatureMap, frame: Bounds) -> tuple[list[int], list[int], list[int]]:
    """List the points, the ways and the areas of several ways that come near a frame, and all ways of these areas.

    Returns their identifiers, ascending: of nodes, ways and relations.
    """
    west, south, east, north = frame
    features = [name for name, way in seen.ways.items() if way.feature is not None or not way.street]
    members = {ref for one in seen.relations.values() for ref in (*one.outer, *one.inner)} & seen.ways.keys()
    names = sorted({*features, *members})
    counts = np.array([len(seen.ways[name].refs) for name in names], np.int64)
    refs = np.concatenate([np.zeros(0, np.int64), *(np.frombuffer(seen.ways[name].refs, np.int64) for name in names)])
    at, held = seen.find_nodes(refs)
    way = np.repeat(np.arange(len(names)), counts)[held]
    box = np.full((len(names), 4), [np.inf, np.inf, -np.inf, -np.inf])
    np.minimum.at(box[:, :2], way, seen.xy[at[held]])
    np.maximum.at(box[:, 2:], way, seen.xy[at[held]])
    near = _meet(box, frame)
    row = {name: number for number, name in enumerate(names)}
    areas = []
    for name, one in sorted(seen.relations.items()):
        mine = [row[ref] for ref in (*one.outer, *one.inner) if ref in row]
        # An area may lie around the whole frame.
        whole = np.concatenate([box[mine, :2].min(axis=0), box[mine, 2:].max(axis=0)]) if mine else None
        if whole is not None and _meet(whole[None, :], frame)[0]:
            areas.append(name)
            near[mine] = True
    nodes = sorted(seen.points)
    at, held = seen.find_nodes(np.array(nodes, np.int64))
    xy = seen.xy[at] if len(seen.xy) else np.zeros((len(nodes), 2))
    inside = held & (xy >= [west, south]).all(axis=1) & (xy <= [east, north]).all(axis=1)
    return (
        [node for node, there in zip(nodes, inside.tolist(), strict=True) if there],
        [names[number] for number in np.flatnonzero(near).tolist()],
        areas,
    )


def _meet(boxes: NDArray[np.float64], frame: Bounds) -> NDArray[np.bool_]:
    west, south, east, north = frame
    return (boxes[:, 0] <= east) & (boxes[:, 1] <= north) & (boxes[:, 2] >= west) & (boxes[:, 3] >= south)
