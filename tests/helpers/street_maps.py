"""Small street maps for tests: OpenStreetMap XML written by hand or drawn by hypothesis, and a plain-Python walker."""

from __future__ import annotations

import math
from itertools import pairwise
from xml.sax.saxutils import quoteattr

import networkx as nx
import numpy as np
import shapely
from hypothesis import strategies as st
from pyproj import Transformer

CRS = "EPSG:32628"  # UTM 28 north: the maps lie in the Atlantic, by the central meridian, just off the equator
LON, LAT = -15.0, 0.5
STEP = 0.001  # about 111 m


def osm_xml(nodes, ways, relations=()) -> str:
    """Write OpenStreetMap XML.

    nodes: id -> (lon, lat) or (lon, lat, tags); ways: (id, [nodes], tags); relations: (id, [(way, role)], tags).
    """

    def tag_lines(tags):
        return "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items())

    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6">']
    for name, (lon, lat, *tags) in nodes.items():
        inner = tag_lines(tags[0]) if tags else ""
        lines.append(f'<node id="{name}" version="1" lon="{lon:.7f}" lat="{lat:.7f}">{inner}</node>')
    for name, refs, tags in ways:
        inner = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        lines.append(f'<way id="{name}" version="1">{inner}{tag_lines(tags)}</way>')
    for name, members, tags in relations:
        inner = "".join(f'<member type="way" ref="{way}" role="{role}"/>' for way, role in members)
        lines.append(f'<relation id="{name}" version="1">{inner}{tag_lines(tags)}</relation>')
    return "\n".join([*lines, "</osm>"])


def write_map(folder, nodes, ways, relations=(), name="map.osm"):
    path = folder / name
    path.write_text(osm_xml(nodes, ways, relations), encoding="utf-8")
    return path


def grid_nodes(columns, rows):
    """Nodes 1, 2, ... on a grid, row by row."""
    return {
        1 + column + columns * row: (LON + column * STEP, LAT + row * STEP)
        for row in range(rows)
        for column in range(columns)
    }


TAGS = (
    {"highway": "footway"},
    {"highway": "residential"},
    {"highway": "steps"},
    {"highway": "steps", "conveying": "forward"},
    {"highway": "path", "wheelchair": "no"},
    {"highway": "footway", "oneway:foot": "-1"},
)


LIMITED_TAGS = (
    {"highway": "service", "access": "destination"},
    {"highway": "footway", "access": "customers"},
    {"highway": "footway", "foot": "permit", "oneway:foot": "yes"},
)
NODE_TAGS = (
    {"barrier": "gate", "access": "private"},
    {"barrier": "kissing_gate"},
    {"barrier": "kerb", "kerb": "raised"},
    {"highway": "crossing", "wheelchair": "no"},
)


@st.composite
def towns(draw, *, limits=False):
    """Draw (nodes, ways): a grid with some sides missing, some diagonals, ways of several pieces and of all kinds.

    `limits`: with ways for those who go there only, and nodes that stop some or all.
    """
    columns, rows = draw(st.integers(2, 5)), draw(st.integers(2, 4))
    nodes = grid_nodes(columns, rows)
    shift = st.sampled_from([0.0, 0.0, 0.0002, -0.0003])
    nodes = {name: (lon + draw(shift), lat + draw(shift)) for name, (lon, lat) in nodes.items()}
    steps = [1, columns, columns + 1]
    sides = [(a, a + step) for a in nodes for step in steps if a + step in nodes and (a % columns or step == columns)]
    chosen = draw(st.lists(st.sampled_from(sides), min_size=1, max_size=len(sides), unique=True))
    ways = [
        (100 + k, list(side), draw(st.sampled_from(TAGS + LIMITED_TAGS if limits else TAGS)))
        for k, side in enumerate(chosen)
    ]
    longer = draw(st.lists(st.lists(st.sampled_from(sorted(nodes)), min_size=3, max_size=5), max_size=2))
    ways += [(500 + k, refs, {"highway": "footway"}) for k, refs in enumerate(longer)]
    if not any(a != b for _, refs, _ in ways for a, b in pairwise(refs)):
        ways.append((900, [1, 2], {"highway": "footway"}))
    if limits:
        stopped = draw(st.dictionaries(st.sampled_from(sorted(nodes)), st.sampled_from(NODE_TAGS), max_size=4))
        nodes |= {name: (*nodes[name], tags) for name, tags in stopped.items()}
    return nodes, ways


