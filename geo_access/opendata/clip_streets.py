"""Clipping streets: of a whole region's OpenStreetMap file, what walkers of one area may walk on.

And what orients on a map of that area: water, woods, main roads, rail, stations, places, communes (`streets.features`).
Nobody walks on what is only drawn.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import osmium
import shapely
from pyproj import Transformer

from geo_access.core.crs import require_metric
from geo_access.core.errors import InputError
from geo_access.core.files import replace_atomically
from geo_access.streets.components import expand_ranges
from geo_access.streets.feature_reading import find_near, frame_around, read_map
from geo_access.streets.feature_tags import DRAWN_ROAD, ROADS
from geo_access.streets.objects import (
    Marks,
    Newest,
    find_format,
    find_repeated,
    read_marks,
    refuse_changes,
    scan,
    scan_ids,
    settle,
)
from geo_access.streets.osm import STREET_KEYS
from geo_access.streets.walkable import judge_way

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from geo_access.core.findings import Findings


def clip_streets(
    source: Path, target: Path, *, area: shapely.Geometry, crs: str, margin_m: float, findings: Findings
) -> dict[str, object]:
    """Keep of a street file what may be walked on in an area and around it.

    Parameters
    ----------
    source
        An OpenStreetMap file in a format of `osm.FORMATS`.
    target
        The file to write, of a format by its name (``.osm.pbf``); whole or not at all. The same file and the same
        wishes give the same bytes.
    area
        The territory (polygons, in `crs`).
    crs
        The study's CRS, in metres.
    margin_m
        How far around the area streets are kept (metres): farther than the longest walk, 20 minutes at 4.8 km/h or
        1,600 m.
    findings
        Takes what was kept.

    Returns
    -------
    dict
        What shaped the file and what is in it, as JSON values.

    Raises
    ------
    InputError
        When the file is missing, damaged, partial by its own word, or no street of it lies near the area.

    Notes
    -----
    Ways that may be walked (`walkable.judge_way`), at some hour at least, and touch the area or its margin are kept
    whole, with all their nodes, and so are squares drawn as multipolygons, with all their outlines. Where no way is
    cut, the network inside the margin is the same as the whole file's: walks that are shorter than the margin never
    leave it, from and to points of the area. Changes on foot farther out, between two rides, are not walked any more.

    What orients in the frame of a map of the area (`streets.features.frame_around`) is kept whole as well. Where it
    might be walked on outside the margin, it loses the tags that say so; a main road keeps its kind as
    ``geo_access:highway``. The walking network is the same as without.

    The file is read in passes; what stays in memory are the references and places of its walkable ways, some 16 bytes
    a node, and the nodes of what orients, some 40 bytes each.
    """
    require_metric(crs)
    if not source.is_file():
        raise InputError("streets.not_found", file=source)
    refuse_changes(source)
    # A clip would not say any more that its source was partial.
    marks = read_marks([source], allow_partial=False, findings=findings)
    around = shapely.buffer(area, margin_m)
    ways, relations = _read_walkable(source, marks)
    touching = _touch(source, ways, crs, around, marks)
    near = set(ways.ids[touching].tolist())
    kept_relations = sorted(relation for relation, members in relations.items() if not near.isdisjoint(members))
    outlines = np.array(sorted({way for relation in kept_relations for way in relations[relation]}), np.int64)
    rows = np.flatnonzero((touching & ways.walkable) | np.isin(ways.ids, outlines))
    if not len(rows):
        raise InputError("clip.no_street", file=source, margin_m=margin_m)
    nodes = np.unique(ways.refs[expand_ranges(ways.offsets[rows], np.diff(ways.offsets)[rows])])
    walked = _Objects(nodes, np.sort(ways.ids[rows]), np.array(kept_relations, np.int64))
    drawn = _find_drawn(source, area, crs)
    deleted = np.array(sorted(marks.nodes), np.int64)
    _write(source, target, walked.join(drawn).without(deleted), walked)
    facts: dict[str, Any] = {
        "margin_m": margin_m,
        "ways": len(rows),
        "ways_of_file": len(ways.ids),
        "nodes": len(nodes),
        "relations": len(kept_relations),
        "drawn": len(np.setdiff1d(drawn.ways, walked.ways)),
    }
    findings.add("info", "clip.streets_kept", file=source, **facts)
    return facts


@dataclass(frozen=True)
class _Objects:
    """Identifiers of objects, ascending."""

    nodes: NDArray[np.int64]
    ways: NDArray[np.int64]
    relations: NDArray[np.int64]

    def join(self, other: _Objects) -> _Objects:
        """Return these and others."""
        return _Objects(
            np.union1d(self.nodes, other.nodes),
            np.union1d(self.ways, other.ways),
            np.union1d(self.relations, other.relations),
        )

    def without(self, nodes: NDArray[np.int64]) -> _Objects:
        """Leave out some nodes."""
        return _Objects(np.setdiff1d(self.nodes, nodes), self.ways, self.relations)


def _find_drawn(source: Path, area: shapely.Geometry, crs: str) -> _Objects:
    """Find what orients on a map of the area."""
    seen = read_map([source], crs=crs)
    points, ways, relations = (np.array(ids, np.int64) for ids in find_near(seen, frame_around(shapely.bounds(area))))
    refs = [np.frombuffer(seen.ways[name].refs, np.int64) for name in ways.tolist()]
    return _Objects(np.unique(np.concatenate([points, *refs])), ways, relations)


@dataclass(frozen=True)
class _Ways:
    """Ways that are walked, or that outline a square.

    Attributes
    ----------
    ids
        int64 (ways,): as in the file.
    walkable
        bool (ways,): whether the way itself is walked.
    offsets, refs
        The nodes of way w are ``refs[offsets[w]:offsets[w + 1]]``.
    """

    ids: NDArray[np.int64]
    walkable: NDArray[np.bool_]
    offsets: NDArray[np.int64]
    refs: NDArray[np.int64]


def _read_walkable(source: Path, marks: Marks) -> tuple[_Ways, dict[int, list[int]]]:
    """Read the ways that matter wherever they are, and the members of each relation that is a square."""
    ids, counts, refs, walkable = array("q"), array("q"), array("q"), array("b")
    squares: set[int] = set()

    def walk(way: Any) -> list[int] | None:
        use = judge_way(dict(way.tags), lenient=True)
        if use is None:
            return None
        if use.area:
            squares.add(way.id)
        return [node.ref for node in way.nodes]

    def take(name: int, nodes: list[int], *, walked: bool) -> None:
        ids.append(name)
        walkable.append(walked)
        counts.append(len(nodes))
        refs.extend(nodes)

    for way in scan(source, osmium.osm.WAY, osmium.filter.KeyFilter(*STREET_KEYS)):
        nodes = walk(way)
        if nodes is not None:
            take(way.id, nodes, walked=True)
    again = find_repeated([source], osmium.osm.WAY, np.unique(np.array(ids, np.int64)))
    replaced = np.isin(np.array(ids, np.int64), again)
    for name, nodes in settle([source], osmium.osm.WAY, again, walk).items():
        take(name, nodes, walked=True)
    relations = _read_squares(source, squares, marks)
    kept = np.append(~replaced, np.ones(len(ids) - len(replaced), bool))
    outlines = sorted({way for members in relations.values() for way in members} - set(np.array(ids)[kept].tolist()))
    for name, nodes in settle([source], osmium.osm.WAY, outlines, lambda way: [node.ref for node in way.nodes]).items():
        take(name, nodes, walked=False)
    kept = np.append(kept, np.ones(len(ids) - len(kept), bool))
    every = np.array(ids, np.int64)
    rows = np.flatnonzero(kept & ~np.isin(every, sorted(marks.ways)))
    size = np.array(counts, np.int64)
    first = np.cumsum(size) - size
    offsets = np.concatenate([[0], np.cumsum(size[rows])]).astype(np.int64)
    nodes_of = np.array(refs, np.int64)[expand_ranges(first[rows], size[rows])]
    return _Ways(every[rows], np.array(walkable, bool)[rows], offsets, nodes_of), relations


def _read_squares(source: Path, squares: set[int], marks: Marks) -> dict[int, list[int]]:
    """List the ways of each multipolygon that is a square by its own tags or by those of its outline (`squares`)."""

    def members(relation: Any) -> list[int] | None:
        tags = dict(relation.tags)
        if tags.get("type") != "multipolygon":
            return None
        ways = [member.ref for member in relation.members if member.type == "w"]
        use = judge_way(tags, lenient=True)
        return ways if (use is not None and use.area) or not squares.isdisjoint(ways) else None

    newest = Newest()
    for relation in scan(source, osmium.osm.RELATION):
        newest.offer(relation, members(relation))
    return {name: ways for name, ways in newest.items() if name not in marks.relations}


def _touch(source: Path, ways: _Ways, crs: str, around: shapely.Geometry, marks: Marks) -> NDArray[np.bool_]:
    """Say which ways have a piece in an area (`crs`), as far as the file holds their nodes."""
    node_id = np.unique(ways.refs)
    version = np.full(len(node_id), -1)
    lon, lat = np.full(len(node_id), np.nan), np.full(len(node_id), np.nan)
    for node in scan_ids(source, osmium.osm.NODE, node_id):
        at = int(np.searchsorted(node_id, node.id))
        if node.version > version[at]:
            version[at] = node.version
            placed = node.visible and node.location.valid() and node.id not in marks.nodes
            lon[at], lat[at] = (node.lon, node.lat) if placed else (np.nan, np.nan)
    xy = np.column_stack(Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(lon, lat))[
        np.searchsorted(node_id, ways.refs)
    ]
    way = np.repeat(np.arange(len(ways.ids)), np.diff(ways.offsets))
    held = np.isfinite(xy).all(axis=1)
    pieces = np.flatnonzero(held[:-1] & held[1:] & (way[:-1] == way[1:]))
    west, south, east, north = shapely.bounds(around)
    low, high = np.minimum(xy[pieces], xy[pieces + 1]), np.maximum(xy[pieces], xy[pieces + 1])
    pieces = pieces[(low <= [east, north]).all(axis=1) & (high >= [west, south]).all(axis=1)]
    shapely.prepare(around)
    lines = shapely.linestrings(np.stack([xy[pieces], xy[pieces + 1]], axis=1))
    touching = np.zeros(len(ways.ids), bool)
    touching[way[pieces[shapely.intersects(around, lines)]]] = True
    return touching


def _write(source: Path, target: Path, kept: _Objects, walked: _Objects) -> None:
    """Copy objects in the file's order, as they are; what is only drawn loses the tags by which it might be walked."""
    header = osmium.io.Header()
    header.set("generator", "geo-access")
    kinds = (
        (osmium.osm.NODE, kept.nodes, kept.nodes),
        (osmium.osm.WAY, kept.ways, walked.ways),
        (osmium.osm.RELATION, kept.relations, walked.relations),
    )
    with replace_atomically(target) as draft:
        file = osmium.io.File(str(draft), find_format(target) or "pbf")
        with osmium.SimpleWriter(file, header=header, overwrite=True) as writer:
            for kind, ids, whole in kinds:
                # A file may hold an object several times; its newest version counts, as for the reader.
                newest = settle([source], kind, find_repeated([source], kind, ids), lambda one: one.version).found
                written: set[int] = set()
                drawn = set(np.setdiff1d(ids, whole).tolist())
                for one in scan_ids(source, kind, ids):
                    if one.id in newest:
                        if one.id in written or one.version != newest[one.id][0] or not one.visible:
                            continue
                        written.add(one.id)
                    writer.add(_strip(one) if one.id in drawn else one)


def _strip(one: Any) -> Any:
    """Return an object that nobody walks on: without the tags of streets, where it might be walked on by them."""
    tags = dict(one.tags)
    if judge_way(tags, lenient=True) is None:
        return one
    kept = {key: value for key, value in tags.items() if key not in STREET_KEYS}
    if tags.get("highway") in ROADS:
        kept[DRAWN_ROAD] = tags["highway"]
    return one.replace(tags=kept)
