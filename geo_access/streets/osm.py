"""Streets from OpenStreetMap files: .osm.pbf, .osm and .osm.xml, plain or compressed; several are one map.

Ways are cut where they meet (a node that two ways share), at their ends, at nodes that stop walkers or wheels, and
where an extract was clipped (the way names nodes that the file does not hold). Ways and nodes are taken in the
order of their identifiers, so that the order of a file's rows does not matter. An object counts in its highest
version; see `objects`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import osmium

from geo_access.core.errors import InputError
from geo_access.streets.areas import Ring, cross_areas
from geo_access.streets.components import StreetParts, expand_ranges, part_ends
from geo_access.streets.objects import Marks, Newest, find_format, find_repeated, read_marks, scan, scan_ids, settle
from geo_access.streets.packed import check_packed
from geo_access.streets.walkable import (
    EVERYBODY,
    ROADS,
    STROLLER,
    UNKNOWN,
    WALKABLE,
    WHEELCHAIR,
    WayUse,
    find_kind,
    find_stops,
    judge_node,
    judge_way,
    tell_stops,
)  # fmt: skip

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from geo_access.core.findings import Findings, Level
    from geo_access.streets.conditions import Window

#: What osmium holds for a node that has no position.
_NOWHERE: Final = 2**31 - 1
#: Keys of which a street has one.
STREET_KEYS: Final = ("highway", "railway", "public_transport")


@dataclass(frozen=True)
class _Way:
    """A way: its nodes, how it is walked (None for an outline that is no street), what the filter noted."""

    refs: NDArray[np.int64]
    use: WayUse | None
    notes: tuple[str, ...] = ()


@dataclass
class _Map:
    """The walkable part of the files, as they are read."""

    paths: Sequence[Path]
    window: Window | None
    marks: Marks
    ways: dict[int, _Way] = field(default_factory=dict)
    # relation -> its use, its members (way, whether it is an outer one)
    areas: dict[int, tuple[WayUse, list[tuple[int, bool]]]] = field(default_factory=dict)
    node_id: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    lon: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    lat: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    stops: NDArray[np.int8] = field(default_factory=lambda: np.zeros(0, np.int8))  # bits of `judge_node`
    # what the filter noted -> the ways, or nodes, that are no streets for it
    told: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    superseded: int = 0
    deleted: int = 0
    unplaced: int = 0

    def note(self, notes: Sequence[str], name: int) -> None:
        for note in set(notes):
            self.told[note].append(name)


def read_osm(
    paths: Sequence[Path], *, findings: Findings, window: Window | None = None, allow_partial: bool = False
) -> StreetParts:
    """Read the walkable streets of OpenStreetMap files.

    Parameters
    ----------
    paths
        Files in a format of `objects.FORMATS`. A way or a node that several hold is taken from the first that has its
        highest version.
    findings
        Told of the ways that a clipped extract cut, of what was deleted or replaced, and of conditional access.
    window
        When people leave, for conditional access.
    allow_partial
        Whether a file that says it is partial is read all the same.

    Raises
    ------
    InputError
        When a file is missing, damaged, not what its name says, partial, or holds no street.
    """
    for path in paths:
        check_packed(path, find_format(path) or "")
    seen = _Map(paths, window, read_marks(paths, allow_partial=allow_partial, findings=findings))
    _read_ways(seen)
    _read_relations(seen)
    _read_nodes(seen)
    parts = _cut_ways(seen, findings)
    conditions = _tell(seen, findings)
    in_part = {name for note in _IN_PART for name in seen.told.get(note, ())}
    return replace(parts, conditions=conditions, conditions_in_part=len(in_part))


def _read_ways(seen: _Map) -> None:
    """Read the ways that are walked, in their newest version."""
    found: dict[int, _Way] = {}

    def make(way: Any) -> _Way | None:
        notes: list[str] = []
        use = judge_way(dict(way.tags), seen.window, notes=notes)
        if use is None:
            seen.note(notes, way.id)
            return None
        return _Way(_refs_of(way), use, tuple(notes))

    for path in seen.paths:
        for way in scan(path, osmium.osm.WAY, osmium.filter.KeyFilter(*STREET_KEYS)):
            made = make(way)
            if made is not None:
                found[way.id] = made
    # Other versions may have no tag of a street: those that are there again are looked at whole.
    names = sorted(found)
    settled = settle(seen.paths, osmium.osm.WAY, find_repeated(seen.paths, osmium.osm.WAY, names), make)
    newest = {name: way for name, way in found.items() if name not in settled.found} | dict(settled.items())
    seen.ways = {name: way for name, way in newest.items() if name not in seen.marks.ways}
    seen.superseded += len(settled.replaced)
    for name in settled.contrary:
        seen.note(["contrary"], name)
    seen.deleted += len(names) - len(seen.ways)


def _refs_of(way: Any) -> NDArray[np.int64]:
    return np.array([node.ref for node in way.nodes], dtype=np.int64)


def _read_relations(seen: _Map) -> None:
    """Read the multipolygons that are squares by their own tags or by those of their outline, and their outlines."""

    def make(relation: Any) -> tuple[WayUse | None, list[tuple[int, bool]]] | None:
        tags = dict(relation.tags)
        if tags.get("type") != "multipolygon":
            return None
        members = [(m.ref, m.role != "inner") for m in relation.members if m.type == "w"]
        use = judge_way(tags, seen.window)
        if use is None or not use.area:
            # The tags may stand on the outline instead.
            uses = [way.use for ref, outer in members if outer and (way := seen.ways.get(ref)) is not None]
            use = next((one for one in uses if one is not None and one.area), None)
        return None if use is None else (use, members)

    newest, squares = Newest(), set[int]()
    for path in seen.paths:
        for relation in scan(path, osmium.osm.RELATION):
            made = make(relation)
            if made is not None:
                squares.add(relation.id)
            newest.offer(relation, made, made)
    seen.superseded += len(newest.replaced & squares)
    for name in newest.contrary & squares:
        seen.note(["contrary"], name)
    seen.areas = {name: area for name, area in newest.items() if name not in seen.marks.relations}
    outlines = {way: use for use, members in seen.areas.values() for way, _ in members}
    missing = sorted(outlines.keys() - seen.ways.keys() - seen.marks.ways)

    def outline(way: Any) -> _Way:
        # A member with tags of its own is a street by them, or closed by them.
        whole = outlines[way.id]
        own = find_kind(dict(way.tags)) is not None
        return _Way(
            _refs_of(way), None if own else WayUse(whole.kind, wheelchair=whole.wheelchair, limited=whole.limited)
        )

    seen.ways |= dict(settle(seen.paths, osmium.osm.WAY, missing, outline).items())


def _read_nodes(seen: _Map) -> None:
    """Read the nodes of the ways, in their newest version."""
    wanted = np.unique(np.concatenate([np.zeros(0, np.int64), *(way.refs for way in seen.ways.values())]))
    ids, versions, there, lon, lat, stops = [], [], [], [], [], []
    for path in seen.paths:
        for node in scan_ids(path, osmium.osm.NODE, wanted):
            location = node.location
            placed, visible = location.valid(), node.visible
            if visible and not placed and location.x != _NOWHERE:
                raise InputError("streets.off_earth", file=path, node=node.id)
            ids.append(node.id)
            versions.append(node.version)
            there.append(visible and placed)
            lon.append(location.lon if placed else np.nan)
            lat.append(location.lat if placed else np.nan)
            seen.unplaced += visible and not placed
            bits = 0
            if node.tags:
                notes: list[str] = []
                bits = judge_node(dict(node.tags), seen.window, notes)
                seen.note(notes, node.id)
            stops.append(bits)
    name = np.array(ids, np.int64)
    # The highest version of each, and of several as high the first.
    version = np.array(versions, np.int64)
    order = np.lexsort((-version, name))
    _, first = np.unique(name[order], return_index=True)
    newest = order[first]
    last = order[np.append(first, len(order))[1:] - 1] if len(order) else order
    seen.superseded += int((version[last] < version[newest]).sum())
    one, next_ = order[:-1], order[1:]
    differ = (np.array(lon)[one] != np.array(lon)[next_]) | (np.array(lat)[one] != np.array(lat)[next_])
    for node_id in name[one[(name[one] == name[next_]) & (version[one] == version[next_]) & differ]].tolist():
        seen.note(["contrary"], node_id)
    newest = newest[np.array(there, np.bool_)[newest] & ~np.isin(name[newest], list(seen.marks.nodes))]
    seen.node_id = name[newest]
    seen.lon, seen.lat = np.array(lon, np.float64)[newest], np.array(lat, np.float64)[newest]
    seen.stops = np.array(stops, np.int8)[newest]


def _cut_ways(seen: _Map, findings: Findings) -> StreetParts:
    """Cut the ways into streets."""
    way_ids = sorted(name for name, way in seen.ways.items() if way.use is not None)
    uses = [use for name in way_ids if (use := seen.ways[name].use) is not None]
    counts = np.array([len(seen.ways[name].refs) for name in way_ids], dtype=np.int64)
    refs = np.concatenate([np.zeros(0, np.int64), *(seen.ways[name].refs for name in way_ids)])
    way_of = np.repeat(np.arange(len(way_ids)), counts)
    at, held = _find_nodes(seen, refs)
    if not held.any() and (seen.unplaced or _are_placed_on_ways(seen)):
        raise InputError("streets.no_positions", file=seen.paths[0])
    _report_cuts(way_of, held, way_ids, seen.paths, findings)

    # A piece is a pair of consecutive nodes. `piece` is the position of its first node in `refs`.
    piece = np.flatnonzero(held[:-1] & held[1:] & (way_of[:-1] == way_of[1:]) & (refs[:-1] != refs[1:]))
    if not len(piece):
        raise InputError("streets.no_street", file=seen.paths[0])
    tail, head = at[piece], at[piece + 1]
    degree = np.bincount(tail, minlength=len(seen.node_id)) + np.bincount(head, minlength=len(seen.node_id))
    road = np.array([use.kind in ROADS for use in uses], np.bool_)
    stopped = np.zeros(len(seen.node_id), np.bool_)
    for end in (tail, head):
        stopped[end[find_stops(seen.stops[end], road[way_of[piece]]) > 0]] = True
    meets = (degree != 2) | stopped
    follows = piece[1:] == piece[:-1] + 1
    joined = follows & ~meets[tail[1:]]  # goes on in the same street as the piece before
    passed = np.zeros(len(seen.node_id), np.bool_)
    passed[tail[1:][follows]] = True
    passed &= stopped & (degree == 2) & ((seen.stops & EVERYBODY) == 0)
    first = np.flatnonzero(np.concatenate([[True], ~joined]))
    size = np.diff(np.append(first, len(piece)))

    points = at[expand_ranges(piece[first], size + 1)]
    offsets = np.concatenate([[0], np.cumsum(size + 1)])
    ways = way_of[piece[first]]

    areas = _find_areas(seen)
    links = cross_areas(areas, lon=seen.lon, lat=seen.lat, meets=degree > 2)
    link_ways = np.array([areas[which].source for which in links.area.tolist()], dtype=np.int64)
    street_uses = [uses[way] for way in ways.tolist()] + [areas[which].use for which in links.area.tolist()]
    ends = np.stack(
        [np.append(points[offsets[:-1]], links.tail), np.append(points[offsets[1:] - 1], links.head)], axis=1
    )
    stops = find_stops(seen.stops[ends], np.array([use.kind in ROADS for use in street_uses], np.bool_)[:, None])
    node_id, lon, lat, ends = part_ends(seen.node_id, seen.lon, seen.lat, ends, (stops & EVERYBODY) > 0)
    points = np.concatenate([points, np.stack([links.tail, links.head], axis=1).ravel()])
    return StreetParts(
        node_id=node_id,
        node_lon=lon,
        node_lat=lat,
        passed=np.isin(node_id, seen.node_id[passed]),
        tail=ends[:, 0].astype(np.int32),
        head=ends[:, 1].astype(np.int32),
        forward=np.array([use.forward for use in street_uses], np.bool_),
        backward=np.array([use.backward for use in street_uses], np.bool_),
        steps=np.array([use.steps for use in street_uses], np.bool_),
        wheelchair=np.array([use.wheelchair for use in street_uses], np.int8),
        limited=np.array([use.limited for use in street_uses], np.bool_),
        stops=(stops & (WHEELCHAIR | STROLLER)).astype(np.int8),
        kind=np.array([WALKABLE.index(use.kind) for use in street_uses], np.int8),
        way_id=np.concatenate([np.array(way_ids, np.int64)[ways], link_ways]),
        offsets=np.concatenate([offsets, offsets[-1] + 2 * np.arange(1, len(links.tail) + 1)]).astype(np.int64),
        lon=seen.lon[points],
        lat=seen.lat[points],
        length_m=np.full(len(street_uses), np.nan),
    )


def _find_nodes(seen: _Map, refs: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return where nodes stand in the list of those held, and whether they do."""
    at = np.searchsorted(seen.node_id, refs)
    at[at == len(seen.node_id)] = 0
    return at, (seen.node_id[at] == refs) if len(seen.node_id) else np.zeros(len(refs), np.bool_)