@st.composite
def points(draw, count=6):
    """Draw points (count, 2) in degrees, in and around a town; some on its nodes."""
    along = st.one_of(st.integers(0, 4).map(lambda k: k * STEP), st.floats(-0.0015, 0.0045))
    return np.array([(LON + draw(along), LAT + draw(along)) for _ in range(count)])


def write_detour(folder, *, way=None, node=None, name="detour.osm", extra=""):
    """Write a map of two ways from (0, 0) to (300, 0): way 10 straight over node 2, way 11 round by (0, 150).

    Metres from a point on the central meridian; a tail of 60 streets hangs on node 3. `way` and `node` are tags more of
    way 10 and node 2, `extra` is XML before the end.
    """
    to_degrees = Transformer.from_crs(CRS, 4326, always_xy=True)
    places = {1: (0, 0), 2: (150, 0), 3: (300, 0), 4: (0, 150), 5: (300, 150)}
    places |= {100 + k: (300 + 20 * k, 0) for k in range(1, 61)}
    nodes = {k: to_degrees.transform(500_000 + x, 55_000 + y) for k, (x, y) in places.items()}
    if node:
        nodes[2] = (*nodes[2], node)
    ways = [(10, [1, 2, 3], {"highway": "footway"} | (way or {})), (11, [1, 4, 5, 3], {"highway": "footway"})]
    ways += [(200 + k, [100 + k - 1 if k > 1 else 3, 100 + k], {"highway": "footway"}) for k in range(1, 61)]
    path = folder / name
    path.write_text(osm_xml(nodes, ways).replace("</osm>", extra + "</osm>"), encoding="utf-8")
    return path


def walk_detour(network, profile, *, back=False):
    """Seconds from (0, 0) to (300, 0) of `write_detour`, or back."""
    from geo_access.streets.street_walker import StreetWalker
    from geo_access.study.profiles import PROFILES

    walker = StreetWalker(network, PROFILES[profile])
    places = walker.place(np.array([[500_000.0, 55_000.0], [500_300.0, 55_000.0]]))
    i, j = (1, 0) if back else (0, 1)
    return walker.pairs(places, np.array([i]), places, np.array([j]))[0]


