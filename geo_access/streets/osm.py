"""Streets from OpenStreetMap files: .osm.pbf, .osm and .osm.xml, plain or compressed; several are one map.

Ways are cut where they meet (a node that two ways share), at their ends, at barriers that keep walkers out, and
where an extract was clipped (the way names nodes that the file does not hold). Ways and nodes are taken in the
order of their identifiers, so that the order of a file's rows does not matter.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import osmium
import shapely

from geo_access.core.errors import InputError
from geo_access.core.limits import MAX_SAID
from geo_access.streets.components import StreetParts, expand_ranges
from geo_access.streets.packed import check_packed
from geo_access.streets.walkable import WALKABLE, WayUse, is_closed_node, judge_way

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from geo_access.core.findings import Findings

#: Suffixes that this module reads, and the format that osmium is told (a file is judged by its name, not its content).
FORMATS = {
    ".pbf": "pbf",
    ".osm": "osm",
    ".xml": "osm",
    ".osm.gz": "osm.gz",
    ".osm.bz2": "osm.bz2",
    ".xml.gz": "osm.gz",
    ".xml.bz2": "osm.bz2",
}

#: OpenStreetMap's identifiers are some ten thousand million.
_LARGEST_ID = 2**40


#: What osmium holds for a node that has no position: one that was deleted.
_NOWHERE = 2**31 - 1


@dataclass
class _Map:
    """The walkable part of the files, as they are read."""

    refs: dict[int, NDArray[np.int64]] = field(default_factory=dict)  # way -> its nodes
    uses: dict[int, WayUse] = field(default_factory=dict)  # way -> how it is walked
    # relation -> its use, its members (way, whether it is an outer one)
    areas: dict[int, tuple[WayUse, list[tuple[int, bool]]]] = field(default_factory=dict)
    node_id: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    lon: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    lat: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    closed: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))


def find_format(path: Path) -> str | None:
    """Return osmium's name of a file's format, by the file's name; None when it is no OpenStreetMap file."""
    name = path.name.lower()
    return next((said for suffix, said in FORMATS.items() if name.endswith(suffix)), None)


def read_osm(paths: Sequence[Path], *, findings: Findings) -> StreetParts:
    """Read the walkable streets of OpenStreetMap files.

    Parameters
    ----------
    paths
        Files in a format of `FORMATS`. A way or a node that several hold is taken from the first.
    findings
        Told of the ways that a clipped extract cut.

    Raises
    ------
    InputError
        When a file is missing, damaged, not what its name says, or holds no street.
    """
    seen = _Map()
    for path in paths:
        check_packed(path, find_format(path) or "")
    for path in paths:
        _read_relations(path, seen)
        _read_ways(path, seen)
    for path in paths:
        _read_nodes(path, seen)
    return _cut_ways(seen, paths, findings)


def scan(path: Path, entities: osmium.osm.osm_entity_bits, wanted: Any = None) -> Iterator[Any]:
    """Go through a file's objects; whatever is wrong with the file becomes one error that names it."""
    try:
        reader = osmium.FileProcessor(osmium.io.File(str(path), find_format(path) or ""), entities)
        if wanted is not None:
            reader = reader.with_filter(wanted)
        yield from reader
    except (RuntimeError, ValueError, OSError, osmium.InvalidLocationError) as error:
        if not path.is_file():
            raise InputError("streets.not_found", file=path) from None
        code = "streets.empty" if path.stat().st_size == 0 else "streets.damaged"
        raise InputError(code, file=path, said=" ".join(str(error).split())[:MAX_SAID]) from error


def _read_relations(path: Path, seen: _Map) -> None:
    keys = osmium.filter.KeyFilter("highway", "railway", "public_transport")
    for relation in scan(path, osmium.osm.RELATION, keys):
        tags = dict(relation.tags)
        use = judge_way(tags) if tags.get("type") == "multipolygon" else None
        if use is not None and use.area and relation.id not in seen.areas:
            members = [(m.ref, m.role != "inner") for m in relation.members if m.type == "w"]
            seen.areas[relation.id] = use, members