def _are_placed_on_ways(seen: _Map) -> bool:
    """Whether the positions stand on the ways, as some tools write them to spare the nodes."""
    return any(
        node.location.valid()
        for path in seen.paths
        for way in scan_ids(path, osmium.osm.WAY, sorted(seen.ways)[:1])
        for node in way.nodes
    )


def _report_cuts(
    way_of: NDArray[np.int64], held: NDArray[np.bool_], way_ids: list[int], paths: Sequence[Path], findings: Findings
) -> None:
    cut = np.unique(way_of[~held])
    if len(cut):
        findings.add(
            "info", "streets.clipped", file=_name(paths), count=len(cut), nodes=int((~held).sum()),
            examples=_list_examples([way_ids[which] for which in cut[:3].tolist()]),
        )  # fmt: skip


def _name(paths: Sequence[Path]) -> str:
    return ", ".join(str(path) for path in paths)


def _list_examples(names: Sequence[int]) -> str:
    return ", ".join(str(name) for name in names[:3])


#: What the filter notes, the level and the code of what is told of it.
_TOLD: Final[tuple[tuple[str, Level, str], ...]] = (
    ("unread_closed", "warning", "streets.conditions_unread"),
    ("partly_closed", "warning", "streets.conditions_partly"),
    ("read", "info", "streets.conditions_read"),
    ("out_of_use", "info", "streets.out_of_use"),
    (UNKNOWN, "warning", "streets.access_unknown"),
    ("contrary", "warning", "streets.contrary"),
)