class PlainWalker:
    """Walks as the walker of the package should, slowly: networkx, and every street tried for every point."""

    def __init__(self, network, profile):
        self.network = network
        refused = np.zeros(network.street_count, bool)
        if not profile.steps:
            refused |= network.steps
        if profile.wheelchair:
            refused |= network.wheelchair < 0
        self.stopping = 2 if profile.wheelchair else 0 if profile.steps else 4
        self.walks, self.parts = None, {}
        self.usable = np.setdiff1d(np.flatnonzero(~refused), sorted(self.islands(~refused)))
        self.lines = dict(zip(self.usable.tolist(), network.lines(self.usable), strict=True))

    def islands(self, permitted):
        """Streets in groups that are too small, the largest group apart (of equals, the one with the first node)."""
        if permitted.all() and not (self.network.stops & self.stopping).any():
            return set()
        ends = {s: [self.joint(s, side) for side in (0, 1)] for s in np.flatnonzero(permitted).tolist()}
        groups = list(nx.connected_components(nx.Graph(ends.values())))

        def size(group):
            # A node on one street counts only where it stops this profile.
            return sum(end >= 0 or not self.network.passed[node] for end, node in group)

        largest = max(groups, key=size, default=set())
        small = [g for g in groups if g is not largest and size(g) < self.network.summary["min_island_nodes"]]
        return {s for s, (tail, _) in ends.items() if any(tail in group for group in small)}

    def nearest(self, xy):
        """Return the metres to the nearest street (infinite without one) and the streets that are that near."""
        gaps = {s: line.distance(shapely.Point(xy)) for s, line in self.lines.items()}
        least = min(gaps.values(), default=math.inf)
        return least, [s for s, gap in gaps.items() if gap <= least + 1e-6]

    def limits(self):
        """Streets of first and last parts only: those with limits, and what hangs on the rest by them alone."""
        n, usable = self.network, self.usable.tolist()
        limited = {s for s in usable if n.limited[s]}
        joints = {s: [self.joint(s, side) for side in (0, 1)] for s in usable}
        public = list(nx.connected_components(nx.Graph(joints[s] for s in usable if s not in limited)))
        for whole in nx.connected_components(nx.Graph(joints.values())):
            groups = [group for group in public if group <= whole]
            main = max(groups, key=lambda group: len({node for _, node in group}), default=set())
            limited |= {s for s in usable if s not in limited and joints[s][0] in whole and joints[s][0] not in main}
        return limited

    def joint(self, street, side):
        """The place where a street meets others: its own end where something there stops the profile."""
        stopped = self.network.stops[street, side] & self.stopping
        node = int((self.network.tail, self.network.head)[side][street])
        return (street * 2 + side if stopped else -1, node)

    def list_walks(self):
        """Build the graph of ends of streets: (street, side, part of the walk)."""
        walks = nx.DiGraph()
        limited, meeting = self.limits(), {}
        for s in self.usable.tolist():
            for part in (0, 2) if s in limited else (1,):
                length = float(self.network.length_m[s])
                ends = (s, 0, part), (s, 1, part)
                walks.add_nodes_from(ends)
                if self.network.forward[s]:
                    walks.add_edge(*ends, weight=length)
                if self.network.backward[s]:
                    walks.add_edge(*ends[::-1], weight=length)
                for side in (0, 1):
                    meeting.setdefault(self.joint(s, side), []).append(ends[side])
        for ends in meeting.values():
            # A ring's two ends are one place: an edge along the ring itself may be there already.
            walks.add_weighted_edges_from((a, b, 0.0) for a in ends for b in ends if a != b and a[2] <= b[2])
        self.parts = {s: (0, 2) if s in limited else (1, 1) for s in self.usable.tolist()}
        return walks

    def metres(self, start, end):
        """Return the metres between two ties (street, metres along, gap); infinite without a path.

        One stands at an end of a street, in one of three parts of a walk: the first, with limits; the public one; the
        last, with limits. At a junction one goes on to another street, of the same part or of a later one.
        """
        if start[0] < 0 or end[0] < 0:
            return math.inf
        if self.walks is None:
            self.walks = self.list_walks()
        graph = self.walks.copy()
        for name, (street, along, _), outward in (("start", start, True), ("end", end, False)):
            n = self.network
            rest = float(n.length_m[street]) - along
            doors = (
                (0, along, n.backward[street] if outward else n.forward[street]),
                (1, rest, n.forward[street] if outward else n.backward[street]),
            )
            for side, far, open_ in doors:
                if open_ or far <= 0:
                    door = (street, side, self.parts[street][0 if outward else 1])
                    graph.add_edge(*((name, door) if outward else (door, name)), weight=max(far, 0.0))
        if start[0] == end[0]:
            ahead = end[1] - start[1]
            if ahead == 0 or (self.network.forward[start[0]] if ahead > 0 else self.network.backward[start[0]]):
                graph.add_edge("start", "end", weight=abs(ahead))
        try:
            path = nx.dijkstra_path_length(graph, "start", "end")
        except (nx.NetworkXNoPath, nx.NodeNotFound):
            return math.inf
        return start[2] + path + end[2]