def _read_ways(path: Path, seen: _Map) -> None:
    for way in scan(path, osmium.osm.WAY, osmium.filter.KeyFilter("highway", "railway", "public_transport")):
        if way.id in seen.uses:
            continue
        use = judge_way(dict(way.tags))
        if use is not None:
            seen.uses[way.id] = use
            seen.refs[way.id] = _refs_of(way)
    outlines = {way: use for _, (use, members) in sorted(seen.areas.items()) for way, _ in members}
    missing = sorted(outlines.keys() - seen.refs.keys())
    if missing:
        for way in scan(path, osmium.osm.WAY, filter_ids(missing)):
            if way.id in outlines and way.id not in seen.refs and judge_way(dict(way.tags)) is None:
                seen.uses[way.id] = WayUse(outlines[way.id].kind, wheelchair=outlines[way.id].wheelchair)
                seen.refs[way.id] = _refs_of(way)


def _refs_of(way: Any) -> NDArray[np.int64]:
    return np.array([node.ref for node in way.nodes], dtype=np.int64)


def filter_ids(ids: Sequence[int] | NDArray[np.int64]) -> Any:
    """Let only these objects (ascending) pass; everything where osmium's own filter would not do.

    It does not take negative identifiers of editors, and holds a table as long as the largest one is: a wrong one would
    take all memory.
    """
    return osmium.filter.IdFilter(ids) if len(ids) and ids[0] >= 0 and ids[-1] <= _LARGEST_ID else None


def _read_nodes(path: Path, seen: _Map) -> None:
    wanted = np.unique(np.concatenate([np.zeros(0, np.int64), *seen.refs.values()]))
    wanted = np.setdiff1d(wanted, seen.node_id, assume_unique=True)
    if not len(wanted):
        return
    names = wanted.tolist()
    only = filter_ids(names)
    known = set(names) if only is None else None
    ids, lon, lat, closed = [], [], [], []
    for node in scan(path, osmium.osm.NODE, only):
        if known is not None and node.id not in known:
            continue
        if not node.location.valid() and node.location.x != _NOWHERE:
            raise InputError("streets.off_earth", file=path, node=node.id)
        if node.location.valid():
            ids.append(node.id)
            lon.append(node.lon)
            lat.append(node.lat)
            closed.append(bool(node.tags) and is_closed_node(dict(node.tags)))
    every = np.concatenate([seen.node_id, np.array(ids, np.int64)])
    seen.node_id, first = np.unique(every, return_index=True)  # the first file's, where several hold a node
    seen.lon = np.concatenate([seen.lon, np.array(lon, np.float64)])[first]
    seen.lat = np.concatenate([seen.lat, np.array(lat, np.float64)])[first]
    seen.closed = np.concatenate([seen.closed, np.array(closed, np.bool_)])[first]


