"""Ask OSMnx with networkx for walks: a graph of Python dictionaries, Dijkstra between nearest nodes."""

from __future__ import annotations

import importlib.metadata
from typing import Any

import networkx as nx
import numpy as np
import osmnx as ox
import shapely
from question import Answer, Question, read_call


def build(question: Question) -> Any:
    """Make OSMnx's graph of the project's streets (OSMnx itself reads no .osm.pbf)."""
    graph = nx.MultiDiGraph(crs=question.facts["crs"], simplified=True)
    x, y = question["street_x"].tolist(), question["street_y"].tolist()
    graph.add_nodes_from((n, {"x": x[n], "y": y[n]}) for n in range(len(x)))
    count = np.diff(question["street_offsets"])
    lines = shapely.linestrings(
        question["street_line_x"], question["street_line_y"], indices=np.repeat(np.arange(len(count)), count)
    )
    tail, head, metres = (question[f"street_{part}"].tolist() for part in ("tail", "head", "length_m"))
    for street, (ahead, back) in enumerate(zip(question["street_forward"], question["street_backward"], strict=True)):
        told = {"length": metres[street], "geometry": lines[street], "osmid": street}
        if ahead:
            graph.add_edge(tail[street], head[street], **told)
        if back:
            graph.add_edge(head[street], tail[street], **told)
    return graph


def place(graph: Any, points: np.ndarray) -> np.ndarray:
    return np.asarray(ox.distance.nearest_nodes(graph, points[:, 0], points[:, 1]))


def far(graph: Any, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Metres from every start node to every end node: one search backward from each end."""
    against = graph.reverse(copy=False)
    metres = np.full((len(start), len(end)), np.nan)
    for site, node in enumerate(end.tolist()):
        reached = nx.single_source_dijkstra_path_length(against, node, weight="length")
        metres[:, site] = [reached.get(other, np.nan) for other in start.tolist()]
    return metres


def near(graph: Any, start: np.ndarray, stops: np.ndarray, limit_m: float) -> int:
    """Stops within a distance of every start node; returns how many legs there are."""
    node, many = np.unique(stops, return_counts=True)
    stops_at = dict(zip(node.tolist(), many.tolist(), strict=True))
    legs = 0
    for origin in start.tolist():
        reached = nx.single_source_dijkstra_path_length(graph, origin, cutoff=limit_m, weight="length")
        legs += sum(stops_at.get(other, 0) for other in reached)
    return legs


def main() -> None:
    asked = read_call(__doc__)
    question = Question(asked.folder)
    answer = Answer({name: importlib.metadata.version(name) for name in ("osmnx", "networkx", "numpy")})
    graph = answer.time("walk build", lambda: build(question), runs=asked.runs)
    points = [question[f"{kind}_xy"][question[f"{kind}_snapped"]] for kind in ("resident", "site", "stop")]
    start, end, stops = answer.time(
        "walk place", lambda: [place(graph, xy) for xy in points], runs=asked.runs, warm=True
    )
    metres = answer.time("walk to sites", lambda: far(graph, start, end), runs=asked.runs)
    limit_m = question.facts["access_limit_s"] * question.facts["speed_kmh"] / 3.6
    answer.facts["legs to stops"] = answer.time("walk to stops", lambda: near(graph, start, stops, limit_m))
    homes = points[0]
    _edges, gap_m = answer.time(
        "walk nearest edges",
        lambda: ox.distance.nearest_edges(graph, homes[:, 0], homes[:, 1], return_dist=True),
        runs=asked.runs,
    )
    answer.arrays |= {"metres": metres, "start": start, "end": end, "gap_m": np.asarray(gap_m)}
    answer.write(asked.folder, "osmnx")


if __name__ == "__main__":
    main()
