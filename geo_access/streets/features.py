"""What orients on a map, read from OpenStreetMap files: shapes of water, woods, roads and rail, and names with points.

An object counts in its highest version and not at all when it is deleted (`objects`). What cannot be drawn - an area
whose outline does not close, a line whose nodes the file does not hold - is left out and counted: nothing that is
reckoned hangs on it.
"""

from __future__ import annotations

import json
from array import array
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import shapely
from pyproj import Transformer
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from geo_access.core.findings import Findings
from geo_access.core.matching import fold
from geo_access.streets.feature_shapes import build_area, build_sea, make_polygons
from geo_access.streets.feature_tags import AREAS, FEATURE_KEYS, PLACES, Feature, find_feature, read_name
from geo_access.streets.objects import Newest, find_format, read_marks, scan, scan_ids
from geo_access.streets.packed import check_packed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from geo_access.streets.objects import Marks

    Bounds = tuple[float, float, float, float]

#: How far around a territory what orients is drawn: this share of its longer side, at least and at most so many metres;
#: and how wide a frame is at least for its height, and how high for its width, so that a screen is filled.
_AROUND: Final = (0.12, 1_500.0, 6_000.0)
_WIDE: Final = 1.5
_HIGH: Final = 0.8
#: Of shapes with more nodes than this only the layers that orient most are read: some 0.7 GB.
_MOST_NODES: Final = 20_000_000
_LAYERS: Final = ("boundary", "coast", "water", "river", "rail", "road", "place", "station", "woods", "street")
#: Streets of one name this near to each other (metres) are one street.
_ONE_STREET_M: Final = 600.0
#: So many named streets are kept, those of the most pieces.
MOST_STREETS: Final = 30_000
#: Shapes are kept to this precision (metres), and areas from this size on (square metres).
_PRECISION_M: Final = 2.0
_SMALLEST_M2: Final = 400.0