def _cut_ways(seen: _Map, paths: Sequence[Path], findings: Findings) -> StreetParts:
    """Cut the ways into streets."""
    way_ids = sorted(seen.refs)
    counts = np.array([len(seen.refs[way]) for way in way_ids], dtype=np.int64)
    refs = np.concatenate([np.zeros(0, np.int64), *(seen.refs[way] for way in way_ids)])
    way_of = np.repeat(np.arange(len(way_ids)), counts)

    at = np.searchsorted(seen.node_id, refs)
    at[at == len(seen.node_id)] = 0
    held = (seen.node_id[at] == refs) if len(seen.node_id) else np.zeros(len(refs), np.bool_)
    _report_cuts(way_of, held, way_ids, paths, findings)

    # A piece is a pair of consecutive nodes. `piece` is the position of its first node in `refs`.
    piece = np.flatnonzero(held[:-1] & held[1:] & (way_of[:-1] == way_of[1:]) & (refs[:-1] != refs[1:]))
    if not len(piece):
        raise InputError("streets.no_street", file=paths[0])
    tail, head = at[piece], at[piece + 1]
    degree = np.bincount(tail, minlength=len(seen.node_id)) + np.bincount(head, minlength=len(seen.node_id))
    meets = (degree != 2) | seen.closed
    joined = (piece[1:] == piece[:-1] + 1) & ~meets[tail[1:]]  # goes on in the same street as the piece before
    first = np.flatnonzero(np.concatenate([[True], ~joined]))
    size = np.diff(np.append(first, len(piece)))

    points = at[expand_ranges(piece[first], size + 1)]
    offsets = np.concatenate([[0], np.cumsum(size + 1)])
    ends = np.stack([points[offsets[:-1]], points[offsets[1:] - 1]])  # (2, streets)
    ways = way_of[piece[first]]

    areas = _find_areas(seen, way_ids)
    links = cross_areas(areas, lon=seen.lon, lat=seen.lat, meets=degree > 2)
    uses = [seen.uses[way] for way in way_ids]
    link_uses = [areas[which].use for which in links.area.tolist()]
    link_ways = np.array([areas[which].source for which in links.area.tolist()], dtype=np.int64)

    tails = np.concatenate([ends[0], links.tail])
    heads = np.concatenate([ends[1], links.head])
    node_id, lon, lat, tails, heads = _part_closed(seen, tails, heads)
    street_uses = [uses[way] for way in ways.tolist()] + link_uses
    points = np.concatenate([points, np.stack([links.tail, links.head], axis=1).ravel()])
    return StreetParts(
        node_id=node_id,
        node_lon=lon,
        node_lat=lat,
        tail=tails.astype(np.int32),
        head=heads.astype(np.int32),
        forward=np.array([use.forward for use in street_uses], np.bool_),
        backward=np.array([use.backward for use in street_uses], np.bool_),
        steps=np.array([use.steps for use in street_uses], np.bool_),
        wheelchair=np.array([use.wheelchair for use in street_uses], np.int8),
        kind=np.array([WALKABLE.index(use.kind) for use in street_uses], np.int8),
        way_id=np.concatenate([np.array(way_ids, np.int64)[ways], link_ways]),
        offsets=np.concatenate([offsets, offsets[-1] + 2 * np.arange(1, len(links.tail) + 1)]).astype(np.int64),
        lon=seen.lon[points],
        lat=seen.lat[points],
        length_m=np.full(len(street_uses), np.nan),
    )


def _report_cuts(
    way_of: NDArray[np.int64], held: NDArray[np.bool_], way_ids: list[int], paths: Sequence[Path], findings: Findings
) -> None:
    cut = np.unique(way_of[~held])
    if len(cut):
        examples = ", ".join(str(way_ids[which]) for which in cut[:3].tolist())
        findings.add(
            "info",
            "streets.clipped",
            file=", ".join(str(path) for path in paths),
            count=len(cut),
            nodes=int((~held).sum()),
            examples=examples,
        )


def _find_areas(seen: _Map, way_ids: list[int]) -> list[Ring]:
    """List the areas that are crossed: closed ways first, then multipolygons."""
    outlines = {way for _, members in seen.areas.values() for way, _ in members}
    lines = {}
    for way in (way for way in way_ids if seen.uses[way].area or way in outlines):
        refs = seen.refs[way]
        at = np.searchsorted(seen.node_id, refs)
        at[at == len(seen.node_id)] = 0
        if np.array_equal(seen.node_id[at], refs):  # a clipped outline says nothing about the inside
            lines[way] = at
    areas = [
        Ring(way, seen.uses[way], (line,), ())
        for way, line in lines.items()
        if seen.uses[way].area and len(line) > 3 and line[0] == line[-1]
    ]
    for relation, (use, members) in sorted(seen.areas.items()):
        if all(way in lines for way, _ in members):
            outer = tuple(lines[way] for way, is_outer in members if is_outer)
            inner = tuple(lines[way] for way, is_outer in members if not is_outer)
            areas.append(Ring(-relation, use, outer, inner))
    return areas


