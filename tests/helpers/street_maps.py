"""Small street maps for tests: OpenStreetMap XML written by hand or drawn by hypothesis, and a plain-Python walker."""

from __future__ import annotations

import math
from itertools import pairwise
from xml.sax.saxutils import quoteattr

import networkx as nx
import numpy as np
import shapely
from hypothesis import strategies as st

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


@st.composite
def towns(draw):
    """Draw (nodes, ways): a grid with some sides missing, some diagonals, ways of several pieces and of all kinds."""
    columns, rows = draw(st.integers(2, 5)), draw(st.integers(2, 4))
    nodes = grid_nodes(columns, rows)
    shift = st.sampled_from([0.0, 0.0, 0.0002, -0.0003])
    nodes = {name: (lon + draw(shift), lat + draw(shift)) for name, (lon, lat) in nodes.items()}
    steps = [1, columns, columns + 1]
    sides = [(a, a + step) for a in nodes for step in steps if a + step in nodes and (a % columns or step == columns)]
    chosen = draw(st.lists(st.sampled_from(sides), min_size=1, max_size=len(sides), unique=True))
    ways = [(100 + k, list(side), draw(st.sampled_from(TAGS))) for k, side in enumerate(chosen)]
    longer = draw(st.lists(st.lists(st.sampled_from(sorted(nodes)), min_size=3, max_size=5), max_size=2))
    ways += [(500 + k, refs, {"highway": "footway"}) for k, refs in enumerate(longer)]
    if not any(a != b for _, refs, _ in ways for a, b in pairwise(refs)):
        ways.append((900, [1, 2], {"highway": "footway"}))
    return nodes, ways


@st.composite
def points(draw, count=6):
    """Draw points (count, 2) in degrees, in and around a town; some on its nodes."""
    along = st.one_of(st.integers(0, 4).map(lambda k: k * STEP), st.floats(-0.0015, 0.0045))
    return np.array([(LON + draw(along), LAT + draw(along)) for _ in range(count)])


class PlainWalker:
    """Walks as the walker of the package should, slowly: networkx, and every street tried for every point."""

    def __init__(self, network, profile):
        self.network = network
        refused = np.zeros(network.street_count, bool)
        if not profile.steps:
            refused |= network.steps
        if profile.wheelchair:
            refused |= network.wheelchair < 0
        self.usable = np.setdiff1d(np.flatnonzero(~refused), sorted(self.islands(~refused)))
        self.lines = dict(zip(self.usable.tolist(), network.lines(self.usable), strict=True))
        self.graph = nx.MultiDiGraph()
        self.graph.add_nodes_from(range(network.node_count))
        for s in self.usable.tolist():
            tail, head, length = int(network.tail[s]), int(network.head[s]), float(network.length_m[s])
            if network.forward[s]:
                self.graph.add_edge(tail, head, weight=length)
            if network.backward[s]:
                self.graph.add_edge(head, tail, weight=length)

    def islands(self, permitted):
        """Streets in groups that are too small, the largest group apart (of equals, the one with the first node)."""
        if permitted.all():
            return set()
        ends = {s: (int(self.network.tail[s]), int(self.network.head[s])) for s in np.flatnonzero(permitted).tolist()}
        groups = list(nx.connected_components(nx.Graph(ends.values())))
        largest = min(groups, key=lambda group: (-len(group), min(group)), default=set())
        small = [g for g in groups if g is not largest and len(g) < self.network.summary["min_island_nodes"]]
        return {s for s, (tail, _) in ends.items() if any(tail in group for group in small)}

    def nearest(self, xy):
        """Return the metres to the nearest street (infinite without one) and the streets that are that near."""
        gaps = {s: line.distance(shapely.Point(xy)) for s, line in self.lines.items()}
        least = min(gaps.values(), default=math.inf)
        return least, [s for s, gap in gaps.items() if gap <= least + 1e-6]

    def metres(self, start, end):
        """Return the metres between two ties (street, metres along, gap); infinite without a path."""
        if start[0] < 0 or end[0] < 0:
            return math.inf
        graph = self.graph.copy()
        for name, (street, along, _), outward in (("start", start, True), ("end", end, False)):
            n = self.network
            rest = float(n.length_m[street]) - along
            doors = (
                (int(n.tail[street]), along, n.backward[street] if outward else n.forward[street]),
                (int(n.head[street]), rest, n.forward[street] if outward else n.backward[street]),
            )
            for node, far, open_ in doors:
                if open_ or far <= 0:
                    graph.add_edge(*((name, node) if outward else (node, name)), weight=max(far, 0.0))
        if start[0] == end[0]:
            ahead = end[1] - start[1]
            if ahead == 0 or (self.network.forward[start[0]] if ahead > 0 else self.network.backward[start[0]]):
                graph.add_edge("start", "end", weight=abs(ahead))
        try:
            path = nx.dijkstra_path_length(graph, "start", "end")
        except (nx.NetworkXNoPath, nx.NodeNotFound):
            return math.inf
        return start[2] + path + end[2]