@dataclass(frozen=True)
class Features:
    """What orients inside a frame.

    Attributes
    ----------
    shapes
        A row each, in a metric CRS, cut at the frame: layer (``water``, ``woods``, ``river``, ``road``, ``rail``,
        ``boundary``, ``place``, ``station``), kind, name (empty where there is none), geometry. Areas of water are
        lakes, wide rivers and, with kind ``sea``, the sea.
    streets
        Named streets, a row each: name, pieces (how many ways), geometry (a point on it).
    left_out
        How many objects could not be drawn, by why: ``broken`` (an outline that does not close, a line without nodes),
        ``many`` (more than is read), ``sea`` (a coast that ends inside the frame).
    """

    shapes: gpd.GeoDataFrame
    streets: gpd.GeoDataFrame
    left_out: Mapping[str, int] = field(default_factory=dict)

    def of(self, layer: str) -> gpd.GeoDataFrame:
        """Return the rows of a layer."""
        return self.shapes[self.shapes["layer"] == layer]

    def named_places(self) -> gpd.GeoDataFrame:
        """Return what people name a spot by, the largest first: name, kind, geometry (a point).

        Cities to hamlets, then stations, parks and woods of a hectare and more.
        """
        shapes = self.shapes
        wanted = shapes["layer"].isin(["place", "station"]) | (
            (shapes["layer"] == "woods") & (shapes["name"] != "") & (shapes.area >= 10_000)
        )
        found = shapes[wanted]
        order = {kind: rank for rank, kind in enumerate(PLACES)}
        rank = [order.get(kind, len(order)) for kind in found["kind"]]
        kind = found["kind"].where(found["layer"] != "station", "station")
        points = found.geometry.representative_point()
        table = gpd.GeoDataFrame({"name": found["name"], "kind": kind, "rank": rank}, geometry=points)
        table = table.sort_values(["rank", "name"], kind="stable", ignore_index=True)
        return table.drop(columns="rank")

    def save(self, folder: Path) -> None:
        """Write the features into a folder that exists."""
        self.shapes.to_parquet(folder / "shapes.parquet")
        self.streets.to_parquet(folder / "streets.parquet")
        (folder / "left_out.json").write_text(json.dumps(dict(self.left_out)), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Features:
        """Read what `save` wrote."""
        left_out = json.loads((folder / "left_out.json").read_text(encoding="utf-8"))
        shapes, streets = (gpd.read_parquet(folder / f"{name}.parquet") for name in ("shapes", "streets"))
        return cls(shapes, streets, left_out)


class _Line(NamedTuple):
    """A way: what it is (None for a member of an outline), the street it is a piece of, and its nodes."""

    feature: Feature | None
    street: str
    refs: array[int]


class _Relation(NamedTuple):
    feature: Feature
    outer: tuple[int, ...]
    inner: tuple[int, ...]


@dataclass
class _Map:
    """What orients in the files, as they are read."""

    paths: Sequence[Path]
    marks: Marks
    relations: dict[int, _Relation] = field(default_factory=dict)
    ways: dict[int, _Line] = field(default_factory=dict)
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
    wide, high = max(wide, _WIDE * high), max(high, _HIGH * wide)
    x, y = (west + east) / 2, (south + north) / 2
    return x - wide / 2, y - high / 2, x + wide / 2, y + high / 2


def read_features(paths: Sequence[Path], *, crs: str, frame: Bounds) -> Features:
    """Read what orients inside a frame.

    Parameters
    ----------
    paths
        OpenStreetMap files; others (graphs) hold nothing of it and are passed over.
    crs
        The study's CRS, in metres.
    frame
        West, south, east and north (`crs`).

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
    seen = _Map(maps, read_marks(maps, allow_partial=True, findings=Findings()))
    _read_relations(seen)
    _read_ways(seen)
    _keep_most(seen)
    _read_nodes(seen, crs)
    shapes = _draw(seen, shapely.box(*frame))
    table = gpd.GeoDataFrame(
        {
            column: pd.Series([getattr(feature, column) for feature, _ in shapes]).astype(str)
            for column in ("layer", "kind", "name")
        },
        geometry=gpd.GeoSeries([shape for _, shape in shapes], crs=crs),
    )
    return Features(table, _gather_streets(seen, crs, frame), dict(sorted(seen.left_out.items())))


# Reading


def _read_relations(seen: _Map) -> None:
    """Read the areas that are drawn as several ways."""

    def make(relation: Any) -> _Relation | None:
        tags = dict(relation.tags)
        if tags.get("type") not in ("multipolygon", "boundary"):
            return None
        feature = find_feature(tags, "relation")
        if feature is None:
            return None
        members = [(one.ref, one.role == "inner") for one in relation.members if one.type == "w"]
        return _Relation(
            feature,
            tuple(ref for ref, inside in members if not inside),
            tuple(ref for ref, inside in members if inside),
        )

    newest = Newest()
    for path in seen.paths:
        for relation in scan(path, osmium.osm.RELATION):
            newest.offer(relation, make(relation) if relation.visible else None)
    seen.relations = {name: one for name, one in newest.items() if name not in seen.marks.relations}


def _read_ways(seen: _Map) -> None:
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
                made = _make_line(way) if way.visible else None
                if made is None and way.visible and way.id in members:
                    made = _Line(None, "", _list_refs(way))
                ways.offer(way, made)
    seen.ways = {name: way for name, way in ways.items() if name not in seen.marks.ways}
    seen.points = {name: point for name, point in points.items() if name not in seen.marks.nodes}


def _make_line(way: Any) -> _Line | None:
    tags = dict(way.tags)
    feature = find_feature(tags, "way")
    street = read_name(tags) if "highway" in tags else ""
    return None if feature is None and not street else _Line(feature, street, _list_refs(way))


def _list_refs(way: Any) -> array[int]:
    return array("q", [node.ref for node in way.nodes])


def _keep_most(seen: _Map) -> None:
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


def _layer_of(way: _Line) -> str:
    return "boundary" if way.feature is None and not way.street else way.feature.layer if way.feature else "street"


def _read_nodes(seen: _Map, crs: str) -> None:
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


# Drawing


def _draw(seen: _Map, frame: shapely.Polygon) -> list[tuple[Feature, Any]]:
    """Draw what there is, in the order of identifiers, cut at the frame."""
    shapely.prepare(frame)
    drawn = _draw_points(seen)
    names, parts, closed = _draw_ways(seen, frame)
    members = dict(zip(names, parts, strict=True))
    features = {name: feature for name in names if (feature := seen.ways[name].feature) is not None}
    polygons = {name: ring for name, ring in zip(names, closed, strict=True) if ring is not None}
    coast = [members[name] for name, one in features.items() if one.layer == "coast"]
    for name, feature in features.items():
        if feature.layer == "coast":
            continue
        if feature.layer in AREAS or feature.layer in ("place", "station"):
            if name in polygons:
                drawn.append((feature, polygons[name]))
            else:
                seen.left_out["broken"] += 1
        elif members[name] is not None:
            drawn.append((feature, members[name]))
    for _, one in sorted(seen.relations.items()):
        outer = [shape for ref in one.outer if (shape := members.get(ref)) is not None]
        if not outer:
            # Elsewhere, or nothing of it is here.
            continue
        inner = [shape for ref in one.inner if (shape := members.get(ref)) is not None]
        area, whole = build_area(outer, inner)
        seen.left_out["broken"] += not whole
        if area is not None:
            drawn.append((one.feature, area))
    drawn = _cut(drawn, frame)
    sea, whole = build_sea(coast, frame)
    seen.left_out["sea"] += not whole
    if sea is not None:
        drawn.append((Feature("water", "sea"), sea))
    seen.left_out += Counter()  # without zeros
    return drawn


def _draw_points(seen: _Map) -> list[tuple[Feature, Any]]:
    names = sorted(seen.points)
    at, held = seen.find_nodes(np.array(names, np.int64))
    return [
        (seen.points[name], shapely.Point(seen.xy[place]))
        for name, place, there in zip(names, at.tolist(), held.tolist(), strict=True)
        if there
    ]


def _draw_ways(seen: _Map, frame: shapely.Polygon) -> tuple[list[int], list[Any], list[Any]]:
    """Draw the ways near the frame, and all ways of areas that come near it.

    Returns their identifiers, their lines (None where less than two nodes in a row are there), and the area that each
    encloses (None where it is not closed, or not all there).
    """
    names = [name for name in sorted(seen.ways) if seen.ways[name].feature is not None or not seen.ways[name].street]
    if not names:
        return [], [], []
    counts = np.array([len(seen.ways[name].refs) for name in names], np.int64)
    refs = np.concatenate([np.frombuffer(seen.ways[name].refs, np.int64) for name in names])
    at, held = seen.find_nodes(refs)
    way = np.repeat(np.arange(len(names)), counts)
    xy = seen.xy[at] if len(seen.xy) else np.zeros((len(refs), 2))
    west, south, east, north = frame.bounds
    box = np.full((len(names), 4), [np.inf, np.inf, -np.inf, -np.inf])
    np.minimum.at(box[:, :2], way[held], xy[held])
    np.maximum.at(box[:, 2:], way[held], xy[held])
    near = (box[:, 0] <= east) & (box[:, 1] <= north) & (box[:, 2] >= west) & (box[:, 3] >= south)
    row = {name: number for number, name in enumerate(names)}
    for one in seen.relations.values():
        mine = [row[ref] for ref in (*one.outer, *one.inner) if ref in row]
        if mine and _surrounds(box[mine], frame.bounds):
            near[mine] = True
    chosen = np.flatnonzero(near)
    first = np.cumsum(counts) - counts
    lines: list[Any] = []
    rings: list[Any] = []
    for number in chosen.tolist():
        its = slice(first[number], first[number] + counts[number])
        line = _draw_line(xy[its], held[its])
        lines.append(line)
        whole = bool(held[its].all()) and counts[number] >= 4 and refs[its][0] == refs[its][-1]
        rings.append(xy[its] if whole else None)
        seen.left_out["broken"] += line is None and bool(counts[number])
    return [names[number] for number in chosen.tolist()], lines, make_polygons(rings)


def _surrounds(boxes: NDArray[np.float64], frame: Bounds) -> bool:
    west, south = boxes[:, :2].min(axis=0)
    east, north = boxes[:, 2:].max(axis=0)
    return bool(west <= frame[2] and south <= frame[3] and east >= frame[0] and north >= frame[1])


def _draw_line(xy: NDArray[np.float64], held: NDArray[np.bool_]) -> Any:
    """Draw a line through the nodes that are there, in pieces where one is missing."""
    if held.all():
        return shapely.linestrings(xy) if len(xy) >= 2 else None
    ends = np.flatnonzero(np.diff(np.concatenate([[False], held, [False]]).astype(np.int8)))
    pieces: list[Any] = [
        shapely.linestrings(xy[start:stop]) for start, stop in ends.reshape(-1, 2).tolist() if stop - start >= 2
    ]
    return shapely.multilinestrings(pieces) if pieces else None


def _cut(drawn: list[tuple[Feature, Any]], frame: shapely.Polygon) -> list[tuple[Feature, Any]]:
    """Cut shapes at the frame, and leave out what is too small to be seen."""
    kept = []
    for feature, shape in drawn:
        if feature.layer in ("place", "station"):
            point = shape.representative_point()
            if shapely.intersects(frame, point):
                kept.append((feature, point))
            continue
        if not shapely.intersects(frame, shape):
            continue
        inside = shape if shapely.contains_properly(frame, shape) else shapely.intersection(shape, frame)
        inside = shapely.simplify(inside, _PRECISION_M)
        wanted = 3 if feature.layer in AREAS else 1
        parts = [part for part in shapely.get_parts(inside, return_index=False) if shapely.get_type_id(part) == wanted]
        if feature.layer in ("water", "woods"):
            parts = [part for part in parts if part.area >= _SMALLEST_M2]
        if parts:
            whole = parts[0] if len(parts) == 1 else shapely.union_all(parts) if wanted == 3 else None
            kept.append((feature, shapely.multilinestrings(parts) if whole is None else whole))
    return kept


# Names


def _gather_streets(seen: _Map, crs: str, frame: Bounds) -> gpd.GeoDataFrame:
    """Put the ways of one name that lie close together into one street, with a point on it."""
    streets = [way for _, way in sorted(seen.ways.items()) if way.street and way.refs]
    named = [(way.street, way.refs[len(way.refs) // 2]) for way in streets]
    at, held = seen.find_nodes(np.array([ref for _, ref in named], np.int64))
    xy = seen.xy[at] if len(seen.xy) else np.zeros((len(named), 2))
    west, south, east, north = frame
    inside = held & (xy >= [west, south]).all(axis=1) & (xy <= [east, north]).all(axis=1) if named else held
    rows = np.flatnonzero(inside)
    table = pd.DataFrame({"name": [named[row][0] for row in rows.tolist()], "x": xy[rows, 0], "y": xy[rows, 1]})
    found: list[tuple[str, int, float, float]] = []
    for _, mine in table.groupby(table["name"].map(fold), sort=True):
        where = mine[["x", "y"]].to_numpy(np.float64)
        group = _part_far(where)
        for number in range(int(group.max()) + 1):
            near = np.flatnonzero(group == number)
            middle = near[np.argmin(np.hypot(*(where[near] - where[near].mean(axis=0)).T))]
            found.append((str(mine["name"].iloc[near[0]]), len(near), *where[middle].tolist()))
    if len(found) > MOST_STREETS:
        seen.left_out["many"] += len(found) - MOST_STREETS
        found = sorted(found, key=lambda one: -one[1])[:MOST_STREETS]
    points = gpd.points_from_xy([one[2] for one in found], [one[3] for one in found], crs=crs)
    names = pd.Series([one[0] for one in found]).astype(str)
    return gpd.GeoDataFrame({"name": names, "pieces": [one[1] for one in found]}, geometry=points)


def _part_far(where: NDArray[np.float64]) -> NDArray[np.int32]:
    """Return the group of each point: those that follow each other closely are one."""
    if len(where) == 1:
        return np.zeros(1, np.int32)
    pairs = cKDTree(where).query_pairs(_ONE_STREET_M, output_type="ndarray")
    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(where), len(where)))
    _, group = connected_components(graph, directed=False)
    return np.asarray(group, np.int32)