def _part_closed(
    seen: _Map, tails: NDArray[np.int64], heads: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """Give each street that ends at a closed node an end of its own there, and drop the nodes between ends."""
    ends = np.concatenate([tails, heads])
    shut = np.flatnonzero(seen.closed[ends])
    lowest = min(0, int(seen.node_id[0]))
    node_id = np.concatenate([seen.node_id, lowest - 1 - np.arange(len(shut))])
    lon = np.concatenate([seen.lon, seen.lon[ends[shut]]])
    lat = np.concatenate([seen.lat, seen.lat[ends[shut]]])
    ends[shut] = len(seen.node_id) + np.arange(len(shut))
    used, ends = np.unique(ends, return_inverse=True)
    return node_id[used], lon[used], lat[used], ends[: len(tails)], ends[len(tails) :]


#: Lines are drawn from each node to this many others, the nearest first: a square with more is crossed in hops.
MAX_LINES: Final = 40
#: How far outside its outline a line may run (degrees, about a millimetre): outlines are not exact.
_TOLERANCE_DEG: Final = 1e-8


@dataclass(frozen=True)
class Ring:
    """An area by its outline.

    Attributes
    ----------
    source
        The way; the relation, negative.
    use
        How it is walked.
    outer, inner
        Lines of the outline and of the holes, as nodes.
    """

    source: int
    use: WayUse
    outer: tuple[NDArray[np.int64], ...]
    inner: tuple[NDArray[np.int64], ...]


@dataclass(frozen=True)
class Links:
    """Straight lines across areas: `tail` and `head` are nodes (links,), `area` is the area's place in the list."""

    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    area: NDArray[np.int64]


def cross_areas(
    areas: Sequence[Ring], *, lon: NDArray[np.float64], lat: NDArray[np.float64], meets: NDArray[np.bool_]
) -> Links:
    """Draw the lines across areas.

    Parameters
    ----------
    areas
        The areas.
    lon, lat
        float64 (nodes,): degrees.
    meets
        bool (nodes,): whether ways meet there, so that an area may be entered.
    """
    pairs = [_cross(area, np.column_stack([lon, lat]), meets) for area in areas]
    count = [len(pair) for pair in pairs]
    both = np.concatenate([np.zeros((0, 2), np.int64), *pairs])
    return Links(both[:, 0], both[:, 1], np.repeat(np.arange(len(areas)), count))


def _cross(area: Ring, points: NDArray[np.float64], meets: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the pairs of nodes (k, 2) that a straight line inside the area joins."""
    nothing = np.zeros((0, 2), np.int64)
    lines = area.outer + area.inner
    nodes = np.unique(np.concatenate(lines)) if lines else np.zeros(0, np.int64)
    doors = nodes[meets[nodes]]
    if len(doors) < 2:
        return nothing
    inside = _polygon(area, points)
    if inside is None:
        return nothing
    # Nearest doors first, in a frame where a degree is as long either way; the farther ones are reached in hops.
    here = points[doors] * [np.cos(np.radians(points[doors, 1].mean())), 1.0]
    apart = np.hypot(*(here[:, None] - here[None]).transpose(2, 0, 1))
    near = np.argsort(apart, axis=1, kind="stable")[:, : MAX_LINES + 1]
    tail = np.repeat(np.arange(len(doors)), near.shape[1])
    pairs = np.unique(np.sort(np.column_stack([tail, near.ravel()]), axis=1), axis=0)
    pairs = doors[pairs[pairs[:, 0] != pairs[:, 1]]]
    sides = {side for line in lines for side in zip(line[:-1].tolist(), line[1:].tolist(), strict=True)}
    pairs = np.array([p for p in pairs.tolist() if tuple(p) not in sides and (p[1], p[0]) not in sides], np.int64)
    if not len(pairs):
        return nothing
    shapely.prepare(inside)
    crossing: NDArray[np.bool_] = np.asarray(shapely.covers(inside, shapely.linestrings(points[pairs])))
    return pairs[crossing]


def _polygon(area: Ring, points: NDArray[np.float64]) -> shapely.Geometry | None:
    """Build the area; None when the outline does not close or crosses itself."""
    outer, inner = (
        shapely.union_all(shapely.get_parts(shapely.polygonize([shapely.LineString(points[line]) for line in lines])))
        for lines in ([line for line in area.outer if len(line) > 1], [line for line in area.inner if len(line) > 1])
    )
    built = shapely.difference(outer, inner)
    if shapely.is_empty(built) or not shapely.is_valid(built):
        return None
    return shapely.buffer(built, _TOLERANCE_DEG)