#: What is noted of a condition that does not hold throughout the window, nor never in it.
_IN_PART: Final = ("partly", "partly_closed", "unread", "unread_closed")


def _tell(seen: _Map, findings: Findings) -> int:
    """Tell what was read of conditions, versions and stops, and what it closed; return how many have conditions."""
    file = _name(seen.paths)
    for name, way in seen.ways.items():
        seen.note(way.notes, name)
    for note, level, code in _TOLD:
        names = sorted(set(seen.told.get(note, ())))
        if names:
            findings.add(level, code, file=file, count=len(names), examples=_list_examples(names))
    if seen.superseded or seen.deleted:
        findings.add("info", "streets.versions", file=file, count=seen.superseded, deleted=seen.deleted)
    tell_stops(seen.stops, file=file, findings=findings)
    return len(
        {name for note, names in seen.told.items() if note not in {"out_of_use", UNKNOWN, "contrary"} for name in names}
    )


def _find_areas(seen: _Map) -> list[Ring]:
    """List the areas that are crossed: closed ways first, then multipolygons."""
    members = {way for _, members in seen.areas.values() for way, _ in members}
    # An outer member is crossed as its relation says, which knows the holes.
    outer = {way for _, members in seen.areas.values() for way, is_outer in members if is_outer}
    lines = {}
    for name in sorted(seen.ways):
        way = seen.ways[name]
        if name in members or (way.use is not None and way.use.area):
            at, held = _find_nodes(seen, way.refs)
            if held.all() and len(held):  # a clipped outline says nothing about the inside
                lines[name] = at
    areas = [
        Ring(name, use, (line,), ())
        for name, line in lines.items()
        if name not in outer
        and (use := seen.ways[name].use) is not None
        and use.area
        and len(line) > 3
        and line[0] == line[-1]
    ]
    for relation, (use, ways) in sorted(seen.areas.items()):
        if all(way in lines for way, _ in ways):
            outside = tuple(lines[way] for way, is_outer in ways if is_outer)
            inside = tuple(lines[way] for way, is_outer in ways if not is_outer)
            areas.append(Ring(-relation, use, outside, inside))
    return areas
